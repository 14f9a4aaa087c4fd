//! What the disk could do: durable appends to a file that was filled with zeros before.

use anyhow::Context;
use hdrhistogram::Histogram;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::{Duration, Instant};

/// The raw rate of appending and syncing.
#[derive(Clone, Copy, Debug, serde::Serialize)]
pub(super) struct AppendRate {
    /// Bytes of one append.
    pub(super) bytes: usize,
    /// Median time of one append with its sync.
    pub(super) p50_us: u64,
    /// Appends a second.
    pub(super) per_second: f64,
}

/// Appends blocks of `bytes` for about `time`, each followed by a sync of its data.
pub(super) fn append_rate(dir: &Path, bytes: usize, time: Duration) -> anyhow::Result<AppendRate> {
    let path = dir.join("raw-append");
    let blocks = (256 << 20) / bytes.max(1) as u64;
    let blocks = blocks.clamp(16, 4_000);
    let file = zeroed(&path, blocks * bytes as u64).context("the disk's rate is not to be had")?;
    let block = vec![0x5a_u8; bytes];
    let mut times = Histogram::<u64>::new(3)?;
    let started = Instant::now();
    let mut done = 0_u64;
    while done < blocks && started.elapsed() < time {
        let before = Instant::now();
        file.write_all_at(&block, done * bytes as u64)?;
        file.sync_data()?;
        times.record(u64::try_from(before.elapsed().as_nanos())?)?;
        done += 1;
    }
    let per_second = done as f64 / started.elapsed().as_secs_f64();
    std::fs::remove_file(&path)?;
    Ok(AppendRate {
        bytes,
        p50_us: times.value_at_quantile(0.5) / 1000,
        per_second,
    })
}

fn zeroed(path: &Path, bytes: u64) -> std::io::Result<File> {
    let mut file = File::create_new(path)?;
    let zeros = vec![0_u8; 1 << 20];
    let mut left = bytes;
    while left > 0 {
        let part = zeros.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        file.write_all(&zeros[..part])?;
        left -= part as u64;
    }
    file.sync_all()?;
    Ok(file)
}
