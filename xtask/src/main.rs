//! `cargo xtask TASK`: the project's chores. This file is the list of tasks; each task is a module
//! with its arguments and a `run`, and is no part of what users build.

mod errnos;
mod generated;
mod headers;
mod numbers;

use std::process::ExitCode;

use clap::{CommandFactory, Parser, Subcommand};

const EXAMPLES: &str = "\
Examples:
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
    Numbers(numbers::Args),
}

fn main() -> ExitCode {
    let outcome = match Command::parse().task {
        None => Command::command()
            .print_help()
            .map_err(|error| error.to_string()),
        Some(Task::Numbers(args)) => numbers::run(&args),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}
