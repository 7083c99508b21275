//! `rt_sigtimedwait` on 32-bit kernels before 5.1: see `time/older.rs`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]

use super::{SigInfo, SigSet};
use crate::abi::{self, Result};
use crate::nr;
use crate::time::Timespec;
use crate::time::older::Timespec32;

#[cold]
pub(super) fn rt_sigtimedwait(
    set: &SigSet,
    info: &mut SigInfo,
    timeout: Option<Timespec>,
) -> Result<i32> {
    let timeout = timeout.map(Timespec32::try_from).transpose()?;
    // SAFETY: the kernel reads the set and the time, and writes to `info`.
    unsafe {
        abi::sys(
            nr::SYS_RT_SIGTIMEDWAIT,
            (set, info, timeout.as_ref(), SigSet::SIZE),
        )
    }
}
