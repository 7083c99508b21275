//! `wait4` by `waitid`, on an architecture that never had it. Owns: what the one's arguments and results are to the
//! other.
#![cfg(target_arch = "riscv32")]

use super::{Pid, Rusage, WaitOptions, WaitidOptions, wait_with};
use crate::abi::Result;
use linux_raw_sys::general as c;

pub(super) fn wait4(
    target: i32,
    status: &mut i32,
    options: WaitOptions,
    usage: Option<&mut Rusage>,
) -> Result<Pid> {
    let id = match target {
        -1 => (c::P_ALL, 0),
        1.. => (c::P_PID, target),
        _ => (c::P_PGID, -target),
    };
    // The other bits are the same for both.
    let options = WaitidOptions::from_bits_retain(options.bits()) | WaitidOptions::EXITED;
    let Some(event) = wait_with(id, options, usage)? else {
        return Ok(Pid::from_raw(0));
    };
    *status = event.wait_status().map_or(0xFF, |status| status.raw());
    Ok(event.pid())
}
