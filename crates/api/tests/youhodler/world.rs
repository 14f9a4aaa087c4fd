//! The enterprises of these tests, and the people who ask for them.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::http::Method;
use giro_api::dialects::youhodler::{MASTER_TAG, issue_token};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::{Name, Tag};
use giro_ledger::{
    AccountId, Action, BookId, Capabilities, Capability, Conditions, Credential, Grant, Policy,
    PrincipalId,
};
use giro_service::secret::Secret;
use serde_json::{Value, json};
use std::ops::Deref;
use std::time::Duration;

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

impl Answer {
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
    base: Base,
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
}

impl Deref for World {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

impl World {
    pub(crate) async fn new() -> World {
        let nobody = PrincipalId(0);
        let mut world = World {
            base: Base::new().await,
            maker: nobody,
            checker: nobody,
            token: String::new(),
            checker_token: String::new(),
            main: AccountId(0),
            master: AccountId(0),
            savings: AccountId(0),
            others: AccountId(0),
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        let all: Capabilities = ALL.into_iter().collect();
        self.maker = self.add(self.book, "maker@example.com", all).await.0;
        self.base.actor = self.maker;
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

    /// Opens an account that takes any asset, as other interfaces do.
    pub(crate) async fn open_account(&self, book: BookId, name: &str, tags: &[&str]) -> AccountId {
        let tags = tags.iter().map(|tag| Tag::new(*tag).expect("a tag"));
        self.open(book, name, tags.collect(), &[]).await
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
        let hash = secret.hash();
        let credential = Credential::Secret { hash };
        let added = self.admit(book, credential, Some(email), capabilities, grant);
        (added.await, secret)
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
}
