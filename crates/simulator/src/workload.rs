//! What clients ask for: drawn from the seed, leaning to edges and to collisions.
//!
//! There are few accounts, so that requests meet; amounts sit at what is available and just
//! beside it; and keys are used again: for a retry, for something else, in another scope or
//! book, and in the form that items of batches have.

mod actions;
mod control;
mod follow;
mod opening;
mod people;
mod schedules;
mod securities;
mod transfers;
mod treasury;
mod webhooks;

use crate::Profile;
use crate::model::{Ask, Body, KeyName, Model, number};
use crate::rng::Rng;
use giro_engine::record::SHARD;
use giro_engine::writer::BatchCommand;
use giro_engine::{BatchKey, BatchMode, Command, Fingerprint, Origin, RequestKey};
use giro_ledger::webhook::WebhookAction;
use giro_ledger::{Action, BookId, NewTransfer, PrincipalId, Tag, Text};
use std::collections::VecDeque;
use std::sync::Arc;

/// What one seed leans to, so that seeds differ by more than their numbers.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    /// In how many of a hundred cases a request is a batch.
    pub(crate) batches: u64,
    /// In how many of a hundred cases an amount is close to the maximum.
    pub(crate) huge: u64,
    /// In how many of a hundred cases a transfer is malformed on purpose.
    pub(crate) sabotage: u64,
    /// In how many of a hundred cases an earlier request is sent again.
    pub(crate) retries: u64,
    /// How many accounts, beside the books' own, are opened eagerly.
    pub(crate) accounts: usize,
    /// How many principals are added eagerly.
    pub(crate) people: usize,
    /// In how many of a hundred cases a transfer asks for more than to be made now.
    pub(crate) terms: u64,
    /// How eagerly policies are changed.
    pub(crate) policies: u64,
    /// How eagerly limits are set.
    pub(crate) limits: u64,
    /// Whether more holds are placed at once than timers go off at once.
    pub(crate) heap: bool,
    /// In how many of a hundred cases something of the treasury is asked for; none, unless years go
    /// by.
    pub(crate) treasury: u64,
    /// How eagerly webhooks are asked about.
    pub(crate) webhooks: u64,
    /// How many webhooks a book has eagerly.
    pub(crate) hooks: usize,
    /// The largest of the usual amounts.
    pub(crate) usual: u64,
}

impl Style {
    pub(crate) fn draw(rng: &mut Rng, profile: Profile) -> Style {
        let is_years = profile == Profile::Years;
        let style = Style {
            batches: rng.between(5, 40),
            huge: if rng.percent(20) { 60 } else { 2 },
            sabotage: rng.between(3, 20),
            retries: rng.between(5, 30),
            accounts: rng.place(4).saturating_add(3),
            people: rng.place(3).saturating_add(3),
            terms: rng.between(15, 75),
            policies: [0, 6, 14][rng.weighted(&[25, 40, 35])],
            limits: [0, 4, 10][rng.weighted(&[30, 40, 30])],
            heap: rng.below(120) == 0,
            treasury: 0,
            webhooks: [0, 4, 30][rng.weighted(&[50, 35, 15])],
            hooks: [1, 3, 14][rng.weighted(&[50, 35, 15])],
            usual: 1_000,
        };
        if !is_years {
            return style;
        }
        Style {
            batches: rng.between(2, 12),
            sabotage: rng.between(1, 6),
            people: rng.place(3).saturating_add(2),
            policies: [0, 2, 8][rng.weighted(&[45, 35, 20])],
            limits: [0, 2, 6][rng.weighted(&[45, 35, 20])],
            terms: rng.between(10, 50),
            huge: if rng.percent(12) { 40 } else { 1 },
            heap: false,
            webhooks: [0, 2][rng.weighted(&[60, 40])],
            treasury: rng.between(35, 65),
            usual: 60_000,
            ..style
        }
    }
}

/// What is asked in one request.
#[derive(Clone, Debug)]
pub(crate) enum What {
    One(Action),
    Batch(BatchMode, Arc<[NewTransfer]>),
}

/// One request of a client. A retry is the very same request.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) book: BookId,
    pub(crate) principal: PrincipalId,
    pub(crate) scope: u8,
    /// Only what the engine itself asks for goes without.
    pub(crate) key: Option<String>,
    pub(crate) what: What,
}

impl Request {
    /// The things asked, as the model takes them.
    pub(crate) fn asks(&self) -> Vec<Ask> {
        let name = |text: String, item| (self.book, self.scope, text, item);
        let ask = |key: Option<KeyName>, body| Ask {
            book: self.book,
            principal: self.principal,
            key,
            body,
        };
        match &self.what {
            What::One(action) => {
                let key = self.key.clone().map(|text| name(text, None));
                vec![ask(key, Body::One(action.clone()))]
            }
            What::Batch(mode, items) => {
                let key = self.key.clone().unwrap_or_default();
                let whole = Fingerprint::of_batch(*mode, items);
                let positions = (0_u32..).zip(items.iter());
                let asks = positions.map(|(position, _)| {
                    let (mode, items) = (*mode, items.clone());
                    let body = Body::Item {
                        position,
                        mode,
                        whole,
                        items,
                    };
                    ask(Some(name(key.clone(), Some(position))), body)
                });
                asks.collect()
            }
        }
    }

    /// A request for one thing, as the engine takes it.
    pub(crate) fn command(&self, action: &Action) -> Command {
        let key = self.key.as_ref().map(|text| RequestKey {
            scope: self.scope,
            text: text.as_str().into(),
            item: None,
            fingerprint: Fingerprint::of(action),
        });
        Command {
            origin: Origin {
                book: self.book,
                principal: self.principal,
                key,
            },
            action: action.clone(),
        }
    }

    /// The key of a batch, as the model knows it.
    pub(crate) fn batch_key(&self) -> KeyName {
        let text = self.key.clone().unwrap_or_default();
        (self.book, self.scope, text, None)
    }

    /// A request for several, as the engine takes it.
    pub(crate) fn batch(
        &self,
        checked: BatchKey,
        mode: BatchMode,
        items: &[NewTransfer],
    ) -> BatchCommand {
        BatchCommand {
            checked,
            book: self.book,
            principal: self.principal,
            scope: self.scope,
            key: self.key.clone().unwrap_or_default().into(),
            mode,
            items: items.to_vec(),
        }
    }
}

/// A request that was sent, perhaps more than once.
#[derive(Clone, Debug)]
pub(crate) struct Sent {
    pub(crate) request: Request,
    /// Whether its client has ever got an answer. One that has not must ask again.
    pub(crate) is_answered: bool,
    /// Whether it is on its way through the engine.
    pub(crate) is_waiting: bool,
}

/// All clients.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) style: Style,
    pub(crate) sent: Vec<Sent>,
    /// What is asked for first.
    opening: VecDeque<opening::Opening>,
    names: u64,
}

impl Workload {
    pub(crate) fn new(rng: &mut Rng, profile: Profile) -> Workload {
        let style = Style::draw(rng, profile);
        Workload {
            opening: opening::draw(rng, &style),
            style,
            sent: Vec::new(),
            names: 0,
        }
    }

    /// The next request to send, by its place in [`Workload::sent`].
    pub(crate) fn next(&mut self, rng: &mut Rng, model: &Model, durable: &Model) -> usize {
        if rng.percent(self.style.retries) {
            let is_lost = |sent: &Sent| !sent.is_answered && !sent.is_waiting;
            let only_lost = rng.percent(60);
            let old = self.sent.iter().enumerate();
            let old = old.filter(|(_, sent)| !only_lost || is_lost(sent));
            let places: Vec<usize> = old.map(|(place, _)| place).collect();
            if let Some(place) = rng.pick(&places) {
                return *place;
            }
        }
        let request = match rng.percent(4) {
            true => self.vary(rng),
            false => None,
        };
        let request = request.unwrap_or_else(|| self.draw(rng, model, durable));
        self.sent.push(Sent {
            request,
            is_answered: false,
            is_waiting: false,
        });
        self.sent.len().saturating_sub(1)
    }

    /// Something that somebody wants to know the outcome of, without asking for it.
    pub(crate) fn idea(&mut self, rng: &mut Rng, model: &Model) -> Ask {
        let book = self.draw_book(rng, model);
        let action = match rng.percent(60) {
            true => Action::Transfer(self.transfer(rng, model, book)),
            false => self.action(rng, model, model, book),
        };
        Ask {
            book,
            principal: self.actor(rng, model, book, Some(&action)),
            key: None,
            body: Body::One(action),
        }
    }

    /// An earlier request under the same key with a small difference, or with none that counts.
    fn vary(&self, rng: &mut Rng) -> Option<Request> {
        let mut request = rng.pick(&self.sent)?.request.clone();
        let is_other = rng.percent(80);
        match &mut request.what {
            _ if !is_other => request.principal = PrincipalId(7),
            What::Batch(mode, _) if rng.percent(40) => {
                *mode = match mode {
                    BatchMode::Atomic => BatchMode::BestEffort,
                    BatchMode::BestEffort => BatchMode::Atomic,
                };
            }
            What::Batch(_, items) => {
                let mut changed = items.to_vec();
                match rng.below(3) {
                    0 => drop(changed.pop()),
                    1 => changed.reverse(),
                    _ => changed
                        .iter_mut()
                        .take(1)
                        .for_each(|item| item.legs.reverse()),
                }
                *items = changed.into();
            }
            What::One(Action::Transfer(transfer)) if rng.percent(50) => transfer.legs.reverse(),
            What::One(Action::Transfer(transfer)) => transfer.reference = None,
            What::One(_) => {}
        }
        Some(request)
    }

    fn draw(&mut self, rng: &mut Rng, model: &Model, durable: &Model) -> Request {
        if let Some((book, action)) = self.open(rng, model) {
            return Request {
                book,
                principal: self.actor(rng, model, book, None),
                scope: 0,
                key: Some(self.draw_key(rng)),
                what: What::One(action),
            };
        }
        let book = self.draw_book(rng, model);
        let accounts = &model.books.accounts;
        let can_move_money = accounts
            .iter()
            .filter(|account| account.role.is_none())
            .count()
            > 1;
        let what = if can_move_money && self.style.heap {
            self.style.heap = false;
            What::Batch(BatchMode::BestEffort, self.heap(rng, model, book))
        } else if can_move_money && rng.percent(self.style.batches) {
            let mode = match rng.percent(60) {
                true => BatchMode::Atomic,
                false => BatchMode::BestEffort,
            };
            let count = rng.weighted(&[2, 10, 25, 20, 15, 5, 5]);
            let items = (0..count).map(|_| self.transfer(rng, model, book));
            What::Batch(mode, items.collect())
        } else {
            What::One(self.action(rng, model, durable, book))
        };
        let concerns_shard = matches!(
            what,
            What::One(Action::DefineAsset(_) | Action::OpenBook(_) | Action::AddPrincipal(_))
        );
        let book = match &what {
            What::One(Action::RevokePrincipal(id)) if rng.percent(80) => {
                let found = model.books.person(*id);
                found.and_then(|one| one.new.book).unwrap_or(SHARD)
            }
            _ if concerns_shard && rng.percent(60) => SHARD,
            _ => book,
        };
        // What a webhook was told is put on record by nobody else.
        let is_delivery = matches!(&what, What::One(Action::Webhook(action))
            if matches!(**action, WebhookAction::Deliver(_)));
        let is_engine = is_delivery || concerns_shard && rng.percent(20);
        let principal = match is_engine {
            true => PrincipalId::ENGINE,
            false => {
                let action = match &what {
                    What::One(action) => Some(action),
                    What::Batch(..) => None,
                };
                self.actor(rng, model, book, action)
            }
        };
        let scope = u8::try_from(rng.weighted(&[8, 1, 1])).expect("small");
        let key = (!is_engine).then(|| self.draw_key(rng));
        Request {
            book,
            principal,
            scope,
            key,
            what,
        }
    }

    /// Mostly a book that has accounts; sometimes one that is not even there.
    fn draw_book(&self, rng: &mut Rng, model: &Model) -> BookId {
        let own = model
            .books
            .accounts
            .iter()
            .filter(|account| account.role.is_none());
        let books: Vec<BookId> = own.map(|account| account.book).collect();
        let count = model.books.books.len();
        match (rng.weighted(&[92, 6, 2]), rng.pick(&books)) {
            (0, Some(book)) => *book,
            (0 | 1, _) => BookId(number(rng.place(count))),
            _ => BookId(number(count.saturating_add(rng.place(2)))),
        }
    }

    /// Mostly a key never used before; else one that was used, or that looks like one.
    fn draw_key(&mut self, rng: &mut Rng) -> String {
        let used = rng
            .pick(&self.sent)
            .and_then(|sent| sent.request.key.clone());
        match (rng.weighted(&[86, 9, 5]), used) {
            (1, Some(used)) => used,
            (2, Some(used)) => format!("{used}#{}", rng.below(3)),
            _ => self.name("k"),
        }
    }

    /// A word not used before.
    fn name(&mut self, kind: &str) -> String {
        self.names = self.names.saturating_add(1);
        format!("{kind}{}", self.names)
    }
}

fn text<const MAX: usize>(words: &str) -> Text<MAX> {
    Text::new(words).expect("short and plain")
}

/// One of a few words, so that accounts have the same.
fn tag(rng: &mut Rng) -> Tag {
    text(&format!("tag{}", rng.below(3)))
}
