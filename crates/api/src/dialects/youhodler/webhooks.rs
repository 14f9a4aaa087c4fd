//! What webhooks are told: every change of status of an internal transfer.
//!
//! The envelope is the vendor's; how it is signed is not published, so it is signed as Standard
//! Webhooks has it.

use super::map::{self, View};
use super::wire::{Aggregate, Notification, Status};
use crate::http::standard_webhooks;
use giro_ledger::{Event, Step, Timestamp, Webhook};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Life, Record, Service, ServiceError};
use std::sync::Arc;
use std::time::Duration;

/// The number of the format. It is in the journal: it never changes.
pub const FORMAT: u8 = crate::dialects::format::YOUHODLER;

/// The formats of this interface.
pub(crate) fn formats() -> [(u8, Arc<dyn Format>); 1] {
    [(FORMAT, Arc::new(Notifications))]
}

/// Every kind of notification, with the status that it tells.
pub const EVENTS: [(Status, &str); 8] = [
    (
        Status::Admissible,
        "operation.internal_transfer.admissible.v1",
    ),
    (
        Status::PendingApproval,
        "operation.internal_transfer.pending_approval.v1",
    ),
    (
        Status::Executing,
        "operation.internal_transfer.executing.v1",
    ),
    (Status::Executed, "operation.internal_transfer.executed.v1"),
    (
        Status::PartiallySettled,
        "operation.internal_transfer.partially_settled.v1",
    ),
    (Status::Settled, "operation.internal_transfer.settled.v1"),
    (Status::Failed, "operation.internal_transfer.failed.v1"),
    (
        Status::Cancelled,
        "operation.internal_transfer.cancelled.v1",
    ),
];

/// How webhooks are told.
pub struct Notifications;

impl Format for Notifications {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        if !is_step(record) {
            return Ok(Vec::new());
        }
        let life = service.life_at(record.clone())?;
        if !map::is_internal(&life.first) {
            return Ok(Vec::new());
        }
        let rate = map::rate(service, &life)?;
        let state = service.read();
        let told = message(View::new(service, &state), record, &life, rate);
        Ok(told.into_iter().collect())
    }

    fn sign(&self, message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        standard_webhooks::sign(message, at, secrets)
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        standard_webhooks::retry_after(attempts)
    }
}

/// Whether a transfer begins or goes on in a record. One of several who must agree changes nothing
/// yet.
fn is_step(record: &Record) -> bool {
    match &record.event {
        Event::Transfer(_) => true,
        Event::Step(step) => !matches!(
            &step.step,
            Step::Approved(giro_ledger::step::Outcome::Waiting)
        ),
        _ => false,
    }
}

fn message(view: View<'_>, record: &Record, life: &Life, rate: Option<String>) -> Option<Message> {
    let status = map::status_of(life);
    let (_, event) = EVENTS.into_iter().find(|(told, _)| *told == status)?;
    let data = map::transfer(view, life, rate);
    let id = view.service.notification_id(record);
    let body = Notification {
        aggregate: Aggregate {
            kind: "internal_transfer",
            reference: format!("internal-transfers/{}", data.id),
        },
        event_type: event,
        id,
        subject_attribution: data.subject_attribution.clone(),
        // What is told of one operation has one trace.
        trace_id: data.id.simple().to_string(),
        data,
    };
    Some(Message {
        event,
        id: id.to_string(),
        body: serde_json::to_vec(&body).expect("text keys and no floats"),
    })
}
