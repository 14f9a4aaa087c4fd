//! `giro transfer batch`: many transfers, from a file.

use super::super::{Keyed, Role, Target, show};
use crate::output;
use anyhow::{Context, bail};
use clap::ValueEnum;
use serde_json::{Value, json};
use std::io::Read;
use std::path::{Path, PathBuf};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// A file of JSON: {"mode": …, "transfers": […]}, an array of transfers, or one transfer
    /// per line; - reads standard input
    file: PathBuf,
    /// Whether they stand or fall together, unless the file says it [default: atomic]
    #[arg(long)]
    mode: Option<Mode>,
    #[command(flatten)]
    keyed: Keyed,
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

/// Makes the transfers of a file.
///
/// # Errors
/// If the file cannot be read, the server refuses, or at least one of them is not made.
pub(super) fn run(target: &Target, args: &Args) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let body = parse_batch(&read(&args.file)?, args.mode)?;
    let done = client.post("/v1/transfers/batch", &args.keyed.announce(), &body)?;
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
    let counts = [("held", "held"), ("awaiting approval", "awaiting_approval")];
    let counts = counts.map(|(name, member)| (name, show::text(batch, member)));
    let named = |name| (name, show::text(batch, name));
    let pairs = ["mode", "completed"].map(named).into_iter();
    let controlled = counts.into_iter().filter(|(_, count)| count != "0");
    let failed = ["declined", "refused"].map(named);
    output::pairs(pairs.chain(controlled).chain(failed));
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
