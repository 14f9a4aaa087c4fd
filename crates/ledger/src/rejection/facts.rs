//! What follows from a rejection: its name, whether it is kept, whether it could pass later.

use super::Rejection;

/// What follows from a rejection beside its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nature {
    /// Not on record, and asking again changes nothing.
    Refused,
    /// Not on record, but it could succeed later.
    RefusedNow,
    /// On record, and asking again changes nothing.
    Declined,
    /// On record, but it could succeed later.
    DeclinedNow,
}

impl Rejection {
    /// The stable name of the rule. Append only: clients match on it.
    pub const fn code(&self) -> &'static str {
        self.facts().0
    }

    /// Whether a transfer refused for this reason is put on record, as declined.
    pub const fn is_recorded(&self) -> bool {
        matches!(self.facts().1, Nature::Declined | Nature::DeclinedNow)
    }

    /// Whether the same request, under a new key, could succeed later without anyone changing it.
    pub const fn is_transient(&self) -> bool {
        matches!(self.facts().1, Nature::RefusedNow | Nature::DeclinedNow)
    }

    #[expect(clippy::too_many_lines, reason = "a table: an arm per rule")]
    const fn facts(&self) -> (&'static str, Nature) {
        use Nature::{Declined, DeclinedNow, Refused, RefusedNow};
        match self {
            Rejection::AssetMalformed => ("asset_malformed", Refused),
            Rejection::SettingOutOfRange { .. } => ("setting_out_of_range", Refused),
            Rejection::CapabilityNotGrantable => ("capability_not_grantable", Refused),
            Rejection::AssetListMalformed => ("asset_list_malformed", Refused),
            Rejection::LegCount { .. } => ("leg_count", Refused),
            Rejection::AmountZero => ("amount_zero", Refused),
            Rejection::AmountTooLarge => ("amount_too_large", Refused),
            Rejection::Unbalanced { .. } => ("unbalanced", Refused),
            Rejection::SameAccount { .. } => ("same_account", Refused),
            Rejection::HoldSecondsOutOfRange { .. } => ("hold_seconds_out_of_range", Refused),
            Rejection::NotDivisible => ("not_divisible", Refused),
            Rejection::ReviewersMalformed => ("reviewers_malformed", Refused),
            Rejection::PolicyMalformed { .. } => ("policy_malformed", Refused),
            Rejection::LimitMalformed { .. } => ("limit_malformed", Refused),
            Rejection::GrantMalformed { .. } => ("grant_malformed", Refused),
            Rejection::RateMalformed { .. } => ("rate_malformed", Refused),
            Rejection::RateZero => ("rate_zero", Refused),
            Rejection::FeeMalformed { .. } => ("fee_malformed", Refused),
            Rejection::QuoteSecondsOutOfRange { .. } => ("quote_seconds_out_of_range", Refused),
            Rejection::ScheduleMalformed { .. } => ("schedule_malformed", Refused),
            Rejection::ScheduleInPast => ("schedule_in_past", Refused),
            Rejection::ScheduleNever => ("schedule_never", Refused),
            Rejection::ScheduleInGap { .. } => ("schedule_in_gap", Refused),
            Rejection::ScheduleInFold { .. } => ("schedule_in_fold", Refused),
            Rejection::ScheduleInShortMonth { .. } => ("schedule_in_short_month", Refused),
            Rejection::CalendarMalformed { .. } => ("calendar_malformed", Refused),
            Rejection::WebhookMalformed { .. } => ("webhook_malformed", Refused),
            Rejection::UnknownWebhook { .. } => ("unknown_webhook", Refused),
            Rejection::TooManySecrets { .. } => ("too_many_secrets", RefusedNow),
            Rejection::AccountOutdated { .. } => ("account_outdated", Refused),
            Rejection::InstrumentMalformed { .. } => ("instrument_malformed", Refused),
            Rejection::UnknownFee { .. } => ("unknown_fee", Refused),
            Rejection::UnknownQuote { .. } => ("unknown_quote", Refused),
            Rejection::UnknownSchedule { .. } => ("unknown_schedule", Refused),
            Rejection::UnknownCalendar => ("unknown_calendar", Refused),
            Rejection::BookFull { .. } => ("book_full", Refused),
            Rejection::UnknownInstrument { .. } => ("unknown_instrument", Refused),
            Rejection::InstrumentConflict { .. } => ("instrument_conflict", Refused),
            Rejection::SecurityNotDirect { .. } => ("security_not_direct", Refused),
            Rejection::InvestedCannotBeHeld { .. } => ("invested_cannot_be_held", Refused),
            Rejection::RateOutdated { .. } => ("rate_outdated", Refused),
            Rejection::UnknownRate { .. } => ("unknown_rate", Refused),
            Rejection::QuoteUsed { .. } => ("quote_used", Refused),
            Rejection::QuoteExpired { .. } => ("quote_expired", Refused),
            Rejection::SweepCircle { .. } => ("sweep_circle", Refused),
            Rejection::ScheduleOver { .. } => ("schedule_over", Refused),
            Rejection::ScheduleUnchanged { .. } => ("schedule_unchanged", Refused),
            Rejection::UnknownBook { .. } => ("unknown_book", Refused),
            Rejection::UnknownAccount { .. } => ("unknown_account", Refused),
            Rejection::UnknownAsset { .. } => ("unknown_asset", Refused),
            Rejection::UnknownPrincipal { .. } => ("unknown_principal", Refused),
            Rejection::UnknownPolicy { .. } => ("unknown_policy", Refused),
            Rejection::UnknownLimit { .. } => ("unknown_limit", Refused),
            Rejection::AssetNotHeld { .. } => ("asset_not_held", Refused),
            Rejection::SystemAccount { .. } => ("system_account", Refused),
            Rejection::AssetConflict { .. } => ("asset_conflict", Refused),
            Rejection::AliasTaken { .. } => ("alias_taken", Refused),
            Rejection::AlreadyRevoked { .. } => ("already_revoked", Refused),
            Rejection::OverdraftInUse { .. } => ("overdraft_in_use", RefusedNow),
            Rejection::AccountHasHolds { .. } => ("account_has_holds", RefusedNow),
            Rejection::GrantNotExtendable => ("grant_not_extendable", Refused),
            Rejection::LimitConflict { .. } => ("limit_conflict", Refused),
            Rejection::LimitsContradict { .. } => ("limits_contradict", Refused),
            Rejection::ReviewerNotAChecker { .. } => ("reviewer_not_a_checker", Refused),
            Rejection::StopUnchanged { .. } => ("stop_unchanged", Refused),
            Rejection::NotOpen { .. } => ("not_open", Refused),
            Rejection::NotAwaitingApproval { .. } => ("not_awaiting_approval", Refused),
            Rejection::NotHeld { .. } => ("not_held", RefusedNow),
            Rejection::NotTheMaker { .. } => ("not_the_maker", Refused),
            Rejection::MakerCannotApprove { .. } => ("maker_cannot_approve", Refused),
            Rejection::NotAChecker { .. } => ("not_a_checker", Refused),
            Rejection::AlreadyApproved { .. } => ("already_approved", Refused),
            Rejection::NotDue => ("not_due", RefusedNow),
            Rejection::CaptureTooLarge { .. } => ("capture_too_large", Refused),
            Rejection::NotCompleted { .. } => ("not_completed", RefusedNow),
            Rejection::ReversalOfReversal { .. } => ("reversal_of_reversal", Refused),
            Rejection::TradesNotReversible { .. } => ("trades_not_reversible", Refused),
            Rejection::FeeNotReturnable { .. } => ("fee_not_returnable", Refused),
            Rejection::ReversalTooLarge { .. } => ("reversal_too_large", Refused),
            Rejection::BookStopped => ("book_stopped", DeclinedNow),
            Rejection::AccountNotGranted { .. } => ("account_not_granted", Declined),
            Rejection::AccountClosed { .. } => ("account_closed", Declined),
            Rejection::AccountFrozen { .. } => ("account_frozen", DeclinedNow),
            Rejection::AmountNotGranted { .. } => ("amount_not_granted", Declined),
            Rejection::MakerRevoked { .. } => ("maker_revoked", Declined),
            Rejection::RateMissing { .. } => ("rate_missing", DeclinedNow),
            Rejection::RateStale { .. } => ("rate_stale", DeclinedNow),
            Rejection::ComesToNothing { .. } => ("comes_to_nothing", Declined),
            Rejection::FeeTooLarge { .. } => ("fee_too_large", Declined),
            Rejection::InstrumentMatured { .. } => ("instrument_matured", Declined),
            Rejection::NoInstrument { .. } => ("no_instrument", DeclinedNow),
            Rejection::TooManyInstruments { .. } => ("too_many_instruments", DeclinedNow),
            Rejection::InsufficientFunds { .. } => ("insufficient_funds", DeclinedNow),
            Rejection::BalanceTooLarge { .. } => ("balance_too_large", Declined),
            Rejection::LimitExceeded { .. } => ("limit_exceeded", DeclinedNow),
            Rejection::AccountNotEmpty { .. } => ("account_not_empty", DeclinedNow),
            Rejection::TooFewCheckers { .. } => ("too_few_checkers", DeclinedNow),
            Rejection::PolicyRemoved { .. } => ("policy_removed", Declined),
            Rejection::BatchAborted { .. } => ("batch_aborted", DeclinedNow),
        }
    }
}
