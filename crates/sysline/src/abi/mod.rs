//! How a Rust value becomes registers, and a register a Rust value: what every wrapper stands on.
//!
//! A wrapper is one expression:
//!
//! ```
//! use sysline::{Result, abi, fd::BorrowedFd, nr};
//!
//! fn write(fd: BorrowedFd<'_>, bytes: &[u8]) -> Result<usize> {
//!     // SAFETY: the kernel reads `bytes` and nothing else.
//!     unsafe { abi::sys(nr::SYS_WRITE, (fd, bytes)) }
//! }
//! ```
//!
//! What is called is a [`Call`]: a number, or one of [`portable`](crate::portable)'s calls, which architectures make
//! differently. The tuple's types say which registers the arguments take ([`Arg`]: a slice is two, a descriptor one);
//! the return type says what the result means ([`Ret`]). All of it is decided by the compiler and inlined away. A
//! user's own type becomes an argument or a result by implementing these traits.
//!
//! # One point
//!
//! Each call, whichever function made it, goes through one function of this module on its way to the trap, with its
//! name, its registers and whether it may block.

mod arg;
mod errno;
mod path;
mod plan;
mod ret;

pub use crate::arch::Word;
pub use arg::{Arg, Args, Wide, Words};
pub use errno::{Errno, Result};
pub use path::{PathArg, with_c_str};
pub use plan::Call;
pub use ret::Ret;

use crate::arch::{self, Reg};
use crate::nr::Sysno;

/// Makes a call that may keep its thread waiting.
///
/// # Safety
///
/// The call with these arguments must be right for memory and for descriptors, and its result what `R` makes of it:
/// see the call's manual page.
#[inline(always)]
pub unsafe fn sys<R: Ret, A: Args>(call: impl Call, args: A) -> R {
    // SAFETY: as the caller promises.
    unsafe { R::from_word(plan::make(call, Blocking::May, args)) }
}

/// Makes a call that never keeps its thread waiting.
///
/// # Safety
///
/// As for [`sys`].
#[inline(always)]
pub unsafe fn sysnb<R: Ret, A: Args>(call: impl Call, args: A) -> R {
    // SAFETY: as the caller promises.
    unsafe { R::from_word(plan::make(call, Blocking::Never, args)) }
}

/// Makes a call that never returns. Where the kernel returns all the same (a filter forbade the call, say), the
/// process ends with an exception: SIGILL or SIGTRAP.
///
/// # Safety
///
/// As for [`sys`].
#[inline(always)]
pub unsafe fn never<A: Args>(call: impl Call, args: A) -> ! {
    // SAFETY: as the caller promises.
    unsafe { plan::make(call, Blocking::Never, args) };
    arch::abort()
}

/// Whether a call may keep its thread waiting: a line's `sys` or `sysnb`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blocking {
    May,
    Never,
}

/// The one point through which every call reaches the kernel.
///
/// # Safety
///
/// As for [`sys`]; at least `len` words are arguments.
#[inline(always)]
pub(crate) unsafe fn enter(
    sysno: Sysno,
    _blocking: Blocking,
    words: [Word; 6],
    len: usize,
) -> Word {
    let number = sysno.number() as usize;
    let [a0, a1, a2, a3, a4, a5] = words;
    // SAFETY: as the caller promises; a register that is no argument is not read.
    unsafe {
        match len {
            0 => arch::syscall0(number),
            1 => arch::syscall1(number, Reg::new(a0)),
            2 => arch::syscall2(number, Reg::new(a0), Reg::new(a1)),
            3 => arch::syscall3(number, Reg::new(a0), Reg::new(a1), Reg::new(a2)),
            4 => arch::syscall4(
                number,
                Reg::new(a0),
                Reg::new(a1),
                Reg::new(a2),
                Reg::new(a3),
            ),
            5 => arch::syscall5(
                number,
                Reg::new(a0),
                Reg::new(a1),
                Reg::new(a2),
                Reg::new(a3),
                Reg::new(a4),
            ),
            _ => arch::syscall6(
                number,
                Reg::new(a0),
                Reg::new(a1),
                Reg::new(a2),
                Reg::new(a3),
                Reg::new(a4),
                Reg::new(a5),
            ),
        }
    }
}
