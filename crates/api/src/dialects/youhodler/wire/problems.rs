//! Errors.

use serde::Serialize;
use std::borrow::Cow;
use std::time::Duration;
use utoipa::{IntoResponses, ToSchema};

/// The body of an error.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Error)]
pub struct ErrorBody {
    /// What is wrong, for programs.
    #[schema(value_type = String, example = "invalid_request")]
    pub code: Cow<'static, str>,
    /// More of that.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub details: Option<ErrorDetails>,
    /// What is wrong, for people.
    #[schema(value_type = String, example = "The request contains invalid or missing fields.")]
    pub message: Cow<'static, str>,
}

/// More about an error, for programs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ErrorDetails {
    /// Why.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false, example = "missing_required_field")]
    pub reason: Option<Cow<'static, str>>,
    /// After how many milliseconds to try again.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub retry_after_ms: Option<u64>,
    /// What says no: `ledger`, `policy`, `limits` or `rbac`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, nullable = false)]
    pub source: Option<Cow<'static, str>>,
}

impl ErrorDetails {
    /// Only why.
    pub(crate) fn reason(reason: &'static str) -> ErrorDetails {
        ErrorDetails {
            reason: Some(Cow::Borrowed(reason)),
            retry_after_ms: None,
            source: None,
        }
    }

    /// Only how long to wait.
    pub(crate) fn wait(wait: Duration) -> ErrorDetails {
        let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
        ErrorDetails {
            reason: None,
            retry_after_ms: Some(millis.saturating_add(1)),
            source: None,
        }
    }
}

macro_rules! problems {
    ($($(#[doc = $doc:literal])+ $name:ident { $($status:literal $case:ident $what:literal)+ })*) => {
        $(
            $(#[doc = $doc])+
            #[derive(IntoResponses)]
            pub enum $name {
                $(
                    #[doc = $what]
                    #[response(status = $status)]
                    $case(#[to_schema] ErrorBody),
                )+
            }
        )*
    };
}

problems! {
    /// What a list can be refused with.
    ListProblems {
        400 Malformed "A parameter is malformed: `invalid_request`."
        401 Unauthorized "No valid token: `unauthorized`."
        403 Forbidden "A capability is missing: `forbidden_capability_scope`."
        404 NotFound "Something that a parameter names is not there: `resource_not_found`."
        429 TooMany "Too many requests: `rate_limited`."
        500 Internal "The server has failed: `internal_error`."
        503 Unavailable "Not now: `temporarily_unavailable`."
    }
    /// What a single thing can be refused with, when it is read.
    FindProblems {
        400 Malformed "The id or a parameter is malformed: `invalid_request`."
        401 Unauthorized "No valid token: `unauthorized`."
        403 Forbidden "A capability is missing: `forbidden_capability_scope`."
        404 NotFound "It is not there: `resource_not_found`."
        429 TooMany "Too many requests: `rate_limited`."
        500 Internal "The server has failed: `internal_error`."
        503 Unavailable "Not now: `temporarily_unavailable`."
    }
    /// What the making of something can be refused with.
    CreateProblems {
        400 Malformed "The request is malformed: `invalid_request`."
        401 Unauthorized "No valid token: `unauthorized`."
        403 Forbidden "A capability is missing: `forbidden_capability_scope`."
        404 NotFound "Something that is named is not there: `resource_not_found`."
        409 Conflict "The key was used for another request: `idempotency_conflict`."
        413 TooLarge "The body is too large: `payload_too_large`."
        422 NotAdmissible "A rule says no: `not_admissible`."
        429 TooMany "Too many requests: `rate_limited`."
        500 Internal "The server has failed: `internal_error`."
        503 Unavailable "Not now: `temporarily_unavailable`."
    }
    /// What a change of something can be refused with.
    ChangeProblems {
        400 Malformed "The request is malformed: `invalid_request`."
        401 Unauthorized "No valid token: `unauthorized`."
        403 Forbidden "A capability is missing: `forbidden_capability_scope`."
        404 NotFound "It is not there: `resource_not_found`."
        409 Conflict "The key was used for another request: `idempotency_conflict`."
        412 Outdated "It has changed since: `precondition_failed`."
        413 TooLarge "The body is too large: `payload_too_large`."
        422 NotAdmissible "A rule says no: `not_admissible`."
        429 TooMany "Too many requests: `rate_limited`."
        500 Internal "The server has failed: `internal_error`."
        503 Unavailable "Not now: `temporarily_unavailable`."
    }
    /// What a step of an operation can be refused with.
    StepProblems {
        400 Malformed "The request is malformed: `invalid_request`."
        401 Unauthorized "No valid token: `unauthorized`."
        403 Forbidden "A capability is missing: `forbidden_capability_scope`."
        404 NotFound "It is not there: `resource_not_found`."
        409 Conflict "Too late: `state_conflict`, or `idempotency_conflict`."
        413 TooLarge "The body is too large: `payload_too_large`."
        422 NotAdmissible "A rule says no: `not_admissible`."
        429 TooMany "Too many requests: `rate_limited`."
        500 Internal "The server has failed: `internal_error`."
        503 Unavailable "Not now: `temporarily_unavailable`."
    }
    /// What a request for a token can be refused with.
    TokenProblems {
        400 Malformed "The request is malformed: `invalid_request`."
        401 Unauthorized "The credentials are not valid: `unauthorized`."
        413 TooLarge "The body is too large: `payload_too_large`."
        429 TooMany "Too many requests: `rate_limited`."
    }
}
