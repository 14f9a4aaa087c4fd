//! What the map makes of values that HTTP does not reach, or not easily.

use super::*;
use crate::dialects::revolut::error::Refusal;
use crate::dialects::revolut::wire::{Number, State};
use giro_ledger::{Rejection, Side, SignedAmount};

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

#[test]
fn what_is_kept_on_record_is_a_transaction_and_the_rest_is_none() {
    let (account, asset) = (AccountId(1), AssetId(1));
    let side = Side::Debit;
    let (needed, available) = (Amount::ZERO, SignedAmount::ZERO);
    let declined = Rejection::InsufficientFunds {
        account,
        asset,
        needed,
        available,
    };
    let rows = [
        (declined, Some((State::Declined, "insufficient_balance"))),
        (
            Rejection::AccountClosed { account },
            Some((State::Failed, "account_closed")),
        ),
        (
            Rejection::AccountFrozen { account, side },
            Some((State::Failed, "account_frozen")),
        ),
        (
            Rejection::BalanceTooLarge { account, asset },
            Some((State::Failed, "balance_too_large")),
        ),
        (
            Rejection::BatchAborted { item: 0 },
            Some((State::Failed, "batch_aborted")),
        ),
        (Rejection::AmountZero, None),
        (Rejection::UnknownAccount { account }, None),
        (
            Rejection::AccountNotEmpty {
                account,
                asset,
                posted: available,
            },
            None,
        ),
    ];
    for (why, expected) in rows {
        let found = match Refusal::of(&why) {
            Refusal::Transaction { state, reason_code } => Some((state, reason_code)),
            Refusal::Request(_) | Refusal::Unexpected => None,
        };
        assert_eq!(found, expected, "{why:?}");
        assert_eq!(found.is_some(), why.is_recorded(), "{why:?}");
    }
}
