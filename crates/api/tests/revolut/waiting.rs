//! Transactions that wait for approval or are held: pending until somebody decides.

use crate::world::{Answer, World};
use giro_ledger::action::Capture;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::terms::HoldTerms;
use giro_ledger::{
    Action, Amount, Capability, Conditions, NewTransfer, Policy, PrincipalId, Subject, Terms, Text,
    TransferId, TransferKind,
};
use serde_json::Value;

/// A checker of the book, and a policy by which every transfer needs one.
async fn checker(world: &World) -> PrincipalId {
    let decide = [Capability::ApprovalsDecide].into_iter().collect();
    let checker = world.add_client(world.book, decide, "").await;
    let policy = Policy {
        name: Text::new("all").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let change = PolicyChange::Add(policy);
    let action = Action::ChangePolicy(Box::new(change));
    world.does(world.book, action).await;
    checker
}

async fn read(world: &World, answer: &Answer) -> Value {
    let path = format!("/transaction/{}", answer.text_of("id"));
    world.get(&path).await.json()
}

/// How many transactions a list has.
async fn count(world: &World, query: &str) -> usize {
    let list = world
        .get(&format!("/transactions?type=transfer&{query}"))
        .await;
    list.json().as_array().expect("a list").len()
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
    let pending = world.transfer(&world.order("r", "10.5")).await;
    assert_eq!(
        (pending.status, pending.text_of("state")),
        (200, "pending".to_owned())
    );
    assert_eq!(pending.json().get("completed_at"), None);
    let before = read(&world, &pending).await;
    assert_eq!(
        (&before["state"], before.get("completed_at")),
        (&"pending".into(), None)
    );
    assert_eq!(before["legs"][0]["amount"].to_string(), "-10.5");
    assert_eq!(
        before["legs"][0]["balance"].to_string(),
        "10000",
        "nothing has moved"
    );
    assert_eq!(
        (
            count(&world, "state=pending").await,
            count(&world, "state=completed").await
        ),
        (1, 0)
    );

    let approve = Action::Approve(waiting(&world));
    let approved = world.does_as(checker, world.book, approve).await;
    let after = read(&world, &pending).await;
    assert_eq!(after["state"], "completed");
    assert_eq!(after["id"], before["id"]);
    assert_eq!(after["created_at"], before["created_at"]);
    let at = giro_api::http::time::format(approved.at);
    assert_eq!(
        (&after["completed_at"], &after["updated_at"]),
        (&at.clone().into(), &at.into())
    );
    assert_eq!(after["legs"][0]["balance"].to_string(), "9989.5");
    assert_eq!(after["legs"][0]["leg_id"], before["legs"][0]["leg_id"]);
    assert_eq!(world.balance(world.savings).await, "10.5");
    assert_eq!(
        (
            count(&world, "state=pending").await,
            count(&world, "state=completed").await
        ),
        (0, 1)
    );
    // The first answer again, whatever has become of it since.
    let again = world.transfer(&world.order("r", "10.50")).await;
    assert_eq!(again.text, pending.text);
    let found = world.get("/transaction/r?id_type=request_id").await;
    assert_eq!(found.json(), after);
}

#[tokio::test]
async fn what_somebody_ends_is_declined_or_has_failed() {
    let world = World::new().await;
    let checker = checker(&world).await;
    let rejected = world.transfer(&world.order("a", "10")).await;
    let reject = Action::Reject(waiting(&world), None);
    world.does_as(checker, world.book, reject).await;
    let shown = read(&world, &rejected).await;
    assert_eq!(
        (&shown["state"], &shown["reason_code"]),
        (&"declined".into(), &"approval_rejected".into())
    );
    assert_eq!(shown.get("completed_at"), None);

    let cancelled = world.transfer(&world.order("b", "20")).await;
    let Subject::Transfer(id) = waiting(&world) else {
        panic!("a transfer waits");
    };
    let maker = world
        .service
        .read()
        .ledger
        .open(id)
        .expect("it waits")
        .maker;
    let cancel = Action::Cancel(Subject::Transfer(id), None);
    world.does_as(maker, world.book, cancel).await;
    let shown = read(&world, &cancelled).await;
    assert_eq!(
        (&shown["state"], &shown["reason_code"]),
        (&"failed".into(), &"cancelled".into())
    );
    assert_eq!(world.balance(world.main).await, "10000");
    let counts = [
        count(&world, "state=declined").await,
        count(&world, "state=failed").await,
    ];
    assert_eq!(counts, [1, 1]);
    assert_eq!(
        count(&world, "state=declined&state=failed&state=pending").await,
        2
    );
    assert_eq!(count(&world, "state=reverted").await, 0);
}

#[tokio::test]
async fn a_hold_is_pending_and_completes_with_what_was_captured() {
    let world = World::new().await;
    let asset = world
        .service
        .read()
        .ledger
        .asset_by_code("GBP")
        .expect("it is known")
        .0;
    let amount = |minor| Amount::new(minor).expect("an amount");
    let hold = NewTransfer {
        terms: Some(Box::new(Terms {
            hold: Some(HoldTerms::default()),
            ..Terms::default()
        })),
        ..NewTransfer::simple(
            TransferKind::Transfer,
            world.main,
            world.savings,
            asset,
            amount(5_000),
        )
    };
    let held = world.does(world.book, Action::Transfer(hold)).await;
    let id = world.service.transfer_id(&held);
    let path = format!("/transaction/{id}");
    assert_eq!(world.get(&path).await.text_of("state"), "pending");
    let capture = |minor, release_rest| {
        Action::Capture(Capture {
            transfer: TransferId(held.seq.0),
            amount: Some(amount(minor)),
            release_rest,
        })
    };
    world.does(world.book, capture(1_000, false)).await;
    let part = world.get(&path).await.json();
    assert_eq!(
        (&part["state"], part["legs"][1]["amount"].to_string()),
        (&"pending".into(), "10".to_owned())
    );
    world.does(world.book, capture(2_000, true)).await;
    let whole = world.get(&path).await.json();
    assert_eq!(whole["state"], "completed");
    let leg = &whole["legs"][0];
    assert_eq!(
        (leg["amount"].to_string(), leg["balance"].to_string()),
        ("-30".to_owned(), "9970".to_owned())
    );
}
