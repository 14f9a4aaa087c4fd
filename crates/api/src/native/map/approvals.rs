//! Approvals: how something that waits for others is shown.

use super::policies::{change, checker_ids};
use super::transfers::{Shown, approval_status, approved_by, decline, whole};
use crate::native::wire::Time;
use crate::native::wire::approvals::{ApprovalBody, SubjectBody};
use crate::native::wire::policies::PolicyChangeBody;
use crate::native::wire::transfers::{ApprovalStatusBody, StepBody};
use giro_ledger::event::ChangeOutcome;
use giro_ledger::step::Outcome;
use giro_ledger::{Event, Rejection, Step, TransferStep};
use giro_service::approvals::{ApprovalLife, ChangeLife};
use giro_service::{Caller, Links, Record, Service, State};

/// How an approval stands.
///
/// # Panics
/// If it is of a transfer that needed none.
pub(crate) fn status(life: &ApprovalLife) -> ApprovalStatusBody {
    match life {
        ApprovalLife::Transfer(life) => {
            approval_status(life).expect("an approval is of what needs one")
        }
        ApprovalLife::Change(life) => match life.outcome() {
            None | Some(ChangeOutcome::Approved) => ApprovalStatusBody::Pending,
            Some(ChangeOutcome::Applied(_)) => ApprovalStatusBody::Approved,
            Some(ChangeOutcome::Declined(_)) => ApprovalStatusBody::Declined,
            Some(ChangeOutcome::Rejected { .. }) => ApprovalStatusBody::Rejected,
            Some(ChangeOutcome::Cancelled { .. }) => ApprovalStatusBody::Cancelled,
            Some(ChangeOutcome::Expired) => ApprovalStatusBody::Expired,
        },
    }
}

/// The word for a status, as it is shown.
pub(crate) fn word(status: ApprovalStatusBody) -> &'static str {
    match status {
        ApprovalStatusBody::Pending => "pending",
        ApprovalStatusBody::Approved => "approved",
        ApprovalStatusBody::Declined => "declined",
        ApprovalStatusBody::Rejected => "rejected",
        ApprovalStatusBody::Cancelled => "cancelled",
        ApprovalStatusBody::Expired => "expired",
    }
}

/// An approval as it is shown.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    caller: &Caller,
    life: &'a ApprovalLife,
    links: &'a Links,
) -> ApprovalBody<'a> {
    let shown = Shown { service, state };
    let (first, terms, status) = (life.first(), life.terms(), status(life));
    let own = own_steps(life);
    let approved_by = approved_by(&shown, own);
    let agreed = u8::try_from(approved_by.len()).unwrap_or(u8::MAX);
    let is_over = status != ApprovalStatusBody::Pending;
    let decisive = own.last().filter(|_| is_over);
    ApprovalBody {
        id: service.approval_id(first),
        status,
        subject: match life {
            ApprovalLife::Transfer(life) => SubjectBody::Transfer {
                transfer: Box::new(whole(service, state, caller, life, links)),
            },
            ApprovalLife::Change(life) => SubjectBody::PolicyChange {
                change: Box::new(changed(service, state, life)),
            },
        },
        policy: service.asking_policy_id(state, terms),
        needed: terms.needed,
        missing: terms.needed.saturating_sub(agreed),
        checkers: checker_ids(service, state, &terms.checkers),
        requested_by: shown.principal(first.origin.principal),
        requested_at: Time(first.at),
        expires_at: Time(terms.expires_at),
        approved_by,
        decided_at: decisive.map(|record| Time(record.at)),
        reason: decisive.and_then(reason_of),
        decline: decisive
            .and_then(declined_for)
            .map(|why| decline(service, state, caller, why)),
        timeline: timeline(&shown, first, own, status),
    }
}

/// A change of policies; a new policy has an id from when it was approved.
fn changed<'a>(service: &Service, state: &'a State, life: &'a ChangeLife) -> PolicyChangeBody<'a> {
    let mut shown = change(service, state, &life.request().change);
    if let Some(ChangeOutcome::Applied(set)) = life.outcome() {
        shown.policy_id = Some(service.policy_id(state, set.id));
    }
    shown
}

/// Why the last approval did not carry it out, if it did not.
fn declined_for(record: &Record) -> Option<&Rejection> {
    match &record.event {
        Event::Step(TransferStep {
            step: Step::Approved(Outcome::Declined(why)),
            ..
        }) => Some(why),
        Event::ChangeStep(step) => match &step.outcome {
            ChangeOutcome::Declined(why) => Some(why),
            _ => None,
        },
        _ => None,
    }
}

/// The steps up to the decision: what comes after it is the transfer's story.
fn own_steps(life: &ApprovalLife) -> &[Record] {
    let steps = life.steps();
    let is_decision = |record: &Record| match &record.event {
        Event::Step(step) => !matches!(step.step, Step::Approved(Outcome::Waiting)),
        Event::ChangeStep(step) => step.outcome.is_final(),
        _ => false,
    };
    let end = steps.iter().position(is_decision);
    let end = end.map_or(steps.len(), |place| place.saturating_add(1));
    steps.get(..end).unwrap_or(steps)
}

fn timeline<'a>(
    shown: &Shown<'a, '_>,
    first: &Record,
    own: &'a [Record],
    status: ApprovalStatusBody,
) -> Vec<StepBody<'a>> {
    let step = |event, record: &'a Record| StepBody {
        event,
        at: Time(record.at),
        by: shown.principal(record.origin.principal),
        amount: None,
        reason: reason_of(record),
    };
    let mut told = vec![StepBody {
        event: "requested",
        at: Time(first.at),
        by: shown.principal(first.origin.principal),
        amount: None,
        reason: None,
    }];
    let approvals = own.iter().filter(|record| is_approval(record));
    told.extend(approvals.map(|record| step("approved", record)));
    if let Some(last) = own.last() {
        match status {
            ApprovalStatusBody::Pending | ApprovalStatusBody::Approved => {}
            ApprovalStatusBody::Declined => told.push(StepBody {
                by: None,
                ..step("declined", last)
            }),
            ApprovalStatusBody::Rejected
            | ApprovalStatusBody::Cancelled
            | ApprovalStatusBody::Expired => told.push(step(word(status), last)),
        }
    }
    told
}

/// Whether somebody agreed in a step.
pub(crate) fn is_approval(record: &Record) -> bool {
    match &record.event {
        Event::Step(step) => matches!(step.step, Step::Approved(_)),
        Event::ChangeStep(step) => matches!(
            step.outcome,
            ChangeOutcome::Approved | ChangeOutcome::Applied(_) | ChangeOutcome::Declined(_)
        ),
        _ => false,
    }
}

fn reason_of(record: &Record) -> Option<&str> {
    let reason = match &record.event {
        Event::Step(step) => match &step.step {
            Step::Rejected { reason } | Step::Cancelled { reason } => reason.as_ref(),
            Step::Approved(_)
            | Step::Captured { .. }
            | Step::Released { .. }
            | Step::Expired
            | Step::Due(_)
            | Step::Settled => None,
        },
        Event::ChangeStep(step) => match &step.outcome {
            ChangeOutcome::Rejected { reason } | ChangeOutcome::Cancelled { reason } => {
                reason.as_ref()
            }
            ChangeOutcome::Approved
            | ChangeOutcome::Applied(_)
            | ChangeOutcome::Declined(_)
            | ChangeOutcome::Expired => None,
        },
        _ => None,
    };
    reason.map(|reason| reason.as_str())
}
