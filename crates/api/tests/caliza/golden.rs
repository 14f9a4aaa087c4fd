//! The vendor's examples: the golden files in `golden/`, in the order of their names.
//!
//! Each holds a call, its body if it has one, and the whole answer, members in the vendor's order.
//! The values are from the vendor's page, the times too: `after` is how many seconds pass before.
//! `{ana}` is the id of that beneficiary, `{simulation}` and `{transaction}` those of the answers
//! before, `{flow}` what the simulation says of its flow of funds, `<id>` any id.

use crate::clock::HandClock;
use crate::examples::{assert_is_as, call, examples};
use crate::world::World;
use serde_json::Value;

#[tokio::test]
async fn every_example_is_answered_as_documented() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let mut names = vec![
        ("{ana}", world.id(world.ana)),
        ("{bruno}", world.id(world.bruno)),
        ("{integrator}", world.integrator_id()),
    ];
    let examples = examples("caliza");
    assert!(examples.len() >= 2, "{}", examples.len());
    for (path, text) in examples {
        let with_names = |text: String, (name, id): &(&str, String)| text.replace(name, id);
        let text = names.iter().fold(text, with_names);
        let example: Value = serde_json::from_str(&text).expect("JSON");
        clock.forward(example["after"].as_i64().unwrap_or_default());
        let (method, call, body) = call(&example);
        let token = Some(world.token.as_str());
        let answer = world.ask(method, call, token, &[], &body).await;
        assert_is_as(&answer, &example, |_, _| false, &path);
        assert_same_order(&answer.text, &text, &path);
        for (name, member) in [("{simulation}", "id"), ("{flow}", "flowOfFundsId")] {
            if path.ends_with("01-simulation.json") {
                names.push((name, answer.text_of(member)));
            }
        }
        if path.ends_with("02-transaction.json") {
            names.push(("{transaction}", answer.text_of("id")));
        }
    }
}

/// Members stand in the order of the example.
#[track_caller]
fn assert_same_order(answer: &str, example: &str, path: &str) {
    let (_, example) = example.split_once(r#""answer":"#).expect("an answer");
    assert_eq!(members(answer), members(example), "{path}");
}

/// The names of the members in a text of JSON, in their order.
fn members(json: &str) -> Vec<&str> {
    let texts: Vec<&str> = json.split('"').collect();
    let names = texts.chunks_exact(2);
    let names = names.zip(texts.iter().skip(2).step_by(2));
    let names = names.filter(|(_, after)| after.trim_start().starts_with(':'));
    names.map(|(pair, _)| pair[1]).collect()
}
