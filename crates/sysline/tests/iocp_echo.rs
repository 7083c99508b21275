//! The example `iocp_echo` as a user meets it: a process, its output, and clients. The clients are `std::net`'s, which
//! know nothing of this crate. Nothing here waits for ever, and no server outlives its test.

#![cfg(all(windows, feature = "std"))]

#[path = "../../../tests/support/process.rs"]
mod process;

use process::{PATIENCE, Process};
use std::ffi::{OsStr, OsString};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream};
use std::os::windows::ffi::OsStringExt;
use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};

/// A server that listens.
struct Server {
    process: Process,
    addr: SocketAddr,
}

impl Server {
    fn start(port: &str) -> Server {
        let mut process = Process::start("iocp_echo", &[port.as_ref()]);
        // Nobody cares what it says of clients that it has lost.
        let mut errors = process.0.stderr.take().unwrap();
        thread::spawn(move || std::io::copy(&mut errors, &mut std::io::sink()));
        Server::of(process).expect("it does not listen")
    }

    /// The server of a process that says where it listens; none where it ends its output without a word.
    fn of(mut process: Process) -> Option<Server> {
        let output = process.0.stdout.take().unwrap();
        let (sender, receiver) = channel();
        thread::spawn(move || sender.send(BufReader::new(output).lines().next()));
        let first = receiver.recv_timeout(PATIENCE).unwrap()?.unwrap();
        let addr = first.strip_prefix("listening on ");
        let addr = addr.unwrap_or_else(|| panic!("it said {first:?}"));
        let addr: SocketAddr = addr.parse().unwrap();
        // Nobody from elsewhere can connect.
        assert_eq!(addr.ip(), Ipv4Addr::LOCALHOST);
        assert_ne!(addr.port(), 0);
        Some(Server { process, addr })
    }

    /// A client that vanishes with what it has sent still coming back, or come back unread: the connection is reset.
    fn reset(&self) {
        let mut client = self.connect();
        client.write_all(b"never read").unwrap();
        assert_ne!(client.peek(&mut [0]).unwrap(), 0);
    }

    /// How many handles the process has.
    fn handles(&self) -> usize {
        let id = self.process.0.id() as usize;
        let all = handles();
        all.iter().filter(|handle| handle.process == id).count()
    }

    fn connect(&self) -> TcpStream {
        connect(self.addr)
    }

    /// Many clients at the same moment, each with messages of its own; it gets those back, and no others.
    fn echoes(&self, clients: usize) {
        let together = Barrier::new(clients);
        thread::scope(|scope| {
            for client in 0..clients {
                let (together, addr) = (&together, self.addr);
                scope.spawn(move || {
                    together.wait();
                    let stream = connect(addr);
                    for (round, size) in sizes(client).into_iter().enumerate() {
                        echo(&stream, &message(client, round, size));
                    }
                    stream.shutdown(Shutdown::Write).unwrap();
                    // Then there is no more, and the server closes its side.
                    assert_eq!((&stream).read(&mut [0]).unwrap(), 0);
                });
            }
        });
    }
}

/// `SYSTEM_HANDLE_TABLE_ENTRY_INFO_EX`.
#[repr(C)]
#[derive(Clone, Copy)]
struct Handle {
    _object: usize,
    process: usize,
    _value: usize,
    _access: u32,
    _trace_and_kind: [u16; 2],
    _attributes: [u32; 2],
}

/// All handles of the system. GetProcessHandleCount would be shorter, but in wine that is 0 for every process.
fn handles() -> Vec<Handle> {
    // How many there are, and a word that is reserved.
    const HEAD: usize = 2 * size_of::<usize>();
    const SYSTEM_EXTENDED_HANDLE_INFORMATION: i32 = 64;
    const STATUS_INFO_LENGTH_MISMATCH: i32 = 0xc000_0004_u32 as i32;
    #[link(name = "ntdll")]
    unsafe extern "system" {
        fn NtQuerySystemInformation(
            class: i32,
            buffer: *mut usize,
            size: u32,
            wanted: *mut u32,
        ) -> i32;
    }
    let mut words = vec![0; 1 << 16];
    loop {
        let size = size_of_val(words.as_slice()) as u32;
        // SAFETY: `size` is how many bytes are there.
        let status = unsafe {
            NtQuerySystemInformation(
                SYSTEM_EXTENDED_HANDLE_INFORMATION,
                words.as_mut_ptr(),
                size,
                &mut 0,
            )
        };
        if status != STATUS_INFO_LENGTH_MISMATCH {
            assert_eq!(status, 0, "{status:#x}");
            break;
        }
        words.resize(words.len() * 2, 0);
    }
    let count = words[0];
    assert!(HEAD + count * size_of::<Handle>() <= size_of_val(words.as_slice()));
    let first = words.as_ptr().wrapping_byte_add(HEAD).cast::<Handle>();
    // SAFETY: so many are there, and any bytes are one.
    unsafe { std::slice::from_raw_parts(first, count) }.to_vec()
}

fn connect(addr: SocketAddr) -> TcpStream {
    let client = TcpStream::connect_timeout(&addr, PATIENCE).unwrap();
    client.set_read_timeout(Some(PATIENCE)).unwrap();
    client.set_write_timeout(Some(PATIENCE)).unwrap();
    client
}

/// Sizes of a client's messages: from one byte to 100 kB, around the size of the server's buffer too.
fn sizes(client: usize) -> [usize; 5] {
    let all = [
        1, 2, 999, 4_096, 16_383, 16_384, 16_385, 32_768, 60_001, 100_000,
    ];
    [0, 3, 1, 7, 4].map(|step| all[(client + step) % all.len()])
}

/// Bytes that no other message has: those of a linear congruential generator.
fn message(client: usize, round: usize, size: usize) -> Vec<u8> {
    let mut state = (client * 8 + round) as u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..size).map(|_| next()).collect()
}

/// Sends a message and gets it back. It is sent in a thread of its own: the server does not take all of a long one
/// before some of it is read back.
fn echo(stream: &TcpStream, sent: &[u8]) {
    thread::scope(|scope| {
        let mut writer = stream;
        scope.spawn(move || writer.write_all(sent).unwrap());
        let mut back = vec![0; sent.len()];
        let mut reader = stream;
        reader.read_exact(&mut back).unwrap();
        assert!(back == sent, "{} bytes came back wrong", sent.len());
    });
}

#[test]
fn two_hundred_clients_at_once() {
    Server::start("0").echoes(200);
}

#[test]
fn a_message_of_every_size_comes_back() {
    let server = Server::start("0");
    let stream = server.connect();
    for (round, size) in [1, 2, 3, 1_460, 16_384, 16_385, 100_000, 1, 1_000_000]
        .into_iter()
        .enumerate()
    {
        echo(&stream, &message(0, round, size));
    }
}

#[test]
fn clients_that_vanish_take_nobody_along() {
    let server = Server::start("0");
    let stays = server.connect();
    echo(&stays, b"before");
    for round in 0..100 {
        let mut client = server.connect();
        match round % 4 {
            // Connected, and gone.
            0 => {}
            // Gone with what it has sent still coming back: the connection is reset.
            1 => client.write_all(&message(1, round, 50_000)).unwrap(),
            // Gone in the middle of a message.
            2 => {
                client.write_all(&message(2, round, 20_000)).unwrap();
                client.read_exact(&mut [0; 10_000]).unwrap();
            }
            // Ended its side, and gone before the server could answer.
            _ => {
                client.write_all(b"last words").unwrap();
                client.shutdown(Shutdown::Write).unwrap();
            }
        }
        drop(client);
    }
    echo(&stays, b"after");
    server.echoes(20);
}

#[test]
fn clients_that_are_reset_leave_nothing_behind() {
    let server = Server::start("0");
    // Whatever it makes for its first clients is there.
    server.echoes(20);
    (0..20).for_each(|_| server.reset());
    let before = server.handles();
    assert_ne!(before, 0);
    (0..500).for_each(|_| server.reset());
    // It may take a while to see that the last ones are gone.
    let start = Instant::now();
    loop {
        let now = server.handles();
        if now <= before + 20 {
            break;
        }
        assert!(start.elapsed() < PATIENCE, "{before} handles, then {now}");
        thread::sleep(Duration::from_millis(50));
    }
    server.echoes(5);
}

#[test]
fn a_server_that_can_tell_nobody_serves_all_the_same() {
    let mut process = Process::start("iocp_echo", &["0".as_ref()]);
    // The pipe is closed: to write to it is an error.
    drop(process.0.stderr.take());
    let server = Server::of(process).unwrap();
    // More than there are workers.
    let workers = thread::available_parallelism().map_or(1, usize::from);
    (0..4 * workers + 20).for_each(|_| server.reset());
    server.echoes(20);
}

/// One that reads nothing holds up itself only.
#[test]
fn a_client_that_does_not_read_holds_up_nobody() {
    let server = Server::start("0");
    let lazy = server.connect();
    lazy.set_write_timeout(Some(Duration::from_millis(300)))
        .unwrap();
    let mut written = 0;
    while let Ok(more) = (&lazy).write(&[7; 100_000]) {
        written += more;
        assert!(written < 1 << 30, "the server reads without end");
    }
    server.echoes(20);
}

#[test]
fn a_restart_gets_the_same_port() {
    let server = Server::start("0");
    server.echoes(5);
    let port = server.addr.port();
    drop(server);
    // The system may take a while to give the port back.
    let start = Instant::now();
    let server = loop {
        let text = port.to_string();
        let mut process = Process::start("iocp_echo", &[text.as_ref()]);
        // What it says of a port in use is one line, which the pipe has room for.
        let _errors = process.0.stderr.take();
        if let Some(server) = Server::of(process) {
            break server;
        }
        assert!(start.elapsed() < PATIENCE, "port {port} stays in use");
    };
    assert_eq!(server.addr.port(), port);
    server.echoes(5);
}

#[test]
fn a_port_in_use_is_told_by_its_code() {
    let other = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let output = Process::start("iocp_echo", &[port.as_ref()]).output();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    // WSAEADDRINUSE.
    let expected = format!("port {port}: Win32 error 10048: ");
    assert!(errors.starts_with(&expected), "{errors}");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(output.stdout, b"");
}

#[test]
fn a_bad_port_is_told_how_it_is_used() {
    // An unpaired surrogate is no text.
    let no_text = OsString::from_wide(&[0x38, 0xd800]);
    for bad in ["http", "65536", "-1", "", "80 "]
        .map(OsStr::new)
        .into_iter()
        .chain([no_text.as_os_str()])
    {
        refuses(&[bad]);
    }
    refuses(&["0".as_ref(), "0".as_ref()]);
}

fn refuses(args: &[&OsStr]) {
    let output = Process::start("iocp_echo", args).output();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(errors.starts_with("usage: "), "{args:?}: {errors}");
    assert_eq!(output.status.code(), Some(2), "{args:?}");
    assert_eq!(output.stdout, b"");
}
