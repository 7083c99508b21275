//! A kernel that does not know some calls, as older ones don't: a filter (seccomp(2)) answers in its place.
#![allow(dead_code)] // each test crate takes what it needs

use std::ops::RangeInclusive;
use sysline::{Errno, Result, abi, nr};

/// Makes the kernel answer `errno` to this thread's calls of those numbers.
pub(crate) fn refuse(numbers: RangeInclusive<u32>, errno: Errno) -> Result<()> {
    filter(&[
        Instruction(0x20, 0, 0, 0), // load a word: the call's number
        Instruction(0x35, 0, 2, *numbers.start()), // from the first on, else two on
        Instruction(0x25, 1, 0, *numbers.end()), // above the last: one on
        Instruction(0x06, 0, 0, RET_ERRNO | errno.raw() as u32),
        Instruction(0x06, 0, 0, RET_ALLOW),
    ])
}

/// Makes the kernel answer `ENOSYS` to this thread's calls of a number whose argument at `index` has one of `bits`, as if
/// their file were on a file system that can't do it.
pub(crate) fn refuse_with(number: u32, index: u32, bits: u32) -> Result<()> {
    let low = 16 + 8 * index + if cfg!(target_endian = "big") { 4 } else { 0 }; // struct seccomp_data
    filter(&[
        Instruction(0x20, 0, 0, 0),      // load a word: the call's number
        Instruction(0x15, 0, 3, number), // that one, else three on
        Instruction(0x20, 0, 0, low),
        Instruction(0x45, 0, 1, bits), // a bit is there, else one on
        Instruction(0x06, 0, 0, RET_ERRNO | Errno::ENOSYS.raw() as u32),
        Instruction(0x06, 0, 0, RET_ALLOW),
    ])
}

const RET_ERRNO: u32 = 0x5_0000; // linux/seccomp.h
const RET_ALLOW: u32 = 0x7fff_0000;

/// `struct sock_filter` (`linux/filter.h`).
#[repr(C)]
struct Instruction(u16, u8, u8, u32);

fn filter(program: &[Instruction]) -> Result<()> {
    const PR_SET_NO_NEW_PRIVS: i32 = 38; // linux/prctl.h
    const PR_SET_SECCOMP: i32 = 22;
    const FILTER: i32 = 2; // linux/seccomp.h, SECCOMP_MODE_FILTER

    /// `struct sock_fprog`.
    #[repr(C)]
    struct Program(u16, *const Instruction);

    let program = Program(program.len() as u16, program.as_ptr());
    // SAFETY: the kernel reads the program.
    unsafe {
        abi::sys::<Result<()>, _>(nr::SYS_PRCTL, (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
        abi::sys(nr::SYS_PRCTL, (PR_SET_SECCOMP, FILTER, &program))
    }
}
