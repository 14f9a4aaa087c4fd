//! `POST /oauth/token`.

use crate::world::{ALL, Answer, World};
use axum::body::Body;
use axum::http::Request;
use giro_ledger::{Action, Capability};
use serde_json::{Value, json};

struct Client {
    world: World,
    principal: giro_ledger::PrincipalId,
    id: String,
    secret: String,
}

impl Client {
    async fn new() -> Client {
        let world = World::new().await;
        let all = ALL.into_iter().collect();
        let (principal, secret) = world.add(world.book, "client@example.com", all).await;
        let (id, secret) = (world.principal_id(principal), secret.text());
        Client {
            world,
            principal,
            id,
            secret,
        }
    }

    fn body(&self) -> Value {
        json!({
            "client_id": self.id,
            "client_secret": self.secret,
            "grant_type": "client_credentials",
        })
    }

    async fn ask(&self, content_type: Option<&str>, body: &str) -> Answer {
        let mut request = Request::post("/oauth/token");
        if let Some(content_type) = content_type {
            request = request.header("content-type", content_type);
        }
        let request = request.body(Body::from(body.to_owned()));
        self.world.send(request.expect("a request")).await
    }
}

#[tokio::test]
async fn credentials_get_a_token_whatever_the_content_type_says() {
    let client = Client::new().await;
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        client.id, client.secret
    );
    let json = client.body().to_string();
    let form_type = "application/x-www-form-urlencoded";
    for (content_type, body) in [
        (Some("application/json"), &json),
        (Some("application/json; charset=utf-8"), &json),
        (Some("text/plain"), &json),
        (Some(form_type), &json),
        (None, &json),
        (Some(form_type), &form),
    ] {
        let answer = client.ask(content_type, body).await;
        let token = answer.text_of("access_token");
        let expected = json!({
            "access_token": token,
            "expires_in": 3600,
            "issued_token_type": "urn:ietf:params:oauth:token-type:access_token",
            "token_type": "Bearer",
        });
        assert_eq!(
            (answer.status, answer.json()),
            (200, expected),
            "{content_type:?}"
        );
        assert_eq!(answer.header("cache-control"), Some("no-store"));
        let made = client.world.order("1");
        let made = client
            .world
            .post_as(&token, "/internal-transfers", &token, &made)
            .await;
        assert_eq!(made.status, 202, "{made:?}");
        let caller = &made.json()["subject_attribution"]["authenticated_principal"];
        assert_eq!(caller["id"], Value::from(client.id.clone()));
    }
}

#[tokio::test]
async fn what_lacks_something_is_an_invalid_request() {
    let client = Client::new().await;
    for name in ["client_id", "client_secret", "grant_type"] {
        for (value, reason) in [(None, "missing_required_field"), (Some(7), "invalid_type")] {
            let mut body = client.body();
            body[name] = json!(value);
            let answer = client.ask(None, &body.to_string()).await;
            answer.is_error(400, "invalid_request", reason);
        }
    }
    let mut body = client.body();
    body["grant_type"] = "password".into();
    let answer = client.ask(None, &body.to_string()).await;
    answer.is_error(400, "invalid_request", "unsupported_grant_type");
    for body in ["", "x", "[]"] {
        let answer = client.ask(None, body).await;
        answer.is_error(400, "invalid_request", "invalid_json");
    }
    let form = Some("application/x-www-form-urlencoded");
    let answer = client.ask(form, "grant_type=client_credentials").await;
    answer.is_error(400, "invalid_request", "missing_required_field");
}

#[tokio::test]
async fn bad_credentials_are_unauthorized_and_no_more_is_said() {
    let client = Client::new().await;
    let world = &client.world;
    let someone = world.principal_id(world.checker);
    let rows = [
        ("client_id", "x".to_owned()),
        (
            "client_id",
            "b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b".to_owned(),
        ),
        ("client_id", someone),
        ("client_secret", "x".to_owned()),
        ("client_secret", giro_service::secret::Secret::draw().text()),
        ("client_secret", String::new()),
    ];
    let expected = json!({"code": "unauthorized", "message": "Authentication required."});
    for (name, value) in rows {
        let mut body = client.body();
        body[name] = value.into();
        let answer = client.ask(None, &body.to_string()).await;
        assert_eq!(
            (answer.status, answer.json()),
            (401, expected.clone()),
            "{body}"
        );
    }
    world
        .does(world.book, Action::RevokePrincipal(client.principal))
        .await;
    let answer = client.ask(None, &client.body().to_string()).await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_token_is_good_for_no_more_than_its_principal() {
    let world = World::new().await;
    let reads = [Capability::AccountsRead].into_iter().collect();
    let (principal, _) = world.add(world.book, "reader@example.com", reads).await;
    let token = world.token_of(principal, &ALL);
    assert_eq!(world.get_as(&token, "/client-accounts").await.status, 200);
    assert_eq!(
        world.get_as(&token, "/internal-transfers").await.status,
        403
    );
}

#[tokio::test]
async fn tokens_are_counted_where_the_rate_limit_is_on() {
    let client = Client::new().await;
    client.world.limit_rates().await;
    for _ in 0..600 {
        let answer = client.ask(None, &client.body().to_string()).await;
        if answer.status == 429 {
            assert_eq!(answer.text_of("code"), "rate_limited");
            return;
        }
        assert_eq!(answer.status, 200);
    }
    panic!("never refused");
}
