//! Tokens for what proves that a client may have them.

use super::client::{Proved, authenticate};
use super::code::{Code, open_code};
use super::{ACCESS_SECONDS, Asked, Form, REFRESH_SECONDS, Refused, Registered, Spent};
use crate::dialects::jiko::SCOPE;
use crate::dialects::jiko::auth::{check_refresh_token, issue_refresh_token, issue_token};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::wire::TokenAnswer;
use giro_ledger::{Capabilities, PrincipalId, Timestamp};
use giro_service::token::{Claims, TokenKind};
use giro_service::{Caller, Service};
use serde::Serialize;
use std::time::Duration;

/// Why a request for tokens is refused.
pub enum Stop {
    /// It is not right.
    Refused(Refused),
    /// There have been too many.
    TooMany(Error),
}

impl From<Refused> for Stop {
    fn from(refused: Refused) -> Stop {
        Stop::Refused(refused)
    }
}

/// What a request for tokens is answered with: `count` counts it for its client.
///
/// # Errors
/// [`Stop`]; what the request lacks comes before who the client is, and that before what it
/// presents. An assertion or code is used up only by a token.
pub fn grant(
    service: &Service,
    spent: &Spent,
    base_url: &str,
    form: &Form,
    count: impl FnOnce(&Registered) -> Result<(), Error>,
) -> Result<TokenAnswer, Stop> {
    type Exchange = fn(&Asking<'_>) -> Result<TokenAnswer, Refused>;
    let exchange: Exchange = match form.required("grant_type")? {
        "client_credentials" => of_client,
        "authorization_code" => {
            form.required("code")?;
            form.required("code_verifier")?;
            of_code
        }
        "refresh_token" => {
            form.required("refresh_token")?;
            of_refresh
        }
        _ => {
            let why = "grant_type can be client_credentials, authorization_code or refresh_token";
            return Err(Refused::of("unsupported_grant_type", why).into());
        }
    };
    let audiences = super::audiences(base_url, &["/api/oauth2/token"]);
    let proved = authenticate(service, spent, form, &audiences)?;
    count(&proved.client).map_err(Stop::TooMany)?;
    let asking = Asking {
        service,
        spent,
        base_url,
        form,
        proved: &proved,
    };
    Ok(exchange(&asking)?)
}

struct Asking<'a> {
    service: &'a Service,
    spent: &'a Spent,
    base_url: &'a str,
    form: &'a Form,
    proved: &'a Proved,
}

impl Asking<'_> {
    fn access_token(&self, principal: PrincipalId, capabilities: Capabilities) -> String {
        let ttl = Duration::from_secs(ACCESS_SECONDS.into());
        let client = self.proved.client.principal;
        issue_token(self.service, client, principal, capabilities, ttl)
    }

    /// The person of these claims, if they can still act in the client's book.
    fn person(&self, claims: &Claims) -> Result<Caller, Refused> {
        let caller = self.service.authenticate_claims(claims).ok();
        let own = caller.filter(|caller| caller.book == self.proved.client.book);
        own.ok_or_else(|| Refused::grant("whoever has allowed it cannot act any more"))
    }
}

fn of_client(asking: &Asking<'_>) -> Result<TokenAnswer, Refused> {
    let asked = Asked::read(asking.form.optional("scope"))?;
    let client = &asking.proved.client;
    let given = asked.given(client.capabilities, false)?;
    asking.proved.spend(asking.spent, asking.service.now())?;
    Ok(TokenAnswer {
        access_token: asking.access_token(client.principal, given.capabilities),
        refresh_token: None,
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        scope: given.told,
        id_token: None,
    })
}

fn of_code(asking: &Asking<'_>) -> Result<TokenAnswer, Refused> {
    let (service, client) = (asking.service, &asking.proved.client);
    let (code, until) = open_code(service, asking.spent, client, asking.form)?;
    let now = service.now();
    let claims = Claims {
        kind: TokenKind::Code,
        scope: SCOPE,
        principal: code.person(),
        capabilities: Capabilities::all_of_a_book(),
        expires_at: until,
    };
    let person = asking.person(&claims)?;
    let asked = Asked::read(code.scope.as_deref())?;
    let given = asked.given(person.capabilities, true)?;
    asking.proved.spend(asking.spent, now)?;
    let text = asking.form.required("code")?;
    if !asking.spent.used.is_first(text, until, now) {
        return Err(Refused::grant("the code is not valid, or was used before"));
    }
    let until = now.after_seconds(REFRESH_SECONDS);
    let refresh = issue_refresh_token(
        service,
        client.principal,
        person.principal,
        given.capabilities,
        until,
    );
    let id_token = asked
        .names("openid")
        .then(|| id_token(asking, &asked, person.principal, &code, now));
    Ok(TokenAnswer {
        access_token: asking.access_token(person.principal, given.capabilities),
        refresh_token: Some(refresh),
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        scope: given.told,
        id_token,
    })
}

fn of_refresh(asking: &Asking<'_>) -> Result<TokenAnswer, Refused> {
    let (service, client) = (asking.service, &asking.proved.client);
    let text = asking.form.required("refresh_token")?;
    let invalid = || Refused::grant("the refresh token is not valid, or no longer");
    let now = service.now();
    if asking.spent.ended.was_used(text, now) {
        return Err(invalid());
    }
    let claims = check_refresh_token(service, client.principal, text).ok_or_else(invalid)?;
    let person = asking.person(&claims)?;
    let asked = Asked::read(asking.form.optional("scope"))?;
    let given = asked.given(person.capabilities, false);
    let (capabilities, told) = match asking.form.optional("scope") {
        // What was given at first, as far as the person may still do it.
        None => (person.capabilities, None),
        Some(_) => given.map(|given| (given.capabilities, given.told))?,
    };
    asking.proved.spend(asking.spent, now)?;
    // The new one can do what the first one could, and ends when that does: then the person signs in
    // again.
    let refresh = issue_refresh_token(
        service,
        client.principal,
        person.principal,
        claims.capabilities,
        claims.expires_at,
    );
    Ok(TokenAnswer {
        access_token: asking.access_token(person.principal, capabilities),
        refresh_token: Some(refresh),
        token_type: "Bearer",
        expires_in: ACCESS_SECONDS,
        scope: told,
        id_token: None,
    })
}

/// What an id token says (OpenID Connect Core, section 2).
#[derive(Serialize)]
struct IdClaims<'a> {
    iss: &'a str,
    sub: String,
    aud: String,
    exp: i64,
    iat: i64,
    auth_time: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

fn id_token(
    asking: &Asking<'_>,
    asked: &Asked,
    person: PrincipalId,
    code: &Code,
    now: Timestamp,
) -> String {
    let service = asking.service;
    let now = now.0.div_euclid(1_000_000);
    let claims = {
        let state = service.read();
        let found = state.ledger.principal(person);
        let name = found.map(|one| one.name.to_string());
        let email = found.and_then(|one| one.email.as_ref());
        IdClaims {
            iss: asking.base_url,
            sub: service.principal_id(&state, person).to_string(),
            aud: asking.proved.client.id.to_string(),
            exp: now.saturating_add(ACCESS_SECONDS.into()),
            iat: now,
            auth_time: code.signed_in_at,
            nonce: code.nonce.as_deref(),
            name: name.filter(|_| asked.names("profile")),
            email: email
                .map(ToString::to_string)
                .filter(|_| asked.names("email")),
        }
    };
    service.sign_id_token(&claims)
}
