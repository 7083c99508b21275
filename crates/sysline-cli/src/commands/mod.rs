//! The subcommands, a file each: its arguments, and what it does with them.

pub(crate) mod format;
pub(crate) mod generate;
pub(crate) mod import;

use clap::ValueEnum;

/// How lines are written, as an argument.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Dialect {
    /// `//sys pub fn read(fd: BorrowedFd<'_>, buf: &mut [u8]) -> Result<usize>`
    Rust,
    /// `//sys read(fd int, p []byte) (n int, err error)`
    Go,
}

impl Dialect {
    /// The dialect of a file: as asked, else by the file's ending.
    pub(crate) fn of(asked: Option<Dialect>, path: &str) -> sysline_syntax::Dialect {
        match asked {
            Some(Dialect::Rust) => sysline_syntax::Dialect::Rust,
            Some(Dialect::Go) => sysline_syntax::Dialect::Go,
            None => sysline_syntax::Dialect::of_path(path),
        }
    }
}
