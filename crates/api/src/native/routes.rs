//! Paths and handlers: the table of contents of this interface.

mod accounts;
mod answer;
mod approvals;
mod assets;
mod balances;
mod batches;
mod books;
mod calendars;
mod changes;
mod docs;
mod fees;
mod funds;
mod health;
mod instruments;
mod investments;
mod keys;
mod limits;
mod past;
mod policies;
mod portfolios;
mod quotes;
mod rates;
mod schedules;
mod statement;
mod tag;
mod trades;
mod transfers;
mod webhooks;

use super::error::{Kind, Problem};
use crate::App;
use crate::http::describe;
use axum::Router;
use axum::http::{Method, Uri};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The routes of this interface.
pub fn router() -> Router<App> {
    let (router, api) = documented().split_for_parts();
    router
        .route("/openapi.json", describe(&api))
        .merge(docs::pages())
        .method_not_allowed_fallback(wrong_method)
}

/// Every route that is part of the interface.
fn documented() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(docs::Api::openapi())
        .routes(routes!(books::open_book, books::list_books))
        .routes(routes!(books::show_book, books::change_book))
        .routes(routes!(books::stop_book))
        .routes(routes!(books::resume_book))
        .routes(routes!(changes::list_changes))
        .routes(routes!(keys::create_key, keys::list_keys))
        .routes(routes!(keys::show_key, keys::revoke_key))
        .routes(routes!(policies::add_policy, policies::list_policies))
        .routes(routes!(
            policies::show_policy,
            policies::replace_policy,
            policies::remove_policy
        ))
        .routes(routes!(limits::add_limit, limits::list_limits))
        .routes(routes!(
            limits::show_limit,
            limits::change_limit,
            limits::remove_limit
        ))
        .routes(routes!(assets::list_assets))
        .routes(routes!(accounts::open_account, accounts::list_accounts))
        .routes(routes!(accounts::show_account, accounts::change_account))
        .routes(routes!(accounts::freeze_account))
        .routes(routes!(accounts::unfreeze_account))
        .routes(routes!(accounts::close_account))
        .routes(routes!(changes::list_account_changes))
        .routes(routes!(balances::show_balances))
        .routes(routes!(statement::show_statement))
        .routes(routes!(funds::deposit))
        .routes(routes!(funds::withdraw))
        .routes(routes!(transfers::make_transfer, transfers::list_transfers))
        .routes(routes!(transfers::show_transfer))
        .routes(routes!(transfers::steps::capture_transfer))
        .routes(routes!(transfers::steps::release_transfer))
        .routes(routes!(transfers::steps::cancel_transfer))
        .routes(routes!(transfers::steps::reverse_transfer))
        .routes(routes!(approvals::list_approvals))
        .routes(routes!(approvals::show_approval))
        .routes(routes!(approvals::approve))
        .routes(routes!(approvals::reject))
        .routes(routes!(approvals::cancel))
        .routes(routes!(batches::make_batch))
        .merge(treasury())
        .merge(notified())
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
}

/// What transfers cost, when they run, and what money is kept in.
fn treasury() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(schedules::add_schedule, schedules::list_schedules))
        .routes(routes!(schedules::show_upcoming))
        .routes(routes!(schedules::show_schedule))
        .routes(routes!(schedules::list_runs))
        .routes(routes!(schedules::pause_schedule))
        .routes(routes!(schedules::resume_schedule))
        .routes(routes!(schedules::cancel_schedule))
        .routes(routes!(calendars::list_calendars))
        .routes(routes!(calendars::show_calendar, calendars::set_calendar))
        .routes(routes!(quotes::ask_for_quote, quotes::list_quotes))
        .routes(routes!(quotes::show_quote))
        .routes(routes!(rates::set_rate, rates::list_rates))
        .routes(routes!(rates::show_rate, rates::remove_rate))
        .routes(routes!(rates::list_rate_changes))
        .routes(routes!(fees::add_fee, fees::list_fees))
        .routes(routes!(fees::show_fee, fees::replace_fee, fees::remove_fee))
        .routes(routes!(
            instruments::add_instrument,
            instruments::list_instruments
        ))
        .routes(routes!(instruments::show_instrument))
        .routes(routes!(
            investments::set_investment,
            investments::remove_investment
        ))
        .routes(routes!(portfolios::show_portfolio))
        .routes(routes!(trades::make_trade, trades::list_trades))
        .routes(routes!(trades::show_trade))
}

/// Who is told what happens.
fn notified() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(webhooks::add_webhook, webhooks::list_webhooks))
        .routes(routes!(
            webhooks::show_webhook,
            webhooks::change_webhook,
            webhooks::remove_webhook
        ))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::show_secret))
        .routes(routes!(webhooks::deliveries::list_deliveries))
        .routes(routes!(webhooks::deliveries::redeliver))
}

/// The answer where no interface has a route.
pub async fn unknown_route(uri: Uri) -> axum::response::Response {
    use axum::response::IntoResponse;
    let detail = format!("there is nothing at {}", uri.path());
    Problem::new(Kind::ROUTE_UNKNOWN, detail).into_response()
}

async fn wrong_method(method: Method, uri: Uri) -> Problem {
    let detail = format!(
        "{method} is not a method of {}; see the header Allow",
        uri.path()
    );
    Problem::new(Kind::METHOD_NOT_ALLOWED, detail)
}
