//! Fifty clients at once carry out the same quote: one of them does, and all others are told which
//! transfer has.

use crate::app::{Answer, TestApp, all_at_once, text};
use serde_json::json;

const CLIENTS: usize = 50;

fn split(answers: &[Answer]) -> (Vec<&Answer>, Vec<&Answer>) {
    answers.iter().partition(|answer| answer.status == 201)
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_executions_of_one_quote_one_is_a_transfer() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("50.00").await;
    let answers = all_at_once((0..CLIENTS).map(|_| app.carry_out(&quote))).await;
    let (made, refused) = split(&answers);
    assert_eq!((made.len(), refused.len()), (1, CLIENTS - 1));
    let transfer = made[0].json();
    for answer in refused {
        let problem = answer.problem(409, "quote_used");
        assert_eq!(problem["transfer_id"], transfer["id"], "{problem}");
    }
    assert_eq!(app.quote_now(&quote).await["used_by"], transfer["id"]);
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
    assert_eq!(app.posted_to("fx", "EUR").await, "-45.57");
    let list = app
        .get("/v1/transfers?kind=conversion")
        .send()
        .await
        .expect(200);
    assert_eq!(list["items"], json!([transfer]));
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_times_one_request_is_one_transfer_and_one_answer() {
    let app = TestApp::exchanging().await;
    let quote = app.quote("50.00").await;
    let body = json!({"quote": quote["id"]});
    let ask = |_| app.post("/v1/transfers").key("once").json(&body).send();
    let answers = all_at_once((0..CLIENTS).map(ask)).await;
    let first = text(&answers[0].expect(201), "id");
    assert!(
        answers
            .iter()
            .all(|answer| text(&answer.expect(201), "id") == first)
    );
    let replays = answers.iter().filter(|answer| answer.is_replay());
    assert_eq!(replays.count(), CLIENTS - 1);
    assert_eq!(app.money("ops").await, ["50.00", "0.00", "50.00"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_quotes_that_the_money_is_enough_for_twice_two_are_carried_out() {
    let app = TestApp::exchanging().await;
    let mut quotes = Vec::new();
    for _ in 0..CLIENTS {
        quotes.push(app.quote("50.00").await);
    }
    let answers = all_at_once(quotes.iter().map(|quote| app.carry_out(quote))).await;
    let (made, refused) = split(&answers);
    assert_eq!(made.len(), 2);
    for answer in refused {
        answer.problem(422, "insufficient_funds");
    }
    assert_eq!(app.money("ops").await, ["0.00", "0.00", "0.00"]);
    let open = app.get("/v1/quotes?status=open").send().await.expect(200);
    assert_eq!(open["items"].as_array().map(Vec::len), Some(CLIENTS - 2));
}
