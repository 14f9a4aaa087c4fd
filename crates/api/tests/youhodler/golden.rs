//! The vendor's examples: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, who makes it, its key and body if it has any, and the whole answer. The
//! values are from the vendor's page. `{main}` is the id of the account of that name, `<id>` any
//! id, `<time>` any time in UTC to the second.

use crate::examples::{assert_is_as, call, examples, has_shape};
use crate::world::World;
use giro_ledger::Capability;
use serde_json::Value;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    let names = Names::of(&world);
    let reader = world.token_of(world.maker, &[Capability::TransfersRead]);
    let examples = examples("youhodler");
    assert!(examples.len() >= 9, "{}", examples.len());
    for (path, text) in examples {
        let example: Value = serde_json::from_str(&names.resolve(&text)).expect("JSON");
        let (method, call, body) = call(&example);
        let token = match example["by"].as_str() {
            Some("nobody") => None,
            Some("reader") => Some(reader.as_str()),
            Some(other) => panic!("{other}"),
            None => Some(world.token.as_str()),
        };
        let key = example["key"].as_str().map(|key| ("idempotency-key", key));
        let headers: Vec<_> = key.into_iter().collect();
        let answer = world.ask(method, call, token, &headers, &body).await;
        // Members are in the order of the alphabet, as in the examples.
        assert_eq!(answer.text, answer.json().to_string(), "{path}");
        assert_is_as(&answer, &example, is_of, &path);
    }
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
}

fn is_of(answer: &Value, kind: &str) -> bool {
    let text = answer.as_str().unwrap_or_default();
    match kind {
        "<time>" => has_shape(text, "0000-00-00T00:00:00Z"),
        "<etag>" => text.starts_with("W/\"") && text.ends_with('"'),
        _ => false,
    }
}
