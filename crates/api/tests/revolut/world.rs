//! The businesses of these tests, and somebody who asks for them.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::http::Method;
use giro_api::dialects::revolut::issue_tokens;
use giro_ledger::text::Text;
use giro_ledger::{
    AccountId, Action, BookId, Capabilities, Capability, Credential, Grant, PrincipalId,
    TransferKind,
};
use giro_service::Record;
use std::ops::Deref;
use std::time::Duration;

pub(crate) const ISSUER: &str = "example.com";
pub(crate) const READ: [Capability; 3] = [
    Capability::AccountsRead,
    Capability::TransfersRead,
    Capability::WebhooksRead,
];
pub(crate) const WRITE: [Capability; 2] = [Capability::FundsWrite, Capability::WebhooksWrite];
pub(crate) const PAY: [Capability; 1] = [Capability::TransfersWrite];

pub(crate) struct World {
    base: Base,
    /// A book that is not for trying things out.
    pub(crate) production: BookId,
    /// An access token for `book` with every scope.
    pub(crate) token: String,
    /// 10,000.00 GBP, 0.00 GBP, 50.00 EUR.
    pub(crate) main: AccountId,
    pub(crate) savings: AccountId,
    pub(crate) euros: AccountId,
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
        let base = Base::new().await;
        let mut world = World {
            production: base.open_book("Live Ltd", false).await,
            base,
            token: String::new(),
            main: AccountId(0),
            savings: AccountId(0),
            euros: AccountId(0),
            others: AccountId(0),
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        self.main = self.open_account(self.book, "Main", &["GBP"]).await;
        self.savings = self.open_account(self.book, "Savings", &["GBP"]).await;
        self.euros = self.open_account(self.book, "Euros", &["EUR"]).await;
        self.others = self.open_account(self.other_book, "Main", &["GBP"]).await;
        self.deposit(self.book, self.main, "GBP", "10000.00").await;
        self.deposit(self.book, self.euros, "EUR", "50.00").await;
        self.token = self.token_with(self.book, &[&READ, &WRITE, &PAY]).await;
    }

    pub(crate) async fn open_account(
        &self,
        book: BookId,
        name: &str,
        assets: &[&str],
    ) -> AccountId {
        let assets: Vec<_> = assets.iter().map(|code| (*code, 0)).collect();
        self.open(book, name, Vec::new(), &assets).await
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
        let credential = Credential::PublicKey {
            issuer: Text::new(ISSUER).expect("a name"),
            public_key_pem: public_key_pem.into(),
        };
        self.admit(book, credential, None, capabilities, grant)
            .await
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

    pub(crate) async fn post(
        &self,
        book: BookId,
        kind: TransferKind,
        source: AccountId,
        target: AccountId,
        code: &str,
        amount: &str,
    ) -> Record {
        let new = self.moving(kind, (source, target), code, amount);
        self.does(book, Action::Transfer(new)).await
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
        let version = match path.starts_with("/webhooks") {
            true => "2.0",
            false => "1.0",
        };
        let path = format!("/api/{version}{path}");
        self.base.ask(method, &path, token, &[], body).await
    }
}
