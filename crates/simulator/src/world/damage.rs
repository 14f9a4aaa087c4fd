//! Trouble between appends: crashes, flipped bits, writers that are late, copies that are old.

use super::recover::Survivors;
use super::{Stored, World};
use crate::{Broken, checks};
use giro_engine::chain::Place;
use giro_engine::checkpoint::Checkpoint;
use giro_engine::codec;
use giro_engine::keys::KeyIndex;
use giro_engine::recovery::{self, OpenError};
use giro_engine::verify::{VerifyError, verify};
use giro_journal::{
    AppendError, Batch, Epoch, Journal, JournalReader, MemoryDisk, MemoryJournal, Seq, ShardId,
};
use giro_ledger::SignedAmount;
use std::ops::ControlFlow;

impl World<'_> {
    /// A crash while nothing is being written.
    pub(super) fn crash_anytime(&mut self) -> Result<(), Broken> {
        let node = self.node();
        let name = match (&node.flight, node.waiting.is_empty()) {
            (Some(_), _) => "crash.before_append",
            (None, false) => "crash.before_hand_over",
            (None, true) => "crash.idle",
        };
        self.trace.event(name, String::new);
        self.crash(Survivors::of(&self.durable))
    }

    /// Keeps what is durable as a checkpoint. Now and then the storage damages it, later.
    pub(super) fn checkpoint(&mut self) {
        let node = self.node();
        let (state, digest) = (node.view.clone(), node.digest);
        let end = state.end();
        let mut bytes = Checkpoint { state, digest }.encode();
        let is_damaged = self.rng.percent(20);
        self.trace
            .event("checkpoint", || format!("at {end}, damaged: {is_damaged}"));
        if is_damaged {
            match self.rng.percent(70) {
                true => {
                    let place = match self.rng.percent(40) {
                        true => self.rng.place(84),
                        false => self.rng.place(bytes.len()),
                    };
                    let bit = self.rng.below(8);
                    if let Some(byte) = bytes.get_mut(place) {
                        *byte ^= 1 << bit;
                    }
                }
                false => bytes.truncate(self.rng.place(bytes.len())),
            }
        }
        self.checkpoints.push(Stored {
            bytes,
            end,
            is_damaged,
        });
    }

    pub(super) fn damage(&mut self) -> Result<(), Broken> {
        match self.rng.weighted(&[5, 2, 2, 2]) {
            0 => self.flip_bit(),
            1 => self.append_out_of_turn(),
            2 => self.open_an_old_copy(),
            _ => self.forge(),
        }
    }

    /// One bit of the stored log is flipped. Whatever is read must be right, or refused.
    fn flip_bit(&mut self) -> Result<(), Broken> {
        let bytes = self.disk.byte_len();
        let near_the_end = self.rng.percent(40);
        let from = if near_the_end {
            bytes.saturating_sub(300)
        } else {
            0
        };
        let place = from.saturating_add(self.rng.place(bytes.saturating_sub(from)));
        let bit = u64::try_from(place).expect("small") * 8 + self.rng.below(8);
        self.trace
            .event("fault.flip_bit", || format!("bit {bit} of {bytes} bytes"));
        self.disk.flip_bit(bit);
        let reader = self.node().journal.reader();
        self.read_damaged(&*reader)?;
        let verified = verify(&*reader, None, &mut |_, _| ());
        ensure!(
            verified.is_err(),
            "verify does not notice flipped bit {bit}"
        );
        let mut keys = KeyIndex::in_memory();
        let replayed = recovery::replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| ());
        ensure!(
            replayed.is_err(),
            "a replay does not notice flipped bit {bit}"
        );
        let is_stopped = self.rng.percent(50);
        if is_stopped {
            self.trace.event("fault.flip_bit.refused", String::new);
            let opened = self.disk.open();
            ensure!(opened.is_err(), "the log opens with flipped bit {bit}");
        }
        // Whoever runs it restores the log from a copy.
        self.disk.flip_bit(bit);
        if is_stopped {
            return self.crash(Survivors::of(&self.durable));
        }
        Ok(())
    }

    fn read_damaged(&self, reader: &dyn JournalReader) -> Result<(), Broken> {
        let mut bytes = Vec::new();
        for (seq, fact) in self.durable.facts() {
            if reader.record(seq, &mut bytes).is_ok() {
                let record = codec::decode(seq, &bytes);
                let record = record.map_err(|error| Broken(format!("served wrong: {error}")))?;
                checks::same_record(&record, fact)?;
            }
        }
        Ok(())
    }

    /// Appends with an old epoch, or in the wrong place, have no effect.
    fn append_out_of_turn(&mut self) -> Result<(), Broken> {
        let before = self.disk.byte_len();
        let node = self.node();
        let (epoch, end) = (node.epoch, node.journal.end());
        let mut batch = Batch::new(end);
        batch.push(b"too late");
        if let Some(old) = node.journal.epoch().0.checked_sub(1) {
            let fenced = node.journal.append(Epoch(old), end, &batch);
            let is_fenced = matches!(fenced, Err(AppendError::Fenced { .. }));
            ensure!(is_fenced, "a writer of epoch {old} gets {fenced:?}");
        }
        let gap = node.journal.append(epoch, end.next(), &batch);
        let is_refused = matches!(gap, Err(AppendError::OutOfOrder { .. }));
        ensure!(is_refused, "an append beyond the end gets {gap:?}");
        ensure!(self.disk.byte_len() == before, "a refused append is stored");
        self.trace.event("fault.out_of_turn", String::new);
        Ok(())
    }

    /// A log from an old copy, with a newer checkpoint beside it: records are missing, and a
    /// start must say so. The same if that log went another way since.
    fn open_an_old_copy(&mut self) -> Result<(), Broken> {
        let whole = self
            .checkpoints
            .iter()
            .rev()
            .find(|stored| !stored.is_damaged);
        let Some(checkpoint) = whole.and_then(|stored| Checkpoint::decode(&stored.bytes)) else {
            return Ok(());
        };
        let known = checkpoint.state.end();
        let mut copy = self.copy_before(known, |_, _| ())?;
        if copy.end() == Seq(0) {
            return Ok(());
        }
        self.trace.event("fault.old_copy", || {
            format!("{} instead of {known}", copy.end())
        });
        let mut keys = KeyIndex::in_memory();
        let reader = copy.reader();
        let verified = verify(&*reader, Some(&checkpoint), &mut |_, _| ());
        let is_refused = matches!(verified, Err(VerifyError::LogTooShort { .. }));
        ensure!(
            is_refused,
            "verify does not miss the end of the log: {verified:?}"
        );
        let again = Some(checkpoint.clone());
        let state = recovery::replay(&*reader, again, &mut keys, Seq(0), &mut |_, _| ());
        let is_refused = matches!(state, Err(OpenError::LogTooShort { .. }));
        ensure!(is_refused, "a start does not miss the end of the log");
        let mut other = Batch::new(copy.end());
        while other.next() < known.next() {
            other.push(b"another way");
        }
        let appended = copy.append(Epoch(1 << 40), copy.end(), &other);
        ensure!(appended.is_ok(), "a copy cannot be written: {appended:?}");
        let state = recovery::replay(
            &*reader,
            Some(checkpoint),
            &mut keys,
            Seq(0),
            &mut |_, _| (),
        );
        let is_refused = state.is_err();
        ensure!(is_refused, "a start takes the checkpoint of another log");
        Ok(())
    }

    /// A log in which somebody changed a balance, with every checksum and digest made anew. A
    /// start and `verify` must find that it does not follow from itself.
    fn forge(&mut self) -> Result<(), Broken> {
        let transfers = self
            .durable
            .facts()
            .filter(|(_, fact)| fact.transfer().is_some());
        let transfers: Vec<Seq> = transfers.map(|(seq, _)| seq).collect();
        let Some(forged) = self.rng.pick(&transfers).copied() else {
            return Ok(());
        };
        let change_link = self.rng.percent(30);
        self.trace
            .event("fault.forged", || format!("record {forged}"));
        let end = self.durable.end().next();
        let copy = self.copy_before(end, |seq, bytes| {
            if seq != forged {
                return;
            }
            let mut record = codec::decode(seq, bytes).expect("it was decoded before");
            let leg = record.trace.legs.first_mut().expect("a transfer has legs");
            if change_link {
                leg.link.jump = Place::new(Seq(seq.0.saturating_sub(1)), 200);
            } else {
                leg.posted = SignedAmount::new(leg.posted.minor() ^ 1);
            }
            bytes.clear();
            codec::encode(&record, bytes).expect("it was encoded before");
        })?;
        let reader = copy.reader();
        let verified = verify(&*reader, None, &mut |_, _| ());
        let is_found = matches!(verified, Err(VerifyError::Diverged { seq, .. }) if seq == forged);
        ensure!(
            is_found,
            "verify does not notice a forged record {forged}: {verified:?}"
        );
        let mut keys = KeyIndex::in_memory();
        let state = recovery::replay(&*reader, None, &mut keys, Seq(0), &mut |_, _| ());
        let is_found = matches!(state, Err(OpenError::Diverged { seq, .. }) if seq == forged);
        ensure!(is_found, "a start does not notice a forged record {forged}");
        Ok(())
    }

    /// The frames that end before `known`, their records perhaps changed, on a disk of their own.
    fn copy_before(
        &mut self,
        known: Seq,
        change: impl Fn(Seq, &mut Vec<u8>),
    ) -> Result<MemoryJournal, Broken> {
        let disk = MemoryDisk::new(ShardId(0));
        let mut copy = disk.open().expect("an empty disk opens");
        let mut batch = Batch::new(Seq(0));
        let mut failure = None;
        let read = self.node().journal.reader().frames(Seq(0), &mut |frame| {
            if frame.end() >= known {
                return ControlFlow::Break(());
            }
            batch.reset(frame.first());
            for record in frame.records() {
                let mut bytes = record.to_vec();
                change(batch.next(), &mut bytes);
                batch.push(&bytes);
            }
            match copy.append(frame.epoch(), frame.first(), &batch) {
                Ok(_) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(Broken(format!("a copy cannot be written: {error}")));
                    ControlFlow::Break(())
                }
            }
        });
        read.map_err(|error| Broken(format!("the log is not readable: {error}")))?;
        failure.map_or(Ok(copy), Err)
    }
}
