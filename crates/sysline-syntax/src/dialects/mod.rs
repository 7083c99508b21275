//! Text of a dialect to the one model. Owns: which dialects there are, and the way from a file to its lines. What a
//! dialect looks like is in its own file; how a file is searched for lines is in `scan.rs`.

mod cursor;
mod failure;
mod go;
mod import;
mod rust;
mod scan;
mod target;

pub use import::import;
pub use rust::parse_macro;
pub use scan::{Declaration, scan};

use crate::diagnostic::Diagnostic;
use crate::model::Line;
use crate::source::{SourceId, Sources};
use core::fmt;

/// A way to write a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// `//sys pub fn openat(dirfd: BorrowedFd<'_>, …) -> Result<OwnedFd>`
    Rust,
    /// `//sys Openat(dirfd int, path string, …) (fd int, err error)`
    Go,
}

impl Dialect {
    /// The dialect that a file's ending tells: Go where it is `.go`.
    pub fn of_path(path: &str) -> Dialect {
        if path.ends_with(".go") {
            Dialect::Go
        } else {
            Dialect::Rust
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Dialect::Rust => "rust",
            Dialect::Go => "go",
        })
    }
}

/// All lines of a file in order, and every problem of those that are no lines of the dialect.
pub fn parse(
    sources: &Sources,
    source: SourceId,
    dialect: Dialect,
) -> (Vec<Line>, Vec<Diagnostic>) {
    let mut lines = Vec::new();
    let mut problems = Vec::new();
    for declaration in scan(sources, source, dialect) {
        let line = match dialect {
            Dialect::Rust => rust::parse(&declaration, &mut problems),
            Dialect::Go => go::parse(&declaration, &mut problems).map(|line| line.lower()),
        };
        lines.extend(line);
    }
    (lines, problems)
}

pub(crate) use go::parse as parse_go;
