//! The rules for approvals: what needs them, who may give them, and what comes of them.

use super::hold::step;
use super::transfer::side_sums;
use crate::event::{ChangeOutcome, ChangeStep};
use crate::policy::FundsCheck;
use crate::step::Outcome;
use crate::text::Reason;
use crate::{
    Approval, ApprovalTerms, BookId, Capability, Conditions, Event, Ledger, Leg, NewTransfer,
    OpenTransfer, Policy, PolicyId, Principal, PrincipalId, Rejection, Side, Stage, Stamp, Step,
    Subject, Tag,
};

/// What is under way and waits for approval.
struct Waiting<'a> {
    maker: PrincipalId,
    approval: &'a Approval,
}

impl Ledger {
    /// The approval that a transfer needs, if it needs one, and how many could give it.
    pub(super) fn approval_for(
        &self,
        stamp: Stamp,
        request: &NewTransfer,
    ) -> Result<Option<(ApprovalTerms, usize)>, Rejection> {
        let terms = request.terms.as_deref();
        let reviewers = terms.map_or(&[][..], |terms| &terms.reviewers);
        let in_force = self.policies_in_force(stamp.book);
        let found = in_force
            .map(|(id, entry)| (id, &entry.policy))
            .find(|(_, policy)| self.is_for(&policy.conditions, request, stamp.principal));
        let is_dual = terms.is_some_and(|terms| terms.dual_control);
        let mut asked = match found {
            Some((_, policy)) if policy.approvals == 0 => return Ok(None),
            Some((id, policy)) => asked_by(stamp, id, policy, &policy.checkers),
            None if is_dual => dual_control(stamp),
            None => return Ok(None),
        };
        let may_check = |who: &PrincipalId| self.may_check(stamp.book, &asked.checkers, *who);
        if let Some(stranger) = reviewers.iter().find(|who| !may_check(who)) {
            return Err(Rejection::ReviewerNotAChecker {
                principal: *stranger,
            });
        }
        if !reviewers.is_empty() {
            asked.checkers = reviewers.to_vec();
        }
        let eligible = self.eligible(stamp.book, &asked.checkers, Some(stamp.principal));
        Ok(Some((asked, eligible)))
    }

    fn is_for(&self, conditions: &Conditions, request: &NewTransfer, maker: PrincipalId) -> bool {
        let NewTransfer { kind, legs, .. } = request;
        let moves = |asset| {
            let sums = side_sums(legs, asset);
            let moved = sums.map_or(crate::Amount::MAX, |(debits, _)| debits);
            legs.iter().any(|leg| leg.asset == asset)
                && conditions.amount_min.is_none_or(|min| moved >= min)
                && conditions.amount_max.is_none_or(|max| moved <= max)
        };
        let any = |side: Side, is: &dyn Fn(&Leg) -> bool| {
            legs.iter().any(|leg| leg.side == side && is(leg))
        };
        let tagged = |side: Side, tag: &Option<Tag>| {
            let tag = tag.as_ref();
            tag.is_none_or(|tag| any(side, &|leg| self.has_tag(leg.account, tag)))
        };
        let is_of = |side: Side, account: Option<crate::AccountId>| {
            account.is_none_or(|account| any(side, &|leg| leg.account == account))
        };
        (conditions.kinds.is_empty() || conditions.kinds.contains(kind))
            && conditions.asset.is_none_or(moves)
            && is_of(Side::Debit, conditions.source)
            && is_of(Side::Credit, conditions.target)
            && tagged(Side::Debit, &conditions.source_tag)
            && tagged(Side::Credit, &conditions.target_tag)
            && conditions
                .initiator
                .is_none_or(|one| self.is_same_person(one, maker))
    }

    /// One principal of a book that can still act.
    pub(super) fn principal_in(&self, book: BookId, id: PrincipalId) -> Option<&Principal> {
        let found = self.principal(id).filter(|one| one.book == Some(book));
        found.filter(|one| one.revoked_at.is_none())
    }

    /// Whether somebody can check: named or not, they need the capability.
    fn may_check(&self, book: BookId, checkers: &[PrincipalId], who: PrincipalId) -> bool {
        let found = self.principal_in(book, who);
        found.is_some_and(|one| one.capabilities.contains(Capability::ApprovalsDecide))
            && (checkers.is_empty()
                || checkers
                    .iter()
                    .any(|named| self.is_same_person(*named, who)))
    }

    /// How many persons could approve, apart from the maker.
    pub(super) fn eligible(
        &self,
        book: BookId,
        checkers: &[PrincipalId],
        maker: Option<PrincipalId>,
    ) -> usize {
        let all = self.book(book).map_or(&[][..], |book| &book.principals);
        let is_maker = |who| maker.is_some_and(|maker| self.is_same_person(maker, who));
        let able = all
            .iter()
            .filter(|who| self.may_check(book, checkers, **who) && !is_maker(**who));
        let mut persons: Vec<PrincipalId> = Vec::new();
        for who in able {
            if persons.len() > usize::from(Policy::MAX_APPROVALS) {
                break;
            }
            if !persons.iter().any(|one| self.is_same_person(*one, *who)) {
                persons.push(*who);
            }
        }
        persons.len()
    }

    /// What of the book waits for approval under that name.
    fn waiting(&self, stamp: Stamp, subject: Subject) -> Result<Waiting<'_>, Rejection> {
        match subject {
            Subject::Transfer(transfer) => {
                let open = self.open_in(stamp, transfer)?;
                match &open.stage {
                    Stage::AwaitingApproval(approval) => Ok(Waiting {
                        maker: open.maker,
                        approval,
                    }),
                    Stage::Held(_) | Stage::Scheduled { .. } => {
                        Err(Rejection::NotAwaitingApproval { transfer })
                    }
                    Stage::Settling { .. } => Err(Rejection::NotOpen { subject }),
                }
            }
            Subject::Change(id) => {
                let change = self
                    .open_change(id)
                    .filter(|change| change.book == stamp.book);
                let is_over = |terms: &ApprovalTerms| terms.expires_at <= stamp.at;
                let change = change.filter(|change| !is_over(&change.approval.terms));
                let change = change.ok_or(Rejection::NotOpen { subject })?;
                Ok(Waiting {
                    maker: change.maker,
                    approval: &change.approval,
                })
            }
        }
    }

    /// Who has asked for what is to be made later, if the subject is that.
    fn scheduled(&self, stamp: Stamp, subject: Subject) -> Option<PrincipalId> {
        let Subject::Transfer(id) = subject else {
            return None;
        };
        let open = self.open_in(stamp, id).ok()?;
        matches!(open.stage, Stage::Scheduled { .. }).then_some(open.maker)
    }

    /// Whether somebody may approve or reject it.
    fn check_checker(&self, stamp: Stamp, waiting: &Waiting<'_>) -> Result<(), Rejection> {
        let principal = stamp.principal;
        if self.is_same_person(waiting.maker, principal) {
            return Err(Rejection::MakerCannotApprove { principal });
        }
        if !self.may_check(stamp.book, &waiting.approval.terms.checkers, principal) {
            return Err(Rejection::NotAChecker { principal });
        }
        let mut approved_by = waiting.approval.approved_by.iter();
        match approved_by.any(|one| self.is_same_person(*one, principal)) {
            true => Err(Rejection::AlreadyApproved { principal }),
            false => Ok(()),
        }
    }

    /// Whether `stamp.principal` may approve or reject what waits under that name.
    ///
    /// # Errors
    /// The [`Rejection`] that they would get.
    pub fn may_decide(&self, stamp: Stamp, subject: Subject) -> Result<(), Rejection> {
        let waiting = self.waiting(stamp, subject)?;
        self.check_checker(stamp, &waiting)
    }

    pub(super) fn decide_approve(
        &self,
        stamp: Stamp,
        subject: Subject,
    ) -> Result<Event, Rejection> {
        let waiting = self.waiting(stamp, subject)?;
        self.check_checker(stamp, &waiting)?;
        let is_last = waiting.approval.missing() <= 1;
        match subject {
            Subject::Change(id) => {
                let open = self.open_change(id).expect("it waits");
                let outcome = match is_last {
                    false => ChangeOutcome::Approved,
                    true => self.change_outcome(stamp.book, open),
                };
                let (change, previous) = (id, open.last);
                Ok(Event::ChangeStep(Box::new(ChangeStep {
                    change,
                    previous,
                    outcome,
                })))
            }
            Subject::Transfer(id) => {
                let open = self.open(id).expect("it waits");
                // A stop is not the end of what waits: it can be approved when the book goes on.
                if self.known_book(stamp.book)?.stop.is_some() {
                    return Err(Rejection::BookStopped);
                }
                let approved = match is_last {
                    false => Outcome::Waiting,
                    true => self.outcome(stamp, open),
                };
                Ok(step(id, open, Step::Approved(approved)))
            }
        }
    }

    /// What comes of a transfer when the last checker has agreed, or when its time has come.
    pub(super) fn outcome(&self, stamp: Stamp, open: &OpenTransfer) -> Outcome {
        let terms = open.request.terms.as_ref();
        let later = terms.and_then(|terms| terms.later);
        if let Some(due_at) = later
            .map(|later| later.due_at)
            .filter(|due| *due > stamp.at)
        {
            return Outcome::Scheduled { due_at };
        }
        match self.posted_now(stamp, open) {
            Ok(outcome) => outcome,
            Err(why) => Outcome::Declined(why),
        }
    }

    fn posted_now(&self, stamp: Stamp, open: &OpenTransfer) -> Result<Outcome, Rejection> {
        let legs = &open.request.legs;
        let terms = open.request.terms.as_ref();
        self.check_postable(stamp, open, legs)?;
        if terms.is_some_and(|terms| terms.closes_source) {
            let mut debits = legs.iter().filter(|leg| leg.side == Side::Debit);
            let source = debits.next().expect("a transfer has debits").account;
            self.check_left_empty(source, open)?;
        }
        if let Some(expires_at) = self.hold_expiry(stamp, &open.request) {
            if open.held().is_empty() {
                self.check_uninvested(legs)?;
            }
            return Ok(Outcome::Held { expires_at });
        }
        let booked = self.booked(stamp, &open.request, legs, open.held())?;
        Ok(Outcome::Completed {
            legs: legs.clone(),
            booked: booked.map(Box::new),
        })
    }

    pub(super) fn decide_reject(
        &self,
        stamp: Stamp,
        subject: Subject,
        reason: Option<Reason>,
    ) -> Result<Event, Rejection> {
        let waiting = self.waiting(stamp, subject)?;
        // Whoever has approved it may still change their mind: a no is final either way.
        match self.check_checker(stamp, &waiting) {
            Ok(()) | Err(Rejection::AlreadyApproved { .. }) => {}
            Err(why) => return Err(why),
        }
        let outcome = reason.clone();
        Ok(self.end(
            subject,
            Step::Rejected { reason },
            ChangeOutcome::Rejected { reason: outcome },
        ))
    }

    pub(super) fn decide_cancel(
        &self,
        stamp: Stamp,
        subject: Subject,
        reason: Option<Reason>,
    ) -> Result<Event, Rejection> {
        let maker = match self.scheduled(stamp, subject) {
            Some(maker) => maker,
            None => self.waiting(stamp, subject)?.maker,
        };
        let principal = stamp.principal;
        if !self.is_same_person(maker, principal) {
            return Err(Rejection::NotTheMaker { principal });
        }
        let outcome = reason.clone();
        Ok(self.end(
            subject,
            Step::Cancelled { reason },
            ChangeOutcome::Cancelled { reason: outcome },
        ))
    }

    /// The end of something that is under way.
    fn end(&self, subject: Subject, of_transfer: Step, of_change: ChangeOutcome) -> Event {
        match subject {
            Subject::Transfer(id) => step(id, self.open(id).expect("it waits"), of_transfer),
            Subject::Change(change) => Event::ChangeStep(Box::new(ChangeStep {
                change,
                previous: self.open_change(change).expect("it waits").last,
                outcome: of_change,
            })),
        }
    }
}

/// What a policy asks of something that is asked for now.
pub(super) fn asked_by(
    stamp: Stamp,
    id: PolicyId,
    policy: &Policy,
    checkers: &[PrincipalId],
) -> ApprovalTerms {
    ApprovalTerms {
        policy: Some(id),
        needed: policy.approvals,
        checkers: checkers.to_vec(),
        holds_funds: policy.funds == FundsCheck::AtSubmission,
        expires_at: stamp.at.after_seconds(policy.expires_after_seconds),
    }
}

/// What a transfer under dual control asks for itself, if no policy is for it: that one other
/// person agrees.
fn dual_control(stamp: Stamp) -> ApprovalTerms {
    ApprovalTerms {
        policy: None,
        needed: 1,
        checkers: Vec::new(),
        holds_funds: true,
        expires_at: stamp.at.after_seconds(Policy::DUAL_CONTROL_SECONDS),
    }
}
