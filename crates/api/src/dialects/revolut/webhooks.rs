//! What webhooks are told, and how that is signed.
//!
//! Source: <https://developer.revolut.com/docs/guides/manage-accounts/webhooks/about-webhooks>.

use super::map::{self, Seen};
use super::wire::{Changed, Created, EventType, Notification, StateChange};
use super::{FIRST_WEBHOOK_FORMAT, WEBHOOK_FORMAT};
use crate::http::time;
use giro_ledger::{Event, Timestamp, TransferState, Webhook};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Life, Record, Service, ServiceError};
use hmac::{Hmac, Mac};
use serde::Serialize;
use sha2::Sha256;
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

/// Webhooks of version 2: signed, and tried four times within half an hour.
#[derive(Clone, Copy, Debug)]
pub struct Notifications;

/// The single webhook of version 1: not signed, and tried three times.
#[derive(Clone, Copy, Debug)]
pub struct FirstNotifications;

/// Both, by their numbers.
pub fn formats() -> [(u8, Arc<dyn Format>); 2] {
    [
        (WEBHOOK_FORMAT, Arc::new(Notifications)),
        (FIRST_WEBHOOK_FORMAT, Arc::new(FirstNotifications)),
    ]
}

/// How long to wait between attempts.
const RETRY_AFTER: Duration = Duration::from_secs(10 * 60);

impl Format for Notifications {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        messages(service, record)
    }

    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let millis = at.0.div_euclid(1_000).to_string();
        let signatures = secrets.iter().map(|secret| {
            let text = secret_text(secret);
            let signature = signature(&text, &millis, &message.body);
            format!("v1={signature}")
        });
        let signatures = signatures.collect::<Vec<_>>().join(",");
        Signed {
            headers: vec![
                ("Content-Type", "application/json".to_owned()),
                ("Revolut-Request-Timestamp", millis),
                ("Revolut-Signature", signatures),
            ],
            body: message.body.clone(),
        }
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        (attempts <= 3).then_some(RETRY_AFTER)
    }
}

impl Format for FirstNotifications {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        messages(service, record)
    }

    fn sign(&self, message: &Message, _: Timestamp, _: &[Vec<u8>]) -> Signed {
        Signed {
            headers: vec![("Content-Type", "application/json".to_owned())],
            body: message.body.clone(),
        }
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        (attempts <= 2).then_some(RETRY_AFTER)
    }
}

/// A secret as it is shown, and as the key that it is: 32 letters and digits.
pub fn secret_text(secret: &[u8]) -> String {
    const ALPHABET: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let letter = |byte: &u8| {
        let place = usize::from(*byte) % ALPHABET.len();
        char::from(ALPHABET.get(place).copied().unwrap_or(b'0'))
    };
    let letters = secret.iter().map(letter);
    std::iter::once("wsk_".to_owned())
        .chain(letters.map(String::from))
        .collect()
}

fn signature(secret: &str, millis: &str, body: &[u8]) -> String {
    let keyed = Hmac::<Sha256>::new_from_slice(secret.as_bytes());
    let mut mac = keyed.expect("HMAC takes keys of any length");
    mac.update(format!("v1.{millis}.").as_bytes());
    mac.update(body);
    let mut hex = String::new();
    for byte in mac.finalize().into_bytes() {
        write!(hex, "{byte:02x}").expect("a text takes everything");
    }
    hex
}

/// What is told of a record: a transaction that was created, or became something else, and one
/// that was reverted by it.
pub fn messages(service: &Service, record: &Record) -> Result<Vec<Message>, ServiceError> {
    let (life, before) = match &record.event {
        Event::Transfer(_) => (Life::beginning(record.clone()), None),
        Event::Step(step) => {
            let previous = service.record_of(record.origin.book, step.previous)?;
            let before = previous.map(|previous| service.life_at(previous));
            (service.life_at(record.clone())?, before.transpose()?)
        }
        _ => return Ok(Vec::new()),
    };
    let was_completed = before.as_ref().map(|before| before.progress.state);
    let is_completed = life.progress.state == TransferState::Completed
        && was_completed != Some(TransferState::Completed);
    let reverted = match is_completed {
        true => reverted_by(service, &life, record)?,
        false => None,
    };
    let told = match before {
        None => Some(created(service, &life, record)?),
        Some(before) => changed(service, record, 0, &Seen::of(before), &Seen::of(life)),
    };
    Ok(told.into_iter().chain(reverted).collect())
}

fn created(service: &Service, life: &Life, record: &Record) -> Result<Message, ServiceError> {
    let terms = life.transfer().request.terms.as_deref();
    let reverses = terms.and_then(|terms| terms.reverses);
    let seen = Seen {
        reverses: reverses.map(|reverses| service.id_of_transfer(reverses.transfer)),
        ..Seen::of(life.clone())
    };
    let data = map::transaction((service.ids(), &service.read().ledger, None), &seen);
    let told: Created = notification(EventType::TransactionCreated, record, data);
    Ok(message(
        service,
        record,
        0,
        EventType::TransactionCreated,
        &told,
    ))
}

/// What is told if a transaction is in another state than before.
fn changed(
    service: &Service,
    record: &Record,
    place: u64,
    before: &Seen,
    after: &Seen,
) -> Option<Message> {
    let (old_state, new_state) = (before.state().0, after.state().0);
    if old_state == new_state {
        return None;
    }
    let data = StateChange {
        id: service.transfer_id(&after.life.first),
        request_id: map::request_id_of(&after.life),
        old_state,
        new_state,
    };
    let event = EventType::TransactionStateChanged;
    let told: Changed = notification(event, record, data);
    Some(message(service, record, place, event, &told))
}

/// What is told of the transaction that a reversal takes back, if with this record all of it is.
fn reverted_by(
    service: &Service,
    life: &Life,
    record: &Record,
) -> Result<Option<Message>, ServiceError> {
    let terms = life.transfer().request.terms.as_deref();
    let Some(reverses) = terms.and_then(|terms| terms.reverses) else {
        return Ok(None);
    };
    let Some(first) = service.record_of(record.origin.book, reverses.transfer.0)? else {
        return Ok(None);
    };
    let Some(original) = service.lives(vec![first])?.pop() else {
        return Ok(None);
    };
    let mut reversals = service.reversals(reverses.transfer)?;
    reversals.retain(|one| map::completion(one).seq <= record.seq);
    let after = map::reverted_at(&original, &reversals);
    reversals.retain(|one| map::completion(one).seq < record.seq);
    let before = map::reverted_at(&original, &reversals);
    let seen = |reverted_at| Seen {
        reverted_at,
        ..Seen::of(original.clone())
    };
    // The second thing that is told of the record.
    Ok(changed(service, record, 1, &seen(before), &seen(after)))
}

fn notification<T>(event: EventType, record: &Record, data: T) -> Notification<T> {
    Notification {
        event,
        timestamp: time::format(record.at),
        data,
    }
}

/// A message, whose id is that of the record with its place among what is told of it.
fn message(
    service: &Service,
    record: &Record,
    place: u64,
    event: EventType,
    told: &impl Serialize,
) -> Message {
    let id = service.notification_id_at(record, place);
    Message {
        event: event.name(),
        id: id.to_string(),
        body: serde_json::to_vec(told).expect("it has text keys and valid numbers"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_32_letters_and_digits() {
        let text = secret_text(&[0, 1, 61, 62, 255].repeat(7)[..32]);
        let (prefix, letters) = text.split_at(4);
        assert_eq!((prefix, letters.len()), ("wsk_", 32));
        assert!(letters.starts_with("01z07"), "{letters}");
        assert!(letters.chars().all(|one| one.is_ascii_alphanumeric()));
    }

    /// The example of the vendor's page on signatures.
    #[test]
    fn a_message_is_signed_as_the_vendors_page_has_it() {
        let body = concat!(
            r#"{"data":{"id":"645a7696-22f3-aa47-9c74-cbae0449cc46","new_state":"completed","#,
            r#""old_state":"pending","request_id":"#,
            r#""app_charges-9f5d5eb3-1e06-46c5-b1c0-3914763e0bcb"},"#,
            r#""event":"TransactionStateChanged","timestamp":"2023-05-09T16:36:38.028960Z"}"#,
        );
        let signed = signature(
            "wsk_r59a4HfWVAKycbCaNO1RvgCJec02gRd8",
            "1683650202360",
            body.as_bytes(),
        );
        assert_eq!(
            signed,
            "bca326fb378d0da7f7c490ad584a8106bab9723d8d9cdd0d50b4c5b3be3837c0"
        );
    }
}
