//! Somebody who is told of the transfers: counts, answers, and does nothing between.

use anyhow::{Context, bail};
use axum::http::StatusCode;
use axum::routing::post;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// So long without anything new is an end.
const PATIENCE: Duration = Duration::from_secs(20);

pub(super) struct Receiver {
    pub(super) address: SocketAddr,
    count: Arc<AtomicU64>,
}

impl Receiver {
    /// Listens on a thread of its own, until the program ends.
    pub(super) fn start() -> anyhow::Result<Receiver> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let (address, count) = (listener.local_addr()?, Arc::new(AtomicU64::new(0)));
        let counted = count.clone();
        let take = move || {
            counted.fetch_add(1, Ordering::Relaxed);
            std::future::ready(StatusCode::NO_CONTENT)
        };
        let router = axum::Router::new().route("/", post(take));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Ok(Receiver { address, count })
    }

    /// How many notifications have come.
    pub(super) fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }

    /// Waits until so many have come, and says how long that took.
    pub(super) fn wait_for(&self, count: u64) -> anyhow::Result<Duration> {
        let since = Instant::now();
        let (mut last, mut last_at) = (self.count(), since);
        while last < count {
            std::thread::sleep(Duration::from_millis(1));
            let now = self.count();
            if now > last {
                (last, last_at) = (now, Instant::now());
            }
            if last_at.elapsed() > PATIENCE {
                bail!("{last} of {count} notifications have come");
            }
        }
        let waited = since.elapsed();
        (last == count)
            .then_some(waited)
            .context("more notifications have come than there are")
    }
}
