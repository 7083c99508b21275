//! A TCP server from nothing but lines: each client, in a thread of its own, is told `hello world`.
//!
//! ```text
//! cargo run --example hello_server [PORT]      8001 when none is given; 0: any that is free
//! ```
//!
//! The calls are declared in the order in which a server makes them, then what the kernel's structures look like, then
//! the server. There is no `std::net` and no C library in it: a connection is a descriptor, and an `OwnedFd` closes it.

use std::process::ExitCode;
use std::thread;
use std::time::Duration;
use sysline::prelude::*;

sysline::sys! {
    /// Makes a socket, as yet without an address.
    sys fn socket(domain: i32, kind: i32, protocol: i32) -> Result<OwnedFd>

    /// Lets `bind` take a port again of which old connections still linger, as they do when a server has just ended.
    sys fn reuse_address(fd: BorrowedFd<'_>, SOL_SOCKET, SO_REUSEADDR, on: &i32, SIZE_OF_I32) -> Result<()>
        = SYS_SETSOCKOPT

    /// Gives the socket its own address. Port 0 is any that is free.
    sys fn bind(fd: BorrowedFd<'_>, addr: &SockaddrIn, SIZE_OF_SOCKADDR_IN) -> Result<()>

    /// Lets clients connect; up to `backlog` of them wait until they are accepted.
    sys fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Result<()>

    /// The socket's own address. It is `unsafe` because of `len`: the kernel believes that so many bytes are there.
    sysnb unsafe fn getsockname(fd: BorrowedFd<'_>, addr: &mut SockaddrIn, len: &mut u32) -> Result<()>

    /// Waits for the next client. The two zeros are null addresses: nobody asks who the client is.
    sys fn accept(fd: BorrowedFd<'_>, 0, 0, SOCK_CLOEXEC) -> Result<OwnedFd> = SYS_ACCEPT4

    /// Sends bytes, as many as the kernel has room for, and says how many.
    sys fn write(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize>
}

/// An address of IPv4: `struct sockaddr_in` of `linux/in.h`.
#[repr(C)]
struct SockaddrIn {
    /// Always [`AF_INET`].
    family: u16,
    /// The port, its high byte first.
    port: [u8; 2],
    /// The host: `127.0.0.1` is `[127, 0, 0, 1]`, and all zeros are every address of this host.
    addr: [u8; 4],
    /// Unused.
    zero: [u8; 8],
}

const SIZE_OF_SOCKADDR_IN: u32 = size_of::<SockaddrIn>() as u32;
const SIZE_OF_I32: u32 = size_of::<i32>() as u32;

// `linux/socket.h`, `linux/net.h`, `asm/socket.h`. MIPS has its own numbers for some of them.
const MIPS: bool = cfg!(any(target_arch = "mips", target_arch = "mips64"));
const AF_INET: u16 = 2;
const SOCK_STREAM: i32 = if MIPS { 2 } else { 1 };
const SOCK_CLOEXEC: i32 = 0o2_000_000;
const SOL_SOCKET: i32 = if MIPS { 0xffff } else { 1 };
const SO_REUSEADDR: i32 = if MIPS { 4 } else { 2 };
const SOMAXCONN: i32 = 4096;

const USAGE: &str =
    "usage: hello_server [PORT]   a port from 0 (any that is free) to 65535, else 8001";

fn main() -> ExitCode {
    let Some(port) = port_argument() else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match listen_on(port) {
        Ok((listener, port)) => {
            println!("listening on 0.0.0.0:{port}");
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
    let mut addr = SockaddrIn {
        family: AF_INET,
        port: port.to_be_bytes(),
        addr: [0, 0, 0, 0],
        zero: [0; 8],
    };
    let socket = socket(AF_INET.into(), SOCK_STREAM | SOCK_CLOEXEC, 0).map_err(failed("socket"))?;
    reuse_address(socket.as_fd(), &1).map_err(failed("setsockopt"))?;
    bind(socket.as_fd(), &addr).map_err(failed("bind"))?;
    listen(socket.as_fd(), SOMAXCONN).map_err(failed("listen"))?;
    let mut len = SIZE_OF_SOCKADDR_IN;
    // SAFETY: `len` is how long `addr` is.
    unsafe { getsockname(socket.as_fd(), &mut addr, &mut len) }.map_err(failed("getsockname"))?;
    Ok((socket, u16::from_be_bytes(addr.port)))
}

/// Accepts clients until the process is ended. An error of one client is no reason to leave the others alone.
fn serve(listener: BorrowedFd<'_>) -> ! {
    loop {
        match accept(listener) {
            // The thread owns the descriptor; where there can be no thread, the closure is dropped and closes it.
            Ok(client) => {
                if let Err(error) = thread::Builder::new().spawn(move || greet(client)) {
                    eprintln!("no thread for a client: {error}");
                }
            }
            // A signal came first.
            Err(Errno::EINTR) => {}
            Err(errno) => {
                eprintln!("accept: {errno}");
                // Too many clients: the next call would fail at once, and again. Sleep until some have left.
                if matches!(
                    errno,
                    Errno::EMFILE | Errno::ENFILE | Errno::ENOBUFS | Errno::ENOMEM
                ) {
                    thread::sleep(Duration::from_millis(100));
                }
            }
        }
    }
}

/// Tells one client, and closes the connection.
fn greet(client: OwnedFd) {
    if let Err(errno) = write_all(client.as_fd(), b"hello world") {
        eprintln!("write: {errno}");
    }
}

/// Writes all of `bytes`, in as many calls as it takes. A client that has gone is an error, `EPIPE` or `ECONNRESET`,
/// and not the end of the process: Rust's start-up code has the signal SIGPIPE ignored.
fn write_all(fd: BorrowedFd<'_>, mut bytes: &[u8]) -> Result<()> {
    while !bytes.is_empty() {
        match write(fd, bytes) {
            Ok(written) => bytes = &bytes[written..],
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
    Ok(())
}
