//! The call itself: every number of arguments, what it leaves alone, strings and descriptors, `clone`.

use crate::report::Report;
use core::hint::black_box;
use core::num::NonZeroUsize;
use core::ptr::null_mut;
use sysline::fd::{AsRawFd, FromRawFd};
use sysline::fs::{AtFlags, OFlags, StatxMask, statx};
use sysline::io::{close, pread, read, write};
use sysline::prelude::*;
use sysline::process::{exit_group, getpid};
use sysline::thread::gettid;

sysline::sys! {
    sys pub(crate) fn memfd_create(name: impl PathArg, flags: u32) -> Result<OwnedFd>
    sys fn fcntl(fd: i32, 1, 0) -> Result<i32>
    // With 32-bit registers its `struct stat` can't hold all files, and loongarch64 has it from Linux 6.11 on.
    #[cfg(all(target_pointer_width = "64", not(target_arch = "loongarch64")))]
    sys fn fstat(fd: BorrowedFd<'_>, out stat: [u64; 32]) -> Result<[u64; 32]>

    sys fn sched_yield() -> Result<()>
    sys fn dup(fd: BorrowedFd<'_>) -> Result<OwnedFd>
    sys fn fchmod(fd: BorrowedFd<'_>, mode: u32) -> Result<()>
    sys pub(crate) fn dup3(fd: BorrowedFd<'_>, number: i32, flags: OFlags) -> Result<OwnedFd>
    sys fn socketpair(domain: i32, kind: i32, protocol: i32, ends: &mut [i32; 2]) -> Result<()>
    sys fn copy_file_range(
        from: BorrowedFd<'_>, from_offset: &mut u64, to: BorrowedFd<'_>, to_offset: &mut u64, len: usize, flags: u32,
    ) -> Result<usize>

    sys unsafe fn clone(flags: usize, stack: *mut u8, parent: &mut i32, child: &mut i32, tls: usize) -> Result<i32>
    // Not wait4(2), which riscv32 never had. What it writes is a `siginfo_t`.
    sys fn waitid(which: i32, pid: i32, info: &mut [i32; 32], options: i32, usage: Option<&mut u8>) -> Result<()>
}

/// A file in memory: it needs no file system.
pub(crate) fn memory_file() -> Result<OwnedFd> {
    memfd_create("no_std", 0)
}

pub(crate) fn descriptors_and_strings(report: &mut Report) -> Result<()> {
    let file = memory_file()?;
    report.is("write", write(file.as_fd(), b"hello"), Ok(5));
    let mut bytes = [0; 8];
    report.is("pread", pread(file.as_fd(), &mut bytes, 1), Ok(4));
    report.is("the bytes of pread", &bytes, b"ello\0\0\0\0");
    #[cfg(all(target_pointer_width = "64", not(target_arch = "loongarch64")))]
    report.is("fstat", fstat(file.as_fd()).map(drop), Ok(()));
    report.is(
        "a string with a NUL",
        memfd_create(b"a\0b", 0).map(drop),
        Err(Errno::EINVAL),
    );
    report.is(
        "a string that is too long",
        memfd_create(&[b'x'; 5000], 0).map(drop),
        Err(Errno::ENAMETOOLONG),
    );
    let number = file.as_raw_fd();
    report.is("an open descriptor", fcntl(number), Ok(0));
    drop(file);
    report.is("a dropped one is closed", fcntl(number), Err(Errno::EBADF));
    Ok(())
}

pub(crate) fn numbers_of_arguments(report: &mut Report) -> Result<()> {
    report.is("no argument: getpid", getpid(), gettid());
    report.is("no argument: sched_yield", sched_yield(), Ok(()));

    let file = memory_file()?;
    write(file.as_fd(), b"0123456789")?;
    let mut bytes = [0; 8];
    let copy = dup(file.as_fd())?;
    report.is("1 argument: dup", pread(copy.as_fd(), &mut bytes, 5), Ok(5));
    report.is("1 argument: the bytes of the copy", &bytes, b"56789\0\0\0");
    let number = copy.as_raw_fd();
    report.is("1 argument: close", close(copy), Ok(()));
    report.is("1 argument: it is closed", fcntl(number), Err(Errno::EBADF));

    report.is("2 arguments: fchmod", fchmod(file.as_fd(), 0o604), Ok(()));
    // 5 arguments. All bits below the file's type.
    let mode = statx(file.as_fd(), c"", AtFlags::EMPTY_PATH, StatxMask::MODE)
        .map(|stat| stat.stx_mode & 0o7777);
    report.is("5 arguments: statx", mode, Ok(0o604));

    let copy = dup3(file.as_fd(), 20, OFlags::CLOEXEC)?;
    report.is("3 arguments: dup3", copy.as_raw_fd(), 20);
    report.is("3 arguments: dup3's flag", fcntl(20), Ok(1)); // FD_CLOEXEC

    const AF_UNIX: i32 = 1; // linux/socket.h
    const SOCK_SEQPACKET: i32 = 5; // linux/net.h
    let mut ends = [-1; 2];
    report.is(
        "4 arguments: socketpair",
        socketpair(AF_UNIX, SOCK_SEQPACKET, 0, &mut ends),
        Ok(()),
    );
    report.is(
        "4 arguments: a socketpair's third",
        socketpair(AF_UNIX, SOCK_SEQPACKET, 77, &mut [-1; 2]),
        Err(Errno::EPROTONOSUPPORT),
    );
    if ends[0] >= 0 {
        // SAFETY: both are new, and nobody else's.
        let [one, other] = ends.map(|end| unsafe { OwnedFd::from_raw_fd(end) });
        report.is(
            "4 arguments: in at one end",
            write(one.as_fd(), b"through"),
            Ok(7),
        );
        report.is(
            "4 arguments: out at the other",
            read(other.as_fd(), &mut bytes),
            Ok(7),
        );
        report.is("4 arguments: what came out", &bytes, b"through\0");
    }

    let to = memory_file()?;
    let (mut from_offset, mut to_offset) = (2, 4);
    let mut range = |len, flags| {
        copy_file_range(
            file.as_fd(),
            &mut from_offset,
            to.as_fd(),
            &mut to_offset,
            len,
            flags,
        )
    };
    report.is("6 arguments: copy_file_range", range(3, 0), Ok(3));
    report.is(
        "6 arguments: the sixth",
        range(1, 1 << 31),
        Err(Errno::EINVAL),
    );
    report.is(
        "6 arguments: offsets",
        (from_offset, to_offset),
        (2 + 3, 4 + 3),
    );
    let mut bytes = [1; 8];
    report.is(
        "6 arguments: length",
        pread(to.as_fd(), &mut bytes, 0),
        Ok(7),
    );
    report.is("6 arguments: bytes", &bytes, b"\0\0\0\x00234\x01");
    Ok(())
}

/// A call leaves alone what the compiler holds in registers while it is made.
pub(crate) fn registers_are_kept(report: &mut Report) -> Result<()> {
    let words = [1usize, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16];
    report.is("registers: words", held(&words), words);
    let fractions = words.map(|word| word as f64 / 4.0);
    report.is("registers: fractions", held(&fractions), fractions);
    let (number, divisor) = (black_box(70_000_005), black_box(7));
    report.is("registers: remainder", remainder(number, divisor), 5);
    report.is("registers: product", product(number, divisor), 490_000_035);
    Ok(())
}

/// Gives what it is given. Each value is read before a call and written after it, and no array is made of them.
#[inline(never)]
fn held<T: Copy>(values: &[T; 16]) -> [T; 16] {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = values.map(black_box);
    let _ = sched_yield();
    [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p].map(black_box)
}

/// The remainder of a division by what is not zero, which a processor may have made with the quotient, and which is
/// needed after a call only.
#[inline(never)]
fn remainder(number: usize, divisor: usize) -> usize {
    let divisor = NonZeroUsize::new(divisor).unwrap_or(NonZeroUsize::MIN);
    let (quotient, remainder) = (number / divisor, number % divisor);
    if fcntl(quotient as i32) == Err(Errno::EBADF) {
        remainder
    } else {
        0
    }
}

/// The product, made before a call and needed after it.
#[inline(never)]
fn product(one: usize, other: usize) -> usize {
    let product = one.wrapping_mul(other);
    match sched_yield() {
        Ok(()) => product,
        Err(_) => 0,
    }
}

/// Whose arguments are in another order on nearly every architecture.
pub(crate) fn clone_writes_both_ids(report: &mut Report) -> Result<()> {
    let child = child(|child| if child == gettid().raw() { 42 } else { 1 })?;
    report.is("clone: the parent's id", child.parent, child.pid);
    report.is("clone: the child's is written in the child", child.child, 0);
    report.is("clone: the child's id", child.ended, Ended::Exited(42));
    Ok(())
}

/// A process that has ended.
pub(crate) struct Child {
    pid: i32,
    /// What `CLONE_PARENT_SETTID` wrote here.
    parent: i32,
    /// What `CLONE_CHILD_SETTID` wrote here.
    child: i32,
    pub(crate) ended: Ended,
}

/// How a process ended (waitid(2)).
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Ended {
    /// By exit_group(2), with this status.
    Exited(i32),
    /// By this signal.
    Killed(i32),
    /// In any other way: `si_code`.
    Other(i32),
}

/// Starts a process that does `work`, which is given what `CLONE_CHILD_SETTID` wrote, and ends with what it gives.
pub(crate) fn child(work: impl FnOnce(i32) -> i32) -> Result<Child> {
    const SIGCHLD: usize = if cfg!(target_arch = "mips64") { 18 } else { 17 }; // asm/signal.h
    const CLONE_PARENT_SETTID: usize = 0x10_0000; // linux/sched.h
    const CLONE_CHILD_SETTID: usize = 0x100_0000;
    let (mut parent, mut child) = (0, 0);
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD;
    // SAFETY: the child is a copy of this process, on a copy of its stack, and never returns from here.
    let pid = unsafe { clone(flags, null_mut(), &mut parent, &mut child, 0)? };
    if pid == 0 {
        exit_group(work(child));
    }
    let ended = wait(pid)?;
    Ok(Child {
        pid,
        parent,
        child,
        ended,
    })
}

fn wait(pid: i32) -> Result<Ended> {
    const P_PID: i32 = 1; // linux/wait.h
    const WEXITED: i32 = 4;
    const CLD_EXITED: i32 = 1; // asm-generic/siginfo.h, as the order of its words
    const CLD_KILLED: i32 = 2;
    const CODE: usize = if cfg!(target_arch = "mips64") { 1 } else { 2 };
    // Behind three words, and where an address has eight bytes a gap: process, user, status.
    const STATUS: usize = if cfg!(target_pointer_width = "64") {
        6
    } else {
        5
    };
    let mut info = [0; 32];
    waitid(P_PID, pid, &mut info, WEXITED, None)?;
    Ok(match info[CODE] {
        CLD_EXITED => Ended::Exited(info[STATUS]),
        CLD_KILLED => Ended::Killed(info[STATUS]),
        code => Ended::Other(code),
    })
}
