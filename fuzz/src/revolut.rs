//! Bodies and parameters of the Revolut Business API: read, or refused for their form.
//!
//! Input: what it is, then a body, or the part of an address behind its question mark.

use super::input::Input;
use giro_api::dialects::revolut::error::Error;
use giro_api::dialects::revolut::map;
use giro_ledger::Timestamp;

const NOW: Timestamp = Timestamp(1_795_253_400_000_000);

/// Reads a body or parameters.
///
/// # Panics
/// If something else than a refusal for its form comes of it, or what is read is not of its form.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte() % 4;
    let Some(text) = input.text() else { return };
    let refused = match kind {
        0 => transfer(text),
        1 => map::topup_order(text).err(),
        2 => list(text),
        _ => transaction(text),
    };
    let is_form = matches!(
        refused,
        None | Some(Error::Invalid(_) | Error::MissingField(_))
    );
    assert!(is_form, "{refused:?}");
}

fn transfer(body: &str) -> Option<Error> {
    let order = match map::transfer_order(body) {
        Ok(order) => order,
        Err(error) => return Some(error),
    };
    assert_ne!(order.source, order.target);
    assert_request_id(&order.request_id);
    None
}

fn list(query: &str) -> Option<Error> {
    let list = match map::list(parameters(query), NOW) {
        Ok(list) => list,
        Err(error) => return Some(error),
    };
    assert!((1..=1_000).contains(&list.count));
    if let (Some(from), Some(to)) = (list.from, list.to) {
        assert!(from <= to);
    }
    list.request_id.as_deref().map(assert_request_id);
    None
}

fn transaction(query: &str) -> Option<Error> {
    let (id, query) = query.split_once('?').unwrap_or((query, ""));
    match map::transaction_id(id, parameters(query)) {
        Ok(map::TransactionId::RequestId(text)) => assert_request_id(&text),
        Ok(map::TransactionId::Id(_)) => {}
        Err(error) => return Some(error),
    }
    None
}

fn assert_request_id(text: &str) {
    assert!((1..=40).contains(&text.chars().count()), "{text}");
}

fn parameters(query: &str) -> Vec<(String, String)> {
    let pairs = query
        .split('&')
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}
