use sysline::prelude::*;

sysline::sys! {
    sys fn opennat(dirfd: BorrowedFd<'_>, path: &CStr, flags: i32) -> Result<OwnedFd>
}

fn main() {}
