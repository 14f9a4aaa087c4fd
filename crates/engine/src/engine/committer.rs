//! The committer: makes frames durable and lets the answers go.

use super::{EngineError, PanicGuard, Shared, checkpoint, outcome};
use crate::checkpoint::CheckpointDir;
use crate::record::{BatchOutcome, Outcome, Record};
use crate::writer::{Executed, ExecutedBatch, Frame};
use giro_journal::{Epoch, Journal, Seq};
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

pub(super) struct Committer {
    journal: Box<dyn Journal>,
    epoch: Epoch,
    shared: Arc<Shared>,
    checkpoints: Option<CheckpointDir>,
    last_checkpoint: Seq,
    is_checkpointing: Arc<AtomicBool>,
    spares: mpsc::Sender<(Frame, Vec<Waiting>)>,
}

impl Committer {
    pub(super) fn new(
        journal: Box<dyn Journal>,
        epoch: Epoch,
        shared: Arc<Shared>,
        checkpoints: Option<CheckpointDir>,
        spares: mpsc::Sender<(Frame, Vec<Waiting>)>,
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
            spares,
        }
    }

    pub(super) fn run(mut self, work: &mpsc::Receiver<Work>) {
        let _guard = PanicGuard(self.shared.clone());
        while let Ok(Work {
            mut frame,
            mut waiting,
        }) = work.recv()
        {
            // Whoever poisons the engine may have stopped in the middle of a batch, which must
            // not become durable in part. Nor is an answer true that rests on a lost frame.
            if self.shared.queue.is_poisoned() {
                self.shared.queue.committer_idle();
                waiting.into_iter().for_each(Waiting::fail);
                continue;
            }
            if let Err(error) = self.commit(&mut frame) {
                self.shared.poison(&error);
                self.shared.queue.committer_idle();
                for one in waiting {
                    one.fail();
                }
                continue;
            }
            // The writer can hand over the next frame while these answers go out.
            self.shared.queue.committer_idle();
            let mut records: Vec<Option<Record>> = frame.records.drain(..).map(Some).collect();
            for one in waiting.drain(..) {
                one.answer(&mut records);
            }
            // The writer may be gone already; then nobody needs the buffers.
            let _ = self.spares.send((frame, waiting));
            self.checkpoint_if_due();
        }
    }

    fn commit(&mut self, frame: &mut Frame) -> Result<(), giro_journal::AppendError> {
        if frame.batch.is_empty() {
            return Ok(());
        }
        let appended = self
            .journal
            .append(self.epoch, frame.batch.first(), &frame.batch)?;
        let mut view = self.shared.view.write();
        for record in &frame.records {
            view.state
                .apply(record.seq, record.at, record.origin.book, &record.event);
        }
        view.digest = appended.digest;
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
