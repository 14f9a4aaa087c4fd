//! `/v1/books` and `/v1/book`

use super::answer::{Answered, json, refused};
use super::past::then;
use crate::App;
use crate::app::scope;
use crate::native::error::Problem;
use crate::native::map::books::{body, change, settings, stop};
use crate::native::map::names::bounded;
use crate::native::map::{Field, books, keys};
use crate::native::paging::{self, List};
use crate::native::request::{BookRead, BookWrite, BooksWrite, JsonBody, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::AsOfQuery;
use crate::native::wire::books::{
    BookBody, BookPatch, BookRequest, OpenedBookBody, PageQuery, StopRequest,
};
use crate::native::wire::problem::{NotThen, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::action::{NewBook, NewPrincipal};
use giro_ledger::text::Text;
use giro_ledger::{Action, BookId, BookSettings, Capabilities, Credential, Event};
use giro_service::Service;
use giro_service::secret::Secret;

/// Open a book
///
/// For operators of the server. The answer has the book's first API key, which is shown this once.
#[utoipa::path(
    post, path = "/v1/books", tag = "Books", request_body = BookRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is open.", body = OpenedBookBody<'_>), WriteProblems)
)]
pub(super) async fn open_book(
    State(app): State<App>,
    ask: Writing<BooksWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let new = opening(&request.parse()?)?;
    let capability = Writing::<BooksWrite>::CAPABILITY;
    let (key, action) = (ask.key.within(scope::NATIVE), Action::OpenBook(new));
    let opened = service.execute(&ask.caller, capability, key, action).await;
    let opened = opened.map_err(refused(service))?;
    let Event::BookOpened(book, _) = opened.record.event else {
        unreachable!(
            "a book was asked for, and that led to {:?}",
            opened.record.event
        );
    };
    // If the server stopped in between, a retry finds the book and makes the key now.
    let secret = Secret::draw();
    let key = ask.key.within(scope::NATIVE_FIRST_KEY);
    let [shown, fingerprinted] = [secret.hash(), [0; 32]].map(|hash| first_key(book, hash));
    let fingerprint = giro_service::Fingerprint::of(&fingerprinted);
    let added = service
        .execute_as(&ask.caller, capability, key, fingerprint, shown)
        .await;
    let added = added.map_err(refused(service))?;
    let Event::PrincipalAdded(principal, _) = added.record.event else {
        unreachable!(
            "a key was asked for, and that led to {:?}",
            added.record.event
        );
    };
    let state = service.read();
    let id = service.principal_id(&state, principal);
    let api_key = (!added.is_replay).then(|| secret.api_key(id));
    let book = body(service, &state, book);
    let once = keys::ShownOnce {
        api_key: Some(api_key),
        ..keys::ShownOnce::default()
    };
    let key = keys::body(service, &state, principal, once);
    let answer = json(StatusCode::CREATED, &OpenedBookBody { book, key });
    Ok(Answered::of(&added).mark(answer))
}

fn opening(request: &BookRequest<'_>) -> Result<NewBook, Problem> {
    let patch = request.settings.clone().unwrap_or_default();
    let sandbox = request.sandbox;
    Ok(NewBook {
        name: bounded(Field::Top("name"), &request.name)?,
        sandbox,
        settings: BookSettings::default().with(&settings(&patch, sandbox)?),
    })
}

fn first_key(book: BookId, hash: [u8; 32]) -> Action {
    Action::AddPrincipal(NewPrincipal {
        book: Some(book),
        name: Text::new("first key").expect("a short plain name"),
        email: None,
        capabilities: Capabilities::all_of_a_book(),
        grant: None,
        credential: Credential::Secret { hash },
    })
}

/// List the books
///
/// For operators of the server.
#[utoipa::path(
    get, path = "/v1/books", tag = "Books", params(PageQuery),
    responses((status = 200, description = "A page of books, oldest first.", body = Page<BookBody<'_>>),
              ReadProblems)
)]
pub(super) async fn list_books(
    State(app): State<App>,
    ask: Reading<BooksWrite, PageQuery>,
) -> Result<Response, Problem> {
    let limit = paging::limit(ask.query.limit)?;
    let list = List::new(&app.service, ask.caller.book, "books", &());
    let [from] = list.read(ask.query.cursor.as_deref())?.unwrap_or([0]);
    let state = app.service.read();
    let mut ids = state
        .ledger
        .books()
        .map(|(id, _)| id)
        .skip_while(|id| u64::from(id.0) < from);
    let items = ids
        .by_ref()
        .take(limit)
        .map(|id| body(&app.service, &state, id))
        .collect();
    let next_cursor = ids.next().map(|id| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

/// Show the book
///
/// The one that the API key belongs to, as it is, or was at an instant.
#[utoipa::path(
    get, path = "/v1/book", tag = "Books", params(AsOfQuery),
    responses((status = 200, description = "The book.", body = BookBody<'_>),
              NotThen, ReadProblems)
)]
pub(super) async fn show_book(
    State(app): State<App>,
    ask: Reading<BookRead, AsOfQuery>,
) -> Result<Response, Problem> {
    let (service, book) = (&*app.service, ask.caller.book);
    let Some(then) = then(&app, book, ask.query.as_of.as_deref()).await? else {
        return Ok(shown(service, book));
    };
    let state = service.read();
    Ok(json(
        StatusCode::OK,
        &books::shown(service, &state, book, &then.book),
    ))
}

/// Stop the money of the book
///
/// Nothing moves, and nothing is held, approved or captured, until the book is resumed. What is
/// under way can still be rejected, cancelled and released, and expires in its time.
#[utoipa::path(
    post, path = "/v1/book/stop", tag = "Books", request_body = Option<StopRequest<'_>>,
    params(super::docs::KeyHeader),
    responses((status = 200, description = "The book as it is now.", body = BookBody<'_>), WriteProblems)
)]
pub(super) async fn stop_book(
    State(app): State<App>,
    ask: Writing<BookWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let stop = stop(&request.parse_or_empty()?, true)?;
    execute(&app.service, &ask, Action::StopBook(stop)).await
}

/// Resume the money of the book
#[utoipa::path(
    post, path = "/v1/book/resume", tag = "Books", request_body = Option<StopRequest<'_>>,
    params(super::docs::KeyHeader),
    responses((status = 200, description = "The book as it is now.", body = BookBody<'_>), WriteProblems)
)]
pub(super) async fn resume_book(
    State(app): State<App>,
    ask: Writing<BookWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let stop = stop(&request.parse_or_empty()?, false)?;
    execute(&app.service, &ask, Action::StopBook(stop)).await
}

/// Does something to the book, and answers with the book as it then is.
async fn execute(
    service: &Service,
    ask: &Writing<BookWrite>,
    action: Action,
) -> Result<Response, Problem> {
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<BookWrite>::CAPABILITY;
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    Ok(Answered::of(&done).mark(shown(service, ask.caller.book)))
}

fn shown(service: &Service, book: BookId) -> Response {
    json(StatusCode::OK, &body(service, &service.read(), book))
}

/// Change the book
///
/// Its name, or settings: what is left out stays as it is.
#[utoipa::path(
    patch, path = "/v1/book", tag = "Books", request_body = BookPatch<'_>,
    params(super::docs::KeyHeader),
    responses((status = 200, description = "The book as it is now.", body = BookBody<'_>), WriteProblems)
)]
pub(super) async fn change_book(
    State(app): State<App>,
    ask: Writing<BookWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let patch: BookPatch<'_> = request.parse()?;
    let change = change(&patch, ask.caller.sandbox)?;
    execute(&app.service, &ask, Action::ChangeBook(change)).await
}
