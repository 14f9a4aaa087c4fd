//! Bodies of the native interface, through the whole server: never an error of ours, the same
//! again for the same key, and the book sums to zero.
//!
//! Input: which call, then its body.

use super::input::Input;
use super::world::{self, Answer, World};
use axum::http::Method;
use giro_engine::verify;

const JSON: &str = "application/json";
const NDJSON: &str = "application/x-ndjson";

const CALLS: [(Method, &str, &str); 16] = [
    (Method::POST, "/v1/transfers", JSON),
    (Method::POST, "/v1/transfers/batch", JSON),
    (Method::POST, "/v1/transfers/batch?mode=atomic", NDJSON),
    (Method::POST, "/v1/transfers/batch?mode=best_effort", NDJSON),
    (Method::POST, "/v1/deposits", JSON),
    (Method::POST, "/v1/withdrawals", JSON),
    (Method::POST, "/v1/accounts", JSON),
    (Method::POST, "/v1/keys", JSON),
    (Method::POST, "/v1/rates", JSON),
    (Method::POST, "/v1/fees", JSON),
    (Method::POST, "/v1/quotes", JSON),
    (Method::PUT, "/v1/calendars/OFFICE", JSON),
    (Method::POST, "/v1/schedules", JSON),
    (Method::POST, "/v1/instruments", JSON),
    (Method::PUT, "/v1/accounts/alias:ops/investment", JSON),
    (Method::POST, "/v1/trades", JSON),
];

/// Sends a body twice under one key.
///
/// # Panics
/// If an answer is an error of ours or no JSON, the second is another one than the first, or the
/// books are not what they must be.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let call = &CALLS[usize::from(input.byte()) % CALLS.len()];
    world::with(|world| check(world, call, input.rest()));
}

fn check(world: &World, (method, path, content_type): &(Method, &str, &str), body: &[u8]) {
    let key = world.new_key();
    let ask = || {
        let answer = world.ask(method.clone(), path, content_type, &key, body.to_vec());
        let answer = answer.expect("the path is one");
        assert!(!answer.status.is_server_error(), "{answer:?}");
        assert!(answer.content_type.ends_with("json"), "{answer:?}");
        serde_json::from_str::<serde_json::Value>(&answer.body).expect("it says that it is JSON");
        answer
    };
    let (first, second) = (ask(), ask());
    assert_eq!(first.status, second.status, "{first:?} {second:?}");
    // An API key is shown once; a problem names its request.
    if first.status.is_success() && *path != "/v1/keys" {
        assert_eq!(first.body, second.body);
    }
    check_books(world, &first);
}

fn check_books(world: &World, answer: &Answer) {
    let state = world.service.read();
    let sums = verify::check_sums(&state.ledger);
    let floors = verify::check_floors(&state.ledger);
    assert!(
        sums.is_ok() && floors.is_ok(),
        "{sums:?} {floors:?} {answer:?}"
    );
}
