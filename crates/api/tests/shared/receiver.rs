//! Somebody who is told things: a server that keeps what it gets.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

/// What came in one request.
pub(crate) struct Got {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Got {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        let value = value.unwrap_or_else(|| panic!("no {name} in {:?}", self.headers));
        value.to_str().expect("text")
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).expect("JSON")
    }
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    got: UnboundedReceiver<Got>,
}

impl Receiver {
    /// A server that is content with everything.
    pub(crate) async fn start() -> Receiver {
        Receiver::answering(&[]).await
    }

    /// A server that answers the first requests with these statuses, and then with 204.
    pub(crate) async fn answering(statuses: &[u16]) -> Receiver {
        let (into, got) = unbounded_channel();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("bound"));
        let shared = Arc::new(Shared {
            into,
            statuses: Mutex::new(statuses.iter().copied().collect()),
        });
        let router = Router::new().fallback(keep).with_state(shared);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { url, got }
    }

    /// What comes next, within a minute.
    pub(crate) async fn next(&mut self) -> Got {
        let next = tokio::time::timeout(Duration::from_secs(60), self.got.recv());
        next.await.expect("it comes").expect("somebody sends")
    }
}

struct Shared {
    into: UnboundedSender<Got>,
    statuses: Mutex<VecDeque<u16>>,
}

async fn keep(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let status = shared.statuses.lock().expect("no panic").pop_front();
    // A test that has seen enough may have ended.
    let _ = shared.into.send(Got { headers, body });
    StatusCode::from_u16(status.unwrap_or(204)).expect("a status")
}
