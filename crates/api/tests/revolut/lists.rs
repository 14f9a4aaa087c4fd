//! `GET /transactions`: filters, pages, dates.

use crate::world::{Answer, World};
use giro_api::http::time;
use giro_ledger::TransferKind;
use serde_json::Value;

fn request_ids(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{answer:?}");
    let list = answer.json();
    let ids = list.as_array().expect("a list").iter();
    let id = |one: &Value| one["request_id"].as_str().unwrap_or("-").to_owned();
    ids.map(id).collect()
}

/// The transactions that the tests below ask for, oldest first: the deposits of the world, `a`
/// (completed), `b` (declined), `c` (completed), `d` (failed), a withdrawal.
async fn with_history() -> World {
    let world = World::new().await;
    for (id, amount) in [("a", "1"), ("b", "99999"), ("c", "3")] {
        world.transfer(&world.order(id, amount)).await;
    }
    world.freeze(world.savings).await;
    world.transfer(&world.order("d", "4")).await;
    let (main, external) = (world.main, world.external(world.book));
    let kind = TransferKind::Withdrawal;
    world
        .post(world.book, kind, main, external, "GBP", "5")
        .await;
    world
}

#[tokio::test]
async fn filters_let_through_what_they_say() {
    let world = with_history().await;
    let ids = [world.main, world.savings, world.euros].map(|account| world.id(account));
    let [main, savings, euros] = ids;
    let all = ["-", "d", "c", "b", "a", "-", "-"];
    let rows: &[(String, &[&str])] = &[
        (String::new(), &all),
        ("unknown=1&from=2020-01-01".to_owned(), &all),
        ("count=2".to_owned(), &["-", "d"]),
        (format!("account={main}"), &["-", "d", "c", "b", "a", "-"]),
        (format!("account={savings}"), &["d", "c", "b", "a"]),
        (format!("account={savings}&count=1"), &["d"]),
        (format!("account={euros}"), &["-"]),
        ("type=transfer".to_owned(), &["-", "d", "c", "b", "a"]),
        ("type=topup".to_owned(), &["-", "-"]),
        ("type=topup&type=transfer".to_owned(), &all),
        ("type=atm".to_owned(), &[]),
        ("state=completed".to_owned(), &["-", "c", "a", "-", "-"]),
        ("state=declined".to_owned(), &["b"]),
        ("state=failed".to_owned(), &["d"]),
        (
            "state=failed&state=declined&count=2".to_owned(),
            &["d", "b"],
        ),
        ("state=failed&count=1".to_owned(), &["d"]),
        ("state=declined&count=1".to_owned(), &["b"]),
        (
            "state=completed&state=declined".to_owned(),
            &["-", "c", "b", "a", "-", "-"],
        ),
        ("state=pending".to_owned(), &[]),
        ("state=reverted&state=created".to_owned(), &[]),
        (
            format!("state=declined&type=transfer&account={savings}"),
            &["b"],
        ),
        ("to=2020-01-01".to_owned(), &[]),
        ("from=2100-01-01".to_owned(), &[]),
    ];
    for (query, expected) in rows {
        let answer = world.get(&format!("/transactions?{query}")).await;
        assert_eq!(request_ids(&answer), *expected, "{query}");
    }
}

#[tokio::test]
async fn the_next_page_is_up_to_the_time_of_the_last() {
    let world = with_history().await;
    for count in 1..=8 {
        let (mut pages, mut to) = (Vec::new(), String::new());
        loop {
            let page = world.get(&format!("/transactions?count={count}{to}")).await;
            let ids = request_ids(&page);
            if ids.is_empty() {
                break;
            }
            let json = page.json();
            let last = json[ids.len() - 1]["created_at"].as_str().expect("a time");
            to = format!("&to={last}");
            pages.extend(ids);
        }
        assert_eq!(pages, ["-", "d", "c", "b", "a", "-", "-"], "{count}");
    }
}

#[tokio::test]
async fn from_is_inclusive_and_to_is_exclusive_in_every_form_of_a_date() {
    let world = with_history().await;
    let all = world.get("/transactions").await.json();
    let at = |place: usize| {
        all[place]["created_at"]
            .as_str()
            .expect("a time")
            .to_owned()
    };
    let (b, c) = (at(3), at(2));
    let answer = world.get(&format!("/transactions?from={b}&to={c}")).await;
    assert_eq!(request_ids(&answer), ["b"]);
    let bare = |text: &str| text.trim_end_matches('Z').to_owned();
    let offset = |text: &str| format!("{}+00:00", bare(text));
    let escaped = |text: &str| format!("{}%2B00:00", bare(text));
    for spell in [&bare as &dyn Fn(&str) -> String, &offset, &escaped] {
        let path = format!("/transactions?from={}&to={}", spell(&b), spell(&c));
        assert_eq!(request_ids(&world.get(&path).await), ["b"], "{path}");
    }
    let day = 86_400_000_000;
    let today = &at(0)[..10];
    let tomorrow = giro_ledger::Timestamp(world.service.now().0 + day);
    let tomorrow = &time::format(tomorrow)[..10];
    let answer = world
        .get(&format!("/transactions?to={tomorrow}&count=1"))
        .await;
    assert_eq!(request_ids(&answer), ["-"]);
    let answer = world.get(&format!("/transactions?from={tomorrow}")).await;
    assert_eq!(request_ids(&answer), [""; 0]);
    assert_eq!(today.len(), 10);
}

#[tokio::test]
async fn by_request_id_it_is_found_within_14_days_and_with_the_other_filters() {
    let world = with_history().await;
    let at = world.service.now().0;
    let days = |days: i64| time::format(giro_ledger::Timestamp(at + days * 86_400_000_000));
    let (yesterday, main, euros) = (days(-1), world.id(world.main), world.id(world.euros));
    let rows: &[(String, &[&str])] = &[
        (format!("request_id=b&from={yesterday}"), &["b"]),
        (format!("request_id=b&from={}", days(-14)), &["b"]),
        (format!("request_id=x&from={yesterday}"), &[]),
        (
            format!("request_id=b&from={}&to={}", days(-7), days(7)),
            &["b"],
        ),
        (format!("request_id=b&from={}", days(1)), &[]),
        (
            format!("request_id=b&from={}&to={yesterday}", days(-2)),
            &[],
        ),
        (
            format!("request_id=b&from={yesterday}&state=completed"),
            &[],
        ),
        (format!("request_id=b&from={yesterday}&type=topup"), &[]),
        (
            format!("request_id=b&from={yesterday}&account={main}&count=1"),
            &["b"],
        ),
        (
            format!("request_id=b&from={yesterday}&account={euros}"),
            &[],
        ),
    ];
    for (query, expected) in rows {
        let answer = world.get(&format!("/transactions?{query}")).await;
        assert_eq!(request_ids(&answer), *expected, "{query}");
    }
}
