//! What the README shows is what the command prints.

#[path = "../../../tests/support/runner.rs"]
mod runner;

use std::fs;
use std::path::Path;
use std::process::Output;

/// The README's fenced texts, in order, each with the word behind its fence.
fn fences() -> Vec<(String, String)> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md");
    let text = fs::read_to_string(readme).unwrap();
    let mut fences = Vec::new();
    let mut rows = text.lines();
    while let Some(row) = rows.next() {
        if let Some(word) = row.strip_prefix("```") {
            let body: Vec<&str> = rows.by_ref().take_while(|row| *row != "```").collect();
            fences.push((word.to_string(), body.join("\n") + "\n"));
        }
    }
    fences
}

/// The first fenced text that begins so.
fn fence(word: &str, start: &str) -> String {
    let mut all = fences().into_iter();
    all.find(|(found, text)| found == word && text.starts_with(start))
        .expect("the README has it")
        .1
}

/// Runs `sysline gen`, with more arguments if there are any, on a text that lies in `calls.rs`.
fn generated(name: &str, arguments: &[&str], text: &str) -> Output {
    let folder = std::env::temp_dir().join(format!("sysline-readme-{}-{name}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("calls.rs"), text).unwrap();
    let output = runner::program(env!("CARGO_BIN_EXE_sysline"))
        .args(["gen", "calls.rs"])
        .args(arguments)
        .current_dir(&folder)
        .output();
    fs::remove_dir_all(&folder).unwrap();
    output.unwrap()
}

#[test]
fn the_line_becomes_what_is_shown() {
    let output = generated("line", &[], &fence("rust", "// "));
    let file = String::from_utf8(output.stdout).unwrap();
    assert!(file.ends_with(&fence("rust", "/// ")), "{file}");
}

/// The lines become wrappers, each one.
fn become_wrappers(name: &str, arguments: &[&str], lines: &str) {
    let output = generated(name, arguments, lines);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    let text = String::from_utf8(output.stdout).unwrap();
    let wrappers = text.matches("\n#[inline]\npub ").count() - text.matches("_available()").count();
    assert_eq!(wrappers, lines.matches("//sys").count(), "{text}");
}

#[test]
fn every_line_that_is_shown_is_one() {
    become_wrappers("lines", &[], &fence("text", "//sys  "));
}

#[test]
fn every_line_for_windows_that_is_shown_is_one() {
    let lines = fence("text", "//sys pub unsafe fn wsa_socket");
    become_wrappers("windows", &["--os", "windows"], &lines);
}

#[test]
fn the_bad_line_is_told_as_is_shown() {
    let shown = fence("text", "error[");
    let line = shown
        .lines()
        .find_map(|row| row.strip_prefix("2 | "))
        .unwrap();
    let output = generated("bad", &[], &format!("// Opens.\n{line}\n"));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with(&shown), "{told}");
}

#[test]
fn the_counts_are_those_of_the_table() {
    let readme =
        fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let text = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    let counts = format!(
        "{} call names with their numbers on {} architectures",
        sysline_table::calls().len(),
        sysline_table::Arch::ALL.len()
    );
    assert!(text.contains(&counts), "{counts}");
}

#[test]
fn there_are_two_commands() {
    let commands: Vec<_> = fences()
        .into_iter()
        .filter(|(word, _)| word == "sh")
        .collect();
    assert_eq!(commands.len(), 2);
    assert!(
        commands
            .iter()
            .all(|(_, text)| text.lines().count() == 1 && text.starts_with("cargo "))
    );
}
