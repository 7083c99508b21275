//! Any bytes as messages of netlink: see `decoders/netlink.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/netlink.rs"]
mod netlink;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| netlink::check(bytes));
