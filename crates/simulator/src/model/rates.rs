//! Rates: found by going back through everything that was ever set.

use super::Books;
use super::decimal;
use crate::plant::Plant;
use giro_ledger::exchange::{MarketRate, RateEntry};
use giro_ledger::{AssetId, Basis, Event, NewRate, Pair, Rejection, Stamp, Timestamp};

/// A rate that was set, or taken away.
#[derive(Clone, Debug)]
pub(crate) struct RateSetting {
    pub(crate) pair: Pair,
    pub(crate) entry: Option<RateEntry>,
}

/// How old a rate may be: fresh at that time, or as old as it likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FreshAt {
    Time(Timestamp),
    Whenever,
}

impl Books {
    /// The newest setting of a pair.
    pub(crate) fn rate(&self, pair: Pair) -> Option<&RateEntry> {
        let mut settings = self.rates.iter().rev();
        settings.find(|one| one.pair == pair)?.entry.as_ref()
    }

    pub(super) fn set_rate(&self, stamp: Stamp, new: &NewRate) -> Result<Event, Rejection> {
        check_form(stamp.at, new)?;
        self.must_have_book(stamp.book)?;
        self.must_have_asset(new.source)?;
        self.must_have_asset(new.target)?;
        if let Basis::Cross { via } = new.basis {
            self.must_have_asset(via)?;
        }
        let pair = Pair {
            book: stamp.book,
            source: new.source,
            target: new.target,
        };
        let as_of = new.as_of.unwrap_or(stamp.at);
        match self.rate(pair) {
            Some(known) if known.as_of > as_of => {
                let as_of = known.as_of;
                return Err(Rejection::RateOutdated { as_of });
            }
            _ => {}
        }
        let mut terms = new.clone();
        terms.as_of = Some(as_of);
        let entry = entry(stamp, &terms);
        let market = self.value_of(pair, &entry, FreshAt::Whenever)?;
        match decimal::less(market.value, new.spread) {
            Some(left) if !left.is_zero() => Ok(Event::RateSet(Box::new(terms))),
            _ => Err(Rejection::RateMalformed { field: "spread" }),
        }
    }

    pub(super) fn remove_rate(
        &self,
        stamp: Stamp,
        (source, target): (AssetId, AssetId),
    ) -> Result<Event, Rejection> {
        let book = stamp.book;
        let pair = Pair {
            book,
            source,
            target,
        };
        match self.rate(pair) {
            Some(_) => Ok(Event::RateRemoved { source, target }),
            None => {
                let (from, to) = (source, target);
                Err(Rejection::UnknownRate { from, to })
            }
        }
    }

    /// What the market gives for a pair, before the book's spread.
    pub(super) fn market(&self, pair: Pair, fresh: FreshAt) -> Result<MarketRate, Rejection> {
        match self.rate(pair) {
            Some(entry) => self.value_of(pair, entry, fresh),
            None => Err(missing(pair)),
        }
    }

    /// What it is used at.
    pub(crate) fn market_now(&self, pair: Pair, now: Timestamp) -> Result<MarketRate, Rejection> {
        self.market(pair, FreshAt::Time(now))
    }

    /// What it is shown at, however old it is.
    pub(crate) fn market_shown(&self, pair: Pair) -> Option<MarketRate> {
        self.market(pair, FreshAt::Whenever).ok()
    }

    fn value_of(
        &self,
        pair: Pair,
        entry: &RateEntry,
        fresh: FreshAt,
    ) -> Result<MarketRate, Rejection> {
        let given = |provider: &giro_ledger::text::Name, value, as_of| MarketRate {
            value,
            provider: provider.clone(),
            as_of,
        };
        let market = match entry.terms.basis {
            Basis::Value(value) => given(&entry.terms.provider, value, entry.as_of),
            Basis::Inverse => {
                let back = Pair {
                    source: pair.target,
                    target: pair.source,
                    ..pair
                };
                let is_value = |basis| matches!(basis, Basis::Value(_));
                let market = self.part(back, is_value, fresh)?;
                let value = decimal::inverse(market.value).ok_or(missing(pair))?;
                given(&market.provider, value, market.as_of)
            }
            Basis::Cross { via } => {
                let is_direct = |basis| !matches!(basis, Basis::Cross { .. });
                let there = Pair {
                    target: via,
                    ..pair
                };
                let there = self.part(there, is_direct, fresh)?;
                let on = Pair {
                    source: via,
                    ..pair
                };
                let on = self.part(on, is_direct, fresh)?;
                let value = decimal::times(there.value, on.value).ok_or(missing(pair))?;
                given(&there.provider, value, there.as_of.min(on.as_of))
            }
        };
        if let (FreshAt::Time(now), Some(seconds)) = (fresh, entry.terms.max_age_seconds)
            && now > market.as_of.after_seconds(seconds)
            && self.plant != Some(Plant::StaleRates)
        {
            return Err(Rejection::RateStale {
                from: pair.source,
                to: pair.target,
                as_of: market.as_of,
                max_age_seconds: seconds,
            });
        }
        Ok(market)
    }

    /// A rate that another one follows from.
    fn part(
        &self,
        pair: Pair,
        is_allowed: impl Fn(Basis) -> bool,
        fresh: FreshAt,
    ) -> Result<MarketRate, Rejection> {
        match self.rate(pair) {
            Some(entry) if is_allowed(entry.terms.basis) => self.value_of(pair, entry, fresh),
            _ => Err(missing(pair)),
        }
    }
}

pub(super) fn missing(pair: Pair) -> Rejection {
    let (from, to) = (pair.source, pair.target);
    Rejection::RateMissing { from, to }
}

/// A setting as it is kept.
pub(super) fn entry(stamp: Stamp, terms: &NewRate) -> RateEntry {
    RateEntry {
        terms: terms.clone(),
        as_of: terms.as_of.unwrap_or(stamp.at),
        set_at: stamp.at,
        set_by: stamp.principal,
    }
}

fn check_form(now: Timestamp, new: &NewRate) -> Result<(), Rejection> {
    let ten_years = 3_660 * 24 * 60 * 60;
    let via = match new.basis {
        Basis::Cross { via } => Some(via),
        Basis::Value(_) | Basis::Inverse => None,
    };
    let field = if new.source == new.target {
        "target"
    } else if matches!(new.basis, Basis::Value(value) if value.is_zero()) {
        return Err(Rejection::RateZero);
    } else if via == Some(new.source) || via == Some(new.target) {
        "via"
    } else if new.spread >= 10_000 {
        "spread"
    } else if new
        .max_age_seconds
        .is_some_and(|seconds| seconds == 0 || seconds > ten_years)
    {
        "max_age_seconds"
    } else if new.as_of.is_some_and(|as_of| as_of > now) {
        "as_of"
    } else {
        return Ok(());
    };
    Err(Rejection::RateMalformed { field })
}
