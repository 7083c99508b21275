//! `cargo xtask asm`: what the compiler makes of some wrappers, beside the same written by hand. Owns: which functions of
//! the examples `beside_assembly` and `beside_windows_sys` belong together.

use crate::cargo::example;
use clap::ValueEnum;
use std::process::Command;

/// Show the instructions of some wrappers beside what a person would write (x86_64; needs binutils' `objdump`).
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Whose wrappers: Linux's are beside assembly, Windows' beside calls of windows-sys, for x86_64-pc-windows-gnu.
    #[arg(long, value_enum, default_value = "linux")]
    os: Os,
}

#[derive(Clone, Copy, ValueEnum)]
enum Os {
    Linux,
    Windows,
}

/// Functions of an example that belong together: what they do, the wrapper, and the other one, if there is any.
type Pair = (&'static str, &'static str, Option<&'static str>);

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    let (name, target, beside, pairs): (_, _, _, &[Pair]) = match args.os {
        Os::Linux => (
            "beside_assembly",
            None,
            "by hand",
            &[
                ("getpid", "wrapper_getpid", Some("by_hand_getpid")),
                ("read", "wrapper_read", Some("by_hand_read")),
                (
                    "openat of a &CStr",
                    "wrapper_openat",
                    Some("by_hand_openat"),
                ),
            ],
        ),
        Os::Windows => (
            "beside_windows_sys",
            Some("x86_64-pc-windows-gnu"),
            "with windows-sys",
            &[
                ("WSASocketW", "wrapper_socket", Some("direct_socket")),
                ("GetTickCount64 at first use", "wrapper_optional", None),
            ],
        ),
    };
    let example = example(name, target)?;
    let output = Command::new("objdump")
        .args([
            "--disassemble",
            "--demangle",
            "--no-show-raw-insn",
            "-Mintel",
        ])
        .arg(&example)
        .output()
        .map_err(|error| format!("objdump: {error}; it is in binutils"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for (what, left, right) in pairs {
        let wrapper = instructions(&text, left)?;
        let other = match right {
            Some(right) => instructions(&text, right)?,
            None => Vec::new(),
        };
        let count = match right {
            Some(_) => format!(", {} {beside}", other.len()),
            None => String::new(),
        };
        println!("{what}: {} instructions{count}", wrapper.len());
        for row in 0..wrapper.len().max(other.len()) {
            let at = |side: &[String]| side.get(row).cloned().unwrap_or_default();
            println!(
                "{}",
                format!("    {:<40}{}", at(&wrapper), at(&other)).trim_end()
            );
        }
        println!();
    }
    Ok(())
}

/// The instructions of a function, up to the padding behind it.
fn instructions(disassembly: &str, function: &str) -> Result<Vec<String>, String> {
    let head = format!("<{function}>:");
    let found: Vec<String> = disassembly
        .lines()
        .skip_while(|row| !row.ends_with(&head))
        .skip(1)
        .take_while(|row| !row.is_empty())
        .filter_map(|row| {
            row.split_once('\t')
                .map(|(_, text)| text.split_whitespace().collect::<Vec<_>>().join(" "))
        })
        .filter(|text| {
            !text.starts_with("nop")
                && !text.starts_with("int3")
                && !text.starts_with("cs nop")
                && !text.starts_with("data16")
                && text != "xchg ax,ax"
        })
        .collect();
    if found.is_empty() {
        Err(format!("the example has no function `{function}`"))
    } else {
        Ok(found)
    }
}
