//! Every reason to say no.

use crate::transfer::MAX_LEGS;
use crate::{
    AccountId, Amount, AssetId, BookId, Date, FeeId, LimitId, PolicyId, PrincipalId, QuoteId,
    ScheduleId, Side, SignedAmount, Strategy, Subject, Timestamp, TransferId, WebhookId,
};
use serde::{Deserialize, Serialize};

mod facts;
pub(crate) mod recorded;

/// A rule said no. In order of precedence: when several apply, the first one here is given.
///
/// The first ones refuse a request that makes no sense, whoever's money it is; the next ones refuse
/// what does not exist, or does not fit the state that it is about; and the last ones, from
/// [`Rejection::BookStopped`] on, *decline* a transfer that is well-formed but not possible now.
/// Only those are kept on record.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Rejection {
    // What makes no sense.
    /// An asset whose code or decimals are not of the documented form.
    #[error("the asset's code or decimals are malformed")]
    AssetMalformed,
    /// A setting outside its range.
    #[error("setting {setting} is out of range")]
    SettingOutOfRange {
        /// Its name.
        setting: &'static str,
    },
    /// A capability that a book cannot give.
    #[error("a key of a book cannot have capability books.write")]
    CapabilityNotGrantable,
    /// An account that names an asset twice, or none where it must.
    #[error("the account's list of assets is empty or repeats itself")]
    AssetListMalformed,
    /// Fewer than two legs, or more than [`MAX_LEGS`].
    #[error("a transfer has 2 to {MAX_LEGS} legs, not {found}")]
    LegCount {
        /// How many there are.
        found: usize,
    },
    /// An amount of zero.
    #[error("an amount must be above zero")]
    AmountZero,
    /// The sum of the legs is above the maximum.
    #[error("the sum of the amounts is above the maximum")]
    AmountTooLarge,
    /// The debits of an asset are not equal to its credits.
    #[error("debits and credits are not equal")]
    Unbalanced {
        /// The asset.
        asset: AssetId,
    },
    /// An account is debited and credited in the same asset.
    #[error("source and target are the same account")]
    SameAccount {
        /// The account.
        account: AccountId,
    },
    /// A hold of no time at all, or of too long a time.
    #[error("a hold lives 1 to {seconds_max} seconds")]
    HoldSecondsOutOfRange {
        /// The most seconds.
        seconds_max: u32,
    },
    /// A part of a transfer that has more than one source and one target.
    #[error("only a transfer from one account to another has an amount that can be divided")]
    NotDivisible,
    /// A reviewer who is named twice, or too many of them.
    #[error("the list of reviewers repeats itself, or has too many entries")]
    ReviewersMalformed,
    /// A policy that makes no sense.
    #[error("the policy's {field} is malformed")]
    PolicyMalformed {
        /// What of it.
        field: &'static str,
    },
    /// A limit that makes no sense.
    #[error("the limit's {field} is malformed")]
    LimitMalformed {
        /// What of it.
        field: &'static str,
    },
    /// A grant that makes no sense.
    #[error("the grant's list of {field} repeats itself, or has too many entries")]
    GrantMalformed {
        /// Which list.
        field: &'static str,
    },
    /// A rate that makes no sense.
    #[error("the rate's {field} is malformed")]
    RateMalformed {
        /// What of it.
        field: &'static str,
    },
    /// A rate of zero.
    #[error("a rate must be above zero")]
    RateZero,
    /// A fee rule that makes no sense.
    #[error("the fee rule's {field} is malformed")]
    FeeMalformed {
        /// What of it.
        field: &'static str,
    },
    /// A quote of no time at all, or of too long a time.
    #[error("a quote lives 1 to {seconds_max} seconds")]
    QuoteSecondsOutOfRange {
        /// The most seconds.
        seconds_max: u32,
    },
    /// A schedule that makes no sense.
    #[error("the schedule's {field} is malformed")]
    ScheduleMalformed {
        /// What of it.
        field: &'static str,
    },
    /// It would have to run before now.
    #[error("a schedule cannot begin in the past")]
    ScheduleInPast,
    /// It would never run.
    #[error("the schedule would never run")]
    ScheduleNever,
    /// It would run at a time that does not exist on that day.
    #[error("on {date} there is no such time of day, because the clocks are set forward")]
    ScheduleInGap {
        /// The first such day.
        date: Date,
    },
    /// It would run at a time that comes twice on that day.
    #[error("on {date} this time of day comes twice, because the clocks are set back")]
    ScheduleInFold {
        /// The first such day.
        date: Date,
    },
    /// It would run on a day that not every month has.
    #[error("not every month has a day {day}")]
    ScheduleInShortMonth {
        /// The day.
        day: u8,
    },
    /// A calendar that makes no sense.
    #[error("the calendar's {field} is malformed")]
    CalendarMalformed {
        /// What of it.
        field: &'static str,
    },
    /// A webhook that makes no sense.
    #[error("the webhook's {field} is malformed")]
    WebhookMalformed {
        /// What of it.
        field: &'static str,
    },
    /// An instrument that makes no sense.
    #[error("the instrument's {field} is malformed")]
    InstrumentMalformed {
        /// What of it.
        field: &'static str,
    },

    // What does not exist.
    /// No such book.
    #[error("no such book")]
    UnknownBook {
        /// Its number.
        book: BookId,
    },
    /// No such account in this book.
    #[error("no such account")]
    UnknownAccount {
        /// Its number.
        account: AccountId,
    },
    /// No such asset.
    #[error("no such asset")]
    UnknownAsset {
        /// Its number.
        asset: AssetId,
    },
    /// No such principal in this book.
    #[error("no such principal")]
    UnknownPrincipal {
        /// Its number.
        principal: PrincipalId,
    },
    /// No such policy in this book, or not any more.
    #[error("no such policy")]
    UnknownPolicy {
        /// Its number.
        policy: PolicyId,
    },
    /// There is no such webhook in the book.
    #[error("there is no such webhook in the book")]
    UnknownWebhook {
        /// Its number.
        webhook: WebhookId,
    },
    /// No such limit in this book, or not any more.
    #[error("no such limit")]
    UnknownLimit {
        /// Its number.
        limit: LimitId,
    },
    /// No such fee rule in this book, or not any more.
    #[error("no such fee rule")]
    UnknownFee {
        /// Its number.
        fee: FeeId,
    },
    /// No such quote in this book.
    #[error("no such quote")]
    UnknownQuote {
        /// Its number.
        quote: QuoteId,
    },
    /// No such schedule in this book.
    #[error("no such schedule")]
    UnknownSchedule {
        /// Its number.
        schedule: ScheduleId,
    },
    /// No calendar of that code, neither in this book nor built in.
    #[error("no such calendar")]
    UnknownCalendar,
    /// The book has as many of these as it can have.
    #[error("a book has at most {max} {what}")]
    BookFull {
        /// Of what.
        what: &'static str,
        /// How many it can have.
        max: u32,
    },
    /// The asset is not an instrument of this book.
    #[error("no such instrument")]
    UnknownInstrument {
        /// The asset.
        instrument: AssetId,
    },
    /// The account does not hold this asset.
    #[error("the account does not hold this asset")]
    AssetNotHeld {
        /// The account.
        account: AccountId,
        /// The asset.
        asset: AssetId,
    },
    /// The book's own account, which cannot be used like that.
    #[error("the account belongs to the book itself and cannot be used like that")]
    SystemAccount {
        /// The account.
        account: AccountId,
    },
    /// An asset of that code is already defined.
    #[error("an asset of that code is already defined")]
    AssetConflict {
        /// The asset.
        asset: AssetId,
    },
    /// The book has this instrument already, or the code is of another asset.
    #[error("the code is of another asset, or of an instrument that the book has already")]
    InstrumentConflict {
        /// The asset.
        instrument: AssetId,
    },
    /// Units of an instrument move by trades, or in kind.
    #[error("units of an instrument move by trades or in kind, not by themselves")]
    SecurityNotDirect {
        /// The asset.
        asset: AssetId,
    },
    /// Money of an account that keeps it invested cannot be held to be captured later.
    #[error("money of an account that keeps it invested cannot be held to be captured later")]
    InvestedCannotBeHeld {
        /// The account.
        account: AccountId,
    },
    /// A newer rate is known.
    #[error("a newer rate is known")]
    RateOutdated {
        /// Of when that is.
        as_of: Timestamp,
    },
    /// The pair has no rate of its own.
    #[error("the pair has no rate of its own")]
    UnknownRate {
        /// What is given.
        from: AssetId,
        /// What it is worth.
        to: AssetId,
    },
    /// The quote was carried out already.
    #[error("the quote was carried out already")]
    QuoteUsed {
        /// The quote.
        quote: QuoteId,
        /// The transfer that has.
        transfer: TransferId,
    },
    /// The quote's time is over.
    #[error("the quote has expired")]
    QuoteExpired {
        /// The quote.
        quote: QuoteId,
    },
    /// A sweep that would go round in a circle with others.
    #[error("the sweep goes round in a circle with others")]
    SweepCircle {
        /// One of them.
        schedule: ScheduleId,
    },
    /// The schedule is over.
    #[error("the schedule is over")]
    ScheduleOver {
        /// The schedule.
        schedule: ScheduleId,
    },
    /// The schedule is already paused, or not paused.
    #[error("the schedule is already in that state")]
    ScheduleUnchanged {
        /// The schedule.
        schedule: ScheduleId,
    },
    /// The account was changed after the instant that the change was made for.
    #[error("the account has been changed since it was read")]
    AccountOutdated {
        /// The account.
        account: AccountId,
        /// When it was last changed.
        updated_at: Timestamp,
    },
    /// Too many secrets of a webhook are valid at a time.
    #[error("a webhook has at most {max} valid secrets")]
    TooManySecrets {
        /// The most.
        max: usize,
    },
    /// Another account of the book has this alias.
    #[error("another account has this alias")]
    AliasTaken {
        /// The account that has it.
        account: AccountId,
    },
    /// A principal that is already revoked.
    #[error("the principal is already revoked")]
    AlreadyRevoked {
        /// The principal.
        principal: PrincipalId,
    },
    /// The overdraft is in use beyond the new limit.
    #[error("the overdraft is in use beyond the new limit")]
    OverdraftInUse {
        /// The account.
        account: AccountId,
        /// The asset.
        asset: AssetId,
        /// The balance.
        posted: SignedAmount,
    },
    /// The account has money that is held.
    #[error("the account has money that is held")]
    AccountHasHolds {
        /// The account.
        account: AccountId,
        /// The first asset of which some is held.
        asset: AssetId,
    },
    /// A principal with a grant cannot add principals, tag accounts or set calendars: each could
    /// lead beyond what it may move itself.
    #[error("a principal with a grant cannot add principals, tag accounts or set calendars")]
    GrantNotExtendable,
    /// Another limit counts the same over the same time.
    #[error("another limit counts the same over the same time")]
    LimitConflict {
        /// That limit.
        limit: LimitId,
    },
    /// A limit that could never be reached, or that keeps another one from ever being reached.
    #[error("a limit over a longer time is below one over a shorter time")]
    LimitsContradict {
        /// The other limit.
        limit: LimitId,
    },
    /// A reviewer who could not approve it. Which policy asks is known late, so this is found out
    /// only after what is not possible now.
    #[error("the reviewer is not among those who may approve this")]
    ReviewerNotAChecker {
        /// Who.
        principal: PrincipalId,
    },
    /// The book is already stopped, or not stopped.
    #[error("the book is already in that state")]
    StopUnchanged {
        /// Whether it is stopped.
        stopped: bool,
    },
    /// It is over, or never was under way.
    #[error("it is not under way any more")]
    NotOpen {
        /// What.
        subject: Subject,
    },
    /// It is held, or made later, and waits for no approval.
    #[error("the transfer is under way, and waits for no approval")]
    NotAwaitingApproval {
        /// The transfer.
        transfer: TransferId,
    },
    /// It waits for approval or for its time, and is not held.
    #[error("the transfer is not held: it waits for approval, or for its time")]
    NotHeld {
        /// The transfer.
        transfer: TransferId,
    },
    /// Only whoever asked for it can cancel it.
    #[error("only whoever asked for it can cancel it")]
    NotTheMaker {
        /// Who is not.
        principal: PrincipalId,
    },
    /// Nobody approves what they have asked for themselves, whatever else they may do.
    #[error("nobody can approve what they have asked for themselves")]
    MakerCannotApprove {
        /// Who.
        principal: PrincipalId,
    },
    /// Not one of those who may approve it.
    #[error("not one of those who may approve this")]
    NotAChecker {
        /// Who.
        principal: PrincipalId,
    },
    /// Nobody approves twice.
    #[error("this person has approved it already")]
    AlreadyApproved {
        /// Who has.
        principal: PrincipalId,
    },
    /// Only the engine ends what has waited for too long, and not before.
    #[error("its time has not come")]
    NotDue,
    /// More than what is still held.
    #[error("more than what is still held")]
    CaptureTooLarge {
        /// What is still held.
        remaining: Amount,
        /// What was asked for.
        asked: Amount,
        /// Of what.
        asset: AssetId,
    },
    /// Only what is completed can be reversed.
    #[error("only a completed transfer can be reversed")]
    NotCompleted {
        /// The transfer.
        transfer: TransferId,
    },
    /// A reversal cannot be reversed: make the transfer again.
    #[error("a reversal cannot be reversed")]
    ReversalOfReversal {
        /// The reversal.
        transfer: TransferId,
    },
    /// A transfer that was made by trades, or in kind, is not taken back: prices have moved.
    #[error("a transfer that was made by trades or in kind cannot be reversed")]
    TradesNotReversible {
        /// The transfer.
        transfer: TransferId,
    },
    /// Only the reversal of all of a transfer gives its fee back, if it has one.
    #[error("only the reversal of the whole of a transfer that has a fee gives it back")]
    FeeNotReturnable {
        /// The transfer.
        transfer: TransferId,
    },
    /// More than what is left of the transfer.
    #[error("more than what is left of the transfer")]
    ReversalTooLarge {
        /// What is left.
        remaining: Amount,
        /// What was asked for.
        asked: Amount,
        /// Of what.
        asset: AssetId,
    },

    // What is not possible now.
    /// All the money of the book is stopped.
    #[error("the money of the book is stopped")]
    BookStopped,
    /// The principal may not move the money of this account.
    #[error("the principal's grant does not cover the account")]
    AccountNotGranted {
        /// The account.
        account: AccountId,
    },
    /// The account is closed.
    #[error("the account is closed")]
    AccountClosed {
        /// The account.
        account: AccountId,
    },
    /// The account is frozen in this direction.
    #[error("the account is frozen")]
    AccountFrozen {
        /// The account.
        account: AccountId,
        /// The direction that was asked for.
        side: Side,
    },
    /// The principal may not move so much of this asset.
    #[error("the principal's grant does not cover the amount")]
    AmountNotGranted {
        /// The asset.
        asset: AssetId,
        /// The most that it may move at once.
        amount_max: Amount,
        /// What was asked for.
        asked: Amount,
    },
    /// Whoever asked for it can act no more.
    #[error("the key that asked for it was revoked")]
    MakerRevoked {
        /// Who.
        principal: PrincipalId,
    },
    /// There is no rate for this pair.
    #[error("there is no rate for this pair")]
    RateMissing {
        /// What is given.
        from: AssetId,
        /// What it is worth.
        to: AssetId,
    },
    /// The rate is older than it may be when it is used.
    #[error("the rate is too old")]
    RateStale {
        /// What is given.
        from: AssetId,
        /// What it is worth.
        to: AssetId,
        /// Of when the rate is.
        as_of: Timestamp,
        /// How old it may be.
        max_age_seconds: u32,
    },
    /// What is asked for comes to nothing.
    #[error("the amount comes to nothing in the other asset")]
    ComesToNothing {
        /// That asset.
        asset: AssetId,
    },
    /// The fee leaves nothing of the amount.
    #[error("the fee is not below the amount")]
    FeeTooLarge {
        /// The rule.
        rule: FeeId,
        /// What is charged.
        asset: AssetId,
        /// The fee.
        fee: Amount,
        /// The amount.
        amount: Amount,
    },
    /// The instrument's units have turned into money, or are about to.
    #[error("the instrument has matured")]
    InstrumentMatured {
        /// The instrument.
        instrument: AssetId,
    },
    /// The book has no instrument of this term that could be bought.
    #[error("there is no instrument of this term that could be bought")]
    NoInstrument {
        /// The term.
        strategy: Strategy,
    },
    /// The account holds units of too many instruments.
    #[error("the account holds units of too many instruments")]
    TooManyInstruments {
        /// The account.
        account: AccountId,
    },
    /// Less is available than is needed.
    #[error("not enough money is available")]
    InsufficientFunds {
        /// The account.
        account: AccountId,
        /// The asset.
        asset: AssetId,
        /// What would leave the account.
        needed: Amount,
        /// What is available: the balance seen.
        available: SignedAmount,
    },
    /// The balance would leave its range.
    #[error("the balance would be above the maximum")]
    BalanceTooLarge {
        /// The account.
        account: AccountId,
        /// The asset.
        asset: AssetId,
    },
    /// A limit leaves no room for it.
    #[error("the limit leaves no room for it")]
    LimitExceeded {
        /// The limit.
        limit: LimitId,
        /// What is used of it, and what is asked for.
        excess: Box<Excess>,
    },
    /// An account that still has money, or owes some.
    #[error("the account's balance is not zero")]
    AccountNotEmpty {
        /// The account.
        account: AccountId,
        /// The first asset with a balance.
        asset: AssetId,
        /// The balance.
        posted: SignedAmount,
    },
    /// The policy cannot be satisfied: it asks for more checkers than there are.
    #[error("{needed} checkers must agree, but only {eligible} could")]
    TooFewCheckers {
        /// How many must agree.
        needed: u8,
        /// How many could, the maker not counted.
        eligible: u8,
    },
    /// The policy was removed in the meantime.
    #[error("the policy was removed in the meantime")]
    PolicyRemoved {
        /// The policy.
        policy: PolicyId,
    },
    /// Another item of the same atomic batch was refused.
    #[error("item {item} of the batch was refused, so nothing was done")]
    BatchAborted {
        /// The position of that item.
        item: u32,
    },
}

/// By what a limit is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Excess {
    /// By the amount, in minor units of the limit's asset.
    Amount {
        /// The most that may move.
        max: Amount,
        /// What has, and is about to.
        used: u128,
        /// What was asked for.
        asked: Amount,
    },
    /// By the number of transfers.
    Count {
        /// The most there may be.
        max: u64,
        /// How many there are.
        used: u64,
    },
}

#[cfg(test)]
pub(crate) mod tests;
