//! What a measurement of fees, quotes or trades needs.

use anyhow::bail;
use giro_engine::{Command, Engine, Origin, Outcome};
use giro_ledger::action::{BookChange, Execution};
use giro_ledger::fee::{Bearing, Charge, FeeChange, Tier};
use giro_ledger::security::{InvestmentSet, NewInstrument};
use giro_ledger::text::{Metadata, Text};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, Basis, BookId, CalendarCode, Date,
    FeeRule, Investment, NewQuote, NewRate, NewTransfer, PrincipalId, QuoteAmount, QuoteId, Rate,
    Rounding, Setting, Settlement, Strategy,
};

/// The second asset that every measurement defines.
pub(in crate::bench) const EUR: AssetId = AssetId(1);

pub(in crate::bench) fn euro() -> Asset {
    Asset {
        code: "EUR".into(),
        name: "euro".into(),
        decimals: 2,
        kind: AssetKind::Currency,
    }
}

fn rate_of(text: &str) -> Rate {
    Rate::parse(text).expect("a decimal number")
}

pub(super) fn fee(asset: AssetId) -> Action {
    Action::ChangeFee(Box::new(FeeChange::Add(FeeRule {
        name: Text::new("fee").expect("a short plain name"),
        rank: 0,
        kinds: Vec::new(),
        asset,
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge: Charge {
            flat: Amount::ZERO,
            tiers: vec![Tier {
                from: Amount::ZERO,
                share: rate_of("0.0025"),
            }],
            amount_min: None,
            amount_max: None,
            rounding: Rounding::Up,
        },
        bearing: Bearing::OnTop,
    })))
}

pub(super) fn rate(source: AssetId, target: AssetId, value: &str) -> Action {
    Action::SetRate(Box::new(NewRate {
        source,
        target,
        basis: Basis::Value(rate_of(value)),
        spread: 25,
        rounding: Rounding::HalfEven,
        max_age_seconds: None,
        provider: Text::new("bench").expect("a short plain name"),
        as_of: None,
    }))
}

pub(super) fn instrument(cash: AssetId) -> Action {
    Action::AddInstrument(Box::new(NewInstrument {
        code: "912797ZZ9".into(),
        name: Text::new("bill").expect("a short plain name"),
        decimals: 8,
        strategy: Strategy::Weeks52,
        matures_on: Date::new(2099, 12, 31).expect("a day"),
        par: Rate::ONE,
        cash,
        calendar: CalendarCode::new("US").expect("a code"),
    }))
}

pub(super) fn settle_at_once() -> Action {
    Action::ChangeBook(BookChange {
        name: None,
        settings: vec![Setting::Settlement(Settlement::Instant)],
    })
}

pub(super) fn invest(account: AccountId, cash: AssetId) -> Action {
    Action::SetInvestment(InvestmentSet {
        account,
        investment: Some(Investment {
            cash,
            strategy: Strategy::Weeks52,
            reinvest: None,
        }),
    })
}

/// Converts what transfers would move: quotes, and then a command for each that carries it out.
pub(in crate::bench) fn convert(
    engine: &Engine,
    book: BookId,
    principal: PrincipalId,
    items: &[NewTransfer],
) -> anyhow::Result<Vec<Outcome>> {
    let ask = |action| {
        let key = None;
        let origin = Origin {
            book,
            principal,
            key,
        };
        engine.submit(Command { origin, action })
    };
    let quotes = items.iter().map(|item| ask(quote(item)));
    let quotes = quotes.collect::<Result<Vec<_>, _>>()?;
    let mut replies = Vec::with_capacity(items.len());
    for reply in quotes {
        let Outcome::Recorded(record) = reply.wait()? else {
            bail!("the engine refused a quote");
        };
        replies.push(ask(execute(QuoteId(record.seq.0)))?);
    }
    let outcomes = replies.into_iter().map(|reply| Ok(reply.wait()?));
    outcomes.collect()
}

fn quote(of: &NewTransfer) -> Action {
    let (source, target) = of.pair().expect("a plain transfer");
    Action::Quote(Box::new(NewQuote {
        source: source.account,
        target: target.account,
        source_asset: source.asset,
        target_asset: EUR,
        // A hundred, so that something arrives.
        amount: QuoteAmount::Source(Amount::new(100).expect("a small number")),
        seconds: Some(1),
    }))
}

fn execute(quote: QuoteId) -> Action {
    Action::Execute(Box::new(Execution {
        quote,
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
    }))
}
