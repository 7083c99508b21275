//! How files are opened and named, where paths start, and where links lead: each function against what `std` sees, and
//! the paths that are no paths.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, is_root};
use std::ffi::{CStr, CString};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt, symlink};
use std::path::Path;
use sysline::fs::{
    self, Access, AtFlags, CWD, Dev, FileHandle, FileType, HandleFlags, Mode, OFlags, OpenHow,
    RenameFlags, ResolveFlags, StatxMask,
};
use sysline::{Errno, Result};
use temporary::{Folder, folder};

const NONE: AtFlags = AtFlags::empty();
const READ: OFlags = OFlags::RDONLY.union(OFlags::CLOEXEC);
const PLACE: OFlags = OFlags::PATH.union(OFlags::CLOEXEC);
const NO_MODE: Mode = Mode::empty();

/// A file that says `says`.
fn write(folder: &Path, name: &str, says: &str) {
    std::fs::write(folder.join(name), says).unwrap();
}

fn read(path: impl AsRef<Path>) -> String {
    std::fs::read_to_string(path).unwrap()
}

fn read_fd(fd: OwnedFd) -> String {
    let mut says = String::new();
    File::from(fd).read_to_string(&mut says).unwrap();
    says
}

fn error<T>(result: Result<T>) -> Errno {
    result.map(drop).unwrap_err()
}

/// What is in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A path to `name` in `folder` that has `len` bytes: through the folder itself, again and again.
fn long_way(folder: &Path, name: &str, len: usize) -> CString {
    let mut path = folder.as_os_str().as_bytes().to_vec();
    let steps = len - path.len() - 1 - name.len();
    path.push(b'/');
    path.extend(b"./".repeat(steps / 2));
    path.extend(b"/".repeat(steps % 2));
    path.extend(name.as_bytes());
    assert_eq!(path.len(), len);
    CString::new(path).unwrap()
}

#[test]
fn a_path_of_4095_bytes_opens_and_one_of_4096_is_enametoolong() {
    let folder = folder("long");
    write(&folder, "name", "found");
    let path = long_way(&folder, "name", 4095);
    let (c, bytes) = (path.as_c_str(), path.as_bytes());
    let text = path.to_str().unwrap();
    assert_eq!(fs::open(c, READ, NO_MODE).map(read_fd).unwrap(), "found");
    assert_eq!(
        fs::open(bytes, READ, NO_MODE).map(read_fd).unwrap(),
        "found"
    );
    assert_eq!(fs::open(text, READ, NO_MODE).map(read_fd).unwrap(), "found");
    assert_eq!(fs::stat(bytes).unwrap().size(), 5);

    let path = long_way(&folder, "name", 4096);
    let (c, bytes) = (path.as_c_str(), path.as_bytes());
    assert_eq!(error(fs::open(c, READ, NO_MODE)), Errno::ENAMETOOLONG);
    assert_eq!(error(fs::open(bytes, READ, NO_MODE)), Errno::ENAMETOOLONG);
    assert_eq!(error(fs::stat(bytes)), Errno::ENAMETOOLONG);
    assert_eq!(fs::unlink(bytes), Err(Errno::ENAMETOOLONG));
    assert_eq!(read(folder.join("name")), "found");
}

#[test]
fn a_name_of_255_bytes_is_one_and_one_of_256_is_enametoolong() {
    let folder = folder("name");
    let made = fs::mkdir(folder.join("n".repeat(255)), Mode::OWNER_ALL);
    assert_eq!(made, Ok(()));
    assert_eq!(names(&folder), ["n".repeat(255)]);
    let long = fs::mkdir(folder.join("n".repeat(256)), Mode::OWNER_ALL);
    assert_eq!(long, Err(Errno::ENAMETOOLONG));
}

/// Each function that takes a path, as one that takes `path` where others take more, and does nothing that harms.
fn all_that_take_a_path(path: &[u8]) -> Vec<(&'static str, Result<()>)> {
    let (mode, other) = (Mode::OWNER_ALL, c"/no/such/folder/at/all");
    let mut room = [0; 16];
    vec![
        ("open", fs::open(path, READ, mode).map(drop)),
        (
            "open",
            fs::open(path, READ | OFlags::CREATE, mode).map(drop),
        ),
        ("openat", fs::openat(CWD, path, READ, mode).map(drop)),
        (
            "openat2",
            fs::openat2(CWD, path, &OpenHow::new(READ)).map(drop),
        ),
        ("creat", fs::creat(path, mode).map(drop)),
        ("access", fs::access(path, Access::EXISTS)),
        ("faccessat", fs::faccessat(CWD, path, Access::EXISTS, NONE)),
        (
            "faccessat2",
            fs::faccessat(CWD, path, Access::EXISTS, AtFlags::EACCESS),
        ),
        ("chmod", fs::chmod(path, mode)),
        ("fchmodat", fs::fchmodat(CWD, path, mode, NONE)),
        (
            "fchmodat2",
            fs::fchmodat(CWD, path, mode, AtFlags::SYMLINK_NOFOLLOW),
        ),
        ("chown", fs::chown(path, None, None)),
        ("lchown", fs::lchown(path, None, None)),
        ("fchownat", fs::fchownat(CWD, path, None, None, NONE)),
        ("link", fs::link(path, other)),
        ("linkat", fs::linkat(CWD, path, CWD, other, NONE)),
        ("symlink", fs::symlink(other, path)),
        ("symlink to it", fs::symlink(path, other)),
        ("symlinkat", fs::symlinkat(other, CWD, path)),
        ("mkdir", fs::mkdir(path, mode)),
        ("mkdirat", fs::mkdirat(CWD, path, mode)),
        ("mknod", fs::mknod(path, FileType::REGULAR, mode, Dev::NONE)),
        (
            "mknodat",
            fs::mknodat(CWD, path, FileType::REGULAR, mode, Dev::NONE),
        ),
        ("mkfifo", fs::mkfifo(path, mode)),
        ("mkfifoat", fs::mkfifoat(CWD, path, mode)),
        ("rename", fs::rename(path, other)),
        ("renameat", fs::renameat(CWD, path, CWD, other)),
        (
            "renameat2",
            fs::renameat2(CWD, path, CWD, other, RenameFlags::NOREPLACE),
        ),
        ("rmdir", fs::rmdir(path)),
        ("unlink", fs::unlink(path)),
        ("unlinkat", fs::unlinkat(CWD, path, NONE)),
        ("truncate", fs::truncate(path, 0)),
        ("readlink", fs::readlink(path).map(drop)),
        ("readlinkat", fs::readlinkat(CWD, path).map(drop)),
        (
            "readlink_into",
            fs::readlink_into(path, &mut room).map(drop),
        ),
        (
            "readlinkat_into",
            fs::readlinkat_into(CWD, path, &mut room).map(drop),
        ),
        ("stat", fs::stat(path).map(drop)),
        ("lstat", fs::lstat(path).map(drop)),
        ("fstatat", fs::fstatat(CWD, path, NONE).map(drop)),
        (
            "statx",
            fs::statx(CWD, path, NONE, StatxMask::SIZE).map(drop),
        ),
        ("statfs", fs::statfs(path).map(drop)),
        (
            "utimens",
            fs::utimens(
                path,
                &[sysline::time::Timespec {
                    tv_sec: 0,
                    tv_nsec: 0,
                }; 2],
            ),
        ),
        ("chdir", fs::chdir(path)),
        ("chroot", fs::chroot(path)),
        (
            "name_to_handle_at",
            fs::name_to_handle_at(CWD, path, HandleFlags::empty()).map(drop),
        ),
    ]
}

#[test]
fn a_nul_in_a_path_is_einval_and_no_call_is_made() {
    // What stands before the NUL is there, or could be made; short paths are copied elsewhere than long ones.
    let folder = folder("nul");
    write(&folder, "file", "stays");
    for name in ["file\0", "file\0more", "new\0"] {
        for path in [
            folder.join(name).as_os_str().as_bytes().to_vec(),
            long_way(&folder, &name.replace('\0', "?"), 1000)
                .into_bytes()
                .into_iter()
                .map(|byte| if byte == b'?' { 0 } else { byte })
                .collect(),
        ] {
            for (call, result) in all_that_take_a_path(&path) {
                assert_eq!(result, Err(Errno::EINVAL), "{call}");
            }
        }
    }
    // The second of two.
    for path in [&b"new\0"[..], b"\0"] {
        let (file, nul) = (folder.join("file"), Err(Errno::EINVAL));
        let dir = File::open(&*folder).unwrap();
        assert_eq!(fs::link(&file, path), nul);
        assert_eq!(fs::linkat(CWD, &file, dir.as_fd(), path, NONE), nul);
        assert_eq!(fs::symlink(path, folder.join("new")), nul);
        assert_eq!(fs::symlinkat("file", dir.as_fd(), path), nul);
        assert_eq!(fs::rename(&file, path), nul);
        assert_eq!(fs::renameat(CWD, &file, dir.as_fd(), path), nul);
        let renamed = fs::renameat2(CWD, &file, dir.as_fd(), path, RenameFlags::empty());
        assert_eq!(renamed, nul);
    }
    assert_eq!(names(&folder), ["file"]);
    assert_eq!(read(folder.join("file")), "stays");
    assert_ne!(std::env::current_dir().unwrap(), *folder);
}

#[test]
fn an_empty_path_is_enoent() {
    for (call, result) in all_that_take_a_path(b"") {
        if result == Err(Errno::ENOSYS)
            && ["openat2", "faccessat2", "fchmodat2"].contains(&call)
            && emulator::skipped(call)
        {
            continue;
        }
        assert_eq!(result, Err(Errno::ENOENT), "{call}");
    }
}

#[test]
fn links_in_a_ring_are_eloop() {
    let folder = folder("ring");
    symlink("two", folder.join("one")).unwrap();
    symlink("one", folder.join("two")).unwrap();
    let one = folder.join("one");
    assert_eq!(error(fs::open(&one, READ, NO_MODE)), Errno::ELOOP);
    assert_eq!(error(fs::openat(CWD, &one, READ, NO_MODE)), Errno::ELOOP);
    assert_eq!(fs::chdir(&one), Err(Errno::ELOOP));
    assert_eq!(fs::chmod(&one, Mode::OWNER_ALL), Err(Errno::ELOOP));
    assert_eq!(
        fs::mkdir(one.join("in"), Mode::OWNER_ALL),
        Err(Errno::ELOOP)
    );
    assert_eq!(fs::access(&one, Access::EXISTS), Err(Errno::ELOOP));
    assert_eq!(fs::truncate(&one, 0), Err(Errno::ELOOP));
    // These are about the link.
    assert_eq!(fs::readlink(&one).unwrap().as_bytes(), b"two");
    assert_eq!(fs::unlink(&one), Ok(()));
    assert_eq!(names(&folder), ["two"]);
}

#[test]
fn open_and_creat_open_what_they_are_told() {
    let folder = folder("open");
    write(&folder, "name", "says");
    let path = folder.join("name");
    assert_eq!(fs::open(&path, READ, NO_MODE).map(read_fd).unwrap(), "says");
    let flags = OFlags::WRONLY | OFlags::APPEND | OFlags::CLOEXEC;
    let mut more = File::from(fs::open(&path, flags, NO_MODE).unwrap());
    more.write_all(b" more").unwrap();
    assert_eq!(read(&path), "says more");
    let made = folder.join("made");
    assert_eq!(error(fs::open(&made, READ, NO_MODE)), Errno::ENOENT);

    let mut new = File::from(fs::creat(&path, Mode::from_octal(0o600)).unwrap());
    assert_eq!(read(&path), "", "it was emptied");
    new.write_all(b"new").unwrap();
    assert!(new.read(&mut [0]).is_err(), "for writing only");
    assert_eq!(read(&path), "new");
    fs::creat(&made, Mode::from_octal(0o600)).unwrap();
    assert_eq!(std::fs::metadata(&made).unwrap().mode(), 0o100_600);
    assert_eq!(error(fs::creat(&*folder, NO_MODE)), Errno::EISDIR);
}

/// The room where paths of `openat2` start, in which: `in/file`, `out` a link to a file beside it, `up` one to `..`, `link`
/// one to `in/file`, `top` one to `/in/file`.
fn kept(name: &str) -> (Folder, OwnedFd) {
    let folder = folder(name);
    let kept = folder.join("kept");
    std::fs::create_dir_all(kept.join("in")).unwrap();
    write(&kept, "in/file", "inside");
    write(&folder, "file", "outside");
    for (target, link) in [
        ("../file", "out"),
        ("..", "up"),
        ("in/file", "link"),
        ("/in/file", "top"),
    ] {
        symlink(target, kept.join(link)).unwrap();
    }
    let fd = fs::open(&kept, PLACE, NO_MODE).unwrap();
    (folder, fd)
}

/// What `openat2` opens, by a rule.
fn follow(fd: BorrowedFd<'_>, path: &str, rule: ResolveFlags) -> Result<String> {
    fs::openat2(fd, path, &OpenHow::new(READ).resolve(rule)).map(read_fd)
}

/// Whether there is such a call: an emulator may lack it.
fn has_openat2() -> bool {
    let root = fs::openat2(CWD, "/", &OpenHow::new(READ)).map(drop);
    !(root == Err(Errno::ENOSYS) && emulator::skipped("no openat2"))
}

#[test]
fn openat2_stays_beneath_where_it_starts() {
    if !has_openat2() {
        return;
    }
    let (_folder, kept) = kept("beneath");
    let kept = kept.as_fd();
    for (path, free, beneath, in_root) in [
        ("in/file", Ok("inside"), Ok("inside"), Ok("inside")),
        ("in/../in/file", Ok("inside"), Ok("inside"), Ok("inside")),
        ("link", Ok("inside"), Ok("inside"), Ok("inside")),
        (
            "../file",
            Ok("outside"),
            Err(Errno::EXDEV),
            Err(Errno::ENOENT),
        ),
        (
            "in/../../file",
            Ok("outside"),
            Err(Errno::EXDEV),
            Err(Errno::ENOENT),
        ),
        ("out", Ok("outside"), Err(Errno::EXDEV), Err(Errno::ENOENT)),
        (
            "up/file",
            Ok("outside"),
            Err(Errno::EXDEV),
            Err(Errno::ENOENT),
        ),
        (
            "up/in/file",
            Err(Errno::ENOENT),
            Err(Errno::EXDEV),
            Ok("inside"),
        ),
        (
            "../../../in/file",
            Err(Errno::ENOENT),
            Err(Errno::EXDEV),
            Ok("inside"),
        ),
        (
            "/in/file",
            Err(Errno::ENOENT),
            Err(Errno::EXDEV),
            Ok("inside"),
        ),
        ("top", Err(Errno::ENOENT), Err(Errno::EXDEV), Ok("inside")),
    ] {
        let says = |expected: Result<&str>| expected.map(String::from);
        assert_eq!(
            follow(kept, path, ResolveFlags::empty()),
            says(free),
            "{path}"
        );
        assert_eq!(
            follow(kept, path, ResolveFlags::BENEATH),
            says(beneath),
            "{path}"
        );
        assert_eq!(
            follow(kept, path, ResolveFlags::IN_ROOT),
            says(in_root),
            "{path}"
        );
    }
    let both = ResolveFlags::BENEATH | ResolveFlags::IN_ROOT;
    assert_eq!(follow(kept, "in/file", both), Err(Errno::EINVAL));
}

#[test]
fn openat2_follows_no_link_and_crosses_no_mount() {
    if !has_openat2() {
        return;
    }
    let (folder, kept) = kept("no-links");
    let kept = kept.as_fd();
    let no_links = |path| follow(kept, path, ResolveFlags::NO_SYMLINKS);
    assert_eq!(no_links("in/file"), Ok("inside".to_string()));
    assert_eq!(no_links("link"), Err(Errno::ELOOP));
    assert_eq!(no_links("up/file"), Err(Errno::ELOOP), "not the last step");

    let file = File::open(folder.join("file")).unwrap();
    let magic = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file));
    let free = follow(CWD, &magic, ResolveFlags::empty());
    assert_eq!(free, Ok("outside".to_string()));
    let refused = follow(CWD, &magic, ResolveFlags::NO_MAGICLINKS);
    assert_eq!(refused, Err(Errno::ELOOP));
    let ordinary = follow(kept, "link", ResolveFlags::NO_MAGICLINKS);
    assert_eq!(ordinary, Ok("inside".to_string()));

    // By this name: an emulator takes the target's own folder for "/".
    let root = fs::open("/proc/..", PLACE, NO_MODE).unwrap();
    let crossed = follow(root.as_fd(), "proc/version", ResolveFlags::NO_XDEV);
    assert_eq!(crossed, Err(Errno::EXDEV));
    assert!(follow(root.as_fd(), "proc/version", ResolveFlags::empty()).is_ok());

    match follow(kept, "in/file", ResolveFlags::CACHED) {
        Err(Errno::EAGAIN) => {}
        says => assert_eq!(says, Ok("inside".to_string())),
    }
}

#[test]
fn openat2_refuses_what_it_does_not_know() {
    if !has_openat2() {
        return;
    }
    let folder = folder("how");
    let open = |name: &str, how| fs::openat2(CWD, folder.join(name), &how);
    let bad = OpenHow::new(READ | OFlags::from_bits_retain(1 << 30));
    let refused = error(open("file", bad));
    if !(refused == Errno::ENOENT && emulator::skipped("it drops flags that it does not know")) {
        assert_eq!(refused, Errno::EINVAL);
    }
    let bad = OpenHow::new(READ).resolve(ResolveFlags::from_bits_retain(1 << 30));
    assert_eq!(error(open("file", bad)), Errno::EINVAL);
    let bad = OpenHow::new(READ).mode(Mode::OWNER_ALL);
    assert_eq!(error(open("file", bad)), Errno::EINVAL, "it makes no file");

    let make = OFlags::RDWR | OFlags::CREATE | OFlags::EXCL | OFlags::CLOEXEC;
    let how = OpenHow::new(make).mode(Mode::OWNER_READ);
    open("file", how).unwrap();
    let metadata = std::fs::metadata(folder.join("file")).unwrap();
    assert_eq!(metadata.mode(), 0o100_400);
    assert_eq!(error(open("file", how)), Errno::EEXIST);
    // A flag that goes with a place must not be in the way.
    assert!(open("file", OpenHow::new(PLACE)).is_ok());
    // More than 31 bits of size.
    let far = File::create(folder.join("far")).unwrap();
    far.set_len(5 << 30).unwrap();
    assert!(open("far", OpenHow::new(READ)).is_ok());
}

#[test]
fn link_and_linkat_give_a_second_name() {
    let folder = folder("link");
    write(&folder, "one", "says");
    symlink("one", folder.join("sym")).unwrap();
    let dir = File::open(&*folder).unwrap();
    let dir = dir.as_fd();
    let ino = |name: &str| std::fs::symlink_metadata(folder.join(name)).unwrap().ino();
    assert_eq!(fs::link(folder.join("one"), folder.join("two")), Ok(()));
    assert_eq!(ino("two"), ino("one"));
    assert_eq!(fs::linkat(dir, "one", dir, "three", NONE), Ok(()));
    assert_eq!(std::fs::metadata(folder.join("three")).unwrap().nlink(), 3);
    assert_eq!(fs::linkat(dir, "sym", dir, "itself", NONE), Ok(()));
    assert_eq!(ino("itself"), ino("sym"));
    let followed = fs::linkat(dir, "sym", dir, "followed", AtFlags::SYMLINK_FOLLOW);
    assert_eq!(followed, Ok(()));
    assert_eq!(ino("followed"), ino("one"));
    assert_eq!(fs::linkat(dir, "one", dir, "two", NONE), Err(Errno::EEXIST));
    assert_eq!(
        fs::link(folder.join("none"), folder.join("any")),
        Err(Errno::ENOENT)
    );
    assert_eq!(fs::link(&*folder, folder.join("any")), Err(Errno::EPERM));
    // From one folder to another.
    std::fs::create_dir(folder.join("in")).unwrap();
    let inner = File::open(folder.join("in")).unwrap();
    assert_eq!(fs::linkat(dir, "one", inner.as_fd(), "four", NONE), Ok(()));
    assert_eq!(ino("in/four"), ino("one"));
    if is_root() {
        let one = File::open(folder.join("one")).unwrap();
        let by_fd = fs::linkat(one.as_fd(), "", dir, "by-fd", AtFlags::EMPTY_PATH);
        assert_eq!((by_fd, ino("by-fd")), (Ok(()), ino("one")));
    }
}

#[test]
fn symlink_and_symlinkat_lead_where_they_are_told() {
    let folder = folder("symlink");
    let dir = File::open(&*folder).unwrap();
    assert_eq!(fs::symlink("no/where", folder.join("one")), Ok(()));
    assert_eq!(fs::symlinkat("one", dir.as_fd(), "two"), Ok(()));
    let leads = |name: &str| std::fs::read_link(folder.join(name)).unwrap();
    assert_eq!(leads("one"), Path::new("no/where"));
    assert_eq!(leads("two"), Path::new("one"));
    assert_eq!(fs::symlinkat("x", dir.as_fd(), "one"), Err(Errno::EEXIST));
    assert_eq!(fs::symlink("x", folder.join("none/x")), Err(Errno::ENOENT));
}

#[test]
fn folders_are_made_and_taken_away() {
    let folder = folder("mkdir");
    let dir = File::open(&*folder).unwrap();
    let dir = dir.as_fd();
    assert_eq!(
        fs::mkdir(folder.join("one"), Mode::from_octal(0o700)),
        Ok(())
    );
    let sticky = Mode::STICKY | Mode::OWNER_ALL;
    assert_eq!(fs::mkdirat(dir, "two", sticky), Ok(()));
    let mode = |name: &str| std::fs::metadata(folder.join(name)).unwrap().mode();
    assert_eq!((mode("one"), mode("two")), (0o040_700, 0o041_700));
    assert_eq!(fs::mkdirat(dir, "one", Mode::OWNER_ALL), Err(Errno::EEXIST));
    write(&folder, "one/file", "");

    // A folder is no file, a file is no folder, and one that is not empty stays.
    let one = folder.join("one");
    assert_eq!(fs::rmdir(&one), Err(Errno::ENOTEMPTY));
    assert_eq!(
        fs::unlinkat(dir, "one", AtFlags::REMOVEDIR),
        Err(Errno::ENOTEMPTY)
    );
    assert_eq!(fs::unlink(&one), Err(Errno::EISDIR));
    assert_eq!(fs::unlinkat(dir, "one", NONE), Err(Errno::EISDIR));
    assert_eq!(fs::rmdir(one.join("file")), Err(Errno::ENOTDIR));
    let file = fs::unlinkat(dir, "one/file", AtFlags::REMOVEDIR);
    assert_eq!(file, Err(Errno::ENOTDIR));
    assert_eq!(names(&one), ["file"]);

    assert_eq!(fs::unlinkat(dir, "one/file", NONE), Ok(()));
    assert_eq!(fs::rmdir(&one), Ok(()));
    assert_eq!(fs::unlinkat(dir, "two", AtFlags::REMOVEDIR), Ok(()));
    assert!(names(&folder).is_empty());
    assert_eq!(fs::rmdir(&one), Err(Errno::ENOENT));
    assert_eq!(fs::unlink(&one), Err(Errno::ENOENT));
    let bad = AtFlags::from_bits_retain(0x4000_0000);
    assert_eq!(fs::unlinkat(dir, "one", bad), Err(Errno::EINVAL));
    write(&folder, "file", "");
    assert_eq!(fs::unlink(folder.join("file")), Ok(()));
    assert!(names(&folder).is_empty());
}

#[test]
fn renames_replace_refuse_and_exchange() {
    let folder = folder("rename");
    let dir = File::open(&*folder).unwrap();
    let dir = dir.as_fd();
    let at = |name: &str| folder.join(name);
    write(&folder, "one", "1");
    write(&folder, "two", "2");
    assert_eq!(fs::rename(at("one"), at("two")), Ok(()));
    assert_eq!(
        (names(&folder), read(at("two"))),
        (vec!["two".to_string()], "1".to_string())
    );
    std::fs::create_dir(at("in")).unwrap();
    let inner = File::open(at("in")).unwrap();
    assert_eq!(fs::renameat(dir, "two", inner.as_fd(), "three"), Ok(()));
    assert_eq!(read(at("in/three")), "1");
    assert_eq!(fs::rename(at("two"), at("three")), Err(Errno::ENOENT));
    assert_eq!(fs::rename(at("in"), at("in/in")), Err(Errno::EINVAL));

    write(&folder, "four", "4");
    let rename = |old, new, flags| fs::renameat2(dir, old, dir, new, flags);
    let refused = rename("four", "in/three", RenameFlags::NOREPLACE);
    assert_eq!(refused, Err(Errno::EEXIST));
    assert_eq!(
        (read(at("four")), read(at("in/three"))),
        ("4".into(), "1".into())
    );
    assert_eq!(rename("four", "five", RenameFlags::NOREPLACE), Ok(()));
    assert_eq!(names(&folder), ["five", "in"]);
    let exchanged = rename("five", "in/three", RenameFlags::EXCHANGE);
    assert_eq!(exchanged, Ok(()));
    assert_eq!(
        (read(at("five")), read(at("in/three"))),
        ("1".into(), "4".into())
    );
    let none = rename("five", "none", RenameFlags::EXCHANGE);
    assert_eq!(none, Err(Errno::ENOENT));
    let both = RenameFlags::EXCHANGE | RenameFlags::NOREPLACE;
    assert_eq!(rename("five", "six", both), Err(Errno::EINVAL));
    let moved = fs::renameat2(inner.as_fd(), "three", dir, "six", RenameFlags::NOREPLACE);
    assert_eq!((moved, read(at("six"))), (Ok(()), "4".into()));
    assert_eq!(rename("five", "six", RenameFlags::empty()), Ok(()));
    assert_eq!(names(&folder), ["in", "six"]);
    assert_eq!(read(at("six")), "1");

    match rename("six", "seven", RenameFlags::WHITEOUT) {
        Err(Errno::EINVAL | Errno::EPERM) => {} // not on every file system, not for everybody
        done => {
            assert_eq!(done, Ok(()));
            let left = std::fs::symlink_metadata(at("six")).unwrap();
            assert!(left.file_type().is_char_device());
            assert_eq!(left.rdev(), 0);
        }
    }
}

#[test]
fn mknod_makes_every_kind_of_file() {
    let folder = folder("mknod");
    let dir = File::open(&*folder).unwrap();
    let dir = dir.as_fd();
    let mode = Mode::from_octal(0o600);
    let metadata = |name: &str| std::fs::symlink_metadata(folder.join(name)).unwrap();
    let make = |name: &str, kind| fs::mknod(folder.join(name), kind, mode, Dev::NONE);
    assert_eq!(make("file", FileType::REGULAR), Ok(()));
    assert_eq!(make("socket", FileType::SOCKET), Ok(()));
    assert_eq!(make("fifo", FileType::FIFO), Ok(()));
    assert_eq!(
        fs::mknodat(dir, "at", FileType::FIFO, mode, Dev::NONE),
        Ok(())
    );
    assert_eq!(fs::mkfifo(folder.join("mkfifo"), mode), Ok(()));
    assert_eq!(fs::mkfifoat(dir, "mkfifoat", mode), Ok(()));
    assert_eq!(metadata("file").mode(), 0o100_600);
    assert_eq!(metadata("socket").mode(), 0o140_600);
    for name in ["fifo", "at", "mkfifo", "mkfifoat"] {
        assert_eq!(metadata(name).mode(), 0o010_600, "{name}");
    }
    assert_eq!(make("file", FileType::REGULAR), Err(Errno::EEXIST));
    assert_eq!(fs::mkfifoat(dir, "at", mode), Err(Errno::EEXIST));
    assert_eq!(
        make("none", FileType::from_raw(0o050_000)),
        Err(Errno::EINVAL)
    );
    assert_eq!(make("none", FileType::DIRECTORY), Err(Errno::EPERM));
    // Bits of another type among the permissions don't count.
    let dirty = mode | Mode::from_octal(0o060_000);
    let made = fs::mknodat(dir, "dirty", FileType::REGULAR, dirty, Dev::NONE);
    assert_eq!((made, metadata("dirty").mode()), (Ok(()), 0o100_600));

    if is_root() {
        let null = Dev::new(1, 3).unwrap();
        let made = fs::mknodat(dir, "null", FileType::CHAR_DEVICE, mode, null);
        assert_eq!(made, Ok(()));
        assert_eq!(
            metadata("null").rdev(),
            std::fs::metadata("/dev/null").unwrap().rdev()
        );
        // All twenty bits of the minor number, all twelve of the major one.
        let last = Dev::new(0xfff, 0xf_ffff).unwrap();
        let made = fs::mknod(folder.join("last"), FileType::BLOCK_DEVICE, mode, last);
        // An emulator on a machine of 64 bits extends the sign of 32.
        if !(made == Err(Errno::EINVAL) && emulator::skipped("no device with a sign bit")) {
            assert_eq!(made, Ok(()));
            assert!(metadata("last").file_type().is_block_device());
            assert_eq!(metadata("last").rdev(), 0xffff_ffff);
            let stat = fs::lstat(folder.join("last")).unwrap();
            assert_eq!(
                (stat.rdev(), stat.file_type()),
                (last, FileType::BLOCK_DEVICE)
            );
        }
        let middle = Dev::new(259, 0x1_2345).unwrap();
        fs::mknodat(dir, "middle", FileType::CHAR_DEVICE, mode, middle).unwrap();
        assert_eq!(fs::fstatat(dir, "middle", NONE).unwrap().rdev(), middle);
    }
}

#[test]
fn readlink_reads_targets_of_every_length() {
    let folder = folder("readlink");
    let dir = File::open(&*folder).unwrap();
    // Around the first room and the next ones, and the longest that there is.
    for len in [1, 2, 255, 256, 257, 511, 512, 513, 1024, 4095] {
        let (name, target) = (len.to_string(), "t".repeat(len));
        let path = folder.join(&name);
        symlink(&target, &path).unwrap();
        assert_eq!(fs::readlink(&path).unwrap().to_str(), Ok(&*target), "{len}");
        let at = fs::readlinkat(dir.as_fd(), name.as_str()).unwrap();
        assert_eq!(at.to_str(), Ok(&*target), "{len}");
        let link = fs::open(&path, PLACE | OFlags::NOFOLLOW, NO_MODE).unwrap();
        let by_fd = fs::readlinkat(link.as_fd(), "").unwrap();
        assert_eq!(by_fd.to_str(), Ok(&*target), "{len}");
    }
    write(&folder, "file", "");
    assert_eq!(error(fs::readlink(folder.join("file"))), Errno::EINVAL);
    assert_eq!(error(fs::readlink(folder.join("none"))), Errno::ENOENT);
}

#[test]
fn readlink_into_cuts_what_has_no_room_and_wants_some() {
    let folder = folder("readlink-into");
    let dir = File::open(&*folder).unwrap();
    let path = folder.join("link");
    symlink("target", &path).unwrap();
    let mut room = [b'-'; 8];
    assert_eq!(fs::readlink_into(&path, &mut room), Ok(6));
    assert_eq!(&room, b"target--", "without a NUL");
    let mut room = [b'-'; 8];
    assert_eq!(
        fs::readlinkat_into(dir.as_fd(), "link", &mut room[..3]),
        Ok(3)
    );
    assert_eq!(&room, b"tar-----");
    assert_eq!(fs::readlink_into(&path, &mut []), Err(Errno::EINVAL));
    let none = fs::readlinkat_into(dir.as_fd(), "link", &mut []);
    assert_eq!(none, Err(Errno::EINVAL));
}

/// The kernel takes the room's size for an `int`: of 4 GiB and 3 it sees 3.
#[cfg(target_pointer_width = "64")]
#[test]
fn readlink_into_sees_more_room_than_an_int() {
    use sysline::mm::{MapFlags, Prot, mmap, munmap};
    let folder = folder("readlink-room");
    let dir = File::open(&*folder).unwrap();
    let path = folder.join("link");
    symlink("target", &path).unwrap();
    let len = (4 << 30) + 3;
    let flags = MapFlags::PRIVATE | MapFlags::ANONYMOUS | MapFlags::NORESERVE;
    let none = std::ptr::null_mut();
    // SAFETY: the mapping is a new one, of zeros, and nobody else's.
    let at = unsafe { mmap(none, len, Prot::READ | Prot::WRITE, flags, None, 0) }.unwrap();
    // SAFETY: as above.
    let room = unsafe { std::slice::from_raw_parts_mut(at.cast::<u8>(), len) };
    for len in [1 << 31, 1 << 32, len] {
        room[..8].fill(b'-');
        assert_eq!(fs::readlink_into(&path, &mut room[..len]), Ok(6), "{len}");
        assert_eq!(&room[..8], b"target--");
        room[..8].fill(b'-');
        let read = fs::readlinkat_into(dir.as_fd(), "link", &mut room[..len]);
        assert_eq!(read, Ok(6), "{len}");
        assert_eq!(&room[..8], b"target--");
    }
    // SAFETY: the room is not used any more.
    unsafe { munmap(at, len) }.unwrap();
}

#[test]
fn the_current_folder_is_where_chdir_and_fchdir_went() {
    let folder = folder("chdir");
    let folder = folder.canonicalize().unwrap();
    write(&folder, "file", "");
    std::fs::create_dir(folder.join("in")).unwrap();
    in_child(|| {
        assert_eq!(fs::chdir(&folder), Ok(()));
        assert_eq!(std::env::current_dir().unwrap(), folder);
        assert_eq!(
            fs::getcwd().unwrap().as_bytes(),
            folder.as_os_str().as_bytes()
        );
        let inner = File::open("in").unwrap();
        assert_eq!(fs::fchdir(inner.as_fd()), Ok(()));
        assert_eq!(std::env::current_dir().unwrap(), folder.join("in"));
        assert_eq!(fs::chdir(".."), Ok(()));

        let len = folder.as_os_str().len();
        let mut room = vec![b'-'; len + 2];
        let said = fs::getcwd_into(&mut room).unwrap();
        assert_eq!(said.to_bytes(), folder.as_os_str().as_bytes());
        assert_eq!(room[len..], *b"\0-");
        // Room for all, for all but the NUL, for nothing.
        assert!(fs::getcwd_into(&mut room[..len + 1]).is_ok());
        assert_eq!(error(fs::getcwd_into(&mut room[..len])), Errno::ERANGE);
        assert_eq!(error(fs::getcwd_into(&mut [])), Errno::ERANGE);

        assert_eq!(fs::chdir("file"), Err(Errno::ENOTDIR));
        assert_eq!(fs::chdir("none"), Err(Errno::ENOENT));
        let file = File::open("file").unwrap();
        assert_eq!(fs::fchdir(file.as_fd()), Err(Errno::ENOTDIR));
        assert_eq!(std::env::current_dir().unwrap(), folder);

        // One that was taken away.
        fs::mkdir("gone", Mode::OWNER_ALL).unwrap();
        fs::chdir("gone").unwrap();
        std::fs::remove_dir(folder.join("gone")).unwrap();
        assert_eq!(error(fs::getcwd()), Errno::ENOENT);
        assert_eq!(error(fs::getcwd_into(&mut [0; 4096])), Errno::ENOENT);
    });
}

#[test]
fn getcwd_grows_with_the_path_up_to_the_kernel_s_limit() {
    let folder = folder("deep");
    let start = folder.canonicalize().unwrap();
    in_child(|| {
        fs::chdir(&start).unwrap();
        let mut expected = start.as_os_str().as_bytes().to_vec();
        let name = "n".repeat(99);
        // Each step is 100 bytes: 256, 512, 1024 and 2048 are passed on the way.
        loop {
            fs::mkdir(name.as_str(), Mode::OWNER_ALL).unwrap();
            fs::chdir(name.as_str()).unwrap();
            expected.push(b'/');
            expected.extend(name.as_bytes());
            if expected.len() >= 4096 {
                break;
            }
            assert_eq!(fs::getcwd().unwrap().as_bytes(), expected);
        }
        assert_eq!(error(fs::getcwd()), Errno::ENAMETOOLONG);
    });
}

#[test]
fn chroot_is_where_paths_start_and_getcwd_says_unreachable() {
    if !is_root() {
        return;
    }
    let folder = folder("chroot");
    write(&folder, "file", "here");
    std::fs::create_dir(folder.join("in")).unwrap();
    let old = folder.parent().unwrap().canonicalize().unwrap();
    in_child(|| {
        fs::chdir(&old).unwrap();
        assert_eq!(fs::chroot(folder.join("file")), Err(Errno::ENOTDIR));
        assert_eq!(fs::chroot(folder.join("none")), Err(Errno::ENOENT));
        assert_eq!(fs::chroot(&*folder), Ok(()));
        assert_eq!(read("/file"), "here");
        assert!(fs::stat("/in/../../file").is_ok(), "it is its own parent");
        // Where the process is can't be reached from the new root.
        let cwd = fs::getcwd().unwrap();
        assert!(cwd.as_bytes().starts_with(b"(unreachable)"), "{cwd:?}");
        fs::chdir("/in").unwrap();
        assert_eq!(fs::getcwd().unwrap().as_c_str(), c"/in");
        let mut room = [0; 4];
        assert_eq!(fs::getcwd_into(&mut room), Ok(c"/in"));
    });
    assert!(folder.join("file").exists(), "only in the child");
}

/// The handle of a file, or why there is none here.
fn handle(path: &Path, flags: HandleFlags) -> Option<(FileHandle, u64)> {
    match fs::name_to_handle_at(CWD, path, flags) {
        Err(Errno::EOPNOTSUPP) => {
            println!("skipped: the file system has no handles");
            None
        }
        Err(Errno::ENOSYS) if emulator::skipped("no name_to_handle_at") => None,
        handle => Some(handle.unwrap()),
    }
}

#[test]
fn a_file_is_opened_by_its_handle() {
    let folder = folder("handle");
    let (path, link) = (folder.join("file"), folder.join("link"));
    write(&folder, "file", "says");
    write(&folder, "other", "else");
    symlink("file", &link).unwrap();
    let none = HandleFlags::empty();
    let Some((one, mount)) = handle(&path, none) else {
        return;
    };
    assert_eq!(handle(&path, none).unwrap(), (one, mount), "again the same");
    assert_ne!(handle(&folder.join("other"), none).unwrap().0, one);
    assert_ne!(handle(&link, none).unwrap().0, one, "the link itself");
    assert_eq!(handle(&link, HandleFlags::SYMLINK_FOLLOW).unwrap().0, one);
    let file = File::open(&path).unwrap();
    let by_fd = fs::name_to_handle_at(file.as_fd(), "", HandleFlags::EMPTY_PATH);
    assert_eq!(by_fd, Ok((one, mount)));
    // The mount is the one that the kernel's list says.
    let list = read("/proc/self/mountinfo");
    assert!(
        list.lines()
            .any(|line| line.starts_with(&format!("{mount} "))),
        "{mount}: {list}"
    );

    let stored = FileHandle::new(one.kind(), one.bytes()).unwrap();
    assert_eq!(stored, one);
    if is_root() {
        let dir = File::open(&*folder).unwrap();
        let open = |handle| fs::open_by_handle_at(dir.as_fd(), handle, READ);
        assert_eq!(open(&stored).map(read_fd).unwrap(), "says");
        std::fs::rename(&path, folder.join("renamed")).unwrap();
        assert_eq!(open(&stored).map(read_fd).unwrap(), "says", "by no name");
        drop(file);
        std::fs::remove_file(folder.join("renamed")).unwrap();
        assert_eq!(error(open(&stored)), Errno::ESTALE);
        let bad = FileHandle::new(0, &[]).unwrap();
        assert!([Errno::ESTALE, Errno::EINVAL].contains(&error(open(&bad))));
    }
    let none = fs::name_to_handle_at(CWD, folder.join("none"), none);
    assert_eq!(error(none), Errno::ENOENT);
}

#[test]
fn a_handle_has_room_for_128_bytes() {
    let bytes: Vec<u8> = (0..=128).collect();
    assert_eq!(FileHandle::new(1, &bytes), None);
    let full = FileHandle::new(1, &bytes[..128]).unwrap();
    assert_eq!((full.kind(), full.bytes()), (1, &bytes[..128]));
    assert_ne!(full, FileHandle::new(2, &bytes[..128]).unwrap());
    assert_ne!(full, FileHandle::new(1, &bytes[..127]).unwrap());
    assert_eq!(FileHandle::new(3, &[]).unwrap().bytes(), b"");
}

#[test]
fn a_mount_s_unique_number_is_the_one_of_statx() {
    let folder = folder("mount-id");
    let unique = fs::name_to_handle_at(CWD, &*folder, HandleFlags::MNT_ID_UNIQUE);
    let Ok((_, unique)) = unique else {
        // Before Linux 6.12, or where there are no handles.
        let expected = [Errno::EINVAL, Errno::EOPNOTSUPP, Errno::ENOSYS];
        assert!(expected.contains(&error(unique)));
        return;
    };
    let statx = fs::statx(CWD, &*folder, NONE, StatxMask::MNT_ID_UNIQUE).unwrap();
    if statx.stx_mnt_id == 0 && emulator::skipped("no mounts in statx") {
        return;
    }
    assert_eq!(unique, statx.stx_mnt_id);
    assert!(unique > 1 << 31, "they start there (fs/namespace.c)");
}

/// How many descriptors this process has.
fn descriptors() -> usize {
    std::fs::read_dir("/proc/self/fd").unwrap().count()
}

#[test]
fn no_descriptor_is_left_open() {
    let folder = folder("leak");
    write(&folder, "file", "");
    in_child(|| {
        let path = folder.join("file");
        let path = CString::new(path.as_os_str().as_bytes()).unwrap();
        let all = |path: &CStr| {
            let dir = File::open(&*folder).unwrap();
            let handle = fs::name_to_handle_at(CWD, path, HandleFlags::empty());
            drop(fs::open(path, READ, NO_MODE));
            drop(fs::openat(CWD, path, READ, NO_MODE));
            drop(fs::openat2(CWD, path, &OpenHow::new(READ)));
            drop(fs::creat(path, Mode::OWNER_ALL));
            if let Ok((handle, _)) = handle {
                drop(fs::open_by_handle_at(dir.as_fd(), &handle, READ));
            }
            let bad = FileHandle::new(77, &[1; 128]).unwrap();
            drop(fs::open_by_handle_at(dir.as_fd(), &bad, READ));
        };
        let before = descriptors();
        all(&path);
        all(c"");
        all(c"/no/such/file");
        all(c"/proc/self/fd/12345/x");
        assert_eq!(descriptors(), before);
        let one = fs::open(path.as_c_str(), READ, NO_MODE).unwrap();
        assert_eq!(descriptors(), before + 1, "it counts");
        drop(one);
    });
}
