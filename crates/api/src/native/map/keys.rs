//! Keys: what is asked, and what is there.

use super::Field;
use super::names::bounded;
use crate::native::error::{Kind, Member, Problem};
use crate::native::wire::keys::{KeyBody, KeyRequest, PublicKeyRequest};
use crate::native::wire::{JsonText, Time};
use giro_ledger::{Capabilities, Capability, Credential, Principal, PrincipalId};
use giro_service::{Caller, Service, State, assertion};

/// The capabilities of those names, all of which the caller must have.
pub(crate) fn capabilities(
    caller: &Caller,
    names: &[JsonText<'_>],
) -> Result<Capabilities, Problem> {
    let known = |(place, name): (usize, &JsonText<'_>)| {
        Capability::from_name(name.as_str()).ok_or_else(|| {
            let field = format!("capabilities[{place}]");
            Problem::of_field(
                Kind::CAPABILITY_UNKNOWN,
                &field,
                "is no capability known here",
            )
        })
    };
    let asked = names.iter().enumerate().map(known);
    let asked = asked.collect::<Result<Capabilities, Problem>>()?;
    let mut beyond = asked
        .iter()
        .filter(|asked| !caller.capabilities.contains(*asked));
    if let Some(beyond) = beyond.next() {
        let name = beyond.name();
        let detail = format!("this key does not have capability {name}, so it cannot give it");
        let problem = Problem::new(Kind::CAPABILITY_BEYOND_OWN, detail);
        return Err(problem.with("capability", Member::Word(name)));
    }
    Ok(asked)
}

/// The credential of a client that signs assertions.
pub(crate) fn public_key(request: &PublicKeyRequest<'_>) -> Result<Credential, Problem> {
    if !assertion::is_public_key(request.pem.as_str()) {
        let why = "is no public key, RSA or Ed25519, in PEM";
        return Err(Problem::of_field(
            Kind::PUBLIC_KEY_INVALID,
            "public_key.pem",
            why,
        ));
    }
    Ok(Credential::PublicKey {
        issuer: bounded(Field::Top("public_key.issuer"), &request.issuer)?,
        public_key_pem: request.pem.as_str().into(),
    })
}

/// How the new key proves who it is: an API key unless a public key was sent.
pub(crate) fn public_key_if_any(request: &KeyRequest<'_>) -> Result<Option<Credential>, Problem> {
    request.public_key.as_ref().map(public_key).transpose()
}

/// A key as it is shown.
///
/// # Panics
/// If there is no such principal.
pub(crate) fn body<'a>(
    service: &Service,
    state: &'a State,
    id: PrincipalId,
    api_key: Option<Option<String>>,
) -> KeyBody<'a> {
    let principal = state
        .ledger
        .principal(id)
        .expect("principals are never deleted");
    let Principal {
        name,
        capabilities,
        credential,
        added_at,
        revoked_at,
        email: _,
        grant: _,
        book: _,
    } = principal;
    KeyBody {
        id: service.principal_id(state, id),
        name: name.as_str(),
        capabilities: capabilities.iter().map(Capability::name).collect(),
        issuer: match credential {
            Credential::PublicKey { issuer, .. } => Some(issuer.as_str()),
            Credential::Secret { .. } => None,
        },
        created_at: Time(*added_at),
        revoked_at: revoked_at.map(Time),
        api_key,
    }
}
