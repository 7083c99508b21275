//! Calls on descriptors.

use crate::lines::*;
use crate::support::{Scratch, number, or_skip, owned};
use crate::types::EpollEvent;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use sysline::Errno;
use sysline::prelude::*;

sysline::sys! {
    /// A pipe's ends: the one to read from, the one to write to.
    sys fn pipe2(out ends: [OwnedFd; 2], flags: isize) -> Result<[OwnedFd; 2]>
}

fn pipe() -> [OwnedFd; 2] {
    pipe2(O_CLOEXEC).unwrap()
}

// `asm-generic/fcntl.h`, `linux/fcntl.h`, `linux/eventpoll.h`, `linux/inotify.h`
const O_CLOEXEC: isize = 0o2_000_000;
const F_GETFD: isize = 1;
const F_GETFL: isize = 3;
const F_DUPFD_CLOEXEC: isize = 1030;
const LOCK_EX: isize = 2;
const LOCK_NB: isize = 4;
const LOCK_UN: isize = 8;
const EPOLL_CTL_ADD: isize = 1;
const EPOLL_CTL_DEL: isize = 2;
const EPOLL_CTL_MOD: isize = 3;
const EPOLLIN: u32 = 1;
const EPOLLOUT: u32 = 4;
const IN_CREATE: u32 = 0x100;
const IN_IGNORED: u32 = 0x8000;

#[test]
fn bytes_go_out_and_come_in() {
    let dir = Scratch::new("read-write");
    let path = dir.path("file");
    let mut file = File::create(&path).unwrap();
    assert_eq!(call!(write(number(&file), b"hello ")), Ok(6));
    let mut world = *b"world and more";
    assert_eq!(call!(writelen(number(&file), world.as_mut_ptr(), 5)), Ok(5));
    assert_eq!(fs::read(&path).unwrap(), b"hello world");
    let mut bytes = [b'-'; 8];
    assert_eq!(call!(read(number(&file), &mut bytes)), Err(Errno::EBADF));
    file = File::open(&path).unwrap();
    assert_eq!(call!(read(number(&file), &mut bytes)), Ok(8));
    assert_eq!(&bytes, b"hello wo");
    assert_eq!(
        call!(readlen(number(&file), bytes[1..].as_mut_ptr(), 2)),
        Ok(2)
    );
    assert_eq!(&bytes, b"hrllo wo");
    assert_eq!(file.stream_position().unwrap(), 10);
    assert_eq!(call!(read(number(&file), &mut bytes)), Ok(1));
    assert_eq!(call!(read(number(&file), &mut bytes)), Ok(0));
}

#[test]
fn descriptors_are_doubled_and_closed() {
    // Numbers that nobody else here gets by chance.
    const HIGH: isize = 700;
    const HIGHER: isize = 800;
    let file = File::open("/proc/self/exe").unwrap();
    let target = |fd: isize| fs::read_link(format!("/proc/self/fd/{fd}"));
    let exe = target(number(&file)).unwrap();
    let second = owned(call!(dup(number(&file))).unwrap());
    assert_ne!(number(&second), number(&file));
    assert_eq!(target(number(&second)).unwrap(), exe);
    assert_eq!(call!(fcntl(number(&second), F_GETFD, 0)), Ok(0));
    call!(dup3(number(&file), HIGH, O_CLOEXEC)).unwrap();
    assert_eq!(target(HIGH).unwrap(), exe);
    assert_eq!(call!(fcntl(HIGH, F_GETFD, 0)), Ok(1));
    assert_eq!(call!(dup3(HIGH, HIGH, 0)), Err(Errno::EINVAL));
    let higher = call!(fcntl(HIGH, F_DUPFD_CLOEXEC, HIGHER)).unwrap();
    assert_eq!(higher, HIGHER);
    assert_eq!(target(higher).unwrap(), exe);
    for fd in [HIGH, higher] {
        call!(close(fd)).unwrap();
        assert!(target(fd).is_err());
        assert_eq!(call!(close(fd)), Err(Errno::EBADF));
    }
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{}", number(&second))).unwrap();
    let flags = info
        .lines()
        .find_map(|row| row.strip_prefix("flags:"))
        .unwrap();
    let flags = isize::from_str_radix(flags.trim(), 8).unwrap();
    assert_eq!(call!(fcntl(number(&second), F_GETFL, 0)), Ok(flags));
}

#[test]
fn room_is_made_in_a_file() {
    const GIB: i64 = 1 << 30;
    let dir = Scratch::new("fallocate");
    let path = dir.path("file");
    let file = File::create_new(&path).unwrap();
    let made = call!(fallocate(number(&file), 0, 0, 5000));
    if or_skip("fallocate", made, &[Errno::EOPNOTSUPP]).is_none() {
        return;
    }
    let len = || fs::metadata(&path).unwrap().len();
    assert_eq!(len(), 5000);
    // FALLOC_FL_KEEP_SIZE
    call!(fallocate(number(&file), 1, 5000, 5000)).unwrap();
    assert_eq!(len(), 5000);
    // More than 32 bits hold.
    call!(fallocate(number(&file), 0, 5 * GIB, 4096)).unwrap();
    assert_eq!(len(), (5 * GIB + 4096) as u64);
    assert_eq!(
        call!(fallocate(number(&file), 0, 0, -1)),
        Err(Errno::EINVAL)
    );
}

/// That the bytes are on the disk, nobody but a power failure can tell.
#[test]
fn files_are_synced() {
    let dir = Scratch::new("sync");
    let mut file = File::create_new(dir.path("file")).unwrap();
    file.write_all(b"bytes").unwrap();
    call!(fdatasync(number(&file))).unwrap();
    call!(fsync(number(&file))).unwrap();
    sync();
    let [end, _other] = pipe();
    assert_eq!(call!(fdatasync(number(&end))), Err(Errno::EINVAL));
    assert_eq!(call!(fsync(number(&end))), Err(Errno::EINVAL));
}

#[test]
fn a_lock_keeps_others_out() {
    let dir = Scratch::new("flock");
    let path = dir.file("file", "");
    let (one, other) = (File::open(&path).unwrap(), File::open(&path).unwrap());
    call!(flock(number(&one), LOCK_EX)).unwrap();
    assert_eq!(
        call!(flock(number(&other), LOCK_EX | LOCK_NB)),
        Err(Errno::EWOULDBLOCK)
    );
    call!(flock(number(&one), LOCK_UN)).unwrap();
    call!(flock(number(&other), LOCK_EX | LOCK_NB)).unwrap();
}

#[test]
fn what_tee_copies_stays() {
    let [[from, to_from], [copy, to_copy]] = [pipe(), pipe()];
    File::from(to_from).write_all(b"twice").unwrap();
    assert_eq!(call!(tee(number(&from), number(&to_copy), 3, 0)), Ok(3));
    drop(to_copy);
    let text = |end: OwnedFd| {
        let mut text = String::new();
        File::from(end).read_to_string(&mut text).unwrap();
        text
    };
    assert_eq!((text(copy), text(from)), ("twi".into(), "twice".into()));
}

fn polls(poll: OwnedFd) {
    let link = fs::read_link(format!("/proc/self/fd/{}", number(&poll))).unwrap();
    assert_eq!(link.to_str(), Some("anon_inode:[eventpoll]"));
    let poll_number = number(&poll);
    let [[first, to_first], [second, to_second]] = [pipe(), pipe()];
    let nothing = EpollEvent::default();
    let (mut in_first, mut in_second) = (
        EpollEvent {
            events: EPOLLIN,
            data: 0x0123_4567_89ab_cdef,
        },
        EpollEvent {
            events: EPOLLIN,
            data: u64::MAX,
        },
    );
    call!(epoll_ctl(
        poll_number,
        EPOLL_CTL_ADD,
        number(&first),
        &mut in_first
    ))
    .unwrap();
    call!(epoll_ctl(
        poll_number,
        EPOLL_CTL_ADD,
        number(&second),
        &mut in_second
    ))
    .unwrap();
    let twice = call!(epoll_ctl(
        poll_number,
        EPOLL_CTL_ADD,
        number(&first),
        &mut in_first
    ));
    assert_eq!(twice, Err(Errno::EEXIST));
    let mut events = [nothing; 4];
    assert_eq!(call!(epoll_wait(poll_number, &mut events, 0)), Ok(0));
    let (mut to_first, mut to_second) = (File::from(to_first), File::from(to_second));
    to_second.write_all(b"2").unwrap();
    assert_eq!(call!(epoll_wait(poll_number, &mut events, 10_000)), Ok(1));
    assert_eq!(events, [in_second, nothing, nothing, nothing]);
    to_first.write_all(b"1").unwrap();
    assert_eq!(call!(epoll_wait(poll_number, &mut events, 10_000)), Ok(2));
    events[..2].sort_by_key(|event| event.data);
    assert_eq!(events, [in_first, in_second, nothing, nothing]);
    in_first.events = EPOLLOUT;
    call!(epoll_ctl(
        poll_number,
        EPOLL_CTL_MOD,
        number(&first),
        &mut in_first
    ))
    .unwrap();
    call!(epoll_ctl(
        poll_number,
        EPOLL_CTL_DEL,
        number(&second),
        std::ptr::null_mut()
    ))
    .unwrap();
    assert_eq!(call!(epoll_wait(poll_number, &mut events, 0)), Ok(0));
    assert_eq!(
        call!(epoll_wait(poll_number, &mut [], 0)),
        Err(Errno::EINVAL)
    );
}

#[test]
fn events_of_many_descriptors() {
    polls(owned(epoll_create(1).unwrap()));
    polls(owned(epoll_create1(O_CLOEXEC).unwrap()));
    assert_eq!(epoll_create(0), Err(Errno::EINVAL));
    assert_eq!(epoll_create1(1), Err(Errno::EINVAL));
}

#[test]
fn events_of_a_folder() {
    let dir = Scratch::new("inotify");
    let mut inotify = File::from(owned(inotify_init1(O_CLOEXEC).unwrap()));
    let at = number(&inotify);
    let watch = call!(inotify_add_watch(at, dir.folder(), IN_CREATE)).unwrap();
    dir.file("new", "");
    // `struct inotify_event` of `linux/inotify.h`: watch, mask, cookie, the name's size, the name.
    let mut next = || {
        let mut bytes = [0; 512];
        let len = inotify.read(&mut bytes).unwrap();
        let word = |at: usize| u32::from_ne_bytes(bytes[at..at + 4].try_into().unwrap());
        let name = bytes[16..len].split(|byte| *byte == 0).next().unwrap();
        (
            word(0) as isize,
            word(4),
            String::from_utf8(name.to_vec()).unwrap(),
        )
    };
    assert_eq!(next(), (watch, IN_CREATE, "new".into()));
    assert_eq!(call!(inotify_rm_watch(at, watch as u32)), Ok(0));
    assert_eq!(next(), (watch, IN_IGNORED, String::new()));
    assert_eq!(
        call!(inotify_rm_watch(at, watch as u32)),
        Err(Errno::EINVAL)
    );
}
