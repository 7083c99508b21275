//! Any bytes as control messages: see `decoders/cmsg.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/cmsg.rs"]
mod cmsg;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cmsg::check(bytes));
