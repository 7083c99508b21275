//! `cargo xtask gen`: the wrappers that are checked in, from the lines beside them, by the command itself as a user
//! runs it. Owns: where lines are and where their wrappers go.

use crate::generated::root;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Write the checked-in wrappers of all lines again.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Write nothing; fail when a file is not what its lines say, or a line is not formatted.
    #[arg(long)]
    check: bool,
}

/// The crate whose lines these are; the commands run there.
const CRATE: &str = "crates/sysline";

/// Where the areas are whose lines name procedures of DLLs.
const WINDOWS: &str = "src/windows/";

/// Lines that are no area's: what the command is given, besides `-o` and what it writes.
const OTHERS: &[(&[&str], &str)] = &[
    (
        &[
            "--os",
            "windows",
            "--types",
            "crate::types",
            "tests/windows/calls.go",
            "tests/windows/main.rs",
        ],
        "tests/windows/lines.rs",
    ),
    (
        &[
            "--os",
            "windows",
            "--types",
            "crate::types",
            "--lazy",
            "tests/windows/lazy.rs",
        ],
        "tests/windows/lazy/lines.rs",
    ),
    (
        &["--types", "crate::types", "tests/seed_003/syscall_linux.go"],
        "tests/seed_003/lines.rs",
    ),
];

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let folder = root().join(CRATE);
    let mut jobs: Vec<(Vec<String>, String)> = Vec::new();
    for area in areas(&folder)? {
        let lines = area.trim_end_matches(".rs").to_string() + "/lines.rs";
        let os: &[&str] = match area.starts_with(WINDOWS) {
            true => &["--os", "windows"],
            false => &[],
        };
        // The types of an area's lines are in the area's file.
        let given = [os, &["--types", "super", &area]].concat();
        jobs.push((given.into_iter().map(str::to_string).collect(), lines));
    }
    for (given, output) in OTHERS {
        jobs.push((
            given.iter().map(|word| word.to_string()).collect(),
            output.to_string(),
        ));
    }
    let mut failed = 0;
    for (given, output) in &jobs {
        let mut words = vec!["gen", "-o", output];
        words.extend(args.check.then_some("--check"));
        words.extend(given.iter().map(String::as_str));
        failed += usize::from(!sysline(&folder, &words)?);
        // The lines of the areas are ours to format; others stay as somebody wrote them.
        if let (Some(area), true) = (given.last(), args.check && output.starts_with("src/")) {
            failed += usize::from(!sysline(&folder, &["fmt", "--check", area])?);
        }
    }
    if failed == 0 {
        println!("{} files of wrappers are up to date", jobs.len());
        return Ok(());
    }
    Err(format!(
        "{failed} of the commands failed\nto mend it: cargo xtask gen"
    ))
}

/// The files below `src` that have lines, from the crate's folder.
fn areas(folder: &Path) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.join("src")];
    while let Some(next) = folders.pop() {
        let entries =
            fs::read_dir(&next).map_err(|error| format!("{}: {error}", next.display()))?;
        for entry in entries {
            let path = entry
                .map_err(|error| format!("{}: {error}", next.display()))?
                .path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") && has_lines(&path)? {
                let path = path.strip_prefix(folder).map(PathBuf::from).unwrap_or(path);
                found.push(path.display().to_string());
            }
        }
    }
    found.sort();
    Ok(found)
}

fn has_lines(path: &Path) -> Result<bool, String> {
    let text = fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text
        .lines()
        .any(|line| line.starts_with("//sys ") || line.starts_with("//sysnb ")))
}

/// Runs the command of this workspace; says whether it succeeded.
fn sysline(folder: &Path, words: &[&str]) -> Result<bool, String> {
    let status = Command::new(env!("CARGO"))
        .args(["run", "--quiet", "--package", "sysline-cli", "--"])
        .args(words)
        .current_dir(folder)
        .status()
        .map_err(|error| format!("cargo: {error}"))?;
    Ok(status.success())
}
