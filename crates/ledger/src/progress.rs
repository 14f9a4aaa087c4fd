//! How far a transfer has come: the fold of its first record and its later steps.
//!
//! The ledger itself keeps only what is under way. Whoever reads a transfer back from the log,
//! as it is now or as it was after any of its steps, folds its records with this.

use crate::security::Booked;
use crate::step::{Outcome, Rest};
use crate::text::Reason;
use crate::{
    ApprovalTerms, Leg, Legs, PrincipalId, Rejection, Step, Timestamp, Transfer, TransferStatus,
};

/// Where a transfer is in its life, as people see it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TransferState {
    /// Others must agree.
    AwaitingApproval,
    /// Its time has not come.
    Scheduled,
    /// Its money is held.
    Held,
    /// Its money has moved, or as much of it as was captured.
    Completed,
    /// The rules said no.
    Declined,
    /// A checker said no.
    Rejected,
    /// It was taken back before any money moved.
    Cancelled,
    /// Its time was over before any money moved.
    Expired,
}

impl TransferState {
    /// Every state.
    pub const ALL: [TransferState; 8] = [
        TransferState::AwaitingApproval,
        TransferState::Scheduled,
        TransferState::Held,
        TransferState::Completed,
        TransferState::Declined,
        TransferState::Rejected,
        TransferState::Cancelled,
        TransferState::Expired,
    ];

    /// Its name, as given and shown.
    pub const fn name(self) -> &'static str {
        match self {
            TransferState::AwaitingApproval => "awaiting_approval",
            TransferState::Scheduled => "scheduled",
            TransferState::Held => "held",
            TransferState::Completed => "completed",
            TransferState::Declined => "declined",
            TransferState::Rejected => "rejected",
            TransferState::Cancelled => "cancelled",
            TransferState::Expired => "expired",
        }
    }

    /// Whether nothing can follow but a reversal.
    pub const fn is_final(self) -> bool {
        !matches!(
            self,
            TransferState::AwaitingApproval | TransferState::Scheduled | TransferState::Held
        )
    }
}

/// How far a transfer has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Where it is in its life.
    pub state: TransferState,
    /// What has been posted so far: the legs of the request with what has moved of each, or
    /// nothing at all.
    pub posted: Legs,
    /// What is still held to be captured; nothing unless it is held.
    pub remaining: Legs,
    /// Who must agree, or had to.
    pub approval: Option<ApprovalTerms>,
    /// Who has agreed.
    pub approved_by: Vec<PrincipalId>,
    /// When what is under way is over.
    pub expires_at: Option<Timestamp>,
    /// When it is made, if that is later.
    pub due_at: Option<Timestamp>,
    /// What was posted beside it, or in its place.
    pub booked: Option<Booked>,
    /// Whether its trades have settled.
    pub is_settled: bool,
    /// Why it was declined.
    pub declined: Option<Rejection>,
    /// Why it was rejected, cancelled or released, in the words of whoever did.
    pub reason: Option<Reason>,
    request: Legs,
}

impl Progress {
    /// How far a transfer has come with its first record.
    pub fn of(transfer: &Transfer) -> Progress {
        let mut progress = Progress {
            state: TransferState::Completed,
            posted: Legs::new(),
            remaining: Legs::new(),
            approval: None,
            approved_by: Vec::new(),
            expires_at: None,
            due_at: None,
            booked: transfer.request.booked().cloned(),
            is_settled: false,
            declined: None,
            reason: None,
            request: transfer.request.legs.clone(),
        };
        match &transfer.status {
            TransferStatus::Completed => progress.posted = progress.request.clone(),
            TransferStatus::Declined(why) => progress.decline(why),
            TransferStatus::AwaitingApproval(terms) => {
                progress.state = TransferState::AwaitingApproval;
                progress.expires_at = Some(terms.expires_at);
                progress.approval = Some(terms.as_ref().clone());
            }
            TransferStatus::Held { expires_at } => progress.hold(*expires_at),
            TransferStatus::Scheduled { due_at, .. } => progress.schedule(*due_at),
        }
        progress
    }

    /// The same after its next step, which `by` has taken.
    ///
    /// # Panics
    /// If the step cannot have followed.
    pub fn then(mut self, step: &Step, by: PrincipalId) -> Progress {
        match step {
            Step::Approved(outcome) => {
                self.approved_by.push(by);
                self.go_on(outcome);
            }
            Step::Due(outcome) => self.go_on(outcome),
            Step::Settled => self.is_settled = true,
            Step::Captured { legs, rest } => self.post(legs, *rest),
            Step::Rejected { reason } => self.end(TransferState::Rejected, reason.as_ref()),
            Step::Cancelled { reason } | Step::Released { reason } => {
                self.end(TransferState::Cancelled, reason.as_ref());
            }
            Step::Expired => self.end(TransferState::Expired, None),
        }
        self
    }

    fn go_on(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Waiting => {}
            Outcome::Completed { legs, booked } => {
                self.booked = booked.as_deref().cloned();
                self.post(legs, Rest::Released);
            }
            Outcome::Held { expires_at } => self.hold(*expires_at),
            Outcome::Scheduled { due_at } => self.schedule(*due_at),
            Outcome::Declined(why) => self.decline(why),
        }
    }

    fn schedule(&mut self, due_at: Timestamp) {
        self.state = TransferState::Scheduled;
        self.due_at = Some(due_at);
        self.expires_at = None;
    }

    fn decline(&mut self, why: &Rejection) {
        self.declined = Some(why.clone());
        self.end(TransferState::Declined, None);
    }

    fn hold(&mut self, expires_at: Timestamp) {
        self.state = TransferState::Held;
        self.expires_at = Some(expires_at);
        self.remaining = self.request.clone();
    }

    fn post(&mut self, legs: &[Leg], rest: Rest) {
        match self.posted.is_empty() {
            true => self.posted = legs.into(),
            false => self.posted.iter_mut().zip(legs).for_each(|(sum, leg)| {
                let more = sum.amount.checked_add(leg.amount);
                sum.amount = more.expect("no more is captured than was asked for");
            }),
        }
        for (left, leg) in self.remaining.iter_mut().zip(legs) {
            let less = left.amount.checked_sub(leg.amount);
            left.amount = less.expect("no more is captured than is held");
        }
        if rest == Rest::Released {
            self.end(TransferState::Completed, None);
        }
    }

    /// Whatever ends a transfer of which a part has moved completes it.
    fn end(&mut self, state: TransferState, reason: Option<&Reason>) {
        self.state = match self.posted.is_empty() {
            true => state,
            false => TransferState::Completed,
        };
        self.reason = reason.cloned();
        self.remaining = Legs::new();
        self.expires_at = None;
    }
}
