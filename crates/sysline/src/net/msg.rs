//! Messages: bytes of several buffers, an address and control messages, in one call; and several of them in one call.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use core::net::{Ipv4Addr, SocketAddrV4};
//! use sysline::fd::AsFd;
//! use sysline::io::{IoSlice, IoSliceMut};
//! use sysline::net::*;
//!
//! let socket = socket(AddressFamily::INET, SocketType::DGRAM, Protocol::DEFAULT)?;
//! bind(socket.as_fd(), &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
//! let address = getsockname(socket.as_fd())?;
//!
//! let parts = [IoSlice::new(b"head "), IoSlice::new(b"body")];
//! let control = SendControl::none();
//! assert_eq!(sendmsg_to(socket.as_fd(), &parts, &control, SendFlags::empty(), &address), Ok(9));
//!
//! let (mut head, mut body) = ([0; 5], [0; 100]);
//! let mut bufs = [IoSliceMut::new(&mut head), IoSliceMut::new(&mut body)];
//! let mut control = RecvControl::none();
//! let message = recvmsg(socket.as_fd(), &mut bufs, &mut control, RecvFlags::empty())?;
//! assert_eq!((message.bytes, message.address), (9, Some(address)));
//! assert_eq!((&head, &body[..4]), (b"head ", &b"body"[..]));
//! # Ok(())
//! # }
//! ```
//!
//! A message has at most 1,024 buffers (`EMSGSIZE`).
//!
//! # Control messages without bytes
//!
//! In a stream of Unix sockets nothing can travel but beside bytes: control messages with none would be lost without an error.
//! So where there are control messages and no bytes, one byte (zero) is sent for them; and where there is room for control messages
//! and none for bytes, one byte is received and thrown away. It is never counted: zero bytes were sent, and zero received. On all
//! other sockets bytes are what the caller gives: a datagram or a packet may be empty, and one byte more would be another message.
//!
//! Owns: `struct msghdr` and `struct mmsghdr`. Control messages themselves are in `cmsg.rs`. This file is read by the compiler and
//! by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `msg/lines.rs`.

use super::{
    AddressArg, AddressFamily, RecvControl, RecvFlags, SendControl, SendFlags, SocketAddrAny,
    SocketType, sockopt,
};
use crate::abi::{Errno, Result};
use crate::event::Timeout;
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::io::{IoSlice, IoSliceMut};
use crate::time::Timespec;
use core::ffi::c_void;
use core::fmt;
use core::marker::PhantomData;
use core::mem::{self, MaybeUninit};
use core::ptr;
use linux_raw_sys::net::{self as c, mmsghdr, msghdr};

mod lines;
mod older;

flags! {
    /// What is said of a message that was received (recvmsg(2)).
    pub struct ReturnFlags: u32 {
        /// Control messages were cut off or left out: there was too little room for them.
        CTRUNC = c::MSG_CTRUNC;
        /// The record ends here ([`SocketType::SEQPACKET`]).
        EOR = c::MSG_EOR;
        /// It is an error, from the queue of errors.
        ERRQUEUE = c::MSG_ERRQUEUE;
        /// It has come out of the stream's order.
        OOB = c::MSG_OOB;
        /// The end of the message was cut off: the buffers were too short.
        TRUNC = c::MSG_TRUNC;
    }
}

/// A message that was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecvMsg {
    /// How many bytes; of a stream, 0 is its end, unless there was no room for bytes. With [`RecvFlags::TRUNC`] it is the message's whole length, and may be more than
    /// the buffers have.
    pub bytes: usize,
    /// What else is said of it.
    pub flags: ReturnFlags,
    /// From where it comes: `None` where that is not told, as by a stream's socket or where the sender has no address.
    pub address: Option<SocketAddrAny>,
}

/// The most messages, and the most buffers of a message (`UIO_MAXIOV`, `linux/uio.h`). The kernel counts messages in 32 bits.
const MOST: usize = 1024;

/// Sends a message to the socket that this one is connected with, and says how many bytes of it.
///
/// # Errors
///
/// Those of `sendmsg(2)`. `EINVAL` for control messages that the socket does not take, `ENOBUFS` for more than the system allows
/// (`net.core.optmem_max`), `ETOOMANYREFS` for too many descriptors that are on their way.
#[inline]
pub fn sendmsg(
    fd: BorrowedFd<'_>,
    bufs: &[IoSlice<'_>],
    control: &SendControl<'_>,
    flags: SendFlags,
) -> Result<usize> {
    send_message(fd, bufs, control, flags, &[])
}

/// Sends a message to an address, and says how many bytes of it.
///
/// # Errors
///
/// Those of [`sendmsg`]; `EISCONN` where a stream is connected.
#[doc(alias = "sendmsg_addr")]
#[inline]
pub fn sendmsg_to(
    fd: BorrowedFd<'_>,
    bufs: &[IoSlice<'_>],
    control: &SendControl<'_>,
    flags: SendFlags,
    address: &impl AddressArg,
) -> Result<usize> {
    address.with_bytes(|bytes| send_message(fd, bufs, control, flags, bytes))
}

fn send_message(
    fd: BorrowedFd<'_>,
    bufs: &[IoSlice<'_>],
    control: &SendControl<'_>,
    flags: SendFlags,
    address: &[u8],
) -> Result<usize> {
    // The kernel would send to what the first bytes of a longer address say.
    if address.len() > SocketAddrAny::MAX {
        return Err(Errno::EINVAL);
    }
    let carrier = [IoSlice::new(&[0])];
    let control = control.as_bytes();
    let bare = is_bare(bufs, control.len()) && is_unix_stream(fd)?;
    let bufs = if bare { &carrier } else { bufs };
    let header = header_to_send(bufs, control, address);
    // SAFETY: the header is of slices, which the kernel reads.
    let sent = unsafe { lines::sendmsg_raw(fd, &header, flags) }?;
    Ok(if bare { 0 } else { sent })
}

/// Receives a message: its bytes into `bufs`, its control messages into `control`. Descriptors that come with it are closed by
/// execve(2). What `control` had is forgotten, and descriptors in it that nobody has taken are closed.
///
/// What has no room in `bufs` is lost with a message, and stays with a stream. Control messages that have no room are lost:
/// [`ReturnFlags::CTRUNC`].
///
/// # Errors
///
/// Those of `recvmsg(2)`.
#[inline]
pub fn recvmsg(
    fd: BorrowedFd<'_>,
    bufs: &mut [IoSliceMut<'_>],
    control: &mut RecvControl<'_>,
    flags: RecvFlags,
) -> Result<RecvMsg> {
    recvmsg_with(fd, bufs, control, flags | RecvFlags::CMSG_CLOEXEC)
}

/// [`recvmsg`] with these flags and no others: without [`RecvFlags::CMSG_CLOEXEC`], descriptors are left open by execve(2).
///
/// # Errors
///
/// As [`recvmsg`].
pub fn recvmsg_with(
    fd: BorrowedFd<'_>,
    bufs: &mut [IoSliceMut<'_>],
    control: &mut RecvControl<'_>,
    flags: RecvFlags,
) -> Result<RecvMsg> {
    control.clear();
    let mut byte = [0];
    let mut carrier = [IoSliceMut::new(&mut byte)];
    let bare = is_bare(bufs, control.room().1) && is_unix_stream(fd)?;
    let ((bytes, flags), address) = SocketAddrAny::filled(|name, len| {
        let mut header = header_to_receive(bufs, control, name);
        if bare {
            carry(&mut header, carrier.as_mut_ptr());
        }
        // SAFETY: the header is of slices that the kernel may write to, each of which only it has until it returns.
        let bytes = unsafe { lines::recvmsg_raw(fd, &mut header, flags) }?;
        // SAFETY: the call has received them just now.
        unsafe { control.received(header.msg_controllen) };
        *len = header.msg_namelen as u32;
        Ok((if bare { 0 } else { bytes }, header.msg_flags))
    })?;
    Ok(RecvMsg {
        bytes,
        flags: return_flags(flags),
        address: (!address.as_bytes().is_empty()).then_some(address),
    })
}

/// Sends several messages, one after the other, and says how many were sent. Of each, [`SendMessage::sent`] says how many bytes. At
/// most 1,024 are sent by one call (Linux 3.0).
///
/// # Errors
///
/// Those of [`sendmsg`], where the first one is not sent. Where another one is not, that is the end: to send from there on is to
/// be told why.
pub fn sendmmsg(
    fd: BorrowedFd<'_>,
    messages: &mut [SendMessage<'_>],
    flags: SendFlags,
) -> Result<usize> {
    // Of all of them, also those that are too many or behind an error.
    for message in &mut *messages {
        message.header.msg_len = 0;
    }
    let len = messages.len().min(MOST);
    let messages = &mut messages[..len];
    let byte = [IoSlice::new(&[0])];
    let carrier = byte.as_ptr().cast_mut().cast();
    let mut unix_stream = None;
    for message in &mut *messages {
        if message.is_bare() {
            let carried = match unix_stream {
                Some(known) => known,
                None => is_unix_stream(fd)?,
            };
            unix_stream = Some(carried);
            if carried {
                message.header.msg_hdr.msg_iov = carrier;
                message.header.msg_hdr.msg_iovlen = 1;
            }
        }
    }
    // SAFETY: the headers are of slices that the kernel reads, and it writes how much of each was sent.
    let sent = unsafe { lines::sendmmsg_raw(fd, messages, flags) };
    if unix_stream == Some(true) {
        for message in &mut *messages {
            if message.header.msg_hdr.msg_iov == carrier {
                // As good as the empty buffers that it had.
                message.header.msg_hdr.msg_iovlen = 0;
                message.header.msg_hdr.msg_iov = ptr::null_mut();
                message.header.msg_len = 0;
            }
        }
    }
    sent
}

/// Receives several messages, and says how many have come: what they are is in each of `messages`. It waits until all of them have
/// come, until an error or a signal, or until `timeout` is over; with [`RecvFlags::WAITFORONE`] only for the first. Descriptors that
/// come with them are closed by execve(2). At most 1,024 are received by one call (Linux 2.6.33).
///
/// What `messages` had is forgotten, also of those that do not come now, and descriptors in them that nobody has taken are closed.
///
/// # The time-out's fault
///
/// The kernel looks at the time only when a message has come: where none comes any more, it waits without end, however short the
/// time is. [`Timeout::Zero`] too waits for one message. A time that has to be kept takes [`poll`](crate::event::poll()) before, and
/// [`RecvFlags::DONTWAIT`] here; or the socket's option `SO_RCVTIMEO`.
///
/// # Errors
///
/// Those of `recvmmsg(2)`, where no message has come; an error behind a message is the next call's. On a 32-bit kernel before 5.1 also
/// `EOVERFLOW`, for a timeout of more than 68 years.
#[doc(alias = "recvmmsg_time64")]
pub fn recvmmsg(
    fd: BorrowedFd<'_>,
    messages: &mut [RecvMessage<'_>],
    flags: RecvFlags,
    timeout: impl Into<Timeout>,
) -> Result<usize> {
    recvmmsg_with(fd, messages, flags | RecvFlags::CMSG_CLOEXEC, timeout)
}

/// [`recvmmsg`] with these flags and no others: without [`RecvFlags::CMSG_CLOEXEC`], descriptors are left open by execve(2).
///
/// # Errors
///
/// As [`recvmmsg`].
pub fn recvmmsg_with(
    fd: BorrowedFd<'_>,
    messages: &mut [RecvMessage<'_>],
    flags: RecvFlags,
    timeout: impl Into<Timeout>,
) -> Result<usize> {
    let timeout = timeout.into().timespec();
    // All of them, also those that are too many or behind an error.
    messages.iter_mut().for_each(RecvMessage::forget);
    // The headers are on the stack: as many as need be.
    match messages.len() {
        ..=16 => receive_messages::<16>(fd, messages, flags, timeout),
        17..=128 => receive_messages::<128>(fd, messages, flags, timeout),
        len => receive_messages::<MOST>(fd, &mut messages[..len.min(MOST)], flags, timeout),
    }
}

/// Receives at most `N` messages.
#[inline(never)]
fn receive_messages<const N: usize>(
    fd: BorrowedFd<'_>,
    messages: &mut [RecvMessage<'_>],
    flags: RecvFlags,
    timeout: Option<Timespec>,
) -> Result<usize> {
    let mut headers = [const { MaybeUninit::<mmsghdr>::uninit() }; N];
    let headers = &mut headers[..messages.len()];
    let mut byte = [0];
    let mut carrier = [IoSliceMut::new(&mut byte)];
    let carrier = carrier.as_mut_ptr(); // once: another `&mut` would end the use of those before it
    let mut unix_stream = None;
    for (message, header) in messages.iter_mut().zip(&mut *headers) {
        if is_bare(message.bufs, message.control.room().1) {
            message.bare = match unix_stream {
                Some(known) => known,
                None => is_unix_stream(fd)?,
            };
            unix_stream = Some(message.bare);
        }
        let mut msg_hdr = header_to_receive(message.bufs, &mut message.control, &mut message.name);
        if message.bare {
            carry(&mut msg_hdr, carrier);
        }
        header.write(mmsghdr {
            msg_hdr,
            msg_len: 0,
        });
    }
    // SAFETY: each has just been written.
    let headers = unsafe { &mut *(ptr::from_mut(headers) as *mut [mmsghdr]) };
    let mut left = timeout; // the kernel writes to it
    // SAFETY: the headers are of slices that the kernel may write to, each of which only it has until it returns; the one byte
    // that several may share is nobody's.
    let count = unsafe {
        or_older!(
            lines::recvmmsg_raw(fd, headers, flags, left.as_mut()),
            older::recvmmsg(fd, headers, flags, timeout)
        )
    }?;
    for (message, header) in messages.iter_mut().zip(headers).take(count) {
        // SAFETY: the call has received it just now.
        unsafe { message.received(header) };
    }
    Ok(count.min(messages.len()))
}

/// A message for [`sendmmsg`]: what is in it is lent. `struct mmsghdr`.
#[doc(alias = "mmsghdr")]
#[repr(transparent)]
pub struct SendMessage<'a> {
    header: mmsghdr,
    lent: PhantomData<(&'a [IoSlice<'a>], &'a SendControl<'a>, &'a SocketAddrAny)>,
}

// SAFETY: it is references to what may be shared between threads.
unsafe impl Send for SendMessage<'_> {}
// SAFETY: as above.
unsafe impl Sync for SendMessage<'_> {}

impl<'a> SendMessage<'a> {
    /// A message of bytes, to the socket that the sending one is connected with.
    pub fn new(bufs: &'a [IoSlice<'a>]) -> SendMessage<'a> {
        SendMessage {
            header: mmsghdr {
                msg_hdr: header_to_send(bufs, &[], &[]),
                msg_len: 0,
            },
            lent: PhantomData,
        }
    }

    /// The message with control messages.
    #[must_use]
    pub fn with_control(mut self, control: &'a SendControl<'a>) -> SendMessage<'a> {
        let header = &mut self.header.msg_hdr;
        let control = control.as_bytes();
        header.msg_control = address_of(control);
        header.msg_controllen = control.len();
        self
    }

    /// The message to an address.
    #[must_use]
    pub fn with_address(mut self, address: &'a SocketAddrAny) -> SendMessage<'a> {
        let header = &mut self.header.msg_hdr;
        let address = address.as_bytes();
        header.msg_name = address_of(address);
        header.msg_namelen = address.len() as i32; // at most 128
        self
    }

    /// How many of its bytes the last call has sent; zero where it has not sent the message.
    #[doc(alias = "msg_len")]
    pub fn sent(&self) -> usize {
        self.header.msg_len as usize
    }

    fn is_bare(&self) -> bool {
        let header = &self.header.msg_hdr;
        if header.msg_controllen == 0 || header.msg_iovlen == 0 {
            return header.msg_controllen != 0;
        }
        // SAFETY: it is the list that was lent, each buffer a `struct iovec`.
        let bufs = unsafe {
            core::slice::from_raw_parts(header.msg_iov.cast::<IoSlice<'_>>(), header.msg_iovlen)
        };
        is_bare(bufs, header.msg_controllen)
    }
}

impl fmt::Debug for SendMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendMessage")
            .field("sent", &self.sent())
            .finish_non_exhaustive()
    }
}

/// Room for a message that [`recvmmsg`] receives, and what has come there.
pub struct RecvMessage<'a> {
    bufs: &'a mut [IoSliceMut<'a>],
    control: RecvControl<'a>,
    name: [u8; SocketAddrAny::MAX],
    name_len: u32,
    bytes: usize,
    flags: ReturnFlags,
    /// Whether its one byte is nobody's.
    bare: bool,
}

impl<'a> RecvMessage<'a> {
    /// Room for the bytes of a message and its address.
    pub fn new<'bytes: 'a>(bufs: &'a mut [IoSliceMut<'bytes>]) -> RecvMessage<'a> {
        RecvMessage {
            // SAFETY: only the lifetime is another. The buffers are lent for longer than `'a`, and none is ever put into the list, whose
            // own would be too short.
            bufs: unsafe {
                mem::transmute::<&'a mut [IoSliceMut<'bytes>], &'a mut [IoSliceMut<'a>]>(bufs)
            },
            control: RecvControl::none(),
            name: [0; SocketAddrAny::MAX],
            name_len: 0,
            bytes: 0,
            flags: ReturnFlags::empty(),
            bare: false,
        }
    }

    /// The same with room for control messages.
    #[must_use]
    pub fn with_control(mut self, control: RecvControl<'a>) -> RecvMessage<'a> {
        self.control = control;
        self
    }

    /// How many bytes have come: see [`RecvMsg::bytes`].
    #[doc(alias = "msg_len")]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// What else is said of it.
    pub fn flags(&self) -> ReturnFlags {
        self.flags
    }

    /// From where it comes: see [`RecvMsg::address`].
    pub fn address(&self) -> Option<SocketAddrAny> {
        let len = self.name.len().min(self.name_len as usize);
        (len > 0).then(|| SocketAddrAny::of_kernel(&self.name[..len]))
    }

    /// The buffers, with the bytes that have come.
    pub fn bufs(&self) -> &[IoSliceMut<'_>] {
        self.bufs
    }

    /// The control messages that have come.
    pub fn control(&mut self) -> &mut RecvControl<'a> {
        &mut self.control
    }

    /// As if nothing had come.
    fn forget(&mut self) {
        self.control.clear();
        self.name_len = 0;
        self.bytes = 0;
        self.flags = ReturnFlags::empty();
        self.bare = false;
    }

    /// Takes over what the kernel says of it.
    ///
    /// # Safety
    ///
    /// A call has received it just now, and the header was made of this.
    unsafe fn received(&mut self, header: &mmsghdr) {
        let msg_hdr = &header.msg_hdr;
        // SAFETY: as the caller promises.
        unsafe { self.control.received(msg_hdr.msg_controllen) };
        self.name_len = msg_hdr.msg_namelen as u32;
        self.flags = return_flags(msg_hdr.msg_flags);
        if !self.bare {
            self.bytes = header.msg_len as usize;
        }
    }
}

impl fmt::Debug for RecvMessage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RecvMessage")
            .field("bytes", &self.bytes())
            .field("flags", &self.flags())
            .field("address", &self.address())
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

/// Without what the caller has asked for, which the kernel says among the rest.
fn return_flags(flags: u32) -> ReturnFlags {
    ReturnFlags::from_bits_retain(flags & !c::MSG_CMSG_CLOEXEC)
}

/// Where bytes are; null where there are none, which says so to who forgets to look at their number (qemu-user).
fn address_of(bytes: &[u8]) -> *mut c_void {
    match bytes {
        [] => ptr::null_mut(),
        bytes => bytes.as_ptr().cast_mut().cast(),
    }
}

/// A header of what the kernel only reads.
fn header_to_send(bufs: &[IoSlice<'_>], control: &[u8], address: &[u8]) -> msghdr {
    msghdr {
        msg_name: address_of(address),
        msg_namelen: address.len() as i32, // at most 128
        msg_iov: bufs.as_ptr().cast_mut().cast(),
        msg_iovlen: bufs.len(),
        msg_control: address_of(control),
        msg_controllen: control.len(),
        msg_flags: 0,
    }
}

/// A header of what the kernel may write to.
fn header_to_receive(
    bufs: &mut [IoSliceMut<'_>],
    control: &mut RecvControl<'_>,
    name: &mut [u8; SocketAddrAny::MAX],
) -> msghdr {
    let (msg_control, msg_controllen) = control.room();
    msghdr {
        msg_name: name.as_mut_ptr().cast(),
        msg_namelen: SocketAddrAny::MAX as i32,
        msg_iov: bufs.as_mut_ptr().cast(),
        msg_iovlen: bufs.len(),
        msg_control: match msg_controllen {
            0 => ptr::null_mut(),
            _ => msg_control.cast(),
        },
        msg_controllen,
        msg_flags: 0,
    }
}

/// Has one byte received, into that one buffer.
fn carry(header: &mut msghdr, carrier: *mut IoSliceMut<'_>) {
    header.msg_iov = carrier.cast();
    header.msg_iovlen = 1;
}

/// Whether it is control messages, or room for them, without bytes.
fn is_bare<T: core::ops::Deref<Target = [u8]>>(bufs: &[T], control: usize) -> bool {
    control != 0 && bufs.iter().all(|buf| buf.is_empty())
}

/// Whether control messages of this socket are lost without bytes.
#[cold]
fn is_unix_stream(fd: BorrowedFd<'_>) -> Result<bool> {
    Ok(sockopt::socket_domain(fd)? == AddressFamily::UNIX
        && sockopt::socket_type(fd)? == SocketType::STREAM)
}

/*
 * Lines
 */

//sys pub(super) unsafe fn sendmsg_raw(fd: BorrowedFd<'_>, message: &msghdr,
//        flags: SendFlags) -> Result<usize> = SYS_SENDMSG

//sys pub(super) unsafe fn recvmsg_raw(fd: BorrowedFd<'_>, message: &mut msghdr,
//        flags: RecvFlags) -> Result<usize> = SYS_RECVMSG

//sys pub(super) unsafe fn sendmmsg_raw(fd: BorrowedFd<'_>, messages: &mut [SendMessage<'_>],
//        flags: SendFlags) -> Result<usize> = SYS_SENDMMSG

//sys pub(super) unsafe fn recvmmsg_raw(fd: BorrowedFd<'_>, messages: &mut [mmsghdr],
//        flags: RecvFlags, timeout: Option<&mut Timespec>) -> Result<usize> = SYS_RECVMMSG
