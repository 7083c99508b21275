//! The area `system`: what the machine says of itself, against `/proc`; and what turns it off or changes it, where that
//! is somebody else's machine: in namespaces, or without the right to it.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, in_namespaces};
use emulator::skipped;
use linux_raw_sys::general::{CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWUTS};
use std::fs::{File, read_to_string};
use std::os::fd::AsFd;
use sysline::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use sysline::process::{self, Fork, WaitOptions, WaitTarget};
use sysline::signal::Signal;
use sysline::system::{
    self, ConsoleLevel, DeleteModuleFlags, GetrandomFlags, KexecFlags, ModuleInitFlags,
    RebootCommand, SwapFlags, UnsavedDataIsLost,
};
use sysline::thread::{self, CapabilitySets};
use sysline::{Errno, Result};

/// Runs `test` in a copy of this process that has no right to anything.
#[track_caller]
fn without_rights(test: impl FnOnce()) {
    in_child(|| {
        thread::capset(&CapabilitySets::default()).unwrap();
        test();
    });
}

#[test]
fn uname_is_what_proc_shows() {
    let names = system::uname().unwrap();
    let shown = |name: &str| read_to_string(format!("/proc/sys/kernel/{name}")).unwrap();
    assert_eq!(
        names.sysname().to_str().unwrap(),
        shown("ostype").trim_end()
    );
    assert_eq!(
        names.version().to_str().unwrap(),
        shown("version").trim_end()
    );
    assert_eq!(
        names.nodename().to_str().unwrap(),
        shown("hostname").trim_end()
    );
    assert_eq!(
        names.domainname().to_str().unwrap(),
        shown("domainname").trim_end()
    );
    // An emulator may call itself an older kernel than it runs on.
    if std::env::var_os("SYSLINE_EMULATOR").is_none() {
        assert_eq!(
            names.release().to_str().unwrap(),
            shown("osrelease").trim_end()
        );
    }
    let machine = names.machine().to_str().unwrap();
    let expected: &[&str] = match std::env::consts::ARCH {
        "x86" => &["i686", "x86_64"],
        "arm" => &["armv7l", "armv8l", "aarch64"],
        "powerpc64" => &["ppc64", "ppc64le"],
        "riscv64" => &["riscv64"],
        other => &[other],
    };
    assert!(expected.contains(&machine), "{machine}");
    assert!(format!("{names:?}").contains("sysname: \"Linux\""));
}

#[test]
fn names_are_set() {
    in_namespaces(CLONE_NEWUTS, || {
        let longest = [b'h'; 64];
        let shown = |name: &str| read_to_string(format!("/proc/sys/kernel/{name}")).unwrap();
        for name in [&b"sysline"[..], &longest[..0], &longest] {
            assert_eq!(system::sethostname(name), Ok(()));
            assert_eq!(shown("hostname").trim_end().as_bytes(), name);
            let domain = [b"d", name].concat();
            let domain = &domain[..domain.len().min(64)];
            assert_eq!(system::setdomainname(domain), Ok(()));
            assert_eq!(shown("domainname").trim_end().as_bytes(), domain);
            let names = system::uname().unwrap();
            assert_eq!(
                (names.nodename().to_bytes(), names.domainname().to_bytes()),
                (name, domain)
            );
        }
        assert_eq!(system::sethostname(&[b'h'; 65]), Err(Errno::EINVAL));
        assert_eq!(system::setdomainname(&[b'h'; 65]), Err(Errno::EINVAL));
    });
    without_rights(|| {
        assert_eq!(system::sethostname(b"nobody"), Err(Errno::EPERM));
        assert_eq!(system::setdomainname(b"nobody"), Err(Errno::EPERM));
    });
}

#[test]
fn sysinfo_is_what_proc_shows() {
    let uptime = || -> f64 {
        let text = read_to_string("/proc/uptime").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    };
    let before = uptime();
    let info = system::sysinfo().unwrap();
    let after = uptime();
    // In whole seconds, which may be rounded up.
    let told = info.uptime().as_secs_f64();
    assert!(
        (before - 1.0..=after + 1.0).contains(&told),
        "{before} {told} {after}"
    );

    let memory = read_to_string("/proc/meminfo").unwrap();
    // For a 32-bit program an emulator tells the low half of what does not fit.
    let emulator = std::env::var_os("SYSLINE_EMULATOR").is_some();
    let low_half = emulator && cfg!(target_pointer_width = "32");
    let shown = |name: &str| -> u64 {
        let row = memory.lines().find_map(|row| row.strip_prefix(name));
        let number = row.unwrap().split_whitespace().nth(1).unwrap();
        let bytes = number.parse::<u64>().unwrap() << 10;
        if low_half { bytes & 0xFFFF_FFFF } else { bytes }
    };
    assert_eq!(info.total_ram(), shown("MemTotal"));
    assert_eq!(info.total_swap(), shown("SwapTotal"));
    if !low_half {
        assert!(info.free_ram() < info.total_ram() && info.free_ram() > 0);
        assert!(info.free_swap() <= info.total_swap());
        assert!(info.shared_ram() < info.total_ram() && info.buffer_ram() < info.total_ram());
        assert!(info.free_high() <= info.total_high());
    }

    // `0.12 0.34 0.56 RUNNING/ALL LAST`, at two places; the kernel counts anew every five seconds.
    let loads = read_to_string("/proc/loadavg").unwrap();
    for (shown, told) in loads.split(' ').zip(info.loads()) {
        let shown: f64 = shown.parse().unwrap();
        let told = told as f64 / 65536.0;
        assert!((shown - told).abs() < 2.0, "{loads}: {told}");
    }
    assert!(info.threads() >= 1);
    assert!(format!("{info:?}").starts_with("Sysinfo { uptime: "));
}

#[test]
fn getrandom_gives_bytes() {
    for flags in [GetrandomFlags::empty(), GetrandomFlags::NONBLOCK] {
        let mut bytes = [0u8; 256];
        assert_eq!(system::getrandom(&mut bytes, flags), Ok(256));
        let kinds: std::collections::BTreeSet<_> = bytes.iter().collect();
        // Of 256 random bytes some 162 differ; fewer than 64 never come.
        assert!(kinds.len() > 64);
    }
    let both = GetrandomFlags::RANDOM | GetrandomFlags::INSECURE;
    assert_eq!(system::getrandom(&mut [0], both), Err(Errno::EINVAL));
    assert_eq!(system::getrandom(&mut [], GetrandomFlags::empty()), Ok(0));
}

#[test]
fn the_kernel_s_log_is_for_who_may() {
    without_rights(|| {
        let mut text = [0; 64];
        let refused = |result: Result<()>| {
            assert!(
                result == Err(Errno::EPERM) || emulated(&result),
                "{result:?}"
            );
        };
        refused(system::syslog_read(&mut text).map(drop));
        refused(system::syslog_read_clear(&mut text).map(drop));
        refused(system::syslog_clear());
        refused(system::syslog_console_off());
        refused(system::syslog_console_on());
        refused(system::syslog_console_level(ConsoleLevel::WARNINGS));
        refused(system::syslog_size_unread().map(drop));
    });
}

/// Has a copy of this process, from now on, told the first argument of a call, or the third, for the call's error.
/// `EINVAL` where there are no filters (seccomp(2)).
fn told_for_errors(call: u32, argument: u32) -> Result<()> {
    /// `struct sock_filter` (linux/filter.h).
    #[repr(C)]
    struct Step(u16, u8, u8, u32);
    /// `struct sock_fprog`.
    #[repr(C)]
    struct Program(u16, *const Step);
    let low = if cfg!(target_endian = "little") { 0 } else { 4 };
    // In `struct seccomp_data` (linux/seccomp.h) the arguments start at 16.
    let steps = [
        Step(0x20, 0, 0, 0),                       // load the call's number
        Step(0x15, 0, 4, call),                    // another one: past the next four
        Step(0x20, 0, 0, 16 + 8 * argument + low), // load the argument
        Step(0x54, 0, 0, 0xFFF),                   // and: what an error can be
        Step(0x44, 0, 0, 0x0005_0000),             // or: SECCOMP_RET_ERRNO
        Step(0x16, 0, 0, 0),                       // return that
        Step(0x06, 0, 0, 0x7FFF_0000),             // return SECCOMP_RET_ALLOW
    ];
    let program = Program(steps.len() as u16, steps.as_ptr());
    thread::set_no_new_privs()?;
    // SAFETY: the kernel reads the program; what it forbids is what is tested.
    unsafe { sysline::abi::sys(sysline::nr::SYS_PRCTL, (22, 2, &program, 0, 0)) }
}

/// Which operation each function is: what they do is the whole machine's, so a filter answers in the kernel's place.
#[test]
fn the_operations_on_the_kernel_s_log() {
    let operations = || {
        let mut text = [0; 8];
        [
            system::syslog_read(&mut text).map(drop),
            system::syslog_read_all(&mut text).map(drop),
            system::syslog_read_clear(&mut text).map(drop),
            system::syslog_clear(),
            system::syslog_console_off(),
            system::syslog_console_on(),
            system::syslog_console_level(ConsoleLevel::ERRORS),
            system::syslog_size_unread().map(drop),
            system::syslog_size_buffer().map(drop),
        ]
        .map(|result| result.unwrap_err().raw())
    };
    in_child(|| {
        let call = sysline::nr::SYS_SYSLOG.number();
        if told_for_errors(call, 0).is_err() {
            return println!("skipped: no filters");
        }
        // SYSLOG_ACTION_READ and on (Linux include/linux/syslog.h).
        assert_eq!(operations(), [2, 3, 4, 5, 6, 7, 8, 9, 10]);
    });
    in_child(|| {
        let call = sysline::nr::SYS_SYSLOG.number();
        if told_for_errors(call, 2).is_err() {
            return println!("skipped: no filters");
        }
        let mut text = [0; 8];
        assert_eq!(system::syslog_read(&mut text).unwrap_err().raw(), 8);
        let level = system::syslog_console_level(ConsoleLevel::ERRORS);
        assert_eq!(level.unwrap_err().raw(), 4);
    });
}

/// A filter that forbids `times` leaves nothing that was not written.
#[test]
fn times_that_a_filter_forbids() {
    in_child(|| {
        let call = sysline::nr::SYS_TIMES.number();
        if told_for_errors(call, 5).is_err() {
            return println!("skipped: no filters");
        }
        let (tms, _) = process::times();
        let all = [tms.tms_utime, tms.tms_stime, tms.tms_cutime, tms.tms_cstime];
        assert_eq!(all, [0; 4]);
    });
}

/// Whether an emulator has taken the address of the text for its length (qemu-user does).
fn emulated<T>(result: &Result<T>) -> bool {
    result.as_ref().err() == Some(&Errno::EINVAL)
        && std::env::var_os("SYSLINE_EMULATOR").is_some()
        && skipped("syslog takes an address for a length")
}

/// What changes nothing.
#[test]
fn the_kernel_s_log() {
    let size = match system::syslog_size_buffer() {
        Err(Errno::EPERM) => return println!("skipped: only the superuser may"),
        size => size.unwrap(),
    };
    // A power of two (CONFIG_LOG_BUF_SHIFT is at least 12).
    assert!(size.is_power_of_two() && size >= 4096, "{size}");
    let mut text = vec![0; size];
    let read = system::syslog_read_all(&mut text);
    if emulated(&read) {
        return;
    }
    let len = read.unwrap();
    // The last messages, each in its row: `<6>[    0.000000] Linux version ...`.
    if len > 0 {
        assert_eq!((text[0], text[len - 1]), (b'<', b'\n'));
    }
    if let Ok(unread) = system::syslog_size_unread() {
        assert!(unread <= 16 * size);
    }
    let level = |level| system::syslog_console_level(ConsoleLevel::from_raw(level));
    for wrong in [0, 9] {
        assert!([Err(Errno::EINVAL), Err(Errno::EPERM)].contains(&level(wrong)));
    }
}

#[test]
fn acct_writes_about_processes() {
    without_rights(|| {
        assert_eq!(system::acct("/nowhere"), Err(Errno::EPERM));
        assert_eq!(system::acct_off(), Err(Errno::EPERM));
    });
    let folder = temporary::folder("acct");
    // In a PID namespace of its own, which has its own account.
    in_namespaces(CLONE_NEWPID | CLONE_NEWNS, || {
        in_child(|| {
            assert_eq!(process::getpid().raw(), 1);
            // In memory: on a disk that is almost full the kernel writes nothing (`/proc/sys/kernel/acct`).
            mount_change(
                "/",
                MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
            )
            .unwrap();
            mount(None, &*folder, Some(c"tmpfs"), MountFlags::empty(), None).unwrap();
            let path = folder.join("account");
            let file = File::create(&path).unwrap();
            match system::acct(&*path) {
                Err(Errno::ENOSYS) if skipped("acct") => return,
                // A kernel without it, or a user namespace.
                Err(Errno::ENOSYS | Errno::EPERM) => {
                    return println!("skipped: no accounting here");
                }
                begun => assert_eq!(begun, Ok(())),
            }
            let len = || file.metadata().unwrap().len();
            // Each is a `struct acct_v3`, or an `acct` of as many bytes (linux/acct.h).
            for processes in 1..4 {
                in_child(|| {});
                assert_eq!(len(), 64 * processes);
            }
            assert_eq!(system::acct_off(), Ok(()));
            let ended = len();
            in_child(|| {});
            assert_eq!(len(), ended);
            assert_eq!(system::acct("/dev/null"), Err(Errno::EACCES), "no file");
        });
    });
}

#[test]
fn vhangup_is_for_who_may() {
    without_rights(|| assert_eq!(system::vhangup(), Err(Errno::EPERM)));
}

/// What becomes of the first process of a PID namespace that calls `reboot` there.
fn rebooted(reboot: impl FnOnce() -> Result<()>) -> Option<Signal> {
    // SAFETY: the child makes calls only.
    let pid = match unsafe { process::fork() }.unwrap() {
        Fork::Child => {
            if process::getpid().raw() == 1 && process::getppid().raw() == 0 {
                let _ = reboot();
            }
            process::exit_group(99)
        }
        Fork::Parent(pid) => pid,
    };
    let waited = process::waitpid(WaitTarget::Child(pid), WaitOptions::empty());
    let status = waited.unwrap().unwrap().1;
    assert_eq!(status.exit_status(), None, "{status}");
    status.term_signal()
}

/// The first process of a PID namespace is its machine: reboot(2), "Behavior inside PID namespaces".
#[test]
fn reboot_ends_a_namespace() {
    let expected = [
        (RebootCommand::RESTART, Signal::HUP),
        (RebootCommand::HALT, Signal::INT),
        (RebootCommand::POWER_OFF, Signal::INT),
    ];
    for (command, signal) in expected {
        in_namespaces(CLONE_NEWPID, || {
            // The namespace of the next child; one that has ended takes no more children.
            let told = rebooted(|| system::reboot(command, UnsavedDataIsLost));
            assert_eq!(told, Some(signal), "{command:?}");
        });
    }
    in_namespaces(CLONE_NEWPID, || {
        let told = rebooted(|| system::reboot_with(c"word", UnsavedDataIsLost));
        assert_eq!(told, Some(Signal::HUP));
    });
}

/// As the first test, with a word that nobody reads.
#[test]
fn reboot_with_a_word() {
    in_namespaces(CLONE_NEWPID, || {
        in_child(|| {
            // No child of this one is the machine: `EINVAL` is what a namespace says to all else.
            assert_eq!(process::getpid().raw(), 1);
            let cad = system::reboot(RebootCommand::CAD_OFF, UnsavedDataIsLost);
            assert_eq!(cad, Err(Errno::EINVAL));
            let none = system::reboot(RebootCommand::from_raw(77), UnsavedDataIsLost);
            assert_eq!(none, Err(Errno::EINVAL));
        });
    });
    without_rights(|| {
        for command in [RebootCommand::CAD_OFF, RebootCommand::from_raw(77)] {
            let refused = system::reboot(command, UnsavedDataIsLost);
            assert_eq!(refused, Err(Errno::EPERM));
        }
        assert_eq!(
            system::reboot_with("word", UnsavedDataIsLost),
            Err(Errno::EPERM)
        );
    });
    let nul = system::reboot_with(b"wo\0rd", UnsavedDataIsLost);
    assert_eq!(nul, Err(Errno::EINVAL));
}

/// Without the right to it, whatever else may be wrong.
#[test]
fn what_changes_the_kernel_is_for_who_may() {
    without_rights(|| {
        let refused = |name: &str, result: Result<()>| {
            assert!(
                result == Err(Errno::EPERM) || result == Err(Errno::ENOSYS) && unbuilt(name),
                "{name}: {result:?}"
            );
        };
        refused("swapon", system::swapon("/nowhere", SwapFlags::empty()));
        refused("swapoff", system::swapoff("/nowhere"));
        let file = temporary::file("module");
        // SAFETY: they are refused.
        unsafe {
            refused("init_module", system::init_module(b"no module", c""));
            let loaded = system::finit_module(file.as_fd(), c"", ModuleInitFlags::empty());
            refused("finit_module", loaded);
            let gone = system::delete_module("sysline", DeleteModuleFlags::NONBLOCK);
            refused("delete_module", gone);
            let loaded = system::kexec_load(0, 0, core::ptr::null(), KexecFlags::empty());
            refused("kexec_load", loaded);
        }
    });
}

/// Whether a kernel may be built without a call: then it has no file that shows what that does.
fn unbuilt(name: &str) -> bool {
    if std::env::var_os("SYSLINE_EMULATOR").is_some() {
        return skipped(name);
    }
    let shows = match name {
        "swapon" | "swapoff" => "/proc/swaps",
        "kexec_load" => "/sys/kernel/kexec_loaded",
        _ => "/proc/modules",
    };
    !std::path::Path::new(shows).exists()
}

#[cfg(not(any(
    target_arch = "aarch64",
    target_arch = "riscv32",
    target_arch = "riscv64",
    target_arch = "loongarch64"
)))]
#[test]
fn kinds_of_file_systems() {
    let kinds = read_to_string("/proc/filesystems").unwrap();
    let kinds: Vec<_> = kinds
        .lines()
        .map(|row| row.split('\t').nth(1).unwrap())
        .collect();
    let count = match system::sysfs_count() {
        Err(Errno::ENOSYS) => return println!("a kernel without sysfs"),
        count => count.unwrap() as usize,
    };
    assert_eq!(count, kinds.len());
    for (at, kind) in kinds.iter().enumerate() {
        assert_eq!(system::sysfs_index(*kind), Ok(at as u32));
        let mut name = [0u8; 256];
        // SAFETY: no kind has so long a name.
        unsafe { system::sysfs_name(at as u32, name.as_mut_ptr()) }.unwrap();
        assert_eq!(
            std::ffi::CStr::from_bytes_until_nul(&name)
                .unwrap()
                .to_str(),
            Ok(*kind)
        );
    }
    assert_eq!(system::sysfs_index("no such kind"), Err(Errno::EINVAL));
}
