//! How a file is opened by its path.
//!
//! Owns: `open` and its kin, and what they are told. This file is read by the compiler and by `sysline gen`: hand-written
//! code comes first, then the `//sys` lines, whose wrappers are in `fs/open/lines.rs`.
//!
//! ```
//! use sysline::Errno;
//! use sysline::fd::AsFd;
//! use sysline::fs::{self, CWD, Mode, OFlags, OpenHow, ResolveFlags};
//!
//! # fn main() -> sysline::Result<()> {
//! let folder = fs::open("/proc/self", OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
//! // A path from somewhere else: it can't lead out of the folder.
//! let how = OpenHow::new(OFlags::RDONLY | OFlags::CLOEXEC).resolve(ResolveFlags::BENEATH);
//! # if fs::openat2(folder.as_fd(), "comm", &how).err() == Some(Errno::ENOSYS) { return Ok(()); }
//! fs::openat2(folder.as_fd(), "comm", &how)?;
//! let out = fs::openat2(folder.as_fd(), "../version", &how);
//! assert_eq!(out.err(), Some(Errno::EXDEV));
//! # Ok(())
//! # }
//! ```

use super::Mode;
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// How a file is opened (open(2)). One of [`OFlags::RDONLY`], [`OFlags::WRONLY`] and [`OFlags::RDWR`], and any of
    /// the others. The values differ between architectures. `O_LARGEFILE` is not here: it is always given.
    pub struct OFlags: u32 {
        /// For reading.
        RDONLY = c::O_RDONLY;
        /// For writing.
        WRONLY = c::O_WRONLY;
        /// For reading and writing.
        RDWR = c::O_RDWR;
        /// Each write goes to the end.
        APPEND = c::O_APPEND;
        /// Who is told by [`fcntl_setown`](crate::io::fcntl_setown) is sent a signal when there is something to read or
        /// room to write. [`fcntl_setfl`](crate::io::fcntl_setfl) sets it; to open with it has no effect.
        ASYNC = c::FASYNC;
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::O_CLOEXEC;
        /// The file is made where there is none.
        CREATE = c::O_CREAT;
        /// Past the page cache.
        DIRECT = c::O_DIRECT;
        /// Only a folder is opened.
        DIRECTORY = c::O_DIRECTORY;
        /// A write returns when its bytes are stored.
        DSYNC = c::O_DSYNC;
        /// With [`OFlags::CREATE`]: `EEXIST` where there is one. With [`OFlags::TMPFILE`]: it never gets a name.
        EXCL = c::O_EXCL;
        /// The time of the last access stays as it is.
        NOATIME = c::O_NOATIME;
        /// A terminal does not become the process's.
        NOCTTY = c::O_NOCTTY;
        /// A link as the path's last step is an error (`ELOOP`); with [`OFlags::PATH`] it is opened itself.
        NOFOLLOW = c::O_NOFOLLOW;
        /// No call on the descriptor waits.
        NONBLOCK = c::O_NONBLOCK;
        /// The place in the tree only, and not what is in it.
        PATH = c::O_PATH;
        /// A write returns when its bytes and all about them are stored.
        SYNC = c::O_SYNC;
        /// A file without a name, in the folder of the path.
        TMPFILE = c::O_TMPFILE;
        /// What is in the file goes away.
        TRUNC = c::O_TRUNC;
        /// The bits of the first three: `flags & OFlags::ACCMODE` is one of them.
        ACCMODE = c::O_ACCMODE;
    }

    /// How [`openat2`] follows a path. All of them hold for every step of the path, not for the last one only.
    pub struct ResolveFlags: u32 {
        /// `EXDEV` where a step is on another mount.
        NO_XDEV = c::RESOLVE_NO_XDEV;
        /// `ELOOP` where a step is one of the kernel's own links, such as those in `/proc/self/fd`.
        NO_MAGICLINKS = c::RESOLVE_NO_MAGICLINKS;
        /// `ELOOP` where a step is a link.
        NO_SYMLINKS = c::RESOLVE_NO_SYMLINKS;
        /// `EXDEV` where a step leads out of the folder that the path starts at: `..`, a link, an absolute path, any of
        /// the kernel's own links. `EAGAIN` where a `..` can't be trusted, because something is renamed meanwhile: ask
        /// again.
        BENEATH = c::RESOLVE_BENEATH;
        /// The folder that the path starts at is its root: `/` and `..` at the top lead there. The kernel's own links
        /// and renames meanwhile are as with [`ResolveFlags::BENEATH`].
        IN_ROOT = c::RESOLVE_IN_ROOT;
        /// `EAGAIN` where the path can't be followed without waiting for a disk (Linux 5.12).
        CACHED = c::RESOLVE_CACHED;
    }
}

/// What [`openat2`] is told. `struct open_how`.
///
/// As everywhere, `O_LARGEFILE` is given with it.
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct OpenHow(c::open_how);

impl OpenHow {
    const SIZE: usize = size_of::<OpenHow>();

    /// With flags, no permissions and no rules for the path.
    pub const fn new(flags: OFlags) -> OpenHow {
        // The kernel wants no flag beside `O_PATH` that is without meaning there (`build_open_flags`, fs/open.c).
        let large = if flags.contains(OFlags::PATH) {
            0
        } else {
            c::O_LARGEFILE
        };
        OpenHow(c::open_how {
            flags: (flags.bits() | large) as u64,
            mode: 0,
            resolve: 0,
        })
    }

    /// With the permissions of a file that is made. Other than with [`openat`] they are an error (`EINVAL`) where the flags
    /// make none.
    pub const fn mode(mut self, mode: Mode) -> OpenHow {
        self.0.mode = mode.bits() as u64;
        self
    }

    /// With rules for the path.
    pub const fn resolve(mut self, resolve: ResolveFlags) -> OpenHow {
        self.0.resolve = resolve.bits() as u64;
        self
    }
}

/*
 * Lines
 */

// Opens the file `path`. `mode` are the permissions of a file that is made, without those that [`umask`](crate::fs::umask)
// takes away.
//sys pub fn open(path: impl PathArg, flags: OFlags, mode: Mode) -> Result<OwnedFd>

// Opens the file `path`, which starts at the folder `dirfd`; [`CWD`](crate::fs::CWD) is the current one. `mode` are the
// permissions of a file that is made, without those that [`umask`](crate::fs::umask) takes away.
//sys pub fn openat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: OFlags,
//        mode: Mode) -> Result<OwnedFd>

// Opens the file `path`, which starts at the folder `dirfd`, by the rules of `how` (Linux 5.6). Flags that the kernel does
// not know are an error (`EINVAL`), where [`openat`] takes them for nothing.
//sys pub fn openat2(dirfd: BorrowedFd<'_>, path: impl PathArg, how: &OpenHow,
//        OpenHow::SIZE) -> Result<OwnedFd>

// Makes the file `path`, or takes away what is in it, and opens it for writing: [`open`] with [`OFlags::CREATE`],
// [`OFlags::WRONLY`] and [`OFlags::TRUNC`]. The descriptor stays open in programs that are executed: [`OFlags::CLOEXEC`]
// can be given to [`open`] only.
//sys pub fn creat(path: impl PathArg, mode: Mode) -> Result<OwnedFd>
