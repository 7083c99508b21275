//! `recvmmsg` on 32-bit kernels before 5.1: see `time/older.rs`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]

use super::RecvFlags;
use crate::abi::{self, Result};
use crate::fd::BorrowedFd;
use crate::nr;
use crate::time::Timespec;
use crate::time::older::Timespec32;
use linux_raw_sys::net::mmsghdr;

/// # Safety
///
/// The headers are of memory that the kernel may write to.
#[cold]
pub(super) unsafe fn recvmmsg(
    fd: BorrowedFd<'_>,
    messages: &mut [mmsghdr],
    flags: RecvFlags,
    timeout: Option<Timespec>,
) -> Result<usize> {
    let mut left = timeout.map(Timespec32::try_from).transpose()?;
    // SAFETY: as the caller promises; the kernel writes to `left`.
    unsafe { abi::sys(nr::SYS_RECVMMSG, (fd, messages, flags, left.as_mut())) }
}
