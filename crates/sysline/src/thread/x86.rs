//! What only x86 has: its segment registers, and instructions that may be forbidden (arch_prctl(2), prctl(2)).
//!
//! Owns: these for the caller's thread. This file is read by the compiler and by `sysline gen`: hand-written code comes
//! first, then the `//sys` lines, whose wrappers are in `thread/x86/lines.rs`.
//!
//! ```
//! # #[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
//! # fn main() -> sysline::Result<()> {
//! use sysline::thread::{self, Tsc};
//!
//! thread::set_tsc(Tsc::SIGSEGV)?; // the thread has no fine clock any more
//! assert_eq!(thread::get_tsc()?, Tsc::SIGSEGV);
//! # thread::set_tsc(Tsc::ENABLE)
//! # }
//! # #[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
//! # fn main() {}
//! ```

use crate::abi::Result;
use crate::flags::numbers;
use linux_raw_sys::prctl as p;

mod lines;

pub use lines::*;

numbers! {
    /// What reading the time stamp counter does.
    pub struct Tsc: u32 {
        /// It is read.
        ENABLE = p::PR_TSC_ENABLE;
        /// `SIGSEGV`.
        SIGSEGV = p::PR_TSC_SIGSEGV;
    }
}

/// What reading the time stamp counter does in the thread.
///
/// # Errors
///
/// None but those of a filter.
#[doc(alias = "PR_GET_TSC")]
pub fn get_tsc() -> Result<Tsc> {
    lines::get_tsc_number().map(Tsc::from_raw)
}

// asm/prctl.h
#[cfg(target_arch = "x86_64")]
const SET_GS: u32 = 0x1001;
#[cfg(target_arch = "x86_64")]
const SET_FS: u32 = 0x1002;
#[cfg(target_arch = "x86_64")]
const GET_FS: u32 = 0x1003;
#[cfg(target_arch = "x86_64")]
const GET_GS: u32 = 0x1004;
const GET_CPUID: u32 = 0x1011;
const SET_CPUID: u32 = 0x1012;

/*
 * Lines
 */

// Says what reading the time stamp counter does in the thread.
//sysnb pub fn set_tsc(p::PR_SET_TSC, tsc: Tsc) -> Result<()> = SYS_PRCTL

//sysnb pub(super) fn get_tsc_number(p::PR_GET_TSC, out tsc: u32) -> Result<u32> = SYS_PRCTL

// Whether the instruction CPUID can be used in the thread; where it can't, it is `SIGSEGV` (Linux 4.12).
//sysnb pub fn get_cpuid(GET_CPUID) -> Result<bool> = SYS_ARCH_PRCTL

// Says whether the instruction CPUID can be used in the thread (Linux 4.12). `ENODEV` where the processor can't do without.
//sysnb pub fn set_cpuid(SET_CPUID, on: bool) -> Result<()> = SYS_ARCH_PRCTL

// Where the register FS begins: the thread's own variables.
//sysnb #[cfg(target_arch = "x86_64")] pub fn get_fs_base(GET_FS,
//        out base: usize) -> Result<usize> = SYS_ARCH_PRCTL

// Where the register GS begins.
//sysnb #[cfg(target_arch = "x86_64")] pub fn get_gs_base(GET_GS,
//        out base: usize) -> Result<usize> = SYS_ARCH_PRCTL

// Says where the register FS begins.
//
// # Safety
//
// The thread's own variables must be there, as the C library and the compiler expect them.
//sysnb #[cfg(target_arch = "x86_64")] pub unsafe fn set_fs_base(SET_FS,
//        base: *const c_void) -> Result<()> = SYS_ARCH_PRCTL

// Says where the register GS begins.
//
// # Safety
//
// Whoever uses the register in this thread must expect it.
//sysnb #[cfg(target_arch = "x86_64")] pub unsafe fn set_gs_base(SET_GS,
//        base: *const c_void) -> Result<()> = SYS_ARCH_PRCTL
