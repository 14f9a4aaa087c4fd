//! `giro key`.

use super::{AsOf, Keyed, Role, Target, encode, put, put_list, query, show};
use crate::output;
use anyhow::Context;
use clap::Subcommand;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "\
Examples:
  giro key create reporting --capability accounts.read --capability transfers.read
  giro key create ada --email ada@example.com --capability approvals.read \\
      --capability approvals.decide
  giro key create payouts --capability transfers.write --grant-tag payroll --grant-amount USD:500.00
  giro key create checkout --client --capability transfers.write
  giro key create treasury --assertion-key public.pem --request-key key-1:signing.pem \
      --redirect-uri https://treasury.example/callback --capability accounts.read
  giro key list
  giro key revoke 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800

Capabilities: book.read, book.write, keys.read, keys.write, accounts.read, accounts.write,
transfers.read, transfers.write, funds.write, approvals.read, approvals.decide, policies.read,
policies.write, limits.read, limits.write, rates.read, rates.write, fees.read, fees.write,
schedules.read, schedules.write, securities.read, securities.write, webhooks.read, webhooks.write.

Keys of one e-mail address are one person: none of them approves what another has asked for.";

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
    /// Make an API key, or a client of a vendor's interface. Its secret is shown once.
    #[command(visible_alias = "add")]
    Create(CreateArgs),
    /// List the keys of the book.
    List {
        #[command(flatten)]
        as_of: AsOf,
        /// Go on where the last page ended
        #[arg(long)]
        cursor: Option<String>,
    },
    /// Show a key, never with its secret.
    Show {
        /// The id of the key
        id: String,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Revoke a key, for good.
    Revoke {
        /// The id of the key
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
}

#[derive(Debug, clap::Args)]
struct CreateArgs {
    /// Its name, as people know it
    name: String,
    /// What it may do; may be given several times
    #[arg(long = "capability", value_name = "NAME", required = true)]
    capabilities: Vec<String>,
    /// The e-mail address of the person whose it is
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// It moves money only between these accounts and tags; may be given several times
    #[arg(long = "grant-account", value_name = "ACCOUNT")]
    accounts: Vec<String>,
    /// See --grant-account
    #[arg(long = "grant-tag", value_name = "TAG")]
    tags: Vec<String>,
    /// It moves only these assets, and at most so much at once; may be given several times
    #[arg(long = "grant-amount", value_name = "CODE:AMOUNT", value_parser = amount)]
    amounts: Vec<(String, String)>,
    /// A client of a vendor's interface, with an id and a secret, in place of an API key
    #[arg(long)]
    client: bool,
    /// A client of a vendor's interface that signs assertions: the file of its public key, in PEM
    #[arg(long, value_name = "FILE", conflicts_with = "client")]
    assertion_key: Option<PathBuf>,
    /// A public key of its requests; may be given several times
    #[arg(long = "request-key", value_name = "ID:FILE", value_parser = request_key, requires = "assertion_key")]
    request_keys: Vec<(String, PathBuf)>,
    /// It has to sign its requests
    #[arg(long, requires = "request_keys")]
    require_signature: bool,
    /// Where it has people sent back to who let it act for them; may be given several times
    #[arg(long = "redirect-uri", value_name = "URL", requires = "assertion_key")]
    redirect_uris: Vec<String>,
    /// With a public key, with which the client encrypts what only the server can read
    #[arg(long, requires = "client")]
    encryption_key: bool,
    #[command(flatten)]
    keyed: Keyed,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let client = target.connect(Role::Member)?;
    match &args.command {
        Command::Create(create) => {
            let (key, body) = (create.keyed.announce(), create.body()?);
            let made = client.post("/v1/keys", &key, &body)?.body;
            target.print(&made, show::key);
        }
        Command::List { as_of, cursor } => {
            let page = query(&[
                ("as_of", as_of.as_of.as_deref()),
                ("limit", Some("200")),
                ("cursor", cursor.as_deref()),
            ]);
            let keys = client.get(&format!("/v1/keys{page}"))?;
            target.print(&keys, print_list);
        }
        Command::Show { id, as_of } => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            let key = client.get(&format!("/v1/keys/{}{query}", encode(id)))?;
            target.print(&key, show::key);
        }
        Command::Revoke { id, keyed } => {
            let path = format!("/v1/keys/{}", encode(id));
            let revoked = client.delete(&path, &keyed.announce())?.body;
            target.print(&revoked, show::key);
        }
    }
    Ok(())
}

impl CreateArgs {
    fn body(&self) -> anyhow::Result<Value> {
        let mut body = json!({"name": self.name, "capabilities": self.capabilities});
        put(&mut body, "email", self.email.as_deref());
        let mut grant = json!({});
        put_list(&mut grant, "accounts", &self.accounts);
        put_list(&mut grant, "tags", &self.tags);
        if !self.amounts.is_empty() {
            let amounts = self.amounts.iter();
            let amounts = amounts.map(|(asset, max)| json!({"asset": asset, "amount_max": max}));
            grant["amounts"] = amounts.collect();
        }
        if grant != json!({}) {
            body["grant"] = grant;
        }
        if self.client {
            body["client"] = json!({"encryption_key": self.encryption_key});
        }
        if let Some(file) = &self.assertion_key {
            body["signing_client"] = self.signing_client(file)?;
        }
        Ok(body)
    }

    fn signing_client(&self, assertion_key: &Path) -> anyhow::Result<Value> {
        let mut client = json!({
            "pem": pem(assertion_key)?,
            "requires_signature": self.require_signature,
        });
        let keys = self.request_keys.iter();
        let keys = keys.map(|(id, file)| Ok(json!({"id": id, "pem": pem(file)?})));
        client["request_keys"] = keys.collect::<anyhow::Result<Value>>()?;
        put_list(&mut client, "redirect_uris", &self.redirect_uris);
        Ok(client)
    }
}

fn pem(file: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(file);
    text.with_context(|| format!("cannot read {}", file.display()))
}

fn request_key(text: &str) -> Result<(String, PathBuf), String> {
    let (id, file) = text
        .split_once(':')
        .ok_or("write it as ID:FILE, as in key-1:public.pem")?;
    Ok((id.to_owned(), file.into()))
}

fn amount(text: &str) -> Result<(String, String), String> {
    let (asset, max) = text
        .split_once(':')
        .ok_or("write it as CODE:AMOUNT, as in USD:500.00")?;
    Ok((asset.to_owned(), max.to_owned()))
}

fn print_list(keys: &Value) {
    let header = ["id", "name", "e-mail", "created", "revoked", "moves", "may"];
    let mut table = output::table(header);
    for key in show::items(keys) {
        table.add_row([
            show::text(key, "id"),
            show::text(key, "name"),
            show::text(key, "email"),
            show::time(key, "created_at"),
            show::time(key, "revoked_at"),
            show::grant(key),
            show::list(key, "capabilities"),
        ]);
    }
    output::print_table(&table);
    show::more(keys);
}
