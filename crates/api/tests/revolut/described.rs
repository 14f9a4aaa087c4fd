//! `/openapi/revolut.json`: the description is whole.

use crate::world::World;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

async fn api() -> Value {
    let world = World::new().await;
    let request = Request::get("/openapi/revolut.json").body(Body::empty());
    let answer = world.send(request.expect("a request")).await;
    assert_eq!(answer.status, 200);
    answer.json()
}

fn operations(api: &Value) -> Vec<(String, Value)> {
    let paths = api["paths"].as_object().expect("paths").iter();
    let operations = paths.flat_map(|(path, methods)| {
        let methods = methods.as_object().expect("methods").iter();
        methods.map(move |(method, operation)| (format!("{method} {path}"), operation.clone()))
    });
    operations.collect()
}

#[tokio::test]
async fn every_call_is_described() {
    let api = api().await;
    let names: Vec<String> = operations(&api).into_iter().map(|(name, _)| name).collect();
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
    assert_eq!(names, expected);
    let scheme = &api["components"]["securitySchemes"]["access_token"]["scheme"];
    assert_eq!(scheme, "bearer");
    assert_eq!(api["security"], json!([{ "access_token": [] }]));
}

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    for (name, operation) in operations(&api().await) {
        assert!(operation["summary"].is_string(), "{name}");
        let responses = operation["responses"].as_object().expect("responses");
        let is_done = |status: &String| status.starts_with('2');
        assert!(responses.keys().any(is_done), "{name}");
        let needed: &[&str] = match name.contains("/auth/token") {
            true => &["400", "401"],
            false => &["400", "401", "403", "404", "429", "500", "503"],
        };
        for status in needed {
            let schema = &responses[*status]["content"]["application/json"]["schema"];
            assert!(schema.is_object(), "{name}: {status}");
        }
    }
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_names_are_the_vendors() {
    let api = api().await;
    let schemas = api["components"]["schemas"].as_object().expect("schemas");
    for part in api.to_string().split("\"#/components/schemas/").skip(1) {
        let name = part.split('"').next().expect("the rest");
        assert!(schemas.contains_key(name), "{name}");
    }
    let required = |name: &str| api["components"]["schemas"][name]["required"].clone();
    assert_eq!(
        required("TransferResponse"),
        json!(["id", "state", "created_at"])
    );
    let transfer = [
        "request_id",
        "source_account_id",
        "target_account_id",
        "amount",
        "currency",
    ];
    assert_eq!(required("TransferRequest"), json!(transfer));
    assert_eq!(
        required("TopupRequest"),
        json!(["account_id", "amount", "currency"])
    );
    let transaction = ["id", "type", "state", "created_at", "updated_at", "legs"];
    assert_eq!(required("Transaction"), json!(transaction));
    let refused = &api["paths"]["/api/1.0/transfer"]["post"]["responses"]["400"];
    let schema = &refused["content"]["application/json"]["schema"];
    assert_eq!(schema["required"], json!(["message"]));
}
