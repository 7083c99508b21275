//! `ppoll` and `pselect6` on 32-bit kernels before 5.1: see `time/older.rs`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]

use super::poll::PollFd;
use super::select::SigsetArg;
use crate::abi::{self, Result};
use crate::nr;
use crate::signal::SigSet;
use crate::time::Timespec;
use crate::time::older::Timespec32;
use core::ffi::c_void;

#[cold]
pub(super) fn ppoll(
    fds: &mut [PollFd<'_>],
    timeout: Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let mut left = timeout.map(Timespec32::try_from).transpose()?;
    // SAFETY: the kernel writes to the descriptors' results and to `left`, and reads the mask.
    unsafe { abi::sys(nr::SYS_PPOLL, (fds, left.as_mut(), mask, SigSet::SIZE)) }
}

/// # Safety
///
/// The sets have room for `n` bits or are null.
#[cold]
pub(super) unsafe fn pselect6(
    n: usize,
    read: *mut c_void,
    write: *mut c_void,
    except: *mut c_void,
    timeout: Option<Timespec>,
    mask: &SigsetArg,
) -> Result<usize> {
    let mut left = timeout.map(Timespec32::try_from).transpose()?;
    // SAFETY: as the caller promises; the kernel writes to `left` and reads the mask.
    unsafe {
        abi::sys(
            nr::SYS_PSELECT6,
            (n, read, write, except, left.as_mut(), mask),
        )
    }
}
