//! The area `mount`, against `/proc/self/mountinfo`. Each test has mounts of its own, which nobody else sees.
#![cfg(all(target_os = "linux", feature = "std"))]

#[path = "../../../tests/support/child.rs"]
mod child;
#[path = "decoders/statmount.rs"]
mod decoder;
#[path = "../../../tests/support/emulator.rs"]
mod emulator;
mod temporary;

use child::{in_child, in_namespaces, is_root};
use emulator::skipped;
use proptest::prelude::*;
use std::ffi::{CStr, CString, c_int};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use sysline::Errno;
use sysline::fs::CWD;
use sysline::mount::*;

// `linux/sched.h`
const CLONE_NEWNS: u32 = 0x2_0000;
const CLONE_NEWUSER: c_int = 0x1000_0000;

/// In mounts of its own, which don't go to others.
#[track_caller]
fn in_own_mounts(test: impl FnOnce()) {
    in_namespaces(CLONE_NEWNS, || {
        mount_change(
            "/",
            MountPropagationFlags::PRIVATE | MountPropagationFlags::REC,
        )
        .unwrap();
        test();
    });
}

/// What `/proc/self/mountinfo` says of a mount (proc_pid_mountinfo(5)).
#[derive(Debug, PartialEq)]
struct Mounted {
    id: u32,
    parent: u32,
    root: String,
    point: PathBuf,
    options: Vec<String>,
    propagation: Vec<String>,
    fs_type: String,
    source: String,
    fs_options: Vec<String>,
}

impl Mounted {
    fn has(&self, option: &str) -> bool {
        self.options.iter().any(|one| one == option)
    }

    fn fs_has(&self, option: &str) -> bool {
        self.fs_options.iter().any(|one| one == option)
    }
}

fn all_mounted() -> Vec<Mounted> {
    let text = fs::read_to_string("/proc/self/mountinfo").unwrap();
    let mounted = text.lines().map(|row| {
        let (mount, fs) = row.split_once(" - ").unwrap();
        let mount: Vec<&str> = mount.split(' ').collect();
        let fs: Vec<&str> = fs.split(' ').collect();
        let list = |text: &str| text.split(',').map(String::from).collect();
        Mounted {
            id: mount[0].parse().unwrap(),
            parent: mount[1].parse().unwrap(),
            root: mount[3].to_string(),
            point: PathBuf::from(mount[4]),
            options: list(mount[5]),
            propagation: mount[6..].iter().map(|text| text.to_string()).collect(),
            fs_type: fs[0].to_string(),
            source: fs[1].to_string(),
            fs_options: list(fs[2]),
        }
    });
    mounted.collect()
}

/// What is mounted on top at a path.
fn mounted(at: impl AsRef<Path>) -> Option<Mounted> {
    all_mounted()
        .into_iter()
        .rev()
        .find(|mounted| mounted.point == at.as_ref())
}

/// Mounts an empty file system in memory.
fn memory(at: &Path) {
    let none = MountFlags::empty();
    mount(Some(c"sysline"), at, Some(c"tmpfs"), none, None).unwrap();
}

fn folder_in(at: &Path, name: &str) -> PathBuf {
    let path = at.join(name);
    fs::create_dir(&path).unwrap();
    path
}

/// Whether the kernel knows a call: false only in an emulator that does not, where the test is left out. To be asked
/// outside of the test's copy of this process, which nobody hears.
#[track_caller]
fn knows<T>(call: &str, probed: sysline::Result<T>) -> bool {
    let unknown = matches!(probed, Err(Errno::ENOSYS | Errno::EOPNOTSUPP));
    !(unknown && skipped(call))
}

const NOWHERE: &str = "/no such folder";

#[track_caller]
fn knows_contexts() -> bool {
    let opened = fsopen("no such kind", FsOpenFlags::CLOEXEC);
    let picked = fspick(CWD, NOWHERE, FsPickFlags::CLOEXEC);
    knows("fsopen", opened) && knows("fspick", picked)
}

#[track_caller]
fn knows_trees() -> bool {
    let none = MoveMountFlags::empty();
    let moved = move_mount(CWD, NOWHERE, CWD, NOWHERE, none);
    let opened = open_tree(CWD, NOWHERE, OpenTreeFlags::CLOEXEC);
    knows("move_mount", moved) && knows("open_tree", opened)
}

#[track_caller]
fn knows_attributes() -> bool {
    let attr = MountAttr::new();
    let changed = mount_setattr(CWD, NOWHERE, SetAttrFlags::empty(), &attr);
    knows("mount_setattr", changed)
}

#[track_caller]
fn knows_numbers() -> bool {
    let (none, all) = (ListMountFlags::empty(), StatMountMask::all());
    let (id, mut buffer) = (MountId::from_raw(1), [0; 512]);
    knows("statmount", statmount(id, None, all, &mut buffer))
        && knows("listmount", listmount(id, None, None, none, &mut []))
        && knows("unique numbers of mounts", mount_id(CWD, "/"))
}

#[test]
fn a_file_system_is_mounted_with_flags_and_options() {
    let folder = temporary::folder("mount");
    fs::write(folder.join("below"), "").unwrap();
    let parent = std::process::id();
    in_own_mounts(|| {
        let flags =
            MountFlags::NOSUID | MountFlags::NODEV | MountFlags::NOEXEC | MountFlags::NOATIME;
        let options = Some(c"size=1m");
        mount(Some(c"source"), &*folder, Some(c"tmpfs"), flags, options).unwrap();
        let seen = mounted(&*folder).unwrap();
        assert_eq!(
            (seen.fs_type.as_str(), seen.source.as_str()),
            ("tmpfs", "source")
        );
        for option in ["rw", "nosuid", "nodev", "noexec", "noatime"] {
            assert!(seen.has(option), "{seen:?}");
        }
        assert!(seen.fs_has("size=1024k"), "{seen:?}");
        assert!(!folder.join("below").exists());
        let others = fs::read_to_string(format!("/proc/{parent}/mountinfo")).unwrap();
        assert!(!others.contains(folder.to_str().unwrap()));
        let too_much = fs::write(folder.join("file"), vec![1; 2 << 20]);
        assert_eq!(too_much.unwrap_err().kind(), ErrorKind::StorageFull);
        umount2(&*folder, UmountFlags::empty()).unwrap();
        assert_eq!(mounted(&*folder), None);
        assert!(folder.join("below").exists());
    });
}

#[test]
fn what_can_t_be_mounted_says_why() {
    let folder = temporary::folder("mount-errors");
    let file = folder.join("file");
    fs::write(&file, "").unwrap();
    in_own_mounts(|| {
        let none = MountFlags::empty();
        let tmpfs = Some(c"tmpfs");
        let at = |at: &Path| mount(None, at, tmpfs, none, None);
        assert_eq!(at(&file), Err(Errno::ENOTDIR));
        assert_eq!(at(&folder.join("missing")), Err(Errno::ENOENT));
        assert_eq!(mount(None, "nul\0", tmpfs, none, None), Err(Errno::EINVAL));
        let unknown = mount(None, &*folder, Some(c"no such kind"), none, None);
        assert_eq!(unknown, Err(Errno::ENODEV));
        let option = mount(None, &*folder, tmpfs, none, Some(c"size=much"));
        assert_eq!(option, Err(Errno::EINVAL));
        // A kind is needed.
        assert_eq!(mount(None, &*folder, None, none, None), Err(Errno::EINVAL));
        let not_mounted = umount2(&*folder, UmountFlags::empty());
        assert_eq!(not_mounted, Err(Errno::EINVAL));
        let missing = umount2(folder.join("missing"), UmountFlags::empty());
        assert_eq!(missing, Err(Errno::ENOENT));
        assert_eq!(mounted(&*folder), None);
    });
}

#[test]
fn who_may_not_mount_is_told() {
    // SAFETY: the signature is that of `unistd.h`.
    unsafe extern "C" {
        fn setresuid(real: u32, effective: u32, saved: u32) -> c_int;
    }
    let knows_others = knows_contexts() && knows_trees() && knows_attributes();
    in_child(|| {
        if is_root() {
            // SAFETY: it takes numbers.
            assert_eq!(unsafe { setresuid(65534, 65534, 65534) }, 0);
        }
        let none = MountFlags::empty();
        let denied = Err(Errno::EPERM);
        assert_eq!(mount(None, "/", Some(c"tmpfs"), none, None), denied);
        assert_eq!(mount_bind("/", "/"), denied);
        assert_eq!(mount_bind_recursive("/", "/"), denied);
        assert_eq!(mount_move("/", "/"), denied);
        assert_eq!(mount_remount("/", none, None), denied);
        assert_eq!(mount_change("/", MountPropagationFlags::PRIVATE), denied);
        assert_eq!(umount2("/", UmountFlags::empty()), denied);
        assert_eq!(pivot_root("/", "/"), denied);
        if !knows_others {
            return;
        }
        for opened in [
            fsopen("tmpfs", FsOpenFlags::CLOEXEC),
            fspick(CWD, "/", FsPickFlags::CLOEXEC),
            open_tree(CWD, "/", OpenTreeFlags::CLONE | OpenTreeFlags::CLOEXEC),
        ] {
            assert_eq!(opened.err(), Some(Errno::EPERM));
        }
        let moved = move_mount(CWD, "/", CWD, "/", MoveMountFlags::empty());
        assert_eq!(moved, denied);
        let attr = MountAttr::new().set(MountAttrFlags::RDONLY);
        let changed = mount_setattr(CWD, "/", SetAttrFlags::empty(), &attr);
        assert_eq!(changed, denied);
    });
}

#[test]
fn what_is_in_use_is_unmounted_later() {
    let folder = temporary::folder("umount");
    in_own_mounts(|| {
        memory(&folder);
        fs::write(folder.join("file"), "kept").unwrap();
        let mut file = File::open(folder.join("file")).unwrap();
        let busy = umount2(&*folder, UmountFlags::empty());
        assert_eq!(busy, Err(Errno::EBUSY));
        umount2(&*folder, UmountFlags::DETACH).unwrap();
        assert_eq!(mounted(&*folder), None);
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert_eq!(text, "kept");

        memory(&folder);
        let first = umount2(&*folder, UmountFlags::EXPIRE);
        assert_eq!(first, Err(Errno::EAGAIN));
        assert!(mounted(&*folder).is_some());
        umount2(&*folder, UmountFlags::EXPIRE).unwrap();
        assert_eq!(mounted(&*folder), None);
        let both = UmountFlags::EXPIRE | UmountFlags::DETACH;
        assert_eq!(umount2(&*folder, both), Err(Errno::EINVAL));
    });
}

#[test]
fn a_link_is_followed_or_not() {
    let folder = temporary::folder("umount-link");
    let target = folder_in(&folder, "target");
    let link = folder.join("link");
    std::os::unix::fs::symlink(&target, &link).unwrap();
    in_own_mounts(|| {
        memory(&target);
        let not_followed = umount2(&link, UmountFlags::NOFOLLOW);
        assert_eq!(not_followed, Err(Errno::EINVAL));
        assert!(mounted(&target).is_some());
        umount2(&link, UmountFlags::empty()).unwrap();
        assert_eq!(mounted(&target), None);
    });
}

#[test]
fn a_folder_is_mounted_once_more_with_what_is_below_or_without() {
    let folder = temporary::folder("bind");
    in_own_mounts(|| {
        memory(&folder);
        let source = folder_in(&folder, "source");
        let inner = folder_in(&source, "inner");
        memory(&inner);
        fs::write(inner.join("file"), "").unwrap();
        let (alone, all) = (folder_in(&folder, "alone"), folder_in(&folder, "all"));
        mount_bind(&source, &alone).unwrap();
        assert_eq!(mounted(&alone).unwrap().root, "/source");
        assert!(alone.join("inner").exists() && !alone.join("inner/file").exists());
        mount_bind_recursive(&source, &all).unwrap();
        assert_eq!(mounted(&all).unwrap().root, "/source");
        assert!(all.join("inner/file").exists());
        // A file is mounted on a file.
        let (one, other) = (folder.join("one"), folder.join("other"));
        fs::write(&one, "one").unwrap();
        fs::write(&other, "other").unwrap();
        mount_bind(&one, &other).unwrap();
        assert_eq!(fs::read_to_string(&other).unwrap(), "one");
        assert_eq!(mount_bind(&one, &alone), Err(Errno::ENOTDIR));
        let missing = mount_bind(folder.join("missing"), &alone);
        assert_eq!(missing, Err(Errno::ENOENT));
    });
}

#[test]
fn a_mount_moves() {
    let folder = temporary::folder("move");
    in_own_mounts(|| {
        memory(&folder);
        let (from, to) = (folder_in(&folder, "from"), folder_in(&folder, "to"));
        memory(&from);
        let id = mounted(&from).unwrap().id;
        mount_move(&from, &to).unwrap();
        assert_eq!(mounted(&from), None);
        assert_eq!(mounted(&to).unwrap().id, id);
        // It is no mount any more.
        assert_eq!(mount_move(&from, &to), Err(Errno::EINVAL));
    });
}

#[test]
fn a_mount_and_a_file_system_get_other_flags() {
    let folder = temporary::folder("remount");
    in_own_mounts(|| {
        memory(&folder);
        let again = folder_in(&folder, "again");
        mount_bind(&*folder, &again).unwrap();
        // This mount only.
        mount_remount(&again, MountFlags::BIND | MountFlags::RDONLY, None).unwrap();
        let denied = fs::write(again.join("file"), "").unwrap_err();
        assert_eq!(denied.kind(), ErrorKind::ReadOnlyFilesystem);
        fs::write(folder.join("file"), "").unwrap();
        assert!(mounted(&again).unwrap().has("ro"));
        // The file system, with an option.
        mount_remount(&*folder, MountFlags::RDONLY, Some(c"size=8m")).unwrap();
        let denied = fs::write(folder.join("file"), "").unwrap_err();
        assert_eq!(denied.kind(), ErrorKind::ReadOnlyFilesystem);
        let seen = mounted(&*folder).unwrap();
        assert!(seen.fs_has("ro") && seen.fs_has("size=8192k"), "{seen:?}");
        let no_mount = mount_remount(folder.join("again/again"), MountFlags::empty(), None);
        assert_eq!(no_mount, Err(Errno::EINVAL));
    });
}

#[test]
fn propagation_changes() {
    let folder = temporary::folder("propagation");
    in_own_mounts(|| {
        memory(&folder);
        let (one, two) = (folder_in(&folder, "one"), folder_in(&folder, "two"));
        memory(&one);
        let of = |at: &Path| mounted(at).unwrap().propagation;
        assert_eq!(of(&one), Vec::<String>::new());
        mount_change(&one, MountPropagationFlags::SHARED).unwrap();
        assert!(of(&one)[0].starts_with("shared:"));
        // A peer sees what is mounted below the other.
        mount_bind(&one, &two).unwrap();
        memory(&folder_in(&one, "inner"));
        assert!(mounted(two.join("inner")).is_some());
        mount_change(&two, MountPropagationFlags::SLAVE).unwrap();
        assert!(of(&two)[0].starts_with("master:"));
        mount_change(&two, MountPropagationFlags::UNBINDABLE).unwrap();
        assert_eq!(of(&two), ["unbindable"]);
        let three = folder_in(&folder, "three");
        assert_eq!(mount_bind(&two, &three), Err(Errno::EINVAL));
        mount_change(&one, MountPropagationFlags::PRIVATE).unwrap();
        assert_eq!(of(&one), Vec::<String>::new());
        assert!(of(&one.join("inner"))[0].starts_with("shared:"));
        let all = MountPropagationFlags::PRIVATE | MountPropagationFlags::REC;
        mount_change(&one, all).unwrap();
        assert_eq!(of(&one.join("inner")), Vec::<String>::new());
        let two_of_them = MountPropagationFlags::PRIVATE | MountPropagationFlags::SHARED;
        assert_eq!(mount_change(&one, two_of_them), Err(Errno::EINVAL));
    });
}

#[test]
fn the_root_is_exchanged() {
    let folder = temporary::folder("pivot");
    in_own_mounts(|| {
        memory(&folder);
        fs::write(folder.join("before"), "").unwrap();
        let inner = folder_in(&folder, "inner");
        memory(&inner);
        folder_in(&inner, "old");
        // The first root of a machine may be one that can't be exchanged: this mount is put over it.
        std::env::set_current_dir(&*folder).unwrap();
        mount_move(".", "/").unwrap();
        std::os::unix::fs::chroot(".").unwrap();
        std::env::set_current_dir("/").unwrap();

        assert_eq!(pivot_root("/missing", "/inner/old"), Err(Errno::ENOENT));
        assert_eq!(pivot_root("/before", "/inner/old"), Err(Errno::ENOTDIR));
        // No mount, and not below it.
        assert_eq!(pivot_root("/inner/old", "/inner/old"), Err(Errno::EINVAL));
        assert_eq!(pivot_root("/inner", "/"), Err(Errno::EBUSY));
        pivot_root("/inner", "/inner/old").unwrap();
        let names = |at: &str| {
            let mut names: Vec<_> = fs::read_dir(at)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        assert_eq!(names("/"), ["old"]);
        assert_eq!(names("/old"), ["before", "inner"]);
        umount2("/old", UmountFlags::DETACH).unwrap();
        assert_eq!(names("/old"), [""; 0]);
    });
}

/// A file system in memory with options, made by descriptor.
fn made(options: &[(&str, &str)]) -> OwnedFd {
    let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC).unwrap();
    for (key, value) in options {
        fsconfig_set_string(fs.as_fd(), *key, *value).unwrap();
    }
    fsconfig_create(fs.as_fd()).unwrap();
    fs
}

/// A mount of a new file system in memory that has no place yet.
fn detached(options: &[(&str, &str)], attr: MountAttrFlags) -> OwnedFd {
    let fs = made(options);
    fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, attr).unwrap()
}

/// The path of what a descriptor is open for.
fn path_of(fd: &OwnedFd) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/", fd.as_raw_fd()))
}

fn attach(mount: &OwnedFd, at: &Path) -> sysline::Result<()> {
    move_mount(mount.as_fd(), c"", CWD, at, MoveMountFlags::F_EMPTY_PATH)
}

#[test]
fn a_mount_is_made_and_then_gets_its_place() {
    if !knows_contexts() || !knows_trees() {
        return;
    }
    let folder = temporary::folder("fsmount");
    in_own_mounts(|| {
        let attr = MountAttrFlags::NOEXEC | MountAttrFlags::NODEV;
        let mount = detached(&[("size", "2m"), ("source", "made")], attr);
        assert_eq!(mounted(&*folder), None);
        attach(&mount, &folder).unwrap();
        let seen = mounted(&*folder).unwrap();
        assert_eq!(
            (seen.fs_type.as_str(), seen.source.as_str()),
            ("tmpfs", "made")
        );
        assert!(seen.fs_has("size=2048k"), "{seen:?}");
        assert!(
            seen.has("noexec") && seen.has("nodev") && !seen.has("nosuid"),
            "{seen:?}"
        );
        // By paths, to another place.
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir(&from).unwrap();
        fs::create_dir(&to).unwrap();
        memory(&from);
        let id = mounted(&from).unwrap().id;
        let none = MoveMountFlags::empty();
        move_mount(CWD, &from, CWD, &to, none).unwrap();
        assert_eq!(mounted(&to).unwrap().id, id);
        assert_eq!(move_mount(CWD, &from, CWD, &to, none), Err(Errno::EINVAL));
        // An empty path needs its flag.
        let empty = move_mount(mount.as_fd(), c"", CWD, &to, none);
        assert_eq!(empty, Err(Errno::ENOENT));
    });
}

#[test]
fn a_mount_without_a_place_goes_with_its_descriptor() {
    if !knows_contexts() {
        return;
    }
    in_own_mounts(|| {
        let before = all_mounted();
        let mount = detached(&[], MountAttrFlags::empty());
        let path = path_of(&mount);
        fs::write(path.join("file"), "text").unwrap();
        assert_eq!(fs::read_to_string(path.join("file")).unwrap(), "text");
        assert_eq!(all_mounted(), before);
        drop(mount);
        assert!(!path.exists());
        assert_eq!(all_mounted(), before);
    });
}

#[test]
fn options_are_refused_with_a_message() {
    if !knows_contexts() {
        return;
    }
    in_own_mounts(|| {
        let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC);
        let fs = fs.unwrap();
        let mut buffer = [0; 512];
        assert_eq!(fs_message(fs.as_fd(), &mut buffer), Ok(None));
        let refused = fsconfig_set_string(fs.as_fd(), "sise", "1m");
        assert_eq!(refused, Err(Errno::EINVAL));
        let message = fs_message(fs.as_fd(), &mut buffer).unwrap().unwrap();
        assert_eq!(message.level, Some(MessageLevel::Error));
        assert_eq!(message.text, b"tmpfs: Unknown parameter 'sise'");
        assert_eq!(fs_message(fs.as_fd(), &mut buffer), Ok(None));
        assert_eq!(fsconfig_set_flag(fs.as_fd(), "sise"), Err(Errno::EINVAL));
        let short = fs_message(fs.as_fd(), &mut buffer[..4]);
        assert_eq!(short, Err(Errno::EMSGSIZE));
        // Older kernels lose it.
        let kept = fs_message(fs.as_fd(), &mut buffer).unwrap();
        assert!(kept.is_none_or(|kept| kept.text == b"tmpfs: Unknown parameter 'sise'"));
        let unknown = fsopen("no such kind", FsOpenFlags::CLOEXEC);
        assert_eq!(unknown.err(), Some(Errno::ENODEV));
        // What is not made can't be mounted.
        let early = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, MountAttrFlags::empty());
        assert_eq!(early.err(), Some(Errno::EINVAL));
        fsconfig_create(fs.as_fd()).unwrap();
        assert_eq!(fsconfig_create(fs.as_fd()), Err(Errno::EBUSY));
    });
}

#[test]
fn options_of_every_kind() {
    if !knows_contexts() || !knows_trees() {
        return;
    }
    let folder = temporary::folder("fsconfig");
    in_own_mounts(|| {
        let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC);
        let fs = fs.unwrap();
        let file = File::open(&*folder).unwrap();
        // `source` is a string: each other kind arrives as what it is.
        let mut buffer = [0; 512];
        let key = "source";
        for refused in [
            fsconfig_set_flag(fs.as_fd(), key),
            fsconfig_set_binary(fs.as_fd(), key, b"bytes"),
            fsconfig_set_path(fs.as_fd(), key, "/", CWD),
            fsconfig_set_path_empty(fs.as_fd(), key, file.as_fd()),
            fsconfig_set_fd(fs.as_fd(), key, file.as_fd()),
        ] {
            assert_eq!(refused, Err(Errno::EINVAL));
            let message = fs_message(fs.as_fd(), &mut buffer).unwrap().unwrap();
            assert_eq!(message.text, b"Non-string source");
        }
        fsconfig_set_string(fs.as_fd(), key, "string").unwrap();
        fsconfig_set_flag(fs.as_fd(), "ro").unwrap();
        fsconfig_create(fs.as_fd()).unwrap();
        let mount = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, MountAttrFlags::empty());
        attach(&mount.unwrap(), &folder).unwrap();
        let seen = mounted(&*folder).unwrap();
        assert!(seen.source == "string" && seen.fs_has("ro"), "{seen:?}");

        // This one takes any option that is well made.
        let fs = fsopen("ramfs", FsOpenFlags::CLOEXEC).unwrap();
        let key = "anything";
        assert_eq!(fsconfig_set_binary(fs.as_fd(), key, b"bytes"), Ok(()));
        assert_eq!(fsconfig_set_path(fs.as_fd(), key, "a/path", CWD), Ok(()));
        let empty = fsconfig_set_path_empty(fs.as_fd(), key, file.as_fd());
        assert_eq!(empty, Ok(()));
        assert_eq!(fsconfig_set_fd(fs.as_fd(), key, file.as_fd()), Ok(()));
        let no_bytes = fsconfig_set_binary(fs.as_fd(), key, b"");
        assert_eq!(no_bytes, Err(Errno::EINVAL));
        let longest = vec![1; 1 << 20];
        assert_eq!(fsconfig_set_binary(fs.as_fd(), key, &longest), Ok(()));
        for len in [255, 256] {
            let text = "x".repeat(len);
            let expected = if len == 255 {
                Ok(())
            } else {
                Err(Errno::EINVAL)
            };
            let of_key = fsconfig_set_string(fs.as_fd(), text.as_str(), "value");
            let of_value = fsconfig_set_string(fs.as_fd(), key, text.as_str());
            assert_eq!((of_key, of_value), (expected, expected), "{len}");
        }
        let no_path = fsconfig_set_path(fs.as_fd(), key, "", CWD);
        assert_eq!(no_path, Err(Errno::ENOENT));
        let nul = fsconfig_set_string(fs.as_fd(), "nul\0", "");
        assert_eq!(nul, Err(Errno::EINVAL));
    });
}

/// The kernel takes a length of 32 bits: it would take the last byte for the whole value.
#[test]
#[cfg(target_pointer_width = "64")]
fn bytes_of_4_gib_are_not_cut() {
    if !knows_contexts() {
        return;
    }
    let bytes = sysline::mm::MapOptions::new()
        .no_reserve()
        .map((1 << 32) + 1);
    let Ok(bytes) = bytes else {
        return println!("skipped: no room for 4 GiB of addresses");
    };
    in_own_mounts(|| {
        let fs = fsopen("ramfs", FsOpenFlags::CLOEXEC).unwrap();
        for len in [(1 << 20) + 1, 1 << 32, (1 << 32) + 1] {
            let set = fsconfig_set_binary(fs.as_fd(), "anything", &bytes[..len]);
            assert_eq!(set, Err(Errno::EINVAL), "{len}");
        }
    });
}

/// The docs of `mount` say so.
#[test]
fn options_behind_a_page_are_dropped() {
    let folder = temporary::folder("mount-long");
    let page = sysline::mm::page_size();
    let long = CString::new("size=1m,".repeat(page / 8) + "nonsense").unwrap();
    in_own_mounts(|| {
        let none = MountFlags::empty();
        let kind = Some(c"tmpfs");
        assert_eq!(mount(None, &*folder, kind, none, Some(&long)), Ok(()));
        let short = &long.as_bytes_with_nul()[8 * 2..];
        let short = CStr::from_bytes_with_nul(short).unwrap();
        let refused = mount(None, &*folder, kind, none, Some(short));
        assert_eq!(refused, Err(Errno::EINVAL));
    });
}

#[test]
fn a_file_system_is_made_and_not_found() {
    let (no_context, _other) = temporary::pipe();
    let refused = fsconfig_create_excl(no_context.as_fd());
    // An emulator looks for a string where there is none.
    if refused == Err(Errno::EFAULT) && skipped("FSCONFIG_CMD_CREATE_EXCL") {
        return;
    }
    assert_eq!(refused, Err(Errno::EINVAL));
    in_own_mounts(|| {
        let fs = fsopen("tmpfs", FsOpenFlags::CLOEXEC).unwrap();
        fsconfig_create_excl(fs.as_fd()).unwrap();
        let mount = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, MountAttrFlags::empty());
        fs::write(path_of(&mount.unwrap()).join("file"), "").unwrap();
        assert_eq!(fsconfig_create_excl(fs.as_fd()), Err(Errno::EBUSY));
        // Of this kind there is one for all who ask.
        let of_all = || fsopen("sysfs", FsOpenFlags::CLOEXEC);
        match of_all().map(|fs| fsconfig_create(fs.as_fd()).map(|()| fs)) {
            Ok(Ok(_first)) => {
                let found = of_all().unwrap();
                assert_eq!(fsconfig_create(found.as_fd()), Ok(()));
                let refused = fsconfig_create_excl(of_all().unwrap().as_fd());
                assert_eq!(refused, Err(Errno::EBUSY));
            }
            // Not in this kernel, or not for the superuser of a user namespace alone.
            Ok(Err(errno)) | Err(errno) => println!("skipped: no sysfs: {errno}"),
        }
    });
}

#[test]
fn an_option_is_a_descriptor() {
    if !knows_contexts() || !knows_trees() {
        return;
    }
    let folder = temporary::folder("overlay");
    let kinds = fs::read_to_string("/proc/filesystems").unwrap();
    if !kinds.contains("\toverlay\n") {
        println!("left out: this kernel has no overlay, whose options are descriptors");
        return;
    }
    in_own_mounts(|| {
        memory(&folder);
        let (lower, upper) = (folder_in(&folder, "lower"), folder_in(&folder, "upper"));
        fs::write(lower.join("file"), "lower").unwrap();
        let (work, at) = (folder_in(&folder, "work"), folder_in(&folder, "at"));
        let fs = fsopen("overlay", FsOpenFlags::CLOEXEC);
        let fs = fs.unwrap();
        let open = |path: &Path| File::open(path).unwrap();
        match fsconfig_set_fd(fs.as_fd(), "lowerdir+", open(&lower).as_fd()) {
            Err(Errno::EINVAL) => {
                return println!("left out: overlay takes none before Linux 6.13");
            }
            set => set.unwrap(),
        }
        fsconfig_set_fd(fs.as_fd(), "upperdir", open(&upper).as_fd()).unwrap();
        fsconfig_set_fd(fs.as_fd(), "workdir", open(&work).as_fd()).unwrap();
        fsconfig_create(fs.as_fd()).unwrap();
        let mount = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, MountAttrFlags::empty());
        attach(&mount.unwrap(), &at).unwrap();
        assert_eq!(fs::read_to_string(at.join("file")).unwrap(), "lower");
        fs::write(at.join("new"), "").unwrap();
        assert!(upper.join("new").exists());
    });
}

#[test]
fn a_file_system_is_picked_and_changed() {
    if !knows_contexts() {
        return;
    }
    let folder = temporary::folder("fspick");
    in_own_mounts(|| {
        memory(&folder);
        let inner = folder_in(&folder, "inner");
        let fs = fspick(CWD, &*folder, FsPickFlags::CLOEXEC);
        let fs = fs.unwrap();
        fsconfig_set_string(fs.as_fd(), "size", "4m").unwrap();
        fsconfig_set_flag(fs.as_fd(), "ro").unwrap();
        assert!(!mounted(&*folder).unwrap().fs_has("ro"));
        fsconfig_reconfigure(fs.as_fd()).unwrap();
        let seen = mounted(&*folder).unwrap();
        assert!(seen.fs_has("ro") && seen.fs_has("size=4096k"), "{seen:?}");
        let no_mount = fspick(CWD, &inner, FsPickFlags::CLOEXEC);
        assert_eq!(no_mount.err(), Some(Errno::EINVAL));
        let at = File::open(&*folder).unwrap();
        let empty = FsPickFlags::CLOEXEC | FsPickFlags::EMPTY_PATH;
        assert!(fspick(at.as_fd(), c"", empty).is_ok());
        let without = fspick(at.as_fd(), c"", FsPickFlags::CLOEXEC);
        assert_eq!(without.err(), Some(Errno::ENOENT));
    });
}

#[test]
fn a_tree_is_opened_and_copied() {
    if !knows_trees() {
        return;
    }
    let folder = temporary::folder("open-tree");
    in_own_mounts(|| {
        memory(&folder);
        let (source, inner) = (folder_in(&folder, "source"), folder.join("source/inner"));
        fs::create_dir(&inner).unwrap();
        memory(&inner);
        fs::write(inner.join("file"), "").unwrap();
        let (alone, all) = (folder_in(&folder, "alone"), folder_in(&folder, "all"));
        let copy = OpenTreeFlags::CLONE | OpenTreeFlags::CLOEXEC;
        let tree = open_tree(CWD, &source, copy);
        attach(&tree.unwrap(), &alone).unwrap();
        assert_eq!(mounted(&alone).unwrap().root, "/source");
        assert!(!alone.join("inner/file").exists());
        let tree = open_tree(CWD, &source, copy | OpenTreeFlags::RECURSIVE).unwrap();
        attach(&tree, &all).unwrap();
        assert!(all.join("inner/file").exists());
        // Without a copy: a place in the tree, which is moved itself.
        let inner_id = mounted(&inner).unwrap().id;
        let place = open_tree(CWD, &inner, OpenTreeFlags::CLOEXEC).unwrap();
        let to = folder_in(&folder, "to");
        attach(&place, &to).unwrap();
        assert_eq!(mounted(&to).unwrap().id, inner_id);
        let missing = open_tree(CWD, folder.join("missing"), copy);
        assert_eq!(missing.err(), Some(Errno::ENOENT));
        let only_with_clone = open_tree(CWD, &source, OpenTreeFlags::RECURSIVE);
        assert_eq!(only_with_clone.err(), Some(Errno::EINVAL));
        let empty = OpenTreeFlags::EMPTY_PATH | OpenTreeFlags::CLOEXEC;
        let again = open_tree(place.as_fd(), c"", empty).unwrap();
        assert!(path_of(&again).join("file").exists());
    });
}

#[test]
fn attributes_of_mounts_change() {
    if !knows_attributes() {
        return;
    }
    let folder = temporary::folder("setattr");
    in_own_mounts(|| {
        memory(&folder);
        let inner = folder_in(&folder, "inner");
        memory(&inner);
        let none = SetAttrFlags::empty();
        let change = |at: &Path, flags, attr: &MountAttr<'_>| mount_setattr(CWD, at, flags, attr);
        let attr = MountAttr::new()
            .clear(MountAttrFlags::ATIME)
            .set(MountAttrFlags::RDONLY | MountAttrFlags::NOATIME);
        let changed = change(&folder, none, &attr);
        changed.unwrap();
        let seen = mounted(&*folder).unwrap();
        assert!(
            seen.has("ro") && seen.has("noatime") && !seen.fs_has("ro"),
            "{seen:?}"
        );
        assert!(mounted(&inner).unwrap().has("rw"));
        change(&folder, SetAttrFlags::RECURSIVE, &attr).unwrap();
        assert!(mounted(&inner).unwrap().has("ro"));
        let attr = MountAttr::default()
            .clear(MountAttrFlags::RDONLY)
            .set(MountAttrFlags::NOSYMFOLLOW)
            .propagation(MountPropagationFlags::SHARED);
        change(&inner, none, &attr).unwrap();
        let seen = mounted(&inner).unwrap();
        assert!(
            seen.has("rw") && seen.has("noatime") && seen.has("nosymfollow"),
            "{seen:?}"
        );
        assert!(seen.propagation[0].starts_with("shared:"));
        assert!(mounted(&*folder).unwrap().has("ro"));

        let at = open_tree(CWD, &inner, OpenTreeFlags::CLOEXEC).unwrap();
        let attr = MountAttr::new().set(MountAttrFlags::NOEXEC);
        mount_setattr(at.as_fd(), c"", SetAttrFlags::EMPTY_PATH, &attr).unwrap();
        assert!(mounted(&inner).unwrap().has("noexec"));
        // The bits of access times are one number.
        let attr = MountAttr::new().set(MountAttrFlags::NOATIME);
        assert_eq!(change(&inner, none, &attr), Err(Errno::EINVAL));
        let no_mount = folder_in(&inner, "folder");
        let attr = MountAttr::new().set(MountAttrFlags::NODEV);
        assert_eq!(change(&no_mount, none, &attr), Err(Errno::EINVAL));
    });
}

/// The number in `userns_fd` would be a descriptor that nobody has lent.
#[test]
fn owners_are_mapped_only_with_a_descriptor() {
    if !knows_attributes() {
        return;
    }
    let folder = temporary::folder("idmap-flag");
    in_own_mounts(|| {
        memory(&folder);
        let attr = MountAttr::new().set(MountAttrFlags::all());
        let text = format!("{attr:?}");
        assert!(text.contains("userns_fd: 0"), "{text}");
        // What is left of the flag alone: nothing to change.
        let attr = MountAttr::new().set(MountAttrFlags::IDMAP);
        assert!(format!("{attr:?}").contains("attr_set: 0"));
        let changed = mount_setattr(CWD, &*folder, SetAttrFlags::empty(), &attr);
        assert_eq!(changed, Ok(()));
    });
}

/// A user namespace in which another one's user 0 is a user of this one's; why there is none.
fn namespace_of(user: u32) -> std::io::Result<File> {
    // SAFETY: the signatures are those of `unistd.h`, `sched.h` and `sys/wait.h`.
    unsafe extern "C" {
        fn fork() -> c_int;
        fn unshare(flags: c_int) -> c_int;
        fn waitpid(pid: c_int, status: *mut c_int, options: c_int) -> c_int;
        fn _exit(status: c_int) -> !;
    }
    let (mut said, mut says) = temporary::pipe();
    let (mut until, ends) = temporary::pipe();
    // SAFETY: the C library's own; the copy ends below, at the latest with this process.
    unsafe {
        let child = fork();
        assert!(child >= 0);
        if child == 0 {
            drop((said, ends));
            let error = match unshare(CLONE_NEWUSER) {
                0 => 0,
                _ => std::io::Error::last_os_error().raw_os_error().unwrap(),
            };
            let told = says.write_all(&error.to_ne_bytes());
            let _ = told.and_then(|()| until.read(&mut [0]));
            _exit(0);
        }
        drop((says, until));
        let mut error = [0; 4];
        said.read_exact(&mut error).unwrap();
        let namespace = match c_int::from_ne_bytes(error) {
            0 => {
                for map in ["uid_map", "gid_map"] {
                    fs::write(format!("/proc/{child}/{map}"), format!("0 {user} 10")).unwrap();
                }
                File::open(format!("/proc/{child}/ns/user"))
            }
            error => Err(std::io::Error::from_raw_os_error(error)),
        };
        drop(ends);
        assert_eq!(waitpid(child, std::ptr::null_mut(), 0), child);
        namespace
    }
}

#[test]
fn owners_are_mapped() {
    if !knows_contexts() || !knows_attributes() || !knows_numbers() {
        return;
    }
    if !is_root() {
        return;
    }
    let namespace = namespace_of(5000);
    // An emulator has threads of its own, and is refused.
    let refused = namespace
        .as_ref()
        .is_err_and(|error| error.kind() == ErrorKind::InvalidInput);
    if refused && skipped("user namespaces") {
        return;
    }
    let folder = temporary::folder("idmap");
    in_own_mounts(|| {
        let mount = detached(&[], MountAttrFlags::empty());
        let namespace = namespace.as_ref().unwrap();
        fs::write(path_of(&mount).join("file"), "").unwrap();
        let attr = MountAttr::new().set(MountAttrFlags::NOSUID);
        let attr = attr.id_mapped(namespace.as_fd());
        let changed = mount_setattr(mount.as_fd(), c"", SetAttrFlags::EMPTY_PATH, &attr);
        changed.unwrap();
        attach(&mount, &folder).unwrap();
        let file = fs::metadata(folder.join("file")).unwrap();
        assert_eq!((file.uid(), file.gid()), (5000, 5000));
        assert!(mounted(&*folder).unwrap().has("nosuid"));

        let id = mount_id(CWD, &*folder).unwrap();
        let mask = StatMountMask::MNT_UIDMAP | StatMountMask::MNT_GIDMAP;
        let mut buffer = Vec::new();
        let known = statmount_in(id, None, mask, &mut buffer).unwrap();
        if known.mask() == mask {
            let expected = [c"0 5000 10"];
            assert_eq!(known.uid_map().collect::<Vec<_>>(), expected);
            assert_eq!(known.gid_map().collect::<Vec<_>>(), expected);
        }
    });
}

#[test]
fn a_tree_is_copied_with_other_attributes() {
    let nowhere = open_tree_attr(CWD, NOWHERE, OpenTreeFlags::CLONE, &MountAttr::new());
    if !knows_trees() || !knows("open_tree_attr", nowhere) {
        return;
    }
    let folder = temporary::folder("open-tree-attr");
    in_own_mounts(|| {
        memory(&folder);
        let at = folder_in(&folder, "at");
        let flags = OpenTreeFlags::CLONE | OpenTreeFlags::CLOEXEC;
        let attr = MountAttr::new().set(MountAttrFlags::RDONLY);
        let tree = open_tree_attr(CWD, &*folder, flags, &attr);
        attach(&tree.unwrap(), &at).unwrap();
        assert!(mounted(&at).unwrap().has("ro"));
        assert!(mounted(&*folder).unwrap().has("rw"));
        let missing = open_tree_attr(CWD, folder.join("missing"), flags, &attr);
        assert_eq!(missing.err(), Some(Errno::ENOENT));
    });
}

#[test]
fn what_is_known_of_a_mount_is_what_mountinfo_says() {
    if !knows_numbers() {
        return;
    }
    let folder = temporary::folder("statmount");
    in_own_mounts(|| {
        let flags = MountFlags::NOEXEC | MountFlags::NODEV;
        let options = Some(c"size=1m,mode=700");
        mount(Some(c"known"), &*folder, Some(c"tmpfs"), flags, options).unwrap();
        fs::create_dir(folder.join("source")).unwrap();
        let at = folder_in(&folder, "at");
        mount_bind(folder.join("source"), &at).unwrap();
        mount_change(&at, MountPropagationFlags::SHARED).unwrap();

        let id = mount_id(CWD, &*folder).unwrap();
        let mut buffer = Vec::new();
        let known = statmount_in(id, None, StatMountMask::all(), &mut buffer);
        let known = known.unwrap();
        let seen = mounted(&*folder).unwrap();
        assert_eq!(known.id(), Some(id));
        assert_eq!(known.id_in_mountinfo(), Some(seen.id));
        assert_eq!(known.parent_in_mountinfo(), Some(seen.parent));
        assert_eq!(known.fs_type(), Some(c"tmpfs"));
        assert_eq!(known.root(), Some(c"/"));
        let point = CString::new(folder.as_os_str().as_bytes()).unwrap();
        assert_eq!(known.point(), Some(point.as_c_str()));
        let attributes = known.attributes().unwrap();
        let expected = MountAttrFlags::NOEXEC | MountAttrFlags::NODEV;
        assert_eq!(attributes & !MountAttrFlags::ATIME, expected);
        assert_eq!(known.propagation(), Some(MountPropagationFlags::PRIVATE));
        assert_eq!((known.peer_group(), known.master()), (Some(0), Some(0)));
        assert_eq!(known.magic(), Some(0x0102_1994)); // linux/magic.h, TMPFS_MAGIC
        assert_eq!(known.flags(), Some(MountFlags::empty()));
        let device = fs::metadata(&*folder).unwrap().dev();
        let (major, minor) = known.device().unwrap();
        // makedev(3), for small numbers
        assert_eq!(device, u64::from(major) << 8 | u64::from(minor));
        // What newer kernels say is right where they say it.
        let has = |mask| known.mask().contains(mask);
        if has(StatMountMask::SB_SOURCE) {
            assert_eq!(known.source(), Some(c"known"));
        }
        if has(StatMountMask::MNT_OPTS) {
            let text = known.options_text().unwrap().to_str().unwrap();
            assert!(
                text.contains("size=1024k") && text.contains("mode=700"),
                "{text}"
            );
        }
        if has(StatMountMask::OPT_ARRAY) {
            let options: Vec<_> = known.options().collect();
            assert!(options.contains(&c"size=1024k") && options.contains(&c"mode=700"));
        }
        if has(StatMountMask::SUPPORTED_MASK) {
            let supported = known.supported().unwrap();
            assert!(supported.contains(StatMountMask::MNT_BASIC | StatMountMask::SUPPORTED_MASK));
        }
        assert_eq!(
            (known.fs_subtype(), known.propagate_from()),
            (None, Some(0))
        );
        assert_eq!(known.security_options().count(), 0);
        assert_eq!(known.uid_map().count(), 0);

        let namespace = known.namespace();
        let at_id = mount_id(CWD, &at).unwrap();
        let mask = StatMountMask::MNT_BASIC | StatMountMask::MNT_ROOT;
        let mut buffer = [0; 1024];
        let known = statmount(at_id, namespace, mask, &mut buffer).unwrap();
        assert_eq!(known.mask(), mask);
        assert_eq!(known.parent(), Some(id));
        assert_eq!(known.root(), Some(c"/source"));
        assert_eq!(known.propagation(), Some(MountPropagationFlags::SHARED));
        let group = format!("shared:{}", known.peer_group().unwrap());
        assert_eq!(mounted(&at).unwrap().propagation, [group]);
        assert_eq!(known.point(), None);

        let short = statmount(at_id, None, mask, &mut buffer[..512]);
        assert_eq!(short.err(), Some(Errno::EOVERFLOW));
        let unknown = statmount(MountId::from_raw(1), None, mask, &mut buffer);
        assert!([Errno::ENOENT, Errno::EINVAL].contains(&unknown.unwrap_err()));
        let no_namespace = Some(MountNamespaceId::from_raw(u64::MAX - 1));
        let unknown = statmount(at_id, no_namespace, mask, &mut buffer);
        assert_eq!(unknown.err(), Some(Errno::ENOENT));
    });
}

/// A text that is longer than the buffer is at first.
#[test]
fn the_buffer_of_a_long_answer_grows() {
    if !knows_numbers() {
        return;
    }
    let folder = temporary::folder("statmount-long");
    in_own_mounts(|| {
        memory(&folder);
        // A path of 8 times 200 bytes.
        let path = (0..8).fold(folder.to_path_buf(), |path, _| path.join("x".repeat(200)));
        fs::create_dir_all(&path).unwrap();
        memory(&path);
        let id = mount_id(CWD, &path).unwrap();
        let mut buffer = Vec::new();
        let known = statmount_in(id, None, StatMountMask::MNT_POINT, &mut buffer);
        let known = known.unwrap();
        assert_eq!(
            known.point().unwrap().to_bytes(),
            path.as_os_str().as_bytes()
        );
    });
}

#[test]
fn all_mounts_are_listed() {
    if !knows_numbers() {
        return;
    }
    let folder = temporary::folder("listmount");
    in_own_mounts(|| {
        memory(&folder);
        let parent = mount_id(CWD, &*folder).unwrap();
        let on = |name: &str| {
            let at = folder_in(&folder, name);
            memory(&at);
            mount_id(CWD, &at).unwrap()
        };
        let expected = [on("one"), on("two"), on("three")];
        let listed = list_mounts(parent, None);
        assert_eq!(listed.unwrap(), expected);
        let mut ids = [MountId::from_raw(0); 2];
        let none = ListMountFlags::empty();
        let first = listmount(parent, None, None, none, &mut ids).unwrap();
        assert_eq!(first, &expected[..2]);
        let after = Some(expected[1]);
        let rest = listmount(parent, None, after, none, &mut ids).unwrap();
        assert_eq!(rest, &expected[2..]);
        match listmount(parent, None, None, ListMountFlags::REVERSE, &mut ids) {
            Err(Errno::EINVAL) => println!("left out: no order before Linux 6.11"),
            listed => assert_eq!(listed.unwrap(), &mut [expected[2], expected[1]]),
        }
        // All that the caller sees: as many as there are rows, but for the root, which is on no other.
        let all = list_mounts(MountId::ROOT, None).unwrap();
        assert!(expected.iter().all(|id| all.contains(id)) && all.contains(&parent));
        assert!(all_mounted().len().abs_diff(all.len()) <= 1);
        let unknown = listmount(MountId::from_raw(1), None, None, none, &mut ids);
        assert!([Errno::ENOENT, Errno::EINVAL].contains(&unknown.unwrap_err()));

        let mut buffer = [0; 512];
        let known = statmount(parent, None, StatMountMask::MNT_NS_ID, &mut buffer).unwrap();
        if let Some(namespace) = known.namespace() {
            assert_eq!(list_mounts(parent, Some(namespace)).unwrap(), expected);
            let another = Some(MountNamespaceId::from_raw(namespace.raw() ^ 1 << 62));
            assert_eq!(list_mounts(parent, another).err(), Some(Errno::ENOENT));
        }
    });
}

/// More than one call says.
#[test]
fn many_mounts_are_listed() {
    if !knows_numbers() {
        return;
    }
    let folder = temporary::folder("listmount-many");
    in_own_mounts(|| {
        memory(&folder);
        let parent = mount_id(CWD, &*folder).unwrap();
        let at = folder_in(&folder, "at");
        let expected: Vec<_> = (0..300)
            .map(|_| {
                mount_bind(&*folder, &at).unwrap();
                mount_id(CWD, &at).unwrap()
            })
            .collect();
        assert_eq!(list_mounts(parent, None).unwrap(), expected);
    });
}

#[test]
fn the_mount_of_a_file() {
    if !knows_numbers() {
        return;
    }
    in_own_mounts(|| {
        let file = File::open("/proc/self/status").unwrap();
        let id = mount_id(CWD, "/proc/self/status");
        assert_eq!(mount_id(file.as_fd(), c""), id);
        assert_eq!(mount_id(CWD, "/proc"), id);
        assert_ne!(mount_id(CWD, "/"), id);
        let missing = mount_id(CWD, "/no such file");
        assert_eq!(missing, Err(Errno::ENOENT));
    });
}

#[test]
fn no_descriptor_is_left() {
    if !knows_contexts() || !knows_trees() || !knows_numbers() {
        return;
    }
    let folder = temporary::folder("mount-descriptors");
    in_own_mounts(|| {
        let open = || fs::read_dir("/proc/self/fd").unwrap().count();
        memory(&folder);
        let before = open();
        let mut buffer = [0; 512];
        for _ in 0..3 {
            let fs = made(&[("size", "1m")]);
            assert_eq!(open(), before + 1);
            assert!(fsconfig_create(fs.as_fd()).is_err());
            let bad = fsmount(fs.as_fd(), FsMountFlags::all(), MountAttrFlags::empty());
            assert!(bad.is_err());
            let none = MountAttrFlags::empty();
            let mount = fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, none).unwrap();
            assert_eq!(open(), before + 2);
            assert!(fsmount(fs.as_fd(), FsMountFlags::CLOEXEC, none).is_err());
            assert!(fs_message(fs.as_fd(), &mut buffer).is_ok());
            assert!(fsopen("no such kind", FsOpenFlags::CLOEXEC).is_err());
            assert!(fsopen("tmpfs", FsOpenFlags::all()).is_err());
            drop(fspick(CWD, &*folder, FsPickFlags::CLOEXEC).unwrap());
            assert!(fspick(CWD, "/no such folder", FsPickFlags::CLOEXEC).is_err());
            let copy = OpenTreeFlags::CLONE | OpenTreeFlags::CLOEXEC;
            drop(open_tree(CWD, &*folder, copy).unwrap());
            assert!(open_tree(CWD, "/no such folder", copy).is_err());
            let attr = MountAttr::new();
            assert!(open_tree_attr(CWD, "/no such folder", copy, &attr).is_err());
            drop(open_tree_attr(CWD, &*folder, copy, &attr));
            assert!(mount_id(CWD, &*folder).is_ok());
            drop((fs, mount));
            assert_eq!(open(), before);
        }
    });
}

#[test]
fn a_message_has_a_level_and_a_text() {
    let known = [
        (
            &b"e tmpfs: bad\n"[..],
            Some(MessageLevel::Error),
            &b"tmpfs: bad"[..],
        ),
        (b"w old", Some(MessageLevel::Warning), b"old"),
        (b"i ", Some(MessageLevel::Info), b""),
        (b"error", None, b"error"),
        (b"x y", None, b"x y"),
        (b"", None, b""),
    ];
    for (bytes, level, text) in known {
        assert_eq!(FsMessage::parse(bytes), FsMessage { level, text });
    }
}

/// An answer as the kernel would write it: numbers at their places (`linux/mount.h`), and texts.
fn encoded(numbers: &[(usize, &[u8])], texts: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; 512];
    for (at, number) in numbers {
        bytes[*at..][..number.len()].copy_from_slice(number);
    }
    bytes.extend_from_slice(texts);
    let size = (bytes.len() as u32).to_ne_bytes();
    bytes[..4].copy_from_slice(&size);
    bytes
}

#[test]
fn fields_are_at_their_places() {
    let texts = b"ext4\0/mnt\0a=1\0b\0\0";
    let mask = StatMountMask::FS_TYPE | StatMountMask::MNT_POINT | StatMountMask::OPT_ARRAY;
    let basic = mask | StatMountMask::MNT_BASIC | StatMountMask::MNT_NS_ID;
    let bytes = encoded(
        &[
            (8, &basic.bits().to_ne_bytes()),
            (40, &7u64.to_ne_bytes()),    // mnt_id
            (108, &5u32.to_ne_bytes()),   // mnt_point
            (112, &9u64.to_ne_bytes()),   // mnt_ns_id
            (128, &3u32.to_ne_bytes()),   // opt_num
            (132, &10u32.to_ne_bytes()),  // opt_array
            (104, &400u32.to_ne_bytes()), // mnt_root, which is not asked for
        ],
        texts,
    );
    let known = StatMount::parse(&bytes).unwrap();
    assert_eq!(known.mask(), basic);
    assert_eq!(known.id(), Some(MountId::from_raw(7)));
    assert_eq!(known.namespace(), Some(MountNamespaceId::from_raw(9)));
    assert_eq!(known.fs_type(), Some(c"ext4"));
    assert_eq!(known.point(), Some(c"/mnt"));
    assert_eq!(known.options().collect::<Vec<_>>(), [c"a=1", c"b", c""]);
    assert_eq!((known.root(), known.magic()), (None, None));
    // What is behind is not the answer's.
    let mut longer = bytes.clone();
    longer.extend_from_slice(b"more");
    assert_eq!(StatMount::parse(&longer).unwrap().options().count(), 3);
    assert!(StatMount::parse(&bytes[..bytes.len() - 1]).is_err());
    assert!(StatMount::parse(&bytes[..511]).is_err());
    assert!(StatMount::parse(&[]).is_err());
}

/// Each field is its own, and there where its bit says so and nowhere else.
#[test]
fn every_field_is_read_from_its_place() {
    let narrow = [16, 20, 32, 56, 60].map(|at| (at, (at as u32).to_ne_bytes()));
    let wide = [24, 40, 48, 64, 72, 80, 88, 96, 112, 144].map(|at| (at, (at as u64).to_ne_bytes()));
    // Where each text is: `a` to `f` and lists of `g` to `j`, each with its NUL.
    let texts = [104, 108, 36, 120, 124, 4, 132, 140, 156, 164];
    let places = texts.map(|at| texts.iter().position(|&other| other == at).unwrap() as u32 * 2);
    let places: Vec<_> = texts
        .into_iter()
        .zip(places.map(u32::to_ne_bytes))
        .collect();
    let counts = [128, 136, 152, 160].map(|at| (at, 1u32.to_ne_bytes()));
    let of = |mask: StatMountMask| {
        let mask = mask.bits().to_ne_bytes();
        let mut numbers: Vec<(usize, &[u8])> = vec![(8, &mask)];
        numbers.extend(wide.iter().map(|(at, number)| (*at, &number[..])));
        for narrow in [&narrow[..], &places, &counts] {
            numbers.extend(narrow.iter().map(|(at, number)| (*at, &number[..])));
        }
        encoded(&numbers, b"a\0b\0c\0d\0e\0f\0g\0h\0i\0j\0")
    };
    type M = StatMountMask;
    let bits = [
        M::SB_BASIC,
        M::MNT_BASIC,
        M::PROPAGATE_FROM,
        M::MNT_ROOT,
        M::MNT_POINT,
        M::FS_TYPE,
        M::MNT_NS_ID,
        M::MNT_OPTS,
        M::FS_SUBTYPE,
        M::SB_SOURCE,
        M::OPT_ARRAY,
        M::OPT_SEC_ARRAY,
        M::SUPPORTED_MASK,
        M::MNT_UIDMAP,
        M::MNT_GIDMAP,
    ];
    for (number, bit) in bits.into_iter().enumerate() {
        assert_eq!(
            bit.bits(),
            [
                1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384
            ][number]
        );
        let bytes = of(bit);
        let known = StatMount::parse(&bytes).unwrap();
        let there = |of: StatMountMask| bit == of;
        let number = |of, number: u64| there(of).then_some(number);
        let text = |of, text: &'static CStr| there(of).then_some(text);
        let list = |of, text: &'static CStr| Vec::from_iter(there(of).then_some(text));
        assert_eq!(known.device(), there(M::SB_BASIC).then_some((16, 20)));
        assert_eq!(known.magic(), number(M::SB_BASIC, 24));
        assert_eq!(
            known.flags().map(|of| of.bits().into()),
            number(M::SB_BASIC, 32)
        );
        assert_eq!(known.id().map(MountId::raw), number(M::MNT_BASIC, 40));
        assert_eq!(known.parent().map(MountId::raw), number(M::MNT_BASIC, 48));
        assert_eq!(
            known.id_in_mountinfo().map(u64::from),
            number(M::MNT_BASIC, 56)
        );
        assert_eq!(
            known.parent_in_mountinfo().map(u64::from),
            number(M::MNT_BASIC, 60)
        );
        assert_eq!(
            known.attributes().map(|of| of.bits().into()),
            number(M::MNT_BASIC, 64)
        );
        assert_eq!(
            known.propagation().map(|of| of.bits().into()),
            number(M::MNT_BASIC, 72)
        );
        assert_eq!(known.peer_group(), number(M::MNT_BASIC, 80));
        assert_eq!(known.master(), number(M::MNT_BASIC, 88));
        assert_eq!(known.propagate_from(), number(M::PROPAGATE_FROM, 96));
        assert_eq!(
            known.namespace().map(MountNamespaceId::raw),
            number(M::MNT_NS_ID, 112)
        );
        assert_eq!(
            known.supported().map(|of| of.bits()),
            number(M::SUPPORTED_MASK, 144)
        );
        assert_eq!(known.root(), text(M::MNT_ROOT, c"a"));
        assert_eq!(known.point(), text(M::MNT_POINT, c"b"));
        assert_eq!(known.fs_type(), text(M::FS_TYPE, c"c"));
        assert_eq!(known.fs_subtype(), text(M::FS_SUBTYPE, c"d"));
        assert_eq!(known.source(), text(M::SB_SOURCE, c"e"));
        assert_eq!(known.options_text(), text(M::MNT_OPTS, c"f"));
        assert_eq!(Vec::from_iter(known.options()), list(M::OPT_ARRAY, c"g"));
        assert_eq!(
            Vec::from_iter(known.security_options()),
            list(M::OPT_SEC_ARRAY, c"h")
        );
        assert_eq!(Vec::from_iter(known.uid_map()), list(M::MNT_UIDMAP, c"i"));
        assert_eq!(Vec::from_iter(known.gid_map()), list(M::MNT_GIDMAP, c"j"));
    }
}

/// Places behind the end, and texts without one.
#[test]
fn texts_that_are_not_there_are_none() {
    let mask = (StatMountMask::FS_TYPE | StatMountMask::OPT_ARRAY).bits();
    let of = |fs_type: u32, count: u32, texts: &[u8]| {
        let numbers: &[(usize, &[u8])] = &[
            (8, &mask.to_ne_bytes()),
            (36, &fs_type.to_ne_bytes()),
            (128, &count.to_ne_bytes()),
        ];
        encoded(numbers, texts)
    };
    for (fs_type, texts) in [
        (0, &b"ext4"[..]),
        (5, b"ext4\0"),
        (6, b"ext4\0"),
        (u32::MAX, b"a\0"),
    ] {
        let bytes = of(fs_type, 0, texts);
        let known = StatMount::parse(&bytes).unwrap();
        assert_eq!(known.fs_type(), None, "{fs_type}");
        decoder::check(&bytes);
    }
    let bytes = of(0, u32::MAX, b"a\0b\0c");
    let known = StatMount::parse(&bytes).unwrap();
    assert_eq!(known.options().collect::<Vec<_>>(), [c"a", c"b"]);
    decoder::check(&bytes);
}

proptest! {
    #[test]
    fn any_bytes_are_read_within_their_bounds(
        bytes in proptest::collection::vec(any::<u8>(), 0..700),
    ) {
        decoder::check(&bytes);
    }

    /// With places of texts that are near the texts, and texts that have an end.
    #[test]
    fn bytes_that_look_right_are_read_within_their_bounds(
        places in proptest::collection::vec((0usize..512, 0u32..80), 0..40),
        texts in proptest::collection::vec(prop_oneof![Just(0u8), any::<u8>()], 0..64),
    ) {
        let mut bytes = encoded(&[], &texts);
        for (at, place) in places {
            let at = at / 4 * 4;
            bytes[at..at + 4].copy_from_slice(&place.to_ne_bytes());
        }
        decoder::check(&bytes);
    }
}
