//! What must hold after every recovery and at the end of every seed: section 11 of the design.

mod books;
mod chains;
mod control;
mod lives;
mod past;
mod treasury;
mod webhooks;

use crate::Broken;
use crate::model::{Fact, Life, Model};
use crate::rng::Rng;
use giro_engine::keys::KeyIndex;
use giro_engine::record::key_hash;
use giro_engine::recovery::replay;
use giro_engine::state::Genesis;
use giro_engine::verify::verify;
use giro_engine::writer::Writer;
use giro_engine::{Record, State, codec};
use giro_journal::{JournalReader, Seq};
use giro_ledger::{TransferState, TransferStatus};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{ControlFlow, Range};
use std::sync::Arc;

pub(crate) use past::past;

/// Everything that is looked at.
pub(crate) struct Evidence<'a> {
    pub(crate) reader: Arc<dyn JournalReader>,
    /// What readers see.
    pub(crate) state: &'a State,
    pub(crate) writer: &'a Writer,
    /// What must have come of everything that is durable.
    pub(crate) model: &'a Model,
    /// What must have come of everything that the writer has done.
    pub(crate) live: &'a Model,
    pub(crate) genesis: &'a Genesis,
    /// What clients were told.
    pub(crate) acked: &'a BTreeMap<Seq, Record>,
    /// The records of each atomic batch that is durable.
    pub(crate) groups: &'a [Range<u64>],
}

/// All checks.
pub(crate) fn everything(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    log(evidence)?;
    books::books(evidence.state, evidence.model)?;
    control::control(evidence.state, evidence.model, rng)?;
    treasury::treasury(evidence, rng)?;
    webhooks::webhooks(evidence, rng)?;
    lives::lives(evidence, rng)?;
    chains::chains(evidence, rng)?;
    replayed(evidence)?;
    verified(evidence)?;
    keys(evidence)?;
    past(evidence, rng, 1)
}

/// What was acknowledged is there, once; and what is there is what the model expects.
fn log(evidence: &Evidence<'_>) -> Result<(), Broken> {
    let mut records: BTreeMap<Seq, Record> = BTreeMap::new();
    let mut failure = None;
    let read = evidence.reader.frames(Seq(0), &mut |frame| {
        for (seq, bytes) in (frame.first().0..).map(Seq).zip(frame.records()) {
            match codec::decode(seq, bytes) {
                Ok(record) => drop(records.insert(seq, record)),
                Err(_) if seq == Seq(0) => {}
                Err(error) => failure = Some(Broken(error.to_string())),
            }
        }
        ControlFlow::Continue(())
    });
    read.map_err(|error| Broken(format!("the log is not readable: {error}")))?;
    failure.map_or(Ok(()), Err)?;
    for (seq, told) in evidence.acked {
        let found = records.get(seq);
        ensure!(
            found == Some(told),
            "record {seq} was acknowledged as {told:?}, but there is {found:?}"
        );
    }
    let mut keys = BTreeSet::new();
    let mut last_at = evidence.genesis.at;
    for (seq, record) in &records {
        let fact = evidence.model.fact(*seq);
        let fact = fact.ok_or_else(|| Broken(format!("nobody asked for {record:?}")))?;
        same_record(record, fact)?;
        if let Some(key) = &record.origin.key {
            let is_first = keys.insert((record.origin.book, key.scope, key.text.clone(), key.item));
            ensure!(
                is_first,
                "key {:?} has had an effect before record {seq}",
                key.text
            );
        }
        ensure!(
            record.at > last_at,
            "record {seq} is not later than the one before it"
        );
        last_at = record.at;
    }
    let end = evidence.model.end();
    ensure!(
        evidence.reader.end() == end,
        "the log ends at {}, not {end}",
        evidence.reader.end()
    );
    for group in evidence.groups.iter().filter(|group| group.start < end.0) {
        let done = group.clone().filter(|seq| {
            let record = records.get(&Seq(*seq));
            let fact = record.and_then(|record| evidence.model.fact(record.seq));
            fact.and_then(Fact::transfer)
                .is_some_and(|transfer| !matches!(transfer.status, TransferStatus::Declined(_)))
        });
        let (done, all) = (done.count(), group.clone().count());
        ensure!(
            done == 0 || done == all,
            "of atomic batch {group:?}, {done} done"
        );
    }
    Ok(())
}

/// Whether a record says what the model expects.
pub(crate) fn same_record(record: &Record, fact: &Fact) -> Result<(), Broken> {
    let seq = record.seq;
    ensure_same!(record.at, fact.at, "the time of record {seq}");
    ensure_same!(record.event, fact.event, "the event of record {seq}");
    ensure_same!(
        record.origin.book,
        fact.ask.book,
        "the book of record {seq}"
    );
    ensure_same!(
        record.origin.principal,
        fact.ask.principal,
        "who asked for record {seq}"
    );
    let legs = record.trace.legs.iter().enumerate();
    let found: Vec<_> = legs
        .map(|(place, leg)| {
            let held = record.trace.held(place);
            (leg.posted.minor(), held.signed().minor())
        })
        .collect();
    let touched = fact.touched.iter();
    let expected: Vec<_> = touched.map(|one| (one.posted, one.held)).collect();
    ensure_same!(found, expected, "the balances of record {seq}");
    let key = record.origin.key.as_ref();
    let book = record.origin.book;
    let key_name = key.map(|key| (book, key.scope, key.text.to_string(), key.item));
    ensure_same!(key_name, fact.ask.key, "the key of record {seq}");
    let fingerprint = key.map(|key| key.fingerprint);
    let expected = key.map(|_| fact.ask.body.fingerprint());
    ensure_same!(fingerprint, expected, "the fingerprint of record {seq}");
    Ok(())
}

/// Replaying from zero gives what readers see.
fn replayed(evidence: &Evidence<'_>) -> Result<(), Broken> {
    let mut keys = KeyIndex::in_memory();
    let again = replay(&*evidence.reader, None, &mut keys, Seq(0), &mut |_, _| ());
    let again = again.map_err(|error| Broken(format!("a replay from zero refuses: {error}")))?;
    ensure!(
        again == *evidence.state,
        "a replay from zero gives another state"
    );
    ensure!(
        again.genesis() == evidence.genesis,
        "the shard began in another way"
    );
    Ok(())
}

/// `verify` finds nothing, and counts what the model counts.
fn verified(evidence: &Evidence<'_>) -> Result<(), Broken> {
    let report = verify(&*evidence.reader, None, &mut |_, _| ());
    let report = report.map_err(|error| Broken(format!("verify says: {error}")))?;
    let model = evidence.model;
    let count = |of: usize| u64::try_from(of).expect("small");
    let lives = &model.books.transfers;
    let in_state = |states: &[TransferState]| {
        let found = lives.iter().filter(|life| states.contains(&life.state));
        count(found.count())
    };
    let posted = model.facts().map(|(_, fact)| fact.event.posted().len());
    let steps = lives
        .iter()
        .map(|life| life.records.len().saturating_sub(1));
    let is_reversal = |life: &&Life| !life.is_stillborn() && life.original().is_reversal;
    let dropped = [
        TransferState::Rejected,
        TransferState::Cancelled,
        TransferState::Expired,
    ];
    let open = [
        TransferState::AwaitingApproval,
        TransferState::Held,
        TransferState::Scheduled,
    ];
    let counts = [
        ("records", report.records, model.end().0),
        ("postings", report.postings, count(posted.sum())),
        ("steps", report.steps, count(steps.sum())),
        (
            "completed",
            report.completed,
            in_state(&[TransferState::Completed]),
        ),
        (
            "declined",
            report.declined,
            in_state(&[TransferState::Declined]),
        ),
        ("dropped", report.dropped, in_state(&dropped)),
        ("open", report.open, in_state(&open)),
        (
            "reversals",
            report.reversals,
            count(lives.iter().filter(is_reversal).count()),
        ),
    ];
    for (what, found, expected) in counts {
        ensure_same!(found, expected, "verify's count of {what}");
    }
    ensure_same!(
        report.keys,
        count(
            model
                .facts()
                .filter(|(_, fact)| fact.ask.key.is_some())
                .count()
        ),
        "verify's count of keys"
    );
    ensure_same!(
        report.books,
        count(model.books.books.len()),
        "verify's count of books"
    );
    ensure_same!(
        report.accounts,
        count(model.books.accounts.len()),
        "verify's accounts"
    );
    Ok(())
}

/// Every key leads to the record that used it first, and nothing else does.
fn keys(evidence: &Evidence<'_>) -> Result<(), Broken> {
    let find = |(book, scope, text, item): &crate::model::KeyName| {
        let hash = key_hash(&evidence.genesis.key_secret, *book, *scope, text, *item);
        let found = evidence.writer.find(hash);
        found.map_err(|error| Broken(format!("the index of keys fails: {error}")))
    };
    for (key, seq) in evidence.live.keys() {
        ensure_same!(find(key)?, Some(seq), "where key {key:?} leads");
        let mut unused = key.clone();
        unused.2.push_str("-never");
        ensure_same!(find(&unused)?, None, "where an unused key leads");
    }
    Ok(())
}
