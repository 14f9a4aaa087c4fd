//! Every route against those who may not: nobody, somebody without the capability, and somebody
//! of another book.

use crate::app::{Answer, TestApp, payment, text};
use crate::desk::{BILL, set_price};
use axum::http::Method;
use serde_json::json;

/// Every route but the public ones: the capability it needs, what somebody of another book gets
/// (`unknown`: nothing; `own`: their own book's; `same`: what belongs to no book), and a body that
/// is in order. `{id}` in it is the id that the path would have.
const ROUTES: &str = r#"
    POST   /v1/books                    books.write     same    {"name": "B", "sandbox": true}
    GET    /v1/books                    books.write     same
    GET    /v1/book                     book.read       own
    PATCH  /v1/book                     book.write      own     {"name": "New"}
    POST   /v1/book/stop                book.write      own     {"reason": "fire drill"}
    POST   /v1/book/resume              book.write      own     {}
    GET    /v1/changes                  book.read       own
    POST   /v1/keys                     keys.write      own     {"name": "New", "capabilities": []}
    GET    /v1/keys                     keys.read       own
    GET    /v1/keys/{id}                keys.read       unknown
    DELETE /v1/keys/{id}                keys.write      unknown {}
    POST   /v1/approval-policies        policies.write  own     {"name": "New", "approvals": 0}
    GET    /v1/approval-policies        policies.read   own
    GET    /v1/approval-policies/{id}   policies.read   unknown
    PUT    /v1/approval-policies/{id}   policies.write  unknown {"name": "New", "approvals": 0}
    DELETE /v1/approval-policies/{id}   policies.write  unknown {}
    POST   /v1/limits                   limits.write    own     {"name": "New", "subject": {"book": true}, LIMIT}
    GET    /v1/limits                   limits.read     own
    GET    /v1/limits/{id}              limits.read     unknown
    PATCH  /v1/limits/{id}              limits.write    unknown {"name": "New"}
    DELETE /v1/limits/{id}              limits.write    unknown {}
    POST   /v1/webhooks                 webhooks.write  own     {"url": "https://example.com/"}
    GET    /v1/webhooks                 webhooks.read   own
    GET    /v1/webhooks/{id}            webhooks.read   unknown
    PATCH  /v1/webhooks/{id}            webhooks.write  unknown {"name": "New"}
    POST   /v1/webhooks/{id}/rotate     webhooks.write  unknown {}
    GET    /v1/webhooks/{id}/secret     webhooks.write  unknown
    GET    /v1/webhooks/{id}/deliveries webhooks.read   unknown
    POST   /v1/webhooks/{id}/deliveries/{notification}/redeliver webhooks.write unknown {}
    DELETE /v1/webhooks/{id}            webhooks.write  unknown {}
    GET    /v1/assets                   accounts.read   same
    POST   /v1/accounts                 accounts.write  own     {"name": "New", "assets": ["USD"]}
    GET    /v1/accounts                 accounts.read   own
    GET    /v1/accounts/{id}            accounts.read   unknown
    PATCH  /v1/accounts/{id}            accounts.write  unknown {"name": "New"}
    POST   /v1/accounts/{id}/freeze     accounts.write  unknown {"direction": "both"}
    POST   /v1/accounts/{id}/unfreeze   accounts.write  unknown {}
    POST   /v1/accounts/{id}/close      accounts.write  unknown {}
    GET    /v1/accounts/{id}/changes    accounts.read   unknown
    GET    /v1/accounts/{id}/balances   accounts.read   unknown
    GET    /v1/accounts/{id}/statement  accounts.read   unknown
    PUT    /v1/accounts/{id}/investment securities.write unknown {"currency": "USD", "weeks": 4}
    DELETE /v1/accounts/{id}/investment securities.write unknown {}
    GET    /v1/accounts/{id}/portfolio  securities.read unknown
    POST   /v1/instruments              securities.write own    {"code": "NEW", INSTRUMENT}
    GET    /v1/instruments              securities.read own
    GET    /v1/instruments/{code}       securities.read unknown
    POST   /v1/trades                   transfers.write unknown {"account": "{id}", TRADE}
    GET    /v1/trades                   securities.read own
    GET    /v1/trades/{id}              securities.read unknown
    POST   /v1/deposits                 funds.write     unknown {"account": "{id}", AMOUNT}
    POST   /v1/withdrawals              funds.write     unknown {"account": "{id}", AMOUNT}
    POST   /v1/transfers                transfers.write unknown TRANSFER
    GET    /v1/transfers                transfers.read  own
    GET    /v1/transfers/{id}           transfers.read  unknown
    POST   /v1/transfers/{id}/capture   transfers.write unknown {}
    POST   /v1/transfers/{id}/release   transfers.write unknown {}
    POST   /v1/transfers/{id}/cancel    transfers.write unknown {}
    POST   /v1/transfers/{id}/reverse   transfers.write unknown {"reason": "other"}
    POST   /v1/transfers/batch          transfers.write unknown {"mode": "best_effort", "transfers": [TRANSFER]}
    POST   /v1/schedules                schedules.write unknown {"name": "New", SWEEP, WHEN}
    GET    /v1/schedules                schedules.read  own
    GET    /v1/schedules/upcoming       schedules.read  own
    GET    /v1/schedules/{id}           schedules.read  unknown
    GET    /v1/schedules/{id}/runs      schedules.read  unknown
    POST   /v1/schedules/{id}/pause     schedules.write unknown {}
    POST   /v1/schedules/{id}/resume    schedules.write unknown {}
    POST   /v1/schedules/{id}/cancel    schedules.write unknown {}
    GET    /v1/calendars                schedules.read  own
    GET    /v1/calendars/{code}         schedules.read  unknown
    PUT    /v1/calendars/{code}         schedules.write own     {"name": "New", "time_zone": "UTC"}
    POST   /v1/quotes                   transfers.write unknown {"source": "{id}", "target": "{id}", AMOUNT}
    GET    /v1/quotes                   transfers.read  own
    GET    /v1/quotes/{id}              transfers.read  unknown
    POST   /v1/rates                    rates.write     own     {"source": "GBP", "target": "USD", RATE}
    GET    /v1/rates                    rates.read      own
    GET    /v1/rates/{source}/{target}  rates.read      unknown
    GET    /v1/rates/{source}/{target}/history rates.read unknown
    DELETE /v1/rates/{source}/{target}  rates.write     unknown {}
    POST   /v1/fees                     fees.write      own     {"name": "New", FEE}
    GET    /v1/fees                     fees.read       own
    GET    /v1/fees/{id}                fees.read       unknown
    PUT    /v1/fees/{id}                fees.write      unknown {"name": "New", FEE}
    DELETE /v1/fees/{id}                fees.write      unknown {}
    GET    /v1/approvals                approvals.read  own
    GET    /v1/approvals/{id}           approvals.read  unknown
    POST   /v1/approvals/{id}/approve   approvals.decide unknown {}
    POST   /v1/approvals/{id}/reject    approvals.decide unknown {}
    POST   /v1/approvals/{id}/cancel    transfers.write unknown {}
"#;
const TRANSFER: &str = r#"{"source": "{id}", "target": "{id}", AMOUNT}"#;
const SWEEP: &str =
    r#""sweep": {"account": "{id}", "counterpart": "{id}", "asset": "USD", "target": "1.00"}"#;
const WHEN: &str =
    r#""time_zone": "UTC", "time_of_day": "09:00", "every": {"days": 1}, "first_on": "2027-01-01""#;
const RATE: &str = r#""value": "2", "provider": "x""#;
const FEE: &str =
    r#""conditions": {"asset": "USD"}, "charge": {"flat": "0.01"}, "bearing": "on_top""#;
const LIMIT: &str = r#""period": "day", "count_max": 1000"#;
const INSTRUMENT: &str =
    r#""name": "New", "weeks": 4, "matures_on": "2027-01-05", "currency": "USD""#;
const TRADE: &str = r#""instrument": "912797AA1", "activity": "buy", "amount": "1.00""#;
const AMOUNT: &str = r#""asset": "USD", "amount": "1.00""#;

const PUBLIC: [&str; 2] = ["/livez", "/readyz"];

/// One row of the table.
struct Route {
    method: Method,
    path: &'static str,
    capability: &'static str,
    seen_by_others: &'static str,
    body: Option<String>,
}

fn routes() -> Vec<Route> {
    let rows = ROUTES.lines().filter(|row| !row.trim().is_empty());
    rows.map(route).collect()
}

fn route(row: &'static str) -> Route {
    let mut words = row.split_whitespace();
    let mut word = || words.next().expect("four words and a body");
    let (method, path, capability, seen_by_others) = (word(), word(), word(), word());
    let body = row
        .split_once(&format!(" {seen_by_others}"))
        .expect("its own words")
        .1
        .trim();
    let body = body.replace("TRANSFER", TRANSFER);
    let body = body.replace("INSTRUMENT", INSTRUMENT);
    let body = body.replace("TRADE", TRADE);
    let body = body.replace("SWEEP", SWEEP).replace("WHEN", WHEN);
    let body = body.replace("FEE", FEE).replace("RATE", RATE);
    let body = body.replace("LIMIT", LIMIT).replace("AMOUNT", AMOUNT);
    let method = method.parse().expect("a method");
    let body = (!body.is_empty()).then_some(body);
    Route {
        method,
        path,
        capability,
        seen_by_others,
        body,
    }
}

/// A book with something of every kind, and the id that goes into a path.
struct Things {
    app: TestApp,
    account: String,
    key: String,
    transfer: String,
    policy: String,
    limit: String,
    schedule: String,
    instrument: String,
    trade: String,
    approval: String,
    quote: String,
    fee: String,
    webhook: String,
    notification: String,
}

/// The calendar of the first book.
const CALENDAR: &str = "OURS";

impl Things {
    async fn new() -> Things {
        let app = TestApp::with_accounts().await;
        let paid = app
            .post("/v1/transfers")
            .json(&payment("1.00"))
            .send()
            .await
            .expect(201);
        let body = json!({"name": "spare", "capabilities": []});
        let spare = app.post("/v1/keys").json(&body).send().await.expect(201);
        let body = json!({"name": "none", "approvals": 0});
        let policy = app.post("/v1/approval-policies").json(&body).send().await;
        let subject = json!({"tag": "payroll"});
        let body = json!({"name": "a", "subject": subject, "period": "day", "count_max": 9});
        let limit = app.post("/v1/limits").json(&body).send().await;
        app.rate("USD", "EUR", "0.9").await;
        let body = json!({"source": "alias:ops", "target": "alias:payroll", "asset": "USD",
                          "amount": "1.00"});
        let quote = app.asks_quote(&body).await.expect(201);
        let body = json!({"name": "free", "conditions": {"asset": "USD"}, "charge": {},
                          "bearing": "on_top"});
        let fee = app.fee(&body).await;
        let calendar = json!({"name": "Ours", "time_zone": "UTC"});
        let set = app.ask(Method::PUT, &format!("/v1/calendars/{CALENDAR}"));
        set.json(&calendar).send().await.expect(200);
        let webhook = json!({"url": "https://example.com/"});
        let webhook = app.post("/v1/webhooks").json(&webhook).send().await;
        Things {
            notification: notification(&app, &text(&paid, "id")),
            webhook: text(&webhook.expect(201), "id"),
            schedule: schedule(&app).await,
            trade: trade(&app).await,
            instrument: BILL.to_owned(),
            policy: text(&policy.expect(201), "id"),
            limit: text(&limit.expect(201), "id"),
            approval: waiting(&app).await,
            account: text(&paid, "source"),
            quote: text(&quote, "id"),
            fee: text(&fee, "id"),
            key: text(&spare, "id"),
            transfer: text(&paid, "id"),
            app,
        }
    }

    fn id(&self, path: &str) -> &str {
        match path {
            _ if path.starts_with("/v1/keys") => &self.key,
            _ if path.starts_with("/v1/approval-policies") => &self.policy,
            _ if path.starts_with("/v1/limits") => &self.limit,
            _ if path.starts_with("/v1/webhooks") => &self.webhook,
            _ if path.starts_with("/v1/transfers/{id}") => &self.transfer,
            _ if path.starts_with("/v1/approvals") => &self.approval,
            _ if path.starts_with("/v1/quotes/{id}") => &self.quote,
            _ if path.starts_with("/v1/fees") => &self.fee,
            _ if path.starts_with("/v1/instruments") => &self.instrument,
            _ if path.starts_with("/v1/trades/{id}") => &self.trade,
            _ if path.starts_with("/v1/schedules/{id}") => &self.schedule,
            _ if path.starts_with("/v1/calendars") => CALENDAR,
            _ => &self.account,
        }
    }

    async fn ask(&self, route: &Route, api_key: Option<&str>) -> Answer {
        let id = self.id(route.path);
        let path = route.path.replace("{id}", id).replace("{code}", id);
        let path = path.replace("{notification}", &self.notification);
        let path = path.replace("{source}", "USD").replace("{target}", "EUR");
        let ask = self.app.ask(route.method.clone(), &path);
        let ask = match api_key {
            Some(api_key) => ask.bearer(api_key),
            None => ask.anonymous(),
        };
        match &route.body {
            None => ask.send().await,
            Some(body) => {
                let body = body.replace("{id}", id);
                ask.text("application/json", body).send().await
            }
        }
    }
}

/// The id of what is told of a transfer.
fn notification(app: &TestApp, transfer: &str) -> String {
    let transfer = transfer.parse().expect("an id");
    let books: Vec<_> = {
        let state = app.service.read();
        state.ledger.books().map(|(id, _)| id).collect()
    };
    let mut found = books.into_iter();
    let found = found.find_map(|book| app.service.transfer(book, transfer).expect("a log"));
    let record = found.expect("the transfer is there");
    app.service.notification_id(&record).to_string()
}

/// A trade of `ops`.
async fn trade(app: &TestApp) -> String {
    let body = json!({
        "code": BILL, "name": "A bill", "weeks": 52, "matures_on": "2027-11-16",
        "currency": "USD",
    });
    app.post("/v1/instruments")
        .json(&body)
        .send()
        .await
        .expect(201);
    set_price(app, BILL, "0.99").await;
    let body = json!({
        "account": "alias:ops", "instrument": BILL, "activity": "buy", "amount": "1.00",
    });
    app.post("/v1/trades").json(&body).send().await.expect(201);
    let trades = app.get("/v1/trades").send().await.expect(200);
    text(&trades["items"][0], "id")
}

/// The approval that a transfer waits for, of a policy that is not in force any more.
async fn waiting(app: &TestApp) -> String {
    let conditions = json!({"asset": "USD", "amount_min": "7.00"});
    let body = json!({"name": "large", "rank": 1, "approvals": 1, "conditions": conditions});
    let checker = app.key_with(&["approvals.decide"]).await;
    let policy = app.post("/v1/approval-policies").json(&body).send().await;
    let waiting = app.pay("7.00").await.expect(201);
    let path = format!("/v1/approval-policies/{}", text(&policy.expect(201), "id"));
    let removal = app.delete(&path).send().await.expect(202);
    let approval = text(&removal["approval"], "id");
    let approve = app.post(&format!("/v1/approvals/{approval}/approve"));
    let approved = approve.bearer(&checker).send().await.expect(200);
    assert_eq!(approved["status"], "approved", "{approved}");
    text(&waiting["approval"], "id")
}

async fn schedule(app: &TestApp) -> String {
    let between = [("account", "alias:ops"), ("counterpart", "alias:payroll")];
    let mut sweep = json!({"asset": "USD", "target": "1.00"});
    for (side, account) in between {
        sweep[side] = json!(account);
    }
    let (every, first_on) = (json!({"days": 1}), "2027-01-01");
    let body = json!({"name": "a", "sweep": sweep, "time_zone": "UTC", "time_of_day": "09:00",
                      "every": every, "first_on": first_on});
    let made = app.post("/v1/schedules").json(&body).send().await;
    text(&made.expect(201), "id")
}

#[tokio::test]
async fn every_documented_route_is_in_the_table() {
    let app = TestApp::new().await;
    let api = app
        .get("/openapi.json")
        .anonymous()
        .send()
        .await
        .expect(200);
    let mut documented = Vec::new();
    for (path, methods) in api["paths"].as_object().expect("paths") {
        for method in methods.as_object().expect("methods").keys() {
            documented.push((method.to_uppercase(), path.clone()));
        }
    }
    let tested = routes()
        .into_iter()
        .map(|route| (route.method.to_string(), route.path.to_owned()));
    let public = PUBLIC.map(|path| ("GET".to_owned(), path.to_owned()));
    let mut tested: Vec<_> = tested.chain(public).collect();
    documented.sort();
    tested.sort();
    assert_eq!(documented, tested);
}

#[tokio::test]
async fn nobody_may_do_anything_without_a_key() {
    let things = Things::new().await;
    for route in routes() {
        let forged = format!("giro_{}", "A".repeat(64));
        for api_key in [None, Some("nonsense"), Some(&*forged)] {
            let answer = things.ask(&route, api_key).await;
            answer.problem(401, "unauthenticated");
            assert_eq!(
                answer.headers["www-authenticate"], "Bearer",
                "{}",
                route.path
            );
        }
    }
}

#[tokio::test]
async fn a_key_without_the_capability_may_not() {
    let things = Things::new().await;
    let all = giro_ledger::Capability::ALL.map(giro_ledger::Capability::name);
    for route in routes() {
        let others = all.iter().copied();
        let others = others.filter(|name| *name != route.capability && *name != "books.write");
        let all_but_one = things.app.key_with(&others.collect::<Vec<_>>()).await;
        for api_key in [&things.app.powerless, &all_but_one] {
            let answer = things.ask(&route, Some(api_key)).await;
            let problem = answer.problem(403, "missing_capability");
            assert_eq!(problem["capability"], route.capability, "{}", route.path);
        }
    }
}

#[tokio::test]
async fn the_capability_alone_is_enough() {
    let things = Things::new().await;
    for route in routes() {
        let api_key = match route.capability {
            "books.write" => things.app.operator.clone(),
            capability => things.app.key_with(&[capability]).await,
        };
        let answer = things.ask(&route, Some(&api_key)).await;
        assert!(
            matches!(answer.status, 200 | 201 | 202 | 409 | 422),
            "{} {}: {}",
            route.method,
            route.path,
            answer.text
        );
    }
}

#[tokio::test]
async fn what_is_in_another_book_does_not_exist() {
    let things = Things::new().await;
    let stranger = things.app.stranger.clone();
    let unknown = [
        "unknown_account",
        "unknown_key",
        "unknown_transfer",
        "unknown_approval",
        "unknown_principal",
        "unknown_policy",
        "unknown_limit",
        "unknown_webhook",
        "unknown_quote",
        "unknown_rate",
        "unknown_fee",
        "unknown_schedule",
        "unknown_instrument",
        "unknown_trade",
        "unknown_calendar",
    ];
    for route in routes() {
        let answer = things.ask(&route, Some(&stranger)).await;
        let what = format!("{} {}: {}", route.method, route.path, answer.text);
        match route.seen_by_others {
            "unknown" if route.path.ends_with("/batch") => {
                let result = &answer.expect(200)["results"][0];
                assert_eq!(result["problem"]["status"], 404, "{what}");
                assert_eq!(result["problem"]["code"], "unknown_account", "{what}");
            }
            "unknown" => {
                assert_eq!(answer.status, 404, "{what}");
                let code = text(&answer.json(), "code");
                assert!(unknown.contains(&&*code), "{what}");
                assert_same_as_made_up(&things, &route, &answer).await;
            }
            "own" => {
                assert!(matches!(answer.status, 200 | 201), "{what}");
                assert!(!answer.text.contains(&things.account), "{what}");
                assert!(!answer.text.contains(&things.transfer), "{what}");
            }
            "same" if route.capability == "books.write" => {
                answer.problem(403, "missing_capability");
            }
            "same" => assert_eq!(answer.status, 200, "{what}"),
            other => panic!("{other} is not a word of the table"),
        }
    }
}

/// An id of another book is answered as one that never was.
async fn assert_same_as_made_up(things: &Things, route: &Route, answer: &Answer) {
    let made_up = "0199a7a0-0000-7000-8000-000000000000";
    let nothing = Things {
        app: TestApp::new().await,
        account: made_up.to_owned(),
        key: made_up.to_owned(),
        transfer: made_up.to_owned(),
        approval: made_up.to_owned(),
        quote: made_up.to_owned(),
        fee: made_up.to_owned(),
        policy: made_up.to_owned(),
        limit: made_up.to_owned(),
        webhook: made_up.to_owned(),
        notification: made_up.to_owned(),
        schedule: made_up.to_owned(),
        instrument: made_up.to_owned(),
        trade: made_up.to_owned(),
    };
    let stranger = nothing.app.stranger.clone();
    let of_nothing = nothing.ask(route, Some(&stranger)).await;
    let plain = |answer: &Answer, id: &str| {
        let request_id = answer.headers["x-request-id"].to_str().expect("ASCII");
        answer.text.replace(request_id, "").replace(id, "")
    };
    assert_eq!(
        plain(answer, things.id(route.path)),
        plain(&of_nothing, made_up)
    );
}

#[tokio::test]
async fn a_revoked_key_is_no_key_at_once() {
    let app = TestApp::new().await;
    let body = json!({"name": "short-lived", "capabilities": ["book.read"]});
    let created = app.post("/v1/keys").json(&body).send().await.expect(201);
    let api_key = text(&created, "api_key");
    app.get("/v1/book")
        .bearer(&api_key)
        .send()
        .await
        .expect(200);
    app.delete(&format!("/v1/keys/{}", text(&created, "id")))
        .send()
        .await
        .expect(200);
    app.get("/v1/book")
        .bearer(&api_key)
        .send()
        .await
        .problem(401, "unauthenticated");
}
