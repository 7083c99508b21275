//! What is known about a file.
//!
//! Owns: [`Stat`], the same on every architecture, and [`statx()`]. How the kernel fills a [`Stat`], and where in it what
//! is, has a file for each way that there is. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `fs/stat/lines.rs`.
//!
//! ```
//! use sysline::fs::{self, FileType};
//!
//! # fn main() -> sysline::Result<()> {
//! let null = fs::stat("/dev/null")?;
//! assert_eq!(null.file_type(), FileType::CHAR_DEVICE);
//! assert_eq!(null.rdev().to_string(), "1:3");
//! # Ok(())
//! # }
//! ```

use super::{AtFlags, Dev, FileType, Mode};
use crate::abi::{PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::process::{Gid, Uid};
use crate::time::Timespec;
use core::fmt;
use linux_raw_sys::general as c;

// `struct stat` is what it should be on these. On others it has times of 32 bits, or the first kernels had no call that
// fills it (riscv32, loongarch64).
#[cfg(all(
    target_pointer_width = "64",
    not(any(target_arch = "loongarch64", target_arch = "mips64"))
))]
mod by_fstat;
#[cfg(not(all(
    target_pointer_width = "64",
    not(any(target_arch = "loongarch64", target_arch = "mips64"))
)))]
mod by_statx;
mod lines;

#[cfg(all(
    target_pointer_width = "64",
    not(any(target_arch = "loongarch64", target_arch = "mips64"))
))]
use by_fstat as kernel;
#[cfg(not(all(
    target_pointer_width = "64",
    not(any(target_arch = "loongarch64", target_arch = "mips64"))
)))]
use by_statx as kernel;
pub use lines::*;

/// What is known about a file (statx(2)). `struct statx`, the same on every architecture.
pub type Statx = c::statx;

flags! {
    /// What [`statx()`] asks for; `stx_mask` says what it was given.
    pub struct StatxMask: u32 {
        /// The type, in `stx_mode`.
        TYPE = c::STATX_TYPE;
        /// The permissions, in `stx_mode`.
        MODE = c::STATX_MODE;
        /// How many names it has.
        NLINK = c::STATX_NLINK;
        /// Its owner.
        UID = c::STATX_UID;
        /// Its group.
        GID = c::STATX_GID;
        /// When it was last read.
        ATIME = c::STATX_ATIME;
        /// When it was last written.
        MTIME = c::STATX_MTIME;
        /// When anything about it last changed.
        CTIME = c::STATX_CTIME;
        /// Its number in the file system.
        INO = c::STATX_INO;
        /// Its size in bytes.
        SIZE = c::STATX_SIZE;
        /// Its space in units of 512 bytes.
        BLOCKS = c::STATX_BLOCKS;
        /// All above.
        BASIC_STATS = c::STATX_BASIC_STATS;
        /// When it was made.
        BTIME = c::STATX_BTIME;
        /// Which mount it is on (Linux 5.8).
        MNT_ID = c::STATX_MNT_ID;
        /// What [`OFlags::DIRECT`](crate::fs::OFlags::DIRECT) asks of memory and offsets (Linux 6.1).
        DIOALIGN = c::STATX_DIOALIGN;
        /// Which mount it is on, by a number that is never given twice (Linux 6.8).
        MNT_ID_UNIQUE = c::STATX_MNT_ID_UNIQUE;
        /// Which subvolume it is in (Linux 6.10).
        SUBVOL = c::STATX_SUBVOL;
        /// How much is written all at once or not at all (Linux 6.11).
        WRITE_ATOMIC = c::STATX_WRITE_ATOMIC;
        /// What [`OFlags::DIRECT`](crate::fs::OFlags::DIRECT) asks of offsets that are read from (Linux 6.14).
        DIO_READ_ALIGN = c::STATX_DIO_READ_ALIGN;
    }
}

/// What is known about a file (stat(3type)): the same on every architecture. It is the struct that the kernel fills;
/// each function finds one thing in it. On mips64 it is there since Linux 4.11: what is older has times of 32 bits.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct Stat(pub(super) kernel::Fields);

impl Stat {
    /// The device that the file is on.
    #[doc(alias = "st_dev")]
    pub const fn dev(&self) -> Dev {
        kernel::dev(&self.0)
    }

    /// Its number in the file system.
    #[doc(alias = "st_ino")]
    pub const fn ino(&self) -> u64 {
        kernel::ino(&self.0)
    }

    /// What it is.
    #[doc(alias = "st_mode")]
    pub const fn file_type(&self) -> FileType {
        FileType::from_mode(self.raw_mode())
    }

    /// Who may do what with it.
    #[doc(alias = "st_mode")]
    pub const fn mode(&self) -> Mode {
        Mode::from_octal(self.raw_mode() & !c::S_IFMT)
    }

    /// Its type and its permissions in one number, as `std` and the shell's tools have it.
    #[doc(alias = "st_mode")]
    pub const fn raw_mode(&self) -> u32 {
        kernel::mode(&self.0)
    }

    /// How many names it has.
    #[doc(alias = "st_nlink")]
    pub const fn nlink(&self) -> u64 {
        kernel::nlink(&self.0)
    }

    /// Its owner.
    #[doc(alias = "st_uid")]
    pub const fn uid(&self) -> Uid {
        Uid::from_raw(kernel::uid(&self.0))
    }

    /// Its group.
    #[doc(alias = "st_gid")]
    pub const fn gid(&self) -> Gid {
        Gid::from_raw(kernel::gid(&self.0))
    }

    /// The device that it stands for, if it is one.
    #[doc(alias = "st_rdev")]
    pub const fn rdev(&self) -> Dev {
        kernel::rdev(&self.0)
    }

    /// Its size in bytes; that of a symbolic link is the length of what it says.
    #[doc(alias = "st_size")]
    pub const fn size(&self) -> u64 {
        kernel::size(&self.0)
    }

    /// The size in bytes of reads and writes that are best.
    #[doc(alias = "st_blksize")]
    pub const fn blksize(&self) -> u64 {
        kernel::blksize(&self.0)
    }

    /// The room that it takes, in units of 512 bytes.
    #[doc(alias = "st_blocks")]
    pub const fn blocks(&self) -> u64 {
        kernel::blocks(&self.0)
    }

    /// When it was last read.
    #[doc(alias = "st_atime")]
    #[doc(alias = "st_atim")]
    pub const fn atime(&self) -> Timespec {
        kernel::atime(&self.0)
    }

    /// When it was last written.
    #[doc(alias = "st_mtime")]
    #[doc(alias = "st_mtim")]
    pub const fn mtime(&self) -> Timespec {
        kernel::mtime(&self.0)
    }

    /// When anything about it last changed.
    #[doc(alias = "st_ctime")]
    #[doc(alias = "st_ctim")]
    pub const fn ctime(&self) -> Timespec {
        kernel::ctime(&self.0)
    }
}

impl fmt::Debug for Stat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stat")
            .field("dev", &self.dev())
            .field("ino", &self.ino())
            .field("file_type", &self.file_type())
            .field("mode", &self.mode())
            .field("nlink", &self.nlink())
            .field("uid", &self.uid())
            .field("gid", &self.gid())
            .field("rdev", &self.rdev())
            .field("size", &self.size())
            .field("blksize", &self.blksize())
            .field("blocks", &self.blocks())
            .field("atime", &self.atime())
            .field("mtime", &self.mtime())
            .field("ctime", &self.ctime())
            .finish()
    }
}

/// What is known about the file `path`; where that is a link, about what it leads to.
///
/// # Errors
///
/// Those of `stat(2)`. `EINVAL`, without a call, where `path` holds a NUL.
#[doc(alias = "stat64")]
#[inline]
pub fn stat(path: impl PathArg) -> Result<Stat> {
    with_c_str(path, kernel::stat)
}

/// What is known about the file `path`, which may be a link.
///
/// # Errors
///
/// Those of `lstat(2)`. `EINVAL`, without a call, where `path` holds a NUL.
#[doc(alias = "lstat64")]
#[inline]
pub fn lstat(path: impl PathArg) -> Result<Stat> {
    with_c_str(path, kernel::lstat)
}

/// What is known about an open file.
///
/// # Errors
///
/// Those of `fstat(2)`.
#[doc(alias = "fstat64")]
#[inline]
pub fn fstat(fd: BorrowedFd<'_>) -> Result<Stat> {
    kernel::fstat(fd)
}

/// What is known about the file `path`, which starts at the folder `dirfd`; [`CWD`](crate::fs::CWD) is the current one.
///
/// # Errors
///
/// Those of `fstatat(2)`. `EINVAL`, without a call, where `path` holds a NUL.
#[doc(alias = "newfstatat")]
#[doc(alias = "fstatat64")]
#[inline]
pub fn fstatat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags) -> Result<Stat> {
    with_c_str(path, |path| kernel::fstatat(dirfd, path, flags))
}

/*
 * Lines
 */

// What is known about the file `path`, which starts at the folder `dirfd`; [`CWD`](crate::fs::CWD) is the current one. Beyond
// what [`fstatat`] says: when the file was made, which mount it is on, and others (Linux 4.11).
//sys pub fn statx(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags, mask: StatxMask,
//        out stat: Statx) -> Result<Statx>
