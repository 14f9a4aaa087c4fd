//! Rows of the table that no request reaches, or not easily.

use super::*;
use giro_ledger::{AccountId, Amount, AssetId, FeeId, LimitId, SignedAmount};
use giro_service::{EngineError, HistoryError, Place};

fn answered(error: Error) -> (u16, String) {
    let (code, message) = error.row();
    (code, message)
}

#[test]
fn what_can_be_on_record_has_an_answer_of_its_own() {
    let (account, asset) = (AccountId(1), AssetId(1));
    let available = SignedAmount::ZERO;
    let amount = Amount::ZERO;
    let excess = giro_ledger::rejection::Excess::Count { max: 1, used: 1 };
    let rows = [
        (
            Rejection::LimitExceeded {
                limit: LimitId(0),
                excess: Box::new(excess),
            },
            "Transfer limit exceeded",
        ),
        (
            Rejection::BalanceTooLarge { account, asset },
            "The balance would be above the maximum",
        ),
        (
            Rejection::FeeTooLarge {
                rule: FeeId(0),
                asset,
                fee: amount,
                amount,
            },
            "The fee is not below the amount",
        ),
        (
            Rejection::AccountClosed { account },
            "Specified paymentInstrumentId not available.",
        ),
        (
            Rejection::InsufficientFunds {
                account,
                asset,
                needed: amount,
                available,
            },
            "Not enough available balance",
        ),
        (
            Rejection::TooFewCheckers {
                needed: 2,
                eligible: 1,
            },
            "Internal Fund Transfer is not allowed for the selected Fund Sources",
        ),
    ];
    for (why, message) in rows {
        assert!(why.is_recorded(), "{why:?}");
        let error = refusal(&why).expect("it has one");
        assert_eq!(answered(error), (422, message.to_owned()), "{why:?}");
    }
    assert_eq!(refusal(&Rejection::NotDivisible), None);
}

#[tokio::test]
async fn a_failure_of_the_server_says_that_and_no_more() {
    let history = HistoryError::NoSuchPlace(Place::NONE);
    let unavailable = r#"{"status":"ERROR","subCode":"503","message":"Service Unavailable"}"#;
    let internal = r#"{"status":"FAILURE","subCode":"500","message":"Internal server error"}"#;
    let rows = [
        (ServiceError::Engine(EngineError::Busy), 503, unavailable),
        (
            ServiceError::Engine(EngineError::Poisoned),
            503,
            unavailable,
        ),
        (ServiceError::History(history), 500, internal),
        (
            ServiceError::Rejected(Rejection::AssetMalformed),
            500,
            internal,
        ),
    ];
    for (error, status, expected) in rows {
        let response = Error::of(error).into_response();
        assert_eq!(response.status().as_u16(), status);
        let body = axum::body::to_bytes(response.into_body(), 1_000).await;
        assert_eq!(body.expect("a body"), expected);
    }
}
