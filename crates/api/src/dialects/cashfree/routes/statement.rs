//! The statement of an instrument.

use super::docs::{OfOld, Refused};
use super::fundsources::named_or_default;
use super::{blocking, parameters};
use crate::App;
use crate::dialects::cashfree::auth::Client;
use crate::dialects::cashfree::error::Error;
use crate::dialects::cashfree::instruments::Instrument;
use crate::dialects::cashfree::map::{self, FundSource};
use crate::dialects::cashfree::wire::{Entry, Envelope, StatementData, success};
use axum::extract::{RawQuery, State};
use axum::response::Response;
use giro_ledger::Capability;
use giro_service::query::Posting;
use giro_service::{Place, Service, StatementQuery};

/// Get the account statement
///
/// What moved on an instrument, newest first, page by page in both directions. A cursor is good for
/// the same instrument and times only.
#[utoipa::path(
    get, path = "/payout/v1/accountStatement", tag = "Account",
    params(
        ("startTime" = i64, Query, description = "From this second on, since 1970", minimum = 0),
        ("endTime" = i64, Query, description = "Up to this second, which belongs to it",
         minimum = 0),
        ("limit" = Option<i64>, Query, description = "So many entries at most; 100 if it is absent",
         minimum = 1, maximum = 1000),
        ("cursor" = Option<String>, Query, description = "Where to go on"),
        ("paymentInstrumentId" = Option<String>, Query,
         description = "Of which instrument, if not the default one"),
    ),
    responses((status = 200, description = "A page, or why there is none: see `subCode`.",
               body = Envelope<StatementData>), OfOld, Refused)
)]
pub(super) async fn statement(
    State(app): State<App>,
    client: Client,
    RawQuery(query): RawQuery,
) -> Result<Response, Error> {
    client.require(Capability::AccountsRead)?;
    let service = &app.service;
    let order = map::statement_order(parameters(query))?;
    let instrument = named_or_default(service, client, order.instrument).await?;
    let mut query = StatementQuery {
        account: instrument.account,
        asset: instrument.asset,
        from: order.from,
        to: order.to,
        before: None,
        limit: order.limit,
    };
    let list = list(&query);
    let start = match order.cursor {
        Some(cursor) => Start::read(service, &list, &cursor).ok_or(Error::invalid("cursor"))?,
        None => Start::Newest,
    };
    let page = blocking(service, move |service| match start {
        Start::Newer(place) => service.statement_newer(&query, place),
        Start::Newest | Start::Older(_) => {
            query.before = start.place();
            Ok(service.statement(&query)?.postings)
        }
    });
    let page = page.await?;
    let first = page.items.first().map(|posting| posting.place);
    let last = page.items.last().map(|posting| posting.place);
    let (newer, older) = match start {
        Start::Newest => (None, page.next),
        Start::Older(_) => (first, page.next),
        Start::Newer(_) => (page.next, last),
    };
    let cursor = |start: Option<Start>| start.map(|start| start.cursor(service, &list));
    let data = StatementData {
        prev_cursor: cursor(newer.map(Start::Newer)).unwrap_or_default(),
        next_cursor: cursor(older.map(Start::Older)).unwrap_or_default(),
        has_next: older.is_some(),
        batches: entries(service, instrument, &page.items),
    };
    Ok(success("Account Statement Retrieved", Some(data)))
}

/// Where a page begins.
#[derive(Clone, Copy)]
enum Start {
    /// At the newest entry.
    Newest,
    /// Just before this one.
    Older(Place),
    /// Just after this one.
    Newer(Place),
}

impl Start {
    fn place(self) -> Option<Place> {
        match self {
            Start::Newest => None,
            Start::Older(place) | Start::Newer(place) => Some(place),
        }
    }

    fn cursor(self, service: &Service, list: &str) -> String {
        let is_newer = matches!(self, Start::Newer(_));
        let place = self.place().map_or(0, Place::number);
        service.cursor(list, &[u64::from(is_newer), place])
    }

    fn read(service: &Service, list: &str, cursor: &str) -> Option<Start> {
        let [is_newer, place] = service.read_cursor(list, cursor)?;
        let place = Place::from_number(place);
        Some(match is_newer {
            0 => Start::Older(place),
            _ => Start::Newer(place),
        })
    }
}

/// The list that a cursor belongs to. Accounts belong to one book, so that need not be named.
fn list(query: &StatementQuery) -> String {
    let (account, asset) = (query.account.0, query.asset.0);
    let (from, to) = (query.from.0, query.to.0);
    format!("cashfree statement {account} {asset} {from} {to}")
}

fn entries(service: &Service, instrument: Instrument, postings: &[Posting]) -> Vec<Entry> {
    let at = service.now();
    let state = service.read();
    let source = FundSource {
        ids: service.ids(),
        ledger: &state.ledger,
        at,
    };
    let entry = |posting| map::entry(source, instrument.asset, posting);
    postings.iter().filter_map(entry).collect()
}
