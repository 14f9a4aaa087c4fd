//! What is configured in a book: every change of it, and all of it as it was at any instant.
//!
//! What is configured is events in the one log like everything else. Those of a book are a chain,
//! and so are those of each account, so that its past is a fold over few records. They are read
//! from the disk, so call these where blocking is fine.

use crate::query::Page;
use crate::service::{Service, ServiceError};
use giro_engine::chain::Place;
use giro_engine::history::{Chained, Step};
use giro_engine::{Record, Seq};
use giro_ledger::action::{LimitChange, NewPrincipal};
use giro_ledger::event::ChangeOutcome;
use giro_ledger::fee::{FeeEntry, FeeSet};
use giro_ledger::limit::Usage;
use giro_ledger::policy::{PolicyEntry, PolicySet};
use giro_ledger::{
    AccountId, AccountStatus, Book, BookId, Event, FeeId, Limit, LimitId, NewLimit, PolicyId,
    Principal, PrincipalId, Stop, Timestamp,
};
use std::collections::BTreeMap;

mod account;

pub use account::AccountThen;

/// What is configured in a book, apart from its accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// The number of the book.
    pub id: BookId,
    /// Its name, settings and stop. What it lists of the others is in the other fields.
    pub book: Book,
    /// Its principals, revoked ones included.
    pub principals: BTreeMap<PrincipalId, Principal>,
    /// Its approval policies, removed ones included.
    pub policies: BTreeMap<PolicyId, PolicyEntry>,
    /// Its limits, removed ones included. How much of them is used is known only as of now.
    pub limits: BTreeMap<LimitId, Limit>,
    /// Its fee rules, removed ones included.
    pub fees: BTreeMap<FeeId, FeeEntry>,
}

/// Which changes, newest first.
#[derive(Clone, Copy, Debug, Default)]
pub struct ChangeQuery {
    /// Those at or after this instant.
    pub from: Option<Timestamp>,
    /// Those before this instant.
    pub to: Option<Timestamp>,
    /// Those before this one.
    pub before: Option<Place>,
    /// So many of them at most.
    pub limit: usize,
}

impl Service {
    /// What was configured in a book just after everything up to and including an instant; `None`
    /// if there was no such book.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn configuration_at(
        &self,
        book: BookId,
        at: Timestamp,
    ) -> Result<Option<Configuration>, ServiceError> {
        let (head, now) = {
            let state = self.read();
            (
                state.configuration_head(book),
                state.ledger.book(book).cloned(),
            )
        };
        let Some(now) = now.filter(|now| now.opened_at <= at) else {
            return Ok(None);
        };
        let history = self.engine().history();
        let bound = history.first_at(Timestamp(at.0.saturating_add(1)))?;
        let newest = history.newest_before(Chained::Book, head, bound)?;
        let steps = history.walk(Chained::Book, newest);
        let mut records: Vec<Record> = steps
            .map(|step| step.map(|step| step.record))
            .collect::<Result<_, _>>()?;
        records.reverse();
        let mut then = Configuration::before(book, now);
        records.iter().for_each(|record| then.apply(record));
        Ok(Some(then))
    }

    /// Everything that was configured in a book, apart from its accounts, newest first.
    ///
    /// # Errors
    /// If the log cannot be read, or `before` is not a place in it.
    pub fn changes(&self, book: BookId, query: &ChangeQuery) -> Result<Page<Record>, ServiceError> {
        let head = self.read().configuration_head(book);
        self.chained_changes(head, None, query)
    }

    /// Everything that was configured of an account, newest first.
    ///
    /// # Errors
    /// As [`Service::changes`].
    pub fn account_changes(
        &self,
        account: AccountId,
        query: &ChangeQuery,
    ) -> Result<Page<Record>, ServiceError> {
        let head = self.read().account_head(account);
        let swept = self.sweep_of(account)?;
        self.chained_changes(head, swept, query)
    }

    /// The members of a chain that are wanted, after one that is newer than all of them.
    pub(crate) fn chained_changes(
        &self,
        head: Place,
        newest: Option<Record>,
        query: &ChangeQuery,
    ) -> Result<Page<Record>, ServiceError> {
        let history = self.engine().history();
        let by_time = query.to.map(|to| history.first_at(to)).transpose()?;
        let by_place = query.before.map(Place::seq);
        let bound = [by_time, by_place].into_iter().flatten().min();
        let head = match bound {
            Some(bound) => history.newest_before(Chained::Book, head, bound)?,
            None => head,
        };
        let newest = newest.filter(|record| bound.is_none_or(|bound| record.seq < bound));
        let chained = history.walk(Chained::Book, head);
        let chained = chained.map(|step| step.map(|Step { record, .. }| record));
        let mut items: Vec<Record> = Vec::new();
        for record in newest.map(Ok).into_iter().chain(chained) {
            let record = record?;
            if query.from.is_some_and(|from| record.at < from) {
                break;
            }
            if items.len() == query.limit {
                let next = items.last().map(|last| Place::new(last.seq, 0));
                return Ok(Page { items, next });
            }
            items.push(record);
        }
        Ok(Page { items, next: None })
    }

    /// The record of the transfer that has swept an account and closed it. It is among the
    /// transfers of the book, and not in the chain of the account.
    fn sweep_of(&self, account: AccountId) -> Result<Option<Record>, ServiceError> {
        let closed_at = {
            let state = self.read();
            let account = state.ledger.account(account);
            let closed = account.filter(|one| one.status == AccountStatus::Closed);
            closed.map(|account| account.updated_at)
        };
        let Some(closed_at) = closed_at else {
            return Ok(None);
        };
        let history = self.engine().history();
        // No two records have one time.
        let closing = history.record(history.first_at(closed_at)?)?;
        let is_sweep = matches!(closing.event, Event::Transfer(_) | Event::Step(_));
        Ok(is_sweep.then_some(closing))
    }

    /// The first record of a change of policies that was asked for.
    ///
    /// # Errors
    /// If the log cannot be read.
    pub fn change_request(&self, id: giro_ledger::ChangeId) -> Result<Record, ServiceError> {
        Ok(self.engine().history().record(Seq(id.0))?)
    }
}

impl Configuration {
    /// A book before its first record.
    fn before(id: BookId, book: Book) -> Configuration {
        Configuration {
            id,
            book,
            principals: BTreeMap::new(),
            policies: BTreeMap::new(),
            limits: BTreeMap::new(),
            fees: BTreeMap::new(),
        }
    }

    /// The same after what happened in a record of its chain.
    fn apply(&mut self, record: &Record) {
        let at = record.at;
        match &record.event {
            Event::BookOpened(_, new) => {
                self.book.name = new.name.clone();
                self.book.settings = new.settings.clone();
                self.book.stop = None;
            }
            Event::BookChanged(change) => {
                if let Some(name) = &change.name {
                    self.book.name = name.clone();
                }
                self.book.settings = self.book.settings.clone().with(&change.settings);
            }
            Event::BookStopped(stop) => {
                let (reason, by) = (stop.reason.clone(), record.origin.principal);
                self.book.stop = stop.stopped.then_some(Stop { reason, at, by });
            }
            Event::PrincipalAdded(id, new) => {
                self.principals.insert(*id, added(new, at));
            }
            Event::PrincipalRevoked(id) => {
                let revoked = self.principals.get_mut(id);
                revoked.expect("added before").revoked_at = Some(at);
            }
            Event::PolicySet(set) => self.set_policy(set, at),
            Event::ChangeStep(step) => {
                if let ChangeOutcome::Applied(set) = &step.outcome {
                    self.set_policy(set, at);
                }
            }
            Event::LimitAdded(id, new) => {
                self.limits.insert(*id, limit(self.id, new, at));
            }
            Event::LimitChanged(change) => self.change_limit(change, at),
            Event::LimitRemoved(id) => {
                let removed = self.limits.get_mut(id);
                removed.expect("set before").removed_at = Some(at);
            }
            Event::FeeSet(set) => self.set_fee(set, at),
            // What these are about is kept as it is now, and every change of it is in the log.
            Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InstrumentPassedOver { .. }
            | Event::RateSet(_)
            | Event::RateRemoved { .. }
            | Event::Quoted(_)
            | Event::RunSkipped(_)
            | Event::InvestmentSet(_)
            | Event::Webhook(_)
            | Event::Refused(_)
            | Event::ChangeRequested(_)
            | Event::AssetDefined(_)
            | Event::AccountOpened(..)
            | Event::AccountChanged(_)
            | Event::AccountFrozen(_)
            | Event::AccountClosed(_)
            | Event::Transfer(_)
            | Event::Step(_) => {}
        }
    }

    fn set_fee(&mut self, set: &FeeSet, at: Timestamp) {
        match (self.fees.get_mut(&set.id), &set.rule) {
            (Some(entry), Some(rule)) => {
                entry.rule = rule.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, rule) => {
                let entry = FeeEntry {
                    book: self.id,
                    rule: rule.clone().expect("what is new is not removed"),
                    added_at: at,
                    updated_at: at,
                    removed_at: None,
                };
                self.fees.insert(set.id, entry);
            }
        }
    }

    fn set_policy(&mut self, set: &PolicySet, at: Timestamp) {
        match (self.policies.get_mut(&set.id), &set.policy) {
            (Some(entry), Some(policy)) => {
                entry.policy = policy.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, policy) => {
                let entry = PolicyEntry {
                    book: self.id,
                    policy: policy.clone().expect("what is new is not removed"),
                    added_at: at,
                    updated_at: at,
                    removed_at: None,
                };
                self.policies.insert(set.id, entry);
            }
        }
    }

    fn change_limit(&mut self, change: &LimitChange, at: Timestamp) {
        let limit = self.limits.get_mut(&change.limit).expect("set before");
        limit.updated_at = at;
        if let Some(name) = &change.name {
            limit.terms.name = name.clone();
        }
        limit.terms.amount_max = change.amount_max.or(limit.terms.amount_max);
        limit.terms.count_max = change.count_max.or(limit.terms.count_max);
    }
}

fn added(new: &NewPrincipal, at: Timestamp) -> Principal {
    Principal {
        book: new.book,
        name: new.name.clone(),
        email: new.email.clone(),
        capabilities: new.capabilities,
        grant: new.grant.clone(),
        credential: new.credential.clone(),
        added_at: at,
        revoked_at: None,
    }
}

fn limit(book: BookId, new: &NewLimit, at: Timestamp) -> Limit {
    Limit {
        book,
        terms: new.clone(),
        added_at: at,
        updated_at: at,
        removed_at: None,
        usage: Usage::default(),
    }
}
