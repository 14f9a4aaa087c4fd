//! The bounded queue in front of the writer.

use super::EngineError;
use crate::keys::KeyHash;
use crate::record::{BatchOutcome, Command, Outcome};
use crate::writer::PreparedBatch;
use giro_journal::Seq;
use parking_lot::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};
use tokio::sync::oneshot;

type Sender<T> = oneshot::Sender<Result<T, EngineError>>;

/// Something asked of the writer, and where the answer goes.
pub(super) enum Request {
    One {
        command: Command,
        hash: Option<KeyHash>,
        reply: Sender<Outcome>,
    },
    Batch {
        batch: PreparedBatch,
        reply: Sender<BatchOutcome>,
    },
    Find {
        hash: KeyHash,
        reply: Sender<Option<Seq>>,
    },
}

/// What the writer finds when it looks.
pub(super) struct Turn {
    /// Nothing will come any more.
    pub(super) is_closed: bool,
}

/// Why the writer woke up.
#[derive(PartialEq, Eq)]
enum Woken {
    /// Somebody has called it.
    ByRequest,
    /// It has waited for as long as it wanted to.
    TimeIsOver,
}

#[derive(Default)]
struct Inner {
    requests: Vec<Request>,
    /// How many commands the requests are.
    weight: usize,
    writer_sleeps: bool,
    committer_is_busy: bool,
    is_closed: bool,
    is_poisoned: bool,
}

/// So many commands are worth waking the writer for while the committer is busy. Fewer can wait
/// until it is idle: deciding them takes microseconds, waking a thread for each of them more.
pub(super) const EAGER_WEIGHT: usize = 256;

impl Inner {
    /// Whether there are requests that the writer should take now.
    fn has_requests(&self) -> bool {
        let is_worth_it =
            !self.committer_is_busy || self.is_poisoned || self.weight >= EAGER_WEIGHT;
        !self.requests.is_empty() && is_worth_it
    }

    /// Whether the writer has nothing to do: no requests, no frame that it could hand over, and
    /// no reason to end.
    fn has_nothing_for(&self, has_work: bool) -> bool {
        let can_go_on = match has_work {
            true => !self.committer_is_busy || self.is_poisoned,
            false => self.is_closed,
        };
        !self.has_requests() && !can_go_on
    }
}

/// Requests on their way to the writer, taken all at once.
pub(super) struct Queue {
    inner: Mutex<Inner>,
    writer: Condvar,
    weight_max: usize,
}

impl Queue {
    pub(super) fn new(weight_max: usize) -> Queue {
        Queue {
            inner: Mutex::default(),
            writer: Condvar::new(),
            weight_max,
        }
    }

    /// Puts a request in the queue. A request heavier than the whole queue passes when the queue
    /// is empty. Questions are taken even if nothing can be written any more.
    pub(super) fn push(&self, request: Request, weight: usize) -> Result<(), EngineError> {
        let mut inner = self.inner.lock();
        if inner.is_poisoned && !matches!(request, Request::Find { .. }) {
            return Err(EngineError::Poisoned);
        }
        if inner.is_closed {
            return Err(EngineError::Closed);
        }
        let total = inner.weight.saturating_add(weight);
        if total > self.weight_max && !inner.requests.is_empty() {
            return Err(EngineError::Busy);
        }
        inner.weight = total;
        inner.requests.push(request);
        if inner.writer_sleeps && inner.has_requests() {
            self.writer.notify_one();
        }
        Ok(())
    }

    /// Moves all requests to `into`. Waits until there are some, or, if the writer has a frame to
    /// hand over, until the committer is idle; and no longer than `at_most`.
    pub(super) fn take(
        &self,
        into: &mut Vec<Request>,
        has_work: bool,
        at_most: Option<Duration>,
    ) -> Turn {
        let until = at_most.map(|at_most| Instant::now() + at_most);
        let mut inner = self.inner.lock();
        while inner.has_nothing_for(has_work) {
            if self.sleep(&mut inner, until) == Woken::TimeIsOver {
                break;
            }
        }
        std::mem::swap(&mut inner.requests, into);
        inner.weight = 0;
        Turn {
            is_closed: inner.is_closed,
        }
    }

    pub(super) fn wait_for_committer(&self) {
        let mut inner = self.inner.lock();
        while inner.committer_is_busy && !inner.is_poisoned {
            self.sleep(&mut inner, None);
        }
    }

    fn sleep(&self, inner: &mut MutexGuard<'_, Inner>, until: Option<Instant>) -> Woken {
        inner.writer_sleeps = true;
        let is_over = match until {
            Some(until) => self.writer.wait_until(inner, until).timed_out(),
            None => {
                self.writer.wait(inner);
                false
            }
        };
        inner.writer_sleeps = false;
        match is_over {
            true => Woken::TimeIsOver,
            false => Woken::ByRequest,
        }
    }

    pub(super) fn is_committer_idle(&self) -> bool {
        !self.inner.lock().committer_is_busy
    }

    pub(super) fn committer_busy(&self) {
        self.inner.lock().committer_is_busy = true;
    }

    pub(super) fn committer_idle(&self) {
        let mut inner = self.inner.lock();
        inner.committer_is_busy = false;
        if inner.writer_sleeps {
            self.writer.notify_one();
        }
    }

    pub(super) fn len(&self) -> usize {
        self.inner.lock().weight
    }

    pub(super) fn is_poisoned(&self) -> bool {
        self.inner.lock().is_poisoned
    }

    /// From now on only questions are taken. What waits is dropped, and whoever waits for it is told.
    pub(super) fn poison(&self) {
        let mut inner = self.inner.lock();
        inner.is_poisoned = true;
        inner.requests.clear();
        inner.weight = 0;
        self.writer.notify_one();
    }

    pub(super) fn close(&self) {
        self.inner.lock().is_closed = true;
        self.writer.notify_one();
    }
}
