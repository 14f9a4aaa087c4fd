use super::*;
use crate::clock::SystemClock;
use crate::record::{BatchKey, BatchMode, Fingerprint, Origin, RequestKey, SHARD};
use giro_ledger::action::{Holding, NewAccount, NewBook};
use giro_ledger::text::{Metadata, Tags, Text};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookSettings, Event, NewTransfer,
    PrincipalId, SystemRole, Timestamp, TransferKind,
};

mod poison;
mod schedules;
mod start;
mod timers;

const BOOK: BookId = BookId(0);
const USD: AssetId = AssetId(0);

fn command(book: BookId, key: &str, action: Action) -> Command {
    let fingerprint = Fingerprint::of(&action);
    let key = Some(RequestKey {
        scope: 0,
        text: key.into(),
        item: None,
        fingerprint,
    });
    Command {
        origin: Origin {
            book,
            principal: PrincipalId(0),
            key,
        },
        action,
    }
}

fn run(engine: &Engine, book: BookId, key: &str, action: Action) -> Outcome {
    engine
        .submit(command(book, key, action))
        .expect("taken")
        .wait()
        .expect("durable")
}

/// A book with two accounts, the first of them with 1000.00 USD.
fn with_two_accounts(engine: &Engine) -> [AccountId; 2] {
    let code = "USD".into();
    let usd = Asset {
        code,
        name: "US dollar".into(),
        decimals: 2,
        kind: AssetKind::Currency,
    };
    run(engine, SHARD, "usd", Action::DefineAsset(usd));
    let name = Text::new("Book").expect("a name");
    let book = NewBook {
        name,
        sandbox: true,
        settings: BookSettings::default(),
    };
    run(engine, SHARD, "book", Action::OpenBook(book));
    let accounts = ["a", "b"].map(|name| {
        let new = NewAccount {
            name: Text::new(name).expect("a name"),
            alias: None,
            metadata: Metadata::default(),
            tags: Tags::default(),
            holdings: vec![Holding {
                asset: USD,
                overdraft_limit: Amount::ZERO,
            }],
            holds_any_asset: false,
        };
        match run(engine, BOOK, name, Action::OpenAccount(new)) {
            Outcome::Recorded(record) => match record.event {
                Event::AccountOpened(id, _) => id,
                other => panic!("unexpected {other:?}"),
            },
            other => panic!("unexpected {other:?}"),
        }
    });
    let external = engine
        .read()
        .ledger
        .book(BOOK)
        .expect("opened")
        .system_account(SystemRole::External);
    let amount = Amount::new(100_000).expect("small");
    let deposit = NewTransfer::simple(TransferKind::Deposit, external, accounts[0], USD, amount);
    assert!(matches!(
        run(engine, BOOK, "d", Action::Transfer(deposit)),
        Outcome::Recorded(_)
    ));
    accounts
}

fn transfer(from: AccountId, to: AccountId, minor: u128) -> NewTransfer {
    let amount = Amount::new(minor).expect("small");
    NewTransfer::simple(TransferKind::Transfer, from, to, USD, amount)
}

fn open(path: &Path) -> Engine {
    let options = EngineOptions::default();
    Engine::open(
        path,
        ShardId(0),
        Arc::new(SystemClock),
        options,
        &mut |_, _| (),
    )
    .expect("opens")
}

fn posted(engine: &Engine, account: AccountId) -> i128 {
    let state = engine.read();
    let line = state
        .ledger
        .account(account)
        .and_then(|account| account.line(USD))
        .expect("held");
    state.ledger.line(line).expect("held").posted.minor()
}

#[test]
fn what_was_answered_is_there_after_a_restart() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = open(dir.path());
    let [a, b] = with_two_accounts(&engine);
    for n in 0..50 {
        let made = run(
            &engine,
            BOOK,
            &format!("t{n}"),
            Action::Transfer(transfer(a, b, 100)),
        );
        assert!(matches!(made, Outcome::Recorded(_)), "{made:?}");
        assert_eq!(posted(&engine, b), 100 * (n + 1), "read your writes");
    }
    let end = engine.status().end;
    drop(engine);
    let engine = open(dir.path());
    assert_eq!(engine.status().end, end);
    assert_eq!([posted(&engine, a), posted(&engine, b)], [95_000, 5_000]);
    let again = run(&engine, BOOK, "t7", Action::Transfer(transfer(a, b, 100)));
    let Outcome::Seen(seq) = again else {
        panic!("{again:?}")
    };
    let record = engine.history().record(seq).expect("readable");
    assert_eq!(record.origin.key.expect("has one").text.as_ref(), "t7");
}

#[test]
fn an_atomic_batch_is_all_or_none_and_on_record_either_way() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = open(dir.path());
    let [a, b] = with_two_accounts(&engine);
    let batch = |key: &str, items: Vec<NewTransfer>| BatchCommand {
        book: BOOK,
        principal: PrincipalId(0),
        scope: 0,
        key: key.into(),
        checked: BatchKey::Unchecked,
        mode: BatchMode::Atomic,
        items,
    };
    let send = |batch| {
        let sent = engine.submit_batch(batch).expect("taken");
        match sent.wait().expect("durable") {
            BatchOutcome::Items(items) => items,
            BatchOutcome::Seen(seq) => vec![Outcome::Seen(seq)],
        }
    };
    // The second item only works because the first one brought the money.
    let good = send(batch(
        "good",
        vec![transfer(a, b, 100_000), transfer(b, a, 99_000)],
    ));
    assert!(good.iter().all(|one| matches!(one, Outcome::Recorded(_))));
    assert_eq!([posted(&engine, a), posted(&engine, b)], [99_000, 1_000]);
    let bad = send(batch(
        "bad",
        vec![transfer(a, b, 10), transfer(b, a, 2_000)],
    ));
    let declined = bad.iter().filter(|one| match one {
        Outcome::Recorded(record) => {
            matches!(&record.event, Event::Transfer(transfer) if !transfer.is_completed())
        }
        _ => false,
    });
    assert_eq!(declined.count(), 2);
    assert_eq!([posted(&engine, a), posted(&engine, b)], [99_000, 1_000]);
    let items = vec![transfer(a, b, 100_000), transfer(b, a, 99_000)];
    let again = batch("good", items);
    let Outcome::Recorded(last) = &good[1] else {
        panic!("{good:?}")
    };
    assert_eq!(send(again.clone()), [Outcome::Seen(last.seq)]);
    let compared = BatchCommand {
        checked: BatchKey::Compared,
        ..again
    };
    let again = send(compared);
    assert_eq!(again.len(), 2);
    assert!(again.iter().all(|one| matches!(one, Outcome::Seen(_))));
}

#[test]
fn the_past_is_found_by_time() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = open(dir.path());
    let [a, b] = with_two_accounts(&engine);
    let mut known: Vec<(Timestamp, i128)> = Vec::new();
    for n in 0..40_u128 {
        let made = run(
            &engine,
            BOOK,
            &format!("t{n}"),
            Action::Transfer(transfer(a, b, n + 1)),
        );
        let Outcome::Recorded(record) = made else {
            panic!("{made:?}")
        };
        known.push((record.at, posted(&engine, b)));
    }
    let head = {
        let state = engine.read();
        let line = state
            .ledger
            .account(b)
            .and_then(|b| b.line(USD))
            .expect("held");
        state.line_head(line)
    };
    for (at, balance) in known {
        let bound = engine
            .history()
            .first_at(Timestamp(at.0 + 1))
            .expect("readable");
        let found = engine
            .history()
            .posted_before(head, bound)
            .expect("readable");
        assert_eq!(found.minor(), balance);
    }
    let steps = engine
        .history()
        .walk(crate::history::Chained::Line, head)
        .count();
    assert_eq!(steps, 40);
}

/// A list made its cursor, for which it read the state, while it held it. When a frame was committed
/// between the two, that list, the writer and everybody else waited for ever.
#[test]
#[cfg(debug_assertions)]
#[should_panic(expected = "this thread holds the state already")]
fn nobody_asks_for_the_state_while_holding_it() {
    let dir = tempfile::tempdir().expect("a temporary directory");
    let engine = open(dir.path());
    let state = engine.read();
    let end = engine.read().end();
    assert_eq!(state.end(), end);
}
