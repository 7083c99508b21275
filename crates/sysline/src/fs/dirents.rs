//! What is in a folder: reading its entries, and what their bytes mean.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::fd::AsFd;
//! use sysline::fs::{self, Mode, OFlags};
//!
//! let folder = fs::open("/proc/self", OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())?;
//! let mut buffer = [0; 4096];
//! let mut entries = fs::read_dirents(folder.as_fd(), &mut buffer);
//! let mut found = false;
//! while let Some(entry) = entries.next() {
//!     found |= entry?.name == c"status";
//! }
//! assert!(found);
//! # Ok(())
//! # }
//! ```
//!
//! Owns: the kernel's `struct linux_dirent64`, which is the same on every architecture. It must not believe it: the bytes
//! may be from anywhere. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the
//! `//sys` lines, whose wrappers are in `dirents/lines.rs`.

use super::FileType;
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use core::ffi::CStr;

mod lines;

/// An entry of a folder. `struct linux_dirent64` (getdents(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dirent<'a> {
    /// Its name, in the folder. `.` and `..` are names too.
    pub name: &'a CStr,
    /// The number of its file. Zero is a number like others: some file systems have it.
    pub inode: u64,
    /// The position behind it: reading goes on there after `lseek(folder, offset, Whence::SET)`. It is no count, and may
    /// be any number.
    pub offset: i64,
    /// What it is. [`FileType::UNKNOWN`] where the file system does not say it with the name: [`statx`](super::statx())
    /// does.
    pub file_type: FileType,
}

impl Dirent<'_> {
    /// Whether it is `.` or `..`: the folder itself or the one that it is in.
    pub fn is_dot_or_dot_dot(&self) -> bool {
        matches!(self.name.to_bytes(), b"." | b"..")
    }
}

/// The entries that `bytes` holds, as [`getdents64`] has left them.
///
/// Nothing is taken for granted of the bytes: they may have any content and any address.
pub const fn dirents(bytes: &[u8]) -> Dirents<'_> {
    Dirents { bytes }
}

/// The entries of some bytes: see [`dirents`].
///
/// Bytes that are no entry are one `Err(Errno::EIO)`, and the end: an entry shorter than its head, one that reaches over
/// the end, one whose name has no NUL.
#[derive(Clone, Debug)]
pub struct Dirents<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for Dirents<'a> {
    type Item = Result<Dirent<'a>>;

    fn next(&mut self) -> Option<Result<Dirent<'a>>> {
        if self.bytes.is_empty() {
            return None;
        }
        let decoded = decode(self.bytes);
        self.bytes = decoded.map_or(&[], |(_, rest)| rest);
        Some(decoded.map(|(entry, _)| entry))
    }
}

impl core::iter::FusedIterator for Dirents<'_> {}

/// Reads entries of the folder `fd` from its position on into `buffer` and says how many bytes they have: zero at the
/// end. What they are [`dirents()`] tells; [`read_dirents`] does both. No more than 2 GiB of `buffer` are used.
///
/// # Errors
///
/// Those of `getdents64(2)`. `EINVAL` for a `buffer` too short for the next entry, `ENOENT` for a folder that was removed.
#[doc(alias = "getdents")]
#[inline]
pub fn getdents64(fd: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize> {
    // The kernel's count has 32 bits, and what it says has a sign: 4 GiB would be nothing.
    let len = buffer.len().min(i32::MAX as usize);
    lines::getdents64_raw(fd, &mut buffer[..len])
}

/// Where `d_name` is: behind `d_ino`, `d_off`, `d_reclen` and `d_type` (`linux/dirent.h`).
const NAME: usize = 8 + 8 + 2 + 1;

/// The first entry and what is behind it.
fn decode(bytes: &[u8]) -> Result<(Dirent<'_>, &[u8])> {
    let (inode, after) = bytes.split_first_chunk().ok_or(Errno::EIO)?;
    let (offset, after) = after.split_first_chunk().ok_or(Errno::EIO)?;
    let (len, after) = after.split_first_chunk().ok_or(Errno::EIO)?;
    let file_type = *after.first().ok_or(Errno::EIO)?;
    let len = usize::from(u16::from_ne_bytes(*len));
    let name = bytes.get(NAME..len).ok_or(Errno::EIO)?;
    let entry = Dirent {
        name: CStr::from_bytes_until_nul(name).map_err(|_| Errno::EIO)?,
        inode: u64::from_ne_bytes(*inode),
        offset: i64::from_ne_bytes(*offset),
        file_type: FileType::from_dirent_type(file_type),
    };
    Ok((entry, &bytes[len..]))
}

/// Reads the entries of the folder `fd`, from its position on, with as many calls as it takes. Each call fills `buffer`,
/// and is made when all that the one before has brought was seen.
///
/// `buffer` needs room for the longest entry, some 280 bytes for names of 255; a few KiB are more to the point.
pub const fn read_dirents<'a>(fd: BorrowedFd<'a>, buffer: &'a mut [u8]) -> ReadDirents<'a> {
    ReadDirents {
        fd,
        buffer,
        at: 0,
        end: 0,
        done: false,
    }
}

/// The entries of a folder, being read: see [`read_dirents`].
#[derive(Debug)]
pub struct ReadDirents<'a> {
    fd: BorrowedFd<'a>,
    buffer: &'a mut [u8],
    at: usize,
    end: usize,
    done: bool,
}

impl ReadDirents<'_> {
    /// The next entry; `None` at the folder's end and behind an error, and from then on. `.` and `..` are among them.
    ///
    /// What it lends is in the buffer, up to the next call of this: it can be no [`Iterator`].
    ///
    /// # Errors
    ///
    /// Those of `getdents64(2)`: `EINVAL` where the buffer is too short for the next entry, `ENOENT` for a folder that
    /// was removed, `ENOTDIR` for what is none. `EIO` for an answer that is no entry, as of [`Dirents`].
    #[allow(clippy::should_implement_trait)] // it lends
    pub fn next(&mut self) -> Option<Result<Dirent<'_>>> {
        if self.at == self.end {
            match self.refill() {
                Ok(0) => return None,
                Ok(len) => (self.at, self.end) = (0, len),
                Err(errno) => return Some(Err(errno)),
            }
        }
        match decode(&self.buffer[self.at..self.end]) {
            Ok((entry, rest)) => {
                self.at = self.end - rest.len();
                Some(Ok(entry))
            }
            Err(errno) => {
                (self.at, self.done) = (self.end, true);
                Some(Err(errno))
            }
        }
    }

    /// How many bytes of entries the buffer has now.
    fn refill(&mut self) -> Result<usize> {
        if self.done {
            return Ok(0);
        }
        let filled = match getdents64(self.fd, self.buffer) {
            Ok(len) if len > self.buffer.len() => Err(Errno::EIO),
            answer => answer,
        };
        self.done = !matches!(filled, Ok(1..));
        filled
    }
}

#[cfg(all(test, feature = "std"))]
mod tests {
    use super::*;
    use crate::fd::AsFd;

    /// Also where the rest of the folder could be read: who sees such bytes has no reason to believe what follows.
    #[test]
    fn an_answer_that_is_no_entry_is_the_end() {
        let folder = std::fs::File::open("/proc").unwrap();
        let mut buffer = [0; 1024];
        let mut entries = ReadDirents {
            end: 24, // of which no entry can be made
            ..read_dirents(folder.as_fd(), &mut buffer)
        };
        assert_eq!(entries.next(), Some(Err(Errno::EIO)));
        assert_eq!(entries.next(), None);
        assert_eq!(entries.next(), None);
    }
}

/*
 * Lines
 */

//sys pub(super) fn getdents64_raw(fd: BorrowedFd<'_>,
//        buffer: &mut [u8]) -> Result<usize> = SYS_GETDENTS64
