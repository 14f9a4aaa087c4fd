//! What the map makes of values that HTTP does not reach, or not easily.

use super::{statement_order, transfer_order, virtual_account_order};
use crate::dialects::cashfree::error::Error;
use proptest::prelude::*;

const GOOD: &str = r#"{"amount":"1000.5","transferId":"JUNOb23","remarks":"commission",
    "toPaymentInstrumentId":"YES_CONNECTED_484576_4f21dfa",
    "paymentInstrumentId":"YES_CONNECTED_484576_4f21dfb","displayName":"Demo1"}"#;

fn is_of_form(error: &Error) -> bool {
    matches!(
        error,
        Error::NoJson | Error::BadRequest | Error::Missing(_) | Error::Invalid(..) | Error::Remarks
    )
}

proptest! {
    #[test]
    fn a_body_is_read_or_refused_for_its_form(
        from in 0..GOOD.len(),
        length in 0_usize..8,
        junk in r#"[\PC"\\{}:,0-9.eE-]{0,8}"#,
    ) {
        let to = GOOD.len().min(from + length);
        let body = format!("{}{junk}{}", &GOOD[..from], &GOOD[to..]);
        let refused = [transfer_order(&body).err(), virtual_account_order(&body).err()];
        for refused in refused.into_iter().flatten() {
            prop_assert!(is_of_form(&refused), "{:?}", refused);
        }
    }

    #[test]
    fn parameters_are_read_or_refused_for_their_form(
        name in "startTime|endTime|limit|cursor|paymentInstrumentId",
        value in r"\PC{0,12}|[0-9.+-]{0,30}",
    ) {
        let good = [("startTime", "1"), ("endTime", "2")];
        let good = good.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let refused = statement_order(good.into_iter().chain([(name, value)])).err();
        prop_assert!(refused.as_ref().is_none_or(is_of_form), "{:?}", refused);
    }
}
