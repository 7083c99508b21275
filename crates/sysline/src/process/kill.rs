//! Signals to processes and threads.
//!
//! Owns: whom they are sent to, by number. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `process/kill/lines.rs`.
//!
//! ```
//! use sysline::process::{self, KillTarget};
//!
//! # fn main() -> sysline::Result<()> {
//! process::test_kill(KillTarget::Process(process::getpid()))?; // may it be sent signals?
//! # Ok(())
//! # }
//! ```

use super::Pid;
use crate::abi::{Errno, Result};
use crate::signal::Signal;

mod lines;

/// Whom [`kill`] sends a signal to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KillTarget {
    /// This process. Its number is above 0.
    Process(Pid),
    /// Every process of this group. Its number is above 1, as the kernel takes -1 for everyone.
    Group(Pid),
    /// Every process of the caller's group.
    OwnGroup,
    /// Every process that may be sent one, except the first and the caller's.
    Everyone,
}

impl KillTarget {
    /// As the kernel has it; `EINVAL` for a number that would mean something else there.
    const fn raw(self) -> Result<i32> {
        match self {
            KillTarget::Process(pid) if pid.raw() > 0 => Ok(pid.raw()),
            KillTarget::Group(group) if group.raw() > 1 => Ok(-group.raw()),
            KillTarget::OwnGroup => Ok(0),
            KillTarget::Everyone => Ok(-1),
            KillTarget::Process(_) | KillTarget::Group(_) => Err(Errno::EINVAL),
        }
    }
}

/// Sends a signal to a process or to several; an error only where it could be sent to none.
///
/// # Errors
///
/// Those of `kill(2)`: `ESRCH` where there is none, `EPERM` where it may be sent to none. `EINVAL`, without a call, for
/// a target of no number.
pub fn kill(target: KillTarget, signal: Signal) -> Result<()> {
    lines::kill(target.raw()?, Some(signal))
}

/// Whether a process is there that a signal may be sent to, one that has ended but was not waited for among them. No
/// signal is sent.
///
/// # Errors
///
/// As [`kill`].
#[doc(alias = "kill")]
pub fn test_kill(target: KillTarget) -> Result<()> {
    lines::kill(target.raw()?, None)
}

/// The signals that C libraries keep for themselves. They trust one that their own process has sent to a thread: glibc's
/// handlers then end that thread, or read what another thread has left, where `kill`'s they ignore.
const A_C_LIBRARY_S: core::ops::RangeInclusive<i32> = 32..=34;

/// `EINVAL` for a signal that is a C library's to send to a thread.
#[inline]
pub(super) fn for_threads(signal: Signal) -> Result<Signal> {
    if A_C_LIBRARY_S.contains(&signal.raw()) {
        Err(Errno::EINVAL)
    } else {
        Ok(signal)
    }
}

/// Sends a signal to a thread of a process.
///
/// # Errors
///
/// Those of `tgkill(2)`: `ESRCH` where there is no such thread in that process. `EINVAL`, without a call, for the signals
/// 32 to 34, which C libraries keep for themselves and whose handlers break memory safety where others send them.
pub fn tgkill(process: Pid, thread: Pid, signal: Signal) -> Result<()> {
    lines::tgkill(process, thread, for_threads(signal)?)
}

/// Sends a signal to a thread, whichever process has that number now: it is obsolete, and [`tgkill`] in its place.
///
/// # Errors
///
/// As [`tgkill`].
pub fn tkill(thread: Pid, signal: Signal) -> Result<()> {
    lines::tkill(thread, for_threads(signal)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// kill(2): -1 is everyone, and a process of number 0 or less is a group.
    #[test]
    fn group_1_is_not_everyone() {
        let pid = Pid::from_raw;
        assert_eq!(KillTarget::Group(pid(1)).raw(), Err(Errno::EINVAL));
        for bad in [i32::MIN, -7, -1, 0] {
            assert_eq!(
                KillTarget::Process(pid(bad)).raw(),
                Err(Errno::EINVAL),
                "{bad}"
            );
            assert_eq!(
                KillTarget::Group(pid(bad)).raw(),
                Err(Errno::EINVAL),
                "{bad}"
            );
        }
        assert_eq!(KillTarget::Process(pid(7)).raw(), Ok(7));
        assert_eq!(KillTarget::Group(pid(7)).raw(), Ok(-7));
        assert_eq!(KillTarget::OwnGroup.raw(), Ok(0));
        assert_eq!(KillTarget::Everyone.raw(), Ok(-1));
    }
}

/*
 * Lines
 */

//sysnb pub(super) fn kill(target: i32, signal: Option<Signal>) -> Result<()>

//sysnb pub(super) fn tgkill(process: Pid, thread: Pid, signal: Signal) -> Result<()>

//sysnb pub(super) fn tkill(thread: Pid, signal: Signal) -> Result<()>
