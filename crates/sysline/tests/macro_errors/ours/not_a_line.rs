sysline::sys! {
    fn getpid() -> i32
}

fn main() {}
