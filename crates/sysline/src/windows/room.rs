//! Where a string is put so that a procedure can read it up to its NUL. Owns: the stack buffer, the heap behind it, and
//! that neither is seen in the last error. Knows nothing of encodings.

use super::error::keeping_last_error;
use super::{PathArg, Result, Win32Error};
use core::mem::{self, MaybeUninit};
use core::{ptr, slice};

/// Strings of fewer units than this are copied to the stack: MAX_PATH of Microsoft's "Maximum Path Length Limitation".
const SHORT: usize = 260;

/// What an encoding's strings are made of. Zero, its `Default`, is the NUL.
pub(super) trait Unit: Copy + Default + PartialEq {}

impl Unit for u8 {}
impl Unit for u16 {}

/// Calls `make` with the address of what `encode` makes of `text`, its NUL behind it, or null where there is no text.
/// The call sees the last error of before, and the caller that of the call: what the string needs changes neither.
#[inline]
pub(super) fn with_text<P: PathArg, U: Unit, T, E: From<Win32Error>>(
    text: Option<P>,
    encode: impl for<'a> FnOnce(&'a P, &'a mut Room<U>) -> Result<&'a [U]>,
    make: impl FnOnce(*const U) -> Result<T, E>,
) -> Result<T, E> {
    let mut room = Room::new();
    let address = match &text {
        Some(text) => encode(text, &mut room)?.as_ptr(),
        None => ptr::null(),
    };
    let made = make(address);
    if mem::needs_drop::<P>() {
        keeping_last_error(|| drop(text));
    }
    made
}

/// Room for one string: the stack, and the heap where that is too small.
pub(super) struct Room<U> {
    stack: [MaybeUninit<U>; SHORT],
    heap: Heap<U>,
}

impl<U: Unit> Room<U> {
    /// Nothing is in it.
    #[inline]
    pub(super) fn new() -> Room<U> {
        Room {
            stack: [MaybeUninit::uninit(); SHORT],
            heap: Heap::new(),
        }
    }

    /// The units with a NUL behind them.
    ///
    /// # Errors
    ///
    /// The first unit that is an error; ERROR_INVALID_PARAMETER where one is a NUL; those of [`Heap::copy`].
    #[inline]
    pub(super) fn copy(&mut self, units: impl Iterator<Item = Result<U>> + Clone) -> Result<&[U]> {
        let mut len = 0;
        for unit in units.clone() {
            let unit = no_nul(unit?)?;
            if len == SHORT - 1 {
                return self.heap.copy(units);
            }
            self.stack[len].write(unit);
            len += 1;
        }
        self.stack[len].write(U::default());
        // SAFETY: the first `len` units and the one behind them were written.
        Ok(unsafe { slice::from_raw_parts(self.stack.as_ptr().cast(), len + 1) })
    }

    /// The stack and the heap, for who fills them otherwise.
    pub(super) fn parts(&mut self) -> (&mut [MaybeUninit<U>], &mut Heap<U>) {
        (&mut self.stack, &mut self.heap)
    }
}

fn no_nul<U: Unit>(unit: U) -> Result<U> {
    if unit == U::default() {
        return Err(Win32Error::INVALID_PARAMETER);
    }
    Ok(unit)
}

/// The heap, unused until a string is too long for the stack.
#[cfg(feature = "alloc")]
pub(super) struct Heap<U>(alloc::vec::Vec<U>);

#[cfg(feature = "alloc")]
impl<U: Unit> Heap<U> {
    const fn new() -> Heap<U> {
        Heap(alloc::vec::Vec::new())
    }

    /// As [`Room::copy`].
    ///
    /// # Errors
    ///
    /// ERROR_NOT_ENOUGH_MEMORY, as the others.
    #[cold]
    fn copy(&mut self, units: impl Iterator<Item = Result<U>> + Clone) -> Result<&[U]> {
        let len = units.clone().count() + 1;
        self.reserve(len)?;
        for unit in units {
            self.0.push(no_nul(unit?)?);
        }
        self.0.push(U::default());
        Ok(&self.0)
    }

    /// Room for `len` units.
    ///
    /// # Errors
    ///
    /// ERROR_NOT_ENOUGH_MEMORY.
    pub(super) fn room(&mut self, len: usize) -> Result<&mut [MaybeUninit<U>]> {
        self.reserve(len)?;
        Ok(&mut self.0.spare_capacity_mut()[..len])
    }

    fn reserve(&mut self, len: usize) -> Result<()> {
        keeping_last_error(|| self.0.try_reserve_exact(len))
            .map_err(|_| Win32Error::NOT_ENOUGH_MEMORY)
    }
}

#[cfg(feature = "alloc")]
impl<U> Drop for Heap<U> {
    #[inline]
    fn drop(&mut self) {
        if self.0.capacity() != 0 {
            free(mem::take(&mut self.0));
        }
    }
}

#[cold]
#[cfg(feature = "alloc")]
fn free<U>(units: alloc::vec::Vec<U>) {
    keeping_last_error(|| drop(units));
}

/// No heap: a string that is too long for the stack is an error.
#[cfg(not(feature = "alloc"))]
pub(super) struct Heap<U>(core::marker::PhantomData<U>);

#[cfg(not(feature = "alloc"))]
impl<U: Unit> Heap<U> {
    const fn new() -> Heap<U> {
        Heap(core::marker::PhantomData)
    }

    /// Never the units.
    ///
    /// # Errors
    ///
    /// Those of [`Room::copy`], else ERROR_FILENAME_EXCED_RANGE.
    #[cold]
    fn copy(&mut self, units: impl Iterator<Item = Result<U>>) -> Result<&[U]> {
        for unit in units {
            no_nul(unit?)?;
        }
        Err(Win32Error::FILENAME_EXCED_RANGE)
    }

    /// Never any room.
    ///
    /// # Errors
    ///
    /// ERROR_FILENAME_EXCED_RANGE.
    pub(super) fn room(&mut self, _: usize) -> Result<&mut [MaybeUninit<U>]> {
        Err(Win32Error::FILENAME_EXCED_RANGE)
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::{last_error_code, set_last_error_code};
    use super::super::testing::NOISE;
    use std::string::String;

    #[test]
    fn the_heap_of_these_tests_is_seen() {
        set_last_error_code(1);
        drop(std::hint::black_box(String::from("x")));
        assert_eq!(last_error_code(), NOISE);
    }

    #[cfg(feature = "alloc")]
    mod with_alloc {
        use super::super::super::{
            with_ansi_str, with_byte_str, with_optional_wide_str, with_wide_str,
        };
        use super::super::*;
        use super::*;

        /// What a call sees as the last error when `with` makes it, and what its caller sees, who had 1 before it.
        fn seen(with: impl FnOnce(&mut dyn FnMut() -> Result<()>) -> Result<()>) -> (u32, u32) {
            let mut before = 0;
            set_last_error_code(1);
            let made = with(&mut || {
                before = last_error_code();
                set_last_error_code(2);
                Ok(())
            });
            let after = last_error_code();
            assert_eq!(made, Ok(()));
            (before, after)
        }

        #[test]
        fn the_heap_is_not_seen_in_the_last_error() {
            let long = "x".repeat(300);
            let long = long.as_str();
            assert_eq!(seen(|make| with_wide_str(long, |_| make())), (1, 2));
            assert_eq!(seen(|make| with_byte_str(long, |_| make())), (1, 2));
            assert_eq!(seen(|make| with_ansi_str(long, |_| make())), (1, 2));
        }

        #[test]
        fn an_owned_string_is_dropped_unseen() {
            let text = || String::from("x");
            let wide = text();
            assert_eq!(seen(|make| with_wide_str(wide, |_| make())), (1, 2));
            let wide = Some(text());
            let made = seen(|make| with_optional_wide_str(wide, |_| make()));
            assert_eq!(made, (1, 2));
        }

        /// So many units as there can't be bytes.
        #[derive(Clone)]
        struct Endless;

        impl Iterator for Endless {
            type Item = Result<u16>;

            fn next(&mut self) -> Option<Result<u16>> {
                Some(Ok(0x78))
            }

            fn count(self) -> usize {
                usize::MAX / 2
            }
        }

        #[test]
        fn no_room_is_an_error() {
            let mut room = Room::new();
            assert_eq!(room.copy(Endless), Err(Win32Error::NOT_ENOUGH_MEMORY));
            assert!(room.parts().1.room(usize::MAX / 2).is_err());
        }
    }
}
