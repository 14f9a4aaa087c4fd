//! The whole server over loopback.
//!
//! The server runs as a process of its own, as in life; this process is the clients. The bare
//! handler runs the same way, in the same run, under the same load: it parses the same requests
//! and writes the same answers, and does nothing between.

mod bare;
mod client;
mod receiver;
mod server;

use super::limits::append_rate;
use super::load::Pairs;
use super::machine::{Machine, Usage, disk_bytes};
use super::report::{Limits, Report, Told};
use super::{Common, HttpArgs};
use anyhow::{Context, ensure};
pub(super) use bare::serve as serve_bare_handler;
use client::{Client, Load};
use indicatif::ProgressBar;
use receiver::Receiver;
use serde::Deserialize;
use server::Server;
use std::fmt::Write;
use std::time::Duration;

#[derive(Deserialize)]
struct DevFile {
    native: Native,
}

#[derive(Deserialize)]
struct Native {
    api_key: String,
}

#[derive(Deserialize)]
struct Created {
    id: String,
}

pub(super) fn run(args: &HttpArgs) -> anyhow::Result<()> {
    let dir = tempfile::tempdir_in(&args.common.dir).context("the directory cannot be made")?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let append_4k = append_rate(dir.path(), 4096, Duration::from_secs(1))?;

    let data = dir.path().join("data");
    let server = Server::start(
        &["serve", "--dev", "--listen", "127.0.0.1:0", "--data"],
        &data,
    )?;
    let dev: DevFile = serde_json::from_slice(&std::fs::read(data.join("dev.json"))?)?;
    let client = Client::new(server.address(), dev.native.api_key);
    let accounts = runtime.block_on(open_accounts(&client, &args.common))?;
    let receiver = Receiver::start()?;
    runtime.block_on(add_webhooks(&client, &receiver, args.webhooks))?;
    let before = (
        Usage::of(Some(server.pid())),
        disk_bytes(&data.join("shard-0")),
    );
    let ours = runtime.block_on(measure(&client, args, &accounts))?;
    let told = told(&receiver, args, &ours)?;
    let usage = Usage::of(Some(server.pid()));
    let disk = disk_bytes(&data.join("shard-0"));
    drop(server);

    let sample = dir.path().join("answer.json");
    std::fs::write(&sample, &ours.sample)?;
    let bare = Server::start(&["bench", "bare-handler", "--answer"], &sample)?;
    let bare_client = Client::new(bare.address(), client.api_key().to_owned());
    let bare_load = runtime.block_on(measure(&bare_client, args, &accounts))?;

    let transfers = ours.requests * u64::from(args.batch);
    let rate = |load: &Load| transfers as f64 / load.seconds;
    let report = Report {
        what: "http",
        machine: Machine::look(),
        transfers,
        accounts: args.common.accounts,
        batch: args.batch,
        hot_account: args.common.hot_account,
        concurrency: args.connections,
        seconds: ours.seconds,
        transfers_per_second: rate(&ours),
        latency_us: (&ours.times).into(),
        cpu_us_per_transfer: (usage.cpu - before.0.cpu).as_secs_f64() * 1e6 / transfers as f64,
        peak_memory_mib: usage.peak_memory_bytes >> 20,
        disk_bytes_per_transfer: disk as f64 / transfers as f64,
        journal_bytes_per_transfer: None,
        told,
        limits: Limits {
            append_4k: Some(append_4k),
            bare_handler_per_second: Some(rate(&bare_load)),
            share_of_bare_handler: Some(rate(&ours) / rate(&bare_load)),
            ..Limits::default()
        },
    };
    report.print(args.common.json)
}

/// Has somebody told of every transfer from now on.
async fn add_webhooks(client: &Client, receiver: &Receiver, count: u32) -> anyhow::Result<()> {
    let body = format!(r#"{{"url":"http://{}/"}}"#, receiver.address);
    let request = |place| client.request("/v1/webhooks", &format!("webhook{place}"), &body);
    client
        .send_all((0..count).map(request).collect(), 1)
        .await?;
    Ok(())
}

/// Waits until everybody has been told of everything.
fn told(receiver: &Receiver, args: &HttpArgs, load: &Load) -> anyhow::Result<Option<Told>> {
    if args.webhooks == 0 {
        return Ok(None);
    }
    let transfers = load.requests * u64::from(args.batch);
    let notifications = transfers * u64::from(args.webhooks);
    let during = receiver.count();
    let seconds_after = receiver.wait_for(notifications)?.as_secs_f64();
    Ok(Some(Told {
        notifications,
        during,
        seconds_after,
        per_second: notifications as f64 / (load.seconds + seconds_after),
    }))
}

/// Opens accounts with money, over the interface that is measured.
async fn open_accounts(client: &Client, common: &Common) -> anyhow::Result<Vec<String>> {
    let mut keys = Pairs::new(common.seed ^ 0x5eed, common.accounts.max(2), false);
    let body = |_| r#"{"name":"bench","assets":["USD"]}"#.to_owned();
    let mut requests = Vec::new();
    for place in 0..common.accounts {
        requests.push(client.request("/v1/accounts", &keys.key(), &body(place)));
    }
    let answers = client.send_all(requests, 64).await?;
    let id = |answer: &Vec<u8>| {
        let created: Created = serde_json::from_slice(answer)
            .with_context(|| format!("not an account: {}", String::from_utf8_lossy(answer)))?;
        Ok(created.id)
    };
    let accounts = answers
        .iter()
        .map(id)
        .collect::<anyhow::Result<Vec<String>>>()?;
    let fund = |account: &String| {
        let body = format!(r#"{{"account":"{account}","asset":"USD","amount":"1000000000.00"}}"#);
        client.request("/v1/deposits", &keys.key(), &body)
    };
    let requests = accounts.iter().map(fund).collect();
    client.send_all(requests, 64).await?;
    Ok(accounts)
}

/// Sends transfers over all connections, and times every request.
async fn measure(client: &Client, args: &HttpArgs, accounts: &[String]) -> anyhow::Result<Load> {
    let requests = args.transfers.div_ceil(u64::from(args.batch));
    let bar = ProgressBar::new(requests).with_message("requests");
    let connections = args.connections;
    let common = &args.common;
    let make = |connection: u64| {
        let seed = common
            .seed
            .wrapping_add(connection.wrapping_mul(0x9e37_79b9));
        let mut pairs = Pairs::new(seed, common.accounts, common.hot_account);
        let batch = args.batch;
        move |client: &Client, into: &mut Vec<u8>| {
            let key = pairs.key();
            match batch {
                1 => client.write_request(
                    "/v1/transfers",
                    &key,
                    &transfer(accounts, &mut pairs),
                    into,
                ),
                _ => {
                    let body = batch_body(accounts, &mut pairs, batch);
                    client.write_request("/v1/transfers/batch", &key, &body, into);
                }
            }
        }
    };
    let load = client.drive(requests, connections, make, &bar).await?;
    bar.finish_and_clear();
    ensure!(
        load.requests == requests,
        "{} of {requests} requests were answered",
        load.requests
    );
    Ok(load)
}

fn transfer(accounts: &[String], pairs: &mut Pairs) -> String {
    let (source, target) = pairs.next();
    let [source, target] = [source, target].map(|place| &accounts[place as usize]);
    format!(
        r#"{{"source":"{source}","target":"{target}","asset":"USD","amount":"0.01","reference":"bench"}}"#
    )
}

fn batch_body(accounts: &[String], pairs: &mut Pairs, batch: u32) -> String {
    let mut body = String::from(r#"{"mode":"best_effort","transfers":["#);
    for place in 0..batch {
        let comma = if place == 0 { "" } else { "," };
        let _ = write!(body, "{comma}{}", transfer(accounts, pairs));
    }
    body.push_str("]}");
    body
}
