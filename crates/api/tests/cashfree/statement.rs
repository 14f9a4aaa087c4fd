//! `accountStatement`.

use crate::world::World;
use giro_ledger::{AccountId, TransferKind};
use serde_json::{Value, json};

const ALL_TIME: &str = "startTime=0&endTime=9999999999";

impl World {
    async fn page(&self, more: &str) -> Value {
        let answer = self
            .get(&format!("/v1/accountStatement?{ALL_TIME}{more}"))
            .await;
        assert_eq!(answer.json()["message"], "Account Statement Retrieved");
        answer.data()
    }

    async fn natively(&self, ends: [AccountId; 2], amount: &str) -> String {
        let kind = TransferKind::Transfer;
        let made = self.post(self.book, kind, ends, ("INR", amount)).await;
        self.service.transfer_id(&made).to_string()
    }
}

#[tokio::test]
async fn it_is_newest_first_whoever_has_made_the_transfers() {
    let world = World::new().await;
    world
        .transfer(&world.order("first", "1000.50"))
        .await
        .data();
    let own = world.natively([world.savings, world.main], "0.50").await;
    world.transfer(&world.order("declined", "99999.00")).await;
    let page = world.page("").await;
    assert_eq!(page["prevCursor"], "");
    assert_eq!(page["nextCursor"], "");
    assert_eq!(page["hasNext"], false);
    let entries = page["batches"].as_array().expect("a list");
    let shown: Vec<Value> = entries.iter().map(without_time).collect();
    let deposit = entries[2]["transferId"].clone();
    let expected = [
        json!({"transferId": own, "amount": "0.50", "type": "CREDIT", "balance": "9000.00",
            "remarks": ""}),
        json!({"transferId": "first", "amount": "1000.50", "type": "DEBIT", "balance": "8999.50",
            "remarks": "commission"}),
        json!({"transferId": deposit, "amount": "10000.00", "type": "CREDIT",
            "balance": "10000.00", "remarks": ""}),
    ];
    assert_eq!(shown, expected);
    let payroll = world.id(world.payroll);
    let other = world.page(&format!("&paymentInstrumentId={payroll}")).await;
    assert_eq!(other["batches"].as_array().expect("a list").len(), 1);
}

fn without_time(entry: &Value) -> Value {
    let mut entry = entry.clone();
    let time = entry.as_object_mut().expect("an object").remove("addedOn");
    let time = time.and_then(|time| time.as_str().map(str::len));
    assert_eq!(time, Some("2024-01-01T12:00:00Z".len()));
    entry
}

#[tokio::test]
async fn its_ends_are_seconds_that_belong_to_it() {
    let world = World::new().await;
    let now = world.service.now().0 / 1_000_000;
    let count = |from: i64, to: i64| {
        let path = format!("/v1/accountStatement?startTime={from}&endTime={to}");
        let world = &world;
        async move {
            let data = world.get(&path).await.data();
            data["batches"].as_array().expect("a list").len()
        }
    };
    assert_eq!(count(now - 60, now).await, 1);
    assert_eq!(count(now - 60, now - 30).await, 0);
    assert_eq!(count(now + 30, now + 30).await, 0);
    assert_eq!(count(0, 0).await, 0);
}

#[tokio::test]
async fn parameters_out_of_their_limits_are_named() {
    let world = World::new().await;
    let seconds = "It is not a number of seconds since 1970.";
    let limit = "Invalid limit passed. It is not a number from 1 to 1000.";
    let start = format!("Invalid startTime passed. {seconds}");
    let end = format!("Invalid endTime passed. {seconds}");
    let cases = [
        ("", 412, "StartTime missing in the request."),
        ("endTime=1", 412, "StartTime missing in the request."),
        (
            "startTime=&endTime=1",
            412,
            "StartTime missing in the request.",
        ),
        ("startTime=1", 412, "EndTime missing in the request."),
        ("startTime=x&endTime=1", 422, start.as_str()),
        ("startTime=-1&endTime=1", 422, &start),
        ("startTime=1.5&endTime=2", 422, &start),
        ("startTime=%2B1&endTime=2", 422, &start),
        ("startTime=1&endTime=99999999999999999999", 422, &end),
        ("startTime=1&endTime=9223372036854775807", 422, &end),
        (
            "startTime=2&endTime=1",
            422,
            "Invalid startTime passed. It is after endTime.",
        ),
        ("startTime=1&endTime=2&limit=0", 422, limit),
        ("startTime=1&endTime=2&limit=1001", 422, limit),
        ("startTime=1&endTime=2&limit=ten", 422, limit),
        (
            "startTime=1&endTime=2&cursor=x",
            422,
            "Invalid cursor passed.",
        ),
        (
            "startTime=1&endTime=2&cursor=%FF%00",
            422,
            "Invalid cursor passed.",
        ),
        (
            "startTime=1&endTime=2&paymentInstrumentId=x",
            422,
            "Specified paymentInstrumentId not available.",
        ),
    ];
    for (query, code, message) in cases {
        let answer = world.get(&format!("/v1/accountStatement?{query}")).await;
        answer.assert_old_error(code, message);
    }
}

#[tokio::test]
async fn a_cursor_is_good_for_its_own_statement_only() {
    let world = World::new().await;
    for number in 0..3 {
        world
            .transfer(&world.order(&format!("t{number}"), "1.00"))
            .await
            .data();
    }
    let page = world.page("&limit=1").await;
    let cursor = page["nextCursor"].as_str().expect("a text");
    let next = world.page(&format!("&limit=2&cursor={cursor}")).await;
    assert_eq!(ids(&next), ["t1", "t0"]);
    let savings = world.id(world.savings);
    for query in [
        format!("startTime=1&endTime=9999999999&cursor={cursor}"),
        format!("startTime=0&endTime=9999999998&cursor={cursor}"),
        format!("{ALL_TIME}&cursor={cursor}&paymentInstrumentId={savings}"),
        format!("{ALL_TIME}&cursor={cursor}x"),
    ] {
        let answer = world.get(&format!("/v1/accountStatement?{query}")).await;
        answer.assert_old_error(422, "Invalid cursor passed.");
    }
}

fn ids(page: &Value) -> Vec<String> {
    let entries = page["batches"].as_array().expect("a list").iter();
    entries
        .map(|entry| entry["transferId"].as_str().expect("a text").to_owned())
        .collect()
}

fn cursor(page: &Value, name: &str) -> Option<String> {
    let cursor = page[name].as_str().expect("a text");
    (!cursor.is_empty()).then(|| cursor.to_owned())
}

#[tokio::test]
async fn pages_lead_both_ways_and_have_every_entry_once() {
    let world = World::new().await;
    let mut expected = Vec::new();
    for number in 0..23 {
        // Others move money meanwhile, so that places in the log are not next to one another.
        for _ in 0..number % 4 {
            world.natively([world.payroll, world.savings], "1.00").await;
        }
        let id = format!("t{number}");
        world.transfer(&world.order(&id, "1.00")).await.data();
        expected.push(id);
    }
    expected.reverse();
    for limit in [1, 2, 5, 7, 24, 100] {
        let mut page = world.page(&format!("&limit={limit}")).await;
        assert_eq!(cursor(&page, "prevCursor"), None);
        let (mut seen, mut starts) = (ids(&page), vec![ids(&page)]);
        while let Some(next) = cursor(&page, "nextCursor") {
            assert_eq!(page["hasNext"], true);
            page = world.page(&format!("&limit={limit}&cursor={next}")).await;
            seen.extend(ids(&page));
            starts.push(ids(&page));
        }
        assert_eq!(page["hasNext"], false);
        // The last one is the deposit at the beginning.
        assert_eq!(seen.len(), 24);
        assert_eq!(seen[..23], expected, "{limit}");
        starts.pop();
        while let Some(previous) = cursor(&page, "prevCursor") {
            page = world
                .page(&format!("&limit={limit}&cursor={previous}"))
                .await;
            assert_eq!(page["hasNext"], true);
            assert_eq!(Some(ids(&page)), starts.pop(), "{limit}");
        }
        assert!(starts.is_empty(), "{limit}: {starts:?}");
    }
}

#[tokio::test]
async fn the_way_back_finds_what_has_come_since() {
    let world = World::new().await;
    for number in 0..4 {
        world
            .transfer(&world.order(&format!("t{number}"), "1.00"))
            .await
            .data();
    }
    let first = world.page("&limit=2").await;
    assert_eq!(ids(&first), ["t3", "t2"]);
    let next = cursor(&first, "nextCursor").expect("there are more");
    world.transfer(&world.order("t4", "1.00")).await.data();
    let second = world.page(&format!("&limit=2&cursor={next}")).await;
    assert_eq!(ids(&second), ["t1", "t0"]);
    let back = cursor(&second, "prevCursor").expect("there were some");
    let page = world.page(&format!("&limit=2&cursor={back}")).await;
    assert_eq!(ids(&page), ["t3", "t2"]);
    let back = cursor(&page, "prevCursor").expect("one has come since");
    let page = world.page(&format!("&limit=2&cursor={back}")).await;
    assert_eq!(
        (ids(&page), cursor(&page, "prevCursor")),
        (vec!["t4".to_owned()], None)
    );
}
