//! `internalTransfer`, and reading one back.

use crate::world::World;
use axum::http::Method;
use giro_ledger::{AccountId, TransferKind};
use serde_json::{Value, json};
use std::sync::Arc;

fn success(transfer_id: &str, about: &str) -> Value {
    json!({
        "status": "SUCCESS",
        "subCode": "200",
        "message": format!("RefId-{transfer_id}/{about}-Internal Fund Transfer"),
        "data": {"transferId": transfer_id},
    })
}

#[tokio::test]
async fn money_moves_at_once_and_the_message_says_what_for() {
    let world = World::new().await;
    let answer = world.transfer(&world.order("JUNOb23", "1000.50")).await;
    assert_eq!(
        (answer.status, answer.json()),
        (200, success("JUNOb23", "commission"))
    );
    assert_eq!(world.balance(world.main).await, "8999.50");
    assert_eq!(world.balance(world.savings).await, "1000.50");
}

#[tokio::test]
async fn an_amount_is_a_number_or_a_text() {
    let world = World::new().await;
    let amounts = [
        ("1", "1.00"),
        ("\"1\"", "1.00"),
        ("1.5", "1.50"),
        ("\"1.50\"", "1.50"),
        ("10.10", "10.10"),
        ("\"1\\u0030\"", "10.00"),
    ];
    for (number, (spelled, moved)) in amounts.into_iter().enumerate() {
        let body = format!(
            r#"{{"amount": {spelled}, "transferId": "t{number}", "paymentInstrumentId": "{}",
                "toPaymentInstrumentId": "{}"}}"#,
            world.id(world.main),
            world.id(world.payroll)
        );
        world.post_to("/v1.2/internalTransfer", &body).await.data();
        let query = "/v1/accountStatement?startTime=0&endTime=9999999999&limit=1";
        let entry = world.get(query).await.data()["batches"][0].clone();
        assert_eq!(entry["amount"], moved, "{spelled}");
    }
}

#[tokio::test]
async fn without_remarks_the_debited_instruments_name_stands_there_whatever_it_is_later() {
    let world = World::new().await;
    for (number, remarks) in [json!(null), json!("")].into_iter().enumerate() {
        let id = format!("t{number}");
        let mut body = world.order(&id, "5.00");
        body["remarks"] = remarks;
        let first = world.transfer(&body).await;
        assert_eq!(first.json(), success(&id, "Main"));
        body.as_object_mut().expect("an object").remove("remarks");
        assert_eq!(world.transfer(&body).await.json(), success(&id, "Main"));
    }
    let name = giro_ledger::text::Text::new("Operations").expect("a name");
    world
        .change(world.main, |change| change.name = Some(name))
        .await;
    let mut body = world.order("t0", "5.00");
    body["remarks"] = json!(null);
    assert_eq!(world.transfer(&body).await.json(), success("t0", "Main"));
    let read = world.get("/v1.2/internalTransfer/t0").await;
    assert_eq!(read.json(), success("t0", "Main"));
    body["transferId"] = json!("t9");
    assert_eq!(
        world.transfer(&body).await.json(),
        success("t9", "Operations")
    );
}

#[tokio::test]
async fn the_same_request_again_is_answered_alike_and_moves_nothing() {
    let world = World::new().await;
    let first = world.transfer(&world.order("t", "10.00")).await;
    world
        .alias(world.main, "YES_CONNECTED_484576_4f21dfb")
        .await;
    let mut other_words = world.order("t", "10.00");
    other_words["paymentInstrumentId"] = json!("YES_CONNECTED_484576_4f21dfb");
    other_words["amount"] = json!(10);
    other_words["more"] = json!("ignored");
    for body in [
        world.order("t", "10.00"),
        world.order("t", "10"),
        other_words,
    ] {
        let again = world.transfer(&body).await;
        assert_eq!((again.status, &again.text), (200, &first.text));
        let of_old = world
            .post_to("/v1/internalTransfer", &body.to_string())
            .await;
        assert_eq!((of_old.status, &of_old.text), (200, &first.text));
    }
    assert_eq!(world.balance(world.main).await, "9990.00");
}

#[tokio::test]
async fn another_request_under_the_same_id_is_409() {
    let world = World::new().await;
    world.transfer(&world.order("t", "10.00")).await.data();
    for (field, value) in [
        ("amount", json!("10.01")),
        ("toPaymentInstrumentId", json!(world.id(world.payroll))),
        ("remarks", json!("other")),
        ("remarks", json!(null)),
    ] {
        let mut body = world.order("t", "10.00");
        body[field] = value;
        let answer = world.transfer(&body).await;
        answer.assert_error(409, "Transfer Id already exists.");
        let answer = world
            .post_to("/v1/internalTransfer", &body.to_string())
            .await;
        answer.assert_old_error(409, "Transfer Id already exists.");
    }
    assert_eq!(world.balance(world.main).await, "9990.00");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_requests_at_once_are_one_transfer_and_a_hundred_equal_answers() {
    let world = Arc::new(World::new().await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..100 {
        let world = world.clone();
        tasks.spawn(async move { world.transfer(&world.order("t", "7.00")).await });
    }
    while let Some(answer) = tasks.join_next().await {
        let answer = answer.expect("no panic");
        assert_eq!(
            (answer.status, answer.json()),
            (200, success("t", "commission"))
        );
    }
    assert_eq!(world.balance(world.main).await, "9993.00");
}

#[tokio::test]
async fn too_little_money_is_422_and_stays_so() {
    let world = World::new().await;
    let body = world.order("t", "10000.01");
    let message = "Not enough available balance";
    world.transfer(&body).await.assert_error(422, message);
    world.deposit(world.book, world.main, "INR", "5.00").await;
    world.transfer(&body).await.assert_error(422, message);
    let of_old = world
        .post_to("/v1/internalTransfer", &body.to_string())
        .await;
    of_old.assert_old_error(422, message);
    world
        .get("/v1.2/internalTransfer/t")
        .await
        .assert_error(422, message);
    let smaller = world.transfer(&world.order("t", "1.00")).await;
    smaller.assert_error(409, "Transfer Id already exists.");
    assert_eq!(world.balance(world.main).await, "10005.00");
}

#[tokio::test]
async fn a_frozen_instrument_is_not_available() {
    let world = World::new().await;
    world.freeze(world.savings).await;
    let message = "Specified paymentInstrumentId not available.";
    let answer = world.transfer(&world.order("t", "1.00")).await;
    answer.assert_error(422, message);
    let read = world.get("/v1.2/internalTransfer/t").await;
    read.assert_error(422, message);
}

#[tokio::test]
async fn without_an_id_the_server_makes_one_and_nothing_guards_a_retry() {
    let world = World::new().await;
    let mut ids = Vec::new();
    for id in [json!(null), json!("")] {
        let mut body = world.order("", "5.00");
        body["transferId"] = id;
        let answer = world.transfer(&body).await;
        let id = answer.data()["transferId"]
            .as_str()
            .expect("a text")
            .to_owned();
        assert!(
            id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{id}"
        );
        assert_eq!(answer.json(), success(&id, "commission"));
        let read = world.get(&format!("/v1.2/internalTransfer/{id}")).await;
        assert_eq!(read.text, answer.text);
        ids.push(id);
    }
    assert_ne!(ids[0], ids[1]);
    assert_eq!(world.balance(world.main).await, "9990.00");
}

#[tokio::test]
async fn one_transfer_is_read_back_by_its_id_and_others_are_not_there() {
    let world = World::new().await;
    let made = world.transfer(&world.order("a-B_9", "5.00")).await;
    let read = world.get("/v1.2/internalTransfer/a-B_9").await;
    assert_eq!((read.status, read.text), (200, made.text));
    let external = {
        let state = world.service.read();
        let book = state.ledger.book(world.book).expect("a book");
        book.system_account(giro_ledger::SystemRole::External)
    };
    let ends = [external, world.main];
    let deposit = world
        .post(world.book, TransferKind::Deposit, ends, ("INR", "1.00"))
        .await;
    let deposit = world.service.transfer_id(&deposit).to_string();
    let foreign = other_books_transfer(&world).await;
    let account = world.id(world.main);
    let long = "a".repeat(300);
    for id in [
        "a-b_9", "x", "%FF", "%00", &long, &deposit, &foreign, &account,
    ] {
        let answer = world.get(&format!("/v1.2/internalTransfer/{id}")).await;
        answer.assert_error(404, "ReferenceId does not exist");
    }
}

async fn other_books_transfer(world: &World) -> String {
    let more = world.open_account(world.other_book, "More", "INR").await;
    world
        .deposit(world.other_book, world.others, "INR", "9.00")
        .await;
    let made = natively(world, [world.others, more], world.other_book).await;
    world.service.transfer_id(&made).to_string()
}

async fn natively(
    world: &World,
    ends: [AccountId; 2],
    book: giro_ledger::BookId,
) -> giro_service::Record {
    world
        .post(book, TransferKind::Transfer, ends, ("INR", "2.00"))
        .await
}

#[tokio::test]
async fn what_was_transferred_otherwise_has_our_id() {
    let world = World::new().await;
    let made = natively(&world, [world.main, world.savings], world.book).await;
    let id = world.service.transfer_id(&made).to_string();
    let read = world.get(&format!("/v1.2/internalTransfer/{id}")).await;
    assert_eq!(read.json(), success(&id, "Main"));
}

#[tokio::test]
async fn a_limit_and_a_stop_say_no_and_are_on_record() {
    let world = World::new().await;
    let stop = giro_ledger::action::BookStop {
        stopped: true,
        reason: None,
    };
    let action = giro_ledger::Action::StopBook(stop.clone());
    world.does(world.book, action).await;
    let body = world.order("t", "1.00");
    let message = "Internal Fund Transfer is not allowed for the selected Fund Sources";
    world.transfer(&body).await.assert_error(422, message);
    let go_on = giro_ledger::action::BookStop {
        stopped: false,
        ..stop
    };
    let action = giro_ledger::Action::StopBook(go_on);
    world.does(world.book, action).await;
    world.transfer(&body).await.assert_error(422, message);
    world.transfer(&world.order("t2", "1.00")).await.data();
}

#[tokio::test]
async fn every_answer_has_the_id_of_its_request() {
    let world = World::new().await;
    let request = axum::http::Request::get("/payout/v1/getBalance")
        .header("x-request-id", "mine-1")
        .body(axum::body::Body::empty());
    let answer = world.send(request.expect("a request")).await;
    assert_eq!(answer.headers["x-request-id"], "mine-1");
    for path in ["/v1/getBalance", "/nowhere", "/v1/fundsources"] {
        let answer = world.ask(Method::GET, path, None, "").await;
        assert!(answer.headers.contains_key("x-request-id"), "{path}");
    }
}
