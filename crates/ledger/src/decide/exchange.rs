//! The rules for rates: which can be set, and which can be used.

use super::full;
use crate::exchange::{MarketRate, RateEntry};
use crate::{AssetId, Basis, Event, Ledger, NewRate, Pair, Rate, Rejection, Stamp, Timestamp};

/// Whether a rate that is too old will do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Age {
    /// It will not: money moves by it.
    Fresh,
    /// It will: it is only shown.
    Any,
}

impl Ledger {
    pub(super) fn decide_set_rate(
        &self,
        stamp: Stamp,
        mut new: NewRate,
    ) -> Result<Event, Rejection> {
        check_form(&new, stamp.at)?;
        self.known_book(stamp.book)?;
        let via = match new.basis {
            Basis::Cross { via } => Some(via),
            Basis::Value(_) | Basis::Inverse => None,
        };
        let mut named = [Some(new.source), Some(new.target), via]
            .into_iter()
            .flatten();
        if let Some(asset) = named.find(|asset| self.asset(*asset).is_none()) {
            return Err(Rejection::UnknownAsset { asset });
        }
        let as_of = new.as_of.unwrap_or(stamp.at);
        let pair = pair(stamp, new.source, new.target);
        if self.rate(pair).is_none() {
            full("rates", self.rates(stamp.book).count(), 10_000)?;
        }
        if let Some(known) = self.rate(pair).filter(|known| known.as_of > as_of) {
            let as_of = known.as_of;
            return Err(Rejection::RateOutdated { as_of });
        }
        new.as_of = Some(as_of);
        let entry = RateEntry {
            terms: new,
            as_of,
            set_at: stamp.at,
            set_by: stamp.principal,
        };
        let market = self.value(pair, &entry, stamp.at, Age::Any)?;
        let after_spread = market.value.less(entry.terms.spread);
        if after_spread.is_none_or(Rate::is_zero) {
            return Err(Rejection::RateMalformed { field: "spread" });
        }
        Ok(Event::RateSet(Box::new(entry.terms)))
    }

    pub(super) fn decide_remove_rate(
        &self,
        stamp: Stamp,
        source: AssetId,
        target: AssetId,
    ) -> Result<Event, Rejection> {
        match self.rate(pair(stamp, source, target)) {
            Some(_) => Ok(Event::RateRemoved { source, target }),
            None => Err(Rejection::UnknownRate {
                from: source,
                to: target,
            }),
        }
    }

    /// The market's rate of a pair.
    pub(super) fn market_rate(
        &self,
        pair: Pair,
        at: Timestamp,
        age: Age,
    ) -> Result<MarketRate, Rejection> {
        let entry = self.rate(pair).ok_or_else(|| missing(pair))?;
        self.value(pair, entry, at, age)
    }

    /// The rate of a pair as it would be used now, before its spread.
    ///
    /// # Errors
    /// If there is none, or it is too old.
    pub fn rate_now(&self, pair: Pair, at: Timestamp) -> Result<MarketRate, Rejection> {
        self.market_rate(pair, at, Age::Fresh)
    }

    /// The same for showing, however old it is.
    pub fn rate_shown(&self, pair: Pair) -> Option<MarketRate> {
        let at = Timestamp(i64::MAX);
        self.market_rate(pair, at, Age::Any).ok()
    }

    fn value(
        &self,
        pair: Pair,
        entry: &RateEntry,
        at: Timestamp,
        age: Age,
    ) -> Result<MarketRate, Rejection> {
        let market = match entry.terms.basis {
            Basis::Value(value) => MarketRate {
                value,
                provider: entry.terms.provider.clone(),
                as_of: entry.as_of,
            },
            Basis::Inverse => {
                let back = Pair {
                    source: pair.target,
                    target: pair.source,
                    ..pair
                };
                let market = self.given(back, at, age)?;
                let value = market.value.inverse().ok_or_else(|| missing(pair))?;
                MarketRate { value, ..market }
            }
            Basis::Cross { via } => {
                let first = self.given_or_inverse(
                    Pair {
                        target: via,
                        ..pair
                    },
                    at,
                    age,
                )?;
                let then = self.given_or_inverse(
                    Pair {
                        source: via,
                        ..pair
                    },
                    at,
                    age,
                )?;
                let value = first.value.times(then.value);
                MarketRate {
                    value: value.ok_or_else(|| missing(pair))?,
                    provider: first.provider,
                    as_of: first.as_of.min(then.as_of),
                }
            }
        };
        check_age(pair, &entry.terms, market.as_of, at, age)?;
        Ok(market)
    }

    /// A rate that is given as a value: an inverse follows from no other.
    fn given(&self, pair: Pair, at: Timestamp, age: Age) -> Result<MarketRate, Rejection> {
        let entry = self.rate(pair);
        let entry = entry.filter(|entry| matches!(entry.terms.basis, Basis::Value(_)));
        self.value(pair, entry.ok_or_else(|| missing(pair))?, at, age)
    }

    /// A rate that follows from one other at most: a cross rate does not follow from cross rates.
    fn given_or_inverse(
        &self,
        pair: Pair,
        at: Timestamp,
        age: Age,
    ) -> Result<MarketRate, Rejection> {
        let entry = self.rate(pair);
        let entry = entry.filter(|entry| !matches!(entry.terms.basis, Basis::Cross { .. }));
        self.value(pair, entry.ok_or_else(|| missing(pair))?, at, age)
    }
}

pub(super) fn pair(stamp: Stamp, source: AssetId, target: AssetId) -> Pair {
    Pair {
        book: stamp.book,
        source,
        target,
    }
}

pub(super) fn missing(pair: Pair) -> Rejection {
    Rejection::RateMissing {
        from: pair.source,
        to: pair.target,
    }
}

fn check_age(
    pair: Pair,
    terms: &NewRate,
    as_of: Timestamp,
    at: Timestamp,
    age: Age,
) -> Result<(), Rejection> {
    match terms.max_age_seconds {
        Some(seconds) if age == Age::Fresh && at > as_of.after_seconds(seconds) => {
            Err(Rejection::RateStale {
                from: pair.source,
                to: pair.target,
                as_of,
                max_age_seconds: seconds,
            })
        }
        Some(_) | None => Ok(()),
    }
}

/// What can be said of a rate without knowing any other.
fn check_form(new: &NewRate, now: Timestamp) -> Result<(), Rejection> {
    let malformed = |field| Err(Rejection::RateMalformed { field });
    if new.source == new.target {
        return malformed("target");
    }
    match new.basis {
        Basis::Value(value) if value.is_zero() => return Err(Rejection::RateZero),
        Basis::Cross { via } if via == new.source || via == new.target => return malformed("via"),
        Basis::Value(_) | Basis::Inverse | Basis::Cross { .. } => {}
    }
    if new.spread > NewRate::MAX_SPREAD {
        return malformed("spread");
    }
    let age = 1..=NewRate::MAX_AGE_SECONDS;
    if new
        .max_age_seconds
        .is_some_and(|seconds| !age.contains(&seconds))
    {
        return malformed("max_age_seconds");
    }
    match new.as_of.is_some_and(|as_of| as_of > now) {
        true => malformed("as_of"),
        false => Ok(()),
    }
}
