//! What the compiler says of a bad line in `sys!`, and where it points: a file each, with the words beside it.

use std::process::Command;

/// Lines that break our rules: the words are ours.
#[test]
fn macro_errors_of_ours() {
    trybuild::TestCases::new().compile_fail("tests/macro_errors/ours/*.rs");
}

/// Lines that are right and mention what is not: the words are the compiler's, whose every version has its own.
#[test]
fn macro_errors_of_rustc() {
    let version = include_str!("macro_errors/rustc/version.txt").trim();
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let found = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("rustc runs");
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    if !found.contains(&format!("rustc {version}.")) {
        let found = found.trim_end();
        println!(
            "skipped: macro_errors_of_rustc: the words are those of rustc {version}, and this is {found}"
        );
        return;
    }
    trybuild::TestCases::new().compile_fail("tests/macro_errors/rustc/*.rs");
}
