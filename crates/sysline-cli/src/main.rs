//! The `sysline` command. Owns: its arguments, its exit codes, and what it prints where. What lines are and what
//! becomes of them is `sysline-syntax`'s and `sysline-codegen`'s work; each subcommand is a file of `commands/`.

mod commands;
mod exports;
mod input;
mod report;
mod write;

use clap::{Parser, Subcommand, ValueEnum};
use report::Report;
use std::process::ExitCode;

/// Wrappers from `//sys` lines: one line, one system call
#[derive(Parser)]
#[command(name = "sysline", version, arg_required_else_help = true, after_help = EXAMPLES)]
struct Cli {
    #[command(subcommand)]
    command: Command,

    /// How problems are told on standard error
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "human",
        value_name = "FORMAT"
    )]
    error_format: ErrorFormat,

    /// Whether problems are told in colour; auto: when standard error is a terminal
    #[arg(
        long,
        global = true,
        value_enum,
        default_value = "auto",
        value_name = "WHEN"
    )]
    color: Color,
}

#[derive(Subcommand)]
enum Command {
    /// Writes the wrappers that the lines of some files ask for
    Gen(commands::generate::Args),
    /// Formats the lines of some files in place, and leaves all else in them as it is
    Fmt(commands::format::Args),
    /// Checks the lines of some files and writes nothing; for Windows, also that the DLLs have the procedures
    Check(commands::check::Args),
    /// Prints lines of the Go dialect in the Rust dialect, with better types where their names tell them
    Import(commands::import::Args),
}

/// How problems are told.
#[derive(Clone, Copy, ValueEnum)]
enum ErrorFormat {
    /// The line, a caret, what is wrong and what to write
    Human,
    /// A JSON object a problem, one a line: level, code, message, place (file, line, column, byte_start, byte_end,
    /// label; null where the problem is in no line), notes (places), help
    Json,
}

/// When there are colours.
#[derive(Clone, Copy, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

const EXAMPLES: &str = "\
Examples:
  sysline gen -o src/lines.rs src/calls.rs            the wrappers of calls.rs, in a file
  sysline gen --check -o src/lines.rs src/calls.rs    fails when that file is stale
  sysline gen --dialect go --types crate::types zsyscall.txt
  sysline fmt src/*.rs
  sysline check --os windows src/winsock.rs           the lines are right, and the DLLs have what they name
  sysline import syscall_linux.go > src/calls.rs

Exit codes:
  0  done
  1  bad lines, procedures that no DLL has, a file that can't be read or written, or with --check a stale one; then
     nothing is written
  2  the command line is wrong";

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut report = Report::new(cli.error_format, cli.color);
    match cli.command {
        Command::Gen(args) => commands::generate::run(&args, &mut report),
        Command::Fmt(args) => commands::format::run(&args, &mut report),
        Command::Check(args) => commands::check::run(&args, &mut report),
        Command::Import(args) => commands::import::run(&args, &mut report),
    }
    report.finish()
}
