//! Sockets.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use core::net::{Ipv4Addr, SocketAddrV4};
//! use sysline::fd::AsFd;
//! use sysline::net::{self, AddressFamily, Protocol, RecvFlags, SendFlags, SocketType};
//!
//! // A server on any port that is free.
//! let listener = net::socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT)?;
//! net::bind(listener.as_fd(), &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
//! net::listen(listener.as_fd(), net::SOMAXCONN)?;
//! let address = net::getsockname(listener.as_fd())?;
//!
//! // Its client.
//! let client = net::socket(AddressFamily::INET, SocketType::STREAM, Protocol::DEFAULT)?;
//! net::connect(client.as_fd(), &address)?;
//! net::send(client.as_fd(), b"hello", SendFlags::NOSIGNAL)?;
//!
//! let (connection, from) = net::acceptfrom(listener.as_fd())?;
//! assert_eq!(from, net::getsockname(client.as_fd())?);
//! let mut bytes = [0; 16];
//! let len = net::recv(connection.as_fd(), &mut bytes, RecvFlags::empty())?;
//! assert_eq!(&bytes[..len], b"hello");
//! # Ok(())
//! # }
//! ```
//!
//! A new descriptor is closed by execve(2), unless a function whose name ends in `_with` is told otherwise.
//!
//! A call that a signal ends before it has done anything is `EINTR`: see [`retry_on_intr`](crate::io::retry_on_intr). Who
//! writes to a stream whose other end has gone gets `EPIPE`, and the process the signal `SIGPIPE` too, unless it says
//! [`SendFlags::NOSIGNAL`] or ignores the signal, as Rust's start-up code does.
//!
//! Owns: sockets, how they are connected, and bytes that are sent and received; its rooms own addresses, messages with more
//! than bytes, options and netlink. This file is read by the compiler and by `sysline gen`: hand-written functions come
//! first, then the `//sys` lines, whose wrappers are in `net/lines.rs`.

use crate::abi::{Errno, Result};
use crate::fd::{BorrowedFd, FromRawFd, OwnedFd};
use crate::flags::{flags, numbers};
use linux_raw_sys::net as c;

mod addr;
mod cmsg;
mod lines;
mod msg;
pub mod netlink;
pub mod sockopt;

pub use addr::*;
pub use cmsg::*;
pub use lines::{accept, accept_with, listen, recv, send, shutdown};
pub use msg::*;

/// The most connections that [`listen`] lets wait, unless the system's own limit, `net.core.somaxconn`, is another.
pub const SOMAXCONN: i32 = 4096;

/// `SOCK_CLOEXEC` and `SOCK_NONBLOCK` of `linux/net.h`: the flags of a file, on every architecture.
const SOCK_CLOEXEC: u32 = linux_raw_sys::general::O_CLOEXEC;

numbers! {
    /// What addresses look like, and what is on the other end (socket(2), address_families(7)).
    pub struct AddressFamily: u16 {
        /// None. To connect a datagram socket to such an address ends its connection.
        UNSPEC = c::AF_UNSPEC;
        /// Other sockets of this machine (unix(7)).
        UNIX = c::AF_UNIX;
        /// IPv4 (ip(7)).
        INET = c::AF_INET;
        /// IPv6 (ipv6(7)).
        INET6 = c::AF_INET6;
        /// The kernel (netlink(7)).
        NETLINK = c::AF_NETLINK;
        /// The network's devices (packet(7)).
        PACKET = c::AF_PACKET;
        /// The kernel's keys of IPsec.
        KEY = c::AF_KEY;
        /// A virtual machine and what runs it (vsock(7)).
        VSOCK = c::AF_VSOCK;
        /// A CAN bus.
        CAN = c::AF_CAN;
        /// The kernel's ciphers and hashes.
        ALG = c::AF_ALG;
        /// The network's devices, by rings of packets (Linux 4.18).
        XDP = c::AF_XDP;
        /// Bluetooth.
        BLUETOOTH = c::AF_BLUETOOTH;
        /// TIPC.
        TIPC = c::AF_TIPC;
        /// Qualcomm's processors and their routers.
        QIPCRTR = c::AF_QIPCRTR;
    }

    /// How bytes go over a socket (socket(2)). The values differ between architectures.
    pub struct SocketType: u32 {
        /// In order, without loss, without boundaries.
        STREAM = c::SOCK_STREAM;
        /// In messages, each of which may be lost, or come twice, or late.
        DGRAM = c::SOCK_DGRAM;
        /// In messages, in order and without loss.
        SEQPACKET = c::SOCK_SEQPACKET;
        /// Packets as they are on the network.
        RAW = c::SOCK_RAW;
        /// In messages, without loss.
        RDM = c::SOCK_RDM;
    }

    /// What a family's sockets speak: what is zero, and what another number means, is the family's to say. The constants are
    /// IP's, for [`AddressFamily::INET`] and [`AddressFamily::INET6`]; other families' numbers are made by
    /// [`Protocol::from_raw`], those of [`AddressFamily::PACKET`] by [`Protocol::ethernet`].
    pub struct Protocol: u32 {
        /// The family's own for the type.
        DEFAULT = 0;
        /// ICMP.
        ICMP = c::IPPROTO_ICMP;
        /// IGMP.
        IGMP = c::IPPROTO_IGMP;
        /// TCP.
        TCP = c::IPPROTO_TCP;
        /// UDP.
        UDP = c::IPPROTO_UDP;
        /// DCCP (until Linux 6.15).
        DCCP = c::IPPROTO_DCCP;
        /// ICMP for IPv6.
        ICMPV6 = c::IPPROTO_ICMPV6;
        /// SCTP.
        SCTP = c::IPPROTO_SCTP;
        /// UDP-Lite.
        UDPLITE = c::IPPROTO_UDPLITE;
        /// IP itself, for [`SocketType::RAW`].
        RAW = c::IPPROTO_RAW;
        /// TCP over several paths at once (Linux 5.6).
        MPTCP = c::IPPROTO_MPTCP;
    }

    /// Which half of a connection [`shutdown`] ends.
    pub struct Shutdown: u32 {
        /// Reading: a read is at the end, where nothing has come. What comes to a socket of IP is read all the same, and who
        /// writes to one of Unix gets `EPIPE`.
        READ = c::SHUT_RD;
        /// Writing: the other end is told that nothing more will come.
        WRITE = c::SHUT_WR;
        /// Both.
        BOTH = c::SHUT_RDWR;
    }
}

impl Protocol {
    /// The packets that [`AddressFamily::PACKET`] gives: an EtherType, such as 0x0800, or 3 (`ETH_P_ALL`) for all of them.
    pub const fn ethernet(ethertype: u16) -> Protocol {
        Protocol::from_raw(ethertype.to_be() as u32)
    }
}

flags! {
    /// What the descriptor of a socket is.
    pub struct SocketFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = SOCK_CLOEXEC;
        /// No call on it waits: it is `EAGAIN`, or `EINPROGRESS` for [`connect`].
        NONBLOCK = linux_raw_sys::general::O_NONBLOCK;
    }

    /// How bytes are sent (send(2)).
    pub struct SendFlags: u32 {
        /// The other end has answered: its neighbour entry is good for longer.
        CONFIRM = c::MSG_CONFIRM;
        /// Past the gateway, to hosts on the same network only.
        DONTROUTE = c::MSG_DONTROUTE;
        /// This call does not wait: `EAGAIN`.
        DONTWAIT = c::MSG_DONTWAIT;
        /// The record ends here ([`SocketType::SEQPACKET`]).
        EOR = c::MSG_EOR;
        /// More follows at once: it is sent together.
        MORE = c::MSG_MORE;
        /// No signal `SIGPIPE` where the other end has gone.
        NOSIGNAL = c::MSG_NOSIGNAL;
        /// One byte out of the stream's order.
        OOB = c::MSG_OOB;
        /// From the sender's memory without a copy: the socket's error queue tells when it may be used again (Linux 4.14).
        ZEROCOPY = 0x400_0000; // include/linux/socket.h
        /// A connection is made and the bytes go with its first packet (Linux 3.7).
        FASTOPEN = 0x2000_0000; // include/linux/socket.h
    }

    /// How bytes are received (recv(2)).
    pub struct RecvFlags: u32 {
        /// Descriptors that come with a message are closed by execve(2).
        CMSG_CLOEXEC = c::MSG_CMSG_CLOEXEC;
        /// This call does not wait: `EAGAIN`.
        DONTWAIT = c::MSG_DONTWAIT;
        /// From the queue of errors, not of data (ip(7), `IP_RECVERR`).
        ERRQUEUE = c::MSG_ERRQUEUE;
        /// The byte that was sent out of order.
        OOB = c::MSG_OOB;
        /// What is received stays in the queue.
        PEEK = c::MSG_PEEK;
        /// A message's whole length is told, also where the buffer is shorter. For a stream of TCP the bytes are thrown away.
        TRUNC = c::MSG_TRUNC;
        /// It waits until the buffer is full, a signal comes or the stream ends.
        WAITALL = c::MSG_WAITALL;
        /// Of several messages only the first is waited for ([`recvmmsg`]).
        WAITFORONE = 0x1_0000; // include/linux/socket.h
    }
}

/// Makes a socket, as yet without an address. It is closed by execve(2), and calls on it may wait.
///
/// # Errors
///
/// Those of `socket(2)`: `EAFNOSUPPORT` for a family that the kernel does not have.
#[inline]
pub fn socket(family: AddressFamily, kind: SocketType, protocol: Protocol) -> Result<OwnedFd> {
    socket_with(family, kind, SocketFlags::CLOEXEC, protocol)
}

/// [`socket`] with these flags and no others.
///
/// # Errors
///
/// As [`socket`].
#[inline]
pub fn socket_with(
    family: AddressFamily,
    kind: SocketType,
    flags: SocketFlags,
    protocol: Protocol,
) -> Result<OwnedFd> {
    lines::socket_raw(family, kind.raw() | flags.bits(), protocol)
}

/// Makes two sockets that are connected with each other. Of most families only [`AddressFamily::UNIX`] can. Both are closed by
/// execve(2).
///
/// # Errors
///
/// Those of `socketpair(2)`: `EOPNOTSUPP` for a family that has none.
#[inline]
pub fn socketpair(
    family: AddressFamily,
    kind: SocketType,
    protocol: Protocol,
) -> Result<(OwnedFd, OwnedFd)> {
    socketpair_with(family, kind, SocketFlags::CLOEXEC, protocol)
}

/// [`socketpair`] with these flags and no others.
///
/// # Errors
///
/// Those of `socketpair(2)`: `EOPNOTSUPP` for a family that has none.
#[inline]
pub fn socketpair_with(
    family: AddressFamily,
    kind: SocketType,
    flags: SocketFlags,
    protocol: Protocol,
) -> Result<(OwnedFd, OwnedFd)> {
    // A descriptor is never negative: see `Ret for OwnedFd`.
    let pair = lines::socketpair_raw(family, kind.raw() | flags.bits(), protocol)?;
    let [one, other] = pair.map(|number| number & i32::MAX);
    // SAFETY: the kernel has just opened both, and nobody else has them.
    unsafe { Ok((OwnedFd::from_raw_fd(one), OwnedFd::from_raw_fd(other))) }
}

/// Gives the socket its own address. With port 0 of IP it is any that is free; with an unnamed address of Unix, an abstract
/// name that is free.
///
/// # Errors
///
/// Those of `bind(2)`: `EADDRINUSE` where somebody else has it, `EADDRNOTAVAIL` where this machine has no such address.
/// `EINVAL` for bytes of [`AddressFamily::XDP`] that name a descriptor, unless a [`SharedXdpAddr`] lends it.
#[inline]
pub fn bind(fd: BorrowedFd<'_>, address: &impl AddressArg) -> Result<()> {
    let lent = address.lends(addr::ours::Ours);
    address.with_bytes(|bytes| {
        if !lent && addr::names_descriptor(bytes) {
            return Err(Errno::EINVAL);
        }
        lines::bind_raw(fd, addr::not_too_long(bytes)?)
    })
}

/// Connects the socket with the one that has this address. For datagrams it is where they go and the only place that they come
/// from; an address of [`AddressFamily::UNSPEC`] ends that.
///
/// # Errors
///
/// Those of `connect(2)`. `EINPROGRESS` on a socket that does not wait: it is done when the socket can be written, and
/// its option `SO_ERROR` says whether well. After `EINTR` the connection goes on being made in the same way: to call this again
/// would be `EALREADY`. `EINVAL` for a socket of PPP over L2TP, whose addresses name a descriptor that nobody lends here.
#[inline]
pub fn connect(fd: BorrowedFd<'_>, address: &impl AddressArg) -> Result<()> {
    address.with_bytes(|bytes| {
        if may_be_l2tp(bytes) && is_pppox(fd)? {
            return Err(Errno::EINVAL);
        }
        lines::connect_raw(fd, addr::not_too_long(bytes)?)
    })
}

/// Whether these bytes may be a `struct sockaddr_pppol2tp` or one of its kin (`linux/if_pppol2tp.h`): what is behind the
/// family and the shortest one's length. The kernel does not look at the family (`pppol2tp_connect`, Linux
/// `net/l2tp/l2tp_ppp.c`), so what the bytes are only the socket can say. Hardly any others are like these.
#[inline]
fn may_be_l2tp(bytes: &[u8]) -> bool {
    const PX_PROTO_OL2TP: [u8; 4] = 1u32.to_ne_bytes(); // linux/if_pppox.h
    bytes.len() >= 38 && bytes[2..6] == PX_PROTO_OL2TP
}

/// Whether the socket is one of PPP over something.
#[cold]
fn is_pppox(fd: BorrowedFd<'_>) -> Result<bool> {
    Ok(u32::from(sockopt::socket_domain(fd)?.raw()) == c::AF_PPPOX)
}

/// Waits for the next connection, and says from where it comes. Its descriptor is closed by execve(2), and calls on it may wait,
/// whatever those of the listening one do.
///
/// # Errors
///
/// Those of `accept(2)`, among them network errors of a connection that was about to be: try again. `EMFILE` and its like
/// leave the connection where it is: the next call fails too, until a descriptor is closed. Sockets of a family that has no
/// addresses to tell, as [`AddressFamily::ALG`], are `ECONNABORTED`: [`accept`] gives them.
#[inline]
pub fn acceptfrom(fd: BorrowedFd<'_>) -> Result<(OwnedFd, SocketAddrAny)> {
    acceptfrom_with(fd, SocketFlags::CLOEXEC)
}

/// [`acceptfrom`] with these flags and no others.
///
/// # Errors
///
/// As [`acceptfrom`].
#[inline]
pub fn acceptfrom_with(fd: BorrowedFd<'_>, flags: SocketFlags) -> Result<(OwnedFd, SocketAddrAny)> {
    SocketAddrAny::filled(|bytes, len| {
        // SAFETY: `len` is how many bytes `bytes` has.
        unsafe { lines::accept_raw(fd, bytes, len, flags) }
    })
}

/// The socket's own address.
///
/// # Errors
///
/// Those of `getsockname(2)`.
#[inline]
pub fn getsockname(fd: BorrowedFd<'_>) -> Result<SocketAddrAny> {
    // SAFETY: `len` is how many bytes `bytes` has.
    let ((), address) =
        SocketAddrAny::filled(|bytes, len| unsafe { lines::getsockname_raw(fd, bytes, len) })?;
    Ok(address)
}

/// The address of the socket that this one is connected with.
///
/// # Errors
///
/// Those of `getpeername(2)`: `ENOTCONN` where there is none.
#[inline]
pub fn getpeername(fd: BorrowedFd<'_>) -> Result<SocketAddrAny> {
    // SAFETY: `len` is how many bytes `bytes` has.
    let ((), address) =
        SocketAddrAny::filled(|bytes, len| unsafe { lines::getpeername_raw(fd, bytes, len) })?;
    Ok(address)
}

/// Sends bytes to an address, and says how many.
///
/// # Errors
///
/// Those of `sendto(2)`: `EISCONN` where a stream is connected, `EMSGSIZE` where a message can't be that long.
#[inline]
pub fn sendto(
    fd: BorrowedFd<'_>,
    buf: &[u8],
    flags: SendFlags,
    address: &impl AddressArg,
) -> Result<usize> {
    address.with_bytes(|bytes| lines::sendto_raw(fd, buf, flags, addr::not_too_long(bytes)?))
}

/// Receives bytes, and says how many and from where: `None` where that is not told, as by a stream's socket or where the sender
/// has no address.
///
/// What has no room in `buf` is lost with a message, and stays with a stream. With [`RecvFlags::TRUNC`] the number is the message's
/// whole length, and may be more than `buf` has.
///
/// # Errors
///
/// Those of `recvfrom(2)`.
#[inline]
pub fn recvfrom(
    fd: BorrowedFd<'_>,
    buf: &mut [u8],
    flags: RecvFlags,
) -> Result<(usize, Option<SocketAddrAny>)> {
    let (len, address) = SocketAddrAny::filled(|bytes, len| {
        // SAFETY: `len` is how many bytes `bytes` has.
        unsafe { lines::recvfrom_raw(fd, buf, flags, bytes, len) }
    })?;
    Ok((len, (!address.as_bytes().is_empty()).then_some(address)))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `linux/if_pppox.h`: its four structs are packed, and have 38, 46, 50 and 58 bytes; behind the family the protocol.
    #[test]
    fn addresses_of_l2tp_are_seen() {
        let mut bytes = [0; 58];
        bytes[2..6].copy_from_slice(&1u32.to_ne_bytes());
        for family in [0, 24, u16::MAX] {
            // Whatever it is: the kernel does not look at it.
            bytes[..2].copy_from_slice(&family.to_ne_bytes());
            for len in [38, 46, 50, 58] {
                assert!(may_be_l2tp(&bytes[..len]), "{len}");
            }
            assert!((0..38).all(|len| !may_be_l2tp(&bytes[..len])));
        }
        for other in [0, 2, 3, 1 << 8, 1 << 16, 1 << 24, 0x101, u32::MAX] {
            bytes[2..6].copy_from_slice(&u32::to_ne_bytes(other));
            assert!(!may_be_l2tp(&bytes), "PPPoE, PPTP and others: {other}");
        }
    }
}

/*
 * Lines
 */

// Lets others connect to the socket. Up to `backlog` connections wait until they are accepted, or as many as the system's own limit
// (`net.core.somaxconn`) allows.
//sysnb pub fn listen(fd: BorrowedFd<'_>, backlog: i32) -> Result<()>

// Waits for the next connection. Its descriptor is closed by execve(2), and calls on it may wait, whatever those of the listening one
// do. [`acceptfrom`] says from where it comes, and more of errors.
//sys pub fn accept(fd: BorrowedFd<'_>, 0, 0, SOCK_CLOEXEC) -> Result<OwnedFd> = SYS_ACCEPT4

// [`accept`] with these flags and no others.
//sys pub fn accept_with(fd: BorrowedFd<'_>, 0, 0,
//        flags: SocketFlags) -> Result<OwnedFd> = SYS_ACCEPT4

// Ends a half of the connection, or both, for all who have the socket.
//sys pub fn shutdown(fd: BorrowedFd<'_>, how: Shutdown) -> Result<()>

// Sends bytes to the socket that this one is connected with, and says how many.
//sys pub fn send(fd: BorrowedFd<'_>, buf: &[u8], flags: SendFlags, 0,
//        0) -> Result<usize> = SYS_SENDTO

// Receives bytes, and says how many; of a stream, 0 is its end. What has no room in `buf` is lost with a message, and stays with a
// stream. With [`RecvFlags::TRUNC`] the number is the message's whole length, and may be more than `buf` has.
//sys pub fn recv(fd: BorrowedFd<'_>, buf: &mut [u8], flags: RecvFlags, 0,
//        0) -> Result<usize> = SYS_RECVFROM

//sysnb pub(super) fn socket_raw(family: AddressFamily, kind: u32,
//        protocol: Protocol) -> Result<OwnedFd> = SYS_SOCKET

//sysnb pub(super) fn socketpair_raw(family: AddressFamily, kind: u32, protocol: Protocol,
//        out pair: [i32; 2]) -> Result<[i32; 2]> = SYS_SOCKETPAIR

// It may block: a path is made in a file system, and an algorithm may be in a module.
//sys pub(super) fn bind_raw(fd: BorrowedFd<'_>, address: &[u8]) -> Result<()> = SYS_BIND

//sys pub(super) fn connect_raw(fd: BorrowedFd<'_>, address: &[u8]) -> Result<()> = SYS_CONNECT

//sys pub(super) unsafe fn accept_raw(fd: BorrowedFd<'_>, address: &mut [u8; 128], len: &mut u32,
//        flags: SocketFlags) -> Result<OwnedFd> = SYS_ACCEPT4

//sysnb pub(super) unsafe fn getsockname_raw(fd: BorrowedFd<'_>, address: &mut [u8; 128],
//        len: &mut u32) -> Result<()> = SYS_GETSOCKNAME

//sysnb pub(super) unsafe fn getpeername_raw(fd: BorrowedFd<'_>, address: &mut [u8; 128],
//        len: &mut u32) -> Result<()> = SYS_GETPEERNAME

//sys pub(super) fn sendto_raw(fd: BorrowedFd<'_>, buf: &[u8], flags: SendFlags,
//        address: &[u8]) -> Result<usize> = SYS_SENDTO

//sys pub(super) unsafe fn recvfrom_raw(fd: BorrowedFd<'_>, buf: &mut [u8], flags: RecvFlags,
//        address: &mut [u8; 128], len: &mut u32) -> Result<usize> = SYS_RECVFROM
