//! Policies, limits, stops: what narrows the ways of money.

use super::actions::asset_id;
use super::{Workload, tag, text};
use crate::model::{Model, number};
use crate::rng::Rng;
use giro_ledger::action::{BookStop, LimitChange};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::{
    Action, Amount, BookId, Conditions, LimitId, LimitSubject, NewLimit, Period, Policy, PolicyId,
    PrincipalId, Side, TransferKind,
};

impl Workload {
    pub(super) fn stop(&self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let found = model.books.books.get(crate::model::place(book.0));
        let is_stopped = found.is_some_and(|book| book.stop.is_some());
        Action::StopBook(BookStop {
            // Mostly what changes something.
            stopped: is_stopped == rng.percent(8),
            reason: rng.percent(50).then(|| text("a reason")),
        })
    }

    pub(super) fn change_policy(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let known = model.books.policies_of(book);
        let known: Vec<PolicyId> = known.into_iter().map(|(id, _)| id).collect();
        // Changes of the same policy meet.
        let waiting = model.books.changes.iter().filter(|one| !one.is_over);
        let changed = waiting.rev().find_map(|one| match one.change {
            PolicyChange::Replace(id, _) | PolicyChange::Remove(id) => Some(id),
            PolicyChange::Add(_) => None,
        });
        let id = match (changed, rng.pick(&known)) {
            (Some(id), _) if rng.percent(85) => id,
            (_, Some(id)) if rng.percent(95) => *id,
            _ => PolicyId(u32::try_from(rng.below(6)).expect("small")),
        };
        // A few are enough: most change what there is.
        let weights = match (changed, known.len()) {
            (Some(_), _) => [5, 35, 60],
            (None, 0 | 1) => [60, 20, 20],
            (None, _) => [10, 45, 45],
        };
        let change = match rng.weighted(&weights) {
            0 => PolicyChange::Add(self.policy(rng, model, book)),
            1 => PolicyChange::Replace(id, self.policy(rng, model, book)),
            _ => PolicyChange::Remove(id),
        };
        Action::ChangePolicy(Box::new(change))
    }

    fn policy(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Policy {
        let approvals = [0, 1, 2, 3, 21];
        let seconds = [60, 3_600, 86_400, 1_000_000, 0, 366 * 86_400 + 1];
        Policy {
            name: text(&self.name("policy")),
            rank: u32::try_from(rng.below(4)).expect("small"),
            conditions: self.conditions(rng, model, book),
            approvals: approvals[rng.weighted(&[15, 45, 30, 8, 1])],
            checkers: match rng.percent(25) {
                true => self.reviewers(rng, model, book),
                false => Vec::new(),
            },
            expires_after_seconds: seconds[rng.weighted(&[30, 30, 20, 10, 1, 1])],
            funds: match rng.percent(65) {
                true => FundsCheck::AtSubmission,
                false => FundsCheck::AtExecution,
            },
        }
    }

    /// Mostly narrow ones, so that plain transfers pass.
    fn conditions(&self, rng: &mut Rng, model: &Model, book: BookId) -> Conditions {
        let mut of = Conditions::default();
        for _ in 0..rng.weighted(&[8, 10, 3]) {
            match rng.below(8) {
                0 => of.kinds = kinds(rng),
                1 => of.asset = Some(asset_id(rng, model)),
                2 => {
                    of.asset = rng.percent(95).then(|| asset_id(rng, model));
                    of.amount_min = Amount::new(u128::from(rng.below(1_500)));
                }
                3 => {
                    of.asset = rng.percent(95).then(|| asset_id(rng, model));
                    of.amount_max = Amount::new(u128::from(rng.below(1_500)));
                }
                4 => of.source = Some(self.account(rng, model, book)),
                5 => of.target = Some(self.account(rng, model, book)),
                6 => match rng.percent(50) {
                    true => of.source_tag = Some(tag(rng)),
                    false => of.target_tag = Some(tag(rng)),
                },
                _ => of.initiator = Some(self.someone(rng, model, book)),
            }
        }
        of
    }

    pub(super) fn limit(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> Action {
        let all = (0..).map(LimitId).zip(&model.books.limits);
        let known = all.filter(|(_, limit)| limit.book == book && limit.removed_at.is_none());
        let known: Vec<LimitId> = known.map(|(id, _)| id).collect();
        let id = match rng.pick(&known) {
            Some(id) if rng.percent(95) => *id,
            _ => LimitId(number(
                rng.place(model.books.limits.len().saturating_add(1)),
            )),
        };
        let weights = if known.len() < 4 {
            [70, 20, 10]
        } else {
            [20, 40, 40]
        };
        match rng.weighted(&weights) {
            0 => Action::AddLimit(self.new_limit(rng, model, book)),
            1 => Action::ChangeLimit(LimitChange {
                limit: id,
                name: rng.percent(30).then(|| text(&self.name("limit"))),
                amount_max: rng.percent(70).then(|| most(rng)),
                count_max: rng.percent(30).then(|| rng.below(8)),
            }),
            _ => Action::RemoveLimit(id),
        }
    }

    fn new_limit(&mut self, rng: &mut Rng, model: &Model, book: BookId) -> NewLimit {
        let known = rng.pick(&model.books.limits);
        // The same subject again, so that limits meet.
        let again = known.filter(|limit| limit.book == book && rng.percent(30));
        let subject = match (again, rng.weighted(&[20, 30, 25, 25])) {
            (Some(known), _) => known.terms.subject.clone(),
            (None, 0) => LimitSubject::Book,
            (None, 1) => LimitSubject::Account(self.account(rng, model, book)),
            (None, 2) => LimitSubject::Tag(tag(rng)),
            (None, _) => LimitSubject::Principal(self.someone(rng, model, book)),
        };
        let (asset, side) = match again {
            Some(known) if rng.percent(80) => (known.terms.asset, known.terms.side),
            _ => (
                rng.percent(85).then(|| asset_id(rng, model)),
                if rng.percent(65) {
                    Side::Debit
                } else {
                    Side::Credit
                },
            ),
        };
        let counts = rng.percent(30);
        NewLimit {
            name: text(&self.name("limit")),
            subject,
            side,
            asset,
            period: period(rng),
            amount_max: (rng.percent(if asset.is_some() { 90 } else { 5 })).then(|| most(rng)),
            count_max: counts.then(|| rng.below(8)),
        }
    }

    /// Mostly a principal of the book.
    fn someone(&self, rng: &mut Rng, model: &Model, book: BookId) -> PrincipalId {
        match rng.pick(&model.books.active(book)) {
            Some(one) if rng.percent(95) => *one,
            _ => PrincipalId(u32::try_from(rng.below(9)).expect("small")),
        }
    }
}

fn period(rng: &mut Rng) -> Period {
    let seconds = [60, 61, 3_600, 86_400, 2_592_000, 59];
    match rng.weighted(&[15, 25, 15, 45]) {
        0 => Period::Transfer,
        1 => Period::Day,
        2 => Period::Month,
        _ => Period::Rolling {
            seconds: seconds[rng.weighted(&[20, 20, 25, 20, 15, 2])],
        },
    }
}

/// A maximum that is soon reached, or never.
fn most(rng: &mut Rng) -> Amount {
    match rng.weighted(&[80, 10, 10]) {
        0 => Amount::new(u128::from(rng.below(4_000))).expect("small"),
        1 => Amount::new(1 << rng.below(110)).expect("below the maximum"),
        _ => Amount::MAX,
    }
}

fn kinds(rng: &mut Rng) -> Vec<TransferKind> {
    let all = [
        TransferKind::Transfer,
        TransferKind::Deposit,
        TransferKind::Withdrawal,
    ];
    all.into_iter().filter(|_| rng.percent(40)).collect()
}
