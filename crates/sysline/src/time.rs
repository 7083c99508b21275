//! Clocks, and sleeping by them. Time has 64 bits on every architecture.
//!
//! Owns: clocks and what a point in time is. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `time/lines.rs`.

use crate::abi::Result;
use crate::flags::numbers;
use linux_raw_sys::general as c;

mod lines;
#[macro_use]
pub(crate) mod older;

/// A point in time or a duration: seconds, and nanoseconds from 0 to 999,999,999. `struct __kernel_timespec`
/// (`linux/time_types.h`), 64 bits each on every architecture. Of a 32-bit program's nanoseconds the kernel reads the
/// low half.
///
/// For [`utimensat`](crate::fs::utimensat) two more values of `tv_nsec` have a meaning: see there.
pub type Timespec = c::__kernel_timespec;

numbers! {
    /// A clock (clock_gettime(2)).
    pub struct ClockId: i32 {
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
        /// International atomic time: [`ClockId::REALTIME`] without leap seconds.
        TAI = c::CLOCK_TAI;
    }
}

/// The time of a clock.
///
/// # Errors
///
/// Those of `clock_gettime(2)`.
#[doc(alias = "clock_gettime64")]
#[inline]
pub fn clock_gettime(clock: ClockId) -> Result<Timespec> {
    or_older!(lines::clock_gettime(clock), older::clock_gettime(clock))
}

/// The step in which a clock counts.
///
/// # Errors
///
/// Those of `clock_getres(2)`.
#[doc(alias = "clock_getres_time64")]
#[inline]
pub fn clock_getres(clock: ClockId) -> Result<Timespec> {
    or_older!(lines::clock_getres(clock), older::clock_getres(clock))
}

/// Sets a clock, for the whole system.
///
/// # Errors
///
/// Those of `clock_settime(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time before 1901 or after 2038.
#[doc(alias = "clock_settime64")]
#[inline]
pub fn clock_settime(clock: ClockId, time: &Timespec) -> Result<()> {
    or_older!(
        lines::clock_settime(clock, time),
        older::clock_settime(clock, time)
    )
}

/// Sleeps for a duration, measured by a clock. Where a signal ends it early (`EINTR`), `remaining` is what was left.
///
/// # Errors
///
/// Those of `clock_nanosleep(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a duration of more than 68 years.
#[doc(alias = "clock_nanosleep")]
#[inline]
#[allow(clippy::needless_option_as_deref)] // where there are older calls, it is used twice
pub fn sleep(
    clock: ClockId,
    duration: &Timespec,
    mut remaining: Option<&mut Timespec>,
) -> Result<()> {
    or_older!(
        lines::clock_nanosleep(clock, 0, duration, remaining.as_deref_mut()),
        older::clock_nanosleep(clock, 0, duration, remaining)
    )
}

/// Sleeps until a clock shows `time`; a time that has passed returns at once.
///
/// # Errors
///
/// Those of `clock_nanosleep(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time that the clock shows after
/// more than 68 years.
#[doc(alias = "clock_nanosleep")]
#[inline]
pub fn sleep_until(clock: ClockId, time: &Timespec) -> Result<()> {
    or_older!(
        lines::clock_nanosleep(clock, c::TIMER_ABSTIME, time, None),
        older::clock_nanosleep(clock, c::TIMER_ABSTIME, time, None)
    )
}

/*
 * Lines
 */

//sys pub(super) fn clock_gettime(clock: ClockId, out time: Timespec) -> Result<Timespec>

//sys pub(super) fn clock_getres(clock: ClockId, out resolution: Timespec) -> Result<Timespec>

//sys pub(super) fn clock_settime(clock: ClockId, time: &Timespec) -> Result<()>

//sys pub(super) fn clock_nanosleep(clock: ClockId, flags: u32, time: &Timespec,
//        remaining: Option<&mut Timespec>) -> Result<()>
