//! Waiting for many descriptors, which the kernel keeps a list of.
//!
//! Owns: epoll. This file is read by the compiler and by `sysline gen`: hand-written code comes first, then the `//sys`
//! lines, whose wrappers are in `event/epoll/lines.rs`.
//!
//! What sockets report is in tables in the docs of [`event`](crate::event#what-sockets-report).
//!
//! # What is on the list
//!
//! The list has open files, and the number under which each was added, but it owns none of them and keeps none open: to
//! add a descriptor lends it for the time of that call only. A file leaves the list when the last descriptor of it, in
//! whatever process, is closed. Who closes the one that was added, while a copy of it is open elsewhere, goes on to get
//! its events and can't take it off the list any more: take it off first. What comes with an event is the number that
//! was given to [`EpollEvent::new`], and never a descriptor: no event gives the right to use one that is closed.
//!
//! ```
//! use sysline::event::*;
//! use sysline::prelude::*;
//!
//! # fn main() -> Result<()> {
//! let epoll = epoll_create(EpollCreateFlags::CLOEXEC)?;
//! let event = eventfd(1, EventfdFlags::CLOEXEC)?;
//! epoll_ctl_add(epoll.as_fd(), event.as_fd(), &EpollEvent::new(EpollFlags::IN, 7))?;
//!
//! let mut events = [EpollEvent::default(); 64];
//! for event in epoll_wait(epoll.as_fd(), &mut events, Timeout::Forever, None)? {
//!     assert_eq!((event.data(), event.flags()), (7, EpollFlags::IN));
//! }
//! # Ok(())
//! # }
//! ```

use super::Timeout;
use crate::abi::{Errno, Result};
use crate::fd::BorrowedFd;
use crate::flags::flags;
use crate::signal::SigSet;
use crate::time::Timespec;
use core::fmt;
use core::mem::MaybeUninit;
use core::sync::atomic::{AtomicBool, Ordering};
use linux_raw_sys::general::{self as c, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD};

mod lines;

pub use lines::{epoll_create, epoll_ctl_add, epoll_ctl_del, epoll_ctl_mod};

flags! {
    /// What the descriptor of a list is (epoll_create1(2)).
    pub struct EpollCreateFlags: u32 {
        /// It is closed by execve(2).
        CLOEXEC = c::EPOLL_CLOEXEC;
    }

    /// What a file is waited for and how, and what has come (epoll_ctl(2)).
    pub struct EpollFlags: u32 {
        /// There is something to read.
        IN = c::EPOLLIN;
        /// There is something urgent to read.
        PRI = c::EPOLLPRI;
        /// A write would not wait.
        OUT = c::EPOLLOUT;
        /// An error; always waited for.
        ERR = c::EPOLLERR;
        /// The other side hung up; always waited for.
        HUP = c::EPOLLHUP;
        /// The other side will write no more.
        RDHUP = c::EPOLLRDHUP;
        /// As [`EpollFlags::IN`].
        RDNORM = c::EPOLLRDNORM;
        /// There is something of another priority to read.
        RDBAND = c::EPOLLRDBAND;
        /// As [`EpollFlags::OUT`].
        WRNORM = c::EPOLLWRNORM;
        /// Something of another priority could be written.
        WRBAND = c::EPOLLWRBAND;
        /// Edge-triggered: what is ready is told when it becomes so, and not for as long as it is.
        ET = c::EPOLLET;
        /// After one event nothing more is told, until [`epoll_ctl_mod`] asks again.
        ONESHOT = c::EPOLLONESHOT;
        /// The system is not suspended before the event was dealt with. Left out by the kernel where the caller lacks
        /// `CAP_BLOCK_SUSPEND`.
        WAKEUP = c::EPOLLWAKEUP;
        /// Of several lists that have the file, not all are woken (Linux 4.5). For [`epoll_ctl_add`] only.
        EXCLUSIVE = c::EPOLLEXCLUSIVE;
    }
}

/// What a file is waited for, or what has come, and a number that says which file it is. `struct epoll_event`, which is
/// packed on x86_64.
#[derive(Clone, Copy)]
#[repr(transparent)]
pub struct EpollEvent(c::epoll_event);

impl EpollEvent {
    /// Waits for `flags`; `data` comes with the events.
    pub const fn new(flags: EpollFlags, data: u64) -> EpollEvent {
        EpollEvent(c::epoll_event {
            events: flags.bits(),
            data,
        })
    }

    /// Waits for `flags`; an address comes with the events. What is there must be kept by other means for as long as
    /// events may come.
    pub fn with_pointer<T>(flags: EpollFlags, data: *const T) -> EpollEvent {
        EpollEvent::new(flags, data.expose_provenance() as u64)
    }

    /// What has come.
    pub const fn flags(&self) -> EpollFlags {
        EpollFlags::from_bits_retain(self.0.events)
    }

    /// The number that was given for the file.
    pub const fn data(&self) -> u64 {
        self.0.data
    }

    /// The address that was given for the file, with [`EpollEvent::with_pointer`].
    pub fn pointer<T>(&self) -> *mut T {
        core::ptr::with_exposed_provenance_mut(self.data() as usize)
    }
}

impl Default for EpollEvent {
    fn default() -> EpollEvent {
        EpollEvent::new(EpollFlags::empty(), 0)
    }
}

impl PartialEq for EpollEvent {
    fn eq(&self, other: &EpollEvent) -> bool {
        (self.flags(), self.data()) == (other.flags(), other.data())
    }
}

impl Eq for EpollEvent {}

impl fmt::Debug for EpollEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EpollEvent")
            .field("flags", &self.flags())
            .field("data", &self.data())
            .finish()
    }
}

/// For how many events the kernel takes room: it counts the bytes in an `int` (`EP_MAX_EVENTS`, Linux `fs/eventpoll.c`).
const MOST: usize = i32::MAX as usize / size_of::<EpollEvent>();

/// Waits until a file of the list has events, fills `events` from its start, and gives back what is filled: nothing when
/// the time is over. What finds no room comes the next time.
///
/// For the time of the call the thread's signals are masked by `mask`, where there is one.
///
/// Times are exact to the nanosecond from Linux 5.11 on; before that they are rounded up to milliseconds, and end after
/// 24 days.
///
/// # Errors
///
/// Those of `epoll_wait(2)`: `EINTR` where a signal's handler ran, whatever it was installed with, and where the process
/// was stopped and goes on (signal(7)); `EINVAL` where `events` is empty, or `epoll` no list.
#[doc(alias = "epoll_pwait")]
#[doc(alias = "epoll_pwait2")]
pub fn epoll_wait<'events>(
    epoll: BorrowedFd<'_>,
    events: &'events mut [EpollEvent],
    timeout: impl Into<Timeout>,
    mask: Option<&SigSet>,
) -> Result<&'events mut [EpollEvent]> {
    // SAFETY: only events are written there.
    let room = unsafe { &mut *(core::ptr::from_mut(events) as *mut [MaybeUninit<EpollEvent>]) };
    epoll_wait_uninit(epoll, room, timeout, mask)
}

/// As [`epoll_wait`], into memory that need not hold events before.
///
/// # Errors
///
/// Those of [`epoll_wait`].
pub fn epoll_wait_uninit<'events>(
    epoll: BorrowedFd<'_>,
    events: &'events mut [MaybeUninit<EpollEvent>],
    timeout: impl Into<Timeout>,
    mask: Option<&SigSet>,
) -> Result<&'events mut [EpollEvent]> {
    let room = events.len().min(MOST);
    let events = &mut events[..room];
    let count = match timeout.into() {
        Timeout::Zero => lines::epoll_pwait(epoll, events, 0, mask, SigSet::SIZE),
        Timeout::Forever => lines::epoll_pwait(epoll, events, -1, mask, SigSet::SIZE),
        Timeout::After(time) => wait_for(epoll, events, time, mask),
    }?;
    let filled = &mut events[..count];
    // SAFETY: the kernel has filled as many as it says.
    Ok(unsafe { &mut *(core::ptr::from_mut(filled) as *mut [EpollEvent]) })
}

/// Waits for a time: by the newer call, and where the kernel does not know it, then and from then on by the older one.
fn wait_for(
    epoll: BorrowedFd<'_>,
    events: &mut [MaybeUninit<EpollEvent>],
    time: Timespec,
    mask: Option<&SigSet>,
) -> Result<usize> {
    // Nothing else depends on it: who reads an old value makes one call more.
    static UNKNOWN: AtomicBool = AtomicBool::new(false);
    if !UNKNOWN.load(Ordering::Relaxed) {
        match lines::epoll_pwait2(epoll, events, &time, mask, SigSet::SIZE) {
            Err(Errno::ENOSYS) => UNKNOWN.store(true, Ordering::Relaxed),
            known => return known,
        }
    }
    lines::epoll_pwait(epoll, events, milliseconds(time)?, mask, SigSet::SIZE)
}

/// A time in milliseconds, rounded up, and no more than there can be; `EINVAL` for what the kernel says so of.
fn milliseconds(time: Timespec) -> Result<i32> {
    if time.tv_sec < 0 || !(0..1_000_000_000).contains(&time.tv_nsec) {
        return Err(Errno::EINVAL);
    }
    let more = (time.tv_nsec + 999_999) / 1_000_000;
    let all = time.tv_sec.saturating_mul(1000).saturating_add(more);
    Ok(i32::try_from(all).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn milliseconds_are_rounded_up() {
        let of = |tv_sec, tv_nsec| milliseconds(Timespec { tv_sec, tv_nsec });
        assert_eq!(of(0, 1), Ok(1));
        assert_eq!(of(0, 1_000_000), Ok(1));
        assert_eq!(of(0, 1_000_001), Ok(2));
        assert_eq!(of(0, 999_999_999), Ok(1000));
        assert_eq!(of(2_147_483, 646_000_001), Ok(i32::MAX));
        assert_eq!(of(2_147_483, 647_000_001), Ok(i32::MAX));
        assert_eq!(of(i64::MAX, 999_999_999), Ok(i32::MAX));
        for (seconds, nanoseconds) in [(-1, 0), (0, -1), (0, 1_000_000_000), (0, i64::MAX)] {
            assert_eq!(of(seconds, nanoseconds), Err(Errno::EINVAL));
        }
    }
}

/*
 * Lines
 */

// Makes a list, which is empty.
//sysnb pub fn epoll_create(flags: EpollCreateFlags) -> Result<OwnedFd> = SYS_EPOLL_CREATE1

// Puts a file on the list; its events come with `event`'s number. `EEXIST` where it is there already under the same
// descriptor, `EPERM` for a file that is always ready, as those of disks are, `ELOOP` for a list that has this one on it.
//sysnb pub fn epoll_ctl_add(epoll: BorrowedFd<'_>, EPOLL_CTL_ADD, fd: BorrowedFd<'_>,
//        event: &EpollEvent) -> Result<()> = SYS_EPOLL_CTL

// Waits for something else of a file that is on the list. `ENOENT` where it is not.
//sysnb pub fn epoll_ctl_mod(epoll: BorrowedFd<'_>, EPOLL_CTL_MOD, fd: BorrowedFd<'_>,
//        event: &EpollEvent) -> Result<()> = SYS_EPOLL_CTL

// Takes a file off the list. `ENOENT` where it is not there.
//sysnb pub fn epoll_ctl_del(epoll: BorrowedFd<'_>, EPOLL_CTL_DEL,
//        fd: BorrowedFd<'_>) -> Result<()> = SYS_EPOLL_CTL

//sys pub(super) fn epoll_pwait(epoll: BorrowedFd<'_>, events: &mut [MaybeUninit<EpollEvent>],
//        timeout: i32, mask: Option<&SigSet>, size: usize) -> Result<usize>

//sys pub(super) fn epoll_pwait2(epoll: BorrowedFd<'_>, events: &mut [MaybeUninit<EpollEvent>],
//        timeout: &Timespec, mask: Option<&SigSet>, size: usize) -> Result<usize>
