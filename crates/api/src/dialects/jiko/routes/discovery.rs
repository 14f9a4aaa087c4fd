//! What clients find out by themselves, and whom a token acts for.

use super::oauth::AllExtensions;
use crate::App;
use crate::dialects::jiko::auth::{Client, Scope};
use crate::dialects::jiko::error::Error;
use crate::dialects::jiko::oauth::{KNOWN_SCOPES, Refused};
use crate::dialects::jiko::wire::{Discovery, OauthProblem, Problem, User, answer};
use crate::http::base_url;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;

/// Discover the server
#[utoipa::path(
    get, path = "/.well-known/openid-configuration", tag = "OAuth", security(()),
    responses((status = 200, description = "Where what is, and how.", body = Discovery),
              (status = 400, description = "The request names no host.", body = OauthProblem))
)]
pub(super) async fn discover(
    headers: HeaderMap,
    extensions: AllExtensions,
) -> Result<Response, Refused> {
    let issuer = base_url(&headers, extensions.all());
    let issuer = issuer.ok_or(Refused::request("the request names no host"))?;
    let at = |path: &str| format!("{issuer}{path}");
    let found = Discovery {
        authorization_endpoint: at("/api/oauth2/authorize"),
        token_endpoint: at("/api/oauth2/token"),
        pushed_authorization_request_endpoint: at("/api/oauth2/par"),
        end_session_endpoint: at("/api/oauth2/logout"),
        userinfo_endpoint: at("/api/v1/user"),
        jwks_uri: at("/.well-known/jwks.json"),
        scopes_supported: &KNOWN_SCOPES,
        response_types_supported: ["code"],
        response_modes_supported: ["query"],
        grant_types_supported: ["authorization_code", "client_credentials", "refresh_token"],
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
        token_endpoint_auth_signing_alg_values_supported: ["PS256", "EdDSA"],
        code_challenge_methods_supported: ["S256"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [giro_service::openid::ALGORITHM],
        claims_supported: &[
            "iss",
            "sub",
            "aud",
            "exp",
            "iat",
            "auth_time",
            "nonce",
            "name",
            "email",
        ],
        require_pushed_authorization_requests: false,
        request_parameter_supported: false,
        issuer,
    };
    Ok(answer(StatusCode::OK, &found))
}

/// The keys that id tokens can be checked with
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "OAuth", security(()),
    responses((status = 200, description = "A set of keys (RFC 7517).", body = serde_json::Value))
)]
pub(super) async fn keys(State(app): State<App>) -> Response {
    answer(StatusCode::OK, &app.service.openid_keys())
}

/// Get user
///
/// Whoever the token acts for.
#[utoipa::path(
    get, path = "/api/v1/user/", tag = "OAuth",
    responses((status = 200, description = "They.", body = User),
              (status = 401, description = "No valid token.", body = Problem),
              (status = 429, description = "Too many requests.", body = Problem))
)]
pub(super) async fn user(State(app): State<App>, client: Client) -> Result<Response, Error> {
    let service = &app.service;
    let caller = &client.caller;
    let state = service.read();
    let found = state.ledger.principal(caller.principal);
    let found = found.ok_or(Error::Internal)?;
    let id = service.principal_id(&state, caller.principal);
    let scopes = Scope::ALL.into_iter();
    let scopes = scopes.filter(|scope| client.require(*scope).is_ok());
    let user = User {
        id,
        sub: id,
        name: found.name.to_string(),
        email: found.email.as_ref().map(ToString::to_string),
        customer_id: service.book_id(&state, caller.book),
        scopes: scopes.map(Scope::name).collect(),
        object_type: "User",
    };
    Ok(answer(StatusCode::OK, &user))
}
