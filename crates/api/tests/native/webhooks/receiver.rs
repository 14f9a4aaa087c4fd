//! Somebody who is told things: a server of HTTP of a few lines, which keeps what it gets.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// What came in one request.
#[derive(Clone, Debug)]
pub(super) struct Got {
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Got {
    pub(super) fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }
}

#[derive(Default)]
struct Shared {
    got: Mutex<Vec<Got>>,
    /// The statuses of the next answers; 204 when there is nothing more.
    statuses: Mutex<VecDeque<u16>>,
    arrived: Notify,
}

pub(super) struct Receiver {
    pub(super) url: String,
    shared: Arc<Shared>,
}

impl Receiver {
    /// A server that answers the first requests with these statuses.
    pub(super) async fn start(statuses: &[u16]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::new(Shared::default());
        shared.statuses.lock().expect("no panic").extend(statuses);
        let own = shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, own.clone()));
            }
        });
        let url = format!("http://127.0.0.1:{port}/");
        Receiver { url, shared }
    }

    /// What came, once so many requests have come.
    pub(super) async fn wait_for(&self, count: usize) -> Vec<Got> {
        let all_here = async {
            loop {
                let arrived = self.shared.arrived.notified();
                let got = self.shared.got.lock().expect("no panic").clone();
                if got.len() >= count {
                    return got;
                }
                arrived.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), all_here);
        waited.await.expect("it comes within a minute")
    }
}

/// Serves a connection until the other side closes it.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(got) = read(&mut stream).await {
        let status = shared.statuses.lock().expect("no panic").pop_front();
        shared.got.lock().expect("no panic").push(got);
        shared.arrived.notify_waiters();
        let status = status.unwrap_or(204);
        let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n");
        if stream.write_all(answer.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Got> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        stream.read_line(&mut header).await.ok()?;
        match header.trim().split_once(": ") {
            Some((name, value)) => headers.push((name.to_lowercase(), value.to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let mut body = vec![0; length?.1.parse().ok()?];
    stream.read_exact(&mut body).await.ok()?;
    let body = String::from_utf8(body).ok()?;
    Some(Got { headers, body })
}
