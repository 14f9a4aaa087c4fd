//! What the writer says against what the model says.

use super::World;
use crate::Broken;
use crate::model::{Answer, Fact};
use giro_engine::Origin;
use giro_engine::writer::Executed;
use giro_ledger::event::ChangeOutcome;
use giro_ledger::step::{Approved, Rest};
use giro_ledger::{Event, Rejection, Step, Transfer, TransferStatus};

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

/// What something is counted as.
fn names_of(fact: &Fact) -> Vec<&'static str> {
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
    names
}

fn names_of_step(step: &Step) -> Vec<&'static str> {
    match step {
        Step::Approved(Approved::Waiting) => vec!["step.approved"],
        Step::Approved(Approved::Completed { .. }) => vec!["step.approved.completed"],
        Step::Approved(Approved::Held { .. }) => vec!["step.approved.held"],
        Step::Approved(Approved::Declined(why)) => declined("step.approved.declined", why),
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
