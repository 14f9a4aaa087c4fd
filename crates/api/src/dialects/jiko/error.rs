//! The one table from refusal to status and body. What is not of the documented form is a list of
//! what is wrong with it, and all else `{"type", "instance", "detail", "trace_id"}`.

mod refusal;

use super::auth::Scope;
use super::wire::{Detail, Problem, Step, Validation, answer};
use crate::http::{BodyError, LateBody};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_service::ServiceError;
use std::borrow::Cow;
use std::time::Duration;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No bearer token, or one that is not valid, or no longer.
    Unauthorized,
    /// The signature of the request is missing or wrong; why.
    BadSignature(Cow<'static, str>),
    /// The token does not give a scope that the call needs.
    MissingScope(Scope),
    /// Whoever asks may not do this; why.
    Forbidden(Cow<'static, str>),
    /// There is no such thing at the customer, or no such path; what.
    NotFound(&'static str),
    /// The path does not take the method.
    WrongMethod,
    /// The id was used before, for something else; or it cannot be done as things are.
    Conflict(Cow<'static, str>),
    /// It is over.
    Over(Cow<'static, str>),
    /// The body or a parameter is not of the documented form: what, and where.
    Invalid(Vec<Detail>),
    /// The body is larger than allowed.
    TooLarge {
        /// The largest number of bytes.
        max: usize,
    },
    /// Too many requests.
    TooMany {
        /// How long to wait.
        wait: Duration,
    },
    /// The server cannot do it now.
    Unavailable,
    /// The server has failed; its log says why.
    Internal,
}

impl Error {
    /// One thing that is wrong, at a place such as `["body", "transfer", "id"]`.
    pub fn invalid<const N: usize>(
        place: [&'static str; N],
        kind: &'static str,
        why: impl Into<Cow<'static, str>>,
    ) -> Error {
        Error::Invalid(vec![Detail {
            loc: place.into_iter().map(Step::Name).collect(),
            msg: why.into(),
            kind,
        }])
    }

    /// A required field that is absent or null.
    pub fn missing<const N: usize>(place: [&'static str; N]) -> Error {
        Error::invalid(place, "missing", "Field required")
    }

    /// What the service's error is in this interface. Failures of the server are logged here,
    /// which is where they end.
    pub fn of(error: ServiceError) -> Error {
        match error {
            ServiceError::MissingCapability(capability) => {
                let all = Scope::ALL.into_iter();
                let mut with_it = all.filter(|scope| scope.capabilities().contains(&capability));
                with_it.next().map_or(Error::Internal, Error::MissingScope)
            }
            ServiceError::Rejected(why) => Error::refused(&why),
            ServiceError::KeyConflict { .. } => {
                Error::Conflict("the id was used before, for another request".into())
            }
            ServiceError::Engine(error) => {
                tracing::warn!(%error, "the engine cannot do it now");
                Error::Unavailable
            }
            ServiceError::History(error) => {
                tracing::error!(%error, "the log cannot be read");
                Error::Internal
            }
        }
    }

    /// Status, type and what is wrong.
    fn row(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        use StatusCode as S;
        match self {
            Error::Unauthorized => (
                S::UNAUTHORIZED,
                "unauthorized",
                "the access token is missing or not valid".into(),
            ),
            Error::BadSignature(why) => (S::UNAUTHORIZED, "invalid_signature", why.clone()),
            Error::MissingScope(scope) => {
                let detail = format!("the access token lacks scope {}", scope.name());
                (S::FORBIDDEN, "insufficient_scope", detail.into())
            }
            Error::Forbidden(why) => (S::FORBIDDEN, "forbidden", why.clone()),
            Error::NotFound(what) => (S::NOT_FOUND, "not_found", format!("no such {what}").into()),
            Error::WrongMethod => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "the path does not take this method".into(),
            ),
            Error::Conflict(why) => (S::CONFLICT, "conflict", why.clone()),
            Error::Over(why) => (S::PRECONDITION_FAILED, "precondition_failed", why.clone()),
            // The answer to this is a list; see below.
            Error::Invalid(_) => (S::UNPROCESSABLE_ENTITY, "invalid", "".into()),
            Error::TooLarge { max } => (
                S::PAYLOAD_TOO_LARGE,
                "payload_too_large",
                format!("the body has more than {max} bytes").into(),
            ),
            Error::TooMany { wait } => (
                S::TOO_MANY_REQUESTS,
                "too_many_requests",
                format!("too many requests: wait {} s", seconds_up(*wait)).into(),
            ),
            Error::Unavailable => (
                S::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "the server cannot do it now; try again with the same id".into(),
            ),
            Error::Internal => (
                S::INTERNAL_SERVER_ERROR,
                "internal",
                "the server has failed".into(),
            ),
        }
    }

    /// How many seconds to wait before the next try, if waiting helps.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { wait } => Some(seconds_up(*wait)),
            Error::Unavailable => Some(1),
            Error::Unauthorized
            | Error::BadSignature(_)
            | Error::MissingScope(_)
            | Error::Forbidden(_)
            | Error::NotFound(_)
            | Error::WrongMethod
            | Error::Conflict(_)
            | Error::Over(_)
            | Error::Invalid(_)
            | Error::TooLarge { .. }
            | Error::Internal => None,
        }
    }
}

/// So many whole seconds, and at least one.
fn seconds_up(wait: Duration) -> u64 {
    wait.as_secs().saturating_add(1)
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Error {
        match error {
            BodyError::TooLarge { max } => Error::TooLarge { max },
            BodyError::NotUtf8 { .. } | BodyError::Io => {
                Error::invalid(["body"], "json_invalid", error.to_string())
            }
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Error::Invalid(detail) = self {
            return answer(StatusCode::UNPROCESSABLE_ENTITY, &Validation { detail });
        }
        let (status, kind, detail) = self.row();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        let body = LateBody::new(move |asked| {
            let problem = Problem {
                kind: kind.into(),
                instance: asked.path.to_owned(),
                detail: detail.to_string(),
                trace_id: asked.id.as_str().to_owned(),
            };
            serde_json::to_vec(&problem).expect("texts")
        });
        response.extensions_mut().insert(body);
        response
    }
}
