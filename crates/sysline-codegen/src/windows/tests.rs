//! Lines for Windows: what is written for them, and what is refused.

use crate::{Input, Options, generate};
use sysline_syntax::{Diagnostic, Dialect, Os, Sources};

/// The file for lines of both dialects, or what is wrong with them.
fn written(texts: &[(&str, Dialect)], types: &[&str], os: Os) -> Result<String, Vec<Diagnostic>> {
    let mut sources = Sources::new();
    let inputs: Vec<Input> = texts
        .iter()
        .map(|&(text, dialect)| Input {
            source: sources.add("lines", text.to_string()),
            dialect,
        })
        .collect();
    let options = Options {
        os,
        types: types.iter().map(|module| module.to_string()).collect(),
        made_by: String::new(),
    };
    generate(&sources, &inputs, &options)
}

/// The file for one line without its first row.
fn one(line: &str) -> String {
    let dialect = if line.contains(" fn ") {
        Dialect::Rust
    } else {
        Dialect::Go
    };
    match written(&[(&format!("//{line}\n"), dialect)], &[], Os::Windows) {
        Ok(text) => text.split_once('\n').unwrap().1.to_string(),
        Err(problems) => panic!("{line}: {problems:?}"),
    }
}

/// What is wrong with one line: a code, then the message.
fn told(line: &str) -> Vec<String> {
    let dialect = if line.contains(" fn ") {
        Dialect::Rust
    } else {
        Dialect::Go
    };
    let problems = written(&[(&format!("//{line}\n"), dialect)], &[], Os::Windows);
    let problems = problems.expect_err(line);
    assert!(problems.iter().all(|problem| problem.help.is_some()));
    problems
        .iter()
        .map(|problem| format!("{}: {}", problem.code, problem.message))
        .collect()
}

#[test]
fn what_is_not_made_yet_is_told() {
    let generic = "is of no one type, and a DLL's procedure is";
    for (line, message) in [
        (
            "sys fn f() -> Result<()> = a.F?",
            "`F?`, a procedure that may be absent, is not made yet",
        ),
        (
            "sys fn f<'a>(x: &'a u8) -> Result<()> = a.F",
            "the lifetime `'a` is not made for Windows yet",
        ),
        (
            "sys fn f<T: Arg>(x: u8) -> Result<()> = a.F",
            &format!("`T` {generic}"),
        ),
        (
            "sys unsafe fn f<P: PathArg>(x: *mut P) -> Result<()> = a.F",
            &format!("`P` {generic}"),
        ),
        (
            "sys fn f(x: impl Arg) -> Result<()> = a.F",
            &format!("`impl Arg` {generic}"),
        ),
        (
            "sys fn f(x: impl AsFd) -> Result<()> = a.F",
            "`x` is a descriptor, and Windows has none",
        ),
        (
            "sys fn f(KEY) -> Result<()> = a.F",
            "the type of this constant is not known",
        ),
        (
            "sys fn f(-1) -> Result<()> = a.F",
            "the type of this constant is not known",
        ),
        (
            "sys fn f(x: &str) -> Result<()> = a.FA",
            "`x` is a string, and `FA` has no `W` at its end",
        ),
        (
            "sys F(x string) (err error) = a.GetProcAddress",
            "`x` is a string, and `GetProcAddress` has no `W` at its end",
        ),
        (
            "sys fn f(x: &CStr) -> Result<()> = a.FW",
            "`FW` takes UTF-16, and `&CStr` is bytes",
        ),
        (
            "sys fn f(x: Option<&CStr>) -> Result<()> = a.F",
            "a pointer to `CStr` here is not made yet",
        ),
        (
            "sys fn f(x: Option<&[u8]>) -> Result<()> = a.F",
            "a pointer to `[u8]` here is not made yet",
        ),
        (
            "sys unsafe fn f(x: *const [u8]) -> Result<()> = a.F",
            "a pointer to `[u8]` here is not made yet",
        ),
        (
            "sys fn f(x: &&str) -> Result<()> = a.F",
            "a pointer to `str` here is not made yet",
        ),
        (
            "sys unsafe fn f(x: *mut (u8, u8)) -> Result<()> = a.F",
            "`(u8, u8)` has no form in C",
        ),
        (
            "sys F(x *bool) (err error) = a.F",
            "`bool` is one byte, and Windows' BOOL is four",
        ),
        (
            "sys F(x []bool) (err error) = a.F",
            "`bool` is one byte, and Windows' BOOL is four",
        ),
        (
            "sys fn f(out x: bool) -> Result<bool> = a.F",
            "`bool` is one byte, and Windows' BOOL is four",
        ),
        (
            "sys F() (sockerr error) = a.F",
            "an error that the procedure itself returns is not made yet",
        ),
        (
            "sys fn f() -> Result<Option<&'static u8>> = a.F",
            "`Option<&'static u8>` as a procedure's result is not made yet",
        ),
        (
            "sys F() (err error) [failretval==^uint32(0)] = a.F",
            "only comparisons with a constant or a number are made yet",
        ),
        (
            "sys F() (err error) [failretval==nil] = a.F",
            "only comparisons with a constant or a number are made yet",
        ),
        (
            "sys F() (err error) [failretval] = a.F",
            "only comparisons with a constant or a number are made yet",
        ),
        (
            "sys F() (err error) [failretval==1 ||] = a.F",
            "only comparisons with a constant or a number are made yet",
        ),
        (
            "sys F() (p *byte, err error) [failretval==0] = a.F",
            "a pointer is compared with a number",
        ),
    ] {
        assert_eq!(told(line), [format!("windows: {message}")], "{line}");
    }
}

#[test]
fn a_condition_is_written_as_rust() {
    for (written, expected) in [
        ("failretval==0", "failretval == 0"),
        ("failretval==-1", "failretval == -1"),
        ("failretval!=!0", "failretval != !0"),
        (
            "a::BAD == failretval||failretval< 3",
            "a::BAD == failretval || failretval < 3",
        ),
    ] {
        let text = one(&format!("sys F() (n uint32, err error) [{written}] = a.F"));
        assert!(text.contains(&format!("    if {expected} {{\n")), "{text}");
    }
    let text = one("sys F(n uint32) (err error) [failretval==n && failretval>=BAD] = a.F");
    assert!(
        text.contains("    if failretval == n && failretval >= BAD {\n"),
        "{text}"
    );
}

#[test]
fn a_condition_s_constants_are_of_the_types_modules() {
    let line = "//sys F(n uint32) (err error) [failretval==BAD || failretval==n || failretval==a::B] = a.F\n";
    let text = written(&[(line, Dialect::Go)], &["crate::types"], Os::Windows).unwrap();
    assert!(text.contains("use crate::types::*;\n"), "{text}");
}

#[test]
fn each_system_has_its_file() {
    let lines = "//sysnb fn getpid() -> i32\n//sys fn f() -> Result<()> = a.F\n";
    let problems = written(&[(lines, Dialect::Rust)], &[], Os::EachLine).unwrap_err();
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(messages, ["a file has wrappers for one system"]);
}

#[test]
fn many_parameters_are_no_warning() {
    let text =
        one("sys fn f(a: u8, b: u8, c: u8, d: u8, e: u8, f: u8, g: u8, h: u8) -> Result<()> = a.F");
    assert!(
        text.contains("#[allow(clippy::too_many_arguments)]\n#[inline]\n"),
        "{text}"
    );
}
