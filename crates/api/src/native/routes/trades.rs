//! `/v1/trades`

use super::answer::{blocking, json, refused};
use super::transfers::execute;
use crate::App;
use crate::native::error::{Kind, Problem};
use crate::native::map::names::read_id;
use crate::native::map::trades::{Made, activity, body, days, trade};
use crate::native::map::transfers::Shown;
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, Reading, SecuritiesRead, TransfersWrite, Trying};
use crate::native::wire::Page;
use crate::native::wire::problem::{NotFound, ReadProblems, WriteProblems};
use crate::native::wire::trades::{TradeBody, TradeListQuery, TradeRequest, TradeStatusBody};
use crate::native::wire::transfers::{DryRunQuery, TransferBody};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::{Action, Date};
use giro_service::Place;
use giro_service::trades::{TradeQuery, Traded};

/// Make a trade
///
/// Turns money of an account into units of an instrument, or units into money, at the price of
/// now. The answer is the transfer that the trade is.
#[utoipa::path(
    post, path = "/v1/trades", tag = "Securities", request_body = TradeRequest<'_>,
    params(DryRunQuery, super::docs::KeyHeader),
    responses((status = 201, description = "It is booked.", body = TransferBody<'_>,
               headers(("Location" = String, description = "The path of the transfer"))),
              (status = 200, description = "It was only tried.", body = TransferBody<'_>),
              WriteProblems)
)]
pub(super) async fn make_trade(
    State(app): State<App>,
    ask: Trying<TransfersWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let new = {
        let request: TradeRequest<'_> = request.parse()?;
        let state = app.service.read();
        let (service, book) = (&*app.service, ask.caller.book);
        trade(&Names::new(service, &state, book), &request)?
    };
    let capability = Trying::<TransfersWrite>::CAPABILITY;
    let (caller, key, action) = (&ask.caller, ask.key.as_ref(), Action::Trade(new));
    execute(&app.service, caller, capability, key, action).await
}

/// Show a trade
#[utoipa::path(
    get, path = "/v1/trades/{id}", tag = "Securities",
    params(("id" = String, Path, description = "Its id")),
    responses((status = 200, description = "The trade.", body = TradeBody<'_>),
              NotFound, ReadProblems)
)]
pub(super) async fn show_trade(
    State(app): State<App>,
    ask: Reading<SecuritiesRead>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = read_id(&id).ok_or_else(unknown)?;
    let book = ask.caller.book;
    let found = blocking(&app.service, move |service| service.trade(book, id)).await;
    let found = found.map_err(refused(&app.service))?.ok_or_else(unknown)?;
    let state = app.service.read();
    if !ask.caller.sees(&state.ledger, found.trade().account) {
        return Err(unknown());
    }
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    Ok(json(StatusCode::OK, &shown_trade(&shown, &found)))
}

fn unknown() -> Problem {
    Problem::new(Kind::UNKNOWN_TRADE, "there is no such trade in this book")
}

fn shown_trade<'a>(shown: &Shown<'a, '_>, traded: &Traded) -> TradeBody<'a> {
    let made = Made {
        transfer: &traded.life().first,
        record: traded.record(),
        booked: traded.booked(),
        settled_at: traded.settled_at(),
    };
    body(shown, &made, traded.place(), traded.trade())
}

/// List trades
///
/// Newest first: of all accounts or of one, those that transfers were made by included. A page may
/// have fewer items than asked for and still a next one: the list ends where `next_cursor` is
/// `null`.
#[utoipa::path(
    get, path = "/v1/trades", tag = "Securities", params(TradeListQuery),
    responses((status = 200, description = "A page of trades.", body = Page<TradeBody<'_>>),
              NotFound, ReadProblems)
)]
pub(super) async fn list_trades(
    State(app): State<App>,
    ask: Reading<SecuritiesRead, TradeListQuery>,
) -> Result<Response, Problem> {
    let mut query = ask.query;
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let book = ask.caller.book;
    let list = List::new(&app.service, book, "trades", &query);
    let before = list.read(cursor.as_deref())?;
    let before = before.map(|[number]| Place::from_number(number));
    let [from, to] = [&query.booked_from, &query.booked_to].map(Option::as_deref);
    let booked = days(["booked_from", "booked_to"], [from, to])?;
    let [from, to] = [&query.settled_from, &query.settled_to].map(Option::as_deref);
    let settled = days(["settled_from", "settled_to"], [from, to])?;
    let query = {
        let state = app.service.read();
        let names = Names::new(&app.service, &state, book);
        let account = query.account.as_deref();
        let account =
            account.map(|text| names.seen_account(&ask.caller, Field::Top("account"), text));
        let instrument = query.instrument.as_deref();
        let instrument = instrument.map(|code| names.instrument(Field::Top("instrument"), code));
        TradeQuery {
            accounts: account.transpose()?.into_iter().collect(),
            instrument: instrument.transpose()?.map(|(id, _)| id),
            activity: query.activity.map(activity),
            is_settled: query
                .status
                .map(|status| status == TradeStatusBody::Settled),
            booked: booked.unwrap_or(Date::MIN..=Date::MAX),
            settled,
            from: None,
            to: None,
            seen_by: ask.caller,
            before,
            after: None,
            limit,
        }
    };
    let page = blocking(&app.service, move |service| service.trades(book, &query)).await;
    let page = page.map_err(refused(&app.service))?;
    let state = app.service.read();
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    let items = page.items.iter().map(|traded| shown_trade(&shown, traded));
    let items = items.collect();
    let next_cursor = page.next.map(|place| list.cursor(&[place.number()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}
