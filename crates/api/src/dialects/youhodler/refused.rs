//! Refusals that use up an idempotency key.
//!
//! The vendor answers a request that is not admissible alike each time it is repeated, whatever
//! rule said no. What the ledger declines is on record under its key; what makes no sense to it,
//! such as a transfer from an account to itself, is put on record as a refusal.

use super::error::{Error, NotAdmissible};
use giro_ledger::action::Refusal;
use giro_ledger::text::Word;
use giro_ledger::{Action, Capability, Event};
use giro_service::{Caller, Done, Fingerprint, Key, Record, Service, ServiceError};

/// Keeps a refusal under the key of the request with that fingerprint. Whatever was done under the
/// key before, if anything, is found in its place.
///
/// # Errors
/// As [`Service::execute`].
pub async fn keep(
    service: &Service,
    caller: &Caller,
    key: Key<'_>,
    fingerprint: Fingerprint,
    no: &NotAdmissible,
) -> Result<Done, ServiceError> {
    let word = |text: &str| Word::new(text).expect("reasons are short plain words");
    let refusal = Action::Refuse(Box::new(Refusal {
        reason: word(&no.reason),
        source: word(&no.source),
    }));
    let capability = Capability::TransfersWrite;
    service
        .execute_as(caller, capability, key, fingerprint, refusal)
        .await
}

/// The refusal that a record keeps, if it is of one.
pub fn kept(record: &Record) -> Option<Error> {
    let Event::Refused(refusal) = &record.event else {
        return None;
    };
    Some(Error::NotAdmissible(NotAdmissible {
        reason: refusal.reason.as_str().to_owned().into(),
        source: refusal.source.as_str().to_owned().into(),
    }))
}
