//! Keys: what is asked, and what is there.

use super::names::{amount, bounded};
use super::transfers::Shown;
use super::{Field, Names};
use crate::native::error::{Kind, Member, Problem, kind_of};
use crate::native::wire::keys::{
    GrantAmountBody, GrantAmountRequest, GrantBody, GrantRequest, KeyBody, KeyRequest,
    PublicKeyRequest,
};
use crate::native::wire::{JsonText, Time};
use giro_ledger::{Capabilities, Capability, Credential, Grant, Principal, PrincipalId, Rejection};
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

/// How a new key proves who it is.
pub(crate) enum Proof {
    /// By an API key.
    ApiKey,
    /// By a signature.
    PublicKey(Credential),
    /// By a client id and a secret, and maybe by what it encrypts.
    Client { encrypts: bool },
}

/// How the new key is to prove who it is: by an API key unless something else was asked for.
pub(crate) fn proof(request: &KeyRequest<'_>) -> Result<Proof, Problem> {
    match (&request.public_key, &request.client) {
        (None, None) => Ok(Proof::ApiKey),
        (Some(key), None) => public_key(key).map(Proof::PublicKey),
        (None, Some(client)) => Ok(Proof::Client {
            encrypts: client.encryption_key,
        }),
        (Some(_), Some(_)) => {
            let detail = "give public_key or client, and not both";
            Err(Problem::new(Kind::KEY_SHAPE, detail))
        }
    }
}

/// What the key may move.
pub(crate) fn grant(names: &Names<'_>, request: &GrantRequest<'_>) -> Result<Box<Grant>, Problem> {
    let GrantRequest {
        accounts,
        tags,
        amounts,
    } = request;
    let lengths = [
        ("accounts", accounts.as_ref().map(Vec::len)),
        ("tags", tags.as_ref().map(Vec::len)),
        ("amounts", amounts.as_ref().map(Vec::len)),
    ];
    // Whoever sends an empty list may mean "none", where leaving it out means "all".
    if let Some((name, _)) = lengths.into_iter().find(|(_, length)| *length == Some(0)) {
        return Err(malformed(
            name,
            "is empty; leave it out if it is to narrow nothing",
        ));
    }
    if lengths.iter().all(|(_, length)| length.is_none()) {
        return Err(malformed(
            "grant",
            "names no accounts, no tags and no amounts",
        ));
    }
    let accounts = accounts.iter().flatten().enumerate();
    let account = |(place, text): (usize, &JsonText<'_>)| {
        names.account(Field::Entry("grant.accounts", place), text.as_str())
    };
    let tags = tags.iter().flatten().enumerate();
    let tag = |(place, text)| bounded(Field::Entry("grant.tags", place), text);
    let amounts = amounts.iter().flatten().enumerate();
    let bound = |(place, bound): (usize, &GrantAmountRequest<'_>)| {
        let field = |name| Field::Item("grant.amounts", place, name);
        let (asset, known) = names.asset(field("asset"), bound.asset.as_str())?;
        let max = amount(field("amount_max"), bound.amount_max, known.decimals)?;
        Ok((asset, max))
    };
    Ok(Box::new(Grant {
        accounts: accounts.map(account).collect::<Result<_, Problem>>()?,
        tags: tags.map(tag).collect::<Result<_, Problem>>()?,
        amounts: amounts.map(bound).collect::<Result<_, Problem>>()?,
    }))
}

fn malformed(field: &'static str, why: &str) -> Problem {
    let kind = kind_of(&Rejection::GrantMalformed { field });
    Problem::of_field(kind, field, why)
}

/// A key as it is now.
///
/// # Panics
/// If there is no such principal.
pub(crate) fn body<'a>(
    service: &'a Service,
    state: &'a State,
    id: PrincipalId,
    shown_once: ShownOnce,
) -> KeyBody<'a> {
    let principal = state.ledger.principal(id);
    let principal = principal.expect("principals are never deleted");
    let ShownOnce {
        api_key,
        client_secret,
        encryption_public_key,
    } = shown_once;
    KeyBody {
        api_key,
        client_secret,
        encryption_public_key,
        ..shown(service, state, id, principal)
    }
}

/// What only the call that creates a key shows of it.
#[derive(Default)]
pub(crate) struct ShownOnce {
    pub(crate) api_key: Option<Option<String>>,
    pub(crate) client_secret: Option<Option<String>>,
    pub(crate) encryption_public_key: Option<String>,
}

/// A key as it is shown, without its secret: as it is now, or was.
pub(crate) fn shown<'a>(
    service: &'a Service,
    state: &'a State,
    id: PrincipalId,
    principal: &'a Principal,
) -> KeyBody<'a> {
    let Principal {
        name,
        capabilities,
        credential,
        added_at,
        revoked_at,
        email,
        grant,
        book: _,
    } = principal;
    KeyBody {
        id: service.principal_id(state, id),
        name: name.as_str(),
        capabilities: capabilities.iter().map(Capability::name).collect(),
        email: email.as_ref().map(|email| email.as_str()),
        grant: grant
            .as_deref()
            .map(|grant| grant_body(service, state, grant)),
        issuer: match credential {
            Credential::PublicKey { issuer, .. } => Some(issuer.as_str()),
            Credential::Secret { .. }
            | Credential::Client { .. }
            | Credential::SigningClient(_) => None,
        },
        client_id: match credential {
            Credential::Client { .. } | Credential::SigningClient(_) => {
                Some(service.principal_id(state, id))
            }
            Credential::Secret { .. } | Credential::PublicKey { .. } => None,
        },
        created_at: Time(*added_at),
        revoked_at: revoked_at.map(Time),
        api_key: None,
        client_secret: None,
        encryption_public_key: None,
    }
}

/// What a key may move.
pub(crate) fn grant_body<'a>(
    service: &Service,
    state: &'a State,
    grant: &'a Grant,
) -> GrantBody<'a> {
    let shown = Shown { service, state };
    let accounts = grant.accounts.iter();
    let amounts = grant.amounts.iter();
    GrantBody {
        accounts: accounts.map(|id| service.account_id(state, *id)).collect(),
        tags: grant.tags.iter().map(|tag| tag.as_str()).collect(),
        amounts: amounts
            .map(|(asset, max)| GrantAmountBody {
                asset: shown.code(*asset),
                amount_max: shown.amount(*max, *asset),
            })
            .collect(),
    }
}
