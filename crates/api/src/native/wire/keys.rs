//! API keys, and clients that sign assertions.

use super::object::object_if_any;
use super::{JsonText, Time};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A key to be created: an API key, or the public key of a client that signs assertions.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "reporting", "capabilities": ["accounts.read", "transfers.read"]}))]
pub(crate) struct KeyRequest<'a> {
    /// Its name, as people know it, at most 140 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) name: JsonText<'a>,
    /// What it may do: never more than the key that creates it.
    #[schema(value_type = Vec<String>)]
    pub(crate) capabilities: Vec<JsonText<'a>>,
    /// The public key of a client that signs assertions. Then there is no API key.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<PublicKeyRequest<'_>>)]
    pub(crate) public_key: Option<PublicKeyRequest<'a>>,
}

/// The public key of a client that signs assertions (RFC 7523).
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"issuer": "example.com", "pem": "-----BEGIN PUBLIC KEY-----\n…"}))]
pub(crate) struct PublicKeyRequest<'a> {
    /// Whom the assertions name as their issuer.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) issuer: JsonText<'a>,
    /// The public key, RSA or Ed25519, in PEM.
    #[schema(value_type = String)]
    pub(crate) pem: JsonText<'a>,
}

/// A key. Its secret is shown once, by the call that creates it.
#[derive(Serialize, ToSchema)]
#[schema(as = Key)]
pub(crate) struct KeyBody<'a> {
    /// Its id.
    pub(crate) id: Uuid,
    /// Its name.
    #[schema(example = "reporting")]
    pub(crate) name: &'a str,
    /// What it may do.
    #[schema(example = json!(["accounts.read", "transfers.read"]))]
    pub(crate) capabilities: Vec<&'static str>,
    /// Whom the assertions name as their issuer, for a client that signs them.
    pub(crate) issuer: Option<&'a str>,
    /// When it was created.
    #[schema(value_type = String, format = DateTime)]
    pub(crate) created_at: Time,
    /// When it was revoked, for good.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub(crate) revoked_at: Option<Time>,
    /// The API key itself. Only in the answer that created it: it is not kept, and `null` when
    /// that answer is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "giro_…")]
    pub(crate) api_key: Option<Option<String>>,
}
