//! The vendor's example, and what goes with it: the golden files in `golden/`, in the order of
//! their names.
//!
//! Each holds a call, who makes it, its body if it has one, and the whole answer. The values are
//! from the vendor's page. `{operating}` is the id of the pocket of that name, `<id>` any id,
//! `<time>` any time in UTC to the microsecond, `<text>` any text.

use crate::examples::{assert_is_as, call, examples, has_shape};
use crate::world::World;
use serde_json::Value;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let world = World::new().await;
    let names = [
        ("{operating}", world.id(world.operating)),
        ("{reserves}", world.id(world.reserves)),
        ("{payroll}", world.id(world.payroll)),
        ("{checker}", world.principal_id(world.checker)),
    ];
    let examples = examples("jiko");
    assert!(examples.len() >= 29, "{}", examples.len());
    for (path, text) in examples {
        let with_names = |text: String, (name, id): &(&str, String)| text.replace(name, id);
        let text = names.iter().fold(text, with_names);
        let example: Value = serde_json::from_str(&text).expect("JSON");
        let (method, call, body) = call(&example);
        let token = match example["by"].as_str() {
            Some("nobody") => None,
            Some("checker") => Some(world.checker_token.as_str()),
            Some(other) => panic!("{other}"),
            None => Some(world.token.as_str()),
        };
        let answer = world.ask(method, call, token, &[], &body).await;
        assert_is_as(&answer, &example, is_of, &path);
    }
}

fn is_of(answer: &Value, kind: &str) -> bool {
    let text = answer.as_str().unwrap_or_default();
    match kind {
        "<time>" => has_shape(text, "0000-00-00T00:00:00.000000Z"),
        "<text>" => !text.is_empty(),
        _ => false,
    }
}
