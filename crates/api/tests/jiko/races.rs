//! Many at once: a request is made once, and decided once.

use crate::asking::{Ask, REQUESTS, order};
use crate::hand::{DAY, HandClock};
use crate::world::World;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::Name;
use giro_ledger::{Action, Conditions, Policy};
use serde_json::json;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_equal_requests_are_one() {
    let world = Arc::new(World::new().await);
    let mut tasks = JoinSet::new();
    for _ in 0..100 {
        let world = world.clone();
        tasks.spawn(async move {
            let answer = world.post(REQUESTS, &order(&world, "one", 100)).await;
            (answer.status, answer.text)
        });
    }
    let answers = tasks.join_all().await;
    let created = answers.iter().filter(|(status, _)| *status == 201);
    assert_eq!(created.count(), 1);
    let repeated = answers.iter().filter(|(status, _)| *status == 200);
    assert_eq!(repeated.count(), 99);
    assert!(answers.iter().all(|(_, text)| *text == answers[0].1));
    let list = world.get(REQUESTS).await.json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
    let held = world
        .get(&format!("/api/v2/pockets/{}/", world.id(world.operating)))
        .await;
    assert_eq!(held.json()["held"]["value"], 100);
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_approvals_execute_once() {
    let world = Arc::new(World::new().await);
    world.makes("one", 100).await;
    let mut tasks = JoinSet::new();
    for _ in 0..50 {
        let world = world.clone();
        tasks.spawn(async move { world.approve(&format!("{REQUESTS}one/")).await.status });
    }
    let mut statuses = tasks.join_all().await;
    statuses.sort_unstable();
    assert_eq!((statuses[0], &statuses[1..]), (200, &[412; 49][..]));
    assert_eq!(world.worth(world.reserves), 1_000_100);
    world.is_balanced();
}

#[tokio::test(flavor = "multi_thread")]
async fn of_yes_no_and_never_mind_one_counts() {
    let world = Arc::new(World::new().await);
    let mut tasks = JoinSet::new();
    for number in 0..20 {
        let id = number.to_string();
        world.makes(&id, 100).await;
        for step in ["approve", "reject", "cancel"] {
            let (world, path) = (world.clone(), format!("{REQUESTS}{id}/{step}/"));
            tasks.spawn(async move {
                let by = if step == "cancel" {
                    &world.token
                } else {
                    &world.checker_token
                };
                let answer = world.post_as(by, &path, &json!({})).await;
                (number, answer.status, answer.text)
            });
        }
    }
    let mut won = BTreeMap::new();
    for (number, status, text) in tasks.join_all().await {
        assert!([200, 412].contains(&status), "{text}");
        if status == 200 {
            assert_eq!(won.insert(number, text), None);
        }
    }
    let mut moved = 0;
    for (number, text) in won {
        let now = world.get(&format!("{REQUESTS}{number}/")).await;
        assert_eq!(now.text, text);
        moved += i128::from(now.text_of("status") == "COMPLETED") * 100;
    }
    assert_eq!(world.worth(world.reserves), 1_000_000 + moved);
    assert_eq!(world.worth(world.operating), 1_000_000 - moved);
    world.is_balanced();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_has_agreed_to_expires_whoever_comes_then() {
    let clock = HandClock::new();
    let mut world = World::at(clock.clone()).await;
    for id in ["a", "b", "c"] {
        world.makes(id, 100).await;
    }
    clock.forward(7 * DAY + 1);
    world.token = world.token_of(world.client, world.client);
    world.checker_token = world.token_of(world.client, world.checker);
    let world = Arc::new(world);
    let mut tasks = JoinSet::new();
    for (id, step) in [("a", "approve"), ("b", "reject"), ("c", "cancel")] {
        let world = world.clone();
        tasks.spawn(async move {
            let by = if step == "cancel" {
                &world.token
            } else {
                &world.checker_token
            };
            world
                .post_as(by, &format!("{REQUESTS}{id}/{step}/"), &json!({}))
                .await
                .status
        });
    }
    assert_eq!(tasks.join_all().await, [412; 3]);
    for id in ["a", "b", "c"] {
        let json = world.get(&format!("{REQUESTS}{id}/")).await.json();
        assert_eq!(
            (&json["status"], &json["reason"]),
            (&json!("EXPIRED"), &json!(null))
        );
    }
    assert_eq!(world.worth(world.reserves), 1_000_000);
    world.is_balanced();
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_thousand_amounts_survive_the_round_trip() {
    let world = Arc::new(World::new().await);
    let policy = Policy {
        name: Name::new("nobody").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 0,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtSubmission,
    };
    let add = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, add).await;
    world
        .deposit(world.book, world.operating, "USD", "9000000000000000")
        .await;
    // A generator of old: its numbers need not be good, only many and the same each time.
    let mut seed = 20_261_121_u64;
    let mut cents = || {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let digits = (seed >> 33) % 12 + 1;
        (seed >> 20) % 10_u64.pow(u32::try_from(digits).expect("few")) + 1
    };
    let amounts: Vec<u64> = (0..10_000).map(|_| cents()).collect();
    let (from, to) = (world.worth(world.operating), world.worth(world.reserves));
    let mut tasks = JoinSet::new();
    for (number, cents) in amounts.iter().copied().enumerate() {
        let world = world.clone();
        tasks.spawn(async move {
            let body = order(&world, &number.to_string(), cents);
            let answer = world.post(REQUESTS, &body).await;
            let json = answer.json();
            assert_eq!(
                (answer.status, &json["status"]),
                (201, &json!("COMPLETED")),
                "{json}"
            );
            assert_eq!(json["transfer"], body["transfer"]);
        });
    }
    tasks.join_all().await;
    let moved: i128 = amounts.into_iter().map(i128::from).sum();
    assert_eq!(world.worth(world.operating), from - moved);
    assert_eq!(world.worth(world.reserves), to + moved);
    world.is_balanced();
}
