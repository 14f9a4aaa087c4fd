//! RSA keys that are drawn here: for clients to sign with, or to encrypt what only this server can
//! read.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeySize, OAEP_SHA1_MGF1SHA1, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use pem::{EncodeConfig, LineEnding, Pem};

/// A private key, on its way to whoever keeps it. Never logged.
pub struct RsaKey {
    private: Vec<u8>,
    public: Vec<u8>,
}

impl RsaKey {
    /// Draws a key of 2048 bits.
    ///
    /// # Panics
    /// If the system has no randomness to give, without which there are no secrets.
    pub fn draw() -> RsaKey {
        let drawn = "the system gives random bytes";
        let key = PrivateDecryptingKey::generate(KeySize::Rsa2048).expect(drawn);
        RsaKey::of(&key).expect("a key that was just drawn")
    }

    /// The key of a private half in PKCS #8, DER; `None` if that is none.
    pub fn from_private_der(private: &[u8]) -> Option<RsaKey> {
        RsaKey::of(&PrivateDecryptingKey::from_pkcs8(private).ok()?)
    }

    fn of(key: &PrivateDecryptingKey) -> Option<RsaKey> {
        let private: Pkcs8V1Der<'_> = key.as_der().ok()?;
        let public: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
        Some(RsaKey {
            private: private.as_ref().to_vec(),
            public: public.as_ref().to_vec(),
        })
    }

    /// The private key in PKCS #8, DER.
    pub fn private_der(&self) -> &[u8] {
        &self.private
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

pub(crate) fn spell(label: &str, der: &[u8]) -> String {
    let config = EncodeConfig::new().set_line_ending(LineEnding::LF);
    pem::encode_config(&Pem::new(label, der), config)
}

/// What was encrypted with RSA-OAEP (SHA-1) for the holder of a private key in PKCS #8, DER;
/// `None` if it was for another, or is damaged.
pub fn decrypt_oaep_sha1(private_der: &[u8], encrypted: &[u8]) -> Option<Vec<u8>> {
    let key = PrivateDecryptingKey::from_pkcs8(private_der).ok()?;
    let key = OaepPrivateDecryptingKey::new(key).ok()?;
    let mut plain = vec![0; key.min_output_size()];
    let read = key.decrypt(&OAEP_SHA1_MGF1SHA1, encrypted, &mut plain, None);
    read.ok().map(|read| read.to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rsa::{OaepPublicEncryptingKey, PublicEncryptingKey};

    #[test]
    fn only_the_holder_of_the_key_can_read() {
        let (own, other) = (RsaKey::draw(), RsaKey::draw());
        let public = PublicEncryptingKey::from_der(&own.public).expect("a key");
        let public = OaepPublicEncryptingKey::new(public).expect("large enough");
        let mut encrypted = vec![0; public.ciphertext_size()];
        public
            .encrypt(&OAEP_SHA1_MGF1SHA1, b"id.1795253400", &mut encrypted, None)
            .expect("short enough");
        let read = |key: &RsaKey| decrypt_oaep_sha1(key.private_der(), &encrypted);
        assert_eq!(read(&own).as_deref(), Some(&b"id.1795253400"[..]));
        assert_eq!(read(&other), None);
        assert_eq!(decrypt_oaep_sha1(own.private_der(), b"short"), None);
        assert!(crate::assertion::is_public_key(&own.public_pem()));
        let again = RsaKey::from_private_der(own.private_der()).expect("a key");
        assert_eq!(again.public_pem(), own.public_pem());
        assert!(RsaKey::from_private_der(b"short").is_none());
    }
}
