//! The names that a table has for what a rejection is about.

use super::*;
use crate::rejection::Excess;

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
        let principal = principal(why);
        let principals = self.principals.iter();
        let principals = principals.filter(|(_, id)| Some(**id) == principal);
        let limit = limit(why);
        let limits = self.limits.iter().filter(|(_, id)| Some(**id) == limit);
        let limits = limits.map(|(name, _)| name.clone());
        let rest = principals.map(|(name, _)| name.clone()).chain(limits);
        let treasury = self.treasury_names(why);
        let all = accounts
            .chain(roles)
            .chain(assets)
            .chain(rest)
            .chain(treasury);
        all.chain(details(why)).collect()
    }
}

impl World {
    /// The fee rules, quotes, schedules, webhooks and pairs that it names.
    fn treasury_names(&self, why: &Rejection) -> Vec<String> {
        let code = |asset: AssetId| {
            let asset = self.ledger.asset(asset);
            asset.map_or("?", |asset| &*asset.code).to_owned()
        };
        match *why {
            Rejection::RateMissing { from, to }
            | Rejection::RateStale { from, to, .. }
            | Rejection::UnknownRate { from, to } => vec![format!("{}/{}", code(from), code(to))],
            Rejection::FeeTooLarge { rule: fee, .. } | Rejection::UnknownFee { fee } => {
                named(&self.fees, fee)
            }
            Rejection::UnknownQuote { quote }
            | Rejection::QuoteExpired { quote }
            | Rejection::QuoteUsed { quote, .. } => named(&self.quotes, quote),
            Rejection::UnknownSchedule { schedule }
            | Rejection::SweepCircle { schedule }
            | Rejection::ScheduleOver { schedule }
            | Rejection::ScheduleUnchanged { schedule } => named(&self.schedules, schedule),
            Rejection::UnknownWebhook { webhook } => named(&self.webhooks, webhook),
            _ => Vec::new(),
        }
    }
}

fn named<T: PartialEq>(all: &BTreeMap<String, T>, wanted: T) -> Vec<String> {
    let found = all.iter().filter(|(_, one)| **one == wanted);
    found.map(|(name, _)| name.clone()).collect()
}

fn account_and_asset(why: &Rejection) -> (Option<AccountId>, Option<AssetId>) {
    match *why {
        Rejection::SameAccount { account }
        | Rejection::InvestedCannotBeHeld { account }
        | Rejection::TooManyInstruments { account }
        | Rejection::UnknownAccount { account }
        | Rejection::SystemAccount { account }
        | Rejection::AccountOutdated { account, .. }
        | Rejection::AliasTaken { account }
        | Rejection::AccountNotGranted { account }
        | Rejection::AccountClosed { account }
        | Rejection::AccountFrozen { account, .. } => (Some(account), None),
        Rejection::AssetNotHeld { account, asset }
        | Rejection::AccountNotEmpty { account, asset, .. }
        | Rejection::AccountHasHolds { account, asset }
        | Rejection::OverdraftInUse { account, asset, .. }
        | Rejection::InsufficientFunds { account, asset, .. }
        | Rejection::BalanceTooLarge { account, asset } => (Some(account), Some(asset)),
        Rejection::Unbalanced { asset }
        | Rejection::UnknownAsset { asset }
        | Rejection::AssetConflict { asset }
        | Rejection::CaptureTooLarge { asset, .. }
        | Rejection::ReversalTooLarge { asset, .. }
        | Rejection::SecurityNotDirect { asset }
        | Rejection::ComesToNothing { asset }
        | Rejection::FeeTooLarge { asset, .. }
        | Rejection::AmountNotGranted { asset, .. } => (None, Some(asset)),
        Rejection::UnknownInstrument { instrument }
        | Rejection::InstrumentConflict { instrument }
        | Rejection::InstrumentMatured { instrument } => (None, Some(instrument)),
        _ => (None, None),
    }
}

fn principal(why: &Rejection) -> Option<PrincipalId> {
    match *why {
        Rejection::UnknownPrincipal { principal }
        | Rejection::MakerRevoked { principal }
        | Rejection::AlreadyRevoked { principal }
        | Rejection::ReviewerNotAChecker { principal }
        | Rejection::NotTheMaker { principal }
        | Rejection::MakerCannotApprove { principal }
        | Rejection::NotAChecker { principal }
        | Rejection::AlreadyApproved { principal } => Some(principal),
        _ => None,
    }
}

fn limit(why: &Rejection) -> Option<crate::LimitId> {
    match *why {
        Rejection::LimitConflict { limit }
        | Rejection::LimitsContradict { limit }
        | Rejection::LimitExceeded { limit, .. } => Some(limit),
        _ => None,
    }
}

/// What of a thing, or how much of what, the rejection complains of.
fn details(why: &Rejection) -> Vec<String> {
    match why {
        Rejection::PolicyMalformed { field }
        | Rejection::LimitMalformed { field }
        | Rejection::GrantMalformed { field }
        | Rejection::RateMalformed { field }
        | Rejection::FeeMalformed { field }
        | Rejection::ScheduleMalformed { field }
        | Rejection::CalendarMalformed { field }
        | Rejection::WebhookMalformed { field }
        | Rejection::InstrumentMalformed { field } => vec![(*field).to_owned()],
        Rejection::ScheduleInGap { date } | Rejection::ScheduleInFold { date } => {
            vec![date.to_string()]
        }
        Rejection::BookFull { what, .. } => vec![(*what).to_owned()],
        Rejection::ScheduleInShortMonth { day } => vec![day.to_string()],
        Rejection::NoInstrument { strategy } => vec![format!("{}w", strategy.weeks())],
        Rejection::FeeTooLarge { fee, amount, .. } => {
            vec![format!("{}/{}", fee.minor(), amount.minor())]
        }
        Rejection::TooFewCheckers { needed, eligible } => vec![format!("{eligible}/{needed}")],
        Rejection::LimitExceeded { excess, .. } => vec![match excess.as_ref() {
            Excess::Amount { max, used, asked } => {
                format!("{used}+{}/{}", asked.minor(), max.minor())
            }
            Excess::Count { max, used } => format!("{used}+1/{max}"),
        }],
        Rejection::CaptureTooLarge {
            remaining, asked, ..
        }
        | Rejection::ReversalTooLarge {
            remaining, asked, ..
        } => {
            vec![format!("{}/{}", asked.minor(), remaining.minor())]
        }
        _ => Vec::new(),
    }
}
