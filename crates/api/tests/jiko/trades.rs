//! `/api/v1/trades/`

use crate::asking::{Ask, REQUESTS, order};
use crate::clock::Timed;
use crate::pockets::{money, narrowed};
use crate::world::World;
use giro_ledger::{Setting, Settlement};
use serde_json::{Value, json};

const ID: &str = "7fe330b4-1c1c-4461-ab11-2d257e92126f";
const TRADES: &str = "/api/v1/trades/";

/// Moves cents from Operating to Reserves, and returns the request as it is then.
pub(crate) async fn moves(world: &World, id: &str, cents: u64) -> Value {
    world.makes(id, cents).await;
    let approved = world.approve(&format!("{REQUESTS}{id}/")).await;
    assert_eq!(approved.status, 200, "{approved:?}");
    approved.json()
}

async fn items(world: &World, query: &str) -> Vec<Value> {
    let answer = world.get(&format!("{TRADES}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_transfer_is_a_sale_and_a_purchase_and_they_settle_on_the_next_business_day() {
    // A Friday, and there is no other business day before Monday.
    let mut world = Timed::at("2026-11-20T15:00:00Z").await;
    let request = moves(&world, ID, 10_123).await;
    let page = world.get("/api/v1/trades/?limit=2").await.json();
    let [bought, sold] = [0, 1].map(|place: usize| page["items"][place].clone());
    let mut expected = json!({
        "id": request["trades"][0],
        "trade_datetime": sold["trade_datetime"],
        "book_date": "2026-11-20",
        "settled_date": null,
        "is_settled": false,
        "status": "BOOKED",
        "activity": "SELL",
        "pocket_id": world.id(world.operating),
        "cusip": "T04020805",
        "description": "T-bill",
        "notional": money(10_123, "$101.23"),
        "quantity": "101.54590933",
        "price": "0.996889",
        "maturity_date": "2026-12-18",
        "yield_to_maturity": "0.042187",
        "tradable_id": "T04020805",
        "object_type": "Trade",
    });
    assert_eq!(sold, expected);
    let at = sold["trade_datetime"].as_str().expect("a time");
    assert!(
        at.starts_with("2026-11-20T15:00:0") && at.ends_with('Z'),
        "{at}"
    );
    expected["id"] = request["trades"][1].clone();
    expected["activity"] = json!("BUY");
    expected["pocket_id"] = json!(world.id(world.reserves));
    // A sale is of no fewer units than it takes, and a purchase of no more than it pays for.
    expected["quantity"] = json!("101.54590932");
    assert_eq!(bought, expected);
    let path = format!("{TRADES}{}/", bought["id"].as_str().expect("an id"));
    assert_eq!(world.get(&path).await.json(), bought);
    // Monday begins in New York at five o'clock in UTC.
    world.wait_until("2026-11-23T04:59:59Z").await;
    assert_eq!(world.get(&path).await.json(), bought);
    world.wait_until("2026-11-23T05:00:01Z").await;
    expected["settled_date"] = json!("2026-11-23");
    expected["is_settled"] = json!(true);
    expected["status"] = json!("SETTLED");
    assert_eq!(world.get(&path).await.json(), expected);
    world.is_balanced();
}

#[tokio::test]
async fn no_trade_settles_on_a_holiday_and_a_book_can_settle_at_once() {
    // The day before Thanksgiving.
    let mut world = Timed::at("2026-11-25T23:30:00Z").await;
    moves(&world, ID, 1).await;
    world.wait_until("2026-11-26T17:00:00Z").await;
    assert_eq!(
        items(&world, "settlement_date_from=2026-11-26").await.len(),
        0
    );
    world.wait_until("2026-11-27T05:00:01Z").await;
    let settled = items(
        &world,
        "settlement_date_from=2026-11-27&settlement_date_to=2026-11-27",
    )
    .await;
    assert_eq!(settled.len(), 4);
    assert!(
        settled
            .iter()
            .all(|one| one["settled_date"] == "2026-11-27")
    );
    world.set(Setting::Settlement(Settlement::Instant)).await;
    moves(&world, "at-once", 1).await;
    for trade in items(&world, "limit=2").await {
        assert_eq!(
            (&trade["status"], &trade["book_date"]),
            (&json!("SETTLED"), &trade["settled_date"])
        );
    }
}

#[tokio::test]
async fn trades_are_found_by_day_time_and_pocket() {
    let mut world = Timed::at("2026-11-23T15:00:00Z").await;
    moves(&world, "first", 100).await;
    // Still the 24th in New York.
    world.wait_until("2026-11-25T03:00:00Z").await;
    let second = moves(&world, "second", 200).await;
    let (from, to) = (world.id(world.operating), world.id(world.reserves));
    let at = items(&world, "limit=1").await[0]["trade_datetime"].clone();
    let at = at.as_str().expect("a time");
    let cases = [
        ("book_date_from=2026-11-24".to_owned(), 2),
        ("book_date_to=2026-11-23".to_owned(), 4),
        ("book_date_from=2026-11-25".to_owned(), 0),
        (
            "book_date_from=2026-11-23&book_date_to=2026-11-24".to_owned(),
            6,
        ),
        ("settlement_date_from=2026-11-24".to_owned(), 4),
        ("settlement_date_to=2026-11-23".to_owned(), 0),
        (format!("trade_datetime_from={at}"), 2),
        (format!("trade_datetime_to={at}"), 6),
        ("trade_datetime_to=2026-11-24T00:00:00Z".to_owned(), 4),
        (
            "trade_datetime_from=2026-11-24T22:00:00-05:00".to_owned(),
            2,
        ),
        (
            "trade_datetime_from=2026-11-24T22:00:00%2B00:00".to_owned(),
            2,
        ),
        ("trade_datetime_from=2026-11-25".to_owned(), 2),
        (format!("account[]={from}"), 3),
        (format!("account%5B%5D={from}&account%5B%5D={to}"), 6),
        (format!("account={from}&account={to}"), 6),
        (format!("pocket[]={from}"), 3),
        (format!("pocket={}", world.id(world.payroll)), 0),
        (format!("account[]={}", world.id(world.others)), 0),
        (format!("account[]=nothing&account[]={to}"), 3),
        (format!("account[]={from}&book_date_from=2026-11-24"), 1),
    ];
    for (query, expected) in cases {
        assert_eq!(items(&world, &query).await.len(), expected, "{query}");
    }
    let sold = items(&world, &format!("account[]={from}&limit=1")).await;
    assert_eq!(sold[0]["id"], second["trades"][0]);
}

#[tokio::test]
async fn trades_are_listed_in_pages_both_ways_while_new_ones_come() {
    let world = World::new().await;
    for number in 0..5 {
        moves(&world, &format!("move-{number}"), 100 + number).await;
    }
    let all = items(&world, "limit=100").await;
    assert_eq!(all.len(), 12);
    let mut found = Vec::new();
    let mut pages = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = world.get(&format!("{TRADES}?limit=5{cursor}")).await.json();
        found.extend(page["items"].as_array().expect("items").clone());
        // What comes meanwhile is newer than what was asked for first.
        moves(&world, &format!("meanwhile-{}", pages.len()), 1).await;
        let next = page["next_page"]
            .as_str()
            .map(|next| format!("&cursor={next}"));
        pages.push(page);
        match next {
            Some(next) => cursor = next,
            None => break,
        }
    }
    assert_eq!(found, all);
    assert_eq!(pages.len(), 3);
    let back = |page: &Value| {
        let cursor = page["prev_page"].as_str().expect("a cursor");
        format!("{TRADES}?limit=5&cursor={cursor}")
    };
    let second = world.get(&back(&pages[2])).await.json();
    assert_eq!(second["items"], pages[1]["items"]);
    let first = world.get(&back(&second)).await.json();
    assert_eq!(first["items"], pages[0]["items"]);
    // Those that have come meanwhile are before the first.
    let newest = world.get(&back(&first)).await.json();
    assert_eq!(newest["items"].as_array().map(Vec::len), Some(5));
    let newest = world.get(&back(&newest)).await.json();
    assert_eq!(newest["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(newest["prev_page"], Value::Null);
}

#[tokio::test]
async fn filters_of_no_form_are_refused() {
    let world = World::new().await;
    let day = "Input should be a valid date such as 2026-11-21";
    let time = "Input should be a valid datetime such as 2026-11-21T09:30:00Z";
    let cases = [
        (
            "book_date_from",
            "yesterday",
            day,
            "date_from_datetime_parsing",
        ),
        (
            "book_date_to",
            "2026-02-30",
            day,
            "date_from_datetime_parsing",
        ),
        (
            "settlement_date_from",
            "",
            day,
            "date_from_datetime_parsing",
        ),
        (
            "settlement_date_to",
            "20261121",
            day,
            "date_from_datetime_parsing",
        ),
        (
            "trade_datetime_from",
            "2026-11-21T25:00:00Z",
            time,
            "datetime_parsing",
        ),
        ("trade_datetime_to", "soon", time, "datetime_parsing"),
    ];
    for (field, value, msg, kind) in cases {
        let answer = world.get(&format!("{TRADES}?{field}={value}")).await;
        let expected = json!({"detail": [{"loc": ["query", field], "msg": msg, "type": kind}]});
        assert_eq!(
            (answer.status, answer.json()),
            (422, expected),
            "{field}={value}"
        );
    }
}

#[tokio::test]
async fn a_trade_of_others_is_not_found() {
    let world = World::new().await;
    let sold = items(&world, &format!("account[]={}", world.id(world.operating))).await;
    let path = format!("{TRADES}{}/", sold[0]["id"].as_str().expect("an id"));
    assert_eq!(world.get(&path).await.status, 200);
    let (_, token) = narrowed(&world, &[world.reserves]).await;
    let stranger = world
        .add_client(
            world.other_book,
            "x@example.com",
            giro_api::dialects::jiko::auth::Scope::all_capabilities(),
        )
        .await;
    let stranger = world.token_of(stranger, stranger);
    for token in [&token, &stranger] {
        let answer = world.get_as(token, &path).await;
        assert_eq!(
            (answer.status, answer.text_of("detail")),
            (404, "no such trade".to_owned())
        );
    }
    for id in [ID, "nothing", "%FF", &world.id(world.operating)] {
        assert_eq!(
            world.get(&format!("{TRADES}{id}/")).await.status,
            404,
            "{id}"
        );
    }
    // Two trades are no more a transfer request than holdings that move as they are are trades.
    let mut body = order(&world, "in-kind", 500);
    body["transfer"]["details"]["transfer_type"] = json!("SECURITY_TRANSFER");
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    let approved = world.approve(&format!("{REQUESTS}in-kind/")).await.json();
    assert_eq!(
        (&approved["status"], &approved["trades"]),
        (&json!("COMPLETED"), &json!([]))
    );
    assert_eq!(items(&world, "").await.len(), 2);
}
