//! Measures the idempotency key index: `cargo run --release --example key_index -- 20 1048576 3`
//! (millions of keys, keys per generation, merge ratio; all optional).
//!
//! One thread looks up and inserts random keys as fast as it can, as the engine does, then the
//! index is opened again and asked for keys it has and keys it has not.

#![expect(clippy::print_stdout, reason = "printing figures is what it is for")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use giro_engine::keys::{KeyHash, KeyIndex, KeyIndexOptions};

/// Inserts between two announcements that the journal is durable.
const BATCH: u64 = 8192;

/// A different, uniform hash for every number, as a keyed hash gives (SplitMix64, twice).
fn hash(number: u64) -> KeyHash {
    let half = |seed: u64| {
        let mut z = number
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(seed);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    };
    KeyHash((u128::from(half(0x1234_5678)) << 64) | u128::from(half(0x9abc_def0_1234)))
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut argument = |default: usize| -> Result<usize, Box<dyn Error>> {
        Ok(arguments.next().map_or(Ok(default), |text| text.parse())?)
    };
    let defaults = KeyIndexOptions::default();
    let keys = u64::try_from(argument(20)?)? * 1_000_000;
    let options = KeyIndexOptions {
        generation_keys: argument(defaults.generation_keys)?,
        merge_ratio: u64::try_from(argument(usize::try_from(defaults.merge_ratio)?)?)?,
        ..defaults
    };
    let dir = std::env::temp_dir().join(format!("key-index-{}", std::process::id()));
    let measured = measure(&dir, keys, options);
    fs::remove_dir_all(&dir)?;
    measured
}

fn measure(dir: &Path, keys: u64, options: KeyIndexOptions) -> Result<(), Box<dyn Error>> {
    println!("{keys} keys, {options:?}");
    let mut index = KeyIndex::open(dir, 0, options)?.0;
    fill(&mut index, keys)?;
    let start = Instant::now();
    index.flush()?;
    println!("flush {:?}", start.elapsed());
    index.settle()?;
    println!(
        "settled after {:?} more, {} of background CPU",
        start.elapsed(),
        background_cpu()
    );
    println!("{}", describe(&index));
    drop(index);

    let start = Instant::now();
    let (index, opened) = KeyIndex::open(dir, keys, options)?;
    println!("reopened in {:?}: {opened:?}", start.elapsed());
    lookups(&index, keys)
}

/// How long single operations took: nanoseconds, in classes of an eighth of a power of two.
struct Pauses {
    classes: [u64; 512],
    longest: Duration,
}

impl Pauses {
    fn new() -> Pauses {
        Pauses {
            classes: [0; 512],
            longest: Duration::ZERO,
        }
    }

    fn add(&mut self, pause: Duration) {
        let nanos = u64::try_from(pause.as_nanos()).unwrap_or(u64::MAX).max(8);
        let power = nanos.ilog2();
        let eighth = (nanos >> (power - 3)) & 7;
        self.classes[usize::try_from(u64::from(power) * 8 + eighth).unwrap_or(511)] += 1;
        self.longest = self.longest.max(pause);
    }

    /// The time that all but one in `of` operations took less than, to an eighth.
    fn all_but_one(&self, of: u64) -> Duration {
        let mut left = self.classes.iter().sum::<u64>() / of;
        for (class, count) in (0..512_u16).zip(self.classes).rev() {
            if count > left {
                return Duration::from_nanos(u64::from(8 + class % 8) << (class / 8 - 3));
            }
            left -= count;
        }
        Duration::ZERO
    }
}

impl std::fmt::Display for Pauses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [p50, p99, p9999] = [2, 100, 10_000].map(|of| self.all_but_one(of));
        write!(
            f,
            "p50 {p50:?}, p99 {p99:?}, p99.99 {p9999:?}, longest {:?}",
            self.longest
        )
    }
}

/// How long this thread has been ready to run and without a core, as Linux tells it: on a busy
/// machine, most of any pause.
fn waited_for_core() -> Duration {
    let stat = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanos = stat
        .split_whitespace()
        .nth(1)
        .and_then(|field| field.parse().ok());
    Duration::from_nanos(nanos.unwrap_or(0))
}

fn fill(index: &mut KeyIndex, keys: u64) -> Result<(), Box<dyn Error>> {
    let mut pauses = Pauses::new();
    let mut longest_running = Duration::ZERO;
    let (mut runs_max, mut memory_max) = (0, 0);
    let blocked = times_blocked();
    let start = Instant::now();
    let mut last = start;
    let mut waited = waited_for_core();
    for seq in 0..keys {
        let key = hash(seq);
        assert_eq!(index.get(key)?, None, "every key is new");
        index.insert(key, seq)?;
        let mut now = Instant::now();
        let pause = now - last;
        pauses.add(pause);
        if pause > Duration::from_micros(500) {
            let waited_now = waited_for_core();
            longest_running = longest_running.max(pause.saturating_sub(waited_now - waited));
            waited = waited_now;
            now = Instant::now();
        }
        last = now;
        if seq % BATCH == BATCH - 1 {
            // Some batches late, as in life.
            index.set_durable(seq.saturating_sub(3 * BATCH));
            let stats = index.stats();
            runs_max = stats.runs.max(runs_max);
            memory_max = stats.memory_bytes.max(memory_max);
            waited = waited_for_core();
            last = Instant::now();
        }
    }
    let took = start.elapsed();
    index.set_durable(keys);
    println!(
        "get and insert: {:.0} per second; {pauses}, longest without waits for a core \
         {longest_running:?} (0 if below 500 us); blocked {} times",
        f64::from(u32::try_from(keys)?) / took.as_secs_f64(),
        times_blocked() - blocked
    );
    println!(
        "most runs {runs_max}, most memory {} MB, {} of background CPU of {took:?}",
        memory_max >> 20,
        background_cpu()
    );
    println!("{}", describe(index));
    Ok(())
}

fn lookups(index: &KeyIndex, keys: u64) -> Result<(), Box<dyn Error>> {
    let reads = index.stats().block_reads;
    let start = Instant::now();
    for number in 0..1_000_000 {
        assert_eq!(index.get(hash(keys + number))?, None, "the key is new");
    }
    let took = start.elapsed();
    let reads = index.stats().block_reads - reads;
    println!(
        "1,000,000 new keys: {:?} each, {reads} blocks read",
        took / 1_000_000
    );
    let start = Instant::now();
    for number in 0..100_000_u64 {
        let seq = number.wrapping_mul(0x9e37_79b9_7f4a_7c15) % keys;
        assert_eq!(index.get(hash(seq))?, Some(seq), "the key is known");
    }
    println!("100,000 known keys: {:?} each", start.elapsed() / 100_000);
    Ok(())
}

fn describe(index: &KeyIndex) -> String {
    let stats = index.stats();
    format!(
        "  {} keys in {} runs and {} waiting generations; {} MB of memory, {} MB of disk, \
         {} stalls of {:?}; process {}",
        stats.keys,
        stats.runs,
        stats.waiting_generations,
        stats.memory_bytes >> 20,
        stats.disk_bytes >> 20,
        stats.stalls,
        stats.stalled,
        resident(),
    )
}

/// Resident memory now and at its peak, as Linux tells it.
fn resident() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let lines = status
        .lines()
        .filter(|line| line.starts_with("VmHWM") || line.starts_with("VmRSS"));
    lines
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect::<Vec<_>>()
        .join(", ")
}

/// How often this thread gave up its core to wait for a lock or the disk, as Linux tells it.
fn times_blocked() -> u64 {
    let status = fs::read_to_string("/proc/thread-self/status").unwrap_or_default();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
    line.and_then(|count| count.trim().parse().ok())
        .unwrap_or(0)
}

/// CPU time of the index's thread, as Linux tells it, in its hundredths of a second.
fn background_cpu() -> String {
    let tasks = fs::read_dir("/proc/self/task")
        .into_iter()
        .flatten()
        .flatten();
    let stats = tasks.filter_map(|task| fs::read_to_string(task.path().join("stat")).ok());
    for stat in stats.filter(|stat| stat.contains("(key-index)")) {
        let fields: Vec<&str> = stat
            .rsplit(')')
            .next()
            .unwrap_or("")
            .split_whitespace()
            .collect();
        if let [user, system] = fields[11..13] {
            return format!("{user} user + {system} system hundredths");
        }
    }
    "unknown".to_owned()
}
