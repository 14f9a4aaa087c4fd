//! Tokens that others can check: id tokens (OpenID Connect), signed with Ed25519.
//!
//! The key follows from the secret of the shard, so that it is the same after a restart and needs
//! no place of its own.

use crate::service::Service;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// The algorithm that id tokens are signed with, by its name in JOSE.
pub const ALGORITHM: &str = "EdDSA";

/// The public keys of a server, as RFC 7517 has them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeySet {
    /// The one there is.
    pub keys: [PublicKey; 1],
}

/// A public key (RFC 8037).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PublicKey {
    /// The kind of key.
    pub kty: &'static str,
    /// The curve.
    pub crv: &'static str,
    /// The key itself.
    pub x: String,
    /// What tokens name it by: its thumbprint (RFC 7638).
    pub kid: String,
    /// What it is for: signatures.
    #[serde(rename = "use")]
    pub usage: &'static str,
    /// The algorithm of these.
    pub alg: &'static str,
}

impl Service {
    /// The key that id tokens can be checked with.
    pub fn openid_keys(&self) -> KeySet {
        let pair = self.openid_pair();
        KeySet {
            keys: [public(&pair)],
        }
    }

    /// Signs the claims of an id token.
    ///
    /// # Panics
    /// If the claims cannot be spelled in JSON.
    pub fn sign_id_token(&self, claims: &impl Serialize) -> String {
        let pair = self.openid_pair();
        let header = Header {
            kid: Some(public(&pair).kid),
            ..Header::new(Algorithm::EdDSA)
        };
        let der: Pkcs8V1Der<'_> = pair.as_der().expect("it can be spelled");
        let key = EncodingKey::from_ed_der(der.as_ref());
        jsonwebtoken::encode(&header, claims, &key).expect("claims are plain data")
    }

    fn openid_pair(&self) -> Ed25519KeyPair {
        let seed = self.derived().secret("openid", &[0; 16]);
        Ed25519KeyPair::from_seed_unchecked(&seed).expect("any 32 bytes are a seed")
    }
}

fn public(pair: &Ed25519KeyPair) -> PublicKey {
    let x = BASE64.encode(pair.public_key().as_ref());
    // The members that RFC 7638 names for this kind of key, in their order.
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    PublicKey {
        kty: "OKP",
        crv: "Ed25519",
        kid: BASE64.encode(Sha256::digest(members)),
        x,
        usage: "sig",
        alg: ALGORITHM,
    }
}
