//! A service on a temporary directory with two books, and somebody who asks it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request};
use giro_api::dialects::youhodler::{MASTER_TAG, issue_token};
use giro_api::{App, router};
use giro_engine::{Engine, EngineOptions, SystemClock};
use giro_journal::ShardId;
use giro_ledger::action::{AccountFreeze, BookChange, Holding, NewAccount, NewBook, NewPrincipal};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::{Metadata, Name, Tag};
use giro_ledger::{
    AccountId, Action, Amount, AssetId, BookId, BookSettings, Capabilities, Capability, Conditions,
    Credential, Event, Grant, NewTransfer, Policy, PrincipalId, Setting, SystemRole, Tags,
    TransferKind,
};
use giro_service::secret::Secret;
use giro_service::{Caller, Key, Record, SHARD, Service};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tower::ServiceExt;

/// What a client that may do everything may do.
pub(crate) const ALL: [Capability; 8] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
    Capability::ApprovalsRead,
    Capability::ApprovalsDecide,
    Capability::WebhooksRead,
    Capability::WebhooksWrite,
];

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

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .get(name)
            .map(|value| value.to_str().expect("text"))
    }

    /// Status, code and reason of an error.
    pub(crate) fn error(&self) -> (u16, String, Value) {
        let json = self.json();
        (
            self.status,
            self.text_of("code"),
            json["details"]["reason"].clone(),
        )
    }

    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str, reason: &str) {
        let expected = (status, code.to_owned(), json!(reason));
        assert_eq!(self.error(), expected, "{self:?}");
    }
}

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    /// An enterprise.
    pub(crate) book: BookId,
    /// Another one.
    pub(crate) other_book: BookId,
    /// Who acts on `book`, and may do everything.
    pub(crate) maker: PrincipalId,
    /// Another person, who may as well.
    pub(crate) checker: PrincipalId,
    /// Access tokens of the two.
    pub(crate) token: String,
    pub(crate) checker_token: String,
    /// Accounts of `book`: 10,000.00 USDC each, but for the last one, which is empty.
    pub(crate) main: AccountId,
    pub(crate) master: AccountId,
    pub(crate) savings: AccountId,
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
        let nobody = PrincipalId(0);
        let mut world = World {
            router: router(App::new(service.clone())),
            service,
            book: SHARD,
            other_book: SHARD,
            maker: nobody,
            checker: nobody,
            token: String::new(),
            checker_token: String::new(),
            main: AccountId(0),
            master: AccountId(0),
            savings: AccountId(0),
            others: AccountId(0),
            keys: AtomicU64::new(0),
            _directory: directory,
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        self.book = self.open_book("Giro Ltd").await;
        self.other_book = self.open_book("Other Ltd").await;
        let all: Capabilities = ALL.into_iter().collect();
        self.maker = self.add(self.book, "maker@example.com", all).await.0;
        self.checker = self.add(self.book, "checker@example.com", all).await.0;
        self.token = self.token_of(self.maker, &ALL);
        self.checker_token = self.token_of(self.checker, &ALL);
        self.main = self.open_account(self.book, "Main", &[]).await;
        self.master = self
            .open_account(self.book, "Treasury", &[MASTER_TAG])
            .await;
        self.savings = self.open_account(self.book, "Savings", &[]).await;
        self.others = self.open_account(self.other_book, "Main", &[]).await;
        self.deposit(self.book, self.main, "USDC", "10000.00").await;
        self.deposit(self.book, self.master, "USDC", "10000.00")
            .await;
    }

    /// Does something as the service would let anybody who may, and returns the record of it.
    pub(crate) async fn does(&self, book: BookId, action: Action) -> Record {
        let caller = Caller {
            principal: self.maker,
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

    async fn open_book(&self, name: &str) -> BookId {
        let name = Name::new(name).expect("a name");
        let settings = BookSettings {
            vendor_rate_limits: false,
            webhooks_to_loopback: true,
            ..BookSettings::default()
        };
        let new = NewBook {
            name,
            sandbox: true,
            settings,
        };
        match self.does(SHARD, Action::OpenBook(new)).await.event {
            Event::BookOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Opens an account that takes any asset, as other interfaces do.
    pub(crate) async fn open_account(&self, book: BookId, name: &str, tags: &[&str]) -> AccountId {
        let tags = tags.iter().map(|tag| Tag::new(*tag).expect("a tag"));
        self.open(book, name, tags.collect(), &[]).await
    }

    /// Opens an account that takes these assets only.
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

    /// Adds a principal with that address, and returns its secret too.
    pub(crate) async fn add(
        &self,
        book: BookId,
        email: &str,
        capabilities: Capabilities,
    ) -> (PrincipalId, Secret) {
        self.add_with(book, email, capabilities, None).await
    }

    pub(crate) async fn add_with(
        &self,
        book: BookId,
        email: &str,
        capabilities: Capabilities,
        grant: Option<Grant>,
    ) -> (PrincipalId, Secret) {
        let secret = Secret::draw();
        let new = NewPrincipal {
            book: Some(book),
            name: Name::new("client").expect("a name"),
            email: Some(giro_ledger::Text::new(email).expect("an address")),
            capabilities,
            grant: grant.map(Box::new),
            credential: Credential::Secret {
                hash: secret.hash(),
            },
        };
        match self.does(book, Action::AddPrincipal(new)).await.event {
            Event::PrincipalAdded(id, _) => (id, secret),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn token_of(&self, principal: PrincipalId, capabilities: &[Capability]) -> String {
        let capabilities = capabilities.iter().copied().collect();
        let hour = Duration::from_secs(3600);
        issue_token(&self.service, principal, capabilities, hour)
    }

    /// Every transfer of at least so much needs so many approvals.
    pub(crate) async fn needs_approval(&self, approvals: u8) {
        let policy = Policy {
            name: Name::new("second person").expect("a name"),
            rank: 1,
            conditions: Conditions::default(),
            approvals,
            checkers: Vec::new(),
            expires_after_seconds: 3600,
            funds: FundsCheck::AtExecution,
        };
        let change = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
        self.does(self.book, change).await;
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
        let external = {
            let state = self.service.read();
            let book = state.ledger.book(book).expect("a book");
            book.system_account(SystemRole::External)
        };
        let new = self.moving(TransferKind::Deposit, (external, to), code, amount);
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

    pub(crate) fn asset(&self, code: &str) -> AssetId {
        let state = self.service.read();
        let (id, _) = state.ledger.asset_by_code(code).expect("in the catalogue");
        id
    }

    pub(crate) fn id(&self, account: AccountId) -> String {
        let state = self.service.read();
        self.service.account_id(&state, account).to_string()
    }

    pub(crate) fn client_ref(&self, account: AccountId) -> String {
        format!("client-accounts/{}", self.id(account))
    }

    pub(crate) fn master_ref(&self) -> String {
        format!("master-accounts/{}", self.id(self.master))
    }

    pub(crate) fn enterprise_ref(&self) -> String {
        let state = self.service.read();
        format!("enterprises/{}", self.service.book_id(&state, self.book))
    }

    pub(crate) fn principal_id(&self, principal: PrincipalId) -> String {
        let state = self.service.read();
        self.service.principal_id(&state, principal).to_string()
    }

    /// The body of a transfer from Main to Savings.
    pub(crate) fn order(&self, value: &str) -> Value {
        let (source, target) = (self.client_ref(self.main), self.client_ref(self.savings));
        self.order_of(&source, &target, value)
    }

    pub(crate) fn order_of(&self, source: &str, target: &str, value: &str) -> Value {
        json!({
            "amount": {"currency": "USDC", "value": value},
            "source_ref": source,
            "target_ref": target,
        })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(&self.token), &[], "")
            .await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(token), &[], "").await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.post_as(&self.token, path, key, body).await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, key: &str, body: &Value) -> Answer {
        let headers = [("idempotency-key", key)];
        let body = body.to_string();
        self.ask(Method::POST, path, Some(token), &headers, &body)
            .await
    }

    pub(crate) async fn transfer(&self, key: &str, body: &Value) -> Answer {
        self.post("/internal-transfers", key, body).await
    }

    /// What is available in an account, as it is spelled.
    pub(crate) async fn available(&self, account_ref: &str) -> String {
        let answer = self
            .get(&format!("/{account_ref}/balances?asset=USDC"))
            .await;
        let json = answer.json();
        json["items"][0]["available"]
            .as_str()
            .expect("a text")
            .to_owned()
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
