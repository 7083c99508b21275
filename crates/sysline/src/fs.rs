//! Files, by path and by descriptor. Offsets, sizes and times have 64 bits on every architecture.
//!
//! Owns: the types that its rooms share, and calls on what is in a file. The rooms in `fs/` have the rest: how a file is
//! opened (`open`, `handle`), what is known about it (`stat`, `statfs`), who may do what with it and its times
//! (`attributes`, `xattr`), its names (`names`), where paths start and links lead (`folders`), what is in a folder
//! (`dirents`) and what happens in one (`inotify`), and files in memory (`memfd`). This file is read by the compiler and by
//! `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `fs/lines.rs`.
//!
//! ```
//! use sysline::fd::AsFd;
//! use sysline::fs::{self, CWD, FileType, Mode, OFlags};
//!
//! # fn main() -> sysline::Result<()> {
//! # let path = std::env::temp_dir().join(format!("sysline-fs-{}", std::process::id()));
//! let flags = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
//! let file = fs::openat(CWD, &path, flags, Mode::from_octal(0o600))?;
//! fs::ftruncate(file.as_fd(), 5)?;
//! let stat = fs::fstat(file.as_fd())?;
//! assert_eq!((stat.size(), stat.file_type()), (5, FileType::REGULAR));
//! fs::unlink(&path)?;
//! # Ok(())
//! # }
//! ```

use crate::abi::{Arg, Word};
use crate::fd::BorrowedFd;
use crate::flags::{flags, numbers};
use core::fmt;
use linux_raw_sys::general as c;

mod attributes;
mod dirents;
mod folders;
mod handle;
pub mod inotify;
mod lines;
mod memfd;
mod names;
mod older;
mod open;
mod stat;
mod statfs;
mod xattr;

pub use attributes::*;
pub use dirents::*;
pub use folders::*;
pub use handle::*;
pub use lines::*;
pub use memfd::*;
pub use names::*;
pub use open::*;
pub use stat::*;
pub use statfs::*;
pub use xattr::*;

/// In the place of a folder's descriptor: a path that is not absolute starts at the process's current folder.
// SAFETY: it is no descriptor and never becomes one, and calls that take it know it (openat(2)).
pub const CWD: BorrowedFd<'static> = unsafe { BorrowedFd::borrow_raw(c::AT_FDCWD) };

/// The number of a device: which driver it is (the major number), and which of its devices (the minor one). A `dev_t` as
/// the kernel has it between itself and programs: 32 bits, of which the major number has 12 and the minor one 20.
///
/// ```
/// use sysline::fs::Dev;
///
/// let null = Dev::new(1, 3).unwrap();
/// assert_eq!((null.major(), null.minor()), (1, 3));
/// assert_eq!(null.to_string(), "1:3");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Dev(u32);

impl Dev {
    /// No device.
    pub const NONE: Dev = Dev(0);

    /// The device of two numbers; `None` where the major one is above 4,095 or the minor one above 1,048,575.
    #[doc(alias = "makedev")]
    pub const fn new(major: u32, minor: u32) -> Option<Dev> {
        if major > 0xfff || minor > 0xf_ffff {
            return None;
        }
        Some(Dev(minor & 0xff | major << 8 | (minor & !0xff) << 12)) // new_encode_dev, linux/kdev_t.h
    }

    /// The device of the kernel's number.
    pub const fn from_raw(number: u32) -> Dev {
        Dev(number)
    }

    /// The kernel's number.
    pub const fn raw(self) -> u32 {
        self.0
    }

    /// Which driver it is.
    pub const fn major(self) -> u32 {
        self.0 >> 8 & 0xfff
    }

    /// Which of the driver's devices it is.
    pub const fn minor(self) -> u32 {
        self.0 & 0xff | self.0 >> 12 & 0xf_ff00
    }
}

impl fmt::Display for Dev {
    /// Both numbers, as the kernel's files have them: `8:1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.major(), self.minor())
    }
}

impl From<Dev> for u64 {
    /// As `std` has it (`MetadataExt::dev`).
    fn from(dev: Dev) -> u64 {
        dev.0.into()
    }
}

// SAFETY: a device is its number.
unsafe impl Arg for Dev {
    type Words = [Word; 1];
    #[inline(always)]
    fn into_words(self) -> [Word; 1] {
        self.0.into_words()
    }
}

/// A range of a file, for [`cachestat`]. `struct cachestat_range`, the same on every architecture.
pub type CachestatRange = c::cachestat_range;

/// How many pages of a range are where. `struct cachestat`, the same on every architecture.
pub type Cachestat = c::cachestat;

impl Mode {
    /// The permissions of a number such as `0o644`, as `chmod` and others take them. Bits that are no permissions stay.
    pub const fn from_octal(mode: u32) -> Mode {
        Mode::from_bits_retain(mode)
    }
}

flags! {
    /// The permissions of a file: who may do what (inode(7)). Where one is made, those that the process's umask has are
    /// taken away ([`umask`]). A file's type is not in it: that is a [`FileType`].
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

    /// How a path is followed, and what a call does at its end.
    pub struct AtFlags: u32 {
        /// A link as the path's last step is not followed.
        SYMLINK_NOFOLLOW = c::AT_SYMLINK_NOFOLLOW;
        /// A link as the path's last step is followed, by calls that else don't.
        SYMLINK_FOLLOW = c::AT_SYMLINK_FOLLOW;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::AT_EMPTY_PATH;
        /// [`unlinkat`] takes away a folder, and no file. The same bit as [`AtFlags::EACCESS`].
        REMOVEDIR = c::AT_REMOVEDIR;
        /// [`faccessat`] asks for the effective user and group. The same bit as [`AtFlags::REMOVEDIR`].
        EACCESS = c::AT_EACCESS;
        /// What is mounted when somebody goes there is not mounted because the path ends there (automount points).
        NO_AUTOMOUNT = c::AT_NO_AUTOMOUNT;
        /// [`statx()`] asks the server of a file that is elsewhere.
        STATX_FORCE_SYNC = c::AT_STATX_FORCE_SYNC;
        /// [`statx()`] asks no server.
        STATX_DONT_SYNC = c::AT_STATX_DONT_SYNC;
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
        /// Zeros are written to the range, so that later writes there need no change of what is known about the file
        /// (Linux 6.17).
        WRITE_ZEROES = c::FALLOC_FL_WRITE_ZEROES;
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
    /// What a file is (inode(7)).
    pub struct FileType: u32 {
        /// Not known: a file system may not say it with a folder's entries.
        UNKNOWN = 0;
        /// A pipe with a name.
        FIFO = c::S_IFIFO;
        /// A device that is read and written byte by byte.
        CHAR_DEVICE = c::S_IFCHR;
        /// A folder.
        DIRECTORY = c::S_IFDIR;
        /// A device that is read and written in blocks.
        BLOCK_DEVICE = c::S_IFBLK;
        /// A file that holds bytes.
        REGULAR = c::S_IFREG;
        /// A symbolic link.
        SYMLINK = c::S_IFLNK;
        /// A socket.
        SOCKET = c::S_IFSOCK;
    }

    /// What [`flock`] does.
    pub struct FlockOp: u32 {
        /// Locks it together with others who do; waits until nobody has it for himself.
        SHARED = c::LOCK_SH;
        /// Locks it for oneself; waits until nobody else has it.
        EXCLUSIVE = c::LOCK_EX;
        /// Gives it up.
        UNLOCK = c::LOCK_UN;
        /// As [`FlockOp::SHARED`], and `EWOULDBLOCK` in place of waiting.
        TRY_SHARED = c::LOCK_SH | c::LOCK_NB;
        /// As [`FlockOp::EXCLUSIVE`], and `EWOULDBLOCK` in place of waiting.
        TRY_EXCLUSIVE = c::LOCK_EX | c::LOCK_NB;
    }

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

impl FileType {
    /// The type in a `st_mode`, whose other bits are permissions.
    #[doc(alias = "S_IFMT")]
    pub const fn from_mode(mode: u32) -> FileType {
        FileType(mode & c::S_IFMT)
    }

    /// The type that a folder's entry has (`d_type` of getdents64(2)). One that is no `DT_...` is kept as it is.
    #[doc(alias = "DTTOIF")]
    pub const fn from_dirent_type(d_type: u8) -> FileType {
        FileType((d_type as u32) << 12) // fs/fs_types.c: S_IFMT's bits, moved down
    }
}

/*
 * Lines
 */

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
//sys pub fn sync_file_range(fd: BorrowedFd<'_>, offset: u64, len: u64,
//        flags: SyncFileRange) -> Result<()>

// Returns when the file, with all that is known about it, is stored. Its name in its folder is not part of it: that is
// the folder's, which can be synced too.
//sys pub fn fsync(fd: BorrowedFd<'_>) -> Result<()>

// Returns when what is in the file is stored, and what is needed to read it: its size, but not its times.
//sys pub fn fdatasync(fd: BorrowedFd<'_>) -> Result<()>

// Returns when all file systems are stored.
//sys pub fn sync()

// Returns when the file system that the file is on is stored.
//sys pub fn syncfs(fd: BorrowedFd<'_>) -> Result<()>

// Locks the open file, or gives the lock up. All descriptors of one opening share the lock, and it ends with the last of
// them. Nobody is kept from reading or writing: the lock is between those who ask for it.
//sys pub fn flock(fd: BorrowedFd<'_>, op: FlockOp) -> Result<()>

// How many pages of a range of the file are in the page cache, and how many of them wait to be written. A length of zero
// is up to the end (Linux 6.5).
//sys pub fn cachestat(fd: BorrowedFd<'_>, range: &CachestatRange, out stat: Cachestat,
//        0) -> Result<Cachestat>
