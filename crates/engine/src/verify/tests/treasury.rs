//! Quotes, fees, runs and trades that do not add up.

use super::*;
use crate::fixture::treasury::{execute, fee, invest, log as treasury_log, quote, runs, weekly};
use giro_ledger::Rate;

/// A log with a quote that was carried out, a fee, runs of a schedule, and trades.
struct Treasurer {
    log: Log,
    quoted: Seq,
    executed: Seq,
    charged: Seq,
    ran: Seq,
    traded: Seq,
    matured: Seq,
}

fn treasurer() -> Treasurer {
    let mut log = treasury_log();
    let quoted = log.make(MAKER, quote(10_001));
    let executed = log.make(MAKER, execute(&quoted)).seq;
    log.make(MAKER, fee());
    let charged = log.make(MAKER, Action::Transfer(plain(401))).seq;
    log.make(MAKER, invest(crate::fixture::B));
    let traded = log.make(MAKER, Action::Transfer(plain(12_345))).seq;
    log.make(MAKER, weekly());
    for day in 1..=100 {
        log.now = seconds_after(START, 86_400 * day);
        log.run_due();
        log.append();
    }
    let of = |is: fn(&Event) -> bool| {
        let found = log.records.iter().find(|record| is(&record.event));
        found.expect("in the log").seq
    };
    let ran = of(|event| {
        matches!(event, Event::Transfer(one)
        if one.request.terms.as_ref().is_some_and(|terms| terms.run.is_some()))
    });
    let matured = of(|event| {
        matches!(event, Event::Transfer(one)
        if one.request.legs.is_empty())
    });
    Treasurer {
        quoted: quoted.seq,
        executed,
        charged,
        ran,
        traded,
        matured,
        log,
    }
}

fn forged(story: &Treasurer, at: Seq, change: impl Fn(&mut Record)) -> Result<Report, VerifyError> {
    let mut records = story.log.records.clone();
    let record = records.iter_mut().find(|record| record.seq == at);
    change(record.expect("in the log"));
    records.retain(|record| record.seq <= at);
    verify(&*log_of(&records), None, &mut |_, _| ())
}

fn does_not_add_up(story: &Treasurer, at: Seq, change: impl Fn(&mut Record)) {
    match forged(story, at, change) {
        Err(VerifyError::DoesNotAddUp { seq, .. }) => assert_eq!(seq, at),
        other => panic!("expected record {at} not to add up: {other:?}"),
    }
}

fn terms_of(record: &mut Record) -> &mut giro_ledger::Terms {
    let terms = transfer_of(record).request.terms.as_mut();
    terms.expect("it has terms")
}

#[test]
fn a_log_of_a_treasury_is_in_order_and_counted() {
    let story = treasurer();
    let report = verify(&*story.log.journal.reader(), None, &mut |_, _| ()).expect("in order");
    assert_eq!((report.quotes, report.fees > 1), (1, true));
    // Fourteen Mondays up to 22 February 2024; each run buys a cent's worth for B.
    assert_eq!(report.runs, 14);
    // One for the transfer and one for each run before the bill matured, and its maturity.
    assert_eq!(report.trades, 15);
    assert_eq!(runs(&story.log.records).len(), 14);
}

#[test]
fn a_quote_that_gives_a_cent_too_much_is_found() {
    let story = treasurer();
    let more = |amount: Amount| amount.checked_add(Amount::new(1).expect("small"));
    does_not_add_up(&story, story.quoted, |record| {
        if let Event::Quoted(quote) = &mut record.event {
            quote.arrives = more(quote.arrives).expect("small");
        }
    });
    does_not_add_up(&story, story.quoted, |record| {
        if let Event::Quoted(quote) = &mut record.event {
            quote.rate.as_mut().expect("it converts").market = Rate::ONE;
        }
    });
}

#[test]
fn a_conversion_that_is_not_its_quote_is_found() {
    let story = treasurer();
    does_not_add_up(&story, story.executed, |record| {
        let legs = &mut transfer_of(record).request.legs;
        let into = legs.iter_mut().skip(2).take(2);
        into.for_each(|leg| leg.amount = Amount::new(9_999_999).expect("small"));
    });
}

/// The same quote again, under another key.
#[test]
fn a_quote_that_is_carried_out_twice_is_found() {
    let story = treasurer();
    let mut records = story.log.records.clone();
    records.retain(|record| record.seq <= story.executed);
    let mut again = records.last().expect("the execution").clone();
    again.seq = again.seq.next();
    again.at = Timestamp(again.at.0 + 1);
    let at = again.seq;
    records.push(again);
    let result = verify(&*log_of(&records), None, &mut |_, _| ());
    assert!(
        matches!(result, Err(VerifyError::DoesNotAddUp { seq, .. }) if seq == at),
        "{result:?}"
    );
}

#[test]
fn a_quote_that_is_carried_out_after_it_has_expired_is_found() {
    let story = treasurer();
    does_not_add_up(&story, story.executed, |record| {
        record.at = seconds_after(record.at, 300);
    });
}

#[test]
fn a_fee_that_is_not_what_its_rule_says_is_found() {
    let story = treasurer();
    does_not_add_up(&story, story.charged, |record| {
        let one = Amount::new(1).expect("small");
        let fee = terms_of(record).fee.as_mut().expect("a fee");
        fee.amount = one;
        let legs = &mut transfer_of(record).request.legs;
        let fee = legs.iter_mut().skip(2);
        fee.for_each(|leg| leg.amount = one);
    });
}

#[test]
fn a_trade_at_another_price_or_of_other_units_is_found() {
    let story = treasurer();
    does_not_add_up(&story, story.traded, |record| {
        let booked = terms_of(record).booked.as_mut().expect("booked");
        booked.trades[0].price = Rate::ONE;
    });
    does_not_add_up(&story, story.traded, |record| {
        let booked = terms_of(record).booked.as_mut().expect("booked");
        let more = booked.trades[0]
            .units
            .checked_add(Amount::new(5_000_000).expect("small"));
        booked.trades[0].units = more.expect("small");
        let house = giro_ledger::AccountId(3);
        booked.after = booked.trades[0].legs(house).into_iter().collect();
    });
    does_not_add_up(&story, story.matured, |record| {
        let booked = terms_of(record).booked.as_mut().expect("booked");
        booked.trades[0].price = Rate::parse("0.5").expect("a rate");
    });
}

#[test]
fn a_run_that_comes_too_soon_or_twice_is_found() {
    let story = treasurer();
    let result = forged(&story, story.ran, |record| {
        let run = terms_of(record).run.as_mut().expect("a run");
        run.due = run.next.expect("it goes on");
        run.next = None;
    });
    diverges_at(result, story.ran);
    let result = forged(&story, story.ran, |record| {
        terms_of(record).run.as_mut().expect("a run").previous = 1;
    });
    diverges_at(result, story.ran);
}
