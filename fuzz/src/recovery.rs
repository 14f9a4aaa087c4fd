//! Recovery of a damaged log: what is recovered is the beginning of what was written, and goes on.
//!
//! Input: the frames of a log (how many, and per frame its records as length and filling), then
//! what happens to its bytes.

use super::input::Input;
use super::log::{self, Log, SECTOR, SHARD};
use giro_journal::{Batch, Epoch, Journal, MemoryDisk, MemoryJournal, Seq};
use std::ops::ControlFlow;

/// Damages a log and recovers it.
///
/// # Panics
/// If anything is recovered that was not written, if a log that was not damaged or that one bit
/// was changed of is not told apart, or if the recovered log does not go on.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let Log { records, frames } = Log::written(&mut input);
    let whole = frames.concat();
    let mut bytes = whole.clone();
    while !input.is_empty() {
        log::damage(&mut bytes, &mut input);
    }
    let disk = MemoryDisk::holding(SHARD, bytes.clone());
    let Ok(journal) = disk.open() else {
        assert_ne!(bytes, whole, "a whole log is opened");
        return;
    };
    check_prefix(&journal, &records);
    let is_complete = journal.end() == Seq(u64::try_from(records.len()).expect("few records"));
    assert!(is_complete || bytes != whole, "a whole log is complete");
    assert!(
        is_complete || has_empty_sector(&whole) || changed_bits(&bytes, &whole) != Some(1),
        "one changed bit never passes for an interrupted write"
    );
    check_goes_on(journal, &disk);
}

fn check_prefix(journal: &MemoryJournal, written: &[Vec<u8>]) {
    let reader = journal.reader();
    assert_eq!(reader.end(), journal.end());
    let mut visited = Vec::new();
    let seen = reader.frames(Seq::ZERO, &mut |frame| {
        visited.extend(frame.records().map(<[u8]>::to_vec));
        ControlFlow::Continue(())
    });
    seen.expect("what was recovered can be read");
    assert!(written.starts_with(&visited), "nothing else is recovered");
    let mut seq = Seq::ZERO;
    let mut record = Vec::new();
    for expected in &visited {
        reader.record(seq, &mut record).expect("it was recovered");
        assert_eq!(&record, expected);
        seq = seq.next();
    }
    assert_eq!(seq, journal.end());
}

/// The log takes another record, and has it after the next start.
fn check_goes_on(mut journal: MemoryJournal, disk: &MemoryDisk) {
    let end = journal.end();
    let mut batch = Batch::new(end);
    batch.push(b"one more");
    let appended = journal.append(Epoch(2), end, &batch);
    let appended = appended.expect("a recovered log takes records");
    let again = disk.open().expect("a recovered log is whole");
    assert_eq!(
        (again.end(), again.last_digest()),
        (end.next(), appended.digest)
    );
}

/// A sector of zeros that was written looks like one that was not.
fn has_empty_sector(whole: &[u8]) -> bool {
    whole
        .chunks(SECTOR)
        .any(|sector| sector.iter().all(|byte| *byte == 0))
}

/// How many bits differ; `None` if the lengths do.
fn changed_bits(one: &[u8], other: &[u8]) -> Option<u32> {
    let bits = |(a, b): (&u8, &u8)| (a ^ b).count_ones();
    (one.len() == other.len()).then(|| one.iter().zip(other).map(bits).sum())
}
