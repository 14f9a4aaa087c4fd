//! Wire to command, record to wire. Pure: what is not in the arguments does not matter.

mod answer;
mod fields;
mod query;

pub use answer::{
    FundSource, Outcome, balances, decimals, entry, fund_source, listed, outcome, seconds,
    transfer_id,
};
pub use query::{StatementOrder, instrument_parameter, statement_order};

use super::error::Error;
use super::instruments::Instrument;
use super::wire::{TransferRequest, VirtualAccountRequest};
use fields::{filled, json_object, remarks, required, text, transfer_id as own_id};
use giro_ledger::text::{Name, Reference};
use giro_ledger::{Action, Amount, Ledger, NewTransfer, TransferKind};
use serde_json::value::RawValue;

/// The least that a transfer moves, in units of the currency.
const AMOUNT_MIN: &str = "1";
/// The most characters of an account prefix.
const PREFIX_MAX: usize = 20;

/// A transfer as the client asks for it: of the documented form, instruments not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransferOrder {
    /// The client's own id of the transfer.
    pub transfer_id: Option<String>,
    /// Between which instruments.
    pub ends: Ends,
    amount: String,
    remarks: Option<Reference>,
}

/// What is debited and what is credited, in the client's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ends {
    /// Two instruments.
    Pair {
        /// What is debited.
        source: String,
        /// What is credited.
        target: String,
    },
    /// A recharge account, from an instrument or the default one.
    Recharge {
        /// What is debited.
        source: Option<String>,
        /// What is credited.
        account: String,
    },
}

/// Reads the body of both calls of `internalTransfer`.
///
/// # Errors
/// Not JSON, then what is missing, then shapes, then limits. How many decimals the amount may have
/// depends on its currency, so that is looked at later.
pub fn transfer_order(body: &str) -> Result<TransferOrder, Error> {
    let wire: TransferRequest<'_> = json_object(body)?;
    let amount = required("Amount", wire.amount)?;
    let ends = [
        wire.payment_instrument_id,
        wire.to_payment_instrument_id,
        wire.recharge_account,
    ];
    let [source, target, account] = ends.map(filled);
    match (source, target, account) {
        (Some(_), None, None) => return Err(Error::Missing("ToPaymentInstrumentId")),
        (None, Some(_), _) => return Err(Error::Missing("PaymentInstrumentId")),
        _ => {}
    }
    let text = |field: Option<&RawValue>| field.map(text).transpose();
    let (source, target, account) = (text(source)?, text(target)?, text(account)?);
    let amount = amount.number_or_text().ok_or(Error::BadRequest)?;
    let id = text(filled(wire.transfer_id))?;
    let said = text(filled(wire.remarks))?;
    let ends = match (source, target, account) {
        (Some(source), Some(target), _) => Ends::Pair { source, target },
        (source, _, Some(account)) => Ends::Recharge { source, account },
        (_, _, None) => return Err(Error::NoEnds),
    };
    Ok(TransferOrder {
        ends,
        amount: amount.into_owned(),
        transfer_id: id.map(own_id).transpose()?,
        remarks: said.map(remarks).transpose()?,
    })
}

/// The command of a transfer, once its instruments have been found.
///
/// # Errors
/// [`Error::NotAllowed`] for the same instrument twice or for two currencies, and
/// [`Error::Invalid`] if the amount is not one of the currency, or is too small.
pub fn new_transfer(
    ledger: &Ledger,
    order: &TransferOrder,
    source: Instrument,
    target: Instrument,
) -> Result<NewTransfer, Error> {
    let amount = amount(&order.amount, decimals(ledger, source.asset))?;
    if source.account == target.account || source.asset != target.asset {
        return Err(Error::NotAllowed);
    }
    let (kind, asset) = (TransferKind::Transfer, source.asset);
    Ok(NewTransfer {
        reference: order.remarks.clone(),
        ..NewTransfer::simple(kind, source.account, target.account, asset, amount)
    })
}

/// What makes two requests of one transfer id the same: what they say. Who does not say what is
/// debited means the default instrument, whichever that was at the time. It is told apart from
/// every instrument that can be named by what no transfer has, the same account on both sides.
pub fn said(order: &TransferOrder, new: &NewTransfer) -> Action {
    let mut said = new.clone();
    if let Ends::Recharge { source: None, .. } = order.ends
        && let [debit, credit] = said.legs.as_mut_slice()
    {
        debit.account = credit.account;
    }
    Action::Transfer(said)
}

fn amount(text: &str, decimals: u8) -> Result<Amount, Error> {
    let amount = Amount::parse(text, decimals);
    let amount = amount.map_err(|why| Error::invalid_since("amount", why))?;
    let min = Amount::parse(AMOUNT_MIN, decimals).expect("a whole number is one of any currency");
    match amount < min {
        true => Err(Error::invalid_since("amount", "is below 1.00")),
        false => Ok(amount),
    }
}

/// A virtual account as the client asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VirtualAccountOrder {
    /// The name that is shown.
    pub display_name: Name,
    /// What its number begins with.
    pub account_prefix: Option<String>,
}

/// Reads the body of `POST /payout/fundsources/connected/virtual-account`.
///
/// # Errors
/// As [`transfer_order`].
pub fn virtual_account_order(body: &str) -> Result<VirtualAccountOrder, Error> {
    let wire: VirtualAccountRequest<'_> = json_object(body)?;
    let name = required("DisplayName", filled(wire.display_name))?;
    // The vendor's own example has a number where its schema has a string.
    let prefix = wire.account_prefix.map(|prefix| prefix.number_or_text());
    let prefix = prefix.map(|prefix| prefix.ok_or(Error::BadRequest));
    let name = text(name)?;
    let prefix = prefix.transpose()?.map(String::from);
    let prefix = prefix.filter(|prefix| !prefix.is_empty());
    let is_odd = |prefix: &String| {
        prefix.len() > PREFIX_MAX || !prefix.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    if prefix.as_ref().is_some_and(is_odd) {
        return Err(Error::invalid("accountPrefix"));
    }
    Ok(VirtualAccountOrder {
        display_name: Name::new(name).map_err(|why| Error::invalid_since("displayName", why))?,
        account_prefix: prefix,
    })
}

#[cfg(test)]
mod tests;
