//! Tokens and what is said around them, as Keycloak spells it.

use serde::Serialize;
use std::borrow::Cow;
use utoipa::{IntoResponses, ToSchema};
use uuid::Uuid;

/// The form of a request for tokens.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct TokenRequest {
    /// `password`, `refresh_token` or `client_credentials`.
    #[schema(example = "password")]
    grant_type: String,
    /// The client's id; it and the secret may stand in `Authorization: Basic …` instead.
    client_id: Option<String>,
    /// The client's secret.
    client_secret: Option<String>,
    /// With `password`: the user's e-mail address, or the id or name of their API key.
    username: Option<String>,
    /// With `password`: the user's API key.
    password: Option<String>,
    /// With `refresh_token`: the refresh token.
    refresh_token: Option<String>,
    /// With `openid` in it there is an id token too.
    #[schema(example = "openid")]
    scope: Option<String>,
}

/// Tokens.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = Tokens)]
pub struct Granted {
    /// What to call with. Nothing can be read from it.
    pub access_token: String,
    /// For so many seconds.
    #[schema(example = 86400)]
    pub expires_in: u32,
    /// For so many seconds the other one can be exchanged for a new one; 0 if there is none.
    #[schema(example = 1800)]
    pub refresh_expires_in: u32,
    /// What to get the next access token for; none for `client_credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub refresh_token: Option<String>,
    /// Always `Bearer`.
    #[schema(example = "Bearer")]
    pub token_type: &'static str,
    /// Who the user is, signed: a JWT. Only with scope `openid`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id_token: Option<String>,
    /// Always 0.
    #[serde(rename = "not-before-policy")]
    #[schema(example = 0)]
    pub not_before_policy: u32,
    /// The session; none for `client_credentials`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub session_state: Option<Uuid>,
    /// What was asked for, with what always comes with it.
    #[schema(example = "openid email profile")]
    pub scope: &'static str,
}

/// Why there is no token.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = TokenError)]
pub struct DeniedBody {
    /// What is wrong, for programs.
    #[schema(value_type = String, example = "invalid_grant")]
    pub error: Cow<'static, str>,
    /// What is wrong, for people.
    #[schema(example = "Invalid user credentials")]
    pub error_description: String,
}

/// What a request for tokens can be refused with.
#[derive(IntoResponses)]
pub enum TokenProblems {
    /// `invalid_request`, `unsupported_grant_type`; `invalid_grant` for a refresh token.
    #[response(status = 400)]
    Malformed(#[to_schema] DeniedBody),
    /// `invalid_client`; `invalid_grant` for a password.
    #[response(status = 401)]
    Unauthorized(#[to_schema] DeniedBody),
    /// The body is too large: `invalid_request`.
    #[response(status = 413)]
    TooLarge(#[to_schema] DeniedBody),
}

/// What an id token says.
#[derive(Clone, Debug, Serialize)]
pub struct IdClaims {
    /// Until when it is valid.
    pub exp: i64,
    /// Since when.
    pub iat: i64,
    /// When the user has signed in.
    pub auth_time: i64,
    /// Its id.
    pub jti: Uuid,
    /// Who says so.
    pub iss: String,
    /// To whom.
    pub aud: Uuid,
    /// Always `ID`.
    pub typ: &'static str,
    /// Through which client.
    pub azp: Uuid,
    /// The session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_state: Option<Uuid>,
    /// Always `1`: by a password.
    pub acr: &'static str,
    /// The session again, as later versions spell it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<Uuid>,
    /// Of whom.
    #[serde(flatten)]
    pub who: UserInfo,
}

/// A user.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UserInfo {
    /// The id of their API key.
    pub sub: Uuid,
    /// Whether there is an address: those who have set it stand for it.
    pub email_verified: bool,
    /// The name of their API key.
    pub name: String,
    /// What they sign in with.
    #[schema(example = "user@example.com")]
    pub preferred_username: String,
    /// Their address, if it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub email: Option<String>,
}

/// Where everything around tokens is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Discovery {
    /// The realm.
    pub issuer: String,
    /// Where tokens are got.
    pub token_endpoint: String,
    /// Who the user is.
    pub userinfo_endpoint: String,
    /// The keys that id tokens are signed with.
    pub jwks_uri: String,
    /// For what tokens are got.
    pub grant_types_supported: [&'static str; 3],
    /// None: there is no page to sign in with.
    pub response_types_supported: [&'static str; 0],
    /// `public`: a user has the same id for every client.
    pub subject_types_supported: [&'static str; 1],
    /// How id tokens are signed.
    pub id_token_signing_alg_values_supported: [&'static str; 1],
    /// How clients prove who they are.
    pub token_endpoint_auth_methods_supported: [&'static str; 2],
    /// What can be asked for.
    pub scopes_supported: [&'static str; 3],
    /// What id tokens say.
    pub claims_supported: [&'static str; 9],
}

/// The keys that id tokens are signed with (RFC 7517).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub struct Keys {
    /// The keys.
    keys: Vec<PublicKey>,
}

/// A public key (RFC 8037).
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) struct PublicKey {
    /// `OKP`.
    kty: String,
    /// `Ed25519`.
    crv: String,
    /// The key itself.
    x: String,
    /// What tokens name it by.
    kid: String,
    /// `sig`.
    #[schema(rename = "use")]
    usage: String,
    /// `EdDSA`.
    alg: String,
}
