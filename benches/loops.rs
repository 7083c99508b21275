//! The calls, each in a loop, made through each library: what `cost.rs` counts. Owns: what is compared with what. All
//! test the result of each call as a program would, and make none where one failed.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

use std::ffi::CStr;
use std::hint::black_box;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};

/// A file with bytes without end.
pub const ZERO: &CStr = c"/dev/zero";

/// The same path, as a program has it mostly.
pub const ZERO_STR: &str = "/dev/zero";

/// A descriptor of [`ZERO`].
pub fn zero() -> std::fs::File {
    std::fs::File::open(ZERO_STR).expect("every Linux has it")
}

/// `$times` times the call; whether each succeeded.
macro_rules! repeat {
    ($times:expr, $call:expr) => {{
        for _ in 0..$times {
            if !$call {
                return false;
            }
        }
        true
    }};
}

/// By hand: the registers that a call reads are loaded, the result is tested.
pub mod assembly {
    use super::*;
    use core::arch::asm;
    use core::mem::MaybeUninit;

    /// A call, with what its registers are given. Unsafe as the call is.
    macro_rules! call {
        ($number:expr $(, $register:tt: $value:expr)*) => {{
            let result: isize;
            asm!(
                "syscall",
                inlateout("rax") $number as isize => result,
                $(in($register) $value,)*
                lateout("rcx") _,
                lateout("r11") _,
                options(nostack)
            );
            result
        }};
    }

    pub fn getpid(times: u32) -> bool {
        // SAFETY: the call reads and writes no memory.
        repeat!(times, (unsafe { call!(39) }, true).1)
    }

    pub fn read(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut byte = [0u8; 1];
        // SAFETY: the kernel writes one byte to `byte`.
        repeat!(times, unsafe {
            call!(0, "rdi": fd.as_raw_fd(), "rsi": byte.as_mut_ptr(), "rdx": 1) == 1
        })
    }

    pub fn open(times: u32, path: &CStr) -> bool {
        repeat!(times, {
            // SAFETY: the path ends in a NUL; what is opened is closed.
            unsafe {
                let fd = call!(257, "rdi": -100, "rsi": path.as_ptr(), "rdx": 0, "r10": 0);
                fd >= 0 && call!(3, "rdi": fd) == 0
            }
        })
    }

    pub fn fstat(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut stat = MaybeUninit::<::libc::stat>::uninit();
        repeat!(times, {
            // SAFETY: the kernel fills `stat` where the call succeeds.
            unsafe {
                call!(5, "rdi": fd.as_raw_fd(), "rsi": stat.as_mut_ptr()) == 0
                    && (*stat.as_ptr()).st_size == 0
            }
        })
    }
}

/// This project: what a program writes.
pub mod sysline {
    use super::*;
    use ::sysline::{fs, io, process};

    pub fn getpid(times: u32) -> bool {
        repeat!(times, (process::getpid(), true).1)
    }

    pub fn read(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut byte = [0; 1];
        repeat!(times, io::read(fd, &mut byte) == Ok(1))
    }

    pub fn open(times: u32, path: &CStr) -> bool {
        repeat!(times, {
            let file = fs::openat(fs::CWD, path, fs::OFlags::RDONLY, fs::Mode::empty());
            file.is_ok_and(|file| io::close(file).is_ok())
        })
    }

    pub fn open_str(times: u32, path: &str) -> bool {
        repeat!(times, {
            let file = fs::openat(fs::CWD, path, fs::OFlags::RDONLY, fs::Mode::empty());
            file.is_ok_and(|file| io::close(file).is_ok())
        })
    }

    pub fn fstat(times: u32, fd: BorrowedFd<'_>) -> bool {
        repeat!(times, fs::fstat(fd).is_ok_and(|stat| stat.size() == 0))
    }
}

/// rustix, without a C library.
pub mod rustix {
    use super::*;
    use ::rustix::{fs, io, process};

    pub fn getpid(times: u32) -> bool {
        repeat!(times, (process::getpid(), true).1)
    }

    pub fn read(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut byte = [0; 1];
        repeat!(times, io::read(fd, &mut byte) == Ok(1))
    }

    pub fn open(times: u32, path: &CStr) -> bool {
        repeat!(times, {
            let file = fs::openat(fs::CWD, path, fs::OFlags::RDONLY, fs::Mode::empty());
            // It has no call that closes and says whether it could.
            file.map(drop).is_ok()
        })
    }

    pub fn open_str(times: u32, path: &str) -> bool {
        repeat!(times, {
            let file = fs::openat(fs::CWD, path, fs::OFlags::RDONLY, fs::Mode::empty());
            file.map(drop).is_ok()
        })
    }

    pub fn fstat(times: u32, fd: BorrowedFd<'_>) -> bool {
        repeat!(times, fs::fstat(fd).is_ok_and(|stat| stat.st_size == 0))
    }
}

/// nix, over libc.
pub mod nix {
    use super::*;
    use ::nix::fcntl::{AT_FDCWD, OFlag, openat};
    use ::nix::sys::stat::{self, Mode};
    use ::nix::unistd;

    pub fn getpid(times: u32) -> bool {
        repeat!(times, (unistd::getpid(), true).1)
    }

    pub fn read(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut byte = [0; 1];
        repeat!(times, unistd::read(fd, &mut byte) == Ok(1))
    }

    pub fn open(times: u32, path: &CStr) -> bool {
        repeat!(times, {
            let file = openat(AT_FDCWD, path, OFlag::O_RDONLY, Mode::empty());
            file.is_ok_and(|file| unistd::close(file).is_ok())
        })
    }

    pub fn open_str(times: u32, path: &str) -> bool {
        repeat!(times, {
            let file = openat(AT_FDCWD, path, OFlag::O_RDONLY, Mode::empty());
            file.is_ok_and(|file| unistd::close(file).is_ok())
        })
    }

    pub fn fstat(times: u32, fd: BorrowedFd<'_>) -> bool {
        repeat!(times, stat::fstat(fd).is_ok_and(|stat| stat.st_size == 0))
    }
}

/// The machine's C library, dynamically linked, by its declarations in the crate libc.
pub mod libc {
    use super::*;
    use ::libc::{AT_FDCWD, O_RDONLY, close, openat};

    pub fn getpid(times: u32) -> bool {
        // SAFETY: it takes and gives numbers.
        repeat!(times, (unsafe { ::libc::getpid() }, true).1)
    }

    pub fn read(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut byte = [0u8; 1];
        // SAFETY: there is one byte.
        repeat!(times, unsafe {
            ::libc::read(fd.as_raw_fd(), byte.as_mut_ptr().cast(), 1) == 1
        })
    }

    pub fn open(times: u32, path: &CStr) -> bool {
        repeat!(times, {
            // SAFETY: the path ends in a NUL; what is opened is closed.
            unsafe {
                let fd = openat(AT_FDCWD, path.as_ptr(), O_RDONLY);
                fd >= 0 && close(fd) == 0
            }
        })
    }

    pub fn fstat(times: u32, fd: BorrowedFd<'_>) -> bool {
        let mut stat = core::mem::MaybeUninit::<::libc::stat>::uninit();
        repeat!(times, {
            // SAFETY: it is filled where the call succeeds.
            unsafe {
                ::libc::fstat(fd.as_raw_fd(), stat.as_mut_ptr()) == 0
                    && (*stat.as_ptr()).st_size == 0
            }
        })
    }
}

/// What the compiler may not know of an input.
pub fn unknown<T>(input: T) -> T {
    black_box(input)
}

/// A descriptor that the compiler knows nothing of.
pub fn of(file: &std::fs::File) -> BorrowedFd<'_> {
    black_box(file.as_fd())
}
