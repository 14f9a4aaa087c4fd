//! The rules for limits, and the rule that they are.

use super::{check_not_closed, check_not_system};
use crate::action::LimitChange;
use crate::limit::Used;
use crate::rejection::Excess;
use crate::{
    Amount, BookId, Event, Ledger, Leg, Limit, LimitId, LimitSubject, NewLimit, OpenTransfer,
    Period, PrincipalId, Rejection, Stage, Stamp,
};

impl Ledger {
    /// Whether every limit leaves room for a transfer with these legs, or for this part of one
    /// that is under way: what that counts for already is not asked for again.
    pub(super) fn check_limits(
        &self,
        stamp: Stamp,
        maker: PrincipalId,
        legs: &[Leg],
        own: Option<&OpenTransfer>,
    ) -> Result<(), Rejection> {
        for (id, asked) in self.limits_for(stamp.book, maker, legs) {
            let limit = self.limit(id).expect("limits_for gives limits that exist");
            let reserved = own.and_then(|open| open.reserved.iter().find(|(one, _)| *one == id));
            let more = match reserved {
                // A transfer counts once, with its first part.
                None => Used {
                    amount: asked.minor(),
                    count: u64::from(!own.is_some_and(has_captured)),
                },
                // Usually nothing; but an account can have got a tag meanwhile.
                Some((_, reserved)) => Used {
                    amount: asked.minor().saturating_sub(reserved.minor()),
                    count: 0,
                },
            };
            if let Some(excess) = excess(limit, stamp, asked, more) {
                let excess = Box::new(excess);
                return Err(Rejection::LimitExceeded { limit: id, excess });
            }
        }
        Ok(())
    }

    /// The refusal by a limit that leaves no room for a transfer with these legs, if one does,
    /// whatever else is in its way: for interfaces that tell of limits before other things.
    pub fn limit_in_the_way(&self, stamp: Stamp, legs: &[Leg]) -> Option<Rejection> {
        self.check_limits(stamp, stamp.principal, legs, None).err()
    }

    pub(super) fn decide_add_limit(&self, book: BookId, new: NewLimit) -> Result<Event, Rejection> {
        check_form(&new)?;
        self.known_book(book)?;
        let account = match new.subject {
            LimitSubject::Account(id) => Some((id, self.known_account(book, id)?)),
            LimitSubject::Book | LimitSubject::Tag(_) | LimitSubject::Principal(_) => None,
        };
        if let Some(asset) = new.asset.filter(|asset| self.asset(*asset).is_none()) {
            return Err(Rejection::UnknownAsset { asset });
        }
        if let LimitSubject::Principal(principal) = new.subject {
            self.principal_in(book, principal)
                .ok_or(Rejection::UnknownPrincipal { principal })?;
        }
        if let Some((id, account)) = account {
            check_not_system(id, account)?;
        }
        self.check_siblings(book, &new, None)?;
        if let Some((id, account)) = account {
            check_not_closed(id, account)?;
        }
        Ok(Event::LimitAdded(self.next_limit(), new))
    }

    pub(super) fn decide_change_limit(
        &self,
        book: BookId,
        change: LimitChange,
    ) -> Result<Event, Rejection> {
        let limit = self.limit_in(book, change.limit)?;
        let mut changed = limit.terms.clone();
        changed.amount_max = change.amount_max.or(changed.amount_max);
        changed.count_max = change.count_max.or(changed.count_max);
        check_form(&changed)?;
        self.check_siblings(book, &changed, Some(change.limit))?;
        Ok(Event::LimitChanged(change))
    }

    pub(super) fn decide_remove_limit(
        &self,
        book: BookId,
        id: LimitId,
    ) -> Result<Event, Rejection> {
        self.limit_in(book, id)?;
        Ok(Event::LimitRemoved(id))
    }

    /// A limit in force. What is in another book does not exist.
    fn limit_in(&self, book: BookId, id: LimitId) -> Result<&Limit, Rejection> {
        let found = self.limit(id).filter(|limit| limit.book == book);
        let in_force = found.filter(|limit| limit.removed_at.is_none());
        in_force.ok_or(Rejection::UnknownLimit { limit: id })
    }

    /// Whether a limit goes together with the others that count the same.
    fn check_siblings(
        &self,
        book: BookId,
        new: &NewLimit,
        own: Option<LimitId>,
    ) -> Result<(), Rejection> {
        for id in self.limits_of(book, &new.subject) {
            let other = &self
                .limit(*id)
                .expect("limits_of gives limits that exist")
                .terms;
            if Some(*id) == own || (other.side, other.asset) != (new.side, new.asset) {
                continue;
            }
            if other.period == new.period {
                return Err(Rejection::LimitConflict { limit: *id });
            }
            let (short, long) = match length(other.period) < length(new.period) {
                true => (other, new),
                false => (new, other),
            };
            let is_below = |short: Option<u128>, long: Option<u128>| {
                short.zip(long).is_some_and(|(short, long)| long < short)
            };
            if is_below(amount_max(short), amount_max(long))
                || is_below(
                    short.count_max.map(u128::from),
                    long.count_max.map(u128::from),
                )
            {
                return Err(Rejection::LimitsContradict { limit: *id });
            }
        }
        Ok(())
    }
}

fn has_captured(open: &OpenTransfer) -> bool {
    matches!(&open.stage, Stage::Held(hold) if hold.has_captured)
}

/// What makes one period longer than another. A window of a day's length can be a part of two
/// days, so it is the longer one.
fn length(period: Period) -> (u32, bool) {
    let is_rolling = matches!(period, Period::Rolling { .. });
    (period.seconds_max(), is_rolling)
}

fn amount_max(limit: &NewLimit) -> Option<u128> {
    limit.amount_max.map(Amount::minor)
}

/// By what a limit would be exceeded: `asked` is all that is about to be posted, `more` what of it
/// does not count yet.
fn excess(limit: &Limit, stamp: Stamp, asked: Amount, more: Used) -> Option<Excess> {
    let terms = &limit.terms;
    let counted = match terms.period {
        Period::Transfer => Used::one(asked),
        Period::Day | Period::Month | Period::Rolling { .. } => {
            limit.usage.at(terms.period, stamp.at).and(more)
        }
    };
    if let Some(max) = terms.amount_max
        && counted.amount > max.minor()
    {
        let used = match terms.period {
            Period::Transfer => 0,
            Period::Day | Period::Month | Period::Rolling { .. } => {
                counted.amount.saturating_sub(asked.minor())
            }
        };
        return Some(Excess::Amount { max, used, asked });
    }
    if let Some(max) = terms.count_max
        && counted.count > max
    {
        let used = counted.count.saturating_sub(1);
        return Some(Excess::Count { max, used });
    }
    None
}

fn check_form(limit: &NewLimit) -> Result<(), Rejection> {
    let malformed = |field| Err(Rejection::LimitMalformed { field });
    if limit.amount_max.is_none() && limit.count_max.is_none() {
        return malformed("amount_max");
    }
    if limit.amount_max.is_some() && limit.asset.is_none() {
        return malformed("asset");
    }
    match limit.period {
        Period::Transfer if limit.count_max.is_some() => malformed("count_max"),
        Period::Rolling { seconds }
            if !(Period::MIN_ROLLING_SECONDS..=Period::MAX_ROLLING_SECONDS).contains(&seconds) =>
        {
            malformed("period")
        }
        Period::Transfer | Period::Day | Period::Month | Period::Rolling { .. } => Ok(()),
    }
}
