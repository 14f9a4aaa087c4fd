//! Every example of the vendor's pages: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, its body if it has one, and the whole answer. The values are from the
//! vendor's pages where these show any. `{main}` is the id of the account of that name, `<token>`,
//! `<expiry>`, `<id>`, `<number>`, `<integer>` and `<time>` are anything of that kind.

use crate::base::{Answer, Base};
use crate::examples::{assert_is_as, call, examples, has_shape};
use crate::world::World;
use serde_json::Value;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    world
        .alias(world.main, "YES_CONNECTED_484576_4f21dfb")
        .await;
    world
        .alias(world.savings, "YES_CONNECTED_484576_4f21dfa")
        .await;
    let examples = examples("cashfree");
    assert!(examples.len() >= 15, "{}", examples.len());
    for (path, text) in examples {
        let example: Value = serde_json::from_str(&text).expect("JSON");
        let answer = ask(&world, &example).await;
        assert_is_as(&answer, &example, is_of, &path);
    }
}

async fn ask(world: &World, example: &Value) -> Answer {
    let (method, path, body) = call(example);
    let headers = example["headers"].as_object().into_iter().flatten();
    let headers: Vec<_> = headers
        .map(|(name, value)| {
            let value = value.as_str().expect("a text");
            let value = value.replace("{client_id}", &world.client.id);
            let value = value.replace("{client_secret}", &world.client.secret);
            (name.as_str(), value.replace("{token}", &world.token))
        })
        .collect();
    let headers: Vec<_> = headers
        .iter()
        .map(|(name, value)| (*name, value.as_str()))
        .collect();
    Base::ask(world, method, path, None, &headers, &body).await
}

fn is_of(answer: &Value, kind: &str) -> bool {
    let text = answer.as_str().unwrap_or_default();
    let is_alphanumeric = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match kind {
        "<token>" => text.len() > 40,
        "<number>" => is_alphanumeric,
        "<integer>" | "<expiry>" => answer.is_u64(),
        "<time>" => has_shape(text, "0000-00-00T00:00:00Z"),
        _ => false,
    }
}
