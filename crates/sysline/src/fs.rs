//! Files: their size, their space, their times, and what is known about them. Offsets have 64 bits on every
//! architecture.
//!
//! Owns: calls on files by path and by descriptor. This file is read by the compiler and by `sysline gen`: hand-written
//! code comes first, then the `//sys` lines, whose wrappers are in `fs/lines.rs`.

use crate::abi::{PathArg, Result, with_c_str};
use crate::fd::BorrowedFd;
use crate::flags::{flags, numbers};
use crate::time::Timespec;
use linux_raw_sys::general as c;

mod lines;
mod older;

pub use lines::*;

/// In the place of a folder's descriptor: a path that is not absolute starts at the process's current folder.
// SAFETY: it is no descriptor and never becomes one, and calls that take it know it (openat(2)).
pub const CWD: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(c::AT_FDCWD) };

impl Mode {
    /// The permissions of a number such as `0o644`, as `chmod` and others take them. Bits that are no permissions stay.
    pub const fn from_octal(mode: u32) -> Mode {
        Mode::from_bits_retain(mode)
    }
}

/// What is known about a file (statx(2)). `struct statx`, the same on every architecture.
pub type Statx = c::statx;

/// [`Timespec::tv_nsec`](Timespec) for [`utimensat`]: the time of the call.
pub const UTIME_NOW: i64 = 0x3fff_ffff; // linux/stat.h

/// [`Timespec::tv_nsec`](Timespec) for [`utimensat`]: leave the time as it is.
pub const UTIME_OMIT: i64 = 0x3fff_fffe; // linux/stat.h

flags! {
    /// The permissions of a file: who may do what (inode(7)). Where one is made, those that the process's umask has are
    /// taken away (umask(2)). A file's type is not in it.
    ///
    /// ```
    /// use sysline::fs::Mode;
    ///
    /// let mode = Mode::OWNER_ALL | Mode::GROUP_READ;
    /// assert_eq!(mode.bits(), 0o740);
    /// assert_eq!(Mode::from_octal(0o740), mode);
    /// ```
    pub struct Mode: u32 {
        /// Who executes it acts as its owner.
        SUID = c::S_ISUID;
        /// Who executes it acts as of its group; what is made in such a folder is of the folder's group.
        SGID = c::S_ISGID;
        /// What is in such a folder is taken away by its owner only.
        STICKY = c::S_ISVTX;
        /// Its owner may do anything.
        OWNER_ALL = c::S_IRWXU;
        /// Its owner may read it.
        OWNER_READ = c::S_IRUSR;
        /// Its owner may write it.
        OWNER_WRITE = c::S_IWUSR;
        /// Its owner may execute it, or go through the folder.
        OWNER_EXEC = c::S_IXUSR;
        /// Its group may do anything.
        GROUP_ALL = c::S_IRWXG;
        /// Its group may read it.
        GROUP_READ = c::S_IRGRP;
        /// Its group may write it.
        GROUP_WRITE = c::S_IWGRP;
        /// Its group may execute it, or go through the folder.
        GROUP_EXEC = c::S_IXGRP;
        /// All others may do anything.
        OTHERS_ALL = c::S_IRWXO;
        /// All others may read it.
        OTHERS_READ = c::S_IROTH;
        /// All others may write it.
        OTHERS_WRITE = c::S_IWOTH;
        /// All others may execute it, or go through the folder.
        OTHERS_EXEC = c::S_IXOTH;
    }

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
        /// With [`OFlags::CREATE`]: `EEXIST` where there is one.
        EXCL = c::O_EXCL;
        /// The time of the last access stays as it is.
        NOATIME = c::O_NOATIME;
        /// A terminal does not become the process's.
        NOCTTY = c::O_NOCTTY;
        /// A link as the path's last step is an error.
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
    }

    /// How a path is followed, and what a call does at its end.
    pub struct AtFlags: u32 {
        /// A link as the path's last step is not followed.
        SYMLINK_NOFOLLOW = c::AT_SYMLINK_NOFOLLOW;
        /// A link as the path's last step is followed, by calls that else don't.
        SYMLINK_FOLLOW = c::AT_SYMLINK_FOLLOW;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::AT_EMPTY_PATH;
        /// Nothing is mounted on the way.
        NO_AUTOMOUNT = c::AT_NO_AUTOMOUNT;
        /// [`statx()`] asks the server of a file that is elsewhere.
        STATX_FORCE_SYNC = c::AT_STATX_FORCE_SYNC;
        /// [`statx()`] asks no server.
        STATX_DONT_SYNC = c::AT_STATX_DONT_SYNC;
    }

    /// What [`statx()`] asks for; `stx_mask` says what it was given.
    pub struct StatxMask: u32 {
        /// The type, in `stx_mode`.
        TYPE = c::STATX_TYPE;
        /// The permissions, in `stx_mode`.
        MODE = c::STATX_MODE;
        /// How many names it has.
        NLINK = c::STATX_NLINK;
        /// Its owner.
        UID = c::STATX_UID;
        /// Its group.
        GID = c::STATX_GID;
        /// When it was last read.
        ATIME = c::STATX_ATIME;
        /// When it was last written.
        MTIME = c::STATX_MTIME;
        /// When anything about it last changed.
        CTIME = c::STATX_CTIME;
        /// Its number in the file system.
        INO = c::STATX_INO;
        /// Its size in bytes.
        SIZE = c::STATX_SIZE;
        /// Its space in units of 512 bytes.
        BLOCKS = c::STATX_BLOCKS;
        /// All above.
        BASIC_STATS = c::STATX_BASIC_STATS;
        /// When it was made.
        BTIME = c::STATX_BTIME;
        /// Which mount it is on (Linux 5.8).
        MNT_ID = c::STATX_MNT_ID;
    }

    /// What [`fallocate`] does. None of them: room is made, and the file grows to hold the range.
    pub struct FallocateFlags: u32 {
        /// The file's size stays.
        KEEP_SIZE = c::FALLOC_FL_KEEP_SIZE;
        /// The range becomes a hole; with [`FallocateFlags::KEEP_SIZE`].
        PUNCH_HOLE = c::FALLOC_FL_PUNCH_HOLE;
        /// The range is taken out, and what is behind it moves up.
        COLLAPSE_RANGE = c::FALLOC_FL_COLLAPSE_RANGE;
        /// The range becomes zero.
        ZERO_RANGE = c::FALLOC_FL_ZERO_RANGE;
        /// A hole of the range's size is put in.
        INSERT_RANGE = c::FALLOC_FL_INSERT_RANGE;
        /// Room that is shared with other files becomes the file's own.
        UNSHARE_RANGE = c::FALLOC_FL_UNSHARE_RANGE;
    }

    /// What [`sync_file_range`] does, in this order.
    pub struct SyncFileRange: u32 {
        /// Waits for what is being written.
        WAIT_BEFORE = c::SYNC_FILE_RANGE_WAIT_BEFORE;
        /// Starts to write what is not.
        WRITE = c::SYNC_FILE_RANGE_WRITE;
        /// Waits for that.
        WAIT_AFTER = c::SYNC_FILE_RANGE_WAIT_AFTER;
    }
}

numbers! {
    /// How a file will be read (posix_fadvise(2)). The values differ on s390x.
    pub struct Advice: u32 {
        /// Nothing is known.
        NORMAL = c::POSIX_FADV_NORMAL;
        /// Here and there.
        RANDOM = c::POSIX_FADV_RANDOM;
        /// From its start to its end.
        SEQUENTIAL = c::POSIX_FADV_SEQUENTIAL;
        /// Soon.
        WILLNEED = c::POSIX_FADV_WILLNEED;
        /// Not soon: its pages may leave the cache.
        DONTNEED = c::POSIX_FADV_DONTNEED;
        /// Once.
        NOREUSE = c::POSIX_FADV_NOREUSE;
    }
}

/// Sets the times of the last access and the last change of the file `path`, which starts at the folder `dirfd`:
/// `times` in this order. [`UTIME_NOW`] and [`UTIME_OMIT`] as nanoseconds have their own meaning.
///
/// # Errors
///
/// Those of `utimensat(2)`. `EINVAL`, without a call, where `path` holds a NUL. On a 32-bit kernel before 5.1
/// `EOVERFLOW` for a time before 1901 or after 2038.
#[doc(alias = "utimensat_time64")]
#[inline]
pub fn utimensat(
    dirfd: BorrowedFd<'_>,
    path: impl PathArg,
    times: &[Timespec; 2],
    flags: AtFlags,
) -> Result<()> {
    with_c_str(path, |path| {
        or_older!(
            lines::utimensat(dirfd, path, times, flags),
            older::utimensat(dirfd, path, times, flags)
        )
    })
}

/*
 * Lines
 */

// Opens the file `path`, which starts at the folder `dirfd`; [`CWD`] is the current one. `mode` are the permissions of
// a file that is made.
//sys pub fn openat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: OFlags,
//        mode: Mode) -> Result<OwnedFd>

// What is known about the file `path`, which starts at the folder `dirfd`.
//sys pub fn statx(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: AtFlags, mask: StatxMask,
//        out stat: Statx) -> Result<Statx>

// Makes the file `len` bytes long: what is behind goes away, what is missing reads as zeros.
//sys pub fn ftruncate(fd: BorrowedFd<'_>, len: u64) -> Result<()>

// Makes the file `path` `len` bytes long, as [`ftruncate`] does.
//sys pub fn truncate(path: impl PathArg, len: u64) -> Result<()>

// Makes, takes away or changes room for the bytes from `offset` on.
//sys pub fn fallocate(fd: BorrowedFd<'_>, flags: FallocateFlags, offset: u64,
//        len: u64) -> Result<()>

// Tells how the bytes from `offset` on will be used; a length of zero is up to the end.
//sys pub fn fadvise(fd: BorrowedFd<'_>, offset: u64, len: u64,
//        advice: Advice) -> Result<()> = SYS_FADVISE64

// Reads the bytes from `offset` on into the page cache.
//sys pub fn readahead(fd: BorrowedFd<'_>, offset: u64, len: usize) -> Result<()>

// Writes the changed pages from `offset` on to the disk, and nothing about the file: it is no [`fsync`] and promises
// nothing after a crash. A length of zero is up to the end.
//
// [`fsync`]: https://man7.org/linux/man-pages/man2/fsync.2.html
//sys pub fn sync_file_range(fd: BorrowedFd<'_>, offset: u64, len: u64,
//        flags: SyncFileRange) -> Result<()>

//sys pub(super) fn utimensat(dirfd: BorrowedFd<'_>, path: &CStr, times: &[Timespec; 2],
//        flags: AtFlags) -> Result<()>
