//! Transfers: what is asked. What is on record is in [`life`].

mod later;
mod life;
mod timeline;

pub(crate) use life::{approval_status, approved_by, body, decline, whole};
pub(crate) use timeline::step_of;

use super::names::{amount, bounded_if_any, metadata};
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, kind_of};
use crate::native::wire::transfers::{
    CaptureRequest, DepositRequest, HoldRequest, KindBody, PostingRequest, ReasonBody,
    ReversalRequest, SideBody, TransferRequest, WithdrawalRequest,
};
use crate::native::wire::{Decimal, JsonText};
use giro_ledger::action::{Capture, NewReversal, Original};
use giro_ledger::terms::HoldTerms;
use giro_ledger::{
    AccountId, Amount, Asset, AssetId, Event, Leg, Legs, NewTransfer, PrincipalId, Rejection,
    ReversalReason, Side, SignedAmount, SystemRole, Terms, Transfer, TransferKind,
};
use giro_service::{Life, Record, Service, State};
use uuid::Uuid;

/// What `amount` says where all that is available is to move.
const ALL_AVAILABLE: &str = "all_available";

/// The transfer that is asked for.
pub(crate) fn transfer(
    names: &Names<'_>,
    request: &TransferRequest<'_>,
) -> Result<NewTransfer, Problem> {
    let (legs, at_most) = match request {
        TransferRequest {
            source: Some(source),
            target: Some(target),
            asset: Some(asset),
            postings: None,
            quote: None,
            ..
        } => {
            let source = names.account(Field::Top("source"), source.as_str())?;
            let target = names.account(Field::Top("target"), target.as_str())?;
            let (id, asset) = names.asset(Field::Top("asset"), asset.as_str())?;
            let asked = asked(request.amount, request.amount_at_most, asset)?;
            let plain = pair(TransferKind::Transfer, source, target, id, asked);
            (plain.legs, asked.at_most())
        }
        TransferRequest {
            source: None,
            target: None,
            asset: None,
            amount: None,
            amount_at_most: None,
            postings: Some(postings),
            quote: None,
            ..
        } => (legs(names, postings)?, None),
        TransferRequest { .. } => return Err(shape()),
    };
    let mut terms = terms(names, at_most, request.hold, request.reviewers.as_deref())?;
    if let Some(later) = later::later(names, request)? {
        terms.get_or_insert_default().later = Some(later);
    }
    if request.in_kind {
        terms.get_or_insert_default().in_kind = true;
    }
    if request.dual_control {
        terms.get_or_insert_default().dual_control = true;
    }
    Ok(NewTransfer {
        kind: TransferKind::Transfer,
        legs,
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        terms,
    })
}

fn shape() -> Problem {
    let detail = "give source, target, asset and amount or amount_at_most, or else postings";
    Problem::new(Kind::TRANSFER_SHAPE, detail)
}

/// How much is asked for.
#[derive(Clone, Copy)]
enum Asked {
    Exactly(Amount),
    AtMost(Amount),
}

impl Asked {
    fn at_most(self) -> Option<Amount> {
        match self {
            Asked::Exactly(_) => None,
            Asked::AtMost(amount) => Some(amount),
        }
    }
}

fn asked(
    exactly: Option<JsonDecimal<'_>>,
    at_most: Option<JsonDecimal<'_>>,
    asset: &Asset,
) -> Result<Asked, Problem> {
    let decimals = asset.decimals;
    match (exactly, at_most) {
        (Some(all), None) if all.text().as_deref() == Some(ALL_AVAILABLE) => {
            Ok(Asked::AtMost(Amount::MAX))
        }
        (Some(decimal), None) => {
            amount(Field::Top("amount"), decimal, decimals).map(Asked::Exactly)
        }
        (None, Some(decimal)) => {
            amount(Field::Top("amount_at_most"), decimal, decimals).map(Asked::AtMost)
        }
        (None, None) | (Some(_), Some(_)) => Err(shape()),
    }
}

fn pair(
    kind: TransferKind,
    source: AccountId,
    target: AccountId,
    asset: AssetId,
    asked: Asked,
) -> NewTransfer {
    let (Asked::Exactly(amount) | Asked::AtMost(amount)) = asked;
    NewTransfer::simple(kind, source, target, asset, amount)
}

/// The terms that are asked for; the usual transfer has none.
fn terms(
    names: &Names<'_>,
    at_most: Option<Amount>,
    hold: Option<HoldRequest>,
    reviewers: Option<&[JsonText<'_>]>,
) -> Result<Option<Box<Terms>>, Problem> {
    let hold = match hold {
        None | Some(HoldRequest::Flag(false)) => None,
        Some(HoldRequest::Flag(true)) => Some(HoldTerms::default()),
        Some(HoldRequest::Terms(terms)) => Some(HoldTerms {
            seconds: terms.expires_in_seconds,
        }),
    };
    if at_most.is_none() && hold.is_none() && reviewers.is_none() {
        return Ok(None);
    }
    Ok(Some(Box::new(Terms {
        at_most,
        hold,
        reviewers: reviewers_of(names, reviewers)?,
        ..Terms::default()
    })))
}

/// Those who may approve a transfer, if not everybody who may.
pub(crate) fn reviewers_of(
    names: &Names<'_>,
    reviewers: Option<&[JsonText<'_>]>,
) -> Result<Vec<PrincipalId>, Problem> {
    if reviewers.is_some_and(<[_]>::is_empty) {
        let kind = kind_of(&Rejection::ReviewersMalformed);
        let why = "is empty: leave it out for everybody who may approve";
        return Err(Problem::of_field(kind, "reviewers", why));
    }
    let named = reviewers.unwrap_or_default().iter().enumerate();
    let named =
        named.map(|(place, text)| names.principal(Field::Entry("reviewers", place), text.as_str()));
    named.collect()
}

fn legs(names: &Names<'_>, postings: &[PostingRequest<'_>]) -> Result<Legs, Problem> {
    let leg = |(place, posting): (usize, &PostingRequest<'_>)| {
        let field = |name| Field::Item("postings", place, name);
        let account = names.account(field("account"), posting.account.as_str())?;
        let (id, asset) = names.asset(field("asset"), posting.asset.as_str())?;
        let amount = amount(field("amount"), posting.amount, asset.decimals)?;
        let side = match posting.side {
            SideBody::Debit => Side::Debit,
            SideBody::Credit => Side::Credit,
        };
        Ok(Leg {
            account,
            asset: id,
            side,
            amount,
        })
    };
    postings.iter().enumerate().map(leg).collect()
}

/// The deposit that is asked for.
pub(crate) fn deposit(
    names: &Names<'_>,
    request: &DepositRequest<'_>,
) -> Result<NewTransfer, Problem> {
    let account = names.account(Field::Top("account"), request.account.as_str())?;
    let (id, asset) = names.asset(Field::Top("asset"), request.asset.as_str())?;
    let amount = amount(Field::Top("amount"), request.amount, asset.decimals)?;
    let outside = external(names);
    Ok(NewTransfer {
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        terms: terms(names, None, None, request.reviewers.as_deref())?,
        ..NewTransfer::simple(TransferKind::Deposit, outside, account, id, amount)
    })
}

/// The withdrawal that is asked for.
pub(crate) fn withdrawal(
    names: &Names<'_>,
    request: &WithdrawalRequest<'_>,
) -> Result<NewTransfer, Problem> {
    let account = names.account(Field::Top("account"), request.account.as_str())?;
    let (id, asset) = names.asset(Field::Top("asset"), request.asset.as_str())?;
    let asked = asked(request.amount, request.amount_at_most, asset)?;
    let reviewers = request.reviewers.as_deref();
    Ok(NewTransfer {
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        terms: terms(names, asked.at_most(), request.hold, reviewers)?,
        ..pair(
            TransferKind::Withdrawal,
            account,
            external(names),
            id,
            asked,
        )
    })
}

/// The outside of the book.
fn external(names: &Names<'_>) -> AccountId {
    let book = names.state.ledger.book(names.book);
    let book = book.expect("whoever may move money has a book");
    book.system_account(SystemRole::External)
}

/// The capture that is asked for of a hold.
pub(crate) fn capture(
    state: &State,
    first: &Record,
    request: &CaptureRequest<'_>,
) -> Result<Capture, Problem> {
    Ok(Capture {
        transfer: giro_ledger::TransferId(first.seq.0),
        amount: part(state, &transfer_in(first).request.legs, request.amount)?,
        release_rest: request.release_remainder,
    })
}

/// The reversal that is asked for of a transfer.
pub(crate) fn reversal(
    names: &Names<'_>,
    life: &Life,
    request: &ReversalRequest<'_>,
) -> Result<NewReversal, Problem> {
    let original: Original = life.original();
    let legs = &life.transfer().request.legs;
    Ok(NewReversal {
        amount: part(names.state, legs, request.amount)?,
        reason: match request.reason {
            ReasonBody::Duplicate => ReversalReason::Duplicate,
            ReasonBody::Fraud => ReversalReason::Fraud,
            ReasonBody::WrongAmount => ReversalReason::WrongAmount,
            ReasonBody::WrongAccount => ReversalReason::WrongAccount,
            ReasonBody::CustomerRequest => ReversalReason::CustomerRequest,
            ReasonBody::Other => ReversalReason::Other,
        },
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        reviewers: reviewers_of(names, request.reviewers.as_deref())?,
        returns_fee: request.return_fee,
        original,
    })
}

/// A part of a transfer, in its asset. Of more than two postings no part can be asked for, which
/// the rules say.
fn part(
    state: &State,
    legs: &[Leg],
    decimal: Option<JsonDecimal<'_>>,
) -> Result<Option<Amount>, Problem> {
    let asset = legs.first().and_then(|leg| state.ledger.asset(leg.asset));
    let decimals = asset.map_or(0, |asset| asset.decimals);
    let read = |decimal| amount(Field::Top("amount"), decimal, decimals);
    decimal.map(read).transpose()
}

/// The transfer in a record.
///
/// # Panics
/// If there is none in it.
pub(crate) fn transfer_in(record: &Record) -> &Transfer {
    match &record.event {
        Event::Transfer(transfer) => transfer,
        other => unreachable!("a transfer was asked for, and led to {other:?}"),
    }
}

/// The places of the legs that say from where, to where and how much, if it is from one account to
/// another: its fee apart, and without the way through `fx`.
fn ends(request: &NewTransfer) -> Option<(usize, usize)> {
    let terms = request.terms.as_deref();
    let has_fee = terms.is_some_and(|terms| terms.fee.is_some() || terms.returns_fee);
    let fee = if has_fee { 2 } else { 0 };
    let own = request.legs.len().checked_sub(fee)?;
    let last = match own {
        2 => 1,
        4 if request.kind == TransferKind::Conversion => 3,
        _ => return None,
    };
    let side = |place: usize| request.legs.get(place).map(|leg| leg.side);
    match (side(0)?, side(last)?) {
        (Side::Debit, Side::Credit) => Some((0, last)),
        (Side::Credit, Side::Debit) => Some((last, 0)),
        (Side::Debit, Side::Debit) | (Side::Credit, Side::Credit) => None,
    }
}

/// What kind of movement it is, on the wire.
pub(crate) fn kind_body(kind: TransferKind) -> KindBody {
    match kind {
        TransferKind::Transfer => KindBody::Transfer,
        TransferKind::Deposit => KindBody::Deposit,
        TransferKind::Withdrawal => KindBody::Withdrawal,
        TransferKind::Conversion => KindBody::Conversion,
        TransferKind::Trade => KindBody::Trade,
    }
}

/// The kind that is named.
pub(crate) fn kind(body: KindBody) -> TransferKind {
    match body {
        KindBody::Transfer => TransferKind::Transfer,
        KindBody::Deposit => TransferKind::Deposit,
        KindBody::Withdrawal => TransferKind::Withdrawal,
        KindBody::Conversion => TransferKind::Conversion,
        KindBody::Trade => TransferKind::Trade,
    }
}

/// The side of a leg, on the wire.
pub(crate) fn side_body(side: Side) -> SideBody {
    match side {
        Side::Debit => SideBody::Debit,
        Side::Credit => SideBody::Credit,
    }
}

/// Shows things as callers know them.
pub(crate) struct Shown<'a, 's> {
    pub(crate) service: &'s Service,
    pub(crate) state: &'a State,
}

impl<'a> Shown<'a, '_> {
    /// The id of a principal; nothing for the engine itself.
    pub(crate) fn principal(&self, id: PrincipalId) -> Option<Uuid> {
        (id != PrincipalId::ENGINE).then(|| self.service.principal_id(self.state, id))
    }

    /// The code of an asset.
    pub(crate) fn code(&self, id: AssetId) -> &'a str {
        self.state.ledger.asset(id).map_or("", |asset| &asset.code)
    }

    /// An amount of an asset.
    pub(crate) fn amount(&self, amount: Amount, asset: AssetId) -> Decimal {
        self.signed(amount.signed(), asset)
    }

    /// A balance in an asset.
    pub(crate) fn signed(&self, minor: SignedAmount, asset: AssetId) -> Decimal {
        let asset = self.state.ledger.asset(asset);
        let decimals = asset.map_or(0, |asset| asset.decimals);
        Decimal { minor, decimals }
    }
}
