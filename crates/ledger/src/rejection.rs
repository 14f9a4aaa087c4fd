//! Every reason to say no.

use crate::transfer::MAX_LEGS;
use crate::{
    AccountId, Amount, AssetId, BookId, LimitId, PolicyId, PrincipalId, Side, SignedAmount,
    Subject, TransferId,
};
use serde::{Deserialize, Serialize};

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
    /// No such limit in this book, or not any more.
    #[error("no such limit")]
    UnknownLimit {
        /// Its number.
        limit: LimitId,
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
    /// A principal with a grant cannot add principals, nor tag accounts: either could lead beyond
    /// what it may move itself.
    #[error("a principal with a grant cannot add principals or tag accounts")]
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
    /// It is held, and waits for no approval.
    #[error("the transfer is held, and waits for no approval")]
    NotAwaitingApproval {
        /// The transfer.
        transfer: TransferId,
    },
    /// It waits for approval, and is not held.
    #[error("the transfer waits for approval first")]
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
    #[error("its time is not over")]
    NotDue {
        /// What.
        subject: Subject,
    },
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
            Rejection::NotDue { .. } => ("not_due", RefusedNow),
            Rejection::CaptureTooLarge { .. } => ("capture_too_large", Refused),
            Rejection::NotCompleted { .. } => ("not_completed", RefusedNow),
            Rejection::ReversalOfReversal { .. } => ("reversal_of_reversal", Refused),
            Rejection::ReversalTooLarge { .. } => ("reversal_too_large", Refused),
            Rejection::BookStopped => ("book_stopped", DeclinedNow),
            Rejection::AccountNotGranted { .. } => ("account_not_granted", Declined),
            Rejection::AccountClosed { .. } => ("account_closed", Declined),
            Rejection::AccountFrozen { .. } => ("account_frozen", DeclinedNow),
            Rejection::AmountNotGranted { .. } => ("amount_not_granted", Declined),
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

#[cfg(test)]
pub(crate) mod tests;
