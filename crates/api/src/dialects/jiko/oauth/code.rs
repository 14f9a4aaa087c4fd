//! Authorization codes: what a person has allowed a client, sealed for a minute or so.

use super::{AuthorizationRequest, Form, Refused, Registered, Spent};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use giro_ledger::{PrincipalId, Timestamp};
use giro_service::{Caller, Service};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// How long a code waits to be exchanged.
const CODE_SECONDS: u32 = 90;
/// What it is sealed for.
const PURPOSE: &str = "jiko code";

/// What a code says.
#[derive(Serialize, Deserialize)]
pub(super) struct Code {
    client: u32,
    person: u32,
    redirect_uri: String,
    challenge: String,
    /// What was asked for.
    pub(super) scope: Option<String>,
    /// What the client wants to find in the id token.
    pub(super) nonce: Option<String>,
    /// When the person has signed in, in seconds since 1970.
    pub(super) signed_in_at: i64,
}

impl Code {
    /// Who has allowed it.
    pub(super) fn person(&self) -> PrincipalId {
        PrincipalId(self.person)
    }
}

/// A code for what somebody has allowed a client.
pub fn issue_code(
    service: &Service,
    client: &Registered,
    person: &Caller,
    request: &AuthorizationRequest,
) -> String {
    let now = service.now();
    let code = Code {
        client: client.principal.0,
        person: person.principal.0,
        redirect_uri: request.redirect_uri.clone(),
        challenge: request.code_challenge.clone(),
        scope: request.scope.clone(),
        nonce: request.nonce.clone(),
        signed_in_at: now.0.div_euclid(1_000_000),
    };
    service.seal(PURPOSE, &code, now.after_seconds(CODE_SECONDS))
}

/// What a code says that was given to this client, and until when it is good.
///
/// # Errors
/// [`Refused`] with `invalid_grant`: if it is not good any more, or was used, or the client does not
/// prove to be the one that has asked for it.
pub(super) fn open_code(
    service: &Service,
    spent: &Spent,
    client: &Registered,
    form: &Form,
) -> Result<(Code, Timestamp), Refused> {
    let text = form.required("code")?;
    let unknown = || Refused::grant("the code is not valid, or was used before");
    let (code, until): (Code, _) = service.unseal(PURPOSE, text).ok_or_else(unknown)?;
    if code.client != client.principal.0 || spent.used.was_used(text, service.now()) {
        return Err(unknown());
    }
    // Where the page has sent the code to has to be said again (RFC 6749), or may be left out (OAuth
    // 2.1), since the verifier proves the same.
    let redirect_uri = form.optional("redirect_uri");
    if redirect_uri.is_some_and(|uri| uri != code.redirect_uri) {
        return Err(Refused::grant("redirect_uri is not that of the code"));
    }
    let verifier = form.required("code_verifier")?;
    match is_verifier(verifier) && challenge_of(verifier) == code.challenge {
        true => Ok((code, until)),
        false => Err(Refused::grant("code_verifier is not that of the code")),
    }
}

/// What follows from a verifier (RFC 7636, `S256`).
fn challenge_of(verifier: &str) -> String {
    BASE64.encode(Sha256::digest(verifier))
}

fn is_verifier(text: &str) -> bool {
    let is_unreserved = |one: u8| one.is_ascii_alphanumeric() || b"-._~".contains(&one);
    (43..=128).contains(&text.len()) && text.bytes().all(is_unreserved)
}

/// Whether a text can be a challenge: 32 bytes.
pub(super) fn is_challenge(text: &str) -> bool {
    BASE64.decode(text).is_ok_and(|bytes| bytes.len() == 32)
}
