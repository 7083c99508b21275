//! Calls on processes and threads.

use crate::lines::*;
use crate::support::{in_child, or_skip, passes_in_child, proc_stat};
use crate::types::{Rlimit, Rusage, Signal, Timespec};
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::sync::mpsc::channel;
use std::thread;
use std::time::{Duration, Instant};
use sysline::prelude::{Errno, Result};

sysline::sys! {
    /// Says what a signal does.
    sysnb unsafe fn rt_sigaction(signal: i32, action: &Sigaction, 0, 8) -> Result<()>
}

/// `struct sigaction` of `asm/signal.h`, with the kernel's own mask of 8 bytes.
#[repr(C)]
struct Sigaction {
    handler: extern "C" fn(i32),
    flags: u64,
    restorer: unsafe extern "C" fn(),
    mask: u64,
}

// `asm/signal.h`, `asm-generic/resource.h`, `linux/wait.h`, `linux/ptrace.h`
const SIGTRAP: isize = 5;
const SIGUSR1: Signal = Signal(10);
const SIGTERM: Signal = Signal(15);
const SA_RESTORER: u64 = 0x0400_0000;
const PRIO_PROCESS: isize = 0;
const RLIMIT_NOFILE: isize = 7;
const WNOHANG: isize = 1;
const PTRACE_PEEKDATA: isize = 2;
const PTRACE_DETACH: isize = 17;
const PTRACE_SEIZE: isize = 0x4206;
const PTRACE_INTERRUPT: isize = 0x4207;
const PTRACE_EVENT_STOP: isize = 128;

/// A process or a thread that there can't be: above `PID_MAX_LIMIT` (`linux/threads.h`).
const NOBODY: isize = 1 << 30;

/// A process that sleeps until it is ended, which it is with its owner.
struct Sleeper(Child);

impl Sleeper {
    fn new() -> Sleeper {
        Sleeper(Command::new("sleep").arg("1000").spawn().unwrap())
    }

    fn pid(&self) -> isize {
        self.0.id() as isize
    }
}

impl Drop for Sleeper {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// The errno of what `std` did.
fn std_error<T>(result: std::io::Result<T>) -> Option<Errno> {
    Errno::new(result.err()?.raw_os_error()?)
}

#[test]
fn who_is_who() {
    assert_eq!(getpid(), std::process::id() as isize);
    assert_eq!(getppid(), std::os::unix::process::parent_id() as isize);
    let thread = format!("{}/task/{}", getpid(), gettid());
    assert_eq!(
        fs::read_link("/proc/thread-self").unwrap().to_str(),
        Some(&*thread)
    );
    assert_eq!(getpgid(0), Ok(proc_stat("/proc/self/stat", 5) as isize));
    assert_eq!(getpgid(NOBODY), Err(Errno::ESRCH));
}

#[test]
fn groups_and_sessions() {
    const GROUP: usize = 5;
    const SESSION: usize = 6;
    passes_in_child("processes::groups_and_sessions", || {
        let of = |field| proc_stat("/proc/self/stat", field) as isize;
        assert_ne!(of(GROUP), getpid());
        setpgid(0, 0).unwrap();
        assert_eq!(of(GROUP), getpid());
        // The first of a group can't leave it for a session.
        assert_eq!(setsid(), Err(Errno::EPERM));
        setpgid(0, getpgid(getppid()).unwrap()).unwrap();
        assert_eq!(setsid(), Ok(getpid()));
        assert_eq!((of(GROUP), of(SESSION)), (getpid(), getpid()));
        assert_eq!(setpgid(NOBODY, 0), Err(Errno::ESRCH));
    });
}

#[test]
fn priorities() {
    const NICE: usize = 19;
    passes_in_child("processes::priorities", || {
        let by_proc = || proc_stat("/proc/thread-self/stat", NICE) as isize;
        // The kernel turns the scale around, so that no value looks like an error (getpriority(2)).
        assert_eq!(getpriority(PRIO_PROCESS, 0), Ok(20 - by_proc()));
        let nicer = (by_proc() + 3).min(19);
        setpriority(PRIO_PROCESS, 0, nicer).unwrap();
        assert_eq!(by_proc(), nicer);
        assert_eq!(getpriority(PRIO_PROCESS, 0), Ok(20 - nicer));
        assert_eq!(getpriority(PRIO_PROCESS, NOBODY), Err(Errno::ESRCH));
        assert_eq!(setpriority(9, 0, 0), Err(Errno::EINVAL));
    });
}

#[test]
fn limits() {
    passes_in_child("processes::limits", || {
        let by_proc = || {
            let limits = fs::read_to_string("/proc/self/limits").unwrap();
            let row = limits
                .lines()
                .find_map(|row| row.strip_prefix("Max open files"));
            let mut words = row.unwrap().split_whitespace();
            let mut next = || words.next().unwrap().parse().unwrap();
            Rlimit {
                cur: next(),
                max: next(),
            }
        };
        let (mut old, mut new) = (Rlimit::default(), by_proc());
        new.cur -= 1;
        call!(prlimit(0, RLIMIT_NOFILE, &mut new, &mut old)).unwrap();
        assert_eq!(by_proc(), new);
        assert_eq!(
            old,
            Rlimit {
                cur: new.cur + 1,
                ..new
            }
        );
        call!(prlimit(
            getpid(),
            RLIMIT_NOFILE,
            std::ptr::null_mut(),
            &mut old
        ))
        .unwrap();
        assert_eq!(old, new);
        new.cur = new.max + 1;
        let over = call!(prlimit(0, RLIMIT_NOFILE, &mut new, std::ptr::null_mut()));
        assert_eq!(over, Err(Errno::EINVAL));
    });
}

#[test]
fn the_end_of_a_child() {
    let mut usage = Rusage::default();
    let mut status = -1;
    let mut sleeper = Sleeper::new();
    assert_eq!(
        call!(wait4(sleeper.pid(), &mut status, WNOHANG, &mut usage)),
        Ok(0)
    );
    call!(kill(sleeper.pid(), Signal(0))).unwrap();
    call!(kill(sleeper.pid(), SIGTERM)).unwrap();
    assert_eq!(
        call!(wait4(sleeper.pid(), &mut status, 0, &mut usage)),
        Ok(sleeper.pid())
    );
    assert_eq!(status, SIGTERM.0);
    assert!(usage.maxrss > 0, "{usage:?}");
    let again = call!(wait4(sleeper.pid(), &mut status, 0, &mut usage));
    assert_eq!(again, Err(Errno::ECHILD));
    assert_eq!(std_error(sleeper.0.wait()), Some(Errno::ECHILD));
    // Its number may be another's by now, who is not to be ended.
    std::mem::forget(sleeper);
    let mut child = Command::new("sh").args(["-c", "exit 7"]).spawn().unwrap();
    let (pid, null) = (child.id() as isize, std::ptr::null_mut());
    assert_eq!(call!(wait4(pid, &mut status, 0, null)), Ok(pid));
    assert_eq!(status, 7 << 8);
    assert_eq!(std_error(child.wait()), Some(Errno::ECHILD));
    assert_eq!(call!(kill(NOBODY, Signal(0))), Err(Errno::ESRCH));
}

#[test]
fn a_process_ends_itself() {
    let output = in_child("processes::a_process_ends_itself", || {
        exit(41);
    });
    assert_eq!(output.unwrap().status.code(), Some(41));
}

#[test]
fn a_thread_ends_itself() {
    passes_in_child("processes::a_thread_ends_itself", || {
        let (sender, receiver) = channel();
        thread::spawn(move || {
            sender.send(gettid()).unwrap();
            // SAFETY: what is on this thread's stack is never freed, and nobody waits for it.
            unsafe { exit_thread(0) }.unwrap();
            unreachable!();
        });
        let thread = format!("/proc/self/task/{}", receiver.recv().unwrap());
        let start = Instant::now();
        while fs::exists(&thread).unwrap() {
            assert!(
                start.elapsed() < Duration::from_secs(10),
                "the thread runs on"
            );
            thread::yield_now();
        }
    });
}

core::arch::global_asm!(
    // What a handler returns to: the call `rt_sigreturn`.
    ".globl sysline_seed_003_restorer",
    ".hidden sysline_seed_003_restorer",
    "sysline_seed_003_restorer:",
    "mov eax, 15",
    "syscall",
);

unsafe extern "C" {
    fn sysline_seed_003_restorer();
}

extern "C" fn nothing(_signal: i32) {}

/// Runs `sleeps` in a thread and sends it a signal, which does nothing else, until it has returned.
fn interrupted<T: Send + 'static>(sleeps: impl FnOnce() -> T + Send + 'static) -> T {
    let action = Sigaction {
        handler: nothing,
        flags: SA_RESTORER,
        restorer: sysline_seed_003_restorer,
        mask: 0,
    };
    // SAFETY: the handler does nothing, and the restorer does what the kernel's documentation asks.
    unsafe { rt_sigaction(SIGUSR1.0, &action) }.unwrap();
    let (sender, receiver) = channel();
    let thread = thread::spawn(move || {
        sender.send(gettid()).unwrap();
        sleeps()
    });
    let tid = receiver.recv().unwrap();
    while !thread.is_finished() {
        let sent = call!(tgkill(getpid(), tid, SIGUSR1));
        assert!(matches!(sent, Ok(()) | Err(Errno::ESRCH)), "{sent:?}");
        thread::sleep(Duration::from_millis(5));
    }
    thread.join().unwrap()
}

#[test]
fn a_signal_ends_a_pause() {
    assert_eq!(interrupted(pause), Err(Errno::EINTR));
}

#[test]
fn a_signal_ends_a_sleep() {
    const LONG: i64 = 1000;
    let left = interrupted(|| {
        let (mut time, mut left) = (Timespec { sec: LONG, nsec: 0 }, Timespec::default());
        let slept = call!(nanosleep(&mut time, &mut left));
        assert_eq!(slept, Err(Errno::EINTR));
        left
    });
    // All of it, and the time by which the kernel may be late, where it had hardly begun.
    assert!((LONG - 60..=LONG).contains(&left.sec), "{left:?}");
}

#[test]
fn a_sleep_is_as_long_as_asked() {
    let mut time = Timespec {
        sec: 0,
        nsec: 20_000_000,
    };
    let mut left = Timespec { sec: 3, nsec: 4 };
    let start = Instant::now();
    call!(nanosleep(&mut time, &mut left)).unwrap();
    assert!(start.elapsed() >= Duration::from_millis(20));
    assert_eq!(left, Timespec { sec: 3, nsec: 4 });
    time.nsec = 1_000_000_000;
    assert_eq!(call!(nanosleep(&mut time, &mut left)), Err(Errno::EINVAL));
}

#[test]
fn signals_find_their_thread() {
    call!(tgkill(getpid(), gettid(), Signal(0))).unwrap();
    assert_eq!(
        call!(tgkill(getpid(), NOBODY, Signal(0))),
        Err(Errno::ESRCH)
    );
    assert_eq!(call!(tgkill(0, gettid(), Signal(0))), Err(Errno::EINVAL));
}

#[test]
fn a_process_is_traced() {
    let mut sleeper = Sleeper::new();
    let pid = sleeper.pid();
    let seized = call!(ptrace(PTRACE_SEIZE, pid, 0, 0));
    if or_skip("ptrace", seized, &[Errno::EPERM]).is_none() {
        return;
    }
    call!(ptrace(PTRACE_INTERRUPT, pid, 0, 0)).unwrap();
    let mut status = 0;
    assert_eq!(
        call!(wait4(pid, &mut status, 0, std::ptr::null_mut())),
        Ok(pid)
    );
    assert_eq!(
        status as isize,
        PTRACE_EVENT_STOP << 16 | SIGTRAP << 8 | 0x7f
    );
    let by_proc = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let tracer = by_proc
        .lines()
        .find_map(|row| row.strip_prefix("TracerPid:\t"));
    assert_eq!(tracer, Some(&*gettid().to_string()));
    // The word at a place in its memory where its program's file begins.
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).unwrap();
    let program = fs::read_link(format!("/proc/{pid}/exe")).unwrap();
    let row = maps
        .lines()
        .find(|row| row.ends_with(program.to_str().unwrap()));
    let (start, _) = row.unwrap().split_once('-').unwrap();
    let start = usize::from_str_radix(start, 16).unwrap();
    let mut word = 0usize;
    let to = (&raw mut word).expose_provenance();
    call!(ptrace(PTRACE_PEEKDATA, pid, start, to)).unwrap();
    assert_eq!(word.to_ne_bytes(), fs::read(program).unwrap()[..8]);
    assert_eq!(call!(ptrace(PTRACE_PEEKDATA, pid, 0, to)), Err(Errno::EIO));
    call!(ptrace(PTRACE_DETACH, pid, 0, 0)).unwrap();
    assert_eq!(call!(ptrace(PTRACE_DETACH, pid, 0, 0)), Err(Errno::ESRCH));
    call!(kill(pid, SIGTERM)).unwrap();
    assert_eq!(sleeper.0.wait().unwrap().signal(), Some(SIGTERM.0));
}
