//! Schedules: which there can be, and what each run of one comes to.

use super::recurrences::{first_due, next_due};
use super::{Books, number, place};
use giro_ledger::schedule::{
    Keep, NewSchedule, Order, Run, RunSkipped, ScheduleAdded, ScheduleChange, ScheduleChanged,
    ScheduleState, ScheduleTo, Skipped,
};
use giro_ledger::{
    AccountId, Amount, AssetId, AssetKind, BookId, Calendar, CalendarCode, Date, Event, Metadata,
    NewTransfer, Occurrence, PrincipalId, Rejection, ScheduleId, Stamp, Terms, Timestamp,
    TransferKind, TransferStatus,
};

/// A schedule, and all that has become of it.
#[derive(Clone, Debug)]
pub(crate) struct Planned {
    pub(crate) book: BookId,
    pub(crate) maker: PrincipalId,
    pub(crate) terms: NewSchedule,
    pub(crate) state: ScheduleState,
    pub(crate) next: Option<Occurrence>,
    pub(crate) added_at: Timestamp,
    pub(crate) updated_at: Timestamp,
    /// When it was due each time, and the record of what came of it.
    pub(crate) runs: Vec<(Occurrence, u64)>,
}

impl Planned {
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, ScheduleState::Ended | ScheduleState::Cancelled)
    }

    pub(crate) fn last_run(&self) -> u64 {
        self.runs.last().map_or(0, |(_, record)| *record)
    }
}

/// What a run moves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Moves {
    pub(crate) source: AccountId,
    pub(crate) target: AccountId,
    pub(crate) asset: AssetId,
    pub(crate) amount: Amount,
    pub(crate) is_at_most: bool,
}

impl Books {
    pub(super) fn add_schedule(&self, stamp: Stamp, new: &NewSchedule) -> Result<Event, Rejection> {
        let (source, target, asset) = new.order.parties();
        if let Order::Payment { amount, .. } = new.order
            && amount == Amount::ZERO
        {
            return Err(Rejection::AmountZero);
        }
        if source == target {
            return Err(Rejection::SameAccount { account: source });
        }
        self.must_have_book(stamp.book)?;
        self.must_have_account(stamp.book, source)?;
        self.must_have_account(stamp.book, target)?;
        self.must_have_asset(asset)?;
        self.must_take(stamp.book, source, asset)?;
        self.must_take(stamp.book, target, asset)?;
        if self.kind_of(asset) == Some(AssetKind::Security) {
            return Err(Rejection::SecurityNotDirect { asset });
        }
        self.must_be_usable(stamp.book, source)?;
        self.must_be_usable(stamp.book, target)?;
        self.check_granted_order(stamp.principal, &new.order, true)?;
        let calendar = match &new.recurrence.calendar {
            None => None,
            Some(code) => Some(
                self.calendar(stamp.book, code)
                    .ok_or(Rejection::UnknownCalendar)?,
            ),
        };
        let first = first_due(&new.recurrence, calendar, stamp.at)?;
        if let Order::Sweep { .. } = new.order {
            self.must_not_go_round(stamp.book, &new.order)?;
        }
        let id = ScheduleId(number(self.schedules.len()));
        let new = new.clone();
        Ok(Event::ScheduleAdded(
            id,
            Box::new(ScheduleAdded { new, first }),
        ))
    }

    /// Whether somebody may move what an order does: as much, where that is known before.
    fn check_granted_order(
        &self,
        principal: PrincipalId,
        order: &Order,
        with_amounts: bool,
    ) -> Result<(), Rejection> {
        let (source, target, asset) = order.parties();
        let amount = match *order {
            Order::Payment {
                amount,
                is_at_most: false,
                ..
            } => amount,
            _ => Amount::new(1).expect("small"),
        };
        let legs = super::fees::pair(source, target, (asset, amount));
        self.check_granted_accounts(principal, &legs)?;
        match with_amounts {
            true => self.check_granted_amounts(principal, &legs),
            false => Ok(()),
        }
    }

    /// Whether no sweep leads from where this one leads to back to where it begins. The one that
    /// is named is found by following the newest way first.
    fn must_not_go_round(&self, book: BookId, order: &Order) -> Result<(), Rejection> {
        let (begin, counterpart, asset) = order.parties();
        let mut reached = vec![counterpart];
        let all = (0..).map(ScheduleId).zip(&self.schedules);
        let sweeps: Vec<(ScheduleId, AccountId, AccountId)> = all
            .filter(|(_, one)| one.book == book && !one.is_over())
            .filter(|(_, one)| matches!(one.terms.order, Order::Sweep { .. }))
            .filter(|(_, one)| one.terms.order.parties().2 == asset)
            .map(|(id, one)| (id, one.terms.order.parties().0, one.terms.order.parties().1))
            .collect();
        let mut open = vec![counterpart];
        while let Some(here) = open.pop() {
            for (schedule, _, to) in sweeps.iter().filter(|(_, from, _)| *from == here) {
                if *to == begin {
                    let schedule = *schedule;
                    return Err(Rejection::SweepCircle { schedule });
                }
                if !reached.contains(to) {
                    reached.push(*to);
                    open.push(*to);
                }
            }
        }
        Ok(())
    }

    pub(super) fn change_schedule(
        &self,
        stamp: Stamp,
        change: &ScheduleChange,
    ) -> Result<Event, Rejection> {
        let id = change.schedule;
        let planned = match self.schedules.get(place(id.0)) {
            Some(planned) if planned.book == stamp.book => planned,
            _ => return Err(Rejection::UnknownSchedule { schedule: id }),
        };
        let is_resumed = change.to == ScheduleTo::Resumed;
        self.check_granted_order(stamp.principal, &planned.terms.order, is_resumed)?;
        let next = match (planned.state, change.to) {
            (ScheduleState::Ended | ScheduleState::Cancelled, _) => {
                return Err(Rejection::ScheduleOver { schedule: id });
            }
            (ScheduleState::Paused, ScheduleTo::Paused)
            | (ScheduleState::Active, ScheduleTo::Resumed) => {
                return Err(Rejection::ScheduleUnchanged { schedule: id });
            }
            (ScheduleState::Paused, ScheduleTo::Resumed) => {
                let next = self.next_of(planned, None, stamp.at);
                Some(next.ok_or(Rejection::ScheduleNever)?)
            }
            (_, ScheduleTo::Paused | ScheduleTo::Cancelled) => None,
        };
        let change = change.clone();
        Ok(Event::ScheduleChanged(Box::new(ScheduleChanged {
            change,
            next,
        })))
    }

    /// A calendar of a book, or one that every book has.
    pub(crate) fn calendar(&self, book: BookId, code: &CalendarCode) -> Option<&Calendar> {
        let mut own = self.calendars.iter().rev();
        let own = own.find(|(of, name, _)| *of == book && name == code);
        own.map(|(_, _, calendar)| calendar)
            .or_else(|| giro_ledger::calendar::built_in(code))
    }

    pub(crate) fn next_of(
        &self,
        planned: &Planned,
        nominal: Option<Date>,
        after: Timestamp,
    ) -> Option<Occurrence> {
        let recurrence = &planned.terms.recurrence;
        let code = recurrence.calendar.as_ref();
        let calendar = code.and_then(|code| self.calendar(planned.book, code));
        next_due(recurrence, calendar, nominal, after)
    }

    /// Planted: whatever is due next is passed over.
    pub(super) fn skip_runs(&mut self) {
        let nexts = self.schedules.iter().map(|planned| {
            let next = planned.next?;
            self.next_of(planned, Some(next.nominal), next.due_at)
        });
        let nexts: Vec<Option<Occurrence>> = nexts.collect();
        for (planned, next) in self.schedules.iter_mut().zip(nexts) {
            planned.next = next.or(planned.next);
        }
    }

    /// What comes of a run that is due.
    pub(super) fn run(&self, stamp: Stamp, id: ScheduleId) -> Result<Event, Rejection> {
        let planned = self.schedules.get(place(id.0)).ok_or(Rejection::NotDue)?;
        let due = planned.next.ok_or(Rejection::NotDue)?;
        let run = Run {
            schedule: id,
            due,
            previous: planned.last_run(),
            next: self.next_of(planned, Some(due.nominal), due.due_at),
        };
        let skipped = |why| Ok(Event::RunSkipped(Box::new(RunSkipped { run, why })));
        let there = |account, asset| self.shown(stamp.at, account, asset);
        let Some(moves) = moves(&planned.terms.order, there) else {
            return skipped(Skipped::NothingToMove);
        };
        let Ok(mut transfer) = self.transfer(stamp, &request(planned, &moves, run)) else {
            return skipped(Skipped::NotPossible);
        };
        if !self.active(stamp.book).contains(&planned.maker) {
            let principal = planned.maker;
            transfer.status = TransferStatus::Declined(Rejection::MakerRevoked { principal });
            // What is not made books nothing.
            if let Some(terms) = &mut transfer.request.terms {
                terms.booked = None;
            }
        }
        Ok(Event::Transfer(transfer))
    }

    /// The balance that a sweep looks at: what is not held, with what is invested at its last
    /// price.
    pub(crate) fn shown(&self, at: Timestamp, account: AccountId, asset: AssetId) -> i128 {
        let free = self.balance(account, asset) - self.held(account, asset);
        free + self.worth_shown(account, asset, at)
    }
}

/// What a schedule moves when its accounts have so much.
pub(crate) fn moves(order: &Order, there: impl Fn(AccountId, AssetId) -> i128) -> Option<Moves> {
    let (account, counterpart, asset, keep) = match *order {
        Order::Payment {
            source,
            target,
            asset,
            amount,
            is_at_most,
        } => {
            return Some(Moves {
                source,
                target,
                asset,
                amount,
                is_at_most,
            });
        }
        Order::Sweep {
            account,
            counterpart,
            asset,
            keep,
        } => (account, counterpart, asset, keep),
    };
    let (may_leave, may_arrive, level) = match keep {
        Keep::Target(level) => (true, true, level),
        Keep::Floor(level) => (false, true, level),
        Keep::Ceiling(level) => (true, false, level),
    };
    let above = there(account, asset) - level.signed().minor();
    let amount = Amount::new(above.unsigned_abs()).unwrap_or(Amount::MAX);
    let moves = |source, target| Moves {
        source,
        target,
        asset,
        amount,
        is_at_most: true,
    };
    match above {
        1.. if may_leave => Some(moves(account, counterpart)),
        ..=-1 if may_arrive => Some(moves(counterpart, account)),
        _ => None,
    }
}

fn request(planned: &Planned, moves: &Moves, run: Run) -> NewTransfer {
    let legs = super::fees::pair(moves.source, moves.target, (moves.asset, moves.amount));
    let terms = Terms {
        at_most: moves.is_at_most.then_some(moves.amount),
        run: Some(run),
        ..Terms::default()
    };
    NewTransfer {
        kind: TransferKind::Transfer,
        legs: legs.into_iter().collect(),
        reference: planned.terms.reference.clone(),
        metadata: Metadata::clone(&planned.terms.metadata),
        terms: Some(Box::new(terms)),
    }
}
