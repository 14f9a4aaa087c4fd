use super::*;
use crate::record::{BatchKey, BatchMode};
use crate::state::Genesis;
use giro_ledger::action::{Holding, NewAccount, NewBook};
use giro_ledger::text::{Metadata, Tags, Text};
use giro_ledger::{
    AccountId, Amount, Asset, AssetId, AssetKind, BookId, BookSettings, NewTransfer, PrincipalId,
    TransferKind, TransferStatus,
};

mod control;
mod timers;

const SECRET: [u8; 16] = [7; 16];
const USD: AssetId = AssetId(0);
const NOW: Timestamp = Timestamp(1);
const OUTSIDE: AccountId = AccountId(0);
const A: AccountId = AccountId(4);
const B: AccountId = AccountId(5);

fn execute(writer: &mut Writer, action: Action) {
    let origin = Origin {
        book: BookId(0),
        principal: PrincipalId(0),
        key: None,
    };
    let executed = writer.execute(Command { origin, action }, None, NOW);
    assert!(
        matches!(executed, Ok(Executed::Recorded(_))),
        "{executed:?}"
    );
}

fn transfer(kind: TransferKind, source: AccountId, target: AccountId, minor: u128) -> NewTransfer {
    let amount = Amount::new(minor).expect("small");
    NewTransfer::simple(kind, source, target, USD, amount)
}

/// A writer of one book, in which A has 100 and B nothing.
fn with_a_hundred() -> Writer {
    let genesis = Genesis {
        at: Timestamp(0),
        id_secret: SECRET,
        key_secret: SECRET,
        token_secret: [7; 32],
    };
    let mut writer = Writer::new(State::new(genesis), KeyIndex::in_memory());
    let asset = Asset {
        code: "USD".into(),
        name: "US dollar".into(),
        decimals: 2,
        kind: AssetKind::Currency,
    };
    execute(&mut writer, Action::DefineAsset(asset));
    let book = NewBook {
        name: Text::new("Book").expect("a name"),
        sandbox: true,
        settings: BookSettings::default(),
    };
    execute(&mut writer, Action::OpenBook(book));
    for name in ["a", "b"] {
        let account = NewAccount {
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
        execute(&mut writer, Action::OpenAccount(account));
    }
    let deposit = transfer(TransferKind::Deposit, OUTSIDE, A, 100);
    execute(&mut writer, Action::Transfer(deposit));
    writer
}

fn execute_atomic(writer: &mut Writer, items: &[NewTransfer]) -> Vec<Executed> {
    let batch = BatchCommand {
        book: BookId(0),
        principal: PrincipalId(0),
        scope: 0,
        key: "batch".into(),
        checked: BatchKey::Unchecked,
        mode: BatchMode::Atomic,
        items: items.to_vec(),
    };
    let executed = writer.execute_batch(PreparedBatch::new(&SECRET, batch), NOW);
    match executed.expect("an index in memory does not fail") {
        ExecutedBatch::Items(items) => items,
        ExecutedBatch::Seen(seq) => panic!("seen at {seq:?}"),
    }
}

/// Both items are possible alone, but not one after the other. The second one was decided again
/// when the refused batch was put on record, without the first one, and so was carried out.
#[test]
fn an_item_refused_after_others_is_not_carried_out_without_them() {
    let mut writer = with_a_hundred();
    let item = transfer(TransferKind::Transfer, A, B, 100);
    let executed = execute_atomic(&mut writer, &[item.clone(), item]);
    assert!(
        executed
            .iter()
            .all(|one| matches!(one, Executed::Recorded(_))),
        "{executed:?}"
    );
    let frame = writer.take_frame(Frame::new(Seq(0)));
    let statuses = frame
        .records
        .iter()
        .rev()
        .take(2)
        .map(|record| match &record.event {
            Event::Transfer(transfer) => transfer.status.clone(),
            other => panic!("unexpected {other:?}"),
        });
    let [second, first] = statuses.collect::<Vec<_>>().try_into().expect("two items");
    let declined_with = |status: TransferStatus| match status {
        TransferStatus::Declined(why) => why.code(),
        other => panic!("unexpected {other:?}"),
    };
    assert_eq!(declined_with(first), "batch_aborted");
    assert_eq!(declined_with(second), "insufficient_funds");
}

/// The first two items went on record as declined and the third one did not, so that a retry of
/// the very same batch got a conflict for the third.
#[test]
fn a_batch_with_an_item_that_is_never_recorded_is_not_recorded_at_all() {
    let mut writer = with_a_hundred();
    let items = [
        transfer(TransferKind::Transfer, A, B, 10),
        transfer(TransferKind::Transfer, B, A, 1_000),
        transfer(TransferKind::Transfer, A, AccountId(99), 1),
    ];
    let aborted = Executed::Rejected(Rejection::BatchAborted { item: 2 });
    let account = AccountId(99);
    let refused = Executed::Rejected(Rejection::UnknownAccount { account });
    for _ in 0..2 {
        let executed = execute_atomic(&mut writer, &items);
        assert_eq!(
            executed,
            [aborted.clone(), aborted.clone(), refused.clone()]
        );
    }
}
