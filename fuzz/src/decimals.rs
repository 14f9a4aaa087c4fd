//! Decimals in JSON: a number is what stands in the source, a text is what JSON says it is.

use super::input::Input;
use giro_api::http::JsonDecimal;
use giro_ledger::Amount;

/// Reads a JSON value as a decimal, and the decimal as an amount.
///
/// # Panics
/// If it is taken for what it is not.
pub fn run(data: &[u8]) {
    let Some(source) = Input::new(data).text() else {
        return;
    };
    let Ok(decimal) = serde_json::from_str::<JsonDecimal<'_>>(source) else {
        return;
    };
    let bare = source.trim_matches([' ', '\t', '\n', '\r']);
    let is_number = bare.starts_with(|c: char| c == '-' || c.is_ascii_digit());
    assert_eq!(decimal.number(), is_number.then_some(bare));
    let text = serde_json::from_str::<String>(source).ok();
    assert_eq!(decimal.text().as_deref(), text.as_deref());
    assert_eq!(decimal.is_null(), bare == "null");
    if let Some(either) = decimal.number_or_text() {
        assert!(is_number || text.as_deref() == Some(&*either));
        let read = [0, 2, 18].map(|decimals| Amount::parse(&either, decimals));
        assert!(
            read[0].is_err() || read[1].is_ok() || either.len() > 30,
            "{either}"
        );
    }
}
