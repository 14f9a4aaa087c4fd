//! How events change the state: what is configured.

use super::{Ledger, index};
use crate::account::Profile;
use crate::action::{
    AccountChange, AccountFreeze, BookChange, BookStop, Holding, LimitChange, NewAccount, NewBook,
    NewPrincipal,
};
use crate::approval::OpenChange;
use crate::event::{ChangeOutcome, ChangeRequest, ChangeStep};
use crate::limit::Usage;
use crate::policy::{PolicyEntry, PolicySet};
use crate::text::{Name, Tags};
use crate::{
    Account, AccountId, AccountStatus, Approval, Asset, AssetId, Balance, Book, BookId, ChangeId,
    Event, Freeze, Limit, LimitId, LimitSubject, LineId, Metadata, NewLimit, PolicyId, Principal,
    PrincipalId, Stamp, Stop, SystemRole, Timer, Timestamp,
};
use smallvec::SmallVec;
use std::sync::Arc;

impl Ledger {
    /// Changes the state by what happened.
    ///
    /// `touched` is told, leg by leg, which line a transfer concerns and the line's balance after
    /// that leg; for a declined one, the balance as it was and stays. What is posted comes first,
    /// in the order of [`Event::posted`].
    ///
    /// # Panics
    /// If the event cannot have come from [`decide`](Ledger::decide) on this state. Then the log
    /// and the state have parted, and going on would be worse than stopping.
    pub fn apply(&mut self, stamp: Stamp, event: &Event, touched: impl FnMut(LineId, Balance)) {
        let Stamp { book, at, .. } = stamp;
        match event {
            Event::Transfer(transfer) => self.apply_transfer(stamp, transfer, touched),
            Event::Step(step) => self.apply_step(stamp, step, touched),
            Event::AssetDefined(asset) => self.define_asset(asset),
            Event::BookOpened(id, new) => self.open_book(*id, new, at),
            Event::BookChanged(change) => self.change_book(book, change),
            Event::PrincipalAdded(id, new) => self.add_principal(*id, new, at),
            Event::PrincipalRevoked(id) => {
                let principal = self.principals.get_mut(index(id.0));
                principal.expect("decide checked").revoked_at = Some(at);
            }
            Event::AccountOpened(id, new) => self.open_account(book, *id, new, at),
            Event::AccountChanged(change) => self.change_account(book, change, at),
            Event::AccountFrozen(freeze) => self.freeze_account(freeze, at),
            Event::AccountClosed(id) => self.close_account(book, *id, at),
            Event::PolicySet(set) => self.set_policy(book, set, at),
            Event::ChangeRequested(request) => self.begin_change(stamp, request),
            Event::ChangeStep(step) => self.apply_change_step(stamp, step),
            Event::LimitAdded(id, new) => self.add_limit(book, *id, new, at),
            Event::LimitChanged(change) => self.change_limit(change, at),
            Event::LimitRemoved(id) => self.remove_limit(book, *id, at),
            Event::BookStopped(stop) => self.stop_book(stamp, stop),
            Event::RateSet(new) => self.set_rate(stamp, new),
            Event::RateRemoved { source, target } => self.remove_rate(stamp, *source, *target),
            Event::FeeSet(set) => self.set_fee(book, set, at),
            Event::Quoted(quote) => self.add_quote(stamp, quote),
            Event::CalendarSet(code, calendar) => {
                let key = (book, code.clone());
                self.calendars.insert(key, calendar.as_ref().clone());
            }
            Event::ScheduleAdded(id, added) => self.add_schedule(stamp, *id, added),
            Event::ScheduleChanged(changed) => self.change_schedule(changed, at),
            Event::RunSkipped(skipped) => self.count_run(stamp, &skipped.run),
            Event::InstrumentAdded(added) => self.add_instrument(stamp, added),
            Event::InstrumentMatured(asset) => self.mature(stamp, *asset),
            Event::InstrumentPassedOver {
                instrument,
                account,
            } => self.pass_over((book, *instrument), *account),
            Event::InvestmentSet(set) => self.set_investment(set, at),
            Event::Webhook(event) => self.apply_webhook(stamp, event),
            // It is there to be found by its key.
            Event::Refused(_) => {}
        }
    }

    pub(super) fn account_mut(&mut self, id: AccountId) -> &mut Account {
        self.accounts
            .get_mut(index(id.0))
            .expect("decide checked that the account exists")
    }

    pub(super) fn define_asset(&mut self, asset: &Asset) {
        let id =
            AssetId(u16::try_from(self.assets.len()).expect("decide checked the number of assets"));
        self.asset_codes.insert(asset.code.clone(), id);
        self.assets.push(asset.clone());
    }

    fn open_book(&mut self, id: BookId, new: &NewBook, at: Timestamp) {
        assert_eq!(id, self.next_book(), "books are numbered in order");
        let first_system_account = self.next_account();
        let (name, sandbox, settings) = (new.name.clone(), new.sandbox, new.settings.clone());
        self.books.push(Book {
            name,
            sandbox,
            settings,
            opened_at: at,
            first_system_account,
            stop: None,
            principals: Vec::new(),
            policies: Vec::new(),
            limits: Vec::new(),
            fees: Vec::new(),
            has_instruments: false,
        });
        for role in SystemRole::ALL {
            let name = Name::new(role.name()).expect("the names of roles are short and plain");
            let profile = unfrozen(name, None);
            self.push_account(id, Some(role), true, profile, at);
        }
    }

    fn push_account(
        &mut self,
        book: BookId,
        role: Option<SystemRole>,
        holds_any_asset: bool,
        profile: Profile,
        at: Timestamp,
    ) {
        self.accounts.push(Account {
            book,
            role,
            status: AccountStatus::Open,
            lines: SmallVec::new(),
            holds_any_asset,
            opened_at: at,
            updated_at: at,
            profile: Arc::new(profile),
        });
    }

    fn change_book(&mut self, id: BookId, change: &BookChange) {
        let book = self.book_mut(id);
        if let Some(name) = &change.name {
            book.name = name.clone();
        }
        book.settings = book.settings.clone().with(&change.settings);
    }

    fn add_principal(&mut self, id: PrincipalId, new: &NewPrincipal, at: Timestamp) {
        assert_eq!(
            id,
            self.next_principal(),
            "principals are numbered in order"
        );
        self.principals.push(Principal {
            book: new.book,
            name: new.name.clone(),
            email: new.email.clone(),
            capabilities: new.capabilities,
            grant: new.grant.clone(),
            credential: new.credential.clone(),
            added_at: at,
            revoked_at: None,
        });
        if let Some(book) = new.book {
            self.book_mut(book).principals.push(id);
        }
    }

    fn open_account(&mut self, book: BookId, id: AccountId, new: &NewAccount, at: Timestamp) {
        assert_eq!(id, self.next_account(), "accounts are numbered in order");
        let (name, alias) = (new.name.clone(), new.alias.clone());
        if let Some(alias) = &alias {
            self.aliases.insert((book, alias.clone()), id);
        }
        let profile = Profile {
            metadata: new.metadata.clone(),
            tags: new.tags.clone(),
            ..unfrozen(name, alias)
        };
        self.push_account(book, None, new.holds_any_asset, profile, at);
        for holding in &new.holdings {
            self.add_line(id, holding.asset, Some(holding.overdraft_limit));
        }
    }

    fn change_account(&mut self, book: BookId, change: &AccountChange, at: Timestamp) {
        let id = change.account;
        let account = self.account_mut(id);
        account.updated_at = at;
        let profile = Arc::make_mut(&mut account.profile);
        if let Some(name) = &change.name {
            profile.name = name.clone();
        }
        if let Some(metadata) = &change.metadata {
            profile.metadata = metadata.clone();
        }
        if let Some(tags) = &change.tags {
            profile.tags = tags.clone();
        }
        if let Some(alias) = &change.alias {
            let before = std::mem::replace(&mut profile.alias, alias.clone());
            if let Some(before) = before {
                self.aliases.remove(&(book, before));
            }
            if let Some(alias) = alias {
                self.aliases.insert((book, alias.clone()), id);
            }
        }
        for holding in &change.holdings {
            self.set_overdraft_limit(id, holding);
        }
    }

    fn set_overdraft_limit(&mut self, id: AccountId, holding: &Holding) {
        let Some(line) = self.account_mut(id).line(holding.asset) else {
            self.add_line(id, holding.asset, Some(holding.overdraft_limit));
            return;
        };
        self.line_mut(line).overdraft_limit = Some(holding.overdraft_limit);
    }

    /// A closed account can never be changed again, so it must not keep its alias from others.
    pub(super) fn close_account(&mut self, book: BookId, id: AccountId, at: Timestamp) {
        let account = self.account_mut(id);
        account.status = AccountStatus::Closed;
        account.updated_at = at;
        self.investments.remove(&id);
        let account = self.account_mut(id);
        if account.profile.alias.is_some()
            && let Some(alias) = Arc::make_mut(&mut account.profile).alias.take()
        {
            self.aliases.remove(&(book, alias));
        }
    }

    fn freeze_account(&mut self, freeze: &AccountFreeze, at: Timestamp) {
        let account = self.account_mut(freeze.account);
        account.updated_at = at;
        account.status = if freeze.debits || freeze.credits {
            AccountStatus::Frozen
        } else {
            AccountStatus::Open
        };
        Arc::make_mut(&mut account.profile).freeze = Freeze {
            debits: freeze.debits,
            credits: freeze.credits,
            reason: freeze.reason.clone(),
        };
    }

    pub(super) fn book_mut(&mut self, id: BookId) -> &mut Book {
        self.books.get_mut(index(id.0)).expect("decide checked")
    }

    fn stop_book(&mut self, stamp: Stamp, stop: &BookStop) {
        let Stamp {
            book,
            principal: by,
            at,
            ..
        } = stamp;
        let reason = stop.reason.clone();
        self.book_mut(book).stop = stop.stopped.then_some(Stop { reason, at, by });
    }

    /// A book's policies are kept in the order in which they are asked.
    fn set_policy(&mut self, book: BookId, set: &PolicySet, at: Timestamp) {
        match (self.policies.get_mut(index(set.id.0)), &set.policy) {
            (Some(entry), Some(policy)) => {
                entry.policy = policy.clone();
                entry.updated_at = at;
            }
            (Some(entry), None) => entry.removed_at = Some(at),
            (None, policy) => {
                assert_eq!(set.id, self.next_policy(), "policies are numbered in order");
                self.policies.push(PolicyEntry {
                    book,
                    policy: policy.clone().expect("what is new is not removed"),
                    added_at: at,
                    updated_at: at,
                    removed_at: None,
                });
            }
        }
        let mut ids = std::mem::take(&mut self.book_mut(book).policies);
        ids.retain(|id| *id != set.id);
        ids.extend(set.policy.is_some().then_some(set.id));
        let rank = |id: &PolicyId| (self.policy(*id).map(|one| one.policy.rank), *id);
        ids.sort_unstable_by_key(rank);
        self.book_mut(book).policies = ids;
    }

    fn begin_change(&mut self, stamp: Stamp, request: &ChangeRequest) {
        let id = ChangeId(stamp.number);
        let open = OpenChange {
            book: stamp.book,
            maker: stamp.principal,
            requested_at: stamp.at,
            change: request.change.clone(),
            approval: Approval::new(request.terms.clone()),
            last: stamp.number,
        };
        let timer = Timer::Change(id);
        self.timers.insert((request.terms.expires_at, timer));
        self.changes.insert(id, open);
    }

    fn apply_change_step(&mut self, stamp: Stamp, step: &ChangeStep) {
        let id = step.change;
        let open = self.changes.get_mut(&id).expect("decide checked");
        assert_eq!(open.last, step.previous, "steps follow one another");
        open.last = stamp.number;
        if step.outcome == ChangeOutcome::Approved {
            open.approval.approved_by.push(stamp.principal);
        }
        if step.outcome.is_final() {
            let timer = (open.approval.terms.expires_at, Timer::Change(id));
            self.timers.remove(&timer);
            self.changes.remove(&id);
        }
        if let ChangeOutcome::Applied(set) = &step.outcome {
            self.set_policy(stamp.book, set, stamp.at);
        }
    }

    fn add_limit(&mut self, book: BookId, id: LimitId, new: &NewLimit, at: Timestamp) {
        assert_eq!(id, self.next_limit(), "limits are numbered in order");
        self.limits.push(Limit {
            book,
            terms: new.clone(),
            added_at: at,
            updated_at: at,
            removed_at: None,
            usage: Usage::default(),
        });
        let of_subject = self.limits_of.entry((book, new.subject.clone()));
        of_subject.or_default().push(id);
        self.order_limits(book);
    }

    pub(super) fn limit_mut(&mut self, id: LimitId) -> &mut Limit {
        self.limits.get_mut(index(id.0)).expect("decide checked")
    }

    fn change_limit(&mut self, change: &LimitChange, at: Timestamp) {
        let limit = self.limit_mut(change.limit);
        limit.updated_at = at;
        if let Some(name) = &change.name {
            limit.terms.name = name.clone();
        }
        limit.terms.amount_max = change.amount_max.or(limit.terms.amount_max);
        limit.terms.count_max = change.count_max.or(limit.terms.count_max);
    }

    fn remove_limit(&mut self, book: BookId, id: LimitId, at: Timestamp) {
        let limit = self.limit_mut(id);
        limit.removed_at = Some(at);
        let subject = limit.terms.subject.clone();
        let of_subject = self.limits_of.entry((book, subject)).or_default();
        of_subject.retain(|other| *other != id);
        self.order_limits(book);
    }

    /// A book's limits are kept in the order in which they are asked.
    fn order_limits(&mut self, book: BookId) {
        // The book itself is the first of all subjects.
        let of_subjects = self.limits_of.range((book, LimitSubject::Book)..);
        let of_book = of_subjects.take_while(|((of, _), _)| *of == book);
        let ids = of_book.flat_map(|(_, ids)| ids).copied().collect();
        self.book_mut(book).limits = ids;
    }
}

fn unfrozen(name: Name, alias: Option<crate::text::Alias>) -> Profile {
    Profile {
        name,
        alias,
        metadata: Metadata::default(),
        tags: Tags::default(),
        freeze: Freeze::default(),
    }
}
