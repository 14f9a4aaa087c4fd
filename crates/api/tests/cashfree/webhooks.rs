//! What webhooks are told of what happens, from the records that a book really has.

use crate::receiver::Receiver;
use crate::world::World;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_api::dialects::cashfree::webhooks::{FORMAT_V1, FORMAT_V2, formats};
use giro_ledger::action::{NewReversal, Original};
use giro_ledger::text::{Metadata, Text};
use giro_ledger::webhook::{WebhookAction, WebhookUrl};
use giro_ledger::{
    Action, Amount, Credential, NewWebhook, ReversalReason, SigningSecret, Timestamp, TransferKind,
    Webhook,
};
use giro_service::Record;
use giro_service::delivery::{Delivery, Format};
use hmac::{Hmac, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::collections::BTreeMap;
use std::sync::Arc;

fn format(number: u8) -> Arc<dyn Format> {
    let mut all = formats().into_iter();
    let found = all.find(|(known, _)| *known == number);
    found.expect("there is one").1
}

/// What is told of a record, in both versions.
fn told(world: &World, record: &Record) -> (Vec<Value>, Vec<String>) {
    let webhook = webhook(world);
    let messages = |number| {
        let messages = format(number).messages(&world.service, &webhook, record);
        messages.expect("the log is readable")
    };
    let (second, first) = (messages(FORMAT_V2), messages(FORMAT_V1));
    let ids = |all: &[giro_service::delivery::Message]| {
        all.iter()
            .map(|one| (one.event, one.id.clone()))
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&second), ids(&first));
    let json = second
        .iter()
        .map(|one| serde_json::from_slice(&one.body).expect("JSON"));
    let forms = first
        .iter()
        .map(|one| String::from_utf8(one.body.clone()).expect("text"));
    (json.collect(), forms.collect())
}

fn webhook(world: &World) -> Webhook {
    Webhook {
        book: world.book,
        terms: NewWebhook {
            format: FORMAT_V2,
            url: WebhookUrl::new("https://example.com/").expect("a URL"),
            name: None,
            events: Vec::new(),
            secret: SigningSecret::OfClient(world.client.principal),
        },
        former_secrets: Vec::new(),
        enabled: true,
        added_by: world.client.principal,
        added_at: Timestamp(0),
        updated_at: Timestamp(0),
        removed_at: None,
        done_before: 0,
        waiting: std::collections::BTreeMap::new(),
    }
}

/// The record of the transfer of that id, which was asked for here.
async fn record(world: &World, transfer_id: &str) -> Record {
    let key = giro_service::Key {
        scope: giro_api::dialects::cashfree::SCOPE,
        text: transfer_id,
    };
    let found = world.service.find_by_key(world.book, key).await;
    found.expect("the engine says").expect("there is one")
}

fn data_of(world: &World, record: &Record, more: &Value) -> Value {
    let at = giro_api::http::time::format(record.at);
    let at = format!("{}Z", at.split('.').next().expect("a time"));
    let mut data = json!({
        "cf_transfer_id": world.service.transfer_id(record),
        "beneficiary_details": {"beneficiary_id": world.id(world.savings)},
        "fundsource_id": world.id(world.main),
        "added_on": at,
        "updated_on": at,
    });
    for (name, value) in more.as_object().expect("an object") {
        data[name] = value.clone();
    }
    data
}

#[tokio::test]
async fn a_success_and_a_failure_are_told() {
    let world = World::new().await;
    world.transfer(&world.order("good", "10.50")).await.data();
    world.transfer(&world.order("bad", "99999.00")).await;
    let good = record(&world, "good").await;
    let (json, forms) = told(&world, &good);
    let success = json!({"transfer_id": "good", "status": "SUCCESS", "status_code": "COMPLETED",
        "status_description": "The transfer has been completed", "transfer_amount": 10.50});
    assert_eq!(json.len(), 1);
    assert_eq!(json[0]["type"], "TRANSFER_SUCCESS");
    assert_eq!(json[0]["data"], data_of(&world, &good, &success));
    assert!(
        forms[0].starts_with("event=TRANSFER_SUCCESS&transferId=good&"),
        "{forms:?}"
    );
    let bad = record(&world, "bad").await;
    let (json, forms) = told(&world, &bad);
    let failed = json!({"transfer_id": "bad", "status": "FAILED", "status_code": "FAILED",
        "status_description": "Not enough available balance", "transfer_amount": 99999.00});
    assert_eq!(json[0]["type"], "TRANSFER_FAILED");
    assert_eq!(json[0]["data"], data_of(&world, &bad, &failed));
    assert!(
        forms[0].ends_with("&reason=Not+enough+available+balance"),
        "{forms:?}"
    );
}

#[tokio::test]
async fn money_from_outside_is_a_credit_and_an_alert_comes_when_a_balance_falls() {
    let world = World::new().await;
    let alert = (Text::new("low_balance_alert"), Text::new("9995.00"));
    let alert = (alert.0.expect("short"), alert.1.expect("short"));
    let metadata = Metadata::new(vec![alert]);
    world
        .change(world.main, |change| change.metadata = metadata)
        .await;
    let external = {
        let state = world.service.read();
        let book = state.ledger.book(world.book).expect("a book");
        book.system_account(giro_ledger::SystemRole::External)
    };
    let kind = TransferKind::Deposit;
    let ends = [external, world.main];
    let deposit = world.post(world.book, kind, ends, ("INR", "1.00")).await;
    let (json, forms) = told(&world, &deposit);
    let reference = world.service.transfer_id(&deposit).to_string();
    let credit = json!({"ledger_balance": 10001.00, "amount": 1.00, "utr": reference,
        "fundsource_id": world.id(world.main)});
    let said = (&json[0]["type"], &json[0]["data"]);
    assert_eq!(
        (json.len(), said),
        (1, (&json!("CREDIT_CONFIRMATION"), &credit))
    );
    let form =
        format!("event=CREDIT_CONFIRMATION&ledgerBalance=10001.00&amount=1.00&utr={reference}");
    assert_eq!(forms, [form]);

    for (id, events) in [
        ("a", &["TRANSFER_SUCCESS"][..]),
        ("b", &["TRANSFER_SUCCESS", "LOW_BALANCE_ALERT"]),
        ("c", &["TRANSFER_SUCCESS"]),
    ] {
        world.transfer(&world.order(id, "5.00")).await.data();
        let (json, forms) = told(&world, &record(&world, id).await);
        let types: Vec<_> = json.iter().map(|one| one["type"].as_str()).collect();
        let expected: Vec<_> = events.iter().map(|event| Some(*event)).collect();
        assert_eq!(types, expected, "{id}");
        if let Some(alert) = json.get(1) {
            let data = json!({"current_balance": 9991.00, "fundsource_id": world.id(world.main)});
            assert_eq!(alert["data"], data);
            assert!(
                forms[1].starts_with("event=LOW_BALANCE_ALERT&currentBalance=9991.00&alertTime=")
            );
        }
    }
    // What is told again later says the same, whatever is set by then.
    let fallen = record(&world, "b").await;
    let before = told(&world, &fallen);
    let none = Metadata::new(Vec::new());
    world
        .change(world.main, |change| change.metadata = none)
        .await;
    assert_eq!(told(&world, &fallen), before);
    assert_eq!(before.0.len(), 2);
}

async fn reverse(world: &World, record: &Record, amount: Option<&str>) -> Record {
    let life = world
        .service
        .lives(vec![record.clone()])
        .expect("readable")
        .pop();
    let original: Original = life.expect("one").original();
    let amount = amount.map(|amount| Amount::parse(amount, 2).expect("an amount"));
    let reversal = NewReversal {
        original,
        amount,
        reason: ReversalReason::Duplicate,
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
        returns_fee: false,
    };
    let action = Action::Reverse(Box::new(reversal));
    world.does(world.book, action).await
}

#[tokio::test]
async fn a_transfer_is_reversed_when_all_of_it_is_taken_back() {
    let world = World::new().await;
    world.transfer(&world.order("t", "10.00")).await.data();
    let first = record(&world, "t").await;
    let part = reverse(&world, &first, Some("4.00")).await;
    let rest = reverse(&world, &first, None).await;
    assert_eq!(told(&world, &part), (vec![], vec![]));
    let (json, forms) = told(&world, &rest);
    let data = &json[0]["data"];
    assert_eq!(
        (&json[0]["type"], &data["transfer_id"]),
        (&json!("TRANSFER_REVERSED"), &json!("t"))
    );
    assert!(
        forms[0].starts_with("event=TRANSFER_REVERSED&transferId=t&"),
        "{forms:?}"
    );
}

#[tokio::test]
async fn nothing_else_is_told() {
    let world = World::new().await;
    let name = giro_ledger::text::Text::new("New").expect("a name");
    let change = giro_ledger::action::BookChange {
        name: Some(name),
        settings: Vec::new(),
    };
    let changed = world.does(world.book, Action::ChangeBook(change)).await;
    assert_eq!(told(&world, &changed), (vec![], vec![]));
}

/// As the vendor's pages say that a client checks it.
fn signed_with(secret: &str, text: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("any length");
    mac.update(text);
    BASE64.encode(mac.finalize().into_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_is_told_and_checks_the_signature_with_its_secret() {
    let world = World::new().await;
    let credential = Credential::Client {
        nonce: giro_service::clients::draw_nonce(),
        decryption_key: None,
    };
    let secret = world
        .service
        .client_secret(&credential)
        .expect("one is known")
        .text();
    let client = world
        .add_principal(world.book, &crate::world::ALL, None, credential)
        .await;
    let mut receiver = Receiver::start().await;
    let delivery = Delivery::start(world.service.clone(), giro_api::webhooks::formats());
    for format in [FORMAT_V2, FORMAT_V1] {
        let new = NewWebhook {
            format,
            url: WebhookUrl::new(receiver.url.clone()).expect("a URL"),
            name: None,
            events: Vec::new(),
            secret: SigningSecret::OfClient(client),
        };
        let add = WebhookAction::Add(new);
        world.does(world.book, Action::Webhook(Box::new(add))).await;
    }
    world.transfer(&world.order("t", "10.50")).await.data();
    for _ in 0..2 {
        let got = receiver.next().await;
        if got.header("content-type") == "application/json" {
            let signed = [got.header("x-webhook-timestamp").as_bytes(), &got.body].concat();
            assert_eq!(
                got.header("x-webhook-signature"),
                signed_with(&secret, &signed)
            );
            assert_eq!(got.json()["data"]["transfer_id"], "t");
        } else {
            let fields: BTreeMap<_, _> = form_urlencoded::parse(&got.body).into_owned().collect();
            let rest = fields.iter().filter(|(name, _)| *name != "signature");
            let values: String = rest.map(|(_, value)| &**value).collect();
            assert_eq!(fields["signature"], signed_with(&secret, values.as_bytes()));
            assert_eq!(fields["transferId"], "t");
        }
    }
    delivery.stop().await;
}
