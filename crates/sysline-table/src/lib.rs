//! What the Linux kernel calls things, as data: every system call's name and its number on every
//! architecture, every errno's name, number and meaning, how architectures make the calls that are
//! not the same on all, and a few facts about calls.
//!
//! Two kinds of readers share it. A host tool (a generator, a checker) asks about any architecture:
//! [`find`], [`calls`], [`portable()`], [`errno::find`]. A crate compiled for the target takes what holds there:
//! [`nr`]'s constants, the [`errnos!`] and [`portable_calls!`] macros; the tables themselves are then not linked in.
//!
//! The numbers come from a kernel's exported headers (`cargo xtask numbers FOLDER` writes
//! `numbers.rs` and `errnos.rs`), the counts of arguments from a running one (`cargo xtask arguments`
//! writes `arguments.rs`); the portable calls, the facts and the errno messages are written by hand.
//! This crate knows nothing of lines, of types, or of the registers that a call is made with.
//!
//! ```
//! use sysline_table::{Arch, find};
//!
//! let openat = find("openat").unwrap();
//! assert_eq!(openat.number(Arch::Aarch64), Some(56));
//! assert_eq!(openat.number(Arch::X86_64), Some(257));
//! ```
#![no_std]
#![forbid(unsafe_code)]

// Order matters for the macros: `arch` defines the `if_…!` macros that `call`'s `calls!` uses, and
// each generated file is one invocation of the macro that the module before it defines.
#[macro_use]
mod arch;
mod arguments;
#[macro_use]
pub mod call;
mod numbers;

#[macro_use]
pub mod errno;
mod errnos;

mod facts;
pub mod portable;

pub use arch::Arch;
pub use call::{Absent, Call, Sysno, calls, find};
pub use errno::{ErrnoRow, errnos};
pub use numbers::nr;
pub use portable::{Portable, portable};
