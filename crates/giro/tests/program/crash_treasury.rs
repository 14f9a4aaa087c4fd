//! `kill -9` while schedules run and quotes are carried out.
//!
//! Schedules are due one after the other, also while the server is down. Clients ask for quotes and
//! carry each out twice, under different keys, and log every answer. After each restart, what was
//! due has run once, and no quote was used twice.

use crate::http::{Answer, Http};
use crate::server::{Server, succeeds, text};
use jiff::{Timestamp, ToSpan};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

const ROUNDS: usize = 3;
const CLIENTS: usize = 4;
/// The server is killed after so many answers in a round at least…
const ANSWERS: usize = 100;
/// … and when some schedules are just due: those of so many seconds later in every round.
const SECONDS_A_ROUND: i64 = 2;
/// Four are due in every second, from two seconds after they were asked for.
const SCHEDULES: u32 = 24;
const A_SECOND: u32 = 4;
/// Far longer than they need.
const DEADLINE: Duration = Duration::from_secs(30);

/// The accounts that money leaves and arrives in: one for quotes, one for schedules.
struct Stage {
    source: String,
    euros: String,
    rent: String,
    /// When the first schedules are due.
    begin: Timestamp,
    /// The schedules, with when they are due.
    schedules: BTreeMap<String, String>,
}

/// What was carried out, as a client knows it: the quote, and the key and the answer if there was
/// one.
struct Carried {
    quote: String,
    key: String,
    answer: Option<Answer>,
}

#[test]
fn what_is_due_runs_once_and_no_quote_is_used_twice_through_kill_nine() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut server = Server::dev(dir.path());
    let stage = Stage::set(&Http::maker(&server));
    let mut log = Vec::new();
    for round in 0..ROUNDS {
        log.extend(kill_under_load(&mut server, round, &stage));
        server = Server::dev(dir.path());
        let http = Http::maker(&server);
        for carried in &mut log {
            carry_out_again(&http, carried);
        }
        stage.assert_quotes_used_once(&http, &log);
    }
    stage.assert_ran_once(&Http::maker(&server));
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["in_order"], true, "{report}");
    assert_eq!(report["runs"], SCHEDULES);
    assert!(report["quotes"].as_u64() > Some(10), "{report}");
}

fn kill_under_load(server: &mut Server, round: usize, stage: &Stage) -> Vec<Carried> {
    let clients: Vec<Http> = (0..CLIENTS).map(|_| Http::maker(server)).collect();
    std::thread::scope(|scope| {
        let (sender, answers) = channel();
        let clients = clients.iter().enumerate();
        let threads: Vec<_> = clients
            .map(|(number, http)| {
                let (name, sender) = (format!("{round}-{number}"), sender.clone());
                scope.spawn(move || act(http, &name, stage, &sender))
            })
            .collect();
        drop(sender);
        let round = i64::try_from(round).expect("small");
        let middle = stage.begin + (round * SECONDS_A_ROUND).seconds();
        let is_enough = |count: usize| count >= ANSWERS && Timestamp::now() >= middle;
        let enough = (1..).zip(&answers).find(|(count, ())| is_enough(*count));
        assert!(enough.is_some(), "there is no answer any more");
        server.kill();
        let logs = threads.into_iter().map(|thread| thread.join());
        logs.flat_map(|log| log.expect("no client panics"))
            .collect()
    })
}

/// Asks for quotes and carries each out twice, until there is no answer any more.
fn act(http: &Http, name: &str, stage: &Stage, sender: &Sender<()>) -> Vec<Carried> {
    let mut log = Vec::new();
    for turn in 0_u32.. {
        let body = json!({
            "source": stage.source, "target": stage.euros, "source_asset": "USD",
            "target_asset": "EUR", "amount": "1.37", "expires_in_seconds": 600,
        });
        let Ok(quote) = http.post("/v1/quotes", &format!("quote-{name}-{turn}"), &body) else {
            return log;
        };
        assert_eq!(quote.status, 201, "{}", quote.body);
        for again in ["", "-again"] {
            let mut carried = Carried {
                quote: word(&quote.body, "id").to_owned(),
                key: format!("execute-{name}-{turn}{again}"),
                answer: None,
            };
            carried.answer = carry_out(http, &carried).ok();
            let is_over = carried.answer.is_none();
            log.push(carried);
            // Nobody counts any more once the server was killed.
            let _ = sender.send(());
            if is_over {
                return log;
            }
        }
    }
    log
}

fn carry_out(http: &Http, carried: &Carried) -> Result<Answer, ureq::Error> {
    http.post(
        "/v1/transfers",
        &carried.key,
        &json!({"quote": carried.quote}),
    )
}

/// What was made is answered as it was; what was refused is refused; the rest is asked for now.
fn carry_out_again(http: &Http, carried: &mut Carried) {
    let again = carry_out(http, carried).expect("the server is running");
    match &carried.answer {
        Some(first) if first.status == 201 => {
            assert!(again.is_replay, "{} was done again", carried.key);
            assert_eq!(again.body, first.body, "{}", carried.key);
        }
        Some(first) => assert_eq!((again.status, first.status), (409, 409), "{}", again.body),
        None => assert!(matches!(again.status, 201 | 409), "{}", again.body),
    }
    carried.answer = Some(again);
}

impl Stage {
    fn set(http: &Http) -> Stage {
        let open = |name: &str, asset: &str| {
            let body = json!({"name": name, "assets": [asset]});
            word(&ask(http, "/v1/accounts", name, &body), "id").to_owned()
        };
        let (source, payer) = (open("Source", "USD"), open("Payer", "USD"));
        let (euros, rent) = (open("Euros", "EUR"), open("Rent", "USD"));
        for account in [&source, &payer] {
            let deposit = json!({"account": account, "asset": "USD", "amount": "100000.00"});
            ask(http, "/v1/deposits", account, &deposit);
        }
        let rate = json!({
            "source": "USD", "target": "EUR", "value": "0.9137", "provider": "test",
        });
        ask(http, "/v1/rates", "rate", &rate);
        let begin = Timestamp::now() + 2.seconds();
        let mut schedules = BTreeMap::new();
        for number in 0..SCHEDULES {
            let due = begin + i64::from(number / A_SECOND).seconds();
            let body = json!({
                "name": format!("rent {number}"), "time_zone": "UTC", "every": {"days": 1},
                "time_of_day": due.strftime("%H:%M:%S").to_string(),
                "first_on": due.strftime("%Y-%m-%d").to_string(),
                "payment": {"source": payer, "target": rent, "asset": "USD", "amount": "1.00"},
            });
            let made = ask(http, "/v1/schedules", &format!("rent-{number}"), &body);
            let due_at = word(&made["next_run"], "due_at").to_owned();
            schedules.insert(word(&made, "id").to_owned(), due_at);
        }
        Stage {
            source,
            euros,
            rent,
            begin,
            schedules,
        }
    }

    /// Of every quote there is one transfer, and what it says is what was acknowledged.
    fn assert_quotes_used_once(&self, http: &Http, log: &[Carried]) {
        let list = format!(
            "/v1/transfers?account={}&kind=conversion&limit=200",
            self.euros
        );
        let made = http.list(&list);
        let ids: BTreeMap<&str, &str> = made
            .iter()
            .map(|transfer| (word(&transfer["quote"], "id"), word(transfer, "id")))
            .collect();
        assert_eq!(ids.len(), made.len(), "a quote was used twice");
        let quotes: BTreeSet<&str> = log.iter().map(|carried| carried.quote.as_str()).collect();
        assert_eq!(quotes, ids.keys().copied().collect());
        for Carried { quote, key, answer } in log {
            let answer = answer.as_ref().expect("it was asked for again");
            if answer.status == 201 {
                assert_eq!(word(&answer.body, "id"), ids[quote.as_str()], "{key}");
            }
        }
        let euros = http.get(&format!("/v1/accounts/{}", self.euros));
        let arrived = i64::try_from(made.len()).expect("small") * cents("1.25");
        assert_eq!(cents(word(&euros["balances"][0], "posted")), arrived);
    }

    /// Every schedule has run once, for the instant at which it was due.
    fn assert_ran_once(&self, http: &Http) {
        let begun = Instant::now();
        for (id, due_at) in &self.schedules {
            let runs = loop {
                let runs = http.list(&format!("/v1/schedules/{id}/runs?limit=200"));
                if !runs.is_empty() {
                    break runs;
                }
                assert!(begun.elapsed() < DEADLINE, "{id} has not run");
            };
            assert_eq!(runs.len(), 1, "{runs:?}");
            assert_eq!(runs[0]["due_at"], **due_at);
            assert_eq!(runs[0]["transfer"]["status"], "completed");
        }
        let rent = http.get(&format!("/v1/accounts/{}", self.rent));
        let paid = i64::from(SCHEDULES) * 100;
        assert_eq!(cents(word(&rent["balances"][0], "posted")), paid);
    }
}

fn ask(http: &Http, path: &str, key: &str, body: &Value) -> Value {
    let answer = http.post(path, key, body).expect("the server is running");
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.body
}

fn word<'a>(value: &'a Value, name: &str) -> &'a str {
    let found = value[name].as_str();
    found.unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn cents(amount: &str) -> i64 {
    amount.replace('.', "").parse().expect("an amount")
}
