//! Options of sockets: what is set is read back from the kernel by a call of the test's own, and seen by what it does.
//! Owns: how the two are compared; the files beside it own the options of each level.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../../tests/support/child.rs"]
mod child;
#[path = "../../../../tests/support/emulator.rs"]
mod emulator;

mod icmp;
mod ip;
mod ipv6;
mod multicast;
mod peer;
mod raw;
mod socket;
mod tcp;
mod udp;

use std::fmt::Debug;
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use sysline::net::{self, AddressFamily, Protocol, SocketType};
use sysline::{Errno, Result};

sysline::sys! {
    sys unsafe fn get_bytes(fd: BorrowedFd<'_>, level: u32, name: u32, value: *mut u8, len: &mut u32) -> Result<()> = SYS_GETSOCKOPT
    sysnb unsafe fn setresuid(real: u32, effective: u32, saved: u32) -> Result<()>
}

/// The bytes of an option, at most 64.
fn bytes(fd: BorrowedFd<'_>, level: u32, name: u32) -> Result<Vec<u8>> {
    let mut value = vec![0xaa; 64];
    let mut len = 64;
    // SAFETY: `len` is how many bytes `value` has, and no option of these tests counts otherwise.
    unsafe { get_bytes(fd, level, name, value.as_mut_ptr(), &mut len) }?;
    value.truncate(len as usize);
    Ok(value)
}

/// The `int` of an option.
#[track_caller]
fn int(fd: BorrowedFd<'_>, level: u32, name: u32) -> i32 {
    let mut value = [0xaa; 4];
    let mut len = 4;
    // SAFETY: as in `bytes`.
    unsafe { get_bytes(fd, level, name, value.as_mut_ptr(), &mut len) }.unwrap();
    assert_eq!(len, 4);
    i32::from_ne_bytes(value)
}

/// Whether an emulator takes the option for an `int`, which is this error then: its own, or a kernel's that it has asked for one.
#[track_caller]
fn is_int<T>(result: &Result<T>, error: Errno, what: &str) -> bool {
    result.as_ref().err() == Some(&error) && emulator::skipped(&format!("{what} is an int"))
}

/// Whether an emulator does not know the option.
#[track_caller]
fn lacks<T>(result: &Result<T>, what: &str) -> bool {
    matches!(result, Err(Errno::ENOPROTOOPT | Errno::EOPNOTSUPP)) && emulator::skipped(what)
}

type Read<T> = fn(BorrowedFd<'_>) -> Result<T>;
type Write<T> = fn(BorrowedFd<'_>, T) -> Result<()>;

/// Sets an option to each value, and reads it by a call of the test's own, which gives the number beside the value.
#[track_caller]
fn values<T: Copy + PartialEq + Debug>(
    fd: BorrowedFd<'_>,
    (level, number, name): (u32, u32, &str),
    (get, set): (Read<T>, Write<T>),
    values: &[(T, i32)],
) {
    for &(value, expected) in values {
        let done = set(fd, value);
        if lacks(&done, name) {
            return;
        }
        assert_eq!(done, Ok(()), "{name} {value:?}");
        let got = get(fd);
        if lacks(&got, name) {
            return;
        }
        assert_eq!(int(fd, level, number), expected, "{name} {value:?}");
        assert_eq!(got, Ok(value), "{name}");
    }
}

/// Rows of `NAME reader writer`, and where they are not `bool`, `[value => number, ...]`.
macro_rules! options {
    ($fd:expr, $level:ident: $($name:ident $get:ident $set:ident $([$($value:expr => $number:expr),*])?;)*) => {$(
        $crate::values(
            $fd,
            (c::$level, c::$name, stringify!($name)),
            (sockopt::$get, sockopt::$set),
            options!(@ $([$($value => $number),*])?),
        );
    )*};
    (@) => { &[(true, 1), (false, 0), (true, 1)] };
    (@ [$($value:expr => $number:expr),*]) => { &[$(($value, $number)),*] };
}
use options;

fn socket(family: AddressFamily, kind: SocketType) -> OwnedFd {
    net::socket(family, kind, Protocol::DEFAULT).unwrap()
}

fn tcp() -> OwnedFd {
    socket(AddressFamily::INET, SocketType::STREAM)
}

fn udp() -> OwnedFd {
    socket(AddressFamily::INET, SocketType::DGRAM)
}

/// A socket of IPv6, unless the machine has none.
fn inet6(kind: SocketType) -> Option<OwnedFd> {
    let made = net::socket(AddressFamily::INET6, kind, Protocol::DEFAULT);
    if let Err(Errno::EAFNOSUPPORT) = made {
        println!("skipped: no IPv6");
        return None;
    }
    Some(made.unwrap())
}

/// A listener, and a connection with it: the client's end and the server's.
fn connected() -> (TcpListener, TcpStream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let (server, _) = listener.accept().unwrap();
    (listener, client, server)
}

/// The index of the loopback device, in the words of the kernel.
fn lo() -> u32 {
    // SAFETY: it reads up to the NUL.
    unsafe { if_nametoindex(c"lo".as_ptr()) }
}

// SAFETY: the signature is that of `net/if.h`.
unsafe extern "C" {
    fn if_nametoindex(name: *const std::ffi::c_char) -> std::ffi::c_uint;
}

/// Brings up the only device of a new network namespace. Groups may be joined on it.
fn loopback_up() {
    let mut request = [0u8; 40];
    request[..2].copy_from_slice(b"lo");
    request[16..18].copy_from_slice(&0x1001u16.to_ne_bytes()); // IFF_UP, IFF_MULTICAST
    // SAFETY: `SIOCSIFFLAGS` of netdevice(7) takes a `struct ifreq`, of 40 bytes at most.
    unsafe { sysline::io::ioctl(udp().as_fd(), 0x8914, request.as_mut_ptr().cast()) }.unwrap();
}

/// Runs `test` in a copy of the process that is nobody's.
fn unprivileged(test: impl FnOnce()) {
    child::in_child(|| {
        if child::is_root() {
            // SAFETY: it takes numbers; the copy has one thread.
            unsafe { setresuid(65534, 65534, 65534) }.unwrap();
        }
        test();
    });
}

/// Descriptors that options return are the caller's, and no other call leaves one open.
#[test]
fn no_descriptor_is_left_open() {
    use sysline::net::sockopt;
    child::in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let (one, other) =
            net::socketpair(AddressFamily::UNIX, SocketType::STREAM, Protocol::DEFAULT).unwrap();
        let lone = tcp();
        let before = count();
        for _ in 0..3 {
            drop(sockopt::socket_peerpidfd(one.as_fd()));
            drop(sockopt::socket_peerpidfd(lone.as_fd()));
            let _ = sockopt::socket_peercred(other.as_fd());
            let _ = sockopt::tcp_info(one.as_fd());
            let _ = sockopt::set_tcp_congestion(lone.as_fd(), "none such");
        }
        assert_eq!(count(), before);
        let pidfd = sockopt::socket_peerpidfd(one.as_fd());
        if !lacks(&pidfd, "SO_PEERPIDFD") {
            assert_eq!(count(), before + 1);
        }
    });
}
