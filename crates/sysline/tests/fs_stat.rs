//! What is known about files and file systems, who may do what with them, and their times: each function against what
//! `std` sees.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, in_namespaces, is_root};
use std::fs::{File, Metadata};
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use sysline::fs::{
    self, Access, AtFlags, CWD, FileType, FsType, Mode, OFlags, Stat, StatFs, StatFsFlags,
    UTIME_NOW, UTIME_OMIT,
};
use sysline::process::{Gid, Uid};
use sysline::time::Timespec;
use sysline::{Errno, Result};
use temporary::{file, folder, path};

const GIB: u64 = 1 << 30;
const NONE: AtFlags = AtFlags::empty();

sysline::sys! {
    sysnb fn setresuid(real: u32, effective: u32, saved: u32) -> sysline::Result<()>
    sysnb fn setresgid(real: u32, effective: u32, saved: u32) -> sysline::Result<()>
    sys unsafe fn mount(source: &core::ffi::CStr, target: impl sysline::abi::PathArg, fs_type: &core::ffi::CStr, flags: usize, data: &core::ffi::CStr) -> sysline::Result<()>
}

/// Nobody's id, as it is everywhere.
const NOBODY: u32 = 65534;

/// In a child: the superuser becomes nobody; who is not the superuser stays.
fn become_nobody() {
    if std::fs::metadata("/proc/self").unwrap().uid() == 0 {
        setresgid(NOBODY, NOBODY, NOBODY).unwrap();
        setresuid(NOBODY, NOBODY, NOBODY).unwrap();
    }
}

fn at(tv_sec: i64, tv_nsec: i64) -> Timespec {
    Timespec { tv_sec, tv_nsec }
}

fn pair(time: Timespec) -> (i64, i64) {
    (time.tv_sec, time.tv_nsec)
}

/// Whether times that have some say so: an emulator of s390x leaves them out.
fn has_nanoseconds<const N: usize>(times: [Timespec; N]) -> bool {
    let none = times.iter().all(|time| time.tv_nsec == 0);
    !(none && emulator::skipped("no nanoseconds in a stat"))
}

/// That each function of `stat` says what `std` says.
#[track_caller]
fn same(stat: Stat, metadata: &Metadata) {
    assert_eq!(u64::from(stat.dev()), metadata.dev());
    assert_eq!(stat.ino(), metadata.ino());
    assert_eq!(stat.raw_mode(), metadata.mode());
    assert_eq!(stat.mode().bits(), metadata.mode() & 0o7777);
    assert_eq!(stat.nlink(), metadata.nlink());
    assert_eq!(stat.uid().raw(), metadata.uid());
    assert_eq!(stat.gid().raw(), metadata.gid());
    assert_eq!(u64::from(stat.rdev()), metadata.rdev());
    assert_eq!(stat.size(), metadata.size());
    assert_eq!(stat.blksize(), metadata.blksize());
    assert_eq!(stat.blocks(), metadata.blocks());
    let seconds = [metadata.atime(), metadata.mtime(), metadata.ctime()];
    let times = [stat.atime(), stat.mtime(), stat.ctime()];
    assert_eq!(times.map(|time| time.tv_sec), seconds);
    let nanoseconds = [
        metadata.atime_nsec(),
        metadata.mtime_nsec(),
        metadata.ctime_nsec(),
    ];
    if nanoseconds == [0; 3] || has_nanoseconds(times) {
        assert_eq!(times.map(|time| time.tv_nsec), nanoseconds);
    }
    let kind = metadata.file_type();
    let expected = match stat.file_type() {
        FileType::REGULAR => kind.is_file(),
        FileType::DIRECTORY => kind.is_dir(),
        FileType::SYMLINK => kind.is_symlink(),
        FileType::FIFO => kind.is_fifo(),
        FileType::CHAR_DEVICE => kind.is_char_device(),
        FileType::BLOCK_DEVICE => kind.is_block_device(),
        FileType::SOCKET => kind.is_socket(),
        _ => false,
    };
    assert!(expected, "{stat:?} is no {kind:?}");
}

#[test]
fn the_four_ways_to_a_stat_say_what_std_says() {
    let folder = folder("stat");
    let (name, link) = (folder.join("name"), folder.join("link"));
    let file = File::create(&name).unwrap();
    file.set_len(5 * GIB + 3).unwrap();
    std::fs::hard_link(&name, folder.join("second")).unwrap();
    std::fs::set_permissions(&name, PermissionsExt::from_mode(0o4751)).unwrap();
    symlink("name", &link).unwrap();
    // Times that differ from each other, and from that of the last change of all.
    let times = [at(1_000_000_000, 1_000), at(1_100_000_000, 2_000)];
    fs::futimens(file.as_fd(), &times).unwrap();
    let file = file.as_fd();

    let metadata = std::fs::metadata(&name).unwrap();
    assert_eq!((metadata.nlink(), metadata.len()), (2, 5 * GIB + 3));
    let dir = File::open(&*folder).unwrap();
    for stat in [
        fs::stat(&name),
        fs::stat(&link),
        fs::lstat(&name),
        fs::fstat(file),
        fs::fstatat(CWD, &name, NONE),
        fs::fstatat(dir.as_fd(), "name", NONE),
        fs::fstatat(dir.as_fd(), "link", NONE),
        fs::fstatat(file, "", AtFlags::EMPTY_PATH),
    ] {
        same(stat.unwrap(), &metadata);
    }
    let metadata = std::fs::symlink_metadata(&link).unwrap();
    for stat in [
        fs::lstat(&link),
        fs::fstatat(dir.as_fd(), "link", AtFlags::SYMLINK_NOFOLLOW),
    ] {
        same(stat.unwrap(), &metadata);
    }
    let text = format!("{:?}", fs::lstat(&link).unwrap());
    assert!(text.contains("size: 4,"), "{text}");

    same(
        fs::stat(&*folder).unwrap(),
        &std::fs::metadata(&*folder).unwrap(),
    );
    let null = fs::stat("/dev/null").unwrap();
    same(null, &std::fs::metadata("/dev/null").unwrap());
    assert_eq!((null.rdev().major(), null.rdev().minor()), (1, 3));
    let (pipe, _writer) = temporary::pipe();
    same(fs::fstat(pipe.as_fd()).unwrap(), &pipe.metadata().unwrap());
    let (socket, _other) = std::os::unix::net::UnixStream::pair().unwrap();
    let socket = fs::fstat(socket.as_fd()).unwrap();
    assert_eq!(socket.file_type(), FileType::SOCKET);
}

#[test]
fn a_stat_of_nothing_is_an_error() {
    let folder = folder("stat-errors");
    symlink("two", folder.join("one")).unwrap();
    symlink("one", folder.join("two")).unwrap();
    let error = |stat: Result<Stat>| stat.map(drop).unwrap_err();
    for path in [Path::new(""), &folder.join("none")] {
        assert_eq!(error(fs::stat(path)), Errno::ENOENT);
        assert_eq!(error(fs::lstat(path)), Errno::ENOENT);
        assert_eq!(error(fs::fstatat(CWD, path, NONE)), Errno::ENOENT);
    }
    let around = folder.join("one");
    assert_eq!(error(fs::stat(&around)), Errno::ELOOP);
    assert_eq!(error(fs::fstatat(CWD, &around, NONE)), Errno::ELOOP);
    assert_eq!(fs::lstat(&around).unwrap().size(), 3);
    assert_eq!(error(fs::stat("/dev/null/none")), Errno::ENOTDIR);
    assert_eq!(error(fs::fstat(CWD)), Errno::EBADF, "it is no descriptor");
    let bad = AtFlags::from_bits_retain(0x4000_0000);
    assert_eq!(error(fs::fstatat(CWD, "/", bad)), Errno::EINVAL);
}

/// In memory: a disk's file system may know fewer years.
#[test]
fn times_have_64_bits() {
    let file = temporary::in_memory("times");
    // 2106 and later: neither 31 nor 32 bits. 1901: below zero.
    for (accessed, modified) in [
        (at(4_294_967_296, 1), at(6_000_000_000, 999_999_999)),
        (at(-2_000_000_000, 5), at(-1, 6)),
    ] {
        assert_eq!(fs::futimens(file.as_fd(), &[accessed, modified]), Ok(()));
        let path = format!("/proc/self/fd/{}", file.as_raw_fd());
        for stat in [fs::fstat(file.as_fd()), fs::stat(&path)] {
            let stat = stat.unwrap();
            let times = [stat.atime(), stat.mtime()];
            let seconds = [accessed.tv_sec, modified.tv_sec];
            assert_eq!(times.map(|time| time.tv_sec), seconds);
            if has_nanoseconds(times) {
                assert_eq!(times.map(pair), [accessed, modified].map(pair));
            }
        }
    }
}

#[test]
fn utimens_and_futimens_set_what_they_are_told() {
    let (path, file) = path("utimens");
    assert_eq!(
        fs::utimens(&*path, &[at(1_000_000_000, 0), at(1_100_000_000, 0)]),
        Ok(())
    );
    let times = || {
        let metadata = file.metadata().unwrap();
        (metadata.atime(), metadata.mtime())
    };
    assert_eq!(times(), (1_000_000_000, 1_100_000_000));
    let before = times_now();
    let set = fs::futimens(file.as_fd(), &[at(0, UTIME_NOW), at(0, UTIME_OMIT)]);
    assert_eq!(set, Ok(()));
    let (accessed, modified) = times();
    assert!((before - 5..before + 60).contains(&accessed));
    assert_eq!(modified, 1_100_000_000);

    // Of a link itself.
    let link = path.with_extension("link");
    symlink(&*path, &link).unwrap();
    let set = fs::utimensat(CWD, &link, &[at(5, 0), at(6, 0)], AtFlags::SYMLINK_NOFOLLOW);
    let metadata = std::fs::symlink_metadata(&link).unwrap();
    std::fs::remove_file(&link).unwrap();
    assert_eq!((set, metadata.mtime()), (Ok(()), 6));
    assert_eq!(times().1, 1_100_000_000);

    let both = [at(0, 0); 2];
    assert_eq!(fs::utimens("/no/such", &both), Err(Errno::ENOENT));
    assert_eq!(fs::utimens("", &both), Err(Errno::ENOENT));
    let bad = fs::futimens(file.as_fd(), &[at(0, -1), at(0, 0)]);
    assert_eq!(bad, Err(Errno::EINVAL));
    let place = fs::open(&*path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
    assert_eq!(fs::futimens(place.as_fd(), &both), Err(Errno::EBADF));
    for nsec in [0, UTIME_NOW, UTIME_OMIT] {
        let cwd = fs::futimens(CWD, &[at(0, nsec); 2]);
        assert_eq!(cwd, Err(Errno::EBADF), "it is no descriptor");
    }
}

fn times_now() -> i64 {
    let now = std::time::SystemTime::now();
    let since = now.duration_since(std::time::SystemTime::UNIX_EPOCH);
    since.unwrap().as_secs() as i64
}

#[test]
fn statfs_says_how_a_file_system_was_mounted() {
    let folder = folder("statfs");
    in_namespaces(linux_raw_sys::general::CLONE_NEWNS, || {
        const MS_NOSUID: usize = 2; // linux/mount.h
        const MS_NODEV: usize = 4;
        const MS_NOEXEC: usize = 8;
        const MS_REC_PRIVATE: usize = 0x4000 | 1 << 18;
        // SAFETY: the kernel reads strings.
        unsafe {
            mount(c"none", "/", c"none", MS_REC_PRIVATE, c"").unwrap();
            let flags = MS_NOSUID | MS_NODEV | MS_NOEXEC;
            mount(c"none", &*folder, c"tmpfs", flags, c"size=8m,nr_inodes=123").unwrap();
        }
        let file = File::create(folder.join("one")).unwrap();
        file.set_len(1).unwrap();
        std::io::Write::write_all(&mut &file, b"x").unwrap();
        for stat in [fs::statfs(&*folder), fs::fstatfs(file.as_fd())] {
            let stat = stat.unwrap();
            assert_eq!(stat.fs_type(), FsType::TMPFS);
            assert_eq!(stat.blocks() * stat.bsize(), 8 << 20);
            assert_eq!(stat.bfree() + 1, stat.blocks(), "one page is the file's");
            assert_eq!(stat.bavail(), stat.bfree());
            // A page is as large as a block there.
            assert_eq!(stat.frsize(), stat.bsize());
            assert_eq!(
                (stat.files(), stat.ffree()),
                (123, 121),
                "the root and the file"
            );
            assert_eq!(stat.namelen(), 255);
            let flags = StatFsFlags::NOSUID | StatFsFlags::NODEV | StatFsFlags::NOEXEC;
            assert!(stat.flags().contains(flags), "{stat:?}");
            assert!(!stat.flags().contains(StatFsFlags::RDONLY));
            assert_eq!(stat.flags().bits() & 0x20, 0, "the kernel's own");
        }
    });
    // How it is mounted, one after the other, and each beside what the kernel's list says.
    in_namespaces(linux_raw_sys::general::CLONE_NEWNS, || {
        // linux/mount.h
        const MS_REMOUNT: usize = 0x20;
        const MS_REC_PRIVATE: usize = 0x4000 | 1 << 18;
        // SAFETY: the kernel reads strings.
        unsafe {
            mount(c"none", "/", c"none", MS_REC_PRIVATE, c"").unwrap();
            mount(c"none", &*folder, c"tmpfs", 0, c"").unwrap();
        }
        for (flag, expected) in [
            (1, StatFsFlags::RDONLY),
            (2, StatFsFlags::NOSUID),
            (4, StatFsFlags::NODEV),
            (8, StatFsFlags::NOEXEC),
            (0x10, StatFsFlags::SYNCHRONOUS),
            (0x100, StatFsFlags::NOSYMFOLLOW),
            (0x400, StatFsFlags::NOATIME),
            (0x800, StatFsFlags::NODIRATIME | StatFsFlags::RELATIME),
        ] {
            // SAFETY: as above.
            unsafe { mount(c"none", &*folder, c"none", MS_REMOUNT | flag, c"").unwrap() };
            let found = fs::statfs(&*folder).unwrap().flags();
            let of_user = StatFsFlags::NOSUID | StatFsFlags::NODEV; // a user namespace's may have to stay
            let others = found.difference(expected | StatFsFlags::RELATIME | of_user);
            assert!(
                found.contains(expected) && others.is_empty(),
                "{flag:#x}: {found:?}"
            );
        }
    });
    let proc = fs::statfs("/proc").unwrap();
    assert_eq!(proc.fs_type(), FsType::PROC);
    let (pipe, _writer) = temporary::pipe();
    let pipe = fs::fstatfs(pipe.as_fd()).unwrap();
    assert_eq!(pipe.fs_type(), FsType::PIPEFS);
    let error = |stat: Result<StatFs>| stat.map(drop).unwrap_err();
    assert_eq!(error(fs::statfs("")), Errno::ENOENT);
    assert_eq!(error(fs::statfs("/no/such")), Errno::ENOENT);
    assert_eq!(error(fs::fstatfs(CWD)), Errno::EBADF);
}

#[test]
fn two_file_systems_have_two_numbers() {
    let (memory, folder) = (temporary::in_memory("fsid"), folder("fsid"));
    let one = fs::fstatfs(memory.as_fd()).unwrap().fsid();
    let other = fs::statfs(&*folder).unwrap().fsid();
    // Before Linux 5.14 one in memory has none, and the folder may be in memory too.
    assert!(one != other || one == [0, 0]);
    let same = fs::statfs(folder.parent().unwrap()).unwrap().fsid();
    assert_eq!(other, same);
}

#[test]
fn access_asks_for_who_asks() {
    let folder = folder("access");
    std::fs::set_permissions(&*folder, PermissionsExt::from_mode(0o755)).unwrap();
    let (none, some) = (folder.join("none"), folder.join("some"));
    for (path, mode) in [(&none, 0), (&some, 0o444)] {
        File::create(path).unwrap();
        std::fs::set_permissions(path, PermissionsExt::from_mode(mode)).unwrap();
    }
    symlink("nowhere", folder.join("link")).unwrap();
    in_child(|| {
        become_nobody();
        let asks = |path: &Path, access| {
            let answer = fs::access(path, access);
            assert_eq!(fs::faccessat(CWD, path, access, NONE), answer);
            answer
        };
        for path in [&none, &some] {
            assert_eq!(asks(path, Access::EXISTS), Ok(()));
            assert_eq!(asks(path, Access::WRITE), Err(Errno::EACCES));
            assert_eq!(asks(path, Access::EXEC), Err(Errno::EACCES));
        }
        assert_eq!(asks(&none, Access::READ), Err(Errno::EACCES));
        assert_eq!(asks(&some, Access::READ), Ok(()));
        let both = Access::READ | Access::EXEC;
        assert_eq!(asks(&some, both), Err(Errno::EACCES));
        assert_eq!(asks(&folder, both), Ok(()));
        assert_eq!(asks(Path::new(""), Access::EXISTS), Err(Errno::ENOENT));
        let bad = Access::from_bits_retain(8);
        assert_eq!(asks(&some, bad), Err(Errno::EINVAL));
        let link = folder.join("link");
        assert_eq!(asks(&link, Access::EXISTS), Err(Errno::ENOENT));
    });
}

#[test]
fn faccessat_takes_flags() {
    let folder = folder("faccessat");
    std::fs::set_permissions(&*folder, PermissionsExt::from_mode(0o755)).unwrap();
    let dir = File::open(&*folder).unwrap();
    symlink("nowhere", folder.join("link")).unwrap();
    let itself = fs::faccessat(
        dir.as_fd(),
        "link",
        Access::EXISTS,
        AtFlags::SYMLINK_NOFOLLOW,
    );
    if itself == Err(Errno::ENOSYS) && emulator::skipped("no faccessat2") {
        return;
    }
    assert_eq!(itself, Ok(()));
    assert_eq!(
        fs::faccessat(dir.as_fd(), "link", Access::EXISTS, NONE),
        Err(Errno::ENOENT)
    );
    assert_eq!(
        fs::faccessat(dir.as_fd(), "", Access::EXISTS, NONE),
        Err(Errno::ENOENT)
    );
    assert_eq!(fs::faccessat(dir.as_fd(), ".", Access::READ, NONE), Ok(()));
    File::create(folder.join("here")).unwrap();
    assert_eq!(
        fs::faccessat(dir.as_fd(), "here", Access::EXISTS, NONE),
        Ok(())
    );
    let bad = AtFlags::from_bits_retain(0x4000_0000);
    let bad = fs::faccessat(dir.as_fd(), "link", Access::EXISTS, bad);
    assert_eq!(bad, Err(Errno::EINVAL));
    let empty = fs::faccessat(dir.as_fd(), "", Access::READ, AtFlags::EMPTY_PATH);
    assert_eq!(empty, Ok(()));

    // Real and effective user differ: one may not read it, the other may.
    let secret = folder.join("secret");
    File::create(&secret).unwrap();
    std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o600)).unwrap();
    if is_root() {
        in_child(|| {
            setresgid(NOBODY, 0, 0).unwrap();
            setresuid(NOBODY, 0, 0).unwrap();
            let asks = |flags| fs::faccessat(CWD, &secret, Access::READ, flags);
            assert_eq!(asks(NONE), Err(Errno::EACCES));
            assert_eq!(asks(AtFlags::EACCESS), Ok(()));
            assert_eq!(fs::access(&secret, Access::READ), Err(Errno::EACCES));
        });
    }
}

#[test]
fn chmod_and_its_kin_change_all_twelve_bits() {
    let folder = folder("chmod");
    let path = folder.join("file");
    let file = File::create(&path).unwrap();
    let dir = File::open(&*folder).unwrap();
    let mode = || file.metadata().unwrap().mode();
    let all = Mode::SUID | Mode::STICKY | Mode::OWNER_ALL | Mode::GROUP_EXEC | Mode::OTHERS_READ;
    assert_eq!(fs::chmod(&path, all), Ok(()));
    assert_eq!(mode(), 0o105_714);
    assert_eq!(fs::stat(&path).unwrap().mode(), all);
    assert_eq!(fs::fchmod(file.as_fd(), Mode::from_octal(0o642)), Ok(()));
    assert_eq!(mode(), 0o100_642);
    let changed = fs::fchmodat(dir.as_fd(), "file", Mode::OWNER_READ, NONE);
    assert_eq!(changed, Ok(()));
    assert_eq!(mode(), 0o100_400);

    // Through a link, and the link itself, which has none.
    symlink("file", folder.join("link")).unwrap();
    assert_eq!(
        fs::chmod(folder.join("link"), Mode::from_octal(0o711)),
        Ok(())
    );
    assert_eq!(mode(), 0o100_711);
    let itself = |name| {
        let mode = Mode::from_octal(0o640);
        fs::fchmodat(dir.as_fd(), name, mode, AtFlags::SYMLINK_NOFOLLOW)
    };
    let link = itself("link");
    if !(link == Err(Errno::ENOSYS) && emulator::skipped("no fchmodat2")) {
        assert_eq!(link, Err(Errno::EOPNOTSUPP));
        assert_eq!(mode(), 0o100_711);
        assert_eq!(itself("file"), Ok(()));
        assert_eq!(mode(), 0o100_640);
    }

    let any = Mode::OWNER_ALL;
    assert_eq!(fs::chmod(folder.join("none"), any), Err(Errno::ENOENT));
    assert_eq!(fs::fchmodat(CWD, "", any, NONE), Err(Errno::ENOENT));
    let place = fs::open(&path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty()).unwrap();
    assert_eq!(fs::fchmod(place.as_fd(), any), Err(Errno::EBADF));
    assert_eq!(
        mode() & 0o777,
        std::fs::metadata(&path).unwrap().mode() & 0o777
    );
}

#[test]
fn chown_and_its_kin_give_a_file_to_whom_they_are_told() {
    if !is_root() {
        return;
    }
    let folder = folder("chown");
    let (path, link) = (folder.join("file"), folder.join("link"));
    let file = File::create(&path).unwrap();
    symlink("file", &link).unwrap();
    let dir = File::open(&*folder).unwrap();
    let ids = |path: &Path| {
        let metadata = std::fs::symlink_metadata(path).unwrap();
        (metadata.uid(), metadata.gid())
    };
    // More than 16 bits.
    let (user, group) = (|id| Some(Uid::from_raw(id)), |id| Some(Gid::from_raw(id)));
    assert_eq!(fs::chown(&link, user(100_001), group(100_002)), Ok(()));
    assert_eq!(ids(&path), (100_001, 100_002));
    assert_eq!(ids(&link), (0, ids(&link).1));
    assert_eq!(fs::lchown(&link, user(100_003), group(100_004)), Ok(()));
    assert_eq!(ids(&link), (100_003, 100_004));
    assert_eq!(fs::fchown(file.as_fd(), user(5), None), Ok(()));
    assert_eq!(ids(&path), (5, 100_002));
    assert_eq!(fs::fchown(file.as_fd(), None, group(6)), Ok(()));
    assert_eq!(ids(&path), (5, 6));
    assert_eq!(fs::chown(&path, None, None), Ok(()));
    assert_eq!(ids(&path), (5, 6));
    assert_eq!(
        fs::fchownat(dir.as_fd(), "link", user(7), group(8), NONE),
        Ok(())
    );
    assert_eq!((ids(&path), ids(&link)), ((7, 8), (100_003, 100_004)));
    let itself = AtFlags::SYMLINK_NOFOLLOW;
    assert_eq!(
        fs::fchownat(dir.as_fd(), "link", user(9), None, itself),
        Ok(())
    );
    assert_eq!((ids(&path), ids(&link)), ((7, 8), (9, 100_004)));
    let empty = fs::fchownat(file.as_fd(), "", None, group(70_000), AtFlags::EMPTY_PATH);
    assert_eq!((empty, ids(&path)), (Ok(()), (7, 70_000)));
    let stat = fs::lstat(&path).unwrap();
    assert_eq!((stat.uid().raw(), stat.gid().raw()), (7, 70_000));

    assert_eq!(
        fs::chown(folder.join("none"), None, None),
        Err(Errno::ENOENT)
    );
    assert_eq!(fs::lchown("", None, None), Err(Errno::ENOENT));
    in_child(|| {
        become_nobody();
        assert_eq!(fs::chown(&path, user(NOBODY), None), Err(Errno::EPERM));
        assert_eq!(
            fs::fchown(file.as_fd(), user(NOBODY), None),
            Err(Errno::EPERM)
        );
    });
}

#[test]
fn umask_takes_permissions_away_from_what_is_made() {
    let folder = folder("umask");
    in_child(|| {
        fs::umask(Mode::from_octal(0o22));
        let old = fs::umask(Mode::GROUP_WRITE | Mode::OTHERS_ALL);
        assert_eq!(old, Mode::GROUP_WRITE | Mode::OTHERS_WRITE);
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let said = status
            .lines()
            .find_map(|line| line.strip_prefix("Umask:\t"));
        assert_eq!(said, Some("0027"));
        let made = |name: &str| std::fs::metadata(folder.join(name)).unwrap().mode() & 0o7777;
        let mode = Mode::from_octal(0o777);
        fs::mkdir(folder.join("mkdir"), mode).unwrap();
        fs::creat(folder.join("creat"), mode).unwrap();
        fs::open(
            folder.join("open"),
            OFlags::CREATE | OFlags::WRONLY | OFlags::CLOEXEC,
            mode,
        )
        .unwrap();
        fs::mkfifo(folder.join("mkfifo"), mode).unwrap();
        for name in ["mkdir", "creat", "open", "mkfifo"] {
            assert_eq!(made(name), 0o750, "{name}");
        }
    });
    // Only in the child.
    let _ = file("umask-after");
}
