//! Any bytes as how a child has ended: see `decoders/wait_status.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/wait_status.rs"]
mod wait_status;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| wait_status::check(bytes));
