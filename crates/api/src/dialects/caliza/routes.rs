//! Paths and handlers: the table of contents of this interface. The order of a handler is that of
//! the checks: token (the [`Client`](super::auth::Client) argument), role, body or parameters, and
//! then what is asked for.

mod balances;
mod beneficiaries;
mod deposits;
mod docs;
mod executions;
mod integrators;
mod lists;
mod realm;
mod request;
mod simulations;
mod webhooks;

use super::DESCRIPTION;
use super::error::Error;
use crate::App;
use crate::http::describe;
use axum::Router;
use axum::routing::any;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// What paths of this interface begin with.
const PREFIXES: [&str; 2] = ["/core-api", "/auth"];

/// The routes of this interface.
pub fn router() -> Router<App> {
    let (mut router, api) = documented().split_for_parts();
    router = router.method_not_allowed_fallback(wrong_method);
    for prefix in PREFIXES {
        for rest in ["", "/", "/{*rest}"] {
            router = router.route(&format!("{prefix}{rest}"), any(no_such_path));
        }
    }
    router.route(DESCRIPTION, describe(&api))
}

/// Every route that is part of the interface.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(docs::Api::openapi())
        .routes(routes!(realm::token))
        .routes(routes!(realm::discovery))
        .routes(routes!(realm::certs))
        .routes(routes!(realm::user_info, realm::user_info_again))
        .routes(routes!(simulations::simulate))
        .routes(routes!(simulations::simulate_again))
        .routes(routes!(simulations::show))
        .routes(routes!(simulations::show_again))
        .routes(routes!(executions::execute))
        .routes(routes!(executions::show))
        .routes(routes!(lists::list))
        .routes(routes!(beneficiaries::create, beneficiaries::list))
        .routes(routes!(beneficiaries::show, beneficiaries::delete))
        .routes(routes!(beneficiaries::enable))
        .routes(routes!(beneficiaries::disable))
        .routes(routes!(balances::beneficiary))
        .routes(routes!(balances::beneficiary_detailed))
        .routes(routes!(balances::integrator))
        .routes(routes!(balances::integrator_detailed))
        .routes(routes!(integrators::show))
        .routes(routes!(deposits::deposit))
        .routes(routes!(
            webhooks::show,
            webhooks::change,
            webhooks::change_again
        ))
        .routes(routes!(webhooks::show_secret))
        .routes(routes!(webhooks::replace_secret))
}

async fn no_such_path() -> Error {
    Error::NoPath
}

async fn wrong_method() -> Error {
    Error::WrongMethod
}
