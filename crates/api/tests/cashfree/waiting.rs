//! Transfers that wait for approval: nothing is a success before the money has moved.

use crate::world::World;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::{Action, Capability, Conditions, Policy, PrincipalId, Subject, Text};
use serde_json::json;

const READ: &str = "/v1.2/internalTransfer/t";

/// A checker of the book, and a policy by which every transfer needs one.
async fn checker(world: &World) -> PrincipalId {
    let decide = [Capability::ApprovalsDecide];
    let checker = world.add_client(world.book, &decide, None).await;
    let policy = Policy {
        name: Text::new("all").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let action = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, action).await;
    checker.principal
}

/// What waits in the book.
fn waiting(world: &World) -> Subject {
    let state = world.service.read();
    let (id, _) = state.ledger.open_transfers().next().expect("one waits");
    Subject::Transfer(id)
}

#[tokio::test]
async fn a_transfer_that_waits_is_pending_until_it_is_approved() {
    let world = World::new().await;
    let checker = checker(&world).await;
    let pending = world.transfer(&world.order("t", "10.00")).await;
    let expected = json!({
        "status": "PENDING",
        "subCode": "202",
        "message": "Request received. Please check status after some time.",
        "data": {"transferId": "t"},
    });
    assert_eq!((pending.status, pending.json()), (202, expected));
    let read = world.get(READ).await;
    assert_eq!((read.status, &read.text), (202, &pending.text));
    assert_eq!(world.balance(world.savings).await, "0.00");

    let approve = Action::Approve(waiting(&world));
    world.does_as(checker, world.book, approve).await;
    let read = world.get(READ).await;
    assert_eq!(read.data(), json!({"transferId": "t"}));
    let message = "RefId-t/commission-Internal Fund Transfer";
    assert_eq!(read.json()["message"], message);
    assert_eq!(world.balance(world.savings).await, "10.00");
    let again = world.transfer(&world.order("t", "10.00")).await;
    assert_eq!((again.status, again.text), (202, pending.text));
    let page = world
        .get("/v1/accountStatement?startTime=0&endTime=9999999999")
        .await
        .data();
    assert_eq!(page["batches"][0]["transferId"], "t");
}

#[tokio::test]
async fn of_an_older_call_it_is_pending_with_status_200() {
    let world = World::new().await;
    checker(&world).await;
    let order = world.order("t", "10.00").to_string();
    let pending = world.post_to("/v1/internalTransfer", &order).await;
    assert_eq!((pending.status, &*pending.code()), (200, "202"));
}

#[tokio::test]
async fn what_a_checker_refuses_or_the_maker_takes_back_is_an_error() {
    for (end, message) in [
        (
            Action::Reject as fn(Subject, _) -> Action,
            "Transfer rejected",
        ),
        (Action::Cancel, "Transfer cancelled"),
    ] {
        let world = World::new().await;
        let checker = checker(&world).await;
        world.transfer(&world.order("t", "10.00")).await;
        let who = match message {
            "Transfer rejected" => checker,
            _ => world.client.principal,
        };
        let action = end(waiting(&world), None);
        world.does_as(who, world.book, action).await;
        world.get(READ).await.assert_error(422, message);
        assert_eq!(world.balance(world.main).await, "10000.00");
    }
}
