//! aarch64: `svc 0`; the number in `x8`, arguments in `x0` to `x5`, the result in `x0`.
//! All other general registers and the flags are kept.
//! Source: syscall(2); Linux `arch/arm64/kernel/entry.S`, `arch/arm64/kernel/syscall.c`.

use super::{Reg, Word};
use core::arch::asm;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($($operands:tt)*) => {
        asm!(
            "svc 0",
            $($operands)*,
            options(nostack, preserves_flags),
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
            in("x8") number,
            lateout("x0") result
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
            in("x8") number,
            inlateout("x0") a0.0 => result
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
            in("x8") number,
            inlateout("x0") a0.0 => result,
            in("x1") a1.0
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
            in("x8") number,
            inlateout("x0") a0.0 => result,
            in("x1") a1.0,
            in("x2") a2.0
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
            in("x8") number,
            inlateout("x0") a0.0 => result,
            in("x1") a1.0,
            in("x2") a2.0,
            in("x3") a3.0
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
            in("x8") number,
            inlateout("x0") a0.0 => result,
            in("x1") a1.0,
            in("x2") a2.0,
            in("x3") a3.0,
            in("x4") a4.0
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
            in("x8") number,
            inlateout("x0") a0.0 => result,
            in("x1") a1.0,
            in("x2") a2.0,
            in("x3") a3.0,
            in("x4") a4.0,
            in("x5") a5.0
        )
    };
    Word(result)
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("udf #0", options(noreturn, nostack, nomem)) }
}
