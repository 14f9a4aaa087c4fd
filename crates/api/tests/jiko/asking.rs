//! How the tests ask for transfers.

use crate::world::{Answer, World};
use axum::http::Method;
use giro_ledger::{AccountId, AssetId};
use giro_service::{Key, Record};
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub(crate) const REQUESTS: &str = "/api/v1/transfer-requests/";
/// The scope of the ids that clients choose, as it is in the journal.
const SCOPE: u8 = 7;

/// The body of a request from Operating to Reserves.
pub(crate) fn order(world: &World, id: &str, cents: u64) -> Value {
    json!({
        "transfer": {
            "id": id,
            "type": "ON_US",
            "origin_pocket_id": world.id(world.operating),
            "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": cents},
            "details": {
                "type": "INTERNAL_REALLOCATION",
                "destination_pocket_id": world.id(world.reserves),
            },
            "description": "SEOUT 01",
        },
        "reviewers": [],
    })
}

pub(crate) trait Ask {
    async fn post_text(&self, path: &str, body: &str) -> Answer;
    async fn makes(&self, id: &str, cents: u64) -> Answer;
    async fn approve(&self, path: &str) -> Answer;
    async fn first_of(&self, id: &str) -> Record;
    fn worth(&self, pocket: AccountId) -> i128;
    fn is_balanced(&self);
    fn book_id(&self) -> String;
}

impl Ask for World {
    async fn post_text(&self, path: &str, body: &str) -> Answer {
        let token = Some(self.token.as_str());
        self.ask(Method::POST, path, token, &[], body).await
    }

    /// Asks for a transfer from Operating to Reserves.
    async fn makes(&self, id: &str, cents: u64) -> Answer {
        let answer = self.post(REQUESTS, &order(self, id, cents)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer
    }

    /// Approves a request, by the path that it is read at, as somebody else.
    async fn approve(&self, path: &str) -> Answer {
        let path = format!("{path}approve/");
        let token = Some(self.checker_token.as_str());
        self.ask(Method::POST, &path, token, &[], "").await
    }

    /// The record of a request.
    async fn first_of(&self, id: &str) -> Record {
        let (scope, text) = (SCOPE, id);
        let found = self.service.find_by_key(self.book, Key { scope, text });
        found.await.expect("it is read").expect("it is there")
    }

    /// What a pocket is worth, in cents.
    fn worth(&self, pocket: AccountId) -> i128 {
        let (cash, now) = (self.asset("USD"), self.service.now());
        let state = self.service.read();
        let portfolio = state.ledger.portfolio(pocket, cash, now);
        portfolio.expect("an account").total.minor()
    }

    /// Checks that the balances of the book sum to zero: of money, and of the units of every
    /// instrument.
    fn is_balanced(&self) {
        let state = self.service.read();
        let mut sums: BTreeMap<AssetId, i128> = BTreeMap::new();
        let all = state.ledger.accounts_from(AccountId(0));
        for (_, account) in all.filter(|(_, one)| one.book == self.book) {
            for (asset, line) in &account.lines {
                let line = state.ledger.line(*line).expect("a line");
                let sum = sums.entry(*asset).or_default();
                *sum += line.balance().posted.minor();
            }
        }
        assert!(sums.len() > 1, "there are units as well");
        assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
    }

    /// The id of the customer.
    fn book_id(&self) -> String {
        let state = self.service.read();
        self.service.book_id(&state, self.book).to_string()
    }
}
