//! `/openapi/jiko.json`: the description is whole.

use crate::description::Description;
use serde_json::json;

#[tokio::test]
async fn every_call_describes_its_answers_as_json() {
    let api = Description::of("jiko").await;
    api.assert_answers(|name| match name {
        "get /api/v1/user/" => &["401", "429"],
        oauth if oauth.contains("/api/oauth2/") || oauth.contains("/.well-known/") => &[],
        _ => &["401", "403", "422", "429", "500", "503"],
    });
    assert_eq!(api.names().len(), 30);
}

#[tokio::test]
async fn every_reference_leads_somewhere_and_lists_are_of_their_own_items() {
    let api = Description::of("jiko").await;
    api.assert_references_lead_somewhere();
    let lists = [
        ("/api/v2/pockets/", "Pocket", "pocket_name"),
        ("/api/v1/trades/", "PocketTrade", "cusip"),
        ("/api/v2/transactions/", "PocketTransaction", "direction"),
        ("/api/v1/transfer-requests/", "TransferRequest", "transfer"),
        ("/api/v1/subscriptions/", "Subscription", "url"),
        ("/api/v1/events/", "LoggedEvent", "delivery_attempts"),
        ("/api/v1/events/types/", "EventType", "event"),
    ];
    for (path, item, member) in lists {
        let answer = &api.0["paths"][path]["get"]["responses"]["200"];
        let schema = &answer["content"]["application/json"]["schema"];
        let name = format!("CursorList_{item}");
        let expected = json!({ "$ref": format!("#/components/schemas/{name}") });
        assert_eq!(*schema, expected, "{path}");
        let required = ["prev_page", "next_page", "items", "object_type"];
        assert_eq!(*api.required(&name), json!(required), "{path}");
        let items = &api.0["components"]["schemas"][&name]["properties"]["items"]["items"];
        assert!(items["properties"].get(member).is_some(), "{path}: {items}");
    }
}
