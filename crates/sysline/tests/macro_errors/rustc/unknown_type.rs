use sysline::prelude::*;

sysline::sys! {
    sys fn sysinfo(out stat: Stat) -> Result<Stat>
}

fn main() {}
