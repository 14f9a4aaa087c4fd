//! `GET /core-api/v1/transactions`

use crate::clock::HandClock;
use crate::world::{Answer, World};
use giro_api::dialects::caliza::issue_token;
use giro_ledger::policy::{Conditions, FundsCheck, Policy, PolicyChange};
use giro_ledger::text::{Name, Tag};
use giro_ledger::{
    AccountId, Action, Capabilities, Capability, Grant, PrincipalId, Subject, TransferId,
};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/core-api/v1/transactions";
const DAY: i64 = 86_400;

/// Makes a transaction, and returns its id.
pub(crate) async fn transact(
    world: &World,
    (source, target): (AccountId, AccountId),
    (code, value): (&str, &str),
    to_code: &str,
) -> String {
    let simulation = world
        .post(
            "/core-api/v1/simulations",
            &json!({
                "beneficiaryId": world.id(source),
                "targetBeneficiaryId": world.id(target),
                "from": {"currencyCode": code, "value": value},
                "toCurrencyCode": to_code,
            }),
        )
        .await;
    assert_eq!(simulation.status, 200, "{simulation:?}");
    let body = json!({
        "simulationId": simulation.text_of("id"), "beneficiaryIp": "203.0.113.50",
    });
    let made = world.post(PATH, &body).await;
    assert_eq!(made.status, 200, "{made:?}");
    made.text_of("id")
}

/// The same of the one currency to the same one.
async fn usdc(world: &World, ends: (AccountId, AccountId), value: &str) -> String {
    transact(world, ends, ("USDC", value), "USDC").await
}

/// A world whose token is valid for days.
async fn lasting(clock: &Arc<HandClock>) -> World {
    let mut world = World::at(clock.clone()).await;
    let (all, week) = (
        Capabilities::all_of_a_book(),
        Duration::from_secs(7 * 86_400),
    );
    world.token = issue_token(&world.service, world.client, world.user, all, week);
    world
}

async fn list(world: &World, query: &str) -> Answer {
    world.get(&format!("{PATH}?{query}")).await
}

/// The ids of those on a page, and how many there are.
fn ids(answer: &Answer) -> (Vec<String>, u64) {
    let json = answer.json();
    assert_eq!(answer.status, 200, "{json}");
    let content = json["content"].as_array().expect("a list").iter();
    let ids = content.map(|one| one["id"].as_str().expect("an id").to_owned());
    (
        ids.collect(),
        json["totalElements"].as_u64().expect("a number"),
    )
}

#[track_caller]
pub(crate) fn assert_coded(answer: &Answer, status: u16, code: &str) {
    let json = answer.json();
    assert_eq!(
        (answer.status, &json["code"]),
        (status, &json!(code)),
        "{json}"
    );
    let members: Vec<&String> = json.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["code", "message", "path", "traceId"], "{json}");
}

#[track_caller]
pub(crate) fn assert_misfit(answer: &Answer, errors: &[&str]) {
    assert_eq!(
        (answer.status, answer.json()),
        (400, json!({"errors": errors}))
    );
}

#[tokio::test]
async fn an_empty_list_has_no_pages() {
    let world = World::new().await;
    let expected = json!({
        "content": [], "totalElements": 0, "totalPages": 0, "size": 20, "number": 0,
    });
    // What came in is no transaction.
    assert_eq!(world.get(PATH).await.json(), expected);
    let text = world.get(PATH).await.text;
    assert!(
        text.starts_with(r#"{"content":[],"totalElements":0,"totalPages":0,"size":20,"number":0}"#)
    );
}

#[tokio::test]
async fn either_side_sees_a_transaction_and_nobody_else() {
    let world = World::new().await;
    let (ana, bruno, carla) = (world.ana, world.bruno, world.carla);
    let first = usdc(&world, (ana, bruno), "1").await;
    let second = usdc(&world, (bruno, carla), "2").await;
    let third = transact(&world, (bruno, ana), ("USDC", "100"), "USD").await;
    for (beneficiary, expected) in [
        (ana, vec![&third, &first]),
        (bruno, vec![&third, &second, &first]),
        (carla, vec![&second]),
    ] {
        let answer = list(&world, &format!("beneficiaryId={}", world.id(beneficiary))).await;
        let (found, total) = ids(&answer);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected);
        assert_eq!(total, expected.len() as u64);
    }
    let whole = world.get(&format!("{PATH}/{third}")).await.json();
    let listed = list(&world, "size=1").await.json();
    let listed = &listed["content"][0];
    for member in [
        "id",
        "simulationId",
        "beneficiaryId",
        "targetBeneficiaryId",
        "from",
        "to",
        "status",
        "createdDate",
        "lastModifiedDate",
    ] {
        assert_eq!(listed[member], whole[member], "{member}");
    }
    assert_eq!(listed.as_object().expect("an object").len(), 9);
    assert_eq!(
        listed["from"],
        json!({"currencyCode": "USDC", "value": "100.00"})
    );
    assert_eq!(
        listed["to"],
        json!({"currencyCode": "USD", "value": "99.95"})
    );
}

#[tokio::test]
async fn what_is_no_beneficiary_of_the_integrator_is_not_found() {
    let world = World::new().await;
    usdc(&world, (world.ana, world.bruno), "1").await;
    let others = world.id(world.others);
    let external = world.id(world.external(world.book));
    let nobody = "00000000-0000-4000-8000-000000000000";
    for id in [
        others.as_str(),
        &external,
        nobody,
        "source-beneficiary-id",
        "%FF",
        "a%00b",
    ] {
        let answer = list(&world, &format!("beneficiaryId={id}")).await;
        assert_coded(&answer, 404, "beneficiary.not_found");
    }
    // An empty one says nothing.
    assert_eq!(ids(&list(&world, "beneficiaryId=").await).1, 1);
}

#[tokio::test]
async fn what_a_deleted_beneficiary_did_can_still_be_listed() {
    let world = World::new().await;
    let made = usdc(&world, (world.ana, world.carla), "5").await;
    let back = usdc(&world, (world.carla, world.ana), "5").await;
    let id = world.id(world.carla);
    let path = format!("/core-api/v1/beneficiaries/{id}");
    let deleted = world.ask(
        axum::http::Method::DELETE,
        &path,
        Some(&world.token),
        &[],
        "",
    );
    assert_eq!(deleted.await.status, 204);
    let answer = list(&world, &format!("beneficiaryId={id}")).await;
    assert_eq!(ids(&answer).0, [back, made]);
}

#[tokio::test]
async fn days_are_of_utc_and_both_belong() {
    let clock = HandClock::new();
    let world = lasting(&clock).await;
    let ends = (world.ana, world.bruno);
    // 10:30 on January 15; the last microsecond of that day; the first one of the next; a day later.
    let first = usdc(&world, ends, "1").await;
    clock.forward(13 * 3600 + 29 * 60 + 59);
    let second = usdc(&world, ends, "2").await;
    clock.forward(1);
    let third = usdc(&world, ends, "3").await;
    clock.forward(DAY);
    let fourth = usdc(&world, ends, "4").await;
    let all = [&first, &second, &third, &fourth];
    for (query, expected) in [
        ("fromDate=2025-01-15", &all[..]),
        ("toDate=2025-01-17", &all[..]),
        ("fromDate=2025-01-16", &all[2..]),
        ("toDate=2025-01-15", &all[..2]),
        ("fromDate=2025-01-15&toDate=2025-01-15", &all[..2]),
        ("fromDate=2025-01-16&toDate=2025-01-16", &all[2..3]),
        ("fromDate=2025-01-17&toDate=2025-01-17", &all[3..]),
        ("fromDate=2025-01-17&toDate=2025-01-15", &[]),
        ("fromDate=2025-01-18", &[]),
        ("toDate=2025-01-14", &[]),
        ("fromDate=0001-01-01&toDate=9999-12-31", &all[..]),
        ("fromDate=&toDate=", &all[..]),
    ] {
        for account in ["", &format!("&beneficiaryId={}", world.id(world.bruno))] {
            let query = format!("sort=createdDate,asc&{query}{account}");
            let (found, total) = ids(&list(&world, &query).await);
            assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
            assert_eq!(total, expected.len() as u64);
        }
    }
}

#[tokio::test]
async fn currencies_and_amounts_narrow_the_list_down() {
    let world = World::new().await;
    let (to, back) = ((world.ana, world.bruno), (world.bruno, world.ana));
    let coins = transact(&world, to, ("USDC", "10.5"), "USDC").await;
    let dollars = transact(&world, to, ("USD", "20"), "USD").await;
    let sold = transact(&world, back, ("USDC", "30.000001"), "USD").await;
    let bought = transact(&world, back, ("USD", "100"), "USDC").await;
    let all = [&coins, &dollars, &sold, &bought];
    let of = |places: &[usize]| places.iter().map(|place| all[*place]).collect::<Vec<_>>();
    for (query, expected) in [
        ("fromCurrency=USDC", of(&[0, 2])),
        ("fromCurrency[]=USDC", of(&[0, 2])),
        ("fromCurrency%5B%5D=USDC", of(&[0, 2])),
        ("fromCurrency=USDC&fromCurrency=USD", of(&[0, 1, 2, 3])),
        ("fromCurrency[]=USDC&fromCurrency[]=USD", of(&[0, 1, 2, 3])),
        ("fromCurrency=USDC,USD", of(&[0, 1, 2, 3])),
        ("toCurrency=USD", of(&[1, 2])),
        ("toCurrency[]=USD&fromCurrency[]=USDC", of(&[2])),
        ("fromCurrency=EUR", of(&[])),
        ("fromCurrency=usdc", of(&[])),
        ("fromCurrency=NOPE", of(&[])),
        ("fromCurrency=NOPE&fromCurrency=USD", of(&[1, 3])),
        ("fromCurrency=", of(&[0, 1, 2, 3])),
        ("minAmount=10.5", of(&[0, 1, 2, 3])),
        ("minAmount=10.50000000001", of(&[1, 2, 3])),
        ("minAmount=30.000001", of(&[2, 3])),
        ("minAmount=30.000002", of(&[3])),
        ("maxAmount=30.000001", of(&[0, 1, 2])),
        ("maxAmount=30", of(&[0, 1])),
        ("maxAmount=10.499999", of(&[])),
        ("minAmount=20.00&maxAmount=020", of(&[1])),
        ("minAmount=100&maxAmount=99", of(&[])),
        (
            "maxAmount=99999999999999999999999999999999999999999999",
            of(&[0, 1, 2, 3]),
        ),
    ] {
        let (found, total) = ids(&list(&world, &format!("sort=createdDate,asc&{query}")).await);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{query}");
        assert_eq!(total, expected.len() as u64);
    }
}

#[tokio::test]
async fn one_transaction_is_found_by_its_id_if_it_is_wanted_otherwise_too() {
    let world = World::new().await;
    let one = usdc(&world, (world.ana, world.bruno), "1").await;
    usdc(&world, (world.ana, world.bruno), "1").await;
    let carla = world.id(world.carla);
    let bruno = world.id(world.bruno);
    for (query, count) in [
        (format!("transactionId={one}"), 1),
        (format!("transactionId={one}&beneficiaryId={bruno}"), 1),
        (format!("transactionId={one}&beneficiaryId={carla}"), 0),
        (format!("transactionId={one}&status=SUCCEEDED"), 1),
        (format!("transactionId={one}&status=FAILED"), 0),
        (format!("transactionId={one}&minAmount=2"), 0),
        (format!("transactionId={one}&fromCurrency=USD"), 0),
        (format!("transactionId={one}&toDate=2000-01-01"), 0),
        (format!("transactionId={bruno}"), 0),
        ("transactionId=txn_def456".to_owned(), 0),
    ] {
        let (found, total) = ids(&list(&world, &query).await);
        assert_eq!((found.len(), total), (count, count as u64), "{query}");
    }
    // It is on the first page, and on no other.
    let answer = list(&world, &format!("transactionId={one}&page=1")).await;
    assert_eq!(ids(&answer), (vec![], 1));
}

/// The transfer that was asked for last and waits.
pub(crate) fn newest_transfer(world: &World) -> TransferId {
    let state = world.service.read();
    let (newest, _) = state
        .ledger
        .open_transfers()
        .next_back()
        .expect("one waits");
    newest
}

/// Every transfer needs the approval of somebody else, who is returned.
pub(crate) async fn needs_approval(world: &World) -> PrincipalId {
    let all = Capabilities::all_of_a_book();
    let (checker, _) = world.add_user(world.book, "checker@example.com", all).await;
    let policy = Policy {
        name: Name::new("second person").expect("a name"),
        rank: 1,
        conditions: Conditions::default(),
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3600,
        funds: FundsCheck::AtExecution,
    };
    let change = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    world.does(world.book, change).await;
    checker
}

#[tokio::test]
async fn every_status_there_is_can_be_asked_for() {
    let clock = HandClock::new();
    let world = lasting(&clock).await;
    let ends = (world.ana, world.bruno);
    let succeeded = usdc(&world, ends, "1").await;
    let checker = needs_approval(&world).await;
    let (mut made, mut records) = (vec![], vec![]);
    for value in ["2", "9999", "4", "5"] {
        made.push(usdc(&world, ends, value).await);
        records.push(Subject::Transfer(newest_transfer(&world)));
    }
    let [approved, failed, refused, expired] = <[String; 4]>::try_from(made).expect("four");
    let pending = json!([&expired, &refused, &failed, &approved]);
    let found = ids(&list(&world, "status=PENDING").await).0;
    assert_eq!(json!(found), pending);
    let (book, yes) = (world.book, Action::Approve);
    world.does_as(checker, book, yes(records[0])).await;
    world.does_as(checker, book, yes(records[1])).await;
    world
        .does_as(checker, book, Action::Reject(records[2], None))
        .await;
    clock.forward(2 * 3600);
    // What is due is seen to before the next command.
    world.deposit(book, world.carla, "USD", "1").await;
    for (status, expected) in [
        ("SUCCEEDED", vec![&approved, &succeeded]),
        ("FAILED", vec![&failed]),
        ("CANCELLED", vec![&refused]),
        ("EXPIRED", vec![&expired]),
        ("CREATED", vec![]),
        ("PENDING", vec![]),
        ("PROCESSING", vec![]),
        ("PAYMENT_SENT", vec![]),
        ("PAYMENT_COMPLETED", vec![]),
        ("PROCESSED_BY_INTERMEDIARY_BANK", vec![]),
        ("UNDER_REVIEW", vec![]),
        ("REFUNDED", vec![]),
    ] {
        let answer = list(&world, &format!("status={status}")).await;
        let (found, total) = ids(&answer);
        assert_eq!(found.iter().collect::<Vec<_>>(), expected, "{status}");
        assert_eq!(total, expected.len() as u64);
        for one in answer.json()["content"].as_array().expect("a list") {
            assert_eq!(one["status"], status);
        }
    }
    assert_eq!(ids(&list(&world, "").await).1, 5);
    for status in ["succeeded", "COMPLETED", "SUCCEEDED,FAILED", "%00"] {
        let answer = list(&world, &format!("status={status}")).await;
        assert_coded(&answer, 400, "validation.invalid_enum_value");
    }
    let answer = list(&world, "status=PAYMENT_SENT&beneficiaryId=nobody").await;
    assert_coded(&answer, 404, "beneficiary.not_found");
}

#[tokio::test]
async fn what_was_refused_for_want_of_money_is_no_transaction() {
    let world = World::new().await;
    let simulation = world
        .post(
            "/core-api/v1/simulations",
            &json!({
                "beneficiaryId": world.id(world.carla),
                "targetBeneficiaryId": world.id(world.ana),
                "from": {"currencyCode": "USDC", "value": 1},
                "toCurrencyCode": "USDC",
            }),
        )
        .await;
    let body = json!({
        "simulationId": simulation.text_of("id"), "beneficiaryIp": "203.0.113.50",
    });
    let refused = world.post(PATH, &body).await;
    assert_coded(&refused, 400, "flow_of_funds.insufficient-funds");
    for query in ["", "status=FAILED"] {
        assert_eq!(ids(&list(&world, query).await), (vec![], 0), "{query}");
    }
}

#[tokio::test]
async fn pages_together_are_the_whole_list_either_way() {
    let world = World::new().await;
    let mut made = Vec::new();
    for value in 1..=7 {
        made.push(usdc(&world, (world.ana, world.bruno), &value.to_string()).await);
    }
    for (sort, is_newest_first) in [
        ("", true),
        ("&sort=createdDate,desc", true),
        ("&sort=createdDate,DESC", true),
        ("&sort=createdDate,asc", false),
        ("&sort=createdDate", false),
    ] {
        let mut expected = made.clone();
        if is_newest_first {
            expected.reverse();
        }
        let mut found = Vec::new();
        for page in 0..4 {
            let answer = list(&world, &format!("page={page}&size=3{sort}")).await;
            let json = answer.json();
            let figures = ["totalElements", "totalPages", "size", "number"].map(|name| &json[name]);
            assert_eq!(figures, [&json!(7), &json!(3), &json!(3), &json!(page)]);
            found.extend(ids(&answer).0);
        }
        assert_eq!(found, expected, "{sort}");
    }
}

/// Offsets count from the front. From the oldest one on, nothing that is new moves them.
#[tokio::test]
async fn pages_from_the_oldest_on_stay_while_new_ones_arrive() {
    let world = World::new().await;
    let mut made = Vec::new();
    let mut found = Vec::new();
    for value in 1..=4 {
        made.push(usdc(&world, (world.ana, world.bruno), &value.to_string()).await);
    }
    for page in 0..4 {
        let query = format!("sort=createdDate,asc&size=2&page={page}");
        let answer = list(&world, &query).await;
        let (ids, total) = ids(&answer);
        assert_eq!(total, made.len() as u64);
        found.extend(ids);
        if page < 2 {
            made.push(usdc(&world, (world.bruno, world.ana), "1").await);
        }
    }
    assert_eq!(found, made);
}

#[tokio::test]
async fn parameters_that_do_not_fit_are_told_by_name() {
    let world = World::new().await;
    let number = "page: must be a number from 0 to 1000000";
    let size = "size: must be a number from 1 to 1000";
    let date = |name: &str| format!("{name}: must be a date such as 2025-01-15");
    let decimal = |name: &str| format!("{name}: must be a decimal number such as 10.50");
    for (query, error) in [
        ("page=-1", number.to_owned()),
        ("page=x", number.to_owned()),
        ("page=1.0", number.to_owned()),
        ("page=1000001", number.to_owned()),
        ("page=99999999999999999999999", number.to_owned()),
        ("size=0", size.to_owned()),
        ("size=1001", size.to_owned()),
        ("size=-5", size.to_owned()),
        ("size=%2B5", size.to_owned()),
        ("fromDate=2025-1-5", date("fromDate")),
        ("fromDate=2025-02-30", date("fromDate")),
        ("fromDate=2025-01-15T10:30:00Z", date("fromDate")),
        ("toDate=tomorrow", date("toDate")),
        ("toDate=%ff", date("toDate")),
        ("minAmount=1e3", decimal("minAmount")),
        ("minAmount=-1", decimal("minAmount")),
        ("maxAmount=1,5", decimal("maxAmount")),
        ("maxAmount=%00", decimal("maxAmount")),
    ] {
        assert_misfit(&list(&world, query).await, &[&error]);
    }
    for sort in [
        "id,asc",
        "createdDate,up",
        "createdDate,asc,x",
        "status",
        "createddate,asc",
    ] {
        let answer = list(&world, &format!("sort={sort}")).await;
        assert_coded(&answer, 400, "validation.invalid_enum_value");
    }
    // What is not known is ignored, the last one counts, and 1000 is still a size.
    let answer = list(&world, "size=7&size=1000&cursor=x&page=0").await;
    assert_eq!((answer.status, &answer.json()["size"]), (200, &json!(1000)));
}

#[tokio::test]
async fn a_narrowed_user_lists_what_they_see() {
    let world = World::new().await;
    let seen = usdc(&world, (world.ana, world.bruno), "1").await;
    let tag = Tag::new("pool").expect("a tag");
    let pool = world.open(world.book, "Pool", vec![tag.clone()], &[]).await;
    usdc(&world, (world.ana, pool), "2").await;
    let grant = Grant {
        accounts: vec![world.bruno],
        ..Grant::default()
    };
    let all = Capabilities::all_of_a_book();
    let credential = giro_ledger::Credential::Secret { hash: [7; 32] };
    let user = world
        .admit(world.book, credential, None, all, Some(grant))
        .await;
    let token = world.token_of(user, all);
    let answer = world.get_with(&token, PATH, &[]).await;
    assert_eq!(ids(&answer), (vec![seen], 1));
    let path = format!("{PATH}?beneficiaryId={}", world.id(world.ana));
    assert_coded(
        &world.get_with(&token, &path, &[]).await,
        404,
        "beneficiary.not_found",
    );
}

#[tokio::test]
async fn a_list_needs_a_token_and_the_role_to_view_activity() {
    let world = World::new().await;
    let answer = world
        .ask(axum::http::Method::GET, PATH, None, &[], "")
        .await;
    assert_coded(&answer, 401, "unauthorized");
    let writes = [Capability::TransfersWrite].into_iter().collect();
    let token = world.token_of(world.user, writes);
    // The role comes before parameters that do not fit.
    let answer = world.get_with(&token, &format!("{PATH}?page=x"), &[]).await;
    assert_coded(&answer, 403, "forbidden");
    assert_eq!(
        answer.json()["message"],
        "Role ROLE_VIEW_ACTIVITY is missing"
    );
}

/// A transfer by another interface is a transaction as well, only that nobody has simulated it.
#[tokio::test]
async fn a_transfer_of_another_interface_is_a_transaction_without_a_simulation() {
    let world = World::new().await;
    let kind = giro_ledger::TransferKind::Transfer;
    let new = world.moving(kind, (world.ana, world.bruno), "USDC", "5");
    let made = world.does(world.book, Action::Transfer(new)).await;
    let id = world.service.transfer_id(&made);
    let money = json!({"currencyCode": "USDC", "value": "5.00"});
    for query in [
        "",
        &format!("transactionId={id}"),
        "minAmount=5&maxAmount=5",
    ] {
        let listed = list(&world, query).await.json();
        let only = &listed["content"][0];
        assert_eq!(listed["totalElements"], 1, "{query}");
        assert_eq!((&only["from"], &only["to"]), (&money, &money));
        assert_eq!(only["id"], id.to_string());
        assert_eq!(only["simulationId"], Value::Null);
    }
    let whole = world.get(&format!("{PATH}/{id}")).await.json();
    assert_eq!(whole["simulationId"], Value::Null);
    let details = json!({
        "conversionDetails": {"effectiveTransactionValue": "5.00", "clientRate": "1.00"},
        "feeDetails": {"totalFees": {"currencyCode": "USDC", "value": "0.00"}},
    });
    assert_eq!(whole["transactionDetails"], details);
}
