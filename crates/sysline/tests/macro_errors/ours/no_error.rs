use sysline::prelude::*;

sysline::sys! {
    sys fn chdir(path: impl PathArg)
    sys fn fsync(fd: BorrowedFd<'_>) -> i32
}

fn main() {}
