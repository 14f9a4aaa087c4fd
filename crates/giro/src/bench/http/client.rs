//! The clients: one request on its way per connection, over plain sockets.
//!
//! They share two cores with the server, so a client library's cost would be taken from what is
//! measured. Requests are laid out by hand, and of an answer only status and length are read.

use anyhow::{Context, bail};
use hdrhistogram::Histogram;
use indicatif::ProgressBar;
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

#[derive(Clone)]
pub(super) struct Client {
    address: SocketAddr,
    api_key: String,
}

/// What came of a load.
pub(super) struct Load {
    pub(super) requests: u64,
    pub(super) seconds: f64,
    pub(super) times: Histogram<u64>,
    /// The body of one answer.
    pub(super) sample: Vec<u8>,
}

impl Client {
    pub(super) fn new(address: SocketAddr, api_key: String) -> Client {
        Client { address, api_key }
    }

    pub(super) fn api_key(&self) -> &str {
        &self.api_key
    }

    pub(super) fn request(&self, path: &str, key: &str, body: &str) -> Vec<u8> {
        let mut request = Vec::new();
        self.write_request(path, key, body, &mut request);
        request
    }

    pub(super) fn write_request(&self, path: &str, key: &str, body: &str, into: &mut Vec<u8>) {
        let Client { address, api_key } = self;
        let length = body.len();
        let head = format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {api_key}\r\n\
             content-type: application/json\r\nidempotency-key: {key}\r\ncontent-length: {length}\r\n\r\n"
        );
        into.extend_from_slice(head.as_bytes());
        into.extend_from_slice(body.as_bytes());
    }

    /// Sends all requests over some connections, and gives the answers in order.
    pub(super) async fn send_all(
        &self,
        requests: Vec<Vec<u8>>,
        connections: usize,
    ) -> anyhow::Result<Vec<Vec<u8>>> {
        let answers = Rc::new(RefCell::new(vec![Vec::new(); requests.len()]));
        let (requests, next) = (Rc::new(requests), Rc::new(Cell::new(0_usize)));
        let one = || {
            let (answers, requests, next) = (answers.clone(), requests.clone(), next.clone());
            let address = self.address;
            async move {
                let mut connection = Connection::open(address).await?;
                loop {
                    let place = next.replace(next.get() + 1);
                    let Some(request) = requests.get(place) else {
                        return Ok(());
                    };
                    let body = connection.ask(request).await?.to_vec();
                    answers.borrow_mut()[place] = body;
                }
            }
        };
        run_all((0..connections).map(|_| one())).await?;
        Ok(answers.take())
    }

    /// Sends so many requests over so many connections, each made by its connection's own maker.
    pub(super) async fn drive<M, W>(
        &self,
        requests: u64,
        connections: usize,
        make: M,
        bar: &ProgressBar,
    ) -> anyhow::Result<Load>
    where
        M: Fn(u64) -> W,
        W: FnMut(&Client, &mut Vec<u8>),
    {
        let times = RefCell::new(Histogram::<u64>::new(3)?);
        let (left, sample) = (Cell::new(requests), RefCell::new(Vec::new()));
        let started = Instant::now();
        let one = |place: u64| {
            let mut write = make(place);
            let (left, times, sample) = (&left, &times, &sample);
            async move {
                let mut connection = Connection::open(self.address).await?;
                let mut request = Vec::new();
                while left.get() > 0 {
                    left.set(left.get() - 1);
                    request.clear();
                    write(self, &mut request);
                    let sent = Instant::now();
                    let body = connection.ask(&request).await?;
                    times
                        .borrow_mut()
                        .record(u64::try_from(sent.elapsed().as_nanos())?)?;
                    if sample.borrow().is_empty() {
                        sample.borrow_mut().extend_from_slice(body);
                    }
                    if left.get() % 1024 == 0 {
                        bar.set_position(requests - left.get());
                    }
                }
                Ok(())
            }
        };
        run_all((0..).take(connections).map(one)).await?;
        let seconds = started.elapsed().as_secs_f64();
        let times = times.into_inner();
        Ok(Load {
            requests: times.len(),
            seconds,
            times,
            sample: sample.into_inner(),
        })
    }
}

/// Runs all of them side by side on this thread, until all are done or one fails.
async fn run_all<F: Future<Output = anyhow::Result<()>>>(
    all: impl Iterator<Item = F>,
) -> anyhow::Result<()> {
    let all: futures_util::stream::FuturesUnordered<F> = all.collect();
    futures_util::TryStreamExt::try_collect::<()>(all).await
}

struct Connection {
    stream: TcpStream,
    answer: Vec<u8>,
}

impl Connection {
    async fn open(address: SocketAddr) -> anyhow::Result<Connection> {
        let stream = TcpStream::connect(address)
            .await
            .context("the server does not accept")?;
        stream.set_nodelay(true)?;
        Ok(Connection {
            stream,
            answer: Vec::with_capacity(4096),
        })
    }

    /// Sends a request and gives the body of its answer, which must be a good one.
    async fn ask(&mut self, request: &[u8]) -> anyhow::Result<&[u8]> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        let (head, length) = loop {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
            if let Some(head) = find(&self.answer, b"\r\n\r\n") {
                break (head + 4, content_length(&self.answer[..head])?);
            }
        };
        while self.answer.len() < head + length {
            if self.stream.read_buf(&mut self.answer).await? == 0 {
                bail!("the server closed the connection");
            }
        }
        if !self.answer.starts_with(b"HTTP/1.1 2") {
            bail!(
                "the server refused: {}",
                String::from_utf8_lossy(&self.answer)
            );
        }
        Ok(&self.answer[head..])
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn content_length(head: &[u8]) -> anyhow::Result<usize> {
    let head = std::str::from_utf8(head)?;
    let line = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length")
            .then_some(value.trim())
    });
    Ok(line.context("an answer without a length")?.parse()?)
}
