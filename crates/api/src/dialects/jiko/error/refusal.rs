//! What a rule's refusal is here, when nothing is on record.

use super::Error;
use giro_ledger::Rejection;
use std::borrow::Cow;

impl Error {
    /// The answer to a refusal.
    #[expect(clippy::too_many_lines, reason = "a table: a line per rule")]
    pub fn refused(why: &Rejection) -> Error {
        let told = || Cow::Owned(why.to_string());
        match why {
            Rejection::UnknownAccount { .. }
            | Rejection::SystemAccount { .. }
            | Rejection::AssetNotHeld { .. } => Error::NotFound("pocket"),
            Rejection::UnknownWebhook { .. } => Error::NotFound("subscription"),
            Rejection::SameAccount { .. } => {
                let place = ["body", "transfer", "details", "destination_pocket_id"];
                Error::invalid(place, "value_error", told())
            }
            Rejection::AmountZero | Rejection::AmountTooLarge => {
                let place = ["body", "transfer", "amount", "amount_usdc"];
                Error::invalid(place, "value_error", told())
            }
            Rejection::UnknownPrincipal { .. }
            | Rejection::ReviewersMalformed
            | Rejection::ReviewerNotAChecker { .. } => {
                Error::invalid(["body", "reviewers"], "value_error", told())
            }
            Rejection::WebhookMalformed { .. } => {
                Error::invalid(["body", "events"], "value_error", told())
            }
            Rejection::MakerCannotApprove { .. }
            | Rejection::NotAChecker { .. }
            | Rejection::NotTheMaker { .. }
            | Rejection::GrantNotExtendable
            | Rejection::AccountNotGranted { .. } => Error::Forbidden(told()),
            Rejection::AlreadyApproved { .. }
            | Rejection::BookStopped
            | Rejection::BookFull { .. } => Error::Conflict(told()),
            Rejection::NotOpen { .. } | Rejection::NotAwaitingApproval { .. } => {
                Error::Over(told())
            }
            Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::Unbalanced { .. }
            | Rejection::HoldSecondsOutOfRange { .. }
            | Rejection::NotDivisible
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
            | Rejection::InstrumentMalformed { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownAsset { .. }
            | Rejection::UnknownPolicy { .. }
            | Rejection::UnknownLimit { .. }
            | Rejection::UnknownFee { .. }
            | Rejection::UnknownQuote { .. }
            | Rejection::UnknownSchedule { .. }
            | Rejection::UnknownCalendar
            | Rejection::UnknownInstrument { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::InstrumentConflict { .. }
            | Rejection::SecurityNotDirect { .. }
            | Rejection::InvestedCannotBeHeld { .. }
            | Rejection::RateOutdated { .. }
            | Rejection::UnknownRate { .. }
            | Rejection::QuoteUsed { .. }
            | Rejection::QuoteExpired { .. }
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
            | Rejection::StopUnchanged { .. }
            | Rejection::NotHeld { .. }
            | Rejection::NotDue
            | Rejection::CaptureTooLarge { .. }
            | Rejection::NotCompleted { .. }
            | Rejection::ReversalOfReversal { .. }
            | Rejection::TradesNotReversible { .. }
            | Rejection::FeeNotReturnable { .. }
            | Rejection::ReversalTooLarge { .. }
            | Rejection::AccountClosed { .. }
            | Rejection::AccountFrozen { .. }
            | Rejection::AmountNotGranted { .. }
            | Rejection::MakerRevoked { .. }
            | Rejection::RateMissing { .. }
            | Rejection::RateStale { .. }
            | Rejection::ComesToNothing { .. }
            | Rejection::FeeTooLarge { .. }
            | Rejection::InstrumentMatured { .. }
            | Rejection::NoInstrument { .. }
            | Rejection::TooManyInstruments { .. }
            | Rejection::InsufficientFunds { .. }
            | Rejection::BalanceTooLarge { .. }
            | Rejection::LimitExceeded { .. }
            | Rejection::AccountNotEmpty { .. }
            | Rejection::TooFewCheckers { .. }
            | Rejection::PolicyRemoved { .. }
            | Rejection::BatchAborted { .. } => {
                tracing::error!(%why, "a refusal that no request of this interface leads to");
                Error::Internal
            }
        }
    }
}
