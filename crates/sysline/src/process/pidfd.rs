//! Processes as descriptors: a number may be another process's tomorrow, a descriptor never is.
//!
//! Owns: how such a descriptor is got and what is done through it. This file is read by the compiler and by `sysline
//! gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `process/pidfd/lines.rs`.
//!
//! ```
//! use sysline::process::{self, PidfdFlags};
//! # use sysline::fd::AsFd;
//!
//! # fn main() -> sysline::Result<()> {
//! # if process::pidfd_open(process::getpid(), PidfdFlags::empty()).is_err() { return Ok(()) } // in an emulator
//! let this = process::pidfd_open(process::getpid(), PidfdFlags::empty())?;
//! process::test_pidfd_send_signal(this.as_fd())?; // may it be sent signals?
//! # Ok(())
//! # }
//! ```

use super::kill::for_threads;
use crate::abi::Result;
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::signal::Signal;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`pidfd_open`] gives.
    pub struct PidfdFlags: u32 {
        /// [`waitid`](super::waitid) on it does not wait: `EAGAIN` (Linux 5.10).
        NONBLOCK = c::O_NONBLOCK;
        /// It is a thread's, and not its process's (Linux 6.9).
        THREAD = c::O_EXCL; // linux/pidfd.h
    }

    /// Whom [`pidfd_send_signal`] sends to; none of them: what the descriptor is of (Linux 6.9).
    pub struct PidfdSignalFlags: u32 {
        /// The thread.
        THREAD = 1; // PIDFD_SIGNAL_THREAD, linux/pidfd.h
        /// The process.
        THREAD_GROUP = 2;
        /// The process's group.
        PROCESS_GROUP = 4;
    }
}

/// Sends a signal to the process of a descriptor, or to the thread if it is one's (Linux 5.1).
///
/// # Errors
///
/// Those of `pidfd_send_signal(2)`: `ESRCH` where it has ended and was waited for. `EINVAL`, without a call, for the
/// signals 32 to 34, as [`tgkill`](super::tgkill).
pub fn pidfd_send_signal(
    pidfd: BorrowedFd<'_>,
    signal: Signal,
    flags: PidfdSignalFlags,
) -> Result<()> {
    lines::pidfd_send_signal(pidfd, Some(for_threads(signal)?), flags)
}

/// Whether the process of a descriptor is there and a signal may be sent to it (Linux 5.1). No signal is sent.
///
/// # Errors
///
/// As [`pidfd_send_signal`].
#[doc(alias = "pidfd_send_signal")]
pub fn test_pidfd_send_signal(pidfd: BorrowedFd<'_>) -> Result<()> {
    lines::pidfd_send_signal(pidfd, None, PidfdSignalFlags::empty())
}

/*
 * Lines
 */

// A descriptor of a process, which can be read (poll(2)) when that has ended (Linux 5.3). execve(2) closes it.
//sysnb pub fn pidfd_open(pid: Pid, flags: PidfdFlags) -> Result<OwnedFd>

// A copy of the descriptor `target` of another process, which the caller must be allowed to trace (Linux 5.6). execve(2)
// closes it.
//
// # Safety
//
// In the caller's own process, and in one that shares its descriptors, `target` must be a descriptor that the caller
// owns or was lent.
//sysnb pub unsafe fn pidfd_getfd(pidfd: BorrowedFd<'_>, target: RawFd) -> Result<OwnedFd>

//sysnb pub(super) fn pidfd_send_signal(pidfd: BorrowedFd<'_>, signal: Option<Signal>, 0,
//        flags: PidfdSignalFlags) -> Result<()>
