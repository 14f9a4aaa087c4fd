//! Public keys that clients register, and what was signed with their private halves.

use aws_lc_rs::rsa::PublicEncryptingKey;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1, ECDSA_P256_SHA256_FIXED, ED25519, ParsedPublicKey, UnparsedPublicKey,
};

/// The longest PEM that is taken for a public key: RSA of 8192 bits has less.
pub const PEM_BYTES_MAX: usize = 4096;

/// What an Ed25519 key in X.509 begins with (RFC 8410): the rest are its 32 bytes.
const ED25519_PREFIX: [u8; 12] = [48, 42, 48, 5, 6, 3, 43, 101, 112, 3, 33, 0];
/// What a key on P-256 in X.509 begins with (RFC 5480): the rest is its point, not compressed.
const P256_PREFIX: [u8; 26] = [
    48, 89, 48, 19, 6, 7, 42, 134, 72, 206, 61, 2, 1, 6, 8, 42, 134, 72, 206, 61, 3, 1, 7, 3, 66, 0,
];
/// The bytes of a signature on P-256 that is not in ASN.1: two numbers.
const P256_SIGNATURE_BYTES: usize = 64;

/// A public key of a kind that is taken here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicKey {
    /// RSA, of 2048 bits to 8192.
    Rsa,
    /// Ed25519, by its bytes.
    Ed25519(Box<[u8]>),
    /// The point of a key on P-256.
    P256(Box<[u8]>),
}

impl PublicKey {
    /// Reads `-----BEGIN PUBLIC KEY-----`; nothing else may be in the text.
    pub fn from_pem(text: &str) -> Option<PublicKey> {
        if text.len() > PEM_BYTES_MAX || text.matches("-----BEGIN ").count() != 1 {
            return None;
        }
        let pem = pem::parse(text).ok()?;
        if pem.tag() != "PUBLIC KEY" {
            return None;
        }
        let der = pem.contents();
        if let Some(key) = der.strip_prefix(&ED25519_PREFIX) {
            return ParsedPublicKey::new(&ED25519, key)
                .is_ok()
                .then(|| PublicKey::Ed25519(key.into()));
        }
        if let Some(point) = der.strip_prefix(&P256_PREFIX) {
            return ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
                .is_ok()
                .then(|| PublicKey::P256(point.into()));
        }
        PublicEncryptingKey::from_der(der)
            .is_ok_and(|key| (2048..=8192).contains(&key.key_size_bits()))
            .then_some(PublicKey::Rsa)
    }

    /// Whether a client may sign its assertions with it.
    pub fn is_for_assertions(&self) -> bool {
        matches!(self, PublicKey::Rsa | PublicKey::Ed25519(_))
    }

    /// The algorithm of the signatures of requests made with it, as RFC 9421 calls it; none if it is
    /// not for these.
    pub fn request_algorithm(&self) -> Option<&'static str> {
        match self {
            PublicKey::Rsa => None,
            PublicKey::Ed25519(_) => Some("ed25519"),
            PublicKey::P256(_) => Some("ecdsa-p256-sha256"),
        }
    }

    /// Whether a request was signed with its private half. RFC 9421 has the two numbers of a
    /// signature on P-256 one after the other; many libraries put them into ASN.1, which is taken as
    /// well.
    pub fn has_signed_request(&self, base: &[u8], signature: &[u8]) -> bool {
        let verified = match self {
            PublicKey::Rsa => return false,
            PublicKey::Ed25519(key) => {
                UnparsedPublicKey::new(&ED25519, key).verify(base, signature)
            }
            PublicKey::P256(point) if signature.len() == P256_SIGNATURE_BYTES => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point).verify(base, signature)
            }
            PublicKey::P256(point) => {
                UnparsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, point).verify(base, signature)
            }
        };
        verified.is_ok()
    }
}

#[cfg(test)]
mod tests;
