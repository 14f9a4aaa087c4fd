//! What webhooks of this interface are told: Standard Webhooks, with the transfer or the account as it
//! was just after what happened.
//!
//! A notification follows from a record and nothing else, so that it is the same however often and
//! whenever it is sent.

use crate::http::standard_webhooks;
use crate::native::map::accounts::body_then;
use crate::native::map::transfers::{step_of, whole};
use crate::native::wire::Time;
use giro_ledger::step::{Outcome, Rest};
use giro_ledger::{
    AccountId, Capabilities, Event, PrincipalId, Step, Timestamp, TransferState, Webhook,
};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Caller, Life, Record, Service, ServiceError};
use serde::Serialize;
use std::time::Duration;

/// Everything that a webhook can be told of.
pub const EVENTS: [&str; 16] = [
    "transfer.awaiting_approval",
    "transfer.approved",
    "transfer.scheduled",
    "transfer.held",
    "transfer.captured",
    "transfer.completed",
    "transfer.settled",
    "transfer.declined",
    "transfer.rejected",
    "transfer.cancelled",
    "transfer.expired",
    "account.opened",
    "account.changed",
    "account.frozen",
    "account.unfrozen",
    "account.closed",
];

/// How webhooks of this interface are told.
#[derive(Clone, Copy, Debug)]
pub struct Native;

impl Format for Native {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        let told = notification(service, record)?;
        let message = told.map(|told| Message {
            event: told.name,
            id: service.notification_id(record).to_string(),
            body: told.body,
        });
        Ok(message.into_iter().collect())
    }

    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        standard_webhooks::sign(message, at, secrets)
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        standard_webhooks::retry_after(attempts)
    }
}

/// What a webhook is told about a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// What happened, one of [`EVENTS`].
    pub name: &'static str,
    /// The number of the first record of the transfer that it is about, if it is about one.
    pub transfer: Option<u64>,
    /// What it says.
    pub body: Vec<u8>,
}

/// What happened in a record, and to which transfer.
#[derive(Clone, Debug)]
pub(crate) enum Happened {
    /// Something to a transfer, with its life up to then.
    ToTransfer(&'static str, Box<Life>),
    /// Something to an account.
    ToAccount(&'static str, AccountId),
}

impl Happened {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Happened::ToTransfer(name, _) | Happened::ToAccount(name, _) => name,
        }
    }

    /// The first record of the transfer.
    pub(crate) fn transfer(&self) -> Option<&Record> {
        match self {
            Happened::ToTransfer(_, life) => Some(&life.first),
            Happened::ToAccount(..) => None,
        }
    }
}

/// What webhooks are told about a record of their book; nothing about most that are of no transfer and
/// of no account. Reads the disk.
///
/// # Errors
/// If the log cannot be read.
pub fn notification(
    service: &Service,
    record: &Record,
) -> Result<Option<Notification>, ServiceError> {
    let Some(happened) = happened(service, record)? else {
        return Ok(None);
    };
    let name = happened.name();
    let transfer = happened.transfer().map(|first| first.seq.0);
    let body = match &happened {
        Happened::ToTransfer(_, life) => {
            let links = service.links_at_first(life)?;
            let state = service.read();
            let data = whole(service, &state, &everybody(record), life, &links);
            spelled(name, record, &data)
        }
        Happened::ToAccount(_, account) => {
            let then = service.account_at(*account, record.at)?;
            let then = then.expect("what happened to an account happened after it was opened");
            let state = service.read();
            spelled(name, record, &body_then(service, &state, *account, &then))
        }
    };
    Ok(Some(Notification {
        name,
        transfer,
        body,
    }))
}

/// What happened in a record that webhooks can be told of.
///
/// # Errors
/// If the log cannot be read.
pub(crate) fn happened(
    service: &Service,
    record: &Record,
) -> Result<Option<Happened>, ServiceError> {
    let to_account = |name, account| Ok(Some(Happened::ToAccount(name, account)));
    match &record.event {
        Event::Transfer(_) | Event::Step(_) => {
            let life = service.life_at(record.clone())?;
            let name = name_of(&life);
            Ok(Some(Happened::ToTransfer(name, Box::new(life))))
        }
        Event::AccountOpened(id, _) => to_account("account.opened", *id),
        Event::AccountChanged(change) => to_account("account.changed", change.account),
        Event::InvestmentSet(set) => to_account("account.changed", set.account),
        Event::AccountFrozen(freeze) => match freeze.debits || freeze.credits {
            true => to_account("account.frozen", freeze.account),
            false => to_account("account.unfrozen", freeze.account),
        },
        Event::AccountClosed(id) => to_account("account.closed", *id),
        Event::AssetDefined(_)
        | Event::BookOpened(..)
        | Event::BookChanged(_)
        | Event::BookStopped(_)
        | Event::PrincipalAdded(..)
        | Event::PrincipalRevoked(_)
        | Event::PolicySet(_)
        | Event::ChangeRequested(_)
        | Event::ChangeStep(_)
        | Event::LimitAdded(..)
        | Event::LimitChanged(_)
        | Event::LimitRemoved(_)
        | Event::RateSet(_)
        | Event::RateRemoved { .. }
        | Event::FeeSet(_)
        | Event::Quoted(_)
        | Event::Refused(_)
        | Event::CalendarSet(..)
        | Event::ScheduleAdded(..)
        | Event::ScheduleChanged(_)
        | Event::RunSkipped(_)
        | Event::InstrumentAdded(_)
        | Event::InstrumentMatured(_)
        | Event::InstrumentPassedOver { .. }
        | Event::Webhook(_) => Ok(None),
    }
}

/// What happened to a transfer in the newest record of its life: where that has brought it, or what
/// it was if it is where it was before.
fn name_of(life: &Life) -> &'static str {
    match step_of(life.last()) {
        Some(Step::Approved(Outcome::Waiting)) => return "transfer.approved",
        Some(Step::Captured {
            rest: Rest::Held, ..
        }) => return "transfer.captured",
        Some(Step::Settled) => return "transfer.settled",
        None
        | Some(
            Step::Approved(
                Outcome::Completed { .. }
                | Outcome::Held { .. }
                | Outcome::Declined(_)
                | Outcome::Scheduled { .. },
            )
            | Step::Captured {
                rest: Rest::Released,
                ..
            }
            | Step::Due(_)
            | Step::Rejected { .. }
            | Step::Cancelled { .. }
            | Step::Released { .. }
            | Step::Expired,
        ) => {}
    }
    match life.progress.state {
        TransferState::AwaitingApproval => "transfer.awaiting_approval",
        TransferState::Scheduled => "transfer.scheduled",
        TransferState::Held => "transfer.held",
        TransferState::Completed => "transfer.completed",
        TransferState::Declined => "transfer.declined",
        TransferState::Rejected => "transfer.rejected",
        TransferState::Cancelled => "transfer.cancelled",
        TransferState::Expired => "transfer.expired",
    }
}

/// Whoever is told by a webhook: nobody in particular, and not narrowed to some accounts.
fn everybody(record: &Record) -> Caller {
    Caller {
        principal: PrincipalId::ENGINE,
        book: record.origin.book,
        capabilities: Capabilities::default(),
        sandbox: false,
    }
}

#[derive(Serialize)]
struct Payload<'a, T> {
    r#type: &'static str,
    timestamp: Time,
    data: &'a T,
}

fn spelled<T: Serialize>(name: &'static str, record: &Record, data: &T) -> Vec<u8> {
    let payload = Payload {
        r#type: name,
        timestamp: Time(record.at),
        data,
    };
    serde_json::to_vec(&payload).expect("notifications are plain data")
}
