//! Timers with a descriptor: what they count, and when they are ready.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
mod temporary;

use child::in_child;
use std::io::Write;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::event::{PollFd, PollFlags, Timeout, poll};
use sysline::fs::OFlags;
use sysline::time::{
    ClockId, Itimerspec, TimerfdFlags, TimerfdTimerFlags, Timespec, Timeval, Timex, TimexModes,
    adjtimex, clock_gettime, timerfd_create, timerfd_gettime, timerfd_read, timerfd_settime,
};

fn timer(clock: ClockId<'_>) -> OwnedFd {
    timerfd_create(clock, TimerfdFlags::CLOEXEC | TimerfdFlags::NONBLOCK).unwrap()
}

fn once(time: Timespec) -> Itimerspec {
    Itimerspec {
        it_value: time,
        ..Itimerspec::default()
    }
}

fn milliseconds(milliseconds: u64) -> Timespec {
    Duration::from_millis(milliseconds).into()
}

const RELATIVE: TimerfdTimerFlags = TimerfdTimerFlags::empty();
const STOPPED: Itimerspec = Itimerspec {
    it_interval: Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    },
    it_value: Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    },
};

/// Without `NONBLOCK`, reading waits.
#[test]
fn a_timer_expires_once() {
    let timer = timerfd_create(ClockId::MONOTONIC, TimerfdFlags::empty()).unwrap();
    let start = Instant::now();
    let set = timerfd_settime(timer.as_fd(), RELATIVE, &once(milliseconds(20)));
    assert_eq!(set, Ok(STOPPED));
    assert_eq!(timerfd_read(timer.as_fd()), Ok(1));
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(timerfd_gettime(timer.as_fd()), Ok(STOPPED));
    let mut fds = [PollFd::new(timer.as_fd(), PollFlags::IN)];
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(0), "it was read");
}

#[test]
fn a_timer_counts_its_expirations() {
    let timer = timer(ClockId::BOOTTIME);
    let each = Itimerspec {
        it_interval: milliseconds(1),
        it_value: milliseconds(1),
    };
    timerfd_settime(timer.as_fd(), RELATIVE, &each).unwrap();
    std::thread::sleep(Duration::from_millis(30));
    let expirations = timerfd_read(timer.as_fd()).unwrap();
    assert!(expirations >= 29, "{expirations}");
    let now = timerfd_gettime(timer.as_fd()).unwrap();
    assert_eq!(now.it_interval, milliseconds(1));
}

#[test]
fn a_timer_says_how_it_was_set_and_stops() {
    let timer = timer(ClockId::REALTIME);
    assert_eq!(timerfd_read(timer.as_fd()), Err(Errno::EAGAIN));
    let hours = Itimerspec {
        it_interval: milliseconds(1_250),
        it_value: Duration::from_secs(7200).into(),
    };
    assert_eq!(
        timerfd_settime(timer.as_fd(), RELATIVE, &hours),
        Ok(STOPPED)
    );
    let now = timerfd_gettime(timer.as_fd()).unwrap();
    let old = timerfd_settime(timer.as_fd(), RELATIVE, &STOPPED).unwrap();
    for was in [now, old] {
        assert_eq!(was.it_interval, milliseconds(1_250));
        assert!((7_000..=7_200).contains(&was.it_value.tv_sec), "{was:?}");
    }
    assert_eq!(timerfd_gettime(timer.as_fd()), Ok(STOPPED));
}

#[test]
fn a_point_in_time_that_has_passed_expires_at_once() {
    for clock in [ClockId::MONOTONIC, ClockId::REALTIME, ClockId::BOOTTIME] {
        let timer = timer(clock);
        let first = Timespec {
            tv_sec: 0,
            tv_nsec: 1,
        };
        timerfd_settime(timer.as_fd(), TimerfdTimerFlags::ABSTIME, &once(first)).unwrap();
        assert_eq!(poll_one(&timer), PollFlags::IN);
        assert_eq!(timerfd_read(timer.as_fd()), Ok(1), "{clock:?}");
    }

    // What was missed is counted.
    let timer = timer(ClockId::REALTIME);
    let now = clock_gettime(ClockId::REALTIME).unwrap();
    let missed = Itimerspec {
        it_interval: Duration::from_secs(1).into(),
        it_value: Timespec {
            tv_sec: now.tv_sec - 10,
            tv_nsec: now.tv_nsec,
        },
    };
    timerfd_settime(timer.as_fd(), TimerfdTimerFlags::ABSTIME, &missed).unwrap();
    assert_eq!(poll_one(&timer), PollFlags::IN);
    let expirations = timerfd_read(timer.as_fd()).unwrap();
    assert!(expirations >= 11, "{expirations}");

    // A point to come is waited for.
    let end = Duration::try_from(clock_gettime(ClockId::REALTIME).unwrap()).unwrap()
        + Duration::from_millis(20);
    let start = Instant::now();
    timerfd_settime(timer.as_fd(), TimerfdTimerFlags::ABSTIME, &once(end.into())).unwrap();
    assert_eq!(poll_one(&timer), PollFlags::IN);
    // Other tests put that clock on by some milliseconds at most.
    assert!(start.elapsed() >= Duration::from_millis(5));
}

/// What is ready of a timer, when it is.
fn poll_one(timer: &OwnedFd) -> PollFlags {
    let mut fds = [PollFd::new(timer.as_fd(), PollFlags::IN)];
    assert_eq!(poll(&mut fds, Timeout::Forever, None), Ok(1));
    fds[0].revents()
}

/// Only who may set the clock can see it; who may not sees that nothing comes.
#[test]
fn a_clock_that_is_set_cancels() {
    let timer = timer(ClockId::REALTIME);
    let now = clock_gettime(ClockId::REALTIME).unwrap();
    let tomorrow = once(Timespec {
        tv_sec: now.tv_sec + 86_400,
        ..now
    });
    let cancel = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
    timerfd_settime(timer.as_fd(), cancel, &tomorrow).unwrap();
    let mut on = Timex {
        modes: TimexModes::SETOFFSET,
        time: Timeval {
            tv_sec: 0,
            tv_usec: 1,
        },
        ..Timex::default()
    };
    match adjtimex(&mut on) {
        Ok(_) => {
            assert_eq!(poll_one(&timer), PollFlags::IN);
            assert_eq!(timerfd_read(timer.as_fd()), Err(Errno::ECANCELED));
            // It is told once.
            assert_eq!(timerfd_read(timer.as_fd()), Err(Errno::EAGAIN));
        }
        Err(errno) => {
            assert_eq!(errno, Errno::EPERM);
            assert_eq!(timerfd_read(timer.as_fd()), Err(Errno::EAGAIN));
        }
    }
}

#[test]
fn errors_of_timers() {
    let processor = timerfd_create(ClockId::THREAD_CPUTIME, TimerfdFlags::empty());
    assert_eq!(processor.err(), Some(Errno::EINVAL));
    for clock in [
        ClockId::TAI,
        ClockId::MONOTONIC_RAW,
        ClockId::REALTIME_COARSE,
    ] {
        let none = timerfd_create(clock, TimerfdFlags::empty());
        assert_eq!(none.err(), Some(Errno::EINVAL), "{clock:?}");
    }
    let flags = TimerfdFlags::from_bits_retain(OFlags::APPEND.bits());
    let unknown = timerfd_create(ClockId::MONOTONIC, flags);
    assert_eq!(unknown.err(), Some(Errno::EINVAL));

    let timer = timer(ClockId::MONOTONIC);
    for (tv_sec, tv_nsec) in [(0, 1_000_000_000), (0, -1), (-1, 0)] {
        let bad = once(Timespec { tv_sec, tv_nsec });
        let set = timerfd_settime(timer.as_fd(), RELATIVE, &bad);
        assert_eq!(set, Err(Errno::EINVAL));
    }
    let mut file = temporary::in_memory("no timer");
    let of_file = timerfd_settime(file.as_fd(), RELATIVE, &STOPPED);
    assert_eq!(of_file, Err(Errno::EINVAL));
    assert_eq!(timerfd_gettime(file.as_fd()), Err(Errno::EINVAL));
    assert_eq!(timerfd_read(file.as_fd()), Err(Errno::EINVAL), "no bytes");
    file.write_all(b"short").unwrap();
    std::io::Seek::rewind(&mut file).unwrap();
    assert_eq!(timerfd_read(file.as_fd()), Err(Errno::EINVAL), "five bytes");
}

#[test]
fn fault_no_descriptor_is_left() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        for _ in 0..10 {
            drop(timer(ClockId::MONOTONIC));
            let _ = timerfd_create(ClockId::THREAD_CPUTIME, TimerfdFlags::empty());
        }
        assert_eq!(count(), before);
        let one = timer(ClockId::MONOTONIC);
        assert_eq!(count(), before + 1, "it counts");
        drop(one);
    });
}
