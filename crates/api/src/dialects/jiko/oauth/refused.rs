//! What OAuth's own calls answer when they refuse: `{"error", "error_description"}` (RFC 6749).

use crate::dialects::jiko::wire::{OauthProblem, answer};
use crate::http::BodyError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use std::borrow::Cow;

/// Why no token is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The code, as RFC 6749 has it.
    pub error: &'static str,
    /// Why, for people.
    pub why: Cow<'static, str>,
}

impl Refused {
    /// The request lacks something, or has it twice.
    pub fn request(why: impl Into<Cow<'static, str>>) -> Refused {
        Refused::of("invalid_request", why)
    }

    /// Nobody has proved to be a client. What exactly was wrong is not for them to know.
    pub fn client() -> Refused {
        let why = "the client is not known, or its assertion is not valid, or was used before";
        Refused::of("invalid_client", why)
    }

    /// The code or refresh token is not good for this.
    pub fn grant(why: &'static str) -> Refused {
        Refused::of("invalid_grant", why)
    }

    /// A scope is not known, or none of those asked for can be given.
    pub fn scope(why: impl Into<Cow<'static, str>>) -> Refused {
        Refused::of("invalid_scope", why)
    }

    /// Any of them.
    pub fn of(error: &'static str, why: impl Into<Cow<'static, str>>) -> Refused {
        let why = why.into();
        Refused { error, why }
    }
}

impl From<BodyError> for Refused {
    fn from(error: BodyError) -> Refused {
        Refused::request(error.to_string())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = OauthProblem {
            error: self.error.into(),
            error_description: self.why.into_owned(),
        };
        unstored(answer(status, &body))
    }
}

/// An answer that nobody may keep.
pub(crate) fn unstored(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::PRAGMA, HeaderValue::from_static("no-cache"));
    response
}
