//! What clients carry for the server: it is sent out under a MAC, and trusted when it comes back.
//! It can be read by whoever has it.

use crate::clients::Derived;
use crate::service::Service;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use giro_ledger::Timestamp;
use hmac::{Hmac, Mac};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::Sha256;

const MAC_BYTES: usize = 32;
const NONCE_BYTES: usize = 16;

impl Service {
    /// Seals something until an instant. What is sealed for one purpose is not good for another, and
    /// no two seals are the same.
    ///
    /// # Panics
    /// If the thing cannot be spelled in JSON, or the system has no randomness to give.
    pub fn seal(&self, purpose: &str, thing: &impl Serialize, until: Timestamp) -> String {
        let mut bytes = until.0.to_le_bytes().to_vec();
        bytes.extend(crate::clients::draw_nonce());
        serde_json::to_writer(&mut bytes, thing).expect("plain data");
        let mac = mac(self.derived(), purpose, &bytes).finalize().into_bytes();
        bytes.extend(mac);
        BASE64.encode(bytes)
    }

    /// What was sealed, and until when it holds; nothing if it was not sealed here for this purpose,
    /// or holds no longer.
    pub fn unseal<T: DeserializeOwned>(&self, purpose: &str, text: &str) -> Option<(T, Timestamp)> {
        let bytes = BASE64.decode(text).ok()?;
        let (sealed, expected) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        mac(self.derived(), purpose, sealed)
            .verify_slice(expected)
            .ok()?;
        let (until, rest) = sealed.split_first_chunk::<8>()?;
        let (_nonce, thing) = rest.split_first_chunk::<NONCE_BYTES>()?;
        let until = Timestamp(i64::from_le_bytes(*until));
        let thing = serde_json::from_slice(thing).ok()?;
        (self.now() < until).then_some((thing, until))
    }
}

fn mac(derived: &Derived, purpose: &str, bytes: &[u8]) -> Hmac<Sha256> {
    let key = derived.secret(&format!("sealed {purpose}"), &[0; 16]);
    let mut mac = Hmac::new_from_slice(&key).expect("HMAC takes keys of any length");
    mac.update(bytes);
    mac
}
