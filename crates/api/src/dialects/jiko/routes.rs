//! Paths and handlers: the table of contents of this interface. The order of a handler is that of
//! the checks: token (the [`Client`](super::auth::Client) argument), scope, body or parameters, and
//! then what is asked for.
//!
//! Every path is answered with and without a slash at its end, directly.

mod discovery;
mod docs;
mod events;
mod lists;
mod oauth;
mod of_transfers;
mod pockets;
mod request;
mod subscriptions;
mod trades;
mod transactions;
mod transfer_requests;

use super::DESCRIPTION;
use super::error::Error;
use super::limits::{Limits, tell};
use super::oauth::Spent;
use super::signed::read_signed;
use crate::App;
use crate::http::describe;
use axum::middleware::from_fn;
use axum::routing::any;
use axum::{Extension, Router};
use utoipa::OpenApi;
use utoipa_axum::router::{OpenApiRouter, UtoipaMethodRouter};
use utoipa_axum::routes;

/// What paths of this interface begin with.
const PREFIXES: [&str; 3] = ["/api/v1", "/api/v2", "/api/oauth2"];

/// The routes of this interface.
pub fn router() -> Router<App> {
    let (mut router, api) = documented().split_for_parts();
    router = router.method_not_allowed_fallback(wrong_method);
    for prefix in PREFIXES {
        for rest in ["", "/", "/{*rest}"] {
            router = router.route(&format!("{prefix}{rest}"), any(no_such_path));
        }
    }
    router
        .layer(from_fn(read_signed))
        .layer(from_fn(tell))
        .layer(Extension(Limits::new()))
        .layer(Extension(Spent::default()))
        .route(DESCRIPTION, describe(&api))
}

/// Every route that is part of the interface.
fn documented() -> OpenApiRouter<App> {
    let all: Vec<UtoipaMethodRouter<App>> = vec![
        routes!(oauth::token),
        routes!(oauth::push),
        routes!(oauth::authorize, oauth::decide),
        routes!(oauth::logout, oauth::logout_by_form),
        routes!(discovery::discover),
        routes!(discovery::keys),
        routes!(discovery::user),
        routes!(pockets::list_pockets, pockets::open_pocket),
        routes!(pockets::show_pocket, pockets::change_pocket),
        routes!(pockets::show_earnings),
        routes!(trades::list_trades),
        routes!(trades::show_trade),
        routes!(transfer_requests::create, transfer_requests::list),
        routes!(transfer_requests::show),
        routes!(transfer_requests::approve),
        routes!(transfer_requests::reject),
        routes!(transfer_requests::cancel),
        routes!(
            subscriptions::create_subscription,
            subscriptions::list_subscriptions
        ),
        routes!(
            subscriptions::show_subscription,
            subscriptions::change_subscription,
            subscriptions::remove_subscription
        ),
        routes!(events::list_events),
        routes!(events::list_event_types),
        routes!(transactions::list_transactions),
    ];
    let router = OpenApiRouter::with_openapi(docs::Api::openapi());
    all.into_iter().fold(router, with_and_without_slash)
}

/// Adds a route twice: by its path, and with the slash at its end that this lacks, or without the one
/// that it has.
fn with_and_without_slash(
    router: OpenApiRouter<App>,
    routes: UtoipaMethodRouter<App>,
) -> OpenApiRouter<App> {
    let (_, paths, methods) = &routes;
    let methods = methods.clone();
    let path = paths.paths.keys().next().expect("a route has a path");
    let other = match path.strip_suffix('/') {
        Some(bare) => bare.to_owned(),
        None => format!("{path}/"),
    };
    router.routes(routes).route(&other, methods)
}

async fn no_such_path() -> Error {
    Error::NotFound("path")
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}
