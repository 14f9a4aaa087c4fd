//! `giro policy`.

use super::{AsOf, Keyed, Paged, Role, Target, encode, put, put_list, query, seconds, show};
use clap::{Subcommand, ValueEnum};
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro policy add \"large payments\" --approvals 1 --asset USD --amount-min 10000.00
  giro policy add \"payroll\" --approvals 2 --source-tag payroll --checker ada@example.com \\
      --checker grace@example.com --expires-in 2d
  giro policy add \"small change\" --approvals 0 --asset USD --amount-max 10.00 --rank 1
  giro policy list
  giro policy remove 01a1fbb7-13fb-7a5b-959f-5bcc65b7d800

The first policy whose conditions hold decides, by rank. Once a policy asks for approval, so does
every change of the policies: see giro approval.";

/// Approval policies: which transfers need a second pair of eyes.
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
    /// Add a policy.
    Add {
        #[command(flatten)]
        rules: Rules,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// List the policies, in the order in which they are asked.
    List {
        /// Those that were removed as well
        #[arg(long)]
        removed: bool,
        #[command(flatten)]
        as_of: AsOf,
        #[command(flatten)]
        page: Paged,
    },
    /// Show a policy.
    Show {
        /// The id of the policy
        id: String,
        #[command(flatten)]
        as_of: AsOf,
    },
    /// Replace a policy, as a whole.
    Replace {
        /// The id of the policy
        id: String,
        #[command(flatten)]
        rules: Rules,
        #[command(flatten)]
        keyed: Keyed,
    },
    /// Remove a policy.
    Remove {
        /// The id of the policy
        id: String,
        #[command(flatten)]
        keyed: Keyed,
    },
}

#[derive(Debug, clap::Args)]
struct Rules {
    /// Its name
    name: String,
    /// How many others must agree; 0 lets pass what it is for
    #[arg(long, value_name = "COUNT")]
    approvals: u8,
    /// Who may agree, by id of the key or e-mail; may be given several times [default: every key
    /// with approvals.decide]
    #[arg(long = "checker", value_name = "KEY")]
    checkers: Vec<String>,
    /// How long they have, as in 30m, 12h or 7d [default: 7d]
    #[arg(long, value_name = "TIME", value_parser = seconds)]
    expires_in: Option<u32>,
    /// When the money must be there
    #[arg(long, default_value = "at-submission")]
    funds: Funds,
    /// Its place among the policies: lower ones are asked first [default: the last]
    #[arg(long)]
    rank: Option<u32>,
    #[command(flatten)]
    conditions: Conditions,
}

/// Which transfers it is for: all, but for what is given.
#[derive(Debug, clap::Args)]
struct Conditions {
    /// Only for those of this kind; may be given several times
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<Kind>,
    /// Only for those of this asset
    #[arg(long, value_name = "CODE")]
    asset: Option<String>,
    /// Only for those of so much at least
    #[arg(long, value_name = "AMOUNT", requires = "asset")]
    amount_min: Option<String>,
    /// Only for those of so much at most
    #[arg(long, value_name = "AMOUNT", requires = "asset")]
    amount_max: Option<String>,
    /// Only for those that leave this account
    #[arg(long, value_name = "ACCOUNT")]
    source: Option<String>,
    /// Only for those that arrive in this account
    #[arg(long, value_name = "ACCOUNT")]
    target: Option<String>,
    /// Only for those that leave an account with this tag
    #[arg(long, value_name = "TAG")]
    source_tag: Option<String>,
    /// Only for those that arrive in an account with this tag
    #[arg(long, value_name = "TAG")]
    target_tag: Option<String>,
    /// Only for those that this key asks for, by id or e-mail
    #[arg(long, value_name = "KEY")]
    initiator: Option<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Kind {
    Transfer,
    Deposit,
    Withdrawal,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Funds {
    /// When it is asked for; it is held from then on
    AtSubmission,
    /// When the last one has agreed
    AtExecution,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    let client = target.connect(Role::Member)?;
    match &args.command {
        Command::Add { rules, keyed } => {
            let body = rules.body();
            let done = client.post("/v1/approval-policies", &keyed.announce(), &body)?;
            done.note_replay();
            target.print(&done.body, print_change);
        }
        Command::Replace { id, rules, keyed } => {
            let done = client.put(&path(id), &keyed.announce(), &rules.body())?;
            done.note_replay();
            target.print(&done.body, print_change);
        }
        Command::Remove { id, keyed } => {
            let done = client.delete(&path(id), &keyed.announce())?;
            done.note_replay();
            target.print(&done.body, print_change);
        }
        Command::Show { id, as_of } => {
            let query = query(&[("as_of", as_of.as_of.as_deref())]);
            let policy = client.get(&format!("{}{query}", path(id)))?;
            target.print(&policy, show::policy);
        }
        Command::List {
            removed,
            as_of,
            page,
        } => {
            let which = [
                ("include", removed.then_some("removed")),
                ("as_of", as_of.as_of.as_deref()),
            ];
            let query = query(&[which, page.parameters()].concat());
            let policies = client.get(&format!("/v1/approval-policies{query}"))?;
            target.print(&policies, show::policies);
        }
    }
    Ok(())
}

fn path(id: &str) -> String {
    format!("/v1/approval-policies/{}", encode(id))
}

/// What became of a change: the policy, or what it waits for.
fn print_change(changed: &Value) {
    match changed.get("approval") {
        Some(_) => show::awaited_change(changed),
        None => show::policy(changed),
    }
}

impl Rules {
    fn body(&self) -> Value {
        let funds = match self.funds {
            Funds::AtSubmission => "at_submission",
            Funds::AtExecution => "at_execution",
        };
        let mut body = json!({
            "name": self.name, "approvals": self.approvals, "funds": funds,
            "conditions": self.conditions.body(),
        });
        put_list(&mut body, "checkers", &self.checkers);
        if let Some(seconds) = self.expires_in {
            body["expires_in_seconds"] = json!(seconds);
        }
        if let Some(rank) = self.rank {
            body["rank"] = json!(rank);
        }
        body
    }
}

impl Conditions {
    fn body(&self) -> Value {
        let mut body = json!({});
        let kinds = self.kinds.iter().map(|kind| match kind {
            Kind::Transfer => "transfer".to_owned(),
            Kind::Deposit => "deposit".to_owned(),
            Kind::Withdrawal => "withdrawal".to_owned(),
        });
        put_list(&mut body, "kinds", &kinds.collect::<Vec<_>>());
        let given = [
            ("asset", &self.asset),
            ("amount_min", &self.amount_min),
            ("amount_max", &self.amount_max),
            ("source", &self.source),
            ("target", &self.target),
            ("source_tag", &self.source_tag),
            ("target_tag", &self.target_tag),
            ("initiator", &self.initiator),
        ];
        for (name, value) in given {
            put(&mut body, name, value.as_deref());
        }
        body
    }
}
