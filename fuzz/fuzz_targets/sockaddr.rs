//! Any bytes as a socket's address: see `decoders/sockaddr.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/sockaddr.rs"]
mod sockaddr;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| sockaddr::check(bytes));
