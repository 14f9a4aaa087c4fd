//! The single writer, without threads: takes commands one after the other and lays out frames.
//!
//! Whoever drives it (the engine's thread, the simulator) appends the frame to the journal and
//! holds back every answer until that has succeeded. The writer's own state is ahead of the
//! journal in between, so nobody else may look at it.

mod batch;

pub use batch::{BatchCommand, PreparedBatch};

use crate::codec;
use crate::keys::{KeyHash, KeyIndex, KeyIndexError};
use crate::record::{Command, Origin, Record, key_hash, last_record_hash};
use crate::state::State;
use giro_journal::{Batch, Seq};
use giro_ledger::{Action, Event, Rejection, Stamp, Timestamp, TransferStatus};
use std::time::Duration;

/// So many timers go off before the commands of a frame have their turn, however many those are.
const TIMERS_AT_ONCE: usize = 1_024;

/// A frame to be appended, with what its records say.
#[derive(Debug)]
pub struct Frame {
    /// The records, encoded.
    pub batch: Batch,
    /// The records.
    pub records: Vec<Record>,
}

impl Frame {
    /// An empty frame, for the first time round.
    pub fn new(first: Seq) -> Frame {
        Frame {
            batch: Batch::new(first),
            records: Vec::new(),
        }
    }
}

/// What came of one command, before it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Executed {
    /// It is in the frame, at this place among the records.
    Recorded(usize),
    /// Its key was used before, by this record, which may be in this very frame.
    Seen(Seq),
    /// A rule said no.
    Rejected(Rejection),
}

/// What came of a batch, before it is durable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExecutedBatch {
    /// Of each item, in order.
    Items(Vec<Executed>),
    /// Its key was used before, last by this record, which may be in this very frame.
    Seen(Seq),
}

/// Where the index keeps the key of a command, if it has one.
pub fn hash_of(secret: &[u8; 16], origin: &Origin) -> Option<KeyHash> {
    let key = origin.key.as_ref()?;
    Some(key_hash(
        secret,
        origin.book,
        key.scope,
        &key.text,
        key.item,
    ))
}

/// Where the index keeps the key of the batch that a command is an item of, if it is one.
pub fn hash_of_batch(secret: &[u8; 16], origin: &Origin) -> Option<KeyHash> {
    let key = origin.key.as_ref().filter(|key| key.item.is_some())?;
    Some(key_hash(secret, origin.book, key.scope, &key.text, None))
}

/// Where the index keeps the last record of something that was under way, if this event is it.
pub fn hash_of_last(secret: &[u8; 16], event: &Event) -> Option<KeyHash> {
    let first = match event {
        Event::Step(step) if step.step.is_final() => step.transfer.0,
        Event::ChangeStep(step) if step.outcome.is_final() => step.change.0,
        // What has carried out a quote is the last that is heard of it.
        Event::Transfer(transfer) if !matches!(transfer.status, TransferStatus::Declined(_)) => {
            transfer.request.terms.as_ref()?.quote?.0
        }
        _ => return None,
    };
    Some(last_record_hash(secret, first))
}

/// The single writer of a shard.
pub struct Writer {
    state: State,
    keys: KeyIndex,
    frame: Frame,
    /// So many timers have gone off since the last frame was taken.
    gone_off: usize,
}

impl Writer {
    /// A writer that goes on where `state` ends.
    pub fn new(state: State, keys: KeyIndex) -> Writer {
        let frame = Frame::new(state.end());
        Writer {
            state,
            keys,
            frame,
            gone_off: 0,
        }
    }

    /// Bytes of the frame under construction.
    pub fn frame_bytes(&self) -> usize {
        self.frame.batch.byte_len()
    }

    /// Whether there is anything to append.
    pub fn has_frame(&self) -> bool {
        !self.frame.batch.is_empty()
    }

    /// Takes the frame under construction, and goes on with `spare`, whose buffers are reused.
    pub fn take_frame(&mut self, mut spare: Frame) -> Frame {
        spare.batch.reset(self.state.end());
        spare.records.clear();
        self.gone_off = 0;
        std::mem::replace(&mut self.frame, spare)
    }

    /// Tells the index of keys how far the journal is durable.
    pub fn set_durable(&mut self, end: Seq) {
        self.keys.set_durable(end.0);
    }

    /// The record that used a key first.
    ///
    /// # Errors
    /// If the index cannot be read.
    pub fn find(&self, hash: KeyHash) -> Result<Option<Seq>, KeyIndexError> {
        Ok(self.keys.get(hash)?.map(Seq))
    }

    /// Decides one command and applies what comes of it. `hash` is where its key is kept.
    ///
    /// # Errors
    /// If the index of keys cannot be read or written. Then nothing has happened, but the writer
    /// cannot tell new from seen any more, and must stop.
    pub fn execute(
        &mut self,
        command: Command,
        hash: Option<KeyHash>,
        now: Timestamp,
    ) -> Result<Executed, KeyIndexError> {
        self.run_due_before_commands(now)?;
        self.execute_one(command, hash, now)
    }

    fn execute_one(
        &mut self,
        command: Command,
        hash: Option<KeyHash>,
        now: Timestamp,
    ) -> Result<Executed, KeyIndexError> {
        if let Some(seq) = hash.map(|hash| self.keys.get(hash)).transpose()?.flatten() {
            return Ok(Executed::Seen(Seq(seq)));
        }
        let Command { origin, action } = command;
        let stamp = self.state.next_stamp(&origin, now);
        match self.state.ledger.decide(stamp, action) {
            Ok(event) => self.record(origin, hash, event, stamp),
            Err(why) => Ok(Executed::Rejected(why)),
        }
    }

    /// When the next timer goes off.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.state.ledger.next_timer().map(|(at, _)| at)
    }

    /// How long until the next timer goes off, if there is one and it is `now`.
    pub fn until_due(&self, now: Timestamp) -> Option<Duration> {
        let micros = self.next_due()?.0.saturating_sub(self.state.next_at(now).0);
        Some(Duration::from_micros(
            u64::try_from(micros).unwrap_or_default(),
        ))
    }

    /// Sees to what is due: the oldest first, and so much of it at once. Nobody waits for these
    /// records.
    ///
    /// A timer goes off when the next record is not before it, which is when the rules take what it
    /// is of for over. So a clock that was set back does not keep money held that nobody can
    /// capture or release any more.
    ///
    /// # Errors
    /// As [`Writer::execute`].
    pub fn run_due(&mut self, now: Timestamp) -> Result<(), KeyIndexError> {
        self.run_timers(TIMERS_AT_ONCE, now)
    }

    /// The same, as far as commands wait for it. After a long stop there are more timers than can
    /// be seen to at once: if each command waited for another lot of them, whoever asks would wait
    /// for as many lots as others ask at the time.
    fn run_due_before_commands(&mut self, now: Timestamp) -> Result<(), KeyIndexError> {
        self.run_timers(TIMERS_AT_ONCE.saturating_sub(self.gone_off), now)
    }

    fn run_timers(&mut self, at_most: usize, now: Timestamp) -> Result<(), KeyIndexError> {
        for _ in 0..at_most {
            let at = self.state.next_at(now);
            let due = self.state.ledger.next_timer().filter(|(due, _)| *due <= at);
            let Some((_, timer)) = due else {
                return Ok(());
            };
            let of = self.state.ledger.timer_origin(timer);
            let (book, principal) = of.expect("timers are of what there is");
            let key = None;
            let origin = Origin {
                book,
                principal,
                key,
            };
            let stamp = self.state.next_stamp(&origin, now);
            let decided = self.state.ledger.decide(stamp, Action::Due(timer));
            let event = decided.expect("what is due can be seen to");
            self.record(origin, None, event, stamp)?;
            self.gone_off = self.gone_off.saturating_add(1);
        }
        Ok(())
    }

    fn record(
        &mut self,
        origin: Origin,
        hash: Option<KeyHash>,
        event: Event,
        stamp: Stamp,
    ) -> Result<Executed, KeyIndexError> {
        let seq = Seq(stamp.number);
        let last = hash_of_last(&self.state.genesis().key_secret, &event);
        for hash in [hash, last].into_iter().flatten() {
            self.keys.insert(hash, seq.0)?;
        }
        let trace = self.state.apply(stamp, &event);
        let record = Record {
            seq,
            at: stamp.at,
            origin,
            event,
            trace,
        };
        let pushed = self
            .frame
            .batch
            .push_with(|bytes| codec::encode(&record, bytes));
        assert_eq!(
            pushed.ok(),
            Some(seq),
            "what was decided can be encoded, and in order"
        );
        self.frame.records.push(record);
        Ok(Executed::Recorded(
            self.frame.records.len().saturating_sub(1),
        ))
    }

    /// Stops: writes what the index of keys still has in memory.
    ///
    /// # Errors
    /// If that fails, which costs time at the next start and nothing else.
    pub fn close(mut self) -> Result<(), KeyIndexError> {
        self.keys.flush().map(|_| ())
    }
}

#[cfg(test)]
mod tests;
