//! Rates, T-bills and invested money of the sandbox books.

use super::seed::{Seeder, name};
use anyhow::{Context, anyhow};
use giro_ledger::security::{InvestmentSet, NewInstrument};
use giro_ledger::{
    AccountId, Action, AssetId, Basis, BookId, CalendarCode, Capability, Convention, Date,
    Investment, NewRate, Pair, Rate, Rounding, Strategy, Timestamp,
};
use giro_service::Caller;

/// Of when the rates between currencies are: long ago, so that whoever sets others, of a day that
/// is over as well, sets newer ones. They can be used however old they are.
const RATES_OF: &str = "2026-01-01T00:00:00Z";
/// The decimals of units. A unit is a dollar in the end, so what rounding a trade leaves is less
/// than a millionth of a cent.
const DECIMALS: u8 = 8;

impl Seeder<'_> {
    /// A rate that stands until somebody sets another.
    pub(super) async fn rate(
        &self,
        caller: &Caller,
        (source, target): (&str, &str),
        value: &str,
    ) -> anyhow::Result<()> {
        let as_of: jiff::Timestamp = RATES_OF.parse().context("that is no time")?;
        let pair = (self.asset(source)?.0, self.asset(target)?.0);
        let rate = standing(pair, value, Some(Timestamp(as_of.as_microsecond())))?;
        let key = format!("rate/{source}/{target}");
        self.once(caller, Capability::RatesWrite, &key, rate)
            .await?;
        Ok(())
    }

    /// A T-bill of a term that has not matured yet, with a price that stands still.
    pub(super) async fn bill(&self, caller: &Caller, strategy: Strategy) -> anyhow::Result<()> {
        if self.has_bill(caller.book, strategy) {
            return Ok(());
        }
        let matures_on = self.maturity(caller.book, strategy)?;
        let code = code(strategy, matures_on);
        let (cash, _) = self.asset("USD")?;
        let weeks = strategy.weeks();
        let add = Action::AddInstrument(Box::new(NewInstrument {
            code: code.as_str().into(),
            name: name(&format!("T-bill of {weeks} weeks, {matures_on}"))?,
            decimals: DECIMALS,
            strategy,
            matures_on,
            par: Rate::ONE,
            cash,
            calendar: business_days()?,
        }));
        let key = format!("instrument/{code}");
        self.once(caller, Capability::SecuritiesWrite, &key, add)
            .await?;
        let (instrument, _) = self.asset(&code)?;
        let price = standing((instrument, cash), price(strategy), None)?;
        let key = format!("instrument/{code}/price");
        self.once(caller, Capability::RatesWrite, &key, price)
            .await?;
        Ok(())
    }

    /// Whether there is one, with a price, that matures tomorrow or later: one that was there at
    /// the first start has matured when the server is started again after its term.
    fn has_bill(&self, book: BookId, strategy: Strategy) -> bool {
        let tomorrow = self.service.now().after_seconds(86_400);
        let state = self.service.read();
        let mut bills = state.ledger.instruments_of(book);
        bills.any(|(source, bill)| {
            let terms = &bill.terms;
            let price = Pair {
                book,
                source,
                target: terms.cash,
            };
            let is_priced = state.ledger.rate(price).is_some();
            terms.strategy == strategy && bill.matures_at > tomorrow && is_priced
        })
    }

    /// The business day, so many weeks from now, on which such a T-bill matures.
    fn maturity(&self, book: BookId, strategy: Strategy) -> anyhow::Result<Date> {
        const MICROS_A_DAY: i64 = 86_400_000_000;
        let today = self.service.now().0.div_euclid(MICROS_A_DAY);
        let today = Date(i32::try_from(today).context("the clock is far off")?);
        let then = today.plus_days(i32::from(strategy.weeks()).saturating_mul(7));
        let state = self.service.read();
        let calendar = state.ledger.calendar(book, &business_days()?);
        let calendar = calendar.context("the calendar is built in")?;
        let day = calendar.adjust(then, Convention::Following);
        day.context("there is a business day in a year")
    }

    /// Keeps the dollars of an account in T-bills of a term, also after they have matured.
    pub(super) async fn invest(
        &self,
        caller: &Caller,
        (account_name, account): (&str, AccountId),
        strategy: Strategy,
    ) -> anyhow::Result<()> {
        let (cash, _) = self.asset("USD")?;
        let set = Action::SetInvestment(InvestmentSet {
            account,
            investment: Some(Investment {
                cash,
                strategy,
                reinvest: Some(strategy),
            }),
        });
        let key = format!("account/{account_name}/investment");
        self.once(caller, Capability::SecuritiesWrite, &key, set)
            .await?;
        Ok(())
    }
}

/// A rate, or a price, that can be used however old it is.
fn standing(
    (source, target): (AssetId, AssetId),
    value: &str,
    as_of: Option<Timestamp>,
) -> anyhow::Result<Action> {
    let value = Rate::parse(value).map_err(|error| anyhow!("{value} {error}"))?;
    Ok(Action::SetRate(Box::new(NewRate {
        source,
        target,
        basis: Basis::Value(value),
        spread: 0,
        rounding: Rounding::HalfEven,
        max_age_seconds: None,
        provider: name("sandbox")?,
        as_of,
    })))
}

/// Nine characters, as the vendors' codes have, which say what it is: `T13270220`.
fn code(strategy: Strategy, matures_on: Date) -> String {
    let (year, month, day) = (matures_on.year(), matures_on.month(), matures_on.day());
    let weeks = strategy.weeks();
    format!("T{weeks:02}{:02}{month:02}{day:02}", year.rem_euclid(100))
}

/// A dollar of then today: about four percent a year less.
fn price(strategy: Strategy) -> &'static str {
    match strategy {
        Strategy::Weeks4 => "0.996889",
        Strategy::Weeks13 => "0.989889",
        Strategy::Weeks26 => "0.979778",
        Strategy::Weeks52 => "0.959556",
    }
}

fn business_days() -> anyhow::Result<CalendarCode> {
    CalendarCode::new("US").context("that is the code of a calendar")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_says_of_which_term_and_day_a_bill_is() {
        let day = Date::parse("2027-02-22").expect("a day");
        assert_eq!(code(Strategy::Weeks4, day), "T04270222");
        assert_eq!(code(Strategy::Weeks13, day), "T13270222");
    }
}
