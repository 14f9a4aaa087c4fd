//! `/api/v2/pockets/`

use crate::world::World;
use giro_api::dialects::jiko::auth::Scope;
use giro_ledger::text::Tag;
use giro_ledger::{AccountId, Capabilities, Grant, PrincipalId};
use serde_json::{Value, json};

pub(crate) fn money(cents: i64, formatted: &str) -> Value {
    json!({"value": cents, "currency": "USD", "formatted": formatted})
}

#[tokio::test]
async fn a_pocket_is_shown_with_what_is_in_it() {
    let world = World::new().await;
    let path = format!("/api/v2/pockets/{}/", world.id(world.operating));
    let answer = world.get(&path).await;
    let json = answer.json();
    let security = &json["portfolio"]["securities"][0];
    let expected = json!({
        "id": world.id(world.operating),
        "pocket_name": "Operating",
        "customer_id": world.customer_id(),
        "type": "STANDARD",
        "status": "OPEN",
        "attributes": [],
        "deposit_strategy_id": "UST-4W",
        "reinvestment_strategy_id": "UST-4W",
        "portfolio": {
            "cash": money(0, "$0.00"),
            "securities": [{
                "type": "FIXED_INCOME",
                "quantity": "10031.20708524",
                "market_value": money(1_000_000, "$10,000.00"),
                "cusip": security["cusip"],
                "jiko_mark_price": "0.996889",
                "description": "T-bill",
                "maturity_date": security["maturity_date"],
                "yield_to_maturity": security["yield_to_maturity"],
            }],
            "total_value": money(1_000_000, "$10,000.00"),
        },
        "available": money(1_000_000, "$10,000.00"),
        "held": money(0, "$0.00"),
        "object_type": "Pocket",
    });
    assert_eq!((answer.status, &json), (200, &expected));
    let bare = world.get(path.trim_end_matches('/')).await;
    assert_eq!((bare.status, bare.json()), (200, expected));
    let cusip = security["cusip"].as_str().expect("text");
    assert!(cusip.starts_with("T04"), "{cusip}");
}

#[tokio::test]
async fn a_pocket_that_is_not_invested_has_cash_only() {
    let world = World::new().await;
    let idle = world.open_pocket(world.book, "Idle", None).await;
    world.deposit(world.book, idle, "USD", "12.34").await;
    let pocket = world
        .get(&format!("/api/v2/pockets/{}/", world.id(idle)))
        .await;
    let pocket = pocket.json();
    assert_eq!(pocket["deposit_strategy_id"], Value::Null);
    assert_eq!(pocket["reinvestment_strategy_id"], Value::Null);
    let twelve = money(1_234, "$12.34");
    let portfolio = json!({"cash": twelve, "securities": [], "total_value": twelve});
    assert_eq!(pocket["portfolio"], portfolio);
    assert_eq!(pocket["available"], twelve);
}

#[tokio::test]
async fn pockets_are_accounts_of_dollars_and_nothing_else() {
    let world = World::new().await;
    world
        .open(world.book, "Euros", Vec::new(), &[("EUR", 0)])
        .await;
    let any = world.open(world.book, "Anything", Vec::new(), &[]).await;
    let names = names(&world.get("/api/v2/pockets/").await.json());
    assert_eq!(names, ["Operating", "Reserves", "Payroll", "Anything"]);
    let path = format!("/api/v2/pockets/{}/", world.id(any));
    assert_eq!(
        world.get(&path).await.json()["available"],
        money(0, "$0.00")
    );
}

pub(crate) fn names(page: &Value) -> Vec<String> {
    let items = page["items"].as_array().expect("items");
    let names = items
        .iter()
        .map(|one| one["pocket_name"].as_str().expect("a name"));
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn pockets_are_listed_oldest_first_in_pages_both_ways() {
    let world = World::new().await;
    for number in 0..4 {
        world
            .open_pocket(world.book, &format!("Pocket {number}"), None)
            .await;
    }
    let page = world.get("/api/v2/pockets/?limit=3").await.json();
    assert_eq!(names(&page), ["Operating", "Reserves", "Payroll"]);
    assert_eq!(
        (&page["prev_page"], &page["object_type"]),
        (&Value::Null, &json!("CursorList"))
    );
    let at = async |cursor: &Value| {
        let cursor = cursor.as_str().expect("a cursor");
        let path = format!("/api/v2/pockets/?limit=3&cursor={cursor}");
        world.get(&path).await.json()
    };
    let second = at(&page["next_page"]).await;
    assert_eq!(names(&second), ["Pocket 0", "Pocket 1", "Pocket 2"]);
    let third = at(&second["next_page"]).await;
    assert_eq!(
        (names(&third), &third["next_page"]),
        (vec!["Pocket 3".to_owned()], &Value::Null)
    );
    let back = at(&third["prev_page"]).await;
    assert_eq!(names(&back), names(&second));
    let first = at(&back["prev_page"]).await;
    assert_eq!(names(&first), names(&page));
    assert_eq!(first["prev_page"], Value::Null);
    assert_eq!(names(&at(&first["next_page"]).await), names(&second));
    // What is opened meanwhile comes at the end.
    world.open_pocket(world.book, "Newest", None).await;
    let third = at(&second["next_page"]).await;
    assert_eq!(names(&third), ["Pocket 3", "Newest"]);
}

#[tokio::test]
async fn limits_and_cursors_that_are_none_are_refused() {
    let world = World::new().await;
    let others = world.get("/api/v1/trades/?limit=1").await.json();
    let others = others["next_page"].as_str().expect("a cursor");
    let number = "Input should be a valid integer, unable to parse string as an integer";
    let least = "Input should be greater than or equal to 1";
    let most = "Input should be less than or equal to 100";
    let cursor = "Input should be a cursor of this list with these filters";
    let cases = [
        ("limit=0".to_owned(), "limit", least, "greater_than_equal"),
        ("limit=-1".to_owned(), "limit", least, "greater_than_equal"),
        ("limit=101".to_owned(), "limit", most, "less_than_equal"),
        (
            "limit=99999999999999999999".to_owned(),
            "limit",
            most,
            "less_than_equal",
        ),
        ("limit=ten".to_owned(), "limit", number, "int_parsing"),
        ("limit=1.5".to_owned(), "limit", number, "int_parsing"),
        ("limit=".to_owned(), "limit", number, "int_parsing"),
        ("cursor=abc".to_owned(), "cursor", cursor, "value_error"),
        (format!("cursor={others}"), "cursor", cursor, "value_error"),
    ];
    for path in ["/api/v2/pockets/", "/api/v1/trades"] {
        for (query, field, msg, kind) in &cases {
            if path.contains("trades") && query.contains(others) {
                continue;
            }
            let answer = world.get(&format!("{path}?{query}")).await;
            let detail = json!([{"loc": ["query", field], "msg": msg, "type": kind}]);
            let expected = json!({"detail": detail});
            assert_eq!(
                (answer.status, answer.json()),
                (422, expected),
                "{path}?{query}"
            );
        }
        for query in [
            "limit=1",
            "limit=100",
            "cursor=",
            "unknown=1",
            "limit=0&limit=5",
        ] {
            let answer = world.get(&format!("{path}?{query}")).await;
            assert_eq!(answer.status, 200, "{path}?{query}");
        }
    }
}

#[tokio::test]
async fn what_is_no_pocket_of_the_customer_is_not_found() {
    let world = World::new().await;
    let euros = world
        .open(world.book, "Euros", Vec::new(), &[("EUR", 0)])
        .await;
    let ids = [
        world.id(world.others),
        world.id(euros),
        world.id(world.external(world.book)),
        world.customer_id(),
        "de0eb293-88ea-4e8b-97e2-505b516c4f2z".to_owned(),
        "nothing".to_owned(),
        "%00".to_owned(),
        "%FF".to_owned(),
    ];
    for id in ids {
        let path = format!("/api/v2/pockets/{id}/");
        let answer = world.get(&path).await;
        let json = answer.json();
        assert_eq!(
            (answer.status, &json["type"]),
            (404, &json!("not_found")),
            "{id}"
        );
        assert_eq!(json["detail"], "no such pocket");
    }
}

#[tokio::test]
async fn a_token_needs_the_scope_and_a_narrowed_one_sees_less() {
    let world = World::new().await;
    let path = format!("/api/v2/pockets/{}/", world.id(world.operating));
    let token = world.token_with(world.client, &[Scope::TransfersRead, Scope::PocketsWrite]);
    for path in ["/api/v2/pockets/", &path, "/api/v1/trades/"] {
        let answer = world.get_as(&token, path).await;
        assert_eq!(answer.status, 403, "{path}");
        assert_eq!(
            answer.text_of("detail"),
            "the access token lacks scope pockets.read"
        );
        assert_eq!(world.ask_bare(path).await.status, 401);
    }
    let (_, token) = narrowed(&world, &[world.reserves]).await;
    assert_eq!(
        names(&world.get_as(&token, "/api/v2/pockets/").await.json()),
        ["Reserves"]
    );
    assert_eq!(world.get_as(&token, &path).await.status, 404);
    let trades = world.get_as(&token, "/api/v1/trades/").await.json();
    let trades = trades["items"].as_array().expect("items");
    assert_eq!(trades.len(), 1);
    assert_eq!(trades[0]["pocket_id"], world.id(world.reserves));
}

/// Somebody who may do everything, with these pockets only.
pub(crate) async fn narrowed(world: &World, accounts: &[AccountId]) -> (PrincipalId, String) {
    let grant = Grant {
        accounts: accounts.to_vec(),
        ..Grant::default()
    };
    let all: Capabilities = Scope::all_capabilities();
    let credential = giro_ledger::Credential::Secret {
        hash: giro_service::secret::Secret::draw().hash(),
    };
    let email = Some("narrow@example.com");
    let who = world
        .admit(world.book, credential, email, all, Some(grant))
        .await;
    (who, world.token_of(world.client, who))
}

#[tokio::test]
async fn tags_are_attributes_and_a_frozen_pocket_says_so() {
    let world = World::new().await;
    let tags = vec![Tag::new("tax").expect("a tag")];
    let tagged = world.open(world.book, "Tax", tags, &[("USD", 0)]).await;
    world.freeze(tagged).await;
    let pocket = world
        .get(&format!("/api/v2/pockets/{}", world.id(tagged)))
        .await
        .json();
    assert_eq!(
        (&pocket["attributes"], &pocket["status"]),
        (&json!(["tax"]), &json!("FROZEN"))
    );
}
