//! Time on 32-bit kernels before 5.1, and what is known about files on those before 4.11: a filter (seccomp(2)) answers as
//! they do, that there are no calls with 64-bit time, or no `statx`, and the older ones are made.
#![cfg(all(
    target_os = "linux",
    feature = "std",
    any(target_arch = "x86", target_arch = "arm", target_arch = "powerpc")
))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod refused;
mod temporary;

use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant, SystemTime};
use sysline::event::{FdSet, PollFd, PollFlags, Timeout, poll, select};
use sysline::fs::{
    AtFlags, CWD, Stat, StatxMask, UTIME_NOW, UTIME_OMIT, fstat, fstatat, futimens, lstat, stat,
    statx, utimensat,
};
use sysline::io::IoSliceMut;
use sysline::net::{RecvFlags, RecvMessage, recvmmsg};
use sysline::signal::{SigSet, sigtimedwait};
use sysline::time::{
    ClockId, Itimerspec, Sigevent, TimerFlags, TimerfdFlags, TimerfdTimerFlags, Timespec, Timex,
    TimexModes, adjtimex, clock_adjtime, clock_getres, clock_gettime, clock_settime, sleep,
    sleep_until, timer_create, timer_gettime, timer_settime, timerfd_create, timerfd_gettime,
    timerfd_read, timerfd_settime,
};
use sysline::{Errno, Result, abi, nr};

/// Makes the kernel answer `errno` to this thread's calls with 64-bit time: those of the numbers 403 to 423, which
/// Linux 5.1 brought.
fn refuse(errno: Errno) -> Result<()> {
    refused::refuse(403..=423, errno)
}

fn at(tv_sec: i64, tv_nsec: i64) -> Timespec {
    Timespec { tv_sec, tv_nsec }
}

/// Receives into room for two messages, of two that are there: the time is looked at behind each.
fn several_messages(timeout: Timeout, expected: Result<usize>) {
    let (one, other) = std::os::unix::net::UnixDatagram::pair().unwrap();
    one.send(b"a").unwrap();
    one.send(b"bc").unwrap();
    let mut rooms = [[0; 4]; 2];
    let mut bufs = rooms.each_mut().map(|room| [IoSliceMut::new(room)]);
    let mut messages = bufs.each_mut().map(|bufs| RecvMessage::new(bufs));
    let came = recvmmsg(other.as_fd(), &mut messages, RecvFlags::empty(), timeout);
    assert_eq!(came, expected);
    let bytes = messages.each_ref().map(RecvMessage::bytes);
    assert_eq!(bytes[..came.unwrap_or(0)], [1, 2][..came.unwrap_or(0)]);
}

const DAY: i64 = 86_400;
/// 2038-01-19: the last second with 31 bits.
const LAST: i64 = i32::MAX as i64;

#[test]
fn the_older_calls_are_made_and_remembered() {
    let (path, _file) = temporary::path("older");
    before_anything_is_remembered();
    let (reader, _writer) = temporary::pipe();
    // No call here is known to the kernel or not yet: all in one test, one after the other.
    match refuse(Errno::ENOSYS) {
        Err(_) if emulator::skipped("no seccomp") => return,
        refused => assert_eq!(refused, Ok(())),
    }
    // SAFETY: the kernel fills the time, if it makes the call.
    let newer: Result<()> = unsafe { abi::sys(nr::SYS_CLOCK_GETTIME64, (0, &mut at(0, 0))) };
    assert_eq!(newer, Err(Errno::ENOSYS), "the filter is there");
    all_work(&path, &reader);

    // Each remembers: what would now be another error is not asked again.
    assert_eq!(refuse(Errno::EPERM), Ok(()));
    // SAFETY: as above.
    let newer: Result<()> = unsafe { abi::sys(nr::SYS_CLOCK_GETTIME64, (0, &mut at(0, 0))) };
    assert_eq!(newer, Err(Errno::EPERM), "the second filter is there");
    all_work(&path, &reader);
}

fn all_work(path: &std::path::Path, reader: &std::fs::File) {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs() as i64;
    let clock = clock_gettime(ClockId::REALTIME).unwrap();
    assert!((clock.tv_sec - now).abs() < 60 && (0..1_000_000_000).contains(&clock.tv_nsec));
    let step = clock_getres(ClockId::MONOTONIC).unwrap();
    assert!(step.tv_sec == 0 && (1..20_000_000).contains(&step.tv_nsec));
    several_messages(Duration::ZERO.into(), Ok(1));
    several_messages(Duration::from_secs(3600).into(), Ok(2));
    several_messages(Timeout::Forever, Ok(2));
    several_messages(at(LAST + 1, 0).into(), Err(Errno::EOVERFLOW));
    let turn = sysline::thread::sched_rr_get_interval(None).unwrap();
    assert!(turn.tv_sec == 0 && (0..1_000_000_000).contains(&turn.tv_nsec));
    let set = clock_settime(ClockId::MONOTONIC, &at(1, 0));
    assert_eq!(set, Err(Errno::EINVAL));
    assert_eq!(
        clock_settime(ClockId::REALTIME, &at(LAST + 1, 0)),
        Err(Errno::EOVERFLOW)
    );

    let nap = at(0, 20_000_000);
    let none = sigtimedwait(&SigSet::EMPTY, Some(nap));
    assert_eq!(none.err(), Some(Errno::EAGAIN));
    let too_long = sigtimedwait(&SigSet::EMPTY, Some(at(LAST + 1, 0)));
    assert_eq!(too_long.err(), Some(Errno::EOVERFLOW));
    for sleeps in [
        &|| sleep(ClockId::MONOTONIC, &nap, None),
        &|| {
            let now = clock_gettime(ClockId::MONOTONIC).unwrap();
            let end = now.tv_nsec + nap.tv_nsec;
            sleep_until(
                ClockId::MONOTONIC,
                &at(now.tv_sec + end / 1_000_000_000, end % 1_000_000_000),
            )
        },
        &|| poll(&mut [PollFd::new(reader.as_fd(), PollFlags::IN)], nap, None).map(drop),
        &|| {
            let mut set = FdSet::new();
            set.insert(reader.as_fd()).unwrap();
            select(Some(&mut set), None, None, nap, None).map(drop)
        },
    ] as [&dyn Fn() -> Result<()>; 4]
    {
        let start = Instant::now();
        assert_eq!(sleeps(), Ok(()));
        assert!(start.elapsed() >= Duration::from_millis(20));
    }

    timers_work(nap);
    adjustments_work(now);

    let none = AtFlags::empty();
    let times = |stat: sysline::fs::Statx| {
        let both = [stat.stx_atime, stat.stx_mtime];
        both.map(|time| (time.tv_sec, time.tv_nsec))
    };
    let set = utimensat(CWD, path, &[at(LAST - DAY, 5), at(LAST, 999_999_999)], none);
    assert_eq!(set, Ok(()));
    let stat = statx(CWD, path, none, StatxMask::BASIC_STATS).unwrap();
    assert_eq!(times(stat), [(LAST - DAY, 5), (LAST, 999_999_999)]);
    let later = utimensat(CWD, path, &[at(0, 0), at(LAST + 1, 0)], none);
    assert_eq!(later, Err(Errno::EOVERFLOW));
    // The seconds of these two mean nothing.
    let kept = utimensat(
        CWD,
        path,
        &[at(LAST + 1, UTIME_OMIT), at(LAST + 1, UTIME_NOW)],
        none,
    );
    assert_eq!(kept, Ok(()));
    let stat = statx(CWD, path, none, StatxMask::BASIC_STATS).unwrap();
    assert_eq!(times(stat)[0], (LAST - DAY, 5));
    assert!((stat.stx_mtime.tv_sec - now).abs() < 60);
    let file = std::fs::File::open(path).unwrap();
    let set = futimens(file.as_fd(), &[at(0, UTIME_OMIT), at(LAST - DAY, 7)]);
    assert_eq!(set, Ok(()));
    let stat = statx(CWD, path, none, StatxMask::BASIC_STATS).unwrap();
    assert_eq!(times(stat), [(LAST - DAY, 5), (LAST - DAY, 7)]);
    let later = futimens(file.as_fd(), &[at(LAST + 1, 0), at(0, 0)]);
    assert_eq!(later, Err(Errno::EOVERFLOW));
}

/// What `std` says of a file, in the words of `Stat`.
fn said(path: &std::path::Path) -> [i64; 16] {
    let m = std::fs::symlink_metadata(path).unwrap();
    let numbers = [
        m.dev(),
        m.ino(),
        m.nlink(),
        m.rdev(),
        m.size(),
        m.blksize(),
        m.blocks(),
    ];
    let [dev, ino, nlink, rdev, size, blksize, blocks] = numbers.map(|number| number as i64);
    let [mode, uid, gid] = [m.mode(), m.uid(), m.gid()].map(i64::from);
    [
        dev,
        ino,
        nlink,
        rdev,
        size,
        blksize,
        blocks,
        mode,
        uid,
        gid,
        m.atime(),
        m.atime_nsec(),
        m.mtime(),
        m.mtime_nsec(),
        m.ctime(),
        m.ctime_nsec(),
    ]
}

fn found(stat: Result<Stat>) -> [i64; 16] {
    let s = stat.unwrap();
    let numbers = [s.ino(), s.nlink(), s.size(), s.blksize(), s.blocks()];
    let [ino, nlink, size, blksize, blocks] = numbers.map(|number| number as i64);
    let [dev, rdev] = [s.dev(), s.rdev()].map(|dev| i64::from(dev.raw()));
    let ids = [s.raw_mode(), s.uid().raw(), s.gid().raw()];
    let [mode, uid, gid] = ids.map(i64::from);
    let [a, m, c] = [s.atime(), s.mtime(), s.ctime()];
    [
        dev, ino, nlink, rdev, size, blksize, blocks, mode, uid, gid, a.tv_sec, a.tv_nsec,
        m.tv_sec, m.tv_nsec, c.tv_sec, c.tv_nsec,
    ]
}

/// Before Linux 4.11.
#[test]
fn a_stat_without_statx_says_the_same() {
    before_anything_is_remembered();
    let (path, file) = temporary::path("without-statx");
    file.set_len(5 << 30).unwrap();
    // Before 1970, and late: what has a sign, and what has none.
    futimens(file.as_fd(), &[at(-DAY, 5), at(LAST, 999_999_999)]).unwrap();
    // One that is followed, which changes the time of its last access, and one that is not.
    let [followed, link] = ["followed", "link"].map(|end| path.with_extension(end));
    for link in [&followed, &link] {
        std::os::unix::fs::symlink(&*path, link).unwrap();
    }
    let null = std::path::Path::new("/dev/null");
    let [of_file, of_link, of_null] = [&*path, &link, null].map(said);
    assert_eq!(
        (of_file[4], of_file[10], of_null[3]),
        (5 << 30, -DAY, 0x103)
    );

    for errno in [Errno::ENOSYS, Errno::EPERM] {
        let statx_ = nr::SYS_STATX.number();
        match refused::refuse(statx_..=statx_, errno) {
            Err(_) if emulator::skipped("no seccomp") => break,
            refused => assert_eq!(refused, Ok(())),
        }
        let none = AtFlags::empty();
        let newer = statx(CWD, "/", none, StatxMask::SIZE).map(drop);
        assert_eq!(newer, Err(errno), "the filter is there");
        // The first time the older calls are made, and from then on: what would be another error is not asked again.
        for stat in [
            stat(&*path),
            stat(&followed),
            fstat(file.as_fd()),
            fstatat(CWD, &*path, none),
            fstatat(file.as_fd(), "", AtFlags::EMPTY_PATH),
        ] {
            assert_eq!(found(stat), of_file);
        }
        assert_eq!(found(lstat(&link)), of_link);
        let itself = fstatat(CWD, &link, AtFlags::SYMLINK_NOFOLLOW);
        assert_eq!(found(itself), of_link);
        assert_eq!(found(stat(null)), of_null);
        assert_eq!(stat("").map(drop), Err(Errno::ENOENT));
        assert_eq!(fstat(CWD).map(drop), Err(Errno::EBADF));
    }
    for link in [followed, link] {
        std::fs::remove_file(link).unwrap();
    }
}

fn timers_work(nap: Timespec) {
    let once = Itimerspec {
        it_value: nap,
        ..Itimerspec::default()
    };
    let hours = Itimerspec {
        it_interval: at(5, 250_000_000),
        it_value: at(7200, 0),
    };
    let late = Itimerspec {
        it_interval: at(LAST + 1, 0),
        ..once
    };
    let like_hours = |time: Itimerspec| {
        assert_eq!(time.it_interval, hours.it_interval);
        assert!((7000..=7200).contains(&time.it_value.tv_sec), "{time:?}");
    };

    let timer = timerfd_create(ClockId::MONOTONIC, TimerfdFlags::empty()).unwrap();
    let (fd, relative) = (timer.as_fd(), TimerfdTimerFlags::empty());
    let start = Instant::now();
    let set = timerfd_settime(fd, relative, &once);
    assert_eq!(set, Ok(Itimerspec::default()));
    assert_eq!(timerfd_read(fd), Ok(1));
    assert!(start.elapsed() >= Duration::from_millis(20));
    timerfd_settime(fd, relative, &hours).unwrap();
    like_hours(timerfd_gettime(fd).unwrap());
    assert_eq!(timerfd_settime(fd, relative, &late), Err(Errno::EOVERFLOW));
    like_hours(timerfd_settime(fd, relative, &once).unwrap());

    let timer = timer_create(ClockId::MONOTONIC, Sigevent::None).unwrap();
    let relative = TimerFlags::empty();
    let set = timer_settime(&timer, relative, &hours);
    assert_eq!(set, Ok(Itimerspec::default()));
    like_hours(timer_gettime(&timer).unwrap());
    assert_eq!(
        timer_settime(&timer, relative, &late),
        Err(Errno::EOVERFLOW)
    );
    like_hours(timer_settime(&timer, relative, &once).unwrap());
}

fn adjustments_work(now: i64) {
    for ask in [
        adjtimex,
        (|timex| clock_adjtime(ClockId::REALTIME, timex)) as fn(&mut Timex) -> _,
    ] {
        let mut timex = Timex::default();
        assert!(ask(&mut timex).is_ok());
        assert!((timex.time.tv_sec - now).abs() < 60, "{timex:?}");
        assert!((9_000..=11_000).contains(&timex.tick), "{timex:?}");
        assert_eq!(timex.tolerance, 500 << 16, "linux/timex.h, MAXFREQ_SCALED");
        let mut wide = Timex {
            modes: TimexModes::OFFSET_SS_READ,
            offset: 1 << 31,
            ..Timex::default()
        };
        assert_eq!(ask(&mut wide), Err(Errno::EOVERFLOW));
    }
    let mut timex = Timex::default();
    let other = clock_adjtime(ClockId::MONOTONIC, &mut timex);
    assert_eq!(other, Err(Errno::EOPNOTSUPP));
}

/// What this process remembers each test has, and a copy of it too: the first of them makes the copy, and the others wait.
fn before_anything_is_remembered() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| child::in_child(an_answer_of_a_file_system_is_not_the_kernel_s));
}

/// FUSE says `ENOSYS` of a file where its program can't do a thing, and the kernel knows the call all the same.
fn an_answer_of_a_file_system_is_not_the_kernel_s() {
    // In memory: a disk's file system may end in 2038.
    let file = temporary::in_memory("late");
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    for (call, flags) in [(nr::SYS_STATX, 2), (nr::SYS_UTIMENSAT_TIME64, 3)] {
        match refused::refuse_with(call.number(), flags, AtFlags::SYMLINK_NOFOLLOW.bits()) {
            Err(_) if emulator::skipped("no seccomp") => return,
            refused => assert_eq!(refused, Ok(())),
        }
    }
    let late = [at(LAST + 1, 0), at(LAST + 2, 0)];
    for _ in 0..2 {
        assert_eq!(lstat(&path).map(drop), Err(Errno::ENOSYS));
        let set = utimensat(CWD, &path, &late, AtFlags::SYMLINK_NOFOLLOW);
        assert_eq!(set, Err(Errno::ENOSYS));
        // Not with 32 bits.
        let set = utimensat(CWD, &path, &late, AtFlags::empty());
        assert_eq!(set, Ok(()));
        let found = stat(&path).unwrap();
        let times = [found.atime(), found.mtime()];
        assert_eq!(times.map(|time| time.tv_sec), [LAST + 1, LAST + 2]);
    }
}
