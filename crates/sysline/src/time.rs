//! Clocks, sleeping by them, and timers. Time has 64 bits on every architecture.
//!
//! Owns: clocks, what a point in time is, and in its rooms the three kinds of timers and what keeps a clock right. This
//! file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose
//! wrappers are in `time/lines.rs`.
//!
//! ```
//! use core::time::Duration;
//! use sysline::time::{ClockId, clock_gettime, sleep};
//!
//! # fn main() -> sysline::Result<()> {
//! let start = clock_gettime(ClockId::MONOTONIC)?;
//! sleep(ClockId::MONOTONIC, &Duration::from_millis(2).into(), None)?;
//! let took = Duration::try_from(clock_gettime(ClockId::MONOTONIC)?)? - Duration::try_from(start)?;
//! assert!(took >= Duration::from_millis(2));
//! # Ok(())
//! # }
//! ```

use crate::abi::{Arg, Errno, Result, Word};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::process::Pid;
use core::fmt;
use core::marker::PhantomData;
use core::time::Duration;
use linux_raw_sys::general as c;

#[macro_use]
pub(crate) mod older; // first: its macro makes the calls of the others
mod adjust;
mod itimers;
mod lines;
mod timerfd;
mod timers;

pub use adjust::*;
pub use itimers::*;
pub use timerfd::*;
pub use timers::*;

/// A point in time or a duration: seconds, and nanoseconds from 0 to 999,999,999. `struct __kernel_timespec`
/// (`linux/time_types.h`), 64 bits each on every architecture. Of a 32-bit program's nanoseconds the kernel reads the
/// low half.
///
/// For [`utimensat`](crate::fs::utimensat) two more values of `tv_nsec` have a meaning: see there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub struct Timespec {
    /// Seconds.
    pub tv_sec: i64,
    /// Nanoseconds beyond them.
    pub tv_nsec: i64,
}

impl From<Duration> for Timespec {
    /// Durations whose seconds have no 63 bits are the longest that there is.
    fn from(duration: Duration) -> Timespec {
        match i64::try_from(duration.as_secs()) {
            Ok(tv_sec) => Timespec {
                tv_sec,
                tv_nsec: duration.subsec_nanos().into(),
            },
            Err(_) => Timespec {
                tv_sec: i64::MAX,
                tv_nsec: 999_999_999,
            },
        }
    }
}

impl TryFrom<Timespec> for Duration {
    type Error = Errno;
    /// What is negative, or has a second's worth of nanoseconds or more, is `EINVAL`.
    fn try_from(time: Timespec) -> Result<Duration> {
        match (u64::try_from(time.tv_sec), u32::try_from(time.tv_nsec)) {
            (Ok(seconds), Ok(nanoseconds @ ..=999_999_999)) => {
                Ok(Duration::new(seconds, nanoseconds))
            }
            _ => Err(Errno::EINVAL),
        }
    }
}

/// A point in time or a duration: seconds, and microseconds from 0 to 999,999. `struct timeval`, with 64 bits each on
/// every architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(C)]
pub struct Timeval {
    /// Seconds.
    pub tv_sec: i64,
    /// Microseconds beyond them.
    pub tv_usec: i64,
}

impl From<Timespec> for Timeval {
    /// Nanoseconds beyond the last whole microsecond are left out.
    fn from(time: Timespec) -> Timeval {
        Timeval {
            tv_sec: time.tv_sec,
            tv_usec: time.tv_nsec.div_euclid(1000),
        }
    }
}

impl From<Timeval> for Timespec {
    fn from(time: Timeval) -> Timespec {
        Timespec {
            tv_sec: time.tv_sec,
            tv_nsec: time.tv_usec.saturating_mul(1000),
        }
    }
}

/// When a timer expires first, and how often after that. `struct __kernel_itimerspec` (`linux/time_types.h`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Itimerspec {
    /// The time from one expiration to the next; zero for a timer that expires once.
    pub it_interval: Timespec,
    /// The time to the next expiration, or its point in time; zero for a timer that is stopped.
    pub it_value: Timespec,
}

/// A clock (clock_gettime(2)): one of those that have a name here, the processor time of a process or a thread, or a
/// device's, whose descriptor is lent for `'fd`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct ClockId<'fd> {
    number: i32,
    borrowed: PhantomData<BorrowedFd<'fd>>,
}

macro_rules! clocks {
    ($( $(#[$attr:meta])* $name:ident = $value:expr; )*) => {
        impl ClockId<'static> {
            $( $(#[$attr])* pub const $name: ClockId<'static> = ClockId::new($value as i32); )*
        }
    };
}

clocks! {
    /// The system's time of day since 1970 UTC, which can be set.
    REALTIME = c::CLOCK_REALTIME;
    /// Time since some point in the past, never set; it stands still while the system is suspended.
    MONOTONIC = c::CLOCK_MONOTONIC;
    /// Processor time of the caller's process.
    PROCESS_CPUTIME = c::CLOCK_PROCESS_CPUTIME_ID;
    /// Processor time of the caller's thread.
    THREAD_CPUTIME = c::CLOCK_THREAD_CPUTIME_ID;
    /// As [`ClockId::MONOTONIC`], without adjustments of its rate.
    MONOTONIC_RAW = c::CLOCK_MONOTONIC_RAW;
    /// As [`ClockId::REALTIME`], as of the last tick.
    REALTIME_COARSE = c::CLOCK_REALTIME_COARSE;
    /// As [`ClockId::MONOTONIC`], as of the last tick.
    MONOTONIC_COARSE = c::CLOCK_MONOTONIC_COARSE;
    /// As [`ClockId::MONOTONIC`], going on while the system is suspended.
    BOOTTIME = c::CLOCK_BOOTTIME;
    /// As [`ClockId::REALTIME`]; a timer of it wakes a system that is suspended.
    REALTIME_ALARM = c::CLOCK_REALTIME_ALARM;
    /// As [`ClockId::BOOTTIME`]; a timer of it wakes a system that is suspended.
    BOOTTIME_ALARM = c::CLOCK_BOOTTIME_ALARM;
    /// International atomic time: [`ClockId::REALTIME`] without leap seconds.
    TAI = c::CLOCK_TAI;
    /// The first of the auxiliary clocks, which are set and adjusted independently of the system's (Linux 6.17). The
    /// others have the numbers behind it.
    AUX = c::CLOCK_AUX;
    /// The last of the auxiliary clocks (Linux 6.17).
    AUX_LAST = c::CLOCK_AUX_LAST;
}

/// What clocks that have no number of their own are made of (Linux `include/linux/posix-timers_types.h`): the
/// complement of a process's, a thread's or a descriptor's number, and in the three lowest bits what it is.
const CPUCLOCK_SCHED: i32 = 2;
const CPUCLOCK_PERTHREAD: i32 = 4;
const CLOCKFD: i32 = 3;
const CLOCK_KIND: i32 = 7;

/// A number that is no clock.
const NO_CLOCK: i32 = i32::MAX;

impl ClockId<'static> {
    const fn new(number: i32) -> ClockId<'static> {
        ClockId {
            number,
            borrowed: PhantomData,
        }
    }

    /// The clock of a number that has no name here; `None` where that stands for a descriptor, which has to be lent:
    /// see [`ClockId::of_fd`].
    pub const fn from_raw(number: i32) -> Option<ClockId<'static>> {
        if number < 0 && number & CLOCK_KIND == CLOCKFD {
            None
        } else {
            Some(ClockId::new(number))
        }
    }

    /// The processor time of a process; zero is the caller's. Calls with it are `EINVAL` where there is no such process.
    #[doc(alias = "clock_getcpuclockid")]
    pub const fn of_process(process: Pid) -> ClockId<'static> {
        ClockId::new(made_of(process.raw(), CPUCLOCK_SCHED))
    }

    /// The processor time of a thread of the caller's process; zero is the caller. Calls with it are `EINVAL` where the
    /// process has no such thread.
    #[doc(alias = "pthread_getcpuclockid")]
    pub const fn of_thread(thread: Pid) -> ClockId<'static> {
        ClockId::new(made_of(thread.raw(), CPUCLOCK_SCHED | CPUCLOCK_PERTHREAD))
    }
}

impl<'fd> ClockId<'fd> {
    /// The clock of a device, such as that of a network adapter, `/dev/ptp0`. Calls with it are `EINVAL` where the
    /// descriptor is not that of a clock.
    #[doc(alias = "FD_TO_CLOCKID")]
    pub fn of_fd(fd: BorrowedFd<'fd>) -> ClockId<'fd> {
        ClockId {
            number: made_of(fd.as_raw_fd(), CLOCKFD),
            borrowed: PhantomData,
        }
    }

    /// The kernel's number.
    pub const fn raw(self) -> i32 {
        self.number
    }
}

/// The number of a clock that is made of another number, and [`NO_CLOCK`] of one that has no place in it.
const fn made_of(number: i32, kind: i32) -> i32 {
    match number {
        0..0x1000_0000 => !number << 3 | kind,
        _ => NO_CLOCK,
    }
}

impl fmt::Debug for ClockId<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClockId").field(&self.number).finish()
    }
}

// SAFETY: a clock is its number, and the descriptor in it, if there is one, is open.
unsafe impl Arg for ClockId<'_> {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.number.into_words()
    }
}

/// The time of a clock.
///
/// # Errors
///
/// Those of `clock_gettime(2)`.
#[doc(alias = "clock_gettime64")]
#[doc(alias = "time")]
#[inline]
pub fn clock_gettime(clock: ClockId<'_>) -> Result<Timespec> {
    or_older!(lines::clock_gettime(clock), older::clock_gettime(clock))
}

/// The step in which a clock counts.
///
/// # Errors
///
/// Those of `clock_getres(2)`.
#[doc(alias = "clock_getres_time64")]
#[inline]
pub fn clock_getres(clock: ClockId<'_>) -> Result<Timespec> {
    or_older!(lines::clock_getres(clock), older::clock_getres(clock))
}

/// Sets a clock, for the whole system.
///
/// # Errors
///
/// Those of `clock_settime(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time before 1901 or after 2038.
#[doc(alias = "clock_settime64")]
#[inline]
pub fn clock_settime(clock: ClockId<'_>, time: &Timespec) -> Result<()> {
    or_older!(
        lines::clock_settime(clock, time),
        older::clock_settime(clock, time)
    )
}

/// The time of day since 1970 UTC in microseconds: that of [`ClockId::REALTIME`].
///
/// # Errors
///
/// Those of `clock_gettime(2)`.
#[inline]
pub fn gettimeofday() -> Result<Timeval> {
    clock_gettime(ClockId::REALTIME).map(Timeval::from)
}

/// Sets the time of day, [`ClockId::REALTIME`], in microseconds. The kernel's time zone, which the system call of this
/// name can set too, is obsolete and stays as it is.
///
/// # Errors
///
/// Those of [`clock_settime`]; `EINVAL` for microseconds that are negative or a second.
#[inline]
pub fn settimeofday(time: &Timeval) -> Result<()> {
    if !(0..1_000_000).contains(&time.tv_usec) {
        return Err(Errno::EINVAL); // in nanoseconds its low half, which is all that a 32-bit kernel reads, might be a time
    }
    clock_settime(ClockId::REALTIME, &(*time).into())
}

/// Sleeps for a duration, measured by [`ClockId::MONOTONIC`], as [`sleep`] does.
///
/// # Errors
///
/// Those of [`sleep`].
#[inline]
pub fn nanosleep(duration: &Timespec, remaining: Option<&mut Timespec>) -> Result<()> {
    sleep(ClockId::MONOTONIC, duration, remaining)
}

/// Sleeps for a duration, measured by a clock.
///
/// Where a signal's handler ends it early (`EINTR`), `remaining` is what was left, and to sleep for that is to go on; in
/// all other cases it stays as it was. Who sleeps for a long time and is interrupted often is better served by
/// [`sleep_until`], which adds up no errors.
///
/// # Errors
///
/// Those of `clock_nanosleep(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a duration of more than 68 years.
#[doc(alias = "clock_nanosleep")]
#[inline]
pub fn sleep(
    clock: ClockId<'_>,
    duration: &Timespec,
    remaining: Option<&mut Timespec>,
) -> Result<()> {
    let mut left = *duration; // the kernel writes to it also where a stop interrupts and the sleep goes on
    let slept = or_older!(
        lines::clock_nanosleep(clock, 0, duration, Some(&mut left)),
        older::clock_nanosleep(clock, 0, duration, Some(&mut left))
    );
    if let (Err(Errno::EINTR), Some(remaining)) = (slept, remaining) {
        *remaining = left;
    }
    slept
}

/// Sleeps until a clock shows `time`; a time that has passed returns at once.
///
/// # Errors
///
/// Those of `clock_nanosleep(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time that the clock shows after
/// more than 68 years.
#[doc(alias = "clock_nanosleep")]
#[inline]
pub fn sleep_until(clock: ClockId<'_>, time: &Timespec) -> Result<()> {
    or_older!(
        lines::clock_nanosleep(clock, c::TIMER_ABSTIME, time, None),
        older::clock_nanosleep(clock, c::TIMER_ABSTIME, time, None)
    )
}

#[cfg(test)]
crate::layout::c_layout!(Timespec = "struct __kernel_timespec" { tv_sec, tv_nsec });
#[cfg(test)]
crate::layout::c_layout!(Itimerspec = "struct __kernel_itimerspec" { it_interval, it_value });
#[cfg(test)]
crate::layout::c_layout!(Timeval = "struct __kernel_timex_timeval" { tv_sec, tv_usec });

/*
 * Lines
 */

//sys pub(super) fn clock_gettime(clock: ClockId<'_>, out time: Timespec) -> Result<Timespec>

//sys pub(super) fn clock_getres(clock: ClockId<'_>, out resolution: Timespec) -> Result<Timespec>

//sys pub(super) fn clock_settime(clock: ClockId<'_>, time: &Timespec) -> Result<()>

//sys pub(super) fn clock_nanosleep(clock: ClockId<'_>, flags: u32, time: &Timespec,
//        remaining: Option<&mut Timespec>) -> Result<()>
