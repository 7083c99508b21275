//! The three timers that every process has, which send it a signal.
//!
//! Owns: getitimer and setitimer. This file is read by the compiler and by `sysline gen`: hand-written code comes first,
//! then the `//sys` lines, whose wrappers are in `time/itimers/lines.rs`.
//!
//! ```
//! use sysline::time::{Itimer, Itimerval, Timeval, getitimer, setitimer};
//!
//! # fn main() -> sysline::Result<()> {
//! let once_in_an_hour = Itimerval {
//!     it_value: Timeval { tv_sec: 3600, tv_usec: 0 },
//!     ..Itimerval::default()
//! };
//! setitimer(Itimer::REAL, &once_in_an_hour)?;
//! assert!(getitimer(Itimer::REAL)?.it_value.tv_sec >= 3500);
//! setitimer(Itimer::REAL, &Itimerval::default())?; // never mind
//! # Ok(())
//! # }
//! ```

use super::Timeval;
use crate::abi::{Errno, Result};
use crate::flags::numbers;
use linux_raw_sys::general::{
    __kernel_long_t, __kernel_old_itimerval as Old, __kernel_old_timeval, ITIMER_PROF, ITIMER_REAL,
    ITIMER_VIRTUAL,
};

mod lines;

numbers! {
    /// A timer of the process (setitimer(2)).
    pub struct Itimer: u32 {
        /// Of time that passes; sends [`Signal::ALRM`](crate::signal::Signal::ALRM).
        REAL = ITIMER_REAL;
        /// Of the process's own processor time; sends [`Signal::VTALRM`](crate::signal::Signal::VTALRM).
        VIRTUAL = ITIMER_VIRTUAL;
        /// Of the processor time of the process and of the kernel for it; sends
        /// [`Signal::PROF`](crate::signal::Signal::PROF).
        PROF = ITIMER_PROF;
    }
}

/// When a timer expires first, and how often after that. `struct itimerval`, with 64-bit numbers on every architecture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Itimerval {
    /// The time from one expiration to the next; zero for a timer that expires once.
    pub it_interval: Timeval,
    /// The time to the next expiration; zero for a timer that is stopped.
    pub it_value: Timeval,
}

/// The time to the timer's next expiration, and its interval. Both are zero in a timer that is stopped.
///
/// # Errors
///
/// Those of `getitimer(2)`.
#[inline]
pub fn getitimer(timer: Itimer) -> Result<Itimerval> {
    lines::getitimer(timer).map(Itimerval::from)
}

/// Starts the timer anew, or stops it where `it_value` is zero, and says how it was set before.
///
/// The older call `alarm` is this with [`Itimer::REAL`] and whole seconds: a process has one such timer for both.
///
/// # Errors
///
/// Those of `setitimer(2)`; `EOVERFLOW` for more than 68 years on a 32-bit architecture.
#[doc(alias = "alarm")]
#[doc(alias = "ualarm")]
#[inline]
pub fn setitimer(timer: Itimer, value: &Itimerval) -> Result<Itimerval> {
    lines::setitimer(timer, &Old::try_from(*value)?).map(Itimerval::from)
}

// Where a `long` has 64 bits, these are moves, and clippy would have less of them.
#[allow(clippy::useless_conversion)]
impl TryFrom<Itimerval> for Old {
    type Error = Errno;
    fn try_from(time: Itimerval) -> Result<Old> {
        let long = |number| __kernel_long_t::try_from(number).map_err(|_| Errno::EOVERFLOW);
        let old = |time: Timeval| -> Result<_> {
            Ok(__kernel_old_timeval {
                tv_sec: long(time.tv_sec)?,
                tv_usec: long(time.tv_usec)?,
            })
        };
        Ok(Old {
            it_interval: old(time.it_interval)?,
            it_value: old(time.it_value)?,
        })
    }
}

#[allow(clippy::useless_conversion)] // as above
impl From<Old> for Itimerval {
    fn from(time: Old) -> Itimerval {
        let new = |time: __kernel_old_timeval| Timeval {
            tv_sec: time.tv_sec.into(),
            tv_usec: time.tv_usec.into(),
        };
        Itimerval {
            it_interval: new(time.it_interval),
            it_value: new(time.it_value),
        }
    }
}

/*
 * Lines
 */

//sysnb pub(super) fn getitimer(timer: Itimer, out value: Old) -> Result<Old>

//sysnb pub(super) fn setitimer(timer: Itimer, value: &Old, out old: Old) -> Result<Old>
