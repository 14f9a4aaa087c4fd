//! Clients, and how they prove who they are.

use super::{ASSERTION_TYPE, Form, Refused, Spent};
use giro_ledger::{BookId, Capabilities, Credential, PrincipalId, SigningClient, Timestamp};
use giro_service::assertion::{ExpectedOfClient, check_of_client, unverified_subject};
use giro_service::{IdKind, Service};
use uuid::Uuid;

/// How far ahead the end of an assertion may be.
const LIFETIME_SECONDS_MAX: u64 = 300;

/// A client that is registered and not revoked.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Which principal it is.
    pub principal: PrincipalId,
    /// Its id, as it spells it.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// In which book.
    pub book: BookId,
    /// What it may do by itself.
    pub capabilities: Capabilities,
    /// Its keys, and where people are sent back to.
    pub client: SigningClient,
}

/// The client of an id.
pub fn registered(service: &Service, client_id: &str) -> Option<Registered> {
    let id = Uuid::try_parse(client_id).ok()?;
    let number = service.ids().decode(IdKind::Principal, id)?;
    let principal = PrincipalId(u32::try_from(number).ok()?);
    let state = service.read();
    let found = state.ledger.principal(principal)?;
    if found.revoked_at.is_some() || service.principal_id(&state, principal) != id {
        return None;
    }
    match &found.credential {
        Credential::SigningClient(client) => Some(Registered {
            principal,
            id,
            name: found.name.to_string(),
            book: found.book?,
            capabilities: found.capabilities,
            client: (**client).clone(),
        }),
        Credential::Secret { .. } | Credential::PublicKey { .. } | Credential::Client { .. } => {
            None
        }
    }
}

/// A client that has proved who it is, by an assertion that is not used up yet.
pub struct Proved {
    /// Who.
    pub client: Registered,
    once: String,
    valid_until: Timestamp,
}

impl Proved {
    /// Uses the assertion up.
    ///
    /// # Errors
    /// [`Refused`] if it was before.
    pub fn spend(&self, spent: &Spent, now: Timestamp) -> Result<(), Refused> {
        match spent.used.is_first(&self.once, self.valid_until, now) {
            true => Ok(()),
            false => Err(Refused::client()),
        }
    }
}

/// Whom an assertion may be meant for: this path of the server, with and without a slash at its end.
pub fn audiences(base_url: &str, paths: &[&str]) -> Vec<String> {
    let slashes = ["", "/"];
    let all = paths
        .iter()
        .flat_map(|path| slashes.map(|slash| (path, slash)));
    all.map(|(path, slash)| format!("{base_url}{path}{slash}"))
        .collect()
}

/// The client whose assertion is in the form.
///
/// # Errors
/// [`Refused`] with `invalid_client`.
pub fn authenticate(
    service: &Service,
    spent: &Spent,
    form: &Form,
    audiences: &[String],
) -> Result<Proved, Refused> {
    let kind = form.optional("client_assertion_type");
    let assertion = form.optional("client_assertion");
    let assertion = assertion.filter(|_| kind == Some(ASSERTION_TYPE));
    let assertion = assertion.ok_or_else(|| {
        let why = format!("client_assertion, of type {ASSERTION_TYPE}, is missing");
        Refused::of("invalid_client", why)
    })?;
    let subject = unverified_subject(assertion).ok_or_else(Refused::client)?;
    let claimed = form.optional("client_id").unwrap_or(&subject);
    let client = registered(service, &subject).ok_or_else(Refused::client)?;
    let now = service.now();
    let expected = ExpectedOfClient {
        public_key_pem: &client.client.assertion_key_pem,
        client_id: &subject,
        audiences,
        lifetime_seconds_max: LIFETIME_SECONDS_MAX,
        now_seconds: u64::try_from(now.0 / 1_000_000).unwrap_or_default(),
    };
    let checked = check_of_client(assertion, &expected).map_err(|_| Refused::client())?;
    let until = i64::try_from(checked.valid_until_seconds).unwrap_or(i64::MAX);
    let proved = Proved {
        once: format!("assertion {} {}", client.id, checked.jti),
        client,
        // The last second counts in full.
        valid_until: Timestamp(until.saturating_add(1).saturating_mul(1_000_000)),
    };
    match claimed == subject && !spent.used.was_used(&proved.once, now) {
        true => Ok(proved),
        false => Err(Refused::client()),
    }
}
