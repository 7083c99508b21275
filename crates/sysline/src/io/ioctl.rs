//! `ioctl`: what a device or a kind of file has of its own (ioctl(2)).
//!
//! ```
//! # fn main() -> sysline::Result<()> {
//! # let (reader, writer) = sysline::io::pipe2(sysline::io::PipeFlags::CLOEXEC)?;
//! use sysline::fd::AsFd;
//! use sysline::io;
//!
//! io::write(writer.as_fd(), b"hello")?;
//! assert_eq!(io::ioctl_fionread(reader.as_fd()), Ok(5));
//! # Ok(())
//! # }
//! ```
//!
//! Owns: the call for any operation, which is unsafe, and the few operations that more than one kind of file has. This
//! file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys` lines, whose wrappers
//! are in `ioctl/lines.rs`.

use crate::abi::Result;
use crate::fd::BorrowedFd;
use linux_raw_sys::general as c;
use linux_raw_sys::ioctl as op;

mod lines;

pub use lines::*;

/// The size of a terminal. `struct winsize`.
pub type Winsize = c::winsize;

/// How many bytes can be read from `fd` now: of a pipe, a socket, a terminal; of a file those from its position to its
/// end, of which the kernel says the low 32 bits only: they are wrong for 4 GiB and more, and where the position is behind
/// the end.
///
/// # Errors
///
/// Those of `ioctl(2)`. `ENOTTY` of what knows no such question.
#[doc(alias = "FIONREAD")]
#[doc(alias = "TIOCINQ")]
#[inline]
pub fn ioctl_fionread(fd: BorrowedFd<'_>) -> Result<u32> {
    let mut len = 0; // a driver that says success and writes nothing must do no harm
    lines::fionread(fd, &mut len)?;
    Ok(len)
}

/// Sets whether calls on what `fd` has open don't wait: [`OFlags::NONBLOCK`](crate::fs::OFlags::NONBLOCK), in one call.
///
/// # Errors
///
/// Those of `ioctl(2)`.
#[doc(alias = "FIONBIO")]
#[inline]
pub fn ioctl_fionbio(fd: BorrowedFd<'_>, on: bool) -> Result<()> {
    lines::fionbio(fd, &i32::from(on))
}

/// The size of the terminal `fd`.
///
/// # Errors
///
/// Those of `ioctl(2)`. `ENOTTY` of what is no terminal.
#[doc(alias = "TIOCGWINSZ")]
pub fn tcgetwinsize(fd: BorrowedFd<'_>) -> Result<Winsize> {
    let mut size = Winsize {
        ws_row: 0,
        ws_col: 0,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    lines::tiocgwinsz(fd, &mut size)?;
    Ok(size)
}

/*
 * Lines
 */

// Makes the operation `op` of what `fd` has open, with `arg`: the address of what it reads or writes, or a number
// ([`without_provenance_mut`](core::ptr::without_provenance_mut)).
//
// # Safety
//
// `arg` must be what the operation takes of this kind of file, and what the operation does must be right for memory and for
// descriptors: see ioctl(2) and the driver's own page.
//sys pub unsafe fn ioctl(fd: BorrowedFd<'_>, op: u32, arg: *mut c_void) -> Result<i32>

// Sets the size of the terminal `fd`; where it is another than before, the processes in its foreground are sent `SIGWINCH`.
//sys #[doc(alias = "TIOCSWINSZ")] pub fn tcsetwinsize(fd: BorrowedFd<'_>, op::TIOCSWINSZ,
//        size: &Winsize) -> Result<()> = SYS_IOCTL

//sys pub(super) fn fionread(fd: BorrowedFd<'_>, op::FIONREAD,
//        len: &mut u32) -> Result<()> = SYS_IOCTL

//sys pub(super) fn fionbio(fd: BorrowedFd<'_>, op::FIONBIO, on: &i32) -> Result<()> = SYS_IOCTL

//sys pub(super) fn tiocgwinsz(fd: BorrowedFd<'_>, op::TIOCGWINSZ,
//        size: &mut Winsize) -> Result<()> = SYS_IOCTL
