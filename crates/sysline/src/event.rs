//! Waiting for descriptors.
//!
//! Owns: poll and select. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then
//! the `//sys` lines, whose wrappers are in `event/lines.rs`.

use crate::abi::{Errno, Result};
use crate::fd::{AsRawFd, BorrowedFd};
use crate::flags::flags;
use crate::signal::SigSet;
use crate::time::Timespec;
use core::ffi::{c_ulong, c_void};
use core::fmt;
use core::marker::PhantomData;
use linux_raw_sys::general as c;

mod lines;
mod older;

flags! {
    /// What a descriptor is waited for, and what has come (poll(2)).
    pub struct PollFlags: u16 {
        /// There is something to read.
        IN = c::POLLIN;
        /// There is something urgent to read.
        PRI = c::POLLPRI;
        /// A write would not wait.
        OUT = c::POLLOUT;
        /// An error; always waited for.
        ERR = c::POLLERR;
        /// The other side hung up; always waited for.
        HUP = c::POLLHUP;
        /// The descriptor is not open; always waited for.
        NVAL = c::POLLNVAL;
        /// The other side will write no more.
        RDHUP = c::POLLRDHUP;
    }
}

/// A descriptor to wait for. `struct pollfd`.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct PollFd<'fd> {
    fd: BorrowedFd<'fd>,
    events: PollFlags,
    revents: PollFlags,
}

impl<'fd> PollFd<'fd> {
    /// Waits for `events` of `fd`.
    pub const fn new(fd: BorrowedFd<'fd>, events: PollFlags) -> PollFd<'fd> {
        PollFd {
            fd,
            events,
            revents: PollFlags::empty(),
        }
    }

    /// What had come when [`poll`] returned.
    pub const fn revents(&self) -> PollFlags {
        self.revents
    }
}

/// Waits until one of the descriptors is ready, says how many are, and leaves in each what has come.
///
/// A `timeout` of `None` waits without end, one of zero not at all. For the time of the call the thread's signals are
/// masked by `mask`, where there is one.
///
/// # Errors
///
/// Those of `ppoll(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a timeout of more than 68 years.
#[doc(alias = "ppoll")]
#[doc(alias = "ppoll_time64")]
#[inline]
pub fn poll(
    fds: &mut [PollFd<'_>],
    timeout: Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let mut left = timeout; // the kernel writes to it
    or_older!(
        lines::ppoll(fds, left.as_mut(), mask, SigSet::SIZE),
        older::ppoll(fds, timeout, mask)
    )
}

/// `__FD_SETSIZE` (`linux/posix_types.h`).
const FD_SETSIZE: usize = 1024;

/// A set of descriptors from 0 to 1,023 for [`select`]. `fd_set`.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct FdSet<'fd> {
    bits: [c_ulong; FD_SETSIZE / c_ulong::BITS as usize],
    borrowed: PhantomData<BorrowedFd<'fd>>,
}

impl<'fd> FdSet<'fd> {
    /// The first descriptor that has no place in it.
    pub const LIMIT: usize = FD_SETSIZE;

    /// A set without descriptors.
    pub const fn new() -> FdSet<'fd> {
        FdSet {
            bits: [0; FD_SETSIZE / c_ulong::BITS as usize],
            borrowed: PhantomData,
        }
    }

    /// Puts a descriptor in.
    ///
    /// # Errors
    ///
    /// `EINVAL` for one that is not below [`FdSet::LIMIT`].
    pub fn insert(&mut self, fd: BorrowedFd<'fd>) -> Result<()> {
        let (word, bit) = FdSet::place(fd).ok_or(Errno::EINVAL)?;
        self.bits[word] |= bit;
        Ok(())
    }

    /// Takes a descriptor out.
    pub fn remove(&mut self, fd: BorrowedFd<'_>) {
        if let Some((word, bit)) = FdSet::place(fd) {
            self.bits[word] &= !bit;
        }
    }

    /// Whether a descriptor is in it.
    pub fn contains(&self, fd: BorrowedFd<'_>) -> bool {
        FdSet::place(fd).is_some_and(|(word, bit)| self.bits[word] & bit != 0)
    }

    /// One more than the greatest descriptor in it, and its address; zero and null where there is no set.
    fn raw(set: Option<&mut FdSet<'_>>) -> (usize, *mut c_void) {
        let Some(set) = set else {
            return (0, core::ptr::null_mut());
        };
        let bits = c_ulong::BITS as usize;
        let last = set.bits.iter().rposition(|&word| word != 0);
        let end = last.map_or(0, |word| {
            (word + 1) * bits - set.bits[word].leading_zeros() as usize
        });
        (end, core::ptr::from_mut(set).cast())
    }

    /// The word and the bit in it that stand for a descriptor.
    fn place(fd: BorrowedFd<'_>) -> Option<(usize, c_ulong)> {
        let number = usize::try_from(fd.as_raw_fd()).ok()?;
        let bits = c_ulong::BITS as usize;
        (number < FD_SETSIZE).then(|| (number / bits, 1 << (number % bits)))
    }
}

impl Default for FdSet<'_> {
    fn default() -> Self {
        FdSet::new()
    }
}

impl fmt::Debug for FdSet<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bits = c_ulong::BITS as usize;
        let has = |number: &usize| self.bits[number / bits] >> (number % bits) & 1 == 1;
        f.debug_set().entries((0..FD_SETSIZE).filter(has)).finish()
    }
}

/// The sixth argument of pselect6: a call has six registers, and this is two arguments (pselect6(2)).
#[repr(C)]
struct SigsetArg {
    mask: *const c_void,
    size: usize,
}

impl SigsetArg {
    fn new(mask: Option<&SigSet>) -> SigsetArg {
        SigsetArg {
            mask: mask.map_or(core::ptr::null(), |mask| core::ptr::from_ref(mask).cast()),
            size: SigSet::SIZE,
        }
    }
}

/// Waits until a descriptor of `read` can be read, one of `write` written, or one of `except` has something urgent;
/// leaves those in the sets that are, and says how many.
///
/// A `timeout` of `None` waits without end, one of zero not at all. For the time of the call the thread's signals are
/// masked by `mask`, where there is one. Where this is an error the sets are as they were.
///
/// # Errors
///
/// Those of `pselect(2)`; on a 32-bit kernel before 5.1 also `EOVERFLOW`, for a timeout of more than 68 years.
#[doc(alias = "pselect6")]
#[doc(alias = "pselect6_time64")]
pub fn select(
    read: Option<&mut FdSet<'_>>,
    write: Option<&mut FdSet<'_>>,
    except: Option<&mut FdSet<'_>>,
    timeout: Option<Timespec>,
    mask: Option<&SigSet>,
) -> Result<usize> {
    let ((n0, read), (n1, write), (n2, except)) =
        (FdSet::raw(read), FdSet::raw(write), FdSet::raw(except));
    let n = n0.max(n1).max(n2);
    let arg = SigsetArg::new(mask);
    let mut left = timeout; // the kernel writes to it
    // SAFETY: the sets have room for every descriptor below `n`; `arg` points to a mask or to nothing.
    unsafe {
        or_older!(
            lines::pselect6(n, read, write, except, left.as_mut(), &arg),
            older::pselect6(n, read, write, except, timeout, &arg)
        )
    }
}

/*
 * Lines
 */

//sys pub(super) fn ppoll(fds: &mut [PollFd<'_>], timeout: Option<&mut Timespec>,
//        mask: Option<&SigSet>, size: usize) -> Result<usize>

//sys pub(super) unsafe fn pselect6(n: usize, read: *mut c_void, write: *mut c_void,
//        except: *mut c_void, timeout: Option<&mut Timespec>, mask: &SigsetArg) -> Result<usize>
