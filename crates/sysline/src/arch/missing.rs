//! An architecture without a trap: a compile error that says so.

compile_error!(
    "sysline has no trap for this architecture: it has x86_64, x86, aarch64, arm, riscv64, riscv32, loongarch64, \
     powerpc64, powerpc, s390x and mips64"
);
