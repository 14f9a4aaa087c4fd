//! What a transfer can ask for beyond moving its money now.

use crate::fee::{Bearing, FeeId};
use crate::policy::FundsCheck;
use crate::schedule::Run;
use crate::security::Booked;
use crate::{Amount, AssetId, PrincipalId, QuoteId, Timestamp, TransferId};
use serde::{Deserialize, Serialize};

/// Terms of a transfer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The amount is the most that is asked for: what is available moves, up to so much. When it
    /// is asked for, the legs have this amount; in the event they have what moves.
    pub at_most: Option<Amount>,
    /// The money is held, to be captured later.
    pub hold: Option<HoldTerms>,
    /// Of those who could approve it, only these may; empty is all of them.
    pub reviewers: Vec<PrincipalId>,
    /// It takes another transfer back.
    pub reverses: Option<Reverses>,
    /// The account that it empties is closed with it.
    pub closes_source: bool,
    /// It is made later.
    pub later: Option<Later>,
    /// Of invested accounts, the holding moves as it is, and nothing is traded.
    pub in_kind: bool,
    /// The quote that it carries out.
    pub quote: Option<QuoteId>,
    /// Its fee: the last debit and the last credit of its legs.
    pub fee: Option<FeeCharged>,
    /// The run of a schedule that it is.
    pub run: Option<Run>,
    /// What was posted with it at once because accounts keep their money invested.
    pub booked: Option<Booked>,
    /// Of a reversal: whether the fee is given back, too.
    pub returns_fee: bool,
    /// Somebody else has to agree to it, unless a policy that is for it says that nobody has to.
    pub dual_control: bool,
}

impl Terms {
    /// Whether nothing is in it that only the ledger itself puts there.
    pub fn can_be_asked_for(&self) -> bool {
        self.reverses.is_none()
            && !self.closes_source
            && self.quote.is_none()
            && self.fee.is_none()
            && self.run.is_none()
            && self.booked.is_none()
            && !self.returns_fee
    }
}

/// When a transfer is made that is not made at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Later {
    /// When.
    pub due_at: Timestamp,
    /// When its money must be there.
    pub funds: FundsCheck,
}

impl Later {
    /// The farthest time from now: ten years.
    pub const MAX_SECONDS: u32 = 3_653 * 86_400;
}

/// What a transfer costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeeCharged {
    /// By which rule.
    pub rule: FeeId,
    /// In which asset.
    pub asset: AssetId,
    /// How much.
    pub amount: Amount,
    /// Who bears it.
    pub bearing: Bearing,
}

/// How a hold is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HoldTerms {
    /// How long it lives, from when the money is held to be captured; else as long as the book's
    /// settings say.
    pub seconds: Option<u32>,
}

/// What a reversal takes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverses {
    /// The transfer.
    pub transfer: TransferId,
    /// Why.
    pub reason: ReversalReason,
    /// The number of the first record of the reversal of the same transfer before this one; zero
    /// if this is the first.
    pub previous: u64,
}

/// Why a transfer is reversed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReversalReason {
    /// It was made twice.
    Duplicate,
    /// It was made by somebody who must not.
    Fraud,
    /// It was of the wrong amount.
    WrongAmount,
    /// It went to the wrong account.
    WrongAccount,
    /// Whoever it was for asked for it.
    CustomerRequest,
    /// Something else.
    Other,
}

impl ReversalReason {
    /// Every reason.
    pub const ALL: [ReversalReason; 6] = [
        ReversalReason::Duplicate,
        ReversalReason::Fraud,
        ReversalReason::WrongAmount,
        ReversalReason::WrongAccount,
        ReversalReason::CustomerRequest,
        ReversalReason::Other,
    ];

    /// Its name, as given and shown.
    pub const fn name(self) -> &'static str {
        match self {
            ReversalReason::Duplicate => "duplicate",
            ReversalReason::Fraud => "fraud",
            ReversalReason::WrongAmount => "wrong_amount",
            ReversalReason::WrongAccount => "wrong_account",
            ReversalReason::CustomerRequest => "customer_request",
            ReversalReason::Other => "other",
        }
    }
}
