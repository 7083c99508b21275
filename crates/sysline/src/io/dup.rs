//! More descriptors of what is open already, and fewer.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::fd::AsFd;
//! use sysline::io::{self, DupFlags, PipeFlags};
//!
//! let (reader, mut writer) = io::pipe2(PipeFlags::CLOEXEC)?;
//! let (other_reader, other_writer) = io::pipe2(PipeFlags::CLOEXEC)?;
//! io::dup3(other_writer.as_fd(), &mut writer, DupFlags::CLOEXEC)?;
//! drop(other_writer);
//! io::write(writer.as_fd(), b"x")?; // to the other pipe now
//! let mut byte = [0];
//! assert_eq!(io::read(other_reader.as_fd(), &mut byte), Ok(1));
//! assert_eq!(io::read(reader.as_fd(), &mut byte), Ok(0)); // nobody can write to this one
//! # Ok(())
//! # }
//! ```
//!
//! Owns: copies of descriptors, and closing many. This file is read by the compiler and by `sysline gen`: hand-written
//! code comes first, then the `//sys` lines, whose wrappers are in `dup/lines.rs`.

use crate::abi::Result;
use crate::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`dup3`] makes.
    pub struct DupFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::O_CLOEXEC;
    }

    /// What [`close_range`] does.
    pub struct CloseRangeFlags: u32 {
        /// The thread has a table of descriptors of its own first, which it shares with nobody.
        UNSHARE = 1 << 1; // linux/close_range.h
        /// They are not closed, but will be by execve(2) (Linux 5.11).
        CLOEXEC = 1 << 2; // linux/close_range.h
    }
}

/// Makes `new` a descriptor of what `fd` has open. What `new` had open is closed first, as one step, so that nobody can be
/// given its number; an error of that close is lost. Where this is an error, `new` is as it was.
///
/// To do so with a standard stream, which nobody owns, put its number into a `ManuallyDrop<OwnedFd>`.
///
/// # Errors
///
/// Those of `dup(2)`. `EINVAL` where both are the same number, `EBADF` where `fd` is not open.
#[inline]
pub fn dup3(fd: BorrowedFd<'_>, new: &mut OwnedFd, flags: DupFlags) -> Result<()> {
    // SAFETY: `new` is the caller's, and stays the owner of its number.
    unsafe { lines::dup3_raw(fd, new.as_fd(), flags) }
}

/// As [`dup3`] without flags, so that `new` is not closed by execve(2). Where both are the same number it does nothing, and
/// leaves that flag as it is.
///
/// # Errors
///
/// Those of `dup(2)`. `EBADF` where `fd` is not open.
pub fn dup2(fd: BorrowedFd<'_>, new: &mut OwnedFd) -> Result<()> {
    // Newer architectures have no `dup2`.
    if fd.as_raw_fd() == new.as_raw_fd() {
        return super::fcntl_getfd(fd).map(drop);
    }
    dup3(fd, new, DupFlags::empty())
}

/*
 * Lines
 */

// Another descriptor of what `fd` has open: the lowest that is not in use. They share the position and the flags of the
// open file. It is not closed by execve(2), so that another thread's fork may take it along:
// [`fcntl_dupfd_cloexec`](crate::io::fcntl_dupfd_cloexec) is the better one for most.
//sys pub fn dup(fd: BorrowedFd<'_>) -> Result<OwnedFd>

// Closes all descriptors from `first` to `last`, or does to them what `flags` say (Linux 5.9). Those that are not open are
// left out.
//
// # Safety
//
// Nobody may use or own one of the descriptors afterwards, as after `close`: also none that a library has opened.
//sys pub unsafe fn close_range(first: u32, last: u32, flags: CloseRangeFlags) -> Result<()>

//sys pub(super) unsafe fn dup3_raw(fd: BorrowedFd<'_>, new: BorrowedFd<'_>,
//        flags: DupFlags) -> Result<()> = SYS_DUP3
