//! The rules for changing approval policies.

use super::approval::asked_by;
use crate::approval::OpenChange;
use crate::event::{ChangeOutcome, ChangeRequest};
use crate::policy::{PolicyChange, PolicyEntry, PolicySet};
use crate::{BookId, Capability, Event, Ledger, Policy, PolicyId, PrincipalId, Rejection, Stamp};
use std::cmp::Reverse;

impl Ledger {
    /// A change takes effect at once only if no policy in force asks for approval. Else it needs
    /// what the strictest of them asks for: whoever could lower the bar alone would be above it.
    pub(super) fn decide_change_policy(
        &self,
        stamp: Stamp,
        change: PolicyChange,
    ) -> Result<Event, Rejection> {
        let set = self.decide_policy(stamp.book, &change)?;
        let in_force = self
            .policies_in_force(stamp.book)
            .map(|(id, entry)| (id, &entry.policy));
        let strictest = in_force
            .max_by_key(|(id, policy)| (policy.approvals, Reverse(policy.rank), Reverse(*id)));
        let Some((id, policy)) = strictest.filter(|(_, policy)| policy.approvals > 0) else {
            return Ok(Event::PolicySet(Box::new(set)));
        };
        // If too few of those it names are left, anybody who can approve may stand in: else the
        // book could never change its policies again.
        let eligible = |checkers| self.eligible(stamp.book, checkers, Some(stamp.principal));
        let needed = usize::from(policy.approvals);
        let checkers = match eligible(&policy.checkers) < needed {
            true => &[][..],
            false => &policy.checkers,
        };
        if eligible(checkers) < needed {
            return Err(too_few(policy.approvals, eligible(checkers)));
        }
        let terms = asked_by(stamp, id, policy, checkers);
        Ok(Event::ChangeRequested(Box::new(ChangeRequest {
            change,
            terms,
        })))
    }

    /// What comes of a change when the last checker has agreed.
    pub(super) fn change_outcome(&self, book: BookId, open: &OpenChange) -> ChangeOutcome {
        match self.decide_policy(book, &open.change) {
            Ok(set) => ChangeOutcome::Applied(set),
            Err(Rejection::UnknownPolicy { policy }) => {
                ChangeOutcome::Declined(Rejection::PolicyRemoved { policy })
            }
            Err(Rejection::UnknownPrincipal { .. } | Rejection::NotAChecker { .. }) => {
                let (needed, eligible) = match &open.change {
                    PolicyChange::Add(policy) | PolicyChange::Replace(_, policy) => (
                        policy.approvals,
                        self.eligible(book, &policy.checkers, None),
                    ),
                    PolicyChange::Remove(_) => (0, 0),
                };
                ChangeOutcome::Declined(too_few(needed, eligible))
            }
            Err(why) => ChangeOutcome::Declined(why),
        }
    }

    /// What a change comes to, if it makes sense.
    fn decide_policy(&self, book: BookId, change: &PolicyChange) -> Result<PolicySet, Rejection> {
        let (id, policy) = match change {
            PolicyChange::Add(policy) => (self.next_policy(), Some(policy)),
            PolicyChange::Replace(id, policy) => (*id, Some(policy)),
            PolicyChange::Remove(id) => (*id, None),
        };
        if let Some(policy) = policy {
            check_form(policy)?;
        }
        self.known_book(book)?;
        if let Some(policy) = policy {
            self.check_parties_of(book, policy)?;
        }
        if !matches!(change, PolicyChange::Add(_)) {
            self.policy_in(book, id)?;
        }
        if let Some(policy) = policy {
            self.check_checkers(book, policy)?;
        }
        let policy = policy.cloned();
        Ok(PolicySet { id, policy })
    }

    /// A policy in force. What is in another book does not exist.
    fn policy_in(&self, book: BookId, policy: PolicyId) -> Result<&PolicyEntry, Rejection> {
        let found = self.policy(policy).filter(|entry| entry.book == book);
        let in_force = found.filter(|entry| entry.removed_at.is_none());
        in_force.ok_or(Rejection::UnknownPolicy { policy })
    }

    /// Whether what a policy names exists.
    fn check_parties_of(&self, book: BookId, policy: &Policy) -> Result<(), Rejection> {
        let conditions = &policy.conditions;
        let accounts = [conditions.source, conditions.target];
        for account in accounts.into_iter().flatten() {
            self.known_account(book, account)?;
        }
        if let Some(asset) = conditions
            .asset
            .filter(|asset| self.asset(*asset).is_none())
        {
            return Err(Rejection::UnknownAsset { asset });
        }
        let named = conditions.initiator.iter().chain(&policy.checkers);
        for principal in named {
            let principal = *principal;
            self.principal_in(book, principal)
                .ok_or(Rejection::UnknownPrincipal { principal })?;
        }
        Ok(())
    }

    /// Whether enough could approve.
    fn check_checkers(&self, book: BookId, policy: &Policy) -> Result<(), Rejection> {
        for principal in &policy.checkers {
            if self.eligible(book, &[*principal], None) == 0 {
                let principal = *principal;
                return Err(Rejection::NotAChecker { principal });
            }
        }
        // Whoever asks for a transfer does not count among its checkers.
        let eligible = self.eligible_at_best(book, policy);
        match eligible < usize::from(policy.approvals) {
            true => Err(too_few(policy.approvals, eligible)),
            false => Ok(()),
        }
    }
}

impl Ledger {
    /// How many could approve what a policy is for, whoever of those who can ask for it does.
    fn eligible_at_best(&self, book: BookId, policy: &Policy) -> usize {
        let moves_money = |who: &PrincipalId| {
            let able = self.principal_in(book, *who).map(|one| one.capabilities);
            able.is_some_and(|able| {
                able.contains(Capability::TransfersWrite) || able.contains(Capability::FundsWrite)
            })
        };
        let eligible = |maker| self.eligible(book, &policy.checkers, maker);
        if policy.conditions.initiator.is_some() {
            return eligible(policy.conditions.initiator);
        }
        let all = self.book(book).map_or(&[][..], |book| &book.principals);
        let makers = all.iter().copied().filter(moves_money);
        let at_best = makers.map(|maker| eligible(Some(maker))).max();
        at_best.unwrap_or_else(|| eligible(None))
    }
}

fn too_few(needed: u8, eligible: usize) -> Rejection {
    let eligible = u8::try_from(eligible).unwrap_or(u8::MAX);
    Rejection::TooFewCheckers { needed, eligible }
}

fn check_form(policy: &Policy) -> Result<(), Rejection> {
    let malformed = |field| Err(Rejection::PolicyMalformed { field });
    let conditions = &policy.conditions;
    let has_band = conditions.amount_min.is_some() || conditions.amount_max.is_some();
    let mut checkers: Vec<PrincipalId> = policy.checkers.clone();
    checkers.sort_unstable();
    checkers.dedup();
    let expiry = Policy::MIN_EXPIRES_SECONDS..=Policy::MAX_EXPIRES_SECONDS;
    let is_empty_band = conditions
        .amount_min
        .zip(conditions.amount_max)
        .is_some_and(|(min, max)| min > max);
    if has_band && conditions.asset.is_none() {
        return malformed("asset");
    }
    if is_empty_band {
        return malformed("amount_max");
    }
    if policy.approvals > Policy::MAX_APPROVALS {
        return malformed("approvals");
    }
    if checkers.len() < policy.checkers.len() || checkers.len() > Policy::MAX_CHECKERS {
        return malformed("checkers");
    }
    if !expiry.contains(&policy.expires_after_seconds) {
        return malformed("expires_after_seconds");
    }
    Ok(())
}
