//! Strings for procedures with a `W`: UTF-16 code units with one NUL, at their end. Owns: where the NUL comes from, and
//! what a string costs.

use super::{Result, Win32Error};
use core::mem::MaybeUninit;

/// A path, or any other string that a procedure with a `W` at its end reads up to its NUL.
///
/// It is copied once: to the stack where it has less than 260 code units (MAX_PATH); else to the heap.
///
/// # Errors
///
/// A string with a NUL in it is ERROR_INVALID_PARAMETER (87), and no call is made. Without the feature `alloc`, one of
/// 260 code units or more is ERROR_FILENAME_EXCED_RANGE (206); with it, where the heap has no room,
/// ERROR_NOT_ENOUGH_MEMORY (8).
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no string that Windows can read",
    note = "`&str`, `String` and, with the feature `std`, `&Path` and `&OsStr` are"
)]
pub trait PathArg {
    /// Its code units, without a NUL at their end.
    fn units(&self) -> impl Iterator<Item = u16> + Clone;
}

/// Strings of fewer code units than this are copied to the stack: MAX_PATH of Microsoft's "Maximum Path Length
/// Limitation".
const SHORT: usize = 260;

/// Calls `make` with the address of the string's code units and a NUL behind them, which are good while it runs.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`.
#[inline]
pub fn with_wide_str<T, E: From<Win32Error>>(
    path: impl PathArg,
    make: impl FnOnce(*const u16) -> Result<T, E>,
) -> Result<T, E> {
    let mut buffer = [MaybeUninit::<u16>::uninit(); SHORT];
    let mut len = 0;
    for unit in path.units() {
        if unit == 0 {
            return Err(Win32Error::INVALID_PARAMETER.into());
        }
        if len == SHORT - 1 {
            return long(path.units(), make);
        }
        buffer[len].write(unit);
        len += 1;
    }
    buffer[len].write(0);
    make(buffer.as_ptr().cast())
}

#[cold]
#[cfg(feature = "alloc")]
fn long<T, E: From<Win32Error>>(
    units: impl Iterator<Item = u16> + Clone,
    make: impl FnOnce(*const u16) -> Result<T, E>,
) -> Result<T, E> {
    let mut copy = alloc::vec::Vec::new();
    copy.try_reserve_exact(units.clone().count() + 1)
        .map_err(|_| Win32Error::NOT_ENOUGH_MEMORY)?;
    copy.extend(units);
    if copy.contains(&0) {
        return Err(Win32Error::INVALID_PARAMETER.into());
    }
    copy.push(0);
    make(copy.as_ptr())
}

#[cold]
#[cfg(not(feature = "alloc"))]
fn long<T, E: From<Win32Error>>(
    mut units: impl Iterator<Item = u16> + Clone,
    _: impl FnOnce(*const u16) -> Result<T, E>,
) -> Result<T, E> {
    Err(if units.any(|unit| unit == 0) {
        Win32Error::INVALID_PARAMETER
    } else {
        Win32Error::FILENAME_EXCED_RANGE
    }
    .into())
}

macro_rules! strings {
    ($($ty:ty, $value:ident => $units:expr;)*) => {$(
        impl PathArg for $ty {
            #[inline]
            fn units(&self) -> impl Iterator<Item = u16> + Clone {
                let $value = self;
                $units
            }
        }
    )*};
}

strings! {
    &str, text => text.encode_utf16();
}

#[cfg(feature = "alloc")]
strings! {
    alloc::string::String, text => text.encode_utf16();
    &alloc::string::String, text => text.encode_utf16();
}

#[cfg(feature = "std")]
mod with_std {
    use super::*;
    use std::ffi::{OsStr, OsString};
    use std::os::windows::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    strings! {
        &OsStr, text => text.encode_wide();
        OsString, text => text.encode_wide();
        &OsString, text => text.encode_wide();
        &Path, path => path.as_os_str().encode_wide();
        PathBuf, path => path.as_os_str().encode_wide();
        &PathBuf, path => path.as_os_str().encode_wide();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;
    use std::vec::Vec;

    /// The code units that a procedure would read.
    fn read(path: impl PathArg) -> Result<Vec<u16>> {
        with_wide_str(path, |path| {
            let unit = |at: usize| {
                // SAFETY: every unit up to the first NUL is there.
                unsafe { path.add(at).read() }
            };
            Ok((0..).map(unit).take_while(|&unit| unit != 0).collect())
        })
    }

    #[test]
    fn every_length_keeps_its_units() {
        for length in [0, 1, 258, 259] {
            let text = "x".repeat(length);
            assert_eq!(
                read(text.as_str()),
                Ok(text.encode_utf16().collect()),
                "{length}"
            );
        }
        assert_eq!(read("é𝄞"), Ok([0xe9, 0xd834, 0xdd1e].to_vec()));
    }

    #[test]
    fn a_long_string_needs_the_heap() {
        for length in [260, 261, 40_000] {
            let text = "x".repeat(length);
            #[cfg(feature = "alloc")]
            assert_eq!(
                read(text.as_str()),
                Ok(text.encode_utf16().collect()),
                "{length}"
            );
            #[cfg(not(feature = "alloc"))]
            assert_eq!(read(text.as_str()), Err(Win32Error::FILENAME_EXCED_RANGE));
        }
    }

    #[test]
    fn a_nul_is_an_error_wherever_it_is() {
        for length in [1, 259, 260, 400] {
            for at in [0, length / 2, length - 1] {
                let mut text: String = "x".repeat(length);
                text.replace_range(at..=at, "\0");
                let error = with_wide_str::<(), Win32Error>(text.as_str(), |_| unreachable!());
                assert_eq!(
                    error,
                    Err(Win32Error::INVALID_PARAMETER),
                    "{at} of {length}"
                );
            }
        }
    }
}
