//! `/openapi/caliza.json`: the description is whole.

use crate::description::Description;
use serde_json::json;

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    let api = Description::of("caliza").await;
    api.assert_answers(|name| match name {
        "post /auth/realms/caliza/protocol/openid-connect/token" => &["400", "401", "413"],
        info if info.ends_with("/userinfo") => &["401"],
        auth if auth.starts_with("get /auth") => &[],
        get if get.starts_with("get ") => &["401", "403", "500", "503"],
        delete if delete.starts_with("delete ") => &["401", "403", "404", "500", "503"],
        _ => &["401", "403", "500", "503"],
    });
}

#[tokio::test]
async fn every_call_is_described() {
    let api = Description::of("caliza").await;
    let names = api.names();
    for name in [
        "get /auth/realms/caliza/.well-known/openid-configuration",
        "get /auth/realms/caliza/protocol/openid-connect/certs",
        "post /auth/realms/caliza/protocol/openid-connect/token",
        "get /auth/realms/caliza/protocol/openid-connect/userinfo",
        "post /auth/realms/caliza/protocol/openid-connect/userinfo",
        "post /core-api/v1/simulations",
        "get /core-api/v1/simulations/{id}",
        "post /core-api/v1/transactions",
        "get /core-api/v1/transactions/{id}",
        "post /core-api/v2/simulations",
        "get /core-api/v2/simulations/{id}",
        "get /core-api/v1/transactions",
        "get /core-api/v1/beneficiaries",
        "post /core-api/v1/beneficiaries",
        "get /core-api/v1/beneficiaries/{id}",
        "delete /core-api/v1/beneficiaries/{id}",
        "post /core-api/v1/beneficiaries/{id}/enable",
        "post /core-api/v1/beneficiaries/{id}/disable",
        "get /core-api/v1/beneficiaries/{id}/balances",
        "get /core-api/v1/beneficiaries/{id}/balances/detailed",
        "get /core-api/v1/integrators/{id}",
        "get /core-api/v1/integrators/{id}/balances",
        "get /core-api/v1/integrators/{id}/balances/detailed",
        "post /core-api/v1/sandbox/deposits",
        "get /core-api/v1/integrators/{id}/webhooks",
        "patch /core-api/v1/integrators/{id}/webhooks",
        "post /core-api/v1/integrators/{id}/webhooks",
        "get /core-api/v1/integrators/{id}/webhook-secret",
        "post /core-api/v1/integrators/{id}/update-webhook-secret",
    ] {
        assert!(names.iter().any(|one| one == name), "{name}");
    }
}

#[tokio::test]
async fn tokens_are_asked_for_without_one() {
    let api = Description::of("caliza").await.0;
    assert_eq!(api["security"], json!([{ "access_token": [] }]));
    for (path, method) in [
        ("protocol/openid-connect/token", "post"),
        ("protocol/openid-connect/certs", "get"),
        (".well-known/openid-configuration", "get"),
    ] {
        let call = &api["paths"][format!("/auth/realms/caliza/{path}")][method];
        assert_eq!(call["security"], json!([{}]), "{path}");
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_names_are_the_vendors() {
    let api = Description::of("caliza").await;
    api.assert_references_lead_somewhere();
    let simulation = [
        "id",
        "integratorId",
        "beneficiaryId",
        "from",
        "to",
        "flowOfFundsId",
        "transactionDetails",
        "executed",
        "createdDate",
        "lastModifiedDate",
        "expiresAt",
    ];
    assert_eq!(*api.required("Simulation"), json!(simulation));
    let transaction = [
        "id",
        "simulationId",
        "integratorId",
        "beneficiaryId",
        "targetBeneficiaryId",
        "from",
        "to",
        "status",
        "flowOfFundsId",
        "transactionDetails",
        "createdDate",
        "lastModifiedDate",
    ];
    assert_eq!(*api.required("Transaction"), json!(transaction));
    let asked = [
        "beneficiaryId",
        "targetBeneficiaryId",
        "from",
        "toCurrencyCode",
    ];
    assert_eq!(*api.required("SimulationRequest"), json!(asked));
    let asked = ["simulationId", "beneficiaryIp"];
    assert_eq!(*api.required("ExecutionRequest"), json!(asked));
    let error = ["code", "message", "traceId", "path"];
    assert_eq!(*api.required("Error"), json!(error));
}
