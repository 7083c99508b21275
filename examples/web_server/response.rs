//! Responses: what a request is answered with (RFC 9110).

use crate::date;
use crate::files::{Content, File, Files, Found, Now};
use crate::request::{self, Method, Range, Request};
use std::io::Write as _;
use std::rc::Rc;

/// A status: its code and its words.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Status(&'static str);

impl Status {
    pub(crate) const OK: Status = Status("200 OK");
    pub(crate) const PARTIAL_CONTENT: Status = Status("206 Partial Content");
    pub(crate) const MOVED_PERMANENTLY: Status = Status("301 Moved Permanently");
    pub(crate) const NOT_MODIFIED: Status = Status("304 Not Modified");
    pub(crate) const BAD_REQUEST: Status = Status("400 Bad Request");
    pub(crate) const FORBIDDEN: Status = Status("403 Forbidden");
    pub(crate) const NOT_FOUND: Status = Status("404 Not Found");
    pub(crate) const METHOD_NOT_ALLOWED: Status = Status("405 Method Not Allowed");
    pub(crate) const REQUEST_TIMEOUT: Status = Status("408 Request Timeout");
    pub(crate) const PRECONDITION_FAILED: Status = Status("412 Precondition Failed");
    pub(crate) const CONTENT_TOO_LARGE: Status = Status("413 Content Too Large");
    pub(crate) const URI_TOO_LONG: Status = Status("414 URI Too Long");
    pub(crate) const RANGE_NOT_SATISFIABLE: Status = Status("416 Range Not Satisfiable");
    pub(crate) const HEADERS_TOO_LARGE: Status = Status("431 Request Header Fields Too Large");
    pub(crate) const INTERNAL_SERVER_ERROR: Status = Status("500 Internal Server Error");
    pub(crate) const SERVICE_UNAVAILABLE: Status = Status("503 Service Unavailable");
    pub(crate) const VERSION_NOT_SUPPORTED: Status = Status("505 HTTP Version Not Supported");
}

/// A part of a large file, which is sent after what has been written.
pub(crate) struct Part {
    pub(crate) file: Rc<File>,
    pub(crate) offset: u64,
    pub(crate) end: u64,
}

/// What the client is told of the connection.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Connection {
    /// Nothing: it stays open, and the client knows.
    Open,
    /// It stays open.
    KeepAlive,
    /// It ends with this response.
    Close,
}

/// Writes responses from a folder.
pub(crate) struct Responder {
    pub(crate) files: Files,
    now: Now,
    /// What the responses of this second have in common.
    common: String,
}

impl Responder {
    pub(crate) fn new(files: Files) -> Responder {
        Responder {
            files,
            now: Now::default(),
            common: String::new(),
        }
    }

    /// The time has gone on. Says whether nothing is remembered that will be forgotten.
    pub(crate) fn set_time(&mut self, now: Now) -> bool {
        if self.common.is_empty() || now.seconds != self.now.seconds {
            self.common = format!(
                "\r\nServer: sysline\r\nDate: {}\r\n",
                date::format(now.seconds)
            );
        }
        self.now = now;
        self.files.forget_old(now)
    }

    /// Writes the response to a request, or all but the file that comes after it.
    pub(crate) fn answer(
        &mut self,
        out: &mut Vec<u8>,
        request: &Request<'_>,
        connection: Connection,
    ) -> Option<Part> {
        if request.method == Method::Other {
            self.message(
                out,
                Status::METHOD_NOT_ALLOWED,
                "Allow: GET, HEAD\r\n",
                connection,
                false,
            );
            return None;
        }
        let head = request.method == Method::Head;
        let end = request.target.iter().position(|byte| *byte == b'?');
        let (path, query) = request.target.split_at(end.unwrap_or(request.target.len()));
        let found = self.files.find(path, self.now);
        let mut failed = |status| self.message(out, status, "", connection, head);
        match found {
            Found::File(file) => return self.file(out, request, file, connection),
            Found::Nothing => failed(Status::NOT_FOUND),
            Found::Forbidden => failed(Status::FORBIDDEN),
            Found::Invalid => failed(Status::BAD_REQUEST),
            Found::Folder(target) => {
                // A query has no bytes that a header can't have: the parser has seen to it.
                let location = [b"Location: ", &*target, query, b"\r\n"].concat();
                self.message(
                    out,
                    Status::MOVED_PERMANENTLY,
                    &String::from_utf8_lossy(&location),
                    connection,
                    head,
                );
            }
            Found::Busy => {
                self.message(
                    out,
                    Status::SERVICE_UNAVAILABLE,
                    "Retry-After: 1\r\n",
                    connection,
                    head,
                );
                self.files.forget();
            }
            Found::Broken(errno) => {
                // It may be that nobody hears it: that is no reason to end.
                let _ = writeln!(std::io::stderr(), "{}: {errno}", path.escape_ascii());
                self.message(out, Status::INTERNAL_SERVER_ERROR, "", connection, head);
            }
        }
        None
    }

    /// Writes a response that is no file. `headers` are those that the status needs, each with its end.
    pub(crate) fn message(
        &self,
        out: &mut Vec<u8>,
        status: Status,
        headers: &str,
        connection: Connection,
        head: bool,
    ) {
        let body = status.0.len() + 1;
        self.begin(out, status);
        // A vector takes all.
        let _ = write!(
            out,
            "Content-Type: text/plain; charset=utf-8\r\nContent-Length: {body}\r\n{headers}"
        );
        end(out, connection);
        if !head {
            let _ = writeln!(out, "{}", status.0);
        }
    }

    fn begin(&self, out: &mut Vec<u8>, status: Status) {
        out.extend_from_slice(b"HTTP/1.1 ");
        out.extend_from_slice(status.0.as_bytes());
        out.extend_from_slice(self.common.as_bytes());
    }

    fn file(
        &self,
        out: &mut Vec<u8>,
        request: &Request<'_>,
        file: Rc<File>,
        connection: Connection,
    ) -> Option<Part> {
        match self.precondition(request, &file) {
            Some(Status::NOT_MODIFIED) => {
                self.begin(out, Status::NOT_MODIFIED);
                let _ = write!(
                    out,
                    "Last-Modified: {}\r\nETag: {}\r\n",
                    date::format(file.modified),
                    file.etag
                );
                end(out, connection);
                return None;
            }
            Some(status) => {
                self.message(out, status, "", connection, request.method == Method::Head);
                return None;
            }
            None => {}
        }
        let (mut offset, mut until) = (0, file.size);
        match self.range(request, &file) {
            Range::All => {
                self.begin(out, Status::OK);
                out.extend_from_slice(&file.headers);
            }
            Range::Part(from, to) => {
                (offset, until) = (from, to);
                self.begin(out, Status::PARTIAL_CONTENT);
                let _ = write!(
                    out,
                    "Content-Type: {}\r\nContent-Length: {}\r\nContent-Range: bytes {from}-{}/{}\r\nLast-Modified: {}\r\nETag: {}\r\n",
                    file.content_type,
                    to - from,
                    to - 1,
                    file.size,
                    date::format(file.modified),
                    file.etag
                );
            }
            Range::None => {
                let headers = format!("Content-Range: bytes */{}\r\n", file.size);
                self.message(
                    out,
                    Status::RANGE_NOT_SATISFIABLE,
                    &headers,
                    connection,
                    false,
                );
                return None;
            }
        }
        end(out, connection);
        if request.method == Method::Head {
            return None;
        }
        match &file.content {
            Content::Small(bytes) => {
                out.extend_from_slice(&bytes[offset as usize..until as usize]);
                None
            }
            Content::Large(_) => Some(Part {
                file,
                offset,
                end: until,
            }),
        }
    }

    /// What is answered instead of the file, by the conditions of the request (RFC 9110, 13.2.2).
    fn precondition(&self, request: &Request<'_>, file: &File) -> Option<Status> {
        let date = |value: &[u8]| date::parse(value, self.now.seconds);
        if let Some(tags) = request.if_match {
            if !has_tag(tags, &file.etag, false) {
                return Some(Status::PRECONDITION_FAILED);
            }
        } else if let Some(since) = request.if_unmodified_since.and_then(date) {
            if file.modified > since {
                return Some(Status::PRECONDITION_FAILED);
            }
        }
        if let Some(tags) = request.if_none_match {
            return has_tag(tags, &file.etag, true).then_some(Status::NOT_MODIFIED);
        }
        let since = request.if_modified_since.and_then(date)?;
        (file.modified <= since).then_some(Status::NOT_MODIFIED)
    }

    fn range(&self, request: &Request<'_>, file: &File) -> Range {
        let (Method::Get, Some(value)) = (request.method, request.range) else {
            return Range::All;
        };
        // The client has a part of the file as it was then: what it lacks is of use only if the file is the same.
        let same = request.if_range.is_none_or(|was| {
            was == file.etag.as_bytes() || date::parse(was, self.now.seconds) == Some(file.modified)
        });
        if same {
            request::range(value, file.size)
        } else {
            Range::All
        }
    }
}

/// Writes the end of a head.
fn end(out: &mut Vec<u8>, connection: Connection) {
    out.extend_from_slice(match connection {
        Connection::Open => b"\r\n",
        Connection::KeepAlive => b"Connection: keep-alive\r\n\r\n",
        Connection::Close => b"Connection: close\r\n\r\n",
    });
}

/// Whether a tag is in a list, or any is meant. A weak one is as good as the file's own where only the meaning must be the same.
fn has_tag(list: &[u8], tag: &str, weak: bool) -> bool {
    list.trim_ascii() == b"*"
        || list.split(|byte| *byte == b',').any(|item| {
            let item = item.trim_ascii();
            let item = item.strip_prefix(b"W/").filter(|_| weak).unwrap_or(item);
            item == tag.as_bytes()
        })
}
