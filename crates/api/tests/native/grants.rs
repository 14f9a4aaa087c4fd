//! Keys that are narrowed, and keys that are one person.

use crate::app::{Answer, TestApp, payment, text};
use axum::http::Method;
use serde_json::{Value, json};

async fn create(app: &TestApp, body: Value) -> Answer {
    app.post("/v1/keys").json(&body).send().await
}

async fn granted(app: &TestApp, grant: Value) -> String {
    let capabilities = [
        "transfers.write",
        "funds.write",
        "keys.write",
        "accounts.read",
    ];
    let body = json!({"name": "narrow", "capabilities": capabilities, "grant": grant});
    text(&create(app, body).await.expect(201), "api_key")
}

/// `ops` with 100.00 USD, `payroll`, and `staff` with tag `staff`.
async fn with_staff() -> TestApp {
    let app = TestApp::with_accounts().await;
    let body = json!({"name": "S", "alias": "staff", "assets": ["USD", "EUR"], "tags": ["staff"]});
    app.post("/v1/accounts")
        .json(&body)
        .send()
        .await
        .expect(201);
    app
}

async fn pay_as(app: &TestApp, key: &str, target: &str, amount: &str) -> Answer {
    let mut body = payment(amount);
    body["target"] = json!(format!("alias:{target}"));
    app.post("/v1/transfers")
        .bearer(key)
        .json(&body)
        .send()
        .await
}

#[tokio::test]
async fn a_grant_is_shown_with_its_key() {
    let app = with_staff().await;
    let ops = app.get("/v1/accounts/alias:ops").send().await.expect(200);
    let amounts = json!([{"asset": "USD", "amount_max": "5"}]);
    let grant = json!({"accounts": ["alias:ops"], "tags": ["staff"], "amounts": amounts});
    let body = json!({"name": "n", "capabilities": [], "email": "Ada@B.c", "grant": grant});
    let key = create(&app, body).await.expect(201);
    assert_eq!(key["email"], "ada@b.c");
    let amounts = json!([{"asset": "USD", "amount_max": "5.00"}]);
    let shown = json!({"accounts": [ops["id"]], "tags": ["staff"], "amounts": amounts});
    assert_eq!(key["grant"], shown);
    let path = format!("/v1/keys/{}", text(&key, "id"));
    assert_eq!(app.get(&path).send().await.expect(200)["grant"], shown);
}

#[tokio::test]
async fn a_narrowed_key_moves_money_between_its_accounts_only() {
    let app = with_staff().await;
    let key = granted(&app, json!({"accounts": ["alias:ops"], "tags": ["staff"]})).await;
    pay_as(&app, &key, "staff", "1.00").await.expect(201);
    let refused = pay_as(&app, &key, "payroll", "1.00").await;
    let refused = refused.problem(422, "account_not_granted");
    let payroll = app
        .get("/v1/accounts/alias:payroll")
        .send()
        .await
        .expect(200);
    assert_eq!(refused["account"], payroll["id"]);
    let id = text(&payroll, "id");
    let detail = format!("The key may not move this account's money: account {id}");
    assert_eq!(refused["detail"], detail.as_str());
    assert_eq!(refused["transfer"]["status"], "declined");
    // What is outside of the book is nobody's account.
    let body = json!({"account": "alias:staff", "asset": "USD", "amount": "1.00"});
    let withdraw = app.post("/v1/withdrawals").bearer(&key).json(&body).send();
    withdraw.await.expect(201);
    let body = json!({"account": "alias:payroll", "asset": "USD", "amount": "1.00"});
    let deposit = app.post("/v1/deposits").bearer(&key).json(&body).send();
    deposit.await.problem(422, "account_not_granted");
}

#[tokio::test]
async fn a_narrowed_key_moves_up_to_so_much_at_once() {
    let app = with_staff().await;
    let key = granted(
        &app,
        json!({"amounts": [{"asset": "USD", "amount_max": "5.00"}]}),
    )
    .await;
    pay_as(&app, &key, "payroll", "5.00").await.expect(201);
    let refused = pay_as(&app, &key, "payroll", "5.01").await;
    let refused = refused.problem(422, "amount_not_granted");
    assert_eq!(
        refused["detail"],
        "this key may move up to 5.00 USD at once, 5.01 asked"
    );
    assert_eq!(
        (&refused["amount_max"], &refused["asked"]),
        (&json!("5.00"), &json!("5.01"))
    );
    let body = json!({"account": "alias:staff", "asset": "EUR", "amount": "1.00"});
    let deposit = app.post("/v1/deposits").bearer(&key).json(&body).send();
    deposit.await.problem(422, "amount_not_granted");
}

#[tokio::test]
async fn a_narrowed_key_creates_no_keys() {
    let app = with_staff().await;
    let key = granted(&app, json!({"tags": ["staff"]})).await;
    let count = || async {
        let list = app.get("/v1/keys").send().await.expect(200);
        list["items"].as_array().expect("items").len()
    };
    let before = count().await;
    for grant in [Value::Null, json!({"tags": ["staff"]})] {
        let body = json!({"name": "wide", "capabilities": ["transfers.write"], "grant": grant});
        let created = app.post("/v1/keys").bearer(&key).json(&body).send().await;
        created.problem(403, "grant_not_extendable");
    }
    assert_eq!(count().await, before);
    // Tags would widen what it may move.
    let widener = granted_to_tag(&app).await;
    for (method, path, body) in [
        (
            Method::PATCH,
            "/v1/accounts/alias:staff",
            json!({"tags": []}),
        ),
        (
            Method::POST,
            "/v1/accounts",
            json!({"name": "X", "assets": ["USD"], "tags": ["staff"]}),
        ),
    ] {
        let refused = app
            .ask(method, path)
            .bearer(&widener)
            .json(&body)
            .send()
            .await;
        refused.problem(403, "grant_not_extendable");
    }
}

async fn granted_to_tag(app: &TestApp) -> String {
    let grant = json!({"tags": ["staff"]});
    let body = json!({"name": "narrow", "capabilities": ["accounts.write"], "grant": grant});
    text(&create(app, body).await.expect(201), "api_key")
}

#[tokio::test]
async fn a_grant_of_nothing_or_of_what_is_not_there_is_refused_by_name() {
    let app = with_staff().await;
    let with = |grant: Value| json!({"name": "n", "capabilities": [], "grant": grant});
    let amount = |asset: &str, max: Value| json!([{"asset": asset, "amount_max": max}]);
    let twice = json!([{"asset": "USD", "amount_max": "1"}, {"asset": "USD", "amount_max": "2"}]);
    let malformed = [
        (json!({}), "grant"),
        (json!({"accounts": []}), "accounts"),
        (json!({"tags": ["t"], "amounts": []}), "amounts"),
        (json!({"tags": ["t", "t"]}), "tags"),
        (json!({"accounts": ["alias:ops", "alias:ops"]}), "accounts"),
        (json!({"amounts": twice}), "amounts"),
        (json!({"tags": vec!["t"; 101]}), "tags"),
    ];
    for (grant, field) in malformed {
        let problem = create(&app, with(grant))
            .await
            .problem(422, "grant_malformed");
        assert_eq!(problem["field"], field, "{problem}");
    }
    let cases = [
        (json!({"accounts": ["alias:no"]}), 404, "unknown_account"),
        (json!({"tags": [""]}), 422, "text_invalid"),
        (
            json!({"amounts": amount("XYZ", json!("1"))}),
            422,
            "unknown_asset",
        ),
        (
            json!({"amounts": amount("USD", json!(1))}),
            422,
            "amount_not_text",
        ),
        (
            json!({"amounts": amount("USD", json!("0.001"))}),
            422,
            "amount_too_many_decimals",
        ),
        (json!({"everything": true}), 400, "body_invalid"),
        (json!([]), 400, "body_invalid"),
    ];
    for (grant, status, code) in cases {
        create(&app, with(grant)).await.problem(status, code);
    }
}

#[tokio::test]
async fn an_address_is_one_and_makes_keys_one_person() {
    let app = TestApp::with_accounts().await;
    for email in ["", "ada", "@b.c", "ada@", "a b@c.d", "a@b@c", "a@b\n.c"] {
        let body = json!({"name": "n", "capabilities": [], "email": email});
        let problem = create(&app, body).await.problem(422, "text_invalid");
        assert_eq!(problem["field"], "email", "{email:?}");
    }
    let person = |email: &str| {
        let capabilities = ["transfers.write", "approvals.decide"];
        let body = json!({"name": "k", "email": email, "capabilities": capabilities});
        let app = &app;
        async move { text(&create(app, body).await.expect(201), "api_key") }
    };
    let (one, other) = (
        person("Ada@example.com").await,
        person("ada@EXAMPLE.com").await,
    );
    let bob = person("bob@example.com").await;
    let policy = json!({"name": "all", "approvals": 1});
    let policy = app.post("/v1/approval-policies").json(&policy).send().await;
    policy.expect(201);
    let asked = app
        .post("/v1/transfers")
        .bearer(&one)
        .json(&payment("1.00"))
        .send()
        .await;
    let id = text(&asked.expect(201)["approval"], "id");
    let approve = |key: &str| {
        let ask = app.post(&format!("/v1/approvals/{id}/approve")).bearer(key);
        ask.json(&json!({})).send()
    };
    approve(&one).await.problem(403, "maker_cannot_approve");
    approve(&other).await.problem(403, "maker_cannot_approve");
    approve(&bob).await.expect(200);
}

#[tokio::test]
async fn what_a_grant_does_not_cover_does_not_exist_for_its_key() {
    let app = with_staff().await;
    let unseen = app.pay("1.00").await.expect(201);
    let mut to_staff = payment("2.00");
    to_staff["target"] = json!("alias:staff");
    let seen = app
        .post("/v1/transfers")
        .json(&to_staff)
        .send()
        .await
        .expect(201);
    let capabilities = ["accounts.read", "accounts.write", "transfers.read"];
    let grant = json!({"tags": ["staff"]});
    let body = json!({"name": "narrow", "capabilities": capabilities, "grant": grant});
    let key = text(&create(&app, body).await.expect(201), "api_key");
    let get = async |path: &str| app.get(path).bearer(&key).send().await;

    let list = get("/v1/accounts?include_system=true").await.expect(200);
    let aliases = list["items"].as_array().expect("items").iter();
    let aliases: Vec<String> = aliases.map(|item| text(item, "alias")).collect();
    assert_eq!(aliases, ["staff"]);
    assert_eq!(
        get("/v1/accounts?alias=ops").await.expect(200)["items"],
        json!([])
    );
    get("/v1/accounts/alias:staff").await.expect(200);
    get("/v1/accounts/alias:staff/balances").await.expect(200);
    for path in ["", "/balances", "/statement?asset=USD", "/changes"] {
        let hidden = get(&format!("/v1/accounts/alias:ops{path}")).await;
        let hidden = hidden.problem(404, "unknown_account");
        let made_up = get(&format!("/v1/accounts/alias:nil{path}")).await;
        let made_up = text(&made_up.problem(404, "unknown_account"), "detail");
        assert_eq!(text(&hidden, "detail"), made_up.replace("nil", "ops"));
    }
    let freeze = app.post("/v1/accounts/alias:ops/freeze").bearer(&key);
    let freeze = freeze.json(&json!({"direction": "both"})).send().await;
    freeze.problem(404, "unknown_account");

    let list = get("/v1/transfers").await.expect(200);
    let ids = list["items"].as_array().expect("items").iter();
    let ids: Vec<String> = ids.map(|item| text(item, "id")).collect();
    assert_eq!(ids, [text(&seen, "id")]);
    get("/v1/transfers?account=alias:ops")
        .await
        .problem(404, "unknown_account");
    get(&format!("/v1/transfers/{}", text(&seen, "id")))
        .await
        .expect(200);
    get(&format!("/v1/transfers/{}", text(&unseen, "id")))
        .await
        .problem(404, "unknown_transfer");
}
