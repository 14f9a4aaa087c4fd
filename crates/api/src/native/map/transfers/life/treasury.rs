//! What of a transfer is there only if fees, quotes, schedules or investments have to do with it.

use super::View;
use crate::native::map::{fees, quotes, trades};
use crate::native::wire::Time;
use crate::native::wire::fees::FeeChargedBody;
use crate::native::wire::quotes::QuoteUsedBody;
use crate::native::wire::trades::TradeBody;
use crate::native::wire::transfers::RunOfScheduleBody;
use giro_service::trades::trade_of_leg;

impl<'a> View<'a, '_> {
    pub(super) fn fee(&self) -> Option<FeeChargedBody<'a>> {
        let fee = self.terms()?.fee.as_ref()?;
        Some(fees::charged(&self.shown, fee))
    }

    pub(super) fn quote(&self) -> Option<QuoteUsedBody<'a>> {
        let record = self.links.quote.as_deref()?;
        quotes::carried_out(&self.shown, record)
    }

    pub(super) fn due_at(&self) -> Option<Time> {
        let later = self.terms()?.later?;
        Some(Time(later.due_at))
    }

    pub(super) fn run(&self) -> Option<RunOfScheduleBody> {
        let run = self.terms()?.run?;
        let (service, state) = (self.shown.service, self.shown.state);
        Some(RunOfScheduleBody {
            schedule: service.schedule_id(state, run.schedule),
            due_at: Time(run.due.due_at),
            late: run.is_late(self.first.at),
        })
    }

    pub(super) fn trades(&self) -> Vec<TradeBody<'a>> {
        match self.progress.booked {
            Some(_) => trades::trades_of(&self.shown, self.caller, self.first, self.steps),
            None => Vec::new(),
        }
    }

    /// Whether a posting is the caller's business: how much of an account's money is invested is
    /// said by what was traded for it.
    pub(super) fn is_shown(&self, place: usize) -> bool {
        let Some(booked) = &self.progress.booked else {
            return true;
        };
        let trade = trade_of_leg(booked, self.progress.posted.len(), place);
        let trade = trade.and_then(|place| booked.trades.get(place));
        trade.is_none_or(|trade| self.caller.sees(&self.shown.state.ledger, trade.account))
    }
}
