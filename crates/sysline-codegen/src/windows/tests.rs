//! Lines for Windows: which rules they have of their own, and the pieces of what is written for them. Whole files are in
//! `tests/fixtures`.

use crate::{Binding, Input, Options, generate, mentioned, parse_all};
use sysline_syntax::{Diagnostic, Dialect, Os, Sources};

/// What becomes of lines of one dialect.
fn made<T>(
    lines: &str,
    make: impl FnOnce(&Sources, &[Input]) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let dialect = if lines.contains(" fn ") {
        Dialect::Rust
    } else {
        Dialect::Go
    };
    let mut sources = Sources::new();
    let source = sources.add("lines", lines.to_string());
    make(&sources, &[Input { source, dialect }])
}

fn options(os: Os, types: &[&str], binding: Binding) -> Options {
    Options {
        os,
        types: types.iter().map(|module| module.to_string()).collect(),
        binding,
        made_by: String::new(),
    }
}

/// The file for one line.
fn one(line: &str) -> String {
    bound(line, Binding::Import)
}

fn bound(line: &str, binding: Binding) -> String {
    let made = made(&format!("//{line}\n"), |sources, inputs| {
        generate(sources, inputs, &options(Os::Windows, &[], binding))
    });
    made.unwrap_or_else(|problems| panic!("{line}: {problems:?}"))
}

/// What is wrong with one line: a code, then the message.
fn told(line: &str) -> Vec<String> {
    let made = made(&format!("//{line}\n"), |sources, inputs| {
        parse_all(sources, inputs, Os::Windows, Binding::Import)
    });
    let problems = made.expect_err(line);
    assert!(problems.iter().all(|problem| problem.help.is_some()));
    let words = problems.iter();
    words
        .map(|problem| format!("{}: {}", problem.code, problem.message))
        .collect()
}

#[test]
fn what_has_no_form_in_c_is_told() {
    let generic = "is of no one type, and a DLL's procedure is";
    let bool = "`bool` is one byte, and Windows' BOOL is four";
    let two = "is two values here, and C's pointer is one";
    for (line, message) in [
        (
            "sys fn f<T: Arg>(x: u8) -> Result<()> = a.F",
            &*format!("`T` {generic}"),
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
            "sys fn f(x: &str) -> Result<()> = a.F",
            "`x` is a string, and `F` ends neither in `W` nor in `A`",
        ),
        (
            "sys fn f(x: &CStr) -> Result<()> = a.FW",
            "`FW` takes UTF-16, and `&CStr` is bytes",
        ),
        (
            "sys fn f(x: Option<&CStr>) -> Result<()> = a.FW",
            "`FW` takes UTF-16, and `Option<&CStr>` is bytes",
        ),
        (
            "sys fn f(x: &U16CStr) -> Result<()> = a.FA",
            "`FA` takes bytes, and `&U16CStr` is UTF-16",
        ),
        (
            "sys unsafe fn f(x: *const [u8]) -> Result<()> = a.F",
            &format!("a pointer to `[u8]` {two}"),
        ),
        (
            "sys fn f(x: &&str) -> Result<()> = a.F",
            &format!("a pointer to `str` {two}"),
        ),
        (
            "sys fn f(x: &mut U16CStr) -> Result<()> = a.F",
            &format!("a pointer to `U16CStr` {two}"),
        ),
        (
            "sys unsafe fn f(x: *mut (u8, u8)) -> Result<()> = a.F",
            "`(u8, u8)` has no form in C",
        ),
        ("sys F(x **bool) (err error) = a.F", bool),
        ("sys F(x []bool) (err error) = a.F", bool),
        ("sys unsafe fn f(x: *mut bool) -> Result<()> = a.F", bool),
        ("sys fn f(x: Option<&mut bool>) -> Result<()> = a.F", bool),
        (
            "sys fn f(out x: [bool; 2]) -> Result<[bool; 2]> = a.F",
            bool,
        ),
        (
            "sys fn f() -> Result<&'static u8> = a.F",
            "`&'static u8` is nothing that a procedure returns",
        ),
        (
            "sys fn f<T: Arg>(x: T) -> Result<()> = a.F",
            &format!("`T` {generic}"),
        ),
        (
            "sys fn f(x: Option<OwnedHandle>) -> Result<()> = a.F",
            "`Option<OwnedHandle>` is more than a handle: any handle is one, also null",
        ),
        (
            "sys fn f() -> Result<Option<OwnedHandle>> = a.F",
            "`Option<OwnedHandle>` is more than a handle: any handle is one, also null",
        ),
        (
            "sys fn f() -> Result<u32, NtStatus> = a.F",
            "the procedure returns the status, and so no `u32`",
        ),
        (
            "sys fn f(x: &U16Str) -> Result<()> = a.F",
            &format!("a pointer to `U16Str` {two}"),
        ),
        (
            "sys unsafe fn f(x: *const Path) -> Result<()> = a.F",
            &format!("a pointer to `Path` {two}"),
        ),
        (
            "sys fn f() -> Result<NonNull<u8>> = a.F",
            "`NonNull<u8>` is never null or zero, and what a procedure gives may be",
        ),
        (
            "sys fn f(out s: OwnedSocket) -> Result<OwnedSocket> = a.F",
            "`OwnedSocket` is never null or zero, and what a procedure gives may be",
        ),
        (
            "sys fn f() -> NonZeroU32 = a.F",
            "`NonZeroU32` is never null or zero, and what a procedure gives may be",
        ),
        (
            "sys fn f(x: Option<u32>) -> Result<()> = a.F",
            "`Option<u32>` is more than its value: every value is one",
        ),
        (
            "sys fn f(x: &mut char) -> Result<()> = a.F",
            "`char` is not every number, and C's characters are",
        ),
        (
            "sys fn f(x: &File) -> Result<()> = a.F",
            "`File` has no form in C",
        ),
        (
            "sys fn f(x: BorrowedFd<'_>) -> Result<()> = a.F",
            "`BorrowedFd<'_>` has no form in C",
        ),
        (
            "sys fn f() -> Result<()> = a.self",
            "`self` can be no function's name",
        ),
        (
            "sys fn f() -> Result<()> [false => 5] = a.F",
            "a call that can't fail has no error",
        ),
        (
            "sys fn f() -> Result<()> [e1] = a.F",
            "a number is no condition",
        ),
        (
            "sys fn f() -> OwnedSocket = a.F",
            "a socket that could not be made is no `OwnedSocket`",
        ),
    ] {
        assert_eq!(told(line), [format!("windows: {message}")], "{line}");
    }
}

#[test]
fn names_that_the_wrapper_has_are_told() {
    for (line, message) in [
        (
            "sys F(failretval int) (err error) = a.F",
            "as what the procedure returns is",
        ),
        ("sys F(e1 int) (err error) = a.F", "as the last error is"),
        (
            "sys F(closesocket int) (err error) = a.closesocket",
            "as the procedure is",
        ),
    ] {
        let told = told(line);
        assert!(told.len() == 1 && told[0].ends_with(message), "{told:?}");
    }
    // Each optional procedure has a second function.
    let lines = "//sys fn f() -> Result<(), CallError> = a.F?\n//sys fn f_available() -> Result<()> = a.G\n";
    let problems = made(lines, |sources, inputs| {
        parse_all(sources, inputs, Os::Windows, Binding::Import)
    });
    assert_eq!(
        problems.unwrap_err()[0].message,
        "`f_available` is declared twice"
    );
}

#[test]
fn an_optional_procedure_s_error_names_it() {
    for (line, message) in [
        (
            "sys fn f() -> Result<()> = a.F?",
            "`F` may be absent, and `Result<()>` can't name it",
        ),
        (
            "sys fn f() -> Result<u8, Win32Error> = a.F?",
            "`F` may be absent, and `Result<u8, Win32Error>` can't name it",
        ),
        (
            "sys fn f() -> Result<(), NtStatus> = a.F?",
            "`F` may be absent, and `Result<(), NtStatus>` can't name it",
        ),
        (
            "sys fn f() -> u32 = a.F?",
            "`F` may be absent, and the line has no place for the error",
        ),
        (
            "sys fn f() = a.F?",
            "`F` may be absent, and the line has no place for the error",
        ),
    ] {
        assert_eq!(told(line), [format!("windows: {message}")], "{line}");
    }
    for good in [
        "Result<(), CallError>",
        "std::io::Result<()>",
        "Result<(), CallError<NtStatus>>",
        "Result<(), Own>",
    ] {
        let text = one(&format!("sys fn f() -> {good} = a.F?"));
        assert!(
            text.contains("first_use!(\"a.dll\", fn F() -> i32);"),
            "{text}"
        );
    }
}

#[test]
fn a_condition_that_says_nothing_is_told() {
    for (line, message) in [
        (
            "sys fn f() -> Result<()> [] = a.F",
            "the condition does not mention `failretval`",
        ),
        (
            "sys fn f() -> Result<()> [1 == 2] = a.F",
            "the condition does not mention `failretval`",
        ),
        (
            "sys F() (n uint32, err error) [true] = a.F",
            "the condition does not mention `failretval`",
        ),
        (
            "sys F() (n uint32) [failretval==0] = a.F",
            "the call can fail, and the line has no place for the error",
        ),
    ] {
        assert_eq!(told(line), [format!("failure: {message}")], "{line}");
    }
    let two = "sys fn f() -> Result<(), NtStatus> [failretval != 0 => failretval] = a.F";
    assert_eq!(
        told(two),
        ["windows: the error is a number, and `NtStatus` is what the procedure returns"]
    );
    let errors = "sys F() (n uint32, regerrno error) = a.F";
    assert_eq!(
        told(errors),
        ["results: `regerrno` is what the procedure returns, and so is the value before it"]
    );
}

/// The condition and the error that are written for a line, and the type of what comes back.
fn failing(line: &str) -> (String, String, String) {
    let text = one(line);
    let between = |from: &str, to: &str| {
        let rest = text.split_once(from).map_or("", |(_, rest)| rest);
        rest.split_once(to)
            .map_or(String::new(), |(found, _)| found.to_string())
    };
    let register = between("fn F(", ");\n");
    let register = register.rsplit_once("-> ");
    let register = register.map_or(String::new(), |(_, ty)| ty.to_string());
    (
        between("    if ", " {\n"),
        between("return Err(", ");\n"),
        register,
    )
}

#[test]
fn each_type_has_its_failure() {
    let last = "::sysline::windows::last_error()";
    let status = |name: &str| format!("::sysline::windows::{name}::new(failretval)");
    let returned = "::sysline::windows::error_of(failretval)";
    for (line, when, error, register) in [
        (
            "sys fn f() -> Result<()> = a.F",
            "failretval == 0",
            last,
            "i32",
        ),
        (
            "sys fn f() -> Result<u8> = a.F",
            "failretval == 0",
            last,
            "u8",
        ),
        (
            "sys fn f() -> Result<bool> = a.F",
            "!failretval",
            last,
            "i32",
        ),
        (
            "sys fn f() -> Result<*mut u8> = a.F",
            "failretval.is_null()",
            last,
            "*mut u8",
        ),
        (
            "sys fn f() -> Result<OwnedHandle> = a.F",
            "failretval.is_null()",
            last,
            "*mut ::core::ffi::c_void",
        ),
        ("sys fn f() -> Result<OwnedSocket> = a.F", "", "", "usize"),
        (
            "sys fn f() -> Result<HANDLE> = a.F",
            "::sysline::windows::is_zero(&failretval)",
            last,
            "HANDLE",
        ),
        (
            "sys fn f() -> Result<(), NtStatus> = a.F",
            "failretval < 0",
            &status("NtStatus"),
            "i32",
        ),
        (
            "sys fn f() -> Result<HResult, HResult> = a.F",
            "failretval < 0",
            &status("HResult"),
            "i32",
        ),
        (
            "sys fn f() -> Result<(), CallError<HResult>> = a.F?",
            "failretval < 0",
            "::sysline::windows::HResult::new(failretval).into()",
            "i32",
        ),
        (
            "sys fn f() -> Result<()> [failretval != 0 => failretval] = a.F",
            "failretval != 0",
            returned,
            "u32",
        ),
        (
            "sys fn f() -> Result<i32> [failretval <= 32 => failretval] = a.F",
            "failretval <= 32",
            "::sysline::windows::error_of(failretval)",
            "i32",
        ),
        (
            "sys fn f() -> Result<i32> [failretval < 0 => 1000 - failretval] = a.F",
            "failretval < 0",
            "::sysline::windows::error_of(1000 - failretval)",
            "i32",
        ),
        (
            "sys fn f() -> Result<()> [failretval == 0xffff_ffff] = a.F",
            "failretval == 0xffff_ffff",
            last,
            "u32",
        ),
        (
            "sys fn f() -> Result<()> [failretval == -1] = a.F",
            "failretval == -1",
            last,
            "i32",
        ),
        ("sys fn f() -> Result<()> [false] = a.F", "", "", ""),
        (
            "sys F() (regerrno error) = a.F",
            "failretval != 0",
            returned,
            "u32",
        ),
        (
            "sys F() (ntstatus error) = a.F",
            "failretval != 0",
            &status("NtStatus"),
            "i32",
        ),
        (
            "sys F() (err error) [] = a.F",
            "failretval == 0",
            last,
            "i32",
        ),
        (
            "sys F() (p *byte, err error) [failretval==nil] = a.F",
            "failretval.is_null()",
            last,
            "*mut u8",
        ),
        (
            "sys F() (p *byte, err error) [failretval!=0] = a.F",
            "!failretval.is_null()",
            last,
            "*mut u8",
        ),
        (
            "sys F() (h Handle, err error) [failretval==0] = a.F",
            "::sysline::windows::is_zero(&failretval)",
            last,
            "Handle",
        ),
        (
            "sys F() (ok bool, err error) [!failretval] = a.F",
            "!failretval",
            last,
            "i32",
        ),
        (
            "sys F() (ok bool, err error) [failretval!=0] = a.F",
            "failretval != 0",
            last,
            "i32",
        ),
        (
            "sys F() (n uint32, err error) [failretval==^uint32(0)] = a.F",
            "failretval == !0u32",
            last,
            "u32",
        ),
        (
            "sys F() (err error) [failretval==^uint32(0)] = a.F",
            "failretval == !0u32",
            last,
            "u32",
        ),
        (
            "sys F() (err error) [failretval&0xff==0] = a.F",
            "failretval & 0xff == 0",
            last,
            "i32",
        ),
        (
            "sys F() (n uint32, err error) [failretval==0 || e1==BAD] = a.F",
            "failretval == 0 || e1 == BAD",
            "::sysline::windows::error_of(e1)",
            "u32",
        ),
    ] {
        let expected = (when.to_string(), error.to_string(), register.to_string());
        assert_eq!(failing(line), expected, "{line}");
    }
}

#[test]
fn the_last_error_is_that_of_the_call() {
    let text = one("sys fn f() -> Result<u8> [failretval == 0 && e1 != 0] = a.F");
    let expected = "    ::sysline::windows::clear_last_error();
    // SAFETY: the line promises that no arguments can do harm.
    let failretval = unsafe { F() };
    let e1 = ::sysline::windows::last_error_code();
    if failretval == 0 && e1 != 0 {
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn a_result_that_nobody_asks_for_is_no_variable() {
    let text = one("sys fn f() -> Result<()> [e1 != 0] = a.F");
    assert!(text.contains("    let _ = unsafe { F() };\n"), "{text}");
}

#[test]
fn a_socket_beside_what_is_filled_has_an_error_of_a_known_type() {
    let text = one("sys fn f(out n: u32) -> Result<(OwnedSocket, u32)> = a.F");
    let made = "::sysline::windows::owned_socket::<::sysline::windows::Win32Error>(failretval)?";
    assert!(text.contains(made), "{text}");
}

#[test]
fn a_handle_that_may_be_absent_is_null() {
    let text = one("sys fn f(x: Option<BorrowedHandle<'_>>) -> Result<()> = a.F");
    assert!(
        text.contains("fn F(x: *mut ::core::ffi::c_void) -> i32);"),
        "{text}"
    );
    assert!(
        text.contains("F(::sysline::windows::handle_or_null(x))"),
        "{text}"
    );
}

#[test]
fn a_procedure_of_two_dlls_is_no_import() {
    let lines = "//sys fn a() -> u8 = a.F\n//sys fn b() -> u8 = b.F\n";
    let with = |lines: &str, binding| {
        made(lines, |sources, inputs| {
            parse_all(sources, inputs, Os::Windows, binding)
        })
    };
    let problems = with(lines, Binding::Import).unwrap_err();
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(messages, ["`F` is imported from `a.dll` and from `b.dll`"]);
    assert!(with(lines, Binding::FirstUse).is_ok());
    // A search knows the DLL; and Windows does not tell capitals from small letters.
    for good in [
        "//sys fn a() -> u8 = a.F\n//sys fn b() -> Result<u8, CallError> = b.F?\n",
        "//sys fn a() -> u8 = a.F\n//sys fn b() -> u8 = A.DLL.F\n",
    ] {
        assert!(with(good, Binding::Import).is_ok(), "{good}");
    }
}

#[test]
fn a_safe_line_has_no_pointer_or_handle_by_another_name() {
    for (ty, code) in [
        ("HKEY", "raw-handle"),
        ("SOCKET", "raw-handle"),
        ("PCWSTR", "raw-pointer"),
        ("Option<HWND>", "raw-handle"),
    ] {
        let told = told(&format!("sys fn f(x: {ty}) -> Result<()> = a.F"));
        assert!(told.len() == 1 && told[0].starts_with(code), "{told:?}");
        one(&format!("sys unsafe fn f(x: {ty}) -> Result<()> = a.F"));
    }
    one("sys fn f(x: HRESULT) -> Result<()> = a.F");
}

#[test]
fn a_long_condition_keeps_its_parentheses() {
    let long = "A_CONSTANT_WITH_A_NAME_THAT_IS_RATHER_LONG";
    let text = one(&format!(
        "sys fn f() -> Result<u32> [(failretval == {long} || e1 == {long}) && (failretval == 0 || e1 != 0)] = a.F"
    ));
    let expected = format!(
        "    if (failretval == {long} || e1 == {long})
        && (failretval == 0 || e1 != 0)
    {{
"
    );
    assert!(text.contains(&expected), "{text}");
    let text = one(&format!(
        "sys fn f() -> Result<u32> [failretval == {long} || failretval == 1 || (e1 == {long} || e1 == 2)] = a.F"
    ));
    let expected = format!(
        "    if failretval == {long}
        || failretval == 1
        || (e1 == {long} || e1 == 2)
    {{
"
    );
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn a_string_with_a_long_name_has_a_short_one_with_its_nul() {
    let long = "a_string_whose_name_is_half_a_row_long_or_more";
    let text = one(&format!(
        "sys fn f({long}: &str, text0: u32) -> Result<()> = a.FW"
    ));
    let expected = format!(
        "    ::sysline::windows::with_wide_str({long}, |text1| {{
        // SAFETY: the line promises that no arguments can do harm.
        let failretval = unsafe {{ FW(text1, text0) }};
"
    );
    assert!(text.contains(&expected), "{text}");
}

#[test]
fn two_strings_with_long_names_have_two_short_ones() {
    let (a, b) = ("a".repeat(50), "b".repeat(50));
    let text = one(&format!(
        "sys fn f({a}: &str, text0: u32, {b}: &str) -> Result<()> = a.FW"
    ));
    assert!(
        text.contains("unsafe { FW(text2, text0, text1) };"),
        "{text}"
    );
}

#[test]
fn a_procedure_may_be_called_like_a_keyword() {
    let text = one("sys F(x uint32) (err error) = a.move");
    assert!(
        text.contains("import!(\"a.dll\", fn r#move(x: u32) -> i32);"),
        "{text}"
    );
    assert!(
        text.contains("unsafe { r#move(x) }") && text.contains("alias = \"move\""),
        "{text}"
    );
}

#[test]
fn a_bool_is_a_number_where_it_is_compared_with_one() {
    let text = one("sys fn f() -> Result<bool> [failretval == -1] = a.F");
    let expected = "    let failretval = unsafe { F() };
    if failretval == -1 {
        return Err(::sysline::windows::last_error());
    }
    Ok(failretval != 0)
}
";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn go_s_empty_slice_is_null() {
    let text = one("sys F(x []byte) (err error) = a.F");
    assert!(
        text.contains("unsafe { F(::sysline::windows::slice_or_null(x), x.len()) };"),
        "{text}"
    );
}

#[test]
fn an_optional_procedure_of_go_has_a_place_for_its_own_error() {
    assert_eq!(
        told("sys F() (n uint32) [failretval!=0] = a.F?"),
        ["failure: the call can fail, and the line has no place for the error"]
    );
}

#[test]
fn each_dll_has_its_file() {
    for (target, file) in [
        ("F", "kernel32.dll"),
        ("a.F", "a.dll"),
        ("7z.F", "7z.dll"),
        ("winspool.drv.F", "winspool.drv"),
        ("a.DLL.F", "a.DLL"),
        (
            "api-ms-win-core-file-l1-1-0.F",
            "api-ms-win-core-file-l1-1-0.dll",
        ),
        ("ext-ms.2-x.F", "ext-ms.2-x.dll"),
    ] {
        let text = one(&format!("sys G() (err error) = {target}"));
        assert!(
            text.contains(&format!("import!(\"{file}\", fn F()")),
            "{text}"
        );
    }
    for bad in ["a.", "-a.F", "a-.F", "a.F-b", "a.7", "a..F"] {
        assert!(
            told(&format!("sys G() (err error) = {bad}")).len() == 1,
            "{bad}"
        );
    }
}

#[test]
fn each_procedure_is_bound_as_asked() {
    for (line, binding, macro_name) in [
        ("sys fn f() -> Result<()> = a.F", Binding::Import, "import"),
        (
            "sys fn f() -> Result<()> = a.F",
            Binding::FirstUse,
            "first_use",
        ),
        (
            "sys fn f() -> u8 = a.F",
            Binding::FirstUse,
            "first_use_or_panic",
        ),
        ("sys fn f() = a.F", Binding::FirstUse, "first_use_or_panic"),
        (
            "sys fn f() -> Result<(), CallError> = a.F?",
            Binding::Import,
            "first_use",
        ),
        ("sys F() = a.F?", Binding::Import, "first_use"),
    ] {
        let text = bound(line, binding);
        let call = format!("    ::sysline::windows::{macro_name}!(\"a.dll\", fn F()");
        assert!(text.contains(&call), "{text}");
        assert_eq!(
            text.contains("fn f_available() -> bool {"),
            line.ends_with('?'),
            "{text}"
        );
    }
}

#[test]
fn go_s_optional_procedures_have_a_place_for_the_error() {
    for (results, ty) in [
        ("", "Result<(), CallError>"),
        (" (err error)", "Result<(), CallError>"),
        (" (n uint32)", "Result<u32, CallError>"),
        (" (n uint32, err error)", "Result<u32, CallError>"),
        (" (ntstatus error)", "Result<(), CallError<NtStatus>>"),
        (" (ret error)", "Result<(), CallError>"),
        (
            " (ret syscall.Errno)",
            "Result<Option<Win32Error>, CallError>",
        ),
    ] {
        let text = one(&format!("sys F(){results} = a.F?"));
        assert!(text.contains(&format!("fn f() -> {ty} {{\n")), "{text}");
    }
    // Without an error of its own the procedure can't fail.
    assert!(!one("sys F() (n uint32) = a.F?").contains("    if "));
}

#[test]
fn a_condition_s_constants_are_of_the_types_modules() {
    let line = "//sys F(n uint32) (err error) [failretval==BAD || failretval==n || e1==Kind(OTHER)] = a.F\n";
    let wrappers = made(line, |sources, inputs| {
        parse_all(sources, inputs, Os::Windows, Binding::Import)
    });
    let names: Vec<String> = mentioned(&wrappers.unwrap()).into_iter().collect();
    assert_eq!(names, ["BAD", "Kind", "OTHER"]);
}

#[test]
fn each_system_has_its_file_of_wrappers() {
    let lines = "//sysnb fn getpid() -> i32\n//sys fn f() -> Result<()> = a.F\n";
    let problems = made(lines, |sources, inputs| {
        parse_all(sources, inputs, Os::EachLine, Binding::Import)
    });
    let problems = problems.unwrap_err();
    let messages: Vec<&str> = problems
        .iter()
        .map(|problem| problem.message.as_str())
        .collect();
    assert_eq!(messages, ["a file has wrappers for one system"]);
}

#[test]
fn a_constant_has_its_type() {
    let text = one("sys fn f(KEY as i32, 3u16, -1i64) -> Result<()> = a.F");
    assert!(
        text.contains("fn F(_: i32, _: u16, _: i64) -> i32);"),
        "{text}"
    );
    assert!(
        text.contains("unsafe { F(KEY as i32, 3u16, -1i64) };"),
        "{text}"
    );
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

#[test]
fn a_reference_to_a_bool_is_read_back() {
    let text = one("sys F(x *bool, x_word uint32) = a.F");
    let expected = "    let mut x_word_ = i32::from(*x);
    // SAFETY: the caller answers for the arguments.
    unsafe { F(&mut x_word_, x_word) };
    *x = x_word_ != 0;
}
";
    assert!(text.contains(expected), "{text}");
    assert!(
        text.contains("fn f(x: &mut bool, x_word: u32) {\n"),
        "{text}"
    );
}
