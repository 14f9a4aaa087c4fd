//! `/openapi/youhodler.json`: the description is whole.

use crate::description::Description;
use serde_json::json;

#[tokio::test]
async fn every_call_is_described() {
    let api = Description::of("youhodler").await;
    let expected = [
        "get /approvals",
        "get /approvals/{id}",
        "post /approvals/{id}/approve",
        "post /approvals/{id}/reject",
        "get /client-accounts",
        "post /client-accounts",
        "get /client-accounts/{id}",
        "patch /client-accounts/{id}",
        "get /client-accounts/{id}/balances",
        "get /clients",
        "post /clients",
        "get /clients/{id}",
        "get /enterprises",
        "get /enterprises/{id}",
        "get /internal-transfers",
        "post /internal-transfers",
        "get /internal-transfers/{id}",
        "post /internal-transfers/{id}/cancel",
        "get /master-accounts",
        "get /master-accounts/{id}",
        "patch /master-accounts/{id}",
        "get /master-accounts/{id}/balances",
        "post /oauth/token",
        "get /webhook-endpoints",
        "post /webhook-endpoints",
        "delete /webhook-endpoints/{id}",
        "get /webhook-endpoints/{id}",
        "patch /webhook-endpoints/{id}",
    ];
    assert_eq!(api.names(), expected);
    let api = api.0;
    assert_eq!(api["security"], json!([{ "access_token": [] }]));
    let token = &api["paths"]["/oauth/token"]["post"];
    assert_eq!(token["security"], json!([{}]));
}

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    let api = Description::of("youhodler").await;
    api.assert_answers(|name| match name {
        "post /oauth/token" => &["400", "401", "413", "429"],
        other if other.starts_with("get ") => &["400", "401", "403", "404", "429", "500", "503"],
        _ => &[
            "400", "401", "403", "404", "409", "413", "422", "429", "500", "503",
        ],
    });
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_names_are_the_vendors() {
    let api = Description::of("youhodler").await;
    api.assert_references_lead_somewhere();
    let transfer = [
        "account_ref",
        "approval_ref",
        "created_at",
        "failure_reason",
        "family",
        "family_params",
        "fee_summary",
        "fill_rate",
        "id",
        "principal_amount",
        "settled_at",
        "status",
        "subject_attribution",
        "updated_at",
    ];
    assert_eq!(*api.required("InternalTransfer"), json!(transfer));
    let create = ["amount", "source_ref", "target_ref"];
    assert_eq!(*api.required("CreateInternalTransfer"), json!(create));
    assert_eq!(*api.required("Amount"), json!(["currency", "value"]));
}
