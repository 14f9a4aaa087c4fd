//! What was configured.

use super::{items, member, more, plain, text, time};
use crate::output;
use serde_json::Value;

/// Changes, a line each, newest first.
pub(in crate::remote) fn changes(page: &Value) {
    let mut table = output::table(["at", "what", "subject", "by", "set"]);
    for change in items(page) {
        let subject = member(change, "subject");
        // What has no id is known by its code.
        let name = match text(subject, "id") {
            id if id.is_empty() => text(subject, "code"),
            id => id,
        };
        let reason = text(change, "reason");
        let set = said(member(change, "set"));
        table.add_row([
            time(change, "at"),
            text(change, "what"),
            name,
            text(change, "by"),
            if set.is_empty() { reason } else { set },
        ]);
    }
    output::print_table(&table);
    more(page);
}

/// What was set, as `name=value`: what is not there or empty was not.
fn said(set: &Value) -> String {
    let mut words = Vec::new();
    put(&mut words, "", set);
    words.join(" ")
}

fn put(words: &mut Vec<String>, name: &str, value: &Value) {
    let members = match value {
        Value::Null => return,
        Value::Object(members) => members,
        Value::Array(list) if list.is_empty() => return,
        Value::Array(list) if list.iter().all(Value::is_string) => {
            let list: Vec<String> = list.iter().map(plain).collect();
            words.push(format!("{name}={}", list.join(",")));
            return;
        }
        other => {
            words.push(format!("{name}={}", quoted(&plain(other))));
            return;
        }
    };
    for (inner, value) in members {
        match name.is_empty() {
            true => put(words, inner, value),
            false => put(words, &format!("{name}.{inner}"), value),
        }
    }
}

fn quoted(text: &str) -> String {
    match text.contains(' ') {
        true => format!("{text:?}"),
        false => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_set_is_told_and_what_was_not_is_not() {
        let set = json!({
            "name": "large payments", "rank": 10, "tags": ["a", "b"], "removed_at": null,
            "conditions": {"asset": "USD", "source": null}, "none": [],
        });
        assert_eq!(
            said(&set),
            r#"conditions.asset=USD name="large payments" rank=10 tags=a,b"#
        );
        assert_eq!(said(&Value::Null), "");
    }
}
