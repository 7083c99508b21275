//! System calls without types: registers in, a register out. For who has a call that no line can say, or writes an
//! interpreter of calls.
//!
//! ```
//! use sysline::abi::{Ret, Word};
//! use sysline::{Result, nr, raw};
//!
//! // SAFETY: the call takes nothing and changes nothing.
//! let word = unsafe { raw::syscall0(nr::SYS_GETPPID) };
//! // SAFETY: every register is a number.
//! let parent: Result<i32> = unsafe { Ret::from_word(word) };
//! assert!(parent.unwrap() > 0);
//! ```

use crate::abi::{Blocking, Word, enter};
use crate::nr::Sysno;

macro_rules! raw {
    ($($name:ident $count:literal $words:literal ($($arg:ident),*);)*) => {$(
        #[doc = concat!("Makes a call with ", $words, ". It is taken for one that may block.")]
        ///
        /// The result is as the kernel gave it: [`Ret::from_word`](crate::abi::Ret::from_word) tells an error from a value.
        ///
        /// # Safety
        ///
        /// The call with these arguments must be right for memory and for descriptors: see its manual page.
        #[inline(always)]
        pub unsafe fn $name(sysno: Sysno, $($arg: Word),*) -> Word {
            let mut words = [Word::ZERO; 6];
            let given: [Word; $count] = [$($arg),*];
            words[..$count].copy_from_slice(&given);
            // SAFETY: as the caller promises.
            unsafe { enter(sysno, Blocking::May, words, $count) }
        }
    )*};
}

raw! {
    syscall0 0 "no argument" ();
    syscall1 1 "one argument" (a0);
    syscall2 2 "two arguments" (a0, a1);
    syscall3 3 "three arguments" (a0, a1, a2);
    syscall4 4 "four arguments" (a0, a1, a2, a3);
    syscall5 5 "five arguments" (a0, a1, a2, a3, a4);
    syscall6 6 "six arguments" (a0, a1, a2, a3, a4, a5);
}
