//! `cargo xtask bench lines`: how long `gen` takes, and how large a program with a few calls is. Machines differ and are
//! busy: a time is a median of runs beside its least and greatest, and says nothing alone.

use crate::cargo::{cargo, example, target};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Take the figures: the time of `gen` on many lines, the size of the release quickstart.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// How many lines `gen` is given.
    #[arg(long, default_value_t = 10_000)]
    lines: usize,
    /// How often each time is taken.
    #[arg(long, default_value_t = 11)]
    runs: usize,
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    cargo(&["build", "--release", "--quiet", "-p", "sysline-cli"])?;
    let quickstart = example("quickstart", None)?;
    let sysline = target().join("release/sysline");
    let folder = std::env::temp_dir().join(format!("sysline-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let result = figures(args, &sysline, &quickstart, &folder);
    fs::remove_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    result
}

fn figures(args: &Args, sysline: &Path, quickstart: &Path, folder: &Path) -> Result<(), String> {
    let input = folder.join("lines.rs");
    fs::write(&input, many_lines(args.lines)).map_err(|error| error.to_string())?;
    let mut times = Vec::new();
    for _ in 0..args.runs.max(1) {
        let start = Instant::now();
        let status = Command::new(sysline)
            .args(["gen", "-o"])
            .arg(folder.join("out.rs"))
            .arg(&input)
            .status()
            .map_err(|error| format!("sysline: {error}"))?;
        times.push(start.elapsed());
        if !status.success() {
            return Err("sysline gen failed".into());
        }
        fs::remove_file(folder.join("out.rs")).map_err(|error| error.to_string())?;
    }
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1000.0;
    println!(
        "sysline gen of {} lines: {:.0} ms (least {:.0}, greatest {:.0}, of {} runs)",
        args.lines,
        ms(times[times.len() / 2]),
        ms(times[0]),
        ms(times[times.len() - 1]),
        times.len()
    );
    let size = fs::metadata(quickstart)
        .map_err(|error| format!("{}: {error}", quickstart.display()))?
        .len();
    let stripped = folder.join("quickstart");
    let status = Command::new("strip")
        .arg("-o")
        .arg(&stripped)
        .arg(quickstart)
        .stderr(Stdio::null())
        .status();
    let without = match status {
        Ok(status) if status.success() => fs::metadata(&stripped).map(|file| file.len()).ok(),
        _ => None,
    };
    match without {
        Some(without) => println!("release quickstart: {size} bytes, {without} without symbols"),
        None => {
            println!("release quickstart: {size} bytes (no `strip` here to take its symbols away)")
        }
    }
    Ok(())
}

/// Lines of all kinds: with strings, slices, results that the kernel fills, and docs.
fn many_lines(count: usize) -> String {
    let mut text = String::new();
    for index in 0..count {
        let line = match index % 5 {
            0 => format!("//sysnb pub fn pid_{index}() -> Pid = SYS_GETPID"),
            1 => format!(
                "//sys pub fn read_{index}(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize> = SYS_READ"
            ),
            2 => format!(
                "//sys pub fn link_{index}(from: BorrowedFd<'_>, old: impl PathArg, to: BorrowedFd<'_>,\n\
                 //        new: impl PathArg, flags: u32) -> Result<()> = SYS_LINKAT"
            ),
            3 => format!(
                "//sys pub fn stat_{index}(fd: BorrowedFd<'_>, out stat: Stat) -> Result<Stat> = SYS_FSTAT"
            ),
            _ => format!(
                "//sys pub unsafe fn unmap_{index}(addr: *mut c_void, len: usize) -> Result<()> = SYS_MUNMAP"
            ),
        };
        let _ = writeln!(text, "// Line {index}.\n{line}\n");
    }
    text
}
