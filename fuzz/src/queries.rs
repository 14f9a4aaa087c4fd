//! Parameters of everything that can be read, through the whole server: never an error of ours.
//!
//! Input: which path, then what follows it.

use super::input::Input;
use super::world;
use axum::http::Method;

const PATHS: [&str; 14] = [
    "/v1/transfers?",
    "/v1/transfers/",
    "/v1/accounts?",
    "/v1/accounts/",
    "/v1/accounts/alias:ops/balances?",
    "/v1/accounts/alias:ops/statement?",
    "/v1/keys?",
    "/v1/keys/",
    "/v1/books?",
    "/v1/book?",
    "/v1/assets?",
    "/api/1.0/transactions?",
    "/api/1.0/transaction/",
    "/",
];

/// Asks for it.
///
/// # Panics
/// If an answer is an error of ours, or not what it says it is.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let path = PATHS[usize::from(input.byte()) % PATHS.len()];
    let Some(rest) = input.text() else { return };
    world::with(|world| {
        let path = format!("{path}{rest}");
        let Some(answer) = world.ask(Method::GET, &path, "", "", Vec::new()) else {
            return;
        };
        // Whether a server is ready is not the question.
        assert!(
            !answer.status.is_server_error() || path.contains("ready"),
            "{path} {answer:?}"
        );
        if answer.content_type.ends_with("json") {
            let json = serde_json::from_str::<serde_json::Value>(&answer.body);
            json.expect("it says that it is JSON");
        }
    });
}
