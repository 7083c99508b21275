//! What a line for Windows may mention without anybody's `use`: the generated file has these names.

#[cfg(feature = "std")]
pub use super::{AsHandle, AsSocket, BorrowedHandle, BorrowedSocket, OwnedHandle, OwnedSocket};
pub use super::{CallError, HResult, MissingProc, NtStatus, PathArg, Result, U16CStr, Win32Error};
pub use core::ffi::{CStr, c_char, c_int, c_long, c_uint, c_ulong, c_void};
pub use core::mem::MaybeUninit;
pub use core::ptr::NonNull;
