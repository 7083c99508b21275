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

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::MaybeUninit;

    /// Each field has its own number, and is found.
    #[test]
    fn each_function_finds_its_own_field() {
        // SAFETY: all of it is numbers.
        let mut fields: Fields = unsafe { MaybeUninit::zeroed().assume_init() };
        fields.st_dev = 0x801;
        fields.st_rdev = 0x1231_0345;
        fields.st_ino = 1 << 40;
        fields.st_size = 5 << 30;
        fields.st_blocks = 6 << 30;
        fields.st_mode = 0o104_711;
        fields.st_nlink = 3;
        fields.st_blksize = 4096;
        (fields.st_uid, fields.st_gid) = (100_001, 100_002);
        (fields.st_atime, fields.st_atime_nsec) = (-1_i64 as _, 11);
        (fields.st_mtime, fields.st_mtime_nsec) = (1 << 40, 12);
        (fields.st_ctime, fields.st_ctime_nsec) = (7, 999_999_999);
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

//sys pub(in super::super) fn stat(path: &CStr, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn lstat(path: &CStr, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn fstat(fd: BorrowedFd<'_>, out stat: Stat) -> Result<Stat>

//sys pub(in super::super) fn fstatat(dirfd: BorrowedFd<'_>, path: &CStr, out stat: Stat,
//        flags: AtFlags) -> Result<Stat> = SYS_NEWFSTATAT
