//! The hello server with neither `std` nor a C library: the runtime alone, in a file of at most 16 KiB.
//!
//! ```text
//! cargo run --release --manifest-path examples/tiny_hello/Cargo.toml [PORT]    8001 when none is given; 0: any that is free
//! ```
//!
//! One client after the other is told `hello world`: without a C library there are no threads, and none are needed. What is
//! sent to a new connection goes into its buffer, which has room for more than eleven bytes from the start
//! (`SOCK_MIN_SNDBUF`, Linux `include/net/sock.h`), and to close the descriptor leaves the rest to the kernel: no call but
//! `accept` waits, whatever a client does. A client costs one descriptor, for as long as it takes to tell it.
#![no_std]
#![no_main]
// Inline assembly for mips is not stable: there the program needs a nightly compiler.
#![cfg_attr(target_arch = "mips64", feature(asm_experimental_arch))]

#[path = "../../../tests/no_std/src/start.rs"]
mod start;

use core::net::{Ipv4Addr, SocketAddrV4};
use core::time::Duration;
use sysline::event::{Timeout, poll};
use sysline::io::write;
use sysline::net::{self, AddressFamily, Protocol, SendFlags, SocketType};
use sysline::prelude::*;
use sysline::process::exit_group;

const USAGE: &[u8] =
    b"usage: tiny_hello [PORT]   a port from 0 (any that is free) to 65535, else 8001\n";

/// Standard output and standard error.
const OUTPUT: i32 = 1;
const ERROR: i32 = 2;

/// What the program's first instructions call, with the address of its arguments' number.
extern "C" fn start(arguments: *const usize) -> ! {
    // SAFETY: the kernel has left them there.
    let Some(port) = (unsafe { port_argument(arguments) }) else {
        say(ERROR, &[USAGE]);
        exit_group(2)
    };
    match listen_on(port) {
        Ok((listener, port)) => {
            let mut digits = [0; 5];
            let port = decimal(port, &mut digits);
            say(OUTPUT, &[b"listening on 0.0.0.0:", port, b"\n"]);
            serve(listener.as_fd())
        }
        Err((call, errno)) => {
            tell(call, errno);
            exit_group(1)
        }
    }
}

/// The port that the user asks for; none where the arguments are not as they should be.
///
/// # Safety
///
/// `arguments` is where the kernel left their number, and behind it the addresses of so many strings.
unsafe fn port_argument(arguments: *const usize) -> Option<u16> {
    // SAFETY: as the caller promises.
    unsafe {
        match *arguments {
            0 | 1 => Some(8001), // the first is the program's name
            2 => number(*arguments.add(2).cast()),
            _ => None,
        }
    }
}

/// A string that is a number in decimal digits, and nothing else. (`CStr` would ask a C library for its length.)
///
/// # Safety
///
/// The string ends in a NUL.
unsafe fn number(mut digit: *const u8) -> Option<u16> {
    let mut number = None;
    loop {
        // SAFETY: none before this one was the NUL.
        let value = match unsafe { *digit } {
            0 => return number,
            byte @ b'0'..=b'9' => byte - b'0',
            _ => return None,
        };
        let tens = number.unwrap_or(0u16).checked_mul(10)?;
        number = Some(tens.checked_add(value.into())?);
        // SAFETY: the string does not end here.
        digit = unsafe { digit.add(1) };
    }
}

/// A number's decimal digits, at the end of the room for them.
fn decimal(mut number: u16, room: &mut [u8; 5]) -> &[u8] {
    let mut from = room.len();
    for (at, digit) in room.iter_mut().enumerate().rev() {
        if number != 0 || at == 4 {
            from = at;
        }
        *digit = b'0' + (number % 10) as u8;
        number /= 10;
    }
    room.get(from..).unwrap_or_default()
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
    // A `struct sockaddr_in`: the port follows the family, its high byte first.
    match *address.as_bytes() {
        [_, _, high, low, ..] => Ok((socket, u16::from_be_bytes([high, low]))),
        _ => Err(("getsockname", Errno::EINVAL)),
    }
}

/// Accepts clients until the process is ended. An error of one client is no reason to leave the others alone.
fn serve(listener: BorrowedFd<'_>) -> ! {
    loop {
        match net::accept(listener) {
            // A client that has gone is an error, and not the end of the process: no signal SIGPIPE. There is no need to say so.
            Ok(client) => {
                let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
                let _ = net::send(client.as_fd(), b"hello world", flags);
            }
            // A signal came first, or the client has gone.
            Err(Errno::EINTR | Errno::ECONNABORTED) => {}
            Err(errno) => {
                tell("accept", errno);
                // The next call might fail at once, and again: a pause, until there is a descriptor or memory.
                let _ = poll(&mut [], Timeout::from(Duration::from_millis(100)), None);
            }
        }
    }
}

/// Says which call failed, and why.
fn tell(call: &str, errno: Errno) {
    let name = errno.name().unwrap_or("?");
    let message = errno.message();
    let words = [call, ": ", name, ": ", message, "\n"].map(str::as_bytes);
    say(ERROR, &words);
}

/// Writes words to a descriptor; where they can't be written nobody is told.
fn say(to: i32, words: &[&[u8]]) {
    // SAFETY: it stays open for all of the program.
    let to = unsafe { BorrowedFd::borrow_raw(to) };
    for mut word in words.iter().copied() {
        while !word.is_empty() {
            let Ok(taken @ 1..) = write(to, word) else {
                return;
            };
            word = word.get(taken..).unwrap_or_default();
        }
    }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit_group(101)
}

/// Asked for by `core`, which is built to unwind, and never called: a panic here ends the program.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}

/// Asked for by arm's tables for unwinding, and never called either (Exception Handling ABI for the Arm Architecture,
/// "Personality routine exception-handling table entries").
#[cfg(target_arch = "arm")]
mod unwinding {
    #[unsafe(no_mangle)]
    extern "C" fn __aeabi_unwind_cpp_pr0() {}
    #[unsafe(no_mangle)]
    extern "C" fn __aeabi_unwind_cpp_pr1() {}
}
