//! aarch64: `svc 0`; the number in `x8`, arguments in `x0` to `x5`, the result in `x0`.
//! All other general registers, the flags and `v0` to `v31` are kept; of the scalable registers the predicates, the
//! first-fault register and all but the low 128 bits are lost (Linux `Documentation/arch/arm64/sve.rst`, "System call
//! behaviour"). A program that is compiled with SVE may have values in the high bits, and then names all registers. In
//! one that enables SVE for a function of its own a call must be behind a function that is not inlined: what one
//! function enables can't be seen here.
//! Source: syscall(2); Linux `arch/arm64/kernel/entry.S`, `arch/arm64/kernel/syscall.c`.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithRestorer as SigAction, no_restorer as restorer};

/// No number takes two registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
#[cfg(not(target_feature = "sve"))]
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "svc 0",
            in("x8") $number,
            $($operands)*
            lateout("p0") _, lateout("p1") _, lateout("p2") _, lateout("p3") _,
            lateout("p4") _, lateout("p5") _, lateout("p6") _, lateout("p7") _,
            lateout("p8") _, lateout("p9") _, lateout("p10") _, lateout("p11") _,
            lateout("p12") _, lateout("p13") _, lateout("p14") _, lateout("p15") _,
            lateout("ffr") _,
            options(nostack, preserves_flags),
        )
    };
}

/// The same where the compiler may keep values in all bits of the scalable registers.
#[cfg(target_feature = "sve")]
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "svc 0",
            in("x8") $number,
            $($operands)*
            lateout("p0") _, lateout("p1") _, lateout("p2") _, lateout("p3") _,
            lateout("p4") _, lateout("p5") _, lateout("p6") _, lateout("p7") _,
            lateout("p8") _, lateout("p9") _, lateout("p10") _, lateout("p11") _,
            lateout("p12") _, lateout("p13") _, lateout("p14") _, lateout("p15") _,
            lateout("ffr") _,
            lateout("v0") _, lateout("v1") _, lateout("v2") _, lateout("v3") _,
            lateout("v4") _, lateout("v5") _, lateout("v6") _, lateout("v7") _,
            lateout("v8") _, lateout("v9") _, lateout("v10") _, lateout("v11") _,
            lateout("v12") _, lateout("v13") _, lateout("v14") _, lateout("v15") _,
            lateout("v16") _, lateout("v17") _, lateout("v18") _, lateout("v19") _,
            lateout("v20") _, lateout("v21") _, lateout("v22") _, lateout("v23") _,
            lateout("v24") _, lateout("v25") _, lateout("v26") _, lateout("v27") _,
            lateout("v28") _, lateout("v29") _, lateout("v30") _, lateout("v31") _,
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result { lateout("x0") result, }
    syscall1(number, a0: Reg<0>) -> result { inlateout("x0") a0.0 => result, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { inlateout("x0") a0.0 => result, in("x1") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0, in("x3") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0, in("x3") a3.0, in("x4") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0, in("x3") a3.0, in("x4") a4.0,
        in("x5") a5.0,
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("udf #0", options(noreturn, nostack, nomem)) }
}

/// How another call is made of the one that a thread enters.
// NT_ARM_SYSTEM_CALL, linux/elf.h
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Set(0x404);

registers! {
    /// `struct user_pt_regs` (`asm/ptrace.h`).
    struct {
        regs: [usize; 31],
        sp: usize,
        pc: usize,
        pstate: usize,
    }
    instruction_pointer: [pc];
    stack_pointer: [sp];
    syscall_number: [regs[8]];
    args: [regs[0]] [regs[1]] [regs[2]] [regs[3]] [regs[4]] [regs[5]];
    first_arg_too:;
    return_value: [regs[0]];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct user_pt_regs (defined(__aarch64__))" { regs, sp, pc, pstate });
