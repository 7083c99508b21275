//! `sysline import`: Go's lines in the Rust dialect.

use super::Os;
use crate::input::read_all;
use crate::report::Report;
use sysline_syntax::{Sources, format, import};

/// The types of system calls are guesses from the names: `fd int` is a `BorrowedFd<'_>`, `(fd int, err error)` a
/// `Result<OwnedFd>`. A line that may break memory safety stays `unsafe`, and each for Windows does. Read each line, and
/// then it is yours.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sysline import syscall_linux.go > src/calls.rs
  sysline import --os windows syscall_windows.go > src/calls.rs")]
pub(crate) struct Args {
    /// The system that the lines are for
    #[arg(long, value_enum, default_value = "linux")]
    os: Os,

    /// Files with lines of the Go dialect, whatever their ending; - is standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

pub(crate) fn run(args: &Args, report: &mut Report) {
    let mut sources = Sources::new();
    let mut text = String::new();
    for source in read_all(&mut sources, &args.files, report) {
        match import(&sources, source, args.os.into()) {
            Ok(lines) => {
                for line in lines {
                    let docs = line
                        .docs
                        .iter()
                        .map(|doc| format!("// {doc}").trim_end().to_string());
                    for row in docs.chain([format(&line, "")]) {
                        text.push_str(&row);
                        text.push('\n');
                    }
                }
            }
            Err(problems) => report.problems(&sources, &problems),
        }
    }
    if !report.has_errors() && text.is_empty() {
        report.error(
            &format!("no `//sys` line in {}", args.files.join(", ")),
            "a line begins with `//sys` and a blank",
        );
    }
    if !report.has_errors() {
        report.print(&text);
    }
}
