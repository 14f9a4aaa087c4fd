//! How a decline is kept: by a numbering of its own that only grows, so that the order of
//! precedence can change without changing what the journal says.

use super::{
    AccountId, Amount, AssetId, Excess, FeeId, LimitId, PolicyId, PrincipalId, Rejection, Side,
    SignedAmount, Strategy, Timestamp,
};
use serde::{Deserialize, Deserializer, Serialize, Serializer, ser::Error};

macro_rules! recorded {
    ($($variant:ident { $($field:ident: $type:ty),* })*) => {
        /// Append only.
        #[derive(Serialize, Deserialize)]
        enum Recorded {
            $($variant { $($field: $type),* },)*
        }

        fn recorded(why: &Rejection) -> Option<Recorded> {
            Some(match why.clone() {
                $(Rejection::$variant { $($field),* } => Recorded::$variant { $($field),* },)*
                // A test compares this list with is_recorded.
                _ => return None,
            })
        }

        impl From<Recorded> for Rejection {
            fn from(recorded: Recorded) -> Rejection {
                match recorded {
                    $(Recorded::$variant { $($field),* } => Rejection::$variant { $($field),* },)*
                }
            }
        }
    };
}

recorded! {
    AccountClosed { account: AccountId }
    AccountFrozen { account: AccountId, side: Side }
    InsufficientFunds {
        account: AccountId, asset: AssetId, needed: Amount, available: SignedAmount
    }
    BalanceTooLarge { account: AccountId, asset: AssetId }
    BatchAborted { item: u32 }
    BookStopped {}
    AccountNotGranted { account: AccountId }
    AmountNotGranted { asset: AssetId, amount_max: Amount, asked: Amount }
    LimitExceeded { limit: LimitId, excess: Box<Excess> }
    AccountNotEmpty { account: AccountId, asset: AssetId, posted: SignedAmount }
    TooFewCheckers { needed: u8, eligible: u8 }
    PolicyRemoved { policy: PolicyId }
    MakerRevoked { principal: PrincipalId }
    RateMissing { from: AssetId, to: AssetId }
    RateStale { from: AssetId, to: AssetId, as_of: Timestamp, max_age_seconds: u32 }
    ComesToNothing { asset: AssetId }
    FeeTooLarge { rule: FeeId, asset: AssetId, fee: Amount, amount: Amount }
    InstrumentMatured { instrument: AssetId }
    NoInstrument { strategy: Strategy }
    TooManyInstruments { account: AccountId }
}

pub(crate) fn serialize<S: Serializer>(why: &Rejection, to: S) -> Result<S::Ok, S::Error> {
    match recorded(why) {
        Some(recorded) => recorded.serialize(to),
        None => Err(S::Error::custom(format!(
            "{} is never recorded",
            why.code()
        ))),
    }
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Rejection, D::Error> {
    Recorded::deserialize(from).map(Rejection::from)
}
