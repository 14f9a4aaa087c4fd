//! What the writer says against what the model says.

use super::World;
use crate::Broken;
use crate::model::{Answer, Fact, number};
use giro_engine::Origin;
use giro_engine::writer::Executed;
use giro_ledger::event::ChangeOutcome;
use giro_ledger::fee::Bearing;
use giro_ledger::schedule::{Order, ScheduleTo, Skipped};
use giro_ledger::security::Activity;
use giro_ledger::step::{Outcome, Rest};
use giro_ledger::webhook::WebhookEvent;
use giro_ledger::{
    Basis, BookId, Booked, Event, PrincipalId, Quote, QuoteAmount, Rejection, Step, Transfer,
    TransferStatus,
};

impl World<'_> {
    /// The writer's answers against the model's, before they are durable.
    pub(super) fn compare(
        &mut self,
        expected: &[Answer],
        executed: Vec<Executed>,
    ) -> Result<(), Broken> {
        let first = self.node().first;
        let answer = |one| match one {
            Executed::Recorded(place) => {
                let place = u64::try_from(place).expect("a frame fits in memory");
                Answer::Recorded(first.plus(place))
            }
            Executed::Seen(seq) => Answer::Seen(seq),
            Executed::Rejected(why) => Answer::Rejected(why),
        };
        let executed: Vec<Answer> = executed.into_iter().map(answer).collect();
        self.trace.note(|| format!("  -> {executed:?}"));
        ensure!(
            expected == executed,
            "the model expects {expected:?}, but the writer says {executed:?}"
        );
        for answer in expected {
            match answer {
                Answer::Recorded(seq) => {
                    let fact = self.live.fact(*seq).expect("just recorded");
                    self.trace.note(|| format!("     {:?}", fact.event));
                    for name in names_of(fact) {
                        self.trace.counts.add(name);
                    }
                }
                Answer::Seen(seq) => self.trace.counts.add(if *seq >= first {
                    "seen.same_frame"
                } else if *seq >= self.durable.end() {
                    "seen.in_flight"
                } else {
                    "seen.durable"
                }),
                Answer::Rejected(why) => {
                    self.trace.counts.add("rejected");
                    self.trace.counts.add(why.code());
                }
            }
            self.trace.mix(format!("{answer:?}"));
        }
        self.check_next_due()
    }
}

impl World<'_> {
    /// What would come of something now, by what is durable: nothing is done.
    pub(super) fn dry_run(&mut self) -> Result<(), Broken> {
        let ask = self.workload.idea(&mut self.rng, &self.durable);
        let now = giro_engine::Clock::now(&self.clock);
        let expected = self.durable.preview(&ask, now);
        let node = self.node();
        let origin = Origin {
            book: ask.book,
            principal: ask.principal,
            key: None,
        };
        let stamp = node.view.next_stamp(&origin, now);
        let found = node.view.ledger.preview(stamp, ask.action());
        let found = found.map(|preview| {
            let balances = preview.balances.iter();
            let balances = balances.map(|one| (one.posted.minor(), one.held.signed().minor()));
            (preview.event, balances.collect::<Vec<_>>())
        });
        let expected = expected.map(|(event, touched)| {
            let balances = touched.iter().map(|one| (one.posted, one.held));
            (event, balances.collect::<Vec<_>>())
        });
        ensure_same!(found, expected, "what would come of {ask:?}");
        self.trace.counts.add(match found {
            Ok(_) => "dry_run.event",
            Err(_) => "dry_run.rejected",
        });
        Ok(())
    }
}

impl World<'_> {
    /// What the schedules of a book would do, by what is durable.
    pub(super) fn schedules_ahead(&mut self) -> Result<(), Broken> {
        let books = u64::from(number(self.durable.books.books.len()));
        let book = BookId(u32::try_from(self.rng.below(books)).expect("small"));
        let now = giro_engine::Clock::now(&self.clock);
        let days = u32::try_from(self.rng.below(100)).expect("small");
        let until = now.after_seconds(days.saturating_mul(86_400));
        let (principal, key) = (PrincipalId::ENGINE, None);
        let origin = Origin {
            book,
            principal,
            key,
        };
        let view = &self.node().view;
        let stamp = view.next_stamp(&origin, now);
        let found = view.ledger.upcoming(stamp, until, 12);
        let expected = self.durable.books.upcoming(book, stamp.at, until, 12);
        ensure_same!(
            found,
            expected,
            "what schedules of book {} would do",
            book.0
        );
        let names = found.iter().map(|one| match one.is_covered {
            true => "upcoming.covered",
            false => "upcoming.not_covered",
        });
        names.for_each(|name| self.trace.counts.add(name));
        Ok(())
    }
}

/// What something is counted as.
pub(super) fn names_of(fact: &Fact) -> Vec<&'static str> {
    match &fact.event {
        Event::Transfer(transfer) => names_of_transfer(transfer),
        Event::Step(step) => names_of_step(&step.step),
        Event::ChangeStep(step) => match &step.outcome {
            ChangeOutcome::Approved => vec!["change.approved"],
            ChangeOutcome::Applied(_) => vec!["change.applied"],
            ChangeOutcome::Declined(why) => vec!["change.declined", why.code()],
            ChangeOutcome::Rejected { .. } => vec!["change.rejected"],
            ChangeOutcome::Cancelled { .. } => vec!["change.cancelled"],
            ChangeOutcome::Expired => vec!["change.expired"],
        },
        Event::ChangeRequested(_) => vec!["change.requested"],
        Event::PolicySet(_) => vec!["policy.set"],
        Event::LimitAdded(..) => vec!["limit.added"],
        Event::LimitChanged(_) => vec!["limit.changed"],
        Event::LimitRemoved(_) => vec!["limit.removed"],
        Event::BookStopped(stop) if stop.stopped => vec!["book.stopped"],
        Event::BookStopped(_) => vec!["book.resumed"],
        Event::RateSet(new) => vec![match new.basis {
            Basis::Value(_) => "rate.set",
            Basis::Inverse => "rate.set.inverse",
            Basis::Cross { .. } => "rate.set.cross",
        }],
        Event::RateRemoved { .. } => vec!["rate.removed"],
        Event::FeeSet(set) => vec![if set.rule.is_some() {
            "fee.set"
        } else {
            "fee.removed"
        }],
        Event::Quoted(quote) => names_of_quote(quote),
        Event::CalendarSet(..) => vec!["calendar.set"],
        Event::ScheduleAdded(_, added) => vec![match added.new.order {
            Order::Payment { .. } => "schedule.payment",
            Order::Sweep { .. } => "schedule.sweep",
        }],
        Event::ScheduleChanged(changed) => vec![match changed.change.to {
            ScheduleTo::Paused => "schedule.paused",
            ScheduleTo::Resumed => "schedule.resumed",
            ScheduleTo::Cancelled => "schedule.cancelled",
        }],
        Event::RunSkipped(skipped) => vec![match skipped.why {
            Skipped::NothingToMove => "run.skipped.nothing_to_move",
            Skipped::NotPossible => "run.skipped.not_possible",
        }],
        Event::InstrumentAdded(_) => vec!["instrument.added"],
        Event::Webhook(event) => names_of_webhook(event),
        Event::Refused(_) => vec!["request.refused"],
        Event::InstrumentMatured(_) => vec!["instrument.matured"],
        Event::InstrumentPassedOver { .. } => vec!["instrument.passed_over"],
        Event::InvestmentSet(set) => vec![if set.investment.is_some() {
            "investment.set"
        } else {
            "investment.ended"
        }],
        Event::AssetDefined(_)
        | Event::BookOpened(..)
        | Event::BookChanged(_)
        | Event::PrincipalAdded(..)
        | Event::PrincipalRevoked(_)
        | Event::AccountOpened(..)
        | Event::AccountChanged(_)
        | Event::AccountFrozen(_)
        | Event::AccountClosed(_) => vec!["recorded.change"],
    }
}

fn names_of_webhook(event: &WebhookEvent) -> Vec<&'static str> {
    match event {
        WebhookEvent::Added(..) => vec!["webhook.added"],
        WebhookEvent::Changed(_) => vec!["webhook.changed"],
        WebhookEvent::Rotated(rotation) => vec![match rotation.keep_former_seconds {
            0 => "webhook.rotated.at_once",
            _ => "webhook.rotated",
        }],
        WebhookEvent::Removed(_) => vec!["webhook.removed"],
        WebhookEvent::RedeliveryAsked { .. } => vec!["webhook.redelivery"],
        WebhookEvent::Delivered(deliveries) => {
            let names = deliveries.attempts.iter().map(|attempt| {
                match (attempt.is_delivered(), attempt.next_at) {
                    (true, _) => "webhook.told",
                    (false, Some(_)) => "webhook.told.again_later",
                    (false, None) => "webhook.told.given_up",
                }
            });
            std::iter::once("webhook.delivered").chain(names).collect()
        }
    }
}

fn names_of_transfer(transfer: &Transfer) -> Vec<&'static str> {
    let terms = transfer.request.terms.as_deref();
    let mut names = match &transfer.status {
        TransferStatus::Completed => vec!["recorded.completed"],
        TransferStatus::Declined(why) => return declined("recorded.declined", why),
        TransferStatus::AwaitingApproval(terms) if terms.holds_funds => {
            vec!["recorded.awaiting_approval"]
        }
        TransferStatus::AwaitingApproval(_) => vec!["recorded.awaiting_approval.unfunded"],
        TransferStatus::Held { .. } => vec!["recorded.held"],
        TransferStatus::Scheduled {
            holds_funds: true, ..
        } => vec!["recorded.scheduled"],
        TransferStatus::Scheduled { .. } => vec!["recorded.scheduled.unfunded"],
    };
    if terms.is_some_and(|terms| terms.reverses.is_some()) {
        names.push("recorded.reversal");
    }
    if terms.is_some_and(|terms| terms.at_most.is_some()) {
        names.push("recorded.at_most");
    }
    if terms.is_some_and(|terms| terms.closes_source) {
        names.push("recorded.sweep");
    }
    if terms.is_some_and(|terms| terms.quote.is_some()) {
        names.push("recorded.quote");
    }
    if terms.is_some_and(|terms| terms.returns_fee) {
        names.push("recorded.reversal.with_fee");
    }
    if let Some(fee) = terms.and_then(|terms| terms.fee) {
        names.push(match fee.bearing {
            Bearing::OnTop => "recorded.fee.on_top",
            Bearing::Included => "recorded.fee.included",
        });
    }
    names.extend(
        transfer
            .request
            .booked()
            .into_iter()
            .flat_map(names_of_booked),
    );
    names
}

fn names_of_quote(quote: &Quote) -> Vec<&'static str> {
    let by = match (quote.request.amount, &quote.rate) {
        (_, None) => "quote.one_asset",
        (QuoteAmount::Source(_), Some(_)) => "quote.source",
        (QuoteAmount::Target(_), Some(_)) => "quote.target",
        (QuoteAmount::SourceWithFee(_), Some(_)) => "quote.source_with_fee",
    };
    let mut names = vec![by];
    names.extend(quote.fee.map(|_| "quote.fee"));
    names
}

fn names_of_booked(booked: &Booked) -> Vec<&'static str> {
    let trades = booked.trades.iter().map(|trade| match trade.activity {
        Activity::Buy => "trade.buy",
        Activity::Sell => "trade.sell",
        Activity::Maturity => "trade.maturity",
    });
    let mut names: Vec<_> = trades.collect();
    if booked.is_in_kind {
        names.push("trade.in_kind");
    }
    if booked.trades.len() > 1 {
        names.push("trade.several");
    }
    names.extend(booked.settles_at.map(|_| "trade.settles_later"));
    names
}

fn names_of_outcome(outcome: &Outcome) -> Vec<&'static str> {
    match outcome {
        Outcome::Completed { booked, .. } => {
            booked.iter().flat_map(|one| names_of_booked(one)).collect()
        }
        _ => Vec::new(),
    }
}

fn names_of_step(step: &Step) -> Vec<&'static str> {
    match step {
        Step::Approved(Outcome::Waiting) => vec!["step.approved"],
        Step::Approved(outcome @ Outcome::Completed { .. }) => {
            let mut names = names_of_outcome(outcome);
            names.push("step.approved.completed");
            names
        }
        Step::Approved(Outcome::Scheduled { .. }) => vec!["step.approved.scheduled"],
        Step::Due(outcome @ Outcome::Completed { .. }) => {
            let mut names = names_of_outcome(outcome);
            names.push("step.due.completed");
            names
        }
        Step::Due(Outcome::Declined(why)) => declined("step.due.declined", why),
        Step::Due(_) => vec!["step.due"],
        Step::Settled => vec!["step.settled"],
        Step::Approved(Outcome::Held { .. }) => vec!["step.approved.held"],
        Step::Approved(Outcome::Declined(why)) => declined("step.approved.declined", why),
        Step::Rejected { .. } => vec!["step.rejected"],
        Step::Cancelled { .. } => vec!["step.cancelled"],
        Step::Captured {
            rest: Rest::Held, ..
        } => vec!["step.captured.part"],
        Step::Captured {
            rest: Rest::Released,
            ..
        } => vec!["step.captured"],
        Step::Released { .. } => vec!["step.released"],
        Step::Expired => vec!["step.expired"],
    }
}

fn declined(name: &'static str, why: &Rejection) -> Vec<&'static str> {
    vec![name, why.code()]
}
