//! Control messages: what goes with a message beside its bytes (cmsg(3)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let file = std::fs::File::open("/proc/self/status").unwrap();
//! use sysline::fd::AsFd;
//! use sysline::io::{IoSlice, IoSliceMut};
//! use sysline::net::*;
//!
//! let (one, other) = socketpair(AddressFamily::UNIX, SocketType::STREAM, Protocol::DEFAULT)?;
//!
//! let mut space = [0; cmsg_space_rights(1)];
//! let mut control = SendControl::new(&mut space);
//! control.push_rights(&[file.as_fd()])?;
//! sendmsg(one.as_fd(), &[IoSlice::new(b"a file")], &control, SendFlags::NOSIGNAL)?;
//!
//! let mut bytes = [0; 100];
//! let mut space = [0; cmsg_space_rights(1)];
//! let mut control = RecvControl::new(&mut space);
//! let mut bufs = [IoSliceMut::new(&mut bytes)];
//! let received = recvmsg(other.as_fd(), &mut bufs, &mut control, RecvFlags::empty())?;
//! assert_eq!(received.bytes, 6);
//! for message in control.messages() {
//!     if let ControlMessage::Rights(descriptors) = message {
//!         let files: Vec<std::fs::File> = descriptors.map(Into::into).collect();
//!         assert_eq!(files.len(), 1);
//!     }
//! }
//! # Ok(())
//! # }
//! ```
//!
//! The buffers are the caller's, of any address: the kernel asks for no alignment, and nothing here does. How long they have to
//! be [`cmsg_space`] and its kin say; for several messages the lengths are added.
//!
//! # Who owns a descriptor
//!
//! What is to be sent is lent for as long as the [`SendControl`] lives. What has come is owned by the [`RecvControl`] from the
//! moment that the call returns, whether anybody looks or not. An iterator takes each descriptor out of it exactly once; those
//! that nobody has taken are closed when the buffer is used for the next call or dropped, also where an iterator was left
//! half-way or forgotten. A buffer that was too short ([`ReturnFlags::CTRUNC`](super::ReturnFlags::CTRUNC)) has as many
//! descriptors as there was room for; the others never came into this process.
//!
//! Only what a call has received becomes descriptors: bytes that are decoded by [`control_messages`] are never more than numbers.
//!
//! Owns: `struct cmsghdr` and what is behind it, as bytes, and who owns the descriptors in them. It must not believe them.

use super::{AddressFamily, SocketAddrAny};
use crate::abi::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use crate::flags::numbers;
use crate::process::{Gid, Pid, Uid};
use crate::time::{Timespec, Timeval};
use core::fmt;
use core::marker::PhantomData;
use core::mem::{self, offset_of};
use core::net::{Ipv4Addr, Ipv6Addr};
use linux_raw_sys::net::{self as c, cmsghdr};

/// Where a message's data is. It needs no padding behind it (`CMSG_DATA`).
const HEAD: usize = size_of::<cmsghdr>();
const _: () = assert!(HEAD % ALIGNMENT == 0);

/// To which multiple of bytes the next message's head is moved (`CMSG_ALIGN`): the size of C's `long`.
const ALIGNMENT: usize = size_of::<usize>();

const SOCKET: i32 = c::SOL_SOCKET as i32;
const IP: i32 = c::SOL_IP as i32;
const IPV6: i32 = c::SOL_IPV6 as i32;
const UDP: i32 = c::SOL_UDP as i32;

const RIGHTS: i32 = c::SCM_RIGHTS as i32;
const CREDENTIALS: i32 = c::SCM_CREDENTIALS as i32;
const SECURITY: i32 = c::SCM_SECURITY as i32;
const PIDFD: i32 = 4; // SCM_PIDFD, include/linux/socket.h
const TIMESTAMP_OLD: i32 = c::SO_TIMESTAMP_OLD as i32;
const TIMESTAMP_NEW: i32 = c::SO_TIMESTAMP_NEW as i32;
const TIMESTAMPNS_OLD: i32 = c::SO_TIMESTAMPNS_OLD as i32;
const TIMESTAMPNS_NEW: i32 = c::SO_TIMESTAMPNS_NEW as i32;
const TIMESTAMPING_OLD: i32 = c::SO_TIMESTAMPING_OLD as i32;
const TIMESTAMPING_NEW: i32 = c::SO_TIMESTAMPING_NEW as i32;
const RXQ_OVFL: i32 = c::SO_RXQ_OVFL as i32;
const MARK: i32 = c::SO_MARK as i32;
const TXTIME: i32 = c::SCM_TXTIME as i32;
const IP_PKTINFO: i32 = c::IP_PKTINFO as i32;
const IP_TTL: i32 = c::IP_TTL as i32;
const IP_TOS: i32 = c::IP_TOS as i32;
const IP_RECVERR: i32 = c::IP_RECVERR as i32;
const IP_ORIGDSTADDR: i32 = c::IP_ORIGDSTADDR as i32;
const IPV6_PKTINFO: i32 = c::IPV6_PKTINFO as i32;
const IPV6_HOPLIMIT: i32 = c::IPV6_HOPLIMIT as i32;
const IPV6_TCLASS: i32 = c::IPV6_TCLASS as i32;
const IPV6_RECVERR: i32 = c::IPV6_RECVERR as i32;
const IPV6_ORIGDSTADDR: i32 = c::IPV6_ORIGDSTADDR as i32;
const UDP_SEGMENT: i32 = 103; // linux/udp.h
const UDP_GRO: i32 = 104; // linux/udp.h

/// How much room a control message takes whose data has so many bytes.
#[doc(alias = "CMSG_SPACE")]
pub const fn cmsg_space(bytes: usize) -> usize {
    HEAD.saturating_add(aligned(bytes))
}

/// How much room so many descriptors take, in one message.
pub const fn cmsg_space_rights(descriptors: usize) -> usize {
    cmsg_space(descriptors.saturating_mul(size_of::<i32>()))
}

/// Room for a [`Ucred`].
pub const CMSG_SPACE_CREDENTIALS: usize = cmsg_space(Ucred::LEN);
/// Room for an [`Ipv4PktInfo`].
pub const CMSG_SPACE_IPV4_PKTINFO: usize = cmsg_space(size_of::<c::in_pktinfo>());
/// Room for an [`Ipv6PktInfo`].
pub const CMSG_SPACE_IPV6_PKTINFO: usize = cmsg_space(size_of::<c::in6_pktinfo>());
/// Room for what is one number of up to 32 bits: hops, service, segments, a mark, what was dropped, a descriptor of a process.
pub const CMSG_SPACE_NUMBER: usize = cmsg_space(size_of::<u32>());
/// Room for a point in time, of either form.
pub const CMSG_SPACE_TIMESTAMP: usize = cmsg_space(size_of::<Timespec>());
/// Room for [`Timestamping`].
pub const CMSG_SPACE_TIMESTAMPING: usize = cmsg_space(3 * size_of::<Timespec>());
/// Room for an [`ExtendedError`] with an address of IPv4 or IPv6.
pub const CMSG_SPACE_ERROR: usize = cmsg_space(ERROR + size_of::<c::sockaddr_in6>());

/// How long `struct sock_extended_err` is (`linux/errqueue.h`).
const ERROR: usize = 16;

/// The next multiple of [`ALIGNMENT`]; the last that there is, where there is none.
const fn aligned(len: usize) -> usize {
    len.saturating_add(ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// Who a process is (unix(7)).
#[doc(alias = "ucred")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ucred {
    /// Its number; `None` where it has none in the PID namespace of who is told, or there is no process.
    pub pid: Option<Pid>,
    /// Its user.
    pub uid: Uid,
    /// Its group.
    pub gid: Gid,
}

impl Ucred {
    /// How long C's `struct ucred` is.
    pub(crate) const LEN: usize = size_of::<c::ucred>();

    /// Of C's `struct ucred`.
    pub(crate) fn of_bytes(bytes: &[u8; Ucred::LEN]) -> Ucred {
        let number = |at: usize| u32::from_ne_bytes(core::array::from_fn(|byte| bytes[at + byte]));
        let pid = number(offset_of!(c::ucred, pid)) as i32;
        Ucred {
            pid: (pid > 0).then(|| Pid::from_raw(pid)),
            uid: Uid::from_raw(number(offset_of!(c::ucred, uid))),
            gid: Gid::from_raw(number(offset_of!(c::ucred, gid))),
        }
    }

    /// C's `struct ucred`.
    pub(crate) fn to_bytes(self) -> [u8; Ucred::LEN] {
        let mut bytes = [0; Ucred::LEN];
        let mut put =
            |at: usize, number: u32| bytes[at..][..4].copy_from_slice(&number.to_ne_bytes());
        put(
            offset_of!(c::ucred, pid),
            self.pid.map_or(0, Pid::raw) as u32,
        );
        put(offset_of!(c::ucred, uid), self.uid.raw());
        put(offset_of!(c::ucred, gid), self.gid.raw());
        bytes
    }
}

/// Where a packet of IPv4 has come to, or is to go out (ip(7), `IP_PKTINFO`).
#[doc(alias = "in_pktinfo")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv4PktInfo {
    /// The number of the network's device that it has come to, or is to leave by: then zero leaves that to the routes.
    #[doc(alias = "ipi_ifindex")]
    pub interface: u32,
    /// The address of this machine: of one that has come, which an answer should have as its source; of one that goes, its
    /// source, unless it is [`Ipv4Addr::UNSPECIFIED`].
    #[doc(alias = "ipi_spec_dst")]
    pub local: Ipv4Addr,
    /// Of one that has come, the destination in its head, which may be a group's or everybody's. Of one that goes it is not
    /// heeded.
    #[doc(alias = "ipi_addr")]
    pub destination: Ipv4Addr,
}

/// Where a packet of IPv6 has come to, or is to go out (ipv6(7), `IPV6_PKTINFO`).
#[doc(alias = "in6_pktinfo")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Ipv6PktInfo {
    /// The number of the network's device that it has come to, or is to leave by: then zero leaves that to the routes.
    #[doc(alias = "ipi6_ifindex")]
    pub interface: u32,
    /// Of one that has come, its destination; of one that goes, its source, unless it is [`Ipv6Addr::UNSPECIFIED`].
    #[doc(alias = "ipi6_addr")]
    pub address: Ipv6Addr,
}

/// When a packet came or went (`SO_TIMESTAMPING`). A time of zero was not taken.
#[doc(alias = "scm_timestamping")]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Timestamping {
    /// By the system's clock.
    pub software: Timespec,
    /// By a device's clock, made one of the system's. Newer kernels don't.
    pub transformed: Timespec,
    /// By a device's clock.
    pub hardware: Timespec,
}

numbers! {
    /// Where an [`ExtendedError`] comes from (`linux/errqueue.h`, `SO_EE_ORIGIN_...`).
    pub struct ErrorOrigin: u8 {
        /// Nowhere.
        NONE = 0;
        /// This machine.
        LOCAL = 1;
        /// ICMP.
        ICMP = 2;
        /// ICMP for IPv6.
        ICMP6 = 3;
        /// None is one: a time was taken of what was sent.
        TIMESTAMPING = 4;
        /// None is one: what was sent without a copy may be used again (Linux 4.14).
        ZEROCOPY = 5;
        /// A time to send that could not be met (Linux 4.20).
        TXTIME = 6;
    }
}

/// An error of the network, from a socket's queue of them (ip(7), `IP_RECVERR`). `struct sock_extended_err`.
#[doc(alias = "sock_extended_err")]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtendedError {
    /// The error; none where that is not said.
    pub errno: Option<Errno>,
    /// Where it comes from, which says what the rest means.
    pub origin: ErrorOrigin,
    /// The type that ICMP gave it.
    pub kind: u8,
    /// The code that ICMP gave it.
    pub code: u8,
    /// More: for `EMSGSIZE` how long a packet may be.
    pub info: u32,
    /// Still more.
    pub data: u32,
    /// Who has noticed it: `None` where that is not known, as for this machine's own.
    pub offender: Option<SocketAddrAny>,
}

/// A control message that was received: see [`RecvControl::messages`].
#[derive(Debug)]
#[non_exhaustive]
pub enum ControlMessage<'a> {
    /// Descriptors (unix(7)).
    #[doc(alias = "SCM_RIGHTS")]
    Rights(Rights<'a>),
    /// Who has sent it, of a socket with `SO_PASSCRED` (unix(7)).
    #[doc(alias = "SCM_CREDENTIALS")]
    Credentials(Ucred),
    /// A descriptor of the process that has sent it, of a socket with `SO_PASSPIDFD` (Linux 6.5); or why there is none, `ESRCH` where
    /// the process has gone, `EMFILE` where this one has too many. It is always closed by execve(2).
    #[doc(alias = "SCM_PIDFD")]
    Pidfd(Result<OwnedFd>),
    /// What the security module calls the sender, of a socket with `SO_PASSSEC`.
    #[doc(alias = "SCM_SECURITY")]
    Security(&'a [u8]),
    /// Where it has come to, of a socket with `IP_PKTINFO`.
    #[doc(alias = "IP_PKTINFO")]
    Ipv4PktInfo(Ipv4PktInfo),
    /// Where it has come to, of a socket with `IPV6_RECVPKTINFO`.
    #[doc(alias = "IPV6_PKTINFO")]
    Ipv6PktInfo(Ipv6PktInfo),
    /// How many hops an IPv4 packet had left, of a socket with `IP_RECVTTL`.
    #[doc(alias = "IP_TTL")]
    Ttl(u8),
    /// How many hops an IPv6 packet had left, of a socket with `IPV6_RECVHOPLIMIT`.
    #[doc(alias = "IPV6_HOPLIMIT")]
    HopLimit(u8),
    /// An IPv4 packet's type of service, with its bits about congestion, of a socket with `IP_RECVTOS`.
    #[doc(alias = "IP_TOS")]
    Tos(u8),
    /// An IPv6 packet's traffic class, with its bits about congestion, of a socket with `IPV6_RECVTCLASS`.
    #[doc(alias = "IPV6_TCLASS")]
    TrafficClass(u8),
    /// When it came, of a socket with `SO_TIMESTAMP`.
    #[doc(alias = "SCM_TIMESTAMP")]
    Timestamp(Timeval),
    /// When it came, of a socket with `SO_TIMESTAMPNS`.
    #[doc(alias = "SCM_TIMESTAMPNS")]
    TimestampNs(Timespec),
    /// When it came or went, of a socket with `SO_TIMESTAMPING`.
    #[doc(alias = "SCM_TIMESTAMPING")]
    Timestamping(Timestamping),
    /// The bytes are several packets', each but the last of this length, of a socket with `UDP_GRO` (Linux 5.0).
    #[doc(alias = "UDP_GRO")]
    UdpGro(u16),
    /// Where it was to go before this machine took it, of a socket with `IP_RECVORIGDSTADDR` or IPv6's.
    #[doc(alias = "IP_ORIGDSTADDR")]
    #[doc(alias = "IPV6_ORIGDSTADDR")]
    OriginalDestination(SocketAddrAny),
    /// An error, received with [`RecvFlags::ERRQUEUE`](super::RecvFlags::ERRQUEUE).
    #[doc(alias = "IP_RECVERR")]
    #[doc(alias = "IPV6_RECVERR")]
    Error(ExtendedError),
    /// How many packets the socket had no room for since it was made, of one with `SO_RXQ_OVFL`.
    #[doc(alias = "SO_RXQ_OVFL")]
    Dropped(u32),
    /// The packet's mark, of a socket with `SO_RCVMARK` (Linux 5.19).
    #[doc(alias = "SO_MARK")]
    Mark(u32),
    /// Any other; also one of the above that was cut off, as the last one where the buffer was too short.
    Raw(RawControlMessage<'a>),
}

/// A control message as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawControlMessage<'a> {
    /// Whose it is: `SOL_SOCKET`, `SOL_IP` and so on.
    #[doc(alias = "cmsg_level")]
    pub level: i32,
    /// Which of those it is.
    #[doc(alias = "cmsg_type")]
    pub kind: i32,
    /// What it says.
    pub data: &'a [u8],
}

impl<'a> RawControlMessage<'a> {
    /// What it means. Nothing is taken for granted of the bytes, and descriptors stay what they are to who only has their bytes,
    /// numbers: [`ControlMessage::Raw`].
    pub fn decode(self) -> ControlMessage<'a> {
        self.known().unwrap_or(ControlMessage::Raw(self))
    }

    /// What it means, if it is a message that is known here and has the length of one.
    fn known(self) -> Option<ControlMessage<'a>> {
        let data = self.data;
        Some(match (self.level, self.kind) {
            (SOCKET, CREDENTIALS) => {
                ControlMessage::Credentials(Ucred::of_bytes(data.try_into().ok()?))
            }
            (SOCKET, SECURITY) => ControlMessage::Security(data),
            (SOCKET, TIMESTAMP_OLD) => {
                let [[tv_sec, tv_usec]] = times_old(data)?;
                ControlMessage::Timestamp(Timeval { tv_sec, tv_usec })
            }
            (SOCKET, TIMESTAMP_NEW) => {
                let [[tv_sec, tv_usec]] = times_new(data)?;
                ControlMessage::Timestamp(Timeval { tv_sec, tv_usec })
            }
            (SOCKET, TIMESTAMPNS_OLD) => {
                let [time] = times_old(data)?.map(timespec);
                ControlMessage::TimestampNs(time)
            }
            (SOCKET, TIMESTAMPNS_NEW) => {
                let [time] = times_new(data)?.map(timespec);
                ControlMessage::TimestampNs(time)
            }
            (SOCKET, TIMESTAMPING_OLD) => timestamping(times_old(data)?),
            (SOCKET, TIMESTAMPING_NEW) => timestamping(times_new(data)?),
            (SOCKET, RXQ_OVFL) => {
                let [count] = numbers(data)?;
                ControlMessage::Dropped(count)
            }
            (SOCKET, MARK) => {
                let [mark] = numbers(data)?;
                ControlMessage::Mark(mark)
            }
            (IP, IP_PKTINFO) => {
                let [interface, local, destination] = numbers(data)?;
                ControlMessage::Ipv4PktInfo(Ipv4PktInfo {
                    interface,
                    local: local.to_ne_bytes().into(),
                    destination: destination.to_ne_bytes().into(),
                })
            }
            (IP, IP_TTL) => ControlMessage::Ttl(octet(data)?),
            (IP, IP_TOS) => ControlMessage::Tos(match data {
                [tos] => *tos, // as it is received
                data => octet(data)?,
            }),
            (IP, IP_RECVERR) | (IPV6, IPV6_RECVERR) => ControlMessage::Error(error(data)?),
            (IP, IP_ORIGDSTADDR) | (IPV6, IPV6_ORIGDSTADDR) => {
                ControlMessage::OriginalDestination(address(data)?)
            }
            (IPV6, IPV6_PKTINFO) => {
                let (address, interface) = data.split_first_chunk::<16>()?;
                let [interface] = numbers(interface)?;
                ControlMessage::Ipv6PktInfo(Ipv6PktInfo {
                    interface,
                    address: (*address).into(),
                })
            }
            (IPV6, IPV6_HOPLIMIT) => ControlMessage::HopLimit(octet(data)?),
            (IPV6, IPV6_TCLASS) => ControlMessage::TrafficClass(octet(data)?),
            (UDP, UDP_GRO) => {
                let [len] = numbers(data)?;
                ControlMessage::UdpGro(u16::try_from(len).ok()?)
            }
            _ => return None,
        })
    }
}

/// Numbers of 32 bits, if the bytes are just so many.
fn numbers<const N: usize>(data: &[u8]) -> Option<[u32; N]> {
    let mut numbers = [0; N];
    if data.len() != size_of_val(&numbers) {
        return None;
    }
    for (number, bytes) in numbers.iter_mut().zip(data.chunks_exact(size_of::<u32>())) {
        *number = u32::from_ne_bytes(bytes.try_into().ok()?);
    }
    Some(numbers)
}

/// A number of 32 bits of which eight are used.
fn octet(data: &[u8]) -> Option<u8> {
    let [number] = numbers(data)?;
    u8::try_from(number).ok()
}

/// Points in time of two numbers each, if the bytes are just so many.
fn times_new<const N: usize>(data: &[u8]) -> Option<[[i64; 2]; N]> {
    let mut times = [[0; 2]; N];
    if data.len() != size_of_val(&times) {
        return None;
    }
    let numbers = times.as_flattened_mut().iter_mut();
    for (number, bytes) in numbers.zip(data.chunks_exact(size_of::<i64>())) {
        *number = i64::from_ne_bytes(bytes.try_into().ok()?);
    }
    Some(times)
}

/// As [`times_new`], of C's `long`: of 32 bits where a register has so many.
fn times_old<const N: usize>(data: &[u8]) -> Option<[[i64; 2]; N]> {
    let mut times = [[0; 2]; N];
    if data.len() != N * 2 * size_of::<isize>() {
        return None;
    }
    let numbers = times.as_flattened_mut().iter_mut();
    for (number, bytes) in numbers.zip(data.chunks_exact(size_of::<isize>())) {
        *number = isize::from_ne_bytes(bytes.try_into().ok()?) as i64;
    }
    Some(times)
}

fn timespec([tv_sec, tv_nsec]: [i64; 2]) -> Timespec {
    Timespec { tv_sec, tv_nsec }
}

fn timestamping(times: [[i64; 2]; 3]) -> ControlMessage<'static> {
    let [software, transformed, hardware] = times.map(timespec);
    ControlMessage::Timestamping(Timestamping {
        software,
        transformed,
        hardware,
    })
}

/// An address; none of bytes that are fewer than a family or more than there can be.
fn address(data: &[u8]) -> Option<SocketAddrAny> {
    let address = SocketAddrAny::of_kernel(data);
    (data.len() <= SocketAddrAny::MAX && address.family().is_some()).then_some(address)
}

/// An error and the address behind it.
fn error(data: &[u8]) -> Option<ExtendedError> {
    let (error, offender) = data.split_first_chunk::<ERROR>()?;
    let number = |at: usize| {
        let [a, b, c, d] = [error[at], error[at + 1], error[at + 2], error[at + 3]];
        u32::from_ne_bytes([a, b, c, d])
    };
    let offender = address(offender)?;
    Some(ExtendedError {
        errno: i32::try_from(number(0)).ok().and_then(Errno::new),
        origin: ErrorOrigin::from_raw(error[4]),
        kind: error[5],
        code: error[6],
        info: number(8),
        data: number(12),
        offender: (offender.family() != Some(AddressFamily::UNSPEC)).then_some(offender),
    })
}

/// What the head of a message says.
struct Head {
    level: i32,
    kind: i32,
    /// Where the data ends.
    len: usize,
    /// Where the next message begins, or the bytes end.
    next: usize,
}

/// The head of the first message, which lies in `bytes` with its data. `EIO` for bytes that are none.
fn head(bytes: &[u8]) -> Result<Head> {
    let head: &[u8; HEAD] = bytes.first_chunk().ok_or(Errno::EIO)?;
    let len = usize::from_ne_bytes(field(head, offset_of!(cmsghdr, cmsg_len)));
    if len < HEAD || len > bytes.len() {
        return Err(Errno::EIO);
    }
    Ok(Head {
        level: i32::from_ne_bytes(field(head, offset_of!(cmsghdr, cmsg_level))),
        kind: i32::from_ne_bytes(field(head, offset_of!(cmsghdr, cmsg_type))),
        len,
        next: aligned(len).min(bytes.len()),
    })
}

/// The bytes of a head's field.
fn field<const N: usize>(head: &[u8; HEAD], at: usize) -> [u8; N] {
    core::array::from_fn(|index| head[at + index])
}

/// The control messages that `bytes` holds, as they are.
///
/// Nothing is taken for granted of the bytes: they may have any content and any address. Descriptors in them are numbers, and are
/// nobody's: those of [`RecvControl::messages`] are owned.
pub const fn control_messages(bytes: &[u8]) -> RawControlMessages<'_> {
    RawControlMessages { bytes }
}

/// The control messages of some bytes: see [`control_messages`].
///
/// Bytes that are no message are one `Err(Errno::EIO)`, and the end: fewer than a head, one shorter than its head, one that
/// reaches over the end.
#[doc(alias = "CMSG_NXTHDR")]
#[derive(Clone, Debug)]
pub struct RawControlMessages<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for RawControlMessages<'a> {
    type Item = Result<RawControlMessage<'a>>;

    fn next(&mut self) -> Option<Result<RawControlMessage<'a>>> {
        let bytes = mem::take(&mut self.bytes);
        if bytes.is_empty() {
            return None;
        }
        Some(head(bytes).map(|found| {
            self.bytes = &bytes[found.next..];
            RawControlMessage {
                level: found.level,
                kind: found.kind,
                data: &bytes[HEAD..found.len],
            }
        }))
    }
}

impl core::iter::FusedIterator for RawControlMessages<'_> {}

/// Control messages to be sent, as they are put into a buffer: with [`sendmsg`](super::sendmsg()) and its kin. Descriptors are lent
/// to it for as long as it lives.
#[doc(alias = "SendAncillaryBuffer")]
#[derive(Default)]
pub struct SendControl<'a> {
    buffer: &'a mut [u8],
    len: usize,
    lent: PhantomData<BorrowedFd<'a>>,
}

impl<'a> SendControl<'a> {
    /// None, with room for as many as fit into `buffer`.
    pub const fn new(buffer: &'a mut [u8]) -> SendControl<'a> {
        SendControl {
            buffer,
            len: 0,
            lent: PhantomData,
        }
    }

    /// None, and no room: for a message with bytes only.
    pub const fn none() -> SendControl<'a> {
        SendControl::new(&mut [])
    }

    /// What the kernel will read.
    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Takes all messages out again.
    pub fn clear(&mut self) {
        self.len = 0;
    }

    /// Adds descriptors, which the receiver gets copies of: at most 253 go with one message (`EINVAL` when it is sent).
    ///
    /// # Errors
    ///
    /// `ENOBUFS` where the buffer has no room for it; nothing is added then.
    #[doc(alias = "SCM_RIGHTS")]
    pub fn push_rights(&mut self, descriptors: &[BorrowedFd<'a>]) -> Result<()> {
        let data = self.room(SOCKET, RIGHTS, size_of_val(descriptors))?;
        for (bytes, fd) in data
            .chunks_exact_mut(size_of::<BorrowedFd<'_>>())
            .zip(descriptors)
        {
            bytes.copy_from_slice(&fd.as_raw_fd().to_ne_bytes());
        }
        Ok(())
    }

    /// Adds who the sender is. What is not true is `EPERM` when it is sent, unless the sender may say so (unix(7)).
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "SCM_CREDENTIALS")]
    pub fn push_credentials(&mut self, of: &Ucred) -> Result<()> {
        let data = self.room(SOCKET, CREDENTIALS, Ucred::LEN)?;
        data.copy_from_slice(&of.to_bytes());
        Ok(())
    }

    /// Adds where a packet of IPv4 goes out.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IP_PKTINFO")]
    pub fn push_ipv4_pktinfo(&mut self, info: &Ipv4PktInfo) -> Result<()> {
        let [local, destination] =
            [info.local, info.destination].map(|address| u32::from_ne_bytes(address.octets()));
        self.numbers(IP, IP_PKTINFO, [info.interface, local, destination])
    }

    /// Adds where a packet of IPv6 goes out.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IPV6_PKTINFO")]
    pub fn push_ipv6_pktinfo(&mut self, info: &Ipv6PktInfo) -> Result<()> {
        let data = self.room(IPV6, IPV6_PKTINFO, size_of::<c::in6_pktinfo>())?;
        let (address, interface) = data.split_at_mut(16);
        address.copy_from_slice(&info.address.octets());
        interface.copy_from_slice(&info.interface.to_ne_bytes());
        Ok(())
    }

    /// Adds how many hops a packet of IPv4 may take. Zero is `EINVAL` when it is sent (Linux 3.13).
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IP_TTL")]
    pub fn push_ttl(&mut self, hops: u8) -> Result<()> {
        self.numbers(IP, IP_TTL, [hops.into()])
    }

    /// Adds how many hops a packet of IPv6 may take.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IPV6_HOPLIMIT")]
    pub fn push_hop_limit(&mut self, hops: u8) -> Result<()> {
        self.numbers(IPV6, IPV6_HOPLIMIT, [hops.into()])
    }

    /// Adds the type of service of a packet of IPv4, with its bits about congestion (Linux 3.13).
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IP_TOS")]
    pub fn push_tos(&mut self, tos: u8) -> Result<()> {
        self.numbers(IP, IP_TOS, [tos.into()])
    }

    /// Adds the traffic class of a packet of IPv6, with its bits about congestion.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "IPV6_TCLASS")]
    pub fn push_traffic_class(&mut self, class: u8) -> Result<()> {
        self.numbers(IPV6, IPV6_TCLASS, [class.into()])
    }

    /// Has the bytes sent as several packets, each but the last with so many of them (udp(7), Linux 4.18).
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "UDP_SEGMENT")]
    pub fn push_udp_segment(&mut self, bytes: u16) -> Result<()> {
        let data = self.room(UDP, UDP_SEGMENT, size_of::<u16>())?;
        data.copy_from_slice(&bytes.to_ne_bytes());
        Ok(())
    }

    /// Adds the packet's mark, which takes `CAP_NET_ADMIN` or, since Linux 5.17, `CAP_NET_RAW`.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "SO_MARK")]
    pub fn push_mark(&mut self, mark: u32) -> Result<()> {
        self.numbers(SOCKET, MARK, [mark])
    }

    /// Adds when the packet is to leave, in nanoseconds of the clock that the socket's `SO_TXTIME` names (Linux 4.19).
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    #[doc(alias = "SCM_TXTIME")]
    pub fn push_txtime(&mut self, nanoseconds: u64) -> Result<()> {
        let data = self.room(SOCKET, TXTIME, size_of::<u64>())?;
        data.copy_from_slice(&nanoseconds.to_ne_bytes());
        Ok(())
    }

    /// Adds any message.
    ///
    /// # Errors
    ///
    /// Those of [`SendControl::push_rights`].
    ///
    /// # Safety
    ///
    /// What the kernel does with it must be allowed to who adds it: descriptors that it names are lent for `'a`, and memory that
    /// it names (rds-rdma(7)) is good for what is done there.
    pub unsafe fn push_raw(&mut self, message: RawControlMessage<'_>) -> Result<()> {
        let data = self.room(message.level, message.kind, message.data.len())?;
        data.copy_from_slice(message.data);
        Ok(())
    }

    fn numbers<const N: usize>(&mut self, level: i32, kind: i32, numbers: [u32; N]) -> Result<()> {
        let data = self.room(level, kind, size_of_val(&numbers))?;
        for (bytes, number) in data.chunks_exact_mut(size_of::<u32>()).zip(numbers) {
            bytes.copy_from_slice(&number.to_ne_bytes());
        }
        Ok(())
    }

    /// A new message's head, and the place for its data, which the caller fills.
    fn room(&mut self, level: i32, kind: i32, len: usize) -> Result<&mut [u8]> {
        let space = cmsg_space(len);
        let free = &mut self.buffer[self.len..];
        let message = free.get_mut(..space).ok_or(Errno::ENOBUFS)?;
        self.len += space;
        let (head, data) = message.split_at_mut(HEAD);
        let mut fill = |at: usize, bytes: &[u8]| head[at..][..bytes.len()].copy_from_slice(bytes);
        fill(offset_of!(cmsghdr, cmsg_len), &(HEAD + len).to_ne_bytes());
        fill(offset_of!(cmsghdr, cmsg_level), &level.to_ne_bytes());
        fill(offset_of!(cmsghdr, cmsg_type), &kind.to_ne_bytes());
        let (data, padding) = data.split_at_mut(len);
        padding.fill(0);
        Ok(data)
    }
}

impl fmt::Debug for SendControl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(control_messages(self.as_bytes()))
            .finish()
    }
}

/// Room for the control messages that [`recvmsg`](super::recvmsg()) receives, and the owner of those that have come.
#[doc(alias = "RecvAncillaryBuffer")]
#[derive(Default)]
pub struct RecvControl<'a> {
    buffer: &'a mut [u8],
    /// How many of the buffer's bytes a call has received. Descriptors in them that are not [`TAKEN`] are this one's.
    len: usize,
}

/// What stands in a descriptor's place when somebody has taken it. It is no error's number either.
const TAKEN: i32 = i32::MIN;

impl<'a> RecvControl<'a> {
    /// Room for as many messages as fit into `buffer`.
    pub const fn new(buffer: &'a mut [u8]) -> RecvControl<'a> {
        RecvControl { buffer, len: 0 }
    }

    /// No room: descriptors and the like that come are lost.
    pub const fn none() -> RecvControl<'a> {
        RecvControl::new(&mut [])
    }

    /// The messages that have come. Descriptors are taken out as they are iterated over: who iterates again gets those that are left.
    /// Bytes that are no message are the end; the kernel writes none.
    pub fn messages(&mut self) -> ControlMessages<'_> {
        ControlMessages {
            bytes: &mut self.buffer[..self.len],
        }
    }

    /// The bytes that have come. Descriptors that were taken are not in them any more.
    pub fn as_bytes(&self) -> &[u8] {
        &self.buffer[..self.len]
    }

    /// Closes the descriptors that nobody has taken, and forgets all messages.
    pub fn clear(&mut self) {
        for message in self.messages() {
            // A descriptor of a process is closed with its message.
            if let ControlMessage::Rights(descriptors) = message {
                descriptors.for_each(drop);
            }
        }
        self.len = 0;
    }

    /// Where the kernel may write, and how much. What the caller had there is no message, should something between here and the
    /// kernel (a sandbox) say that it has received some where it has not.
    pub(super) fn room(&mut self) -> (*mut u8, usize) {
        if let Some(head) = self.buffer.first_chunk_mut::<HEAD>() {
            *head = [0; HEAD];
        }
        (self.buffer.as_mut_ptr(), self.buffer.len())
    }

    /// Takes over what the kernel has written, so many bytes by its own word.
    ///
    /// # Safety
    ///
    /// They are a call's that has received them into [`RecvControl::room`] just now: the descriptors in them are nobody else's.
    pub(super) unsafe fn received(&mut self, len: usize) {
        self.len = len.min(self.buffer.len());
    }
}

impl Drop for RecvControl<'_> {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for RecvControl<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(control_messages(self.as_bytes()))
            .finish()
    }
}

/// The control messages that were received: see [`RecvControl::messages`].
#[derive(Debug)]
pub struct ControlMessages<'a> {
    /// Of a [`RecvControl`], received by a call.
    bytes: &'a mut [u8],
}

impl<'a> Iterator for ControlMessages<'a> {
    type Item = ControlMessage<'a>;

    fn next(&mut self) -> Option<ControlMessage<'a>> {
        loop {
            let bytes = mem::take(&mut self.bytes);
            let found = head(bytes).ok()?;
            let (message, rest) = bytes.split_at_mut(found.next);
            self.bytes = rest;
            let data = &mut message[HEAD..found.len];
            if (found.level, found.kind) == (SOCKET, RIGHTS) {
                return Some(ControlMessage::Rights(Rights { numbers: data }));
            }
            if (found.level, found.kind) == (SOCKET, PIDFD) {
                if let Some(number) = data.first_chunk_mut() {
                    match take(number) {
                        Ok(fd) => return Some(ControlMessage::Pidfd(Ok(fd))),
                        Err(TAKEN) => continue,
                        Err(number) => {
                            let errno = Errno::new(-number).unwrap_or(Errno::EIO);
                            return Some(ControlMessage::Pidfd(Err(errno)));
                        }
                    }
                }
            }
            let raw = RawControlMessage {
                level: found.level,
                kind: found.kind,
                data,
            };
            return Some(raw.decode());
        }
    }
}

impl core::iter::FusedIterator for ControlMessages<'_> {}

/// Takes a descriptor out of the bytes that a call has received. What is none there is given back.
fn take(number: &mut [u8; size_of::<i32>()]) -> core::result::Result<OwnedFd, i32> {
    let fd = i32::from_ne_bytes(mem::replace(number, TAKEN.to_ne_bytes()));
    if fd < 0 {
        *number = fd.to_ne_bytes();
        return Err(fd);
    }
    // SAFETY: the kernel has opened it for who received these bytes, which is where it comes from; it is not negative, and it
    // was taken by nobody before.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// Descriptors that were received. They are closed by execve(2), unless
/// [`recvmsg_with`](super::recvmsg_with) was told otherwise. Those that are not taken stay the [`RecvControl`]'s.
pub struct Rights<'a> {
    /// Of a [`RecvControl`], received by a call.
    numbers: &'a mut [u8],
}

impl Iterator for Rights<'_> {
    type Item = OwnedFd;

    fn next(&mut self) -> Option<OwnedFd> {
        loop {
            let numbers = mem::take(&mut self.numbers);
            let (number, rest) = numbers.split_first_chunk_mut()?;
            self.numbers = rest;
            if let Ok(fd) = take(number) {
                return Some(fd);
            }
        }
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let numbers = self.numbers.chunks_exact(size_of::<i32>());
        let count = numbers
            .filter(|bytes| i32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) >= 0)
            .count();
        (count, Some(count))
    }
}

impl ExactSizeIterator for Rights<'_> {}

impl core::iter::FusedIterator for Rights<'_> {}

impl fmt::Debug for Rights<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Rights").field("len", &self.len()).finish()
    }
}

/// What a kernel gone wrong could say; calls of a good one are in `tests/net_cmsg.rs`.
#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::fd::{AsFd, IntoRawFd};
    use crate::io::{PipeFlags, pipe2, read};
    use std::vec::Vec;

    /// A message that says such a length of itself.
    fn message(len: usize, kind: i32, data: &[u8]) -> Vec<u8> {
        let head = [SOCKET.to_ne_bytes(), kind.to_ne_bytes()].concat();
        [&len.to_ne_bytes()[..], &head, data].concat()
    }

    /// As if a call had received these bytes.
    fn received(bytes: &mut [u8]) -> RecvControl<'_> {
        let len = bytes.len();
        let mut control = RecvControl::new(bytes);
        // SAFETY: the descriptors in them are no other owner's, by the tests.
        unsafe { control.received(len) };
        control
    }

    /// A descriptor that nobody owns, and what says whether it is open.
    fn descriptor() -> (i32, OwnedFd) {
        let (reader, writer) = pipe2(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).unwrap();
        (writer.into_raw_fd(), reader)
    }

    /// A pipe is at its end when the last descriptor of its other end is closed. It says so of a pipe, not of a number, which
    /// another thread may have been given by now.
    fn is_closed(reader: &OwnedFd) -> bool {
        match read(reader.as_fd(), &mut [0; 1]) {
            Ok(0) => true,
            Err(Errno::EAGAIN) => false,
            other => panic!("{other:?}"),
        }
    }

    fn rights(fds: &[i32]) -> Vec<u8> {
        let data: Vec<u8> = fds.iter().flat_map(|fd| fd.to_ne_bytes()).collect();
        message(HEAD + data.len(), RIGHTS, &data)
    }

    #[test]
    fn what_is_no_descriptor_is_none() {
        let ((one, first), (two, second)) = (descriptor(), descriptor());
        let mut bytes = rights(&[-1, one, i32::MIN, two, -9]);
        let len = bytes.len();
        bytes.extend([0xff; 3]); // no number any more
        bytes[..size_of::<usize>()].copy_from_slice(&(len + 3).to_ne_bytes());
        let mut control = received(&mut bytes);
        let mut messages = control.messages();
        let Some(ControlMessage::Rights(mut rights)) = messages.next() else {
            panic!()
        };
        assert_eq!(rights.len(), 2);
        assert_eq!(rights.next().unwrap().as_raw_fd(), one);
        assert!(is_closed(&first) && !is_closed(&second));
        assert_eq!(rights.next().unwrap().into_raw_fd(), two);
        assert!(rights.next().is_none() && messages.next().is_none());
        drop(control);
        assert!(!is_closed(&second), "it was taken");
        // SAFETY: it is this one's.
        drop(unsafe { OwnedFd::from_raw_fd(two) });
        assert!(is_closed(&second));
    }

    #[test]
    fn each_descriptor_is_taken_once() {
        let ((one, first), (two, second)) = (descriptor(), descriptor());
        let mut bytes = rights(&[one, two]);
        let mut control = received(&mut bytes);
        let Some(ControlMessage::Rights(mut half)) = control.messages().next() else {
            panic!()
        };
        drop(half.next());
        assert!(is_closed(&first) && !is_closed(&second));
        let Some(ControlMessage::Rights(rest)) = control.messages().next() else {
            panic!()
        };
        assert_eq!(rest.len(), 1);
        assert!(!control.as_bytes().is_empty() && !is_closed(&second));
        control.clear();
        assert!(is_closed(&second));
        assert!(control.as_bytes().is_empty() && control.messages().next().is_none());
    }

    /// Lengths of 0, 1, one less than a head, past the end, the largest: an end, without a descriptor closed.
    #[test]
    fn lengths_that_are_none_are_the_end() {
        let (fd, reader) = descriptor();
        let len = HEAD + size_of::<i32>();
        for wrong in [0, 1, HEAD - 1, len + 1, usize::MAX - 1, usize::MAX] {
            let mut bytes = message(wrong, RIGHTS, &fd.to_ne_bytes());
            let mut control = received(&mut bytes);
            assert!(control.messages().next().is_none(), "{wrong}");
            drop(control);
            assert!(!is_closed(&reader), "{wrong}");
        }
        // Behind a good one too.
        let mut bytes = rights(&[]);
        bytes.resize(aligned(bytes.len()), 0);
        bytes.extend(message(1, RIGHTS, &fd.to_ne_bytes()));
        let mut control = received(&mut bytes);
        assert_eq!(control.messages().count(), 1);
        drop(control);
        assert!(!is_closed(&reader));
        // SAFETY: it is this one's.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    }

    /// A call that was never made, but is said to have received all that there is room for.
    #[test]
    fn what_no_call_has_written_is_no_message() {
        let (fd, reader) = descriptor();
        let mut bytes = rights(&[fd]);
        let mut control = RecvControl::new(&mut bytes);
        let (_, len) = control.room();
        // SAFETY: the descriptor is no other owner's.
        unsafe { control.received(len) };
        assert!(control.messages().next().is_none());
        drop(control);
        assert!(!is_closed(&reader));
        // SAFETY: it is this one's.
        drop(unsafe { OwnedFd::from_raw_fd(fd) });
    }

    /// What the buffer had before the call is not what the call has received.
    #[test]
    fn only_what_was_received_counts() {
        let (fd, reader) = descriptor();
        let mut bytes = rights(&[fd]);
        let len = bytes.len();
        let mut control = RecvControl::new(&mut bytes);
        assert_eq!(control.messages().count(), 0);
        for short in [0, HEAD, len - 1] {
            // SAFETY: the descriptor is no other owner's.
            unsafe { control.received(short) };
            control.clear();
            assert!(!is_closed(&reader), "{short}");
        }
        // SAFETY: as above.
        unsafe { control.received(usize::MAX) };
        assert_eq!(control.as_bytes().len(), len);
        drop(control);
        assert!(is_closed(&reader));
    }

    #[test]
    fn a_process_has_a_descriptor_or_an_error() {
        let (fd, reader) = descriptor();
        let mut bytes = message(HEAD + 4, PIDFD, &fd.to_ne_bytes());
        let mut control = received(&mut bytes);
        let _ = control.messages(); // nobody has looked
        assert!(!is_closed(&reader));
        let Some(ControlMessage::Pidfd(Ok(_))) = control.messages().next() else {
            panic!()
        };
        assert!(is_closed(&reader), "it was the message's");
        assert!(control.messages().next().is_none(), "it was taken");

        for (number, errno) in [
            (-3, Errno::ESRCH),
            (-24, Errno::EMFILE),
            (-5000, Errno::EIO),
        ] {
            let mut bytes = message(HEAD + 4, PIDFD, &i32::to_ne_bytes(number));
            let mut control = received(&mut bytes);
            match control.messages().next() {
                Some(ControlMessage::Pidfd(Err(error))) => assert_eq!(error, errno),
                other => panic!("{other:?}"),
            }
        }
        let mut bytes = message(HEAD + 3, PIDFD, &[0; 3]);
        let mut control = received(&mut bytes);
        let Some(ControlMessage::Raw(raw)) = control.messages().next() else {
            panic!()
        };
        assert_eq!((raw.kind, raw.data), (PIDFD, &[0; 3][..]));
    }
}
