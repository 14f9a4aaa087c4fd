//! `giro approval`.

use super::{Keyed, Paged, Role, Target, encode, put, query, show};
use anyhow::bail;
use clap::Subcommand;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro approval list --mine
  giro approval show 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800
  giro approval approve 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800
  giro approval reject 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --reason \"no invoice\"

Nobody approves or rejects what they have asked for themselves, whatever key they use.";

/// Approvals: what waits for somebody else to agree.
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
    /// List what waits for approval, oldest first.
    List {
        /// Only what you may approve or reject
        #[arg(long)]
        mine: bool,
        #[command(flatten)]
        page: Paged,
    },
    /// Show an approval: what it is of, who has agreed, and how it ended.
    Show {
        /// The id of the approval
        id: String,
    },
    /// Approve something.
    Approve {
        /// The id of the approval
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Reject something, for good.
    Reject(EndArgs),
    /// Take back something that you have asked for.
    Cancel(EndArgs),
}

#[derive(Debug, clap::Args)]
struct EndArgs {
    /// The id of the approval
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
/// If the server refuses or cannot be reached, or what was approved is not possible any more.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::List { mine, page } => {
            let whose = [("waiting_for", mine.then_some("me"))];
            let query = query(&[&whose[..], &page.parameters()].concat());
            let client = target.connect(Role::Member)?;
            let approvals = client.get(&format!("/v1/approvals{query}"))?;
            target.print(&approvals, show::approvals);
            Ok(())
        }
        Command::Show { id } => {
            let approval = target.connect(Role::Member)?.get(&path(id))?;
            target.print(&approval, show::approval);
            Ok(())
        }
        Command::Approve { id, keyed } => {
            let approval = step(target, id, "approve", keyed, &json!({}))?;
            is_still_possible(&approval)
        }
        Command::Reject(end) => end.run(target, "reject"),
        Command::Cancel(end) => end.run(target, "cancel"),
    }
}

impl EndArgs {
    fn run(&self, target: &Target, what: &str) -> anyhow::Result<()> {
        let mut body = json!({});
        put(&mut body, "reason", self.reason.as_deref());
        step(target, &self.id, what, &self.keyed, &body)?;
        Ok(())
    }
}

fn path(id: &str) -> String {
    format!("/v1/approvals/{}", encode(id))
}

fn step(
    target: &Target,
    id: &str,
    what: &str,
    keyed: &Keyed,
    body: &Value,
) -> anyhow::Result<Value> {
    let client = target.connect(Role::Member)?;
    let done = client.post(&format!("{}/{what}", path(id)), &keyed.announce(), body)?;
    done.note_replay();
    target.print(&done.body, show::approval);
    Ok(done.body)
}

/// What everybody agreed to may have become impossible in the meantime.
fn is_still_possible(approval: &Value) -> anyhow::Result<()> {
    if approval.get("status").and_then(Value::as_str) != Some("declined") {
        return Ok(());
    }
    match approval.pointer("/subject/transfer/decline") {
        Some(why) if !why.is_null() => {
            bail!("approved, but declined: {}", show::decline(why))
        }
        _ => bail!("approved, but not possible any more"),
    }
}
