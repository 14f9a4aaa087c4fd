//! Transactions: transfers that carry out a simulation.

use super::View;
use super::fields::{Form, json_object, optional_text, required, text, time};
use super::simulations::{details, flow_of_funds_id};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::{ExecutionFields, Status, Transaction};
use giro_ledger::action::Execution;
use giro_ledger::text::{Metadata, MetadataKey, MetadataValue};
use giro_ledger::{Quote, QuoteId, TransferState, TransferStatus};
use giro_service::life::transfer_in;
use giro_service::quotes::quote_in;
use giro_service::{Life, Record};
use serde_json::value::RawValue;
use std::net::IpAddr;

/// An execution as the client asks for it: of the documented form, nothing looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionOrder {
    /// The id of the simulation.
    pub simulation: String,
    metadata: Metadata,
}

/// Reads the body of `POST /transactions`. What is said of the transaction is kept with it.
///
/// # Errors
/// [`Error::Misfit`], with everything that does not fit.
pub fn execution_order(body: &str) -> Result<ExecutionOrder, Error> {
    let fields: ExecutionFields<'_> = json_object(body)?;
    let mut form = Form::default();
    let simulation = form.text("simulationId", fields.simulation_id);
    let ip: Option<IpAddr> = form.note(address("beneficiaryIp", fields.beneficiary_ip).map(Some));
    let mut entries = Vec::new();
    let said = [
        ("transferPurpose", fields.transfer_purpose),
        ("memo", fields.memo),
        ("paymentReference", fields.payment_reference),
    ];
    for (name, field) in said {
        let said = form.note(optional_text(name, field));
        // An empty text says nothing.
        if let Some(said) = said.filter(|said| !said.is_empty()) {
            let value = MetadataValue::new(said);
            let value = value.map_err(|why| Error::misfit(format!("{name}: {why}")));
            entries.extend(form.note(value.map(Some)).map(|value| (key(name), value)));
        }
    }
    let ip = ip.map(|ip| MetadataValue::new(ip.to_string()).expect("an address is short"));
    entries.extend(ip.map(|ip| (key("beneficiaryIp"), ip)));
    let metadata = Metadata::new(entries).expect("there are four names");
    form.checked(ExecutionOrder {
        simulation,
        metadata,
    })
}

/// An address of either version.
fn address(name: &str, field: Option<&RawValue>) -> Result<IpAddr, Error> {
    let text = text(name, required(name, field)?)?;
    let address = text.parse();
    address.map_err(|_| Error::misfit(format!("{name}: must be an IP address")))
}

fn key(name: &str) -> MetadataKey {
    MetadataKey::new(name).expect("the names of fields are short and plain")
}

impl ExecutionOrder {
    /// The command, once the simulation was found.
    pub fn execution(self, simulation: &Record) -> Execution {
        Execution {
            quote: QuoteId(simulation.seq.0),
            reference: None,
            metadata: self.metadata,
            reviewers: Vec::new(),
        }
    }
}

/// Whether a transfer is a transaction here, by its first record: it carries out a simulation, and
/// was not refused at once. Of what was refused at once no transaction was made.
pub fn is_transaction(first: &Record) -> bool {
    transfer_in(first).is_some_and(|transfer| {
        let terms = transfer.request.terms.as_deref();
        let is_refused = matches!(transfer.status, TransferStatus::Declined(_));
        terms.is_some_and(|terms| terms.quote.is_some()) && !is_refused
    })
}

/// Where a transaction is in its life.
pub fn status_of(life: &Life) -> Status {
    status_in(life.progress.state)
}

/// What it is called to be there.
pub(super) const fn status_in(state: TransferState) -> Status {
    match state {
        TransferState::AwaitingApproval | TransferState::Scheduled => Status::Pending,
        TransferState::Held => Status::Processing,
        TransferState::Completed => Status::Succeeded,
        TransferState::Declined => Status::Failed,
        TransferState::Rejected | TransferState::Cancelled => Status::Cancelled,
        TransferState::Expired => Status::Expired,
    }
}

/// A transaction as it is shown, with the record of its simulation.
///
/// # Panics
/// If the record is not of a simulation.
pub fn transaction(
    view: View<'_>,
    life: &Life,
    simulation: &Record,
    status: Status,
) -> Transaction {
    let quote: &Quote = quote_in(simulation).expect("a transaction carries out a simulation");
    let request = &quote.request;
    Transaction {
        id: view.service.transfer_id(&life.first),
        simulation_id: view.service.quote_id(simulation),
        integrator_id: view.integrator_id(life.first.origin.book),
        beneficiary_id: view.beneficiary_id(request.source),
        target_beneficiary_id: view.beneficiary_id(request.target),
        from: view.moving(request.source_asset, quote.given()),
        to: view.moving(request.target_asset, quote.arrives),
        status,
        flow_of_funds_id: flow_of_funds_id(view, simulation),
        transaction_details: details(view, quote),
        created_date: time(life.first.at),
        last_modified_date: time(life.last().at),
    }
}
