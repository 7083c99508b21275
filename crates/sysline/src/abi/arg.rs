//! From Rust values to registers. Owns: how many registers a type takes. Which ones those are is for `plan.rs` to say.

use super::Word;
use crate::fd::{AsRawFd, BorrowedFd, IntoRawFd, OwnedFd};
use core::ffi::CStr;
use core::ptr::NonNull;

/// A value that a system call can be given.
///
/// Numbers are widened by their sign, references and pointers are addresses (with their provenance), a slice is an
/// address and a count of elements, `None` of an `Option` of either is a null address (and the count zero). A
/// [`BorrowedFd`] is its number, `None` of one is -1; an [`OwnedFd`] is its number too, and the kernel owns it from
/// then on.
///
/// # Safety
///
/// The words must stand for the value as the kernel understands it, and an address among them must be good for what
/// the type promises until the value's lifetime ends: a shared reference for reads, a `&mut` for writes too.
///
/// ```
/// use sysline::abi::{Arg, Word};
///
/// /// A signal's number.
/// pub struct Signal(i32);
///
/// // SAFETY: a signal is its number.
/// unsafe impl Arg for Signal {
///     type Words = [Word; 1];
///     fn into_words(self) -> [Word; 1] {
///         self.0.into_words()
///     }
/// }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no argument of a system call",
    label = "has no form in registers",
    note = "numbers, references, slices, raw pointers, `&CStr`, `BorrowedFd` and `Option`s of these have one",
    note = "a type of your own has one if it implements `sysline::abi::Arg`"
)]
pub unsafe trait Arg: Sized {
    /// The registers that it takes: `[Word; 1]`, `[Word; 2]` or [`Wide`].
    type Words: Words;

    /// The value as registers.
    fn into_words(self) -> Self::Words;
}

/// The registers of one argument.
///
/// It is implemented for `[Word; 1]`, `[Word; 2]` and [`Wide`], and can't be for anything else.
pub trait Words: sealed::Words {}

/// A 64-bit number on a 32-bit architecture: two registers, in the order that the byte order asks, which start at an
/// even one where the ABI asks that (arm and powerpc do, x86 and riscv32 do not).
#[derive(Clone, Copy, Debug)]
pub struct Wide(pub [Word; 2]);

mod sealed {
    use super::{Unit, Word};

    pub trait Words {
        /// What the plan of a call sees of it.
        const UNITS: &'static [Unit];
        const LEN: usize;
        fn get(&self, index: usize) -> Word;
    }
}

/// What a call's argument is to the kernel: a slice is two of them, address and length.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One register.
    Word,
    /// The two halves of a 64-bit number.
    Wide,
}

impl<const N: usize> sealed::Words for [Word; N] {
    const UNITS: &'static [Unit] = &[Unit::Word; N];
    const LEN: usize = N;
    #[inline(always)]
    fn get(&self, index: usize) -> Word {
        self[index]
    }
}

impl sealed::Words for Wide {
    const UNITS: &'static [Unit] = &[Unit::Wide];
    const LEN: usize = 2;
    #[inline(always)]
    fn get(&self, index: usize) -> Word {
        self.0[index]
    }
}

impl Words for [Word; 1] {}
impl Words for [Word; 2] {}
impl Words for Wide {}

/// All arguments of a call: a tuple of up to six [`Arg`]s.
///
/// That they fit into six registers is checked when the program is compiled.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no arguments of a system call",
    note = "a call takes a tuple of up to six arguments, each of which implements `sysline::abi::Arg`"
)]
pub trait Args: private::Args {}

/// The words of six arguments, none of which has more than two.
pub(crate) type Flat = [Word; 12];

pub(crate) mod private {
    use super::{Flat, Units};

    pub trait Args: Sized {
        /// What the arguments are to the kernel, in order.
        const UNITS: Units;

        /// Their words, in order, without a gap.
        fn flat(self) -> Flat;
    }
}

/// The [`Unit`]s of all arguments.
#[derive(Clone, Copy)]
pub struct Units {
    all: [Unit; 12],
    len: usize,
}

impl Units {
    const NONE: Units = Units {
        all: [Unit::Word; 12],
        len: 0,
    };

    const fn and(mut self, more: &[Unit]) -> Units {
        let mut at = 0;
        while at < more.len() {
            self.all[self.len] = more[at];
            self.len += 1;
            at += 1;
        }
        self
    }

    pub(crate) const fn len(&self) -> usize {
        self.len
    }

    pub(crate) const fn get(&self, at: usize) -> Unit {
        self.all[at]
    }
}

macro_rules! args {
    ($($name:ident $value:ident),*) => {
        impl<$($name: Arg),*> Args for ($($name,)*) {}

        impl<$($name: Arg),*> private::Args for ($($name,)*) {
            const UNITS: Units =
                Units::NONE$(.and(<$name::Words as sealed::Words>::UNITS))*;

            #[inline(always)]
            #[allow(unused)] // the empty tuple, and what stands behind the last argument
            fn flat(self) -> Flat {
                use sealed::Words;
                let ($($value,)*) = self;
                let mut flat = [Word::ZERO; 12];
                let mut at = 0;
                $(
                    let words = $value.into_words();
                    flat[at] = words.get(0);
                    if $name::Words::LEN > 1 {
                        flat[at + 1] = words.get(1);
                    }
                    at += $name::Words::LEN;
                )*
                flat
            }
        }
    };
}

args!();
args!(A a);
args!(A a, B b);
args!(A a, B b, C c);
args!(A a, B b, C c, D d);
args!(A a, B b, C c, D d, E e);
args!(A a, B b, C c, D d, E e, F f);

macro_rules! numbers {
    ($($number:ident),*) => {$(
        // SAFETY: a number is no address.
        unsafe impl Arg for $number {
            type Words = [Word; 1];
            #[inline(always)]
            fn into_words(self) -> [Word; 1] {
                [Word::from_number(self as usize)] // `as` widens by the sign
            }
        }
    )*};
}

numbers!(bool, i8, u8, i16, u16, i32, u32, isize, usize);

macro_rules! wide_numbers {
    ($($number:ident),*) => {$(
        #[cfg(target_pointer_width = "64")]
        numbers!($number);

        // SAFETY: a number is no address.
        #[cfg(target_pointer_width = "32")]
        unsafe impl Arg for $number {
            type Words = Wide;
            #[inline(always)]
            fn into_words(self) -> Wide {
                let low = Word::from_number(self as usize);
                let high = Word::from_number((self >> 32) as usize);
                Wide(if cfg!(target_endian = "little") { [low, high] } else { [high, low] })
            }
        }
    )*};
}

wide_numbers!(i64, u64);

/// One address.
macro_rules! addresses {
    ($([$($generics:tt)*] $ty:ty, $value:ident => $pointer:expr;)*) => {$(
        // SAFETY: the address is good for as long and for as much as the type says.
        unsafe impl<$($generics)*> Arg for $ty {
            type Words = [Word; 1];
            #[inline(always)]
            fn into_words(self) -> [Word; 1] {
                let $value = self;
                [Word::from_pointer($pointer)]
            }
        }
    )*};
}

addresses! {
    [T] *const T, value => value;
    [T] *mut T, value => value;
    [T] NonNull<T>, value => value.as_ptr();
    [T] &T, value => core::ptr::from_ref(value);
    [T] &mut T, value => core::ptr::from_mut(value);
    [] &CStr, value => value.as_ptr();
    [T] Option<NonNull<T>>, value => value.map_or(core::ptr::null(), |at| at.as_ptr().cast_const());
    [T] Option<&T>, value => value.map_or(core::ptr::null(), core::ptr::from_ref);
    [T] Option<&mut T>, value => value.map_or(core::ptr::null(), |at| core::ptr::from_mut(at).cast_const());
    [] Option<&CStr>, value => value.map_or(core::ptr::null(), CStr::as_ptr);
}

/// An address and a count of elements.
macro_rules! slices {
    ($($ty:ty, $value:ident => $pointer:expr, $len:expr;)*) => {$(
        // SAFETY: the address is good for as long as the type says, and for as much as the count says.
        unsafe impl<T> Arg for $ty {
            type Words = [Word; 2];
            #[inline(always)]
            fn into_words(self) -> [Word; 2] {
                let $value = self;
                let len = Word::from_number($len);
                [Word::from_pointer::<T>($pointer), len]
            }
        }
    )*};
}

slices! {
    &[T], value => value.as_ptr(), value.len();
    &mut [T], value => value.as_mut_ptr(), value.len();
    *const [T], value => value.cast(), value.len();
    *mut [T], value => value.cast(), value.len();
    Option<&[T]>, value => value.map_or(core::ptr::null(), <[T]>::as_ptr), value.map_or(0, <[T]>::len);
}

// SAFETY: as for `Option<&[T]>`.
unsafe impl<T> Arg for Option<&mut [T]> {
    type Words = [Word; 2];
    #[inline(always)]
    fn into_words(self) -> [Word; 2] {
        match self {
            Some(slice) => slice.into_words(),
            None => [Word::ZERO; 2],
        }
    }
}

/// A descriptor's number.
macro_rules! descriptors {
    ($($ty:ty, $value:ident => $number:expr;)*) => {$(
        // SAFETY: the descriptor is open, or the kernel's from now on.
        unsafe impl Arg for $ty {
            type Words = [Word; 1];
            #[inline(always)]
            fn into_words(self) -> [Word; 1] {
                let $value = self;
                $number.into_words()
            }
        }
    )*};
}

descriptors! {
    BorrowedFd<'_>, value => value.as_raw_fd();
    OwnedFd, value => value.into_raw_fd();
    Option<BorrowedFd<'_>>, value => value.map_or(-1, |fd| fd.as_raw_fd());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<A: Args>(args: A) -> ([usize; 6], usize) {
        let flat = args.flat().map(Word::number);
        (flat[..6].try_into().unwrap(), A::UNITS.len())
    }

    #[test]
    fn numbers_are_widened_by_their_sign() {
        let (words, len) = words((-1i8, 200u8, -2i32, u32::MAX, -3isize, true));
        let expected = [
            usize::MAX,
            200,
            usize::MAX - 1,
            u32::MAX as usize,
            usize::MAX - 2,
            1,
        ];
        assert_eq!((words, len), (expected, 6));
    }

    #[test]
    fn a_slice_is_an_address_and_a_count() {
        let values = [1u32, 2, 3];
        let (words, len) = words((7, &values[..], None::<&[u8]>));
        assert_eq!((words, len), ([7, values.as_ptr().addr(), 3, 0, 0, 0], 5));
    }

    #[test]
    fn nothing_is_a_null_address_or_no_descriptor() {
        let (words, len) = words((
            None::<&u32>,
            None::<BorrowedFd<'_>>,
            None::<&mut [u8]>,
            None::<&CStr>,
        ));
        assert_eq!((words, len), ([0, usize::MAX, 0, 0, 0, 0], 5));
    }

    #[test]
    fn an_address_keeps_its_provenance() {
        let mut value = 1u32;
        let [word] = (&mut value).into_words();
        // SAFETY: it is the address of `value`, and its provenance came with it.
        unsafe { word.pointer().cast::<u32>().write(2) };
        assert_eq!(value, 2);
    }
}
