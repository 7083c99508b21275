//! What is known about a file, by `fstat` and its kin. Owns: where in `struct stat` what is, on architectures where it has
//! 64 bits for all that needs them. This file is read by the compiler and by `sysline gen`.
#![allow(clippy::unnecessary_cast)] // the fields have other types on other architectures

use super::Stat;
use crate::fs::{AtFlags, Dev};
use crate::time::Timespec;
use linux_raw_sys::general as c;

mod lines;

pub(super) use lines::*;

/// `struct stat` (`asm/stat.h`).
pub(in crate::fs) type Fields = c::stat;

pub(super) const fn dev(fields: &Fields) -> Dev {
    Dev::from_raw(fields.st_dev as u32) // new_encode_dev: no more than 32 bits
}

pub(super) const fn ino(fields: &Fields) -> u64 {
    fields.st_ino
}

pub(super) const fn mode(fields: &Fields) -> u32 {
    fields.st_mode
}

pub(super) const fn nlink(fields: &Fields) -> u64 {
    fields.st_nlink as u64
}

pub(super) const fn uid(fields: &Fields) -> u32 {
    fields.st_uid
}

pub(super) const fn gid(fields: &Fields) -> u32 {
    fields.st_gid
}

pub(super) const fn rdev(fields: &Fields) -> Dev {
    Dev::from_raw(fields.st_rdev as u32)
}

pub(super) const fn size(fields: &Fields) -> u64 {
    fields.st_size as u64
}

pub(super) const fn blksize(fields: &Fields) -> u64 {
    fields.st_blksize as u64
}

pub(super) const fn blocks(fields: &Fields) -> u64 {
    fields.st_blocks as u64
}

pub(super) const fn atime(fields: &Fields) -> Timespec {
    Timespec {
        tv_sec: fields.st_atime as i64,
        tv_nsec: fields.st_atime_nsec as i64,
    }
}

pub(super) const fn mtime(fields: &Fields) -> Timespec {
    Timespec {
        tv_sec: fields.st_mtime as i64,
        tv_nsec: fields.st_mtime_nsec as i64,
    }
}

pub(super) const fn ctime(fields: &Fields) -> Timespec {
    Timespec {
        tv_sec: fields.st_ctime as i64,
        tv_nsec: fields.st_ctime_nsec as i64,
    }
}

/*
 * Lines
 */

//sys pub(in super::super) fn stat(path: &CStr, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn lstat(path: &CStr, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn fstat(fd: BorrowedFd<'_>, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn fstatat(dirfd: BorrowedFd<'_>, path: &CStr, out stat: Stat,
//        flags: AtFlags) -> Result<Stat> = SYS_NEWFSTATAT
