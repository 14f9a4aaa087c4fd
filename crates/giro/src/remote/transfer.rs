//! `giro transfer`.

mod batch;
mod later;
mod steps;

pub(super) use later::ClockChange;

use super::{Keyed, Moved, Reviewers, Role, Target};
use super::{encode, not_understood, put, query, seconds, show};
use crate::output;
use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro transfer deposit alias:ops 1000.00 USD
  giro transfer make alias:ops alias:payroll 120.00 USD --reference salaries
  giro transfer make alias:ops alias:payroll 120.00 USD --idempotency-key salaries-2026-11
  giro transfer make alias:ops alias:payroll 500.00 USD --at-most
  giro transfer make alias:ops alias:payroll USD --all --dry-run
  giro transfer make alias:ops alias:hotel 120.00 USD --hold --expires-in 12h
  giro transfer make alias:ops alias:tax 300.00 USD --at 2027-01-15T09:00:00Z
  giro transfer make --quote ID
  giro transfer capture ID --amount 60.00 --release-remainder
  giro transfer reverse ID --amount 40.00 --reason wrong-amount
  giro transfer list --account alias:ops --status declined
  giro transfer batch payouts.ndjson --mode best-effort

An account is given by its id, or by alias: and its alias.";

/// Transfers: money that moves.
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
    /// Move money from one account to another, now or later, or hold it for that.
    #[command(visible_alias = "create")]
    Make(MakeArgs),
    /// Bring money in from outside.
    Deposit(DepositArgs),
    /// Take money out.
    Withdraw(WithdrawArgs),
    /// Move money that is held, or a part of it.
    Capture(steps::CaptureArgs),
    /// Let money go that is held: it is available in its account again.
    Release(steps::EndArgs),
    /// Take back a transfer of your own that still waits for approval.
    Cancel(steps::EndArgs),
    /// Move the money of a completed transfer back, or a part of it.
    Reverse(steps::ReverseArgs),
    /// Show a transfer, with its approval and its timeline.
    Show {
        /// The id of the transfer
        id: String,
    },
    /// List transfers, newest first.
    List(ListArgs),
    /// Make many transfers at once.
    Batch(batch::Args),
}

/// Whether the money is held, what it is about, and whether it is only tried.
#[derive(Debug, clap::Args)]
struct Terms {
    /// Hold the money, to be captured or released later
    #[arg(long)]
    hold: bool,
    /// How long it is held, as in 90s, 30m, 12h or 7d [default: as the book says]
    #[arg(long, value_name = "TIME", requires = "hold", value_parser = seconds)]
    expires_in: Option<u32>,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
struct About {
    #[command(flatten)]
    reviewers: Reviewers,
    /// What it is about
    #[arg(long)]
    reference: Option<String>,
    /// Only tell what would come of it: every posting, or why not
    #[arg(long, conflicts_with = "idempotency_key")]
    dry_run: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
#[command(override_usage = "\
    giro transfer make [OPTIONS] <SOURCE> <TARGET> <AMOUNT> <ASSET>\n       \
    giro transfer make [OPTIONS] <SOURCE> <TARGET> <ASSET> --all\n       \
    giro transfer make [OPTIONS] --quote <ID>")]
struct MakeArgs {
    /// The account that it leaves
    source: Option<String>,
    /// The account that it arrives in
    #[arg(value_name = "TARGET")]
    into: Option<String>,
    #[command(flatten)]
    moved: Moved,
    /// Carry out this quote, which says all the rest
    #[arg(long, value_name = "ID", conflicts_with_all = ["source", "at_most", "all", "hold"])]
    quote: Option<String>,
    #[command(flatten)]
    later: later::Later,
    /// Of accounts that keep their money invested, move the holding as it is, without a trade
    #[arg(long, conflicts_with = "quote")]
    in_kind: bool,
    /// Somebody else has to agree, unless a policy that is for it says otherwise
    #[arg(long, conflicts_with = "quote")]
    dual_control: bool,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, clap::Args)]
struct DepositArgs {
    /// The account
    account: String,
    /// How much, as in 120.00
    amount: String,
    /// Of which asset, as in USD
    asset: String,
    #[command(flatten)]
    about: About,
}

#[derive(Debug, clap::Args)]
#[command(override_usage = "\
    giro transfer withdraw [OPTIONS] <ACCOUNT> <AMOUNT> <ASSET>\n       \
    giro transfer withdraw [OPTIONS] <ACCOUNT> <ASSET> --all")]
struct WithdrawArgs {
    /// The account
    account: String,
    #[command(flatten)]
    moved: Moved,
    #[command(flatten)]
    terms: Terms,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those that concern this account
    #[arg(long)]
    account: Option<String>,
    /// Only those in this part of their life: awaiting_approval, scheduled, held, completed,
    /// declined, rejected, cancelled or expired
    #[arg(long)]
    status: Option<String>,
    /// Only those of this kind: transfer, deposit, withdrawal, conversion or trade
    #[arg(long, value_name = "KIND")]
    kind: Option<String>,
    /// Only those with exactly this reference
    #[arg(long)]
    reference: Option<String>,
    /// Only those from this time on
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only those before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// So many at most
    #[arg(long, default_value = "50")]
    limit: String,
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached, or a transfer is declined.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::Make(make) => {
            let body = make.body();
            make.terms.ask(target, "/v1/transfers", body)
        }
        Command::Deposit(deposit) => {
            let DepositArgs {
                account,
                amount,
                asset,
                about,
            } = deposit;
            let body = json!({"account": account, "amount": amount, "asset": asset});
            about.ask(target, "/v1/deposits", body)
        }
        Command::Withdraw(withdraw) => {
            let mut body = json!({"account": withdraw.account});
            withdraw.moved.put(&mut body);
            withdraw.terms.ask(target, "/v1/withdrawals", body)
        }
        Command::Capture(capture) => capture.run(target),
        Command::Release(release) => release.run(target, "release"),
        Command::Cancel(cancel) => cancel.run(target, "cancel"),
        Command::Reverse(reverse) => reverse.run(target),
        Command::Show { id } => {
            let transfer = target.connect(Role::Member)?.get(&path(id, ""))?;
            target.print(&transfer, show::transfer);
            Ok(())
        }
        Command::List(list) => {
            let path = format!("/v1/transfers{}", list.query());
            let transfers = target.connect(Role::Member)?.get(&path)?;
            target.print(&transfers, show::transfers);
            Ok(())
        }
        Command::Batch(args) => batch::run(target, args),
    }
}

fn path(id: &str, end: &str) -> String {
    format!("/v1/transfers/{}{end}", encode(id))
}

impl MakeArgs {
    fn body(&self) -> Value {
        if let Some(quote) = &self.quote {
            return json!({"quote": quote});
        }
        let (Some(source), Some(into)) = (&self.source, &self.into) else {
            not_understood("write SOURCE TARGET AMOUNT ASSET; or --quote ID");
        };
        let mut body = json!({"source": source, "target": into});
        self.moved.put(&mut body);
        self.later.put(&mut body);
        if self.in_kind {
            body["in_kind"] = json!(true);
        }
        if self.dual_control {
            body["dual_control"] = json!(true);
        }
        body
    }
}

impl Terms {
    fn ask(&self, target: &Target, path: &str, mut body: Value) -> anyhow::Result<()> {
        if self.hold {
            body["hold"] = match self.expires_in {
                Some(seconds) => json!({"expires_in_seconds": seconds}),
                None => json!(true),
            };
        }
        self.about.ask(target, path, body)
    }
}

impl About {
    /// Asks for a transfer, or what would come of it, and prints that.
    fn ask(&self, target: &Target, path: &str, mut body: Value) -> anyhow::Result<()> {
        put(&mut body, "reference", self.reference.as_deref());
        self.reviewers.put(&mut body);
        let client = target.connect(Role::Member)?;
        if self.dry_run {
            let tried = client.ask(&format!("{path}?dry_run=true"), &body)?;
            target.print(&tried, show::transfer);
            return would_be_made(&tried);
        }
        let made = client.post(path, &self.keyed.announce(), &body)?;
        made.note_replay();
        target.print(&made.body, show::transfer);
        show::note_approval(&made.body);
        later::note_time(&made.body);
        Ok(())
    }
}

/// A transfer that was only tried fails where the real one would.
fn would_be_made(tried: &Value) -> anyhow::Result<()> {
    match tried.get("decline").filter(|decline| !decline.is_null()) {
        Some(decline) => bail!("it would be declined: {}", show::decline(decline)),
        None => {
            output::note("only tried: nothing has happened");
            Ok(())
        }
    }
}

impl ListArgs {
    fn query(&self) -> String {
        query(&[
            ("account", self.account.as_deref()),
            ("status", self.status.as_deref()),
            ("kind", self.kind.as_deref()),
            ("reference", self.reference.as_deref()),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
            ("limit", Some(&self.limit)),
            ("cursor", self.cursor.as_deref()),
        ])
    }
}
