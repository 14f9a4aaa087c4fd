//! The businesses of these tests, and a client who asks for one.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::body::Body;
use axum::http::request::Builder;
use axum::http::{Method, Request};
use giro_api::http::ClientIp;
use giro_ledger::action::AccountChange;
use giro_ledger::text::{Alias, Tag};
use giro_ledger::{
    AccountId, Action, BookId, Capability, Credential, Grant, PrincipalId, Tags, TransferKind,
};
use giro_service::Record;
use giro_service::secret::Secret;
use serde_json::{Value, json};
use std::net::IpAddr;
use std::ops::Deref;

pub(crate) const ALL: [Capability; 4] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
];

impl Answer {
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
        self.text_of("subCode")
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
    base: Base,
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
}

impl Deref for World {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

impl World {
    pub(crate) async fn new() -> World {
        let mut world = World {
            base: Base::new().await,
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
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
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

    pub(crate) async fn open_account(&self, book: BookId, name: &str, asset: &str) -> AccountId {
        self.open(book, name, Vec::new(), &[(asset, 0)]).await
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
            id: self.principal_id(principal),
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
        let capabilities = capabilities.iter().copied().collect();
        self.admit(book, credential, None, capabilities, grant)
            .await
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

    pub(crate) async fn post(
        &self,
        book: BookId,
        kind: TransferKind,
        [source, target]: [AccountId; 2],
        (code, amount): (&str, &str),
    ) -> Record {
        let new = self.moving(kind, (source, target), code, amount);
        self.does(book, Action::Transfer(new)).await
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
        let path = format!("/payout{path}");
        self.base.ask(method, &path, token, &[], body).await
    }

    /// The same from an address.
    pub(crate) async fn get_from(&self, path: &str, token: &str, address: &str) -> Answer {
        let request = Request::get(format!("/payout{path}"));
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = from(request, address).body(Body::empty());
        self.send(request.expect("a request")).await
    }
}

/// A request that comes from an address.
pub(crate) fn from(request: Builder, address: &str) -> Builder {
    let address: IpAddr = address.parse().expect("an address");
    request.extension(ClientIp(address))
}
