//! Reversals: what was taken back is found by going through all of them.

use super::life::first_amount;
use super::{Books, Life};
use crate::plant::Plant;
use giro_ledger::action::{NewReversal, Original};
use giro_ledger::terms::Reverses;
use giro_ledger::{
    Amount, Event, Leg, NewTransfer, Rejection, Side, Stamp, Terms, TransferId, TransferKind,
    TransferState,
};

impl Books {
    /// How much of a transfer, by its first leg, its reversals have taken back, or may yet.
    pub(crate) fn reversed(&self, original: TransferId) -> u128 {
        let of_it = self
            .transfers
            .iter()
            .filter(|life| life.is_reversal_of(original));
        let counts = |life: &&Life| match life.state {
            TransferState::Completed => true,
            TransferState::AwaitingApproval | TransferState::Held | TransferState::Scheduled => {
                self.plant != Some(Plant::ReversalIgnoresPending)
            }
            TransferState::Declined
            | TransferState::Rejected
            | TransferState::Cancelled
            | TransferState::Expired => false,
        };
        of_it
            .filter(counts)
            .map(|life| first_amount(&life.request.legs))
            .sum()
    }

    /// The newest reversal of a transfer that was not declined at once; 0 if there is none.
    pub(crate) fn newest_reversal(&self, original: TransferId) -> u64 {
        let of_it = self
            .transfers
            .iter()
            .filter(|life| life.is_reversal_of(original));
        let begun = of_it.filter(|life| !life.is_stillborn());
        begun.map(|life| life.id.0).max().unwrap_or(0)
    }

    pub(super) fn reverse(&self, stamp: Stamp, new: &NewReversal) -> Result<Event, Rejection> {
        if new.amount == Some(Amount::ZERO) {
            return Err(Rejection::AmountZero);
        }
        let Original {
            transfer,
            kind,
            posted,
            is_reversal,
            fee,
            is_traded,
        } = &new.original;
        let transfer = *transfer;
        // What makes no sense, then what does not exist; a reversal is named before its state.
        if *is_reversal {
            return Err(Rejection::ReversalOfReversal { transfer });
        }
        if *is_traded {
            return Err(Rejection::TradesNotReversible { transfer });
        }
        let Some(first) = posted.first() else {
            return Err(Rejection::NotCompleted { transfer });
        };
        let whole = first.amount.minor();
        let remaining = whole.saturating_sub(self.reversed(transfer));
        let asked = new.amount.map_or(remaining, Amount::minor);
        let amount = |minor| Amount::new(minor).expect("no more than the transfer");
        if asked == 0 || asked > remaining {
            return Err(Rejection::ReversalTooLarge {
                remaining: amount(remaining),
                asked: new.amount.unwrap_or(first.amount),
                asset: first.asset,
            });
        }
        if new.returns_fee && (fee.is_none() || asked != whole) {
            return Err(Rejection::FeeNotReturnable { transfer });
        }
        // The fee is in the last two legs, and stays where it is unless it is given back.
        let stays = if fee.is_some() && !new.returns_fee {
            2
        } else {
            0
        };
        let posted = &posted[..posted.len() - stays];
        if asked != whole && posted.len() > 2 {
            return Err(Rejection::NotDivisible);
        }
        let part = (asked != whole).then(|| amount(asked));
        let terms = Terms {
            reviewers: new.reviewers.clone(),
            reverses: Some(Reverses {
                transfer,
                reason: new.reason,
                previous: self.newest_reversal(transfer),
            }),
            returns_fee: new.returns_fee,
            ..Terms::default()
        };
        let request = NewTransfer {
            kind: way_back(*kind),
            legs: posted.iter().map(|leg| swapped(leg, part)).collect(),
            reference: new.reference.clone(),
            metadata: new.metadata.clone(),
            terms: Some(Box::new(terms)),
        };
        self.transfer(stamp, &request).map(Event::Transfer)
    }
}

fn way_back(kind: TransferKind) -> TransferKind {
    match kind {
        TransferKind::Transfer => TransferKind::Transfer,
        TransferKind::Conversion => TransferKind::Conversion,
        TransferKind::Trade => TransferKind::Trade,
        TransferKind::Deposit => TransferKind::Withdrawal,
        TransferKind::Withdrawal => TransferKind::Deposit,
    }
}

/// A leg the other way, of a part of its amount or of all of it.
fn swapped(leg: &Leg, part: Option<Amount>) -> Leg {
    let side = match leg.side {
        Side::Debit => Side::Credit,
        Side::Credit => Side::Debit,
    };
    let amount = part.unwrap_or(leg.amount);
    Leg {
        side,
        amount,
        ..*leg
    }
}
