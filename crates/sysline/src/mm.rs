//! Mappings of memory.
//!
//! Owns: calls on address ranges. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `mm/lines.rs`.

use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// How a mapping may be used (mmap(2)). None of them: not at all.
    pub struct Prot: u32 {
        /// Its bytes can be read.
        READ = c::PROT_READ;
        /// Its bytes can be written.
        WRITE = c::PROT_WRITE;
        /// Its bytes can be executed.
        EXEC = c::PROT_EXEC;
    }

    /// What a mapping is (mmap(2)). One of [`MapFlags::SHARED`], [`MapFlags::PRIVATE`] and
    /// [`MapFlags::SHARED_VALIDATE`], and any of the others. The values differ between architectures.
    pub struct MapFlags: u32 {
        /// Writes reach the file and other mappings of it.
        SHARED = c::MAP_SHARED;
        /// Writes are seen through this mapping only.
        PRIVATE = c::MAP_PRIVATE;
        /// As [`MapFlags::SHARED`]; unknown flags are errors (Linux 4.15).
        SHARED_VALIDATE = c::MAP_SHARED_VALIDATE;
        /// Of no file: zero bytes.
        ANONYMOUS = c::MAP_ANONYMOUS;
        /// Exactly at the address, in place of what is mapped there.
        FIXED = c::MAP_FIXED;
        /// Exactly at the address, `EEXIST` where anything is mapped there (Linux 4.17).
        FIXED_NOREPLACE = c::MAP_FIXED_NOREPLACE;
        /// Grows downwards, as a stack does.
        GROWSDOWN = c::MAP_GROWSDOWN;
        /// Of huge pages.
        HUGETLB = c::MAP_HUGETLB;
        /// Kept in memory.
        LOCKED = c::MAP_LOCKED;
        /// Without room reserved for its pages.
        NORESERVE = c::MAP_NORESERVE;
        /// With its pages there from the start.
        POPULATE = c::MAP_POPULATE;
        /// For a stack.
        STACK = c::MAP_STACK;
    }
}

/*
 * Lines
 */

// Maps `len` bytes: of `fd`, from `offset` on, or of zeros. `addr` is where; null leaves it to the kernel.
//
// # Safety
//
// With [`MapFlags::FIXED`] nothing that is in use may be mapped there, and what is done with the bytes must be right
// for the file and for who else has it.
//sys pub unsafe fn mmap(addr: *mut c_void, len: usize, prot: Prot, flags: MapFlags,
//        fd: Option<BorrowedFd<'_>>, offset: u64) -> Result<*mut c_void>

// Takes `len` bytes' mappings away.
//
// # Safety
//
// Nothing may use the range any more.
//sys pub unsafe fn munmap(addr: *mut c_void, len: usize) -> Result<()>
