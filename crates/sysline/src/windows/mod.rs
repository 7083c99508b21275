//! What wrappers of Windows' procedures stand on: strings as UTF-16, and the last error.
//!
//! Owns: what `sysline gen --os windows` writes calls to. Knows no DLL but kernel32, which has the last error and its
//! message.
//!
//! A line names a procedure of a DLL, `kernel32` where it names none:
//!
//! ```text
//! //sys pub fn create_directory(path: impl PathArg, security: *mut c_void) -> Result<()> = kernel32.CreateDirectoryW
//! ```
//!
//! The wrapper declares the procedure with the line's types and calls it. Where its result is the line's
//! `[failretval …]`, or without one zero or a null pointer, the error is [`Win32Error::last`]. Strings are UTF-16
//! ([`with_wide_str`]), `bool` is a BOOL, a slice is a pointer and a count of elements.
//!
//! The loader binds each procedure when the program starts: where a Windows does not have it, the program does not
//! start. A DLL that is none of the system's is searched for as every import is (Microsoft's "Dynamic-link library
//! search order").

mod error;
pub mod prelude;
mod wide;

pub use error::{Result, Win32Error, last_error};
pub use wide::{PathArg, with_wide_str};
