//! What must hold after every recovery and at the end of every seed: section 11 of the design.

mod books;
mod past;

use crate::Broken;
use crate::model::{Fact, Model};
use crate::rng::Rng;
use giro_engine::keys::KeyIndex;
use giro_engine::record::key_hash;
use giro_engine::recovery::replay;
use giro_engine::state::Genesis;
use giro_engine::verify::verify;
use giro_engine::writer::Writer;
use giro_engine::{Record, State, codec};
use giro_journal::{JournalReader, Seq};
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
        let completed = group.clone().filter(|seq| {
            let record = records.get(&Seq(*seq));
            let fact = record.and_then(|record| evidence.model.fact(record.seq));
            fact.and_then(Fact::transfer)
                .is_some_and(giro_ledger::Transfer::is_completed)
        });
        let (completed, all) = (completed.count(), group.clone().count());
        ensure!(
            completed == 0 || completed == all,
            "of atomic batch {group:?}, {completed} done"
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
    let posted = record.trace.legs.iter().map(|leg| leg.posted.minor());
    let posted: Vec<i128> = posted.collect();
    ensure_same!(posted, fact.posted, "the balances of record {seq}");
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
    let transfers = || model.facts().filter_map(|(_, fact)| fact.transfer());
    let completed = || transfers().filter(|transfer| transfer.is_completed());
    let postings = completed().map(|transfer| transfer.request.legs.len());
    ensure_same!(report.records, model.end().0, "verify's count of records");
    ensure_same!(
        report.completed,
        count(completed().count()),
        "verify's count of transfers"
    );
    ensure_same!(
        report.postings,
        count(postings.sum()),
        "verify's count of postings"
    );
    ensure_same!(
        report.completed + report.declined,
        count(transfers().count()),
        "verify's count of declines"
    );
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
