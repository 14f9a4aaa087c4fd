//! How often a client may ask on behalf of somebody.

use crate::keys::AssertionKey;
use crate::tokens::OwnClient;
use crate::world::{Answer, World};
use serde_json::json;

const LIMIT: [&str; 3] = [
    "x-ratelimit-limit",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
];

fn counted(answer: &Answer) -> [Option<u64>; 3] {
    LIMIT.map(|name| Some(answer.header(name)?.parse().expect("a number")))
}

#[tokio::test]
async fn nothing_is_counted_where_limits_are_off() {
    let world = World::new().await;
    for _ in 0..130 {
        let answer = world.get("/api/v1/trades/").await;
        assert_eq!((answer.status, counted(&answer)), (200, [None; 3]));
    }
}

#[tokio::test]
async fn each_group_has_a_limit_of_its_own_for_each_client_and_person() {
    let world = World::new().await;
    world.limit_rates().await;
    for (path, limit) in [
        ("/api/v2/pockets/", 120),
        ("/api/v1/trades/", 120),
        ("/api/v1/transfer-requests/", 120),
        ("/api/v1/user/", 300),
    ] {
        let first = world.get(path).await;
        let [told, remaining, reset] = counted(&first);
        assert_eq!((told, remaining), (Some(limit), Some(limit - 1)), "{path}");
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        let now = now.expect("after 1970").as_secs();
        assert!(
            (now..=now + 2).contains(&reset.expect("a time")),
            "{reset:?} {now}"
        );
    }
    // With and without a slash it is the same call; others are not counted with it.
    let mut last = world.get("/api/v2/pockets").await;
    while last.status == 200 {
        last = world.get("/api/v2/pockets").await;
    }
    let json = last.json();
    assert_eq!(
        (last.status, &json["type"]),
        (429, &json!("too_many_requests"))
    );
    assert_eq!(last.header("retry-after"), Some("1"));
    let [limit, remaining, reset] = counted(&last);
    assert_eq!((limit, remaining), (Some(120), Some(0)));
    assert!(reset.is_some());
    assert_eq!(world.get("/api/v1/trades/").await.status, 200);
    let other = world.get_as(&world.checker_token, "/api/v2/pockets/").await;
    assert_eq!((other.status, counted(&other)[1]), (200, Some(119)));
    // Refusals for other reasons are counted, too; who is nobody is not.
    let forbidden = world.token_with(world.checker, &[]);
    let answer = world.get_as(&forbidden, "/api/v2/pockets/").await;
    assert_eq!((answer.status, counted(&answer)[1]), (403, Some(118)));
    let answer = world.get_as("x", "/api/v2/pockets/").await;
    assert_eq!((answer.status, counted(&answer)), (401, [None; 3]));
}

#[tokio::test]
async fn requests_for_transfers_come_one_a_second() {
    let world = World::new().await;
    world.limit_rates().await;
    let path = "/api/v1/transfer-requests/";
    let first = world.post(path, &json!({})).await;
    let [limit, remaining, _] = counted(&first);
    assert_eq!((first.status, limit, remaining), (422, Some(60), Some(59)));
    let second = world.post("/api/v1/transfer-requests", &json!({})).await;
    let [limit, remaining, _] = counted(&second);
    assert_eq!((second.status, limit, remaining), (429, Some(60), Some(58)));
    assert_eq!(second.header("retry-after"), Some("1"));
    // To read them, and to decide, is something else.
    assert_eq!(world.get(path).await.status, 200);
    let approve = world.post(&format!("{path}x/approve/"), &json!({})).await;
    assert_eq!((approve.status, counted(&approve)[0]), (404, Some(300)));
}

#[tokio::test]
async fn getting_tokens_is_counted_for_each_client() {
    let client = OwnClient::new(AssertionKey::ed25519()).await;
    let machine = [("grant_type", "client_credentials")];
    let answer = client.ask(&machine).await;
    assert_eq!((answer.status, counted(&answer)), (200, [None; 3]));
    client.world.limit_rates().await;
    let mut last = client.ask(&machine).await;
    assert_eq!(counted(&last)[..2], [Some(300), Some(299)]);
    while last.status == 200 {
        last = client.ask(&machine).await;
    }
    assert_eq!(
        (last.status, last.text_of("type")),
        (429, "too_many_requests".to_owned())
    );
    assert_eq!(last.header("retry-after"), Some("1"));
    assert_eq!(counted(&last)[..2], [Some(300), Some(0)]);
    // What was not counted was not used up either.
    let forged = client.ask_with("x", &machine).await;
    forged.is_refused(401, "invalid_client");
}
