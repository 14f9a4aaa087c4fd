//! `giro trade`.

use super::{Keyed, Paged, Role, Target, encode, put, query, show};
use crate::output;
use clap::{ArgGroup, Subcommand};
use serde_json::json;

const EXAMPLES: &str = "\
Examples:
  giro trade buy alias:reserve 912797XY1 --amount 1000.00
  giro trade sell alias:reserve 912797XY1 --units 250 --dry-run
  giro trade sell alias:reserve 912797XY1 --all
  giro trade list --account alias:reserve --status booked

Accounts that keep their money invested buy and sell by themselves: giro account invest.";

/// Trades: money turned into units of an instrument, or back.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Args {
    #[command(flatten)]
    target: Target,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Turn money of an account into units.
    Buy(MakeArgs),
    /// Turn units of an account into money.
    Sell(MakeArgs),
    /// Show a trade.
    Show {
        /// The id of the trade
        id: String,
    },
    /// List trades, newest first.
    List(ListArgs),
}

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("much").required(true).args(["amount", "units", "all"]))]
struct MakeArgs {
    /// Whose money or units: the account
    account: String,
    /// The code of the instrument
    instrument: String,
    /// For so much money: a purchase at most, a sale at least
    #[arg(long)]
    amount: Option<String>,
    /// So many units
    #[arg(long)]
    units: Option<String>,
    /// For all the money that is free, or all the units
    #[arg(long)]
    all: bool,
    /// Only tell what would come of it
    #[arg(long, conflicts_with = "idempotency_key")]
    dry_run: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those of this account
    #[arg(long)]
    account: Option<String>,
    /// Only those of this instrument
    #[arg(long, value_name = "CODE")]
    instrument: Option<String>,
    /// Only those that do this: buy, sell or maturity
    #[arg(long)]
    activity: Option<String>,
    /// Only those that are booked or settled
    #[arg(long)]
    status: Option<String>,
    /// Only those booked on this day or later
    #[arg(long, value_name = "DATE")]
    booked_from: Option<String>,
    /// Only those booked on this day or earlier
    #[arg(long, value_name = "DATE")]
    booked_to: Option<String>,
    #[command(flatten)]
    page: Paged,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::Buy(make) => make.run(target, "buy"),
        Command::Sell(make) => make.run(target, "sell"),
        Command::Show { id } => {
            let client = target.connect(Role::Member)?;
            let trade = client.get(&format!("/v1/trades/{}", encode(id)))?;
            target.print(&trade, show::trade);
            Ok(())
        }
        Command::List(list) => list.run(target),
    }
}

impl MakeArgs {
    fn run(&self, target: &Target, activity: &str) -> anyhow::Result<()> {
        let mut body = json!({
            "account": self.account, "instrument": self.instrument, "activity": activity,
        });
        put(&mut body, "amount", self.amount.as_deref());
        put(&mut body, "units", self.units.as_deref());
        if self.all {
            body["all"] = json!(true);
        }
        let client = target.connect(Role::Member)?;
        if self.dry_run {
            let tried = client.ask("/v1/trades?dry_run=true", &body)?;
            target.print(&tried, show::transfer);
            output::note("only tried: nothing has happened");
            return Ok(());
        }
        let done = client.post("/v1/trades", &self.keyed.announce(), &body)?;
        done.note_replay();
        target.print(&done.body, show::transfer);
        Ok(())
    }
}

impl ListArgs {
    fn run(&self, target: &Target) -> anyhow::Result<()> {
        let which = [
            ("account", self.account.as_deref()),
            ("instrument", self.instrument.as_deref()),
            ("activity", self.activity.as_deref()),
            ("status", self.status.as_deref()),
            ("booked_from", self.booked_from.as_deref()),
            ("booked_to", self.booked_to.as_deref()),
        ];
        let query = query(&[&which[..], &self.page.parameters()].concat());
        let client = target.connect(Role::Member)?;
        let trades = client.get(&format!("/v1/trades{query}"))?;
        target.print(&trades, show::trades);
        Ok(())
    }
}
