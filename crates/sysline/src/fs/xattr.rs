//! Extended attributes: named values that a file has beside its content (xattr(7)). A name starts with its kind:
//! `user.`, `trusted.`, `security.`, `system.`.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let file = std::fs::File::open("/proc/self/exe").unwrap();
//! use sysline::fd::AsFd;
//! use sysline::fs;
//!
//! let mut buffer = [0; 1024];
//! let len = fs::flistxattr_into(file.as_fd(), &mut buffer)?;
//! for name in fs::xattr_names(&buffer[..len]) {
//!     println!("{:?}", name?);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! An empty buffer asks for the size: the call says how many bytes there are, and writes none. A buffer that is not empty
//! and too short is `ERANGE`; so is a name that is empty or has more than 255 bytes.
//!
//! Owns: values, and lists of names. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `xattr/lines.rs`.

use super::AtFlags;
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use core::ffi::CStr;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`setxattr`] does where the file has such an attribute, or has none. Without a flag both are right.
    pub struct XattrFlags: u32 {
        /// `EEXIST` where there is one.
        CREATE = c::XATTR_CREATE;
        /// `ENODATA` where there is none.
        REPLACE = c::XATTR_REPLACE;
    }
}

/// The names that `bytes` holds, as [`listxattr_into`] has left them: each ends in a NUL.
pub const fn xattr_names(bytes: &[u8]) -> XattrNames<'_> {
    XattrNames { bytes }
}

/// The names of attributes: see [`xattr_names`].
///
/// A last name without its NUL, which no kernel writes, is `Err(Errno::EIO)`.
#[derive(Clone, Debug)]
pub struct XattrNames<'a> {
    bytes: &'a [u8],
}

impl<'a> Iterator for XattrNames<'a> {
    type Item = Result<&'a CStr>;

    fn next(&mut self) -> Option<Result<&'a CStr>> {
        if self.bytes.is_empty() {
            return None;
        }
        let name = CStr::from_bytes_until_nul(self.bytes).map_err(|_| Errno::EIO);
        self.bytes = name.map_or(&[], |name| &self.bytes[name.count_bytes() + 1..]);
        Some(name)
    }
}

impl core::iter::FusedIterator for XattrNames<'_> {}

/// The value of the attribute `name` of the file `path`, which starts at the folder `dirfd`; says how many bytes it has. An
/// empty `value` asks for that only (Linux 6.13).
///
/// Of `flags`, [`AtFlags::SYMLINK_NOFOLLOW`] and [`AtFlags::EMPTY_PATH`] have a meaning.
///
/// # Errors
///
/// Those of `getxattr(2)`. `EINVAL`, without a call, where `path` or `name` holds a NUL. `ENOSYS` of an older kernel.
#[doc(alias = "getxattrat")]
#[inline]
pub fn getxattrat_into(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    flags: AtFlags,
    name: impl PathArg,
    value: &mut [u8],
) -> Result<usize> {
    with_c_str(path, |path| {
        with_c_str(name, |name| {
            let mut args = c::xattr_args {
                value: value.as_mut_ptr().expose_provenance() as u64,
                size: size_of_value(value),
                flags: 0,
            };
            let size = size_of::<c::xattr_args>();
            // SAFETY: the kernel writes to `value`, and not behind its end.
            unsafe { lines::getxattrat_raw(dirfd, path, flags, name, &mut args, size) }
        })
    })
}

/// Sets the attribute `name` of the file `path`, which starts at the folder `dirfd` (Linux 6.13).
///
/// Of `flags`, [`AtFlags::SYMLINK_NOFOLLOW`] and [`AtFlags::EMPTY_PATH`] have a meaning.
///
/// # Errors
///
/// Those of `setxattr(2)`. `EINVAL`, without a call, where `path` or `name` holds a NUL. `ENOSYS` of an older kernel.
#[inline]
pub fn setxattrat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    flags: AtFlags,
    name: impl PathArg,
    value: &[u8],
    how: XattrFlags,
) -> Result<()> {
    with_c_str(path, |path| {
        with_c_str(name, |name| {
            let args = c::xattr_args {
                value: value.as_ptr().expose_provenance() as u64,
                size: size_of_value(value),
                flags: how.bits(),
            };
            let size = size_of::<c::xattr_args>();
            // SAFETY: the kernel reads `value`, and not behind its end.
            unsafe { lines::setxattrat_raw(dirfd, path, flags, name, &args, size) }
        })
    })
}

/// A size for `struct xattr_args`. No value has more than 64 KiB: what is cut off here the kernel would refuse to set, and
/// not fill.
fn size_of_value(value: &[u8]) -> u32 {
    u32::try_from(value.len()).unwrap_or(u32::MAX)
}

#[cfg(feature = "alloc")]
mod growing {
    use super::*;
    use alloc::vec::Vec;

    /// The longest value and the longest list (`XATTR_SIZE_MAX`, `XATTR_LIST_MAX` of `linux/limits.h`). The kernel takes a
    /// longer buffer for one of this size, and has `E2BIG` where that is too short.
    const LONGEST: usize = c::XATTR_SIZE_MAX as usize;
    const _: () = assert!(LONGEST == c::XATTR_LIST_MAX as usize);

    /// What `read` leaves in a buffer, in one that is long enough. It ends: where there is more than `read` had said, as
    /// somebody has just put it there, the next buffer has room for all that there can be.
    fn grow(mut read: impl FnMut(&mut [u8]) -> Result<usize>) -> Result<Vec<u8>> {
        let mut buffer = Vec::new();
        let mut room = match read(&mut [])? {
            0 => return Ok(buffer),
            len => len,
        };
        loop {
            buffer
                .try_reserve_exact(room - buffer.len())
                .map_err(|_| Errno::ENOMEM)?;
            buffer.resize(room, 0);
            match read(&mut buffer) {
                Err(Errno::ERANGE) if room < LONGEST => room = LONGEST,
                Ok(len) if len > room => return Err(Errno::EIO),
                Ok(len) => {
                    buffer.truncate(len);
                    return Ok(buffer);
                }
                Err(errno) => return Err(errno),
            }
        }
    }

    macro_rules! growing {
        ($($(#[$attr:meta])* $name:ident($($param:ident: $ty:ty),*) = $call:ident($($arg:ident),*) [$($string:ident)*];)*) => {$(
            $(#[$attr])*
            ///
            /// # Errors
            ///
            #[doc = concat!("Those of [`", stringify!($call), "`]; `ENOMEM` where the heap has no room. Never `ERANGE` for what is read.")]
            pub fn $name($($param: $ty),*) -> Result<Vec<u8>> {
                growing!(@strings ($($string)*) grow(|buffer| $call($($arg,)* buffer)))
            }
        )*};
        (@strings () $then:expr) => { $then };
        (@strings ($string:ident $($rest:ident)*) $then:expr) => {
            with_c_str($string, |$string| growing!(@strings ($($rest)*) $then))
        };
    }

    growing! {
        /// The value of the attribute `name` of the file `path`, however long it is.
        getxattr(path: impl PathArg, name: impl PathArg) = getxattr_into(path, name) [path name];
        /// The value of the attribute `name` of the link `path`, however long it is.
        lgetxattr(path: impl PathArg, name: impl PathArg) = lgetxattr_into(path, name) [path name];
        /// The value of the attribute `name` of the file `fd`, however long it is.
        fgetxattr(fd: BorrowedFd<'_>, name: impl PathArg) = fgetxattr_into(fd, name) [name];
        /// The value of the attribute `name` of the file `path`, which starts at the folder `dirfd`, however long it is (Linux
        /// 6.13).
        getxattrat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags, name: impl PathArg)
            = getxattrat_into(dirfd, path, flags, name) [path name];
        /// The names of all attributes of the file `path`, for [`xattr_names`].
        listxattr(path: impl PathArg) = listxattr_into(path) [path];
        /// The names of all attributes of the link `path`, for [`xattr_names`].
        llistxattr(path: impl PathArg) = llistxattr_into(path) [path];
        /// The names of all attributes of the file `fd`, for [`xattr_names`].
        flistxattr(fd: BorrowedFd<'_>) = flistxattr_into(fd) [];
        /// The names of all attributes of the file `path`, which starts at the folder `dirfd`, for [`xattr_names`] (Linux 6.13).
        listxattrat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags)
            = listxattrat_into(dirfd, path, flags) [path];
    }

    #[cfg(test)]
    mod tests {
        use super::*;
        use std::vec;

        /// A value that is what `lens` say, one after the other, each time that it is asked for.
        fn changing(lens: &[usize]) -> (Result<Vec<u8>>, usize) {
            let mut lens = lens.iter().copied();
            let mut calls = 0;
            let grown = grow(|buffer| {
                calls += 1;
                let len = lens.next().expect("one call more than there need be");
                if buffer.is_empty() {
                    return Ok(len);
                }
                let buffer = buffer.get_mut(..len).ok_or(Errno::ERANGE)?;
                buffer.fill(b'x');
                Ok(len)
            });
            (grown, calls)
        }

        #[test]
        fn what_grows_between_two_calls_is_read_all_the_same() {
            for (lens, expected, calls) in [
                (&[0][..], 0, 1),
                (&[5, 5], 5, 2),
                (&[5, 3], 3, 2),
                (&[5, 0], 0, 2),
                (&[5, 6, 7], 7, 3),
                (&[1, 9, LONGEST], LONGEST, 3),
            ] {
                assert_eq!(
                    changing(lens),
                    (Ok(vec![b'x'; expected]), calls),
                    "{lens:?}"
                );
            }
        }

        #[test]
        fn it_ends_and_believes_no_length() {
            assert_eq!(changing(&[5, 6, LONGEST + 1]), (Err(Errno::ERANGE), 3));
            let liar = |buffer: &mut [u8]| Ok(buffer.len() + 1);
            assert_eq!(grow(liar), Err(Errno::EIO));
            assert_eq!(grow(|_| Err(Errno::ENODATA)), Err(Errno::ENODATA));
        }
    }
}

#[cfg(feature = "alloc")]
pub use growing::*;

/*
 * Lines
 */

// The value of the attribute `name` of the file `path`; says how many bytes it has. An empty `value` asks for that only.
//sys pub fn getxattr_into(path: impl PathArg, name: impl PathArg,
//        value: &mut [u8]) -> Result<usize> = SYS_GETXATTR

// As [`getxattr_into`], of a link itself.
//sys pub fn lgetxattr_into(path: impl PathArg, name: impl PathArg,
//        value: &mut [u8]) -> Result<usize> = SYS_LGETXATTR

// As [`getxattr_into`], of an open file.
//sys pub fn fgetxattr_into(fd: BorrowedFd<'_>, name: impl PathArg,
//        value: &mut [u8]) -> Result<usize> = SYS_FGETXATTR

// Sets the attribute `name` of the file `path`.
//sys pub fn setxattr(path: impl PathArg, name: impl PathArg, value: &[u8],
//        flags: XattrFlags) -> Result<()>

// As [`setxattr`], of a link itself, which can have no `user.` attributes.
//sys pub fn lsetxattr(path: impl PathArg, name: impl PathArg, value: &[u8],
//        flags: XattrFlags) -> Result<()>

// As [`setxattr`], of an open file.
//sys pub fn fsetxattr(fd: BorrowedFd<'_>, name: impl PathArg, value: &[u8],
//        flags: XattrFlags) -> Result<()>

// The names of all attributes of the file `path`, for [`xattr_names`]; says how many bytes they have. An empty `names`
// asks for that only.
//sys pub fn listxattr_into(path: impl PathArg, names: &mut [u8]) -> Result<usize> = SYS_LISTXATTR

// As [`listxattr_into`], of a link itself.
//sys pub fn llistxattr_into(path: impl PathArg, names: &mut [u8]) -> Result<usize> = SYS_LLISTXATTR

// As [`listxattr_into`], of an open file.
//sys pub fn flistxattr_into(fd: BorrowedFd<'_>, names: &mut [u8]) -> Result<usize> = SYS_FLISTXATTR

// Takes the attribute `name` away from the file `path`; `ENODATA` where it has none.
//sys pub fn removexattr(path: impl PathArg, name: impl PathArg) -> Result<()>

// As [`removexattr`], from a link itself.
//sys pub fn lremovexattr(path: impl PathArg, name: impl PathArg) -> Result<()>

// As [`removexattr`], from an open file.
//sys pub fn fremovexattr(fd: BorrowedFd<'_>, name: impl PathArg) -> Result<()>

// As [`listxattr_into`], of the file `path`, which starts at the folder `dirfd` (Linux 6.13). Of `flags`,
// [`AtFlags::SYMLINK_NOFOLLOW`] and [`AtFlags::EMPTY_PATH`] have a meaning.
//sys pub fn listxattrat_into(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags,
//        names: &mut [u8]) -> Result<usize> = SYS_LISTXATTRAT

// As [`removexattr`], from the file `path`, which starts at the folder `dirfd` (Linux 6.13). Of `flags`,
// [`AtFlags::SYMLINK_NOFOLLOW`] and [`AtFlags::EMPTY_PATH`] have a meaning.
//sys pub fn removexattrat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags,
//        name: impl PathArg) -> Result<()>

//sys pub(super) unsafe fn getxattrat_raw(dirfd: BorrowedFd<'_>, path: &CStr, flags: AtFlags,
//        name: &CStr, args: &mut c::xattr_args, size: usize) -> Result<usize> = SYS_GETXATTRAT

//sys pub(super) unsafe fn setxattrat_raw(dirfd: BorrowedFd<'_>, path: &CStr, flags: AtFlags,
//        name: &CStr, args: &c::xattr_args, size: usize) -> Result<()> = SYS_SETXATTRAT
