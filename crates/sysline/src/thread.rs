//! Threads.
//!
//! Owns: what the kernel keeps for each of them. This file is read by the compiler and by `sysline gen`: hand-
//! written code comes first, then the `//sys` lines, whose wrappers are in `thread/lines.rs`.

mod lines;

pub use crate::process::Pid;
pub use lines::*;

/*
 * Lines
 */

// The caller's thread.
//sysnb pub fn gettid() -> Pid
