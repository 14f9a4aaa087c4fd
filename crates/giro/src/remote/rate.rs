//! `giro rate`.

mod import;

use super::{Keyed, Paged, Role, Target, encode, put, query, seconds, show};
use crate::output;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro rate set EUR USD 1.0825 --spread 25 --max-age 1d --provider ECB
  giro rate set USD EUR --inverse
  giro rate set GBP USD --via EUR
  giro rate set 912797XY1 USD 0.9962
  giro rate list
  giro rate history EUR USD
  giro rate import eurofxref.csv --both-ways --max-age 4d

A rate is of one pair in one direction: how much of the second one whole of the first is worth. The
price of an instrument is the rate from it to its money.";

/// Rates: what one asset is worth in another.
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
    /// Set the rate of a pair.
    Set(SetArgs),
    /// List the rates, and what would be used now.
    List {
        /// Only those from this asset
        #[arg(long, value_name = "CODE")]
        source: Option<String>,
        /// Only those to this asset
        #[arg(long, value_name = "CODE")]
        target_asset: Option<String>,
        #[command(flatten)]
        page: Paged,
    },
    /// Show the rate of a pair.
    Show {
        #[command(flatten)]
        pair: Pair,
    },
    /// List what was set for a pair, newest first.
    History {
        #[command(flatten)]
        pair: Pair,
        #[command(flatten)]
        page: Paged,
    },
    /// Remove the rate of a pair: nothing is converted by it any more.
    Remove {
        #[command(flatten)]
        pair: Pair,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Set the rates in a file.
    Import(import::Args),
}

#[derive(Debug, clap::Args)]
struct Pair {
    /// What is given, as in EUR
    #[arg(value_name = "SOURCE")]
    source: String,
    /// What it is worth, as in USD
    #[arg(value_name = "TARGET")]
    into: String,
}

#[derive(Debug, clap::Args)]
struct SetArgs {
    #[command(flatten)]
    pair: Pair,
    /// How much of it, as in 1.0825
    #[arg(required_unless_present_any = ["inverse", "via"], allow_negative_numbers = true)]
    value: Option<String>,
    /// One divided by the rate of the way back, whatever that is
    #[arg(long, conflicts_with_all = ["value", "via"])]
    inverse: bool,
    /// The rate to this asset times the rate from it, whatever they are
    #[arg(long, value_name = "CODE", conflicts_with = "value")]
    via: Option<String>,
    #[command(flatten)]
    terms: Terms,
    /// Who says so
    #[arg(long, value_name = "NAME", default_value = "set by hand")]
    provider: String,
    /// Of when it is [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

/// How a rate is used.
#[derive(Debug, clap::Args)]
struct Terms {
    /// What the book keeps of it, in basis points: hundredths of a percent
    #[arg(long, value_name = "BASIS POINTS", default_value = "0")]
    spread: u16,
    /// How what arrives is rounded
    #[arg(long, default_value = "half-even")]
    rounding: Rounding,
    /// How old it may be when money moves by it, as in 30m, 12h or 4d [default: any age]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    max_age: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum Rounding {
    /// The smaller neighbour
    Down,
    /// The larger one
    Up,
    /// The nearer one; the larger from half way
    HalfUp,
    /// The nearer one; the even one from half way
    HalfEven,
}

impl Rounding {
    pub(super) fn name(self) -> &'static str {
        match self {
            Rounding::Down => "down",
            Rounding::Up => "up",
            Rounding::HalfUp => "half_up",
            Rounding::HalfEven => "half_even",
        }
    }
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached; for a file, if a rate in it is refused.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    if let Command::Import(args) = &args.command {
        return args.run(target);
    }
    let client = target.connect(Role::Member)?;
    match &args.command {
        Command::Set(set) => {
            let done = client.post("/v1/rates", &set.keyed.announce(), &set.body())?;
            done.note_replay();
            target.print(&done.body, show::rate);
        }
        Command::List {
            source,
            target_asset,
            page,
        } => {
            let which = [
                ("source", source.as_deref()),
                ("target", target_asset.as_deref()),
            ];
            let query = query(&[which, page.parameters()].concat());
            let rates = client.get(&format!("/v1/rates{query}"))?;
            target.print(&rates, show::rates);
        }
        Command::Show { pair } => {
            let rate = client.get(&pair.path(""))?;
            target.print(&rate, show::rate);
        }
        Command::History { pair, page } => {
            let query = query(&page.parameters());
            let history = client.get(&pair.path(&format!("/history{query}")))?;
            target.print(&history, show::rate_history);
        }
        Command::Remove { pair, keyed } => {
            let done = client.delete(&pair.path(""), &keyed.announce())?;
            done.note_replay();
            target.print(&done.body, |_| {
                let Pair { source, into } = pair;
                output::line(format_args!("there is no rate from {source} to {into} now"));
            });
        }
        Command::Import(_) => {}
    }
    Ok(())
}

impl Pair {
    fn path(&self, end: &str) -> String {
        let (source, into) = (encode(&self.source), encode(&self.into));
        format!("/v1/rates/{source}/{into}{end}")
    }
}

impl SetArgs {
    fn body(&self) -> Value {
        let mut body = json!({
            "source": self.pair.source, "target": self.pair.into, "provider": self.provider,
        });
        put(&mut body, "value", self.value.as_deref());
        put(&mut body, "via", self.via.as_deref());
        put(&mut body, "as_of", self.as_of.as_deref());
        if self.inverse {
            body["inverse"] = json!(true);
        }
        self.terms.put(&mut body);
        body
    }
}

impl Terms {
    fn put(&self, body: &mut Value) {
        body["spread_basis_points"] = json!(self.spread);
        body["rounding"] = json!(self.rounding.name());
        if let Some(seconds) = self.max_age {
            body["max_age_seconds"] = json!(seconds);
        }
    }
}
