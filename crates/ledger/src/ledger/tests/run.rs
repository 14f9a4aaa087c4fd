//! Carries out random steps as the engine would, and notes what it sees.

use super::*;
use crate::action::{Capture, NewReversal, Original};
use crate::progress::{Progress, TransferState};
use crate::schedule::ScheduleChange;
use crate::{ChangeId, Legs, Metadata, Rejection, ReversalReason, Stage, Subject};
use generators::{Act, Ask, Step};

/// Two hours before the end of January 2026, so that some steps are in the next month.
pub(super) const START: Timestamp = Timestamp((20_484 * 24 + 22) * 3_600_000_000);

/// One action, and everything around it.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) stamp: Stamp,
    pub(super) action: Action,
    pub(super) before: Ledger,
    pub(super) decided: Result<Event, Rejection>,
    pub(super) after: Ledger,
    pub(super) touched: Vec<(LineId, Balance)>,
}

impl Seen {
    pub(super) fn transfer(&self) -> Option<&Transfer> {
        match &self.decided {
            Ok(Event::Transfer(transfer)) => Some(transfer),
            Ok(_) | Err(_) => None,
        }
    }

    /// The legs that were posted, with the transfer and who had asked for it.
    pub(super) fn posting(&self) -> Option<(TransferId, PrincipalId, Legs)> {
        let event = self.decided.as_ref().ok()?;
        let (id, maker) = match event {
            Event::Transfer(_) => (TransferId(self.stamp.number), self.stamp.principal),
            Event::Step(step) => {
                let open = self.before.open(step.transfer).expect("it was under way");
                (step.transfer, open.maker)
            }
            _ => return None,
        };
        let legs: Legs = event.posted().iter().copied().collect();
        (!legs.is_empty()).then_some((id, maker, legs))
    }
}

/// A transfer as whoever reads the log knows it.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) request: NewTransfer,
    pub(super) progress: Progress,
}

impl Known {
    pub(super) fn reverses(&self) -> Option<TransferId> {
        let terms = self.request.terms.as_ref()?;
        Some(terms.reverses?.transfer)
    }

    fn original(&self, id: TransferId) -> Original {
        let is_completed = self.progress.state == TransferState::Completed;
        Original {
            transfer: id,
            kind: self.request.kind,
            posted: match is_completed {
                true => self.progress.posted.clone(),
                false => Legs::new(),
            },
            is_reversal: self.reverses().is_some(),
            fee: self.request.terms.as_ref().and_then(|terms| terms.fee),
            is_traded: self.progress.booked.is_some(),
        }
    }
}

/// A ledger, its clock, and its transfers as the log knows them.
pub(super) struct Run {
    pub(super) ledger: Ledger,
    pub(super) now: Timestamp,
    number: u64,
    pub(super) known: BTreeMap<TransferId, Known>,
    pub(super) seen: Vec<Seen>,
}

/// Carries out the steps on a ledger that has begun as in [`generators::beginning`].
pub(super) fn run(steps: Vec<Step>) -> Vec<Seen> {
    let mut run = Run::begin(Vec::new());
    run.go_on(steps);
    run.seen
}

impl Run {
    /// A ledger that has begun as in [`generators::beginning`], and then with these actions.
    pub(super) fn begin(more: Vec<Action>) -> Run {
        let mut run = Run {
            ledger: Ledger::new(),
            now: START,
            number: 1,
            known: BTreeMap::new(),
            seen: Vec::new(),
        };
        for action in generators::beginning().into_iter().chain(more) {
            run.act(BookId(0), PrincipalId(0), action);
        }
        run
    }

    /// Carries out steps; before each, what is due expires.
    pub(super) fn go_on(&mut self, steps: Vec<Step>) {
        for step in steps {
            self.now = self.now.after_seconds(step.pause_seconds);
            while let Some((at, timer)) = self.ledger.next_timer()
                && at <= self.now
            {
                let origin = self.ledger.timer_origin(timer);
                let (book, principal) = origin.expect("a timer is for something under way");
                let before = self.seen.len();
                self.act(book, principal, Action::Due(timer));
                assert!(self.seen[before].decided.is_ok(), "{timer:?} is due");
            }
            if let Ask::Restart = step.ask {
                self.restart();
                continue;
            }
            let action = self.resolve(step.book, step.ask);
            self.act(step.book, step.principal, action);
        }
    }

    /// What is written is read back, and goes on.
    fn restart(&mut self) {
        let bytes = postcard::to_stdvec(&self.ledger).expect("encodes");
        self.ledger = postcard::from_bytes(&bytes).expect("decodes");
    }

    fn act(&mut self, book: BookId, principal: PrincipalId, action: Action) {
        let stamp = Stamp {
            book,
            principal,
            at: self.now,
            number: self.number,
        };
        let before = self.ledger.clone();
        let decided = self.ledger.decide(stamp, action.clone());
        let mut touched = Vec::new();
        if let Ok(event) = &decided {
            let note = |line, balance| touched.push((line, balance));
            self.ledger.apply(stamp, event, note);
            self.know(stamp, event);
            self.number += 1;
        }
        let after = self.ledger.clone();
        self.seen.push(Seen {
            stamp,
            action,
            before,
            decided,
            after,
            touched,
        });
    }

    fn know(&mut self, stamp: Stamp, event: &Event) {
        match event {
            Event::Transfer(transfer) => {
                let progress = Progress::of(transfer);
                let request = transfer.request.clone();
                let known = Known { request, progress };
                self.known.insert(TransferId(stamp.number), known);
            }
            Event::Step(step) => {
                let known = self.known.get_mut(&step.transfer).expect("it has begun");
                known.progress = known.progress.clone().then(&step.step, stamp.principal);
            }
            _ => {}
        }
    }

    /// What is asked, now that it is known what there is to ask it of.
    fn resolve(&self, book: BookId, ask: Ask) -> Action {
        match ask {
            Ask::Plain(action) => action,
            Ask::OfOpen(place, act) => {
                let count = self.ledger.open_transfers().len().max(1);
                let open = self.ledger.open_transfers().rev().nth(place % count);
                let id = open.map_or(TransferId(u64::MAX), |(id, _)| id);
                // Half of the captures of nothing in particular are of a half.
                let act = match (act, open.map(|(_, open)| &open.stage)) {
                    (Act::Capture(None, false), Some(Stage::Held(hold))) if place == 0 => {
                        let left = hold.remaining.first().expect("a hold has legs").amount;
                        let half = Amount::new(left.minor() / 2).expect("less than it was");
                        Act::Capture(Some(half), false)
                    }
                    (act, _) => act,
                };
                of_transfer(id, act)
            }
            Ask::OfChange(place, act) => {
                let count = self.ledger.open_changes().count().max(1);
                let id = self.ledger.open_changes().rev().nth(place % count);
                let id = id.map_or(ChangeId(u64::MAX), |(id, _)| id);
                of_subject(Subject::Change(id), act)
            }
            Ask::Execute(place) => {
                let count = self.ledger.quotes().count().max(1);
                let found = self.ledger.quotes().rev().nth(place % count);
                let id = found.map_or(QuoteId(u64::MAX), |(id, _)| id);
                generators::treasury::execution(id)
            }
            Ask::OfSchedule(place, to) => {
                let count = self.ledger.schedules().count().max(1);
                let found = self.ledger.schedules().rev().nth(place % count);
                let schedule = found.map_or(ScheduleId(u32::MAX), |(id, _)| id);
                Action::ChangeSchedule(ScheduleChange {
                    schedule,
                    to,
                    reason: None,
                })
            }
            Ask::Restart => unreachable!("it is no action"),
            Ask::Reverse(place, amount) => {
                let is_here = |known: &Known| {
                    let account = known.request.legs.first().map(|leg| leg.account);
                    account.is_some_and(|id| self.ledger.account_in(book, id).is_some())
                };
                let mut here = self.known.iter().rev().filter(|(_, known)| is_here(known));
                let found = here.nth(place).or(self.known.first_key_value());
                let (id, known) = found.expect("the beginning has some");
                Action::Reverse(Box::new(NewReversal {
                    original: known.original(*id),
                    amount,
                    reason: ReversalReason::Other,
                    reference: None,
                    metadata: Metadata::default(),
                    reviewers: Vec::new(),
                    returns_fee: false,
                }))
            }
        }
    }
}

fn of_transfer(transfer: TransferId, act: Act) -> Action {
    match act {
        Act::Release => Action::Release(transfer, None),
        Act::Capture(amount, release_rest) => Action::Capture(Capture {
            transfer,
            amount,
            release_rest,
        }),
        act => of_subject(Subject::Transfer(transfer), act),
    }
}

fn of_subject(subject: Subject, act: Act) -> Action {
    match act {
        Act::Approve => Action::Approve(subject),
        Act::Reject => Action::Reject(subject, None),
        Act::Expire => Action::Due(subject.into()),
        // A change is never held.
        Act::Cancel | Act::Release | Act::Capture(..) => Action::Cancel(subject, None),
    }
}
