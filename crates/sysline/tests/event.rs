//! The area `event`: descriptors that are ready, and those that are not.
#![cfg(all(target_os = "linux", feature = "std"))]

mod temporary;

use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::event::{FdSet, PollFd, PollFlags, poll, select};
use sysline::signal::SigSet;
use sysline::time::Timespec;

const AT_ONCE: Option<Timespec> = Some(Timespec {
    tv_sec: 0,
    tv_nsec: 0,
});

fn milliseconds(milliseconds: i64) -> Option<Timespec> {
    Some(Timespec {
        tv_sec: 0,
        tv_nsec: milliseconds * 1_000_000,
    })
}

#[test]
fn poll_says_what_has_come() {
    let (reader, mut writer) = temporary::pipe();
    let mut fds = [
        PollFd::new(reader.as_fd(), PollFlags::IN),
        PollFd::new(writer.as_fd(), PollFlags::OUT),
    ];
    assert_eq!(poll(&mut fds, AT_ONCE, None), Ok(1));
    assert_eq!(
        (fds[0].revents(), fds[1].revents()),
        (PollFlags::empty(), PollFlags::OUT)
    );

    let mut waits = [PollFd::new(reader.as_fd(), PollFlags::IN)];
    let start = Instant::now();
    assert_eq!(poll(&mut waits, milliseconds(30), None), Ok(0));
    assert!(start.elapsed() >= Duration::from_millis(30));

    writer.write_all(b"x").unwrap();
    assert_eq!(poll(&mut waits, None, None), Ok(1));
    assert_eq!(waits[0].revents(), PollFlags::IN);
    drop(writer);
    assert_eq!(poll(&mut waits, None, None), Ok(1));
    assert_eq!(waits[0].revents(), PollFlags::IN | PollFlags::HUP);

    let bad = Some(Timespec {
        tv_sec: 0,
        tv_nsec: -1,
    });
    assert_eq!(poll(&mut waits, bad, None), Err(Errno::EINVAL));
}

#[test]
fn select_leaves_those_that_are_ready() {
    let (reader, mut writer) = temporary::pipe();
    let set_of = |fd: BorrowedFd<'_>| {
        let mut set = FdSet::new();
        // SAFETY: the descriptor is that of a pipe that outlives the set.
        set.insert(unsafe { BorrowedFd::borrow_raw(fd.as_raw_fd()) })
            .unwrap();
        set
    };
    let (mut reads, mut writes) = (set_of(reader.as_fd()), set_of(writer.as_fd()));
    assert_eq!(
        select(Some(&mut reads), Some(&mut writes), None, AT_ONCE, None),
        Ok(1)
    );
    assert!(!reads.contains(reader.as_fd()) && writes.contains(writer.as_fd()));

    let mut reads = set_of(reader.as_fd());
    let start = Instant::now();
    assert_eq!(
        select(Some(&mut reads), None, None, milliseconds(30), None),
        Ok(0)
    );
    assert!(start.elapsed() >= Duration::from_millis(30));

    writer.write_all(b"x").unwrap();
    let mut reads = set_of(reader.as_fd());
    assert_eq!(select(Some(&mut reads), None, None, None, None), Ok(1));
    assert!(reads.contains(reader.as_fd()));
    reads.remove(reader.as_fd());
    assert!(!reads.contains(reader.as_fd()));
}

/// The whole set is the kernel's: the last bit of the last word, in either byte order.
#[test]
fn select_reaches_the_last_descriptor() {
    let (reader, mut writer) = temporary::pipe();
    let mut limit = [0; 2];
    // SAFETY: `getrlimit`, `setrlimit` and `dup2` as in `sys/resource.h` and `unistd.h`; the new number is nobody's.
    let high = unsafe {
        assert_eq!(getrlimit(RLIMIT_NOFILE, limit.as_mut_ptr()), 0);
        limit[0] = limit[1].min(2048);
        if limit[0] < 1024 {
            println!(
                "skipped: select_reaches_the_last_descriptor: {} descriptors at most",
                limit[1]
            );
            return;
        }
        assert_eq!(setrlimit(RLIMIT_NOFILE, limit.as_ptr()), 0);
        assert_eq!(dup2(reader.as_raw_fd(), 1023), 1023);
        OwnedFd::from_raw_fd(1023)
    };
    let mut set = FdSet::new();
    set.insert(high.as_fd()).unwrap();
    assert_eq!(format!("{set:?}"), "{1023}");
    assert_eq!(select(Some(&mut set), None, None, AT_ONCE, None), Ok(0));
    assert!(!set.contains(high.as_fd()));
    writer.write_all(b"x").unwrap();
    set.insert(high.as_fd()).unwrap();
    assert_eq!(select(Some(&mut set), None, None, AT_ONCE, None), Ok(1));
    assert!(set.contains(high.as_fd()));

    if limit[0] == 1024 {
        return; // there is none beyond
    }
    // SAFETY: as above.
    let beyond = unsafe {
        assert_eq!(dup2(reader.as_raw_fd(), 1024), 1024);
        OwnedFd::from_raw_fd(1024)
    };
    assert_eq!(set.insert(beyond.as_fd()), Err(Errno::EINVAL));
    assert!(!set.contains(beyond.as_fd()));
}

/// The sixth argument: a signal that the mask lets through ends the wait, one that it does not doesn't.
#[test]
fn select_and_poll_mask_signals() {
    const SIGUSR1: i32 = if cfg!(target_arch = "mips64") { 16 } else { 10 };
    extern "C" fn handler(_: i32) {}
    let (all, none) = (SigSet::ALL, SigSet::EMPTY);
    // SAFETY: the handler does nothing; the thread's own mask and a signal to it.
    unsafe {
        signal(SIGUSR1, handler as *const core::ffi::c_void);
        let set = 1u64 << (SIGUSR1 - 1);
        block(set);
        assert_eq!(raise(SIGUSR1), 0);
    }
    let (reader, _writer) = temporary::pipe();
    let mut fds = [PollFd::new(reader.as_fd(), PollFlags::IN)];
    assert_eq!(
        poll(&mut fds, milliseconds(10), Some(&all)),
        Ok(0),
        "it waits on"
    );
    assert_eq!(
        poll(&mut fds, None, Some(&none)),
        Err(Errno::EINTR),
        "it ends the wait"
    );
    // SAFETY: as above.
    assert_eq!(unsafe { raise(SIGUSR1) }, 0);
    assert_eq!(
        select(None, None, None, milliseconds(10), Some(&all)),
        Ok(0),
        "it waits on"
    );
    assert_eq!(
        select(None, None, None, None, Some(&none)),
        Err(Errno::EINTR),
        "it ends the wait"
    );
}

/// Blocks signals of this thread.
fn block(set: u64) {
    use sysline::{abi, nr};
    const SIG_BLOCK: i32 = if cfg!(target_arch = "mips64") { 1 } else { 0 };
    // On a 32-bit kernel the first word has the first signals.
    let words = [set as core::ffi::c_ulong, (set >> 32) as core::ffi::c_ulong];
    // SAFETY: the kernel reads the set, whose size it is told.
    let blocked: sysline::Result<()> = unsafe {
        abi::sysnb(
            nr::SYS_RT_SIGPROCMASK,
            (SIG_BLOCK, &words, None::<&u8>, size_of::<SigSet>()),
        )
    };
    assert_eq!(blocked, Ok(()));
}

const RLIMIT_NOFILE: i32 = if cfg!(target_arch = "mips64") { 5 } else { 7 };

// SAFETY: the signatures are those of `sys/resource.h`, `unistd.h` and `signal.h`.
unsafe extern "C" {
    fn getrlimit(resource: i32, limit: *mut core::ffi::c_ulong) -> i32;
    fn setrlimit(resource: i32, limit: *const core::ffi::c_ulong) -> i32;
    fn dup2(old: i32, new: i32) -> i32;
    fn signal(number: i32, handler: *const core::ffi::c_void) -> *const core::ffi::c_void;
    fn raise(number: i32) -> i32;
}

/// `layouts.rs` compares those with C.
#[test]
fn structs_of_ours_are_laid_out_as_those_of_c() {
    use linux_raw_sys::general::{__kernel_fd_set, pollfd};
    assert_eq!(size_of::<PollFd<'_>>(), size_of::<pollfd>());
    assert_eq!(align_of::<PollFd<'_>>(), align_of::<pollfd>());
    assert_eq!(size_of::<FdSet<'_>>(), size_of::<__kernel_fd_set>());
    assert_eq!(align_of::<FdSet<'_>>(), align_of::<__kernel_fd_set>());
}
