//! What cannot be answered is answered in the vendor's shapes.

use crate::world::World;
use serde_json::json;

#[tokio::test]
async fn a_path_that_is_not_served_is_not_found() {
    let world = World::new().await;
    for path in ["/core-api/v1/payouts", "/core-api", "/auth/realms/other"] {
        let headers = [("x-request-id", "a-request")];
        let answer = world.get_with(&world.token, path, &headers).await;
        let expected = json!({
            "code": "not_found",
            "message": "There is no such path",
            "traceId": "a-request",
            "path": path,
        });
        assert_eq!((answer.status, answer.json()), (404, expected));
    }
}
