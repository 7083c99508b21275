//! The area `event`: for how long is waited, and descriptors that are ready, asked one by one.
#![cfg(all(target_os = "linux", feature = "std"))]

mod signals;
mod temporary;

use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::event::{FdBits, PollFd, PollFlags, Timeout, poll, select};
use sysline::signal::{SigSet, Signal};
use sysline::time::Timespec;

const NAP: Duration = Duration::from_millis(30);

#[test]
fn times_become_timeouts() {
    let time = |tv_sec, tv_nsec| Timespec { tv_sec, tv_nsec };
    let after = |tv_sec, tv_nsec| Timeout::After(time(tv_sec, tv_nsec));
    for (made, expected) in [
        (Duration::ZERO.into(), Timeout::Zero),
        (Duration::from_nanos(1).into(), after(0, 1)),
        (Duration::new(5, 999_999_999).into(), after(5, 999_999_999)),
        (Duration::MAX.into(), after(i64::MAX, 999_999_999)),
        (time(0, 0).into(), Timeout::Zero),
        (time(0, 1).into(), after(0, 1)),
        (time(-1, 0).into(), after(-1, 0)),
        (None::<Duration>.into(), Timeout::Forever),
        (Some(Duration::ZERO).into(), Timeout::Zero),
        (Some(Duration::from_secs(1)).into(), after(1, 0)),
        (None::<Timespec>.into(), Timeout::Forever),
        (Some(time(2, 3)).into(), after(2, 3)),
    ] {
        let made: Timeout = made;
        assert_eq!(made, expected);
    }
}

#[test]
fn poll_says_what_has_come() {
    let (reader, mut writer) = temporary::pipe();
    let mut fds = [
        PollFd::new(reader.as_fd(), PollFlags::IN),
        PollFd::new(writer.as_fd(), PollFlags::OUT),
    ];
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(1));
    assert_eq!(
        (fds[0].revents(), fds[1].revents()),
        (PollFlags::empty(), PollFlags::OUT)
    );
    assert_eq!(fds[1].fd().as_raw_fd(), writer.as_raw_fd());
    fds[1].set_events(PollFlags::empty());
    assert_eq!(fds[1].events(), PollFlags::empty());
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(0));

    let mut waits = [PollFd::new(reader.as_fd(), PollFlags::IN)];
    for timeout in [
        Timeout::from(NAP),
        Some(NAP).into(),
        Timespec::from(NAP).into(),
    ] {
        let start = Instant::now();
        assert_eq!(poll(&mut waits, timeout, None), Ok(0));
        assert!(start.elapsed() >= NAP);
    }

    writer.write_all(b"x").unwrap();
    assert_eq!(poll(&mut waits, Timeout::Forever, None), Ok(1));
    assert_eq!(waits[0].revents(), PollFlags::IN);
    waits[0].set_events(PollFlags::RDNORM | PollFlags::RDBAND);
    assert_eq!(poll(&mut waits, Timeout::Zero, None), Ok(1));
    assert_eq!(waits[0].revents(), PollFlags::RDNORM);
    let mut writes = [PollFd::new(writer.as_fd(), PollFlags::WRNORM)];
    assert_eq!(poll(&mut writes, Timeout::Zero, None), Ok(1));
    assert_eq!(writes[0].revents(), PollFlags::WRNORM);

    waits[0].set_events(PollFlags::IN);
    drop(writer);
    assert_eq!(poll(&mut waits, Timeout::Forever, None), Ok(1));
    assert_eq!(waits[0].revents(), PollFlags::IN | PollFlags::HUP);
}

#[test]
fn poll_says_what_is_wrong() {
    let (reader, writer) = temporary::pipe();
    drop(reader);
    let mut fds = [PollFd::new(writer.as_fd(), PollFlags::empty())];
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(1));
    assert_eq!(fds[0].revents(), PollFlags::ERR);

    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    other.shutdown(std::net::Shutdown::Write).unwrap();
    let mut fds = [PollFd::new(one.as_fd(), PollFlags::RDHUP | PollFlags::PRI)];
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(1));
    assert_eq!(fds[0].revents(), PollFlags::RDHUP);
}

#[test]
fn a_time_that_is_none_is_an_error() {
    for (tv_sec, tv_nsec) in [(0, -1), (0, 1_000_000_000), (-1, 0)] {
        let bad = Timespec { tv_sec, tv_nsec };
        assert_eq!(poll(&mut [], bad, None), Err(Errno::EINVAL));
        let selected = select(None, None, None, bad, None);
        assert_eq!(selected, Err(Errno::EINVAL));
    }
}

#[test]
fn fault_poll_of_no_descriptors_waits() {
    let start = Instant::now();
    assert_eq!(poll(&mut [], NAP, None), Ok(0));
    assert!(start.elapsed() >= NAP);
}

#[test]
fn fault_poll_of_a_closed_descriptor_says_so() {
    // SAFETY: it is asked about, which is right for any number; nothing opens so many.
    let closed = unsafe { BorrowedFd::borrow_raw(1_000_000) };
    let mut fds = [PollFd::new(closed, PollFlags::IN)];
    assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
    assert_eq!(fds[0].revents(), PollFlags::NVAL);
}

/// A signal that the mask lets through ends the wait, one that it does not doesn't. For select it is in the sixth
/// argument.
#[test]
fn fault_a_signal_during_poll_and_select_is_eintr() {
    let (all, none) = (SigSet::ALL, SigSet::EMPTY);
    signals::handle(Signal::USR1);
    signals::block([Signal::USR1]);
    let (reader, _writer) = temporary::pipe();
    let mut fds = [PollFd::new(reader.as_fd(), PollFlags::IN)];
    let nothing = || None::<&mut FdBits<'_>>;

    signals::raise(Signal::USR1);
    let soon = Duration::from_millis(10);
    assert_eq!(poll(&mut fds, soon, Some(&all)), Ok(0), "it waits on");
    assert_eq!(poll(&mut fds, soon, None), Ok(0), "it waits on");
    assert_eq!(
        poll(&mut fds, Timeout::Forever, Some(&none)),
        Err(Errno::EINTR),
        "it ends the wait"
    );
    signals::raise(Signal::USR1);
    assert_eq!(
        select(None, None, None, soon, Some(&all)),
        Ok(0),
        "it waits on"
    );
    assert_eq!(
        select(
            nothing(),
            nothing(),
            nothing(),
            Timeout::Forever,
            Some(&none)
        ),
        Err(Errno::EINTR),
        "it ends the wait"
    );
}

/// `layouts.rs` compares those with C.
#[test]
fn structs_of_ours_are_laid_out_as_those_of_c() {
    use linux_raw_sys::general::pollfd;
    assert_eq!(size_of::<PollFd<'_>>(), size_of::<pollfd>());
    assert_eq!(align_of::<PollFd<'_>>(), align_of::<pollfd>());
}
