//! What holds for every rejection, whatever its rule.

use super::*;
use crate::event::ChangeOutcome;
use crate::step::Outcome;
use crate::{ChangeId, Step, TransferStatus};
use serde::de::DeserializeOwned;
use std::collections::BTreeSet;
use std::fmt::Debug;

/// One of each variant, in the order of their declaration. A rejection that is missing here does
/// not compile.
macro_rules! one_of_each {
    ($($variant:ident { $($field:ident: $value:expr),* })*) => {
        pub(crate) fn one_of_each() -> Vec<Rejection> {
            let _all_are_listed = |rejection: &Rejection| match rejection {
                $(Rejection::$variant { .. } => (),)*
            };
            vec![$(Rejection::$variant { $($field: $value),* }),*]
        }
    };
}

const ACCOUNT: AccountId = AccountId(300);
const ASSET: AssetId = AssetId(7);
const PRINCIPAL: PrincipalId = PrincipalId(9);
const TRANSFER: TransferId = TransferId(9);
const DATE: Date = Date(20_540);

one_of_each! {
    AssetMalformed {}
    SettingOutOfRange { setting: "quote_ttl_seconds" }
    CapabilityNotGrantable {}
    AssetListMalformed {}
    LegCount { found: 1 }
    AmountZero {}
    AmountTooLarge {}
    Unbalanced { asset: ASSET }
    SameAccount { account: ACCOUNT }
    HoldSecondsOutOfRange { seconds_max: 9 }
    NotDivisible {}
    ReviewersMalformed {}
    PolicyMalformed { field: "asset" }
    LimitMalformed { field: "asset" }
    GrantMalformed { field: "tags" }
    RateMalformed { field: "spread" }
    RateZero {}
    FeeMalformed { field: "tiers" }
    QuoteSecondsOutOfRange { seconds_max: 9 }
    ScheduleMalformed { field: "interval" }
    ScheduleInPast {}
    ScheduleNever {}
    ScheduleInGap { date: DATE }
    ScheduleInFold { date: DATE }
    ScheduleInShortMonth { day: 31 }
    CalendarMalformed { field: "code" }
    WebhookMalformed { field: "events" }
    InstrumentMalformed { field: "code" }
    UnknownBook { book: BookId(9) }
    UnknownAccount { account: ACCOUNT }
    UnknownAsset { asset: ASSET }
    UnknownPrincipal { principal: PRINCIPAL }
    UnknownPolicy { policy: PolicyId(9) }
    UnknownWebhook { webhook: WebhookId(9) }
    UnknownLimit { limit: LimitId(9) }
    UnknownFee { fee: FeeId(9) }
    UnknownQuote { quote: QuoteId(9) }
    UnknownSchedule { schedule: ScheduleId(9) }
    UnknownCalendar {}
    BookFull { what: "calendars", max: 100 }
    UnknownInstrument { instrument: ASSET }
    AssetNotHeld { account: ACCOUNT, asset: ASSET }
    SystemAccount { account: ACCOUNT }
    AssetConflict { asset: ASSET }
    InstrumentConflict { instrument: ASSET }
    SecurityNotDirect { asset: ASSET }
    InvestedCannotBeHeld { account: ACCOUNT }
    RateOutdated { as_of: Timestamp(9) }
    UnknownRate { from: ASSET, to: AssetId(8) }
    QuoteUsed { quote: QuoteId(9), transfer: TRANSFER }
    QuoteExpired { quote: QuoteId(9) }
    SweepCircle { schedule: ScheduleId(9) }
    ScheduleOver { schedule: ScheduleId(9) }
    ScheduleUnchanged { schedule: ScheduleId(9) }
    AccountOutdated { account: ACCOUNT, updated_at: Timestamp(9) }
    TooManySecrets { max: 3 }
    AliasTaken { account: ACCOUNT }
    AlreadyRevoked { principal: PRINCIPAL }
    OverdraftInUse { account: ACCOUNT, asset: ASSET, posted: SignedAmount::new(-1) }
    AccountHasHolds { account: ACCOUNT, asset: ASSET }
    GrantNotExtendable {}
    LimitConflict { limit: LimitId(9) }
    LimitsContradict { limit: LimitId(9) }
    ReviewerNotAChecker { principal: PRINCIPAL }
    StopUnchanged { stopped: true }
    NotOpen { subject: Subject::Change(ChangeId(9)) }
    NotAwaitingApproval { transfer: TRANSFER }
    NotHeld { transfer: TRANSFER }
    NotTheMaker { principal: PRINCIPAL }
    MakerCannotApprove { principal: PRINCIPAL }
    NotAChecker { principal: PRINCIPAL }
    AlreadyApproved { principal: PRINCIPAL }
    NotDue {}
    CaptureTooLarge { remaining: Amount::ZERO, asked: Amount::MAX, asset: ASSET }
    NotCompleted { transfer: TRANSFER }
    ReversalOfReversal { transfer: TRANSFER }
    TradesNotReversible { transfer: TRANSFER }
    FeeNotReturnable { transfer: TRANSFER }
    ReversalTooLarge { remaining: Amount::ZERO, asked: Amount::MAX, asset: ASSET }
    BookStopped {}
    AccountNotGranted { account: ACCOUNT }
    AccountClosed { account: ACCOUNT }
    AccountFrozen { account: ACCOUNT, side: Side::Credit }
    AmountNotGranted { asset: ASSET, amount_max: Amount::ZERO, asked: Amount::MAX }
    MakerRevoked { principal: PRINCIPAL }
    RateMissing { from: ASSET, to: AssetId(8) }
    RateStale { from: ASSET, to: AssetId(8), as_of: Timestamp(9), max_age_seconds: 300 }
    ComesToNothing { asset: ASSET }
    FeeTooLarge { rule: FeeId(9), asset: ASSET, fee: Amount::MAX, amount: Amount::ZERO }
    InstrumentMatured { instrument: ASSET }
    NoInstrument { strategy: Strategy::Weeks13 }
    TooManyInstruments { account: ACCOUNT }
    InsufficientFunds {
        account: ACCOUNT,
        asset: ASSET,
        needed: Amount::MAX,
        available: SignedAmount::new(-5)
    }
    BalanceTooLarge { account: ACCOUNT, asset: ASSET }
    LimitExceeded { limit: LimitId(9), excess: Box::new(Excess::Count { max: 3, used: 3 }) }
    AccountNotEmpty { account: ACCOUNT, asset: ASSET, posted: SignedAmount::new(-1) }
    TooFewCheckers { needed: 2, eligible: 1 }
    PolicyRemoved { policy: PolicyId(9) }
    BatchAborted { item: 3 }
}

#[test]
fn every_code_is_snake_case_and_its_own() {
    let all = one_of_each();
    let codes: BTreeSet<&str> = all.iter().map(Rejection::code).collect();
    assert_eq!(codes.len(), all.len());
    for code in codes {
        let is_snake_case = code.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        assert!(is_snake_case, "{code}");
    }
}

/// Encodes and decodes `value`, which is possible only if `is_recorded`.
fn check_recorded<T>(value: &T, code: &str, is_recorded: bool)
where
    T: Serialize + DeserializeOwned + PartialEq + Debug,
{
    let encoded = postcard::to_stdvec(value);
    assert_eq!(encoded.is_ok(), is_recorded, "{code}");
    if let Ok(bytes) = encoded {
        let decoded: T = postcard::from_bytes(&bytes).expect("decodes");
        assert_eq!(&decoded, value, "{code}");
    }
}

#[test]
fn only_what_declines_can_be_recorded() {
    for rejection in one_of_each() {
        let (code, is_recorded) = (rejection.code(), rejection.is_recorded());
        let status = TransferStatus::Declined(rejection.clone());
        check_recorded(&status, code, is_recorded);
        let step = Step::Approved(Outcome::Declined(rejection.clone()));
        check_recorded(&step, code, is_recorded);
        check_recorded(&ChangeOutcome::Declined(rejection), code, is_recorded);
    }
}

#[test]
fn what_declines_comes_last_in_the_order_of_precedence() {
    let all = one_of_each();
    let first = all.iter().position(Rejection::is_recorded);
    let (rejections, declines) = all.split_at(first.expect("some decline"));
    assert!(rejections.iter().all(|rejection| !rejection.is_recorded()));
    assert!(declines.iter().all(Rejection::is_recorded));
    assert_eq!(declines[0].code(), "book_stopped");
}
