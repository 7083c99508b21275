//! Pipes, and bytes that go from one descriptor to another without coming to the program.
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let path = std::env::temp_dir().join(format!("sysline-splice-doc-{}", std::process::id()));
//! # std::fs::write(&path, "all of it").unwrap();
//! # let file = std::fs::File::open(&path).unwrap();
//! # std::fs::remove_file(&path).unwrap();
//! use sysline::fd::AsFd;
//! use sysline::io::{self, PipeFlags};
//!
//! let (reader, writer) = io::pipe2(PipeFlags::CLOEXEC)?;
//! let mut offset = 7;
//! assert_eq!(io::sendfile(writer.as_fd(), file.as_fd(), Some(&mut offset), 100), Ok(2));
//! assert_eq!(offset, 9);
//! let mut bytes = [0; 8];
//! assert_eq!(io::read(reader.as_fd(), &mut bytes), Ok(2));
//! assert_eq!(&bytes[..2], b"it");
//! # Ok(())
//! # }
//! ```
//!
//! Owns: pipes, `sendfile`, `copy_file_range` and the calls of splice(2). This file is read by the compiler and by
//! `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers are in `splice/lines.rs`.

use super::IoSlice;
use crate::abi::Result;
use crate::fd::{FromRawFd, OwnedFd};
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::*;

flags! {
    /// What [`pipe2`] makes.
    pub struct PipeFlags: u32 {
        /// Both descriptors are closed by execve(2).
        CLOEXEC = c::O_CLOEXEC;
        /// No call on them waits.
        NONBLOCK = c::O_NONBLOCK;
        /// Each write is a packet: a read gives one of them, and what it has no room for is lost.
        DIRECT = c::O_DIRECT;
        /// The kernel writes notifications to it, such as those of keyrings (Linux 5.8).
        NOTIFICATION = c::O_EXCL; // O_NOTIFICATION_PIPE of linux/watch_queue.h
    }

    /// How bytes go to and from a pipe.
    pub struct SpliceFlags: u32 {
        /// Pages are moved and not copied, where that is possible. Since Linux 2.6.21 only file systems
        /// in user space (fuse(4)) heed it.
        MOVE = c::SPLICE_F_MOVE;
        /// The pipe is not waited for: `EAGAIN`. A descriptor that waits itself still may.
        NONBLOCK = c::SPLICE_F_NONBLOCK;
        /// More will come: of use to sockets.
        MORE = c::SPLICE_F_MORE;
        /// For [`vmsplice`]: the pages are the kernel's from now on, and may be moved away.
        GIFT = c::SPLICE_F_GIFT;
    }
}

/// Makes a pipe: the end that is read, and the end that is written. Neither is closed by execve(2): [`pipe2`] with
/// [`PipeFlags::CLOEXEC`] is the better one for most.
///
/// # Errors
///
/// Those of `pipe(2)`. `EMFILE` where no two descriptors are left.
#[inline]
pub fn pipe() -> Result<(OwnedFd, OwnedFd)> {
    pipe2(PipeFlags::empty())
}

/// Makes a pipe: the end that is read, and the end that is written.
///
/// # Errors
///
/// Those of `pipe(2)`. `EMFILE` where no two descriptors are left.
#[inline]
pub fn pipe2(flags: PipeFlags) -> Result<(OwnedFd, OwnedFd)> {
    // A descriptor is never negative: see `Ret for OwnedFd`.
    let [reader, writer] = lines::pipe2_raw(flags)?.map(|number| number & i32::MAX);
    // SAFETY: the kernel has just opened both, and nobody else has them.
    unsafe { Ok((OwnedFd::from_raw_fd(reader), OwnedFd::from_raw_fd(writer))) }
}

/*
 * Lines
 */

// Copies up to `len` bytes from `from` to `to` and says how many it were: fewer than asked are no error, none is the end.
// `from` is read at `offset`, which is moved, or at its position. A call copies at most 2,147,479,552 bytes.
//
// `EINVAL` where `from` is a pipe or `to` is open to append, and for a socket or the like as `from`: but where `to` is a
// pipe, it may be all that [`splice`] takes (Linux 5.12).
//sys pub fn sendfile(to: BorrowedFd<'_>, from: BorrowedFd<'_>, offset: Option<&mut u64>,
//        len: usize) -> Result<usize>

// Copies up to `len` bytes from the file `from` to the file `to` and says how many it were: fewer than asked are no error,
// none is the end of `from`. A file system that can shares what is stored instead. Each file is read or written at its
// offset, which is moved, or at its position (Linux 4.5).
//
// `EXDEV` where the files are on different file systems that can't do so together, and before Linux 5.3 on any. A file that
// says that it is empty and is not, as those of /proc, is one without bytes to some kernels, and an error to others.
// `EBADF` where `to` is open to append, `EINVAL` for two parts of one file that overlap.
//sys pub fn copy_file_range(from: BorrowedFd<'_>, from_offset: Option<&mut u64>,
//        to: BorrowedFd<'_>, to_offset: Option<&mut u64>, len: usize, 0) -> Result<usize>

// Moves up to `len` bytes from `from` to `to` and says how many it were; none is the end. One of the two must be a pipe. The
// other is read or written at its offset, which is moved, or at its position; a pipe has none: `ESPIPE`.
//sys pub fn splice(from: BorrowedFd<'_>, from_offset: Option<&mut u64>, to: BorrowedFd<'_>,
//        to_offset: Option<&mut u64>, len: usize, flags: SpliceFlags) -> Result<usize>

// Puts up to `len` bytes that are in the pipe `from` into the pipe `to` also, and says how many it were; none is the end.
//sys pub fn tee(from: BorrowedFd<'_>, to: BorrowedFd<'_>, len: usize,
//        flags: SpliceFlags) -> Result<usize>

// Puts the memory of `bufs` into `pipe`, and says how many bytes it were. It is not copied: who reads the pipe reads what is
// in that memory then.
//
// # Safety
//
// `pipe` must be open for writing: of one that is open for reading only, the kernel writes what is in the pipe to `bufs`.
// The memory must stay as it is until all of it was read from the pipe, and what was read from there was used: also where
// those bytes have gone on to a socket or another pipe. With [`SpliceFlags::GIFT`] it is never changed again.
//sys pub unsafe fn vmsplice(pipe: BorrowedFd<'_>, bufs: &[IoSlice<'_>],
//        flags: SpliceFlags) -> Result<usize>

//sys pub(super) fn pipe2_raw(out ends: [i32; 2], flags: PipeFlags) -> Result<[i32; 2]> = SYS_PIPE2
