//! Client ids and secrets, as vendors' interfaces have them, and the secrets of webhooks.
//!
//! What a vendor's client is told can be signed with its secret, so a hash of that is not enough:
//! it follows from the secret of the shard and a nonce, which is all that the log keeps.

use crate::caller::{AuthError, Caller};
use crate::secret::Secret;
use crate::service::{Service, caller};
use giro_engine::IdKind;
use giro_ledger::{Credential, PrincipalId, SigningSecret};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Secrets that follow from that of the shard. What they are for is part of what they follow from,
/// so that none can be taken for another.
pub(crate) struct Derived {
    shard: [u8; 32],
}

impl Derived {
    pub(crate) fn new(shard: [u8; 32]) -> Derived {
        Derived { shard }
    }

    pub(crate) fn secret(&self, purpose: &str, nonce: &[u8; 16]) -> [u8; 32] {
        let keyed = Hmac::<Sha256>::new_from_slice(&self.shard);
        let mut mac = keyed.expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(nonce);
        mac.finalize().into_bytes().into()
    }
}

/// Draws what a secret will follow from.
///
/// # Panics
/// If the system has no randomness to give, without which there are no secrets.
pub fn draw_nonce() -> [u8; 16] {
    let mut nonce = [0; 16];
    getrandom::fill(&mut nonce).expect("the system gives random bytes");
    nonce
}

impl Service {
    /// The secret of a client of that credential, if it has one that is known here.
    pub fn client_secret(&self, credential: &Credential) -> Option<Secret> {
        match credential {
            Credential::Client { nonce, .. } => {
                Some(Secret::from_bits(self.derived().secret("client", nonce)))
            }
            Credential::Secret { .. }
            | Credential::PublicKey { .. }
            | Credential::SigningClient(_) => None,
        }
    }

    /// Whoever has this client id and presents this secret.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] if nobody can be found by them.
    pub fn authenticate_client(&self, client_id: Uuid, secret: &str) -> Result<Caller, AuthError> {
        let presented = Secret::from_text(secret).ok_or(AuthError::Invalid)?;
        let number = self.ids().decode(IdKind::Principal, client_id);
        let number = number.and_then(|number| u32::try_from(number).ok());
        let id = PrincipalId(number.ok_or(AuthError::Invalid)?);
        let state = self.read();
        let principal = state.ledger.principal(id).ok_or(AuthError::Invalid)?;
        let is_it = match &principal.credential {
            Credential::Secret { hash } => presented.is_of(hash),
            Credential::Client { .. } => self
                .client_secret(&principal.credential)
                .is_some_and(|own| own.is(&presented)),
            Credential::PublicKey { .. } | Credential::SigningClient(_) => false,
        };
        match is_it && self.principal_id(&state, id) == client_id {
            true => caller(&state, id, principal),
            false => Err(AuthError::Invalid),
        }
    }

    /// What notifications are signed with; nothing if the client whose secret it is has none.
    pub fn signing_secret(&self, secret: &SigningSecret) -> Option<Vec<u8>> {
        match secret {
            SigningSecret::Drawn { nonce } => {
                Some(self.derived().secret("webhook", nonce).to_vec())
            }
            SigningSecret::Given(text) => Some(text.as_bytes().to_vec()),
            SigningSecret::OfClient(principal) => {
                let credential = {
                    let state = self.read();
                    state.ledger.principal(*principal)?.credential.clone()
                };
                let text = self.client_secret(&credential)?.text();
                Some(text.into_bytes())
            }
        }
    }
}
