//! `giro verify`.

use crate::server::{Server, fails, succeeds, text};
use giro_engine::record::SHARD;
use giro_engine::{Command, Engine, EngineOptions, Origin, Outcome, SystemClock};
use giro_journal::ShardId;
use giro_ledger::action::{Capture, Holding, NewAccount, NewBook, NewReversal, Original};
use giro_ledger::terms::HoldTerms;
use giro_ledger::text::{Metadata, Name, Tags};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, NewTransfer,
    PrincipalId, ReversalReason, Terms, TransferId, TransferKind,
};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

#[test]
fn a_stopped_server_is_in_order() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    let words = [
        "is in order",
        "all zero",
        "as the log gives it",
        "transfers completed",
        "transfers dropped",
        "transfers under way",
        "steps of transfers",
        "reversals",
        "quotes",
        "fees",
        "runs of schedules",
        "trades",
        "last records",
    ];
    for word in words {
        assert!(printed.contains(word), "{printed}");
    }
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["in_order"], true);
    // One for each asset of an account that is funded.
    assert_eq!(report["transfers_completed"], 18);
    // One for each account whose money is invested.
    assert_eq!(report["trades"], 3);
    let controls = [
        "transfers_dropped",
        "transfers_under_way",
        "transfer_steps",
        "reversals",
        "quotes",
        "fees",
        "runs",
        "last_records",
    ];
    for count in controls {
        assert_eq!(report[count], 0, "{count}");
    }
    assert_eq!(report["checkpoint_compared"], true);
    assert_eq!(report["torn_tail"], Value::Null);
}

#[test]
fn money_under_way_and_reversals_are_counted() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    log_with_controls(&dir.path().join("shard-0"));
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let counts = [
        // The deposit, the reversal of it, and the hold of which a part was captured.
        ("transfers_completed", 3),
        ("transfers_declined", 0),
        ("transfers_dropped", 1),
        ("transfers_under_way", 1),
        ("transfer_steps", 3),
        ("reversals", 1),
        ("last_records", 2),
        ("keys", 0),
        ("keys_in_index", 2),
        ("postings", 6),
    ];
    for (name, count) in counts {
        assert_eq!(report[name], count, "{name}");
    }
}

/// A log with three holds: captured in part and released, released, and open; and a reversal.
fn log_with_controls(shard: &Path) {
    let options = EngineOptions::default();
    let clock = Arc::new(SystemClock);
    let engine = Engine::open(shard, ShardId(0), clock, options, &mut |_, _| ()).expect("opens");
    let book = BookId(0);
    let make = |book, action| {
        let origin = Origin {
            book,
            principal: PrincipalId(0),
            key: None,
        };
        let sent = engine.submit(Command { origin, action }).expect("taken");
        match sent.wait().expect("durable") {
            Outcome::Recorded(record) => TransferId(record.seq.0),
            other => panic!("{other:?}"),
        }
    };
    let (usd, opened) = book_of_one_asset();
    make(SHARD, usd);
    make(SHARD, opened);
    // After the book's own four.
    let [a, b] = [4, 5].map(AccountId);
    for _ in [a, b] {
        make(book, Action::OpenAccount(account_of_usd()));
    }
    let deposit = transfer(TransferKind::Deposit, AccountId(0), a);
    let posted = deposit.legs.clone();
    let deposited = make(book, Action::Transfer(deposit));
    let hold = || {
        let terms = Terms {
            hold: Some(HoldTerms::default()),
            ..Terms::default()
        };
        let mut hold = transfer(TransferKind::Transfer, a, b);
        hold.terms = Some(Box::new(terms));
        for leg in &mut hold.legs {
            leg.amount = Amount::new(10).expect("small");
        }
        make(book, Action::Transfer(hold))
    };
    let [in_part, released, _open] = [hold(), hold(), hold()];
    make(
        book,
        Action::Capture(Capture {
            transfer: in_part,
            amount: Some(Amount::new(4).expect("small")),
            release_rest: false,
        }),
    );
    make(book, Action::Release(in_part, None));
    make(book, Action::Release(released, None));
    let original = Original {
        transfer: deposited,
        kind: TransferKind::Deposit,
        posted,
        is_reversal: false,
        fee: None,
        is_traded: false,
    };
    make(
        book,
        Action::Reverse(Box::new(NewReversal {
            original,
            amount: Some(Amount::new(7).expect("small")),
            reason: ReversalReason::Duplicate,
            reference: None,
            metadata: Metadata::default(),
            reviewers: Vec::new(),
            returns_fee: false,
        })),
    );
}

fn book_of_one_asset() -> (Action, Action) {
    let usd = Asset {
        code: "USD".into(),
        name: "US dollar".into(),
        decimals: 2,
        kind: AssetKind::Currency,
    };
    let book = NewBook {
        name: Name::new("book").expect("a name"),
        sandbox: true,
        settings: BookSettings::default(),
    };
    (Action::DefineAsset(usd), Action::OpenBook(book))
}

fn account_of_usd() -> NewAccount {
    NewAccount {
        name: Name::new("account").expect("a name"),
        alias: None,
        metadata: Metadata::default(),
        tags: Tags::default(),
        holdings: vec![Holding {
            asset: AssetId(0),
            overdraft_limit: Amount::ZERO,
        }],
        holds_any_asset: false,
    }
}

fn transfer(kind: TransferKind, from: AccountId, to: AccountId) -> NewTransfer {
    let amount = Amount::new(1_000).expect("small");
    NewTransfer::simple(kind, from, to, AssetId(0), amount)
}

#[test]
fn a_directory_without_a_log_is_refused() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains("there is no log"), "{said}");
    let said = fails(1, ["verify", "--data", "/no/such/directory"]);
    assert!(said.contains("there is no log"), "{said}");
}

#[test]
fn a_torn_tail_is_told_and_is_no_error() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).kill();
    let path = dir
        .path()
        .join("shard-0/journal/segment-00000000000000000000.giro");
    let bytes = fs::read(&path).expect("readable");
    let end = bytes
        .iter()
        .rposition(|byte| *byte != 0)
        .expect("not empty")
        + 1;
    let file = fs::OpenOptions::new()
        .write(true)
        .open(&path)
        .expect("writable");
    // The beginning of a frame that the disk has not written any more of.
    file.write_all_at(b"GIRF\x01\x00", u64::try_from(end).expect("small"))
        .expect("writable");
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    assert!(printed.contains("was not written whole"), "{printed}");
    let report = succeeds(["verify", "--json", "--data", text(dir.path())]);
    let report: Value = serde_json::from_str(&report).expect("JSON");
    assert_eq!(report["torn_tail"]["offset"], end);
    // The next start cuts it.
    let (status, _) = Server::dev(dir.path()).stop();
    assert!(status.success());
    let printed = succeeds(["verify", "--data", text(dir.path())]);
    assert!(!printed.contains("was not written whole"), "{printed}");
}

/// Starting looks at no block of the index of keys: it would have to read all of it.
#[test]
fn a_damaged_index_of_keys_is_found_and_a_restart_repairs_it() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let keys = dir.path().join("shard-0/keys");
    let files = fs::read_dir(&keys).expect("readable");
    let mut paths = files.map(|file| file.expect("readable").path());
    let run = paths.find(|path| path.extension().is_some_and(|end| end == "keys"));
    let run = run.expect("a clean stop writes the keys");
    let file = fs::OpenOptions::new().write(true).open(&run);
    // In the first block of entries.
    file.expect("writable")
        .write_all_at(b"damage", 4096 + 40)
        .expect("writable");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains(text(&run)), "{said}");
    assert!(said.contains("delete it"), "{said}");
    let (status, said) = Server::dev(dir.path()).stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("is made anew"), "{said}");
    succeeds(["verify", "--data", text(dir.path())]);
}

#[test]
fn a_damaged_checkpoint_is_found_and_a_start_does_without() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    Server::dev(dir.path()).stop();
    let checkpoints = dir.path().join("shard-0/checkpoints");
    let files = fs::read_dir(&checkpoints).expect("readable");
    let mut paths: Vec<_> = files.map(|file| file.expect("readable").path()).collect();
    paths.sort_unstable();
    let newest = paths.last().expect("a clean stop makes one");
    let file = fs::OpenOptions::new().write(true).open(newest);
    file.expect("writable")
        .write_all_at(b"damage", 200)
        .expect("writable");
    let said = fails(1, ["verify", "--data", text(dir.path())]);
    assert!(said.contains(text(newest)), "{said}");
    let (status, said) = Server::dev(dir.path()).stop();
    assert!(status.success(), "{said}");
    assert!(said.contains("damaged or of another version"), "{said}");
    succeeds(["verify", "--data", text(dir.path())]);
}
