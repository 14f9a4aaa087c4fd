//! A naive ledger: what everything should come to, computed the plain way.
//!
//! It has no journal, no frames, no numbering of lines and no index; balances are numbers in a
//! map. It shares the vocabulary of `giro-ledger` (ids, actions, events, rejections), so that
//! answers can be compared whole, but none of its rules: those are written a second time here.

mod apply;
mod approvals;
mod calendar;
mod configuration;
mod decimal;
mod dues;
mod fees;
mod holds;
mod life;
mod limits;
mod money;
mod past;
mod people;
mod policies;
mod quotes;
mod rates;
mod recurrences;
mod reversals;
mod rules;
mod schedules;
mod securities;
mod timers;
mod trading;
mod transfers;
mod treasury;
mod upcoming;
mod webhooks;

use crate::plant::Plant;
use giro_engine::{BatchMode, Fingerprint};
use giro_journal::Seq;
use giro_ledger::fee::FeeEntry;
use giro_ledger::policy::PolicyEntry;
use giro_ledger::text::{Alias, Metadata, Name};
use giro_ledger::{
    AccountId, Action, Asset, AssetId, BookId, BookSettings, Calendar, CalendarCode, Event, Freeze,
    Investment, NewTransfer, PrincipalId, Rejection, Stamp, Stop, SystemRole, Tags, Timer,
    Timestamp, Transfer, TransferStatus,
};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(crate) use calendar::{next_day, next_month};
pub(crate) use life::{Change, Life};
pub(crate) use limits::{LimitEntry, Moved};
pub(crate) use money::Touched;
pub(crate) use past::Posting;
pub(crate) use people::Person;
pub(crate) use quotes::Quoted;
pub(crate) use rates::RateSetting;
pub(crate) use schedules::Planned;
pub(crate) use timers::AT_ONCE;
pub(crate) use trading::Security;
pub(crate) use webhooks::Hook;

/// The key of a request, as its caller sees it: of a book and a scope, and of an item if it is the
/// key of a batch.
pub(crate) type KeyName = (BookId, u8, String, Option<u32>);

/// What was asked under a key: alone or as an item of a batch.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    One(Action),
    Item {
        position: u32,
        mode: BatchMode,
        /// The fingerprint of the whole batch.
        whole: Fingerprint,
        items: Arc<[NewTransfer]>,
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
                whole, position, ..
            } => Fingerprint::of_item(*whole, *position),
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

impl Ask {
    pub(crate) fn action(&self) -> Action {
        self.body.action()
    }
}

/// One thing that happened: what the record at its place in the log must say.
#[derive(Clone, Debug)]
pub(crate) struct Fact {
    pub(crate) ask: Ask,
    pub(crate) at: Timestamp,
    pub(crate) event: Event,
    /// The balances after each leg that it concerned.
    pub(crate) touched: Vec<Touched>,
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
    pub(crate) stop: Option<Stop>,
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
    pub(crate) tags: Tags,
    pub(crate) holds_any_asset: bool,
    pub(crate) updated_at: Timestamp,
    /// The assets it has held, in the order in which they came.
    pub(crate) assets: Vec<AssetId>,
}

/// Everything there is, without how it came about.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) assets: Vec<Asset>,
    pub(crate) books: Vec<Book>,
    pub(crate) principals: Vec<Person>,
    pub(crate) accounts: Vec<Account>,
    pub(crate) balances: BTreeMap<(AccountId, AssetId), i128>,
    /// How far below zero; what has no entry has no floor.
    pub(crate) overdrafts: BTreeMap<(AccountId, AssetId), i128>,
    pub(crate) policies: Vec<PolicyEntry>,
    pub(crate) limits: Vec<LimitEntry>,
    /// Every transfer there ever was, declined ones too.
    pub(crate) transfers: Vec<Life>,
    /// Every change of policies that was ever left to others to approve.
    pub(crate) changes: Vec<Change>,
    /// Every rate that was ever set, or taken away.
    pub(crate) rates: Vec<RateSetting>,
    pub(crate) fees: Vec<FeeEntry>,
    /// Every quote that was ever given.
    pub(crate) quotes: Vec<Quoted>,
    pub(crate) calendars: Vec<(BookId, CalendarCode, Calendar)>,
    pub(crate) schedules: Vec<Planned>,
    pub(crate) securities: Vec<Security>,
    pub(crate) investments: BTreeMap<AccountId, Investment>,
    /// What every trade has cost its account, or brought if negative.
    pub(crate) traded: Vec<((AccountId, AssetId), i128)>,
    pub(crate) webhooks: Vec<Hook>,
    /// Everything that was ever posted, as limits count it.
    pub(crate) moved: Vec<Moved>,
    /// A rule that is got wrong on purpose.
    pub(crate) plant: Option<Plant>,
}

/// The naive ledger, with everything that ever happened in it.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) books: Books,
    keys: BTreeMap<KeyName, Seq>,
    facts: Vec<Fact>,
    last_at: Timestamp,
    /// Timers that are forgotten on purpose.
    lost: Vec<Timer>,
}

impl Model {
    /// A shard that began at that time, with one rule got wrong if that is planted.
    pub(crate) fn new(began: Timestamp, plant: Option<Plant>) -> Model {
        Model {
            books: Books {
                plant,
                ..Books::default()
            },
            keys: BTreeMap::new(),
            facts: Vec::new(),
            last_at: began,
            lost: Vec::new(),
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

    /// The time of the last record.
    pub(crate) fn last_at(&self) -> Timestamp {
        self.last_at
    }

    /// What the next record would bear.
    fn stamp(&self, book: BookId, principal: PrincipalId, now: Timestamp) -> Stamp {
        Stamp {
            book,
            principal,
            at: now.max(Timestamp(self.last_at.0.saturating_add(1))),
            number: self.end().0,
        }
    }

    /// Asks for one thing at the time `now`.
    pub(crate) fn ask(&mut self, ask: Ask, now: Timestamp) -> Answer {
        if let Some(seq) = ask.key.as_ref().and_then(|key| self.keys.get(key)) {
            return Answer::Seen(*seq);
        }
        let stamp = self.stamp(ask.book, ask.principal, now);
        match self.books.decide(stamp, &ask.body.action()) {
            Ok(event) => self.record(ask, event, now),
            Err(why) => Answer::Rejected(why),
        }
    }

    /// What would come of something, and the balances after each leg if it is a transfer.
    pub(crate) fn preview(
        &self,
        ask: &Ask,
        now: Timestamp,
    ) -> Result<(Event, Vec<Touched>), Rejection> {
        let stamp = self.stamp(ask.book, ask.principal, now);
        let event = self.books.decide(stamp, &ask.action())?;
        let touched = match &event {
            Event::Transfer(_) => self.books.clone().apply(stamp, &event),
            _ => Vec::new(),
        };
        Ok((event, touched))
    }

    /// Asks for all of them, or none.
    pub(crate) fn ask_all(&mut self, asks: Vec<Ask>, now: Timestamp) -> Vec<Answer> {
        let key_of = |ask: &Ask| ask.key.as_ref().and_then(|key| self.keys.get(key)).copied();
        let seen: Vec<Option<Seq>> = asks.iter().map(key_of).collect();
        if let Some(first) = seen.iter().flatten().next() {
            let seqs = seen.iter().map(|seq| seq.unwrap_or(*first));
            return seqs.map(Answer::Seen).collect();
        }
        let Some((refused, why)) = self.first_impossible(&asks, now) else {
            return asks.into_iter().map(|ask| self.ask(ask, now)).collect();
        };
        // What is never recorded keeps the whole batch off the record, wherever it is in it.
        let unrecorded = self.first_unrecorded(&asks, now);
        let is_recorded = unrecorded.is_none() && matches!(why, Refusal::Declined(_));
        let (refused, why) = unrecorded.unwrap_or((refused, why.into_rejection()));
        let mut answers = Vec::new();
        for (item, ask) in (0_u32..).zip(asks) {
            let why = match item == refused {
                true => why.clone(),
                false => Rejection::BatchAborted { item: refused },
            };
            answers.push(match is_recorded {
                true => {
                    let (request, status) = (transfer_of(&ask), TransferStatus::Declined(why));
                    self.record(ask, Event::Transfer(Transfer { request, status }), now)
                }
                false => Answer::Rejected(why),
            });
        }
        answers
    }

    /// Tries all of them in a copy, where what goes wrong does no harm.
    fn first_impossible(&self, asks: &[Ask], now: Timestamp) -> Option<(u32, Refusal)> {
        let mut trial = self.books.clone();
        let mut stamp = self.stamp(asks.first()?.book, asks.first()?.principal, now);
        for (item, ask) in (0_u32..).zip(asks) {
            let transfer = match trial.transfer(stamp, &transfer_of(ask)) {
                Err(why) => return Some((item, Refusal::Rejected(why))),
                Ok(transfer) => transfer,
            };
            if let TransferStatus::Declined(why) = transfer.status {
                return Some((item, Refusal::Declined(why)));
            }
            trial.apply(stamp, &Event::Transfer(transfer));
            stamp.number = stamp.number.saturating_add(1);
            stamp.at = Timestamp(stamp.at.0.saturating_add(1));
        }
        None
    }

    /// The first one that would not be put on record alone either.
    fn first_unrecorded(&self, asks: &[Ask], now: Timestamp) -> Option<(u32, Rejection)> {
        (0_u32..).zip(asks).find_map(|(item, ask)| {
            let stamp = self.stamp(ask.book, ask.principal, now);
            let decided = self.books.transfer(stamp, &transfer_of(ask));
            Some((item, decided.err()?))
        })
    }

    fn record(&mut self, ask: Ask, event: Event, now: Timestamp) -> Answer {
        let at = self.stamp(ask.book, ask.principal, now).at;
        let seq = self.end();
        let touched = Vec::new();
        self.append(Fact {
            ask,
            at,
            event,
            touched,
        });
        Answer::Recorded(seq)
    }

    /// Lets something happen that was decided before, in this model or in another.
    pub(crate) fn append(&mut self, mut fact: Fact) {
        let stamp = Stamp {
            book: fact.ask.book,
            principal: fact.ask.principal,
            at: fact.at,
            number: self.end().0,
        };
        fact.touched = self.books.apply(stamp, &fact.event);
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

/// How an item of a batch is not possible.
enum Refusal {
    /// It is put on record.
    Declined(Rejection),
    /// It is not.
    Rejected(Rejection),
}

impl Refusal {
    fn into_rejection(self) -> Rejection {
        match self {
            Refusal::Declined(why) | Refusal::Rejected(why) => why,
        }
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
