//! What an account that keeps its money invested has, and what it has earned.

use crate::{
    AccountId, Amount, AssetId, Date, Ledger, Line, Pair, Rate, Rounding, SignedAmount, Timestamp,
};

/// The units of one instrument.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    /// The instrument.
    pub instrument: AssetId,
    /// How many units.
    pub units: Amount,
    /// What a unit costs, by the newest price there is.
    pub price: Option<Rate>,
    /// Of when that price is.
    pub price_at: Option<Timestamp>,
    /// What the units come to, to the nearest minor unit of money.
    pub market_value: Amount,
    /// The day on which they turn into money.
    pub matures_on: Date,
    /// The yield until then, a year, in millionths.
    pub yield_millionths: Option<i64>,
}

/// What an account has in one kind of money, invested or not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Portfolio {
    /// The money.
    pub cash: AssetId,
    /// How much of it is not invested.
    pub posted: SignedAmount,
    /// What of it all is held.
    pub held: Amount,
    /// The units, what matures first coming first.
    pub positions: Vec<Position>,
    /// What everything comes to.
    pub total: SignedAmount,
    /// What the units have earned so far: what they come to and have brought, less their cost.
    pub earnings: SignedAmount,
    /// The yield of the units, weighted by what they come to, a year, in millionths.
    pub yield_millionths: Option<i64>,
}

impl Ledger {
    /// What may leave a line now, what is invested of it included, by prices however old they are:
    /// posted - held + overdraft limit + worth. `None` if the line has no floor.
    pub fn available_shown(&self, line: &Line, at: Timestamp) -> Option<SignedAmount> {
        let worth = self.worth_shown(line.account, line.asset, at);
        line.available()?.checked_add(worth.signed())
    }

    /// What an account has in one kind of money at a time, by the newest prices there are.
    pub fn portfolio(&self, account: AccountId, cash: AssetId, at: Timestamp) -> Option<Portfolio> {
        let found = self.account(account)?;
        let of_money = |asset: &AssetId| {
            let instrument = self.instrument((found.book, *asset));
            instrument.is_some_and(|one| one.terms.cash == cash)
        };
        let units = found.lines.iter().map(|(asset, _)| *asset);
        let held = units
            .filter(of_money)
            .filter(|asset| !self.units(account, *asset).is_zero());
        let mut positions: Vec<Position> = held
            .filter_map(|asset| self.position(account, asset, cash, at))
            .collect();
        positions.sort_by_key(|one| (one.matures_on, one.instrument));
        let line = found.line(cash).and_then(|line| self.line(line));
        let balance = line.map(Line::balance).unwrap_or_default();
        let worth = positions.iter().map(|one| one.market_value.signed());
        let worth = worth.fold(SignedAmount::ZERO, |sum, one| {
            sum.checked_add(one).unwrap_or(sum)
        });
        Some(Portfolio {
            cash,
            posted: balance.posted,
            held: balance.held,
            yield_millionths: weighted(&positions),
            positions,
            total: balance.posted.checked_add(worth)?,
            earnings: worth.checked_sub(self.cost(account, cash))?,
        })
    }

    fn position(
        &self,
        account: AccountId,
        asset: AssetId,
        cash: AssetId,
        at: Timestamp,
    ) -> Option<Position> {
        let book = self.account(account)?.book;
        let instrument = self.instrument((book, asset))?;
        let market = self.rate_shown(Pair {
            book,
            source: asset,
            target: cash,
        });
        let units = self.units(account, asset);
        let decimals = |id| self.asset(id).map_or(0, |asset| asset.decimals);
        let worth = market.as_ref().and_then(|market| {
            let (from, to) = (decimals(asset), decimals(cash));
            market.value.convert(units, from, to, Rounding::HalfEven)
        });
        let price = market.as_ref().map(|market| market.value);
        Some(Position {
            instrument: asset,
            units,
            price,
            price_at: market.as_ref().map(|market| market.as_of),
            market_value: worth.unwrap_or_default(),
            matures_on: instrument.terms.matures_on,
            yield_millionths: price
                .and_then(|price| yield_of(price, instrument.terms.par, at, instrument.matures_at)),
        })
    }
}

/// What a unit earns until it matures, by its price, as a share of that a year of 365 days.
pub fn yield_of(price: Rate, par: Rate, at: Timestamp, matures_at: Timestamp) -> Option<i64> {
    const MICROS_A_DAY: i64 = 86_400_000_000;
    let days = matures_at.0.checked_sub(at.0)?.checked_div(MICROS_A_DAY)?;
    let days = i128::from(days.max(1));
    // Of one whole unit, in millionths of millionths.
    let whole = Amount::new(1)?;
    let price = i128::try_from(price.convert(whole, 0, 12, Rounding::HalfEven)?.minor()).ok()?;
    let par = i128::try_from(par.convert(whole, 0, 12, Rounding::HalfEven)?.minor()).ok()?;
    let gain = par
        .checked_sub(price)?
        .checked_mul(1_000_000)?
        .checked_mul(365)?;
    let share = gain.checked_div(price.checked_mul(days)?)?;
    i64::try_from(share).ok()
}

fn weighted(positions: &[Position]) -> Option<i64> {
    let mut sum = 0_i128;
    let mut weight = 0_i128;
    for one in positions {
        let value = i128::try_from(one.market_value.minor()).ok()?;
        sum = sum.checked_add(value.checked_mul(i128::from(one.yield_millionths?))?)?;
        weight = weight.checked_add(value)?;
    }
    i64::try_from(sum.checked_div(weight)?).ok()
}
