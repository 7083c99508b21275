//! x86: `int 0x80`; the number in `eax`, arguments in `ebx ecx edx esi edi ebp`, the result in `eax`.
//! All other registers and the flags are kept. It is right on every processor and kernel; the faster way through the
//! vDSO (`AT_SYSINFO`) would need the program's auxiliary vector, which a library is not given.
//!
//! `esi` and `ebp` are no operands: the compiler keeps addresses of the frame in them. So with four arguments `edi`,
//! which is free then, is exchanged for `esi`; with five and six no register is left, and the number and those two
//! arguments come from memory, which `eax` points to.
//! Source: syscall(2); System V ABI, Intel386 supplement; Linux `arch/x86/entry/entry_64_compat.S` and `entry_32.S`
//! (`entry_INT80_32`).

use super::{Reg, SetNumber, Word};
use core::arch::{asm, global_asm};
use core::ffi::c_void;

pub(crate) use super::sigaction::WithRestorer as SigAction;

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

/// Where a handler returns to. Without one the kernel takes the vDSO's, and has none where it was told to map no vDSO
/// (`vdso32=0`), which a library can't see; so there is always one, and it is right in both cases (Linux
/// `arch/x86/kernel/signal_32.c`). The frame of a handler without `siginfo_t` is another, and so is its way back.
pub(crate) fn restorer(siginfo: bool) -> *const c_void {
    if siginfo {
        &raw const sysline_x86_rt_restorer
    } else {
        &raw const sysline_x86_restorer
    }
}

unsafe extern "C" {
    static sysline_x86_restorer: c_void;
    static sysline_x86_rt_restorer: c_void;
}

// `pop eax; mov eax, SYS_sigreturn; int 0x80`, and `mov eax, SYS_rt_sigreturn; int 0x80`: the bytes by which debuggers
// and unwinders know such frames (gcc's `libgcc/config/i386/linux-unwind.h`). The rest is as on x86_64, for the same
// reasons.
global_asm!(
    ".pushsection .text.sysline_restorer, \"ax\", @progbits",
    ".weak sysline_x86_restorer",
    ".hidden sysline_x86_restorer",
    ".type sysline_x86_restorer, @function",
    "nop",
    "sysline_x86_restorer:",
    ".byte 0x58",
    ".byte 0xb8, 0x77, 0x00, 0x00, 0x00",
    ".byte 0xcd, 0x80",
    ".size sysline_x86_restorer, . - sysline_x86_restorer",
    ".weak sysline_x86_rt_restorer",
    ".hidden sysline_x86_rt_restorer",
    ".type sysline_x86_rt_restorer, @function",
    "nop",
    "sysline_x86_rt_restorer:",
    ".byte 0xb8, 0xad, 0x00, 0x00, 0x00",
    ".byte 0xcd, 0x80",
    ".size sysline_x86_rt_restorer, . - sysline_x86_rt_restorer",
    ".popsection",
);

/// How another call is made of the one that a thread enters.
pub(crate) const SET_NUMBER: SetNumber = SetNumber::Register;

registers! {
    /// `struct user_regs_struct` (`sys/user.h`; Linux `arch/x86/include/asm/user_32.h`).
    struct {
        ebx: usize,
        ecx: usize,
        edx: usize,
        esi: usize,
        edi: usize,
        ebp: usize,
        eax: usize,
        xds: usize,
        xes: usize,
        xfs: usize,
        xgs: usize,
        orig_eax: usize,
        eip: usize,
        xcs: usize,
        eflags: usize,
        esp: usize,
        xss: usize,
    }
    instruction_pointer: [eip];
    stack_pointer: [esp];
    syscall_number: [orig_eax];
    args: [ebx] [ecx] [edx] [esi] [edi] [ebp];
    first_arg_too:;
    return_value: [eax];
}

#[cfg(test)]
crate::layout::c_layout!(Registers = "struct pt_regs (defined(__i386__))" { ebx, ecx, edx, esi, edi, ebp, eax, xds, xes, xfs, xgs, orig_eax, eip, xcs, eflags, esp, xss });
