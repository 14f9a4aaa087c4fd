//! A log to be damaged, and what damages it.

use super::input::Input;
use giro_journal::{Batch, Digest, Epoch, SealedFrame, Seq, ShardId};

pub(super) const SHARD: ShardId = ShardId(7);
pub(super) const SECTOR: usize = 512;

/// A log as it was written.
pub(super) struct Log {
    pub(super) records: Vec<Vec<u8>>,
    pub(super) frames: Vec<Vec<u8>>,
}

impl Log {
    /// The log of an input: how many frames, and per frame its records as filling and length.
    pub(super) fn written(input: &mut Input<'_>) -> Log {
        let (mut records, mut frames) = (Vec::new(), Vec::new());
        let (mut batch, mut previous) = (Batch::new(Seq::ZERO), Digest::ZERO);
        for _ in 0..input.byte() % 6 {
            batch.reset(batch.next());
            for _ in 0..=input.byte() % 4 {
                let record = vec![input.byte(); input.short() % 1_500];
                batch.push(&record);
                records.push(record);
            }
            let frame = SealedFrame::seal(&batch, SHARD, Epoch(1), previous);
            previous = frame.digest();
            frames.push(frame.to_bytes());
        }
        Log { records, frames }
    }
}

/// One thing that happens to bytes.
pub(super) fn damage(bytes: &mut Vec<u8>, input: &mut Input<'_>) {
    let kind = input.byte() % 7;
    let place = input.short() % (bytes.len() + 1);
    let end = |len: usize| (place + len).min(bytes.len());
    match kind {
        0 => bytes.truncate(place),
        1 => bytes.extend_from_within(..place),
        2 => bytes.resize(bytes.len() + place, 0),
        3 => {
            let end = end(input.short());
            bytes[place..end].fill(0);
        }
        4 => {
            let start = place - place % SECTOR;
            let end = (start + SECTOR).min(bytes.len());
            bytes[start..end].fill(0);
        }
        5 => {
            let end = end(1);
            let bit = input.byte() % 8;
            bytes[place..end]
                .iter_mut()
                .for_each(|byte| *byte ^= 1 << bit);
        }
        _ => {
            let end = end(1);
            let value = input.byte();
            bytes[place..end].fill(value);
        }
    }
}
