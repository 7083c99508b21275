//! Any bytes as inotify's events: see `decoders/inotify.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline/tests/decoders/inotify.rs"]
mod inotify;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| inotify::check(bytes));
