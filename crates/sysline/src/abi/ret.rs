//! From a register to a Rust value. Owns: what a result means.

use super::{Errno, Word};
use crate::fd::{FromRawFd, OwnedFd};

/// What a system call can return.
///
/// A number is the register's low bits, `bool` is whether it is not zero, `()` leaves it unread. A [`Result`] is an
/// error where the register is from -4095 to -1, the errno with its sign turned, and else what its own type makes of it.
///
/// ```
/// use sysline::abi::{Ret, Word};
///
/// /// A thread's number.
/// pub struct Tid(i32);
///
/// impl Ret for Tid {
///     unsafe fn from_word(word: Word) -> Tid {
///         // SAFETY: every register is an `i32`.
///         Tid(unsafe { i32::from_word(word) })
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no result of a system call",
    label = "a register can't be this",
    note = "numbers, `bool`, `()`, raw pointers, `OwnedFd` and `Result`s of these can be",
    note = "a type of your own can be if it implements `sysline::abi::Ret`"
)]
pub trait Ret: Sized {
    /// The value of the register that the kernel returned.
    ///
    /// # Safety
    ///
    /// The register must be the result of a call that returns such a value: for [`OwnedFd`] a descriptor that nobody
    /// else owns.
    unsafe fn from_word(word: Word) -> Self;
}

impl<T: Ret, E: From<Errno>> Ret for Result<T, E> {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> Result<T, E> {
        match Errno::from_word(word) {
            Some(errno) => Err(errno.into()),
            // SAFETY: as the caller promises.
            None => Ok(unsafe { T::from_word(word) }),
        }
    }
}

impl Ret for () {
    #[inline(always)]
    unsafe fn from_word(_: Word) {}
}

impl Ret for bool {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> bool {
        word.number() != 0
    }
}

macro_rules! numbers {
    ($($number:ident),*) => {$(
        impl Ret for $number {
            #[inline(always)]
            unsafe fn from_word(word: Word) -> $number {
                word.signed() as $number
            }
        }
    )*};
}

numbers!(i8, u8, i16, u16, i32, u32, i64, isize, usize);

impl Ret for u64 {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> u64 {
        word.number() as u64 // not by the sign: a register of 32 bits has none to extend
    }
}

impl<T> Ret for *mut T {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> *mut T {
        word.pointer().cast()
    }
}

impl<T> Ret for *const T {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> *const T {
        word.pointer().cast()
    }
}

impl Ret for OwnedFd {
    #[inline(always)]
    unsafe fn from_word(word: Word) -> OwnedFd {
        // A descriptor is never negative. Taking the sign away says so to the compiler, which then leaves out `std`'s
        // test for -1, and keeps what a kernel gone wrong returns from becoming undefined behaviour.
        let number = word.number() as i32 & i32::MAX;
        // SAFETY: the caller promises a descriptor that nobody else owns; it is not -1.
        unsafe { OwnedFd::from_raw_fd(number) }
    }
}
