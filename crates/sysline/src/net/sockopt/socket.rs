//! Options of every socket (socket(7)). Those that tell who is on the other end are in `peer.rs`.

use super::forms::{Microseconds, OrNone, Size, clamped, exactly, part, plain, seconds};
use super::*;
use crate::flags::flags;
use crate::net::{AddressFamily, Protocol, SocketType};
use core::time::Duration;
use linux_raw_sys::net as c;

options! { SOL_SOCKET;
    /// Whether the address may be bound to where old connections still have it; of datagrams, where other sockets have it that say so too.
    #[doc(alias = "SO_REUSEADDR")]
    get socket_reuseaddr set set_socket_reuseaddr: bool = SO_REUSEADDR;

    /// Whether several sockets of one user may bind to the same address, each of which says so before: connections or datagrams are
    /// distributed among them (Linux 3.9).
    #[doc(alias = "SO_REUSEPORT")]
    get socket_reuseport set set_socket_reuseport: bool = SO_REUSEPORT;

    /// Whether datagrams may be sent to broadcast addresses. Without it that is `EACCES`.
    #[doc(alias = "SO_BROADCAST")]
    get socket_broadcast set set_socket_broadcast: bool = SO_BROADCAST;

    /// Whether a connection is asked for signs of life when nothing comes: [`tcp_keepidle`] and its kin say how often.
    #[doc(alias = "SO_KEEPALIVE")]
    get socket_keepalive set set_socket_keepalive: bool = SO_KEEPALIVE;

    /// Whether bytes out of the stream's order are received within it.
    #[doc(alias = "SO_OOBINLINE")]
    get socket_oobinline set set_socket_oobinline: bool = SO_OOBINLINE;

    /// Whether what is sent goes past the gateway, to hosts on the same network only.
    #[doc(alias = "SO_DONTROUTE")]
    get socket_dontroute set set_socket_dontroute: bool = SO_DONTROUTE;

    /// Whether the kernel traces the socket. To switch it on needs `CAP_NET_ADMIN` (`EACCES`).
    #[doc(alias = "SO_DEBUG")]
    get socket_debug set set_socket_debug: bool = SO_DEBUG;

    /// Whether datagrams of UDP over IPv4 are sent without a checksum.
    #[doc(alias = "SO_NO_CHECK")]
    get socket_no_check set set_socket_no_check: bool = SO_NO_CHECK;

    /// Which queue of the device packets go to: from 0 to 6, and more with `CAP_NET_ADMIN`, from Linux 5.17 on `CAP_NET_RAW` is as good
    /// (`EPERM`).
    #[doc(alias = "SO_PRIORITY")]
    get socket_priority set set_socket_priority: u32 = SO_PRIORITY;

    /// A number that routes and filters see on each packet. To set it needs `CAP_NET_ADMIN`, from Linux 5.17 on `CAP_NET_RAW` is as good
    /// (`EPERM`).
    #[doc(alias = "SO_MARK")]
    get socket_mark set set_socket_mark: u32 = SO_MARK;

    /// Whether messages come with their packet's mark (Linux 5.19).
    #[doc(alias = "SO_RCVMARK")]
    get socket_rcvmark set set_socket_rcvmark: bool = SO_RCVMARK;

    /// Whether messages come with their packet's priority (Linux 6.14).
    #[doc(alias = "SO_RCVPRIORITY")]
    get socket_rcvpriority set set_socket_rcvpriority: bool = SO_RCVPRIORITY;

    /// How many bytes the receive buffer has, with what the kernel needs to keep them: twice as many as were asked for, and
    /// at most twice the system's limit, `net.core.rmem_max`.
    #[doc(alias = "SO_RCVBUF")]
    get socket_recv_buffer_size set set_socket_recv_buffer_size: u32 as Size = SO_RCVBUF;

    /// As [`set_socket_recv_buffer_size`], without the system's limit. It needs `CAP_NET_ADMIN` (`EPERM`).
    #[doc(alias = "SO_RCVBUFFORCE")]
    set set_socket_recv_buffer_size_force: u32 as Size = SO_RCVBUFFORCE;

    /// How many bytes the send buffer has, with what the kernel needs to keep them: twice as many as were asked for, and at
    /// most twice the system's limit, `net.core.wmem_max`.
    #[doc(alias = "SO_SNDBUF")]
    get socket_send_buffer_size set set_socket_send_buffer_size: u32 as Size = SO_SNDBUF;

    /// As [`set_socket_send_buffer_size`], without the system's limit. It needs `CAP_NET_ADMIN` (`EPERM`).
    #[doc(alias = "SO_SNDBUFFORCE")]
    set set_socket_send_buffer_size_force: u32 as Size = SO_SNDBUFFORCE;

    /// Which of the buffers' sizes the kernel does not change by itself (Linux 5.15).
    #[doc(alias = "SO_BUF_LOCK")]
    get socket_buf_lock set set_socket_buf_lock: BufLock = SO_BUF_LOCK;

    /// How many bytes must be there before a wait for them ends.
    #[doc(alias = "SO_RCVLOWAT")]
    get socket_rcvlowat set set_socket_rcvlowat: u32 as Size = SO_RCVLOWAT;

    /// Always 1.
    #[doc(alias = "SO_SNDLOWAT")]
    get socket_sndlowat: u32 = SO_SNDLOWAT;

    /// Where in the queue [`RecvFlags::PEEK`](crate::net::RecvFlags::PEEK) begins to read, which moves it on by what it has read; what is
    /// taken from the queue moves it back. `None` is at the queue's start, always (Linux 3.4). `EOPNOTSUPP` of sockets that have none.
    #[doc(alias = "SO_PEEK_OFF")]
    get socket_peek_off set set_socket_peek_off: Option<u32> as OrNone = SO_PEEK_OFF;

    /// What happens to bytes that are not sent yet when the socket is closed. `None`: close(2) returns at once, and the kernel goes on
    /// sending. A duration, in seconds: close(2) waits for so long, also where other calls would not wait. Zero: what is left is
    /// thrown away, and the connection is reset.
    #[doc(alias = "SO_LINGER")]
    get socket_linger set set_socket_linger: Option<Duration> as Linger = SO_LINGER;

    /// The error that is waiting at the socket, such as that of a connection that could not be made: once, then there is none.
    #[doc(alias = "SO_ERROR")]
    get socket_error: Result<()> as Pending = SO_ERROR;

    /// How bytes go over the socket.
    #[doc(alias = "SO_TYPE")]
    get socket_type: SocketType = SO_TYPE;

    /// What the socket speaks.
    #[doc(alias = "SO_PROTOCOL")]
    get socket_protocol: Protocol = SO_PROTOCOL;

    /// What the socket's addresses look like.
    #[doc(alias = "SO_DOMAIN")]
    get socket_domain: AddressFamily = SO_DOMAIN;

    /// Whether the socket listens for connections.
    #[doc(alias = "SO_ACCEPTCONN")]
    get socket_acceptconn: bool = SO_ACCEPTCONN;

    /// A number that no other socket of the machine has or will have (Linux 4.12).
    #[doc(alias = "SO_COOKIE")]
    get socket_cookie: u64 = SO_COOKIE;

    /// The number of the socket's network namespace, which no other one has or will have (Linux 5.14).
    #[doc(alias = "SO_NETNS_COOKIE")]
    get socket_netns_cookie: u64 = SO_NETNS_COOKIE;

    /// The device that the socket sends to and receives from, by its index; 0 is any. To take the socket away from a device
    /// needs `CAP_NET_RAW` (`EPERM`). Whether there is such a device is not looked at (Linux 5.1).
    #[doc(alias = "SO_BINDTOIFINDEX")]
    get socket_bindtoifindex set set_socket_bindtoifindex: u32 = SO_BINDTOIFINDEX;

    /// The device that the socket sends to and receives from; `None` is any.
    #[doc(alias = "SO_BINDTODEVICE")]
    get socket_bindtodevice: Option<ShortName> as ShortName = SO_BINDTODEVICE;

    /// The processor that the socket belongs to: to read it is to learn which one received last, to write it (Linux 4.4) is to choose among
    /// sockets of one address ([`set_socket_reuseport`]). `None` where there is none (Linux 3.19).
    #[doc(alias = "SO_INCOMING_CPU")]
    get socket_incoming_cpu set set_socket_incoming_cpu: Option<u32> as OrNone = SO_INCOMING_CPU;

    /// The number of the device's queue that the socket received from last; 0 where it has none (Linux 4.12).
    #[doc(alias = "SO_INCOMING_NAPI_ID")]
    get socket_incoming_napi_id: u32 = SO_INCOMING_NAPI_ID;

    /// For how long a receiving call asks the device itself before it waits, in microseconds; zero is not at all. To raise it
    /// needs `CAP_NET_ADMIN` (`EPERM`) (Linux 3.11).
    #[doc(alias = "SO_BUSY_POLL")]
    get socket_busy_poll set set_socket_busy_poll: Duration as Microseconds = SO_BUSY_POLL;

    /// Whether asking the device is preferred to its interrupts. To switch it on needs `CAP_NET_ADMIN` (`EPERM`) (Linux 5.11).
    #[doc(alias = "SO_PREFER_BUSY_POLL")]
    get socket_prefer_busy_poll set set_socket_prefer_busy_poll: bool = SO_PREFER_BUSY_POLL;

    /// How many packets are taken each time that the device is asked; 0 is the kernel's own number, and what it is the kernel does not
    /// tell. To raise it needs `CAP_NET_ADMIN` (`EPERM`) (Linux 5.11).
    #[doc(alias = "SO_BUSY_POLL_BUDGET")]
    set set_socket_busy_poll_budget: u16 = SO_BUSY_POLL_BUDGET;

    /// The most bytes a second that are sent; `u64::MAX` is no limit (Linux 3.13).
    #[doc(alias = "SO_MAX_PACING_RATE")]
    get socket_max_pacing_rate: u64 as Rate = SO_MAX_PACING_RATE;

    /// How many bytes of memory are kept for the socket alone, which needs memory cgroups (`EOPNOTSUPP`, `ENOMEM`) (Linux 5.16).
    #[doc(alias = "SO_RESERVE_MEM")]
    get socket_reserve_mem set set_socket_reserve_mem: u32 = SO_RESERVE_MEM;

    /// Whether a connection that stalls takes another way through the network (Linux 5.18). `EOPNOTSUPP` of protocols other than TCP,
    /// from Linux 6.16 on.
    #[doc(alias = "SO_TXREHASH")]
    get socket_txrehash set set_socket_txrehash: bool = SO_TXREHASH;

    /// Whether messages can be sent from the sender's memory without a copy, as [`SendFlags::ZEROCOPY`](crate::net::SendFlags::ZEROCOPY) asks
    /// (Linux 4.14). `EOPNOTSUPP` of protocols that can't, of which older kernels say 524, an error that has no name.
    #[doc(alias = "SO_ZEROCOPY")]
    get socket_zerocopy set set_socket_zerocopy: bool = SO_ZEROCOPY;

    /// Whether messages come with how many were lost before them for want of room.
    #[doc(alias = "SO_RXQ_OVFL")]
    get socket_rxq_ovfl set set_socket_rxq_ovfl: bool = SO_RXQ_OVFL;

    /// Whether what is in the queue of errors is priority data to poll(2) (Linux 3.10).
    #[doc(alias = "SO_SELECT_ERR_QUEUE")]
    get socket_select_err_queue set set_socket_select_err_queue: bool = SO_SELECT_ERR_QUEUE;

    /// Whether the socket's filter can be neither changed nor taken away (Linux 3.9). Once it is so, it stays so: `EPERM`.
    #[doc(alias = "SO_LOCK_FILTER")]
    get socket_lock_filter set set_socket_lock_filter: bool = SO_LOCK_FILTER;

    /// How much memory the socket has in use, and may have (Linux 4.12).
    #[doc(alias = "SO_MEMINFO")]
    get socket_meminfo: SocketMeminfo = SO_MEMINFO;
}

flags! {
    /// Sizes of buffers that stay as they were set: [`socket_buf_lock`].
    pub struct BufLock: u32 {
        /// The send buffer's.
        SNDBUF = 1; // linux/socket.h
        /// The receive buffer's.
        RCVBUF = 2;
    }

    /// When and where packets are stamped: [`set_socket_timestamping`].
    pub struct TimestampingFlags: u32 {
        /// By the device, as it sends.
        TX_HARDWARE = c::SOF_TIMESTAMPING_TX_HARDWARE;
        /// By the kernel, as it gives the packet to the device.
        TX_SOFTWARE = c::SOF_TIMESTAMPING_TX_SOFTWARE;
        /// By the device, as it receives.
        RX_HARDWARE = c::SOF_TIMESTAMPING_RX_HARDWARE;
        /// By the kernel, as it receives.
        RX_SOFTWARE = c::SOF_TIMESTAMPING_RX_SOFTWARE;
        /// What the kernel stamped is told.
        SOFTWARE = c::SOF_TIMESTAMPING_SOFTWARE;
        /// Nothing any more: no kernel tells it.
        SYS_HARDWARE = c::SOF_TIMESTAMPING_SYS_HARDWARE;
        /// What the device stamped is told.
        RAW_HARDWARE = c::SOF_TIMESTAMPING_RAW_HARDWARE;
        /// Each packet sent has a number, which comes back with its stamp (Linux 3.17).
        OPT_ID = c::SOF_TIMESTAMPING_OPT_ID;
        /// As the packet comes to the scheduler (Linux 3.17).
        TX_SCHED = c::SOF_TIMESTAMPING_TX_SCHED;
        /// As all bytes up to it are acknowledged (Linux 3.17).
        TX_ACK = c::SOF_TIMESTAMPING_TX_ACK;
        /// What was sent comes back with all its control messages (Linux 3.19).
        OPT_CMSG = c::SOF_TIMESTAMPING_OPT_CMSG;
        /// What was sent does not come back with its stamp (Linux 4.0).
        OPT_TSONLY = c::SOF_TIMESTAMPING_OPT_TSONLY;
        /// The connection's state comes with the stamp (Linux 4.10).
        OPT_STATS = c::SOF_TIMESTAMPING_OPT_STATS;
        /// The device comes with the stamp of what was received (Linux 4.13).
        OPT_PKTINFO = c::SOF_TIMESTAMPING_OPT_PKTINFO;
        /// Both the kernel's stamp and the device's are told (Linux 4.13).
        OPT_TX_SWHW = c::SOF_TIMESTAMPING_OPT_TX_SWHW;
        /// A clock of the device's is chosen (Linux 5.14).
        BIND_PHC = c::SOF_TIMESTAMPING_BIND_PHC;
        /// The numbers of [`TimestampingFlags::OPT_ID`] count from this call on (Linux 6.2).
        OPT_ID_TCP = c::SOF_TIMESTAMPING_OPT_ID_TCP;
        /// Only what this socket has asked for is told (Linux 6.12).
        OPT_RX_FILTER = c::SOF_TIMESTAMPING_OPT_RX_FILTER;
        /// As the device says that it has sent (Linux 6.15).
        TX_COMPLETION = c::SOF_TIMESTAMPING_TX_COMPLETION;
    }
}

/// Flags that are C's `int`.
macro_rules! int_flags {
    ($($flags:ty),*) => {$(
        impl forms::Int for $flags {
            type Value = $flags;
            fn of(number: i32) -> Result<$flags> {
                Ok(<$flags>::from_bits_retain(number as u32))
            }
            fn number(value: $flags) -> i32 {
                value.bits() as i32
            }
        }
    )*};
}

int_flags!(BufLock, TimestampingFlags);

/// How much memory a socket has in use, and may have: [`socket_meminfo`]. In bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct SocketMeminfo {
    /// In use for what was received.
    pub rmem_alloc: u32,
    /// The receive buffer's size.
    pub rcvbuf: u32,
    /// In use for what is being sent.
    pub wmem_alloc: u32,
    /// The send buffer's size.
    pub sndbuf: u32,
    /// Set aside for what comes next.
    pub fwd_alloc: u32,
    /// In the queue of what is to be sent.
    pub wmem_queued: u32,
    /// In use for options.
    pub optmem: u32,
    /// In use for what comes while the socket is in use by a call.
    pub backlog: u32,
    /// How many packets were lost for want of room.
    pub drops: u32,
}

impl Get for SocketMeminfo {
    type Value = SocketMeminfo;
    type Room = [u8; 36];
    fn read(bytes: &[u8]) -> Result<SocketMeminfo> {
        let bytes: [u8; 36] = exactly(bytes)?;
        let [
            rmem_alloc,
            rcvbuf,
            wmem_alloc,
            sndbuf,
            fwd_alloc,
            wmem_queued,
            optmem,
            backlog,
            drops,
        ] = core::array::from_fn(|at| u32::from_ne_bytes(part(&bytes, at * 4)));
        Ok(SocketMeminfo {
            rmem_alloc,
            rcvbuf,
            wmem_alloc,
            sndbuf,
            fwd_alloc,
            wmem_queued,
            optmem,
            backlog,
            drops,
        })
    }
}

/// C's `struct linger`: whether, and how many seconds.
enum Linger {}

impl Get for Linger {
    type Value = Option<Duration>;
    type Room = [u8; 8];
    fn read(bytes: &[u8]) -> Result<Option<Duration>> {
        let bytes: [u8; 8] = exactly(bytes)?;
        let seconds = u32::from_ne_bytes(part(&bytes, 4));
        Ok((part(&bytes, 0) != [0; 4]).then_some(Duration::from_secs(seconds.into())))
    }
}

impl Set for Linger {
    type Value = Option<Duration>;
    type Room = [u8; 8];
    fn bytes(value: Option<Duration>) -> Result<[u8; 8]> {
        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&i32::from(value.is_some()).to_ne_bytes());
        bytes[4..].copy_from_slice(&value.map_or(0, seconds).to_ne_bytes());
        Ok(bytes)
    }
}

/// The number of an error, or zero.
enum Pending {}

impl forms::Int for Pending {
    type Value = Result<()>;
    fn of(number: i32) -> Result<Result<()>> {
        Ok(match number {
            0 => Ok(()),
            number => Err(Errno::new(number).ok_or(Errno::EIO)?),
        })
    }
    fn number(value: Result<()>) -> i32 {
        value.map_or_else(Errno::raw, |()| 0)
    }
}

/// A number of C's `unsigned long`. A 32-bit kernel takes the first four bytes of eight, which are not the low ones in every byte order,
/// and a 64-bit one takes four of a 32-bit program too.
enum Rate {}

impl Get for Rate {
    type Value = u64;
    type Room = [u8; 8];
    fn read(bytes: &[u8]) -> Result<u64> {
        match bytes.len() {
            4 => Ok(match u32::from_ne_bytes(part(bytes, 0)) {
                u32::MAX => u64::MAX,
                rate => rate.into(),
            }),
            _ => u64::read(bytes),
        }
    }
}

/// The four bytes that every kernel takes, where they say it: of them all ones are no limit, as they are of eight. A 64-bit kernel
/// before 4.20 takes the first four of eight too.
fn short_rate(rate: u64) -> Option<u32> {
    match rate {
        u64::MAX => Some(u32::MAX),
        rate => u32::try_from(rate).ok().filter(|&rate| rate != u32::MAX),
    }
}

/// Sets what [`socket_max_pacing_rate`] tells.
///
/// # Errors
///
/// Those of `setsockopt(2)`. On a 32-bit architecture `EOVERFLOW`, without a call, of a number from `u32::MAX` on that is not `u64::MAX`.
/// A 64-bit kernel before 4.20 has 32 bits for it, and takes as many of such a number.
#[doc(alias = "SO_MAX_PACING_RATE")]
pub fn set_socket_max_pacing_rate(fd: BorrowedFd<'_>, value: u64) -> Result<()> {
    // SAFETY: a number is neither an address nor a descriptor.
    unsafe {
        match short_rate(value) {
            Some(rate) => set::<u32>(fd, c::SOL_SOCKET, c::SO_MAX_PACING_RATE, rate),
            None if cfg!(target_pointer_width = "64") => {
                set::<u64>(fd, c::SOL_SOCKET, c::SO_MAX_PACING_RATE, value)
            }
            None => Err(Errno::EOVERFLOW),
        }
    }
}

/// Binds the socket to a device by its name: it sends to it and receives from it only. An empty name ends that.
///
/// # Errors
///
/// Those of `setsockopt(2)`: `ENODEV` where there is no such device, as of every name of more than 15 bytes, of which the
/// kernel would take the first 15; `EPERM` where the socket is bound to one already and the caller has no `CAP_NET_RAW`. `EINVAL`,
/// without a call, where the name holds a NUL.
#[doc(alias = "SO_BINDTODEVICE")]
#[doc(alias = "BindToDevice")]
pub fn set_socket_bindtodevice(fd: BorrowedFd<'_>, name: impl PathArg) -> Result<()> {
    // SAFETY: it is a name.
    unsafe { set_name(fd, c::SOL_SOCKET, c::SO_BINDTODEVICE, name, Errno::ENODEV) }
}

/// Takes the socket's filter away.
///
/// # Errors
///
/// Those of `setsockopt(2)`: `ENOENT` where there is none, `EPERM` where it is locked ([`set_socket_lock_filter`]).
#[doc(alias = "SO_DETACH_FILTER")]
#[doc(alias = "SO_DETACH_BPF")]
pub fn detach_socket_filter(fd: BorrowedFd<'_>) -> Result<()> {
    // SAFETY: the kernel does not look at the number.
    unsafe { set::<i32>(fd, c::SOL_SOCKET, c::SO_DETACH_FILTER, 0) }
}

/// Makes a call with the option whose times have 64 bits. On a 64-bit architecture that is the older one, which every kernel knows; where a
/// 32-bit kernel before 5.1 does not know the newer one, the older one is taken too.
fn newest<T>(newer: u32, older: u32, make: impl Fn(u32) -> Result<T>) -> Result<T> {
    if cfg!(target_pointer_width = "64") {
        return make(older);
    }
    match make(newer) {
        Err(Errno::ENOPROTOOPT) => make(older),
        known => known,
    }
}

/// Which calls a socket's own time-out is for: [`socket_timeout`]. How long one call waits is [`event::Timeout`](crate::event::Timeout).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// Those that receive, and accept(2).
    Recv,
    /// Those that send, and connect(2).
    Send,
}

impl Timeout {
    /// The options: the one whose time has 64 bits everywhere, and the older one.
    const fn names(self) -> (u32, u32) {
        match self {
            Timeout::Recv => (c::SO_RCVTIMEO_NEW, c::SO_RCVTIMEO_OLD),
            Timeout::Send => (c::SO_SNDTIMEO_NEW, c::SO_SNDTIMEO_OLD),
        }
    }
}

/// C's `struct __kernel_sock_timeval`: what is left of a duration, rounded up to microseconds. Zero is no time-out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Time {
    seconds: i64,
    microseconds: i32,
}

impl Time {
    /// `EINVAL` of zero: the kernel would wait for ever.
    fn of(timeout: Option<Duration>) -> Result<Time> {
        let Some(timeout) = timeout else {
            return Ok(Time {
                seconds: 0,
                microseconds: 0,
            });
        };
        if timeout.is_zero() {
            return Err(Errno::EINVAL);
        }
        let microseconds = timeout.subsec_nanos().div_ceil(1_000) as i32;
        let seconds = timeout
            .as_secs()
            .saturating_add((microseconds / 1_000_000) as u64);
        Ok(Time {
            seconds: seconds.try_into().unwrap_or(i64::MAX),
            microseconds: microseconds % 1_000_000,
        })
    }

    /// `EIO` of what is no duration.
    fn timeout(self) -> Result<Option<Duration>> {
        match (u64::try_from(self.seconds), self.microseconds) {
            (Ok(0), 0) => Ok(None),
            (Ok(seconds), microseconds @ 0..1_000_000) => {
                Ok(Some(Duration::new(seconds, microseconds as u32 * 1_000)))
            }
            _ => Err(Errno::EIO),
        }
    }
}

/// The same with 32 bits each, which only a 32-bit kernel before 5.1 has.
struct OldTime(Time);

plain! {
    Time: 16,
        bytes => Ok(Time {
            seconds: i64::from_ne_bytes(part(&bytes, 0)),
            microseconds: i64::from_ne_bytes(part(&bytes, 8)).try_into().map_err(|_| Errno::EIO)?,
        }),
        value => {
            let mut bytes = [0; 16];
            bytes[..8].copy_from_slice(&value.seconds.to_ne_bytes());
            bytes[8..].copy_from_slice(&i64::from(value.microseconds).to_ne_bytes());
            bytes
        };
    OldTime: 8,
        bytes => Ok(OldTime(Time {
            seconds: i32::from_ne_bytes(part(&bytes, 0)).into(),
            microseconds: i32::from_ne_bytes(part(&bytes, 4)),
        })),
        value => {
            let mut bytes = [0; 8];
            bytes[..4].copy_from_slice(&clamped(value.0.seconds).to_ne_bytes());
            bytes[4..].copy_from_slice(&value.0.microseconds.to_ne_bytes());
            bytes
        };
}

/// Whether an option's time has 32 bits: that of the older name on a 32-bit architecture.
fn is_old_time(name: u32) -> bool {
    cfg!(target_pointer_width = "32") && [c::SO_RCVTIMEO_OLD, c::SO_SNDTIMEO_OLD].contains(&name)
}

/// For how long calls wait before they are `EAGAIN`, and connect(2) before it is `EINPROGRESS`; `None` is for as long as it takes.
///
/// # Errors
///
/// Those of `getsockopt(2)`.
#[doc(alias = "SO_RCVTIMEO")]
#[doc(alias = "SO_SNDTIMEO")]
pub fn socket_timeout(fd: BorrowedFd<'_>, id: Timeout) -> Result<Option<Duration>> {
    let (newer, older) = id.names();
    let time = newest(newer, older, |name| {
        // SAFETY: the kernel fills a time, and not more than there is room for.
        unsafe {
            if is_old_time(name) {
                get::<OldTime>(fd, c::SOL_SOCKET, name).map(|time| time.0)
            } else {
                get::<Time>(fd, c::SOL_SOCKET, name)
            }
        }
    })?;
    time.timeout()
}

/// Sets what [`socket_timeout`] tells. The duration is rounded up to the kernel's ticks. One of more ticks than the kernel can count is no
/// time-out, and `None` is told: on a 32-bit kernel that is some 25 days where a second has 1,000 ticks and 250 where it has 100.
///
/// # Errors
///
/// Those of `setsockopt(2)`. `EINVAL`, without a call, of a duration of zero, which the kernel takes for no time-out at all.
#[doc(alias = "SO_RCVTIMEO")]
#[doc(alias = "SO_SNDTIMEO")]
#[doc(alias = "SetsockoptTimeval")]
pub fn set_socket_timeout(
    fd: BorrowedFd<'_>,
    id: Timeout,
    timeout: Option<Duration>,
) -> Result<()> {
    let time = Time::of(timeout)?;
    let (newer, older) = id.names();
    newest(newer, older, |name| {
        // SAFETY: a time holds neither addresses nor descriptors.
        unsafe {
            if is_old_time(name) {
                set::<OldTime>(fd, c::SOL_SOCKET, name, OldTime(time))
            } else {
                set::<Time>(fd, c::SOL_SOCKET, name, time)
            }
        }
    })
}

/// Options with a newer and an older form of the control message that they ask for: a reader, a writer, the type, both names.
macro_rules! stamps {
    ($($(#[$attr:meta])* $get:ident $set:ident: $value:ty = $newer:ident or $older:ident;)*) => {$(
        $(#[$attr])*
        ///
        /// # Errors
        ///
        /// Those of `getsockopt(2)`.
        pub fn $get(fd: BorrowedFd<'_>) -> Result<$value> {
            newest(c::$newer, c::$older, |name| {
                // SAFETY: the kernel fills a number, and not more than there is room for.
                unsafe { get::<$value>(fd, c::SOL_SOCKET, name) }
            })
        }

        #[doc = concat!("Sets what [`", stringify!($get), "`] tells.")]
        ///
        $(#[$attr])*
        ///
        /// # Errors
        ///
        /// Those of `setsockopt(2)`.
        pub fn $set(fd: BorrowedFd<'_>, value: $value) -> Result<()> {
            newest(c::$newer, c::$older, |name| {
                // SAFETY: a number is neither an address nor a descriptor.
                unsafe { set::<$value>(fd, c::SOL_SOCKET, name, value) }
            })
        }
    )*};
}

stamps! {
    /// Whether messages come with the time when they were received, in microseconds. That time has 64 bits, but on a 32-bit kernel
    /// before 5.1.
    #[doc(alias = "SO_TIMESTAMP")]
    socket_timestamp set_socket_timestamp: bool = SO_TIMESTAMP_NEW or SO_TIMESTAMP_OLD;

    /// Whether messages come with the time when they were received, in nanoseconds. That time has 64 bits, but on a 32-bit kernel
    /// before 5.1.
    #[doc(alias = "SO_TIMESTAMPNS")]
    socket_timestampns set_socket_timestampns: bool = SO_TIMESTAMPNS_NEW or SO_TIMESTAMPNS_OLD;

    /// When and where packets are stamped with the time: where they are stamped and what of it is told have a flag each. The times have 64
    /// bits, but on a 32-bit kernel before 5.1.
    #[doc(alias = "SO_TIMESTAMPING")]
    socket_timestamping set_socket_timestamping: TimestampingFlags = SO_TIMESTAMPING_NEW or SO_TIMESTAMPING_OLD;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_out_below_a_microsecond_is_not_for_ever() {
        let of = |timeout| Time::of(Some(timeout)).map(|time| (time.seconds, time.microseconds));
        assert_eq!(of(Duration::ZERO), Err(Errno::EINVAL));
        assert_eq!(of(Duration::from_nanos(1)), Ok((0, 1)));
        assert_eq!(of(Duration::from_nanos(1_000)), Ok((0, 1)));
        assert_eq!(of(Duration::new(1, 999_999_001)), Ok((2, 0)));
        assert_eq!(of(Duration::MAX), Ok((i64::MAX, 0)));
        assert_eq!(
            Time::of(None),
            Ok(Time {
                seconds: 0,
                microseconds: 0
            })
        );
    }

    #[test]
    fn a_time_that_is_none_is_an_error() {
        let timeout = |seconds, microseconds| {
            Time {
                seconds,
                microseconds,
            }
            .timeout()
        };
        assert_eq!(timeout(0, 0), Ok(None));
        assert_eq!(timeout(2, 999_999), Ok(Some(Duration::new(2, 999_999_000))));
        assert_eq!(timeout(-1, 0), Err(Errno::EIO));
        assert_eq!(timeout(0, -1), Err(Errno::EIO));
        assert_eq!(timeout(0, 1_000_000), Err(Errno::EIO));
        assert_eq!(
            timeout(i64::MAX, 0),
            Ok(Some(Duration::from_secs(i64::MAX as u64)))
        );
    }

    #[test]
    fn times_have_the_bytes_of_c() {
        let time = Time {
            seconds: 0x1_0000_0002,
            microseconds: 3,
        };
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&0x1_0000_0002u64.to_ne_bytes());
        bytes[8..].copy_from_slice(&3u64.to_ne_bytes());
        assert_eq!(Time::bytes(time), Ok(bytes));
        assert_eq!(Time::read(&bytes), Ok(time));
        assert_eq!(Time::read(&bytes[..8]), Err(Errno::EIO));

        let mut bytes = [0; 8];
        bytes[..4].copy_from_slice(&i32::MAX.to_ne_bytes());
        bytes[4..].copy_from_slice(&3u32.to_ne_bytes());
        assert_eq!(OldTime::bytes(OldTime(time)), Ok(bytes));
        assert_eq!(
            OldTime::read(&bytes).map(|time| time.0),
            Ok(Time {
                seconds: i32::MAX.into(),
                microseconds: 3
            })
        );
    }

    #[test]
    fn a_rate_of_32_bits_without_a_limit_has_none_of_64() {
        assert_eq!(Rate::read(&u32::MAX.to_ne_bytes()), Ok(u64::MAX));
        assert_eq!(Rate::read(&7u32.to_ne_bytes()), Ok(7));
        assert_eq!(Rate::read(&7u64.to_ne_bytes()), Ok(7));
        assert_eq!(Rate::read(&[0; 5]), Err(Errno::EIO));
        assert_eq!(short_rate(u64::MAX), Some(u32::MAX));
        assert_eq!(short_rate(0), Some(0));
        assert_eq!(short_rate(0xffff_fffe), Some(0xffff_fffe));
        // As four bytes it would be no limit.
        assert_eq!(short_rate(0xffff_ffff), None);
        assert_eq!(short_rate(0x1_0000_0000), None);
    }

    /// In the order of `linux/sock_diag.h`, `SK_MEMINFO_RMEM_ALLOC` and what follows it.
    #[test]
    fn memory_is_told_in_the_order_of_c() {
        let bytes: [[u8; 4]; 9] = core::array::from_fn(|at| (at as u32 + 1).to_ne_bytes());
        let bytes = bytes.as_flattened();
        let expected = SocketMeminfo {
            rmem_alloc: 1,
            rcvbuf: 2,
            wmem_alloc: 3,
            sndbuf: 4,
            fwd_alloc: 5,
            wmem_queued: 6,
            optmem: 7,
            backlog: 8,
            drops: 9,
        };
        assert_eq!(SocketMeminfo::read(bytes), Ok(expected));
        assert_eq!(SocketMeminfo::read(&bytes[..32]), Err(Errno::EIO));
    }

    /// The bits of `linux/net_tstamp.h`, in their order.
    #[test]
    fn flags_of_stamps_have_the_bits_of_c() {
        let flags = [
            TimestampingFlags::TX_HARDWARE,
            TimestampingFlags::TX_SOFTWARE,
            TimestampingFlags::RX_HARDWARE,
            TimestampingFlags::RX_SOFTWARE,
            TimestampingFlags::SOFTWARE,
            TimestampingFlags::SYS_HARDWARE,
            TimestampingFlags::RAW_HARDWARE,
            TimestampingFlags::OPT_ID,
            TimestampingFlags::TX_SCHED,
            TimestampingFlags::TX_ACK,
            TimestampingFlags::OPT_CMSG,
            TimestampingFlags::OPT_TSONLY,
            TimestampingFlags::OPT_STATS,
            TimestampingFlags::OPT_PKTINFO,
            TimestampingFlags::OPT_TX_SWHW,
            TimestampingFlags::BIND_PHC,
            TimestampingFlags::OPT_ID_TCP,
            TimestampingFlags::OPT_RX_FILTER,
            TimestampingFlags::TX_COMPLETION,
        ];
        for (bit, flag) in (0..).zip(flags) {
            assert_eq!(flag.bits(), 1 << bit);
        }
    }

    #[test]
    fn an_error_that_is_none_is_an_error() {
        use crate::net::sockopt::forms::Int;
        assert_eq!(Pending::of(0), Ok(Ok(())));
        assert_eq!(Pending::of(111), Ok(Err(Errno::ECONNREFUSED)));
        assert_eq!(Pending::of(-1), Err(Errno::EIO));
        assert_eq!(Pending::of(1 << 20), Err(Errno::EIO));
    }
}
