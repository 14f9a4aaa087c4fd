//! `giro schedule`.

mod when;

use super::{Keyed, Paged, Role, Target, encode, put, query, show};
use crate::output;
use clap::{ArgGroup, Subcommand};
use serde_json::{Value, json};
use when::When;

const EXAMPLES: &str = "\
Examples:
  giro schedule add payment rent alias:ops alias:landlord 1200.00 USD --monthly 31 \\
      --short-months last-day --at 09:00 --time-zone America/New_York --calendar US
  giro schedule add payment wages alias:ops alias:payroll 5000.00 USD --weekly friday --every 2
  giro schedule add sweep surplus alias:ops alias:reserve USD --ceiling 5000.00 --daily --at 18:00
  giro schedule upcoming --days 7
  giro schedule runs 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800
  giro schedule pause 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --reason \"under review\"

An account is given by its id, or by alias: and its alias. What is due while the server is down
runs when it starts again.";

/// Schedules: standing orders and sweeps.
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
    /// Ask for a schedule.
    #[command(subcommand)]
    Add(Box<Add>),
    /// List schedules.
    List(ListArgs),
    /// Show a schedule.
    Show {
        /// The id of the schedule
        id: String,
    },
    /// List the runs of a schedule, newest first.
    Runs {
        /// The id of the schedule
        id: String,
        #[command(flatten)]
        page: Paged,
    },
    /// Let a schedule do nothing until it is resumed.
    Pause(ChangeArgs),
    /// Let a paused schedule go on; what was due meanwhile is not made up for.
    Resume(ChangeArgs),
    /// End a schedule, for good.
    Cancel(ChangeArgs),
    /// Tell what would run, and what it would move as things are now.
    Upcoming {
        /// In the next so many days
        #[arg(long, default_value = "30")]
        days: String,
        /// Only the runs of this schedule, by its id
        #[arg(long, value_name = "ID")]
        schedule: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
enum Add {
    /// A standing order: the same transfer each time.
    Payment(PaymentArgs),
    /// A sweep: whatever keeps an account at a level.
    Sweep(SweepArgs),
}

#[derive(Debug, clap::Args)]
#[command(override_usage = "\
    giro schedule add payment [OPTIONS] <NAME> <SOURCE> <TARGET> <AMOUNT> <ASSET>\n       \
    giro schedule add payment [OPTIONS] <NAME> <SOURCE> <TARGET> <ASSET> --all")]
struct PaymentArgs {
    /// Its name
    name: String,
    /// The account that its money leaves
    source: String,
    /// The account that it arrives in
    target: String,
    #[command(flatten)]
    moved: super::Moved,
    #[command(flatten)]
    when: When,
}

#[derive(Debug, clap::Args)]
#[command(group = ArgGroup::new("level").required(true).args(["target_level", "floor", "ceiling"]))]
struct SweepArgs {
    /// Its name
    name: String,
    /// The account that is kept at a level
    account: String,
    /// Where its surplus goes, and what it lacks comes from
    counterpart: String,
    /// Of which asset, as in USD
    asset: String,
    /// Keep just so much; 0 empties it
    #[arg(long = "target", value_name = "AMOUNT")]
    target_level: Option<String>,
    /// Keep at least so much: only what it lacks arrives
    #[arg(long, value_name = "AMOUNT")]
    floor: Option<String>,
    /// Keep at most so much: only what is above leaves
    #[arg(long, value_name = "AMOUNT")]
    ceiling: Option<String>,
    #[command(flatten)]
    when: When,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those that are active, paused, ended or cancelled
    #[arg(long)]
    status: Option<String>,
    /// Only those that concern this account
    #[arg(long)]
    account: Option<String>,
    #[command(flatten)]
    page: Paged,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    /// The id of the schedule
    id: String,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::Add(add) => match &**add {
            Add::Payment(payment) => payment.run(target),
            Add::Sweep(sweep) => sweep.run(target),
        },
        Command::Pause(change) => change.run(target, "pause"),
        Command::Resume(change) => change.run(target, "resume"),
        Command::Cancel(change) => change.run(target, "cancel"),
        Command::List(list) => {
            let which = [
                ("status", list.status.as_deref()),
                ("account", list.account.as_deref()),
            ];
            let query = query(&[which, list.page.parameters()].concat());
            let path = format!("/v1/schedules{query}");
            print(target, &path, show::schedules)
        }
        Command::Show { id } => print(target, &path(id, ""), show::schedule),
        Command::Runs { id, page } => {
            let query = query(&page.parameters());
            print(target, &path(id, &format!("/runs{query}")), show::runs)
        }
        Command::Upcoming { days, schedule } => {
            let query = query(&[("days", Some(days)), ("schedule", schedule.as_deref())]);
            let path = format!("/v1/schedules/upcoming{query}");
            print(target, &path, show::upcoming)
        }
    }
}

fn path(id: &str, end: &str) -> String {
    format!("/v1/schedules/{}{end}", encode(id))
}

fn print(target: &Target, path: &str, show: impl FnOnce(&Value)) -> anyhow::Result<()> {
    let found = target.connect(Role::Member)?.get(path)?;
    target.print(&found, show);
    Ok(())
}

fn ask(target: &Target, path: &str, keyed: &Keyed, body: &Value) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let done = client.post(path, &keyed.announce(), body)?;
    done.note_replay();
    target.print(&done.body, show::schedule);
    Ok(())
}

impl PaymentArgs {
    fn run(&self, target: &Target) -> anyhow::Result<()> {
        let mut payment = json!({"source": self.source, "target": self.target});
        self.moved.put(&mut payment);
        let mut body = json!({"name": self.name, "payment": payment});
        self.when.put(&mut body);
        ask(target, "/v1/schedules", &self.when.keyed, &body)
    }
}

impl SweepArgs {
    fn run(&self, target: &Target) -> anyhow::Result<()> {
        let mut sweep = json!({
            "account": self.account, "counterpart": self.counterpart, "asset": self.asset,
        });
        put(&mut sweep, "target", self.target_level.as_deref());
        put(&mut sweep, "floor", self.floor.as_deref());
        put(&mut sweep, "ceiling", self.ceiling.as_deref());
        let mut body = json!({"name": self.name, "sweep": sweep});
        self.when.put(&mut body);
        ask(target, "/v1/schedules", &self.when.keyed, &body)
    }
}

impl ChangeArgs {
    fn run(&self, target: &Target, what: &str) -> anyhow::Result<()> {
        let mut body = json!({});
        put(&mut body, "reason", self.reason.as_deref());
        let end = format!("/{what}");
        ask(target, &path(&self.id, &end), &self.keyed, &body)?;
        if what == "cancel" {
            output::note("what it has moved stays moved");
        }
        Ok(())
    }
}
