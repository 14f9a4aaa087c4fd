//! What a rule's refusal is in the vendor's words.

use super::Error;
use axum::http::StatusCode;
use giro_ledger::Rejection;

impl Error {
    /// The answer to a refusal.
    #[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
    pub fn refused(why: &Rejection) -> Error {
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
            | Rejection::RateStale { .. } => {
                Error::bad("flow_of_funds.unsupported-currency-pair", why.to_string())
            }
            Rejection::InsufficientFunds { .. } => Error::bad(
                "flow_of_funds.insufficient-funds",
                "The source beneficiary does not have enough balance",
            ),
            Rejection::LimitExceeded { .. } => Error::bad(
                "limit.daily_limit_reached",
                "A limit leaves no room for the transaction",
            ),
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
            Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::Unbalanced { .. }
            | Rejection::HoldSecondsOutOfRange { .. }
            | Rejection::NotDivisible
            | Rejection::ReviewersMalformed
            | Rejection::PolicyMalformed { .. }
            | Rejection::LimitMalformed { .. }
            | Rejection::GrantMalformed { .. }
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
            | Rejection::WebhookMalformed { .. }
            | Rejection::InstrumentMalformed { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownPrincipal { .. }
            | Rejection::UnknownPolicy { .. }
            | Rejection::UnknownWebhook { .. }
            | Rejection::UnknownLimit { .. }
            | Rejection::UnknownFee { .. }
            | Rejection::UnknownSchedule { .. }
            | Rejection::UnknownCalendar
            | Rejection::UnknownInstrument { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::InstrumentConflict { .. }
            | Rejection::InvestedCannotBeHeld { .. }
            | Rejection::RateOutdated { .. }
            | Rejection::UnknownRate { .. }
            | Rejection::QuoteUsed { .. }
            | Rejection::SweepCircle { .. }
            | Rejection::ScheduleOver { .. }
            | Rejection::ScheduleUnchanged { .. }
            | Rejection::AccountOutdated { .. }
            | Rejection::TooManySecrets { .. }
            | Rejection::AliasTaken { .. }
            | Rejection::AlreadyRevoked { .. }
            | Rejection::OverdraftInUse { .. }
            | Rejection::AccountHasHolds { .. }
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
            | Rejection::TradesNotReversible { .. }
            | Rejection::FeeNotReturnable { .. }
            | Rejection::ReversalTooLarge { .. }
            | Rejection::MakerRevoked { .. }
            | Rejection::AccountNotEmpty { .. }
            | Rejection::PolicyRemoved { .. }
            | Rejection::BatchAborted { .. } => {
                tracing::error!(%why, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
