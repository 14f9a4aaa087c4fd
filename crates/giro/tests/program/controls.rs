//! `giro approval`, `policy`, `limit`, and what holds, reverses and stops, against a running
//! server.

use crate::cli::{Cli, assert_lined_up};
use serde_json::Value;

const MAKE: [&str; 5] = ["transfer", "make", "alias:ops", "alias:pay", "USD"];

/// Two accounts, `ops` with 1000.00 USD.
fn stage() -> Cli {
    let cli = Cli::start();
    let open = ["account", "open"];
    let ops = ["Ops", "--asset", "USD", "--alias", "ops", "--tag", "desk"];
    cli.prints(&[&open[..], &ops].concat());
    cli.prints(&[&open[..], &["Pay", "--asset", "USD", "--alias", "pay"]].concat());
    cli.prints(&["transfer", "deposit", "alias:ops", "1000.00", "USD"]);
    cli
}

impl Cli {
    fn make(&self, amount: &str, more: &[&str]) -> Value {
        self.answers(
            &[
                &["transfer", "make", "alias:ops", "alias:pay", amount, "USD"],
                more,
            ]
            .concat(),
        )
    }

    /// What is posted, held and available in an account.
    fn balance(&self, account: &str) -> [String; 3] {
        let shown = self.answers(&["account", "show", account]);
        ["posted", "held", "available"].map(|name| text(&shown["balances"][0], name))
    }

    fn checker(&self) -> String {
        text(&self.server.dev_json()["native"], "checker_api_key")
    }
}

/// The words of a command line.
fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("a text").to_owned()
}

#[track_caller]
fn assert_has(printed: &str, words: &[&str]) {
    for word in words {
        assert!(printed.contains(word), "{word:?} is not in\n{printed}");
    }
}

#[test]
fn a_hold_is_captured_in_part_released_and_reversed() {
    let cli = stage();
    let terms = ["--hold", "--expires-in", "2h", "--idempotency-key", "k1"];
    let held = cli.make("100.00", &terms);
    assert_eq!(held["status"], "held");
    assert_eq!(cli.make("100.00", &terms), held);
    assert_eq!(cli.balance("alias:ops"), ["1000.00", "100.00", "900.00"]);
    let id = &*text(&held, "id");
    let captured = cli.prints(&["transfer", "capture", id, "--amount", "60.00"]);
    assert_has(
        &captured,
        &["60.00 USD captured, 40.00 left", "captured    60.00"],
    );
    let open = cli.prints(&["transfer", "list", "--status", "held"]);
    assert_has(&open, &[id, "100.00"]);
    let said = cli.fails(&["transfer", "capture", id, "--amount", "50.00"]);
    assert_has(
        &said,
        &["[capture_too_large]", "40.00 USD is left, 50.00 asked"],
    );
    let released = cli.prints(&["transfer", "release", id, "--reason", "guest left"]);
    assert_has(&released, &["completed", "guest left", "released    40.00"]);
    assert_eq!(cli.balance("alias:ops"), ["940.00", "0.00", "940.00"]);

    let reverse = ["transfer", "reverse", id, "--reason", "wrong-amount"];
    let reversal = cli.answers(&[&reverse[..], &["--amount", "20.00"]].concat());
    assert_eq!(reversal["reverses"]["reason"], "wrong_amount");
    let shown = cli.prints(&["transfer", "show", id]);
    assert_has(&shown, &["20.00 USD, 40.00 left", &text(&reversal, "id")]);
    let said = cli.fails(&[&reverse[..], &["--amount", "50.00"]].concat());
    assert_has(&said, &["[reversal_too_large]"]);
    cli.prints(&reverse);
    assert_eq!(cli.balance("alias:pay"), ["0.00", "0.00", "0.00"]);
    assert_eq!(cli.run(&["transfer", "reverse", id]).status.code(), Some(2));
    // At the end of a hold, what was captured is what it was of.
    let listed = cli.prints(&["transfer", "list", "--account", "alias:pay"]);
    assert_lined_up(&listed, "status");
    assert!(!listed.contains("100.00"), "{listed}");
}

#[test]
fn what_is_available_moves_and_can_be_tried_before() {
    let cli = stage();
    let all = [&MAKE[..], &["--all"]].concat();
    let tried = cli.prints(&[&all[..], &["--dry-run"]].concat());
    assert_has(&tried, &["all that is available", "held after", "1000.00"]);
    let too_much = words("transfer make alias:ops alias:pay 5000.00 USD");
    let said = cli.fails(&[&too_much[..], &["--dry-run"]].concat());
    assert_has(
        &said,
        &[
            "it would be declined",
            "1000.00 USD available, 5000.00 needed",
        ],
    );
    assert_eq!(cli.balance("alias:ops")[0], "1000.00");
    let declined = cli.answers(&["transfer", "list", "--status", "declined"]);
    assert_eq!(declined["items"], Value::Array(Vec::new()));

    let some = cli.make("400.00", &["--at-most"]);
    assert_eq!(some["amount"], "400.00");
    let rest = cli.make("5000.00", &["--at-most"]);
    assert_eq!(rest["amount"], "600.00");
    let back = ["transfer", "withdraw", "alias:pay", "USD", "--all"];
    assert_eq!(cli.answers(&back)["amount"], "1000.00");
    for wrong in [&MAKE[..], &[&too_much[..], &["--all"]].concat()] {
        let output = cli.run(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_has(&said, &["write AMOUNT ASSET"]);
    }
    let expires = [&too_much[..], &["--expires-in", "1h"]].concat();
    assert_eq!(cli.run(&expires).status.code(), Some(2));
}

#[test]
fn a_second_person_approves_what_a_policy_asks_for() {
    let cli = stage();
    let checker = &*cli.checker();
    let add = ["policy", "add", "large", "--approvals", "1"];
    let from = words("--asset USD --amount-min 500.00 --kind transfer");
    let added = cli.prints(&[&add[..], &from, &["--source-tag", "desk"]].concat());
    assert_has(
        &added,
        &["transfers in USD from 500.00 out of tag desk", "7d"],
    );
    assert_eq!(cli.make("499.00", &[])["status"], "completed");
    let output = cli.run(&words("transfer make alias:ops alias:pay 500.00 USD"));
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success());
    assert_has(&printed, &["awaiting_approval", "pending, 0 of 1 agreed"]);
    let waiting = cli.answers(&["approval", "list"]);
    let id = &*text(&waiting["items"][0], "id");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_has(&said, &["giro approval approve", id]);

    let mine = cli.answers(&["approval", "list", "--mine"]);
    assert_eq!(mine["items"], Value::Array(Vec::new()));
    let said = cli.fails(&["approval", "approve", id]);
    assert_has(
        &said,
        &["[maker_cannot_approve]", "with the key of that person"],
    );
    let inbox = cli.prints(&["approval", "list", "--mine", "--key", checker]);
    assert_has(&inbox, &[id, "0 of 1", "transfer of 500.00 USD"]);
    assert_lined_up(&inbox, "agreed");
    let approved = cli.prints(&["approval", "approve", id, "--key", checker]);
    assert_has(&approved, &["approved", "1 of 1"]);
    let said = cli.fails(&["approval", "reject", id, "--key", checker]);
    assert_has(&said, &["[not_open]", ": approved"]);
    assert_eq!(cli.balance("alias:ops"), ["1.00", "0.00", "1.00"]);
    let shown = cli.prints(&["approval", "show", id]);
    assert_has(&shown, &["every key with approvals.decide", "requested"]);
}

#[test]
fn what_waits_is_rejected_by_another_and_cancelled_by_its_maker() {
    let cli = stage();
    let checker = &*cli.checker();
    cli.prints(&words("policy add all --approvals 1 --kind transfer"));
    let first = cli.make("1.00", &["--reviewer", "checker@example.com"]);
    let second = cli.make("2.00", &[]);
    let said = cli.fails(&["transfer", "release", &text(&second, "id")]);
    assert_has(&said, &["[not_held]"]);
    let approval = |transfer: &Value| text(&transfer["approval"], "id");
    let reject = ["approval", "reject", &approval(&first), "--key", checker];
    let rejected = cli.prints(&[&reject[..], &["--reason", "no invoice"]].concat());
    assert_has(&rejected, &["rejected: no invoice"]);
    let theirs = ["transfer", "cancel", &text(&second, "id"), "--key", checker];
    assert_has(
        &cli.fails(&theirs),
        &["[not_the_maker]", "giro approval reject"],
    );
    let cancelled = cli.prints(&["transfer", "cancel", &text(&second, "id")]);
    assert_has(&cancelled, &["cancelled"]);
    assert_eq!(cli.balance("alias:ops"), ["1000.00", "0.00", "1000.00"]);
}

#[test]
fn a_policy_changes_by_the_approval_it_asks_for() {
    let cli = stage();
    let checker = &*cli.checker();
    let added = cli.answers(&["policy", "add", "all", "--approvals", "1"]);
    let id = &*text(&added, "id");
    let before = text(&added, "created_at");
    let replace = ["policy", "replace", id, "some", "--approvals", "1"];
    let asked = cli.run(&[&replace[..], &["--asset", "USD", "--amount-max", "9.00"]].concat());
    assert!(asked.status.success(), "{asked:?}");
    let said = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert_has(&said, &["asks for approval of it, by somebody else"]);
    let waiting = cli.prints(&["approval", "list"]);
    assert_has(&waiting, &["a policy in the place of another: some"]);
    assert_eq!(cli.answers(&["policy", "show", id])["name"], "all");
    let approval = &cli.answers(&["approval", "list"])["items"][0];
    cli.prints(&[
        "approval",
        "approve",
        &text(approval, "id"),
        "--key",
        checker,
    ]);
    let listed = cli.prints(&["policy", "list"]);
    assert_has(&listed, &["some", "everything in USD up to 9.00"]);
    let then = cli.answers(&["policy", "show", id, "--as-of", &before]);
    assert_eq!(then["name"], "all");

    let asked = cli.answers(&["policy", "remove", id]);
    let approval = text(&asked["approval"], "id");
    cli.prints(&["approval", "approve", &approval, "--key", checker]);
    assert_eq!(
        cli.answers(&["policy", "list"])["items"],
        Value::Array(Vec::new())
    );
    assert_has(&cli.prints(&["policy", "list", "--removed"]), &[id, "some"]);
    let changes = cli.prints(&["book", "changes"]);
    assert_has(
        &changes,
        &["policy_removed", "policy_change_requested", "policy_set"],
    );
    assert_lined_up(&changes, "subject");
}

#[test]
fn a_limit_refuses_by_name_and_value_and_shows_what_is_used() {
    let cli = stage();
    let add = words("limit add daily_out --account alias:ops --per 24h");
    let most = words("--asset USD --amount-max 100.00 --count-max 5");
    let added = cli.answers(&[&add[..], &most].concat());
    let id = &*text(&added, "id");
    cli.prints(&words("limit add burst --book --per day --count-max 50"));
    cli.make("80.00", &[]);
    let said = cli.fails(&["transfer", "make", "alias:ops", "alias:pay", "30.00", "USD"]);
    assert_has(
        &said,
        &[
            "[limit_exceeded]",
            "limit daily_out of account ops: 80.00 USD of 100.00 used, 30.00 asked",
            "giro limit list",
        ],
    );
    let listed = cli.prints(&["limit", "list"]);
    assert_has(&listed, &["80.00  100.00  USD", "1    5  1d", "day"]);
    let of_ops = cli.answers(&["limit", "list", "--account", "alias:ops"]);
    assert_eq!(of_ops["items"].as_array().expect("a page").len(), 1);
    let changed = cli.prints(&["limit", "change", id, "--amount-max", "200.00"]);
    assert_has(&changed, &["200.00 USD", "120.00 USD"]);
    cli.make("30.00", &[]);
    assert_has(&cli.prints(&["limit", "remove", id]), &["removed"]);
    assert_has(&cli.prints(&["limit", "list", "--removed"]), &["daily_out"]);
    cli.make("300.00", &[]);
    let said = cli.fails(&["limit", "add", "x", "--per", "day", "--count-max", "1"]);
    assert_has(&said, &["give --account, --tag, --for-key or --book"]);
    let week = words("limit add x --book --per week --count-max 1");
    assert_eq!(cli.run(&week).status.code(), Some(2));
}

#[test]
fn a_book_is_stopped_and_goes_on() {
    let cli = stage();
    let stopped = cli.prints(&["book", "stop", "--reason", "drill"]);
    assert_has(&stopped, &["stopped", ": drill"]);
    let at = text(&cli.answers(&["book", "show"])["stop"], "at");
    let said = cli.fails(&["transfer", "make", "alias:ops", "alias:pay", "1.00", "USD"]);
    assert_has(&said, &["[book_stopped]", "giro book resume"]);
    assert!(!cli.prints(&["book", "resume"]).contains("drill"));
    assert_eq!(cli.make("1.00", &[])["status"], "completed");
    let then = cli.prints(&["book", "show", "--as-of", &at]);
    assert_has(&then, &["drill"]);
    assert_has(
        &cli.prints(&["book", "changes"]),
        &["book_resumed", "book_stopped"],
    );
}

#[test]
fn an_account_is_tagged_and_closed_by_a_sweep() {
    let cli = stage();
    let opened = text(
        &cli.answers(&["account", "show", "alias:ops"]),
        "updated_at",
    );
    let tags = words("account change alias:ops --tag eu --tag old");
    assert_has(&cli.prints(&tags), &["eu, old"]);
    let listed = cli.prints(&["account", "list", "--tag", "eu"]);
    assert_eq!(listed.lines().count(), 2, "{listed}");
    let then = cli.answers(&["account", "show", "alias:ops", "--as-of", &opened]);
    assert_eq!(then["tags"], serde_json::json!(["desk"]));
    let said = cli.fails(&["account", "close", "alias:ops"]);
    assert_has(&said, &["[account_not_empty]", "--sweep-to"]);
    let ops = text(&cli.answers(&["account", "show", "alias:ops"]), "id");
    let closed = cli.prints(&["account", "close", "alias:ops", "--sweep-to", "alias:pay"]);
    assert_has(&closed, &["closed", "1000.00", "completed"]);
    assert_eq!(cli.balance("alias:pay")[0], "1000.00");
    let changes = cli.prints(&["account", "changes", &ops]);
    assert_has(
        &changes,
        &["account_closed", "tags=eu,old", "account_opened"],
    );
}

#[test]
fn a_key_is_somebodys_and_moves_no_more_than_it_was_granted() {
    let cli = stage();
    let add = ["key", "add", "desk", "--capability", "transfers.write"];
    let grant = words(
        "--email ada@example.com --grant-tag desk --grant-account alias:pay --grant-amount USD:5.00",
    );
    let made = cli.answers(&[&add[..], &grant].concat());
    let key = text(&made, "api_key");
    let with_key = |amount: &'static str| {
        [
            "transfer",
            "make",
            "alias:ops",
            "alias:pay",
            amount,
            "USD",
            "--key",
        ]
    };
    let more = |amount| [&with_key(amount)[..], &[&*key]].concat();
    cli.prints(&more("5.00"));
    let said = cli.fails(&more("5.01"));
    assert_has(&said, &["[amount_not_granted]", "up to 5.00 USD"]);
    let shown = cli.prints(&["key", "show", &text(&made, "id")]);
    assert_has(
        &shown,
        &[
            "ada@example.com",
            "up to 5.00 USD at once, between",
            "tag desk",
        ],
    );
    assert_lined_up(&cli.prints(&["key", "list"]), "created");
    let wrong = [&add[..], &["--grant-amount", "5.00"]].concat();
    assert_eq!(cli.run(&wrong).status.code(), Some(2));
}
