//! The names that a table has for what a rejection is about.

use super::*;

impl World {
    /// Everything that the rejection names, in the words of the table.
    pub(super) fn subjects(&self, why: &Rejection) -> Vec<String> {
        let (account, asset) = account_and_asset(why);
        let accounts = self.accounts.iter();
        let accounts = accounts
            .filter(|(_, id)| Some(**id) == account)
            .map(|(name, _)| name.clone());
        let roles = SystemRole::ALL
            .into_iter()
            .filter(|role| Some(self.system_account(self.book, *role)) == account)
            .map(|role| role.name().to_owned());
        let assets = asset.and_then(|asset| self.ledger.asset(asset));
        let assets = assets.map(|asset| asset.code.to_string());
        accounts.chain(roles).chain(assets).collect()
    }
}

fn account_and_asset(why: &Rejection) -> (Option<AccountId>, Option<AssetId>) {
    match *why {
        Rejection::SameAccount { account }
        | Rejection::UnknownAccount { account }
        | Rejection::SystemAccount { account }
        | Rejection::AliasTaken { account }
        | Rejection::AccountClosed { account }
        | Rejection::AccountFrozen { account, .. } => (Some(account), None),
        Rejection::AssetNotHeld { account, asset }
        | Rejection::AccountNotEmpty { account, asset, .. }
        | Rejection::OverdraftInUse { account, asset, .. }
        | Rejection::InsufficientFunds { account, asset, .. }
        | Rejection::BalanceTooLarge { account, asset } => (Some(account), Some(asset)),
        Rejection::Unbalanced { asset }
        | Rejection::UnknownAsset { asset }
        | Rejection::AssetConflict { asset } => (None, Some(asset)),
        Rejection::AssetMalformed
        | Rejection::SettingOutOfRange { .. }
        | Rejection::CapabilityNotGrantable
        | Rejection::AssetListMalformed
        | Rejection::LegCount { .. }
        | Rejection::AmountZero
        | Rejection::AmountTooLarge
        | Rejection::UnknownBook { .. }
        | Rejection::UnknownPrincipal { .. }
        | Rejection::AlreadyRevoked { .. }
        | Rejection::BatchAborted { .. } => (None, None),
    }
}
