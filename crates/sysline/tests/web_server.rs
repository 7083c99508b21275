//! The example `web_server` as its users meet it: a process, and clients. The clients are `std::net`'s, which know nothing of
//! this crate, and the programs that people have. Nothing here waits for ever, and no server outlives its test.

#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "web_server/client.rs"]
mod client;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
#[path = "../../../tests/support/process.rs"]
mod process;
mod temporary;

use client::{Client, Server, eventually, large, printed};
use process::{PATIENCE, Process};
use std::ffi::OsStr;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use sysline::io::{LeaseType, fcntl_setlease, fcntl_setsig};
use sysline::net::sockopt::set_socket_linger;
use sysline::prelude::*;
use sysline::process::{Resource, Rlimit, getrlimit, prlimit, setrlimit};
use sysline::signal::Signal;

/// Closes the connection by a reset.
fn reset(client: Client) {
    set_socket_linger(client.stream.as_fd(), Some(Duration::ZERO)).unwrap();
}

const HELLO: &str = "hello, world\n";

#[test]
fn files_and_what_is_known_of_them() {
    let server = Server::start("files", &[]);
    let hello = server.get("/hello.txt", "");
    assert_eq!((hello.status, hello.text()), (200, HELLO));
    assert_eq!(hello.header("content-type"), "text/plain; charset=utf-8");
    assert_eq!(hello.header("accept-ranges"), "bytes");
    assert!(!hello.closes());
    let empty = server.get("/empty", "");
    assert_eq!(
        (empty.status, empty.text(), empty.header("content-length")),
        (200, "", "0")
    );
    let all = server.get("/large.bin?a=b", "");
    assert_eq!(
        (all.status, all.header("content-type")),
        (200, "application/octet-stream")
    );
    assert!(all.body == large(), "it is another file");
    let index = server.get("/folder/", "");
    assert_eq!(
        (index.text(), index.header("content-type")),
        ("<p>index</p>", "text/html; charset=utf-8")
    );

    // HEAD says the same, but for the body.
    for (path, mut of_get) in [
        ("/hello.txt", hello),
        ("/large.bin", all),
        ("/gone", server.get("/gone", "")),
    ] {
        let mut of_head = server.answer(&format!("HEAD {path} HTTP/1.1\r\nHost: here\r\n\r\n"));
        assert_eq!(of_head.status, of_get.status);
        of_head.headers.remove("date");
        of_get.headers.remove("date");
        assert_eq!(of_head.headers, of_get.headers);
    }
    let mut client = server.connect();
    client.send("HEAD /hello.txt HTTP/1.1\r\nHost: here\r\n\r\nHEAD /gone HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n");
    assert_eq!(client.response(true).unwrap().status, 200);
    assert_eq!(client.response(true).unwrap().status, 404);
    assert!(client.at_end());
}

#[test]
fn what_there_is_not() {
    let server = Server::start("not", &[]);
    for path in [
        "/gone",
        "/folder/empty/",
        "/hello.txt/",
        "/hello.txt/more",
        &format!("/{}", "a".repeat(300)),
    ] {
        let response = server.get(path, "");
        assert_eq!(
            (response.status, response.text()),
            (404, "404 Not Found\n"),
            "{path}"
        );
    }
    let folder = server.get("/folder?a=b", "");
    assert_eq!(
        (folder.status, folder.header("location")),
        (301, "/folder/?a=b")
    );
    // Another host would be named by two slashes.
    std::fs::create_dir_all(server.public("example.org")).unwrap();
    let folder = server.get("//example.org", "");
    assert_eq!(
        (folder.status, folder.header("location")),
        (301, "/example.org/")
    );
    for method in ["POST", "PUT", "DELETE", "OPTIONS", "FETCH", "get"] {
        let response = server.answer(&format!(
            "{method} /hello.txt HTTP/1.1\r\nHost: here\r\n\r\n"
        ));
        assert_eq!(
            (response.status, response.header("allow")),
            (405, "GET, HEAD"),
            "{method}"
        );
        assert!(!response.closes());
    }
}

#[test]
fn nothing_outside_the_folder() {
    let server = Server::start("outside", &[]);
    symlink("../secret.txt", server.public("link")).unwrap();
    symlink(server.folder.join("secret.txt"), server.public("absolute")).unwrap();
    symlink("hello.txt", server.public("inside")).unwrap();
    symlink("..", server.public("up")).unwrap();
    for path in [
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/folder/../../secret.txt",
        "/..%2fsecret.txt",
        "/%00",
        "/%zz",
        "a",
        "*",
    ] {
        assert_eq!(server.get(path, "").status, 400, "{path}");
    }
    for path in [
        "/link",
        "/absolute",
        "/up/secret.txt",
        "/.../secret.txt",
        "//etc/passwd",
        "/proc/self/cwd/secret.txt",
    ] {
        assert_eq!(server.get(path, "").status, 404, "{path}");
    }
    let inside = server.get("/inside", "");
    // Before Linux 5.6 no links are followed.
    assert!(inside.status == 404 || inside.text() == HELLO);
    assert_eq!(server.get("/folder/../%68ello.txt", "").text(), HELLO);
    assert_eq!(server.get("http://elsewhere/hello.txt", "").text(), HELLO);
    // What is no file is not opened as one, and nobody waits for a writer.
    let pipe = std::ffi::CString::new(server.public("pipe").to_str().unwrap()).unwrap();
    sysline::fs::mknod(
        &*pipe,
        sysline::fs::FileType::FIFO,
        sysline::fs::Mode::from_octal(0o644),
        sysline::fs::Dev::from_raw(0),
    )
    .unwrap();
    assert_eq!(server.get("/pipe", "").status, 404);
}

#[test]
fn parts_of_files() {
    let server = Server::start("parts", &[]);
    let bytes = large();
    for (range, from, to) in [
        ("0-0", 0, 1),
        ("5-9", 5, 10),
        ("1000000-1999999", 1_000_000, 2_000_000),
        ("2999999-", 2_999_999, 3_000_000),
        ("-7", 2_999_993, 3_000_000),
        ("2999990-9999999", 2_999_990, 3_000_000),
        ("-9999999", 0, 3_000_000),
    ] {
        let part = server.get("/large.bin", &format!("Range: bytes={range}\r\n"));
        assert_eq!(part.status, 206, "{range}");
        assert!(part.body == bytes[from..to], "{range}");
        assert_eq!(
            part.header("content-range"),
            format!("bytes {from}-{}/3000000", to - 1)
        );
    }
    let small = server.get("/hello.txt", "Range: bytes=7-11\r\n");
    assert_eq!(
        (small.status, small.text(), small.header("content-range")),
        (206, "world", "bytes 7-11/13")
    );
    for (path, range) in [
        ("/hello.txt", "13-"),
        ("/hello.txt", "-0"),
        ("/empty", "0-"),
    ] {
        let none = server.get(path, &format!("Range: bytes={range}\r\n"));
        assert_eq!(none.status, 416, "{range}");
        assert!(none.header("content-range").starts_with("bytes */"));
    }
    for range in [
        "bytes=0-1,3-4",
        "bytes=5-2",
        "lines=1-2",
        "bytes=",
        "bytes=x",
    ] {
        let all = server.get("/hello.txt", &format!("Range: {range}\r\n"));
        assert_eq!((all.status, all.text()), (200, HELLO), "{range}");
    }
    // A part that is to be added to another one of the same file.
    let tag = small.header("etag").to_string();
    let date = small.header("last-modified").to_string();
    for (known, status) in [
        (&*tag, 206),
        (&date, 206),
        ("\"other\"", 200),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
    ] {
        let part = server.get(
            "/hello.txt",
            &format!("Range: bytes=7-11\r\nIf-Range: {known}\r\n"),
        );
        assert_eq!(part.status, status, "{known}");
    }
}

#[test]
fn conditions() {
    let server = Server::start("conditions", &[]);
    let first = server.get("/hello.txt", "");
    let (tag, date) = (first.header("etag"), first.header("last-modified"));
    assert!(
        tag.len() > 2 && tag.starts_with('"') && tag.ends_with('"'),
        "{tag}"
    );
    let (past, future) = (
        "Sun, 06 Nov 1994 08:49:37 GMT",
        "Friday, 31-Dec-99 23:59:59 GMT",
    );
    for (headers, status) in [
        (format!("If-None-Match: {tag}\r\n"), 304),
        (format!("If-None-Match: \"a\", W/{tag}\r\n"), 304),
        ("If-None-Match: *\r\n".into(), 304),
        ("If-None-Match: \"a\"\r\n".into(), 200),
        (format!("If-Modified-Since: {date}\r\n"), 304),
        (format!("If-Modified-Since: {past}\r\n"), 200),
        ("If-Modified-Since: today\r\n".into(), 200),
        (
            format!("If-None-Match: \"a\"\r\nIf-Modified-Since: {date}\r\n"),
            200,
        ),
        (format!("If-Match: {tag}\r\n"), 200),
        (format!("If-Match: W/{tag}\r\n"), 412),
        ("If-Match: \"a\"\r\n".into(), 412),
        (format!("If-Unmodified-Since: {past}\r\n"), 412),
        (format!("If-Unmodified-Since: {date}\r\n"), 200),
    ] {
        let response = server.get("/hello.txt", &headers);
        assert_eq!(response.status, status, "{headers}");
        if status == 304 {
            assert_eq!(response.header("etag"), tag);
        }
    }
    // 1999, as 2099 is more than 50 years away: longer ago than the file was made.
    assert_eq!(
        server
            .get("/hello.txt", &format!("If-Modified-Since: {future}\r\n"))
            .status,
        200
    );
}

#[test]
fn changes_are_seen() {
    let server = Server::start("changes", &[]);
    let mut client = server.connect();
    let tag = client.get("/hello.txt").header("etag").to_string();
    let path = server.public("hello.txt");
    let mut becomes = |text: &str| eventually(text, || client.get("/hello.txt").text() == text);
    std::fs::write(&path, "hello, moon!\n").unwrap();
    becomes("hello, moon!\n");
    std::fs::write(server.public("new"), "replaced").unwrap();
    std::fs::rename(server.public("new"), &path).unwrap();
    becomes("replaced");
    std::fs::remove_file(&path).unwrap();
    becomes("404 Not Found\n");
    std::fs::write(&path, HELLO).unwrap();
    becomes(HELLO);
    assert_ne!(client.get("/hello.txt").header("etag"), tag);
    // From small to large, and back.
    std::fs::write(&path, large()).unwrap();
    eventually("it is large", || client.get("/hello.txt").body == large());
    // By another file: one that becomes shorter itself may end the connection, as the next test has it.
    std::fs::write(server.public("new"), "small").unwrap();
    std::fs::rename(server.public("new"), &path).unwrap();
    eventually("it is small", || client.get("/hello.txt").body == b"small");
}

/// What was promised can't be kept: the client must not take the next response for the rest of this one.
#[test]
fn a_file_that_becomes_shorter_ends_the_connection() {
    let server = Server::start("shorter", &[]);
    let file = std::fs::File::create(server.public("sparse")).unwrap();
    file.set_len(1 << 30).unwrap();
    let mut client = server.connect();
    client.send(
        "GET /sparse HTTP/1.1\r\nHost: here\r\n\r\nGET /hello.txt HTTP/1.1\r\nHost: here\r\n\r\n",
    );
    client.stream.read_exact(&mut [0; 1000]).unwrap();
    file.set_len(0).unwrap();
    let mut rest = Vec::new();
    client.stream.read_to_end(&mut rest).unwrap();
    assert!(rest.len() < 1 << 30);
    assert!(!rest.windows(5).any(|window| window == b"hello"));
}

#[test]
fn requests_in_a_row() {
    let server = Server::start("row", &[]);
    let mut client = server.connect();
    for _ in 0..100 {
        assert_eq!(client.get("/hello.txt").text(), HELLO);
    }
    // All at once, in parts that end anywhere.
    let paths = [
        "/hello.txt",
        "/large.bin",
        "/gone",
        "/folder/",
        "/large.bin",
        "/empty",
        "/hello.txt",
    ];
    let expected = paths.map(|path| server.get(path, "").body);
    let requests: String = paths
        .map(|path| format!("\r\nGET {path} HTTP/1.1\r\nHost: here\r\n\r\n"))
        .concat();
    for size in [1, 7, 64, 10_000] {
        let mut sender = client.stream.try_clone().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                for part in requests.as_bytes().chunks(size) {
                    sender.write_all(part).unwrap();
                }
            });
            for body in &expected {
                assert!(client.response(false).unwrap().body == *body);
            }
        });
    }
    // More than there is room for, by a client that reads only when it has sent all.
    let many = "GET /hello.txt HTTP/1.1\r\nHost: here\r\n\r\n".repeat(50_000);
    let mut sender = client.stream.try_clone().unwrap();
    thread::scope(|scope| {
        scope.spawn(move || sender.write_all(many.as_bytes()).unwrap());
        thread::sleep(Duration::from_millis(200));
        for _ in 0..50_000 {
            assert_eq!(client.response(false).unwrap().text(), HELLO);
        }
    });
    assert_eq!(client.get("/empty").text(), "");
}

#[test]
fn who_ends_the_connection() {
    let server = Server::start("ends", &[]);
    for (request, told, ends) in [
        ("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n", "", false),
        (
            "GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
            "close",
            true,
        ),
        (
            "GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: te, CLOSE\r\n\r\n",
            "close",
            true,
        ),
        ("GET /hello.txt HTTP/1.0\r\n\r\n", "close", true),
        (
            "GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
            "keep-alive",
            false,
        ),
        ("GET /hello.txt HTTP/1.2\r\nHost: a\r\n\r\n", "", false),
        ("POST /hello.txt HTTP/1.0\r\n\r\n", "close", true),
    ] {
        let mut client = server.connect();
        client.send(request);
        let response = client.response(false).unwrap();
        assert_eq!(response.header("connection"), told, "{request}");
        if ends {
            assert!(client.at_end(), "{request}");
        } else {
            assert_eq!(client.get("/hello.txt").text(), HELLO, "{request}");
        }
    }
    // A large file, and what was asked after the end.
    let mut client = server.connect();
    client.send("GET /large.bin HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    assert!(client.response(false).unwrap().body == large());
    assert!(client.at_end());
}

#[test]
fn bodies_are_no_requests() {
    let server = Server::start("bodies", &[]);
    let next = "GET /empty HTTP/1.1\r\nHost: a\r\n\r\n";
    // Of a known length: it is skipped, whatever it is like, and in whatever parts it comes.
    for (method, status) in [("GET", 200), ("POST", 405)] {
        let mut client = server.connect();
        let body = "GET /gone HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2000);
        let length = body.len();
        client.send(format!(
            "{method} /hello.txt HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"
        ));
        assert_eq!(client.response(false).unwrap().status, status);
        client.send(&body[..5]);
        client.send(&body[5..]);
        client.send(next);
        assert_eq!(client.response(false).unwrap().status, 200);
    }
    // Of a length that is told as it comes, or that the client may leave out: it is the last request.
    for headers in [
        "Transfer-Encoding: chunked",
        "Expect: 100-continue\r\nContent-Length: 5",
    ] {
        let mut client = server.connect();
        client.send(format!(
            "GET /hello.txt HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n"
        ));
        let response = client.response(false).unwrap();
        assert!(response.status == 200 && response.closes(), "{headers}");
        client.send(format!("0\r\n\r\n{next}"));
        assert!(client.at_end());
    }
    // Of two lengths: somebody on the way here may have taken the other one.
    for headers in [
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Content-Length: 5, 6",
        "Content-Length: +5",
        "Content-Length : 5",
        "Transfer-Encoding: chunked\r\nContent-Length: 5",
    ] {
        let mut client = server.connect();
        client.send(format!(
            "POST /hello.txt HTTP/1.1\r\nHost: a\r\n{headers}\r\n\r\n0\r\n\r\n{next}"
        ));
        let response = client.response(false).unwrap();
        assert!(response.status == 400 && response.closes(), "{headers}");
        assert!(client.at_end(), "{headers}");
    }
    let huge = server.answer("PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
    assert!(huge.status == 413 && huge.closes());
}

#[test]
fn what_is_no_request() {
    let server = Server::start("garbage", &[]);
    let long = "a".repeat(20_000);
    for (request, status) in [
        ("GET / HTTP/1.1\r\n\r\n".to_string(), 400),
        ("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\r\nHost: a b\r\n\r\n".into(), 400),
        ("GET /\r\n\r\n".into(), 400),
        ("GET / HTTP/1.1 \r\n\r\n".into(), 400),
        ("GET / HTTP/1.1\nHost: a\n\n".into(), 400),
        // Two for who takes a single LF for an end, and one for who does not.
        (
            "GET / HTTP/1.1\r\nHost: a\r\nA: b\n\nGET / HTTP/1.1\r\nHost: a\r\n\r\n".into(),
            400,
        ),
        ("G\0T / HTTP/1.1\r\n\r\n".into(), 400),
        ("\u{16}\u{3}\u{1}\u{2}\0\u{1}".into(), 400),
        (
            "GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n".into(),
            400,
        ),
        ("GET / HTTP/2.0\r\nHost: a\r\n\r\n".into(), 505),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".into(), 505),
        (format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"), 414),
        (
            format!("GET / HTTP/1.1\r\nHost: a\r\nA: {long}\r\n\r\n"),
            431,
        ),
        (
            format!(
                "GET / HTTP/1.1\r\nHost: a\r\n{}\r\n",
                "A: b\r\n".repeat(200)
            ),
            431,
        ),
    ] {
        let mut client = server.connect();
        client.send(&request);
        let response = client.response(false).unwrap();
        assert!(
            response.status == status && response.closes(),
            "{response:?} to {request:.100}"
        );
        assert!(client.at_end(), "{request:.100}");
    }
    // An answer to an error reaches the client, who goes on sending before it reads.
    let mut client = server.connect();
    client.send("GET / HTTP/3.0\r\n\r\n");
    for _ in 0..50 {
        client.send([b'x'; 1000]);
        thread::sleep(Duration::from_millis(1));
    }
    client.end();
    assert_eq!(client.response(false).unwrap().status, 505);
    assert!(client.at_end());
}

#[test]
fn who_has_no_more_to_send_is_answered() {
    let server = Server::start("half", &[]);
    for (request, statuses) in [
        ("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n", &[200][..]),
        (
            "GET /gone HTTP/1.1\r\nHost: a\r\n\r\nGET /empty HTTP/1.1\r\nHost: a\r\n\r\n",
            &[404, 200],
        ),
        ("GET /empty HTTP/1.1\r\nHost: a\r\n\r\nGET /em", &[200, 400]),
        ("GET", &[400]),
        ("", &[]),
    ] {
        let mut client = server.connect();
        client.send(request);
        client.end();
        for status in statuses {
            assert_eq!(client.response(false).unwrap().status, *status, "{request}");
        }
        assert!(client.at_end(), "{request}");
    }
}

#[test]
fn slow_clients_have_their_time() {
    let server = Server::start("slow", &["--timeout", "2"]);
    let start = server.descriptors();
    // One that was answered and says nothing more, one that never says anything.
    let mut idle = server.connect();
    assert_eq!(idle.get("/hello.txt").text(), HELLO);
    let mut mute = server.connect();
    // One that sends a byte now and then: its request has begun, and is not all there in time.
    let mut slow = server.connect();
    let mut sender = slow.stream.try_clone().unwrap();
    let bytes = thread::spawn(move || {
        let request = b"GET /hello.txt HTTP/1.1\r\nHost: a\r\nX: "
            .iter()
            .chain([b'x'; 500].iter());
        for byte in request {
            if sender.write_all(&[*byte]).is_err() {
                break;
            }
            thread::sleep(Duration::from_millis(100));
        }
    });
    let response = slow.response(false).unwrap();
    assert!(response.status == 408 && response.closes());
    drop(slow);
    bytes.join().unwrap();
    assert!(idle.at_end() && mute.at_end());
    // One that takes nothing of what it has asked for.
    std::fs::File::create(server.public("sparse"))
        .unwrap()
        .set_len(1 << 30)
        .unwrap();
    let mut deaf = server.connect();
    deaf.send("GET /sparse HTTP/1.1\r\nHost: a\r\n\r\n");
    server.comes_back_to(start);
}

/// Bytes that are no request do not keep a connection, however many there are: of a body, of empty lines, and of what follows the
/// last response.
#[test]
fn who_sends_for_ever_has_an_end() {
    let server = Server::start("ever", &["--timeout", "2"]);
    let start = server.descriptors();
    let body = "GET /hello.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
    let flood = [b'x'; 1 << 16];
    let cases = [
        (body, &b"x"[..], Duration::from_millis(100)),
        ("", b"\r\n", Duration::from_millis(100)),
        ("GET / HTTP/3.0\r\n\r\n", &flood, Duration::ZERO),
    ];
    thread::scope(|scope| {
        for (first, more, pause) in cases {
            let mut client = server.connect();
            scope.spawn(move || {
                client.send(first);
                let start = Instant::now();
                while client.stream.write_all(more).is_ok() {
                    assert!(start.elapsed() < PATIENCE, "{first:?} has no end");
                    thread::sleep(pause);
                }
            });
        }
    });
    server.comes_back_to(start);
}

/// A file of which another program has a lease that it does not give back.
#[test]
fn nobody_waits_for_a_lease() {
    let server = Server::start("lease", &[]);
    let path = server.public("leased");
    std::fs::write(&path, "leased").unwrap();
    let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
    // Who has a lease is told by a signal that somebody wants the file: by one that does nothing.
    fcntl_setsig(file.as_fd(), Some(Signal::URG)).unwrap();
    match fcntl_setlease(file.as_fd(), LeaseType::WRITE) {
        Ok(_) => {}
        Err(errno) => {
            println!("skipped: nobody_waits_for_a_lease: {errno}");
            return;
        }
    }
    assert_eq!(server.get("/leased", "").status, 503);
    let start = processor_time(&server);
    assert_eq!(server.get("/hello.txt", "").text(), HELLO);
    assert!(processor_time(&server) - start < Duration::from_millis(500));
    fcntl_setlease(file.as_fd(), LeaseType::NONE).unwrap();
    assert_eq!(server.get("/leased", "").text(), "leased");
}

/// Each does something to the server that others did to servers, 2,000 of them at the same time, and 200 in an emulator.
#[test]
fn a_crowd_with_bad_clients_in_it() {
    const THREADS: usize = 20;
    let mut limit = getrlimit(Resource::NOFILE).unwrap();
    limit.current = limit.maximum;
    setrlimit(Resource::NOFILE, limit).unwrap();
    let each = if std::env::var_os("SYSLINE_EMULATOR").is_some() {
        10
    } else {
        // The other tests need some descriptors too.
        let most = limit.maximum.unwrap_or(u64::MAX) / 2 / THREADS as u64;
        most.min(100) as usize
    };
    // Longer than it takes on a busy machine until all are connected, and have sent.
    let server = Server::start("crowd", &["--timeout", "8", "--workers", "2"]);
    assert_eq!(server.connect().get("/hello.txt").text(), HELLO);
    assert_eq!(server.connect().get("/gone").status, 404);
    // When both workers have begun, and these two connections have ended.
    let (mut start, mut times) = (0, 0);
    eventually("nothing happens", || {
        let now = server.descriptors();
        times = if now == start { times + 1 } else { 0 };
        start = now;
        times == 30
    });
    let together = Barrier::new(THREADS);
    thread::scope(|scope| {
        for number in 0..THREADS {
            let (server, together) = (&server, &together);
            scope.spawn(move || {
                let mut clients: Vec<Client> = (0..each).map(|_| server.connect()).collect();
                together.wait();
                for (client, kind) in clients.iter_mut().zip(number..) {
                    // The server may have reset it already, or have had enough.
                    let _ = match kind % 10 {
                        0 => client.stream.write_all(b"GET /hello.txt HTTP/1.1\r\nHo"),
                        1 => client.stream.write_all(&[0xff; 3000]),
                        2 => client
                            .stream
                            .write_all(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(100).as_slice()),
                        3 => client.stream.shutdown(std::net::Shutdown::Write),
                        4 => client
                            .stream
                            .write_all(b"GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n"),
                        5 => Ok(()),
                        _ => client
                            .stream
                            .write_all(b"GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n"),
                    };
                }
                together.wait();
                for (mut client, kind) in clients.into_iter().zip(number..) {
                    match kind % 10 {
                        0 => assert_eq!(client.response(false).unwrap().status, 408),
                        2 | 4 => reset(client),
                        1 | 3 | 5 => drop(client),
                        _ => {
                            assert_eq!(client.response(false).unwrap().text(), HELLO);
                            assert_eq!(server.connect().get("/hello.txt").text(), HELLO);
                        }
                    }
                }
            });
        }
    });
    server.comes_back_to(start);
    assert_eq!(server.connect().get("/hello.txt").text(), HELLO);
}

#[test]
fn without_descriptors_it_waits_and_serves_again() {
    let server = Server::start("descriptors", &[]);
    let mut old = server.connect();
    assert_eq!(old.get("/hello.txt").text(), HELLO);
    let before = prlimit(Some(server.pid()), Resource::NOFILE, None).unwrap();
    let open: Vec<u64> = std::fs::read_dir(format!("/proc/{}/fd", server.pid()))
        .unwrap()
        .map(|entry| {
            entry
                .unwrap()
                .file_name()
                .to_str()
                .unwrap()
                .parse()
                .unwrap()
        })
        .collect();
    let few = (0..).find(|number| !open.contains(number));
    let none = Rlimit {
        current: few,
        ..before
    };
    prlimit(Some(server.pid()), Resource::NOFILE, Some(none)).unwrap();
    // They are connected, and wait.
    let mut clients: Vec<Client> = (0..20).map(|_| server.connect()).collect();
    for client in &mut clients {
        client.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    }
    // Who is there already is still answered: what is known, and not what would have to be opened.
    assert!([200, 503].contains(&old.get("/hello.txt").status));
    assert_eq!(old.get("/gone").status, 503);
    // It does not try again and again.
    let start = processor_time(&server);
    thread::sleep(Duration::from_secs(1));
    assert!(processor_time(&server) - start < Duration::from_millis(500));
    prlimit(Some(server.pid()), Resource::NOFILE, Some(before)).unwrap();
    for mut client in clients {
        assert_eq!(client.response(false).unwrap().text(), HELLO);
    }
    assert_eq!(old.get("/hello.txt").text(), HELLO);
}

/// What it has used: the 14th and 15th field of `/proc/PID/stat`, in hundredths of a second.
fn processor_time(server: &Server) -> Duration {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.pid())).unwrap();
    let fields: Vec<&str> = stat[stat.rfind(')').unwrap()..].split(' ').collect();
    let ticks: u64 = fields[12].parse::<u64>().unwrap() + fields[13].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

#[test]
fn more_connections_than_allowed_wait() {
    let server = Server::start("limit", &["--max-connections", "2"]);
    let mut clients = [server.connect(), server.connect()];
    for client in &mut clients {
        assert_eq!(client.get("/hello.txt").text(), HELLO);
    }
    let mut third = server.connect();
    third.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
    third
        .stream
        .set_read_timeout(Some(Duration::from_millis(700)))
        .unwrap();
    let early = third.stream.read(&mut [0]);
    assert_eq!(early.unwrap_err().kind(), std::io::ErrorKind::WouldBlock);
    third.stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let [first, mut second] = clients;
    drop(first);
    assert_eq!(third.response(false).unwrap().text(), HELLO);
    assert_eq!(second.get("/hello.txt").text(), HELLO);
}

#[test]
fn a_signal_ends_it_when_all_is_answered() {
    for (signal, workers) in [(Signal::TERM, "1"), (Signal::INT, "3")] {
        let mut server = Server::start(&format!("stop-{signal}"), &["--workers", workers]);
        let mut idle = server.connect();
        assert_eq!(idle.get("/hello.txt").text(), HELLO);
        let mut asking = server.connect();
        asking.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\nGET /hello.txt HTTP");
        assert_eq!(asking.response(false).unwrap().text(), HELLO);
        let mut taking = server.connect();
        taking.send("GET /large.bin HTTP/1.1\r\nHost: a\r\n\r\n");
        taking.stream.read_exact(&mut [0; 1]).unwrap();
        server.signal(signal);
        assert!(idle.at_end());
        eventually("nobody else is accepted", || {
            TcpStream::connect(server.address).is_err()
        });
        asking.send("/1.1\r\nHost: a\r\n\r\n");
        let last = asking.response(false).unwrap();
        assert!(last.text() == HELLO && last.closes());
        assert!(asking.at_end());
        let mut all = Vec::new();
        taking.stream.read_to_end(&mut all).unwrap();
        assert!(all.ends_with(large()));
        drop((idle, asking, taking));
        assert_eq!(server.status(), Some(0));
    }
}

#[test]
fn a_second_signal_or_the_end_of_its_grace_ends_it_at_once() {
    let half = "GET /hello.txt HTTP/1.1\r\n";
    let mut server = Server::start("grace", &["--grace", "1"]);
    let mut client = server.connect();
    assert_eq!(client.get("/hello.txt").text(), HELLO);
    client.send(half);
    server.signal(Signal::TERM);
    assert_eq!(server.status(), Some(0));

    let mut server = Server::start("second", &["--grace", "1000"]);
    let mut client = server.connect();
    assert_eq!(client.get("/hello.txt").text(), HELLO);
    client.send(half);
    server.signal(Signal::TERM);
    eventually("it stops", || TcpStream::connect(server.address).is_err());
    server.signal(Signal::TERM);
    assert_eq!(server.status(), Some(1));
}

#[test]
fn workers_share_a_port() {
    let server = Server::start("workers", &["--workers", "4"]);
    let tasks = std::fs::read_dir(format!("/proc/{}/task", server.pid()))
        .unwrap()
        .count();
    // An emulator has a thread of its own.
    if tasks != 5 || !emulator::skipped("threads can't be counted") {
        assert_eq!(tasks, 4);
    }
    let mut clients: Vec<Client> = (0..100).map(|_| server.connect()).collect();
    for client in &mut clients {
        assert_eq!(client.get("/hello.txt").text(), HELLO);
    }
}

#[test]
fn addresses_of_both_families() {
    for address in ["127.0.0.1", "0.0.0.0", "::1"] {
        if address == "::1" && std::net::TcpListener::bind("[::1]:0").is_err() {
            continue; // this machine has no IPv6
        }
        let server = Server::start(&format!("at-{}", address.len()), &["--address", address]);
        assert_eq!(server.address.ip().to_string(), address);
        assert_eq!(server.get("/hello.txt", "").text(), HELLO);
    }
}

#[test]
fn wrong_words_are_told() {
    let refused = |args: &[&str], status: i32, said: &str| {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        let output = Process::start("web_server", &args).output();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(
            errors.starts_with("error: ") && errors.contains(said),
            "{errors}"
        );
        assert_eq!(
            (output.status.code(), output.stdout.len()),
            (Some(status), 0),
            "{args:?}"
        );
    };
    refused(&[], 2, "see `web_server --help`");
    refused(&["--port", "x", "."], 2, "`x` is no number");
    refused(&["--colour", "."], 2, "--colour");
    refused(&["/there/is/none"], 1, "there is no folder /there/is/none");
    refused(&["/proc/self/status"], 1, "is no folder");
    refused(
        &["--address", "192.0.2.1", "--port", "0", "."],
        1,
        "choose one of its own with --address",
    );
    let other = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    refused(&["--port", &port, "."], 1, "another program has it");
    let help = Process::start("web_server", &["--help".as_ref()]).output();
    assert!(help.status.success());
    assert!(
        String::from_utf8(help.stdout)
            .unwrap()
            .contains("Examples:\n")
    );
}

/// The programs that people have; those that are not installed are left out.
#[test]
fn real_clients() {
    let server = Server::start("real", &[]);
    let url = |path: &str| format!("http://{}{path}", server.address);
    let (port, ip) = (
        server.address.port().to_string(),
        server.address.ip().to_string(),
    );
    if let Some(output) = printed("curl", &["-sS", &url("/hello.txt"), &url("/large.bin")], "") {
        assert!(output == [HELLO.as_bytes(), large()].concat());
        let part = printed("curl", &["-sS", "-r", "7-11", &url("/hello.txt")], "");
        assert_eq!(part.unwrap(), b"world");
        let posted = printed(
            "curl",
            &["-sS", "-w", "%{http_code}", "-d", "a=b", &url("/hello.txt")],
            "",
        );
        assert_eq!(posted.unwrap(), b"405 Method Not Allowed\n405");
        // A body that is long enough for curl to ask first whether it is welcome.
        let body = "x".repeat(2_000_000);
        let posted = printed(
            "curl",
            &[
                "-sS",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code}",
                "-d",
                "@-",
                &url("/a"),
            ],
            &body,
        );
        assert_eq!(posted.unwrap(), b"413");
        let chunked = ["-sS", "-w", "%{http_code}", "-T", "-", &url("/a")];
        assert_eq!(
            printed("curl", &chunked, &body).unwrap(),
            b"405 Method Not Allowed\n405"
        );
    }
    if let Some(output) = printed("nc", &["-N", &ip, &port], "GET /hello.txt HTTP/1.0\r\n\r\n") {
        let text = String::from_utf8(output).unwrap();
        assert!(
            text.starts_with("HTTP/1.1 200 OK\r\n") && text.ends_with(HELLO),
            "{text}"
        );
    }
    let ruby = "require 'net/http'
        Net::HTTP.start(ARGV[0], ARGV[1].to_i) do |http|
          print http.get('/hello.txt').body, http.get('/gone').code, http.head('/large.bin')['Content-Length']
        end";
    if let Some(output) = printed("ruby", &["-e", ruby, &ip, &port], "") {
        assert_eq!(
            String::from_utf8(output).unwrap(),
            format!("{HELLO}4043000000")
        );
    }
    let python = "import http.client, sys
c = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
for path in ('/hello.txt', '/gone', '/folder/'):
    c.request('GET', path); r = c.getresponse(); sys.stdout.write(str(r.status) + r.read().decode())";
    if let Some(output) = printed("python3", &["-c", python, &ip, &port], "") {
        let expected = format!("200{HELLO}404404 Not Found\n200<p>index</p>");
        assert_eq!(String::from_utf8(output).unwrap(), expected);
    }
    for close in [&["-H", "Connection: close"][..], &[]] {
        let url = url("/hello.txt");
        // A machine may be busy with other things.
        let args = [&["-t1", "-c64", "-d1", "--timeout", "60s", &url], close].concat();
        if let Some(output) = printed("wrk", &args, "") {
            let text = String::from_utf8(output).unwrap();
            assert!(text.contains("requests in"), "{text}");
            assert!(
                !text.contains("Socket errors") && !text.contains("Non-2xx"),
                "{text}"
            );
        }
    }
}

/// Idle connections cost a descriptor and an entry in a table: 10,000 of them, or as many as the limit of descriptors allows.
#[test]
fn ten_thousand_idle_connections_are_small() {
    let limit = getrlimit(Resource::NOFILE)
        .unwrap()
        .maximum
        .unwrap_or(u64::MAX);
    setrlimit(
        Resource::NOFILE,
        Rlimit {
            current: Some(limit.min(1 << 20)),
            maximum: Some(limit),
        },
    )
    .unwrap();
    let emulated = std::env::var_os("SYSLINE_EMULATOR").is_some();
    let count = if emulated {
        200
    } else {
        limit.saturating_sub(3000).min(10_000)
    };
    if count == 0 {
        println!("skipped: ten_thousand_idle_connections_are_small: {limit} descriptors at most");
        return;
    }
    let server = Server::start("idle", &["--max-connections", "10100", "--timeout", "600"]);
    let mut clients = Vec::new();
    for _ in 0..count {
        let mut client = server.connect();
        client.send("GET /hello.txt HTTP/1.1\r\nHost: a\r\n\r\n");
        let mut bytes = [0; 1024];
        assert!(client.stream.read(&mut bytes).unwrap() > HELLO.len());
        clients.push(client.stream);
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))
        .unwrap();
    let kibibytes: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    let start = Instant::now();
    assert_eq!(server.connect().get("/hello.txt").text(), HELLO);
    eprintln!(
        "{count} connections: {kibibytes} KiB; one more: {:?}",
        start.elapsed()
    );
    assert!(emulated || kibibytes < 20 << 10, "{kibibytes} KiB");
}
