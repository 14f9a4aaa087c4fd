//! A server over a journal in memory, with two books and the people who ask it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use giro_api::{App, router};
use giro_engine::keys::KeyIndex;
use giro_engine::state::{Genesis, State};
use giro_engine::{Clock, Engine, EngineOptions, Seq, recovery};
use giro_journal::{Journal, MemoryDisk, MemoryJournal, ShardId};
use giro_ledger::Timestamp;
use giro_service::Service;
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::task::Poll;
use tower::ServiceExt;

/// 2026-11-21T09:30:00Z.
const BEGINNING: i64 = 1_795_253_400_000_000;

/// A clock that goes on by a millisecond whenever somebody looks at it.
struct SteppingClock(AtomicI64);

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

/// A server and the keys of those who ask it.
pub(crate) struct TestApp {
    pub(crate) service: Arc<Service>,
    router: Router,
    /// Who may open books.
    pub(crate) operator: String,
    /// Who may do everything in the first book.
    pub(crate) maker: String,
    /// Who may do nothing in it.
    pub(crate) powerless: String,
    /// Who may do everything in another book.
    pub(crate) stranger: String,
    asked: AtomicU64,
    clock: Arc<SteppingClock>,
    /// What outlives the server, if it is the usual journal in memory.
    disk: Option<MemoryDisk>,
}

impl TestApp {
    /// Two books without accounts.
    pub(crate) async fn new() -> TestApp {
        let journal = MemoryJournal::new(ShardId(0));
        let disk = Some(journal.disk());
        let app = TestApp::on(Box::new(journal), EngineOptions::default()).await;
        TestApp { disk, ..app }
    }

    /// The same server, stopped and started again so many seconds later.
    pub(crate) async fn restarted_after(self, seconds: i64) -> TestApp {
        let (service, clock) = (self.service.clone(), self.clock.clone());
        let disk = self.disk.clone().expect("the usual journal in memory");
        let service = tokio::task::spawn_blocking(move || {
            service.close();
            clock.0.fetch_add(seconds * 1_000_000, Ordering::Relaxed);
            let journal = disk.open().expect("it was closed in order");
            let mut keys = KeyIndex::in_memory();
            let reader = journal.reader();
            let state = recovery::replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| {});
            let state = state.expect("a whole log");
            let (epoch, options) = (journal.epoch().next(), EngineOptions::default());
            let journal = Box::new(journal);
            Engine::start(journal, epoch, state, keys, None, clock, options)
        });
        let service = Arc::new(Service::new(service.await.expect("no panic")));
        TestApp {
            router: router(App::new(service.clone())),
            service,
            ..self
        }
    }

    /// The same, on a journal and with sizes of the test's choice.
    pub(crate) async fn on(mut journal: Box<dyn Journal>, options: EngineOptions) -> TestApp {
        let genesis = Genesis {
            at: Timestamp(BEGINNING),
            id_secret: [1; 16],
            key_secret: [2; 16],
            token_secret: [3; 32],
        };
        let epoch = journal.epoch().next();
        recovery::begin(&mut *journal, epoch, &genesis).expect("an empty journal");
        let clock = Arc::new(SteppingClock(AtomicI64::new(BEGINNING)));
        let (state, keys) = (State::new(genesis), KeyIndex::in_memory());
        let engine = Engine::start(journal, epoch, state, keys, None, clock.clone(), options);
        let service = Arc::new(Service::new(engine));
        let starting = service.clone();
        let operator = tokio::task::spawn_blocking(move || {
            starting.define_catalogue().expect("assets");
            starting.ensure_operator().expect("possible")
        });
        let operator = operator.await.expect("no panic").expect("the first one");
        let mut app = TestApp {
            router: router(App::new(service.clone())),
            service,
            operator,
            maker: String::new(),
            powerless: String::new(),
            stranger: String::new(),
            asked: AtomicU64::new(0),
            clock,
            disk: None,
        };
        app.maker = app.open_book("Acme Ltd").await;
        app.stranger = app.open_book("Other Ltd").await;
        app.powerless = app.key_with(&[]).await;
        app
    }

    async fn open_book(&self, name: &str) -> String {
        let opened = self.post("/v1/books").bearer(&self.operator);
        let opened = opened
            .json(&json!({"name": name, "sandbox": true}))
            .send()
            .await;
        opened.expect(201)["key"]["api_key"]
            .as_str()
            .expect("shown once")
            .to_owned()
    }

    /// An API key of the first book with these capabilities.
    pub(crate) async fn key_with(&self, capabilities: &[&str]) -> String {
        let body = json!({"name": "some key", "capabilities": capabilities});
        let created = self.post("/v1/keys").json(&body).send().await.expect(201);
        created["api_key"].as_str().expect("shown once").to_owned()
    }

    /// An account with an alias, and money in it.
    pub(crate) async fn account(&self, alias: &str, asset: &str, amount: &str) -> String {
        self.account_as(&self.maker, alias, asset, amount).await
    }

    /// The same, by whoever has `api_key`.
    pub(crate) async fn account_as(
        &self,
        api_key: &str,
        alias: &str,
        asset: &str,
        amount: &str,
    ) -> String {
        let body = json!({"name": alias.to_uppercase(), "alias": alias, "assets": [asset]});
        let opened = self
            .post("/v1/accounts")
            .bearer(api_key)
            .json(&body)
            .send()
            .await;
        let id = opened.expect(201)["id"].as_str().expect("an id").to_owned();
        if amount
            .chars()
            .any(|digit| digit.is_ascii_digit() && digit != '0')
        {
            let body = json!({"account": id, "asset": asset, "amount": amount});
            let funded = self
                .post("/v1/deposits")
                .bearer(api_key)
                .json(&body)
                .send()
                .await;
            funded.expect(201);
        }
        id
    }

    /// The accounts `ops`, with 100.00 USD, and `payroll`, with none.
    pub(crate) async fn with_accounts() -> TestApp {
        let app = TestApp::new().await;
        app.account("ops", "USD", "100.00").await;
        app.account("payroll", "USD", "0").await;
        app
    }

    /// Moves USD from `ops` to `payroll`.
    pub(crate) async fn pay(&self, amount: &str) -> Answer {
        self.post("/v1/transfers")
            .json(&payment(amount))
            .send()
            .await
    }

    /// Lets time pass.
    pub(crate) fn pass(&self, seconds: i64) {
        self.clock
            .0
            .fetch_add(seconds * 1_000_000, Ordering::Relaxed);
    }

    /// Waits until a time, and until whatever was due before it has been seen to.
    pub(crate) async fn pass_until(&self, time: &str) {
        let to = giro_api::http::time::parse_time_or_date(time).expect("a time");
        self.clock.0.fetch_max(to.0, Ordering::Relaxed);
        self.catch_up().await;
    }

    /// Sees to it that what is due has been done: the engine looks at the clock before whatever is
    /// asked of it.
    pub(crate) async fn catch_up(&self) {
        let same = json!({"name": "Acme Ltd"});
        self.patch("/v1/book").json(&same).send().await.expect(200);
    }

    /// A time in the middle of the test, as text.
    pub(crate) fn now(&self) -> String {
        giro_api::http::time::format(self.clock.now())
    }

    pub(crate) fn get(&self, path: &str) -> Ask<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask<'_> {
        self.ask(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PUT, path)
    }

    pub(crate) fn patch(&self, path: &str) -> Ask<'_> {
        self.ask(Method::PATCH, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Ask<'_> {
        self.ask(Method::DELETE, path)
    }

    /// A request by the maker, with a key of its own if it is to change something.
    pub(crate) fn ask(&self, method: Method, path: &str) -> Ask<'_> {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let is_change = method != Method::GET && method != Method::HEAD;
        let request = Request::builder().method(method).uri(path);
        Ask {
            app: self,
            request,
            bearer: Some(self.maker.clone()),
            key: is_change.then(|| format!("test-{number}")),
            body: Body::empty(),
        }
    }
}

/// A transfer of USD from `ops` to `payroll`.
pub(crate) fn payment(amount: &str) -> Value {
    json!({"source": "alias:ops", "target": "alias:payroll", "asset": "USD", "amount": amount})
}

/// A request under construction.
pub(crate) struct Ask<'a> {
    app: &'a TestApp,
    request: axum::http::request::Builder,
    bearer: Option<String>,
    key: Option<String>,
    body: Body,
}

impl Ask<'_> {
    pub(crate) fn bearer(mut self, api_key: &str) -> Self {
        self.bearer = Some(api_key.to_owned());
        self
    }

    pub(crate) fn anonymous(mut self) -> Self {
        self.bearer = None;
        self
    }

    pub(crate) fn key(mut self, key: &str) -> Self {
        self.key = Some(key.to_owned());
        self
    }

    pub(crate) fn without_key(mut self) -> Self {
        self.key = None;
        self
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.text("application/json", body.to_string())
    }

    pub(crate) fn text(mut self, content_type: &str, body: impl Into<Body>) -> Self {
        self.request = self.request.header("content-type", content_type);
        self.body = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = self.request;
        if let Some(bearer) = self.bearer {
            request = request.header("authorization", format!("Bearer {bearer}"));
        }
        if let Some(key) = self.key {
            request = request.header("idempotency-key", key);
        }
        let request = request.body(self.body).expect("a request");
        let answer = self.app.router.clone().oneshot(request).await;
        let answer = answer.expect("handlers do not fail");
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let body = answer
            .into_body()
            .collect()
            .await
            .expect("a body")
            .to_bytes();
        let text = String::from_utf8(body.into()).expect("UTF-8");
        let length = headers
            .get("content-length")
            .map(|length| length.to_str().expect("ASCII"));
        assert!(
            length.is_none_or(|length| length == text.len().to_string()),
            "{headers:?} {text}"
        );
        assert!(headers.contains_key("x-request-id"), "{status} {text}");
        Answer {
            status,
            headers,
            text,
        }
    }
}

/// An answer, whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    /// The body, which must be JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The body of an answer of this status.
    pub(crate) fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    /// The body of a problem of this status and code.
    pub(crate) fn problem(&self, status: u16, code: &str) -> Value {
        let problem = self.expect(status);
        assert_eq!(problem["code"], code, "{problem}");
        assert_eq!(self.headers["content-type"], "application/problem+json");
        assert_eq!(problem["status"], status, "{problem}");
        assert_eq!(problem["type"], format!("urn:giro:problem:{code}"));
        assert_eq!(
            problem["request_id"],
            self.headers["x-request-id"].to_str().expect("ASCII")
        );
        problem
    }

    pub(crate) fn is_replay(&self) -> bool {
        self.headers
            .get("idempotency-replayed")
            .is_some_and(|value| value == "true")
    }

    /// The body without what differs from run to run, to compare with what it should be.
    pub(crate) fn redacted(&self) -> String {
        let pretty = serde_json::to_string_pretty(&self.json()).expect("JSON");
        redact(&pretty)
    }
}

/// Ids become `[id 1]` and so on in the order in which they appear; times, `[time]`; API keys,
/// `[api key]`.
pub(crate) fn redact(text: &str) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut redacted = String::new();
    for (place, part) in text.split('"').enumerate() {
        if place > 0 {
            redacted.push('"');
        }
        let is_id = part.len() == 36 && part.matches('-').count() == 4;
        if is_id {
            let known = seen.iter().position(|id| id == part);
            let number = known.unwrap_or_else(|| {
                seen.push(part.to_owned());
                seen.len() - 1
            });
            redacted.push_str(&format!("[id {}]", number + 1));
        } else if part.len() == 27 && part.ends_with('Z') && part.starts_with("20") {
            redacted.push_str("[time]");
        } else if part.starts_with("giro_") {
            redacted.push_str("[api key]");
        } else {
            redacted.push_str(part);
        }
    }
    redacted
}

/// The text of a field.
pub(crate) fn text(json: &Value, field: &str) -> String {
    let text = json[field].as_str();
    text.unwrap_or_else(|| panic!("no {field} in {json}"))
        .to_owned()
}

/// Polls all of these in turn until the last is done: all are under way before the first ends.
pub(crate) async fn all_at_once<F: Future>(futures: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = futures.map(Box::pin).collect();
    let mut done = Vec::new();
    std::future::poll_fn(|context| {
        running.retain_mut(|future| match future.as_mut().poll(context) {
            Poll::Ready(output) => {
                done.push(output);
                false
            }
            Poll::Pending => true,
        });
        match running.is_empty() {
            true => Poll::Ready(()),
            false => Poll::Pending,
        }
    })
    .await;
    done
}
