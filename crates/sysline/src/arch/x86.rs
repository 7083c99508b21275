//! x86: `int 0x80`; the number in `eax`, arguments in `ebx ecx edx esi edi ebp`, the result in `eax`.
//! All other registers and the flags are kept. It is right on every processor and kernel; the faster way through the
//! vDSO (`AT_SYSINFO`) would need the program's auxiliary vector, which a library is not given.
//!
//! `esi` and `ebp` are no operands: the compiler keeps addresses of the frame in them. So with four arguments `edi`,
//! which is free then, is exchanged for `esi`; with five and six no register is left, and the number and those two
//! arguments come from memory, which `eax` points to.
//! Source: syscall(2); System V ABI, Intel386 supplement; Linux `arch/x86/entry/entry_64_compat.S` and `entry_32.S`
//! (`entry_INT80_32`).

use super::{Reg, Word};
use core::arch::asm;

/// Linux `arch/x86/kernel/sys_ia32.c`: the halves follow what stands before them.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the options that it has whatever its operands are; in brackets, one that pushes.
macro_rules! trap {
    ($number:ident, $result:ident; [$($template_and_operands:tt)*]) => {
        asm!($($template_and_operands)* options(preserves_flags))
    };
    ($number:ident, $result:ident; $($template_and_operands:tt)*) => {
        asm!($($template_and_operands)* options(nostack, preserves_flags))
    };
}

traps! {
    syscall0(number) -> result { "int 0x80", inlateout("eax") number => result, }
    syscall1(number, a0: Reg<0>) -> result {
        "int 0x80",
        inlateout("eax") number => result, in("ebx") a0.0,
    }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result {
        "int 0x80",
        inlateout("eax") number => result, in("ebx") a0.0, in("ecx") a1.0,
    }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        "int 0x80",
        inlateout("eax") number => result, in("ebx") a0.0, in("ecx") a1.0, in("edx") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        "xchg esi, edi",
        "int 0x80",
        "xchg esi, edi",
        inlateout("eax") number => result, in("ebx") a0.0, in("ecx") a1.0, in("edx") a2.0,
        in("edi") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {[
        "push esi",
        "mov esi, [eax + 4]",
        "mov eax, [eax]",
        "int 0x80",
        "pop esi",
        inlateout("eax") [Word::from_number(number), Word(a3.0)].as_ptr() => result,
        in("ebx") a0.0, in("ecx") a1.0, in("edx") a2.0, in("edi") a4.0,
    ]}
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {[
        "push esi",
        "push ebp",
        "mov esi, [eax + 4]",
        "mov ebp, [eax + 8]",
        "mov eax, [eax]",
        "int 0x80",
        "pop ebp",
        "pop esi",
        inlateout("eax") [Word::from_number(number), Word(a3.0), Word(a5.0)].as_ptr() => result,
        in("ebx") a0.0, in("ecx") a1.0, in("edx") a2.0, in("edi") a4.0,
    ]}
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("ud2", options(noreturn, nostack, nomem)) }
}
