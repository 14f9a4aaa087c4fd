//! Simulations that are executed, once.

use crate::clock::HandClock;
use crate::examples::has_shape;
use crate::world::World;
use axum::http::Method;
use giro_api::dialects::caliza::{Role, issue_token};
use giro_ledger::action::{AccountClose, AccountFreeze, BookStop};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::{Name, Reason};
use giro_ledger::{
    Action, Amount, Conditions, Credential, Grant, LimitSubject, NewLimit, Period, Policy, Side,
    Subject, TransferId, TransferState,
};
use giro_service::TransferQuery;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/core-api/v1/transactions";

#[tokio::test]
async fn a_transaction_is_created_and_has_succeeded_at_the_next_look() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let id = world.simulated("500").await;
    clock.forward(15);
    let created = world.execute(&id).await;
    assert_eq!(created.text_of("status"), "CREATED");
    clock.forward(45);
    let shown = world
        .get(&format!("{PATH}/{}", created.text_of("id")))
        .await;
    let mut expected = created.json();
    expected["status"] = "SUCCEEDED".into();
    assert_eq!((shown.status, shown.json()), (200, expected));
    assert_eq!(world.posted(world.carla, "USDC"), 500_000_000);
    world.assert_balanced();
}

#[tokio::test]
async fn what_is_said_of_a_transaction_is_kept_with_it() {
    let world = World::new().await;
    let id = world.simulated("1").await;
    let body = json!({
        "simulationId": id,
        "beneficiaryIp": "2001:DB8::1",
        "transferPurpose": "Rent",
        "memo": "",
        "paymentReference": "é".repeat(500),
        "unknown": {"x": [1]},
    });
    let answer = world.post(PATH, &body).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let id = answer.text_of("id").parse().expect("a UUID");
    let record = world.service.transfer(world.book, id).expect("readable");
    let record = record.expect("it is there");
    let transfer = giro_service::life::transfer_in(&record).expect("a transfer");
    let said: Vec<_> = transfer.request.metadata.iter().collect();
    let long = "é".repeat(500);
    let expected = [
        ("beneficiaryIp", "2001:db8::1"),
        ("paymentReference", &*long),
        ("transferPurpose", "Rent"),
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn a_body_that_does_not_fit_its_form_is_told_all_that_is_wrong() {
    let world = World::new().await;
    let long = "x".repeat(501);
    let cases: [(Value, &[&str]); 5] = [
        (
            json!({}),
            &[
                "simulationId: must not be null",
                "beneficiaryIp: must not be null",
            ],
        ),
        (
            json!({"simulationId": 1, "beneficiaryIp": []}),
            &[
                "simulationId: must be a string",
                "beneficiaryIp: must be a string",
            ],
        ),
        (
            json!({"simulationId": "x", "beneficiaryIp": "localhost", "memo": 5}),
            &[
                "beneficiaryIp: must be an IP address",
                "memo: must be a string",
            ],
        ),
        (
            json!({"simulationId": "x", "beneficiaryIp": ""}),
            &["beneficiaryIp: must be an IP address"],
        ),
        (
            json!({"simulationId": "x", "beneficiaryIp": "203.0.113.256",
                   "transferPurpose": long, "memo": "a\u{0}b", "paymentReference": null}),
            &[
                "beneficiaryIp: must be an IP address",
                "transferPurpose: has more than 500 characters",
                "memo: contains a control character",
            ],
        ),
    ];
    for (body, errors) in cases {
        world.post(PATH, &body).await.is_misfit(errors);
    }
}

#[tokio::test]
async fn an_unknown_simulation_is_an_error_of_the_request() {
    let world = World::new().await;
    let nobody = uuid::Uuid::nil().to_string();
    for id in ["x", "", &nobody, &world.id(world.ana)] {
        world
            .execute(id)
            .await
            .is_error(400, "simulation.not_found");
    }
}

#[tokio::test]
async fn a_second_execution_is_told_which_transaction_there_is() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let id = world.simulated("1").await;
    let transaction = world.execute(&id).await.text_of("id");
    // Also long after it would have expired, and the ledger has forgotten it.
    for seconds in [0, 301, 100_000] {
        clock.forward(seconds);
        world.deposit(world.book, world.ana, "USD", "1.00").await;
        let again = world.execute(&id).await;
        again.is_error(400, "simulation.is_already_executed");
        let message = again.text_of("message");
        assert!(message.contains(&transaction), "{message}");
    }
    assert_eq!(world.posted(world.carla, "USDC"), 1_000_000);
}

#[tokio::test]
async fn after_its_time_a_simulation_is_expired() {
    let clock = HandClock::new();
    let world = World::at(clock.clone()).await;
    let [last, late] = [world.simulated("1").await, world.simulated("1").await];
    clock.forward(299);
    assert_eq!(world.execute(&last).await.status, 200);
    for seconds in [2, 100_000] {
        clock.forward(seconds);
        world
            .execute(&late)
            .await
            .is_error(400, "simulation.is_expired");
    }
}

#[tokio::test]
async fn without_the_money_nothing_is_made_and_with_it_the_same_simulation_can_be_executed() {
    let world = World::new().await;
    let id = world.simulated("10000.5").await;
    for _ in 0..2 {
        let answer = world.execute(&id).await;
        answer.is_error(400, "flow_of_funds.insufficient-funds");
    }
    let shown = world.get(&format!("/core-api/v1/simulations/{id}")).await;
    assert_eq!(shown.json()["executed"], false);
    // The refusals are on record, where all interfaces of the house can see them.
    let states = [TransferState::Declined];
    let declined = TransferQuery {
        account: Some(world.ana),
        states: &states,
        limit: 10,
        ..TransferQuery::default()
    };
    let declined = world.service.transfers(world.book, &declined);
    let declined = declined.expect("readable").items;
    assert_eq!(declined.len(), 2);
    // But they are no transactions.
    let refusal = world.service.transfer_id(&declined[0].first);
    let answer = world.get(&format!("{PATH}/{refusal}")).await;
    answer.is_error(404, "transaction.not_found");
    world.deposit(world.book, world.ana, "USDC", "0.50").await;
    assert_eq!(world.execute(&id).await.status, 200);
    assert_eq!(world.posted(world.ana, "USDC"), 0);
    world.assert_balanced();
}

#[tokio::test]
async fn what_is_disabled_closed_or_stopped_meanwhile_is_a_failed_precondition() {
    let world = World::new().await;
    let [first, second, third, fourth] = [
        world.simulated("1").await,
        world.simulated("1").await,
        world.simulated("1").await,
        world.simulated("1").await,
    ];
    let freeze = |debits, credits| AccountFreeze {
        account: if debits { world.ana } else { world.carla },
        debits,
        credits,
        reason: None,
    };
    for (debits, credits) in [(true, false), (false, true)] {
        let freeze = Action::FreezeAccount(freeze(debits, credits));
        world.does(world.book, freeze).await;
        let answer = world.execute(&first).await;
        answer.is_error(412, "beneficiary.operation_not_permitted");
        for account in [world.ana, world.carla] {
            let thaw = AccountFreeze {
                account,
                debits: false,
                credits: false,
                reason: None,
            };
            world.does(world.book, Action::FreezeAccount(thaw)).await;
        }
    }
    assert_eq!(world.execute(&first).await.status, 200);
    let stop = |stopped: bool| {
        let reason = stopped.then(|| Reason::new("audit").expect("a reason"));
        Action::StopBook(BookStop { stopped, reason })
    };
    world.does(world.book, stop(true)).await;
    let answer = world.execute(&second).await;
    answer.is_error(412, "beneficiary.cannot_create_operation");
    world.does(world.book, stop(false)).await;
    assert_eq!(world.execute(&third).await.status, 200);
    let close = AccountClose {
        account: world.carla,
        sweep_to: Some(world.bruno),
    };
    world.does(world.book, Action::CloseAccount(close)).await;
    let answer = world.execute(&fourth).await;
    answer.is_error(412, "beneficiary.operation_not_permitted");
    let order = world.order((world.ana, world.carla), ("1", "USDC"), "USDC");
    let closed = world.post("/core-api/v1/simulations", &order).await;
    closed.is_error(404, "beneficiary.not_found");
}

fn limit(world: &World, period: Period) -> NewLimit {
    NewLimit {
        name: Name::new("limit").expect("a name"),
        subject: LimitSubject::Book,
        side: Side::Debit,
        asset: Some(world.asset("USDC")),
        period,
        amount_max: Amount::new(5_000_000),
        count_max: None,
    }
}

#[tokio::test]
async fn a_limit_that_leaves_no_room_is_a_limit_of_the_vendor() {
    for period in [Period::Transfer, Period::Day, Period::Month] {
        let world = World::new().await;
        let add = Action::AddLimit(limit(&world, period));
        world.does(world.book, add).await;
        let [within, beyond] = [
            world.simulated("5").await,
            world.simulated("5.000001").await,
        ];
        assert_eq!(world.execute(&within).await.status, 200);
        let answer = world.execute(&beyond).await;
        answer.is_error(400, "limit.daily_limit_reached");
        // Limits come before money.
        let far_beyond = world.simulated("1000000").await;
        let answer = world.execute(&far_beyond).await;
        answer.is_error(400, "limit.daily_limit_reached");
        let shown = world
            .get(&format!("/core-api/v1/simulations/{beyond}"))
            .await;
        assert_eq!(shown.json()["executed"], false);
    }
}

fn policy() -> Policy {
    Policy {
        name: Name::new("second person").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3_600,
        funds: FundsCheck::AtExecution,
    }
}

/// Every transaction needs somebody else, who is returned.
async fn checker(world: &World) -> giro_ledger::PrincipalId {
    let all = giro_ledger::Capabilities::all_of_a_book();
    let (checker, _) = world.add_user(world.book, "checker@example.com", all).await;
    let change = Action::ChangePolicy(Box::new(PolicyChange::Add(policy())));
    world.does(world.book, change).await;
    checker
}

fn waiting(world: &World) -> TransferId {
    let state = world.service.read();
    let (id, _) = state.ledger.open_transfers().next().expect("one waits");
    id
}

#[tokio::test]
async fn a_transaction_that_needs_approval_is_pending_until_something_becomes_of_it() {
    let steps: [(&str, &str); 5] = [
        ("approve", "SUCCEEDED"),
        ("reject", "CANCELLED"),
        ("cancel", "CANCELLED"),
        ("expire", "EXPIRED"),
        ("spend", "FAILED"),
    ];
    for (step, status) in steps {
        let clock = HandClock::new();
        let world = World::at(clock.clone()).await;
        let checker = checker(&world).await;
        let id = world.simulated("5").await;
        let created = world.execute(&id).await;
        assert_eq!(created.text_of("status"), "CREATED");
        let path = format!("{PATH}/{}", created.text_of("id"));
        let pending = world.get(&path).await;
        assert_eq!(pending.text_of("status"), "PENDING");
        let again = world.execute(&id).await;
        again.is_error(400, "simulation.is_already_executed");
        clock.forward(60);
        let transfer = Subject::Transfer(waiting(&world));
        match step {
            "approve" => drop(
                world
                    .does_as(checker, world.book, Action::Approve(transfer))
                    .await,
            ),
            "reject" => {
                let reject = Action::Reject(transfer, None);
                world.does_as(checker, world.book, reject).await;
            }
            "cancel" => drop(world.does(world.book, Action::Cancel(transfer, None)).await),
            "expire" => clock.forward(3_600),
            _ => {
                let freeze = AccountFreeze {
                    account: world.carla,
                    debits: true,
                    credits: true,
                    reason: None,
                };
                world.does(world.book, Action::FreezeAccount(freeze)).await;
                world
                    .does_as(checker, world.book, Action::Approve(transfer))
                    .await;
            }
        }
        // Whatever comes with time has come before anything else is done.
        world.deposit(world.book, world.bruno, "USD", "1.00").await;
        let shown = world.get(&path).await;
        assert_eq!(shown.text_of("status"), status, "{step}");
        assert_ne!(
            shown.text_of("lastModifiedDate"),
            shown.text_of("createdDate"),
            "{step}"
        );
        let moved = if status == "SUCCEEDED" { 5_000_000 } else { 0 };
        assert_eq!(world.posted(world.carla, "USDC"), moved, "{step}");
        world.assert_balanced();
    }
}

#[tokio::test]
async fn transactions_of_others_and_other_things_are_not_there() {
    let world = World::new().await;
    let simulation = world.simulated("1").await;
    let id = world.execute(&simulation).await.text_of("id");
    let deposit = world.deposit(world.book, world.ana, "USD", "1.00").await;
    let deposit = world.service.transfer_id(&deposit).to_string();
    for wrong in [&simulation, &deposit, "x", "%FF"] {
        let answer = world.get(&format!("{PATH}/{wrong}")).await;
        assert_eq!(answer.status, 404, "{wrong}: {answer:?}");
    }
    let all = Role::all_capabilities();
    let (client, _) = world.add_client(world.other_book, all).await;
    let (user, _) = world
        .add_user(world.other_book, "other@example.com", all)
        .await;
    let hour = Duration::from_secs(3_600);
    let token = issue_token(&world.service, client, user, all, hour);
    let theirs = world.get_with(&token, &format!("{PATH}/{id}"), &[]).await;
    let unknown = world.get_with(&token, &format!("{PATH}/x"), &[]).await;
    for answer in [theirs, unknown] {
        answer.is_error(404, "transaction.not_found");
        assert_eq!(answer.text_of("message"), "Transaction not found");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_executions_at_once_are_one_transaction() {
    for racers in [50, 100] {
        let world = Arc::new(World::new().await);
        let id = world.simulated("1").await;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..racers {
            let (world, id) = (world.clone(), id.clone());
            tasks.spawn(async move { world.execute(&id).await });
        }
        let answers = tasks.join_all().await;
        let (made, refused): (Vec<_>, Vec<_>) =
            answers.into_iter().partition(|answer| answer.status == 200);
        assert_eq!((made.len(), refused.len()), (1, racers - 1));
        let transaction = made[0].text_of("id");
        for answer in refused {
            answer.is_error(400, "simulation.is_already_executed");
            assert!(
                answer.text_of("message").contains(&transaction),
                "{answer:?}"
            );
        }
        assert_eq!(world.posted(world.carla, "USDC"), 1_000_000);
        world.assert_balanced();
    }
}

#[tokio::test]
async fn content_types_do_not_matter() {
    let world = World::new().await;
    for content_type in ["application/json", "text/plain", "x"] {
        let id = world.simulated("1").await;
        let body = json!({"simulationId": id, "beneficiaryIp": "203.0.113.50"}).to_string();
        let headers = [("content-type", content_type)];
        let token = Some(world.token.as_str());
        let answer = world.ask(Method::POST, PATH, token, &headers, &body).await;
        assert_eq!(answer.status, 200, "{content_type}");
        for date in ["createdDate", "lastModifiedDate"] {
            let date = answer.text_of(date);
            assert!(has_shape(&date, "0000-00-00T00:00:00Z"), "{date}");
        }
    }
}

#[tokio::test]
async fn nobody_is_told_to_ask_less_often() {
    let world = World::new().await;
    world.limit_rates().await;
    let id = world.simulated("1").await;
    for _ in 0..500 {
        let answer = world.get(&format!("/core-api/v1/simulations/{id}")).await;
        assert_eq!(answer.status, 200, "{answer:?}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_move_so_much_is_forbidden_to() {
    let world = World::new().await;
    let all = Role::all_capabilities();
    let grant = Grant {
        amounts: vec![(world.asset("USDC"), Amount::new(5_000_000).expect("5"))],
        ..Grant::default()
    };
    let credential = Credential::Client {
        nonce: [7; 16],
        decryption_key: None,
    };
    let admitted = world.admit(world.book, credential, None, all, Some(grant));
    let token = world.token_of(admitted.await, all);
    let [within, beyond] = [
        world.simulated("5").await,
        world.simulated("5.000001").await,
    ];
    let answer = world.execute_as(&token, &within).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    let answer = world.execute_as(&token, &beyond).await;
    answer.is_error(403, "forbidden");
}

#[tokio::test]
async fn without_enough_people_to_agree_nothing_can_be_made() {
    let world = World::new().await;
    let checker = checker(&world).await;
    world
        .does(world.book, Action::RevokePrincipal(checker))
        .await;
    let id = world.simulated("1").await;
    let answer = world.execute(&id).await;
    answer.is_error(412, "beneficiary.cannot_create_operation");
}
