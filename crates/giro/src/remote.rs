//! `giro book`, `account`, `transfer`, `quote`, `schedule` and so on: a client of a running server,
//! over its native interface and with no more rights than any other.

pub(crate) mod account;
pub(crate) mod approval;
pub(crate) mod book;
pub(crate) mod calendar;
pub(crate) mod client;
pub(crate) mod fee;
pub(crate) mod instrument;
pub(crate) mod key;
pub(crate) mod limit;
pub(crate) mod policy;
pub(crate) mod problem;
pub(crate) mod quote;
pub(crate) mod rate;
pub(crate) mod schedule;
mod show;
pub(crate) mod trade;
pub(crate) mod transfer;
pub(crate) mod webhook;

use crate::dev::file::{DevFile, NAME};
use crate::output;
use crate::serve::{OPERATOR_KEY, default_data};
use anyhow::{Context, bail};
use clap::error::ErrorKind;
use client::Client;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use uuid::Uuid;

/// Where the server is, who asks, and how the answer is printed.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Server, key and output")]
pub(crate) struct Target {
    /// Where the server is [default: as in dev.json, else http://127.0.0.1:4100]
    #[arg(long, value_name = "URL", env = "GIRO_URL", global = true)]
    url: Option<String>,
    /// API key [default: as in dev.json]
    #[arg(
        long,
        value_name = "KEY",
        env = "GIRO_KEY",
        hide_env_values = true,
        global = true
    )]
    key: Option<String>,
    /// File with an API key, such as operator.key
    #[arg(long, value_name = "FILE", conflicts_with = "key", global = true)]
    key_file: Option<PathBuf>,
    /// dev.json of a server with --dev, for URL and key [default: that in ./giro-data]
    #[arg(long, value_name = "FILE", global = true)]
    dev_json: Option<PathBuf>,
    /// The sandbox book of that dialect instead of the native one
    #[arg(long, value_name = "DIALECT", global = true)]
    dev_book: Option<String>,
    /// Print the server's answer as JSON
    #[arg(long, global = true)]
    json: bool,
}

/// The key under which something is asked for.
#[derive(Debug, clap::Args)]
pub(crate) struct Keyed {
    /// Idempotency key: repeat it to repeat a request safely [default: a new one]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

impl Keyed {
    /// The key, told beforehand: whoever loses the connection needs it to find out what happened.
    fn announce(&self) -> String {
        let drawn = || Uuid::new_v4().to_string();
        let key = self.idempotency_key.clone().unwrap_or_else(drawn);
        output::note(format_args!("idempotency key: {key}"));
        key
    }
}

/// Who may approve, of all who could.
#[derive(Debug, clap::Args)]
struct Reviewers {
    /// Only this key may approve, by id or e-mail, if it needs approval; may be given several times
    #[arg(long = "reviewer", value_name = "KEY")]
    reviewers: Vec<String>,
}

impl Reviewers {
    fn put(&self, body: &mut Value) {
        put_list(body, "reviewers", &self.reviewers);
    }
}

/// How much: an amount, the most, or all that is available.
#[derive(Debug, clap::Args)]
struct Moved {
    /// How much, as in 120.00; left out with --all
    amount: Option<String>,
    /// Of which asset, as in USD
    asset: Option<String>,
    /// The amount is the most: move what is available, up to that
    #[arg(long, conflicts_with = "all")]
    at_most: bool,
    /// Move all that is available, in place of an amount
    #[arg(long)]
    all: bool,
}

impl Moved {
    fn put(&self, body: &mut Value) {
        // What comes first is the asset where there is no amount.
        let (first, second) = (self.amount.as_deref(), self.asset.as_deref());
        let (name, amount, asset) = match (first, second, self.at_most, self.all) {
            (Some(asset), None, _, true) => ("amount", "all_available", asset),
            (Some(amount), Some(asset), true, false) => ("amount_at_most", amount, asset),
            (Some(amount), Some(asset), false, false) => ("amount", amount, asset),
            _ => not_understood("write AMOUNT ASSET, as in 120.00 USD; or ASSET --all"),
        };
        body[name] = json!(amount);
        body["asset"] = json!(asset);
    }
}

/// Ends the program as a command line does that is wrong in itself.
fn not_understood(why: &str) -> ! {
    clap::Error::raw(ErrorKind::WrongNumberOfValues, format_args!("{why}\n")).exit()
}

/// As of when something is shown.
#[derive(Debug, clap::Args)]
struct AsOf {
    /// As it was at this time [default: now]
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

/// Which part of a list is shown.
#[derive(Debug, clap::Args)]
struct Paged {
    /// So many at most
    #[arg(long, default_value = "50")]
    limit: String,
    /// Go on where the last page ended
    #[arg(long)]
    cursor: Option<String>,
}

impl Paged {
    fn parameters(&self) -> [(&'static str, Option<&str>); 2] {
        [
            ("limit", Some(&self.limit)),
            ("cursor", self.cursor.as_deref()),
        ]
    }
}

/// Whose key a command needs if none is given.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Somebody who acts on a book.
    Member,
    /// The operator, who opens books.
    Operator,
}

impl Target {
    /// A client for it.
    ///
    /// # Errors
    /// If there is no key to be found.
    fn connect(&self, role: Role) -> anyhow::Result<Client> {
        let dev = self.dev_file()?;
        let url = match (&self.url, &dev) {
            (Some(url), _) => url.clone(),
            (None, Some(dev)) => dev.base_url.clone(),
            (None, None) => "http://127.0.0.1:4100".to_owned(),
        };
        let key = match (&self.key, &self.key_file) {
            (Some(key), _) => key.trim().to_owned(),
            (None, Some(path)) => read_key(path)?,
            (None, None) if role == Role::Operator => read_key(&self.operator_key())?,
            (None, None) => self.dev_key(dev.as_ref())?,
        };
        Client::new(&url, &key)
    }

    fn dev_path(&self) -> PathBuf {
        let default = || default_data().join(NAME);
        self.dev_json.clone().unwrap_or_else(default)
    }

    fn dev_file(&self) -> anyhow::Result<Option<DevFile>> {
        let path = self.dev_path();
        let file = DevFile::read(&path)?;
        if file.is_none() && self.dev_json.is_some() {
            bail!("there is no {}", path.display());
        }
        Ok(file)
    }

    /// Beside `dev.json`, since both are in the data directory.
    fn operator_key(&self) -> PathBuf {
        self.dev_path().with_file_name(OPERATOR_KEY)
    }

    fn dev_key(&self, dev: Option<&DevFile>) -> anyhow::Result<String> {
        let Some(dev) = dev else {
            bail!(
                "no API key: give --key or GIRO_KEY, or --dev-json FILE of a server with --dev \
                 (there is no {})",
                self.dev_path().display()
            );
        };
        let Some(dialect) = &self.dev_book else {
            return Ok(dev.native.api_key.clone());
        };
        let Some(access) = dev.books.get(dialect) else {
            let known: Vec<&str> = dev.books.keys().map(String::as_str).collect();
            bail!(
                "dev.json has no book of {dialect}, only of {}",
                known.join(", ")
            );
        };
        Ok(access.api_key.clone())
    }

    /// Prints an answer as JSON if that is wanted, else by `print`.
    fn print(&self, answer: &Value, print: impl FnOnce(&Value)) {
        if self.json {
            output::json(answer);
        } else {
            print(answer);
        }
    }
}

fn read_key(path: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(path);
    let text = text.with_context(|| format!("cannot read an API key from {}", path.display()))?;
    Ok(text.trim().to_owned())
}

/// Puts a member into a body if there is something to put.
fn put(body: &mut Value, name: &str, value: Option<&str>) {
    if let Some(value) = value {
        body[name] = json!(value);
    }
}

/// Puts a list into a body if there is something in it.
fn put_list(body: &mut Value, name: &str, values: &[String]) {
    if !values.is_empty() {
        body[name] = json!(values);
    }
}

/// Puts the caller's own key-value pairs into a body if there are any.
fn put_metadata(body: &mut Value, pairs: &[(String, String)]) {
    if !pairs.is_empty() {
        let pairs = pairs.iter().cloned();
        body["metadata"] = pairs.map(|(name, value)| (name, json!(value))).collect();
    }
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("write it as NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

/// A time as people write it, in seconds.
fn seconds(text: &str) -> Result<u32, String> {
    let wrong = || "write it as 90s, 30m, 12h or 7d".to_owned();
    let (number, unit) = text
        .char_indices()
        .last()
        .map(|(place, unit)| (text.get(..place), unit))
        .ok_or_else(wrong)?;
    let unit = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return Err(wrong()),
    };
    let number: u32 = number
        .and_then(|number| number.parse().ok())
        .ok_or_else(wrong)?;
    number
        .checked_mul(unit)
        .ok_or_else(|| "that is too long".to_owned())
}

/// The parameters of a query that are there, as the end of a path.
fn query(parameters: &[(&str, Option<&str>)]) -> String {
    let mut text = String::new();
    for (name, value) in parameters {
        if let Some(value) = value {
            text.push(if text.is_empty() { '?' } else { '&' });
            text.push_str(name);
            text.push('=');
            text.push_str(&encode(value));
        }
    }
    text
}

/// Percent-encodes everything that could mean something in a URL.
fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_mean_something_in_a_url_is_encoded() {
        assert_eq!(
            encode("alias:rent & co/é"),
            "alias%3Arent%20%26%20co%2F%C3%A9"
        );
        let all = [("a", Some("1")), ("b", None), ("c", Some("x y"))];
        assert_eq!(query(&all), "?a=1&c=x%20y");
        assert_eq!(query(&[("a", None)]), "");
    }

    #[test]
    fn a_time_has_a_unit() {
        for (text, expected) in [
            ("90s", 90),
            ("30m", 1_800),
            ("12h", 43_200),
            ("7d", 604_800),
        ] {
            assert_eq!(seconds(text), Ok(expected));
        }
        for text in ["", "s", "90", "1.5h", "-1s", "7w", "1é", "100000d"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
