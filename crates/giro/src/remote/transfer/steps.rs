//! What follows a transfer that was made: capture, release, cancellation, reversal.

use super::super::{Keyed, Role, Target, put, show};
use super::{About, path};
use clap::ValueEnum;
use serde_json::{Value, json};

#[derive(Debug, clap::Args)]
pub(super) struct CaptureArgs {
    /// The id of the transfer
    id: String,
    /// How much of what is held [default: all of it]
    #[arg(long)]
    amount: Option<String>,
    /// Release what is left; else it stays held, for another capture
    #[arg(long)]
    release_remainder: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
pub(super) struct EndArgs {
    /// The id of the transfer
    id: String,
    /// Why
    #[arg(long)]
    reason: Option<String>,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
pub(super) struct ReverseArgs {
    /// The id of the transfer
    id: String,
    /// How much of it [default: all that was not reversed before]
    #[arg(long)]
    amount: Option<String>,
    /// Why
    #[arg(long)]
    reason: Reason,
    /// Give back its fee as well; only with the whole of it
    #[arg(long, conflicts_with = "amount")]
    return_fee: bool,
    #[command(flatten)]
    about: About,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Reason {
    /// It was made twice
    Duplicate,
    /// It was made by somebody who must not
    Fraud,
    /// It was of the wrong amount
    WrongAmount,
    /// It went to the wrong account
    WrongAccount,
    /// Whoever it was for asked for it
    CustomerRequest,
    /// Something else
    Other,
}

impl Reason {
    fn name(self) -> &'static str {
        match self {
            Reason::Duplicate => "duplicate",
            Reason::Fraud => "fraud",
            Reason::WrongAmount => "wrong_amount",
            Reason::WrongAccount => "wrong_account",
            Reason::CustomerRequest => "customer_request",
            Reason::Other => "other",
        }
    }
}

impl CaptureArgs {
    pub(super) fn run(&self, target: &Target) -> anyhow::Result<()> {
        let mut body = json!({"release_remainder": self.release_remainder});
        put(&mut body, "amount", self.amount.as_deref());
        step(target, &path(&self.id, "/capture"), &self.keyed, &body)
    }
}

impl EndArgs {
    pub(super) fn run(&self, target: &Target, what: &str) -> anyhow::Result<()> {
        let mut body = json!({});
        put(&mut body, "reason", self.reason.as_deref());
        let path = format!("{}/{what}", path(&self.id, ""));
        step(target, &path, &self.keyed, &body)
    }
}

impl ReverseArgs {
    pub(super) fn run(&self, target: &Target) -> anyhow::Result<()> {
        let mut body = json!({"reason": self.reason.name()});
        put(&mut body, "amount", self.amount.as_deref());
        if self.return_fee {
            body["return_fee"] = json!(true);
        }
        self.about.ask(target, &path(&self.id, "/reverse"), body)
    }
}

fn step(target: &Target, path: &str, keyed: &Keyed, body: &Value) -> anyhow::Result<()> {
    let client = target.connect(Role::Member)?;
    let done = client.post(path, &keyed.announce(), body)?;
    done.note_replay();
    target.print(&done.body, show::transfer);
    Ok(())
}
