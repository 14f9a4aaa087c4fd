//! Fees: which rule is for a transfer, and what it adds to the legs.

use super::decimal::charged;
use super::{Books, number, place};
use crate::plant::Plant;
use giro_ledger::fee::{Bearing, Charge, FeeChange, FeeSet};
use giro_ledger::terms::FeeCharged;
use giro_ledger::{
    AccountId, Amount, AssetId, BookId, Event, FeeId, FeeRule, Leg, NewTransfer, Rejection, Side,
    SystemRole, Tag, TransferKind,
};
use std::collections::BTreeSet;

/// A transfer from one account to another, as fees see it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Priced {
    pub(super) book: BookId,
    pub(super) kind: TransferKind,
    pub(super) source: (AccountId, AssetId),
    pub(super) target: (AccountId, AssetId),
    pub(super) amount: Amount,
}

impl Books {
    pub(super) fn change_fee(&self, book: BookId, change: &FeeChange) -> Result<Event, Rejection> {
        let next = FeeId(number(self.fees.len()));
        let (id, rule) = match change {
            FeeChange::Add(rule) => (next, Some(rule)),
            FeeChange::Replace(id, rule) => (*id, Some(rule)),
            FeeChange::Remove(id) => (*id, None),
        };
        if let Some(field) = rule.and_then(malformed) {
            return Err(Rejection::FeeMalformed { field });
        }
        self.must_have_book(book)?;
        if let Some(rule) = rule {
            self.must_have_asset(rule.asset)?;
            rule.target_asset
                .map_or(Ok(()), |asset| self.must_have_asset(asset))?;
        }
        if !matches!(change, FeeChange::Add(_)) && !self.fees_of(book).any(|(one, _)| one == id) {
            return Err(Rejection::UnknownFee { fee: id });
        }
        let rule = rule.cloned();
        Ok(Event::FeeSet(Box::new(FeeSet { id, rule })))
    }

    /// A book's rules in force, in no order.
    fn fees_of(&self, book: BookId) -> impl Iterator<Item = (FeeId, &FeeRule)> {
        let all = (0..).map(FeeId).zip(&self.fees);
        let in_force = all.filter(move |(_, one)| one.book == book && one.removed_at.is_none());
        in_force.map(|(id, entry)| (id, &entry.rule))
    }

    /// The ids of a book's rules in force, in the order in which they are asked.
    pub(crate) fn fees_in_order(&self, book: BookId) -> Vec<FeeId> {
        let mut found: Vec<(u32, FeeId)> = self
            .fees_of(book)
            .map(|(id, rule)| (rule.rank, id))
            .collect();
        found.sort();
        found.into_iter().map(|(_, id)| id).collect()
    }

    fn rule_for(&self, of: &Priced) -> Option<(FeeId, &FeeRule)> {
        // What the book has earned is not charged again.
        if of.source.0 == self.system(of.book, SystemRole::Fees) {
            return None;
        }
        let ids = self.fees_in_order(of.book).into_iter();
        let mut rules = ids.filter_map(|id| Some((id, &self.fees.get(place(id.0))?.rule)));
        let has = |account: AccountId, tag: &Option<Tag>| {
            let Some(tag) = tag else { return true };
            self.account(account)
                .is_some_and(|one| one.tags.contains(tag))
        };
        rules.find(|(_, rule)| {
            let is_of_kind = rule.kinds.is_empty() || rule.kinds.contains(&of.kind);
            let is_too_small = rule.amount_min.is_some_and(|min| of.amount < min);
            let is_too_large = rule.amount_max.is_some_and(|max| of.amount > max);
            is_of_kind
                && !is_too_small
                && !is_too_large
                && rule.asset == of.source.1
                && rule.target_asset.is_none_or(|asset| asset == of.target.1)
                && has(of.source.0, &rule.source_tag)
                && has(of.target.0, &rule.target_tag)
        })
    }

    /// What is left of the amount, and the fee. `on_top` is for what has to arrive whole.
    pub(super) fn fee_of(
        &self,
        of: &Priced,
        on_top: Option<Bearing>,
    ) -> Result<(Amount, Option<FeeCharged>), Rejection> {
        let amount = of.amount;
        let Some((id, rule)) = self.rule_for(of) else {
            return Ok((amount, None));
        };
        let bearing = on_top.unwrap_or(rule.bearing);
        let too_large = |fee| Rejection::FeeTooLarge {
            rule: id,
            asset: rule.asset,
            fee,
            amount,
        };
        let fee = charged(&rule.charge, amount).ok_or(too_large(Amount::MAX))?;
        if fee == Amount::ZERO {
            return Ok((amount, None));
        }
        let left = match bearing {
            Bearing::OnTop if amount.minor() + fee.minor() > Amount::MAX.minor() => None,
            Bearing::OnTop => Some(amount),
            Bearing::Included if fee >= amount => None,
            Bearing::Included => amount.checked_sub(fee),
        };
        let charged = FeeCharged {
            rule: id,
            asset: rule.asset,
            amount: fee,
            bearing,
        };
        Ok((left.ok_or(too_large(fee))?, Some(charged)))
    }

    /// Adds the fee to a transfer that has one.
    pub(super) fn add_fee(&self, book: BookId, request: &mut NewTransfer) -> Result<(), Rejection> {
        let Some(of) = priced(book, request) else {
            return Ok(());
        };
        let (left, fee) = self.fee_of(&of, None)?;
        let Some(fee) = fee else { return Ok(()) };
        for leg in &mut request.legs {
            leg.amount = left;
        }
        let fees = self.fees_account(book);
        request
            .legs
            .extend(pair(of.source.0, fees, (fee.asset, fee.amount)));
        request.terms.get_or_insert_default().fee = Some(fee);
        Ok(())
    }

    pub(super) fn fees_account(&self, book: BookId) -> AccountId {
        match self.plant {
            Some(Plant::FeeToFx) => self.system(book, SystemRole::Fx),
            _ => self.system(book, SystemRole::Fees),
        }
    }

    /// What can move of what there is, if whoever gives it pays the fee as well.
    pub(super) fn movable(&self, book: BookId, request: &NewTransfer, there: Amount) -> Amount {
        let asked = request.legs.first().map_or(Amount::ZERO, |leg| leg.amount);
        let amount = there.min(asked);
        let of = priced(book, request).map(|of| Priced { amount, ..of });
        let rule = of.as_ref().and_then(|of| self.rule_for(of));
        match rule {
            Some((_, rule)) if rule.bearing == Bearing::OnTop => {
                most_within(&rule.charge, there).min(amount)
            }
            _ => amount,
        }
    }
}

/// The largest amount that is within a sum together with its charge: digit by digit.
fn most_within(charge: &Charge, sum: Amount) -> Amount {
    let mut found = 0_u128;
    for power in (0..=36).rev() {
        let step = 10_u128.pow(power);
        let fits = |minor: u128| {
            let amount = Amount::new(minor)?;
            let total = minor + charged(charge, amount)?.minor();
            (total <= sum.minor()).then_some(())
        };
        while fits(found + step).is_some() {
            found += step;
        }
    }
    Amount::new(found).expect("it fits")
}

/// A debit, and the credit that goes with it.
pub(super) fn pair(
    source: AccountId,
    target: AccountId,
    (asset, amount): (AssetId, Amount),
) -> [Leg; 2] {
    let leg = |account, side| Leg {
        account,
        asset,
        side,
        amount,
    };
    [leg(source, Side::Debit), leg(target, Side::Credit)]
}

/// What is priced at all: one source, one target, and nothing that nobody pays for.
fn priced(book: BookId, request: &NewTransfer) -> Option<Priced> {
    let terms = request.terms.clone().unwrap_or_default();
    if terms.in_kind || terms.quote.is_some() || terms.reverses.is_some() || terms.closes_source {
        return None;
    }
    let [a, b] = request.legs.as_slice() else {
        return None;
    };
    let (debit, credit) = match (a.side, b.side) {
        (Side::Debit, Side::Credit) => (a, b),
        (Side::Credit, Side::Debit) => (b, a),
        _ => return None,
    };
    Some(Priced {
        book,
        kind: request.kind,
        source: (debit.account, debit.asset),
        target: (credit.account, credit.asset),
        amount: debit.amount,
    })
}

fn malformed(rule: &FeeRule) -> Option<&'static str> {
    let charge = &rule.charge;
    let one = giro_ledger::Rate::ONE;
    let starts: Vec<u128> = charge.tiers.iter().map(|tier| tier.from.minor()).collect();
    let mut ascending = starts.clone();
    ascending.sort_unstable();
    ascending.dedup();
    let is_badly_tiered = ascending != starts
        || starts.first().is_some_and(|first| *first != 0)
        || starts.len() > 20
        || charge.tiers.iter().any(|tier| tier.share > one);
    let least = charge.amount_min.map_or(0, Amount::minor);
    let has_share = charge.tiers.iter().any(|tier| !tier.share.is_zero());
    let is_nothing = charge.flat == Amount::ZERO && least == 0 && !has_share
        || charge.amount_max == Some(Amount::ZERO);
    let says_nothing = charge.flat == Amount::ZERO
        && charge.tiers.is_empty()
        && charge.amount_min.is_none()
        && charge.amount_max.is_none();
    let kinds: BTreeSet<String> = rule.kinds.iter().map(|kind| format!("{kind:?}")).collect();
    let is_inverted = |min: Option<Amount>, max: Option<Amount>| min > max && max.is_some();
    if is_badly_tiered {
        Some("tiers")
    } else if is_inverted(charge.amount_min, charge.amount_max) {
        Some("amount_max")
    } else if is_nothing && !says_nothing {
        Some("charge")
    } else if is_inverted(rule.amount_min, rule.amount_max) {
        Some("amount_max")
    } else if kinds.len() < rule.kinds.len() {
        Some("kinds")
    } else {
        None
    }
}
