//! `cargo xtask asm`: what the compiler makes of some wrappers, beside hand-written assembly. Owns: which functions of
//! the example `beside_assembly` belong together.

use crate::cargo::example;
use std::process::Command;

/// Show the instructions of some wrappers beside hand-written assembly (x86_64; needs binutils' `objdump`).
#[derive(clap::Args)]
pub(crate) struct Args {}

/// Runs the task.
pub(crate) fn run(_: &Args) -> Result<(), String> {
    let example = example("beside_assembly")?;
    let output = Command::new("objdump")
        .args(["--disassemble", "--no-show-raw-insn", "-Mintel"])
        .arg(&example)
        .output()
        .map_err(|error| format!("objdump: {error}; it is in binutils"))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for call in ["getpid", "read", "openat"] {
        let wrapper = instructions(&text, &format!("wrapper_{call}"))?;
        let by_hand = instructions(&text, &format!("by_hand_{call}"))?;
        println!(
            "{call}: {} instructions, {} by hand",
            wrapper.len(),
            by_hand.len()
        );
        for row in 0..wrapper.len().max(by_hand.len()) {
            let at = |side: &[String]| side.get(row).cloned().unwrap_or_default();
            println!("    {:<40}{}", at(&wrapper), at(&by_hand));
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
                && text != "xchg ax,ax"
        })
        .collect();
    if found.is_empty() {
        Err(format!("the example has no function `{function}`"))
    } else {
        Ok(found)
    }
}
