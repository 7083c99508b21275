//! The area `time`: clocks against `std`'s, sleep that signals end, what keeps a clock right, and the timers that every
//! process has.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
mod signals;
mod temporary;

use child::in_child;
use std::fs::File;
use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};
use sysline::event::{SignalfdFlags, SignalfdInfo, signalfd, signalfd_read};
use sysline::process::{Pid, getpid, getppid};
use sysline::signal::{SigSet, Signal};
use sysline::thread::gettid;
use sysline::time::{
    self, ClockId, ClockState, ClockStatus, Itimer, Itimerval, Timespec, Timeval, Timex,
    TimexModes, adjtimex, clock_adjtime, clock_gettime, clock_settime, getitimer, gettimeofday,
    nanosleep, setitimer, settimeofday,
};
use sysline::{Errno, Result};

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs() as i64,
        tv_nsec: duration.subsec_nanos().into(),
    }
}

fn duration(time: Timespec) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn since_1970() -> Duration {
    SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
}

/// Held by who sets the system's clock, and by who must not see that.
static CLOCK: Mutex<()> = Mutex::new(());

fn hold_clock() -> impl Drop {
    CLOCK.lock().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn clocks_show_the_time_that_std_does() {
    let _held = hold_clock();
    let before = since_1970();
    let now = duration(clock_gettime(ClockId::REALTIME).unwrap());
    let after = since_1970();
    assert!(
        before <= now && now <= after,
        "{before:?} {now:?} {after:?}"
    );

    let one = duration(clock_gettime(ClockId::MONOTONIC).unwrap());
    std::thread::sleep(Duration::from_millis(2));
    let two = duration(clock_gettime(ClockId::MONOTONIC).unwrap());
    assert!(two - one >= Duration::from_millis(2));
    let none = clock_gettime(ClockId::from_raw(99).unwrap());
    assert_eq!(none, Err(Errno::EINVAL));
}

#[test]
fn gettimeofday_is_the_time_in_microseconds() {
    let _held = hold_clock();
    let microseconds = |time: Duration| Duration::from_micros(time.as_micros() as u64);
    let before = microseconds(since_1970());
    let now = gettimeofday().unwrap();
    let after = since_1970();
    assert!((0..1_000_000).contains(&now.tv_usec));
    let now = Duration::new(now.tv_sec as u64, now.tv_usec as u32 * 1000);
    assert!(
        before <= now && now <= after,
        "{before:?} {now:?} {after:?}"
    );
}

#[test]
fn a_clock_s_step_is_more_than_nothing() {
    let step = duration(time::clock_getres(ClockId::MONOTONIC).unwrap());
    assert!(
        step > Duration::ZERO && step <= Duration::from_millis(20),
        "{step:?}"
    );
    let none = time::clock_getres(ClockId::from_raw(99).unwrap());
    assert_eq!(none, Err(Errno::EINVAL));
}

/// Uses the processor for a time that can be seen.
fn work() {
    let start = clock_gettime(ClockId::THREAD_CPUTIME).unwrap();
    let least = duration(start) + Duration::from_millis(20);
    while duration(clock_gettime(ClockId::THREAD_CPUTIME).unwrap()) < least {}
}

#[test]
fn processes_and_threads_have_clocks() {
    let of = |clock| duration(clock_gettime(clock).unwrap());
    for (named, made) in [
        (ClockId::THREAD_CPUTIME, ClockId::of_thread(gettid())),
        (ClockId::PROCESS_CPUTIME, ClockId::of_process(getpid())),
        (
            ClockId::THREAD_CPUTIME,
            ClockId::of_thread(Pid::from_raw(0)),
        ),
        (
            ClockId::PROCESS_CPUTIME,
            ClockId::of_process(Pid::from_raw(0)),
        ),
    ] {
        let before = of(named);
        let between = of(made);
        let after = of(named);
        assert!(before <= between && between <= after, "{made:?}");
    }

    // Another process's: a child, which has done nothing yet, sees what this one has done.
    work();
    let done = of(ClockId::PROCESS_CPUTIME);
    assert!(done >= Duration::from_millis(20));
    in_child(|| assert!(of(ClockId::of_process(getppid())) >= done));

    // Another thread's.
    let (here, there) = (std::sync::mpsc::channel(), std::sync::mpsc::channel::<()>());
    let thread = std::thread::spawn(move || {
        work();
        here.0
            .send((gettid(), of(ClockId::THREAD_CPUTIME)))
            .unwrap();
        there.1.recv().unwrap();
    });
    let (tid, done) = here.1.recv().unwrap();
    assert!(of(ClockId::of_thread(tid)) >= done);
    there.0.send(()).unwrap();
    thread.join().unwrap();
}

/// Not a thread of another process, and none of what is no number of a process.
#[test]
fn clocks_of_nobody_are_none() {
    in_child(|| {
        let strangers = clock_gettime(ClockId::of_thread(getppid()));
        assert_eq!(strangers, Err(Errno::EINVAL));
    });
    for number in [-1, i32::MIN, 1 << 28, i32::MAX] {
        let nobody = Pid::from_raw(number);
        for clock in [ClockId::of_process(nobody), ClockId::of_thread(nobody)] {
            assert_eq!(clock_gettime(clock), Err(Errno::EINVAL), "{number}");
        }
    }
}

/// `FD_TO_CLOCKID` of clock_getres(2): `((~fd << 3) | 3)`.
#[test]
fn a_device_s_clock_is_its_descriptor_s() {
    // SAFETY: the number is not used as a descriptor.
    let of = |number| ClockId::of_fd(unsafe { BorrowedFd::borrow_raw(number) }).raw();
    assert_eq!(of(0), -5);
    assert_eq!(of(3), -29);
    assert_eq!(of(1023), -8189);
    let (reader, _writer) = temporary::pipe();
    let no_clock = ClockId::of_fd(reader.as_fd());
    assert_eq!(clock_gettime(no_clock), Err(Errno::EINVAL));
    // Where there is such a device, it has some time.
    if let Ok(device) = File::open("/dev/ptp0") {
        assert!(clock_gettime(ClockId::of_fd(device.as_fd())).is_ok());
    }

    // A number can't be a way around the loan.
    for number in [-5, -29, -8189] {
        assert_eq!(ClockId::from_raw(number), None);
    }
    assert_eq!(ClockId::from_raw(1), Some(ClockId::MONOTONIC));
    assert_eq!(
        ClockId::from_raw(-6),
        Some(ClockId::of_process(Pid::from_raw(0)))
    );
}

/// Numbers of `linux/time.h`, the same on every architecture: most clocks show what another one shows too.
#[test]
fn clocks_have_their_numbers() {
    for (clock, number) in [
        (ClockId::REALTIME, 0),
        (ClockId::MONOTONIC, 1),
        (ClockId::PROCESS_CPUTIME, 2),
        (ClockId::THREAD_CPUTIME, 3),
        (ClockId::MONOTONIC_RAW, 4),
        (ClockId::REALTIME_COARSE, 5),
        (ClockId::MONOTONIC_COARSE, 6),
        (ClockId::BOOTTIME, 7),
        (ClockId::REALTIME_ALARM, 8),
        (ClockId::BOOTTIME_ALARM, 9),
        (ClockId::TAI, 11),
        (ClockId::AUX, 16),
        (ClockId::AUX_LAST, 23),
    ] {
        assert_eq!(clock.raw(), number);
    }
}

#[test]
fn sleep_sleeps() {
    let nap = Duration::from_millis(30);
    let start = Instant::now();
    let mut left = timespec(Duration::from_secs(7));
    assert_eq!(
        time::sleep(ClockId::MONOTONIC, &timespec(nap), Some(&mut left)),
        Ok(())
    );
    assert!(start.elapsed() >= nap);
    assert_eq!(left, timespec(Duration::from_secs(7)), "it is as it was");

    let start = Instant::now();
    assert_eq!(nanosleep(&nap.into(), None), Ok(()));
    assert!(start.elapsed() >= nap);

    let start = Instant::now();
    let now = duration(clock_gettime(ClockId::MONOTONIC).unwrap());
    assert_eq!(
        time::sleep_until(ClockId::MONOTONIC, &timespec(now + nap)),
        Ok(())
    );
    assert!(start.elapsed() >= nap);
    assert_eq!(
        time::sleep_until(ClockId::MONOTONIC, &timespec(now)),
        Ok(()),
        "it has passed"
    );

    let bad = Timespec {
        tv_sec: 0,
        tv_nsec: 1_000_000_000,
    };
    assert_eq!(
        time::sleep(ClockId::MONOTONIC, &bad, None),
        Err(Errno::EINVAL)
    );
    assert_eq!(nanosleep(&bad, None), Err(Errno::EINVAL));
}

/// Sends this process `Signal::ALRM`, which does nothing, every 20 ms: one of them comes while it waits.
fn interrupt() {
    signals::handle(Signal::ALRM);
    let each = Timeval {
        tv_sec: 0,
        tv_usec: 20_000,
    };
    let timer = Itimerval {
        it_interval: each,
        it_value: each,
    };
    setitimer(Itimer::REAL, &timer).unwrap();
}

/// Sleeps, and says what is left.
type Sleep<'a> = &'a dyn Fn(&mut Timespec) -> Result<()>;

#[test]
fn fault_a_signal_during_nanosleep_is_eintr_and_tells_what_remains() {
    in_child(|| {
        interrupt();
        let hour = timespec(Duration::from_secs(3600));
        let sleeps: [Sleep<'_>; 3] = [
            &|left| nanosleep(&hour, Some(left)),
            &|left| time::sleep(ClockId::REALTIME, &hour, Some(left)),
            &|left| time::sleep(ClockId::BOOTTIME, &hour, Some(left)),
        ];
        for sleep in sleeps {
            let start = Instant::now();
            let mut left = Timespec::default();
            assert_eq!(sleep(&mut left), Err(Errno::EINTR));
            let slept = Duration::from_secs(3600) - duration(left);
            assert!(slept > Duration::ZERO && slept <= start.elapsed());
        }
        assert_eq!(nanosleep(&hour, None), Err(Errno::EINTR));
        let end = duration(clock_gettime(ClockId::MONOTONIC).unwrap()) + Duration::from_secs(3600);
        let until = time::sleep_until(ClockId::MONOTONIC, &timespec(end));
        assert_eq!(until, Err(Errno::EINTR));
    });
}

/// A stop interrupts the kernel's sleep, which goes on after it: that is no error, and what was left then nobody's matter.
#[test]
fn a_sleep_that_was_stopped_and_went_on_tells_nothing() {
    // SAFETY: the signatures are those of `unistd.h`, `signal.h` and `sys/wait.h`.
    unsafe extern "C" {
        fn fork() -> i32;
        fn _exit(status: i32) -> !;
        fn kill(process: i32, signal: i32) -> i32;
        fn waitpid(process: i32, status: *mut i32, options: i32) -> i32;
    }
    in_child(|| {
        // SAFETY: the copy makes calls of the C library that signal handlers may make too, and ends.
        let helper = unsafe {
            let helper = fork();
            if helper == 0 {
                for signal in [Signal::STOP, Signal::CONT] {
                    let _ = nanosleep(&Duration::from_millis(30).into(), None);
                    kill(getppid().raw(), signal.raw());
                }
                _exit(0);
            }
            helper
        };
        let nap = Duration::from_millis(150);
        let start = Instant::now();
        let mut left = timespec(Duration::from_secs(7));
        assert_eq!(nanosleep(&nap.into(), Some(&mut left)), Ok(()));
        assert!(start.elapsed() >= nap);
        assert_eq!(left, timespec(Duration::from_secs(7)), "it is as it was");
        // SAFETY: it waits for the copy.
        assert_eq!(unsafe { waitpid(helper, core::ptr::null_mut(), 0) }, helper);
    });
}

#[test]
fn times_become_durations_and_back() {
    let both = [
        (Duration::ZERO, 0, 0),
        (Duration::new(3, 999_999_999), 3, 999_999_999),
        (Duration::new(i64::MAX as u64, 1), i64::MAX, 1),
    ];
    for (duration, tv_sec, tv_nsec) in both {
        let time = Timespec { tv_sec, tv_nsec };
        assert_eq!(Timespec::from(duration), time);
        assert_eq!(Duration::try_from(time), Ok(duration));
    }
    let longest = Timespec {
        tv_sec: i64::MAX,
        tv_nsec: 999_999_999,
    };
    assert_eq!(Timespec::from(Duration::MAX), longest);
    for (tv_sec, tv_nsec) in [(-1, 0), (0, -1), (0, 1_000_000_000), (0, i64::MAX)] {
        let none = Duration::try_from(Timespec { tv_sec, tv_nsec });
        assert_eq!(none, Err(Errno::EINVAL), "{tv_sec} {tv_nsec}");
    }

    let micro = |tv_sec, tv_usec| Timeval { tv_sec, tv_usec };
    let nano = |tv_sec, tv_nsec| Timespec { tv_sec, tv_nsec };
    assert_eq!(Timeval::from(nano(-2, 1_999)), micro(-2, 1));
    assert_eq!(Timeval::from(nano(5, 999_999_999)), micro(5, 999_999));
    assert_eq!(Timespec::from(micro(5, 999_999)), nano(5, 999_999_000));
    // What is no time stays none.
    assert_eq!(Timespec::from(micro(0, 1_000_000)), nano(0, 1_000_000_000));
    assert_eq!(Timespec::from(micro(0, i64::MIN)), nano(0, i64::MIN));
    assert_eq!(Timeval::from(nano(0, -1)), micro(0, -1));
}

/// Whether the kernel lets this process set clocks: `CAP_SYS_TIME` (`linux/capability.h`, 25) is effective.
fn may_set_clocks() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("CapEff:"));
    u64::from_str_radix(line.unwrap().trim(), 16).unwrap() >> 25 & 1 == 1
}

/// Gives up the rights of a superuser, for the whole process.
fn become_nobody() {
    // SAFETY: the signature is that of `unistd.h`; it takes a number.
    unsafe extern "C" {
        fn setuid(uid: u32) -> i32;
    }
    // SAFETY: as above. Who is not the superuser has no such rights.
    unsafe { setuid(65_534) };
    assert!(!may_set_clocks());
}

#[test]
fn a_clock_is_set_by_who_may() {
    let _held = hold_clock();
    let bad = Timespec {
        tv_sec: -1,
        tv_nsec: 0,
    };
    let set = clock_settime(ClockId::REALTIME, &bad);
    assert!(matches!(set, Err(Errno::EINVAL | Errno::EPERM)), "{set:?}");
    let now = clock_gettime(ClockId::MONOTONIC).unwrap();
    assert_eq!(clock_settime(ClockId::MONOTONIC, &now), Err(Errno::EINVAL));
    // The last one's nanoseconds have zeros where a 32-bit kernel looks.
    for tv_usec in [1_000_000, -1, i64::MAX, 1 << 32] {
        let set = settimeofday(&Timeval { tv_sec: 0, tv_usec });
        assert_eq!(set, Err(Errno::EINVAL), "{tv_usec}");
    }

    if may_set_clocks() {
        // A millisecond on, so that no clock goes back.
        let ahead = since_1970() + Duration::from_millis(1);
        assert_eq!(clock_settime(ClockId::REALTIME, &ahead.into()), Ok(()));
        assert!(since_1970() >= ahead);
        let ahead = since_1970() + Duration::from_millis(1);
        assert_eq!(settimeofday(&Timespec::from(ahead).into()), Ok(()));
        assert!(since_1970() >= ahead - Duration::from_micros(1));
    }
    in_child(|| {
        become_nobody();
        let now = since_1970();
        let set = clock_settime(ClockId::REALTIME, &now.into());
        assert_eq!(set, Err(Errno::EPERM));
        let set = settimeofday(&Timespec::from(now).into());
        assert_eq!(set, Err(Errno::EPERM));
    });
}

#[test]
fn adjtimex_tells_how_a_clock_is_kept() {
    let _held = hold_clock();
    for ask in [
        adjtimex,
        (|timex| clock_adjtime(ClockId::REALTIME, timex)) as fn(&mut Timex) -> _,
    ] {
        let mut now = Timex::default();
        let before = since_1970();
        let state = ask(&mut now).unwrap();
        let after = since_1970();
        let known = [
            ClockState::OK,
            ClockState::INS,
            ClockState::DEL,
            ClockState::OOP,
            ClockState::WAIT,
            ClockState::ERROR,
        ];
        assert!(known.contains(&state), "{state:?}");
        let step = if now.status.contains(ClockStatus::NANO) {
            1
        } else {
            1000
        };
        let beyond = now.time.tv_usec as u32 * step;
        let time = Duration::new(now.time.tv_sec as u64, beyond);
        // In microseconds it is cut off.
        let before = before - Duration::from_nanos((step - 1).into());
        assert!(
            before <= time && time <= after,
            "{before:?} {time:?} {after:?}"
        );
        // A tick of a hundredth of a second is within a tenth of it (kernel/time/ntp.c).
        assert!((9_000..=11_000).contains(&now.tick), "{}", now.tick);
        assert_eq!(now.tolerance, 500 << 16, "linux/timex.h, MAXFREQ_SCALED");
        let offset = Duration::from_secs(now.tai as u64);
        let before = clock_gettime(ClockId::REALTIME).unwrap();
        let atomic = duration(clock_gettime(ClockId::TAI).unwrap());
        let after = clock_gettime(ClockId::REALTIME).unwrap();
        assert!(duration(before) + offset <= atomic && atomic <= duration(after) + offset);
    }
    let mut timex = Timex::default();
    let other = clock_adjtime(ClockId::MONOTONIC, &mut timex);
    assert_eq!(other, Err(Errno::EOPNOTSUPP));
    let none = clock_adjtime(ClockId::from_raw(99).unwrap(), &mut timex);
    assert_eq!(none, Err(Errno::EINVAL));
}

#[test]
fn a_clock_is_adjusted_by_who_may() {
    let _held = hold_clock();
    let on = |microseconds| Timex {
        modes: TimexModes::SETOFFSET,
        time: Timeval {
            tv_sec: 0,
            tv_usec: microseconds,
        },
        ..Timex::default()
    };
    if may_set_clocks() {
        let mut timex = on(1_000);
        let before = since_1970();
        assert!(adjtimex(&mut timex).is_ok());
        assert!(since_1970() >= before + Duration::from_millis(1));
        assert_eq!(adjtimex(&mut on(-1)), Err(Errno::EINVAL));
        let mut timex = Timex {
            modes: TimexModes::TICK,
            tick: 8_999,
            ..Timex::default()
        };
        assert_eq!(adjtimex(&mut timex), Err(Errno::EINVAL));
    }
    in_child(|| {
        become_nobody();
        assert_eq!(adjtimex(&mut on(1)), Err(Errno::EPERM));
        let mut timex = Timex {
            modes: TimexModes::OFFSET_SS_READ,
            ..Timex::default()
        };
        assert!(adjtimex(&mut timex).is_ok(), "anybody may ask");
    });
}

#[test]
fn the_process_s_timers_send_signals() {
    in_child(|| {
        signals::block([Signal::ALRM]);
        let signals = signalfd(&SigSet::from([Signal::ALRM]), SignalfdFlags::empty()).unwrap();
        let once = Itimerval {
            it_value: Timeval {
                tv_sec: 0,
                tv_usec: 5_000,
            },
            ..Itimerval::default()
        };
        let start = Instant::now();
        assert_eq!(setitimer(Itimer::REAL, &once), Ok(Itimerval::default()));
        let mut room = [SignalfdInfo::default()];
        let came = signalfd_read(signals.as_fd(), &mut room).unwrap();
        assert!(start.elapsed() >= Duration::from_millis(5));
        assert_eq!(came[0].signal(), Some(Signal::ALRM));
        assert_eq!(getitimer(Itimer::REAL), Ok(Itimerval::default()));
    });
}

#[test]
fn the_process_s_timers_are_three() {
    in_child(|| {
        let at = |tv_sec, tv_usec| Timeval { tv_sec, tv_usec };
        let timers = [Itimer::REAL, Itimer::VIRTUAL, Itimer::PROF];
        for (hours, timer) in (1..).zip(timers) {
            assert_eq!(getitimer(timer), Ok(Itimerval::default()));
            let set = Itimerval {
                it_interval: at(7, 250_000 * hours),
                it_value: at(3600 * hours, 5),
            };
            assert_eq!(setitimer(timer, &set), Ok(Itimerval::default()));
        }
        for (hours, timer) in (1..).zip(timers) {
            let now = getitimer(timer).unwrap();
            assert_eq!(now.it_interval, at(7, 250_000 * hours));
            // The kernel adds a tick to times of the processor.
            let left = now.it_value.tv_sec - 3600 * hours;
            assert!((-60..=1).contains(&left), "{now:?}");
            let old = setitimer(timer, &Itimerval::default()).unwrap();
            assert_eq!(old.it_interval, at(7, 250_000 * hours));
            assert_eq!(getitimer(timer), Ok(Itimerval::default()));
        }

        let bad = Itimerval {
            it_value: at(0, 1_000_000),
            ..Itimerval::default()
        };
        assert_eq!(setitimer(Itimer::REAL, &bad), Err(Errno::EINVAL));
        let none = Itimer::from_raw(9);
        assert_eq!(getitimer(none), Err(Errno::EINVAL));
        assert_eq!(setitimer(none, &Itimerval::default()), Err(Errno::EINVAL));
        if cfg!(target_pointer_width = "32") {
            let long = Itimerval {
                it_value: at(1 << 31, 0),
                ..Itimerval::default()
            };
            assert_eq!(setitimer(Itimer::REAL, &long), Err(Errno::EOVERFLOW));
        }
    });
}

/// Sizes and offsets by hand, of `linux/time_types.h` and `linux/timex.h`: numbers of 64 bits, each in its place.
#[test]
fn structs_of_ours_are_laid_out_as_those_of_c() {
    use std::mem::offset_of;
    use time::Itimerspec;
    assert_eq!(
        (size_of::<Timespec>(), offset_of!(Timespec, tv_nsec)),
        (16, 8)
    );
    assert_eq!(
        (size_of::<Timeval>(), offset_of!(Timeval, tv_usec)),
        (16, 8)
    );
    let both = (size_of::<Itimerspec>(), offset_of!(Itimerspec, it_value));
    assert_eq!(both, (32, 16));
    assert_eq!(size_of::<Timex>(), 208);
    let offsets = [
        offset_of!(Timex, modes),
        offset_of!(Timex, offset),
        offset_of!(Timex, freq),
        offset_of!(Timex, maxerror),
        offset_of!(Timex, esterror),
        offset_of!(Timex, status),
        offset_of!(Timex, constant),
        offset_of!(Timex, precision),
        offset_of!(Timex, tolerance),
        offset_of!(Timex, time),
        offset_of!(Timex, tick),
        offset_of!(Timex, ppsfreq),
        offset_of!(Timex, jitter),
        offset_of!(Timex, shift),
        offset_of!(Timex, stabil),
        offset_of!(Timex, jitcnt),
        offset_of!(Timex, calcnt),
        offset_of!(Timex, errcnt),
        offset_of!(Timex, stbcnt),
        offset_of!(Timex, tai),
    ];
    let expected = [
        0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 88, 96, 104, 112, 120, 128, 136, 144, 152, 160,
    ];
    assert_eq!(offsets, expected);
}
