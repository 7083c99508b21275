//! Three wrappers beside the same calls in hand-written assembly, each a function of its own with the C ABI: `cargo
//! xtask asm` shows what the compiler makes of them. Run, it makes each call both ways and compares.

#[cfg(not(target_arch = "x86_64"))]
fn main() {
    println!("the assembly is x86_64's");
}

#[cfg(target_arch = "x86_64")]
fn main() {
    x86_64::compare();
    println!("the wrappers and the assembly agree");
}

#[cfg(target_arch = "x86_64")]
mod x86_64 {
    use std::os::fd::{FromRawFd, IntoRawFd};
    use sysline::prelude::*;

    sysline::sys! {
        sys fn openat(dirfd: BorrowedFd<'_>, path: impl PathArg, flags: i32, mode: u32) -> Result<OwnedFd>
    }

    /// The caller's process.
    #[inline(never)]
    #[unsafe(no_mangle)]
    extern "C" fn wrapper_getpid() -> Pid {
        sysline::process::getpid()
    }

    /// How many bytes came, none in case of an error.
    ///
    /// # Safety
    ///
    /// There are `len` bytes at `buf`.
    #[inline(never)]
    #[unsafe(no_mangle)]
    unsafe extern "C" fn wrapper_read(fd: BorrowedFd<'_>, buf: *mut u8, len: usize) -> usize {
        // SAFETY: as the caller promises.
        let buf = unsafe { core::slice::from_raw_parts_mut(buf, len) };
        sysline::io::read(fd, buf).unwrap_or(0)
    }

    /// The descriptor, -1 in case of an error.
    ///
    /// # Safety
    ///
    /// The `len` bytes at `path` are a string with one NUL, its last byte.
    #[inline(never)]
    #[unsafe(no_mangle)]
    unsafe extern "C" fn wrapper_openat(
        dirfd: BorrowedFd<'_>,
        path: *const u8,
        len: usize,
        flags: i32,
    ) -> i32 {
        // SAFETY: as the caller promises.
        let path =
            unsafe { CStr::from_bytes_with_nul_unchecked(core::slice::from_raw_parts(path, len)) };
        openat(dirfd, path, flags, 0).map_or(-1, IntoRawFd::into_raw_fd)
    }

    // As a careful person would: load the registers, trap, test the result.
    core::arch::global_asm!(
        ".globl by_hand_getpid",
        "by_hand_getpid:",
        "mov eax, 39",
        "syscall",
        "ret",
        ".balign 16",
        ".globl by_hand_read",
        "by_hand_read:",
        "movsxd rdi, edi",
        "xor eax, eax",
        "syscall",
        "xor ecx, ecx",
        "cmp rax, -4095",
        "cmovae rax, rcx",
        "ret",
        ".balign 16",
        ".globl by_hand_openat",
        "by_hand_openat:",
        "movsxd rdi, edi",
        "movsxd rdx, ecx",
        "xor r10d, r10d",
        "mov eax, 257",
        "syscall",
        "mov ecx, -1",
        "cmp rax, -4095",
        "cmovae eax, ecx",
        "ret",
        ".balign 16",
    );

    // SAFETY: these are the signatures of the functions above.
    unsafe extern "C" {
        fn by_hand_getpid() -> Pid;
        fn by_hand_read(fd: BorrowedFd<'_>, buf: *mut u8, len: usize) -> usize;
        fn by_hand_openat(dirfd: BorrowedFd<'_>, path: *const u8, len: usize, flags: i32) -> i32;
    }

    /// Makes each call both ways.
    pub(super) fn compare() {
        // SAFETY: it takes nothing and changes nothing.
        assert_eq!(wrapper_getpid(), unsafe { by_hand_getpid() });

        let path = c"/proc/self/exe".to_bytes_with_nul();
        // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
        let here = unsafe { BorrowedFd::borrow_raw(-100) };
        // SAFETY: the path ends in its only NUL; the results are descriptors that nobody else owns.
        let files = unsafe {
            [wrapper_openat, by_hand_openat]
                .map(|open| OwnedFd::from_raw_fd(open(here, path.as_ptr(), path.len(), 0)))
        };

        let mut bytes = [[0; 64]; 2];
        // SAFETY: each buffer has 64 bytes.
        let counts = unsafe {
            [
                wrapper_read(files[0].as_fd(), bytes[0].as_mut_ptr(), 64),
                by_hand_read(files[1].as_fd(), bytes[1].as_mut_ptr(), 64),
            ]
        };
        assert_eq!(counts, [64, 64]);
        assert_eq!(bytes[0], bytes[1]);
    }
}
