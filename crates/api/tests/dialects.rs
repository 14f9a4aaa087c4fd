//! One transfer is the same whichever interface it is made through, and each shows it.

#[path = "shared/base.rs"]
#[expect(dead_code, reason = "it is made for the tests of one interface")]
mod base;
#[path = "revolut/world.rs"]
#[expect(dead_code, reason = "it is made for the tests of one interface")]
mod world;

use axum::body::Body;
use axum::http::{Method, Request};
use giro_api::dialects::{caliza, jiko};
use giro_ledger::{Capabilities, Credential, PrincipalId, SigningClient};
use giro_service::clients::draw_nonce;
use giro_service::secret::Secret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use world::{Answer, World};

const HOUR: Duration = Duration::from_secs(3600);

/// A business whose clients use all of the interfaces.
struct Everywhere {
    world: World,
    native: String,
    youhodler: String,
    cashfree: String,
    jiko: String,
    /// Of the same client of Jiko's, acting for somebody else.
    jiko_checker: String,
    caliza: String,
    main: String,
    savings: String,
}

impl Everywhere {
    async fn new() -> Everywhere {
        let world = World::new().await;
        let secret = Secret::draw();
        let hash = secret.hash();
        let id = add(&world, Credential::Secret { hash }).await;
        let native = secret.api_key(id.parse().expect("a UUID"));
        let client = Credential::Client {
            nonce: draw_nonce(),
            decryption_key: None,
        };
        let secret = world.service.client_secret(&client);
        let secret = secret.expect("it is one of a client").text();
        let id = add(&world, client).await;
        let body = json!({"client_id": id, "client_secret": secret,
                          "grant_type": "client_credentials"});
        let token = ask(&world, "POST", "/oauth/token", &[], &body).await;
        let youhodler = token.text_of("access_token");
        let headers = [("x-client-id", id.as_str()), ("x-client-secret", &secret)];
        let path = "/payout/v1/authorize";
        let token = ask(&world, "POST", path, &headers, &json!({})).await;
        let cashfree = token.json()["data"]["token"].as_str().map(str::to_owned);
        let (jiko, jiko_checker) = jiko_tokens(&world).await;
        let caliza = caliza_token(&world).await;
        let main = open_dollars(&world, "Dollars", "10000.00").await;
        let savings = open_dollars(&world, "More dollars", "0.00").await;
        Everywhere {
            native,
            youhodler,
            cashfree: cashfree.expect("a token"),
            jiko,
            jiko_checker,
            caliza,
            main,
            savings,
            world,
        }
    }

    /// Asks as a client of one interface.
    async fn ask(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [
            ("authorization", bearer.as_str()),
            ("idempotency-key", "a-key"),
        ];
        ask(&self.world, method, path, &headers, body).await
    }

    async fn get(&self, token: &str, path: &str) -> Value {
        let answer = self.ask(token, "GET", path, &Value::Null).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()
    }

    /// Makes a transfer of 12.34 through each interface, and gives their ids as the native one has
    /// them, oldest first.
    async fn make_all(&self) -> Vec<String> {
        let (main, savings) = (&self.main, &self.savings);
        let native = json!({"source": main, "target": savings, "asset": "USD", "amount": "12.34"});
        let revolut = json!({"request_id": "a", "source_account_id": main,
            "target_account_id": savings, "amount": 12.34, "currency": "USD"});
        let youhodler = json!({"amount": {"currency": "USD", "value": "12.34"},
            "source_ref": format!("client-accounts/{main}"),
            "target_ref": format!("client-accounts/{savings}")});
        let cashfree = json!({"amount": "12.34", "paymentInstrumentId": main,
            "toPaymentInstrumentId": savings, "transferId": "a"});
        let asked = [
            (&self.native, "/v1/transfers", native, 201),
            (&self.world.token, "/api/1.0/transfer", revolut, 200),
            (&self.youhodler, "/internal-transfers", youhodler, 202),
            (
                &self.cashfree,
                "/payout/v1.2/internalTransfer",
                cashfree,
                200,
            ),
        ];
        for (token, path, body, status) in asked {
            let answer = self.ask(token, "POST", path, &body).await;
            assert_eq!(answer.status, status, "{path}: {answer:?}");
        }
        self.make_in_two_steps().await;
        let list = self.get(&self.native, "/v1/transfers?limit=6").await;
        let items = list["items"].as_array().expect("a list");
        let ids = items.iter().rev().map(|item| text(&item["id"]));
        ids.collect()
    }

    /// The same through the interfaces that need more than one request for it.
    async fn make_in_two_steps(&self) {
        const ID: &str = "7fe330b4-1c1c-4461-ab11-2d257e92126f";
        let (main, savings) = (&self.main, &self.savings);
        let simulation = json!({"beneficiaryId": main, "targetBeneficiaryId": savings,
            "from": {"currencyCode": "USD", "value": 12.34}, "toCurrencyCode": "USD"});
        let path = "/core-api/v1/simulations";
        let simulation = self.ask(&self.caliza, "POST", path, &simulation).await;
        let body =
            json!({"simulationId": simulation.text_of("id"), "beneficiaryIp": "203.0.113.50"});
        let path = "/core-api/v1/transactions";
        let answer = self.ask(&self.caliza, "POST", path, &body).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        let request = json!({"transfer": {"id": ID, "type": "ON_US", "origin_pocket_id": main,
            "amount": {"type": "REQUESTED_AMOUNT", "amount_usdc": 1234},
            "details": {"type": "INTERNAL_REALLOCATION", "destination_pocket_id": savings}},
            "reviewers": []});
        let path = "/api/v1/transfer-requests/";
        let answer = self.ask(&self.jiko, "POST", path, &request).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let path = format!("/api/v1/transfer-requests/{ID}/approve/");
        let answer = self
            .ask(&self.jiko_checker, "POST", &path, &Value::Null)
            .await;
        assert_eq!(answer.text_of("status"), "COMPLETED");
    }
}

/// Opens an account with dollars.
async fn open_dollars(world: &World, name: &str, amount: &str) -> String {
    let account = world
        .open(world.book, name, Vec::new(), &[("USD", 0)])
        .await;
    if amount != "0.00" {
        world.deposit(world.book, account, "USD", amount).await;
    }
    world.id(account)
}

/// Adds somebody with an address.
async fn admit(world: &World, credential: Credential, email: &str) -> PrincipalId {
    let all = Capabilities::all_of_a_book();
    let added = world.admit(world.book, credential, Some(email), all, None);
    added.await
}

/// Tokens of a client of Jiko's: one with which it acts for itself, and one for somebody else.
async fn jiko_tokens(world: &World) -> (String, String) {
    let client = Credential::SigningClient(Box::new(SigningClient {
        assertion_key_pem: "".into(),
        request_keys: Vec::new(),
        requires_signature: false,
        redirect_uris: Vec::new(),
    }));
    let client = admit(world, client, "maker@example.com").await;
    let hash = Secret::draw().hash();
    let checker = admit(world, Credential::Secret { hash }, "checker@example.com").await;
    let token = |principal| {
        let all = Capabilities::all_of_a_book();
        jiko::issue_token(&world.service, client, principal, all, HOUR)
    };
    (token(client), token(checker))
}

async fn caliza_token(world: &World) -> String {
    let client = Credential::Client {
        nonce: draw_nonce(),
        decryption_key: None,
    };
    let client = admit(world, client, "integrator@example.com").await;
    let all = Capabilities::all_of_a_book();
    caliza::issue_token(&world.service, client, client, all, HOUR)
}

async fn add(world: &World, credential: Credential) -> String {
    let all = Capabilities::all_of_a_book();
    let added = world.admit(world.book, credential, None, all, None).await;
    world.principal_id(added)
}

async fn ask(
    world: &World,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &Value,
) -> Answer {
    let method: Method = method.parse().expect("a method");
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = match body {
        Value::Null => Body::empty(),
        body => Body::from(body.to_string()),
    };
    let request = request.header("content-type", "application/json");
    world.send(request.body(body).expect("a request")).await
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

#[tokio::test]
async fn the_same_transfer_made_through_each_interface_has_the_same_postings() {
    let everywhere = Everywhere::new().await;
    let (mut seen, mut alike) = (BTreeSet::new(), BTreeSet::new());
    for (place, id) in everywhere.make_all().await.into_iter().enumerate() {
        let path = format!("/v1/transfers/{id}");
        let shown = everywhere.get(&everywhere.native, &path).await;
        assert_eq!(shown["status"], "completed");
        let leg = |leg: &Value| {
            let balance = text(&leg["balance_after"]);
            (
                leg["account"].clone(),
                leg["side"].clone(),
                leg["asset"].clone(),
                leg["amount"].clone(),
                balance,
            )
        };
        let legs = shown["postings"]
            .as_array()
            .unwrap_or_else(|| panic!("{shown}"));
        let legs: Vec<_> = legs.iter().map(leg).collect();
        let cents = 1_234 * (i64::try_from(place).expect("small") + 1);
        let spelled = |cents: i64| format!("{}.{:02}", cents / 100, cents % 100);
        let expected = [
            (&everywhere.main, "debit", 1_000_000 - cents),
            (&everywhere.savings, "credit", cents),
        ];
        let expected = expected.map(|(account, side, balance)| {
            (
                json!(account),
                json!(side),
                json!("USD"),
                json!("12.34"),
                spelled(balance),
            )
        });
        assert_eq!(legs, expected);
        // Two steps leave their traces: a quote, an approval, and what an interface notes.
        if place < 4 {
            let plain = ["metadata", "quote", "approval"];
            seen.insert(plain.map(|field| shown[field].to_string()));
        }
        let kept = ["kind", "fee", "trades"].map(|field| shown[field].to_string());
        alike.insert(kept);
    }
    assert_eq!(seen.len(), 1, "they differ: {seen:?}");
    assert_eq!(alike.len(), 1, "they differ: {alike:?}");
}

#[tokio::test]
async fn what_is_made_through_one_interface_is_shown_by_the_others() {
    let everywhere = Everywhere::new().await;
    let ids = everywhere.make_all().await;
    for id in &ids {
        let path = format!("/api/1.0/transaction/{id}");
        let shown = everywhere.get(&everywhere.world.token, &path).await;
        let legs = shown["legs"].as_array().expect("legs");
        let legs: Vec<_> = legs.iter().map(|leg| leg["amount"].to_string()).collect();
        assert_eq!(
            (&shown["state"], legs),
            (&json!("completed"), vec!["-12.34".into(), "12.34".into()])
        );

        let path = format!("/internal-transfers/{id}");
        let shown = everywhere.get(&everywhere.youhodler, &path).await;
        let expected = json!({"currency": "USD", "value": "12.34"});
        assert_eq!(shown["principal_amount"], expected);
        assert_eq!(
            shown["family_params"]["source_ref"],
            format!("client-accounts/{}", everywhere.main)
        );

        let path = format!("/core-api/v1/transactions/{id}");
        let shown = everywhere.get(&everywhere.caliza, &path).await;
        let expected = json!({"currencyCode": "USD", "value": "12.34"});
        assert_eq!((&shown["from"], &shown["to"]), (&expected, &expected));
        assert_eq!(shown["status"], "SUCCEEDED");

        let path = format!("/api/v1/transfer-requests/{id}/");
        let shown = everywhere.get(&everywhere.jiko, &path).await;
        assert_eq!(shown["transfer"]["amount"]["amount_usdc"], 1234);
        assert_eq!(shown["status"], "COMPLETED");
    }
    let now = everywhere.world.service.now().0 / 1_000_000;
    let path = format!(
        "/payout/v1/accountStatement?startTime={}&endTime={}&paymentInstrumentId={}",
        now - 3_600,
        now + 3_600,
        everywhere.savings
    );
    let statement = everywhere.get(&everywhere.cashfree, &path).await;
    let batches = statement["data"]["batches"].as_array();
    let batches = batches.unwrap_or_else(|| panic!("{statement}")).iter();
    let shown: Vec<_> = batches
        .map(|one| {
            (
                text(&one["amount"]),
                text(&one["type"]),
                text(&one["balance"]),
            )
        })
        .collect();
    let expected = ["74.04", "61.70", "49.36", "37.02", "24.68", "12.34"];
    let expected = expected.map(|balance| ("12.34".into(), "CREDIT".into(), balance.into()));
    assert_eq!(shown, expected);
}
