//! Quotes: what a transfer would cost and bring, locked for a while.

use crate::terms::FeeCharged;
use crate::text::Name;
use crate::{
    AccountId, Amount, AssetId, BookId, Leg, Legs, PrincipalId, Rate, Rounding, Side, Timestamp,
    TransferId, TransferKind,
};
use serde::{Deserialize, Serialize};

/// A quote: the number of its record in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct QuoteId(pub u64);

/// A quote as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewQuote {
    /// The account that gives.
    pub source: AccountId,
    /// The account that gets.
    pub target: AccountId,
    /// What is given.
    pub source_asset: AssetId,
    /// What arrives.
    pub target_asset: AssetId,
    /// How much of which.
    pub amount: QuoteAmount,
    /// How long it is to live; else as long as the book's settings say.
    pub seconds: Option<u32>,
}

/// Which amount a quote is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuoteAmount {
    /// So much is given; what arrives follows.
    Source(Amount),
    /// So much arrives; what is given follows.
    Target(Amount),
    /// So much is given with its fee, whoever bears that by its rule; what arrives follows.
    SourceWithFee(Amount),
}

impl QuoteAmount {
    /// How much it is, of whichever asset.
    pub fn amount(self) -> Amount {
        match self {
            QuoteAmount::Source(amount)
            | QuoteAmount::Target(amount)
            | QuoteAmount::SourceWithFee(amount) => amount,
        }
    }
}

/// A quote: rate and fee are locked until it expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// What was asked for.
    pub request: NewQuote,
    /// What is converted: what the source gives, its fee apart.
    pub converted: Amount,
    /// What the target gets.
    pub arrives: Amount,
    /// The fee, if there is one.
    pub fee: Option<FeeCharged>,
    /// The rate; none if nothing is converted into another asset.
    pub rate: Option<RateUsed>,
    /// From when on it can be carried out no more.
    pub expires_at: Timestamp,
}

/// The rate that a quote locks, with where it is from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateUsed {
    /// What is used: the market's rate less the spread.
    pub rate: Rate,
    /// The market's rate.
    pub market: Rate,
    /// The spread, in basis points.
    pub spread: u16,
    /// Who says so.
    pub provider: Name,
    /// Of when it is: of the older one, if it follows from two.
    pub as_of: Timestamp,
    /// How what is reckoned was rounded.
    pub rounding: Rounding,
}

impl Quote {
    /// What the source gives, its fee included.
    pub fn given(&self) -> Amount {
        let fee = self.fee.map_or(Amount::ZERO, |fee| fee.amount);
        let sum = self.converted.checked_add(fee);
        sum.expect("whoever quoted it has added it up")
    }

    /// What kind of transfer carries it out.
    pub fn kind(&self) -> TransferKind {
        match self.rate {
            Some(_) => TransferKind::Conversion,
            None => TransferKind::Transfer,
        }
    }

    /// The legs of the transfer that carries it out. What is converted passes through `fx`, which
    /// keeps what rounding leaves.
    pub fn legs(&self, fx: AccountId, fees: AccountId) -> Legs {
        let request = &self.request;
        let from = (request.source_asset, self.converted);
        let into = (request.target_asset, self.arrives);
        let mut legs = Legs::new();
        match self.rate {
            None => push_pair(&mut legs, request.source, request.target, from),
            Some(_) => {
                push_pair(&mut legs, request.source, fx, from);
                push_pair(&mut legs, fx, request.target, into);
            }
        }
        if let Some(fee) = &self.fee {
            push_pair(&mut legs, request.source, fees, (fee.asset, fee.amount));
        }
        legs
    }
}

/// Adds a debit and the credit that goes with it.
pub(crate) fn push_pair(
    legs: &mut Legs,
    source: AccountId,
    target: AccountId,
    (asset, amount): (AssetId, Amount),
) {
    for (account, side) in [(source, Side::Debit), (target, Side::Credit)] {
        legs.push(Leg {
            account,
            asset,
            side,
            amount,
        });
    }
}

/// A quote as the ledger keeps it, until some time after it has expired.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenQuote {
    /// The book.
    pub book: BookId,
    /// Who asked for it.
    pub maker: PrincipalId,
    /// What it says.
    pub quote: Quote,
    /// The transfer that has carried it out.
    pub used_by: Option<TransferId>,
}
