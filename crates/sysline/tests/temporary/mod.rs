//! Files that are gone when their test ends, and pipes. Owns: where they are and what they are called.
#![allow(dead_code)] // each test crate takes what it needs

use std::fs::File;
use std::os::fd::FromRawFd;
use std::path::{Path, PathBuf};

/// A file that has no name any more.
pub(crate) fn file(name: &str) -> File {
    let (path, file) = path(name);
    drop(path);
    file
}

/// A file, and its path: the file is removed with that.
pub(crate) fn path(name: &str) -> (Temporary, File) {
    let path = std::env::temp_dir().join(format!("sysline-{}-{name}", std::process::id()));
    let mut options = File::options();
    let file = options.read(true).write(true).create_new(true).open(&path);
    (Temporary(path), file.unwrap())
}

/// A folder: it is removed with all that is in it.
pub(crate) fn folder(name: &str) -> Folder {
    let path = std::env::temp_dir().join(format!("sysline-{}-{name}", std::process::id()));
    std::fs::create_dir(&path).unwrap();
    Folder(path)
}

/// A file in memory, which every kernel's `memfd_create` gives, whatever file system is at hand.
pub(crate) fn in_memory(name: &str) -> File {
    let name = std::ffi::CString::new(name).unwrap();
    // SAFETY: `memfd_create(2)`: the name ends in a NUL, and the descriptor is nobody else's.
    unsafe {
        let fd = memfd_create(name.as_ptr(), 0);
        assert!(fd >= 0, "{}", std::io::Error::last_os_error());
        File::from_raw_fd(fd)
    }
}

/// The reading and the writing end of a pipe.
pub(crate) fn pipe() -> (File, File) {
    let mut ends = [-1; 2];
    // SAFETY: `pipe(2)` writes two descriptors, which are nobody else's.
    unsafe {
        let made = pipe_of_c(ends.as_mut_ptr());
        assert_eq!(made, 0, "{}", std::io::Error::last_os_error());
        let [reader, writer] = ends.map(|end| File::from_raw_fd(end));
        (reader, writer)
    }
}

// SAFETY: the signatures are those of `sys/mman.h` and `unistd.h`.
unsafe extern "C" {
    #[link_name = "pipe"]
    fn pipe_of_c(ends: *mut core::ffi::c_int) -> core::ffi::c_int;
    fn memfd_create(name: *const core::ffi::c_char, flags: core::ffi::c_uint) -> core::ffi::c_int;
}

/// The path of a file, which is removed with it.
pub(crate) struct Temporary(PathBuf);

impl std::ops::Deref for Temporary {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

/// The path of a folder, which is removed with it.
pub(crate) struct Folder(PathBuf);

impl std::ops::Deref for Folder {
    type Target = Path;
    fn deref(&self) -> &Path {
        &self.0
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
