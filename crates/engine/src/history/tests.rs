use super::*;
use crate::keys::KeyIndex;
use crate::record::{Command, Origin, SHARD};
use crate::recovery::{begin, replay};
use crate::state::{Genesis, State};
use crate::writer::{Frame, Writer};
use giro_journal::{Epoch, Journal, MemoryJournal, ShardId};
use giro_ledger::action::{Holding, NewAccount, NewBook};
use giro_ledger::text::{Metadata, Tags, Text};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, LineId,
    NewTransfer, PrincipalId, TransferKind,
};
use proptest::prelude::*;

const BOOK: BookId = BookId(0);
const USD: AssetId = AssetId(0);
/// The book's own accounts come first, the outside before all.
const OUTSIDE: AccountId = AccountId(0);
const FIRST: u32 = 4;
const ACCOUNTS: u32 = 3;

fn setup() -> Vec<(BookId, Action)> {
    let name = |text: &str| Text::new(text).expect("a short plain name");
    let (code, usd) = ("USD".into(), "US dollar".into());
    let usd = Asset {
        code,
        name: usd,
        decimals: 2,
        kind: AssetKind::Currency,
    };
    let settings = BookSettings::default();
    let book = NewBook {
        name: name("book"),
        sandbox: true,
        settings,
    };
    let account = || NewAccount {
        name: Text::new("account").expect("a short plain name"),
        alias: None,
        metadata: Metadata::default(),
        tags: Tags::default(),
        holdings: vec![Holding {
            asset: USD,
            overdraft_limit: Amount::ZERO,
        }],
        holds_any_asset: false,
    };
    let mut actions = vec![
        (SHARD, Action::DefineAsset(usd)),
        (SHARD, Action::OpenBook(book)),
    ];
    actions.extend((0..ACCOUNTS).map(|_| (BOOK, Action::OpenAccount(account()))));
    actions
}

/// A transfer by numbers that a generator can draw: from and to an account or the outside.
fn action(from: u32, to: u32, minor: u128) -> Action {
    let amount = Amount::new(minor).expect("small");
    let [source, target] = [from, to].map(|n| AccountId(FIRST + n % ACCOUNTS));
    Action::Transfer(match from % 4 {
        3 => NewTransfer::simple(TransferKind::Deposit, OUTSIDE, target, USD, amount),
        _ => NewTransfer::simple(TransferKind::Transfer, source, target, USD, amount),
    })
}

/// Runs the actions in frames of the given sizes, on a clock that stands still now and then.
fn log_of(actions: Vec<(BookId, Action)>, frame: usize) -> MemoryJournal {
    let mut journal = MemoryJournal::new(ShardId(0));
    let genesis = Genesis {
        at: Timestamp(1_000),
        id_secret: [1; 16],
        key_secret: [2; 16],
        token_secret: [3; 32],
    };
    begin(&mut journal, Epoch(1), &genesis).expect("an empty journal takes a frame");
    let mut writer = Writer::new(State::new(genesis), KeyIndex::in_memory());
    for (n, (book, action)) in (0_i64..).zip(actions) {
        let origin = Origin {
            book,
            principal: PrincipalId(0),
            key: None,
        };
        let now = Timestamp(1_000 + n / 3 * 50);
        writer
            .execute(Command { origin, action }, None, now)
            .expect("an index in memory");
        if n % i64::try_from(frame).expect("small") == 0 {
            append(&mut journal, &mut writer);
        }
    }
    append(&mut journal, &mut writer);
    journal
}

fn append(journal: &mut MemoryJournal, writer: &mut Writer) {
    if writer.has_frame() {
        let frame = writer.take_frame(Frame::new(Seq(0)));
        journal
            .append(Epoch(1), frame.batch.first(), &frame.batch)
            .expect("memory takes all");
    }
}

proptest! {
    #[test]
    fn a_past_balance_equals_that_of_a_replay_up_to_it(
        drawn in prop::collection::vec((0_u32..8, 0_u32..8, 0_u128..60), 1..80),
        frame in 1_usize..9,
        instant in 900_i64..3_000,
    ) {
        let transfers = drawn.into_iter().map(|(from, to, minor)| (BOOK, action(from, to, minor)));
        let journal = log_of(setup().into_iter().chain(transfers).collect(), frame);
        let reader = journal.reader();
        let history = History::new(reader.clone());
        let mut keys = KeyIndex::in_memory();
        let whole = replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| ()).expect("a good log");

        let bound = history.first_at(Timestamp(instant + 1)).expect("a good log");
        let mut past = State::new(whole.genesis().clone());
        for seq in (1..bound.0).map(Seq) {
            let record = history.record(seq).expect("a good log");
            prop_assert!(record.at <= Timestamp(instant));
            prop_assert!(past.replay(&record));
        }
        for (line, _) in whole.ledger.lines() {
            let head = whole.line_head(line);
            let found = history.posted_before(head, bound).expect("a good log");
            let replayed = past.ledger.line(line).map_or(SignedAmount::ZERO, |line| line.posted);
            prop_assert_eq!(found, replayed, "{:?} at {}", line, instant);
        }
    }

    #[test]
    fn a_walk_meets_every_posting_of_a_line_once_and_newest_first(
        drawn in prop::collection::vec((0_u32..8, 0_u32..8, 0_u128..60), 1..60),
    ) {
        let transfers = drawn.into_iter().map(|(from, to, minor)| (BOOK, action(from, to, minor)));
        let journal = log_of(setup().into_iter().chain(transfers).collect(), 4);
        let reader = journal.reader();
        let history = History::new(reader.clone());
        let mut keys = KeyIndex::in_memory();
        let state = replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| ()).expect("a good log");
        for (line, _) in state.ledger.lines() {
            let walked = history.walk(Chained::Line, state.line_head(line));
            let places = walked.map(|step| step.map(|step| step.place));
            let places = places.collect::<Result<Vec<_>, _>>().expect("a good log");
            let mut expected = places_of(&history, line, state.end());
            expected.reverse();
            prop_assert_eq!(places, expected);
        }
    }
}

proptest! {
    #[test]
    fn the_books_of_records_are_those_that_the_records_say(
        count in 1_usize..30,
        frame in 1_usize..9,
        from in 0_u64..40,
    ) {
        let transfers = (0..count).map(|_| (BOOK, action(3, 1, 5)));
        let journal = log_of(setup().into_iter().chain(transfers).collect(), frame);
        let reader = journal.reader();
        let history = History::new(reader.clone());
        let mut visited = Vec::new();
        let mut visit = |seq, book| {
            visited.push((seq, book));
            ControlFlow::Continue(())
        };
        history.books_from(Seq(from), &mut visit).expect("a good log");
        let book = |seq: u64| match seq {
            0 => None,
            seq => Some(history.record(Seq(seq)).expect("a good log").origin.book),
        };
        let expected: Vec<_> = (from..reader.end().0).map(|seq| (Seq(seq), book(seq))).collect();
        prop_assert_eq!(visited, expected);
    }
}

/// Where a line is touched, by reading everything.
fn places_of(history: &History, line: LineId, end: Seq) -> Vec<Place> {
    let mut places = Vec::new();
    for seq in (1..end.0).map(Seq) {
        let record = history.record(seq).expect("a good log");
        for (leg, trace) in (0_u8..).zip(&record.trace.legs) {
            if trace.line == line {
                places.push(Place::new(seq, leg));
            }
        }
    }
    places
}
