//! Every reason to say no.

use crate::transfer::MAX_LEGS;
use crate::{AccountId, Amount, AssetId, BookId, PrincipalId, Side, SignedAmount};

/// A rule said no. In order of precedence: when several apply, the first one here is given.
///
/// The first ones refuse a request that makes no sense, whoever's money it is; the next ones refuse
/// what does not exist; and the last ones, from [`Rejection::AccountClosed`] on, *decline* a
/// transfer that is well-formed but not possible now. Only those are kept on record.
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

    // What is not possible now.
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
    /// Another item of the same atomic batch was refused.
    #[error("item {item} of the batch was refused, so nothing was done")]
    BatchAborted {
        /// The position of that item.
        item: u32,
    },
}

impl Rejection {
    /// The stable name of the rule. Append only: clients match on it.
    pub const fn code(&self) -> &'static str {
        match self {
            Rejection::AssetMalformed => "asset_malformed",
            Rejection::SettingOutOfRange { .. } => "setting_out_of_range",
            Rejection::CapabilityNotGrantable => "capability_not_grantable",
            Rejection::AssetListMalformed => "asset_list_malformed",
            Rejection::LegCount { .. } => "leg_count",
            Rejection::AmountZero => "amount_zero",
            Rejection::AmountTooLarge => "amount_too_large",
            Rejection::Unbalanced { .. } => "unbalanced",
            Rejection::SameAccount { .. } => "same_account",
            Rejection::UnknownBook { .. } => "unknown_book",
            Rejection::UnknownAccount { .. } => "unknown_account",
            Rejection::UnknownAsset { .. } => "unknown_asset",
            Rejection::UnknownPrincipal { .. } => "unknown_principal",
            Rejection::AssetNotHeld { .. } => "asset_not_held",
            Rejection::SystemAccount { .. } => "system_account",
            Rejection::AssetConflict { .. } => "asset_conflict",
            Rejection::AliasTaken { .. } => "alias_taken",
            Rejection::AlreadyRevoked { .. } => "already_revoked",
            Rejection::AccountNotEmpty { .. } => "account_not_empty",
            Rejection::OverdraftInUse { .. } => "overdraft_in_use",
            Rejection::AccountClosed { .. } => "account_closed",
            Rejection::AccountFrozen { .. } => "account_frozen",
            Rejection::InsufficientFunds { .. } => "insufficient_funds",
            Rejection::BalanceTooLarge { .. } => "balance_too_large",
            Rejection::BatchAborted { .. } => "batch_aborted",
        }
    }

    /// Whether a transfer refused for this reason is put on record, as declined.
    pub const fn is_recorded(&self) -> bool {
        match self {
            Rejection::AccountClosed { .. }
            | Rejection::AccountFrozen { .. }
            | Rejection::InsufficientFunds { .. }
            | Rejection::BalanceTooLarge { .. }
            | Rejection::BatchAborted { .. } => true,
            Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::Unbalanced { .. }
            | Rejection::SameAccount { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownAccount { .. }
            | Rejection::UnknownAsset { .. }
            | Rejection::UnknownPrincipal { .. }
            | Rejection::AssetNotHeld { .. }
            | Rejection::SystemAccount { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::AliasTaken { .. }
            | Rejection::AlreadyRevoked { .. }
            | Rejection::AccountNotEmpty { .. }
            | Rejection::OverdraftInUse { .. } => false,
        }
    }

    /// Whether the same request, under a new key, could succeed later without anyone changing it.
    pub const fn is_transient(&self) -> bool {
        match self {
            Rejection::AccountFrozen { .. }
            | Rejection::InsufficientFunds { .. }
            | Rejection::AccountNotEmpty { .. }
            | Rejection::OverdraftInUse { .. }
            | Rejection::BatchAborted { .. } => true,
            Rejection::AssetMalformed
            | Rejection::SettingOutOfRange { .. }
            | Rejection::CapabilityNotGrantable
            | Rejection::AssetListMalformed
            | Rejection::LegCount { .. }
            | Rejection::AmountZero
            | Rejection::AmountTooLarge
            | Rejection::Unbalanced { .. }
            | Rejection::SameAccount { .. }
            | Rejection::UnknownBook { .. }
            | Rejection::UnknownAccount { .. }
            | Rejection::UnknownAsset { .. }
            | Rejection::UnknownPrincipal { .. }
            | Rejection::AssetNotHeld { .. }
            | Rejection::SystemAccount { .. }
            | Rejection::AssetConflict { .. }
            | Rejection::AliasTaken { .. }
            | Rejection::AlreadyRevoked { .. }
            | Rejection::AccountClosed { .. }
            | Rejection::BalanceTooLarge { .. } => false,
        }
    }
}

/// How a decline is kept: by a numbering of its own that only grows, so that the order of
/// precedence above can change without changing what the journal says.
pub(crate) mod recorded {
    use super::{AccountId, Amount, AssetId, Rejection, Side, SignedAmount};
    use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

    /// Append only.
    #[derive(Serialize, Deserialize)]
    enum Recorded {
        AccountClosed {
            account: AccountId,
        },
        AccountFrozen {
            account: AccountId,
            side: Side,
        },
        InsufficientFunds {
            account: AccountId,
            asset: AssetId,
            needed: Amount,
            available: SignedAmount,
        },
        BalanceTooLarge {
            account: AccountId,
            asset: AssetId,
        },
        BatchAborted {
            item: u32,
        },
    }

    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "what is recorded is listed once, in is_recorded, which decide asks"
    )]
    pub(crate) fn serialize<S: Serializer>(why: &Rejection, to: S) -> Result<S::Ok, S::Error> {
        let recorded = match *why {
            Rejection::AccountClosed { account } => Recorded::AccountClosed { account },
            Rejection::AccountFrozen { account, side } => Recorded::AccountFrozen { account, side },
            Rejection::InsufficientFunds {
                account,
                asset,
                needed,
                available,
            } => Recorded::InsufficientFunds {
                account,
                asset,
                needed,
                available,
            },
            Rejection::BalanceTooLarge { account, asset } => {
                Recorded::BalanceTooLarge { account, asset }
            }
            Rejection::BatchAborted { item } => Recorded::BatchAborted { item },
            ref other => {
                return Err(S::Error::custom(format!(
                    "{} is never recorded",
                    other.code()
                )));
            }
        };
        recorded.serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rejection, D::Error> {
        Ok(match Recorded::deserialize(from)? {
            Recorded::AccountClosed { account } => Rejection::AccountClosed { account },
            Recorded::AccountFrozen { account, side } => Rejection::AccountFrozen { account, side },
            Recorded::InsufficientFunds {
                account,
                asset,
                needed,
                available,
            } => Rejection::InsufficientFunds {
                account,
                asset,
                needed,
                available,
            },
            Recorded::BalanceTooLarge { account, asset } => {
                Rejection::BalanceTooLarge { account, asset }
            }
            Recorded::BatchAborted { item } => Rejection::BatchAborted { item },
        })
    }
}

#[cfg(test)]
pub(crate) mod tests;
