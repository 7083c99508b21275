//! What wrappers of Windows' procedures stand on: strings, errors, handles, and procedures found at first use.
//!
//! Owns: what `sysline gen --os windows` writes calls to, for which it knows kernel32 and ntdll: the last error, the messages,
//! the code pages and the search for procedures. The modules `net` (Winsock) and `iocp` (completion ports) are made of lines.
//!
//! # A line
//!
//! A line names a procedure of a DLL, `kernel32` where it names none; a DLL without an ending of its own is a `.dll`:
//!
//! ```text
//! //sys pub fn create_directory(path: impl PathArg, 0usize) -> Result<()> = kernel32.CreateDirectoryW
//! //sys pub unsafe fn wsa_socket(af: i32, ty: i32, protocol: i32, info: Option<&WSAPROTOCOL_INFOW>, group: u32,
//! //        flags: u32) -> Result<OwnedSocket> [failretval == INVALID_SOCKET] = ws2_32.WSASocketW
//! //sys pub fn set_event(event: impl AsHandle) -> Result<()> = SetEvent
//! //sys pub fn is_wow64_process2(process: BorrowedHandle<'_>, out machine: u16,
//! //        out native: u16) -> Result<(u16, u16), CallError> = IsWow64Process2?
//! //sys pub unsafe fn reg_flush_key(key: HKEY) -> Result<()> [failretval != 0 => failretval] = advapi32.RegFlushKey
//! //sys pub unsafe fn nt_close(handle: HANDLE) -> Result<(), NtStatus> = ntdll.NtClose
//! ```
//!
//! The wrapper declares the procedure with the line's types and calls it. A file with such lines has the names of
//! [`prelude`]; structs and constants are `windows-sys`', or your own.
//!
//! - Numbers, pointers, references, `Option`s of references and structs are handed over as they are, structs by value too. A
//!   slice is its address and its count of elements; where the procedure's count has 32 bits, that of a longer slice is
//!   another number, so that a line is not safe whose procedure takes some number for another, as -1 for "up to the NUL". `bool` is a BOOL; a `&mut bool` is one that is read back, `out` of
//!   either is a result. `impl AsHandle` and `impl AsSocket` lend what they have. A constant in place of a parameter has
//!   its type: `0u32`, `FIONREAD as u32`.
//! - `Result<T>` is the procedure's value or the thread's last error. Without brackets it has failed where it gives zero, a
//!   null pointer, `false`, or for an `OwnedSocket` INVALID_SOCKET. An `OwnedHandle` that a procedure gives as
//!   INVALID_HANDLE_VALUE needs brackets: CreateFileW's `[failretval == INVALID_HANDLE_VALUE]`.
//! - `[…]` is when it has failed: an expression with `failretval`, what the procedure gave, and `e1`, the last error (a
//!   `u32`), which is cleared before such a call. Where the line has no type for what comes back, as `Result<()>`, it is an
//!   `i32`, or what a number beside it says: `[failretval == WAIT_FAILED as u32]`. `[false]`: it can't fail. Where the condition is true the value is gone:
//!   one that comes with an error, as the handle of `[failretval.is_null() || e1 == ERROR_ALREADY_EXISTS]`, is better
//!   had without `e1`, and [`Win32Error::last`] asked behind the call.
//! - `[… => …]` says where the error is, if it is not the last one: `[failretval != 0 => failretval]`.
//! - `Result<T, NtStatus>` and `Result<T, HResult>`: the procedure returns the status, and has failed where that is
//!   negative. As `T` it is there for who has to tell successes apart: `Result<NtStatus, NtStatus>`.
//! - A result of 32 bits is read as such, whatever is above them in the register.
//!
//! On 32-bit Windows a procedure is `stdcall`; one of the C runtime's, which is not, can't be named by a line.
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
//! the wrapper itself does around the call, such as freeing a string's copy, is not seen in the last error; what the
//! caller's own values do when they are lent or dropped, as an `Arc` of a handle, may be.
//!
//! # Handles
//!
//! With the feature `std`, handles and sockets are `std`'s: `OwnedHandle` closes what it holds, `BorrowedHandle` was
//! lent it, and likewise for sockets.
//!
//! # Procedures that may be absent
//!
//! The loader binds a procedure when the program starts: where a Windows does not have it, the program does not start.
//! No import library is needed. A DLL that is none of the system's is searched for as every import is (Microsoft's
//! "Dynamic-link library search order").
//!
//! The linker knows an import by its procedure alone, whatever its DLL, in the whole program: where a vendor's DLL has a
//! procedure of the same name as one of the system's that `std` or another crate imports, one of the two gets the other's
//! calls. Two lines of one file are told of. Such a procedure is to be found at first use.
//!
//! A procedure with `?` behind its name, and all with `sysline gen --lazy`, is a [`Proc`] instead: looked for in the
//! system's folder when it is first called, and an error where it is not there. A DLL of another folder is found too once
//! the program has loaded it. [`MissingProc`] names it and its DLL and
//! turns into each kind of error above; [`CallError`] tells it from a call that has failed, and is what a line with `?`
//! has as its error. Beside such a wrapper, `…_available()` asks. With `--lazy`, a wrapper without a `Result` panics.

mod binding;
mod error;
#[cfg(feature = "std")]
mod handles;
#[cfg(feature = "std")]
pub mod iocp;
mod message;
mod narrow;
#[cfg(feature = "std")]
pub mod net;
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
pub use error::{
    Code, Result, Win32Error, clear_last_error, error_of, last_error, last_error_code,
};
#[cfg(feature = "std")]
pub use handles::{
    AsHandle, AsSocket, BorrowedHandle, BorrowedSocket, OwnedHandle, OwnedSocket, handle_or_null,
    owned_handle, owned_socket,
};
pub use narrow::{with_ansi_str, with_byte_str, with_optional_ansi_str, with_optional_byte_str};
pub use proc::{CallError, MissingProc, Proc, missing};
pub use slices::{len_of_mut, ptr_of_mut, slice_or_null};
pub use status::{HResult, NtStatus};
pub use wide::{PathArg, with_optional_wide_str, with_wide_str};
pub use widestring::{U16CStr, U16Str, u16cstr};
#[cfg(feature = "alloc")]
pub use widestring::{U16CString, U16String};
pub use zero::{Zero, is_zero};
