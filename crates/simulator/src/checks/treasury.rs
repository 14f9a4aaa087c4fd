//! The state against the model: rates, fees, quotes, calendars, schedules and securities.

use super::Evidence;
use crate::Broken;
use crate::model::{Model, Planned, number};
use crate::rng::Rng;
use giro_engine::History;
use giro_engine::chain::Place;
use giro_engine::history::Chained;
use giro_journal::Seq;
use giro_ledger::schedule::Run;
use giro_ledger::{AccountId, BookId, Event, FeeId, Ledger, Pair, QuoteId, ScheduleId, Timestamp};
use std::collections::BTreeSet;

pub(super) fn treasury(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    let (ledger, model) = (&evidence.state.ledger, evidence.model);
    rates(evidence, rng)?;
    fees(ledger, model)?;
    quotes(ledger, model)?;
    for (book, code, _) in &model.books.calendars {
        let found = ledger.calendar(*book, code);
        let expected = model.books.calendar(*book, code);
        ensure_same!(found, expected, "calendar {code} of book {}", book.0);
    }
    schedules(ledger, model)?;
    runs(evidence, rng)?;
    securities(ledger, model)?;
    investments(ledger, model)
}

/// Every rate, as it was set and as it is used now; and all that was set of one of them.
fn rates(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    let (ledger, model) = (&evidence.state.ledger, evidence.model);
    let pairs: BTreeSet<Pair> = model.books.rates.iter().map(|one| one.pair).collect();
    let set = pairs
        .iter()
        .filter(|pair| model.books.rate(**pair).is_some());
    let books = (0..number(model.books.books.len())).map(BookId);
    let found = books.flat_map(|book| ledger.rates(book).map(|(pair, _)| pair));
    ensure_same!(
        found.collect::<Vec<_>>(),
        set.copied().collect::<Vec<_>>(),
        "the pairs with a rate"
    );
    let now = model.last_at();
    for pair in &pairs {
        let expected = model.books.rate(*pair);
        ensure_same!(ledger.rate(*pair), expected, "the rate of {pair:?}");
        let found = ledger.rate_now(*pair, now);
        let expected = model.books.market_now(*pair, now);
        ensure_same!(found, expected, "what {pair:?} is used at");
        let found = ledger.rate_shown(*pair);
        let expected = model.books.market_shown(*pair);
        ensure_same!(found, expected, "what {pair:?} is shown at");
    }
    let pairs: Vec<Pair> = pairs.into_iter().collect();
    let Some(pair) = rng.pick(&pairs) else {
        return Ok(());
    };
    let history = History::new(evidence.reader.clone());
    let head: Place = evidence.state.rate_head(*pair);
    let walk = history.walk(Chained::Book, head);
    let found: Result<Vec<Seq>, _> = walk.map(|step| Ok(step?.place.seq())).collect();
    let found = found.map_err(|error: giro_engine::HistoryError| {
        Broken(format!("the rates of {pair:?} are not readable: {error}"))
    })?;
    ensure_same!(
        found,
        model.rate_history(*pair),
        "what was set as the rate of {pair:?}"
    );
    Ok(())
}

fn fees(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let found: Vec<_> = ledger.fees().map(|(_, entry)| entry).collect();
    let expected: Vec<_> = model.books.fees.iter().collect();
    ensure_same!(found, expected, "the fee rules");
    for (book, _) in ledger.books() {
        let found: Vec<FeeId> = ledger.fees_in_force(book).map(|(id, _)| id).collect();
        let expected = model.books.fees_in_order(book);
        ensure_same!(found, expected, "the fee rules of book {}", book.0);
    }
    Ok(())
}

/// Every quote that is still known; and that each was carried out once at most, and gives away or
/// keeps less than one minor unit.
fn quotes(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let books = &model.books;
    let kept = books.quotes.iter().filter(|one| books.is_kept(one));
    let expected: Vec<QuoteId> = kept.map(|one| one.id).collect();
    let found: Vec<QuoteId> = ledger.quotes().map(|(id, _)| id).collect();
    ensure_same!(found, expected, "the quotes that are known");
    for (id, open) in ledger.quotes() {
        let expected = books.quote_of(id).expect("compared above");
        let number = id.0;
        ensure_same!(open.book, expected.book, "the book of quote {number}");
        ensure_same!(open.maker, expected.maker, "the maker of quote {number}");
        ensure_same!(open.quote, expected.quote, "quote {number}");
        let used_by = books.carried_out(id).map(|life| life.id);
        ensure_same!(open.used_by, used_by, "what has carried out quote {number}");
    }
    for quoted in &books.quotes {
        let of_it = books.transfers.iter().filter(|life| {
            let terms = life.request.terms.as_ref();
            terms.is_some_and(|terms| terms.quote == Some(quoted.id)) && !life.is_stillborn()
        });
        let times = of_it.count();
        ensure!(
            times <= 1,
            "quote {} was carried out {times} times",
            quoted.id.0
        );
        ensure!(
            books.is_residue_small(quoted),
            "quote {} leaves a minor unit or more",
            quoted.id.0
        );
    }
    Ok(())
}

fn schedules(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let count = ledger.schedules().count();
    ensure_same!(
        count,
        model.books.schedules.len(),
        "how many schedules there are"
    );
    for (place, expected) in (0..).zip(&model.books.schedules) {
        let found = ledger.schedule(ScheduleId(place)).expect("counted above");
        ensure_same!(found.book, expected.book, "the book of schedule {place}");
        ensure_same!(found.maker, expected.maker, "the maker of schedule {place}");
        ensure_same!(found.terms, expected.terms, "schedule {place}");
        ensure_same!(found.state, expected.state, "where schedule {place} is");
        ensure_same!(found.next, expected.next, "when schedule {place} runs next");
        let count = u64::try_from(expected.runs.len()).expect("small");
        ensure_same!(found.runs, count, "how often schedule {place} has run");
        ensure_same!(
            found.last_run,
            expected.last_run(),
            "the last run of schedule {place}"
        );
        let times = (found.added_at, found.updated_at);
        let expected_times = (expected.added_at, expected.updated_at);
        ensure_same!(times, expected_times, "the times of schedule {place}");
        for pair in expected.runs.windows(2) {
            if let [(before, _), (after, _)] = pair {
                let goes_on = before.due_at < after.due_at && before.nominal < after.nominal;
                ensure!(
                    goes_on,
                    "schedule {place} runs for {after:?} after {before:?}"
                );
            }
        }
    }
    Ok(())
}

/// The runs of some schedules, each found by way of the one after it.
fn runs(evidence: &Evidence<'_>, rng: &mut Rng) -> Result<(), Broken> {
    let history = History::new(evidence.reader.clone());
    for planned in &evidence.model.books.schedules {
        if rng.percent(25) {
            runs_of(&history, planned)?;
        }
    }
    Ok(())
}

fn runs_of(history: &History, planned: &Planned) -> Result<(), Broken> {
    let mut next = planned.last_run();
    for (due, record) in planned.runs.iter().rev() {
        ensure_same!(next, *record, "the run for {due:?}");
        let found = history.record(Seq(next));
        let found = found.map_err(|error| Broken(format!("run {next}: {error}")))?;
        let run = run_of(&found.event);
        let run = run.ok_or_else(|| Broken(format!("record {next} is no run")))?;
        ensure_same!(run.due, *due, "when run {next} was due");
        next = run.previous;
    }
    ensure_same!(next, 0, "what is before the first run");
    Ok(())
}

fn run_of(event: &Event) -> Option<Run> {
    match event {
        Event::Transfer(transfer) => transfer.request.terms.as_ref()?.run,
        Event::RunSkipped(skipped) => Some(skipped.run),
        _ => None,
    }
}

fn securities(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let books = (0..number(model.books.books.len())).map(BookId);
    let found: usize = books.map(|book| ledger.instruments_of(book).count()).sum();
    ensure_same!(
        found,
        model.books.securities.len(),
        "how many instruments there are"
    );
    for expected in &model.books.securities {
        let found = ledger.instrument((expected.book, expected.asset));
        ensure!(
            found.is_some_and(|found| expected.is_same(found)),
            "an instrument should be {expected:?}, but is {found:?}"
        );
    }
    Ok(())
}

/// How accounts keep their money, what they have paid for units, and what those come to.
fn investments(ledger: &Ledger, model: &Model) -> Result<(), Broken> {
    let books = &model.books;
    let now: Timestamp = model.last_at();
    for place in 0..number(books.accounts.len()) {
        let id = AccountId(place);
        let investment = books.investments.get(&id);
        ensure_same!(
            ledger.investment(id),
            investment,
            "how account {place} keeps its money"
        );
        let assets = books.account(id).map(|one| &one.assets[..]);
        for asset in assets.unwrap_or_default() {
            let cost = ledger.cost(id, *asset).minor();
            let paid = books.cost((id, *asset));
            ensure_same!(cost, paid, "what account {place} has paid");
        }
        let Some(investment) = investment else {
            continue;
        };
        let worth = ledger.worth_shown(id, investment.cash, now).signed();
        let expected = books.worth_shown(id, investment.cash, now);
        ensure_same!(worth.minor(), expected, "what account {place} has invested");
    }
    Ok(())
}
