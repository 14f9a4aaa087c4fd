//! `/openapi/revolut.json`: the description is whole.

use crate::description::Description;
use serde_json::json;

#[tokio::test]
async fn every_call_is_described() {
    let api = Description::of("revolut").await;
    let expected = [
        "get /api/1.0/accounts",
        "get /api/1.0/accounts/{id}",
        "get /api/1.0/accounts/{id}/bank-details",
        "post /api/1.0/auth/token",
        "post /api/1.0/sandbox/topup",
        "post /api/1.0/sandbox/transactions/{id}/{action}",
        "get /api/1.0/transaction/{id}",
        "get /api/1.0/transactions",
        "post /api/1.0/transfer",
        "get /api/1.0/transfer-reasons",
        "delete /api/1.0/webhook",
        "get /api/1.0/webhook",
        "post /api/1.0/webhook",
        "get /api/2.0/webhooks",
        "post /api/2.0/webhooks",
        "delete /api/2.0/webhooks/{webhook_id}",
        "get /api/2.0/webhooks/{webhook_id}",
        "patch /api/2.0/webhooks/{webhook_id}",
        "get /api/2.0/webhooks/{webhook_id}/failed-events",
        "post /api/2.0/webhooks/{webhook_id}/rotate-signing-secret",
    ];
    assert_eq!(api.names(), expected);
    let api = api.0;
    let scheme = &api["components"]["securitySchemes"]["access_token"]["scheme"];
    assert_eq!(scheme, "bearer");
    assert_eq!(api["security"], json!([{ "access_token": [] }]));
}

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    let api = Description::of("revolut").await;
    api.assert_answers(|name| match name.contains("/auth/token") {
        true => &["400", "401"],
        false => &["400", "401", "403", "404", "429", "500", "503"],
    });
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_names_are_the_vendors() {
    let api = Description::of("revolut").await;
    api.assert_references_lead_somewhere();
    assert_eq!(
        *api.required("TransferResponse"),
        json!(["id", "state", "created_at"])
    );
    let transfer = [
        "request_id",
        "source_account_id",
        "target_account_id",
        "amount",
        "currency",
    ];
    assert_eq!(*api.required("TransferRequest"), json!(transfer));
    assert_eq!(
        *api.required("TopupRequest"),
        json!(["account_id", "amount", "currency"])
    );
    let transaction = ["id", "type", "state", "created_at", "updated_at", "legs"];
    assert_eq!(*api.required("Transaction"), json!(transaction));
    let refused = &api.0["paths"]["/api/1.0/transfer"]["post"]["responses"]["400"];
    let schema = &refused["content"]["application/json"]["schema"];
    assert_eq!(schema["required"], json!(["message"]));
}
