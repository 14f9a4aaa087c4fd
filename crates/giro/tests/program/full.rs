//! A disk that fills up while the server runs: what was acknowledged stays, reads go on, nothing
//! more is written, and a restart with more room finds out about the rest.

use crate::http::{Answer, Http};
use crate::mount::mounted;
use crate::server::{Server, succeeds, text};
use serde_json::{Value, json};
use std::process::Command;

/// Items of a batch, each with about 9 KiB of metadata: a few batches fill the disk.
const ITEMS: usize = 400;

#[test]
fn a_disk_that_fills_up_stops_writes_and_loses_nothing() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let Some(disk) = mounted(&["-t", "tmpfs", "-o", "size=24m", "tmpfs"], dir.path()) else {
        return;
    };
    let data = dir.path().join("data");
    let server = Server::dev(&data);
    let http = Http::maker(&server);
    let [source, target] = accounts(&server);
    let batch = batch(&source, &target);
    let send = |http: &Http, turn: usize| {
        let answer = http.post("/v1/transfers/batch", &format!("batch-{turn}"), &batch);
        answer.expect("the server goes on")
    };
    let answers: Vec<Answer> = (0..20)
        .map(|turn| send(&http, turn))
        .take_while(|answer| answer.status == 200)
        .collect();
    let failed = answers.len();
    assert!(
        (1..20).contains(&failed),
        "{failed} batches fit on the disk"
    );
    let refused = send(&http, failed);
    assert_eq!(refused.status, 503);
    assert_eq!(refused.body["code"], "storage_failed");
    assert_eq!(available(&http, &target), cents(1_000_000 + failed * ITEMS));
    let (status, said) = server.stop();
    assert_eq!(status.code(), Some(1));
    assert!(
        said.contains("error: stopped, after the journal had failed"),
        "{said}"
    );
    assert!(said.contains("the disk is full"), "{said}");

    disk.remount("size=200m");
    let server = Server::dev(&data);
    let http = Http::maker(&server);
    for (turn, first) in answers.iter().enumerate() {
        let again = send(&http, turn);
        assert!(again.is_replay, "batch {turn} was done again");
        assert_eq!(again.body, first.body);
    }
    let last = send(&http, failed);
    assert_eq!(last.status, 200, "{}", last.body);
    assert_eq!(
        available(&http, &target),
        cents(1_000_000 + (failed + 1) * ITEMS)
    );
    let (status, said) = server.stop();
    assert!(status.success(), "{said}");
    succeeds(["verify", "--data", text(&data)]);
}

/// The log was on the same disk, or piped to a program that had ended: the first line that could
/// not be written aborted the server.
#[test]
fn log_lines_that_cannot_be_written_do_not_end_the_server() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let mut command = Command::new("sh");
    let redirected = r#"exec "$0" "$@" 2>/dev/full"#;
    command.args(["-c", redirected, env!("CARGO_BIN_EXE_giro")]);
    command.args(["serve", "--dev", "--listen", "127.0.0.1:0", "--data"]);
    command.arg(dir.path());
    let server = Server::start_with(command, dir.path());
    let accounts = Http::maker(&server).get("/v1/accounts");
    assert!(accounts["items"].is_array(), "{accounts}");
    let (status, _) = server.stop();
    assert!(status.success(), "{status}");
}

fn accounts(server: &Server) -> [String; 2] {
    let file = server.dev_json();
    [0, 1].map(|place| {
        let id = &file["native"]["accounts"][place]["id"];
        id.as_str().expect("an id").to_owned()
    })
}

fn batch(source: &str, target: &str) -> Value {
    let metadata: Value = (0..18)
        .map(|n| (format!("k{n}"), json!("x".repeat(500))))
        .collect();
    let one = json!({
        "source": source, "target": target, "asset": "USD", "amount": "0.01",
        "metadata": metadata,
    });
    json!({"mode": "atomic", "transfers": vec![one; ITEMS]})
}

fn available(http: &Http, account: &str) -> String {
    let account = http.get(&format!("/v1/accounts/{account}"));
    let available = account["balances"][0]["available"].as_str();
    available.expect("a text").to_owned()
}

fn cents(cents: usize) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}
