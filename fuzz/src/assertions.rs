//! Signed assertions and the public keys that they are checked against: nothing that is made up
//! passes.
//!
//! Input: which of the two, then the text.

use super::input::Input;
use giro_service::assertion::{self, Algorithm, Expected};

/// Nobody has the private key of this any more.
const PUBLIC_KEY: &str = "\
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAoluv3aglmM3hW+U/6F6i
CtgOBVpjgfFXK3VTFcO2YILAXYbn4U+kTvL2qDb5YAwZVZJl/yRt39OZxCThpMGZ
CIOQjbtnTMZTL1OjWXHKdOl5NK6IYaFB8242jeJXWUDT87H32z9KHMckEmUjcVvR
zVRGRhq90SmM4Oh6F+BybozA2X2Sv71yUqYBN0eMmoXHFeElA4nWuTQM6fVc8paH
J+7Isc5SrfZozSXiK5/4uqw9l4oIytqPW9gBQaZI/g7HQQGEQw/Yt53AQuNpQw9d
QQ9mKhLOi1MZM0TGAYyGo6uQVxKCR1Z/+cIO9RkCMyN/ZraK5bf82kiGxnGepxFU
fwIDAQAB
-----END PUBLIC KEY-----";

/// Checks an assertion, or reads a public key.
///
/// # Panics
/// If an assertion passes that nobody can have signed.
pub fn run(data: &[u8]) {
    let mut input = Input::new(data);
    let kind = input.byte() % 2;
    let Some(text) = input.text() else { return };
    if kind == 1 {
        let _is_one = assertion::is_public_key(text);
        return;
    }
    let subject = assertion::unverified_subject(text);
    let expected = Expected {
        public_key_pem: PUBLIC_KEY,
        algorithms: &[Algorithm::RS256],
        issuer: "example.com",
        subject: subject.as_deref().unwrap_or("somebody"),
        audience: "https://revolut.com",
        now_seconds: 1_795_253_400,
    };
    assert!(assertion::check(text, &expected).is_err(), "{text}");
}
