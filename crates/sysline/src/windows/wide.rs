//! Strings for procedures whose name ends in `W`: UTF-16 code units with one NUL, at their end. Owns: which types are
//! strings, and the wrappers' functions for these procedures.

use super::room::{Room, with_text};
use super::{Result, Win32Error};
use widestring::{U16CStr, U16Str};

/// A path, or any other string that a procedure reads up to its NUL.
///
/// A [`&U16CStr`](U16CStr), which [`u16cstr!`](super::u16cstr) makes of a literal, goes to a procedure with a `W` as it
/// is. Any other is copied once: to the stack where it has less than 260 units (MAX_PATH), code units for a procedure
/// with a `W` and bytes for any other; else to the heap.
///
/// # Errors
///
/// A string with a NUL in it is ERROR_INVALID_PARAMETER (87), and no call is made. Without the feature `alloc`, one of
/// 260 units or more is ERROR_FILENAME_EXCED_RANGE (206); with it, where the heap has no room,
/// ERROR_NOT_ENOUGH_MEMORY (8). One with something that the procedure's encoding lacks is
/// ERROR_NO_UNICODE_TRANSLATION (1113); UTF-16 lacks nothing.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no string that Windows can read",
    note = "`&str`, `String`, `&U16CStr` and, with the feature `std`, `&Path` and `&OsStr` are"
)]
pub trait PathArg {
    /// Its code units, without a NUL at their end.
    fn units(&self) -> impl Iterator<Item = u16> + Clone;

    /// The string itself, where it is UTF-16 with a NUL at its end already: it need not be copied. The same string as
    /// [`PathArg::units`].
    #[inline]
    fn as_u16cstr(&self) -> Option<&U16CStr> {
        None
    }
}

/// Calls `make` with the address of the string's code units and a NUL behind them, which are good while it runs: what a
/// generated wrapper calls for a procedure whose name ends in `W`.
///
/// The last error that the call leaves stays as it is, and so does the one that it finds.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`.
#[inline]
pub fn with_wide_str<T, E: From<Win32Error>>(
    text: impl PathArg,
    make: impl FnOnce(*const u16) -> Result<T, E>,
) -> Result<T, E> {
    with_text(Some(text), wide, make)
}

/// As [`with_wide_str`], for a string that may be absent: then the address is null.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`.
#[inline]
pub fn with_optional_wide_str<T, E: From<Win32Error>>(
    text: Option<impl PathArg>,
    make: impl FnOnce(*const u16) -> Result<T, E>,
) -> Result<T, E> {
    with_text(text, wide, make)
}

/// The text in UTF-16, a NUL behind it.
#[inline]
pub(super) fn wide<'a>(text: &'a impl PathArg, room: &'a mut Room<u16>) -> Result<&'a [u16]> {
    match text.as_u16cstr() {
        Some(text) => Ok(text.as_slice_with_nul()),
        None => room.copy(text.units().map(Ok)),
    }
}

macro_rules! strings {
    ($($ty:ty, $value:ident => $units:expr $(, as it is: $itself:expr)?;)*) => {$(
        impl PathArg for $ty {
            #[inline]
            fn units(&self) -> impl Iterator<Item = u16> + Clone {
                let $value = self;
                $units
            }

            $(
                #[inline]
                fn as_u16cstr(&self) -> Option<&U16CStr> {
                    let $value = self;
                    Some($itself)
                }
            )?
        }
    )*};
}

strings! {
    &str, text => text.encode_utf16();
    &U16CStr, text => text.as_slice().iter().copied(), as it is: text;
    &U16Str, text => text.as_slice().iter().copied();
}

#[cfg(feature = "alloc")]
mod with_alloc {
    use super::*;
    use alloc::string::String;
    use widestring::{U16CString, U16String};

    strings! {
        String, text => text.encode_utf16();
        &String, text => text.encode_utf16();
        U16CString, text => text.as_slice().iter().copied(), as it is: text;
        &U16CString, text => text.as_slice().iter().copied(), as it is: text;
        U16String, text => text.as_slice().iter().copied();
        &U16String, text => text.as_slice().iter().copied();
    }
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
    use super::super::testing::{until_nul, with_nul_everywhere};
    use super::*;
    use std::vec::Vec;
    use widestring::{u16cstr, u16str};

    /// The code units that a procedure would read.
    fn read(text: impl PathArg) -> Result<Vec<u16>> {
        with_wide_str(text, |text| Ok(until_nul(text)))
    }

    #[test]
    fn every_length_keeps_its_units() {
        for length in [0, 1, 258, 259] {
            let text = "x".repeat(length);
            let units = text.encode_utf16().collect();
            assert_eq!(read(text.as_str()), Ok(units), "{length}");
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
        for text in with_nul_everywhere() {
            let error = with_wide_str::<(), Win32Error>(text.as_str(), |_| unreachable!());
            assert_eq!(error, Err(Win32Error::INVALID_PARAMETER), "{text:?}");
        }
    }

    #[test]
    fn an_unpaired_surrogate_stays() {
        let units = [0x61, 0xd800, 0x62, 0xdc00];
        assert_eq!(read(U16Str::from_slice(&units)), Ok(units.to_vec()));
    }

    #[test]
    fn what_has_its_nul_is_not_copied() {
        let text = u16cstr!("C:\\é");
        let address = |text: &U16CStr| with_wide_str::<_, Win32Error>(text, Ok);
        assert_eq!(address(text), Ok(text.as_ptr()));
        assert_eq!(read(u16str!("é")), Ok([0xe9].to_vec()));
        #[cfg(feature = "alloc")]
        {
            let text = text.to_ucstring();
            let address = with_wide_str::<_, Win32Error>(&text, Ok);
            assert_eq!(address, Ok(text.as_ptr()));
            let long = U16Str::from_slice(&[0x79; 500]).to_ustring();
            assert_eq!(read(&long), Ok([0x79; 500].to_vec()));
        }
    }

    #[test]
    fn an_absent_string_is_null() {
        let address = with_optional_wide_str::<_, Win32Error>(None::<&str>, Ok);
        assert_eq!(address, Ok(core::ptr::null()));
        let read = |text: Option<&str>| {
            with_optional_wide_str::<_, Win32Error>(text, |text| Ok(until_nul(text)))
        };
        assert_eq!(read(Some("é")), Ok([0xe9].to_vec()));
        assert_eq!(read(Some("a\0")), Err(Win32Error::INVALID_PARAMETER));
    }
}
