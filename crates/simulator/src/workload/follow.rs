//! What is asked of transfers that there are: approvals, captures, reversals, by right and wrong
//! people, in time and too late.

use super::{Workload, text};
use crate::model::{Life, Model};
use crate::rng::Rng;
use giro_ledger::action::{Capture, NewReversal};
use giro_ledger::approval::ChangeId;
use giro_ledger::text::{Metadata, Reason};
use giro_ledger::{
    Action, Amount, BookId, PrincipalId, ReversalReason, Subject, TransferId, TransferState,
};

impl Workload {
    /// Something about what is under way in the book, or seldom about what is not.
    pub(super) fn follow(&self, rng: &mut Rng, model: &Model, book: BookId) -> Option<Action> {
        let books = &model.books;
        let is_open = |life: &&Life| life.book == book && life.is_under_way();
        let mut subjects: Vec<Subject> = books
            .transfers
            .iter()
            .filter(is_open)
            .map(|life| Subject::Transfer(life.id))
            .collect();
        let changes = books.changes.iter();
        let changes = changes.filter(|change| change.book == book && !change.is_over);
        subjects.extend(changes.map(|change| Subject::Change(change.id)));
        if subjects.is_empty() {
            return None;
        }
        let is_change = |subject: &Subject| matches!(subject, Subject::Change(_));
        if rng.percent(50) && subjects.iter().any(is_change) {
            subjects.retain(is_change);
        }
        if rng.percent(8) {
            let number = rng.below(model.end().0.saturating_add(2));
            subjects = vec![match rng.percent(80) {
                true => Subject::Transfer(TransferId(number)),
                false => Subject::Change(ChangeId(number)),
            }];
        }
        let subject = *rng.pick(&subjects)?;
        let life = match subject {
            Subject::Transfer(id) => books.life(id),
            Subject::Change(_) => None,
        };
        let is_held = life.is_some_and(|life| life.state == TransferState::Held);
        let weights = match is_held {
            true => [4, 2, 4, 55, 14, 1],
            false => [70, 7, 7, 3, 2, 1],
        };
        Some(match (rng.weighted(&weights), subject) {
            (1, _) => Action::Reject(subject, reason(rng)),
            (2, _) => Action::Cancel(subject, reason(rng)),
            (3, Subject::Transfer(id)) => Action::Capture(capture(rng, id, life)),
            (4, Subject::Transfer(id)) => Action::Release(id, reason(rng)),
            (5, _) => Action::Due(subject.into()),
            _ => Action::Approve(subject),
        })
    }

    /// The way back of something durable: nobody can look up what is not.
    pub(super) fn reversal(
        &self,
        rng: &mut Rng,
        model: &Model,
        durable: &Model,
        book: BookId,
    ) -> Option<Action> {
        let any_state = rng.percent(15);
        let any_book = rng.percent(2);
        let lives = durable.books.transfers.iter();
        let fitting = lives.filter(|life| {
            let is_plain = life.state == TransferState::Completed && !life.original().is_reversal;
            (any_book || life.book == book) && (any_state || is_plain)
        });
        let fitting: Vec<&Life> = fitting.collect();
        // Mostly one of the first, so that reversals of the same transfer meet.
        let few = fitting
            .len()
            .min(if rng.percent(60) { 3 } else { usize::MAX });
        let life = *rng.pick(fitting.get(..few)?)?;
        let original = life.original();
        let whole = original.posted.first().map_or(0, |leg| leg.amount.minor());
        let left = whole.saturating_sub(model.books.reversed(life.id));
        let amount = match rng.weighted(&[35, 25, 15, 10, 10, 2]) {
            0 => None,
            1 => Some(left / 2),
            2 => Some(left),
            3 => Some(left.saturating_add(1)),
            4 => Some(whole),
            _ => Some(0),
        };
        let with_fee = if original.fee.is_some() { 60 } else { 8 };
        let returns_fee = self.style.treasury > 0 && rng.percent(with_fee);
        // Only the whole is taken back with its fee.
        let amount = amount.filter(|_| !returns_fee || rng.percent(20));
        let reversal = NewReversal {
            original,
            amount: amount.and_then(Amount::new),
            reason: *rng.pick(&ReversalReason::ALL)?,
            reference: None,
            metadata: Metadata::default(),
            reviewers: match rng.percent(10) {
                true => self.reviewers(rng, model, book),
                false => Vec::new(),
            },
            returns_fee,
        };
        Some(Action::Reverse(Box::new(reversal)))
    }

    /// Whoever asks: mostly somebody who may, sometimes just the one who must not.
    pub(super) fn actor(
        &self,
        rng: &mut Rng,
        model: &Model,
        book: BookId,
        action: Option<&Action>,
    ) -> PrincipalId {
        let is_decisive = matches!(action, Some(Action::Approve(_) | Action::Reject(..)));
        let subject = match action {
            Some(
                Action::Approve(subject) | Action::Reject(subject, _) | Action::Cancel(subject, _),
            ) => Some(*subject),
            _ => None,
        };
        let parties = subject.and_then(|subject| parties(model, book, subject));
        if let Some(parties) = parties {
            let Parties {
                maker,
                checkers,
                approved_by,
            } = parties;
            let weights = match is_decisive {
                true => [60, 15, 17, 8],
                false => [5, 75, 5, 15],
            };
            let chosen = match rng.weighted(&weights) {
                0 => rng.pick(&checkers),
                1 => Some(&maker),
                2 => rng.pick(&approved_by),
                _ => None,
            };
            if let Some(chosen) = chosen {
                return *chosen;
            }
        }
        let active = model.books.active(book);
        match rng.pick(&active) {
            Some(one) if rng.percent(93) => *one,
            _ => PrincipalId(u32::try_from(rng.below(9)).expect("small")),
        }
    }

    /// Some of the book's principals.
    pub(super) fn reviewers(&self, rng: &mut Rng, model: &Model, book: BookId) -> Vec<PrincipalId> {
        let mut active = model.books.active(book);
        rng.shuffle(&mut active);
        active.truncate(rng.place(3).saturating_add(1));
        if rng.percent(8) {
            active.extend(active.first().copied());
        }
        if rng.percent(5) {
            active.push(PrincipalId(u32::try_from(rng.below(12)).expect("small")));
        }
        active
    }
}

/// Who has to do with what waits for approval.
struct Parties {
    maker: PrincipalId,
    /// Who may agree, and has not.
    checkers: Vec<PrincipalId>,
    approved_by: Vec<PrincipalId>,
}

fn parties(model: &Model, book: BookId, subject: Subject) -> Option<Parties> {
    let books = &model.books;
    let (maker, terms, approved_by) = match subject {
        Subject::Transfer(id) => {
            let life = books.life(id)?;
            (life.maker, life.terms.as_ref(), life.approved_by.clone())
        }
        Subject::Change(id) => {
            let change = books.change_of(id)?;
            (
                change.maker,
                Some(&change.terms),
                change.approved_by.clone(),
            )
        }
    };
    let named = terms.map_or(&[][..], |terms| &terms.checkers);
    let mut checkers = books.checkers(book, named, Some(maker));
    checkers.retain(|who| {
        !approved_by
            .iter()
            .any(|one| books.is_same_person(*one, *who))
    });
    Some(Parties {
        maker,
        checkers,
        approved_by,
    })
}

fn capture(rng: &mut Rng, transfer: TransferId, life: Option<&Life>) -> Capture {
    let left = life.map(Life::remaining);
    let left = left.and_then(|legs| legs.first().map(|leg| leg.amount.minor()));
    let left = left.unwrap_or(1);
    let amount = match rng.weighted(&[25, 40, 10, 8, 10, 2]) {
        0 => None,
        1 => Some(left / u128::from(rng.between(2, 5))),
        2 => Some(left),
        3 => Some(left.saturating_add(1)),
        4 => Some(1),
        _ => Some(0),
    };
    Capture {
        transfer,
        amount: amount.and_then(Amount::new),
        release_rest: rng.percent(25),
    }
}

fn reason(rng: &mut Rng) -> Option<Reason> {
    rng.percent(40).then(|| text("a reason"))
}
