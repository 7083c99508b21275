use sysline::prelude::*;

sysline::sys! {
    sys unsafe fn munmap(addr: *mut c_void, len: usize) -> Result<()>
}

fn main() {
    let _ = munmap(core::ptr::null_mut(), 4096);
}
