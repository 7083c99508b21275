//! The area `time`: clocks against `std`'s, and kernels that know no 64-bit time.
#![cfg(all(target_os = "linux", feature = "std"))]

use std::time::{Duration, Instant, SystemTime};
use sysline::Errno;
use sysline::time::{self, ClockId, Timespec};

fn timespec(duration: Duration) -> Timespec {
    Timespec {
        tv_sec: duration.as_secs() as i64,
        tv_nsec: duration.subsec_nanos().into(),
    }
}

fn duration(time: Timespec) -> Duration {
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[test]
fn clocks_show_the_time_that_std_does() {
    let since_1970 = || {
        SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap()
    };
    let before = since_1970();
    let now = duration(time::clock_gettime(ClockId::REALTIME).unwrap());
    let after = since_1970();
    assert!(
        before <= now && now <= after,
        "{before:?} {now:?} {after:?}"
    );

    let one = duration(time::clock_gettime(ClockId::MONOTONIC).unwrap());
    std::thread::sleep(Duration::from_millis(2));
    let two = duration(time::clock_gettime(ClockId::MONOTONIC).unwrap());
    assert!(two - one >= Duration::from_millis(2));
    let none = time::clock_gettime(ClockId::from_raw(99));
    assert_eq!(none.map(duration), Err(Errno::EINVAL));
}

#[test]
fn a_clock_s_step_is_more_than_nothing() {
    let step = duration(time::clock_getres(ClockId::MONOTONIC).unwrap());
    assert!(
        step > Duration::ZERO && step <= Duration::from_millis(20),
        "{step:?}"
    );
}

#[test]
fn sleep_sleeps() {
    let nap = Duration::from_millis(30);
    let start = Instant::now();
    assert_eq!(
        time::sleep(ClockId::MONOTONIC, &timespec(nap), None),
        Ok(())
    );
    assert!(start.elapsed() >= nap);

    let start = Instant::now();
    let now = duration(time::clock_gettime(ClockId::MONOTONIC).unwrap());
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
}

#[test]
fn a_clock_is_set_by_who_may() {
    let bad = Timespec {
        tv_sec: -1,
        tv_nsec: 0,
    };
    let set = time::clock_settime(ClockId::REALTIME, &bad);
    assert!(matches!(set, Err(Errno::EINVAL | Errno::EPERM)), "{set:?}");
    let now = time::clock_gettime(ClockId::MONOTONIC).unwrap();
    assert_eq!(
        time::clock_settime(ClockId::MONOTONIC, &now),
        Err(Errno::EINVAL)
    );
}
