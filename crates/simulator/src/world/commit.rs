//! What the committer does: writes frames and lets the answers go.

use super::recover::{Fate, Survivors};
use super::{Flight, Waiting, World};
use crate::Broken;
use crate::checks;
use crate::model::{Answer, Body};
use crate::plant::Plant;
use giro_engine::History;
use giro_engine::writer::Frame;
use giro_journal::{AppendError, Batch, Epoch, Fault, Journal, Seq};
use std::sync::Arc;

/// Bytes of a frame around its payload: header and trailer.
const FRAME_BYTES: usize = 128 + 8;

impl World<'_> {
    /// Hands the frame under construction over to be written, unless another one still is.
    pub(super) fn hand_over(&mut self) -> Result<(), Broken> {
        let node = self.node();
        // Timers leave records that nobody waits for.
        if node.flight.is_some() || node.waiting.is_empty() && !node.writer.has_frame() {
            return Ok(());
        }
        let durable = node.view.end();
        node.writer.set_durable(durable);
        let spare = node.spare.take().unwrap_or_else(|| Frame::new(durable));
        let frame = node.writer.take_frame(spare);
        let waiting = std::mem::take(&mut node.waiting);
        node.first = frame.batch.next();
        node.gone_off = 0;
        self.trace
            .event("hand_over", || format!("{} records", frame.records.len()));
        for record in &frame.records {
            let fact = self.live.fact(record.seq);
            let fact = fact.ok_or_else(|| Broken(format!("nobody expects {record:?}")))?;
            checks::same_record(record, fact)?;
        }
        let (next, expected) = (frame.batch.next(), self.live.end());
        ensure_same!(next, expected, "the end of what the writer has done");
        if self.plant == Some(Plant::AckBeforeSync) {
            for record in &frame.records {
                self.acked.insert(record.seq, record.clone());
            }
        }
        self.node().flight = Some(Flight { frame, waiting });
        Ok(())
    }

    /// Writes the frame that was handed over, if there is one.
    pub(super) fn commit(&mut self, with_faults: bool) -> Result<(), Broken> {
        let Some(flight) = self.node().flight.take() else {
            return Ok(());
        };
        let batch = &flight.frame.batch;
        if batch.is_empty() {
            return self.answer(flight);
        }
        let (first, until) = (batch.first(), batch.next());
        let group = self.groups.iter().find(|group| {
            let is_whole_here = first.0 <= group.start && group.end <= until.0;
            is_whole_here && group.end > group.start.saturating_add(1)
        });
        if let (Some(Plant::HalfBatch), Some(group)) = (self.plant, group) {
            let middle = Seq(group.start).next();
            return self.commit_split(flight, middle);
        }
        let fate = match with_faults && self.rng.percent(self.weather.append_faults) {
            true => Some(self.break_next(batch)),
            false => None,
        };
        let node = self
            .node
            .as_mut()
            .expect("there is a process between steps");
        let appended = match node.journal.append(node.epoch, first, batch) {
            Ok(appended) => appended,
            Err(error) => return self.poisoned(&flight, fate, &error),
        };
        self.trace
            .event("commit", || format!("records {first} to before {until}"));
        self.trace.mix(appended.digest.0);
        if with_faults && self.rng.percent(3) {
            self.trace.event("crash.before_answer", String::new);
            let fate = Fate::Whole;
            return self.crash(Survivors { until, fate });
        }
        self.node().digest = appended.digest;
        self.publish(&flight.frame);
        self.answer(flight)
    }

    /// Makes the next append go wrong, and says what must become of its frame.
    fn break_next(&mut self, batch: &Batch) -> Fate {
        let bytes = batch.byte_len().saturating_add(FRAME_BYTES);
        let rng = &mut self.rng;
        let node = self
            .node
            .as_mut()
            .expect("there is a process between steps");
        let (name, fault, fate) = match rng.weighted(&[10, 10, 25, 20, 10, 10]) {
            0 => ("fault.fail", Fault::Fail, Fate::Absent),
            1 => ("fault.fail_after_write", Fault::FailAfterWrite, Fate::Whole),
            2 => {
                let kept = rng.place(bytes.saturating_add(1));
                let fate = if kept < bytes {
                    Fate::Absent
                } else {
                    Fate::Whole
                };
                ("fault.tear", Fault::Tear { bytes: kept }, fate)
            }
            3 => {
                let lost = rng.any() & rng.any();
                (
                    "fault.tear_sectors",
                    Fault::TearSectors { lost },
                    Fate::Unknown,
                )
            }
            4 => ("fault.lose", Fault::Lose, Fate::Absent),
            _ => {
                let (reader, before) = (node.journal.reader(), node.journal.end());
                let hook = move || {
                    let seen = reader.end();
                    assert_eq!(seen, before, "a reader sees what is not durable");
                };
                ("fault.delay", Fault::Delay(Arc::new(hook)), Fate::Whole)
            }
        };
        self.trace
            .event(name, || format!("{fault:?} of {bytes} bytes"));
        node.journal.break_next(fault);
        fate
    }

    /// The journal has failed: nothing may be written any more, and reads go on.
    fn poisoned(
        &mut self,
        flight: &Flight,
        fate: Option<Fate>,
        error: &AppendError,
    ) -> Result<(), Broken> {
        let fate = fate.ok_or_else(|| Broken(format!("an append fails unasked: {error}")))?;
        let batch = &flight.frame.batch;
        let node = self.node();
        let again = node.journal.append(node.epoch, batch.first(), batch);
        ensure!(
            matches!(again, Err(AppendError::Poisoned)),
            "after {error}, another append gives {again:?}"
        );
        self.look()?;
        let until = batch.next();
        self.crash(Survivors { until, fate })
    }

    /// Lets readers see a frame that is durable.
    fn publish(&mut self, frame: &Frame) {
        let plant = self.plant;
        let node = self
            .node
            .as_mut()
            .expect("there is a process between steps");
        for record in &frame.records {
            node.view.apply(record.stamp(), &record.event);
            if plant == Some(Plant::DoubleApply)
                && matches!(record.event, giro_ledger::Event::Transfer(_))
            {
                node.view
                    .ledger
                    .apply(record.stamp(), &record.event, |_, _| ());
            }
            let fact = self
                .live
                .fact(record.seq)
                .expect("compared when handed over");
            self.durable.append(fact.clone());
        }
    }

    /// Lets the answers of a durable frame go.
    fn answer(&mut self, flight: Flight) -> Result<(), Broken> {
        let Flight { frame, waiting } = flight;
        let durable = self.node().view.end();
        for Waiting { sent, answers } in waiting {
            for (position, answer) in answers.iter().enumerate() {
                match answer {
                    Answer::Recorded(seq) => {
                        let record = frame.records.iter().find(|record| record.seq == *seq);
                        let record = record.expect("what is recorded is in this frame");
                        self.acked.insert(*seq, record.clone());
                    }
                    Answer::Seen(seq) => {
                        ensure!(*seq < durable, "{seq} is told but not durable");
                        self.answer_seen(sent, position, *seq)?;
                    }
                    Answer::Rejected(_) => {}
                }
            }
            let sent = self.workload.sent.get_mut(sent).expect("it was sent");
            sent.is_answered = true;
            sent.is_waiting = false;
        }
        self.trace.counts.add("frames");
        self.node().spare = Some(frame);
        Ok(())
    }

    /// A key that was used before: the same request gets its first outcome, another a conflict.
    fn answer_seen(&mut self, sent: usize, position: usize, seq: Seq) -> Result<(), Broken> {
        let history = History::new(self.node().journal.reader());
        let sent = self.workload.sent.get(sent).expect("it was sent");
        let asks = sent.request.asks();
        let body = asks.get(position).map(|ask| &ask.body);
        let record = history.record(seq);
        let record = record.map_err(|error| Broken(format!("record {seq} is told: {error}")))?;
        let key = record.origin.key.as_ref().expect("a key led to it");
        let fact = self.durable.fact(seq).expect("durable");
        let is_same = body == Some(&fact.ask.body);
        if is_same && !sent.is_answered {
            // Its client was never told, asks again, and the first time counts.
            self.trace.counts.add("seen.survived");
        }
        ensure_same!(
            body.map(Body::fingerprint) == Some(key.fingerprint),
            is_same,
            "whether {seq} is a replay"
        );
        let name = if is_same {
            "seen.replay"
        } else {
            "seen.conflict"
        };
        self.trace.event(name, || format!("record {seq}"));
        Ok(())
    }

    /// Planted: one frame written as two, with time for a crash in between.
    fn commit_split(&mut self, flight: Flight, middle: Seq) -> Result<(), Broken> {
        let batch = &flight.frame.batch;
        let node = self
            .node
            .as_mut()
            .expect("there is a process between steps");
        let mut part = Batch::new(batch.first());
        for record in batch.records() {
            if part.next() == middle {
                append(&mut node.journal, node.epoch, &part)?;
                part.reset(middle);
                if self.rng.percent(20) {
                    self.trace.event("crash.between_halves", String::new);
                    let (until, fate) = (batch.next(), Fate::Unknown);
                    return self.crash(Survivors { until, fate });
                }
            }
            part.push(record);
        }
        node.digest = append(&mut node.journal, node.epoch, &part)?;
        self.publish(&flight.frame);
        self.answer(flight)
    }
}

fn append(
    journal: &mut giro_journal::FaultyJournal,
    epoch: Epoch,
    batch: &Batch,
) -> Result<giro_journal::Digest, Broken> {
    let appended = journal.append(epoch, batch.first(), batch);
    let appended = appended.map_err(|error| Broken(format!("an append fails unasked: {error}")))?;
    Ok(appended.digest)
}
