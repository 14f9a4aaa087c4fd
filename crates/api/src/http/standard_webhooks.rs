//! Notifications as Standard Webhooks has them, for the interfaces that have no way of their own:
//! <https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md>.

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use giro_ledger::Timestamp;
use giro_service::delivery::{Message, Signed};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::time::Duration;

/// What secrets begin with, as they are shown.
const PREFIX: &str = "whsec_";

/// A secret as it is shown.
pub fn secret_text(secret: &[u8]) -> String {
    format!("{PREFIX}{}", BASE64.encode(secret))
}

/// The HMAC-SHA256 of what stands in `parts`, one after the other, in base64: what most vendors sign
/// their webhooks with.
pub fn hmac_base64(secret: &[u8], parts: &[&[u8]]) -> String {
    let keyed = Hmac::<Sha256>::new_from_slice(secret);
    let mut mac = keyed.expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    BASE64.encode(mac.finalize().into_bytes())
}

/// A message as it is sent at an instant, signed with each of the secrets.
pub fn sign(message: &Message, at: Timestamp, secrets: &[Vec<u8>]) -> Signed {
    let seconds = at.0.div_euclid(1_000_000);
    let signed = secrets.iter().map(|secret| {
        let head = format!("{}.{seconds}.", message.id);
        let signature = hmac_base64(secret, &[head.as_bytes(), &message.body]);
        format!("v1,{signature}")
    });
    let signature = signed.collect::<Vec<_>>().join(" ");
    Signed {
        headers: vec![
            ("content-type", "application/json".to_owned()),
            ("webhook-id", message.id.clone()),
            ("webhook-timestamp", seconds.to_string()),
            ("webhook-signature", signature),
        ],
        body: message.body.clone(),
    }
}

/// How long to wait after so many attempts have failed: for two days and a half, ever longer.
pub fn retry_after(attempts: u16) -> Option<Duration> {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const SECONDS: [u64; 9] = [
        5,
        5 * MINUTE,
        30 * MINUTE,
        2 * HOUR,
        5 * HOUR,
        10 * HOUR,
        14 * HOUR,
        20 * HOUR,
        24 * HOUR,
    ];
    let place = usize::from(attempts).checked_sub(1)?;
    SECONDS.get(place).copied().map(Duration::from_secs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification's own libraries.
    #[test]
    fn a_message_is_signed_as_the_specification_has_it() {
        let secret = BASE64
            .decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
            .expect("base64");
        assert_eq!(
            secret_text(&secret),
            "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
        );
        let message = Message {
            event: "test",
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek".to_owned(),
            body: br#"{"test": 2432232314}"#.to_vec(),
        };
        let at = Timestamp(1_614_265_330_999_999);
        let signed = sign(&message, at, &[secret.clone(), secret]);
        let one = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
        assert_eq!(signed.headers[2].1, "1614265330");
        assert_eq!(signed.headers[3].1, format!("{one} {one}"));
    }

    #[test]
    fn waiting_is_ever_longer_and_ends() {
        let waits: Vec<_> = (1..).map_while(retry_after).collect();
        assert_eq!(waits.len(), 9);
        assert!(waits.is_sorted());
        assert_eq!(retry_after(0), None);
    }
}
