//! Calls of other architectures: told at the line, in words; what stands beside them is made.
use sysline::prelude::*;

sysline::sys! {
    sys pub fn spu_create(name: &CStr, flags: u32, mode: u32, neighbour: BorrowedFd<'_>) -> Result<OwnedFd>
    sys pub fn flush_icache(start: usize, end: usize, flags: u32) -> Result<()> = SYS_RISCV_FLUSH_ICACHE
    sysnb pub fn getpid() -> Pid
}

fn main() {
    getpid();
}
