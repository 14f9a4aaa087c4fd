//! What was configured reads back as of any instant: the chains of books and accounts.

use super::Evidence;
use crate::Broken;
use crate::model::number;
use crate::rng::Rng;
use giro_engine::History;
use giro_engine::chain::Place;
use giro_engine::history::Chained;
use giro_journal::Seq;
use giro_ledger::{AccountId, BookId};

/// Every record of what was configured is in its chain, and nothing else is: of a book and some
/// accounts, drawn by chance.
pub(super) fn chains(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    let history = History::new(evidence.reader.clone());
    let (state, model) = (evidence.state, evidence.model);
    let places = 0..model.books.books.len();
    if let Some(place) = rng.pick(&places.collect::<Vec<_>>()) {
        let book = BookId(number(*place));
        let found = walk(&history, state.configuration_head(book))?;
        let expected = model.configuration(book);
        ensure_same!(found, expected, "what was configured in book {place}");
    }
    for place in (0..model.books.accounts.len()).filter(|_| rng.percent(25)) {
        let account = AccountId(number(place));
        let found = walk(&history, state.account_head(account))?;
        let expected = model.account_history(account);
        ensure_same!(found, expected, "the changes of account {place}");
    }
    Ok(())
}

pub(super) fn walk(history: &History, head: Place) -> Result<Vec<Seq>, Broken> {
    let steps = history.walk(Chained::Book, head);
    let seqs: Result<Vec<Seq>, _> = steps.map(|step| Ok(step?.place.seq())).collect();
    seqs.map_err(|error: giro_engine::HistoryError| {
        Broken(format!("a chain is not readable: {error}"))
    })
}
