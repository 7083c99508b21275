//! An architecture without a trap: a compile error that says so.

compile_error!("sysline has no trap for this architecture: it has x86_64, aarch64 and riscv64");
