//! The declarations are those of the seed, all of them and nothing else.

use std::path::Path;

const CHECKED_IN: &str = include_str!("syscall_linux.go");

fn declarations(text: &str) -> Vec<&str> {
    let is_one = |row: &&str| {
        let behind = row.strip_prefix("//sysnb").or(row.strip_prefix("//sys"));
        behind.is_some_and(|rest| rest.starts_with([' ', '\t']))
    };
    text.lines().filter(is_one).collect()
}

/// A row without the number that its document has before it.
fn without_number(row: &str) -> &str {
    let row = row
        .trim_start_matches(' ')
        .trim_start_matches(|c: char| c.is_ascii_digit());
    row.strip_prefix(' ').unwrap_or(row)
}

#[test]
fn there_are_87() {
    let lines = declarations(CHECKED_IN);
    assert_eq!(lines.len(), 87);
    let others: Vec<&str> = CHECKED_IN
        .lines()
        .filter(|row| !lines.contains(row))
        .collect();
    assert!(
        others
            .iter()
            .all(|row| row.is_empty() || row.starts_with("// ")),
        "{others:?}"
    );
    // The one that Go's own generator does not see.
    let blank: Vec<&&str> = lines.iter().filter(|line| !line.contains('\t')).collect();
    assert_eq!(blank.len(), 1);
    assert!(blank[0].starts_with("//sysnb prlimit("));
}

#[test]
fn they_are_the_seed_documents() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/seeds");
    let names = std::fs::read_dir(&folder).into_iter().flatten();
    let seed = names
        .flatten()
        .find(|entry| entry.file_name().as_encoded_bytes().starts_with(b"003"));
    let Some(seed) = seed else {
        println!("skipped: no seed documents beside the workspace");
        return;
    };
    let text = std::fs::read_to_string(seed.path()).unwrap();
    let rows: Vec<&str> = text.lines().map(without_number).collect();
    let text = rows.join("\n");
    assert_eq!(declarations(CHECKED_IN), declarations(&text));
}

/// Each declaration became one wrapper, in the same order.
#[test]
fn each_has_its_wrapper() {
    let wrappers = include_str!("lines.rs").lines().filter_map(|row| {
        let row = row
            .strip_prefix("pub")?
            .trim_start_matches("(crate)")
            .trim_start();
        let name = row.trim_start_matches("unsafe ").strip_prefix("fn ")?;
        name.split(['(', '<']).next()
    });
    let plain = |name: &str| name.replace('_', "").to_lowercase();
    let names = declarations(CHECKED_IN).into_iter().map(|line| {
        let name = line.split(['\t', ' ', '(']).nth(1).unwrap();
        plain(name)
    });
    assert!(names.eq(wrappers.map(plain)));
}
