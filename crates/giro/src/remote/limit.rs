//! `giro limit`.

use super::{AsOf, Keyed, Paged, Role, Target, encode, put, query, seconds, show};
use anyhow::bail;
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro limit add daily_out --account alias:ops --per day --asset USD --amount-max 5000.00
  giro limit add burst --for-key 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --per 1h --count-max 20
  giro limit add single --tag payroll --per transfer --asset USD --amount-max 900.00
  giro limit list --account alias:ops
  giro limit change 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --amount-max 8000.00

An account is given by its id, or by alias: and its alias. What moved before a limit was set does
not count.";

/// Limits: how much may move, and how often.
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
    /// Set a limit.
    Add(AddArgs),
    /// List the limits, with how much of each is used.
    List(ListArgs),
    /// Show a limit, and how much of it is used.
    Show {
        /// The id of the limit
        id: String,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Change the name or the values of a limit.
    Change {
        /// The id of the limit
        id: String,
        /// Its new name
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        most: Most,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Remove a limit.
    Remove {
        /// The id of the limit
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Its name
    name: String,
    #[command(flatten)]
    of: Of,
    /// Of the whole book
    #[arg(long, conflicts_with_all = ["account", "tag", "for_key"])]
    book: bool,
    /// Over which time: transfer, day, month (both in UTC), or a time such as 1h that goes along
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    per: Value,
    /// What leaves, or what arrives
    #[arg(long, default_value = "out")]
    direction: Direction,
    /// The asset that it counts [default: any, if it only counts transfers]
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    #[command(flatten)]
    most: Most,
    #[command(flatten)]
    keyed: Keyed,
}

/// What it limits.
#[derive(Debug, clap::Args)]
#[group(multiple = false)]
struct Of {
    /// Of this account
    #[arg(long)]
    account: Option<String>,
    /// Of all accounts with this tag, together
    #[arg(long)]
    tag: Option<String>,
    /// Of all that this key asks for, by its id
    #[arg(long, value_name = "ID")]
    for_key: Option<String>,
}

#[derive(Debug, clap::Args)]
struct Most {
    /// So much may move at most
    #[arg(long, value_name = "AMOUNT")]
    amount_max: Option<String>,
    /// So many transfers there may be at most
    #[arg(long, value_name = "COUNT")]
    count_max: Option<u64>,
}

#[derive(Debug, clap::Args)]
struct ListArgs {
    #[command(flatten)]
    of: Of,
    /// Those that were removed as well
    #[arg(long)]
    removed: bool,
    #[command(flatten)]
    as_of: AsOf,
    #[command(flatten)]
    page: Paged,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Direction {
    Out,
    In,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let limit = match &args.command {
        Command::List(list) => return print_list(target, list),
        Command::Show { id, as_of } => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            let client = target.connect(Role::Member)?;
            client.get(&format!("{}{query}", path(id)))?
        }
        Command::Add(add) => {
            let body = add.body()?;
            let client = target.connect(Role::Member)?;
            let done = client.post("/v1/limits", &add.keyed.announce(), &body)?;
            done.note_replay();
            done.body
        }
        Command::Change {
            id,
            name,
            most,
            keyed,
        } => {
            let mut body = json!({});
            put(&mut body, "name", name.as_deref());
            most.put(&mut body);
            let client = target.connect(Role::Member)?;
            let done = client.patch(&path(id), &keyed.announce(), &body)?;
            done.note_replay();
            done.body
        }
        Command::Remove { id, keyed } => {
            let client = target.connect(Role::Member)?;
            let done = client.delete(&path(id), &keyed.announce())?;
            done.note_replay();
            done.body
        }
    };
    target.print(&limit, show::limit);
    Ok(())
}

fn path(id: &str) -> String {
    format!("/v1/limits/{}", encode(id))
}

fn print_list(target: &Target, list: &ListArgs) -> anyhow::Result<()> {
    let which = [
        ("account", list.of.account.as_deref()),
        ("tag", list.of.tag.as_deref()),
        ("key", list.of.for_key.as_deref()),
        ("include", list.removed.then_some("removed")),
        ("as_of", list.as_of.as_of.as_deref()),
    ];
    let query = query(&[&which[..], &list.page.parameters()].concat());
    let client = target.connect(Role::Member)?;
    let limits = client.get(&format!("/v1/limits{query}"))?;
    target.print(&limits, show::limits);
    Ok(())
}

impl AddArgs {
    fn body(&self) -> anyhow::Result<Value> {
        let direction = match self.direction {
            Direction::Out => "out",
            Direction::In => "in",
        };
        let mut body = json!({
            "name": self.name, "subject": self.subject()?, "direction": direction,
            "period": self.per,
        });
        put(&mut body, "asset", self.asset.as_deref());
        self.most.put(&mut body);
        Ok(body)
    }

    fn subject(&self) -> anyhow::Result<Value> {
        let Of {
            account,
            tag,
            for_key,
        } = &self.of;
        Ok(match (account, tag, for_key) {
            (Some(account), _, _) => json!({"account": account}),
            (_, Some(tag), _) => json!({"tag": tag}),
            (_, _, Some(key)) => json!({"key": key}),
            (None, None, None) if self.book => json!({"book": true}),
            (None, None, None) => {
                bail!("a limit is of something: give --account, --tag, --for-key or --book")
            }
        })
    }
}

impl Most {
    fn put(&self, body: &mut Value) {
        put(body, "amount_max", self.amount_max.as_deref());
        if let Some(count) = self.count_max {
            body["count_max"] = json!(count);
        }
    }
}

/// A period as the interface has it.
fn period(text: &str) -> Result<Value, String> {
    match text {
        "transfer" | "day" | "month" => Ok(json!(text)),
        other => match seconds(other) {
            Ok(seconds) => Ok(json!({"rolling_seconds": seconds})),
            Err(_) => Err("write it as transfer, day, month, or as in 90s, 30m, 12h or 7d".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_is_a_word_or_a_time() {
        assert_eq!(period("day"), Ok(json!("day")));
        assert_eq!(period("1h"), Ok(json!({"rolling_seconds": 3600})));
        assert!(period("week").is_err());
    }
}
