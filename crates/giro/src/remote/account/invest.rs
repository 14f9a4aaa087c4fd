//! How an account keeps its money, and what it has.

use super::super::{Keyed, Role, Target, query, show};
use super::path;
use anyhow::bail;
use serde_json::json;

#[derive(Debug, clap::Args)]
pub(super) struct InvestArgs {
    /// The account
    account: String,
    /// Which money is kept invested, as in USD
    #[arg(required_unless_present = "stop")]
    currency: Option<String>,
    /// For how long what arrives is invested: 4, 13, 26 or 52 weeks
    #[arg(long, required_unless_present = "stop", conflicts_with = "stop")]
    weeks: Option<u8>,
    /// For how long what matures is invested again [default: it stays money]
    #[arg(long, value_name = "WEEKS", requires = "weeks")]
    reinvest: Option<u8>,
    /// Keep what arrives as money again; the units stay until they are sold or mature
    #[arg(long)]
    stop: bool,
    #[command(flatten)]
    keyed: Keyed,
}

#[derive(Debug, clap::Args)]
pub(super) struct PortfolioArgs {
    /// The account
    account: String,
    /// Of which money, if it holds several
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
}

impl InvestArgs {
    pub(super) fn run(&self, target: &Target) -> anyhow::Result<()> {
        let path = path(&self.account, "/investment");
        let client = target.connect(Role::Member)?;
        let done = match self.weeks {
            None if !self.stop => bail!("give --weeks, or --stop"),
            None => client.delete(&path, &self.keyed.announce())?,
            Some(weeks) => {
                let mut body = json!({"currency": self.currency, "weeks": weeks});
                if let Some(weeks) = self.reinvest {
                    body["reinvest_weeks"] = json!(weeks);
                }
                client.put(&path, &self.keyed.announce(), &body)?
            }
        };
        done.note_replay();
        target.print(&done.body, show::account);
        Ok(())
    }
}

impl PortfolioArgs {
    pub(super) fn run(&self, target: &Target) -> anyhow::Result<()> {
        let query = query(&[("currency", self.currency.as_deref())]);
        let client = target.connect(Role::Member)?;
        let portfolio = client.get(&path(&self.account, &format!("/portfolio{query}")))?;
        target.print(&portfolio, show::portfolio);
        Ok(())
    }
}
