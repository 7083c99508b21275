//! The subcommands, a file each: its arguments, and what it does with them.

pub(crate) mod check;
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

    /// The word that asks for it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Dialect::Rust => "rust",
            Dialect::Go => "go",
        }
    }
}

/// The system that lines are for, as an argument.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Os {
    /// System calls
    Linux,
    /// Procedures of DLLs
    Windows,
}

impl From<Os> for sysline_syntax::Os {
    fn from(os: Os) -> sysline_syntax::Os {
        match os {
            Os::Linux => sysline_syntax::Os::Linux,
            Os::Windows => sysline_syntax::Os::Windows,
        }
    }
}

/// A word as a shell takes it, on one row whatever is in it.
pub(crate) fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_alphanumeric() || "-_./:,+@%=".contains(c);
    let word: String = word
        .chars()
        .map(|c| if c.is_control() { '?' } else { c })
        .collect();
    if !word.is_empty() && word.chars().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_quoted_where_a_shell_asks() {
        assert_eq!(quoted("src/a-b.rs"), "src/a-b.rs");
        assert_eq!(quoted("a b"), "'a b'");
        assert_eq!(quoted("it's"), r"'it'\''s'");
        assert_eq!(quoted("a\nb"), "'a?b'");
    }
}
