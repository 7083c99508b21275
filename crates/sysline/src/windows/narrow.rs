//! Strings for procedures that read bytes up to a NUL: in the process's code page where their name ends in `A`, else in
//! UTF-8. Owns: both encodings, and the wrappers' functions for these procedures.

use super::error::keeping_last_error;
use super::room::{Room, with_text};
use super::wide::wide;
use super::{PathArg, Result, Win32Error};
use core::mem::MaybeUninit;
use core::{ptr, slice};
use windows_sys::Win32::Foundation::ERROR_INSUFFICIENT_BUFFER;
use windows_sys::Win32::Globalization::{
    CP_UTF8, GetACP, WC_ERR_INVALID_CHARS, WC_NO_BEST_FIT_CHARS, WideCharToMultiByte,
};

/// Calls `make` with the address of the string in the process's ANSI code page and a NUL behind it, which are good
/// while it runs: what a generated wrapper calls for a procedure whose name ends in `A`.
///
/// The code page is GetACP's; a program's manifest can make it UTF-8 (Microsoft's "Use UTF-8 code pages in Windows
/// apps"). Procedures for files read the OEM code page instead once the program has called SetFileApisToOEM. The last
/// error that the call leaves stays as it is, and so does the one that it finds.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`. A letter that the code page lacks is ERROR_NO_UNICODE_TRANSLATION (1113),
/// and no call is made: none is replaced by one that looks like it.
#[inline]
pub fn with_ansi_str<T, E: From<Win32Error>>(
    text: impl PathArg,
    make: impl FnOnce(*const u8) -> Result<T, E>,
) -> Result<T, E> {
    with_text(Some(text), ansi, make)
}

/// As [`with_ansi_str`], for a string that may be absent: then the address is null.
///
/// # Errors
///
/// As [`with_ansi_str`].
#[inline]
pub fn with_optional_ansi_str<T, E: From<Win32Error>>(
    text: Option<impl PathArg>,
    make: impl FnOnce(*const u8) -> Result<T, E>,
) -> Result<T, E> {
    with_text(text, ansi, make)
}

/// Calls `make` with the address of the string in UTF-8 and a NUL behind it, which are good while it runs: what a
/// generated wrapper calls for a procedure whose name ends in neither `W` nor `A`, as Go's generator has it.
///
/// The last error that the call leaves stays as it is, and so does the one that it finds.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`. An unpaired surrogate is ERROR_NO_UNICODE_TRANSLATION (1113), and no call
/// is made.
#[inline]
pub fn with_byte_str<T, E: From<Win32Error>>(
    text: impl PathArg,
    make: impl FnOnce(*const u8) -> Result<T, E>,
) -> Result<T, E> {
    with_text(Some(text), utf8, make)
}

/// As [`with_byte_str`], for a string that may be absent: then the address is null.
///
/// # Errors
///
/// As [`with_byte_str`].
#[inline]
pub fn with_optional_byte_str<T, E: From<Win32Error>>(
    text: Option<impl PathArg>,
    make: impl FnOnce(*const u8) -> Result<T, E>,
) -> Result<T, E> {
    with_text(text, utf8, make)
}

/// The text in UTF-8, a NUL behind it.
fn utf8<'a>(text: &'a impl PathArg, room: &'a mut Room<u8>) -> Result<&'a [u8]> {
    let letters = char::decode_utf16(text.units());
    room.copy(letters.flat_map(|letter| {
        let mut bytes = [0; 4];
        let (bytes, len) = match letter {
            Ok(letter) => {
                let len = letter.encode_utf8(&mut bytes).len();
                (bytes.map(Ok), len)
            }
            Err(_) => ([Err(Win32Error::NO_UNICODE_TRANSLATION); 4], 1),
        };
        bytes.into_iter().take(len)
    }))
}

/// The text in the process's code page, a NUL behind it.
fn ansi<'a>(text: &'a impl PathArg, room: &'a mut Room<u8>) -> Result<&'a [u8]> {
    // ASCII is the same in every code page that can be a process's.
    if text.units().all(|unit| unit < 0x80) {
        return room.copy(text.units().map(|unit| Ok(unit as u8)));
    }
    // SAFETY: GetACP takes nothing and can't fail.
    in_code_page(unsafe { GetACP() }, text, room)
}

#[cold]
fn in_code_page<'a>(
    code_page: u32,
    text: &impl PathArg,
    room: &'a mut Room<u8>,
) -> Result<&'a [u8]> {
    let mut wide_room = Room::new();
    let wide = wide(text, &mut wide_room)?;
    keeping_last_error(|| convert_into(code_page, wide, room))
}

/// `wide` in a code page, on the stack where it fits there.
fn convert_into<'a>(code_page: u32, wide: &[u16], room: &'a mut Room<u8>) -> Result<&'a [u8]> {
    let (stack, heap) = room.parts();
    match filled(code_page, wide, stack) {
        Err(error) if error == ERROR_INSUFFICIENT_BUFFER => {}
        done => return done,
    }
    let len = convert(code_page, wide, &mut [])?;
    filled(code_page, wide, heap.room(len)?)
}

/// `wide` in a code page, at the start of `bytes`.
fn filled<'a>(code_page: u32, wide: &[u16], bytes: &'a mut [MaybeUninit<u8>]) -> Result<&'a [u8]> {
    let len = convert(code_page, wide, bytes)?;
    // SAFETY: so many bytes were written to `bytes`, which are not empty: `convert` bounds it.
    Ok(unsafe { slice::from_raw_parts(bytes.as_ptr().cast(), len) })
}

/// Writes `wide`, its NUL with it, to `bytes`; says how many were written, or, where `bytes` is empty, how many are
/// needed. Microsoft's "WideCharToMultiByte function".
///
/// # Errors
///
/// ERROR_NO_UNICODE_TRANSLATION where the code page lacks a letter; ERROR_INSUFFICIENT_BUFFER; a string whose length is
/// no `i32`, which Windows can't convert, is ERROR_FILENAME_EXCED_RANGE.
fn convert(code_page: u32, wide: &[u16], bytes: &mut [MaybeUninit<u8>]) -> Result<usize> {
    let length = |len: usize| i32::try_from(len).map_err(|_| Win32Error::FILENAME_EXCED_RANGE);
    let mut is_replaced = 0;
    // UTF-8 can only lack an unpaired surrogate, and has its own flag for it.
    let (flags, replaced) = match code_page {
        CP_UTF8 => (WC_ERR_INVALID_CHARS, ptr::null_mut()),
        _ => (WC_NO_BEST_FIT_CHARS, &raw mut is_replaced),
    };
    // SAFETY: `wide` and `bytes` are as long as it is told, `is_replaced` is a BOOL or not asked for, and the letter in
    // place of those that the code page lacks is the system's.
    let len = unsafe {
        WideCharToMultiByte(
            code_page,
            flags,
            wide.as_ptr(),
            length(wide.len())?,
            bytes.as_mut_ptr().cast(),
            length(bytes.len())?,
            ptr::null(),
            replaced,
        )
    };
    match len {
        ..=0 => Err(Win32Error::last()),
        _ if is_replaced != 0 => Err(Win32Error::NO_UNICODE_TRANSLATION),
        len => Ok(len as usize),
    }
}

#[cfg(test)]
mod tests {
    use super::super::error::{last_error_code, set_last_error_code};
    use super::super::testing::{until_nul, with_nul_everywhere};
    use super::*;
    use std::vec::Vec;
    use widestring::{U16Str, u16cstr};

    /// The bytes that a procedure in neither `W` nor `A` would read.
    fn bytes(text: impl PathArg) -> Result<Vec<u8>> {
        with_byte_str(text, |text| Ok(until_nul(text)))
    }

    /// The bytes that a procedure in `A` would read.
    fn process(text: impl PathArg) -> Result<Vec<u8>> {
        with_ansi_str(text, |text| Ok(until_nul(text)))
    }

    /// The bytes in a code page, the NUL with them.
    fn paged(code_page: u32, text: impl PathArg) -> Result<Vec<u8>> {
        in_code_page(code_page, &text, &mut Room::new()).map(<[u8]>::to_vec)
    }

    #[test]
    fn every_length_keeps_its_bytes() {
        for length in [0, 1, 258, 259] {
            let text = "x".repeat(length);
            assert_eq!(bytes(text.as_str()), Ok(text.clone().into_bytes()));
            assert_eq!(process(text.as_str()), Ok(text.into_bytes()));
        }
    }

    #[test]
    fn a_long_string_needs_the_heap() {
        for length in [260, 261, 40_000] {
            let text = "x".repeat(length);
            let expected = if cfg!(feature = "alloc") {
                Ok(text.clone().into_bytes())
            } else {
                Err(Win32Error::FILENAME_EXCED_RANGE)
            };
            assert_eq!(bytes(text.as_str()), expected);
            assert_eq!(process(text.as_str()), expected);
        }
    }

    #[test]
    fn a_nul_is_an_error_wherever_it_is() {
        for text in with_nul_everywhere() {
            let refused = Err(Win32Error::INVALID_PARAMETER);
            assert_eq!(bytes(text.as_str()), refused, "{text:?}");
            assert_eq!(process(text.as_str()), refused, "{text:?}");
            // Not ASCII.
            let text = text.replacen('x', "é", 1);
            assert_eq!(process(text.as_str()), refused, "{text:?}");
        }
    }

    #[test]
    fn an_absent_string_is_null() {
        let address = with_optional_byte_str::<_, Win32Error>(None::<&str>, Ok);
        assert_eq!(address, Ok(ptr::null()));
        let address = with_optional_ansi_str::<_, Win32Error>(None::<&str>, Ok);
        assert_eq!(address, Ok(ptr::null()));
        let read = |text| Ok::<_, Win32Error>(until_nul(text));
        assert_eq!(with_optional_byte_str(Some("ab"), read), Ok(b"ab".to_vec()));
        assert_eq!(with_optional_ansi_str(Some("ab"), read), Ok(b"ab".to_vec()));
    }

    #[test]
    fn bytes_are_utf8() {
        assert_eq!(bytes("é"), Ok([0xc3, 0xa9].to_vec()));
        let treble_clef = [0xf0, 0x9d, 0x84, 0x9e].to_vec();
        assert_eq!(bytes("𝄞"), Ok(treble_clef.clone()));
        assert_eq!(bytes(u16cstr!("𝄞")), Ok(treble_clef));
    }

    /// The last letter that fits on the stack, and the first that does not.
    #[test]
    fn a_letter_is_never_cut() {
        for (ascii, fits) in [(257, true), (258, cfg!(feature = "alloc"))] {
            let text = "x".repeat(ascii) + "é";
            let expected = if fits {
                Ok(text.clone().into_bytes())
            } else {
                Err(Win32Error::FILENAME_EXCED_RANGE)
            };
            assert_eq!(bytes(text.as_str()), expected, "{ascii}");
            let with_nul = expected.map(|bytes| [bytes.as_slice(), &[0]].concat());
            assert_eq!(paged(CP_UTF8, text.as_str()), with_nul, "{ascii}");
        }
    }

    #[test]
    fn an_unpaired_surrogate_has_no_bytes() {
        let refused = Err(Win32Error::NO_UNICODE_TRANSLATION);
        let ends: [&[u16]; 4] = [&[0xd800], &[0xdc00], &[0xd800, 0x78], &[0x78, 0xdc00]];
        for end in ends {
            let text = U16Str::from_slice(end);
            assert_eq!(bytes(text), refused, "{end:x?}");
            for code_page in [1252, CP_UTF8] {
                assert_eq!(paged(code_page, text), refused.clone(), "{end:x?}");
            }
        }
    }

    #[test]
    fn a_code_page_has_its_letters() {
        assert_eq!(paged(1252, "é€"), Ok([0xe9, 0x80, 0].to_vec()));
        assert_eq!(paged(CP_UTF8, "é𝄞"), Ok(Vec::from("é𝄞\0")));
        // Two bytes a letter.
        assert_eq!(paged(932, "xあ"), Ok([0x78, 0x82, 0xa0, 0].to_vec()));
    }

    /// U+2033 looks like two primes and U+0100 like A: a best fit would be `"` and `A`.
    #[test]
    fn a_letter_that_a_code_page_lacks_is_an_error() {
        for text in ["あ", "xxЖ", "\u{2033}", "\u{100}"] {
            assert_eq!(paged(1252, text), Err(Win32Error::NO_UNICODE_TRANSLATION));
        }
    }

    #[cfg(feature = "alloc")]
    #[test]
    fn a_code_page_has_long_strings_too() {
        for length in [129, 130, 259, 260, 40_000] {
            let text = "あ".repeat(length);
            let expected = [&[0x82_u8, 0xa0].repeat(length), &[0][..]].concat();
            assert_eq!(paged(932, text.as_str()), Ok(expected), "{length}");
        }
        let text = "x".repeat(40_000) + "あ";
        let lacking = paged(1252, text.as_str());
        assert_eq!(lacking, Err(Win32Error::NO_UNICODE_TRANSLATION));
    }

    /// `é` and the control character U+0080 in the code pages that processes of tests have.
    #[test]
    fn the_process_has_a_code_page() {
        let lacking = Err(Win32Error::NO_UNICODE_TRANSLATION);
        // SAFETY: it takes nothing.
        let (letter, control) = match unsafe { GetACP() } {
            1252 => (Ok([0xe9].to_vec()), lacking),
            CP_UTF8 => (Ok([0xc3, 0xa9].to_vec()), Ok([0xc2, 0x80].to_vec())),
            other => panic!("say here what é is in code page {other}"),
        };
        assert_eq!(process("é"), letter);
        assert_eq!(process("\u{80}"), control);
    }

    #[test]
    fn a_conversion_is_not_seen_in_the_last_error() {
        let text = "é".repeat(200);
        set_last_error_code(1234);
        let converted = in_code_page(CP_UTF8, &text.as_str(), &mut Room::new()).map(<[u8]>::len);
        assert_eq!(last_error_code(), 1234);
        let expected = if cfg!(feature = "alloc") {
            Ok(401)
        } else {
            Err(Win32Error::FILENAME_EXCED_RANGE)
        };
        assert_eq!(converted, expected);
    }
}
