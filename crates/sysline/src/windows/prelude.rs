//! What a line for Windows may mention without anybody's `use`: the generated file has these names.

pub use super::{PathArg, Result, Win32Error};
pub use core::ffi::{CStr, c_char, c_int, c_long, c_uint, c_ulong, c_void};
pub use core::mem::MaybeUninit;
pub use core::ptr::NonNull;
