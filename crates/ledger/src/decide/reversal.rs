//! The rule for taking a completed transfer back.

use crate::action::{NewReversal, Original};
use crate::ledger::first_amount;
use crate::terms::Reverses;
use crate::{
    Amount, Event, Ledger, Legs, NewTransfer, Rejection, Side, Stamp, Terms, TransferKind,
};

impl Ledger {
    /// A reversal is a new transfer with the sides swapped, which every rule applies to.
    pub(super) fn decide_reversal(
        &self,
        stamp: Stamp,
        new: NewReversal,
    ) -> Result<Event, Rejection> {
        if new.amount.is_some_and(Amount::is_zero) {
            return Err(Rejection::AmountZero);
        }
        let Original {
            transfer,
            kind,
            posted,
            is_reversal,
            fee,
            is_traded,
        } = new.original;
        if is_reversal {
            return Err(Rejection::ReversalOfReversal { transfer });
        }
        if is_traded {
            return Err(Rejection::TradesNotReversible { transfer });
        }
        let first = posted.first().ok_or(Rejection::NotCompleted { transfer })?;
        let before = self.reversed(transfer).unwrap_or_default();
        let whole = first_amount(&posted);
        let remaining = whole.checked_sub(before.amount);
        let remaining = remaining.expect("no more is reversed than there is");
        let asked = new.amount.unwrap_or(remaining);
        if asked > remaining || remaining.is_zero() {
            return Err(Rejection::ReversalTooLarge {
                remaining,
                asked: new.amount.unwrap_or(whole),
                asset: first.asset,
            });
        }
        if new.returns_fee && (fee.is_none() || asked < whole) {
            return Err(Rejection::FeeNotReturnable { transfer });
        }
        let taken_back = match fee {
            // The fee is the last two legs.
            Some(_) if !new.returns_fee => posted.len().saturating_sub(2),
            Some(_) | None => posted.len(),
        };
        let posted: Legs = posted.iter().copied().take(taken_back).collect();
        if asked < whole && posted.len() != 2 {
            return Err(Rejection::NotDivisible);
        }
        let terms = Terms {
            reviewers: new.reviewers,
            reverses: Some(Reverses {
                transfer,
                reason: new.reason,
                previous: before.last,
            }),
            returns_fee: new.returns_fee,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: opposite(kind),
            legs: swapped(&posted, (asked < whole).then_some(asked)),
            reference: new.reference,
            metadata: new.metadata,
            terms: Some(Box::new(terms)),
        };
        self.decide_transfer(stamp, request)
    }
}

/// The way back.
fn opposite(kind: TransferKind) -> TransferKind {
    match kind {
        TransferKind::Transfer | TransferKind::Conversion | TransferKind::Trade => kind,
        TransferKind::Deposit => TransferKind::Withdrawal,
        TransferKind::Withdrawal => TransferKind::Deposit,
    }
}

fn swapped(posted: &Legs, part: Option<Amount>) -> Legs {
    let mut legs = posted.clone();
    for leg in &mut legs {
        leg.side = match leg.side {
            Side::Debit => Side::Credit,
            Side::Credit => Side::Debit,
        };
        leg.amount = part.unwrap_or(leg.amount);
    }
    legs
}
