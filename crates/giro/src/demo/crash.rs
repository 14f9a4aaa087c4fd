//! Clients that keep asking while the server is killed, and what must be there afterwards.
//!
//! Each client keeps a log of its own: the requests that were answered, and the one that was not.
//! The proof compares the book with these logs.

use super::native::{available, deposit, open_account, text};
use super::report::Report;
use super::server::Server;
use crate::output::count;
use crate::remote::client::Client;
use anyhow::{Context, bail, ensure};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::time::{Duration, Instant};

/// Clients at the same time.
const CLIENTS: usize = 8;
/// The server is killed once so many transfers were acknowledged, with the next ones under way…
const ENOUGH: usize = 4_000;
/// … or after this time, where the disk is slow.
const LONG_ENOUGH: Duration = Duration::from_secs(3);
/// What is in the source at first.
const FUNDS_CENTS: usize = 100_000_000;

/// What the clients do: one cent from here to there, again and again.
pub(super) struct Load {
    source: String,
    target: String,
}

/// What the clients know.
#[derive(Default)]
pub(super) struct Log {
    /// Requests that were answered: key and id of the transfer.
    acknowledged: Vec<(String, String)>,
    /// Keys of the requests that were not.
    unanswered: Vec<String>,
}

/// Opens the accounts.
pub(super) fn prepare(server: &Server, report: &mut Report) -> anyhow::Result<Load> {
    let client = connect(server)?;
    report.step("open two more accounts", || {
        let source = open_account(&client, "Source")?;
        let target = open_account(&client, "Target")?;
        deposit(&client, &source, &decimal(FUNDS_CENTS))?;
        let found = format!("{} USD in one of them", decimal(FUNDS_CENTS));
        Ok((Load { source, target }, found))
    })
}

/// Lets clients loose on the server, and kills it in the middle of it.
pub(super) fn kill_under_load(
    server: &mut Server,
    load: &Load,
    report: &mut Report,
) -> anyhow::Result<Log> {
    report.step("kill it under load", || {
        let clients: Vec<Client> = (0..CLIENTS)
            .map(|_| connect(server))
            .collect::<anyhow::Result<_>>()?;
        let (sender, acknowledged) = channel();
        let log = std::thread::scope(|scope| {
            let drive = |(number, client)| {
                let sender = sender.clone();
                scope.spawn(move || drive(number, client, load, &sender))
            };
            let threads: Vec<_> = clients.iter().enumerate().map(drive).collect();
            drop(sender);
            wait_for(&acknowledged);
            let killed = server.kill();
            let mut log = Log::default();
            for thread in threads {
                let Ok(one) = thread.join() else {
                    bail!("a client has panicked");
                };
                log.acknowledged.extend(one.acknowledged);
                log.unanswered.extend(one.unanswered);
            }
            killed.map(|()| log)
        })?;
        let found = format!(
            "SIGKILL: {} acknowledged, {} without an answer",
            count(u64::try_from(log.acknowledged.len())?),
            log.unanswered.len()
        );
        Ok((log, found))
    })
}

/// Waits until enough transfers were acknowledged.
fn wait_for(acknowledged: &Receiver<()>) {
    let end = Instant::now() + LONG_ENOUGH;
    for _ in 0..ENOUGH {
        let left = end.saturating_duration_since(Instant::now());
        match acknowledged.recv_timeout(left) {
            Ok(()) => {}
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return,
        }
    }
}

/// One client: transfers one by one, until there is no answer any more.
fn drive(number: usize, client: &Client, load: &Load, sender: &Sender<()>) -> Log {
    let mut log = Log::default();
    for turn in 0_u32.. {
        let key = format!("demo-crash-{number}-{turn}");
        match client.post("/v1/transfers", &key, &load.transfer(&key)) {
            Ok(made) => log
                .acknowledged
                .push((key, text(&made.body, "id").to_owned())),
            Err(_) => {
                log.unanswered.push(key);
                break;
            }
        }
        // Nobody counts any more once the server was killed.
        let _ = sender.send(());
    }
    log
}

/// Compares the book with what the clients know.
pub(super) fn prove(
    server: &Server,
    load: &Load,
    log: &Log,
    report: &mut Report,
) -> anyhow::Result<()> {
    let client = connect(server)?;
    report.step("look for what was acknowledged", || {
        let found = keys_on_record(&client, load)?;
        for (key, id) in &log.acknowledged {
            match found.get(key).map(Vec::as_slice) {
                Some([one]) if one == id => {}
                Some(others) => bail!("{key} was answered with {id}, but led to {others:?}"),
                None => bail!("{key} was acknowledged and is lost"),
            }
        }
        Ok(((), "every one is there, exactly once".to_owned()))
    })?;
    report.step("repeat what was not answered", || {
        for key in &log.unanswered {
            let first = client.post("/v1/transfers", key, &load.transfer(key))?;
            let again = client.post("/v1/transfers", key, &load.transfer(key))?;
            let is_same = text(&first.body, "id") == text(&again.body, "id");
            ensure!(again.is_replay && is_same, "{key} led to two transfers");
        }
        Ok(((), "with the same keys: once each".to_owned()))
    })?;
    report.step("repeat some that were", || {
        const SOME: usize = 500;
        for (key, id) in log.acknowledged.iter().rev().take(SOME) {
            let again = client.post("/v1/transfers", key, &load.transfer(key))?;
            let is_same = again.is_replay && text(&again.body, "id") == id;
            ensure!(
                is_same,
                "{key} was answered with {id}, and now with {}",
                again.body
            );
        }
        Ok(((), "the first answers again".to_owned()))
    })?;
    report.step("count the money", || {
        let moved = log.acknowledged.len() + log.unanswered.len();
        let on_record = keys_on_record(&client, load)?;
        let once = on_record.values().all(|ids| ids.len() == 1);
        ensure!(
            once && on_record.len() == moved,
            "{} are on record",
            on_record.len()
        );
        let (left, there) = (
            available(&client, &load.source)?,
            available(&client, &load.target)?,
        );
        let expected = (decimal(FUNDS_CENTS - moved), decimal(moved));
        ensure!(
            (&left, &there) == (&expected.0, &expected.1),
            "there are {left} and {there}"
        );
        Ok((
            (),
            format!("{left} + {there} = {} USD", decimal(FUNDS_CENTS)),
        ))
    })
}

impl Load {
    fn transfer(&self, key: &str) -> Value {
        let (source, target) = (&self.source, &self.target);
        json!({
            "source": source, "target": target, "asset": "USD", "amount": "0.01",
            "reference": key,
        })
    }
}

/// Every transfer into the target that is on record: its key and the ids it led to.
fn keys_on_record(client: &Client, load: &Load) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let list = format!("/v1/transfers?account={}&limit=200", load.target);
    let mut page = client.get(&list)?;
    loop {
        let items = page["items"].as_array().context("a page without items")?;
        for transfer in items {
            let status = text(transfer, "status");
            ensure!(status == "completed", "one of them is {status}");
            let key = text(transfer, "idempotency_key").to_owned();
            found
                .entry(key)
                .or_default()
                .push(text(transfer, "id").to_owned());
        }
        match page["next_cursor"].as_str() {
            Some(cursor) => page = client.get(&format!("{list}&cursor={cursor}"))?,
            None => return Ok(found),
        }
    }
}

fn connect(server: &Server) -> anyhow::Result<Client> {
    Client::new(&server.url, &server.dev()?.native.api_key)
}

/// An amount of cents in decimals.
fn decimal(cents: usize) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
