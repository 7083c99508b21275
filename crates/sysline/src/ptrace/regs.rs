//! The registers of a tracee.
//!
//! Owns: sets of registers. Which registers there are is the architectures' to say. This file is read by the compiler
//! and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in
//! `ptrace/regs/lines.rs`.
//!
//! ```no_run
//! use sysline::process::Pid;
//! use sysline::ptrace::{get_registers, set_registers};
//!
//! # let tracee = Pid::from_raw(1);
//! let mut registers = get_registers(tracee)?;
//! registers.set_return_value(7);
//! // SAFETY: the tracee was made by fork(2): it has memory of its own.
//! unsafe { set_registers(tracee, &registers)? };
//! # Ok::<(), sysline::Errno>(())
//! ```

use super::c;
use crate::abi::{Errno, Result};
use crate::arch::{SET_NUMBER, SetNumber};
use crate::flags::numbers;
use crate::process::Pid;
use core::mem::MaybeUninit;
use linux_raw_sys::general::iovec;

mod lines;

pub use crate::arch::Registers;

numbers! {
    /// A set of registers: `NT_...` of `linux/elf.h`, where all have their numbers.
    pub struct RegisterSet: u32 {
        /// The general registers: [`Registers`].
        PRSTATUS = 1;
        /// Those of floating point.
        PRFPREG = 2;
        /// powerpc: those of VMX.
        PPC_VMX = 0x100;
        /// powerpc: those of VSX.
        PPC_VSX = 0x102;
        /// x86: the descriptors of thread-local storage.
        I386_TLS = 0x200;
        /// x86: all that `xsave` keeps.
        X86_XSTATE = 0x202;
        /// x86: the shadow stack's (Linux 6.6).
        X86_SHSTK = 0x204;
        /// s390x: the upper halves, in a 31-bit program.
        S390_HIGH_GPRS = 0x300;
        /// s390x: the address of the last branch.
        S390_LAST_BREAK = 0x306;
        /// s390x: the number of a call that is to be made anew.
        S390_SYSTEM_CALL = 0x307;
        /// arm: those of VFP.
        ARM_VFP = 0x400;
        /// aarch64: that of thread-local storage.
        ARM_TLS = 0x401;
        /// aarch64: breakpoints.
        ARM_HW_BREAK = 0x402;
        /// aarch64: watchpoints.
        ARM_HW_WATCH = 0x403;
        /// aarch64: the number of the system call.
        ARM_SYSTEM_CALL = 0x404;
        /// aarch64: those of SVE (Linux 4.15).
        ARM_SVE = 0x405;
        /// riscv: those of the vector extension (Linux 6.6).
        RISCV_VECTOR = 0x901;
        /// loongarch: those of LSX (Linux 6.5).
        LOONGARCH_LSX = 0xa02;
        /// loongarch: those of LASX (Linux 6.5).
        LOONGARCH_LASX = 0xa03;
    }
}

/// A tracee's general registers.
///
/// # Errors
///
/// Those of `ptrace(2)`; `EINVAL` for a tracee that has other registers than the caller, as a 32-bit program has:
/// [`get_regset`] has their bytes.
#[doc(alias = "PTRACE_GETREGS")]
#[doc(alias = "PTRACE_GETREGSET")]
pub fn get_registers(pid: Pid) -> Result<Registers> {
    /// Room for one register more: a longer set would be cut to the room there is, and not be told from the right one.
    #[repr(C)]
    struct Room {
        registers: Registers,
        more: usize,
    }
    let mut room = MaybeUninit::<Room>::zeroed();
    let mut piece = iovec {
        iov_base: room.as_mut_ptr().cast(),
        iov_len: size_of::<Room>() as _,
    };
    // SAFETY: the kernel writes to the room, as much as there is.
    unsafe { lines::getregset(pid, RegisterSet::PRSTATUS, &mut piece)? };
    if piece.iov_len as usize != size_of::<Registers>() {
        return Err(Errno::EINVAL);
    }
    // SAFETY: numbers, all of which have been set.
    Ok(unsafe { room.assume_init() }.registers)
}

/// Sets a tracee's general registers. Some bits of some of them the kernel leaves as they are, as those that would
/// give the tracee rights.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EIO` or `EINVAL` for a value that a register can't have.
///
/// # Safety
///
/// The tracee goes on with them, whatever that does to its memory. That must not be the caller's too, as it is until
/// the child of vfork(2) or of `clone` with `CLONE_VM` executes a program or ends.
#[doc(alias = "PTRACE_SETREGS")]
#[doc(alias = "PTRACE_SETREGSET")]
pub unsafe fn set_registers(pid: Pid, registers: &Registers) -> Result<()> {
    let mut piece = iovec {
        iov_base: core::ptr::from_ref(registers).cast_mut().cast(),
        iov_len: size_of::<Registers>() as _,
    };
    // SAFETY: the kernel reads the registers; the caller answers for what they do.
    unsafe { lines::setregset(pid, RegisterSet::PRSTATUS, &mut piece) }
}

/// Reads a set of a tracee's registers into `area`, as the architecture lays them out, and says how many bytes it
/// took. A set that is longer than `area` is cut.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EINVAL` for a set that the tracee has not, or an area that ends within a register.
#[doc(alias = "PTRACE_GETREGSET")]
pub fn get_regset(pid: Pid, set: RegisterSet, area: &mut [u8]) -> Result<usize> {
    let mut piece = iovec {
        iov_base: area.as_mut_ptr().cast(),
        iov_len: area.len() as _,
    };
    // SAFETY: the kernel writes to the area, as much as it has.
    unsafe { lines::getregset(pid, set, &mut piece)? };
    Ok((piece.iov_len as usize).min(area.len()))
}

/// Sets a set of a tracee's registers from bytes that the architecture lays out, and says how many were taken: the
/// set's length or that of `area`, whichever is less.
///
/// # Errors
///
/// Those of `ptrace(2)`: `EINVAL` for a set that the tracee has not, an area that ends within a register, or a value
/// that a register can't have.
///
/// # Safety
///
/// As for [`set_registers`].
#[doc(alias = "PTRACE_SETREGSET")]
pub unsafe fn set_regset(pid: Pid, set: RegisterSet, area: &[u8]) -> Result<usize> {
    let mut piece = iovec {
        iov_base: area.as_ptr().cast_mut().cast(),
        iov_len: area.len() as _,
    };
    // SAFETY: the kernel reads the area; the caller answers for what is in it.
    unsafe { lines::setregset(pid, set, &mut piece)? };
    Ok((piece.iov_len as usize).min(area.len()))
}

/// Makes another call of the one that a tracee has stopped at the entry of, whichever way the architecture has for
/// that. With `usize::MAX` it makes none, and what it returns can be set at the exit.
///
/// # Errors
///
/// Those of `ptrace(2)`.
///
/// # Safety
///
/// As for [`set_registers`].
#[doc(alias = "PTRACE_SET_SYSCALL")]
pub unsafe fn set_syscall_number(pid: Pid, number: usize) -> Result<()> {
    // SAFETY: as the caller promises; the kernel reads no more than the set's `int`.
    unsafe {
        match SET_NUMBER {
            SetNumber::Register => {
                let mut registers = get_registers(pid)?;
                registers.set_syscall_number(number);
                set_registers(pid, &registers)
            }
            SetNumber::Request(request) => lines::set_syscall(request, pid, number),
            SetNumber::Set(set) => {
                let number = (number as i32).to_ne_bytes();
                set_regset(pid, RegisterSet::from_raw(set), &number).map(drop)
            }
        }
    }
}

/*
 * Lines
 */

//sys pub(super) unsafe fn getregset(c::PTRACE_GETREGSET, pid: Pid, set: RegisterSet,
//        area: &mut iovec) -> Result<()> = SYS_PTRACE

//sys pub(super) unsafe fn setregset(c::PTRACE_SETREGSET, pid: Pid, set: RegisterSet,
//        area: &mut iovec) -> Result<()> = SYS_PTRACE

//sys pub(super) unsafe fn set_syscall(request: u32, pid: Pid, 0,
//        number: usize) -> Result<()> = SYS_PTRACE
