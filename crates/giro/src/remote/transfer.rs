//! `giro transfer`.

use super::{Keyed, Role, Target, encode, query, show};
use crate::output;
use anyhow::{Context, bail};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  giro transfer deposit alias:ops 1000.00 USD
  giro transfer make alias:ops alias:payroll 120.00 USD --reference salaries
  giro transfer list --account alias:ops --status declined
  giro transfer batch payouts.ndjson --mode best-effort
  giro transfer make alias:ops alias:payroll 120.00 USD --idempotency-key salaries-2026-11

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
    /// Move money from one account to another.
    Make {
        /// The account that it leaves
        source: String,
        /// The account that it arrives in
        target: String,
        /// How much, as in 120.00
        amount: String,
        /// Of which asset, as in USD
        asset: String,
        /// What it is about
        #[arg(long)]
        reference: Option<String>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Bring money in from outside.
    Deposit(Funds),
    /// Take money out.
    Withdraw(Funds),
    /// Show a transfer.
    Show {
        /// The id of the transfer
        id: String,
    },
    /// List transfers, newest first.
    List(ListArgs),
    /// Make many transfers at once.
    Batch {
        /// A file of JSON: {"mode": …, "transfers": […]}, an array of transfers, or one transfer
        /// per line; - reads standard input
        file: PathBuf,
        /// Whether they stand or fall together, unless the file says it [default: atomic]
        #[arg(long)]
        mode: Option<Mode>,
        #[command(flatten)]
        keyed: Keyed,
    },
}

#[derive(Debug, clap::Args)]
struct Funds {
    /// The account
    account: String,
    /// How much, as in 120.00
    amount: String,
    /// Of which asset, as in USD
    asset: String,
    /// What it is about
    #[arg(long)]
    reference: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    /// Only those that concern this account
    #[arg(long)]
    account: Option<String>,
    /// Only those that were completed, or declined
    #[arg(long)]
    status: Option<String>,
    /// Only transfers, deposits or withdrawals
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

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// All or none.
    Atomic,
    /// Each on its own.
    BestEffort,
}

impl Mode {
    fn name(self) -> &'static str {
        match self {
            Mode::Atomic => "atomic",
            Mode::BestEffort => "best_effort",
        }
    }
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached, or a transfer is declined.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::Make {
            source,
            target: to,
            amount,
            asset,
            reference,
            keyed,
        } => {
            let mut body = json!({
                "source": source, "target": to, "amount": amount, "asset": asset,
            });
            put(&mut body, "reference", reference.as_deref());
            make(target, "/v1/transfers", keyed, &body)
        }
        Command::Deposit(funds) => make(target, "/v1/deposits", &funds.keyed, &funds.body()),
        Command::Withdraw(funds) => make(target, "/v1/withdrawals", &funds.keyed, &funds.body()),
        Command::Show { id } => {
            let path = format!("/v1/transfers/{}", encode(id));
            let transfer = target.connect(Role::Member)?.get(&path)?;
            target.print(&transfer, show::transfer);
            Ok(())
        }
        Command::List(list) => {
            let path = format!("/v1/transfers{}", list.query());
            let transfers = target.connect(Role::Member)?.get(&path)?;
            target.print(&transfers, show::transfers);
            Ok(())
        }
        Command::Batch { file, mode, keyed } => batch(target, file, *mode, keyed),
    }
}

impl Funds {
    fn body(&self) -> Value {
        let (account, amount, asset) = (&self.account, &self.amount, &self.asset);
        let mut body = json!({"account": account, "amount": amount, "asset": asset});
        put(&mut body, "reference", self.reference.as_deref());
        body
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

fn put(body: &mut Value, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        body[name] = json!(value);
    }
}

fn make(target: &Target, path: &str, keyed: &Keyed, body: &Value) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let made = client.post(path, &keyed.announce(), body)?;
    if made.is_replay {
        output::note("done before, under the same key: this is the first answer again");
    }
    target.print(&made.body, show::transfer);
    Ok(())
}

fn batch(target: &Target, file: &Path, mode: Option<Mode>, keyed: &Keyed) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let body = parse_batch(&read(file)?, mode)?;
    let done = client.post("/v1/transfers/batch", &keyed.announce(), &body)?;
    target.print(&done.body, print_batch);
    let count = |name: &str| done.body.get(name).and_then(Value::as_u64).unwrap_or(0);
    let failed = count("declined").saturating_add(count("refused"));
    if failed > 0 {
        bail!("{failed} of the transfers were not made");
    }
    Ok(())
}

fn read(file: &Path) -> anyhow::Result<String> {
    if file == Path::new("-") {
        let mut text = String::new();
        std::io::stdin()
            .read_to_string(&mut text)
            .context("cannot read standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// The batch in a text: a whole request, an array, or a transfer per line.
fn parse_batch(text: &str, mode: Option<Mode>) -> anyhow::Result<Value> {
    let name = mode.unwrap_or(Mode::Atomic).name();
    match serde_json::from_str::<Value>(text) {
        Ok(Value::Array(transfers)) => return Ok(json!({"mode": name, "transfers": transfers})),
        Ok(mut whole) if whole.get("transfers").is_some() => {
            if mode.is_some() || whole.get("mode").is_none() {
                whole["mode"] = json!(name);
            }
            return Ok(whole);
        }
        Ok(_) | Err(_) => {}
    }
    let lines = (1..).zip(text.lines());
    let lines = lines.filter(|(_, line)| !line.trim().is_empty());
    let parsed = lines.map(|(number, line)| {
        serde_json::from_str::<Value>(line).with_context(|| format!("line {number} is not JSON"))
    });
    let transfers = parsed.collect::<anyhow::Result<Vec<Value>>>()?;
    Ok(json!({"mode": name, "transfers": transfers}))
}

fn print_batch(batch: &Value) {
    let mut table = output::table(["item", "status", "transfer", "why"]);
    let results = batch.get("results").unwrap_or(&Value::Null);
    let is_wanted = |item: &&Value| show::text(item, "status") != "completed";
    for item in show::items(results).filter(is_wanted) {
        let transfer = item.get("transfer").unwrap_or(&Value::Null);
        let decline = transfer.get("decline").or_else(|| item.get("problem"));
        let why = decline.map_or(String::new(), |why| show::text(why, "detail"));
        table.add_row([
            show::text(item, "index"),
            show::text(item, "status"),
            show::text(transfer, "id"),
            why,
        ]);
    }
    output::pairs(
        ["mode", "completed", "declined", "refused"].map(|name| (name, show::text(batch, name))),
    );
    if table.row_count() > 0 {
        output::line("");
        output::print_table(&table);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_a_request_an_array_or_lines() {
        let item = json!({"amount": "1.00"});
        let expected = json!({"mode": "atomic", "transfers": [item]});
        let parse = |text: &str, mode| parse_batch(text, mode).expect("a batch");
        assert_eq!(parse(r#"[{"amount":"1.00"}]"#, None), expected);
        assert_eq!(parse("\n{\"amount\":\"1.00\"}\n\n", None), expected);
        let whole = r#"{"mode":"best_effort","transfers":[]}"#;
        assert_eq!(parse(whole, None)["mode"], "best_effort");
        assert_eq!(parse(whole, Some(Mode::Atomic))["mode"], "atomic");
        let error = parse_batch("{}\nnonsense", None).expect_err("not JSON");
        assert_eq!(error.to_string(), "line 2 is not JSON");
    }
}
