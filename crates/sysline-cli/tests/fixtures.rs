//! One folder of `tests/fixtures`, one test: the real command is run in the folder, and what it does is compared with
//! what a person has written beside the input. Owns: how a folder is read. A case is added by adding a folder:
//!
//! - `input.rs`, `input.go`, or several files whose names begin with `input`, in the order of their names;
//! - `args`: more arguments for the command, one a row; there may be none;
//! - what is expected, of which there is one:
//!   - `expected.rs`: what `sysline gen` prints, to the byte; in the group `import`, what `sysline import` prints;
//!   - `expected.err`: the problems, for each `LINE:COLUMN CODE: MESSAGE` and below it, if there is one,
//!     `    help: HELP`;
//!   - `expected.fmt`: the file that `sysline fmt` makes of the input.
//!
//! There is no mode that writes what is expected: it is written by hand, from the rules.

#[path = "../../../tests/support/runner.rs"]
mod runner;

use libtest_mimic::{Arguments, Failed, Trial};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Output};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let trials = folders(&root).into_iter().flat_map(|group| {
        let cases = folders(&group).into_iter();
        cases.map(move |case| {
            let name = format!("{}/{}", name(&group), name(&case));
            Trial::test(name, move || run(&case))
        })
    });
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}

/// One case.
fn run(case: &Path) -> Result<(), Failed> {
    let group = case.parent().map_or(String::new(), name);
    let inputs = inputs(case);
    ensure(!inputs.is_empty(), || "no `input.rs` or `input.go`".into())?;
    let args: Vec<String> = fs::read_to_string(case.join("args"))
        .map(|text| text.lines().map(String::from).collect())
        .unwrap_or_default();
    let expected = |file: &str| fs::read_to_string(case.join(file));
    match (
        expected("expected.rs"),
        expected("expected.err"),
        expected("expected.fmt"),
    ) {
        (Ok(text), Err(_), Err(_)) if group == "import" => {
            prints(case, "import", &args, &inputs, &text)
        }
        (Ok(text), Err(_), Err(_)) => {
            prints(case, "gen", &args, &inputs, &text)?;
            rustfmt_accepts(case)
        }
        (Err(_), Ok(text), Err(_)) => refuses(case, &args, &inputs, &text),
        (Err(_), Err(_), Ok(text)) => formats(case, &args, &inputs, &text),
        _ => Err("there is to be one of expected.rs, expected.err and expected.fmt".into()),
    }
}

/// The command succeeds, says nothing and prints `expected`.
fn prints(
    case: &Path,
    command: &str,
    args: &[String],
    inputs: &[String],
    expected: &str,
) -> Result<(), Failed> {
    let output = sysline(case, command, args, inputs);
    same("standard error", "", &text(&output.stderr))?;
    same("standard output", expected, &text(&output.stdout))?;
    exits(&output, 0)
}

/// The command fails with these problems, prints nothing and writes nothing.
fn refuses(case: &Path, args: &[String], inputs: &[String], expected: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let out = folder.path().join("out.rs").display().to_string();
    let more = ["--error-format", "json", "-o", &out].map(String::from);
    let output = sysline(case, "gen", &[args, &more].concat(), inputs);
    let problems: Result<Vec<String>, Failed> = text(&output.stderr).lines().map(problem).collect();
    same("the problems", expected, &problems?.concat())?;
    same("standard output", "", &text(&output.stdout))?;
    ensure(fs::read_dir(folder.path())?.next().is_none(), || {
        "a file was written".into()
    })?;
    exits(&output, 1)
}

/// A problem as `expected.err` has it.
fn problem(json: &str) -> Result<String, Failed> {
    let json: Value = serde_json::from_str(json).map_err(|error| format!("{error}: {json}"))?;
    let word = |value: &Value| value.as_str().unwrap_or("?").to_string();
    let place = &json["place"];
    let mut text = format!(
        "{}:{} {}: {}\n",
        place["line"],
        place["column"],
        word(&json["code"]),
        word(&json["message"])
    );
    if !json["help"].is_null() {
        text.push_str(&format!("    help: {}\n", word(&json["help"])));
    }
    Ok(text)
}

/// The command makes `expected` of the input, and nothing new of that.
fn formats(case: &Path, args: &[String], inputs: &[String], expected: &str) -> Result<(), Failed> {
    let [input] = inputs else {
        return Err("one input is wanted".into());
    };
    let before = fs::read_to_string(case.join(input))?;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join(input);
    fs::write(&file, &before)?;
    let check = [args, &["--check".to_string()]].concat();

    let output = sysline(folder.path(), "fmt", &check, inputs);
    exits(&output, i32::from(before != expected))?;
    same(
        "the file after --check",
        &before,
        &fs::read_to_string(&file)?,
    )?;

    let output = sysline(folder.path(), "fmt", args, inputs);
    same("standard error", "", &text(&output.stderr))?;
    same("the file", expected, &fs::read_to_string(&file)?)?;
    same("standard output", "", &text(&output.stdout))?;
    exits(&output, 0)?;

    let output = sysline(folder.path(), "fmt", &check, inputs);
    same(
        "what is said of a formatted file",
        "",
        &text(&output.stderr),
    )?;
    exits(&output, 0)
}

fn sysline(folder: &Path, command: &str, args: &[String], inputs: &[String]) -> Output {
    runner::program(env!("CARGO_BIN_EXE_sysline"))
        .arg(command)
        .args(args)
        .args(inputs)
        .current_dir(folder)
        .output()
        .expect("the command can be run")
}

/// Whether a case's `expected.rs` is as rustfmt leaves it. Where there is no rustfmt, it says so and asks nothing.
fn rustfmt_accepts(case: &Path) -> Result<(), Failed> {
    let output = Command::new("rustfmt")
        .args(["--check", "--color", "never", "--edition", "2024"])
        .arg(case.join("expected.rs"))
        .output();
    match output {
        Err(error) => {
            let case = name(case);
            println!("skipped: {case}: no rustfmt to compare with: {error}");
            Ok(())
        }
        Ok(output) => ensure(output.status.success(), || {
            format!(
                "rustfmt would change it:\n{}{}",
                text(&output.stdout),
                text(&output.stderr)
            )
        }),
    }
}

fn exits(output: &Output, code: i32) -> Result<(), Failed> {
    ensure(output.status.code() == Some(code), || {
        format!("{} where exit code {code} is expected", output.status)
    })
}

fn ensure(right: bool, message: impl FnOnce() -> String) -> Result<(), Failed> {
    if right { Ok(()) } else { Err(message().into()) }
}

/// Tells the first row that differs, and then the whole text.
fn same(what: &str, expected: &str, found: &str) -> Result<(), Failed> {
    if expected == found {
        return Ok(());
    }
    let left: Vec<&str> = expected.split_inclusive('\n').collect();
    let right: Vec<&str> = found.split_inclusive('\n').collect();
    let row = (0..left.len().max(right.len()))
        .find(|&row| left.get(row) != right.get(row))
        .unwrap_or(0);
    Err(format!(
        "{what}, row {}:\n  expected {:?}\n  found    {:?}\nthe whole of it:\n{found}",
        row + 1,
        left.get(row).unwrap_or(&"nothing"),
        right.get(row).unwrap_or(&"nothing")
    )
    .into())
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn name(path: impl AsRef<Path>) -> String {
    let name = path.as_ref().file_name().unwrap_or_default();
    name.to_string_lossy().into_owned()
}

/// The folders in a folder, by name.
fn folders(path: &Path) -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = entries(path).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// The names of a case's inputs.
fn inputs(case: &Path) -> Vec<String> {
    let mut inputs: Vec<String> = entries(case)
        .map(name)
        .filter(|name| name.starts_with("input"))
        .collect();
    inputs.sort();
    inputs
}

fn entries(path: &Path) -> impl Iterator<Item = PathBuf> {
    fs::read_dir(path)
        .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
        .map(|entry| entry.expect("the folder can be read").path())
}
