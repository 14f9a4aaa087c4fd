//! What schedules would do if nothing else did: one run after the other, and what each has moved.

use super::schedules::moves;
use super::trading::movable;
use super::{Books, Planned, place};
use giro_ledger::{
    AccountId, AssetId, BookId, Occurrence, ScheduleId, SignedAmount, Timestamp, Upcoming,
};

impl Books {
    /// The runs of a book from `now` until an instant, by when they are due; so many at most.
    pub(crate) fn upcoming(
        &self,
        book: BookId,
        now: Timestamp,
        until: Timestamp,
        limit: usize,
    ) -> Vec<Upcoming> {
        let all = (0..).map(ScheduleId).zip(&self.schedules);
        let of_book = all.filter(|(_, one)| one.book == book);
        let mut dues: Vec<(Timestamp, ScheduleId, Occurrence)> = of_book
            .filter_map(|(id, one)| Some((one.next?.due_at, id, one.next?)))
            .collect();
        let mut moved = Vec::new();
        let mut found = Vec::new();
        while found.len() < limit {
            dues.sort();
            let Some((at, id, due)) = dues.first().copied().filter(|(at, ..)| *at <= until) else {
                break;
            };
            dues.remove(0);
            let planned = self.schedules.get(place(id.0)).expect("it is due");
            found.push(self.would_run((id, planned), due, now, &mut moved));
            let next = self.next_of(planned, Some(due.nominal), at);
            dues.extend(next.map(|next| (next.due_at, id, next)));
        }
        found
    }

    fn would_run(
        &self,
        (schedule, planned): (ScheduleId, &Planned),
        due: Occurrence,
        now: Timestamp,
        moved: &mut Vec<(AccountId, AssetId, i128)>,
    ) -> Upcoming {
        let there = |account, asset| {
            let same = |one: &&(AccountId, AssetId, i128)| (one.0, one.1) == (account, asset);
            let moved: i128 = moved.iter().filter(same).map(|(.., by)| by).sum();
            self.shown(now, account, asset) + moved
        };
        let Some(moves) = moves(&planned.terms.order, there) else {
            return Upcoming {
                schedule,
                due,
                moves: None,
                is_covered: true,
            };
        };
        let (source, target, asset) = (moves.source, moves.target, moves.asset);
        let overdraft = self.overdrafts.get(&(source, asset)).copied().unwrap_or(0);
        let most = movable(there(source, asset) + overdraft);
        let amount = match moves.is_at_most {
            true => moves.amount.min(most),
            false => moves.amount,
        };
        let by = SignedAmount::minor(amount.signed());
        let is_covered = by > 0 && amount <= most;
        if is_covered {
            moved.extend([(source, asset, -by), (target, asset, by)]);
        }
        Upcoming {
            schedule,
            due,
            moves: Some((source, target, amount)),
            is_covered,
        }
    }
}
