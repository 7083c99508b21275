//! Numbers of 64 bits: where a file's bytes are, and when it was changed. A register of 32 bits holds half of one.

use crate::calls::{dup3, memory_file};
use crate::report::Report;
use core::ptr::{null_mut, slice_from_raw_parts};
use core::slice;
use sysline::fs::{
    Advice, AtFlags, CWD, FallocateFlags, OFlags, Statx, StatxMask, SyncFileRange, fadvise,
    fallocate, ftruncate, statx, sync_file_range, utimensat,
};
use sysline::io::{Whence, lseek, pread, pwrite};
use sysline::mm::{MapFlags, Prot, mmap, munmap};
use sysline::prelude::*;
use sysline::time::Timespec;

const GIB: u64 = 1 << 30;

/// An offset whose halves are both not zero.
const FAR: u64 = 5 * GIB;
/// Where it would be without its high half.
const NEAR: u64 = GIB;

/// `struct iovec` (readv(2)).
#[repr(C)]
struct Iovec {
    base: *mut u8,
    len: usize,
}

sysline::sys! {
    sys unsafe fn preadv2(fd: BorrowedFd<'_>, buffers: &[Iovec], offset: i64, flags: u32) -> Result<usize>
    sys unsafe fn write_from(fd: BorrowedFd<'_>, bytes: *const [u8]) -> Result<usize> = SYS_WRITE
}

fn stat(file: &OwnedFd) -> Result<Statx> {
    statx(
        file.as_fd(),
        c"",
        AtFlags::EMPTY_PATH,
        StatxMask::BASIC_STATS,
    )
}

/// The byte at an offset.
fn byte(file: &OwnedFd, offset: u64) -> Result<u8> {
    let mut byte = [0xff];
    pread(file.as_fd(), &mut byte, offset).map(|_| byte[0])
}

pub(crate) fn beyond_4_gib(report: &mut Report) -> Result<()> {
    let file = memory_file()?;
    let fd = file.as_fd();
    report.is("ftruncate to 5 GiB", ftruncate(fd, FAR), Ok(()));
    report.is(
        "statx of 5 GiB",
        stat(&file).map(|stat| stat.stx_size),
        Ok(FAR),
    );
    report.is("lseek to the end", lseek(fd, 0, Whence::END), Ok(FAR));
    report.is("lseek back", lseek(fd, -3, Whence::CUR), Ok(FAR - 3));
    report.is(
        "lseek beyond 4 GiB",
        lseek(fd, FAR as i64 + 7, Whence::SET),
        Ok(FAR + 7),
    );
    report.is("pwrite beyond 4 GiB", pwrite(fd, b"far away", FAR), Ok(8));
    let mut bytes = [0; 8];
    report.is("pread beyond 4 GiB", pread(fd, &mut bytes, FAR + 4), Ok(4));
    report.is("the bytes beyond 4 GiB", &bytes, b"away\0\0\0\0");
    report.is("nothing below 4 GiB", byte(&file, NEAR), Ok(0));
    report.is(
        "statx after it",
        stat(&file).map(|stat| stat.stx_size),
        Ok(FAR + 8),
    );
    Ok(())
}

/// A hole: without one, the room would be taken.
pub(crate) fn hole_beyond_4_gib(report: &mut Report) -> Result<()> {
    let file = memory_file()?;
    // Where the hole would be without the high half of its start; before it, first in it, last in it, behind it.
    let marks = [NEAR, FAR - 1, FAR, 2 * FAR - 1, 2 * FAR];
    for mark in marks {
        pwrite(file.as_fd(), b"x", mark)?;
    }
    let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
    report.is(
        "fallocate beyond 4 GiB",
        fallocate(file.as_fd(), flags, FAR, FAR),
        Ok(()),
    );
    report.is(
        "fallocate: what is left",
        marks.map(|mark| byte(&file, mark)),
        [Ok(b'x'), Ok(b'x'), Ok(0), Ok(0), Ok(b'x')],
    );
    report.is(
        "fallocate without a length",
        fallocate(file.as_fd(), flags, FAR, 0),
        Err(Errno::EINVAL),
    );
    Ok(())
}

/// Calls whose arguments are in another order on some 32-bit architectures. What they do can't be seen, but what they
/// refuse can: the kernel's numbers have a sign, which is in the high half.
pub(crate) fn advice_beyond_4_gib(report: &mut Report) -> Result<()> {
    const NEGATIVE: u64 = 1 << 63;
    let file = memory_file()?;
    let fd = file.as_fd();
    report.is("fadvise", fadvise(fd, FAR, FAR, Advice::RANDOM), Ok(()));
    report.is(
        "fadvise: advice",
        fadvise(fd, FAR, FAR, Advice::from_raw(77)),
        Err(Errno::EINVAL),
    );
    report.is(
        "fadvise: length",
        fadvise(fd, FAR, NEGATIVE, Advice::RANDOM),
        Err(Errno::EINVAL),
    );

    let write = SyncFileRange::WRITE;
    report.is(
        "sync_file_range",
        sync_file_range(fd, FAR, FAR, write),
        Ok(()),
    );
    report.is(
        "sync_file_range: flags",
        sync_file_range(fd, FAR, FAR, SyncFileRange::from_bits_retain(0x80)),
        Err(Errno::EINVAL),
    );
    report.is(
        "sync_file_range: offset",
        sync_file_range(fd, NEGATIVE, FAR, write),
        Err(Errno::EINVAL),
    );
    report.is(
        "sync_file_range: length",
        sync_file_range(fd, FAR, NEGATIVE, write),
        Err(Errno::EINVAL),
    );
    Ok(())
}

pub(crate) fn vectors_beyond_4_gib(report: &mut Report) -> Result<()> {
    let file = memory_file()?;
    pwrite(file.as_fd(), b"far away", FAR)?;
    let (mut one, mut two) = ([0; 3], [0; 8]);
    let buffers = [&mut one[..], &mut two[..]].map(|buffer| Iovec {
        base: buffer.as_mut_ptr(),
        len: buffer.len(),
    });
    // SAFETY: each buffer has as many bytes as it says.
    let read = |offset, flags| unsafe { preadv2(file.as_fd(), &buffers, offset, flags) };
    report.is("preadv2 beyond 4 GiB", read(FAR as i64, 0), Ok(8));
    report.is(
        "preadv2: flags, behind both halves",
        read(FAR as i64, 1 << 31),
        Err(Errno::EOPNOTSUPP),
    );
    // Both halves of -1: the file's own position.
    report.is("preadv2 without an offset", read(-1, 0), Ok(11));
    report.is(
        "preadv2: the position is behind it",
        lseek(file.as_fd(), 0, Whence::CUR),
        Ok(11),
    );
    report.is("preadv2: what it read last", (one, two), ([0; 3], [0; 8]));
    report.is("preadv2 once more", read(FAR as i64, 0), Ok(8));
    report.is("preadv2: bytes", (&one, &two), (b"far", b" away\0\0\0"));
    Ok(())
}

pub(crate) fn mapping_beyond_4_gib(report: &mut Report) -> Result<()> {
    /// A multiple of every page's size.
    const PAGE: usize = 65536;
    let file = memory_file()?;
    pwrite(file.as_fd(), b"far away", FAR)?;
    ftruncate(file.as_fd(), FAR + PAGE as u64)?;
    // SAFETY: the mapping is a new one, of a file that nobody else has.
    let map = |offset| unsafe {
        let protection = Prot::READ | Prot::WRITE;
        let file = Some(file.as_fd());
        mmap(null_mut(), PAGE, protection, MapFlags::SHARED, file, offset)
    };
    let at = map(FAR)?;
    // SAFETY: it has that many bytes, which nobody else refers to.
    let bytes = unsafe { slice::from_raw_parts_mut(at.cast::<u8>(), 8) };
    report.is("mmap beyond 4 GiB", &*bytes, b"far away");
    bytes[0] = b'F';
    report.is("mmap: a write reaches the file", byte(&file, FAR), Ok(b'F'));
    // SAFETY: nobody uses it any more.
    report.is("munmap", unsafe { munmap(at, PAGE) }, Ok(()));
    let gone = slice_from_raw_parts(at.cast::<u8>(), 8);
    // SAFETY: the kernel, which reads it, looks first whether it is there.
    let written = unsafe { write_from(file.as_fd(), gone) };
    report.is("munmap: it is gone", written, Err(Errno::EFAULT));
    report.is("mmap of no page's start", map(FAR + 1), Err(Errno::EINVAL));
    Ok(())
}

pub(crate) fn times_past_2038(report: &mut Report) -> Result<()> {
    const TIMES: [Timespec; 2] = [
        Timespec {
            tv_sec: 4_102_444_800, // 2100
            tv_nsec: 1,
        },
        Timespec {
            tv_sec: 7_258_118_400, // 2200
            tv_nsec: 2,
        },
    ];
    if statx(CWD, c"/proc/self/fd", AtFlags::empty(), StatxMask::TYPE).is_err() {
        report.skipped("utimensat past 2038", "no /proc");
        return Ok(());
    }
    // With a number that a constant can name.
    let file = dup3(memory_file()?.as_fd(), 20, OFlags::empty())?;
    report.is(
        "utimensat past 2038",
        utimensat(CWD, c"/proc/self/fd/20", &TIMES, AtFlags::empty()),
        Ok(()),
    );
    let stat = stat(&file)?;
    report.is(
        "statx past 2038",
        [stat.stx_atime, stat.stx_mtime].map(|time| (time.tv_sec, i64::from(time.tv_nsec))),
        TIMES.map(|time| (time.tv_sec, time.tv_nsec)),
    );
    Ok(())
}
