//! What holds of holds, limits, reversals and timers after any sequence of actions.

use super::run::{Known, Seen};
use super::*;
use crate::limit::Used;
use crate::progress::TransferState;
use crate::{Capability, LimitSubject, NewLimit, Period, Stage, Subject};

fn held(ledger: &Ledger) -> BTreeMap<LineId, u128> {
    let mut held = BTreeMap::new();
    for (_, open) in ledger.open_transfers() {
        let waits_without = match &open.stage {
            Stage::AwaitingApproval(approval) => !approval.terms.holds_funds,
            Stage::Scheduled { holds_funds, .. } => !holds_funds,
            Stage::Settling { .. } => true,
            Stage::Held(_) => false,
        };
        let legs = not_posted(open);
        for leg in legs.iter().filter(|leg| leg.side == Side::Debit) {
            let account = ledger.account(leg.account).expect("it was checked");
            let line = account.line(leg.asset).expect("it was made");
            let sum: &mut u128 = held.entry(line).or_default();
            *sum += if waits_without { 0 } else { leg.amount.minor() };
        }
    }
    held
}

/// What of a transfer that is under way is still to be posted.
fn not_posted(open: &OpenTransfer) -> &[Leg] {
    match &open.stage {
        Stage::AwaitingApproval(_) | Stage::Scheduled { .. } => &open.request.legs,
        Stage::Held(hold) => &hold.remaining,
        Stage::Settling { .. } => &[],
    }
}

/// Whether `leg` counts for a limit, by the accounts as they were.
fn counts(ledger: &Ledger, limit: &NewLimit, maker: PrincipalId, leg: &Leg) -> bool {
    leg.side == limit.side
        && limit.asset.is_none_or(|asset| leg.asset == asset)
        && match &limit.subject {
            LimitSubject::Book => true,
            LimitSubject::Account(account) => leg.account == *account,
            LimitSubject::Tag(tag) => ledger.has_tag(leg.account, tag),
            LimitSubject::Principal(principal) => *principal == maker,
        }
}

/// What was posted under a limit: when, how much, and whether it was the transfer's first part.
fn postings(seen: &[Seen], limit: &NewLimit) -> Vec<(Timestamp, Used)> {
    let mut begun = BTreeSet::new();
    let mut postings = Vec::new();
    for seen in seen {
        let Some((id, maker, legs)) = seen.posting() else {
            continue;
        };
        let is_first = begun.insert(id);
        let of_limit = |leg: &&Leg| counts(&seen.before, limit, maker, leg);
        let of_limit: Vec<&Leg> = legs.iter().filter(of_limit).collect();
        if of_limit.is_empty() || seen.stamp.book != BookId(0) {
            continue;
        }
        let amount = match limit.asset {
            Some(_) => of_limit.iter().map(|leg| leg.amount.minor()).sum(),
            None => 0,
        };
        let count = u64::from(is_first);
        postings.push((seen.stamp.at, Used { amount, count }));
    }
    postings
}

/// Whether something posted at `before` is in the same period as `now`, counted naively.
fn is_within(period: Period, before: Timestamp, now: Timestamp) -> bool {
    let day = |at: Timestamp| at.0.div_euclid(86_400_000_000);
    match period {
        Period::Transfer => false,
        Period::Day => day(before) == day(now),
        Period::Month => month(day(before)) == month(day(now)),
        Period::Rolling { seconds } => now.0 - before.0 < i64::from(seconds) * 1_000_000,
    }
}

/// Months from January 2026 on, counted one by one. Day 20,454 is the first of that year.
fn month(day: i64) -> usize {
    let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let ends = lengths.iter().cycle().scan(20_454, |end, length| {
        *end += length;
        Some(*end)
    });
    // The years that a case can reach: 2028 is the first leap year, and out of reach.
    let months = ends.take(24).take_while(|end| *end <= day).count();
    assert!(months < 24, "day {day} is out of reach");
    months
}

fn check_window(limit: &NewLimit, postings: &[(Timestamp, Used)]) -> Result<(), TestCaseError> {
    for (place, (now, last)) in postings.iter().enumerate() {
        let mut sum = *last;
        for (before, used) in &postings[..place] {
            if is_within(limit.period, *before, *now) {
                sum = sum.and(*used);
            }
        }
        let is_above = limit.amount_max.is_some_and(|max| sum.amount > max.minor());
        prop_assert!(!is_above, "{:?} of {:?} by {:?}", sum, limit, postings);
        let is_above = last.count > 0 && limit.count_max.is_some_and(|max| sum.count > max);
        prop_assert!(!is_above, "{:?} of {:?} by {:?}", sum, limit, postings);
    }
    Ok(())
}

/// What a reversal takes, or would.
fn reverses(known: &Known) -> u128 {
    let is_over = !matches!(
        known.progress.state,
        TransferState::Completed
            | TransferState::AwaitingApproval
            | TransferState::Scheduled
            | TransferState::Held
    );
    match is_over {
        true => 0,
        false => first_amount(&known.request.legs).minor(),
    }
}

proptest! {
    #[test]
    fn what_is_held_is_the_sum_of_what_is_under_way(steps in controlled_steps()) {
        for seen in run(steps) {
            let held = held(&seen.after);
            for (id, line) in seen.after.lines() {
                let expected = held.get(&id).copied().unwrap_or(0);
                prop_assert_eq!(line.held.minor(), expected, "after {:?}", seen.action);
            }
        }
    }

    #[test]
    fn a_limit_is_never_exceeded_over_any_window(
        limits in prop::collection::vec(generators::limit(), 1..8),
        steps in controlled_steps(),
    ) {
        let mut run = Run::begin(limits.into_iter().map(Action::AddLimit).collect());
        let from = run.seen.len();
        run.go_on(steps);
        let first = run.seen[from - 1].after.limits();
        for (id, limit) in first.filter(|(_, limit)| limit.book == BookId(0)) {
            // A limit that is lowered may be exceeded already.
            let is_change = |seen: &&Seen| match &seen.decided {
                Ok(Event::LimitChanged(change)) => change.limit == id,
                Ok(Event::LimitRemoved(removed)) => *removed == id,
                _ => false,
            };
            let until = run.seen.iter().find(is_change).map(|seen| seen.stamp.number);
            let until = until.unwrap_or(u64::MAX);
            let seen = run.seen[from..].iter().filter(|seen| seen.stamp.number < until);
            let seen: Vec<Seen> = seen.cloned().collect();
            check_window(&limit.terms, &postings(&seen, &limit.terms))?;
        }
    }

    #[test]
    fn what_a_limit_has_reserved_is_what_is_under_way(
        limits in prop::collection::vec(generators::limit(), 1..8),
        steps in controlled_steps(),
    ) {
        let mut run = Run::begin(limits.into_iter().map(Action::AddLimit).collect());
        run.go_on(steps);
        for seen in &run.seen {
            for (id, limit) in seen.after.limits() {
                let mut sum = Used::default();
                for (_, open) in seen.after.open_transfers() {
                    let own = open.reserved.iter().find(|(limit, _)| *limit == id);
                    let Some((_, amount)) = own else { continue };
                    let has_captured =
                        matches!(&open.stage, Stage::Held(hold) if hold.has_captured);
                    let count = u64::from(!has_captured);
                    sum = sum.and(Used { amount: amount.minor(), count });
                    let legs = not_posted(open);
                    if !matches!(limit.terms.subject, LimitSubject::Tag(_)) {
                        let left = legs.iter().filter(|leg| {
                            counts(&seen.after, &limit.terms, open.maker, leg)
                        });
                        let left = match limit.terms.asset {
                            Some(_) => left.map(|leg| leg.amount.minor()).sum::<u128>(),
                            None => 0,
                        };
                        prop_assert_eq!(left, amount.minor(), "{:?}", limit);
                    }
                }
                prop_assert_eq!(sum, limit.usage.reserved(), "{:?}", limit);
            }
        }
    }

    #[test]
    fn a_reversal_never_exceeds_its_original(steps in controlled_steps()) {
        let mut run = Run::begin(Vec::new());
        run.go_on(steps);
        let mut sums: BTreeMap<TransferId, u128> = BTreeMap::new();
        for known in run.known.values() {
            if let Some(original) = known.reverses() {
                *sums.entry(original).or_default() += reverses(known);
            }
        }
        for (original, sum) in &sums {
            let posted = first_amount(&run.known[original].progress.posted);
            prop_assert!(*sum <= posted.minor(), "{:?}: {} of {:?}", original, sum, posted);
            let counted = run.ledger.reversed(*original).map_or(0, |one| one.amount.minor());
            prop_assert_eq!(counted, *sum);
        }
        let counted = run.ledger.all_reversed().filter(|(_, one)| !one.amount.is_zero());
        for (original, _) in counted {
            prop_assert!(sums.contains_key(&original), "{:?} was never reversed", original);
        }
    }

    #[test]
    fn whatever_is_under_way_has_its_timer(steps in controlled_steps()) {
        for seen in run(steps) {
            let open = seen.after.open_transfers();
            let open = open.map(|(id, open)| (open.due_at(), Timer::Transfer(id)));
            let changes = seen.after.open_changes();
            let changes = changes.map(|(id, one)| {
                (one.approval.terms.expires_at, Timer::Change(id))
            });
            let expected: BTreeSet<_> = open.chain(changes).collect();
            prop_assert_eq!(&seen.after.timers, &expected);
            prop_assert_eq!(seen.after.next_timer(), expected.first().copied());
        }
    }

    #[test]
    fn what_is_under_way_is_what_the_log_says(steps in controlled_steps()) {
        let mut run = Run::begin(Vec::new());
        run.go_on(steps);
        for (id, known) in &run.known {
            let open = run.ledger.open(*id);
            let settles = known.progress.booked.as_ref().and_then(|booked| booked.settles_at);
            let is_settling = settles.is_some() && !known.progress.is_settled;
            let is_under_way = !known.progress.state.is_final() || is_settling;
            prop_assert_eq!(open.is_some(), is_under_way, "{:?}", known);
            let Some(open) = open else { continue };
            let progress = &known.progress;
            let due_at = match progress.state {
                TransferState::Scheduled => progress.due_at,
                TransferState::Completed => settles,
                _ => progress.expires_at,
            };
            prop_assert_eq!(Some(open.due_at()), due_at);
            match &open.stage {
                Stage::Held(hold) => {
                    prop_assert_eq!(known.progress.state, TransferState::Held);
                    prop_assert_eq!(&hold.remaining, &known.progress.remaining);
                    let has_moved = !known.progress.posted.is_empty();
                    prop_assert_eq!(hold.has_captured, has_moved);
                }
                Stage::AwaitingApproval(approval) => {
                    prop_assert_eq!(known.progress.state, TransferState::AwaitingApproval);
                    prop_assert_eq!(&approval.approved_by, &known.progress.approved_by);
                }
                Stage::Scheduled { .. } => {
                    prop_assert_eq!(known.progress.state, TransferState::Scheduled);
                }
                Stage::Settling { .. } => {
                    prop_assert_eq!(known.progress.state, TransferState::Completed);
                }
            }
        }
    }

    #[test]
    fn nothing_is_approved_by_its_maker_or_by_one_person_twice(steps in controlled_steps()) {
        for seen in run(steps) {
            let Action::Approve(Subject::Transfer(id)) = &seen.action else { continue };
            if seen.decided.is_err() {
                continue;
            }
            let open = seen.before.open(*id).expect("it was approved");
            let Stage::AwaitingApproval(approval) = &open.stage else {
                panic!("it waited for nothing")
            };
            let checker = seen.stamp.principal;
            let person = |who: PrincipalId| {
                seen.before.principal(who).and_then(|one| one.email.clone())
            };
            for other in approval.approved_by.iter().chain([&open.maker]) {
                prop_assert_ne!(*other, checker);
                prop_assert!(person(*other).is_none_or(|one| Some(one) != person(checker)));
            }
            let one = seen.before.principal(checker).expect("it has acted");
            prop_assert!(one.capabilities.contains(Capability::ApprovalsDecide));
            prop_assert!(one.revoked_at.is_none());
        }
    }

    #[test]
    fn a_dry_run_foresees_what_happens(steps in controlled_steps()) {
        for seen in run(steps) {
            let preview = seen.before.preview(seen.stamp, seen.action);
            let event = preview.clone().map(|preview| preview.event);
            prop_assert_eq!(event, seen.decided.clone());
            if let (Ok(preview), Ok(Event::Transfer(_))) = (preview, seen.decided) {
                let touched: Vec<Balance> = seen.touched.iter().map(|(_, after)| *after).collect();
                prop_assert_eq!(preview.balances, touched);
            }
        }
    }
}

/// Properties say little of what is never generated.
#[test]
fn random_steps_lead_to_every_state_and_past_every_rule_of_control() {
    let mut runner = TestRunner::deterministic();
    let strategy = controlled_steps();
    let mut states = BTreeSet::new();
    let mut codes = BTreeSet::new();
    for _ in 0..600 {
        let steps = strategy.new_tree(&mut runner).expect("generates").current();
        let mut run = Run::begin(Vec::new());
        run.go_on(steps);
        states.extend(run.known.values().map(|known| known.progress.state));
        let reversals = run
            .known
            .values()
            .filter(|known| known.reverses().is_some());
        let reversed = reversals.filter(|known| known.progress.state == TransferState::Completed);
        codes.extend(reversed.map(|_| "reversed"));
        codes.extend(run.seen.iter().filter_map(|seen| match &seen.decided {
            Err(why) => Some(why.code()),
            Ok(Event::Transfer(transfer)) => match &transfer.status {
                TransferStatus::Declined(why) => Some(why.code()),
                _ => None,
            },
            Ok(Event::ChangeStep(_)) => Some("a change was decided"),
            Ok(_) => None,
        }));
    }
    assert_eq!(states, TransferState::ALL.into_iter().collect());
    let wanted = [
        "a change was decided",
        "reversed",
        "not_open",
        "not_awaiting_approval",
        "not_held",
        "not_the_maker",
        "maker_cannot_approve",
        "not_a_checker",
        "already_approved",
        "not_due",
        "capture_too_large",
        "not_completed",
        "reversal_of_reversal",
        "reversal_too_large",
        "limit_exceeded",
        "account_has_holds",
        "too_few_checkers",
        "stop_unchanged",
        "policy_malformed",
    ];
    let missing: Vec<&str> = wanted
        .into_iter()
        .filter(|code| !codes.contains(code))
        .collect();
    assert!(missing.is_empty(), "never met: {missing:?}");
}
