//! `process::exec`: copies of this process, and other programs in it, which are this test again: a machine may have no
//! other.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
#[allow(dead_code)] // it starts programs too
#[path = "../../../tests/support/runner.rs"]
mod runner;
mod temporary;

use child::{in_child, in_namespaces, is_root};
use emulator::skipped;
use linux_raw_sys::general::CLONE_NEWPID;
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::Read;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd};
use std::path::Path;
use sysline::fs::{AtFlags, CWD};
use sysline::process::{
    self, CloneArgs, CloneFlags, ExecArg, Fork, Pid, WaitOptions, WaitStatus, WaitTarget,
};
use sysline::signal::Signal;
use sysline::{Errno, Result, abi, nr};

/// Where this names a test's part, this program is the one that was run.
const PART: &str = "SYSLINE_EXEC_PART";

fn wait_with(pid: Pid, options: WaitOptions) -> WaitStatus {
    process::waitpid(WaitTarget::Child(pid), options)
        .unwrap()
        .unwrap()
        .1
}

fn wait_for(pid: Pid) -> WaitStatus {
    wait_with(pid, WaitOptions::empty())
}

#[test]
fn fork_copies_the_process() {
    let mut value = 1u32;
    // SAFETY: the child makes calls only.
    let pid = match unsafe { process::fork() }.unwrap() {
        Fork::Child => {
            value += 1;
            let parent = process::getppid().raw() != 0;
            process::exit_group(i32::from(parent) << 4 | value as i32)
        }
        Fork::Parent(pid) => pid,
    };
    assert_ne!(pid, process::getpid());
    assert_eq!(wait_for(pid).exit_status(), Some(0x12));
    assert_eq!(value, 1, "its own copy");
}

/// The parent sees what the child did before it let it go on, and nothing of what it did to its memory.
#[test]
fn vfork_waits_for_the_child() {
    let (mut reader, writer) = temporary::pipe();
    let mut value = 1u32;
    // SAFETY: the child makes calls only.
    let pid = match unsafe { process::vfork() } {
        Ok(Fork::Child) => {
            value = 7;
            std::hint::black_box(&mut value);
            // SAFETY: the kernel reads one byte.
            let _: Result<usize> = unsafe { abi::sys(nr::SYS_WRITE, (writer.as_fd(), &[9u8][..])) };
            process::exit_group(value as i32)
        }
        Ok(Fork::Parent(pid)) => pid,
        Err(errno) => panic!("{errno}"),
    };
    // The child has written: only so did this go on.
    let mut written = Poll {
        fd: reader.as_raw_fd(),
        events: 1,
        revents: 0,
    };
    // SAFETY: it is one.
    let ready = unsafe { poll(&mut written, 1, 0) };
    assert!(ready == 1 || emulated("vfork does not wait"), "{ready}");
    assert_eq!(wait_for(pid).exit_status(), Some(7));
    assert_eq!(std::hint::black_box(value), 1);
    let mut byte = [0];
    reader.read_exact(&mut byte).unwrap();
    assert_eq!(byte, [9]);
}

/// `clone3`, or why there is none: the emulator does not know it.
fn cloned(args: &CloneArgs<'_>, body: impl FnOnce() -> i32) -> Option<process::Cloned> {
    // SAFETY: the child makes calls only.
    match unsafe { process::clone3(args) } {
        Ok(Fork::Child) => process::exit_group(body()),
        Ok(Fork::Parent(child)) => Some(child),
        Err(Errno::ENOSYS) if skipped("clone3") => None,
        Err(errno) => panic!("{errno}"),
    }
}

#[test]
fn clone3_copies_as_fork_does() {
    let Some(child) = cloned(&CloneArgs::default(), || 6) else {
        return;
    };
    assert!(child.pidfd.is_none());
    assert_eq!(wait_for(child.pid).exit_status(), Some(6));
}

#[test]
fn clone3_gives_a_descriptor() {
    let args = CloneArgs {
        pidfd: true,
        ..Default::default()
    };
    let Some(child) = cloned(&args, || 3) else {
        return;
    };
    let pidfd = child.pidfd.unwrap();
    let info = format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd());
    let info = std::fs::read_to_string(info).unwrap();
    let row = info
        .lines()
        .find_map(|row| row.strip_prefix("Pid:"))
        .unwrap();
    assert_eq!(row.trim(), child.pid.to_string());
    let told = process::waitid(
        process::WaitId::PidFd(pidfd.as_fd()),
        process::WaitidOptions::EXITED,
    );
    assert_eq!(told.unwrap().unwrap().exit_status(), Some(3));
}

#[test]
fn clone3_gives_a_child_its_numbers() {
    if !is_root() {
        return;
    }
    in_namespaces(CLONE_NEWPID, || {
        in_child(|| {
            assert_eq!(process::getpid().raw(), 1);
            let args = CloneArgs {
                set_tid: &[Pid::from_raw(300)],
                ..Default::default()
            };
            let Some(child) = cloned(&args, || i32::from(process::getpid().raw() == 300)) else {
                return;
            };
            assert_eq!(child.pid.raw(), 300);
            assert_eq!(wait_for(child.pid).exit_status(), Some(1));
            // In its own namespace and in this one.
            let args = CloneArgs {
                flags: CloneFlags::NEWPID,
                set_tid: &[Pid::from_raw(1), Pid::from_raw(400)],
                ..Default::default()
            };
            let child = cloned(&args, || process::getpid().raw() + 1).unwrap();
            assert_eq!(child.pid.raw(), 400);
            assert_eq!(wait_for(child.pid).exit_status(), Some(2));
        });
    });
}

#[test]
fn clone3_makes_namespaces_and_shares() {
    if !is_root() {
        return;
    }
    let args = CloneArgs {
        flags: CloneFlags::NEWPID,
        ..Default::default()
    };
    let Some(child) = cloned(&args, || process::getpid().raw()) else {
        return;
    };
    assert_eq!(wait_for(child.pid).exit_status(), Some(1));

    in_child(|| {
        std::env::set_current_dir("/proc").unwrap();
        let args = CloneArgs {
            flags: CloneFlags::FS,
            ..Default::default()
        };
        let child = cloned(&args, || {
            let moved: Result<()> = abi::with_c_str("/", |root| {
                // SAFETY: the kernel reads the path.
                unsafe { abi::sys(nr::SYS_CHDIR, (root,)) }
            });
            i32::from(moved.is_err())
        });
        assert_eq!(wait_for(child.unwrap().pid).exit_status(), Some(0));
        assert_eq!(std::env::current_dir().unwrap().to_str(), Some("/"));
    });

    // The signal that tells of its end may be another.
    in_child(|| {
        // SAFETY: no handler.
        unsafe { signal(Signal::USR1.raw(), 1) }; // SIG_IGN
        let args = CloneArgs {
            exit_signal: Some(Signal::USR1),
            ..Default::default()
        };
        let child = cloned(&args, || 4).unwrap();
        let ordinary = process::waitpid(WaitTarget::Child(child.pid), WaitOptions::empty());
        assert_eq!(ordinary, Err(Errno::ECHILD));
        assert_eq!(
            wait_with(child.pid, WaitOptions::ALL).exit_status(),
            Some(4)
        );
    });
}

/// `struct pollfd`.
#[repr(C)]
struct Poll {
    fd: i32,
    events: i16,
    revents: i16,
}

// SAFETY: the signatures are those of `poll.h` and `signal.h`.
unsafe extern "C" {
    fn poll(fds: *mut Poll, count: std::ffi::c_ulong, timeout: i32) -> i32;
    fn signal(signal: i32, handler: usize) -> usize;
}

/// A child on the caller's stack would break both, so the call is not made.
#[test]
fn clone3_never_shares_memory() {
    use linux_raw_sys::general as c;
    for flag in [
        c::CLONE_VM,
        c::CLONE_THREAD,
        c::CLONE_SIGHAND,
        c::CLONE_SETTLS,
        c::CLONE_PIDFD,
        c::CLONE_PARENT_SETTID,
        c::CLONE_CHILD_SETTID,
        c::CLONE_CHILD_CLEARTID,
    ]
    .map(u64::from)
    .into_iter()
    .chain([c::CLONE_INTO_CGROUP])
    {
        let args = CloneArgs {
            flags: CloneFlags::from_bits_retain(flag),
            ..Default::default()
        };
        // SAFETY: it is refused.
        let refused = unsafe { process::clone3(&args) };
        assert_eq!(refused.err(), Some(Errno::EINVAL), "{flag:#x}");
    }
}

#[test]
fn clone3_starts_in_a_control_group() {
    let root = File::open("/").unwrap();
    let args = CloneArgs {
        cgroup: Some(root.as_fd()),
        ..Default::default()
    };
    // SAFETY: it is refused: the folder is none of a control group's.
    let refused = unsafe { process::clone3(&args) }.err();
    if refused == Some(Errno::ENOSYS) && skipped("clone3") {
        return;
    }
    assert_eq!(refused, Some(Errno::EBADF));
}

/// # Safety
///
/// `to` is nobody's.
unsafe fn dup3(from: BorrowedFd<'_>, to: i32) -> Result<i32> {
    // SAFETY: as the caller promises.
    unsafe { abi::sys(nr::SYS_DUP3, (from, to, 0)) }
}

/// What runs this test's program anew, and its arguments: it itself, or a runner such as an emulator.
fn this_program() -> (CString, Vec<String>) {
    let this = std::env::args().next().unwrap();
    let runner = runner::runner(Path::new(&this), |variable| std::env::var(variable).ok());
    let Some(first) = runner.first() else {
        return (c"/proc/self/exe".to_owned(), vec![this]);
    };
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let mut paths = std::env::split_paths(&folders).map(|folder| folder.join(first));
    let path = paths.find(|path| path.exists()).unwrap_or(first.into());
    let path = CString::new(path.into_os_string().into_encoded_bytes()).unwrap();
    (path, [runner, vec![this]].concat())
}

/// Runs this test's program anew, for the test `name`, as `run` says; its output is what that has said.
fn run(
    name: &str,
    run: impl FnOnce(&CStr, &[ExecArg<'_>], &[ExecArg<'_>]) -> Errno,
) -> (WaitStatus, String) {
    let (mut reader, writer) = temporary::pipe();
    let (path, mut words) = this_program();
    words.extend([name, "--exact", "--nocapture", "--test-threads=1"].map(String::from));
    let words: Vec<_> = words
        .into_iter()
        .map(|word| CString::new(word).unwrap())
        .collect();
    let argv = ExecArg::list(words.iter().map(CString::as_c_str));
    let part = CString::new(format!("{PART}={}", writer.as_raw_fd())).unwrap();
    let envp = [ExecArg::new(&part), ExecArg::END];
    let nowhere = File::options().write(true).open("/dev/null").unwrap();
    // SAFETY: the child makes calls only.
    let pid = match unsafe { process::fork() }.unwrap() {
        // What its harness says is not this one's.
        // SAFETY: the copy's own output.
        Fork::Child if unsafe { dup3(nowhere.as_fd(), 1) }.is_err() => process::exit_group(99),
        Fork::Child => process::exit_group(run(&path, &argv, &envp).raw()),
        Fork::Parent(pid) => pid,
    };
    drop(writer);
    let status = wait_for(pid);
    let mut said = vec![0; 4096];
    // Not to its end: copies that other tests make have the pipe too.
    let len = match status.exit_status() {
        Some(0) => reader.read(&mut said).unwrap(),
        _ => 0,
    };
    said.truncate(len);
    (status, String::from_utf8(said).unwrap())
}

/// The other side of [`run`]: says what arguments and environment it has; false where this is not it.
fn is_run() -> bool {
    let Ok(number) = std::env::var(PART) else {
        return false;
    };
    use std::io::Write;
    // SAFETY: the pipe of `run`, which nobody owns in this program.
    let mut writer = unsafe { File::from_raw_fd(number.parse().unwrap()) };
    let args: Vec<_> = std::env::args().collect();
    let count = std::env::vars().count();
    writeln!(writer, "{} with {count} variable", args[1]).unwrap();
    true
}

/// Whether this is an emulator, which does not do that.
fn emulated(what: &str) -> bool {
    std::env::var_os("SYSLINE_EMULATOR").is_some() && skipped(what)
}

#[test]
fn execve_runs_a_program() {
    if is_run() {
        return;
    }
    let (status, said) = run("execve_runs_a_program", |path, argv, envp| {
        let Err(errno) = process::execve(path, argv, envp);
        errno
    });
    assert_eq!(status.exit_status(), Some(0), "{status}");
    assert_eq!(said, "execve_runs_a_program with 1 variable\n");
}

#[test]
fn execveat_runs_a_descriptor_s_program() {
    if is_run() {
        return;
    }
    let this = File::open(this_program().0.to_str().unwrap()).unwrap();
    let (status, said) = run("execveat_runs_a_descriptor_s_program", |_, argv, envp| {
        let Err(errno) = process::execveat(this.as_fd(), c"", argv, envp, AtFlags::EMPTY_PATH);
        errno
    });
    assert_eq!(status.exit_status(), Some(0), "{status}");
    assert_eq!(
        said,
        "execveat_runs_a_descriptor_s_program with 1 variable\n"
    );
}

#[test]
fn what_can_t_be_run() {
    let none = [ExecArg::END];
    let argv = [ExecArg::from(c"x"), ExecArg::END];
    let missing = process::execve("/nowhere/at-all", &argv, &none);
    assert_eq!(missing, Err(Errno::ENOENT));
    let folder = process::execveat(CWD, "/", &argv, &none, AtFlags::empty());
    assert_eq!(folder, Err(Errno::EACCES));
    // A list without an end, or none, is never given to the kernel.
    // (Not with this program, which would end well in this one's place.)
    let endless = [ExecArg::new(c"x")];
    for (argv, envp) in [
        (&endless[..], &none[..]),
        (&[], &none),
        (&argv, &endless),
        (&argv, &[]),
    ] {
        assert_eq!(process::execve(c"/nowhere", argv, envp), Err(Errno::EINVAL));
        let at = process::execveat(CWD, c"/nowhere", argv, envp, AtFlags::empty());
        assert_eq!(at, Err(Errno::EINVAL));
    }
    assert_eq!(
        process::execve(b"/proc\0", &argv, &none),
        Err(Errno::EINVAL)
    );
    // It would return where nothing has failed.
    let check = AtFlags::from_bits_retain(linux_raw_sys::general::AT_EXECVE_CHECK);
    let checked = process::execveat(CWD, c"/proc/self/exe", &argv, &none, check);
    assert_eq!(checked, Err(Errno::EINVAL));
}

/// A string of more than 32 pages is too long for any kernel (execve(2), "Limits on size of arguments and environment"),
/// and lists that are too long altogether are.
#[test]
fn what_is_too_long_to_be_run() {
    in_child(|| {
        let none = [ExecArg::END];
        let long = CString::new(vec![b'x'; 4 << 20]).unwrap();
        let argv = [ExecArg::new(&long), ExecArg::END];
        for (argv, envp) in [
            (&argv, &none[..]),
            (&[ExecArg::new(c"x"), ExecArg::END], &argv),
        ] {
            let run = process::execve(c"/proc/self/exe", argv, envp);
            assert_eq!(run, Err(Errno::E2BIG));
            let run = process::execveat(CWD, c"/proc/self/exe", argv, envp, AtFlags::empty());
            assert!(run == Err(Errno::E2BIG) || emulated("execveat"), "{run:?}");
        }
        if emulated("a long list is on the emulator's own stack") {
            return;
        }
        let many = ExecArg::list((0..1_000_000).map(|_| c"12345678"));
        let run = process::execve(c"/proc/self/exe", &many, &none);
        assert_eq!(run, Err(Errno::E2BIG));
    });
}

/// A list that has an end before its last: what follows is not passed on.
#[test]
fn a_list_ends_at_its_first_end() {
    if is_run() {
        return;
    }
    let (status, said) = run("a_list_ends_at_its_first_end", |path, argv, envp| {
        // The list of `run` has its end already: copies of it with more behind that.
        let mut more = [ExecArg::END; 32];
        let len = argv.len();
        more[..len].copy_from_slice(argv);
        more[len] = ExecArg::new(c"behind the end");
        let Err(errno) = process::execve(path, &more, envp);
        errno
    });
    assert_eq!(status.exit_status(), Some(0), "{status}");
    assert_eq!(said, "a_list_ends_at_its_first_end with 1 variable\n");
}

/// `ENOEXEC` would be of a file that could be executed: the check is of the permission.
#[test]
fn execveat_checks() {
    let this = process::execveat_check(CWD, c"/proc/self/exe", AtFlags::empty());
    if this == Err(Errno::EINVAL) {
        // Before Linux 6.14 the flag is not known. (An emulator passes it on.)
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap();
        let mut parts = release
            .split('.')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        let version = (parts.next().unwrap(), parts.next().unwrap());
        assert!(version < (6, 14), "{release}");
        return;
    }
    if this == Err(Errno::ENOSYS) && skipped("execveat") {
        return;
    }
    assert_eq!(this, Ok(()));
    let program = File::open("/proc/self/exe").unwrap();
    let this = process::execveat_check(program.as_fd(), c"", AtFlags::EMPTY_PATH);
    assert_eq!(this, Ok(()));
    let (path, _file) = temporary::path("not-executable");
    let refused = process::execveat_check(CWD, &*path, AtFlags::empty());
    assert_eq!(refused, Err(Errno::EACCES));
}

/// A call that makes a copy leaves nothing behind, whether it fails or not.
#[test]
fn descriptors_never_leak() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        let args = CloneArgs {
            pidfd: true,
            ..Default::default()
        };
        let Some(child) = cloned(&args, || 0) else {
            return;
        };
        assert_eq!(count(), before + 1);
        wait_for(child.pid);
        drop(child);
        let args = CloneArgs {
            pidfd: true,
            set_tid: &[Pid::from_raw(1)], // it has that number already
            ..Default::default()
        };
        // SAFETY: it fails.
        let failed = unsafe { process::clone3(&args) }.err();
        assert!(failed.is_some());
        let _ = process::execve("/nowhere", &[ExecArg::END], &[ExecArg::END]);
        assert_eq!(count(), before);
    });
}
