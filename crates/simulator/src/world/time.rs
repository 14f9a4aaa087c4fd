//! Time that passes, and what it ends.

use super::World;
use super::compare::names_of;
use crate::model::{AT_ONCE, Fact};
use crate::{Broken, Profile};
use giro_ledger::{Event, Timestamp};

impl World<'_> {
    /// Nothing is asked for a while; what is over by then is ended.
    pub(super) fn let_time_pass(&mut self) -> Result<(), Broken> {
        self.pass();
        self.run_due()
    }

    /// The clock goes on: to a timer, to the end of a day or month, or anywhere.
    pub(super) fn pass(&mut self) {
        let timers = self.live.timers();
        let timers: Vec<Timestamp> = timers.into_iter().map(|(at, ..)| at).collect();
        match self.profile {
            Profile::Days => self.clock.pass(&mut self.rng, self.trace, &timers),
            Profile::Years => self.clock.leap(&mut self.rng, self.trace, &timers),
        }
    }

    /// What the writer's thread does when nothing is asked of it.
    pub(super) fn run_due(&mut self) -> Result<(), Broken> {
        let now = giro_engine::Clock::now(&self.clock);
        self.trace.event("timers", || format!("at {}", now.0));
        self.expect_due(AT_ONCE, now);
        let run = self.node().writer.run_due(now);
        run.map_err(|error| Broken(format!("the index fails: {error}")))?;
        self.check_next_due()
    }

    /// Before commands, only so much is ended for each frame.
    pub(super) fn expect_due_before_commands(&mut self, now: Timestamp) {
        let at_most = AT_ONCE.saturating_sub(self.node().gone_off);
        self.expect_due(at_most, now);
    }

    /// The model ends what the writer is about to end.
    fn expect_due(&mut self, at_most: usize, now: Timestamp) {
        let count = self.live.run_due(at_most, now);
        let node = self.node();
        node.gone_off = node.gone_off.saturating_add(count);
        let ended = self.live.facts().rev().take(count);
        let names: Vec<&str> = ended.flat_map(|(_, fact)| names_of_timer(fact)).collect();
        for name in names {
            self.trace.counts.add(name);
        }
        if count > 1 {
            self.trace.counts.add("timer.several");
        }
        if count >= 1_024 {
            self.trace.counts.add("timer.heap");
        }
        if count > 0 {
            self.trace.note(|| format!("  {count} timers go off"));
        }
        for (seq, fact) in self
            .live
            .facts()
            .rev()
            .take(count)
            .collect::<Vec<_>>()
            .into_iter()
            .rev()
        {
            self.trace.note(|| format!("     {seq} {:?}", fact.event));
        }
    }

    /// The writer waits for the same instant as the model.
    pub(super) fn check_next_due(&mut self) -> Result<(), Broken> {
        let expected = self.live.timers().first().map(|(at, ..)| *at);
        let found = self.node().writer.next_due();
        ensure_same!(found, expected, "when the next timer goes off");
        Ok(())
    }
}

/// What something that was due is counted as.
fn names_of_timer(fact: &Fact) -> Vec<&'static str> {
    let mut names = names_of(fact);
    let run = match &fact.event {
        Event::Transfer(transfer) => transfer.request.terms.as_ref().and_then(|one| one.run),
        Event::RunSkipped(skipped) => Some(skipped.run),
        _ => None,
    };
    names.push(match (&fact.event, run) {
        (_, Some(_)) => "timer.run",
        (Event::ChangeStep(_), _) => "timer.change",
        (
            Event::Transfer(_) | Event::InstrumentMatured(_) | Event::InstrumentPassedOver { .. },
            _,
        ) => "timer.maturity",
        _ => "timer.transfer",
    });
    if let Some(run) = run {
        names.push(match run.is_late(fact.at) {
            true => "timer.run.late",
            false => "timer.run.in_time",
        });
        names.extend(run.next.is_none().then_some("timer.run.last"));
    }
    names
}
