//! `/api/v2/transactions/`

use crate::asking::{Ask, REQUESTS, order};
use crate::clock::Timed;
use crate::pockets::{money, narrowed};
use crate::trades::moves;
use crate::world::World;
use giro_api::dialects::jiko::auth::Scope;
use giro_ledger::{Action, TransferKind};
use serde_json::{Value, json};

const ID: &str = "7fe330b4-1c1c-4461-ab11-2d257e92126f";
const TRANSACTIONS: &str = "/api/v2/transactions/";

async fn items(world: &World, query: &str) -> Vec<Value> {
    let answer = world.get(&format!("{TRANSACTIONS}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["items"].as_array().expect("items").clone()
}

#[tokio::test]
async fn a_transfer_is_a_debit_and_a_credit_and_what_was_traded_for_it_is_neither() {
    let world = World::new().await;
    moves(&world, ID, 10_123).await;
    let answer = world.get(TRANSACTIONS).await;
    let page = answer.json();
    let items = page["items"].as_array().expect("items");
    let [credit, debit, second, first] = &items[..] else {
        panic!("four transactions: {items:?}");
    };
    let mut expected = json!({
        "id": debit["id"],
        "transaction_id": debit["transaction_id"],
        "pocket_id": world.id(world.operating),
        "transaction_type": "ON_US",
        "status": "COMPLETED",
        "description": "SEOUT 01",
        "amount": money(10_123, "$101.23"),
        "direction": "DEBIT",
        "time_booked": debit["time_booked"],
        "on_us_transaction": {
            "on_us_transfer_id": ID,
            "on_us_transfer_type": "INTERNAL_REALLOCATION",
            "source": world.id(world.operating),
            "target": world.id(world.reserves),
        },
        "object_type": "Transaction",
    });
    assert_eq!(debit, &expected);
    expected["id"] = credit["id"].clone();
    expected["pocket_id"] = json!(world.id(world.reserves));
    expected["direction"] = json!("CREDIT");
    assert_eq!(credit, &expected);
    assert_ne!(credit["id"], debit["id"]);
    let deposited = json!({
        "id": first["id"],
        "transaction_id": first["transaction_id"],
        "pocket_id": world.id(world.operating),
        "transaction_type": "GENERIC",
        "status": "COMPLETED",
        "description": null,
        "amount": money(1_000_000, "$10,000.00"),
        "direction": "CREDIT",
        "time_booked": first["time_booked"],
        "on_us_transaction": null,
        "object_type": "Transaction",
    });
    assert_eq!(first, &deposited);
    assert_eq!(second["pocket_id"], world.id(world.reserves));
    assert_eq!(
        (&page["prev_page"], &page["next_page"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn what_waits_or_moves_in_kind_is_no_transaction() {
    let world = World::new().await;
    world.makes("waits", 100).await;
    let mut body = order(&world, "in-kind", 500);
    body["transfer"]["details"]["transfer_type"] = json!("SECURITY_TRANSFER");
    assert_eq!(world.post(REQUESTS, &body).await.status, 201);
    world.approve(&format!("{REQUESTS}in-kind/")).await;
    assert_eq!(items(&world, "").await.len(), 2);
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "a table of cases")]
async fn transactions_are_found_by_everything_that_they_have() {
    let mut world = Timed::at("2026-11-23T15:00:00Z").await;
    moves(&world, ID, 100).await;
    world.wait_until("2026-11-23T16:00:00Z").await;
    let upper = "6FA459EA-EE8A-4CA4-894E-DB77E160355E";
    moves(&world, upper, 200).await;
    let external = world.external(world.book);
    let out = world.moving(
        TransferKind::Withdrawal,
        (world.reserves, external),
        "USD",
        "3.00",
    );
    let out = world.does(world.book, Action::Transfer(out)).await;
    let plain = world.moving(
        TransferKind::Transfer,
        (world.reserves, world.payroll),
        "USD",
        "4.00",
    );
    let plain = world.does(world.book, Action::Transfer(plain)).await;
    let plain = world.service.transfer_id(&plain);
    let (from, to) = (world.id(world.operating), world.id(world.reserves));
    let at = giro_api::http::time::format(out.at);
    let lower = upper.to_lowercase();
    let cases = [
        (String::new(), 9),
        (format!("pocket[]={from}"), 3),
        (format!("pocket%5B%5D={from}&pocket%5B%5D={to}"), 8),
        (format!("pocket={to}"), 5),
        (format!("pocket={to}&pocket={to}"), 5),
        (format!("pocket[]={}", world.id(world.others)), 0),
        ("pocket[]=nothing".to_owned(), 0),
        (format!("pocket[]=nothing&pocket={to}"), 5),
        ("type[]=ON_US".to_owned(), 6),
        ("type=GENERIC".to_owned(), 3),
        ("type[]=ON_US&type[]=GENERIC&type[]=ACH".to_owned(), 9),
        ("type[]=WIRE".to_owned(), 0),
        (format!("on_us_transfer[]={ID}"), 2),
        (format!("on_us_transfer={upper}"), 2),
        (format!("on_us_transfer[]={ID}&on_us_transfer[]={lower}"), 4),
        (format!("on_us_transfer[]={ID}&pocket[]={to}"), 1),
        (format!("on_us_transfer[]={plain}"), 2),
        ("on_us_transfer[]=unknown".to_owned(), 0),
        (format!("wire[]={ID}"), 0),
        ("direction=DEBIT".to_owned(), 4),
        ("direction=CREDIT".to_owned(), 5),
        ("amount_from=200".to_owned(), 7),
        ("amount_to=200".to_owned(), 4),
        ("amount_from=200&amount_to=300".to_owned(), 3),
        ("amount_from=-5&amount_to=99".to_owned(), 0),
        ("time_booked_from=2026-11-23T16:00:00Z".to_owned(), 5),
        ("time_booked_to=2026-11-23T16:00:00Z".to_owned(), 4),
        (format!("time_booked_from={at}&time_booked_to={at}"), 1),
        (
            format!("direction=CREDIT&type[]=ON_US&pocket[]={to}&amount_to=150"),
            1,
        ),
    ];
    for (query, expected) in cases {
        for order in ["desc", "asc"] {
            let query = format!("order={order}&{query}");
            let mut found = items(&world, &query).await;
            assert_eq!(found.len(), expected, "{query}");
            if order == "asc" {
                found.reverse();
                let others = query.replace("asc", "desc");
                assert_eq!(found, items(&world, &others).await, "{query}");
            }
        }
    }
    let echoed = items(&world, &format!("on_us_transfer[]={lower}")).await;
    assert_eq!(echoed[0]["on_us_transaction"]["on_us_transfer_id"], upper);
}

#[tokio::test]
async fn transactions_are_listed_in_pages_both_ways_while_new_ones_come() {
    let world = World::new().await;
    for number in 0..6 {
        moves(&world, &format!("move-{number}"), 100 + number).await;
    }
    let newest_first = items(&world, "limit=100").await;
    assert_eq!(newest_first.len(), 14);
    let mut oldest_first = newest_first.clone();
    oldest_first.reverse();
    for (order, mut all) in [("desc", newest_first), ("asc", oldest_first)] {
        let mut found = Vec::new();
        let mut pages = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("{TRANSACTIONS}?order={order}&limit=3{cursor}");
            let page = world.get(&path).await.json();
            let of_page = page["items"].as_array().expect("items");
            assert!(of_page.len() <= 3);
            found.extend(of_page.clone());
            if pages.len() < 3 {
                moves(&world, &format!("meanwhile-{order}-{}", pages.len()), 1).await;
            }
            let next = page["next_page"]
                .as_str()
                .map(|next| format!("&cursor={next}"));
            pages.push(page);
            match next {
                Some(next) => cursor = next,
                None => break,
            }
        }
        if order == "asc" {
            // Those that were made meanwhile come at the end.
            all = items(&world, "order=asc&limit=100").await;
        }
        assert_eq!(found, all, "{order}");
        while let Some(page) = pages.pop() {
            let Some(cursor) = page["prev_page"].as_str() else {
                break;
            };
            let path = format!("{TRANSACTIONS}?order={order}&limit=3&cursor={cursor}");
            let before = world.get(&path).await.json();
            match pages.last() {
                Some(last) => assert_eq!(before["items"], last["items"], "{order}"),
                None => panic!("the first page has none before it"),
            }
        }
        assert!(pages.is_empty());
    }
}

#[tokio::test]
async fn filters_of_no_form_are_refused_and_cursors_are_of_one_list() {
    let world = World::new().await;
    let number = "Input should be a valid integer, unable to parse string as an integer";
    let time = "Input should be a valid datetime such as 2026-11-21T09:30:00Z";
    let types = "Input should be 'ACH', 'WIRE', 'CARD', 'ON_US', 'FEE', 'CREDIT' or 'GENERIC'";
    let cases = [
        (
            "order=up",
            json!(["query", "order"]),
            "Input should be 'desc' or 'asc'",
            "enum",
        ),
        (
            "direction=IN",
            json!(["query", "direction"]),
            "Input should be 'DEBIT' or 'CREDIT'",
            "enum",
        ),
        (
            "type[]=ON_US&type[]=ON",
            json!(["query", "type[]", 1]),
            types,
            "enum",
        ),
        (
            "amount_from=1.5",
            json!(["query", "amount_from"]),
            number,
            "int_parsing",
        ),
        (
            "amount_to=",
            json!(["query", "amount_to"]),
            number,
            "int_parsing",
        ),
        (
            "time_booked_from=x",
            json!(["query", "time_booked_from"]),
            time,
            "datetime_parsing",
        ),
        (
            "time_booked_to=1",
            json!(["query", "time_booked_to"]),
            time,
            "datetime_parsing",
        ),
        (
            "limit=101",
            json!(["query", "limit"]),
            "Input should be less than or equal to 100",
            "less_than_equal",
        ),
    ];
    for (query, loc, msg, kind) in cases {
        let answer = world.get(&format!("{TRANSACTIONS}?{query}")).await;
        let expected = json!({"detail": [{"loc": loc, "msg": msg, "type": kind}]});
        assert_eq!((answer.status, answer.json()), (422, expected), "{query}");
    }
    let page = world.get(&format!("{TRANSACTIONS}?limit=1")).await.json();
    let cursor = page["next_page"].as_str().expect("a cursor");
    for (query, status) in [
        ("", 200),
        ("&limit=5", 200),
        ("&order=asc", 422),
        ("&direction=DEBIT", 422),
    ] {
        let path = format!("{TRANSACTIONS}?cursor={cursor}{query}");
        assert_eq!(world.get(&path).await.status, status, "{query}");
    }
}

#[tokio::test]
async fn transactions_are_of_the_pockets_that_the_caller_sees() {
    let world = World::new().await;
    moves(&world, ID, 100).await;
    let (_, token) = narrowed(&world, &[world.reserves]).await;
    let page = world.get_as(&token, TRANSACTIONS).await.json();
    let seen = page["items"].as_array().expect("items");
    assert_eq!(seen.len(), 2);
    assert!(
        seen.iter()
            .all(|one| one["pocket_id"] == world.id(world.reserves))
    );
    let path = format!("{TRANSACTIONS}?pocket[]={}", world.id(world.operating));
    assert_eq!(world.get_as(&token, &path).await.json()["items"], json!([]));
    let all = Scope::all_capabilities();
    let stranger = world
        .add_client(world.other_book, "x@example.com", all)
        .await;
    let stranger = world.token_of(stranger, stranger);
    let page = world
        .get_as(&stranger, &format!("{TRANSACTIONS}?on_us_transfer[]={ID}"))
        .await;
    assert_eq!(page.json()["items"], json!([]));
    let without = world.token_with(world.client, &[Scope::TransfersRead]);
    assert_eq!(world.get_as(&without, TRANSACTIONS).await.status, 403);
    assert_eq!(world.ask_bare(TRANSACTIONS).await.status, 401);
}
