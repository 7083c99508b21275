//! Windows' errors. Owns: the type, and where its number and its message come from.

use core::fmt;
use core::num::NonZeroU32;

/// What a call gives: a value, or why there is none.
pub type Result<T, E = Win32Error> = core::result::Result<T, E>;

/// Why a procedure failed: a number other than zero. Those of Winsock, from 10000 on, are among them.
///
/// Its `Display` is the number and the system's message for it, in the language of the thread. The numbers are in
/// Microsoft's "System Error Codes" and "Windows Sockets Error Codes".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Win32Error(NonZeroU32);

impl Win32Error {
    /// ERROR_NOT_ENOUGH_MEMORY: the heap has no room for a string.
    #[cfg(feature = "alloc")]
    pub(super) const NOT_ENOUGH_MEMORY: Win32Error = Win32Error::new(8).unwrap();
    /// ERROR_INVALID_PARAMETER: a string has a NUL within it.
    pub(super) const INVALID_PARAMETER: Win32Error = Win32Error::new(87).unwrap();
    /// ERROR_FILENAME_EXCED_RANGE: without a heap, a string is too long.
    #[cfg(not(feature = "alloc"))]
    pub(super) const FILENAME_EXCED_RANGE: Win32Error = Win32Error::new(206).unwrap();

    /// The error of a number; none where it is zero, which is success.
    pub const fn new(code: u32) -> Option<Win32Error> {
        match NonZeroU32::new(code) {
            Some(nonzero) => Some(Win32Error(nonzero)),
            None => None,
        }
    }

    /// Its number.
    pub const fn code(self) -> u32 {
        self.0.get()
    }

    /// The last error of the calling thread: GetLastError, which has Winsock's too.
    ///
    /// It means something only right after a call that has failed. Where that call has set none, it is
    /// ERROR_INVALID_PARAMETER (87), as Go's generator has it: an error is never a success.
    pub fn last() -> Win32Error {
        // SAFETY: GetLastError takes nothing and can't fail (Microsoft's "GetLastError function").
        Win32Error::new(unsafe { GetLastError() }).unwrap_or(Win32Error::INVALID_PARAMETER)
    }
}

/// [`Win32Error::last`] as the error of a wrapper's result: what a generated wrapper gives where its call has failed.
#[cold]
pub fn last_error<E: From<Win32Error>>() -> E {
    E::from(Win32Error::last())
}

// SAFETY: as Microsoft's "GetLastError function" and "FormatMessageW function" declare them: DWORD is `u32`, and
// `arguments`, a `va_list *`, may be null.
#[link(name = "kernel32", kind = "raw-dylib")]
unsafe extern "system" {
    fn GetLastError() -> u32;
    fn FormatMessageW(
        flags: u32,
        source: *const core::ffi::c_void,
        message: u32,
        language: u32,
        buffer: *mut u16,
        size: u32,
        arguments: *mut core::ffi::c_void,
    ) -> u32;
}

/// FORMAT_MESSAGE_IGNORE_INSERTS: `%1` in a message stays as it is.
const IGNORE_INSERTS: u32 = 0x200;
/// FORMAT_MESSAGE_FROM_SYSTEM: the system's own messages.
const FROM_SYSTEM: u32 = 0x1000;
/// FORMAT_MESSAGE_MAX_WIDTH_MASK: no line breaks but the message's own.
const ONE_LINE: u32 = 0xff;

/// A message of more UTF-16 code units is left out. The system's longest are a few hundred.
const LONGEST: usize = 1024;

impl fmt::Display for Win32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use fmt::Write;
        write!(f, "Win32 error {}: ", self.code())?;
        let mut buffer = [0; LONGEST];
        // SAFETY: FormatMessageW writes at most `LONGEST` code units to `buffer`, and takes no arguments for inserts.
        let len = unsafe {
            FormatMessageW(
                FROM_SYSTEM | IGNORE_INSERTS | ONE_LINE,
                core::ptr::null(),
                self.code(),
                0,
                buffer.as_mut_ptr(),
                LONGEST as u32,
                core::ptr::null_mut(),
            )
        };
        let message = buffer.get(..len as usize).unwrap_or_default();
        let is_blank = |unit: u16| matches!(unit, 0x09..=0x0d | 0x20);
        let end = message.iter().rposition(|&unit| !is_blank(unit));
        let Some(end) = end else {
            return f.write_str("unknown");
        };
        char::decode_utf16(message[..=end].iter().copied())
            .try_for_each(|letter| f.write_char(letter.unwrap_or(char::REPLACEMENT_CHARACTER)))
    }
}

impl core::error::Error for Win32Error {}

#[cfg(feature = "std")]
impl From<Win32Error> for std::io::Error {
    fn from(error: Win32Error) -> std::io::Error {
        std::io::Error::from_raw_os_error(error.code() as i32)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::ToString;

    #[test]
    fn an_error_has_its_number_and_a_message() {
        let text = Win32Error::INVALID_PARAMETER.to_string();
        let message = text.strip_prefix("Win32 error 87: ").unwrap();
        assert!(!message.is_empty() && message != "unknown", "{text}");
        assert_eq!(message, message.trim());
        let none = Win32Error::new(0x2fff_fff0).unwrap();
        assert_eq!(none.to_string(), "Win32 error 805306352: unknown");
    }

    #[test]
    fn zero_is_no_error() {
        assert_eq!(Win32Error::new(0), None);
        assert_eq!(size_of::<Result<()>>(), 4);
    }

    #[cfg(feature = "std")]
    #[test]
    fn std_knows_the_same_numbers() {
        let error = std::io::Error::from(Win32Error::new(2).unwrap());
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }
}
