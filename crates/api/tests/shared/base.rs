//! What the tests of every dialect stand on: a service on a temporary directory with two books,
//! and somebody who asks it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use giro_api::{App, router};
use giro_engine::{Clock, Engine, EngineOptions, SystemClock};
use giro_journal::ShardId;
use giro_ledger::action::{AccountFreeze, BookChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::{Metadata, Name, Tag, Text};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, BookSettings, Capabilities, Capability, Credential,
    Event, Grant, NewTransfer, PrincipalId, Setting, SystemRole, Tags, TransferKind,
};
use giro_service::{Caller, Key, Record, SHARD, Service};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

/// An answer, whole.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.headers["content-type"], "application/json", "{self:?}");
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub(crate) fn text_of(&self, field: &str) -> String {
        let json = self.json();
        let text = json[field].as_str();
        text.unwrap_or_else(|| panic!("no {field} in {json}"))
            .to_owned()
    }
}

pub(crate) struct Base {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    /// A sandbox book of a business.
    pub(crate) book: BookId,
    /// Another business's.
    pub(crate) other_book: BookId,
    /// Who does what nobody in particular does.
    pub(crate) actor: PrincipalId,
    keys: AtomicU64,
    _directory: tempfile::TempDir,
}

impl Base {
    pub(crate) async fn new() -> Base {
        Base::at(Arc::new(SystemClock)).await
    }

    /// The same, with the time that the clock says.
    pub(crate) async fn at(clock: Arc<dyn Clock>) -> Base {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let options = EngineOptions::default();
        let engine = Engine::open(directory.path(), ShardId(0), clock, options, &mut |_, _| {});
        let service = Arc::new(Service::new(engine.expect("a new directory")));
        let defined = service.clone();
        tokio::task::spawn_blocking(move || {
            defined.define_catalogue().expect("assets");
            defined.ensure_operator().expect("an operator");
        })
        .await
        .expect("no panic");
        let mut base = Base {
            router: router(App::new(service.clone())),
            service,
            book: SHARD,
            other_book: SHARD,
            actor: PrincipalId(0),
            keys: AtomicU64::new(0),
            _directory: directory,
        };
        base.book = base.open_book("Giro Ltd", true).await;
        base.other_book = base.open_book("Other Ltd", true).await;
        base
    }

    /// Does something as the service would let anybody who may, and returns the record of it.
    pub(crate) async fn does(&self, book: BookId, action: Action) -> Record {
        self.does_as(self.actor, book, action).await
    }

    /// The same by somebody.
    pub(crate) async fn does_as(
        &self,
        principal: PrincipalId,
        book: BookId,
        action: Action,
    ) -> Record {
        let caller = Caller {
            principal,
            book,
            capabilities: Capability::ALL.into_iter().collect(),
            sandbox: true,
        };
        let key = self.keys.fetch_add(1, Ordering::Relaxed).to_string();
        let key = Key {
            scope: 200,
            text: &key,
        };
        let capability = Capability::BookWrite;
        let done = self.service.execute(&caller, capability, key, action);
        done.await.expect("done").record
    }

    /// Opens a book: a sandbox may have its webhooks on this machine.
    pub(crate) async fn open_book(&self, name: &str, sandbox: bool) -> BookId {
        let new = NewBook {
            name: Name::new(name).expect("a name"),
            sandbox,
            settings: BookSettings {
                vendor_rate_limits: false,
                webhooks_to_loopback: sandbox,
                ..BookSettings::default()
            },
        };
        match self.does(SHARD, Action::OpenBook(new)).await.event {
            Event::BookOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Opens an account that takes these assets, each with its overdraft: any asset, if none is
    /// named.
    pub(crate) async fn open(
        &self,
        book: BookId,
        name: &str,
        tags: Vec<Tag>,
        assets: &[(&str, u128)],
    ) -> AccountId {
        let holding = |(code, overdraft): &(&str, u128)| Holding {
            asset: self.asset(code),
            overdraft_limit: Amount::new(*overdraft).expect("an amount"),
        };
        let new = NewAccount {
            name: Name::new(name).expect("a name"),
            alias: None,
            metadata: Metadata::default(),
            tags: Tags::new(tags).expect("tags"),
            holdings: assets.iter().map(holding).collect(),
            holds_any_asset: assets.is_empty(),
        };
        match self.does(book, Action::OpenAccount(new)).await.event {
            Event::AccountOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Adds somebody who proves who they are with that credential.
    pub(crate) async fn admit(
        &self,
        book: BookId,
        credential: Credential,
        email: Option<&str>,
        capabilities: Capabilities,
        grant: Option<Grant>,
    ) -> PrincipalId {
        let new = NewPrincipal {
            book: Some(book),
            name: Name::new("client").expect("a name"),
            email: email.map(|email| Text::new(email).expect("an address")),
            capabilities,
            grant: grant.map(Box::new),
            credential,
        };
        match self.does(book, Action::AddPrincipal(new)).await.event {
            Event::PrincipalAdded(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn freeze(&self, account: AccountId) {
        let freeze = AccountFreeze {
            account,
            debits: true,
            credits: true,
            reason: None,
        };
        self.does(self.book, Action::FreezeAccount(freeze)).await;
    }

    pub(crate) async fn set(&self, setting: Setting) {
        let change = BookChange {
            name: None,
            settings: vec![setting],
        };
        self.does(self.book, Action::ChangeBook(change)).await;
    }

    pub(crate) async fn limit_rates(&self) {
        self.set(Setting::VendorRateLimits(true)).await;
    }

    pub(crate) async fn deposit(
        &self,
        book: BookId,
        to: AccountId,
        code: &str,
        amount: &str,
    ) -> Record {
        let ends = (self.external(book), to);
        let new = self.moving(TransferKind::Deposit, ends, code, amount);
        self.does(book, Action::Transfer(new)).await
    }

    pub(crate) fn moving(
        &self,
        kind: TransferKind,
        (source, target): (AccountId, AccountId),
        code: &str,
        amount: &str,
    ) -> NewTransfer {
        let asset = self.asset(code);
        let decimals = {
            let state = self.service.read();
            state.ledger.asset(asset).expect("an asset").decimals
        };
        let amount = Amount::parse(amount, decimals).expect("an amount");
        NewTransfer::simple(kind, source, target, asset, amount)
    }

    pub(crate) fn external(&self, book: BookId) -> AccountId {
        let state = self.service.read();
        let book = state.ledger.book(book).expect("a book");
        book.system_account(SystemRole::External)
    }

    pub(crate) fn asset(&self, code: &str) -> AssetId {
        let state = self.service.read();
        let (id, _) = state.ledger.asset_by_code(code).expect("in the catalogue");
        id
    }

    pub(crate) fn id(&self, account: AccountId) -> String {
        let state = self.service.read();
        self.service.account_id(&state, account).to_string()
    }

    pub(crate) fn principal_id(&self, principal: PrincipalId) -> String {
        let state = self.service.read();
        self.service.principal_id(&state, principal).to_string()
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Body::from(body.to_owned());
        self.send(request.body(body).expect("a request")).await
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await;
        let (parts, body) = response.expect("never fails").into_parts();
        let body = body.collect().await.expect("a body").to_bytes();
        Answer {
            status: parts.status.as_u16(),
            headers: parts.headers,
            text: String::from_utf8(body.to_vec()).expect("UTF-8"),
        }
    }
}
