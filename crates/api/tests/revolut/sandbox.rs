//! `/sandbox/…`: top-ups in every state, and what can be made of transactions.

use crate::world::{Answer, World};
use axum::http::Method;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::{Action, Capability, Conditions, Policy, Text};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::sync::Arc;

/// A top-up of Savings, where nothing is, that is to be in this state.
async fn topup(world: &World, state: &str) -> Answer {
    let body = json!({"account_id": world.id(world.savings), "amount": 100, "currency": "GBP",
        "state": state});
    let token = Some(world.token.as_str());
    world
        .ask(Method::POST, "/sandbox/topup", token, &body.to_string())
        .await
}

async fn read(world: &World, id: &str) -> Value {
    world.get(&format!("/transaction/{id}")).await.json()
}

fn assert_refused(answer: &Answer, message: &str) {
    let expected = json!({"code": 3100, "message": message});
    assert_eq!((answer.status, answer.json()), (422, expected));
}

#[tokio::test]
async fn a_top_up_is_in_the_state_that_was_asked_for_and_brings_money_only_if_completed() {
    let world = World::new().await;
    let rows = [
        ("pending", "0", None),
        ("failed", "0", Some("simulated")),
        ("reverted", "0", None),
        ("completed", "100", None),
    ];
    for (state, balance, reason) in rows {
        let answer = topup(&world, state).await;
        assert_eq!((answer.status, &*answer.text_of("state")), (200, state));
        let was_completed = matches!(state, "completed" | "reverted");
        assert_eq!(answer.json().get("completed_at").is_some(), was_completed);
        let shown = read(&world, &answer.text_of("id")).await;
        for field in ["state", "created_at", "completed_at"] {
            assert_eq!(
                shown.get(field),
                answer.json().get(field),
                "{state}: {field}"
            );
        }
        assert_eq!(shown["reason_code"].as_str(), reason, "{state}");
        assert_eq!(
            (&shown["type"], &shown["reference"]),
            (&json!("topup"), &json!("Test Top-up"))
        );
        assert_eq!(world.balance(world.savings).await, balance, "{state}");
        let list = world
            .get(&format!("/transactions?type=topup&state={state}"))
            .await;
        let ids: Vec<String> = list
            .json()
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one["id"].as_str().expect("an id").to_owned())
            .collect();
        assert!(ids.contains(&answer.text_of("id")), "{state}: {ids:?}");
    }
}

/// What a pending or a completed top-up, or a completed transfer, becomes by each action: the
/// state, or the reason why not.
#[tokio::test]
async fn an_action_leads_to_its_state_or_is_refused_and_changes_nothing() {
    let rows = [
        ("pending", "complete", Ok(("completed", "100"))),
        ("pending", "COMPLETE", Ok(("completed", "100"))),
        ("pending", "Decline", Ok(("declined", "0"))),
        ("pending", "fail", Ok(("failed", "0"))),
        ("pending", "revert", Err(("pending", "reverted", "0"))),
        ("completed", "complete", Ok(("completed", "100"))),
        ("completed", "reVert", Ok(("reverted", "0"))),
        (
            "completed",
            "decline",
            Err(("completed", "declined", "100")),
        ),
        ("completed", "fail", Err(("completed", "failed", "100"))),
        ("failed", "fail", Ok(("failed", "0"))),
        ("failed", "complete", Err(("failed", "completed", "0"))),
        ("failed", "decline", Err(("failed", "declined", "0"))),
        ("failed", "revert", Err(("failed", "reverted", "0"))),
        ("reverted", "revert", Ok(("reverted", "0"))),
        ("reverted", "complete", Err(("reverted", "completed", "0"))),
        ("reverted", "decline", Err(("reverted", "declined", "0"))),
    ];
    for (before, action, expected) in rows {
        let world = World::new().await;
        let made = topup(&world, before).await;
        let id = made.text_of("id");
        let answer = world.simulate(&id, action).await;
        let (state, balance) = match expected {
            Ok((state, balance)) => {
                let shown = read(&world, &id).await;
                let mut said = json!({"id": id, "state": state, "created_at": shown["created_at"]});
                if let Some(at) = shown.get("completed_at") {
                    said["completed_at"] = at.clone();
                }
                assert_eq!(
                    (answer.status, answer.json()),
                    (200, said),
                    "{before} {action}"
                );
                (state, balance)
            }
            Err((from, to, balance)) => {
                let why = format!("A transaction that is {from} cannot become {to}");
                assert_refused(&answer, &why);
                (from, balance)
            }
        };
        assert_eq!(read(&world, &id).await["state"], state, "{before} {action}");
        assert_eq!(
            world.balance(world.savings).await,
            balance,
            "{before} {action}"
        );
    }
}

#[tokio::test]
async fn the_outcome_is_final_and_asking_again_is_answered_again() {
    let world = World::new().await;
    for (action, state) in [
        ("complete", "completed"),
        ("decline", "declined"),
        ("fail", "failed"),
    ] {
        let id = topup(&world, "pending").await.text_of("id");
        let first = world.simulate(&id, action).await;
        assert_eq!((first.status, &*first.text_of("state")), (200, state));
        assert_eq!(world.simulate(&id, action).await.text, first.text);
        for other in ["complete", "decline", "fail"]
            .into_iter()
            .filter(|one| *one != action)
        {
            assert_eq!(
                world.simulate(&id, other).await.status,
                422,
                "{action}, {other}"
            );
        }
        let reason = (action != "complete").then_some("simulated");
        assert_eq!(read(&world, &id).await["reason_code"].as_str(), reason);
    }
    assert_eq!(world.balance(world.savings).await, "100");
}

#[tokio::test]
async fn a_transfer_is_reverted_and_the_money_is_back() {
    let world = World::new().await;
    let made = world.transfer(&world.order("r", "10.5")).await;
    let id = made.text_of("id");
    let reverted = world.simulate(&id, "revert").await;
    assert_eq!(reverted.text_of("state"), "reverted");
    assert_eq!(reverted.json()["completed_at"], made.json()["completed_at"]);
    assert_eq!(world.balance(world.main).await, "10000");
    assert_eq!(world.balance(world.savings).await, "0");
    let again = world.transfer(&world.order("r", "10.5")).await;
    assert_eq!(
        again.text, made.text,
        "the first answer, whatever became of it"
    );
}

#[tokio::test]
async fn what_cannot_be_given_back_stays_as_it_is_and_nothing_is_on_record() {
    let world = World::new().await;
    let id = world.transfer(&world.order("r", "10")).await.text_of("id");
    let (main, savings) = (world.id(world.main), world.id(world.savings));
    let back = world
        .order("s", "4")
        .replace(&main, "x")
        .replace(&savings, &main)
        .replace('x', &savings);
    assert_eq!(world.transfer(&back).await.text_of("state"), "completed");
    let count = world
        .get("/transactions")
        .await
        .json()
        .as_array()
        .map(Vec::len);
    let answer = world.simulate(&id, "revert").await;
    assert_refused(
        &answer,
        "The transaction cannot be made to revert: insufficient_funds",
    );
    let after = world
        .get("/transactions")
        .await
        .json()
        .as_array()
        .map(Vec::len);
    assert_eq!(
        (after, &read(&world, &id).await["state"]),
        (count, &json!("completed"))
    );
}

#[tokio::test]
async fn what_waits_for_approval_cannot_be_made_anything_of() {
    let world = World::new().await;
    let decide = [Capability::ApprovalsDecide].into_iter().collect();
    world.add_client(world.book, decide, "").await;
    let policy = Policy {
        name: Text::new("all").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let add = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, add).await;
    let id = world.transfer(&world.order("r", "10")).await.text_of("id");
    for action in ["complete", "revert", "decline", "fail"] {
        let answer = world.simulate(&id, action).await;
        assert_refused(&answer, "The transaction waits for approval");
    }
    assert_eq!(read(&world, &id).await["state"], "pending");
}

#[tokio::test]
async fn a_path_of_another_form_is_refused() {
    let world = World::new().await;
    let id = topup(&world, "pending").await.text_of("id");
    let unknown = "01890a5d-ac96-774b-bcce-b302099a8057";
    let names = "'action' can only be 'complete', 'revert', 'decline' or 'fail'";
    let rows = [
        (&*id, "completed", 400, 2101, names),
        (&*id, "%FF", 400, 2101, "The path is not valid UTF-8"),
        ("x", "complete", 400, 2101, "'id' is not a UUID"),
        (unknown, "complete", 404, 3006, "Transaction not found"),
        (
            &*world.id(world.main),
            "fail",
            404,
            3006,
            "Transaction not found",
        ),
    ];
    for (id, action, status, code, message) in rows {
        let answer = world.simulate(id, action).await;
        let expected = json!({"code": code, "message": message});
        assert_eq!(
            (answer.status, answer.json()),
            (status, expected),
            "{id} {action}"
        );
    }
}

#[tokio::test]
async fn a_declined_top_up_is_answered_as_it_is_whatever_it_was_to_be() {
    let world = World::new().await;
    world.freeze(world.savings).await;
    for state in ["pending", "completed", "reverted", "failed"] {
        let answer = topup(&world, state).await;
        assert_eq!(
            (answer.status, &*answer.text_of("state")),
            (200, "failed"),
            "{state}"
        );
        let shown = read(&world, &answer.text_of("id")).await;
        assert_eq!(shown["reason_code"], "account_frozen", "{state}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_reverts_at_once_give_the_money_back_once() {
    let world = Arc::new(World::new().await);
    let id = world.transfer(&world.order("r", "10")).await.text_of("id");
    world
        .deposit(world.book, world.savings, "GBP", "500.00")
        .await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let (world, id) = (world.clone(), id.clone());
        tasks.spawn(async move { world.simulate(&id, "revert").await });
    }
    let answers = tasks.join_all().await;
    let distinct: BTreeSet<_> = answers.iter().map(|one| (one.status, &one.text)).collect();
    assert_eq!(distinct.len(), 1, "{distinct:?}");
    assert_eq!(answers[0].text_of("state"), "reverted");
    assert_eq!(world.balance(world.main).await, "10000");
    assert_eq!(world.balance(world.savings).await, "500");
}
