//! Descriptors that signals are read from.
//!
//! Owns: signalfd, and what is read from it. This file is read by the compiler and by `sysline gen`: hand-written code
//! comes first, then the `//sys` lines, whose wrappers are in `event/signalfd/lines.rs`.
//!
//! The signals must be blocked, or they go their usual way. They are those of the thread that reads and of its process,
//! whoever made the descriptor.
//!
//! ```
//! use sysline::event::{SignalfdFlags, SignalfdInfo, signalfd, signalfd_read};
//! use sysline::prelude::*;
//! use sysline::signal::{SigSet, Signal};
//!
//! # fn main() -> Result<()> {
//! let mask = SigSet::from([Signal::INT, Signal::TERM]);
//! let signals = signalfd(&mask, SignalfdFlags::CLOEXEC | SignalfdFlags::NONBLOCK)?;
//! let mut room = [SignalfdInfo::default(); 8];
//! match signalfd_read(signals.as_fd(), &mut room) {
//!     Ok(came) => came.iter().for_each(|info| println!("{:?} of {}", info.signal(), info.pid())),
//!     Err(errno) => assert_eq!(errno, Errno::EAGAIN), // none is pending
//! }
//! # Ok(())
//! # }
//! ```

use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::process::{Pid, Uid};
use crate::signal::{SigSet, Signal};
use core::fmt;
use core::mem::MaybeUninit;
use linux_raw_sys::general as c;

mod lines;

pub use lines::{signalfd, signalfd_set};

flags! {
    /// What the descriptor is (signalfd(2)).
    pub struct SignalfdFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = c::O_CLOEXEC; // as linux/signalfd.h has it
        /// Reading it never waits: `EAGAIN` where no signal is pending.
        NONBLOCK = c::O_NONBLOCK;
    }
}

/// A signal that was read. `struct signalfd_siginfo` (`linux/signalfd.h`), 128 bytes on every architecture.
///
/// Which of its numbers have a meaning depends on the signal and on where it came from, [`SignalfdInfo::code`]: see
/// sigaction(2). The others are zero.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct SignalfdInfo {
    signo: u32,
    errno: i32,
    code: i32,
    pid: u32,
    uid: u32,
    fd: i32,
    tid: u32,
    band: u32,
    overrun: u32,
    trapno: u32,
    status: i32,
    int: i32,
    ptr: u64,
    utime: u64,
    stime: u64,
    addr: u64,
    addr_lsb: u16,
    pad2: u16,
    syscall: i32,
    call_addr: u64,
    arch: u32,
    pad: [u8; 28],
}

impl SignalfdInfo {
    /// Its size in bytes, of which each read gives a multiple.
    pub const SIZE: usize = size_of::<SignalfdInfo>();

    /// What bytes say that were read from such a descriptor by other means. They may be any.
    pub fn from_bytes(bytes: &[u8; SignalfdInfo::SIZE]) -> SignalfdInfo {
        // SAFETY: it is made of numbers, and as large as the bytes.
        unsafe { bytes.as_ptr().cast::<SignalfdInfo>().read_unaligned() }
    }

    /// What bytes say that were read from such a descriptor by other means, one signal after the other. What is left at
    /// their end is none.
    pub fn all_from_bytes(bytes: &[u8]) -> impl ExactSizeIterator<Item = SignalfdInfo> + '_ {
        bytes.chunks_exact(SignalfdInfo::SIZE).map(|chunk| {
            let mut info = [0; SignalfdInfo::SIZE];
            info.copy_from_slice(chunk);
            SignalfdInfo::from_bytes(&info)
        })
    }

    /// The signal; none where the bytes are no kernel's.
    pub fn signal(&self) -> Option<Signal> {
        i32::try_from(self.signo).ok().and_then(Signal::from_raw)
    }

    /// The error that goes with it; hardly ever one.
    pub fn errno(&self) -> Option<Errno> {
        Errno::new(self.errno)
    }

    /// Where it came from: `SI_USER`, `SI_TIMER`, `CLD_EXITED` and so on (`asm-generic/siginfo.h`).
    pub fn code(&self) -> i32 {
        self.code
    }

    /// The process that sent it, or the child that it tells of.
    pub fn pid(&self) -> Pid {
        Pid::from_raw(self.pid as i32)
    }

    /// Who that process's user is.
    pub fn uid(&self) -> Uid {
        Uid::from_raw(self.uid)
    }

    /// Of [`Signal::IO`]: the number of the descriptor that is ready. It is not lent by this: it may be closed.
    pub fn fd(&self) -> i32 {
        self.fd
    }

    /// Of a timer's signal: the timer's number, as [`Timer::raw`](crate::time::Timer::raw) has it.
    pub fn tid(&self) -> u32 {
        self.tid
    }

    /// Of [`Signal::IO`]: what is ready, as [`PollFlags`](super::PollFlags).
    pub fn band(&self) -> u32 {
        self.band
    }

    /// Of a timer's signal: how often the timer has expired more than once since it was sent.
    pub fn overrun(&self) -> u32 {
        self.overrun
    }

    /// Of an exception: the trap's number.
    pub fn trapno(&self) -> u32 {
        self.trapno
    }

    /// Of [`Signal::CHLD`]: how the child ended, or the signal that ended or stopped it.
    pub fn status(&self) -> i32 {
        self.status
    }

    /// What was told with it, as an `int`. Who told a number of the size of an address finds it in
    /// [`SignalfdInfo::value`]; where the first bytes are the high ones, this is then its high half.
    #[doc(alias = "ssi_int")]
    pub fn int(&self) -> i32 {
        self.int
    }

    /// What was told with it, such as the number of a [`Sigevent`](crate::time::Sigevent).
    #[doc(alias = "ssi_ptr")]
    pub fn value(&self) -> usize {
        self.ptr as usize
    }

    /// Of [`Signal::CHLD`]: the child's own processor time, in the kernel's ticks.
    pub fn utime(&self) -> u64 {
        self.utime
    }

    /// Of [`Signal::CHLD`]: the kernel's processor time for the child, in its ticks.
    pub fn stime(&self) -> u64 {
        self.stime
    }

    /// Of an exception: the address that it is about.
    pub fn addr(&self) -> u64 {
        self.addr
    }

    /// Of [`Signal::BUS`], a fault of the memory itself: how large the address's neighbourhood is that is lost, as the
    /// power of two.
    pub fn addr_lsb(&self) -> u16 {
        self.addr_lsb
    }

    /// Of [`Signal::SYS`]: the call's number (Linux 4.18).
    pub fn syscall(&self) -> i32 {
        self.syscall
    }

    /// Of [`Signal::SYS`]: the address of the call (Linux 4.18).
    pub fn call_addr(&self) -> u64 {
        self.call_addr
    }

    /// Of [`Signal::SYS`]: the architecture whose call it is, `AUDIT_ARCH_...` (Linux 4.18).
    pub fn arch(&self) -> u32 {
        self.arch
    }
}

impl Default for SignalfdInfo {
    /// No signal: room for one.
    fn default() -> SignalfdInfo {
        SignalfdInfo::from_bytes(&[0; SignalfdInfo::SIZE])
    }
}

impl fmt::Debug for SignalfdInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignalfdInfo")
            .field("signal", &self.signal())
            .field("code", &self.code())
            .field("pid", &self.pid())
            .field("uid", &self.uid())
            .finish_non_exhaustive()
    }
}

/// Reads signals, as many as are pending and find room, fills `room` from its start, and gives back what is filled. Where
/// none is pending, this waits for one.
///
/// # Errors
///
/// `EAGAIN` with [`SignalfdFlags::NONBLOCK`] where none is pending; `EINVAL` where `room` is empty; else those of `read(2)`.
pub fn signalfd_read<'room>(
    fd: BorrowedFd<'_>,
    room: &'room mut [SignalfdInfo],
) -> Result<&'room mut [SignalfdInfo]> {
    // SAFETY: only signals are written there.
    let room = unsafe { &mut *(core::ptr::from_mut(room) as *mut [MaybeUninit<SignalfdInfo>]) };
    signalfd_read_uninit(fd, room)
}

/// As [`signalfd_read`], into memory that need not hold signals before.
///
/// # Errors
///
/// Those of [`signalfd_read`].
pub fn signalfd_read_uninit<'room>(
    fd: BorrowedFd<'_>,
    room: &'room mut [MaybeUninit<SignalfdInfo>],
) -> Result<&'room mut [SignalfdInfo]> {
    let size = size_of_val(room);
    // SAFETY: they are the room's bytes.
    let bytes = unsafe { core::slice::from_raw_parts_mut(room.as_mut_ptr().cast(), size) };
    let read = lines::read_infos(fd, bytes)?;
    let filled = &mut room[..read / SignalfdInfo::SIZE];
    // SAFETY: the kernel has filled as many bytes as it says, and any are a signal's.
    Ok(unsafe { &mut *(core::ptr::from_mut(filled) as *mut [SignalfdInfo]) })
}

#[cfg(test)]
crate::layout::c_layout!(SignalfdInfo = "struct signalfd_siginfo" {
    signo = ssi_signo, errno = ssi_errno, code = ssi_code, pid = ssi_pid, uid = ssi_uid, fd = ssi_fd, tid = ssi_tid,
    band = ssi_band, overrun = ssi_overrun, trapno = ssi_trapno, status = ssi_status, int = ssi_int, ptr = ssi_ptr,
    utime = ssi_utime, stime = ssi_stime, addr = ssi_addr, addr_lsb = ssi_addr_lsb, syscall = ssi_syscall,
    call_addr = ssi_call_addr, arch = ssi_arch,
});

/*
 * Lines
 */

// A descriptor that the signals of `mask` are read from. [`Signal::KILL`] and [`Signal::STOP`] never are.
//sysnb pub fn signalfd(-1, mask: &SigSet, SigSet::SIZE,
//        flags: SignalfdFlags) -> Result<OwnedFd> = SYS_SIGNALFD4

// Has other signals read from a descriptor, those of `mask`. `EINVAL` for a descriptor that is none of signals.
//sysnb pub fn signalfd_set(fd: BorrowedFd<'_>, mask: &SigSet, SigSet::SIZE,
//        0) -> Result<()> = SYS_SIGNALFD4

//sys pub(super) fn read_infos(fd: BorrowedFd<'_>,
//        bytes: &mut [MaybeUninit<u8>]) -> Result<usize> = SYS_READ
