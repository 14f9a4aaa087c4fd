//! What the map makes of values that HTTP does not reach, or not easily.

use super::{list, topup_order, transaction_id, transfer_order};
use crate::dialects::revolut::error::Error;
use crate::dialects::revolut::wire::Number;
use giro_ledger::{SignedAmount, Timestamp};
use proptest::prelude::*;

#[test]
fn a_number_is_exact_and_as_short_as_can_be() {
    let cases = [
        (0, 2, "0"),
        (1, 2, "0.01"),
        (10, 2, "0.1"),
        (1_000_000, 2, "10000"),
        (-1_050, 2, "-10.5"),
        (1_000, 0, "1000"),
        (-1, 18, "-0.000000000000000001"),
        (
            i128::from(i64::MAX) * 1_000_000,
            2,
            "92233720368547758070000",
        ),
    ];
    for (minor, decimals, expected) in cases {
        let number = Number::new(SignedAmount::new(minor), decimals);
        let json = serde_json::to_string(&number).expect("a number");
        assert_eq!(json, expected);
    }
}

const GOOD: &str = r#"{"request_id":"e0cbf84637264ee082a848b",
    "source_account_id":"01890a5d-ac96-774b-bcce-b302099a8057",
    "target_account_id":"01890a5d-ac96-774b-bcce-b302099a8058",
    "amount":123.11,"currency":"EUR","reference":"Expenses funding"}"#;

proptest! {
    #[test]
    fn a_body_is_read_or_refused_for_its_form(
        from in 0..GOOD.len(),
        length in 0_usize..8,
        junk in r#"[\PC"\\{}:,0-9.eE-]{0,8}"#,
    ) {
        let to = GOOD.len().min(from + length);
        let body = format!("{}{junk}{}", &GOOD[..from], &GOOD[to..]);
        for refused in [transfer_order(&body).err(), topup_order(&body).err()].into_iter().flatten() {
            prop_assert!(matches!(refused, Error::Invalid(_) | Error::MissingField(_)), "{:?}", refused);
        }
    }

    #[test]
    fn parameters_are_read_or_refused_for_their_form(
        name in "from|to|account|type|state|count|request_id|id_type",
        value in r"\PC{0,12}|[0-9TZ:.+ -]{0,30}",
    ) {
        let parameters = [(name, value.clone())];
        let refused = list(parameters.clone(), Timestamp(0)).err();
        prop_assert!(matches!(refused, None | Some(Error::Invalid(_))), "{:?}", refused);
        let refused = transaction_id(&value, parameters).err();
        prop_assert!(matches!(refused, None | Some(Error::Invalid(_))), "{:?}", refused);
    }
}
