//! The sandbox of the Caliza dialect: beneficiaries, rates, a client, and who acts through it.

use super::credentials::{MONTH_MICROS, YEAR};
use super::dialect;
use super::file::{Access, Beneficiary, Caliza, DevFile};
use super::plan::{Money, Person, Plan, SeededAccount};
use super::seed::Seeder;
use anyhow::Context;
use giro_api::dialects::caliza::{Role, bearer_of, issue_token};
use giro_ledger::{BookId, Credential, PrincipalId, Timestamp};
use giro_service::{Service, clients, secret::Secret};
use uuid::Uuid;

/// Beneficiaries: each has money in both currencies, but for the last one, who has none. They take
/// any asset of the book, as those that a client makes do.
const CALIZA: &[Plan] = &[
    Plan::of("Ana", &["USDC", "USD"], Money::Funded).taking_any(),
    Plan::of("Bruno", &["USDC", "USD"], Money::Funded).taking_any(),
    Plan::of("Carla", &["USDC", "USD"], Money::None).taking_any(),
];

const CLIENT: Person = Person {
    name: "client",
    email: None,
};

/// Who signs in, with an API key for a password.
const USER: Person = Person {
    name: "user",
    email: Some("user@example.com"),
};

/// Beneficiaries with dollars and coins of a dollar, rates between the two, both ways, and the
/// credentials: those of `former` if they are still good.
///
/// # Errors
/// If something cannot be made.
pub(super) async fn prepare(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(Caliza, Access)> {
    let (caller, access) = dialect(seeder, "caliza", former).await?;
    for pair in [("USD", "USDC"), ("USDC", "USD")] {
        seeder.rate(&caller, pair, "0.9995").await?;
    }
    let accounts = seeder.accounts(&caller, CALIZA).await?;
    let beneficiary = |account: SeededAccount| Beneficiary {
        id: account.id,
        balances: account.balances.into_iter().collect(),
    };
    let former = former.and_then(|file| file.caliza.as_ref());
    let caliza = Caliza {
        beneficiaries: accounts.into_iter().map(beneficiary).collect(),
        ..credentials(seeder, caller.book, former).await?
    };
    Ok((caliza, access))
}

/// The sandbox without its beneficiaries.
async fn credentials(
    seeder: &Seeder<'_>,
    book: BookId,
    former: Option<&Caliza>,
) -> anyhow::Result<Caliza> {
    let service = seeder.service;
    let client = match former.and_then(|former| active_client(service, book, &former.client_id)) {
        Some(client) => client,
        None => add_client(seeder, book).await?,
    };
    let (client_id, client_secret) = id_and_secret(service, client)?;
    let user = former.and_then(|former| {
        let user = active_user(service, book, &former.password)?;
        Some((user, former.password.clone()))
    });
    let (user, password) = match user {
        Some(user) => user,
        None => add_user(seeder, book).await?,
    };
    let then = Timestamp(service.now().0.saturating_add(MONTH_MICROS));
    let is_good = |token: &&String| bearer_of(service, token, then) == Some((user, client));
    let token = former.map(|former| &former.access_token);
    let token = token.filter(is_good).cloned();
    let all = Role::all_capabilities();
    Ok(Caliza {
        client_id,
        client_secret,
        username: USER.email.context("the user has an address")?.to_owned(),
        password,
        access_token: token.unwrap_or_else(|| issue_token(service, client, user, all, YEAR)),
        beneficiaries: Vec::new(),
    })
}

async fn add_client(seeder: &Seeder<'_>, book: BookId) -> anyhow::Result<PrincipalId> {
    let credential = Credential::Client {
        nonce: clients::draw_nonce(),
        decryption_key: None,
    };
    let all = Role::all_capabilities();
    seeder.principal(book, &CLIENT, all, credential).await
}

/// A new user, with the API key that is the password.
async fn add_user(seeder: &Seeder<'_>, book: BookId) -> anyhow::Result<(PrincipalId, String)> {
    let secret = Secret::draw();
    let hash = secret.hash();
    let credential = Credential::Secret { hash };
    let all = Role::all_capabilities();
    let user = seeder.principal(book, &USER, all, credential).await?;
    let id = {
        let state = seeder.service.read();
        seeder.service.principal_id(&state, user)
    };
    Ok((user, secret.api_key(id)))
}

/// The id and secret of a client.
fn id_and_secret(service: &Service, client: PrincipalId) -> anyhow::Result<(String, String)> {
    let (id, credential) = {
        let state = service.read();
        let principal = state.ledger.principal(client);
        let principal = principal.context("a sandbox client has vanished")?;
        let id = service.principal_id(&state, client).to_string();
        (id, principal.credential.clone())
    };
    let secret = service.client_secret(&credential);
    let secret = secret.context("a sandbox client has no secret")?;
    Ok((id, secret.text()))
}

/// The client of an id, if it can still act.
fn active_client(service: &Service, book: BookId, client_id: &str) -> Option<PrincipalId> {
    let client = service.principal(book, Uuid::try_parse(client_id).ok()?)?;
    let state = service.read();
    let found = state.ledger.principal(client)?;
    let is_client = matches!(found.credential, Credential::Client { .. });
    let may_all = found.capabilities.includes(Role::all_capabilities());
    (is_client && may_all && found.revoked_at.is_none()).then_some(client)
}

/// Whose password it is, if they can still sign in and may do all that there is to do by now.
fn active_user(service: &Service, book: BookId, password: &str) -> Option<PrincipalId> {
    let user = service.authenticate_key(password).ok()?;
    let state = service.read();
    let found = state.ledger.principal(user.principal)?;
    let email = found.email.as_ref().map(|email| email.as_str());
    let may_all = user.capabilities.includes(Role::all_capabilities());
    (user.book == book && may_all && email == USER.email).then_some(user.principal)
}
