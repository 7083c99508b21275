//! The kernel's errors. Owns: the type. Names, numbers and meanings are `sysline-table`'s, for the target.

use super::Word;
use core::fmt;
use core::num::NonZeroI32;

/// What a call gives: a value, or why there is none.
pub type Result<T, E = Errno> = core::result::Result<T, E>;

/// Why a call failed: a number from 1 to 4095, which differs between architectures, with a name and a meaning.
///
/// Its `Debug` is the name, its `Display` name and meaning.
///
/// ```
/// use sysline::Errno;
///
/// assert_eq!(Errno::ENOENT.to_string(), "ENOENT: no such file or directory");
/// assert_eq!(format!("{:?}", Errno::ENOENT), "ENOENT");
/// assert_eq!(Errno::new(4000).unwrap().to_string(), "errno 4000: unknown");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Errno(NonZeroI32); // as wide and as signed as a descriptor: then a `Result` of one is a pair of registers

/// The greatest errno: a result from -4095 to -1 is an error (Linux `include/linux/err.h`, `MAX_ERRNO`).
const MAX: i32 = 4095;

impl Errno {
    /// The errno of a number; none where it is not from 1 to 4095.
    pub const fn new(number: i32) -> Option<Errno> {
        match NonZeroI32::new(number) {
            Some(nonzero) if 0 < number && number <= MAX => Some(Errno(nonzero)),
            _ => None,
        }
    }

    /// Its number on this architecture.
    #[inline]
    pub const fn raw(self) -> i32 {
        self.0.get()
    }

    /// The error that a call's result is, if it is one.
    #[inline(always)]
    pub(crate) fn from_word(word: Word) -> Option<Errno> {
        let result = word.number();
        if result <= usize::MAX - MAX as usize {
            return None;
        }
        // SAFETY: the result is from -4095 to -1, so its negation is from 1 to 4095.
        Some(Errno(unsafe {
            NonZeroI32::new_unchecked((result as i32).wrapping_neg())
        }))
    }

    /// Its name, such as `ENOENT`; none for a number without one on this architecture.
    pub const fn name(self) -> Option<&'static str> {
        match self.known() {
            Some((name, _)) => Some(name),
            None => None,
        }
    }

    /// Its meaning in a few words, such as `no such file or directory`.
    pub const fn message(self) -> &'static str {
        match self.known() {
            Some((_, message)) => message,
            None => "unknown",
        }
    }
}

macro_rules! constants {
    (
        errnos { $(($name:ident, $number:literal, $message:literal))* }
        aliases { $(($alias:ident = $of:ident))* }
    ) => {
        /// The target's errnos.
        impl Errno {
            $(
                #[doc = concat!($message, ".")]
                pub const $name: Errno = Errno::new($number).unwrap();
            )*
            $(
                #[doc = concat!("Another name of [`", stringify!($of), "`](Errno::", stringify!($of), ").")]
                pub const $alias: Errno = Errno::$of;
            )*

            const fn known(self) -> Option<(&'static str, &'static str)> {
                match self.0.get() {
                    $($number => Some((stringify!($name), $message)),)*
                    _ => None,
                }
            }
        }
    };
}

sysline_table::errnos!(constants);

impl fmt::Debug for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "Errno({})", self.raw()),
        }
    }
}

impl fmt::Display for Errno {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => write!(f, "{name}: {}", self.message()),
            None => write!(f, "errno {}: {}", self.raw(), self.message()),
        }
    }
}

impl core::error::Error for Errno {}

#[cfg(feature = "std")]
impl From<Errno> for std::io::Error {
    fn from(errno: Errno) -> std::io::Error {
        std::io::Error::from_raw_os_error(errno.raw())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_the_last_4095_results() {
        let of =
            |result: isize| Errno::from_word(Word::from_number(result as usize)).map(Errno::raw);
        assert_eq!(of(-1), Some(1));
        assert_eq!(of(-4095), Some(4095));
        assert_eq!(of(-4096), None);
        assert_eq!(of(0), None);
        assert_eq!(of(isize::MIN), None);
        assert_eq!(of(isize::MAX), None);
    }

    #[test]
    fn numbers_outside_are_none() {
        assert_eq!(Errno::new(0), None);
        assert_eq!(Errno::new(4096), None);
        assert_eq!(Errno::new(-2), None);
        assert_eq!(Errno::new(i32::MIN), None);
        assert_eq!(Errno::new(2), Some(Errno::ENOENT));
    }

    #[test]
    fn a_result_is_no_larger_than_it_must_be() {
        assert_eq!(size_of::<Result<()>>(), 4);
        assert_eq!(size_of::<Result<crate::fd::OwnedFd>>(), 8);
    }

    #[cfg(feature = "std")]
    #[test]
    fn std_knows_the_same_numbers() {
        let kind = |errno: Errno| std::io::Error::from(errno).kind();
        assert_eq!(kind(Errno::ENOENT), std::io::ErrorKind::NotFound);
        assert_eq!(kind(Errno::EWOULDBLOCK), std::io::ErrorKind::WouldBlock);
    }
}
