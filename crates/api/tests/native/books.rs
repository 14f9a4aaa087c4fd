//! `/v1/books` and `/v1/book`

use crate::app::{Answer, TestApp, text};
use serde_json::{Value, json};

/// Opens a book, always under the same key.
async fn open(app: &TestApp) -> Answer {
    let body = json!({"name": "New Ltd", "sandbox": false, "settings": {"settlement": "instant"}});
    let ask = app.post("/v1/books").bearer(&app.operator).key("open");
    ask.json(&body).send().await
}

#[tokio::test]
async fn an_opened_book_comes_with_a_key_that_is_shown_once() {
    let app = TestApp::new().await;
    let opened = open(&app).await;
    opened.expect(201);
    insta::assert_snapshot!(opened.redacted(), @r#"
    {
      "book": {
        "id": "[id 1]",
        "name": "New Ltd",
        "opened_at": "[time]",
        "sandbox": false,
        "settings": {
          "hold_ttl_seconds": 604800,
          "quote_ttl_seconds": 300,
          "settlement": "instant",
          "vendor_http_statuses": false,
          "vendor_ip_allow_list": [],
          "vendor_rate_limits": true,
          "vendor_tokens_bound_to_ip": false,
          "webhooks_to_loopback": false,
          "webhooks_to_private": false
        },
        "stop": null
      },
      "key": {
        "api_key": "[api key]",
        "capabilities": [
          "book.read",
          "book.write",
          "keys.read",
          "keys.write",
          "accounts.read",
          "accounts.write",
          "transfers.read",
          "transfers.write",
          "funds.write",
          "approvals.read",
          "approvals.decide",
          "policies.read",
          "policies.write",
          "limits.read",
          "limits.write",
          "rates.read",
          "rates.write",
          "fees.read",
          "fees.write",
          "schedules.read",
          "schedules.write",
          "securities.read",
          "securities.write",
          "webhooks.read",
          "webhooks.write"
        ],
        "client_id": null,
        "created_at": "[time]",
        "email": null,
        "grant": null,
        "id": "[id 2]",
        "issuer": null,
        "name": "first key",
        "revoked_at": null
      }
    }
    "#);
}

#[tokio::test]
async fn a_repeated_opening_shows_the_book_and_no_key() {
    let app = TestApp::new().await;
    let opened = open(&app).await;
    let api_key = text(&opened.expect(201)["key"], "api_key");
    let book = app.get("/v1/book").bearer(&api_key).send().await;
    assert_eq!(book.expect(200), opened.json()["book"]);
    let again = open(&app).await;
    assert!(again.is_replay());
    let again = again.expect(201);
    assert!(again["key"]["api_key"].is_null(), "{again}");
    assert_eq!(again["key"]["id"], opened.json()["key"]["id"]);
    assert_eq!(again["book"], opened.json()["book"]);
}

#[tokio::test]
async fn an_operator_sees_all_books_and_nothing_in_them() {
    let app = TestApp::new().await;
    let list = app
        .get("/v1/books")
        .bearer(&app.operator)
        .send()
        .await
        .expect(200);
    let names = list["items"].as_array().expect("items").iter();
    let names: Vec<String> = names.map(|book| text(book, "name")).collect();
    assert_eq!(names, ["Acme Ltd", "Other Ltd"]);
    for path in ["/v1/book", "/v1/keys", "/v1/accounts", "/v1/transfers"] {
        app.get(path)
            .bearer(&app.operator)
            .send()
            .await
            .problem(403, "missing_capability");
    }
}

#[tokio::test]
async fn a_patch_names_the_settings_to_change() {
    let app = TestApp::new().await;
    let patch = |body: Value| app.patch("/v1/book").json(&body).send();
    let changed = patch(json!({"settlement": "instant"})).await;
    insta::assert_snapshot!(changed.redacted(), @r#"
    {
      "id": "[id 1]",
      "name": "Acme Ltd",
      "opened_at": "[time]",
      "sandbox": true,
      "settings": {
        "hold_ttl_seconds": 604800,
        "quote_ttl_seconds": 300,
        "settlement": "instant",
        "vendor_http_statuses": false,
        "vendor_ip_allow_list": [],
        "vendor_rate_limits": true,
        "vendor_tokens_bound_to_ip": false,
        "webhooks_to_loopback": false,
        "webhooks_to_private": false
      },
      "stop": null
    }
    "#);
    let changed = patch(json!({"name": "Renamed", "webhooks_to_loopback": true}))
        .await
        .expect(200);
    assert_eq!(changed["name"], "Renamed");
    assert_eq!(changed["settings"]["settlement"], "instant");
    assert_eq!(changed["settings"]["webhooks_to_loopback"], true);
    assert_eq!(app.get("/v1/book").send().await.expect(200), changed);
    let cases = [
        (json!({}), 422, "change_empty"),
        (json!({"quote_ttl_seconds": 0}), 422, "setting_out_of_range"),
        (
            json!({"quote_ttl_seconds": 86_401}),
            422,
            "setting_out_of_range",
        ),
        (json!({"quote_ttl_seconds": -1}), 400, "body_invalid"),
        (json!({"settlement": "never"}), 400, "body_invalid"),
        (json!({"sandbox": false}), 400, "body_invalid"),
        (json!({"name": ""}), 422, "text_invalid"),
    ];
    for (body, status, code) in cases {
        patch(body).await.problem(status, code);
    }
    assert_eq!(app.get("/v1/book").send().await.expect(200), changed);
}

#[tokio::test]
async fn what_vendors_interfaces_and_webhooks_may_is_set() {
    let app = TestApp::new().await;
    let patch = |body: Value| app.patch("/v1/book").json(&body).send();
    let cases = [
        ("webhooks_to_private", json!(true), json!(true)),
        ("vendor_http_statuses", json!(true), json!(true)),
        ("vendor_tokens_bound_to_ip", json!(true), json!(true)),
        (
            "vendor_ip_allow_list",
            json!(["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"]),
            json!(["203.0.113.0/24", "198.51.100.7", "2001:db8::/32"]),
        ),
        ("vendor_ip_allow_list", json!([]), json!([])),
        ("vendor_http_statuses", json!(false), json!(false)),
    ];
    for (setting, value, expected) in cases {
        let changed = patch(json!({setting: value})).await.expect(200);
        assert_eq!(changed["settings"][setting], expected);
        assert_eq!(app.get("/v1/book").send().await.expect(200), changed);
        let changes = app.get("/v1/changes?limit=1").send().await.expect(200);
        assert_eq!(changes["items"][0]["set"]["settings"][setting], expected);
    }
    for ranges in [
        json!(["nowhere"]),
        json!(["203.0.113.0/33"]),
        json!(["203.0.113.7:80"]),
    ] {
        let refused = patch(json!({"vendor_ip_allow_list": ranges})).await;
        let refused = refused.problem(422, "setting_out_of_range");
        assert_eq!(refused["setting"], "vendor_ip_allow_list", "{ranges}");
    }
    let many: Vec<String> = (0..101).map(|last| format!("203.0.113.{last}")).collect();
    let refused = patch(json!({"vendor_ip_allow_list": many})).await;
    refused.problem(422, "setting_out_of_range");
}

#[tokio::test]
async fn only_a_sandbox_sends_webhooks_to_loopback() {
    let app = TestApp::new().await;
    let open = |body: Value| {
        app.post("/v1/books")
            .bearer(&app.operator)
            .json(&body)
            .send()
    };
    let settings = json!({"webhooks_to_loopback": true});
    let refused = open(json!({"name": "Live", "sandbox": false, "settings": settings})).await;
    refused.problem(422, "sandbox_only");
    let live = open(json!({"name": "Live", "sandbox": false}))
        .await
        .expect(201);
    let api_key = text(&live["key"], "api_key");
    let refused = app
        .patch("/v1/book")
        .bearer(&api_key)
        .json(&settings)
        .send()
        .await;
    refused.problem(422, "sandbox_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_at_the_same_time_do_not_undo_each_other() {
    let app = TestApp::new().await;
    let patch = |body: Value| app.patch("/v1/book").json(&body).send();
    for round in 0..20 {
        let ttl = 60 + round;
        let on = round % 2 == 0;
        let (a, b) = tokio::join!(
            patch(json!({"quote_ttl_seconds": ttl})),
            patch(json!({"vendor_rate_limits": on})),
        );
        a.expect(200);
        b.expect(200);
        let settings = app.get("/v1/book").send().await.expect(200)["settings"].clone();
        assert_eq!(
            (
                &settings["quote_ttl_seconds"],
                &settings["vendor_rate_limits"]
            ),
            (&json!(ttl), &json!(on))
        );
    }
}
