//! The schema of problems, for the documentation only.

use utoipa::{IntoResponses, ToSchema};

/// A refused request (RFC 9457). Some problems have more members: they are named with the codes
/// in the reference.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
#[schema(as = Problem)]
pub(crate) struct ProblemBody {
    /// The kind of problem, as a URI.
    #[schema(example = "urn:giro:problem:insufficient_funds")]
    r#type: String,
    /// The kind of problem, for people.
    #[schema(example = "Not enough money is available")]
    title: String,
    /// The status of the answer.
    #[schema(example = 422)]
    status: u16,
    /// The kind of problem, for programs. Stable.
    #[schema(example = "insufficient_funds")]
    code: String,
    /// This very problem, for people.
    #[schema(example = "account ops has 100.00 USD available, 120.00 needed")]
    detail: String,
    /// The id of the request, as in the header `X-Request-Id`; an item of a batch has none.
    #[schema(required = false, example = "0b1c5c5e-6a1f-4d0f-9d53-6e4d0d0f6f6c")]
    request_id: String,
}

/// What every call that reads can be refused with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum ReadProblems {
    /// A parameter is malformed: `query_invalid`, `limit_invalid`, `cursor_invalid`, `time_…`.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] ProblemBody),
    /// No valid API key: `unauthenticated`.
    #[response(status = 401, content_type = "application/problem+json",
               headers(("WWW-Authenticate" = String, description = "`Bearer`")))]
    Unauthenticated(#[to_schema] ProblemBody),
    /// The key lacks a capability: `missing_capability`.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemBody),
    /// The log cannot be read: `storage_unreadable`.
    #[response(status = 500, content_type = "application/problem+json")]
    Unreadable(#[to_schema] ProblemBody),
    /// Not now: `overloaded` (see `Retry-After`), `stopping`, `storage_failed`.
    #[response(status = 503, content_type = "application/problem+json",
               headers(("Retry-After" = u32, description = "Seconds to wait")))]
    Unavailable(#[to_schema] ProblemBody),
}

/// What every call that changes something can be refused with.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum WriteProblems {
    /// The request is malformed: `idempotency_key_missing`, `json_invalid`, `body_invalid`, …
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(#[to_schema] ProblemBody),
    /// No valid API key: `unauthenticated`.
    #[response(status = 401, content_type = "application/problem+json",
               headers(("WWW-Authenticate" = String, description = "`Bearer`")))]
    Unauthenticated(#[to_schema] ProblemBody),
    /// The key lacks a capability: `missing_capability`.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(#[to_schema] ProblemBody),
    /// Something named is not in this book: `unknown_account`, …
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(#[to_schema] ProblemBody),
    /// In conflict with what is there: `idempotency_conflict`, `alias_taken`, …
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(#[to_schema] ProblemBody),
    /// The body is too large: `body_too_large`.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(#[to_schema] ProblemBody),
    /// The body is not of a type known here: `unsupported_content_type`.
    #[response(status = 415, content_type = "application/problem+json")]
    ContentType(#[to_schema] ProblemBody),
    /// A value makes no sense or a rule said no: `amount_zero`, `insufficient_funds`, …
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(#[to_schema] ProblemBody),
    /// The log cannot be read: `storage_unreadable`.
    #[response(status = 500, content_type = "application/problem+json")]
    Unreadable(#[to_schema] ProblemBody),
    /// Not now: `overloaded` (see `Retry-After`), `stopping`; or the outcome is unknown: `storage_failed`.
    #[response(status = 503, content_type = "application/problem+json",
               headers(("Retry-After" = u32, description = "Seconds to wait")))]
    Unavailable(#[to_schema] ProblemBody),
}

/// What a call that looks back can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum NotThen {
    /// `as_of` is before the book was opened: `unknown_book`.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(#[to_schema] ProblemBody),
}

/// What a call that names one thing can be refused with besides.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) enum NotFound {
    /// There is no such thing in this book.
    #[response(status = 404, content_type = "application/problem+json")]
    Unknown(#[to_schema] ProblemBody),
}
