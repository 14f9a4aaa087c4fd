//! What holds of quotes, fees, schedules and securities after any sequence of actions.

use super::generators::Step;
use super::generators::treasury::{more, rich_transfer, settlement, treasury_steps};
use super::run::Seen;
use super::*;
use crate::calendar::Date;
use crate::event::Posted;
use crate::quote::{Quote, QuoteAmount};
use crate::recurrence::{Every, Recurrence, ShortMonths};
use crate::schedule::{Run as ScheduleRun, ScheduleState, ScheduleTo};
use crate::security::Activity;
use crate::step::Outcome;
use crate::{Booked, Rate, Rounding, Settlement, Trade};
use ethnum::U256;

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

/// The digits of a rate and how many of them are decimals, as it is written.
fn fraction(rate: Rate) -> (U256, u32) {
    let text = rate.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, ""));
    let digits: U256 = format!("{whole}{decimals}").parse().expect("digits");
    (digits, u32::try_from(decimals.len()).expect("few decimals"))
}

fn big(amount: Amount) -> U256 {
    U256::from(amount.minor())
}

fn ten(exponent: u32) -> U256 {
    U256::new(10).pow(exponent)
}

/// What the source gave at the quoted rate is what the target gets and what is left, exactly, and
/// less than one minor unit of what was rounded is left.
fn check_residue(ledger: &Ledger, quote: &Quote) -> Result<(), TestCaseError> {
    let decimals = |id| ledger.asset(id).map_or(0, |asset| asset.decimals);
    let from = decimals(quote.request.source_asset);
    let to = decimals(quote.request.target_asset);
    let Some(used) = &quote.rate else {
        prop_assert_eq!(quote.converted, quote.arrives);
        return Ok(());
    };
    // Both in units of ten to the minus all the decimals there are.
    let (digits, scale) = fraction(used.rate);
    let worth = big(quote.converted) * digits * ten(to.into());
    let arrived = big(quote.arrives) * ten(scale + u32::from(from));
    let residue = used.rate.residue(quote.converted, from, quote.arrives, to);
    let residue = residue.expect("in range");
    prop_assert_eq!(residue.is_negative(), worth < arrived);
    prop_assert_eq!(residue.is_zero(), worth == arrived);
    let left = worth.max(arrived) - worth.min(arrived);
    match quote.request.amount {
        QuoteAmount::Source(_) => {
            let unit = ten(scale + u32::from(from));
            prop_assert!(left < unit, "{:?}", quote);
            prop_assert!(residue.is_below(to));
            match used.rounding {
                Rounding::Down => prop_assert!(worth >= arrived),
                Rounding::Up => prop_assert!(worth <= arrived),
                Rounding::HalfUp | Rounding::HalfEven => prop_assert!(left + left <= unit),
            }
        }
        // The least that comes to as much: one minor unit less would not.
        QuoteAmount::Target(_) => {
            prop_assert!(worth >= arrived, "{:?}", quote);
            prop_assert!(left < digits * ten(to.into()), "{:?}", quote);
        }
    }
    Ok(())
}

/// The legs are what was quoted: the source gives it all, `fx` gets what is converted and gives
/// what arrives, so that it keeps the rest.
fn check_legs(ledger: &Ledger, quote: &Quote, legs: &[Leg]) -> Result<(), TestCaseError> {
    let book = ledger.book(BookId(0)).expect("the first book");
    let (fx, fees) = (
        book.system_account(SystemRole::Fx),
        book.system_account(SystemRole::Fees),
    );
    let sum = |account, asset, side| {
        let of = legs
            .iter()
            .filter(|leg| (leg.account, leg.asset, leg.side) == (account, asset, side));
        of.map(|leg| leg.amount.minor()).sum::<u128>()
    };
    let request = &quote.request;
    let (given, got) = (request.source_asset, request.target_asset);
    let fee = quote.fee.map_or(Amount::ZERO, |fee| fee.amount).minor();
    let converted = quote.converted.minor();
    prop_assert_eq!(sum(request.source, given, Side::Debit), converted + fee);
    prop_assert_eq!(quote.given().minor(), converted + fee);
    prop_assert_eq!(sum(fees, given, Side::Credit), fee);
    prop_assert_eq!(
        sum(request.target, got, Side::Credit),
        quote.arrives.minor()
    );
    let through = if quote.rate.is_some() {
        (converted, quote.arrives.minor())
    } else {
        (0, 0)
    };
    prop_assert_eq!(sum(fx, given, Side::Credit), through.0);
    prop_assert_eq!(sum(fx, got, Side::Debit), through.1);
    match request.amount {
        QuoteAmount::Target(amount) => prop_assert_eq!(amount, quote.arrives),
        QuoteAmount::Source(amount) => {
            let is_included = quote
                .fee
                .is_some_and(|fee| fee.bearing == crate::fee::Bearing::Included);
            let whole = converted + if is_included { fee } else { 0 };
            prop_assert_eq!(amount.minor(), whole);
        }
    }
    Ok(())
}

/// A part of a cent in which prices of three decimals and units of four are whole numbers.
const PARTS: i128 = 100_000;

/// Units at a price, in parts of a cent.
fn exact(ledger: &Ledger, units: i128, asset: AssetId, price: Rate) -> i128 {
    let decimals = ledger.asset(asset).expect("it is known").decimals;
    let (digits, scale) = fraction(price);
    let digits = i128::try_from(digits.as_u128()).expect("a price is small");
    let parts = 100 * PARTS;
    let unit = 10_i128.pow(scale + u32::from(decimals));
    assert_eq!(digits * parts % unit, 0, "a price with fewer decimals");
    units * (digits * parts / unit)
}

/// What an account has at the prices of now, in parts of a cent.
fn worth(ledger: &Ledger, account: AccountId) -> i128 {
    let found = ledger.account(account).expect("it is known");
    let lines = found.lines.iter().map(|(asset, line)| {
        let posted = ledger.line(*line).expect("it is there").posted.minor();
        match ledger.instrument((found.book, *asset)) {
            None if *asset == AssetId(0) => posted * PARTS,
            None => 0,
            Some(_) => {
                let pair = Pair {
                    book: found.book,
                    source: *asset,
                    target: AssetId(0),
                };
                let price = ledger.rate_shown(pair).expect("it has a price").value;
                exact(ledger, posted, *asset, price)
            }
        }
    });
    lines.sum()
}

/// What an account gains by the rounding of its trades, in parts of a cent.
fn rounded(ledger: &Ledger, trades: &[Trade], account: AccountId) -> i128 {
    let own = trades.iter().filter(|trade| trade.account == account);
    let gains = own.map(|trade| {
        let units = i128::try_from(trade.units.minor()).expect("few units");
        let value = exact(ledger, units, trade.instrument, trade.price);
        let gain = trade.money.signed().minor() * PARTS - value;
        assert!(2 * gain.abs() <= PARTS, "to the nearest cent: {trade:?}");
        if trade.activity == Activity::Buy {
            -gain
        } else {
            gain
        }
    });
    gains.sum()
}

/// What of dollars an event moves into an account and out of it, beside its trades.
fn moved(event: &Event, account: AccountId) -> i128 {
    let legs = match event {
        Event::Transfer(transfer) => &transfer.request.legs[..],
        Event::Step(step) => match &step.step {
            crate::Step::Approved(Outcome::Completed { legs, .. })
            | crate::Step::Due(Outcome::Completed { legs, .. })
            | crate::Step::Captured { legs, .. } => &legs[..],
            _ => &[],
        },
        _ => &[],
    };
    let own = legs
        .iter()
        .filter(|leg| leg.account == account && leg.asset == AssetId(0));
    own.map(|leg| match leg.side {
        Side::Debit => -leg.amount.signed().minor(),
        Side::Credit => leg.amount.signed().minor(),
    })
    .sum()
}

fn run_of(event: &Event) -> Option<ScheduleRun> {
    match event {
        Event::Transfer(transfer) => transfer.request.terms.as_ref()?.run,
        Event::RunSkipped(skipped) => Some(skipped.run),
        _ => None,
    }
}

/// Whether a recurrence names a day, found out without any arithmetic of months.
fn names(recurrence: &Recurrence, date: Date) -> bool {
    let first = (0..100).map(|days| recurrence.first.plus_days(days));
    let fits = |date: Date| match recurrence.every {
        Every::Day { .. } => true,
        Every::Week { weekday, .. } => date.weekday() == weekday,
        Every::Month { day, .. } => {
            let is_last = date.plus_days(1).day() == 1;
            let wanted = i8::try_from(day).expect("a day of the month");
            date.day() == wanted
                || (is_last
                    && date.day() < wanted
                    && recurrence.short_months == Some(ShortMonths::LastDay))
        }
    };
    let mut first = first.filter(|date| fits(*date));
    let first = first.next().expect("a hundred days have everything");
    let is_in_time = date >= first && recurrence.last.is_none_or(|last| date <= last);
    let months = |date: Date| i32::from(date.year()) * 12 + i32::from(date.month());
    let is_its_turn = match recurrence.every {
        Every::Day { interval } => (date.0 - first.0) % i32::from(interval) == 0,
        Every::Week { interval, .. } => (date.0 - first.0) % (7 * i32::from(interval)) == 0,
        Every::Month { interval, .. } => (months(date) - months(first)) % i32::from(interval) == 0,
    };
    is_in_time && fits(date) && is_its_turn
}

/// Every instant after one and up to another at which a recurrence of UTC is due.
fn dues(recurrence: &Recurrence, after: Timestamp, until: Timestamp) -> Vec<Timestamp> {
    const DAY: i64 = 86_400_000_000;
    let days = after.0.div_euclid(DAY)..=until.0.div_euclid(DAY);
    let dates = days.map(|day| Date(i32::try_from(day).expect("a day")));
    let named = dates.filter(|date| names(recurrence, *date));
    let at = |date: Date| {
        let seconds = i64::from(recurrence.second_of_day);
        Timestamp(i64::from(date.0) * DAY + seconds * 1_000_000)
    };
    named
        .map(at)
        .filter(|at| *at > after && *at <= until)
        .collect()
}

/// From when until when each schedule was active.
fn active(run: &Run) -> BTreeMap<ScheduleId, Vec<(Timestamp, Timestamp)>> {
    let mut spans: BTreeMap<ScheduleId, Vec<(Timestamp, Timestamp)>> = BTreeMap::new();
    for seen in &run.seen {
        let at = seen.stamp.at;
        match &seen.decided {
            Ok(Event::ScheduleAdded(id, _)) => {
                spans.insert(*id, vec![(at, run.now)]);
            }
            Ok(Event::ScheduleChanged(changed)) => {
                let of_schedule = spans
                    .get_mut(&changed.change.schedule)
                    .expect("it was added");
                let was_active = seen.before.schedule(changed.change.schedule);
                let was_active = was_active.is_some_and(|one| one.state == ScheduleState::Active);
                match changed.change.to {
                    ScheduleTo::Resumed => of_schedule.push((at, run.now)),
                    ScheduleTo::Paused | ScheduleTo::Cancelled if was_active => {
                        of_schedule.last_mut().expect("it was active").1 = at;
                    }
                    ScheduleTo::Paused | ScheduleTo::Cancelled => {}
                }
            }
            _ => {}
        }
    }
    spans
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

/// What units that move as they are bring an account, in parts of a cent.
fn in_kind(ledger: &Ledger, posted: Posted<'_>, account: AccountId) -> i128 {
    let own = posted.iter().filter(|leg| leg.account == account);
    own.map(|leg| {
        let pair = Pair {
            book: BookId(0),
            source: leg.asset,
            target: AssetId(0),
        };
        let price = ledger.rate_shown(pair).expect("it has a price").value;
        let value = exact(ledger, leg.amount.signed().minor(), leg.asset, price);
        match leg.side {
            Side::Debit => -value,
            Side::Credit => value,
        }
    })
    .sum()
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
