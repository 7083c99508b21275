use sysline::prelude::*;

struct Flags(u32);

sysline::sys! {
    sys fn close_range(first: u32, last: u32, flags: Flags) -> Result<()>
}

fn main() {}
