//! Files without a name and a file system, in memory only.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! use sysline::fd::AsFd;
//! use sysline::fs::{self, MemfdFlags};
//! use sysline::io::{self, SealFlags};
//!
//! let file = fs::memfd_create("notes", MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING)?;
//! io::write(file.as_fd(), b"what stays")?;
//! io::fcntl_add_seals(file.as_fd(), SealFlags::WRITE)?;
//! assert_eq!(io::write(file.as_fd(), b"!"), Err(sysline::Errno::EPERM));
//! # Ok(())
//! # }
//! ```
//!
//! Owns: how they are made. Seals are [`fcntl_add_seals`](crate::io::fcntl_add_seals)'s. This file is read by the
//! compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `memfd/lines.rs`.

use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`memfd_create`] makes.
    pub struct MemfdFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::MFD_CLOEXEC;
        /// It may be sealed.
        ALLOW_SEALING = c::MFD_ALLOW_SEALING;
        /// It has huge pages, of the system's own size or of one below.
        HUGETLB = c::MFD_HUGETLB;
        /// It is not executable, and stays so; it may be sealed (Linux 6.3).
        NOEXEC_SEAL = c::MFD_NOEXEC_SEAL;
        /// It is executable (Linux 6.3).
        EXEC = c::MFD_EXEC;
        /// With [`MemfdFlags::HUGETLB`]: pages of 64 KiB.
        HUGE_64KB = c::MFD_HUGE_64KB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 512 KiB.
        HUGE_512KB = c::MFD_HUGE_512KB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 1 MiB.
        HUGE_1MB = c::MFD_HUGE_1MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 2 MiB.
        HUGE_2MB = c::MFD_HUGE_2MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 8 MiB.
        HUGE_8MB = c::MFD_HUGE_8MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 16 MiB.
        HUGE_16MB = c::MFD_HUGE_16MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 32 MiB.
        HUGE_32MB = c::MFD_HUGE_32MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 256 MiB.
        HUGE_256MB = c::MFD_HUGE_256MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 512 MiB.
        HUGE_512MB = c::MFD_HUGE_512MB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 1 GiB.
        HUGE_1GB = c::MFD_HUGE_1GB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 2 GiB.
        HUGE_2GB = c::MFD_HUGE_2GB;
        /// With [`MemfdFlags::HUGETLB`]: pages of 16 GiB.
        HUGE_16GB = c::MFD_HUGE_16GB;
    }

    /// What [`memfd_secret`] makes.
    pub struct MemfdSecretFlags: u32 {
        /// The descriptor is closed by execve(2).
        CLOEXEC = c::O_CLOEXEC;
    }
}

/*
 * Lines
 */

// Makes an empty file that only memory holds, and opens it for reading and writing. `name`, of at most 249 bytes, is for
// who looks into `/proc/PID/fd`; any number of files may have the same (Linux 3.17).
//sys pub fn memfd_create(name: impl PathArg, flags: MemfdFlags) -> Result<OwnedFd>

// Makes an empty file whose memory the kernel itself can't read once it is mapped: no call takes from it or writes to it
// (Linux 5.14). `ENOSYS` also of a kernel that is not configured for it. 32-bit arm, powerpc and mips lack it.
//sys #[cfg(any(target_arch = "x86_64", target_arch = "x86", target_arch = "aarch64", target_arch = "riscv64", target_arch = "riscv32", target_arch = "loongarch64", target_arch = "s390x"))] pub fn memfd_secret(flags: MemfdSecretFlags) -> Result<OwnedFd>
