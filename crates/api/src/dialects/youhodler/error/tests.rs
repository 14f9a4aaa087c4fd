//! Rows of the table that no request reaches, or not easily.

use super::*;
use giro_ledger::{AccountId, Amount, AssetId, SignedAmount};
use giro_service::{EngineError, HistoryError, Place};

#[test]
fn what_is_kept_on_record_is_not_admissible() {
    let (account, asset) = (AccountId(1), AssetId(1));
    let available = SignedAmount::ZERO;
    let rows = [
        (
            Rejection::BalanceTooLarge { account, asset },
            "balance_too_large",
            "ledger",
        ),
        (
            Rejection::BatchAborted { item: 0 },
            "batch_aborted",
            "ledger",
        ),
        (
            Rejection::AccountNotEmpty {
                account,
                asset,
                posted: available,
            },
            "account_not_empty",
            "ledger",
        ),
        (
            Rejection::InsufficientFunds {
                account,
                asset,
                needed: Amount::ZERO,
                available,
            },
            "insufficient_funds",
            "ledger",
        ),
        (
            Rejection::TooFewCheckers {
                needed: 2,
                eligible: 1,
            },
            "approval_impossible",
            "policy",
        ),
        (
            Rejection::PolicyRemoved {
                policy: giro_ledger::PolicyId(0),
            },
            "policy_removed",
            "policy",
        ),
        (
            Rejection::MakerRevoked {
                principal: giro_ledger::PrincipalId(0),
            },
            "rbac",
            "rbac",
        ),
    ];
    for (why, reason, source) in rows {
        let expected = Refusal::NotAdmissible(NotAdmissible::new(reason, source));
        assert_eq!(Refusal::of(&why), expected, "{why:?}");
        assert!(why.is_recorded(), "{why:?}");
    }
    assert_eq!(Refusal::of(&Rejection::NotDivisible), Refusal::Unexpected);
}

#[tokio::test]
async fn a_failure_of_the_server_says_that_and_no_more() {
    let history = HistoryError::NoSuchPlace(Place::NONE);
    let unavailable = concat!(
        r#"{"code":"temporarily_unavailable","details":{"reason":"downstream_unavailable"},"#,
        r#""message":"The service is temporarily unavailable. Retry after a short delay."}"#,
    );
    let internal = r#"{"code":"internal_error","message":"Internal error."}"#;
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
