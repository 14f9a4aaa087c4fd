//! The committer: makes frames durable and lets the answers go.
//!
//! Large frames have a thread for it, so that the next one is decided meanwhile. For a small one
//! waking that thread takes longer than deciding its successor: the writer commits it itself.

use super::queue::EAGER_WEIGHT;
use super::{EngineError, PanicGuard, Shared, checkpoint};
use crate::checkpoint::CheckpointDir;
use crate::record::{BatchOutcome, Outcome, Record};
use crate::writer::{Executed, ExecutedBatch, Frame};
use giro_journal::{Epoch, Journal, Seq};
use parking_lot::Mutex;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use tokio::sync::oneshot;

/// Somebody who waits for a frame to become durable.
pub(super) enum Waiting {
    One(oneshot::Sender<Result<Outcome, EngineError>>, Executed),
    Many(
        oneshot::Sender<Result<BatchOutcome, EngineError>>,
        ExecutedBatch,
    ),
    Found(
        oneshot::Sender<Result<Option<Seq>, EngineError>>,
        Option<Seq>,
    ),
}

/// A frame, and who waits for it. The frame is empty if all of them only asked something.
pub(super) struct Work {
    pub(super) frame: Frame,
    pub(super) waiting: Vec<Waiting>,
}

impl Work {
    /// Nothing, from record `end` on.
    pub(super) fn empty(end: Seq) -> Work {
        Work {
            frame: Frame::new(end),
            waiting: Vec::new(),
        }
    }

    /// Whether deciding as much again takes less time than it takes to wake a thread.
    pub(super) fn is_small(&self) -> bool {
        let records = self.frame.records.len();
        records.max(self.waiting.len()) < EAGER_WEIGHT
    }
}

pub(super) struct Committer {
    journal: Box<dyn Journal>,
    epoch: Epoch,
    shared: Arc<Shared>,
    checkpoints: Option<CheckpointDir>,
    last_checkpoint: Seq,
    is_checkpointing: Arc<AtomicBool>,
}

impl Committer {
    pub(super) fn new(
        journal: Box<dyn Journal>,
        epoch: Epoch,
        shared: Arc<Shared>,
        checkpoints: Option<CheckpointDir>,
    ) -> Committer {
        let last_checkpoint = journal.end();
        let is_checkpointing = Arc::default();
        Committer {
            journal,
            epoch,
            shared,
            checkpoints,
            last_checkpoint,
            is_checkpointing,
        }
    }

    /// Commits what the writer hands over, and gives the emptied buffers back, until there is no
    /// writer any more.
    pub(super) fn run(
        this: &Mutex<Committer>,
        work: &mpsc::Receiver<Work>,
        spares: &mpsc::Sender<Work>,
    ) {
        let shared = this.lock().shared.clone();
        let _guard = PanicGuard(shared.clone());
        while let Ok(work) = work.recv() {
            // The writer can hand over the next frame while the answers to this one go out.
            let spare = Committer::carry_out(this, work, || shared.queue.committer_idle());
            // The writer may be gone already; then nobody needs the buffers.
            let _ = spares.send(spare);
        }
    }

    /// Makes a frame durable, and then answers whoever waits for it. Calls `next` between the
    /// two, when the next frame can be appended. Gives the emptied buffers back.
    pub(super) fn carry_out(this: &Mutex<Committer>, mut work: Work, next: impl FnOnce()) -> Work {
        let is_durable = this.lock().make_durable(&work.frame);
        next();
        let mut records: Vec<Option<Record>> = work.frame.records.drain(..).map(Some).collect();
        for one in work.waiting.drain(..) {
            match is_durable {
                true => one.answer(&mut records),
                false => one.fail(),
            }
        }
        work
    }

    /// Whether the frame is durable now. If it is not, the engine is poisoned.
    fn make_durable(&mut self, frame: &Frame) -> bool {
        // Whoever poisons the engine may have stopped in the middle of a batch, which must not
        // become durable in part. Nor is an answer true that rests on a lost frame.
        if self.shared.queue.is_poisoned() {
            return false;
        }
        if let Err(error) = self.commit(frame) {
            self.shared.poison(&error);
            return false;
        }
        self.checkpoint_if_due();
        true
    }

    fn commit(&mut self, frame: &Frame) -> Result<(), giro_journal::AppendError> {
        if frame.batch.is_empty() {
            return Ok(());
        }
        let appended = self
            .journal
            .append(self.epoch, frame.batch.first(), &frame.batch)?;
        let mut view = self.shared.view.write();
        for record in &frame.records {
            view.state.apply(record.stamp(), &record.event);
        }
        view.digest = appended.digest;
        let end = view.state.end();
        drop(view);
        if self.shared.end.receiver_count() > 0 {
            self.shared.end.send_replace(end);
        }
        Ok(())
    }

    /// Saves a checkpoint on a thread of its own when enough has happened since the last.
    fn checkpoint_if_due(&mut self) {
        let Some(checkpoints) = self.checkpoints.clone() else {
            return;
        };
        let end = self.journal.end();
        let since = end.0.saturating_sub(self.last_checkpoint.0);
        if since < self.shared.options.checkpoint_every
            || self.is_checkpointing.swap(true, Ordering::AcqRel)
        {
            return;
        }
        self.last_checkpoint = end;
        let (shared, flag) = (self.shared.clone(), self.is_checkpointing.clone());
        std::thread::spawn(move || {
            checkpoint(&shared, &checkpoints);
            flag.store(false, Ordering::Release);
        });
    }
}

impl Waiting {
    /// Whoever has stopped waiting does not get an answer, which is fine: it is on record.
    fn answer(self, records: &mut [Option<Record>]) {
        match self {
            Waiting::One(reply, executed) => {
                let _ = reply.send(Ok(outcome(executed, records)));
            }
            Waiting::Many(reply, executed) => {
                let outcome = match executed {
                    ExecutedBatch::Seen(seq) => BatchOutcome::Seen(seq),
                    ExecutedBatch::Items(items) => {
                        let outcomes = items.into_iter().map(|one| outcome(one, records));
                        BatchOutcome::Items(outcomes.collect())
                    }
                };
                let _ = reply.send(Ok(outcome));
            }
            Waiting::Found(reply, seq) => {
                let _ = reply.send(Ok(seq));
            }
        }
    }

    fn fail(self) {
        match self {
            Waiting::One(reply, _) => drop(reply.send(Err(EngineError::Poisoned))),
            Waiting::Many(reply, _) => drop(reply.send(Err(EngineError::Poisoned))),
            Waiting::Found(reply, _) => drop(reply.send(Err(EngineError::Poisoned))),
        }
    }
}

/// The answer to one command, once its frame is durable.
fn outcome(executed: Executed, records: &mut [Option<Record>]) -> Outcome {
    match executed {
        Executed::Recorded(place) => {
            let record = records.get_mut(place).and_then(Option::take);
            Outcome::Recorded(Box::new(record.expect("every record answers one command")))
        }
        Executed::Seen(seq) => Outcome::Seen(seq),
        Executed::Rejected(why) => Outcome::Rejected(why),
    }
}
