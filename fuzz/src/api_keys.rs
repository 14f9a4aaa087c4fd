//! API keys, and secrets alone: what is one has exactly one spelling.

use super::input::Input;
use giro_service::secret::Secret;

/// Reads an API key or a secret, and writes it.
///
/// # Panics
/// If it is then spelled otherwise.
pub fn run(data: &[u8]) {
    let Some(text) = Input::new(data).text() else {
        return;
    };
    if let Some((id, secret)) = Secret::from_api_key(text) {
        assert_eq!(secret.api_key(id), text);
        assert!(secret.is_of(&secret.hash()));
    }
    if let Some(secret) = Secret::from_text(text) {
        assert_eq!(secret.text(), text);
    }
}
