//! The writer's thread: drains the queue, lays out frames, hands them over.

use super::committer::{Committer, Waiting, Work};
use super::queue::Request;
use super::{EngineError, PanicGuard, Shared};
use crate::keys::KeyIndexError;
use crate::writer::Writer;
use parking_lot::Mutex;
use std::sync::{Arc, mpsc};
use std::time::Duration;

/// The writer looks at the clock at least so often while there are timers: it may be set.
const NAP_MAX: Duration = Duration::from_secs(1);
/// And not more often than this, so that a clock that stands still just before a timer goes off
/// costs nothing. Timers are late by so much at most.
const NAP_MIN: Duration = Duration::from_millis(1);

/// The writer with its queue and its committer.
pub(super) struct WriterThread {
    pub(super) writer: Writer,
    pub(super) shared: Arc<Shared>,
    /// Answers that wait for the frame under construction.
    pub(super) waiting: Vec<Waiting>,
    pub(super) committer: Arc<Mutex<Committer>>,
    pub(super) to_committer: mpsc::SyncSender<Work>,
    /// Emptied buffers: of the last frame, if that was a small one, and those that come back.
    pub(super) spare: Option<Work>,
    pub(super) spares: mpsc::Receiver<Work>,
}

impl WriterThread {
    pub(super) fn run(mut self) {
        let mut inbox = Vec::new();
        let _guard = PanicGuard(self.shared.clone());
        loop {
            if self.shared.queue.is_poisoned() {
                // Dropping an answer tells whoever waits for it that the outcome is unknown.
                self.waiting.clear();
            }
            let at_most = self.until_due();
            let turn = self.shared.queue.take(&mut inbox, self.has_work(), at_most);
            for request in inbox.drain(..) {
                if let Err(error) = self.execute(request) {
                    self.shared.poison(&error);
                }
                self.hand_over_if_large();
            }
            self.run_due();
            self.hand_over_if_large();
            if self.has_work() && self.shared.queue.is_committer_idle() {
                self.hand_over();
            }
            if turn.is_closed && !self.has_work() {
                break;
            }
        }
        self.writer.set_durable(self.shared.view.read().state.end());
        if let Err(error) = self.writer.close() {
            tracing::warn!(%error, "the index of keys could not be saved");
        }
    }

    /// Whether there is anything to hand over: answers, or records that nobody waits for.
    fn has_work(&self) -> bool {
        let has_records = self.writer.has_frame() && !self.shared.queue.is_poisoned();
        !self.waiting.is_empty() || has_records
    }

    /// How long to wait for requests at most, because of timers: not at all if one is due.
    fn until_due(&self) -> Option<Duration> {
        if !self.has_timers() {
            return None;
        }
        let until = self.writer.until_due(self.shared.clock.now())?;
        match until.is_zero() {
            true => Some(until),
            false => Some(until.clamp(NAP_MIN, NAP_MAX)),
        }
    }

    fn has_timers(&self) -> bool {
        self.writer.next_due().is_some() && !self.shared.queue.is_poisoned()
    }

    fn run_due(&mut self) {
        if !self.has_timers() {
            return;
        }
        let now = self.shared.clock.now();
        if let Err(error) = self.writer.run_due(now) {
            self.shared.poison(&error);
        }
    }

    fn execute(&mut self, request: Request) -> Result<(), KeyIndexError> {
        if self.shared.queue.is_poisoned() {
            self.answer_question(request);
            return Ok(());
        }
        let now = self.shared.clock.now();
        let waiting = match request {
            Request::One {
                command,
                hash,
                reply,
            } => Waiting::One(reply, self.writer.execute(command, hash, now)?),
            Request::Batch { batch, reply } => {
                Waiting::Many(reply, self.writer.execute_batch(batch, now)?)
            }
            Request::Find { hash, reply } => Waiting::Found(reply, self.writer.find(hash)?),
        };
        self.waiting.push(waiting);
        Ok(())
    }

    /// Once poisoned, only questions are answered, and only with what is durable. The outcome of
    /// what was being written is as unknown to whoever asks for its key.
    fn answer_question(&self, request: Request) {
        let Request::Find { hash, reply } = request else {
            return;
        };
        let durable = self.shared.view.read().state.end();
        let answer = match self.writer.find(hash) {
            Ok(found) if found.is_none_or(|seq| seq < durable) => Ok(found),
            Ok(_) | Err(_) => Err(EngineError::Poisoned),
        };
        // Whoever has stopped waiting does not need it.
        let _ = reply.send(answer);
    }

    /// Hands over a frame that has grown to its size, and waits for the committer until it can.
    fn hand_over_if_large(&mut self) {
        if self.writer.frame_bytes() > self.shared.options.frame_bytes_max {
            self.shared.queue.wait_for_committer();
            self.hand_over();
        }
    }

    /// Lets the frame be committed and its answers go. The committer is idle.
    fn hand_over(&mut self) {
        let spare = self.spare.take().or_else(|| self.spares.try_recv().ok());
        let durable = self.shared.view.read().state.end();
        self.writer.set_durable(durable);
        let Work { frame, waiting } = spare.unwrap_or_else(|| Work::empty(durable));
        let frame = self.writer.take_frame(frame);
        let waiting = std::mem::replace(&mut self.waiting, waiting);
        let work = Work { frame, waiting };
        if work.is_small() {
            self.spare = Some(Committer::carry_out(&self.committer, work, || ()));
            return;
        }
        self.shared.queue.committer_busy();
        if self.to_committer.send(work).is_err() {
            // The committer has panicked, which drops the answers: everybody is told.
            self.shared.queue.poison();
        }
    }
}
