//! Events of files and folders that `std` changes, and bytes that are no events.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/inotify.rs"]
mod decoder;
mod temporary;

use std::ffi::CString;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};

use decoder::encode;
use proptest::prelude::*;
use sysline::Errno;
use sysline::fs::inotify::{
    self, InitFlags, Mask, WatchDescriptor, add_watch, events, init, read_events, rm_watch,
};
use temporary::folder;

/// An event that owns its name.
type Seen = (WatchDescriptor, Mask, u32, Option<CString>);

/// What has happened up to now.
fn seen(inotify: &OwnedFd) -> Vec<Seen> {
    let mut buffer = [0; 4096];
    let mut events = read_events(inotify.as_fd(), &mut buffer);
    let mut seen = Vec::new();
    loop {
        match events.next().unwrap() {
            Ok(event) => {
                let name = event.name.map(ToOwned::to_owned);
                seen.push((event.watch, event.mask, event.cookie, name));
            }
            Err(errno) => {
                assert_eq!(errno, Errno::EAGAIN, "there is no more");
                return seen;
            }
        }
    }
}

fn at_once() -> OwnedFd {
    init(InitFlags::NONBLOCK | InitFlags::CLOEXEC).unwrap()
}

fn name(name: &str) -> Option<CString> {
    Some(CString::new(name).unwrap())
}

#[test]
fn what_happens_in_a_folder_is_told_in_its_order() {
    let folder = folder("inotify-order");
    let inotify = at_once();
    let all = Mask::CREATE | Mask::MODIFY | Mask::CLOSE_WRITE | Mask::DELETE;
    let watch = add_watch(inotify.as_fd(), &*folder, all).unwrap();
    fs::write(folder.join("file"), "x").unwrap();
    fs::create_dir(folder.join("inner")).unwrap();
    fs::remove_file(folder.join("file")).unwrap();
    assert_eq!(
        seen(&inotify),
        [
            (watch, Mask::CREATE, 0, name("file")),
            (watch, Mask::MODIFY, 0, name("file")),
            (watch, Mask::CLOSE_WRITE, 0, name("file")),
            (watch, Mask::CREATE | Mask::ISDIR, 0, name("inner")),
            (watch, Mask::DELETE, 0, name("file")),
        ]
    );
}

#[test]
fn init_flags_do_what_they_say() {
    for (flags, expected) in [
        (InitFlags::empty(), 0),
        (InitFlags::CLOEXEC, 0o2_000_000),
        (InitFlags::NONBLOCK, InitFlags::NONBLOCK.bits()),
    ] {
        let inotify = init(flags).unwrap();
        let info = format!("/proc/self/fdinfo/{}", inotify.as_raw_fd());
        let info = fs::read_to_string(info).unwrap();
        let told = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let told = u32::from_str_radix(told.unwrap().trim(), 8).unwrap();
        assert_eq!(told & (0o2_000_000 | InitFlags::NONBLOCK.bits()), expected);
    }
    let unknown = init(InitFlags::from_bits_retain(1));
    assert_eq!(unknown.map(drop), Err(Errno::EINVAL));
}

#[test]
fn both_halves_of_a_renaming_share_a_cookie() {
    let folder = folder("inotify-rename");
    for name in ["one", "two"] {
        File::create(folder.join(name)).unwrap();
    }
    let inotify = at_once();
    let watch = add_watch(inotify.as_fd(), &*folder, Mask::MOVE).unwrap();
    fs::rename(folder.join("one"), folder.join("uno")).unwrap();
    fs::rename(folder.join("two"), folder.join("due")).unwrap();
    let seen = seen(&inotify);
    let [one, uno, two, due] = &seen[..] else {
        panic!("{seen:?}");
    };
    let (first, second) = (one.2, two.2);
    assert!(first != 0 && second != 0 && first != second, "{seen:?}");
    assert_eq!(*one, (watch, Mask::MOVED_FROM, first, name("one")));
    assert_eq!(*uno, (watch, Mask::MOVED_TO, first, name("uno")));
    assert_eq!(*two, (watch, Mask::MOVED_FROM, second, name("two")));
    assert_eq!(*due, (watch, Mask::MOVED_TO, second, name("due")));
}

#[test]
fn a_watch_that_is_taken_away_says_ignored() {
    let folder = folder("inotify-ignored");
    let inotify = at_once();
    let watch = add_watch(inotify.as_fd(), &*folder, Mask::CREATE).unwrap();
    rm_watch(inotify.as_fd(), watch).unwrap();
    File::create(folder.join("unseen")).unwrap();
    assert_eq!(seen(&inotify), [(watch, Mask::IGNORED, 0, None)]);
    assert_eq!(rm_watch(inotify.as_fd(), watch), Err(Errno::EINVAL));
    let none = WatchDescriptor::NONE;
    assert_eq!(rm_watch(inotify.as_fd(), none), Err(Errno::EINVAL));

    // So does one whose file is gone.
    let path = folder.join("gone");
    File::create(&path).unwrap();
    let watch = add_watch(inotify.as_fd(), &path, Mask::DELETE_SELF).unwrap();
    fs::remove_file(&path).unwrap();
    assert_eq!(
        seen(&inotify),
        [
            (watch, Mask::DELETE_SELF, 0, None),
            (watch, Mask::IGNORED, 0, None)
        ]
    );
}

#[test]
fn flags_of_a_watch_do_what_they_say() {
    let folder = folder("inotify-flags");
    let path = folder.join("file");
    File::create(&path).unwrap();
    let inotify = at_once();
    let add = |mask| add_watch(inotify.as_fd(), &path, mask);
    assert_eq!(add(Mask::OPEN | Mask::ONLYDIR), Err(Errno::ENOTDIR));
    assert_eq!(add(Mask::empty()), Err(Errno::EINVAL), "it is for nothing");
    let watch = add(Mask::OPEN).unwrap();
    assert_eq!(add(Mask::MODIFY | Mask::MASK_CREATE), Err(Errno::EEXIST));
    assert_eq!(add(Mask::MODIFY | Mask::MASK_ADD), Ok(watch));
    let mut file = OpenOptions::new().append(true).open(&path).unwrap();
    file.write_all(b"x").unwrap();
    let expected = [(watch, Mask::OPEN, 0, None), (watch, Mask::MODIFY, 0, None)];
    assert_eq!(seen(&inotify), expected, "both are told");
    // Without MASK_ADD it is another one's place that it takes.
    assert_eq!(add(Mask::ATTRIB | Mask::ONESHOT), Ok(watch));
    file.write_all(b"x").unwrap();
    for _ in 0..2 {
        file.set_permissions(file.metadata().unwrap().permissions())
            .unwrap();
    }
    let expected = [
        (watch, Mask::ATTRIB, 0, None),
        (watch, Mask::IGNORED, 0, None),
    ];
    assert_eq!(seen(&inotify), expected, "once");
    let link = folder.join("link");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    let followed = add_watch(inotify.as_fd(), &link, Mask::OPEN).unwrap();
    assert_eq!(add(Mask::OPEN), Ok(followed), "it is the file's");
    let own = add_watch(inotify.as_fd(), &link, Mask::OPEN | Mask::DONT_FOLLOW).unwrap();
    assert_ne!(own, followed);
}

#[test]
fn a_buffer_too_short_for_an_event_is_einval_and_loses_nothing() {
    let folder = folder("inotify-short");
    let inotify = at_once();
    let watch = add_watch(inotify.as_fd(), &*folder, Mask::CREATE).unwrap();
    File::create(folder.join("file")).unwrap();
    for size in [0, 1, 15, 16, 31] {
        let mut short = vec![0; size];
        let mut events = read_events(inotify.as_fd(), &mut short);
        assert_eq!(events.next(), Some(Err(Errno::EINVAL)), "{size}");
        assert_eq!(events.next(), Some(Err(Errno::EINVAL)), "{size}");
    }
    // 16 bytes, and 16 for a name of up to 15.
    let mut enough = [0; 32];
    let mut events = read_events(inotify.as_fd(), &mut enough);
    let event = events.next().unwrap().unwrap();
    assert_eq!((event.watch, event.name), (watch, Some(c"file")));
}

#[test]
fn names_of_any_length_come_through_a_buffer_of_one_event() {
    let folder = folder("inotify-names");
    let inotify = at_once();
    add_watch(inotify.as_fd(), &*folder, Mask::CREATE).unwrap();
    let names: Vec<String> = [1, 15, 16, 254, 255].map(|len| "n".repeat(len)).into();
    for name in &names {
        File::create(folder.join(name)).unwrap();
    }
    let mut buffer = [0; 272];
    let mut events = read_events(inotify.as_fd(), &mut buffer);
    for name in &names {
        let event = events.next().unwrap().unwrap();
        assert_eq!(event.name.unwrap().to_bytes(), name.as_bytes());
    }
    assert_eq!(events.next(), Some(Err(Errno::EAGAIN)));
    // An error is not the end.
    File::create(folder.join("later")).unwrap();
    assert_eq!(events.next().unwrap().unwrap().name, Some(c"later"));
}

#[test]
fn what_is_lost_is_told_by_no_watch() {
    let room = fs::read_to_string("/proc/sys/fs/inotify/max_queued_events").unwrap();
    let room: usize = room.trim().parse().unwrap();
    if room > 100_000 {
        println!("skipped: there is room for {room} events");
        return;
    }
    let (path, _file) = temporary::path("inotify-overflow");
    let inotify = at_once();
    // Two kinds: an event that is the same as the one before it is not told again.
    let watch = add_watch(inotify.as_fd(), &*path, Mask::OPEN | Mask::CLOSE).unwrap();
    for _ in 0..room / 2 + 10 {
        File::open(&*path).unwrap();
    }
    let mut seen = seen(&inotify);
    let lost = (WatchDescriptor::NONE, Mask::Q_OVERFLOW, 0, None);
    assert_eq!(seen.pop(), Some(lost));
    assert_eq!(seen.len(), room);
    assert!(seen.iter().all(|event| event.0 == watch));
}

#[test]
fn errors_are_the_kernel_s() {
    let inotify = at_once();
    let (pipe, _writer) = temporary::pipe();
    let add = |fd, path: &str| add_watch(fd, path, Mask::OPEN);
    assert_eq!(add(inotify.as_fd(), "/no/such"), Err(Errno::ENOENT));
    assert_eq!(add(inotify.as_fd(), "/pr\0oc"), Err(Errno::EINVAL));
    assert_eq!(add(pipe.as_fd(), "/proc"), Err(Errno::EINVAL));
    let watch = WatchDescriptor::from_raw(1);
    assert_eq!(rm_watch(pipe.as_fd(), watch), Err(Errno::EINVAL));
}

/// A descriptor that is no inotify instance gives what bytes it has: each read is an error, and the end is one.
#[test]
fn another_descriptor_s_bytes_are_errors_and_its_end_the_end() {
    let (reader, mut writer) = temporary::pipe();
    writer.write_all(&[0xff; 100]).unwrap();
    drop(writer);
    let mut buffer = [0; 64];
    let mut events = read_events(reader.as_fd(), &mut buffer);
    assert_eq!(events.next(), Some(Err(Errno::EIO)));
    assert_eq!(events.next(), Some(Err(Errno::EIO)));
    assert_eq!(events.next(), None);
}

#[test]
fn no_descriptor_is_left_behind() {
    child::in_child(|| {
        let count = || fs::read_dir("/proc/self/fd").unwrap().count();
        let before = count();
        drop(init(InitFlags::empty()).unwrap());
        assert!(init(InitFlags::from_bits_retain(1)).is_err());
        let inotify = at_once();
        assert_eq!(count(), before + 1);
        let _ = add_watch(inotify.as_fd(), "/proc", Mask::OPEN).unwrap();
        let _ = add_watch(inotify.as_fd(), "/no/such", Mask::OPEN);
        drop(inotify);
        assert_eq!(count(), before);
    });
}

/// The faults that a decoder may fall for, one by one.
#[test]
fn bytes_that_are_no_events_are_one_error_and_the_end() {
    let good = encode(3, Mask::CREATE.bits(), 9, Some(b"good"));
    let with_len = |len: u32| {
        let mut event = encode(1, 2, 3, Some(b"name"));
        event[12..16].copy_from_slice(&len.to_ne_bytes());
        event
    };
    let no_nul = [&with_len(4)[..16], b"name"].concat();
    for (what, bad) in [
        ("a name over the end", with_len(17)),
        ("the greatest length", with_len(u32::MAX)),
        ("a length that wraps around", with_len(u32::MAX - 15)),
        ("no NUL", no_nul),
        ("half a head", vec![0; 15]),
    ] {
        decoder::check(&bad);
        let bytes = [&good[..], &bad].concat();
        decoder::check(&bytes);
        let mut events = events(&bytes);
        let event = events.next().unwrap().unwrap();
        assert_eq!((event.watch.raw(), event.mask), (3, Mask::CREATE));
        assert_eq!((event.cookie, event.name), (9, Some(c"good")));
        assert_eq!(events.next(), Some(Err(Errno::EIO)), "{what}");
        assert_eq!(events.next(), None, "{what}");
    }
    assert_eq!(inotify::events(&[]).next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        decoder::check(&bytes);
    }

    /// Mostly right, with a few bytes that are not.
    #[test]
    fn damaged_events(
        list in prop::collection::vec(
            (any::<i32>(), any::<u32>(), any::<u32>(), prop::option::of("[^\0]{0,20}")), 0..6),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
        cut in any::<prop::sample::Index>(),
    ) {
        let mut bytes: Vec<u8> = list
            .iter()
            .flat_map(|(watch, mask, cookie, name)| {
                encode(*watch, *mask, *cookie, name.as_deref().map(str::as_bytes))
            })
            .collect();
        let decoded: Vec<_> = events(&bytes).map(Result::unwrap).collect();
        prop_assert_eq!(decoded.len(), list.len());
        for (event, (watch, mask, cookie, name)) in decoded.iter().zip(&list) {
            prop_assert_eq!((event.watch.raw(), event.mask.bits(), event.cookie), (*watch, *mask, *cookie));
            prop_assert_eq!(event.name.map(|name| name.to_bytes()), name.as_deref().map(str::as_bytes));
        }
        decoder::check(&bytes);
        if !bytes.is_empty() {
            bytes.truncate(cut.index(bytes.len()) + 1);
            for (at, byte) in damage {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            decoder::check(&bytes);
        }
    }
}
