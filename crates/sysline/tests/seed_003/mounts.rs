//! Calls that change what a process sees of the system. Each is made by a process of its own, in namespaces of its own,
//! so nobody else sees it. That takes root; without, the tests are skipped.

use crate::lines::*;
use crate::support::{Scratch, or_skip, passes_in_child};
use std::fs;
use std::path::Path;
use std::ptr::null_mut;
use sysline::Errno;

// `linux/sched.h`, `linux/mount.h`
const CLONE_FS: isize = 0x200;
const CLONE_NEWNS: isize = 0x2_0000;
const CLONE_NEWUTS: isize = 0x400_0000;
const MS_REC: usize = 0x4000;
const MS_PRIVATE: usize = 0x4_0000;
const MNT_DETACH: isize = 2;

/// Gives this thread mounts of its own.
fn own_mounts() -> Option<()> {
    or_skip("unshare", call!(unshare(CLONE_NEWNS)), &[Errno::EPERM])?;
    let private = call!(mount("none", "/", "", MS_REC | MS_PRIVATE, null_mut()));
    private.unwrap();
    Some(())
}

/// Mounts an empty file system in memory.
fn mount_memory(at: &Path) {
    let options = c"size=1m".as_ptr().cast_mut().cast();
    call!(mount("sysline", at, "tmpfs", 0, options)).unwrap();
}

/// Whether a process or a thread sees something mounted at `path`.
fn is_mounted(who: &str, path: &Path) -> bool {
    let mounts = fs::read_to_string(format!("/proc/{who}/mountinfo")).unwrap();
    mounts
        .lines()
        .any(|row| row.split(' ').nth(4) == path.to_str())
}

#[test]
fn a_file_system_is_mounted() {
    passes_in_child("mounts::a_file_system_is_mounted", || {
        let dir = Scratch::new("mount");
        dir.file("below", "");
        if own_mounts().is_none() {
            return;
        }
        let parent = std::os::unix::process::parent_id().to_string();
        assert!(!is_mounted("thread-self", dir.folder()));
        mount_memory(dir.folder());
        assert!(is_mounted("thread-self", dir.folder()));
        assert!(!is_mounted(&parent, dir.folder()));
        assert!(!dir.path("below").exists());
        let too_much = fs::write(dir.path("file"), vec![1; 2 << 20]);
        assert_eq!(
            too_much.unwrap_err().kind(),
            std::io::ErrorKind::StorageFull
        );
        assert_eq!(call!(unmount(dir.path("file"), 0)), Err(Errno::EINVAL));
        call!(unmount(dir.folder(), 0)).unwrap();
        assert!(!is_mounted("thread-self", dir.folder()));
        assert!(dir.path("below").exists());
        let unknown = call!(mount("none", dir.folder(), "no such kind", 0, null_mut()));
        assert_eq!(unknown, Err(Errno::ENODEV));
    });
}

#[test]
fn the_root_is_exchanged() {
    passes_in_child("mounts::the_root_is_exchanged", || {
        // In a thread, so that this one keeps the root in which it can remove the folder.
        let dir = Scratch::new("pivot");
        std::thread::scope(|scope| {
            scope.spawn(|| exchanges_the_root(&dir));
        });
    });
}

fn exchanges_the_root(dir: &Scratch) {
    if own_mounts().is_none() {
        return;
    }
    let missing = call!(pivot_root(dir.path("missing"), dir.path("old")));
    assert_eq!(missing, Err(Errno::ENOENT));
    mount_memory(dir.folder());
    fs::create_dir(dir.path("old")).unwrap();
    // EINVAL: the root is the first one that the kernel made, or no mount's root (pivot_root(2)).
    let done = call!(pivot_root(dir.folder(), dir.path("old")));
    if or_skip("pivot_root", done, &[Errno::EINVAL]).is_none() {
        return;
    }
    call!(chdir("/")).unwrap();
    let names = fs::read_dir("/").unwrap();
    let names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names, ["old"]);
    let scratch = dir.folder().strip_prefix("/").unwrap();
    assert!(Path::new("/old").join(scratch).exists());
    // And away with the old one.
    call!(unmount("/old", MNT_DETACH)).unwrap();
    assert_eq!(fs::read_dir("/old").unwrap().count(), 0);
}

#[test]
fn names_of_the_host() {
    passes_in_child("mounts::names_of_the_host", || {
        let own = or_skip("unshare", call!(unshare(CLONE_NEWUTS)), &[Errno::EPERM]);
        if own.is_none() {
            return;
        }
        let kernel = |name: &str| fs::read_to_string(format!("/proc/sys/kernel/{name}")).unwrap();
        call!(sethostname(b"sysline-host")).unwrap();
        assert_eq!(kernel("hostname"), "sysline-host\n");
        call!(setdomainname(b"sysline.domain")).unwrap();
        assert_eq!(kernel("domainname"), "sysline.domain\n");
        assert_eq!(call!(sethostname(&[b'x'; 65])), Err(Errno::EINVAL));
    });
}

/// The part of `unshare` that everybody may ask for: this thread's working folder is no longer the others'.
#[test]
fn a_thread_leaves_the_others() {
    passes_in_child("mounts::a_thread_leaves_the_others", || {
        let here = std::env::current_dir().unwrap();
        let there = std::thread::spawn(|| {
            call!(unshare(CLONE_FS)).unwrap();
            call!(chdir("/proc")).unwrap();
            std::env::current_dir().unwrap()
        });
        assert_eq!(there.join().unwrap(), Path::new("/proc"));
        assert_eq!(std::env::current_dir().unwrap(), here);
        assert_eq!(call!(unshare(-1)), Err(Errno::EINVAL));
    });
}
