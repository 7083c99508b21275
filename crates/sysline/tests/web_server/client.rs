//! The server as a process, and a client of it that knows no more of HTTP than where a response ends. Must not know what
//! is served.

use crate::process::{PATIENCE, Process};
use crate::temporary::{self, Folder};
use std::collections::HashMap;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::path::Path;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};
use sysline::prelude::*;
use sysline::process::{KillTarget, kill};
use sysline::signal::Signal;

/// A server that listens, and its folder.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    /// It is removed with the server.
    pub(crate) folder: Folder,
}

impl Server {
    /// A server of a folder with some files, at any port that is free.
    pub(crate) fn start(name: &str, options: &[&str]) -> Server {
        let folder = temporary::folder(&format!("web-{name}"));
        std::fs::create_dir_all(folder.join("public/folder/empty")).unwrap();
        let write = |path: &str, bytes: &[u8]| std::fs::write(folder.join(path), bytes).unwrap();
        write("secret.txt", b"secret");
        write("public/hello.txt", b"hello, world\n");
        write("public/empty", b"");
        write("public/large.bin", large());
        write("public/folder/index.html", b"<p>index</p>");
        Server::of(folder, options)
    }

    fn of(folder: Folder, options: &[&str]) -> Server {
        let public = folder.join("public");
        let mut args: Vec<&OsStr> = vec!["--port".as_ref(), "0".as_ref()];
        args.extend(options.iter().map(OsStr::new));
        args.push(public.as_os_str());
        let mut process = Process::start("web_server", &args);
        let mut line = String::new();
        let output = process.0.stdout.take().unwrap();
        BufReader::new(output).read_line(&mut line).unwrap();
        let address = line.trim_end().strip_prefix("listening on http://");
        let address = address.and_then(|rest| rest.strip_suffix('/'));
        let Some(address) = address else {
            let mut errors = String::new();
            let _ = process.0.stderr.take().unwrap().read_to_string(&mut errors);
            panic!("it said {line:?} and {errors:?}");
        };
        let address = address.parse().unwrap();
        Server {
            process,
            address,
            folder,
        }
    }

    pub(crate) fn public(&self, name: &str) -> std::path::PathBuf {
        self.folder.join("public").join(name)
    }

    pub(crate) fn connect(&self) -> Client {
        Client::to(self.address)
    }

    /// What one request on a connection of its own is answered.
    pub(crate) fn answer(&self, request: &str) -> Response {
        let mut client = self.connect();
        client.send(request);
        let head = request.starts_with("HEAD ");
        client
            .response(head)
            .unwrap_or_else(|| panic!("no answer to {request:?}"))
    }

    /// What one GET with these headers, each with its end, is answered.
    pub(crate) fn get(&self, path: &str, headers: &str) -> Response {
        self.answer(&format!(
            "GET {path} HTTP/1.1\r\nHost: here\r\n{headers}\r\n"
        ))
    }

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.process.0.id() as i32)
    }

    pub(crate) fn signal(&self, signal: Signal) {
        kill(KillTarget::Process(self.pid()), signal).unwrap();
    }

    /// How many descriptors it has open.
    pub(crate) fn descriptors(&self) -> usize {
        let folder = format!("/proc/{}/fd", self.pid());
        std::fs::read_dir(folder).unwrap().count()
    }

    /// Waits until it has no more descriptors than that.
    pub(crate) fn comes_back_to(&self, descriptors: usize) {
        eventually("its descriptors are closed", || {
            self.descriptors() == descriptors
        });
    }

    pub(crate) fn status(&mut self) -> Option<i32> {
        self.process.status().code()
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn eventually(what: &str, mut so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !so() {
        assert!(start.elapsed() < PATIENCE, "it never is so: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// A file that is larger than what a connection holds on its way: three million bytes, of which no part is like another.
pub(crate) fn large() -> &'static [u8] {
    static BYTES: LazyLock<Vec<u8>> = LazyLock::new(|| {
        let numbers =
            (0..750_000u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes());
        numbers.collect()
    });
    &BYTES
}

/// A connection.
pub(crate) struct Client {
    pub(crate) stream: TcpStream,
    /// What has come and was not looked at.
    bytes: Vec<u8>,
}

/// What came.
#[derive(Debug)]
pub(crate) struct Response {
    pub(crate) status: u32,
    /// By their names in small letters.
    pub(crate) headers: HashMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Response {
    /// A header, or nothing.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub(crate) fn closes(&self) -> bool {
        self.header("connection") == "close"
    }
}

impl Client {
    pub(crate) fn to(address: SocketAddr) -> Client {
        let stream = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream.set_nodelay(true).unwrap();
        let bytes = Vec::new();
        Client { stream, bytes }
    }

    pub(crate) fn send(&mut self, text: impl AsRef<[u8]>) {
        self.stream.write_all(text.as_ref()).unwrap();
    }

    /// Asks for a path, and keeps the connection.
    pub(crate) fn get(&mut self, path: &str) -> Response {
        self.send(format!("GET {path} HTTP/1.1\r\nHost: here\r\n\r\n"));
        self.response(false)
            .unwrap_or_else(|| panic!("no answer to GET {path}"))
    }

    pub(crate) fn end(&self) {
        self.stream.shutdown(Shutdown::Write).unwrap();
    }

    /// The next response, which has no body if it answers `HEAD`; nothing where the connection has ended before.
    pub(crate) fn response(&mut self, head: bool) -> Option<Response> {
        let end = loop {
            if let Some(end) = find(&self.bytes, b"\r\n\r\n") {
                break end;
            }
            if self.more() == 0 {
                assert!(self.bytes.is_empty(), "a part of a head: {:?}", self.bytes);
                return None;
            }
        };
        let text = String::from_utf8(self.bytes[..end].to_vec()).unwrap();
        self.bytes.drain(..end + 4);
        let mut lines = text.split("\r\n");
        let first = lines.next().unwrap();
        let status = first
            .strip_prefix("HTTP/1.1 ")
            .unwrap_or_else(|| panic!("{first}"));
        let (status, _) = status.split_once(' ').unwrap();
        let headers: HashMap<String, String> = lines
            .map(|line| line.split_once(": ").unwrap_or_else(|| panic!("{line}")))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_string()))
            .collect();
        let mut response = Response {
            status: status.parse().unwrap(),
            headers,
            body: Vec::new(),
        };
        assert!(response.header("date").ends_with(" GMT"), "{response:?}");
        if !head && response.status != 304 {
            let length: usize = response.header("content-length").parse().unwrap();
            while self.bytes.len() < length {
                assert!(self.more() > 0, "{} bytes of {length}", self.bytes.len());
            }
            response.body = self.bytes.drain(..length).collect();
        }
        Some(response)
    }

    /// Whether the connection has ended, and nothing came before that: by an end, not by a reset.
    pub(crate) fn at_end(&mut self) -> bool {
        self.bytes.is_empty() && self.more() == 0
    }

    fn more(&mut self) -> usize {
        let mut buffer = [0; 65536];
        let read = self.stream.read(&mut buffer).unwrap();
        self.bytes.extend_from_slice(&buffer[..read]);
        read
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// What a program prints; nothing where it is not installed.
pub(crate) fn printed(program: &str, args: &[impl AsRef<OsStr>], input: &str) -> Option<Vec<u8>> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let there =
        std::env::split_paths(&path).any(|folder| Path::new(&folder).join(program).exists());
    if !there {
        let _ = writeln!(std::io::stderr(), "skipped: there is no {program} here");
        return None;
    }
    let mut command = std::process::Command::new(program);
    let pipe = std::process::Stdio::piped;
    let child = command
        .args(args)
        .stdin(pipe())
        .stdout(pipe())
        .stderr(pipe())
        .spawn();
    let mut child = child.unwrap();
    // It may have enough before that is all.
    let mut stdin = child.stdin.take().unwrap();
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(
        output.status.success(),
        "{program}: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    Some(output.stdout)
}
