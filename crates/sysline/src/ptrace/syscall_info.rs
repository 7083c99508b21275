//! Which system call a tracee has stopped at.
//!
//! Owns: `struct ptrace_syscall_info` (`linux/ptrace.h`), which is the same on every architecture. This file is read by
//! the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `ptrace/syscall_info/lines.rs`.
//!
//! ```
//! use sysline::ptrace::{SyscallInfo, SyscallStop};
//!
//! let info = SyscallInfo {
//!     arch: 0xc000_003e, // AUDIT_ARCH_X86_64
//!     instruction_pointer: 0x40_1000,
//!     stack_pointer: 0x7fff_0000,
//!     stop: SyscallStop::Exit { value: -2, is_error: true },
//! };
//! let bytes = info.to_bytes();
//! assert_eq!(SyscallInfo::from_bytes(&bytes), Some(info));
//! ```

use super::c;
use crate::abi::{Errno, Result};
use crate::process::Pid;
use core::mem::offset_of;

mod lines;

/// A system call that a tracee has stopped at. `struct ptrace_syscall_info`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SyscallInfo {
    /// The architecture of the call: `AUDIT_ARCH_...` (`linux/audit.h`). A 64-bit kernel's program may make calls of
    /// the 32-bit one.
    pub arch: u32,
    /// Where the tracee is.
    pub instruction_pointer: u64,
    /// Where its stack is.
    pub stack_pointer: u64,
    /// What it has stopped for.
    pub stop: SyscallStop,
}

/// What a tracee has stopped for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SyscallStop {
    /// No system call.
    None,
    /// It enters a call.
    Entry {
        /// The call's number.
        number: u64,
        /// The call's arguments.
        args: [u64; 6],
    },
    /// It leaves a call.
    Exit {
        /// What the call returns: an errno with a minus where it is an error.
        value: i64,
        /// Whether that is an error.
        is_error: bool,
    },
    /// A filter of seccomp(2) has sent it to the tracer.
    Seccomp {
        /// The call's number.
        number: u64,
        /// The call's arguments.
        args: [u64; 6],
        /// What the filter has given to the tracer: the low 16 bits of its answer, `SECCOMP_RET_DATA`.
        data: u32,
    },
}

type Raw = c::ptrace_syscall_info;
type RawEntry = c::ptrace_syscall_info__bindgen_ty_1__bindgen_ty_1;
type RawExit = c::ptrace_syscall_info__bindgen_ty_1__bindgen_ty_2;
type RawSeccomp = c::ptrace_syscall_info__bindgen_ty_1__bindgen_ty_3;

/// Where what depends on the stop begins.
const STOP: usize = offset_of!(Raw, __bindgen_anon_1);

impl SyscallInfo {
    /// How many bytes it has at most.
    pub const SIZE: usize = size_of::<Raw>();

    /// What the kernel's bytes say; `None` where there are fewer than what they say has, or where they tell of a stop
    /// that is not known here.
    pub fn from_bytes(bytes: &[u8]) -> Option<SyscallInfo> {
        let stop = match u32::from(*bytes.get(offset_of!(Raw, op))?) {
            c::PTRACE_SYSCALL_INFO_NONE => SyscallStop::None,
            c::PTRACE_SYSCALL_INFO_ENTRY => SyscallStop::Entry {
                number: u64_at(bytes, STOP + offset_of!(RawEntry, nr))?,
                args: args_at(bytes, STOP + offset_of!(RawEntry, args))?,
            },
            c::PTRACE_SYSCALL_INFO_EXIT => SyscallStop::Exit {
                value: u64_at(bytes, STOP + offset_of!(RawExit, rval))? as i64,
                is_error: *bytes.get(STOP + offset_of!(RawExit, is_error))? != 0,
            },
            c::PTRACE_SYSCALL_INFO_SECCOMP => SyscallStop::Seccomp {
                number: u64_at(bytes, STOP + offset_of!(RawSeccomp, nr))?,
                args: args_at(bytes, STOP + offset_of!(RawSeccomp, args))?,
                data: u32_at(bytes, STOP + offset_of!(RawSeccomp, ret_data))?,
            },
            _ => return None,
        };
        Some(SyscallInfo {
            arch: u32_at(bytes, offset_of!(Raw, arch))?,
            instruction_pointer: u64_at(bytes, offset_of!(Raw, instruction_pointer))?,
            stack_pointer: u64_at(bytes, offset_of!(Raw, stack_pointer))?,
            stop,
        })
    }

    /// The kernel's bytes.
    pub fn to_bytes(&self) -> [u8; SyscallInfo::SIZE] {
        let mut bytes = [0; SyscallInfo::SIZE];
        let mut put = |at: usize, value: &[u8]| {
            bytes[at..at + value.len()].copy_from_slice(value);
        };
        put(offset_of!(Raw, arch), &self.arch.to_ne_bytes());
        put(
            offset_of!(Raw, instruction_pointer),
            &self.instruction_pointer.to_ne_bytes(),
        );
        put(
            offset_of!(Raw, stack_pointer),
            &self.stack_pointer.to_ne_bytes(),
        );
        let mut call = |number: u64, args: [u64; 6]| {
            put(STOP + offset_of!(RawEntry, nr), &number.to_ne_bytes());
            for (at, arg) in args.into_iter().enumerate() {
                put(
                    STOP + offset_of!(RawEntry, args) + at * size_of::<u64>(),
                    &arg.to_ne_bytes(),
                );
            }
        };
        let op = match self.stop {
            SyscallStop::None => c::PTRACE_SYSCALL_INFO_NONE,
            SyscallStop::Entry { number, args } => {
                call(number, args);
                c::PTRACE_SYSCALL_INFO_ENTRY
            }
            SyscallStop::Exit { value, is_error } => {
                put(STOP + offset_of!(RawExit, rval), &value.to_ne_bytes());
                put(STOP + offset_of!(RawExit, is_error), &[is_error.into()]);
                c::PTRACE_SYSCALL_INFO_EXIT
            }
            SyscallStop::Seccomp { number, args, data } => {
                call(number, args);
                put(STOP + offset_of!(RawSeccomp, ret_data), &data.to_ne_bytes());
                c::PTRACE_SYSCALL_INFO_SECCOMP
            }
        };
        put(offset_of!(Raw, op), &[op as u8]);
        bytes
    }
}

fn at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn u32_at(bytes: &[u8], offset: usize) -> Option<u32> {
    at(bytes, offset).map(u32::from_ne_bytes)
}

fn u64_at(bytes: &[u8], offset: usize) -> Option<u64> {
    at(bytes, offset).map(u64::from_ne_bytes)
}

fn args_at(bytes: &[u8], offset: usize) -> Option<[u64; 6]> {
    let mut args = [0; 6];
    for (index, arg) in args.iter_mut().enumerate() {
        *arg = u64_at(bytes, offset + index * size_of::<u64>())?;
    }
    Some(args)
}

/// Which system call a tracee has stopped at, told the same on every architecture (Linux 5.3).
///
/// # Errors
///
/// Those of `ptrace(2)`: `EIO` on an older kernel; `EPROTO` where a newer kernel tells of a stop that is not known
/// here.
#[doc(alias = "PTRACE_GET_SYSCALL_INFO")]
pub fn get_syscall_info(pid: Pid) -> Result<SyscallInfo> {
    let mut bytes = [0; SyscallInfo::SIZE];
    let filled = lines::get_syscall_info(pid, SyscallInfo::SIZE, &mut bytes)?;
    let bytes = &bytes[..filled.min(SyscallInfo::SIZE)];
    SyscallInfo::from_bytes(bytes).ok_or(Errno::EPROTO)
}

/// Changes the call that a tracee has stopped at: at an entry its number and arguments, at an exit what it returns. The
/// stop must be of the kind that the tracee is at, and the rest of what [`get_syscall_info`] says is left as it is (Linux
/// 6.16).
///
/// A fault of powerpc's Linux 7.2, seen under emulation: after a change at an exit the tracer's own next system call is
/// not made, and returns 0.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EIO` on an older kernel, `EINVAL` where the tracee has stopped for something else.
///
/// # Safety
///
/// As for [`set_registers`](super::set_registers).
#[doc(alias = "PTRACE_SET_SYSCALL_INFO")]
pub unsafe fn set_syscall_info(pid: Pid, info: &SyscallInfo) -> Result<()> {
    let bytes = info.to_bytes();
    // SAFETY: as the caller promises; the kernel reads the bytes.
    unsafe { lines::set_syscall_info(pid, SyscallInfo::SIZE, &bytes) }
}

/*
 * Lines
 */

//sys pub(super) fn get_syscall_info(c::PTRACE_GET_SYSCALL_INFO, pid: Pid, size: usize,
//        info: &mut [u8; SyscallInfo::SIZE]) -> Result<usize> = SYS_PTRACE

//sys pub(super) unsafe fn set_syscall_info(c::PTRACE_SET_SYSCALL_INFO, pid: Pid, size: usize,
//        info: &[u8; SyscallInfo::SIZE]) -> Result<()> = SYS_PTRACE
