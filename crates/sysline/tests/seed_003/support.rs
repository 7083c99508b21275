//! What the tests share: folders, children, and how a call that is not allowed here is skipped.

#[path = "../../../../tests/support/runner.rs"]
mod runner;

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::process::Output;
use sysline::{Errno, Result};

/// A call of the seed, nearly all of which are `unsafe`.
///
/// The tests hand over descriptors that they own, or numbers that are none, and addresses of values that live longer
/// than the call and are as large as the call takes them to be. Where a test promises more, it has its own `unsafe`.
macro_rules! call {
    ($call:expr) => {{
        #[allow(unused_unsafe)] // some can do no harm
        // SAFETY: see above.
        let result = unsafe { $call };
        result
    }};
}

/// In a descriptor's place: the working folder (`linux/fcntl.h`).
pub(crate) const AT_FDCWD: isize = -100;

/// A descriptor that a call has just made.
pub(crate) fn owned(fd: isize) -> OwnedFd {
    // SAFETY: the tests give only results of calls that make descriptors, and each once.
    unsafe { OwnedFd::from_raw_fd(fd.try_into().unwrap()) }
}

/// A descriptor as Go's lines take it.
pub(crate) fn number(fd: &impl AsRawFd) -> isize {
    fd.as_raw_fd().try_into().unwrap()
}

/// A folder of its own for a test, removed with its owner.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new(test: &str) -> Scratch {
        let name = format!("sysline-seed-003-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        Scratch(folder.canonicalize().unwrap())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// A file with these bytes.
    pub(crate) fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // A test may have changed its root, and then has no such folder.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The result of a call. None, and a line says so, where it is one of `errnos`: those with which a kernel says that the
/// call is not for this process, or not in this kernel. Another error fails the test.
pub(crate) fn or_skip<T>(call: &str, result: Result<T>, errnos: &[Errno]) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(errno) if errnos.contains(&errno) => {
            println!("skipped: {call}: {errno}");
            None
        }
        Err(errno) => panic!("{call}: {errno}"),
    }
}

/// Names the test that a process of its own is to run.
const CHILD: &str = "SYSLINE_SEED_003_CHILD";

/// What such a process says first.
const STARTED: &str = "the child runs";

/// Runs `body` in a process of its own, which is this program again with `test`, the caller's name, as its only test.
/// Gives what came of it, to the parent; to the child, nothing.
pub(crate) fn in_child(test: &str, body: impl FnOnce()) -> Option<Output> {
    if std::env::var(CHILD).is_ok_and(|name| name == test) {
        println!("{STARTED}");
        body();
        return None;
    }
    let output = runner::program(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env(CHILD, test)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains(STARTED), "no test `{test}`: {said}");
    for line in said.lines().filter(|line| line.starts_with("skipped: ")) {
        println!("{line}");
    }
    Some(output)
}

/// Runs `body` in a process of its own, where it must not fail.
pub(crate) fn passes_in_child(test: &str, body: impl FnOnce()) {
    if let Some(output) = in_child(test, body) {
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{}: {errors}", output.status);
    }
}

/// The number behind `name:` in one of `/proc`'s files of such rows.
pub(crate) fn proc_number(file: &str, name: &str) -> u64 {
    let text = std::fs::read_to_string(file).unwrap();
    let row = text
        .lines()
        .find_map(|row| row.strip_prefix(name)?.strip_prefix(':'));
    let row = row.unwrap_or_else(|| panic!("no `{name}:` in {file}"));
    row.split_whitespace().next().unwrap().parse().unwrap()
}

/// A field of a `stat` file of `/proc`, counted from 1 as in proc(5), from the third on.
pub(crate) fn proc_stat(file: &str, field: usize) -> i64 {
    let text = std::fs::read_to_string(file).unwrap();
    // The second is the name in parentheses, and may have blanks and parentheses in it.
    let (_, rest) = text.rsplit_once(") ").unwrap();
    rest.split_whitespace()
        .nth(field - 3)
        .unwrap()
        .parse()
        .unwrap()
}
