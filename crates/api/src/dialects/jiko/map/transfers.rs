//! Transfers as transfer requests of the wire.

use super::sent::Sent;
use crate::dialects::jiko::SCOPE;
use crate::dialects::jiko::wire::{Approval, Decision, Reason, Status, TransferRequest};
use crate::http::time;
use giro_ledger::{
    AccountId, Event, Ledger, Leg, Rejection, Side, Step, TransferKind, TransferState,
    TransferStatus,
};
use giro_service::trades::booking;
use giro_service::{IdKind, Life, Record, Service, State};
use serde_json::value::RawValue;
use serde_json::{Value, json};
use uuid::Uuid;

/// What is a transfer between pockets.
pub const KINDS: [TransferKind; 1] = [TransferKind::Transfer];

/// The transfer request of a transfer.
pub fn transfer_request(service: &Service, state: &State, life: &Life) -> TransferRequest {
    let Sent {
        transfer,
        reviewers,
    } = sent(&life.first).unwrap_or_else(|| rebuilt(service, state, life));
    let terms = approval_terms(life);
    TransferRequest {
        id: id_in(&transfer),
        status: status_of(life.progress.state),
        reason: reason_of(life),
        transfer,
        reviewers,
        required_approvals: required_approvals(life),
        approvals: approvals(service, state, life),
        trades: trades(service, life),
        time_created: time::format(life.first.at),
        updated_at: time::format(life.last().at),
        expires_at: terms.map(|terms| time::format(terms.expires_at)),
        object_type: "TransferRequest",
    }
}

/// The id of the transfer request of a transfer: the one that its client has chosen, as it was
/// sent, or else ours.
pub fn request_id(service: &Service, first: &Record) -> String {
    let chosen = sent(first).map(|sent| id_in(&sent.transfer));
    chosen.unwrap_or_else(|| service.transfer_id(first).to_string())
}

/// What was sent, if it came over this interface. Others can have any metadata.
fn sent(first: &Record) -> Option<Sent> {
    let key = first.origin.key.as_ref();
    let is_ours = key.is_some_and(|key| key.scope == SCOPE);
    match &first.event {
        Event::Transfer(transfer) if is_ours => Sent::of(&transfer.request.metadata),
        _ => None,
    }
}

/// What could have been sent to ask for a transfer that came over another interface.
fn rebuilt(service: &Service, state: &State, life: &Life) -> Sent {
    let request = &life.transfer().request;
    let (origin, destination) = sides(&life.first).expect("a transfer has both sides");
    let terms = request.terms.as_deref();
    let mut transfer = json!({
        "id": service.transfer_id(&life.first),
        "type": "ON_US",
        "origin_pocket_id": service.account_id(state, origin.account),
        "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": 0},
        "details": {
            "type": "INTERNAL_REALLOCATION",
            "destination_pocket_id": service.account_id(state, destination.account),
        },
    });
    if let Some(reference) = &request.reference {
        transfer["description"] = Value::from(reference.as_str());
    }
    if terms.is_some_and(|terms| terms.in_kind) {
        transfer["details"]["transfer_type"] = Value::from("SECURITY_TRANSFER");
    }
    let reviewers = terms.map_or(&[][..], |terms| &terms.reviewers).iter();
    let reviewers = reviewers.map(|one| service.principal_id(state, *one));
    // A JSON number of this library does not go as far as an amount.
    let nothing = r#""amount_usdc":0"#;
    let amount = format!(r#""amount_usdc":{}"#, origin.amount.minor());
    let transfer = transfer.to_string().replacen(nothing, &amount, 1);
    let reviewers = json!(reviewers.collect::<Vec<Uuid>>()).to_string();
    let raw = |json: String| RawValue::from_string(json).expect("it was made as JSON");
    Sent {
        transfer: raw(transfer),
        reviewers: raw(reviewers),
    }
}

fn id_in(transfer: &RawValue) -> String {
    #[derive(serde::Deserialize)]
    struct Named {
        id: String,
    }
    let named = serde_json::from_str(transfer.get());
    named.map_or_else(|_| String::new(), |Named { id }| id)
}

/// What pays and what is paid: the first leg of each side. Fees come behind them.
pub fn sides(first: &Record) -> Option<(&Leg, &Leg)> {
    let Event::Transfer(transfer) = &first.event else {
        return None;
    };
    let legs = &transfer.request.legs;
    let on = |side| legs.iter().find(|leg| leg.side == side);
    Some((on(Side::Debit)?, on(Side::Credit)?))
}

/// Whether a transfer between two pockets begins in a record.
pub fn is_request(ledger: &Ledger, record: &Record) -> bool {
    let is_kind = match &record.event {
        Event::Transfer(transfer) => KINDS.contains(&transfer.request.kind),
        _ => false,
    };
    let is_own = |id: AccountId| ledger.account(id).is_some_and(|one| one.role.is_none());
    is_kind && sides(record).is_some_and(|(from, to)| is_own(from.account) && is_own(to.account))
}

/// Where a transfer is in its life.
fn status_of(state: TransferState) -> Status {
    match state {
        TransferState::AwaitingApproval => Status::PendingApproval,
        TransferState::Scheduled => Status::Approved,
        TransferState::Held => Status::Processing,
        TransferState::Completed => Status::Completed,
        TransferState::Declined | TransferState::Rejected => Status::Rejected,
        TransferState::Cancelled => Status::Canceled,
        TransferState::Expired => Status::Expired,
    }
}

/// Where transfers of a status can be in their lives.
pub fn states_of(status: Status) -> impl Iterator<Item = TransferState> {
    let all = TransferState::ALL.into_iter();
    all.filter(move |state| status_of(*state) == status)
}

fn reason_of(life: &Life) -> Option<Reason> {
    match life.progress.state {
        TransferState::Declined => {
            let terms = life.transfer().request.terms.as_deref();
            let is_all = terms.is_some_and(|terms| terms.at_most.is_some());
            Some(match life.progress.declined.as_ref() {
                // Of all that there is, the fee leaves nothing.
                Some(Rejection::FeeTooLarge { .. }) if is_all => Reason::InsufficientFunds,
                Some(why) => reason(why),
                None => Reason::InvalidTransfer,
            })
        }
        TransferState::Rejected => Some(Reason::ReviewerRejected),
        TransferState::Cancelled => Some(Reason::Canceled),
        TransferState::AwaitingApproval
        | TransferState::Scheduled
        | TransferState::Held
        | TransferState::Completed
        | TransferState::Expired => None,
    }
}

/// A rule's no in the vendor's words.
#[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
fn reason(why: &Rejection) -> Reason {
    match why {
        Rejection::InsufficientFunds { .. } => Reason::InsufficientFunds,
        Rejection::AccountClosed { .. }
        | Rejection::AccountFrozen { .. }
        | Rejection::AccountNotGranted { .. }
        | Rejection::BookStopped => Reason::AccountUnavailable,
        Rejection::AssetNotHeld { .. } | Rejection::UnknownAsset { .. } => Reason::InvalidCurrency,
        Rejection::AssetMalformed
        | Rejection::SettingOutOfRange { .. }
        | Rejection::CapabilityNotGrantable
        | Rejection::AssetListMalformed
        | Rejection::LegCount { .. }
        | Rejection::AmountZero
        | Rejection::AmountTooLarge
        | Rejection::Unbalanced { .. }
        | Rejection::SameAccount { .. }
        | Rejection::HoldSecondsOutOfRange { .. }
        | Rejection::NotDivisible
        | Rejection::ReviewersMalformed
        | Rejection::PolicyMalformed { .. }
        | Rejection::LimitMalformed { .. }
        | Rejection::GrantMalformed { .. }
        | Rejection::RateMalformed { .. }
        | Rejection::RateZero
        | Rejection::FeeMalformed { .. }
        | Rejection::QuoteSecondsOutOfRange { .. }
        | Rejection::ScheduleMalformed { .. }
        | Rejection::ScheduleInPast
        | Rejection::ScheduleNever
        | Rejection::ScheduleInGap { .. }
        | Rejection::ScheduleInFold { .. }
        | Rejection::ScheduleInShortMonth { .. }
        | Rejection::CalendarMalformed { .. }
        | Rejection::WebhookMalformed { .. }
        | Rejection::InstrumentMalformed { .. }
        | Rejection::UnknownBook { .. }
        | Rejection::UnknownAccount { .. }
        | Rejection::UnknownPrincipal { .. }
        | Rejection::UnknownPolicy { .. }
        | Rejection::UnknownWebhook { .. }
        | Rejection::UnknownLimit { .. }
        | Rejection::UnknownFee { .. }
        | Rejection::UnknownQuote { .. }
        | Rejection::UnknownSchedule { .. }
        | Rejection::UnknownCalendar
        | Rejection::BookFull { .. }
        | Rejection::UnknownInstrument { .. }
        | Rejection::SystemAccount { .. }
        | Rejection::AssetConflict { .. }
        | Rejection::InstrumentConflict { .. }
        | Rejection::SecurityNotDirect { .. }
        | Rejection::InvestedCannotBeHeld { .. }
        | Rejection::RateOutdated { .. }
        | Rejection::UnknownRate { .. }
        | Rejection::QuoteUsed { .. }
        | Rejection::QuoteExpired { .. }
        | Rejection::SweepCircle { .. }
        | Rejection::ScheduleOver { .. }
        | Rejection::ScheduleUnchanged { .. }
        | Rejection::AccountOutdated { .. }
        | Rejection::TooManySecrets { .. }
        | Rejection::AliasTaken { .. }
        | Rejection::AlreadyRevoked { .. }
        | Rejection::OverdraftInUse { .. }
        | Rejection::AccountHasHolds { .. }
        | Rejection::GrantNotExtendable
        | Rejection::LimitConflict { .. }
        | Rejection::LimitsContradict { .. }
        | Rejection::ReviewerNotAChecker { .. }
        | Rejection::StopUnchanged { .. }
        | Rejection::NotOpen { .. }
        | Rejection::NotAwaitingApproval { .. }
        | Rejection::NotHeld { .. }
        | Rejection::NotTheMaker { .. }
        | Rejection::MakerCannotApprove { .. }
        | Rejection::NotAChecker { .. }
        | Rejection::AlreadyApproved { .. }
        | Rejection::NotDue
        | Rejection::CaptureTooLarge { .. }
        | Rejection::NotCompleted { .. }
        | Rejection::ReversalOfReversal { .. }
        | Rejection::TradesNotReversible { .. }
        | Rejection::FeeNotReturnable { .. }
        | Rejection::ReversalTooLarge { .. }
        | Rejection::AmountNotGranted { .. }
        | Rejection::MakerRevoked { .. }
        | Rejection::RateMissing { .. }
        | Rejection::RateStale { .. }
        | Rejection::ComesToNothing { .. }
        | Rejection::FeeTooLarge { .. }
        | Rejection::InstrumentMatured { .. }
        | Rejection::NoInstrument { .. }
        | Rejection::TooManyInstruments { .. }
        | Rejection::BalanceTooLarge { .. }
        | Rejection::LimitExceeded { .. }
        | Rejection::AccountNotEmpty { .. }
        | Rejection::TooFewCheckers { .. }
        | Rejection::PolicyRemoved { .. }
        | Rejection::BatchAborted { .. } => Reason::InvalidTransfer,
    }
}

fn approval_terms(life: &Life) -> Option<&giro_ledger::ApprovalTerms> {
    match &life.transfer().status {
        TransferStatus::AwaitingApproval(terms) => Some(terms),
        _ => None,
    }
}

/// How many had to agree. What was declined at once was under dual control all the same.
fn required_approvals(life: &Life) -> u8 {
    let asked = life.transfer().request.terms.as_deref();
    let is_dual = asked.is_some_and(|terms| terms.dual_control);
    match (&life.transfer().status, approval_terms(life)) {
        (_, Some(terms)) => terms.needed,
        (TransferStatus::Declined(_), None) => u8::from(is_dual),
        _ => 0,
    }
}

fn approvals(service: &Service, state: &State, life: &Life) -> Vec<Approval> {
    let decided = |record: &Record| {
        let Event::Step(step) = &record.event else {
            return None;
        };
        let decision = match &step.step {
            Step::Approved(_) => Decision::Approved,
            Step::Rejected { .. } => Decision::Rejected,
            _ => return None,
        };
        Some(Approval {
            reviewer: service.principal_id(state, record.origin.principal),
            decision,
            decided_at: time::format(record.at),
        })
    };
    life.steps.iter().filter_map(decided).collect()
}

fn trades(service: &Service, life: &Life) -> Vec<Uuid> {
    let records = std::iter::once(&life.first).chain(&life.steps);
    let booked = records.filter_map(|record| Some((record, booking(record)?)));
    let ids = booked.flat_map(|(record, booked)| {
        let places = 0..booked.trades.len();
        places.map(move |place| service.trade_id(record, place))
    });
    ids.collect()
}

/// The id of a transaction as a pocket sees it: of the leg at that place in a record.
pub fn transaction_activity_id(service: &Service, record: &Record, place: usize) -> Uuid {
    const LEGS_MAX: u64 = 256;
    let place = u64::try_from(place).unwrap_or(0);
    let number = record.seq.0.saturating_mul(LEGS_MAX).saturating_add(place);
    service.ids().encode(IdKind::Leg, number, record.at)
}
