//! The engine on simulated storage: what the engine's two threads do, one step at a time, in an
//! order that the seed chooses, with everything that can go wrong in between.

mod clock;
mod commit;
mod compare;
mod damage;
mod recover;
mod time;

use crate::checks::{self, Evidence};
use crate::model::{Answer, Model};
use crate::plant::Plant;
use crate::rng::Rng;
use crate::trace::Trace;
use crate::workload::{Request, What, Workload};
use crate::{Broken, Options, Profile};
use clock::SimClock;
use giro_engine::keys::KeyIndexError;
use giro_engine::state::Genesis;
use giro_engine::writer::{Executed, ExecutedBatch, Frame, PreparedBatch, Writer, hash_of};
use giro_engine::{BatchKey, BatchMode, Clock, Record, State};
use giro_journal::{Digest, Epoch, FaultyJournal, MemoryDisk, Seq, ShardId};
use giro_ledger::{NewTransfer, Timestamp};
use std::collections::BTreeMap;
use std::ops::Range;

/// How often things go wrong with one seed, in a hundred appends or steps.
#[derive(Clone, Debug)]
struct Weather {
    append_faults: u64,
    crashes: u64,
    /// Weights of the steps: request, hand over, commit, checkpoint, look, trouble, time.
    steps: [u64; 7],
}

impl Weather {
    fn draw(rng: &mut Rng, profile: Profile) -> Weather {
        let mut weather = Weather {
            append_faults: rng.between(0, 35),
            crashes: rng.between(10, 60),
            steps: [
                rng.between(40, 80),
                rng.between(5, 25),
                rng.between(5, 25),
                rng.between(0, 4),
                2,
                rng.between(1, 5),
                rng.between(1, 8),
            ],
        };
        if profile == Profile::Years {
            let [.., time] = &mut weather.steps;
            *time = rng.between(2, 9);
        }
        weather
    }
}

/// Somebody who waits for an answer, and what it will be.
struct Waiting {
    /// The place in the workload of what was asked.
    sent: usize,
    answers: Vec<Answer>,
}

/// A frame that is handed over to be written, and who waits for it.
struct Flight {
    frame: Frame,
    waiting: Vec<Waiting>,
}

/// A process: everything that a crash ends.
struct Node {
    journal: FaultyJournal,
    epoch: Epoch,
    writer: Writer,
    /// What readers see.
    view: State,
    digest: Digest,
    /// The first record of the frame under construction.
    first: Seq,
    /// So many timers have gone off for it.
    gone_off: usize,
    waiting: Vec<Waiting>,
    flight: Option<Flight>,
    spare: Option<Frame>,
}

/// A checkpoint as it is stored.
struct Stored {
    bytes: Vec<u8>,
    end: Seq,
    is_damaged: bool,
}

pub(crate) struct World<'t> {
    trace: &'t mut Trace,
    rng: Rng,
    weather: Weather,
    plant: Option<Plant>,
    profile: Profile,
    clock: SimClock,
    genesis: Genesis,
    disk: MemoryDisk,
    node: Option<Node>,
    workload: Workload,
    /// What must have come of everything that the writer has done.
    live: Model,
    /// What must have come of everything that is durable.
    durable: Model,
    /// What clients were told.
    acked: BTreeMap<Seq, Record>,
    /// The records of each atomic batch.
    groups: Vec<Range<u64>>,
    checkpoints: Vec<Stored>,
}

impl<'t> World<'t> {
    pub(crate) fn new(seed: u64, options: &Options, trace: &'t mut Trace) -> World<'t> {
        let mut rng = Rng::new(seed);
        let clock = SimClock::draw(&mut rng, options.profile);
        let genesis = Genesis {
            at: clock.now(),
            id_secret: rng
                .any()
                .to_le_bytes()
                .repeat(2)
                .try_into()
                .expect("16 bytes"),
            key_secret: rng
                .any()
                .to_le_bytes()
                .repeat(2)
                .try_into()
                .expect("16 bytes"),
            token_secret: [0; 32],
        };
        let model = Model::new(genesis.at, options.plant);
        World {
            trace,
            weather: Weather::draw(&mut rng, options.profile),
            plant: options.plant,
            profile: options.profile,
            clock,
            genesis,
            disk: MemoryDisk::new(ShardId(0)),
            node: None,
            workload: Workload::new(&mut rng, options.profile),
            live: model.clone(),
            durable: model,
            acked: BTreeMap::new(),
            groups: Vec::new(),
            checkpoints: Vec::new(),
            rng,
        }
    }

    pub(crate) fn run(mut self, steps: u64) -> Result<(), Broken> {
        self.begin()?;
        for step in 1..=steps {
            self.trace.step = step;
            self.step()?;
        }
        self.trace.step = steps.saturating_add(1);
        self.settle()?;
        let digest = self.node().digest;
        self.trace
            .note(|| format!("the log ends with digest {digest}"));
        self.trace.mix(digest.0);
        self.trace.counts.add("seeds");
        Ok(())
    }

    fn step(&mut self) -> Result<(), Broken> {
        let steps = self.weather.steps;
        match self.rng.weighted(&steps) {
            0 => {
                let sent = self.workload.next(&mut self.rng, &self.live, &self.durable);
                self.execute(sent)
            }
            1 => self.hand_over(),
            2 => self.commit(true),
            3 => {
                self.checkpoint();
                Ok(())
            }
            4 => self.look(),
            6 => self.let_time_pass(),
            _ if self.rng.percent(self.weather.crashes) => self.crash_anytime(),
            _ => self.damage(),
        }
    }

    /// No more faults: every client that has no answer asks until it has one.
    fn settle(&mut self) -> Result<(), Broken> {
        self.write_all()?;
        for sent in 0..self.workload.sent.len() {
            if self
                .workload
                .sent
                .get(sent)
                .is_some_and(|sent| !sent.is_answered)
            {
                self.trace.counts.add("retry.at_the_end");
                self.execute(sent)?;
            }
        }
        self.write_all()?;
        let unanswered = self.workload.sent.iter().filter(|sent| !sent.is_answered);
        ensure!(unanswered.count() == 0, "a request was never answered");
        self.check_everything()?;
        self.crash(recover::Survivors::of(&self.durable))?;
        self.check_everything()
    }

    fn write_all(&mut self) -> Result<(), Broken> {
        self.commit(false)?;
        self.hand_over()?;
        self.commit(false)
    }

    fn check_everything(&mut self) -> Result<(), Broken> {
        self.evidence_check(checks::everything)
    }

    /// Reads what readers read, in the middle of everything.
    fn look(&mut self) -> Result<(), Broken> {
        self.trace.event("look", String::new);
        self.evidence_check(|evidence, rng| checks::past(evidence, rng, 1))?;
        if self.profile == Profile::Years {
            self.schedules_ahead()?;
        }
        self.dry_run()
    }

    fn evidence_check(
        &mut self,
        check: impl FnOnce(&Evidence<'_>, &mut Rng) -> Result<(), Broken>,
    ) -> Result<(), Broken> {
        let node = self
            .node
            .as_ref()
            .expect("there is a process between steps");
        let evidence = Evidence {
            reader: giro_journal::Journal::reader(&node.journal),
            state: &node.view,
            writer: &node.writer,
            model: &self.durable,
            live: &self.live,
            genesis: &self.genesis,
            acked: &self.acked,
            groups: &self.groups,
        };
        check(&evidence, &mut self.rng)
    }

    fn node(&mut self) -> &mut Node {
        self.node
            .as_mut()
            .expect("there is a process between steps")
    }

    /// One request: through the writer and through the model, which must agree.
    fn execute(&mut self, sent: usize) -> Result<(), Broken> {
        let now = self.clock.tick(&mut self.rng, self.trace, self.profile);
        let found = self.workload.sent.get_mut(sent).expect("it was drawn");
        found.is_waiting = true;
        let request = found.request.clone();
        self.trace
            .event("request", || format!("{sent} at {}: {request:?}", now.0));
        self.expect_due_before_commands(now);
        let (answers, executed) = match &request.what {
            What::One(action) => {
                let asks = request.asks();
                let answers = asks
                    .into_iter()
                    .map(|ask| self.live.ask(ask, now))
                    .collect();
                let command = request.command(action);
                let hash = hash_of(&self.genesis.key_secret, &command.origin);
                let executed = self.node().writer.execute(command, hash, now);
                (answers, executed.map(|one| vec![one]))
            }
            What::Batch(mode, items) => self.execute_batch(&request, *mode, items, now),
        };
        let executed = executed.map_err(|error| Broken(format!("the index fails: {error}")))?;
        self.compare(&answers, executed)?;
        self.node().waiting.push(Waiting { sent, answers });
        Ok(())
    }

    /// A batch, and once more if its key was used before, for this very batch.
    fn execute_batch(
        &mut self,
        request: &Request,
        mode: BatchMode,
        items: &[NewTransfer],
        now: Timestamp,
    ) -> (Vec<Answer>, Result<Vec<Executed>, KeyIndexError>) {
        let asks = request.asks();
        let secret = self.genesis.key_secret;
        let key = request.batch_key();
        let send = |world: &mut Self, checked| {
            let batch = PreparedBatch::new(&secret, request.batch(checked, mode, items));
            world.node().writer.execute_batch(batch, now)
        };
        let mut executed = send(self, BatchKey::Unchecked);
        if let Some(seq) = self.live.other_batch(&key, &asks) {
            return (vec![Answer::Seen(seq)], executed.map(flat));
        }
        if matches!(executed, Ok(ExecutedBatch::Seen(_))) {
            self.expect_due_before_commands(now);
            executed = send(self, BatchKey::Compared);
        }
        let before = self.live.end();
        let answers = match mode {
            BatchMode::Atomic => self.live.ask_all(asks, now),
            BatchMode::BestEffort => {
                let answers = asks.into_iter().map(|ask| self.live.ask(ask, now));
                answers.collect()
            }
        };
        if mode == BatchMode::Atomic {
            self.groups.push(before.0..self.live.end().0);
        }
        (answers, executed.map(flat))
    }
}

fn flat(executed: ExecutedBatch) -> Vec<Executed> {
    match executed {
        ExecutedBatch::Items(items) => items,
        ExecutedBatch::Seen(seq) => vec![Executed::Seen(seq)],
    }
}
