//! What a table remembers of the transfers and changes that it has given a name: the ledger keeps
//! nothing of what is over.

use super::*;
use crate::action::Original;
use crate::event::ChangeOutcome;
use crate::progress::Progress;
use crate::step::{Outcome, Rest};
use crate::{Amount, ChangeId, Legs, Step, TransferId, TransferStatus};

/// Every word that the result of a command can begin with.
pub(in super::super) const RESULTS: [&str; 9] = [
    "ok",
    "scheduled",
    "completed",
    "held",
    "awaiting_approval",
    "declined",
    "rejected",
    "cancelled",
    "expired",
];

/// A transfer or a change that has a name.
pub(super) struct Tracked {
    pub(super) subject: Subject,
    pub(super) status: &'static str,
    /// What was asked, if it is a transfer.
    request: Option<NewTransfer>,
    /// How far it has come, if it is a transfer, as whoever reads the log sees it.
    progress: Option<Progress>,
    /// What the policy is to be called, if it is a change that adds one.
    policy: Option<String>,
}

impl Tracked {
    pub(super) fn transfer(&self, words: &Words<'_>) -> TransferId {
        match self.subject {
            Subject::Transfer(id) => id,
            Subject::Change(_) => words.fail("it is not a transfer"),
        }
    }

    /// What the log would say of the transfer.
    pub(super) fn original(&self, words: &Words<'_>) -> Original {
        let request = self.request(words);
        let terms = request.terms.as_ref();
        Original {
            transfer: self.transfer(words),
            kind: request.kind,
            posted: match (self.status, &self.progress) {
                ("completed", Some(progress)) => progress.posted.clone(),
                _ => Legs::new(),
            },
            is_reversal: terms.is_some_and(|terms| terms.reverses.is_some()),
            fee: terms.and_then(|terms| terms.fee),
            is_traded: self.booked().is_some(),
        }
    }

    /// What was posted beside it, or in its place.
    pub(super) fn booked(&self) -> Option<&crate::Booked> {
        self.progress.as_ref()?.booked.as_ref()
    }

    pub(super) fn is_settled(&self) -> bool {
        self.progress
            .as_ref()
            .is_some_and(|progress| progress.is_settled)
    }

    /// Why it was declined.
    pub(super) fn why(&self) -> Option<&'static str> {
        let declined = self.progress.as_ref()?.declined.as_ref()?;
        Some(declined.code())
    }

    pub(super) fn request(&self, words: &Words<'_>) -> &NewTransfer {
        match &self.request {
            Some(request) => request,
            None => words.fail("it is not a transfer"),
        }
    }

    /// The asset that its parts are counted in.
    pub(super) fn asset(&self) -> Option<AssetId> {
        let legs = self.request.as_ref().map(|request| &request.legs);
        legs.and_then(|legs| legs.first()).map(|leg| leg.asset)
    }

    /// Notes the status that it has now, which must be what the log says.
    fn go_on(&mut self, words: &Words<'_>, status: &'static str, event: &Event, by: PrincipalId) {
        self.status = status;
        if let (Some(progress), Event::Step(step)) = (self.progress.take(), event) {
            let progress = progress.then(&step.step, by);
            words.assert_eq(progress.state.name(), status);
            self.progress = Some(progress);
        }
    }
}

impl World {
    /// The word for what came of a command, and why if the rules said no.
    pub(super) fn result<'a>(&self, event: &'a Event) -> (&'static str, Option<&'a Rejection>) {
        match event {
            Event::Transfer(transfer) => match &transfer.status {
                TransferStatus::Completed => ("completed", None),
                TransferStatus::Declined(why) => ("declined", Some(why)),
                TransferStatus::AwaitingApproval(_) => ("awaiting_approval", None),
                TransferStatus::Held { .. } => ("held", None),
                TransferStatus::Scheduled { .. } => ("scheduled", None),
            },
            Event::Step(step) => {
                let open = self.ledger.open(step.transfer).expect("it is under way");
                let has_captured = match &open.stage {
                    crate::Stage::Held(hold) => hold.has_captured,
                    crate::Stage::AwaitingApproval(_)
                    | crate::Stage::Scheduled { .. }
                    | crate::Stage::Settling { .. } => false,
                };
                after_step(&step.step, has_captured)
            }
            Event::ChangeRequested(_) => ("awaiting_approval", None),
            Event::ChangeStep(step) => match &step.outcome {
                ChangeOutcome::Approved => ("awaiting_approval", None),
                ChangeOutcome::Applied(_) => ("completed", None),
                ChangeOutcome::Declined(why) => ("declined", Some(why)),
                ChangeOutcome::Rejected { .. } => ("rejected", None),
                ChangeOutcome::Cancelled { .. } => ("cancelled", None),
                ChangeOutcome::Expired => ("expired", None),
            },
            _ => ("ok", None),
        }
    }

    /// Remembers what an event, which is about to be applied, says of what has a name.
    pub(super) fn track(
        &mut self,
        words: &Words<'_>,
        label: Option<String>,
        name: Option<&str>,
        event: &Event,
    ) {
        let status = self.result(event).0;
        let (subject, transfer) = match event {
            Event::Transfer(transfer) => {
                let subject = Subject::Transfer(TransferId(self.number));
                words.assert_eq(Progress::of(transfer).state.name(), status);
                (subject, Some(transfer))
            }
            Event::ChangeRequested(_) => (Subject::Change(ChangeId(self.number)), None),
            Event::Step(step) => {
                return self.track_step(words, Subject::Transfer(step.transfer), status, event);
            }
            Event::ChangeStep(step) => {
                self.name_policy(step.change, &step.outcome);
                return self.track_step(words, Subject::Change(step.change), status, event);
            }
            Event::RunSkipped(skipped) => {
                self.note_run(&skipped.run, Some(skipped.why.name()));
                return;
            }
            _ if label.is_some() => words.fail("only what has a status has a name like that"),
            _ => return,
        };
        let Some(label) = label.or_else(|| self.label_of(transfer)) else {
            return;
        };
        let tracked = Tracked {
            subject,
            status,
            request: transfer.map(|transfer| transfer.request.clone()),
            progress: transfer.map(Progress::of),
            policy: name.map(str::to_owned),
        };
        if self.tracked.insert(label, tracked).is_some() {
            words.fail("the name is given twice");
        }
    }

    /// What the table calls a transfer that it has not asked for.
    fn label_of(&mut self, transfer: Option<&crate::Transfer>) -> Option<String> {
        let request = &transfer?.request;
        match request.terms.as_ref().and_then(|terms| terms.run) {
            Some(run) => self.note_run(&run, None),
            None => self.maturity_label(request),
        }
    }

    fn track_step(
        &mut self,
        words: &Words<'_>,
        subject: Subject,
        status: &'static str,
        event: &Event,
    ) {
        let by = self.principal;
        let mut all = self.tracked.values_mut();
        if let Some(tracked) = all.find(|tracked| tracked.subject == subject) {
            tracked.go_on(words, status, event, by);
        }
    }

    /// A policy has its name from when the change that adds it is carried out.
    fn name_policy(&mut self, change: ChangeId, outcome: &ChangeOutcome) {
        let mut all = self.tracked.values();
        let change = all.find(|one| one.subject == Subject::Change(change));
        let name = change.and_then(|change| change.policy.clone());
        if let (Some(name), ChangeOutcome::Applied(set)) = (name, outcome) {
            self.policies.insert(name, set.id);
        }
    }

    pub(super) fn tracked_named<'a>(&self, words: &mut Words<'a>) -> (&'a str, &Tracked) {
        let name = words.next("the name of a transfer or change");
        match self.tracked.get(name) {
            Some(tracked) => (name, tracked),
            None => words.fail(&format!("{name:?} is not the name of a transfer or change")),
        }
    }

    /// What a command is about; `nobody` is a transfer that there never was.
    pub(super) fn subject_named(&self, words: &mut Words<'_>) -> Subject {
        match words.take_if("nobody") {
            true => Subject::Transfer(TransferId(u64::MAX)),
            false => self.tracked_named(words).1.subject,
        }
    }

    pub(super) fn decimals_of(&self, tracked: &Tracked) -> u8 {
        let asset = tracked.asset().and_then(|asset| self.ledger.asset(asset));
        asset.map_or(0, |asset| asset.decimals)
    }

    /// A part of a transfer, if the line says one.
    pub(super) fn part(&self, tracked: &Tracked, words: &mut Words<'_>) -> Option<Amount> {
        let decimals = self.decimals_of(tracked);
        words.take_if_some(|word| Amount::parse(word, decimals).ok())
    }
}

/// The status of a transfer after a step: what is documented, in words.
fn after_step(step: &Step, has_captured: bool) -> (&'static str, Option<&Rejection>) {
    let over = |word| if has_captured { "completed" } else { word };
    match step {
        Step::Approved(outcome) | Step::Due(outcome) => match outcome {
            Outcome::Waiting => ("awaiting_approval", None),
            Outcome::Completed { .. } => ("completed", None),
            Outcome::Held { .. } => ("held", None),
            Outcome::Declined(why) => ("declined", Some(why)),
            Outcome::Scheduled { .. } => ("scheduled", None),
        },
        Step::Settled => ("completed", None),
        Step::Rejected { .. } => ("rejected", None),
        Step::Cancelled { .. } => ("cancelled", None),
        Step::Captured {
            rest: Rest::Held, ..
        } => ("held", None),
        Step::Captured {
            rest: Rest::Released,
            ..
        } => ("completed", None),
        Step::Released { .. } => (over("cancelled"), None),
        Step::Expired => (over("expired"), None),
    }
}
