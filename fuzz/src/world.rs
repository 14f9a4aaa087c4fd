//! A server over a journal in memory, with a book, its accounts `ops` and `payroll`, an instrument
//! and rates, and the API key of somebody who may do everything in it.

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use giro_api::{App, router};
use giro_engine::keys::KeyIndex;
use giro_engine::state::{Genesis, State};
use giro_engine::{Clock, Engine, EngineOptions, recovery};
use giro_journal::{Journal, MemoryJournal, ShardId};
use giro_ledger::Timestamp;
use giro_service::Service;
use hyper::service::Service as _;
use hyper_util::service::TowerToHyperService;
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::runtime::Runtime;

/// 2026-11-21T09:30:00Z.
const BEGINNING: i64 = 1_795_253_400_000_000;
/// So many inputs share a world: making one takes as long as hundreds of inputs, and a log in
/// memory grows.
const INPUTS: u32 = 2_000;

/// A server, and somebody who asks it.
pub(super) struct World {
    pub(super) service: Arc<Service>,
    router: Router,
    runtime: Runtime,
    api_key: String,
    inputs: u32,
    asked: AtomicU64,
}

/// An answer, whole.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) content_type: String,
    pub(super) body: String,
}

static WORLD: Mutex<Option<World>> = Mutex::new(None);

/// Runs one input in the world, a new one every so often.
pub(super) fn with(run: impl FnOnce(&World)) {
    // A panic in the world of one input is told by that; the next one gets another world.
    let mut slot = WORLD.lock().unwrap_or_else(PoisonError::into_inner);
    let mut world = slot.take().unwrap_or_else(World::new);
    run(&world);
    world.inputs += 1;
    if world.inputs < INPUTS {
        *slot = Some(world);
    } else {
        world.service.close();
    }
}

/// A clock that goes on by a millisecond whenever somebody looks at it.
struct SteppingClock(AtomicI64);

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.fetch_add(1_000, Ordering::Relaxed))
    }
}

impl World {
    fn new() -> World {
        let service = Arc::new(service());
        service.define_catalogue().expect("assets");
        let operator = service.ensure_operator().expect("possible");
        let mut world = World {
            router: router(App::new(service.clone())),
            service,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime"),
            api_key: operator.expect("the first one"),
            inputs: 0,
            asked: AtomicU64::new(0),
        };
        let book = world.make("/v1/books", &json!({"name": "Acme Ltd", "sandbox": true}));
        let api_key = book["key"]["api_key"].as_str().expect("shown once");
        world.api_key = api_key.to_owned();
        for alias in ["ops", "payroll"] {
            let body = json!({"name": alias, "alias": alias, "assets": ["USD", "ETH", "JPY"]});
            world.make("/v1/accounts", &body);
            for asset in ["USD", "ETH", "JPY"] {
                let account = format!("alias:{alias}");
                let body = json!({"account": account, "asset": asset, "amount": "1000000"});
                world.make("/v1/deposits", &body);
            }
        }
        world.make_a_treasury();
        world
    }

    /// What can be bought, and what it and some money are worth.
    fn make_a_treasury(&self) {
        let bill = json!({"code": "BILL", "name": "US Treasury bill", "weeks": 4,
                          "matures_on": "2026-12-22", "currency": "USD"});
        self.make("/v1/instruments", &bill);
        let rates = [
            ("BILL", "USD", "0.9962"),
            ("USD", "JPY", "151.23"),
            ("ETH", "USD", "3012.5"),
        ];
        for (source, target, value) in rates {
            let rate = json!({"source": source, "target": target, "value": value,
                              "provider": "desk"});
            self.make("/v1/rates", &rate);
        }
    }

    /// What a request that must succeed makes.
    fn make(&self, path: &str, body: &Value) -> Value {
        let key = self.new_key();
        let body = body.to_string().into_bytes();
        let answer = self.ask(Method::POST, path, "application/json", &key, body);
        let answer = answer.expect("a path of ours is one");
        assert!(answer.status.is_success(), "{answer:?}");
        serde_json::from_str(&answer.body).expect("JSON")
    }

    /// An idempotency key that nobody has used in this world.
    pub(super) fn new_key(&self) -> String {
        format!("fuzz-{}", self.asked.fetch_add(1, Ordering::Relaxed))
    }

    /// What comes of a request; `None` if its path or key is nothing that HTTP can carry.
    pub(super) fn ask(
        &self,
        method: Method,
        path: &str,
        content_type: &str,
        key: &str,
        body: Vec<u8>,
    ) -> Option<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.api_key))
            .header("content-type", content_type)
            .header("idempotency-key", key)
            .body(Body::from(body))
            .ok()?;
        Some(self.runtime.block_on(answer(self.router.clone(), request)))
    }
}

async fn answer(router: Router, request: Request<Body>) -> Answer {
    let answer = TowerToHyperService::new(router).call(request).await;
    let (parts, body) = answer.expect("handlers do not fail").into_parts();
    let body = axum::body::to_bytes(body, usize::MAX).await;
    let body = String::from_utf8(body.expect("a body").into()).expect("UTF-8");
    let content_type = parts.headers.get("content-type");
    let content_type = content_type.map(|value| value.to_str().expect("ASCII").to_owned());
    Answer {
        status: parts.status,
        content_type: content_type.unwrap_or_default(),
        body,
    }
}

fn service() -> Service {
    let genesis = Genesis {
        at: Timestamp(BEGINNING),
        id_secret: [1; 16],
        key_secret: [2; 16],
        token_secret: [3; 32],
    };
    let mut journal = MemoryJournal::new(ShardId(0));
    let epoch = journal.epoch().next();
    recovery::begin(&mut journal, epoch, &genesis).expect("an empty journal");
    let clock = Arc::new(SteppingClock(AtomicI64::new(BEGINNING)));
    let (state, keys) = (State::new(genesis), KeyIndex::in_memory());
    let options = EngineOptions::default();
    let engine = Engine::start(Box::new(journal), epoch, state, keys, None, clock, options);
    Service::new(engine)
}
