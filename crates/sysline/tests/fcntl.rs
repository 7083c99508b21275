//! The operations of `fcntl` against what `/proc`, `std`, the C library and other processes see.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::ffi::c_int;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use child::in_child;
use emulator::skipped;
use sysline::fs::{MemfdFlags, Mode, OFlags, memfd_create};
use sysline::io::{
    self, Conflict, FdFlags, Flock, LeaseType, LockType, NotifyFlags, Owner, PipeFlags, SealFlags,
    Whence, WriteHint,
};
use sysline::process::{Pid, getpid};
use sysline::signal::Signal;
use sysline::{Errno, Result};

// SAFETY: the signatures are those of `fcntl.h`, `signal.h` and `unistd.h`.
unsafe extern "C" {
    #[link_name = "fcntl"]
    fn fcntl_of_c(fd: c_int, op: c_int, ...) -> c_int;
    fn signal(number: c_int, handler: usize) -> usize;
    fn setpgid(pid: c_int, group: c_int) -> c_int;
}

/// `fcntl` of the C library, of an operation that gives or takes a number.
fn by_c(fd: &impl AsRawFd, op: u32, arg: c_int) -> c_int {
    // SAFETY: the operations that tests give it take no address.
    unsafe { fcntl_of_c(fd.as_raw_fd(), op as c_int, arg) }
}

/// The flags of an open file and of its descriptor, as /proc says them.
fn flags_of(fd: &impl AsRawFd) -> u32 {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
    let told = info.lines().find_map(|line| line.strip_prefix("flags:"));
    u32::from_str_radix(told.unwrap().trim(), 8).unwrap()
}

const CLOEXEC: u32 = 0o2_000_000; // asm-generic/fcntl.h

/// What is never a descriptor.
fn none() -> BorrowedFd<'static> {
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    unsafe { BorrowedFd::borrow_raw(-100) }
}

/// Opens what a descriptor has open once more.
fn opened_again(file: &File) -> File {
    let path = format!("/proc/self/fd/{}", file.as_raw_fd());
    File::options().read(true).write(true).open(path).unwrap()
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Counts a signal of this process from now on.
fn count_signals(which: Signal) {
    let handler = count as extern "C" fn(c_int);
    // SAFETY: the handler counts.
    unsafe { signal(which.raw(), handler as usize) };
}

/// Waits until so many signals have come.
#[track_caller]
fn signals(expected: usize) {
    for _ in 0..10_000 {
        if SIGNALS.load(Ordering::Relaxed) >= expected {
            break;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(SIGNALS.load(Ordering::Relaxed), expected);
}

#[test]
fn dupfd_gives_the_lowest_number_from_one_on() {
    in_child(|| {
        let mut file = temporary::file("dupfd");
        let one = io::fcntl_dupfd(file.as_fd(), 200).unwrap();
        let two = io::fcntl_dupfd_cloexec(file.as_fd(), 200).unwrap();
        assert_eq!((one.as_raw_fd(), two.as_raw_fd()), (200, 201));
        assert_eq!(flags_of(&one) & CLOEXEC, 0);
        assert_eq!(flags_of(&two) & CLOEXEC, CLOEXEC);
        io::write(two.as_fd(), b"hello").unwrap();
        assert_eq!(file.stream_position().unwrap(), 5, "the position is shared");
    });
    assert_eq!(io::fcntl_dupfd(none(), 0).map(drop), Err(Errno::EBADF));
    let file = temporary::file("dupfd-errors");
    for dupfd in [io::fcntl_dupfd, io::fcntl_dupfd_cloexec] {
        let refused = dupfd(file.as_fd(), u32::MAX).map(drop);
        assert_eq!(refused, Err(Errno::EINVAL));
    }
}

#[test]
fn dupfd_query_tells_copies_from_openings() {
    let file = temporary::file("dupfd-query");
    let copy = io::dup(file.as_fd()).unwrap();
    let other = opened_again(&file);
    let asked = io::fcntl_dupfd_query(file.as_fd(), copy.as_fd());
    if asked == Err(Errno::EINVAL) && skipped("F_DUPFD_QUERY") {
        return;
    }
    assert_eq!(asked, Ok(true));
    let asked = io::fcntl_dupfd_query(file.as_fd(), other.as_fd());
    assert_eq!(asked, Ok(false));
    let asked = io::fcntl_dupfd_query(file.as_fd(), none());
    assert_eq!(asked, Err(Errno::EBADF));
}

#[test]
fn created_query_tells_who_made_the_file() {
    let folder = temporary::folder("created-query");
    let open = || {
        let flags = OFlags::RDWR | OFlags::CREATE | OFlags::CLOEXEC;
        sysline::fs::open(&*folder.join("file"), flags, Mode::OWNER_ALL).unwrap()
    };
    let (first, second) = (open(), open());
    let asked = io::fcntl_created_query(first.as_fd());
    if asked == Err(Errno::EINVAL) && skipped("F_CREATED_QUERY") {
        return;
    }
    assert_eq!(asked, Ok(true));
    assert_eq!(io::fcntl_created_query(second.as_fd()), Ok(false));
    assert_eq!(io::fcntl_created_query(none()), Err(Errno::EBADF));
}

#[test]
fn getfd_and_setfd_are_the_descriptor_s() {
    let file = temporary::file("getfd"); // `std` opens with CLOEXEC
    let copy = io::fcntl_dupfd_cloexec(file.as_fd(), 0).unwrap();
    assert_eq!(io::fcntl_getfd(file.as_fd()), Ok(FdFlags::CLOEXEC));
    io::fcntl_setfd(file.as_fd(), FdFlags::empty()).unwrap();
    assert_eq!(flags_of(&file) & CLOEXEC, 0);
    assert_eq!(flags_of(&copy) & CLOEXEC, CLOEXEC, "the copy has its own");
    assert_eq!(io::fcntl_getfd(file.as_fd()), Ok(FdFlags::empty()));
    io::fcntl_setfd(file.as_fd(), FdFlags::CLOEXEC).unwrap();
    assert_eq!(flags_of(&file) & CLOEXEC, CLOEXEC);
    assert_eq!(io::fcntl_getfd(none()), Err(Errno::EBADF));
    assert_eq!(io::fcntl_setfd(none(), FdFlags::empty()), Err(Errno::EBADF));
}

#[test]
fn getfl_and_setfl_are_the_open_file_s() {
    let (path, mut file) = temporary::path("getfl");
    let copy = file.try_clone().unwrap();
    let flags = io::fcntl_getfl(file.as_fd()).unwrap();
    assert!(flags.contains(OFlags::RDWR) && !flags.contains(OFlags::APPEND));
    let more = flags | OFlags::APPEND | OFlags::NONBLOCK;
    io::fcntl_setfl(file.as_fd(), more).unwrap();
    assert_eq!(io::fcntl_getfl(copy.as_fd()), Ok(more), "the copy has them");
    let both = (OFlags::APPEND | OFlags::NONBLOCK).bits();
    assert_eq!(flags_of(&copy) & both, both);
    file.write_all(b"start").unwrap();
    file.rewind().unwrap();
    file.write_all(b"end").unwrap();
    assert_eq!(fs::read(&*path).unwrap(), b"startend", "at its end");
    // How it is open stays.
    io::fcntl_setfl(file.as_fd(), OFlags::WRONLY).unwrap();
    assert_eq!(io::fcntl_getfl(file.as_fd()), Ok(flags));
    assert_eq!(flags_of(&copy) & both, 0);
    assert_eq!(io::fcntl_getfl(none()), Err(Errno::EBADF));
    assert_eq!(io::fcntl_setfl(none(), flags), Err(Errno::EBADF));
}

/// Past 4 GiB, so that halves of an offset that are lost or exchanged are seen.
const FAR: i64 = (5 << 30) + 7;

#[test]
fn locks_of_two_processes_conflict() {
    let file = temporary::file("lock");
    let own = getpid();
    let write = Flock::new(LockType::WRITE, FAR, 10);
    io::fcntl_setlk(file.as_fd(), write).unwrap();
    assert_eq!(io::fcntl_getlk(file.as_fd(), write), Ok(None), "it is ours");
    in_child(|| {
        let held = Conflict {
            lock: write,
            pid: Some(own),
        };
        let last = Flock::new(LockType::READ, FAR + 9, 1);
        assert_eq!(io::fcntl_getlk(file.as_fd(), last), Ok(Some(held)));
        assert_eq!(io::fcntl_setlk(file.as_fd(), last), Err(Errno::EAGAIN));
        for beside in [
            Flock::new(LockType::WRITE, FAR - 1, 1),
            Flock::new(LockType::WRITE, FAR + 10, 0),
            Flock::new(LockType::WRITE, 7, 10), // the low half is the same
        ] {
            assert_eq!(io::fcntl_getlk(file.as_fd(), beside), Ok(None));
            assert_eq!(io::fcntl_setlk(file.as_fd(), beside), Ok(()));
        }
    });
    // For reading both may.
    let read = Flock::new(LockType::READ, FAR, 10);
    io::fcntl_setlk(file.as_fd(), read).unwrap();
    in_child(|| {
        assert_eq!(io::fcntl_setlk(file.as_fd(), read), Ok(()));
        assert_eq!(io::fcntl_setlk(file.as_fd(), write), Err(Errno::EAGAIN));
        let all = Flock::whole(LockType::WRITE);
        let held = io::fcntl_getlk(file.as_fd(), all).unwrap().unwrap();
        assert_eq!((held.lock, held.pid), (read, Some(own)));
    });
    io::fcntl_setlk(file.as_fd(), Flock::whole(LockType::UNLOCK)).unwrap();
    in_child(|| assert_eq!(io::fcntl_setlk(file.as_fd(), write), Ok(())));
}

#[test]
fn a_lock_counts_from_where_it_says() {
    let mut file = temporary::file("lock-whence");
    file.set_len(100).unwrap();
    file.seek(std::io::SeekFrom::Start(40)).unwrap();
    let lock = |whence, start, len| Flock {
        kind: LockType::WRITE,
        whence,
        start,
        len,
    };
    for (given, start, len) in [
        (lock(Whence::SET, 40, -10), 30, 10),
        (lock(Whence::CUR, -5, 3), 35, 3),
        (lock(Whence::END, -1, 0), 99, 0),
    ] {
        io::fcntl_ofd_setlk(file.as_fd(), given).unwrap();
        let other = opened_again(&file);
        let all = Flock::whole(LockType::READ);
        let held = io::fcntl_ofd_getlk(other.as_fd(), all).unwrap().unwrap();
        assert_eq!(held.lock, lock(Whence::SET, start, len), "{given:?}");
        let unlock = Flock::whole(LockType::UNLOCK);
        io::fcntl_ofd_setlk(file.as_fd(), unlock).unwrap();
    }
    for bad in [
        lock(Whence::SET, -1, 1),
        lock(Whence::DATA, 0, 1),
        lock(Whence::from_raw(1 << 16), 0, 1), // its low half is SET
        Flock::whole(LockType::from_raw(99)),
    ] {
        let refused = io::fcntl_ofd_setlk(file.as_fd(), bad);
        assert_eq!(refused, Err(Errno::EINVAL), "{bad:?}");
        let refused = io::fcntl_setlk(file.as_fd(), bad);
        assert_eq!(refused, Err(Errno::EINVAL), "{bad:?}");
    }
    let nothing = Flock::whole(LockType::UNLOCK);
    assert_eq!(io::fcntl_getlk(file.as_fd(), nothing), Err(Errno::EINVAL));
}

#[test]
fn an_opening_can_ask_for_its_own_lock() {
    let file = temporary::file("lock-own");
    let nothing = Flock::whole(LockType::UNLOCK);
    assert_eq!(io::fcntl_ofd_getlk(file.as_fd(), nothing), Ok(None));
    let lock = Flock::new(LockType::READ, 3, 4);
    io::fcntl_ofd_setlk(file.as_fd(), lock).unwrap();
    let own = io::fcntl_ofd_getlk(file.as_fd(), nothing).unwrap();
    assert_eq!(own.map(|own| own.lock), Some(lock));
}

#[test]
fn locks_of_two_openings_conflict() {
    let file = temporary::file("ofd-lock");
    let (copy, other) = (io::dup(file.as_fd()).unwrap(), opened_again(&file));
    let write = Flock::new(LockType::WRITE, FAR, 10);
    io::fcntl_ofd_setlk(file.as_fd(), write).unwrap();
    assert_eq!(io::fcntl_ofd_setlk(copy.as_fd(), write), Ok(()), "a copy");
    let refused = io::fcntl_ofd_setlk(other.as_fd(), write);
    assert_eq!(refused, Err(Errno::EAGAIN), "another opening");
    let held = Conflict {
        lock: write,
        pid: None,
    };
    assert_eq!(io::fcntl_ofd_getlk(other.as_fd(), write), Ok(Some(held)));
    assert_eq!(io::fcntl_ofd_getlk(copy.as_fd(), write), Ok(None));
    // A process's lock conflicts with it too, and is told that no process has it.
    assert_eq!(io::fcntl_getlk(other.as_fd(), write), Ok(Some(held)));
    assert_eq!(io::fcntl_setlk(other.as_fd(), write), Err(Errno::EAGAIN));
    let unlock = Flock::whole(LockType::UNLOCK);
    io::fcntl_ofd_setlk(copy.as_fd(), unlock).unwrap();
    assert_eq!(io::fcntl_ofd_setlk(other.as_fd(), write), Ok(()));
}

#[test]
fn a_lock_needs_a_descriptor_that_is_open_for_it() {
    let (path, _file) = temporary::path("lock-mode");
    let reader = File::open(&*path).unwrap();
    let writer = File::options().append(true).open(&*path).unwrap();
    let (read, write) = (Flock::whole(LockType::READ), Flock::whole(LockType::WRITE));
    for setlk in [
        io::fcntl_setlk,
        io::fcntl_setlkw,
        io::fcntl_ofd_setlk,
        io::fcntl_ofd_setlkw,
    ] {
        assert_eq!(setlk(reader.as_fd(), write), Err(Errno::EBADF));
        assert_eq!(setlk(writer.as_fd(), read), Err(Errno::EBADF));
        assert_eq!(setlk(none(), read), Err(Errno::EBADF));
    }
}

#[test]
fn setlkw_waits_for_the_other_process() {
    let file = temporary::file("setlkw");
    let whole = Flock::whole(LockType::WRITE);
    let (mut has_it, it_has) = temporary::pipe();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            in_child(|| {
                io::fcntl_setlkw(file.as_fd(), whole).unwrap();
                (&it_has).write_all(b"x").unwrap();
                std::thread::sleep(Duration::from_millis(30));
                file.write_all_at(b"done", 0).unwrap();
                // Its end is the lock's.
            });
        });
        has_it.read_exact(&mut [0]).unwrap();
        io::retry_on_intr(|| io::fcntl_setlkw(file.as_fd(), whole)).unwrap();
        let mut bytes = [0; 4];
        assert_eq!(file.read_at(&mut bytes, 0).unwrap(), 4);
        assert_eq!(&bytes, b"done");
    });
}

#[test]
fn ofd_setlkw_waits_for_the_other_opening() {
    let file = temporary::file("ofd-setlkw");
    let other = opened_again(&file);
    let given_up = AtomicBool::new(false);
    let whole = Flock::whole(LockType::WRITE);
    io::fcntl_ofd_setlk(file.as_fd(), whole).unwrap();
    std::thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            let locked = io::retry_on_intr(|| io::fcntl_ofd_setlkw(other.as_fd(), whole));
            (locked, given_up.load(Ordering::SeqCst))
        });
        std::thread::sleep(Duration::from_millis(30));
        given_up.store(true, Ordering::SeqCst);
        io::fcntl_ofd_setlk(file.as_fd(), Flock::whole(LockType::UNLOCK)).unwrap();
        assert_eq!(waiting.join().unwrap(), (Ok(()), true));
    });
}

#[test]
fn an_owner_is_told_from_a_group() {
    const F_GETOWN: u32 = linux_raw_sys::general::F_GETOWN;
    let (reader, _writer) = temporary::pipe();
    let fd = reader.as_fd();
    assert_eq!(io::fcntl_getown(fd), Ok(None));
    let own = getpid();
    io::fcntl_setown(fd, Some(Owner::Process(own))).unwrap();
    assert_eq!(io::fcntl_getown(fd), Ok(Some(Owner::Process(own))));
    assert_eq!(by_c(&reader, F_GETOWN, 0), own.raw());
    in_child(|| {
        // SAFETY: it takes numbers: the copy has a group of its own, which is called as it is.
        assert_eq!(unsafe { setpgid(0, 0) }, 0);
        let group = Owner::Group(getpid());
        io::fcntl_setown(fd, Some(group)).unwrap();
        assert_eq!(io::fcntl_getown(fd), Ok(Some(group)));
    });
    let thread = Owner::Thread(Pid::from_raw(own.raw()));
    io::fcntl_setown(fd, Some(thread)).unwrap();
    assert_eq!(io::fcntl_getown(fd), Ok(Some(thread)));
    // One that is not its process's first is no process.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let thread = sysline::thread::gettid();
            io::fcntl_setown(fd, Some(Owner::Thread(thread))).unwrap();
            assert_eq!(io::fcntl_getown(fd), Ok(Some(Owner::Thread(thread))));
            assert_eq!(by_c(&reader, F_GETOWN, 0), thread.raw());
        });
    });
    io::fcntl_setown(fd, None).unwrap();
    assert_eq!(io::fcntl_getown(fd), Ok(None));
    assert_eq!(by_c(&reader, F_GETOWN, 0), 0);
    let nobody = Owner::Process(Pid::from_raw(i32::MAX));
    assert_eq!(io::fcntl_setown(fd, Some(nobody)), Err(Errno::ESRCH));
    assert_eq!(io::fcntl_getown(none()), Err(Errno::EBADF));
    assert_eq!(io::fcntl_setown(none(), None), Err(Errno::EBADF));
}

#[test]
fn the_owner_is_sent_the_signal() {
    in_child(|| {
        let (reader, mut writer) = temporary::pipe();
        let fd = reader.as_fd();
        assert_eq!(io::fcntl_getsig(fd), Ok(None));
        count_signals(Signal::USR2);
        io::fcntl_setsig(fd, Some(Signal::USR2)).unwrap();
        assert_eq!(io::fcntl_getsig(fd), Ok(Some(Signal::USR2)));
        io::fcntl_setown(fd, Some(Owner::Process(getpid()))).unwrap();
        let flags = io::fcntl_getfl(fd).unwrap();
        io::fcntl_setfl(fd, flags | OFlags::ASYNC).unwrap();
        assert!(io::fcntl_getfl(fd).unwrap().contains(OFlags::ASYNC));
        writer.write_all(b"x").unwrap();
        signals(1);
        count_signals(Signal::IO);
        io::fcntl_setsig(fd, None).unwrap();
        assert_eq!(io::fcntl_getsig(fd), Ok(None));
        writer.write_all(b"x").unwrap();
        signals(2);
    });
    assert_eq!(io::fcntl_getsig(none()), Err(Errno::EBADF));
    assert_eq!(io::fcntl_setsig(none(), None), Err(Errno::EBADF));
}

#[test]
fn a_lease_keeps_others_out_until_it_is_given_up() {
    in_child(|| {
        count_signals(Signal::IO);
        let (path, file) = temporary::path("lease");
        drop(file);
        let file = File::open(&*path).unwrap();
        let fd = file.as_fd();
        assert_eq!(io::fcntl_getlease(fd), Ok(LeaseType::NONE));
        io::fcntl_setlease(fd, LeaseType::READ).unwrap();
        assert_eq!(io::fcntl_getlease(fd), Ok(LeaseType::READ));
        let to_write = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let open = || sysline::fs::open(&*path, to_write, Mode::empty());
        assert_eq!(open().map(drop), Err(Errno::EWOULDBLOCK));
        signals(1);
        assert_eq!(io::fcntl_getlease(fd), Ok(LeaseType::NONE), "they wait");
        io::fcntl_setlease(fd, LeaseType::NONE).unwrap();
        let writer = open().unwrap();
        let busy = io::fcntl_setlease(fd, LeaseType::READ);
        assert_eq!(busy, Err(Errno::EAGAIN));
        drop(writer);
        let unknown = LeaseType::from_raw(99);
        assert_eq!(io::fcntl_setlease(fd, unknown), Err(Errno::EINVAL));
    });
    let (pipe, _writer) = temporary::pipe();
    let no_file = io::fcntl_setlease(pipe.as_fd(), LeaseType::READ);
    assert_eq!(no_file, Err(Errno::EINVAL));
    assert_eq!(io::fcntl_getlease(none()), Err(Errno::EBADF));
}

#[test]
fn a_folder_s_changes_are_told_by_signal() {
    in_child(|| {
        count_signals(Signal::IO);
        let folder = temporary::folder("notify");
        let open = File::open(&*folder).unwrap();
        let told = io::fcntl_notify(open.as_fd(), NotifyFlags::CREATE | NotifyFlags::MULTISHOT);
        assert_eq!(told, Ok(()));
        File::create(folder.join("one")).unwrap();
        signals(1);
        fs::remove_file(folder.join("one")).unwrap(); // not what was asked for
        File::create(folder.join("two")).unwrap();
        signals(2);
        io::fcntl_notify(open.as_fd(), NotifyFlags::empty()).unwrap();
        File::create(folder.join("three")).unwrap();
        std::thread::sleep(Duration::from_millis(10));
        signals(2);
    });
    let file = temporary::file("notify-file");
    let refused = io::fcntl_notify(file.as_fd(), NotifyFlags::CREATE);
    assert_eq!(refused, Err(Errno::ENOTDIR));
}

/// As many bytes as fit into a pipe, by writing them.
fn room(writer: &OwnedFd) -> usize {
    let mut room = 0;
    loop {
        match io::write(writer.as_fd(), &[0; 4096]) {
            Ok(taken) => room += taken,
            Err(errno) => {
                assert_eq!(errno, Errno::EAGAIN);
                return room;
            }
        }
    }
}

#[test]
fn a_pipe_s_size_is_what_it_has_room_for() {
    let (reader, writer) = io::pipe2(PipeFlags::NONBLOCK).unwrap();
    let size = io::fcntl_getpipe_sz(writer.as_fd()).unwrap();
    assert_eq!(room(&writer), size as usize);
    let full = io::fcntl_setpipe_sz(writer.as_fd(), size / 2);
    assert_eq!(full, Err(Errno::EBUSY), "it is full");

    let (_other, writer) = io::pipe2(PipeFlags::NONBLOCK).unwrap();
    let set = io::fcntl_setpipe_sz(writer.as_fd(), 100_000).unwrap();
    assert!(set >= 100_000 && set.is_power_of_two(), "{set}");
    assert_eq!(io::fcntl_getpipe_sz(writer.as_fd()), Ok(set));
    assert_eq!(room(&writer), set as usize);
    const F_GETPIPE_SZ: u32 = linux_raw_sys::general::F_GETPIPE_SZ;
    assert_eq!(by_c(&reader, F_GETPIPE_SZ, 0), size as c_int);

    let file = temporary::file("pipe-size");
    assert_eq!(io::fcntl_getpipe_sz(file.as_fd()), Err(Errno::EBADF));
    let refused = io::fcntl_setpipe_sz(file.as_fd(), 4096);
    assert_eq!(refused, Err(Errno::EBADF));
    let too_much = io::fcntl_setpipe_sz(writer.as_fd(), u32::MAX);
    assert_eq!(too_much, Err(Errno::EINVAL));
}

#[test]
fn seals_are_those_of_files_in_memory() {
    const F_GET_SEALS: u32 = linux_raw_sys::general::F_GET_SEALS;
    let memory = memfd_create("seals", MemfdFlags::ALLOW_SEALING).unwrap();
    io::fcntl_add_seals(memory.as_fd(), SealFlags::GROW).unwrap();
    io::fcntl_add_seals(memory.as_fd(), SealFlags::FUTURE_WRITE).unwrap();
    let both = SealFlags::GROW | SealFlags::FUTURE_WRITE;
    assert_eq!(io::fcntl_get_seals(memory.as_fd()), Ok(both));
    assert_eq!(by_c(&memory, F_GET_SEALS, 0), both.bits() as c_int);
    let unknown = SealFlags::from_bits_retain(1 << 20);
    let refused = io::fcntl_add_seals(memory.as_fd(), unknown);
    assert_eq!(refused, Err(Errno::EINVAL));
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(io::fcntl_get_seals(pipe.as_fd()), Err(Errno::EINVAL));
}

#[test]
fn a_hint_is_the_file_s() {
    let file = temporary::file("hint");
    let other = opened_again(&file);
    let hint = io::fcntl_get_rw_hint(file.as_fd());
    if hint == Err(Errno::EINVAL) && skipped("F_GET_RW_HINT") {
        return;
    }
    assert_eq!(hint, Ok(WriteHint::NOT_SET));
    io::fcntl_set_rw_hint(file.as_fd(), WriteHint::LONG).unwrap();
    assert_eq!(io::fcntl_get_rw_hint(other.as_fd()), Ok(WriteHint::LONG));
    let unknown = io::fcntl_set_rw_hint(file.as_fd(), WriteHint::from_raw(99));
    assert_eq!(unknown, Err(Errno::EINVAL));
    assert_eq!(io::fcntl_get_rw_hint(other.as_fd()), Ok(WriteHint::LONG));
    assert_eq!(io::fcntl_get_rw_hint(none()), Err(Errno::EBADF));
}

#[test]
fn no_descriptor_is_left_behind() {
    in_child(|| {
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let file = temporary::file("left-behind");
        let inode = file.metadata().unwrap().ino();
        let before = count();
        let copies: Vec<OwnedFd> = (0..10)
            .map(|at| io::fcntl_dupfd(file.as_fd(), 100 + at))
            .collect::<Result<_>>()
            .unwrap();
        assert_eq!(count(), before + 10);
        for copy in copies {
            assert_eq!(File::from(copy).metadata().unwrap().ino(), inode);
        }
        assert!(io::fcntl_dupfd(none(), 0).is_err());
        assert!(io::fcntl_dupfd(file.as_fd(), u32::MAX).is_err());
        assert!(io::fcntl_dupfd_cloexec(none(), 0).is_err());
        assert_eq!(count(), before);
    });
}
