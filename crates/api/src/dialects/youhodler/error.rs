//! The one table from refusal to status and code, in the vendor's error shape
//! `{"code": …, "details": {…}, "message": …}`.

use super::wire::{ErrorBody, ErrorDetails, Status, answer};
use crate::http::BodyError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_ledger::Rejection;
use giro_service::ServiceError;
use std::borrow::Cow;
use std::time::Duration;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The body or a parameter is not of the documented form.
    Invalid {
        /// In which way, for programs.
        reason: &'static str,
        /// What, for people.
        what: Option<String>,
    },
    /// No bearer token, or one that is not valid, or no longer.
    Unauthorized,
    /// The principal may not make this call.
    MissingCapability,
    /// There is no such thing in the enterprise, or no such path.
    NotFound(&'static str),
    /// The path does not take the method.
    WrongMethod,
    /// The idempotency key was used before, for another request.
    KeyMismatch,
    /// What is asked for cannot be done any more.
    Conflict(&'static str),
    /// `If-Match` names another version than there is.
    Outdated,
    /// The body is larger than allowed.
    TooLarge {
        /// The largest number of bytes.
        max: usize,
    },
    /// A rule says no.
    NotAdmissible(NotAdmissible),
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

/// A rule's no, in the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotAdmissible {
    /// Which rule.
    pub reason: Cow<'static, str>,
    /// What kind of rule.
    pub source: Cow<'static, str>,
}

/// What is said of a request that is not of the documented form.
const INVALID: &str = "The request contains invalid or missing fields.";

impl Error {
    /// A request without an idempotency key where one is needed: the documented example.
    pub const NO_KEY: Error = Error::Invalid {
        reason: "missing_required_field",
        what: None,
    };

    /// A field or parameter that is not of the documented form.
    pub fn invalid(reason: &'static str, name: &str, why: impl std::fmt::Display) -> Error {
        let what = Some(format!("'{name}' {why}."));
        Error::Invalid { reason, what }
    }

    /// A required field that is absent or null.
    pub fn missing(name: &str) -> Error {
        Error::invalid("missing_required_field", name, "is missing")
    }

    /// What the service's error is in this interface. Failures of the server are logged here,
    /// which is where they end.
    pub fn of(error: ServiceError) -> Error {
        match error {
            ServiceError::MissingCapability(_) => Error::MissingCapability,
            ServiceError::Rejected(why) => match Refusal::of(&why) {
                Refusal::Request(error) => error,
                Refusal::NotAdmissible(no) => Error::NotAdmissible(no),
                Refusal::Unexpected => {
                    tracing::error!(%why, "a refusal that no request of this interface leads to");
                    Error::Internal
                }
            },
            ServiceError::KeyConflict { .. } => Error::KeyMismatch,
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

    /// Status, code, details and message.
    #[expect(clippy::too_many_lines, reason = "a table: an arm per error")]
    fn row(&self) -> (u16, &'static str, Option<ErrorDetails>, Cow<'static, str>) {
        let because = |reason: &'static str| Some(ErrorDetails::reason(reason));
        match self {
            Error::Invalid { reason, what } => {
                let message = match what {
                    None => Cow::Borrowed(INVALID),
                    Some(what) => Cow::Owned(format!("{INVALID} {what}")),
                };
                (400, "invalid_request", because(reason), message)
            }
            Error::Unauthorized => (401, "unauthorized", None, "Authentication required.".into()),
            Error::MissingCapability => (
                403,
                "forbidden_capability_scope",
                because("missing_capability"),
                "Principal does not hold the required capability.".into(),
            ),
            Error::NotFound(reason) => (
                404,
                "resource_not_found",
                because(reason),
                "The requested resource was not found.".into(),
            ),
            Error::WrongMethod => (
                405,
                "method_not_allowed",
                None,
                "The method is not allowed here.".into(),
            ),
            Error::KeyMismatch => (
                409,
                "idempotency_conflict",
                because("key_payload_mismatch"),
                "A different request was already submitted with this idempotency key.".into(),
            ),
            Error::Conflict(reason) => (
                409,
                "state_conflict",
                because(reason),
                "The request cannot be applied to the current resource state.".into(),
            ),
            Error::Outdated => (
                412,
                "precondition_failed",
                because("etag_mismatch"),
                "The resource has changed since the version in If-Match.".into(),
            ),
            Error::TooLarge { max } => (
                413,
                "payload_too_large",
                None,
                format!("The body has more than {max} bytes.").into(),
            ),
            Error::NotAdmissible(no) => {
                let details = ErrorDetails {
                    reason: Some(no.reason.clone()),
                    retry_after_ms: None,
                    source: Some(no.source.clone()),
                };
                (422, "not_admissible", Some(details), no.message().into())
            }
            Error::TooMany { wait } => (
                429,
                "rate_limited",
                Some(ErrorDetails::wait(*wait)),
                "Too many requests.".into(),
            ),
            Error::Unavailable => (
                503,
                "temporarily_unavailable",
                because("downstream_unavailable"),
                "The service is temporarily unavailable. Retry after a short delay.".into(),
            ),
            Error::Internal => (500, "internal_error", None, "Internal error.".into()),
        }
    }

    /// How many seconds to wait before the next try, if waiting helps.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { wait } => Some(wait.as_secs().saturating_add(1)),
            Error::Unavailable => Some(1),
            Error::Invalid { .. }
            | Error::Unauthorized
            | Error::MissingCapability
            | Error::NotFound(_)
            | Error::WrongMethod
            | Error::KeyMismatch
            | Error::Conflict(_)
            | Error::Outdated
            | Error::TooLarge { .. }
            | Error::NotAdmissible(_)
            | Error::Internal => None,
        }
    }
}

impl NotAdmissible {
    const fn new(reason: &'static str, source: &'static str) -> NotAdmissible {
        NotAdmissible {
            reason: Cow::Borrowed(reason),
            source: Cow::Borrowed(source),
        }
    }

    /// Who may do what says no: the documented example.
    const RBAC: NotAdmissible = NotAdmissible::new("rbac", "rbac");

    fn message(&self) -> &'static str {
        match &*self.source {
            "rbac" | "policy" => "The operation was rejected by policy or RBAC.",
            "limits" => "The operation was rejected by a limit.",
            _ => "The operation was rejected by the ledger.",
        }
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Error {
        match error {
            BodyError::TooLarge { max } => Error::TooLarge { max },
            BodyError::NotUtf8 { .. } | BodyError::Io => Error::Invalid {
                reason: "invalid_json",
                what: Some(format!("It cannot be read: {error}.")),
            },
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, details, message) = self.row();
        let status = StatusCode::from_u16(status).expect("the table has statuses only");
        let body = ErrorBody {
            code: code.into(),
            details,
            message,
        };
        let mut response = answer(status, &body);
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self == Error::Unauthorized {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

/// What a rule's refusal is in this interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An error of the request.
    Request(Error),
    /// A rule says no.
    NotAdmissible(NotAdmissible),
    /// Nothing that a request of this interface can lead to.
    Unexpected,
}

impl Refusal {
    /// The table.
    #[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
    pub fn of(why: &Rejection) -> Refusal {
        let no = |reason, source| Refusal::NotAdmissible(NotAdmissible::new(reason, source));
        match why {
            Rejection::AmountZero | Rejection::AmountTooLarge => {
                Refusal::Request(Error::invalid("invalid_amount", "amount.value", why))
            }
            Rejection::UnknownAccount { .. } | Rejection::SystemAccount { .. } => {
                Refusal::Request(Error::NotFound("account_not_found"))
            }
            Rejection::SameAccount { .. } => no("same_account", "ledger"),
            Rejection::UnknownAsset { .. }
            | Rejection::AssetNotHeld { .. }
            | Rejection::SecurityNotDirect { .. } => no("unsupported_asset", "ledger"),
            Rejection::InsufficientFunds { .. } => no("insufficient_funds", "ledger"),
            Rejection::BalanceTooLarge { .. } => no("balance_too_large", "ledger"),
            Rejection::FeeTooLarge { .. } => no("fee_too_large", "ledger"),
            Rejection::AccountNotEmpty { .. } => no("account_not_empty", "ledger"),
            Rejection::BatchAborted { .. } => no("batch_aborted", "ledger"),
            Rejection::RateMissing { .. }
            | Rejection::RateStale { .. }
            | Rejection::ComesToNothing { .. }
            | Rejection::InstrumentMatured { .. }
            | Rejection::NoInstrument { .. }
            | Rejection::TooManyInstruments { .. } => no("not_possible", "ledger"),
            Rejection::AccountFrozen { .. } => no("account_frozen", "policy"),
            Rejection::AccountClosed { .. } => no("account_closed", "policy"),
            Rejection::BookStopped => no("enterprise_suspended", "policy"),
            Rejection::TooFewCheckers { .. } => no("approval_impossible", "policy"),
            Rejection::PolicyRemoved { .. } => no("policy_removed", "policy"),
            Rejection::LimitExceeded { .. } => no("limit_exceeded", "limits"),
            Rejection::AccountNotGranted { .. }
            | Rejection::AmountNotGranted { .. }
            | Rejection::MakerRevoked { .. }
            | Rejection::GrantNotExtendable
            | Rejection::MakerCannotApprove { .. }
            | Rejection::NotAChecker { .. }
            | Rejection::NotTheMaker { .. } => Refusal::NotAdmissible(NotAdmissible::RBAC),
            Rejection::AlreadyApproved { .. } => no("already_approved", "rbac"),
            // Whoever asks for a step looks up what has become of it, and says that.
            Rejection::NotOpen { .. }
            | Rejection::NotAwaitingApproval { .. }
            | Rejection::NotHeld { .. } => {
                Refusal::Request(Error::Conflict(Status::Executing.name()))
            }
            Rejection::AccountOutdated { .. } => Refusal::Request(Error::Outdated),
            Rejection::WebhookMalformed { .. } => {
                Refusal::Request(Error::invalid("invalid_webhook", "webhook", why))
            }
            Rejection::UnknownWebhook { .. } => {
                Refusal::Request(Error::NotFound("webhook_endpoint_not_found"))
            }
            Rejection::BookFull { .. } => no("too_many", "policy"),
            Rejection::TooManySecrets { .. } => no("too_many_secrets", "policy"),
            Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::Unbalanced { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownPrincipal { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::AliasTaken { .. }
            | Rejection::AlreadyRevoked { .. }
            | Rejection::HoldSecondsOutOfRange { .. }
            | Rejection::NotDivisible
            | Rejection::ReviewersMalformed
            | Rejection::PolicyMalformed { .. }
            | Rejection::LimitMalformed { .. }
            | Rejection::GrantMalformed { .. }
            | Rejection::UnknownPolicy { .. }
            | Rejection::UnknownLimit { .. }
            | Rejection::AccountHasHolds { .. }
            | Rejection::LimitConflict { .. }
            | Rejection::LimitsContradict { .. }
            | Rejection::ReviewerNotAChecker { .. }
            | Rejection::StopUnchanged { .. }
            | Rejection::NotDue
            | Rejection::CaptureTooLarge { .. }
            | Rejection::NotCompleted { .. }
            | Rejection::ReversalOfReversal { .. }
            | Rejection::ReversalTooLarge { .. }
            | Rejection::RateMalformed { .. }
            | Rejection::RateZero
            | Rejection::FeeMalformed { .. }
            | Rejection::QuoteSecondsOutOfRange { .. }
            | Rejection::ScheduleMalformed { .. }
            | Rejection::ScheduleInPast
            | Rejection::ScheduleNever
            | Rejection::ScheduleInGap { .. }
            | Rejection::ScheduleInFold { .. }
            | Rejection::ScheduleInShortMonth { .. }
            | Rejection::CalendarMalformed { .. }
            | Rejection::InstrumentMalformed { .. }
            | Rejection::UnknownFee { .. }
            | Rejection::UnknownQuote { .. }
            | Rejection::UnknownSchedule { .. }
            | Rejection::UnknownCalendar
            | Rejection::UnknownInstrument { .. }
            | Rejection::UnknownRate { .. }
            | Rejection::InstrumentConflict { .. }
            | Rejection::InvestedCannotBeHeld { .. }
            | Rejection::RateOutdated { .. }
            | Rejection::QuoteUsed { .. }
            | Rejection::QuoteExpired { .. }
            | Rejection::SweepCircle { .. }
            | Rejection::ScheduleOver { .. }
            | Rejection::ScheduleUnchanged { .. }
            | Rejection::TradesNotReversible { .. }
            | Rejection::FeeNotReturnable { .. }
            | Rejection::OverdraftInUse { .. } => Refusal::Unexpected,
        }
    }
}

#[cfg(test)]
mod tests;
