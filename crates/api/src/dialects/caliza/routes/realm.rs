//! `/auth/realms/caliza`: tokens, as Keycloak gives them.

use crate::App;
use crate::dialects::caliza::auth::{self, Denied, Fields};
use crate::dialects::caliza::wire::{
    DeniedBody, Discovery, Granted, Keys, TokenProblems, TokenRequest, UserInfo, answer,
};
use crate::http::body::{BODY_BYTES_MAX, text};
use crate::http::{BodyError, base_url, bearer, read_body};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header, request::Parts};
use axum::response::{IntoResponse, Response};

const REALM: &str = "/auth/realms/caliza";

/// Get tokens
///
/// For a user's password, a refresh token, or the client alone. The body is read as a form,
/// whatever its type.
#[utoipa::path(
    post, path = "/auth/realms/caliza/protocol/openid-connect/token", tag = "Tokens", security(()),
    request_body(content = TokenRequest, content_type = "application/x-www-form-urlencoded"),
    responses((status = 200, description = "The tokens.", body = Granted), TokenProblems)
)]
pub(super) async fn token(State(app): State<App>, request: Request) -> Result<Response, Denied> {
    let (parts, body) = request.into_parts();
    let bytes = read_body(body, BODY_BYTES_MAX).await?;
    let fields = Fields::read(text(&bytes)?)?;
    let granted = auth::grant(&app.service, &issuer(&parts), &parts.headers, &fields)?;
    Ok(not_kept(answer(StatusCode::OK, &granted)))
}

/// Where everything around tokens is
#[utoipa::path(
    get, path = "/auth/realms/caliza/.well-known/openid-configuration", tag = "Tokens",
    security(()),
    responses((status = 200, description = "Where it is.", body = Discovery))
)]
pub(super) async fn discovery(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let issuer = issuer(&parts);
    let endpoint = |name: &str| format!("{issuer}/protocol/openid-connect/{name}");
    let discovery = Discovery {
        token_endpoint: endpoint("token"),
        userinfo_endpoint: endpoint("userinfo"),
        jwks_uri: endpoint("certs"),
        grant_types_supported: ["client_credentials", "password", "refresh_token"],
        response_types_supported: [],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: [giro_service::openid::ALGORITHM],
        token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
        scopes_supported: ["openid", "email", "profile"],
        claims_supported: [
            "aud",
            "sub",
            "iss",
            "auth_time",
            "name",
            "preferred_username",
            "email",
            "email_verified",
            "acr",
        ],
        issuer,
    };
    answer(StatusCode::OK, &discovery)
}

/// The keys that id tokens are signed with
#[utoipa::path(
    get, path = "/auth/realms/caliza/protocol/openid-connect/certs", tag = "Tokens",
    security(()),
    responses((status = 200, description = "The keys.", body = Keys))
)]
pub(super) async fn certs(State(app): State<App>) -> Response {
    answer(StatusCode::OK, &app.service.openid_keys())
}

/// Who the user is
#[utoipa::path(
    get, path = "/auth/realms/caliza/protocol/openid-connect/userinfo", tag = "Tokens",
    responses((status = 200, description = "The user.", body = UserInfo),
              (status = 401, description = "No valid token: `invalid_token`.", body = DeniedBody))
)]
pub(super) async fn user_info(
    State(app): State<App>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    let user = bearer(&headers).and_then(|token| auth::user_info(&app.service, token));
    let user = user.ok_or_else(Denied::invalid_token)?;
    Ok(not_kept(answer(StatusCode::OK, &user)))
}

/// Who the user is, asked the other way
///
/// OpenID Connect has both.
#[utoipa::path(
    post, path = "/auth/realms/caliza/protocol/openid-connect/userinfo", tag = "Tokens",
    responses((status = 200, description = "The user.", body = UserInfo),
              (status = 401, description = "No valid token: `invalid_token`.", body = DeniedBody))
)]
pub(super) async fn user_info_again(
    app: State<App>,
    headers: HeaderMap,
) -> Result<Response, Denied> {
    user_info(app, headers).await
}

/// The address of the realm, as the client knows it.
fn issuer(parts: &Parts) -> String {
    let base = base_url(&parts.headers, &parts.extensions);
    format!("{}{REALM}", base.unwrap_or_default())
}

/// What nobody on the way is to keep.
fn not_kept(mut response: Response) -> Response {
    let headers = response.headers_mut();
    let no_store = HeaderValue::from_static("no-store");
    headers.insert(header::CACHE_CONTROL, no_store);
    let no_cache = HeaderValue::from_static("no-cache");
    headers.insert(header::PRAGMA, no_cache);
    response
}

impl From<BodyError> for Denied {
    fn from(error: BodyError) -> Denied {
        let denied = Denied::invalid_request(error.to_string());
        match error {
            BodyError::TooLarge { .. } => Denied {
                status: StatusCode::PAYLOAD_TOO_LARGE,
                ..denied
            },
            BodyError::NotUtf8 { .. } | BodyError::Io => denied,
        }
    }
}

impl IntoResponse for Denied {
    fn into_response(self) -> Response {
        let body = DeniedBody {
            error: self.error.into(),
            error_description: self.description,
        };
        let mut response = not_kept(answer(self.status, &body));
        if self.status == StatusCode::UNAUTHORIZED && self.error != "invalid_grant" {
            let scheme = match self.error {
                "invalid_token" => r#"Bearer realm="caliza", error="invalid_token""#,
                _ => r#"Basic realm="caliza""#,
            };
            let scheme = HeaderValue::from_static(scheme);
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
