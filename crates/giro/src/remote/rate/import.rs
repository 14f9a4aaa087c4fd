//! `giro rate import`: the rates in a file of comma-separated values.
//!
//! Two forms are known by their first line: that of the reference rates which the European Central
//! Bank publishes each working day (`Date,USD,JPY,…`: what a euro is worth), and a plain one with a
//! rate on each line (`source,target,value,as_of`).

mod file;

use super::super::client::Client;
use super::super::problem::Problem;
use super::super::{Role, Target, put};
use super::Terms;
use crate::output::{self, count};
use crate::progress::Progress;
use anyhow::{Context, bail};
use file::Row;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

const EXAMPLES: &str = "\
Examples:
  curl -sO https://www.ecb.europa.eu/stats/eurofxref/eurofxref-hist.csv
  giro rate import eurofxref-hist.csv --since 2026-11-01 --only USD,GBP --both-ways --max-age 4d
  giro rate import our-rates.csv --provider \"treasury desk\"

A file has either the form of the reference rates of the European Central Bank, or a first line
source,target,value,as_of and a rate on each line after it, with as_of a date, a time or nothing.
The oldest rates are set first. The same file with the same options can be imported again: what was
set stays as it is.";

#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Args {
    /// The file
    file: PathBuf,
    /// Only the rates of this day and later ones
    #[arg(long, value_name = "DATE")]
    since: Option<String>,
    /// Only the rates from or to these assets, beside the euro
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    only: Vec<String>,
    /// Let the way back be the inverse, for each pair whose way back is not in the file
    #[arg(long)]
    both_ways: bool,
    #[command(flatten)]
    terms: Terms,
    /// Who says so [default: ECB for a file of that form, else the name of the file]
    #[arg(long, value_name = "NAME")]
    provider: Option<String>,
}

/// What became of the rates in a file.
#[derive(Default)]
struct Tally {
    set: u64,
    unchanged: u64,
    /// Why, how often, and of what first.
    refused: BTreeMap<String, (u64, String)>,
}

impl Args {
    /// Sets the rates, and says how many.
    ///
    /// # Errors
    /// If the file cannot be understood, or any of its rates is refused.
    pub(super) fn run(&self, target: &Target) -> anyhow::Result<()> {
        let requests = self.requests()?;
        let client = target.connect(Role::Member)?;
        let mut tally = Tally::default();
        let mut progress = Progress::counting("importing", "rates");
        let all = u64::try_from(requests.len())?;
        for (done, (what, body)) in (0..).zip(&requests) {
            progress.at(done, all);
            tally.ask(&client, what, body)?;
        }
        drop(progress);
        target.print(&tally.to_json(), |_| tally.print());
        match tally.refused.is_empty() {
            true => Ok(()),
            false => bail!("not every rate in {} was set", self.file.display()),
        }
    }

    /// What is asked for, the oldest first, each with a word for it.
    fn requests(&self) -> anyhow::Result<Vec<(String, Value)>> {
        let path = self.file.display();
        let text = std::fs::read_to_string(&self.file);
        let text = text.with_context(|| format!("cannot read {path}"))?;
        let file = file::read(&text).with_context(|| format!("cannot understand {path}"))?;
        let provider = match (&self.provider, file.is_of_the_ecb) {
            (Some(provider), _) => provider.clone(),
            (None, true) => "ECB".to_owned(),
            (None, false) => self.file_name(),
        };
        let mut rows = file.rows;
        rows.retain(|row| self.is_wanted(row));
        if rows.is_empty() {
            bail!("there is no rate in {path} that is wanted");
        }
        // Stable: rates of one time stay in the order of the file.
        rows.sort_by_cached_key(Row::at);
        let request = |row: &Row| (row.to_string(), self.body(row, &provider));
        let mut requests: Vec<_> = rows.iter().map(request).collect();
        if self.both_ways {
            requests.extend(self.ways_back(&rows, &provider));
        }
        Ok(requests)
    }

    fn file_name(&self) -> String {
        let name = self.file.file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn is_wanted(&self, row: &Row) -> bool {
        let names = |code: &String| *code == row.source || *code == row.target;
        let is_recent = match (&self.since, &row.as_of) {
            (Some(since), Some(as_of)) => as_of.as_str() >= since.as_str(),
            (Some(_), None) | (None, _) => true,
        };
        is_recent && (self.only.is_empty() || self.only.iter().any(names))
    }

    fn body(&self, row: &Row, provider: &str) -> Value {
        let mut body = json!({
            "source": row.source, "target": row.target, "value": row.value, "provider": provider,
        });
        put(&mut body, "as_of", row.as_of.as_deref());
        self.terms.put(&mut body);
        body
    }

    fn ways_back<'a>(
        &'a self,
        rows: &'a [Row],
        provider: &'a str,
    ) -> impl Iterator<Item = (String, Value)> + 'a {
        // The newest of a pair comes last.
        let pair = |row: &'a Row| ((row.source.as_str(), row.target.as_str()), row);
        let there: BTreeMap<_, _> = rows.iter().map(pair).collect();
        let has_way_back =
            |(source, target): &(&str, &str)| there.contains_key(&(*target, *source));
        let mut missing: Vec<_> = there.iter().map(|(pair, row)| (*pair, *row)).collect();
        missing.retain(|(pair, _)| !has_way_back(pair));
        missing.into_iter().map(move |((target, source), row)| {
            let mut body = json!({
                "source": source, "target": target, "inverse": true, "provider": provider,
            });
            put(&mut body, "as_of", row.as_of.as_deref());
            self.terms.put(&mut body);
            (format!("{source} to {target}, the inverse"), body)
        })
    }
}

impl Tally {
    /// Asks for one rate, under a key that is that of the same rate with the same options.
    fn ask(&mut self, client: &Client, what: &str, body: &Value) -> anyhow::Result<()> {
        let key = blake3::hash(body.to_string().as_bytes()).to_hex();
        let key = format!("rate-import-{}", key.get(..32).unwrap_or(&key));
        match client.post("/v1/rates", &key, body) {
            Ok(done) if done.is_replay => self.unchanged += 1,
            Ok(_) => self.set += 1,
            Err(error) => {
                let problem: Problem = error.downcast()?;
                let is_of_all = ["unauthenticated", "missing_capability"];
                if is_of_all.contains(&&*problem.code) {
                    return Err(problem.into());
                }
                let why = format!("{} [{}]", problem.title, problem.code);
                let first = format!("{what}: {}", problem.detail);
                let (times, _) = self.refused.entry(why).or_insert((0, first));
                *times += 1;
            }
        }
        Ok(())
    }

    fn print(&self) {
        output::pairs([
            ("set", count(self.set)),
            ("unchanged", count(self.unchanged)),
            ("refused", count(self.refused_in_all())),
        ]);
        for (why, (times, first)) in &self.refused {
            output::line(format_args!("  {} {why}; first {first}", count(*times)));
        }
    }

    fn refused_in_all(&self) -> u64 {
        self.refused.values().map(|(times, _)| times).sum()
    }

    fn to_json(&self) -> Value {
        let refused = self.refused.iter();
        let refused = refused
            .map(|(why, (times, first))| json!({"why": why, "count": times, "first": first}));
        json!({
            "set": self.set, "unchanged": self.unchanged, "refused": self.refused_in_all(),
            "refusals": refused.collect::<Vec<_>>(),
        })
    }
}
