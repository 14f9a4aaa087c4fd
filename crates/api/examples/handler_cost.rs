//! What `POST /v1/transfers` costs the thread that serves it, beside a bare handler that parses
//! and answers the same JSON. The journal is in memory: this is about CPU, not about the disk.
//!
//! ```text
//! cargo run --release -p giro-api --example handler_cost
//! ```

use axum::body::{Body, Bytes};
use axum::http::Request;
use axum::response::IntoResponse;
use axum::{Json, Router, routing::post};
use giro_api::{App, router};
use giro_engine::keys::KeyIndex;
use giro_engine::state::State;
use giro_engine::{Engine, EngineOptions, SystemClock, recovery};
use giro_journal::{Journal, MemoryJournal, ShardId};
use giro_service::Service;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::Arc;
use tower::ServiceExt;

const REQUESTS: u64 = 200_000;
const AT_ONCE: u64 = 64;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let runtime = runtime.expect("a runtime");
    let service = service();
    let operator = service.ensure_operator().expect("possible");
    let operator = operator.expect("the first one");
    let giro = router(App::new(service));
    let (api_key, body, answer) = runtime.block_on(prepare(&giro, &operator));
    let bare = bare(answer);
    let mut out = std::io::stdout();
    for (name, router) in [("bare handler", &bare), ("POST /v1/transfers", &giro)] {
        for round in 0..3 {
            let load = load(router, &api_key, &body, round);
            let before = thread_nanos();
            runtime.block_on(load);
            let spent = thread_nanos() - before;
            let micros = spent / (REQUESTS * 10);
            let line = writeln!(out, "{name}: {}.{:02} us", micros / 100, micros % 100);
            line.expect("a standard output");
        }
    }
}

fn service() -> Arc<Service> {
    let mut journal = MemoryJournal::new(ShardId(0));
    let epoch = journal.epoch().next();
    let clock = Arc::new(SystemClock);
    let genesis = recovery::draw_genesis(&*clock).expect("randomness");
    recovery::begin(&mut journal, epoch, &genesis).expect("an empty journal");
    let (state, keys) = (State::new(genesis), KeyIndex::in_memory());
    let (journal, options) = (Box::new(journal), EngineOptions::default());
    let engine = Engine::start(journal, epoch, state, keys, None, clock, options);
    let service = Arc::new(Service::new(engine));
    service.define_catalogue().expect("assets");
    service
}

/// Two accounts with money; the key, the body and the answer of one transfer.
async fn prepare(giro: &Router, operator: &str) -> (String, String, Value) {
    let ask = async |path: &str, api_key: &str, key: &str, body: Value| -> Value {
        let request = request(path, api_key, key, body.to_string());
        let answer = giro.clone().oneshot(request).await.expect("infallible");
        let bytes = answer.into_body().collect().await.expect("a body");
        serde_json::from_slice(&bytes.to_bytes()).expect("JSON")
    };
    let text = |json: &Value| json.as_str().expect("a text").to_owned();
    let book = json!({"name": "Book", "sandbox": true});
    let book = ask("/v1/books", operator, "book", book).await;
    let api_key = text(&book["key"]["api_key"]);
    let mut accounts = Vec::new();
    for name in ["source", "target"] {
        let account = json!({"name": name, "assets": ["USD"]});
        let account = ask("/v1/accounts", &api_key, name, account).await;
        let id = text(&account["id"]);
        let funds = json!({"account": id, "asset": "USD", "amount": "100000000.00"});
        ask("/v1/deposits", &api_key, &format!("{name}-funds"), funds).await;
        accounts.push(id);
    }
    let body = json!({
        "source": accounts[0], "target": accounts[1], "asset": "USD", "amount": "0.01",
        "reference": "invoice 2026-1001",
    });
    let answer = ask("/v1/transfers", &api_key, "first", body.clone()).await;
    (api_key, body.to_string(), answer)
}

fn request(path: &str, api_key: &str, key: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header("authorization", format!("Bearer {api_key}"))
        .header("content-type", "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body))
        .expect("a request")
}

/// Reads the same fields and answers with as much JSON, and does nothing.
fn bare(answer: Value) -> Router {
    #[derive(serde::Deserialize)]
    #[expect(dead_code, reason = "parsing is what is measured")]
    struct Transfer {
        source: String,
        target: String,
        asset: String,
        amount: String,
        reference: Option<String>,
    }
    let answer = Bytes::from(answer.to_string());
    let handler = async move |Json(_): Json<Transfer>| {
        let headers = [("content-type", "application/json")];
        (headers, answer.clone()).into_response()
    };
    Router::new().route("/v1/transfers", post(handler))
}

async fn load(router: &Router, api_key: &str, body: &str, round: u32) {
    let local = tokio::task::LocalSet::new();
    for worker in 0..AT_ONCE {
        let (router, api_key, body) = (router.clone(), api_key.to_owned(), body.to_owned());
        local.spawn_local(async move {
            for number in 0..REQUESTS / AT_ONCE {
                let key = format!("{round}-{worker}-{number}");
                let request = request("/v1/transfers", &api_key, &key, body.clone());
                let answer = router.clone().oneshot(request).await.expect("infallible");
                assert!(answer.status().is_success(), "{}", answer.status());
                answer.into_body().collect().await.expect("a body");
            }
        });
    }
    local.await;
}

/// Nanoseconds that this thread has been on a CPU (Linux).
fn thread_nanos() -> u64 {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let first = text.split(' ').next().expect("three numbers");
    first.parse().expect("a number")
}
