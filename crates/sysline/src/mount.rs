//! Mounts: file systems in the tree of files.
//!
//! Owns: calls on mounts, the older ones, which take paths and flags for all at once, and those by descriptor (Linux 5.2),
//! which make a file system, then a mount of it, and then give it a place. What is known of mounts is in
//! `mount/known.rs`. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the
//! `//sys` lines, whose wrappers are in `mount/lines.rs`.
//!
//! A process that may not mount anything gets `EPERM`. Options are the file system's own; one that names a descriptor by
//! its number (`fd=3`) takes it as `/proc/self/fd/3` does.
//!
//! # Examples
//!
//! ```
//! use sysline::fd::AsFd;
//! use sysline::fs::CWD;
//! use sysline::mount::*;
//!
//! fn scratch(at: &str) -> sysline::Result<()> {
//!     let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC)?;
//!     fsconfig_set_string(fs.as_fd(), "size", "1m")?;
//!     fsconfig_create(fs.as_fd())?;
//!     let mount = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, MountAttrFlags::NOEXEC)?;
//!     move_mount(mount.as_fd(), c"", CWD, at, MoveMountFlags::F_EMPTY_PATH)
//! }
//! # // It depends on whose superuser this is.
//! # assert!(scratch("/no such folder").is_err());
//! ```

use crate::abi::{Errno, PathArg, Result, with_c_str};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use core::ffi::CStr;
use core::marker::PhantomData;
use linux_raw_sys::general as c;

mod known;
mod lines;
mod messages;

pub use known::*;
pub use lines::*;
pub use messages::{FsMessage, MessageLevel, fs_message};

flags! {
    /// What [`mount`] does, and what a mount or a file system is (mount(2)).
    pub struct MountFlags: u32 {
        /// Nothing is written.
        RDONLY = c::MS_RDONLY;
        /// A program's bits for another user or group have no effect.
        NOSUID = c::MS_NOSUID;
        /// Devices can't be opened.
        NODEV = c::MS_NODEV;
        /// Nothing is executed.
        NOEXEC = c::MS_NOEXEC;
        /// A write returns when it is stored.
        SYNCHRONOUS = c::MS_SYNCHRONOUS;
        /// Changes flags and options of a mount that there is.
        REMOUNT = c::MS_REMOUNT;
        /// A change to a folder returns when it is stored.
        DIRSYNC = c::MS_DIRSYNC;
        /// No link is followed (Linux 5.10).
        NOSYMFOLLOW = c::MS_NOSYMFOLLOW;
        /// The time of the last access stays as it is.
        NOATIME = c::MS_NOATIME;
        /// A folder's time of the last access stays as it is.
        NODIRATIME = c::MS_NODIRATIME;
        /// Mounts a file or a folder that there is, once more.
        BIND = c::MS_BIND;
        /// Moves a mount.
        MOVE = c::MS_MOVE;
        /// With [`MountFlags::BIND`] or a change of propagation: the mounts below it too.
        REC = c::MS_REC;
        /// The kernel logs less.
        SILENT = c::MS_SILENT;
        /// As [`MountPropagationFlags::UNBINDABLE`].
        UNBINDABLE = c::MS_UNBINDABLE;
        /// As [`MountPropagationFlags::PRIVATE`].
        PRIVATE = c::MS_PRIVATE;
        /// As [`MountPropagationFlags::SLAVE`].
        SLAVE = c::MS_SLAVE;
        /// As [`MountPropagationFlags::SHARED`].
        SHARED = c::MS_SHARED;
        /// The time of the last access changes once after each change, and once a day.
        RELATIME = c::MS_RELATIME;
        /// Changes of a file count up its version.
        I_VERSION = c::MS_I_VERSION;
        /// The time of the last access is always kept.
        STRICTATIME = c::MS_STRICTATIME;
        /// Times are kept in memory, and stored with something else.
        LAZYTIME = c::MS_LAZYTIME;
    }

    /// Which mounts and unmounts below a mount are seen elsewhere (mount_namespaces(7)): one of the four, and
    /// [`MountPropagationFlags::REC`].
    pub struct MountPropagationFlags: u32 {
        /// They go to its peers, and come from there.
        SHARED = c::MS_SHARED;
        /// Neither go nor come.
        PRIVATE = c::MS_PRIVATE;
        /// They come from its master.
        SLAVE = c::MS_SLAVE;
        /// As private, and it can't be mounted once more.
        UNBINDABLE = c::MS_UNBINDABLE;
        /// All mounts below it too. Only for [`mount_change`].
        REC = c::MS_REC;
    }

    /// How [`umount2`] unmounts.
    pub struct UmountFlags: u32 {
        /// Also where it is in use, if the file system knows how: data may be lost.
        FORCE = c::MNT_FORCE;
        /// It leaves the tree now, and is unmounted when nobody uses it any more.
        DETACH = c::MNT_DETACH;
        /// Marks it, and is `EAGAIN`; one that is marked and was not used since is unmounted.
        EXPIRE = c::MNT_EXPIRE;
        /// A link as the path's last step is not followed.
        NOFOLLOW = c::UMOUNT_NOFOLLOW;
    }

    /// How [`fsopen`] opens.
    pub struct FsOpenFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::FSOPEN_CLOEXEC;
    }

    /// How [`fsmount`] opens.
    pub struct FsMountFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::FSMOUNT_CLOEXEC;
    }

    /// How [`fspick`] finds a mount, and opens.
    pub struct FsPickFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::FSPICK_CLOEXEC;
        /// A link as the path's last step is not followed.
        SYMLINK_NOFOLLOW = c::FSPICK_SYMLINK_NOFOLLOW;
        /// Nothing is mounted on the way.
        NO_AUTOMOUNT = c::FSPICK_NO_AUTOMOUNT;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::FSPICK_EMPTY_PATH;
    }

    /// What a mount is, apart from its file system (mount_setattr(2)).
    ///
    /// How the time of the last access is kept is one number of three bits, [`MountAttrFlags::ATIME`]: to set one of its
    /// values, clear all of it.
    pub struct MountAttrFlags: u32 {
        /// Nothing is written.
        RDONLY = c::MOUNT_ATTR_RDONLY;
        /// A program's bits for another user or group have no effect.
        NOSUID = c::MOUNT_ATTR_NOSUID;
        /// Devices can't be opened.
        NODEV = c::MOUNT_ATTR_NODEV;
        /// Nothing is executed.
        NOEXEC = c::MOUNT_ATTR_NOEXEC;
        /// All bits of how the time of the last access is kept; none of them is as `MS_RELATIME`.
        ATIME = c::MOUNT_ATTR__ATIME;
        /// The time of the last access stays as it is.
        NOATIME = c::MOUNT_ATTR_NOATIME;
        /// The time of the last access is always kept.
        STRICTATIME = c::MOUNT_ATTR_STRICTATIME;
        /// A folder's time of the last access stays as it is.
        NODIRATIME = c::MOUNT_ATTR_NODIRATIME;
        /// Owners are mapped: [`MountAttr::id_mapped`] says how.
        IDMAP = c::MOUNT_ATTR_IDMAP;
        /// No link is followed (Linux 5.14).
        NOSYMFOLLOW = c::MOUNT_ATTR_NOSYMFOLLOW;
    }

    /// How [`move_mount`] follows both paths: `F` is from where, `T` is to where.
    pub struct MoveMountFlags: u32 {
        /// A link as the last step is followed.
        F_SYMLINKS = c::MOVE_MOUNT_F_SYMLINKS;
        /// What is mounted when it is used is mounted.
        F_AUTOMOUNTS = c::MOVE_MOUNT_F_AUTOMOUNTS;
        /// An empty path is the descriptor itself.
        F_EMPTY_PATH = c::MOVE_MOUNT_F_EMPTY_PATH;
        /// A link as the last step is followed.
        T_SYMLINKS = c::MOVE_MOUNT_T_SYMLINKS;
        /// What is mounted when it is used is mounted.
        T_AUTOMOUNTS = c::MOVE_MOUNT_T_AUTOMOUNTS;
        /// An empty path is the descriptor itself.
        T_EMPTY_PATH = c::MOVE_MOUNT_T_EMPTY_PATH;
        /// Nothing moves: the second mount gets the first one's peers (Linux 5.15).
        SET_GROUP = c::MOVE_MOUNT_SET_GROUP;
        /// Below the mount that is on top there (Linux 6.5).
        BENEATH = c::MOVE_MOUNT_BENEATH;
    }

    /// How [`open_tree`] finds a mount, and opens.
    pub struct OpenTreeFlags: u32 {
        /// A copy of the mount, which has no place in the tree; without it, a descriptor as of `O_PATH`.
        CLONE = c::OPEN_TREE_CLONE;
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::OPEN_TREE_CLOEXEC;
        /// With [`OpenTreeFlags::CLONE`]: the mounts below it too.
        RECURSIVE = c::AT_RECURSIVE;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::AT_EMPTY_PATH;
        /// Nothing is mounted on the way.
        NO_AUTOMOUNT = c::AT_NO_AUTOMOUNT;
        /// A link as the path's last step is not followed.
        SYMLINK_NOFOLLOW = c::AT_SYMLINK_NOFOLLOW;
    }

    /// How [`mount_setattr`] finds a mount.
    pub struct SetAttrFlags: u32 {
        /// The mounts below it too.
        RECURSIVE = c::AT_RECURSIVE;
        /// An empty path is the descriptor itself.
        EMPTY_PATH = c::AT_EMPTY_PATH;
        /// Nothing is mounted on the way.
        NO_AUTOMOUNT = c::AT_NO_AUTOMOUNT;
        /// A link as the path's last step is not followed.
        SYMLINK_NOFOLLOW = c::AT_SYMLINK_NOFOLLOW;
    }
}

/// What is to change of a mount. `struct mount_attr` (`linux/mount.h`), as of Linux 5.12.
///
/// ```
/// use sysline::mount::{MountAttr, MountAttrFlags};
///
/// // Nothing is written, and times of access are never kept.
/// let attr = MountAttr::new()
///     .clear(MountAttrFlags::ATIME)
///     .set(MountAttrFlags::RDONLY | MountAttrFlags::NOATIME);
/// ```
#[derive(Clone, Copy, Debug)]
#[repr(transparent)]
pub struct MountAttr<'fd> {
    attr: c::mount_attr,
    namespace: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> MountAttr<'fd> {
    /// Nothing changes.
    pub const fn new() -> MountAttr<'fd> {
        MountAttr {
            attr: c::mount_attr {
                attr_set: 0,
                attr_clr: 0,
                propagation: 0,
                userns_fd: 0,
            },
            namespace: PhantomData,
        }
    }

    /// Sets flags, behind those that are cleared. [`MountAttrFlags::IDMAP`] is left out: it takes a descriptor.
    pub const fn set(mut self, flags: MountAttrFlags) -> MountAttr<'fd> {
        self.attr.attr_set |= flags.bits() as u64 & !(c::MOUNT_ATTR_IDMAP as u64);
        self
    }

    /// Clears flags.
    pub const fn clear(mut self, flags: MountAttrFlags) -> MountAttr<'fd> {
        self.attr.attr_clr |= flags.bits() as u64;
        self
    }

    /// Changes the propagation, to one of the four.
    pub const fn propagation(mut self, propagation: MountPropagationFlags) -> MountAttr<'fd> {
        self.attr.propagation = propagation.bits() as u64;
        self
    }

    /// Maps owners as a user namespace does: of a mount that has no place in the tree yet, and whose file system knows
    /// how. `namespace` is a descriptor of it (`/proc/PID/ns/user`).
    pub fn id_mapped<'new>(self, namespace: BorrowedFd<'new>) -> MountAttr<'new> {
        MountAttr {
            attr: c::mount_attr {
                attr_set: self.attr.attr_set | u64::from(c::MOUNT_ATTR_IDMAP),
                userns_fd: namespace.as_raw_fd() as u64,
                ..self.attr
            },
            namespace: PhantomData,
        }
    }
}

impl Default for MountAttr<'_> {
    fn default() -> Self {
        MountAttr::new()
    }
}

/// Changes flags and options of the mount at `target`, and of its file system. All flags that it is to have are given;
/// with [`MountFlags::BIND`] those of this mount only, and no options.
///
/// # Errors
///
/// Those of `mount(2)`.
#[doc(alias = "MS_REMOUNT")]
pub fn mount_remount(
    target: impl PathArg,
    flags: MountFlags,
    options: Option<&CStr>,
) -> Result<()> {
    mount(None, target, None, flags | MountFlags::REMOUNT, options)
}

/// Gives an option whose value is bytes: at least one, at most 1 MiB (Linux 5.2).
///
/// # Errors
///
/// Those of `fsconfig(2)`. `EINVAL`, without a call, where `key` holds a NUL or `value` is longer.
#[doc(alias = "fsconfig")]
pub fn fsconfig_set_binary(fs: BorrowedFd<'_>, key: impl PathArg, value: &[u8]) -> Result<()> {
    // The kernel takes the length as 32 bits: of 4 GiB and one byte it would take the byte.
    if value.len() > LONGEST_BINARY {
        return Err(Errno::EINVAL);
    }
    with_c_str(key, |key| lines::fsconfig_binary(fs, key, value))
}

/// `SYSCALL_DEFINE5(fsconfig)` of the kernel's `fs/fsopen.c`.
const LONGEST_BINARY: usize = 1 << 20;

// `enum fsconfig_command` (`linux/mount.h`)
const SET_FLAG: u32 = c::fsconfig_command::FSCONFIG_SET_FLAG as u32;
const SET_STRING: u32 = c::fsconfig_command::FSCONFIG_SET_STRING as u32;
const SET_BINARY: u32 = c::fsconfig_command::FSCONFIG_SET_BINARY as u32;
const SET_PATH: u32 = c::fsconfig_command::FSCONFIG_SET_PATH as u32;
const SET_PATH_EMPTY: u32 = c::fsconfig_command::FSCONFIG_SET_PATH_EMPTY as u32;
const SET_FD: u32 = c::fsconfig_command::FSCONFIG_SET_FD as u32;
const CREATE: u32 = c::fsconfig_command::FSCONFIG_CMD_CREATE as u32;
const CREATE_EXCL: u32 = c::fsconfig_command::FSCONFIG_CMD_CREATE_EXCL as u32;
const RECONFIGURE: u32 = c::fsconfig_command::FSCONFIG_CMD_RECONFIGURE as u32;

const BIND: MountFlags = MountFlags::BIND;
const BIND_ALL: MountFlags = MountFlags::BIND.union(MountFlags::REC);
const MOVE: MountFlags = MountFlags::MOVE;

const NO_PATH: &CStr = c"";
const ATTR_SIZE: usize = size_of::<c::mount_attr>();

/*
 * Lines
 */

// Mounts a file system of the kind `fstype` at `target`, from `source`: a device's path, or what the file system makes of
// it. `options` are the file system's own, with commas; the kernel drops what is behind the first page of them (4,095
// bytes, mostly) and does not say so. With flags that mean something else (`BIND`, `MOVE`, `REMOUNT`, a propagation) what
// is not needed is `None`.
//sys pub fn mount(source: Option<&CStr>, target: impl PathArg, fstype: Option<&CStr>,
//        flags: MountFlags, options: Option<&CStr>) -> Result<()>

// Mounts the file or the folder `source` at `target` once more, without what is mounted below it.
//sys #[doc(alias = "MS_BIND")] pub fn mount_bind(source: impl PathArg, target: impl PathArg, 0,
//        BIND) -> Result<()> = SYS_MOUNT

// Mounts the folder `source` at `target` once more, with all that is mounted below it.
//sys #[doc(alias = "MS_BIND")] pub fn mount_bind_recursive(source: impl PathArg,
//        target: impl PathArg, 0, BIND_ALL) -> Result<()> = SYS_MOUNT

// Moves the mount at `source` to `target`. [`move_mount`] does it by descriptors.
//sys #[doc(alias = "MS_MOVE")] pub fn mount_move(source: impl PathArg, target: impl PathArg, 0,
//        MOVE) -> Result<()> = SYS_MOUNT

// Changes which mounts and unmounts below the mount at `target` are seen elsewhere.
//sys pub fn mount_change(0, target: impl PathArg, 0,
//        propagation: MountPropagationFlags) -> Result<()> = SYS_MOUNT

// Unmounts what is on top at `target`. `EBUSY` where it is in use, `EINVAL` where nothing is mounted.
//sys pub fn umount2(target: impl PathArg, flags: UmountFlags) -> Result<()>

// Makes `new_root` the root of the tree, and puts the one before at `put_old`, which is `new_root` or below it. The two
// roots are mounts; neither what they are mounted on nor the mount of `put_old` is shared: else `EINVAL`. Processes whose
// root or folder was the root before are moved to the new one.
//sys pub fn pivot_root(new_root: impl PathArg, put_old: impl PathArg) -> Result<()>

// Starts to make a file system of the kind `fstype`; [`fsconfig_create`] makes it. `ENODEV` where the kernel knows no such
// kind (Linux 5.2).
//sys pub fn fsopen(fstype: impl PathArg, flags: FsOpenFlags) -> Result<OwnedFd>

// Starts to change the file system of the mount at `path`, which starts at the folder `dirfd`; [`fsconfig_reconfigure`]
// changes it (Linux 5.2).
//sys pub fn fspick(dirfd: BorrowedFd<'_>, path: impl PathArg,
//        flags: FsPickFlags) -> Result<OwnedFd>

// Gives an option that is a word (Linux 5.2). [`fs_message`] says why one is refused.
//sys pub fn fsconfig_set_flag(fs: BorrowedFd<'_>, SET_FLAG,
//        key: impl PathArg) -> Result<()> = SYS_FSCONFIG

// Gives an option with a value, such as `source` (Linux 5.2). Its name and its value have 255 bytes at most, else they are
// `EINVAL`.
//sys pub fn fsconfig_set_string(fs: BorrowedFd<'_>, SET_STRING, key: impl PathArg,
//        value: impl PathArg) -> Result<()> = SYS_FSCONFIG

// Gives an option whose value is what is at `path`, which starts at the folder `dirfd` (Linux 5.2).
//sys pub fn fsconfig_set_path(fs: BorrowedFd<'_>, SET_PATH, key: impl PathArg, path: impl PathArg,
//        dirfd: BorrowedFd<'_>) -> Result<()> = SYS_FSCONFIG

// Gives an option whose value is what `fd` is open for, as a path (Linux 5.2).
//sys pub fn fsconfig_set_path_empty(fs: BorrowedFd<'_>, SET_PATH_EMPTY, key: impl PathArg, NO_PATH,
//        fd: BorrowedFd<'_>) -> Result<()> = SYS_FSCONFIG

// Gives an option whose value is an open descriptor (Linux 5.2).
//sys pub fn fsconfig_set_fd(fs: BorrowedFd<'_>, SET_FD, key: impl PathArg, 0,
//        fd: BorrowedFd<'_>) -> Result<()> = SYS_FSCONFIG

// Makes the file system, or finds the one that is on the same device (Linux 5.2).
//sys pub fn fsconfig_create(fs: BorrowedFd<'_>, CREATE) -> Result<()> = SYS_FSCONFIG

// Makes the file system; `EBUSY` where there is one on the same device (Linux 6.6).
//sys pub fn fsconfig_create_excl(fs: BorrowedFd<'_>, CREATE_EXCL) -> Result<()> = SYS_FSCONFIG

// Changes the file system to what was given (Linux 5.2).
//sys pub fn fsconfig_reconfigure(fs: BorrowedFd<'_>, RECONFIGURE) -> Result<()> = SYS_FSCONFIG

// A mount of a file system that was made. It has no place in the tree: [`move_mount`] gives it one. Where nobody does, it
// is unmounted when the descriptor is closed (Linux 5.2).
//sys pub fn fsmount(fs: BorrowedFd<'_>, flags: FsMountFlags,
//        attr: MountAttrFlags) -> Result<OwnedFd>

// Moves a mount from one place to another, or gives one its first place. Each path starts at the folder before it; with
// [`MoveMountFlags::F_EMPTY_PATH`] an empty one is the mount that the descriptor is of (Linux 5.2).
//sys pub fn move_mount(from_dirfd: BorrowedFd<'_>, from: impl PathArg, to_dirfd: BorrowedFd<'_>,
//        to: impl PathArg, flags: MoveMountFlags) -> Result<()>

// Opens the mount at `path`, which starts at the folder `dirfd`, or a copy of it (Linux 5.2).
//sys pub fn open_tree(dirfd: BorrowedFd<'_>, path: impl PathArg,
//        flags: OpenTreeFlags) -> Result<OwnedFd>

// Opens a mount as [`open_tree`] does, and changes it as [`mount_setattr`] does (Linux 6.15).
//sys pub fn open_tree_attr(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: OpenTreeFlags,
//        attr: &MountAttr<'_>, ATTR_SIZE) -> Result<OwnedFd>

// Changes the mount at `path`, which starts at the folder `dirfd`. With [`SetAttrFlags::RECURSIVE`] all below it change,
// or none (Linux 5.12).
//sys pub fn mount_setattr(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: SetAttrFlags,
//        attr: &MountAttr<'_>, ATTR_SIZE) -> Result<()>

//sys pub(super) fn fsconfig_binary(fs: BorrowedFd<'_>, SET_BINARY, key: &CStr,
//        value: &[u8]) -> Result<()> = SYS_FSCONFIG

//sys pub(super) fn statmount_raw(request: &known::Request, bytes: &mut [u8],
//        0) -> Result<()> = SYS_STATMOUNT

//sys pub(super) fn listmount_raw(request: &known::Request, ids: &mut [MountId],
//        flags: ListMountFlags) -> Result<usize> = SYS_LISTMOUNT

//sys pub(super) fn statx(dirfd: BorrowedFd<'_>, path: &CStr, flags: u32, mask: u32,
//        out stat: c::statx) -> Result<c::statx>

//sys pub(super) fn read(fs: BorrowedFd<'_>, buffer: &mut [u8]) -> Result<usize>
