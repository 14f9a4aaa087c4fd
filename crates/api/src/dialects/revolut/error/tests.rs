//! Rows of the table that no request reaches, or not easily.

use super::*;
use giro_ledger::{AccountId, Amount, AssetId, Side, SignedAmount};
use giro_service::{EngineError, HistoryError, Place};

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
            Some((State::Failed, "account_not_empty")),
        ),
        (
            Rejection::TooFewCheckers {
                needed: 2,
                eligible: 1,
            },
            Some((State::Failed, "approval_impossible")),
        ),
        (
            Rejection::PolicyRemoved {
                policy: giro_ledger::PolicyId(0),
            },
            Some((State::Failed, "policy_removed")),
        ),
        (
            Rejection::BookStopped,
            Some((State::Failed, "business_stopped")),
        ),
        (Rejection::NotDivisible, None),
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

#[tokio::test]
async fn a_failure_of_the_server_says_that_and_no_more() {
    let ids = PublicIds::new([1; 16], 0);
    let history = HistoryError::NoSuchPlace(Place::NONE);
    let unexpected = Rejection::AssetMalformed;
    let rows = [
        (
            ServiceError::Engine(EngineError::Busy),
            503,
            r#"{"code":5003,"message":"The service is unavailable"}"#,
        ),
        (
            ServiceError::Engine(EngineError::Poisoned),
            503,
            r#"{"code":5003,"message":"The service is unavailable"}"#,
        ),
        (
            ServiceError::History(history),
            500,
            r#"{"code":5000,"message":"Internal error"}"#,
        ),
        (
            ServiceError::Rejected(unexpected),
            500,
            r#"{"code":5000,"message":"Internal error"}"#,
        ),
    ];
    for (error, status, expected) in rows {
        let response = Error::of(&ids, error).into_response();
        assert_eq!(response.status().as_u16(), status);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await;
        assert_eq!(body.expect("a body"), expected);
    }
}
