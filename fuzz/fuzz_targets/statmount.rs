//! Any bytes as what is known of a mount: see `decoders/statmount.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/statmount.rs"]
mod statmount;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| statmount::check(bytes));
