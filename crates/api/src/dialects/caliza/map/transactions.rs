//! Transactions: transfers from one beneficiary to another, most of which carry out a simulation.

use super::View;
use super::fields::{Form, json_object, optional_text, required, text, time};
use super::simulations::{details, flow_of_funds_id};
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::wire::{ExecutionFields, Status, Transaction};
use giro_ledger::action::Execution;
use giro_ledger::text::{Metadata, MetadataKey, MetadataValue};
use giro_ledger::{
    AccountId, Amount, AssetId, Book, Leg, NewTransfer, QuoteId, Side, SystemRole, TransferKind,
    TransferState, TransferStatus,
};
use giro_service::life::transfer_in;
use giro_service::quotes::quote_in;
use giro_service::{Life, Record, Service, ServiceError};
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

/// What a transfer moves from one beneficiary to another, by its legs: whatever interface it was
/// asked through, and whether or not it carries out a simulation.
#[derive(Clone, Copy, Debug)]
pub struct Moved {
    source: AccountId,
    target: AccountId,
    /// What is left of what is given, once the fee is paid.
    converted: Leg,
    /// What arrives.
    arrives: Leg,
    fee: Amount,
}

impl Moved {
    /// Reads the legs of a transfer: a debit and a credit, with those of a conversion in between and
    /// those of its fee behind. `None` if it is of other parties than two.
    pub fn of(request: &NewTransfer) -> Option<Moved> {
        let fee = request.terms.as_deref().and_then(|terms| terms.fee);
        let of_fee = if fee.is_some() { 2 } else { 0 };
        let (legs, _) = request
            .legs
            .split_at_checked(request.legs.len().checked_sub(of_fee)?)?;
        let (converted, arrives) = match (request.kind, legs) {
            (TransferKind::Transfer, [a, b]) if a.side == Side::Debit => (a, b),
            (TransferKind::Transfer, [a, b]) => (b, a),
            (TransferKind::Conversion, [given, _, _, arrives]) => (given, arrives),
            _ => return None,
        };
        Some(Moved {
            source: converted.account,
            target: arrives.account,
            converted: *converted,
            arrives: *arrives,
            fee: fee.map_or(Amount::ZERO, |fee| fee.amount),
        })
    }

    /// What leaves the source, its fee included.
    pub fn given(&self) -> (AssetId, Amount) {
        let sum = self.converted.amount.checked_add(self.fee);
        let sum = sum.expect("the ledger has added the two up");
        (self.converted.asset, sum)
    }

    /// What the target gets of.
    pub fn arriving(&self) -> AssetId {
        self.arrives.asset
    }
}

/// What a transfer moves if it is a transaction here, by its first record: one from a beneficiary to
/// another, which was not refused at once. Of what was refused at once no transaction was made.
pub fn moved(first: &Record, book: &Book) -> Option<Moved> {
    let transfer = transfer_in(first)?;
    let is_refused = matches!(transfer.status, TransferStatus::Declined(_));
    let moved = Moved::of(&transfer.request).filter(|_| !is_refused)?;
    let is_own = |account| {
        let own = SystemRole::ALL.into_iter();
        own.map(|role| book.system_account(role))
            .any(|one| one == account)
    };
    (!is_own(moved.source) && !is_own(moved.target)).then_some(moved)
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

/// A transaction as it is shown, with the record of its simulation, if it carries one out.
pub fn transaction(
    view: View<'_>,
    life: &Life,
    moved: &Moved,
    simulation: Option<&Record>,
    status: Status,
) -> Transaction {
    let quote = simulation.and_then(quote_in);
    let rate = quote.and_then(|quote| quote.rate.as_ref());
    let (given, asset) = (moved.given(), moved.converted.asset);
    Transaction {
        id: view.service.transfer_id(&life.first),
        simulation_id: simulation.map(|record| view.service.quote_id(record)),
        integrator_id: view.integrator_id(life.first.origin.book),
        beneficiary_id: view.beneficiary_id(moved.source),
        target_beneficiary_id: view.beneficiary_id(moved.target),
        from: view.moving(given.0, given.1),
        to: view.moving(moved.arrives.asset, moved.arrives.amount),
        status,
        flow_of_funds_id: flow_of_funds_id(view, simulation.unwrap_or(&life.first)),
        transaction_details: details(view, (asset, moved.converted.amount), rate, moved.fee),
        created_date: time(life.first.at),
        last_modified_date: time(life.last().at),
    }
}

/// The record of the simulation that a transaction carries out, if it does. Reads the disk.
///
/// # Errors
/// If the log cannot be read.
pub fn simulation_of(service: &Service, life: &Life) -> Result<Option<Record>, ServiceError> {
    let terms = life.transfer().request.terms.as_deref();
    let quote = terms.and_then(|terms| terms.quote);
    quote.map(|quote| service.quote_of(quote)).transpose()
}
