//! Who may do what, and how often.

use crate::world::{ALL, World};
use axum::http::Method;
use giro_ledger::{Action, Capability, Grant};
use serde_json::json;

/// Every call, with what it needs.
fn calls(world: &World) -> Vec<(Method, String, Capability)> {
    use Capability::{
        AccountsRead, AccountsWrite, ApprovalsDecide, TransfersRead, TransfersWrite, WebhooksRead,
        WebhooksWrite,
    };
    let (main, master) = (world.client_ref(world.main), world.master_ref());
    let id = "b8e2f1a0-4c3d-4e5f-9a1b-2c3d4e5f6a7b";
    let (get, post, patch) = (Method::GET, Method::POST, Method::PATCH);
    let (delete, hook) = (Method::DELETE, format!("webhook-endpoints/{id}"));
    let calls = [
        (&post, "internal-transfers", TransfersWrite),
        (&get, "internal-transfers", TransfersRead),
        (&get, &format!("internal-transfers/{id}"), TransfersRead),
        (
            &post,
            &format!("internal-transfers/{id}/cancel"),
            TransfersWrite,
        ),
        (&get, "client-accounts", AccountsRead),
        (&post, "client-accounts", AccountsWrite),
        (&get, &main, AccountsRead),
        (&patch, &main, AccountsWrite),
        (&get, &format!("{main}/balances"), AccountsRead),
        (&get, "master-accounts", AccountsRead),
        (&get, &master, AccountsRead),
        (&patch, &master, AccountsWrite),
        (&get, &format!("{master}/balances"), AccountsRead),
        (&get, "clients", AccountsRead),
        (&post, "clients", AccountsWrite),
        (&get, &format!("clients/{id}"), AccountsRead),
        (&get, "enterprises", AccountsRead),
        (&get, &world.enterprise_ref(), AccountsRead),
        (&get, "approvals", ApprovalsDecide),
        (&get, &format!("approvals/{id}"), ApprovalsDecide),
        (&post, &format!("approvals/{id}/approve"), ApprovalsDecide),
        (&get, "webhook-endpoints", WebhooksRead),
        (&post, "webhook-endpoints", WebhooksWrite),
        (&get, &hook, WebhooksRead),
        (&patch, &hook, WebhooksWrite),
        (&delete, &hook, WebhooksWrite),
        (&post, &format!("approvals/{id}/reject"), ApprovalsDecide),
    ];
    let calls = calls.into_iter();
    calls
        .map(|(method, path, needed)| (method.clone(), format!("/{path}"), needed))
        .collect()
}

#[tokio::test]
async fn a_missing_or_bad_token_is_unauthorized_everywhere() {
    let world = World::new().await;
    let (other, expired) = {
        let service = &world.service;
        let all = ALL.into_iter().collect();
        let none = std::time::Duration::ZERO;
        let expired = giro_api::dialects::youhodler::issue_token(service, world.maker, all, none);
        (format!("{}x", world.token), expired)
    };
    let expected = json!({"code": "unauthorized", "message": "Authentication required."});
    for (method, path, _) in calls(&world) {
        for token in [None, Some(""), Some("x"), Some(&*other), Some(&*expired)] {
            let answer = world.ask(method.clone(), &path, token, &[], "{}").await;
            assert_eq!(
                (answer.status, answer.json()),
                (401, expected.clone()),
                "{path}"
            );
            assert_eq!(answer.header("www-authenticate"), Some("Bearer"));
        }
    }
}

#[tokio::test]
async fn a_revoked_principal_has_no_token_any_more() {
    let world = World::new().await;
    world
        .does(world.book, Action::RevokePrincipal(world.checker))
        .await;
    let answer = world.get_as(&world.checker_token, "/enterprises").await;
    assert_eq!(answer.status, 401);
}

#[tokio::test]
async fn a_missing_capability_is_forbidden_everywhere_before_the_body_is_looked_at() {
    let world = World::new().await;
    for (method, path, needed) in calls(&world) {
        let is_reading_approvals = |one: &Capability| {
            needed == Capability::ApprovalsDecide
                && method == Method::GET
                && *one == Capability::ApprovalsRead
        };
        let others = ALL
            .into_iter()
            .filter(|one| *one != needed && !is_reading_approvals(one));
        let token = world.token_of(world.maker, &others.collect::<Vec<_>>());
        let answer = world
            .ask(method.clone(), &path, Some(&token), &[], "no JSON")
            .await;
        assert_eq!(answer.status, 403, "{method} {path}");
        answer.is_error(403, "forbidden_capability_scope", "missing_capability");
        let token = world.token_of(world.maker, &[needed]);
        let answer = world
            .ask(method.clone(), &path, Some(&token), &[], "no JSON")
            .await;
        assert_ne!(answer.status, 403, "{method} {path}");
    }
}

#[tokio::test]
async fn what_is_another_enterprises_does_not_exist() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let made = world.transfer("k", &world.order("1")).await;
    let owner = world
        .post("/clients", "c", &json!({"display_name": "Acme"}))
        .await
        .text_of("id");
    let all = ALL.into_iter().collect();
    let (stranger, _) = world
        .add(world.other_book, "stranger@example.com", all)
        .await;
    let token = world.token_of(stranger, &ALL);
    let transfer = format!("/internal-transfers/{}", made.text_of("id"));
    let approval = format!("/{}", made.text_of("approval_ref"));
    let main = world.client_ref(world.main);
    let paths = [
        transfer.clone(),
        approval.clone(),
        format!("/{main}"),
        format!("/{main}/balances"),
        format!("/{}", world.master_ref()),
        format!("/clients/{owner}"),
        format!("/{}", world.enterprise_ref()),
        format!("/internal-transfers?account_ref={main}"),
        format!("/client-accounts?scope_ref=clients/{owner}"),
        format!("/approvals?scope_ref={main}"),
        format!("/approvals?scope_ref={}", world.enterprise_ref()),
    ];
    for path in paths {
        assert_eq!(world.get(&path).await.status, 200, "{path}");
        assert_eq!(world.get_as(&token, &path).await.status, 404, "{path}");
    }
    let steps = [
        format!("{transfer}/cancel"),
        format!("{approval}/approve"),
        format!("{approval}/reject"),
    ];
    for path in steps {
        assert_eq!(
            world.post_as(&token, &path, "k", &json!({})).await.status,
            404,
            "{path}"
        );
    }
    for path in [
        "/internal-transfers",
        "/clients",
        "/approvals",
        "/master-accounts",
    ] {
        let list = world.get_as(&token, path).await.json();
        assert_eq!(
            list,
            json!({"items": [], "next_page_token": null}),
            "{path}"
        );
    }
    // The same key there is another key.
    let own = world
        .post_as(&token, "/internal-transfers", "k", &world.order("1"))
        .await;
    assert_eq!(own.status, 404);
}

#[tokio::test]
async fn a_narrow_grant_narrows_what_is_seen_and_moved() {
    let world = World::new().await;
    let grant = Grant {
        accounts: vec![world.savings],
        ..Grant::default()
    };
    let all = ALL.into_iter().collect();
    let added = world
        .add_with(world.book, "narrow@example.com", all, Some(grant))
        .await;
    let can = [
        Capability::AccountsRead,
        Capability::AccountsWrite,
        Capability::TransfersWrite,
    ];
    let token = world.token_of(added.0, &can);
    let reader = world.token_of(added.0, &[Capability::ApprovalsRead]);
    let list = world.get_as(&token, "/client-accounts").await.json();
    let names = list["items"].as_array().expect("a list").iter();
    let names: Vec<_> = names.map(|one| one["display_name"].clone()).collect();
    assert_eq!(names, ["Savings"]);
    let main = world
        .get_as(&token, &format!("/{}", world.client_ref(world.main)))
        .await;
    main.is_error(404, "resource_not_found", "client_account_not_found");
    let approvals = format!("/approvals?scope_ref={}", world.client_ref(world.main));
    let approvals = world.get_as(&reader, &approvals).await;
    approvals.is_error(404, "resource_not_found", "client_account_not_found");
    let made = world
        .post_as(&token, "/internal-transfers", "k", &world.order("1"))
        .await;
    made.is_error(422, "not_admissible", "rbac");
    let client = world
        .post_as(&token, "/clients", "k", &json!({"display_name": "x"}))
        .await;
    client.is_error(422, "not_admissible", "rbac");
    let same = world.client_ref(world.savings);
    let same = world.order_of(&same, &same, "1");
    for _ in 0..2 {
        let made = world
            .post_as(&token, "/internal-transfers", "s", &same)
            .await;
        made.is_error(422, "not_admissible", "same_account");
    }
}

#[tokio::test]
async fn the_rate_limit_is_300_a_minute_for_an_enterprise_where_it_is_on() {
    let world = World::new().await;
    assert_eq!(
        world.get("/enterprises").await.header("x-ratelimit-limit"),
        None
    );
    world.limit_rates().await;
    for number in 0..300_u32 {
        let token = [&world.token, &world.checker_token][usize::from(number % 2 == 0)];
        let answer = world.get_as(token, "/enterprises").await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("x-ratelimit-limit"), Some("300"));
        if number == 0 {
            assert_eq!(answer.header("x-ratelimit-remaining"), Some("299"));
            assert_eq!(answer.header("x-ratelimit-reset"), Some("1"));
        }
    }
    // Some may have come back in the meantime, but not many.
    let mut refused = world.get("/enterprises").await;
    for _ in 0..300 {
        if refused.status == 429 {
            break;
        }
        refused = world.get("/enterprises").await;
    }
    let json = refused.json();
    let wait = json["details"]["retry_after_ms"]
        .as_u64()
        .expect("a number");
    assert!((1..=1_000).contains(&wait), "{wait}");
    let expected = json!({
        "code": "rate_limited",
        "details": {"retry_after_ms": wait},
        "message": "Too many requests.",
    });
    assert_eq!((refused.status, json), (429, expected));
    assert_eq!(refused.header("retry-after"), Some("1"));
    assert_eq!(refused.header("x-ratelimit-remaining"), Some("0"));
    assert_eq!(refused.header("x-ratelimit-reset"), Some("60"));
    // A request that is not let in is not counted.
    let all = ALL.into_iter().collect();
    let (stranger, _) = world
        .add(world.other_book, "stranger@example.com", all)
        .await;
    let answer = world
        .get_as(&world.token_of(stranger, &ALL), "/enterprises")
        .await;
    assert_eq!(answer.status, 200);
}
