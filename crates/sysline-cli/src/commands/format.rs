//! `sysline fmt`: lines as they should stand.

use super::{Dialect, quoted};
use crate::input::read_all;
use crate::report::Report;
use crate::write::write;
use std::path::Path;
use sysline_syntax::{Sources, format_file};

/// A line longer than 100 columns is broken between its parameters. When any line of any file is bad, no file is
/// written.
#[derive(clap::Args)]
#[command(after_help = "\
Examples:
  sysline fmt src/fs.rs src/io.rs
  sysline fmt --check src/*.rs")]
pub(crate) struct Args {
    /// Write nothing; name the files that would change, and fail when there are any
    #[arg(long)]
    check: bool,

    /// How the lines are written [default: by each file's ending: go for .go, else rust]
    #[arg(long, value_enum)]
    dialect: Option<Dialect>,

    /// Files with lines; - is standard input, whose text goes to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<String>,
}

pub(crate) fn run(args: &Args, report: &mut Report) {
    let mut sources = Sources::new();
    let mut formatted = Vec::new();
    for source in read_all(&mut sources, &args.files, report) {
        let dialect = Dialect::of(args.dialect, &sources.get(source).name);
        match format_file(&sources, source, dialect) {
            Ok(text) => formatted.push((source, text)),
            Err(problems) => report.problems(&sources, &problems),
        }
    }
    if report.has_errors() {
        return;
    }
    for (source, text) in formatted {
        let old = sources.get(source);
        if args.check {
            if old.text != text {
                let dialect = args.dialect.map_or(String::new(), |dialect| {
                    format!("--dialect {} ", dialect.word())
                });
                let mend = format!("run `sysline fmt {dialect}{}`", quoted(&old.name));
                report.error(&format!("{} is not formatted", old.name), &mend);
            }
        } else if old.name == "-" {
            report.print(&text);
        } else if let Err(error) = write(Path::new(&old.name), &text) {
            report.error(
                &format!("{}: {error}", old.name),
                "name a file that you may write to",
            );
        }
    }
}
