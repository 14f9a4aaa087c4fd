//! Refusals that use up an idempotency key.
//!
//! The vendor answers a request that is not admissible alike each time it is repeated, whatever
//! rule said no. What the ledger declines is on record under its key; what makes no sense to it,
//! such as a transfer from an account to itself, is not. So that such a refusal is found again, it
//! is written down as a change of an account that is there for nothing else: it has no money, is
//! shown nowhere, and is opened with the first refusal.

use super::OTHER_SCOPE;
use super::error::{Error, NotAdmissible};
use super::map::REFUSALS_ALIAS;
use giro_ledger::action::{AccountChange, Holding, NewAccount};
use giro_ledger::text::{Alias, Metadata, MetadataKey, MetadataValue, Name};
use giro_ledger::{AccountId, Action, Amount, AssetId, Capability, Event, Tags};
use giro_service::{Caller, Done, Fingerprint, Key, Record, Service, ServiceError};

/// No client can have this key: theirs have no blanks.
const ACCOUNT_KEY: &str = " refusals";
const REASON: &str = "reason";
const SOURCE: &str = "source";

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
    let change = Action::ChangeAccount(AccountChange {
        account: account(service, caller).await?,
        name: None,
        alias: None,
        metadata: Some(metadata(no)),
        tags: None,
        holdings: Vec::new(),
        only_if_updated_at: None,
    });
    let capability = Capability::TransfersWrite;
    service
        .execute_as(caller, capability, key, fingerprint, change)
        .await
}

/// The refusal that a record keeps, if it is of one.
pub fn kept(record: &Record) -> Option<Error> {
    let Event::AccountChanged(change) = &record.event else {
        return None;
    };
    let metadata = change.metadata.as_ref()?;
    let find = |name| {
        let mut entries = metadata.iter();
        let found = entries.find(|(key, _)| *key == name);
        found.map(|(_, value)| value.to_owned().into())
    };
    Some(Error::NotAdmissible(NotAdmissible {
        reason: find(REASON)?,
        source: find(SOURCE)?,
    }))
}

fn metadata(no: &NotAdmissible) -> Metadata {
    let entry = |name, value: &str| {
        let key = MetadataKey::new(name).expect("a short plain text");
        (key, MetadataValue::new(value).expect("a short plain text"))
    };
    let entries = vec![entry(REASON, &no.reason), entry(SOURCE, &no.source)];
    Metadata::new(entries).expect("two entries")
}

/// The account that refusals of the caller's book are written down at.
async fn account(service: &Service, caller: &Caller) -> Result<AccountId, ServiceError> {
    let alias = Alias::new(REFUSALS_ALIAS).expect("a short plain text");
    let found = service.read().ledger.account_by_alias(caller.book, &alias);
    if let Some(found) = found {
        return Ok(found);
    }
    let open = Action::OpenAccount(NewAccount {
        name: Name::new("Refused requests").expect("a short plain text"),
        alias: Some(alias),
        metadata: Metadata::default(),
        tags: Tags::default(),
        // It must hold something: the first asset there is.
        holdings: vec![Holding {
            asset: AssetId(0),
            overdraft_limit: Amount::ZERO,
        }],
        holds_any_asset: false,
    });
    let key = Key {
        scope: OTHER_SCOPE,
        text: ACCOUNT_KEY,
    };
    let opened = service.execute(caller, Capability::TransfersWrite, key, open);
    let record = match opened.await {
        Ok(done) => done.record,
        Err(ServiceError::KeyConflict { first }) => *first,
        Err(error) => return Err(error),
    };
    match record.event {
        Event::AccountOpened(id, _) => Ok(id),
        other => unreachable!("the key of an account stands for {other:?}"),
    }
}
