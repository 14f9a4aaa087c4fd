//! Timers for what a client may take its time with: the head of a request, the parts of its body.
//!
//! Nearly every request arrives at once, so its timers are set only to be dropped. A new timer
//! has to be entered in the runtime's wheel, and the thread that waits for events be woken to hear
//! of it; putting off one that is there costs neither. So a connection keeps its timers.

use hyper::rt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::time::Sleep;

type Slot = Arc<Mutex<Option<Pin<Box<Sleep>>>>>;

/// A timer that is set again and again, such as one of a connection.
#[derive(Clone, Default)]
pub(super) struct KeptTimer(Slot);

impl KeptTimer {
    /// Sets it to so much time from now on.
    pub(super) fn after(&self, duration: Duration) -> Wait {
        self.until(Instant::now() + duration)
    }

    fn until(&self, deadline: Instant) -> Wait {
        let slot = self.0.clone();
        let kept = mem::take(&mut *slot.lock().unwrap_or_else(PoisonError::into_inner));
        let sleep = match kept {
            Some(mut sleep) => {
                sleep.as_mut().reset(deadline.into());
                sleep
            }
            None => Box::pin(tokio::time::sleep_until(deadline.into())),
        };
        let sleep = Some(sleep);
        Wait { sleep, slot }
    }
}

impl rt::Timer for KeptTimer {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(self.after(duration))
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn rt::Sleep>> {
        Box::pin(self.until(deadline))
    }
}

/// Ends when the time has come. Dropped before, it leaves the timer to the next one.
pub(super) struct Wait {
    /// There until this is dropped.
    sleep: Option<Pin<Box<Sleep>>>,
    slot: Slot,
}

impl Future for Wait {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        match &mut self.sleep {
            Some(sleep) => sleep.as_mut().poll(cx),
            None => Poll::Ready(()),
        }
    }
}

impl rt::Sleep for Wait {}

impl Drop for Wait {
    fn drop(&mut self) {
        *self.slot.lock().unwrap_or_else(PoisonError::into_inner) = self.sleep.take();
    }
}
