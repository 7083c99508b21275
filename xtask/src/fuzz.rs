//! `cargo xtask fuzz`: each fuzz target for a while. It needs a nightly toolchain and `cargo install cargo-fuzz`.

use crate::generated::root;
use std::fs;
use std::process::Command;

/// Run each fuzz target for a while (needs a nightly toolchain and cargo-fuzz).
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
    /// The targets, files of fuzz/fuzz_targets without their ending; all of them, if none is named.
    targets: Vec<String>,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let targets = match args.targets.is_empty() {
        true => all()?,
        false => args.targets.clone(),
    };
    for target in &targets {
        println!("{target}: {} seconds", args.seconds);
        let status = Command::new("cargo")
            .args([
                "+nightly",
                "fuzz",
                "run",
                target,
                "--",
                &format!("-max_total_time={}", args.seconds),
            ])
            .current_dir(root().join("fuzz"))
            // Set for the toolchain that runs this task.
            .env_remove("RUSTUP_TOOLCHAIN")
            .env_remove("CARGO")
            .status()
            .map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Err(format!(
                "the target `{target}` failed; if cargo has no `fuzz`: cargo install cargo-fuzz"
            ));
        }
    }
    Ok(())
}

/// The targets that there are.
fn all() -> Result<Vec<String>, String> {
    let folder = root().join("fuzz/fuzz_targets");
    let error = |error| format!("{}: {error}", folder.display());
    let mut targets = Vec::new();
    for entry in fs::read_dir(&folder).map_err(error)? {
        let path = entry.map_err(error)?.path();
        targets.extend(
            path.file_stem()
                .map(|stem| stem.to_string_lossy().into_owned()),
        );
    }
    targets.sort();
    Ok(targets)
}
