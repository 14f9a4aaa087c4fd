//! What the index promises: against a map, across crashes, and against damage.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use tempfile::TempDir;

use super::{KeyHash, KeyIndex, KeyIndexError, KeyIndexOptions, Opened};

/// Small enough that a few dozen keys make several runs and merges.
const TINY: KeyIndexOptions = KeyIndexOptions {
    generation_keys: 7,
    frozen_max: 2,
    merge_ratio: 3,
};

/// A uniform hash for a number (SplitMix64's finaliser, twice). Some share their high half, as
/// hashes of an unlucky day could; 0 and 1 are the lowest hash and the highest.
fn hash(number: u64) -> KeyHash {
    let mix = |mut z: u64| {
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    match number {
        0 => KeyHash(0),
        1 => KeyHash(u128::MAX),
        2..10 => KeyHash::from_halves(mix(2), mix(number)),
        _ => KeyHash::from_halves(mix(number), mix(number + (1 << 40))),
    }
}

fn open(dir: &Path, end: u64) -> (KeyIndex, Opened) {
    KeyIndex::open(dir, end, TINY).expect("the directory is writable")
}

fn opened(covers: u64) -> Opened {
    Opened {
        covers,
        discarded: None,
    }
}

/// Inserts the keys of records `range`, one each, and says that they are durable.
fn insert_durable(index: &mut KeyIndex, range: std::ops::Range<u64>) {
    for seq in range {
        index.insert(hash(seq), seq).unwrap();
        index.set_durable(seq + 1);
    }
}

fn run_files(dir: &Path) -> Vec<PathBuf> {
    let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().path());
    names
        .filter(|path| path.extension().is_some_and(|end| end == "keys"))
        .collect()
}

/// A directory with an index of the keys of `keys` records, all on disk, in one run or more.
fn flushed(keys: u64) -> TempDir {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    insert_durable(&mut index, 0..keys);
    assert_eq!(index.flush().unwrap(), keys);
    index.settle().unwrap();
    dir
}

fn flip_a_bit(path: &Path, at: usize) {
    let mut bytes = fs::read(path).unwrap();
    bytes[at] ^= 0x10;
    fs::write(path, bytes).unwrap();
}

/// The journal as far as the index can see it: which keys each record uses.
#[derive(Debug, Default)]
struct Journal {
    records: Vec<Vec<u64>>,
    durable: usize,
}

impl Journal {
    fn durable_end(&self) -> u64 {
        self.durable.try_into().unwrap()
    }

    fn end(&self) -> u64 {
        self.records.len().try_into().unwrap()
    }

    /// What a map would hold, were it fed all records.
    fn model(&self) -> BTreeMap<KeyHash, u64> {
        let uses = (0..).zip(&self.records);
        uses.flat_map(|(seq, keys)| keys.iter().map(move |key| (hash(*key), seq)))
            .collect()
    }

    fn replay(&self, index: &mut KeyIndex, covers: u64) {
        for (seq, keys) in (0..).zip(&self.records).skip(covers.try_into().unwrap()) {
            for key in keys {
                index.insert(hash(*key), seq).unwrap();
            }
        }
    }
}

#[derive(Clone, Debug)]
enum Step {
    /// Append a record that uses these keys.
    Append(Vec<u64>),
    /// Append records that use fresh keys, and roll them back.
    RolledBack(Vec<u8>),
    /// Everything so far becomes durable.
    Sync,
    /// Ends without a word, and loses what is not durable.
    Crash,
    /// Ends in good order.
    Restart,
    /// Lets the background finish, so that runs and merges are what is asked.
    Settle,
}

fn step() -> impl Strategy<Value = Step> {
    let keys = prop::collection::vec(0..200_u64, 0..4);
    prop_oneof![
        20 => keys.prop_map(Step::Append),
        2 => prop::collection::vec(0..3_u8, 1..12).prop_map(Step::RolledBack),
        6 => Just(Step::Sync),
        1 => Just(Step::Crash),
        1 => Just(Step::Restart),
        1 => Just(Step::Settle),
    ]
}

struct Driver {
    dir: TempDir,
    index: Option<KeyIndex>,
    journal: Journal,
    fresh: u64,
}

impl Driver {
    fn index(&mut self) -> &mut KeyIndex {
        self.index
            .as_mut()
            .expect("it is only taken while reopening")
    }

    fn take(&mut self, step: &Step) {
        match step {
            Step::Append(keys) => {
                let seq = self.journal.end();
                for key in keys {
                    self.index().insert(hash(*key), seq).unwrap();
                }
                self.journal.records.push(keys.clone());
            }
            Step::RolledBack(records) => self.roll_back(records),
            Step::Sync => {
                self.journal.durable = self.journal.records.len();
                let end = self.journal.end();
                self.index().set_durable(end);
            }
            Step::Crash => self.reopen(),
            Step::Restart => {
                let covers = self.index().flush().unwrap();
                assert!(covers <= self.journal.durable_end());
                self.reopen();
            }
            Step::Settle => self.index().settle().unwrap(),
        }
    }

    fn roll_back(&mut self, records: &[u8]) {
        let first = self.fresh;
        for (seq, keys) in (self.journal.end()..).zip(records) {
            for _ in 0..*keys {
                let key = hash(1_000 + self.fresh);
                self.fresh += 1;
                self.index().insert(key, seq).unwrap();
            }
        }
        for key in first..self.fresh {
            self.index().remove_recent(hash(1_000 + key));
        }
    }

    fn reopen(&mut self) {
        drop(self.index.take());
        self.journal.records.truncate(self.journal.durable);
        let end = self.journal.durable_end();
        let (mut index, opened) = open(self.dir.path(), end);
        assert_eq!(opened.discarded, None);
        assert!(opened.covers <= end);
        self.journal.replay(&mut index, opened.covers);
        self.index = Some(index);
    }

    fn check(&mut self) {
        let model = self.journal.model();
        let rolled_back = (0..self.fresh).map(|key| 1_000 + key);
        for key in (0..200).chain(rolled_back) {
            let expected = model.get(&hash(key)).copied();
            assert_eq!(self.index().get(hash(key)).unwrap(), expected, "key {key}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_a_map_across_crashes_and_rollbacks(
        steps in prop::collection::vec(step(), 1..250),
    ) {
        let dir = TempDir::new().unwrap();
        let index = Some(open(dir.path(), 0).0);
        let mut driver = Driver { dir, index, journal: Journal::default(), fresh: 0 };
        for step in &steps {
            driver.take(step);
            if !matches!(step, Step::Append(_)) {
                driver.check();
            }
        }
        driver.take(&Step::Crash);
        driver.check();
    }
}

#[test]
fn many_generations_become_few_runs_that_hold_every_key() {
    let dir = flushed(2_000);
    let (index, found) = open(dir.path(), 2_000);
    assert_eq!(found, opened(2_000));
    assert!(index.stats().runs <= 2 * 8 + 1, "{:?}", index.stats());
    assert_eq!(index.stats().keys, 2_000);
    for seq in 0..2_000 {
        assert_eq!(index.get(hash(seq)).unwrap(), Some(seq));
        assert_eq!(index.get(hash(seq + 2_000)).unwrap(), None);
    }
    let files = run_files(dir.path()).len();
    assert_eq!(
        u64::try_from(files).unwrap(),
        index.stats().runs,
        "merged runs are deleted"
    );
}

#[test]
fn a_new_key_rarely_costs_a_read() {
    let dir = flushed(2_000);
    let (index, _) = open(dir.path(), 2_000);
    for number in 2_000..12_000 {
        assert_eq!(index.get(hash(number)).unwrap(), None);
    }
    assert!(index.stats().block_reads < 1_000, "{:?}", index.stats());
}

#[test]
fn the_last_write_of_a_key_wins_wherever_the_older_one_is() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    for seq in 0..500 {
        index.insert(hash(seq % 50), seq).unwrap();
        index.set_durable(seq + 1);
        assert_eq!(index.get(hash(seq % 50)).unwrap(), Some(seq));
    }
    index.flush().unwrap();
    index.settle().unwrap();
    for key in 0..50 {
        assert_eq!(index.get(hash(key)).unwrap(), Some(450 + key));
    }
}

#[test]
fn a_merge_drops_the_entries_that_were_overwritten() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    for seq in 0..21 {
        index.insert(hash(seq % 14), seq).unwrap();
        index.set_durable(seq + 1);
    }
    index.flush().unwrap();
    index.settle().unwrap();
    let stats = index.stats();
    assert_eq!((stats.runs, stats.keys), (1, 14));
}

#[test]
fn keys_of_records_that_are_not_durable_stay_off_the_disk() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    index.set_durable(20);
    for seq in 0..100 {
        index.insert(hash(seq), seq).unwrap();
    }
    index.settle().unwrap();
    let covers = index.flush().unwrap();
    assert!(covers <= 20, "{covers}");
    drop(index);

    // The journal ends where it was durable, and the same numbers are other records now.
    let (index, found) = open(dir.path(), 20);
    assert_eq!(found, opened(covers));
    for seq in 20..100 {
        assert_eq!(index.get(hash(seq)).unwrap(), None);
    }
}

/// An old copy of the log beside newer keys: what the log has lost was acknowledged.
#[test]
fn an_index_that_knows_of_records_past_the_end_is_refused_and_left_alone() {
    let dir = flushed(100);
    let refused = KeyIndex::open(dir.path(), 99, TINY);
    let Err(KeyIndexError::Ahead { known, end, .. }) = refused else {
        panic!("{refused:?}")
    };
    assert_eq!((known, end), (100, 99));
    assert_eq!(open(dir.path(), 100).1, opened(100));
}

#[test]
fn an_index_that_covers_up_to_the_end_and_knows_the_record_there_is_refused() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    insert_durable(&mut index, 0..8);
    index.settle().unwrap();
    assert_eq!(
        index.stats().covers,
        6,
        "of the generation that holds records 0 to 6"
    );
    drop(index);
    let refused = KeyIndex::open(dir.path(), 6, TINY);
    assert!(matches!(refused, Err(KeyIndexError::Ahead { .. })));
}

#[test]
fn a_record_whose_keys_span_two_generations_is_not_covered_by_the_first() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    for key in 10..30 {
        index.insert(hash(key), 3).unwrap();
    }
    index.set_durable(4);
    index.settle().unwrap();
    drop(index);
    assert_eq!(open(dir.path(), 4).1, opened(3));
}

#[test]
fn numbers_used_again_after_a_rollback_are_not_covered_by_the_generation_that_saw_them_first() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    insert_durable(&mut index, 0..5);
    // Fills the first generation and a part of the second, and is undone in both.
    for seq in 5..9 {
        index.insert(hash(100 + seq), seq).unwrap();
    }
    for seq in 5..9 {
        index.remove_recent(hash(100 + seq));
    }
    for seq in 5..9 {
        index.insert(hash(200 + seq), seq).unwrap();
    }
    index.set_durable(9);
    index.settle().unwrap();
    drop(index);

    let (index, found) = open(dir.path(), 9);
    assert_eq!(found, opened(5));
    for seq in 5..9 {
        assert_eq!(index.get(hash(100 + seq)).unwrap(), None);
    }
}

#[test]
fn an_undone_insert_is_new_again_and_can_be_inserted_again() {
    let dir = TempDir::new().unwrap();
    for mut index in [KeyIndex::in_memory(), open(dir.path(), 0).0] {
        for seq in 0..60 {
            index.insert(hash(seq), seq).unwrap();
        }
        for seq in 3..60 {
            index.remove_recent(hash(seq));
        }
        index.remove_recent(hash(1_000));
        assert_eq!(index.get(hash(2)).unwrap(), Some(2));
        assert_eq!(index.get(hash(3)).unwrap(), None);
        assert_eq!(index.get(hash(59)).unwrap(), None);
        assert_eq!(index.stats().keys, 3);
        index.insert(hash(59), 3).unwrap();
        assert_eq!(index.get(hash(59)).unwrap(), Some(3));
    }
}

#[test]
fn any_damaged_byte_of_the_manifest_discards_the_index() {
    let dir = flushed(30);
    let manifest = dir.path().join("manifest");
    let whole = fs::read(&manifest).unwrap();
    for at in 0..whole.len() {
        let copy = TempDir::new().unwrap();
        fs::write(copy.path().join("manifest"), &whole).unwrap();
        for run in run_files(dir.path()) {
            fs::copy(&run, copy.path().join(run.file_name().unwrap())).unwrap();
        }
        flip_a_bit(&copy.path().join("manifest"), at);
        let (index, found) = open(copy.path(), 30);
        assert!(found.discarded.is_some(), "byte {at}");
        assert_eq!((found.covers, index.stats().keys), (0, 0));
    }
    fs::write(&manifest, &whole[..whole.len() - 5]).unwrap();
    assert!(open(dir.path(), 30).1.discarded.is_some());
}

#[test]
fn a_missing_cut_or_misnamed_run_discards_the_index() {
    type Harm = fn(&Path);
    let harms: [(&str, Harm); 4] = [
        ("missing", |run| fs::remove_file(run).unwrap()),
        ("cut", |run| {
            fs::write(run, &fs::read(run).unwrap()[..5000]).unwrap();
        }),
        ("empty", |run| fs::write(run, []).unwrap()),
        ("of another number", |run| {
            let other = flushed(100);
            fs::copy(&run_files(other.path())[0], run)
                .map(drop)
                .unwrap();
        }),
    ];
    for (name, harm) in harms {
        let dir = flushed(30);
        harm(&run_files(dir.path())[0]);
        let (mut index, found) = open(dir.path(), 30);
        assert!(found.discarded.is_some(), "{name}");
        assert_eq!(found.covers, 0, "{name}");
        insert_durable(&mut index, 0..30);
        assert_eq!(index.flush().unwrap(), 30, "{name}");
        drop(index);
        assert_eq!(open(dir.path(), 30).1, opened(30), "{name}");
    }
}

#[test]
fn a_damaged_header_fence_or_filter_discards_the_index() {
    let length = fs::metadata(&run_files(flushed(30).path())[0])
        .unwrap()
        .len();
    let length = usize::try_from(length).unwrap();
    for at in [
        0,
        8,
        12,
        16,
        24,
        32,
        40,
        48,
        56,
        64,
        75,
        length - 70,
        length - 1,
    ] {
        let dir = flushed(30);
        flip_a_bit(&run_files(dir.path())[0], at);
        let (_, found) = open(dir.path(), 30);
        assert!(found.discarded.is_some(), "byte {at} of {length}");
    }
}

#[test]
fn a_damaged_block_is_an_error_and_never_a_new_key() {
    for at in [0, 100, 4_080, 4_084, 4_088, 4_095] {
        let dir = flushed(7);
        flip_a_bit(&run_files(dir.path())[0], 4_096 + at);
        let (index, found) = open(dir.path(), 7);
        assert_eq!(found, opened(7));
        for seq in 0..7 {
            let answer = index.get(hash(seq));
            assert!(
                matches!(answer, Err(KeyIndexError::Damaged { .. })),
                "{answer:?}"
            );
        }
        drop(index);
        // Restarting repairs it: opening looks at no block, but damage once met is remembered.
        let (index, found) = open(dir.path(), 7);
        assert!(found.discarded.is_some());
        assert_eq!(index.get(hash(0)).unwrap(), None);
        drop(index);
        assert_eq!(open(dir.path(), 7).1, opened(0));
    }
}

#[test]
fn damage_met_by_a_merge_stops_inserts_and_not_lookups() {
    let dir = flushed(7);
    flip_a_bit(&run_files(dir.path())[0], 4_096);
    let (mut index, _) = open(dir.path(), 7);
    let stopped = (7..500).find_map(|seq| {
        let inserted = index.insert(hash(seq), seq);
        index.set_durable(seq + 1);
        let _waited_or_failed = index.settle();
        inserted.err().map(|error| (seq, error))
    });
    let (seq, error) = stopped.expect("three runs are merged");
    assert!(matches!(error, KeyIndexError::Stopped { .. }), "{error:?}");
    assert!(index.insert(hash(seq), seq).is_err(), "not only once");
    assert!(index.flush().is_err());
    assert!(index.stats().failure.is_some());
    assert_eq!(index.get(hash(seq - 1)).unwrap(), Some(seq - 1));
    drop(index);
    assert!(open(dir.path(), seq).1.discarded.is_some());
    assert_eq!(open(dir.path(), seq).1, opened(0));
}

#[test]
fn files_the_manifest_does_not_name_are_deleted_and_others_are_left() {
    let dir = flushed(30);
    let named = run_files(dir.path()).len();
    let stray = dir.path().join("run-00000000000000ff.keys");
    fs::write(&stray, b"half a run").unwrap();
    fs::write(dir.path().join("manifest.next"), b"half a manifest").unwrap();
    fs::write(dir.path().join("README"), b"not ours").unwrap();
    assert_eq!(open(dir.path(), 30).1, opened(30));
    assert_eq!(run_files(dir.path()).len(), named);
    assert!(!dir.path().join("manifest.next").exists());
    assert!(dir.path().join("README").exists());
}

#[test]
fn inserts_wait_when_generations_are_not_written_fast_enough() {
    let dir = TempDir::new().unwrap();
    let options = KeyIndexOptions {
        generation_keys: 1,
        frozen_max: 1,
        merge_ratio: 2,
    };
    let (mut index, _) = KeyIndex::open(dir.path(), 1_000, options).unwrap();
    for seq in 0..200 {
        index.insert(hash(seq), seq).unwrap();
        assert!(index.stats().waiting_generations <= 2);
    }
    assert!(index.stats().stalls > 0);
    for seq in 0..200 {
        assert_eq!(index.get(hash(seq)).unwrap(), Some(seq));
    }
}

#[test]
fn inserts_do_not_wait_for_the_journal() {
    let dir = TempDir::new().unwrap();
    let (mut index, _) = open(dir.path(), 0);
    for seq in 0..1_000 {
        index.insert(hash(seq), seq).unwrap();
    }
    assert_eq!(index.stats().stalls, 0);
    assert_eq!(index.stats().covers, 0);
    index.set_durable(1_000);
    assert_eq!(index.flush().unwrap(), 1_000);
}

#[test]
fn an_index_in_memory_is_a_map() {
    let mut index = KeyIndex::in_memory();
    assert_eq!(index.get(hash(0)).unwrap(), None);
    index.insert(hash(0), 5).unwrap();
    index.insert(hash(0), 6).unwrap();
    index.set_durable(7);
    index.flush().unwrap();
    index.settle().unwrap();
    assert_eq!(index.get(hash(0)).unwrap(), Some(6));
    index.remove_recent(hash(0));
    assert_eq!(index.get(hash(0)).unwrap(), None);
}
