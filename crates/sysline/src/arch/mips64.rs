//! mips64, n64 ABI (both byte orders): `syscall`; the number in `$2`, arguments in `$4` to `$9`, the result in `$2`.
//! An error is told by `$7`, which is then not zero, and `$2` is the errno, which is negated here.
//! `$1 $3 $7` to `$15 $24 $25 hi lo` are lost, all others are kept. Rust's assembly can't name `$1`, `hi` and `lo`, in
//! which the compiler keeps values: they are saved and restored here, the last two in registers by name, as one that
//! the compiler chose might be `$1`.
//! Rust's inline assembly for mips is not stable: this file needs a nightly compiler.
//! Source: syscall(2); Linux `arch/mips/kernel/scall64-n64.S`.

use super::{Reg, SetNumber, Word};
use core::arch::asm;

pub(crate) use super::sigaction::{FlagsFirst as SigAction, no_restorer as restorer};

/// No number takes two registers.
pub(crate) const EVEN_PAIRS: bool = false;

/// The trap, with the clobbers and options that it has whatever its operands are.
macro_rules! trap {
    ($number:ident, $result:ident; $($operands:tt)*) => {
        asm!(
            ".set push",
            ".set noat",
            ".set noreorder",
            "move {at}, $1",
            "mfhi $16",
            "mflo $17",
            "syscall",
            "mthi $16",
            "mtlo $17",
            "move $1, {at}",
            "beqz $7, 2f",
            "nop",
            "dnegu $2, $2",
            "2:",
            ".set pop",
            at = out(reg) _,
            inlateout("$2") $number => $result,
            $($operands)*
            out("$16") _, out("$17") _,
            lateout("$3") _, lateout("$10") _, lateout("$11") _, lateout("$12") _, lateout("$13") _,
            lateout("$14") _, lateout("$15") _, lateout("$24") _, lateout("$25") _,
            options(nostack, preserves_flags),
        )
    };
}

traps! {
    syscall0(number) -> result { lateout("$7") _, lateout("$8") _, lateout("$9") _, }
    syscall1(number, a0: Reg<0>) -> result { in("$4") a0.0, lateout("$7") _, lateout("$8") _, lateout("$9") _, }
    syscall2(number, a0: Reg<0>, a1: Reg<1>) -> result {
        in("$4") a0.0, in("$5") a1.0, lateout("$7") _, lateout("$8") _, lateout("$9") _,
    }
    syscall3(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>) -> result {
        in("$4") a0.0, in("$5") a1.0, in("$6") a2.0, lateout("$7") _, lateout("$8") _, lateout("$9") _,
    }
    syscall4(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>) -> result {
        in("$4") a0.0, in("$5") a1.0, in("$6") a2.0, inlateout("$7") a3.0 => _,
        lateout("$8") _, lateout("$9") _,
    }
    syscall5(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>) -> result {
        in("$4") a0.0, in("$5") a1.0, in("$6") a2.0, inlateout("$7") a3.0 => _,
        inlateout("$8") a4.0 => _, lateout("$9") _,
    }
    syscall6(number, a0: Reg<0>, a1: Reg<1>, a2: Reg<2>, a3: Reg<3>, a4: Reg<4>, a5: Reg<5>) -> result {
        in("$4") a0.0, in("$5") a1.0, in("$6") a2.0, inlateout("$7") a3.0 => _,
        inlateout("$8") a4.0 => _, inlateout("$9") a5.0 => _,
    }
}

/// Ends the process with an exception: for a call that never returns and has returned.
#[inline(always)]
pub(crate) fn abort() -> ! {
    // SAFETY: the instruction is defined to trap.
    unsafe { asm!("teq $0, $0", options(noreturn, nostack, nomem)) }
}

/// Where it is said that a call has failed.
fn failure(registers: &mut Registers) -> Option<(&mut usize, usize)> {
    Some((&mut registers.regs[7], 1))
}

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `elf_gregset_t` (Linux `arch/mips/include/asm/elf.h`, `MIPS64_EF_R0` and following, `ELF_NGREG`).
    struct {
        regs: [usize; 32],
        lo: usize,
        hi: usize,
        cp0_epc: usize,
        cp0_badvaddr: usize,
        cp0_status: usize,
        cp0_cause: usize,
        reserved: [usize; 7],
    }
    instruction_pointer: [cp0_epc];
    stack_pointer: [regs[29]];
    syscall_number: [regs[2]];
    args: [regs[4]] [regs[5]] [regs[6]] [regs[7]] [regs[8]] [regs[9]];
    first_arg_too:;
    return_value: [regs[2]] negated: failure;
}
