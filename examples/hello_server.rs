//! A TCP server: each client, in a thread of its own, is told `hello world`.
//!
//! ```text
//! cargo run --example hello_server [PORT]      8001 when none is given; 0: any that is free
//! ```
//!
//! No call in it is made by `std` or a C library: a connection is a descriptor, an `OwnedFd` closes it, and the calls are those of
//! `sysline::net` and `sysline::io`.

use std::io::Write;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;
use sysline::io;
use sysline::net::{self, AddressFamily, Protocol, SocketType};
use sysline::prelude::*;

const USAGE: &str =
    "usage: hello_server [PORT]   a port from 0 (any that is free) to 65535, else 8001";

fn main() -> ExitCode {
    if std::env::args_os().skip(1).eq(["--help"]) {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let Some(port) = port_argument() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match listen_on(port) {
        Ok((listener, port)) => {
            let _ = writeln!(std::io::stdout(), "listening on 0.0.0.0:{port}");
            serve(listener.as_fd())
        }
        Err((call, errno)) => {
            eprintln!("{call}: {errno}");
            ExitCode::FAILURE
        }
    }
}

/// The port that the user asks for; none where the arguments are not as they should be.
fn port_argument() -> Option<u16> {
    let mut args = std::env::args_os().skip(1);
    let port = match args.next() {
        None => 8001,
        Some(port) => port.to_str()?.parse().ok()?,
    };
    args.next().is_none().then_some(port)
}

/// A socket that clients can connect to, and its port; or the call that failed, and why.
fn listen_on(port: u16) -> Result<(OwnedFd, u16), (&'static str, Errno)> {
    let failed = |call| move |errno| (call, errno);
    let socket = net::socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT)
        .map_err(failed("socket"))?;
    let fd = socket.as_fd();
    // Of an earlier server connections may linger, and are in nobody's way.
    net::sockopt::set_socket_reuseaddr(fd, true).map_err(failed("setsockopt"))?;
    let everywhere = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, port);
    net::bind(fd, &everywhere).map_err(failed("bind"))?;
    net::listen(fd, net::SOMAXCONN).map_err(failed("listen"))?;
    let address = net::getsockname(fd).map_err(failed("getsockname"))?;
    let address = SocketAddrV4::try_from(address).map_err(failed("getsockname"))?;
    Ok((socket, address.port()))
}

/// Accepts clients until the process is ended. An error of one client is no reason to leave the others alone.
fn serve(listener: BorrowedFd<'_>) -> ! {
    loop {
        match net::accept(listener) {
            // The thread owns the descriptor; where there can be no thread, the closure is dropped and closes it.
            Ok(client) => {
                if let Err(error) = thread::Builder::new().spawn(move || greet(client)) {
                    say(format_args!("no thread for a client: {error}"));
                }
            }
            // A signal came first, or the client has gone.
            Err(Errno::EINTR | Errno::ECONNABORTED) => {}
            Err(errno) => {
                say(format_args!("accept: {errno}"));
                // Too many clients, mostly: the next call would fail at once, and again. Sleep until some have left.
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// Tells one client, and closes the connection.
fn greet(client: OwnedFd) {
    if let Err(errno) = write_all(client.as_fd(), b"hello world") {
        say(format_args!("write: {errno}"));
    }
}

/// Says what went wrong. Where nobody hears it any more, `eprintln!` would end the server.
fn say(what: std::fmt::Arguments<'_>) {
    let _ = writeln!(std::io::stderr(), "{what}");
}

/// Writes all of `bytes`, in as many calls as it takes. A client that has gone is an error, `EPIPE` or `ECONNRESET`,
/// and not the end of the process: Rust's start-up code has the signal SIGPIPE ignored.
fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match io::write(fd, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}
