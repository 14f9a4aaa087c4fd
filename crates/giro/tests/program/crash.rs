//! `kill -9` under load, again and again: nothing acknowledged is lost or doubled, the sums hold,
//! and every restart is clean.
//!
//! Clients log each answer on their side. After each restart, all that was ever asked is asked
//! again under the same keys: what was answered gets the very same answer, and what was not is
//! done once. Then the book is counted.

use crate::http::{Answer, Http};
use crate::server::{Server, succeeds, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};

const ROUNDS: usize = 4;
const CLIENTS: usize = 6;
/// The server is killed after so many answers in a round.
const ANSWERS: usize = 240;

/// Something asked for, and the answer if there was one.
struct Asked {
    key: String,
    path: &'static str,
    body: Value,
    answer: Option<Answer>,
}

#[test]
fn nothing_acknowledged_is_lost_or_doubled_by_kill_nine_under_load() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut server = Server::dev(dir.path());
    let accounts = accounts(&Http::maker(&server));
    let mut log: Vec<Asked> = Vec::new();
    for round in 0..ROUNDS {
        log.extend(kill_under_load(&mut server, round, &accounts));
        server = Server::dev(dir.path());
        let http = Http::maker(&server);
        ask_everything_again(&http, &mut log);
        assert_the_book_is_as_logged(&http, &accounts, &log);
    }
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["in_order"], true);
    assert_eq!(report["torn_tail"], Value::Null);
}

/// Where the money comes from and where it goes.
fn accounts(http: &Http) -> [String; 2] {
    ["Source", "Target"].map(|name| {
        let body = json!({"name": name, "assets": ["USD"]});
        let opened = http.post("/v1/accounts", name, &body).expect("an answer");
        let id = opened.body["id"].as_str().expect("an id").to_owned();
        if name == "Source" {
            let body = json!({"account": id, "asset": "USD", "amount": "1000.00"});
            let funded = http
                .post("/v1/deposits", "funds", &body)
                .expect("an answer");
            assert_eq!(funded.status, 201, "{}", funded.body);
        }
        id
    })
}

fn kill_under_load(server: &mut Server, round: usize, accounts: &[String; 2]) -> Vec<Asked> {
    let clients: Vec<Http> = (0..CLIENTS).map(|_| Http::maker(server)).collect();
    std::thread::scope(|scope| {
        let (sender, answers) = channel();
        let clients = clients.iter().enumerate();
        let threads: Vec<_> = clients
            .map(|(client, http)| {
                let (name, sender) = (format!("{round}-{client}"), sender.clone());
                scope.spawn(move || ask_until_there_is_no_answer(http, &name, accounts, &sender))
            })
            .collect();
        drop(sender);
        assert_eq!(answers.iter().take(ANSWERS).count(), ANSWERS);
        server.kill();
        let logs = threads.into_iter().map(|thread| thread.join());
        logs.flat_map(|log| log.expect("no client panics"))
            .collect()
    })
}

fn ask_until_there_is_no_answer(
    http: &Http,
    name: &str,
    accounts: &[String; 2],
    sender: &Sender<()>,
) -> Vec<Asked> {
    let mut log = Vec::new();
    for turn in 0_u32.. {
        let mut asked = request(format!("{name}-{turn}"), turn, accounts);
        let answer = http.post(asked.path, &asked.key, &asked.body).ok();
        let is_last = answer.is_none();
        asked.answer = answer;
        log.push(asked);
        if is_last {
            break;
        }
        // Nobody counts any more once the server was killed.
        let _ = sender.send(());
    }
    log
}

/// A transfer, a batch of three, or one that must be declined.
fn request(key: String, turn: u32, [source, target]: &[String; 2]) -> Asked {
    let transfer = |amount: &str| {
        let (source, target) = (source.as_str(), target.as_str());
        json!({"source": source, "target": target, "asset": "USD", "amount": amount})
    };
    let (path, body) = match turn % 4 {
        1 => {
            let transfers = [transfer("0.01"), transfer("0.01"), transfer("0.01")];
            let body = json!({"mode": "atomic", "transfers": transfers});
            ("/v1/transfers/batch", body)
        }
        2 => ("/v1/transfers", transfer("5000000.00")),
        _ => ("/v1/transfers", transfer("0.01")),
    };
    let answer = None;
    Asked {
        key,
        path,
        body,
        answer,
    }
}

fn ask_everything_again(http: &Http, log: &mut [Asked]) {
    for asked in log {
        let again = http.post(asked.path, &asked.key, &asked.body);
        let again = again.expect("the server is running");
        if let Some(first) = &asked.answer {
            assert!(again.is_replay, "{} was done again", asked.key);
            assert_eq!(again.status, first.status, "{}", asked.key);
            assert_eq!(again.body, first.body, "{}", asked.key);
        }
        asked.answer = Some(again);
    }
}

/// Every completed transfer is there once, and nothing else is.
fn assert_the_book_is_as_logged(http: &Http, [source, target]: &[String; 2], log: &[Asked]) {
    let mut expected: BTreeMap<String, usize> = BTreeMap::new();
    for asked in log {
        let answer = asked.answer.as_ref().expect("all was asked again");
        match answer.body["results"].as_array() {
            Some(results) => {
                let keys = results
                    .iter()
                    .map(|one| &one["transfer"]["idempotency_key"]);
                expected.extend(keys.map(|key| (key.as_str().expect("a text").to_owned(), 1)));
            }
            None if answer.status == 201 => {
                expected.insert(asked.key.clone(), 1);
            }
            None => assert_eq!(answer.body["code"], "insufficient_funds"),
        }
    }
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for transfer in http.list(&format!(
        "/v1/transfers?account={target}&status=completed&limit=200"
    )) {
        let key = transfer["idempotency_key"].as_str().expect("a text");
        *found.entry(key.to_owned()).or_default() += 1;
    }
    assert_eq!(found, expected);
    let moved = expected.len();
    assert_eq!(balance(http, target), moved);
    assert_eq!(balance(http, source), 100_000 - moved);
}

/// What is available in an account, in cents.
fn balance(http: &Http, account: &str) -> usize {
    let account = http.get(&format!("/v1/accounts/{account}"));
    let available = account["balances"][0]["available"].as_str();
    let cents = available.expect("a text").replace('.', "");
    cents.parse().expect("an amount")
}
