//! The rules for fees: which rule is for a transfer, and what it comes to.

use super::full;
use crate::fee::{Bearing, FeeChange, FeeEntry, FeeSet};
use crate::quote::push_pair;
use crate::terms::FeeCharged;
use crate::{
    AccountId, Amount, AssetId, BookId, Event, FeeId, FeeRule, Ledger, NewTransfer, Rejection,
    Side, SystemRole, TransferKind,
};

/// What a fee is to be found for.
#[derive(Clone, Copy)]
pub(super) struct Chargeable {
    pub(super) book: BookId,
    pub(super) kind: TransferKind,
    pub(super) source: AccountId,
    pub(super) target: AccountId,
    pub(super) asset: AssetId,
    pub(super) target_asset: AssetId,
    pub(super) amount: Amount,
}

impl Ledger {
    pub(super) fn decide_change_fee(
        &self,
        book: BookId,
        change: FeeChange,
    ) -> Result<Event, Rejection> {
        let is_new = matches!(change, FeeChange::Add(_));
        let (id, rule) = match change {
            FeeChange::Add(rule) => (self.next_fee(), Some(rule)),
            FeeChange::Replace(id, rule) => (id, Some(rule)),
            FeeChange::Remove(id) => (id, None),
        };
        if let Some(field) = rule.as_ref().and_then(FeeRule::malformed) {
            return Err(Rejection::FeeMalformed { field });
        }
        self.known_book(book)?;
        if let Some(rule) = &rule {
            let mut named = [Some(rule.asset), rule.target_asset].into_iter().flatten();
            if let Some(asset) = named.find(|asset| self.asset(*asset).is_none()) {
                return Err(Rejection::UnknownAsset { asset });
            }
        }
        match is_new {
            true => full("fee rules", self.fees_in_force(book).count(), 1_000)?,
            false => self.fee_in(book, id).map(|_| ())?,
        }
        Ok(Event::FeeSet(Box::new(FeeSet { id, rule })))
    }

    /// A fee rule in force. What is in another book does not exist.
    fn fee_in(&self, book: BookId, fee: FeeId) -> Result<&FeeEntry, Rejection> {
        let found = self.fee(fee).filter(|entry| entry.book == book);
        let in_force = found.filter(|entry| entry.removed_at.is_none());
        in_force.ok_or(Rejection::UnknownFee { fee })
    }

    /// The rule that decides what a transfer costs.
    pub(super) fn fee_rule(&self, of: &Chargeable) -> Option<(FeeId, &FeeRule)> {
        // What the book has earned is not charged again.
        let book = self.book(of.book)?;
        if of.source == book.system_account(SystemRole::Fees) {
            return None;
        }
        let has_tag = |side: Side, tag: &crate::Tag| match side {
            Side::Debit => self.has_tag(of.source, tag),
            Side::Credit => self.has_tag(of.target, tag),
        };
        let in_force = self.fees_in_force(of.book);
        in_force
            .map(|(id, entry)| (id, &entry.rule))
            .find(|(_, rule)| rule.is_for(of.kind, of.asset, of.target_asset, of.amount, has_tag))
    }

    /// What a transfer costs, and what is left of its amount to arrive or to be converted. Who bears
    /// it says the rule, unless `bearing` does.
    pub(super) fn fee_for(
        &self,
        of: &Chargeable,
        bearing: Option<Bearing>,
    ) -> Result<(Amount, Option<FeeCharged>), Rejection> {
        let Some((id, rule)) = self.fee_rule(of) else {
            return Ok((of.amount, None));
        };
        charge(id, rule, of.amount, bearing.unwrap_or(rule.bearing))
    }

    /// Puts its fee into a transfer from one account to another.
    pub(super) fn add_fee(&self, book: BookId, request: &mut NewTransfer) -> Result<(), Rejection> {
        let Some(of) = chargeable(book, request) else {
            return Ok(());
        };
        let (rest, fee) = self.fee_for(&of, None)?;
        let Some(fee) = fee else { return Ok(()) };
        let fees = self.known_book(book)?.system_account(SystemRole::Fees);
        for leg in &mut request.legs {
            leg.amount = rest;
        }
        push_pair(&mut request.legs, of.source, fees, (fee.asset, fee.amount));
        request.terms.get_or_insert_default().fee = Some(fee);
        Ok(())
    }

    /// What of `available` can move if the fee has to be paid from it as well, and no more than
    /// the amount of a transfer.
    pub(super) fn amount_with_fee(
        &self,
        book: BookId,
        request: &NewTransfer,
        available: Amount,
    ) -> Amount {
        let amount = available.min(crate::ledger::first_amount(&request.legs));
        let chargeable = chargeable(book, request);
        let Some(of) = chargeable.map(|of| Chargeable { amount, ..of }) else {
            return amount;
        };
        match self.fee_rule(&of) {
            Some((_, rule)) if rule.bearing == Bearing::OnTop => {
                let within = rule.charge.amount_within(available);
                within.unwrap_or_default().min(amount)
            }
            Some(_) | None => amount,
        }
    }
}

/// What a rule charges for an amount, and what is left of it.
fn charge(
    rule_id: FeeId,
    rule: &FeeRule,
    amount: Amount,
    bearing: Bearing,
) -> Result<(Amount, Option<FeeCharged>), Rejection> {
    let too_large = |fee| Rejection::FeeTooLarge {
        rule: rule_id,
        asset: rule.asset,
        fee,
        amount,
    };
    let fee = rule.charge.of(amount);
    let fee = fee.ok_or_else(|| too_large(Amount::MAX))?;
    if fee.is_zero() {
        return Ok((amount, None));
    }
    let rest = match bearing {
        Bearing::OnTop => amount.checked_add(fee).map(|_| amount),
        Bearing::Included => amount.checked_sub(fee).filter(|rest| !rest.is_zero()),
    };
    let charged = FeeCharged {
        rule: rule_id,
        asset: rule.asset,
        amount: fee,
        bearing,
    };
    Ok((rest.ok_or_else(|| too_large(fee))?, Some(charged)))
}

/// What a fee is found for: a transfer from one account to another that nobody has priced yet.
fn chargeable(book: BookId, request: &NewTransfer) -> Option<Chargeable> {
    let terms = request.terms.as_deref();
    let is_priced = terms.is_some_and(|terms| {
        terms.in_kind || terms.quote.is_some() || terms.reverses.is_some() || terms.closes_source
    });
    let (debit, credit) = request.pair().filter(|_| !is_priced)?;
    Some(Chargeable {
        book,
        kind: request.kind,
        source: debit.account,
        target: credit.account,
        asset: debit.asset,
        target_asset: credit.asset,
        amount: debit.amount,
    })
}
