//! The one table from refusal to status, sub-code and message, in the vendor's envelope. Sources:
//! <https://www.cashfree.com/docs/payouts/payouts/integrations/error-handling> and the table of
//! response codes of each call. Sentences that the vendor shows are sent letter for letter.

use super::wire::{Bare, Status, answer};
use crate::http::BodyError;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_ledger::Rejection;
use giro_service::ServiceError;
use std::time::Duration;

/// Why a request is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// No client of that id has that secret.
    BadCredentials,
    /// A token that is not valid, or no longer, or not here.
    BadToken,
    /// The caller's address is not in the book's list, and nothing else speaks for the caller.
    AddressNotListed,
    /// A signature that proves nothing.
    BadSignature,
    /// The client may not do it.
    NotEnabled,
    /// Something that the request needs is absent or null: a field, or the token.
    Missing(&'static str),
    /// The body is empty, or no JSON.
    NoJson,
    /// The body is JSON, but of another shape.
    BadRequest,
    /// A value out of its limits; the text says which limit, if that is not plain.
    Invalid(&'static str, Option<String>),
    /// Remarks with other characters than allowed.
    Remarks,
    /// Neither `rechargeAccount` nor both instruments.
    NoEnds,
    /// No such instrument, asked for by its path.
    NoSuchInstrument,
    /// An instrument that cannot be used: unknown, frozen or closed.
    InstrumentUnavailable,
    /// An instrument that nobody has set up.
    NotConfigured,
    /// Not between these two.
    NotAllowed,
    /// No such recharge account.
    NoRechargeAccount,
    /// No transfer of that id.
    NoSuchTransfer,
    /// The transfer id was used before, for another transfer.
    Exists,
    /// Too little money.
    NoMoney,
    /// Another rule said no.
    Refused(&'static str),
    /// No such path.
    NoSuchPath,
    /// The path does not take the method.
    WrongMethod,
    /// The body is larger than allowed.
    TooLarge,
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
    /// No token in the request.
    pub const NO_TOKEN: Error = Error::Missing("Token");

    /// A value out of its limits.
    pub fn invalid(field: &'static str) -> Error {
        Error::Invalid(field, None)
    }

    /// The same, with what the limit is.
    pub fn invalid_since(field: &'static str, why: impl std::fmt::Display) -> Error {
        Error::Invalid(field, Some(why.to_string()))
    }

    /// What the service's error is in this interface. Failures of the server are logged here,
    /// which is where they end.
    pub fn of(error: ServiceError) -> Error {
        match error {
            ServiceError::MissingCapability(_) => Error::NotEnabled,
            ServiceError::Rejected(why) => refusal(&why).unwrap_or_else(|| {
                tracing::error!(%why, "a refusal that no request of this interface leads to");
                Error::Internal
            }),
            ServiceError::KeyConflict { .. } => Error::Exists,
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

    /// What is wrong, in words.
    pub fn message(&self) -> String {
        self.row().1
    }

    /// Status and message.
    fn row(&self) -> (u16, String) {
        let (status, message) = match self {
            Error::BadRequest => (400, "Bad request"),
            Error::BadCredentials => (401, "Invalid clientId and clientSecret combination"),
            Error::BadToken => (403, "Token is not valid"),
            Error::AddressNotListed => (403, "IP not whitelisted"),
            Error::BadSignature => (403, "Signature is not valid"),
            Error::NotEnabled => (403, "APIs not enabled"),
            Error::NoSuchInstrument => (404, "Specified paymentInstrumentId not available."),
            Error::NoRechargeAccount => (404, "Recharge account not found"),
            Error::NoSuchTransfer => (404, "ReferenceId does not exist"),
            Error::NoSuchPath => (404, "Resource not found"),
            Error::WrongMethod => (405, "Method not allowed"),
            Error::Exists => (409, "Transfer Id already exists."),
            Error::Missing(what) => return (412, format!("{what} missing in the request.")),
            Error::NoJson => (412, "Post data is empty or not a valid JSON"),
            Error::TooLarge => (413, "Request Entity too large to be processed"),
            Error::Invalid(field, None) => return (422, format!("Invalid {field} passed.")),
            Error::Invalid(field, Some(why)) => {
                return (422, format!("Invalid {field} passed. It {why}."));
            }
            Error::Remarks => (
                422,
                "Remarks can have only numbers, alphabets and whitespaces.",
            ),
            Error::NoEnds => (
                422,
                "Either rechargeAccount or paymentInstrumentId and toPaymentInstrumentId must be \
                 passed.",
            ),
            Error::InstrumentUnavailable => (422, "Specified paymentInstrumentId not available."),
            Error::NotConfigured => (
                422,
                "Account not configured. Please reach out to account manager",
            ),
            Error::NotAllowed => (
                422,
                "Internal Fund Transfer is not allowed for the selected Fund Sources",
            ),
            Error::NoMoney => (422, "Not enough available balance"),
            Error::Refused(why) => (422, *why),
            Error::TooMany { .. } => (429, "Too many requests"),
            Error::Internal => (500, "Internal server error"),
            Error::Unavailable => (503, "Service Unavailable"),
        };
        (status, message.to_owned())
    }

    /// How many seconds to wait before the next try, if waiting helps.
    fn retry_after(&self) -> Option<u64> {
        match self {
            Error::TooMany { wait } => Some(wait.as_secs().saturating_add(1)),
            Error::Unavailable => Some(1),
            _ => None,
        }
    }
}

impl From<BodyError> for Error {
    fn from(error: BodyError) -> Error {
        match error {
            BodyError::TooLarge { .. } => Error::TooLarge,
            BodyError::NotUtf8 { .. } => Error::NoJson,
            BodyError::Io => Error::BadRequest,
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (code, message) = self.row();
        let body = Bare {
            status: match code {
                400 | 500 => Status::Failure,
                _ => Status::Error,
            },
            sub_code: code.to_string(),
            message,
        };
        let status = StatusCode::from_u16(code).expect("the table has statuses only");
        let mut response = answer(status, &body);
        if let Some(seconds) = self.retry_after() {
            let headers = response.headers_mut();
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

/// What a rule's refusal is in this interface; nothing if no request of it can lead there. Whether
/// it is on record, and so has used up the transfer id, is the ledger's to say.
#[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
pub fn refusal(why: &Rejection) -> Option<Error> {
    Some(match why {
        Rejection::AmountZero | Rejection::AmountTooLarge => Error::invalid("amount"),
        Rejection::SameAccount { .. }
        | Rejection::UnknownAsset { .. }
        | Rejection::AssetNotHeld { .. }
        | Rejection::SystemAccount { .. }
        | Rejection::SecurityNotDirect { .. } => Error::NotAllowed,
        Rejection::UnknownAccount { .. } => Error::NotConfigured,
        Rejection::GrantNotExtendable => Error::NotEnabled,
        Rejection::InsufficientFunds { .. } => Error::NoMoney,
        Rejection::AccountClosed { .. } | Rejection::AccountFrozen { .. } => {
            Error::InstrumentUnavailable
        }
        Rejection::LimitExceeded { .. } => Error::Refused("Transfer limit exceeded"),
        Rejection::BalanceTooLarge { .. } => {
            Error::Refused("The balance would be above the maximum")
        }
        Rejection::FeeTooLarge { .. } => Error::Refused("The fee is not below the amount"),
        Rejection::BookStopped
        | Rejection::AccountNotGranted { .. }
        | Rejection::AmountNotGranted { .. }
        | Rejection::MakerRevoked { .. }
        | Rejection::TooFewCheckers { .. }
        | Rejection::PolicyRemoved { .. }
        | Rejection::BatchAborted { .. }
        | Rejection::AccountNotEmpty { .. }
        | Rejection::RateMissing { .. }
        | Rejection::RateStale { .. }
        | Rejection::ComesToNothing { .. }
        | Rejection::InstrumentMatured { .. }
        | Rejection::NoInstrument { .. }
        | Rejection::TooManyInstruments { .. } => Error::NotAllowed,
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
        | Rejection::AccountOutdated { .. }
        | Rejection::TooManySecrets { .. }
        | Rejection::WebhookMalformed { .. }
        | Rejection::UnknownWebhook { .. }
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
        | Rejection::OverdraftInUse { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
