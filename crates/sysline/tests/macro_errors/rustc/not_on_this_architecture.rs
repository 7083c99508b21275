//! Calls of architectures that Rust has no Linux for: told at the line, in words; what stands beside them is made.
use sysline::prelude::*;

sysline::sys! {
    sys pub fn arc_settls(address: usize) -> Result<()>
    sys pub fn cache_barrier() -> Result<()> = SYS_ATOMIC_BARRIER
    sysnb pub fn getpid() -> Pid
}

fn main() {
    getpid();
}
