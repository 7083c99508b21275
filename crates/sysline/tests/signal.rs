//! Signals: their numbers and sets, which are blocked, waiting for them, queueing them, and what is known of one.

#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod decoders {
    pub(crate) mod siginfo;
}

use child::in_child;
use core::ffi::{c_int, c_long, c_ulong, c_void};
use emulator::skipped;
use proptest::prelude::*;
use std::sync::atomic::{AtomicI32, AtomicU32, Ordering};
use sysline::process::{Pid, Uid, getpid, getppid};
use sysline::signal::{
    self, Action, Details, Handler, SaFlags, SigCode, SigInfo, SigSet, SigValue, Signal, sigaction,
    sigpending, sigqueue, sigqueue_thread, sigsuspend, sigtimedwait, sigwaitinfo,
};
use sysline::time::Timespec;
use sysline::{Errno, Result, abi, nr};

// SAFETY: the signatures are those of `signal.h`, `unistd.h`, `sys/time.h`, `sys/resource.h`, `sys/wait.h` and `fcntl.h`.
unsafe extern "C" {
    fn raise(signal: c_int) -> c_int;
    fn kill(pid: c_int, signal: c_int) -> c_int;
    fn fork() -> c_int;
    fn _exit(status: c_int) -> !;
    fn pause() -> c_int;
    fn getuid() -> u32;
    fn setitimer(which: c_int, new: *const [c_long; 4], old: *mut c_void) -> c_int;
    fn setrlimit(which: c_int, limit: *const [c_ulong; 2]) -> c_int;
    fn fcntl(fd: c_int, operation: c_int, ...) -> c_int;
    fn pipe(ends: *mut c_int) -> c_int;
    fn write(fd: c_int, bytes: *const c_void, len: usize) -> isize;
    #[link_name = "sigpending"]
    fn sigpending_of_c(set: *mut [u8; 128]) -> c_int;
    fn sigismember(set: *const [u8; 128], signal: c_int) -> c_int;
    fn pthread_sigmask(how: c_int, set: *const c_void, old: *mut [u8; 128]) -> c_int;
}

const NOW: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 0,
};

fn raised(signal: Signal) {
    // SAFETY: it takes a number; the signal is blocked or has a handler.
    assert_eq!(unsafe { raise(signal.raw()) }, 0);
}

/// Real-time signal number `n`, from behind those that a C library takes for itself.
fn real_time(n: i32) -> Signal {
    Signal::from_raw(Signal::RT_MIN.raw() + 4 + n).unwrap()
}

/// The signals that C says are blocked in this thread.
fn blocked_in_c() -> SigSet {
    let mut set = [0; 128];
    // SAFETY: it writes a `sigset_t`, for which there is room.
    let read = unsafe { pthread_sigmask(0, core::ptr::null(), &mut set) };
    assert_eq!(read, 0);
    members(&set)
}

fn members(set: &[u8; 128]) -> SigSet {
    (1..=64)
        .filter_map(Signal::from_raw)
        // SAFETY: it reads the set that was written.
        .filter(|signal| unsafe { sigismember(set, signal.raw()) } == 1)
        .collect()
}

/// A set in `/proc/thread-self/status`.
fn in_proc(key: &str) -> SigSet {
    let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let row = status.lines().find(|row| row.starts_with(key)).unwrap();
    let bits = u64::from_str_radix(row[key.len()..].trim(), 16).unwrap();
    (1..=64)
        .filter(|number| bits >> (number - 1) & 1 == 1)
        .filter_map(Signal::from_raw)
        .collect()
}

#[test]
fn numbers_and_names() {
    assert_eq!(Signal::from_raw(0), None);
    assert_eq!(Signal::from_raw(-1), None);
    assert_eq!(Signal::from_raw(Signal::MAX.raw() + 1), None);
    assert_eq!(Signal::from_raw(9), Some(Signal::KILL));
    assert_eq!(Signal::TERM.to_string(), "SIGTERM");
    assert_eq!(format!("{:?}", Signal::RT_MIN), "SIGRTMIN");
    assert_eq!(
        Signal::from_raw(35).map(|signal| signal.to_string()),
        Some("SIGRTMIN+3".to_string())
    );
    for number in 1..Signal::RT_MIN.raw() {
        assert!(
            Signal::from_raw(number).unwrap().name().is_some(),
            "{number}"
        );
    }
}

#[test]
fn a_set_has_what_was_put_in() {
    let mut set = SigSet::from([Signal::HUP, Signal::USR1, Signal::MAX]);
    assert!(!set.is_empty() && SigSet::EMPTY.is_empty());
    assert_eq!(set.iter().count(), 3);
    set.remove(Signal::USR1);
    assert!(set.contains(Signal::HUP) && set.contains(Signal::MAX));
    assert!(!set.contains(Signal::USR1) && !set.contains(Signal::KILL));
    set.remove(Signal::HUP);
    assert!(!set.is_empty());
    set.remove(Signal::MAX);
    assert!(set.is_empty());
    assert_eq!(SigSet::ALL.iter().count(), Signal::MAX.raw() as usize);
    assert_eq!(format!("{:?}", SigSet::from([Signal::INT])), "{SIGINT}");
}

#[test]
fn the_mask_is_the_kernels() {
    in_child(|| {
        let before = signal::mask().unwrap();
        assert_eq!(before, blocked_in_c());
        let some = SigSet::from([Signal::USR1, Signal::TERM, real_time(3)]);
        assert_eq!(signal::set_mask(&some), Ok(before));
        assert_eq!(blocked_in_c(), some);
        assert_eq!(signal::mask(), Ok(some));

        assert_eq!(signal::block(&SigSet::from([Signal::HUP])), Ok(some));
        let more = SigSet::from([Signal::HUP, Signal::USR1, Signal::TERM, real_time(3)]);
        assert_eq!(blocked_in_c(), more);

        let term = SigSet::from([Signal::TERM]);
        assert_eq!(signal::unblock(&term), Ok(more));
        let left = SigSet::from([Signal::HUP, Signal::USR1, real_time(3)]);
        assert_eq!(blocked_in_c(), left);

        if in_proc("SigBlk:") != left && skipped("the mask in /proc is the emulator's own") {
            return;
        }
        signal::set_mask(&SigSet::ALL).unwrap();
        let mut all = SigSet::ALL;
        all.remove(Signal::KILL);
        all.remove(Signal::STOP);
        assert_eq!(in_proc("SigBlk:"), all, "the kernel leaves two out");
        assert_eq!(signal::mask(), Ok(all));
    });
}

#[test]
fn a_mask_is_one_threads() {
    let mine = signal::mask().unwrap();
    let other = std::thread::spawn(|| {
        signal::set_mask(&SigSet::from([Signal::WINCH])).unwrap();
        signal::mask().unwrap()
    });
    assert_eq!(other.join().unwrap(), SigSet::from([Signal::WINCH]));
    assert_eq!(signal::mask(), Ok(mine));
}

#[test]
fn what_is_pending_can_be_taken() {
    in_child(|| {
        let set = SigSet::from([Signal::USR1, Signal::USR2]);
        signal::block(&set).unwrap();
        assert_eq!(sigpending(), Ok(SigSet::EMPTY));
        raised(Signal::USR1);
        let pending = SigSet::from([Signal::USR1]);
        assert_eq!(sigpending(), Ok(pending));
        let mut in_c = [0; 128];
        // SAFETY: it writes a `sigset_t`, for which there is room.
        assert_eq!(unsafe { sigpending_of_c(&mut in_c) }, 0);
        assert_eq!(members(&in_c), pending);

        let info = sigtimedwait(&set, Some(NOW)).unwrap();
        assert_eq!(info.signal(), Some(Signal::USR1));
        assert_eq!(info.code(), SigCode::TKILL, "raise sends it to the thread");
        assert_eq!(info.errno(), None);
        // SAFETY: it takes nothing.
        let me = (getpid(), Uid::from_raw(unsafe { getuid() }));
        assert_eq!(info.sender(), Some(me));
        assert_eq!(
            info.details(),
            Details::Sent {
                pid: me.0,
                uid: me.1
            }
        );
        assert_eq!((info.value(), info.address()), (None, None));
        assert_eq!(sigpending(), Ok(SigSet::EMPTY));
    });
}

#[test]
fn values_come_in_order() {
    in_child(|| {
        let signal = real_time(5);
        let set = SigSet::from([signal]);
        signal::block(&set).unwrap();
        let mut place = 0u8;
        let address = (&raw mut place).cast::<c_void>();
        sigqueue(getpid(), Some(signal), SigValue::from_int(-3)).unwrap();
        sigqueue(getpid(), Some(signal), SigValue::from_int(i32::MAX)).unwrap();
        sigqueue(getpid(), Some(signal), SigValue::from_ptr(address)).unwrap();
        assert_eq!(sigpending(), Ok(set));

        // SAFETY: it takes nothing.
        let me = (getpid(), Uid::from_raw(unsafe { getuid() }));
        for expected in [-3, i32::MAX] {
            let info = sigwaitinfo(&set).unwrap();
            assert_eq!(info.signal(), Some(signal));
            assert_eq!(info.code(), SigCode::QUEUE);
            assert_eq!(info.sender(), Some(me));
            assert_eq!(info.value().unwrap().int(), expected);
        }
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.value().unwrap().ptr(), address);
        assert_eq!(sigpending(), Ok(SigSet::EMPTY));
    });
}

#[test]
fn who_can_not_be_sent_one() {
    let nobody = Pid::from_raw(i32::MAX);
    let value = SigValue::from_int(0);
    assert_eq!(
        sigqueue(nobody, Some(Signal::USR1), value),
        Err(Errno::ESRCH)
    );
    assert_eq!(
        sigqueue_thread(getpid(), nobody, Some(Signal::USR1), value),
        Err(Errno::ESRCH)
    );
    // Asking sends nothing, or this process would end.
    assert_eq!(sigqueue(getpid(), None, value), Ok(()));
}

#[test]
fn a_full_queue_takes_no_more() {
    in_child(|| {
        let signal = real_time(0);
        signal::block(&SigSet::from([signal])).unwrap();
        const RLIMIT_SIGPENDING: c_int = 11; // asm-generic/resource.h
        // SAFETY: it reads a `struct rlimit`.
        assert_eq!(unsafe { setrlimit(RLIMIT_SIGPENDING, &[0, 0]) }, 0);
        let sent = sigqueue(getpid(), Some(signal), SigValue::from_int(1));
        if sent == Ok(()) && skipped("the emulator's limit is its own") {
            return;
        }
        assert_eq!(sent, Err(Errno::EAGAIN));
    });
}

#[test]
fn a_thread_gets_its_own() {
    in_child(|| {
        let signal = real_time(1);
        let set = SigSet::from([signal]);
        signal::block(&set).unwrap();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = child::spawn(move || {
            let tid = std::fs::read_link("/proc/thread-self").unwrap();
            let tid = tid.file_name().unwrap().to_str().unwrap().parse().unwrap();
            tell.send(Pid::from_raw(tid)).unwrap();
            sigwaitinfo(&set).unwrap()
        });
        let tid = told.recv().unwrap();
        assert_ne!(tid, getpid());
        sigqueue_thread(getpid(), tid, Some(signal), 77.into()).unwrap();
        let info = thread.join().unwrap();
        assert_eq!(info.value().unwrap().int(), 77);
        assert_eq!(info.code(), SigCode::QUEUE);
    });
}

static RAN: AtomicU32 = AtomicU32::new(0);
static LAST: AtomicI32 = AtomicI32::new(0);

extern "C" fn count(signal: Signal) {
    RAN.fetch_add(1, Ordering::Relaxed);
    LAST.store(signal.raw(), Ordering::Relaxed);
}

/// Has a function count the signal.
fn counted(signal: Signal) {
    let action = Action::new(Handler::Function(count), SaFlags::empty(), SigSet::EMPTY);
    // SAFETY: the function only counts; this is a copy of the test's process.
    unsafe { sigaction(signal, Some(&action)).unwrap() };
}

/// Sends `SIGALRM` every few milliseconds, so that one comes while a call waits.
fn ticking() {
    // SAFETY: it reads a `struct itimerval`.
    let set = unsafe { setitimer(0, &[0, 5_000, 0, 5_000], core::ptr::null_mut()) };
    assert_eq!(set, 0);
}

#[test]
fn waiting_ends_with_the_time_or_with_a_handler() {
    in_child(|| {
        let set = SigSet::from([Signal::USR1]);
        signal::block(&set).unwrap();
        assert_eq!(sigtimedwait(&set, Some(NOW)).err(), Some(Errno::EAGAIN));
        let start = std::time::Instant::now();
        let nap = Timespec {
            tv_sec: 0,
            tv_nsec: 30_000_000,
        };
        assert_eq!(sigtimedwait(&set, Some(nap)).err(), Some(Errno::EAGAIN));
        assert!(start.elapsed().as_millis() >= 30);
        let no_time = Timespec {
            tv_sec: 0,
            tv_nsec: 1_000_000_000,
        };
        assert_eq!(sigtimedwait(&set, Some(no_time)).err(), Some(Errno::EINVAL));

        counted(Signal::ALRM);
        ticking();
        assert_eq!(sigwaitinfo(&set).err(), Some(Errno::EINTR));
        assert!(RAN.load(Ordering::Relaxed) > 0);
        let later = Timespec {
            tv_sec: 1000,
            tv_nsec: 0,
        };
        assert_eq!(sigtimedwait(&set, Some(later)).err(), Some(Errno::EINTR));
    });
}

#[test]
fn another_process_wakes_it() {
    in_child(|| {
        let set = SigSet::from([Signal::USR1]);
        signal::block(&set).unwrap();
        // SAFETY: the copy makes one call of the C library and ends.
        let child = unsafe {
            let child = fork();
            if child == 0 {
                kill(getppid().raw(), Signal::USR1.raw());
                _exit(0);
            }
            child
        };
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.signal(), Some(Signal::USR1));
        assert_eq!(info.code(), SigCode::USER);
        assert_eq!(info.sender().map(|(pid, _)| pid.raw()), Some(child));
    });
}

#[test]
fn suspended_until_a_handler_has_run() {
    in_child(|| {
        counted(Signal::USR1);
        let set = SigSet::from([Signal::USR1]);
        signal::block(&set).unwrap();
        raised(Signal::USR1);
        assert_eq!(RAN.load(Ordering::Relaxed), 0, "it is blocked");
        assert_eq!(sigsuspend(&SigSet::EMPTY), Err(Errno::EINTR));
        assert_eq!(RAN.load(Ordering::Relaxed), 1);
        assert_eq!(LAST.load(Ordering::Relaxed), Signal::USR1.raw());
        assert_eq!(signal::mask(), Ok(set), "as before");
    });
}

#[test]
fn an_info_of_ones_own_making() {
    in_child(|| {
        let signal = real_time(2);
        let set = SigSet::from([signal]);
        signal::block(&set).unwrap();
        let pid = Pid::from_raw(123_456);
        let info = SigInfo::queued(Signal::HUP, pid, Uid::from_raw(99), 8.into());
        // SAFETY: nobody but this test reads it.
        unsafe {
            signal::rt_sigqueueinfo(getpid(), signal, &info).unwrap();
            signal::rt_tgsigqueueinfo(getpid(), getpid(), signal, &info).unwrap();
        }
        for _ in 0..2 {
            let got = sigtimedwait(&set, Some(NOW)).unwrap();
            assert_eq!(got.signal(), Some(signal), "the kernel says which");
            assert_eq!(got.sender(), Some((pid, Uid::from_raw(99))));
            assert_eq!(got.value().unwrap().int(), 8);
        }

        // To another process nobody can say that the kernel has sent it.
        // SAFETY: the copy waits until it is ended.
        let child = unsafe {
            let child = fork();
            if child == 0 {
                pause();
                _exit(0);
            }
            Pid::from_raw(child)
        };
        // All zeros: the code is that of kill(2), the sender nobody.
        let zero = SigInfo::default();
        assert_eq!(zero.code(), SigCode::USER);
        // SAFETY: the copy has no handler.
        unsafe {
            let forged = signal::rt_sigqueueinfo(child, signal, &zero);
            let to_thread = signal::rt_tgsigqueueinfo(child, child, signal, &zero);
            kill(child.raw(), Signal::KILL.raw());
            assert_eq!(forged, Err(Errno::EPERM));
            assert_eq!(to_thread, Err(Errno::EPERM));
        }
    });
}

#[test]
fn a_child_that_ended_is_told() {
    in_child(|| {
        let set = SigSet::from([Signal::CHLD]);
        signal::block(&set).unwrap();
        // SAFETY: the copy ends.
        let exits = unsafe {
            let child = fork();
            if child == 0 {
                _exit(3);
            }
            child
        };
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.code(), SigCode::CLD_EXITED);
        let Details::Child { pid, status, .. } = info.details() else {
            panic!("{info:?}");
        };
        assert_eq!((pid.raw(), status), (exits, 3));

        // SAFETY: the copy waits until it is ended.
        let killed = unsafe {
            let child = fork();
            if child == 0 {
                pause();
                _exit(0);
            }
            kill(child, Signal::KILL.raw());
            child
        };
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.code(), SigCode::CLD_KILLED);
        let Details::Child {
            pid, uid, status, ..
        } = info.details()
        else {
            panic!("{info:?}");
        };
        assert_eq!((pid.raw(), status), (killed, Signal::KILL.raw()));
        assert_eq!(info.sender(), Some((pid, uid)));
    });
}

#[test]
fn a_timer_is_told() {
    in_child(|| {
        let signal = real_time(4);
        let set = SigSet::from([signal]);
        signal::block(&set).unwrap();
        // SAFETY: it is made of numbers and addresses.
        let mut event: linux_raw_sys::general::sigevent = unsafe { core::mem::zeroed() };
        event.sigev_value.sival_int = 31;
        event.sigev_signo = signal.raw();
        event.sigev_notify = 0; // SIGEV_SIGNAL
        let mut timer = -1i32;
        let soon = sysline::time::Itimerspec {
            it_interval: NOW,
            it_value: Timespec {
                tv_sec: 0,
                tv_nsec: 1,
            },
        };
        // SAFETY: the kernel reads the event and the time and writes the timer's number.
        unsafe {
            let made: Result<()> = abi::sys(nr::SYS_TIMER_CREATE, (1, &event, &mut timer));
            made.unwrap();
            let set: Result<()> = abi::sys(
                sysline::portable::TIMER_SETTIME,
                (timer, 0, &soon, None::<&u8>),
            );
            set.unwrap();
        }
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.code(), SigCode::TIMER);
        assert_eq!(info.value().unwrap().int(), 31);
        if matches!(info.details(), Details::Timer { timer: 0, .. } if timer != 0)
            && skipped("its timers have other numbers")
        {
            return;
        }
        assert_eq!(
            info.details(),
            Details::Timer {
                timer,
                overrun: 0,
                value: SigValue::from_int(31)
            }
        );
    });
}

#[test]
fn a_ready_descriptor_is_told() {
    in_child(|| {
        let signal = real_time(6);
        let set = SigSet::from([signal]);
        signal::block(&set).unwrap();
        let mut ends = [-1; 2];
        // SAFETY: descriptors of this copy's own; the numbers are those of `asm-generic/fcntl.h`.
        unsafe {
            assert_eq!(pipe(ends.as_mut_ptr()), 0);
            const F_SETFL: c_int = 4;
            const F_SETOWN: c_int = linux_raw_sys::general::F_SETOWN as c_int;
            const F_SETSIG: c_int = linux_raw_sys::general::F_SETSIG as c_int;
            const O_ASYNC: c_int = linux_raw_sys::general::FASYNC as c_int;
            assert_eq!(fcntl(ends[0], F_SETOWN, getpid().raw()), 0);
            assert_eq!(fcntl(ends[0], F_SETSIG, signal.raw()), 0);
            assert_eq!(fcntl(ends[0], F_SETFL, O_ASYNC), 0);
            assert_eq!(write(ends[1], c"x".as_ptr().cast(), 1), 1);
        }
        let info = sigwaitinfo(&set).unwrap();
        assert_eq!(info.signal(), Some(signal));
        assert_eq!(info.code(), SigCode::POLL_IN);
        let Details::Poll { band, fd } = info.details() else {
            panic!("{info:?}");
        };
        if fd == 0 && skipped("it tells another descriptor") {
            return;
        }
        assert_eq!(fd, ends[0]);
        assert_eq!(band & 1, 1, "POLLIN");
    });
}

#[test]
fn a_values_number_and_address_share_their_place() {
    let number = SigValue::from_int(5);
    assert_eq!(number.int(), 5);
    assert_eq!(number, 5.into());
    assert_ne!(number, 6.into());
    let all = core::ptr::without_provenance_mut(usize::MAX);
    assert_eq!(SigValue::from_ptr(all).int(), -1);
}

#[test]
fn fields_follow_from_signal_and_code() {
    let with = |signal: Signal, code: SigCode| {
        let mut bytes = SigInfo::queued(signal, Pid::from_raw(2), Uid::ROOT, 0.into()).to_bytes();
        // The code is the third number, on mips the second (asm-generic/siginfo.h, __ARCH_HAS_SWAPPED_SIGINFO).
        let at = if cfg!(target_arch = "mips64") { 4 } else { 8 };
        bytes[at..at + 4].copy_from_slice(&code.raw().to_ne_bytes());
        SigInfo::from_bytes(bytes)
    };
    for (signal, code, name) in [
        (Signal::SEGV, SigCode::USER, "Sent"),
        (Signal::SEGV, SigCode::KERNEL, "Sent"),
        (Signal::SEGV, SigCode::TKILL, "Sent"),
        (Signal::SEGV, SigCode::QUEUE, "Queued"),
        (Signal::USR1, SigCode::MESGQ, "Queued"),
        (Signal::USR1, SigCode::TIMER, "Timer"),
        (Signal::SEGV, SigCode::SEGV_MAPERR, "Fault"),
        (Signal::SEGV, SigCode::SEGV_BNDERR, "Bounds"),
        (Signal::SEGV, SigCode::SEGV_PKUERR, "Key"),
        (Signal::BUS, SigCode::BUS_ADRALN, "Fault"),
        (Signal::BUS, SigCode::BUS_MCEERR_AO, "Broken"),
        (Signal::BUS, SigCode::BUS_MCEERR_AR, "Broken"),
        (Signal::ILL, SigCode::ILL_BADIADDR, "Fault"),
        (Signal::FPE, SigCode::FPE_CONDTRAP, "Fault"),
        (Signal::FPE, SigCode::from_raw(16), "Sent"),
        (Signal::USR1, SigCode::from_raw(6), "Poll"),
        (Signal::USR1, SigCode::from_raw(7), "Sent"),
        (Signal::USR1, SigCode::ASYNCIO, "Queued"),
        (Signal::USR1, SigCode::ASYNCNL, "Queued"),
        (Signal::CHLD, SigCode::from_raw(7), "Sent"),
        (Signal::SYS, SigCode::SYS_USER_DISPATCH, "SystemCall"),
        (Signal::TRAP, SigCode::TRAP_TRACE, "Fault"),
        (Signal::TRAP, SigCode::TRAP_PERF, "Perf"),
        // A tracer's event: SIGTRAP | PTRACE_EVENT_EXEC << 8.
        (Signal::TRAP, SigCode::from_raw(0x405), "Sent"),
        (Signal::CHLD, SigCode::CLD_STOPPED, "Child"),
        (Signal::IO, SigCode::POLL_HUP, "Poll"),
        (Signal::RT_MIN, SigCode::POLL_IN, "Poll"),
        (Signal::IO, SigCode::SIGIO, "Poll"),
        (Signal::SYS, SigCode::SYS_SECCOMP, "SystemCall"),
        (Signal::USR1, SigCode::from_raw(0x7f), "Sent"),
    ] {
        let info = with(signal, code);
        assert_eq!(info.code(), code);
        let details = format!("{:?}", info.details());
        assert!(details.starts_with(name), "{signal} {code:?}: {details}");
    }
}

/// Each field where `asm-generic/siginfo.h` has it: behind three numbers, and where a `long` has 64 bits behind a fourth.
#[test]
fn fields_lie_where_c_has_them() {
    const LONG: usize = size_of::<usize>();
    let start = if LONG == 8 { 16 } else { 12 };
    let with = |signal: Signal, code: SigCode, fields: &[(usize, usize, u64)]| {
        let mut bytes = [0xa5; SigInfo::SIZE];
        let at = if cfg!(target_arch = "mips64") { 4 } else { 8 };
        bytes[..4].copy_from_slice(&signal.raw().to_ne_bytes());
        bytes[at..at + 4].copy_from_slice(&code.raw().to_ne_bytes());
        for &(offset, size, value) in fields {
            let place = &mut bytes[start + offset..][..size];
            match size {
                2 => place.copy_from_slice(&(value as u16).to_ne_bytes()),
                4 => place.copy_from_slice(&(value as u32).to_ne_bytes()),
                _ => place.copy_from_slice(&value.to_ne_bytes()),
            }
        }
        SigInfo::from_bytes(bytes)
    };
    let at = core::ptr::without_provenance_mut::<c_void>;
    let (pid, uid) = (Pid::from_raw(21), Uid::from_raw(22));
    let from = [(0, 4, 21), (4, 4, 22)];

    let child = with(
        Signal::CHLD,
        SigCode::CLD_KILLED,
        &[
            from[0],
            from[1],
            (8, 4, 9),
            (LONG + LONG.max(8), LONG, 31),
            (2 * LONG + LONG.max(8), LONG, 32),
        ],
    );
    assert_eq!(
        child.details(),
        Details::Child {
            pid,
            uid,
            status: 9,
            user_time: 31,
            system_time: 32
        }
    );
    let timer = with(
        Signal::USR1,
        SigCode::TIMER,
        &[(0, 4, 5), (4, 4, 6), (8, LONG, 7)],
    );
    assert_eq!(
        timer.details(),
        Details::Timer {
            timer: 5,
            overrun: 6,
            value: SigValue::from_ptr(at(7))
        }
    );
    let queued = with(
        Signal::USR1,
        SigCode::QUEUE,
        &[from[0], from[1], (8, LONG, 7)],
    );
    let value = SigValue::from_ptr(at(7));
    assert_eq!(queued.details(), Details::Queued { pid, uid, value });

    let address = at(0x1000);
    let faults: [(_, _, &[_], _); 5] = [
        (
            Signal::SEGV,
            SigCode::SEGV_BNDERR,
            &[(2 * LONG, LONG, 0x20), (3 * LONG, LONG, 0x30)],
            Details::Bounds {
                address,
                lower: at(0x20),
                upper: at(0x30),
            },
        ),
        (
            Signal::SEGV,
            SigCode::SEGV_PKUERR,
            &[(2 * LONG, 4, 3)],
            Details::Key { address, key: 3 },
        ),
        (
            Signal::BUS,
            SigCode::BUS_MCEERR_AR,
            &[(LONG, 2, 12)],
            Details::Broken {
                address,
                lowest_bit: 12,
            },
        ),
        (
            Signal::TRAP,
            SigCode::TRAP_PERF,
            &[(LONG, LONG, 0x77), (2 * LONG, 4, 5), (2 * LONG + 4, 4, 1)],
            Details::Perf {
                address,
                data: 0x77,
                kind: 5,
                flags: 1,
            },
        ),
        (
            Signal::SYS,
            SigCode::SYS_SECCOMP,
            &[(LONG, 4, 39), (LONG + 4, 4, 0xc000_003e)],
            Details::SystemCall {
                address,
                number: 39,
                arch: 0xc000_003e,
            },
        ),
    ];
    for (signal, code, fields, expected) in faults {
        let all = [&[(0, LONG, 0x1000)], fields].concat();
        let info = with(signal, code, &all);
        assert_eq!(info.details(), expected);
        assert_eq!(info.address(), Some(address));
    }
    let ready = with(Signal::IO, SigCode::POLL_IN, &[(0, LONG, 1), (LONG, 4, 6)]);
    assert_eq!(ready.details(), Details::Poll { band: 1, fd: 6 });
}

proptest! {
    #[test]
    fn any_bytes_are_an_info(bytes in proptest::collection::vec(any::<u8>(), 0..140)) {
        decoders::siginfo::check(&bytes);
    }

    /// Codes and signals that there are come rarely among random bytes.
    #[test]
    fn any_signal_and_code(signal in -2..130i32, code in -70..300i32, rest in any::<[u8; 32]>()) {
        let mut bytes = [0; SigInfo::SIZE];
        let (at, errno) = if cfg!(target_arch = "mips64") { (4, 8) } else { (8, 4) };
        bytes[..4].copy_from_slice(&signal.to_ne_bytes());
        bytes[at..at + 4].copy_from_slice(&code.to_ne_bytes());
        bytes[errno..errno + 4].copy_from_slice(&rest[..4]);
        bytes[16..48].copy_from_slice(&rest);
        decoders::siginfo::check(&bytes);
    }
}
