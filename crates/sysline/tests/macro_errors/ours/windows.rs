//! Lines for Windows: each problem is at the words of its line, whichever system the macro is for.

sysline::sys! {
    sys fn absent() -> Result<()> = api-ms-win-sysline-l1-1-0.Absent?
    sys fn number() -> Result<u32> [failretval] = kernel32.Number
    sys fn twice(failretval: u32) -> Result<()> = Twice
    sys fn Sleep(ms: u32) -> Result<()>
}

fn main() {}
