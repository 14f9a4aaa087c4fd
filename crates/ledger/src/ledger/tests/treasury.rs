//! What holds of quotes, fees, schedules and securities after any sequence of actions.

use super::generators::Step;
use super::generators::treasury::{more, rich_transfer, settlement, treasury_steps};
use super::run::Seen;
use super::*;
use crate::security::Activity;
use crate::step::Outcome;
use crate::{Booked, Settlement};
use due::{active, dues, run_of};
use exact::{PARTS, check_legs, check_residue, in_kind, moved, rounded, worth};

mod due;
mod exact;

fn carried_out(settlement: Settlement, steps: Vec<Step>) -> Run {
    let mut run = Run::begin(more(settlement));
    run.go_on(steps);
    run
}

/// What a transfer that carries out a quote was, if it was not declined.
fn executed(seen: &Seen) -> Option<(QuoteId, &Transfer)> {
    let transfer = seen.transfer()?;
    let is_declined = matches!(transfer.status, TransferStatus::Declined(_));
    let quote = transfer.request.terms.as_ref()?.quote?;
    (!is_declined).then_some((quote, transfer))
}

/// What was traded with an event.
fn booked(event: &Event) -> Option<&Booked> {
    match event {
        Event::Transfer(transfer) if transfer.is_completed() => transfer.request.booked(),
        Event::Step(step) => match &step.step {
            crate::Step::Approved(Outcome::Completed { booked, .. })
            | crate::Step::Due(Outcome::Completed { booked, .. }) => booked.as_deref(),
            _ => None,
        },
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_quote_is_never_used_twice(settlement in settlement(), steps in treasury_steps(true)) {
        let run = carried_out(settlement, steps);
        let mut used = BTreeSet::new();
        for seen in &run.seen {
            if let Some((quote, _)) = executed(seen) {
                prop_assert!(used.insert(quote), "{:?} twice", quote);
                let before = seen.before.quote(quote).expect("it was kept");
                prop_assert_eq!(before.used_by, None);
                prop_assert!(before.quote.expires_at > seen.stamp.at);
                let by = seen.after.quote(quote).and_then(|open| open.used_by);
                prop_assert_eq!(by, Some(TransferId(seen.stamp.number)));
            }
            for (id, open) in seen.after.quotes() {
                prop_assert_eq!(open.used_by.is_some(), used.contains(&id), "{:?}", id);
            }
        }
    }

    #[test]
    fn what_is_given_is_what_arrives_and_the_fee_and_the_residue(
        settlement in settlement(),
        steps in treasury_steps(true),
    ) {
        let run = carried_out(settlement, steps);
        for seen in &run.seen {
            if let Ok(Event::Quoted(quote)) = &seen.decided {
                check_residue(&seen.before, quote)?;
            }
            if let Some((id, transfer)) = executed(seen) {
                let quote = &seen.before.quote(id).expect("it was kept").quote;
                check_legs(&seen.before, quote, &transfer.request.legs)?;
            }
        }
    }

    #[test]
    fn what_is_worth_something_changes_by_what_is_moved(
        settlement in settlement(),
        steps in treasury_steps(false),
    ) {
        let run = carried_out(settlement, steps);
        for seen in &run.seen {
            let Ok(event) = &seen.decided else { continue };
            for (of, sum) in sums(&seen.after) {
                prop_assert_eq!(sum, 0, "{:?} after {:?}", of, seen.action);
            }
            let trades = booked(event).map_or(&[][..], |booked| &booked.trades);
            let is_maturity = trades.iter().any(|trade| trade.activity == Activity::Maturity);
            let is_in_kind = booked(event).is_some_and(|booked| booked.is_in_kind);
            // One account has more than can be counted in parts of cents.
            let accounts = seen.before.accounts_from(AccountId(8));
            let accounts = accounts.filter(|(account, _)| *account != AccountId(10));
            // Only what matures turns into money at another price than before.
            let accounts = accounts.filter(|_| !event.posted().is_empty() && !is_maturity);
            for (account, _) in accounts {
                let change = worth(&seen.after, account) - worth(&seen.before, account);
                let expected = match is_in_kind {
                    true => in_kind(&seen.before, event.posted(), account),
                    false => moved(event, account) * PARTS,
                };
                let gain = rounded(&seen.before, trades, account);
                prop_assert_eq!(change, expected + gain, "{:?}: {:?}", account, event);
            }
        }
    }

    #[test]
    fn a_schedule_runs_once_for_each_instant_whatever_happens(
        settlement in settlement(),
        steps in treasury_steps(true),
    ) {
        let run = carried_out(settlement, steps);
        let mut runs: BTreeMap<ScheduleId, Vec<(Timestamp, u64)>> = BTreeMap::new();
        for seen in &run.seen {
            let Some(one) = seen.decided.as_ref().ok().and_then(run_of) else { continue };
            let of_schedule = runs.entry(one.schedule).or_default();
            let previous = of_schedule.last().map_or(0, |(_, number)| *number);
            prop_assert_eq!(one.previous, previous, "the way back");
            prop_assert!(one.due.due_at <= seen.stamp.at, "not before it is due");
            of_schedule.push((one.due.due_at, seen.stamp.number));
        }
        for (id, spans) in active(&run) {
            let schedule = run.ledger.schedule(id).expect("it was added");
            let recurrence = &schedule.terms.recurrence;
            let spans = spans.into_iter().flat_map(|(from, to)| dues(recurrence, from, to));
            let expected: Vec<Timestamp> = spans.collect();
            let found = runs.remove(&id).unwrap_or_default();
            let found: Vec<Timestamp> = found.into_iter().map(|(due, _)| due).collect();
            prop_assert_eq!(&found, &expected, "{:?}", schedule);
            prop_assert_eq!(schedule.runs, u64::try_from(expected.len()).expect("few"));
        }
        prop_assert!(runs.is_empty());
    }

    #[test]
    fn the_events_of_the_treasury_make_its_state(
        settlement in settlement(),
        steps in treasury_steps(true),
    ) {
        let run = carried_out(settlement, steps);
        let mut replayed = Ledger::new();
        for seen in &run.seen {
            let Ok(event) = &seen.decided else { continue };
            let bytes = postcard::to_stdvec(event).expect("encodes");
            let decoded: Event = postcard::from_bytes(&bytes).expect("decodes");
            let mut touched = Vec::new();
            replayed.apply(seen.stamp, &decoded, |line, balance| touched.push((line, balance)));
            prop_assert_eq!(&touched, &seen.touched);
            let legs = event.posted();
            for (leg, (id, _)) in legs.iter().zip(&touched) {
                let line = replayed.line(*id).expect("what is reported exists");
                prop_assert_eq!((line.account, line.asset), (leg.account, leg.asset));
            }
        }
        prop_assert_eq!(&replayed, &run.ledger);
    }

    #[test]
    fn a_dry_run_foresees_the_treasury(
        settlement in settlement(),
        steps in treasury_steps(true),
    ) {
        for seen in carried_out(settlement, steps).seen {
            let preview = seen.before.preview(seen.stamp, seen.action);
            let event = preview.clone().map(|preview| preview.event);
            prop_assert_eq!(event, seen.decided.clone());
            if let (Ok(preview), Ok(Event::Transfer(_))) = (preview, seen.decided) {
                let touched: Vec<Balance> = seen.touched.iter().map(|(_, after)| *after).collect();
                prop_assert_eq!(preview.balances, touched);
            }
        }
    }

    #[test]
    fn whatever_is_to_come_has_its_timer(
        settlement in settlement(),
        steps in treasury_steps(true),
    ) {
        for seen in carried_out(settlement, steps).seen {
            let ledger = &seen.after;
            let open = ledger.open_transfers();
            let mut expected: BTreeSet<_> =
                open.map(|(id, open)| (open.due_at(), Timer::Transfer(id))).collect();
            let runs = ledger.schedules().filter_map(|(id, one)| Some((id, one.next?)));
            expected.extend(runs.map(|(id, next)| (next.due_at, Timer::Schedule(id))));
            let instruments = ledger.instruments_of(BookId(0));
            let pending = instruments.filter(|(_, one)| one.matured_at.is_none());
            expected.extend(pending.map(|(asset, one)| {
                (one.matures_at, Timer::Maturity((BookId(0), asset)))
            }));
            let changes = ledger.open_changes();
            expected.extend(changes.map(|(id, one)| {
                (one.approval.terms.expires_at, Timer::Change(id))
            }));
            prop_assert_eq!(&ledger.timers, &expected);
        }
    }

    #[test]
    fn a_batch_leaves_no_trace_of_fees_and_trades(
        settlement in settlement(),
        steps in treasury_steps(true),
        requests in prop::collection::vec(rich_transfer(), 1..6),
    ) {
        let mut run = carried_out(settlement, steps);
        let last = run.seen.last().expect("the beginning").stamp;
        let stamp = Stamp { book: BookId(0), principal: PrincipalId(1), ..last }.next();
        let before = run.ledger.clone();
        let decided = run.ledger.decide_all(stamp, requests.iter());
        prop_assert_eq!(&run.ledger, &before, "deciding changes nothing");
        prop_assert_eq!(decided, first_refusal(before, stamp, &requests));
    }
}

/// What has come of a step, in a word.
fn words_of(seen: &Seen) -> Vec<&'static str> {
    let event = match &seen.decided {
        Err(why) => return vec![why.code()],
        Ok(event) => event,
    };
    let mut words = Vec::new();
    let trades = booked(event).map_or(&[][..], |booked| &booked.trades);
    words.extend(trades.iter().map(|trade| trade.activity.name()));
    words.extend(
        booked(event)
            .filter(|booked| booked.is_in_kind)
            .map(|_| "in kind"),
    );
    words.extend(
        booked(event)
            .and_then(|booked| booked.settles_at)
            .map(|_| "settles later"),
    );
    match event {
        Event::Transfer(transfer) => {
            let terms = transfer.request.terms.as_ref();
            let is_declined = matches!(transfer.status, TransferStatus::Declined(_));
            words.extend(terms.and_then(|terms| terms.run).map(|_| "ran"));
            words.extend(terms.and_then(|terms| terms.fee).map(|_| "charged"));
            words.extend(executed(seen).map(|_| "executed"));
            let waits = executed(seen).filter(|_| !transfer.is_completed());
            words.extend(waits.map(|_| "executed, and waits"));
            if let TransferStatus::Declined(why) = &transfer.status {
                words.push(why.code());
            }
            if let TransferStatus::Scheduled { .. } = &transfer.status {
                words.push("scheduled");
            }
            let quote = terms.and_then(|terms| terms.quote);
            words.extend(
                quote
                    .filter(|_| is_declined)
                    .map(|_| "a declined execution"),
            );
        }
        Event::Step(step) => match &step.step {
            crate::Step::Due(Outcome::Completed { .. }) => words.push("made when it was due"),
            crate::Step::Settled => words.push("settled"),
            _ => {}
        },
        Event::RunSkipped(skipped) => words.push(skipped.why.name()),
        Event::InstrumentMatured(_) => words.push("matured"),
        _ => {}
    }
    words
}

/// Properties say little of what is never generated.
#[test]
fn random_steps_lead_to_everything_in_the_treasury() {
    let mut runner = TestRunner::deterministic();
    let strategy = (settlement(), treasury_steps(true));
    let mut met = BTreeSet::new();
    for _ in 0..400 {
        let (settlement, steps) = strategy.new_tree(&mut runner).expect("generates").current();
        met.extend(
            carried_out(settlement, steps)
                .seen
                .iter()
                .flat_map(words_of),
        );
    }
    let wanted = [
        "buy",
        "sell",
        "maturity",
        "in kind",
        "settles later",
        "settled",
        "ran",
        "charged",
        "executed",
        "executed, and waits",
        "a declined execution",
        "scheduled",
        "made when it was due",
        "matured",
        "nothing_to_move",
        "quote_used",
        "quote_expired",
        "insufficient_funds",
        "sweep_circle",
        "schedule_over",
        "schedule_in_past",
        "fee_too_large",
        "invested_cannot_be_held",
        "trades_not_reversible",
        "instrument_matured",
        "no_instrument",
        "comes_to_nothing",
    ];
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|word| !met.contains(word))
        .collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
}
