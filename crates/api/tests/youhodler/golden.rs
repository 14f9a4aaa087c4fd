//! The vendor's examples: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, who makes it, its key and body if it has any, and the whole answer. The
//! values are from the vendor's page. `{main}` is the id of the account of that name, `<id>` any
//! id, `<time>` any time in UTC to the second.

use crate::world::World;
use axum::http::Method;
use giro_ledger::Capability;
use serde_json::Value;
use std::path::Path;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    let names = Names::of(&world);
    let reader = world.token_of(world.maker, &[Capability::TransfersRead]);
    let examples = examples();
    assert!(examples.len() >= 9, "{}", examples.len());
    for (path, text) in examples {
        let example: Value = serde_json::from_str(&names.resolve(&text)).expect("JSON");
        let call = example["call"].as_str().expect("a call");
        let (method, call) = call.split_once(' ').expect("method and path");
        let token = match example["by"].as_str() {
            Some("nobody") => None,
            Some("reader") => Some(reader.as_str()),
            Some(other) => panic!("{other}"),
            None => Some(world.token.as_str()),
        };
        let key = example["key"].as_str().map(|key| ("idempotency-key", key));
        let headers: Vec<_> = key.into_iter().collect();
        let body = example
            .get("body")
            .map(Value::to_string)
            .unwrap_or_default();
        let method = method.parse::<Method>().expect("a method");
        let answer = world.ask(method, call, token, &headers, &body).await;
        let mut json = answer.json();
        // Members are in the order of the alphabet, as in the examples.
        assert_eq!(answer.text, json.to_string(), "{path}");
        names.normalise(&mut json, &example["answer"]);
        let found = (&Value::from(answer.status), &json);
        assert_eq!(found, (&example["status"], &example["answer"]), "{path}");
    }
}

fn examples() -> Vec<(String, String)> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/youhodler/golden");
    let entries = std::fs::read_dir(&directory).expect("a directory");
    let mut examples: Vec<_> = entries
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a file");
            (path.display().to_string(), text)
        })
        .collect();
    examples.sort();
    examples
}

/// What the placeholders of the golden files stand for.
struct Names([(&'static str, String); 5]);

impl Names {
    fn of(world: &World) -> Names {
        Names([
            ("{main}", world.id(world.main)),
            ("{savings}", world.id(world.savings)),
            ("{master}", world.id(world.master)),
            ("{maker}", world.principal_id(world.maker)),
            ("{enterprise}", world.enterprise_ref()),
        ])
    }

    fn resolve(&self, text: &str) -> String {
        let names = self.0.iter();
        names.fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
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
                    "<etag>" => answer.starts_with("W/\"") && answer.ends_with('"'),
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

/// `2026-05-01T10:00:00Z`
fn is_time(text: &str) -> bool {
    let as_zero = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(as_zero).collect::<String>() == "0000-00-00T00:00:00Z"
}
