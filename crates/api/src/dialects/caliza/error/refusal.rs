//! What a rule's refusal is in the vendor's words.

use super::Error;
use axum::http::StatusCode;
use giro_ledger::Rejection;

impl Error {
    /// The answer to a refusal.
    #[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
    pub fn refused(why: &Rejection) -> Error {
        let pair = || Error::bad("flow_of_funds.unsupported-currency-pair", why.to_string());
        let limit = |code| Error::bad(code, "A limit leaves no room for the transaction");
        match why {
            Rejection::UnknownAccount { .. } | Rejection::SystemAccount { .. } => {
                Error::no_beneficiary()
            }
            Rejection::SameAccount { .. } => Error::bad(
                "flow_of_funds.invalid-beneficiary",
                "Cannot transfer to the same beneficiary",
            ),
            Rejection::UnknownAsset { .. } | Rejection::SecurityNotDirect { .. } => {
                Error::bad("validation.invalid_enum_value", why.to_string())
            }
            Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::BalanceTooLarge { .. }
            | Rejection::ComesToNothing { .. }
            | Rejection::FeeTooLarge { .. } => Error::amount(why.to_string()),
            Rejection::AssetNotHeld { .. }
            | Rejection::RateMissing { .. }
            | Rejection::RateStale { .. } => pair(),
            Rejection::InsufficientFunds { .. } => Error::bad(
                "flow_of_funds.insufficient-funds",
                "The source beneficiary does not have enough balance",
            ),
            Rejection::LimitExceeded { .. } => limit("limit.daily_limit_reached"),
            Rejection::QuoteExpired { .. } => Error::simulation_expired(),
            Rejection::UnknownQuote { .. } => {
                Error::bad("simulation.not_found", "Simulation not found")
            }
            Rejection::AccountFrozen { .. } | Rejection::AccountClosed { .. } => Error::disabled(),
            Rejection::AccountNotGranted { .. }
            | Rejection::AmountNotGranted { .. }
            | Rejection::GrantNotExtendable => {
                Error::coded(StatusCode::FORBIDDEN, "forbidden", why.to_string())
            }
            Rejection::BookStopped
            | Rejection::BookFull { .. }
            | Rejection::TooFewCheckers { .. }
            | Rejection::NoInstrument { .. }
            | Rejection::InstrumentMatured { .. }
            | Rejection::TooManyInstruments { .. } => Error::coded(
                StatusCode::PRECONDITION_FAILED,
                "beneficiary.cannot_create_operation",
                why.to_string(),
            ),
            other => {
                tracing::error!(why = %other, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
