//! `giro key`.

use super::{Keyed, Role, Target, encode, query, show};
use crate::output;
use clap::Subcommand;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro key create reporting --capability accounts.read --capability transfers.read
  giro key list
  giro key revoke 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800

Capabilities: book.read, book.write, keys.read, keys.write, accounts.read, accounts.write,
transfers.read, transfers.write, funds.write.";

/// API keys: who may do what in a book.
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
    /// Make an API key. It is shown once.
    Create {
        /// Its name, as people know it
        name: String,
        /// What it may do; may be given several times
        #[arg(long = "capability", value_name = "NAME", required = true)]
        capabilities: Vec<String>,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// List the keys of the book.
    List {
        /// Go on where the last page ended
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Revoke a key, for good.
    Revoke {
        /// The id of the key
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let client = target.connect(Role::Member)?;
    match &args.command {
        Command::Create {
            name,
            capabilities,
            keyed,
        } => {
            let body = json!({"name": name, "capabilities": capabilities});
            let made = client.post("/v1/keys", &keyed.announce(), &body)?.body;
            target.print(&made, show::key);
        }
        Command::List { cursor } => {
            let page = query(&[("limit", Some("200")), ("cursor", cursor.as_deref())]);
            let keys = client.get(&format!("/v1/keys{page}"))?;
            target.print(&keys, print_list);
        }
        Command::Revoke { id, keyed } => {
            let path = format!("/v1/keys/{}", encode(id));
            let revoked = client.delete(&path, &keyed.announce())?.body;
            target.print(&revoked, show::key);
        }
    }
    Ok(())
}

fn print_list(keys: &Value) {
    let mut table = output::table(["id", "name", "created", "revoked", "may"]);
    for key in show::items(keys) {
        table.add_row([
            show::text(key, "id"),
            show::text(key, "name"),
            show::time(key, "created_at"),
            show::time(key, "revoked_at"),
            show::list(key, "capabilities"),
        ]);
    }
    output::print_table(&table);
    show::more(keys);
}
