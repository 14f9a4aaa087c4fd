//! Transfers as internal transfers of the wire.

use super::{View, time};
use crate::dialects::youhodler::error::Refusal;
use crate::dialects::youhodler::wire::{
    FamilyParams, FeeComponent, FeeSummary, InternalTransfer, Money, Status, SubjectAttribution,
};
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Event, Leg, Side, TransferKind, TransferState,
    TransferStatus,
};
use giro_service::{Life, Record, Service, ServiceError};

/// The internal transfer of a transfer. `rate` is that of the quote that it carries out.
pub fn transfer(view: View<'_>, life: &Life, rate: Option<String>) -> InternalTransfer {
    let book = life.first.origin.book;
    let legs = legs(life);
    let source = first_own(view, legs, Side::Debit);
    let target = first_own(view, legs, Side::Credit);
    let source_ref = view.account_ref(source.account);
    let target_ref = view.account_ref(target.account);
    let status = status_of(life);
    InternalTransfer {
        account_ref: source_ref.clone(),
        approval_ref: approval_ref(view, life),
        created_at: time(life.first.at),
        failure_reason: failure_reason(life),
        family: "internal_transfer",
        family_params: FamilyParams {
            source_ref,
            target_ref,
        },
        fee_summary: fee_summary(view, life, source.asset),
        fill_rate: rate,
        id: view.service.transfer_id(&life.first),
        principal_amount: money(view, source.asset, principal(view, life, source)),
        settled_at: settled_at(life),
        status,
        subject_attribution: attribution(view, life, book),
        updated_at: time(life.last().at),
    }
}

/// What was posted of a transfer that is completed; else, what was asked for.
fn legs(life: &Life) -> &[Leg] {
    let posted = &life.progress.posted;
    match life.progress.state {
        TransferState::Completed if !posted.is_empty() => posted,
        _ => &life.transfer().request.legs,
    }
}

/// The first leg on a side that is not the book's own, as in conversions; else the first one.
fn first_own<'a>(view: View<'_>, legs: &'a [Leg], side: Side) -> &'a Leg {
    let mut on_side = legs.iter().filter(|leg| leg.side == side);
    let first = on_side.clone().next().expect("a transfer has both sides");
    on_side
        .find(|leg| is_own(view, leg.account))
        .unwrap_or(first)
}

fn is_own(view: View<'_>, account: AccountId) -> bool {
    let account = view.ledger().account(account);
    account.is_some_and(|account| account.role.is_none())
}

/// What leaves accounts of the source's asset, without the fee.
fn principal(view: View<'_>, life: &Life, source: &Leg) -> Amount {
    let fee = life.transfer().request.terms.as_ref();
    let fee = fee.and_then(|terms| terms.fee);
    let fee = fee.filter(|fee| fee.asset == source.asset);
    let fee = fee.map_or(Amount::ZERO, |fee| fee.amount);
    let is_counted = |leg: &&Leg| {
        leg.side == Side::Debit && leg.asset == source.asset && is_own(view, leg.account)
    };
    let debits = legs(life).iter().filter(is_counted);
    let sum = debits.fold(Amount::ZERO, |sum, leg| {
        let more = sum.checked_add(leg.amount);
        more.expect("no side of a transfer is above the maximum")
    });
    sum.checked_sub(fee)
        .filter(|rest| !rest.is_zero())
        .unwrap_or(source.amount)
}

fn money(view: View<'_>, asset: AssetId, amount: Amount) -> Money {
    Money {
        currency: view.code(asset),
        value: view.amount(asset, amount),
    }
}

/// What it costs. The vendor has one word for all fees of internal transfers.
fn fee_summary(view: View<'_>, life: &Life, asset: AssetId) -> FeeSummary {
    let terms = life.transfer().request.terms.as_ref();
    let fee = terms.and_then(|terms| terms.fee);
    match fee.filter(|fee| !fee.amount.is_zero()) {
        None => FeeSummary {
            components: Vec::new(),
            total: money(view, asset, Amount::ZERO),
        },
        Some(fee) => {
            let total = money(view, fee.asset, fee.amount);
            let amount = total.clone();
            let kind = "network_fee";
            FeeSummary {
                components: vec![FeeComponent { amount, kind }],
                total,
            }
        }
    }
}

/// Where a transfer is in its life. What is held is being executed; what is made later can be
/// made.
pub fn status_of(life: &Life) -> Status {
    let progress = &life.progress;
    match progress.state {
        TransferState::AwaitingApproval => Status::PendingApproval,
        TransferState::Scheduled => Status::Admissible,
        TransferState::Held if progress.posted.is_empty() => Status::Executing,
        TransferState::Held => Status::PartiallySettled,
        TransferState::Completed if progress.is_settled => Status::Settled,
        TransferState::Completed => Status::Executed,
        TransferState::Declined => Status::Failed,
        TransferState::Rejected | TransferState::Cancelled | TransferState::Expired => {
            Status::Cancelled
        }
    }
}

fn failure_reason(life: &Life) -> Option<String> {
    match life.progress.state {
        TransferState::Declined => {
            let why = life.progress.declined.as_ref()?;
            Some(match Refusal::of(why) {
                Refusal::NotAdmissible(no) => no.reason.into_owned(),
                Refusal::Request(_) | Refusal::Unexpected => why.code().to_owned(),
            })
        }
        TransferState::Rejected => Some("approval_rejected".to_owned()),
        TransferState::Expired => Some("expired".to_owned()),
        TransferState::AwaitingApproval
        | TransferState::Scheduled
        | TransferState::Held
        | TransferState::Completed
        | TransferState::Cancelled => None,
    }
}

fn approval_ref(view: View<'_>, life: &Life) -> Option<String> {
    let waits = matches!(life.transfer().status, TransferStatus::AwaitingApproval(_));
    waits.then(|| format!("approvals/{}", view.service.approval_id(&life.first)))
}

/// When the last of its money had moved, if it is completed.
fn settled_at(life: &Life) -> Option<String> {
    if life.progress.state != TransferState::Completed {
        return None;
    }
    let mut records = life.steps.iter().rev().chain([&life.first]);
    let posting = records.find(|record: &&Record| !record.event.posted().is_empty());
    Some(time(posting.unwrap_or(&life.first).at))
}

fn attribution(view: View<'_>, life: &Life, book: BookId) -> SubjectAttribution {
    let caller = view.subject(book, life.first.origin.principal);
    let is_decided = life.progress.state != TransferState::AwaitingApproval;
    let checker = life.progress.approved_by.last().filter(|_| is_decided);
    SubjectAttribution {
        actor: None,
        approved_by: checker.map(|checker| view.subject(book, *checker)),
        authenticated_principal: caller.clone(),
        enterprise_binding: view.binding(book),
        federation: None,
        identity_source: "platform-managed",
        initiated_by: None,
        subject: caller,
    }
}

/// The account that pays.
pub fn source_of(view: View<'_>, life: &Life) -> AccountId {
    first_own(view, legs(life), Side::Debit).account
}

/// What is an internal transfer. Deposits, withdrawals and trades are other families.
pub const KINDS: [TransferKind; 2] = [TransferKind::Transfer, TransferKind::Conversion];

/// Whether an internal transfer begins in a record.
pub fn is_internal(record: &Record) -> bool {
    match &record.event {
        Event::Transfer(transfer) => KINDS.contains(&transfer.request.kind),
        _ => false,
    }
}

/// The rate of the quote that a transfer carries out. Reads the disk.
///
/// # Errors
/// If the log cannot be read.
pub fn rate(service: &Service, life: &Life) -> Result<Option<String>, ServiceError> {
    let links = service.links_at_first(life)?;
    let quote = links.quote.as_deref().map(|record| &record.event);
    Ok(match quote {
        Some(Event::Quoted(quote)) => quote.rate.as_ref().map(|used| used.rate.to_string()),
        _ => None,
    })
}
