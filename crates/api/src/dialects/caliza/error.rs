//! The one table from refusal to status and code. What does not fit its form is
//! `{"errors": […]}`, and all else `{"code", "message", "traceId", "path"}`.

mod refusal;

use super::auth::{Role, role_with};
use super::wire::{Coded, Misfit, answer};
use crate::http::{BodyError, LateBody};
use axum::body::Body;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_service::ServiceError;
use std::borrow::Cow;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No bearer token, or one that is not valid, or no longer.
    Unauthorized,
    /// Whoever bears the token does not have a role that the call needs.
    MissingRole(Role),
    /// The body or a parameter does not fit its form: what is wrong with it.
    Misfit(Vec<String>),
    /// One of the vendor's codes.
    Coded {
        /// The status.
        status: StatusCode,
        /// The code.
        code: &'static str,
        /// What is wrong, for people.
        message: Cow<'static, str>,
    },
    /// There is no such path.
    NoPath,
    /// The path does not take the method.
    WrongMethod,
    /// The body is larger than allowed.
    TooLarge {
        /// The largest number of bytes.
        max: usize,
    },
    /// The server cannot do it now.
    Unavailable,
    /// The server has failed; its log says why.
    Internal,
}

impl Error {
    /// One of the vendor's codes, with status 400.
    pub fn bad(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
        Error::coded(StatusCode::BAD_REQUEST, code, message)
    }

    /// One of the vendor's codes.
    pub fn coded(
        status: StatusCode,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Error {
        let message = message.into();
        Error::Coded {
            status,
            code,
            message,
        }
    }

    /// One of the vendor's codes, with status 412.
    pub fn precondition(code: &'static str, message: impl Into<Cow<'static, str>>) -> Error {
        Error::coded(StatusCode::PRECONDITION_FAILED, code, message)
    }

    /// There is no such beneficiary.
    pub fn no_beneficiary() -> Error {
        let message = "Beneficiary not found";
        Error::coded(StatusCode::NOT_FOUND, "beneficiary.not_found", message)
    }

    /// One thing that does not fit its form.
    pub fn misfit(what: impl Into<String>) -> Error {
        Error::Misfit(vec![what.into()])
    }

    /// What the service's error is in this interface. Failures of the server are logged here,
    /// which is where they end.
    pub fn of(error: ServiceError) -> Error {
        match error {
            ServiceError::MissingCapability(capability) => {
                Error::MissingRole(role_with(capability))
            }
            ServiceError::Rejected(why) => Error::refused(&why),
            ServiceError::KeyConflict { .. } => {
                tracing::error!("a key of this interface stands for something else");
                Error::Internal
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

    /// Status, code and what is wrong.
    fn row(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        use StatusCode as S;
        match self {
            Error::Unauthorized => (
                S::UNAUTHORIZED,
                "unauthorized",
                "Invalid or missing authentication token".into(),
            ),
            Error::MissingRole(role) => {
                let message = format!("Role {} is missing", role.name());
                (S::FORBIDDEN, "forbidden", message.into())
            }
            // The answer to this is a list; see below.
            Error::Misfit(_) => (S::BAD_REQUEST, "", "".into()),
            Error::Coded {
                status,
                code,
                message,
            } => (*status, code, message.clone()),
            Error::NoPath => (S::NOT_FOUND, "not_found", "There is no such path".into()),
            Error::WrongMethod => (
                S::METHOD_NOT_ALLOWED,
                "method_not_allowed",
                "The path does not take this method".into(),
            ),
            Error::TooLarge { max } => (
                S::PAYLOAD_TOO_LARGE,
                "payload_too_large",
                format!("The body has more than {max} bytes").into(),
            ),
            Error::Unavailable => (
                S::SERVICE_UNAVAILABLE,
                "service_unavailable",
                "The service is unavailable".into(),
            ),
            Error::Internal => (
                S::INTERNAL_SERVER_ERROR,
                "internal_error",
                "Internal error".into(),
            ),
        }
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Error {
        match error {
            BodyError::TooLarge { max } => Error::TooLarge { max },
            BodyError::NotUtf8 { .. } | BodyError::Io => Error::misfit(error.to_string()),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Error::Misfit(errors) = self {
            return answer(StatusCode::BAD_REQUEST, &Misfit { errors });
        }
        let (status, code, message) = self.row();
        let mut response = Response::new(Body::empty());
        *response.status_mut() = status;
        let headers = response.headers_mut();
        let json = HeaderValue::from_static("application/json");
        headers.insert(header::CONTENT_TYPE, json);
        if self == Error::Unavailable {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(1));
        }
        if status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        let body = LateBody::new(move |asked| {
            let coded = Coded {
                code: code.into(),
                message: message.to_string(),
                trace_id: asked.id.as_str().to_owned(),
                path: asked.path.to_owned(),
            };
            serde_json::to_vec(&coded).expect("texts")
        });
        response.extensions_mut().insert(body);
        response
    }
}
