//! Sets of flags as arguments and results. Owns: how such a type is made of the kernel's constants, whose values
//! differ between architectures (`linux-raw-sys` has them for each).

/// Makes types of [`bitflags`] that are arguments and results of calls. Bits without a name here are kept: a newer kernel has more.
macro_rules! flags {
    ($(
        $(#[$($attr:tt)*])*
        pub struct $name:ident: $bits:ty {
            $( $(#[$($flag_attr:tt)*])* $flag:ident = $value:expr; )*
        }
    )*) => {$(
        ::bitflags::bitflags! {
            $(#[$($attr)*])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
            #[repr(transparent)]
            pub struct $name: $bits {
                $( $(#[$($flag_attr)*])* const $flag = $value as $bits; )*
                const _ = !0;
            }
        }

        // SAFETY: flags are their bits.
        unsafe impl $crate::abi::Arg for $name {
            type Words = <$bits as $crate::abi::Arg>::Words;
            #[inline(always)]
            fn into_words(self) -> Self::Words {
                self.bits().into_words()
            }
        }

        impl $crate::abi::Ret for $name {
            #[inline(always)]
            unsafe fn from_word(word: $crate::abi::Word) -> $name {
                // SAFETY: every register is a number.
                $name::from_bits_retain(unsafe { <$bits>::from_word(word) })
            }
        }
    )*};
}

/// Makes types of one of several numbers, or of one that has no name here: arguments and results of calls.
macro_rules! numbers {
    ($(
        $(#[$($attr:tt)*])*
        pub struct $name:ident: $number:ty {
            $( $(#[$($value_attr:tt)*])* $constant:ident = $value:expr; )*
        }
    )*) => {$(
        $(#[$($attr)*])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name($number);

        impl $name {
            $( $(#[$($value_attr)*])* pub const $constant: $name = $name($value as $number); )*

            /// One that has no name here.
            pub const fn from_raw(number: $number) -> $name {
                $name(number)
            }

            /// The kernel's number.
            pub const fn raw(self) -> $number {
                self.0
            }
        }

        // SAFETY: it is its number.
        unsafe impl $crate::abi::Arg for $name {
            type Words = <$number as $crate::abi::Arg>::Words;
            #[inline(always)]
            fn into_words(self) -> Self::Words {
                self.0.into_words()
            }
        }

        impl $crate::abi::Ret for $name {
            #[inline(always)]
            unsafe fn from_word(word: $crate::abi::Word) -> $name {
                // SAFETY: every register is a number.
                $name(unsafe { <$number>::from_word(word) })
            }
        }
    )*};
}

pub(crate) use {flags, numbers};
