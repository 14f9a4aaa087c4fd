//! Keys: what is asked, and what is there.

use super::names::{amount, bounded};
use super::transfers::Shown;
use super::{Field, Names};
use crate::native::error::{Kind, Member, Problem, kind_of};
use crate::native::wire::keys::{
    GrantAmountBody, GrantAmountRequest, GrantBody, GrantRequest, KeyBody, KeyRequest,
    PublicKeyRequest, RequestKeyBody, RequestKeyRequest, SigningClientBody, SigningClientRequest,
};
use crate::native::wire::{JsonText, Time};
use axum::http::Uri;
use giro_ledger::{
    Capabilities, Capability, Credential, Grant, Principal, PrincipalId, Rejection, RequestKey,
    SigningClient,
};
use giro_service::public_key::PublicKey;
use giro_service::{Caller, Service, State, assertion};
use std::collections::BTreeSet;

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

/// The credential of an OAuth client that signs assertions, and maybe its requests.
pub(crate) fn signing_client(request: &SigningClientRequest<'_>) -> Result<Credential, Problem> {
    let no_key = |field: &str, why: &str| Problem::of_field(Kind::PUBLIC_KEY_INVALID, field, why);
    let of_assertions = PublicKey::from_pem(request.pem.as_str());
    if !of_assertions.is_some_and(|key| key.is_for_assertions()) {
        let why = "is no public key, RSA of 2048 bits or more or Ed25519, in PEM";
        return Err(no_key("signing_client.pem", why));
    }
    let keys = request.request_keys.iter().flatten().enumerate();
    let key = |(place, key): (usize, &RequestKeyRequest<'_>)| {
        let field = |name| Field::Item("signing_client.request_keys", place, name);
        let of_requests = PublicKey::from_pem(key.pem.as_str());
        if of_requests.is_none_or(|key| key.request_algorithm().is_none()) {
            let why = "is no public key, Ed25519 or P-256, in PEM";
            return Err(no_key(&field("pem").to_string(), why));
        }
        Ok(RequestKey {
            id: bounded(field("id"), &key.id)?,
            public_key_pem: key.pem.as_str().into(),
        })
    };
    let request_keys = keys.map(key).collect::<Result<Vec<_>, Problem>>()?;
    let uris = request.redirect_uris.iter().flatten().enumerate();
    let uri = |(place, uri): (usize, &JsonText<'_>)| {
        let field = Field::Entry("signing_client.redirect_uris", place).to_string();
        redirect_uri(uri.as_str())
            .map_err(|why| Problem::of_field(Kind::SIGNING_CLIENT_INVALID, &field, why))
    };
    let redirect_uris = uris.map(uri).collect::<Result<Vec<_>, Problem>>()?;
    let client = SigningClient {
        assertion_key_pem: request.pem.as_str().into(),
        request_keys,
        requires_signature: request.requires_signature,
        redirect_uris,
    };
    check_whole(&client)?;
    Ok(Credential::SigningClient(Box::new(client)))
}

/// What only the whole of an OAuth client can get wrong.
fn check_whole(client: &SigningClient) -> Result<(), Problem> {
    let refuse = |name: &str, why: String| {
        let field = format!("signing_client.{name}");
        Err(Problem::of_field(Kind::SIGNING_CLIENT_INVALID, &field, why))
    };
    let (keys, uris) = (&client.request_keys, &client.redirect_uris);
    if keys.len() > SigningClient::MAX_REQUEST_KEYS {
        let max = SigningClient::MAX_REQUEST_KEYS;
        return refuse("request_keys", format!("has more than {max} keys"));
    }
    let ids: BTreeSet<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    if ids.len() != keys.len() {
        return refuse("request_keys", "has an id twice".to_owned());
    }
    if uris.len() > SigningClient::MAX_REDIRECT_URIS {
        let max = SigningClient::MAX_REDIRECT_URIS;
        return refuse("redirect_uris", format!("has more than {max} addresses"));
    }
    if client.requires_signature && keys.is_empty() {
        let why = "asks for signatures, but there are no request_keys".to_owned();
        return refuse("requires_signature", why);
    }
    Ok(())
}

/// An address that people may be sent back to: a page on this machine, or one that nobody on the way
/// can read (RFC 8252, OAuth 2.1).
fn redirect_uri(text: &str) -> Result<Box<str>, &'static str> {
    const BYTES_MAX: usize = 500;
    if text.len() > BYTES_MAX {
        return Err("has more than 500 bytes");
    }
    if text.contains('#') {
        return Err("has a fragment");
    }
    let uri: Uri = text.parse().map_err(|_| "is no absolute address")?;
    let (Some(scheme), Some(authority)) = (uri.scheme_str(), uri.authority()) else {
        return Err("is no absolute address");
    };
    let host = authority.host();
    let is_here = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
    if authority.as_str().contains('@') || host.is_empty() {
        return Err("is no plain address");
    }
    match scheme {
        "https" => Ok(text.into()),
        "http" if is_here => Ok(text.into()),
        _ => Err("is neither https nor, on this machine, http"),
    }
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
    match (
        &request.public_key,
        &request.client,
        &request.signing_client,
    ) {
        (None, None, None) => Ok(Proof::ApiKey),
        (Some(key), None, None) => public_key(key).map(Proof::PublicKey),
        (None, Some(client), None) => Ok(Proof::Client {
            encrypts: client.encryption_key,
        }),
        (None, None, Some(client)) => signing_client(client).map(Proof::PublicKey),
        _ => {
            let detail = "give one of public_key, client and signing_client";
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
        signing_client: match credential {
            Credential::SigningClient(client) => Some(signing_client_body(client)),
            Credential::Secret { .. }
            | Credential::PublicKey { .. }
            | Credential::Client { .. } => None,
        },
        created_at: Time(*added_at),
        revoked_at: revoked_at.map(Time),
        api_key: None,
        client_secret: None,
        encryption_public_key: None,
    }
}

fn signing_client_body(client: &SigningClient) -> SigningClientBody<'_> {
    let keys = client.request_keys.iter();
    SigningClientBody {
        pem: &client.assertion_key_pem,
        request_keys: keys
            .map(|key| RequestKeyBody {
                id: key.id.as_str(),
                pem: &key.public_key_pem,
            })
            .collect(),
        requires_signature: client.requires_signature,
        redirect_uris: client.redirect_uris.iter().map(|uri| &**uri).collect(),
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
