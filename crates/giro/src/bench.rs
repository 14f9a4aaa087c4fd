//! `giro bench`: what this program does on this machine, beside what the machine could do.
//!
//! Every run measures the limits it is compared with right then and there, since a figure without
//! the machine it was taken on says nothing: the disk's rate of durable appends for `engine`, and
//! a bare handler that parses and answers the same JSON for `http`.

mod controls;
mod engine;
mod http;
mod limits;
mod load;
mod machine;
mod report;

use clap::{Parser, Subcommand};
use std::path::PathBuf;

/// What to measure.
#[derive(Parser, Debug)]
pub(crate) struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand, Debug)]
enum What {
    /// The engine in this process: batches of transfers, each durable before it is answered.
    Engine(EngineArgs),
    /// The whole server over loopback: transfers one by one, or JSON batches.
    Http(HttpArgs),
    /// The bare handler that `http` is compared with.
    #[command(hide = true)]
    BareHandler {
        /// The file with the JSON that it answers with.
        #[arg(long)]
        answer: PathBuf,
    },
}

/// What is common to all measurements.
#[derive(clap::Args, Clone, Debug)]
struct Common {
    /// Accounts that take part.
    #[arg(long, default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(2..=10_000_000))]
    accounts: u32,
    /// Let one account be the source of every transfer.
    #[arg(long)]
    hot_account: bool,
    /// Where to make the data directory. It is removed at the end.
    #[arg(long, default_value = ".")]
    dir: PathBuf,
    /// The seed of the transfers.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Print the result as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  giro bench engine
  giro bench engine --transfers 1000000 --batch 100 --hot-account
  giro bench engine --transfers 1000000 --controls holds
  giro bench engine --json | jq .transfers_per_second")]
struct EngineArgs {
    /// Transfers to make.
    #[arg(long, default_value_t = 10_000_000)]
    transfers: u64,
    /// Transfers of one batch.
    #[arg(long, default_value_t = 8_190, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    batch: u32,
    /// Batches that are on their way at a time.
    #[arg(long, default_value_t = 3)]
    in_flight: usize,
    /// What the transfers are under.
    #[arg(long, value_enum, default_value_t = Controls::None)]
    controls: Controls,
    #[command(flatten)]
    common: Common,
}

/// What the transfers of a measurement are under.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Controls {
    /// Nothing: plain transfers.
    None,
    /// Three limits that all of them count for: of the book, of a tag, of the principal.
    Limits,
    /// Ten approval policies, none of which wants approval.
    Policies,
    /// Each is a hold, which is captured by a second command.
    Holds,
    /// A fee of a quarter percent, at least a cent, on each of them.
    Fees,
    /// Each converts dollars into euros: a quote, and a second command that carries it out.
    Quotes,
    /// All accounts keep their money in a T-bill: each sells and buys.
    Trades,
}

#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:
  giro bench http
  giro bench http --batch 1000 --transfers 2000000
  giro bench http --connections 8 --hot-account
  giro bench http --transfers 50000 --webhooks 1")]
struct HttpArgs {
    /// Transfers to make.
    #[arg(long, default_value_t = 500_000)]
    transfers: u64,
    /// Connections, each with one request on its way.
    #[arg(long, default_value_t = 64)]
    connections: usize,
    /// Transfers of one JSON batch; 1 sends them one by one.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    batch: u32,
    /// Webhooks that are told of every transfer.
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=10))]
    webhooks: u32,
    #[command(flatten)]
    common: Common,
}

/// Runs a measurement and prints it.
///
/// # Errors
/// If the machine or the server does not go along.
pub(crate) fn run(args: Args) -> anyhow::Result<()> {
    match args.what {
        What::Engine(args) => engine::run(&args),
        What::Http(args) => http::run(&args),
        What::BareHandler { answer } => http::serve_bare_handler(&answer),
    }
}
