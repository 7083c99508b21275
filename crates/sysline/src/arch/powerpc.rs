//! powerpc64 (both byte orders) and powerpc: `sc`; the number in `r0`, arguments in `r3` to `r8`, the result in `r3`.
//! An error is told by the summary-overflow bit of `cr0`: then `r3` is the errno, which is negated here.
//! `r0`, `r3` to `r12`, `cr0`, `xer` and `ctr` are lost, all others are kept.
//! Source: Linux `Documentation/arch/powerpc/syscall64-abi.rst`, `arch/powerpc/kernel/interrupt_64.S` and
//! `entry_32.S`; syscall(2); Power Architecture 32-bit ABI Supplement, 3.2.3.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{WithRestorer as SigAction, no_restorer as restorer};

/// 32-bit ABI Supplement, 3.2.3: a `long long` starts in an odd register, which is the first, third or fifth argument.
pub(crate) const EVEN_PAIRS: bool = true;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "sc",
            "bns+ 2f",
            "neg 3, 3",
            "2:",
            inlateout("r0") $number => _,
            $($operands)*
            lateout("r9") _, lateout("r10") _, lateout("r11") _, lateout("r12") _,
            lateout("cr0") _, lateout("xer") _, lateout("ctr") _,
            options(nostack),
        )
    };
}

traps! {
    syscall0(number) -> result {
        lateout("r3") result, lateout("r4") _, lateout("r5") _, lateout("r6") _, lateout("r7") _, lateout("r8") _,
    }
    syscall1(number, a0: Reg<0>) -> result {
        inlateout("r3") a0.0 => result,
        lateout("r4") _, lateout("r5") _, lateout("r6") _, lateout("r7") _, lateout("r8") _,
    }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result {
        inlateout("r3") a0.0 => result, inlateout("r4") a1.0 => _,
        lateout("r5") _, lateout("r6") _, lateout("r7") _, lateout("r8") _,
    }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        inlateout("r3") a0.0 => result, inlateout("r4") a1.0 => _, inlateout("r5") a2.0 => _,
        lateout("r6") _, lateout("r7") _, lateout("r8") _,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        inlateout("r3") a0.0 => result, inlateout("r4") a1.0 => _, inlateout("r5") a2.0 => _,
        inlateout("r6") a3.0 => _, lateout("r7") _, lateout("r8") _,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        inlateout("r3") a0.0 => result, inlateout("r4") a1.0 => _, inlateout("r5") a2.0 => _,
        inlateout("r6") a3.0 => _, inlateout("r7") a4.0 => _, lateout("r8") _,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        inlateout("r3") a0.0 => result, inlateout("r4") a1.0 => _, inlateout("r5") a2.0 => _,
        inlateout("r6") a3.0 => _, inlateout("r7") a4.0 => _, inlateout("r8") a5.0 => _,
    }
}

/// Ends the process with an exception: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("trap", options(noreturn, nostack, nomem)) }
}

/// The bit that says that a call has failed: the summary overflow of `cr0`. A call by `scv` has none, and returns a
/// negative number (Linux `arch/powerpc/include/asm/syscall.h`).
fn failure(registers: &mut Registers) -> Option<(&mut usize, usize)> {
    (registers.trap & !0xf != 0x3000).then_some((&mut registers.ccr, 0x1000_0000))
}

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `elf_gregset_t` (`asm/elf.h`): `struct pt_regs` (`asm/ptrace.h`), and zeros up to `ELF_NGREG`. `softe` is `mq`
    /// on powerpc.
    struct {
        gpr: [usize; 32],
        nip: usize,
        msr: usize,
        orig_gpr3: usize,
        ctr: usize,
        link: usize,
        xer: usize,
        ccr: usize,
        softe: usize,
        trap: usize,
        dar: usize,
        dsisr: usize,
        result: usize,
        reserved: [usize; 4],
    }
    instruction_pointer: [nip];
    stack_pointer: [gpr[1]];
    syscall_number: [gpr[0]];
    args: [orig_gpr3] [gpr[4]] [gpr[5]] [gpr[6]] [gpr[7]] [gpr[8]];
    first_arg_too: [gpr[3]];
    return_value: [gpr[3]] negated: failure;
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct { struct pt_regs r; unsigned long reserved[4]; } (defined(__powerpc__))" { gpr = r.gpr, nip = r.nip, msr = r.msr, orig_gpr3 = r.orig_gpr3, ctr = r.ctr, link = r.link, xer = r.xer, ccr = r.ccr, trap = r.trap, dar = r.dar, dsisr = r.dsisr, result = r.result, reserved });
