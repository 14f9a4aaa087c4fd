//! The threads that tell webhooks: a few, and none of those that answer requests.

use super::lookup;
use std::io;
use std::num::NonZero;
use std::thread::available_parallelism;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Semaphore;

/// The fewest threads that send and receive. Who is told can keep one busy for seconds, by informational
/// answers without end, and the system shares the processors out among the others.
const AT_LEAST: usize = 8;

/// Where everything that has to do with telling webhooks runs.
pub(super) fn runtime() -> io::Result<Runtime> {
    // Beside those that look up names and those that read for webhooks, one reads for the feed.
    let may_take_long = lookup::MAX.saturating_add(processors()).saturating_add(1);
    Builder::new_multi_thread()
        .thread_name("webhooks")
        .worker_threads(processors().max(AT_LEAST))
        .max_blocking_threads(may_take_long)
        .enable_all()
        .build()
}

fn processors() -> usize {
    available_parallelism().map_or(2, NonZero::get)
}

/// Where what may take long is done: as much at a time as there are processors.
pub(super) struct Threads {
    free: Semaphore,
}

impl Threads {
    pub(super) fn new() -> Threads {
        Threads {
            free: Semaphore::new(processors()),
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
