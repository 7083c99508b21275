//! The first instructions of a program, one text for each architecture. Owns: the way from what the kernel leaves in
//! registers to what a function of the ABI expects. Must not know what [`start`] does. `examples/tiny_hello` begins with it
//! too.
//!
//! On every architecture the kernel leaves a stack pointer that is a multiple of 16 (Linux `fs/binfmt_elf.c`,
//! `STACK_ROUND`), and no ABI asks for more. There and above are the program's arguments: how many, and that many addresses
//! (`create_elf_tables`); [`start`] is told where. Below it a callee may want room that is its caller's to make. A zero in the place of a caller tells a debugger that there is
//! none. [`start`] never returns: what stands behind the call would end the program.

use crate::start;
use core::arch::global_asm;

// System V ABI, AMD64 supplement, "Initial Stack and Register State": zero in `rbp` marks the outermost frame. The
// stack pointer is a multiple of 16 before a call and eight less behind it: so `start` is called and not jumped to.
#[cfg(target_arch = "x86_64")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "mov rdi, rsp",
    "call {start}",
    "ud2",
    start = sym start,
);

// System V ABI, Intel386 supplement, "Initial Stack and Register State": as above. The argument is on the stack, at a
// multiple of 16.
#[cfg(target_arch = "x86")]
global_asm!(
    ".globl _start",
    "_start:",
    "xor ebp, ebp",
    "mov eax, esp",
    "sub esp, 12",
    "push eax",
    "call {start}",
    "ud2",
    start = sym start,
);

// AAPCS64, "The Frame Pointer": the chain of frame records ends in zero.
#[cfg(target_arch = "aarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "mov x0, sp",
    "mov x29, xzr",
    "mov x30, xzr",
    "bl {start}",
    "udf #0",
    start = sym start,
);

// ARM code also where all else is Thumb: every arm that Linux runs on knows it, and an entry at an even address is in
// it (Linux `arch/arm/include/asm/processor.h`, `start_thread`). The linker makes `bl` change over where `start` is
// Thumb. Each function that the compiler emits behind this says which of the two it is.
#[cfg(target_arch = "arm")]
global_asm!(
    ".arm",
    ".globl _start",
    ".type _start, %function",
    "_start:",
    "mov r0, sp",
    "mov r11, #0",
    "mov lr, #0",
    "bl {start}",
    "udf #0",
    start = sym start,
);

// RISC-V ELF psABI, "Global Pointer": a linker may make any access to data one that is relative to `gp`, which a
// program's start files set; the setting itself it must leave alone.
#[cfg(any(target_arch = "riscv64", target_arch = "riscv32"))]
global_asm!(
    ".globl _start",
    "_start:",
    ".option push",
    ".option norelax",
    "lla gp, __global_pointer$",
    ".option pop",
    "mv a0, sp",
    "mv s0, zero",
    "mv ra, zero",
    "call {start}",
    "unimp",
    start = sym start,
);

// LoongArch ELF psABI: relaxation is relative to the program counter, there is no global pointer.
#[cfg(target_arch = "loongarch64")]
global_asm!(
    ".globl _start",
    "_start:",
    "move $a0, $sp",
    "move $fp, $zero",
    "move $ra, $zero",
    "bl {start}",
    "break 0",
    start = sym start,
);

// ELFv2: the kernel leaves the entry's address in `r12` (Linux `arch/powerpc/kernel/process.c`, `start_thread`), as a
// caller does, and a function makes its TOC pointer, `r2`, of it. The frame that a callee may rely on has 32 bytes, the
// back chain first (OpenPOWER ELFv2 ABI, "The Stack Frame"). The `nop` is the linker's to fill.
#[cfg(all(
    target_arch = "powerpc64",
    not(all(target_endian = "big", target_env = "gnu"))
))]
global_asm!(
    ".globl _start",
    "_start:",
    "addis 2, 12, .TOC.-_start@ha",
    "addi 2, 2, .TOC.-_start@l",
    "mr 3, 1",
    "li 0, 0",
    "mtlr 0",
    "stdu 0, -32(1)",
    "bl {start}",
    "nop",
    "trap",
    start = sym start,
);

// ELFv1, which the 64-bit big-endian targets with glibc have: a function's symbol is that of its descriptor in `.opd`,
// which is its address, its TOC pointer and its environment. The entry is no exception: the kernel reads the first two
// and leaves the second in `r2` (`start_thread`, as above). `bl` of a descriptor is `bl` of its code to the linker. The
// frame that a callee may rely on has 48 bytes and room for eight registers (64-bit PowerPC ELF ABI Supplement 1.9,
// "Function Descriptors" and "The Stack Frame").
#[cfg(all(target_arch = "powerpc64", target_endian = "big", target_env = "gnu"))]
global_asm!(
    ".pushsection .opd, \"aw\"",
    ".balign 8",
    ".globl _start",
    ".type _start, @function",
    "_start:",
    ".quad .L_start, .TOC.@tocbase, 0",
    ".popsection",
    ".L_start:",
    "mr 3, 1",
    "li 0, 0",
    "mtlr 0",
    "stdu 0, -112(1)",
    "bl {start}",
    "nop",
    "trap",
    start = sym start,
);

// Power Architecture 32-bit ABI Supplement, "The Stack Frame": two words that a callee may rely on, the back chain and
// where it saves its return address; a frame is a multiple of 16 bytes.
#[cfg(target_arch = "powerpc")]
global_asm!(
    ".globl _start",
    "_start:",
    "mr 3, 1",
    "li 0, 0",
    "mtlr 0",
    "stwu 0, -16(1)",
    "bl {start}",
    "trap",
    start = sym start,
);

// s390x ELF ABI Supplement, "The Stack Frame": a callee saves its registers in 160 bytes of its caller's, the back
// chain first.
#[cfg(target_arch = "s390x")]
global_asm!(
    ".globl _start",
    "_start:",
    "lgr %r2, %r15",
    "aghi %r15, -160",
    "xc 0(8,%r15), 0(%r15)",
    "brasl %r14, {start}",
    ".short 0",
    start = sym start,
);

// MIPS n64, position-independent as Rust's code is: a function makes its global pointer, `$28`, of its own address,
// which its caller leaves in `$25` (MIPSpro N32 ABI Handbook, "Position-Independent Code"). The kernel leaves none, so
// a branch tells the address behind it. With `$28` the address of `start` is read from the linker's table. No room is
// the caller's to make. The linkers' name of the entry is `__start`.
#[cfg(target_arch = "mips64")]
global_asm!(
    ".globl __start",
    ".set push",
    ".set noreorder",
    "__start:",
    "bal .L_here",
    "move $30, $0",
    ".L_here:",
    "lui $28, %hi(%neg(%gp_rel(.L_here)))",
    "daddiu $28, $28, %lo(%neg(%gp_rel(.L_here)))",
    "daddu $28, $28, $31",
    "ld $25, %got_disp({start})($28)",
    "jalr $25",
    "move $4, $29",
    "teq $0, $0",
    ".set pop",
    start = sym start,
);
