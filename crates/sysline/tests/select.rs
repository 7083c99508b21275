//! Waiting for sets of descriptors, small and large.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::in_child;
use std::fs::File;
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, OwnedFd};
use std::time::{Duration, Instant};
use sysline::Errno;
use sysline::event::{FdSet, FdSetBuf, Timeout, select};
use sysline::fs::CWD;

const RLIMIT_NOFILE: i32 = if cfg!(target_arch = "mips64") { 5 } else { 7 };

// SAFETY: the signatures are those of `sys/resource.h` and `unistd.h`.
unsafe extern "C" {
    fn getrlimit(resource: i32, limit: *mut core::ffi::c_ulong) -> i32;
    fn setrlimit(resource: i32, limit: *const core::ffi::c_ulong) -> i32;
    fn dup2(old: i32, new: i32) -> i32;
}

/// A set of one descriptor, which outlives it.
fn set_of(fd: &File) -> FdSet<'_> {
    let mut set = FdSet::new();
    set.insert(fd.as_fd()).unwrap();
    set
}

#[test]
fn select_leaves_those_that_are_ready() {
    let (reader, writer) = temporary::pipe();
    let (mut reads, mut writes) = (set_of(&reader), set_of(&writer));
    assert_eq!(
        select(
            Some(&mut reads),
            Some(&mut writes),
            None,
            Timeout::Zero,
            None
        ),
        Ok(1)
    );
    assert!(!reads.contains(reader.as_fd()) && writes.contains(writer.as_fd()));
    assert!(reads.is_empty() && !writes.is_empty());

    let mut reads = set_of(&reader);
    let nap = Duration::from_millis(30);
    let start = Instant::now();
    assert_eq!(select(Some(&mut reads), None, None, nap, None), Ok(0));
    assert!(start.elapsed() >= nap);

    (&writer).write_all(b"x").unwrap();
    let mut reads = set_of(&reader);
    let ready = select(Some(&mut reads), None, None, Timeout::Forever, None);
    assert_eq!(ready, Ok(1));
    assert!(reads.contains(reader.as_fd()));
    reads.remove(reader.as_fd());
    assert!(!reads.contains(reader.as_fd()));
}

#[test]
fn sets_tell_their_descriptors() {
    let files: Vec<(File, File)> = (0..40).map(|_| temporary::pipe()).collect();
    let mut expected: Vec<i32> = files.iter().map(|(reader, _)| reader.as_raw_fd()).collect();
    expected.sort();
    let (mut small, mut large) = (FdSet::default(), FdSetBuf::default());
    for (reader, writer) in &files {
        small.insert(reader.as_fd()).unwrap();
        large.insert(reader.as_fd()).unwrap();
        small.insert(writer.as_fd()).unwrap();
        large.insert(writer.as_fd()).unwrap();
    }
    for (_, writer) in &files {
        small.remove(writer.as_fd());
        large.remove(writer.as_fd());
    }
    let numbers =
        |fds: Vec<BorrowedFd<'_>>| -> Vec<i32> { fds.iter().map(AsRawFd::as_raw_fd).collect() };
    assert_eq!(numbers(small.iter().collect()), expected);
    assert_eq!(numbers(large.iter().collect()), expected);
    let text = format!("{:?}", std::collections::BTreeSet::from_iter(&expected));
    assert_eq!(format!("{small:?}"), text);
    assert_eq!(format!("{large:?}"), text);
    // Who is not in it stays out.
    small.remove(files[0].1.as_fd());
    large.remove(files[0].1.as_fd());
    assert!(!small.contains(files[0].1.as_fd()) && !large.contains(files[0].1.as_fd()));
    small.clear();
    large.clear();
    assert_eq!((small.iter().count(), large.iter().count()), (0, 0));
}

/// The number that a descriptor has from now on, and with it its owner.
fn at(number: i32, file: &File) -> OwnedFd {
    // SAFETY: the number is nobody's: this process opens few.
    unsafe {
        assert_eq!(dup2(file.as_raw_fd(), number), number);
        OwnedFd::from_raw_fd(number)
    }
}

/// Lets this process have so many descriptors.
fn raise_limit(count: core::ffi::c_ulong) {
    let mut limit = [0; 2];
    // SAFETY: the kernel writes and reads two numbers.
    unsafe {
        assert_eq!(getrlimit(RLIMIT_NOFILE, limit.as_mut_ptr()), 0);
        limit = [count, limit[1].max(count)];
        let set = setrlimit(RLIMIT_NOFILE, limit.as_ptr());
        assert_eq!(set, 0, "{}", std::io::Error::last_os_error());
    }
}

/// Whether an emulator ends where a set has more than it has room for. A kernel that did would fail the test.
fn ends_beyond_1023() -> bool {
    let asked = std::panic::catch_unwind(|| {
        in_child(|| {
            raise_limit(2048);
            let one = at(1024, &temporary::in_memory("beyond"));
            let mut set = FdSetBuf::new();
            set.insert(one.as_fd()).unwrap();
            let _ = select(Some(&mut set), None, None, Timeout::Zero, None);
        });
    });
    asked.is_err() && emulator::skipped("no select of more than 1,024 descriptors")
}

/// The whole set is the kernel's: the last bit of the last word, in either byte order.
#[test]
fn fault_select_with_descriptors_1023_and_1024() {
    in_child(|| {
        raise_limit(2048);
        let (reader, mut writer) = temporary::pipe();
        let (high, beyond) = (at(1023, &reader), at(1024, &reader));
        let mut set = FdSet::new();
        set.insert(high.as_fd()).unwrap();
        assert_eq!(format!("{set:?}"), "{1023}");
        let ready = select(Some(&mut set), None, None, Timeout::Zero, None);
        assert_eq!(ready, Ok(0));
        assert!(!set.contains(high.as_fd()));
        assert_eq!(set.insert(beyond.as_fd()), Err(Errno::EINVAL));
        assert!(!set.contains(beyond.as_fd()));
        set.remove(beyond.as_fd()); // and nothing else
        assert!(set.is_empty());

        writer.write_all(b"x").unwrap();
        set.insert(high.as_fd()).unwrap();
        let ready = select(Some(&mut set), None, None, Timeout::Zero, None);
        assert_eq!(ready, Ok(1));
        assert!(set.contains(high.as_fd()));
    });
    if ends_beyond_1023() {
        return;
    }
    in_child(|| {
        raise_limit(2048);
        let (reader, mut writer) = temporary::pipe();
        let (high, beyond) = (at(1023, &reader), at(1024, &reader));
        writer.write_all(b"x").unwrap();
        let mut grown = FdSetBuf::new();
        grown.insert(high.as_fd()).unwrap();
        grown.insert(beyond.as_fd()).unwrap();
        let ready = select(Some(&mut grown), None, None, Timeout::Forever, None);
        assert_eq!(ready, Ok(2));
        assert_eq!(format!("{grown:?}"), "{1023, 1024}");
    });
}

#[test]
fn select_with_descriptors_far_beyond_1024() {
    if ends_beyond_1023() {
        return;
    }
    in_child(|| {
        raise_limit(6000);
        let (reader, mut writer) = temporary::pipe();
        let (empty, _silent) = temporary::pipe();
        let far = [at(4095, &reader), at(5000, &reader), at(5001, &empty)];
        let all = || {
            let mut set = FdSetBuf::new();
            for fd in &far {
                set.insert(fd.as_fd()).unwrap();
            }
            set
        };
        let mut set = all();
        let ready = select(Some(&mut set), None, None, Timeout::Zero, None);
        assert_eq!(ready, Ok(0));
        assert!(set.is_empty());
        writer.write_all(b"x").unwrap();
        let mut set = all();
        let ready = select(Some(&mut set), None, None, Timeout::Forever, None);
        assert_eq!(ready, Ok(2));
        assert_eq!(format!("{set:?}"), "{4095, 5000}");
        assert!(set.contains(far[1].as_fd()) && !set.contains(far[2].as_fd()));

        // Sets of all sizes at once: the kernel reads each of them up to the greatest number.
        let (mut large, mut small, mut none) = (all(), set_of(&writer), FdSetBuf::new());
        let ready = select(
            Some(&mut large),
            Some(&mut small),
            Some(&mut none),
            Timeout::Forever,
            None,
        );
        assert_eq!(ready, Ok(3));
        assert_eq!(format!("{large:?}"), "{4095, 5000}");
        assert!(small.contains(writer.as_fd()));
        assert!(none.is_empty());
        let (mut large, mut small) = (all(), set_of(&reader));
        let ready = select(
            None,
            Some(&mut small),
            Some(&mut large),
            Timeout::Zero,
            None,
        );
        assert_eq!(ready, Ok(0));
        assert!(small.is_empty() && large.is_empty());
    });
}

/// What is no descriptor is refused, and where one is closed the sets stay as they were.
#[test]
fn errors_of_sets() {
    assert_eq!(FdSet::new().insert(CWD), Err(Errno::EINVAL));
    assert_eq!(FdSetBuf::new().insert(CWD), Err(Errno::EINVAL));
    let mut set = FdSetBuf::new();
    set.remove(CWD);
    assert!(!set.contains(CWD) && !FdSet::new().contains(CWD));
    in_child(|| {
        let (reader, _writer) = temporary::pipe();
        let number = temporary::in_memory("closed").as_raw_fd();
        // SAFETY: it is asked about, which is right for any number.
        let closed = unsafe { BorrowedFd::borrow_raw(number) };
        let mut reads = set_of(&reader);
        let mut excepts = FdSetBuf::new();
        excepts.insert(closed).unwrap();
        let selected = select(
            Some(&mut reads),
            None,
            Some(&mut excepts),
            Timeout::Zero,
            None,
        );
        assert_eq!(selected, Err(Errno::EBADF));
        assert!(reads.contains(reader.as_fd()) && excepts.contains(closed));
    });
}

#[test]
fn fault_select_of_no_descriptors_waits() {
    let nap = Duration::from_millis(30);
    let start = Instant::now();
    assert_eq!(select(None, None, None, nap, None), Ok(0));
    let mut empty = FdSet::new();
    assert_eq!(select(Some(&mut empty), None, None, nap, None), Ok(0));
    let mut empty = FdSetBuf::new();
    assert_eq!(select(None, Some(&mut empty), None, nap, None), Ok(0));
    assert!(start.elapsed() >= 3 * nap);
}

/// `layouts.rs` compares that with C.
#[test]
fn a_set_is_laid_out_as_that_of_c() {
    use linux_raw_sys::general::__kernel_fd_set;
    assert_eq!(size_of::<FdSet<'_>>(), size_of::<__kernel_fd_set>());
    assert_eq!(align_of::<FdSet<'_>>(), align_of::<__kernel_fd_set>());
}
