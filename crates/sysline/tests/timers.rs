//! Timers of POSIX: what they tell, when, and how often.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod signals;

use child::in_child;
use std::os::fd::{AsFd, OwnedFd};
use std::time::{Duration, Instant};
use sysline::event::{SignalfdFlags, SignalfdInfo, signalfd, signalfd_read};
use sysline::process::getppid;
use sysline::signal::{SigSet, Signal};
use sysline::thread::gettid;
use sysline::time::{
    ClockId, Itimerspec, Sigevent, TimerFlags, Timespec, timer_create, timer_delete,
    timer_getoverrun, timer_gettime, timer_settime,
};
use sysline::{Errno, Result, abi, nr};

fn milliseconds(milliseconds: u64) -> Timespec {
    Duration::from_millis(milliseconds).into()
}

fn once(time: Timespec) -> Itimerspec {
    Itimerspec {
        it_value: time,
        ..Itimerspec::default()
    }
}

const RELATIVE: TimerFlags = TimerFlags::empty();
/// `asm-generic/siginfo.h`; mips has its own.
const SI_TIMER: i32 = if cfg!(target_arch = "mips64") { -3 } else { -2 };

/// A descriptor from which this thread reads a signal, which is held back.
fn reader(signal: Signal) -> OwnedFd {
    signals::block([signal]);
    signalfd(&SigSet::from([signal]), SignalfdFlags::empty()).unwrap()
}

/// The next signal, which is waited for.
fn next(reader: &OwnedFd) -> SignalfdInfo {
    let mut room = [SignalfdInfo::default()];
    signalfd_read(reader.as_fd(), &mut room).unwrap()[0]
}

#[test]
fn a_timer_tells_a_thread() {
    let reader = reader(Signal::USR1);
    let event = Sigevent::Thread {
        thread: gettid(),
        signal: Signal::USR1,
        value: usize::MAX - 7,
    };
    let timer = timer_create(ClockId::MONOTONIC, event).unwrap();
    let start = Instant::now();
    let set = timer_settime(&timer, RELATIVE, &once(milliseconds(20)));
    assert_eq!(set, Ok(Itimerspec::default()));
    let info = next(&reader);
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(info.signal(), Some(Signal::USR1));
    assert_eq!(info.code(), SI_TIMER);
    assert_eq!(info.value(), usize::MAX - 7);
    assert_eq!((info.overrun(), timer_getoverrun(&timer)), (0, Ok(0)));
    if info.tid() != timer.raw() as u32 {
        assert!(emulator::skipped("its timers have two numbers each"));
    }
    assert_eq!(timer_gettime(&timer), Ok(Itimerspec::default()));
    assert_eq!(timer_delete(timer), Ok(()));
}

/// One signal is on the way; what expires meanwhile is counted.
#[test]
fn a_timer_that_is_not_heard_overruns() {
    let reader = reader(Signal::USR2);
    let event = Sigevent::Thread {
        thread: gettid(),
        signal: Signal::USR2,
        value: 0,
    };
    let timer = timer_create(ClockId::MONOTONIC, event).unwrap();
    let each = Itimerspec {
        it_interval: milliseconds(1),
        it_value: milliseconds(1),
    };
    timer_settime(&timer, RELATIVE, &each).unwrap();
    std::thread::sleep(Duration::from_millis(30));
    let overrun = next(&reader).overrun();
    assert!(overrun >= 28, "{overrun}");
    assert_eq!(timer_getoverrun(&timer), Ok(overrun));
    let set = timer_settime(&timer, RELATIVE, &Itimerspec::default()).unwrap();
    assert_eq!(set.it_interval, milliseconds(1));
}

#[test]
fn a_timer_tells_the_process() {
    in_child(|| {
        let reader = reader(Signal::RT_MIN);
        let event = Sigevent::Signal {
            signal: Signal::RT_MIN,
            value: 3,
        };
        let timer = timer_create(ClockId::PROCESS_CPUTIME, event).unwrap();
        let used = || -> Duration {
            let used = sysline::time::clock_gettime(ClockId::PROCESS_CPUTIME);
            used.unwrap().try_into().unwrap()
        };
        let start = used();
        timer_settime(&timer, RELATIVE, &once(milliseconds(10))).unwrap();
        // It is processor time that it counts: work until it has told.
        while timer_gettime(&timer).unwrap() != Itimerspec::default() {}
        let info = next(&reader);
        assert!(used() - start >= Duration::from_millis(10));
        assert_eq!(info.signal(), Some(Signal::RT_MIN));
        assert_eq!(info.value(), 3);
    });
}

#[test]
fn a_timer_that_tells_nobody_is_asked() {
    let timer = timer_create(ClockId::BOOTTIME, Sigevent::None).unwrap();
    assert_eq!(timer_gettime(&timer), Ok(Itimerspec::default()));
    let hours = Itimerspec {
        it_interval: milliseconds(1_250),
        it_value: Duration::from_secs(7200).into(),
    };
    timer_settime(&timer, RELATIVE, &hours).unwrap();
    let now = timer_gettime(&timer).unwrap();
    assert_eq!(now.it_interval, milliseconds(1_250));
    assert!((7_000..=7_200).contains(&now.it_value.tv_sec), "{now:?}");
    timer_settime(&timer, RELATIVE, &once(milliseconds(5))).unwrap();
    std::thread::sleep(Duration::from_millis(6));
    assert_eq!(timer_gettime(&timer).unwrap().it_value, Timespec::default());
}

#[test]
fn a_point_in_time_that_has_passed_expires_at_once() {
    let reader = reader(Signal::WINCH);
    for (value, clock) in [(6, ClockId::MONOTONIC), (7, ClockId::REALTIME)] {
        let event = Sigevent::Thread {
            thread: gettid(),
            signal: Signal::WINCH,
            value,
        };
        let timer = timer_create(clock, event).unwrap();
        let first = Timespec {
            tv_sec: 0,
            tv_nsec: 1,
        };
        timer_settime(&timer, TimerFlags::ABSTIME, &once(first)).unwrap();
        assert_eq!(next(&reader).value(), value);
    }
}

/// What the kernel says of a timer's number, whoever owns it.
fn asked(timer: i32) -> Result<()> {
    // SAFETY: the kernel writes the overrun's count to no memory.
    unsafe { abi::sysnb(nr::SYS_TIMER_GETOVERRUN, (timer,)) }
}

#[test]
fn a_timer_is_deleted_when_it_is_dropped() {
    in_child(|| {
        let one = timer_create(ClockId::MONOTONIC, Sigevent::None).unwrap();
        let two = timer_create(ClockId::MONOTONIC, Sigevent::None).unwrap();
        let numbers = [one.raw(), two.raw()];
        assert_eq!(numbers.map(asked), [Ok(()), Ok(())]);
        drop(one);
        assert_eq!(numbers.map(asked), [Err(Errno::EINVAL), Ok(())]);
        assert_eq!(timer_delete(two), Ok(()));
        assert_eq!(numbers.map(asked), [Err(Errno::EINVAL); 2]);
    });
}

#[test]
fn errors_of_timers() {
    let none = timer_create(ClockId::from_raw(99).unwrap(), Sigevent::None);
    assert_eq!(none.err(), Some(Errno::EINVAL));
    in_child(|| {
        let stranger = Sigevent::Thread {
            thread: getppid(),
            signal: Signal::USR1,
            value: 0,
        };
        let none = timer_create(ClockId::MONOTONIC, stranger);
        assert_eq!(none.err(), Some(Errno::EINVAL));
    });
    let timer = timer_create(ClockId::MONOTONIC, Sigevent::None).unwrap();
    for (tv_sec, tv_nsec) in [(0, 1_000_000_000), (0, -1), (-1, 0)] {
        let bad = once(Timespec { tv_sec, tv_nsec });
        assert_eq!(timer_settime(&timer, RELATIVE, &bad), Err(Errno::EINVAL));
    }
}
