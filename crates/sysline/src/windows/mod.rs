//! What wrappers of Windows' procedures stand on: strings, errors, handles, and procedures found at first use.
//!
//! Owns: what `sysline gen --os windows` writes calls to. Knows no DLL but kernel32 and ntdll, which have the last
//! error, the messages, the code pages and the search for procedures.
//!
//! # A line
//!
//! A line names a procedure of a DLL, `kernel32` where it names none:
//!
//! ```text
//! //sys pub fn create_directory(path: impl PathArg, security: *mut c_void) -> Result<()> = kernel32.CreateDirectoryW
//! ```
//!
//! The wrapper declares the procedure with the line's types and calls it. A file with such lines has the names of
//! [`prelude`].
//!
//! # Strings
//!
//! A string is whatever is a [`PathArg`]: `&str`, `&Path`, … A procedure whose name ends in `W` reads UTF-16
//! ([`with_wide_str`]), one whose name ends in `A` the process's code page ([`with_ansi_str`]), any other UTF-8
//! ([`with_byte_str`]). A string that may be absent is an `Option`; none is a null pointer. A [`U16CStr`], which
//! [`u16cstr!`] makes of a literal, is not copied at all. It and [`U16Str`] are also what answers are read with: they
//! have [`from_ptr_str`](U16CStr::from_ptr_str) and [`from_slice`](U16Str::from_slice), and turn into Rust's strings.
//!
//! # Errors
//!
//! [`Win32Error`] is the thread's last error, [`NtStatus`] and [`HResult`] are what procedures return that don't use
//! it. Each shows the system's own message and turns into `std::io::Error`, and there are conversions between them. A
//! call has failed where the line's `[failretval …]` says so; without one, where the result is zero ([`Zero`]). What
//! the wrapper does around the call, such as freeing a string, is not seen in the last error.
//!
//! # Handles
//!
//! With the feature `std`, handles and sockets are `std`'s: `OwnedHandle` closes what it holds, `BorrowedHandle` was
//! lent it, and likewise for sockets.
//!
//! # Procedures that may be absent
//!
//! The loader binds a procedure when the program starts: where a Windows does not have it, the program does not start.
//! A DLL that is none of the system's is searched for as every import is (Microsoft's "Dynamic-link library search
//! order").
//!
//! A procedure that may be absent is a [`Proc`] instead: looked for in the system's folder when it is first called, and
//! an error where it is not there. [`MissingProc`] names it and its DLL and turns into each kind of error above;
//! [`CallError`] tells it from a call that has failed.

mod binding;
mod error;
#[cfg(feature = "std")]
mod handles;
mod message;
mod narrow;
pub mod prelude;
mod proc;
mod room;
mod slices;
mod status;
#[cfg(test)]
mod testing;
mod wide;
mod zero;

pub use binding::{available, first_use, first_use_or_panic, import};
pub use error::{Result, Win32Error, clear_last_error, error_of, last_error, last_error_code};
#[cfg(feature = "std")]
pub use handles::{
    AsHandle, AsSocket, BorrowedHandle, BorrowedSocket, OwnedHandle, OwnedSocket, owned_handle,
    owned_socket,
};
pub use narrow::{with_ansi_str, with_byte_str, with_optional_ansi_str, with_optional_byte_str};
pub use proc::{CallError, MissingProc, Proc, missing};
pub use slices::{len_of_mut, ptr_of_mut};
pub use status::{HResult, NtStatus};
pub use wide::{PathArg, with_optional_wide_str, with_wide_str};
pub use widestring::{U16CStr, U16Str, u16cstr};
#[cfg(feature = "alloc")]
pub use widestring::{U16CString, U16String};
pub use zero::{Zero, is_zero};
