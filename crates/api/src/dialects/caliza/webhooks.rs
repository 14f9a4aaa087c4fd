//! The webhook of an integrator, and what it is told: how transactions end, what comes in, and new
//! beneficiaries.

use super::map::{self, Kept, View};
use super::wire::{Notification, Operation, Status, Told};
use crate::http::standard_webhooks::{self, hmac_base64};
use crate::http::time;
use giro_ledger::{
    BookId, Event, Ledger, SigningSecret, Step, Timestamp, TransferKind, Webhook, WebhookId,
};
use giro_service::delivery::{Format, Message, Signed};
use giro_service::{Life, Record, Service, ServiceError};
use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// The number of the format. It is in the journal: it never changes.
pub const FORMAT: u8 = crate::dialects::format::CALIZA;

/// The formats of this interface.
pub(crate) fn formats() -> [(u8, Arc<dyn Format>); 1] {
    [(FORMAT, Arc::new(Notifications))]
}

/// The webhook of an integrator, if one is set: the oldest, should there be several.
pub fn webhook_of(ledger: &Ledger, book: BookId) -> Option<(WebhookId, &Webhook)> {
    let mut own = ledger.webhooks_of(book);
    own.find(|(_, webhook)| webhook.terms.format == FORMAT)
}

/// What an integrator's webhook is signed with, or will be once there is one. It stays the same when
/// the webhook is taken away and set again, so what is known of those of before counts. The first one
/// follows from the id of the integrator, so that it can be told before a webhook is set.
pub fn secret_of(ledger: &Ledger, book: BookId, integrator_id: Uuid) -> SigningSecret {
    let all = ledger.webhooks();
    let own = all.filter(|(_, one)| one.book == book && one.terms.format == FORMAT);
    let newest = own.last().map(|(_, webhook)| webhook);
    let current = webhook_of(ledger, book).map(|(_, webhook)| webhook);
    let known = current.or(newest);
    let first = SigningSecret::Drawn {
        nonce: *integrator_id.as_bytes(),
    };
    known.map_or(first, |webhook| webhook.terms.secret.clone())
}

/// A secret as it is shown, which is the key as it stands.
pub fn secret_text(secret: &[u8]) -> String {
    let mut text = String::new();
    for byte in secret {
        write!(text, "{byte:02x}").expect("a text takes everything");
    }
    text
}

/// How webhooks are told.
#[derive(Clone, Copy, Debug)]
pub struct Notifications;

impl Format for Notifications {
    fn messages(
        &self,
        service: &Service,
        _: &Webhook,
        record: &Record,
    ) -> Result<Vec<Message>, ServiceError> {
        let told = told(service, record)?;
        Ok(told.into_iter().collect())
    }

    fn sign(&self, message: &Message, _: Timestamp, secrets: &[Vec<u8>]) -> Signed {
        let signature = secrets.first().map(|secret| {
            let key = secret_text(secret);
            let signature = hmac_base64(key.as_bytes(), &[&message.body]);
            ("X-Caliza-Webhook-Signature", signature)
        });
        let json = ("Content-Type", "application/json".to_owned());
        Signed {
            headers: std::iter::once(json).chain(signature).collect(),
            body: message.body.clone(),
        }
    }

    fn answer_within(&self) -> Duration {
        Duration::from_secs(5)
    }

    fn retry_after(&self, attempts: u16) -> Option<Duration> {
        standard_webhooks::retry_after(attempts)
    }
}

/// What is told of a record, if anything is.
fn told(service: &Service, record: &Record) -> Result<Option<Message>, ServiceError> {
    match &record.event {
        Event::AccountOpened(id, new) => {
            let state = service.read();
            let view = View::new(service, &state);
            let id = view.beneficiary_id(*id);
            let integrator_id = view.integrator_id(record.origin.book);
            let kept = Kept::opened(new, record.at);
            let data = map::shown_beneficiary(id, integrator_id, kept);
            let told = Told::Beneficiary(Box::new(data));
            let operation = Operation::BeneficiaryApproved;
            Ok(Some(message(view, record, operation, (id, id), None, told)))
        }
        Event::Transfer(_) => over(service, service.life_at(record.clone())?, record),
        // What was traded for it settles after its money has moved.
        Event::Step(step) if step.step != Step::Settled => {
            over(service, service.life_at(record.clone())?, record)
        }
        _ => Ok(None),
    }
}

/// What is told of a transfer that is over with this record, if it is, and if it is a transaction or
/// money that has come in.
fn over(service: &Service, life: Life, record: &Record) -> Result<Option<Message>, ServiceError> {
    let status = map::status_of(&life);
    let operation = match status {
        Status::Succeeded => Operation::TransactionCompleted,
        Status::Failed | Status::Cancelled => Operation::TransactionFailed,
        Status::Expired => Operation::TransactionExpired,
        Status::Created | Status::Pending | Status::Processing => return Ok(None),
    };
    let moved = {
        let state = service.read();
        let book = state.ledger.book(record.origin.book);
        book.and_then(|book| map::moved(&life.first, book))
    };
    if let Some(moved) = moved {
        let simulation = map::simulation_of(service, &life)?;
        let state = service.read();
        let view = View::new(service, &state);
        let data = map::told_transaction(view, &life, &moved, simulation.as_ref());
        let ids = (data.id, data.beneficiary_id);
        let (why, told) = (map::why(&life), Told::Transaction(Box::new(data)));
        return Ok(Some(message(view, record, operation, ids, why, told)));
    }
    let is_income = life.transfer().request.kind == TransferKind::Deposit;
    if !is_income || status != Status::Succeeded {
        return Ok(None);
    }
    let state = service.read();
    let view = View::new(service, &state);
    Ok(map::told_income(view, &life).map(|data| {
        let ids = (data.id, data.beneficiary_id);
        let told = Told::Transaction(Box::new(data));
        message(view, record, Operation::PaymentInCompleted, ids, None, told)
    }))
}

fn message(
    view: View<'_>,
    record: &Record,
    operation: Operation,
    (resource_id, beneficiary_id): (Uuid, Uuid),
    message: Option<String>,
    data: Told,
) -> Message {
    let mut created_at = time::format(record.at);
    created_at.truncate("2024-09-20T17:20:28.935890".len());
    let body = Notification {
        operation: operation.name(),
        resource_id,
        created_at,
        integrator_id: view.integrator_id(record.origin.book),
        beneficiary_id,
        message,
        success: !matches!(
            operation,
            Operation::TransactionFailed | Operation::TransactionExpired
        ),
        data,
    };
    Message {
        event: operation.name(),
        id: view.service.notification_id(record).to_string(),
        body: serde_json::to_vec(&body).expect("text keys and no floats"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By `printf '{"a":500.00}' | openssl dgst -sha256 -hmac secret -binary | base64`.
    #[test]
    fn a_body_is_signed_with_the_secret_as_it_stands() {
        let expected = "5xwAAKnodYwFfrEi9pT7jLL99Jg+1wG/5ZcQVDj1jXY=";
        assert_eq!(hmac_base64(b"secret", &[br#"{"a":500.00}"#]), expected);
        assert_eq!(secret_text(&[0, 15, 255]), "000fff");
    }
}
