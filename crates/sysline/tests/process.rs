//! The area `process`: each function against what `std` and `/proc` see.
#![cfg(target_os = "linux")]

use sysline::abi;
use sysline::process::{self, Pid};
use sysline::{Result, nr, portable};

#[test]
fn who_am_i() {
    assert_eq!(process::getpid().raw() as u32, std::process::id());
    assert_eq!(
        process::getppid().raw() as u32,
        std::os::unix::process::parent_id()
    );
}

/// A child that is a copy of this process, so that it runs where this one does, under an emulator too.
#[test]
fn exit_group_ends_with_its_status() {
    const SIGCHLD: i32 = if cfg!(target_arch = "mips64") { 18 } else { 17 }; // asm/signal.h
    let mut status = 0i32;
    // SAFETY: the child makes nothing but one call, which ends it; the kernel writes `status` and nothing else.
    let waited: Result<Pid> = unsafe {
        let child: Result<Pid> = abi::sys(portable::CLONE, (SIGCHLD, 0, 0, 0, 0));
        let child = child.unwrap();
        if child.raw() == 0 {
            process::exit_group(42);
        }
        abi::sys(nr::SYS_WAIT4, (child, &mut status, 0, None::<&u8>))
    };
    assert!(waited.unwrap().raw() > 0);
    assert_eq!(status, 42 << 8, "ended by itself, with 42");
}
