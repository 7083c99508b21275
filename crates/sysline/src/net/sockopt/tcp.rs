//! Options of TCP (tcp(7)). What a connection is doing is in `tcp_info.rs`.

use super::forms::{Microseconds, Milliseconds, Seconds, Size, seconds};
use super::*;
use core::time::Duration;
use linux_raw_sys::net as c;

options! { SOL_TCP;
    /// Whether bytes are sent at once, however few they are, and not gathered for as long as others are on their way.
    #[doc(alias = "TCP_NODELAY")]
    get tcp_nodelay set set_tcp_nodelay: bool = TCP_NODELAY;

    /// Whether only full packets are sent, until this is false again or 200 milliseconds have passed.
    #[doc(alias = "TCP_CORK")]
    get tcp_cork set set_tcp_cork: bool = TCP_CORK;

    /// Whether what comes is acknowledged at once. The kernel changes it by itself: it is set anew after each read.
    #[doc(alias = "TCP_QUICKACK")]
    get tcp_quickack set set_tcp_quickack: bool = TCP_QUICKACK;

    /// How many bytes of data a packet may have. Of a connection it is the number that is in use, without the options of packets.
    #[doc(alias = "TCP_MAXSEG")]
    get tcp_maxseg set set_tcp_maxseg: u32 = TCP_MAXSEG;

    /// After how long without a byte a connection is asked for a sign of life, where [`set_socket_keepalive`] says so: from 1 to 32767
    /// seconds.
    #[doc(alias = "TCP_KEEPIDLE")]
    get tcp_keepidle set set_tcp_keepidle: Duration as Seconds = TCP_KEEPIDLE;

    /// After how long without an answer it is asked again: from 1 to 32767 seconds.
    #[doc(alias = "TCP_KEEPINTVL")]
    get tcp_keepintvl set set_tcp_keepintvl: Duration as Seconds = TCP_KEEPINTVL;

    /// How often it is asked before the connection ends with `ETIMEDOUT`: from 1 to 127.
    #[doc(alias = "TCP_KEEPCNT")]
    get tcp_keepcnt set set_tcp_keepcnt: u32 = TCP_KEEPCNT;

    /// How long bytes that were sent may stay without an acknowledgement before the connection ends with `ETIMEDOUT`, in milliseconds; zero
    /// is as the system has it.
    #[doc(alias = "TCP_USER_TIMEOUT")]
    get tcp_user_timeout set set_tcp_user_timeout: Duration as Milliseconds = TCP_USER_TIMEOUT;

    /// How often connect(2) tries: from 1 to 127 times more.
    #[doc(alias = "TCP_SYNCNT")]
    get tcp_syncnt set set_tcp_syncnt: u32 = TCP_SYNCNT;

    /// For how long a connection that nobody has open any more waits for the other end to close it, in seconds; `None` is not at all, and
    /// zero, as the system has it: then its number is told. What is more than 120 is that; before Linux 5.8, what is more than the system
    /// has is as it has it.
    #[doc(alias = "TCP_LINGER2")]
    get tcp_linger2 set set_tcp_linger2: Option<Duration> as OrNotAtAll = TCP_LINGER2;

    /// For how long a listening socket keeps a new connection from accept(2) until there is something to read, in seconds; zero is
    /// not at all. The kernel counts in attempts: what it tells is the time of as many as it takes.
    #[doc(alias = "TCP_DEFER_ACCEPT")]
    get tcp_defer_accept set set_tcp_defer_accept: Duration as Seconds = TCP_DEFER_ACCEPT;

    /// The most bytes that the window has which is told to the other end; 0 is no limit, where there is no connection yet.
    #[doc(alias = "TCP_WINDOW_CLAMP")]
    get tcp_window_clamp set set_tcp_window_clamp: u32 as Size = TCP_WINDOW_CLAMP;

    /// How many bytes may wait to be sent before the socket can't be written: `u32::MAX` is no limit, and 0, as the system has it (Linux
    /// 3.12).
    #[doc(alias = "TCP_NOTSENT_LOWAT")]
    get tcp_notsent_lowat set set_tcp_notsent_lowat: u32 = TCP_NOTSENT_LOWAT;

    /// How many connections with bytes in their first packet may wait to be accepted; 0 is none (Linux 3.7). The system has to allow it,
    /// `net.ipv4.tcp_fastopen`.
    #[doc(alias = "TCP_FASTOPEN")]
    get tcp_fastopen set set_tcp_fastopen: u32 = TCP_FASTOPEN;

    /// Whether connect(2) returns at once and the first bytes written go with the first packet (Linux 4.11). `EOPNOTSUPP` where the system
    /// does not allow it, `EINVAL` where there is a connection.
    #[doc(alias = "TCP_FASTOPEN_CONNECT")]
    get tcp_fastopen_connect set set_tcp_fastopen_connect: bool = TCP_FASTOPEN_CONNECT;

    /// Whether bytes in first packets are taken without a cookie (Linux 4.15).
    #[doc(alias = "TCP_FASTOPEN_NO_COOKIE")]
    get tcp_fastopen_no_cookie set set_tcp_fastopen_no_cookie: bool = TCP_FASTOPEN_NO_COOKIE;

    /// Whether messages come with how many bytes are left to read (Linux 4.18).
    #[doc(alias = "TCP_INQ")]
    get tcp_inq set set_tcp_inq: bool = TCP_INQ;

    /// Whether a thin stream's packets are sent again at the same interval each time, and not at ever longer ones.
    #[doc(alias = "TCP_THIN_LINEAR_TIMEOUTS")]
    get tcp_thin_linear_timeouts set set_tcp_thin_linear_timeouts: bool = TCP_THIN_LINEAR_TIMEOUTS;

    /// Nothing any more: the kernel takes it and tells 0.
    #[doc(alias = "TCP_THIN_DUPACK")]
    get tcp_thin_dupack set set_tcp_thin_dupack: bool = TCP_THIN_DUPACK;

    /// The clock of the stamps in packets. To set it, the socket has to be in repair (`EPERM`) (Linux 3.9).
    #[doc(alias = "TCP_TIMESTAMP")]
    get tcp_timestamp set set_tcp_timestamp: u32 = TCP_TIMESTAMP;

    /// Whether the headers of first packets are kept for [`tcp_saved_syn_into`]. Of a listening socket (Linux 4.2).
    #[doc(alias = "TCP_SAVE_SYN")]
    get tcp_save_syn set set_tcp_save_syn: bool = TCP_SAVE_SYN;

    /// For how long each packet is kept back, in microseconds (Linux 5.3).
    #[doc(alias = "TCP_TX_DELAY")]
    get tcp_tx_delay set set_tcp_tx_delay: Duration as Microseconds = TCP_TX_DELAY;

    /// Whether the socket's connection has several paths (Linux 6.9).
    #[doc(alias = "TCP_IS_MPTCP")]
    get tcp_is_mptcp: bool = TCP_IS_MPTCP;

    /// The longest time after which a packet is sent again: from one second to 120, in milliseconds (Linux 6.15).
    #[doc(alias = "TCP_RTO_MAX_MS")]
    get tcp_rto_max set set_tcp_rto_max: Duration as Milliseconds = TCP_RTO_MAX_MS;

    /// The shortest time after which a packet is sent again, in microseconds (Linux 6.15).
    #[doc(alias = "TCP_RTO_MIN_US")]
    get tcp_rto_min set set_tcp_rto_min: Duration as Microseconds = TCP_RTO_MIN_US;

    /// The longest time for which an acknowledgement is kept back, in microseconds (Linux 6.15).
    #[doc(alias = "TCP_DELACK_MAX_US")]
    get tcp_delack_max set set_tcp_delack_max: Duration as Microseconds = TCP_DELACK_MAX_US;

    /// How the connection finds out how much the network takes: `cubic`, `reno`, `bbr`.
    #[doc(alias = "TCP_CONGESTION")]
    get tcp_congestion: Option<ShortName> as ShortName = TCP_CONGESTION;

    /// What stands between the connection and who uses it, such as `tls`; `None` is nothing (Linux 4.13).
    #[doc(alias = "TCP_ULP")]
    get tcp_ulp: Option<ShortName> as ShortName = TCP_ULP;
}

/// Seconds; `None` is -1.
enum OrNotAtAll {}

impl forms::Int for OrNotAtAll {
    type Value = Option<Duration>;
    fn of(number: i32) -> Result<Option<Duration>> {
        let seconds = u32::try_from(number).ok();
        Ok(seconds.map(|seconds| Duration::from_secs(seconds.into())))
    }
    fn number(value: Option<Duration>) -> i32 {
        value.map_or(-1, seconds)
    }
}

/// Sets what [`tcp_congestion`] tells, by its name.
///
/// # Errors
///
/// Those of `setsockopt(2)`: `ENOENT` where the kernel has none of that name, as of every name of more than 15 bytes, of which it would
/// take the first 15; `EPERM` where it is not for everyone (`net.ipv4.tcp_allowed_congestion_control`) and the caller has no
/// `CAP_NET_ADMIN`. `EINVAL`, without a call, where the name holds a NUL.
#[doc(alias = "TCP_CONGESTION")]
#[doc(alias = "SetsockoptString")]
pub fn set_tcp_congestion(fd: BorrowedFd<'_>, name: impl PathArg) -> Result<()> {
    // SAFETY: it is a name.
    unsafe { set_name(fd, c::SOL_TCP, c::TCP_CONGESTION, name, Errno::ENOENT) }
}

/// Sets what [`tcp_ulp`] tells, by its name: once.
///
/// # Errors
///
/// Those of `setsockopt(2)`: `ENOENT` where the kernel has none of that name, as of every name of more than 15 bytes, of which it would
/// take the first 15; `ENOTCONN` where there is no connection; `EEXIST` where there is something already.
#[doc(alias = "TCP_ULP")]
pub fn set_tcp_ulp(fd: BorrowedFd<'_>, name: impl PathArg) -> Result<()> {
    // SAFETY: it is a name.
    unsafe { set_name(fd, c::SOL_TCP, c::TCP_ULP, name, Errno::ENOENT) }
}

/// The headers of the packet that began an accepted connection, where its listening socket kept them ([`set_tcp_save_syn`]): once. Says how
/// many bytes they have: 0 where there are none (any more).
///
/// # Errors
///
/// Those of `getsockopt(2)`: `EINVAL` where `headers` is too short; they stay then.
#[doc(alias = "TCP_SAVED_SYN")]
pub fn tcp_saved_syn_into(fd: BorrowedFd<'_>, headers: &mut [u8]) -> Result<usize> {
    // SAFETY: the kernel writes no more than there is room for.
    unsafe { fill(fd, c::SOL_TCP, c::TCP_SAVED_SYN, headers) }.map(<[u8]>::len)
}
