//! The integrator of these tests, its beneficiaries, and who acts for it.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::http::Method;
use giro_api::dialects::caliza::auth::Role;
use giro_api::dialects::caliza::issue_token;
use giro_engine::{Clock, SystemClock};
use giro_ledger::text::Name;
use giro_ledger::{
    AccountId, Action, Basis, BookId, Capabilities, Credential, NewRate, PrincipalId, Rate,
    Rounding,
};
use giro_service::clients::draw_nonce;
use giro_service::secret::Secret;
use serde_json::Value;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

pub(crate) struct World {
    base: Base,
    /// The client, its id and its secret.
    pub(crate) client: PrincipalId,
    pub(crate) client_id: String,
    pub(crate) client_secret: String,
    /// A person who acts through it, and may do everything; their password is an API key.
    pub(crate) user: PrincipalId,
    pub(crate) password: String,
    /// Their access token.
    pub(crate) token: String,
    /// Beneficiaries of `book`: 10,000.00 USDC and USD each, but for the last one, who has none.
    pub(crate) ana: AccountId,
    pub(crate) bruno: AccountId,
    pub(crate) carla: AccountId,
    /// A beneficiary of the other book.
    pub(crate) others: AccountId,
}

impl Deref for World {
    type Target = Base;

    fn deref(&self) -> &Base {
        &self.base
    }
}

/// The name that the user signs in with.
pub(crate) const USERNAME: &str = "user@example.com";

impl World {
    pub(crate) async fn new() -> World {
        World::at(Arc::new(SystemClock)).await
    }

    pub(crate) async fn at(clock: Arc<dyn Clock>) -> World {
        let nobody = PrincipalId(0);
        let mut world = World {
            base: Base::at(clock).await,
            client: nobody,
            client_id: String::new(),
            client_secret: String::new(),
            user: nobody,
            password: String::new(),
            token: String::new(),
            ana: AccountId(0),
            bruno: AccountId(0),
            carla: AccountId(0),
            others: AccountId(0),
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        let all = Role::all_capabilities();
        (self.client, self.client_secret) = self.add_client(self.book, all).await;
        self.client_id = self.principal_id(self.client);
        (self.user, self.password) = self.add_user(self.book, USERNAME, all).await;
        self.base.actor = self.user;
        self.token = self.token_of(self.user, all);
        for pair in [("USD", "USDC"), ("USDC", "USD")] {
            self.rate(pair, "0.9995").await;
        }
        self.ana = self.open(self.book, "Ana", Vec::new(), &[]).await;
        self.bruno = self.open(self.book, "Bruno", Vec::new(), &[]).await;
        self.carla = self.open(self.book, "Carla", Vec::new(), &[]).await;
        self.others = self.open(self.other_book, "Others", Vec::new(), &[]).await;
        for code in ["USDC", "USD"] {
            for beneficiary in [self.ana, self.bruno] {
                self.deposit(self.book, beneficiary, code, "10000.00").await;
            }
        }
    }

    /// Adds a client with a secret, and returns that too.
    pub(crate) async fn add_client(
        &self,
        book: BookId,
        capabilities: Capabilities,
    ) -> (PrincipalId, String) {
        let credential = Credential::Client {
            nonce: draw_nonce(),
            decryption_key: None,
        };
        let secret = self.service.client_secret(&credential);
        let secret = secret.expect("it is one of a client").text();
        let added = self.admit(book, credential, None, capabilities, None);
        (added.await, secret)
    }

    /// Adds a person, and returns their API key, which is their password, too.
    pub(crate) async fn add_user(
        &self,
        book: BookId,
        email: &str,
        capabilities: Capabilities,
    ) -> (PrincipalId, String) {
        let secret = Secret::draw();
        let hash = secret.hash();
        let credential = Credential::Secret { hash };
        let added = self
            .admit(book, credential, Some(email), capabilities, None)
            .await;
        let id = self.principal_id(added).parse().expect("a UUID");
        (added, secret.api_key(id))
    }

    /// The id of the integrator.
    pub(crate) fn integrator_id(&self) -> String {
        let state = self.service.read();
        self.service.book_id(&state, self.book).to_string()
    }

    pub(crate) fn token_of(&self, user: PrincipalId, capabilities: Capabilities) -> String {
        let hour = Duration::from_secs(3600);
        issue_token(&self.service, self.client, user, capabilities, hour)
    }

    /// What one asset is worth in another, from now on.
    pub(crate) async fn rate(&self, (source, target): (&str, &str), value: &str) {
        let set = Action::SetRate(Box::new(NewRate {
            source: self.asset(source),
            target: self.asset(target),
            basis: Basis::Value(Rate::parse(value).expect("a rate")),
            spread: 0,
            rounding: Rounding::HalfEven,
            max_age_seconds: None,
            provider: Name::new("test").expect("a name"),
            as_of: None,
        }));
        self.does(self.book, set).await;
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_with(&self.token, path, &[]).await
    }

    pub(crate) async fn get_with(
        &self,
        token: &str,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Answer {
        self.ask(Method::GET, path, Some(token), headers, "").await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Answer {
        self.post_as(&self.token, path, body).await
    }

    pub(crate) async fn post_as(&self, token: &str, path: &str, body: &Value) -> Answer {
        let body = body.to_string();
        self.ask(Method::POST, path, Some(token), &[], &body).await
    }
}
