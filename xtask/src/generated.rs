//! Checked-in files that a task makes: written, or compared with what stands there. Knows nothing of
//! what is in them.

use std::fs;
use std::path::{Path, PathBuf};

/// A file that a task makes: its path from the repository's root, and its text.
pub(crate) struct Generated {
    pub(crate) path: &'static str,
    pub(crate) text: String,
}

/// The repository's root.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies in the repository")
}

/// Writes the files that differ, and says which.
pub(crate) fn write(root: &Path, files: &[Generated]) -> Result<(), String> {
    for file in files {
        let path = root.join(file.path);
        if is_stale(&path, &file.text)? {
            fs::write(&path, &file.text).map_err(|error| format!("{}: {error}", path.display()))?;
            println!("wrote {}", file.path);
        } else {
            println!("{} is up to date", file.path);
        }
    }
    Ok(())
}

/// Writes nothing; an error names the files that differ, and `mend`, the command that writes them.
pub(crate) fn check(root: &Path, files: &[Generated], mend: &str) -> Result<(), String> {
    let mut stale = Vec::new();
    for file in files {
        if is_stale(&root.join(file.path), &file.text)? {
            stale.push(format!("{} is stale", file.path));
        }
    }
    if stale.is_empty() {
        return Ok(());
    }
    Err(format!("{}\nto mend it: {mend}", stale.join("\n")))
}

/// Whether the file is missing or holds another text.
fn is_stale(path: &PathBuf, text: &str) -> Result<bool, String> {
    match fs::read(path) {
        Ok(bytes) => Ok(bytes != text.as_bytes()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stale_file_is_named_with_the_command_that_mends_it() {
        let file = Generated {
            path: "Cargo.toml",
            text: String::from("something else"),
        };
        let error = check(root(), &[file], "cargo xtask numbers /h").unwrap_err();
        assert_eq!(
            error,
            "Cargo.toml is stale\nto mend it: cargo xtask numbers /h"
        );
    }

    #[test]
    fn a_missing_file_is_stale() {
        let file = Generated {
            path: "no/such/file",
            text: String::new(),
        };
        assert!(check(root(), &[file], "x").is_err());
    }

    #[test]
    fn an_equal_file_passes() {
        let text = fs::read_to_string(root().join("xtask/Cargo.toml")).unwrap();
        assert_eq!(
            check(
                root(),
                &[Generated {
                    path: "xtask/Cargo.toml",
                    text
                }],
                "x"
            ),
            Ok(())
        );
    }
}
