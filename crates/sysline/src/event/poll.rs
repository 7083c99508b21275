//! Waiting for some descriptors, which are named at each call.
//!
//! Owns: poll. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `event/poll/lines.rs`.
//!
//! What sockets report is in tables in the docs of [`event`](crate::event#what-sockets-report).
//!
//! ```
//! use core::time::Duration;
//! use sysline::event::{EventfdFlags, PollFd, PollFlags, eventfd, poll};
//! use sysline::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let full = eventfd(1, EventfdFlags::CLOEXEC)?;
//! let empty = eventfd(0, EventfdFlags::CLOEXEC)?;
//! let mut fds = [&full, &empty].map(|fd| PollFd::new(fd.as_fd(), PollFlags::IN));
//! assert_eq!(poll(&mut fds, Duration::from_secs(1), None), Ok(1));
//! let ready = fds.map(|fd| !fd.revents().is_empty());
//! assert_eq!(ready, [true, false]);
//! # Ok(())
//! # }
//! ```

use super::Timeout;
use crate::abi::Result;
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::signal::SigSet;
use crate::time::Timespec;
use linux_raw_sys::general as c;

mod lines;

flags! {
    /// What a descriptor is waited for, and what has come (poll(2)).
    pub struct PollFlags: u16 {
        /// There is something to read.
        IN = c::POLLIN;
        /// There is something urgent to read.
        PRI = c::POLLPRI;
        /// A write would not wait.
        OUT = c::POLLOUT;
        /// An error; always waited for.
        ERR = c::POLLERR;
        /// The other side hung up; always waited for.
        HUP = c::POLLHUP;
        /// The descriptor is not open; always waited for.
        NVAL = c::POLLNVAL;
        /// The other side will write no more.
        RDHUP = c::POLLRDHUP;
        /// As [`PollFlags::IN`].
        RDNORM = c::POLLRDNORM;
        /// There is something of another priority to read.
        RDBAND = c::POLLRDBAND;
        /// As [`PollFlags::OUT`].
        WRNORM = c::POLLWRNORM;
        /// Something of another priority could be written.
        WRBAND = c::POLLWRBAND;
    }
}

/// A descriptor to wait for. `struct pollfd`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct PollFd<'fd> {
    fd: BorrowedFd<'fd>,
    events: PollFlags,
    revents: PollFlags,
}

impl<'fd> PollFd<'fd> {
    /// Waits for `events` of `fd`.
    pub const fn new(fd: BorrowedFd<'fd>, events: PollFlags) -> PollFd<'fd> {
        PollFd {
            fd,
            events,
            revents: PollFlags::empty(),
        }
    }

    /// The descriptor.
    pub const fn fd(&self) -> BorrowedFd<'fd> {
        self.fd
    }

    /// What it is waited for.
    pub const fn events(&self) -> PollFlags {
        self.events
    }

    /// Waits for something else.
    pub const fn set_events(&mut self, events: PollFlags) {
        self.events = events;
    }

    /// What had come when [`poll()`] returned.
    pub const fn revents(&self) -> PollFlags {
        self.revents
    }
}

/// Waits until one of the descriptors is ready, says how many are, and leaves in each what has come.
///
/// For the time of the call the thread's signals are masked by `mask`, where there is one. Where this is an error, what is
/// in the descriptors says nothing: it is what an earlier call has left there, or after `EINTR` that nothing has come.
///
/// # Errors
///
/// Those of `ppoll(2)`: `EINTR` where a signal's handler ran, whatever it was installed with; `EINVAL` for more descriptors
/// than the process may have. On a 32-bit kernel before 5.1 also `EOVERFLOW`, for a timeout of more than 68 years.
#[doc(alias = "ppoll")]
#[doc(alias = "ppoll_time64")]
#[inline]
pub fn poll(
    fds: &mut [PollFd<'_>],
    timeout: impl Into<Timeout>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let timeout = timeout.into().timespec();
    let mut left = timeout; // the kernel writes to it
    or_older!(
        lines::ppoll(fds, left.as_mut(), mask, SigSet::SIZE),
        super::older::ppoll(fds, timeout, mask)
    )
}

#[cfg(test)]
crate::layout::c_layout!(PollFd = "struct pollfd" { fd, events, revents });

/*
 * Lines
 */

//sys pub(super) fn ppoll(fds: &mut [PollFd<'_>], timeout: Option<&mut Timespec>,
//        mask: Option<&SigSet>, size: usize) -> Result<usize>
