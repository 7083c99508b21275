//! The 87 declarations of Go's `syscall` package for Linux, as Go has them, made into Rust and called.
//!
//! `seed_003/syscall_linux.go` has the declarations, `seed_003/lines.rs` the wrappers; the latter's first line is the
//! command that writes it. Each test makes real calls and asks another witness what the kernel did: `std`, `/proc`, a
//! second call.
//!
//! Each of the 87 is called; none is left out.
//! Those that would do harm are called with arguments that the kernel refuses before it does anything (`acct`,
//! `reboot`, `settimeofday`), or by a process of its own: in namespaces of its own (`mount`, `pivot_root`,
//! `sethostname`), or to be ended (`exit`, `exitThread`). No unused wrapper is excused (`dead_code`), so a new line
//! without a test does not go unseen.
//!
//! Some of the calls (`utimes`, `futimesat`, `epoll_create`, `epoll_wait`, `pause`, `ustat`, `utime`) are x86-64's and
//! not those of architectures with a younger table, aarch64 and riscv64 among them: there the wrappers do not compile,
//! as Go's did not.

#![cfg(all(
    target_os = "linux",
    target_arch = "x86_64",
    feature = "std",
    feature = "macros"
))]

#[path = "seed_003/support.rs"]
#[macro_use]
mod support;

#[path = "seed_003/lines.rs"]
#[allow(unreachable_pub)] // written for a library
mod lines;
#[path = "seed_003/types.rs"]
#[allow(unreachable_pub, dead_code)] // what the kernel has, not only what is looked at
mod types;

#[path = "seed_003/descriptors.rs"]
mod descriptors;
#[path = "seed_003/files.rs"]
mod files;
#[path = "seed_003/memory.rs"]
mod memory;
#[path = "seed_003/mounts.rs"]
mod mounts;
#[path = "seed_003/processes.rs"]
mod processes;
#[path = "seed_003/source.rs"]
mod source;
#[path = "seed_003/strings.rs"]
mod strings;
#[path = "seed_003/system.rs"]
mod system;
