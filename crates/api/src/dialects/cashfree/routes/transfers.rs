//! Transfers between instruments.

use super::docs::{OfOld, Refused};
use super::{blocking, body, default_instrument, path, text};
use crate::App;
use crate::dialects::cashfree::SCOPE;
use crate::dialects::cashfree::auth::Client;
use crate::dialects::cashfree::error::Error;
use crate::dialects::cashfree::instruments::{self, Instrument};
use crate::dialects::cashfree::map::{self, Ends, Outcome};
use crate::dialects::cashfree::wire::{
    Bare, Envelope, Status, TransferData, TransferSchema, answer, success,
};
use axum::body::Body;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{AccountId, Action, Capability};
use giro_service::life::transfer_in;
use giro_service::secret::Secret;
use giro_service::{Fingerprint, Key, Life, Record, Service};
use std::fmt::Write;
use std::sync::Arc;
use uuid::Uuid;

/// Transfer funds between virtual accounts
///
/// Moves money between two instruments at once. The same `transferId` with the same values again
/// is answered alike, and moves nothing; with others, it is a conflict. Without one the server
/// makes one, and nothing guards a retry. A transfer that must be approved first is `PENDING`.
#[utoipa::path(
    post, path = "/payout/v1.2/internalTransfer", tag = "Internal transfer",
    request_body = TransferSchema,
    responses((status = 200, description = "The money has moved.", body = Envelope<TransferData>),
              (status = 202, description = "It waits for approval.", body = Envelope<TransferData>),
              (status = 404, description = "There is no such recharge account.", body = Bare),
              Refused)
)]
pub(super) async fn transfer(
    State(app): State<App>,
    client: Client,
    sent: Body,
) -> Result<Response, Error> {
    client.require(Capability::TransfersWrite)?;
    let service = &app.service;
    let order = map::transfer_order(text(&body(sent).await?)?)?;
    let [source, target] = ends(service, client, &order.ends).await?;
    let new = map::new_transfer(&service.read().ledger, &order, source, target)?;
    let said = Fingerprint::of(&map::said(&order, &new));
    let id = order.transfer_id.unwrap_or_else(make_id);
    let key = Key {
        scope: SCOPE,
        text: &id,
    };
    let (capability, action) = (Capability::TransfersWrite, Action::Transfer(new));
    let done = service.execute_as(&client.caller, capability, key, said, action);
    let done = done.await.map_err(Error::of)?;
    // The answer is that of the first time, whatever has become of it since.
    outcome_of(service, &Life::beginning(done.record)).await
}

/// Internal transfer
///
/// The older call: as `/payout/v1.2/internalTransfer`, mostly asked with `rechargeAccount`.
#[utoipa::path(
    post, path = "/payout/v1/internalTransfer", tag = "Internal transfer",
    request_body = TransferSchema,
    responses((status = 200, description = "What came of it: see `subCode`.",
               body = Envelope<TransferData>),
              (status = 202, description = "It waits for approval, where the book wants real \
                                            statuses.", body = Envelope<TransferData>),
              OfOld, Refused)
)]
pub(super) async fn transfer_of_old(
    app: State<App>,
    client: Client,
    sent: Body,
) -> Result<Response, Error> {
    transfer(app, client, sent).await
}

/// Read an internal transfer
///
/// What came of a transfer, as its own answer would say it now. Not a call of the vendor.
#[utoipa::path(
    get, path = "/payout/v1.2/internalTransfer/{transferId}", tag = "Internal transfer",
    params(("transferId" = String, Path, description = "The id of the transfer")),
    responses((status = 200, description = "The money has moved.", body = Envelope<TransferData>),
              (status = 202, description = "It may yet.", body = Envelope<TransferData>),
              (status = 404, description = "There is no such transfer.", body = Bare), Refused)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Capability::TransfersRead)?;
    let service = &app.service;
    let id = path(id).ok_or(Error::NoSuchTransfer)?;
    let first = first_record(service, &client, &id).await?;
    let first = first.filter(|first| transfer_in(first).is_some());
    let first = first.filter(|first| client.caller.sees_transfer(&service.read().ledger, first));
    let first = first.ok_or(Error::NoSuchTransfer)?;
    let lives = blocking(service, move |service| service.lives(vec![first])).await?;
    let life = lives.first().ok_or(Error::NoSuchTransfer)?;
    outcome_of(service, life).await
}

async fn first_record(
    service: &Arc<Service>,
    client: &Client,
    id: &str,
) -> Result<Option<Record>, Error> {
    let key = Key {
        scope: SCOPE,
        text: id,
    };
    let book = client.caller.book;
    if id.len() <= Key::MAX_BYTES {
        let found = service.find_by_key(book, key).await.map_err(Error::of)?;
        if found.is_some() {
            return Ok(found);
        }
    }
    // One that was made otherwise has our id.
    let own = Some(id).filter(|id| id.len() == uuid::fmt::Hyphenated::LENGTH);
    let Some(own) = own.and_then(|id| Uuid::try_parse(id).ok()) else {
        return Ok(None);
    };
    blocking(service, move |service| service.transfer(book, own)).await
}

/// What is debited and what is credited.
async fn ends(
    service: &Arc<Service>,
    client: Client,
    ends: &Ends,
) -> Result<[Instrument; 2], Error> {
    let caller = &client.caller;
    let find = |id: &str| {
        let found = instruments::find(service, caller, id);
        found.ok_or(match instruments::is_of_own_form(id) {
            true => Error::NotAllowed,
            false => Error::NotConfigured,
        })
    };
    match ends {
        Ends::Pair { source, target } => Ok([find(source)?, find(target)?]),
        Ends::Recharge { source, account } => {
            let target = instruments::find(service, caller, account);
            let target = target.ok_or(Error::NoRechargeAccount)?;
            let source = match source {
                Some(source) => find(source)?,
                None => default_instrument(service, client).await?,
            };
            Ok([source, target])
        }
    }
}

/// The answer to a transfer that came to this.
async fn outcome_of(service: &Arc<Service>, life: &Life) -> Result<Response, Error> {
    let first = &life.first;
    let transfer_id = map::transfer_id(service.ids(), first);
    match map::outcome(life).ok_or(Error::NoSuchTransfer)? {
        Outcome::Done(debited) => {
            let reference = life.transfer().request.reference.as_ref();
            let about = match reference {
                Some(remarks) => remarks.to_string(),
                None => name_then(service, debited, first).await?,
            };
            let message = format!("RefId-{transfer_id}/{about}-Internal Fund Transfer");
            Ok(success(message, Some(TransferData { transfer_id })))
        }
        Outcome::Pending => {
            let envelope = Envelope {
                status: Status::Pending,
                sub_code: "202".to_owned(),
                message: "Request received. Please check status after some time.".to_owned(),
                data: Some(TransferData { transfer_id }),
            };
            Ok(answer(StatusCode::ACCEPTED, &envelope))
        }
        Outcome::Refused(why) => Err(why),
    }
}

/// The name of an account when a transfer was asked for: it may have been changed since, but the
/// answer may not.
async fn name_then(
    service: &Arc<Service>,
    account: AccountId,
    first: &Record,
) -> Result<String, Error> {
    let at = first.at;
    let unchanged = {
        let state = service.read();
        let now = state.ledger.account(account);
        let now = now.filter(|now| now.updated_at <= at);
        now.map(|now| now.profile.name.to_string())
    };
    if let Some(name) = unchanged {
        return Ok(name);
    }
    let then = blocking(service, move |service| service.account_at(account, at)).await?;
    let then = then.ok_or(Error::Internal)?;
    Ok(then.account.profile.name.to_string())
}

/// A transfer id of the server's own: 32 hexadecimal digits, as the vendor's are.
fn make_id() -> String {
    let drawn = Secret::draw().hash();
    let mut id = String::new();
    for byte in drawn.iter().take(16) {
        write!(id, "{byte:02x}").expect("a text takes any text");
    }
    id
}
