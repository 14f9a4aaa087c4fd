//! What happened. Events are the only thing that changes the state, and what the journal keeps.

use crate::action::{
    AccountChange, AccountFreeze, BookChange, BookStop, LimitChange, NewAccount, NewBook,
    NewPrincipal, Refusal,
};
use crate::calendar::CalendarCode;
use crate::exchange::NewRate;
use crate::fee::FeeSet;
use crate::policy::{PolicyChange, PolicySet};
use crate::quote::Quote;
use crate::schedule::{RunSkipped, ScheduleAdded, ScheduleChanged};
use crate::security::{Booked, InstrumentAdded, InvestmentSet};
use crate::text::Reason;
use crate::webhook::WebhookEvent;
use crate::{
    AccountId, ApprovalTerms, Asset, AssetId, BookId, Calendar, ChangeId, Leg, LimitId, NewLimit,
    PrincipalId, Rejection, ScheduleId, Transfer, TransferStep,
};
use serde::{Deserialize, Serialize};

/// Something that happened. Where a request is carried out as it stands, the event is the request.
///
/// The journal numbers these by their order: append only, fields too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Event {
    /// An asset was defined, and got the next number.
    AssetDefined(Asset),
    /// A book was opened, and got this number; its system accounts got the next four.
    BookOpened(BookId, NewBook),
    /// A book's name or settings were changed.
    BookChanged(BookChange),
    /// A principal was added, and got this number.
    PrincipalAdded(PrincipalId, NewPrincipal),
    /// A principal was revoked.
    PrincipalRevoked(PrincipalId),
    /// An account was opened, and got this number.
    AccountOpened(AccountId, NewAccount),
    /// An account was changed.
    AccountChanged(AccountChange),
    /// An account was frozen or unfrozen.
    AccountFrozen(AccountFreeze),
    /// An account was closed.
    AccountClosed(AccountId),
    /// A transfer was asked for: made, held, declined, or left to others to approve.
    Transfer(Transfer),
    /// Something happened to a transfer that was under way.
    Step(TransferStep),
    /// An approval policy was added, changed or removed.
    PolicySet(Box<PolicySet>),
    /// A change of approval policies was asked for, and waits for approval.
    ChangeRequested(Box<ChangeRequest>),
    /// Something happened to a change that was asked for.
    ChangeStep(Box<ChangeStep>),
    /// A limit was set, and got this number.
    LimitAdded(LimitId, NewLimit),
    /// A limit was changed.
    LimitChanged(LimitChange),
    /// A limit was removed.
    LimitRemoved(LimitId),
    /// All the money of the book was stopped, or goes on.
    BookStopped(BookStop),
    /// A rate was set.
    RateSet(Box<NewRate>),
    /// A pair of assets has no rate any more.
    RateRemoved {
        /// What was given.
        source: AssetId,
        /// What it was worth.
        target: AssetId,
    },
    /// A fee rule was added, changed or removed.
    FeeSet(Box<FeeSet>),
    /// A quote was given.
    Quoted(Box<Quote>),
    /// A calendar was set.
    CalendarSet(CalendarCode, Box<Calendar>),
    /// A schedule was asked for, and got this number.
    ScheduleAdded(ScheduleId, Box<ScheduleAdded>),
    /// A schedule was paused, resumed or cancelled.
    ScheduleChanged(Box<ScheduleChanged>),
    /// A schedule was due, and made no transfer.
    RunSkipped(Box<RunSkipped>),
    /// An instrument was added.
    InstrumentAdded(Box<InstrumentAdded>),
    /// The last units of an instrument have turned into money.
    InstrumentMatured(AssetId),
    /// How an account keeps its money was changed.
    InvestmentSet(InvestmentSet),
    /// The units of an account could not turn into money: a balance would have left its range.
    InstrumentPassedOver {
        /// The instrument.
        instrument: AssetId,
        /// The account.
        account: AccountId,
    },
    /// Something happened to a webhook.
    Webhook(Box<WebhookEvent>),
    /// A request was refused by an interface. Nothing came of it, but its key stands for that.
    Refused(Box<Refusal>),
}

impl Event {
    /// What it posts. Whoever applies it is told of these legs first, in this order.
    pub fn posted(&self) -> Posted<'_> {
        match self {
            Event::Transfer(transfer) => transfer.posted(),
            Event::Step(step) => step.step.posted(),
            Event::AssetDefined(_)
            | Event::BookOpened(..)
            | Event::BookChanged(_)
            | Event::PrincipalAdded(..)
            | Event::PrincipalRevoked(_)
            | Event::AccountOpened(..)
            | Event::AccountChanged(_)
            | Event::AccountFrozen(_)
            | Event::AccountClosed(_)
            | Event::PolicySet(_)
            | Event::ChangeRequested(_)
            | Event::ChangeStep(_)
            | Event::LimitAdded(..)
            | Event::LimitChanged(_)
            | Event::LimitRemoved(_)
            | Event::BookStopped(_)
            | Event::RateSet(_)
            | Event::RateRemoved { .. }
            | Event::FeeSet(_)
            | Event::Quoted(_)
            | Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::RunSkipped(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InvestmentSet(_)
            | Event::InstrumentPassedOver { .. }
            | Event::Webhook(_)
            | Event::Refused(_) => Posted::default(),
        }
    }
}

/// The legs that a record posts: what is sold, those of the transfer, and what is bought.
#[derive(Clone, Copy, Debug, Default)]
pub struct Posted<'a> {
    before: &'a [Leg],
    legs: &'a [Leg],
    after: &'a [Leg],
}

impl<'a> Posted<'a> {
    /// What is posted of a transfer with these legs.
    pub fn of(legs: &'a [Leg], booked: Option<&'a Booked>) -> Posted<'a> {
        let (before, after): (&[Leg], &[Leg]) = match booked {
            None => (&[], &[]),
            Some(booked) => (&booked.before, &booked.after),
        };
        let is_in_kind = booked.is_some_and(|booked| booked.is_in_kind);
        let legs = if is_in_kind { &[] } else { legs };
        Posted {
            before,
            legs,
            after,
        }
    }

    /// The legs, in order.
    pub fn iter(&self) -> impl Iterator<Item = &'a Leg> + Clone + use<'a> {
        self.before.iter().chain(self.legs).chain(self.after)
    }

    /// One leg.
    pub fn get(&self, place: usize) -> Option<&'a Leg> {
        self.iter().nth(place)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        let (before, after) = (self.before.len(), self.after.len());
        before.saturating_add(self.legs.len()).saturating_add(after)
    }

    /// Whether nothing is posted.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// A change of approval policies that waits for approval.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeRequest {
    /// What is to be changed.
    pub change: PolicyChange,
    /// Who must agree.
    pub terms: ApprovalTerms,
}

/// One step of a change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangeStep {
    /// The change.
    pub change: ChangeId,
    /// The number of the record of the step before: the way back to the first.
    pub previous: u64,
    /// What happened.
    pub outcome: ChangeOutcome,
}

/// What happened to a change that was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangeOutcome {
    /// A checker agreed; more must.
    Approved,
    /// The last checker agreed, and this came of it. Final.
    Applied(PolicySet),
    /// The last checker agreed, but the change is not possible any more. Final.
    Declined(#[serde(with = "crate::rejection::recorded")] Rejection),
    /// A checker said no. Final.
    Rejected {
        /// Why.
        reason: Option<Reason>,
    },
    /// Whoever asked for it has changed their mind. Final.
    Cancelled {
        /// Why.
        reason: Option<Reason>,
    },
    /// Its time was over. Final.
    Expired,
}

impl ChangeOutcome {
    /// Whether nothing can come after it.
    pub fn is_final(&self) -> bool {
        !matches!(self, ChangeOutcome::Approved)
    }
}

#[cfg(test)]
mod tests;
