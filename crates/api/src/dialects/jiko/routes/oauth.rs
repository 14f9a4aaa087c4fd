//! `/api/oauth2`: tokens, and the page on which people sign in.

use super::request::bytes;
use crate::App;
use crate::dialects::jiko::auth::valid_until;
use crate::dialects::jiko::limits::{Left, Limits};
use crate::dialects::jiko::oauth::{
    self, AuthorizationRequest, Form, Refusal, Refused, Registered, Spent, Stop, page, unstored,
};
use crate::dialects::jiko::wire::{OauthProblem, Problem, PushedAnswer, TokenAnswer, answer};
use crate::http::body::BODY_BYTES_MAX;
use crate::http::{base_url, bearer, read_body};
use axum::Extension;
use axum::body::Body;
use axum::extract::{RawQuery, State};
use axum::http::{Extensions, HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use giro_service::{Caller, Service};

/// How long the page may be looked at before it is answered.
const PAGE_SECONDS: u32 = 600;
/// What the request within the page is sealed for.
const PAGE: &str = "jiko sign-in page";

/// Where the client knows the server to be.
fn server(headers: &HeaderMap, extensions: &Extensions) -> Result<String, Refused> {
    base_url(headers, extensions).ok_or(Refused::request("the request names no host"))
}

async fn form_of(body: Body) -> Result<Form, Refused> {
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    Form::read(&bytes)
}

impl IntoResponse for Stop {
    fn into_response(self) -> Response {
        match self {
            Stop::Refused(refused) => refused.into_response(),
            Stop::TooMany(error) => unstored(error.into_response()),
        }
    }
}

/// Get tokens
///
/// For the assertion of a client, and maybe the code or refresh token of a person. The body is read as
/// a form, whatever its type.
#[utoipa::path(
    post, path = "/api/oauth2/token", tag = "OAuth", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "Tokens.", body = TokenAnswer),
              (status = 400, description = "The request is not right.", body = OauthProblem),
              (status = 401, description = "Nobody has proved to be a client.", body = OauthProblem),
              (status = 429, description = "Too many requests.", body = Problem))
)]
pub(super) async fn token(
    State(app): State<App>,
    Extension(spent): Extension<Spent>,
    Extension(limits): Extension<Limits>,
    Extension(left): Extension<Left>,
    headers: HeaderMap,
    extensions: AllExtensions,
    body: Body,
) -> Result<Response, Stop> {
    let form = form_of(body).await?;
    let base_url = server(&headers, &extensions.0)?;
    let service = &app.service;
    let count = |client: &Registered| limits.check_auth(service, client.principal, Some(&left));
    let granted = oauth::grant(service, &spent, &base_url, &form, count)?;
    Ok(unstored(answer(StatusCode::OK, &granted)))
}

/// Push an authorization request
///
/// What would else be in the address of the page. The body is read as a form, whatever its type.
#[utoipa::path(
    post, path = "/api/oauth2/par", tag = "OAuth", security(()),
    request_body(content = PushedRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 201, description = "It waits for its page.", body = PushedAnswer),
              (status = 400, description = "The request is not right.", body = OauthProblem),
              (status = 401, description = "Nobody has proved to be a client.", body = OauthProblem),
              (status = 429, description = "Too many requests.", body = Problem))
)]
pub(super) async fn push(
    State(app): State<App>,
    Extension(spent): Extension<Spent>,
    Extension(limits): Extension<Limits>,
    Extension(left): Extension<Left>,
    headers: HeaderMap,
    extensions: AllExtensions,
    body: Body,
) -> Result<Response, Stop> {
    let form = form_of(body).await?;
    let base_url = server(&headers, &extensions.0)?;
    let service = &app.service;
    let audiences = oauth::audiences(&base_url, &["/api/oauth2/par", "/api/oauth2/token"]);
    let proved = oauth::authenticate(service, &spent, &form, &audiences)?;
    let client = &proved.client;
    limits
        .check_auth(service, client.principal, Some(&left))
        .map_err(Stop::TooMany)?;
    let form = form.with("client_id", client.id.to_string());
    let pushed = oauth::push(service, client, &form)?;
    proved.spend(&spent, service.now())?;
    let pushed = PushedAnswer {
        request_uri: pushed.request_uri,
        expires_in: pushed.expires_in,
    };
    Ok(unstored(answer(StatusCode::CREATED, &pushed)))
}

/// Sign in
///
/// A page on which a person lets a client act for them. What is wrong with the request is told to the
/// client, where the person is sent, once it is clear where that is.
#[utoipa::path(
    get, path = "/api/oauth2/authorize", tag = "OAuth", security(()),
    params(AuthorizeQuery),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 303, description = "Back to the client, with an error."),
              (status = 400, description = "A page that says what is wrong.",
               content_type = "text/html", body = String))
)]
pub(super) async fn authorize(State(app): State<App>, RawQuery(query): RawQuery) -> Response {
    match Form::read(query.unwrap_or_default().as_bytes()) {
        Ok(form) => ask(&app.service, &form),
        Err(refused) => page::refused(&refused),
    }
}

fn ask(service: &Service, form: &Form) -> Response {
    match oauth::read_request(service, form) {
        Ok((client, request)) => show(service, &client, &request, None),
        Err(refusal) => refuse(refusal),
    }
}

fn show(
    service: &Service,
    client: &Registered,
    request: &AuthorizationRequest,
    wrong: Option<&str>,
) -> Response {
    let until = service.now().after_seconds(PAGE_SECONDS);
    let sealed = service.seal(PAGE, request, until);
    page::sign_in(client, request, &sealed, wrong)
}

fn refuse(refusal: Refusal) -> Response {
    match refusal {
        Refusal::Told(refused) => page::refused(&refused),
        Refusal::SentBack {
            redirect_uri,
            state,
            refused,
        } => {
            let answer = [
                ("error", Some(refused.error)),
                ("error_description", Some(&*refused.why)),
                ("state", state.as_deref()),
            ];
            page::send_back(&redirect_uri, &answer)
        }
    }
}

/// Answer the page
///
/// What the page sends when a person has decided: they are sent back to the client with a code.
#[utoipa::path(
    post, path = "/api/oauth2/authorize", tag = "OAuth", security(()),
    request_body(content = Decision, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The page.", content_type = "text/html", body = String),
              (status = 303, description = "Back to the client, with a code or an error."),
              (status = 400, description = "A page that says what is wrong.",
               content_type = "text/html", body = String),
              (status = 401, description = "The page again.", content_type = "text/html", body = String))
)]
pub(super) async fn decide(State(app): State<App>, headers: HeaderMap, body: Body) -> Response {
    let form = match form_of(body).await {
        Ok(form) => form,
        Err(refused) => return page::refused(&refused),
    };
    let service = &*app.service;
    let Some(sealed) = form.optional("request") else {
        // OpenID Connect lets clients open the page by POST, too.
        return ask(service, &form);
    };
    // Nobody stays signed in, so another site has nobody to act as; but it shall not type for them.
    if !is_own(&headers) {
        let refused = Refused::request("the page was sent by another site");
        return page::refused(&refused);
    }
    let request = service.unseal::<AuthorizationRequest>(PAGE, sealed);
    let known = request.and_then(|(request, _)| {
        let client = oauth::registered(service, &request.client_id)?;
        let mut uris = client.client.redirect_uris.iter();
        uris.any(|uri| **uri == request.redirect_uri)
            .then_some((client, request))
    });
    let Some((client, request)) = known else {
        let refused = Refused::request("the page is too old: go back to where you came from");
        return page::refused(&refused);
    };
    if form.optional("decision") == Some("deny") {
        let refused = Refused::of("access_denied", "they do not want that");
        return refuse(sent_back(request, refused));
    }
    let Some(person) = person(service, &client, form.optional("api_key")) else {
        let wrong = "This is not an API key of somebody here.";
        return show(service, &client, &request, Some(wrong));
    };
    let given = oauth::Asked::read(request.scope.as_deref())
        .and_then(|asked| asked.given(person.capabilities, true));
    if let Err(refused) = given {
        return refuse(sent_back(request, refused));
    }
    let code = oauth::issue_code(service, &client, &person, &request);
    let answer = [("code", Some(&*code)), ("state", request.state.as_deref())];
    page::send_back(&request.redirect_uri, &answer)
}

fn sent_back(request: AuthorizationRequest, refused: Refused) -> Refusal {
    Refusal::SentBack {
        redirect_uri: request.redirect_uri,
        state: request.state,
        refused,
    }
}

/// Whoever has that API key, if they are of the client's book.
fn person(service: &Service, client: &Registered, api_key: Option<&str>) -> Option<Caller> {
    let caller = service.authenticate_key(api_key?.trim()).ok()?;
    (caller.book == client.book && !caller.is_operator()).then_some(caller)
}

/// Whether a form was sent by a page of this server, as far as the browser says. What is no browser
/// says nothing.
fn is_own(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text("origin") else {
        return true;
    };
    let host = text(header::HOST.as_str());
    origin
        .split_once("://")
        .is_some_and(|(_, authority)| Some(authority) == host)
}

/// Sign out
///
/// Nobody stays signed in here. Tokens that come with the request, as `Authorization` or as `token`,
/// are refused from now on.
#[utoipa::path(
    get, path = "/api/oauth2/logout", tag = "OAuth", security((), ("access_token" = [])),
    params(LogoutQuery),
    responses((status = 200, description = "A page.", content_type = "text/html", body = String),
              (status = 303, description = "Back to the client."),
              (status = 400, description = "A page that says what is wrong.",
               content_type = "text/html", body = String))
)]
pub(super) async fn logout(
    State(app): State<App>,
    Extension(spent): Extension<Spent>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Response {
    let form = Form::read(query.unwrap_or_default().as_bytes());
    sign_out(&app.service, &spent, &headers, form)
}

/// Sign out, by a form
#[utoipa::path(
    post, path = "/api/oauth2/logout", tag = "OAuth", security((), ("access_token" = [])),
    request_body(content = LogoutRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "A page.", content_type = "text/html", body = String),
              (status = 303, description = "Back to the client."),
              (status = 400, description = "A page that says what is wrong.",
               content_type = "text/html", body = String))
)]
pub(super) async fn logout_by_form(
    State(app): State<App>,
    Extension(spent): Extension<Spent>,
    headers: HeaderMap,
    body: Body,
) -> Response {
    let form = match bytes(body).await {
        Ok(bytes) => Form::read(&bytes),
        Err(error) => return error.into_response(),
    };
    sign_out(&app.service, &spent, &headers, form)
}

fn sign_out(
    service: &Service,
    spent: &Spent,
    headers: &HeaderMap,
    form: Result<Form, Refused>,
) -> Response {
    let form = match form {
        Ok(form) => form,
        Err(refused) => return page::refused(&refused),
    };
    let tokens = [bearer(headers), form.optional("token")];
    for token in tokens.into_iter().flatten() {
        if let Some(until) = valid_until(service, token) {
            // If it was ended before, it stays so.
            let _ = spent.ended.is_first(token, until, service.now());
        }
    }
    let Some(uri) = form.optional("post_logout_redirect_uri") else {
        return page::signed_out();
    };
    let client = form.optional("client_id");
    let client = client.and_then(|id| oauth::registered(service, id));
    let mut known = client
        .iter()
        .flat_map(|client| &client.client.redirect_uris);
    match known.any(|known| **known == *uri) {
        true => page::send_back(uri, &[("state", form.optional("state"))]),
        false => {
            let why = "post_logout_redirect_uri is not one of the client that client_id names";
            page::refused(&Refused::request(why))
        }
    }
}

/// Everything that was put beside the request.
pub(super) struct AllExtensions(Extensions);

impl AllExtensions {
    /// All of them.
    pub(super) fn all(&self) -> &Extensions {
        &self.0
    }
}

impl<S: Send + Sync> axum::extract::FromRequestParts<S> for AllExtensions {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(
        parts: &mut axum::http::request::Parts,
        _: &S,
    ) -> Result<AllExtensions, Self::Rejection> {
        Ok(AllExtensions(parts.extensions.clone()))
    }
}

/// What a client sends for tokens.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct TokenRequest {
    /// `client_credentials`, `authorization_code` or `refresh_token`.
    #[schema(example = "client_credentials")]
    grant_type: String,
    /// The client's id.
    client_id: Option<String>,
    /// `urn:ietf:params:oauth:client-assertion-type:jwt-bearer`.
    #[schema(example = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    client_assertion_type: String,
    /// A JWT that the client has signed with PS256 or EdDSA: `iss` and `sub` are its id, `aud` is this
    /// address, `exp` at most five minutes ahead, `iat`, and a `jti` of its own.
    client_assertion: String,
    /// What the tokens are to be good for, separated by spaces: everything, if nothing is named.
    scope: Option<String>,
    /// The code.
    code: Option<String>,
    /// Where it was sent to.
    redirect_uri: Option<String>,
    /// What its challenge was made of.
    code_verifier: Option<String>,
    /// The refresh token.
    refresh_token: Option<String>,
}

/// What a client pushes.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct PushedRequest {
    /// As for tokens.
    client_assertion_type: String,
    /// As for tokens; it may be meant for this address, too.
    client_assertion: String,
    /// `code`.
    response_type: String,
    /// Where the person is sent back to.
    redirect_uri: String,
    /// The SHA-256 of the verifier, in base64url.
    code_challenge: String,
    /// `S256`.
    code_challenge_method: String,
    /// What the tokens are to be good for.
    scope: Option<String>,
    /// Comes back with the person.
    state: Option<String>,
    /// Comes back in the id token.
    nonce: Option<String>,
}

/// What the address of the page says.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct AuthorizeQuery {
    /// The client's id.
    client_id: String,
    /// What was pushed before, in place of all that follows.
    request_uri: Option<String>,
    /// `code`.
    response_type: Option<String>,
    /// Where the person is sent back to: one of those that are registered.
    redirect_uri: Option<String>,
    /// The SHA-256 of the verifier, in base64url.
    code_challenge: Option<String>,
    /// `S256`.
    code_challenge_method: Option<String>,
    /// What the tokens are to be good for.
    scope: Option<String>,
    /// Comes back with the person.
    state: Option<String>,
    /// Comes back in the id token.
    nonce: Option<String>,
}

/// What the page sends.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct Decision {
    /// The request, sealed by the page.
    request: String,
    /// The person's API key.
    api_key: Option<String>,
    /// `allow` or `deny`.
    decision: Option<String>,
}

/// What the address for signing out says.
#[derive(utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct LogoutQuery {
    /// Where to go then: one of the addresses of the client.
    post_logout_redirect_uri: Option<String>,
    /// Which client.
    client_id: Option<String>,
    /// Comes back with the person.
    state: Option<String>,
}

/// The same as a form.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct LogoutRequest {
    /// A token that is to be refused from now on.
    token: Option<String>,
    /// Where to go then: one of the addresses of the client.
    post_logout_redirect_uri: Option<String>,
    /// Which client.
    client_id: Option<String>,
    /// Comes back with the person.
    state: Option<String>,
}
