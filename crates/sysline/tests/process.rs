//! The area `process`: who it is and how it is told, each function against what `std` and `/proc` see. Its other rooms
//! have tests of their own: `wait.rs`, `limits.rs`, `exec.rs`, `pidfd.rs`, `prctl.rs`.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;

use child::{in_child, in_namespaces, is_root};
use linux_raw_sys::general::CLONE_NEWPID;
use std::sync::atomic::{AtomicI32, Ordering};
use sysline::Errno;
use sysline::process::{self, Fork, Gid, KillTarget, Pid, Uid, WaitOptions, WaitTarget};
use sysline::signal::Signal;
use sysline::thread;

/// The numbers behind a name in `/proc/thread-self/status`.
fn status(name: &str) -> Vec<u32> {
    let text = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let row = text
        .lines()
        .find_map(|row| row.strip_prefix(name)?.strip_prefix(':'));
    let words = row.unwrap().split_whitespace();
    words.map(|word| word.parse().unwrap()).collect()
}

/// Of `/proc/PID/task/PID/stat` the parent, the group and the session. (Of `/proc/PID/stat` an emulator makes one of its own.)
fn stat(pid: Pid) -> Vec<i32> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/stat")).unwrap();
    let fields = text.rsplit_once(") ").unwrap().1.split(' ').skip(1);
    fields.take(3).map(|field| field.parse().unwrap()).collect()
}

#[test]
fn who_am_i() {
    assert_eq!(process::getpid().raw() as u32, std::process::id());
    assert_eq!(
        process::getppid().raw() as u32,
        std::os::unix::process::parent_id()
    );
}

#[test]
fn exit_group_ends_with_its_status() {
    // SAFETY: the child makes nothing but one call, which ends it.
    let child = match unsafe { process::fork() }.unwrap() {
        Fork::Child => process::exit_group(42),
        Fork::Parent(child) => child,
    };
    let waited = process::waitpid(WaitTarget::Child(child), WaitOptions::empty());
    assert_eq!(waited.unwrap().unwrap().1.exit_status(), Some(42));
}

#[test]
fn groups_and_sessions() {
    in_child(|| {
        let parent = process::getpid();
        // The first process of a machine and its children may be in group 0, which has no name.
        assert_eq!(process::setpgid(None, None), Ok(()));
        assert_eq!(stat(parent)[1], parent.raw());
        assert_eq!(process::getpgrp(), parent);
        in_child(|| {
            let this = process::getpid();
            let session = Pid::from_raw(stat(this)[2]);
            assert_eq!(stat(this)[..2], [parent.raw(), parent.raw()]);
            assert_eq!(process::getppid(), parent);
            assert_eq!(process::getpgrp(), parent);
            assert_eq!(process::getpgid(None), Ok(parent));
            assert_eq!(process::getpgid(Some(parent)), Ok(parent));
            assert_eq!(process::getsid(None), Ok(session));
            assert_eq!(process::getsid(Some(this)), Ok(session));

            assert_eq!(process::setpgid(None, None), Ok(()));
            assert_eq!(stat(this)[1], this.raw());
            assert_eq!(process::setpgid(Some(this), Some(parent)), Ok(()));
            assert_eq!(stat(this)[1], parent.raw());
            assert_eq!(process::setsid(), Ok(this));
            assert_eq!(stat(this)[1..], [this.raw(), this.raw()]);
            assert_eq!(process::setsid(), Err(Errno::EPERM), "it leads a group");
        });
    });
    let nobody = Some(Pid::from_raw(i32::MAX));
    assert_eq!(process::getpgid(nobody), Err(Errno::ESRCH));
    assert_eq!(process::getsid(nobody), Err(Errno::ESRCH));
    assert_eq!(process::setpgid(nobody, None), Err(Errno::ESRCH));
}

#[test]
fn users_and_groups() {
    in_child(|| {
        if is_root() {
            let id = |number| Some(Gid::from_raw(number));
            thread::setresgid(id(70_001), id(70_002), id(70_003)).unwrap();
            let id = |number| Some(Uid::from_raw(number));
            thread::setresuid(id(80_001), id(80_002), id(80_003)).unwrap();
        }
        let (uids, gids) = (status("Uid"), status("Gid"));
        assert_eq!(process::getuid().raw(), uids[0]);
        assert_eq!(process::geteuid().raw(), uids[1]);
        assert_eq!(process::getgid().raw(), gids[0]);
        assert_eq!(process::getegid().raw(), gids[1]);
        let (real, effective, saved) = process::getresuid().unwrap();
        assert_eq!([real, effective, saved].map(Uid::raw), uids[..3]);
        let (real, effective, saved) = process::getresgid().unwrap();
        assert_eq!([real, effective, saved].map(Gid::raw), gids[..3]);
    });
}

#[test]
fn supplementary_groups() {
    in_child(|| {
        let expected = if is_root() {
            let groups = [5, 70_000, 4_000_000_000].map(Gid::from_raw);
            thread::setgroups(&groups).unwrap();
            vec![5, 70_000, 4_000_000_000]
        } else {
            status("Groups")
        };
        let numbers = |groups: &[Gid]| groups.iter().map(|group| group.raw()).collect::<Vec<_>>();
        assert_eq!(status("Groups"), expected);
        assert_eq!(numbers(&process::getgroups().unwrap()), expected);
        assert_eq!(process::getgroups_into(&mut []), Ok(expected.len()));
        let mut room = [Gid::ROOT; 70];
        let count = process::getgroups_into(&mut room).unwrap();
        assert_eq!(numbers(&room[..count]), expected);
        if expected.len() > 1 {
            let short = process::getgroups_into(&mut room[..expected.len() - 1]);
            assert_eq!(short, Err(Errno::EINVAL));
        }
    });
}

/// A copy of this process that waits for signals.
fn waiting(before: impl FnOnce()) -> Pid {
    // SAFETY: the child makes calls only.
    match unsafe { process::fork() }.unwrap() {
        Fork::Child => {
            before();
            loop {
                let _ = thread::pause();
            }
        }
        Fork::Parent(pid) => pid,
    }
}

/// The signal that has killed a child.
fn killed(pid: Pid) -> Option<Signal> {
    let waited = process::waitpid(WaitTarget::Child(pid), WaitOptions::empty());
    waited.unwrap().unwrap().1.term_signal()
}

#[test]
fn kill_sends_a_process_a_signal() {
    let pid = waiting(|| {});
    assert_eq!(process::test_kill(KillTarget::Process(pid)), Ok(()));
    assert_eq!(
        process::kill(KillTarget::Process(pid), Signal::TERM),
        Ok(())
    );
    assert_eq!(killed(pid), Some(Signal::TERM));
    // It was waited for: nobody has its number, unless all numbers went by since.
    assert_eq!(
        process::test_kill(KillTarget::Process(pid)),
        Err(Errno::ESRCH)
    );
    let nobody = KillTarget::Process(Pid::from_raw(i32::MAX));
    assert_eq!(process::kill(nobody, Signal::TERM), Err(Errno::ESRCH));
}

/// kill(2) takes -1 for everyone; here it is no target's number.
#[test]
fn group_1_is_not_everyone() {
    for bad in [0, -1, i32::MIN] {
        let bad = Pid::from_raw(bad);
        assert_eq!(
            process::kill(KillTarget::Process(bad), Signal::URG),
            Err(Errno::EINVAL)
        );
        assert_eq!(
            process::kill(KillTarget::Group(bad), Signal::URG),
            Err(Errno::EINVAL)
        );
    }
    let first = KillTarget::Group(Pid::from_raw(1));
    assert_eq!(process::kill(first, Signal::URG), Err(Errno::EINVAL));
    assert_eq!(process::test_kill(first), Err(Errno::EINVAL));
}

// SAFETY: the signature is that of `signal.h`.
unsafe extern "C" {
    fn signal(signal: i32, handler: usize) -> usize;
}
const IGNORE: usize = 1; // SIG_IGN
const DEFAULT: usize = 0; // SIG_DFL

#[test]
fn kill_sends_groups_a_signal() {
    in_child(|| {
        // Both sides put the child into its group, so that neither has to wait for the other.
        let others = waiting(|| {
            let _ = process::setpgid(None, None);
        });
        process::setpgid(Some(others), None).unwrap();
        process::setpgid(None, None).unwrap();
        let own = waiting(|| {});
        // SAFETY: no handler.
        unsafe { signal(Signal::USR1.raw(), IGNORE) };
        assert_eq!(process::kill(KillTarget::OwnGroup, Signal::USR1), Ok(()));
        assert_eq!(killed(own), Some(Signal::USR1));
        assert_eq!(process::test_kill(KillTarget::Group(others)), Ok(()));
        assert_eq!(
            process::kill(KillTarget::Group(others), Signal::HUP),
            Ok(())
        );
        assert_eq!(killed(others), Some(Signal::HUP));
        assert_eq!(
            process::kill(KillTarget::Group(others), Signal::HUP),
            Err(Errno::ESRCH)
        );
        // SAFETY: no handler.
        unsafe { signal(Signal::USR1.raw(), DEFAULT) };
    });
}

/// Where everyone is this process and its child.
#[test]
fn kill_sends_everyone_a_signal() {
    in_namespaces(CLONE_NEWPID, || {
        in_child(|| {
            assert_eq!(
                process::getpid().raw(),
                1,
                "this must be nobody else's namespace"
            );
            assert_eq!(process::getppid().raw(), 0);
            let nobody = process::kill(KillTarget::Everyone, Signal::KILL);
            assert_eq!(nobody, Err(Errno::ESRCH));
            let pid = waiting(|| {});
            assert_eq!(process::kill(KillTarget::Everyone, Signal::KILL), Ok(()));
            assert_eq!(killed(pid), Some(Signal::KILL));
        });
    });
}

static HANDLER_RAN_IN: AtomicI32 = AtomicI32::new(0);

extern "C" fn handler(_: i32) {
    HANDLER_RAN_IN.store(thread::gettid().raw(), Ordering::SeqCst);
}

#[test]
fn tgkill_sends_a_thread_a_signal() {
    in_child(|| {
        let handler: extern "C" fn(i32) = handler;
        // SAFETY: the handler makes a call only.
        unsafe { signal(Signal::USR2.raw(), handler as usize) };
        let this = process::getpid();
        let sends: [&dyn Fn(Pid) -> sysline::Result<()>; 2] =
            [&|tid| process::tgkill(this, tid, Signal::USR2), &|tid| {
                process::tkill(tid, Signal::USR2)
            }];
        for send in sends {
            let (sender, receiver) = std::sync::mpsc::channel();
            let thread = child::spawn(move || {
                sender.send(thread::gettid()).unwrap();
                while HANDLER_RAN_IN.load(Ordering::SeqCst) == 0 {
                    std::thread::yield_now();
                }
            });
            let tid = receiver.recv().unwrap();
            assert_ne!(tid, this);
            assert_eq!(send(tid), Ok(()));
            thread.join().unwrap();
            assert_eq!(HANDLER_RAN_IN.swap(0, Ordering::SeqCst), tid.raw());
        }
    });
    let (this, here) = (process::getpid(), thread::gettid());
    let parent = process::getppid();
    assert_eq!(
        process::tgkill(parent, here, Signal::URG),
        Err(Errno::ESRCH)
    );
    assert_eq!(
        process::tkill(Pid::from_raw(i32::MAX), Signal::URG),
        Err(Errno::ESRCH)
    );
    assert_eq!(
        process::tgkill(this, Pid::from_raw(-1), Signal::URG),
        Err(Errno::EINVAL)
    );
}

/// glibc's handlers of 32 and 33, musl's of 32 to 34, trust who sends them to a thread.
#[test]
fn a_c_library_s_signals_are_not_sent_to_threads() {
    let (this, here) = (process::getpid(), thread::gettid());
    for number in [32, 33, 34] {
        let reserved = Signal::from_raw(number).unwrap();
        assert_eq!(process::tgkill(this, here, reserved), Err(Errno::EINVAL));
        assert_eq!(process::tkill(here, reserved), Err(Errno::EINVAL));
    }
}
