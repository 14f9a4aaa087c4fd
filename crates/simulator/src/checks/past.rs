//! The past: statements and balances at past instants, found through the links in the log.

use super::Evidence;
use crate::Broken;
use crate::model::Posting;
use crate::rng::Rng;
use giro_engine::chain::Place;
use giro_engine::history::{Chained, HistoryError};
use giro_engine::{History, State};
use giro_journal::Seq;
use giro_ledger::{BookId, LineId, Timestamp};

/// Some statements, and some balances in the past, drawn by chance.
pub(crate) fn past(evidence: &Evidence<'_>, rng: &mut Rng, draws: u64) -> Result<(), Broken> {
    let history = History::new(evidence.reader.clone());
    for _ in 0..draws {
        statement(evidence, &history, rng)?;
        transfers(evidence, &history, rng)?;
    }
    Ok(())
}

fn broken(error: HistoryError) -> Broken {
    Broken(format!("the past is not readable: {error}"))
}

/// The walk over a line is the model's statement; its balance at an instant is the model's too.
fn statement(evidence: &Evidence<'_>, history: &History, rng: &mut Rng) -> Result<(), Broken> {
    let (state, model) = (evidence.state, evidence.model);
    let number = rng.place(state.ledger.lines().len());
    let id = LineId(crate::model::number(number));
    let Some(line) = state.ledger.line(id) else {
        return Ok(());
    };
    let (account, asset) = (line.account, line.asset);
    let expected = model.statement(account, asset);
    let head = state.line_head(id);
    let mut walked = Vec::new();
    for step in history.walk(Chained::Line, head) {
        let step = step.map_err(broken)?;
        let (seq, leg) = (step.place.seq(), step.place.leg());
        let trace = step.record.trace.legs.get(leg);
        let trace = trace.ok_or_else(|| Broken(format!("record {seq} has no leg {leg}")))?;
        ensure_same!(trace.line, id, "the line of leg {leg} of record {seq}");
        let held = step.record.trace.held(leg).signed().minor();
        walked.push(Posting {
            seq,
            leg,
            posted: trace.posted.minor(),
            held,
        });
    }
    let of = format!("account {} in asset {}", account.0, asset.0);
    ensure_same!(walked, expected, "the statement of {of}");
    let len = u64::try_from(expected.len()).expect("small");
    ensure_same!(state.line_len(id), len, "how long the statement of {of} is");
    let bound = instant(evidence, history, rng)?;
    let posted = history.posted_before(head, bound).map_err(broken)?;
    let before = model.balance_before(account, asset, bound);
    ensure_same!(
        posted.minor(),
        before,
        "the balance of {of} before record {bound}"
    );
    Ok(())
}

/// A random instant, as the first record from then on.
fn instant(evidence: &Evidence<'_>, history: &History, rng: &mut Rng) -> Result<Seq, Broken> {
    let model = evidence.model;
    let seq = Seq(rng.below(model.end().0));
    let near = model.fact(seq).map_or(evidence.genesis.at, |fact| fact.at);
    let offset = [-1, 0, 1].get(rng.place(3)).copied().unwrap_or(0);
    let at = Timestamp(near.0.saturating_add(offset));
    let bound = history.first_at(at).map_err(broken)?;
    ensure_same!(
        bound,
        model.first_at(at),
        "the first record from {} on",
        at.0
    );
    Ok(bound)
}

/// The walk over a book's transfers.
fn transfers(evidence: &Evidence<'_>, history: &History, rng: &mut Rng) -> Result<(), Broken> {
    let state: &State = evidence.state;
    let book = BookId(crate::model::number(
        rng.place(evidence.model.books.books.len()),
    ));
    let expected = evidence.model.transfers(book);
    let head = state.book_head(book);
    let walk = history.walk(Chained::Book, head);
    let walked: Result<Vec<Seq>, _> = walk.map(|step| Ok(step?.place.seq())).collect();
    ensure_same!(
        walked.map_err(broken)?,
        expected,
        "the transfers of book {}",
        book.0
    );
    let bound = instant(evidence, history, rng)?;
    let newest = history
        .newest_before(Chained::Book, head, bound)
        .map_err(broken)?;
    let before = expected.iter().find(|seq| **seq < bound);
    let before = before.map_or(Place::NONE, |seq| Place::new(*seq, 0));
    ensure_same!(
        newest,
        before,
        "the newest transfer of {} before {bound}",
        book.0
    );
    Ok(())
}
