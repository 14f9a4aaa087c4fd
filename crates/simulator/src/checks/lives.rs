//! The lives of transfers and changes, read back from the log: the index leads to the last record
//! of what is over, each record to the one before, and all together say what the model says.

use super::Evidence;
use crate::Broken;
use crate::model::Life;
use crate::rng::Rng;
use giro_engine::record::last_record_hash;
use giro_engine::{History, Record};
use giro_journal::Seq;
use giro_ledger::{Event, Legs, Progress, TransferState};

/// The index of all of them, and the records of some.
pub(super) fn lives(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    index(evidence)?;
    let history = History::new(evidence.reader.clone());
    let books = &evidence.model.books;
    for life in &books.transfers {
        // What is over with its first record is compared as that already.
        if !rng.percent(if life.records.len() > 1 { 60 } else { 10 }) {
            continue;
        }
        let records = walk(&history, &life.records)?;
        progress(life, &records)?;
    }
    for change in &books.changes {
        walk(&history, &change.records)?;
    }
    Ok(())
}

/// What is over and was under way before has its last record in the index, and nothing else has.
fn index(evidence: &Evidence<'_>) -> Result<(), Broken> {
    let find = |first: u64| {
        let hash = last_record_hash(&evidence.genesis.key_secret, first);
        let found = evidence.writer.find(hash);
        found.map_err(|error| Broken(format!("the index of keys fails: {error}")))
    };
    let books = &evidence.live.books;
    let transfers = books.transfers.iter();
    let transfers = transfers.map(|life| (&life.records, life.timer().is_none()));
    let changes = books.changes.iter();
    let changes = changes.map(|change| (&change.records, change.is_over));
    for (records, is_over) in transfers.chain(changes) {
        let (Some(first), Some(last)) = (records.first(), records.last()) else {
            continue;
        };
        let expected = (is_over && first < last).then_some(Seq(*last));
        ensure_same!(find(*first)?, expected, "the last record of {first}");
    }
    for quoted in &books.quotes {
        let used_by = books.carried_out(quoted.id).map(|life| Seq(life.id.0));
        let found = find(quoted.id.0)?;
        ensure_same!(found, used_by, "what carries out quote {}", quoted.id.0);
    }
    Ok(())
}

/// The records from the last one back to the first, which must be these.
fn walk(history: &History, expected: &[u64]) -> Result<Vec<Record>, Broken> {
    let mut records: Vec<Record> = Vec::new();
    let mut next = expected.last().copied();
    while let Some(seq) = next {
        let record = history.record(Seq(seq));
        let record = record.map_err(|error| Broken(format!("record {seq}: {error}")))?;
        next = match &record.event {
            Event::Step(step) => Some(step.previous),
            Event::ChangeStep(step) => Some(step.previous),
            _ => None,
        };
        records.push(record);
    }
    records.reverse();
    let found: Vec<u64> = records.iter().map(|record| record.seq.0).collect();
    ensure_same!(found, expected, "the way back from the last record");
    Ok(records)
}

/// How far a transfer has come, told by its records one after the other.
fn progress(life: &Life, records: &[Record]) -> Result<(), Broken> {
    let mut progress: Option<Progress> = None;
    for record in records {
        progress = match (&record.event, progress) {
            (Event::Transfer(transfer), None) => Some(Progress::of(transfer)),
            (Event::Step(step), Some(so_far)) => {
                Some(so_far.then(&step.step, record.origin.principal))
            }
            (other, _) => return Err(Broken(format!("{} is a step of {other:?}", record.seq))),
        };
    }
    let found = progress.ok_or_else(|| Broken(format!("{:?} has no record", life.id)))?;
    let id = life.id.0;
    let remaining = match life.state == TransferState::Held {
        true => life.remaining(),
        false => Legs::new(),
    };
    ensure_same!(found.state, life.state, "the state of transfer {id}");
    ensure_same!(
        found.posted,
        life.posted(),
        "what is posted of transfer {id}"
    );
    ensure_same!(found.remaining, remaining, "what is left of transfer {id}");
    ensure_same!(
        found.approval,
        life.terms,
        "who must agree to transfer {id}"
    );
    ensure_same!(found.approved_by, life.approved_by, "who agrees to {id}");
    ensure_same!(found.expires_at, life.expires_at, "when {id} is over");
    ensure_same!(found.due_at, life.due_at, "when {id} is made");
    ensure_same!(found.booked, life.booked, "what is booked with {id}");
    ensure_same!(
        found.is_settled,
        life.is_settled,
        "whether {id} has settled"
    );
    ensure_same!(found.declined, life.declined, "why {id} was declined");
    ensure_same!(found.reason, life.reason, "the words on transfer {id}");
    Ok(())
}
