//! A hundred clients at once want the same thing: as many get it as must, and all others are told
//! that it is over. Whatever comes first, the balances are right at the end.

use crate::app::{Answer, TestApp, all_at_once, text};
use crate::people::Person;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CLIENTS: usize = 100;

/// How many answers there are of each kind: `200`, or the code of a problem.
fn counted(answers: &[Answer]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for answer in answers {
        let kind = match answer.status {
            200 | 201 => answer.status.to_string(),
            _ => text(&answer.json(), "code"),
        };
        *counts.entry(kind).or_default() += 1;
    }
    counts
}

fn counts(expected: &[(&str, usize)]) -> BTreeMap<String, usize> {
    let expected = expected.iter().filter(|(_, count)| *count > 0);
    expected
        .map(|(kind, count)| ((*kind).to_owned(), *count))
        .collect()
}

/// A hundred checkers, each a person.
async fn checkers(app: &TestApp) -> Vec<Person> {
    let mut people = Vec::new();
    for number in 0..CLIENTS {
        people.push(app.checker(&format!("c{number}")).await);
    }
    people
}

async fn all_step(app: &TestApp, transfer: &Value, step: &str, body: &Value) -> Vec<Answer> {
    all_at_once((0..CLIENTS).map(|_| app.step(transfer, step, body))).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_checkers_as_many_approve_as_must() {
    for needed in [1, 3] {
        let app = TestApp::with_accounts().await;
        let people = checkers(&app).await;
        app.large_needs(u8::try_from(needed).expect("small")).await;
        let asked = app.pays("60.00").await;
        let answers =
            all_at_once(people.iter().map(|one| app.decide(one, &asked, "approve"))).await;
        let expected = counts(&[("200", needed), ("not_open", CLIENTS - needed)]);
        assert_eq!(counted(&answers), expected);
        let late = answers.iter().filter(|answer| answer.status == 409);
        for answer in late {
            assert_eq!(answer.json()["approval_status"], "approved");
        }
        let done = app.now_of(&asked).await;
        assert_eq!(done["status"], "completed");
        assert_eq!(
            done["approval"]["approved_by"].as_array().map(Vec::len),
            Some(needed)
        );
        assert_eq!(app.money("ops").await, ["40.00", "0.00", "40.00"]);
        assert_eq!(app.money("payroll").await, ["60.00", "0.00", "60.00"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_checker_a_hundred_times_is_one_approval() {
    let app = TestApp::with_accounts().await;
    let (ada, _bob) = (app.checker("Ada").await, app.checker("Bob").await);
    app.large_needs(2).await;
    let asked = app.pays("60.00").await;
    let answers = all_at_once((0..CLIENTS).map(|_| app.decide(&ada, &asked, "approve"))).await;
    let expected = counts(&[("200", 1), ("already_approved", CLIENTS - 1)]);
    assert_eq!(counted(&answers), expected);
    let waiting = app.now_of(&asked).await;
    assert_eq!(waiting["status"], "awaiting_approval");
    assert_eq!(
        waiting["approval"]["approved_by"].as_array().map(Vec::len),
        Some(1)
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_hundred_captures_reversals_cancellations_and_releases_one_wins() {
    let app = TestApp::with_accounts().await;
    app.checker("Ada").await;
    let whole = json!({});
    let one_wins = counts(&[("200", 1), ("not_open", CLIENTS - 1)]);
    let captured = app.hold("20.00").await;
    assert_eq!(
        counted(&all_step(&app, &captured, "capture", &whole).await),
        one_wins
    );
    assert_eq!(app.money("ops").await, ["80.00", "0.00", "80.00"]);

    let released = app.hold("20.00").await;
    assert_eq!(
        counted(&all_step(&app, &released, "release", &whole).await),
        one_wins
    );
    assert_eq!(app.money("ops").await, ["80.00", "0.00", "80.00"]);

    let body = json!({"reason": "duplicate"});
    let reversals = all_step(&app, &captured, "reverse", &body).await;
    let expected = counts(&[("201", 1), ("reversal_too_large", CLIENTS - 1)]);
    assert_eq!(counted(&reversals), expected);
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    let reversal = app.now_of(&captured).await["reversal"].take();
    assert_eq!(reversal["remaining"], "0.00");
    assert_eq!(reversal["reversals"].as_array().map(Vec::len), Some(1));

    app.large_needs(1).await;
    let cancelled = app.pays("20.00").await;
    assert_eq!(
        counted(&all_step(&app, &cancelled, "cancel", &whole).await),
        one_wins
    );
    assert_eq!(app.money("ops").await, ["100.00", "0.00", "100.00"]);
    assert_eq!(app.money("payroll").await, ["0.00", "0.00", "0.00"]);
}

/// A hundred parts of three are asked for of sixty: twenty fit.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_hold_are_captured_until_it_is_used_up() {
    let app = TestApp::with_accounts().await;
    let held = app.hold("60.00").await;
    let answers = all_step(&app, &held, "capture", &json!({"amount": "3.00"})).await;
    assert_eq!(
        counted(&answers),
        counts(&[("200", 20), ("not_open", CLIENTS - 20)])
    );
    let done = app.now_of(&held).await;
    assert_eq!(
        (&done["status"], &done["hold"]["captured"]),
        (&json!("completed"), &json!("60.00"))
    );
    assert_eq!(app.money("ops").await, ["40.00", "0.00", "40.00"]);
}

/// A hundred parts of seven are asked back of sixty: eight fit.
#[tokio::test(flavor = "multi_thread")]
async fn parts_of_a_transfer_are_reversed_up_to_what_it_moved() {
    let app = TestApp::with_accounts().await;
    let paid = app.pays("60.00").await;
    let body = json!({"amount": "7.00", "reason": "wrong_amount"});
    let answers = all_step(&app, &paid, "reverse", &body).await;
    let expected = counts(&[("201", 8), ("reversal_too_large", CLIENTS - 8)]);
    assert_eq!(counted(&answers), expected);
    let reversal = app.now_of(&paid).await["reversal"].take();
    assert_eq!(
        (&reversal["reversed"], &reversal["remaining"]),
        (&json!("56.00"), &json!("4.00"))
    );
    assert_eq!(app.money("ops").await, ["96.00", "0.00", "96.00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_approving_rejecting_and_cancelling_one_wins() {
    let app = TestApp::with_accounts().await;
    let people = checkers(&app).await;
    app.large_needs(1).await;
    let mut expected = 10_000;
    for round in 0..6 {
        let asked = app.pays("10.00").await;
        let asks = people.iter().enumerate().map(|(place, one)| {
            let asked = &asked;
            let app = &app;
            async move {
                match (place + round) % 3 {
                    0 => app.decide(one, asked, "approve").await,
                    1 => app.decide(one, asked, "reject").await,
                    _ => app.step(asked, "cancel", &json!({})).await,
                }
            }
        });
        let answers = all_at_once(asks).await;
        assert_eq!(
            counted(&answers),
            counts(&[("200", 1), ("not_open", CLIENTS - 1)])
        );
        let done = app.now_of(&asked).await;
        let status = text(&done, "status");
        if status == "completed" {
            expected -= 1_000;
        }
        assert!(
            ["completed", "rejected", "cancelled"].contains(&&*status),
            "{status}"
        );
        let left = format!("{}.00", expected / 100);
        assert_eq!(
            app.money("ops").await,
            [left.clone(), "0.00".to_owned(), left]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_capturing_releasing_and_expiring_one_wins() {
    let app = TestApp::with_accounts().await;
    let mut expected = 100;
    for round in 0..12 {
        let held = app.hold("5.00").await;
        let asks = (0..CLIENTS).map(|place| {
            let (held, app) = (&held, &app);
            async move {
                // In every other round its time is over in the middle.
                if place == 50 && round % 2 == 0 {
                    app.pass(8 * 86_400);
                }
                let step = if (place + round) % 2 == 0 {
                    "capture"
                } else {
                    "release"
                };
                app.step(held, step, &json!({})).await
            }
        });
        let answers = all_at_once(asks).await;
        let wins = counted(&answers).remove("200").unwrap_or(0);
        let late = counted(&answers).remove("not_open").unwrap_or(0);
        assert_eq!(
            (wins + late, wins <= 1),
            (CLIENTS, true),
            "{:?}",
            counted(&answers)
        );
        let done = app.now_of(&held).await;
        let status = text(&done, "status");
        assert_eq!(status == "expired", wins == 0, "{done}");
        if status == "completed" {
            expected -= 5;
        }
        let left = format!("{expected}.00");
        assert_eq!(
            app.money("ops").await,
            [left.clone(), "0.00".to_owned(), left]
        );
    }
}

/// Two hundred holds of one are asked for of a hundred: half of them fit, and none too many.
#[tokio::test(flavor = "multi_thread")]
async fn money_is_held_once() {
    let app = TestApp::with_accounts().await;
    let mut body = crate::app::payment("1.00");
    body["hold"] = json!(true);
    let asks = (0..2 * CLIENTS).map(|_| app.post("/v1/transfers").json(&body).send());
    let answers = all_at_once(asks).await;
    let expected = counts(&[("201", CLIENTS), ("insufficient_funds", CLIENTS)]);
    assert_eq!(counted(&answers), expected);
    assert_eq!(app.money("ops").await, ["100.00", "100.00", "0.00"]);
}
