//! loongarch64: `syscall 0`; the number in `a7`, arguments in `a0` to `a5`, the result in `a0`.
//! `t0` to `t8` are lost, all others are kept.
//! Source: syscall(2); Linux `arch/loongarch/kernel/entry.S` (`handle_syscall`), `arch/loongarch/kernel/syscall.c`.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithoutRestorer as SigAction, no_restorer as restorer};

/// No number takes two registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "syscall 0",
            in("$a7") $number,
            $($operands)*
            lateout("$t0") _, lateout("$t1") _, lateout("$t2") _, lateout("$t3") _, lateout("$t4") _,
            lateout("$t5") _, lateout("$t6") _, lateout("$t7") _, lateout("$t8") _,
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result { lateout("$a0") result, }
    syscall1(number, a0: Reg<0>) -> result { inlateout("$a0") a0.0 => result, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { inlateout("$a0") a0.0 => result, in("$a1") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("$a0") a0.0 => result, in("$a1") a1.0, in("$a2") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("$a0") a0.0 => result, in("$a1") a1.0, in("$a2") a2.0, in("$a3") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("$a0") a0.0 => result, in("$a1") a1.0, in("$a2") a2.0, in("$a3") a3.0, in("$a4") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("$a0") a0.0 => result, in("$a1") a1.0, in("$a2") a2.0, in("$a3") a3.0, in("$a4") a4.0,
        in("$a5") a5.0,
    }
}

/// Ends the process with an exception: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("break 0", options(noreturn, nostack, nomem)) }
}

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `struct user_pt_regs` (`asm/ptrace.h`).
    struct {
        regs: [usize; 32],
        orig_a0: usize,
        csr_era: usize,
        csr_badv: usize,
        reserved: [usize; 10],
    }
    instruction_pointer: [csr_era];
    stack_pointer: [regs[3]];
    syscall_number: [regs[11]];
    args: [orig_a0] [regs[5]] [regs[6]] [regs[7]] [regs[8]] [regs[9]];
    first_arg_too: [regs[4]];
    return_value: [regs[4]];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct user_pt_regs (defined(__loongarch__))" { regs, orig_a0, csr_era, csr_badv, reserved });
