//! `thread::sched`: when and where a thread runs, against what `/proc` shows of it.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;

use child::{in_child, is_root};
use emulator::skipped;
use sysline::process::{self, Pid, PriorityOf};
use sysline::thread::{
    self, CapabilitySets, CpuSet, LargeCpuSet, SchedAttr, SchedFlags, SchedPolicy,
};
use sysline::{Errno, Result};

const NOBODY: Option<Pid> = Some(Pid::from_raw(i32::MAX));

/// A field of `/proc/thread-self/stat`, by its number in proc(5).
fn stat(number: usize) -> i64 {
    let text = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
    let fields = text.rsplit_once(") ").unwrap().1;
    fields
        .split(' ')
        .nth(number - 3)
        .unwrap()
        .trim()
        .parse()
        .unwrap()
}

const PROCESSOR: usize = 39;
const RT_PRIORITY: usize = 40;
const POLICY: usize = 41;

/// `Cpus_allowed_list`: ranges and numbers.
fn allowed() -> Vec<usize> {
    let text = std::fs::read_to_string("/proc/thread-self/status").unwrap();
    let row = text
        .lines()
        .find_map(|row| row.strip_prefix("Cpus_allowed_list:"))
        .unwrap();
    let ranges = row.trim().split(',').map(|range| {
        let (first, last) = range.split_once('-').unwrap_or((range, range));
        first.parse::<usize>().unwrap()..=last.parse().unwrap()
    });
    ranges.flatten().collect()
}

#[test]
fn where_a_thread_runs() {
    in_child(|| {
        let all = thread::sched_getaffinity(None).unwrap();
        assert_eq!(all.iter().collect::<Vec<_>>(), allowed());
        assert_eq!(all.count(), allowed().len());
        let large = thread::sched_getaffinity_large(Some(thread::gettid())).unwrap();
        assert_eq!(large.iter().collect::<Vec<_>>(), allowed());
        for cpu in all.iter() {
            let one = CpuSet::from([cpu]);
            assert_eq!(thread::sched_setaffinity(None, &one), Ok(()));
            assert_eq!(thread::sched_getaffinity(None), Ok(one));
            assert_eq!(allowed(), [cpu]);
            assert_eq!(stat(PROCESSOR) as usize, cpu);
            assert_eq!(thread::getcpu().unwrap().0 as usize, cpu);
        }
        let mut many = LargeCpuSet::large();
        for cpu in all.iter().chain([9_999]) {
            many.insert(cpu).unwrap();
        }
        assert_eq!(
            thread::sched_setaffinity(None, &many),
            Ok(()),
            "one that is not there is left out"
        );
        assert_eq!(allowed(), all.iter().collect::<Vec<_>>());
    });
    assert_eq!(
        thread::sched_setaffinity(None, &CpuSet::new()),
        Err(Errno::EINVAL)
    );
    assert_eq!(
        thread::sched_setaffinity(NOBODY, &CpuSet::from([0])),
        Err(Errno::ESRCH)
    );
    assert_eq!(thread::sched_getaffinity(NOBODY), Err(Errno::ESRCH));
    assert_eq!(thread::sched_getaffinity_large(NOBODY), Err(Errno::ESRCH));
}

#[test]
fn another_thread_s_place() {
    in_child(|| {
        let cpu = allowed()[0];
        let here = thread::gettid();
        let set = child::spawn(move || thread::sched_setaffinity(Some(here), &CpuSet::from([cpu])));
        assert_eq!(set.join().unwrap(), Ok(()));
        assert_eq!(allowed(), [cpu]);
    });
}

#[test]
#[should_panic = "a processor below 1,024"]
fn a_processor_without_a_place() {
    let _ = CpuSet::from([1024]);
}

#[test]
fn policies_have_priorities() {
    let range = |policy| {
        (
            thread::sched_get_priority_min(policy),
            thread::sched_get_priority_max(policy),
        )
    };
    assert_eq!(range(SchedPolicy::FIFO), (Ok(1), Ok(99)));
    assert_eq!(range(SchedPolicy::RR), (Ok(1), Ok(99)));
    assert_eq!(range(SchedPolicy::OTHER), (Ok(0), Ok(0)));
    let unknown = SchedPolicy::from_raw(77);
    assert_eq!(range(unknown), (Err(Errno::EINVAL), Err(Errno::EINVAL)));
    thread::sched_yield();
}

#[test]
fn policies_without_rights() {
    in_child(|| {
        let none = thread::sched_getscheduler(None);
        if none == Err(Errno::ENOSYS) && skipped("sched_getscheduler") {
            return;
        }
        assert_eq!(none, Ok((SchedPolicy::OTHER, false)));
        assert_eq!(thread::sched_getparam(None), Ok(0));
        let set = thread::sched_setscheduler(None, SchedPolicy::BATCH, 0, true);
        assert_eq!(set, Ok(()));
        assert_eq!(stat(POLICY), 3);
        assert_eq!(
            thread::sched_getscheduler(None),
            Ok((SchedPolicy::BATCH, true))
        );
        assert_eq!(thread::sched_setparam(None, 0), Ok(()));
        assert_eq!(thread::sched_setparam(None, 1), Err(Errno::EINVAL));
        let set = thread::sched_setscheduler(Some(thread::gettid()), SchedPolicy::IDLE, 0, true);
        assert_eq!(set, Ok(()));
        assert_eq!(stat(POLICY), 5);
        thread::capset(&CapabilitySets::default()).unwrap();
        let limit = process::Rlimit {
            current: Some(0),
            maximum: Some(0),
        };
        process::setrlimit(process::Resource::RTPRIO, limit).unwrap();
        let refused = thread::sched_setscheduler(None, SchedPolicy::FIFO, 1, true);
        assert_eq!(refused, Err(Errno::EPERM));
        let refused = thread::sched_setscheduler(None, SchedPolicy::IDLE, 0, false);
        assert_eq!(refused, Err(Errno::EPERM), "children would not be reset");
    });
    let nobody = thread::sched_getscheduler(NOBODY);
    if nobody == Err(Errno::ENOSYS) && skipped("sched_getscheduler") {
        return;
    }
    assert_eq!(nobody, Err(Errno::ESRCH));
    assert_eq!(thread::sched_getparam(NOBODY), Err(Errno::ESRCH));
    assert_eq!(thread::sched_setparam(NOBODY, 0), Err(Errno::ESRCH));
}

/// In real time, for a moment.
#[test]
fn policies_with_rights() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let set = thread::sched_setscheduler(None, SchedPolicy::RR, 7, false);
        if set == Err(Errno::ENOSYS) && skipped("sched_setscheduler") {
            return;
        }
        if set == Err(Errno::EPERM) && no_real_time() {
            return;
        }
        assert_eq!(set, Ok(()));
        assert_eq!((stat(POLICY), stat(RT_PRIORITY)), (2, 7));
        assert_eq!(
            thread::sched_getscheduler(None),
            Ok((SchedPolicy::RR, false))
        );
        assert_eq!(thread::sched_getparam(None), Ok(7));
        assert_eq!(thread::sched_setparam(None, 8), Ok(()));
        assert_eq!(stat(RT_PRIORITY), 8);
        // As the system has it, in milliseconds.
        let interval = thread::sched_rr_get_interval(None).unwrap();
        let shown = std::fs::read_to_string("/proc/sys/kernel/sched_rr_timeslice_ms").unwrap();
        let shown: i64 = shown.trim().parse().unwrap();
        let told = interval.tv_sec * 1000 + interval.tv_nsec / 1_000_000;
        // It counts in ticks, of 10 ms at most.
        assert!((told - shown).abs() <= 10, "{told} and {shown}");
        thread::sched_setscheduler(None, SchedPolicy::FIFO, 1, false).unwrap();
        let interval = thread::sched_rr_get_interval(None).unwrap();
        assert_eq!((interval.tv_sec, interval.tv_nsec), (0, 0), "it has no end");
    });
}

/// Whether the process's control group has no time in real time to give (`CONFIG_RT_GROUP_SCHED`).
fn no_real_time() -> bool {
    let groups = std::fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
    let restricted = groups
        .lines()
        .any(|row| row.contains("cpu") && !row.ends_with(":/"));
    println!("skipped: the control group has no real time");
    restricted
}

#[test]
fn an_interval_of_any_policy() {
    let interval = thread::sched_rr_get_interval(None);
    if interval == Err(Errno::ENOSYS) && skipped("sched_rr_get_interval") {
        return;
    }
    let interval = interval.unwrap();
    assert!(
        interval.tv_sec == 0 && interval.tv_nsec < 1_000_000_000,
        "{interval:?}"
    );
    let nobody = thread::sched_rr_get_interval(NOBODY).map(drop);
    assert_eq!(nobody, Err(Errno::ESRCH));
}

#[test]
fn attributes() {
    in_child(|| {
        let got = thread::sched_getattr(None);
        if got == Err(Errno::ENOSYS) && skipped("sched_getattr") {
            return;
        }
        let start = process::getpriority(PriorityOf::Thread(None)).unwrap();
        let got = got.unwrap();
        assert_eq!((got.policy, got.nice), (SchedPolicy::OTHER, start));
        let batch = SchedAttr {
            nice: start + 2,
            flags: SchedFlags::RESET_ON_FORK,
            ..SchedAttr::new(SchedPolicy::BATCH)
        };
        assert_eq!(thread::sched_setattr(None, &batch), Ok(()));
        assert_eq!(stat(POLICY), 3);
        assert_eq!(
            process::getpriority(PriorityOf::Thread(None)),
            Ok(start + 2)
        );
        let got = thread::sched_getattr(Some(thread::gettid())).unwrap();
        assert_eq!((got.policy, got.nice), (batch.policy, batch.nice));
        assert_eq!(
            got.flags & SchedFlags::RESET_ON_FORK,
            SchedFlags::RESET_ON_FORK
        );
        // What it has it may have again.
        assert_eq!(thread::sched_setattr(None, &got), Ok(()));
        let unknown = SchedAttr::new(SchedPolicy::from_raw(77));
        assert_eq!(thread::sched_setattr(None, &unknown), Err(Errno::EINVAL));
    });
    let nobody = thread::sched_getattr(NOBODY);
    if nobody == Err(Errno::ENOSYS) && skipped("sched_getattr") {
        return;
    }
    assert_eq!(nobody, Err(Errno::ESRCH));
    let other: Result<()> = thread::sched_setattr(NOBODY, &SchedAttr::new(SchedPolicy::OTHER));
    assert_eq!(other, Err(Errno::ESRCH));
}

/// Six numbers of 64 bits, of which none may lie elsewhere: a deadline has them all.
#[test]
fn a_deadline() {
    if !is_root() {
        return;
    }
    in_child(|| {
        let deadline = SchedAttr {
            runtime: 1_000_000,
            deadline: 20_000_000,
            period: 50_000_000,
            ..SchedAttr::new(SchedPolicy::DEADLINE)
        };
        match thread::sched_setattr(None, &deadline) {
            Err(Errno::ENOSYS) if skipped("sched_setattr") => {}
            // Of a control group that may not, or has no place left.
            Err(Errno::EPERM | Errno::EBUSY) => println!("skipped: no deadlines here"),
            set => {
                assert_eq!(set, Ok(()));
                let got = thread::sched_getattr(None).unwrap();
                let numbers = (got.runtime, got.deadline, got.period);
                assert_eq!(numbers, (1_000_000, 20_000_000, 50_000_000));
                assert_eq!(stat(POLICY), 6);
            }
        }
        let later = SchedAttr {
            runtime: 30_000_000,
            ..deadline
        };
        let wrong = thread::sched_setattr(None, &later);
        assert!(
            wrong == Err(Errno::EINVAL) || wrong == Err(Errno::ENOSYS),
            "{wrong:?}"
        );
    });
}
