//! Every call by example: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, its body if it has one, and the whole answer. The values are from the
//! vendor's pages where these show any. `{main}` is the id of the account of that name,
//! `{transaction}` that of the last transaction made, `{webhook}` that of the last webhook, `<id>`
//! any other id, `<time>` any time with microseconds in UTC, `<digits>` eight of them, `<reference>`
//! an id in capitals without hyphens, `<secret>` one.
//! A call is made with a good token, or with the `token` of the file: none if that is empty.

use crate::examples::{assert_is_as, call, examples, has_shape};
use crate::world::World;
use axum::http::Method;
use serde_json::Value;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    let examples = examples("revolut");
    assert!(examples.len() >= 38, "{}", examples.len());
    let mut names = Names::of(&world);
    for (path, text) in examples {
        let example: Value = serde_json::from_str(&names.resolve(&text)).expect("JSON");
        let (method, call, body) = call(&example);
        let token = example["token"].as_str().unwrap_or(&world.token);
        let token = Some(token).filter(|token| !token.is_empty());
        let answer = world.ask(method.clone(), call, token, &body).await;
        if method == Method::POST && answer.status == 200 && !call.contains("webhooks") {
            names.transaction = answer.text_of("id");
        }
        if answer.status == 201 {
            names.webhook = answer.text_of("id");
        }
        assert_is_as(&answer, &example, is_of, &path);
    }
}

/// What the placeholders of the golden files stand for.
struct Names {
    accounts: [(&'static str, String); 3],
    transaction: String,
    webhook: String,
    yesterday: String,
}

impl Names {
    fn of(world: &World) -> Names {
        let yesterday = giro_ledger::Timestamp(world.service.now().0 - 86_400_000_000);
        Names {
            accounts: [
                ("{main}", world.id(world.main)),
                ("{savings}", world.id(world.savings)),
                ("{euros}", world.id(world.euros)),
            ],
            transaction: String::new(),
            webhook: String::new(),
            yesterday: giro_api::http::time::format(yesterday),
        }
    }

    fn resolve(&self, text: &str) -> String {
        let mut text = text.replace("{transaction}", &self.transaction);
        text = text.replace("{webhook}", &self.webhook);
        text = text.replace("{yesterday}", &self.yesterday);
        for (name, id) in &self.accounts {
            text = text.replace(name, id);
        }
        text
    }
}

fn is_of(answer: &Value, kind: &str) -> bool {
    let text = answer.as_str().unwrap_or_default();
    match kind {
        "<time>" => has_shape(text, "0000-00-00T00:00:00.000000Z"),
        "<digits>" => text.len() == 8 && text.parse::<u32>().is_ok(),
        "<secret>" => text.len() == 36 && text.starts_with("wsk_"),
        "<reference>" => text.len() == 32 && !text.contains('-'),
        _ => false,
    }
}

#[tokio::test]
async fn the_legs_of_a_transaction_have_ids_of_their_own() {
    let world = World::new().await;
    let first = world.transfer(&world.order("1", "1")).await.text_of("id");
    world.transfer(&world.order("2", "1")).await;
    let list = world.get("/transactions?count=2").await.json();
    let transactions = list.as_array().expect("a list");
    let legs = transactions
        .iter()
        .flat_map(|one| one["legs"].as_array().expect("legs"));
    let ids: std::collections::BTreeSet<_> = legs.map(|leg| leg["leg_id"].to_string()).collect();
    assert_eq!(ids.len(), 4);
    assert!(!ids.contains(&format!("\"{first}\"")));
}
