//! Netlink: questions to the kernel, its answers, and what it tells by itself (netlink(7)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::net::netlink::{Family, NetlinkSocket, route};
//!
//! let mut socket = NetlinkSocket::open(Family::ROUTE)?;
//! let mut buffer = [0; 32 * 1024];
//! for link in route::links(&mut socket, &mut buffer)? {
//!     let link = link?;
//!     println!("{}: {} {:?}", link.index, link.name, link.flags);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A request is a message, and so is each part of the answer: [`NetlinkSocket::request`] writes the one and reads the others,
//! all in a buffer of the caller's. [`route`] knows the messages of network devices and their addresses; those of other
//! families are written by [`Writer`] and read by [`Messages`] in the same way.
//!
//! **What another process has sent is dropped.** Anybody may know a socket's port, and who may write to it could pretend to
//! be the kernel; only the call that receives says who it was.
//!
//! **Nothing is lost unseen.** A message for which the buffer is too short stays, and is `EMSGSIZE`. Where the kernel had to
//! throw something away, as nobody has read for long, the next call is `ENOBUFS`. A list that changed while it was read is
//! [`Error::Interrupted`].
//!
//! Owns: the sockets, and which messages are answers to which request; its rooms own messages as bytes and what is known of
//! network devices. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `netlink/lines.rs`.

use super::{
    Address, AddressFamily, NetlinkAddr, Protocol, RecvFlags, SendFlags, SocketAddrAny,
    SocketFlags, SocketType,
};
use crate::abi::{Errno, Result};
use crate::fd::{AsFd, BorrowedFd, OwnedFd};
use crate::flags::numbers;
use core::ffi::CStr;
use core::fmt;
use core::ops::Range;
use linux_raw_sys::net::SOL_NETLINK;
use linux_raw_sys::netlink as c;

mod lines;
mod message;
pub mod route;

pub use message::*;

numbers! {
    /// With what part of the kernel a socket speaks.
    pub struct Family: u32 {
        /// Network devices, addresses, routes and rules: rtnetlink(7), [`route`].
        ROUTE = c::NETLINK_ROUTE;
        /// None: processes with each other.
        USERSOCK = c::NETLINK_USERSOCK;
        /// Sockets: sock_diag(7).
        SOCK_DIAG = c::NETLINK_SOCK_DIAG;
        /// IPsec.
        XFRM = c::NETLINK_XFRM;
        /// SELinux's events.
        SELINUX = c::NETLINK_SELINUX;
        /// iSCSI.
        ISCSI = c::NETLINK_ISCSI;
        /// Auditing.
        AUDIT = c::NETLINK_AUDIT;
        /// What route an address would take.
        FIB_LOOKUP = c::NETLINK_FIB_LOOKUP;
        /// The kernel's connector, with the events of processes.
        CONNECTOR = c::NETLINK_CONNECTOR;
        /// Netfilter: its tables, sets, connections, logs and queues.
        NETFILTER = c::NETLINK_NETFILTER;
        /// SCSI's events.
        SCSITRANSPORT = c::NETLINK_SCSITRANSPORT;
        /// RDMA.
        RDMA = c::NETLINK_RDMA;
        /// The kernel's events of devices. They are texts, and no messages of netlink.
        KOBJECT_UEVENT = c::NETLINK_KOBJECT_UEVENT;
        /// Families that have a name for a number.
        GENERIC = c::NETLINK_GENERIC;
        /// The kernel's ciphers and hashes.
        CRYPTO = c::NETLINK_CRYPTO;
    }

    /// What the kernel tells by itself to who has subscribed. Each [`Family`] has its own groups; the constants are
    /// [`Family::ROUTE`]'s.
    pub struct Group: u32 {
        /// Network devices.
        LINK = c::rtnetlink_groups::RTNLGRP_LINK;
        /// Neighbours: ARP and its like.
        NEIGH = c::rtnetlink_groups::RTNLGRP_NEIGH;
        /// Queues and their filters.
        TC = c::rtnetlink_groups::RTNLGRP_TC;
        /// Addresses of IPv4.
        IPV4_IFADDR = c::rtnetlink_groups::RTNLGRP_IPV4_IFADDR;
        /// Routes of multicast of IPv4.
        IPV4_MROUTE = c::rtnetlink_groups::RTNLGRP_IPV4_MROUTE;
        /// Routes of IPv4.
        IPV4_ROUTE = c::rtnetlink_groups::RTNLGRP_IPV4_ROUTE;
        /// Rules of IPv4.
        IPV4_RULE = c::rtnetlink_groups::RTNLGRP_IPV4_RULE;
        /// Addresses of IPv6.
        IPV6_IFADDR = c::rtnetlink_groups::RTNLGRP_IPV6_IFADDR;
        /// Routes of multicast of IPv6.
        IPV6_MROUTE = c::rtnetlink_groups::RTNLGRP_IPV6_MROUTE;
        /// Routes of IPv6.
        IPV6_ROUTE = c::rtnetlink_groups::RTNLGRP_IPV6_ROUTE;
        /// What IPv6 knows of devices.
        IPV6_IFINFO = c::rtnetlink_groups::RTNLGRP_IPV6_IFINFO;
        /// Prefixes that routers of IPv6 tell.
        IPV6_PREFIX = c::rtnetlink_groups::RTNLGRP_IPV6_PREFIX;
        /// Rules of IPv6.
        IPV6_RULE = c::rtnetlink_groups::RTNLGRP_IPV6_RULE;
        /// Numbers of network namespaces (Linux 4.0).
        NSID = c::rtnetlink_groups::RTNLGRP_NSID;
        /// Next hops (Linux 5.3).
        NEXTHOP = c::rtnetlink_groups::RTNLGRP_NEXTHOP;
    }
}

/// The kernel's port.
const KERNEL: u32 = NetlinkAddr::KERNEL.pid;

/// The port of an address, if it is one of netlink.
fn port_of(address: &SocketAddrAny) -> Option<u32> {
    match address.decode() {
        Address::Netlink(address) => Some(address.pid),
        _ => None,
    }
}

/// A socket that speaks with a part of the kernel.
///
/// Its descriptor is lent by [`AsFd`], for who waits for several. It is closed by execve(2).
///
/// A buffer that it is given should have 32 KiB: then the kernel fills as much with each call. With less the messages of a long
/// list come in parts of up to 8 KiB, so less than that is too short at times.
#[derive(Debug)]
pub struct NetlinkSocket {
    fd: OwnedFd,
    port: u32,
    /// The number of the last request; never zero after it, as that is of what was not asked for.
    seq: u32,
    /// Whether there may be answers to the last request that nobody has read.
    unfinished: bool,
}

impl NetlinkSocket {
    /// Makes a socket, which gets a port that is free. Calls on it wait.
    ///
    /// # Errors
    ///
    /// Those of `socket(2)`: `EPROTONOSUPPORT` where the kernel has no such part.
    pub fn open(family: Family) -> Result<NetlinkSocket> {
        NetlinkSocket::open_with(family, SocketFlags::CLOEXEC)
    }

    /// [`NetlinkSocket::open`] with these flags and no others. With [`SocketFlags::NONBLOCK`] what would wait is `EAGAIN`; it
    /// may go on where it was.
    ///
    /// # Errors
    ///
    /// As [`NetlinkSocket::open`].
    pub fn open_with(family: Family, flags: SocketFlags) -> Result<NetlinkSocket> {
        let protocol = Protocol::from_raw(family.raw());
        let fd = super::socket_with(AddressFamily::NETLINK, SocketType::RAW, flags, protocol)?;
        super::bind(fd.as_fd(), &NetlinkAddr::new(0, 0))?;
        NetlinkSocket::from_fd(fd)
    }

    /// Takes a socket that is bound already, and asks the kernel to say in words what is wrong with a request (Linux 4.12).
    ///
    /// # Errors
    ///
    /// `EINVAL` where it is none of netlink, or not bound; those of `getsockname(2)`.
    pub fn from_fd(fd: OwnedFd) -> Result<NetlinkSocket> {
        let port = port_of(&super::getsockname(fd.as_fd())?);
        let port = port.filter(|port| *port != 0).ok_or(Errno::EINVAL)?;
        match lines::set_option(fd.as_fd(), c::NETLINK_EXT_ACK, &1) {
            // Older kernels do not have it: an error is its number only.
            Ok(()) | Err(Errno::ENOPROTOOPT) => {}
            Err(errno) => return Err(errno),
        }
        Ok(NetlinkSocket {
            fd,
            port,
            seq: 0,
            unfinished: false,
        })
    }

    /// Its port, which is its address.
    pub const fn port(&self) -> u32 {
        self.port
    }

    /// From now on it receives what the kernel tells to this group. [`NetlinkSocket::receive`] and [`route::changes`] read it.
    ///
    /// # Errors
    ///
    /// `EINVAL` where the family has no such group, `EPERM` where one may not listen to it.
    pub fn subscribe(&self, group: Group) -> Result<()> {
        lines::set_option(self.fd.as_fd(), c::NETLINK_ADD_MEMBERSHIP, &group.raw())
    }

    /// No longer. What has been told before is still there.
    ///
    /// # Errors
    ///
    /// `EINVAL` where the family has no such group.
    pub fn unsubscribe(&self, group: Group) -> Result<()> {
        lines::set_option(self.fd.as_fd(), c::NETLINK_DROP_MEMBERSHIP, &group.raw())
    }

    /// Sends messages to the kernel, as a [`Writer`] has written them.
    ///
    /// # Errors
    ///
    /// Those of `sendto(2)`: `EMSGSIZE` where the socket can't send as much at once.
    pub fn send(&self, messages: &[u8]) -> Result<()> {
        let to = NetlinkAddr::KERNEL;
        super::sendto(self.fd.as_fd(), messages, SendFlags::empty(), &to)?;
        Ok(())
    }

    /// How many bytes the next call of [`NetlinkSocket::receive`] needs room for: waits for them, and leaves them where they are.
    ///
    /// # Errors
    ///
    /// Those of `recvfrom(2)`, as of [`NetlinkSocket::receive`].
    pub fn next_len(&mut self) -> Result<usize> {
        loop {
            let peek = RecvFlags::PEEK | RecvFlags::TRUNC;
            let (len, from) = super::recvfrom(self.fd.as_fd(), &mut [], peek)?;
            if is_kernel(from) {
                return Ok(len);
            }
            match super::recv(self.fd.as_fd(), &mut [], RecvFlags::DONTWAIT) {
                Ok(_) | Err(Errno::EAGAIN) => {}
                Err(errno) => return Err(errno),
            }
        }
    }

    /// Waits for messages of the kernel's, and reads those that have come together: of an answer as well as of a group. What others
    /// have sent is dropped.
    ///
    /// # Errors
    ///
    /// Those of `recvfrom(2)`. `EMSGSIZE` where the buffer is too short: they are still there, and
    /// [`NetlinkSocket::next_len`] says how long they are. `ENOBUFS` where there was no room for what the kernel would
    /// have told, and some of it is lost.
    pub fn receive<'b>(&mut self, buffer: &'b mut [u8]) -> Result<Messages<'b>> {
        let len = self.fill(buffer)?;
        Ok(messages(&buffer[..len]))
    }

    /// [`NetlinkSocket::receive`] with a buffer that grows as it must.
    ///
    /// # Errors
    ///
    /// As [`NetlinkSocket::receive`].
    #[cfg(feature = "alloc")]
    pub fn receive_vec<'b>(&mut self, buffer: &'b mut alloc::vec::Vec<u8>) -> Result<Messages<'b>> {
        let len = self.next_len()?;
        if buffer.len() < len {
            buffer.resize(len, 0);
        }
        self.receive(buffer)
    }

    /// Reads what has come together from the kernel, and says how many bytes of the buffer it has filled.
    fn fill(&mut self, buffer: &mut [u8]) -> Result<usize> {
        loop {
            if self.next_len()? > buffer.len() {
                return Err(Errno::EMSGSIZE);
            }
            // Whoever else has the socket may have taken that one, and this is the next.
            let (len, from) = super::recvfrom(self.fd.as_fd(), buffer, RecvFlags::TRUNC)?;
            match is_kernel(from) {
                true if len > buffer.len() => return Err(Errno::EMSGSIZE),
                true => return Ok(len),
                false => {}
            }
        }
    }

    /// Writes a request into `buffer`, sends it, and reads the answers into `buffer`. `body` writes what is behind the header;
    /// `flags` come to [`MessageFlags::REQUEST`] and [`MessageFlags::ACK`], which are always there.
    ///
    /// What comes meanwhile and is no answer to this request is dropped: a socket that has subscribed to a group is better not
    /// used for requests.
    ///
    /// # Errors
    ///
    /// `EMSGSIZE` where the request does not fit into `buffer`, and the errors of `body`: nothing was sent then. Those of
    /// [`NetlinkSocket::send`]. What the kernel has to say of the request, [`Answers`] tell.
    pub fn request<'s, 'b>(
        &'s mut self,
        buffer: &'b mut [u8],
        kind: MessageType,
        flags: MessageFlags,
        body: impl FnOnce(&mut Body<'_>) -> Result<()>,
    ) -> Result<Answers<'s, 'b>> {
        let seq = self.seq.checked_add(1).unwrap_or(1);
        let flags = flags | MessageFlags::REQUEST | MessageFlags::ACK;
        let mut writer = Writer::new(buffer);
        writer.message(kind, flags, seq, body)?;
        self.drop_answers()?;
        self.seq = seq;
        self.send(writer.as_bytes())?;
        self.unfinished = true;
        Ok(Answers {
            socket: self,
            buffer,
            at: 0,
            end: 0,
            done: false,
            interrupted: false,
        })
    }

    /// [`NetlinkSocket::request`] for which there is no more to know than whether it went well.
    ///
    /// # Errors
    ///
    /// As there, and those of the kernel's answer.
    pub fn call<'b>(
        &mut self,
        buffer: &'b mut [u8],
        kind: MessageType,
        flags: MessageFlags,
        body: impl FnOnce(&mut Body<'_>) -> Result<()>,
    ) -> Result<(), Error<'b>> {
        self.request(buffer, kind, flags, body)?.finish()
    }

    /// Forgets answers that nobody has read. As long as there are some, the kernel is not done with the request, and another
    /// for a list would be `EBUSY`; with each call that receives it goes on.
    fn drop_answers(&mut self) -> Result<()> {
        while self.unfinished {
            match super::recv(self.fd.as_fd(), &mut [], RecvFlags::DONTWAIT) {
                Ok(_) | Err(Errno::ENOBUFS | Errno::EINTR) => {}
                Err(Errno::EAGAIN) => self.unfinished = false,
                Err(errno) => return Err(errno),
            }
        }
        Ok(())
    }
}

impl AsFd for NetlinkSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl From<NetlinkSocket> for OwnedFd {
    fn from(socket: NetlinkSocket) -> OwnedFd {
        socket.fd
    }
}

/// Whether the kernel has sent it. Every process has a port that is not zero.
fn is_kernel(from: Option<SocketAddrAny>) -> bool {
    from.and_then(|from| port_of(&from)) == Some(KERNEL)
}

/// The answers to a request: see [`NetlinkSocket::request`].
///
/// They need not be read to their end; the next request drops the rest.
#[derive(Debug)]
pub struct Answers<'s, 'b> {
    socket: &'s mut NetlinkSocket,
    buffer: &'b mut [u8],
    at: usize,
    end: usize,
    done: bool,
    interrupted: bool,
}

/// What comes next, and where in the buffer it is.
enum Step {
    Message(Range<usize>),
    Refused(Range<usize>),
    Interrupted,
    Failed(Errno),
    End,
}

impl<'b> Answers<'_, 'b> {
    /// The next message of the answer; `None` at its end and behind an error, and from then on.
    ///
    /// What it lends is in the buffer, up to the next call of this: it can be no [`Iterator`].
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] is the kernel's. [`Error::Interrupted`] comes last, behind messages that may not fit together.
    /// [`Error::Call`] has those of [`NetlinkSocket::receive`]; after `EINTR`, `EAGAIN` and `EMSGSIZE` the next call of this goes
    /// on where it was. `EIO` for what is no message.
    #[allow(clippy::should_implement_trait)] // it lends
    pub fn next(&mut self) -> Option<Result<Message<'_>, Error<'_>>> {
        let step = self.step();
        told(self.buffer, step)
    }

    /// Reads all that is left, and says whether it went well.
    ///
    /// # Errors
    ///
    /// As [`Answers::next`]; but a signal does not end it.
    pub fn finish(mut self) -> Result<(), Error<'b>> {
        let step = loop {
            match self.step() {
                Step::Message(_) | Step::Failed(Errno::EINTR) => {}
                step => break step,
            }
        };
        match told(self.buffer, step) {
            Some(Err(error)) => Err(error),
            _ => Ok(()),
        }
    }

    fn step(&mut self) -> Step {
        loop {
            if self.done {
                return Step::End;
            }
            if self.at == self.end {
                match self.socket.fill(self.buffer) {
                    Ok(len) => (self.at, self.end) = (0, len),
                    Err(errno) => {
                        let goes_on = [Errno::EINTR, Errno::EAGAIN, Errno::EMSGSIZE];
                        self.done = !goes_on.contains(&errno);
                        return Step::Failed(errno);
                    }
                }
            }
            let start = self.at;
            let decoded = decode(&self.buffer[start..self.end]);
            let Ok((message, len)) = decoded else {
                self.done = true;
                return Step::Failed(Errno::EIO);
            };
            self.at += len;
            let header = message.header();
            // Some families do not write the port into their answers.
            let is_ours = [self.socket.port, KERNEL].contains(&header.port);
            if header.seq != self.socket.seq || !is_ours {
                continue;
            }
            self.interrupted |= header.flags.contains(MessageFlags::DUMP_INTR);
            let range = start..self.at;
            match header.kind {
                MessageType::NOOP => {}
                MessageType::OVERRUN => {
                    self.done = true;
                    return Step::Failed(Errno::ENOBUFS);
                }
                MessageType::ERROR | MessageType::DONE => {
                    self.done = true;
                    self.socket.unfinished = false;
                    return match message.status() {
                        Err(errno) => Step::Failed(errno),
                        Ok(Some(Status { errno: Some(_), .. })) => Step::Refused(range),
                        Ok(_) if self.interrupted => Step::Interrupted,
                        Ok(_) => Step::End,
                    };
                }
                _ => return Step::Message(range),
            }
        }
    }
}

/// A step with what the buffer has of it.
fn told(buffer: &[u8], step: Step) -> Option<Result<Message<'_>, Error<'_>>> {
    let decode = |range| decode(&buffer[range]).map(|(message, _)| message);
    Some(match step {
        Step::End => return None,
        Step::Message(range) => decode(range).map_err(Error::Call),
        Step::Refused(range) => Err(decode(range).map_or_else(Error::Call, refused)),
        Step::Interrupted => Err(Error::Interrupted),
        Step::Failed(errno) => Err(Error::Call(errno)),
    })
}

fn refused(message: Message<'_>) -> Error<'_> {
    match message.status() {
        Ok(Some(Status {
            errno: Some(errno),
            text,
            offset,
            ..
        })) => Error::Refused {
            errno,
            text,
            offset,
        },
        _ => Error::Call(Errno::EIO),
    }
}

/// Why a request has not got all of its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error<'a> {
    /// A call has failed.
    Call(Errno),
    /// The kernel has refused the request.
    #[non_exhaustive]
    Refused {
        /// Why.
        errno: Errno,
        /// Why, in words (Linux 4.12).
        text: Option<&'a CStr>,
        /// Where in the request: how many bytes from its header's start (Linux 4.12).
        offset: Option<u32>,
    },
    /// What was asked for has changed while it was told: something may be there twice or not at all. Ask again.
    Interrupted,
}

impl Error<'_> {
    /// The error as a number. [`Error::Interrupted`] is `EAGAIN`.
    pub const fn errno(&self) -> Errno {
        match *self {
            Error::Call(errno) | Error::Refused { errno, .. } => errno,
            Error::Interrupted => Errno::EAGAIN,
        }
    }
}

impl fmt::Display for Error<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Call(errno)
            | Error::Refused {
                errno, text: None, ..
            } => errno.fmt(f),
            Error::Refused {
                errno,
                text: Some(text),
                ..
            } => {
                write!(f, "{errno} ({})", text.to_bytes().escape_ascii())
            }
            Error::Interrupted => f.write_str("it has changed while it was told"),
        }
    }
}

impl core::error::Error for Error<'_> {}

impl From<Errno> for Error<'_> {
    fn from(errno: Errno) -> Self {
        Error::Call(errno)
    }
}

impl From<Error<'_>> for Errno {
    fn from(error: Error<'_>) -> Errno {
        error.errno()
    }
}

/// The size of an option's value.
const SIZE_OF_U32: u32 = size_of::<u32>() as u32;

/*
 * Lines
 */

//sysnb pub(super) fn set_option(fd: BorrowedFd<'_>, SOL_NETLINK, option: u32, value: &u32,
//        SIZE_OF_U32) -> Result<()> = SYS_SETSOCKOPT
