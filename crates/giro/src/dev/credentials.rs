//! Credentials of the dialects' clients: kept in `dev.json`, and used again while they are valid.

use super::file::Revolut;
use super::plan::Person;
use super::seed::Seeder;
use anyhow::Context;
use giro_api::dialects::revolut;
use giro_ledger::text::Name;
use giro_ledger::{BookId, Capabilities, Capability, Credential, PrincipalId, Timestamp};
use giro_service::Service;
use giro_service::rsa::RsaKey;
use giro_service::token::TokenKind;
use std::time::Duration;
use uuid::Uuid;

const ISSUER: &str = "example.com";
const CLIENT: Person = Person {
    name: "client",
    email: None,
};
/// How long tokens are valid.
pub(super) const YEAR: Duration = Duration::from_secs(366 * 24 * 60 * 60);
/// Tokens that expire within this are replaced at a start.
pub(super) const MONTH_MICROS: i64 = 30 * 24 * 60 * 60 * 1_000_000;

/// What a Revolut client may do: everything that its interface has a call for.
const REVOLUT_CAPABILITIES: [Capability; 6] = [
    Capability::AccountsRead,
    Capability::TransfersRead,
    Capability::TransfersWrite,
    Capability::FundsWrite,
    Capability::WebhooksRead,
    Capability::WebhooksWrite,
];

/// The Revolut client of `former` if it still is one of the book, else a new one; without its
/// accounts.
///
/// # Errors
/// If no key can be made, or the principal not be added.
pub(super) async fn revolut_client(
    seeder: &Seeder<'_>,
    book: BookId,
    former: Option<&Revolut>,
) -> anyhow::Result<Revolut> {
    let service = seeder.service;
    if let Some(former) = former
        && let Some(principal) = active_client(service, book, &former.client_id)
    {
        let mut client = former.clone();
        if !is_valid_for_long(service, &client.access_token) {
            let tokens = revolut::issue_tokens(service, principal, YEAR);
            (client.access_token, client.refresh_token) = (tokens.access, tokens.refresh);
        }
        return Ok(client);
    }
    let key = RsaKey::draw();
    let credential = Credential::PublicKey {
        issuer: Name::new(ISSUER).context("the issuer is a name")?,
        public_key_pem: key.public_pem().into(),
    };
    let capabilities = REVOLUT_CAPABILITIES.into_iter().collect();
    let principal = seeder
        .principal(book, &CLIENT, capabilities, credential)
        .await?;
    let tokens = revolut::issue_tokens(service, principal, YEAR);
    let client_id = service.principal_id(&service.read(), principal).to_string();
    Ok(Revolut {
        client_id,
        issuer: ISSUER.to_owned(),
        private_key_pem: key.private_pem(),
        access_token: tokens.access,
        refresh_token: tokens.refresh,
        accounts: Vec::new(),
    })
}

fn active_client(service: &Service, book: BookId, client_id: &str) -> Option<PrincipalId> {
    let principal = service.principal(book, Uuid::try_parse(client_id).ok()?)?;
    let state = service.read();
    let found = state.ledger.principal(principal)?;
    let has_key = matches!(found.credential, Credential::PublicKey { .. });
    // One of an older version can lack what was added since.
    let needed: Capabilities = REVOLUT_CAPABILITIES.into_iter().collect();
    let is_whole = has_key && found.capabilities.includes(needed);
    (is_whole && found.revoked_at.is_none()).then_some(principal)
}

fn is_valid_for_long(service: &Service, access_token: &str) -> bool {
    let then = Timestamp(service.now().0.saturating_add(MONTH_MICROS));
    let (kind, scope) = (TokenKind::Access, revolut::SCOPE);
    let checked = service
        .tokens()
        .check("oa_sand_", kind, scope, access_token, then);
    checked.is_ok()
}
