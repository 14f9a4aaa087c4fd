//! A service on a temporary directory with two books, and a client who asks it.

use axum::Router;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{HeaderMap, Method, Request};
use giro_api::http::ClientIp;
use giro_api::{App, router};
use giro_engine::{Engine, EngineOptions, SystemClock};
use giro_journal::ShardId;
use giro_ledger::action::{
    AccountChange, AccountFreeze, BookChange, Holding, NewAccount, NewBook, NewPrincipal,
};
use giro_ledger::text::{Alias, Metadata, Tag, Text};
use giro_ledger::{
    AccountId, Action, Amount, BookId, BookSettings, Capability, Credential, Event, Grant,
    NewTransfer, PrincipalId, Setting, SystemRole, Tags, TransferKind,
};
use giro_service::secret::Secret;
use giro_service::{Caller, Key, Record, SHARD, Service};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tower::ServiceExt;

pub(crate) const ALL: [Capability; 4] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
];

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

    /// Checks status and whole body of an answer without data.
    #[track_caller]
    pub(crate) fn assert_bare(&self, http: u16, status: &str, code: &str, message: &str) {
        let expected = json!({"status": status, "subCode": code, "message": message});
        assert_eq!((self.status, self.json()), (http, expected));
        assert!(self.headers.contains_key("x-request-id"));
    }

    /// Checks an error whose HTTP status is its code.
    #[track_caller]
    pub(crate) fn assert_error(&self, code: u16, message: &str) {
        let status = match code {
            400 | 500 => "FAILURE",
            _ => "ERROR",
        };
        self.assert_bare(code, status, &code.to_string(), message);
    }

    /// Checks an error of an older call, whose HTTP status is 200.
    #[track_caller]
    pub(crate) fn assert_old_error(&self, code: u16, message: &str) {
        let status = match code {
            400 | 500 => "FAILURE",
            _ => "ERROR",
        };
        self.assert_bare(200, status, &code.to_string(), message);
    }

    #[track_caller]
    pub(crate) fn data(&self) -> Value {
        let json = self.json();
        let all = (self.status, &json["status"], &json["subCode"]);
        assert_eq!(all, (200, &json!("SUCCESS"), &json!("200")), "{json}");
        json["data"].clone()
    }

    pub(crate) fn code(&self) -> String {
        let json = self.json();
        json["subCode"].as_str().expect("a text").to_owned()
    }
}

/// A client's id and secret.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) principal: PrincipalId,
    pub(crate) id: String,
    pub(crate) secret: String,
}

pub(crate) struct World {
    pub(crate) service: Arc<Service>,
    pub(crate) router: Router,
    pub(crate) book: BookId,
    /// Another business's.
    pub(crate) other_book: BookId,
    /// A client of `book` that may do everything, and a token of it.
    pub(crate) client: Keys,
    pub(crate) token: String,
    /// 10,000.00, 0.00 and 500.00 INR.
    pub(crate) main: AccountId,
    pub(crate) savings: AccountId,
    pub(crate) payroll: AccountId,
    /// 50.00 USD.
    pub(crate) dollars: AccountId,
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
            client: Keys {
                principal: PrincipalId(0),
                id: String::new(),
                secret: String::new(),
            },
            token: String::new(),
            main: AccountId(0),
            savings: AccountId(0),
            payroll: AccountId(0),
            dollars: AccountId(0),
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
        self.main = self.open_account(self.book, "Main", "INR").await;
        self.savings = self.open_account(self.book, "Savings", "INR").await;
        self.payroll = self.open_account(self.book, "Payroll", "INR").await;
        self.dollars = self.open_account(self.book, "Dollars", "USD").await;
        self.others = self.open_account(self.other_book, "Main", "INR").await;
        self.deposit(self.book, self.main, "INR", "10000.00").await;
        self.deposit(self.book, self.payroll, "INR", "500.00").await;
        self.deposit(self.book, self.dollars, "USD", "50.00").await;
        self.client = self.add_client(self.book, &ALL, None).await;
        self.token = self.token_of(&self.client).await;
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

    async fn open_book(&self, name: &str) -> BookId {
        let new = NewBook {
            name: Text::new(name).expect("a name"),
            sandbox: true,
            settings: BookSettings {
                vendor_rate_limits: false,
                ..BookSettings::default()
            },
        };
        match self.does(SHARD, Action::OpenBook(new)).await.event {
            Event::BookOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) async fn open_account(&self, book: BookId, name: &str, asset: &str) -> AccountId {
        let holding = Holding {
            asset: self.asset(asset),
            overdraft_limit: Amount::ZERO,
        };
        let new = NewAccount {
            name: Text::new(name).expect("a name"),
            alias: None,
            metadata: Metadata::default(),
            tags: Tags::default(),
            holdings: vec![holding],
            holds_any_asset: false,
        };
        match self.does(book, Action::OpenAccount(new)).await.event {
            Event::AccountOpened(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    /// Changes what is said of an account of the book.
    pub(crate) async fn change(
        &self,
        account: AccountId,
        change: impl FnOnce(&mut AccountChange) + Send,
    ) {
        let mut all = AccountChange {
            account,
            name: None,
            alias: None,
            metadata: None,
            tags: None,
            holdings: Vec::new(),
            only_if_updated_at: None,
        };
        change(&mut all);
        self.does(self.book, Action::ChangeAccount(all)).await;
    }

    pub(crate) async fn alias(&self, account: AccountId, alias: &str) {
        let alias = Alias::new(alias).expect("an alias");
        self.change(account, |change| change.alias = Some(Some(alias)))
            .await;
    }

    pub(crate) async fn tag(&self, account: AccountId, tag: &str) {
        let tags = Tags::new(vec![Tag::new(tag).expect("a tag")]);
        self.change(account, |change| change.tags = tags).await;
    }

    pub(crate) async fn add_client(
        &self,
        book: BookId,
        capabilities: &[Capability],
        grant: Option<Grant>,
    ) -> Keys {
        let secret = Secret::draw();
        let credential = Credential::Secret {
            hash: secret.hash(),
        };
        let principal = self.add_principal(book, capabilities, grant, credential);
        let principal = principal.await;
        Keys {
            principal,
            id: self.client_id(principal),
            secret: secret.text(),
        }
    }

    pub(crate) async fn add_principal(
        &self,
        book: BookId,
        capabilities: &[Capability],
        grant: Option<Grant>,
        credential: Credential,
    ) -> PrincipalId {
        let new = NewPrincipal {
            book: Some(book),
            name: Text::new("client").expect("a name"),
            email: None,
            capabilities: capabilities.iter().copied().collect(),
            grant: grant.map(Box::new),
            credential,
        };
        match self.does(book, Action::AddPrincipal(new)).await.event {
            Event::PrincipalAdded(id, _) => id,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn client_id(&self, principal: PrincipalId) -> String {
        let state = self.service.read();
        self.service.principal_id(&state, principal).to_string()
    }

    pub(crate) async fn token_of(&self, keys: &Keys) -> String {
        let answer = self.authorize(keys, |request| request).await;
        let token = answer.data()["token"].clone();
        token.as_str().expect("a token").to_owned()
    }

    /// A token of a new client of the book.
    pub(crate) async fn token_with(&self, capabilities: &[Capability]) -> String {
        let keys = self.add_client(self.book, capabilities, None).await;
        self.token_of(&keys).await
    }

    pub(crate) async fn authorize(
        &self,
        keys: &Keys,
        with: impl FnOnce(Builder) -> Builder,
    ) -> Answer {
        let request = Request::builder().method(Method::POST);
        let request = request.uri("/payout/v1/authorize");
        let request = request
            .header("X-Client-Id", &keys.id)
            .header("X-Client-Secret", &keys.secret);
        let request = with(request).body(Body::empty()).expect("a request");
        self.send(request).await
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

    pub(crate) async fn deposit(&self, book: BookId, to: AccountId, code: &str, amount: &str) {
        let external = {
            let state = self.service.read();
            let book = state.ledger.book(book).expect("a book");
            book.system_account(SystemRole::External)
        };
        let kind = TransferKind::Deposit;
        self.post(book, kind, [external, to], (code, amount)).await;
    }

    pub(crate) async fn post(
        &self,
        book: BookId,
        kind: TransferKind,
        [source, target]: [AccountId; 2],
        (code, amount): (&str, &str),
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

    pub(crate) fn asset(&self, code: &str) -> giro_ledger::AssetId {
        let state = self.service.read();
        let (id, _) = state.ledger.asset_by_code(code).expect("in the catalogue");
        id
    }

    pub(crate) fn id(&self, account: AccountId) -> String {
        let state = self.service.read();
        self.service.account_id(&state, account).to_string()
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, Some(&self.token), "").await
    }

    pub(crate) async fn post_to(&self, path: &str, body: &str) -> Answer {
        self.ask(Method::POST, path, Some(&self.token), body).await
    }

    /// `POST /v1.2/internalTransfer`
    pub(crate) async fn transfer(&self, body: &Value) -> Answer {
        self.post_to("/v1.2/internalTransfer", &body.to_string())
            .await
    }

    /// The body of a transfer from Main to Savings.
    pub(crate) fn order(&self, transfer_id: &str, amount: &str) -> Value {
        json!({
            "amount": amount,
            "transferId": transfer_id,
            "paymentInstrumentId": self.id(self.main),
            "toPaymentInstrumentId": self.id(self.savings),
            "remarks": "commission",
        })
    }

    /// What is on an account, as it is shown.
    pub(crate) async fn balance(&self, account: AccountId) -> String {
        let path = format!("/v1.2/getBalance?paymentInstrumentId={}", self.id(account));
        let data = self.get(&path).await.data();
        data["balance"].as_str().expect("a text").to_owned()
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
        let request = request.uri(format!("/payout{path}"));
        let request = request.body(Body::from(body.to_owned()));
        self.send(request.expect("a request")).await
    }

    /// The same from an address.
    pub(crate) async fn get_from(&self, path: &str, token: &str, address: &str) -> Answer {
        let request = Request::get(format!("/payout{path}"));
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = from(request, address).body(Body::empty());
        self.send(request.expect("a request")).await
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

/// A request that comes from an address.
pub(crate) fn from(request: Builder, address: &str) -> Builder {
    let address: IpAddr = address.parse().expect("an address");
    request.extension(ClientIp(address))
}
