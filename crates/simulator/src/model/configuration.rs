//! What was configured, and when: found by going through all of the past.

use super::{Fact, Model};
use giro_journal::Seq;
use giro_ledger::event::ChangeOutcome;
use giro_ledger::webhook::WebhookEvent;
use giro_ledger::{AccountId, BookId, Event, Pair, WebhookId};

impl Fact {
    /// The account whose configuration this is about.
    fn account(&self) -> Option<AccountId> {
        match &self.event {
            Event::AccountOpened(id, _) | Event::AccountClosed(id) => Some(*id),
            Event::AccountChanged(change) => Some(change.account),
            Event::AccountFrozen(freeze) => Some(freeze.account),
            Event::InvestmentSet(set) => Some(set.account),
            _ => None,
        }
    }

    /// The book whose configuration this is about, its accounts apart.
    fn configured(&self) -> Option<BookId> {
        match &self.event {
            Event::BookOpened(book, _) => Some(*book),
            Event::PrincipalAdded(_, new) => Some(new.book.unwrap_or(self.ask.book)),
            // One of several approvals configures nothing yet.
            Event::ChangeStep(step) if step.outcome == ChangeOutcome::Approved => None,
            Event::Webhook(event) if event.is_delivery() => None,
            Event::AssetDefined(_)
            | Event::BookChanged(_)
            | Event::PrincipalRevoked(_)
            | Event::PolicySet(_)
            | Event::ChangeRequested(_)
            | Event::ChangeStep(_)
            | Event::LimitAdded(..)
            | Event::LimitChanged(_)
            | Event::LimitRemoved(_)
            | Event::BookStopped(_)
            | Event::FeeSet(_)
            | Event::CalendarSet(..)
            | Event::ScheduleAdded(..)
            | Event::ScheduleChanged(_)
            | Event::InstrumentAdded(_)
            | Event::InstrumentMatured(_)
            | Event::InstrumentPassedOver { .. }
            | Event::Webhook(_) => Some(self.ask.book),
            Event::AccountOpened(..)
            | Event::AccountClosed(_)
            | Event::AccountChanged(_)
            | Event::AccountFrozen(_)
            | Event::Transfer(_)
            | Event::Step(_)
            | Event::RateSet(_)
            | Event::RateRemoved { .. }
            | Event::Quoted(_)
            | Event::Refused(_)
            | Event::RunSkipped(_)
            | Event::InvestmentSet(_) => None,
        }
    }
}

impl Model {
    /// The records of what was configured in a book, newest first.
    pub(crate) fn configuration(&self, book: BookId) -> Vec<Seq> {
        let of_book = self.facts().rev();
        let of_book = of_book.filter(|(_, fact)| fact.configured() == Some(book));
        of_book.map(|(seq, _)| seq).collect()
    }

    /// The records of what was set as the rate of a pair, newest first.
    pub(crate) fn rate_history(&self, pair: Pair) -> Vec<Seq> {
        let of_pair = self.facts().rev();
        let of_pair = of_pair.filter(|(_, fact)| {
            let (source, target) = match &fact.event {
                Event::RateSet(new) => (new.source, new.target),
                Event::RateRemoved { source, target } => (*source, *target),
                _ => return false,
            };
            (fact.ask.book, source, target) == (pair.book, pair.source, pair.target)
        });
        of_pair.map(|(seq, _)| seq).collect()
    }

    /// The records of what a webhook was told, and was to be told again, newest first.
    pub(crate) fn told(&self, webhook: WebhookId) -> Vec<Seq> {
        let of_webhook = self.facts().rev().filter(|(_, fact)| {
            matches!(&fact.event, Event::Webhook(event) if match event.as_ref() {
                WebhookEvent::Delivered(deliveries) => deliveries.webhook == webhook,
                WebhookEvent::RedeliveryAsked { webhook: of, .. } => *of == webhook,
                _ => false,
            })
        });
        of_webhook.map(|(seq, _)| seq).collect()
    }

    /// The records of what was configured of an account, newest first.
    pub(crate) fn account_history(&self, account: AccountId) -> Vec<Seq> {
        let of_account = self.facts().rev();
        let of_account = of_account.filter(|(_, fact)| fact.account() == Some(account));
        of_account.map(|(seq, _)| seq).collect()
    }
}
