//! The sub-commands, and how a failure becomes an exit code.

use crate::remote::{account, approval, book, calendar, fee, instrument, key, limit, policy};
use crate::remote::{quote, rate, schedule, trade, transfer, webhook};
use crate::{bench, demo, output, serve, verify};
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Internal transfers over one durable ledger.
#[derive(Parser)]
#[command(name = "giro", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Serve(serve::Args),
    Demo(demo::Args),
    Verify(verify::Args),
    /// Measure this program on this machine, beside what the machine could do.
    Bench(bench::Args),
    Book(book::Args),
    Account(account::Args),
    Transfer(transfer::Args),
    Quote(quote::Args),
    Rate(rate::Args),
    Fee(fee::Args),
    Schedule(schedule::Args),
    Calendar(calendar::Args),
    Instrument(instrument::Args),
    Trade(trade::Args),
    Approval(approval::Args),
    Policy(policy::Args),
    Limit(limit::Args),
    Webhook(webhook::Args),
    Key(key::Args),
}

/// Does what the command line says: 0 if it worked, 1 if not, 2 if it cannot be understood.
pub(crate) fn run() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Serve(args) => serve::run(&args),
        Command::Demo(args) => demo::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Bench(args) => bench::run(args),
        Command::Book(args) => book::run(&args),
        Command::Account(args) => account::run(&args),
        Command::Transfer(args) => transfer::run(&args),
        Command::Quote(args) => quote::run(&args),
        Command::Rate(args) => rate::run(&args),
        Command::Fee(args) => fee::run(&args),
        Command::Schedule(args) => schedule::run(&args),
        Command::Calendar(args) => calendar::run(&args),
        Command::Instrument(args) => instrument::run(&args),
        Command::Trade(args) => trade::run(&args),
        Command::Approval(args) => approval::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Limit(args) => limit::run(&args),
        Command::Webhook(args) => webhook::run(&args),
        Command::Key(args) => key::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
