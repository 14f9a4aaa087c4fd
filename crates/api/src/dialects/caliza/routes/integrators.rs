//! `/core-api/v1/integrators`

use super::request::path;
use crate::App;
use crate::dialects::caliza::auth::Client;
use crate::dialects::caliza::error::Error;
use crate::dialects::caliza::map;
use crate::dialects::caliza::map::View;
use crate::dialects::caliza::webhooks::webhook_of;
use crate::dialects::caliza::wire::{FindProblems, Integrator, answer};
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::Capability;
use giro_service::{Caller, Service};
use uuid::Uuid;

/// What an integrator calls itself in paths.
const ME: &str = "me";

/// Show the integrator
#[utoipa::path(
    get, path = "/core-api/v1/integrators/{id}", tag = "Integrators",
    params(("id" = String, Path, description = "The integrator, or `me`")),
    responses((status = 200, description = "The integrator.", body = Integrator), FindProblems)
)]
pub(super) async fn show(
    State(app): State<App>,
    client: Client,
    id: Result<Path<String>, PathRejection>,
) -> Result<Response, Error> {
    client.require(Capability::BookRead)?;
    let (service, caller) = (&app.service, &client.caller);
    check_integrator(service, caller, &path(id)?)?;
    let state = service.read();
    let view = View::new(service, &state);
    let book = view.ledger().book(caller.book).ok_or(Error::Internal)?;
    let webhook = webhook_of(view.ledger(), caller.book);
    let body = Integrator {
        id: view.integrator_id(caller.book),
        name: book.name.to_string(),
        active: book.stop.is_none(),
        callback_url: webhook.map_or_else(String::new, |(_, found)| found.terms.url.to_string()),
        created_date: map::time(book.opened_at),
    };
    Ok(answer(StatusCode::OK, &body))
}

/// Checks that an id is that of the caller's own integrator: there is no other.
///
/// # Errors
/// `integrator.not_found`.
pub(super) fn check_integrator(service: &Service, caller: &Caller, id: &str) -> Result<(), Error> {
    let state = service.read();
    let own = service.book_id(&state, caller.book);
    let is_own = id == ME || Uuid::try_parse(id) == Ok(own);
    match is_own {
        true => Ok(()),
        false => Err(Error::coded(
            StatusCode::NOT_FOUND,
            "integrator.not_found",
            "Integrator not found",
        )),
    }
}
