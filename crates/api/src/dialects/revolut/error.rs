//! The one table from refusal to status and code, in the vendor's error shape
//! `{"code": …, "message": …}`. Source: <https://developer.revolut.com/docs/business/errors>.

use super::auth::Scope;
use super::wire::{ErrorBody, OauthErrorBody, State, answer};
use crate::http::BodyError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_ledger::Rejection;
use giro_service::{IdKind, PublicIds, Record, ServiceError};
use std::time::Duration;
use uuid::Uuid;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No bearer token.
    NoCredentials,
    /// A bearer token that is not valid, or no longer.
    BadToken,
    /// The token does not give a scope that the call needs.
    MissingScope(Scope),
    /// A required field is absent or null.
    MissingField(&'static str),
    /// The body or a parameter is not of the documented form; the message says what and why.
    Invalid(String),
    /// The `request_id` was used before, for another transfer.
    DuplicateRequest {
        /// The id of that first transaction.
        first: Uuid,
    },
    /// There is no such thing in the business, or no such path.
    NotFound(&'static str),
    /// The request is well formed, but not possible as things are; the message says why.
    NotPossible(String),
    /// There is no such webhook in the business.
    NoWebhook,
    /// A change of a webhook that changes nothing.
    NothingToChange,
    /// The business has as many webhooks as it may.
    TooManyWebhooks {
        /// The id of the business.
        owner: Uuid,
    },
    /// As many secrets of a webhook are valid as may be.
    TooManySecrets {
        /// The id of the webhook.
        webhook: Uuid,
    },
    /// The path does not take the method.
    WrongMethod,
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
    /// A field or parameter that is not of the documented form.
    pub fn field(name: &str, why: impl std::fmt::Display) -> Error {
        Error::Invalid(format!("'{name}' {why}"))
    }

    /// The `request_id` was used before, for the transfer of this record.
    pub fn duplicate_of(ids: &PublicIds, first: &Record) -> Error {
        Error::DuplicateRequest {
            first: ids.encode(IdKind::Transfer, first.seq.0, first.at),
        }
    }

    /// What the service's error is in this interface. Failures of the server are logged here,
    /// which is where they end.
    pub fn of(ids: &PublicIds, error: ServiceError) -> Error {
        match error {
            ServiceError::MissingCapability(needed) => {
                Error::MissingScope(Scope::with_capability(needed))
            }
            ServiceError::Rejected(why) => match Refusal::of(&why) {
                Refusal::Request(error) => error,
                Refusal::Unexpected | Refusal::Transaction { .. } => {
                    tracing::error!(%why, "a refusal that no request of this interface leads to");
                    Error::Internal
                }
            },
            ServiceError::KeyConflict { first } => Error::duplicate_of(ids, &first),
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

    /// Status, code and message.
    fn row(&self) -> (StatusCode, Option<u16>, String) {
        let (status, code, message) = match self {
            Error::NoCredentials => {
                let message = "The request should be authorized".to_owned();
                return (StatusCode::UNAUTHORIZED, None, message);
            }
            Error::BadToken => (401, 1000, "The access token is not valid".to_owned()),
            Error::MissingScope(scope) => (403, 9002, format!("Scope {} is missing", scope.name())),
            Error::MissingField(name) => (400, 3000, format!("Required '{name}' is missing")),
            Error::Invalid(why) => (400, 2101, why.clone()),
            Error::DuplicateRequest { first } => {
                let message = format!("Duplicate request: 'request_id' was used for {first}");
                (400, 3020, message)
            }
            Error::NotFound(what) => (404, 3006, format!("{what} not found")),
            Error::NotPossible(why) => (422, 3100, why.clone()),
            Error::NoWebhook => (404, 3040, "Webhook not found".to_owned()),
            Error::NothingToChange => (400, 3000, "url or events must be provided".to_owned()),
            Error::TooManyWebhooks { owner } => {
                let owner = format!("Owner [ownerId={owner},ownerType=BUSINESS]");
                let message = format!("{owner} already has 10 webhooks. Only 10 are allowed.");
                (422, 3352, message)
            }
            Error::TooManySecrets { webhook } => {
                let most = "can't have more than 3 active signing keys";
                (422, 3355, format!("Webhook {webhook} {most}"))
            }
            Error::WrongMethod => (405, 2101, "The method is not allowed here".to_owned()),
            Error::TooLarge { max } => (413, 2101, format!("The body has more than {max} bytes")),
            Error::TooMany { .. } => (429, 3162, "Too many requests".to_owned()),
            Error::Unavailable => (503, 5003, "The service is unavailable".to_owned()),
            Error::Internal => (500, 5000, "Internal error".to_owned()),
        };
        let status = StatusCode::from_u16(status).expect("the table has statuses only");
        (status, Some(code), message)
    }

    /// How many seconds to wait before the next try, if waiting helps.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { wait } => Some(wait.as_secs().saturating_add(1)),
            Error::Unavailable => Some(1),
            Error::NoCredentials
            | Error::BadToken
            | Error::MissingScope(_)
            | Error::MissingField(_)
            | Error::Invalid(_)
            | Error::DuplicateRequest { .. }
            | Error::NotFound(_)
            | Error::NotPossible(_)
            | Error::NoWebhook
            | Error::NothingToChange
            | Error::TooManyWebhooks { .. }
            | Error::TooManySecrets { .. }
            | Error::WrongMethod
            | Error::TooLarge { .. }
            | Error::Internal => None,
        }
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Error {
        match error {
            BodyError::TooLarge { max } => Error::TooLarge { max },
            BodyError::NotUtf8 { .. } | BodyError::Io => Error::Invalid(error.to_string()),
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (status, code, message) = self.row();
        let message = message.as_str();
        let mut response = answer(status, &ErrorBody { code, message });
        if let Some(seconds) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a rule's refusal is in this interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// An error, and nothing on record: the `request_id` is not used up.
    Request(Error),
    /// A transaction that did not come about, on record.
    Transaction {
        /// Its state: `declined` if there is too little money, `failed` if it was not possible
        /// whatever the balance.
        state: State,
        /// Why.
        reason_code: &'static str,
    },
    /// Nothing that a request of this interface can lead to.
    Unexpected,
}

impl Refusal {
    /// The table.
    #[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
    pub fn of(why: &Rejection) -> Refusal {
        let failed = |reason_code| Refusal::Transaction {
            state: State::Failed,
            reason_code,
        };
        match why {
            Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::SameAccount { .. }
            | Rejection::UnknownAsset { .. }
            | Rejection::AssetNotHeld { .. } => Refusal::Request(Error::Invalid(why.to_string())),
            Rejection::UnknownAccount { .. } | Rejection::SystemAccount { .. } => {
                Refusal::Request(Error::NotFound("Account"))
            }
            Rejection::InsufficientFunds { .. } => Refusal::Transaction {
                state: State::Declined,
                reason_code: "insufficient_balance",
            },
            Rejection::AccountClosed { .. } => failed("account_closed"),
            Rejection::AccountFrozen { .. } => failed("account_frozen"),
            Rejection::BalanceTooLarge { .. } => failed("balance_too_large"),
            Rejection::BatchAborted { .. } => failed("batch_aborted"),
            Rejection::BookStopped => failed("business_stopped"),
            Rejection::AccountNotGranted { .. } | Rejection::AmountNotGranted { .. } => {
                failed("not_permitted")
            }
            Rejection::LimitExceeded { .. } => failed("limit_exceeded"),
            Rejection::TooFewCheckers { .. } => failed("approval_impossible"),
            Rejection::AccountNotEmpty { .. } => failed("account_not_empty"),
            Rejection::PolicyRemoved { .. } => failed("policy_removed"),
            Rejection::MakerRevoked { .. } => failed("not_permitted"),
            Rejection::FeeTooLarge { .. } => failed("fee_too_large"),
            Rejection::RateMissing { .. }
            | Rejection::RateStale { .. }
            | Rejection::ComesToNothing { .. }
            | Rejection::InstrumentMatured { .. }
            | Rejection::NoInstrument { .. }
            | Rejection::TooManyInstruments { .. } => failed("not_possible"),
            Rejection::SecurityNotDirect { .. } => {
                Refusal::Request(Error::Invalid(why.to_string()))
            }
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
            | Rejection::GrantNotExtendable
            | Rejection::LimitConflict { .. }
            | Rejection::LimitsContradict { .. }
            | Rejection::ReviewerNotAChecker { .. }
            | Rejection::StopUnchanged { .. }
            | Rejection::NotOpen { .. }
            | Rejection::NotAwaitingApproval { .. }
            | Rejection::NotHeld { .. }
            | Rejection::NotTheMaker { .. }
            | Rejection::MakerCannotApprove { .. }
            | Rejection::NotAChecker { .. }
            | Rejection::AlreadyApproved { .. }
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
            | Rejection::BookFull { .. }
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
            | Rejection::WebhookMalformed { .. }
            | Rejection::UnknownWebhook { .. }
            | Rejection::TooManySecrets { .. }
            | Rejection::AccountOutdated { .. }
            | Rejection::OverdraftInUse { .. } => Refusal::Unexpected,
        }
    }
}

/// Why no token is given (RFC 6749, section 5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum OauthError {
    /// A parameter is missing, or the form is malformed.
    InvalidRequest(String),
    /// A grant type that is not served.
    UnsupportedGrantType,
    /// The assertion does not prove who the client is.
    InvalidClient,
    /// The code or refresh token is not valid, no longer, or another client's.
    InvalidGrant,
}

impl IntoResponse for OauthError {
    fn into_response(self) -> Response {
        let (status, error, error_description) = match &self {
            OauthError::InvalidRequest(why) => {
                (StatusCode::BAD_REQUEST, "invalid_request", why.as_str())
            }
            OauthError::UnsupportedGrantType => (
                StatusCode::BAD_REQUEST,
                "unsupported_grant_type",
                "grant_type must be authorization_code or refresh_token",
            ),
            OauthError::InvalidClient => (
                StatusCode::UNAUTHORIZED,
                "invalid_client",
                "The client assertion is not valid",
            ),
            OauthError::InvalidGrant => (
                StatusCode::BAD_REQUEST,
                "invalid_grant",
                "The code or refresh token is not valid",
            ),
        };
        let body = OauthErrorBody {
            error,
            error_description,
        };
        answer(status, &body)
    }
}

#[cfg(test)]
mod tests;
