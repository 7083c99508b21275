//! The example `tiny_hello`: how large its file is, what is in it, and what its clients are told. It is no example of this
//! package, but a package of its own, which is built here, for this machine whatever the tests are built for: its optimizer looks
//! into `core`, which not every foreign standard library is made for.

#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod servers;

use servers::{Process, Server, connect, real_client, reset, told};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Barrier, OnceLock};
use std::thread;
use std::time::{Duration, Instant};

/// The most bytes of its file.
const MOST: usize = 16 * 1024;

/// Whether the tests are another machine's: what they would test is this one's all the same.
fn is_elsewhere() -> bool {
    let emulated = std::env::var_os("SYSLINE_EMULATOR").is_some();
    emulated && emulator::skipped("the program is built for this machine")
}

/// The program, which the first who asks builds.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("tiny_hello");
        let manifest =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/tiny_hello/Cargo.toml");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| env!("CARGO").into());
        let mut build = Command::new(cargo);
        build.args(["build", "--release", "--locked", "--quiet"]);
        build.arg("--manifest-path").arg(manifest);
        build.arg("--target-dir").arg(&folder);
        let output = build.output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{errors}");
        folder.join("release/tiny_hello")
    })
}

fn run(args: &[&str]) -> Process {
    Process::spawn(Command::new(program()).args(args))
}

fn start(port: &str) -> Server {
    Server::of(run(&[port]))
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

/// A number of the file, in its own byte order.
fn number(file: &[u8], at: usize, size: usize) -> usize {
    let bytes = file[at..][..size].iter().map(|&byte| usize::from(byte));
    let fold = |number, byte| number << 8 | byte;
    match file[5] {
        1 => bytes.rev().fold(0, fold), // ELFDATA2LSB
        2 => bytes.fold(0, fold),       // ELFDATA2MSB
        order => panic!("byte order {order}"),
    }
}

/// Its segments, and the types that they have: `Elf32_Ehdr`, `Elf64_Ehdr` and the first word of `Elf32_Phdr`, `Elf64_Phdr`
/// (elf(5)).
#[test]
fn it_is_small_and_needs_nothing() {
    if is_elsewhere() {
        return;
    }
    let file = std::fs::read(program()).unwrap();
    assert!(file.len() <= MOST, "{} bytes", file.len());
    assert_eq!(file[..4], *b"\x7fELF");
    let (headers, size, count) = match file[4] {
        1 => (
            number(&file, 28, 4),
            number(&file, 42, 2),
            number(&file, 44, 2),
        ),
        2 => (
            number(&file, 32, 8),
            number(&file, 54, 2),
            number(&file, 56, 2),
        ),
        class => panic!("class {class}"),
    };
    const ET_EXEC: usize = 2;
    assert_eq!(
        number(&file, 16, 2),
        ET_EXEC,
        "it stands where it was linked to"
    );
    let types = (0..count).map(|at| number(&file, headers + at * size, 4));
    let types: Vec<usize> = types.collect();
    const PT_LOAD: usize = 1;
    const PT_DYNAMIC: usize = 2; // where `DT_NEEDED` would be
    const PT_INTERP: usize = 3;
    const PT_NOTE: usize = 4;
    assert!(types.contains(&PT_LOAD), "{types:?}");
    for no in [PT_DYNAMIC, PT_INTERP, PT_NOTE] {
        assert!(!types.contains(&no), "{types:?}");
    }
}

#[test]
fn a_hundred_clients_at_once() {
    if is_elsewhere() {
        return;
    }
    let server = start("0");
    let before = server.descriptors();
    greets(&server, 100);
    assert_eq!(server.descriptors(), before);
}

/// It has nothing that one client could hold up: here are some that never read, never leave, leave at once or talk.
#[test]
fn one_client_does_not_hold_up_the_others() {
    if is_elsewhere() {
        return;
    }
    let server = start("0");
    let silent: Vec<_> = (0..50).map(|_| server.connect()).collect();
    let mut talking: Vec<_> = (0..50).map(|_| server.connect()).collect();
    for client in &mut talking {
        let _ = client.write_all(&[b'x'; 4096]); // it may be closed already
    }
    for round in 0..100 {
        let client = server.connect();
        if round % 2 == 0 {
            reset(client);
        }
    }
    greets(&server, 50);
    for client in silent {
        assert_eq!(told(client), "hello world");
    }
}

#[test]
fn without_descriptors_it_waits_and_does_not_spin() {
    if is_elsewhere() {
        return;
    }
    let server = start("0");
    let few = server.lowest_free();
    server.limit(few);
    let clients = [server.connect(), server.connect()];
    // The one that waits in `accept` has its descriptor already: see hello_server.rs.
    let first = server.errors.recv_timeout(servers::PATIENCE).unwrap();
    assert!(first.starts_with("accept: EMFILE: "), "{first}");
    let start = Instant::now();
    thread::sleep(Duration::from_secs(1));
    let more = server.errors.try_iter().count() as u128;
    let most = start.elapsed().as_millis() / 100 + 2;
    assert!((1..=most).contains(&more), "{more} tries, not {most}");
    server.limit(few + 16);
    for client in clients {
        assert_eq!(told(client), "hello world");
    }
    greets(&server, 20);
}

#[test]
fn a_restart_gets_the_same_port() {
    if is_elsewhere() {
        return;
    }
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
    if is_elsewhere() {
        return;
    }
    let other = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let port = other.local_addr().unwrap().port();
    let output = run(&[&port.to_string()]).output();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(errors.starts_with("bind: EADDRINUSE: "), "{errors}");
    assert!(errors.ends_with('\n') && errors.lines().count() == 1);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
}

#[test]
fn bad_arguments_are_told_how_it_is_used() {
    if is_elsewhere() {
        return;
    }
    for args in [
        &["http"][..],
        &["65536"],
        &["655350"],
        &["-1"],
        &["+1"],
        &[""],
        &["80 "],
        &["0", "0"],
        &["99999999999999999999"],
    ] {
        let output = run(args).output();
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(errors.starts_with("usage: "), "{args:?}: {errors}");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert_eq!(output.stdout, b"");
    }
}

/// Digits are read and written: a free port as it is, and with zeros before it.
#[test]
fn a_port_is_read_and_written() {
    if is_elsewhere() {
        return;
    }
    let free = start("00000");
    let port = free.port;
    drop(free);
    assert_eq!(start(&format!("000{port}")).port, port);
}

#[test]
fn real_clients() {
    if is_elsewhere() {
        return;
    }
    let server = start("0");
    let port = server.port.to_string();
    let ruby = format!("require 'socket'; puts TCPSocket.open('localhost', {port}).gets");
    real_client("ruby", &["-e", &ruby], b"", "hello world\n");
    real_client("nc", &["127.0.0.1", &port], b"", "hello world");
    let url = format!("telnet://127.0.0.1:{port}");
    real_client(
        "curl",
        &["--silent", "--no-buffer", &url],
        b"",
        "hello world",
    );
}
