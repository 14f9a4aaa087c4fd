//! What accounts have, invested or not, as it is shown.

use super::trades::yield_body;
use super::transfers::Shown;
use crate::native::wire::portfolios::{PortfolioBody, PositionBody};
use crate::native::wire::{Day, RateText, Time};
use giro_ledger::portfolio::{Portfolio, Position};
use giro_ledger::{AccountId, SignedAmount};

/// What an account has in one kind of money.
pub(crate) fn body<'a>(
    shown: &Shown<'a, '_>,
    account: AccountId,
    portfolio: &Portfolio,
    available: Option<SignedAmount>,
) -> PortfolioBody<'a> {
    let cash = portfolio.cash;
    let positions = portfolio.positions.iter();
    PortfolioBody {
        account: shown.service.account_id(shown.state, account),
        currency: shown.code(cash),
        cash: shown.signed(portfolio.posted, cash),
        held: shown.amount(portfolio.held, cash),
        available: available.map(|available| shown.signed(available, cash)),
        total_value: shown.signed(portfolio.total, cash),
        earnings: shown.signed(portfolio.earnings, cash),
        yield_a_year: portfolio.yield_millionths.map(yield_body),
        positions: positions
            .map(|one| position(shown, portfolio, one))
            .collect(),
    }
}

fn position<'a>(
    shown: &Shown<'a, '_>,
    portfolio: &Portfolio,
    position: &Position,
) -> PositionBody<'a> {
    PositionBody {
        instrument: shown.code(position.instrument),
        units: shown.amount(position.units, position.instrument),
        price: position.price.map(RateText),
        price_at: position.price_at.map(Time),
        market_value: shown.amount(position.market_value, portfolio.cash),
        matures_on: Day(position.matures_on),
        yield_a_year: position.yield_millionths.map(yield_body),
    }
}
