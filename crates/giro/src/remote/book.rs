//! `giro book`.

use super::{AsOf, Keyed, Paged, Role, Target, put, query, show};
use crate::output;
use clap::Subcommand;
use serde_json::{Value, json};

/// The setting that is a list.
const LIST: &str = "vendor_ip_allow_list";

const EXAMPLES: &str = "\
Examples:
  giro book show
  giro book set vendor_rate_limits=true hold_ttl_seconds=86400
  giro book set vendor_ip_allow_list=203.0.113.0/24,198.51.100.7
  giro book stop --reason \"under investigation\"
  giro book resume
  giro book changes --from 2026-11-01
  giro book list --key-file giro-data/operator.key
  giro book create \"Acme Ltd\" --key-file giro-data/operator.key";

/// Books: one entity's accounts and settings.
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
    /// Show the book of the key.
    Show(AsOf),
    /// Open a book, and get its first API key (needs the operator's key).
    Create {
        /// The name of the entity
        name: String,
        /// Make it a book to try things out
        #[arg(long)]
        sandbox: bool,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// List all books (needs the operator's key).
    List {
        /// Go on where the last page ended
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Change the name or the settings of the book of the key.
    Set {
        /// What to change, as in name="Acme Ltd" or vendor_rate_limits=true
        #[arg(required = true, value_name = "NAME=VALUE", value_parser = setting)]
        settings: Vec<(String, Value)>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Stop all money of the book at once: nothing moves until it is resumed.
    Stop(StopArgs),
    /// Let the money of the book move again.
    Resume(StopArgs),
    /// List everything that was configured in the book, newest first.
    Changes {
        /// Only from this time on
        #[arg(long, value_name = "TIME")]
        from: Option<String>,
        /// Only before this time
        #[arg(long, value_name = "TIME")]
        to: Option<String>,
        #[command(flatten)]
        page: Paged,
    },
}

#[derive(Debug, clap::Args)]
struct StopArgs {
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
        Command::Show(as_of) => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            let client = target.connect(Role::Member)?;
            let book = client.get(&format!("/v1/book{query}"))?;
            target.print(&book, show::book);
        }
        Command::Create {
            name,
            sandbox,
            keyed,
        } => {
            let client = target.connect(Role::Operator)?;
            let body = json!({"name": name, "sandbox": sandbox});
            let opened = client.post("/v1/books", &keyed.announce(), &body)?.body;
            target.print(&opened, |opened| {
                show::book(opened.get("book").unwrap_or(&Value::Null));
                output::line("");
                show::key(opened.get("key").unwrap_or(&Value::Null));
            });
        }
        Command::List { cursor } => {
            let client = target.connect(Role::Operator)?;
            let page = query(&[("limit", Some("200")), ("cursor", cursor.as_deref())]);
            let books = client.get(&format!("/v1/books{page}"))?;
            target.print(&books, print_list);
        }
        Command::Set { settings, keyed } => {
            let client = target.connect(Role::Member)?;
            let body = Value::Object(settings.iter().cloned().collect());
            let book = client.patch("/v1/book", &keyed.announce(), &body)?.body;
            target.print(&book, show::book);
        }
        Command::Stop(stop) => stop.run(target, "stop")?,
        Command::Resume(resume) => resume.run(target, "resume")?,
        Command::Changes { from, to, page } => {
            let period = [("from", from.as_deref()), ("to", to.as_deref())];
            let query = query(&[period, page.parameters()].concat());
            let client = target.connect(Role::Member)?;
            let changes = client.get(&format!("/v1/changes{query}"))?;
            target.print(&changes, show::changes);
        }
    }
    Ok(())
}

impl StopArgs {
    fn run(&self, target: &Target, what: &str) -> anyhow::Result<()> {
        let client = target.connect(Role::Member)?;
        let mut body = json!({});
        put(&mut body, "reason", self.reason.as_deref());
        let path = format!("/v1/book/{what}");
        let book = client.post(&path, &self.keyed.announce(), &body)?.body;
        target.print(&book, show::book);
        Ok(())
    }
}

fn print_list(books: &Value) {
    let mut table = output::table(["id", "name", "sandbox", "opened"]);
    for book in show::items(books) {
        table.add_row([
            show::text(book, "id"),
            show::text(book, "name"),
            show::text(book, "sandbox"),
            show::time(book, "opened_at"),
        ]);
    }
    output::print_table(&table);
    show::more(books);
}

/// A setting and its value: a truth, a number, or else a text. A name is always a text, and a list a
/// list, with commas between its entries.
fn setting(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    let parsed = match (name, value) {
        ("name", text) => Value::from(text),
        (LIST, "") => json!([]),
        (LIST, entries) => entries.split(',').map(str::trim).collect(),
        (_, "true") => Value::from(true),
        (_, "false") => Value::from(false),
        (_, other) => other.parse::<u64>().map_or(Value::from(other), Value::from),
    };
    Ok((name.to_owned(), parsed))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_setting_is_a_truth_a_number_a_list_or_a_text() {
        let value = |text| setting(text).map(|(_, value)| value);
        assert_eq!(value("vendor_rate_limits=true"), Ok(json!(true)));
        assert_eq!(value("quote_ttl_seconds=60"), Ok(json!(60)));
        assert_eq!(value("settlement=instant"), Ok(json!("instant")));
        assert_eq!(value("name=42"), Ok(json!("42")));
        let list = "vendor_ip_allow_list=203.0.113.0/24, ::1";
        assert_eq!(value(list), Ok(json!(["203.0.113.0/24", "::1"])));
        assert_eq!(value("vendor_ip_allow_list="), Ok(json!([])));
        assert!(setting("nothing").is_err());
    }
}
