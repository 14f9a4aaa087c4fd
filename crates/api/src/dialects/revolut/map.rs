//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod answer;
mod fields;
mod query;
mod simulation;
mod webhooks;

pub use answer::{
    Seen, account, bank_details, completion, request_id_of, reverted_at, shown_asset, transaction,
    transfer_answer,
};
pub use fields::uuid;
pub use query::{List, TransactionId, list, transaction_id};
pub use simulation::Simulation;
pub use webhooks::{
    FailedList, WebhookOrder, event_names, failed_list, rotation_seconds, webhook_order,
};

use super::error::Error;
use super::wire::{TopupRequest, TransferRequest};
use fields::{json_object, reference, request_id, required, text};
use giro_ledger::terms::HoldTerms;
use giro_ledger::text::Reference;
use giro_ledger::{
    AccountId, Amount, AssetId, AssetKind, Book, BookSettings, Ledger, NewTransfer, SystemRole,
    Terms, TransferKind,
};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The most that one sandbox top-up may bring, in units of the currency.
const TOPUP_MAX: &str = "10000";
/// What a top-up is about if the client does not say.
const TOPUP_REFERENCE: &str = "Test Top-up";

/// A transfer as the client asks for it: of the documented form, accounts not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferOrder {
    /// The client's own id of the transfer.
    pub request_id: String,
    /// The public id of the account that is debited.
    pub source: Uuid,
    /// The public id of the account that is credited.
    pub target: Uuid,
    money: Money,
    reference: Option<Reference>,
}

/// A top-up as the client asks for it: of the documented form, account not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopupOrder {
    /// The public id of the account that is credited.
    pub account: Uuid,
    /// What happens to it at once, if it is neither to be completed nor to stay pending.
    pub then: Option<Simulation>,
    /// Whether its money is held, and not there yet.
    is_held: bool,
    money: Money,
    reference: Reference,
}

/// An amount as it was written, and its currency. How many decimals it may have depends on the
/// currency.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Money {
    amount: String,
    currency: String,
}

/// Reads the body of `POST /transfer`.
///
/// # Errors
/// [`Error::MissingField`] before [`Error::Invalid`].
pub fn transfer_order(body: &str) -> Result<TransferOrder, Error> {
    let wire: TransferRequest<'_> = json_object(body)?;
    let id = required("request_id", wire.request_id)?;
    let source = required("source_account_id", wire.source_account_id)?;
    let target = required("target_account_id", wire.target_account_id)?;
    let amount = required("amount", wire.amount)?;
    let currency = required("currency", wire.currency)?;
    let order = TransferOrder {
        request_id: request_id("request_id", &text("request_id", id)?)?.to_owned(),
        source: uuid("source_account_id", &text("source_account_id", source)?)?,
        target: uuid("target_account_id", &text("target_account_id", target)?)?,
        money: Money {
            amount: fields::amount("amount", amount)?,
            currency: text("currency", currency)?,
        },
        reference: reference("reference", wire.reference)?,
    };
    if order.source == order.target {
        return Err(Error::field("target_account_id", "is the source account"));
    }
    Ok(order)
}

/// Reads the body of `POST /sandbox/topup`.
///
/// # Errors
/// [`Error::MissingField`] before [`Error::Invalid`].
pub fn topup_order(body: &str) -> Result<TopupOrder, Error> {
    let wire: TopupRequest<'_> = json_object(body)?;
    let account = required("account_id", wire.account_id)?;
    let amount = required("amount", wire.amount)?;
    let currency = required("currency", wire.currency)?;
    let default = || Reference::new(TOPUP_REFERENCE).expect("a short plain text");
    let (is_held, then) = topup_state(wire.state)?;
    Ok(TopupOrder {
        account: uuid("account_id", &text("account_id", account)?)?,
        then,
        is_held,
        money: Money {
            amount: fields::amount("amount", amount)?,
            currency: text("currency", currency)?,
        },
        reference: reference("reference", wire.reference)?.unwrap_or_else(default),
    })
}

/// How a top-up comes to be in the state that is asked for: whether its money is held at first,
/// and what happens to it then.
fn topup_state(state: Option<&RawValue>) -> Result<(bool, Option<Simulation>), Error> {
    let state = state.map(|state| text("state", state)).transpose()?;
    match state.as_deref() {
        None | Some("completed") => Ok((false, None)),
        Some("pending") => Ok((true, None)),
        Some("reverted") => Ok((false, Some(Simulation::Revert))),
        Some("failed") => Ok((true, Some(Simulation::Fail))),
        Some(_) => Err(Error::field("state", "is not a state of top-ups")),
    }
}

/// The command of a transfer, once its accounts have been found.
///
/// # Errors
/// [`Error::NotFound`] for an account that is not shown, [`Error::Invalid`] if the currency is not
/// that of both accounts, or the amount is not one of that currency.
pub fn new_transfer(
    ledger: &Ledger,
    order: TransferOrder,
    source: AccountId,
    target: AccountId,
) -> Result<NewTransfer, Error> {
    let source_asset = shown_asset(ledger, source).ok_or(Error::NotFound("Account"))?;
    let target_asset = shown_asset(ledger, target).ok_or(Error::NotFound("Account"))?;
    let (asset, amount) = order.money.read(ledger, source_asset)?;
    if target_asset != asset {
        return Err(Error::field(
            "currency",
            "is not that of the target account",
        ));
    }
    let kind = TransferKind::Transfer;
    Ok(NewTransfer {
        reference: order.reference,
        ..NewTransfer::simple(kind, source, target, asset, amount)
    })
}

/// The command of a top-up, once its account has been found.
///
/// # Errors
/// As [`new_transfer`]; [`Error::Invalid`] also for more than a top-up may bring.
pub fn new_topup(
    ledger: &Ledger,
    book: &Book,
    order: TopupOrder,
    account: AccountId,
) -> Result<NewTransfer, Error> {
    let shown = shown_asset(ledger, account).ok_or(Error::NotFound("Account"))?;
    let (asset, amount) = order.money.read(ledger, shown)?;
    let max = Amount::parse(TOPUP_MAX, decimals(ledger, asset));
    if max.is_ok_and(|max| amount > max) {
        return Err(Error::field("amount", format!("is above {TOPUP_MAX}")));
    }
    let external = book.system_account(SystemRole::External);
    // The longest there is: whoever tops up does not say for how long.
    let hold = HoldTerms {
        seconds: Some(BookSettings::MAX_HOLD_TTL_SECONDS),
    };
    let held = Terms {
        hold: Some(hold),
        ..Terms::default()
    };
    Ok(NewTransfer {
        reference: Some(order.reference),
        terms: order.is_held.then(|| Box::new(held)),
        ..NewTransfer::simple(TransferKind::Deposit, external, account, asset, amount)
    })
}

impl Money {
    /// The amount, if the currency is that of the account, which is `shown`.
    fn read(&self, ledger: &Ledger, shown: AssetId) -> Result<(AssetId, Amount), Error> {
        let (asset, data) = ledger
            .asset_by_code(&self.currency)
            .filter(|(_, asset)| asset.kind != AssetKind::Security)
            .ok_or_else(|| Error::field("currency", "is not a known currency"))?;
        let amount = Amount::parse(&self.amount, data.decimals)
            .map_err(|why| Error::field("amount", why))?;
        if amount.is_zero() {
            return Err(Error::field("amount", "must be above zero"));
        }
        if asset != shown {
            return Err(Error::field("currency", "is not that of the account"));
        }
        Ok((asset, amount))
    }
}

fn decimals(ledger: &Ledger, asset: AssetId) -> u8 {
    ledger.asset(asset).map_or(0, |asset| asset.decimals)
}

#[cfg(test)]
mod tests;
