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

traps! {
    syscall0(number) -> result { in("x8") number, lateout("x0") result }
    syscall1(number, a0: Reg<0>) -> result { in("x8") number, inlateout("x0") a0.0 => result }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result {
        in("x8") number, inlateout("x0") a0.0 => result, in("x1") a1.0
    }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        in("x8") number, inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        in("x8") number, inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0, in("x3") a3.0
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        in("x8") number, inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0,
        in("x3") a3.0, in("x4") a4.0
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        in("x8") number, inlateout("x0") a0.0 => result, in("x1") a1.0, in("x2") a2.0,
        in("x3") a3.0, in("x4") a4.0, in("x5") a5.0
    }
}

/// Ends the process with an illegal instruction: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("udf #0", options(noreturn, nostack, nomem)) }
}
