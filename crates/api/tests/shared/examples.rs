//! Golden files: each a call, its body if it has one, and the whole answer.

use crate::base::Answer;
use axum::http::Method;
use serde_json::Value;
use std::path::Path;

/// The golden files of a dialect, in the order of their names: where each is, and its text.
pub(crate) fn examples(dialect: &str) -> Vec<(String, String)> {
    let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let entries = std::fs::read_dir(tests.join(dialect).join("golden"));
    let mut examples: Vec<_> = entries
        .expect("a directory")
        .map(|entry| {
            let path = entry.expect("an entry").path();
            let text = std::fs::read_to_string(&path).expect("a file");
            (path.display().to_string(), text)
        })
        .collect();
    examples.sort();
    examples
}

/// The method, the path and the body of the call of an example.
pub(crate) fn call(example: &Value) -> (Method, &str, String) {
    let call = example["call"].as_str().expect("a call");
    let (method, path) = call.split_once(' ').expect("method and path");
    let body = example.get("body").map(Value::to_string);
    let method = method.parse().expect("a method");
    (method, path, body.unwrap_or_default())
}

/// Checks an answer against its example: `<id>` is any id, and whatever else the dialect says is
/// of a kind is anything of that kind.
#[track_caller]
pub(crate) fn assert_is_as(
    answer: &Answer,
    example: &Value,
    is_of: impl Fn(&Value, &str) -> bool,
    path: &str,
) {
    let mut json = answer.json();
    normalise(&mut json, &example["answer"], &is_of);
    let found = (&Value::from(answer.status), &json);
    assert_eq!(found, (&example["status"], &example["answer"]), "{path}");
}

/// Puts the name of a kind where the example has it and the answer has such.
fn normalise(answer: &mut Value, example: &Value, is_of: &impl Fn(&Value, &str) -> bool) {
    match (answer, example) {
        (Value::Array(answers), Value::Array(examples)) => {
            for (answer, example) in answers.iter_mut().zip(examples) {
                normalise(answer, example, is_of);
            }
        }
        (Value::Object(answers), Value::Object(examples)) => {
            for (name, answer) in answers {
                normalise(answer, examples.get(name).unwrap_or(&Value::Null), is_of);
            }
        }
        (answer, Value::String(kind)) => {
            let is_as_said = match kind.as_str() {
                "<id>" => is_id(answer.as_str().unwrap_or_default()),
                kind => is_of(answer, kind),
            };
            if is_as_said {
                *answer = Value::from(&**kind);
            }
        }
        _ => {}
    }
}

fn is_id(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok() && text.len() == 36
}

/// Whether a text is such a one, but for its digits: `0000-00-00T00:00:00Z` is a time.
pub(crate) fn has_shape(text: &str, shape: &str) -> bool {
    let as_zero = |c: char| if c.is_ascii_digit() { '0' } else { c };
    text.chars().map(as_zero).eq(shape.chars())
}
