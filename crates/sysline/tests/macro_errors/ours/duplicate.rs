use sysline::prelude::*;

sysline::sys! {
    sysnb fn getpid() -> Pid
    sysnb fn getpid() -> i32
}

fn main() {}
