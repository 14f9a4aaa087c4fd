//! `/v1/accounts/{id}/statement`

use super::accounts::named;
use super::answer::{blocking, json, refused};
use super::balances::held_asset;
use super::portfolios::only_money;
use crate::App;
use crate::native::error::{Kind, Member, Problem};
use crate::native::map::csv::StatementFile;
use crate::native::map::names::{instant, period};
use crate::native::map::statements::item;
use crate::native::map::transfers::Shown;
use crate::native::paging::{self, List};
use crate::native::request::{AccountsRead, Id, Reading};
use crate::native::wire::Time;
use crate::native::wire::problem::{NotFound, ReadProblems};
use crate::native::wire::statements::{FormatBody, StatementBody, StatementParams};
use axum::body::Body;
use axum::extract::State;
use axum::http::header::{ACCEPT, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::Response;
use giro_ledger::{AccountId, AssetId, BookId, Timestamp};
use giro_service::{Place, Service, StatementQuery};

/// The most postings in one CSV file.
const CSV_ROWS_MAX: usize = 100_000;
/// Postings read at once for a file.
const STRETCH: usize = 1_000;
/// How long a period is, unless its beginning is named: 30 days.
const PERIOD_MICROS: i64 = 30 * 24 * 3_600 * 1_000_000;

/// Show a statement
///
/// The balances at both ends of a period and every posting in it: page by page as JSON, newest
/// first, or all of them in one CSV file, oldest first.
#[utoipa::path(
    get, path = "/v1/accounts/{id}/statement", tag = "Accounts",
    params(("id" = String, Path, description = "Its id, or `alias:` and its alias"), StatementParams),
    responses(
        (status = 200, description = "A page of the statement, or the file.", content(
            (StatementBody<'_> = "application/json"), (String = "text/csv"))),
        NotFound, ReadProblems,
        (status = 422, description = "`unknown_asset`, `asset_not_held`, or `statement_too_long` for CSV.",
         body = super::docs::Refused, content_type = "application/problem+json"),
    )
)]
pub(super) async fn show_statement(
    State(app): State<App>,
    ask: Reading<AccountsRead, StatementParams>,
    Id(id): Id,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let account = named(&app, &ask.caller, &id)?;
    let book = ask.caller.book;
    let asset = asset_of(&app.service, book, account, ask.query.asset.as_deref())?;
    match ask.query.format.unwrap_or_else(|| accepted(&headers)) {
        FormatBody::Json => page(&app, book, account, asset, ask.query).await,
        FormatBody::Csv => file(&app, account, asset, &ask.query).await,
    }
}

fn accepted(headers: &HeaderMap) -> FormatBody {
    let accept = headers.get(ACCEPT).and_then(|accept| accept.to_str().ok());
    match accept.is_some_and(|accept| accept.trim_start().starts_with("text/csv")) {
        true => FormatBody::Csv,
        false => FormatBody::Json,
    }
}

/// The asset that is named, or the only one that there is.
fn asset_of(
    service: &Service,
    book: BookId,
    account: AccountId,
    code: Option<&str>,
) -> Result<AssetId, Problem> {
    if let Some(code) = code {
        return held_asset(service, book, account, code);
    }
    let state = service.read();
    let account = state.ledger.account(account);
    let account = account.expect("accounts are never deleted");
    let only = match account.lines.as_slice() {
        [(asset, _)] => Some(*asset),
        _ => only_money(&state, account),
    };
    match only {
        Some(asset) => Ok(asset),
        None => {
            let why = "must be named, since the account does not hold just one";
            Err(Problem::of_field(Kind::QUERY_INVALID, "asset", why))
        }
    }
}

/// The period that is asked for, by default the last 30 days.
fn period_of(service: &Service, query: &StatementParams) -> Result<[Timestamp; 2], Problem> {
    let from = instant("from", query.from.as_deref())?;
    let to = instant("to", query.to.as_deref())?;
    // Records are stamped in order even where the clock is not, so the last one may be ahead of
    // it; it belongs to a statement up to now.
    let now = || {
        service
            .now()
            .max(Timestamp(service.read().last_at().0.saturating_add(1)))
    };
    let to = to.unwrap_or_else(now);
    let from = from.unwrap_or(Timestamp(to.0.saturating_sub(PERIOD_MICROS)));
    period(Some(from), Some(to))?;
    // Nothing was posted before 1970.
    Ok([from, to].map(|at| at.max(Timestamp(0))))
}

async fn page(
    app: &App,
    book: BookId,
    account: AccountId,
    asset: AssetId,
    mut query: StatementParams,
) -> Result<Response, Problem> {
    let limit = paging::limit(query.limit.take())?;
    let cursor = query.cursor.take();
    let list = List::new(
        &app.service,
        book,
        "statement",
        &(account, asset, &query.from, &query.to),
    );
    let (before, [from, to]) = match list.read(cursor.as_deref())? {
        // The period of the first page goes for all of them, though the time goes on.
        Some([place, from, to]) => (Some(Place::from_number(place)), [from, to].map(instant_of)),
        None => (None, period_of(&app.service, &query)?),
    };
    let query = StatementQuery {
        account,
        asset,
        from,
        to,
        before,
        limit,
    };
    let statement = blocking(&app.service, move |service| service.statement(&query));
    let statement = statement.await.map_err(refused(&app.service))?;
    let state = app.service.read();
    let shown = Shown {
        service: &app.service,
        state: &state,
    };
    let next = statement.postings.next.map(Place::number);
    let items = statement.postings.items.iter();
    let body = StatementBody {
        account: app.service.account_id(&state, account),
        asset: shown.code(asset),
        from: Time(from),
        to: Time(to),
        opening_balance: shown.signed(statement.opening, asset),
        closing_balance: shown.signed(statement.closing, asset),
        items: items.map(|posting| item(&shown, posting)).collect(),
        next_cursor: next.map(|place| list.cursor(&[place, number_of(from), number_of(to)])),
    };
    Ok(json(StatusCode::OK, &body))
}

fn number_of(at: Timestamp) -> u64 {
    u64::try_from(at.0).expect("periods begin in 1970 or later")
}

fn instant_of(number: u64) -> Timestamp {
    Timestamp(i64::try_from(number).expect("cursors are made here, from instants"))
}

async fn file(
    app: &App,
    account: AccountId,
    asset: AssetId,
    query: &StatementParams,
) -> Result<Response, Problem> {
    if query.limit.is_some() || query.cursor.is_some() {
        let detail = "a CSV file has all postings: leave out limit and cursor";
        return Err(Problem::new(Kind::QUERY_INVALID, detail));
    }
    let period = period_of(&app.service, query)?;
    let written = blocking(&app.service, move |service| {
        write(service, account, asset, period)
    });
    let mut response = Response::new(Body::from(written.await?));
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("text/csv; charset=utf-8; header=present"),
    );
    let disposition = HeaderValue::from_static("attachment; filename=\"statement.csv\"");
    headers.insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}

fn write(
    service: &Service,
    account: AccountId,
    asset: AssetId,
    [from, to]: [Timestamp; 2],
) -> Result<Vec<u8>, Problem> {
    let code = {
        let state = service.read();
        Shown {
            service,
            state: &state,
        }
        .code(asset)
        .to_owned()
    };
    let mut file = StatementFile::new(&code);
    let mut before = None;
    loop {
        let limit = STRETCH;
        let query = StatementQuery {
            account,
            asset,
            from,
            to,
            before,
            limit,
        };
        let statement = service.statement(&query).map_err(refused(service))?;
        if file.len().saturating_add(statement.postings.items.len()) > CSV_ROWS_MAX {
            let detail = format!("there are more than {CSV_ROWS_MAX} postings; shorten the period");
            let max = u64::try_from(CSV_ROWS_MAX).unwrap_or(u64::MAX);
            let problem = Problem::new(Kind::STATEMENT_TOO_LONG, detail);
            return Err(problem.with("postings_max", Member::Number(max)));
        }
        let state = service.read();
        let shown = Shown {
            service,
            state: &state,
        };
        for posting in &statement.postings.items {
            file.push(&item(&shown, posting));
        }
        before = statement.postings.next;
        if before.is_none() {
            let [opening, closing] =
                [statement.opening, statement.closing].map(|minor| shown.signed(minor, asset));
            return Ok(file.finish((from, opening), (to, closing)));
        }
    }
}
