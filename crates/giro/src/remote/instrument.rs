//! `giro instrument`.

use super::{Keyed, Paged, Role, Target, encode, put, query, show};
use clap::Subcommand;
use serde_json::{Value, json};

const EXAMPLES: &str = "\
Examples:
  giro instrument add 912797XY1 \"US Treasury bill, 4 weeks\" --weeks 4 --matures-on 2027-02-16 \\
      --currency USD
  giro rate set 912797XY1 USD 0.9962
  giro instrument list --weeks 4
  giro instrument show 912797XY1

The price of a unit is the rate from the instrument to its money.";

/// Instruments: what accounts can keep their money in.
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
    /// Add an instrument.
    Add(AddArgs),
    /// List instruments.
    List {
        /// Only those of this term: 4, 13, 26 or 52
        #[arg(long)]
        weeks: Option<String>,
        /// Only those whose day of maturity has come (true), or has not (false)
        #[arg(long, value_name = "BOOL")]
        matured: Option<bool>,
        #[command(flatten)]
        page: Paged,
    },
    /// Show an instrument.
    Show {
        /// Its code
        code: String,
    },
}

#[derive(Debug, clap::Args)]
struct AddArgs {
    /// Its code, such as its CUSIP
    code: String,
    /// Its name
    name: String,
    /// Its term: 4, 13, 26 or 52 weeks
    #[arg(long)]
    weeks: u8,
    /// The day on which its units turn into money
    #[arg(long, value_name = "DATE")]
    matures_on: String,
    /// Into what money
    #[arg(long, value_name = "CODE")]
    currency: String,
    /// Into how much of it a unit turns [default: 1]
    #[arg(long, value_name = "AMOUNT")]
    par: Option<String>,
    /// How many decimals its units have [default: 8]
    #[arg(long)]
    decimals: Option<u8>,
    /// The calendar that its trades settle by [default: US]
    #[arg(long, value_name = "CODE")]
    calendar: Option<String>,
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
        Command::Add(add) => {
            let done = client.post("/v1/instruments", &add.keyed.announce(), &add.body())?;
            done.note_replay();
            target.print(&done.body, show::instrument);
        }
        Command::List {
            weeks,
            matured,
            page,
        } => {
            let matured = matured.map(|matured| matured.to_string());
            let which = [("weeks", weeks.as_deref()), ("matured", matured.as_deref())];
            let query = query(&[which, page.parameters()].concat());
            let instruments = client.get(&format!("/v1/instruments{query}"))?;
            target.print(&instruments, show::instruments);
        }
        Command::Show { code } => {
            let instrument = client.get(&format!("/v1/instruments/{}", encode(code)))?;
            target.print(&instrument, show::instrument);
        }
    }
    Ok(())
}

impl AddArgs {
    fn body(&self) -> Value {
        let mut body = json!({
            "code": self.code, "name": self.name, "weeks": self.weeks,
            "matures_on": self.matures_on, "currency": self.currency,
        });
        put(&mut body, "par", self.par.as_deref());
        put(&mut body, "calendar", self.calendar.as_deref());
        if let Some(decimals) = self.decimals {
            body["decimals"] = json!(decimals);
        }
        body
    }
}
