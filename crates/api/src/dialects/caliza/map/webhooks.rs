//! The webhook: how it is to be, and what it is told of transactions.

use super::fields::{json_object, text};
use super::transactions::{Moved, status_of, transaction};
use super::{View, amount};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::{
    Figure, Money, Operation, ToldTransaction, Webhook, WebhookFields,
};
use giro_ledger::webhook::WebhookUrl;
use giro_ledger::{BookSettings, EventName, Side, TransferState};
use giro_service::delivery::target::check_url;
use giro_service::{Life, Record};
use serde_json::value::RawValue;

/// A webhook as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookOrder {
    /// Where it is to be: nothing is said, or nowhere, or there.
    pub url: Option<Option<WebhookUrl>>,
    /// Of what it is to be told, if that is said.
    pub events: Option<Vec<EventName>>,
}

/// Reads the body of `PATCH /integrators/{id}/webhooks`.
///
/// # Errors
/// [`Error::Misfit`], or that there is no such event.
pub fn webhook_order(body: &str, settings: &BookSettings) -> Result<WebhookOrder, Error> {
    let fields: WebhookFields<'_> = json_object(body)?;
    let url = fields.url.map(|field| match field.get() {
        "null" => Ok(None),
        _ => url(field, settings).map(Some),
    });
    let url = url.transpose()?;
    let events = fields.events.map(|field| match field.get() {
        "null" => Ok(Vec::new()),
        _ => events(field),
    });
    let events = events.transpose()?;
    match url.is_none() && events.is_none() {
        true => Err(Error::misfit("url: must be there")),
        false => Ok(WebhookOrder { url, events }),
    }
}

fn url(field: &RawValue, settings: &BookSettings) -> Result<WebhookUrl, Error> {
    let text = text("url", field)?;
    check_url(&text, settings).map_err(|why| Error::misfit(format!("url: {why}")))?;
    WebhookUrl::new(text).map_err(|why| Error::misfit(format!("url: {why}")))
}

fn events(field: &RawValue) -> Result<Vec<EventName>, Error> {
    let names: Result<Vec<String>, _> = serde_json::from_str(field.get());
    let names = names.map_err(|_| Error::misfit("events: must be a list of strings"))?;
    let mut events: Vec<EventName> = Vec::new();
    for name in names {
        let known = Operation::ALL.into_iter().find(|one| one.name() == name);
        let known = known.ok_or_else(|| {
            let why = format!("events: there is no event {name}");
            Error::bad("validation.invalid_enum_value", why)
        })?;
        let event = EventName::new(known.name()).expect("names here are short");
        if !events.contains(&event) {
            events.push(event);
        }
    }
    Ok(events)
}

/// The webhook as it is shown.
pub fn webhook(found: Option<&giro_ledger::Webhook>) -> Webhook {
    let events = found.map(|webhook| webhook.terms.events.iter());
    Webhook {
        url: found.map(|webhook| webhook.terms.url.to_string()),
        events: events
            .into_iter()
            .flatten()
            .map(ToString::to_string)
            .collect(),
    }
}

/// A transaction as webhooks are told of it.
pub fn told_transaction(
    view: View<'_>,
    life: &Life,
    moved: &Moved,
    simulation: Option<&Record>,
) -> ToldTransaction {
    let shown = transaction(view, life, moved, simulation, status_of(life));
    let details = shown.transaction_details;
    ToldTransaction {
        id: shown.id,
        simulation_id: shown.simulation_id,
        integrator_id: shown.integrator_id,
        beneficiary_id: shown.beneficiary_id,
        target_beneficiary_id: Some(shown.target_beneficiary_id),
        from: figure(shown.from),
        to: figure(shown.to),
        total_fees: Some(figure(details.fee_details.total_fees)),
        status: shown.status.name(),
        exchange_rate: Some(number(details.conversion_details.client_rate)),
        flow_of_funds_id: Some(shown.flow_of_funds_id),
        rejection_reason: why(life),
    }
}

/// Money that has come in, as webhooks are told of it. What came in several parts is told of as such.
pub fn told_income(view: View<'_>, life: &Life) -> Option<ToldTransaction> {
    let mut legs = life.progress.posted.iter();
    let credit = legs.find(|leg| leg.side == Side::Credit)?;
    let asset = view.ledger().asset(credit.asset)?;
    let arrived = || Money {
        currency_code: asset.code.to_string(),
        value: amount(credit.amount.signed(), asset.decimals),
    };
    Some(ToldTransaction {
        id: view.service.transfer_id(&life.first),
        simulation_id: None,
        integrator_id: view.integrator_id(life.first.origin.book),
        beneficiary_id: view.beneficiary_id(credit.account),
        target_beneficiary_id: None,
        from: figure(arrived()),
        to: figure(arrived()),
        total_fees: None,
        status: status_of(life).name(),
        exchange_rate: None,
        flow_of_funds_id: None,
        rejection_reason: None,
    })
}

fn figure(money: Money) -> Figure {
    Figure {
        currency_code: money.currency_code,
        value: number(money.value),
    }
}

/// Digits as a number in JSON, as they are: no float could hold all of them.
fn number(digits: String) -> Box<RawValue> {
    RawValue::from_string(digits).expect("amounts and rates are numbers in JSON, too")
}

/// Why a transaction has not gone well, if it has not.
pub fn why(life: &Life) -> Option<String> {
    let why = match life.progress.state {
        TransferState::Declined => {
            let why = life.progress.declined.as_ref();
            why.map_or_else(|| "declined".to_owned(), ToString::to_string)
        }
        TransferState::Rejected => "the approval was refused".to_owned(),
        TransferState::Cancelled => "it was taken back".to_owned(),
        TransferState::Expired => "its time was over".to_owned(),
        TransferState::AwaitingApproval
        | TransferState::Scheduled
        | TransferState::Held
        | TransferState::Completed => return None,
    };
    Some(why)
}
