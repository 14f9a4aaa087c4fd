//! A naive ledger: what everything should come to, computed the plain way.
//!
//! It has no journal, no frames, no numbering of lines and no index; balances are numbers in a
//! map. It shares the vocabulary of `giro-ledger` (ids, actions, events, rejections), so that
//! answers can be compared whole, but none of its rules: those are written a second time here.

mod apply;
mod past;
mod rules;
mod transfers;

use giro_engine::{BatchMode, Fingerprint};
use giro_journal::Seq;
use giro_ledger::text::{Alias, Metadata, Name};
use giro_ledger::{
    AccountId, Action, Asset, AssetId, BookId, BookSettings, Event, Freeze, NewTransfer,
    PrincipalId, Rejection, SystemRole, Timestamp, Transfer, TransferStatus,
};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use past::Posting;

/// The key of a request, as its caller sees it: of a book and a scope, and of an item if it is the
/// key of a batch.
pub(crate) type KeyName = (BookId, u8, String, Option<u32>);

/// What was asked under a key: alone or as an item of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    One(Action),
    Item {
        mode: BatchMode,
        items: Arc<[NewTransfer]>,
        position: u32,
    },
}

impl Body {
    fn action(&self) -> Action {
        match self {
            Body::One(action) => action.clone(),
            Body::Item {
                items, position, ..
            } => {
                let place = usize::try_from(*position).expect("a batch fits in memory");
                let item = items.get(place).expect("items are asked by position");
                Action::Transfer(item.clone())
            }
        }
    }

    pub(crate) fn fingerprint(&self) -> Fingerprint {
        match self {
            Body::One(action) => Fingerprint::of(action),
            Body::Item {
                mode,
                items,
                position,
            } => Fingerprint::of_item(Fingerprint::of_batch(*mode, items), *position),
        }
    }
}

/// One thing that is asked.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) book: BookId,
    pub(crate) principal: PrincipalId,
    pub(crate) key: Option<KeyName>,
    pub(crate) body: Body,
}

/// One thing that happened: what the record at its place in the log must say.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) ask: Ask,
    pub(crate) at: Timestamp,
    pub(crate) event: Event,
    /// The balance after each leg of a transfer.
    pub(crate) posted: Vec<i128>,
}

/// What must come of something that is asked.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Recorded(Seq),
    Seen(Seq),
    Rejected(Rejection),
}

#[derive(Clone, Debug)]
pub(crate) struct Book {
    pub(crate) name: Name,
    pub(crate) sandbox: bool,
    pub(crate) settings: BookSettings,
    pub(crate) external: AccountId,
}

#[derive(Clone, Debug)]
pub(crate) struct Account {
    pub(crate) book: BookId,
    pub(crate) role: Option<SystemRole>,
    pub(crate) is_closed: bool,
    pub(crate) freeze: Freeze,
    pub(crate) name: Name,
    pub(crate) alias: Option<Alias>,
    pub(crate) metadata: Metadata,
    pub(crate) holds_any_asset: bool,
    /// The assets it has held, in the order in which they came.
    pub(crate) assets: Vec<AssetId>,
}

/// Everything there is, without how it came about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) assets: Vec<Asset>,
    pub(crate) books: Vec<Book>,
    /// The book of each principal, and whether it is revoked.
    pub(crate) principals: Vec<(Option<BookId>, bool)>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) balances: BTreeMap<(AccountId, AssetId), i128>,
    /// How far below zero; what has no entry has no floor.
    pub(crate) limits: BTreeMap<(AccountId, AssetId), i128>,
}

/// The naive ledger, with everything that ever happened in it.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) books: Books,
    keys: BTreeMap<KeyName, Seq>,
    facts: Vec<Fact>,
    last_at: Timestamp,
}

impl Model {
    /// A shard that began at that time.
    pub(crate) fn new(began: Timestamp) -> Model {
        Model {
            books: Books::default(),
            keys: BTreeMap::new(),
            facts: Vec::new(),
            last_at: began,
        }
    }

    /// The number of the next record. Record 0 is the beginning of the shard.
    pub(crate) fn end(&self) -> Seq {
        Seq(u64::try_from(self.facts.len()).expect("facts fit in memory")).next()
    }

    /// What happened, with the numbers of the records.
    pub(crate) fn facts(&self) -> impl DoubleEndedIterator<Item = (Seq, &Fact)> {
        let numbered = self.facts.iter().enumerate();
        numbered.map(|(place, fact)| {
            let place = u64::try_from(place).expect("facts fit in memory");
            (Seq(place).next(), fact)
        })
    }

    pub(crate) fn fact(&self, seq: Seq) -> Option<&Fact> {
        self.facts.get(usize::try_from(seq.previous()?.0).ok()?)
    }

    /// Every key in use, and the record that used it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (&KeyName, Seq)> {
        self.keys.iter().map(|(key, seq)| (key, *seq))
    }

    /// The last record of a batch that used a key, unless it was this very batch.
    pub(crate) fn other_batch(&self, key: &KeyName, asks: &[Ask]) -> Option<Seq> {
        let seq = *self.keys.get(key)?;
        let used_for = &self.fact(seq).expect("keys lead to records").ask.body;
        (!asks.iter().any(|ask| ask.body == *used_for)).then_some(seq)
    }

    /// Asks for one thing at the time `now`.
    pub(crate) fn ask(&mut self, ask: Ask, now: Timestamp) -> Answer {
        if let Some(seq) = ask.key.as_ref().and_then(|key| self.keys.get(key)) {
            return Answer::Seen(*seq);
        }
        match self.books.decide(ask.book, &ask.body.action()) {
            Ok(event) => self.record(ask, event, now),
            Err(why) => Answer::Rejected(why),
        }
    }

    /// Asks for all of them, or none.
    pub(crate) fn ask_all(&mut self, asks: Vec<Ask>, now: Timestamp) -> Vec<Answer> {
        let key_of = |ask: &Ask| ask.key.as_ref().and_then(|key| self.keys.get(key)).copied();
        let seen: Vec<Option<Seq>> = asks.iter().map(key_of).collect();
        if let Some(first) = seen.iter().flatten().next() {
            let seqs = seen.iter().map(|seq| seq.unwrap_or(*first));
            return seqs.map(Answer::Seen).collect();
        }
        let requests: Vec<NewTransfer> = asks.iter().map(transfer_of).collect();
        let malformed = (0_u32..).zip(&asks).zip(&requests);
        let malformed = malformed.filter_map(|((item, ask), request)| {
            let why = self.books.check_sense(ask.book, request).err()?;
            Some((item, why))
        });
        if let Some((refused, why)) = malformed.into_iter().next() {
            let aborted = Rejection::BatchAborted { item: refused };
            let answers = (0_u32..).zip(&asks).map(|(item, _)| {
                Answer::Rejected(if item == refused {
                    why.clone()
                } else {
                    aborted.clone()
                })
            });
            return answers.collect();
        }
        let refused = self.first_impossible(&asks, &requests);
        let mut answers = Vec::new();
        for ((item, ask), request) in (0_u32..).zip(asks).zip(requests) {
            let status = match &refused {
                None => TransferStatus::Completed,
                Some((at, why)) if *at == item => TransferStatus::Declined(why.clone()),
                Some((at, _)) => TransferStatus::Declined(Rejection::BatchAborted { item: *at }),
            };
            answers.push(self.record(ask, Event::Transfer(Transfer { request, status }), now));
        }
        answers
    }

    /// Tries all of them in a copy, where what goes wrong does no harm.
    fn first_impossible(&self, asks: &[Ask], requests: &[NewTransfer]) -> Option<(u32, Rejection)> {
        let mut trial = self.books.clone();
        for ((item, ask), request) in (0_u32..).zip(asks).zip(requests) {
            if let Err(why) = trial.check_possible(request) {
                return Some((item, why));
            }
            let (request, status) = (request.clone(), TransferStatus::Completed);
            trial.apply(ask.book, &Event::Transfer(Transfer { request, status }));
        }
        None
    }

    fn record(&mut self, ask: Ask, event: Event, now: Timestamp) -> Answer {
        let at = now.max(Timestamp(self.last_at.0.saturating_add(1)));
        let seq = self.end();
        let posted = Vec::new();
        self.append(Fact {
            ask,
            at,
            event,
            posted,
        });
        Answer::Recorded(seq)
    }

    /// Lets something happen that was decided before, in this model or in another.
    pub(crate) fn append(&mut self, mut fact: Fact) {
        fact.posted = self.books.apply(fact.ask.book, &fact.event);
        if let Some(key) = &fact.ask.key {
            self.keys.insert(key.clone(), self.end());
            let (book, scope, text, _) = key.clone();
            // A batch's own key leads to the last of its items.
            self.keys.insert((book, scope, text, None), self.end());
        }
        self.last_at = fact.at;
        self.facts.push(fact);
    }
}

fn transfer_of(ask: &Ask) -> NewTransfer {
    match ask.body.action() {
        Action::Transfer(request) => request,
        other => panic!("an item of a batch is a transfer, not {other:?}"),
    }
}

/// The place that a number of the ledger stands for.
pub(crate) fn place(number: u32) -> usize {
    usize::try_from(number).expect("usize has at least 32 bits here")
}

/// The number of a place.
pub(crate) fn number(place: usize) -> u32 {
    u32::try_from(place).expect("the simulation is small")
}
