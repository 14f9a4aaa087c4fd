//! `giro quote`.

use super::{Keyed, Paged, Reviewers, Role, Target};
use super::{encode, pair, put, put_metadata, query, seconds, show};
use crate::output;
use clap::Subcommand;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro quote create alias:ops alias:supplier 1000.00 USD EUR
  giro quote create alias:ops alias:supplier 500.00 USD EUR --arrives --expires-in 2m
  giro quote show 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800
  giro quote execute 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --reference \"invoice 17\"

A quote locks rate and fee until it expires, and can be executed once. An account is given by its
id, or by alias: and its alias.";

/// Quotes: what a transfer would cost and bring, locked for a while.
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
    /// Ask for a quote.
    Create(CreateArgs),
    /// Show a quote.
    Show {
        /// The id of the quote
        id: String,
    },
    /// List quotes that are open, or were until lately, newest first.
    List {
        /// Only those that are open, used or expired
        #[arg(long)]
        status: Option<String>,
        #[command(flatten)]
        page: Paged,
    },
    /// Carry out a quote: move the money.
    Execute(ExecuteArgs),
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// The account that gives
    source: String,
    /// The account that gets
    #[arg(value_name = "TARGET")]
    into: String,
    /// How much is given, its fee included or on top as the rule of the fee says
    amount: String,
    /// What is given, as in USD
    asset: String,
    /// What arrives, as in EUR [default: the same]
    target_asset: Option<String>,
    /// The amount is what arrives: what is given follows
    #[arg(long)]
    arrives: bool,
    /// The amount is all that is given, whoever bears the fee by its rule
    #[arg(long, conflicts_with = "arrives")]
    fee_included: bool,
    /// How long it lives, as in 90s or 5m [default: as the book says]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    expires_in: Option<u32>,
    /// Only tell what it would say
    #[arg(long, conflicts_with = "idempotency_key")]
    dry_run: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct ExecuteArgs {
    /// The id of the quote
    id: String,
    /// What it is about
    #[arg(long)]
    reference: Option<String>,
    /// A key-value pair of your own; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
    metadata: Vec<(String, String)>,
    #[command(flatten)]
    reviewers: Reviewers,
    #[command(flatten)]
    keyed: Keyed,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached, or the transfer is declined.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let client = target.connect(Role::Member)?;
    match &args.command {
        Command::Create(create) if create.dry_run => {
            let tried = client.ask("/v1/quotes?dry_run=true", &create.body())?;
            target.print(&tried, show::quote);
            output::note("only tried: nothing is locked");
        }
        Command::Create(create) => {
            let done = client.post("/v1/quotes", &create.keyed.announce(), &create.body())?;
            done.note_replay();
            target.print(&done.body, show::quote);
            note_execution(&done.body);
        }
        Command::Show { id } => {
            let quote = client.get(&format!("/v1/quotes/{}", encode(id)))?;
            target.print(&quote, show::quote);
        }
        Command::List { status, page } => {
            let which = [("status", status.as_deref())];
            let query = query(&[&which[..], &page.parameters()].concat());
            let quotes = client.get(&format!("/v1/quotes{query}"))?;
            target.print(&quotes, show::quotes);
        }
        Command::Execute(execute) => {
            let key = execute.keyed.announce();
            let done = client.post("/v1/transfers", &key, &execute.body())?;
            done.note_replay();
            target.print(&done.body, show::transfer);
            show::note_approval(&done.body);
        }
    }
    Ok(())
}

/// Says how a quote goes on that can be carried out.
fn note_execution(quote: &Value) {
    if show::text(quote, "status") == "open" {
        let id = show::text(quote, "id");
        output::note(format_args!("to carry it out: giro quote execute {id}"));
    }
}

impl CreateArgs {
    fn body(&self) -> Value {
        let mut body = json!({
            "source": self.source, "target": self.into, "source_asset": self.asset,
            "target_asset": self.target_asset.as_ref().unwrap_or(&self.asset),
        });
        let name = match self.arrives {
            true => "target_amount",
            false => "amount",
        };
        body[name] = json!(self.amount);
        if self.fee_included {
            body["fee_included"] = json!(true);
        }
        if let Some(seconds) = self.expires_in {
            body["expires_in_seconds"] = json!(seconds);
        }
        body
    }
}

impl ExecuteArgs {
    fn body(&self) -> Value {
        let mut body = json!({"quote": self.id});
        put(&mut body, "reference", self.reference.as_deref());
        self.reviewers.put(&mut body);
        put_metadata(&mut body, &self.metadata);
        body
    }
}
