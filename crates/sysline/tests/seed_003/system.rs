//! Calls on the system as a whole.

use crate::lines::*;
use crate::support::{or_skip, proc_number, proc_stat};
use crate::types::{Rusage, Sysinfo_t, Timeval, Timex, Tms, Ustat_t, Utsname};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::time::{SystemTime, UNIX_EPOCH};
use sysline::prelude::{CStr, Errno, MaybeUninit, PathArg, Result};

sysline::sys! {
    /// Says how full a file system is.
    sys fn statfs(path: impl PathArg, out stat: Statfs) -> Result<Statfs>
}

/// `struct statfs` of `asm-generic/statfs.h`.
#[repr(C)]
struct Statfs {
    kind: i64,
    block_size: i64,
    blocks: u64,
    free_blocks: u64,
    available_blocks: u64,
    inodes: u64,
    free_inodes: u64,
    rest: [u64; 8],
}

// `linux/resource.h`; `include/linux/syslog.h` of the kernel
const RUSAGE_SELF: isize = 0;
const SYSLOG_ACTION_READ_ALL: isize = 3;
const SYSLOG_ACTION_SIZE_BUFFER: isize = 10;

/// What clock ticks are counted in: `USER_HZ` of `asm-generic/param.h`.
const TICKS_PER_SECOND: i64 = 100;

#[test]
fn what_it_is_called() {
    let mut names = MaybeUninit::<Utsname>::uninit();
    // SAFETY: the kernel fills all of it.
    let names = unsafe {
        uname(names.as_mut_ptr()).unwrap();
        names.assume_init()
    };
    let text = |name: &[u8; 65]| {
        CStr::from_bytes_until_nul(name)
            .unwrap()
            .to_str()
            .unwrap()
            .to_string()
    };
    for (name, file) in [
        (names.sysname, "ostype"),
        (names.nodename, "hostname"),
        (names.release, "osrelease"),
        (names.version, "version"),
        (names.domainname, "domainname"),
    ] {
        let by_proc = fs::read_to_string(format!("/proc/sys/kernel/{file}")).unwrap();
        assert_eq!(text(&name), by_proc.trim_end_matches('\n'), "{file}");
    }
    assert_eq!(text(&names.machine), std::env::consts::ARCH);
}

#[test]
fn its_memory_and_age() {
    let mut info = Sysinfo_t::default();
    let uptime = || -> f64 {
        let text = fs::read_to_string("/proc/uptime").unwrap();
        text.split(' ').next().unwrap().parse().unwrap()
    };
    let before = uptime();
    call!(sysinfo(&mut info)).unwrap();
    // The kernel rounds up (`kernel/sys.c`, `do_sysinfo`).
    assert!(
        (before.floor() as i64..=uptime() as i64 + 1).contains(&info.uptime),
        "{info:?}"
    );
    let kilobytes = |units: u64| units * u64::from(info.unit) / 1024;
    assert_eq!(
        kilobytes(info.totalram),
        proc_number("/proc/meminfo", "MemTotal")
    );
    assert_eq!(
        kilobytes(info.totalswap),
        proc_number("/proc/meminfo", "SwapTotal")
    );
    assert!(info.procs > 0);
}

/// Time that this process has used, in ticks: by itself, and by the kernel for it.
fn ticks_by_proc() -> [i64; 2] {
    [14, 15].map(|field| proc_stat("/proc/self/stat", field))
}

#[test]
fn time_that_was_used() {
    while ticks_by_proc()[0] == 0 {
        std::hint::spin_loop();
    }
    let (mut ticks, mut usage) = (Tms::default(), Rusage::default());
    let before = ticks_by_proc();
    let first = call!(times(&mut ticks)).unwrap();
    call!(getrusage(RUSAGE_SELF, &mut usage)).unwrap();
    let second = call!(times(&mut Tms::default())).unwrap();
    let after = ticks_by_proc();
    // Ticks since some day, which come round: their difference is what counts.
    assert!(second.wrapping_sub(first) < 100 * TICKS_PER_SECOND as usize);
    let by_usage = [usage.utime, usage.stime]
        .map(|time| (time.sec * 1_000_000 + time.usec) * TICKS_PER_SECOND / 1_000_000);
    for (index, by_times) in [ticks.utime, ticks.stime].into_iter().enumerate() {
        let range = before[index] - 1..=after[index] + 1;
        assert!(range.contains(&by_times), "{by_times} not in {range:?}");
        assert!(
            range.contains(&by_usage[index]),
            "{} not in {range:?}",
            by_usage[index]
        );
    }
    assert!(ticks.utime > 0);
    // Kilobytes. No less than `/proc` knows, but for pages not yet counted; more where this process was once another
    // program (getrusage(2), execve).
    let most = proc_number("/proc/self/status", "VmHWM") as i64;
    assert!(usage.maxrss >= most / 2, "{} and {most}", usage.maxrss);
    assert_eq!(call!(getrusage(99, &mut usage)), Err(Errno::EINVAL));
}

#[test]
fn its_clock() {
    const STA_NANO: i32 = 0x2000;
    let mut clock = Timex::default();
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let before = now();
    // No modes: only asked for.
    let state = call!(adjtimex(&mut clock)).unwrap();
    assert!((0..=5).contains(&state), "{state}");
    assert!((before.as_secs() as i64..=now().as_secs() as i64).contains(&clock.time.sec));
    let most = if clock.status & STA_NANO == 0 {
        1_000_000
    } else {
        1_000_000_000
    };
    assert!((0..most).contains(&clock.time.usec));
    // Microseconds a tick: a hundredth of a second, or a little more or less.
    assert!((9_000..=11_000).contains(&clock.tick), "{clock:?}");
    assert_eq!(clock.precision, 1);
}

/// The kernel looks at the microseconds first of all, then at the caller's rights (`kernel/time/time.c`).
#[test]
fn its_clock_takes_no_bad_time() {
    for usec in [1_000_001, -1] {
        let mut bad = Timeval { sec: 1, usec };
        assert_eq!(call!(settimeofday(&mut bad)), Err(Errno::EINVAL));
    }
}

#[test]
fn how_full_a_file_system_is() {
    let device = fs::metadata("/").unwrap().dev() as isize;
    let mut stat = Ustat_t::default();
    // Others write meanwhile: take only what stayed as it was.
    for _ in 0..1000 {
        let before = statfs("/").unwrap();
        let done = call!(ustat(device, &mut stat));
        // EINVAL: no mounted file system has this number, as when each of its volumes has one of its own.
        if or_skip("ustat", done, &[Errno::ENOSYS, Errno::EINVAL]).is_none() {
            return;
        }
        let after = statfs("/").unwrap();
        if before.free_blocks == after.free_blocks && before.free_inodes == after.free_inodes {
            // The field has 32 bits.
            assert_eq!(stat.tfree, after.free_blocks as i32);
            assert_eq!(stat.tinode, after.free_inodes);
            assert_eq!(call!(ustat(-1, &mut stat)), Err(Errno::EINVAL));
            return;
        }
    }
    panic!("the file system never stayed as it was");
}

#[test]
fn its_messages() {
    const REFUSED: &[Errno] = &[Errno::EPERM, Errno::ENOSYS];
    let size = call!(klogctl(SYSLOG_ACTION_SIZE_BUFFER, &mut []));
    let Some(size) = or_skip("klogctl", size, REFUSED) else {
        return;
    };
    let mut text = vec![0; size as usize];
    let read = call!(klogctl(SYSLOG_ACTION_READ_ALL, &mut text));
    if let Some(len) = or_skip("klogctl", read, REFUSED) {
        assert!(len <= size);
        // Each message has its level before it.
        assert!(len == 0 || text[0] == b'<');
        assert!(text[len as usize..].iter().all(|byte| *byte == 0));
    }
    assert_eq!(call!(klogctl(99, &mut [])), Err(Errno::EINVAL));
}

/// Without its magic numbers it does nothing at all.
#[test]
fn it_is_not_rebooted() {
    let refused = call!(reboot(0, 0, 0, "")).unwrap_err();
    assert!(
        [Errno::EINVAL, Errno::EPERM].contains(&refused),
        "{refused}"
    );
}

/// A missing file is no place for the accounts, so none are kept.
#[test]
fn it_keeps_no_accounts() {
    let kept = call!(acct("/proc/self/missing"));
    let refused = kept.unwrap_err();
    if refused != Errno::ENOENT {
        or_skip::<()>("acct", Err(refused), &[Errno::EPERM, Errno::ENOSYS]);
    }
}
