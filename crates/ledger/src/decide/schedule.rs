//! The rules for schedules: which can be, and what each run comes to.

use super::full;
use crate::calendar::Calendar;
use crate::recurrence::RecurrenceError;
use crate::schedule::{
    Keep, NewSchedule, Order, Run, RunSkipped, ScheduleAdded, ScheduleChange, ScheduleChanged,
    ScheduleState, ScheduleTo, Skipped,
};
use crate::{
    AccountId, Amount, AssetId, AssetKind, BookId, CalendarCode, Event, Ledger, Legs, NewTransfer,
    Occurrence, PrincipalId, Rejection, Schedule, ScheduleId, SignedAmount, Stamp, Terms,
    Timestamp, TransferKind, TransferStatus,
};
use std::collections::{BTreeMap, BTreeSet};

impl Ledger {
    pub(super) fn decide_add_schedule(
        &self,
        stamp: Stamp,
        new: NewSchedule,
    ) -> Result<Event, Rejection> {
        let (source, target, asset) = new.order.parties();
        if matches!(&new.order, Order::Payment { amount, .. } if amount.is_zero()) {
            return Err(Rejection::AmountZero);
        }
        if source == target {
            return Err(Rejection::SameAccount { account: source });
        }
        self.known_book(stamp.book)?;
        let going_on = self.schedules_going_on(stamp.book).count();
        full("schedules", going_on, 10_000)?;
        self.check_scheduled_parties(stamp.book, source, target, asset)?;
        self.check_granted_order(stamp.principal, &new.order)?;
        let calendar = self.calendar_of(stamp.book, new.recurrence.calendar.as_ref())?;
        let first = new.recurrence.check(calendar, stamp.at);
        let first = first.map_err(rejected)?;
        if let Order::Sweep { .. } = new.order {
            self.check_no_circle(stamp.book, source, target, asset)?;
        }
        let id = self.next_schedule();
        let added = ScheduleAdded { new, first };
        Ok(Event::ScheduleAdded(id, Box::new(added)))
    }

    fn check_scheduled_parties(
        &self,
        book: BookId,
        source: AccountId,
        target: AccountId,
        asset: AssetId,
    ) -> Result<(), Rejection> {
        for account in [source, target] {
            self.known_account(book, account)?;
        }
        let found = self.asset(asset).ok_or(Rejection::UnknownAsset { asset })?;
        for account in [source, target] {
            let one = self.known_account(book, account)?;
            if one.line(asset).is_none() && !one.holds_any_asset {
                return Err(Rejection::AssetNotHeld { account, asset });
            }
        }
        if found.kind == AssetKind::Security {
            return Err(Rejection::SecurityNotDirect { asset });
        }
        for account in [source, target] {
            self.own_account(book, account)?;
        }
        Ok(())
    }

    /// Whoever is narrowed has nothing run that they could not transfer themselves.
    fn check_granted_order(&self, principal: PrincipalId, order: &Order) -> Result<(), Rejection> {
        let legs = granted_legs(order);
        self.check_granted_accounts(principal, &legs)?;
        self.check_granted_amounts(principal, &legs)
    }

    /// A calendar of a book by its code: its own, or one that is built in.
    pub fn calendar(&self, book: BookId, code: &CalendarCode) -> Option<&Calendar> {
        let own = self.own_calendar(book, code);
        own.or_else(|| crate::calendar::built_in(code))
    }

    fn calendar_of(
        &self,
        book: BookId,
        code: Option<&CalendarCode>,
    ) -> Result<Option<&Calendar>, Rejection> {
        let found = code.map(|code| self.calendar(book, code).ok_or(Rejection::UnknownCalendar));
        found.transpose()
    }

    /// Sweeps between accounts must not lead back to where they began: money would go round for
    /// ever, and what each of them does would depend on which one comes first.
    fn check_no_circle(
        &self,
        book: BookId,
        account: AccountId,
        counterpart: AccountId,
        asset: AssetId,
    ) -> Result<(), Rejection> {
        let mut sweeps: BTreeMap<AccountId, Vec<(ScheduleId, AccountId)>> = BTreeMap::new();
        for (id, one) in self.schedules_going_on(book) {
            if let Order::Sweep {
                account,
                counterpart,
                asset: other,
                ..
            } = one.terms.order
                && other == asset
            {
                sweeps.entry(account).or_default().push((id, counterpart));
            }
        }
        let mut reached = BTreeSet::from([counterpart]);
        let mut next = vec![counterpart];
        while let Some(at) = next.pop() {
            for (schedule, to) in sweeps.get(&at).into_iter().flatten() {
                if *to == account {
                    let schedule = *schedule;
                    return Err(Rejection::SweepCircle { schedule });
                }
                if reached.insert(*to) {
                    next.push(*to);
                }
            }
        }
        Ok(())
    }

    fn schedules_going_on(&self, book: BookId) -> impl Iterator<Item = (ScheduleId, &Schedule)> {
        let all = self.schedules();
        all.filter(move |(_, one)| one.book == book && one.is_going_on())
    }

    pub(super) fn decide_change_schedule(
        &self,
        stamp: Stamp,
        change: ScheduleChange,
    ) -> Result<Event, Rejection> {
        let id = change.schedule;
        let found = self.schedule(id).filter(|one| one.book == stamp.book);
        let schedule = found.ok_or(Rejection::UnknownSchedule { schedule: id })?;
        let order = &schedule.terms.order;
        match change.to {
            ScheduleTo::Resumed => self.check_granted_order(stamp.principal, order)?,
            ScheduleTo::Paused | ScheduleTo::Cancelled => {
                self.check_granted_accounts(stamp.principal, &granted_legs(order))?;
            }
        }
        if !schedule.is_going_on() {
            return Err(Rejection::ScheduleOver { schedule: id });
        }
        let is_paused = schedule.state == ScheduleState::Paused;
        let next = match change.to {
            ScheduleTo::Paused if is_paused => {
                return Err(Rejection::ScheduleUnchanged { schedule: id });
            }
            ScheduleTo::Resumed if !is_paused => {
                return Err(Rejection::ScheduleUnchanged { schedule: id });
            }
            ScheduleTo::Paused | ScheduleTo::Cancelled => None,
            ScheduleTo::Resumed => {
                let next = self.occurrence(schedule, None, stamp.at);
                Some(next.ok_or(Rejection::ScheduleNever)?)
            }
        };
        let changed = ScheduleChanged { change, next };
        Ok(Event::ScheduleChanged(Box::new(changed)))
    }

    /// When a schedule is due next, after a nominal day and an instant.
    fn occurrence(
        &self,
        schedule: &Schedule,
        nominal: Option<crate::Date>,
        after: Timestamp,
    ) -> Option<Occurrence> {
        let recurrence = &schedule.terms.recurrence;
        let code = recurrence.calendar.as_ref();
        let calendar = self.calendar_of(schedule.book, code).ok()?;
        recurrence.next(calendar, nominal, after)
    }

    /// What a run of a schedule comes to: a transfer like any other, made or declined, or nothing.
    pub(super) fn decide_run(&self, stamp: Stamp, id: ScheduleId) -> Result<Event, Rejection> {
        let schedule = self.schedule(id).ok_or(Rejection::NotDue)?;
        let due = schedule.next.ok_or(Rejection::NotDue)?;
        let run = Run {
            schedule: id,
            due,
            previous: schedule.last_run,
            // Every instant that was missed has its own run.
            next: self.occurrence(schedule, Some(due.nominal), due.due_at),
        };
        let skipped = |why| Ok(Event::RunSkipped(Box::new(RunSkipped { run, why })));
        let free = |account, asset| self.free(stamp, account, asset);
        let Some(moves) = moves(&schedule.terms.order, free) else {
            return skipped(Skipped::NothingToMove);
        };
        let mut transfer = match self.decide_status(stamp, moves.request(schedule, run)) {
            Ok(transfer) => transfer,
            Err(_) => return skipped(Skipped::NotPossible),
        };
        let principal = schedule.maker;
        if self.principal_in(stamp.book, principal).is_none() {
            let why = Rejection::MakerRevoked { principal };
            if let Some(terms) = &mut transfer.request.terms {
                terms.booked = None;
            }
            transfer.status = TransferStatus::Declined(why);
        }
        Ok(Event::Transfer(transfer))
    }

    /// What a sweep looks at: the balance less what is held, with what is invested.
    fn free(&self, stamp: Stamp, account: AccountId, asset: AssetId) -> SignedAmount {
        let found = self.account(account).and_then(|one| one.line(asset));
        let line = found.and_then(|line| self.line(line));
        let free = line.map_or(SignedAmount::ZERO, |line| {
            let free = line.posted.checked_sub(line.held.signed());
            free.expect("balances are far below the range of 128 bits")
        });
        let worth = self.worth_shown(account, asset, stamp.at);
        let sum = free.checked_add(worth.signed());
        sum.expect("balances are far below the range of 128 bits")
    }
}

/// What a grant is asked for an order. How much a run moves that is of at most so much, or keeps a
/// level, is known when it runs, and asked of the grant then: before, whether it may be anything.
fn granted_legs(order: &Order) -> Legs {
    let (source, target, asset) = order.parties();
    let amount = match *order {
        Order::Payment {
            amount,
            is_at_most: false,
            ..
        } => amount,
        Order::Payment { .. } | Order::Sweep { .. } => {
            Amount::new(1).expect("a small number is an amount")
        }
    };
    NewTransfer::simple(TransferKind::Transfer, source, target, asset, amount).legs
}

/// What a schedule would do at an instant to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming {
    /// Which schedule.
    pub schedule: ScheduleId,
    /// When it is due.
    pub due: Occurrence,
    /// From where, to where, and how much, as things are now and with the runs before it.
    pub moves: Option<(AccountId, AccountId, Amount)>,
    /// Whether as much would be there.
    pub is_covered: bool,
}

impl Ledger {
    /// The runs of a book's schedules until an instant, in the order in which they are due: what
    /// they would move if nothing else did. So many of them at most.
    pub fn upcoming(&self, stamp: Stamp, until: Timestamp, limit: usize) -> Vec<Upcoming> {
        self.upcoming_of(stamp, until, limit, |_| true)
    }

    /// The same, as if there were only the schedules that `is_counted` is true for.
    pub fn upcoming_of(
        &self,
        stamp: Stamp,
        until: Timestamp,
        limit: usize,
        is_counted: impl Fn(&Schedule) -> bool,
    ) -> Vec<Upcoming> {
        let counted = |one: &Schedule| one.book == stamp.book && is_counted(one);
        let schedules = self.schedules().filter(|(_, one)| counted(one));
        let mut due: BTreeMap<ScheduleId, Occurrence> = schedules
            .filter_map(|(id, one)| Some((id, one.next?)))
            .collect();
        let mut queue: BTreeSet<(Timestamp, ScheduleId)> =
            due.iter().map(|(id, next)| (next.due_at, *id)).collect();
        let mut shifts = Shifts::default();
        let mut all = Vec::new();
        while let Some((at, id)) = queue.pop_first() {
            if at > until || all.len() == limit {
                break;
            }
            let (Some(schedule), Some(now)) = (self.schedule(id), due.get(&id).copied()) else {
                continue;
            };
            all.push(self.would_run(stamp, id, schedule, now, &mut shifts));
            if let Some(next) = self.occurrence(schedule, Some(now.nominal), now.due_at) {
                due.insert(id, next);
                queue.insert((next.due_at, id));
            }
        }
        all
    }

    fn would_run(
        &self,
        stamp: Stamp,
        id: ScheduleId,
        schedule: &Schedule,
        due: Occurrence,
        shifts: &mut Shifts,
    ) -> Upcoming {
        let free = |account, asset| shifts.on(self.free(stamp, account, asset), account, asset);
        let (_, _, asset) = schedule.terms.order.parties();
        let moves = moves(&schedule.terms.order, free);
        let Some(moves) = moves else {
            return Upcoming {
                schedule: id,
                due,
                moves: None,
                is_covered: true,
            };
        };
        let overdraft = self.overdraft(moves.source, asset);
        let there = free(moves.source, asset).checked_add(overdraft.signed());
        let there = there.map(SignedAmount::movable).unwrap_or_default();
        let amount = match moves.is_at_most {
            true => moves.amount.min(there),
            false => moves.amount,
        };
        let is_covered = amount <= there && !amount.is_zero();
        if is_covered {
            shifts.add(&moves, asset, amount);
        }
        Upcoming {
            schedule: id,
            due,
            moves: Some((moves.source, moves.target, amount)),
            is_covered,
        }
    }

    fn overdraft(&self, account: AccountId, asset: AssetId) -> Amount {
        let line = self.account(account).and_then(|one| one.line(asset));
        let line = line.and_then(|line| self.line(line));
        line.and_then(|line| line.overdraft_limit)
            .unwrap_or_default()
    }
}

/// What runs to come have changed, while they are only reckoned.
#[derive(Default)]
struct Shifts(BTreeMap<(AccountId, AssetId), SignedAmount>);

impl Shifts {
    fn on(&self, free: SignedAmount, account: AccountId, asset: AssetId) -> SignedAmount {
        let shift = self.0.get(&(account, asset)).copied().unwrap_or_default();
        free.checked_add(shift).unwrap_or(free)
    }

    fn add(&mut self, moves: &Moves, asset: AssetId, amount: Amount) {
        let source = self.0.entry((moves.source, asset)).or_default();
        *source = source.checked_sub(amount.signed()).unwrap_or(*source);
        let target = self.0.entry((moves.target, asset)).or_default();
        *target = target.checked_add(amount.signed()).unwrap_or(*target);
    }
}

/// What a run moves.
struct Moves {
    source: AccountId,
    target: AccountId,
    asset: AssetId,
    amount: Amount,
    is_at_most: bool,
}

impl Moves {
    fn request(&self, schedule: &Schedule, run: Run) -> NewTransfer {
        let terms = Terms {
            at_most: self.is_at_most.then_some(self.amount),
            run: Some(run),
            ..Terms::default()
        };
        let (source, target) = (self.source, self.target);
        let kind = TransferKind::Transfer;
        NewTransfer {
            reference: schedule.terms.reference.clone(),
            metadata: schedule.terms.metadata.clone(),
            terms: Some(Box::new(terms)),
            ..NewTransfer::simple(kind, source, target, self.asset, self.amount)
        }
    }
}

/// What a schedule moves when its accounts have so much, if anything.
fn moves(order: &Order, free: impl Fn(AccountId, AssetId) -> SignedAmount) -> Option<Moves> {
    match *order {
        Order::Payment {
            source,
            target,
            asset,
            amount,
            is_at_most,
        } => Some(Moves {
            source,
            target,
            asset,
            amount,
            is_at_most,
        }),
        Order::Sweep {
            account,
            counterpart,
            asset,
            keep,
        } => {
            let (Keep::Target(level) | Keep::Floor(level) | Keep::Ceiling(level)) = keep;
            let above = free(account, asset).checked_sub(level.signed())?;
            let amount = Amount::new(above.minor().unsigned_abs()).unwrap_or(Amount::MAX);
            let is_surplus = above.minor() > 0;
            let is_wanted = match keep {
                Keep::Target(_) => true,
                Keep::Floor(_) => !is_surplus,
                Keep::Ceiling(_) => is_surplus,
            };
            let (source, target) = match is_surplus {
                true => (account, counterpart),
                false => (counterpart, account),
            };
            (is_wanted && !amount.is_zero()).then_some(Moves {
                source,
                target,
                asset,
                amount,
                // What lacks may not all be there, and a fee may have to be paid from a surplus.
                is_at_most: true,
            })
        }
    }
}

impl Schedule {
    /// Whether it runs, or could again.
    pub fn is_going_on(&self) -> bool {
        match self.state {
            ScheduleState::Active | ScheduleState::Paused => true,
            ScheduleState::Ended | ScheduleState::Cancelled => false,
        }
    }
}

fn rejected(error: RecurrenceError) -> Rejection {
    match error {
        RecurrenceError::Malformed { field } => Rejection::ScheduleMalformed { field },
        RecurrenceError::InPast { .. } => Rejection::ScheduleInPast,
        RecurrenceError::Never => Rejection::ScheduleNever,
        RecurrenceError::Gap { date } => Rejection::ScheduleInGap { date },
        RecurrenceError::Fold { date } => Rejection::ScheduleInFold { date },
        RecurrenceError::ShortMonth { day } => Rejection::ScheduleInShortMonth { day },
    }
}
