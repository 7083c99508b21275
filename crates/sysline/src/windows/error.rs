//! Windows' errors. Owns: their type, and the thread's last error.

use super::message::{self, Table};
use core::fmt;
use core::num::NonZeroU32;
use windows_sys::Win32::Foundation::{
    ERROR_FILENAME_EXCED_RANGE, ERROR_INVALID_PARAMETER, ERROR_NO_UNICODE_TRANSLATION,
    GetLastError, SetLastError,
};

/// What a call gives: a value, or why there is none.
pub type Result<T, E = Win32Error> = core::result::Result<T, E>;

/// Why a procedure failed: a number other than zero. Those of Winsock, from 10000 on, are among them.
///
/// Its `Display` is the number and the system's message for it, in the language of the thread. The numbers are in
/// Microsoft's "System Error Codes" and "Windows Sockets Error Codes"; it can be compared with `windows-sys`'
/// constants, which are `u32`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Win32Error(NonZeroU32);

impl Win32Error {
    /// The heap has no room for a string.
    #[cfg(feature = "alloc")]
    pub(super) const NOT_ENOUGH_MEMORY: Win32Error =
        Win32Error::known(windows_sys::Win32::Foundation::ERROR_NOT_ENOUGH_MEMORY);
    /// A string has a NUL within it.
    pub(super) const INVALID_PARAMETER: Win32Error = Win32Error::known(ERROR_INVALID_PARAMETER);
    /// A string is too long: for the stack where there is no heap, else for Windows.
    pub(super) const FILENAME_EXCED_RANGE: Win32Error =
        Win32Error::known(ERROR_FILENAME_EXCED_RANGE);
    /// A string has what another encoding lacks.
    pub(super) const NO_UNICODE_TRANSLATION: Win32Error =
        Win32Error::known(ERROR_NO_UNICODE_TRANSLATION);

    /// The error of a number; none where it is zero, which is success.
    pub const fn new(code: u32) -> Option<Win32Error> {
        match NonZeroU32::new(code) {
            Some(nonzero) => Some(Win32Error(nonzero)),
            None => None,
        }
    }

    /// The error of a constant, which is not zero.
    pub(super) const fn known(code: u32) -> Win32Error {
        Win32Error::new(code).unwrap()
    }

    /// Its number.
    pub const fn code(self) -> u32 {
        self.0.get()
    }

    /// The last error of the calling thread: GetLastError, which has Winsock's too.
    ///
    /// It means something only right after a call that has failed. Where that call has set none, it is
    /// ERROR_INVALID_PARAMETER (87), as Go's generator has it: an error is never a success.
    #[cold]
    #[inline(never)] // so that a wrapper is no larger than the mere call
    pub fn last() -> Win32Error {
        error_of(last_error_code())
    }
}

impl PartialEq<u32> for Win32Error {
    fn eq(&self, code: &u32) -> bool {
        self.code() == *code
    }
}

impl fmt::Display for Win32Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Win32 error {}: ", self.code())?;
        message::write(f, Table::System, self.code())
    }
}

impl core::error::Error for Win32Error {}

#[cfg(feature = "std")]
impl From<Win32Error> for std::io::Error {
    fn from(error: Win32Error) -> std::io::Error {
        std::io::Error::from_raw_os_error(error.code() as i32)
    }
}

/// [`Win32Error::last`] as the error of a wrapper's result: what a generated wrapper calls where its call has failed.
#[inline]
pub fn last_error<E: From<Win32Error>>() -> E {
    E::from(Win32Error::last())
}

/// The error of the number that a procedure gave, as a wrapper's error: what a generated wrapper calls where its
/// procedure returns its error, or sets the last error without another sign of failure.
///
/// Zero, which is no error, becomes ERROR_INVALID_PARAMETER (87): who calls this has seen that the call failed.
#[cold]
pub fn error_of<E: From<Win32Error>>(code: impl Code) -> E {
    E::from(Win32Error::new(code.code()).unwrap_or(Win32Error::INVALID_PARAMETER))
}

/// A number that a procedure returns as its error, of whatever type its line says.
#[diagnostic::on_unimplemented(message = "`{Self}` is no number of an error")]
pub trait Code {
    /// Its low 32 bits, all that errors have.
    fn code(self) -> u32;
}

macro_rules! codes {
    ($($number:ty),*) => {$(
        impl Code for $number {
            #[inline]
            fn code(self) -> u32 {
                self as u32
            }
        }
    )*};
}

codes!(i8, i16, i32, i64, isize, u8, u16, u32, u64, usize);

impl Code for Win32Error {
    #[inline]
    fn code(self) -> u32 {
        Win32Error::code(self)
    }
}

/// The number of the calling thread's last error, zero where there is none: what a generated wrapper calls where only
/// the last error tells success from failure. Microsoft's "GetLastError function".
#[inline]
pub fn last_error_code() -> u32 {
    // SAFETY: GetLastError takes nothing and can't fail.
    unsafe { GetLastError() }
}

/// Sets the calling thread's last error to zero: what a generated wrapper calls before a call whose failure only
/// [`last_error_code`] can tell. Microsoft's "SetLastError function".
#[inline]
pub fn clear_last_error() {
    set_last_error_code(0);
}

/// Sets the calling thread's last error.
#[inline]
pub(super) fn set_last_error_code(code: u32) {
    // SAFETY: SetLastError takes any number and can't fail.
    unsafe { SetLastError(code) }
}

/// What `work` gives, which leaves the calling thread's last error as it was.
pub(super) fn keeping_last_error<T>(work: impl FnOnce() -> T) -> T {
    let code = last_error_code();
    let done = work();
    set_last_error_code(code);
    done
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
        assert_eq!(error_of::<Win32Error>(0), 87);
        assert_eq!(error_of::<Win32Error>(5u8), 5);
        assert_eq!(error_of::<Win32Error>(-1i16), u32::MAX);
        assert_eq!(error_of::<Win32Error>(0x1_0000_0005u64), 5);
        assert_eq!(error_of::<Win32Error>(Win32Error::INVALID_PARAMETER), 87);
        assert_eq!(error_of::<Win32Error>(5), 5);
    }

    #[test]
    fn the_last_error_is_read_and_cleared() {
        set_last_error_code(5);
        assert_eq!(last_error_code(), 5);
        assert_eq!(last_error::<Win32Error>(), 5);
        clear_last_error();
        assert_eq!(last_error_code(), 0);
        assert_eq!(last_error::<Win32Error>(), 87);
    }

    #[test]
    fn an_error_is_compared_with_a_constant() {
        let error = Win32Error::new(2).unwrap();
        assert!(error == windows_sys::Win32::Foundation::ERROR_FILE_NOT_FOUND);
        assert!(error != windows_sys::Win32::Foundation::ERROR_PATH_NOT_FOUND);
    }

    #[cfg(feature = "std")]
    #[test]
    fn std_knows_the_same_numbers() {
        let error = std::io::Error::from(Win32Error::new(2).unwrap());
        assert_eq!(error.kind(), std::io::ErrorKind::NotFound);
    }
}
