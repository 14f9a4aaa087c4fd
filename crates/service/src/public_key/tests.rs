use super::*;
use crate::rsa::RsaKey;
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, PrivateDecryptingKey};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P256_SHA256_FIXED_SIGNING,
    ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, Ed25519KeyPair, KeyPair,
};

fn pem(der: &[u8]) -> String {
    pem::encode(&pem::Pem::new("PUBLIC KEY", der))
}

fn x509(key: &impl AsDer<PublicKeyX509Der<'static>>) -> String {
    pem(key.as_der().expect("it can be spelled").as_ref())
}

fn elliptic(algorithm: &'static EcdsaSigningAlgorithm) -> EcdsaKeyPair {
    EcdsaKeyPair::generate(algorithm).expect("randomness")
}

#[test]
fn keys_are_for_what_their_kind_allows() {
    let ed25519 = Ed25519KeyPair::generate().expect("randomness");
    let p256 = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    for (text, assertions, requests) in [
        (RsaKey::draw().public_pem(), true, None),
        (x509(ed25519.public_key()), true, Some("ed25519")),
        (x509(p256.public_key()), false, Some("ecdsa-p256-sha256")),
    ] {
        let key = PublicKey::from_pem(&text).expect(&text);
        assert_eq!(key.is_for_assertions(), assertions, "{text}");
        assert_eq!(key.request_algorithm(), requests, "{text}");
    }
}

#[test]
fn other_texts_are_no_keys() {
    let good = RsaKey::draw();
    let p384 = elliptic(&ECDSA_P384_SHA384_ASN1_SIGNING);
    let weak = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect("randomness");
    let weak: PublicKeyX509Der<'_> = weak.public_key().as_der().expect("it can be spelled");
    let cut = &weak.as_ref()[..weak.as_ref().len() - 1];
    let off_curve = [&P256_PREFIX[..], &[4; 65]].concat();
    for text in [
        String::new(),
        "x".to_owned(),
        good.private_pem(),
        good.public_pem().replace("PUBLIC", "RSA PUBLIC"),
        format!("{}{}", good.public_pem(), good.private_pem()),
        format!("{}{}", good.public_pem(), "\n".repeat(PEM_BYTES_MAX)),
        x509(p384.public_key()),
        pem(cut),
        pem(&off_curve),
        pem(&ED25519_PREFIX),
        pem(&[]),
    ] {
        assert_eq!(PublicKey::from_pem(&text), None, "{text}");
    }
}

#[test]
fn only_the_private_half_signs() {
    let random = SystemRandom::new();
    let ed25519 = Ed25519KeyPair::generate().expect("randomness");
    let fixed = elliptic(&ECDSA_P256_SHA256_FIXED_SIGNING);
    let asn1 = elliptic(&ECDSA_P256_SHA256_ASN1_SIGNING);
    let sign = |pair: &EcdsaKeyPair| {
        pair.sign(&random, b"base")
            .expect("signed")
            .as_ref()
            .to_vec()
    };
    let rows = [
        (
            x509(ed25519.public_key()),
            ed25519.sign(b"base").as_ref().to_vec(),
        ),
        (x509(fixed.public_key()), sign(&fixed)),
        (x509(asn1.public_key()), sign(&asn1)),
    ];
    for (of, (text, _)) in rows.iter().enumerate() {
        let key = PublicKey::from_pem(text).expect("a key");
        for (by, (_, signature)) in rows.iter().enumerate() {
            assert_eq!(
                key.has_signed_request(b"base", signature),
                of == by,
                "{of} {by}"
            );
            assert!(!key.has_signed_request(b"other", signature));
        }
        assert!(!key.has_signed_request(b"base", b""));
    }
}
