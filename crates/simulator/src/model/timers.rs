//! Timers: what is over, found by looking at everything that is under way.

use super::{Answer, Ask, Body, Model};
use crate::plant::Plant;
use giro_ledger::{Action, BookId, PrincipalId, Subject, Timestamp};

/// So many go off before anything else has its turn.
const AT_ONCE: usize = 1_024;

impl Model {
    /// Everything that has an end, soonest first.
    pub(crate) fn timers(&self) -> Vec<(Timestamp, Subject, BookId)> {
        let books = &self.books;
        let mut timers = Vec::new();
        for life in books.transfers.iter().filter(|life| life.is_under_way()) {
            if let Some(end) = life.expires_at {
                timers.push((end, Subject::Transfer(life.id), life.book));
            }
        }
        for change in books.changes.iter().filter(|change| !change.is_over) {
            timers.push((
                change.terms.expires_at,
                Subject::Change(change.id),
                change.book,
            ));
        }
        timers.sort();
        timers
    }

    /// Ends what is over by the time that the next record would have, soonest first, and says how
    /// many that was.
    pub(crate) fn run_due(&mut self, now: Timestamp) -> usize {
        for count in 0..AT_ONCE {
            let at = now.max(Timestamp(self.last_at.0.saturating_add(1)));
            let timers = self.timers().into_iter();
            let mut due = timers.filter(|(end, subject, _)| *end <= at && !self.is_lost(*subject));
            let Some((_, subject, book)) = due.next() else {
                return count;
            };
            let ask = Ask {
                book,
                principal: PrincipalId::ENGINE,
                key: None,
                body: Body::One(Action::Expire(subject)),
            };
            let answer = self.ask(ask, now);
            assert!(
                matches!(answer, Answer::Recorded(_)),
                "what is due can be ended: {answer:?}"
            );
        }
        AT_ONCE
    }

    /// The timers of what is under way now are forgotten, if that is planted.
    pub(crate) fn restart(&mut self) {
        if self.books.plant == Some(Plant::LoseTimers) {
            self.lost = self.timers().into_iter().map(|(_, one, _)| one).collect();
        }
    }

    fn is_lost(&self, subject: Subject) -> bool {
        self.lost.contains(&subject)
    }
}
