//! A kernel that does not know some calls, as older ones don't: a filter (seccomp(2)) answers in its place.
#![allow(dead_code)] // each test crate takes what it needs

use std::ops::RangeInclusive;
use sysline::{Errno, Result, abi, nr};

/// Makes the kernel answer `errno` to this thread's calls of those numbers.
pub(crate) fn refuse(numbers: RangeInclusive<u32>, errno: Errno) -> Result<()> {
    const PR_SET_NO_NEW_PRIVS: i32 = 38; // linux/prctl.h
    const PR_SET_SECCOMP: i32 = 22;
    const FILTER: i32 = 2; // linux/seccomp.h, SECCOMP_MODE_FILTER
    const RET_ERRNO: u32 = 0x5_0000;
    const RET_ALLOW: u32 = 0x7fff_0000;

    /// `struct sock_filter` (`linux/filter.h`).
    #[repr(C)]
    struct Instruction(u16, u8, u8, u32);
    /// `struct sock_fprog`.
    #[repr(C)]
    struct Program(u16, *const Instruction);

    let program = [
        Instruction(0x20, 0, 0, 0), // load a word: the call's number
        Instruction(0x35, 0, 2, *numbers.start()), // from the first on, else two on
        Instruction(0x25, 1, 0, *numbers.end()), // above the last: one on
        Instruction(0x06, 0, 0, RET_ERRNO | errno.raw() as u32),
        Instruction(0x06, 0, 0, RET_ALLOW),
    ];
    let program = Program(program.len() as u16, program.as_ptr());
    // SAFETY: the kernel reads the program.
    unsafe {
        abi::sys::<Result<()>, _>(nr::SYS_PRCTL, (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        abi::sys(nr::SYS_PRCTL, (PR_SET_SECCOMP, FILTER, &program))
    }
}
