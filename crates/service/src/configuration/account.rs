//! An account as it was at an instant.

use crate::service::{Service, ServiceError};
use giro_engine::Record;
use giro_engine::history::Chained;
use giro_ledger::account::Profile;
use giro_ledger::action::{AccountChange, AccountFreeze, NewAccount};
use giro_ledger::{
    Account, AccountId, AccountStatus, Amount, AssetId, Event, Freeze, Investment, Line, Timestamp,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// An account as it was, with its balances.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountThen {
    /// The account.
    pub account: Account,
    /// Its lines.
    pub lines: Vec<Line>,
    /// How it kept its money, if it was invested.
    pub investment: Option<Investment>,
}

impl Service {
    /// An account just after everything up to and including an instant; `None` if it was not
    /// there yet.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn account_at(
        &self,
        id: AccountId,
        at: Timestamp,
    ) -> Result<Option<AccountThen>, ServiceError> {
        let (head, now, lines) = {
            let state = self.read();
            let Some(now) = state.ledger.account(id).filter(|now| now.opened_at <= at) else {
                return Ok(None);
            };
            let lines = now
                .lines
                .iter()
                .filter_map(|(_, line)| state.ledger.line(*line));
            let lines: Vec<Line> = lines.cloned().collect();
            (state.account_head(id), now.clone(), lines)
        };
        let mut overdrafts = BTreeMap::new();
        let is_systems = now.role.is_some();
        // A closed account does not change any more.
        let is_over = now.status == AccountStatus::Closed && now.updated_at <= at;
        let mut then = now.clone();
        let mut investment = None;
        for record in self.account_records(head, at)?.iter().rev() {
            apply(&mut then, &mut overdrafts, record);
            if let Event::InvestmentSet(set) = &record.event {
                investment = set.investment;
            }
        }
        if is_over {
            investment = None;
            (then.status, then.updated_at) = (now.status, now.updated_at);
            then.profile = now.profile;
        }
        let mut kept = Vec::new();
        for line in lines {
            let balance = self.balance_at(id, line.asset, at)?;
            let overdraft = overdrafts.get(&line.asset).copied();
            if balance == giro_ledger::Balance::default() && overdraft.is_none() && !is_systems {
                continue;
            }
            kept.push(Line {
                posted: balance.posted,
                held: balance.held,
                overdraft_limit: match is_systems {
                    true => line.overdraft_limit,
                    false => Some(overdraft.unwrap_or_default()),
                },
                ..line
            });
        }
        let (account, lines) = (then, kept);
        Ok(Some(AccountThen {
            account,
            lines,
            investment,
        }))
    }

    /// The records of an account up to an instant, newest first.
    fn account_records(
        &self,
        head: giro_engine::chain::Place,
        at: Timestamp,
    ) -> Result<Vec<Record>, ServiceError> {
        let history = self.engine().history();
        let bound = history.first_at(Timestamp(at.0.saturating_add(1)))?;
        let newest = history.newest_before(Chained::Book, head, bound)?;
        let steps = history.walk(Chained::Book, newest);
        let records = steps.map(|step| step.map(|step| step.record));
        Ok(records.collect::<Result<_, _>>()?)
    }
}

/// What an account is after what happened in a record of its chain.
fn apply(account: &mut Account, overdrafts: &mut BTreeMap<AssetId, Amount>, record: &Record) {
    match &record.event {
        Event::AccountOpened(_, new) => {
            overdrafts.extend(
                new.holdings
                    .iter()
                    .map(|one| (one.asset, one.overdraft_limit)),
            );
            account.profile = Arc::new(opened(new));
            account.status = AccountStatus::Open;
        }
        Event::AccountChanged(change) => {
            let holdings = change.holdings.iter();
            overdrafts.extend(holdings.map(|one| (one.asset, one.overdraft_limit)));
            change_profile(Arc::make_mut(&mut account.profile), change);
        }
        Event::AccountFrozen(freeze) => freeze_account(account, freeze),
        Event::AccountClosed(_) => account.status = AccountStatus::Closed,
        _ => {}
    }
    account.updated_at = record.at;
}

fn opened(new: &NewAccount) -> Profile {
    Profile {
        name: new.name.clone(),
        alias: new.alias.clone(),
        metadata: new.metadata.clone(),
        tags: new.tags.clone(),
        freeze: Freeze::default(),
    }
}

fn change_profile(profile: &mut Profile, change: &AccountChange) {
    if let Some(name) = &change.name {
        profile.name = name.clone();
    }
    if let Some(alias) = &change.alias {
        profile.alias = alias.clone();
    }
    if let Some(metadata) = &change.metadata {
        profile.metadata = metadata.clone();
    }
    if let Some(tags) = &change.tags {
        profile.tags = tags.clone();
    }
}

fn freeze_account(account: &mut Account, freeze: &AccountFreeze) {
    account.status = match freeze.debits || freeze.credits {
        true => AccountStatus::Frozen,
        false => AccountStatus::Open,
    };
    Arc::make_mut(&mut account.profile).freeze = Freeze {
        debits: freeze.debits,
        credits: freeze.credits,
        reason: freeze.reason.clone(),
    };
}
