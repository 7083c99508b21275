//! `sched_rr_get_interval` on 32-bit kernels before 5.1: see `time/older.rs`.
#![cfg(any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc"))]

use crate::abi::{self, Result};
use crate::nr;
use crate::process::Pid;
use crate::time::Timespec;
use crate::time::older::Timespec32;
use core::mem::MaybeUninit;

#[cold]
pub(super) fn sched_rr_get_interval(pid: Option<Pid>) -> Result<Timespec> {
    let mut interval = MaybeUninit::<Timespec32>::uninit();
    // SAFETY: the kernel fills `interval` where the call succeeds.
    unsafe {
        abi::sysnb::<Result<()>, _>(nr::SYS_SCHED_RR_GET_INTERVAL, (pid, &mut interval))?;
        Ok(interval.assume_init().into())
    }
}
