//! 32-bit kernels before 5.1, which know `utimensat` with time of 32 bits only: see `time/older.rs`; and those before 4.11,
//! which know no `statx`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]
#![allow(clippy::unnecessary_cast)] // the fields have other types on other architectures

use super::{AtFlags, CWD, Dev, UTIME_NOW, UTIME_OMIT};
use crate::abi::{self, Errno, Result};
use crate::fd::BorrowedFd;
use crate::nr;
use crate::time::Timespec;
use crate::time::older::Timespec32;
use core::ffi::CStr;
use core::mem::MaybeUninit;
use linux_raw_sys::general as c;

/// Whether there is a `statx`, whatever a file system says of it: the kernel looks at the mask first.
#[cold]
pub(super) fn statx_is_known() -> bool {
    let mut stat = MaybeUninit::<c::statx>::uninit();
    // SAFETY: the kernel fills `stat`, if it makes the call.
    let tried: Result<()> =
        unsafe { abi::sys(nr::SYS_STATX, (CWD, c"", 0, c::STATX__RESERVED, &mut stat)) };
    tried != Err(Errno::ENOSYS)
}

/// Whether there is a `utimensat` with time of 64 bits, whatever a file system says of it: where no time is set, the kernel
/// looks at no file.
#[cold]
pub(super) fn utimensat_is_known() -> bool {
    let omit = Timespec {
        tv_sec: 0,
        tv_nsec: UTIME_OMIT,
    };
    // SAFETY: the kernel reads the times.
    let tried: Result<()> = unsafe {
        abi::sys(
            nr::SYS_UTIMENSAT_TIME64,
            (CWD, None::<&CStr>, &[omit; 2], 0),
        )
    };
    tried != Err(Errno::ENOSYS)
}

/// Without a path: the times of `dirfd` itself.
#[cold]
pub(super) fn utimensat(
    dirfd: BorrowedFd<'_>,
    path: Option<&CStr>,
    times: &[Timespec; 2],
    flags: AtFlags,
) -> Result<()> {
    // The seconds of these two mean nothing, and may be any.
    let of_32 = |time: Timespec| match time.tv_nsec {
        UTIME_NOW | UTIME_OMIT => Timespec32::try_from(Timespec { tv_sec: 0, ..time }),
        _ => Timespec32::try_from(time),
    };
    let times = [of_32(times[0])?, of_32(times[1])?];
    // SAFETY: the kernel reads the path and the times.
    unsafe { abi::sys(nr::SYS_UTIMENSAT, (dirfd, path, &times, flags)) }
}

#[cold]
pub(super) fn fstat(fd: BorrowedFd<'_>) -> Result<c::statx> {
    let mut stat = MaybeUninit::<c::stat64>::uninit();
    // SAFETY: the kernel fills `stat` where the call succeeds.
    unsafe {
        abi::sys::<Result<()>, _>(nr::SYS_FSTAT64, (fd, &mut stat))?;
        Ok(newer(&stat.assume_init()))
    }
}

#[cold]
pub(super) fn fstatat(dirfd: BorrowedFd<'_>, path: &CStr, flags: AtFlags) -> Result<c::statx> {
    let mut stat = MaybeUninit::<c::stat64>::uninit();
    // SAFETY: as in `fstat`.
    unsafe {
        abi::sys::<Result<()>, _>(nr::SYS_FSTATAT64, (dirfd, path, &mut stat, flags))?;
        Ok(newer(&stat.assume_init()))
    }
}

/// As `statx` says it.
fn newer(stat: &c::stat64) -> c::statx {
    // SAFETY: all of it is numbers.
    let mut statx: c::statx = unsafe { MaybeUninit::zeroed().assume_init() };
    // `huge_encode_dev` is `new_encode_dev` (linux/kdev_t.h): 32 bits.
    let (dev, rdev) = (
        Dev::from_raw(stat.st_dev as u32),
        Dev::from_raw(stat.st_rdev as u32),
    );
    // Seconds have 32 bits and a sign, whatever the header says of it.
    let time = |seconds: i32, nanoseconds: u32| c::statx_timestamp {
        tv_sec: seconds.into(),
        tv_nsec: nanoseconds,
        __reserved: 0,
    };
    statx.stx_mask = c::STATX_BASIC_STATS;
    statx.stx_blksize = stat.st_blksize as u32;
    statx.stx_nlink = stat.st_nlink as u32;
    statx.stx_uid = stat.st_uid as u32;
    statx.stx_gid = stat.st_gid as u32;
    statx.stx_mode = stat.st_mode as u16;
    statx.stx_ino = stat.st_ino;
    statx.stx_size = stat.st_size as u64;
    statx.stx_blocks = stat.st_blocks as u64;
    statx.stx_atime = time(stat.st_atime as i32, stat.st_atime_nsec as u32);
    statx.stx_mtime = time(stat.st_mtime as i32, stat.st_mtime_nsec as u32);
    statx.stx_ctime = time(stat.st_ctime as i32, stat.st_ctime_nsec as u32);
    (statx.stx_dev_major, statx.stx_dev_minor) = (dev.major(), dev.minor());
    (statx.stx_rdev_major, statx.stx_rdev_minor) = (rdev.major(), rdev.minor());
    statx
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each field has its own number, and is found.
    #[test]
    fn what_is_known_is_said_as_statx_says_it() {
        // SAFETY: all of it is numbers.
        let mut stat: c::stat64 = unsafe { MaybeUninit::zeroed().assume_init() };
        (stat.st_dev, stat.st_rdev) = (0x801, 0x1231_0345);
        stat.st_ino = 1 << 40;
        stat.st_size = 5 << 30;
        stat.st_blocks = 6 << 30;
        stat.st_mode = 0o104_711;
        stat.st_nlink = 3;
        stat.st_blksize = 4096;
        (stat.st_uid, stat.st_gid) = (100_001, 100_002);
        (stat.st_atime, stat.st_atime_nsec) = (-1_i32 as _, 11);
        (stat.st_mtime, stat.st_mtime_nsec) = (i32::MAX as _, 12);
        (stat.st_ctime, stat.st_ctime_nsec) = (7, 999_999_999);
        let x = newer(&stat);
        assert_eq!((x.stx_dev_major, x.stx_dev_minor), (8, 1));
        assert_eq!((x.stx_rdev_major, x.stx_rdev_minor), (259, 0x1_2345));
        assert_eq!(
            (x.stx_ino, x.stx_size, x.stx_blocks),
            (1 << 40, 5 << 30, 6 << 30)
        );
        assert_eq!(
            (x.stx_mode, x.stx_nlink, x.stx_blksize),
            (0o104_711, 3, 4096)
        );
        assert_eq!(
            (x.stx_uid, x.stx_gid, x.stx_mask),
            (100_001, 100_002, 0x7ff)
        );
        let times = [x.stx_atime, x.stx_mtime, x.stx_ctime].map(|time| (time.tv_sec, time.tv_nsec));
        assert_eq!(times, [(-1, 11), (i32::MAX.into(), 12), (7, 999_999_999)]);
    }
}
