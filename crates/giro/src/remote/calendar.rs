//! `giro calendar`.

use super::{Keyed, Paged, Role, Target, encode, put, query, show};
use anyhow::Context;
use clap::Subcommand;
use serde_json::json;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  giro calendar set OFFICE holidays.csv --name \"Our office\" --time-zone Europe/Berlin
  giro calendar list
  giro calendar show TARGET --from 2027-01-01 --to 2027-12-31

Each line of the file is a day, as in 2027-12-24, and after a comma what it is called, if anything;
what begins with # is left out. US (the Federal Reserve) and TARGET (the euro) are built in.";

/// Calendars: which days are business days.
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
    /// Set a calendar of the book, in the place of the one of that code if there is one.
    Set(SetArgs),
    /// List the calendars.
    List {
        #[command(flatten)]
        page: Paged,
    },
    /// Show a calendar, with its holidays in a period.
    Show {
        /// Its code
        code: String,
        /// The first day of the period [default: today]
        #[arg(long, value_name = "DATE")]
        from: Option<String>,
        /// The last day of the period [default: a year later]
        #[arg(long, value_name = "DATE")]
        to: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
struct SetArgs {
    /// Its code: capital letters, digits, hyphens and underscores
    code: String,
    /// The file with its holidays
    file: PathBuf,
    /// Its name [default: its code]
    #[arg(long)]
    name: Option<String>,
    /// Where its days begin and end, as in Europe/Berlin
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    time_zone: String,
    /// The weekdays that never are business days
    #[arg(
        long,
        value_name = "WEEKDAYS",
        value_delimiter = ',',
        default_value = "saturday,sunday"
    )]
    weekend: Vec<String>,
    #[command(flatten)]
    keyed: Keyed,
}

/// Does what is asked, and prints the answer.
///
/// # Errors
/// If the file cannot be read, or the server refuses or cannot be reached.
pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let target = &args.target;
    match &args.command {
        Command::Set(set) => set.run(target),
        Command::List { page } => {
            let query = query(&page.parameters());
            let client = target.connect(Role::Member)?;
            let calendars = client.get(&format!("/v1/calendars{query}"))?;
            target.print(&calendars, show::calendars);
            Ok(())
        }
        Command::Show { code, from, to } => {
            let query = query(&[("from", from.as_deref()), ("to", to.as_deref())]);
            let client = target.connect(Role::Member)?;
            let calendar = client.get(&format!("{}{query}", path(code)))?;
            target.print(&calendar, show::calendar);
            Ok(())
        }
    }
}

fn path(code: &str) -> String {
    format!("/v1/calendars/{}", encode(code))
}

impl SetArgs {
    fn run(&self, target: &Target) -> anyhow::Result<()> {
        let holidays = std::fs::read_to_string(&self.file);
        let holidays = holidays.with_context(|| format!("cannot read {}", self.file.display()))?;
        let weekend: Vec<String> = self.weekend.iter().map(|day| day.to_lowercase()).collect();
        let mut body = json!({
            "time_zone": self.time_zone, "weekend": weekend, "holidays_csv": holidays,
        });
        put(
            &mut body,
            "name",
            Some(self.name.as_ref().unwrap_or(&self.code)),
        );
        let client = target.connect(Role::Member)?;
        let done = client.put(&path(&self.code), &self.keyed.announce(), &body)?;
        done.note_replay();
        target.print(&done.body, show::calendar);
        Ok(())
    }
}
