//! The example `hello_server` as a user meets it: a process, its output, and clients. The clients are `std::net`'s,
//! which know nothing of this crate. Nothing here waits for ever, and no server outlives its test.

#![cfg(all(target_os = "linux", feature = "std", feature = "macros"))]

#[path = "../../../tests/support/process.rs"]
mod process;

use process::{PATIENCE, Process};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, Read};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Barrier;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::{Duration, Instant};
use sysline::prelude::*;

sysline::sys! {
    /// Has the socket reset its connection when it is closed, where `linger` is on with no time.
    sys fn set_linger(fd: impl AsFd, SOL_SOCKET, SO_LINGER, linger: &Linger, 8) -> Result<()> = SYS_SETSOCKOPT

    /// Gives another process another limit; its old one is not asked for.
    sysnb fn set_limit(process: Pid, RLIMIT_NOFILE, limit: &Limit, 0) -> Result<()> = SYS_PRLIMIT64
}

/// `struct linger` of `linux/socket.h`.
#[repr(C)]
struct Linger {
    on: i32,
    seconds: i32,
}

/// `struct rlimit64` of `linux/resource.h`.
#[repr(C)]
struct Limit {
    soft: u64,
    hard: u64,
}

// `asm/socket.h` and `asm/resource.h`; MIPS has its own numbers.
const MIPS: bool = cfg!(any(target_arch = "mips", target_arch = "mips64"));
const SOL_SOCKET: i32 = if MIPS { 0xffff } else { 1 };
const SO_LINGER: i32 = if MIPS { 0x80 } else { 13 };
const RLIMIT_NOFILE: i32 = if MIPS { 5 } else { 7 };

/// A server that listens.
struct Server {
    process: Process,
    port: u16,
    /// Its lines on standard error.
    errors: Receiver<String>,
}

impl Server {
    fn start(port: &str) -> Server {
        let mut process = Process::start("hello_server", &[port.as_ref()]);
        let output = lines(process.0.stdout.take().unwrap());
        let errors = lines(process.0.stderr.take().unwrap());
        let Ok(first) = output.recv_timeout(PATIENCE) else {
            panic!(
                "no line; errors: {:?}",
                errors.try_iter().collect::<Vec<_>>()
            );
        };
        let port = first.strip_prefix("listening on 0.0.0.0:");
        let port = port.unwrap_or_else(|| panic!("it said {first:?}"));
        Server {
            process,
            port: port.parse().unwrap(),
            errors,
        }
    }

    fn connect(&self) -> TcpStream {
        connect(self.port)
    }

    /// Many clients at the same moment; each must be told all of it, once, and then that this was all.
    fn greets(&self, clients: usize) {
        let (together, port) = (Barrier::new(clients), self.port);
        thread::scope(|scope| {
            for _ in 0..clients {
                scope.spawn(|| {
                    together.wait();
                    assert_eq!(told(connect(port)), "hello world");
                });
            }
        });
    }
}

fn connect(port: u16) -> TcpStream {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let client = TcpStream::connect_timeout(&address, PATIENCE).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client
}

/// All that a client is told.
fn told(mut client: TcpStream) -> String {
    let mut text = String::new();
    client.read_to_string(&mut text).unwrap();
    text
}

/// The lines of a pipe, as they come.
fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    thread::spawn(move || {
        BufReader::new(pipe)
            .lines()
            .map_while(Result::ok)
            .try_for_each(|line| sender.send(line))
    });
    receiver
}

#[test]
fn a_hundred_clients_at_once() {
    Server::start("0").greets(100);
}

#[test]
fn clients_that_leave_at_once_take_nobody_along() {
    let server = Server::start("0");
    for round in 0..100 {
        let client = server.connect();
        if round % 2 == 0 {
            let linger = Linger { on: 1, seconds: 0 };
            set_linger(&client, &linger).unwrap();
        }
        drop(client);
    }
    server.greets(20);
}

/// It may have no descriptor above those that it has: each `accept` is `EMFILE`. But for the one that already waits:
/// the kernel takes the descriptor first (Linux `net/socket.c`, `__sys_accept4_file`).
#[test]
fn without_descriptors_it_waits_and_does_not_spin() {
    let server = Server::start("0");
    let process = Pid::from_raw(server.process.0.id() as i32);
    let is_open = |number: &u64| Path::new(&format!("/proc/{process}/fd/{number}")).exists();
    let few = (0..).find(|number| !is_open(number)).unwrap();
    let many = few + 256;
    let limit = |soft| Limit { soft, hard: many };
    set_limit(process, &limit(few)).unwrap();
    let clients = [server.connect(), server.connect()];
    let first = server.errors.recv_timeout(PATIENCE).unwrap();
    assert!(first.starts_with("accept: EMFILE: "), "{first}");
    let start = Instant::now();
    thread::sleep(Duration::from_secs(1));
    let more = server.errors.try_iter().count() as u128;
    let most = start.elapsed().as_millis() / 100 + 2;
    assert!((1..=most).contains(&more), "{more} tries, not {most}");
    set_limit(process, &limit(many)).unwrap();
    for client in clients {
        assert_eq!(told(client), "hello world");
    }
    server.greets(20);
}

/// The server closed first, so its end of each connection lingers on its port.
#[test]
fn a_restart_gets_the_same_port() {
    let server = Server::start("0");
    server.greets(10);
    let port = server.port;
    drop(server);
    let server = Server::start(&port.to_string());
    assert_eq!(server.port, port);
    server.greets(10);
}

#[test]
fn a_port_in_use_is_told_by_name() {
    let other = TcpListener::bind((Ipv4Addr::UNSPECIFIED, 0)).unwrap();
    let port = other.local_addr().unwrap().port();
    let output = Process::start("hello_server", &[port.to_string().as_ref()]).output();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("bind: EADDRINUSE: "), "{errors}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
}

#[test]
fn a_bad_port_is_told_how_it_is_used() {
    let no_text = OsStr::from_bytes(b"8\xff");
    for bad in ["http", "65536", "-1", "", "80 "]
        .map(OsStr::new)
        .into_iter()
        .chain([no_text])
    {
        refuses(&[bad]);
    }
    refuses(&["0".as_ref(), "0".as_ref()]);
}

fn refuses(args: &[&OsStr]) {
    let output = Process::start("hello_server", args).output();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("usage: "), "{args:?}: {errors}");
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert_eq!(output.stdout, b"");
}
