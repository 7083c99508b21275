//! Any bytes as lines of the Go dialect: see `everything.rs` for what must hold.
#![no_main]

#[path = "../../crates/sysline-codegen/tests/common/everything.rs"]
mod everything;

use sysline_syntax::Dialect;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| everything::everything(bytes, Dialect::Go));
