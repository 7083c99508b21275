//! The area `io`: each function against what `std` sees.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::ffi::c_int;
use std::fs::{self, File};
use std::io::Seek;
use std::mem::{ManuallyDrop, MaybeUninit};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use emulator::skipped;
use linux_raw_sys::general::CLONE_NEWNS;
use sysline::fs::{Mode, OFlags};
use sysline::io::{CloseRangeFlags, DupFlags, IoSliceMut, PipeFlags, Whence, Winsize};
use sysline::mount::{MountFlags, MountPropagationFlags, mount, mount_change};
use sysline::signal::Signal;
use sysline::{Errno, io};

#[test]
fn write_and_read_move_the_position() {
    let file = temporary::file("position");
    assert_eq!(io::write(file.as_fd(), b"hello"), Ok(5));
    assert_eq!(io::write(file.as_fd(), b" world"), Ok(6));
    let mut all = [0; 16];
    assert_eq!(file.read_at(&mut all, 0).unwrap(), 11);
    assert_eq!(&all[..11], b"hello world");
    assert_eq!(
        io::read(file.as_fd(), &mut all),
        Ok(0),
        "the position is at the end"
    );
}

#[test]
fn pwrite_and_pread_take_any_offset() {
    let file = temporary::file("offset");
    let offset = 5 << 30; // more than 32 bits
    assert_eq!(io::pwrite(file.as_fd(), b"far", offset), Ok(3));
    assert_eq!(file.metadata().unwrap().len(), offset + 3);
    let mut bytes = [0; 8];
    assert_eq!(io::pread(file.as_fd(), &mut bytes, offset + 1), Ok(2));
    assert_eq!(&bytes[..2], b"ar");
    assert_eq!(
        io::read(file.as_fd(), &mut bytes),
        Ok(8),
        "the position is where it was"
    );
}

#[test]
fn lseek_moves_by_any_offset() {
    let file = temporary::file("lseek");
    let far = (5 << 30) + 7;
    assert_eq!(io::lseek(file.as_fd(), far, Whence::SET), Ok(far as u64));
    assert_eq!(io::write(file.as_fd(), b"end"), Ok(3));
    assert_eq!(file.metadata().unwrap().len(), far as u64 + 3);
    assert_eq!(io::lseek(file.as_fd(), -1, Whence::CUR), Ok(far as u64 + 2));
    let mut bytes = [0; 8];
    assert_eq!(io::read(file.as_fd(), &mut bytes), Ok(1));
    assert_eq!(bytes[0], b'd');
    assert_eq!(io::lseek(file.as_fd(), -(far + 3), Whence::END), Ok(0));
    assert_eq!(io::lseek(file.as_fd(), -1, Whence::SET), Err(Errno::EINVAL));
    // A position with the sign bit, which a process's memory has. Where registers have 32 bits a kernel does not write it,
    // and an emulator may: it is an error or right, and never what happened to be there.
    let memory = File::open("/proc/self/mem").unwrap();
    let high = io::lseek(memory.as_fd(), i64::MIN + 0x1234_5678, Whence::SET);
    let narrow = size_of::<usize>() == 4;
    if !(narrow && high == Err(Errno::EOVERFLOW)) {
        assert_eq!(high, Ok((1 << 63) + 0x1234_5678));
    }
    let (pipe, _writer) = temporary::pipe();
    assert_eq!(io::lseek(pipe.as_fd(), 0, Whence::CUR), Err(Errno::ESPIPE));
}

#[test]
fn an_empty_buffer_moves_nothing() {
    let file = temporary::file("empty");
    assert_eq!(io::write(file.as_fd(), b""), Ok(0));
    assert_eq!(io::read(file.as_fd(), &mut []), Ok(0));
}

#[test]
fn close_closes_and_says_so() {
    let file = temporary::file("close");
    let fd: OwnedFd = file.into();
    let number = fd.as_raw_fd();
    assert_eq!(io::close(fd), Ok(()));
    let link = format!("/proc/self/fd/{number}");
    // Another test may have been given the number since: then it is another file.
    assert!(fs::read_link(link).map_or(true, |path| {
        !path
            .to_string_lossy()
            .contains(&format!("sysline-{}-close", std::process::id()))
    }));
}

#[test]
fn what_may_not_be_read_is_ebadf() {
    let path = std::env::temp_dir().join(format!("sysline-io-{}-writeonly", std::process::id()));
    let file = File::create(&path).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(io::read(file.as_fd(), &mut [0; 1]), Err(Errno::EBADF));
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(io::write(none, b"x"), Err(Errno::EBADF));
}

#[test]
fn an_empty_buffer_is_no_error_anywhere() {
    let (reader, writer) = io::pipe2(PipeFlags::CLOEXEC).unwrap();
    assert_eq!(io::write(writer.as_fd(), b""), Ok(0));
    assert_eq!(io::writev(writer.as_fd(), &[]), Ok(0));
    // The pipe has nothing to read: a read of something would wait.
    assert_eq!(io::read(reader.as_fd(), &mut []), Ok(0));
    assert_eq!(io::readv(reader.as_fd(), &mut []), Ok(0));
    let mut none = [IoSliceMut::new(&mut [])];
    assert_eq!(io::readv(reader.as_fd(), &mut none), Ok(0));
    let (filled, left) = io::read_uninit(reader.as_fd(), &mut []).unwrap();
    assert!(filled.is_empty() && left.is_empty());
    assert_eq!(io::ioctl_fionread(reader.as_fd()), Ok(0));
}

#[test]
fn memory_without_a_value_is_read_into() {
    let file = temporary::file("uninit");
    file.write_all_at(b"hello world", 0).unwrap();
    let mut room = [MaybeUninit::new(b'-'); 16];
    let (filled, left) = io::read_uninit(file.as_fd(), &mut room[..5]).unwrap();
    assert_eq!((&*filled, left.len()), (&b"hello"[..], 0));
    filled[0] = b'H'; // it is the caller's
    let (filled, left) = io::read_uninit(file.as_fd(), &mut room[5..]).unwrap();
    assert_eq!((&*filled, left.len()), (&b" world"[..], 5));
    let (filled, left) = io::read_uninit(file.as_fd(), &mut room).unwrap();
    assert_eq!((filled.len(), left.len()), (0, 16), "the end");
    let (filled, left) = io::pread_uninit(file.as_fd(), &mut room, 6).unwrap();
    assert_eq!((&*filled, left.len()), (&b"world"[..], 11));
    let far = io::pread_uninit(file.as_fd(), &mut room, 1 << 40).unwrap();
    assert_eq!((far.0.len(), far.1.len()), (0, 16));
    let refused = io::pread_uninit(file.as_fd(), &mut room, 1 << 63);
    assert_eq!(refused.map(|_| ()), Err(Errno::EINVAL));
    let folder = File::open("/proc").unwrap();
    let refused = io::read_uninit(folder.as_fd(), &mut room);
    assert_eq!(refused.map(|_| ()), Err(Errno::EISDIR));
}

// SAFETY: the signatures are those of `signal.h` and `unistd.h`.
unsafe extern "C" {
    fn signal(number: c_int, handler: extern "C" fn(c_int)) -> usize;
    fn siginterrupt(number: c_int, on: c_int) -> c_int;
    fn kill(pid: c_int, number: c_int) -> c_int;
    fn getpid() -> c_int;
}

static SIGNALS: AtomicUsize = AtomicUsize::new(0);

extern "C" fn count(_: c_int) {
    SIGNALS.fetch_add(1, Ordering::Relaxed);
}

/// Runs `test` in a copy of this process that is sent signals, and that no call goes on after one of them, until it ends.
fn among_signals(test: impl FnOnce()) {
    child::in_child(|| {
        let usr1 = Signal::USR1.raw();
        // SAFETY: the handler counts; the copy has this one thread.
        let own = unsafe {
            signal(usr1, count);
            siginterrupt(usr1, 1);
            getpid()
        };
        let ended = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        let sender = {
            let ended = ended.clone();
            child::spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    // SAFETY: it takes numbers.
                    unsafe { kill(own, usr1) };
                    std::thread::sleep(Duration::from_millis(2));
                }
            })
        };
        test();
        ended.store(true, Ordering::Relaxed);
        sender.join().unwrap();
    });
}

/// What the docs promise: no call is made again by itself.
#[test]
fn a_signal_ends_a_read_that_waits() {
    among_signals(|| {
        let (reader, _writer) = io::pipe2(PipeFlags::CLOEXEC).unwrap();
        assert_eq!(io::read(reader.as_fd(), &mut [0; 8]), Err(Errno::EINTR));
        assert!(SIGNALS.load(Ordering::Relaxed) > 0);
    });
}

#[test]
fn retry_on_intr_waits_for_what_comes() {
    among_signals(|| {
        let (reader, writer) = io::pipe2(PipeFlags::CLOEXEC).unwrap();
        let mut ended_by_signals = 0;
        let mut bytes = [0; 8];
        let read = io::retry_on_intr(|| {
            if ended_by_signals == 3 {
                io::write(writer.as_fd(), b"now").unwrap();
            }
            let answer = io::read(reader.as_fd(), &mut bytes);
            ended_by_signals += usize::from(answer == Err(Errno::EINTR));
            answer
        });
        assert_eq!((read, ended_by_signals), (Ok(3), 3));
        assert_eq!(&bytes[..3], b"now");
    });
    let mut calls = 0;
    let other: sysline::Result<()> = io::retry_on_intr(|| {
        calls += 1;
        Err(Errno::EAGAIN)
    });
    assert_eq!((other, calls), (Err(Errno::EAGAIN), 1), "no other error");
}

/// Which file a descriptor has open.
fn inode(fd: &impl AsFd) -> (u64, u64) {
    let file = File::from(fd.as_fd().try_clone_to_owned().unwrap());
    let metadata = file.metadata().unwrap();
    (metadata.dev(), metadata.ino())
}

/// Whether execve closes it.
fn cloexec(fd: &impl AsRawFd) -> bool {
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
    let told = info.lines().find_map(|line| line.strip_prefix("flags:"));
    let told = u32::from_str_radix(told.unwrap().trim(), 8).unwrap();
    told & 0o2_000_000 != 0 // asm-generic/fcntl.h
}

#[test]
fn dup_shares_the_open_file() {
    let mut file = temporary::file("dup");
    let copy = io::dup(file.as_fd()).unwrap();
    assert_ne!(copy.as_raw_fd(), file.as_raw_fd());
    assert_eq!(inode(&copy), inode(&file));
    io::write(copy.as_fd(), b"hello").unwrap();
    assert_eq!(file.stream_position().unwrap(), 5, "the position is shared");
    assert!(!cloexec(&copy));
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(io::dup(none).map(drop), Err(Errno::EBADF));
}

#[test]
fn dup2_and_dup3_replace_what_a_descriptor_has_open() {
    let (one, two) = (temporary::file("dup2-one"), temporary::file("dup2-two"));
    let mut new: OwnedFd = temporary::file("dup2-new").into();
    let number = new.as_raw_fd();
    assert_eq!(io::dup2(one.as_fd(), &mut new), Ok(()));
    assert_eq!((new.as_raw_fd(), inode(&new)), (number, inode(&one)));
    assert!(!cloexec(&new));
    assert_eq!(io::dup3(two.as_fd(), &mut new, DupFlags::CLOEXEC), Ok(()));
    assert_eq!((new.as_raw_fd(), inode(&new)), (number, inode(&two)));
    assert!(cloexec(&new));
    let unknown = DupFlags::from_bits_retain(1);
    assert_eq!(io::dup3(one.as_fd(), &mut new, unknown), Err(Errno::EINVAL));
    assert_eq!(inode(&new), inode(&two));
}

#[test]
fn dup2_of_a_bad_descriptor_drops_nothing() {
    let mut new: OwnedFd = temporary::file("dup2-bad").into();
    let (number, before) = (new.as_raw_fd(), inode(&new));
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(io::dup2(none, &mut new), Err(Errno::EBADF));
    let dup3 = io::dup3(none, &mut new, DupFlags::CLOEXEC);
    assert_eq!(dup3, Err(Errno::EBADF));
    // Also where it is the same number twice.
    // SAFETY: as above; it is not dropped.
    let mut never_open = ManuallyDrop::new(unsafe { OwnedFd::from_raw_fd(-100) });
    assert_eq!(io::dup2(none, &mut never_open), Err(Errno::EBADF));
    assert_eq!((new.as_raw_fd(), inode(&new)), (number, before));
    assert_eq!(io::write(new.as_fd(), b"still open"), Ok(10));
}

#[test]
fn a_descriptor_s_copy_to_itself_is_nothing_or_einval() {
    let file: OwnedFd = temporary::file("dup2-same").into();
    let before = (inode(&file), cloexec(&file));
    let mut new = file;
    // SAFETY: it stays open.
    let same = unsafe { BorrowedFd::borrow_raw(new.as_raw_fd()) };
    assert_eq!(io::dup2(same, &mut new), Ok(()));
    assert_eq!(
        io::dup3(same, &mut new, DupFlags::empty()),
        Err(Errno::EINVAL)
    );
    assert_eq!((inode(&new), cloexec(&new)), before);
}

#[test]
fn close_range_closes_what_is_in_it() {
    child::in_child(|| {
        let file = temporary::file("close-range");
        // Above all that anybody has here.
        let there = [500, 502, 503].map(|at| io::fcntl_dupfd(file.as_fd(), at).unwrap());
        let numbers = there.map(|fd| fd.into_raw_fd());
        assert_eq!(numbers, [500, 502, 503]);
        let open = |number: i32| fs::exists(format!("/proc/self/fd/{number}")).unwrap();
        // SAFETY: the three are this test's, and nobody's any more.
        unsafe {
            let marked = io::close_range(500, 502, CloseRangeFlags::CLOEXEC);
            if marked == Err(Errno::ENOSYS) && skipped("close_range") {
                return;
            }
            assert_eq!(marked, Ok(()));
            assert_eq!([500, 502, 503].map(open), [true; 3]);
            assert_eq!([500, 502, 503].map(|fd| cloexec(&fd)), [true, true, false]);
            assert_eq!(io::close_range(501, 502, CloseRangeFlags::empty()), Ok(()));
            assert_eq!([500, 502, 503].map(open), [true, false, true]);
            assert_eq!(
                io::close_range(503, 500, CloseRangeFlags::empty()),
                Err(Errno::EINVAL)
            );
            let all = io::close_range(500, u32::MAX, CloseRangeFlags::empty());
            assert_eq!(all, Ok(()));
        }
        assert_eq!([500, 502, 503].map(open), [false; 3]);
    });
}

#[test]
fn ioctls_tell_and_set_what_they_say() {
    let (reader, writer) = io::pipe().unwrap();
    io::write(writer.as_fd(), b"hello").unwrap();
    assert_eq!(io::ioctl_fionread(reader.as_fd()), Ok(5));
    let file = temporary::file("fionread");
    file.set_len(7).unwrap();
    assert_eq!(io::ioctl_fionread(file.as_fd()), Ok(7));
    // What the docs warn of: the low half only.
    file.set_len(5 << 30).unwrap();
    assert_eq!(io::ioctl_fionread(file.as_fd()), Ok(1 << 30));
    file.set_len(7).unwrap();

    io::read(reader.as_fd(), &mut [0; 5]).unwrap();
    io::ioctl_fionbio(reader.as_fd(), true).unwrap();
    assert_eq!(io::read(reader.as_fd(), &mut [0]), Err(Errno::EAGAIN));
    let flags = || io::fcntl_getfl(reader.as_fd()).unwrap();
    assert!(flags().contains(OFlags::NONBLOCK));
    io::ioctl_fionbio(reader.as_fd(), false).unwrap();
    assert!(!flags().contains(OFlags::NONBLOCK));

    let no_terminal = io::tcgetwinsize(file.as_fd()).map(|size| size.ws_row);
    assert_eq!(no_terminal, Err(Errno::ENOTTY));
    let mut len: c_int = 0;
    let at = std::ptr::from_mut(&mut len).cast();
    // SAFETY: the operation writes an `int`.
    let told = unsafe { io::ioctl(file.as_fd(), linux_raw_sys::ioctl::FIONREAD, at) };
    assert_eq!((told, len), (Ok(0), 7));
    // SAFETY: an operation that there is not.
    let unknown = unsafe { io::ioctl(file.as_fd(), 0, std::ptr::null_mut()) };
    assert_eq!(unknown, Err(Errno::ENOTTY));
    // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
    let none = unsafe { BorrowedFd::borrow_raw(-100) };
    assert_eq!(io::ioctl_fionread(none), Err(Errno::EBADF));
    assert_eq!(io::ioctl_fionbio(none, true), Err(Errno::EBADF));
}

#[test]
fn a_terminal_has_the_size_that_it_is_given() {
    let size = Winsize {
        ws_row: 33,
        ws_col: 121,
        ws_xpixel: 0,
        ws_ypixel: 5,
    };
    let folder = temporary::folder("terminals");
    child::in_namespaces(CLONE_NEWNS, || {
        // Terminals of its own, as a machine need not have any.
        let private = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change("/", private).unwrap();
        let options = Some(c"ptmxmode=0666");
        let none = MountFlags::empty();
        mount(None, &*folder, Some(c"devpts"), none, options).unwrap();
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
        let terminal = sysline::fs::open(&*folder.join("ptmx"), flags, Mode::empty()).unwrap();
        io::tcsetwinsize(terminal.as_fd(), &size).unwrap();
        let told = io::tcgetwinsize(terminal.as_fd()).unwrap();
        let told = [told.ws_row, told.ws_col, told.ws_xpixel, told.ws_ypixel];
        assert_eq!(told, [33, 121, 0, 5]);
    });
    let file = temporary::file("winsize");
    let refused = io::tcsetwinsize(file.as_fd(), &size);
    assert_eq!(refused, Err(Errno::ENOTTY));
}

#[test]
fn no_descriptor_is_left_behind() {
    child::in_child(|| {
        let file = temporary::file("left-behind");
        // SAFETY: -100 is AT_FDCWD, which is never a descriptor.
        let none = unsafe { BorrowedFd::borrow_raw(-100) };
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();

        let (reader, writer) = io::pipe().unwrap();
        let two = io::pipe2(PipeFlags::CLOEXEC).unwrap();
        let mut copy = io::dup(file.as_fd()).unwrap();
        let more = io::fcntl_dupfd_cloexec(file.as_fd(), 0).unwrap();
        assert_eq!(count(), before + 6);
        io::dup2(reader.as_fd(), &mut copy).unwrap();
        io::dup3(writer.as_fd(), &mut copy, DupFlags::CLOEXEC).unwrap();
        assert!(io::dup2(none, &mut copy).is_err());
        assert!(io::dup3(none, &mut copy, DupFlags::empty()).is_err());
        assert_eq!(count(), before + 6);
        io::close(copy).unwrap();
        drop((reader, writer, two, more));
        assert_eq!(count(), before);

        assert!(io::dup(none).is_err());
        assert!(io::fcntl_dupfd(none, 0).is_err());
        assert!(io::fcntl_dupfd_cloexec(none, 0).is_err());
        assert!(io::fcntl_dupfd(file.as_fd(), u32::MAX).is_err());
        assert!(io::pipe2(PipeFlags::from_bits_retain(1)).is_err());
        assert_eq!(count(), before);
    });
}
