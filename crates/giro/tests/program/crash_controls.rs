//! `kill -9` with money under way: holds, captures, approvals, reversals, and holds that expire
//! while nobody looks.
//!
//! As in the plain crash test, clients log each answer on their side. After each restart all of it
//! is asked again and answered as it was; every transfer is as its last answer has it, or has
//! expired since; and what is posted, held and counted is what these transfers make of it.

use crate::http::{Answer, Http};
use crate::server::{Server, succeeds, text};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::mpsc::{Sender, channel};

const ROUNDS: usize = 4;
const CLIENTS: usize = 6;
/// The server is killed after so many answers in a round.
const ANSWERS: usize = 240;
/// More often than anything expires while the book is counted.
const COUNTS: usize = 100;

/// Something asked for, and the answer if there was one.
struct Asked {
    is_by_checker: bool,
    key: String,
    path: String,
    body: Value,
    answer: Option<Answer>,
}

/// Where the money is, and what is limited.
struct Stage {
    source: String,
    target: String,
    limit: String,
}

/// The two who act.
struct People {
    maker: Http,
    checker: Http,
}

#[test]
fn money_under_way_survives_kill_nine_and_expires_in_its_time() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut server = Server::dev(dir.path());
    let stage = Stage::set(&Http::maker(&server));
    let mut log: Vec<Asked> = Vec::new();
    let mut before = BTreeMap::new();
    for round in 0..ROUNDS {
        log.extend(kill_under_load(&mut server, round, &stage));
        server = Server::dev(dir.path());
        let people = People::of(&server);
        ask_everything_again(&people, &mut log);
        let now = stage.count(&people.maker);
        assert_as_acknowledged(&people.maker, &log, &now);
        for (id, body) in &before {
            assert_advanced_by_expiry_alone(body, &now[id]);
        }
        before = now;
    }
    assert_everything_happened(&before);
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["in_order"], true, "{report}");
}

impl People {
    fn of(server: &Server) -> People {
        let (maker, checker) = (Http::maker(server), Http::checker(server));
        People { maker, checker }
    }

    fn ask(&self, asked: &Asked) -> Option<Answer> {
        let who = match asked.is_by_checker {
            true => &self.checker,
            false => &self.maker,
        };
        who.post(&asked.path, &asked.key, &asked.body).ok()
    }
}

fn kill_under_load(server: &mut Server, round: usize, stage: &Stage) -> Vec<Asked> {
    let clients: Vec<People> = (0..CLIENTS).map(|_| People::of(server)).collect();
    std::thread::scope(|scope| {
        let (sender, answers) = channel();
        let clients = clients.iter().enumerate();
        let threads: Vec<_> = clients
            .map(|(number, people)| {
                let (name, sender) = (format!("{round}-{number}"), sender.clone());
                scope.spawn(move || Client::new(&name, stage).act(people, &sender))
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

/// One client, and what it goes on with.
struct Client<'a> {
    name: &'a str,
    stage: &'a Stage,
    /// The transfer, and the approval, that its next steps are about.
    transfer: String,
    approval: String,
}

impl<'a> Client<'a> {
    fn new(name: &'a str, stage: &'a Stage) -> Client<'a> {
        let (transfer, approval) = (String::new(), String::new());
        Client {
            name,
            stage,
            transfer,
            approval,
        }
    }

    /// Asks until there is no answer any more.
    fn act(mut self, people: &People, sender: &Sender<()>) -> Vec<Asked> {
        let mut log = Vec::new();
        for turn in 0_u32.. {
            let mut asked = self.request(turn);
            asked.answer = people.ask(&asked);
            let Some(answer) = &asked.answer else {
                log.push(asked);
                break;
            };
            if asked.path == "/v1/transfers" {
                let of = |place| answer.body.pointer(place).and_then(Value::as_str);
                self.transfer = of("/id").unwrap_or_default().to_owned();
                self.approval = of("/approval/id").unwrap_or_default().to_owned();
            }
            log.push(asked);
            // Nobody counts any more once the server was killed.
            let _ = sender.send(());
        }
        log
    }

    fn request(&self, turn: u32) -> Asked {
        let of_transfer = |what: &str| format!("/v1/transfers/{}/{what}", self.transfer);
        let of_approval = |what: &str| format!("/v1/approvals/{}/{what}", self.approval);
        let make = "/v1/transfers".to_owned();
        let transfer = |amount, more| self.stage.transfer(amount, more);
        let hold = |seconds: u32| json!({"hold": {"expires_in_seconds": seconds}});
        let nothing = json!({});
        let (path, body) = match turn % 19 {
            0 => (make, transfer("0.05", hold(3_600))),
            1 => (of_transfer("capture"), json!({"amount": "0.02"})),
            2 => (of_transfer("capture"), json!({"amount": "0.01"})),
            3 => (of_transfer("release"), json!({"reason": "not needed"})),
            4 | 6 | 8 | 10 => (make, transfer("2.00", nothing)),
            5 => (of_approval("approve"), nothing),
            7 => (of_approval("reject"), json!({"reason": "no invoice"})),
            9 => (of_transfer("cancel"), nothing),
            11 => (make, transfer("0.03", nothing)),
            12 => (of_transfer("reverse"), reversal("0.01")),
            13 => (of_transfer("reverse"), reversal("0.03")),
            14 | 16 => (make, transfer("0.04", hold(1))),
            15 => (of_transfer("capture"), json!({"amount": "0.01"})),
            17 => (make, transfer("5000000.00", hold(60))),
            _ => (make, transfer("1.99", hold(3_600))),
        };
        Asked {
            is_by_checker: path.starts_with("/v1/approvals/"),
            key: format!("{}-{turn}", self.name),
            path,
            body,
            answer: None,
        }
    }
}

fn reversal(amount: &str) -> Value {
    json!({"amount": amount, "reason": "wrong_amount"})
}

/// Whether the answer is of something that was done, or declined and kept.
fn is_on_record(answer: &Answer) -> bool {
    answer.status < 300 || answer.body.get("transfer").is_some()
}

/// What is on record is answered as it was; the rest is asked for once more.
fn ask_everything_again(people: &People, log: &mut [Asked]) {
    for asked in log {
        let again = people.ask(asked).expect("the server is running");
        if let Some(first) = asked.answer.as_ref().filter(|first| is_on_record(first)) {
            assert!(again.is_replay, "{} was done again", asked.key);
            assert_eq!(again.status, first.status, "{}", asked.key);
            assert_eq!(again.body, first.body, "{}", asked.key);
        }
        asked.answer = Some(again);
    }
}

/// Every transfer is as the last of its answers has it, but for what has expired since; and what
/// nobody has an answer about is not there.
fn assert_as_acknowledged(http: &Http, log: &[Asked], now: &BTreeMap<String, Value>) {
    let mut known: BTreeMap<&str, &Value> = BTreeMap::new();
    let answers = log.iter().filter_map(|asked| asked.answer.as_ref());
    for answer in answers.filter(|answer| is_on_record(answer)) {
        let Answer { status, body, .. } = answer;
        let transfer = match body.pointer("/subject/transfer") {
            Some(transfer) => {
                let id = word(body, "id");
                assert_eq!(http.get(&format!("/v1/approvals/{id}")), *body);
                transfer
            }
            None if *status < 300 => body,
            None => &body["transfer"],
        };
        let last = known.entry(word(transfer, "id")).or_insert(transfer);
        if timeline(transfer).len() > timeline(last).len() {
            *last = transfer;
        }
    }
    let ids: Vec<&str> = now.keys().map(String::as_str).collect();
    assert_eq!(known.keys().copied().collect::<Vec<_>>(), ids);
    for (id, last) in known {
        assert_advanced_by_expiry_alone(last, &now[id]);
    }
}

/// Compares the whole answers. A reversal of it is told by itself.
fn assert_advanced_by_expiry_alone(before: &Value, now: &Value) {
    let (first, rest) = timeline(now).split_at(timeline(before).len());
    assert_eq!(first, timeline(before));
    let rest: Vec<&str> = rest.iter().map(|step| word(step, "event")).collect();
    match (word(before, "status"), &*rest) {
        ("held", ["expired"] | ["expired", "completed"]) => {}
        (_, []) => {
            let [mut before, mut now] = [before.clone(), now.clone()];
            for body in [&mut before, &mut now] {
                body.as_object_mut().expect("an object").remove("reversal");
            }
            assert_eq!(before, now);
        }
        (status, rest) => panic!("it was {status}, and then {rest:?}: {now}"),
    }
}

/// The clients got everywhere that they were to get.
fn assert_everything_happened(transfers: &BTreeMap<String, Value>) {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for transfer in transfers.values() {
        *found.entry(word(transfer, "status")).or_default() += 1;
        if !transfer["reversal"].is_null() {
            *found.entry("reversed").or_default() += 1;
        }
    }
    for what in [
        "completed",
        "declined",
        "held",
        "awaiting_approval",
        "rejected",
        "cancelled",
        "expired",
        "reversed",
    ] {
        assert!(found.contains_key(what), "nothing is {what}: {found:?}");
    }
}

impl Stage {
    /// Two accounts, a policy for what is large, and a limit that counts all.
    fn set(http: &Http) -> Stage {
        let ask = |path: &str, key: &str, body: &Value| {
            let answer = http.post(path, key, body).expect("the server is running");
            assert_eq!(answer.status, 201, "{}", answer.body);
            answer.body
        };
        let open = |name: &str| {
            let body = json!({"name": name, "assets": ["USD"]});
            word(&ask("/v1/accounts", name, &body), "id").to_owned()
        };
        let (source, target) = (open("Source"), open("Target"));
        let deposit = json!({"account": source, "asset": "USD", "amount": "100000.00"});
        ask("/v1/deposits", "funds", &deposit);
        let policy = json!({
            "name": "large", "approvals": 1,
            "conditions": {"source": source, "asset": "USD", "amount_min": "2.00"},
        });
        ask("/v1/approval-policies", "policy", &policy);
        let limit = json!({
            "name": "all", "subject": {"account": source}, "asset": "USD",
            "period": {"rolling_seconds": 31_622_400}, "amount_max": "100000.00",
        });
        let limit = word(&ask("/v1/limits", "limit", &limit), "id").to_owned();
        Stage {
            source,
            target,
            limit,
        }
    }

    fn transfer(&self, amount: &str, mut more: Value) -> Value {
        more["source"] = json!(self.source);
        more["target"] = json!(self.target);
        more["asset"] = json!("USD");
        more["amount"] = json!(amount);
        more
    }

    /// Every transfer that there is, at an instant at which the balances and the limit agree with
    /// them: holds expire at any time.
    fn count(&self, http: &Http) -> BTreeMap<String, Value> {
        for _ in 0..COUNTS {
            let before = self.kept(http);
            let list = format!("/v1/transfers?account={}&limit=200", self.target);
            let listed = http.list(&list).into_iter();
            let transfers: BTreeMap<String, Value> = listed
                .map(|transfer| (word(&transfer, "id").to_owned(), transfer))
                .collect();
            if self.kept(http) == before {
                assert_eq!(before, self.made_of(&transfers));
                return transfers;
            }
        }
        panic!("the book was never still");
    }

    /// What is posted in both accounts, held in the source, and used of the limit, in cents.
    fn kept(&self, http: &Http) -> [i64; 4] {
        let balance = |account: &str| {
            let account = http.get(&format!("/v1/accounts/{account}"));
            account["balances"][0].clone()
        };
        let (source, target) = (balance(&self.source), balance(&self.target));
        let limit = http.get(&format!("/v1/limits/{}", self.limit));
        [
            cents(&source["posted"]),
            cents(&target["posted"]),
            cents(&source["held"]),
            cents(&limit["usage"]["amount"]),
        ]
    }

    /// The same, as the transfers make it.
    fn made_of(&self, transfers: &BTreeMap<String, Value>) -> [i64; 4] {
        let (mut moved, mut back, mut held) = (0, 0, 0);
        for transfer in transfers.values() {
            let posting = &transfer["postings"][0];
            let is_back = word(transfer, "source") == self.target;
            match (posting["posted"] == true, is_back) {
                (true, false) => moved += cents(&transfer["postings"][0]["amount"]),
                (true, true) => back += cents(&transfer["postings"][0]["amount"]),
                (false, _) => {}
            }
            held += match word(transfer, "status") {
                "held" => cents(&transfer["hold"]["remaining"]),
                "awaiting_approval" => cents(&transfer["amount"]),
                _ => 0,
            };
        }
        [10_000_000 - moved + back, moved - back, held, moved + held]
    }
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn timeline(transfer: &Value) -> &[Value] {
    transfer["timeline"].as_array().expect("a timeline")
}

fn cents(amount: &Value) -> i64 {
    let text = amount.as_str().expect("an amount").replace('.', "");
    text.parse().expect("an amount")
}
