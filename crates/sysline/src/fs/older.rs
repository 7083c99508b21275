//! `utimensat` on 32-bit kernels before 5.1: see `time/older.rs`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]

use super::{AtFlags, UTIME_NOW, UTIME_OMIT};
use crate::abi::{self, Result};
use crate::fd::BorrowedFd;
use crate::nr;
use crate::time::Timespec;
use crate::time::older::Timespec32;
use core::ffi::CStr;

#[cold]
pub(super) fn utimensat(
    dirfd: BorrowedFd<'_>,
    path: &CStr,
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
