//! Descriptors that are a number, to tell others that something has happened, and how often.
//!
//! Owns: eventfd. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `event/eventfd/lines.rs`.
//!
//! ```
//! use sysline::event::{EventfdFlags, eventfd, eventfd_read, eventfd_write};
//! use sysline::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let permits = eventfd(2, EventfdFlags::SEMAPHORE | EventfdFlags::NONBLOCK)?;
//! assert_eq!(eventfd_read(permits.as_fd()), Ok(1));
//! assert_eq!(eventfd_read(permits.as_fd()), Ok(1));
//! assert_eq!(eventfd_read(permits.as_fd()), Err(Errno::EAGAIN));
//! eventfd_write(permits.as_fd(), 1)?; // and there is one more
//! # Ok(())
//! # }
//! ```

use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use linux_raw_sys::general as c;

mod lines;

pub use lines::eventfd;

flags! {
    /// What the descriptor of an event is (eventfd(2)).
    pub struct EventfdFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = c::EFD_CLOEXEC;
        /// Reading and writing it never wait: they are `EAGAIN` where they would.
        NONBLOCK = c::EFD_NONBLOCK;
        /// Each read takes one from the number, and not all of it.
        SEMAPHORE = c::EFD_SEMAPHORE;
    }
}

/// Takes the number and leaves zero, or takes one of it with [`EventfdFlags::SEMAPHORE`]. Where it is zero, this waits
/// until it is not.
///
/// # Errors
///
/// `EAGAIN` with [`EventfdFlags::NONBLOCK`] where it is zero; `EINVAL` for a descriptor that gives fewer than the eight
/// bytes which one of an event gives; else those of `read(2)`.
#[inline]
pub fn eventfd_read(fd: BorrowedFd<'_>) -> Result<u64> {
    let mut number = 0;
    match lines::read_number(fd, &mut number)? {
        8 => Ok(number),
        _ => Err(Errno::EINVAL),
    }
}

/// Adds to the number, which is `u64::MAX` - 1 at most. Where it would be more, this waits until it would not.
///
/// # Errors
///
/// `EAGAIN` with [`EventfdFlags::NONBLOCK`] where it would be more; `EINVAL` for `u64::MAX`, and for a descriptor that
/// takes fewer than the eight bytes which one of an event takes; else those of `write(2)`.
#[inline]
pub fn eventfd_write(fd: BorrowedFd<'_>, number: u64) -> Result<()> {
    match lines::write_number(fd, &number)? {
        8 => Ok(()),
        _ => Err(Errno::EINVAL),
    }
}

/*
 * Lines
 */

// A descriptor that is a number, `start` at first. Those whom it is sent to, or who are forked, share it.
//sysnb pub fn eventfd(start: u32, flags: EventfdFlags) -> Result<OwnedFd> = SYS_EVENTFD2

//sys pub(super) fn read_number(fd: BorrowedFd<'_>, number: &mut u64, 8) -> Result<usize> = SYS_READ

//sys pub(super) fn write_number(fd: BorrowedFd<'_>, number: &u64, 8) -> Result<usize> = SYS_WRITE
