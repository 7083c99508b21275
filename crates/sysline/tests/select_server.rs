//! The example `select_server` as a user meets it.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod servers;

use servers::{PATIENCE, Process, Server, connect, real_client, reset};
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};
use sysline::process::{KillTarget, Resource, getrlimit, kill, setrlimit};
use sysline::signal::Signal;

/// How many bytes the server keeps for a client that does not read.
const ROOM: usize = 64 * 1024;

fn start() -> Server {
    Server::start("select_server", &["0"])
}

/// Bytes of which any that are lost, doubled or swapped are seen; another number makes others.
fn pattern(number: usize, len: usize) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(31) ^ (at >> 8) ^ number) as u8;
    (0..len).map(byte).collect()
}

/// Sends and gets back the same.
#[track_caller]
fn echoes(mut client: &TcpStream, bytes: &[u8]) {
    client.write_all(bytes).unwrap();
    let mut back = vec![0; bytes.len()];
    client.read_exact(&mut back).unwrap();
    assert!(back == bytes, "{} bytes", bytes.len());
}

/// Clients on which an echo was heard: the server has accepted them.
fn guests(server: &Server, count: usize) -> Vec<TcpStream> {
    let guests: Vec<_> = (0..count).map(|_| server.connect()).collect();
    for (number, guest) in guests.iter().enumerate() {
        echoes(guest, &pattern(number, 3));
    }
    guests
}

/// Waits until the server has so many descriptors.
#[track_caller]
fn comes_to(server: &Server, descriptors: usize) {
    let start = Instant::now();
    while server.descriptors() != descriptors {
        assert!(start.elapsed() < PATIENCE, "{}", server.descriptors());
        thread::sleep(Duration::from_millis(5));
    }
}

/// The processor time that the server has taken, in the kernel's ticks (proc_pid_stat(5)): a hundred a second.
fn ticks(server: &Server) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{}/stat", server.pid())).unwrap();
    let numbers = stat.rsplit(')').next().unwrap().split_whitespace();
    let times: Vec<u64> = numbers
        .skip(11)
        .take(2)
        .map(|n| n.parse().unwrap())
        .collect();
    times[0] + times[1]
}

/// It sleeps while nothing happens.
#[track_caller]
fn does_not_spin(server: &Server) {
    let before = ticks(server);
    thread::sleep(Duration::from_secs(1));
    let taken = ticks(server) - before;
    assert!(taken < 40, "{taken} ticks of a second");
}

/// The descriptors of this process and of those that it starts may be more than 1,024.
fn raise_limit() {
    let mut limit = getrlimit(Resource::NOFILE).unwrap();
    if limit.current.is_some_and(|current| current < 4096) {
        limit.current = Some(4096);
        setrlimit(Resource::NOFILE, limit).unwrap();
    }
}

#[test]
fn many_clients_at_once_each_get_their_own() {
    let server = start();
    let before = server.descriptors();
    let (together, port) = (Barrier::new(200), server.port);
    thread::scope(|scope| {
        for number in 0..200 {
            let together = &together;
            scope.spawn(move || {
                together.wait();
                let client = connect(port);
                for round in 0..20 {
                    echoes(&client, &pattern(number, 1 + 97 * round));
                }
            });
        }
    });
    comes_to(&server, before);
}

/// Nothing is said to who says nothing, whatever others say.
#[test]
fn an_echo_is_its_senders_alone() {
    let server = start();
    let [one, mut silent] = [server.connect(), server.connect()];
    echoes(&one, b"one");
    silent.shutdown(Shutdown::Write).unwrap();
    let mut said = Vec::new();
    silent.read_to_end(&mut said).unwrap();
    assert_eq!(said, b"");
    echoes(&one, b"and on");
}

/// Sends so many bytes of a pattern that begins anew, or as many as the server takes until it takes no more; how many.
fn send_many(mut client: &TcpStream, part: &[u8], len: usize) -> usize {
    let mut sent = 0;
    while sent < len {
        let from = sent % part.len();
        let to = part.len().min(from + len - sent);
        match client.write(&part[from..to]) {
            Ok(more) => sent += more,
            Err(error) if error.kind() == ErrorKind::WouldBlock => break,
            Err(error) => panic!("{error}"),
        }
    }
    sent
}

/// Receives to the end what [`send_many`] sent.
#[track_caller]
fn receives_all(mut client: &TcpStream, part: &[u8], len: usize) {
    let (mut received, mut room) = (0, vec![0; part.len()]);
    loop {
        let from = received % part.len();
        let more = client.read(&mut room[from..]).unwrap();
        assert!(room[from..from + more] == part[from..from + more]);
        received += more;
        if more == 0 {
            break;
        }
    }
    assert_eq!(received, len);
}

/// More than all buffers between hold, in both directions at the same time.
#[test]
fn a_stream_longer_than_all_buffers() {
    let server = start();
    let (part, len) = (pattern(1, 1_000_003), 100 << 20);
    let client = server.connect();
    thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(send_many(&client, &part, len), len);
            client.shutdown(Shutdown::Write).unwrap();
        });
        receives_all(&client, &part, len);
    });
}

/// It gets all of it, though it has said that it will send no more before it read anything.
#[test]
fn a_half_closed_client_gets_the_rest_and_its_end() {
    let server = start();
    let before = server.descriptors();
    for len in [0, 1, ROOM - 1, ROOM, ROOM + 1, 3 * ROOM] {
        let bytes = pattern(len, len);
        let mut client = server.connect();
        client.write_all(&bytes).unwrap();
        client.shutdown(Shutdown::Write).unwrap();
        let mut back = Vec::new();
        client.read_to_end(&mut back).unwrap();
        assert!(back == bytes, "{} of {len} bytes", back.len());
    }
    comes_to(&server, before);
}

#[test]
fn clients_that_reset_take_nobody_along() {
    let server = start();
    let before = server.descriptors();
    let good = guests(&server, 10);
    for round in 0..100 {
        let mut client = server.connect();
        match round % 4 {
            0 => {}
            1 => client.write_all(b"never read").unwrap(),
            2 => client.write_all(&pattern(2, 3 * ROOM)).unwrap(),
            _ => client.shutdown(Shutdown::Write).unwrap(),
        }
        reset(client);
    }
    for client in &good {
        echoes(client, b"still there");
    }
    comes_to(&server, before + good.len());
    drop(good);
    comes_to(&server, before);
}

/// Sends until the server takes no more.
fn overfill(client: &TcpStream, part: &[u8]) -> usize {
    let patience = Some(Duration::from_millis(500));
    client.set_write_timeout(patience).unwrap();
    let sent = send_many(client, part, 1 << 30);
    assert!(sent < 1 << 30, "the server keeps all of it");
    sent
}

/// One that never reads is received from until its buffer is full; nothing is lost, and nobody else waits.
#[test]
fn who_does_not_read_waits_alone() {
    let server = start();
    let before = server.descriptors();
    let good = guests(&server, 5);
    let (slow, part) = (server.connect(), pattern(3, 1_000_003));
    let sent = overfill(&slow, &part);
    assert!(sent > ROOM);
    for client in &good {
        echoes(client, &pattern(4, 10_000));
    }
    does_not_spin(&server);
    slow.shutdown(Shutdown::Write).unwrap();
    receives_all(&slow, &part, sent);

    // One that leaves in that state is noticed, though nothing is received of it.
    let slow = server.connect();
    overfill(&slow, &part);
    reset(slow);
    comes_to(&server, before + good.len());
}

/// Descriptors from 1,024 on have no place in a set of select's.
#[test]
fn fault_descriptor_1024_is_refused_and_told() {
    raise_limit();
    let server = start();
    let before = server.descriptors();
    // Who started the tests may have left it some.
    let places = 1024 - server.numbers().range(..1024).count();
    let good = guests(&server, places);
    for round in 0..20 {
        let mut late = server.connect();
        let mut said = String::new();
        if round % 2 == 0 {
            let _ = late.write_all(b"let me in"); // it may be closed already
        }
        match late.read_to_string(&mut said) {
            Ok(_) => assert_eq!(said, "too many clients\n"),
            // What it has sent came too late to be received.
            Err(error) if round % 2 == 0 => assert_eq!(error.kind(), ErrorKind::ConnectionReset),
            Err(error) => panic!("{error}"),
        }
    }
    for client in &good {
        echoes(client, b"still there");
    }
    drop(good);
    comes_to(&server, before);
    guests(&server, 5);
}

#[test]
fn with_many_there_is_no_such_bound() {
    raise_limit();
    let mut server = Server::start("select_server", &["--many", "0"]);
    let before = server.descriptors();
    let count = 1500;
    // Where the server has ended, nobody more comes.
    let clients: Vec<_> = (0..count)
        .map_while(|_| servers::try_connect(server.port).ok())
        .collect();
    let heard = |(number, mut client): (usize, &TcpStream)| {
        let mut back = [0; 4];
        let sent = client.write_all(&(number as u32).to_be_bytes());
        sent.and_then(|()| client.read_exact(&mut back)).is_ok()
            && back == (number as u32).to_be_bytes()
    };
    let all = clients.len() == count && clients.iter().enumerate().all(heard);
    let mut has_ended = || {
        (0..100).any(|_| {
            let ended = server.process.0.try_wait().unwrap().is_some();
            thread::sleep(Duration::from_millis(if ended { 0 } else { 100 }));
            ended
        })
    };
    if !all && has_ended() && emulator::skipped("no select of more than 1,024 descriptors") {
        return;
    }
    assert!(all);
    assert_eq!(server.descriptors(), before + count);
    drop(clients);
    comes_to(&server, before);
}

/// Those who are there are served, those who come wait, and get their place when somebody leaves.
#[test]
fn fault_without_descriptors_it_serves_on_and_does_not_spin() {
    let server = start();
    let good = guests(&server, 3);
    let few = server.lowest_free();
    server.limit(few);
    let mut late = vec![server.connect(), server.connect(), server.connect()];
    let first = server.errors.recv_timeout(PATIENCE).unwrap();
    assert!(first.starts_with("accept: EMFILE: "), "{first}");
    let start = Instant::now();
    does_not_spin(&server);
    let more = server.errors.try_iter().count() as u128;
    let most = start.elapsed().as_millis() / 100 + 2;
    assert!((1..=most).contains(&more), "{more} tries, not {most}");
    for client in &good {
        echoes(client, b"still there");
    }
    late[0].write_all(b"waiting").unwrap();
    drop(good);
    let mut back = [0; 7];
    late[0].read_exact(&mut back).unwrap();
    assert_eq!(&back, b"waiting");
    server.limit(few + 100);
    for client in &late {
        echoes(client, b"there");
    }
    guests(&server, 50);
}

#[test]
fn signals_end_it_well() {
    for signal in [Signal::TERM, Signal::INT] {
        let mut server = start();
        let mut clients = guests(&server, 3);
        kill(KillTarget::Process(server.pid()), signal).unwrap();
        assert_eq!(server.process.status().code(), Some(0));
        assert_eq!(clients[0].read(&mut [0; 8]).unwrap(), 0);
        assert_eq!(server.errors.iter().count(), 0);
    }
}

/// The server closed first, so its end of each connection lingers on its port.
#[test]
fn a_restart_gets_the_same_port() {
    let server = start();
    let _clients = guests(&server, 10);
    let port = server.port;
    drop(server);
    let server = Server::start("select_server", &[&port.to_string(), "--many"]);
    assert_eq!(server.port, port);
    guests(&server, 10);
}

fn output(args: &[&str]) -> (Option<i32>, String, String) {
    let args: Vec<_> = args.iter().map(AsRef::as_ref).collect();
    let output = Process::start("select_server", &args).output();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

#[test]
fn a_port_in_use_is_told_by_name() {
    let other = TcpListener::bind("0.0.0.0:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let (code, said, errors) = output(&[&port.to_string()]);
    assert!(errors.starts_with("bind: EADDRINUSE: "), "{errors}");
    assert_eq!((code, said.as_str()), (Some(1), ""));
}

#[test]
fn bad_arguments_are_told_how_it_is_used() {
    for bad in [
        &["http"][..],
        &["65536"],
        &["-1"],
        &[""],
        &["0", "0"],
        &["--many", "--many"],
        &["--few"],
    ] {
        let (code, said, errors) = output(bad);
        assert!(errors.starts_with("usage: select_server "), "{bad:?}");
        assert_eq!((code, said.as_str()), (Some(2), ""), "{bad:?}");
    }
    let (code, said, errors) = output(&["--help"]);
    assert!(said.starts_with("usage: select_server "), "{said}");
    assert_eq!((code, errors.as_str()), (Some(0), ""));
}

#[test]
fn real_clients() {
    let server = start();
    let port = server.port.to_string();
    let ruby = format!(
        "require 'socket'
        socket = TCPSocket.open('localhost', {port})
        1.upto(5) {{ |n| socket.puts \"line #{{n}}\"; puts socket.gets }}
        socket.write 'the rest'
        socket.close_write
        puts socket.read"
    );
    let lines = "line 1\nline 2\nline 3\nline 4\nline 5\nthe rest\n";
    real_client("ruby", &["-e", &ruby], b"", lines);
    let python = format!(
        "import socket
s = socket.create_connection(('127.0.0.1', {port}))
s.sendall(b'x' * 100000)
s.shutdown(socket.SHUT_WR)
n = 0
while b := s.recv(65536): n += len(b)
print(n)"
    );
    real_client("python3", &["-c", &python], b"", "100000\n");
    let text = "one\ntwo\n";
    real_client("nc", &["127.0.0.1", &port], text.as_bytes(), text);
    let url = format!("telnet://127.0.0.1:{port}");
    let quiet = ["--silent", "--no-buffer", &url];
    real_client("curl", &quiet, text.as_bytes(), text);
}
