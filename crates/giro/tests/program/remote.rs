//! `giro book`, `account`, `transfer` and `key` against a running server.

use crate::cli::{Cli, assert_lined_up};
use crate::server::{Server, succeeds, text};
use serde_json::Value;

#[test]
fn money_moves_from_the_command_line() {
    let cli = Cli::start();
    cli.prints(&["account", "open", "Ops", "--asset", "USD", "--alias", "ops"]);
    let open = ["account", "open", "Pay", "--asset", "USD", "--alias", "pay"];
    let limited = [
        &open[..],
        &["--overdraft", "USD=5.00", "--metadata", "team=a"],
    ]
    .concat();
    let opened = cli.answers(&limited);
    assert_eq!(opened["balances"][0]["overdraft_limit"], "5.00");
    assert_eq!(opened["metadata"]["team"], "a");
    cli.prints(&["transfer", "deposit", "alias:ops", "100.00", "USD"]);
    let make = ["transfer", "make", "alias:ops", "alias:pay", "30.00", "USD"];
    let made = cli.answers(
        &[
            &make[..],
            &["--reference", "rent", "--idempotency-key", "k1"],
        ]
        .concat(),
    );
    assert_eq!(made["status"], "completed");
    let again = cli.run(
        &[
            &make[..],
            &["--reference", "rent", "--idempotency-key", "k1"],
        ]
        .concat(),
    );
    let said = String::from_utf8_lossy(&again.stderr).into_owned();
    assert!(again.status.success(), "{said}");
    assert!(said.contains("done before"), "{said}");
    assert!(said.contains("idempotency key: k1"), "{said}");

    cli.prints(&["transfer", "withdraw", "alias:pay", "10.00", "USD"]);
    let id = made["id"].as_str().expect("an id");
    let shown = cli.prints(&["transfer", "show", id]);
    assert!(
        shown.contains("completed") && shown.contains("rent"),
        "{shown}"
    );
    let listed = cli.prints(&["transfer", "list", "--account", "alias:pay"]);
    assert_eq!(listed.lines().count(), 3, "{listed}");
    assert_lined_up(&listed, "asset");
    let statement = cli.prints(&["account", "statement", "alias:ops"]);
    assert!(statement.contains("closing balance"), "{statement}");
    assert!(statement.contains("70.00"), "{statement}");
    let csv = cli.prints(&["account", "statement", "alias:ops", "--csv"]);
    assert!(csv.lines().count() >= 3, "{csv}");
    let accounts = cli.prints(&["account", "list"]);
    // An account of several assets has its name in the first of its lines only.
    assert_lined_up(&accounts, "asset");
    assert!(accounts.contains("Treasury"), "{accounts}");
}

#[test]
fn refusals_say_what_and_what_to_do() {
    let cli = Cli::start();
    let said = cli.fails(&["account", "show", "01a1fbb7-13fb-7a5b-959f-5bcc65b7d800"]);
    assert!(said.contains("[unknown_account]"), "{said}");
    cli.prints(&["account", "open", "Ops", "--asset", "USD", "--alias", "ops"]);
    cli.prints(&["account", "open", "Pay", "--asset", "USD", "--alias", "pay"]);
    let make = ["transfer", "make", "alias:ops", "alias:pay", "30.00", "USD"];
    let said = cli.fails(&make);
    assert!(said.contains("[insufficient_funds]"), "{said}");
    let keyed = |amount: &'static str| {
        let make = ["transfer", "deposit", "alias:ops", amount, "USD"];
        [&make[..], &["--idempotency-key", "k1"]].concat()
    };
    cli.prints(&keyed("1.00"));
    let said = cli.fails(&keyed("2.00"));
    assert!(said.contains("[idempotency_conflict]"), "{said}");
    assert!(said.contains("give another --idempotency-key"), "{said}");
    let said = cli.fails(&["book", "show", "--key", "giro_nonsense"]);
    assert!(said.contains("[unauthenticated]"), "{said}");
    assert!(said.contains("give --key"), "{said}");
    let said = cli.fails(&["book", "show", "--url", "http://127.0.0.1:1"]);
    assert!(said.contains("is the server running?"), "{said}");
    let said = cli.fails(&["book", "show", "--url", "https://example.com"]);
    assert!(said.contains("http://"), "{said}");
    assert_eq!(cli.run(&["account", "no-such"]).status.code(), Some(2));
    assert_eq!(
        cli.run(&["transfer", "make", "only-one"]).status.code(),
        Some(2)
    );
    assert_eq!(cli.run(&["book", "set", "nothing"]).status.code(), Some(2));
}

#[test]
fn an_account_is_frozen_unfrozen_and_closed() {
    let cli = Cli::start();
    cli.prints(&["account", "open", "Ops", "--asset", "USD", "--alias", "ops"]);
    let freeze = ["account", "freeze", "alias:ops", "--direction", "debits"];
    let frozen = cli.prints(&[&freeze[..], &["--reason", "under review"]].concat());
    assert!(frozen.contains("frozen (debits: under review)"), "{frozen}");
    let open = cli.answers(&["account", "unfreeze", "alias:ops"]);
    assert_eq!(open["status"], "open");
    let closed = cli.answers(&["account", "close", "alias:ops"]);
    assert_eq!(closed["status"], "closed");
}

#[test]
fn books_and_keys_are_made_and_used() {
    let cli = Cli::start();
    let opened = cli.answers(&["book", "create", "Acme Ltd"]);
    let api_key = opened["key"]["api_key"].as_str().expect("shown once");
    let books = cli.prints(&["book", "list"]);
    assert!(books.contains("Acme Ltd"), "{books}");
    let url = &*cli.server.url;
    let of_acme = |args: &[&str]| {
        let target = ["--url", url, "--key", api_key, "--json"];
        let printed = succeeds(args.iter().copied().chain(target));
        serde_json::from_str::<Value>(&printed).expect("JSON")
    };
    let book = of_acme(&["book", "set", "name=Acme Inc", "vendor_rate_limits=false"]);
    assert_eq!(book["name"], "Acme Inc");
    assert_eq!(book["settings"]["vendor_rate_limits"], false);
    let create = ["key", "create", "reader", "--capability", "accounts.read"];
    let made = of_acme(&create);
    let reader = made["api_key"].as_str().expect("shown once");
    let reads = ["account", "list", "--url", url, "--key", reader];
    succeeds(reads);
    let said = cli.fails(&["transfer", "list", "--url", url, "--key", reader]);
    assert!(said.contains("[missing_capability]"), "{said}");
    let id = made["id"].as_str().expect("an id");
    of_acme(&["key", "revoke", id]);
    let said = cli.fails(&["account", "list", "--url", url, "--key", reader]);
    assert!(said.contains("[unauthenticated]"), "{said}");
    let keys = of_acme(&["key", "list"]);
    assert_eq!(keys["items"].as_array().expect("a page").len(), 2);
    // A book that was opened by hand keeps the sandboxes of the dialects usable.
    let book = cli.answers(&["book", "show", "--dev-book", "revolut"]);
    assert_eq!(book["sandbox"], true);
}

#[test]
fn a_lost_operator_key_is_replaced() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let key_file = dir.path().join("operator.key");
    let read = || std::fs::read_to_string(&key_file).expect("readable");
    Server::start(dir.path(), &[]).stop();
    let lost = read();
    let server = Server::start(dir.path(), &["--new-operator-key"]);
    assert_ne!(read(), lost);
    let list = ["book", "list", "--url", &server.url];
    succeeds(list.into_iter().chain(["--key-file", text(&key_file)]));
    let former = list.into_iter().chain(["--key", lost.trim()]);
    let said = crate::server::fails(1, former);
    assert!(said.contains("[unauthenticated]"), "{said}");
}

#[test]
fn a_batch_is_read_from_a_file() {
    let cli = Cli::start();
    cli.prints(&["account", "open", "Ops", "--asset", "USD", "--alias", "ops"]);
    cli.prints(&["account", "open", "Pay", "--asset", "USD", "--alias", "pay"]);
    cli.prints(&["transfer", "deposit", "alias:ops", "1.00", "USD"]);
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let line = r#"{"source":"alias:ops","target":"alias:pay","asset":"USD","amount":"0.40"}"#;
    std::fs::write(file.path(), [line; 3].join("\n")).expect("writable");
    let batch = ["transfer", "batch", text(file.path())];
    let output = cli.run(&[&batch[..], &["--mode", "best-effort"]].concat());
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "{printed}");
    assert!(printed.contains("completed  2"), "{printed}");
    assert!(printed.contains("declined   1"), "{printed}");
    std::fs::write(file.path(), "nonsense").expect("writable");
    let said = cli.fails(&batch);
    assert!(said.contains("line 1 is not JSON"), "{said}");
}
