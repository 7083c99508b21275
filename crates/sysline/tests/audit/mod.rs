//! How the kernel names the architecture of a system call, to tracers and in signals.

/// `AUDIT_ARCH_...` of `linux/audit.h`: the number of the ELF format (`linux/elf-em.h`), and bits for 64 bits and for
/// the byte order.
pub(crate) fn audit_arch() -> u32 {
    let machine = match std::env::consts::ARCH {
        "x86" => 3,
        "mips64" => 8,
        "powerpc" => 20,
        "powerpc64" => 21,
        "s390x" => 22,
        "arm" => 40,
        "x86_64" => 62,
        "aarch64" => 183,
        "riscv32" | "riscv64" => 243,
        "loongarch64" => 258,
        arch => panic!("{arch}"),
    };
    let wide = if cfg!(target_pointer_width = "64") {
        0x8000_0000
    } else {
        0
    };
    let little = if cfg!(target_endian = "little") {
        0x4000_0000
    } else {
        0
    };
    machine | wide | little
}
