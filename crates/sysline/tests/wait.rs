//! `process::wait`: how a child has ended or stopped, told by three calls, against what the child was made to do.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;
#[path = "decoders/wait_status.rs"]
mod wait_status;

use child::{in_child, is_root};
use emulator::skipped;
use proptest::prelude::*;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;
use sysline::process::{
    self, Dumpable, Fork, KillTarget, Pid, PidfdFlags, WaitId, WaitOptions, WaitStatus, WaitTarget,
    WaitidOptions,
};
use sysline::ptrace::PtraceEvent;
use sysline::signal::Signal;
use sysline::{Errno, Result, abi, nr, thread, time};

const NONE: WaitOptions = WaitOptions::empty();

/// A copy of this process that runs `body`, which makes calls only, and ends with what that gives.
fn forked(body: impl FnOnce() -> i32) -> Pid {
    // SAFETY: as the caller promises; the child ends here.
    match unsafe { process::fork() }.unwrap() {
        Fork::Child => process::exit_group(body()),
        Fork::Parent(pid) => pid,
    }
}

/// A copy that ends, with 5, when [`release`] says so. Not when the pipe is closed: copies that other tests make at the
/// same time have that too.
fn held() -> (Pid, File) {
    let (reader, writer) = temporary::pipe();
    let pid = forked(|| (&reader).read(&mut [0]).unwrap_or(0) as i32 + 4);
    (pid, writer)
}

fn release(mut writer: File) {
    writer.write_all(&[1]).unwrap();
}

fn wait_for(pid: Pid, options: WaitOptions) -> WaitStatus {
    let (waited, status) = process::waitpid(WaitTarget::Child(pid), options)
        .unwrap()
        .unwrap();
    assert_eq!(waited, pid);
    status
}

/// One row: what a status is, and what it tells.
#[derive(Debug, PartialEq)]
struct Told {
    kind: &'static str,
    core_dump: bool,
    exit_status: Option<u8>,
    term_signal: Option<Signal>,
    stop_signal: Option<Signal>,
    trap_cause: Option<u16>,
}

const TOLD: Told = Told {
    kind: "",
    core_dump: false,
    exit_status: None,
    term_signal: None,
    stop_signal: None,
    trap_cause: None,
};

fn told(raw: i32) -> Told {
    let status = WaitStatus::from_raw(raw);
    let kinds = [
        (status.exited(), "exited"),
        (status.signaled(), "signaled"),
        (status.stopped(), "stopped"),
        (status.continued(), "continued"),
    ];
    let mut kinds = kinds.into_iter().filter(|kind| kind.0).map(|kind| kind.1);
    let kind = kinds.next().unwrap_or("");
    assert_eq!(kinds.next(), None, "{raw:#x} is two things");
    Told {
        kind,
        core_dump: status.core_dump(),
        exit_status: status.exit_status(),
        term_signal: status.term_signal(),
        stop_signal: status.stop_signal(),
        trap_cause: status.trap_cause(),
    }
}

/// Go's table of bits (`syscall_linux.go`): mask 0x7F, core 0x80, exited 0, stopped 0x7F, shift 8, and what its methods
/// make of them.
#[test]
fn every_row_of_the_table_of_bits() {
    let trap = Signal::TRAP.raw();
    let exited = |status| Told {
        kind: "exited",
        exit_status: Some(status),
        ..TOLD
    };
    let killed = |signal, core_dump| Told {
        kind: "signaled",
        term_signal: Some(signal),
        core_dump,
        ..TOLD
    };
    let stopped = |signal| Told {
        kind: "stopped",
        stop_signal: Some(signal),
        ..TOLD
    };
    let signaled = Told {
        kind: "signaled",
        ..TOLD
    };

    // Exited: the low seven bits are 0.
    assert_eq!(told(0x0000), exited(0));
    assert_eq!(told(0x0100), exited(1));
    assert_eq!(told(0x7F00), exited(127));
    assert_eq!(told(0xFF00), exited(255));
    assert_eq!(told(0x0001_0300), exited(3)); // above the second byte there is no status
    assert_eq!(told(0x0080), exited(0)); // the bit of the core dump means nothing here
    // Signaled: they are neither 0 nor 0x7F.
    assert_eq!(told(1), killed(Signal::HUP, false));
    assert_eq!(told(9), killed(Signal::KILL, false));
    assert_eq!(told(15), killed(Signal::TERM, false));
    assert_eq!(told(0x80 | 6), killed(Signal::ABRT, true));
    assert_eq!(told(0x80 | 11), killed(Signal::SEGV, true));
    assert_eq!(told(0xFF00 | 9), killed(Signal::KILL, false));
    assert_eq!(told(64).kind, "signaled");
    // A number that is no signal.
    #[cfg(not(target_arch = "mips64"))]
    assert_eq!(
        [told(65), told(126)],
        [
            signaled,
            Told {
                kind: "signaled",
                ..TOLD
            }
        ]
    );
    #[cfg(target_arch = "mips64")]
    assert_eq!(told(126).kind, signaled.kind);
    // Stopped: the low byte is 0x7F.
    assert_eq!(told(Signal::STOP.raw() << 8 | 0x7F), stopped(Signal::STOP));
    assert_eq!(told(Signal::TTIN.raw() << 8 | 0x7F), stopped(Signal::TTIN));
    assert_eq!(
        told(0x7F),
        Told {
            kind: "stopped",
            ..TOLD
        }
    ); // by no signal
    // Stopped by SIGTRAP: the cause is above the second byte.
    for cause in [0, 1, 6, 0xFFFF] {
        let raw = i32::from(cause) << 16 | trap << 8 | 0x7F;
        assert_eq!(
            told(raw),
            Told {
                trap_cause: Some(cause),
                ..stopped(Signal::TRAP)
            }
        );
    }
    // Another signal's event is no cause, and is an event (PTRACE_EVENT_STOP, 128).
    let group = WaitStatus::from_raw(128 << 16 | Signal::TSTP.raw() << 8 | 0x7F);
    assert_eq!(told(group.raw()), stopped(Signal::TSTP));
    assert_eq!(group.ptrace_event(), Some(PtraceEvent::STOP));
    assert_eq!(WaitStatus::from_raw(0x137F).ptrace_event(), None);
    assert_eq!(WaitStatus::from_raw(128 << 16).ptrace_event(), None);
    // PTRACE_O_TRACESYSGOOD: SIGTRAP | 0x80.
    let call = WaitStatus::from_raw((trap | 0x80) << 8 | 0x7F);
    assert_eq!(told(call.raw()), stopped(Signal::TRAP));
    assert!(call.syscall_stop());
    assert!(!WaitStatus::from_raw(trap << 8 | 0x7F).syscall_stop());
    // The bit with another signal is no system call's.
    let other = WaitStatus::from_raw((Signal::STOP.raw() | 0x80) << 8 | 0x7F);
    assert_eq!((other.syscall_stop(), other.stop_signal()), (false, None));
    // Continued is 0xFFFF, and nothing else whose low byte is 0xFF is anything.
    assert_eq!(
        told(0xFFFF),
        Told {
            kind: "continued",
            ..TOLD
        }
    );
    for nothing in [0xFF, 0x7FFF, 0x0001_FFFF, -1] {
        assert_eq!(told(nothing), TOLD);
    }
}

#[test]
fn a_status_in_words() {
    let words = |raw| WaitStatus::from_raw(raw).to_string();
    assert_eq!(words(0x300), "exited with 3");
    assert_eq!(words(9), "killed by SIGKILL");
    assert_eq!(words(0x86), "killed by SIGABRT, with a core dump");
    assert_eq!(words(0x0006_057F), "stopped by SIGTRAP, event 6");
    assert_eq!(words(0x857F), "stopped by SIGTRAP at a system call");
    assert_eq!(words(0xFFFF), "continued");
    assert_eq!(words(0xFF), "no status of a child: 0xff");
    let debug = format!("{:?}", WaitStatus::from_raw(9));
    assert_eq!(debug, "WaitStatus(0x9: killed by SIGKILL)");
}

proptest! {
    #[test]
    fn any_status(raw: i32) {
        wait_status::check(&raw.to_ne_bytes());
    }

    /// As `std` reads it.
    #[test]
    fn any_status_of_two_bytes(raw: u16) {
        wait_status::check(&i32::from(raw).to_ne_bytes());
        let status = WaitStatus::from_raw(raw.into());
        let other = ExitStatus::from(status);
        prop_assert_eq!(status.exit_status().map(i32::from), other.code());
        prop_assert_eq!(status.core_dump(), other.core_dumped());
        prop_assert_eq!(status.continued(), other.continued());
        if let Some(signal) = status.term_signal() {
            prop_assert_eq!(Some(signal.raw()), other.signal());
        }
        if let Some(signal) = status.stop_signal() {
            prop_assert_eq!(Some(signal.raw()), other.stopped_signal().map(|signal| signal & 0x7F));
        }
    }
}

#[test]
fn waitpid_tells_how_a_child_has_ended() {
    for status in [0, 1, 42, 255] {
        let told = wait_for(forked(|| status), NONE);
        assert_eq!(told.exit_status(), Some(status as u8));
    }
    assert_eq!(
        wait_for(forked(|| 256 + 7), NONE).raw(),
        7 << 8,
        "the low byte"
    );
    let aborted = forked(|| {
        let _ = process::set_dumpable(Dumpable::NO);
        let _ = process::kill(KillTarget::Process(process::getpid()), Signal::ABRT);
        0
    });
    let told = wait_for(aborted, NONE);
    assert_eq!(
        (told.term_signal(), told.core_dump()),
        (Some(Signal::ABRT), false)
    );
    // It was waited for.
    let again = process::waitpid(WaitTarget::Child(aborted), NONE);
    assert_eq!(again, Err(Errno::ECHILD));
}

#[test]
fn waitpid_without_a_wait() {
    let (pid, writer) = held();
    let target = WaitTarget::Child(pid);
    assert_eq!(process::waitpid(target, WaitOptions::NOHANG), Ok(None));
    assert!(
        process::wait4(target, WaitOptions::NOHANG)
            .unwrap()
            .is_none()
    );
    assert_eq!(
        process::waitid(
            WaitId::Child(pid),
            WaitidOptions::EXITED | WaitidOptions::NOHANG
        ),
        Ok(None)
    );
    release(writer);
    assert_eq!(wait_for(pid, NONE).exit_status(), Some(5));
}

#[test]
fn a_child_that_stops_and_goes_on() {
    let (pid, writer) = held();
    let target = KillTarget::Process(pid);
    assert_eq!(process::kill(target, Signal::STOP), Ok(()));
    let told = wait_for(pid, WaitOptions::UNTRACED);
    assert_eq!(
        (told.stop_signal(), told.ptrace_event()),
        (Some(Signal::STOP), None)
    );
    assert_eq!(process::kill(target, Signal::CONT), Ok(()));
    assert!(wait_for(pid, WaitOptions::CONTINUED).continued());
    release(writer);
    assert_eq!(wait_for(pid, NONE).exit_status(), Some(5));
}

#[test]
fn whom_it_waits_for() {
    in_child(|| {
        assert_eq!(process::waitpid(WaitTarget::Any, NONE), Err(Errno::ECHILD));
        let any = forked(|| 1);
        let (pid, status) = process::waitpid(WaitTarget::Any, NONE).unwrap().unwrap();
        assert_eq!((pid, status.exit_status()), (any, Some(1)));

        let (reader, writer) = temporary::pipe();
        let other = forked(|| {
            let _ = process::setpgid(None, None);
            let _ = (&writer).write(&[1]);
            2
        });
        (&reader).read_exact(&mut [0]).unwrap();
        // It is in a group of its own now.
        assert_eq!(
            process::waitpid(WaitTarget::OwnGroup, NONE),
            Err(Errno::ECHILD)
        );
        let own = forked(|| 3);
        let (pid, _) = process::waitpid(WaitTarget::OwnGroup, NONE)
            .unwrap()
            .unwrap();
        assert_eq!(pid, own);
        let (pid, _) = process::waitpid(WaitTarget::Group(other), NONE)
            .unwrap()
            .unwrap();
        assert_eq!(pid, other);
    });
    for bad in [
        WaitTarget::Child(Pid::from_raw(0)),
        WaitTarget::Group(Pid::from_raw(1)),
    ] {
        assert_eq!(process::waitpid(bad, NONE), Err(Errno::EINVAL));
        assert_eq!(process::wait4(bad, NONE).map(drop), Err(Errno::EINVAL));
    }
    assert_eq!(
        process::waitpid(WaitTarget::Child(process::getpid()), NONE),
        Err(Errno::ECHILD)
    );
}

/// Children of another thread, and children that end without a signal.
#[test]
fn whom_it_does_not_wait_for() {
    in_child(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let (ended, end) = std::sync::mpsc::channel::<()>();
        let thread = child::spawn(move || {
            sender.send(forked(|| 6)).unwrap();
            let _ = end.recv();
        });
        let pid = receiver.recv().unwrap();
        let own = process::waitpid(WaitTarget::Child(pid), WaitOptions::NOTHREAD);
        assert_eq!(own, Err(Errno::ECHILD));
        assert_eq!(wait_for(pid, NONE).exit_status(), Some(6));
        drop(ended);
        thread.join().unwrap();
    });
}

/// A child that ends with no signal is one of `clone`'s, and waited for with `__WALL` or `__WCLONE`.
#[test]
fn a_child_of_another_kind() {
    for options in [WaitOptions::ALL, WaitOptions::CLONE] {
        let args = process::CloneArgs {
            exit_signal: None,
            ..Default::default()
        };
        // SAFETY: the child makes one call, which ends it.
        let pid = match unsafe { process::clone3(&args) } {
            Err(Errno::ENOSYS) if skipped("clone3") => return,
            Ok(Fork::Child) => process::exit_group(8),
            Ok(Fork::Parent(child)) => child.pid,
            Err(errno) => panic!("{errno}"),
        };
        assert_eq!(
            process::waitpid(WaitTarget::Child(pid), NONE),
            Err(Errno::ECHILD)
        );
        assert_eq!(
            process::waitid(WaitId::Child(pid), WaitidOptions::EXITED),
            Err(Errno::ECHILD)
        );
        assert_eq!(wait_for(pid, options).exit_status(), Some(8));
    }
}

#[test]
fn wait4_tells_what_a_child_has_used() {
    let burnt = Duration::from_millis(30);
    let pid = forked(|| {
        loop {
            let clock = time::clock_gettime(time::ClockId::PROCESS_CPUTIME);
            if clock.is_ok_and(|time| time.tv_nsec > 30_000_000 || time.tv_sec > 0) {
                return 0;
            }
        }
    });
    let (waited, status, usage) = process::wait4(WaitTarget::Child(pid), NONE)
        .unwrap()
        .unwrap();
    assert_eq!((waited, status.exit_status()), (pid, Some(0)));
    // The kernel counts in ticks of up to 10 ms where it does not do so exactly.
    assert!(
        usage.user_time() + usage.system_time() >= burnt - Duration::from_millis(20),
        "{usage:?}"
    );
    assert!(usage.max_rss() > 100, "{usage:?}");
    assert_eq!(
        process::wait4(WaitTarget::Child(pid), NONE).map(drop),
        Err(Errno::ECHILD)
    );
}

#[test]
fn waitid_tells_the_same() {
    let exited = WaitidOptions::EXITED;
    let pid = forked(|| 9);
    // Twice: the first leaves it to be waited for.
    for options in [exited | WaitidOptions::NOWAIT, exited] {
        let told = process::waitid(WaitId::Child(pid), options)
            .unwrap()
            .unwrap();
        assert_eq!((told.pid(), told.uid()), (pid, process::getuid()));
        assert_eq!(
            (told.exit_status(), told.exited(), told.code()),
            (Some(9), true, 1)
        );
        assert_eq!(told.wait_status(), Some(WaitStatus::from_raw(0x900)));
        assert!(!told.signaled() && !told.stopped() && !told.continued());
    }
    assert_eq!(
        process::waitid(WaitId::Child(pid), exited),
        Err(Errno::ECHILD)
    );

    let (pid, _writer) = held();
    let (id, target) = (WaitId::Child(pid), KillTarget::Process(pid));
    process::kill(target, Signal::STOP).unwrap();
    let told = process::waitid(id, WaitidOptions::STOPPED)
        .unwrap()
        .unwrap();
    assert_eq!(told.stop_signal(), Some(Signal::STOP));
    assert!(told.stopped() && !told.trapped());
    process::kill(target, Signal::CONT).unwrap();
    let told = process::waitid(id, WaitidOptions::CONTINUED)
        .unwrap()
        .unwrap();
    assert!(told.continued());
    process::kill(target, Signal::KILL).unwrap();
    let told = process::waitid(id, exited).unwrap().unwrap();
    assert_eq!(
        (told.term_signal(), told.core_dump()),
        (Some(Signal::KILL), false)
    );
    assert_eq!((told.raw_status(), told.exit_status()), (9, None));
}

#[test]
fn whom_waitid_waits_for() {
    let exited = WaitidOptions::EXITED;
    in_child(|| {
        let pid = forked(|| 1);
        assert_eq!(
            process::waitid(WaitId::Any, exited).unwrap().unwrap().pid(),
            pid
        );
        let pid = forked(|| 1);
        assert_eq!(
            process::waitid(WaitId::OwnGroup, exited)
                .unwrap()
                .unwrap()
                .pid(),
            pid
        );
        process::setpgid(None, None).unwrap();
        let group = process::getpgrp();
        let pid = forked(|| 1);
        assert_eq!(
            process::waitid(WaitId::Group(group), exited)
                .unwrap()
                .unwrap()
                .pid(),
            pid
        );
        assert_eq!(process::waitid(WaitId::Any, exited), Err(Errno::ECHILD));

        // One of another group is neither the own one's nor this one's.
        let (reader, writer) = temporary::pipe();
        let other = forked(|| {
            let _ = process::setpgid(None, None);
            let _ = (&writer).write(&[1]);
            2
        });
        (&reader).read_exact(&mut [0]).unwrap();
        for id in [WaitId::OwnGroup, WaitId::Group(group)] {
            assert_eq!(process::waitid(id, exited), Err(Errno::ECHILD), "{id:?}");
        }
        let told = process::waitid(WaitId::Group(other), exited).unwrap();
        assert_eq!(told.unwrap().pid(), other);
    });
    if is_root() {
        in_child(|| {
            let user = process::Uid::from_raw(70_001);
            thread::setresuid(Some(user), Some(user), Some(user)).unwrap();
            let pid = forked(|| 1);
            let told = process::waitid(WaitId::Child(pid), exited).unwrap();
            assert_eq!(told.unwrap().uid(), user);
        });
    }
    assert_eq!(
        process::waitid(WaitId::Any, WaitidOptions::empty()),
        Err(Errno::EINVAL)
    );
    let group = WaitId::Group(Pid::from_raw(0));
    assert_eq!(process::waitid(group, exited), Err(Errno::EINVAL));
}

#[test]
fn waitid_by_a_descriptor() {
    let pid = forked(|| 11);
    let pidfd = match process::pidfd_open(pid, PidfdFlags::empty()) {
        Err(Errno::ENOSYS) if skipped("pidfd_open") => return,
        pidfd => pidfd.unwrap(),
    };
    let told = process::waitid(WaitId::PidFd(pidfd.as_fd()), WaitidOptions::EXITED);
    let told = told.unwrap().unwrap();
    assert_eq!((told.pid(), told.exit_status()), (pid, Some(11)));
}

static HANDLED: AtomicUsize = AtomicUsize::new(0);

extern "C" fn handler(_: i32) {
    HANDLED.fetch_add(1, Ordering::Relaxed);
}

// SAFETY: the signatures are those of `signal.h`.
unsafe extern "C" {
    fn signal(signal: i32, handler: extern "C" fn(i32)) -> usize;
    fn siginterrupt(signal: i32, on: i32) -> i32;
}

/// A wait that a handler has ended is told, and not begun anew: the docs promise it.
#[test]
fn eintr_in_wait4() {
    in_child(|| {
        // SAFETY: the handler counts only.
        unsafe {
            signal(Signal::USR1.raw(), handler);
            assert_eq!(siginterrupt(Signal::USR1.raw(), 1), 0);
        }
        let (pid, writer) = held();
        let waits: [&dyn Fn() -> Result<()>; 3] = [
            &|| process::waitpid(WaitTarget::Child(pid), NONE).map(drop),
            &|| process::wait4(WaitTarget::Child(pid), NONE).map(drop),
            &|| process::waitid(WaitId::Child(pid), WaitidOptions::EXITED).map(drop),
        ];
        for wait in waits {
            let before = HANDLED.load(Ordering::Relaxed);
            let (this, waiter) = (process::getpid(), thread::gettid());
            let done = Arc::new(AtomicBool::new(false));
            let other = done.clone();
            let sender = child::spawn(move || {
                while !other.load(Ordering::Relaxed) {
                    process::tgkill(this, waiter, Signal::USR1).unwrap();
                    std::thread::sleep(Duration::from_millis(1));
                }
            });
            let waited = wait();
            done.store(true, Ordering::Relaxed);
            sender.join().unwrap();
            assert_eq!(waited, Err(Errno::EINTR));
            assert!(HANDLED.load(Ordering::Relaxed) > before);
        }
        release(writer);
        // The last signal may come late.
        let ended = loop {
            match process::waitpid(WaitTarget::Child(pid), NONE) {
                Err(Errno::EINTR) => {}
                ended => break ended.unwrap().unwrap(),
            }
        };
        assert_eq!(ended.1.exit_status(), Some(5));
    });
}

/// What only a tracer sees.
#[test]
fn stops_of_a_traced_child() {
    const TRACEME: usize = 0; // linux/ptrace.h, as the others
    const SYSCALL: usize = 24;
    const CONT: usize = 7;
    const SETOPTIONS: usize = 0x4200;
    const TRACESYSGOOD: usize = 1;
    const TRACEEXIT: usize = 1 << 6;
    const EVENT_EXIT: u16 = 6;
    let ptrace = |op: usize, pid: Pid, data: usize| -> Result<()> {
        // SAFETY: these operations take numbers.
        unsafe { abi::sys(nr::SYS_PTRACE, (op, pid, 0, data)) }
    };
    let pid = forked(|| {
        if let Err(errno) = ptrace(TRACEME, Pid::from_raw(0), 0) {
            return errno.raw();
        }
        let _ = process::kill(KillTarget::Process(process::getpid()), Signal::STOP);
        let _ = process::getppid();
        3
    });
    let told = wait_for(pid, NONE);
    if told.exit_status() == Some(Errno::ENOSYS.raw() as u8) && skipped("ptrace") {
        return;
    }
    assert_eq!(
        told.stop_signal(),
        Some(Signal::STOP),
        "without UNTRACED: {told}"
    );
    assert_eq!(ptrace(SETOPTIONS, pid, TRACESYSGOOD | TRACEEXIT), Ok(()));
    assert_eq!(ptrace(SYSCALL, pid, 0), Ok(()));
    let told = wait_for(pid, NONE);
    assert!(told.syscall_stop(), "{told}");
    assert_eq!(
        (told.stop_signal(), told.trap_cause()),
        (Some(Signal::TRAP), None)
    );
    assert_eq!(ptrace(CONT, pid, 0), Ok(()));
    let told = process::waitid(WaitId::Child(pid), WaitidOptions::STOPPED)
        .unwrap()
        .unwrap();
    assert!(told.trapped() && told.stopped());
    let status = told.wait_status().unwrap();
    assert_eq!(
        (status.trap_cause(), status.ptrace_event()),
        (Some(EVENT_EXIT), Some(PtraceEvent::EXIT))
    );
    assert_eq!(told.stop_signal(), Some(Signal::TRAP));
    assert_eq!(ptrace(CONT, pid, 0), Ok(()));
    assert_eq!(wait_for(pid, NONE).exit_status(), Some(3));
}
