//! Processes and threads.
//!
//! Owns: who they are and how they end. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `process/lines.rs`.

use crate::abi::{Arg, Ret, Word};

mod lines;

pub use lines::*;

/// The number of a process, a thread or a process group, as the kernel counts them in the caller's PID namespace.
///
/// A call may give meanings of its own to zero and to negative numbers: its docs say so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Pid(i32);

impl Pid {
    /// The process of a number.
    pub const fn from_raw(number: i32) -> Pid {
        Pid(number)
    }

    /// Its number.
    pub const fn raw(self) -> i32 {
        self.0
    }
}

impl core::fmt::Display for Pid {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        self.0.fmt(f)
    }
}

// SAFETY: a process is its number.
unsafe impl Arg for Pid {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.0.into_words()
    }
}

impl Ret for Pid {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> Pid {
        // SAFETY: every register is an `i32`.
        Pid(unsafe { i32::from_word(word) })
    }
}

/*
 * Lines
 */

// The caller's process.
//sysnb pub fn getpid() -> Pid

// The parent of the caller's process; 0 where it is in a PID namespace that the caller does not see.
//sysnb pub fn getppid() -> Pid

// The caller's thread.
//sysnb pub fn gettid() -> Pid

// Ends the process with all its threads. Nothing is flushed, no destructor runs.
//sys pub fn exit_group(status: i32) -> ! = SYS_EXIT_GROUP
