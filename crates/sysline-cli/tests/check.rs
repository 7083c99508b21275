//! What `sysline check` says of lines, and for Windows of libraries and DLLs. Those are made by hand (`check/made.rs`);
//! real ones are asked too where a machine has them.

#[path = "check/made.rs"]
mod made;
#[path = "../../../tests/support/runner.rs"]
mod runner;

use made::{Import, NameType};
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;

/// Where Debian's `mingw-w64-x86-64-dev` and `libwine` put theirs.
const MINGW: &str = "/usr/x86_64-w64-mingw32/lib";
const WINE: &str = "/usr/lib/x86_64-linux-gnu/wine/x86_64-windows";

/// A folder that the command is run in, with libraries in `libs`.
struct Folder(TempDir);

/// What a run gave.
#[derive(Debug, PartialEq)]
struct Run {
    code: Option<i32>,
    out: String,
    err: String,
}

impl Folder {
    fn new() -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        fs::create_dir(folder.0.path().join("libs")).unwrap();
        folder
    }

    /// One with libraries.
    fn with(libraries: &[(&str, Vec<u8>)]) -> Folder {
        let folder = Folder::new();
        for (name, bytes) in libraries {
            folder.write(&format!("libs/{name}"), bytes);
        }
        folder
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn run_with(&self, input: &str, args: &[&str]) -> Run {
        let mut child = runner::program(env!("CARGO_BIN_EXE_sysline"))
            .arg("check")
            .args(args)
            .current_dir(self.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // A command that reads nothing may have ended by now.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        let output = child.wait_with_output().unwrap();
        Run {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    fn run(&self, args: &[&str]) -> Run {
        self.run_with("", args)
    }

    /// Checks lines for these targets with the folder's libraries.
    fn check(&self, targets: &[&str]) -> Run {
        self.check_in(&["libs"], targets)
    }

    fn check_in(&self, libraries: &[&str], targets: &[&str]) -> Run {
        let mut args = vec!["--os", "windows"];
        args.extend(libraries.iter().flat_map(|folder| ["--libraries", folder]));
        args.push("-");
        self.run_with(&lines(targets), &args)
    }
}

/// A line a target; a name that is no target is a line that has none.
fn lines(targets: &[&str]) -> String {
    let line = |(at, target): (usize, &&str)| match target.strip_suffix('?') {
        Some(_) => format!(
            "//sys pub unsafe fn call_{at}() -> Result<u32, CallError> [failretval == 0] = {target}\n"
        ),
        None => format!("//sys pub unsafe fn call_{at}() -> u32 = {target}\n"),
    };
    targets.iter().enumerate().map(line).collect()
}

fn done(out: &str) -> Run {
    Run {
        code: Some(0),
        out: out.into(),
        err: String::new(),
    }
}

fn failed(err: &str) -> Run {
    Run {
        code: Some(1),
        out: String::new(),
        err: err.into(),
    }
}

/// What a run told, without places: each problem, and what it says to do.
fn told(run: &Run) -> Vec<&str> {
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{}", run.err);
    let rows = run.err.lines();
    rows.filter_map(|row| {
        let problem = row.starts_with("error[").then_some(row);
        problem.or_else(|| row.trim_start().strip_prefix("= help: "))
    })
    .collect()
}

/// Two DLLs, one of them by a library that GNU's tools make, one by a library of short imports.
fn two_dlls() -> Folder {
    Folder::with(&[
        (
            "libws2_32.a",
            made::gnu_library("WS2_32.dll", &["WSASocketW", "WSASocketA", "closesocket"]),
        ),
        (
            "Kernel32.Lib",
            made::short_library("KERNEL32.dll", &["CreateFileA", "CreateFileW", "Sleep"]),
        ),
    ])
}

// Lines.

#[test]
fn right_lines_for_linux() {
    let folder = Folder::new();
    folder.write("a.rs", "//sysnb pub fn getpid() -> Pid\n");
    folder.write("b.go", "//sysnb\tGetppid() (pid int)\n");
    assert_eq!(folder.run(&["a.rs"]), done("1 line, all right\n"));
    assert_eq!(folder.run(&["a.rs", "b.go"]), done("2 lines, all right\n"));
    assert_eq!(
        folder.run_with("//sysnb\tGetppid() (pid int)\n", &["--dialect", "go", "-"]),
        done("1 line, all right\n")
    );
}

#[test]
fn a_bad_line_in_full() {
    let folder = Folder::new();
    folder.write("a.rs", "//sys pub fn opennat() -> Result<()>\n");
    let run = folder.run(&["a.rs"]);
    assert_eq!(
        run,
        failed(
            "\
error[unknown-call]: unknown system call `opennat`
 --> a.rs:1:14
  |
1 | //sys pub fn opennat() -> Result<()>
  |              ^^^^^^^ not in the table of any architecture
  |
  = help: did you mean `openat`? name it with `= SYS_OPENAT`; for a call newer than the table, write its number: `= 462`

error: 1 problem; nothing is written
"
        )
    );
}

#[test]
fn all_bad_lines_of_all_files_are_told_and_then_no_procedure_is() {
    let folder = two_dlls();
    folder.write(
        "a.rs",
        "//sys pub fn f(\n//sys pub fn g() = ws2_32.Nothing\n",
    );
    folder.write("b.rs", "//sys pub fn h() -> u32 = SYS_READ\n");
    let args = [
        "--os",
        "windows",
        "--libraries",
        "libs",
        "a.rs",
        "b.rs",
        "c.rs",
    ];
    let run = folder.run(&args);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    for words in ["error: c.rs: ", "a.rs:1:15", "b.rs:1:27", "2 problems"] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
    assert!(!run.err.contains("Nothing"), "{}", run.err);
}

#[test]
fn no_line_in_any_file() {
    let folder = Folder::new();
    folder.write("a.rs", "fn a() {}\n");
    let error = failed(
        "error: no `//sys` line in a.rs\n  = help: a line is a comment that begins with `//sys` or `//sysnb` and a \
         blank\n",
    );
    assert_eq!(folder.run(&["a.rs"]), error);
    assert_eq!(folder.run(&["--os", "windows", "a.rs"]), error);
}

// Procedures.

#[test]
fn procedures_that_are_there() {
    let folder = two_dlls();
    assert_eq!(
        folder.check(&[
            "ws2_32.WSASocketW",
            "WS2_32.dll.closesocket",
            "Sleep",
            "kernel32.Sleep"
        ]),
        done("4 lines: 3 procedures of 2 DLLs found in libs\n")
    );
    assert_eq!(
        folder.check(&["Sleep"]),
        done("1 line: 1 procedure of 1 DLL found in libs\n")
    );
}

#[test]
fn a_misspelt_procedure_in_full() {
    let folder = two_dlls();
    let library = Path::new("libs").join("libws2_32.a");
    let library = library.display();
    assert_eq!(
        folder.check(&["Sleep", "ws2_32.WSASocktW"]),
        failed(&format!(
            "\
error[unknown-procedure]: `ws2_32.dll` has no `WSASocktW`
 --> -:2:46
  |
2 | //sys pub unsafe fn call_1() -> u32 = ws2_32.WSASocktW
  |                                              ^^^^^^^^^ not in {library}
  |
  = help: did you mean `WSASocketW`?

error: 1 problem; nothing is written
"
        ))
    );
}

#[test]
fn a_misspelt_dll_in_full() {
    assert_eq!(
        two_dlls().check(&["ws2_23.WSASocketW"]),
        failed(
            "\
error[unknown-dll]: there is no `ws2_23.dll`
 --> -:1:39
  |
1 | //sys pub unsafe fn call_0() -> u32 = ws2_23.WSASocketW
  |                                       ^^^^^^ not in libs
  |
  = help: did you mean `ws2_32`?

error: 1 problem; nothing is written
"
        )
    );
}

#[test]
fn what_a_wrong_name_may_mean() {
    let folder = two_dlls();
    for (target, problem, help) in [
        (
            "CreateFile",
            "error[unknown-procedure]: `kernel32.dll` has no `CreateFile`",
            "did you mean `CreateFileW`?",
        ),
        (
            "kernel32.closesocket",
            "error[unknown-procedure]: `kernel32.dll` has no `closesocket`",
            "`ws2_32.dll` has it: write `= ws2_32.closesocket`",
        ),
        (
            "WSASocket",
            "error[unknown-procedure]: `kernel32.dll` has no `WSASocket`",
            "`ws2_32.dll` has `WSASocketW`: write `= ws2_32.WSASocketW`",
        ),
        (
            "kernel32.sleep",
            "error[unknown-procedure]: `kernel32.dll` has no `sleep`",
            "did you mean `Sleep`?",
        ),
        (
            "kernel32.Nothing",
            "error[unknown-procedure]: `kernel32.dll` has no `Nothing`",
            "name a folder that knows a newer one with `--libraries DIR`, or write `= kernel32.Nothing?` where it may \
             be absent",
        ),
        (
            "somewhere.Sleep",
            "error[unknown-dll]: there is no `somewhere.dll`",
            "`kernel32.dll` has it: write `= kernel32.Sleep`",
        ),
        (
            "somewhere.Nothing",
            "error[unknown-dll]: there is no `somewhere.dll`",
            "name a folder that has it with `--libraries DIR`",
        ),
        (
            "kernel32.drv.Sleep",
            "error[unknown-dll]: there is no `kernel32.drv`",
            "did you mean `kernel32`?",
        ),
        (
            "api-ms-win-core-synch-l1-2-0.Sleep",
            "error[unknown-dll]: there is no `api-ms-win-core-synch-l1-2-0.dll`",
            "it is a set of Windows' API, which few folders have as a file: name one that has, such as System32's \
             `downlevel` or mingw-w64's libraries",
        ),
    ] {
        assert_eq!(told(&folder.check(&[target])), [problem, help], "{target}");
    }
}

#[test]
fn a_line_without_a_target_is_told_how_to_have_one() {
    let folder = two_dlls();
    let input = "//sys pub unsafe fn create_file() -> u32\n//sys pub unsafe fn nothing() -> u32\n";
    let args = ["--os", "windows", "--libraries", "libs", "-"];
    assert_eq!(
        told(&folder.run_with(input, &args)),
        [
            "error[unknown-procedure]: `kernel32.dll` has no `create_file`",
            "did you mean `CreateFileW`? name it with `= kernel32.CreateFileW`",
            "error[unknown-procedure]: `kernel32.dll` has no `nothing`",
            "name the procedure with `= dll.Proc`",
        ]
    );
    // It can't have misspelt the DLL, which it does not name.
    let folder = Folder::with(&[("kernel33.dll", made::dll(&["Sleep"]))]);
    assert_eq!(
        told(&folder.check(&["Sleep", "Nothing"])),
        [
            "error[unknown-dll]: there is no `kernel32.dll`",
            "`kernel33.dll` has it: write `= kernel33.Sleep`",
            "error[unknown-dll]: there is no `kernel32.dll`",
            "name a folder that has it with `--libraries DIR`",
        ]
    );
}

#[test]
fn more_dlls_than_one_have_it() {
    let dll = || made::dll(&["Open"]);
    let folder = Folder::with(&[
        ("api-ms-win-a-l1-1-0.dll", dll()),
        ("kernelbase.dll", dll()),
        ("kernel32.dll", made::dll(&["Close"])),
    ]);
    assert_eq!(
        told(&folder.check(&["Open"]))[1],
        "`kernelbase.dll` and another DLL have it: write `= kernelbase.Open`"
    );
    folder.write("libs/user32.dll", dll());
    assert_eq!(
        told(&folder.check(&["Open"]))[1],
        "`user32.dll` and 2 other DLLs have it: write `= user32.Open`"
    );
}

#[test]
fn what_is_optional_may_be_absent() {
    let folder = two_dlls();
    assert_eq!(
        folder.check(&[
            "Sleep",
            "kernel32.CreateFileW?",
            "Nothing?",
            "ws2_32.WSASocktW?",
            "none.Sleep?"
        ]),
        done("5 lines: 2 procedures of 1 DLL found in libs; 4 optional, 3 not here\n")
    );
}

#[test]
fn problems_are_told_in_the_order_of_lines_and_files() {
    let folder = two_dlls();
    folder.write("b.rs", lines(&["none.A", "ws2_32.B"]));
    folder.write("a.go", "//sys\tC() (x uint32) = ws2_32.C\n");
    let args = ["--os", "windows", "--libraries", "libs", "b.rs", "a.go"];
    let run = folder.run(&args);
    let places: Vec<&str> = run
        .err
        .lines()
        .filter_map(|row| row.trim_start().strip_prefix("--> "))
        .collect();
    assert_eq!(places, ["b.rs:1:39", "b.rs:2:46", "a.go:1:31"]);
    assert!(
        run.err
            .ends_with("\nerror: 3 problems; nothing is written\n")
    );
}

#[test]
fn problems_as_json() {
    let folder = two_dlls();
    folder.write("a.rs", lines(&["ws2_32.WSASocktW", "ws2_23.Sleep"]));
    let args = [
        "--error-format",
        "json",
        "--os",
        "windows",
        "--libraries",
        "libs",
        "a.rs",
    ];
    let run = folder.run(&args);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    let problems: Vec<serde_json::Value> = run
        .err
        .lines()
        .map(|row| serde_json::from_str(row).unwrap())
        .collect();
    let [procedure, dll] = &problems[..] else {
        panic!("{}", run.err);
    };
    assert_eq!(procedure["code"], "unknown-procedure");
    assert_eq!(procedure["message"], "`ws2_32.dll` has no `WSASocktW`");
    assert_eq!(procedure["place"]["line"], 1);
    assert_eq!(procedure["place"]["column"], 46);
    assert_eq!(procedure["place"]["byte_start"], 45);
    assert_eq!(procedure["place"]["byte_end"], 54);
    assert_eq!(procedure["help"], "did you mean `WSASocketW`?");
    assert_eq!(dll["code"], "unknown-dll");
    assert_eq!(dll["place"]["line"], 2);
}

// Files of every kind.

#[test]
fn dlls_of_both_widths() {
    let folder = Folder::with(&[
        ("ONE.DLL", made::dll(&["Address", "Forwarded"])),
        ("two.drv", made::dll_32(&["Address", "Forwarded"])),
        ("none.dll", made::dll(&[])),
    ]);
    for targets in [
        ["one.Address", "one.Forwarded"],
        ["two.drv.Address", "two.drv.Forwarded"],
    ] {
        assert_eq!(
            folder.check(&targets),
            done("2 lines: 2 procedures of 1 DLL found in libs\n")
        );
    }
    // The linker would bind both to one of the DLLs.
    assert_eq!(
        told(&folder.check(&["one.Address", "two.drv.Address"])),
        [
            "error[windows]: `Address` is imported from `one.dll` and from `two.drv`",
            "have one of them found at first use: with `?` behind it, or all with `gen --lazy`",
        ]
    );
    assert_eq!(
        told(&folder.check(&["none.Adress", "one.Addres"])),
        [
            "error[unknown-procedure]: `none.dll` has no `Adress`",
            "name a folder that knows a newer one with `--libraries DIR`, or write `= none.Adress?` where it may be \
             absent",
            "error[unknown-procedure]: `one.dll` has no `Addres`",
            "did you mean `Address`?",
        ]
    );
}

#[test]
fn libraries_of_32_bits_have_decorated_symbols_and_plain_names() {
    let folder = Folder::with(&[
        ("liba.a", made::gnu_library_32("a.dll", &["Foo", "Bar"])),
        ("b.lib", made::short_library_32("b.dll")),
    ]);
    assert_eq!(
        folder.check(&["a.Foo", "a.Bar", "b.PlainName", "b.Undecorated"]),
        done("4 lines: 4 procedures of 2 DLLs found in libs\n")
    );
    // The loader looks for `Decorated@4`, which no line can name, and for a number.
    assert_eq!(told(&folder.check(&["b.Decorated", "b.ByNumber"])).len(), 4);
}

#[test]
fn a_name_is_what_the_loader_looks_for() {
    let imports = [
        // Data has no symbol but `__imp_`; this one has the other too, which changes nothing.
        Import {
            symbol: "environ",
            name: Some("_environ"),
        },
        Import {
            symbol: "ByNumber",
            name: None,
        },
    ];
    let mut members = made::gnu_members(0x8664, "lib", "msvcrt.dll", &imports);
    // Helpers: an object without imports, one that is none, and a short name for a long one.
    members.push((
        "helper.o/",
        made::object(0x8664, &[(".text", b"\xc3")], &[("helper", 1)]),
    ));
    members.push(("notes/", b"an odd text".to_vec()));
    let folder = Folder::with(&[("libmsvcrt.a", made::archive(&members))]);
    assert_eq!(folder.check(&["msvcrt._environ"]).code, Some(0));
    for none in ["environ", "ByNumber", "helper"] {
        let run = folder.check(&[&format!("msvcrt.{none}")]);
        let problem = format!("error[unknown-procedure]: `msvcrt.dll` has no `{none}`");
        assert_eq!(told(&run)[0], problem);
    }
}

#[test]
fn a_library_may_be_of_other_dlls_than_its_name_says() {
    let import = |name| Import {
        symbol: name,
        name: Some(name),
    };
    let mut members = made::gnu_members(
        0x8664,
        "synch",
        "api-ms-win-core-synch-l1-2-0.dll",
        &[import("Wait")],
    );
    members.extend(
        made::gnu_members(0x8664, "drv", "WINSPOOL.DRV", &[import("OpenPrinterW")]).split_off(1),
    );
    members.push((
        "x/",
        made::short_import(0x8664, "Third", "third.dll", NameType::Name),
    ));
    let folder = Folder::with(&[("libwinspool.a", made::archive(&members))]);
    assert_eq!(
        folder.check(&[
            "api-ms-win-core-synch-l1-2-0.Wait",
            "winspool.drv.OpenPrinterW",
            "third.Third"
        ]),
        done("3 lines: 3 procedures of 3 DLLs found in libs\n")
    );
    assert_eq!(
        told(&folder.check(&["winspool.OpenPrinterW", "third.Wait"])),
        [
            "error[unknown-dll]: there is no `winspool.dll`",
            "did you mean `winspool.drv`?",
            "error[unknown-procedure]: `third.dll` has no `Wait`",
            "`api-ms-win-core-synch-l1-2-0.dll` has it: write `= api-ms-win-core-synch-l1-2-0.Wait`",
        ]
    );
}

#[test]
fn a_procedure_is_there_when_any_folder_has_it() {
    let folder = Folder::with(&[("libkernel32.a", made::gnu_library("KERNEL32.dll", &["Old"]))]);
    fs::create_dir(folder.0.path().join("more")).unwrap();
    folder.write("more/kernel32.dll", made::dll(&["New"]));
    assert_eq!(
        folder.check_in(&["libs", "more"], &["Old", "New"]),
        done("2 lines: 2 procedures of 1 DLL found in libs, more\n")
    );
    assert_eq!(
        told(&folder.check(&["Old", "New"]))[0],
        "error[unknown-procedure]: `kernel32.dll` has no `New`"
    );
}

#[test]
fn names_in_libraries_that_no_line_can_write_are_not_proposed() {
    let folder = Folder::with(&[(
        "a.dll",
        made::dll(&["?Open@@YAXXZ", "Opn\x1b[31m", "Opens"]),
    )]);
    let run = folder.check(&["a.Open"]);
    assert_eq!(told(&run)[1], "did you mean `Opens`?");
    assert!(!run.err.contains('\x1b'));
}

// What can't be read.

#[test]
fn a_folder_that_is_not_there_or_has_nothing() {
    let folder = Folder::new();
    let help = "name a folder with import libraries or DLLs";
    assert_eq!(
        folder.check(&["Sleep"]),
        failed(&format!(
            "error: libs: has neither import libraries nor DLLs\n  = help: {help}\n"
        ))
    );
    let run = folder.check_in(&["none"], &["Sleep"]);
    assert_eq!((run.code, run.out.as_str()), (Some(1), ""));
    assert!(
        run.err.starts_with("error: none: ") && run.err.contains(help),
        "{}",
        run.err
    );
}

#[test]
fn a_file_that_is_no_library_is_told_once() {
    for (file, bytes, why) in [
        (
            "libkernel32.a",
            &b"INPUT(-lkernel32)"[..],
            "no import library: ",
        ),
        ("kernel32.lib", b"!<arch>\nnonsense", "no import library: "),
        (
            "kernel32.lib",
            b"!<thin>\n",
            "no import library: it is a thin archive: its members are in other files",
        ),
        (
            "kernel32.dll",
            b"MZ and no more, as in the days of DOS",
            "no DLL: ",
        ),
        ("kernel32.dll", b"", "no DLL: "),
        (
            "kernel32.dll",
            &made::gnu_library("kernel32.dll", &["Sleep"]),
            "no DLL: it is not in the PE format",
        ),
    ] {
        let folder = Folder::with(&[(file, bytes.to_vec())]);
        let run = folder.check(&["Sleep", "kernel32.Nothing?", "Open"]);
        assert_eq!((run.code, run.out.as_str()), (Some(1), ""), "{file}");
        let path = Path::new("libs").join(file);
        let message = format!("error: {}: {why}", path.display());
        assert!(run.err.starts_with(&message), "{}", run.err);
        assert_eq!(run.err.lines().count(), 2, "{}", run.err);
    }
}

#[test]
fn a_library_that_can_t_be_read_is_told_where_it_could_be_the_one() {
    let folder = two_dlls();
    folder.write("libs/windows.lib", b"!<arch>\nnonsense");
    assert_eq!(folder.check(&["Sleep"]).code, Some(0));
    let path = Path::new("libs").join("windows.lib");
    let message = format!("error: {}: no import library: ", path.display());
    let run = folder.check(&["user32.MessageBoxW"]);
    assert!(run.err.starts_with(&message), "{}", run.err);
    assert!(run.err.contains("there is no `user32.dll`"), "{}", run.err);
    let run = folder.check(&["kernel32.Nothing"]);
    assert!(!run.err.contains("windows.lib"), "{}", run.err);
}

#[test]
fn an_import_without_its_dll() {
    let imports = [Import {
        symbol: "Sleep",
        name: Some("Sleep"),
    }];
    let mut members = made::gnu_members(0x8664, "lib", "kernel32.dll", &imports);
    members.remove(1); // the tail, which names it
    let folder = Folder::with(&[("libkernel32.a", made::archive(&members))]);
    let path = Path::new("libs").join("libkernel32.a");
    assert_eq!(
        folder.check(&["Sleep"]),
        failed(&format!(
            "error: {}: no import library: it does not say of which DLL `Sleep` is\n  = help: put a whole file in its \
             place, or take it away\n",
            path.display()
        ))
    );
}

/// Shortened files are read by the reader's own test too, at every byte.
#[test]
fn shortened_files_end_with_zero_or_one() {
    for (file, bytes) in [
        (
            "libkernel32.a",
            made::gnu_library("kernel32.dll", &["Sleep"]),
        ),
        (
            "kernel32.lib",
            made::short_library("kernel32.dll", &["Sleep"]),
        ),
        ("kernel32.dll", made::dll(&["Sleep"])),
    ] {
        let folder = Folder::with(&[(file, bytes.clone())]);
        assert_eq!(folder.check(&["Sleep"]).code, Some(0), "{file}");
        let step = if is_emulated() { 1013 } else { 41 };
        for length in (0..bytes.len()).step_by(step) {
            folder.write(&format!("libs/{file}"), &bytes[..length]);
            let run = folder.check(&["Sleep"]);
            assert_eq!(run.code, Some(1), "{file}, {length} bytes: {}", run.err);
            assert!(!run.err.contains("panicked"), "{file}, {length} bytes");
        }
    }
}

// The command line.

#[test]
fn libraries_are_for_windows() {
    let folder = two_dlls();
    folder.write("a.rs", "//sysnb pub fn getpid() -> Pid\n");
    for args in [
        &["--libraries", "libs", "a.rs"][..],
        &["--os", "plan9", "a.rs"],
        &[],
    ] {
        let run = folder.run(args);
        assert_eq!((run.code, run.out.as_str()), (Some(2), ""), "{args:?}");
        assert!(!run.err.is_empty());
    }
}

#[test]
fn help_has_examples() {
    for args in [["--help"], ["-h"]] {
        let run = Folder::new().run(&args);
        assert_eq!((run.code, run.err.as_str()), (Some(0), ""), "{args:?}");
        assert!(
            run.out.contains("\nExamples:\n  sysline check "),
            "{}",
            run.out
        );
    }
}

// Real libraries.

/// Whether this runs in an emulator, which takes some twenty times as long for a whole folder of libraries as the machine
/// itself, whose tests have read it.
fn is_emulated() -> bool {
    std::env::var_os("SYSLINE_EMULATOR").is_some()
}

/// Whether a folder is here and to be read; says so where it is not here.
fn is_here(test: &str, folder: &str) -> bool {
    if is_emulated() {
        return false;
    }
    let here = Path::new(folder).is_dir();
    if !here {
        println!("skipped: {test}: {folder} is not here");
    }
    here
}

/// Procedures that Windows has had for long, with strings and without, and data.
const OLD: &[&str] = &[
    "CloseHandle",
    "CreateFileW",
    "kernel32.GetLastError",
    "ws2_32.WSASocketW",
    "ws2_32.closesocket",
    "advapi32.SystemFunction036",
    "ntdll.NtClose",
    "user32.MessageBoxW",
    "winspool.drv.OpenPrinterW",
    "msvcrt._environ",
];

#[test]
fn mingw_s_libraries() {
    if !is_here("mingw_s_libraries", MINGW) {
        return;
    }
    let folder = Folder::new();
    let set = "api-ms-win-core-synch-l1-2-0.WaitOnAddress";
    assert_eq!(
        folder.check_in(&[MINGW], &[OLD, &[set]].concat()),
        done(&format!(
            "11 lines: 11 procedures of 8 DLLs found in {MINGW}\n"
        ))
    );
    let wrong = [
        "ws2_32.WSASocktW",
        "MessageBox",
        "ws2_31.closesocket",
        "winspool.OpenPrinterW",
        "msvcrt.strdup",
    ];
    assert_eq!(
        told(&folder.check_in(&[MINGW], &wrong)),
        [
            "error[unknown-procedure]: `ws2_32.dll` has no `WSASocktW`",
            "did you mean `WSASocketW`?",
            "error[unknown-procedure]: `kernel32.dll` has no `MessageBox`",
            "`user32.dll` has `MessageBoxW`: write `= user32.MessageBoxW`",
            "error[unknown-dll]: there is no `ws2_31.dll`",
            "did you mean `ws2_32`?",
            "error[unknown-dll]: there is no `winspool.dll`",
            "did you mean `winspool.drv`?",
            "error[unknown-procedure]: `msvcrt.dll` has no `strdup`",
            "did you mean `_strdup`?",
        ]
    );
}

#[cfg(not(windows))] // which looks in its own folder
#[test]
fn mingw_s_libraries_are_the_default() {
    if is_emulated() {
        return;
    }
    let folder = Folder::new();
    let run = folder.run_with(&lines(OLD), &["--os", "windows", "-"]);
    if Path::new(MINGW).is_dir() {
        let summary = format!("10 lines: 10 procedures of 7 DLLs found in {MINGW}\n");
        return assert_eq!(run, done(&summary));
    }
    assert_eq!(run.code, Some(1));
    for words in [MINGW, "mingw-w64-x86-64-dev", "--libraries DIR", "wine"] {
        assert!(run.err.contains(words), "{words}: {}", run.err);
    }
}

#[cfg(windows)]
#[test]
fn windows_own_dlls_are_the_default() {
    let run = Folder::new().run_with(&lines(OLD), &["--os", "windows", "-"]);
    assert_eq!((run.code, run.err.as_str()), (Some(0), ""));
    let found = "10 lines: 10 procedures of 7 DLLs found in ";
    let folder = run.out.strip_prefix(found).unwrap().to_lowercase();
    assert!(folder.contains(r"\system32"), "{folder}");
}

#[test]
fn wine_s_dlls() {
    if !is_here("wine_s_dlls", WINE) {
        return;
    }
    let folder = Folder::new();
    assert_eq!(
        folder.check_in(&[WINE], OLD),
        done(&format!(
            "10 lines: 10 procedures of 7 DLLs found in {WINE}\n"
        ))
    );
    assert_eq!(
        told(&folder.check_in(&[WINE], &["ws2_32.WSASocktW", "ws2_23.closesocket"])),
        [
            "error[unknown-procedure]: `ws2_32.dll` has no `WSASocktW`",
            "did you mean `WSASocketW`?",
            "error[unknown-dll]: there is no `ws2_23.dll`",
            "did you mean `ws2_32`?",
        ]
    );
}
