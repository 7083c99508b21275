//! `cargo xtask bench`: the figures that the project gives of itself, each by a subcommand in a file of its own.

mod cost;
mod lines;
mod server;

/// Take the figures.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    figures: Figures,
}

#[derive(clap::Subcommand)]
enum Figures {
    Cost(cost::Args),
    Lines(lines::Args),
    Server(server::Args),
}

/// Runs the task.
pub(crate) fn run(args: &Args) -> Result<(), String> {
    match &args.figures {
        Figures::Cost(args) => cost::run(args),
        Figures::Lines(args) => lines::run(args),
        Figures::Server(args) => server::run(args),
    }
}
