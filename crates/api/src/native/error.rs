//! The one table from refusal to status and code, and how a refusal is answered:
//! `application/problem+json` (RFC 9457).

mod kinds;
mod refusal;

pub(crate) use kinds::{Kind, every_kind_of_http};
pub(crate) use refusal::{Refusal, kind_of};

use crate::http::{BodyError, LateBody, RequestId};
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use giro_service::{AuthError, Caller, EngineError, Service, ServiceError};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The media type of problems.
pub(crate) const PROBLEM_JSON: HeaderValue = HeaderValue::from_static("application/problem+json");

/// Code, status and title of every problem that this interface answers with.
pub fn every_kind() -> Vec<(&'static str, u16, &'static str)> {
    let mut kinds: Vec<Kind> = every_kind_of_http().to_vec();
    kinds.extend(refusal::every_kind_of_rules());
    let of = |kind: Kind| (kind.code, kind.status.as_u16(), kind.title);
    kinds.into_iter().map(of).collect()
}

/// A value beside the members that every problem has.
#[derive(Clone, Debug)]
pub(crate) enum Member {
    Id(Uuid),
    Text(String),
    Word(&'static str),
    Number(u64),
    Json(Box<RawValue>),
}

impl Serialize for Member {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Member::Id(id) => id.serialize(to),
            Member::Text(text) => text.serialize(to),
            Member::Word(word) => word.serialize(to),
            Member::Number(number) => number.serialize(to),
            Member::Json(json) => json.serialize(to),
        }
    }
}

/// Named values beside the members that every problem has.
pub(crate) type Members = Vec<(&'static str, Member)>;

/// A refused request.
#[derive(Clone, Debug)]
pub(crate) struct Problem {
    pub(crate) kind: Kind,
    detail: String,
    members: Members,
}

impl Problem {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Problem {
        Problem {
            kind,
            detail: detail.into(),
            members: Vec::new(),
        }
    }

    /// The problem with `field` of the request.
    pub(crate) fn of_field(kind: Kind, field: &str, why: impl std::fmt::Display) -> Problem {
        let detail = format!("{field} {why}");
        Problem::new(kind, detail).with("field", Member::Text(field.to_owned()))
    }

    pub(crate) fn with(mut self, name: &'static str, member: Member) -> Problem {
        self.members.push((name, member));
        self
    }

    /// What came of a request that the service did not carry out.
    pub(crate) fn of_service(service: &Service, error: &ServiceError) -> Problem {
        match error {
            ServiceError::MissingCapability(capability) => {
                Problem::missing_capability(capability.name())
            }
            ServiceError::Rejected(why) => Refusal::of(service, why).into(),
            ServiceError::KeyConflict { first } => refusal::conflict(service, first),
            ServiceError::Engine(error) => error.into(),
            ServiceError::History(error) => {
                tracing::error!(%error, "the log cannot be read");
                Problem::new(
                    Kind::STORAGE_UNREADABLE,
                    "the log cannot be read; see the server's log",
                )
            }
        }
    }

    /// The same, in words that are for this caller.
    pub(crate) fn seen_by(service: &Service, caller: &Caller, error: &ServiceError) -> Problem {
        match error {
            ServiceError::Rejected(why) => {
                Refusal::seen_by(service, &service.read(), caller, why).into()
            }
            other => Problem::of_service(service, other),
        }
    }

    pub(crate) fn missing_capability(name: &'static str) -> Problem {
        let detail = format!("this key does not have capability {name}");
        Problem::new(Kind::MISSING_CAPABILITY, detail).with("capability", Member::Word(name))
    }

    /// The problem as JSON; `request_id` is left out where it is only part of an answer.
    pub(crate) fn to_json(&self, request_id: Option<&RequestId>) -> Vec<u8> {
        let with_id = ProblemBody {
            problem: self,
            request_id: request_id.map(RequestId::as_str),
        };
        serde_json::to_vec(&with_id).expect("problems are plain data")
    }
}

struct ProblemBody<'a> {
    problem: &'a Problem,
    request_id: Option<&'a str>,
}

impl Serialize for ProblemBody<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Problem {
            kind,
            detail,
            members,
        } = self.problem;
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("type", &format_args!("urn:giro:problem:{}", kind.code))?;
        map.serialize_entry("title", kind.title)?;
        map.serialize_entry("status", &kind.status.as_u16())?;
        map.serialize_entry("code", kind.code)?;
        map.serialize_entry("detail", detail)?;
        for (name, member) in members {
            map.serialize_entry(name, member)?;
        }
        if let Some(id) = self.request_id {
            map.serialize_entry("request_id", id)?;
        }
        map.end()
    }
}

impl Serialize for Problem {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (problem, request_id) = (self, None);
        ProblemBody {
            problem,
            request_id,
        }
        .serialize(to)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = Response::new(Body::empty());
        *response.status_mut() = self.kind.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, PROBLEM_JSON);
        if self.kind.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if self.kind == Kind::OVERLOADED {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        let body = LateBody::new(move |asked| self.to_json(Some(asked.id)));
        response.extensions_mut().insert(body);
        response
    }
}

impl From<&EngineError> for Problem {
    fn from(error: &EngineError) -> Problem {
        match error {
            EngineError::Busy => Problem::new(
                Kind::OVERLOADED,
                "too many requests are waiting; nothing was done, try again with the same key",
            ),
            EngineError::Poisoned => Problem::new(
                Kind::STORAGE_FAILED,
                "the outcome is unknown: once the server has been restarted, \
                 send the same request with the same key to find out",
            ),
            EngineError::Closed => Problem::new(
                Kind::STOPPING,
                "the server is stopping; nothing was done, try again with the same key",
            ),
        }
    }
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Problem {
        let detail = match error {
            AuthError::Missing => "send an API key: Authorization: Bearer giro_…",
            AuthError::Invalid => "the API key is unknown or was revoked",
            AuthError::Expired => "the token has expired",
        };
        Problem::new(Kind::UNAUTHENTICATED, detail)
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Problem {
        let detail = error.to_string();
        match error {
            BodyError::TooLarge { max } => {
                let max = u64::try_from(max).unwrap_or(u64::MAX);
                Problem::new(Kind::BODY_TOO_LARGE, detail).with("bytes_max", Member::Number(max))
            }
            BodyError::NotUtf8 { .. } => Problem::new(Kind::BODY_NOT_UTF8, detail),
            BodyError::Io => Problem::new(Kind::BODY_INCOMPLETE, detail),
        }
    }
}

/// Where JSON ends making sense, or a value is not what the request has there.
impl From<serde_json::Error> for Problem {
    fn from(error: serde_json::Error) -> Problem {
        let kind = match error.classify() {
            serde_json::error::Category::Data => Kind::BODY_INVALID,
            serde_json::error::Category::Syntax
            | serde_json::error::Category::Eof
            | serde_json::error::Category::Io => Kind::JSON_INVALID,
        };
        let place = |place| Member::Number(u64::try_from(place).unwrap_or(u64::MAX));
        Problem::new(kind, error.to_string())
            .with("line", place(error.line()))
            .with("column", place(error.column()))
    }
}
