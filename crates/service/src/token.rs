//! Access tokens, without a table of them.
//!
//! A token says whose it is, what it is for, what it may do and until when, and carries a MAC
//! over that, made with a secret of the shard. So tokens survive restarts and cost no memory.
//! A revoked principal's tokens are refused because the principal is looked up at every use.

use crate::caller::AuthError;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use giro_ledger::{Capabilities, Capability, PrincipalId, Timestamp};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// What a token is for. One kind is never taken for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum TokenKind {
    /// Lets its bearer act.
    Access = 1,
    /// Can be exchanged for an access token.
    Refresh = 2,
    /// Can be exchanged for a refresh and an access token, once authorized.
    Code = 3,
}

/// What a token says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claims {
    /// What it is for.
    pub kind: TokenKind,
    /// For which interface.
    pub scope: u8,
    /// Whose.
    pub principal: PrincipalId,
    /// What it may do, at most: the principal's own capabilities count as well.
    pub capabilities: Capabilities,
    /// Until when.
    pub expires_at: Timestamp,
}

const BODY_BYTES: usize = 2 + 4 + 4 + 8 + 8;
const MAC_BYTES: usize = 32;

/// Makes tokens and checks them.
#[derive(Clone)]
pub struct Tokens {
    secret: [u8; 32],
}

impl Tokens {
    /// The tokens of a shard.
    pub fn new(secret: [u8; 32]) -> Tokens {
        Tokens { secret }
    }

    /// Makes a token: `prefix` and 78 characters. Two tokens of the same claims differ.
    ///
    /// # Panics
    /// If the system has no randomness to give.
    pub fn issue(&self, prefix: &str, claims: &Claims) -> String {
        self.issue_bound(prefix, claims, &[])
    }

    /// Makes a token that also carries `binding`: what else it depends on, as its interface
    /// understands it. It grows with that.
    ///
    /// # Panics
    /// If the system has no randomness to give.
    pub fn issue_bound(&self, prefix: &str, claims: &Claims, binding: &[u8]) -> String {
        let mut nonce = [0_u8; 8];
        getrandom::fill(&mut nonce).expect("the system gives random bytes");
        let mut bytes = Vec::with_capacity(BODY_BYTES + binding.len() + MAC_BYTES);
        bytes.extend([claims.kind as u8, claims.scope]);
        bytes.extend(claims.principal.0.to_le_bytes());
        bytes.extend(bits(claims.capabilities).to_le_bytes());
        bytes.extend(claims.expires_at.0.to_le_bytes());
        bytes.extend(nonce);
        bytes.extend(binding);
        let mac = self.mac(&bytes).finalize().into_bytes();
        bytes.extend(mac);
        format!("{prefix}{}", BASE64.encode(bytes))
    }

    /// What a token says, if it was made here for this use and has not expired. One that is bound
    /// to anything is not: see [`Tokens::check_bound`].
    ///
    /// # Errors
    /// [`AuthError::Invalid`] or [`AuthError::Expired`].
    pub fn check(
        &self,
        prefix: &str,
        kind: TokenKind,
        scope: u8,
        token: &str,
        now: Timestamp,
    ) -> Result<Claims, AuthError> {
        let (claims, []) = self.check_bound(prefix, kind, scope, token, now)?;
        Ok(claims)
    }

    /// What a token says and what it is bound to, if it was made here for this use and has not
    /// expired.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] or [`AuthError::Expired`].
    pub fn check_bound<const N: usize>(
        &self,
        prefix: &str,
        kind: TokenKind,
        scope: u8,
        token: &str,
        now: Timestamp,
    ) -> Result<(Claims, [u8; N]), AuthError> {
        let read = self.read(prefix, token).ok_or(AuthError::Invalid)?;
        let (claims, binding) = read;
        let binding = binding.try_into().map_err(|_| AuthError::Invalid)?;
        if (claims.kind, claims.scope) != (kind, scope) {
            return Err(AuthError::Invalid);
        }
        if claims.expires_at <= now {
            return Err(AuthError::Expired);
        }
        Ok((claims, binding))
    }

    fn read(&self, prefix: &str, token: &str) -> Option<(Claims, Vec<u8>)> {
        let bytes = BASE64.decode(token.strip_prefix(prefix)?).ok()?;
        let (body, mac) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
        self.mac(body).verify_slice(mac).ok()?;
        let (body, binding) = body.split_at_checked(BODY_BYTES)?;
        let ([kind, scope], rest) = body.split_first_chunk::<2>()?;
        let (principal, rest) = rest.split_first_chunk::<4>()?;
        let (capabilities, rest) = rest.split_first_chunk::<4>()?;
        let (expires_at, _nonce) = rest.split_first_chunk::<8>()?;
        let kinds = [TokenKind::Access, TokenKind::Refresh, TokenKind::Code];
        let claims = Claims {
            kind: kinds.into_iter().find(|known| *known as u8 == *kind)?,
            scope: *scope,
            principal: PrincipalId(u32::from_le_bytes(*principal)),
            capabilities: capabilities_of(u32::from_le_bytes(*capabilities)),
            expires_at: Timestamp(i64::from_le_bytes(*expires_at)),
        };
        Some((claims, binding.to_vec()))
    }

    fn mac(&self, body: &[u8]) -> Hmac<Sha256> {
        let mut mac = Hmac::new_from_slice(&self.secret).expect("HMAC takes keys of any length");
        mac.update(body);
        mac
    }
}

fn bits(capabilities: Capabilities) -> u32 {
    let all = Capability::ALL.into_iter().enumerate();
    let held = all.filter(|(_, capability)| capabilities.contains(*capability));
    held.fold(0, |bits, (place, _)| bits | 1 << place)
}

fn capabilities_of(bits: u32) -> Capabilities {
    let all = Capability::ALL.into_iter().enumerate();
    all.filter(|(place, _)| bits & 1 << place != 0)
        .map(|(_, capability)| capability)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn claims() -> Claims {
        Claims {
            kind: TokenKind::Access,
            scope: 3,
            principal: PrincipalId(9),
            capabilities: [Capability::AccountsRead, Capability::FundsWrite]
                .into_iter()
                .collect(),
            expires_at: Timestamp(1_000),
        }
    }

    #[test]
    fn a_token_says_what_it_was_made_to_say_until_it_expires() {
        let tokens = Tokens::new([1; 32]);
        let token = tokens.issue("t_", &claims());
        let check = |now| tokens.check("t_", TokenKind::Access, 3, &token, Timestamp(now));
        assert_eq!(check(999), Ok(claims()));
        assert_eq!(check(1_000), Err(AuthError::Expired));
    }

    #[test]
    fn what_a_token_is_bound_to_cannot_be_left_out_or_added() {
        let tokens = Tokens::new([1; 32]);
        let (bound, free) = (
            tokens.issue_bound("t_", &claims(), b"here"),
            tokens.issue("t_", &claims()),
        );
        let now = Timestamp(0);
        let check = |token: &str| tokens.check("t_", TokenKind::Access, 3, token, now);
        let check_bound = |token: &str| {
            let checked = tokens.check_bound::<4>("t_", TokenKind::Access, 3, token, now);
            checked.map(|(_, binding)| binding)
        };
        assert_eq!(check_bound(&bound), Ok(*b"here"));
        assert_eq!(check(&bound), Err(AuthError::Invalid));
        assert_eq!(check_bound(&free), Err(AuthError::Invalid));
    }

    #[test]
    fn a_changed_foreign_or_misused_token_is_invalid() {
        let tokens = Tokens::new([1; 32]);
        let token = tokens.issue("t_", &claims());
        let check = |tokens: &Tokens, kind, scope, token: &str| {
            tokens.check("t_", kind, scope, token, Timestamp(0)).err()
        };
        let invalid = Some(AuthError::Invalid);
        assert_eq!(check(&tokens, TokenKind::Refresh, 3, &token), invalid);
        assert_eq!(check(&tokens, TokenKind::Access, 4, &token), invalid);
        assert_eq!(
            check(&Tokens::new([2; 32]), TokenKind::Access, 3, &token),
            invalid
        );
        assert_eq!(check(&tokens, TokenKind::Access, 3, "t_"), invalid);
        assert_eq!(check(&tokens, TokenKind::Access, 3, ""), invalid);
        for place in 2..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            assert_eq!(
                check(&tokens, TokenKind::Access, 3, &changed),
                invalid,
                "at {place}"
            );
        }
    }
}
