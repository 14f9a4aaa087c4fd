//! `giro webhook`.

mod listen;

use super::{Keyed, Paged, Role, Target, encode, put, put_list, query, seconds, show};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro webhook add https://example.com/giro --event transfer.completed --event transfer.declined
  giro webhook list
  giro webhook deliveries 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --status failed
  giro webhook redeliver 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 01a1fbb7-7a5b-7a5b-959f-5bcc65b7d800
  giro webhook rotate 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800 --keep-former 12h
  giro webhook listen 4180

Without --event a webhook is told of everything.";

/// Webhooks: who is told what happens in a book.
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
    /// Add a webhook, and get its secret.
    Add(AddArgs),
    /// List the webhooks, with how much of what they are told waits.
    List {
        /// Those that were removed as well
        #[arg(long)]
        removed: bool,
        #[command(flatten)]
        page: Paged,
    },
    /// Show a webhook.
    Show {
        /// The id of the webhook
        id: String,
        /// Its secret instead, and former ones that are valid still
        #[arg(long)]
        secret: bool,
    },
    /// Change a webhook.
    Change(ChangeArgs),
    /// Replace the secret of a webhook.
    Rotate(RotateArgs),
    /// Remove a webhook, for good.
    Remove {
        /// The id of the webhook
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// List what a webhook was told, newest first.
    Deliveries(DeliveriesArgs),
    /// Tell a webhook of something again.
    Redeliver {
        /// The id of the webhook
        id: String,
        /// The id of the notification
        notification: String,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Be told: listen on this machine, and print what comes, a line of JSON each.
    Listen(listen::ListenArgs),
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Where it is reached, as in https://example.com/giro
    address: String,
    /// Its name
    #[arg(long)]
    name: Option<String>,
    /// Of what it is told; may be given several times [default: of everything]
    #[arg(long = "event", value_name = "EVENT")]
    events: Vec<String>,
    /// In which format [default: native]
    #[arg(long)]
    format: Option<String>,
    /// The key of the client whose secret signs, for formats that sign with that
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct ChangeArgs {
    /// The id of the webhook
    id: String,
    /// Where it is reached from now on
    #[arg(long)]
    to: Option<String>,
    /// Its new name; empty takes it away
    #[arg(long)]
    name: Option<String>,
    /// Of what it is told from now on; may be given several times
    #[arg(long = "event", value_name = "EVENT", conflicts_with = "everything")]
    events: Vec<String>,
    /// It is told of everything from now on
    #[arg(long)]
    everything: bool,
    /// Tell it
    #[arg(long, conflicts_with = "disable")]
    enable: bool,
    /// Tell it nothing until it is enabled again: what happens waits
    #[arg(long)]
    disable: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct RotateArgs {
    /// The id of the webhook
    id: String,
    /// So long the former secret is valid as well, at most 7d [default: 1d]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    keep_former: Option<u32>,
    /// The key of the client whose secret signs from now on, for formats that sign with that
    #[arg(long, value_name = "ID")]
    client: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
struct DeliveriesArgs {
    /// The id of the webhook
    id: String,
    /// Only those that have arrived, or have not
    #[arg(long)]
    status: Option<Status>,
    /// Only from this time on
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    #[command(flatten)]
    page: Paged,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Status {
    Delivered,
    Failed,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let webhook = match &args.command {
        Command::Listen(listen) => return listen.run(),
        Command::Deliveries(list) => return list.print(target),
        Command::List { removed, page } => {
            let which = [("include", removed.then_some("removed"))];
            let query = query(&[&which[..], &page.parameters()].concat());
            let client = target.connect(Role::Member)?;
            let webhooks = client.get(&format!("/v1/webhooks{query}"))?;
            target.print(&webhooks, show::webhooks);
            return Ok(());
        }
        Command::Redeliver {
            id,
            notification,
            keyed,
        } => {
            let client = target.connect(Role::Member)?;
            let path = format!("{}/deliveries/{}/redeliver", path(id), encode(notification));
            let done = client.post(&path, &keyed.announce(), &json!({}))?;
            done.note_replay();
            target.print(&done.body, show::redelivery);
            return Ok(());
        }
        Command::Show { id, secret } => {
            let part = if *secret { "/secret" } else { "" };
            let client = target.connect(Role::Member)?;
            client.get(&format!("{}{part}", path(id)))?
        }
        Command::Add(add) => {
            let client = target.connect(Role::Member)?;
            let done = client.post("/v1/webhooks", &add.keyed.announce(), &add.body())?;
            done.note_replay();
            done.body
        }
        Command::Change(change) => {
            let client = target.connect(Role::Member)?;
            let path = path(&change.id);
            let done = client.patch(&path, &change.keyed.announce(), &change.body())?;
            done.note_replay();
            done.body
        }
        Command::Rotate(rotate) => {
            let client = target.connect(Role::Member)?;
            let path = format!("{}/rotate", path(&rotate.id));
            let done = client.post(&path, &rotate.keyed.announce(), &rotate.body())?;
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
    target.print(&webhook, show::webhook);
    Ok(())
}

fn path(id: &str) -> String {
    format!("/v1/webhooks/{}", encode(id))
}

impl AddArgs {
    fn body(&self) -> Value {
        let mut body = json!({"url": self.address});
        put(&mut body, "name", self.name.as_deref());
        put_list(&mut body, "events", &self.events);
        put(&mut body, "format", self.format.as_deref());
        put(&mut body, "client", self.client.as_deref());
        body
    }
}

impl ChangeArgs {
    fn body(&self) -> Value {
        let mut body = json!({});
        put(&mut body, "url", self.to.as_deref());
        match self.name.as_deref() {
            Some("") => body["name"] = Value::Null,
            name => put(&mut body, "name", name),
        }
        put_list(&mut body, "events", &self.events);
        if self.everything {
            body["events"] = json!([]);
        }
        if self.enable || self.disable {
            body["enabled"] = json!(self.enable);
        }
        body
    }
}

impl RotateArgs {
    fn body(&self) -> Value {
        let mut body = json!({});
        if let Some(seconds) = self.keep_former {
            body["keep_former_seconds"] = json!(seconds);
        }
        put(&mut body, "client", self.client.as_deref());
        body
    }
}

impl DeliveriesArgs {
    fn print(&self, target: &Target) -> anyhow::Result<()> {
        let status = self.status.map(|status| match status {
            Status::Delivered => "delivered",
            Status::Failed => "failed",
        });
        let which = [
            ("status", status),
            ("from", self.from.as_deref()),
            ("to", self.to.as_deref()),
        ];
        let query = query(&[&which[..], &self.page.parameters()].concat());
        let client = target.connect(Role::Member)?;
        let deliveries = client.get(&format!("{}/deliveries{query}", path(&self.id)))?;
        target.print(&deliveries, show::deliveries);
        Ok(())
    }
}
