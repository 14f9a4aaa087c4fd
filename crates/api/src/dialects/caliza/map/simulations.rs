//! Simulations: a quote of all that leaves the source beneficiary, fees included.

use super::fields::{Form, json_object, required, time};
use super::number::without_exponent;
use super::{View, beneficiary, check_enabled};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::{
    AmountValidation, ConversionDetails, FeeDetails, FromFields, Simulation, SimulationFields,
    TransactionDetails,
};
use giro_ledger::quote::RateUsed;
use giro_ledger::{
    Amount, Asset, AssetId, AssetKind, NewQuote, QuoteAmount, Rejection, Side, Timestamp,
    TransferStatus,
};
use giro_service::life::transfer_in;
use giro_service::{Caller, IdKind, QuoteLife, Record};
use serde_json::value::RawValue;
use uuid::Uuid;

/// A simulation as the client asks for it: of the documented form, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SimulationOrder {
    source: String,
    target: String,
    from_code: String,
    /// The number, as it is written.
    value: String,
    to_code: String,
}

/// Reads the body of `POST /simulations`.
///
/// # Errors
/// [`Error::Misfit`], with everything that does not fit.
pub fn simulation_order(body: &str) -> Result<SimulationOrder, Error> {
    let fields: SimulationFields<'_> = json_object(body)?;
    let mut form = Form::default();
    let order = SimulationOrder {
        source: form.text("beneficiaryId", fields.beneficiary_id),
        target: form.text("targetBeneficiaryId", fields.target_beneficiary_id),
        ..from(&mut form, fields.from)
    };
    let to_code = form.text("toCurrencyCode", fields.to_currency_code);
    form.checked(SimulationOrder { to_code, ..order })
}

/// What is said of the amount.
fn from(form: &mut Form, field: Option<&RawValue>) -> SimulationOrder {
    let fields = form.note(from_fields(field).map(Some));
    let mut order = SimulationOrder {
        source: String::new(),
        target: String::new(),
        from_code: String::new(),
        value: String::new(),
        to_code: String::new(),
    };
    if let Some(fields) = fields {
        order.from_code = form.text("from.currencyCode", fields.currency_code);
        let value = match fields.value.filter(|value| !value.is_null()) {
            None => Err(Error::misfit("from.value: must not be null")),
            Some(value) => value
                .number_or_text()
                .map(std::borrow::Cow::into_owned)
                .ok_or_else(|| Error::misfit("from.value: must be a number")),
        };
        order.value = form.note(value);
    }
    order
}

fn from_fields(field: Option<&RawValue>) -> Result<FromFields<'_>, Error> {
    let field = required("from", field)?;
    let twice = |_| Error::misfit("from: must have each field once");
    match field.get().starts_with('{') {
        true => json_object(field.get()).map_err(twice),
        false => Err(Error::misfit("from: must be an object")),
    }
}

/// The quote that is asked for, checked in the documented order: beneficiaries, whether they are
/// enabled and two, currencies, amount.
///
/// # Errors
/// One of the vendor's codes.
pub fn new_quote(
    view: View<'_>,
    caller: &Caller,
    order: &SimulationOrder,
) -> Result<NewQuote, Error> {
    let source = beneficiary(view, caller, &order.source)?;
    let target = beneficiary(view, caller, &order.target)?;
    check_enabled(view, source, Side::Debit)?;
    check_enabled(view, target, Side::Credit)?;
    if source == target {
        return Err(Error::refused(&Rejection::SameAccount { account: source }));
    }
    let (source_asset, given) = currency(view, "from.currencyCode", &order.from_code)?;
    let (target_asset, _) = currency(view, "toCurrencyCode", &order.to_code)?;
    let amount = Amount::parse(&without_exponent(&order.value), given.decimals);
    let amount = amount.map_err(|why| Error::amount(format!("from.value {why}")))?;
    Ok(NewQuote {
        source,
        target,
        source_asset,
        target_asset,
        amount: QuoteAmount::SourceWithFee(amount),
        seconds: None,
    })
}

pub(super) fn currency<'a>(
    view: View<'a>,
    name: &str,
    code: &str,
) -> Result<(AssetId, &'a Asset), Error> {
    let found = view.ledger().asset_by_code(code);
    let money = found.filter(|(_, asset)| asset.kind != AssetKind::Security);
    money.ok_or_else(|| {
        let message = format!("{name} is not the code of a currency");
        Error::bad("validation.invalid_enum_value", message)
    })
}

impl Error {
    /// An amount that cannot be moved.
    pub fn amount(why: impl Into<std::borrow::Cow<'static, str>>) -> Error {
        Error::bad("flow_of_funds.invalid-amount", why)
    }
}

/// What is wrong with the amount of a simulation, by the record that would come of executing it
/// now: nothing if there is enough money, or something else is in the way.
pub fn too_little(view: View<'_>, tried: &Record) -> Option<AmountValidation> {
    let TransferStatus::Declined(Rejection::InsufficientFunds {
        asset, available, ..
    }) = transfer_in(tried)?.status
    else {
        return None;
    };
    Some(AmountValidation {
        valid: false,
        reason: "insufficient-funds",
        available: view.money(asset, available),
    })
}

/// A simulation as it is shown; `executed_at` is when it was executed, if it was.
pub fn simulation(
    view: View<'_>,
    life: &QuoteLife,
    executed_at: Option<Timestamp>,
    amount_validation: Option<AmountValidation>,
) -> Simulation {
    let (record, quote) = (&life.record, life.quote());
    let request = &quote.request;
    Simulation {
        id: view.service.quote_id(record),
        integrator_id: view.integrator_id(record.origin.book),
        beneficiary_id: view.beneficiary_id(request.source),
        from: view.moving(request.source_asset, quote.given()),
        to: view.moving(request.target_asset, quote.arrives),
        flow_of_funds_id: flow_of_funds_id(view, record),
        transaction_details: details(
            view,
            (request.source_asset, quote.converted),
            quote.rate.as_ref(),
            quote.fee.map_or(Amount::ZERO, |fee| fee.amount),
        ),
        amount_validation,
        executed: life.used_by.is_some(),
        created_date: time(record.at),
        last_modified_date: time(executed_at.unwrap_or(record.at)),
        expires_at: time(quote.expires_at),
    }
}

/// The id of the way that the money of a simulation takes, or of a transfer without one. It is only
/// shown, never looked up, so the number of its first record does for it, as one of a leg.
pub(super) fn flow_of_funds_id(view: View<'_>, first: &Record) -> Uuid {
    let ids = view.service.ids();
    ids.encode(IdKind::Leg, first.seq.0, first.at)
}

/// What a transaction costs and brings.
pub(super) fn details(
    view: View<'_>,
    (asset, converted): (AssetId, Amount),
    rate: Option<&RateUsed>,
    fee: Amount,
) -> TransactionDetails {
    let rate = rate.map(|used| used.rate.to_string());
    TransactionDetails {
        conversion_details: ConversionDetails {
            effective_transaction_value: view.moving(asset, converted).value,
            client_rate: rate.map_or_else(|| "1.00".to_owned(), with_two_decimals),
        },
        fee_details: FeeDetails {
            total_fees: view.moving(asset, fee),
        },
    }
}

/// A rate, which has no zeros at its end, with two decimals at least.
fn with_two_decimals(mut rate: String) -> String {
    let decimals = rate
        .split_once('.')
        .map_or(0, |(_, decimals)| decimals.len());
    if decimals == 0 {
        rate.push('.');
    }
    for _ in decimals..2 {
        rate.push('0');
    }
    rate
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_has_two_decimals_at_least() {
        for (rate, shown) in [
            ("1", "1.00"),
            ("0.5", "0.50"),
            ("0.92", "0.92"),
            ("0.9995", "0.9995"),
            ("150", "150.00"),
        ] {
            assert_eq!(with_two_decimals(rate.to_owned()), shown);
        }
    }
}
