//! `process::limits`: limits, usage and priorities, against what `/proc` and the kernel make of them.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
mod temporary;

use child::{in_child, is_root};
use std::io::Write;
use std::time::Duration;
use sysline::process::{
    self, IoClass, IoPriority, Pid, PriorityOf, Resource, Rlimit, Tms, Uid, WaitOptions,
    WaitTarget, Who,
};
use sysline::signal::Signal;
use sysline::{Errno, thread, time};

/// The limits that `/proc/self/limits` shows for a name.
fn shown(name: &str) -> Rlimit {
    let text = std::fs::read_to_string("/proc/self/limits").unwrap();
    let row = text.lines().find_map(|row| row.strip_prefix(name)).unwrap();
    let mut words = row.split_whitespace().map(|word| word.parse().ok());
    Rlimit {
        current: words.next().unwrap(),
        maximum: words.next().unwrap(),
    }
}

#[test]
fn limits_are_those_that_proc_shows() {
    in_child(|| {
        let names = [
            (Resource::CPU, "Max cpu time"),
            (Resource::FSIZE, "Max file size"),
            (Resource::DATA, "Max data size"),
            (Resource::STACK, "Max stack size"),
            (Resource::CORE, "Max core file size"),
            (Resource::RSS, "Max resident set"),
            (Resource::NPROC, "Max processes"),
            (Resource::NOFILE, "Max open files"),
            (Resource::MEMLOCK, "Max locked memory"),
            (Resource::AS, "Max address space"),
            (Resource::LOCKS, "Max file locks"),
            (Resource::SIGPENDING, "Max pending signals"),
            (Resource::MSGQUEUE, "Max msgqueue size"),
            (Resource::NICE, "Max nice priority"),
            (Resource::RTPRIO, "Max realtime priority"),
            (Resource::RTTIME, "Max realtime timeout"),
        ];
        for (resource, name) in names {
            let limit = process::getrlimit(resource).unwrap();
            assert_eq!(limit, shown(name), "{name}");
            assert_eq!(process::prlimit(None, resource, None), Ok(limit), "{name}");
            // Each another one, as far as the maximum lets it be.
            let number = 100_000 + u64::from(resource.raw());
            let lower = Rlimit {
                current: Some(limit.maximum.map_or(number, |most| most.min(number))),
                maximum: limit.maximum,
            };
            // Below what this needs to go on.
            let needed = [
                Resource::AS,
                Resource::DATA,
                Resource::STACK,
                Resource::NOFILE,
            ];
            if !needed.contains(&resource) {
                assert_eq!(process::setrlimit(resource, lower), Ok(()), "{name}");
                assert_eq!(shown(name), lower, "{name}");
                let before = process::prlimit(None, resource, Some(limit));
                assert_eq!(before, Ok(lower), "{name}");
                assert_eq!(shown(name), limit, "{name}");
            }
        }
    });
}

/// More than 32 bits, on every architecture; except where the kernel itself has 32, to which that is no limit.
#[test]
fn limits_have_64_bits() {
    in_child(|| {
        let large = Rlimit {
            current: Some(5_000_000_000),
            maximum: Some(1 << 40),
        };
        assert_eq!(process::setrlimit(Resource::FSIZE, large), Ok(()));
        let names = sysline::system::uname().unwrap();
        let machine = names.machine().to_str().unwrap();
        let narrow = [
            "i386", "i486", "i586", "i686", "armv6l", "armv7l", "ppc", "riscv32",
        ];
        // An emulator names the machine that it plays, and its kernel is another.
        let emulator = std::env::var_os("SYSLINE_EMULATOR").is_some();
        if narrow.contains(&machine) && !emulator {
            let none = Rlimit {
                current: None,
                maximum: None,
            };
            assert_eq!(process::getrlimit(Resource::FSIZE), Ok(none));
            return;
        }
        assert_eq!(process::getrlimit(Resource::FSIZE), Ok(large));
        assert_eq!(shown("Max file size"), large);
    });
}

#[test]
fn a_limit_holds() {
    in_child(|| {
        let four = Rlimit {
            current: Some(4),
            ..process::getrlimit(Resource::FSIZE).unwrap()
        };
        process::setrlimit(Resource::FSIZE, four).unwrap();
        // SAFETY: no handler.
        unsafe { signal(Signal::XFSZ.raw(), 1) }; // SIG_IGN
        let mut file = temporary::file("limit");
        assert_eq!(file.write(b"12345678").unwrap(), 4);
        let more = file.write(b"5").unwrap_err();
        assert_eq!(more.raw_os_error(), Some(Errno::EFBIG.raw()));
    });
    let above = Rlimit {
        current: Some(2),
        maximum: Some(1),
    };
    assert_eq!(
        process::setrlimit(Resource::CORE, above),
        Err(Errno::EINVAL)
    );
    let unknown = Resource::from_raw(99);
    assert_eq!(process::getrlimit(unknown), Err(Errno::EINVAL));
    assert_eq!(process::prlimit(None, unknown, None), Err(Errno::EINVAL));
    let nobody = Some(Pid::from_raw(i32::MAX));
    assert_eq!(
        process::prlimit(nobody, Resource::CORE, None),
        Err(Errno::ESRCH)
    );
}

// SAFETY: the signature is that of `signal.h`.
unsafe extern "C" {
    fn signal(signal: i32, handler: usize) -> usize;
}

#[test]
fn prlimit_sets_another_process_s() {
    in_child(|| {
        let parent = process::getpid();
        in_child(|| {
            let before = process::getrlimit(Resource::CORE).unwrap();
            let new = Rlimit {
                current: Some(0),
                ..before
            };
            assert_eq!(
                process::prlimit(Some(parent), Resource::CORE, Some(new)),
                Ok(before)
            );
            assert_eq!(
                process::prlimit(Some(parent), Resource::CORE, None),
                Ok(new)
            );
            assert_eq!(process::getrlimit(Resource::CORE), Ok(before));
        });
        assert_eq!(process::getrlimit(Resource::CORE).unwrap().current, Some(0));
    });
}

/// Works until the thread has used that much of the processor.
fn work(duration: Duration) {
    let used = || {
        let time = time::clock_gettime(time::ClockId::THREAD_CPUTIME).unwrap();
        Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
    };
    let end = used() + duration;
    while used() < end {}
}

#[test]
fn getrusage_counts() {
    in_child(|| {
        let used = |who| process::getrusage(who).unwrap();
        let before = used(Who::THREAD);
        work(Duration::from_millis(40));
        let after = used(Who::THREAD);
        let time = |usage: &process::Rusage| usage.user_time() + usage.system_time();
        // Some kernels count in ticks of 10 ms.
        assert!(
            time(&after) - time(&before) >= Duration::from_millis(20),
            "{after:?}"
        );
        assert!(time(&used(Who::PROCESS)) >= time(&after));

        let mut memory = vec![0u8; 16 << 20];
        let step = 4096;
        for page in memory.chunks_mut(step) {
            page[0] = 1;
        }
        let after = used(Who::PROCESS);
        assert!(after.max_rss() >= 16 << 10, "{after:?}");
        assert!(after.minor_faults() > before.minor_faults(), "{after:?}");

        assert_eq!(used(Who::CHILDREN).max_rss(), 0);
        in_child(|| work(Duration::from_millis(40)));
        assert!(time(&used(Who::CHILDREN)) >= Duration::from_millis(20));
        assert!(used(Who::CHILDREN).max_rss() > 100);

        let switches = used(Who::THREAD).voluntary_switches();
        std::thread::sleep(Duration::from_millis(2));
        assert!(used(Who::THREAD).voluntary_switches() > switches);
        let status = std::fs::read_to_string("/proc/thread-self/status").unwrap();
        let row = status
            .lines()
            .find_map(|row| row.strip_prefix("nonvoluntary_ctxt_switches:"));
        let shown: u64 = row.unwrap().trim().parse().unwrap();
        assert!(used(Who::THREAD).involuntary_switches() >= shown);
    });
    let unknown = process::getrusage(Who::from_raw(77));
    assert_eq!(unknown.map(drop), Err(Errno::EINVAL));
}

#[test]
fn getrusage_counts_blocks() {
    in_child(|| {
        let mut file = temporary::file("blocks");
        file.write_all(&[7; 64 << 10]).unwrap();
        file.sync_all().unwrap();
        let usage = process::getrusage(Who::PROCESS).unwrap();
        // None where the file system is one in memory.
        let io = std::fs::read_to_string("/proc/self/io").unwrap_or_default();
        let shown = |name: &str| {
            let bytes = io
                .lines()
                .find_map(|row| row.strip_prefix(name)?.strip_prefix(": "));
            bytes.map(|bytes| bytes.parse::<u64>().unwrap() / 512)
        };
        assert!(
            shown("write_bytes").is_none_or(|blocks| blocks == usage.blocks_written()),
            "{io}{usage:?}"
        );
        assert!(shown("read_bytes").is_none_or(|blocks| blocks == usage.blocks_read()));
        assert_eq!(usage.major_faults(), 0);
    });
}

#[test]
fn times_counts_in_ticks() {
    in_child(|| {
        let (before, start) = process::times();
        work(Duration::from_millis(100));
        let (after, end) = process::times();
        let used = |tms: Tms| tms.tms_utime + tms.tms_stime;
        // 100 ms are 10 ticks, of which one may have begun before, and one was not counted to its end.
        assert!(
            (8..1000).contains(&(used(after) - used(before))),
            "{before:?} {after:?}"
        );
        assert!((8..100_000).contains(&end.wrapping_sub(start)));
        assert_eq!(after.tms_cutime + after.tms_cstime, 0);
        in_child(|| work(Duration::from_millis(100)));
        let (last, _) = process::times();
        assert!(last.tms_cutime + last.tms_cstime >= 8, "{last:?}");
    });
    assert_eq!(Tms::TICKS_PER_SECOND, 100);
}

/// In the order of `/proc/PID/stat`: the program's, the kernel's, and those of children.
#[test]
fn times_are_those_that_proc_shows() {
    if std::env::var_os("SYSLINE_EMULATOR").is_some() {
        return; // which makes a file of its own
    }
    in_child(|| {
        // In the program, where the kernel has little to do.
        let burn = || {
            let start = process::getrusage(Who::THREAD).unwrap().user_time();
            while process::getrusage(Who::THREAD).unwrap().user_time() - start
                < Duration::from_millis(150)
            {
                std::hint::black_box((0..1_000_000u64).fold(1, |a, b| std::hint::black_box(a ^ b)));
            }
        };
        burn();
        in_child(burn);
        let shown = || -> Vec<i64> {
            let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
            let fields = stat.rsplit_once(") ").unwrap().1.split(' ');
            fields
                .skip(11)
                .take(4)
                .map(|field| field.parse().unwrap())
                .collect()
        };
        let before = shown();
        let (tms, _) = process::times();
        let after = shown();
        let told = [tms.tms_utime, tms.tms_stime, tms.tms_cutime, tms.tms_cstime];
        for (at, told) in told.into_iter().enumerate() {
            let told = i64::from(told as isize as i32);
            // A 64-bit kernel counts a 32-bit program's in its own ticks and back, and loses one by it
            // (clock_t_to_compat_clock_t, kernel/sys.c).
            let lost = i64::from(cfg!(target_pointer_width = "32"));
            assert!(
                (before[at] - lost..=after[at]).contains(&told),
                "{before:?} {tms:?}"
            );
        }
    });
}

#[test]
fn nice_values() {
    in_child(|| {
        // Not `/proc/PID/stat`, of which an emulator makes one of its own.
        let nice = |pid: Pid| -> i32 {
            let stat = std::fs::read_to_string(format!("/proc/{pid}/task/{pid}/stat")).unwrap();
            let fields = stat.rsplit_once(") ").unwrap().1;
            fields.split(' ').nth(16).unwrap().parse().unwrap()
        };
        let this = process::getpid();
        let own = PriorityOf::Thread(None);
        let start = nice(this);
        assert_eq!(process::getpriority(own), Ok(start));
        for value in [start + 1, 18] {
            assert_eq!(process::setpriority(own, value), Ok(()));
            assert_eq!(nice(this), value);
            assert_eq!(
                process::getpriority(PriorityOf::Thread(Some(this))),
                Ok(value)
            );
        }
        process::setpgid(None, None).unwrap();
        assert_eq!(
            process::setpriority(PriorityOf::Group(Some(this)), 99),
            Ok(())
        );
        assert_eq!(nice(this), 19, "the last");
        assert_eq!(process::getpriority(PriorityOf::Group(None)), Ok(19));
        in_child(|| {
            // Another group than its own.
            process::setpgid(None, None).unwrap();
            let (own, parent) = (PriorityOf::Group(None), PriorityOf::Group(Some(this)));
            if is_root() {
                assert_eq!(process::setpriority(own, 7), Ok(()));
                assert_eq!(process::getpriority(own), Ok(7));
                assert_eq!(process::getpriority(PriorityOf::Thread(Some(this))), Ok(19));
            }
            assert_eq!(process::getpriority(parent), Ok(19));
        });
        if is_root() {
            // Below zero the kernel's result has no error's form.
            assert_eq!(process::setpriority(own, -20), Ok(()));
            assert_eq!((nice(this), process::getpriority(own)), (-20, Ok(-20)));
            let nobody = Uid::from_raw(81_234);
            assert_eq!(
                process::getpriority(PriorityOf::User(nobody)),
                Err(Errno::ESRCH)
            );
            thread::setresuid(Some(nobody), Some(nobody), Some(nobody)).unwrap();
            assert_eq!(process::getpriority(PriorityOf::User(nobody)), Ok(-20));
            assert_eq!(process::setpriority(PriorityOf::User(nobody), 5), Ok(()));
            assert_eq!(nice(this), 5);
            assert_eq!(process::setpriority(own, 4), Err(Errno::EACCES));
        }
    });
    let nobody = PriorityOf::Thread(Some(Pid::from_raw(i32::MAX)));
    assert_eq!(process::getpriority(nobody), Err(Errno::ESRCH));
    assert_eq!(process::setpriority(nobody, 0), Err(Errno::ESRCH));
}

/// linux/ioprio.h: three bits of class above 13 of data.
#[test]
fn priorities_in_reading_and_writing() {
    in_child(|| {
        let own = PriorityOf::Thread(None);
        let low = IoPriority::new(IoClass::BEST_EFFORT, 6);
        assert_eq!(low.raw(), 0x4006);
        assert_eq!(process::ioprio_set(own, low), Ok(()));
        assert_eq!(process::ioprio_get(own), Ok(low));
        process::setpgid(None, None).unwrap();
        let idle = IoPriority::new(IoClass::IDLE, 0);
        assert_eq!(process::ioprio_set(PriorityOf::Group(None), idle), Ok(()));
        let got = process::ioprio_get(PriorityOf::Thread(Some(process::getpid())));
        assert_eq!(got.map(IoPriority::class), Ok(IoClass::IDLE));
        let got = process::ioprio_get(PriorityOf::Group(Some(process::getpid())));
        assert_eq!(got.map(IoPriority::class), Ok(IoClass::IDLE));
        if is_root() {
            let nobody = Uid::from_raw(81_235);
            assert_eq!(
                process::ioprio_get(PriorityOf::User(nobody)),
                Err(Errno::ESRCH)
            );
            thread::setresuid(Some(nobody), Some(nobody), Some(nobody)).unwrap();
            let got = process::ioprio_get(PriorityOf::User(nobody));
            assert_eq!(got.map(IoPriority::class), Ok(IoClass::IDLE));
            // A child has the right to nothing more: ended by its parent's wait.
        }
    });
    let all = IoPriority::from_raw(2 << 13 | 5 << 3 | 3);
    assert_eq!(
        (all.class(), all.level(), all.hint()),
        (IoClass::BEST_EFFORT, 3, 5)
    );
    let none = IoPriority::new(IoClass::from_raw(6), 0);
    assert_eq!(
        process::ioprio_set(PriorityOf::Thread(None), none),
        Err(Errno::EINVAL)
    );
    let nobody = PriorityOf::Thread(Some(Pid::from_raw(i32::MAX)));
    assert_eq!(process::ioprio_get(nobody), Err(Errno::ESRCH));
}

/// `struct rusage` from `wait4` is what `getrusage` has: see `wait.rs` for the call.
#[test]
fn the_usage_of_a_child_that_was_not_waited_for_is_nobody_s() {
    in_child(|| {
        // SAFETY: the child makes calls only.
        let pid = match unsafe { process::fork() }.unwrap() {
            process::Fork::Child => process::exit_group(0),
            process::Fork::Parent(pid) => pid,
        };
        let (_, _, usage) = process::wait4(WaitTarget::Child(pid), WaitOptions::empty())
            .unwrap()
            .unwrap();
        let children = process::getrusage(Who::CHILDREN).unwrap();
        assert_eq!(children.max_rss(), usage.max_rss());
        assert_eq!(children.user_time(), usage.user_time());
        assert_eq!(children.minor_faults(), usage.minor_faults());
    });
}
