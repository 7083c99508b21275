//! What is told to whom: results on standard output, problems on standard error. Owns: formats, colours, the exit
//! code.

use crate::{Color, ErrorFormat};
use serde::Serialize;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};
use std::process::ExitCode;
use sysline_codegen::render;
use sysline_syntax::{Diagnostic, Sources, Span};

/// Tells, and remembers whether anything was wrong.
pub(crate) struct Report {
    format: ErrorFormat,
    colours: bool,
    errors: usize,
    /// How many of the errors are problems of lines.
    problems: usize,
}

/// A problem as JSON.
#[derive(Serialize)]
struct Json<'a> {
    level: &'static str,
    code: &'a str,
    message: &'a str,
    place: Option<Place<'a>>,
    notes: Vec<Place<'a>>,
    help: Option<&'a str>,
}

/// A place as JSON: rows and columns from 1 in characters, bytes from 0.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    byte_start: usize,
    byte_end: usize,
    label: &'a str,
}

impl<'a> Place<'a> {
    fn new(sources: &'a Sources, span: Span, label: &'a str) -> Place<'a> {
        let (line, column) = sources.position(span);
        let file = &sources.get(span.source()).name;
        Place {
            file,
            line,
            column,
            byte_start: span.start(),
            byte_end: span.end(),
            label,
        }
    }
}

impl Report {
    pub(crate) fn new(format: ErrorFormat, color: Color) -> Report {
        let colours = match color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => {
                stderr().is_terminal()
                    && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            }
        };
        Report {
            format,
            colours,
            errors: 0,
            problems: 0,
        }
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Prints a result. A reader that has gone away is no problem of ours.
    pub(crate) fn print(&mut self, text: &str) {
        if let Err(error) = stdout()
            .write_all(text.as_bytes())
            .and_then(|()| stdout().flush())
        {
            if error.kind() != ErrorKind::BrokenPipe {
                self.error(
                    &format!("standard output: {error}"),
                    "write to a file with `-o`",
                );
            }
        }
    }

    /// Tells of a problem that is in no text.
    pub(crate) fn error(&mut self, message: &str, help: &str) {
        self.errors += 1;
        match self.format {
            ErrorFormat::Human => {
                // The colours of `annotate-snippets`' own.
                let (red, cyan, end) = if self.colours {
                    ("\x1b[1m\x1b[91m", "\x1b[1m\x1b[96m", "\x1b[0m")
                } else {
                    ("", "", "")
                };
                eprintln!("{red}error{end}: {message}\n  = {cyan}help{end}: {help}");
            }
            ErrorFormat::Json => {
                self.json(&Json {
                    level: "error",
                    code: "file",
                    message,
                    place: None,
                    notes: Vec::new(),
                    help: Some(help),
                });
            }
        }
    }

    /// Tells of problems of lines.
    pub(crate) fn problems(&mut self, sources: &Sources, problems: &[Diagnostic]) {
        self.errors += problems.len();
        match self.format {
            ErrorFormat::Human => {
                let gap = if self.problems > 0 { "\n" } else { "" };
                eprint!("{gap}{}", render(sources, problems, self.colours));
            }
            ErrorFormat::Json => {
                for problem in problems {
                    self.json(&Json {
                        level: "error",
                        code: problem.code,
                        message: &problem.message,
                        place: Some(Place::new(sources, problem.span, &problem.label)),
                        notes: problem
                            .notes
                            .iter()
                            .map(|note| Place::new(sources, note.span, &note.label))
                            .collect(),
                        help: problem.help.as_deref(),
                    });
                }
            }
        }
        self.problems += problems.len();
    }

    fn json(&self, problem: &Json<'_>) {
        if let Ok(text) = serde_json::to_string(problem) {
            eprintln!("{text}");
        }
    }

    /// Ends the run: how many problems there were, and the exit code.
    pub(crate) fn finish(self) -> ExitCode {
        if let (ErrorFormat::Human, count @ 1..) = (self.format, self.problems) {
            eprintln!(
                "\nerror: {count} problem{}; nothing is written",
                if count == 1 { "" } else { "s" }
            );
        }
        if self.has_errors() {
            ExitCode::from(1)
        } else {
            ExitCode::SUCCESS
        }
    }
}
