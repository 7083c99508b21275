//! Reading and writing descriptors.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::fd::AsFd;
//! use sysline::io::{self, PipeFlags};
//!
//! let (reader, writer) = io::pipe2(PipeFlags::CLOEXEC)?;
//! io::write(writer.as_fd(), b"hello")?;
//! let mut bytes = [0; 16];
//! let len = io::retry_on_intr(|| io::read(reader.as_fd(), &mut bytes))?;
//! assert_eq!(&bytes[..len], b"hello");
//! # Ok(())
//! # }
//! ```
//!
//! A call that a signal ends before it has done anything is `EINTR`, and is not made again by these functions: who wants
//! that says so with [`retry_on_intr`].
//!
//! Owns: calls on any descriptor's bytes; its rooms own those on descriptors themselves. This file is read by the
//! compiler and by `sysline gen`: hand-written functions come first, then the `//sys` lines, whose wrappers are in
//! `io/lines.rs`.

use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::numbers;
use core::mem::MaybeUninit;
use linux_raw_sys::general as c;

mod dup;
mod fcntl;
mod ioctl;
mod lines;
mod splice;
mod vectored;

pub use dup::*;
pub use fcntl::*;
pub use ioctl::*;
pub use lines::*;
pub use splice::*;
pub use vectored::*;

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
pub fn lseek(fd: BorrowedFd<'_>, offset: i64, whence: Whence) -> Result<u64> {
    let mut position = 0;
    let (high, low) = ((offset >> 32) as u32, offset as u32);
    // The kernel gives a position with a sign bit (`/proc/PID/mem` has such) as the result, and writes none.
    match lines::llseek(fd, high, low, &mut position, whence)? {
        0 => Ok(position),
        _ => Err(Errno::EOVERFLOW),
    }
}

/// Reads as [`read()`] does, into memory that has no value yet: what has one now, and what is left of it.
///
/// ```
/// # fn main() -> sysline::Result<()> {
/// # use sysline::fd::AsFd;
/// # let file = std::fs::File::open("/proc/self/comm").unwrap();
/// let mut buffer = Vec::with_capacity(4096);
/// let (name, _) = sysline::io::read_uninit(file.as_fd(), buffer.spare_capacity_mut())?;
/// let len = name.len();
/// // SAFETY: so many bytes have a value now.
/// unsafe { buffer.set_len(len) };
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// Those of `read(2)`.
#[doc(alias = "read")]
#[inline]
pub fn read_uninit<'a>(
    fd: BorrowedFd<'_>,
    buf: &'a mut [MaybeUninit<u8>],
) -> Result<(&'a mut [u8], &'a mut [MaybeUninit<u8>])> {
    let len = lines::read_raw(fd, buf)?;
    // SAFETY: the call has filled so many bytes.
    unsafe { filled(buf, len) }
}

/// Reads as [`pread`] does, into memory that has no value yet: what has one now, and what is left of it.
///
/// # Errors
///
/// Those of `pread64(2)`.
#[doc(alias = "pread64")]
#[inline]
pub fn pread_uninit<'a>(
    fd: BorrowedFd<'_>,
    buf: &'a mut [MaybeUninit<u8>],
    offset: u64,
) -> Result<(&'a mut [u8], &'a mut [MaybeUninit<u8>])> {
    let len = lines::pread_raw(fd, buf, offset)?;
    // SAFETY: the call has filled so many bytes.
    unsafe { filled(buf, len) }
}

/// The first `len` bytes of a buffer, and the others. `EIO` where it has fewer, which no kernel says.
///
/// # Safety
///
/// The first `len` bytes have a value, if there are as many.
#[inline]
unsafe fn filled(
    buf: &mut [MaybeUninit<u8>],
    len: usize,
) -> Result<(&mut [u8], &mut [MaybeUninit<u8>])> {
    let (filled, rest) = buf.split_at_mut_checked(len).ok_or(Errno::EIO)?;
    // SAFETY: each of these bytes has a value, as the caller promises.
    let filled = unsafe { &mut *(core::ptr::from_mut(filled) as *mut [u8]) };
    Ok((filled, rest))
}

/// Makes a call again while a signal ends it: while it is `EINTR`.
///
/// It is not for every call. What [`close`] returns, the descriptor is closed; a call that is given the time that it may
/// wait would wait longer; and who uses signals to end a call that waits wants the `EINTR`.
///
/// # Errors
///
/// Those of the call, but for `EINTR`.
#[inline]
pub fn retry_on_intr<T>(mut call: impl FnMut() -> Result<T>) -> Result<T> {
    loop {
        match call() {
            Err(Errno::EINTR) => {}
            answer => return answer,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_of_more_than_the_buffer_is_not_believed() {
        let mut buf = [MaybeUninit::new(1); 4];
        for len in 0..=4 {
            // SAFETY: all bytes have a value.
            let (filled, left) = unsafe { filled(&mut buf, len) }.unwrap();
            assert_eq!((filled.len(), left.len()), (len, 4 - len));
        }
        for len in [5, usize::MAX] {
            // SAFETY: as above.
            let refused = unsafe { filled(&mut buf, len) };
            assert_eq!(refused.map(|_| ()), Err(Errno::EIO));
        }
    }
}

/*
 * Lines
 */

// Reads up to `buf.len()` bytes from `fd`'s position and says how many came: fewer than asked where no more is there
// now, none at the end. A call takes at most 2,147,479,552 bytes, as do all that read or write.
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

// Moves `fd`'s position by `offset` bytes, counted as `whence` says, and says where it is then. A position within the last
// 4,095 of 64 bits, as memory (`/proc/PID/mem`) has, is moved to and may yet be some error.
//sys #[cfg(target_pointer_width = "64")] pub fn lseek(fd: BorrowedFd<'_>, offset: i64,
//        whence: Whence) -> Result<u64>

//sys #[cfg(target_pointer_width = "32")] pub(super) fn llseek(fd: BorrowedFd<'_>, high: u32,
//        low: u32, position: &mut u64, whence: Whence) -> Result<usize> = SYS__LLSEEK

//sys pub(super) fn read_raw(fd: BorrowedFd<'_>,
//        buf: &mut [MaybeUninit<u8>]) -> Result<usize> = SYS_READ

//sys pub(super) fn pread_raw(fd: BorrowedFd<'_>, buf: &mut [MaybeUninit<u8>],
//        offset: u64) -> Result<usize> = SYS_PREAD64
