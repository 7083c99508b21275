//! Texts to files. Owns: that a file is replaced whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts `text` in place of what is in the file, and leaves a file alone that has it already.
///
/// The text goes to a new file beside it, which then takes its name and its permissions: a full disk or a signal
/// loses nothing. What is no plain file, such as a pipe, is written to.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    // Through a link, so that it is what it points at that is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let old = fs::metadata(&target);
    if old.as_ref().is_ok_and(|old| !old.is_file()) {
        if old?.is_dir() {
            return Err(io::Error::other("is a folder"));
        }
        return OpenOptions::new()
            .write(true)
            .open(&target)?
            .write_all(text.as_bytes());
    }
    if fs::read(&target).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    let name = target
        .file_name()
        .ok_or_else(|| io::Error::other("is no file's name"))?;
    let mut beside = std::ffi::OsString::from(".");
    beside.push(name);
    beside.push(format!(".sysline-{}", std::process::id()));
    let beside = target.with_file_name(beside);
    let written = write_new(&beside, text, old.ok().map(|old| old.permissions()))
        .and_then(|()| fs::rename(&beside, &target));
    if written.is_err() {
        let _ = fs::remove_file(&beside); // what could not be written is of no use
    }
    written
}

fn write_new(path: &Path, text: &str, permissions: Option<fs::Permissions>) -> io::Result<()> {
    if permissions.as_ref().is_some_and(fs::Permissions::readonly) {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    let mut file = File::create(path)?;
    file.write_all(text.as_bytes())?;
    if let Some(permissions) = permissions {
        file.set_permissions(permissions)?;
    }
    file.sync_all()
}
