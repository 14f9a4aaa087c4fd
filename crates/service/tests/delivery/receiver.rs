//! Somebody who is told things: a server of HTTP of a few lines, which keeps what it gets and
//! answers as it is told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

/// What came in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Got {
    pub(crate) line: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

#[derive(Default)]
struct Shared {
    got: Mutex<Vec<Got>>,
    /// What the next requests are answered with; 200 when there is nothing more.
    answers: Mutex<VecDeque<&'static str>>,
    arrived: Notify,
}

pub(crate) struct Receiver {
    pub(crate) url: String,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Receiver {
    /// A server that answers the first requests with these status lines and headers.
    pub(crate) async fn start(answers: &[&'static str]) -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let port = listener.local_addr().expect("bound").port();
        let shared = Arc::new(Shared::default());
        shared.answers.lock().expect("no panic").extend(answers);
        let own = shared.clone();
        let task = tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                tokio::spawn(serve(stream, own.clone()));
            }
        });
        let url = format!("http://127.0.0.1:{port}/hook");
        Receiver { url, shared, task }
    }

    pub(crate) fn got(&self) -> Vec<Got> {
        self.shared.got.lock().expect("no panic").clone()
    }

    pub(crate) fn bodies(&self) -> Vec<String> {
        self.got().into_iter().map(|got| got.body).collect()
    }

    /// Waits until so many requests have come.
    ///
    /// # Panics
    /// If they do not come within a minute.
    pub(crate) async fn wait_for(&self, count: usize) {
        let all_here = async {
            loop {
                let arrived = self.shared.arrived.notified();
                if self.got().len() >= count {
                    return;
                }
                arrived.await;
            }
        };
        let waited = tokio::time::timeout(Duration::from_secs(60), all_here).await;
        assert!(waited.is_ok(), "{} of {count} have come", self.got().len());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Serves a connection until the other side closes it.
async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let mut stream = BufReader::new(stream);
    while let Some(got) = read(&mut stream).await {
        let answer = shared.answers.lock().expect("no panic").pop_front();
        shared.got.lock().expect("no panic").push(got);
        shared.arrived.notify_waiters();
        let head = answer.unwrap_or("200 OK");
        let answer = format!("HTTP/1.1 {head}\r\ncontent-length: 0\r\n\r\n");
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
            Some((name, value)) => headers.push((name.to_owned(), value.to_owned())),
            None => break,
        }
    }
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length: usize = length?.1.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Got {
        line: line.trim().to_owned(),
        headers,
        body: String::from_utf8(body).ok()?,
    })
}
