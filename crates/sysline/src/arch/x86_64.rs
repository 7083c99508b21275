//! x86_64: `syscall`; the number in `rax`, arguments in `rdi rsi rdx r10 r8 r9`, the result in `rax`.
//! The instruction itself puts the return address into `rcx` and the flags into `r11`; the kernel restores the flags.
//! Source: System V ABI, AMD64 supplement, A.2.1; syscall(2); Linux `arch/x86/entry/entry_64.S`.

use super::{Reg, SetNumber, Word};
use core::arch::{asm, global_asm};
use core::ffi::c_void;

pub(crate) use super::sigaction::WithRestorer as SigAction;

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

/// Where a handler returns to; the kernel refuses to call one without (Linux `arch/x86/kernel/signal_64.c`).
pub(crate) fn restorer(_siginfo: bool) -> *const c_void {
    &raw const sysline_x86_64_restorer
}

unsafe extern "C" {
    static sysline_x86_64_restorer: c_void;
}

// `mov rax, SYS_rt_sigreturn; syscall`, in the very bytes by which debuggers and unwinders know such a frame (gcc's
// `libgcc/config/i386/linux-unwind.h`); those look up the byte before, which so must not be another function's.
// Assembly of its own, since a function might begin with a push, and the kernel wants the stack as it was. Weak and
// hidden, since two versions of this crate in one program have it twice.
global_asm!(
    ".pushsection .text.sysline_restorer, \"ax\", @progbits",
    ".weak sysline_x86_64_restorer",
    ".hidden sysline_x86_64_restorer",
    ".type sysline_x86_64_restorer, @function",
    "nop",
    "sysline_x86_64_restorer:",
    ".byte 0x48, 0xc7, 0xc0, 0x0f, 0x00, 0x00, 0x00",
    ".byte 0x0f, 0x05",
    ".size sysline_x86_64_restorer, . - sysline_x86_64_restorer",
    ".popsection",
);

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `struct user_regs_struct` (`sys/user.h`; Linux `arch/x86/include/asm/user_64.h`).
    struct {
        r15: usize,
        r14: usize,
        r13: usize,
        r12: usize,
        rbp: usize,
        rbx: usize,
        r11: usize,
        r10: usize,
        r9: usize,
        r8: usize,
        rax: usize,
        rcx: usize,
        rdx: usize,
        rsi: usize,
        rdi: usize,
        orig_rax: usize,
        rip: usize,
        cs: usize,
        eflags: usize,
        rsp: usize,
        ss: usize,
        fs_base: usize,
        gs_base: usize,
        ds: usize,
        es: usize,
        fs: usize,
        gs: usize,
    }
    instruction_pointer: [rip];
    stack_pointer: [rsp];
    syscall_number: [orig_rax];
    args: [rdi] [rsi] [rdx] [r10] [r8] [r9];
    first_arg_too:;
    return_value: [rax];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct { struct pt_regs r; unsigned long more[6]; } (defined(__x86_64__))" { r15 = r.r15, r14 = r.r14, r13 = r.r13, r12 = r.r12, rbp = r.rbp, rbx = r.rbx, r11 = r.r11, r10 = r.r10, r9 = r.r9, r8 = r.r8, rax = r.rax, rcx = r.rcx, rdx = r.rdx, rsi = r.rsi, rdi = r.rdi, orig_rax = r.orig_rax, rip = r.rip, cs = r.cs, eflags = r.eflags, rsp = r.rsp, ss = r.ss });
