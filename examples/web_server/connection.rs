//! One connection: what has come, what is still to be sent, and how it ends.
//!
//! What waits has its memory here; what does not, and that is nearly all, is in the worker's two buffers. An idle connection has a
//! descriptor and no buffer.

use crate::files::Content;
use crate::request::{self, MAX_HEAD, Parsed};
use crate::response::{Connection as Told, Part, Responder, Status};
use crate::table::List;
use sysline::io;
use sysline::net::{self, RecvFlags, SendFlags, Shutdown};
use sysline::prelude::*;

/// How much is read at once. What is left of the last read, less than a head, is before it.
const BUFFER: usize = 2 * MAX_HEAD;
/// How much of a pipeline's responses is collected before it is sent.
const ENOUGH: usize = 64 << 10;
/// How many reads, and how many bytes of a file, one connection may take while others wait.
const READS: u32 = 16;
const FAIR: u64 = 4 << 20;
/// A client that takes less than this in the time that it has takes nothing.
const PROGRESS: u64 = 4096;

/// What the connections of a worker have in common.
pub(crate) struct Shared {
    buffer: Box<[u8]>,
    out: Vec<u8>,
    pub(crate) responder: Responder,
    /// Each response is its connection's last one.
    pub(crate) stopping: bool,
}

impl Shared {
    pub(crate) fn new(responder: Responder) -> Shared {
        Shared {
            buffer: vec![0; BUFFER].into(),
            out: Vec::with_capacity(ENOUGH),
            responder,
            stopping: false,
        }
    }
}

/// What becomes of a connection after it had its turn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Outcome {
    /// It waits for the client, who has just done something, or not enough to count.
    Wait { touched: bool },
    /// It would go on, but others wait too. Of the client the same is known.
    Again { touched: bool },
    /// It is at its end.
    Close,
}

pub(crate) struct Connection {
    fd: OwnedFd,
    /// What has come and was not answered: the beginning of a request or, while `rest` is sent, whatever it is.
    input: Vec<u8>,
    rest: Option<Box<Rest>>,
    /// How many bytes of a request's body are still to come.
    skip: u64,
    /// There may be something to read.
    readable: bool,
    /// The client has ended its side: it is to be read up to that.
    hung_up: bool,
    /// `input` was not looked at yet.
    unread: bool,
    ending: Ending,
    /// It is in the worker's list of those that would go on.
    pub(crate) queued: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum Ending {
    No,
    /// After what is sent now. The client has asked for it, and nothing is left unread.
    Asked,
    /// After what is sent now. To close with bytes unread would be a reset, which could take the response with it: the client
    /// is first told that nothing more comes, and is read until it ends its side too.
    Linger,
    /// It has been told.
    Lingering,
}

/// What could not be sent at once.
struct Rest {
    bytes: Vec<u8>,
    sent: usize,
    part: Option<Part>,
    /// How much was sent since it last counted as something.
    progress: u64,
}

/// How sending went.
enum Sent {
    All,
    /// The client must take some of it first.
    Blocked,
    /// It was enough for one turn.
    Enough,
    /// The client has gone, or the file is shorter than was said.
    Failed,
}

impl Connection {
    pub(crate) fn new(fd: OwnedFd) -> Connection {
        Connection {
            fd,
            input: Vec::new(),
            rest: None,
            skip: 0,
            readable: true,
            hung_up: false,
            unread: false,
            ending: Ending::No,
            queued: false,
        }
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// In which list it is to be.
    pub(crate) fn list(&self) -> List {
        match self.ending {
            Ending::Lingering => List::Lingering,
            _ => List::Served,
        }
    }

    /// Nothing was asked, and nothing is to be sent.
    pub(crate) fn idle(&self) -> bool {
        self.input.is_empty() && self.rest.is_none() && self.skip == 0 && self.ending == Ending::No
    }

    /// There is something to read; it may be the end.
    pub(crate) fn wake(&mut self, hung_up: bool) {
        self.readable = true;
        self.hung_up |= hung_up;
    }

    /// Does all that can be done without waiting.
    pub(crate) fn turn(&mut self, shared: &mut Shared) -> Outcome {
        let mut touched = false;
        for _ in 0..READS {
            if self.ending == Ending::Lingering {
                return self.linger(shared, touched);
            }
            if let Some(mut rest) = self.rest.take() {
                let sent = self.send_rest(&mut rest);
                if rest.progress >= PROGRESS {
                    rest.progress = 0;
                    touched = true;
                }
                match sent {
                    Sent::All => touched = true,
                    Sent::Failed => return Outcome::Close,
                    Sent::Blocked | Sent::Enough => {
                        self.rest = Some(rest);
                        return match sent {
                            Sent::Enough => Outcome::Again { touched },
                            _ => Outcome::Wait { touched },
                        };
                    }
                }
            }
            match self.ending {
                Ending::No => {}
                Ending::Asked => return Outcome::Close,
                Ending::Linger => {
                    if net::shutdown(self.fd(), Shutdown::WRITE).is_err() {
                        return Outcome::Close;
                    }
                    (self.ending, self.readable, touched) = (Ending::Lingering, true, true);
                    continue;
                }
                Ending::Lingering => continue,
            }
            let old = self.input.len();
            shared.buffer[..old].copy_from_slice(&self.input);
            let mut length = old;
            if !std::mem::take(&mut self.unread) {
                if !self.readable {
                    return Outcome::Wait { touched };
                }
                match net::recv(
                    self.fd.as_fd(),
                    &mut shared.buffer[old..],
                    RecvFlags::empty(),
                ) {
                    // The end; of a request that was not all there it is an error, which a client can still be told of.
                    Ok(0) if old == 0 => return Outcome::Close,
                    Ok(0) => {
                        self.refuse(shared, Status::BAD_REQUEST);
                        continue;
                    }
                    Ok(read) => {
                        length += read;
                        // As long as it could be more, or the end: what follows is not told of again.
                        self.readable = length == shared.buffer.len() || self.hung_up;
                    }
                    Err(Errno::EAGAIN) => {
                        self.readable = false;
                        return Outcome::Wait { touched };
                    }
                    Err(Errno::EINTR) => continue,
                    Err(_) => return Outcome::Close,
                }
            }
            let body = self.skip > 0;
            match self.answer(shared, length) {
                Some(answered) => touched |= answered,
                None => return Outcome::Close,
            }
            // A request has its time from its first byte on, and its body from the response on; the other bytes are not counted,
            // and neither are empty lines.
            touched |= (old == 0 && !self.input.is_empty()) || (body && self.skip == 0);
            if !self.readable && self.ending == Ending::No && self.rest.is_none() {
                return Outcome::Wait { touched };
            }
        }
        Outcome::Again { touched }
    }

    /// The time is over.
    pub(crate) fn time_out(&mut self, shared: &mut Shared) -> Outcome {
        if self.rest.is_some() || self.input.is_empty() || self.ending != Ending::No {
            return Outcome::Close;
        }
        self.refuse(shared, Status::REQUEST_TIMEOUT);
        self.turn(shared)
    }

    /// Answers the requests in the buffer, and keeps what is none yet. Says whether there were any; nothing where the connection is at
    /// its end.
    fn answer(&mut self, shared: &mut Shared, length: usize) -> Option<bool> {
        let Shared {
            buffer,
            out,
            responder,
            stopping,
        } = shared;
        let mut answered = false;
        let mut bytes = &mut buffer[..length];
        out.clear();
        while self.ending == Ending::No && self.rest.is_none() && !bytes.is_empty() {
            if self.skip > 0 {
                let body = self.skip.min(bytes.len() as u64);
                self.skip -= body;
                bytes = &mut bytes[body as usize..];
                continue;
            }
            // Empty lines before a request are no part of it (RFC 9112, 2.2).
            if matches!(bytes[0], b'\r' | b'\n') {
                bytes = &mut bytes[1..];
                continue;
            }
            let left = bytes.len();
            match request::parse(bytes) {
                Parsed::Part => break,
                Parsed::Newer(at) => bytes[at] = b'1',
                Parsed::Bad(status) => {
                    responder.message(out, status, "", Told::Close, false);
                    self.ending = Ending::Linger;
                }
                Parsed::Whole(request, head) => {
                    answered = true;
                    let close = request.close || request.endless || *stopping;
                    let told = match (close, request.keep_alive) {
                        (true, _) => Told::Close,
                        (false, true) => Told::KeepAlive,
                        (false, false) => Told::Open,
                    };
                    let part = responder.answer(out, &request, told);
                    self.skip = request.body;
                    if close {
                        let all = head == left;
                        let asked = request.close && !request.endless && request.body == 0;
                        let clean = asked && all && !self.readable;
                        self.ending = if clean { Ending::Asked } else { Ending::Linger };
                    }
                    bytes = &mut bytes[head..];
                    if part.is_some() || out.len() >= ENOUGH {
                        let more = part.is_some() || self.ending == Ending::Asked;
                        if !self.send(out, part, more) {
                            return None;
                        }
                        out.clear();
                    }
                }
            }
        }
        self.input.clear();
        if self.ending == Ending::No {
            self.unread = self.rest.is_some() && !bytes.is_empty();
            self.input.extend_from_slice(bytes);
            if bytes.is_empty() {
                self.input = Vec::new();
            }
        }
        let sent = out.is_empty() || self.send(out, None, self.ending == Ending::Asked);
        sent.then_some(answered)
    }

    /// Answers what is no request, or not in time, and ends.
    fn refuse(&mut self, shared: &mut Shared, status: Status) {
        shared.out.clear();
        shared
            .responder
            .message(&mut shared.out, status, "", Told::Close, false);
        self.input = Vec::new();
        self.ending = if self.send(&shared.out, None, false) {
            Ending::Linger
        } else {
            Ending::Asked
        };
    }

    /// Sends bytes and then a part of a file; what does not go at once is kept. With `more`, what is sent can wait for what is sent
    /// next, or for the end. Says whether the client is still there.
    fn send(&mut self, bytes: &[u8], part: Option<Part>, more: bool) -> bool {
        let mut sent = 0;
        let flags = if more {
            SendFlags::NOSIGNAL | SendFlags::MORE
        } else {
            SendFlags::NOSIGNAL
        };
        let mut blocked = false;
        while sent < bytes.len() && !blocked {
            match net::send(self.fd(), &bytes[sent..], flags) {
                Ok(length) => sent += length,
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => blocked = true,
                Err(_) => return false,
            }
        }
        if !blocked && part.is_none() {
            return true;
        }
        let mut rest = Box::new(Rest {
            bytes: bytes[sent..].to_vec(),
            sent: 0,
            part,
            progress: 0,
        });
        if !blocked {
            match self.send_rest(&mut rest) {
                Sent::All => return true,
                Sent::Failed => return false,
                Sent::Blocked | Sent::Enough => {}
            }
        }
        self.rest = Some(rest);
        true
    }

    fn send_rest(&self, rest: &mut Rest) -> Sent {
        let mut fair = FAIR;
        while rest.sent < rest.bytes.len() {
            match net::send(self.fd(), &rest.bytes[rest.sent..], SendFlags::NOSIGNAL) {
                Ok(length) => {
                    rest.sent += length;
                    rest.progress += length as u64;
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Sent::Blocked,
                Err(_) => return Sent::Failed,
            }
        }
        let Some(Part { file, offset, end }) = &mut rest.part else {
            return Sent::All;
        };
        let Content::Large(from) = &file.content else {
            return Sent::Failed;
        };
        while *offset < *end {
            if fair == 0 {
                return Sent::Enough;
            }
            let length = (*end - *offset).min(fair);
            match io::sendfile(self.fd(), from.as_fd(), Some(offset), length as usize) {
                // The file has become shorter than the client was told.
                Ok(0) => return Sent::Failed,
                Ok(length) => {
                    rest.progress += length as u64;
                    fair = fair.saturating_sub(length as u64);
                }
                Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => return Sent::Blocked,
                Err(_) => return Sent::Failed,
            }
        }
        Sent::All
    }

    /// Takes what the client still sends, until it ends its side; how long that may take is the worker's to say.
    fn linger(&mut self, shared: &mut Shared, touched: bool) -> Outcome {
        for _ in 0..READS {
            if !self.readable {
                return Outcome::Wait { touched };
            }
            // TCP throws the bytes away itself.
            match net::recv(self.fd(), &mut shared.buffer, RecvFlags::TRUNC) {
                Ok(0) => return Outcome::Close,
                Ok(_) | Err(Errno::EINTR) => {}
                Err(Errno::EAGAIN) => self.readable = false,
                Err(_) => return Outcome::Close,
            }
        }
        // However much that is, it is not waited for longer.
        Outcome::Again { touched }
    }
}
