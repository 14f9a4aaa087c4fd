//! A book that tests begin with: two accounts with money, a maker and two checkers.

use crate::clock::Clock;
use crate::codec;
use crate::keys::KeyIndex;
use crate::record::{Command, Fingerprint, Origin, Record, RequestKey, SHARD};
use crate::recovery;
use crate::state::{Genesis, State};
use crate::writer::{Executed, Frame, Writer, hash_of};
use giro_journal::{Batch, Epoch, Journal, JournalReader, MemoryJournal, Seq, ShardId};
use giro_ledger::action::{
    Capture, Holding, NewAccount, NewBook, NewPrincipal, NewReversal, Original,
};
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::terms::HoldTerms;
use giro_ledger::text::{Metadata, Tags, Text};
use giro_ledger::{
    AccountId, Action, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, Capabilities,
    Conditions, Credential, Event, Ledger, Legs, LimitSubject, NewLimit, NewTransfer, Period,
    Policy, PrincipalId, ReversalReason, Side, Terms, Timestamp, TransferId, TransferKind,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

pub(crate) mod treasury;
pub(crate) mod webhook;

pub(crate) const BOOK: BookId = BookId(0);
pub(crate) const USD: AssetId = AssetId(0);
/// The book's own accounts come first, the outside before all.
pub(crate) const OUTSIDE: AccountId = AccountId(0);
pub(crate) const A: AccountId = AccountId(4);
pub(crate) const B: AccountId = AccountId(5);
pub(crate) const MAKER: PrincipalId = PrincipalId(0);
pub(crate) const CHECKERS: [PrincipalId; 2] = [PrincipalId(1), PrincipalId(2)];
/// 2023-11-14T22:13:20Z.
pub(crate) const START: Timestamp = Timestamp(1_700_000_000_000_000);
/// What either account has.
pub(crate) const FUNDS: u128 = 1_000_000;

pub(crate) fn seconds_after(at: Timestamp, seconds: i64) -> Timestamp {
    Timestamp(at.0 + seconds * 1_000_000)
}

/// A clock that stands still until it is set.
#[derive(Debug)]
pub(crate) struct ManualClock(AtomicI64);

impl ManualClock {
    pub(crate) fn new(at: Timestamp) -> Arc<ManualClock> {
        Arc::new(ManualClock(AtomicI64::new(at.0)))
    }

    pub(crate) fn set(&self, at: Timestamp) {
        self.0.store(at.0, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

pub(crate) fn genesis() -> Genesis {
    Genesis {
        at: START,
        id_secret: [1; 16],
        key_secret: [2; 16],
        token_secret: [3; 32],
    }
}

/// What makes the book.
pub(crate) fn setup() -> Vec<(BookId, Action)> {
    let name = |text: &str| Text::new(text).expect("a short plain name");
    let usd = Asset {
        code: "USD".into(),
        name: "US dollar".into(),
        decimals: 2,
        kind: AssetKind::Currency,
    };
    let book = NewBook {
        name: name("book"),
        sandbox: true,
        settings: BookSettings::default(),
    };
    let principal = |text: &str| NewPrincipal {
        book: Some(BOOK),
        name: name(text),
        email: None,
        capabilities: Capabilities::all_of_a_book(),
        grant: None,
        credential: Credential::Secret { hash: [0; 32] },
    };
    let account = |text: &str| NewAccount {
        name: name(text),
        alias: None,
        metadata: Metadata::default(),
        tags: Tags::default(),
        holdings: vec![Holding {
            asset: USD,
            overdraft_limit: Amount::ZERO,
        }],
        holds_any_asset: false,
    };
    let deposit = |to| Action::Transfer(transfer(TransferKind::Deposit, OUTSIDE, to, FUNDS));
    let mut actions = vec![
        (SHARD, Action::DefineAsset(usd)),
        (SHARD, Action::OpenBook(book)),
    ];
    let people = ["maker", "checker", "other checker"];
    actions.extend(people.map(|one| (BOOK, Action::AddPrincipal(principal(one)))));
    actions.extend(["a", "b"].map(|one| (BOOK, Action::OpenAccount(account(one)))));
    actions.extend([A, B].map(|one| (BOOK, deposit(one))));
    actions
}

pub(crate) fn transfer(
    kind: TransferKind,
    source: AccountId,
    target: AccountId,
    minor: u128,
) -> NewTransfer {
    let amount = Amount::new(minor).expect("small");
    NewTransfer::simple(kind, source, target, USD, amount)
}

/// A plain transfer from A to B.
pub(crate) fn plain(minor: u128) -> NewTransfer {
    transfer(TransferKind::Transfer, A, B, minor)
}

/// A hold from A to B for so many seconds.
pub(crate) fn hold(minor: u128, seconds: u32) -> NewTransfer {
    let seconds = Some(seconds);
    let terms = Terms {
        hold: Some(HoldTerms { seconds }),
        ..Terms::default()
    };
    NewTransfer {
        terms: Some(Box::new(terms)),
        ..plain(minor)
    }
}

pub(crate) fn capture(of: u64, minor: u128) -> Action {
    Action::Capture(Capture {
        transfer: TransferId(of),
        amount: Some(Amount::new(minor).expect("small")),
        release_rest: false,
    })
}

/// Takes back so much of a plain transfer.
pub(crate) fn reversal(of: &Record, minor: u128) -> Action {
    let Event::Transfer(original) = &of.event else {
        panic!("{of:?} is no transfer");
    };
    let is_completed = original.is_completed();
    Action::Reverse(Box::new(NewReversal {
        returns_fee: false,
        original: Original {
            fee: None,
            is_traded: false,
            transfer: TransferId(of.seq.0),
            kind: original.request.kind,
            posted: match is_completed {
                true => original.request.legs.clone(),
                false => Legs::new(),
            },
            is_reversal: false,
        },
        amount: Some(Amount::new(minor).expect("small")),
        reason: ReversalReason::Other,
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
    }))
}

/// Transfers from so much on need so many approvals, within an hour.
pub(crate) fn policy(amount_min: u128, approvals: u8) -> Action {
    let conditions = Conditions {
        asset: Some(USD),
        amount_min: Some(Amount::new(amount_min).expect("small")),
        ..Conditions::default()
    };
    Action::ChangePolicy(Box::new(PolicyChange::Add(Policy {
        name: Text::new("large").expect("a short plain name"),
        rank: 1,
        conditions,
        approvals,
        checkers: Vec::new(),
        expires_after_seconds: 3_600,
        funds: FundsCheck::AtSubmission,
    })))
}

/// At most so much leaves A in a day.
pub(crate) fn limit(minor: u128) -> Action {
    Action::AddLimit(NewLimit {
        name: Text::new("out").expect("a short plain name"),
        subject: LimitSubject::Account(A),
        side: Side::Debit,
        asset: Some(USD),
        period: Period::Day,
        amount_max: Some(Amount::new(minor).expect("small")),
        count_max: None,
    })
}

pub(crate) fn command(book: BookId, principal: PrincipalId, key: &str, action: Action) -> Command {
    let fingerprint = Fingerprint::of(&action);
    let key = (!key.is_empty()).then(|| RequestKey {
        scope: 0,
        text: key.into(),
        item: None,
        fingerprint,
    });
    let origin = Origin {
        book,
        principal,
        key,
    };
    Command { origin, action }
}

/// A writer, and the log that it writes.
pub(crate) struct Log {
    pub(crate) journal: MemoryJournal,
    pub(crate) writer: Writer,
    pub(crate) now: Timestamp,
    pub(crate) records: Vec<Record>,
}

impl Log {
    /// The log of the book.
    pub(crate) fn new() -> Log {
        let mut journal = MemoryJournal::new(ShardId(0));
        recovery::begin(&mut journal, Epoch(1), &genesis()).expect("an empty journal");
        let writer = Writer::new(State::new(genesis()), KeyIndex::in_memory());
        let mut log = Log {
            journal,
            writer,
            now: START,
            records: Vec::new(),
        };
        for (book, action) in setup() {
            log.execute(command(book, MAKER, "", action));
        }
        log.append();
        log
    }

    pub(crate) fn execute(&mut self, command: Command) -> Executed {
        let hash = hash_of(&genesis().key_secret, &command.origin);
        let executed = self.writer.execute(command, hash, self.now);
        executed.expect("an index in memory does not fail")
    }

    /// What comes of an action in the book.
    pub(crate) fn ask(&mut self, principal: PrincipalId, action: Action) -> Executed {
        self.execute(command(BOOK, principal, "", action))
    }

    /// The record of an action, which must be possible.
    pub(crate) fn make(&mut self, principal: PrincipalId, action: Action) -> Record {
        let executed = self.ask(principal, action);
        assert!(matches!(executed, Executed::Recorded(_)), "{executed:?}");
        self.append();
        self.records.last().expect("just recorded").clone()
    }

    /// Lets timers go off.
    pub(crate) fn run_due(&mut self) {
        self.writer.run_due(self.now).expect("an index in memory");
    }

    /// Puts the frame into the journal.
    pub(crate) fn append(&mut self) {
        if self.writer.has_frame() {
            let frame = self.writer.take_frame(Frame::new(Seq(0)));
            let appended = self
                .journal
                .append(Epoch(1), frame.batch.first(), &frame.batch);
            appended.expect("memory takes all");
            self.records.extend(frame.records);
        }
    }

    /// What the log gives when it is read back.
    pub(crate) fn replayed(&self) -> State {
        let mut keys = KeyIndex::in_memory();
        let reader = self.journal.reader();
        let state = recovery::replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| ());
        state.expect("a good log")
    }

    pub(crate) fn ledger(&self) -> Ledger {
        self.replayed().ledger
    }
}

/// A log of these records, one frame each.
pub(crate) fn log_of(records: &[Record]) -> Arc<dyn JournalReader> {
    let mut journal = MemoryJournal::new(ShardId(0));
    recovery::begin(&mut journal, Epoch(1), &genesis()).expect("an empty journal");
    for record in records {
        let mut batch = Batch::new(record.seq);
        let pushed = batch.push_with(|bytes| codec::encode(record, bytes));
        pushed.expect("what was decoded can be encoded");
        let appended = journal.append(Epoch(1), record.seq, &batch);
        appended.expect("memory takes all");
    }
    journal.reader()
}
