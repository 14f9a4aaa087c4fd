//! Crashes, and starting again.

use super::{Node, Stored, World};
use crate::Broken;
use crate::model::Model;
use crate::plant::Plant;
use giro_engine::checkpoint::Checkpoint;
use giro_engine::keys::{KeyHash, KeyIndex};
use giro_engine::record::{key_hash, last_record_hash};
use giro_engine::recovery::{self, OpenError};
use giro_engine::verify::verify;
use giro_engine::writer::Writer;
use giro_engine::{History, State};
use giro_journal::{Fault, FaultyJournal, Journal, JournalReader, MemoryJournal, Seq};
use giro_ledger::action::{AccountChange, Holding};
use giro_ledger::{AccountId, Amount, Event, PrincipalId, Stamp};

/// What must become of the frame that was being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is there, though nobody was told.
    Whole,
    /// It is not there.
    Absent,
    /// Either, but not half of it.
    Unknown,
}

/// What is left after a crash: everything durable, and perhaps the frame that was being written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survivors {
    /// The end of the log if that frame is there.
    pub(super) until: Seq,
    pub(super) fate: Fate,
}

impl Survivors {
    /// Nothing was being written.
    pub(super) fn of(durable: &Model) -> Survivors {
        Survivors {
            until: durable.end(),
            fate: Fate::Whole,
        }
    }
}

impl World<'_> {
    /// The first start, on an empty disk. Its first write may fail like any other.
    pub(super) fn begin(&mut self) -> Result<(), Broken> {
        loop {
            let mut journal = FaultyJournal::new(self.open()?, []);
            if journal.end() == Seq(0) {
                if self.rng.percent(15) {
                    self.trace.event("fault.first_frame", String::new);
                    let bytes = self.rng.place(400);
                    journal.break_next(Fault::Tear { bytes });
                }
                let epoch = journal.epoch().next();
                if recovery::begin(&mut journal, epoch, &self.genesis).is_err() {
                    continue;
                }
            }
            return self.start(journal);
        }
    }

    fn open(&self) -> Result<MemoryJournal, Broken> {
        let opened = self.disk.open();
        opened.map_err(|error| Broken(format!("the log is refused after a crash: {error}")))
    }

    /// The process dies, and is started again. What the writer did but did not write is gone.
    pub(super) fn crash(&mut self, survivors: Survivors) -> Result<(), Broken> {
        self.trace.event("crash", || format!("{survivors:?}"));
        let before = self.node.take();
        for sent in &mut self.workload.sent {
            sent.is_waiting = false;
        }
        let journal = self.open()?;
        let end = journal.end();
        self.find_survivors(end, survivors)?;
        let former = self.live.end();
        self.trace
            .note(|| format!("recovered to {end}; the writer had been at {former}"));
        if self.rng.percent(40) {
            self.trace.event("crash.time_passes", String::new);
            self.pass();
        }
        self.start(FaultyJournal::new(journal, []))?;
        self.check_everything()?;
        if self.rng.percent(50) {
            let before = self.live.end();
            self.run_due()?;
            if before < self.live.end() {
                self.trace.counts.add("timer.after_a_start");
            }
        }
        match before {
            Some(zombie) if self.rng.percent(30) => self.late_append(zombie),
            Some(_) | None => Ok(()),
        }
    }

    /// Makes the models follow what is left, if that is what may be left.
    fn find_survivors(&mut self, end: Seq, survivors: Survivors) -> Result<(), Broken> {
        let Survivors { until, fate } = survivors;
        for group in &self.groups {
            ensure!(
                !(group.start < end.0 && end.0 < group.end),
                "the log ends at {end}, within the atomic batch of records {group:?}"
            );
        }
        let durable = self.durable.end();
        let is_possible = match fate {
            Fate::Whole => end == until,
            Fate::Absent => end == durable,
            Fate::Unknown => end == until || end == durable,
        };
        ensure!(
            is_possible,
            "the log ends at {end}; {durable} was durable, {until} being written: {fate:?}"
        );
        while self.durable.end() < end {
            self.trace.counts.add("survived.unacknowledged");
            let fact = self
                .live
                .fact(self.durable.end())
                .expect("up to the frame's end");
            self.durable.append(fact.clone());
        }
        self.groups.retain(|group| group.end <= end.0);
        self.live = self.durable.clone();
        self.live.restart();
        Ok(())
    }

    /// Recovers the state and becomes the writer.
    fn start(&mut self, journal: FaultyJournal) -> Result<(), Broken> {
        let reader = journal.reader();
        let (mut keys, keys_from) = self.open_keys(reader.end())?;
        let mut state = self.recover(&*reader, &mut keys, keys_from)?;
        let view = state.clone();
        if self.plant == Some(Plant::ForgetFloor) {
            forget_floors(&mut state);
        }
        let epoch = journal.epoch().next();
        let digest = journal.last_digest();
        self.trace
            .event("recovery", || format!("end {}, epoch {epoch}", state.end()));
        self.trace.mix(digest.0);
        self.node = Some(Node {
            digest,
            journal,
            epoch,
            first: state.end(),
            gone_off: 0,
            writer: Writer::new(state, keys),
            view,
            waiting: Vec::new(),
            flight: None,
            spare: None,
        });
        Ok(())
    }

    /// The index of keys as it may be found on disk: with all keys up to some record, and perhaps
    /// more. Says from which record on the log must be replayed into it.
    fn open_keys(&mut self, end: Seq) -> Result<(KeyIndex, Seq), Broken> {
        let mut keys = KeyIndex::in_memory();
        if self.plant == Some(Plant::LoseKey) {
            return Ok((keys, end));
        }
        if self.rng.percent(50) {
            return Ok((keys, Seq(0)));
        }
        let covers = Seq(self.rng.below(end.0.saturating_add(1)));
        self.trace.event("recovery.with_index", || {
            format!("covers records before {covers}")
        });
        for ((book, scope, text, item), seq) in self.durable.keys() {
            if seq < covers || self.rng.percent(20) {
                let hash = key_hash(&self.genesis.key_secret, *book, *scope, text, *item);
                insert(&mut keys, hash, seq)?;
            }
        }
        for (first, last) in self.durable.last_records() {
            if last < covers || self.rng.percent(20) {
                let hash = last_record_hash(&self.genesis.key_secret, first);
                insert(&mut keys, hash, last)?;
            }
        }
        Ok((keys, covers))
    }

    fn recover(
        &mut self,
        reader: &dyn JournalReader,
        keys: &mut KeyIndex,
        keys_from: Seq,
    ) -> Result<State, Broken> {
        let words = |error: OpenError| Broken(format!("recovery refuses: {error}"));
        if let Some(checkpoint) = self.choose_checkpoint(reader)? {
            if self.plant == Some(Plant::StaleCheckpoint) {
                recovery::replay(reader, None, keys, keys_from, &mut |_, _| ()).map_err(words)?;
                return Ok(checkpoint.state);
            }
            let at = checkpoint.state.end();
            self.trace
                .event("recovery.with_checkpoint", || format!("at {at}"));
            let report = verify(reader, Some(&checkpoint), &mut |_, _| ());
            let report = report.map_err(|error| Broken(format!("verify says: {error}")))?;
            ensure!(
                report.checkpoint_compared,
                "verify leaves out the checkpoint at {at}"
            );
            let state = recovery::replay(reader, Some(checkpoint), keys, keys_from, &mut |_, _| ());
            return state.map_err(words);
        }
        recovery::replay(reader, None, keys, keys_from, &mut |_, _| ()).map_err(words)
    }

    /// The newest checkpoint, an older one, or none. One that is damaged must be found out.
    fn choose_checkpoint(
        &mut self,
        reader: &dyn JournalReader,
    ) -> Result<Option<Checkpoint>, Broken> {
        let place = match self.rng.weighted(&[60, 20, 20]) {
            0 => self.checkpoints.len().saturating_sub(1),
            1 => self.rng.place(self.checkpoints.len()),
            _ => return Ok(None),
        };
        let Some(stored) = self.checkpoints.get(place) else {
            return Ok(None);
        };
        let Stored {
            end, is_damaged, ..
        } = *stored;
        let decoded = Checkpoint::decode(&stored.bytes);
        if !is_damaged {
            let decoded = decoded.ok_or_else(|| Broken(format!("checkpoint {end} is lost")))?;
            return Ok(Some(decoded));
        }
        self.trace
            .event("recovery.damaged_checkpoint", || format!("at {end}"));
        if let Some(damaged) = decoded {
            let mut keys = KeyIndex::in_memory();
            let state = recovery::replay(reader, Some(damaged), &mut keys, Seq(0), &mut |_, _| ());
            ensure!(
                matches!(state, Err(OpenError::ForeignCheckpoint { .. })),
                "a recovery takes a damaged checkpoint"
            );
        }
        self.checkpoints.remove(place);
        Ok(None)
    }

    /// A process that does not know yet that another one took over must not write any more.
    fn late_append(&mut self, mut zombie: Node) -> Result<(), Broken> {
        self.trace
            .event("fault.late_append", || format!("epoch {}", zombie.epoch));
        let before = (self.disk.byte_len(), self.node().journal.reader().end());
        let frame = match zombie.flight.take() {
            Some(flight) => flight.frame,
            None => zombie
                .writer
                .take_frame(giro_engine::writer::Frame::new(Seq(0))),
        };
        let late = zombie
            .journal
            .append(zombie.epoch, frame.batch.first(), &frame.batch);
        let after = (self.disk.byte_len(), self.node().journal.reader().end());
        ensure!(
            late.is_err() && before == after,
            "a superseded writer still writes: {late:?}"
        );
        // What it read before, it may go on reading.
        let history = History::new(zombie.journal.reader());
        if let Some(seq) = self.acked.keys().next() {
            let read = history.record(*seq);
            ensure!(read.is_ok(), "record {seq} is gone for a former reader");
        }
        Ok(())
    }
}

fn insert(keys: &mut KeyIndex, hash: KeyHash, seq: Seq) -> Result<(), Broken> {
    let inserted = keys.insert(hash, seq.0);
    inserted.map_err(|error| Broken(format!("the index of keys fails: {error}")))
}

/// Planted: everybody gets an overdraft.
fn forget_floors(state: &mut State) {
    let accounts = state.ledger.accounts_from(AccountId(0));
    let own = accounts.filter(|(_, account)| account.role.is_none());
    let own: Vec<_> = own
        .map(|(id, account)| (id, account.book, account.lines.clone()))
        .collect();
    let at = state.last_at();
    for (account, book, lines) in own {
        let holdings = lines.iter().map(|&(asset, _)| Holding {
            asset,
            overdraft_limit: Amount::MAX,
        });
        let change = AccountChange {
            account,
            name: None,
            alias: None,
            metadata: None,
            tags: None,
            holdings: holdings.collect(),
            only_if_updated_at: None,
        };
        let stamp = Stamp {
            book,
            principal: PrincipalId::ENGINE,
            at,
            number: 0,
        };
        let event = Event::AccountChanged(change);
        state.ledger.apply(stamp, &event, |_, _| ());
    }
}
