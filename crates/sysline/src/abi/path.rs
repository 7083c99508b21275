//! Strings for the kernel: bytes with one NUL, at their end. Owns: where the NUL comes from, and what a string costs.

use super::{Errno, Result};
use core::ffi::CStr;
use core::mem::MaybeUninit;

/// A path, or any other string that the kernel reads up to its NUL.
///
/// A `&CStr` costs nothing. All else is copied once: to the stack where it has less than 256 bytes; else to the heap,
/// or without the feature `alloc` to 4,096 bytes of stack.
///
/// # Errors
///
/// A string with a NUL in it is [`Errno::EINVAL`], and no call is made. Without the feature `alloc`, one of 4,096
/// bytes or more, which the kernel takes for no path, is [`Errno::ENAMETOOLONG`]; with it, where the heap has no
/// room, [`Errno::ENOMEM`].
///
/// ```
/// use sysline::abi::{with_c_str, Errno, Result};
///
/// let len: Result<usize> = with_c_str("/tmp", |path| Ok(path.count_bytes()));
/// assert_eq!(len, Ok(4));
/// let nul: Result<()> = with_c_str(b"/t\0mp", |_| unreachable!());
/// assert_eq!(nul, Err(Errno::EINVAL));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no string that the kernel can read",
    note = "`&CStr`, `&str`, `String`, `&[u8]` and, with the feature `std`, `&Path` and `&OsStr` are"
)]
pub trait PathArg {
    /// Calls `make` with the string and its NUL.
    fn with_c_str<T, E: From<Errno>>(
        self,
        make: impl FnOnce(&CStr) -> Result<T, E>,
    ) -> Result<T, E>;
}

/// Calls `make` with `path` and its NUL: [`PathArg::with_c_str`] as a function.
///
/// # Errors
///
/// Those of [`PathArg`], and those of `make`.
#[inline]
pub fn with_c_str<T, E: From<Errno>>(
    path: impl PathArg,
    make: impl FnOnce(&CStr) -> Result<T, E>,
) -> Result<T, E> {
    path.with_c_str(make)
}

/// Strings of fewer bytes than this are copied to the stack.
const SHORT: usize = 256;

#[inline]
fn copied<T, E: From<Errno>>(
    bytes: &[u8],
    make: impl FnOnce(&CStr) -> Result<T, E>,
) -> Result<T, E> {
    if bytes.len() < SHORT {
        on_stack::<SHORT, T, E>(bytes, make)
    } else {
        long(bytes, make)
    }
}

/// With a copy in `SIZE` bytes of stack.
#[inline]
fn on_stack<const SIZE: usize, T, E: From<Errno>>(
    bytes: &[u8],
    make: impl FnOnce(&CStr) -> Result<T, E>,
) -> Result<T, E> {
    let mut buffer = [MaybeUninit::<u8>::uninit(); SIZE];
    let Some((room, end)) = buffer
        .get_mut(..=bytes.len())
        .and_then(|room| room.split_last_mut())
        .map(|(end, room)| (room, end))
    else {
        return Err(Errno::ENAMETOOLONG.into());
    };
    if copy(bytes, room) {
        return Err(Errno::EINVAL.into());
    }
    end.write(0);
    // SAFETY: the first `len + 1` bytes were just written, and only the last of them is a NUL.
    let path = unsafe {
        let bytes = core::slice::from_raw_parts(buffer.as_ptr().cast::<u8>(), bytes.len() + 1);
        CStr::from_bytes_with_nul_unchecked(bytes)
    };
    make(path)
}

/// Copies `bytes` to `room`, which has their length, up to the first NUL; says whether there is one. One pass for both, a
/// word at a time: half of what a short path cost was the calls of two functions that each look at all of it. That the
/// loop can end at each word keeps the compiler from making two such calls of it again.
#[inline]
fn copy(bytes: &[u8], room: &mut [MaybeUninit<u8>]) -> bool {
    const WORD: usize = size_of::<usize>();
    const ONES: usize = usize::MAX / 0xff; // 0x0101…
    let len = bytes.len();
    assert_eq!(len, room.len());
    if len < WORD {
        for (&byte, place) in bytes.iter().zip(room) {
            if byte == 0 {
                return true;
            }
            place.write(byte);
        }
        return false;
    }
    let last = len - WORD;
    let mut at = 0;
    loop {
        // SAFETY: a word from `at` on, which is at most `last`, is inside both.
        let word = unsafe {
            let word = bytes.as_ptr().add(at).cast::<usize>().read_unaligned();
            room.as_mut_ptr()
                .add(at)
                .cast::<usize>()
                .write_unaligned(word);
            word
        };
        // Not zero where a byte is: subtracting one sets its high bit, which was not set.
        if word.wrapping_sub(ONES) & !word & (ONES << 7) != 0 {
            return true;
        }
        if at == last {
            return false;
        }
        at = (at + WORD).min(last); // the last word may overlap the one before
    }
}

#[cold]
#[cfg(feature = "alloc")]
fn long<T, E: From<Errno>>(bytes: &[u8], make: impl FnOnce(&CStr) -> Result<T, E>) -> Result<T, E> {
    let mut copy = alloc::vec::Vec::new();
    copy.try_reserve_exact(bytes.len() + 1)
        .map_err(|_| Errno::ENOMEM)?;
    copy.extend_from_slice(bytes);
    copy.push(0);
    make(CStr::from_bytes_with_nul(&copy).map_err(|_| Errno::EINVAL)?)
}

#[cold]
#[cfg(not(feature = "alloc"))]
fn long<T, E: From<Errno>>(bytes: &[u8], make: impl FnOnce(&CStr) -> Result<T, E>) -> Result<T, E> {
    on_stack::<4096, T, E>(bytes, make)
}

impl PathArg for &CStr {
    #[inline(always)]
    fn with_c_str<T, E: From<Errno>>(
        self,
        make: impl FnOnce(&CStr) -> Result<T, E>,
    ) -> Result<T, E> {
        make(self)
    }
}

macro_rules! strings {
    ($([$($generics:tt)*] $ty:ty, $value:ident => $bytes:expr;)*) => {$(
        impl<$($generics)*> PathArg for $ty {
            #[inline]
            fn with_c_str<T, E: From<Errno>>(
                self,
                make: impl FnOnce(&CStr) -> Result<T, E>,
            ) -> Result<T, E> {
                let $value = self;
                copied($bytes, make)
            }
        }
    )*};
}

strings! {
    [] &str, text => text.as_bytes();
    [] &[u8], bytes => bytes;
    [const N: usize] &[u8; N], bytes => bytes;
}

#[cfg(feature = "alloc")]
strings! {
    [] alloc::string::String, text => text.as_bytes();
    [] &alloc::string::String, text => text.as_bytes();
    [] alloc::vec::Vec<u8>, bytes => &bytes;
    [] &alloc::vec::Vec<u8>, bytes => bytes;
}

#[cfg(feature = "alloc")]
impl PathArg for alloc::ffi::CString {
    #[inline]
    fn with_c_str<T, E: From<Errno>>(
        self,
        make: impl FnOnce(&CStr) -> Result<T, E>,
    ) -> Result<T, E> {
        make(&self)
    }
}

#[cfg(feature = "alloc")]
impl PathArg for &alloc::ffi::CString {
    #[inline(always)]
    fn with_c_str<T, E: From<Errno>>(
        self,
        make: impl FnOnce(&CStr) -> Result<T, E>,
    ) -> Result<T, E> {
        make(self)
    }
}

#[cfg(feature = "std")]
mod with_std {
    use super::*;
    use std::ffi::{OsStr, OsString};
    use std::os::unix::ffi::OsStrExt;
    use std::path::{Path, PathBuf};

    strings! {
        [] &OsStr, text => text.as_bytes();
        [] OsString, text => text.as_bytes();
        [] &OsString, text => text.as_bytes();
        [] &Path, path => path.as_os_str().as_bytes();
        [] PathBuf, path => path.as_os_str().as_bytes();
        [] &PathBuf, path => path.as_os_str().as_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn len(path: impl PathArg) -> Result<usize> {
        with_c_str(path, |path| Ok(path.count_bytes()))
    }

    #[test]
    fn every_length_keeps_its_bytes() {
        for length in [0, 1, 254, 255, 256, 257, 4095] {
            let text = "x".repeat(length);
            let kept =
                with_c_str::<_, Errno>(
                    text.as_str(),
                    |path| Ok(path.to_bytes() == text.as_bytes()),
                );
            assert_eq!(kept, Ok(true), "{length}");
        }
    }

    #[test]
    fn short_strings_of_every_length_and_a_nul_at_every_place() {
        for length in 0..=40 {
            // Bytes that differ, with and without their high bits, and none of them zero.
            let text: vec::Vec<u8> = (0..length).map(|at| (at * 37 % 255 + 1) as u8).collect();
            let kept = with_c_str::<_, Errno>(text.as_slice(), |path| Ok(path.to_bytes() == text));
            assert_eq!(kept, Ok(true), "{length}");
            for at in 0..length {
                let mut text = text.clone();
                text[at] = 0;
                assert_eq!(len(text.as_slice()), Err(Errno::EINVAL), "{at} of {length}");
            }
        }
    }

    /// Around all sizes of a copy, and from every alignment: the words that are read start anywhere.
    #[test]
    fn strings_of_up_to_300_bytes_at_every_alignment() {
        for length in 0..=300 {
            let mut room = vec![0; 8 + length + 8]; // NULs before and after are not the string's
            for start in 0..8 {
                let text = &mut room[start..start + length];
                for (at, byte) in text.iter_mut().enumerate() {
                    *byte = (at * 91 % 255 + 1) as u8;
                }
                let text = &room[start..start + length];
                let kept = with_c_str::<_, Errno>(text, |path| {
                    Ok(path.to_bytes() == text && path.to_bytes_with_nul().len() == length + 1)
                });
                assert_eq!(kept, Ok(true), "{length} from {start}");
                for at in [0, 1, 7, 8, 9, length / 2, length.wrapping_sub(1)] {
                    if at < length {
                        let byte = std::mem::take(&mut room[start + at]);
                        let text = &room[start..start + length];
                        assert_eq!(len(text), Err(Errno::EINVAL), "{at} of {length}");
                        room[start + at] = byte;
                    }
                }
                room.fill(0);
            }
        }
    }

    /// What subtracting carries from byte to byte makes no NUL of another, and hides none.
    #[test]
    fn bytes_beside_each_other_make_no_nul() {
        const BYTES: [u8; 5] = [0x01, 0x7f, 0x80, 0x81, 0xff];
        for number in 0..5_usize.pow(6) {
            let digit = |at: u32| BYTES[number / 5_usize.pow(at) % 5];
            let mut text = [b'x'; 8];
            for at in 0..6 {
                text[at + 1] = digit(at as u32);
            }
            assert_eq!(len(&text), Ok(8), "{text:x?}");
            text[number % 8] = 0;
            assert_eq!(len(&text), Err(Errno::EINVAL), "{text:x?}");
        }
    }

    #[test]
    fn a_long_string_needs_the_heap() {
        let expected = if cfg!(feature = "alloc") {
            Ok(4096)
        } else {
            Err(Errno::ENAMETOOLONG)
        };
        assert_eq!(len(&[b'x'; 4096]), expected);
    }

    #[test]
    fn a_nul_is_an_error_wherever_it_is() {
        for length in [1, 255, 256, 4095] {
            let mut text = vec![b'x'; length];
            for at in [0, length / 2, length - 1] {
                text[at] = 0;
                assert_eq!(len(text.as_slice()), Err(Errno::EINVAL), "{at} of {length}");
                text[at] = b'x';
            }
        }
    }

    #[test]
    fn the_bare_copy_has_its_limit() {
        let copy = |bytes: &[u8]| on_stack::<8, _, Errno>(bytes, |path| Ok(path.count_bytes()));
        assert_eq!(copy(b"1234567"), Ok(7));
        assert_eq!(copy(b"12345678"), Err(Errno::ENAMETOOLONG));
    }
}
