//! The example `hello_server` as a user meets it.

#![cfg(all(target_os = "linux", feature = "std"))]

mod servers;

use servers::{PATIENCE, Process, Server, connect, real_client, reset, told};
use std::ffi::OsStr;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::ffi::OsStrExt;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

fn start(port: &str) -> Server {
    Server::start("hello_server", &[port])
}

/// Many clients at the same moment; each must be told all of it, once, and then that this was all.
fn greets(server: &Server, clients: usize) {
    let (together, port) = (Barrier::new(clients), server.port);
    thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                together.wait();
                assert_eq!(told(connect(port)), "hello world");
            });
        }
    });
}

#[test]
fn a_hundred_clients_at_once() {
    greets(&start("0"), 100);
}

#[test]
fn clients_that_leave_at_once_take_nobody_along() {
    let server = start("0");
    for round in 0..100 {
        let client = server.connect();
        if round % 2 == 0 {
            reset(client);
        }
    }
    greets(&server, 20);
}

/// It may have no descriptor above those that it has: each `accept` is `EMFILE`. But for the one that already waits:
/// the kernel takes the descriptor first (Linux `net/socket.c`, `__sys_accept4_file`).
#[test]
fn without_descriptors_it_waits_and_does_not_spin() {
    let server = start("0");
    let few = server.lowest_free();
    let many = few + 256;
    server.limit(few);
    let clients = [server.connect(), server.connect()];
    let first = server.errors.recv_timeout(PATIENCE).unwrap();
    assert!(first.starts_with("accept: EMFILE: "), "{first}");
    let start = Instant::now();
    thread::sleep(Duration::from_secs(1));
    let more = server.errors.try_iter().count() as u128;
    let most = start.elapsed().as_millis() / 100 + 2;
    assert!((1..=most).contains(&more), "{more} tries, not {most}");
    server.limit(many);
    for client in clients {
        assert_eq!(told(client), "hello world");
    }
    greets(&server, 20);
}

/// The server closed first, so its end of each connection lingers on its port.
#[test]
fn a_restart_gets_the_same_port() {
    let server = start("0");
    greets(&server, 10);
    let port = server.port;
    drop(server);
    let server = start(&port.to_string());
    assert_eq!(server.port, port);
    greets(&server, 10);
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

#[test]
fn help_is_no_error() {
    let output = Process::start("hello_server", &["--help".as_ref()]).output();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"usage: hello_server [PORT] "));
    assert_eq!(output.stderr, b"");
}

/// Ruby's is the client that the server was first written for.
#[test]
fn real_clients() {
    let server = start("0");
    let port = server.port.to_string();
    let ruby = format!(
        "require 'socket'
        1.upto(5) do
          socket = TCPSocket.open('localhost', {port})
          puts socket.gets
        end"
    );
    real_client("ruby", &["-e", &ruby], b"", &"hello world\n".repeat(5));
    let python = format!(
        "import socket
with socket.create_connection(('127.0.0.1', {port})) as s, s.makefile() as f: print(f.read())"
    );
    real_client("python3", &["-c", &python], b"", "hello world\n");
    real_client("nc", &["127.0.0.1", &port], b"", "hello world");
    let url = format!("telnet://127.0.0.1:{port}");
    real_client(
        "curl",
        &["--silent", "--no-buffer", &url],
        b"",
        "hello world",
    );
}
