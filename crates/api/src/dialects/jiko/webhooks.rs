//! What subscriptions are told, and how that is signed.
//!
//! Source: <https://docs.jiko.io/products/customer-api/use-cases/webhooks>. A transfer is being
//! executed, and has been, in one record, since that takes no time here: both are told.

use super::map;
use super::wire::{Event, EventName, Payload};
use crate::http::standard_webhooks::{self, hmac_base64};
use crate::http::time;
use giro_ledger::{Leg, Side, Timestamp, TransferState, Webhook};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Life, Record, Service, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The number of the format. It is in the journal: it never changes.
pub const FORMAT: u8 = crate::dialects::format::JIKO;

/// The formats of this interface.
pub(crate) fn formats() -> [(u8, Arc<dyn Format>); 1] {
    [(FORMAT, Arc::new(Notifications))]
}

/// How subscriptions are told.
#[derive(Clone, Copy, Debug)]
pub struct Notifications;

impl Format for Notifications {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        let message = |event: Event| Message {
            event: event.event_type.name(),
            id: event.event_id.to_string(),
            body: serde_json::to_vec(&event).expect("texts"),
        };
        Ok(events(service, record)?.into_iter().map(message).collect())
    }

    /// The vendor has one signature: the secret of now is used.
    fn sign(&self, message: &Message, _: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let secret = secrets.first().map_or(&[][..], Vec::as_slice);
        Signed {
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("x-jiko-signature", hmac_base64(secret, &[&message.body])),
            ],
            body: message.body.clone(),
        }
    }

    /// The vendor does not say how often it tries.
    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        standard_webhooks::retry_after(attempts)
    }
}

/// The events in a record, in order. Reads the disk.
///
/// # Errors
/// If the log cannot be read.
pub fn events(service: &Service, record: &Record) -> Result<Vec<Event>, ServiceError> {
    let before = match &record.event {
        giro_ledger::Event::Transfer(_) => None,
        giro_ledger::Event::Step(step) => {
            let previous = service.record_of(record.origin.book, step.previous)?;
            previous
                .map(|previous| service.life_at(previous))
                .transpose()?
        }
        _ => return Ok(Vec::new()),
    };
    let life = service.life_at(record.clone())?;
    let state = service.read();
    if !map::is_request(&state.ledger, &life.first) {
        return Ok(Vec::new());
    }
    let before = before.map(|before| before.progress.state);
    let told = told(before, life.progress.state);
    let about = |(place, event): (u64, EventName)| Event {
        event_id: service.notification_id_at(record, place),
        event_type: event,
        timestamp: time::format(record.at),
        payload: payload(service, &state, (&life, record), event),
        customer_id: service.book_id(&state, record.origin.book),
    };
    Ok((0..).zip(told).map(about).collect())
}

/// What is told of a transfer that goes from one state to another.
fn told(before: Option<TransferState>, after: TransferState) -> Vec<EventName> {
    let is_going = |state| matches!(state, TransferState::Held | TransferState::Completed);
    let is_over = |state| {
        matches!(
            state,
            TransferState::Declined
                | TransferState::Rejected
                | TransferState::Cancelled
                | TransferState::Expired
        )
    };
    let is_new = |is: &dyn Fn(TransferState) -> bool| is(after) && !before.is_some_and(is);
    let is_completed = |state| state == TransferState::Completed;
    let rows = [
        (is_new(&is_going), EventName::Processing),
        (is_new(&is_completed), EventName::Success),
        (is_new(&is_completed), EventName::Received),
        (is_new(&is_over), EventName::Rejected),
    ];
    let told = rows.into_iter().filter(|(is_told, _)| *is_told);
    told.map(|(_, event)| event).collect()
}

fn payload(
    service: &Service,
    state: &giro_service::State,
    (life, record): (&Life, &Record),
    event: EventName,
) -> Payload {
    let on_us_id = service.transfer_id(&life.first);
    let (origin, destination) = map::sides(&life.first).expect("a transfer has both sides");
    let id = |leg: &Leg| service.account_id(state, leg.account);
    match event {
        EventName::Received => Payload::Received {
            on_us_id,
            transaction_activity_id: arrival(service, record, destination),
            receiving_pocket_id: id(destination),
        },
        _ => Payload::Sent {
            on_us_id,
            origin_account_id: id(origin),
            destination_account_id: id(destination),
        },
    }
}

/// The transaction of the pocket that got the money, unless none has arrived.
fn arrival(service: &Service, record: &Record, to: &Leg) -> Option<Uuid> {
    let posted = record.event.posted();
    let place = posted.iter().position(|leg| {
        let is_there = (leg.account, leg.asset) == (to.account, to.asset);
        is_there && leg.side == Side::Credit
    });
    place.map(|place| map::transaction_activity_id(service, record, place))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Reckoned by another program: the base64 of the HMAC with SHA-256.
    #[test]
    fn a_message_is_signed_over_its_bytes() {
        let signed = hmac_base64(b"0123456789abcdef", &[br#"{"event_id":"x"}"#]);
        assert_eq!(signed, "tGHUFdh2xAs7BaDc+xTi1U3FtTecZA7OnFP+Ts2WHKI=");
    }

    #[test]
    fn each_change_of_state_is_told_once() {
        use EventName as E;
        use TransferState as S;
        for (before, after, expected) in [
            (None, S::AwaitingApproval, &[][..]),
            (None, S::Declined, &[E::Rejected]),
            (
                None,
                S::Completed,
                &[E::Processing, E::Success, E::Received],
            ),
            (None, S::Held, &[E::Processing]),
            (Some(S::AwaitingApproval), S::AwaitingApproval, &[]),
            (Some(S::AwaitingApproval), S::Scheduled, &[]),
            (
                Some(S::AwaitingApproval),
                S::Completed,
                &[E::Processing, E::Success, E::Received],
            ),
            (Some(S::AwaitingApproval), S::Declined, &[E::Rejected]),
            (Some(S::AwaitingApproval), S::Rejected, &[E::Rejected]),
            (Some(S::AwaitingApproval), S::Cancelled, &[E::Rejected]),
            (Some(S::AwaitingApproval), S::Expired, &[E::Rejected]),
            (Some(S::Held), S::Held, &[]),
            (Some(S::Held), S::Completed, &[E::Success, E::Received]),
            (Some(S::Completed), S::Completed, &[]),
        ] {
            assert_eq!(told(before, after), expected, "{before:?} {after:?}");
        }
    }
}
