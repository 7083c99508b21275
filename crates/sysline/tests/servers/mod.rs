//! Servers as a user meets them: a process, its output, and clients. The clients are `std::net`'s, which know nothing of this
//! crate, and programs of the machine. Nothing here waits for ever, and no server outlives its test. Owns: how a server is
//! started and reached. Must not know what it answers.
#![allow(dead_code)] // each test crate takes what it needs

#[path = "../../../../tests/support/process.rs"]
mod process;

pub(crate) use process::{PATIENCE, Process};
use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;
use sysline::net::sockopt::set_socket_linger;
use sysline::prelude::*;
use sysline::process::{Resource, Rlimit, prlimit};

/// A server that listens.
pub(crate) struct Server {
    pub(crate) process: Process,
    pub(crate) port: u16,
    /// Its lines on standard error.
    pub(crate) errors: Receiver<String>,
}

impl Server {
    /// Starts an example.
    pub(crate) fn start(name: &str, args: &[&str]) -> Server {
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        Server::of(Process::start(name, &args))
    }

    /// The server that a process is, when it listens.
    pub(crate) fn of(mut process: Process) -> Server {
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

    pub(crate) fn pid(&self) -> Pid {
        Pid::from_raw(self.process.0.id() as i32)
    }

    pub(crate) fn connect(&self) -> TcpStream {
        connect(self.port)
    }

    /// The numbers of its descriptors.
    pub(crate) fn numbers(&self) -> BTreeSet<u64> {
        let fds = std::fs::read_dir(format!("/proc/{}/fd", self.pid())).unwrap();
        fds.map(|entry| entry.unwrap().file_name().to_str().unwrap().parse())
            .collect::<Result<_, _>>()
            .unwrap()
    }

    /// How many descriptors it has.
    pub(crate) fn descriptors(&self) -> usize {
        self.numbers().len()
    }

    /// The lowest number that is no descriptor of it.
    pub(crate) fn lowest_free(&self) -> u64 {
        let numbers = self.numbers();
        (0..).find(|number| !numbers.contains(number)).unwrap()
    }

    /// Lets it have descriptors below this number.
    pub(crate) fn limit(&self, current: u64) {
        let pid = Some(self.pid());
        let mut limit: Rlimit = prlimit(pid, Resource::NOFILE, None).unwrap();
        limit.current = Some(current);
        prlimit(pid, Resource::NOFILE, Some(limit)).unwrap();
    }
}

pub(crate) fn connect(port: u16) -> TcpStream {
    try_connect(port).unwrap()
}

pub(crate) fn try_connect(port: u16) -> std::io::Result<TcpStream> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let client = TcpStream::connect_timeout(&address, PATIENCE)?;
    client.set_read_timeout(Some(PATIENCE))?;
    client.set_write_timeout(Some(PATIENCE))?;
    Ok(client)
}

/// Closes a connection by a reset.
pub(crate) fn reset(client: TcpStream) {
    set_socket_linger(client.as_fd(), Some(Duration::ZERO)).unwrap();
}

/// All that a client is told until the end.
pub(crate) fn told(mut client: TcpStream) -> String {
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

/// A client of the machine's own: what it is given on standard input, which stays open, and what it must write. A machine
/// that does not have it says so.
#[track_caller]
pub(crate) fn real_client(program: &str, args: &[&str], input: &[u8], expected: &str) {
    let started = Command::new(program)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut client = match started {
        Ok(child) => Process(child),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: real_clients: there is no {program} here");
            return;
        }
        Err(error) => panic!("{program}: {error}"),
    };
    let mut stdin = client.0.stdin.take().unwrap();
    stdin.write_all(input).unwrap();
    let mut stdout = client.0.stdout.take().unwrap();
    let (sender, receiver) = channel();
    let mut bytes = vec![0; expected.len()];
    thread::spawn(move || {
        let read = stdout.read_exact(&mut bytes).map(|()| bytes);
        let _ = sender.send(read);
    });
    let written = receiver.recv_timeout(PATIENCE).unwrap();
    let written = written.unwrap_or_else(|error| panic!("{program}: {error}"));
    assert_eq!(String::from_utf8(written).unwrap(), expected, "{program}");
}
