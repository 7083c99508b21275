//! Answers of the kernel that have any length, in memory that grows with them. Owns: how it grows.

use super::{lines, readlinkat_into};
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::fs::CWD;
use alloc::{ffi::CString, vec::Vec};

/// What the symbolic link `path` says, however long that is.
///
/// # Errors
///
/// Those of `readlink(2)`. `EINVAL`, without a call, where `path` holds a NUL; `ENOMEM` where the heap has no room.
#[inline]
pub fn readlink(path: impl PathArg) -> Result<CString> {
    readlinkat(CWD, path)
}

/// What the symbolic link `path` says, which starts at the folder `dirfd`; [`CWD`] is the current one. An empty
/// path is the link that `dirfd` is ([`OFlags::PATH`](crate::fs::OFlags::PATH) with
/// [`OFlags::NOFOLLOW`](crate::fs::OFlags::NOFOLLOW)).
///
/// # Errors
///
/// Those of `readlinkat(2)`. `EINVAL`, without a call, where `path` holds a NUL; `ENOMEM` where the heap has no room.
pub fn readlinkat(dirfd: BorrowedFd<'_>, path: impl PathArg) -> Result<CString> {
    with_c_str(path, |path| {
        let said = grown(|room| {
            let len = readlinkat_into(dirfd, path, room)?;
            // One that fills the room may have been cut.
            Ok((len < room.len()).then_some(len))
        })?;
        // A link's text ends at its first NUL: there is none in it.
        CString::new(said).map_err(|_| Errno::EINVAL)
    })
}

/// The current folder, however long its path is.
///
/// Where it can't be reached from the process's root, the path starts with `(unreachable)` and no `/` (Linux 2.6.36): it is
/// no path then that leads anywhere.
///
/// # Errors
///
/// Those of `getcwd(2)`, such as `ENOENT` where the folder was taken away, and `ENAMETOOLONG` where its path has 4,096
/// bytes or more; `ENOMEM` where the heap has no room.
#[doc(alias = "getwd")]
pub fn getcwd() -> Result<CString> {
    let path = grown(|room| match lines::cwd(room) {
        Err(Errno::ERANGE) => Ok(None),
        len => len.map(Some),
    })?;
    CString::from_vec_with_nul(path).map_err(|_| Errno::EINVAL)
}

/// Asks with more and more room until there is enough; `ask` says how many bytes there are, or `None` where there may be
/// more than the room holds.
fn grown(mut ask: impl FnMut(&mut [u8]) -> Result<Option<usize>>) -> Result<Vec<u8>> {
    let mut room = Vec::new();
    let mut size: usize = 256; // most paths have less
    loop {
        let more = size.checked_sub(room.len()).ok_or(Errno::ENOMEM)?;
        room.try_reserve_exact(more).map_err(|_| Errno::ENOMEM)?;
        room.resize(size, 0);
        if let Some(len) = ask(&mut room)? {
            room.truncate(len);
            return Ok(room);
        }
        size = size.saturating_mul(2);
    }
}
