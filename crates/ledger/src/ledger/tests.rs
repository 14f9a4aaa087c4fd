//! What holds after any sequence of actions, and where numbers end.

use super::*;
use crate::{
    AccountStatus, Action, Balance, Event, NewTransfer, Rejection, Stamp, SystemRole, Transfer,
    TransferStatus,
};
use generators::{controlled_steps, steps};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use run::{Run, run};
use std::collections::{BTreeMap, BTreeSet};

mod control;
mod generators;
mod oracle;
mod run;
mod treasury;

fn balance(ledger: &Ledger, line: LineId) -> Balance {
    ledger.line(line).map(Line::balance).unwrap_or_default()
}

/// What there is of each asset in each book, over all accounts.
fn sums(ledger: &Ledger) -> BTreeMap<(BookId, AssetId), i128> {
    let mut sums = BTreeMap::new();
    for (_, line) in ledger.lines() {
        let book = ledger.account(line.account).expect("a line's account").book;
        let sum: &mut i128 = sums.entry((book, line.asset)).or_default();
        *sum = sum
            .checked_add(line.posted.minor())
            .expect("sums stay small");
    }
    sums
}

/// Lets each number be found by what it is the number of.
fn check_references(ledger: &Ledger) -> Result<(), TestCaseError> {
    for (id, line) in ledger.lines() {
        let account = ledger.account(line.account).expect("a line's account");
        prop_assert_eq!(account.line(line.asset), Some(id));
    }
    let accounts: Vec<_> = ledger.accounts_from(AccountId(0)).collect();
    let held: usize = accounts
        .iter()
        .map(|(_, account)| account.lines.len())
        .sum();
    prop_assert_eq!(held, ledger.lines().len());
    let mut aliases = 0;
    for (id, account) in accounts {
        if let Some(alias) = &account.profile.alias {
            prop_assert_eq!(ledger.account_by_alias(account.book, alias), Some(id));
            aliases += 1;
        }
    }
    prop_assert_eq!(aliases, ledger.aliases.len());
    Ok(())
}

/// Properties say little of what is never generated.
#[test]
fn random_transfers_meet_every_rule() {
    let mut runner = TestRunner::deterministic();
    let strategy = steps();
    let outcomes = (0..400).flat_map(|_| {
        let steps = strategy.new_tree(&mut runner).expect("generates").current();
        run(steps)
            .into_iter()
            .filter_map(|seen| match &seen.action {
                Action::Transfer(request) => {
                    Some(oracle::first_rule(&seen.before, seen.stamp, request).0)
                }
                _ => None,
            })
    });
    let met: BTreeSet<Option<&str>> = outcomes.collect();
    let rules = [
        "leg_count",
        "amount_zero",
        "amount_too_large",
        "unbalanced",
        "same_account",
        "hold_seconds_out_of_range",
        "not_divisible",
        "reviewers_malformed",
        "unknown_account",
        "unknown_asset",
        "unknown_principal",
        "asset_not_held",
        "system_account",
        "book_stopped",
        "account_not_granted",
        "account_closed",
        "account_frozen",
        "amount_not_granted",
        "insufficient_funds",
        "balance_too_large",
    ];
    let missing: Vec<&str> = rules
        .into_iter()
        .filter(|rule| !met.contains(&Some(rule)))
        .collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
    assert!(met.contains(&None), "no transfer was completed");
}

proptest! {
    #[test]
    fn money_is_never_made_nor_lost(steps in controlled_steps()) {
        for seen in run(steps) {
            for (place, sum) in sums(&seen.after) {
                prop_assert_eq!(sum, 0, "{:?} after {:?}", place, seen.action);
            }
        }
    }

    #[test]
    fn no_balance_falls_below_its_floor(steps in controlled_steps()) {
        for seen in run(steps) {
            for (id, line) in seen.after.lines() {
                let is_unlimited = line.overdraft_limit.is_none();
                let role = seen.after.account(line.account).expect("a line's account").role;
                prop_assert_eq!(is_unlimited, role.is_some_and(SystemRole::may_go_negative));
                let is_above = line.available().is_none_or(|available| available.minor() >= 0);
                prop_assert!(is_above, "{:?} {:?} after {:?}", id, line, seen.action);
                prop_assert!(line.posted.minor().unsigned_abs() <= POSTED_MAX);
            }
        }
    }

    #[test]
    fn a_decline_changes_no_balance_and_a_rejection_nothing(steps in controlled_steps()) {
        for seen in run(steps) {
            if seen.decided.is_err() {
                prop_assert_eq!(&seen.before, &seen.after);
                prop_assert!(seen.touched.is_empty());
            }
            let status = seen.transfer().map(|transfer| &transfer.status);
            if matches!(status, Some(TransferStatus::Declined(_))) {
                // A decline may show an account that takes any asset that it could hold another
                // one; beyond such empty lines, nothing is different.
                let lines = seen.before.lines.len();
                prop_assert_eq!(&seen.after.lines[..lines], &seen.before.lines[..]);
                let is_empty = |line: &Line| line.balance() == Balance::default();
                prop_assert!(seen.after.lines[lines..].iter().all(is_empty));
                let mut after = seen.after;
                after.lines.clone_from(&seen.before.lines);
                after.accounts.clone_from(&seen.before.accounts);
                prop_assert_eq!(after, seen.before);
            }
        }
    }

    #[test]
    fn the_events_alone_make_the_state(steps in controlled_steps()) {
        let seen = run(steps);
        let mut replayed = Ledger::new();
        for seen in &seen {
            let Ok(event) = &seen.decided else { continue };
            let bytes = postcard::to_stdvec(event).expect("encodes");
            let decoded: Event = postcard::from_bytes(&bytes).expect("decodes");
            prop_assert_eq!(&decoded, event);
            let mut touched = Vec::new();
            let note = |line, balance| touched.push((line, balance));
            replayed.apply(seen.stamp, &decoded, note);
            prop_assert_eq!(&touched, &seen.touched);
        }
        let end = &seen.last().expect("the beginning").after;
        prop_assert_eq!(&replayed, end);
    }

    #[test]
    fn a_state_survives_its_encoding(steps in controlled_steps()) {
        let seen = run(steps);
        let end = &seen.last().expect("the beginning").after;
        let bytes = postcard::to_stdvec(end).expect("encodes");
        let decoded: Ledger = postcard::from_bytes(&bytes).expect("decodes");
        prop_assert_eq!(&decoded, end);
        prop_assert_eq!(postcard::to_stdvec(&decoded).expect("encodes"), bytes);
    }

    #[test]
    fn an_action_survives_its_encoding(steps in controlled_steps()) {
        for seen in run(steps) {
            let bytes = postcard::to_stdvec(&seen.action).expect("encodes");
            let decoded: Action = postcard::from_bytes(&bytes).expect("decodes");
            prop_assert_eq!(decoded, seen.action);
        }
    }

    #[test]
    fn the_same_state_decides_the_same(steps in controlled_steps()) {
        for seen in run(steps) {
            let bytes = postcard::to_stdvec(&seen.before).expect("encodes");
            let elsewhere: Ledger = postcard::from_bytes(&bytes).expect("decodes");
            let again = elsewhere.decide(seen.stamp, seen.action);
            prop_assert_eq!(again, seen.decided);
        }
    }

    #[test]
    fn each_leg_reports_its_line_and_the_balance_after_it(steps in controlled_steps()) {
        for seen in run(steps) {
            let legs = seen.decided.as_ref().map(Event::posted).unwrap_or_default();
            for (leg, (id, _)) in legs.iter().zip(&seen.touched) {
                let line = seen.after.line(*id).expect("what is reported exists");
                prop_assert_eq!((line.account, line.asset), (leg.account, leg.asset));
            }
            prop_assert!(legs.len() <= seen.touched.len());
            // Leg by leg, what is posted adds up to what is reported; and the last report of a
            // line is its balance. What is not reported has not changed.
            let mut posted = BTreeMap::new();
            for (place, (id, reported)) in seen.touched.iter().enumerate() {
                let running = posted.entry(*id);
                let running = running.or_insert_with(|| balance(&seen.before, *id).posted);
                if let Some(leg) = legs.get(place) {
                    *running = posted_after(*running, leg).expect("in range");
                }
                prop_assert_eq!(reported.posted, *running);
            }
            for (id, line) in seen.after.lines() {
                let reported = seen.touched.iter().rfind(|(touched, _)| *touched == id);
                let expected = reported.map_or(balance(&seen.before, id), |(_, last)| *last);
                prop_assert_eq!(line.balance(), expected);
            }
        }
    }

    #[test]
    fn a_transfer_meets_the_first_rule_that_applies(steps in steps()) {
        for seen in run(steps) {
            let Action::Transfer(request) = &seen.action else { continue };
            let expected = oracle::first_rule(&seen.before, seen.stamp, request);
            let found = match &seen.decided {
                Err(why) => (Some(why.code()), false),
                Ok(Event::Transfer(transfer)) => match &transfer.status {
                    TransferStatus::Declined(why) => (Some(why.code()), true),
                    _ => (None, true),
                },
                Ok(other) => panic!("{other:?}"),
            };
            if oracle::is_known(&seen.before, seen.stamp, found.0, expected.0) {
                prop_assert_eq!(found, expected, "{:?}", request);
            }
        }
    }

    #[test]
    fn numbers_and_aliases_lead_back_to_what_has_them(steps in steps()) {
        for seen in run(steps) {
            check_references(&seen.after)?;
        }
    }
}

/// What an atomic batch comes to if its transfers are decided and applied one after the other.
fn first_refusal(
    mut ledger: Ledger,
    mut stamp: Stamp,
    requests: &[NewTransfer],
) -> Result<(), (u32, Rejection)> {
    for (position, request) in (0..).zip(requests) {
        let event = ledger.decide(stamp, Action::Transfer(request.clone()));
        match event.map_err(|why| (position, why))? {
            Event::Transfer(Transfer {
                status: TransferStatus::Declined(why),
                ..
            }) => return Err((position, why)),
            event => ledger.apply(stamp, &event, |_, _| ()),
        }
        stamp = stamp.next();
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_batch_is_decided_as_its_transfers_one_by_one(
        limits in prop::collection::vec(generators::limit(), 0..6),
        steps in controlled_steps(),
        requests in prop::collection::vec(generators::transfer(), 0..6),
        maker in 0_u32..7,
    ) {
        let limits = limits.into_iter().map(Action::AddLimit);
        let mut run = Run::begin(limits.collect());
        run.go_on(steps);
        let last = run.seen.last().expect("the beginning").stamp;
        let principal = PrincipalId(maker);
        let stamp = Stamp { book: BookId(0), principal, ..last }.next();
        let before = run.ledger.clone();
        let decided = run.ledger.decide_all(stamp, requests.iter());
        prop_assert_eq!(&run.ledger, &before, "deciding changes nothing");
        prop_assert_eq!(decided, first_refusal(before, stamp, &requests));
    }
}

#[test]
fn the_last_asset_that_can_be_numbered_is_followed_by_a_refusal() {
    let mut ledger = Ledger::new();
    let stamp = Stamp {
        book: BookId(0),
        principal: PrincipalId::ENGINE,
        at: Timestamp(0),
        number: 1,
    };
    let asset = |number: u32| generators::asset(&format!("A{number}"), 2);
    for number in 0..u32::from(u16::MAX) {
        let event = Event::AssetDefined(asset(number));
        ledger.apply(stamp, &event, |_, _| ());
    }
    // Past the last one, there must be an end and not an overflow.
    assert!(ledger.assets().nth(usize::from(u16::MAX)).is_none());
    assert_eq!(
        ledger.decide(stamp, Action::DefineAsset(asset(70_000))),
        Err(Rejection::AssetMalformed)
    );
}

/// A cursor comes from a client, so it may be any number.
#[test]
fn accounts_from_any_number_on_can_be_listed() {
    let seen = run(Vec::new());
    let ledger = &seen.last().expect("the beginning").after;
    let first = |from| ledger.accounts_from(AccountId(from)).next();
    let first = |from| first(from).map(|(AccountId(id), _)| id);
    let last = ledger.next_account().0 - 1;
    assert_eq!(first(0), Some(0));
    assert_eq!(first(last), Some(last));
    assert_eq!(first(last + 1), None);
    assert_eq!(first(u32::MAX), None);
}

#[test]
#[should_panic(expected = "far below the range")]
fn a_balance_out_of_range_is_not_taken_for_unlimited() {
    let line = Line {
        account: AccountId(0),
        asset: AssetId(0),
        posted: SignedAmount::new(i128::MIN),
        held: Amount::MAX,
        overdraft_limit: Some(Amount::ZERO),
    };
    line.available();
}
