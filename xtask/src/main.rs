//! `cargo xtask TASK`: the project's chores. This file is the list of tasks; each task is a module
//! with its arguments and a `run`, and is no part of what users build.

mod arguments;
mod asm;
mod bench;
mod cargo;
mod errnos;
mod fuzz;
mod generated;
mod headers;
mod layouts;
mod lines;
mod numbers;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
  cargo xtask gen                            write the checked-in wrappers of all lines again
  cargo xtask gen --check                    only say whether they are up to date
  cargo xtask numbers /tmp/headers           write the tables of calls and errnos again
  cargo xtask numbers /tmp/headers --check   only say whether they are up to date";

#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask", after_help = EXAMPLES)]
#[command(about = "The project's chores")]
struct Command {
    #[command(subcommand)]
    task: Option<Task>,
}

#[derive(Subcommand)]
enum Task {
    Gen(lines::Args),
    Numbers(numbers::Args),
    Arguments(arguments::Args),
    Layouts(layouts::Args),
    Bench(bench::Args),
    Asm(asm::Args),
    Fuzz(fuzz::Args),
    /// Run all checks, as `.ci/run` does.
    Ci,
}

fn main() -> ExitCode {
    let outcome = match Command::parse().task {
        None => Command::command()
            .print_help()
            .map_err(|error| error.to_string()),
        Some(Task::Gen(args)) => lines::run(&args),
        Some(Task::Numbers(args)) => numbers::run(&args),
        Some(Task::Arguments(args)) => arguments::run(&args),
        Some(Task::Layouts(args)) => layouts::run(&args),
        Some(Task::Bench(args)) => bench::run(&args),
        Some(Task::Asm(args)) => asm::run(&args),
        Some(Task::Fuzz(args)) => fuzz::run(&args),
        Some(Task::Ci) => ci(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn ci() -> Result<(), String> {
    let run = generated::root().join(".ci/run");
    match std::process::Command::new("bash").arg(run).status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("the checks failed: {status}")),
        Err(error) => Err(format!("bash: {error}")),
    }
}
