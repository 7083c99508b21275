//! Descriptors that are a number.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
mod temporary;

use child::in_child;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use sysline::Errno;
use sysline::event::{
    EventfdFlags, PollFd, PollFlags, Timeout, eventfd, eventfd_read, eventfd_write, poll,
};
use sysline::fs::OFlags;

const NONBLOCK: EventfdFlags = EventfdFlags::NONBLOCK;

/// `std` writes and reads the same eight bytes.
#[test]
fn a_number_is_added_to_and_taken() {
    let mut event = File::from(eventfd(5, NONBLOCK).unwrap());
    assert_eq!(eventfd_write(event.as_fd(), 7), Ok(()));
    event.write_all(&30u64.to_ne_bytes()).unwrap();
    assert_eq!(eventfd_read(event.as_fd()), Ok(42));
    assert_eq!(eventfd_read(event.as_fd()), Err(Errno::EAGAIN));
    eventfd_write(event.as_fd(), 0x0102_0304_0506_0708).unwrap();
    let mut bytes = [0; 8];
    event.read_exact(&mut bytes).unwrap();
    assert_eq!(u64::from_ne_bytes(bytes), 0x0102_0304_0506_0708);
}

#[test]
fn a_semaphore_gives_one_at_a_time() {
    let event = eventfd(2, NONBLOCK | EventfdFlags::SEMAPHORE).unwrap();
    assert_eq!(eventfd_read(event.as_fd()), Ok(1));
    assert_eq!(eventfd_read(event.as_fd()), Ok(1));
    assert_eq!(eventfd_read(event.as_fd()), Err(Errno::EAGAIN));
}

#[test]
fn a_number_has_its_limit() {
    let event = eventfd(0, NONBLOCK).unwrap();
    assert_eq!(eventfd_write(event.as_fd(), u64::MAX), Err(Errno::EINVAL));
    assert_eq!(eventfd_write(event.as_fd(), u64::MAX - 1), Ok(()));
    let mut fds = [PollFd::new(event.as_fd(), PollFlags::IN | PollFlags::OUT)];
    assert_eq!(poll(&mut fds, Timeout::Zero, None), Ok(1));
    assert_eq!(fds[0].revents(), PollFlags::IN, "there is no room");
    assert_eq!(eventfd_write(event.as_fd(), 1), Err(Errno::EAGAIN));
    assert_eq!(eventfd_read(event.as_fd()), Ok(u64::MAX - 1));
}

#[test]
fn reading_waits_for_another_thread() {
    let event = eventfd(0, EventfdFlags::CLOEXEC).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(std::time::Duration::from_millis(10));
            eventfd_write(event.as_fd(), 9).unwrap();
        });
        assert_eq!(eventfd_read(event.as_fd()), Ok(9));
    });
}

/// `/proc/self/fdinfo` has the descriptor's flags in octal: `O_CLOEXEC` and `O_NONBLOCK`.
#[test]
fn flags_are_those_that_were_asked_for() {
    let flags = |asked| {
        let event = eventfd(0, asked).unwrap();
        let path = format!("/proc/self/fdinfo/{}", event.as_raw_fd());
        let info = std::fs::read_to_string(path).unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix("flags:"));
        u32::from_str_radix(line.unwrap().trim(), 8).unwrap()
    };
    let (cloexec, nonblock) = (
        0o2_000_000,
        if cfg!(target_arch = "mips64") {
            0o200
        } else {
            0o4000
        },
    );
    let of = |asked| flags(asked) & (cloexec | nonblock);
    assert_eq!(of(EventfdFlags::empty()), 0);
    assert_eq!(of(EventfdFlags::CLOEXEC), cloexec);
    assert_eq!(of(NONBLOCK), nonblock);
}

#[test]
fn errors_of_events() {
    let flags = EventfdFlags::from_bits_retain(OFlags::APPEND.bits());
    assert_eq!(eventfd(0, flags).err(), Some(Errno::EINVAL));
    let file = temporary::in_memory("no event");
    assert_eq!(eventfd_read(file.as_fd()), Err(Errno::EINVAL), "no bytes");
    in_child(|| {
        // SAFETY: the signature is that of `sys/resource.h`; the kernel reads two numbers.
        unsafe extern "C" {
            fn setrlimit(resource: i32, limit: *const [core::ffi::c_ulong; 2]) -> i32;
        }
        const RLIMIT_FSIZE: i32 = 1; // asm-generic/resource.h
        // SAFETY: as above.
        assert_eq!(unsafe { setrlimit(RLIMIT_FSIZE, &[5, 5]) }, 0);
        let file = temporary::in_memory("short");
        let written = eventfd_write(file.as_fd(), 1);
        let len = file.metadata().unwrap().len();
        // An emulator has no such limit for itself.
        assert!((len, written) == (5, Err(Errno::EINVAL)) || (len, written) == (8, Ok(())));
    });
    let (reader, writer) = temporary::pipe();
    assert_eq!(eventfd_read(writer.as_fd()), Err(Errno::EBADF));
    assert_eq!(eventfd_write(reader.as_fd(), 1), Err(Errno::EBADF));
}

#[test]
fn fault_no_descriptor_is_left() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        for _ in 0..10 {
            drop(eventfd(1, NONBLOCK).unwrap());
            let _ = eventfd(1, EventfdFlags::from_bits_retain(OFlags::APPEND.bits()));
        }
        assert_eq!(count(), before);
        let one = eventfd(1, NONBLOCK).unwrap();
        assert_eq!(count(), before + 1, "it counts");
        drop(one);
    });
}
