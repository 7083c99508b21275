//! `cargo xtask bench cost`: what a call costs in user instructions, beside the same by hand and with other libraries, as
//! callgrind counts them. Exact: the same binary gives the same counts on a busy machine. Owns: the goals.

use crate::cargo::cargo_output;
use crate::generated::root;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

/// Count the user instructions of calls, beside assembly, rustix, nix and libc (x86_64; needs valgrind, and
/// `gungraun-runner` of the version in benches/Cargo.lock). Fails where a call costs more than its goal.
#[derive(clap::Args)]
pub(crate) struct Args {}

/// The columns.
const LIBRARIES: [&str; 5] = ["assembly", "sysline", "rustix", "nix", "libc"];

/// The rows: a call as `benches/cost.rs` names it, what it is, and what it may cost.
const CALLS: [(&str, &str, u64); 5] = [
    ("getpid", "`getpid`", 5),
    ("read", "`read` of one byte", 12),
    ("open", "`openat` of a `&CStr`, and `close`", 20),
    ("open_str", "`openat` of a `&str`, and `close`", 60),
    ("fstat", "`fstat`", 20),
];

/// How many calls the longer run of each benchmark makes more than the shorter.
const MORE: u64 = 1000;

/// Runs the task.
pub(crate) fn run(_: &Args) -> Result<(), String> {
    for (tool, words, next) in [
        (
            "valgrind",
            "--version",
            "Debian has it in its package `valgrind`",
        ),
        (
            "gungraun-runner",
            "--version",
            "cargo install --locked gungraun-runner@0.20.0",
        ),
    ] {
        // The runner is started by cargo only, and says so; that it can be started is what is asked.
        if Command::new(tool).arg(words).output().is_err() {
            return Err(format!("`{tool}` is not here\nto get it: {next}"));
        }
    }
    let manifest = root().join("benches/Cargo.toml");
    let manifest = manifest
        .to_str()
        .ok_or("the path of benches/Cargo.toml is no text")?;
    let words = [
        "bench",
        "--locked",
        "--manifest-path",
        manifest,
        "--",
        "--output-format=json",
    ];
    let counts = read(&cargo_output(&words)?)?;
    let (table, failed) = table(&counts)?;
    print!("{table}");
    match failed {
        0 => Ok(()),
        _ => Err(format!("{failed} of the calls cost more than their goals")),
    }
}

/// The instructions of each benchmark, by its name and its case.
type Counts = BTreeMap<(String, String), u64>;

/// From what gungraun prints: a JSON value for each benchmark.
fn read(text: &str) -> Result<Counts, String> {
    let mut counts = Counts::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<serde_json::Value>() {
        let value = value.map_err(|error| format!("what the benchmark printed: {error}"))?;
        let metric = "/profiles/0/data/total/metrics/Ir/values/new";
        let count = value
            .pointer(metric)
            .or(value.pointer("/profiles/0/data/parts/0/metrics/Ir/values/new"));
        let name = |key: &str| {
            value
                .get(key)
                .and_then(|name| name.as_str())
                .map(str::to_string)
        };
        match (
            name("function_name"),
            name("id"),
            count.and_then(serde_json::Value::as_u64),
        ) {
            (Some(name), Some(id), Some(count)) => counts.insert((name, id), count),
            _ => {
                return Err(format!(
                    "what the benchmark printed has no {metric}: {value}"
                ));
            }
        };
    }
    Ok(counts)
}

/// The figures as a Markdown table, and how many miss their goal.
fn table(counts: &Counts) -> Result<(String, usize), String> {
    let mut text = format!("| user instructions | {} | goal |\n", LIBRARIES.join(" | "));
    let _ = writeln!(text, "| --- |{} --- |", " --- |".repeat(LIBRARIES.len()));
    let mut failed = 0;
    for (call, words, goal) in CALLS {
        let count = |library: &str| {
            let of = |case: &str| counts.get(&(format!("{library}_{call}"), case.to_string()));
            Some((of("two_thousand")? - of("thousand")?) as f64 / MORE as f64)
        };
        let ours = count("sysline").ok_or(format!("no figure of sysline's {call}"))?;
        let _ = write!(text, "| {words} |");
        for library in LIBRARIES {
            let _ = match count(library) {
                None => write!(text, " |"),
                Some(count) if library == "sysline" => write!(text, " {count:.0} |"),
                Some(count) => write!(text, " {count:.0} ({:.1}) |", count / ours),
            };
        }
        let _ = writeln!(text, " {goal} |");
        failed += usize::from(ours > goal as f64);
    }
    text.push_str("\nIn brackets: how many times sysline's count.\n");
    Ok((text, failed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_difference_of_two_runs_is_what_a_call_costs() {
        let mut printed = String::new();
        for (call, _, goal) in CALLS {
            for (library, each) in [("sysline", goal + 1), ("nix", 3 * (goal + 1))] {
                for (case, times) in [("thousand", 1000), ("two_thousand", 2000)] {
                    let _ = write!(
                        printed,
                        r#"{{"function_name": "{library}_{call}", "id": "{case}", "profiles": [{{"data": {{"total": {{"metrics": {{"Ir": {{"values": {{"new": {}}}}}}}}}}}}}]}}"#,
                        17 + times * each
                    );
                }
            }
        }
        let (text, failed) = table(&read(&printed).unwrap()).unwrap();
        assert_eq!(failed, CALLS.len(), "each costs one more than its goal");
        assert!(
            text.contains("| `getpid` | | 6 | | 18 (3.0) | | 5 |\n"),
            "{text}"
        );
        assert!(read("{}").is_err());
    }
}
