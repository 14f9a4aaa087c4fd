//! Transfers: what is asked, and what is on record.

use super::names::{amount, bounded_if_any, metadata};
use super::{Field, Names};
use crate::http::JsonDecimal;
use crate::native::error::{Kind, Problem, Refusal};
use crate::native::wire::transfers::{
    DeclineBody, FundsRequest, KindBody, PostingBody, PostingRequest, SideBody, StatusBody,
    StepBody, TransferBody, TransferRequest,
};
use crate::native::wire::{Decimal, JsonText, MetadataBody, Time};
use giro_ledger::{
    Amount, AssetId, Event, Leg, Legs, NewTransfer, PrincipalId, Side, SignedAmount, SystemRole,
    Transfer, TransferKind, TransferStatus,
};
use giro_service::{LegTrace, Record, Service, State};
use uuid::Uuid;

/// The transfer that is asked for.
pub(crate) fn transfer(
    names: &Names<'_>,
    request: &TransferRequest<'_>,
) -> Result<NewTransfer, Problem> {
    let legs = match request {
        TransferRequest {
            source: Some(source),
            target: Some(target),
            asset: Some(asset),
            amount: Some(decimal),
            postings: None,
            ..
        } => pair(names, source, target, asset, *decimal)?,
        TransferRequest {
            source: None,
            target: None,
            asset: None,
            amount: None,
            postings: Some(postings),
            ..
        } => legs(names, postings)?,
        TransferRequest { .. } => {
            let detail = "give source, target, asset and amount, or else postings";
            return Err(Problem::new(Kind::TRANSFER_SHAPE, detail));
        }
    };
    Ok(NewTransfer {
        kind: TransferKind::Transfer,
        legs,
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        terms: None,
    })
}

fn pair(
    names: &Names<'_>,
    source: &JsonText<'_>,
    target: &JsonText<'_>,
    asset: &JsonText<'_>,
    decimal: JsonDecimal<'_>,
) -> Result<Legs, Problem> {
    let source = names.account(Field::Top("source"), source.as_str())?;
    let target = names.account(Field::Top("target"), target.as_str())?;
    let (id, asset) = names.asset(Field::Top("asset"), asset.as_str())?;
    let amount = amount(Field::Top("amount"), decimal, asset.decimals)?;
    Ok(NewTransfer::simple(TransferKind::Transfer, source, target, id, amount).legs)
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

/// Which way money crosses the border of the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Crossing {
    In,
    Out,
}

/// The deposit or withdrawal that is asked for.
pub(crate) fn funds(
    names: &Names<'_>,
    request: &FundsRequest<'_>,
    crossing: Crossing,
) -> Result<NewTransfer, Problem> {
    let account = names.account(Field::Top("account"), request.account.as_str())?;
    let (id, asset) = names.asset(Field::Top("asset"), request.asset.as_str())?;
    let amount = amount(Field::Top("amount"), request.amount, asset.decimals)?;
    let book = names.state.ledger.book(names.book);
    let external = book
        .expect("whoever may move money has a book")
        .system_account(SystemRole::External);
    let plain = match crossing {
        Crossing::In => NewTransfer::simple(TransferKind::Deposit, external, account, id, amount),
        Crossing::Out => {
            NewTransfer::simple(TransferKind::Withdrawal, account, external, id, amount)
        }
    };
    Ok(NewTransfer {
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        ..plain
    })
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

/// A recorded transfer as it is shown.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    record: &'a Record,
) -> TransferBody<'a> {
    let shown = Shown { service, state };
    let Transfer { request, status } = transfer_in(record);
    let at = Time(record.at);
    let (status, decline) = match status {
        TransferStatus::Completed => (StatusBody::Completed, None),
        TransferStatus::AwaitingApproval(_) | TransferStatus::Held { .. } => {
            (StatusBody::Completed, None)
        }
        TransferStatus::Declined(why) => {
            let Refusal {
                kind,
                detail,
                members,
            } = Refusal::in_state(service, state, why);
            let code = kind.code;
            (
                StatusBody::Declined,
                Some(DeclineBody {
                    code,
                    detail,
                    members,
                }),
            )
        }
    };
    let postings = request.legs.iter().zip(&record.trace.legs);
    let pair = request.pair();
    let by = shown.principal(record.origin.principal);
    let event = match status {
        StatusBody::Completed => "completed",
        StatusBody::Declined => "declined",
    };
    TransferBody {
        id: service.transfer_id(record),
        kind: kind_body(request.kind),
        status,
        source: pair.map(|(source, _)| service.account_id(state, source.account)),
        target: pair.map(|(_, target)| service.account_id(state, target.account)),
        asset: pair.map(|(source, _)| shown.code(source.asset)),
        amount: pair.map(|(source, _)| shown.amount(source.amount, source.asset)),
        postings: postings
            .map(|(leg, trace)| shown.posting(leg, trace))
            .collect(),
        reference: request
            .reference
            .as_ref()
            .map(|reference| reference.as_str()),
        metadata: MetadataBody(&request.metadata),
        idempotency_key: record.origin.key.as_ref().map(|key| key.name()),
        requested_by: by,
        created_at: at,
        completed_at: (status == StatusBody::Completed).then_some(at),
        declined_at: (status == StatusBody::Declined).then_some(at),
        decline,
        timeline: [
            StepBody {
                event: "requested",
                at,
                by,
            },
            StepBody {
                event,
                at,
                by: None,
            },
        ],
    }
}

/// What kind of movement it is, on the wire.
pub(crate) fn kind_body(kind: TransferKind) -> KindBody {
    match kind {
        TransferKind::Transfer => KindBody::Transfer,
        TransferKind::Deposit => KindBody::Deposit,
        TransferKind::Withdrawal => KindBody::Withdrawal,
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
    fn posting(&self, leg: &Leg, trace: &LegTrace) -> PostingBody<'a> {
        PostingBody {
            account: self.service.account_id(self.state, leg.account),
            asset: self.code(leg.asset),
            side: side_body(leg.side),
            amount: self.amount(leg.amount, leg.asset),
            balance_after: self.signed(trace.posted, leg.asset),
        }
    }

    fn principal(&self, id: PrincipalId) -> Option<Uuid> {
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
