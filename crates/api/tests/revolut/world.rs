//! A service on a temporary directory with three books, and somebody who asks it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use giro_api::dialects::revolut::issue_tokens;
use giro_api::{App, router};
use giro_engine::{Engine, EngineOptions, SystemClock};
use giro_journal::ShardId;
use giro_ledger::Setting;
use giro_ledger::action::{AccountFreeze, BookChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::text::{Metadata, Text};
use giro_ledger::{
    AccountId, Action, Amount, BookId, BookSettings, Capabilities, Capability, Credential, Event,
    Grant, NewTransfer, PrincipalId, SystemRole, TransferKind,
};
use giro_service::{Caller, Key, Record, SHARD, Service};
use http_body_util::BodyExt;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tower::ServiceExt;

pub(crate) const ISSUER: &str = "example.com";
pub(crate) const READ: [Capability; 3] = [
    Capability::AccountsRead,
    Capability::TransfersRead,
    Capability::WebhooksRead,
];
pub(crate) const WRITE: [Capability; 2] = [Capability::FundsWrite, Capability::WebhooksWrite];
pub(crate) const PAY: [Capability; 1] = [Capability::TransfersWrite];

/// An answer, whole.
#[derive(Debug)]
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

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    /// A sandbox book of a business.
    pub(crate) book: BookId,
    /// Another business's.
    pub(crate) other_book: BookId,
    /// A book that is not for trying things out.
    pub(crate) production: BookId,
    /// An access token for `book` with every scope.
    pub(crate) token: String,
    /// 10,000.00 GBP, 0.00 GBP, 50.00 EUR.
    pub(crate) main: AccountId,
    pub(crate) savings: AccountId,
    pub(crate) euros: AccountId,
    pub(crate) others: AccountId,
    keys: AtomicU64,
    _directory: tempfile::TempDir,
}

impl World {
    pub(crate) async fn new() -> World {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let (clock, options) = (Arc::new(SystemClock), EngineOptions::default());
        let engine = Engine::open(directory.path(), ShardId(0), clock, options, &mut |_, _| {});
        let service = Arc::new(Service::new(engine.expect("a new directory")));
        let defined = service.clone();
        tokio::task::spawn_blocking(move || {
            defined.define_catalogue().expect("assets");
            defined.ensure_operator().expect("an operator");
        })
        .await
        .expect("no panic");
        let mut world = World {
            router: router(App::new(service.clone())),
            service,
            book: SHARD,
            other_book: SHARD,
            production: SHARD,
            token: String::new(),
            main: AccountId(0),
            savings: AccountId(0),
            euros: AccountId(0),
            others: AccountId(0),
            keys: AtomicU64::new(0),
            _directory: directory,
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        self.book = self.open_book("Giro Ltd", true).await;
        self.other_book = self.open_book("Other Ltd", true).await;
        self.production = self.open_book("Live Ltd", false).await;
        self.main = self.open_account(self.book, "Main", &["GBP"]).await;
        self.savings = self.open_account(self.book, "Savings", &["GBP"]).await;
        self.euros = self.open_account(self.book, "Euros", &["EUR"]).await;
        self.others = self.open_account(self.other_book, "Main", &["GBP"]).await;
        self.deposit(self.book, self.main, "GBP", "10000.00").await;
        self.deposit(self.book, self.euros, "EUR", "50.00").await;
        self.token = self.token_with(self.book, &[&READ, &WRITE, &PAY]).await;
    }

    /// Does something as the service would let anybody who may, and returns the record of it.
    pub(crate) async fn does(&self, book: BookId, action: Action) -> Record {
        self.does_as(PrincipalId(0), book, action).await
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

    async fn open_book(&self, name: &str, sandbox: bool) -> BookId {
        let name = Text::new(name).expect("a name");
        let settings = BookSettings {
            vendor_rate_limits: false,
            webhooks_to_loopback: sandbox,
            ..BookSettings::default()
        };
        let new = NewBook {
            name,
            sandbox,
            settings,
        };
        match self.does(SHARD, Action::OpenBook(new)).await.event {
            Event::BookOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn open_account(
        &self,
        book: BookId,
        name: &str,
        assets: &[&str],
    ) -> AccountId {
        let holding = |code: &&str| Holding {
            asset: self.asset(code),
            overdraft_limit: Amount::ZERO,
        };
        let new = NewAccount {
            name: Text::new(name).expect("a name"),
            alias: None,
            metadata: Metadata::default(),
            tags: giro_ledger::Tags::default(),
            holdings: assets.iter().map(holding).collect(),
            holds_any_asset: assets.is_empty(),
        };
        match self.does(book, Action::OpenAccount(new)).await.event {
            Event::AccountOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn add_client(
        &self,
        book: BookId,
        capabilities: Capabilities,
        public_key_pem: &str,
    ) -> PrincipalId {
        self.add_client_with(book, capabilities, public_key_pem, None)
            .await
    }

    /// A client with a narrow grant, if one is given.
    pub(crate) async fn add_client_with(
        &self,
        book: BookId,
        capabilities: Capabilities,
        public_key_pem: &str,
        grant: Option<Grant>,
    ) -> PrincipalId {
        let new = NewPrincipal {
            book: Some(book),
            name: Text::new("client").expect("a name"),
            email: None,
            capabilities,
            grant: grant.map(Box::new),
            credential: Credential::PublicKey {
                issuer: Text::new(ISSUER).expect("a name"),
                public_key_pem: public_key_pem.into(),
            },
        };
        match self.does(book, Action::AddPrincipal(new)).await.event {
            Event::PrincipalAdded(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    /// An access token of a new client with these scopes.
    pub(crate) async fn token_with(&self, book: BookId, scopes: &[&[Capability]]) -> String {
        let capabilities = scopes.iter().copied().flatten().copied().collect();
        let client = self.add_client(book, capabilities, "").await;
        issue_tokens(&self.service, client, Duration::from_secs(3600)).access
    }

    /// An access token of a new client with every scope, for some accounts only.
    pub(crate) async fn token_for(&self, accounts: Vec<AccountId>) -> String {
        let grant = Grant {
            accounts,
            ..Grant::default()
        };
        let scopes = [READ.as_slice(), &WRITE, &PAY];
        let capabilities = scopes.iter().copied().flatten().copied().collect();
        let client = self.add_client_with(self.book, capabilities, "", Some(grant));
        issue_tokens(&self.service, client.await, Duration::from_secs(3600)).access
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

    pub(crate) async fn limit_rates(&self) {
        let change = BookChange {
            name: None,
            settings: vec![Setting::VendorRateLimits(true)],
        };
        self.does(self.book, Action::ChangeBook(change)).await;
    }

    pub(crate) async fn deposit(
        &self,
        book: BookId,
        to: AccountId,
        code: &str,
        amount: &str,
    ) -> Record {
        let external = self.external(book);
        let kind = TransferKind::Deposit;
        self.post(book, kind, external, to, code, amount).await
    }

    pub(crate) async fn post(
        &self,
        book: BookId,
        kind: TransferKind,
        source: AccountId,
        target: AccountId,
        code: &str,
        amount: &str,
    ) -> Record {
        let asset = self.asset(code);
        let decimals = {
            let state = self.service.read();
            state.ledger.asset(asset).expect("an asset").decimals
        };
        let amount = Amount::parse(amount, decimals).expect("an amount");
        let new = NewTransfer::simple(kind, source, target, asset, amount);
        self.does(book, Action::Transfer(new)).await
    }

    pub(crate) fn external(&self, book: BookId) -> AccountId {
        let state = self.service.read();
        let book = state.ledger.book(book).expect("a book");
        book.system_account(SystemRole::External)
    }

    pub(crate) fn asset(&self, code: &str) -> giro_ledger::AssetId {
        let state = self.service.read();
        let (id, _) = state.ledger.asset_by_code(code).expect("in the catalogue");
        id
    }

    pub(crate) fn id(&self, account: AccountId) -> String {
        let state = self.service.read();
        self.service.account_id(&state, account).to_string()
    }

    /// Asks the sandbox to make something of a transaction.
    pub(crate) async fn simulate(&self, id: &str, action: &str) -> Answer {
        let path = format!("/sandbox/transactions/{id}/{action}");
        let token = Some(self.token.as_str());
        self.ask(Method::POST, &path, token, "").await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(&self.token), "").await
    }

    pub(crate) async fn transfer(&self, body: &str) -> Answer {
        let token = Some(self.token.as_str());
        self.ask(Method::POST, "/transfer", token, body).await
    }

    /// The body of a transfer from Main to Savings.
    pub(crate) fn order(&self, request_id: &str, amount: &str) -> String {
        let (main, savings) = (self.id(self.main), self.id(self.savings));
        format!(
            r#"{{"request_id":"{request_id}","source_account_id":"{main}",
                "target_account_id":"{savings}","amount":{amount},"currency":"GBP"}}"#
        )
    }

    /// The balance that is shown, as it is spelled.
    pub(crate) async fn balance(&self, account: AccountId) -> String {
        let answer = self.get(&format!("/accounts/{}", self.id(account))).await;
        answer.json()["balance"].to_string()
    }

    pub(crate) async fn ask(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: &str,
    ) -> Answer {
        let mut request = Request::builder().method(method);
        if let Some(token) = token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let version = match path.starts_with("/webhooks") {
            true => "2.0",
            false => "1.0",
        };
        let request = request.uri(format!("/api/{version}{path}"));
        self.send(
            request
                .body(Body::from(body.to_owned()))
                .expect("a request"),
        )
        .await
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
