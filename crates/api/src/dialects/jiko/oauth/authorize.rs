//! What a client asks a person for.

use super::code::is_challenge;
use super::{Asked, Form, Refused, Registered, registered};
use giro_service::Service;
use serde::{Deserialize, Serialize};

/// How long a pushed request waits for its page.
pub(super) const PUSHED_SECONDS: u32 = 90;
/// What a pushed request is called by (RFC 9126).
const PUSHED_PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// What it is sealed for.
const PUSHED: &str = "jiko pushed request";
/// The longest `state` and `nonce`: both come back in addresses.
const ECHOED_BYTES_MAX: usize = 1024;

/// What a client asks a person for: all of it is checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthorizationRequest {
    /// The client's id.
    pub client_id: String,
    /// Where the person is sent back to.
    pub redirect_uri: String,
    /// The scopes, if any are named.
    pub scope: Option<String>,
    /// What the client wants to get back.
    pub state: Option<String>,
    /// What the client wants to find in the id token.
    pub nonce: Option<String>,
    /// What the verifier of the code will be compared with.
    pub code_challenge: String,
}

/// Why a person is not asked.
pub enum Refusal {
    /// Nobody knows where to send them: they are told.
    Told(Refused),
    /// The client is told, by where they are sent.
    SentBack {
        /// Where to.
        redirect_uri: String,
        /// What the client wants to get back.
        state: Option<String>,
        /// Why.
        refused: Refused,
    },
}

impl From<Refused> for Refusal {
    fn from(refused: Refused) -> Refusal {
        Refusal::Told(refused)
    }
}

/// Reads what a client asks for, from a page's address or from what was pushed before.
///
/// # Errors
/// [`Refusal`].
pub fn read_request(
    service: &Service,
    form: &Form,
) -> Result<(Registered, AuthorizationRequest), Refusal> {
    let client_id = form.required("client_id")?;
    let unknown = || Refused::request("client_id is not known");
    let client = registered(service, client_id).ok_or_else(unknown)?;
    let Some(pushed) = form.optional("request_uri") else {
        let request = check(&client, form)?;
        return Ok((client, request));
    };
    let sealed = pushed.strip_prefix(PUSHED_PREFIX);
    let opened = sealed.and_then(|sealed| service.unseal::<AuthorizationRequest>(PUSHED, sealed));
    let own = opened.filter(|(request, _)| {
        let uris = &client.client.redirect_uris;
        registered(service, &request.client_id).is_some_and(|one| one.id == client.id)
            && uris.iter().any(|uri| **uri == request.redirect_uri)
    });
    let unknown = || Refused::request("request_uri is not known, or no longer");
    let (request, _) = own.ok_or_else(unknown)?;
    Ok((client, request))
}

/// A request that was pushed: what it is called by, and for how many seconds.
pub struct Pushed {
    /// What it is called by.
    pub request_uri: String,
    /// For how many seconds.
    pub expires_in: u32,
}

/// Takes a request in advance, from a client that has proved who it is.
///
/// # Errors
/// [`Refused`].
pub fn push(service: &Service, client: &Registered, form: &Form) -> Result<Pushed, Refused> {
    if form.optional("request_uri").is_some() {
        return Err(Refused::request("request_uri cannot be pushed"));
    }
    let request = check(client, form).map_err(|refusal| match refusal {
        Refusal::Told(refused) | Refusal::SentBack { refused, .. } => refused,
    })?;
    let until = service.now().after_seconds(PUSHED_SECONDS);
    let sealed = service.seal(PUSHED, &request, until);
    Ok(Pushed {
        request_uri: format!("{PUSHED_PREFIX}{sealed}"),
        expires_in: PUSHED_SECONDS,
    })
}

fn check(client: &Registered, form: &Form) -> Result<AuthorizationRequest, Refusal> {
    let redirect_uri = form.required("redirect_uri")?;
    let mut known = client.client.redirect_uris.iter();
    if !known.any(|uri| **uri == *redirect_uri) {
        let why = "redirect_uri is not one that is registered for the client";
        return Err(Refused::request(why).into());
    }
    let state = form.optional("state").map(str::to_owned);
    let fits = |text: &String| text.len() <= ECHOED_BYTES_MAX;
    let checked = checked(form, redirect_uri, state.clone());
    checked.map_err(|refused| Refusal::SentBack {
        redirect_uri: redirect_uri.to_owned(),
        // What is too long would not come back whole.
        state: state.filter(fits),
        refused,
    })
}

fn checked(
    form: &Form,
    redirect_uri: &str,
    state: Option<String>,
) -> Result<AuthorizationRequest, Refused> {
    if form.optional("request").is_some() {
        let why = "a request in a JWT is not taken";
        return Err(Refused::of("request_not_supported", why));
    }
    if form.required("response_type")? != "code" {
        let why = "response_type can only be code";
        return Err(Refused::of("unsupported_response_type", why));
    }
    if form
        .optional("response_mode")
        .is_some_and(|mode| mode != "query")
    {
        return Err(Refused::request("response_mode can only be query"));
    }
    if form.required("code_challenge_method")? != "S256" {
        return Err(Refused::request("code_challenge_method can only be S256"));
    }
    let code_challenge = form.required("code_challenge")?;
    if !is_challenge(code_challenge) {
        return Err(Refused::request("code_challenge is none of S256"));
    }
    let nonce = form.optional("nonce").map(str::to_owned);
    let is_long = |text: &Option<String>| {
        text.as_ref()
            .is_some_and(|text| text.len() > ECHOED_BYTES_MAX)
    };
    if is_long(&state) || is_long(&nonce) {
        let why = format!("state and nonce can have {ECHOED_BYTES_MAX} bytes at most");
        return Err(Refused::request(why));
    }
    if form.optional("prompt") == Some("none") {
        let why = "nobody stays signed in here";
        return Err(Refused::of("login_required", why));
    }
    let scope = Asked::read(form.optional("scope"))?.spelled();
    Ok(AuthorizationRequest {
        client_id: form.required("client_id")?.to_owned(),
        redirect_uri: redirect_uri.to_owned(),
        scope,
        state,
        nonce,
        code_challenge: code_challenge.to_owned(),
    })
}
