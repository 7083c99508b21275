//! Extended attributes against what the C library's functions see, and bytes that are no list of names.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/xattr_names.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use std::collections::BTreeSet;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fs::File;
use std::os::fd::AsFd;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use emulator::skipped;
use proptest::prelude::*;
use sysline::Errno;
use sysline::fs::{self, AtFlags, CWD, Mode, OFlags, XattrFlags, xattr_names};

// SAFETY: the signatures are those of `sys/xattr.h`.
unsafe extern "C" {
    #[link_name = "lgetxattr"]
    fn lgetxattr_of_c(
        path: *const c_char,
        name: *const c_char,
        value: *mut c_void,
        size: usize,
    ) -> isize;
    #[link_name = "lsetxattr"]
    fn lsetxattr_of_c(
        path: *const c_char,
        name: *const c_char,
        value: *const c_void,
        size: usize,
        flags: c_int,
    ) -> c_int;
}

const ANY: XattrFlags = XattrFlags::empty();

fn c_string(path: &Path) -> CString {
    CString::new(path.as_os_str().as_bytes()).unwrap()
}

/// The value by the C library.
fn by_c(path: &Path, name: &CStr) -> Option<Vec<u8>> {
    let path = c_string(path);
    let mut value = vec![0; 65_536];
    // SAFETY: both strings end in a NUL, and the buffer has its size.
    let len = unsafe {
        let at = value.as_mut_ptr().cast();
        lgetxattr_of_c(path.as_ptr(), name.as_ptr(), at, value.len())
    };
    value.truncate(usize::try_from(len).ok()?);
    Some(value)
}

/// Sets a value by the C library; says whether that is possible.
fn set_by_c(path: &Path, name: &CStr, value: &[u8]) -> std::io::Result<()> {
    let path = c_string(path);
    // SAFETY: both strings end in a NUL, and the value has its size.
    let set = unsafe {
        let at = value.as_ptr().cast();
        lsetxattr_of_c(path.as_ptr(), name.as_ptr(), at, value.len(), 0)
    };
    if set == 0 {
        Ok(())
    } else {
        Err(std::io::Error::last_os_error())
    }
}

/// A folder with a file and a link to it.
struct Files {
    folder: temporary::Folder,
    file: PathBuf,
    link: PathBuf,
}

impl Files {
    /// `None` where the file system of temporary files has no attributes of users.
    fn new(name: &str) -> Option<Files> {
        let folder = temporary::folder(&format!("xattr-{name}"));
        let (file, link) = (folder.join("file"), folder.join("link"));
        File::create(&file).unwrap();
        std::os::unix::fs::symlink("file", &link).unwrap();
        if let Err(error) = set_by_c(&folder, c"user.probe", b"") {
            println!("skipped: {}: {error}", folder.display());
            return None;
        }
        Some(Files { folder, file, link })
    }
}

fn names(list: &[u8]) -> BTreeSet<&CStr> {
    xattr_names(list).map(Result::unwrap).collect()
}

#[test]
fn a_path_s_attributes_are_those_of_its_file() {
    let Some(files) = Files::new("path") else {
        return;
    };
    // Through the link: it is followed.
    fs::setxattr(&files.link, "user.ours", b"\0value\xff", ANY).unwrap();
    assert_eq!(by_c(&files.file, c"user.ours").unwrap(), b"\0value\xff");
    set_by_c(&files.file, c"user.theirs", b"another").unwrap();
    let mut buffer = [b'-'; 10];
    let len = fs::getxattr_into(&files.link, "user.theirs", &mut buffer);
    assert_eq!((len, &buffer), (Ok(7), b"another---"));
    assert_eq!(
        fs::getxattr(&files.link, c"user.theirs").unwrap(),
        b"another"
    );

    let expected = BTreeSet::from([c"user.ours", c"user.theirs"]);
    let mut buffer = [0; 1000];
    let len = fs::listxattr_into(&files.link, &mut buffer).unwrap();
    assert!(names(&buffer[..len]).is_superset(&expected));
    assert!(names(&fs::listxattr(&files.link).unwrap()).is_superset(&expected));

    fs::removexattr(&files.link, "user.ours").unwrap();
    assert_eq!(by_c(&files.file, c"user.ours"), None);
    let gone = fs::removexattr(&files.link, "user.ours");
    assert_eq!(gone, Err(Errno::ENODATA));
    let gone = fs::getxattr(&files.link, "user.ours");
    assert_eq!(gone, Err(Errno::ENODATA));
}

#[test]
fn a_descriptor_s_attributes_are_those_of_its_file() {
    let Some(files) = Files::new("fd") else {
        return;
    };
    let open = File::open(&files.file).unwrap();
    fs::fsetxattr(open.as_fd(), "user.ours", b"value", ANY).unwrap();
    assert_eq!(by_c(&files.file, c"user.ours").unwrap(), b"value");
    set_by_c(&files.file, c"user.theirs", b"another").unwrap();
    let mut buffer = [b'-'; 10];
    let len = fs::fgetxattr_into(open.as_fd(), "user.theirs", &mut buffer);
    assert_eq!((len, &buffer), (Ok(7), b"another---"));
    let grown = fs::fgetxattr(open.as_fd(), "user.theirs");
    assert_eq!(grown.unwrap(), b"another");

    let expected = BTreeSet::from([c"user.ours", c"user.theirs"]);
    let mut buffer = [0; 1000];
    let len = fs::flistxattr_into(open.as_fd(), &mut buffer).unwrap();
    assert!(names(&buffer[..len]).is_superset(&expected));
    let grown = fs::flistxattr(open.as_fd()).unwrap();
    assert!(names(&grown).is_superset(&expected));

    fs::fremovexattr(open.as_fd(), "user.ours").unwrap();
    assert_eq!(by_c(&files.file, c"user.ours"), None);
    let gone = fs::fremovexattr(open.as_fd(), "user.ours");
    assert_eq!(gone, Err(Errno::ENODATA));
}

#[test]
fn a_link_has_attributes_of_its_own() {
    let Some(files) = Files::new("link") else {
        return;
    };
    set_by_c(&files.file, c"user.file", b"the file's").unwrap();
    let own = fs::lgetxattr(&files.link, "user.file");
    assert_eq!(own, Err(Errno::ENODATA));
    // xattr(7): a link can have no attributes of users.
    let refused = fs::lsetxattr(&files.link, "user.link", b"x", ANY);
    assert_eq!(refused, Err(Errno::EPERM));
    if !child::is_root() {
        return;
    }
    match fs::lsetxattr(&files.link, "trusted.link", b"value", ANY) {
        // A superuser of a namespace only, or a file system that has none of them.
        Err(Errno::EPERM | Errno::EOPNOTSUPP) => {
            assert!(set_by_c(&files.link, c"trusted.link", b"value").is_err());
            println!("skipped: no trusted attributes");
            return;
        }
        set => assert_eq!(set, Ok(())),
    }
    assert_eq!(by_c(&files.link, c"trusted.link").unwrap(), b"value");
    assert_eq!(by_c(&files.file, c"trusted.link"), None);
    let mut buffer = [b'-'; 6];
    let len = fs::lgetxattr_into(&files.link, "trusted.link", &mut buffer);
    assert_eq!((len, &buffer), (Ok(5), b"value-"));
    assert_eq!(
        fs::lgetxattr(&files.link, "trusted.link").unwrap(),
        b"value"
    );
    let mut buffer = [0; 1000];
    let len = fs::llistxattr_into(&files.link, &mut buffer).unwrap();
    assert!(names(&buffer[..len]).contains(c"trusted.link"));
    assert!(names(&fs::llistxattr(&files.link).unwrap()).contains(c"trusted.link"));
    assert!(!names(&fs::listxattr(&files.link).unwrap()).contains(c"trusted.link"));
    fs::lremovexattr(&files.link, "trusted.link").unwrap();
    assert_eq!(by_c(&files.link, c"trusted.link"), None);
}

/// The `at` calls, all four of Linux 6.13.
#[test]
fn a_path_starts_at_a_folder() {
    let Some(files) = Files::new("at") else {
        return;
    };
    let folder = File::open(&*files.folder).unwrap();
    let (at, here) = (folder.as_fd(), AtFlags::empty());
    let set = fs::setxattrat(at, "link", here, "user.ours", b"value", ANY);
    if set == Err(Errno::ENOSYS) && skipped("setxattrat") {
        return;
    }
    assert_eq!(set, Ok(()));
    assert_eq!(by_c(&files.file, c"user.ours").unwrap(), b"value");
    let once = fs::setxattrat(at, "link", here, "user.ours", b"", XattrFlags::CREATE);
    assert_eq!(once, Err(Errno::EEXIST));
    let own = AtFlags::SYMLINK_NOFOLLOW;
    let refused = fs::setxattrat(at, "link", own, "user.ours", b"", ANY);
    assert_eq!(refused, Err(Errno::EPERM));

    let mut buffer = [b'-'; 8];
    let len = fs::getxattrat_into(at, "link", here, "user.ours", &mut buffer);
    assert_eq!((len, &buffer), (Ok(5), b"value---"));
    let size = fs::getxattrat_into(at, "link", here, "user.ours", &mut []);
    assert_eq!(size, Ok(5));
    let short = fs::getxattrat_into(at, "link", here, "user.ours", &mut buffer[..4]);
    assert_eq!(short, Err(Errno::ERANGE));
    let grown = fs::getxattrat(at, "link", here, "user.ours");
    assert_eq!(grown.unwrap(), b"value");
    let open = File::open(&files.file).unwrap();
    let empty = fs::getxattrat(open.as_fd(), "", AtFlags::EMPTY_PATH, "user.ours");
    assert_eq!(empty.unwrap(), b"value");
    let absolute = fs::getxattrat(CWD, &files.file, own, "user.ours");
    assert_eq!(absolute.unwrap(), b"value");

    let len = fs::listxattrat_into(at, "link", here, &mut []).unwrap();
    assert_eq!(len, fs::listxattr(&files.file).unwrap().len());
    let grown = fs::listxattrat(at, "link", here).unwrap();
    assert!(names(&grown).contains(c"user.ours"));
    fs::removexattrat(at, "link", here, "user.ours").unwrap();
    assert_eq!(by_c(&files.file, c"user.ours"), None);
    let gone = fs::removexattrat(at, "link", here, "user.ours");
    assert_eq!(gone, Err(Errno::ENODATA));
}

#[test]
fn an_empty_buffer_asks_for_the_size() {
    let Some(files) = Files::new("size") else {
        return;
    };
    let path = &files.file;
    set_by_c(path, c"user.five", b"12345").unwrap();
    assert_eq!(fs::getxattr_into(path, "user.five", &mut []), Ok(5));
    let mut buffer = *b"-----";
    let short = fs::getxattr_into(path, "user.five", &mut buffer[..4]);
    assert_eq!((short, &buffer), (Err(Errno::ERANGE), b"-----"));
    let enough = fs::getxattr_into(path, "user.five", &mut buffer);
    assert_eq!((enough, &buffer), (Ok(5), b"12345"));

    let size = fs::listxattr_into(path, &mut []).unwrap();
    assert!(size >= b"user.five\0".len());
    let short = fs::listxattr_into(path, &mut vec![0; size - 1]);
    assert_eq!(short, Err(Errno::ERANGE));
    assert_eq!(fs::listxattr_into(path, &mut vec![0; size]), Ok(size));
}

#[test]
fn a_value_may_be_empty_or_long() {
    let Some(files) = Files::new("long") else {
        return;
    };
    let path = &files.file;
    fs::setxattr(path, "user.empty", b"", ANY).unwrap();
    assert_eq!(by_c(path, c"user.empty").unwrap(), b"");
    assert_eq!(fs::getxattr(path, "user.empty").unwrap(), b"");
    assert_eq!(fs::getxattr_into(path, "user.empty", &mut [0; 8]), Ok(0));

    let long: Vec<u8> = (0..2000).map(|at| at as u8).collect();
    fs::setxattr(path, "user.long", &long, ANY).unwrap();
    assert_eq!(by_c(path, c"user.long").unwrap(), long);
    assert_eq!(fs::getxattr(path, "user.long").unwrap(), long);
    let too_long = fs::setxattr(path, "user.long", &vec![0; 65_537], ANY);
    assert_eq!(too_long, Err(Errno::E2BIG));
}

#[test]
fn flags_say_whether_there_must_be_one() {
    let Some(files) = Files::new("flags") else {
        return;
    };
    let set = |value: &[u8], flags| fs::setxattr(&files.file, "user.one", value, flags);
    let there = || by_c(&files.file, c"user.one");
    assert_eq!(set(b"0", XattrFlags::REPLACE), Err(Errno::ENODATA));
    assert_eq!(there(), None);
    assert_eq!(set(b"1", XattrFlags::CREATE), Ok(()));
    assert_eq!(set(b"2", XattrFlags::CREATE), Err(Errno::EEXIST));
    assert_eq!(there().unwrap(), b"1");
    assert_eq!(set(b"3", XattrFlags::REPLACE), Ok(()));
    assert_eq!(there().unwrap(), b"3");
    let unknown = XattrFlags::from_bits_retain(1 << 10);
    assert_eq!(set(b"4", unknown), Err(Errno::EINVAL));
}

#[test]
fn errors_are_the_kernel_s() {
    let get = |path: &str, name: &str| fs::getxattr(path, name).map(drop);
    assert_eq!(get("/no/such", "user.name"), Err(Errno::ENOENT));
    assert_eq!(get("/proc/self", "user.na\0me"), Err(Errno::EINVAL));
    assert_eq!(get("/proc/se\0lf", "user.name"), Err(Errno::EINVAL));
    assert_eq!(get("/proc/self", ""), Err(Errno::ERANGE));
    let long = format!("user.{}", "n".repeat(251));
    assert_eq!(get("/proc/self", &long), Err(Errno::ERANGE));
    assert_eq!(get("/proc/self", "no.such.kind"), Err(Errno::EOPNOTSUPP));
    let size = fs::getxattr_into("/proc/self", &long, &mut []);
    assert_eq!(size, Err(Errno::ERANGE));
    // What is open as a place only has no attributes to give.
    let place = fs::open("/proc/self", OFlags::PATH, Mode::empty()).unwrap();
    assert_eq!(fs::fgetxattr(place.as_fd(), "user.name"), Err(Errno::EBADF));
    assert_eq!(fs::flistxattr(place.as_fd()), Err(Errno::EBADF));
    let refused = fs::fsetxattr(place.as_fd(), "user.name", b"", ANY);
    assert_eq!(refused, Err(Errno::EBADF));
    let refused = fs::fremovexattr(place.as_fd(), "user.name");
    assert_eq!(refused, Err(Errno::EBADF));
}

#[test]
fn a_list_that_does_not_end_in_a_nul_is_told() {
    let mut names = xattr_names(b"user.a\0\0user.b");
    assert_eq!(names.next(), Some(Ok(c"user.a")));
    assert_eq!(names.next(), Some(Ok(c"")));
    assert_eq!(names.next(), Some(Err(Errno::EIO)));
    assert_eq!(names.next(), None);
    assert_eq!(xattr_names(b"").next(), None);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(bytes in prop::collection::vec(prop::sample::select(b"\0\0abc\xff".to_vec()), 0..60)) {
        decoder::check(&bytes);
    }
}
