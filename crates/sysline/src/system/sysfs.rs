//! The kinds of file systems, by the call of old (sysfs(2)): newer architectures never had it, and kernels may lack it.
//! `/proc/filesystems` has the same.
//!
//! Owns: its three operations. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then
//! the `//sys` lines, whose wrappers are in `system/sysfs/lines.rs`.

mod lines;

pub use lines::*;

/*
 * Lines
 */

// The place of a kind of file systems among those that the kernel knows: `ENOSYS` where the kernel lacks the call.
//sys pub fn sysfs_index(1, name: impl PathArg) -> Result<u32> = SYS_SYSFS

// Writes the name of the kind of file systems at a place, with a NUL.
//
// # Safety
//
// `name` must be good for writing as many bytes as the name has: the kernel asks for no length.
//sys pub unsafe fn sysfs_name(2, index: u32, name: *mut u8) -> Result<()> = SYS_SYSFS

// How many kinds of file systems the kernel knows.
//sys pub fn sysfs_count(3) -> Result<u32> = SYS_SYSFS
