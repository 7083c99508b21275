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
