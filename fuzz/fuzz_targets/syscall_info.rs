//! Any bytes as which call a tracee has stopped at: see `decoders/syscall_info.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/syscall_info.rs"]
mod syscall_info;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| syscall_info::check(bytes));
