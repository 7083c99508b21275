//! Calls what its build script has made.

use sysline::abi::{Ret, Word};
use sysline::process::{Pid, getpid};

mod lines {
    include!(concat!(env!("OUT_DIR"), "/lines.rs"));
}

/// `SCHED_OTHER` and its like.
#[derive(Debug)]
pub struct Policy(pub i32);

impl Ret for Policy {
    unsafe fn from_word(word: Word) -> Policy {
        // SAFETY: every register is a number.
        Policy(unsafe { i32::from_word(word) })
    }
}

/// `struct sysinfo` of `linux/sysinfo.h`, and room behind it.
pub type Sysinfo = [u64; 16];

fn main() -> sysline::Result<()> {
    let policy = lines::sched_getscheduler(getpid())?;
    let uptime = lines::sysinfo()?[0];
    assert!((0..=7).contains(&policy.0) && uptime > 0);
    println!("build_script: {policy:?}, up for {uptime} s");
    assert_eq!(
        lines::sched_getscheduler(Pid::from_raw(-1)).unwrap_err(),
        sysline::Errno::EINVAL
    );
    Ok(())
}
