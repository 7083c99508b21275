//! Files by handles, which stay right when names change: what a file server gives its clients.
//!
//! Owns: [`FileHandle`]. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the
//! `//sys` lines, whose wrappers are in `fs/handle/lines.rs`.
//!
//! ```
//! use sysline::Errno;
//! use sysline::fs::{self, AtFlags, CWD, FileHandle, HandleFlags};
//!
//! # fn main() -> sysline::Result<()> {
//! match fs::name_to_handle_at(CWD, "/", HandleFlags::empty()) {
//!     Ok((handle, _mount)) => {
//!         // It can be stored and made again.
//!         let again = FileHandle::new(handle.kind(), handle.bytes());
//!         assert_eq!(again, Some(handle));
//!     }
//!     // Not every file system has them.
//!     Err(error) => assert!([Errno::EOPNOTSUPP, Errno::ENOSYS].contains(&error)),
//! }
//! # Ok(())
//! # }
//! ```

use super::OFlags;
use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use core::fmt;
use core::hash::{Hash, Hasher};
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// How [`name_to_handle_at`] follows a path, and which handle it gives.
    pub struct HandleFlags: u32 {
        /// A link as the path's last step is followed.
        SYMLINK_FOLLOW = c::AT_SYMLINK_FOLLOW;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::AT_EMPTY_PATH;
        /// The handle need only tell files apart, and can't be opened (Linux 6.5).
        FID = c::AT_HANDLE_FID;
        /// The mount's number is one that is never given twice (Linux 6.12).
        MNT_ID_UNIQUE = c::AT_HANDLE_MNT_ID_UNIQUE;
        /// The handle says in which folder the file is (Linux 6.13).
        CONNECTABLE = c::AT_HANDLE_CONNECTABLE;
    }
}

/// A file, for as long as its file system has it. `struct file_handle` (`linux/fcntl.h`), with room for all that the kernel
/// puts in one.
///
/// Its bytes are the file system's; two handles are of the same file where they are equal. The other way around it need not
/// hold.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FileHandle {
    len: u32,
    kind: i32,
    bytes: [u8; FileHandle::ROOM],
}

impl FileHandle {
    /// The most bytes that a handle has: `MAX_HANDLE_SZ` (linux/exportfs.h).
    pub const ROOM: usize = 128;

    /// A handle that was stored; `None` where there are more bytes than [`FileHandle::ROOM`].
    pub fn new(kind: i32, bytes: &[u8]) -> Option<FileHandle> {
        let mut handle = FileHandle {
            len: u32::try_from(bytes.len()).ok()?,
            kind,
            bytes: [0; FileHandle::ROOM],
        };
        handle.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        Some(handle)
    }

    /// How its bytes are meant. `handle_type`.
    pub const fn kind(&self) -> i32 {
        self.kind
    }

    /// Its bytes. `f_handle`.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len as usize] // no more than the room: `new` and `name_to_handle_at` see to it
    }
}

impl PartialEq for FileHandle {
    fn eq(&self, other: &FileHandle) -> bool {
        (self.kind, self.bytes()) == (other.kind, other.bytes())
    }
}

impl Eq for FileHandle {}

impl Hash for FileHandle {
    fn hash<H: Hasher>(&self, state: &mut H) {
        (self.kind, self.bytes()).hash(state);
    }
}

impl fmt::Debug for FileHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileHandle")
            .field("kind", &self.kind)
            .field("bytes", &self.bytes())
            .finish()
    }
}

/// The handle of the file `path`, which starts at the folder `dirfd`, and the number of the mount that it was found on, as
/// `/proc/self/mountinfo` has it. [`CWD`](crate::fs::CWD) is the current folder.
///
/// # Errors
///
/// Those of `name_to_handle_at(2)`: `EOPNOTSUPP` where the file system has no handles. `EINVAL`, without a call, where
/// `path` holds a NUL.
pub fn name_to_handle_at(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    flags: HandleFlags,
) -> Result<(FileHandle, u64)> {
    let mut handle = FileHandle {
        len: FileHandle::ROOM as u32,
        kind: 0,
        bytes: [0; FileHandle::ROOM],
    };
    let mut mount = 0u64; // a flag decides whether an `int` or all of it is written
    with_c_str(path, |path| {
        // SAFETY: the handle has as much room as it says, and the mount's number as much as the larger of its types.
        unsafe { lines::name_to_handle_at(dirfd, path, &mut handle, &mut mount, flags) }
    })?;
    if handle.len as usize > FileHandle::ROOM {
        return Err(Errno::EOVERFLOW);
    }
    let mount = if flags.contains(HandleFlags::MNT_ID_UNIQUE) {
        mount
    } else {
        let [a, b, c, d, ..] = mount.to_ne_bytes();
        u32::from_ne_bytes([a, b, c, d]).into()
    };
    Ok((handle, mount))
}

#[cfg(test)]
crate::layout::c_layout!(FileHandle = "struct file_handle" {
    len = handle_bytes,
    kind = handle_type,
    bytes = f_handle,
});

/*
 * Lines
 */

// Opens the file of a handle. `mount_fd` is any file on the mount that it was found on. It needs `CAP_DAC_READ_SEARCH`:
// no folder on the way is asked. A file that is gone is `ESTALE`.
//sys pub fn open_by_handle_at(mount_fd: BorrowedFd<'_>, handle: &FileHandle,
//        flags: OFlags) -> Result<OwnedFd>

//sys pub(super) unsafe fn name_to_handle_at(dirfd: BorrowedFd<'_>, path: &CStr,
//        handle: &mut FileHandle, mount: &mut u64, flags: HandleFlags) -> Result<()>
