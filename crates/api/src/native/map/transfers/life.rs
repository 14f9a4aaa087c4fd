//! Transfers: what is on record, with all their steps.

mod treasury;

use super::timeline::{reason_of, step_of, timeline};
use super::{Shown, ends, kind_body, side_body, transfer_in};
use crate::native::error::Refusal;
use crate::native::map::approvals::is_approval;
use crate::native::map::policies::checker_ids;
use crate::native::wire::transfers::{
    AllAvailable, ApprovalStatusBody, ApprovedByBody, AskedBody, DeclineBody, HoldBody,
    PostingBody, ReversalBody, ReversesBody, StatusBody, TransferApprovalBody, TransferBody,
};
use crate::native::wire::{Decimal, MetadataBody, Time};
use giro_ledger::event::Posted;
use giro_ledger::step::Outcome;
use giro_ledger::{
    Amount, Leg, NewTransfer, Progress, Rejection, Step, Terms, Transfer, TransferState,
    TransferStatus,
};
use giro_service::{Caller, Life, Links, Record, Service, State};
use smallvec::SmallVec;

/// What hangs together with nothing.
static NO_LINKS: Links = Links {
    reverses: None,
    reversed: Amount::ZERO,
    reversals: Vec::new(),
    quote: None,
};

/// A transfer as it is shown, as it was after its first record.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    caller: &Caller,
    record: &'a Record,
) -> TransferBody<'a> {
    View {
        shown: Shown { service, state },
        caller,
        first: record,
        steps: &[],
        progress: &Progress::of(transfer_in(record)),
        links: &NO_LINKS,
    }
    .body()
}

/// A transfer as it is shown, with its steps.
pub(crate) fn whole<'a>(
    service: &Service,
    state: &'a State,
    caller: &Caller,
    life: &'a Life,
    links: &'a Links,
) -> TransferBody<'a> {
    View {
        shown: Shown { service, state },
        caller,
        first: &life.first,
        steps: &life.steps,
        progress: &life.progress,
        links,
    }
    .body()
}

/// How the approval of a transfer stands, if it needs or needed one.
pub(crate) fn approval_status(life: &Life) -> Option<ApprovalStatusBody> {
    status_of_approval(&life.first, &life.steps)
}

fn status_of_approval(first: &Record, steps: &[Record]) -> Option<ApprovalStatusBody> {
    let TransferStatus::AwaitingApproval(_) = &transfer_in(first).status else {
        return None;
    };
    let decisive = steps
        .iter()
        .filter_map(step_of)
        .find_map(|step| match step {
            Step::Approved(Outcome::Waiting)
            | Step::Captured { .. }
            | Step::Released { .. }
            | Step::Due(_)
            | Step::Settled => None,
            Step::Approved(
                Outcome::Completed { .. } | Outcome::Held { .. } | Outcome::Scheduled { .. },
            ) => Some(ApprovalStatusBody::Approved),
            Step::Approved(Outcome::Declined(_)) => Some(ApprovalStatusBody::Declined),
            Step::Rejected { .. } => Some(ApprovalStatusBody::Rejected),
            Step::Cancelled { .. } => Some(ApprovalStatusBody::Cancelled),
            Step::Expired => Some(ApprovalStatusBody::Expired),
        });
    Some(decisive.unwrap_or(ApprovalStatusBody::Pending))
}

/// Who has agreed, in order.
pub(crate) fn approved_by(shown: &Shown<'_, '_>, steps: &[Record]) -> Vec<ApprovedByBody> {
    let approvals = steps.iter().filter(|record| is_approval(record));
    let by = |record: &Record| ApprovedByBody {
        key: shown
            .service
            .principal_id(shown.state, record.origin.principal),
        at: Time(record.at),
    };
    approvals.map(by).collect()
}

/// What something was declined for.
pub(crate) fn decline(
    service: &Service,
    state: &State,
    caller: &Caller,
    why: &Rejection,
) -> DeclineBody {
    let Refusal {
        kind,
        detail,
        members,
    } = Refusal::seen_by(service, state, caller, why);
    let code = kind.code;
    DeclineBody {
        code,
        detail,
        members,
    }
}

/// A transfer and what is needed to show it.
struct View<'a, 'b> {
    shown: Shown<'a, 'b>,
    /// Who is shown it: of accounts that they do not see they are told the ids, but no balances.
    caller: &'b Caller,
    first: &'a Record,
    steps: &'a [Record],
    progress: &'b Progress,
    links: &'a Links,
}

impl<'a> View<'a, '_> {
    fn body(&self) -> TransferBody<'a> {
        let (service, state) = (self.shown.service, self.shown.state);
        let request = self.request();
        let ends = self.ends();
        let is_real = self.first.seq.0 > 0;
        let reference = request.reference.as_ref();
        let (is_completed, is_declined) = match self.progress.state {
            TransferState::Completed => (true, false),
            TransferState::Declined => (false, true),
            _ => (false, false),
        };
        let ended_at = self.progress.state.is_final().then(|| self.end().at);
        let arriving = ends.filter(|(source, target)| source.asset != target.asset);
        let arriving = arriving.map(|(_, target)| target);
        TransferBody {
            id: is_real.then(|| service.transfer_id(self.first)),
            dry_run: !is_real,
            kind: kind_body(request.kind),
            status: status_body(self.progress.state),
            source: ends.map(|(source, _)| service.account_id(state, source.account)),
            target: ends.map(|(_, target)| service.account_id(state, target.account)),
            asset: ends.map(|(source, _)| self.shown.code(source.asset)),
            amount: self.amount(&request.legs),
            amount_asked: self.asked(),
            target_asset: arriving.map(|leg| self.shown.code(leg.asset)),
            target_amount: arriving.map(|leg| self.shown.amount(leg.amount, leg.asset)),
            fee: self.fee().map(Box::new),
            quote: self.quote().map(Box::new),
            due_at: self.due_at(),
            run: self.run().map(Box::new),
            in_kind: self.terms().is_some_and(|terms| terms.in_kind),
            trades: self.trades(),
            postings: self.postings(),
            reference: reference.map(|reference| reference.as_str()),
            metadata: MetadataBody(&request.metadata),
            idempotency_key: self.first.origin.key.as_ref().map(|key| key.name()),
            requested_by: self.shown.principal(self.first.origin.principal),
            created_at: Time(self.first.at),
            completed_at: ended_at.filter(|_| is_completed).map(Time),
            declined_at: ended_at.filter(|_| is_declined).map(Time),
            ended_at: ended_at.map(Time),
            decline: self.progress.declined.as_ref().map(|why| self.decline(why)),
            reason: self.steps.last().and_then(reason_of),
            hold: self.hold(),
            approval: self.approval().map(Box::new),
            reverses: self.reverses(),
            reversal: self.reversal(),
            closes_source: self.terms().is_some_and(|terms| terms.closes_source),
            timeline: timeline(&self.shown, self.first, self.steps),
        }
    }

    fn transfer(&self) -> &'a Transfer {
        transfer_in(self.first)
    }

    fn request(&self) -> &'a NewTransfer {
        &self.transfer().request
    }

    fn terms(&self) -> Option<&'a Terms> {
        self.request().terms.as_deref()
    }

    /// The record after which nothing but a settlement or a reversal follows, once it is there.
    fn end(&self) -> &'a Record {
        let is_settlement = |record: &&Record| matches!(step_of(record), Some(Step::Settled));
        let mut steps = self.steps.iter().rev();
        let last = steps.find(|record| !is_settlement(record));
        last.unwrap_or(self.first)
    }

    /// The leg of the source and that of the target, if it is from one account to another.
    fn ends(&self) -> Option<(&'a Leg, &'a Leg)> {
        let legs = &self.request().legs;
        let (source, target) = ends(self.request())?;
        legs.get(source).zip(legs.get(target))
    }

    /// What moves from one account to another; nothing if there are more, or if it was never known
    /// how much.
    fn amount(&self, legs: &[Leg]) -> Option<Decimal> {
        let (source, _) = ends(self.request()).filter(|_| !self.is_unsettled())?;
        let leg = legs.get(source)?;
        Some(self.shown.amount(leg.amount, leg.asset))
    }

    /// Whether all that is available was asked for, and nothing came of it.
    fn is_unsettled(&self) -> bool {
        let first = self.request().legs.first();
        self.terms()
            .is_some_and(|terms| terms.at_most == Some(Amount::MAX))
            && first.is_some_and(|leg| leg.amount == Amount::MAX)
    }

    fn asked(&self) -> Option<AskedBody> {
        let at_most = self.terms()?.at_most?;
        let leg = self.request().legs.first()?;
        Some(match at_most == Amount::MAX {
            true => AskedBody::All(AllAvailable::AllAvailable),
            false => AskedBody::AtMost {
                at_most: self.shown.amount(at_most, leg.asset),
            },
        })
    }

    /// What was posted so far; if nothing was, what would be or would have been.
    fn postings(&self) -> SmallVec<[PostingBody<'a>; 2]> {
        if self.is_unsettled() {
            return SmallVec::new();
        }
        let posted = Posted::of(&self.progress.posted, self.progress.booked.as_ref());
        let is_posted = !posted.is_empty();
        let legs = match is_posted {
            true => posted,
            false => Posted::of(&self.request().legs, None),
        };
        let all = std::iter::once(self.first).chain(self.steps);
        let newest = all.rev().find(|record| !record.event.posted().is_empty());
        // A transfer that was declined at once has the balances that were seen, and one that was
        // only tried those that would be.
        let is_seen = matches!(self.transfer().status, TransferStatus::Declined(_));
        let is_tried = self.first.seq.0 == 0;
        let traced = newest.or((is_seen || is_tried).then_some(self.first));
        let ledger = &self.shown.state.ledger;
        let posting = |(place, leg): (usize, &Leg)| {
            let is_seen = self.caller.sees(ledger, leg.account);
            let trace = traced.and_then(|record| record.trace.legs.get(place));
            let trace = trace.filter(|_| is_seen);
            let held = self.first.trace.held(place);
            PostingBody {
                account: self.shown.service.account_id(self.shown.state, leg.account),
                asset: self.shown.code(leg.asset),
                side: side_body(leg.side),
                amount: self.shown.amount(leg.amount, leg.asset),
                posted: is_posted && !is_tried,
                balance_after: trace.map(|trace| self.shown.signed(trace.posted, leg.asset)),
                held_after: (is_tried && is_seen).then(|| self.shown.amount(held, leg.asset)),
            }
        };
        let legs = legs.iter().enumerate();
        let shown = legs.filter(|(place, _)| self.is_shown(*place));
        shown.map(posting).collect()
    }

    fn decline(&self, why: &Rejection) -> DeclineBody {
        decline(self.shown.service, self.shown.state, self.caller, why)
    }

    fn hold(&self) -> Option<HoldBody> {
        let is_held = self.progress.state == TransferState::Held;
        if !self.request().is_hold() || self.progress.state == TransferState::Declined {
            return None;
        }
        let request = &self.request().legs;
        let of = |legs: &[Leg]| match legs {
            [] => self
                .ends()
                .map(|(leg, _)| self.shown.amount(Amount::ZERO, leg.asset)),
            legs => self.amount(legs),
        };
        Some(HoldBody {
            expires_at: self.progress.expires_at.filter(|_| is_held).map(Time),
            captured: of(&self.progress.posted),
            remaining: match self.progress.state {
                TransferState::AwaitingApproval if self.holds_funds() => self.amount(request),
                _ => of(&self.progress.remaining),
            },
        })
    }

    /// Whether the money is held from when it was asked for.
    fn holds_funds(&self) -> bool {
        let terms = self.progress.approval.as_ref();
        terms.is_some_and(|terms| terms.holds_funds)
    }

    fn approval(&self) -> Option<TransferApprovalBody> {
        let terms = self.progress.approval.as_ref()?;
        let status = status_of_approval(self.first, self.steps)?;
        let (service, state) = (self.shown.service, self.shown.state);
        let is_real = self.first.seq.0 > 0;
        Some(TransferApprovalBody {
            id: is_real.then(|| service.approval_id(self.first)),
            status,
            policy: service.asking_policy_id(state, terms),
            needed: terms.needed,
            approved_by: approved_by(&self.shown, self.steps),
            checkers: checker_ids(service, state, &terms.checkers),
            holds_funds: terms.holds_funds,
            expires_at: Time(terms.expires_at),
        })
    }

    fn reverses(&self) -> Option<ReversesBody> {
        let reverses = self.terms()?.reverses?;
        Some(ReversesBody {
            transfer: self.links.reverses,
            reason: reverses.reason.name(),
        })
    }

    fn reversal(&self) -> Option<ReversalBody> {
        if self.links.reversals.is_empty() {
            return None;
        }
        let pair = self.ends().and(self.progress.posted.first());
        let remaining = pair.and_then(|leg| leg.amount.checked_sub(self.links.reversed));
        let shown = |leg: &Leg, amount| self.shown.amount(amount, leg.asset);
        Some(ReversalBody {
            reversed: pair.map(|leg| shown(leg, self.links.reversed)),
            remaining: pair.zip(remaining).map(|(leg, left)| shown(leg, left)),
            reversals: self.links.reversals.clone(),
        })
    }
}

fn status_body(state: TransferState) -> StatusBody {
    match state {
        TransferState::AwaitingApproval => StatusBody::AwaitingApproval,
        TransferState::Scheduled => StatusBody::Scheduled,
        TransferState::Held => StatusBody::Held,
        TransferState::Completed => StatusBody::Completed,
        TransferState::Declined => StatusBody::Declined,
        TransferState::Rejected => StatusBody::Rejected,
        TransferState::Cancelled => StatusBody::Cancelled,
        TransferState::Expired => StatusBody::Expired,
    }
}
