use sysline::prelude::*;

sysline::sys! {
    sys fn fstat(fd: BorrowedFd<'_>, out stat: Stat) -> Result<Stat>
}

fn main() {}
