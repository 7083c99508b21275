//! `sys!`: lines as a macro. Owns: tokens to text and text to tokens, each with its place in the user's source. The
//! grammar, the rules and the output are those of the command.

mod tokens;

use proc_macro2::TokenStream;
use sysline_codegen::{Binding, collisions, items};
use sysline_syntax::{Os, Sources, check, parse_macro};

/// Wrappers from lines: one line, one system call.
///
/// The lines are those that stand behind `//` in a file for `sysline gen`, without the `//`. A line's docs are `///`
/// above it, and a `;` may stand behind it.
///
/// ```text
/// line      = attribute* ("sys" | "sysnb") visibility? "unsafe"? "fn" NAME generics? "(" parameters ")"
///             ("->" type)? failure? ("=" target)?
/// parameter = NAME ":" type          what the caller gives
///           | "out" NAME ":" type    what the kernel fills: part of the result
///           | CONSTANT               a constant in that place, with its type where it has to be told: `A as u32`
/// failure   = "[" expression ("=>" expression)? "]"      Windows: when it has failed, and where the error is
/// target    = SYS_NAME | NUMBER      the call; without it, the function's name
///           | (DLL ".")? PROCEDURE "?"?     Windows: with `?`, one that may be absent
/// ```
///
/// - `sys` is a call that may block, `sysnb` one that never does.
/// - Without `unsafe`, the line is your promise that no arguments can break memory safety; a raw pointer needs `unsafe`.
/// - Registers that the line leaves out are zero.
/// - A slice is an address and a count. `&T` is read, `&mut T` is read and written, `Option` of either may be null.
/// - `impl PathArg` and `&str` get a NUL at their end; one within is `EINVAL`, without a call. `&CStr` costs nothing.
/// - `BorrowedFd<'_>` and `impl AsFd` lend a descriptor, `OwnedFd` gives one away or takes one over.
/// - `Result<T>` is needed where the call can fail, which the table of calls knows.
/// - A line means the same on every architecture: that of the 64-bit kernels. Offsets and sizes of files are `u64` or
///   `i64`, times `struct __kernel_timespec`; which call that is, and in which order its arguments go, is the table's to
///   know. A call that the target has in no form is a compile error; a `#[cfg(…)]` leaves its line out.
/// - A line whose target is a procedure is one for Windows, also where it names no DLL: `= GetTickCount64` is kernel32's.
///   What its types and conditions mean there is said in the module `sysline::windows`. A crate for both systems puts
///   `#[cfg(windows)]` and `#[cfg(target_os = "linux")]` on its lines, or on two macros.
///
/// # Examples
///
/// ```
/// # mod demo {
/// use sysline::prelude::*;
///
/// sysline::sys! {
///     /// Makes a file that only memory holds.
///     sys pub fn memfd_create(name: impl PathArg, flags: u32) -> Result<OwnedFd>
///     /// Gives the file another length.
///     sys pub fn set_len(fd: impl AsFd, len: u64) -> Result<()> = SYS_FTRUNCATE
///     /// Three user IDs: real, effective, saved.
///     sysnb pub fn getresuid(out real: u32, out effective: u32, out saved: u32) -> Result<(u32, u32, u32)>
/// }
/// # }
/// # use demo::*;
///
/// # fn main() -> sysline::Result<()> {
/// let file = memfd_create("notes", 0)?;
/// set_len(&file, 4096)?;
/// let (real, effective, _) = getresuid()?;
/// println!("{real} acts as {effective}");
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// A bad line is a compile error where it stands in your source, with what to write instead; all bad lines are told
/// in one compilation.
#[proc_macro]
pub fn sys(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    expand(input.into()).into()
}

fn expand(input: TokenStream) -> TokenStream {
    let (text, places) = tokens::to_text(input);
    let mut sources = Sources::new();
    let source = sources.add("<sys!>", text);
    let (lines, mut problems) = parse_macro(&sources, source);
    let (wrappers, more) = check(lines, Os::EachLine);
    problems.extend(more);
    problems.extend(collisions(&wrappers, Binding::Import));
    // The good lines' wrappers are there also beside bad lines: who calls them gets no errors that are none.
    let mut tokens = tokens::from_output(&items(&wrappers), &places);
    tokens.extend(
        problems
            .iter()
            .map(|problem| tokens::compile_error(problem, &places)),
    );
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use sysline_codegen::{Binding, Input, Options, generate};
    use sysline_syntax::Dialect;

    /// What the command writes for the same lines behind `//`.
    fn by_command(lines: &str) -> TokenStream {
        let mut sources = Sources::new();
        let source = sources.add("lines.rs", lines.to_string());
        let options = Options {
            os: Os::Linux,
            types: Vec::new(),
            binding: Binding::Import,
            made_by: String::new(),
        };
        let file = generate(
            &sources,
            &[Input {
                source,
                dialect: Dialect::Rust,
            }],
            &options,
        )
        .unwrap();
        // The items begin behind the `use` of the prelude.
        let items = file
            .split_inclusive('\n')
            .skip_while(|row| !row.starts_with("///"))
            .collect::<String>();
        items.parse().unwrap()
    }

    /// Every token, without the blanks between two of them.
    fn words(tokens: TokenStream) -> Vec<String> {
        let words = tokens.into_iter().map(|token| match token {
            proc_macro2::TokenTree::Group(group) => {
                let inner = words(group.stream());
                [
                    vec![format!("{:?}", group.delimiter())],
                    inner,
                    vec!["end".to_string()],
                ]
                .concat()
            }
            token => vec![token.to_string()],
        });
        words.flatten().collect()
    }

    #[test]
    fn the_macro_and_the_command_write_the_same_code() {
        let lines = [
            "sysnb pub fn getpid() -> Pid",
            "sys pub unsafe fn munmap(addr: *mut c_void, len: usize) -> Result<()>",
            "sys pub(crate) fn openat<P: PathArg>(dirfd: BorrowedFd<'_>, path: P, flags: i32, mode: u32) -> Result<OwnedFd>",
            "sys fn six(FUTEX_WAIT, key: i32, buf: &mut [u8], -1, 0x10u8) -> Result<usize> = SYS_FUTEX",
            "sysnb #[cfg(target_arch = \"x86_64\")] pub fn three(out r: u32, out e: u32, out s: u32) -> io::Result<(u32, u32, u32)> = SYS_GETRESUID",
            "sys fn newest(fd: impl AsFd, at: &[u8; 2 * N]) -> Result<()> = 999",
        ];
        for line in &lines {
            let by_macro = expand(
                format!("/// Docs, with `code` and \"quotes\".\n{line}")
                    .parse()
                    .unwrap(),
            );
            let by_command =
                by_command(&format!("// Docs, with `code` and \"quotes\".\n//{line}\n"));
            assert_eq!(words(by_macro), words(by_command), "{line}");
        }
        let both = expand(lines.join("\n").parse().unwrap());
        let one_by_one: TokenStream = lines
            .iter()
            .map(|line| expand(line.parse().unwrap()))
            .collect();
        assert_eq!(words(both), words(one_by_one));
    }

    #[test]
    fn each_bad_line_is_told() {
        let told = expand(
            "sys fn opennat() -> Result<()>; sys fn b(x) -> Result<()>; sysnb fn c() -> Pid"
                .parse()
                .unwrap(),
        );
        let text = told.to_string();
        assert_eq!(text.matches("compile_error").count(), 3, "{text}");
        for word in [
            "opennat",
            "did you mean `openat`",
            "has no type",
            "unknown system call `c`",
        ] {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}
