//! `/v1/keys`

use super::answer::{Answered, blocking, json, located, refused};
use super::past::then;
use crate::App;
use crate::app::scope;
use crate::native::error::{Problem, kind_of};
use crate::native::map::keys::{Proof, ShownOnce, body, capabilities, grant, proof, shown};
use crate::native::map::names::{bounded, email, read_id};
use crate::native::map::{Field, Names};
use crate::native::paging::{self, List};
use crate::native::request::{Id, JsonBody, KeysRead, KeysWrite, Reading, Writing};
use crate::native::wire::Page;
use crate::native::wire::accounts::{AsOfQuery, EmptyRequest};
use crate::native::wire::books::PastPageQuery;
use crate::native::wire::keys::{GrantRequest, KeyBody, KeyRequest};
use crate::native::wire::problem::{NotFound, NotThen, ReadProblems, WriteProblems};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use giro_ledger::action::NewPrincipal;
use giro_ledger::{Action, BookId, Credential, Event, Grant, Principal, PrincipalId, Rejection};
use giro_service::clients::draw_nonce;
use giro_service::rsa::RsaKey;
use giro_service::secret::Secret;
use giro_service::{Caller, Fingerprint, Service, State as Shard};

/// Create a key
///
/// An API key, which is shown this once; or the public key of a client that signs assertions; or a
/// client of a vendor's interface, with id and secret, or with keys of its own. When the answer is
/// repeated, `api_key` is `null`: it is not kept here. It has no more capabilities than the key that
/// creates it, and a key with a grant creates none.
#[utoipa::path(
    post, path = "/v1/keys", tag = "Keys", request_body = KeyRequest<'_>,
    params(super::docs::KeyHeader),
    responses((status = 201, description = "It is created.", body = KeyBody<'_>), WriteProblems)
)]
pub(super) async fn create_key(
    State(app): State<App>,
    ask: Writing<KeysWrite>,
    request: JsonBody,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let request: KeyRequest<'_> = request.parse()?;
    let mut new = NewPrincipal {
        book: Some(ask.caller.book),
        name: bounded(Field::Top("name"), &request.name)?,
        email: request.email.as_ref().map(email).transpose()?,
        capabilities: capabilities(&ask.caller, &request.capabilities)?,
        grant: granted(&app, &ask.caller, request.grant.as_ref())?,
        credential: NOTHING_DRAWN,
    };
    let (credential, secret) = match proof(&request)? {
        Proof::ApiKey => {
            let secret = Secret::draw();
            let hash = secret.hash();
            (Credential::Secret { hash }, Some(secret))
        }
        Proof::PublicKey(credential) => {
            new.credential = credential.clone();
            (credential, None)
        }
        Proof::Client { encrypts } => {
            new.credential = client([0; 16], encrypts.then(Box::default));
            let drawn = blocking(&app.service, move |_| draw_client(encrypts));
            (drawn.await, None)
        }
    };
    // Two requests are the same though every one draws a secret of its own.
    let fingerprint = Fingerprint::of(&Action::AddPrincipal(new.clone()));
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<KeysWrite>::CAPABILITY;
    let action = Action::AddPrincipal(NewPrincipal { credential, ..new });
    let done = service
        .execute_as(&ask.caller, capability, key, fingerprint, action)
        .await;
    let done = done.map_err(refused(service))?;
    let Event::PrincipalAdded(principal, made) = &done.record.event else {
        unreachable!(
            "a key was asked for, and that led to {:?}",
            done.record.event
        );
    };
    let is_own = done.record.origin.principal == ask.caller.principal;
    let of_client = shown_of_client(service, &made.credential, is_own);
    let state = service.read();
    let id = service.principal_id(&state, *principal);
    let once = ShownOnce {
        api_key: secret.map(|secret| (!done.is_replay).then(|| secret.api_key(id))),
        ..of_client
    };
    let answer = json(
        StatusCode::CREATED,
        &body(service, &state, *principal, once),
    );
    Ok(Answered::of(&done).mark(located(answer, "/v1/keys", id)))
}

/// The credential of an API key, before one is drawn.
const NOTHING_DRAWN: Credential = Credential::Secret { hash: [0; 32] };

fn client(nonce: [u8; 16], decryption_key: Option<Box<[u8]>>) -> Credential {
    Credential::Client {
        nonce,
        decryption_key,
    }
}

fn draw_client(encrypts: bool) -> Credential {
    let decryption_key = encrypts.then(|| RsaKey::draw().private_der().into());
    client(draw_nonce(), decryption_key)
}

/// What is shown of a client to whoever has created it, and without its secret to others.
fn shown_of_client(service: &Service, credential: &Credential, is_own: bool) -> ShownOnce {
    let Credential::Client { decryption_key, .. } = credential else {
        return ShownOnce::default();
    };
    let secret = service.client_secret(credential).filter(|_| is_own);
    let key = decryption_key.as_deref();
    let key = key.and_then(RsaKey::from_private_der);
    ShownOnce {
        api_key: None,
        client_secret: Some(secret.map(|secret| secret.text())),
        encryption_public_key: key.map(|key| key.public_pem()),
    }
}

fn granted(
    app: &App,
    caller: &Caller,
    request: Option<&GrantRequest<'_>>,
) -> Result<Option<Box<Grant>>, Problem> {
    let Some(request) = request else {
        return Ok(None);
    };
    let (state, book) = (app.service.read(), caller.book);
    let names = Names::new(&app.service, &state, book);
    grant(&names, request).map(Some)
}

/// List the keys
///
/// Oldest first, the revoked ones among them; or as they were at an instant. Never with a secret.
#[utoipa::path(
    get, path = "/v1/keys", tag = "Keys", params(PastPageQuery),
    responses((status = 200, description = "A page of keys.", body = Page<KeyBody<'_>>),
              NotThen, ReadProblems)
)]
pub(super) async fn list_keys(
    State(app): State<App>,
    ask: Reading<KeysRead, PastPageQuery>,
) -> Result<Response, Problem> {
    let limit = paging::limit(ask.query.limit)?;
    let book = ask.caller.book;
    let list = List::new(&app.service, book, "keys", &ask.query.as_of);
    let [from] = list.read(ask.query.cursor.as_deref())?.unwrap_or([0]);
    let then = then(&app, book, ask.query.as_of.as_deref()).await?;
    let state = app.service.read();
    let all: Vec<(PrincipalId, &Principal)> = match &then {
        Some(then) => then.principals.iter().map(|(id, one)| (*id, one)).collect(),
        None => of_book(&state, book).collect(),
    };
    let mut wanted = all.into_iter().filter(|(id, _)| u64::from(id.0) >= from);
    let items = wanted.by_ref().take(limit);
    let items = items.map(|(id, one)| shown(&app.service, &state, id, one));
    let items = items.collect();
    let next_cursor = wanted.next().map(|(id, _)| list.cursor(&[id.0.into()]));
    Ok(json(StatusCode::OK, &Page { items, next_cursor }))
}

fn of_book(state: &Shard, book: BookId) -> impl Iterator<Item = (PrincipalId, &Principal)> {
    let ids = state.ledger.book(book).map(|book| &book.principals);
    let ids = ids.into_iter().flatten().copied();
    ids.filter_map(|id| Some((id, state.ledger.principal(id)?)))
}

fn named(app: &App, caller: &Caller, text: &str) -> Result<PrincipalId, Problem> {
    let found = read_id(text).and_then(|id| app.service.principal(caller.book, id));
    found.ok_or_else(unknown)
}

fn unknown() -> Problem {
    let principal = PrincipalId(0);
    let kind = kind_of(&Rejection::UnknownPrincipal { principal });
    Problem::new(kind, "there is no such key in this book")
}

/// Show a key
///
/// As it is, or was at an instant. Never with its secret.
#[utoipa::path(
    get, path = "/v1/keys/{id}", tag = "Keys",
    params(("id" = String, Path, description = "Its id"), AsOfQuery),
    responses((status = 200, description = "The key.", body = KeyBody<'_>), NotFound, ReadProblems)
)]
pub(super) async fn show_key(
    State(app): State<App>,
    ask: Reading<KeysRead, AsOfQuery>,
    Id(id): Id,
) -> Result<Response, Problem> {
    let id = named(&app, &ask.caller, &id)?;
    let then = then(&app, ask.caller.book, ask.query.as_of.as_deref()).await?;
    let state = app.service.read();
    let principal = match &then {
        Some(then) => then.principals.get(&id),
        None => state.ledger.principal(id),
    };
    let principal = principal.ok_or_else(unknown)?;
    Ok(json(
        StatusCode::OK,
        &shown(&app.service, &state, id, principal),
    ))
}

/// Revoke a key
///
/// For good, and at once: its tokens as well.
#[utoipa::path(
    delete, path = "/v1/keys/{id}", tag = "Keys",
    params(("id" = String, Path, description = "Its id"), super::docs::KeyHeader),
    responses((status = 200, description = "The revoked key.", body = KeyBody<'_>), WriteProblems)
)]
pub(super) async fn revoke_key(
    State(app): State<App>,
    ask: Writing<KeysWrite>,
    Id(id): Id,
    request: JsonBody,
) -> Result<Response, Problem> {
    let service = &*app.service;
    let id = named(&app, &ask.caller, &id)?;
    let EmptyRequest {} = request.parse_or_empty()?;
    let key = ask.key.within(scope::NATIVE);
    let capability = Writing::<KeysWrite>::CAPABILITY;
    let action = Action::RevokePrincipal(id);
    let done = service.execute(&ask.caller, capability, key, action).await;
    let done = done.map_err(refused(service))?;
    let state = service.read();
    let answer = json(
        StatusCode::OK,
        &body(service, &state, id, ShownOnce::default()),
    );
    Ok(Answered::of(&done).mark(answer))
}
