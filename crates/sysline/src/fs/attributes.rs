//! Who may do what with a file, whose it is, and its times.
//!
//! Owns: permissions, owners, times. This file is read by the compiler and by `sysline gen`: hand-written code comes first,
//! then the `//sys` lines, whose wrappers are in `fs/attributes/lines.rs`.
//!
//! ```
//! use sysline::fs::{self, Access, Mode};
//! use sysline::process::Uid;
//!
//! # fn main() -> sysline::Result<()> {
//! # let path = std::env::temp_dir().join(format!("sysline-attributes-{}", std::process::id()));
//! fs::mkdir(&path, Mode::from_octal(0o700))?;
//! assert_eq!(fs::access(&path, Access::READ | Access::EXEC), Ok(()));
//! fs::chmod(&path, Mode::OWNER_READ)?;
//! assert_eq!(fs::stat(&path)?.mode(), Mode::OWNER_READ);
//! // To its owner, and the group as it is.
//! let owner: Uid = fs::stat(&path)?.uid();
//! fs::chown(&path, Some(owner), None)?;
//! # fs::rmdir(&path)?;
//! # Ok(())
//! # }
//! ```

use super::{AtFlags, CWD, Mode};
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::process::{Gid, Uid};
use crate::time::Timespec;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

/// [`Timespec::tv_nsec`](Timespec) for [`utimensat`]: the time of the call.
pub const UTIME_NOW: i64 = 0x3fff_ffff; // linux/stat.h

/// [`Timespec::tv_nsec`](Timespec) for [`utimensat`]: leave the time as it is.
pub const UTIME_OMIT: i64 = 0x3fff_fffe; // linux/stat.h

flags! {
    /// What [`access`] asks for.
    pub struct Access: u32 {
        /// Whether there is such a file. It asks for nothing else, and the others ask for this too.
        EXISTS = c::F_OK;
        /// Whether it may be read.
        READ = c::R_OK;
        /// Whether it may be written.
        WRITE = c::W_OK;
        /// Whether it may be executed, or the folder gone through.
        EXEC = c::X_OK;
    }
}

/// Whether the process's real user and group may do something with the file `path`, which starts at the folder `dirfd`;
/// [`CWD`] is the current one. With [`AtFlags::EACCESS`] it is the effective ones, who open files.
///
/// # Errors
///
/// Those of `faccessat(2)`; `EACCES` is a no. `EINVAL`, without a call, where `path` holds a NUL. With any flag `ENOSYS`
/// before Linux 5.8, which has no call that takes flags: nothing is guessed from the file's permissions.
#[doc(alias = "faccessat2")]
#[inline]
pub fn faccessat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    access: Access,
    flags: AtFlags,
) -> Result<()> {
    if flags.is_empty() {
        lines::faccessat(dirfd, path, access)
    } else {
        lines::faccessat2(dirfd, path, access, flags)
    }
}

/// Changes the permissions of the file `path`, which starts at the folder `dirfd`; [`CWD`] is the current one.
///
/// A symbolic link has no permissions of its own: with [`AtFlags::SYMLINK_NOFOLLOW`] it is `EOPNOTSUPP`.
///
/// # Errors
///
/// Those of `fchmodat(2)`. `EINVAL`, without a call, where `path` holds a NUL. With any flag `ENOSYS` before Linux 6.6,
/// which has no call that takes flags.
#[doc(alias = "fchmodat2")]
#[inline]
pub fn fchmodat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    mode: Mode,
    flags: AtFlags,
) -> Result<()> {
    if flags.is_empty() {
        lines::fchmodat(dirfd, path, mode)
    } else {
        lines::fchmodat2(dirfd, path, mode, flags)
    }
}

/// Sets the times of the last access and the last change of the file `path`, which starts at the folder `dirfd`:
/// `times` in this order. [`UTIME_NOW`] and [`UTIME_OMIT`] as nanoseconds have their own meaning.
/// With [`AtFlags::SYMLINK_NOFOLLOW`] a link's own times are set.
///
/// # Errors
///
/// Those of `utimensat(2)`. `EINVAL`, without a call, where `path` holds a NUL. On a 32-bit kernel before 5.1
/// `EOVERFLOW` for a time before 1901 or after 2038.
#[doc(alias = "utimensat_time64")]
#[doc(alias = "futimesat")]
#[inline]
pub fn utimensat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    times: &[Timespec; 2],
    flags: AtFlags,
) -> Result<()> {
    with_c_str(path, |path| {
        or_older!(
            lines::utimensat(dirfd, Some(path), times, flags),
            super::older::utimensat(dirfd, Some(path), times, flags),
            unless super::older::utimensat_is_known()
        )
    })
}

/// Sets the times of the last access and the last change of the file `path`, as [`utimensat`] does.
///
/// # Errors
///
/// Those of [`utimensat`].
#[doc(alias = "utime")]
#[doc(alias = "utimes")]
#[inline]
pub fn utimens(path: impl PathArg, times: &[Timespec; 2]) -> Result<()> {
    utimensat(CWD, path, times, AtFlags::empty())
}

/// Sets the times of the last access and the last change of an open file, as [`utimensat`] does.
///
/// # Errors
///
/// Those of `futimens(3)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a time before 1901 or after 2038.
#[doc(alias = "futimes")]
#[inline]
pub fn futimens(fd: BorrowedFd<'_>, times: &[Timespec; 2]) -> Result<()> {
    if fd.as_raw_fd() < 0 {
        return Err(Errno::EBADF); // the kernel takes `CWD` without a path for a path that can't be read
    }
    or_older!(
        lines::utimensat(fd, None, times, AtFlags::empty()),
        super::older::utimensat(fd, None, times, AtFlags::empty()),
        unless super::older::utimensat_is_known()
    )
}

/*
 * Lines
 */

// Whether the process's real user and group may do something with the file `path`. `EACCES` is a no. It may have changed
// before the answer is read: who wants to open a file opens it.
//sys pub fn access(path: impl PathArg, access: Access) -> Result<()>

// Changes the permissions of the file `path`.
//sys pub fn chmod(path: impl PathArg, mode: Mode) -> Result<()>

// Changes the permissions of an open file.
//sys pub fn fchmod(fd: BorrowedFd<'_>, mode: Mode) -> Result<()>

// Gives the file `path` to another owner and another group; `None` leaves what is. [`Mode::SUID`] and [`Mode::SGID`] of a
// program go away.
//sys pub fn chown(path: impl PathArg, owner: Option<Uid>, group: Option<Gid>) -> Result<()>

// As [`chown`]; where `path` is a symbolic link, the link itself.
//sys pub fn lchown(path: impl PathArg, owner: Option<Uid>, group: Option<Gid>) -> Result<()>

// As [`chown`], an open file.
//sys pub fn fchown(fd: BorrowedFd<'_>, owner: Option<Uid>, group: Option<Gid>) -> Result<()>

// As [`chown`], with a path that starts at the folder `dirfd`; [`CWD`] is the current one.
//sys pub fn fchownat(dirfd: BorrowedFd<'_>, path: impl PathArg, owner: Option<Uid>,
//        group: Option<Gid>, flags: AtFlags) -> Result<()>

// Sets the permissions that are taken away from what the process makes, all its threads included, and says what they were.
// Of `mask` only the lowest nine bits count.
//sysnb pub fn umask(mask: Mode) -> Mode

//sys pub(super) fn faccessat(dirfd: BorrowedFd<'_>, path: impl PathArg,
//        access: Access) -> Result<()>

//sys pub(super) fn faccessat2(dirfd: BorrowedFd<'_>, path: impl PathArg, access: Access,
//        flags: AtFlags) -> Result<()>

//sys pub(super) fn fchmodat(dirfd: BorrowedFd<'_>, path: impl PathArg, mode: Mode) -> Result<()>

//sys pub(super) fn fchmodat2(dirfd: BorrowedFd<'_>, path: impl PathArg, mode: Mode,
//        flags: AtFlags) -> Result<()>

//sys pub(super) fn utimensat(dirfd: BorrowedFd<'_>, path: Option<&CStr>, times: &[Timespec; 2],
//        flags: AtFlags) -> Result<()>
