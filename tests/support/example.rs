//! The workspace's examples, as programs that a test starts. Owns: where cargo puts them. Must not know what they do.
//! Test crates include it with `#[path]`.

#[path = "runner.rs"]
mod runner;

use std::path::Path;
use std::process::Command;

/// The command that runs an example.
pub(crate) fn example(name: &str) -> Command {
    // Not `current_exe`: where a C library's loader is the runner, that is the loader.
    let test = std::env::args_os().next().unwrap();
    let profile = Path::new(&test).parent().and_then(Path::parent).unwrap();
    let file = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    let example = profile.join("examples").join(file);
    assert!(
        example.exists(),
        "{} is not there: run `cargo build --example {name}`",
        example.display()
    );
    runner::program(example)
}
