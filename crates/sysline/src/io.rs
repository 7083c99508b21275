//! Reading and writing descriptors.
//!
//! Owns: calls on any descriptor's bytes. This file is read by the compiler and by `sysline gen`: hand-written
//! functions come first, then the `//sys` lines, whose wrappers are in `io/lines.rs`.

mod lines;

pub use lines::*;

/*
 * Lines
 */

// Reads up to `buf.len()` bytes from `fd`'s position and says how many came: fewer than asked where no more is there
// now, none at the end.
//sys pub fn read(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize>

// Writes up to `buf.len()` bytes at `fd`'s position and says how many were taken.
//sys pub fn write(fd: BorrowedFd<'_>, buf: &[u8]) -> Result<usize>

// Reads as [`read()`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn pread(fd: BorrowedFd<'_>, buf: &mut [u8], offset: u64) -> Result<usize> = SYS_PREAD64

// Writes as [`write()`] does, `offset` bytes from the file's start, and leaves `fd`'s position where it is.
//sys pub fn pwrite(fd: BorrowedFd<'_>, buf: &[u8], offset: u64) -> Result<usize> = SYS_PWRITE64

// Closes a descriptor and says what the kernel had to say, which dropping it does not. It is closed also where this
// is an error.
//sys pub fn close(fd: OwnedFd) -> Result<()>
