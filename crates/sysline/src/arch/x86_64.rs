//! x86_64: `syscall`; the number in `rax`, arguments in `rdi rsi rdx r10 r8 r9`, the result in `rax`.
//! The instruction itself puts the return address into `rcx` and the flags into `r11`; the kernel restores the flags.
//! Source: System V ABI, AMD64 supplement, A.2.1; syscall(2); Linux `arch/x86/entry/entry_64.S`.

use super::{Reg, Word};
use core::arch::asm;

/// No number takes two registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            "syscall",
            inlateout("rax") $number => $result,
            $($operands)*
            lateout("rcx") _,
            lateout("r11") _,
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result {}
    syscall1(number, a0: Reg<0>) -> result { in("rdi") a0.0, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result { in("rdi") a0.0, in("rsi") a1.0, }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        in("rdi") a0.0, in("rsi") a1.0, in("rdx") a2.0,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        in("rdi") a0.0, in("rsi") a1.0, in("rdx") a2.0, in("r10") a3.0,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        in("rdi") a0.0, in("rsi") a1.0, in("rdx") a2.0, in("r10") a3.0, in("r8") a4.0,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        in("rdi") a0.0, in("rsi") a1.0, in("rdx") a2.0, in("r10") a3.0, in("r8") a4.0, in("r9") a5.0,
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("ud2", options(noreturn, nostack, nomem)) }
}
