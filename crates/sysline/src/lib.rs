//! System calls for Rust, one line each.
//!
//! A user writes the signature of a system call on one line; the wrapper follows from it. This crate is what such
//! wrappers stand on: the trap into the kernel, how Rust values become registers and a register becomes a value,
//! every call's number and every errno's name on the target. It needs neither a C library nor, without its features,
//! `std`.
//!
//! ```
//! # #[cfg(target_os = "linux")]
//! # fn main() {
//! use sysline::prelude::*;
//!
//! sysline::sys! {
//!     /// Fills `bytes` with random ones; says how many.
//!     sys fn getrandom(bytes: &mut [u8], flags: u32) -> Result<usize>
//! }
//!
//! let mut bytes = [0; 16];
//! assert_eq!(getrandom(&mut bytes, 0), Ok(16));
//! # }
//! # #[cfg(not(target_os = "linux"))]
//! # fn main() {}
//! ```
//!
//! The same line stands in a file as a comment, `//sys fn getrandom(…) -> Result<usize>`, where the command
//! `sysline gen` or a build script with `sysline-codegen` turns it into a wrapper.
//!
//! # What a line is
//!
//! [`sys!`] has the whole grammar. In short: `sys` for a call that may block, `sysnb` for one that never does;
//! Rust's types, which say what the kernel reads and writes and who owns what; `out` before a parameter that is a
//! result; a constant in place of a parameter; `= SYS_NAME` where the call is not called as the function is.
//!
//! On Windows a line names a DLL's procedure, `= ws2_32.WSASocketW`: the module `windows` says how.
//!
//! # Features
//!
//! - `std` (default): `std`'s descriptors, paths as `&Path`, `io::Error` from an `Errno`.
//! - `alloc` (with `std`): strings of any length as arguments.
//! - `macros` (default): [`sys!`]. Without it nothing is built beside this crate but data (`sysline-table`: numbers;
//!   `linux-raw-sys` or `windows-sys`: structs and constants) and `bitflags`, or for Windows' strings `widestring`.
//!
//! # Architectures
//!
//! x86_64, x86, aarch64, arm, riscv64, riscv32, loongarch64, s390x; powerpc64 and powerpc from Rust 1.95 on; mips64 with
//! a nightly compiler. A call means the same on each: offsets, sizes and times have 64 bits everywhere, and a call that
//! an architecture never had is made through the one that took its place (the module `portable`). On aarch64, a function that
//! enables SVE for itself may not have a call inlined into it: the kernel clears what no clobber can name.
//!
//! # Safety
//!
//! A line without `unsafe` is its author's promise that no arguments can break memory safety or use a descriptor that
//! the caller was not lent. The functions of this crate keep that promise.
#![no_std]
// Inline assembly for mips is not stable: there the crate needs a nightly compiler.
#![cfg_attr(target_arch = "mips64", feature(asm_experimental_arch))]

// The generated files name this crate as its users do.
extern crate self as sysline;

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(any(feature = "std", test))]
extern crate std;

#[cfg(not(any(target_os = "linux", windows)))]
compile_error!("sysline makes system calls of Linux and calls procedures of Windows' DLLs");

#[cfg(target_os = "linux")]
pub mod abi;
#[cfg(target_os = "linux")]
mod arch;
#[cfg(target_os = "linux")]
#[macro_use]
pub mod time; // first: its macro makes the calls of others that have time in them
#[cfg(target_os = "linux")]
pub mod event;
#[cfg(target_os = "linux")]
pub mod fd;
#[cfg(target_os = "linux")]
mod flags;
#[cfg(target_os = "linux")]
pub mod fs;
#[cfg(target_os = "linux")]
pub mod io;
#[cfg(all(target_os = "linux", test))]
mod layout;
#[cfg(target_os = "linux")]
pub mod mm;
#[cfg(target_os = "linux")]
pub mod mount;
#[cfg(target_os = "linux")]
pub mod net;
#[cfg(target_os = "linux")]
pub mod nr;
#[cfg(target_os = "linux")]
pub mod portable;
#[cfg(target_os = "linux")]
pub mod prelude;
#[cfg(target_os = "linux")]
pub mod process;
#[cfg(target_os = "linux")]
pub mod ptrace;
#[cfg(target_os = "linux")]
pub mod raw;
#[cfg(target_os = "linux")]
pub mod signal;
#[cfg(target_os = "linux")]
pub mod system;
#[cfg(target_os = "linux")]
pub mod thread;
#[cfg(windows)]
pub mod windows;

#[cfg(target_os = "linux")]
pub use abi::{Errno, Result};
#[cfg(feature = "macros")]
pub use sysline_macros::sys;
