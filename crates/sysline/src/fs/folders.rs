//! Where paths start, and where links lead.
//!
//! Owns: the current folder, the root, and what a link says. This file is read by the compiler and by `sysline gen`:
//! hand-written code comes first, then the `//sys` lines, whose wrappers are in `fs/folders/lines.rs`.
//!
//! ```
//! use sysline::fs;
//!
//! # fn main() -> sysline::Result<()> {
//! let mut room = [0; 4096];
//! let folder = fs::getcwd_into(&mut room)?;
//! # #[cfg(feature = "alloc")]
//! assert_eq!(*fs::readlink("/proc/self/cwd")?, *folder);
//! # Ok(())
//! # }
//! ```

use crate::abi::{Errno, PathArg, Result};
use crate::fd::BorrowedFd;
use core::ffi::CStr;

#[cfg(feature = "alloc")]
mod growing;
mod lines;

#[cfg(feature = "alloc")]
pub use growing::*;
pub use lines::*;

/// The current folder, in the caller's memory; with 4,096 bytes there is room for every answer. See [`getcwd`] for paths
/// that lead nowhere.
///
/// # Errors
///
/// Those of `getcwd(2)`: `ERANGE` where `room` is too short for the path and its NUL.
#[doc(alias = "getcwd")]
pub fn getcwd_into(room: &mut [u8]) -> Result<&CStr> {
    let len = lines::cwd(room)?; // with the NUL
    let path = room.get(..len).ok_or(Errno::EINVAL)?;
    CStr::from_bytes_with_nul(path).map_err(|_| Errno::EINVAL)
}

/// Reads what the symbolic link `path` says into `room`, without a NUL, and says how many bytes it wrote. What is longer is
/// cut, and nothing says so: where `room` is full, ask again with more.
///
/// # Errors
///
/// Those of `readlink(2)`: `EINVAL` without room. `EINVAL`, without a call, where `path` holds a NUL.
#[doc(alias = "readlink")]
#[inline]
pub fn readlink_into(path: impl PathArg, room: &mut [u8]) -> Result<usize> {
    lines::read_link(path, seen(room))
}

/// As [`readlink_into`], with a path that starts at the folder `dirfd`; [`CWD`](crate::fs::CWD) is the current one. An empty
/// path is the link that `dirfd` is ([`OFlags::PATH`](crate::fs::OFlags::PATH) with
/// [`OFlags::NOFOLLOW`](crate::fs::OFlags::NOFOLLOW)).
///
/// # Errors
///
/// Those of `readlinkat(2)`: `EINVAL` without room. `EINVAL`, without a call, where `path` holds a NUL.
#[doc(alias = "readlinkat")]
#[inline]
pub fn readlinkat_into(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    room: &mut [u8],
) -> Result<usize> {
    lines::read_link_at(dirfd, path, seen(room))
}

/// As much of the room as the kernel sees: to it the size is an `int` (`do_readlinkat`, fs/stat.c), and of 4 GiB and 1 it
/// would take the 1 and cut what has room.
fn seen(room: &mut [u8]) -> &mut [u8] {
    let len = room.len().min(i32::MAX as usize);
    &mut room[..len]
}

/*
 * Lines
 */

// Makes `path` the current folder of the process, all its threads included.
//sys pub fn chdir(path: impl PathArg) -> Result<()>

// Makes an open folder the current one of the process, all its threads included.
//sys pub fn fchdir(fd: BorrowedFd<'_>) -> Result<()>

// Makes `path` the folder that absolute paths of the process start at, all its threads included. The current folder stays
// and may be outside: a process that is the superuser's is not kept in.
//sys pub fn chroot(path: impl PathArg) -> Result<()>

//sys pub(super) fn cwd(room: &mut [u8]) -> Result<usize> = SYS_GETCWD

//sys pub(super) fn read_link(path: impl PathArg, room: &mut [u8]) -> Result<usize> = SYS_READLINK

//sys pub(super) fn read_link_at(dirfd: BorrowedFd<'_>, path: impl PathArg,
//        room: &mut [u8]) -> Result<usize> = SYS_READLINKAT
