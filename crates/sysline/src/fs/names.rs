//! The names of files: how they are made, changed and taken away.
//!
//! Owns: links, folders, devices, renames. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `fs/names/lines.rs`.
//!
//! ```
//! use sysline::Errno;
//! use sysline::fs::{self, CWD, Mode, RenameFlags};
//!
//! # fn main() -> sysline::Result<()> {
//! # let path = |name| std::env::temp_dir().join(format!("sysline-names-{}-{name}", std::process::id()));
//! let (old, new) = (path("old"), path("new"));
//! fs::mkdir(&old, Mode::from_octal(0o700))?;
//! fs::symlink("anywhere", &new)?;
//! // What is there stays, whoever comes first.
//! let renamed = fs::renameat2(CWD, &old, CWD, &new, RenameFlags::NOREPLACE);
//! # if renamed != Err(Errno::EINVAL) { // not every file system can do it
//! assert_eq!(renamed, Err(Errno::EEXIST));
//! # }
//! fs::unlink(&new)?;
//! fs::rmdir(&old)?;
//! # Ok(())
//! # }
//! ```

use super::{AtFlags, CWD, Dev, FileType, Mode};
use crate::abi::{PathArg, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`renameat2`] does.
    pub struct RenameFlags: u32 {
        /// `EEXIST` where the new name is one already.
        NOREPLACE = c::RENAME_NOREPLACE;
        /// Both names are there, and change their files.
        EXCHANGE = c::RENAME_EXCHANGE;
        /// A device 0:0 stays at the old name, for a union of file systems to say that there is nothing.
        WHITEOUT = c::RENAME_WHITEOUT;
    }
}

/// Makes the file `path`: a regular file, a device, a pipe or a socket. `mode` are its permissions, without those that
/// [`umask`](crate::fs::umask) takes away; `dev` is read for a device only.
///
/// # Errors
///
/// Those of `mknod(2)`. `EINVAL`, without a call, where `path` holds a NUL.
#[inline]
pub fn mknod(path: impl PathArg, file_type: FileType, mode: Mode, dev: Dev) -> Result<()> {
    lines::mknod(path, both(file_type, mode), dev)
}

/// As [`mknod`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one.
///
/// # Errors
///
/// Those of `mknodat(2)`. `EINVAL`, without a call, where `path` holds a NUL.
#[inline]
pub fn mknodat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    file_type: FileType,
    mode: Mode,
    dev: Dev,
) -> Result<()> {
    lines::mknodat(dirfd, path, both(file_type, mode), dev)
}

/// Makes the pipe `path`. `mode` are its permissions, without those that [`umask`](crate::fs::umask) takes away.
///
/// # Errors
///
/// Those of `mkfifo(3)`. `EINVAL`, without a call, where `path` holds a NUL.
#[inline]
pub fn mkfifo(path: impl PathArg, mode: Mode) -> Result<()> {
    mkfifoat(CWD, path, mode)
}

/// As [`mkfifo`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one.
///
/// # Errors
///
/// Those of `mkfifoat(3)`. `EINVAL`, without a call, where `path` holds a NUL.
#[inline]
pub fn mkfifoat(dirfd: BorrowedFd<'_>, path: impl PathArg, mode: Mode) -> Result<()> {
    mknodat(dirfd, path, FileType::FIFO, mode, Dev::NONE)
}

/// A type and permissions in one number; bits of a type that are in `mode` don't change the type.
const fn both(file_type: FileType, mode: Mode) -> u32 {
    file_type.raw() | mode.bits() & !c::S_IFMT
}

/*
 * Lines
 */

// Gives the file `old` the name `new` too. A link as the last step of `old` gets the name itself.
//sys pub fn link(old: impl PathArg, new: impl PathArg) -> Result<()>

// As [`link`], with paths that start at folders; [`CWD`] is the current one. With [`AtFlags::SYMLINK_FOLLOW`] what a link
// leads to gets the name; with [`AtFlags::EMPTY_PATH`] and an empty `old` the open file `olddirfd`, which is `ENOENT` for
// who lacks `CAP_DAC_READ_SEARCH`, unless (Linux 6.10) it was opened by a process with the same rights.
//sys pub fn linkat(olddirfd: BorrowedFd<'_>, old: impl PathArg, newdirfd: BorrowedFd<'_>,
//        new: impl PathArg, flags: AtFlags) -> Result<()>

// Makes the symbolic link `path`, which leads to `target`. There need not be a file `target`; where it is not absolute it
// starts at the folder that the link is in.
//sys pub fn symlink(target: impl PathArg, path: impl PathArg) -> Result<()>

// As [`symlink`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one.
//sys pub fn symlinkat(target: impl PathArg, dirfd: BorrowedFd<'_>,
//        path: impl PathArg) -> Result<()>

// Makes the folder `path`. `mode` are its permissions, without those that [`umask`](crate::fs::umask) takes away, and
// without [`Mode::SUID`] and [`Mode::SGID`]: the latter is as its parent has it.
//sys pub fn mkdir(path: impl PathArg, mode: Mode) -> Result<()>

// As [`mkdir`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one.
//sys pub fn mkdirat(dirfd: BorrowedFd<'_>, path: impl PathArg, mode: Mode) -> Result<()>

// Gives the file `old` the name `new` in place of its own; who had that loses it. Nobody sees neither or half of it.
//sys pub fn rename(old: impl PathArg, new: impl PathArg) -> Result<()>

// As [`rename`], with paths that start at folders; [`CWD`] is the current one.
//sys pub fn renameat(olddirfd: BorrowedFd<'_>, old: impl PathArg, newdirfd: BorrowedFd<'_>,
//        new: impl PathArg) -> Result<()>

// As [`renameat`], by the rules of `flags` (Linux 3.15). A file system that does not know a rule answers `EINVAL`.
//sys pub fn renameat2(olddirfd: BorrowedFd<'_>, old: impl PathArg, newdirfd: BorrowedFd<'_>,
//        new: impl PathArg, flags: RenameFlags) -> Result<()>

// Takes away the folder `path`, in which nothing is.
//sys pub fn rmdir(path: impl PathArg) -> Result<()>

// Takes away the name `path`, which is no folder's. The file goes with its last name, and when nobody has it open.
//sys pub fn unlink(path: impl PathArg) -> Result<()>

// As [`unlink`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one. With [`AtFlags::REMOVEDIR`] as
// [`rmdir`].
//sys pub fn unlinkat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags) -> Result<()>

//sys pub(super) fn mknod(path: impl PathArg, mode: u32, dev: Dev) -> Result<()>

//sys pub(super) fn mknodat(dirfd: BorrowedFd<'_>, path: impl PathArg, mode: u32,
//        dev: Dev) -> Result<()>
