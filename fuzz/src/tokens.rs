//! Access tokens: one that was issued says what it was issued for and nothing else; any other
//! text is none.
//!
//! Input: which way, then the text of a token, or claims and a change to the token of them.

use super::input::Input;
use giro_ledger::{Capability, PrincipalId, Timestamp};
use giro_service::AuthError;
use giro_service::token::{Claims, TokenKind, Tokens};

const PREFIX: &str = "t_";
const NOW: Timestamp = Timestamp(1_000);

/// Checks a made-up token, or one that was issued and changed.
///
/// # Panics
/// If a token is believed that was not issued, or says something else than it was issued for.
pub fn run(data: &[u8]) {
    let tokens = Tokens::new([3; 32]);
    let mut input = Input::new(data);
    if input.byte().is_multiple_of(2) {
        let Some(text) = input.text() else { return };
        let checked = tokens.check(PREFIX, TokenKind::Access, 0, text, NOW);
        assert_eq!(checked, Err(AuthError::Invalid), "{text}");
        return;
    }
    let claims = claims(&mut input);
    let token = tokens.issue(PREFIX, &claims);
    let check = |token: &str| tokens.check(PREFIX, claims.kind, claims.scope, token, NOW);
    let expected = match claims.expires_at > NOW {
        true => Ok(claims),
        false => Err(AuthError::Expired),
    };
    assert_eq!(check(&token), expected);
    let other = tokens.check(PREFIX, claims.kind, claims.scope ^ 1, &token, NOW);
    assert_eq!(other, Err(AuthError::Invalid));
    let (place, byte) = (input.short() % token.len(), input.byte());
    let mut changed = token.clone().into_bytes();
    changed[place] = byte;
    if let Ok(changed) = String::from_utf8(changed)
        && changed != token
    {
        assert_eq!(check(&changed), Err(AuthError::Invalid), "{changed}");
    }
}

fn claims(input: &mut Input<'_>) -> Claims {
    let kinds = [TokenKind::Access, TokenKind::Refresh, TokenKind::Code];
    let kind = kinds[usize::from(input.byte()) % kinds.len()];
    let held = u32::from_le_bytes(input.array());
    let held = Capability::ALL
        .into_iter()
        .enumerate()
        .filter(|(place, _)| held >> place & 1 == 1);
    Claims {
        kind,
        scope: input.byte(),
        principal: PrincipalId(u32::from_le_bytes(input.array())),
        capabilities: held.map(|(_, capability)| capability).collect(),
        expires_at: Timestamp(i64::from_le_bytes(input.array())),
    }
}
