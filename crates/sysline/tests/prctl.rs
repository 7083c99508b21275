//! The operations of `prctl` and of its kin on processes and threads, against what `/proc` shows and what becomes of who
//! does what they forbid.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, is_root};
use emulator::skipped;
use std::ffi::c_void;
use std::fs::read_to_string;
use std::io::{Read, Write};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::sync::atomic::{AtomicI32, Ordering};
use sysline::process::{
    self, CoreScope, Dumpable, Fork, KillTarget, Mdwe, Pid, Ptracer, Uid, WaitOptions, WaitStatus,
    WaitTarget,
};
use sysline::signal::Signal;
use sysline::thread::{
    self, Capability, CapabilitySets, MceKill, Persona, SeccompMode, Speculation,
    SpeculationControl, SyscallDispatch,
};
use sysline::{Errno, Result};

/// Whether an emulator does not know an operation, of which it passes on some only.
#[track_caller]
fn emulated<T>(result: &Result<T>, what: &str) -> bool {
    result.as_ref().err() == Some(&Errno::EINVAL)
        && std::env::var_os("SYSLINE_EMULATOR").is_some()
        && skipped(what)
}

/// Whether the kernel is older.
fn before(major: u32, minor: u32) -> bool {
    let release = read_to_string("/proc/sys/kernel/osrelease").unwrap();
    let mut parts = release
        .split('.')
        .map(|part| part.parse::<u32>().unwrap_or(0));
    (parts.next().unwrap(), parts.next().unwrap()) < (major, minor)
}

/// Whether an operation is not known to a kernel that is older than it.
fn too_old<T>(result: &Result<T>, major: u32, minor: u32) -> bool {
    result.as_ref().err() == Some(&Errno::EINVAL) && before(major, minor)
}

/// What stands behind a name in `/proc/thread-self/status`, if it is there.
fn status(name: &str) -> Option<String> {
    let text = read_to_string("/proc/thread-self/status").unwrap();
    let row = text
        .lines()
        .find_map(|row| row.strip_prefix(name)?.strip_prefix(':'));
    row.map(|row| row.trim().to_string())
}

fn may(capability: Capability) -> bool {
    thread::capget(None).unwrap().effective.contains(capability)
}

/// A copy of this process that runs `body`, which makes calls only, and ends with what that gives.
fn forked(body: impl FnOnce() -> i32) -> Pid {
    // SAFETY: as the caller promises; the child ends here.
    match unsafe { process::fork() }.unwrap() {
        Fork::Child => process::exit_group(body()),
        Fork::Parent(pid) => pid,
    }
}

fn wait_for(pid: Pid) -> WaitStatus {
    let waited = process::waitpid(WaitTarget::Child(pid), WaitOptions::empty());
    waited.unwrap().unwrap().1
}

#[test]
fn a_thread_s_name() {
    std::thread::spawn(|| {
        let shown = || {
            let mut name = std::fs::read("/proc/thread-self/comm").unwrap();
            name.pop();
            name
        };
        assert_eq!(thread::get_name().unwrap().as_bytes(), shown());
        for name in ["reader", "", "fifteen-letters"] {
            assert_eq!(thread::set_name(name), Ok(()));
            assert_eq!(shown(), name.as_bytes());
            assert_eq!(thread::get_name().unwrap().as_bytes(), name.as_bytes());
        }
        assert_eq!(thread::set_name(c"sixteen-letters!"), Ok(()));
        assert_eq!(shown(), b"sixteen-letters");
        assert_eq!(thread::get_name().unwrap().as_c_str(), c"sixteen-letters");
        assert_eq!(thread::set_name("a\0b"), Err(Errno::EINVAL));
    })
    .join()
    .unwrap();
}

#[test]
fn a_parent_s_end_is_told() {
    in_child(|| {
        assert_eq!(thread::get_pdeathsig(), Ok(None));
        assert_eq!(thread::set_pdeathsig(Some(Signal::USR1)), Ok(()));
        assert_eq!(thread::get_pdeathsig(), Ok(Some(Signal::USR1)));
        assert_eq!(thread::set_pdeathsig(None), Ok(()));
        assert_eq!(thread::get_pdeathsig(), Ok(None));

        // An orphan becomes this one's child, so that its end can be waited for.
        let none = process::set_child_subreaper(true);
        if emulated(&none, "PR_SET_CHILD_SUBREAPER") {
            return;
        }
        let (mut reader, mut writer) = temporary::pipe();
        let parent = forked(|| {
            let orphan = forked(|| {
                let _ = thread::set_pdeathsig(Some(Signal::KILL));
                let _ = writer.write_all(&process::getpid().raw().to_ne_bytes());
                loop {
                    let _ = thread::pause();
                }
            });
            // It ends when the orphan has said its number.
            let mut number = [0; 4];
            let _ = reader.read_exact(&mut number);
            let _ = writer.write_all(&number);
            i32::from(orphan.raw().to_ne_bytes() != number)
        });
        assert_eq!(wait_for(parent).exit_status(), Some(0));
        let mut number = [0; 4];
        reader.read_exact(&mut number).unwrap();
        let orphan = Pid::from_raw(i32::from_ne_bytes(number));
        assert_eq!(wait_for(orphan).term_signal(), Some(Signal::KILL));
    });
}

#[test]
fn orphans_become_a_subreaper_s() {
    in_child(|| {
        let got = process::get_child_subreaper();
        if emulated(&got, "PR_GET_CHILD_SUBREAPER") {
            return;
        }
        assert_eq!(got, Ok(false));
        assert_eq!(process::set_child_subreaper(true), Ok(()));
        assert_eq!(process::get_child_subreaper(), Ok(true));
        let (mut reader, mut writer) = temporary::pipe();
        let parent = forked(|| {
            let orphan = forked(|| {
                loop {
                    let _ = thread::pause();
                }
            });
            i32::from(writer.write_all(&orphan.raw().to_ne_bytes()).is_err())
        });
        assert_eq!(wait_for(parent).exit_status(), Some(0));
        let mut number = [0; 4];
        reader.read_exact(&mut number).unwrap();
        let orphan = Pid::from_raw(i32::from_ne_bytes(number));
        let stat = read_to_string(format!("/proc/{orphan}/task/{orphan}/stat")).unwrap();
        let parent = stat.rsplit_once(") ").unwrap().1.split(' ').nth(1).unwrap();
        assert_eq!(parent, process::getpid().to_string());
        process::kill(KillTarget::Process(orphan), Signal::KILL).unwrap();
        assert_eq!(wait_for(orphan).term_signal(), Some(Signal::KILL));
        assert_eq!(process::set_child_subreaper(false), Ok(()));
        assert_eq!(process::get_child_subreaper(), Ok(false));
    });
}

/// What may not be dumped is the superuser's in `/proc`.
#[test]
fn whether_memory_may_be_dumped() {
    in_child(|| {
        let got = process::get_dumpable();
        if emulated(&got, "PR_GET_DUMPABLE") {
            return;
        }
        assert_eq!(got, Ok(Dumpable::YES));
        if is_root() {
            let user = Some(Uid::from_raw(70_000));
            thread::setresuid(user, user, user).unwrap();
        }
        let owner = || std::fs::metadata("/proc/self/environ").unwrap().uid();
        let user = process::geteuid().raw();
        for (dumpable, expected) in [(Dumpable::NO, 0), (Dumpable::YES, user)] {
            assert_eq!(process::set_dumpable(dumpable), Ok(()));
            assert_eq!(process::get_dumpable(), Ok(dumpable));
            assert_eq!(owner(), expected);
        }
        assert_eq!(
            process::set_dumpable(Dumpable::ROOT_ONLY),
            Err(Errno::EINVAL)
        );
    });
}

/// Yama's, where the kernel has it.
#[test]
fn who_may_trace() {
    in_child(|| {
        let yama = Path::new("/proc/sys/kernel/yama").exists();
        let expected = if yama { Ok(()) } else { Err(Errno::EINVAL) };
        for tracer in [
            Ptracer::Any,
            Ptracer::Process(process::getppid()),
            Ptracer::None,
        ] {
            let set = process::set_ptracer(tracer);
            if emulated(&set, "PR_SET_PTRACER") {
                return;
            }
            assert_eq!(set, expected, "{tracer:?}");
        }
    });
    let none = Ptracer::Process(Pid::from_raw(0));
    assert_eq!(process::set_ptracer(none), Err(Errno::EINVAL));
}

#[test]
fn huge_pages() {
    in_child(|| {
        let got = process::get_thp_disable();
        if emulated(&got, "PR_GET_THP_DISABLE") {
            return;
        }
        let shown = || status("THP_enabled");
        for disable in [true, false] {
            assert_eq!(process::set_thp_disable(disable), Ok(()));
            assert_eq!(process::get_thp_disable(), Ok(disable));
            let expected = if disable { "0" } else { "1" };
            assert!(
                shown().is_none_or(|shown| shown == expected),
                "{:?}",
                shown()
            );
        }
    });
}

#[test]
fn memory_that_is_merged() {
    in_child(|| {
        let got = process::get_memory_merge();
        if emulated(&got, "PR_GET_MEMORY_MERGE") || too_old(&got, 6, 4) {
            return;
        }
        if !Path::new("/sys/kernel/mm/ksm").exists() && got == Err(Errno::EINVAL) {
            return println!("a kernel without CONFIG_KSM");
        }
        assert_eq!(got, Ok(false));
        let shown = || {
            let text = read_to_string("/proc/self/ksm_stat").ok()?;
            let row = text
                .lines()
                .find_map(|row| row.strip_prefix("ksm_merge_any:"));
            row.map(|row| row.trim().to_string())
        };
        for (merge, word) in [(true, "yes"), (false, "no")] {
            assert_eq!(process::set_memory_merge(merge), Ok(()));
            assert_eq!(process::get_memory_merge(), Ok(merge));
            assert!(shown().is_none_or(|shown| shown == word));
        }
    });
}

// SAFETY: the signatures are those of `sys/mman.h`.
unsafe extern "C" {
    fn mmap(
        at: *mut c_void,
        len: usize,
        prot: i32,
        flags: i32,
        fd: i32,
        offset: isize,
    ) -> *mut c_void;
    fn mprotect(at: *mut c_void, len: usize, prot: i32) -> i32;
}

/// A page of memory that can be read and written.
fn page() -> *mut c_void {
    let (private, anonymous) = (
        2,
        if cfg!(target_arch = "mips64") {
            0x800
        } else {
            0x20
        },
    );
    // SAFETY: it is new.
    let page = unsafe { mmap(core::ptr::null_mut(), 4096, 3, private | anonymous, -1, 0) };
    assert_ne!(page.addr(), usize::MAX);
    page
}

#[test]
fn memory_that_becomes_executable() {
    in_child(|| {
        let got = process::get_mdwe();
        if emulated(&got, "PR_GET_MDWE") || too_old(&got, 6, 3) {
            return;
        }
        assert_eq!(got, Ok(Mdwe::empty()));
        // SAFETY: nobody else has it.
        let executable = |page| unsafe { mprotect(page, 4096, 1 | 4) };
        assert_eq!(executable(page()), 0);
        assert_eq!(
            process::set_mdwe(Mdwe::NO_INHERIT),
            Err(Errno::EINVAL),
            "alone"
        );
        assert_eq!(process::set_mdwe(Mdwe::REFUSE_EXEC_GAIN), Ok(()));
        assert_eq!(process::get_mdwe(), Ok(Mdwe::REFUSE_EXEC_GAIN));
        assert_eq!(executable(page()), -1);
        assert_eq!(
            process::set_mdwe(Mdwe::empty()),
            Err(Errno::EPERM),
            "for good"
        );
    });
}

/// A type and a value, as often as there are any.
#[test]
fn the_auxiliary_vector() {
    let mut vector = [0u8; 1024];
    let got = process::get_auxv(&mut vector);
    if emulated(&got, "PR_GET_AUXV") || too_old(&got, 6, 4) {
        return;
    }
    let len = got.unwrap().min(vector.len());
    let shown = std::fs::read("/proc/self/auxv").unwrap();
    assert!(shown.len() <= len && shown.len() >= 16 * size_of::<usize>());
    assert_eq!(vector[..shown.len()], shown);
    // For no room it says how much it would need.
    assert_eq!(process::get_auxv(&mut []), got);
}

#[test]
fn performance_counters() {
    in_child(|| {
        let stopped = process::task_perf_events_disable();
        if emulated(&stopped, "PR_TASK_PERF_EVENTS_DISABLE") {
            return;
        }
        let built = Path::new("/proc/sys/kernel/perf_event_paranoid").exists();
        let expected = if built { Ok(()) } else { Err(Errno::EINVAL) };
        assert_eq!(stopped, expected);
        assert_eq!(process::task_perf_events_enable(), expected);
    });
}

#[test]
fn memory_with_a_name() {
    let page = page();
    // SAFETY: it is this test's own.
    let name = |name, len| unsafe { process::set_vma_anon_name(page, len, name) };
    let named = name(Some(c"sysline test"), 4096);
    if named == Err(Errno::EINVAL) {
        // A kernel without CONFIG_ANON_VMA_NAME, or an emulator.
        let config =
            read_to_string("/proc/config").is_ok_and(|it| it.contains("CONFIG_ANON_VMA_NAME=y"));
        assert!(!config);
        return println!("a kernel without CONFIG_ANON_VMA_NAME");
    }
    assert_eq!(named, Ok(()));
    let maps = || read_to_string("/proc/self/maps").unwrap();
    assert!(maps().contains("[anon:sysline test]"));
    assert_eq!(name(Some(c"no [name]"), 4096), Err(Errno::EINVAL));
    assert_eq!(name(None, 4096), Ok(()));
    assert!(!maps().contains("[anon:sysline test]"));
}

#[test]
fn what_the_kernel_keeps_of_memory() {
    const ARG_END: u32 = 9; // PR_SET_MM_ARG_END
    let field = |number: usize| -> usize {
        let stat = read_to_string("/proc/thread-self/stat").unwrap();
        let fields = stat.rsplit_once(") ").unwrap().1;
        let field: u64 = fields.split(' ').nth(number - 3).unwrap().parse().unwrap();
        field as usize // in an emulator it is one of the emulator's
    };
    in_child(|| {
        let (start, end) = (field(48), field(49));
        // SAFETY: nobody reads the arguments' end.
        let set = |to: usize| unsafe { process::set_mm(ARG_END, to, 0, 0) };
        if may(Capability::SYS_RESOURCE) && start != 0 {
            let shorter = set(end - 1);
            if emulated(&shorter, "PR_SET_MM") {
                return;
            }
            assert_eq!(shorter, Ok(()));
            assert_eq!(field(49), end - 1);
        }
        thread::capset(&CapabilitySets::default()).unwrap();
        let refused = set(end);
        if emulated(&refused, "PR_SET_MM") {
            return;
        }
        assert_eq!(refused, Err(Errno::EPERM));
    });
}

/// `CONFIG_SCHED_CORE`, and more than one thread of a core.
#[test]
fn cookies_of_cores() {
    in_child(|| {
        let got = process::sched_core_get(None);
        match got {
            Err(Errno::EINVAL | Errno::ENODEV) => {
                for scope in [
                    CoreScope::THREAD,
                    CoreScope::THREAD_GROUP,
                    CoreScope::PROCESS_GROUP,
                ] {
                    assert_eq!(process::sched_core_create(None, scope).err(), got.err());
                    assert_eq!(process::sched_core_share_to(None, scope).err(), got.err());
                }
                let this = thread::gettid();
                assert_eq!(process::sched_core_share_from(this).err(), got.err());
                println!("no core scheduling here");
            }
            got => {
                assert_eq!(got, Ok(0));
                assert_eq!(process::sched_core_create(None, CoreScope::THREAD), Ok(()));
                let cookie = process::sched_core_get(None).unwrap();
                assert_ne!(cookie, 0);
                let parent = thread::gettid();
                in_child(|| {
                    assert_eq!(process::sched_core_create(None, CoreScope::THREAD), Ok(()));
                    assert_ne!(process::sched_core_get(None), Ok(cookie));
                    assert_eq!(process::sched_core_share_from(parent), Ok(()));
                    assert_eq!(process::sched_core_get(None), Ok(cookie));
                    let this = Some(parent);
                    assert_eq!(
                        process::sched_core_share_to(this, CoreScope::THREAD),
                        Ok(())
                    );
                });
            }
        }
    });
}

static TID: AtomicI32 = AtomicI32::new(0);

/// A kernel of 64 bits writes eight bytes for a program of 32 too, which are more than an address.
#[test]
fn the_address_that_is_cleared() {
    in_child(|| {
        let before = thread::get_tid_address();
        if emulated(&before, "PR_GET_TID_ADDRESS") {
            return;
        }
        if before == Err(Errno::EINVAL) {
            assert!(!Path::new("/proc/sys/kernel/ns_last_pid").exists());
            return println!("a kernel without CONFIG_CHECKPOINT_RESTORE");
        }
        assert!(!before.unwrap().is_null(), "a C library's");
        // SAFETY: it is there for ever; the copy has no other thread that would wait.
        let tid = unsafe { thread::set_tid_address(TID.as_ptr()) };
        assert_eq!(tid, thread::gettid());
        assert_eq!(thread::get_tid_address(), Ok(TID.as_ptr()));
        assert_eq!(TID.load(Ordering::Relaxed), 0);
    });
}

#[test]
fn no_new_rights() {
    std::thread::spawn(|| {
        let shown = || status("NoNewPrivs").unwrap();
        if shown() == "0" {
            assert_eq!(thread::get_no_new_privs(), Ok(false));
        }
        assert_eq!(thread::set_no_new_privs(), Ok(()));
        assert_eq!(thread::get_no_new_privs(), Ok(true));
        assert_eq!(shown(), "1");
    })
    .join()
    .unwrap();
}

#[test]
fn a_filter_of_calls() {
    let got = thread::get_seccomp();
    if emulated(&got, "PR_GET_SECCOMP") {
        return;
    }
    let shown = status("Seccomp").map(|mode| mode.parse().unwrap());
    match shown {
        Some(mode) => assert_eq!(got, Ok(SeccompMode::from_raw(mode))),
        None => assert_eq!(got, Err(Errno::EINVAL)),
    }
    // The one call that is not in the list of the strict mode.
    let strict = forked(|| {
        // SAFETY: it takes numbers; the child makes one more call.
        let set: Result<()> =
            unsafe { sysline::abi::sysnb(sysline::nr::SYS_PRCTL, (22, 1, 0, 0, 0)) };
        if set.is_err() {
            return 77;
        }
        let _ = thread::get_seccomp();
        0
    });
    let status = wait_for(strict);
    if status.exit_status() == Some(77) {
        assert_eq!(shown, None, "a kernel without CONFIG_SECCOMP");
        return;
    }
    assert_eq!(status.term_signal(), Some(Signal::KILL));
}

#[test]
fn how_long_waits_may_be() {
    std::thread::spawn(|| {
        let start = thread::get_timerslack();
        if emulated(&start, "PR_GET_TIMERSLACK") {
            return;
        }
        let shown = || -> Option<usize> {
            let text = read_to_string("/proc/self/timerslack_ns").ok()?;
            text.trim().parse().ok()
        };
        assert_eq!(thread::set_timerslack(123_456), Ok(()));
        assert_eq!(thread::get_timerslack(), Ok(123_456));
        // The file is the first thread's.
        assert_ne!(shown(), Some(123_456));
        assert_eq!(thread::set_timerslack(0), Ok(()));
        assert_eq!(thread::get_timerslack(), start);
    })
    .join()
    .unwrap();
    in_child(|| {
        if thread::set_timerslack(70_000) == Ok(()) {
            let text = read_to_string("/proc/self/timerslack_ns").unwrap();
            assert_eq!(text.trim(), "70000");
        }
    });
}

#[test]
fn who_writes_what_others_wait_for() {
    in_child(|| {
        let got = thread::get_io_flusher();
        if emulated(&got, "PR_GET_IO_FLUSHER") || too_old(&got, 5, 6) {
            return;
        }
        if may(Capability::SYS_RESOURCE) {
            assert_eq!(got, Ok(false));
            assert_eq!(thread::set_io_flusher(true), Ok(()));
            assert_eq!(thread::get_io_flusher(), Ok(true));
            assert_eq!(thread::set_io_flusher(false), Ok(()));
            assert_eq!(thread::get_io_flusher(), Ok(false));
        }
        thread::capset(&CapabilitySets::default()).unwrap();
        assert_eq!(thread::get_io_flusher(), Err(Errno::EPERM));
        assert_eq!(thread::set_io_flusher(true), Err(Errno::EPERM));
    });
}

#[test]
fn when_errors_of_memory_are_told() {
    in_child(|| {
        let got = thread::get_mce_kill();
        if emulated(&got, "PR_MCE_KILL_GET") {
            return;
        }
        assert_eq!(got, Ok(MceKill::DEFAULT));
        for policy in [MceKill::EARLY, MceKill::LATE] {
            assert_eq!(thread::set_mce_kill(policy), Ok(()));
            assert_eq!(thread::get_mce_kill(), Ok(policy));
        }
        assert_eq!(thread::clear_mce_kill(), Ok(()));
        assert_eq!(thread::get_mce_kill(), Ok(MceKill::DEFAULT));
        assert_eq!(
            thread::set_mce_kill(MceKill::from_raw(9)),
            Err(Errno::EINVAL)
        );
    });
}

/// In the words of `/proc/PID/status`.
#[test]
fn what_is_done_ahead_of_time() {
    in_child(|| {
        type Control = SpeculationControl;
        let got = thread::get_speculation_ctrl(Speculation::STORE_BYPASS);
        if emulated(&got, "PR_GET_SPECULATION_CTRL") {
            return;
        }
        let told = |got: Control| match got {
            got if got.is_empty() => "not vulnerable",
            got if got == Control::PRCTL | Control::FORCE_DISABLE => "thread force mitigated",
            got if got == Control::PRCTL | Control::DISABLE => "thread mitigated",
            got if got == Control::PRCTL | Control::ENABLE => "thread vulnerable",
            got if got == Control::DISABLE => "globally mitigated",
            _ => "vulnerable",
        };
        let shown = || status("Speculation_Store_Bypass").unwrap();
        let got = match got {
            Err(Errno::ENODEV | Errno::EINVAL) => {
                assert_eq!(shown(), "unknown");
                let set = thread::set_speculation_ctrl(Speculation::STORE_BYPASS, Control::DISABLE);
                assert_eq!(set.err(), got.err());
                return;
            }
            got => got.unwrap(),
        };
        assert_eq!(told(got), shown());
        let set = |control| thread::set_speculation_ctrl(Speculation::STORE_BYPASS, control);
        if !got.contains(Control::PRCTL) {
            let refused = set(Control::DISABLE);
            // powerpc's kernel tells it and has no way to set it (arch/powerpc/kernel/security.c); an emulator asks the host's.
            let powerpc = cfg!(any(target_arch = "powerpc", target_arch = "powerpc64"));
            if !(powerpc && refused == Err(Errno::EINVAL)) {
                assert_eq!(refused, Err(Errno::ENXIO));
            }
            return;
        }
        if got == Control::PRCTL | Control::ENABLE {
            assert_eq!(set(Control::DISABLE), Ok(()));
            assert_eq!(shown(), "thread mitigated");
            assert_eq!(set(Control::ENABLE), Ok(()));
        }
        assert_eq!(set(Control::FORCE_DISABLE), Ok(()));
        assert_eq!(shown(), "thread force mitigated");
        assert_eq!(set(Control::ENABLE), Err(Errno::EPERM));
    });
    let unknown = Speculation::from_raw(99);
    let got = thread::get_speculation_ctrl(unknown);
    assert!(
        [Err(Errno::ENODEV), Err(Errno::EINVAL)].contains(&got),
        "{got:?}"
    );
}

/// Where the selector says so, a call is a signal.
#[test]
fn calls_that_go_to_the_program() {
    static SELECTOR: [u8; 2] = [0, 1]; // SYSCALL_DISPATCH_FILTER_ALLOW, …_BLOCK
    // SAFETY: the selectors are there for ever, and the child takes what comes.
    let set = |mode, selector: usize| unsafe {
        thread::set_syscall_user_dispatch(mode, 0, 0, &SELECTOR[selector])
    };
    let blocked = forked(|| {
        let Ok(()) = set(SyscallDispatch::EXCLUSIVE_ON, 0) else {
            return 77;
        };
        let allowed = process::getppid().raw() > 0;
        // SAFETY: as above.
        let off = unsafe {
            thread::set_syscall_user_dispatch(SyscallDispatch::OFF, 0, 0, core::ptr::null())
        };
        if !allowed || off.is_err() || set(SyscallDispatch::EXCLUSIVE_ON, 1).is_err() {
            return 1;
        }
        process::getppid().raw() & 1 // this one
    });
    let status = wait_for(blocked);
    if status.exit_status() == Some(77) {
        // Architectures without the kernel's generic entry, and emulators.
        let there = cfg!(any(target_arch = "x86", target_arch = "x86_64"));
        assert!(!there, "since Linux 5.11");
        return;
    }
    assert_eq!(status.term_signal(), Some(Signal::SYS), "{status}");
    // What is off has neither a range nor a selector.
    let wrong = set(SyscallDispatch::OFF, 0);
    assert_eq!(wrong, Err(Errno::EINVAL));
}

#[test]
fn how_a_thread_differs_from_linux_s() {
    in_child(|| {
        let start = thread::get_personality().unwrap();
        let shown = || {
            let text = read_to_string("/proc/self/personality").unwrap();
            u32::from_str_radix(text.trim(), 16).unwrap()
        };
        assert_eq!(start.bits(), shown());
        let new = start | Persona::ADDR_NO_RANDOMIZE | Persona::UNAME26;
        assert_eq!(thread::personality(new), Ok(start));
        assert_eq!(shown(), new.bits());
        assert_eq!(thread::get_personality(), Ok(new));
        // UNAME26: 2.6.40 and more, in what the call tells.
        if std::env::var_os("SYSLINE_EMULATOR").is_none() {
            let names = sysline::system::uname().unwrap();
            let release = names.release().to_str().unwrap();
            assert!(release.starts_with("2.6."), "{release}");
        }
        assert_eq!(thread::personality(start), Ok(new));
        // A thread's own.
        child::spawn(move || thread::personality(new).unwrap())
            .join()
            .unwrap();
        assert_eq!(thread::get_personality(), Ok(start));
    });
    // The kernel would take a handler's code for addresses. All bits are its way to change nothing, which this is not.
    for refused in [Persona::FDPIC_FUNCPTRS, Persona::all()] {
        assert_eq!(thread::personality(refused), Err(Errno::EINVAL));
    }
}

#[cfg(target_arch = "x86_64")]
#[test]
fn where_registers_begin() {
    // Before the address of FS lie the thread's variables; the first word there is its own address (x86-64 ABI).
    let fs = thread::get_fs_base().unwrap();
    let own: usize;
    // SAFETY: it reads that word.
    unsafe { std::arch::asm!("mov {}, fs:[0]", out(reg) own, options(nostack, readonly)) };
    assert_eq!(fs, own);
    std::thread::spawn(|| {
        let before = thread::get_gs_base().unwrap();
        let words = [0x1234usize, 0x5678];
        // SAFETY: nothing in this program uses GS; FS stays where it is.
        unsafe {
            thread::set_gs_base((&raw const words).cast()).unwrap();
            let second: usize;
            std::arch::asm!("mov {}, gs:[8]", out(reg) second, options(nostack, readonly));
            assert_eq!(second, 0x5678);
            assert_eq!(thread::get_gs_base(), Ok((&raw const words).addr()));
            thread::set_gs_base(core::ptr::without_provenance(before)).unwrap();
            let fs = thread::get_fs_base().unwrap();
            thread::set_fs_base(core::ptr::with_exposed_provenance(fs)).unwrap();
            assert_eq!(thread::get_fs_base(), Ok(fs));
            // None of the program's addresses.
            let wrong = thread::set_gs_base(core::ptr::without_provenance(usize::MAX));
            assert_eq!(wrong, Err(Errno::EPERM));
        }
    })
    .join()
    .unwrap();
}

#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
#[test]
fn instructions_that_are_forbidden() {
    use thread::Tsc;
    let read = || {
        #[cfg(target_arch = "x86")]
        use std::arch::x86::_rdtsc;
        #[cfg(target_arch = "x86_64")]
        use std::arch::x86_64::_rdtsc;
        // SAFETY: every processor of today has it.
        unsafe { _rdtsc() }
    };
    assert_eq!(thread::get_tsc(), Ok(Tsc::ENABLE));
    let status = wait_for(forked(|| {
        if thread::set_tsc(Tsc::SIGSEGV).is_err() || thread::get_tsc() != Ok(Tsc::SIGSEGV) {
            return 1;
        }
        i32::from(read() == 0)
    }));
    assert_eq!(status.term_signal(), Some(Signal::SEGV), "{status}");
    assert_eq!(thread::set_tsc(Tsc::from_raw(9)), Err(Errno::EINVAL));

    assert_eq!(thread::get_cpuid(), Ok(true));
    let status = wait_for(forked(|| {
        match thread::set_cpuid(false) {
            Err(Errno::ENODEV) => return 77,
            Err(_) => return 1,
            Ok(()) => {}
        }
        if thread::get_cpuid() != Ok(false) {
            return 2;
        }
        #[cfg(target_arch = "x86")]
        use std::arch::x86::__cpuid;
        #[cfg(target_arch = "x86_64")]
        use std::arch::x86_64::__cpuid;
        #[allow(unused_unsafe)] // by the compiler's version
        // SAFETY: every processor of today has it.
        let told = unsafe { __cpuid(0) };
        i32::from(told.eax == 0)
    }));
    let expected = (status.term_signal(), status.exit_status());
    assert!(
        [(Some(Signal::SEGV), None), (None, Some(77))].contains(&expected),
        "{status}"
    );
}
