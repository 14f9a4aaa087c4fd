//! Keys of clients, and what is signed with them.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_service::rsa::RsaKey;
use jsonwebtoken::{Algorithm, EncodingKey, Header};
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use std::sync::LazyLock;

/// A key that assertions are signed with.
pub(crate) struct AssertionKey {
    pub(crate) public_pem: String,
    key: EncodingKey,
    algorithm: Algorithm,
}

impl AssertionKey {
    pub(crate) fn rsa() -> AssertionKey {
        // Drawing one takes a while.
        static DRAWN: LazyLock<RsaKey> = LazyLock::new(RsaKey::draw);
        AssertionKey {
            public_pem: DRAWN.public_pem(),
            key: EncodingKey::from_rsa_pem(DRAWN.private_pem().as_bytes()).expect("a key"),
            algorithm: Algorithm::PS256,
        }
    }

    pub(crate) fn ed25519() -> AssertionKey {
        let pair = Ed25519KeyPair::generate().expect("randomness");
        let private: Pkcs8V1Der<'_> = pair.as_der().expect("it can be spelled");
        let public: PublicKeyX509Der<'_> = pair.public_key().as_der().expect("it can be spelled");
        AssertionKey {
            public_pem: pem(public.as_ref()),
            key: EncodingKey::from_ed_der(private.as_ref()),
            algorithm: Algorithm::EdDSA,
        }
    }

    pub(crate) fn sign(&self, claims: &Value) -> String {
        self.sign_as(self.algorithm, claims)
    }

    pub(crate) fn sign_as(&self, algorithm: Algorithm, claims: &Value) -> String {
        jsonwebtoken::encode(&Header::new(algorithm), claims, &self.key).expect("signed")
    }
}

/// The same claims, "signed" with the public key as the secret of an HMAC.
pub(crate) fn sign_with_public(key: &AssertionKey, claims: &Value) -> String {
    let secret = EncodingKey::from_secret(key.public_pem.as_bytes());
    jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &secret).expect("signed")
}

fn pem(der: &[u8]) -> String {
    let body = BASE64.encode(der);
    format!("-----BEGIN PUBLIC KEY-----\n{body}\n-----END PUBLIC KEY-----\n")
}

/// A key that requests are signed with.
pub(crate) enum SigningKey {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl SigningKey {
    pub(crate) fn ed25519() -> SigningKey {
        SigningKey::Ed25519(Ed25519KeyPair::generate().expect("randomness"))
    }

    pub(crate) fn p256() -> SigningKey {
        let algorithm = &ECDSA_P256_SHA256_FIXED_SIGNING;
        SigningKey::P256(EcdsaKeyPair::generate(algorithm).expect("randomness"))
    }

    pub(crate) fn algorithm(&self) -> &'static str {
        match self {
            SigningKey::Ed25519(_) => "ed25519",
            SigningKey::P256(_) => "ecdsa-p256-sha256",
        }
    }

    pub(crate) fn public_pem(&self) -> String {
        let spelled = match self {
            SigningKey::Ed25519(pair) => pair.public_key().as_der(),
            SigningKey::P256(pair) => pair.public_key().as_der(),
        };
        let der: PublicKeyX509Der<'_> = spelled.expect("it can be spelled");
        pem(der.as_ref())
    }

    pub(crate) fn sign(&self, base: &str) -> String {
        let signature = match self {
            SigningKey::Ed25519(pair) => pair.sign(base.as_bytes()).as_ref().to_vec(),
            SigningKey::P256(pair) => {
                let signed = pair.sign(&SystemRandom::new(), base.as_bytes());
                signed.expect("signed").as_ref().to_vec()
            }
        };
        BASE64.encode(signature)
    }
}

pub(crate) fn sha256(body: &str) -> String {
    format!("sha-256=:{}:", BASE64.encode(Sha256::digest(body)))
}

pub(crate) fn sha512(body: &str) -> String {
    format!("sha-512=:{}:", BASE64.encode(Sha512::digest(body)))
}
