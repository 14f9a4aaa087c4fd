//! `/v1/instruments`

use crate::app::{Answer, TestApp, text};
use crate::desk::{BILL, Desk, changed, fields, refusals};
use serde_json::{Value, json};

fn bill() -> Value {
    json!({
        "code": "912797ZZ9", "name": "US Treasury bill", "weeks": 4, "matures_on": "2026-12-15",
        "currency": "USD",
    })
}

async fn add(app: &TestApp, body: &Value) -> Answer {
    app.post("/v1/instruments").json(body).send().await
}

#[tokio::test]
async fn an_instrument_is_added_and_gets_its_price_from_the_rates() {
    let desk = Desk::new().await;
    let added = add(&desk, &bill()).await;
    assert_eq!(added.headers["location"], "/v1/instruments/912797ZZ9");
    let added = added.expect(201);
    let terms = [
        "code",
        "name",
        "weeks",
        "matures_on",
        "decimals",
        "par",
        "currency",
        "calendar",
    ];
    assert_eq!(
        fields(&added, terms),
        [
            "912797ZZ9",
            "US Treasury bill",
            "4",
            "2026-12-15",
            "8",
            "1",
            "USD",
            "US"
        ]
    );
    // Midnight in New York, in winter.
    assert_eq!(added["matures_at"], "2026-12-15T05:00:00.000000Z");
    assert!(
        added["price"].is_null() && added["matured_at"].is_null(),
        "{added}"
    );
    desk.price("912797ZZ9", "0.9975").await;
    let path = "/v1/instruments/912797ZZ9";
    let found = desk.get(path).send().await.expect(200);
    let price = &found["price"];
    // 0.0025 of 0.9975 in 23 days: 3.9773 % a year.
    assert_eq!(
        fields(price, ["value", "provider", "yield"]),
        ["0.9975", "desk", "0.039773"]
    );
    assert!(price["as_of"].is_string(), "{found}");
    desk.wait_until("2026-12-15T05:00:00Z").await;
    let found = desk.get(path).send().await.expect(200);
    assert!(
        found["matured_at"].is_string() && found["price"]["yield"].is_null(),
        "{found}"
    );
}

#[tokio::test]
async fn what_is_said_of_an_instrument_is_kept() {
    let app = TestApp::new().await;
    let body = json!({
        "code": "FUND-1", "name": "A fund", "weeks": 13, "matures_on": "2027-02-19",
        "decimals": 2, "par": "100.5", "currency": "EUR", "calendar": "TARGET",
    });
    let added = add(&app, &body).await.expect(201);
    for (field, value) in body.as_object().expect("an object") {
        assert_eq!(&added[field], value, "{field}");
    }
    let again = app
        .post("/v1/instruments")
        .key("one")
        .json(&bill())
        .send()
        .await;
    let once_more = app
        .post("/v1/instruments")
        .key("one")
        .json(&bill())
        .send()
        .await;
    assert!(
        once_more.is_replay() && once_more.text == again.text,
        "{once_more:?}"
    );
}

#[tokio::test]
async fn instruments_are_listed_in_pages_by_term_and_by_whether_they_have_matured() {
    let desk = Desk::new().await;
    for (code, weeks, matures_on) in [
        ("B4", 4, "2026-12-15"),
        ("B13", 13, "2027-02-16"),
        ("B4-LATER", 4, "2026-12-22"),
    ] {
        desk.instrument(code, weeks, matures_on).await.expect(201);
    }
    let listed = async |query: &str| {
        let page = desk
            .get(&format!("/v1/instruments{query}"))
            .send()
            .await
            .expect(200);
        let items = page["items"].as_array().expect("items");
        let codes = items.iter().map(|one| text(one, "code"));
        (codes.collect::<Vec<_>>(), page["next_cursor"].clone())
    };
    assert_eq!(listed("").await.0, [BILL, "B4", "B13", "B4-LATER"]);
    assert_eq!(listed("?weeks=4").await.0, ["B4", "B4-LATER"]);
    let (first, cursor) = listed("?limit=3").await;
    let cursor = cursor.as_str().expect("a next page");
    let (second, end) = listed(&format!("?limit=3&cursor={cursor}")).await;
    assert_eq!([first, second].concat(), [BILL, "B4", "B13", "B4-LATER"]);
    assert!(end.is_null());
    desk.wait_until("2026-12-15T05:00:00Z").await;
    assert_eq!(listed("?matured=true").await.0, ["B4"]);
    assert_eq!(listed("?matured=false&weeks=4").await.0, ["B4-LATER"]);
    let refused = desk.get("/v1/instruments?weeks=5").send().await;
    assert_eq!(
        refused.problem(422, "instrument_malformed")["field"],
        "weeks"
    );
}

/// What is wrong with an instrument, and the field that the answer names, if it does.
const REFUSED: &str = r#"
    422 instrument_malformed {"code": "lower", "field": "code"}
    422 instrument_malformed {"code": "", "field": "code"}
    422 instrument_malformed {"decimals": 25, "field": "decimals"}
    422 text_invalid         {"name": "", "field": "name"}
    422 instrument_malformed {"weeks": 5, "field": "weeks"}
    422 instrument_malformed {"weeks": 0, "field": "weeks"}
    422 instrument_malformed {"matures_on": "2026-02-30", "field": "matures_on"}
    422 instrument_malformed {"matures_on": "tomorrow", "field": "matures_on"}
    422 instrument_malformed {"par": "0", "field": "par"}
    422 instrument_malformed {"par": "-1", "field": "par"}
    422 instrument_malformed {"par": "1e2", "field": "par"}
    422 amount_not_text      {"par": 1, "field": "par"}
    422 instrument_malformed {"currency": "912797AA1", "field": "currency"}
    422 unknown_asset        {"currency": "XXX", "field": "currency"}
    404 unknown_calendar     {"calendar": "no calendar!", "field": "calendar"}
    404 unknown_calendar     {"calendar": "MARS"}
    422 instrument_matured   {"matures_on": "2026-11-20"}
    409 instrument_conflict  {"code": "912797AA1"}
    409 instrument_conflict  {"code": "USD"}
    400 body_invalid         {"coupon": "1"}
    400 body_invalid         {"code": null}
"#;

#[tokio::test]
async fn an_instrument_that_makes_no_sense_is_refused_by_name() {
    let desk = Desk::new().await;
    let before = desk.get("/v1/instruments").send().await.text;
    for (status, code, mut changes) in refusals(REFUSED) {
        let field = changes.as_object_mut().expect("an object").remove("field");
        let answer = add(&desk, &changed(bill(), changes)).await;
        let problem = answer.problem(status, code);
        assert!(
            field.is_none_or(|field| problem["field"] == field),
            "{problem}"
        );
    }
    let unknown = desk.get("/v1/instruments/USD").send().await;
    unknown.problem(404, "unknown_instrument");
    assert_eq!(desk.get("/v1/instruments").send().await.text, before);
}

/// Everything that takes the code of an asset, asked for one that is an instrument of another
/// book and for one that there is not: nobody learns that the first exists.
#[tokio::test]
async fn an_instrument_of_another_book_is_no_asset_at_all() {
    let desk = Desk::with_accounts().await;
    let stranger = desk.stranger.clone();
    desk.account_as(&stranger, "own", "USD", "10.00").await;
    let own = "alias:own";
    let ask = async |method: &str, path: &str, body: Option<Value>, code: &str| {
        let path = path.replace("CODE", code);
        let ask = desk
            .ask(method.parse().expect("a method"), &path)
            .bearer(&stranger);
        let answer = match body {
            None => ask.send().await,
            Some(body) => {
                let body = body.to_string().replace("CODE", code);
                ask.text("application/json", body).send().await
            }
        };
        let request_id = answer.headers["x-request-id"]
            .to_str()
            .expect("ASCII")
            .to_owned();
        let text = answer.text.replace(&request_id, "").replace(code, "CODE");
        (answer.status, text)
    };
    let transfer = json!({"source": own, "target": own, "asset": "CODE", "amount": "1"});
    let trade = json!({"account": own, "instrument": "CODE", "activity": "buy", "all": true});
    let limit = json!({
        "name": "a", "subject": {"book": true}, "period": "day", "asset": "CODE",
        "amount_max": "1",
    });
    let policy = json!({"name": "a", "approvals": 0, "conditions": {"asset": "CODE"}});
    let grant = json!({"amounts": [{"asset": "CODE", "amount_max": "1"}]});
    let key = json!({"name": "a", "capabilities": [], "grant": grant});
    let opened = json!({"name": "a", "assets": ["CODE"]});
    let invested = json!({"currency": "CODE", "weeks": 4});
    let deposit = json!({"account": own, "asset": "CODE", "amount": "1"});
    let rows = [
        ("GET", "/v1/instruments/CODE", None),
        ("GET", "/v1/trades?instrument=CODE", None),
        ("GET", "/v1/accounts?asset=CODE", None),
        ("GET", "/v1/accounts/alias:own/balances?asset=CODE", None),
        ("GET", "/v1/accounts/alias:own/statement?asset=CODE", None),
        (
            "GET",
            "/v1/accounts/alias:own/portfolio?currency=CODE",
            None,
        ),
        ("POST", "/v1/transfers", Some(transfer)),
        ("POST", "/v1/trades", Some(trade)),
        ("POST", "/v1/deposits", Some(deposit.clone())),
        ("POST", "/v1/withdrawals", Some(deposit)),
        ("POST", "/v1/limits", Some(limit)),
        ("POST", "/v1/approval-policies", Some(policy)),
        ("POST", "/v1/keys", Some(key)),
        ("POST", "/v1/accounts", Some(opened)),
        ("PUT", "/v1/accounts/alias:own/investment", Some(invested)),
    ];
    for (method, path, body) in rows {
        let foreign = ask(method, path, body.clone(), BILL).await;
        let made_up = ask(method, path, body, "912797QQ8").await;
        assert!(foreign.0 >= 400, "{method} {path}: {foreign:?}");
        assert_eq!(foreign, made_up, "{method} {path}");
    }
}

#[tokio::test]
async fn the_assets_of_a_book_are_money_and_its_own_instruments() {
    let desk = Desk::new().await;
    let securities = async |api_key: &str| {
        let page = desk
            .get("/v1/assets")
            .bearer(api_key)
            .send()
            .await
            .expect(200);
        let items = page["items"].as_array().expect("items");
        let securities = items.iter().filter(|asset| asset["kind"] == "security");
        securities.cloned().collect::<Vec<_>>()
    };
    let own = json!({"code": BILL, "name": "US Treasury bill", "decimals": 8, "kind": "security"});
    assert_eq!(securities(&desk.maker).await, [own]);
    assert!(securities(&desk.stranger).await.is_empty());
    // The same bill in another book has the name that it is given there.
    let body = json!({
        "code": BILL, "name": "T-bill", "weeks": 52, "matures_on": "2027-11-16",
        "currency": "USD",
    });
    let added = desk
        .post("/v1/instruments")
        .bearer(&desk.stranger)
        .json(&body)
        .send()
        .await;
    assert!(
        added.expect(201)["price"].is_null(),
        "prices are a book's own, too"
    );
    let of_other = securities(&desk.stranger).await;
    assert_eq!(fields(&of_other[0], ["code", "name"]), [BILL, "T-bill"]);
}
