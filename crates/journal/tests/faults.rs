//! What is acknowledged survives every fault; what is not is whole or absent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use giro_journal::{
    AppendError, Batch, Epoch, Fault, FaultyJournal, Journal, MemoryDisk, OpenError, ReadError,
    Seq, ShardId,
};
use proptest::prelude::*;

fn append(journal: &mut FaultyJournal, record: &[u8]) -> Result<(), AppendError> {
    let mut batch = Batch::new(journal.end());
    batch.push(record);
    batch.push(b"and another");
    let end = journal.end();
    journal.append(Epoch(1), end, &batch).map(drop)
}

/// Appends one good frame and one that meets `fault`; returns what the second append said and
/// what is left after the crash.
fn crash_with(fault: Fault, record: &[u8]) -> (Result<(), AppendError>, MemoryDisk) {
    let disk = MemoryDisk::new(ShardId(0));
    let journal = disk.open().expect("a new disk is empty");
    let mut journal = FaultyJournal::new(journal, [(1, fault)]);
    append(&mut journal, b"acknowledged").expect("append 0 has no fault");
    let result = append(&mut journal, record);
    (result, journal.crash())
}

#[test]
fn a_failed_append_leaves_what_its_fault_says() {
    for (fault, end) in [
        (Fault::Fail, 2),
        (Fault::Lose, 2),
        (Fault::FailAfterWrite, 4),
        (Fault::Tear { bytes: 0 }, 2),
        (Fault::Tear { bytes: 130 }, 2),
        (Fault::Tear { bytes: usize::MAX }, 4),
        (Fault::TearSectors { lost: 1 }, 2),
        (Fault::TearSectors { lost: 0 }, 4),
        (Fault::TearSectors { lost: u64::MAX }, 2),
    ] {
        let (result, disk) = crash_with(fault.clone(), &[5; 2_000]);
        assert!(
            matches!(result, Err(AppendError::Storage { .. })),
            "{fault:?}: {result:?}"
        );
        let journal = disk.open().expect("an interrupted write is no damage");
        assert_eq!(journal.end(), Seq(end), "{fault:?}");
    }
}

#[test]
fn a_delayed_append_succeeds_after_its_hook() {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let hook = Fault::Delay(Arc::new(move || {
        counted.fetch_add(1, Ordering::Relaxed);
    }));
    let (result, disk) = crash_with(hook, b"late");
    result.expect("a delay is no failure");
    assert_eq!(calls.load(Ordering::Relaxed), 1);
    assert_eq!(disk.open().expect("the log is whole").end(), Seq(4));
}

#[test]
fn a_flipped_bit_is_found_by_reading_and_by_opening() {
    let disk = MemoryDisk::new(ShardId(0));
    let journal = disk.open().expect("a new disk is empty");
    let mut journal = FaultyJournal::new(journal, [(0, Fault::FlipBit { bit: 136 * 8 + 3 })]);
    append(&mut journal, b"acknowledged").expect("nobody notices");
    let read = journal.reader().record(Seq(0), &mut Vec::new());
    assert!(matches!(read, Err(ReadError::Damaged { .. })), "{read:?}");
    let refused = journal.crash().open();
    assert!(
        matches!(refused, Err(OpenError::Damaged { offset: 0, .. })),
        "{refused:?}"
    );
}

/// A record of zeros looks like sectors that were lost, but they do not explain what is wrong
/// with the header or the record beside it.
#[test]
fn a_flipped_bit_beside_a_record_of_zeros_is_refused() {
    let frame_bytes = 128 + 2 * 4 + 2_000 + 4 + 11 + 4 + 8;
    let other_record = 128 + 2 * 4 + 2_000 + 4;
    for byte in (0..128).chain(other_record..frame_bytes) {
        let bit = byte * 8 + byte % 8;
        let (_, disk) = crash_with(Fault::FlipBit { bit }, &[0; 2_000]);
        let refused = disk.open();
        assert!(
            matches!(refused, Err(OpenError::Damaged { .. })),
            "byte {byte}: {refused:?}"
        );
    }
}

proptest! {
    #[test]
    fn a_write_torn_anywhere_is_whole_or_absent(
        record in prop::collection::vec(any::<u8>(), 0..3_000),
        bytes in 0_usize..3_500,
        lost in any::<u64>(),
        by_sector in any::<bool>(),
    ) {
        let fault = if by_sector { Fault::TearSectors { lost } } else { Fault::Tear { bytes } };
        let (_, disk) = crash_with(fault, &record);
        let journal = disk.open().expect("an interrupted write is no damage");
        prop_assert!([Seq(2), Seq(4)].contains(&journal.end()));
        let mut read = Vec::new();
        journal.reader().record(Seq(0), &mut read).expect("it was acknowledged");
        prop_assert_eq!(read, b"acknowledged");
        if journal.end() == Seq(4) {
            let mut read = Vec::new();
            journal.reader().record(Seq(2), &mut read).expect("it is whole");
            prop_assert_eq!(read, record);
        }
    }

    #[test]
    fn a_flipped_bit_never_goes_unnoticed(bit in any::<u64>(), record in prop::collection::vec(1_u8.., 1..600)) {
        let (_, disk) = crash_with(Fault::FlipBit { bit }, &record);
        let refused = disk.open();
        prop_assert!(matches!(refused, Err(OpenError::Damaged { .. })), "{:?}", refused);
    }
}
