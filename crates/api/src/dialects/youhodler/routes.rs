//! Paths and handlers: the table of contents of this interface. The order of a handler is that of
//! the checks: token and rate limit (the [`Client`](super::auth::Client) argument), capability,
//! body or parameters, and then what is asked for.

mod accounts;
mod approvals;
mod clients;
mod docs;
mod request;
mod token;
mod transfers;
mod webhooks;

use super::DESCRIPTION;
use super::auth::{Limits, tell_limits};
use super::error::Error;
use crate::App;
use crate::http::describe;
use axum::middleware::from_fn;
use axum::routing::any;
use axum::{Extension, Router};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What paths of this interface begin with.
const PREFIXES: [&str; 7] = [
    "/approvals",
    "/client-accounts",
    "/clients",
    "/enterprises",
    "/internal-transfers",
    "/master-accounts",
    "/webhook-endpoints",
];

/// The routes of this interface.
pub fn router() -> Router<App> {
    let (mut router, api) = documented().split_for_parts();
    router = router
        .method_not_allowed_fallback(wrong_method)
        .route("/oauth", any(no_such_path))
        .route("/oauth/", any(no_such_path))
        .route("/oauth/{*rest}", any(no_such_path));
    for prefix in PREFIXES {
        for rest in ["/", "/{id}/", "/{id}/{*rest}"] {
            router = router.route(&format!("{prefix}{rest}"), any(no_such_path));
        }
    }
    router
        .layer(from_fn(tell_limits))
        .layer(Extension(Limits::new()))
        .route(DESCRIPTION, describe(&api))
}

/// Every route that is part of the interface.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(docs::Api::openapi())
        .routes(routes!(token::token))
        .routes(routes!(transfers::create, transfers::list))
        .routes(routes!(transfers::show))
        .routes(routes!(transfers::cancel))
        .routes(routes!(
            accounts::create_client_account,
            accounts::list_client_accounts
        ))
        .routes(routes!(
            accounts::show_client_account,
            accounts::change_client_account
        ))
        .routes(routes!(accounts::show_client_balances))
        .routes(routes!(accounts::list_master_accounts))
        .routes(routes!(
            accounts::show_master_account,
            accounts::change_master_account
        ))
        .routes(routes!(accounts::show_master_balances))
        .routes(routes!(clients::create_client, clients::list_clients))
        .routes(routes!(clients::show_client))
        .routes(routes!(clients::list_enterprises))
        .routes(routes!(clients::show_enterprise))
        .routes(routes!(approvals::list_approvals))
        .routes(routes!(approvals::show_approval))
        .routes(routes!(approvals::approve))
        .routes(routes!(approvals::reject))
        .routes(routes!(webhooks::create_webhook, webhooks::list_webhooks))
        .routes(routes!(
            webhooks::show_webhook,
            webhooks::change_webhook,
            webhooks::remove_webhook
        ))
}

async fn no_such_path() -> Error {
    Error::NotFound("route_not_found")
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}
