//! Any bytes as the names of extended attributes: see `decoders/xattr_names.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/xattr_names.rs"]
mod xattr_names;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| xattr_names::check(bytes));
