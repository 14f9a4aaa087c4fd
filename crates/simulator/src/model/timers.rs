//! Timers: what is over, found by looking at everything that is under way.

use super::{Answer, Ask, Body, Model, number};
use crate::plant::Plant;
use giro_ledger::{Action, BookId, PrincipalId, ScheduleId, Timer, Timestamp};

/// So many go off before anything else has its turn.
pub(crate) const AT_ONCE: usize = 1_024;

impl Model {
    /// Everything that has an end, soonest first.
    pub(crate) fn timers(&self) -> Vec<(Timestamp, Timer, BookId, PrincipalId)> {
        let books = &self.books;
        let engine = PrincipalId::ENGINE;
        let mut timers = Vec::new();
        for life in &books.transfers {
            let at = life.timer();
            timers.extend(at.map(|at| (at, Timer::Transfer(life.id), life.book, engine)));
        }
        let changes = books.changes.iter().map(|change| Timer::Change(change.id));
        let securities = books.securities.iter();
        let maturities = securities.map(|one| Timer::Maturity((one.book, one.asset)));
        let places = 0..number(books.schedules.len());
        let schedules = places.map(|place| Timer::Schedule(ScheduleId(place)));
        for timer in changes.chain(maturities).chain(schedules) {
            let found = books.timer(timer);
            timers.extend(found.map(|(at, book, principal)| (at, timer, book, principal)));
        }
        timers.sort();
        timers
    }

    /// Ends what is over by the time that the next record would have, soonest first, and says how
    /// many that was.
    pub(crate) fn run_due(&mut self, at_most: usize, now: Timestamp) -> usize {
        for count in 0..at_most {
            let at = now.max(Timestamp(self.last_at.0.saturating_add(1)));
            let timers = self.timers().into_iter();
            let mut due = timers.filter(|(end, timer, ..)| *end <= at && !self.is_lost(*timer));
            let Some((_, timer, book, principal)) = due.next() else {
                return count;
            };
            let ask = Ask {
                book,
                principal,
                key: None,
                body: Body::One(Action::Due(timer)),
            };
            let answer = self.ask(ask, now);
            assert!(
                matches!(answer, Answer::Recorded(_)),
                "what is due can be ended: {answer:?}"
            );
        }
        at_most
    }

    /// The timers of what is under way now are forgotten, if that is planted.
    pub(crate) fn restart(&mut self) {
        if self.books.plant == Some(Plant::LoseTimers) {
            self.lost = self.timers().into_iter().map(|(_, one, ..)| one).collect();
        }
        if self.books.plant == Some(Plant::SkipRun) {
            self.books.skip_runs();
        }
    }

    fn is_lost(&self, timer: Timer) -> bool {
        self.lost.contains(&timer)
    }
}
