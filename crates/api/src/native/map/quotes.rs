//! Quotes: what is asked, and what is there.

use super::names::{amount, bounded_if_any, metadata};
use super::rates::rounding_body;
use super::transfers::{Shown, reviewers_of, side_body};
use super::{Field, Names, fees};
use crate::native::error::{Kind, Problem, Refusal};
use crate::native::wire::quotes::{
    QuoteBody, QuotePostingBody, QuoteRequest, QuoteStatusBody, QuoteTermsBody, QuoteUsedBody,
    RateUsedBody,
};
use crate::native::wire::transfers::TransferRequest;
use crate::native::wire::{JsonText, RateText, Time};
use giro_ledger::action::Execution;
use giro_ledger::quote::RateUsed;
use giro_ledger::{
    AccountId, Asset, AssetId, Leg, NewQuote, Quote, QuoteAmount, QuoteId, Rejection, SystemRole,
    Timestamp,
};
use giro_service::quotes::quote_in;
use giro_service::{Caller, QuoteLife, QuoteState, Record};

/// The quote that is asked for. Whoever may not move the money of an account is not told what that
/// would bring.
pub(crate) fn quote(
    names: &Names<'_>,
    caller: &Caller,
    request: &QuoteRequest<'_>,
) -> Result<NewQuote, Problem> {
    let source = granted(names, caller, "source", &request.source)?;
    let target = granted(names, caller, "target", &request.target)?;
    let [(source_asset, given), (target_asset, arriving)] = assets(names, request)?;
    let amount = match (request.amount, request.target_amount) {
        (Some(decimal), None) => {
            let amount = amount(Field::Top("amount"), decimal, given.decimals)?;
            match request.fee_included {
                true => QuoteAmount::SourceWithFee(amount),
                false => QuoteAmount::Source(amount),
            }
        }
        (None, Some(_)) if request.fee_included => {
            return Err(shape(
                "fee_included goes with amount, not with target_amount",
            ));
        }
        (None, Some(decimal)) => {
            let amount = amount(Field::Top("target_amount"), decimal, arriving.decimals);
            QuoteAmount::Target(amount?)
        }
        (None, None) | (Some(_), Some(_)) => {
            return Err(shape("give exactly one of amount and target_amount"));
        }
    };
    Ok(NewQuote {
        source,
        target,
        source_asset,
        target_asset,
        amount,
        seconds: request.expires_in_seconds,
    })
}

fn granted(
    names: &Names<'_>,
    caller: &Caller,
    field: &'static str,
    text: &JsonText<'_>,
) -> Result<AccountId, Problem> {
    let account = names.account(Field::Top(field), text.as_str())?;
    match caller.sees(&names.state.ledger, account) {
        true => Ok(account),
        false => {
            let why = Rejection::AccountNotGranted { account };
            Err(Refusal::seen_by(names.service, names.state, caller, &why).into())
        }
    }
}

/// What is given and what arrives.
fn assets<'a>(
    names: &Names<'a>,
    request: &QuoteRequest<'_>,
) -> Result<[(AssetId, &'a Asset); 2], Problem> {
    let named = |field, code: &JsonText<'_>| names.asset(Field::Top(field), code.as_str());
    match (&request.source_asset, &request.target_asset, &request.asset) {
        (Some(source), Some(target), None) => Ok([
            named("source_asset", source)?,
            named("target_asset", target)?,
        ]),
        (None, None, Some(asset)) => {
            let asset = named("asset", asset)?;
            Ok([asset, asset])
        }
        _ => Err(shape("give source_asset and target_asset, or else asset")),
    }
}

fn shape(detail: &str) -> Problem {
    Problem::new(Kind::QUOTE_SHAPE, detail)
}

/// Checks that whoever carries out a quote says nothing that the quote says.
fn check_only_quote(request: &TransferRequest<'_>) -> Result<(), Problem> {
    match request {
        TransferRequest {
            source: None,
            target: None,
            asset: None,
            amount: None,
            amount_at_most: None,
            postings: None,
            hold: None,
            execute_at: None,
            execute_local: None,
            funds: None,
            in_kind: false,
            dual_control: false,
            ..
        } => Ok(()),
        TransferRequest { .. } => {
            let detail = "a quote goes with reviewers, reference and metadata, and nothing else";
            Err(Problem::new(Kind::TRANSFER_SHAPE, detail))
        }
    }
}

/// The execution of a quote that is asked for.
pub(crate) fn execution(
    names: &Names<'_>,
    quote: &Record,
    request: &TransferRequest<'_>,
) -> Result<Execution, Problem> {
    check_only_quote(request)?;
    Ok(Execution {
        quote: QuoteId(quote.seq.0),
        reference: bounded_if_any(Field::Top("reference"), request.reference.as_ref())?,
        metadata: metadata(request.metadata.as_ref())?,
        reviewers: reviewers_of(names, request.reviewers.as_deref())?,
    })
}

/// A quote as it is shown.
pub(crate) fn body<'a>(
    shown: &Shown<'a, '_>,
    life: &'a QuoteLife,
    now: Timestamp,
) -> QuoteBody<'a> {
    let (service, state) = (shown.service, shown.state);
    let (record, quote) = (&life.record, life.quote());
    let is_real = record.seq.0 > 0;
    QuoteBody {
        id: is_real.then(|| service.quote_id(record)),
        dry_run: !is_real,
        status: match life.state(now) {
            QuoteState::Open => QuoteStatusBody::Open,
            QuoteState::Used => QuoteStatusBody::Used,
            QuoteState::Expired => QuoteStatusBody::Expired,
        },
        source: service.account_id(state, quote.request.source),
        target: service.account_id(state, quote.request.target),
        terms: terms(shown, quote),
        postings: postings(shown, record, quote),
        used_by: life.used_by,
        requested_by: shown.principal(record.origin.principal),
        created_at: Time(record.at),
        expires_at: Time(quote.expires_at),
    }
}

/// How a quote is to stand.
pub(crate) fn state(status: QuoteStatusBody) -> QuoteState {
    match status {
        QuoteStatusBody::Open => QuoteState::Open,
        QuoteStatusBody::Used => QuoteState::Used,
        QuoteStatusBody::Expired => QuoteState::Expired,
    }
}

fn terms<'a>(shown: &Shown<'a, '_>, quote: &'a Quote) -> QuoteTermsBody<'a> {
    let request = &quote.request;
    let (from, into) = (request.source_asset, request.target_asset);
    QuoteTermsBody {
        source_asset: shown.code(from),
        target_asset: shown.code(into),
        given: shown.amount(quote.given(), from),
        converted: shown.amount(quote.converted, from),
        arrives: shown.amount(quote.arrives, into),
        fee: quote.fee.as_ref().map(|fee| fees::charged(shown, fee)),
        rate: quote.rate.as_ref().map(rate_body),
        residue: residue(shown, quote),
    }
}

fn rate_body(used: &RateUsed) -> RateUsedBody<'_> {
    RateUsedBody {
        value: RateText(used.rate),
        market: RateText(used.market),
        spread_basis_points: used.spread,
        provider: used.provider.as_str(),
        as_of: Time(used.as_of),
        rounding: rounding_body(used.rounding),
    }
}

/// What rounding has left, exactly.
fn residue(shown: &Shown<'_, '_>, quote: &Quote) -> Option<String> {
    let used = quote.rate.as_ref()?;
    let ledger = &shown.state.ledger;
    let decimals = |id| ledger.asset(id).map_or(0, |asset| asset.decimals);
    let (from, to) = (
        decimals(quote.request.source_asset),
        decimals(quote.request.target_asset),
    );
    let residue = used.rate.residue(quote.converted, from, quote.arrives, to);
    residue.map(|residue| residue.to_string())
}

fn postings<'a>(
    shown: &Shown<'a, '_>,
    record: &Record,
    quote: &Quote,
) -> Vec<QuotePostingBody<'a>> {
    let book = shown.state.ledger.book(record.origin.book);
    let book = book.expect("a quote is of a book");
    let fx = book.system_account(SystemRole::Fx);
    let fees = book.system_account(SystemRole::Fees);
    let posting = |leg: &Leg| QuotePostingBody {
        account: shown.service.account_id(shown.state, leg.account),
        asset: shown.code(leg.asset),
        side: side_body(leg.side),
        amount: shown.amount(leg.amount, leg.asset),
    };
    quote.legs(fx, fees).iter().map(posting).collect()
}

/// The quote that a transfer carries out, by its record.
pub(crate) fn carried_out<'a>(
    shown: &Shown<'a, '_>,
    record: &'a Record,
) -> Option<QuoteUsedBody<'a>> {
    let quote = quote_in(record)?;
    Some(QuoteUsedBody {
        id: shown.service.quote_id(record),
        terms: terms(shown, quote),
        created_at: Time(record.at),
        expires_at: Time(quote.expires_at),
    })
}
