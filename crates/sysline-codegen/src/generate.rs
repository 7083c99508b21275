//! From texts to a file, whole: what the command and a build script do. Owns: the order of the phases and that all
//! problems of all inputs are told together.

use crate::file::file;
use crate::windows;
use sysline_syntax::checked::Wrapper;
use sysline_syntax::{Diagnostic, Dialect, Os, SourceId, Sources, check, parse};

/// One text with lines.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    /// The text.
    pub source: SourceId,
    /// How its lines are written.
    pub dialect: Dialect,
}

/// What a file is generated for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The system that the lines are for.
    pub os: Os,
    /// The modules that have the types which the lines mention.
    pub types: Vec<String>,
    /// How procedures of Windows' DLLs are bound.
    pub binding: Binding,
    /// The first lines of the file, without their `//`: what made it.
    pub made_by: String,
}

/// How wrappers get at the procedures of Windows' DLLs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// By imports, which the loader binds when the program starts; optional procedures at first use.
    #[default]
    Import,
    /// All at first use.
    FirstUse,
}

/// The checked wrappers of all inputs together, in their order.
///
/// # Errors
///
/// Every problem of every input. Lines that parse are checked also where others do not parse.
pub fn parse_all(
    sources: &Sources,
    inputs: &[Input],
    os: Os,
    binding: Binding,
) -> Result<Vec<Wrapper>, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut lines = Vec::new();
    for input in inputs {
        let (parsed, bad) = parse(sources, input.source, input.dialect);
        lines.extend(parsed);
        problems.extend(bad);
    }
    let (wrappers, more) = check(lines, os);
    problems.extend(more);
    problems.extend(windows::mixture(&wrappers));
    problems.extend(windows::collisions(&wrappers, binding));
    if problems.is_empty() {
        return Ok(wrappers);
    }
    problems.sort_by_key(|problem| (problem.span.source(), problem.span.start()));
    Err(problems)
}

/// The file of wrappers that the inputs' lines ask for.
///
/// # Errors
///
/// As [`parse_all`].
pub fn generate(
    sources: &Sources,
    inputs: &[Input],
    options: &Options,
) -> Result<String, Vec<Diagnostic>> {
    parse_all(sources, inputs, options.os, options.binding).map(|wrappers| file(&wrappers, options))
}
