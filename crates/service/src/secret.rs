//! API keys: `giro_` and 64 characters, which carry the principal's id and 256 random bits.
//!
//! Only the SHA-256 of the random part is kept. A fast hash is right for it: there is nothing to
//! guess in 256 random bits.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What API keys begin with, so that scanners for leaked secrets can find them.
pub const PREFIX: &str = "giro_";

/// A random secret, on its way to whoever asked for it. Never kept, never logged.
pub struct Secret([u8; 32]);

impl Secret {
    /// Draws a secret.
    ///
    /// # Panics
    /// If the system has no randomness to give, without which there are no secrets.
    pub fn draw() -> Secret {
        let mut bytes = [0; 32];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        Secret(bytes)
    }

    /// A secret that is these bits.
    pub(crate) fn from_bits(bits: [u8; 32]) -> Secret {
        Secret(bits)
    }

    /// What is kept of it.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(self.0).into()
    }

    /// The API key of principal `id` with this secret.
    pub fn api_key(&self, id: Uuid) -> String {
        let bytes: Vec<u8> = id.as_bytes().iter().chain(&self.0).copied().collect();
        format!("{PREFIX}{}", BASE64.encode(bytes))
    }

    /// The secret alone, as text: for interfaces that have an id and a secret apart.
    pub fn text(&self) -> String {
        BASE64.encode(self.0)
    }

    /// The secret in an API key, and whose it claims to be.
    pub fn from_api_key(text: &str) -> Option<(Uuid, Secret)> {
        let bytes = BASE64.decode(text.strip_prefix(PREFIX)?).ok()?;
        let (id, secret) = bytes.split_first_chunk::<16>()?;
        Some((Uuid::from_bytes(*id), Secret(secret.try_into().ok()?)))
    }

    /// The secret in a text made by [`Secret::text`].
    pub fn from_text(text: &str) -> Option<Secret> {
        Some(Secret(BASE64.decode(text).ok()?.try_into().ok()?))
    }

    /// Whether this is the same secret. Takes the same time whatever the answer.
    pub(crate) fn is(&self, other: &Secret) -> bool {
        self.0.ct_eq(&other.0).into()
    }

    /// Whether this is the secret of that hash. Takes the same time whatever the answer.
    pub fn is_of(&self, hash: &[u8; 32]) -> bool {
        self.hash().ct_eq(hash).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_api_key_gives_back_its_principal_and_secret() {
        let secret = Secret::draw();
        let id = Uuid::from_u128(7);
        let key = secret.api_key(id);
        assert_eq!(key.len(), PREFIX.len() + 64);
        let (found, read) = Secret::from_api_key(&key).expect("a key");
        assert_eq!(found, id);
        assert!(read.is_of(&secret.hash()));
        assert!(!read.is_of(&Secret::draw().hash()));
    }

    #[test]
    fn what_is_no_key_is_none() {
        for text in ["", "giro_", "giro_AAAA", "Bearer x", &"giro_".repeat(20)] {
            assert!(Secret::from_api_key(text).is_none(), "{text}");
        }
        let long = format!("{}AAAA", Secret::draw().api_key(Uuid::nil()));
        assert!(Secret::from_api_key(&long).is_none());
    }
}
