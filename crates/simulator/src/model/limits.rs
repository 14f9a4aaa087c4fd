//! Limits: what is used is found by going through everything that ever moved or is under way.

use super::calendar::still_counts;
use super::{Books, Life, number};
use crate::plant::Plant;
use giro_ledger::action::LimitChange;
use giro_ledger::limit::Used;
use giro_ledger::rejection::Excess;
use giro_ledger::{
    Amount, BookId, Event, Leg, LimitId, LimitSubject, NewLimit, Period, PrincipalId, Rejection,
    Stamp, Timestamp,
};

/// A limit, in force or not any more.
#[derive(Clone, Debug)]
pub(crate) struct LimitEntry {
    pub(crate) book: BookId,
    pub(crate) terms: NewLimit,
    pub(crate) added_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    pub(crate) removed_at: Option<Timestamp>,
}

/// Something that was posted, and what it counted for then.
#[derive(Clone, Debug)]
pub(crate) struct Moved {
    pub(crate) at: Timestamp,
    /// A transfer counts once, whatever the number of its parts.
    pub(crate) count: u64,
    pub(crate) counts_for: Vec<(LimitId, Amount)>,
}

impl Books {
    /// The limits in force that a transfer with these legs counts for, and how much; in the order
    /// in which they are asked.
    pub(super) fn counts_for(
        &self,
        book: BookId,
        maker: PrincipalId,
        legs: &[Leg],
    ) -> Vec<(LimitId, Amount)> {
        let mut found = Vec::new();
        for (place, limit) in self.limits.iter().enumerate() {
            let is_in_force = limit.book == book && limit.removed_at.is_none();
            let id = LimitId(number(place));
            if let Some(amount) = self
                .counted(&limit.terms, maker, legs)
                .filter(|_| is_in_force)
            {
                found.push((&limit.terms.subject, id, amount));
            }
        }
        found.sort();
        let found = found.into_iter();
        found.map(|(_, id, amount)| (id, amount)).collect()
    }

    fn counted(&self, limit: &NewLimit, maker: PrincipalId, legs: &[Leg]) -> Option<Amount> {
        let mut amounts = Vec::new();
        for leg in legs {
            let is_meant = match &limit.subject {
                LimitSubject::Book => true,
                LimitSubject::Account(account) => leg.account == *account,
                LimitSubject::Tag(tag) => {
                    let account = self.account(leg.account);
                    account.is_some_and(|account| account.tags.contains(tag))
                }
                LimitSubject::Principal(principal) => maker == *principal,
            };
            let is_of_asset = limit.asset.is_none_or(|asset| asset == leg.asset);
            if is_meant && is_of_asset && leg.side == limit.side {
                amounts.push(leg.amount.minor());
            }
        }
        if amounts.is_empty() {
            return None;
        }
        let sum = match limit.asset {
            Some(_) => amounts.into_iter().sum(),
            // Amounts of several assets are not one amount: the transfer counts, and they do not.
            None => 0,
        };
        Some(Amount::new(sum).expect("a side is at most the maximum"))
    }

    /// What is used of a limit by transfers that are under way.
    pub(crate) fn reserved(&self, id: LimitId) -> Used {
        let mut used = Used::default();
        if self.plant == Some(Plant::LimitForgetsReserved) {
            return used;
        }
        for life in self.transfers.iter().filter(|life| life.is_under_way()) {
            if let Some(amount) = life.counted_for(id) {
                used.amount += amount;
                used.count += u64::from(life.captures.is_empty());
            }
        }
        used
    }

    /// What is used of a limit at an instant, all in all.
    pub(crate) fn used(&self, id: LimitId, now: Timestamp) -> Used {
        let mut used = self.reserved(id);
        let limit = self.limits.get(super::place(id.0));
        let period = limit.expect("asked of limits that exist").terms.period;
        for moved in &self.moved {
            let counts = moved.counts_for.iter().find(|(limit, _)| *limit == id);
            if let Some((_, amount)) = counts.filter(|_| still_counts(period, moved.at, now)) {
                used.amount = used.amount.saturating_add(amount.minor());
                used.count += moved.count;
            }
        }
        used
    }

    /// Whether the limits leave room for these legs, `own` being what they are a part of.
    pub(super) fn check_limits(
        &self,
        stamp: Stamp,
        maker: PrincipalId,
        legs: &[Leg],
        own: Option<&Life>,
    ) -> Result<(), Rejection> {
        for (limit, asked) in self.counts_for(stamp.book, maker, legs) {
            let terms = &self
                .limits
                .get(super::place(limit.0))
                .expect("it counts")
                .terms;
            let counted = own.and_then(|life| life.counted_for(limit));
            let has_counted = own.is_some_and(|life| !life.captures.is_empty());
            let mut used = match terms.period {
                Period::Transfer => Used::default(),
                Period::Day | Period::Month | Period::Rolling { .. } => self.used(limit, stamp.at),
            };
            // What is counted already is not counted again.
            let more = match terms.period {
                Period::Transfer => asked.minor(),
                _ => asked.minor().saturating_sub(counted.unwrap_or(0)),
            };
            used.amount = used.amount.saturating_add(more);
            used.count += u64::from(counted.is_none() && !has_counted);
            if let Some(max) = terms.amount_max.filter(|max| used.amount > max.minor()) {
                let used = used.amount.saturating_sub(asked.minor());
                let excess = Box::new(Excess::Amount { max, used, asked });
                return Err(Rejection::LimitExceeded { limit, excess });
            }
            if let Some(max) = terms.count_max.filter(|max| used.count > *max) {
                let used = used.count.saturating_sub(1);
                let excess = Box::new(Excess::Count { max, used });
                return Err(Rejection::LimitExceeded { limit, excess });
            }
        }
        Ok(())
    }

    pub(super) fn add_limit(&self, book: BookId, new: &NewLimit) -> Result<Event, Rejection> {
        check_form(new)?;
        self.must_have_book(book)?;
        if let LimitSubject::Account(account) = new.subject {
            self.must_have_account(book, account)?;
        }
        if let Some(asset) = new.asset {
            self.must_have_asset(asset)?;
        }
        if let LimitSubject::Principal(principal) = new.subject {
            self.must_be_active(book, principal)?;
        }
        if let LimitSubject::Account(account) = new.subject {
            self.must_not_be_the_books(book, account)?;
        }
        self.must_fit(book, new, None)?;
        if let LimitSubject::Account(account) = new.subject {
            self.must_be_usable(book, account)?;
        }
        let id = LimitId(number(self.limits.len()));
        Ok(Event::LimitAdded(id, new.clone()))
    }

    pub(super) fn change_limit(
        &self,
        book: BookId,
        change: &LimitChange,
    ) -> Result<Event, Rejection> {
        let mut terms = self.must_have_limit(book, change.limit)?.terms.clone();
        if change.amount_max.is_some() {
            terms.amount_max = change.amount_max;
        }
        if change.count_max.is_some() {
            terms.count_max = change.count_max;
        }
        check_form(&terms)?;
        self.must_fit(book, &terms, Some(change.limit))?;
        Ok(Event::LimitChanged(change.clone()))
    }

    pub(super) fn must_have_limit(
        &self,
        book: BookId,
        limit: LimitId,
    ) -> Result<&LimitEntry, Rejection> {
        match self.limits.get(super::place(limit.0)) {
            Some(entry) if entry.book == book && entry.removed_at.is_none() => Ok(entry),
            _ => Err(Rejection::UnknownLimit { limit }),
        }
    }

    /// Of limits that count the same, one over a longer time must not be below a shorter one.
    fn must_fit(
        &self,
        book: BookId,
        new: &NewLimit,
        own: Option<LimitId>,
    ) -> Result<(), Rejection> {
        for (place, entry) in self.limits.iter().enumerate() {
            let limit = LimitId(number(place));
            let other = &entry.terms;
            let is_in_force = entry.book == book && entry.removed_at.is_none();
            let counts_the_same =
                other.subject == new.subject && other.side == new.side && other.asset == new.asset;
            if !is_in_force || !counts_the_same || Some(limit) == own {
                continue;
            }
            if other.period == new.period {
                return Err(Rejection::LimitConflict { limit });
            }
            let (short, long) = match longest(other.period) < longest(new.period) {
                true => (other, new),
                false => (new, other),
            };
            let amounts = short.amount_max.zip(long.amount_max);
            let counts = short.count_max.zip(long.count_max);
            if amounts.is_some_and(|(short, long)| long < short)
                || counts.is_some_and(|(short, long)| long < short)
            {
                return Err(Rejection::LimitsContradict { limit });
            }
        }
        Ok(())
    }
}

/// The most seconds that a period can have, and, of equal ones, whether it is any so long time.
fn longest(period: Period) -> (u32, bool) {
    match period {
        Period::Transfer => (0, false),
        Period::Day => (24 * 60 * 60, false),
        Period::Month => (31 * 24 * 60 * 60, false),
        Period::Rolling { seconds } => (seconds, true),
    }
}

fn check_form(limit: &NewLimit) -> Result<(), Rejection> {
    let field = if limit.amount_max.is_none() && limit.count_max.is_none() {
        "amount_max"
    } else if limit.amount_max.is_some() && limit.asset.is_none() {
        "asset"
    } else {
        match limit.period {
            Period::Transfer if limit.count_max.is_some() => "count_max",
            Period::Rolling { seconds } if !(60..=366 * 24 * 60 * 60).contains(&seconds) => {
                "period"
            }
            _ => return Ok(()),
        }
    };
    Err(Rejection::LimitMalformed { field })
}
