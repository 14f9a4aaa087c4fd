//! `giro webhook` and `giro key create --client` against a running server.

use crate::cli::Cli;
use crate::server::giro;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Stdio};

/// `giro webhook listen`, until it is dropped.
struct Listener {
    child: Child,
    printed: BufReader<ChildStdout>,
    url: String,
}

impl Listener {
    fn start(status: &str) -> Listener {
        let mut child = giro(["webhook", "listen", "0", "--status", status])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be started");
        let said = child.stderr.take().expect("piped");
        let mut line = String::new();
        BufReader::new(said)
            .read_line(&mut line)
            .expect("it says where");
        let url = line.split_whitespace().last().expect("a URL").to_owned();
        let printed = BufReader::new(child.stdout.take().expect("piped"));
        Listener {
            child,
            printed,
            url,
        }
    }

    fn next(&mut self) -> Value {
        let mut line = String::new();
        self.printed.read_line(&mut line).expect("it prints");
        serde_json::from_str(&line).expect("JSON")
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn id(value: &Value) -> &str {
    value["id"].as_str().expect("an id")
}

#[test]
fn a_webhook_is_told_and_looked_after() {
    let cli = Cli::start();
    let mut listener = Listener::start("204");
    let add = [
        "webhook",
        "add",
        &listener.url,
        "--event",
        "account.opened",
        "--name",
        "books",
    ];
    let webhook = cli.answers(&add);
    assert_eq!(webhook["events"], json!(["account.opened"]));
    cli.prints(&["account", "open", "Ops", "--asset", "USD"]);
    let got = listener.next();
    let body: Value = serde_json::from_str(got["body"].as_str().expect("a text")).expect("JSON");
    assert_eq!(body["type"], "account.opened");
    assert_eq!(body["data"]["name"], "Ops");
    let notification = got["headers"]["webhook-id"].as_str().expect("an id");
    let deliveries = ["webhook", "deliveries", id(&webhook)];
    let table = loop {
        let table = cli.prints(&deliveries);
        if table.contains(notification) {
            break table;
        }
    };
    assert!(
        table.contains("account.opened") && table.contains("204"),
        "{table}"
    );
    let failed = cli.answers(&[&deliveries[..], &["--status", "failed"]].concat());
    assert_eq!(failed["items"], json!([]));
    cli.prints(&["webhook", "redeliver", id(&webhook), notification]);
    assert_eq!(listener.next()["headers"]["webhook-id"], notification);
    let listed = cli.prints(&["webhook", "list"]);
    assert!(
        listed.contains("books") && listed.contains(&listener.url),
        "{listed}"
    );
}

#[test]
fn a_webhook_is_changed_and_removed() {
    let cli = Cli::start();
    let webhook = cli.answers(&["webhook", "add", "https://example.com/"]);
    let (webhook, secret) = (id(&webhook), webhook["secret"].clone());
    let shown = cli.prints(&["webhook", "show", webhook]);
    assert!(
        shown.contains("everything") && !shown.contains("whsec_"),
        "{shown}"
    );
    let revealed = cli.answers(&["webhook", "show", webhook, "--secret"]);
    assert_eq!(revealed["secret"], secret);
    let change = ["webhook", "change", webhook];
    let with = |more: &[&'static str]| cli.answers(&[&change[..], more].concat());
    let changed = with(&["--name", "new", "--to", "https://example.org/", "--disable"]);
    assert_eq!(
        (&changed["name"], &changed["enabled"]),
        (&json!("new"), &json!(false))
    );
    assert_eq!(changed["url"], "https://example.org/");
    let changed = with(&["--name", "", "--event", "transfer.held", "--enable"]);
    assert_eq!(
        (&changed["name"], &changed["enabled"]),
        (&json!(null), &json!(true))
    );
    assert_eq!(with(&["--everything"])["events"], json!([]));
    let rotated = cli.answers(&["webhook", "rotate", webhook, "--keep-former", "12h"]);
    assert_ne!(rotated["secret"], secret);
    assert!(rotated["former_secret_until"].is_string(), "{rotated}");
    let revealed = cli.prints(&["webhook", "show", webhook, "--secret"]);
    assert!(
        revealed.contains(secret.as_str().expect("a text")),
        "{revealed}"
    );
    cli.prints(&["webhook", "remove", webhook]);
    let said = cli.fails(&["webhook", "rotate", webhook]);
    assert!(said.contains("[unknown_webhook]"), "{said}");
    let removed = cli.answers(&["webhook", "list", "--removed"]);
    assert_eq!(removed["items"].as_array().map(Vec::len), Some(1));
    let said = cli.fails(&["webhook", "add", "http://example.com/"]);
    assert!(said.contains("[webhook_url_forbidden]"), "{said}");
}

#[test]
fn a_client_is_made_with_its_secret() {
    let cli = Cli::start();
    let create = [
        "key",
        "create",
        "checkout",
        "--capability",
        "transfers.read",
        "--client",
    ];
    let made = cli.answers(&create);
    assert_eq!(made["client_id"], made["id"]);
    assert!(made.get("encryption_public_key").is_none(), "{made}");
    let with_key = [&create[..], &["--encryption-key"]].concat();
    let printed = cli.prints(&with_key);
    for part in ["client id", "client secret", "-----BEGIN PUBLIC KEY-----"] {
        assert!(printed.contains(part), "{printed}");
    }
    let shown = cli.prints(&["key", "show", id(&made)]);
    assert!(!shown.contains("client secret"), "{shown}");
    let set = [
        "book",
        "set",
        "vendor_ip_allow_list=203.0.113.0/24,198.51.100.7",
    ];
    let book = cli.prints(&set);
    assert!(book.contains("203.0.113.0/24, 198.51.100.7"), "{book}");
}
