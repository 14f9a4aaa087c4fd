//! Connections: how many, how long, and how they end.
//!
//! HTTP/1.1 with keep-alive. A client that sends its request too slowly is cut off, so that a few
//! of them cannot keep everybody else out.

mod body;
mod origin;
mod timer;

use axum::Router;
use body::Patience;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
pub(crate) use origin::Front;
use origin::Origin;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use timer::KeptTimer;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much a client may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Connections that are served at a time; more wait.
    pub(crate) max_connections: usize,
    /// For the head of a request to arrive, or the next request on an idle connection.
    pub(crate) header_timeout: Duration,
    /// For a body of ordinary size to arrive, or between two parts of a larger one.
    pub(crate) body_timeout: Duration,
    /// For the requests under way when the server stops.
    pub(crate) stop_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_connections: 10_000,
            header_timeout: Duration::from_secs(60),
            body_timeout: Duration::from_secs(30),
            stop_timeout: Duration::from_secs(20),
        }
    }
}

/// Serves `router` on `listener` until `stop`, and then finishes what is under way.
pub(crate) async fn serve(
    listener: TcpListener,
    router: Router,
    limits: Limits,
    front: Front,
    stop: impl Future<Output = ()>,
) {
    raise_file_limit();
    let router = TowerToHyperService::new(router);
    let permits = Arc::new(Semaphore::new(limits.max_connections));
    let front = Arc::new(front);
    let connections = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer, permit) = tokio::select! {
            accepted = accept(&listener, &permits) => accepted,
            () = &mut stop => break,
        };
        let router = router.clone();
        let patience = Patience {
            limit: limits.body_timeout,
            timer: KeptTimer::default(),
        };
        let origin = Origin {
            peer: peer.ip(),
            front: front.clone(),
        };
        let receive = move |request| {
            let request = origin.stamp(request);
            body::receive(request, patience.clone(), router.clone())
        };
        let connection = http1::Builder::new()
            .timer(KeptTimer::default())
            .header_read_timeout(limits.header_timeout)
            .serve_connection(TokioIo::new(stream), service_fn(receive));
        let connection = connections.watch(connection);
        tokio::spawn(async move {
            // A client that breaks off or talks nonsense is its own problem.
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(permit);
        });
    }
    drop(listener);
    tokio::select! {
        () = connections.shutdown() => {}
        () = tokio::time::sleep(limits.stop_timeout) => {
            tracing::warn!("some requests did not finish in time, and are cut off");
        }
    }
}

/// The next connection, as soon as there is room for it.
async fn accept(
    listener: &TcpListener,
    permits: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let permit = permits.clone().acquire_owned().await;
    let permit = permit.expect("nobody closes the semaphore");
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                // Answers are small and go out at once: waiting to fill a packet costs 40 ms.
                let _ = stream.set_nodelay(true);
                return (stream, peer, permit);
            }
            Err(error) if is_of_the_client(&error) => {}
            Err(error) => {
                // No more files, most likely: others have to be closed first.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

fn is_of_the_client(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset
    )
}

/// Lets the process have as many files, and so connections, as the system allows it. The usual
/// 1,024 are for programs that still use `select`.
fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::debug!(%error, "the limit of open files stays as it was");
    }
}

#[cfg(test)]
mod tests;
