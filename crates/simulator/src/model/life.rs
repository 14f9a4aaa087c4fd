//! The lives of transfers, and of changes of policies: everything that ever became of each.

use super::{Books, Model};
use crate::plant::Plant;
use giro_journal::Seq;
use giro_ledger::action::Original;
use giro_ledger::approval::{ApprovalTerms, ChangeId};
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::policy::PolicyChange;
use giro_ledger::step::{Outcome, Rest};
use giro_ledger::text::Reason;
use giro_ledger::{
    Amount, BookId, Booked, Leg, Legs, LimitId, NewTransfer, PrincipalId, Rejection, Stamp, Step,
    Subject, Timestamp, Transfer, TransferId, TransferState, TransferStatus,
};

/// A transfer, and all that has become of it.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    pub(crate) id: TransferId,
    pub(crate) book: BookId,
    pub(crate) maker: PrincipalId,
    pub(crate) at: Timestamp,
    pub(crate) request: NewTransfer,
    pub(crate) state: TransferState,
    /// Who must agree, or had to.
    pub(crate) terms: Option<ApprovalTerms>,
    pub(crate) approved_by: Vec<PrincipalId>,
    /// What was posted, time after time.
    pub(crate) captures: Vec<Legs>,
    /// When it is over by itself, if it is under way.
    pub(crate) expires_at: Option<Timestamp>,
    /// When it is made, or was, if that is later than it was asked for.
    pub(crate) due_at: Option<Timestamp>,
    /// Whether its money is held while it waits for approval or its time.
    pub(crate) holds_funds: bool,
    /// What was posted beside it, or in its place.
    pub(crate) booked: Option<Booked>,
    /// Whether its trades have settled.
    pub(crate) is_settled: bool,
    /// The limits that it counts for, as they were when it was asked for.
    pub(crate) counts_for: Vec<(LimitId, Amount)>,
    pub(crate) declined: Option<Rejection>,
    pub(crate) reason: Option<Reason>,
    /// The numbers of its records.
    pub(crate) records: Vec<u64>,
}

impl Life {
    pub(super) fn begin(
        stamp: Stamp,
        transfer: &Transfer,
        counts_for: Vec<(LimitId, Amount)>,
    ) -> Life {
        let mut life = Life {
            id: TransferId(stamp.number),
            book: stamp.book,
            maker: stamp.principal,
            at: stamp.at,
            request: transfer.request.clone(),
            state: TransferState::Completed,
            terms: None,
            approved_by: Vec::new(),
            captures: Vec::new(),
            expires_at: None,
            due_at: None,
            holds_funds: false,
            booked: transfer.request.booked().cloned(),
            is_settled: false,
            counts_for,
            declined: None,
            reason: None,
            records: vec![stamp.number],
        };
        match &transfer.status {
            TransferStatus::Completed => life.captures.push(transfer.request.legs.clone()),
            TransferStatus::Declined(why) => life.decline(why),
            TransferStatus::Held { expires_at } => life.hold(*expires_at),
            TransferStatus::AwaitingApproval(terms) => {
                life.state = TransferState::AwaitingApproval;
                life.expires_at = Some(terms.expires_at);
                life.holds_funds = terms.holds_funds;
                life.terms = Some(terms.as_ref().clone());
            }
            TransferStatus::Scheduled {
                due_at,
                holds_funds,
            } => {
                life.holds_funds = *holds_funds;
                life.schedule(*due_at);
            }
        }
        life
    }

    /// Takes the next step, which `stamp.principal` has asked for.
    pub(super) fn go_on(&mut self, stamp: Stamp, step: &Step) {
        self.records.push(stamp.number);
        match step {
            Step::Approved(outcome) => {
                self.approved_by.push(stamp.principal);
                self.come_to(outcome);
            }
            Step::Due(outcome) => self.come_to(outcome),
            Step::Settled => self.is_settled = true,
            Step::Captured { legs, rest } => {
                self.captures.push(legs.clone());
                if *rest == Rest::Released {
                    self.end(TransferState::Completed, None);
                }
            }
            Step::Rejected { reason } => self.end(TransferState::Rejected, reason.clone()),
            Step::Cancelled { reason } | Step::Released { reason } => {
                self.end(TransferState::Cancelled, reason.clone());
            }
            Step::Expired => self.end(TransferState::Expired, None),
        }
    }

    fn come_to(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Waiting => {}
            Outcome::Completed { legs, booked } => {
                self.captures.push(legs.clone());
                self.booked = booked.as_deref().cloned();
                self.end(TransferState::Completed, None);
            }
            Outcome::Held { expires_at } => self.hold(*expires_at),
            Outcome::Declined(why) => self.decline(why),
            Outcome::Scheduled { due_at } => self.schedule(*due_at),
        }
    }

    fn schedule(&mut self, due_at: Timestamp) {
        self.state = TransferState::Scheduled;
        self.due_at = Some(due_at);
        self.expires_at = None;
    }

    fn hold(&mut self, expires_at: Timestamp) {
        self.state = TransferState::Held;
        self.expires_at = Some(expires_at);
    }

    fn decline(&mut self, why: &Rejection) {
        self.declined = Some(why.clone());
        self.end(TransferState::Declined, None);
    }

    /// A transfer of which a part has moved ends as completed.
    fn end(&mut self, state: TransferState, reason: Option<Reason>) {
        self.state = match self.captures.is_empty() {
            true => state,
            false => TransferState::Completed,
        };
        self.reason = reason;
        self.expires_at = None;
    }

    /// Whether its money is still to move.
    pub(crate) fn is_under_way(&self) -> bool {
        matches!(
            self.state,
            TransferState::AwaitingApproval | TransferState::Held | TransferState::Scheduled
        )
    }

    /// When its trades settle, if they have not.
    pub(crate) fn settles_at(&self) -> Option<Timestamp> {
        let settles_at = self.booked.as_ref().and_then(|booked| booked.settles_at);
        settles_at.filter(|_| self.state == TransferState::Completed && !self.is_settled)
    }

    /// When it goes on or is over by itself, if anything of it is still to come.
    pub(crate) fn timer(&self) -> Option<Timestamp> {
        match self.state {
            TransferState::AwaitingApproval | TransferState::Held => self.expires_at,
            TransferState::Scheduled => self.due_at,
            TransferState::Completed => self.settles_at(),
            TransferState::Declined
            | TransferState::Rejected
            | TransferState::Cancelled
            | TransferState::Expired => None,
        }
    }

    /// Whether it was declined by its first record.
    pub(crate) fn is_stillborn(&self) -> bool {
        self.state == TransferState::Declined && self.records.len() == 1
    }

    /// How much it counts for a limit while it is under way, if it did when it was asked for.
    pub(crate) fn counted_for(&self, limit: LimitId) -> Option<u128> {
        let counts = self.counts_for.iter().find(|(one, _)| *one == limit);
        let captured = self.captures.iter().map(|legs| first_amount(legs));
        let captured: u128 = captured.sum();
        counts.map(|(_, amount)| amount.minor().saturating_sub(captured))
    }

    /// What has been posted of it, leg by leg, or nothing.
    pub(crate) fn posted(&self) -> Legs {
        match self.captures.is_empty() {
            true => Legs::new(),
            false => self.with_amounts(|captured, _| captured),
        }
    }

    /// What is left of it, leg by leg.
    pub(crate) fn remaining(&self) -> Legs {
        self.with_amounts(|captured, asked| asked.saturating_sub(captured))
    }

    fn with_amounts(&self, amount: impl Fn(u128, u128) -> u128) -> Legs {
        let mut legs = self.request.legs.clone();
        for (place, leg) in legs.iter_mut().enumerate() {
            let captured = self.captures.iter().filter_map(|legs| legs.get(place));
            let captured = captured.map(|leg| leg.amount.minor()).sum();
            let amount = amount(captured, leg.amount.minor());
            leg.amount = Amount::new(amount).expect("no more than was asked for");
        }
        legs
    }

    pub(crate) fn is_reversal_of(&self, original: TransferId) -> bool {
        let terms = self.request.terms.as_ref();
        let reverses = terms.and_then(|terms| terms.reverses);
        reverses.is_some_and(|reverses| reverses.transfer == original)
    }

    /// What whoever reverses it finds in the log.
    pub(crate) fn original(&self) -> Original {
        let terms = self.request.terms.as_ref();
        Original {
            transfer: self.id,
            kind: self.request.kind,
            posted: match self.state == TransferState::Completed {
                true => self.posted(),
                false => Legs::new(),
            },
            is_reversal: terms.is_some_and(|terms| terms.reverses.is_some()),
            fee: terms.and_then(|terms| terms.fee),
            is_traded: self.booked.is_some(),
        }
    }
}

/// A change of policies that was left to others to approve, and all that has become of it.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    pub(crate) id: ChangeId,
    pub(crate) book: BookId,
    pub(crate) maker: PrincipalId,
    pub(crate) at: Timestamp,
    pub(crate) change: PolicyChange,
    pub(crate) terms: ApprovalTerms,
    pub(crate) approved_by: Vec<PrincipalId>,
    pub(crate) is_over: bool,
    /// The numbers of its records.
    pub(crate) records: Vec<u64>,
}

impl Change {
    pub(super) fn go_on(&mut self, stamp: Stamp, step: &ChangeStep) {
        self.records.push(stamp.number);
        match &step.outcome {
            ChangeOutcome::Approved => self.approved_by.push(stamp.principal),
            ChangeOutcome::Applied(_)
            | ChangeOutcome::Declined(_)
            | ChangeOutcome::Rejected { .. }
            | ChangeOutcome::Cancelled { .. }
            | ChangeOutcome::Expired => self.is_over = true,
        }
    }
}

impl Books {
    /// The legs whose debits a transfer holds now.
    pub(crate) fn held_legs(&self, life: &Life) -> Legs {
        match life.state {
            TransferState::AwaitingApproval | TransferState::Scheduled if life.holds_funds => {
                life.request.legs.clone()
            }
            TransferState::Held if self.plant == Some(Plant::CaptureKeepsHold) => {
                life.request.legs.clone()
            }
            TransferState::Held => life.remaining(),
            TransferState::AwaitingApproval
            | TransferState::Scheduled
            | TransferState::Completed
            | TransferState::Declined
            | TransferState::Rejected
            | TransferState::Cancelled
            | TransferState::Expired => Legs::new(),
        }
    }

    pub(crate) fn life(&self, id: TransferId) -> Option<&Life> {
        self.transfers.iter().find(|life| life.id == id)
    }

    pub(crate) fn change_of(&self, id: ChangeId) -> Option<&Change> {
        self.changes.iter().find(|change| change.id == id)
    }

    /// A transfer of the book that is under way at that time.
    pub(super) fn under_way(&self, stamp: Stamp, id: TransferId) -> Result<&Life, Rejection> {
        let is_it = |life: &&Life| {
            let is_in_time = life.timer().is_some_and(|end| end > stamp.at);
            life.book == stamp.book && life.is_under_way() && is_in_time
        };
        let subject = Subject::Transfer(id);
        let life = self.life(id).filter(is_it);
        life.ok_or(Rejection::NotOpen { subject })
    }
}

impl Model {
    /// Of everything that was under way and is over, the number of its first record and its last.
    pub(crate) fn last_records(&self) -> Vec<(u64, Seq)> {
        let transfers = self.books.transfers.iter();
        let transfers = transfers.filter(|life| life.timer().is_none());
        let changes = self.books.changes.iter().filter(|change| change.is_over);
        let all = transfers.map(|life| &life.records);
        let all = all.chain(changes.map(|change| &change.records));
        let ends = all.filter_map(|records| Some((*records.first()?, *records.last()?)));
        let ends = ends.filter(|(first, last)| first < last);
        let quotes = self.books.quotes.iter().filter_map(|quoted| {
            let life = self.books.carried_out(quoted.id)?;
            Some((quoted.id.0, life.id.0))
        });
        let all = ends.chain(quotes);
        all.map(|(first, last)| (first, Seq(last))).collect()
    }
}

/// What a transfer is measured by when a part of it is reversed.
pub(super) fn first_amount(legs: &[Leg]) -> u128 {
    legs.first().map_or(0, |leg| leg.amount.minor())
}
