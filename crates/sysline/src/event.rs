//! Waiting for descriptors: until they are ready, until events come, until signals do.
//!
//! Owns: for how long is waited; in its rooms poll, select and epoll, and the descriptors that are made to be waited for,
//! eventfd and signalfd. Those of timers are in [`time`](crate::time). Must not know what comes out of the descriptors.
//!
//! Futexes are no descriptors and have their place among what threads share; rings (io_uring(7)) are asked to do things
//! rather than waited for, and are an area of their own to come.
//!
//! ```
//! use sysline::event::*;
//! use sysline::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let event = eventfd(0, EventfdFlags::CLOEXEC)?;
//! let mut fds = [PollFd::new(event.as_fd(), PollFlags::IN)];
//! assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(0)); // not yet
//!
//! eventfd_write(event.as_fd(), 3)?;
//! assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
//! assert!(fds[0].revents().contains(PollFlags::IN));
//! assert_eq!(eventfd_read(event.as_fd()), Ok(3));
//! # Ok(())
//! # }
//! ```
//!
//! # What sockets report
//!
//! Of [`poll()`] and epoll it is what is true when all flags are asked for; `ERR` and `HUP` come unasked, `RDHUP` only to who
//! asks. [`select()`] has the same in three sets: one can be read that is `IN`, `HUP` or `ERR`, and be written that is `OUT`
//! or `ERR`, and is exceptional where it is `PRI` (Linux `fs/select.c`, `POLLIN_SET` and its kin). To be ready means that the call
//! does not wait: it may be an error, or the stream's end.
//!
//! | TCP (Linux `net/ipv4/tcp.c`, `tcp_poll`) | poll, epoll | select |
//! | --- | --- | --- |
//! | new | `OUT` `HUP` | read, write |
//! | listening, nobody there | nothing | nothing |
//! | listening, a connection waits to be accepted | `IN` | read |
//! | connecting, no answer yet | nothing | nothing |
//! | refused | `IN` `OUT` `RDHUP` `HUP` `ERR` | read, write |
//! | refused, and `SO_ERROR` was read | `IN` `OUT` `RDHUP` `HUP` | read, write |
//! | connected | `OUT` | write |
//! | no room to send | nothing | nothing |
//! | bytes have come | `IN` `OUT` | read, write |
//! | an urgent byte has come | `PRI` `OUT` | write, except |
//! | half-closed: the other end writes no more | `IN` `OUT` `RDHUP` | read, write |
//! | the other end has closed | `IN` `OUT` `RDHUP` | read, write |
//! | the other end has closed, and was written to | `IN` `OUT` `RDHUP` `HUP` `ERR` | read, write |
//! | this end writes no more | `OUT` | write |
//! | this end reads no more | `IN` `OUT` `RDHUP` | read, write |
//! | both ends write no more | `IN` `OUT` `RDHUP` `HUP` | read, write |
//! | this end neither reads nor writes any more | `IN` `OUT` `RDHUP` `HUP` | read, write |
//! | reset | `IN` `OUT` `RDHUP` `HUP` `ERR` | read, write |
//! | reset, and read | `IN` `OUT` `RDHUP` `HUP` | read, write |
//!
//! A connection is reset by the end that closes it with bytes unread, too. A connection that is being made is done when it is
//! `OUT`; whether well, only its option `SO_ERROR` says. Who waits for nothing but `IN` of a half-closed one is woken all
//! the time, once it has read the end.
//!
//! | UDP (Linux `net/core/datagram.c`, `datagram_poll`) | poll, epoll | select |
//! | --- | --- | --- |
//! | new | `OUT` | write |
//! | a datagram has come | `IN` `OUT` | read, write |
//! | connected, and what was sent was refused | `OUT` `ERR` | read, write |
//!
//! | a stream of Unix (Linux `net/unix/af_unix.c`, `unix_poll`) | poll, epoll | select |
//! | --- | --- | --- |
//! | new, also after it was refused | `OUT` `HUP` | read, write |
//! | listening, nobody there | nothing | nothing |
//! | listening, a connection waits to be accepted | `IN` | read |
//! | connected | `OUT` | write |
//! | no room to send | nothing | nothing |
//! | bytes have come | `IN` `OUT` | read, write |
//! | half-closed: the other end writes no more | `IN` `OUT` `RDHUP` | read, write |
//! | the other end reads no more | `OUT` | write |
//! | the other end has closed | `IN` `OUT` `RDHUP` `HUP` | read, write |
//! | the other end has closed with bytes unread | `IN` `OUT` `RDHUP` `HUP` `ERR` | read, write |
//! | this end writes no more | `OUT` | write |
//! | this end reads no more | `IN` `OUT` `RDHUP` | read, write |
//! | both ends write no more | `IN` `OUT` `RDHUP` `HUP` | read, write |
//!
//! Edge-triggered ([`EpollFlags::ET`]), each thing that happens is told once, with all that is true by then and not only what
//! is new; what is still true is not told again. So one reads until `EAGAIN`, and a listening socket whose connection could
//! not be accepted (`EMFILE`) says nothing of it until the next one comes.
//!
//! A descriptor that is closed is `NVAL` to poll, which goes on with the others; to select it is the error `EBADF`, for all of the
//! sets. From an epoll's list it goes by itself, unless a copy of it is open, in this process or a child: then its events go on
//! coming, with a number that may mean somebody else by now. The connection is not at its end for the other side either, until
//! the last copy is closed, or [`shutdown`](crate::net::shutdown) ends it for all.

use crate::time::Timespec;
use core::time::Duration;

mod epoll;
mod eventfd;
mod older;
mod poll;
mod select;
mod signalfd;

pub use epoll::*;
pub use eventfd::*;
pub use poll::*;
pub use select::*;
pub use signalfd::*;

/// For how long a call waits, if nothing ends its waiting.
///
/// The calls here take a [`Duration`] or a [`Timespec`] in its place, or an `Option` of either, whose `None` is without
/// end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Timeout {
    /// Not at all: it says what is, and returns.
    Zero,
    /// Without end.
    Forever,
    /// This long, and what the clock's step and other programs add to it. What is negative, or has a second's worth of
    /// nanoseconds or more, is `EINVAL`.
    After(Timespec),
}

impl Timeout {
    /// As the kernel has it: nothing stands for without end.
    pub(crate) fn timespec(self) -> Option<Timespec> {
        match self {
            Timeout::Zero => Some(Timespec::default()),
            Timeout::Forever => None,
            Timeout::After(time) => Some(time),
        }
    }
}

impl From<Timespec> for Timeout {
    fn from(time: Timespec) -> Timeout {
        if time == Timespec::default() {
            Timeout::Zero
        } else {
            Timeout::After(time)
        }
    }
}

impl From<Duration> for Timeout {
    /// Durations whose seconds have no 63 bits are the longest that there is.
    fn from(duration: Duration) -> Timeout {
        Timespec::from(duration).into()
    }
}

impl<T: Into<Timeout>> From<Option<T>> for Timeout {
    fn from(time: Option<T>) -> Timeout {
        time.map_or(Timeout::Forever, T::into)
    }
}
