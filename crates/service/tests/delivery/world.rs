//! A service on a temporary directory, with a book whose transfers are told.

use giro_engine::{Engine, EngineOptions, SystemClock};
use giro_ledger::action::{BookChange, Holding, NewAccount, NewBook};
use giro_ledger::text::{Metadata, Text};
use giro_ledger::webhook::{Attempt, WebhookAction, WebhookChange, WebhookEvent};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, BookSettings, Capabilities, Capability, Event,
    NewTransfer, NewWebhook, PrincipalId, Setting, SigningSecret, SystemRole, Timestamp,
    TransferKind, Webhook, WebhookId,
};
use giro_service::delivery::{Delivery, Format, Formats, Message, Signed};
use giro_service::webhooks::AttemptQuery;
use giro_service::{BatchMode, Caller, ItemDone, Key, Record, SHARD, Service, ServiceError};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The format of these tests.
pub(crate) const FORMAT: u8 = 200;

/// One that has a mistake.
pub(crate) const BROKEN: u8 = 201;

/// Panics at transfers.
struct Broken;

impl Format for Broken {
    fn messages(
        &self,
        _: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        match record.event {
            Event::Transfer(_) => panic!("this is how record {} is told", record.seq),
            _ => Ok(Vec::new()),
        }
    }

    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        Plain.sign(message, at, secrets)
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        Plain.retry_after(attempts)
    }
}

/// Tells the numbers of transfers' records, and tries again at once, twice.
struct Plain;

impl Format for Plain {
    fn messages(
        &self,
        _: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        let Event::Transfer(_) = &record.event else {
            return Ok(Vec::new());
        };
        let id = record.seq.0.to_string();
        let body = id.clone().into_bytes();
        let event = "transfer";
        Ok(vec![Message { event, id, body }])
    }

    fn sign(&self, message: &Message, _: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let headers = vec![
            ("content-type", "text/plain".to_owned()),
            ("x-secrets", secrets.len().to_string()),
        ];
        let body = message.body.clone();
        Signed { headers, body }
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        (attempts < 3).then_some(Duration::from_millis(10))
    }
}

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) book: BookId,
    pub(crate) account: AccountId,
    keys: AtomicU64,
    delivery: Option<Delivery>,
    directory: Arc<tempfile::TempDir>,
}

async fn open(path: &Path) -> Arc<Service> {
    let path = path.to_owned();
    let opened = tokio::task::spawn_blocking(move || {
        let (clock, options) = (Arc::new(SystemClock), EngineOptions::default());
        let shard = giro_journal::ShardId(0);
        let engine = Engine::open(&path, shard, clock, options, &mut |_, _| {});
        let service = Service::new(engine.expect("a directory"));
        service.define_catalogue().expect("assets");
        service.ensure_operator().expect("an operator");
        Arc::new(service)
    });
    opened.await.expect("no panic")
}

impl World {
    pub(crate) async fn new() -> World {
        let directory = Arc::new(tempfile::tempdir().expect("a temporary directory"));
        let mut world = World {
            service: open(directory.path()).await,
            book: SHARD,
            account: AccountId(0),
            keys: AtomicU64::new(0),
            delivery: None,
            directory,
        };
        let new = NewBook {
            name: Text::new("told").expect("short"),
            sandbox: true,
            settings: BookSettings::default(),
        };
        let opened = world.does(Action::OpenBook(new)).await;
        let Event::BookOpened(book, _) = opened.event else {
            panic!("{opened:?}");
        };
        world.book = book;
        world.account = world.opens_account().await;
        world.allows_loopback(true).await;
        world.starts();
        world
    }

    async fn opens_account(&self) -> AccountId {
        let new = NewAccount {
            name: Text::new("main").expect("short"),
            alias: None,
            metadata: Metadata::default(),
            tags: giro_ledger::Tags::default(),
            holdings: vec![Holding {
                asset: AssetId(0),
                overdraft_limit: Amount::ZERO,
            }],
            holds_any_asset: false,
        };
        let opened = self.does(Action::OpenAccount(new)).await;
        match opened.event {
            Event::AccountOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn starts(&mut self) {
        let formats = Formats::from([
            (FORMAT, Arc::new(Plain) as Arc<dyn Format>),
            (BROKEN, Arc::new(Broken)),
        ]);
        self.delivery = Some(Delivery::start(self.service.clone(), formats));
    }

    pub(crate) async fn stops(&mut self) {
        self.delivery.take().expect("it runs").stop().await;
    }

    /// As if the program was killed, but for what the log holds.
    pub(crate) async fn restarts(self) -> World {
        let World {
            service,
            book,
            account,
            keys,
            delivery,
            directory,
        } = self;
        if let Some(delivery) = delivery {
            delivery.stop().await;
        }
        service.close();
        drop(service);
        let service = open(directory.path()).await;
        let mut world = World {
            service,
            book,
            account,
            keys,
            delivery: None,
            directory,
        };
        world.starts();
        world
    }

    fn caller(&self) -> Caller {
        Caller {
            principal: PrincipalId(0),
            book: self.book,
            capabilities: Capabilities::all_of_a_book(),
            sandbox: true,
        }
    }

    pub(crate) async fn does(&self, action: Action) -> Record {
        let caller = self.caller();
        let text = self.keys.fetch_add(1, Ordering::Relaxed).to_string();
        let key = Key {
            scope: 0,
            text: &text,
        };
        let done = self
            .service
            .execute(&caller, Capability::FundsWrite, key, action);
        done.await.expect("it is possible").record
    }

    pub(crate) async fn allows_loopback(&self, on: bool) {
        let settings = vec![Setting::WebhooksToLoopback(on)];
        let change = BookChange {
            name: None,
            settings,
        };
        self.does(Action::ChangeBook(change)).await;
    }

    pub(crate) async fn adds(&self, url: &str) -> WebhookId {
        self.adds_in(FORMAT, url).await
    }

    pub(crate) async fn adds_in(&self, format: u8, url: &str) -> WebhookId {
        let new = NewWebhook {
            format,
            url: Text::new(url).expect("short"),
            name: None,
            events: Vec::new(),
            secret: SigningSecret::Drawn { nonce: [1; 16] },
        };
        let added = self.about(WebhookAction::Add(new)).await;
        match added {
            WebhookEvent::Added(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn about(&self, action: WebhookAction) -> WebhookEvent {
        let record = self.does(Action::Webhook(Box::new(action))).await;
        match record.event {
            Event::Webhook(event) => *event,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn enables(&self, webhook: WebhookId, enabled: bool) {
        let change = WebhookChange {
            webhook,
            url: None,
            name: None,
            events: None,
            enabled: Some(enabled),
        };
        self.about(WebhookAction::Change(change)).await;
    }

    /// Brings a unit in, and returns the number of its record.
    pub(crate) async fn deposits(&self) -> String {
        let deposit = Action::Transfer(self.deposit());
        self.does(deposit).await.seq.0.to_string()
    }

    fn deposit(&self) -> NewTransfer {
        let external = {
            let state = self.service.read();
            let book = state.ledger.book(self.book).expect("it is there");
            book.system_account(SystemRole::External)
        };
        let (kind, asset) = (TransferKind::Deposit, AssetId(0));
        let one = Amount::new(1).expect("small");
        NewTransfer::simple(kind, external, self.account, asset, one)
    }

    pub(crate) async fn deposits_many(&self, count: usize) -> Vec<String> {
        let items = vec![self.deposit(); count];
        let text = format!("many{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let key = Key {
            scope: 0,
            text: &text,
        };
        let (caller, mode) = (self.caller(), BatchMode::BestEffort);
        let done = self.service.execute_batch(&caller, key, mode, items);
        let number = |done: ItemDone| done.expect("it is possible").record.seq.0.to_string();
        let done = done.await.expect("it is possible");
        done.into_iter().map(number).collect()
    }

    pub(crate) fn webhook(&self, id: WebhookId) -> Webhook {
        let state = self.service.read();
        state.ledger.webhook(id).expect("it is there").clone()
    }

    /// What a webhook was told, oldest first.
    pub(crate) fn attempts(&self, id: WebhookId) -> Vec<Attempt> {
        let query = AttemptQuery {
            limit: 100_000,
            ..AttemptQuery::default()
        };
        let page = self.service.attempts(id, &query).expect("a readable log");
        page.items.into_iter().rev().collect()
    }

    /// Waits until something is true of a webhook.
    pub(crate) async fn until(&self, id: WebhookId, what: impl Fn(&Webhook) -> bool) {
        for _ in 0..3_000 {
            if what(&self.webhook(id)) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        panic!("it never comes about: {:?}", self.webhook(id));
    }
}
