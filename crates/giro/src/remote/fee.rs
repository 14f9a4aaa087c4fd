//! `giro fee`.

use super::rate::Rounding;
use super::{AsOf, Keyed, Paged, Role, Target, encode, pair, put, query, show};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro fee add wire --kind withdrawal --asset USD --flat 5.00 --percentage 0.25 --at-most 50.00 \\
      --bearing on-top
  giro fee add exchange --kind conversion --asset EUR --tier 0.00=0.5 --tier 10000.00=0.25 \\
      --bearing included
  giro fee add staff --asset USD --source-tag staff --rank 1 --bearing on-top
  giro fee list
  giro fee remove 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800

Rules are asked in the order of their ranks, and the first that is for a transfer decides. One that
charges nothing spares what it is for the rules after it.";

/// Fees: which transfers cost something, how much, and who bears it.
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
    /// Add a rule.
    Add {
        #[command(flatten)]
        rule: Rule,
        #[command(flatten, next_help_heading = None)]
        keyed: Keyed,
    },
    /// Put another rule in the place of one.
    Replace {
        /// The id of the rule
        id: String,
        #[command(flatten)]
        rule: Rule,
        #[command(flatten, next_help_heading = None)]
        keyed: Keyed,
    },
    /// List the rules, in the order in which they are asked.
    List {
        /// Those that were removed as well
        #[arg(long)]
        removed: bool,
        #[command(flatten)]
        as_of: AsOf,
        #[command(flatten)]
        page: Paged,
    },
    /// Show a rule.
    Show {
        /// The id of the rule
        id: String,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Remove a rule.
    Remove {
        /// The id of the rule
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
}

#[derive(Debug, clap::Args)]
struct Rule {
    /// Its name
    name: String,
    /// Its place among the rules: lower ones are asked first [default: the last]
    #[arg(long)]
    rank: Option<u32>,
    /// Who bears it
    #[arg(long)]
    bearing: Bearing,
    #[command(flatten)]
    conditions: Conditions,
    #[command(flatten)]
    charge: Charge,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Bearing {
    /// The source: it is added to what the source gives
    OnTop,
    /// The target: it is taken from what arrives
    Included,
}

/// Which transfers it is for.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Which transfers it is for")]
struct Conditions {
    /// Those whose source gives this asset; the fee is in it, too
    #[arg(long, value_name = "CODE")]
    asset: String,
    /// Only those whose target gets this asset
    #[arg(long, value_name = "CODE")]
    target_asset: Option<String>,
    /// Only those of this kind: transfer, deposit, withdrawal or conversion; may be given several
    /// times
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<String>,
    /// Only those of so much at least
    #[arg(long, value_name = "AMOUNT")]
    amount_min: Option<String>,
    /// Only those of so much at most
    #[arg(long, value_name = "AMOUNT")]
    amount_max: Option<String>,
    /// Only those that leave an account with this tag
    #[arg(long, value_name = "TAG")]
    source_tag: Option<String>,
    /// Only those that arrive in an account with this tag
    #[arg(long, value_name = "TAG")]
    target_tag: Option<String>,
}

/// What they cost: nothing, unless something is given.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What they cost")]
struct Charge {
    /// So much, whatever the amount
    #[arg(long, value_name = "AMOUNT")]
    flat: Option<String>,
    /// So many percent of the amount, as in 0.25
    #[arg(long, value_name = "PERCENT", conflicts_with = "tiers")]
    percentage: Option<String>,
    /// So many percent of the part of the amount from there on; may be given several times, the
    /// first from zero
    #[arg(long = "tier", value_name = "FROM=PERCENT", value_parser = pair)]
    tiers: Vec<(String, String)>,
    /// So much at least
    #[arg(long, value_name = "AMOUNT")]
    at_least: Option<String>,
    /// So much at most
    #[arg(long, value_name = "AMOUNT")]
    at_most: Option<String>,
    /// How it is rounded
    #[arg(long, default_value = "half-even")]
    rounding: Rounding,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let client = target.connect(Role::Member)?;
    let done = match &args.command {
        Command::Add { rule, keyed } => client.post("/v1/fees", &keyed.announce(), &rule.body())?,
        Command::Replace { id, rule, keyed } => {
            client.put(&path(id), &keyed.announce(), &rule.body())?
        }
        Command::Remove { id, keyed } => client.delete(&path(id), &keyed.announce())?,
        Command::Show { id, as_of } => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            let fee = client.get(&format!("{}{query}", path(id)))?;
            target.print(&fee, show::fee);
            return Ok(());
        }
        Command::List {
            removed,
            as_of,
            page,
        } => {
            let which = [
                ("include", removed.then_some("removed")),
                ("as_of", as_of.as_of.as_deref()),
            ];
            let query = query(&[which, page.parameters()].concat());
            let fees = client.get(&format!("/v1/fees{query}"))?;
            target.print(&fees, show::fees);
            return Ok(());
        }
    };
    done.note_replay();
    target.print(&done.body, show::fee);
    Ok(())
}

fn path(id: &str) -> String {
    format!("/v1/fees/{}", encode(id))
}

impl Rule {
    fn body(&self) -> Value {
        let bearing = match self.bearing {
            Bearing::OnTop => "on_top",
            Bearing::Included => "included",
        };
        let mut body = json!({
            "name": self.name, "bearing": bearing, "conditions": self.conditions.body(),
            "charge": self.charge.body(),
        });
        if let Some(rank) = self.rank {
            body["rank"] = json!(rank);
        }
        body
    }
}

impl Conditions {
    fn body(&self) -> Value {
        let mut body = json!({"asset": self.asset});
        super::put_list(&mut body, "kinds", &self.kinds);
        let given = [
            ("target_asset", &self.target_asset),
            ("amount_min", &self.amount_min),
            ("amount_max", &self.amount_max),
            ("source_tag", &self.source_tag),
            ("target_tag", &self.target_tag),
        ];
        for (name, value) in given {
            put(&mut body, name, value.as_deref());
        }
        body
    }
}

impl Charge {
    fn body(&self) -> Value {
        let given = [
            ("flat", &self.flat),
            ("percentage", &self.percentage),
            ("amount_min", &self.at_least),
            ("amount_max", &self.at_most),
        ];
        let mut body = json!({});
        for (name, value) in given {
            put(&mut body, name, value.as_deref());
        }
        if !self.tiers.is_empty() {
            let tiers = self.tiers.iter();
            let tiers = tiers.map(|(from, share)| json!({"from": from, "percentage": share}));
            body["tiers"] = tiers.collect();
        }
        body["rounding"] = json!(self.rounding.name());
        body
    }
}
