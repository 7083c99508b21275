//! The area `thread`: what is a thread's own, each function against what `/proc` shows of this thread and of another.
//! Its rooms `sched` and `prctl` have tests of their own.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, in_namespaces, is_root};
use emulator::skipped;
use linux_raw_sys::general as c;
use std::fs::File;
use std::os::fd::{AsFd, AsRawFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::time::Duration;
use sysline::process::{self, Fork, Gid, Uid, WaitOptions, WaitTarget};
use sysline::signal::Signal;
use sysline::thread::{self, Capability, CapabilitySet, CapabilitySets, SecureBits, UnshareFlags};
use sysline::{Errno, Result, system};

/// What stands behind a name in `/proc/thread-self/status`.
fn status(name: &str) -> String {
    let text = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let row = text
        .lines()
        .find_map(|row| row.strip_prefix(name)?.strip_prefix(':'));
    row.unwrap().trim().to_string()
}

fn ids(name: &str) -> Vec<u32> {
    let row = status(name);
    row.split_whitespace()
        .map(|word| word.parse().unwrap())
        .collect()
}

fn capabilities(name: &str) -> CapabilitySet {
    CapabilitySet::from_bits(u64::from_str_radix(&status(name), 16).unwrap())
}

#[test]
fn a_thread_has_a_number_of_its_own() {
    let pid = process::getpid();
    let tid = std::thread::spawn(thread::gettid).join().unwrap();
    assert_ne!(pid, tid);
    let here = thread::gettid();
    let link = std::fs::read_link("/proc/thread-self").unwrap();
    assert!(link.ends_with(format!("task/{here}")), "{link:?}");
}

/// Until a condition holds.
fn until(holds: impl Fn() -> bool) {
    while !holds() {
        std::thread::sleep(Duration::from_millis(1));
    }
}

#[test]
fn exit_ends_one_thread() {
    in_child(|| {
        let (sender, receiver) = std::sync::mpsc::channel();
        // Not joined: the thread's result is never made.
        child::spawn(move || {
            sender.send(thread::gettid()).unwrap();
            // SAFETY: nobody borrows from this thread or waits for it.
            unsafe { thread::exit(9) }
        });
        let tid = receiver.recv().unwrap();
        let task = format!("/proc/self/task/{tid}");
        until(|| !std::path::Path::new(&task).exists());
    });
    // The last thread's end is the process's.
    // SAFETY: the child makes one call, which ends it.
    let pid = match unsafe { process::fork() }.unwrap() {
        // SAFETY: as above.
        Fork::Child => unsafe { thread::exit(7) },
        Fork::Parent(pid) => pid,
    };
    let waited = process::waitpid(WaitTarget::Child(pid), WaitOptions::empty());
    assert_eq!(waited.unwrap().unwrap().1.exit_status(), Some(7));
}

extern "C" fn nothing(_: i32) {}

// SAFETY: the signature is that of `signal.h`.
unsafe extern "C" {
    fn signal(signal: i32, handler: extern "C" fn(i32)) -> usize;
}

#[test]
fn eintr_in_pause() {
    in_child(|| {
        // SAFETY: the handler does nothing.
        unsafe { signal(Signal::USR1.raw(), nothing) };
        let (this, here) = (process::getpid(), thread::gettid());
        let done = Arc::new(AtomicBool::new(false));
        let other = done.clone();
        let sender = child::spawn(move || {
            while !other.load(Ordering::Relaxed) {
                process::tgkill(this, here, Signal::USR1).unwrap();
                std::thread::sleep(Duration::from_millis(1));
            }
        });
        let paused = thread::pause();
        done.store(true, Ordering::Relaxed);
        sender.join().unwrap();
        assert_eq!(paused, Err(Errno::EINTR));
    });
}

static TID: AtomicI32 = AtomicI32::new(0);

/// A C library waits for its threads there, so this one is nobody's to wait for.
#[test]
fn the_kernel_clears_a_thread_s_address() {
    in_child(|| {
        TID.store(5, Ordering::SeqCst);
        child::spawn(|| {
            // SAFETY: it is there for ever, and nobody waits for this thread.
            let tid = unsafe { thread::set_tid_address(TID.as_ptr()) };
            assert_eq!(tid, thread::gettid());
            // SAFETY: as above.
            unsafe { thread::exit(0) }
        });
        until(|| TID.load(Ordering::SeqCst) == 0);
    });
}

/// A C library keeps its list where the kernel was told to look.
#[test]
fn robust_lists() {
    in_child(|| {
        let got = thread::get_robust_list(None);
        if got == Err(Errno::ENOSYS) && skipped("get_robust_list") {
            return;
        }
        let (head, len) = got.unwrap();
        assert_eq!(len, 3 * size_of::<usize>());
        assert_eq!(
            thread::get_robust_list(Some(thread::gettid())),
            Ok((head, len))
        );
        let mut own = thread::RobustListHead {
            list: c::robust_list {
                next: core::ptr::null_mut(),
            },
            futex_offset: 0,
            list_op_pending: core::ptr::null_mut(),
        };
        own.list.next = &raw mut own.list; // empty
        // SAFETY: it is empty, and taken back before it is gone.
        unsafe {
            assert_eq!(thread::set_robust_list(&raw mut own, 1), Err(Errno::EINVAL));
            assert_eq!(thread::set_robust_list(&raw mut own, len), Ok(()));
            assert_eq!(thread::get_robust_list(None), Ok((&raw mut own, len)));
            assert_eq!(thread::set_robust_list(head, len), Ok(()));
        }
    });
    let nobody = Some(process::Pid::from_raw(i32::MAX));
    let none = thread::get_robust_list(nobody).map(drop);
    if none != Err(Errno::ENOSYS) {
        assert_eq!(none, Err(Errno::ESRCH));
    }
}

/// What the kernel changes is the thread that calls: POSIX has the process change, and C libraries make it so.
#[test]
fn ids_change_in_this_thread_only() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let (go, gone) = std::sync::mpsc::channel::<()>();
        let other = child::spawn(move || {
            gone.recv().unwrap();
            (
                ids("Uid"),
                ids("Gid"),
                ids("Groups"),
                process::getuid(),
                process::getgroups(),
            )
        });
        let before = (
            ids("Uid"),
            ids("Gid"),
            ids("Groups"),
            process::getuid(),
            process::getgroups(),
        );
        let (user, group) = (Uid::from_raw(70_001), Gid::from_raw(70_002));
        thread::setgroups(&[Gid::from_raw(70_003)]).unwrap();
        thread::setgid(group).unwrap();
        thread::setuid(user).unwrap();
        assert_eq!(ids("Uid"), [70_001; 4]);
        assert_eq!(ids("Gid"), [70_002; 4]);
        assert_eq!(ids("Groups"), [70_003]);
        go.send(()).unwrap();
        assert_eq!(other.join().unwrap(), before);
        // A thread that this one makes has what it has.
        let later = child::spawn(|| (ids("Uid"), process::getuid()))
            .join()
            .unwrap();
        assert_eq!(later, (vec![70_001; 4], user));

        assert_eq!(thread::setuid(Uid::ROOT), Err(Errno::EPERM));
        assert_eq!(thread::setgid(Gid::ROOT), Err(Errno::EPERM));
        assert_eq!(thread::setgroups(&[]), Err(Errno::EPERM));
        assert_eq!(thread::seteuid(Uid::ROOT), Err(Errno::EPERM));
        assert_eq!(thread::setegid(Gid::ROOT), Err(Errno::EPERM));
        assert_eq!(thread::setreuid(Some(Uid::ROOT), None), Err(Errno::EPERM));
        assert_eq!(thread::setregid(Some(Gid::ROOT), None), Err(Errno::EPERM));
        assert_eq!(
            thread::setresuid(None, None, Some(Uid::ROOT)),
            Err(Errno::EPERM)
        );
        assert_eq!(
            thread::setresgid(None, None, Some(Gid::ROOT)),
            Err(Errno::EPERM)
        );
    });
}

/// In the order of `/proc`: real, effective, saved, of file systems.
#[test]
fn users_one_by_one() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let id = |number| Some(Uid::from_raw(number));
        thread::setresuid(id(1), id(0), id(3)).unwrap();
        assert_eq!(ids("Uid"), [1, 0, 3, 0]);
        thread::setresuid(None, None, id(70_004)).unwrap();
        assert_eq!(ids("Uid"), [1, 0, 70_004, 0]);
        thread::setreuid(id(5), None).unwrap();
        assert_eq!(ids("Uid"), [5, 0, 0, 0]);
        assert_eq!(thread::getfsuid(), Uid::ROOT);
        assert_eq!(thread::setfsuid(Uid::from_raw(80_000)), Uid::ROOT);
        assert_eq!(ids("Uid"), [5, 0, 0, 80_000]);
        assert_eq!(thread::getfsuid(), Uid::from_raw(80_000));
        thread::seteuid(Uid::from_raw(6)).unwrap();
        assert_eq!(ids("Uid"), [5, 6, 0, 6]);
        // Not allowed, and not told: it is not 7 afterwards.
        assert_eq!(thread::setfsuid(Uid::from_raw(7)), Uid::from_raw(6));
        assert_eq!(thread::getfsuid(), Uid::from_raw(6));
        thread::seteuid(Uid::ROOT).unwrap();
        assert_eq!(ids("Uid"), [5, 0, 0, 0]);
    });
}

#[test]
fn groups_one_by_one() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let id = |number| Some(Gid::from_raw(number));
        thread::setresgid(id(1), id(2), id(3)).unwrap();
        assert_eq!(ids("Gid"), [1, 2, 3, 2]);
        thread::setresgid(None, id(70_004), None).unwrap();
        assert_eq!(ids("Gid"), [1, 70_004, 3, 70_004]);
        thread::setregid(id(5), id(6)).unwrap();
        assert_eq!(ids("Gid"), [5, 6, 6, 6]);
        thread::setegid(Gid::from_raw(7)).unwrap();
        assert_eq!(ids("Gid"), [5, 7, 6, 7]);
        assert_eq!(
            thread::setfsgid(Gid::from_raw(4_000_000_000)),
            Gid::from_raw(7)
        );
        assert_eq!(ids("Gid"), [5, 7, 6, 4_000_000_000]);
        assert_eq!(thread::getfsgid(), Gid::from_raw(4_000_000_000));
        // An id that an error's number would look like is an id.
        let last = Gid::from_raw(u32::MAX - 1);
        thread::setfsgid(last);
        assert_eq!((thread::setfsgid(last), thread::getfsgid()), (last, last));
    });
}

/// `NGROUPS_MAX` (linux/limits.h).
#[test]
fn setgroups_takes_65_536() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let groups: Vec<_> = (0..65_537).map(|at| Gid::from_raw(100_000 + at)).collect();
        assert_eq!(thread::setgroups(&groups), Err(Errno::EINVAL));
        assert_eq!(thread::setgroups(&groups[..65_536]), Ok(()));
        assert_eq!(process::getgroups_into(&mut []), Ok(65_536));
        let got = process::getgroups().unwrap();
        assert!(got == groups[..65_536]);
        assert_eq!(thread::setgroups(&[]), Ok(()));
        assert_eq!(process::getgroups(), Ok(Vec::new()));
        assert_eq!(status("Groups"), "");
    });
}

#[test]
fn unshare_gives_a_thread_its_own_folder() {
    in_child(|| {
        std::env::set_current_dir("/proc").unwrap();
        let there = child::spawn(|| {
            thread::unshare(UnshareFlags::FS).unwrap();
            std::env::set_current_dir("/").unwrap();
            std::env::current_dir().unwrap()
        });
        assert_eq!(there.join().unwrap().to_str(), Some("/"));
        assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/proc"));
    });
}

#[test]
fn unshare_and_setns_change_this_thread_s_namespace() {
    in_namespaces(c::CLONE_NEWUTS, || {
        system::sethostname(b"before").unwrap();
        let own = File::open("/proc/thread-self/ns/uts").unwrap();
        let name = || system::uname().unwrap().nodename().to_owned();
        thread::unshare(UnshareFlags::NEWUTS).unwrap();
        system::sethostname(b"after").unwrap();
        assert_eq!(name().as_c_str(), c"after");
        // Of another kind than it is.
        let other = thread::setns(own.as_fd(), UnshareFlags::NEWNET);
        assert_eq!(other, Err(Errno::EINVAL));
        assert_eq!(thread::setns(own.as_fd(), UnshareFlags::NEWUTS), Ok(()));
        assert_eq!(name().as_c_str(), c"before");
        let file = temporary::file("no-namespace");
        assert_eq!(
            thread::setns(file.as_fd(), UnshareFlags::empty()),
            Err(Errno::EINVAL)
        );
    });
}

#[test]
fn unshare_needs_the_right_to_it() {
    in_child(|| {
        thread::capset(&CapabilitySets::default()).unwrap();
        assert_eq!(thread::unshare(UnshareFlags::NEWUTS), Err(Errno::EPERM));
        assert_eq!(thread::unshare(UnshareFlags::SYSVSEM), Ok(()));
    });
    // Another thread is there, the test's harness's.
    in_child(|| {
        child::spawn(|| {
            assert_eq!(thread::unshare(UnshareFlags::NEWUSER), Err(Errno::EINVAL));
        })
        .join()
        .unwrap();
    });
}

/// A descriptor's owner would close what is another's: only the unsafe function takes them apart.
#[test]
fn unshare_keeps_the_descriptors() {
    let files = UnshareFlags::from_bits_retain(c::CLONE_FILES);
    assert_eq!(thread::unshare(files), Err(Errno::EINVAL));
    assert_eq!(
        thread::unshare(files | UnshareFlags::FS),
        Err(Errno::EINVAL)
    );
}

#[test]
fn unshare_files_takes_the_descriptors_apart() {
    in_child(|| {
        let there = child::spawn(|| {
            // SAFETY: what this thread opens, it closes; it shares nothing.
            unsafe { thread::unshare_files() }.unwrap();
            let file = File::open("/proc/self/status").unwrap();
            let number = file.as_raw_fd();
            let task = format!("/proc/self/task/{}/fd/{number}", thread::gettid());
            let here = std::fs::read_link(task).is_ok();
            let main = std::fs::read_link(format!("/proc/self/fd/{number}"));
            (here, main.is_ok_and(|path| path.ends_with("status")))
        });
        assert_eq!(there.join().unwrap(), (true, false));
    });
}

#[test]
fn capabilities_are_those_that_proc_shows() {
    in_child(|| {
        let shown = || CapabilitySets {
            effective: capabilities("CapEff"),
            permitted: capabilities("CapPrm"),
            inheritable: capabilities("CapInh"),
        };
        let before = thread::capget(None).unwrap();
        assert_eq!(before, shown());
        assert_eq!(thread::capget(Some(thread::gettid())), Ok(before));
        let mut sets = before;
        // Of the low and of the high half.
        for one in [Capability::CHOWN, Capability::SYSLOG, Capability::BPF] {
            sets.effective.remove(one);
            sets.inheritable.insert(one);
        }
        if !before.permitted.contains(Capability::BPF) {
            println!("skipped: only the superuser may");
            return;
        }
        assert_eq!(thread::capset(&sets), Ok(()));
        assert_eq!(shown(), sets);
        let chown = std::os::unix::fs::fchown(temporary::file("chown"), Some(1), None);
        assert_eq!(chown.unwrap_err().raw_os_error(), Some(Errno::EPERM.raw()));
        // This thread's only.
        let parent = thread::gettid();
        let other = child::spawn(move || {
            thread::capset(&CapabilitySets::default()).unwrap();
            thread::capget(Some(parent)).unwrap()
        });
        assert_eq!(other.join().unwrap(), sets);
        assert_eq!(thread::capset(&before), Ok(()));
        sets.permitted.remove(Capability::CHOWN);
        sets.inheritable.remove(Capability::CHOWN);
        assert_eq!(thread::capset(&sets), Ok(()));
        assert_eq!(thread::capset(&before), Err(Errno::EPERM));
    });
    let nobody = thread::capget(Some(process::Pid::from_raw(i32::MAX)));
    assert_eq!(nobody, Err(Errno::ESRCH));
}

#[test]
fn a_set_of_capabilities() {
    let mut set = CapabilitySet::from([Capability::KILL, Capability::CHECKPOINT_RESTORE]);
    assert_eq!(set.bits(), 1 << 5 | 1 << 40);
    assert_eq!(format!("{set:?}"), "{5, 40}");
    set.remove(Capability::KILL);
    set.insert(Capability::from_raw(64)); // it has no place
    assert_eq!(
        set.iter().collect::<Vec<_>>(),
        [Capability::CHECKPOINT_RESTORE]
    );
    assert!(
        !set.contains(Capability::from_raw(64)) && !set.contains(Capability::from_raw(40 + 64))
    );
    assert!(CapabilitySet::EMPTY.is_empty() && !set.is_empty());
}

#[test]
fn the_bounding_and_the_ambient_set() {
    if !is_root() {
        return;
    }
    in_child(|| {
        for one in CapabilitySet::from_bits((1 << 41) - 1).iter() {
            let shown = capabilities("CapBnd").contains(one);
            assert_eq!(thread::capbset_read(one), Ok(shown), "{one:?}");
        }
        let unknown = Capability::from_raw(63);
        assert_eq!(thread::capbset_read(unknown), Err(Errno::EINVAL));
        assert_eq!(thread::cap_ambient_is_set(unknown), Err(Errno::EINVAL));

        let (kill, chown) = (Capability::KILL, Capability::CHOWN);
        assert_eq!(
            thread::cap_ambient_raise(kill),
            Err(Errno::EPERM),
            "it is not inheritable"
        );
        let mut sets = thread::capget(None).unwrap();
        sets.inheritable.extend([kill, chown]);
        thread::capset(&sets).unwrap();
        assert_eq!(thread::cap_ambient_raise(kill), Ok(()));
        assert_eq!(thread::cap_ambient_raise(chown), Ok(()));
        assert_eq!(capabilities("CapAmb"), CapabilitySet::from([kill, chown]));
        assert_eq!(thread::cap_ambient_is_set(kill), Ok(true));
        assert_eq!(thread::cap_ambient_lower(kill), Ok(()));
        assert_eq!(thread::cap_ambient_is_set(kill), Ok(false));
        assert_eq!(capabilities("CapAmb"), CapabilitySet::from([chown]));
        assert_eq!(thread::cap_ambient_clear_all(), Ok(()));
        assert_eq!(capabilities("CapAmb"), CapabilitySet::EMPTY);

        assert_eq!(thread::capbset_drop(kill), Ok(()));
        assert_eq!(thread::capbset_read(kill), Ok(false));
        assert!(!capabilities("CapBnd").contains(kill));
        sets.effective.remove(Capability::SETPCAP);
        thread::capset(&sets).unwrap();
        assert_eq!(thread::capbset_drop(chown), Err(Errno::EPERM));
    });
}

#[test]
fn what_the_superuser_s_ids_mean() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let all = thread::capget(None).unwrap().permitted;
        assert_eq!(thread::get_securebits(), Ok(SecureBits::empty()));
        assert_eq!(thread::get_keepcaps(), Ok(false));
        assert_eq!(thread::set_keepcaps(true), Ok(()));
        assert_eq!(thread::get_keepcaps(), Ok(true));
        assert_eq!(thread::get_securebits(), Ok(SecureBits::KEEP_CAPS));
        let user = Some(Uid::from_raw(70_000));
        thread::setresuid(user, user, user).unwrap();
        let sets = thread::capget(None).unwrap();
        assert_eq!(
            (sets.permitted, sets.effective),
            (all, CapabilitySet::EMPTY)
        );
        assert_eq!(
            thread::set_securebits(SecureBits::NOROOT),
            Err(Errno::EPERM)
        );
        thread::capset(&CapabilitySets {
            effective: all,
            ..sets
        })
        .unwrap();
        let bits = SecureBits::NOROOT | SecureBits::KEEP_CAPS_LOCKED;
        assert_eq!(thread::set_securebits(bits), Ok(()));
        assert_eq!(thread::get_securebits(), Ok(bits));
        assert_eq!(
            thread::set_keepcaps(true),
            Err(Errno::EPERM),
            "it is locked"
        );
    });
}

/// Calls that give no descriptor leave none either.
#[test]
fn descriptors_never_leak() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let calls: [Result<()>; 3] = [
            thread::unshare(UnshareFlags::FS),
            thread::capget(None).map(drop),
            thread::setns(temporary::file("leak").as_fd(), UnshareFlags::empty()),
        ];
        assert_eq!(calls, [Ok(()), Ok(()), Err(Errno::EINVAL)]);
        assert_eq!(count(), before);
    });
}
