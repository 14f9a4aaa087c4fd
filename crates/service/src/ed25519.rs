//! Ed25519 keys that are drawn here, for clients to sign with.

use crate::rsa::spell;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};

/// A private key, on its way to whoever keeps it. Never logged.
pub struct Ed25519Key {
    private: Vec<u8>,
    public: Vec<u8>,
}

impl Ed25519Key {
    /// Draws a key.
    ///
    /// # Panics
    /// If the system has no randomness to give, without which there are no secrets.
    pub fn draw() -> Ed25519Key {
        let pair = Ed25519KeyPair::generate().expect("the system gives random bytes");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("it can be spelled");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("it can be spelled");
        Ed25519Key {
            private: private.as_ref().to_vec(),
            public: public.as_ref().to_vec(),
        }
    }

    /// The private key in PKCS #8, PEM.
    pub fn private_pem(&self) -> String {
        spell("PRIVATE KEY", &self.private)
    }

    /// The public key, in PEM.
    pub fn public_pem(&self) -> String {
        spell("PUBLIC KEY", &self.public)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::public_key::PublicKey;

    #[test]
    fn what_is_drawn_is_a_key() {
        let (key, other) = (Ed25519Key::draw(), Ed25519Key::draw());
        assert_ne!(key.private_pem(), other.private_pem());
        let public = PublicKey::from_pem(&key.public_pem()).expect("a key");
        assert_eq!(public.request_algorithm(), Some("ed25519"));
        assert!(
            key.private_pem()
                .starts_with("-----BEGIN PRIVATE KEY-----\n")
        );
    }
}
