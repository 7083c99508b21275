//! `process::pidfd`: descriptors of processes, against what `/proc` shows of them and what becomes of the processes.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::in_child;
use emulator::skipped;
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use sysline::process::{
    self, Fork, Pid, PidfdFlags, PidfdSignalFlags, WaitId, WaitOptions, WaitTarget, WaitidOptions,
};
use sysline::signal::Signal;
use sysline::{Errno, thread};

/// A copy of this process that waits for signals.
fn waiting() -> Pid {
    // SAFETY: the child makes calls only.
    match unsafe { process::fork() }.unwrap() {
        Fork::Child => loop {
            let _ = thread::pause();
        },
        Fork::Parent(pid) => pid,
    }
}

/// `pidfd_open`, or why there is none: older emulators do not know it.
fn opened(pid: Pid) -> Option<OwnedFd> {
    match process::pidfd_open(pid, PidfdFlags::empty()) {
        Err(Errno::ENOSYS) if skipped("pidfd_open") => None,
        opened => Some(opened.unwrap()),
    }
}

/// The number that a descriptor is of, as `/proc` shows it; -1 when it was waited for.
fn shown(pidfd: &OwnedFd) -> i32 {
    let info = format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd());
    let info = std::fs::read_to_string(info).unwrap();
    let row = info.lines().find_map(|row| row.strip_prefix("Pid:"));
    row.unwrap().trim().parse().unwrap()
}

fn killed(pid: Pid) -> Option<Signal> {
    let waited = process::waitpid(WaitTarget::Child(pid), WaitOptions::empty());
    waited.unwrap().unwrap().1.term_signal()
}

/// `struct pollfd`.
#[repr(C)]
struct Poll {
    fd: i32,
    events: i16,
    revents: i16,
}

// SAFETY: the signature is that of `poll.h`.
unsafe extern "C" {
    fn poll(fds: *mut Poll, count: std::ffi::c_ulong, timeout: i32) -> i32;
}

#[test]
fn a_descriptor_is_of_its_process() {
    let pid = waiting();
    let Some(pidfd) = opened(pid) else {
        process::kill(process::KillTarget::Process(pid), Signal::KILL).unwrap();
        killed(pid);
        return;
    };
    assert_eq!(shown(&pidfd), pid.raw());
    let ready = |pidfd: &OwnedFd| {
        let mut ended = Poll {
            fd: pidfd.as_raw_fd(),
            events: 1,
            revents: 0,
        };
        // SAFETY: it is one.
        unsafe { poll(&mut ended, 1, 0) == 1 }
    };
    assert!(!ready(&pidfd));
    assert_eq!(process::test_pidfd_send_signal(pidfd.as_fd()), Ok(()));
    let none = PidfdSignalFlags::empty();
    assert_eq!(
        process::pidfd_send_signal(pidfd.as_fd(), Signal::TERM, none),
        Ok(())
    );
    assert_eq!(killed(pid), Some(Signal::TERM));
    assert!(ready(&pidfd));
    assert_eq!(shown(&pidfd), -1);
    let gone = process::pidfd_send_signal(pidfd.as_fd(), Signal::TERM, none);
    assert_eq!(gone, Err(Errno::ESRCH));
    assert_eq!(
        process::test_pidfd_send_signal(pidfd.as_fd()),
        Err(Errno::ESRCH)
    );
}

#[test]
fn what_is_no_process() {
    let open = |pid: i32, flags| process::pidfd_open(Pid::from_raw(pid), flags).map(drop);
    let none = PidfdFlags::empty();
    if open(i32::MAX, none) == Err(Errno::ENOSYS) && skipped("pidfd_open") {
        return;
    }
    assert_eq!(open(i32::MAX, none), Err(Errno::ESRCH));
    assert_eq!(open(0, none), Err(Errno::EINVAL));
    assert_eq!(
        open(process::getpid().raw(), PidfdFlags::from_bits_retain(1)),
        Err(Errno::EINVAL)
    );
    let file = temporary::file("no-process");
    let sent = process::test_pidfd_send_signal(file.as_fd());
    assert_eq!(sent, Err(Errno::EBADF));
}

#[test]
fn nonblock_does_not_wait() {
    let pid = waiting();
    let opened = process::pidfd_open(pid, PidfdFlags::NONBLOCK);
    let told = match &opened {
        Err(Errno::ENOSYS) if skipped("pidfd_open") => Err(Errno::EAGAIN),
        opened => {
            let pidfd = opened.as_ref().unwrap();
            process::waitid(WaitId::PidFd(pidfd.as_fd()), WaitidOptions::EXITED)
        }
    };
    assert_eq!(told, Err(Errno::EAGAIN));
    process::kill(process::KillTarget::Process(pid), Signal::KILL).unwrap();
    assert_eq!(killed(pid), Some(Signal::KILL));
}

/// Linux 6.9.
#[test]
fn a_thread_s_descriptor() {
    in_child(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        let (release, released) = std::sync::mpsc::channel::<()>();
        let thread = child::spawn(move || {
            sender.send(thread::gettid()).unwrap();
            let _ = released.recv();
        });
        let tid = receiver.recv().unwrap();
        match process::pidfd_open(tid, PidfdFlags::THREAD) {
            Err(Errno::ENOSYS) if skipped("pidfd_open") => {}
            Err(Errno::EINVAL) => assert!(before(6, 9), "the flag is known"),
            pidfd => {
                let pidfd = pidfd.unwrap();
                assert_eq!(shown(&pidfd), tid.raw());
                assert_eq!(process::test_pidfd_send_signal(pidfd.as_fd()), Ok(()));
                // A signal that stops the process, with a flag that says so.
                let group = PidfdSignalFlags::THREAD_GROUP;
                assert_eq!(
                    process::pidfd_send_signal(pidfd.as_fd(), Signal::URG, group),
                    Ok(())
                );
            }
        }
        // Without the flag a thread's number is none of a process.
        let without = process::pidfd_open(tid, PidfdFlags::empty()).map(drop);
        let expected = [Errno::EINVAL, Errno::ENOENT, Errno::ENOSYS];
        assert!(expected.map(Err).contains(&without), "{without:?}");
        drop(release);
        thread.join().unwrap();
    });
}

/// Whether the kernel is older.
fn before(major: u32, minor: u32) -> bool {
    let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut parts = release
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap(), parts.next().unwrap()) < (major, minor)
}

/// Linux 6.9.
#[test]
fn a_group_by_its_descriptor() {
    in_child(|| {
        let pid = waiting();
        let Some(pidfd) = opened(pid) else {
            process::kill(process::KillTarget::Process(pid), Signal::KILL).unwrap();
            return;
        };
        process::setpgid(Some(pid), None).unwrap();
        let group = PidfdSignalFlags::PROCESS_GROUP;
        let sent = process::pidfd_send_signal(pidfd.as_fd(), Signal::HUP, group);
        if sent == Err(Errno::EINVAL) {
            assert!(before(6, 9), "the flag is known");
            process::kill(process::KillTarget::Process(pid), Signal::HUP).unwrap();
        } else {
            assert_eq!(sent, Ok(()));
        }
        assert_eq!(killed(pid), Some(Signal::HUP));
    });
}

/// As `tgkill`: with a thread's descriptor it is the same to a C library's handlers.
#[test]
fn a_c_library_s_signals_are_not_sent() {
    let file = temporary::file("reserved");
    for number in [32, 33, 34] {
        let reserved = Signal::from_raw(number).unwrap();
        let sent = process::pidfd_send_signal(file.as_fd(), reserved, PidfdSignalFlags::empty());
        assert_eq!(sent, Err(Errno::EINVAL));
    }
}

#[test]
fn pidfd_getfd_copies_a_descriptor() {
    let mut file = temporary::file("copied");
    let pid = waiting();
    let Some(pidfd) = opened(pid) else {
        process::kill(process::KillTarget::Process(pid), Signal::KILL).unwrap();
        killed(pid);
        return;
    };
    // SAFETY: the other process has its own descriptors.
    let copy = unsafe { process::pidfd_getfd(pidfd.as_fd(), file.as_raw_fd()) };
    // SAFETY: as above.
    let none = unsafe { process::pidfd_getfd(pidfd.as_fd(), 9_999) }.map(drop);
    process::kill(process::KillTarget::Process(pid), Signal::KILL).unwrap();
    killed(pid);
    if none == Err(Errno::ENOSYS) && skipped("pidfd_getfd") {
        return;
    }
    let mut copy = std::fs::File::from(copy.unwrap());
    assert_ne!(copy.as_raw_fd(), file.as_raw_fd());
    copy.write_all(b"by the copy").unwrap();
    file.seek(SeekFrom::Start(0)).unwrap();
    let mut text = String::new();
    file.read_to_string(&mut text).unwrap();
    assert_eq!(text, "by the copy");
    assert_eq!(none, Err(Errno::EBADF));
}

#[test]
fn descriptors_never_leak() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let this = process::getpid();
        for _ in 0..3 {
            let Some(pidfd) = opened(this) else {
                return;
            };
            assert_eq!(count(), before + 1);
            // SAFETY: it is this process's own, which lends it.
            let copy = unsafe { process::pidfd_getfd(pidfd.as_fd(), pidfd.as_raw_fd()) };
            assert_eq!(count(), before + 1 + usize::from(copy.is_ok()));
            // SAFETY: there is none.
            assert!(unsafe { process::pidfd_getfd(pidfd.as_fd(), 9_999) }.is_err());
        }
        assert!(process::pidfd_open(Pid::from_raw(i32::MAX), PidfdFlags::empty()).is_err());
        assert_eq!(count(), before);
    });
}
