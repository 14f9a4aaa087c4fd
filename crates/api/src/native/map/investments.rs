//! How accounts keep their money: what is asked, and what is there.

use super::instruments::strategy;
use super::transfers::Shown;
use super::{Field, Names};
use crate::native::error::Problem;
use crate::native::wire::investments::{InvestmentBody, InvestmentRequest};
use giro_ledger::security::InvestmentSet;
use giro_ledger::{AccountId, Investment, Strategy};

/// How an account is to keep its money.
pub(crate) fn investment(
    names: &Names<'_>,
    account: AccountId,
    request: &InvestmentRequest<'_>,
) -> Result<InvestmentSet, Problem> {
    let (cash, _) = names.asset(Field::Top("currency"), request.currency.as_str())?;
    let reinvest = request.reinvest_weeks;
    let investment = Investment {
        cash,
        strategy: strategy("weeks", request.weeks)?,
        reinvest: reinvest
            .map(|weeks| strategy("reinvest_weeks", weeks))
            .transpose()?,
    };
    Ok(InvestmentSet {
        account,
        investment: Some(investment),
    })
}

/// How an account keeps its money, as it is shown.
pub(crate) fn body<'a>(shown: &Shown<'a, '_>, investment: &Investment) -> InvestmentBody<'a> {
    InvestmentBody {
        currency: shown.code(investment.cash),
        weeks: investment.strategy.weeks(),
        reinvest_weeks: investment.reinvest.map(Strategy::weeks),
    }
}
