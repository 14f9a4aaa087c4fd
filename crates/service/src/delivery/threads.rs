//! Reads the log for webhooks, on a few threads.

use std::num::NonZero;
use std::thread::available_parallelism;
use tokio::sync::Semaphore;

/// Where what may take long is done: some of it at a time. However many webhooks there are, whoever
/// asks the server finds threads, and a processor.
pub(super) struct Threads {
    free: Semaphore,
}

impl Threads {
    pub(super) fn new() -> Threads {
        let count = available_parallelism().map_or(2, NonZero::get);
        Threads {
            free: Semaphore::new(count),
        }
    }

    /// Does something when there is a thread for it.
    ///
    /// # Panics
    /// If that panics.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        what: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let permit = self.free.acquire().await;
        let _permit = permit.expect("it is never closed");
        blocking(what).await
    }
}

/// Does something on a thread where it may take long.
///
/// # Panics
/// If that panics.
pub(super) async fn blocking<T: Send + 'static>(what: impl FnOnce() -> T + Send + 'static) -> T {
    let done = tokio::task::spawn_blocking(what).await;
    done.expect("what is done on another thread does not panic")
}
