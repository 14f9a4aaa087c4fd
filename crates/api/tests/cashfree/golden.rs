//! Every example of the vendor's pages: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, its body if it has one, and the whole answer. The values are from the
//! vendor's pages where these show any. `{main}` is the id of the account of that name, `<token>`,
//! `<expiry>`, `<id>`, `<number>`, `<integer>` and `<time>` are anything of that kind.

use crate::world::World;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use std::path::Path;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    world
        .alias(world.main, "YES_CONNECTED_484576_4f21dfb")
        .await;
    world
        .alias(world.savings, "YES_CONNECTED_484576_4f21dfa")
        .await;
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cashfree/golden");
    let entries = std::fs::read_dir(&directory).expect("a directory");
    let mut paths: Vec<_> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    assert!(paths.len() >= 15, "{paths:?}");
    for path in paths {
        let text = std::fs::read_to_string(&path).expect("a file");
        let example: Value = serde_json::from_str(&text).expect("JSON");
        let answer = ask(&world, &example).await;
        let mut json = answer.json();
        normalise(&mut json, &example["answer"]);
        let (status, expected) = (&example["status"], &example["answer"]);
        let answered = (&Value::from(answer.status), &json);
        assert_eq!(answered, (status, expected), "{path:?}");
    }
}

async fn ask(world: &World, example: &Value) -> crate::world::Answer {
    let call = example["call"].as_str().expect("a call");
    let (method, path) = call.split_once(' ').expect("method and path");
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in example["headers"].as_object().into_iter().flatten() {
        let value = value.as_str().expect("a text");
        let value = value.replace("{client_id}", &world.client.id);
        let value = value.replace("{client_secret}", &world.client.secret);
        request = request.header(name, value.replace("{token}", &world.token));
    }
    let body = example
        .get("body")
        .map(Value::to_string)
        .unwrap_or_default();
    world
        .send(request.body(Body::from(body)).expect("a request"))
        .await
}

/// Puts the name of a kind where the example has it and the answer has such.
fn normalise(answer: &mut Value, example: &Value) {
    match (answer, example) {
        (Value::Array(answers), Value::Array(examples)) => {
            for (answer, example) in answers.iter_mut().zip(examples) {
                normalise(answer, example);
            }
        }
        (Value::Object(answers), Value::Object(examples)) => {
            for (name, answer) in answers {
                normalise(answer, examples.get(name).unwrap_or(&Value::Null));
            }
        }
        (answer, Value::String(kind)) if is_of(answer, kind) => *answer = Value::from(&**kind),
        _ => {}
    }
}

fn is_of(answer: &Value, kind: &str) -> bool {
    let text = answer.as_str().unwrap_or_default();
    let is_alphanumeric = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match kind {
        "<token>" => text.len() > 40,
        "<id>" => uuid::Uuid::try_parse(text).is_ok() && text.len() == 36,
        "<number>" => is_alphanumeric,
        "<integer>" | "<expiry>" => answer.is_u64(),
        "<time>" => {
            let digits = |one: char| if one.is_ascii_digit() { '0' } else { one };
            text.chars().map(digits).collect::<String>() == "0000-00-00T00:00:00Z"
        }
        _ => false,
    }
}
