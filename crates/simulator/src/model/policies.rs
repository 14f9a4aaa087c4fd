//! Approval policies: which one is for a transfer, and how they are changed.

use super::{Books, Change, number, place};
use giro_ledger::approval::ApprovalTerms;
use giro_ledger::event::{ChangeOutcome, ChangeRequest};
use giro_ledger::policy::{FundsCheck, PolicyChange, PolicySet};
use giro_ledger::{
    AccountId, BookId, Capability, Conditions, Event, Leg, Policy, PolicyId, PrincipalId,
    Rejection, Side, Stamp, Tag, TransferKind,
};
use std::collections::BTreeSet;

impl Books {
    /// A book's policies in force, in the order in which they are asked.
    pub(crate) fn policies_of(&self, book: BookId) -> Vec<(PolicyId, &Policy)> {
        let all = (0..).map(PolicyId).zip(&self.policies);
        let mut found: Vec<(PolicyId, &Policy)> = all
            .filter(|(_, entry)| entry.book == book && entry.removed_at.is_none())
            .map(|(id, entry)| (id, &entry.policy))
            .collect();
        found.sort_by_key(|(id, policy)| (policy.rank, *id));
        found
    }

    /// The first policy whose conditions hold.
    pub(super) fn policy_for(
        &self,
        book: BookId,
        maker: PrincipalId,
        kind: TransferKind,
        legs: &[Leg],
    ) -> Option<(PolicyId, &Policy)> {
        let mut policies = self.policies_of(book).into_iter();
        policies.find(|(_, policy)| self.holds(&policy.conditions, maker, kind, legs))
    }

    fn holds(&self, of: &Conditions, maker: PrincipalId, kind: TransferKind, legs: &[Leg]) -> bool {
        if !of.kinds.is_empty() && !of.kinds.contains(&kind) {
            return false;
        }
        if let Some(asset) = of.asset {
            let of_asset = || legs.iter().filter(|leg| leg.asset == asset);
            let debits = of_asset().filter(|leg| leg.side == Side::Debit);
            let moved: u128 = debits.map(|leg| leg.amount.minor()).sum();
            let is_too_small = of.amount_min.is_some_and(|min| moved < min.minor());
            let is_too_large = of.amount_max.is_some_and(|max| moved > max.minor());
            if of_asset().next().is_none() || is_too_small || is_too_large {
                return false;
            }
        }
        let accounts = |side| legs.iter().filter(move |leg| leg.side == side);
        let is_of = |side, wanted: Option<AccountId>| {
            wanted.is_none_or(|wanted| accounts(side).any(|leg| leg.account == wanted))
        };
        let is_tagged = |side, wanted: &Option<Tag>| {
            let Some(wanted) = wanted else { return true };
            accounts(side).any(|leg| {
                let account = self.account(leg.account);
                account.is_some_and(|account| account.tags.contains(wanted))
            })
        };
        is_of(Side::Debit, of.source)
            && is_of(Side::Credit, of.target)
            && is_tagged(Side::Debit, &of.source_tag)
            && is_tagged(Side::Credit, &of.target_tag)
            && of
                .initiator
                .is_none_or(|wanted| self.is_same_person(wanted, maker))
    }

    /// A change takes effect at once if no policy asks for approval. Else the strictest one does,
    /// and of equally strict ones the first that would be asked.
    pub(super) fn change_policy(
        &self,
        stamp: Stamp,
        change: &PolicyChange,
    ) -> Result<Event, Rejection> {
        let set = self.policy_set(stamp.book, change)?;
        let mut strictest: Option<(PolicyId, &Policy)> = None;
        for (id, policy) in self.policies_of(stamp.book) {
            if policy.approvals > strictest.map_or(0, |(_, strictest)| strictest.approvals) {
                strictest = Some((id, policy));
            }
        }
        let Some((id, policy)) = strictest else {
            return Ok(Event::PolicySet(Box::new(set)));
        };
        // Those it names, or if too few of them are left, everybody.
        let mut named = policy.checkers.clone();
        let others = |named: &[PrincipalId]| {
            let found = self.checkers(stamp.book, named, Some(stamp.principal));
            found.len()
        };
        if others(&named) < usize::from(policy.approvals) {
            named.clear();
        }
        must_suffice(policy.approvals, others(&named))?;
        let request = ChangeRequest {
            change: change.clone(),
            terms: terms(stamp, id, policy, &named),
        };
        Ok(Event::ChangeRequested(Box::new(request)))
    }

    /// What comes of a change that everybody has agreed to.
    pub(super) fn change_outcome(&self, change: &Change) -> ChangeOutcome {
        let too_few = |policy: &Policy| {
            let checkers = self.checkers(change.book, &policy.checkers, None);
            let needed = policy.approvals;
            ChangeOutcome::Declined(Rejection::TooFewCheckers {
                needed,
                eligible: u8::try_from(checkers.len()).expect("few"),
            })
        };
        match (self.policy_set(change.book, &change.change), &change.change) {
            (Ok(set), _) => ChangeOutcome::Applied(set),
            (Err(Rejection::UnknownPolicy { policy }), _) => {
                ChangeOutcome::Declined(Rejection::PolicyRemoved { policy })
            }
            // Whom it names is gone.
            (
                Err(Rejection::UnknownPrincipal { .. } | Rejection::NotAChecker { .. }),
                PolicyChange::Add(policy) | PolicyChange::Replace(_, policy),
            ) => too_few(policy),
            (Err(why), _) => ChangeOutcome::Declined(why),
        }
    }

    fn policy_set(&self, book: BookId, change: &PolicyChange) -> Result<PolicySet, Rejection> {
        let (replaced, policy) = match change {
            PolicyChange::Add(policy) => (None, Some(policy)),
            PolicyChange::Replace(id, policy) => (Some(*id), Some(policy)),
            PolicyChange::Remove(id) => (Some(*id), None),
        };
        if let Some(policy) = policy {
            check_form(policy)?;
        }
        self.must_have_book(book)?;
        if let Some(policy) = policy {
            self.must_have_parties(book, policy)?;
        }
        if let Some(policy) = replaced {
            let mut in_force = self.policies_of(book).into_iter();
            if !in_force.any(|(id, _)| id == policy) {
                return Err(Rejection::UnknownPolicy { policy });
            }
        }
        if let Some(policy) = policy {
            for principal in &policy.checkers {
                if self.checkers(book, &[*principal], None).is_empty() {
                    let principal = *principal;
                    return Err(Rejection::NotAChecker { principal });
                }
            }
            must_suffice(policy.approvals, self.most_checkers(book, policy))?;
        }
        let id = replaced.unwrap_or(PolicyId(number(self.policies.len())));
        let policy = policy.cloned();
        Ok(PolicySet { id, policy })
    }

    /// How many could approve what a policy is for, if the right one asks for it.
    fn most_checkers(&self, book: BookId, policy: &Policy) -> usize {
        let without = |maker| self.checkers(book, &policy.checkers, maker).len();
        if let Some(initiator) = policy.conditions.initiator {
            return without(Some(initiator));
        }
        let mut most = None;
        for maker in self.active(book) {
            let able = self.person(maker).expect("active").new.capabilities;
            let can_ask = [Capability::TransfersWrite, Capability::FundsWrite];
            if can_ask.into_iter().any(|one| able.contains(one)) {
                most = most.max(Some(without(Some(maker))));
            }
        }
        most.unwrap_or_else(|| without(None))
    }

    fn must_have_parties(&self, book: BookId, policy: &Policy) -> Result<(), Rejection> {
        let of = &policy.conditions;
        for account in [of.source, of.target].into_iter().flatten() {
            self.must_have_account(book, account)?;
        }
        if let Some(asset) = of.asset {
            self.must_have_asset(asset)?;
        }
        for principal in of.initiator.iter().chain(&policy.checkers) {
            self.must_be_active(book, *principal)?;
        }
        Ok(())
    }

    pub(super) fn set_policy(&mut self, stamp: Stamp, set: &PolicySet) {
        let at = stamp.at;
        match (self.policies.get_mut(place(set.id.0)), &set.policy) {
            (Some(entry), Some(policy)) => {
                entry.policy = policy.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, Some(policy)) => self.policies.push(giro_ledger::policy::PolicyEntry {
                book: stamp.book,
                policy: policy.clone(),
                added_at: at,
                updated_at: at,
                removed_at: None,
            }),
            (None, None) => panic!("only policies that exist are removed"),
        }
    }
}

/// What a policy asks of something that is asked for now.
pub(super) fn terms(
    stamp: Stamp,
    id: PolicyId,
    policy: &Policy,
    checkers: &[PrincipalId],
) -> ApprovalTerms {
    ApprovalTerms {
        policy: Some(id),
        needed: policy.approvals,
        checkers: checkers.to_vec(),
        holds_funds: policy.funds == FundsCheck::AtSubmission,
        expires_at: stamp.at.after_seconds(policy.expires_after_seconds),
    }
}

pub(super) fn must_suffice(needed: u8, checkers: usize) -> Result<(), Rejection> {
    match checkers < usize::from(needed) {
        true => Err(Rejection::TooFewCheckers {
            needed,
            eligible: u8::try_from(checkers).expect("fewer than are needed"),
        }),
        false => Ok(()),
    }
}

fn check_form(policy: &Policy) -> Result<(), Rejection> {
    let of = &policy.conditions;
    let has_amount = of.amount_min.is_some() || of.amount_max.is_some();
    let is_inverted = of.amount_min.zip(of.amount_max);
    let checkers: BTreeSet<PrincipalId> = policy.checkers.iter().copied().collect();
    let rules = [
        ("asset", has_amount && of.asset.is_none()),
        (
            "amount_max",
            is_inverted.is_some_and(|(min, max)| max < min),
        ),
        ("approvals", policy.approvals > 20),
        (
            "checkers",
            checkers.len() != policy.checkers.len() || checkers.len() > 100,
        ),
        (
            "expires_after_seconds",
            !(1..=366 * 24 * 60 * 60).contains(&policy.expires_after_seconds),
        ),
    ];
    match rules.into_iter().find(|(_, is_broken)| *is_broken) {
        Some((field, _)) => Err(Rejection::PolicyMalformed { field }),
        None => Ok(()),
    }
}
