//! API keys, and clients that sign assertions or have a secret of a vendor's kind.

use super::object::{object_if_any, objects_if_any};
use super::{Decimal, JsonText, Time};
use crate::http::JsonDecimal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// A key to be created: an API key, the public key of a client that signs assertions, or a client
/// id with a secret.
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
    /// The e-mail address of the person whose it is. Keys of one address are one person: none of
    /// them approves what another has asked for.
    #[schema(value_type = Option<String>)]
    pub(crate) email: Option<JsonText<'a>>,
    /// What it may move, if not everything.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<GrantRequest<'_>>)]
    pub(crate) grant: Option<GrantRequest<'a>>,
    /// The public key of a client that signs assertions. Then there is no API key.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<PublicKeyRequest<'_>>)]
    pub(crate) public_key: Option<PublicKeyRequest<'a>>,
    /// A client of a vendor's interface that presents an id and a secret. Then there is no API key.
    #[serde(default, deserialize_with = "object_if_any")]
    pub(crate) client: Option<ClientRequest>,
    /// A client of a vendor's interface that signs assertions of who it is (`private_key_jwt`), and
    /// maybe its requests. Then there is no API key.
    #[serde(default, deserialize_with = "object_if_any")]
    #[schema(value_type = Option<SigningClientRequest<'_>>)]
    pub(crate) signing_client: Option<SigningClientRequest<'a>>,
}

/// An OAuth client that proves who it is by signatures.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"pem": "-----BEGIN PUBLIC KEY-----\n…",
    "request_keys": [{"id": "key-1", "pem": "-----BEGIN PUBLIC KEY-----\n…"}],
    "requires_signature": true, "redirect_uris": ["https://app.example/callback"]}))]
pub(crate) struct SigningClientRequest<'a> {
    /// The public key of its assertions, in PEM: RSA of 2048 bits or more, or Ed25519.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) pem: JsonText<'a>,
    /// The public keys of its requests: at most five.
    #[serde(default, deserialize_with = "objects_if_any")]
    #[schema(value_type = Option<Vec<RequestKeyRequest<'_>>>)]
    pub(crate) request_keys: Option<Vec<RequestKeyRequest<'a>>>,
    /// Whether a request without a signature is refused.
    #[serde(default)]
    pub(crate) requires_signature: bool,
    /// Where people are sent back to who let it act for them, exactly: at most ten, each `https`, or
    /// `http` on this machine.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) redirect_uris: Option<Vec<JsonText<'a>>>,
}

/// A public key of a client's requests.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"id": "key-1", "pem": "-----BEGIN PUBLIC KEY-----\n…"}))]
pub(crate) struct RequestKeyRequest<'a> {
    /// What signatures name it by, at most 64 characters.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) id: JsonText<'a>,
    /// The key, in PEM: Ed25519 or P-256.
    #[schema(value_type = String)]
    pub(crate) pem: JsonText<'a>,
}

/// An OAuth client that proves who it is by signatures.
#[derive(Serialize, ToSchema)]
#[schema(as = SigningClient)]
pub(crate) struct SigningClientBody<'a> {
    /// The public key of its assertions, in PEM.
    pub(crate) pem: &'a str,
    /// The public keys of its requests.
    pub(crate) request_keys: Vec<RequestKeyBody<'a>>,
    /// Whether a request without a signature is refused.
    pub(crate) requires_signature: bool,
    /// Where people are sent back to who let it act for them.
    #[schema(value_type = Vec<String>, example = json!(["https://app.example/callback"]))]
    pub(crate) redirect_uris: Vec<&'a str>,
}

/// A public key of a client's requests.
#[derive(Serialize, ToSchema)]
#[schema(as = RequestKey)]
pub(crate) struct RequestKeyBody<'a> {
    /// What signatures name it by.
    #[schema(example = "key-1")]
    pub(crate) id: &'a str,
    /// The key, in PEM.
    pub(crate) pem: &'a str,
}

/// A client that presents an id and a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"encryption_key": true}))]
pub(crate) struct ClientRequest {
    /// Whether it gets a public key as well, with which it encrypts what only this server can read.
    #[serde(default)]
    pub(crate) encryption_key: bool,
}

/// What a key may move: up to so much, between these. At least one of the lists, none of them
/// empty.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"tags": ["payroll"], "amounts": [{"asset": "USD", "amount_max": "500.00"}]}))]
pub(crate) struct GrantRequest<'a> {
    /// Only between these accounts, and those with one of the tags: at most 100, each its id, or
    /// `alias:` and its alias. What is outside of the book is not narrowed.
    #[serde(borrow)]
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) accounts: Option<Vec<JsonText<'a>>>,
    /// See `accounts`.
    #[schema(value_type = Option<Vec<String>>)]
    pub(crate) tags: Option<Vec<JsonText<'a>>>,
    /// Only these assets, and at most so much of each in one transfer.
    #[serde(default, deserialize_with = "objects_if_any")]
    #[schema(value_type = Option<Vec<GrantAmountRequest<'_>>>)]
    pub(crate) amounts: Option<Vec<GrantAmountRequest<'a>>>,
}

/// An asset, and how much of it may move in one transfer.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"asset": "USD", "amount_max": "500.00"}))]
pub(crate) struct GrantAmountRequest<'a> {
    /// The code of the asset.
    #[serde(borrow)]
    #[schema(value_type = String)]
    pub(crate) asset: JsonText<'a>,
    /// The most, as decimal text.
    #[schema(value_type = String)]
    pub(crate) amount_max: JsonDecimal<'a>,
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

/// What a key may move.
#[derive(Serialize, ToSchema)]
#[schema(as = Grant)]
pub(crate) struct GrantBody<'a> {
    /// Only between these accounts, and those with one of the tags; all if there are neither.
    pub(crate) accounts: Vec<Uuid>,
    /// See `accounts`.
    #[schema(value_type = Vec<String>, example = json!(["payroll"]))]
    pub(crate) tags: Vec<&'a str>,
    /// Only these assets, and at most so much of each in one transfer; any if there is none.
    pub(crate) amounts: Vec<GrantAmountBody<'a>>,
}

/// An asset, and how much of it may move in one transfer.
#[derive(Serialize, ToSchema)]
#[schema(as = GrantAmount)]
pub(crate) struct GrantAmountBody<'a> {
    /// The asset.
    #[schema(example = "USD")]
    pub(crate) asset: &'a str,
    /// The most.
    #[schema(value_type = String, example = "500.00")]
    pub(crate) amount_max: Decimal,
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
    /// The address of the person whose it is.
    #[schema(example = json!(null))]
    pub(crate) email: Option<&'a str>,
    /// What it may move; `null` is everything.
    pub(crate) grant: Option<GrantBody<'a>>,
    /// Whom the assertions name as their issuer, for a client that signs them.
    pub(crate) issuer: Option<&'a str>,
    /// The id that it presents, for a client that has a secret or signs as an OAuth client.
    pub(crate) client_id: Option<Uuid>,
    /// What is registered of an OAuth client that proves who it is by signatures.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) signing_client: Option<SigningClientBody<'a>>,
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
    /// The secret of a client. Only in the answer that created it, also when that is repeated by the
    /// same key; `null` for another.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub(crate) client_secret: Option<Option<String>>,
    /// The public key that was asked for, RSA in PEM. Where the secret is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) encryption_public_key: Option<String>,
}
