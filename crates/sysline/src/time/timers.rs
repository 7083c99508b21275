//! Timers of POSIX, of which a process may have many: they send signals, or count for who asks.
//!
//! Owns: the timer, and what it does when it expires. This file is read by the compiler and by `sysline gen`:
//! hand-written code comes first, then the `//sys` lines, whose wrappers are in `time/timers/lines.rs`.
//!
//! ```
//! use core::time::Duration;
//! use sysline::time::*;
//!
//! # fn main() -> sysline::Result<()> {
//! let timer = timer_create(ClockId::MONOTONIC, Sigevent::None)?;
//! let once = Itimerspec {
//!     it_value: Duration::from_secs(60).into(),
//!     ..Itimerspec::default()
//! };
//! timer_settime(&timer, TimerFlags::empty(), &once)?;
//! let left = timer_gettime(&timer)?.it_value;
//! assert!((1..=60).contains(&left.tv_sec));
//! # Ok(())
//! # }
//! ```

use super::{ClockId, Itimerspec};
use crate::abi::Result;
use crate::flags::flags;
use crate::process::Pid;
use crate::signal::Signal;
use core::mem::ManuallyDrop;
use linux_raw_sys::general as c;

mod lines;

flags! {
    /// What [`timer_settime`] makes of a time.
    pub struct TimerFlags: u32 {
        /// It is a point in time of the timer's clock, and no duration. One that has passed expires at once.
        ABSTIME = c::TIMER_ABSTIME;
    }
}

/// What a timer does when it expires (sigevent(3type)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Sigevent {
    /// Nothing: [`timer_gettime`] shows it.
    #[doc(alias = "SIGEV_NONE")]
    None,
    /// It sends a signal to the process.
    #[doc(alias = "SIGEV_SIGNAL")]
    Signal {
        /// Which one.
        signal: Signal,
        /// What is told with it: `si_value`, which has the size of an address.
        value: usize,
    },
    /// It sends a signal to a thread of the process.
    #[doc(alias = "SIGEV_THREAD_ID")]
    Thread {
        /// Which thread.
        thread: Pid,
        /// Which signal.
        signal: Signal,
        /// What is told with it: `si_value`, which has the size of an address.
        value: usize,
    },
}

impl Sigevent {
    /// As the kernel has it.
    fn raw(self) -> c::sigevent {
        let (notify, thread, signal, value) = match self {
            Sigevent::None => (c::SIGEV_NONE, 0, 0, 0),
            Sigevent::Signal { signal, value } => (c::SIGEV_SIGNAL, 0, signal.raw(), value),
            Sigevent::Thread {
                thread,
                signal,
                value,
            } => (c::SIGEV_THREAD_ID, thread.raw(), signal.raw(), value),
        };
        // SAFETY: it is made of numbers and addresses, which may all be zero.
        let mut event: c::sigevent = unsafe { core::mem::zeroed() };
        event.sigev_value.sival_ptr = core::ptr::without_provenance_mut(value);
        event.sigev_signo = signal;
        event.sigev_notify = notify as i32;
        event._sigev_un._tid = thread;
        event
    }
}

/// A timer of the process; dropping it deletes it.
///
/// A child that is forked has no timers, and execve(2) deletes all of them: a timer that is dropped in a child must not be
/// its parent's, or may delete one of its own that has the same number.
#[derive(Debug)]
pub struct Timer(i32);

impl Timer {
    /// The kernel's number, which is told with its signals (`si_timerid`).
    pub const fn raw(&self) -> i32 {
        self.0
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        // It is there, so that this is no error; in a forked child it may be one, and then there is nothing to delete.
        let _ = lines::timer_delete(self.0);
    }
}

/// Makes a timer of a clock, which is stopped, and does what `event` says whenever it expires.
///
/// # Errors
///
/// Those of `timer_create(2)`: `EAGAIN` where the user has as many signals queued as its limit allows, since each timer
/// needs one.
#[inline]
pub fn timer_create(clock: ClockId<'_>, event: Sigevent) -> Result<Timer> {
    lines::timer_create(clock, &event.raw()).map(Timer)
}

/// Starts the timer anew, or stops it where `it_value` is zero, and says how it was set before: the time to its next
/// expiration, and its interval.
///
/// # Errors
///
/// Those of `timer_settime(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time of more than 68 years.
#[doc(alias = "timer_settime64")]
#[inline]
pub fn timer_settime(timer: &Timer, flags: TimerFlags, value: &Itimerspec) -> Result<Itimerspec> {
    or_older!(
        lines::timer_settime(timer.0, flags, value),
        super::older::timer_settime(timer.0, flags, value)
    )
}

/// The time to the timer's next expiration, and its interval. Both are zero in a timer that is stopped.
///
/// # Errors
///
/// Those of `timer_gettime(2)`.
#[doc(alias = "timer_gettime64")]
#[inline]
pub fn timer_gettime(timer: &Timer) -> Result<Itimerspec> {
    or_older!(
        lines::timer_gettime(timer.0),
        super::older::timer_gettime(timer.0)
    )
}

/// How often the timer has expired between the sending and the arrival of its last signal: there is never more than one
/// of its signals on the way.
///
/// # Errors
///
/// Those of `timer_getoverrun(2)`.
#[inline]
pub fn timer_getoverrun(timer: &Timer) -> Result<u32> {
    lines::timer_getoverrun(timer.0)
}

/// Deletes a timer, as dropping it does, and says what the kernel had to say.
///
/// # Errors
///
/// Those of `timer_delete(2)`.
#[inline]
pub fn timer_delete(timer: Timer) -> Result<()> {
    lines::timer_delete(ManuallyDrop::new(timer).0)
}

/*
 * Lines
 */

//sysnb pub(super) fn timer_create(clock: ClockId<'_>, event: &c::sigevent,
//        out timer: i32) -> Result<i32>

//sysnb pub(super) fn timer_settime(timer: i32, flags: TimerFlags, value: &Itimerspec,
//        out old: Itimerspec) -> Result<Itimerspec>

//sysnb pub(super) fn timer_gettime(timer: i32, out value: Itimerspec) -> Result<Itimerspec>

//sysnb pub(super) fn timer_getoverrun(timer: i32) -> Result<u32>

//sysnb pub(super) fn timer_delete(timer: i32) -> Result<()>
