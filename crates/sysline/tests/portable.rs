//! Calls that architectures make differently, each declared once, as the 64-bit kernels have it: the arguments arrive
//! in their places, in whatever registers. What the kernel did is seen through the C library, by `std` or by its own
//! functions.
#![cfg(all(target_os = "linux", feature = "std", feature = "macros"))]

#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::ffi::c_int;
use std::fs::{self, File};
use std::io::{Read, Seek, Write};
use std::net::{TcpListener, TcpStream};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use sysline::fs::OFlags;
use sysline::prelude::*;
use sysline::time::Timespec;

/// `struct iovec` (readv(2)).
#[repr(C)]
struct Iovec {
    base: *mut u8,
    len: usize,
}

/// `struct rlimit64` (`linux/resource.h`).
#[derive(Debug, PartialEq)]
#[repr(C)]
struct Rlimit {
    soft: u64,
    hard: u64,
}

/// `struct epoll_event` (`linux/eventpoll.h`).
#[cfg_attr(target_arch = "x86_64", repr(C, packed))]
#[cfg_attr(not(target_arch = "x86_64"), repr(C))]
#[derive(Clone, Copy)]
struct EpollEvent {
    events: u32,
    data: u64,
}

sysline::sys! {
    sys unsafe fn preadv(fd: BorrowedFd<'_>, buffers: &[Iovec], offset: u64) -> Result<usize>
    sys unsafe fn pwritev(fd: BorrowedFd<'_>, buffers: &[Iovec], offset: u64) -> Result<usize>
    sys unsafe fn preadv2(fd: BorrowedFd<'_>, buffers: &[Iovec], offset: i64, flags: u32) -> Result<usize>
    sys unsafe fn pwritev2(fd: BorrowedFd<'_>, buffers: &[Iovec], offset: i64, flags: u32) -> Result<usize>
    sys fn sendfile(to: BorrowedFd<'_>, from: BorrowedFd<'_>, offset: &mut u64, count: usize) -> Result<usize>
    sys fn fanotify_init(flags: u32, event_flags: u32) -> Result<OwnedFd>
    sys fn fanotify_mark(
        fanotify: BorrowedFd<'_>, flags: u32, mask: u64, dirfd: BorrowedFd<'_>, path: &CStr,
    ) -> Result<()>
    sys unsafe fn clone(flags: usize, stack: *mut u8, parent: &mut i32, child: &mut i32, tls: usize) -> Result<i32>
    sys fn wait4(pid: i32, status: &mut i32, options: i32, usage: Option<&mut u8>) -> Result<i32>

    sys fn open(path: impl PathArg, flags: OFlags, mode: u32) -> Result<OwnedFd>
    sys fn creat(path: impl PathArg, mode: u32) -> Result<OwnedFd>
    sys fn access(path: impl PathArg, mode: u32) -> Result<()>
    sys fn chmod(path: impl PathArg, mode: u32) -> Result<()>
    sys fn chown(path: impl PathArg, owner: u32, group: u32) -> Result<()>
    sys fn lchown(path: impl PathArg, owner: u32, group: u32) -> Result<()>
    sys fn fchown(fd: BorrowedFd<'_>, owner: u32, group: u32) -> Result<()>
    sys fn link(old: impl PathArg, new: impl PathArg) -> Result<()>
    sys fn symlink(target: impl PathArg, path: impl PathArg) -> Result<()>
    sys fn readlink(path: impl PathArg, buffer: &mut [u8]) -> Result<usize>
    sys fn rename(old: impl PathArg, new: impl PathArg) -> Result<()>
    sys fn renameat(
        olddir: BorrowedFd<'_>, old: impl PathArg, newdir: BorrowedFd<'_>, new: impl PathArg,
    ) -> Result<()>
    sys fn mkdir(path: impl PathArg, mode: u32) -> Result<()>
    sys fn rmdir(path: impl PathArg) -> Result<()>
    sys fn mknod(path: impl PathArg, mode: u32, device: u32) -> Result<()>
    sys fn unlink(path: impl PathArg) -> Result<()>
    sys fn umount(path: impl PathArg) -> Result<()>

    sys fn pipe(ends: &mut [i32; 2]) -> Result<()>
    sys fn eventfd(start: u32) -> Result<OwnedFd>
    sys fn signalfd(fd: c_int, mask: &[u64; 2], size: usize) -> Result<OwnedFd>
    sys fn inotify_init() -> Result<OwnedFd>
    sys fn epoll_create(size: i32) -> Result<OwnedFd>
    sys fn epoll_ctl(epoll: BorrowedFd<'_>, op: i32, fd: BorrowedFd<'_>, event: &EpollEvent) -> Result<()>
    sys fn epoll_wait(epoll: BorrowedFd<'_>, events: &mut [EpollEvent], timeout: i32) -> Result<usize>
    sys fn accept(socket: BorrowedFd<'_>, address: Option<&mut u8>, len: Option<&mut u32>) -> Result<OwnedFd>
    sys fn send(socket: BorrowedFd<'_>, bytes: &[u8], flags: u32) -> Result<usize>
    sys fn recv(socket: BorrowedFd<'_>, bytes: &mut [u8], flags: u32) -> Result<usize>

    sysnb fn getuid() -> u32
    sysnb fn getgid() -> u32
    sysnb fn geteuid() -> u32
    sysnb fn getegid() -> u32
    sysnb fn getresuid(real: &mut u32, effective: &mut u32, saved: &mut u32) -> Result<()>
    sysnb fn getgroups(count: usize, groups: &mut [u32; 64]) -> Result<usize>
    sysnb fn getpgrp() -> i32
    sysnb fn getrlimit(resource: u32, limit: &mut Rlimit) -> Result<()>
    sysnb fn setrlimit(resource: u32, limit: &Rlimit) -> Result<()>

    sys fn nanosleep(duration: &Timespec, remaining: Option<&mut Timespec>) -> Result<()>
    sysnb fn timerfd_create(clock: i32, flags: u32) -> Result<OwnedFd>
    sysnb fn timerfd_settime(
        timer: BorrowedFd<'_>, flags: u32, value: &[Timespec; 2], old: Option<&mut [Timespec; 2]>,
    ) -> Result<()>
    sysnb fn timerfd_gettime(timer: BorrowedFd<'_>, value: &mut [Timespec; 2]) -> Result<()>
    sys unsafe fn futex(
        word: &u32, op: u32, value: u32, timeout: Option<&Timespec>, word2: *mut u32, value3: u32,
    ) -> Result<usize>
    sys fn lock_of_file(fd: BorrowedFd<'_>, F_OFD_SETLK, lock: &Flock) -> Result<()> = SYS_FCNTL
    sys fn lock_of_process(fd: BorrowedFd<'_>, F_SETLK, lock: &Flock) -> Result<()> = SYS_FCNTL
    sysnb fn semget(key: i32, count: i32, flags: i32) -> Result<i32>
    sys fn semop(set: i32, ops: &[[i16; 3]]) -> Result<()>
    sysnb fn semctl(set: i32, number: i32, command: i32, argument: usize) -> Result<i32>
}

// `asm/fcntl.h`, as the 64-bit architectures have it.
const F_OFD_SETLK: u32 = 37;
const F_SETLK: u32 = 6;

/// `struct flock` of 64-bit architectures, which is `struct flock64` of others (`asm-generic/fcntl.h`).
#[repr(C)]
struct Flock {
    kind: i16,
    whence: i16,
    start: i64,
    len: i64,
    pid: i32,
}

const GIB: u64 = 1 << 30;

/// A folder that is removed with its owner, and paths in it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path =
            std::env::temp_dir().join(format!("sysline-portable-{}-{name}", std::process::id()));
        fs::create_dir(&path).unwrap();
        Folder(path)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The path of a file that is there.
    fn file(&self, name: &str) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, name).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

#[test]
fn an_offset_in_halves_is_read_whole() {
    let file = temporary::file("preadv");
    let mut far = *b"far away";
    let (mut one, mut two) = ([0u8; 3], [0u8; 8]);
    // SAFETY: each buffer has as many bytes as it says.
    unsafe {
        let from = [Iovec {
            base: far.as_mut_ptr(),
            len: 8,
        }];
        let to = [
            Iovec {
                base: one.as_mut_ptr(),
                len: 3,
            },
            Iovec {
                base: two.as_mut_ptr(),
                len: 8,
            },
        ];
        assert_eq!(pwritev(file.as_fd(), &from, 5 * GIB), Ok(8));
        assert_eq!(file.metadata().unwrap().len(), 5 * GIB + 8);
        assert_eq!(preadv(file.as_fd(), &to, 5 * GIB), Ok(8));
        assert_eq!((&one, &two), (b"far", b" away\0\0\0"));

        // The flags are where they should be: behind both halves.
        assert_eq!(pwritev2(file.as_fd(), &from, 6 * GIB as i64, 0), Ok(8));
        assert_eq!(file.metadata().unwrap().len(), 6 * GIB + 8);
        let mut bytes = [0; 8];
        file.read_exact_at(&mut bytes, 6 * GIB).unwrap();
        assert_eq!(&bytes, b"far away");
        assert_eq!(
            pwritev2(file.as_fd(), &from, 0, 1 << 31),
            Err(Errno::EOPNOTSUPP)
        );
        const RWF_APPEND: u32 = 0x10; // linux/fs.h
        assert_eq!(pwritev2(file.as_fd(), &from, 0, RWF_APPEND), Ok(8));
        assert_eq!(file.metadata().unwrap().len(), 6 * GIB + 16);
        assert_eq!(preadv2(file.as_fd(), &to, 6 * GIB as i64 + 8, 0), Ok(8));
        // Both halves of -1: the file's own position.
        assert_eq!(preadv2(file.as_fd(), &to[..1], -1, 0), Ok(3));
        assert_eq!((&file).stream_position().unwrap(), 3);
    }
}

#[test]
fn sendfile_takes_an_offset_of_64_bits() {
    let from = temporary::file("sendfile-from");
    let mut to = temporary::file("sendfile-to");
    from.write_all_at(b"far away", 5 * GIB).unwrap();
    let mut offset = 5 * GIB + 4;
    assert_eq!(sendfile(to.as_fd(), from.as_fd(), &mut offset, 100), Ok(4));
    assert_eq!(offset, 5 * GIB + 8);
    let mut bytes = Vec::new();
    to.rewind().unwrap();
    to.read_to_end(&mut bytes).unwrap();
    assert_eq!(bytes, b"away");
}

#[test]
fn fanotify_mark_takes_a_mask_of_64_bits() {
    const FAN_NONBLOCK: u32 = 2; // linux/fanotify.h, as all below
    const FAN_REPORT_FID: u32 = 0x200; // who is not root may have this
    const FAN_MARK_ADD: u32 = 1;
    const FAN_MODIFY: u64 = 2;
    let folder = Folder::new("fanotify");
    folder.file("watched");
    let notified = match fanotify_init(FAN_REPORT_FID | FAN_NONBLOCK, 0) {
        Ok(fd) => File::from(fd),
        Err(Errno::ENOSYS) if emulator::skipped("no fanotify") => return,
        Err(Errno::EPERM) => {
            println!("skipped: fanotify_mark_takes_a_mask_of_64_bits: a sandbox forbids it");
            return;
        }
        Err(error) => panic!("{error}"),
    };
    let dir = File::open(&folder.0).unwrap();
    let mark = |mask, dir: &File, path| {
        fanotify_mark(notified.as_fd(), FAN_MARK_ADD, mask, dir.as_fd(), path)
    };
    let high = mark(FAN_MODIFY | 1 << 40, &dir, c"watched");
    if high == Err(Errno::ENOSYS) && emulator::skipped("no fanotify_mark") {
        return;
    }
    assert_eq!(
        high,
        Err(Errno::EINVAL),
        "no bit above the 32nd means anything"
    );
    assert_eq!(mark(FAN_MODIFY, &dir, c"not there"), Err(Errno::ENOENT));
    match mark(FAN_MODIFY, &dir, c"watched") {
        // A file system without numbers for its files (an overlay's, say) can't be watched so.
        Err(Errno::ENODEV | Errno::EOPNOTSUPP | Errno::EXDEV) => return,
        marked => assert_eq!(marked, Ok(())),
    }
    let mut event = [0; 256];
    assert!((&notified).read(&mut event).is_err(), "nothing yet");
    fs::write(folder.path("watched"), "changed").unwrap();
    let len = (&notified).read(&mut event).unwrap();
    assert!(len >= 24, "{len}");
    // `struct fanotify_event_metadata`: the mask is its eight bytes from the eighth on.
    let mask = u64::from_ne_bytes(event[8..16].try_into().unwrap());
    assert_eq!(mask, FAN_MODIFY);
}

/// The order of clone's arguments is another on nearly every architecture.
#[test]
fn clone_writes_both_ids_where_they_were_asked_for() {
    const SIGCHLD: usize = if cfg!(target_arch = "mips64") { 18 } else { 17 }; // asm/signal.h
    const CLONE_PARENT_SETTID: usize = 0x10_0000; // linux/sched.h
    const CLONE_CHILD_SETTID: usize = 0x100_0000;
    let (mut parent, mut child, mut status) = (0, 0, 0);
    let flags = CLONE_PARENT_SETTID | CLONE_CHILD_SETTID | SIGCHLD;
    // SAFETY: the child is a copy of this process and makes two calls, the second of which ends it.
    let pid = unsafe {
        let pid = clone(flags, std::ptr::null_mut(), &mut parent, &mut child, 0).unwrap();
        if pid == 0 {
            let mine = sysline::thread::gettid().raw();
            sysline::process::exit_group(if child == mine { 42 } else { 1 });
        }
        pid
    };
    assert_eq!(
        (parent, child),
        (pid, 0),
        "the child's is written in the child"
    );
    assert_eq!(wait4(pid, &mut status, 0, None), Ok(pid));
    assert_eq!(status, 42 << 8);
}

#[test]
fn files_by_path() {
    let folder = Folder::new("paths");
    let (path, new) = (folder.file("old"), folder.path("new"));
    assert_eq!(link(&path, &new), Ok(()));
    assert_eq!(
        fs::metadata(&path).unwrap().ino(),
        fs::metadata(&new).unwrap().ino()
    );
    assert_eq!(unlink(&new), Ok(()));
    assert!(!is_there(&new) && is_there(&path));

    assert_eq!(symlink("points here", &new), Ok(()));
    assert_eq!(fs::read_link(&new).unwrap(), Path::new("points here"));
    let mut buffer = [0; 64];
    assert_eq!(readlink(&new, &mut buffer), Ok(11));
    assert_eq!(&buffer[..12], b"points here\0");
    assert_eq!(readlink(&path, &mut buffer), Err(Errno::EINVAL));
    assert_eq!(unlink(&new), Ok(()));

    assert_eq!(rename(&path, &new), Ok(()));
    assert!(is_there(&new) && !is_there(&path));
    let dir = File::open(&folder.0).unwrap();
    assert_eq!(renameat(dir.as_fd(), "new", dir.as_fd(), "old"), Ok(()));
    assert!(is_there(&path) && !is_there(&new));

    assert_eq!(mkdir(&new, 0o700), Ok(()));
    assert_eq!(fs::metadata(&new).unwrap().mode() & 0o40777, 0o40700);
    assert_eq!(unlink(&new), Err(Errno::EISDIR));
    assert_eq!(rmdir(&new), Ok(()));
    assert_eq!(mknod(&new, 0o010_600, 0), Ok(()));
    assert_eq!(fs::metadata(&new).unwrap().mode(), 0o010_600, "a FIFO");

    assert_eq!(chmod(&path, 0o604), Ok(()));
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o604);
    assert_eq!(access(&path, 4), Ok(()));
    assert_eq!(access(folder.path("none"), 0), Err(Errno::ENOENT));
    let none = umount(folder.path("none"));
    assert!(
        matches!(none, Err(Errno::ENOENT | Errno::EPERM)),
        "{none:?}"
    );
}

#[test]
fn files_are_opened_whatever_their_size() {
    let folder = Folder::new("open");
    let path = folder.file("large");
    fs::File::options()
        .write(true)
        .open(&path)
        .unwrap()
        .set_len(5 * GIB)
        .unwrap();
    let opened = open(&path, OFlags::RDONLY | OFlags::CLOEXEC, 0).unwrap();
    assert_eq!(File::from(opened).metadata().unwrap().len(), 5 * GIB);
    let made = open(folder.path("made"), OFlags::WRONLY | OFlags::CREATE, 0o600).unwrap();
    assert_eq!(File::from(made).metadata().unwrap().mode() & 0o777, 0o600);

    let created = File::from(creat(&path, 0o600).unwrap());
    assert_eq!(
        created.metadata().unwrap().len(),
        0,
        "what was in it is gone"
    );
    created.write_all_at(b"x", 5 * GIB).unwrap();
    assert!(created.read_at(&mut [0], 0).is_err(), "it is for writing");
    assert_eq!(fs::metadata(&path).unwrap().len(), 5 * GIB + 1);
}

#[test]
fn owners_have_32_bits() {
    let folder = Folder::new("chown");
    let (path, symbolic) = (folder.file("file"), folder.path("link"));
    std::os::unix::fs::symlink(&path, &symbolic).unwrap();
    let owner = |path: &Path| {
        let metadata = fs::symlink_metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    };
    let before = owner(&path);
    if geteuid() != 0 {
        assert_eq!(chown(&path, 70_001, 80_001), Err(Errno::EPERM));
        assert_eq!(chown(&path, u32::MAX, u32::MAX), Ok(()), "as they are");
        return;
    }
    assert_eq!(lchown(&symbolic, 70_000, 80_000), Ok(()));
    assert_eq!((owner(&path), owner(&symbolic)), (before, (70_000, 80_000)));
    assert_eq!(chown(&symbolic, 70_001, 80_001), Ok(()));
    assert_eq!(
        (owner(&path), owner(&symbolic)),
        ((70_001, 80_001), (70_000, 80_000))
    );
    let file = File::open(&path).unwrap();
    assert_eq!(fchown(file.as_fd(), 70_002, u32::MAX), Ok(()));
    assert_eq!(owner(&path), (70_002, 80_001));
}

// SAFETY: the signatures are those of `unistd.h`.
unsafe extern "C" {
    #[link_name = "getuid"]
    safe fn c_getuid() -> u32;
    #[link_name = "getgid"]
    safe fn c_getgid() -> u32;
    #[link_name = "getegid"]
    safe fn c_getegid() -> u32;
    #[link_name = "getpgrp"]
    safe fn c_getpgrp() -> i32;
    #[link_name = "getgroups"]
    fn c_getgroups(size: c_int, list: *mut u32) -> c_int;
}

#[test]
fn ids_are_those_of_the_c_library() {
    assert_eq!((getuid(), getgid()), (c_getuid(), c_getgid()));
    assert_eq!(getpgrp(), c_getpgrp());
    let mut ids = [1; 3];
    let [real, effective, saved] = &mut ids;
    assert_eq!(getresuid(real, effective, saved), Ok(()));
    assert_eq!(ids[..2], [getuid(), geteuid()]);
    let (mut ours, mut theirs) = ([0; 64], [0; 64]);
    let count = getgroups(64, &mut ours).unwrap();
    // SAFETY: there is room for 64.
    let counted = unsafe { c_getgroups(64, theirs.as_mut_ptr()) };
    assert_eq!(counted, count as c_int);
    assert_eq!(ours, theirs);
    assert_eq!(getegid(), c_getegid());
}

#[test]
fn limits_have_64_bits() {
    const RLIMIT_CORE: u32 = 4; // asm-generic/resource.h
    let mut before = Rlimit { soft: 1, hard: 1 };
    assert_eq!(getrlimit(RLIMIT_CORE, &mut before), Ok(()));
    let wanted = Rlimit {
        soft: before.hard.min(5 * GIB + 4096),
        ..before
    };
    assert_eq!(setrlimit(RLIMIT_CORE, &wanted), Ok(()));
    let mut now = Rlimit { soft: 1, hard: 1 };
    assert_eq!(getrlimit(RLIMIT_CORE, &mut now), Ok(()));
    assert_eq!(now, wanted);
    if has_its_own_limits() {
        let limits = fs::read_to_string("/proc/self/limits").unwrap();
        let row = limits
            .lines()
            .find(|row| row.starts_with("Max core file size"))
            .unwrap();
        let expected = if wanted.soft == u64::MAX {
            "unlimited".into()
        } else {
            wanted.soft.to_string()
        };
        assert_eq!(row.split_whitespace().nth(4), Some(&*expected));
    }
    assert_eq!(setrlimit(RLIMIT_CORE, &before), Ok(()));
    assert_eq!(getrlimit(1000, &mut now), Err(Errno::EINVAL));
}

/// Whether a process's limits are its own: an emulator may keep those of what it runs apart.
fn has_its_own_limits() -> bool {
    std::env::var_os("SYSLINE_EMULATOR").is_none()
}

#[test]
fn descriptors_without_flags() {
    let mut ends = [-1; 2];
    assert_eq!(pipe(&mut ends), Ok(()));
    // SAFETY: both are new, and nobody else's.
    let [mut reader, mut writer] = unsafe {
        use std::os::fd::FromRawFd;
        ends.map(|end| File::from_raw_fd(end))
    };
    writer.write_all(b"through").unwrap();
    drop(writer);
    let mut bytes = String::new();
    reader.read_to_string(&mut bytes).unwrap();
    assert_eq!(bytes, "through");

    let mut counter = File::from(eventfd(7).unwrap());
    let mut count = [0; 8];
    counter.read_exact(&mut count).unwrap();
    assert_eq!(u64::from_ne_bytes(count), 7);

    let size = size_of::<linux_raw_sys::general::kernel_sigset_t>();
    for fd in [
        signalfd(-1, &[0; 2], size).unwrap(),
        inotify_init().unwrap(),
        epoll_create(1).unwrap(),
    ] {
        // No flag: an exec keeps it.
        let flags = fs::read_to_string(format!("/proc/self/fdinfo/{}", fd.as_raw_fd())).unwrap();
        let row = flags
            .lines()
            .find_map(|row| row.strip_prefix("flags:"))
            .unwrap();
        let flags = u32::from_str_radix(row.trim(), 8).unwrap();
        assert_eq!(flags & 0o2000000, 0, "{flags:o}");
    }
}

#[test]
fn epoll_wait_tells_whose_event_it_is() {
    const EPOLL_CTL_ADD: i32 = 1; // linux/eventpoll.h
    const EPOLLIN: u32 = 1;
    let epoll = epoll_create(1).unwrap();
    let (reader, mut writer) = temporary::pipe();
    let wanted = EpollEvent {
        events: EPOLLIN,
        data: 0x1234_5678_9abc_def0,
    };
    assert_eq!(
        epoll_ctl(epoll.as_fd(), EPOLL_CTL_ADD, reader.as_fd(), &wanted),
        Ok(())
    );
    let mut events = [EpollEvent { events: 0, data: 0 }; 4];
    assert_eq!(epoll_wait(epoll.as_fd(), &mut events, 10), Ok(0));
    writer.write_all(b"x").unwrap();
    assert_eq!(epoll_wait(epoll.as_fd(), &mut events, -1), Ok(1));
    let EpollEvent { events, data } = events[0];
    assert_eq!((events, data), (EPOLLIN, 0x1234_5678_9abc_def0));
}

#[test]
fn sockets_without_socketcall() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut client = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
    let server = accept(listener.as_fd(), None, None).unwrap();
    client.write_all(b"to the server").unwrap();
    let mut bytes = [0; 32];
    assert_eq!(recv(server.as_fd(), &mut bytes, 0), Ok(13));
    assert_eq!(&bytes[..13], b"to the server");
    assert_eq!(send(server.as_fd(), b"back", 0), Ok(4));
    drop(server);
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "back");
}

#[test]
fn time_has_64_bits() {
    let start = std::time::Instant::now();
    let nap = Timespec {
        tv_sec: 0,
        tv_nsec: 20_000_000,
    };
    assert_eq!(nanosleep(&nap, None), Ok(()));
    assert!(start.elapsed().as_millis() >= 20);

    // Until 2100: what is left is more than 31 bits of seconds.
    const TFD_TIMER_ABSTIME: u32 = 1; // linux/timerfd.h
    let timer = timerfd_create(0, 0).unwrap();
    let zero = Timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    let end = Timespec {
        tv_sec: 4_102_444_800,
        tv_nsec: 0,
    };
    let set = timerfd_settime(timer.as_fd(), TFD_TIMER_ABSTIME, &[zero, end], None);
    assert_eq!(set, Ok(()));
    let mut left = [zero; 2];
    assert_eq!(timerfd_gettime(timer.as_fd(), &mut left), Ok(()));
    let since = std::time::SystemTime::UNIX_EPOCH
        .elapsed()
        .unwrap()
        .as_secs() as i64;
    assert_eq!(left[0].tv_sec, 0);
    assert!(
        (left[1].tv_sec - (4_102_444_800 - since)).abs() < 60,
        "{}",
        left[1].tv_sec
    );

    // SAFETY: the word is there while the call waits on it.
    unsafe {
        let start = std::time::Instant::now();
        let waited = futex(&5, 0, 5, Some(&nap), std::ptr::null_mut(), 0);
        assert_eq!(waited, Err(Errno::ETIMEDOUT));
        assert!(start.elapsed().as_millis() >= 20);
        let other = futex(&5, 0, 6, Some(&nap), std::ptr::null_mut(), 0);
        assert_eq!(other, Err(Errno::EAGAIN));
    }
}

#[test]
fn locks_reach_beyond_4_gib() {
    let (path, file) = temporary::path("flock");
    let lock = |start| Flock {
        kind: 1,
        whence: 0,
        start,
        len: 1,
        pid: 0,
    };
    assert_eq!(lock_of_file(file.as_fd(), &lock(5 << 30)), Ok(()));
    let other = File::options().write(true).open(&*path).unwrap();
    assert_eq!(
        lock_of_file(other.as_fd(), &lock(5 << 30)),
        Err(Errno::EAGAIN)
    );
    assert_eq!(
        lock_of_file(other.as_fd(), &lock(1 << 30)),
        Ok(()),
        "the low half alone"
    );
    // The process's own locks are in the way of the file's.
    assert_eq!(lock_of_process(other.as_fd(), &lock(7 << 30)), Ok(()));
    assert_eq!(
        lock_of_file(other.as_fd(), &lock(7 << 30)),
        Err(Errno::EAGAIN)
    );
    assert_eq!(
        lock_of_file(other.as_fd(), &lock(3 << 30)),
        Ok(()),
        "the low half alone"
    );
}

#[test]
fn semop_waits_for_nothing_that_is_there() {
    const IPC_CREAT: i32 = 0o1000; // linux/ipc.h
    const IPC_RMID: i32 = 0;
    let set = match semget(0, 1, IPC_CREAT | 0o600) {
        Err(Errno::ENOSYS) if emulator::skipped("no semget") => return,
        set => set.unwrap(),
    };
    let (up, down) = ([0, 3, 0], [0, -2, 0]);
    assert_eq!(semop(set, &[up, down]), Ok(()));
    const IPC_NOWAIT: i16 = 0o4000;
    assert_eq!(
        semop(set, &[[0, -2, IPC_NOWAIT]]),
        Err(Errno::EAGAIN),
        "one is left"
    );
    assert_eq!(semctl(set, 0, IPC_RMID, 0), Ok(0));
}

/// Each form is of a call that the kernel has, by the number that the table says: with arguments that are all wrong
/// the answer is any error but that there is no such call.
#[test]
fn the_kernel_has_every_form() {
    use sysline::abi::{Ret, Word};
    use sysline_table::{Arch, portable::portables};
    // These succeed with any arguments, or (futex) say the same of an unknown operation: the tests above make them.
    const NOT: &[&str] = &["fork", "pause", "eventfd", "setfsuid", "setfsgid", "futex"];
    // What a kernel can be built without, and `lookup_dcookie`, which newer ones took away.
    const MAY_LACK: &[&str] = &[
        "io_getevents",
        "io_pgetevents",
        "lookup_dcookie",
        "mq_timedreceive",
        "mq_timedsend",
        "msgctl",
        "semctl",
        "semop",
        "semtimedop",
        "shmctl",
    ];
    let native = Arch::NATIVE.unwrap();
    let wrong = Word::from_number(usize::MAX);
    let mut missing = Vec::new();
    for row in portables() {
        let Some(form) = row.form(native).filter(|_| !NOT.contains(&row.name)) else {
            continue;
        };
        // SAFETY: no address of all ones is the process's, no descriptor is -1; what changes nothing may succeed.
        let result: Result<usize> = unsafe {
            let sysno = form.sysno(native);
            Ret::from_word(sysline::raw::syscall6(
                sysno, wrong, wrong, wrong, wrong, wrong, wrong,
            ))
        };
        if result == Err(Errno::ENOSYS) && !MAY_LACK.contains(&row.name) {
            missing.push(form.call);
        }
    }
    if !missing.is_empty() {
        let _ = emulator::skipped(&format!("no {}", missing.join(", ")));
    }
}
