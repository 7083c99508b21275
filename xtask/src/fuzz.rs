//! `cargo xtask fuzz`: each fuzz target for a while. It needs a nightly toolchain and `cargo install cargo-fuzz`.

use crate::generated::root;
use std::process::Command;

/// Run each fuzz target for a while (needs a nightly toolchain and cargo-fuzz).
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How long each target runs.
    #[arg(long, default_value_t = 60)]
    seconds: u32,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    for target in ["rust", "go"] {
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
