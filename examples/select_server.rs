//! An echo server of one thread: each client gets back what it sends, many at once, and select(2) says whose turn it is.
//!
//! ```text
//! cargo run --example select_server [--many] [PORT]      8001 when none is given; 0: any that is free
//! ```
//!
//! A set of select's has room for the descriptors below 1,024; a client that would get another is told so. With `--many` there
//! is no such bound, and the process has as many descriptors as it is allowed.
//!
//! What is to be sent back waits in a buffer while its client does not read. Where that is full, nothing more is received of
//! this client until there is room: who is slow is slow for itself, and costs no more than its buffer. A client that says that
//! it will send no more gets the rest, and then its end. SIGINT and SIGTERM end the server.

use std::collections::VecDeque;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::ops::{Deref, DerefMut};
use std::process::ExitCode;
use std::time::{Duration, Instant};
use sysline::event::{
    FdBits, FdSet, FdSetBuf, SignalfdFlags, SignalfdInfo, Timeout, select, signalfd, signalfd_read,
};
use sysline::io::IoSlice;
use sysline::net::{self, AddressFamily, Protocol, RecvFlags, SendControl, SendFlags};
use sysline::net::{Shutdown, SocketFlags, SocketType};
use sysline::prelude::*;
use sysline::process::{Resource, getrlimit, setrlimit};
use sysline::signal::{self, SigSet, Signal};

const USAGE: &str = "usage: select_server [--many] [PORT]
  --many  serve clients beyond the descriptor 1,023
  PORT    a port from 0 (any that is free) to 65535, else 8001";

/// How many bytes wait for a client that does not read.
const ROOM: usize = 64 * 1024;

/// How many bytes are received at once.
const CHUNK: usize = 16 * 1024;

/// How many clients are accepted before it is the others' turn.
const GUESTS: usize = 256;

/// For how long nobody is accepted where there is no descriptor or memory for a client.
const PAUSE: Duration = Duration::from_millis(100);

/// A call that failed, and why.
type Failure = (&'static str, Errno);

fn failed(call: &'static str) -> impl Fn(Errno) -> Failure {
    move |errno| (call, errno)
}

fn main() -> ExitCode {
    let asked = match Asked::by(std::env::args_os().skip(1)) {
        Some(Asked::Help) => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        Some(Asked::Server { port, many }) => run(port, many),
        None => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match asked {
        Ok(()) => ExitCode::SUCCESS,
        Err((call, errno)) => {
            eprintln!("{call}: {errno}");
            ExitCode::FAILURE
        }
    }
}

/// What the user asks for.
enum Asked {
    Help,
    Server { port: u16, many: bool },
}

impl Asked {
    /// None where the arguments are not as they should be.
    fn by(args: impl Iterator<Item = std::ffi::OsString>) -> Option<Asked> {
        let (mut port, mut many) = (None, false);
        for arg in args {
            match arg.to_str()? {
                "--help" => return Some(Asked::Help),
                "--many" if !many => many = true,
                number if port.is_none() => port = Some(number.parse().ok()?),
                _ => return None,
            }
        }
        let port = port.unwrap_or(8001);
        Some(Asked::Server { port, many })
    }
}

fn run(port: u16, many: bool) -> Result<(), Failure> {
    // The signals that end the server are read from a descriptor, so that select waits for them too.
    let ends = SigSet::from([Signal::INT, Signal::TERM]);
    signal::block(&ends).map_err(failed("sigprocmask"))?;
    let flags = SignalfdFlags::CLOEXEC | SignalfdFlags::NONBLOCK;
    let signals = signalfd(&ends, flags).map_err(failed("signalfd"))?;
    if many {
        let mut limit = getrlimit(Resource::NOFILE).map_err(failed("getrlimit"))?;
        limit.current = limit.maximum;
        setrlimit(Resource::NOFILE, limit).map_err(failed("setrlimit"))?;
    }
    let (listener, port) = listen_on(port)?;
    // It may be that nobody hears it, here and below: that is no reason to end.
    let _ = writeln!(std::io::stdout(), "listening on 0.0.0.0:{port}");
    serve(listener.as_fd(), signals.as_fd(), many)
}

/// A socket that clients can connect to, and its port.
fn listen_on(port: u16) -> Result<(OwnedFd, u16), Failure> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let (family, kind) = (AddressFamily::INET, SocketType::STREAM);
    let socket =
        net::socket_with(family, kind, flags, Protocol::DEFAULT).map_err(failed("socket"))?;
    let fd = socket.as_fd();
    // Of an earlier server connections may linger, and are in nobody's way.
    net::sockopt::set_socket_reuseaddr(fd, true).map_err(failed("setsockopt"))?;
    let everywhere = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port);
    net::bind(fd, &everywhere).map_err(failed("bind"))?;
    net::listen(fd, net::SOMAXCONN).map_err(failed("listen"))?;
    let address = net::getsockname(fd).map_err(failed("getsockname"))?;
    let address = SocketAddrV4::try_from(address).map_err(failed("getsockname"))?;
    Ok((socket, address.port()))
}

/// Serves until a signal comes. What is wrong with one client is no reason to leave the others alone.
fn serve(listener: BorrowedFd<'_>, signals: BorrowedFd<'_>, many: bool) -> Result<(), Failure> {
    let mut clients: Vec<Client> = Vec::new();
    let mut pause: Option<Instant> = None; // its end
    loop {
        let (mut read, mut write) = (Set::new(many), Set::new(many));
        read.insert(signals).map_err(failed("FdSet"))?;
        if pause.is_none() {
            read.insert(listener).map_err(failed("FdSet"))?;
        }
        for client in &clients {
            client
                .wait_in(&mut read, &mut write)
                .map_err(failed("FdSet"))?;
        }
        let left = pause.map(|end| end.saturating_duration_since(Instant::now()));
        let timeout = Timeout::from(left);
        match select(Some(&mut read), Some(&mut write), None, timeout, None) {
            Ok(_) => {}
            Err(Errno::EINTR) => continue, // and the sets are made anew
            Err(errno) => return Err(("select", errno)),
        }
        if read.contains(signals) && ended(signals) {
            return Ok(());
        }
        let mut accepts = match pause {
            None => read.contains(listener),
            Some(end) => Instant::now() >= end,
        };
        // The sets lend the clients' descriptors: what they say is kept, and they go.
        let turns: Vec<Turn> = clients
            .iter()
            .map(|client| client.turn(&read, &write))
            .collect();
        for (client, turn) in clients.iter_mut().zip(turns) {
            client.serve(turn);
        }
        let before = clients.len();
        clients.retain(|client| !client.is_done());
        accepts |= pause.is_some() && clients.len() < before;
        if accepts {
            let accepted = accept_all(listener, many, &mut clients);
            pause = accepted.is_err().then(|| Instant::now() + PAUSE);
        }
    }
}

/// Whether there was a signal, and not another that has just come to nothing.
fn ended(signals: BorrowedFd<'_>) -> bool {
    let mut room = [SignalfdInfo::default()];
    signalfd_read(signals, &mut room).is_ok()
}

/// Accepts those who wait. An error, which has been told, is one that the next call would have too: there is no descriptor or no
/// memory for a client.
fn accept_all(listener: BorrowedFd<'_>, many: bool, clients: &mut Vec<Client>) -> Result<()> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    for _ in 0..GUESTS {
        match net::accept_with(listener, flags) {
            Ok(socket) if Set::new(many).insert(socket.as_fd()).is_ok() => {
                clients.push(Client::new(socket));
            }
            Ok(socket) => refuse(socket.as_fd()),
            Err(Errno::EAGAIN) => break,
            // A signal came first, or the client has gone.
            Err(Errno::EINTR | Errno::ECONNABORTED) => {}
            Err(errno) => {
                let _ = writeln!(std::io::stderr(), "accept: {errno}");
                return Err(errno);
            }
        }
    }
    Ok(())
}

/// Tells a client that there is no place for it, before it is closed. What it has sent by now is received: the kernel would take
/// back what it was told if it were not.
fn refuse(socket: BorrowedFd<'_>) {
    let _ = net::send(socket, b"too many clients\n", SendFlags::NOSIGNAL);
    let _ = net::shutdown(socket, Shutdown::WRITE);
    let _ = net::recv(socket, &mut [0; CHUNK], RecvFlags::empty());
}

/// A connection.
struct Client {
    socket: OwnedFd,
    /// What is to be sent back, at most [`ROOM`] bytes.
    pending: VecDeque<u8>,
    state: State,
}

#[derive(PartialEq)]
enum State {
    Open,
    /// The client will send no more.
    HalfClosed,
    /// It was reset.
    Gone,
}

/// What select says of a client.
struct Turn {
    receive: bool,
    send: bool,
}

impl Client {
    fn new(socket: OwnedFd) -> Client {
        Client {
            socket,
            pending: VecDeque::new(),
            state: State::Open,
        }
    }

    /// Puts into the sets what it waits for.
    fn wait_in<'fd>(&'fd self, read: &mut Set<'fd>, write: &mut Set<'fd>) -> Result<()> {
        if self.state == State::Open && self.pending.len() < ROOM {
            read.insert(self.socket.as_fd())?;
        }
        if !self.pending.is_empty() {
            write.insert(self.socket.as_fd())?;
        }
        Ok(())
    }

    fn is_done(&self) -> bool {
        match self.state {
            State::Open => false,
            State::HalfClosed => self.pending.is_empty(),
            State::Gone => true,
        }
    }

    fn turn(&self, read: &FdBits<'_>, write: &FdBits<'_>) -> Turn {
        Turn {
            receive: read.contains(self.socket.as_fd()),
            send: write.contains(self.socket.as_fd()),
        }
    }

    /// Does what can be done without waiting. What has just been received mostly can be sent at once; what can't is waited for.
    fn serve(&mut self, turn: Turn) {
        if turn.receive {
            let received = self.receive();
            self.heed(received);
        }
        if (turn.receive || turn.send) && !self.pending.is_empty() {
            let sent = self.send();
            self.heed(sent);
        }
    }

    /// What an error says of the connection.
    fn heed(&mut self, result: Result<()>) {
        match result {
            Ok(()) | Err(Errno::EAGAIN | Errno::EINTR) => {}
            Err(_) => self.state = State::Gone, // mostly `ECONNRESET` or `EPIPE`
        }
    }

    fn receive(&mut self) -> Result<()> {
        let mut room = [0; CHUNK];
        let most = CHUNK.min(ROOM - self.pending.len());
        // Where a stream's bytes are from is known: the address is of the other kinds of sockets.
        let (len, _from) =
            net::recvfrom(self.socket.as_fd(), &mut room[..most], RecvFlags::empty())?;
        match len {
            0 => self.state = State::HalfClosed,
            _ => self.pending.extend(&room[..len]),
        }
        Ok(())
    }

    /// Sends both parts of the buffer as one message: it is a ring, and may go round its end.
    fn send(&mut self) -> Result<()> {
        let (front, back) = self.pending.as_slices();
        let bufs = [IoSlice::new(front), IoSlice::new(back)];
        let control = SendControl::none();
        let sent = net::sendmsg(self.socket.as_fd(), &bufs, &control, SendFlags::NOSIGNAL)?;
        self.pending.drain(..sent);
        Ok(())
    }
}

/// A set of descriptors below 1,024, or of any.
#[allow(clippy::large_enum_variant)] // 128 bytes, and there are two of them
enum Set<'fd> {
    Few(FdSet<'fd>),
    Many(FdSetBuf<'fd>),
}

impl<'fd> Set<'fd> {
    fn new(many: bool) -> Set<'fd> {
        if many {
            Set::Many(FdSetBuf::new())
        } else {
            Set::Few(FdSet::new())
        }
    }

    /// `EINVAL` where there is no place for it.
    fn insert(&mut self, fd: BorrowedFd<'fd>) -> Result<()> {
        match self {
            Set::Few(set) => set.insert(fd),
            Set::Many(set) => set.insert(fd),
        }
    }
}

impl<'fd> Deref for Set<'fd> {
    type Target = FdBits<'fd>;
    fn deref(&self) -> &FdBits<'fd> {
        match self {
            Set::Few(set) => set,
            Set::Many(set) => set,
        }
    }
}

impl<'fd> DerefMut for Set<'fd> {
    fn deref_mut(&mut self) -> &mut FdBits<'fd> {
        match self {
            Set::Few(set) => set,
            Set::Many(set) => set,
        }
    }
}
