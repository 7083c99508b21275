//! Texts to files. Owns: that a file is replaced whole or not at all.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

/// Puts `text` in place of what is in the file, and leaves a file alone that has it already.
///
/// The text goes to a new file beside it, which then takes its name and its permissions: a full disk or a signal
/// loses nothing. What is no plain file, such as a pipe, is written to.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    // Through a link, so that it is what it points at that is replaced.
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
    let old = fs::metadata(&target).ok();
    match &old {
        Some(old) if old.is_dir() => return Err(io::Error::other("is a folder")),
        Some(old) if !old.is_file() => {
            return OpenOptions::new()
                .write(true)
                .open(&target)?
                .write_all(text.as_bytes());
        }
        Some(old) if old.permissions().readonly() => {
            return Err(io::ErrorKind::PermissionDenied.into());
        }
        _ => {}
    }
    if fs::read(&target).is_ok_and(|found| found == text.as_bytes()) {
        return Ok(());
    }
    let folder = target
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::read_dir(folder)?; // where it is none, the error is told without the new file's name
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)] // what any new file may be; the process's mask is taken off
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    let mut beside = builder.prefix(".sysline-").tempfile_in(folder)?;
    beside.write_all(text.as_bytes())?;
    if let Some(old) = old {
        beside.as_file().set_permissions(old.permissions())?;
    }
    beside.as_file().sync_all()?;
    beside.persist(&target).map_err(|error| error.error)?;
    Ok(())
}
