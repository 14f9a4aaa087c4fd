//! `giro account`.

mod invest;

use super::{AsOf, Keyed, Paged, Role, Target};
use super::{encode, pair, put, put_list, put_metadata, query, show};
use crate::output;
use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro account open Payroll --asset USD --alias payroll
  giro account open Treasury --asset USD --asset EUR --overdraft USD=500.00
  giro account list
  giro account statement alias:payroll --asset USD --from 2026-01-01
  giro account freeze alias:payroll --direction debits --reason \"under review\"
  giro account change alias:payroll --tag payroll --tag eu
  giro account invest alias:reserve USD --weeks 4 --reinvest 4
  giro account portfolio alias:reserve
  giro account close alias:payroll --sweep-to alias:treasury

An account is given by its id, or by alias: and its alias.";

/// Accounts: where money is kept.
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
    /// Open an account.
    Open {
        /// Its name
        name: String,
        /// An asset that it holds; may be given several times
        #[arg(long = "asset", value_name = "CODE")]
        assets: Vec<String>,
        /// How far below zero an asset may go; may be given several times
        #[arg(long, value_name = "CODE=AMOUNT", value_parser = pair)]
        overdraft: Vec<(String, String)>,
        /// Take every other asset as well
        #[arg(long)]
        any_asset: bool,
        /// Your own word for it, unique in the book
        #[arg(long)]
        alias: Option<String>,
        /// A key-value pair of your own; may be given several times
        #[arg(long, value_name = "NAME=VALUE", value_parser = pair)]
        metadata: Vec<(String, String)>,
        /// A word by which policies, limits and grants call it; may be given several times
        #[arg(long = "tag", value_name = "TAG")]
        tags: Vec<String>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// List accounts, oldest first.
    List(ListArgs),
    /// Show an account and its balances.
    Show {
        /// The account
        account: String,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Change the name, alias, tags or overdraft limits of an account.
    Change(ChangeArgs),
    /// List how an account was opened, changed, frozen and closed, newest first.
    Changes {
        /// The account
        account: String,
        #[command(flatten)]
        page: Paged,
    },
    /// Freeze an account: no money may leave, or arrive, or both.
    Freeze {
        /// The account
        account: String,
        /// Which direction
        #[arg(long, default_value = "both")]
        direction: Direction,
        /// Why
        #[arg(long)]
        reason: Option<String>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Unfreeze an account.
    Unfreeze {
        /// The account
        account: String,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Close an account, for good.
    Close {
        /// The account
        account: String,
        /// Move what is left to this account; else the account must be empty
        #[arg(long, value_name = "ACCOUNT")]
        sweep_to: Option<String>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Show what was posted to an account, newest first.
    Statement(StatementArgs),
    /// Keep the money of an account invested, or not any more.
    Invest(invest::InvestArgs),
    /// Show what an account has, invested or not, and what it has earned.
    Portfolio(invest::PortfolioArgs),
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those that hold this asset
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// Only those that are open, frozen or closed
    #[arg(long)]
    status: Option<String>,
    /// Only those with this tag
    #[arg(long)]
    tag: Option<String>,
    /// The book's own accounts as well
    #[arg(long)]
    system: bool,
    /// So many at most
    #[arg(long, default_value = "200")]
    limit: String,
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    /// The account
    account: String,
    /// Its new name
    #[arg(long)]
    name: Option<String>,
    /// Its new alias
    #[arg(long)]
    alias: Option<String>,
    /// One of its new tags, in the place of all that it has; may be given several times
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Take all its tags away
    #[arg(long, conflicts_with = "tags")]
    no_tags: bool,
    /// How far below zero an asset may go; may be given several times
    #[arg(long, value_name = "CODE=AMOUNT", value_parser = pair)]
    overdraft: Vec<(String, String)>,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct StatementArgs {
    /// The account
    account: String,
    /// The asset, if it holds several
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// From this time or date on [default: 30 days before the end]
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Up to this time or date [default: now]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// Print all of it as comma-separated values
    #[arg(long)]
    csv: bool,
    /// So many postings at most
    #[arg(long, default_value = "50")]
    limit: String,
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Direction {
    Debits,
    Credits,
    Both,
}

impl Direction {
    fn name(self) -> &'static str {
        match self {
            Direction::Debits => "debits",
            Direction::Credits => "credits",
            Direction::Both => "both",
        }
    }
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let account = match &args.command {
        Command::List(list) => return print_list(target, list),
        Command::Statement(statement) => return print_statement(target, statement),
        Command::Changes { account, page } => return print_changes(target, account, page),
        Command::Invest(invest) => return invest.run(target),
        Command::Portfolio(portfolio) => return portfolio.run(target),
        Command::Close {
            account,
            sweep_to,
            keyed,
        } => return close(target, account, sweep_to.as_deref(), keyed),
        Command::Show { account, as_of } => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            target.connect(Role::Member)?.get(&path(account, &query))?
        }
        Command::Change(args) => {
            let client = target.connect(Role::Member)?;
            let (path, key) = (path(&args.account, ""), args.keyed.announce());
            client.patch(&path, &key, &args.body())?.body
        }
        Command::Open { keyed, .. } => {
            let body = opening(&args.command)?;
            let client = target.connect(Role::Member)?;
            client.post("/v1/accounts", &keyed.announce(), &body)?.body
        }
        Command::Freeze {
            account,
            direction,
            reason,
            keyed,
        } => {
            let body = json!({"direction": direction.name(), "reason": reason});
            change(target, account, "/freeze", keyed, &body)?
        }
        Command::Unfreeze { account, keyed } => {
            change(target, account, "/unfreeze", keyed, &json!({}))?
        }
    };
    target.print(&account, show::account);
    Ok(())
}

fn path(account: &str, end: &str) -> String {
    format!("/v1/accounts/{}{end}", encode(account))
}

fn change(
    target: &Target,
    account: &str,
    what: &str,
    keyed: &Keyed,
    body: &Value,
) -> anyhow::Result<Value> {
    let client = target.connect(Role::Member)?;
    let changed = client.post(&path(account, what), &keyed.announce(), body)?;
    Ok(changed.body)
}

/// Closes an account; what is left in it may have to wait for approval first.
fn close(
    target: &Target,
    account: &str,
    sweep_to: Option<&str>,
    keyed: &Keyed,
) -> anyhow::Result<()> {
    let mut body = json!({});
    put(&mut body, "sweep_to", sweep_to);
    let closed = change(target, account, "/close", keyed, &body)?;
    target.print(&closed, |closed| {
        show::account(closed);
        if let Some(sweep) = closed.get("sweep").filter(|sweep| !sweep.is_null()) {
            output::line("");
            show::transfer(sweep);
            show::note_approval(sweep);
        }
    });
    Ok(())
}

fn print_changes(target: &Target, account: &str, page: &Paged) -> anyhow::Result<()> {
    let query = query(&page.parameters());
    let client = target.connect(Role::Member)?;
    let changes = client.get(&path(account, &format!("/changes{query}")))?;
    target.print(&changes, show::changes);
    Ok(())
}

impl ChangeArgs {
    fn body(&self) -> Value {
        let mut body = json!({});
        put(&mut body, "name", self.name.as_deref());
        put(&mut body, "alias", self.alias.as_deref());
        put_list(&mut body, "tags", &self.tags);
        if self.no_tags {
            body["tags"] = json!([]);
        }
        if !self.overdraft.is_empty() {
            body["assets"] = overdrafts(&self.overdraft).collect();
        }
        body
    }
}

fn overdrafts(pairs: &[(String, String)]) -> impl Iterator<Item = Value> {
    let one = |(asset, limit): &(String, String)| json!({"asset": asset, "overdraft_limit": limit});
    pairs.iter().map(one)
}

/// The body of a request to open an account.
fn opening(command: &Command) -> anyhow::Result<Value> {
    let Command::Open {
        name,
        assets,
        overdraft,
        any_asset,
        alias,
        metadata,
        tags,
        ..
    } = command
    else {
        bail!("only an account to be opened has a body");
    };
    let plain = assets
        .iter()
        .filter(|asset| overdraft.iter().all(|(code, _)| code != *asset));
    let plain = plain.map(|asset| json!(asset));
    let holdings: Vec<Value> = plain.chain(overdrafts(overdraft)).collect();
    if holdings.is_empty() && !any_asset {
        bail!("an account holds something: give --asset CODE, or --any-asset");
    }
    let mut body = json!({"name": name, "assets": holdings, "any_asset": any_asset});
    put(&mut body, "alias", alias.as_deref());
    put_list(&mut body, "tags", tags);
    put_metadata(&mut body, metadata);
    Ok(body)
}

fn print_list(target: &Target, list: &ListArgs) -> anyhow::Result<()> {
    let query = query(&[
        ("asset", list.asset.as_deref()),
        ("status", list.status.as_deref()),
        ("tag", list.tag.as_deref()),
        ("include_system", list.system.then_some("true")),
        ("limit", Some(&list.limit)),
        ("cursor", list.cursor.as_deref()),
    ]);
    let client = target.connect(Role::Member)?;
    let accounts = client.get(&format!("/v1/accounts{query}"))?;
    target.print(&accounts, show::accounts);
    Ok(())
}

fn print_statement(target: &Target, statement: &StatementArgs) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let base = path(&statement.account, "/statement");
    let period = [
        ("asset", statement.asset.as_deref()),
        ("from", statement.from.as_deref()),
        ("to", statement.to.as_deref()),
    ];
    if statement.csv {
        let query = query(&[&period[..], &[("format", Some("csv"))]].concat());
        output::line(client.get_text(&format!("{base}{query}"))?.trim_end());
        return Ok(());
    }
    let page = [
        ("limit", Some(&*statement.limit)),
        ("cursor", statement.cursor.as_deref()),
    ];
    let found = client.get(&format!("{base}{}", query(&[&period[..], &page].concat())))?;
    target.print(&found, show::statement);
    Ok(())
}
