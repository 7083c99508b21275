//! Keeping a clock right: its rate, its offset, leap seconds, and how wrong it may be.
//!
//! Owns: what adjtimex and clock_adjtime are told and tell. This file is read by the compiler and by `sysline gen`:
//! hand-written code comes first, then the `//sys` lines, whose wrappers are in `time/adjust/lines.rs`.
//!
//! Who only asks leaves [`Timex::modes`] empty:
//!
//! ```
//! use sysline::time::{ClockState, ClockStatus, Timex, adjtimex};
//!
//! # fn main() -> sysline::Result<()> {
//! let mut now = Timex::default();
//! let state = adjtimex(&mut now)?;
//! let synchronized = state != ClockState::ERROR && !now.status.contains(ClockStatus::UNSYNC);
//! println!("synchronized: {synchronized}, wrong by {} us at most", now.maxerror);
//! # Ok(())
//! # }
//! ```

use super::{ClockId, Timeval};
use crate::abi::Result;
use crate::flags::{flags, numbers};

mod lines;

flags! {
    /// What of a [`Timex`] is set (adjtimex(2)). None of them: nothing is, and anybody may ask.
    pub struct TimexModes: u32 {
        /// [`Timex::offset`], by which the clock goes right slowly.
        OFFSET = 0x0001; // all: linux/timex.h
        /// [`Timex::freq`].
        FREQUENCY = 0x0002;
        /// [`Timex::maxerror`].
        MAXERROR = 0x0004;
        /// [`Timex::esterror`].
        ESTERROR = 0x0008;
        /// Those of [`Timex::status`] that can be set.
        STATUS = 0x0010;
        /// [`Timex::constant`].
        TIMECONST = 0x0020;
        /// [`ClockId::TAI`]'s offset, in [`Timex::constant`].
        TAI = 0x0080;
        /// Adds [`Timex::time`] to the clock at once. Its microseconds, or with [`TimexModes::NANO`] nanoseconds, are not
        /// negative.
        SETOFFSET = 0x0100;
        /// Offsets are in microseconds from now on.
        MICRO = 0x1000;
        /// Offsets are in nanoseconds from now on.
        NANO = 0x2000;
        /// [`Timex::tick`].
        TICK = 0x4000;
        /// [`Timex::offset`] in microseconds, as adjtime(3) has it; on its own.
        OFFSET_SINGLESHOT = 0x8001;
        /// Asks what is left of [`TimexModes::OFFSET_SINGLESHOT`]; on its own.
        OFFSET_SS_READ = 0xa001;
    }

    /// How a clock is kept, and how well (adjtimex(2)).
    pub struct ClockStatus: u32 {
        /// A phase-locked loop is in use.
        PLL = 0x0001; // all: linux/timex.h
        /// Its frequency follows pulses of another clock.
        PPSFREQ = 0x0002;
        /// Its time follows pulses of another clock.
        PPSTIME = 0x0004;
        /// A frequency-locked loop is in use.
        FLL = 0x0008;
        /// The day's last minute has a second more.
        INS = 0x0010;
        /// The day's last minute has a second less.
        DEL = 0x0020;
        /// The clock is not synchronized.
        UNSYNC = 0x0040;
        /// The frequency is held.
        FREQHOLD = 0x0080;
        /// The other clock's pulses come. Can't be set, as none of the following can.
        PPSSIGNAL = 0x0100;
        /// The pulses jitter too much.
        PPSJITTER = 0x0200;
        /// The pulses wander too much.
        PPSWANDER = 0x0400;
        /// The pulses could not be measured.
        PPSERROR = 0x0800;
        /// The hardware is at fault.
        CLOCKERR = 0x1000;
        /// Offsets are in nanoseconds, and [`Timex::time`] has nanoseconds in the place of microseconds.
        NANO = 0x2000;
        /// The loop is frequency-locked.
        MODE = 0x4000;
        /// The clock is the other one.
        CLK = 0x8000;
    }
}

numbers! {
    /// What a clock's day is like (adjtimex(2)).
    pub struct ClockState: i32 {
        /// Synchronized, and no leap second in sight.
        OK = 0; // all: linux/timex.h
        /// A second will be inserted at the day's end.
        INS = 1;
        /// A second will be left out at the day's end.
        DEL = 2;
        /// The inserted second is now.
        OOP = 3;
        /// A leap second was, and [`ClockStatus::INS`] or [`ClockStatus::DEL`] is still set.
        WAIT = 4;
        /// Not synchronized.
        ERROR = 5;
    }
}

/// A clock's state and what is to become of it. `struct __kernel_timex` (`linux/timex.h`): 64-bit numbers on every
/// architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Timex {
    /// What is set of the following.
    pub modes: TimexModes,
    #[doc(hidden)]
    pub __pad0: i32,
    /// How far the clock is off, in microseconds, or nanoseconds with [`ClockStatus::NANO`].
    pub offset: i64,
    /// By how much it is made faster: millionths, of which each is 65,536.
    pub freq: i64,
    /// How far it may be off, in microseconds.
    pub maxerror: i64,
    /// How far it is likely to be off, in microseconds.
    pub esterror: i64,
    /// How it is kept.
    pub status: ClockStatus,
    #[doc(hidden)]
    pub __pad1: i32,
    /// The loop's time constant; with [`TimexModes::TAI`] that clock's offset in seconds.
    pub constant: i64,
    /// How exactly it can be read, in microseconds. Can't be set.
    pub precision: i64,
    /// The greatest [`Timex::freq`]. Can't be set.
    pub tolerance: i64,
    /// The time, or with [`TimexModes::SETOFFSET`] what is added to it.
    pub time: Timeval,
    /// Microseconds from tick to tick, of which there are 100 each second.
    pub tick: i64,
    /// The pulses' frequency, in units of [`Timex::freq`]. Can't be set, as none of the following can.
    pub ppsfreq: i64,
    /// The pulses' jitter, in microseconds, or nanoseconds with [`ClockStatus::NANO`].
    pub jitter: i64,
    /// For how long pulses are compared: the power of two of seconds.
    pub shift: i32,
    #[doc(hidden)]
    pub __pad2: i32,
    /// The pulses' stability, in units of [`Timex::freq`].
    pub stabil: i64,
    /// How often the pulses jittered too much.
    pub jitcnt: i64,
    /// How often they were measured.
    pub calcnt: i64,
    /// How often that failed.
    pub errcnt: i64,
    /// How often they wandered too much.
    pub stbcnt: i64,
    /// [`ClockId::TAI`]'s offset in seconds.
    pub tai: i32,
    #[doc(hidden)]
    pub __pad3: [i32; 11],
}

impl Default for Timex {
    /// Zeros, by which nothing is set.
    fn default() -> Timex {
        // SAFETY: it is made of numbers.
        unsafe { core::mem::zeroed() }
    }
}

/// Changes what [`Timex::modes`] says of [`ClockId::REALTIME`], fills the others with what is, and says what the day is
/// like.
///
/// # Errors
///
/// Those of `adjtimex(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a number that has no 32 bits.
#[doc(alias = "ntp_adjtime")]
#[inline]
pub fn adjtimex(timex: &mut Timex) -> Result<ClockState> {
    or_older!(
        lines::adjtimex(timex),
        super::older::clock_adjtime(ClockId::REALTIME, timex)
    )
}

/// As [`adjtimex()`], of any clock that can be adjusted: [`ClockId::REALTIME`], a device's ([`ClockId::of_fd`]), and since
/// Linux 6.17 [`ClockId::AUX`].
///
/// # Errors
///
/// Those of `clock_adjtime(2)`: `EOPNOTSUPP` for a clock that can't be adjusted. On a 32-bit kernel before 5.1 also
/// `EOVERFLOW`, for a number that has no 32 bits.
#[doc(alias = "clock_adjtime64")]
#[inline]
pub fn clock_adjtime(clock: ClockId<'_>, timex: &mut Timex) -> Result<ClockState> {
    or_older!(
        lines::clock_adjtime(clock, timex),
        super::older::clock_adjtime(clock, timex)
    )
}

#[cfg(test)]
crate::layout::c_layout!(Timex = "struct __kernel_timex" {
    modes, offset, freq, maxerror, esterror, status, constant, precision, tolerance, time, tick, ppsfreq, jitter, shift,
    stabil, jitcnt, calcnt, errcnt, stbcnt, tai,
});

/*
 * Lines
 */

//sys pub(super) fn adjtimex(timex: &mut Timex) -> Result<ClockState>

//sys pub(super) fn clock_adjtime(clock: ClockId<'_>, timex: &mut Timex) -> Result<ClockState>
