//! What every handler asks of a request: who, whether they may, key, query, body. In this order,
//! so that nobody learns more from a refusal than they may know.

use super::error::{Kind, Member, Problem};
use crate::App;
use crate::http::body::{BODY_BYTES_MAX, text};
use crate::http::{bearer, read_body};
use crate::native::wire::Object;
use crate::native::wire::transfers::DryRunQuery;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use giro_ledger::Capability;
use giro_service::{AuthError, Caller, Key};
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use std::marker::PhantomData;

/// The header of idempotency keys.
pub(crate) const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// A capability as a type, so that a handler's signature says what it needs.
pub(crate) trait Needs {
    const CAPABILITY: Capability;
    /// Other capabilities that let somebody ask, until it is known what the request is about.
    const OR: &'static [Capability] = &[];
}

macro_rules! needs {
    ($($name:ident),*) => {
        $(
            pub(crate) struct $name;
            impl Needs for $name {
                const CAPABILITY: Capability = Capability::$name;
            }
        )*
    };
}

needs!(
    BooksWrite,
    BookRead,
    BookWrite,
    KeysRead,
    KeysWrite,
    AccountsRead,
    AccountsWrite,
    TransfersRead,
    TransfersWrite,
    FundsWrite,
    ApprovalsRead,
    ApprovalsDecide,
    PoliciesRead,
    PoliciesWrite,
    LimitsRead,
    LimitsWrite,
    RatesRead,
    RatesWrite,
    FeesRead,
    FeesWrite,
    SecuritiesRead,
    SecuritiesWrite,
    SchedulesRead,
    SchedulesWrite,
    WebhooksRead,
    WebhooksWrite
);

/// What moves transfers on: those of the book, or deposits and withdrawals.
pub(crate) struct TransfersOrFunds;

impl Needs for TransfersOrFunds {
    const CAPABILITY: Capability = Capability::TransfersWrite;
    const OR: &'static [Capability] = &[Capability::FundsWrite];
}

/// What takes back what one has asked for.
pub(crate) struct WhateverWaits;

impl Needs for WhateverWaits {
    const CAPABILITY: Capability = Capability::TransfersWrite;
    const OR: &'static [Capability] = &[Capability::FundsWrite, Capability::PoliciesWrite];
}

/// A query without parameters.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoQuery {}

/// Somebody who reads, and may.
pub(crate) struct Reading<C, Q = NoQuery> {
    pub(crate) caller: Caller,
    pub(crate) query: Q,
    capability: PhantomData<C>,
}

impl<C: Needs, Q: DeserializeOwned> FromRequestParts<App> for Reading<C, Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Reading<C, Q>, Problem> {
        let caller = admit::<C>(parts, app)?;
        let query = read_query(parts)?;
        let capability = PhantomData;
        Ok(Reading {
            caller,
            query,
            capability,
        })
    }
}

/// Somebody who changes something, and may, with the key of the request.
pub(crate) struct Writing<C, Q = NoQuery> {
    pub(crate) caller: Caller,
    pub(crate) key: IdempotencyKey,
    pub(crate) query: Q,
    capability: PhantomData<C>,
}

impl<C: Needs, Q> Writing<C, Q> {
    /// What the route needs, for the service to check once more.
    pub(crate) const CAPABILITY: Capability = C::CAPABILITY;
}

impl<C: Needs, Q: DeserializeOwned> FromRequestParts<App> for Writing<C, Q> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Writing<C, Q>, Problem> {
        let caller = admit::<C>(parts, app)?;
        let key = IdempotencyKey::of(&parts.headers)?;
        let query = read_query(parts)?;
        let capability = PhantomData;
        Ok(Writing {
            caller,
            key,
            query,
            capability,
        })
    }
}

/// Somebody who changes something, and may, or who only tries it.
pub(crate) struct Trying<C> {
    pub(crate) caller: Caller,
    /// The key of the request; none if it is only tried.
    pub(crate) key: Option<IdempotencyKey>,
    capability: PhantomData<C>,
}

impl<C: Needs> Trying<C> {
    /// What the route needs, for the service to check once more.
    pub(crate) const CAPABILITY: Capability = C::CAPABILITY;
}

impl<C: Needs> FromRequestParts<App> for Trying<C> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Trying<C>, Problem> {
        let caller = admit::<C>(parts, app)?;
        let query = read_query::<DryRunQuery>(parts);
        let key = match &query {
            Ok(DryRunQuery { dry_run: true }) => None,
            Ok(_) | Err(_) => Some(IdempotencyKey::of(&parts.headers)?),
        };
        query?;
        let capability = PhantomData;
        Ok(Trying {
            caller,
            key,
            capability,
        })
    }
}

fn admit<C: Needs>(parts: &Parts, app: &App) -> Result<Caller, Problem> {
    let api_key = bearer(&parts.headers).ok_or(AuthError::Missing)?;
    let caller = app.service.authenticate_key(api_key)?;
    // An operator has no book, whatever else it may have been given.
    let has_what_it_is_about = caller.is_operator() == (C::CAPABILITY == Capability::BooksWrite);
    let mut needed = std::iter::once(&C::CAPABILITY).chain(C::OR);
    let may = needed.any(|capability| caller.capabilities.contains(*capability));
    if !has_what_it_is_about || !may {
        return Err(Problem::missing_capability(C::CAPABILITY.name()));
    }
    Ok(caller)
}

fn read_query<Q: DeserializeOwned>(parts: &Parts) -> Result<Q, Problem> {
    match Query::try_from_uri(&parts.uri) {
        Ok(Query(query)) => Ok(query),
        Err(error) => {
            let text = error.body_text();
            let why = text
                .rsplit_once("query string: ")
                .map_or(&*text, |(_, why)| why);
            let problem = Problem::new(Kind::QUERY_INVALID, why);
            Err(match parameter_in(why) {
                Some(name) => problem.with("field", Member::Text(name.to_owned())),
                None => problem,
            })
        }
    }
}

/// The parameter that a message is about: `limit: invalid digit`, or ``duplicate field `limit` ``.
fn parameter_in(why: &str) -> Option<&str> {
    let before = why.split_once(": ").map(|(name, _)| name);
    let quoted = || why.split('`').nth(1);
    before
        .filter(|name| !name.contains([' ', '`']))
        .or_else(quoted)
}

/// The caller's key for a mutation: 1 to 255 visible ASCII characters.
pub(crate) struct IdempotencyKey(HeaderValue);

impl IdempotencyKey {
    fn of(headers: &HeaderMap) -> Result<IdempotencyKey, Problem> {
        let mut values = headers.get_all(KEY_HEADER).iter();
        let (Some(value), another) = (values.next(), values.next()) else {
            let detail = "send the header Idempotency-Key, with a new value for every new request";
            return Err(Problem::new(Kind::KEY_MISSING, detail));
        };
        let is_visible = value.as_bytes().iter().all(u8::is_ascii_graphic);
        if another.is_some() || !is_visible || !(1..=Key::MAX_BYTES).contains(&value.len()) {
            let detail = "Idempotency-Key is one header of 1 to 255 visible ASCII characters";
            return Err(Problem::new(Kind::KEY_INVALID, detail));
        }
        Ok(IdempotencyKey(value.clone()))
    }

    /// The key, as given to `scope`.
    pub(crate) fn within(&self, scope: u8) -> Key<'_> {
        let text = self.0.to_str().expect("checked to be visible ASCII");
        Key { scope, text }
    }
}

/// The id in a path, as it stands there.
pub(crate) struct Id(pub(crate) String);

impl FromRequestParts<App> for Id {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Id, Problem> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path(id)) => Ok(Id(id)),
            Err(_) => Err(Problem::new(
                Kind::ROUTE_UNKNOWN,
                "the path is not valid UTF-8",
            )),
        }
    }
}

/// The two ids in a path, as they stand there.
pub(crate) struct TwoIds(pub(crate) String, pub(crate) String);

impl FromRequestParts<App> for TwoIds {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<TwoIds, Problem> {
        match Path::from_request_parts(parts, app).await {
            Ok(Path((first, second))) => Ok(TwoIds(first, second)),
            Err(_) => Err(Problem::new(
                Kind::ROUTE_UNKNOWN,
                "the path is not valid UTF-8",
            )),
        }
    }
}

/// A body of JSON, read but not yet parsed, so that what is parsed can borrow from it.
pub(crate) struct JsonBody(Bytes);

impl JsonBody {
    /// Parses the body, which is an object.
    pub(crate) fn parse<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        let Object(parsed) = read_json(text(&self.0)?)?;
        Ok(parsed)
    }

    /// Parses the body; an empty one counts as `{}`.
    pub(crate) fn parse_or_empty<'a, T: Deserialize<'a>>(&'a self) -> Result<T, Problem> {
        if self.0.is_empty() {
            return Ok(serde_json::from_str("{}")?);
        }
        self.parse()
    }
}

/// Reads JSON. What is JSON, but not what is wanted, is said to be that: the parser calls a `null`
/// or a number in the place of one of several words a mistake in the JSON.
pub(crate) fn read_json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
        let mut problem = Problem::from(error);
        if is_json {
            problem.kind = Kind::BODY_INVALID;
        }
        problem
    })
}

impl FromRequest<App> for JsonBody {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &App) -> Result<JsonBody, Problem> {
        let is_json = media_type(request.headers()) == MediaType::Json;
        let has_type = request.headers().contains_key(CONTENT_TYPE);
        let body = read_body(request.into_body(), BODY_BYTES_MAX).await?;
        // A request that says nothing has no type either.
        if !is_json && (has_type || !body.is_empty()) {
            return Err(unsupported("application/json"));
        }
        Ok(JsonBody(body))
    }
}

/// What a body says it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MediaType {
    Json,
    NdJson,
    Other,
}

/// The type of the body, if its parameters say nothing but that it is UTF-8.
pub(crate) fn media_type(headers: &HeaderMap) -> MediaType {
    let Some(value) = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
    else {
        return MediaType::Other;
    };
    let mut parts = value.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default();
    let is_utf8 = parts.all(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        !name.eq_ignore_ascii_case("charset")
            || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
    });
    if is_utf8 && essence.eq_ignore_ascii_case("application/json") {
        MediaType::Json
    } else if is_utf8 && essence.eq_ignore_ascii_case("application/x-ndjson") {
        MediaType::NdJson
    } else {
        MediaType::Other
    }
}

/// A body that is of another type than `expected`.
pub(crate) fn unsupported(expected: &str) -> Problem {
    Problem::new(
        Kind::CONTENT_TYPE,
        format!("send the body as {expected}, in UTF-8"),
    )
}
