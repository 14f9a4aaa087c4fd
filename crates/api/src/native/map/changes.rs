//! What was configured, from the records of it.

mod treasury;

use super::transfers::Shown;
use super::{accounts, books, keys, limits, policies};
use crate::native::wire::changes::{
    AccountSetBody, BookSetBody, ChangeBody, ChangedBody, KeySetBody, LimitSetBody, OverdraftBody,
    SetBody, WhatBody,
};
use crate::native::wire::{MetadataBody, Time};
use giro_ledger::action::{AccountChange, Holding, LimitChange, NewAccount, NewPrincipal};
use giro_ledger::event::{ChangeOutcome, ChangeStep};
use giro_ledger::policy::{PolicyChange, PolicySet};
use giro_ledger::text::Reason;
use giro_ledger::webhook::WebhookEvent;
use giro_ledger::{AccountId, AssetId, Capability, Event, Freeze, LimitId, PolicyId, PrincipalId};
use giro_service::{Record, Service, State};
use uuid::Uuid;

/// A record of what was configured, with the approval that it is about, if it is about one, and
/// the account, if it is in the list of one.
pub(crate) struct Configured<'a> {
    pub(crate) record: &'a Record,
    pub(crate) approval: Option<Uuid>,
    pub(crate) account: Option<AccountId>,
}

/// What happened, to what, and what was set by it.
struct Told<'a> {
    what: WhatBody,
    subject: ChangedBody<'a>,
    set: Option<SetBody<'a>>,
    reason: Option<&'a Reason>,
}

/// What was configured, as it is shown.
pub(crate) fn body<'a>(
    service: &'a Service,
    state: &'a State,
    configured: &Configured<'a>,
) -> ChangeBody<'a> {
    let Configured {
        record, approval, ..
    } = configured;
    let by = record.origin.principal;
    let book = state.ledger.principal(by).and_then(|one| one.book);
    let key = record.origin.key.as_ref();
    let told = Teller { service, state }.tell(configured);
    ChangeBody {
        at: Time(record.at),
        by: (book == Some(record.origin.book)).then(|| service.principal_id(state, by)),
        idempotency_key: key.filter(|_| book.is_some()).map(|key| &*key.text),
        what: told.what,
        subject: told.subject,
        approval: *approval,
        set: told.set,
        reason: told.reason.map(|reason| reason.as_str()),
    }
}

struct Teller<'a> {
    service: &'a Service,
    state: &'a State,
}

impl<'a> Teller<'a> {
    fn tell(&self, configured: &Configured<'a>) -> Told<'a> {
        let record = configured.record;
        match &record.event {
            Event::BookOpened(..) | Event::BookChanged(_) | Event::BookStopped(_) => {
                self.of_book(record)
            }
            Event::PrincipalAdded(id, new) => {
                let set = SetBody::Key(self.key_set(new));
                told(WhatBody::KeyCreated, self.key(*id)).setting(set)
            }
            Event::PrincipalRevoked(id) => told(WhatBody::KeyRevoked, self.key(*id)),
            Event::PolicySet(set) => self.of_policy(set),
            Event::ChangeRequested(request) => {
                let change = policies::change(self.service, self.state, &request.change);
                let id = configured.approval.unwrap_or_default();
                let subject = self.changed_policy(&request.change, id);
                let set = SetBody::PolicyChange(change);
                told(WhatBody::PolicyChangeRequested, subject).setting(set)
            }
            Event::ChangeStep(step) => self.of_step(step, configured.approval.unwrap_or_default()),
            Event::LimitAdded(id, new) => {
                let set = SetBody::Limit(limits::terms(self.service, self.state, new));
                told(WhatBody::LimitSet, self.limit(*id)).setting(set)
            }
            Event::LimitChanged(change) => {
                let set = SetBody::LimitChange(self.limit_set(change));
                told(WhatBody::LimitChanged, self.limit(change.limit)).setting(set)
            }
            Event::LimitRemoved(id) => told(WhatBody::LimitRemoved, self.limit(*id)),
            Event::AccountOpened(..)
            | Event::AccountChanged(_)
            | Event::AccountFrozen(_)
            | Event::AccountClosed(_)
            | Event::InvestmentSet(_)
            | Event::Transfer(_)
            | Event::Step(_) => self.of_account(configured),
            Event::FeeSet(_)
            | Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InstrumentPassedOver { .. } => self.of_treasury(record),
            Event::Webhook(event) => self.of_webhook(event),
            Event::AssetDefined(_) => unreachable!("assets are of no book"),
            Event::RateSet(_)
            | Event::RateRemoved { .. }
            | Event::Quoted(_)
            | Event::Refused(_)
            | Event::RunSkipped(_) => unreachable!("these are in no chain of changes"),
        }
    }

    fn of_book(&self, record: &'a Record) -> Told<'a> {
        let book = match &record.event {
            Event::BookOpened(id, _) => *id,
            _ => record.origin.book,
        };
        let subject = ChangedBody::of("book", self.service.book_id(self.state, book));
        match &record.event {
            Event::BookOpened(_, new) => {
                let (name, settings) = (Some(new.name.as_str()), books::named_all(&new.settings));
                let set = SetBody::Book(BookSetBody { name, settings });
                told(WhatBody::BookOpened, subject).setting(set)
            }
            Event::BookChanged(change) => {
                let name = change.name.as_ref().map(|name| name.as_str());
                let settings = books::named(&change.settings);
                let set = SetBody::Book(BookSetBody { name, settings });
                told(WhatBody::BookChanged, subject).setting(set)
            }
            Event::BookStopped(stop) => Told {
                reason: stop.reason.as_ref(),
                ..told(
                    match stop.stopped {
                        true => WhatBody::BookStopped,
                        false => WhatBody::BookResumed,
                    },
                    subject,
                )
            },
            other => unreachable!("not about a book: {other:?}"),
        }
    }

    fn of_webhook(&self, event: &WebhookEvent) -> Told<'a> {
        let id = self.service.webhook_id(self.state, event.webhook());
        let what = match event {
            WebhookEvent::Added(..) => WhatBody::WebhookAdded,
            WebhookEvent::Changed(_) => WhatBody::WebhookChanged,
            WebhookEvent::Rotated(_) => WhatBody::WebhookSecretRotated,
            WebhookEvent::Removed(_) => WhatBody::WebhookRemoved,
            WebhookEvent::Delivered(_) | WebhookEvent::RedeliveryAsked { .. } => {
                unreachable!("what a webhook was told has a chain of its own")
            }
        };
        told(what, ChangedBody::of("webhook", id))
    }

    fn of_policy(&self, set: &'a PolicySet) -> Told<'a> {
        let subject = self.policy(set.id);
        match &set.policy {
            Some(policy) => {
                let terms = policies::terms(self.service, self.state, policy);
                told(WhatBody::PolicySet, subject).setting(SetBody::Policy(terms))
            }
            None => told(WhatBody::PolicyRemoved, subject),
        }
    }

    fn of_step(&self, step: &'a ChangeStep, id: Uuid) -> Told<'a> {
        let subject = ChangedBody::of("approval", id);
        match &step.outcome {
            ChangeOutcome::Applied(set) => self.of_policy(set),
            ChangeOutcome::Rejected { reason } => Told {
                reason: reason.as_ref(),
                ..told(WhatBody::PolicyChangeRejected, subject)
            },
            ChangeOutcome::Cancelled { reason } => Told {
                reason: reason.as_ref(),
                ..told(WhatBody::PolicyChangeCancelled, subject)
            },
            ChangeOutcome::Declined(_) => told(WhatBody::PolicyChangeDeclined, subject),
            ChangeOutcome::Expired => told(WhatBody::PolicyChangeExpired, subject),
            ChangeOutcome::Approved => unreachable!("one approval of several changes nothing"),
        }
    }

    fn of_account(&self, configured: &Configured<'a>) -> Told<'a> {
        let account = |id| self.account(id);
        match &configured.record.event {
            Event::AccountOpened(id, new) => {
                let set = SetBody::Account(self.opened(new));
                told(WhatBody::AccountOpened, account(*id)).setting(set)
            }
            Event::AccountChanged(change) => {
                let set = SetBody::Account(self.account_set(change));
                told(WhatBody::AccountChanged, account(change.account)).setting(set)
            }
            Event::AccountFrozen(frozen) => {
                let freeze = Freeze {
                    debits: frozen.debits,
                    credits: frozen.credits,
                    reason: None,
                };
                let body = accounts::freeze_body(&freeze, frozen.reason.as_ref());
                let what = match body {
                    Some(_) => WhatBody::AccountFrozen,
                    None => WhatBody::AccountUnfrozen,
                };
                Told {
                    set: body.map(SetBody::Freeze),
                    reason: frozen.reason.as_ref(),
                    ..told(what, account(frozen.account))
                }
            }
            Event::AccountClosed(id) => told(WhatBody::AccountClosed, account(*id)),
            Event::InvestmentSet(set) => self.of_investment(set),
            // Of all transfers, the one that swept it is in the list of an account.
            Event::Transfer(_) | Event::Step(_) => {
                let id = configured.account.expect("it is in the list of an account");
                told(WhatBody::AccountClosed, account(id))
            }
            other => unreachable!("not about an account: {other:?}"),
        }
    }

    fn key_set(&self, new: &'a NewPrincipal) -> KeySetBody<'a> {
        let grant = new.grant.as_deref();
        KeySetBody {
            name: new.name.as_str(),
            email: new.email.as_ref().map(|email| email.as_str()),
            capabilities: new.capabilities.iter().map(Capability::name).collect(),
            grant: grant.map(|grant| keys::grant_body(self.service, self.state, grant)),
        }
    }

    fn limit_set(&self, change: &'a LimitChange) -> LimitSetBody<'a> {
        let limit = self.state.ledger.limit(change.limit);
        let asset = limit.and_then(|limit| limit.terms.asset);
        let asset = asset.unwrap_or(AssetId(0));
        let shown = self.shown();
        LimitSetBody {
            name: change.name.as_ref().map(|name| name.as_str()),
            amount_max: change.amount_max.map(|max| shown.amount(max, asset)),
            count_max: change.count_max,
        }
    }

    fn opened(&self, new: &'a NewAccount) -> AccountSetBody<'a> {
        AccountSetBody {
            name: Some(new.name.as_str()),
            alias: Some(new.alias.as_ref().map(|alias| alias.as_str())),
            metadata: Some(MetadataBody(&new.metadata)),
            tags: Some(new.tags.iter().map(|tag| tag.as_str()).collect()),
            assets: self.overdrafts(&new.holdings),
        }
    }

    fn account_set(&self, change: &'a AccountChange) -> AccountSetBody<'a> {
        let alias = change.alias.as_ref();
        let tags = change.tags.as_ref();
        AccountSetBody {
            name: change.name.as_ref().map(|name| name.as_str()),
            alias: alias.map(|alias| alias.as_ref().map(|alias| alias.as_str())),
            metadata: change.metadata.as_ref().map(MetadataBody),
            tags: tags.map(|tags| tags.iter().map(|tag| tag.as_str()).collect()),
            assets: self.overdrafts(&change.holdings),
        }
    }

    fn overdrafts(&self, holdings: &[Holding]) -> Vec<OverdraftBody<'a>> {
        let shown = self.shown();
        let overdraft = |holding: &Holding| OverdraftBody {
            asset: shown.code(holding.asset),
            overdraft_limit: shown.amount(holding.overdraft_limit, holding.asset),
        };
        holdings.iter().map(overdraft).collect()
    }

    fn shown(&self) -> Shown<'a, 'a> {
        let (service, state) = (self.service, self.state);
        Shown { service, state }
    }

    fn account(&self, id: AccountId) -> ChangedBody<'static> {
        ChangedBody::of("account", self.service.account_id(self.state, id))
    }

    fn key(&self, id: PrincipalId) -> ChangedBody<'static> {
        ChangedBody::of("key", self.service.principal_id(self.state, id))
    }

    fn limit(&self, id: LimitId) -> ChangedBody<'static> {
        ChangedBody::of("limit", self.service.limit_id(self.state, id))
    }

    fn policy(&self, id: PolicyId) -> ChangedBody<'static> {
        ChangedBody::of("approval_policy", self.service.policy_id(self.state, id))
    }

    /// The policy that is to be changed, or the approval, as long as there is no policy yet.
    fn changed_policy(&self, change: &PolicyChange, approval: Uuid) -> ChangedBody<'static> {
        match change {
            PolicyChange::Replace(id, _) | PolicyChange::Remove(id) => self.policy(*id),
            PolicyChange::Add(_) => ChangedBody::of("approval", approval),
        }
    }
}

fn told<'a>(what: WhatBody, subject: ChangedBody<'a>) -> Told<'a> {
    Told {
        what,
        subject,
        set: None,
        reason: None,
    }
}

impl<'a> Told<'a> {
    fn setting(mut self, set: SetBody<'a>) -> Told<'a> {
        self.set = Some(set);
        self
    }
}
