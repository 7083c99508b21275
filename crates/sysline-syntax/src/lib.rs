//! The `//sys` line, read and checked.
//!
//! One line declares one system call. This crate turns the text of such lines into a checked model; the
//! emitters of `sysline-codegen` turn that into Rust. The whole way, a file each:
//!
//! 1. [`Sources`] hold the text; every place in it is a [`Span`] (`source.rs`).
//! 2. [`dialects`] find the lines of a file (`dialects/scan.rs`), and `lexer.rs` cuts them into tokens.
//! 3. A dialect, `dialects/rust.rs` or `dialects/go.rs`, parses the tokens into the one [`model`].
//! 4. [`check`](check()) knows the rules, and makes of a [`model::Line`] the [`checked::Wrapper`] that is emitted.
//! 5. [`format`](format()) prints a model as a line again: what is parsed, printed and parsed is the same model.
//!
//! Each phase reports all that it finds as [`Diagnostic`]s. Nothing here does I/O, and nothing here panics on
//! any input.
//!
//! ```
//! use sysline_syntax::{check, parse, Dialect, Os, Sources};
//!
//! let mut sources = Sources::new();
//! let file = sources.add("demo.rs", "//sysnb pub fn getppid() -> i32\n".into());
//! let (lines, problems) = parse(&sources, file, Dialect::Rust);
//! assert!(problems.is_empty());
//! let (wrappers, problems) = check(lines, Os::Linux);
//! assert!(problems.is_empty());
//! assert_eq!(wrappers[0].name.text, "getppid");
//! ```

mod check;
pub mod checked;
mod diagnostic;
pub mod dialects;
mod format;
mod int;
mod lexer;
pub mod model;
mod names;
mod print;
mod source;

pub use check::{Os, available, check, without_lifetimes};
pub use diagnostic::{Diagnostic, Note};
pub use dialects::{Dialect, import, parse, parse_macro};
pub use format::{LINE_WIDTH, format, format_file};
pub use lexer::{Token, TokenKind, lex};
pub use names::{as_name, nearest};
pub use print::{Print, Sink, print_list};
pub use source::{Source, SourceId, Sources, Span};
