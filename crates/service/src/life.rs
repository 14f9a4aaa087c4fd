//! The life of a transfer: its first record and all its later steps.
//!
//! What is under way is in memory with the number of its newest record; what is over is found by
//! the index of keys. Each step says which record was before, so the way back needs no index.

use crate::caller::Caller;
use crate::service::{Service, ServiceError};
use giro_engine::chain::Link;
use giro_engine::record::{LegTrace, Trace};
use giro_engine::{Origin, Record, Seq};
use giro_ledger::action::Original;
use giro_ledger::terms::Reverses;
use giro_ledger::{
    Action, Amount, Balance, BookId, Capability, ChangeId, Event, LineId, Preview, Progress,
    Transfer, TransferId, TransferState, TransferStatus,
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
            | TransferState::Scheduled
            | TransferState::Held
            | TransferState::Declined
            | TransferState::Rejected
            | TransferState::Cancelled
            | TransferState::Expired => giro_ledger::Legs::new(),
        };
        let terms = request.terms.as_deref();
        Original {
            fee: terms.and_then(|terms| terms.fee),
            is_traded: self.progress.booked.is_some(),
            transfer: self.id(),
            kind: request.kind,
            posted,
            is_reversal: terms.is_some_and(|terms| terms.reverses.is_some()),
        }
    }

    /// A transfer as it was after its first record.
    ///
    /// # Panics
    /// If the record is not of a transfer.
    pub fn beginning(first: Record) -> Life {
        Life::new(first, Vec::new())
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

/// How a transfer hangs together with others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The public id of the transfer that it reverses.
    pub reverses: Option<Uuid>,
    /// How much of its first leg is reversed, reversals under way included.
    pub reversed: Amount,
    /// The public ids of its reversals, oldest first, but of those that were declined at once.
    pub reversals: Vec<Uuid>,
    /// The record of the quote that it carries out.
    pub quote: Option<Box<Record>>,
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
        let firsts = self.reversal_records(of)?;
        self.lives(firsts)
    }

    fn reversal_records(&self, of: TransferId) -> Result<Vec<Record>, ServiceError> {
        let newest = self.read().ledger.reversed(of);
        let mut at = newest.map_or(0, |reversed| reversed.last);
        let mut firsts = Vec::new();
        while at > 0 {
            let record = self.engine().history().record(Seq(at))?;
            at = reverses(&record).map_or(0, |reverses| reverses.previous);
            firsts.push(record);
        }
        Ok(firsts)
    }

    /// How a transfer hangs together with others now.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn links(&self, life: &Life) -> Result<Links, ServiceError> {
        let reversed = match life.progress.state {
            TransferState::Completed => self.read().ledger.reversed(life.id()),
            _ => None,
        };
        let Some(reversed) = reversed else {
            return self.links_at_first(life);
        };
        let records = self.reversal_records(life.id())?;
        let ids = records.iter().rev().map(|record| self.transfer_id(record));
        Ok(Links {
            reversed: reversed.amount,
            reversals: ids.collect(),
            ..self.links_at_first(life)?
        })
    }

    /// How it hung together with others when it was asked for: nothing had reversed it yet.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn links_at_first(&self, life: &Life) -> Result<Links, ServiceError> {
        let terms = life.transfer().request.terms.as_deref();
        if let Some(quote) = terms.and_then(|terms| terms.quote) {
            return Ok(Links {
                quote: Some(Box::new(self.quote_of(quote)?)),
                ..Links::default()
            });
        }
        let Some(reverses) = reverses(&life.first) else {
            return Ok(Links::default());
        };
        let original = Seq(reverses.transfer.0);
        let original = self.engine().history().record(original)?;
        Ok(Links {
            reverses: Some(self.transfer_id(&original)),
            ..Links::default()
        })
    }

    /// The record that would come of something, were it asked for now; nothing is asked of the
    /// engine. It has no place in the log, and its legs say what the balances would be.
    ///
    /// # Errors
    /// As [`Service::execute`].
    pub fn dry_run(
        &self,
        caller: &Caller,
        capability: Capability,
        action: Action,
    ) -> Result<Record, ServiceError> {
        let at = self.now().max(self.read().last_at());
        let Preview { event, balances } = self.preview(caller, capability, action)?;
        let leg = |balance: &Balance| LegTrace {
            line: LineId(0),
            posted: balance.posted,
            link: Link::default(),
        };
        let (book, principal, key) = (caller.book, caller.principal, None);
        Ok(Record {
            seq: Seq(0),
            at,
            origin: Origin {
                book,
                principal,
                key,
            },
            event,
            trace: Trace {
                legs: balances.iter().map(leg).collect(),
                held: balances.iter().map(|balance| balance.held).collect(),
                book: Link::default(),
            },
        })
    }
}

fn reverses(first: &Record) -> Option<Reverses> {
    transfer_in(first)?.request.terms.as_ref()?.reverses
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
pub(crate) fn begins_open(first: &Record) -> bool {
    transfer_in(first).is_some_and(|transfer| match transfer.status {
        TransferStatus::AwaitingApproval(_)
        | TransferStatus::Held { .. }
        | TransferStatus::Scheduled { .. } => true,
        TransferStatus::Completed => {
            let booked = transfer.request.booked();
            booked.is_some_and(|booked| booked.settles_at.is_some())
        }
        TransferStatus::Declined(_) => false,
    })
}
