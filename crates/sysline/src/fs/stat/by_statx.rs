//! What is known about a file, by `statx` (Linux 4.11), and on 32-bit kernels before that by the older calls. Owns: where
//! in `struct statx` what is. This file is read by the compiler and by `sysline gen`.

use super::{Stat, StatxMask};
use crate::abi::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::fs::{AtFlags, CWD, Dev};
use crate::time::Timespec;
use core::ffi::CStr;
use linux_raw_sys::general as c;

mod lines;

/// `struct statx` (`linux/stat.h`).
pub(in crate::fs) type Fields = c::statx;

const fn device(major: u32, minor: u32) -> Dev {
    match Dev::new(major, minor) {
        Some(dev) => dev,
        None => Dev::NONE, // the kernel has no such numbers
    }
}

const fn time(time: &c::statx_timestamp) -> Timespec {
    Timespec {
        tv_sec: time.tv_sec,
        tv_nsec: time.tv_nsec as i64,
    }
}

pub(super) const fn dev(fields: &Fields) -> Dev {
    device(fields.stx_dev_major, fields.stx_dev_minor)
}

pub(super) const fn ino(fields: &Fields) -> u64 {
    fields.stx_ino
}

pub(super) const fn mode(fields: &Fields) -> u32 {
    fields.stx_mode as u32
}

pub(super) const fn nlink(fields: &Fields) -> u64 {
    fields.stx_nlink as u64
}

pub(super) const fn uid(fields: &Fields) -> u32 {
    fields.stx_uid
}

pub(super) const fn gid(fields: &Fields) -> u32 {
    fields.stx_gid
}

pub(super) const fn rdev(fields: &Fields) -> Dev {
    device(fields.stx_rdev_major, fields.stx_rdev_minor)
}

pub(super) const fn size(fields: &Fields) -> u64 {
    fields.stx_size
}

pub(super) const fn blksize(fields: &Fields) -> u64 {
    fields.stx_blksize as u64
}

pub(super) const fn blocks(fields: &Fields) -> u64 {
    fields.stx_blocks
}

pub(super) const fn atime(fields: &Fields) -> Timespec {
    time(&fields.stx_atime)
}

pub(super) const fn mtime(fields: &Fields) -> Timespec {
    time(&fields.stx_mtime)
}

pub(super) const fn ctime(fields: &Fields) -> Timespec {
    time(&fields.stx_ctime)
}

#[inline]
pub(super) fn stat(path: &CStr) -> Result<Stat> {
    fstatat(CWD, path, AtFlags::empty())
}

#[inline]
pub(super) fn lstat(path: &CStr) -> Result<Stat> {
    fstatat(CWD, path, AtFlags::SYMLINK_NOFOLLOW)
}

#[inline]
pub(super) fn fstat(fd: BorrowedFd<'_>) -> Result<Stat> {
    if fd.as_raw_fd() < 0 {
        return Err(Errno::EBADF); // of these `fstatat` would take `CWD` for a folder
    }
    or_older!(
        lines::statx(fd, c"", AtFlags::EMPTY_PATH, StatxMask::BASIC_STATS),
        crate::fs::older::fstat(fd).map(Stat),
        unless crate::fs::older::statx_is_known()
    )
}

#[inline]
pub(super) fn fstatat(dirfd: BorrowedFd<'_>, path: &CStr, flags: AtFlags) -> Result<Stat> {
    // `fstatat` mounts nothing at the path's end, `statx` does unless it is told (`vfs_fstatat`, fs/stat.c).
    let quiet = flags | AtFlags::NO_AUTOMOUNT;
    or_older!(
        lines::statx(dirfd, path, quiet, StatxMask::BASIC_STATS),
        crate::fs::older::fstatat(dirfd, path, flags).map(Stat),
        unless crate::fs::older::statx_is_known()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::MaybeUninit;

    /// Each field has its own number, and is found.
    #[test]
    fn each_function_finds_its_own_field() {
        // SAFETY: all of it is numbers.
        let mut fields: Fields = unsafe { MaybeUninit::zeroed().assume_init() };
        (fields.stx_dev_major, fields.stx_dev_minor) = (8, 1);
        (fields.stx_rdev_major, fields.stx_rdev_minor) = (259, 0x1_2345);
        fields.stx_ino = 1 << 40;
        fields.stx_size = 5 << 30;
        fields.stx_blocks = 6 << 30;
        fields.stx_mode = 0o104_711;
        fields.stx_nlink = 3;
        fields.stx_blksize = 4096;
        (fields.stx_uid, fields.stx_gid) = (100_001, 100_002);
        (fields.stx_atime.tv_sec, fields.stx_atime.tv_nsec) = (-1, 11);
        (fields.stx_mtime.tv_sec, fields.stx_mtime.tv_nsec) = (1 << 40, 12);
        (fields.stx_ctime.tv_sec, fields.stx_ctime.tv_nsec) = (7, 999_999_999);
        let stat = Stat(fields);
        assert_eq!(
            (stat.dev(), stat.rdev()),
            (Dev::new(8, 1).unwrap(), Dev::new(259, 0x1_2345).unwrap())
        );
        assert_eq!(
            (stat.ino(), stat.size(), stat.blocks()),
            (1 << 40, 5 << 30, 6 << 30)
        );
        assert_eq!(
            (stat.raw_mode(), stat.nlink(), stat.blksize()),
            (0o104_711, 3, 4096)
        );
        assert_eq!((stat.uid().raw(), stat.gid().raw()), (100_001, 100_002));
        let times =
            [stat.atime(), stat.mtime(), stat.ctime()].map(|time| (time.tv_sec, time.tv_nsec));
        assert_eq!(times, [(-1, 11), (1 << 40, 12), (7, 999_999_999)]);
    }
}

/*
 * Lines
 */

//sys pub(super) fn statx(dirfd: BorrowedFd<'_>, path: &CStr, flags: AtFlags, mask: StatxMask,
//        out stat: Stat) -> Result<Stat>
