//! Securities: instruments, accounts that keep their money in them, and trades.

use crate::calendar::{CalendarCode, Date};
use crate::text::Name;
use crate::{AccountId, Amount, AssetId, BookId, Legs, Rate, Timestamp};
use serde::{Deserialize, Serialize};

/// For how long money is invested: the term of the instrument that is bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Strategy {
    /// Four weeks.
    Weeks4,
    /// Thirteen weeks.
    Weeks13,
    /// Twenty-six weeks.
    Weeks26,
    /// Fifty-two weeks.
    Weeks52,
}

impl Strategy {
    /// Every strategy.
    pub const ALL: [Strategy; 4] = [
        Strategy::Weeks4,
        Strategy::Weeks13,
        Strategy::Weeks26,
        Strategy::Weeks52,
    ];

    /// So many weeks.
    pub const fn weeks(self) -> u8 {
        match self {
            Strategy::Weeks4 => 4,
            Strategy::Weeks13 => 13,
            Strategy::Weeks26 => 26,
            Strategy::Weeks52 => 52,
        }
    }

    /// The strategy of so many weeks.
    pub fn from_weeks(weeks: u8) -> Option<Strategy> {
        let mut all = Strategy::ALL.into_iter();
        all.find(|strategy| strategy.weeks() == weeks)
    }
}

/// An instrument as it is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewInstrument {
    /// Its code, such as its CUSIP: the code of the asset that its units are counted in.
    pub code: Box<str>,
    /// Its name.
    pub name: Name,
    /// How many decimals its units have.
    pub decimals: u8,
    /// Of which term it is.
    pub strategy: Strategy,
    /// The day on which its units turn into money.
    pub matures_on: Date,
    /// How much money a unit is then.
    pub par: Rate,
    /// What money.
    pub cash: AssetId,
    /// On which days its trades settle.
    pub calendar: CalendarCode,
}

/// An instrument that was added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstrumentAdded {
    /// Its asset: the next one, unless another book has the same instrument.
    pub asset: AssetId,
    /// What was asked for.
    pub new: NewInstrument,
    /// When its units turn into money.
    pub matures_at: Timestamp,
}

/// An instrument of a book, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instrument {
    /// What it is.
    pub terms: NewInstrument,
    /// When its units turn into money.
    pub matures_at: Timestamp,
    /// When the last of its units did.
    pub matured_at: Option<Timestamp>,
    /// When it was added.
    pub added_at: Timestamp,
    /// Of the accounts before this one, none has units that are to turn into money.
    pub(crate) pending_from: AccountId,
}

/// How an account keeps its money.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Investment {
    /// Which of its assets is kept invested.
    pub cash: AssetId,
    /// For how long what arrives is invested.
    pub strategy: Strategy,
    /// For how long what matures is invested again, if it is.
    pub reinvest: Option<Strategy>,
}

/// How an account is to keep its money from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvestmentSet {
    /// Which account.
    pub account: AccountId,
    /// How; not invested if nothing is said.
    pub investment: Option<Investment>,
}

/// What a trade does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Activity {
    /// Money is turned into units.
    Buy,
    /// Units are turned into money.
    Sell,
    /// Units turn into money because their time has come.
    Maturity,
}

impl Activity {
    /// Every activity.
    pub const ALL: [Activity; 3] = [Activity::Buy, Activity::Sell, Activity::Maturity];

    /// Its name, as given and shown.
    pub const fn name(self) -> &'static str {
        match self {
            Activity::Buy => "buy",
            Activity::Sell => "sell",
            Activity::Maturity => "maturity",
        }
    }
}

/// A trade as it is asked for by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewTrade {
    /// Whose money or units.
    pub account: AccountId,
    /// Of which instrument.
    pub instrument: AssetId,
    /// Whether it buys; else it sells.
    pub is_buy: bool,
    /// How much.
    pub amount: TradeAmount,
}

/// How much is traded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TradeAmount {
    /// For so much money.
    Money(Amount),
    /// So many units.
    Units(Amount),
    /// All there is.
    All,
}

/// A trade between an account and the house.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trade {
    /// The account.
    pub account: AccountId,
    /// What it does.
    pub activity: Activity,
    /// The instrument.
    pub instrument: AssetId,
    /// How many units.
    pub units: Amount,
    /// What money.
    pub cash: AssetId,
    /// How much of it: the units times the price. A purchase rounds it up, a sale down; a sale of
    /// all the units there are, and a maturity, to the nearest minor unit.
    pub money: Amount,
    /// What a unit costs.
    pub price: Rate,
    /// Of when that price is.
    pub price_at: Timestamp,
}

/// What is posted with a transfer of accounts whose money is invested.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Booked {
    /// What is posted before the legs of the transfer: what is sold. In their place, if the holding
    /// moves as it is.
    pub before: Legs,
    /// What is posted after them: what is bought.
    pub after: Legs,
    /// Whether the holding moves as it is, and the legs of the transfer are not posted.
    pub is_in_kind: bool,
    /// The trades; none if it moves in kind.
    pub trades: Vec<Trade>,
    /// When the trades settle; at once if nothing is said.
    pub settles_at: Option<Timestamp>,
}

/// The key of an instrument: an asset can be one in several books.
pub type InstrumentKey = (BookId, AssetId);
