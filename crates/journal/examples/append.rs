//! Prints how fast frames are made durable on the disk that holds the working directory, or the
//! directory given as the first argument; and how long the log then takes to open.
//!
//! `cargo run --release -p giro-journal --example append -- /some/directory`

#![expect(clippy::print_stdout, reason = "printing is what an example is for")]

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use giro_journal::{Batch, Epoch, FileJournal, FileOptions, Journal, JournalReader, Seq, ShardId};

const RECORD_BYTES: usize = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let root = std::env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    let directory = tempfile::tempdir_in(root)?;
    open("a new log", &directory.path().join("new"), Seq(0))?;
    append(
        "4 KiB frames",
        &directory.path().join("small"),
        4 << 10,
        20_000,
    )?;
    append(
        "64 KiB frames",
        &directory.path().join("medium"),
        64 << 10,
        4_000,
    )?;
    let large = directory.path().join("large");
    append("1.6 MiB frames", &large, 1_677_721, 1_280)?;
    open(
        "a 2 GiB log, its last segment verified",
        &large,
        Seq(u64::MAX),
    )?;
    open("a 2 GiB log, all of it verified", &large, Seq(0))?;
    read("random records of the 2 GiB log", &large)?;
    read(
        "random records of small frames",
        &directory.path().join("small"),
    )?;
    Ok(())
}

fn append(what: &str, log: &Path, frame_bytes: usize, frames: usize) -> Result<(), Box<dyn Error>> {
    let mut journal = FileJournal::open(log, ShardId(0), FileOptions::default())?;
    let mut batch = Batch::new(journal.end());
    let mut took = Vec::with_capacity(frames);
    for _ in 0..frames {
        batch.reset(journal.end());
        while batch.byte_len() + RECORD_BYTES < frame_bytes {
            batch.push(&[0x5a; RECORD_BYTES]);
        }
        let start = Instant::now();
        journal.append(Epoch(1), batch.first(), &batch)?;
        took.push(start.elapsed());
    }
    let total: Duration = took.iter().sum();
    took.sort();
    let rate = frames as f64 / total.as_secs_f64();
    println!(
        "{what}: {rate:.0}/s, {:.0} MB/s; p50 {:?}, p99 {:?}, max {:?}",
        rate * batch.byte_len() as f64 / 1e6,
        took[frames / 2],
        took[frames * 99 / 100],
        took[frames - 1],
    );
    Ok(())
}

fn open(what: &str, log: &Path, verify_from: Seq) -> Result<(), Box<dyn Error>> {
    let start = Instant::now();
    let options = FileOptions {
        verify_from,
        ..FileOptions::default()
    };
    let journal = FileJournal::open(log, ShardId(0), options)?;
    println!(
        "open {what}: {:?} for {} MB, {} records",
        start.elapsed(),
        journal.reader().bytes() / 1_000_000,
        journal.end(),
    );
    Ok(())
}

fn read(what: &str, log: &Path) -> Result<(), Box<dyn Error>> {
    const READS: u64 = 20_000;
    let (reader, _) = FileJournal::open_reader(log)?;
    let mut record = Vec::new();
    for round in ["first", "second"] {
        let start = Instant::now();
        for read in 0..READS {
            let seq = read.wrapping_mul(0x9e37_79b9_7f4a_7c15) % reader.end().0;
            reader.record(Seq(seq), &mut record)?;
        }
        println!(
            "read {what}, {round} round: {:?} each",
            start.elapsed() / 20_000
        );
    }
    Ok(())
}
