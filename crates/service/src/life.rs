//! The life of a transfer: its first record and all its later steps.
//!
//! What is under way is in memory with the number of its newest record; what is over is found by
//! the index of keys. Each step says which record was before, so the way back needs no index.

use crate::service::{Service, ServiceError};
use giro_engine::{Record, Seq};
use giro_ledger::action::Original;
use giro_ledger::{
    BookId, ChangeId, Event, Progress, Transfer, TransferId, TransferState, TransferStatus,
};
use uuid::Uuid;

/// A transfer with its steps, up to now or up to one of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Life {
    /// The record of the request.
    pub first: Record,
    /// The records of its steps, oldest first.
    pub steps: Vec<Record>,
    /// How far it has come.
    pub progress: Progress,
}

impl Life {
    /// The number that the ledger knows it by.
    pub fn id(&self) -> TransferId {
        TransferId(self.first.seq.0)
    }

    /// What was asked for.
    pub fn transfer(&self) -> &Transfer {
        transfer_in(&self.first).expect("a life begins with a transfer")
    }

    /// Its newest record.
    pub fn last(&self) -> &Record {
        self.steps.last().unwrap_or(&self.first)
    }

    /// What a reversal of it must know.
    pub fn original(&self) -> Original {
        let request = &self.transfer().request;
        let posted = match self.progress.state {
            TransferState::Completed => self.progress.posted.clone(),
            TransferState::AwaitingApproval
            | TransferState::Held
            | TransferState::Declined
            | TransferState::Rejected
            | TransferState::Cancelled
            | TransferState::Expired => giro_ledger::Legs::new(),
        };
        Original {
            transfer: self.id(),
            kind: request.kind,
            posted,
            is_reversal: request
                .terms
                .as_ref()
                .is_some_and(|terms| terms.reverses.is_some()),
        }
    }

    fn new(first: Record, steps: Vec<Record>) -> Life {
        let transfer = transfer_in(&first).expect("a life begins with a transfer");
        let progress = steps.iter().fold(Progress::of(transfer), |so_far, record| {
            match &record.event {
                Event::Step(step) => so_far.then(&step.step, record.origin.principal),
                _ => so_far,
            }
        });
        Life {
            first,
            steps,
            progress,
        }
    }
}

/// The transfer that begins in a record.
pub fn transfer_in(record: &Record) -> Option<&Transfer> {
    match &record.event {
        Event::Transfer(transfer) => Some(transfer),
        _ => None,
    }
}

impl Service {
    /// The life of a transfer of a book, up to now. What is in another book does not exist.
    ///
    /// # Errors
    /// If the log cannot be read, or the engine cannot say.
    pub fn life(&self, book: BookId, id: Uuid) -> Result<Option<Life>, ServiceError> {
        match self.transfer(book, id)? {
            Some(first) => Ok(self.lives(vec![first])?.pop()),
            None => Ok(None),
        }
    }

    /// The same for several transfers, given by their first records.
    ///
    /// # Errors
    /// As [`Service::life`].
    pub fn lives(&self, firsts: Vec<Record>) -> Result<Vec<Life>, ServiceError> {
        // Those that were under way in this state, or else are over in it: of these the index
        // knows the last record.
        let lasts: Vec<Option<u64>> = {
            let state = self.read();
            let last = |first: &Record| Some(state.ledger.open(TransferId(first.seq.0))?.last);
            firsts.iter().map(last).collect()
        };
        let asked = firsts.iter().zip(&lasts).map(|(first, last)| {
            let is_asked = last.is_none() && begins_open(first);
            is_asked
                .then(|| self.engine().find_last(first.seq.0))
                .transpose()
        });
        let asked = asked.collect::<Result<Vec<_>, _>>()?;
        let mut lives = Vec::with_capacity(firsts.len());
        for ((first, last), asked) in firsts.into_iter().zip(lasts).zip(asked) {
            let found = asked.map(|reply| reply.wait()).transpose()?.flatten();
            let last = last.or(found.map(|seq| seq.0)).unwrap_or(first.seq.0);
            lives.push(self.life_between(first, Seq(last))?);
        }
        Ok(lives)
    }

    /// The life of the transfer that a record is of, as it was after that record.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn life_at(&self, record: Record) -> Result<Life, ServiceError> {
        let Event::Step(step) = &record.event else {
            return Ok(Life::new(record, Vec::new()));
        };
        let first = self.engine().history().record(Seq(step.transfer.0))?;
        self.life_between(first, record.seq)
    }

    fn life_between(&self, first: Record, last: Seq) -> Result<Life, ServiceError> {
        let mut steps = Vec::new();
        let mut at = last;
        while at > first.seq {
            let record = self.engine().history().record(at)?;
            let Event::Step(step) = &record.event else {
                unreachable!("record {at} is no step of transfer {}", first.seq);
            };
            at = Seq(step.previous);
            steps.push(record);
        }
        steps.reverse();
        Ok(Life::new(first, steps))
    }

    /// All reversals of a transfer that were not declined at once, newest first.
    ///
    /// # Errors
    /// As [`Service::life`].
    pub fn reversals(&self, of: TransferId) -> Result<Vec<Life>, ServiceError> {
        let newest = self
            .read()
            .ledger
            .reversed(of)
            .map(|reversed| reversed.last);
        let mut firsts = Vec::new();
        let mut at = newest.unwrap_or_default();
        while at > 0 {
            let record = self.engine().history().record(Seq(at))?;
            let terms = transfer_in(&record).and_then(|one| one.request.terms.as_ref());
            let reverses = terms.and_then(|terms| terms.reverses);
            at = reverses.map_or(0, |reverses| reverses.previous);
            firsts.push(record);
        }
        self.lives(firsts)
    }
}

impl Service {
    /// The public id of a transfer, from the log; that of none if there is no such transfer.
    pub fn id_of_transfer(&self, id: TransferId) -> Uuid {
        let found = self.engine().history().record(Seq(id.0));
        found.map_or(Uuid::nil(), |record| self.transfer_id(&record))
    }

    /// The public id of the approval of a change of policies, from the log.
    pub fn id_of_change(&self, id: ChangeId) -> Uuid {
        let found = self.engine().history().record(Seq(id.0));
        found.map_or(Uuid::nil(), |record| self.approval_id(&record))
    }
}

/// Whether a transfer was under way after its first record.
fn begins_open(first: &Record) -> bool {
    transfer_in(first).is_some_and(|transfer| match transfer.status {
        TransferStatus::AwaitingApproval(_) | TransferStatus::Held { .. } => true,
        TransferStatus::Completed | TransferStatus::Declined(_) => false,
    })
}
