//! What was sent is what is answered.

use super::*;

fn raw(json: &str) -> Box<RawValue> {
    RawValue::from_string(json.to_owned()).expect("JSON")
}

fn sent(transfer: &str, reviewers: &str) -> Sent {
    Sent::new(&raw(transfer), Some(&raw(reviewers))).expect("not too deep")
}

#[test]
fn what_is_kept_is_what_was_sent_but_for_spaces() {
    let long = format!(r#"{{"description":"{}"}}"#, "é".repeat(1800));
    for (transfer, kept) in [
        ("{ \"a\" : 1.50 ,\n\t\"b\":null}", r#"{"a":1.50,"b":null}"#),
        (
            r#"{"a b": "x \" y\\", "c": [ ]}"#,
            r#"{"a b":"x \" y\\","c":[]}"#,
        ),
        ("{\"a\": \"\u{7f}\u{85}z\"}", r#"{"a":"\u007f\u0085z"}"#),
        (r#"{"a": "\u0000\n{ ["}"#, r#"{"a":"\u0000\n{ ["}"#),
        (long.as_str(), long.as_str()),
    ] {
        let sent = sent(transfer, " [ \"x\" ] ");
        let metadata = sent.metadata().expect("short enough");
        let found = Sent::of(&metadata).expect("it was kept");
        assert_eq!(found.transfer.get(), kept);
        assert_eq!(found.reviewers.get(), r#"["x"]"#);
    }
}

#[test]
fn a_repeated_request_is_one_with_the_same_fields() {
    let of = |transfer, reviewers| sent(transfer, reviewers).fingerprint().expect("shallow");
    let first = of(r#"{"a": 1, "b": {"c": "é", "d": [1, 2]}}"#, "[]");
    for same in [
        r#"{"b":{"d":[1,2],"c":"\u00e9"},"a":1}"#,
        r#"{"a":1,"b":{"c":"é","d":[1,2],"e":null}}"#,
    ] {
        assert_eq!(of(same, "[]"), first, "{same}");
    }
    for other in [
        r#"{"a": 1.0, "b": {"c": "é", "d": [1, 2]}}"#,
        r#"{"a": 1, "b": {"c": "é", "d": [2, 1]}}"#,
        r#"{"a": "1", "b": {"c": "é", "d": [1, 2]}}"#,
        r#"{"a": 1, "b": {"c": "é", "d": [1, 2]}, "e": 1}"#,
    ] {
        assert_ne!(of(other, "[]"), first, "{other}");
    }
    assert_ne!(
        of(r#"{"a": 1, "b": {"c": "é", "d": [1, 2]}}"#, r#"["x"]"#),
        first
    );
    let absent = Sent::new(&raw("{}"), None).expect("shallow");
    assert_eq!(absent.fingerprint(), sent("{}", "[]").fingerprint());
}

#[test]
fn what_is_too_long_or_too_deep_is_refused() {
    let long = format!(r#"{{"a":"{}"}}"#, "x".repeat(CHARACTERS_MAX));
    assert!(sent(&long, "[]").metadata().is_err());
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    assert!(Sent::new(&raw(&deep), None).is_err());
}
