//! What a line may mention without anybody's `use`: the generated file has these names, and who writes
//! [`sys!`](crate::sys) takes them with `use sysline::prelude::*`.

pub use crate::abi::{Arg, Errno, PathArg, Result};
pub use crate::fd::{AsFd, BorrowedFd, OwnedFd, RawFd};
pub use crate::process::Pid;
pub use core::ffi::{CStr, c_char, c_int, c_long, c_uint, c_ulong, c_void};
pub use core::mem::MaybeUninit;
pub use core::ptr::NonNull;
