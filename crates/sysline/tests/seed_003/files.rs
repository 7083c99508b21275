//! Calls on names and on what files are.

use crate::lines::*;
use crate::support::{AT_FDCWD, Scratch, number, or_skip, owned, passes_in_child};
use crate::types::{Timespec, Timeval, Utimbuf};
use std::collections::BTreeSet;
use std::ffi::CString;
use std::fs::{self, File};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use sysline::Errno;

// `asm-generic/fcntl.h`, `linux/fcntl.h`, `linux/stat.h`
const O_RDONLY: isize = 0;
const O_RDWR: isize = 0o2;
const O_CREAT: isize = 0o100;
const O_EXCL: isize = 0o200;
const O_DIRECTORY: isize = 0o200_000;
const O_CLOEXEC: isize = 0o2_000_000;
const AT_REMOVEDIR: isize = 0x200;
const S_IFIFO: u32 = 0o010_000;

#[test]
fn openat_makes_and_opens() {
    let dir = Scratch::new("openat");
    let path = dir.path("file");
    let made = call!(openat(
        AT_FDCWD,
        &path,
        O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC,
        0o640
    ));
    let made = owned(made.unwrap());
    let link = fs::read_link(format!("/proc/self/fd/{}", number(&made))).unwrap();
    assert_eq!(link, path);
    assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777 & !0o640, 0);
    let again = call!(openat(AT_FDCWD, &path, O_CREAT | O_EXCL | O_RDWR, 0o640));
    assert_eq!(again, Err(Errno::EEXIST));
    let folder = File::open(dir.folder()).unwrap();
    let by_folder = call!(openat(number(&folder), "file", O_RDONLY | O_CLOEXEC, 0));
    let inode = File::from(owned(by_folder.unwrap()))
        .metadata()
        .unwrap()
        .ino();
    assert_eq!(inode, File::from(made).metadata().unwrap().ino());
    let missing = call!(openat(number(&folder), "missing", O_RDONLY, 0));
    assert_eq!(missing, Err(Errno::ENOENT));
}

#[test]
fn links_of_both_kinds() {
    let dir = Scratch::new("links");
    let file = dir.file("file", "text");
    let folder = File::open(dir.folder()).unwrap();
    call!(linkat(AT_FDCWD, &file, number(&folder), "hard", 0)).unwrap();
    let (one, other) = (
        fs::metadata(&file).unwrap(),
        fs::metadata(dir.path("hard")).unwrap(),
    );
    assert_eq!((one.ino(), one.nlink()), (other.ino(), 2));
    call!(symlinkat("to/nowhere", number(&folder), "soft")).unwrap();
    assert_eq!(
        fs::read_link(dir.path("soft")).unwrap(),
        Path::new("to/nowhere")
    );
    symlink("by std", dir.path("theirs")).unwrap();
    let mut text = [b'-'; 16];
    assert_eq!(
        call!(readlinkat(number(&folder), "theirs", &mut text)),
        Ok(6)
    );
    assert_eq!(&text, b"by std----------");
    assert_eq!(
        call!(readlinkat(AT_FDCWD, &file, &mut text)),
        Err(Errno::EINVAL)
    );
}

#[test]
fn names_come_and_go() {
    let dir = Scratch::new("names");
    let names = || -> BTreeSet<String> {
        let names = fs::read_dir(dir.folder()).unwrap();
        names
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    let folder = File::open(dir.folder()).unwrap();
    let at = number(&folder);
    call!(mkdirat(at, "folder", 0o711)).unwrap();
    let made = fs::metadata(dir.path("folder")).unwrap();
    assert!(made.is_dir());
    assert_eq!(made.mode() & 0o777 & !0o711, 0);
    assert_eq!(call!(mkdirat(at, "folder", 0o700)), Err(Errno::EEXIST));
    call!(mknodat(at, "pipe", S_IFIFO | 0o600, 0)).unwrap();
    assert!(
        fs::metadata(dir.path("pipe"))
            .unwrap()
            .file_type()
            .is_fifo()
    );
    dir.file("file", "");
    call!(renameat(at, "file", AT_FDCWD, dir.path("folder/moved"))).unwrap();
    assert!(dir.path("folder/moved").exists());
    assert_eq!(names(), ["folder", "pipe"].map(String::from).into());
    assert_eq!(
        call!(unlinkat(at, "folder", AT_REMOVEDIR)),
        Err(Errno::ENOTEMPTY)
    );
    call!(unlinkat(at, "folder/moved", 0)).unwrap();
    call!(unlinkat(at, "folder", AT_REMOVEDIR)).unwrap();
    call!(unlinkat(at, "pipe", 0)).unwrap();
    assert_eq!(names(), BTreeSet::new());
    assert_eq!(call!(unlinkat(at, "pipe", 0)), Err(Errno::ENOENT));
}

/// When a file was last used and changed, in nanoseconds.
fn times_of(path: &Path) -> [(i64, i64); 2] {
    let meta = fs::metadata(path).unwrap();
    [
        (meta.atime(), meta.atime_nsec()),
        (meta.mtime(), meta.mtime_nsec()),
    ]
}

#[test]
fn times_by_microseconds() {
    let dir = Scratch::new("utimes");
    let file = dir.file("file", "");
    let mut times = [(1_000_000_001, 123_456), (1_100_000_002, 654_321)]
        .map(|(sec, usec)| Timeval { sec, usec });
    let expected = |times: &[Timeval; 2]| times.map(|time| (time.sec, time.usec * 1000));
    call!(utimes(&file, &mut times)).unwrap();
    assert_eq!(times_of(&file), expected(&times));
    times[0].sec += 5;
    let folder = File::open(dir.folder()).unwrap();
    call!(futimesat(
        number(&folder),
        c"file".as_ptr().cast_mut().cast(),
        &mut times
    ))
    .unwrap();
    assert_eq!(times_of(&file), expected(&times));
    times[1].usec = 1_000_000;
    assert_eq!(call!(utimes(&file, &mut times)), Err(Errno::EINVAL));
}

#[test]
fn times_by_seconds() {
    let dir = Scratch::new("utime");
    let file = dir.file("file", "");
    let mut times = Utimbuf {
        actime: 1_200_000_003,
        modtime: 1_300_000_004,
    };
    call!(utime(&file, &mut times)).unwrap();
    assert_eq!(times_of(&file), [(1_200_000_003, 0), (1_300_000_004, 0)]);
}

/// Go's line has three arguments, the kernel's call four: the fourth, `flags`, is 0 in Go, whose trap zeroes the
/// registers that a line leaves out (Go, `src/syscall/asm_linux_amd64.s`, `Syscall`).
#[test]
fn times_by_nanoseconds() {
    let dir = Scratch::new("utimensat");
    let file = dir.file("file", "");
    let folder = File::open(dir.folder()).unwrap();
    let mut times = [(1_400_000_005, 123_456_789), (1_500_000_006, 987_654_321)]
        .map(|(sec, nsec)| Timespec { sec, nsec });
    // A call with a fourth argument goes first, so that there is something in that register.
    call!(faccessat(number(&folder), "file", 0, 0x7fff_fff1)).unwrap();
    call!(utimensat(number(&folder), "file", &mut times)).unwrap();
    assert_eq!(times_of(&file), times.map(|time| (time.sec, time.nsec)));
}

#[test]
fn modes_and_owners() {
    let dir = Scratch::new("modes");
    let file = dir.file("file", "");
    let (folder, open) = (
        File::open(dir.folder()).unwrap(),
        File::open(&file).unwrap(),
    );
    let at = number(&folder);
    let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o7777;
    call!(fchmod(number(&open), 0o604)).unwrap();
    assert_eq!(mode(), 0o604);
    call!(fchmodat(at, "file", 0o640, 0)).unwrap();
    assert_eq!(mode(), 0o640);
    call!(faccessat(at, "file", 4, 0)).unwrap();
    // Even root may execute only what somebody may.
    assert_eq!(call!(faccessat(at, "file", 1, 0)), Err(Errno::EACCES));
    assert_eq!(call!(faccessat(at, "missing", 0, 0)), Err(Errno::ENOENT));
    let owner = || {
        let meta = fs::metadata(&file).unwrap();
        (meta.uid() as isize, meta.gid() as isize)
    };
    let mine = owner();
    call!(fchownat(at, "file", mine.0, mine.1, 0)).unwrap();
    assert_eq!(owner(), mine);
    let given = call!(fchownat(at, "file", 12345, -1, 0));
    if or_skip("fchownat to another", given, &[Errno::EPERM, Errno::EINVAL]).is_some() {
        assert_eq!(owner(), (12345, mine.1));
    }
}

#[test]
fn attributes() {
    let dir = Scratch::new("attributes");
    let file = dir.file("file", "");
    let name = "user.sysline";
    let set = call!(setxattr(&file, name, b"a value", 0));
    if or_skip("setxattr", set, &[Errno::EOPNOTSUPP]).is_none() {
        return;
    }
    let mut value = [b'-'; 10];
    assert_eq!(call!(getxattr(&file, name, &mut [])), Ok(7));
    assert_eq!(call!(getxattr(&file, name, &mut value)), Ok(7));
    assert_eq!(&value, b"a value---");
    assert_eq!(
        call!(getxattr(&file, name, &mut value[..3])),
        Err(Errno::ERANGE)
    );
    // XATTR_CREATE: only where there is none.
    assert_eq!(call!(setxattr(&file, name, b"", 1)), Err(Errno::EEXIST));
    let names = || {
        let mut names = [0; 1024];
        let len = call!(listxattr(&file, &mut names)).unwrap() as usize;
        let names = names[..len].split_inclusive(|byte| *byte == 0);
        names
            .map(|name| CString::from_vec_with_nul(name.to_vec()).unwrap())
            .collect::<Vec<_>>()
    };
    assert!(names().contains(&CString::new(name).unwrap()));
    call!(removexattr(&file, name)).unwrap();
    assert_eq!(call!(removexattr(&file, name)), Err(Errno::ENODATA));
    assert!(!names().contains(&CString::new(name).unwrap()));
}

#[test]
fn a_folder_is_listed() {
    let dir = Scratch::new("getdents");
    for index in 0..100 {
        dir.file(&format!("a file with a name, the {index}th"), "");
    }
    let folder = call!(openat(
        AT_FDCWD,
        dir.folder(),
        O_RDONLY | O_DIRECTORY | O_CLOEXEC,
        0
    ));
    let folder = owned(folder.unwrap());
    let (mut names, mut calls) = (BTreeSet::new(), 0);
    let mut buffer = [0; 1000];
    loop {
        let len = call!(getdents(number(&folder), &mut buffer)).unwrap() as usize;
        if len == 0 {
            break;
        }
        calls += 1;
        let mut rest = &buffer[..len];
        // `struct linux_dirent64` of `linux/dirent.h`: inode and offset of 8 bytes each, length, kind, name.
        while !rest.is_empty() {
            let size = u16::from_ne_bytes([rest[16], rest[17]]) as usize;
            let name = rest[19..size].split(|byte| *byte == 0).next().unwrap();
            names.insert(String::from_utf8(name.to_vec()).unwrap());
            rest = &rest[size..];
        }
    }
    let by_std = fs::read_dir(dir.folder()).unwrap();
    let by_std = by_std.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let dots = [".", ".."].map(String::from);
    assert_eq!(names, by_std.chain(dots).collect());
    assert!(calls > 1);
}

#[test]
fn the_working_folder() {
    passes_in_child("files::the_working_folder", || {
        let dir = Scratch::new("chdir");
        fs::create_dir(dir.path("inner")).unwrap();
        let by_call = || {
            let mut path = [0xff; 4096];
            // With its NUL.
            let len = call!(getcwd(&mut path)).unwrap() as usize;
            assert_eq!(path[len - 1], 0);
            std::ffi::OsString::from_vec(path[..len - 1].to_vec())
        };
        call!(chdir(dir.folder())).unwrap();
        assert_eq!(std::env::current_dir().unwrap(), dir.folder());
        assert_eq!(by_call().as_bytes(), dir.folder().as_os_str().as_bytes());
        let inner = File::open("inner").unwrap();
        call!(fchdir(number(&inner))).unwrap();
        assert_eq!(std::env::current_dir().unwrap(), dir.path("inner"));
        assert_eq!(by_call(), dir.path("inner"));
        assert_eq!(call!(getcwd(&mut [0; 2])), Err(Errno::ERANGE));
        assert_eq!(call!(chdir("missing")), Err(Errno::ENOENT));
    });
}

#[test]
fn another_root() {
    passes_in_child("files::another_root", || {
        let dir = Scratch::new("chroot");
        dir.file("the only file", "");
        let outside = File::open("/").unwrap();
        let done = call!(chroot(dir.folder()));
        if or_skip("chroot", done, &[Errno::EPERM]).is_some() {
            let names = fs::read_dir("/").unwrap();
            let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
            assert_eq!(names, ["the only file"]);
            // Root gets out again by a folder outside, and the folder can be removed.
            call!(fchdir(number(&outside))).unwrap();
            call!(chroot(".")).unwrap();
        }
    });
}

#[test]
fn the_mask_of_modes() {
    passes_in_child("files::the_mask_of_modes", || {
        let dir = Scratch::new("umask");
        let mask = |text: &str| isize::from_str_radix(text, 8).unwrap();
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let by_proc = status
            .lines()
            .find_map(|row| row.strip_prefix("Umask:\t"))
            .map(mask);
        let old = umask(0o137);
        assert_eq!(by_proc, Some(old));
        let file = dir.file("file", "");
        assert_eq!(fs::metadata(file).unwrap().mode() & 0o777, 0o640);
        assert_eq!(umask(old), 0o137);
    });
}
