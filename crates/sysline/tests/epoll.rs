//! Waiting for the files of a list: what is told, when, how often, and for how long.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod refused;
mod signals;
mod temporary;

use child::in_child;
use std::fs::File;
use std::io::{Read, Write};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::time::{Duration, Instant};
use sysline::event::{
    EpollCreateFlags, EpollEvent, EpollFlags, Timeout, epoll_create, epoll_ctl_add, epoll_ctl_del,
    epoll_ctl_mod, epoll_wait, epoll_wait_uninit,
};
use sysline::fs::OFlags;
use sysline::signal::{SigSet, Signal};
use sysline::time::Timespec;
use sysline::{Errno, Result, nr};

fn list() -> OwnedFd {
    epoll_create(EpollCreateFlags::CLOEXEC).unwrap()
}

/// What has come by now.
fn come(list: &OwnedFd) -> Vec<(EpollFlags, u64)> {
    let mut events = [EpollEvent::default(); 8];
    let come = epoll_wait(list.as_fd(), &mut events, Timeout::Zero, None).unwrap();
    let mut come: Vec<_> = come
        .iter()
        .map(|event| (event.flags(), event.data()))
        .collect();
    come.sort_by_key(|&(_, data)| data);
    come
}

const IN: EpollFlags = EpollFlags::IN;

#[test]
fn files_of_a_list_tell_what_has_come() {
    let (list, (reader, mut writer)) = (list(), temporary::pipe());
    let (data, other) = (0x0102_0304_0506_0708, u64::MAX);
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, data)).unwrap();
    assert_eq!(come(&list), []);
    let out = EpollEvent::new(EpollFlags::OUT, other);
    epoll_ctl_add(list.as_fd(), writer.as_fd(), &out).unwrap();
    assert_eq!(come(&list), [(EpollFlags::OUT, other)]);
    writer.write_all(b"x").unwrap();
    assert_eq!(come(&list), [(IN, data), (EpollFlags::OUT, other)]);

    let never = EpollEvent::new(EpollFlags::PRI, 5);
    epoll_ctl_mod(list.as_fd(), writer.as_fd(), &never).unwrap();
    assert_eq!(come(&list), [(IN, data)]);
    epoll_ctl_del(list.as_fd(), reader.as_fd()).unwrap();
    assert_eq!(come(&list), []);

    epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, 6)).unwrap();
    drop(writer);
    assert_eq!(come(&list), [(IN | EpollFlags::HUP, 6)]);
}

/// Only what is filled is given back; what finds no room comes the next time.
#[test]
fn what_finds_no_room_comes_later() {
    let (list, pipes) = (list(), [(); 5].map(|()| temporary::pipe()));
    for (data, (reader, writer)) in (0..).zip(&pipes) {
        epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, data)).unwrap();
        (&*writer).write_all(b"x").unwrap();
    }
    let mut seen = Vec::new();
    for expected in [3, 3] {
        let mut events = [MaybeUninit::uninit(); 3];
        let come = epoll_wait_uninit(list.as_fd(), &mut events, Timeout::Forever, None).unwrap();
        assert_eq!(come.len(), expected);
        seen.extend(come.iter().map(EpollEvent::data));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, [0, 1, 2, 3, 4]);
    let mut all = [const { MaybeUninit::uninit() }; 9];
    let come = epoll_wait_uninit(list.as_fd(), &mut all, Timeout::Zero, None);
    assert_eq!(come.unwrap().len(), 5);
}

/// On x86_64 an event is packed: the second of two lies at 12 bytes.
#[test]
fn an_event_carries_a_pointer() {
    let (list, one, two) = (list(), temporary::pipe(), temporary::pipe());
    let values = [String::from("one"), String::from("two")];
    for ((reader, writer), value) in [&one, &two].into_iter().zip(&values) {
        let event = EpollEvent::with_pointer(IN, value);
        epoll_ctl_add(list.as_fd(), reader.as_fd(), &event).unwrap();
        (&*writer).write_all(b"x").unwrap();
    }
    let mut events = [EpollEvent::default(); 4];
    let come = epoll_wait(list.as_fd(), &mut events, Timeout::Zero, None).unwrap();
    // SAFETY: the strings are still there, and nobody changes them.
    let mut texts = Vec::from_iter(
        come.iter()
            .map(|event| unsafe { &*event.pointer::<String>() }),
    );
    texts.sort();
    assert_eq!(texts, ["one", "two"]);
    let event = EpollEvent::new(IN | EpollFlags::ET, 3);
    assert_eq!(event, event.clone());
    assert_ne!(event, EpollEvent::new(IN, 3));
    assert_ne!(event, EpollEvent::new(IN | EpollFlags::ET, 4));
    let text = format!("{event:?}");
    assert_eq!(text, "EpollEvent { flags: EpollFlags(IN | ET), data: 3 }");
}

#[test]
fn files_of_a_list_tell_what_is_wrong() {
    let (list, (reader, writer)) = (list(), temporary::pipe());
    let nothing = EpollEvent::new(EpollFlags::empty(), 1);
    epoll_ctl_add(list.as_fd(), writer.as_fd(), &nothing).unwrap();
    drop(reader);
    let (one, other) = std::os::unix::net::UnixStream::pair().unwrap();
    let hang_up = EpollEvent::new(EpollFlags::RDHUP | EpollFlags::PRI, 2);
    epoll_ctl_add(list.as_fd(), one.as_fd(), &hang_up).unwrap();
    other.shutdown(std::net::Shutdown::Write).unwrap();
    let both = [(EpollFlags::ERR, 1), (EpollFlags::RDHUP, 2)];
    assert_eq!(come(&list), both);
}

/// The kernel counts room in an `int` of bytes; more than that is as much.
#[cfg(target_pointer_width = "64")]
#[test]
fn fault_room_for_more_events_than_the_kernel_counts() {
    use core::ffi::{c_int, c_long, c_void};
    use linux_raw_sys::general::{MAP_ANONYMOUS, MAP_NORESERVE, MAP_PRIVATE};
    // SAFETY: the signatures are those of `sys/mman.h`.
    unsafe extern "C" {
        fn mmap(
            at: *mut c_void,
            len: usize,
            protection: c_int,
            flags: c_int,
            fd: c_int,
            offset: c_long,
        ) -> *mut c_void;
        fn munmap(at: *mut c_void, len: usize) -> c_int;
    }
    let (list, (reader, mut writer)) = (list(), temporary::pipe());
    let flags = EpollFlags::RDNORM | EpollFlags::RDBAND;
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(flags, 9)).unwrap();
    let event = EpollEvent::new(EpollFlags::WRNORM, 8);
    epoll_ctl_add(list.as_fd(), writer.as_fd(), &event).unwrap();
    writer.write_all(b"x").unwrap();
    let count = (1 << 31) / size_of::<EpollEvent>() + 1;
    let len = count * size_of::<EpollEvent>();
    let flags = (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE) as c_int;
    // SAFETY: new memory is nobody else's; nobody has it after the call.
    unsafe {
        let room = mmap(core::ptr::null_mut(), len, 3, flags, -1, 0);
        if room.addr() == usize::MAX {
            return; // this machine has no such room to give
        }
        let events = core::slice::from_raw_parts_mut(room.cast(), count);
        let come = epoll_wait_uninit(list.as_fd(), events, Timeout::Zero, None);
        let mut come = Vec::from_iter(come.unwrap().iter().map(|one| (one.data(), one.flags())));
        assert_eq!(munmap(room, len), 0);
        come.sort();
        let expected = [(8, EpollFlags::WRNORM), (9, EpollFlags::RDNORM)];
        assert_eq!(come, expected);
    }
}

#[test]
fn level_is_told_again_and_edge_is_not() {
    let (list, (mut reader, mut writer)) = (list(), temporary::pipe());
    let mut byte = [0];
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, 1)).unwrap();
    writer.write_all(b"ab").unwrap();
    assert_eq!(come(&list), [(IN, 1)]);
    assert_eq!(come(&list), [(IN, 1)], "for as long as there is something");
    reader.read_exact(&mut byte).unwrap();
    assert_eq!(come(&list), [(IN, 1)]);
    reader.read_exact(&mut byte).unwrap();
    assert_eq!(come(&list), []);

    let edge = EpollEvent::new(IN | EpollFlags::ET, 2);
    epoll_ctl_mod(list.as_fd(), reader.as_fd(), &edge).unwrap();
    writer.write_all(b"ab").unwrap();
    assert_eq!(come(&list), [(IN, 2)]);
    assert_eq!(come(&list), [], "it was told");
    reader.read_exact(&mut byte).unwrap();
    assert_eq!(come(&list), [], "also where something is left");
    writer.write_all(b"c").unwrap();
    assert_eq!(come(&list), [(IN, 2)], "more has come");
}

#[test]
fn oneshot_is_told_once_until_asked_again() {
    let (list, (reader, mut writer)) = (list(), temporary::pipe());
    let once = EpollEvent::new(IN | EpollFlags::ONESHOT, 1);
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &once).unwrap();
    writer.write_all(b"x").unwrap();
    assert_eq!(come(&list), [(IN, 1)]);
    writer.write_all(b"y").unwrap();
    assert_eq!(come(&list), []);
    let again = epoll_ctl_add(list.as_fd(), reader.as_fd(), &once);
    assert_eq!(again, Err(Errno::EEXIST), "it is still on the list");
    epoll_ctl_mod(list.as_fd(), reader.as_fd(), &once).unwrap();
    assert_eq!(come(&list), [(IN, 1)]);
    assert_eq!(come(&list), []);
}

/// Both are flags that the kernel takes when a file is added.
#[test]
fn exclusive_and_wakeup_are_taken() {
    let (list, (reader, mut writer)) = (list(), temporary::pipe());
    let alone = EpollEvent::new(IN | EpollFlags::EXCLUSIVE | EpollFlags::WAKEUP, 1);
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &alone).unwrap();
    writer.write_all(b"x").unwrap();
    assert_eq!(come(&list), [(IN, 1)]);
    let changed = epoll_ctl_mod(list.as_fd(), reader.as_fd(), &alone);
    assert_eq!(changed, Err(Errno::EINVAL));
}

/// The list has the file, not the descriptor.
#[test]
fn fault_a_descriptor_closed_while_on_the_list() {
    in_child(|| {
        let (list, (reader, mut writer)) = (list(), temporary::pipe());
        let number = reader.as_raw_fd();
        epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, 1)).unwrap();
        writer.write_all(b"x").unwrap();

        let copy = reader.try_clone().unwrap();
        drop(reader);
        assert_eq!(come(&list), [(IN, 1)], "the file is open elsewhere");
        let gone = epoll_ctl_del(list.as_fd(), copy.as_fd());
        assert_eq!(
            gone,
            Err(Errno::ENOENT),
            "it was added as another descriptor"
        );

        // Another file with the number of the first is not on the list, and goes there beside it.
        let (other, mut says) = temporary::pipe();
        assert_eq!(other.as_raw_fd(), number);
        assert_eq!(
            epoll_ctl_del(list.as_fd(), other.as_fd()),
            Err(Errno::ENOENT)
        );
        epoll_ctl_add(list.as_fd(), other.as_fd(), &EpollEvent::new(IN, 2)).unwrap();
        says.write_all(b"x").unwrap();
        assert_eq!(come(&list), [(IN, 1), (IN, 2)]);

        drop(copy);
        assert_eq!(come(&list), [(IN, 2)], "the last descriptor took it along");
        drop(other);
        assert_eq!(come(&list), []);
    });
}

#[test]
fn errors_of_lists() {
    let flags = EpollCreateFlags::from_bits_retain(OFlags::APPEND.bits());
    assert_eq!(epoll_create(flags).err(), Some(Errno::EINVAL));

    let (one, two) = (list(), list());
    let (reader, _writer) = temporary::pipe();
    let event = EpollEvent::new(IN, 1);
    let missing = epoll_ctl_mod(one.as_fd(), reader.as_fd(), &event);
    assert_eq!(missing, Err(Errno::ENOENT));
    let missing = epoll_ctl_del(one.as_fd(), reader.as_fd());
    assert_eq!(missing, Err(Errno::ENOENT));
    epoll_ctl_add(one.as_fd(), reader.as_fd(), &event).unwrap();
    let twice = epoll_ctl_add(one.as_fd(), reader.as_fd(), &event);
    assert_eq!(twice, Err(Errno::EEXIST));

    let file = temporary::file("always_ready");
    let always = epoll_ctl_add(one.as_fd(), file.as_fd(), &event);
    assert_eq!(always, Err(Errno::EPERM));
    let itself = epoll_ctl_add(one.as_fd(), one.as_fd(), &event);
    assert_eq!(itself, Err(Errno::EINVAL));
    epoll_ctl_add(one.as_fd(), two.as_fd(), &event).unwrap();
    let circle = epoll_ctl_add(two.as_fd(), one.as_fd(), &event);
    assert_eq!(circle, Err(Errno::ELOOP));

    let no_list = epoll_ctl_add(reader.as_fd(), one.as_fd(), &event);
    assert_eq!(no_list, Err(Errno::EINVAL));
    for timeout in [
        Timeout::Zero,
        Timeout::Forever,
        Duration::from_nanos(1).into(),
    ] {
        let mut events = [EpollEvent::default(); 1];
        let no_list = epoll_wait(reader.as_fd(), &mut events, timeout, None);
        assert_eq!(no_list, Err(Errno::EINVAL));
    }
}

#[test]
fn fault_room_for_no_event_is_einval() {
    let list = list();
    for timeout in [
        Timeout::Zero,
        Timeout::Forever,
        Duration::from_nanos(1).into(),
    ] {
        let none = epoll_wait(list.as_fd(), &mut [], timeout, None);
        assert_eq!(none, Err(Errno::EINVAL));
        let none = epoll_wait_uninit(list.as_fd(), &mut [], timeout, None);
        assert_eq!(none, Err(Errno::EINVAL));
    }
}

/// Zero, a time and no end are three things, and a time is not cut to milliseconds.
fn times_are_waited_for() {
    let (list, (reader, mut writer)) = (list(), temporary::pipe());
    epoll_ctl_add(list.as_fd(), reader.as_fd(), &EpollEvent::new(IN, 1)).unwrap();
    let wait = |timeout: Timeout| -> Result<usize> {
        let mut events = [EpollEvent::default(); 2];
        epoll_wait(list.as_fd(), &mut events, timeout, None).map(|events| events.len())
    };
    assert_eq!(wait(Timeout::Zero), Ok(0));
    for nap in [Duration::from_millis(30), Duration::from_micros(1_999)] {
        let start = Instant::now();
        assert_eq!(wait(nap.into()), Ok(0));
        assert!(start.elapsed() >= nap);
    }
    for (tv_sec, tv_nsec) in [(0, -1), (0, 1_000_000_000), (-1, 0)] {
        let bad = Timespec { tv_sec, tv_nsec };
        assert_eq!(wait(bad.into()), Err(Errno::EINVAL));
    }
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(10));
            writer.write_all(b"x").unwrap();
        });
        assert_eq!(wait(Timeout::Forever), Ok(1));
    });
    for long in [
        Duration::from_nanos(1),
        Duration::from_secs(1),
        Duration::MAX,
    ] {
        assert_eq!(wait(long.into()), Ok(1));
    }
}

#[test]
fn a_list_is_waited_for_as_long_as_asked() {
    times_are_waited_for();
}

/// `epoll_pwait2` is of Linux 5.11.
#[test]
fn an_older_kernel_waits_as_long_as_asked() {
    let newer = nr::SYS_EPOLL_PWAIT2.number();
    let nothing = || refused::refuse(u32::MAX..=u32::MAX, Errno::ENOSYS);
    match std::thread::spawn(nothing).join().unwrap() {
        Err(_) if emulator::skipped("no seccomp") => return,
        refused => assert_eq!(refused, Ok(())),
    }
    // In a copy, since all the process remembers.
    in_child(|| {
        assert_eq!(refused::refuse(newer..=newer, Errno::ENOSYS), Ok(()));
        times_are_waited_for();
        // It remembers: what would now be another error is not asked again.
        assert_eq!(refused::refuse(newer..=newer, Errno::EPERM), Ok(()));
        times_are_waited_for();
    });
}

/// A signal that the mask lets through ends the wait, one that it does not doesn't.
#[test]
fn fault_a_signal_during_epoll_wait_is_eintr() {
    in_child(|| {
        signals::handle(Signal::USR1);
        signals::block([Signal::USR1]);
        let list = list();
        let wait = |timeout: Timeout, mask: Option<&SigSet>| -> Result<usize> {
            let mut events = [EpollEvent::default(); 2];
            epoll_wait(list.as_fd(), &mut events, timeout, mask).map(|events| events.len())
        };
        let soon = Duration::from_millis(10).into();
        for long in [Timeout::Forever, Duration::from_secs(3600).into()] {
            signals::raise(Signal::USR1);
            assert_eq!(wait(soon, None), Ok(0), "it waits on");
            assert_eq!(wait(soon, Some(&SigSet::ALL)), Ok(0), "it waits on");
            let ended = wait(long, Some(&SigSet::EMPTY));
            assert_eq!(ended, Err(Errno::EINTR), "it ends the wait");
        }
    });
}

#[test]
fn fault_no_descriptor_is_left() {
    in_child(|| {
        let count = || std::fs::read_dir("/proc/self/fd").unwrap().count();
        let file = File::open("/proc/self/exe").unwrap();
        let before = count();
        for _ in 0..10 {
            let list = list();
            let _ = epoll_ctl_add(list.as_fd(), file.as_fd(), &EpollEvent::default());
            let _ = epoll_create(EpollCreateFlags::from_bits_retain(OFlags::APPEND.bits()));
        }
        assert_eq!(count(), before);
        let one = list();
        assert_eq!(count(), before + 1, "it counts");
        drop(one);
    });
}

/// `/proc/self/fdinfo` has the descriptor's flags in octal: `O_CLOEXEC`.
#[test]
fn a_list_is_closed_by_exec_where_asked() {
    for (flags, expected) in [
        (EpollCreateFlags::CLOEXEC, 0o2_000_000),
        (EpollCreateFlags::empty(), 0),
    ] {
        let list = epoll_create(flags).unwrap();
        let path = format!("/proc/self/fdinfo/{}", list.as_raw_fd());
        let info = std::fs::read_to_string(path).unwrap();
        let line = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = u32::from_str_radix(line.unwrap().trim(), 8).unwrap();
        assert_eq!(flags & 0o2_000_000, expected);
    }
}
