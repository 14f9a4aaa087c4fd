use super::*;
use axum::body::Bytes;
use axum::routing::{get, post};
use giro_api::http::TrustedProxies;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

/// A server with these limits, and what stops it.
struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(router: Router, limits: Limits) -> Running {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("bound");
    let (stop, stopped) = oneshot::channel();
    let stopped = async move {
        let _ = stopped.await;
    };
    let proxies = TrustedProxies::parse("127.0.0.1").expect("an address");
    let front = Front {
        proxies,
        ..Front::default()
    };
    let task = tokio::spawn(serve(listener, router, limits, front, stopped));
    Running {
        address,
        stop,
        task,
    }
}

async fn connect(running: &Running, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(running.address)
        .await
        .expect("it listens");
    stream.write_all(text.as_bytes()).await.expect("it reads");
    stream
}

/// Everything until the server closes the connection.
async fn read(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("it answers");
    String::from_utf8(answer).expect("UTF-8")
}

const LAST: &str = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

#[tokio::test]
async fn a_request_that_comes_too_slowly_is_cut_off() {
    let limits = Limits {
        header_timeout: Duration::from_millis(50),
        body_timeout: Duration::from_millis(50),
        ..Limits::default()
    };
    let echo = post(|body: Result<Bytes, _>| async move {
        body.map_err(|_: axum::extract::rejection::BytesRejection| "too slow")
    });
    let running = start(Router::new().route("/", echo), limits).await;
    let half_a_head = connect(&running, "GET / HTTP/1.1\r\nho").await;
    assert!(!read(half_a_head).await.contains("200"));
    let half_a_body = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\nhalf";
    let half_a_body = connect(&running, half_a_body).await;
    assert!(read(half_a_body).await.contains("too slow"));
}

#[tokio::test]
async fn a_request_under_way_is_answered_before_the_server_ends() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let handler = {
        let (begun, go_on) = (begun.clone(), go_on.clone());
        get(|| async move {
            begun.notify_one();
            go_on.notified().await;
            "done"
        })
    };
    let router = Router::new()
        .route("/", handler)
        .route("/quick", get(|| async { "done" }));
    let running = start(router, Limits::default()).await;
    let mut idle = connect(&running, "GET /quick HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut answer = [0; 15];
    idle.read_exact(&mut answer).await.expect("an answer");
    let request = connect(&running, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    begun.notified().await;
    running.stop.send(()).expect("it runs");
    go_on.notify_one();
    assert!(read(request).await.ends_with("done"));
    assert!(read(idle).await.ends_with("done"));
    running.task.await.expect("it does not panic");
    let refused = TcpStream::connect(running.address).await;
    assert!(refused.is_err(), "it still listens");
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_their_turn() {
    let limits = Limits {
        max_connections: 1,
        ..Limits::default()
    };
    let running = start(Router::new().route("/", get(|| async { "done" })), limits).await;
    let mut first = connect(&running, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let mut answer = [0; 15];
    first.read_exact(&mut answer).await.expect("an answer");
    assert_eq!(&answer, b"HTTP/1.1 200 OK");
    // Served only because the first one, which is kept alive, goes away.
    let second = connect(&running, LAST).await;
    drop(first);
    assert!(read(second).await.ends_with("done"));
}

#[tokio::test]
async fn a_refusal_before_the_body_does_not_cost_the_connection() {
    // Clients that send head and body apart lost every other request when refusals followed one
    // another on a kept connection.
    let router = Router::new().route("/", get(|| async { "done" }));
    let running = start(router, Limits::default()).await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 4\r\n\r\n";
    let mut client = connect(&running, head).await;
    client.write_all(b"body").await.expect("it reads");
    client.write_all(LAST.as_bytes()).await.expect("it reads");
    let answers = read(client).await;
    assert!(answers.starts_with("HTTP/1.1 405"), "{answers}");
    assert!(answers.ends_with("done"), "{answers}");
}

#[tokio::test]
async fn a_stated_length_is_known_before_the_body_is_there() {
    let length = |request: axum::extract::Request| async move {
        let length = axum::body::HttpBody::size_hint(request.body()).exact();
        (
            axum::http::StatusCode::PAYLOAD_TOO_LARGE,
            format!("{length:?}"),
        )
    };
    let running = start(Router::new().route("/", post(length)), Limits::default()).await;
    let head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 99999999\r\n\r\n";
    let answer = read(connect(&running, head).await).await;
    assert!(answer.contains("connection: close"), "{answer}");
    assert!(answer.ends_with("Some(99999999)"), "{answer}");
}

#[tokio::test]
async fn a_request_says_where_it_comes_from() {
    let from = |request: axum::extract::Request| async move {
        let client = request.extensions().get::<giro_api::http::ClientIp>();
        client.expect("every request has one").0.to_string()
    };
    let running = start(Router::new().route("/", get(from)), Limits::default()).await;
    let direct = connect(&running, LAST).await;
    assert!(read(direct).await.ends_with("127.0.0.1"));
    let head = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
                x-forwarded-for: 203.0.113.9, 198.51.100.1\r\n\r\n";
    let behind_a_proxy = connect(&running, head).await;
    assert!(read(behind_a_proxy).await.ends_with("198.51.100.1"));
}
