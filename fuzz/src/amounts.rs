//! Amounts as text: what is read is written back as the same number, digit for digit.
//!
//! Input: the number of decimals, then the text.

use super::input::Input;
use giro_ledger::asset::Asset;
use giro_ledger::{Amount, SignedAmount};

/// Reads an amount, writes it, and reads that.
///
/// # Panics
/// If the two differ, or if any digit that counts got lost.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let decimals = input.byte() % (Asset::MAX_DECIMALS + 1);
    let Some(text) = input.text() else { return };
    let Ok(amount) = Amount::parse(text, decimals) else {
        return;
    };
    let written = amount.display(decimals).to_string();
    assert_eq!(Amount::parse(&written, decimals), Ok(amount), "{text}");
    assert_eq!(significant(text), significant(&written));
    let negative = SignedAmount::new(-amount.signed().minor());
    let sign = if amount.is_zero() { "" } else { "-" };
    assert_eq!(
        negative.display(decimals).to_string(),
        format!("{sign}{written}")
    );
}

/// The digits without zeros at the end of the fraction, which do not count.
fn significant(text: &str) -> &str {
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    }
}
