//! The integrator of these tests, its beneficiaries, and who acts for it.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::http::Method;
use giro_api::dialects::caliza::auth::Role;
use giro_api::dialects::caliza::issue_token;
use giro_engine::Clock;
use giro_ledger::fee::{Bearing, Charge, FeeChange, Tier};
use giro_ledger::text::Name;
use giro_ledger::{
    AccountId, Action, Amount, Basis, BookId, Capabilities, Credential, FeeRule, NewRate,
    PrincipalId, Rate, Rounding, TransferKind,
};
use giro_service::clients::draw_nonce;
use giro_service::secret::Secret;
use serde_json::{Value, json};
use std::collections::BTreeMap;
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

impl Answer {
    /// Checks a coded error.
    #[track_caller]
    pub(crate) fn is_error(&self, status: u16, code: &str) {
        let json = self.json();
        let keys = json.as_object().map(|object| object.len());
        assert_eq!(
            (self.status, json["code"].as_str()),
            (status, Some(code)),
            "{self:?}"
        );
        assert_eq!(keys, Some(4), "{self:?}");
    }

    /// Checks what does not fit the form.
    #[track_caller]
    pub(crate) fn is_misfit(&self, errors: &[&str]) {
        assert_eq!((self.status, self.json()), (400, json!({"errors": errors})));
    }
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
        World::on(Base::new().await).await
    }

    pub(crate) async fn at(clock: Arc<dyn Clock>) -> World {
        World::on(Base::at(clock).await).await
    }

    async fn on(base: Base) -> World {
        let nobody = PrincipalId(0);
        let mut world = World {
            base,
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

    /// The body of a simulation from one beneficiary to another.
    pub(crate) fn order(
        &self,
        (source, target): (AccountId, AccountId),
        (value, from): (&str, &str),
        to: &str,
    ) -> Value {
        json!({
            "beneficiaryId": self.id(source),
            "targetBeneficiaryId": self.id(target),
            "from": {"currencyCode": from, "value": value},
            "toCurrencyCode": to,
        })
    }

    /// Simulates a transaction of so many USDC from Ana to Carla.
    pub(crate) async fn simulated(&self, value: &str) -> String {
        let order = self.order((self.ana, self.carla), (value, "USDC"), "USDC");
        let answer = self.post("/core-api/v1/simulations", &order).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.text_of("id")
    }

    pub(crate) async fn execute(&self, simulation: &str) -> Answer {
        self.execute_as(&self.token, simulation).await
    }

    pub(crate) async fn execute_as(&self, token: &str, simulation: &str) -> Answer {
        let body = json!({"simulationId": simulation, "beneficiaryIp": "203.0.113.50"});
        self.post_as(token, "/core-api/v1/transactions", &body)
            .await
    }

    /// What an account has of an asset, in minor units.
    pub(crate) fn posted(&self, account: AccountId, code: &str) -> i128 {
        let asset = self.asset(code);
        let state = self.service.read();
        let line = state
            .ledger
            .account(account)
            .and_then(|one| one.line(asset));
        let line = line.and_then(|line| state.ledger.line(line));
        line.map_or(0, |line| line.posted.minor())
    }

    /// Checks that the money of every asset sums to zero over all accounts.
    #[track_caller]
    pub(crate) fn assert_balanced(&self) {
        let mut sums = BTreeMap::<_, i128>::new();
        for (_, line) in self.service.read().ledger.lines() {
            *sums.entry(line.asset).or_default() += line.posted.minor();
        }
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }

    /// Charges so much and such a share of every transaction in USDC.
    pub(crate) async fn charge(&self, flat: u128, share: &str, bearing: Bearing) {
        let rule = FeeRule {
            name: Name::new("fee").expect("a name"),
            rank: 1,
            kinds: vec![TransferKind::Transfer, TransferKind::Conversion],
            asset: self.asset("USDC"),
            target_asset: None,
            amount_min: None,
            amount_max: None,
            source_tag: None,
            target_tag: None,
            charge: Charge {
                flat: Amount::new(flat).expect("an amount"),
                tiers: vec![Tier {
                    from: Amount::ZERO,
                    share: Rate::parse(share).expect("a share"),
                }],
                amount_min: None,
                amount_max: None,
                rounding: Rounding::HalfUp,
            },
            bearing,
        };
        let change = Action::ChangeFee(Box::new(FeeChange::Add(rule)));
        self.does(self.book, change).await;
    }

    /// The id of the integrator.
    pub(crate) fn integrator_id(&self) -> String {
        let state = self.service.read();
        self.service.book_id(&state, self.book).to_string()
    }

    pub(crate) fn token_of(&self, user: PrincipalId, capabilities: Capabilities) -> String {
        let month = Duration::from_secs(30 * 86_400);
        issue_token(&self.service, self.client, user, capabilities, month)
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
