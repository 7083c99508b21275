//! Requests: what bytes ask for, and what is wrong with them (RFC 9112).
//!
//! A request whose end could be taken for another place by somebody on the way here is no request: that is how one is smuggled
//! past a proxy (RFC 9112, 11.2).

use crate::response::Status;
use std::mem::MaybeUninit;

/// The most bytes of a request's line and headers.
pub(crate) const MAX_HEAD: usize = 16 << 10;
/// The most bytes of a request's target.
const MAX_TARGET: usize = 8 << 10;
/// The most headers.
const MAX_HEADERS: usize = 100;
/// The longest body that is read, to get at the next request. There is none that would be of use here.
const MAX_BODY: u64 = 1 << 20;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Method {
    Get,
    Head,
    /// One that is not for files.
    Other,
}

/// A request, without what is of no use here.
#[derive(Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: Method,
    /// The target's path and query.
    pub(crate) target: &'a [u8],
    /// The connection is to be kept open, by a client that would not do so without being told: HTTP/1.0.
    pub(crate) keep_alive: bool,
    /// The connection ends with the response.
    pub(crate) close: bool,
    /// What follows is no request, and it is not known where the next one begins.
    pub(crate) endless: bool,
    /// How many bytes of a body follow.
    pub(crate) body: u64,
    pub(crate) range: Option<&'a [u8]>,
    pub(crate) if_range: Option<&'a [u8]>,
    pub(crate) if_match: Option<&'a [u8]>,
    pub(crate) if_none_match: Option<&'a [u8]>,
    pub(crate) if_modified_since: Option<&'a [u8]>,
    pub(crate) if_unmodified_since: Option<&'a [u8]>,
}

/// What some bytes are.
#[derive(Debug)]
pub(crate) enum Parsed<'a> {
    /// The beginning of a request.
    Part,
    /// A request, and how many bytes it has without its body.
    Whole(Request<'a>, usize),
    /// None, and none follows.
    Bad(Status),
    /// It would be one if this byte, its minor version, were `1`. Of HTTP 1 every minor version is read as the last one that is known
    /// (RFC 9110, 2.5).
    Newer(usize),
}

/// Reads the request that `bytes` begin with.
pub(crate) fn parse(bytes: &[u8]) -> Parsed<'_> {
    let mut headers = [const { MaybeUninit::uninit() }; MAX_HEADERS];
    let mut request = httparse::Request::new(&mut []);
    let length = match request.parse_with_uninit_headers(bytes, &mut headers) {
        Ok(httparse::Status::Complete(length)) if length <= MAX_HEAD => length,
        Ok(httparse::Status::Complete(_)) => return Parsed::Bad(too_long(bytes)),
        Ok(httparse::Status::Partial) if bytes.len() < MAX_HEAD => return Parsed::Part,
        Ok(httparse::Status::Partial) => return Parsed::Bad(too_long(bytes)),
        Err(httparse::Error::TooManyHeaders) => return Parsed::Bad(Status::HEADERS_TOO_LARGE),
        Err(httparse::Error::Version) => return of_another_version(bytes),
        Err(_) => return Parsed::Bad(Status::BAD_REQUEST),
    };
    if has_bare_line_feed(&bytes[..length]) {
        return Parsed::Bad(Status::BAD_REQUEST);
    }
    match read(&request) {
        Ok(request) => Parsed::Whole(request, length),
        Err(status) => Parsed::Bad(status),
    }
}

/// The parser knows 1.0 and 1.1 only.
#[cold]
fn of_another_version(bytes: &[u8]) -> Parsed<'_> {
    // Without its end the line can't be judged.
    let Some(end) = bytes.iter().position(|byte| *byte == b'\n') else {
        return if bytes.len() < MAX_HEAD {
            Parsed::Part
        } else {
            Parsed::Bad(Status::URI_TOO_LONG)
        };
    };
    let end = end - usize::from(end > 0 && bytes[end - 1] == b'\r');
    let at = end.saturating_sub(9);
    match bytes[at..end] {
        [b' ', b'H', b'T', b'T', b'P', b'/', b'1', b'.', b'2'..=b'9'] => Parsed::Newer(end - 1),
        [b' ', b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
            if major != b'1' && major.is_ascii_digit() && minor.is_ascii_digit() =>
        {
            Parsed::Bad(Status::VERSION_NOT_SUPPORTED)
        }
        _ => Parsed::Bad(Status::BAD_REQUEST),
    }
}

/// Whether a line ends in LF without CR. The parser takes it for an end, as it may (RFC 9112, 2.2); a proxy may have taken it for a
/// part of the line, and what follows for no header, or for no request.
fn has_bare_line_feed(head: &[u8]) -> bool {
    // All bytes are looked at, sixteen at a time: to stop at the first one would be slower.
    let pairs = head.iter().zip(head.get(1..).unwrap_or_default());
    pairs.fold(false, |bare, (before, byte)| {
        bare | ((*byte == b'\n') & (*before != b'\r'))
    })
}

/// Which part of the head is too long.
fn too_long(bytes: &[u8]) -> Status {
    match bytes.iter().position(|byte| *byte == b'\n') {
        Some(line) if line < MAX_TARGET => Status::HEADERS_TOO_LARGE,
        _ => Status::URI_TOO_LONG,
    }
}

fn read<'a>(parsed: &httparse::Request<'_, 'a>) -> Result<Request<'a>, Status> {
    let minor = parsed.version.unwrap_or(1);
    let mut request = Request {
        method: match parsed.method.unwrap_or("") {
            "GET" => Method::Get,
            "HEAD" => Method::Head,
            _ => Method::Other,
        },
        target: origin(parsed.path.unwrap_or("").as_bytes()),
        keep_alive: false,
        close: minor == 0,
        endless: false,
        body: 0,
        range: None,
        if_range: None,
        if_match: None,
        if_none_match: None,
        if_modified_since: None,
        if_unmodified_since: None,
    };
    if request.target.len() > MAX_TARGET {
        return Err(Status::URI_TOO_LONG);
    }
    let (mut hosts, mut lengths, mut coded, mut expects) = (0, 0, false, false);
    let (mut close, mut keep_alive) = (false, false);
    for header in &*parsed.headers {
        let value = header.value;
        let is = |name: &str| header.name.eq_ignore_ascii_case(name);
        // By the length first: most headers are none of these.
        match header.name.len() {
            4 if is("host") => {
                hosts += 1;
                if value
                    .iter()
                    .any(|byte| matches!(byte, b' ' | b'\t' | b'/' | b'@' | b','))
                {
                    return Err(Status::BAD_REQUEST);
                }
            }
            5 if is("range") => request.range = Some(value),
            6 if is("expect") => expects = true,
            8 if is("if-range") => request.if_range = Some(value),
            8 if is("if-match") => request.if_match = Some(value),
            10 if is("connection") => {
                for word in value.split(|byte| *byte == b',') {
                    let word = word.trim_ascii();
                    close |= word.eq_ignore_ascii_case(b"close");
                    keep_alive |= word.eq_ignore_ascii_case(b"keep-alive");
                }
            }
            13 if is("if-none-match") => request.if_none_match = Some(value),
            14 if is("content-length") => {
                lengths += 1;
                request.body = length(value).ok_or(Status::BAD_REQUEST)?;
            }
            17 if is("transfer-encoding") => coded = true,
            17 if is("if-modified-since") => request.if_modified_since = Some(value),
            19 if is("if-unmodified-since") => request.if_unmodified_since = Some(value),
            _ => {}
        }
    }
    if hosts > 1 || (hosts == 0 && minor > 0) {
        return Err(Status::BAD_REQUEST);
    }
    if lengths > 1 || (coded && (lengths > 0 || minor == 0)) {
        return Err(Status::BAD_REQUEST);
    }
    if request.body > MAX_BODY {
        return Err(Status::CONTENT_TOO_LARGE);
    }
    // A client that waits to be told to go on is told the end instead, and then may send its body or not.
    request.endless = coded || (expects && request.body > 0);
    request.keep_alive = minor == 0 && keep_alive && !close;
    request.close = (minor == 0 && !request.keep_alive) || close;
    Ok(request)
}

/// The path and query of a target that may begin with a scheme and a host, as for a proxy (RFC 9112, 3.2.2).
fn origin(target: &[u8]) -> &[u8] {
    match target.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case(b"http://") => {
            let rest = &target[7..];
            let end = rest.iter().position(|byte| matches!(byte, b'/' | b'?'));
            match end.map(|at| &rest[at..]) {
                Some(path) if path[0] == b'/' => path,
                _ => b"/",
            }
        }
        _ => target,
    }
}

/// A length: digits and nothing else.
fn length(value: &[u8]) -> Option<u64> {
    let value = std::str::from_utf8(value).ok()?;
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits { value.parse().ok() } else { None }
}

/// Which bytes of a file are asked for (RFC 9110, 14.2).
#[derive(Debug, PartialEq)]
pub(crate) enum Range {
    /// All of them: what is asked for is not understood, or is more than one part.
    All,
    /// From one to before another.
    Part(u64, u64),
    /// Some that there are not.
    None,
}

pub(crate) fn range(value: &[u8], size: u64) -> Range {
    part(value, size).unwrap_or(Range::All)
}

fn part(value: &[u8], size: u64) -> Option<Range> {
    let (unit, ranges) = value.split_at_checked(6)?;
    if !unit.eq_ignore_ascii_case(b"bytes=") {
        return None;
    }
    let mut ends = ranges.trim_ascii().split(|byte| *byte == b'-');
    let (first, last) = (ends.next()?, ends.next()?);
    if ends.next().is_some() {
        return None;
    }
    // A number that is too large is beyond every file.
    let number = |digits: &[u8]| {
        let all = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
        all.then(|| length(digits).unwrap_or(u64::MAX))
    };
    if first.is_empty() {
        let last = number(last)?;
        return Some(match last.min(size) {
            0 => Range::None,
            last => Range::Part(size - last, size),
        });
    }
    let first = number(first)?;
    let last = if last.is_empty() {
        u64::MAX
    } else {
        number(last)?
    };
    if last < first {
        return None;
    }
    Some(if first >= size {
        Range::None
    } else {
        Range::Part(first, last.saturating_add(1).min(size))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bad(text: &str) -> Status {
        match parse(text.as_bytes()) {
            Parsed::Bad(status) => status,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    fn good(text: &str, test: impl FnOnce(Request<'_>)) {
        match parse(text.as_bytes()) {
            Parsed::Whole(request, length) => {
                assert_eq!(length, text.find("\r\n\r\n").unwrap() + 4);
                test(request);
            }
            other => panic!("{text:?}: {other:?}"),
        }
    }

    #[test]
    fn every_beginning_of_a_request_is_a_part() {
        let text = "GET /a?b HTTP/1.1\r\nHost: here\r\nRange: bytes=0-1\r\n\r\n";
        let newer = "GET /a HTTP/1.2\r\nHost: here\r\n\r\n";
        for text in [text, newer, "GET /a HTTP/2.0"] {
            for length in 0..text.len() {
                let mut part = text.as_bytes()[..length].to_vec();
                if let Parsed::Newer(at) = parse(&part) {
                    part[at] = b'1';
                }
                assert!(parse(&part).into_part(), "{text:?}, {length}");
            }
        }
        good(text, |request| {
            assert_eq!(
                (request.method, request.target),
                (Method::Get, &b"/a?b"[..])
            );
            assert_eq!(request.range, Some(&b"bytes=0-1"[..]));
            assert!(!request.close && !request.keep_alive && !request.endless);
        });
    }

    impl Parsed<'_> {
        fn into_part(self) -> bool {
            matches!(self, Parsed::Part)
        }
    }

    #[test]
    fn versions() {
        good("GET / HTTP/1.0\r\n\r\n", |request| {
            assert!(request.close && !request.keep_alive)
        });
        good(
            "GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
            |request| assert!(request.keep_alive && !request.close),
        );
        for newer in ["GET / HTTP/1.7\r\n", "GET / HTTP/1.2\n"] {
            assert!(matches!(parse(newer.as_bytes()), Parsed::Newer(13)));
        }
        good(
            "GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\n",
            |request| assert!(request.close),
        );
        for text in [
            "GET / HTTP/2.0\r\n\r\n",
            "GET / HTTP/0.9\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            "GET / HTTP/9.9\r\n",
        ] {
            assert_eq!(bad(text), Status::VERSION_NOT_SUPPORTED);
        }
        for text in [
            "GET /\r\n\r\n",
            "GET / HTTP/1\r\n\r\n",
            "GET / http/1.1\r\n\r\n",
            "GET / HTTP/x.y\r\n\r\n",
        ] {
            assert_eq!(bad(text), Status::BAD_REQUEST, "{text:?}");
        }
    }

    #[test]
    fn requests_that_could_be_two() {
        let with = |headers: &str| format!("GET / HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n");
        for headers in [
            "Content-Length: 1\r\nTransfer-Encoding: chunked",
            "Transfer-Encoding: chunked\r\nContent-Length: 0",
            "Content-Length: 1\r\nContent-Length: 1",
            "Content-Length: 1, 1",
            "Content-Length: +1",
            "Content-Length: -1",
            "Content-Length:",
            "Content-Length: 0x1",
            "Content-Length: 99999999999999999999",
            "Content-Length : 1",
            "A: b\r\n folded",
            "Host: b",
            "A: b\rContent-Length: 1",
            "A\0: b",
            "A: b\nContent-Length: 1",
            "A: b\n",
            "A: b\n\nGET / HTTP/1.1\r\nHost: a",
        ] {
            assert_eq!(bad(&with(headers)), Status::BAD_REQUEST, "{headers:?}");
        }
        assert_eq!(bad("GET / HTTP/1.1\nHost: a\r\n\r\n"), Status::BAD_REQUEST);
        assert_eq!(bad("GET / HTTP/1.1\r\n\r\n"), Status::BAD_REQUEST);
        assert_eq!(
            bad("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Status::BAD_REQUEST
        );
        assert_eq!(
            bad(&with("Content-Length: 1048577")),
            Status::CONTENT_TOO_LARGE
        );
        good(&with("Content-Length: 1048576"), |request| {
            assert_eq!((request.body, request.endless), (1 << 20, false))
        });
        good(&with("Transfer-Encoding: chunked"), |request| {
            assert!(request.endless)
        });
        good(
            &with("Content-Length: 1\r\nExpect: 100-continue"),
            |request| assert!(request.endless),
        );
    }

    #[test]
    fn what_is_too_long() {
        let long = "a".repeat(MAX_HEAD);
        assert_eq!(bad(&format!("GET /{long}")), Status::URI_TOO_LONG);
        assert_eq!(
            bad(&format!(
                "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n",
                &long[..MAX_TARGET]
            )),
            Status::URI_TOO_LONG
        );
        good(
            &format!(
                "GET /{} HTTP/1.1\r\nHost: a\r\n\r\n",
                &long[..MAX_TARGET - 1]
            ),
            |_| (),
        );
        assert_eq!(
            bad(&format!("GET / HTTP/1.1\r\nA: {long}")),
            Status::HEADERS_TOO_LARGE
        );
        assert_eq!(
            bad(&format!("GET / HTTP/1.1\r\nHost: a\r\nA: {long}\r\n\r\n")),
            Status::HEADERS_TOO_LARGE
        );
        assert_eq!(
            bad(&format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(101))),
            Status::HEADERS_TOO_LARGE
        );
    }

    #[test]
    fn targets() {
        for (target, path) in [
            ("http://here/a?b", "/a?b"),
            ("HTTP://here:80", "/"),
            ("http://here?b", "/"),
            ("*", "*"),
            ("/http://", "/http://"),
        ] {
            good(
                &format!("GET {target} HTTP/1.1\r\nHost: a\r\n\r\n"),
                |request| assert_eq!(request.target, path.as_bytes()),
            );
        }
    }

    #[test]
    fn ranges() {
        for (value, expected) in [
            ("bytes=0-0", Range::Part(0, 1)),
            ("bytes=2-", Range::Part(2, 10)),
            ("bytes=-3", Range::Part(7, 10)),
            ("bytes=-30", Range::Part(0, 10)),
            ("Bytes=9-99999999999999999999999", Range::Part(9, 10)),
            ("bytes=10-", Range::None),
            ("bytes=-0", Range::None),
            ("bytes=99999999999999999999999-", Range::None),
            ("bytes=3-2", Range::All),
            ("bytes=0-1,3-4", Range::All),
            ("bytes=-", Range::All),
            ("bytes=a-b", Range::All),
            ("bytes=+1-2", Range::All),
            ("lines=0-1", Range::All),
            ("", Range::All),
        ] {
            assert_eq!(range(value.as_bytes(), 10), expected, "{value}");
        }
        assert_eq!(range(b"bytes=0-", 0), Range::None);
        assert_eq!(range(b"bytes=-1", 0), Range::None);
    }
}
