//! What a log in files promises, on real files.

mod common;

use std::fs;
use std::ops::ControlFlow;

use common::{Log, flip, snapshot};
use giro_journal::{
    AppendError, Batch, Epoch, FileJournal, FileOptions, Journal, JournalReader, OpenError,
    ReadError, Seq, ShardId, TailState,
};

#[test]
fn what_was_appended_is_there_after_reopening() {
    let log = Log::new();
    let mut journal = log.open();
    log.append(&mut journal, &[b"one", b"two"]);
    let last = log.append(&mut journal, &[b"three"]);
    drop(journal);
    let journal = log.open();
    assert_eq!(
        (journal.end(), journal.last_digest()),
        (last.end, last.digest)
    );
    assert_eq!(
        log.records(&journal),
        [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()]
    );
}

#[test]
fn a_second_open_is_locked_out_until_the_first_ends() {
    let log = Log::new();
    let journal = log.open();
    let second = FileJournal::open(log.path(), ShardId(0), log.options());
    assert!(
        matches!(second, Err(OpenError::Locked { .. })),
        "{second:?}"
    );
    let reader = FileJournal::open_reader(log.path());
    assert!(
        matches!(reader, Err(OpenError::Locked { .. })),
        "{reader:?}"
    );
    drop(journal);
    log.open();
}

#[test]
fn frames_go_on_over_many_segments() {
    let log = Log::new();
    let mut journal = log.open();
    let mut expected = Vec::new();
    for n in 0..200_u16 {
        let record = vec![n.to_le_bytes()[0]; usize::from(n) * 7 % 700];
        log.append(&mut journal, &[&record, b"second"]);
        expected.extend([record, b"second".to_vec()]);
    }
    assert!(log.segments().len() > 5, "{:?}", log.segments());
    assert_eq!(log.records(&journal), expected);
    let used = journal.reader().bytes();
    drop(journal);
    let journal = log.open();
    assert_eq!(log.records(&journal), expected);
    assert_eq!(journal.reader().bytes(), used);
    let mut record = Vec::new();
    for (seq, expected) in (0..).map(Seq).zip(&expected) {
        journal
            .reader()
            .record(seq, &mut record)
            .expect("it is there");
        assert_eq!(record, *expected, "record {seq}");
    }
}

#[test]
fn random_reads_find_records_of_segments_not_verified_at_open() {
    let log = Log::new();
    let mut journal = log.open();
    for n in 0..300_u32 {
        log.append(&mut journal, &[&n.to_le_bytes(), &[7; 100]]);
    }
    drop(journal);
    let options = FileOptions {
        verify_from: Seq(u64::MAX),
        ..log.options()
    };
    let journal = FileJournal::open(log.path(), ShardId(0), options).expect("the log is whole");
    let mut record = Vec::new();
    for n in (0..300_u32).rev() {
        let seq = Seq(u64::from(n) * 2);
        journal
            .reader()
            .record(seq, &mut record)
            .expect("it is there");
        assert_eq!(record, n.to_le_bytes());
    }
}

/// Readers keep 256 files open at most, and open the others again.
#[test]
fn more_segments_than_may_be_open_are_readable() {
    let log = Log::new();
    let mut journal = log.open();
    const FRAMES: u64 = 300;
    for n in 0..FRAMES {
        log.append(&mut journal, &[&n.to_le_bytes(), &[0; 4_000]]);
    }
    assert!(log.segments().len() > 256 + 10, "{}", log.segments().len());
    let reader = journal.reader();
    let mut record = Vec::new();
    for n in (0..FRAMES).chain((0..FRAMES).rev()) {
        reader.record(Seq(n * 2), &mut record).expect("it is there");
        assert_eq!(record, n.to_le_bytes());
    }
}

#[test]
fn a_frame_larger_than_a_segment_gets_one_of_its_own() {
    let log = Log::new();
    let mut journal = log.open();
    log.append(&mut journal, &[b"small"]);
    let large = vec![3; 3 << 20];
    log.append(&mut journal, &[b"before", &large, b"after"]);
    log.append(&mut journal, &[b"small again"]);
    for _ in 0..2 {
        let mut record = Vec::new();
        journal
            .reader()
            .record(Seq(2), &mut record)
            .expect("it is there");
        assert_eq!(record, large);
        journal
            .reader()
            .record(Seq(4), &mut record)
            .expect("it is there");
        assert_eq!(record, b"small again");
        drop(journal);
        journal = log.open();
    }
    assert_eq!(log.segments().len(), 3);
}

/// A segment for a large first frame has the name of the empty segment that it replaces. Giving
/// back the unused space of the latter once cut off the former.
#[test]
fn a_large_frame_may_be_the_first() {
    let log = Log::new();
    let mut journal = log.open();
    let large = vec![3; 1 << 20];
    for n in 0..3 {
        let last = log.append(&mut journal, &[&large, b"small"]);
        drop(journal);
        journal = log.open();
        assert_eq!(journal.end(), last.end);
        assert_eq!(log.segments().len(), n + 1);
    }
    assert_eq!(log.records(&journal).len(), 6);
}

#[test]
fn a_torn_tail_is_cut_at_every_length_and_the_log_goes_on() {
    let log = Log::new();
    let mut journal = log.open();
    let kept = log.append(&mut journal, &[b"kept", b"kept too"]);
    let begin = journal.reader().bytes();
    log.append(&mut journal, &[b"never", b"acknowledged"]);
    let end = journal.reader().bytes();
    drop(journal);
    let whole = fs::read(&log.segments()[0]).expect("the segment is there");
    for written in begin..end {
        let mut torn = whole.clone();
        torn[at(written)..at(end)].fill(0);
        fs::write(&log.segments()[0], &torn).expect("the directory is writable");
        let (reader, tail) = FileJournal::open_reader(log.path()).expect("a torn tail is readable");
        assert_eq!(reader.end(), kept.end);
        let clean = written == begin;
        assert_eq!(tail == TailState::Clean, clean, "{written}: {tail:?}");
        let mut journal = log.open();
        assert_eq!(
            (journal.end(), journal.last_digest()),
            (kept.end, kept.digest),
            "{written}"
        );
        log.append(&mut journal, &[b"goes on"]);
        drop(journal);
        assert_eq!(log.records(&log.open()).len(), 3);
    }
}

#[test]
fn a_tail_with_any_sector_lost_is_cut() {
    let log = Log::new();
    let mut journal = log.open();
    let kept = log.append(&mut journal, &[&[1; 300]]);
    let begin = at(journal.reader().bytes());
    log.append(&mut journal, &[&[2; 3_000]]);
    let end = at(journal.reader().bytes());
    drop(journal);
    let whole = fs::read(&log.segments()[0]).expect("the segment is there");
    for sector in begin / 512..end.div_ceil(512) {
        let mut torn = whole.clone();
        torn[(sector * 512).max(begin)..((sector + 1) * 512).min(end)].fill(0);
        fs::write(&log.segments()[0], &torn).expect("the directory is writable");
        let journal = log.open();
        assert_eq!(
            (journal.end(), journal.last_digest()),
            (kept.end, kept.digest),
            "{sector}"
        );
    }
}

/// Opening verifies every frame by default. The last frame was written whole, so it is refused
/// like the others.
#[test]
fn a_flipped_bit_in_any_byte_of_any_frame_is_refused_with_file_and_offset() {
    let log = Log::new();
    let mut journal = log.open();
    let mut ends = vec![4096];
    for record in [b"one".as_slice(), b"two", b"three"] {
        log.append(&mut journal, &[record, &[0; 9]]);
        ends.push(journal.reader().bytes());
    }
    drop(journal);
    let segment = log.segments().remove(0);
    for byte in ends[0]..ends[3] {
        flip(&segment, byte);
        let before = snapshot(log.path());
        let refused = FileJournal::open(log.path(), ShardId(0), log.options());
        let Err(OpenError::Damaged { file, offset, .. }) = refused else {
            panic!("byte {byte}: {refused:?}");
        };
        let frame = ends
            .iter()
            .rfind(|end| **end <= byte)
            .expect("within a frame");
        assert_eq!(
            (file, offset),
            (segment.display().to_string(), *frame),
            "byte {byte}"
        );
        assert_eq!(snapshot(log.path()), before, "byte {byte}");
        flip(&segment, byte);
    }
    log.open();
}

#[test]
fn a_flipped_bit_in_a_segment_not_verified_at_open_is_found_by_reading() {
    let log = Log::new();
    let mut journal = log.open();
    while log.segments().len() < 3 {
        log.append(&mut journal, &[&[1; 900]]);
    }
    drop(journal);
    let segment = log.segments().remove(0);
    flip(&segment, 4096 + 128 + 400);
    let options = FileOptions {
        verify_from: Seq(u64::MAX),
        ..log.options()
    };
    let journal = FileJournal::open(log.path(), ShardId(0), options).expect("not looked at yet");
    let walked = journal
        .reader()
        .frames(Seq(0), &mut |_| ControlFlow::Continue(()));
    assert!(
        matches!(&walked, Err(ReadError::Damaged { file, offset: 4096, .. }) if *file == segment.display().to_string()),
        "{walked:?}"
    );
    let read = journal.reader().record(Seq(0), &mut Vec::new());
    assert!(matches!(read, Err(ReadError::Damaged { .. })), "{read:?}");
}

#[test]
fn a_missing_segment_is_refused() {
    for missing in 0..2 {
        let log = Log::new();
        let mut journal = log.open();
        while log.segments().len() < 3 {
            log.append(&mut journal, &[&[1; 900]]);
        }
        drop(journal);
        fs::remove_file(&log.segments()[missing]).expect("it was there");
        let refused = FileJournal::open(log.path(), ShardId(0), log.options());
        assert!(
            matches!(refused, Err(OpenError::Damaged { .. })),
            "{refused:?}"
        );
    }
}

#[test]
fn a_zeroed_frame_that_another_follows_is_refused() {
    let log = Log::new();
    let mut journal = log.open();
    log.append(&mut journal, &[&[1; 900]]);
    let begin = at(journal.reader().bytes());
    log.append(&mut journal, &[&[2; 900]]);
    let end = at(journal.reader().bytes());
    log.append(&mut journal, &[&[3; 900]]);
    drop(journal);
    let mut bytes = fs::read(&log.segments()[0]).expect("the segment is there");
    bytes[begin..end].fill(0);
    fs::write(&log.segments()[0], &bytes).expect("the directory is writable");
    let refused = FileJournal::open(log.path(), ShardId(0), log.options());
    assert!(
        matches!(refused, Err(OpenError::Damaged { offset, .. }) if at(offset) == begin),
        "{refused:?}"
    );
}

#[test]
fn a_log_that_ends_before_what_is_known_durable_is_refused() {
    let log = Log::new();
    let options = |min_end| FileOptions {
        min_end,
        ..log.options()
    };
    let refused = FileJournal::open(log.path(), ShardId(0), options(Seq(1)));
    assert!(
        matches!(refused, Err(OpenError::Damaged { .. })),
        "{refused:?}"
    );
    let mut journal = log.open();
    log.append(&mut journal, &[b"one", b"two"]);
    drop(journal);
    let before = snapshot(log.path());
    let refused = FileJournal::open(log.path(), ShardId(0), options(Seq(3)));
    assert!(
        matches!(refused, Err(OpenError::Damaged { .. })),
        "{refused:?}"
    );
    assert_eq!(snapshot(log.path()), before);
    FileJournal::open(log.path(), ShardId(0), options(Seq(2))).expect("it ends there");
}

#[test]
fn a_newer_version_is_refused_by_name_and_left_alone() {
    let log = Log::new();
    drop(log.open());
    let segment = log.segments().remove(0);
    let mut bytes = fs::read(&segment).expect("the segment is there");
    bytes[4..6].copy_from_slice(&7_u16.to_le_bytes());
    let crc = crc32c::crc32c_append(crc32c::crc32c(&bytes[..8]), &bytes[12..128]);
    bytes[8..12].copy_from_slice(&crc.to_le_bytes());
    fs::write(&segment, &bytes).expect("the directory is writable");
    let before = snapshot(log.path());
    let refused = FileJournal::open(log.path(), ShardId(0), log.options());
    assert!(
        matches!(
            refused,
            Err(OpenError::NewerVersion {
                found: 7,
                supported: 1,
                ..
            })
        ),
        "{refused:?}"
    );
    assert_eq!(snapshot(log.path()), before);
}

#[test]
fn another_shards_log_is_refused() {
    let log = Log::new();
    drop(log.open());
    let refused = FileJournal::open(log.path(), ShardId(9), log.options());
    assert!(
        matches!(refused, Err(OpenError::WrongShard { .. })),
        "{refused:?}"
    );
}

#[test]
fn a_read_only_open_touches_nothing_and_reports_the_torn_tail() {
    let log = Log::new();
    let mut journal = log.open();
    log.append(&mut journal, &[b"kept"]);
    let begin = journal.reader().bytes();
    log.append(&mut journal, &[b"torn"]);
    let end = journal.reader().bytes();
    drop(journal);
    let segment = log.segments().remove(0);
    let mut bytes = fs::read(&segment).expect("the segment is there");
    bytes[at(end) - 1] = 0;
    fs::write(&segment, &bytes).expect("the directory is writable");
    let before = snapshot(log.path());
    let (reader, tail) = FileJournal::open_reader(log.path()).expect("a torn tail is readable");
    assert_eq!(reader.end(), Seq(1));
    let torn = TailState::Torn {
        file: segment.display().to_string(),
        offset: begin,
    };
    assert_eq!(tail, torn);
    assert_eq!(snapshot(log.path()), before);
}

#[test]
fn a_directory_without_a_log_is_not_found_by_a_reader() {
    let log = Log::new();
    let found = FileJournal::open_reader(log.path());
    assert!(
        matches!(found, Err(OpenError::NotFound { .. })),
        "{found:?}"
    );
    assert_eq!(fs::read_dir(log.path()).expect("it is there").count(), 0);
}

/// The directory goes away under the journal, so that the next segment cannot get its name.
#[test]
fn after_a_storage_error_nothing_is_appended_and_reads_go_on() {
    let log = Log::new();
    let mut journal = log.open();
    log.append(&mut journal, &[b"kept"]);
    let reader = journal.reader();
    let moved = log.path().with_extension("moved");
    fs::rename(log.path(), &moved).expect("the directory is ours");
    let mut batch = Batch::new(Seq(1));
    batch.push(&[0; 100_000]);
    let failed = journal.append(Epoch(1), Seq(1), &batch);
    assert!(
        matches!(failed, Err(AppendError::Storage { .. })),
        "{failed:?}"
    );
    fs::rename(&moved, log.path()).expect("the directory is ours");
    batch.reset(Seq(1));
    batch.push(b"small");
    let refused = journal.append(Epoch(1), Seq(1), &batch);
    assert!(matches!(refused, Err(AppendError::Poisoned)), "{refused:?}");
    let mut record = Vec::new();
    reader.record(Seq(0), &mut record).expect("reads go on");
    assert_eq!(record, b"kept");
}

#[test]
fn readers_on_other_threads_follow_the_writer_over_segments() {
    let log = Log::new();
    let mut journal = log.open();
    let reader = journal.reader();
    const FRAMES: u64 = 400;
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let mut record = Vec::new();
            let mut seen = 0;
            while seen < FRAMES {
                let end = reader.end().0;
                for seq in seen..end {
                    reader.record(Seq(seq), &mut record).expect("it is durable");
                    assert_eq!(record[..8], seq.to_le_bytes());
                }
                let from = Seq(seen.saturating_sub(20));
                reader
                    .frames(from, &mut |_| ControlFlow::Continue(()))
                    .expect("what is durable verifies");
                seen = end;
            }
        });
        for n in 0..FRAMES {
            let mut record = vec![9; 500];
            record[..8].copy_from_slice(&n.to_le_bytes());
            log.append(&mut journal, &[&record]);
        }
    });
}

fn at(offset: u64) -> usize {
    usize::try_from(offset).expect("offsets of a test fit")
}
