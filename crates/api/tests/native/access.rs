//! Every route against those who may not: nobody, somebody without the capability, and somebody
//! of another book.

use crate::app::{Answer, TestApp, payment, text};
use axum::http::Method;
use serde_json::{Value, json};

/// What is needed to ask for a route.
struct Route {
    method: Method,
    path: &'static str,
    /// Without it, the answer is 403.
    capability: &'static str,
    /// A body that is in order, but for what another book cannot see.
    body: Value,
    seen_by_others: Others,
}

/// What somebody of another book gets.
#[derive(PartialEq)]
enum Others {
    /// Nothing: what the path or body names is unknown to them.
    Unknown,
    /// Their own book's.
    Own,
    /// What belongs to no book.
    Same,
}

fn route(
    method: Method,
    path: &'static str,
    capability: &'static str,
    body: Value,
    seen_by_others: Others,
) -> Route {
    Route {
        method,
        path,
        capability,
        body,
        seen_by_others,
    }
}

const PUBLIC: [&str; 2] = ["/livez", "/readyz"];

/// Every route of the interface. `{id}` in a body is the id that the path would have.
fn routes() -> Vec<Route> {
    let (get, post, patch, delete) = (Method::GET, Method::POST, Method::PATCH, Method::DELETE);
    let funds = json!({"account": "{id}", "asset": "USD", "amount": "1.00"});
    let transfer = json!({"source": "{id}", "target": "{id}", "asset": "USD", "amount": "1.00"});
    let batch = json!({"mode": "best_effort", "transfers": [transfer]});
    let name = json!({"name": "New"});
    let key = json!({"name": "New", "capabilities": []});
    let account = json!({"name": "New", "assets": ["USD"]});
    let freeze = json!({"direction": "both"});
    use Others::{Own, Same, Unknown};
    vec![
        route(
            post.clone(),
            "/v1/books",
            "books.write",
            json!({"name": "B", "sandbox": true}),
            Same,
        ),
        route(get.clone(), "/v1/books", "books.write", json!(null), Same),
        route(get.clone(), "/v1/book", "book.read", json!(null), Own),
        route(patch.clone(), "/v1/book", "book.write", name.clone(), Own),
        route(post.clone(), "/v1/keys", "keys.write", key, Own),
        route(get.clone(), "/v1/keys", "keys.read", json!(null), Own),
        route(
            get.clone(),
            "/v1/keys/{id}",
            "keys.read",
            json!(null),
            Unknown,
        ),
        route(delete, "/v1/keys/{id}", "keys.write", json!({}), Unknown),
        route(
            get.clone(),
            "/v1/assets",
            "accounts.read",
            json!(null),
            Same,
        ),
        route(post.clone(), "/v1/accounts", "accounts.write", account, Own),
        route(
            get.clone(),
            "/v1/accounts",
            "accounts.read",
            json!(null),
            Own,
        ),
        route(
            get.clone(),
            "/v1/accounts/{id}",
            "accounts.read",
            json!(null),
            Unknown,
        ),
        route(patch, "/v1/accounts/{id}", "accounts.write", name, Unknown),
        route(
            post.clone(),
            "/v1/accounts/{id}/freeze",
            "accounts.write",
            freeze,
            Unknown,
        ),
        route(
            post.clone(),
            "/v1/accounts/{id}/unfreeze",
            "accounts.write",
            json!({}),
            Unknown,
        ),
        route(
            post.clone(),
            "/v1/accounts/{id}/close",
            "accounts.write",
            json!({}),
            Unknown,
        ),
        route(
            get.clone(),
            "/v1/accounts/{id}/balances",
            "accounts.read",
            json!(null),
            Unknown,
        ),
        route(
            get.clone(),
            "/v1/accounts/{id}/statement",
            "accounts.read",
            json!(null),
            Unknown,
        ),
        route(
            post.clone(),
            "/v1/deposits",
            "funds.write",
            funds.clone(),
            Unknown,
        ),
        route(
            post.clone(),
            "/v1/withdrawals",
            "funds.write",
            funds,
            Unknown,
        ),
        route(
            post.clone(),
            "/v1/transfers",
            "transfers.write",
            transfer,
            Unknown,
        ),
        route(
            get.clone(),
            "/v1/transfers",
            "transfers.read",
            json!(null),
            Own,
        ),
        route(
            get,
            "/v1/transfers/{id}",
            "transfers.read",
            json!(null),
            Unknown,
        ),
        route(
            post,
            "/v1/transfers/batch",
            "transfers.write",
            batch,
            Unknown,
        ),
    ]
}

/// A book with something of every kind, and the id that goes into a path.
struct Things {
    app: TestApp,
    account: String,
    key: String,
    transfer: String,
}

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
        Things {
            account: text(&paid, "source"),
            key: text(&spare, "id"),
            transfer: text(&paid, "id"),
            app,
        }
    }

    fn id(&self, path: &str) -> &str {
        match path {
            _ if path.starts_with("/v1/keys") => &self.key,
            "/v1/transfers/{id}" => &self.transfer,
            _ => &self.account,
        }
    }

    async fn ask(&self, route: &Route, api_key: Option<&str>) -> Answer {
        let id = self.id(route.path);
        let ask = self
            .app
            .ask(route.method.clone(), &route.path.replace("{id}", id));
        let ask = match api_key {
            Some(api_key) => ask.bearer(api_key),
            None => ask.anonymous(),
        };
        match &route.body {
            Value::Null => ask.send().await,
            body => {
                let body = body.to_string().replace("{id}", id);
                ask.text("application/json", body).send().await
            }
        }
    }
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
            matches!(answer.status, 200 | 201 | 409 | 422),
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
        "unknown_principal",
    ];
    for route in routes() {
        let answer = things.ask(&route, Some(&stranger)).await;
        let what = format!("{} {}: {}", route.method, route.path, answer.text);
        match route.seen_by_others {
            Others::Unknown if route.path.ends_with("/batch") => {
                let result = &answer.expect(200)["results"][0];
                assert_eq!(result["problem"]["status"], 404, "{what}");
                assert_eq!(result["problem"]["code"], "unknown_account", "{what}");
            }
            Others::Unknown => {
                assert_eq!(answer.status, 404, "{what}");
                let code = text(&answer.json(), "code");
                assert!(unknown.contains(&&*code), "{what}");
                assert_same_as_made_up(&things, &route, &answer).await;
            }
            Others::Own => {
                assert!(matches!(answer.status, 200 | 201), "{what}");
                assert!(!answer.text.contains(&things.account), "{what}");
                assert!(!answer.text.contains(&things.transfer), "{what}");
            }
            Others::Same if route.capability == "books.write" => {
                answer.problem(403, "missing_capability");
            }
            Others::Same => assert_eq!(answer.status, 200, "{what}"),
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
