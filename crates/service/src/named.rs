//! Public ids of what belongs to a treasury: fee rules, quotes, schedules, trades.

use crate::service::Service;
use giro_engine::{IdKind, Record, Seq, State};
use giro_ledger::{BookId, FeeId, ScheduleId, Timestamp};
use uuid::Uuid;

/// A record has fewer trades than this.
const TRADES_MAX: u64 = 64;

impl Service {
    /// The public id of a fee rule.
    pub fn fee_id(&self, state: &State, id: FeeId) -> Uuid {
        let found = state.ledger.fee(id);
        let added_at = found.map_or(Timestamp(0), |entry| entry.added_at);
        self.ids().encode(IdKind::Fee, u64::from(id.0), added_at)
    }

    /// The fee rule of a public id, if it is of that book.
    pub fn fee(&self, book: BookId, id: Uuid) -> Option<FeeId> {
        let number = u32::try_from(self.ids().decode(IdKind::Fee, id)?).ok()?;
        let state = self.read();
        let found = state.ledger.fee(FeeId(number));
        let entry = found.filter(|entry| entry.book == book)?;
        let ids = self.ids();
        let is_it = ids.matches(IdKind::Fee, id, u64::from(number), entry.added_at);
        is_it.then_some(FeeId(number))
    }

    /// The public id of a schedule.
    pub fn schedule_id(&self, state: &State, id: ScheduleId) -> Uuid {
        let found = state.ledger.schedule(id);
        let added_at = found.map_or(Timestamp(0), |schedule| schedule.added_at);
        self.ids()
            .encode(IdKind::Schedule, u64::from(id.0), added_at)
    }

    /// The schedule of a public id, if it is of that book.
    pub fn schedule(&self, book: BookId, id: Uuid) -> Option<ScheduleId> {
        let number = u32::try_from(self.ids().decode(IdKind::Schedule, id)?).ok()?;
        let state = self.read();
        let found = state.ledger.schedule(ScheduleId(number));
        let schedule = found.filter(|schedule| schedule.book == book)?;
        let ids = self.ids();
        let is_it = ids.matches(IdKind::Schedule, id, u64::from(number), schedule.added_at);
        is_it.then_some(ScheduleId(number))
    }

    /// The public id of the quote in a record.
    pub fn quote_id(&self, record: &Record) -> Uuid {
        self.ids().encode(IdKind::Quote, record.seq.0, record.at)
    }

    /// The public id of a trade: the one at that place in the record that it was booked in.
    pub fn trade_id(&self, record: &Record, place: usize) -> Uuid {
        let place = u64::try_from(place).unwrap_or(0).min(TRADES_MAX - 1);
        let number = record
            .seq
            .0
            .saturating_mul(TRADES_MAX)
            .saturating_add(place);
        self.ids().encode(IdKind::Trade, number, record.at)
    }

    /// The record that a trade's number is of, and the place there, if there is such a record.
    pub(crate) fn place_of_trade(&self, number: u64) -> Option<(Seq, usize)> {
        let seq = Seq(number.checked_div(TRADES_MAX)?);
        let place = usize::try_from(number.checked_rem(TRADES_MAX)?).ok()?;
        (seq.0 > 0 && seq < self.read().end()).then_some((seq, place))
    }
}
