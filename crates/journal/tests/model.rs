//! Any sequence of appends and reopenings, and any damage, against a plain list of records.

mod common;

use std::ops::ControlFlow;

use common::Log;
use giro_journal::{
    Batch, Epoch, FileJournal, FileOptions, Journal, JournalReader, MemoryDisk, Seq, ShardId,
};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Step {
    /// Append a frame of records with these lengths.
    Append(Vec<usize>),
    /// Reopen, verifying from this share of the log.
    Reopen(u64),
    /// Walk from this share of the log.
    Walk(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let record_len = prop_oneof![8 => 0_usize..60, 3 => 400_usize..3_000, 1 => 5_000_usize..40_000];
    prop_oneof![
        8 => prop::collection::vec(record_len, 1..12).prop_map(Step::Append),
        1 => (0..=100_u64).prop_map(Step::Reopen),
        2 => (0..=100_u64).prop_map(Step::Walk),
    ]
}

fn record(seq: Seq, len: usize) -> Vec<u8> {
    let fill = seq.0.wrapping_mul(31).to_le_bytes()[0];
    vec![fill; len]
}

fn walk(reader: &dyn JournalReader, from: Seq, expected: &[Vec<u8>]) {
    let mut next = None;
    reader
        .frames(from, &mut |frame| {
            assert!(next.is_some() || frame.first() <= from);
            for (seq, found) in (frame.first().0..).zip(frame.records()) {
                assert_eq!(found, expected[usize::try_from(seq).expect("small")]);
            }
            next = Some(frame.end());
            ControlFlow::Continue(())
        })
        .expect("the log is whole");
    assert_eq!(next.unwrap_or(reader.end()), reader.end());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn files_agree_with_a_list_of_records(steps in prop::collection::vec(step(), 1..60)) {
        let log = Log::new();
        let mut journal = log.open();
        let mut expected = Vec::new();
        for step in steps {
            let share = |share: u64| Seq(journal.end().0 * share / 100);
            match step {
                Step::Append(lens) => {
                    let mut batch = Batch::new(journal.end());
                    for len in lens {
                        let record = record(batch.next(), len);
                        batch.push(&record);
                        expected.push(record);
                    }
                    journal.append(Epoch(1), batch.first(), &batch).expect("the disk works");
                }
                Step::Reopen(from) => {
                    let end = journal.end();
                    let options = FileOptions { verify_from: share(from), min_end: end, ..log.options() };
                    drop(journal);
                    journal = FileJournal::open(log.path(), ShardId(0), options).expect("the log is whole");
                    prop_assert_eq!(journal.end(), end);
                }
                Step::Walk(from) => walk(&*journal.reader(), share(from), &expected),
            }
        }
        let reader = journal.reader();
        let mut found = Vec::new();
        for (seq, expected) in (0..).map(Seq).zip(&expected) {
            reader.record(seq, &mut found).expect("it was appended");
            prop_assert_eq!(&found, expected);
        }
    }
}

proptest! {
    /// Whatever happens to the bytes: no panic, and what is still read is what was written.
    #[test]
    fn damage_never_makes_up_records(
        lens in prop::collection::vec(0_usize..900, 1..12),
        bits in prop::collection::vec(any::<u64>(), 1..6),
        reopen in any::<bool>(),
    ) {
        let disk = MemoryDisk::new(ShardId(0));
        let mut journal = disk.open().expect("a new disk is empty");
        let mut expected = Vec::new();
        for len in lens {
            let mut batch = Batch::new(journal.end());
            for part in [len, len / 2] {
                expected.push(record(batch.next(), part));
                batch.push(&record(batch.next(), part));
            }
            journal.append(Epoch(1), batch.first(), &batch).expect("memory takes it");
        }
        let stored = u64::try_from(disk.byte_len()).expect("small") * 8;
        for bit in bits {
            disk.flip_bit(bit % stored);
        }
        if reopen {
            match disk.open() {
                Ok(reopened) => journal = reopened,
                Err(_) => return Ok(()),
            }
        }
        let reader = journal.reader();
        let mut found = Vec::new();
        for (seq, expected) in (0..).map(Seq).zip(&expected) {
            if reader.record(seq, &mut found).is_ok() {
                prop_assert_eq!(&found, expected);
            }
        }
        let walked = reader.frames(Seq(0), &mut |frame| {
            for (seq, found) in (frame.first().0..).zip(frame.records()) {
                assert_eq!(found, expected[usize::try_from(seq).expect("small")]);
            }
            ControlFlow::Continue(())
        });
        drop(walked);
    }
}
