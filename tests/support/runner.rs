//! How a test starts a program that was built for the target: by itself, or through cargo's runner where this machine
//! can't execute it. Owns: where the runner is found. Must not know what is started, nor why. Test crates include it
//! with `#[path]`.
//!
//! Cargo does not tell a test which runner it was started with. So the runner must be where cargo and a test both look:
//! in the variable `CARGO_TARGET_<TRIPLE>_RUNNER` (<https://doc.rust-lang.org/cargo/reference/config.html#targettriplerunner>),
//! a program of `PATH` or one with an absolute path, as tests run in other folders than cargo; its arguments behind it.

use std::path::Path;
use std::process::Command;

/// The command that runs a program of the target.
pub(crate) fn program(path: impl AsRef<Path>) -> Command {
    let path = path.as_ref();
    match runner(path, |variable| std::env::var(variable).ok()).split_first() {
        None => Command::new(path),
        Some((runner, arguments)) => {
            let mut command = Command::new(runner);
            command.args(arguments).arg(path);
            command
        }
    }
}

/// The words before the program at `path`, of the `variables` that there are; none where it runs by itself.
///
/// Cargo builds for `--target TRIPLE` in a folder of that name, and into no such folder without `--target`:
/// `TRIPLE/debug/PROGRAM`, `TRIPLE/debug/examples/PROGRAM`.
pub(crate) fn runner(path: &Path, variables: impl Fn(&str) -> Option<String>) -> Vec<String> {
    if cfg!(windows) {
        // Whatever ran this test (wine) starts others of its kind by itself.
        return Vec::new();
    }
    let folders = path.ancestors().skip(2).take(2);
    let names = folders.filter_map(|folder| folder.file_name()?.to_str());
    let mut values = names.filter_map(|name| {
        let triple = name.to_uppercase().replace(['-', '.'], "_");
        variables(&format!("CARGO_TARGET_{triple}_RUNNER"))
    });
    let value = values.next().unwrap_or_default();
    value.split_whitespace().map(String::from).collect()
}
