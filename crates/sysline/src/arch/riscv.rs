//! riscv64 and riscv32: `ecall`; the number in `a7`, arguments in `a0` to `a5`, the result in `a0`.
//! The vector registers and their state are lost at every call (Linux `Documentation/arch/riscv/vector.rst`, from
//! 6.5); all others are kept. `preserves_flags` would promise that `vl` and `vtype` are, so it is not given.
//! Source: syscall(2); Linux `arch/riscv/kernel/entry.S`, `arch/riscv/kernel/traps.c`; RISC-V Calling Conventions,
//! "Integer Calling Convention".

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithoutRestorer as SigAction, no_restorer as restorer};

/// Only variadic functions of the C ABI, which no call is, align a pair of registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "ecall",
            in("a7") $number,
            $($operands)*
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

traps! {
    syscall0(number) -> result { lateout("a0") result, }
    syscall1(number, a0: Reg<0>) -> result { inlateout("a0") a0.0 => result, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { inlateout("a0") a0.0 => result, in("a1") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("a0") a0.0 => result, in("a1") a1.0, in("a2") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("a0") a0.0 => result, in("a1") a1.0, in("a2") a2.0, in("a3") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("a0") a0.0 => result, in("a1") a1.0, in("a2") a2.0, in("a3") a3.0, in("a4") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("a0") a0.0 => result, in("a1") a1.0, in("a2") a2.0, in("a3") a3.0, in("a4") a4.0,
        in("a5") a5.0,
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("unimp", options(noreturn, nostack, nomem)) }
}

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `struct user_regs_struct` (`asm/ptrace.h`).
    struct {
        pc: usize,
        ra: usize,
        sp: usize,
        gp: usize,
        tp: usize,
        t0: usize,
        t1: usize,
        t2: usize,
        s0: usize,
        s1: usize,
        a0: usize,
        a1: usize,
        a2: usize,
        a3: usize,
        a4: usize,
        a5: usize,
        a6: usize,
        a7: usize,
        s2: usize,
        s3: usize,
        s4: usize,
        s5: usize,
        s6: usize,
        s7: usize,
        s8: usize,
        s9: usize,
        s10: usize,
        s11: usize,
        t3: usize,
        t4: usize,
        t5: usize,
        t6: usize,
    }
    instruction_pointer: [pc];
    stack_pointer: [sp];
    syscall_number: [a7];
    args: [a0] [a1] [a2] [a3] [a4] [a5];
    first_arg_too:;
    return_value: [a0];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct user_regs_struct (defined(__riscv))" { pc, ra, sp, gp, tp, t0, t1, t2, s0, s1, a0, a1, a2, a3, a4, a5, a6, a7, s2, s3, s4, s5, s6, s7, s8, s9, s10, s11, t3, t4, t5, t6 });
