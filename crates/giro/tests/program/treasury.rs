//! `giro rate`, `fee`, `quote`, `schedule`, `calendar`, `instrument`, `trade`, and accounts whose
//! money is invested, against a running server.

use crate::cli::{Cli, assert_lined_up};
use jiff::{Timestamp, ToSpan};
use serde_json::Value;
use std::time::{Duration, Instant};

/// Far longer than anything that is waited for here takes.
const DEADLINE: Duration = Duration::from_secs(30);

/// Two accounts in dollars, `ops` with 1000.00, and one in euros.
fn stage() -> Cli {
    let cli = Cli::start();
    for (name, asset) in [("ops", "USD"), ("pay", "USD"), ("eur", "EUR")] {
        cli.prints(&["account", "open", name, "--asset", asset, "--alias", name]);
    }
    cli.prints(&["transfer", "deposit", "alias:ops", "1000.00", "USD"]);
    cli
}

impl Cli {
    /// A command in words without blanks, and its answer.
    fn asks(&self, line: &str) -> Value {
        self.answers(&words(line))
    }

    fn says(&self, line: &str) -> String {
        self.prints(&words(line))
    }

    fn refuses(&self, line: &str) -> String {
        self.fails(&words(line))
    }

    /// What is available in an account that holds one asset.
    fn left(&self, account: &str) -> String {
        let shown = self.answers(&["account", "show", account]);
        text(&shown["balances"][0], "available")
    }

    /// A file in the directory of the server.
    fn file(&self, name: &str, content: &str) -> String {
        let path = self.server.data.join(name);
        std::fs::write(&path, content).expect("writable");
        crate::server::text(&path).to_owned()
    }
}

fn words(line: &str) -> Vec<&str> {
    line.split(' ').collect()
}

fn text(value: &Value, name: &str) -> String {
    let found = value[name].as_str();
    found
        .unwrap_or_else(|| panic!("no {name} in {value}"))
        .to_owned()
}

#[track_caller]
fn assert_has(printed: &str, words: &[&str]) {
    for word in words {
        assert!(printed.contains(word), "{word:?} is not in\n{printed}");
    }
}

#[test]
fn rates_are_set_listed_and_removed() {
    let cli = stage();
    let set =
        cli.asks("rate set GBP EUR 1.16 --spread 25 --max-age 1d --as-of 2020-01-01T00:00:00Z");
    assert_eq!(set["now"]["client"], "1.1571");
    assert_eq!(set["now"]["is_stale"], true);
    assert_has(
        &cli.says("rate show GBP EUR"),
        &["which is too old", "25 bp", "1d"],
    );
    cli.says("rate set GBP EUR 1.17");
    cli.says("rate set EUR GBP --inverse");
    cli.says("rate set GBP USD --via EUR");
    let listed = cli.says("rate list");
    assert_lined_up(&listed, "is ");
    assert_has(&listed, &["over EUR", "the inverse of the way back"]);
    let history = cli.asks("rate history GBP EUR");
    let values: Vec<String> = history["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|change| text(&change["rate"], "value"))
        .collect();
    assert_eq!(values, ["1.17", "1.16"]);
    let said = cli.refuses("rate set GBP EUR 1.18 --as-of 2020-01-01T00:00:00Z");
    assert_has(&said, &["[rate_outdated]", "giro rate show"]);
    assert_has(&cli.refuses("rate set GBP EUR 0"), &["[rate_zero]"]);
    assert_has(&cli.refuses("rate set GBP EUR -1"), &["[rate_negative]"]);
    assert_has(
        &cli.says("rate remove EUR GBP"),
        &["there is no rate from EUR to GBP now"],
    );
    let said = cli.refuses("quote create alias:eur alias:ops 1.00 EUR GBP");
    assert_has(&said, &["error:"]);
    assert_eq!(cli.run(&words("rate set GBP EUR")).status.code(), Some(2));
}

#[test]
fn a_file_of_rates_is_imported_once_and_says_what_it_refuses() {
    let cli = stage();
    let daily = "Date, USD, JPY, GBP, XXQ, \n20 November 2026, 1.1525, 180.10, 0.8801, 3, \n";
    let daily = cli.file("eurofxref.csv", daily);
    let import = ["rate", "import", &daily, "--max-age", "4d", "--both-ways"];
    let some = [&import[..], &["--only", "JPY,GBP"]].concat();
    let tally = cli.answers(&some);
    assert_eq!((&tally["set"], &tally["unchanged"]), (&4.into(), &0.into()));
    let tally = cli.answers(&some);
    assert_eq!((&tally["set"], &tally["unchanged"]), (&0.into(), &4.into()));
    let pound = cli.asks("rate show EUR GBP");
    assert_eq!(pound["value"], "0.8801");
    assert_eq!(pound["as_of"], "2026-11-20T13:15:00.000000Z");
    assert_eq!(pound["provider"], "ECB");
    assert_eq!(pound["max_age_seconds"], 345_600);
    assert_eq!(cli.asks("rate show JPY EUR")["inverse"], true);
    let all = cli.run(&import);
    assert_eq!(all.status.code(), Some(1));
    let printed = String::from_utf8(all.stdout).expect("UTF-8");
    assert_has(
        &printed,
        &[
            "refused    2",
            "[unknown_asset]",
            "EUR to XXQ of 2026-11-20",
        ],
    );
    // What is older than what is known is told, not set.
    let plain = "source,target,value,as_of\nEUR,GBP,0.9,2026-11-19\nEUR,SEK,11.1,2026-11-19\n";
    let plain = cli.file("ours.csv", plain);
    let output = cli.run(&["rate", "import", &plain, "--provider", "desk"]);
    assert_eq!(output.status.code(), Some(1));
    let printed = String::from_utf8(output.stdout).expect("UTF-8");
    assert_has(
        &printed,
        &["set        1", "refused    1", "[rate_outdated]"],
    );
    assert_eq!(cli.asks("rate show EUR SEK")["provider"], "desk");
    let since = ["rate", "import", &plain, "--since", "2026-11-20"];
    assert_has(&cli.fails(&since), &["no rate", "wanted"]);
    let wrong = cli.file("wrong.csv", "a,b\n1,2\n");
    let said = cli.fails(&["rate", "import", &wrong]);
    assert_has(&said, &["cannot understand", "source,target,value,as_of"]);
}

#[test]
fn a_quote_is_carried_out_once_with_its_fee() {
    let cli = stage();
    cli.says("rate set USD EUR 0.9 --spread 100 --provider desk");
    let line = "fee add exchange --kind conversion --asset USD --tier 0.00=1 --tier 100.00=0.5 \
                --at-most 9.00 --bearing included";
    let fee = cli.answers(&line.split_whitespace().collect::<Vec<_>>());
    assert_has(
        &cli.says("fee list"),
        &["1 % from 0.00, 0.5 % from 100.00", "conversions of USD"],
    );
    let make = "quote create alias:ops alias:eur 300.00 USD EUR";
    let tried = cli.says(&format!("{make} --dry-run"));
    assert_has(
        &tried,
        &[
            "2.00 USD, by the target, included",
            "0.891, 0.9 less 100 bp",
        ],
    );
    let quote = cli.asks(make);
    assert_eq!(quote["arrives"], "265.52");
    assert_eq!(quote["residue"], "-0.002");
    let id = text(&quote, "id");
    let said = cli.run(&words(&format!("quote execute {id} --reference rent")));
    assert_has(
        &String::from_utf8_lossy(&said.stdout),
        &["conversion", "0.891", "2.00 USD", "rent"],
    );
    let said = cli.refuses(&format!("transfer create --quote {id}"));
    assert_has(&said, &["[quote_used]", "giro quote create"]);
    assert_eq!(cli.left("alias:ops"), "700.00");
    assert_eq!(cli.left("alias:eur"), "265.52");
    assert_eq!(cli.asks(&format!("quote show {id}"))["status"], "used");
    assert_lined_up(&cli.says("quote list --status used"), "id ");
    // What arrives is given: what is needed for it is rounded up, and the fee comes on top.
    let quote =
        cli.asks("quote create alias:ops alias:eur 100.00 USD EUR --arrives --expires-in 1m");
    assert_eq!(
        (&quote["converted"], &quote["given"]),
        (&"112.24".into(), &"113.30".into())
    );
    cli.says(&format!("fee remove {}", text(&fee, "id")));
    assert_has(&cli.says("fee list --removed"), &["exchange"]);
    let said = cli.refuses("quote create alias:ops alias:eur 1.00 USD JPY");
    assert_has(&said, &["error:"]);
}

#[test]
fn a_standing_order_and_a_sweep_run_when_they_are_due() {
    let cli = stage();
    let due = (Timestamp::now() + 3.seconds())
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string();
    let at = due.get(11..19).expect("a time");
    let day = due.get(..10).expect("a day");
    let rent =
        format!("schedule add payment rent alias:ops alias:pay 120.00 USD --daily --at {at}");
    let rent = cli.asks(&format!("{rent} --first-on {day} --reference rent"));
    let sweep = "schedule add sweep surplus alias:pay alias:ops USD --ceiling 20.00";
    let sweep = cli.asks(&format!("{sweep} --daily --at {at} --first-on {day}"));
    let later = format!("transfer create alias:ops alias:pay 5.00 USD --at {due}");
    let later = cli.asks(&later);
    assert_eq!(later["status"], "scheduled");
    assert_eq!(cli.left("alias:ops"), "995.00");
    let upcoming = cli.says("schedule upcoming --days 2");
    assert_lined_up(&upcoming, "schedule");
    assert_has(&upcoming, &["rent      120.00", "surplus"]);
    let rent = text(&rent, "id");
    let begun = Instant::now();
    let ran = |id: &str| cli.asks(&format!("schedule runs {id}"))["items"].clone();
    while ran(&rent) == Value::Array(Vec::new()) {
        assert!(begun.elapsed() < DEADLINE, "it has not run");
    }
    let runs = ran(&rent);
    assert_eq!(runs[0]["late"], false);
    assert_eq!(runs[0]["transfer"]["status"], "completed");
    let sweep = text(&sweep, "id");
    while cli.asks(&format!("schedule show {sweep}"))["runs"] == 0 {
        assert!(begun.elapsed() < DEADLINE, "it has not run");
    }
    let made = cli.asks(&format!("transfer show {}", text(&later, "id")));
    assert_eq!(made["status"], "completed");
    let moved = cli.says(&format!("schedule show {sweep}"));
    assert_has(&moved, &["at most at 20.00 USD", "every day at", "came to"]);
    for (what, status) in [
        ("pause", "paused"),
        ("resume", "active"),
        ("cancel", "cancelled"),
    ] {
        let changed = cli.asks(&format!("schedule {what} {rent} --reason drill"));
        assert_eq!(changed["status"], status);
    }
    let said = cli.refuses(&format!("schedule pause {rent}"));
    assert_has(&said, &["[schedule_over]"]);
    assert_has(
        &cli.says("schedule list --status cancelled"),
        &["rent", "120.00 USD from"],
    );
}

#[test]
fn what_a_schedule_cannot_mean_is_refused_by_name() {
    let cli = stage();
    let pay = "schedule add payment rent alias:ops alias:pay 1.00 USD";
    for (rest, words) in [
        (
            "--monthly 31",
            vec!["[schedule_in_short_month]", "--short-months"],
        ),
        (
            "--daily --first-on 2020-01-01",
            vec!["[schedule_in_past]", "--first-on"],
        ),
        (
            "--daily --at 02:30 --time-zone Europe/Berlin",
            vec!["--clock-change"],
        ),
        (
            "--daily --calendar MOON",
            vec!["[unknown_calendar]", "giro calendar list"],
        ),
    ] {
        assert_has(&cli.refuses(&format!("{pay} {rest}")), &words);
    }
    let circle = |from: &str, to: &str| {
        format!("schedule add sweep x alias:{from} alias:{to} USD --target 0 --daily --at 23:59")
    };
    cli.says(&circle("ops", "pay"));
    assert_has(&cli.refuses(&circle("pay", "ops")), &["[sweep_circle]"]);
    for line in [pay, "schedule add sweep x alias:ops alias:pay USD --daily"] {
        assert_eq!(cli.run(&words(line)).status.code(), Some(2), "{line}");
    }
    let holidays = cli.file("holidays.csv", "# ours\n2027-12-24,Christmas Eve\n");
    cli.prints(&[
        "calendar",
        "set",
        "OFFICE",
        &holidays,
        "--time-zone",
        "Europe/Berlin",
    ]);
    assert_has(&cli.says("calendar list"), &["OFFICE", "TARGET", "1 set"]);
    let shown = cli.says("calendar show OFFICE --from 2027-12-01 --to 2027-12-31");
    assert_has(&shown, &["2027-12-24", "saturday, sunday"]);
}

#[test]
fn invested_accounts_trade_and_move_in_kind() {
    let cli = stage();
    let tomorrow = Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let tomorrow = tomorrow.saturating_add(40.days());
    cli.prints(&[
        "instrument",
        "add",
        "912797ZZ9",
        "US bill",
        "--weeks",
        "13",
        "--matures-on",
        &tomorrow.to_string(),
        "--currency",
        "USD",
    ]);
    cli.says("rate set 912797ZZ9 USD 0.99");
    let listed = cli.says("instrument list --weeks 13");
    assert_lined_up(&listed, "matures");
    assert_has(&listed, &["912797ZZ9", "0.99"]);
    for account in ["alias:ops", "alias:pay"] {
        let set = cli.asks(&format!(
            "account invest {account} USD --weeks 13 --reinvest 13"
        ));
        assert_eq!(set["investment"]["weeks"], 13);
    }
    cli.says("trade buy alias:ops 912797ZZ9 --all");
    let portfolio = cli.asks("account portfolio alias:ops");
    assert_eq!(
        (&portfolio["cash"], &portfolio["total_value"]),
        (&"0.00".into(), &"1000.00".into())
    );
    let made = cli.says("transfer make alias:ops alias:pay 400.00 USD");
    assert_has(&made, &["sell", "buy", "booked", "404.04040405"]);
    assert_has(
        &cli.says("account portfolio alias:pay"),
        &["400.00 USD", "912797ZZ9"],
    );
    let kind = cli.asks("transfer make alias:ops alias:pay 100.00 USD --in-kind");
    assert_eq!(kind["in_kind"], true);
    assert_eq!(
        cli.asks("account portfolio alias:pay")["total_value"],
        "500.00"
    );
    let trades = cli.asks("trade list --account alias:pay");
    assert_eq!(trades["items"].as_array().map(Vec::len), Some(1));
    let id = text(&trades["items"][0], "id");
    assert_has(
        &cli.says(&format!("trade show {id}")),
        &["buy", "400.00 USD", "settles"],
    );
    let said = cli.refuses("transfer make alias:ops alias:pay 1.00 USD --hold");
    assert_has(&said, &["[invested_cannot_be_held]", "--at"]);
    let said = cli.refuses("trade sell alias:ops 912797ZZ9 --units 99999");
    assert_has(&said, &["[insufficient_funds]"]);
    assert_has(
        &cli.refuses("trade buy alias:ops USD --all"),
        &["[unknown_instrument]"],
    );
    let stopped = cli.asks("account invest alias:pay --stop");
    assert_eq!(stopped["investment"], Value::Null);
    assert_eq!(
        cli.run(&words("account invest alias:pay")).status.code(),
        Some(2)
    );
}
