//! Approvals: what waits for a second person.

use crate::world::{ALL, World};
use giro_ledger::Capability;
use serde_json::{Value, json};

#[tokio::test]
async fn an_approval_shows_what_waits() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let made = world.transfer("k", &world.order("10")).await;
    let json = made.json();
    assert_eq!(
        (made.status, &json["status"]),
        (202, &json!("pending_approval"))
    );
    assert_eq!(
        (&json["settled_at"], &json["failure_reason"]),
        (&Value::Null, &Value::Null)
    );
    let path = format!("/{}", made.text_of("approval_ref"));
    let mut approval = world.get_as(&world.checker_token, &path).await.json();
    let main = world.client_ref(world.main);
    for pointer in [
        "/created_at",
        "/expires_at",
        "/requirement_snapshot/expires_at",
    ] {
        let time = approval.pointer_mut(pointer).expect("a time");
        assert_eq!(time.take().as_str().map(str::len), Some(20), "{pointer}");
    }
    let authority = approval["requirement_snapshot"]["authority_ref"].take();
    assert!(
        authority
            .as_str()
            .expect("a text")
            .starts_with("approval-policies/")
    );
    let expected = json!({
        "action_family": "internal_transfer", "created_at": null, "decision": null,
        "expires_at": null, "governed_ref": main, "id": path.replace("/approvals/", ""),
        "initiated_by": {
            "id": world.principal_id(world.maker), "kind": "user",
            "tenant_ref": world.enterprise_ref(),
        },
        "operation_id": made.text_of("id"),
        "requirement_snapshot": {
            "authority_ref": null, "expires_at": null, "governed_ref": main,
            "initiator_cannot_approve": true, "reason_code": "approval_required",
        },
    });
    assert_eq!(approval, expected);
}

#[tokio::test]
async fn an_approval_executes_what_waits_once() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let made = world.transfer("k", &world.order("10")).await;
    let path = format!("/{}", made.text_of("approval_ref"));
    let main = world.client_ref(world.main);
    let done = world
        .post_as(
            &world.checker_token,
            &format!("{path}/approve"),
            "a",
            &json!({}),
        )
        .await;
    assert_eq!(
        (done.status, done.text_of("decision")),
        (200, "approved".into())
    );
    let again = world
        .post_as(
            &world.checker_token,
            &format!("{path}/approve"),
            "a",
            &json!({}),
        )
        .await;
    assert_eq!(
        (again.text, again.headers["idempotency-replayed"].clone()),
        (done.text, "true".parse().expect("text"))
    );
    let read = world
        .get(&format!("/internal-transfers/{}", made.text_of("id")))
        .await
        .json();
    assert_eq!(read["status"], "executed");
    assert!(read["settled_at"].is_string(), "{read}");
    assert_eq!(read["approval_ref"], made.json()["approval_ref"]);
    let attribution = &read["subject_attribution"];
    assert_eq!(
        attribution["approved_by"]["id"],
        Value::from(world.principal_id(world.checker))
    );
    assert_eq!(
        attribution["subject"]["id"],
        Value::from(world.principal_id(world.maker))
    );
    assert_eq!(world.available(&main).await, "9990.00");
}

#[tokio::test]
async fn the_maker_cannot_decide_and_nobody_without_the_capability_can() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let made = world.transfer("k", &world.order("10")).await;
    let path = format!("/{}", made.text_of("approval_ref"));
    let sees = [Capability::ApprovalsRead];
    let sees = world.token_of(world.checker, &sees);
    for step in ["approve", "reject"] {
        let path = format!("{path}/{step}");
        let own = world.post(&path, step, &json!({})).await;
        let expected = json!({
            "code": "not_admissible",
            "details": {"reason": "rbac", "source": "rbac"},
            "message": "The operation was rejected by policy or RBAC.",
        });
        assert_eq!((own.status, own.json()), (422, expected));
        let forbidden = world.post_as(&sees, &path, step, &json!({})).await;
        forbidden.is_error(403, "forbidden_capability_scope", "missing_capability");
    }
    let decides = world.token_of(world.checker, &[Capability::ApprovalsDecide]);
    assert_eq!(
        world.get_as(&decides, "/approvals").await.json()["items"][0]["decision"],
        Value::Null
    );
    let denied = format!("/internal-transfers/{}/cancel", made.text_of("id"));
    let denied = world
        .post_as(&world.checker_token, &denied, "c", &json!({}))
        .await;
    denied.is_error(422, "not_admissible", "rbac");
}

#[tokio::test]
async fn what_is_rejected_or_taken_back_is_cancelled_and_cannot_be_decided_again() {
    let world = World::new().await;
    world.needs_approval(1).await;
    for (step, decision, reason) in [
        ("reject", "rejected", json!("approval_rejected")),
        ("cancel", "cancelled", Value::Null),
    ] {
        let made = world.transfer(step, &world.order("10")).await;
        let transfer = format!("/internal-transfers/{}", made.text_of("id"));
        let approval = format!("/{}", made.text_of("approval_ref"));
        let why = json!({"reason": "a mistake"});
        let done = match step {
            "reject" => {
                world
                    .post_as(
                        &world.checker_token,
                        &format!("{approval}/reject"),
                        "r",
                        &why,
                    )
                    .await
            }
            _ => world.post(&format!("{transfer}/cancel"), "c", &why).await,
        };
        assert_eq!(done.status, 200, "{done:?}");
        let read = world.get(&transfer).await.json();
        assert_eq!(
            (&read["status"], &read["failure_reason"]),
            (&json!("cancelled"), &reason)
        );
        assert_eq!(read["subject_attribution"]["approved_by"], Value::Null);
        assert_eq!(world.get(&approval).await.text_of("decision"), decision);
        let late = world
            .post_as(
                &world.checker_token,
                &format!("{approval}/approve"),
                step,
                &why,
            )
            .await;
        let expected = json!({
            "code": "state_conflict",
            "details": {"reason": "cancelled"},
            "message": "The request cannot be applied to the current resource state.",
        });
        assert_eq!((late.status, late.json()), (409, expected));
    }
    let made = world.transfer("k", &world.order("10")).await;
    let approval = format!("/{}", made.text_of("approval_ref"));
    world
        .post_as(
            &world.checker_token,
            &format!("{approval}/approve"),
            "k",
            &json!({}),
        )
        .await;
    let late = world
        .post_as(
            &world.checker_token,
            &format!("{approval}/reject"),
            "l",
            &json!({}),
        )
        .await;
    late.is_error(409, "state_conflict", "executed");
    let cancel = format!("/internal-transfers/{}/cancel", made.text_of("id"));
    world
        .post(&cancel, "k", &json!({}))
        .await
        .is_error(409, "state_conflict", "executed");
}

#[tokio::test]
async fn a_declined_one_has_failed() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let made = world.transfer("k", &world.order("10000.00")).await;
    let other = world.transfer("l", &world.order("1.00")).await;
    for one in [&other, &made] {
        let path = format!("/{}/approve", one.text_of("approval_ref"));
        let done = world
            .post_as(&world.checker_token, &path, &one.text_of("id"), &json!({}))
            .await;
        assert_eq!(done.text_of("decision"), "approved");
    }
    let read = world
        .get(&format!("/internal-transfers/{}", made.text_of("id")))
        .await
        .json();
    assert_eq!(
        (&read["status"], &read["failure_reason"]),
        (&json!("failed"), &json!("insufficient_funds"))
    );
    assert_eq!(read["settled_at"], Value::Null);
    let failed = world.get("/internal-transfers?status=failed").await.json();
    assert_eq!(failed["items"], json!([read]));
}

#[tokio::test]
async fn two_must_agree_where_the_policy_says_so_and_nobody_agrees_twice() {
    let world = World::new().await;
    let all = ALL.into_iter().collect();
    let (third, _) = world.add(world.book, "third@example.com", all).await;
    let third = world.token_of(third, &ALL);
    world.needs_approval(2).await;
    let made = world.transfer("k", &world.order("10")).await;
    let path = format!("/{}/approve", made.text_of("approval_ref"));
    let first = world
        .post_as(&world.checker_token, &path, "a", &json!({}))
        .await;
    assert_eq!(
        (first.status, &first.json()["decision"]),
        (200, &Value::Null)
    );
    let twice = world
        .post_as(&world.checker_token, &path, "b", &json!({}))
        .await;
    twice.is_error(422, "not_admissible", "already_approved");
    let second = world.post_as(&third, &path, "c", &json!({})).await;
    assert_eq!(second.text_of("decision"), "approved");
}

#[tokio::test]
async fn approvals_are_listed_by_decision_and_scope() {
    let world = World::new().await;
    world.needs_approval(1).await;
    let (main, savings, master) = (
        world.client_ref(world.main),
        world.client_ref(world.savings),
        world.master_ref(),
    );
    let mut refs = Vec::new();
    for (key, source) in [("a", &main), ("b", &master), ("c", &main)] {
        let made = world
            .transfer(key, &world.order_of(source, &savings, "1"))
            .await;
        refs.push(made.text_of("approval_ref"));
    }
    let steps = [(&refs[0], "approve"), (&refs[2], "reject")];
    for (approval, step) in steps {
        world
            .post_as(
                &world.checker_token,
                &format!("/{approval}/{step}"),
                step,
                &json!({}),
            )
            .await;
    }
    let enterprise = world.enterprise_ref();
    for (query, expected) in [
        (String::new(), vec![2, 1, 0]),
        ("?status=pending".into(), vec![1]),
        ("?status=approved".into(), vec![0]),
        ("?status=rejected".into(), vec![2]),
        ("?status=expired".into(), vec![]),
        (format!("?scope_ref={main}"), vec![2, 0]),
        (format!("?scope_ref={master}&status=pending"), vec![1]),
        (format!("?scope_ref={savings}"), vec![]),
        (format!("?scope_ref={enterprise}"), vec![2, 1, 0]),
        ("?page_size=1&status=".into(), vec![2]),
    ] {
        let list = world.get(&format!("/approvals{query}")).await.json();
        let items = list["items"].as_array().expect("a list").iter();
        let found: Vec<_> = items
            .map(|one| format!("approvals/{}", one["id"].as_str().expect("an id")))
            .collect();
        let expected: Vec<_> = expected
            .into_iter()
            .map(|place: usize| refs[place].clone())
            .collect();
        assert_eq!(found, expected, "{query}");
    }
    let answer = world.get("/approvals?status=executed").await;
    answer.is_error(400, "invalid_request", "invalid_status");
    let answer = world.get("/approvals?scope_ref=x").await;
    answer.is_error(400, "invalid_request", "invalid_reference");
}
