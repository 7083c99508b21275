//! arm, EABI: `svc 0`; the number in `r7`, arguments in `r0` to `r5`, the result in `r0`.
//! All other registers and the flags are kept.
//!
//! `r7` is no operand: in Thumb code it is the frame pointer. So the number comes in another register and is in `r7`
//! for the time of the trap only. ARM code, where `r7` is an ordinary register that its function must keep all the
//! same, is given the same instructions.
//! Source: syscall(2); Linux `arch/arm/kernel/entry-common.S` (`vector_swi`); Procedure Call Standard for the Arm
//! Architecture (AAPCS32), 6.5.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithRestorer as SigAction, no_restorer as restorer};

/// AAPCS32, 6.5, stage C: a type of eight bytes is aligned to an even register.
pub(crate) const EVEN_PAIRS: bool = true;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "mov {kept}, r7",
            "mov r7, {number}",
            "svc 0",
            "mov r7, {kept}",
            number = in(reg) $number,
            kept = out(reg) _,
            $($operands)*
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result { lateout("r0") result, }
    syscall1(number, a0: Reg<0>) -> result { inlateout("r0") a0.0 => result, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { inlateout("r0") a0.0 => result, in("r1") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("r0") a0.0 => result, in("r1") a1.0, in("r2") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("r0") a0.0 => result, in("r1") a1.0, in("r2") a2.0, in("r3") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("r0") a0.0 => result, in("r1") a1.0, in("r2") a2.0, in("r3") a3.0, in("r4") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("r0") a0.0 => result, in("r1") a1.0, in("r2") a2.0, in("r3") a3.0, in("r4") a4.0,
        in("r5") a5.0,
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("udf #0", options(noreturn, nostack, nomem)) }
}

/// How another call is made of the one that a thread enters.
// PTRACE_SET_SYSCALL, asm/ptrace.h
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Request(23);

registers! {
    /// `struct pt_regs` (`asm/ptrace.h`).
    struct {
        uregs: [usize; 18],
    }
    instruction_pointer: [uregs[15]];
    stack_pointer: [uregs[13]];
    syscall_number: [uregs[7]];
    args: [uregs[17]] [uregs[1]] [uregs[2]] [uregs[3]] [uregs[4]] [uregs[5]];
    first_arg_too: [uregs[0]];
    return_value: [uregs[0]];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct pt_regs (defined(__arm__))" { uregs });
