//! Transfers as they are asked for.

use super::fields::{json_object, required, text};
use super::refs::Ref;
use crate::dialects::youhodler::error::Error;
use crate::dialects::youhodler::wire::{AmountFields, TransferFields};
use giro_ledger::amount::AmountError;
use giro_ledger::text::Reference;
use giro_ledger::{
    AccountId, Amount, Asset, AssetId, AssetKind, Ledger, NewTransfer, TransferKind,
};

/// A transfer as the client asks for it: of the documented form, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    /// The account that is debited.
    pub source: Ref,
    /// The account that is credited.
    pub target: Ref,
    currency: String,
    value: String,
}

/// Reads the fields of `POST /internal-transfers`.
///
/// # Errors
/// [`Error::Invalid`]; missing fields come before malformed ones.
pub fn order(fields: &TransferFields<'_>) -> Result<Order, Error> {
    let amount = required("amount", fields.amount)?;
    let source = required("source_ref", fields.source_ref)?;
    let target = required("target_ref", fields.target_ref)?;
    if !amount.get().starts_with('{') {
        return Err(Error::invalid(
            "invalid_amount",
            "amount",
            "is not an object",
        ));
    }
    let amount: AmountFields<'_> = json_object(amount.get())?;
    let currency = required("amount.currency", amount.currency)?;
    let value = required("amount.value", amount.value)?;
    let value = text("amount.value", value);
    let value = value.map_err(|_| invalid_amount("is not a string"))?;
    check_form(&value)?;
    let currency = text("amount.currency", currency)?;
    if !is_code(&currency) {
        let why = "is not the code of a currency";
        return Err(Error::invalid("invalid_currency", "amount.currency", why));
    }
    Ok(Order {
        source: Ref::of_account("source_ref", &text("source_ref", source)?)?,
        target: Ref::of_account("target_ref", &text("target_ref", target)?)?,
        currency,
        value,
    })
}

/// Whether an amount is one of some currency. How many decimals there may be, and how large it may
/// be with them, is for its own to say.
fn check_form(value: &str) -> Result<(), Error> {
    match Amount::parse(value, Asset::MAX_DECIMALS) {
        Ok(amount) if amount.is_zero() => Err(invalid_amount("must be above zero")),
        Ok(_) | Err(AmountError::TooLarge) => Ok(()),
        Err(why) => Err(invalid_amount(why)),
    }
}

fn is_code(text: &str) -> bool {
    let is_code_byte = |byte: u8| {
        byte.is_ascii_uppercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-')
    };
    (1..=Asset::MAX_CODE).contains(&text.len()) && text.bytes().all(is_code_byte)
}

fn invalid_amount(why: impl std::fmt::Display) -> Error {
    Error::invalid("invalid_amount", "amount.value", why)
}

/// The command of a transfer, once its accounts have been found.
///
/// # Errors
/// [`Error::Invalid`] if the amount is not one of its currency.
pub fn new_transfer(
    ledger: &Ledger,
    order: &Order,
    source: AccountId,
    target: AccountId,
) -> Result<NewTransfer, Error> {
    let kind = TransferKind::Transfer;
    let found = ledger.asset_by_code(&order.currency);
    let Some((asset, data)) = found.filter(|(_, asset)| asset.kind != AssetKind::Security) else {
        // There is no such asset, and the ledger will say so; until then, it tells this request
        // from others that name another one.
        let amount = Amount::parse(&order.value, Asset::MAX_DECIMALS).unwrap_or(Amount::MAX);
        let nothing = AssetId(u16::MAX);
        return Ok(NewTransfer {
            reference: Reference::new(order.currency.clone()).ok(),
            ..NewTransfer::simple(kind, source, target, nothing, amount)
        });
    };
    let amount = Amount::parse(&order.value, data.decimals).map_err(invalid_amount)?;
    Ok(NewTransfer::simple(kind, source, target, asset, amount))
}
