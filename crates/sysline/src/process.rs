//! Processes.
//!
//! Owns: who they are, who owns them, how they begin, are told and end. Its rooms are `process/*.rs`. This file is read
//! by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `process/lines.rs`.
//!
//! A process that has ended is there until its parent has waited for it:
//!
//! ```
//! use sysline::process::{self, Fork, WaitOptions, WaitTarget};
//!
//! # fn main() -> sysline::Result<()> {
//! // SAFETY: the child makes one call, which ends it.
//! let child = match unsafe { process::fork() }? {
//!     Fork::Child => process::exit_group(3),
//!     Fork::Parent(child) => child,
//! };
//! let (pid, status) = process::waitpid(WaitTarget::Child(child), WaitOptions::empty())?.unwrap();
//! assert_eq!((pid, status.exit_status()), (child, Some(3)));
//! # Ok(())
//! # }
//! ```

use crate::abi::{Arg, Ret, Word};

mod exec;
mod ids;
mod kill;
mod limits;
mod lines;
mod pidfd;
mod prctl;
mod wait;

pub use exec::*;
pub use ids::*;
pub use kill::*;
pub use limits::*;
pub use lines::*;
pub use pidfd::*;
pub use prctl::*;
pub use wait::*;

/// The number of a process, a thread or a process group, as the kernel counts them in the caller's PID namespace.
///
/// A call may give meanings of its own to zero and to negative numbers: its docs say so. `None` of it, where a call takes
/// that, is the caller.
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

// SAFETY: as above; 0 is the caller, or what is of the caller (getpgid(2), prlimit(2), sched_setaffinity(2)).
unsafe impl Arg for Option<Pid> {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.map_or(0, Pid::raw).into_words()
    }
}

impl Ret for Pid {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> Pid {
        // SAFETY: every register is an `i32`.
        Pid(unsafe { i32::from_word(word) })
    }
}

/// Makes types of ids: of users and of groups.
macro_rules! ids {
    ($($(#[$attr:meta])* $name:ident;)*) => {$(
        $(#[$attr])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(u32);

        impl $name {
            /// The superuser's.
            pub const ROOT: $name = $name(0);

            /// The one of a number.
            pub const fn from_raw(number: u32) -> $name {
                $name(number)
            }

            /// Its number.
            pub const fn raw(self) -> u32 {
                self.0
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                self.0.fmt(f)
            }
        }

        // SAFETY: an id is its number.
        unsafe impl Arg for $name {
            type Words = [Word; 1];
            #[inline(always)]
            fn into_words(self) -> [Word; 1] {
                self.0.into_words()
            }
        }

        // SAFETY: as above; -1 is no id, but "leave it as it is" (chown(2), setresuid(2)).
        unsafe impl Arg for Option<$name> {
            type Words = [Word; 1];
            #[inline(always)]
            fn into_words(self) -> [Word; 1] {
                self.map_or(u32::MAX, $name::raw).into_words()
            }
        }

        impl Ret for $name {
            #[inline(always)]
            unsafe fn from_word(word: Word) -> $name {
                // SAFETY: every register is a `u32`.
                $name(unsafe { u32::from_word(word) })
            }
        }
    )*};
}

ids! {
    /// A user's id, in the caller's user namespace. `None` of it, where a call takes that, leaves a user as it is.
    Uid;
    /// A group's id, in the caller's user namespace. `None` of it, where a call takes that, leaves a group as it is.
    Gid;
}

/*
 * Lines
 */

// Ends the process with all its threads. Nothing is flushed, no destructor runs.
//sys pub fn exit_group(status: i32) -> ! = SYS_EXIT_GROUP
