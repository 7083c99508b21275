//! Any bytes as what is known of a signal: see `decoders/siginfo.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/siginfo.rs"]
mod siginfo;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| siginfo::check(bytes));
