//! What every implementation of [`Journal`] has to pass.
//!
//! An implementation gives a [`Storage`] and runs [`check`] from one of its tests. Every claim
//! starts on storage of its own; a failure panics with the claim's name on the stack.

use std::ops::ControlFlow;
use std::sync::Arc;

use crate::batch::Batch;
use crate::error::{AppendError, ReadError};
use crate::ids::{Digest, Epoch, Seq, ShardId};
use crate::journal::{Appended, Journal, JournalReader};
use crate::memory::MemoryJournal;

/// Storage on which a log can be opened, closed by dropping it, and opened again.
pub trait Storage {
    /// The journal under test.
    type Journal: Journal;

    /// Opens the log of shard 0, a new one the first time.
    fn open(&mut self) -> Self::Journal;

    /// Makes `epoch` the one that may write. An implementation whose appends raise the epoch
    /// themselves has nothing to do here; one with leases moves the lease.
    fn raise_epoch(&mut self, _epoch: Epoch) {}

    /// Makes the storage of `journal` fail at its next append, if there is a way to.
    /// Returns whether there was.
    fn break_next_append(&mut self, _journal: &mut Self::Journal) -> bool {
        false
    }
}

/// Runs every claim, each on storage made by `new`.
///
/// # Panics
///
/// When a claim does not hold.
pub fn check<S: Storage>(new: impl Fn() -> S) {
    a_new_log_is_empty(new());
    appended_records_read_back(new());
    an_unexpected_end_is_refused_without_effect(new());
    a_lower_epoch_is_fenced_without_effect(new());
    an_empty_batch_is_refused(new());
    random_reads_work_over_small_and_huge_frames(new());
    frames_are_visited_from_the_middle(new());
    a_visit_can_stop(new());
    readers_follow_the_writer(new());
    a_log_goes_on_after_reopening(new());
    digests_are_those_of_every_other_implementation(new());
    digests_are_told_at_frame_boundaries_only(new());
    a_storage_error_poisons(new());
}

/// An open log with the epoch its writer uses.
struct Writer<J> {
    journal: J,
    epoch: Epoch,
    batch: Batch,
}

impl<J: Journal> Writer<J> {
    fn open<S: Storage<Journal = J>>(storage: &mut S) -> Self {
        let journal = storage.open();
        let epoch = journal.epoch().next();
        storage.raise_epoch(epoch);
        Writer {
            batch: Batch::new(journal.end()),
            journal,
            epoch,
        }
    }

    fn try_append(&mut self, expected: Seq, records: &[&[u8]]) -> Result<Appended, AppendError> {
        self.batch.reset(expected);
        for record in records {
            self.batch.push(record);
        }
        self.journal.append(self.epoch, expected, &self.batch)
    }

    fn append(&mut self, records: &[&[u8]]) -> Appended {
        let end = self.journal.end();
        let appended = self
            .try_append(end, records)
            .expect("a proper append succeeds");
        assert_eq!(appended.end, self.batch.next());
        assert_eq!(self.journal.end(), appended.end);
        assert_eq!(self.journal.last_digest(), appended.digest);
        appended
    }

    fn reader(&self) -> Arc<dyn JournalReader> {
        self.journal.reader()
    }
}

fn record(reader: &dyn JournalReader, seq: u64) -> Vec<u8> {
    let mut record = b"what was there before".to_vec();
    reader
        .record(Seq(seq), &mut record)
        .unwrap_or_else(|error| panic!("record {seq} was appended: {error}"));
    record
}

/// First sequence number and records of every frame from the one that holds `from`.
fn frames(reader: &dyn JournalReader, from: u64) -> Vec<(Seq, Vec<Vec<u8>>)> {
    let mut frames = Vec::new();
    reader
        .frames(Seq(from), &mut |frame| {
            assert_eq!(frame.first().plus(u64::from(frame.count())), frame.end());
            frames.push((frame.first(), frame.records().map(<[u8]>::to_vec).collect()));
            ControlFlow::Continue(())
        })
        .expect("the log is whole");
    frames
}

fn a_new_log_is_empty<S: Storage>(mut storage: S) {
    let journal = storage.open();
    let reader = journal.reader();
    assert_eq!((journal.shard(), journal.end()), (ShardId(0), Seq(0)));
    assert_eq!(journal.last_digest(), Digest::ZERO);
    assert_eq!(reader.end(), Seq(0));
    assert_eq!(frames(&*reader, 0), []);
    let missing = reader.record(Seq(0), &mut Vec::new());
    assert!(
        matches!(missing, Err(ReadError::NotFound { .. })),
        "{missing:?}"
    );
    assert_eq!(reader.digest_before(Seq(0)).ok(), Some(Digest::ZERO));
}

fn appended_records_read_back<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    writer.append(&[b"one", b"", b"three"]);
    writer.append(&[b"four"]);
    let reader = writer.reader();
    assert_eq!(record(&*reader, 0), b"one");
    assert_eq!(record(&*reader, 1), b"");
    assert_eq!(record(&*reader, 2), b"three");
    assert_eq!(record(&*reader, 3), b"four");
    let missing = reader.record(Seq(4), &mut Vec::new());
    assert!(
        matches!(missing, Err(ReadError::NotFound { .. })),
        "{missing:?}"
    );
}

fn an_unexpected_end_is_refused_without_effect<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let before = writer.append(&[b"one", b"two"]);
    for wrong in [0, 1, 3, u64::MAX / 2] {
        let refused = writer.try_append(Seq(wrong), &[b"wrong"]);
        assert!(
            matches!(refused, Err(AppendError::OutOfOrder { .. })),
            "{refused:?}"
        );
    }
    // The batch and the claim must agree too.
    writer.batch.reset(Seq(1));
    writer.batch.push(b"wrong");
    let refused = writer.journal.append(writer.epoch, Seq(2), &writer.batch);
    assert!(
        matches!(refused, Err(AppendError::OutOfOrder { .. })),
        "{refused:?}"
    );
    assert_eq!(writer.journal.last_digest(), before.digest);
    writer.append(&[b"three"]);
    assert_eq!(frames(&*writer.reader(), 0).len(), 2);
}

fn a_lower_epoch_is_fenced_without_effect<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    writer.append(&[b"mine"]);
    let old = writer.epoch;
    writer.epoch = old.next();
    storage.raise_epoch(writer.epoch);
    writer.append(&[b"theirs"]);
    let current = writer.epoch;
    assert_eq!(writer.journal.epoch(), current);
    writer.epoch = old;
    let end = writer.journal.end();
    let refused = writer.try_append(end, &[b"late"]);
    assert!(
        matches!(refused, Err(AppendError::Fenced { epoch, .. }) if epoch == old),
        "{refused:?}"
    );
    writer.epoch = current;
    writer.append(&[b"theirs again"]);
    assert_eq!(record(&*writer.reader(), 2), b"theirs again");
}

fn an_empty_batch_is_refused<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let refused = writer.try_append(Seq(0), &[]);
    assert!(matches!(refused, Err(AppendError::Empty)), "{refused:?}");
    writer.append(&[b"one"]);
}

fn random_reads_work_over_small_and_huge_frames<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let small = |n: u64| vec![n.to_le_bytes()[0]; usize::try_from(n % 50).expect("below 50")];
    for n in 0..400 {
        writer.append(&[&small(n)]);
    }
    let huge: Vec<Vec<u8>> = (0..3_000_usize)
        .map(|n| vec![n.to_le_bytes()[0]; n % 1_500])
        .collect();
    let huge: Vec<&[u8]> = huge.iter().map(Vec::as_slice).collect();
    writer.append(&huge);
    for n in 0..100 {
        writer.append(&[&small(n)]);
    }
    let reader = writer.reader();
    for n in (0..400).rev() {
        assert_eq!(record(&*reader, n), small(n), "record {n}");
    }
    for (n, expected) in (400..).zip(&huge) {
        assert_eq!(record(&*reader, n), *expected, "record {n}");
    }
    for n in 0..100 {
        assert_eq!(
            record(&*reader, 3_400 + n),
            small(n),
            "record {n} after the huge frame"
        );
    }
}

fn frames_are_visited_from_the_middle<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    for n in 0..100_u8 {
        writer.append(&[&[n], &[n; 200], &[n; 400]]);
    }
    let reader = writer.reader();
    let all = frames(&*reader, 0);
    assert_eq!(all.len(), 100);
    for from in [0, 1, 2, 3, 149, 150, 151, 296, 299] {
        let skipped = usize::try_from(from / 3).expect("below 100");
        assert_eq!(frames(&*reader, from), all[skipped..], "from {from}");
    }
    assert_eq!(frames(&*reader, 300), []);
    assert_eq!(frames(&*reader, 1_000), []);
}

fn a_visit_can_stop<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    for _ in 0..5 {
        writer.append(&[b"one"]);
    }
    let mut visited = 0;
    let visit = &mut |_: crate::frame::FrameView<'_>| {
        visited += 1;
        if visited == 2 {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    writer
        .reader()
        .frames(Seq(1), visit)
        .expect("the log is whole");
    assert_eq!(visited, 2);
}

fn readers_follow_the_writer<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let reader = writer.reader();
    let mut bytes = reader.bytes();
    for n in 0..10_u8 {
        assert_eq!(reader.end(), writer.journal.end());
        writer.append(&[&[n]]);
        assert_eq!(reader.end(), writer.journal.end());
        assert_eq!(record(&*reader, u64::from(n)), [n]);
        assert!(reader.bytes() > bytes, "the log grows");
        bytes = reader.bytes();
    }
}

fn a_log_goes_on_after_reopening<S: Storage>(mut storage: S) {
    let mut last = Digest::ZERO;
    for n in 0..5_u8 {
        let mut writer = Writer::open(&mut storage);
        assert_eq!(writer.journal.end(), Seq(u64::from(n) * 2));
        assert_eq!(writer.journal.last_digest(), last);
        last = writer.append(&[&[n], b"and"]).digest;
    }
    let journal = storage.open();
    assert_eq!(journal.epoch(), Epoch(5), "the epoch survives");
    let expected: Vec<_> = (0..5_u8)
        .map(|n| (Seq(u64::from(n) * 2), vec![vec![n], b"and".to_vec()]))
        .collect();
    assert_eq!(frames(&*journal.reader(), 0), expected);
}

/// The log in memory is the yardstick: its frames are the format's.
fn digests_are_those_of_every_other_implementation<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let mut yardstick = MemoryJournal::new(ShardId(0));
    let mut previous = Digest::ZERO;
    for n in 0..20_u8 {
        let appended = writer.append(&[&[n; 33], b"same"]);
        let expected = yardstick
            .append(writer.epoch, yardstick.end(), &writer.batch)
            .expect("memory takes it");
        assert_eq!(appended, expected);
    }
    let visit = &mut |frame: crate::frame::FrameView<'_>| {
        assert_eq!(frame.previous(), previous, "{}", frame.location());
        assert!(frame.durable_end() <= frame.first());
        previous = frame.digest();
        ControlFlow::Continue(())
    };
    writer
        .reader()
        .frames(Seq(0), visit)
        .expect("the log is whole");
    assert_eq!(previous, yardstick.last_digest());
}

fn digests_are_told_at_frame_boundaries_only<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let first = writer.append(&[b"one", b"two"]);
    let second = writer.append(&[b"three", b"four"]);
    let reader = writer.reader();
    let digest = |seq| reader.digest_before(Seq(seq));
    assert_eq!(digest(0).ok(), Some(Digest::ZERO));
    assert_eq!(digest(2).ok(), Some(first.digest));
    assert_eq!(digest(4).ok(), Some(second.digest));
    let within = digest(3);
    assert!(
        matches!(within, Err(ReadError::NotABoundary { first: Seq(2), .. })),
        "{within:?}"
    );
    let beyond = digest(5);
    assert!(
        matches!(beyond, Err(ReadError::NotFound { .. })),
        "{beyond:?}"
    );
}

fn a_storage_error_poisons<S: Storage>(mut storage: S) {
    let mut writer = Writer::open(&mut storage);
    let kept = writer.append(&[b"kept"]);
    if !storage.break_next_append(&mut writer.journal) {
        return;
    }
    let failed = writer.try_append(kept.end, &[b"lost"]);
    assert!(
        matches!(
            failed,
            Err(AppendError::Storage { .. } | AppendError::Full { .. })
        ),
        "{failed:?}"
    );
    for _ in 0..3 {
        let refused = writer.try_append(kept.end, &[b"retried"]);
        assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
    }
    assert_eq!(record(&*writer.reader(), 0), b"kept");
    assert_eq!(writer.reader().end(), kept.end);
}
