//! The customer of these tests, its pockets, and the people who act for it.

pub(crate) use crate::base::Answer;
use crate::base::Base;
use axum::http::Method;
use giro_api::dialects::jiko::auth::Scope;
use giro_api::dialects::jiko::issue_token;
use giro_engine::Clock;
use giro_ledger::security::{InvestmentSet, NewInstrument};
use giro_ledger::text::Name;
use giro_ledger::{
    AccountId, Action, Basis, BookId, CalendarCode, Capabilities, Credential, Date, Investment,
    NewRate, PrincipalId, Rate, Rounding, SigningClient, Strategy,
};
use giro_service::secret::Secret;
use serde_json::Value;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

/// Microseconds of a day.
const DAY_MICROS: i64 = 86_400_000_000;

pub(crate) struct World {
    base: Base,
    /// The client, who acts for itself and may do everything.
    pub(crate) client: PrincipalId,
    /// A person who lets the client act for them, and may do everything.
    pub(crate) checker: PrincipalId,
    /// Their API key, with which they sign in.
    pub(crate) checker_key: String,
    /// Access tokens of the two.
    pub(crate) token: String,
    pub(crate) checker_token: String,
    /// Pockets of `book`, invested in T-bills of four weeks: 10,000.00 USD each, but for the last
    /// one, which is empty.
    pub(crate) operating: AccountId,
    pub(crate) reserves: AccountId,
    pub(crate) payroll: AccountId,
    /// A pocket of the other book.
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
            checker: nobody,
            checker_key: String::new(),
            token: String::new(),
            checker_token: String::new(),
            operating: AccountId(0),
            reserves: AccountId(0),
            payroll: AccountId(0),
            others: AccountId(0),
        };
        world.fill().await;
        world
    }

    async fn fill(&mut self) {
        let all = Scope::all_capabilities();
        self.client = self.add_client(self.book, "maker@example.com", all).await;
        self.base.actor = self.client;
        (self.checker, self.checker_key) =
            self.add_person(self.book, "checker@example.com", all).await;
        self.token = self.token_of(self.client, self.client);
        self.checker_token = self.token_of(self.client, self.checker);
        for strategy in Strategy::ALL {
            self.add_bill(self.book, strategy, "0.996889").await;
        }
        let weeks = Some(Strategy::Weeks4);
        self.operating = self.open_pocket(self.book, "Operating", weeks).await;
        self.reserves = self.open_pocket(self.book, "Reserves", weeks).await;
        self.payroll = self.open_pocket(self.book, "Payroll", weeks).await;
        self.others = self.open_pocket(self.other_book, "Others", None).await;
        for pocket in [self.operating, self.reserves] {
            self.deposit(self.book, pocket, "USD", "10000.00").await;
        }
        self.deposit(self.other_book, self.others, "USD", "10000.00")
            .await;
    }

    /// Adds a client that proves who it is by signatures. Its key is nobody's: tests of that
    /// register their own.
    pub(crate) async fn add_client(
        &self,
        book: BookId,
        email: &str,
        capabilities: Capabilities,
    ) -> PrincipalId {
        let credential = Credential::SigningClient(Box::new(SigningClient {
            assertion_key_pem: "".into(),
            request_keys: Vec::new(),
            requires_signature: false,
            redirect_uris: Vec::new(),
        }));
        self.admit(book, credential, Some(email), capabilities, None)
            .await
    }

    /// Adds a person, and returns their API key too.
    pub(crate) async fn add_person(
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

    /// An access token with which a client acts for somebody, good for all they may do.
    pub(crate) fn token_of(&self, client: PrincipalId, principal: PrincipalId) -> String {
        let hour = Duration::from_secs(3600);
        let all = Scope::all_capabilities();
        issue_token(&self.service, client, principal, all, hour)
    }

    /// The same, good for some scopes only.
    pub(crate) fn token_with(&self, principal: PrincipalId, scopes: &[Scope]) -> String {
        let hour = Duration::from_secs(3600);
        let some = scopes.iter().flat_map(|scope| scope.capabilities());
        let some = some.copied().collect();
        issue_token(&self.service, self.client, principal, some, hour)
    }

    /// A T-bill of a term, with a price that stands still.
    pub(crate) async fn add_bill(&self, book: BookId, strategy: Strategy, price: &str) {
        let today = self.service.now().0.div_euclid(DAY_MICROS);
        let today = Date(i32::try_from(today).expect("a day of our time"));
        let matures_on = today.plus_days(i32::from(strategy.weeks()) * 7);
        let code = format!("T{:02}{:06}", strategy.weeks(), matures_on.0);
        let cash = self.asset("USD");
        let add = Action::AddInstrument(Box::new(NewInstrument {
            code: code.as_str().into(),
            name: Name::new("T-bill").expect("a name"),
            decimals: 8,
            strategy,
            matures_on,
            par: Rate::ONE,
            cash,
            calendar: CalendarCode::new("US").expect("a calendar"),
        }));
        self.does(book, add).await;
        self.set_price(book, &code, price).await;
    }

    /// Says what the T-bills of a term cost from now on.
    pub(crate) async fn price(&self, strategy: Strategy, value: &str) {
        let code = {
            let state = self.service.read();
            let mut bills = state.ledger.instruments_of(self.book);
            let bill = bills.find(|(_, one)| one.terms.strategy == strategy);
            bill.expect("a bill of every term").1.terms.code.clone()
        };
        self.set_price(self.book, &code, value).await;
    }

    async fn set_price(&self, book: BookId, code: &str, value: &str) {
        let price = Action::SetRate(Box::new(NewRate {
            source: self.asset(code),
            target: self.asset("USD"),
            basis: Basis::Value(Rate::parse(value).expect("a rate")),
            spread: 0,
            rounding: Rounding::HalfEven,
            max_age_seconds: None,
            provider: Name::new("test").expect("a name"),
            as_of: None,
        }));
        self.does(book, price).await;
    }

    /// Opens a pocket, invested if a term is given.
    pub(crate) async fn open_pocket(
        &self,
        book: BookId,
        name: &str,
        invested: Option<Strategy>,
    ) -> AccountId {
        let account = self.open(book, name, Vec::new(), &[("USD", 0)]).await;
        if let Some(strategy) = invested {
            let set = Action::SetInvestment(InvestmentSet {
                account,
                investment: Some(Investment {
                    cash: self.asset("USD"),
                    strategy,
                    reinvest: Some(strategy),
                }),
            });
            self.does(book, set).await;
        }
        account
    }

    pub(crate) fn customer_id(&self) -> String {
        let state = self.service.read();
        self.service.book_id(&state, self.book).to_string()
    }

    /// Asks without a token.
    pub(crate) async fn ask_bare(&self, path: &str) -> Answer {
        self.ask(Method::GET, path, None, &[], "").await
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.get_as(&self.token, path).await
    }

    pub(crate) async fn get_as(&self, token: &str, path: &str) -> Answer {
        self.get_with(token, path, &[]).await
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
