//! riscv64: `ecall`; the number in `a7`, arguments in `a0` to `a5`, the result in `a0`.
//! The vector registers and their state are lost at every call (Linux `Documentation/arch/riscv/vector.rst`, from
//! 6.5); all others are kept. `preserves_flags` would promise that `vl` and `vtype` are, so it is not given.
//! Source: syscall(2); Linux `arch/riscv/kernel/entry.S`, `arch/riscv/kernel/traps.c`.

use super::{Reg, Word};
use core::arch::asm;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($($operands:tt)*) => {
        asm!(
            "ecall",
            $($operands)*,
            lateout("v0") _, lateout("v1") _, lateout("v2") _, lateout("v3") _,
            lateout("v4") _, lateout("v5") _, lateout("v6") _, lateout("v7") _,
            lateout("v8") _, lateout("v9") _, lateout("v10") _, lateout("v11") _,
            lateout("v12") _, lateout("v13") _, lateout("v14") _, lateout("v15") _,
            lateout("v16") _, lateout("v17") _, lateout("v18") _, lateout("v19") _,
            lateout("v20") _, lateout("v21") _, lateout("v22") _, lateout("v23") _,
            lateout("v24") _, lateout("v25") _, lateout("v26") _, lateout("v27") _,
            lateout("v28") _, lateout("v29") _, lateout("v30") _, lateout("v31") _,
            options(nostack),
        )
    };
}

/// Traps with no argument.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall0(number: usize) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            lateout("a0") result
        )
    };
    Word(result)
}

/// Traps with one argument.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall1(number: usize, a0: Reg<0>) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result
        )
    };
    Word(result)
}

/// Traps with two arguments.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall2(number: usize, a0: Reg<0>, a1: Reg<1>) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result,
            in("a1") a1.0
        )
    };
    Word(result)
}

/// Traps with three arguments.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall3(number: usize, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result,
            in("a1") a1.0,
            in("a2") a2.0
        )
    };
    Word(result)
}

/// Traps with four arguments.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall4(
    number: usize,
    a0: Reg<0>,
    a1: Reg<1>,
    a2: Reg<2>,
    a3: Reg<3>,
) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result,
            in("a1") a1.0,
            in("a2") a2.0,
            in("a3") a3.0
        )
    };
    Word(result)
}

/// Traps with five arguments.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall5(
    number: usize,
    a0: Reg<0>,
    a1: Reg<1>,
    a2: Reg<2>,
    a3: Reg<3>,
    a4: Reg<4>,
) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result,
            in("a1") a1.0,
            in("a2") a2.0,
            in("a3") a3.0,
            in("a4") a4.0
        )
    };
    Word(result)
}

/// Traps with six arguments.
///
/// # Safety
///
/// The call must be right for memory, as its manual page asks.
#[inline(always)]
pub(crate) unsafe fn syscall6(
    number: usize,
    a0: Reg<0>,
    a1: Reg<1>,
    a2: Reg<2>,
    a3: Reg<3>,
    a4: Reg<4>,
    a5: Reg<5>,
) -> Word {
    let result;
    // SAFETY: the registers are the ABI's; the caller answers for what the call does with them.
    unsafe {
        trap!(
            in("a7") number,
            inlateout("a0") a0.0 => result,
            in("a1") a1.0,
            in("a2") a2.0,
            in("a3") a3.0,
            in("a4") a4.0,
            in("a5") a5.0
        )
    };
    Word(result)
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("unimp", options(noreturn, nostack, nomem)) }
}
