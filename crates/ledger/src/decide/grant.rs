//! The rules for grants: what a narrowed principal may move.

use super::transfer::side_sums;
use crate::{Amount, Grant, Ledger, Leg, Legs, PrincipalId, Rejection, Side, SystemRole};

impl Ledger {
    /// Whether the grant of whoever asks covers the accounts. The book's own are nobody's.
    pub(super) fn check_granted_accounts(
        &self,
        principal: PrincipalId,
        legs: &[Leg],
    ) -> Result<(), Rejection> {
        let grant = self.principal(principal).and_then(|one| one.grant.as_ref());
        let Some(grant) = grant.filter(|one| !one.accounts.is_empty() || !one.tags.is_empty())
        else {
            return Ok(());
        };
        let is_covered = |leg: &Leg| {
            let account = self.account_of(leg);
            account.role.is_some()
                || grant.accounts.contains(&leg.account)
                || grant
                    .tags
                    .iter()
                    .any(|tag| account.profile.tags.contains(tag))
        };
        match legs.iter().find(|leg| !is_covered(leg)) {
            Some(leg) => Err(Rejection::AccountNotGranted {
                account: leg.account,
            }),
            None => Ok(()),
        }
    }

    /// Whether the grant of whoever asks covers the amounts.
    pub(super) fn check_granted_amounts(
        &self,
        principal: PrincipalId,
        legs: &[Leg],
    ) -> Result<(), Rejection> {
        let grant = self.principal(principal).and_then(|one| one.grant.as_ref());
        let Some(grant) = grant.filter(|one| !one.amounts.is_empty()) else {
            return Ok(());
        };
        // What passes through the book's positions was given, or arrives, somewhere else.
        let is_passing = |leg: &&Leg| {
            let role = self.account_of(leg).role;
            matches!(role, Some(SystemRole::Fx | SystemRole::House))
        };
        let given = legs.iter().filter(|leg| !is_passing(leg)).copied();
        let given: Legs = given.filter(|leg| leg.side == Side::Debit).collect();
        for leg in &given {
            let (asked, _) = side_sums(&given, leg.asset)?;
            let granted = grant.amounts.iter().find(|(asset, _)| *asset == leg.asset);
            let amount_max = granted.map_or(Amount::ZERO, |(_, amount)| *amount);
            if asked > amount_max {
                return Err(Rejection::AmountNotGranted {
                    asset: leg.asset,
                    amount_max,
                    asked,
                });
            }
        }
        Ok(())
    }
}

/// What can be said of a grant without knowing the book.
pub(super) fn check_form(grant: &Grant) -> Result<(), Rejection> {
    let is_malformed =
        |count: usize, distinct: usize| count > Grant::MAX_ENTRIES || distinct < count;
    let distinct = |mut keys: Vec<u32>| {
        keys.sort_unstable();
        keys.dedup();
        keys.len()
    };
    let accounts = distinct(grant.accounts.iter().map(|id| id.0).collect());
    let assets = distinct(
        grant
            .amounts
            .iter()
            .map(|(id, _)| u32::from(id.0))
            .collect(),
    );
    let mut tags: Vec<_> = grant.tags.iter().collect();
    tags.sort_unstable();
    tags.dedup();
    let lists = [
        ("accounts", grant.accounts.len(), accounts),
        ("tags", grant.tags.len(), tags.len()),
        ("amounts", grant.amounts.len(), assets),
    ];
    match lists
        .into_iter()
        .find(|(_, count, distinct)| is_malformed(*count, *distinct))
    {
        Some((field, ..)) => Err(Rejection::GrantMalformed { field }),
        None => Ok(()),
    }
}
