use sysline::prelude::*;

sysline::sys! {
    /// The first of three bad lines.
    sys fn read(fd, buf: &mut [u8]) -> Result<usize>
    sys fn write(fd: &OwnedFd, buf: &[u8]) -> Result<usize>;
    sysnb fn getpid() -> Pid
    sys fn pwritev2(a: &[u8], b: &[u8], c: &[u8], d: i32) -> Result<usize>
}

fn main() {}
