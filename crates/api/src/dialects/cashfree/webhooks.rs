//! What webhooks are told, and how that is signed.
//!
//! Sources: <https://www.cashfree.com/docs/api-reference/payouts/v2/webhooks/webhooks-v1> and
//! `…/webhooks-v2`. The vendor tells of bank transfers; here the same is told of transfers between
//! instruments and of money from outside. Webhooks are set up by hand at the vendor, and so over
//! the native interface here.

mod told;

use crate::dialects::format;
use crate::http::standard_webhooks::hmac_base64;
use giro_ledger::{Timestamp, Webhook};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Record, Service, ServiceError};
use std::sync::Arc;
use std::time::Duration;
use told::{Told, told};

/// The number of version 2 among the formats of webhooks: in the journal, never changed.
pub const FORMAT_V2: u8 = format::CASHFREE_V2;
/// The number of version 1.
pub const FORMAT_V1: u8 = format::CASHFREE_V1;

/// Version 2: JSON, with the signature in a header.
#[derive(Clone, Copy, Debug)]
pub struct Version2;

/// Version 1: a form, with the signature among its fields.
#[derive(Clone, Copy, Debug)]
pub struct Version1;

/// Both, by their numbers.
pub fn formats() -> [(u8, Arc<dyn Format>); 2] {
    [
        (FORMAT_V2, Arc::new(Version2)),
        (FORMAT_V1, Arc::new(Version1)),
    ]
}

impl Format for Version2 {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        messages(service, record, Told::json)
    }

    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let millis = at.0.div_euclid(1_000).to_string();
        let signature = signature(secrets, &[millis.as_bytes(), &message.body]);
        Signed {
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("x-webhook-timestamp", millis),
                ("x-webhook-signature", signature),
            ],
            body: message.body.clone(),
        }
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        retry_after(attempts)
    }
}

impl Format for Version1 {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        messages(service, record, Told::form)
    }

    fn sign(&self, message: &Message, _: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let fields = form_urlencoded::parse(&message.body);
        let mut fields: Vec<_> = fields.into_owned().collect();
        // The values in the order of their names, without anything between.
        fields.sort();
        let values: Vec<&[u8]> = fields.iter().map(|(_, value)| value.as_bytes()).collect();
        let signature = signature(secrets, &values);
        let mut body = form_urlencoded::Serializer::new(String::new());
        body.extend_pairs(form_urlencoded::parse(&message.body));
        body.append_pair("signature", &signature);
        Signed {
            headers: vec![(
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            )],
            body: body.finish().into_bytes(),
        }
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        retry_after(attempts)
    }
}

/// Three times more, each after a longer time.
fn retry_after(attempts: u16) -> Option<Duration> {
    const MINUTES: [u64; 3] = [2, 10, 30];
    let place = usize::from(attempts).checked_sub(1)?;
    let minutes = MINUTES.get(place)?;
    Some(Duration::from_secs(minutes.checked_mul(60)?))
}

/// The signature of what stands in `parts`, one after the other. There is room for one only: that of
/// the oldest secret that is valid, which is the one that the vendor tells its clients to check with.
fn signature(secrets: &[Vec<u8>], parts: &[&[u8]]) -> String {
    let secret = secrets.last().map(Vec::as_slice).unwrap_or_default();
    hmac_base64(secret, parts)
}

/// What is told of a record, each with an id of its own.
fn messages(
    service: &Service,
    record: &Record,
    spell: impl Fn(&Told) -> Vec<u8>,
) -> Result<Vec<Message>, ServiceError> {
    let all = told(service, record)?;
    let message = |(place, told): (u64, &Told)| {
        let id = service.notification_id_at(record, place);
        Message {
            event: told.event(),
            id: id.to_string(),
            body: spell(told),
        }
    };
    Ok((0..).zip(&all).map(message).collect())
}

#[cfg(test)]
mod tests;
