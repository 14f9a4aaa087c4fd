//! Approvals: what waits for somebody else to agree, and what became of it.
//!
//! An approval has no record of its own: it begins with the record of a transfer that waits for
//! approval, or with that of a change of policies, and goes on with their steps.

use crate::life::{Life, transfer_in};
use crate::query::{OPEN_SCAN_MAX, SCAN_MAX};
use crate::service::{Service, ServiceError};
use giro_engine::{IdKind, Record, Seq};
use giro_ledger::event::{ChangeOutcome, ChangeRequest};
use giro_ledger::open::Stage;
use giro_ledger::{
    ApprovalTerms, BookId, ChangeId, Event, PrincipalId, Stamp, Subject, TransferId, TransferState,
    TransferStatus,
};
use uuid::Uuid;

/// What waits or has waited for approval, up to now or up to one of its steps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApprovalLife {
    /// A transfer.
    Transfer(Box<Life>),
    /// A change of policies.
    Change(Box<ChangeLife>),
}

/// A change of policies with its steps, up to now or up to one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangeLife {
    /// The record of the request.
    pub first: Record,
    /// The records of its steps, oldest first.
    pub steps: Vec<Record>,
}

impl ChangeLife {
    /// What was asked for.
    ///
    /// # Panics
    /// If its first record is of something else.
    pub fn request(&self) -> &ChangeRequest {
        match &self.first.event {
            Event::ChangeRequested(request) => request,
            other => unreachable!("a change begins with its request, not with {other:?}"),
        }
    }

    /// What happened last, if anything has.
    pub fn outcome(&self) -> Option<&ChangeOutcome> {
        match &self.steps.last()?.event {
            Event::ChangeStep(step) => Some(&step.outcome),
            _ => None,
        }
    }
}

/// Which approvals of a book, oldest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct ApprovalQuery {
    /// Those that this principal may decide now.
    pub waiting_for: Option<PrincipalId>,
    /// Those whose first record has this number or a later one.
    pub from: u64,
    /// So many of them at most.
    pub limit: usize,
}

/// Part of a list of approvals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApprovalPage {
    /// The approvals.
    pub items: Vec<ApprovalLife>,
    /// Where to go on, if there may be more.
    pub next: Option<u64>,
}

impl Service {
    /// The first record of an approval of a book. What is in another book does not exist.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn approval_begun(&self, book: BookId, id: Uuid) -> Result<Option<Record>, ServiceError> {
        let Some(number) = self.ids().decode(IdKind::Approval, id) else {
            return Ok(None);
        };
        if number == 0 || Seq(number) >= self.read().end() {
            return Ok(None);
        }
        let record = self.engine().history().record(Seq(number))?;
        let is_it = record.origin.book == book
            && subject_of(&record).is_some()
            && self.ids().matches(IdKind::Approval, id, number, record.at);
        Ok(is_it.then_some(record))
    }

    /// The approval that begins in a record, up to now.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say.
    ///
    /// # Panics
    /// If none begins in it.
    pub fn approval(&self, first: Record) -> Result<ApprovalLife, ServiceError> {
        match subject_of(&first).expect("an approval begins in this record") {
            Subject::Change(_) => self
                .change(first)
                .map(|life| ApprovalLife::Change(Box::new(life))),
            Subject::Transfer(_) => {
                let mut lives = self.lives(vec![first])?;
                let life = lives.pop().expect("one for one");
                Ok(ApprovalLife::Transfer(Box::new(life)))
            }
        }
    }

    /// The approval that a record is a step of, as it was after that step.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn approval_at(&self, record: Record) -> Result<ApprovalLife, ServiceError> {
        let Event::ChangeStep(step) = &record.event else {
            let life = self.life_at(record)?;
            return Ok(ApprovalLife::Transfer(Box::new(life)));
        };
        let first = self.engine().history().record(Seq(step.change.0))?;
        let life = self.change_between(first, record.seq)?;
        Ok(ApprovalLife::Change(Box::new(life)))
    }

    /// What waits for approval in a book.
    ///
    /// # Errors
    /// As [`Service::approval`].
    pub fn approvals(
        &self,
        book: BookId,
        query: &ApprovalQuery,
    ) -> Result<ApprovalPage, ServiceError> {
        let (numbers, next) = self.waiting(book, query);
        let history = self.engine().history();
        let firsts = numbers
            .into_iter()
            .map(|number| history.record(Seq(number)));
        let firsts = firsts.collect::<Result<Vec<_>, _>>()?;
        let items = firsts.into_iter().map(|first| self.approval(first));
        let mut items = items.collect::<Result<Vec<_>, _>>()?;
        // Some may be over since.
        items.retain(ApprovalLife::waits);
        Ok(ApprovalPage { items, next })
    }

    /// The numbers of what waits, and where to go on.
    fn waiting(&self, book: BookId, query: &ApprovalQuery) -> (Vec<u64>, Option<u64>) {
        let at = self.now();
        let state = self.read();
        let ledger = &state.ledger;
        let is_wanted = |subject: Subject| {
            query.waiting_for.is_none_or(|principal| {
                let stamp = Stamp {
                    book,
                    principal,
                    at,
                    number: 0,
                };
                ledger.may_decide(stamp, subject).is_ok()
            })
        };
        let mut numbers = Vec::new();
        let mut cut = None;
        let mut asked_about = 0_usize;
        let transfers = ledger.open_transfers_in(TransferId(query.from)..);
        for (looked_at, (id, open)) in transfers.enumerate() {
            let is_enough = numbers.len() > query.limit || asked_about == SCAN_MAX;
            if is_enough || looked_at == OPEN_SCAN_MAX {
                cut = Some(id.0);
                break;
            }
            if open.book == book && matches!(open.stage, Stage::AwaitingApproval(_)) {
                asked_about = asked_about.saturating_add(1);
                if is_wanted(Subject::Transfer(id)) {
                    numbers.push(id.0);
                }
            }
        }
        let changes = ledger.open_changes();
        let changes = changes.filter(|(id, change)| {
            let is_in_page = id.0 >= query.from && cut.is_none_or(|cut| id.0 < cut);
            is_in_page && change.book == book && is_wanted(Subject::Change(*id))
        });
        numbers.extend(changes.map(|(id, _)| id.0));
        numbers.sort_unstable();
        let next = numbers.get(query.limit).copied().or(cut);
        numbers.truncate(query.limit);
        (numbers, next)
    }

    fn change(&self, first: Record) -> Result<ChangeLife, ServiceError> {
        let open = self
            .read()
            .ledger
            .open_change(ChangeId(first.seq.0))
            .map(|open| open.last);
        let last = match open {
            Some(last) => Some(Seq(last)),
            None => self.engine().find_last(first.seq.0)?.wait()?,
        };
        let last = last.unwrap_or(first.seq);
        self.change_between(first, last)
    }

    fn change_between(&self, first: Record, last: Seq) -> Result<ChangeLife, ServiceError> {
        let mut steps = Vec::new();
        let mut at = last;
        while at > first.seq {
            let record = self.engine().history().record(at)?;
            let Event::ChangeStep(step) = &record.event else {
                unreachable!("record {at} is no step of change {}", first.seq);
            };
            at = Seq(step.previous);
            steps.push(record);
        }
        steps.reverse();
        Ok(ChangeLife { first, steps })
    }
}

impl ApprovalLife {
    /// Its first record.
    pub fn first(&self) -> &Record {
        match self {
            ApprovalLife::Transfer(life) => &life.first,
            ApprovalLife::Change(life) => &life.first,
        }
    }

    /// Its steps, and all later ones of the transfer, oldest first.
    pub fn steps(&self) -> &[Record] {
        match self {
            ApprovalLife::Transfer(life) => &life.steps,
            ApprovalLife::Change(life) => &life.steps,
        }
    }

    /// Whether it still waits.
    fn waits(&self) -> bool {
        match self {
            ApprovalLife::Transfer(life) => life.progress.state == TransferState::AwaitingApproval,
            ApprovalLife::Change(life) => life.outcome().is_none_or(|outcome| !outcome.is_final()),
        }
    }

    /// Who must agree.
    ///
    /// # Panics
    /// If it is not of something that waits or has waited for approval.
    pub fn terms(&self) -> &ApprovalTerms {
        match self {
            ApprovalLife::Change(life) => &life.request().terms,
            ApprovalLife::Transfer(life) => match &life.transfer().status {
                TransferStatus::AwaitingApproval(terms) => terms,
                other => unreachable!("an approval does not begin with {other:?}"),
            },
        }
    }
}

/// What waits for approval from a record on.
pub fn subject_of(first: &Record) -> Option<Subject> {
    if matches!(first.event, Event::ChangeRequested(_)) {
        return Some(Subject::Change(ChangeId(first.seq.0)));
    }
    let transfer = transfer_in(first)?;
    let waits = matches!(transfer.status, TransferStatus::AwaitingApproval(_));
    waits.then_some(Subject::Transfer(TransferId(first.seq.0)))
}
