//! `/openapi/youhodler.json`: the description is whole.

use crate::world::World;
use serde_json::{Value, json};

async fn api() -> Value {
    let answer = World::new().await.get("/openapi/youhodler.json").await;
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
    assert_eq!(names, expected);
    assert_eq!(api["security"], json!([{ "access_token": [] }]));
    let token = &api["paths"]["/oauth/token"]["post"];
    assert_eq!(token["security"], json!([{}]));
}

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    for (name, operation) in operations(&api().await) {
        assert!(operation["summary"].is_string(), "{name}");
        let responses = operation["responses"].as_object().expect("responses");
        let is_done = |status: &String| status.starts_with('2');
        assert!(responses.keys().any(is_done), "{name}");
        let needed: &[&str] = match name.as_str() {
            "post /oauth/token" => &["400", "401", "413", "429"],
            other if other.starts_with("get ") => {
                &["400", "401", "403", "404", "429", "500", "503"]
            }
            _ => &[
                "400", "401", "403", "404", "409", "413", "422", "429", "500", "503",
            ],
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
    assert_eq!(required("InternalTransfer"), json!(transfer));
    let create = ["amount", "source_ref", "target_ref"];
    assert_eq!(required("CreateInternalTransfer"), json!(create));
    assert_eq!(required("Amount"), json!(["currency", "value"]));
}
