//! What a rule's refusal is in the vendor's words.

use super::Error;
use axum::http::StatusCode;
use giro_ledger::Rejection;

impl Error {
    /// The answer to a refusal.
    pub fn refused(why: &Rejection) -> Error {
        match why {
            Rejection::UnknownAccount { .. } => Error::no_beneficiary(),
            Rejection::SameAccount { .. } => Error::bad(
                "flow_of_funds.invalid-beneficiary",
                "Cannot transfer to the same beneficiary",
            ),
            Rejection::AmountZero | Rejection::AmountTooLarge => {
                Error::bad("flow_of_funds.invalid-amount", why.to_string())
            }
            Rejection::RateMissing { .. } => {
                Error::bad("flow_of_funds.unsupported-currency-pair", why.to_string())
            }
            Rejection::InsufficientFunds { .. } => Error::bad(
                "flow_of_funds.insufficient-funds",
                "The source beneficiary does not have enough balance",
            ),
            Rejection::AccountFrozen { .. } | Rejection::AccountClosed { .. } => Error::coded(
                StatusCode::PRECONDITION_FAILED,
                "beneficiary.operation_not_permitted",
                "The beneficiary is disabled",
            ),
            other => {
                tracing::error!(why = %other, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
