//! Any bytes as a folder's entries: see `decoders/dirents.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/dirents.rs"]
mod dirents;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dirents::check(bytes));
