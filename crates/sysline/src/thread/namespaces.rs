//! What a thread sees of the system, and what it shares with others.
//!
//! Owns: leaving and entering that. This file is read by the compiler and by `sysline gen`: hand-written code comes first,
//! then the `//sys` lines, whose wrappers are in `thread/namespaces/lines.rs`.
//!
//! ```
//! use sysline::thread::{self, UnshareFlags};
//!
//! // A current folder of this thread's own.
//! assert_eq!(thread::unshare(UnshareFlags::FS), Ok(()));
//! ```

use crate::abi::{Errno, Result};
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::{setns, unshare_files};

flags! {
    /// What a thread leaves to have its own ([`unshare`]), or enters ([`setns`]).
    pub struct UnshareFlags: u32 {
        /// The current folder, the root and the umask, which a process's threads share. Not for [`setns`].
        FS = c::CLONE_FS;
        /// What is left to undo in System V semaphores. Not for [`setns`].
        SYSVSEM = c::CLONE_SYSVSEM;
        /// The namespace of control groups (Linux 4.6).
        NEWCGROUP = c::CLONE_NEWCGROUP;
        /// That of System V IPC and POSIX message queues.
        NEWIPC = c::CLONE_NEWIPC;
        /// That of the network.
        NEWNET = c::CLONE_NEWNET;
        /// That of mounts.
        NEWNS = c::CLONE_NEWNS;
        /// That of processes' numbers; it is the next child's, and not the caller's.
        NEWPID = c::CLONE_NEWPID;
        /// That of clocks; it is the next child's, and not the caller's (Linux 5.6).
        NEWTIME = c::CLONE_NEWTIME;
        /// That of users and groups; only of a process with one thread.
        NEWUSER = c::CLONE_NEWUSER;
        /// That of the machine's names.
        NEWUTS = c::CLONE_NEWUTS;
    }
}

/// Leaves what the caller's thread shares with others, and has its own from then on.
///
/// # Errors
///
/// Those of `unshare(2)`: `EPERM` without the right to it. `EINVAL`, without a call, for `CLONE_FILES`: see
/// [`unshare_files`].
pub fn unshare(flags: UnshareFlags) -> Result<()> {
    if flags.bits() & c::CLONE_FILES != 0 {
        return Err(Errno::EINVAL);
    }
    lines::unshare(flags)
}

/*
 * Lines
 */

// Enters the namespace of the descriptor, a file of `/proc/PID/ns`: `flags` say of which kind it must be, none of any.
// With a descriptor of a process (Linux 5.8), those of its namespaces that `flags` say.
//sys pub fn setns(fd: BorrowedFd<'_>, flags: UnshareFlags) -> Result<()>

// Gives the caller's thread a copy of the process's descriptors. What it opens and closes from then on, the other threads
// do not see.
//
// # Safety
//
// A descriptor is its number and says not in whose table: from then on the thread may neither give nor take an owner of
// one, nor close one that others share with it, nor have others use what it has lent.
//sys pub unsafe fn unshare_files(c::CLONE_FILES) -> Result<()> = SYS_UNSHARE

//sys pub(super) fn unshare(flags: UnshareFlags) -> Result<()>
