//! A program with neither `std` nor a C library: it makes a file in memory, writes, reads back, closes, and says so.
//! Its exit code is 0 when all of that is right. It is built and run by the project's checks.
#![no_std]
#![no_main]

use sysline::io::{pread, write};
use sysline::prelude::*;
use sysline::process::exit_group;

sysline::sys! {
    sys fn memfd_create(name: impl PathArg, flags: u32) -> Result<OwnedFd>
    sys fn fstat(fd: BorrowedFd<'_>, out stat: [u64; 32]) -> Result<[u64; 32]>
    sys fn fcntl(fd: i32, 1, 0) -> Result<i32>
}

// The first instruction of the program. The kernel leaves the stack aligned; an ordinary function wants to be called.
#[cfg(target_arch = "x86_64")]
core::arch::global_asm!(".globl _start", "_start:", "xor ebp, ebp", "call {start}", "ud2", start = sym start);
#[cfg(target_arch = "aarch64")]
core::arch::global_asm!(".globl _start", "_start:", "bl {start}", "udf #0", start = sym start);
#[cfg(target_arch = "riscv64")]
core::arch::global_asm!(".globl _start", "_start:", "call {start}", "unimp", start = sym start);

extern "C" fn start() -> ! {
    exit_group(match run() {
        Ok(()) => 0,
        Err(errno) => errno.raw(),
    })
}

fn run() -> Result<()> {
    let file = memfd_create("no_std", 0)?;
    check(write(file.as_fd(), b"hello")? == 5)?;
    let mut bytes = [0; 8];
    check(pread(file.as_fd(), &mut bytes, 1)? == 4)?;
    check(&bytes[..4] == b"ello")?;
    fstat(file.as_fd())?;
    check(memfd_create(b"a\0b", 0).map(drop) == Err(Errno::EINVAL))?;
    check(memfd_create(&[b'x'; 5000], 0).map(drop) == Err(Errno::ENAMETOOLONG))?;
    // A descriptor that is dropped is closed.
    let number = sysline::fd::AsRawFd::as_raw_fd(&file);
    check(fcntl(number).is_ok())?;
    drop(file);
    check(fcntl(number) == Err(Errno::EBADF))?;
    // SAFETY: descriptor 1 stays open for all of the program.
    let output = unsafe { BorrowedFd::borrow_raw(1) };
    write(output, b"no_std: right\n").map(drop)
}

fn check(right: bool) -> Result<()> {
    if right { Ok(()) } else { Err(Errno::EIO) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    exit_group(101)
}

/// Asked for by `core`, which is built to unwind, and never called: a panic here ends the program.
#[unsafe(no_mangle)]
extern "C" fn rust_eh_personality() {}
