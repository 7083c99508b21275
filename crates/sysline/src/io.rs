//! Reading and writing descriptors.
//!
//! Owns: calls on any descriptor's bytes. This file is read by the compiler and by `sysline gen`: hand-written
//! functions come first, then the `//sys` lines, whose wrappers are in `io/lines.rs`.

use crate::flags::numbers;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

numbers! {
    /// From where [`lseek`] counts.
    pub struct Whence: u32 {
        /// The file's start.
        SET = c::SEEK_SET;
        /// The position.
        CUR = c::SEEK_CUR;
        /// The file's end.
        END = c::SEEK_END;
        /// The next byte that is no hole, from the file's start.
        DATA = c::SEEK_DATA;
        /// The next hole, from the file's start.
        HOLE = c::SEEK_HOLE;
    }
}

/// Moves `fd`'s position by `offset` bytes, counted as `whence` says, and says where it is then.
///
/// # Errors
///
/// Those of `lseek(2)`; `EOVERFLOW` for a position that has the sign bit.
#[cfg(target_pointer_width = "32")]
#[doc(alias = "_llseek")]
#[inline]
pub fn lseek(fd: crate::fd::BorrowedFd<'_>, offset: i64, whence: Whence) -> crate::Result<u64> {
    let mut position = 0;
    let (high, low) = ((offset >> 32) as u32, offset as u32);
    // The kernel gives a position with a sign bit (`/proc/PID/mem` has such) as the result, and writes none.
    match lines::llseek(fd, high, low, &mut position, whence)? {
        0 => Ok(position),
        _ => Err(crate::Errno::EOVERFLOW),
    }
}

/*
 * Lines
 */

// Reads up to `buf.len()` bytes from `fd`'s position and says how many came: fewer than asked where no more is there
// now, none at the end.
//sys pub fn read(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize>

// Writes up to `buf.len()` bytes at `fd`'s position and says how many were taken.
//sys pub fn write(fd: BorrowedFd<'_>, buf: &[u8]) -> Result<usize>

// Reads as [`read()`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn pread(fd: BorrowedFd<'_>, buf: &mut [u8], offset: u64) -> Result<usize> = SYS_PREAD64

// Writes as [`write()`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn pwrite(fd: BorrowedFd<'_>, buf: &[u8], offset: u64) -> Result<usize> = SYS_PWRITE64

// Closes a descriptor and says what the kernel had to say, which dropping it does not. It is closed also where this
// is an error.
//sys pub fn close(fd: OwnedFd) -> Result<()>

// Moves `fd`'s position by `offset` bytes, counted as `whence` says, and says where it is then.
//sys #[cfg(target_pointer_width = "64")] pub fn lseek(fd: BorrowedFd<'_>, offset: i64,
//        whence: Whence) -> Result<u64>

//sys #[cfg(target_pointer_width = "32")] pub(super) fn llseek(fd: BorrowedFd<'_>, high: u32,
//        low: u32, position: &mut u64, whence: Whence) -> Result<usize> = SYS__LLSEEK
