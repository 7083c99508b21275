//! Timers with a descriptor, which is ready to be read when they have expired.
//!
//! Owns: timerfd. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `time/timerfd/lines.rs`.
//!
//! ```
//! use core::time::Duration;
//! use sysline::prelude::*;
//! use sysline::time::*;
//!
//! # fn main() -> Result<()> {
//! let timer = timerfd_create(ClockId::MONOTONIC, TimerfdFlags::CLOEXEC)?;
//! let each = Itimerspec {
//!     it_interval: Duration::from_millis(5).into(),
//!     it_value: Duration::from_millis(1).into(),
//! };
//! timerfd_settime(timer.as_fd(), TimerfdTimerFlags::empty(), &each)?;
//! assert!(timerfd_read(timer.as_fd())? >= 1); // waits for the first
//! # Ok(())
//! # }
//! ```

use super::{ClockId, Itimerspec};
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::timerfd_create;

flags! {
    /// What the descriptor of a timer is (timerfd_create(2)).
    pub struct TimerfdFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = c::TFD_CLOEXEC;
        /// Reading it never waits: `EAGAIN` before the timer has expired.
        NONBLOCK = c::TFD_NONBLOCK;
    }

    /// What [`timerfd_settime`] makes of a time.
    pub struct TimerfdTimerFlags: u32 {
        /// It is a point in time of the timer's clock, and no duration. One that has passed expires at once.
        ABSTIME = c::TFD_TIMER_ABSTIME;
        /// With [`TimerfdTimerFlags::ABSTIME`] and a clock that can be set: [`timerfd_read`] is `ECANCELED` after that clock
        /// was set.
        CANCEL_ON_SET = c::TFD_TIMER_CANCEL_ON_SET;
    }
}

/// Starts the timer anew, or stops it where `it_value` is zero, and says how it was set before: the time to its next
/// expiration, and its interval.
///
/// # Errors
///
/// Those of `timerfd_settime(2)`: `EINVAL` for a descriptor that is none of a timer. On a 32-bit kernel before 5.1 also
/// `EOVERFLOW`, for a time of more than 68 years.
#[doc(alias = "timerfd_settime64")]
#[inline]
pub fn timerfd_settime(
    fd: BorrowedFd<'_>,
    flags: TimerfdTimerFlags,
    value: &Itimerspec,
) -> Result<Itimerspec> {
    or_older!(
        lines::timerfd_settime(fd, flags, value),
        super::older::timerfd_settime(fd, flags, value)
    )
}

/// The time to the timer's next expiration, and its interval. Both are zero in a timer that is stopped.
///
/// # Errors
///
/// Those of `timerfd_gettime(2)`: `EINVAL` for a descriptor that is none of a timer.
#[doc(alias = "timerfd_gettime64")]
#[inline]
pub fn timerfd_gettime(fd: BorrowedFd<'_>) -> Result<Itimerspec> {
    or_older!(
        lines::timerfd_gettime(fd),
        super::older::timerfd_gettime(fd)
    )
}

/// How often the timer has expired since it was last set or read. Where it has not, this waits until it does.
///
/// # Errors
///
/// `EAGAIN` with [`TimerfdFlags::NONBLOCK`] before it has expired; `ECANCELED` as
/// [`TimerfdTimerFlags::CANCEL_ON_SET`] says; `EINVAL` for a descriptor that gives fewer than the eight bytes which one
/// of a timer gives; else those of `read(2)`.
#[inline]
pub fn timerfd_read(fd: BorrowedFd<'_>) -> Result<u64> {
    let mut expirations = 0;
    match lines::read_number(fd, &mut expirations)? {
        8 => Ok(expirations),
        _ => Err(Errno::EINVAL),
    }
}

/*
 * Lines
 */

// A timer of a clock, which is stopped. Only [`ClockId::REALTIME`], [`ClockId::MONOTONIC`], [`ClockId::BOOTTIME`] and, for
// who has `CAP_WAKE_ALARM` (else `EPERM`), the two with `ALARM` have such timers; of another clock it is `EINVAL`.
//sysnb pub fn timerfd_create(clock: ClockId<'_>, flags: TimerfdFlags) -> Result<OwnedFd>

//sysnb pub(super) fn timerfd_settime(fd: BorrowedFd<'_>, flags: TimerfdTimerFlags,
//        value: &Itimerspec, out old: Itimerspec) -> Result<Itimerspec>

//sysnb pub(super) fn timerfd_gettime(fd: BorrowedFd<'_>,
//        out value: Itimerspec) -> Result<Itimerspec>

//sys pub(super) fn read_number(fd: BorrowedFd<'_>, number: &mut u64, 8) -> Result<usize> = SYS_READ
