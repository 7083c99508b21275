//! Cargo, as the chores run it. Owns: where it is run, and where it puts what it builds.

use crate::generated::root;
use std::path::PathBuf;
use std::process::Command;

/// Where cargo puts what it builds.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// Runs cargo in the repository's root.
pub(crate) fn cargo(words: &[&str]) -> Result<(), String> {
    let status = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(root())
        .status();
    match status {
        Ok(status) if status.success() => Ok(()),
        Ok(_) => Err(format!("cargo {} failed", words.join(" "))),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

/// Runs cargo in the repository's root, and gives what was printed.
pub(crate) fn cargo_output(words: &[&str]) -> Result<String, String> {
    let output = Command::new(env!("CARGO"))
        .args(words)
        .current_dir(root())
        .stderr(std::process::Stdio::inherit())
        .output();
    match output {
        Ok(output) if output.status.success() => {
            String::from_utf8(output.stdout).map_err(|error| format!("cargo: {error}"))
        }
        Ok(_) => Err(format!("cargo {} failed", words.join(" "))),
        Err(error) => Err(format!("cargo: {error}")),
    }
}

/// Builds an example for release, for a target if one is named; gives its path.
pub(crate) fn example(name: &str, for_target: Option<&str>) -> Result<PathBuf, String> {
    let mut words = vec!["build", "--release", "--quiet", "-p", "sysline"];
    words.extend(["--example", name]);
    let mut folder = target();
    if let Some(triple) = for_target {
        words.extend(["--target", triple]);
        folder = folder.join(triple);
    }
    cargo(&words)?;
    let ending = if for_target.is_some_and(|triple| triple.contains("windows")) {
        ".exe"
    } else {
        ""
    };
    Ok(folder.join(format!("release/examples/{name}{ending}")))
}
