//! Any bytes as what a descriptor of signals gives: see `decoders/signalfd.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/signalfd.rs"]
mod signalfd;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| signalfd::check(bytes));
