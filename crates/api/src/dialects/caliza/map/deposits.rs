//! Deposits in a sandbox.

use super::fields::{Form, json_object};
use super::number::without_exponent;
use super::simulations::currency;
use super::{View, beneficiary, check_enabled};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::DepositFields;
use giro_ledger::{AccountId, Amount, AssetId, NewTransfer, Side, SystemRole, TransferKind};
use giro_service::Caller;

/// A deposit as the client asks for it: of the documented form, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DepositOrder {
    beneficiary: String,
    code: String,
    /// The number, as it is written.
    value: String,
}

/// Reads the body of `POST /sandbox/deposits`.
///
/// # Errors
/// [`Error::Misfit`], with everything that does not fit.
pub fn deposit_order(body: &str) -> Result<DepositOrder, Error> {
    let fields: DepositFields<'_> = json_object(body)?;
    let mut form = Form::default();
    let beneficiary = form.text("beneficiaryId", fields.beneficiary_id);
    let code = form.text("currencyCode", fields.currency_code);
    let value = match fields.value.filter(|value| !value.is_null()) {
        None => Err(Error::misfit("value: must not be null")),
        Some(value) => value
            .number_or_text()
            .map(std::borrow::Cow::into_owned)
            .ok_or_else(|| Error::misfit("value: must be a number")),
    };
    let value = form.note(value);
    form.checked(DepositOrder {
        beneficiary,
        code,
        value,
    })
}

/// The transfer that is asked for, checked in the documented order: beneficiary, whether it is
/// enabled, currency, amount.
///
/// # Errors
/// One of the vendor's codes.
pub fn new_deposit(
    view: View<'_>,
    caller: &Caller,
    order: &DepositOrder,
) -> Result<(AccountId, AssetId, NewTransfer), Error> {
    let account = beneficiary(view, caller, &order.beneficiary)?;
    check_enabled(view, account, Side::Credit)?;
    let (asset, found) = currency(view, "currencyCode", &order.code)?;
    let amount = Amount::parse(&without_exponent(&order.value), found.decimals);
    let amount = amount.map_err(|why| Error::amount(format!("value {why}")))?;
    let book = view.ledger().book(caller.book).ok_or(Error::Internal)?;
    let external = book.system_account(SystemRole::External);
    let kind = TransferKind::Deposit;
    let new = NewTransfer::simple(kind, external, account, asset, amount);
    Ok((account, asset, new))
}
