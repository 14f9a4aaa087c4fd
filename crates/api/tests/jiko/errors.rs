//! What cannot be answered is answered in the vendor's shape.

use crate::world::World;
use serde_json::json;

#[tokio::test]
async fn a_path_that_is_not_served_is_not_found_with_and_without_a_slash() {
    let world = World::new().await;
    for path in [
        "/api/v1/notifications/",
        "/api/v1/notifications",
        "/api/v2/counterparties/",
        "/api/v1",
        "/api/oauth2/nothing/",
    ] {
        let headers = [("x-request-id", "a-request")];
        let answer = world.get_with(&world.token, path, &headers).await;
        let expected = json!({
            "type": "not_found",
            "instance": path,
            "detail": "no such path",
            "trace_id": "a-request",
        });
        assert_eq!((answer.status, answer.json()), (404, expected));
    }
}
