//! Every call by example: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, its body if it has one, and the whole answer. The values are from the
//! vendor's pages where these show any. `{main}` is the id of the account of that name,
//! `{transaction}` that of the last transaction made, `{webhook}` that of the last webhook, `<id>`
//! any other id, `<time>` any time with microseconds in UTC, `<digits>` eight of them, `<reference>`
//! an id in capitals without hyphens, `<secret>` one.
//! A call is made with a good token, or with the `token` of the file: none if that is empty.

use crate::world::World;
use axum::http::Method;
use serde_json::Value;
use std::path::Path;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/revolut/golden");
    let entries = std::fs::read_dir(&directory).expect("a directory");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 38, "{paths:?}");
    let mut names = Names::of(&world);
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file");
        let example: Value = serde_json::from_str(&names.resolve(&text)).expect("JSON");
        let call = example["call"].as_str().expect("a call");
        let (method, call) = call.split_once(' ').expect("method and path");
        let method = method.parse::<Method>().expect("a method");
        let body = example.get("body").map(Value::to_string);
        let body = body.unwrap_or_default();
        let token = example["token"].as_str().unwrap_or(&world.token);
        let token = Some(token).filter(|token| !token.is_empty());
        let answer = world.ask(method.clone(), call, token, &body).await;
        let mut json = answer.json();
        if method == Method::POST && answer.status == 200 && !call.contains("webhooks") {
            names.transaction = answer.text_of("id");
        }
        if answer.status == 201 {
            names.webhook = answer.text_of("id");
        }
        names.normalise(&mut json, &example["answer"]);
        let (status, expected) = (&example["status"], &example["answer"]);
        assert_eq!(
            (&Value::from(answer.status), &json),
            (status, expected),
            "{path:?}"
        );
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

    /// Puts `<id>` and `<time>` where the example has them and the answer has such.
    fn normalise(&self, answer: &mut Value, example: &Value) {
        match (answer, example) {
            (Value::Array(answers), Value::Array(examples)) => {
                for (answer, example) in answers.iter_mut().zip(examples) {
                    self.normalise(answer, example);
                }
            }
            (Value::Object(answers), Value::Object(examples)) => {
                for (name, answer) in answers {
                    self.normalise(answer, examples.get(name).unwrap_or(&Value::Null));
                }
            }
            (Value::String(answer), Value::String(example)) => {
                let is_as_said = match example.as_str() {
                    "<id>" => uuid::Uuid::try_parse(answer).is_ok() && answer.len() == 36,
                    "<time>" => is_time(answer),
                    "<digits>" => answer.len() == 8 && answer.parse::<u32>().is_ok(),
                    "<secret>" => answer.len() == 36 && answer.starts_with("wsk_"),
                    "<reference>" => answer.len() == 32 && !answer.contains('-'),
                    _ => false,
                };
                if is_as_said {
                    answer.clone_from(example);
                }
            }
            _ => {}
        }
    }
}

/// `2026-11-21T09:30:00.000000Z`
fn is_time(text: &str) -> bool {
    let shape: String = text
        .chars()
        .map(|c| if c.is_ascii_digit() { '0' } else { c })
        .collect();
    shape == "0000-00-00T00:00:00.000000Z"
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
