//! What is known about a file system.
//!
//! Owns: [`StatFs`], the same on every architecture. This file is read by the compiler and by `sysline gen`: hand-written
//! code comes first, then the `//sys` lines, whose wrappers are in `fs/statfs/lines.rs`.
//!
//! ```
//! use sysline::fs::{self, FsType};
//!
//! # fn main() -> sysline::Result<()> {
//! let proc = fs::statfs("/proc")?;
//! assert_eq!(proc.fs_type(), FsType::PROC);
//! # Ok(())
//! # }
//! ```
#![allow(clippy::unnecessary_cast)] // the fields have other types on other architectures

use crate::flags::{flags, numbers};
use core::fmt;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// How a file system is mounted, as [`StatFs::flags`] says it (`linux/statfs.h` of the kernel).
    pub struct StatFsFlags: u32 {
        /// Nothing is written.
        RDONLY = 0x1;
        /// [`Mode::SUID`](crate::fs::Mode::SUID) and [`Mode::SGID`](crate::fs::Mode::SGID) mean nothing.
        NOSUID = 0x2;
        /// Devices can't be opened.
        NODEV = 0x4;
        /// Programs can't be executed.
        NOEXEC = 0x8;
        /// A write returns when its bytes are stored.
        SYNCHRONOUS = 0x10;
        /// There may be locks that keep others from reading and writing.
        MANDLOCK = 0x40;
        /// The time of the last access stays as it is.
        NOATIME = 0x400;
        /// That of folders stays as it is.
        NODIRATIME = 0x800;
        /// The time of the last access is changed where the last write came after it.
        RELATIME = 0x1000;
        /// No link is followed (Linux 5.10).
        NOSYMFOLLOW = 0x2000;
    }
}

numbers! {
    /// Which kind of file system it is (statfs(2), `linux/magic.h`).
    pub struct FsType: u32 {
        /// ext2, ext3 and ext4: they have one number.
        EXT4 = c::EXT4_SUPER_MAGIC;
        /// XFS.
        XFS = c::XFS_SUPER_MAGIC;
        /// Btrfs.
        BTRFS = c::BTRFS_SUPER_MAGIC;
        /// F2FS.
        F2FS = c::F2FS_SUPER_MAGIC;
        /// FAT.
        MSDOS = c::MSDOS_SUPER_MAGIC;
        /// In memory, and in swap.
        TMPFS = c::TMPFS_MAGIC;
        /// In memory.
        RAMFS = c::RAMFS_MAGIC;
        /// Of large pages.
        HUGETLBFS = c::HUGETLBFS_MAGIC;
        /// Layers of others.
        OVERLAYFS = c::OVERLAYFS_SUPER_MAGIC;
        /// Squashfs, which is read only.
        SQUASHFS = c::SQUASHFS_MAGIC;
        /// A CD's.
        ISOFS = c::ISOFS_SUPER_MAGIC;
        /// A program's.
        FUSE = c::FUSE_SUPER_MAGIC;
        /// NFS.
        NFS = c::NFS_SUPER_MAGIC;
        /// CIFS.
        CIFS = c::CIFS_SUPER_MAGIC;
        /// 9P.
        V9FS = c::V9FS_MAGIC;
        /// `/proc`.
        PROC = c::PROC_SUPER_MAGIC;
        /// `/sys`.
        SYSFS = c::SYSFS_MAGIC;
        /// Control groups.
        CGROUP2 = c::CGROUP2_SUPER_MAGIC;
        /// Terminals.
        DEVPTS = c::DEVPTS_SUPER_MAGIC;
        /// Pipes.
        PIPEFS = c::PIPEFS_MAGIC;
        /// Sockets.
        SOCKFS = c::SOCKFS_MAGIC;
        /// Namespaces.
        NSFS = c::NSFS_MAGIC;
    }
}

/// What is known about a file system (statfs(2)): the same on every architecture. It is the struct that the kernel fills;
/// each function finds one thing in it.
// On 64-bit architectures `struct statfs` has the same fields at the same places.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct StatFs(c::statfs64);

impl StatFs {
    /// What the calls with 64-bit numbers are told where registers have 32. On arm the kernel takes the size of its older
    /// ABI too (`sys_statfs64_wrapper`, arch/arm).
    #[cfg(target_pointer_width = "32")]
    const SIZE: usize = size_of::<StatFs>();

    /// Which kind of file system it is.
    #[doc(alias = "f_type")]
    pub const fn fs_type(&self) -> FsType {
        FsType::from_raw(self.0.f_type as u32)
    }

    /// The size in bytes of reads and writes that are best.
    #[doc(alias = "f_bsize")]
    pub const fn bsize(&self) -> u64 {
        self.0.f_bsize as u64
    }

    /// The size in bytes of the blocks that are counted here.
    #[doc(alias = "f_frsize")]
    pub const fn frsize(&self) -> u64 {
        self.0.f_frsize as u64
    }

    /// How many blocks it has.
    #[doc(alias = "f_blocks")]
    pub const fn blocks(&self) -> u64 {
        self.0.f_blocks as u64
    }

    /// How many are free.
    #[doc(alias = "f_bfree")]
    pub const fn bfree(&self) -> u64 {
        self.0.f_bfree as u64
    }

    /// How many are free for others than the superuser.
    #[doc(alias = "f_bavail")]
    pub const fn bavail(&self) -> u64 {
        self.0.f_bavail as u64
    }

    /// How many files it has room for, with those that it has; zero where it has no such number.
    #[doc(alias = "f_files")]
    pub const fn files(&self) -> u64 {
        self.0.f_files as u64
    }

    /// For how many more it has room.
    #[doc(alias = "f_ffree")]
    pub const fn ffree(&self) -> u64 {
        self.0.f_ffree as u64
    }

    /// A number of this file system; what it means is the file system's.
    #[doc(alias = "f_fsid")]
    pub const fn fsid(&self) -> [i32; 2] {
        self.0.f_fsid.val
    }

    /// The most bytes that a file's name has.
    #[doc(alias = "f_namelen")]
    pub const fn namelen(&self) -> u64 {
        self.0.f_namelen as u64
    }

    /// How it is mounted.
    #[doc(alias = "f_flags")]
    pub const fn flags(&self) -> StatFsFlags {
        const VALID: u32 = 0x20; // ST_VALID, linux/statfs.h: that the others are there, as they are since Linux 2.6.36
        StatFsFlags::from_bits_retain(self.0.f_flags as u32 & !VALID)
    }
}

impl fmt::Debug for StatFs {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StatFs")
            .field("fs_type", &self.fs_type())
            .field("bsize", &self.bsize())
            .field("frsize", &self.frsize())
            .field("blocks", &self.blocks())
            .field("bfree", &self.bfree())
            .field("bavail", &self.bavail())
            .field("files", &self.files())
            .field("ffree", &self.ffree())
            .field("fsid", &self.fsid())
            .field("namelen", &self.namelen())
            .field("flags", &self.flags())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::mem::MaybeUninit;

    /// Each field has its own number, and is found.
    #[test]
    fn each_function_finds_its_own_field() {
        // SAFETY: all of it is numbers.
        let mut fields: c::statfs64 = unsafe { MaybeUninit::zeroed().assume_init() };
        fields.f_type = 0x6969;
        (fields.f_bsize, fields.f_frsize) = (4096, 512);
        (fields.f_blocks, fields.f_bfree, fields.f_bavail) = (1 << 40, 1 << 39, 1 << 38);
        (fields.f_files, fields.f_ffree) = (1 << 37, 1 << 36);
        fields.f_fsid.val = [-7, 8];
        fields.f_namelen = 255;
        fields.f_flags = 0x1420; // noatime, relatime, and that they are there
        let stat = StatFs(fields);
        assert_eq!(stat.fs_type(), FsType::NFS);
        assert_eq!((stat.bsize(), stat.frsize()), (4096, 512));
        assert_eq!(
            (stat.blocks(), stat.bfree(), stat.bavail()),
            (1 << 40, 1 << 39, 1 << 38)
        );
        assert_eq!((stat.files(), stat.ffree()), (1 << 37, 1 << 36));
        assert_eq!((stat.fsid(), stat.namelen()), ([-7, 8], 255));
        assert_eq!(stat.flags(), StatFsFlags::NOATIME | StatFsFlags::RELATIME);
    }
}

/*
 * Lines
 */

// What is known about the file system that the file `path` is on. The obsolete `ustat`, which asks by a device's number,
// says less and can't say it of every file system.
//sys #[doc(alias = "ustat")] #[doc(alias = "statfs64")] #[cfg(target_pointer_width = "64")] pub fn statfs(path: impl PathArg,
//        out stat: StatFs) -> Result<StatFs>

// What is known about the file system that the file `path` is on. The obsolete `ustat`, which asks by a device's number,
// says less and can't say it of every file system.
//sys #[doc(alias = "ustat")] #[cfg(target_pointer_width = "32")] pub fn statfs(path: impl PathArg,
//        StatFs::SIZE, out stat: StatFs) -> Result<StatFs> = SYS_STATFS64

// What is known about the file system that an open file is on.
//sys #[doc(alias = "fstatfs64")] #[cfg(target_pointer_width = "64")] pub fn fstatfs(fd: BorrowedFd<'_>,
//        out stat: StatFs) -> Result<StatFs>

// What is known about the file system that an open file is on.
//sys #[cfg(target_pointer_width = "32")] pub fn fstatfs(fd: BorrowedFd<'_>, StatFs::SIZE,
//        out stat: StatFs) -> Result<StatFs> = SYS_FSTATFS64
