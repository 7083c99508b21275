use sysline::prelude::*;

struct Socket(i32);

sysline::sys! {
    sys fn socket(domain: i32, kind: i32, protocol: i32) -> Result<Socket>
}

fn main() {}
