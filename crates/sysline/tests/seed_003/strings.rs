//! A string with a NUL in it would mean another file than the caller's: it is an error, and no call is made.

use crate::lines::*;
use crate::support::{AT_FDCWD, Scratch};
use std::ptr::null_mut;
use sysline::Errno;

/// No descriptor. A call that reached the kernel would answer EBADF, or ENOENT for the text before the NUL.
const BAD: isize = i32::MAX as isize;

const NUL: &str = "sysline-seed-003-missing\0file";

#[test]
fn a_nul_is_einval_in_every_string() {
    let results = [
        call!(linkat(BAD, NUL, BAD, "", 0)),
        call!(linkat(BAD, "", BAD, NUL, 0)),
        call!(openat(BAD, NUL, 0, 0)).map(drop),
        call!(readlinkat(BAD, NUL, &mut [0; 8])).map(drop),
        call!(symlinkat(NUL, BAD, "")),
        call!(symlinkat("", BAD, NUL)),
        call!(unlinkat(BAD, NUL, 0)),
        call!(utimes(NUL, null_mut())),
        call!(utimensat(BAD, NUL, null_mut())),
        call!(reboot(0, 0, 0, NUL)),
        call!(mount(NUL, "", "", 0, null_mut())),
        call!(mount("", NUL, "", 0, null_mut())),
        call!(mount("", "", NUL, 0, null_mut())),
        call!(acct(NUL)),
        call!(chdir(NUL)),
        call!(chroot(NUL)),
        call!(faccessat(BAD, NUL, 0, 0)),
        call!(fchmodat(BAD, NUL, 0, 0)),
        call!(fchownat(BAD, NUL, 0, 0, 0)),
        call!(getxattr(NUL, "", &mut [])).map(drop),
        call!(getxattr("", NUL, &mut [])).map(drop),
        call!(inotify_add_watch(BAD, NUL, 0)).map(drop),
        call!(listxattr(NUL, &mut [])).map(drop),
        call!(mkdirat(BAD, NUL, 0)),
        call!(mknodat(BAD, NUL, 0, 0)),
        call!(pivot_root(NUL, "")),
        call!(pivot_root("", NUL)),
        call!(removexattr(NUL, "")),
        call!(removexattr("", NUL)),
        call!(renameat(BAD, NUL, BAD, "")),
        call!(renameat(BAD, "", BAD, NUL)),
        call!(setxattr(NUL, "", &[], 0)),
        call!(setxattr("", NUL, &[], 0)),
        call!(unmount(NUL, 0)),
        call!(utime(NUL, null_mut())),
    ];
    for (index, result) in results.into_iter().enumerate() {
        assert_eq!(result, Err(Errno::EINVAL), "call {index} of the list");
    }
}

#[test]
fn nothing_is_made_of_the_text_before_a_nul() {
    let dir = Scratch::new("nul");
    let mut path = dir.path("before").into_os_string();
    path.push("\0behind");
    assert_eq!(call!(mkdirat(AT_FDCWD, &path, 0o700)), Err(Errno::EINVAL));
    assert_eq!(std::fs::read_dir(dir.folder()).unwrap().count(), 0);
}
