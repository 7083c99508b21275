//! s390x: `svc 0`; the number in `r1`, arguments in `r2` to `r7`, the result in `r2`.
//! All other registers and the condition code are kept.
//! Source: syscall(2); Linux `Documentation/arch/s390/`, `arch/s390/kernel/entry.S` (`system_call`),
//! `arch/s390/kernel/syscall.c`.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithRestorer as SigAction, no_restorer as restorer};

/// No number takes two registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "svc 0",
            in("r1") $number,
            $($operands)*
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result { lateout("r2") result, }
    syscall1(number, a0: Reg<0>) -> result { inlateout("r2") a0.0 => result, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { inlateout("r2") a0.0 => result, in("r3") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("r2") a0.0 => result, in("r3") a1.0, in("r4") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("r2") a0.0 => result, in("r3") a1.0, in("r4") a2.0, in("r5") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("r2") a0.0 => result, in("r3") a1.0, in("r4") a2.0, in("r5") a3.0, in("r6") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("r2") a0.0 => result, in("r3") a1.0, in("r4") a2.0, in("r5") a3.0, in("r6") a4.0,
        in("r7") a5.0,
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: an operation code of zero is never valid.
    unsafe { asm!(".short 0", options(noreturn, nostack, nomem)) }
}

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `s390_regs` (`asm/ptrace.h`). At the entry of a system call its number is where its result is at the exit.
    struct {
        psw_mask: usize,
        psw_addr: usize,
        gprs: [usize; 16],
        acrs: [u32; 16],
        orig_gpr2: usize,
    }
    instruction_pointer: [psw_addr];
    stack_pointer: [gprs[15]];
    syscall_number: [gprs[2]];
    args: [orig_gpr2] [gprs[3]] [gprs[4]] [gprs[5]] [gprs[6]] [gprs[7]];
    first_arg_too:;
    return_value: [gprs[2]];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "s390_regs (defined(__s390x__))" { psw_mask = psw.mask, psw_addr = psw.addr, gprs, acrs, orig_gpr2 });
