//! The engine in this process.

use super::load::Pairs;
use super::machine::{Machine, Usage, disk_bytes};
use super::report::{Limits, Report};
use super::{Controls, EngineArgs, controls, limits};
use anyhow::{Context, bail};
use giro_engine::record::SHARD;
use giro_engine::writer::BatchCommand;
use giro_engine::{
    BatchKey, BatchMode, BatchOutcome, Command, Engine, EngineOptions, Origin, Outcome, Reply,
    SystemClock,
};
use giro_journal::ShardId;
use giro_ledger::action::{Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::{Metadata, Tags, Text};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, Capabilities,
    Credential, NewTransfer, PrincipalId, SystemRole, TransferKind,
};
use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const BOOK: BookId = BookId(0);
const USD: AssetId = AssetId(0);
const PRINCIPAL: PrincipalId = PrincipalId(0);
/// The first account after the four of the book itself.
const FIRST: u32 = 4;

pub(super) fn run(args: &EngineArgs) -> anyhow::Result<()> {
    let dir = tempfile::tempdir_in(&args.common.dir).context("the directory cannot be made")?;
    let limits = disk_limits(dir.path(), args.batch)?;
    let path = dir.path().join("shard");
    let options = EngineOptions::default();
    let engine = Engine::open(
        &path,
        ShardId(0),
        Arc::new(SystemClock),
        options,
        &mut |_, _| (),
    )?;
    prepare(&engine, args.common.accounts, args.controls)?;
    let report = measure(&engine, args, &path, limits)?;
    engine.close();
    report.print(args.common.json)
}

fn measure(
    engine: &Engine,
    args: &EngineArgs,
    path: &Path,
    limits: Limits,
) -> anyhow::Result<Report> {
    let bar = ProgressBar::new(args.transfers).with_message("transfers");
    let before = Usage::of(None);
    let journal_before = engine.status().journal_bytes;
    let started = Instant::now();
    let times = drive(engine, args, &bar)?;
    let seconds = started.elapsed().as_secs_f64();
    bar.finish_and_clear();
    let usage = Usage::of(None);
    let transfers = args.transfers as f64;
    let journal = engine.status().journal_bytes - journal_before;
    Ok(Report {
        what: "engine",
        machine: Machine::look(),
        transfers: args.transfers,
        accounts: args.common.accounts,
        batch: args.batch,
        hot_account: args.common.hot_account,
        concurrency: args.in_flight,
        seconds,
        transfers_per_second: transfers / seconds,
        latency_us: (&times).into(),
        cpu_us_per_transfer: (usage.cpu - before.cpu).as_secs_f64() * 1e6 / transfers,
        peak_memory_mib: usage.peak_memory_bytes >> 20,
        disk_bytes_per_transfer: disk_bytes(path) as f64 / transfers,
        told: None,
        journal_bytes_per_transfer: Some(journal as f64 / transfers),
        limits,
    })
}

fn disk_limits(dir: &Path, batch: u32) -> anyhow::Result<Limits> {
    /// About what a transfer takes in the journal.
    const BYTES: usize = 180;
    let time = Duration::from_secs(1);
    let frame = (usize::try_from(batch)? * BYTES).next_multiple_of(4096);
    let append_frame = limits::append_rate(dir, frame, time)?;
    Ok(Limits {
        append_4k: Some(limits::append_rate(dir, 4096, time)?),
        append_frame: Some(append_frame),
        disk_transfers_per_second: Some(append_frame.per_second * f64::from(batch)),
        ..Limits::default()
    })
}

/// Keeps so many batches on their way, until all transfers are made.
fn drive(engine: &Engine, args: &EngineArgs, bar: &ProgressBar) -> anyhow::Result<Histogram<u64>> {
    let mut times = Histogram::<u64>::new(3)?;
    let mut pairs = Pairs::new(
        args.common.seed,
        args.common.accounts,
        args.common.hot_account,
    );
    let mut on_their_way: VecDeque<(Instant, Reply<BatchOutcome>)> = VecDeque::new();
    let mut left = args.transfers;
    while left > 0 || !on_their_way.is_empty() {
        if left > 0 && on_their_way.len() < args.in_flight {
            let count = left.min(u64::from(args.batch));
            let items = (0..count).map(|_| transfer(&mut pairs, args.controls));
            let items: Vec<NewTransfer> = items.collect();
            if args.controls == Controls::Quotes {
                let sent = Instant::now();
                check(&controls::convert(engine, BOOK, PRINCIPAL, &items)?)?;
                times.record(u64::try_from(sent.elapsed().as_nanos())?)?;
                bar.inc(count);
                left -= count;
                continue;
            }
            let batch = batch(pairs.key(), items);
            on_their_way.push_back((Instant::now(), engine.submit_batch(batch)?));
            left -= count;
            continue;
        }
        let Some((sent, reply)) = on_their_way.pop_front() else {
            break;
        };
        let outcomes = items(reply)?;
        times.record(u64::try_from(sent.elapsed().as_nanos())?)?;
        check(&outcomes)?;
        if args.controls == Controls::Holds {
            controls::capture(engine, BOOK, PRINCIPAL, &outcomes)?;
        }
        bar.inc(u64::try_from(outcomes.len())?);
    }
    Ok(times)
}

fn transfer(pairs: &mut Pairs, controls: Controls) -> NewTransfer {
    let (source, target) = pairs.next();
    let [source, target] = [source, target].map(|place| AccountId(FIRST + place));
    let plain = NewTransfer::simple(TransferKind::Transfer, source, target, USD, amount(1));
    let terms = controls::terms(controls);
    NewTransfer { terms, ..plain }
}

fn batch(key: String, items: Vec<NewTransfer>) -> BatchCommand {
    let (book, principal, key) = (BOOK, PRINCIPAL, key.into());
    BatchCommand {
        book,
        principal,
        scope: 0,
        key,
        checked: BatchKey::Unchecked,
        mode: BatchMode::BestEffort,
        items,
    }
}

/// Opens a book with accounts that have money.
fn prepare(engine: &Engine, accounts: u32, controls: Controls) -> anyhow::Result<()> {
    let name = |text: &str| Text::new(text).expect("a short plain name");
    let (code, usd) = ("USD".into(), "US dollar".into());
    let usd = Asset {
        code,
        name: usd,
        decimals: 2,
        kind: AssetKind::Currency,
    };
    let settings = BookSettings::default();
    let book = NewBook {
        name: name("bench"),
        sandbox: true,
        settings,
    };
    let mut actions = vec![
        (SHARD, Action::DefineAsset(usd)),
        (SHARD, Action::DefineAsset(controls::euro())),
        (SHARD, Action::OpenBook(book)),
    ];
    let account = Action::OpenAccount(NewAccount {
        name: Text::new("account").expect("a short plain name"),
        alias: None,
        metadata: Metadata::default(),
        tags: Tags::new(vec![controls::tag()]).expect("one tag"),
        holdings: held(controls),
        holds_any_asset: false,
    });
    actions.push((SHARD, principal()));
    actions.extend((0..accounts).map(|_| (BOOK, account.clone())));
    let all = (0..accounts).map(|place| AccountId(FIRST + place));
    let configured = controls::configuration(controls, USD, PRINCIPAL, all);
    actions.extend(configured.into_iter().map(|action| (BOOK, action)));
    let external = AccountId(0);
    for action in actions.chunks(10_000) {
        let submit = |(book, action): &(BookId, Action)| {
            let origin = Origin {
                book: *book,
                principal: PRINCIPAL,
                key: None,
            };
            engine.submit(Command {
                origin,
                action: action.clone(),
            })
        };
        let replies = action.iter().map(submit).collect::<Result<Vec<_>, _>>()?;
        for reply in replies {
            check(&[reply.wait()?])?;
        }
    }
    let is_external = engine
        .read()
        .ledger
        .book(BOOK)
        .map(|book| book.system_account(SystemRole::External));
    anyhow::ensure!(
        is_external == Some(external),
        "the first account is the outside"
    );
    let deposit = |place| {
        let (kind, target) = (TransferKind::Deposit, AccountId(FIRST + place));
        NewTransfer::simple(kind, external, target, USD, amount(1_000_000_000_000))
    };
    let deposits: Vec<NewTransfer> = (0..accounts).map(deposit).collect();
    for (place, some) in deposits.chunks(10_000).enumerate() {
        let batch = batch(format!("fund-{place}"), some.to_vec());
        check(&items(engine.submit_batch(batch)?)?)?;
    }
    Ok(())
}

/// What every account holds.
fn held(controls: Controls) -> Vec<Holding> {
    let assets: &[AssetId] = match controls {
        Controls::Quotes => &[USD, controls::EUR],
        _ => &[USD],
    };
    let overdraft_limit = Amount::ZERO;
    let holding = |asset: &AssetId| Holding {
        asset: *asset,
        overdraft_limit,
    };
    assets.iter().map(holding).collect()
}

/// Whoever asks for all of it.
fn principal() -> Action {
    Action::AddPrincipal(NewPrincipal {
        book: Some(BOOK),
        name: Text::new("bench").expect("a short plain name"),
        email: None,
        capabilities: Capabilities::all_of_a_book(),
        grant: None,
        credential: Credential::Secret { hash: [0; 32] },
    })
}

fn items(reply: Reply<BatchOutcome>) -> anyhow::Result<Vec<Outcome>> {
    match reply.wait()? {
        BatchOutcome::Items(items) => Ok(items),
        BatchOutcome::Seen(seq) => bail!("a new key was used before, by record {seq}"),
    }
}

fn amount(minor: u128) -> Amount {
    Amount::new(minor).expect("far below the maximum")
}

fn check(outcomes: &[Outcome]) -> anyhow::Result<()> {
    let is_good = |outcome: &Outcome| match outcome {
        Outcome::Recorded(record) => match &record.event {
            giro_ledger::Event::Transfer(transfer) => {
                !matches!(transfer.status, giro_ledger::TransferStatus::Declined(_))
            }
            _ => true,
        },
        Outcome::Seen(_) | Outcome::Rejected(_) => false,
    };
    match outcomes.iter().find(|outcome| !is_good(outcome)) {
        Some(bad) => bail!("the engine refused: {bad:?}"),
        None => Ok(()),
    }
}
