//! The sandbox of the YouHodler dialect: accounts, a client, and somebody who approves.

use super::credentials::{MONTH_MICROS, YEAR};
use super::file::{Access, DevFile, YouHodler, YouHodlerAccount};
use super::plan::{Money, Person, Plan, SeededAccount};
use super::seed::Seeder;
use anyhow::Context;
use giro_api::dialects::youhodler::{CAPABILITIES, MASTER_TAG, bearer_of, issue_token};
use giro_ledger::{BookId, Capabilities, Capability, Credential, PrincipalId, Timestamp};
use giro_service::{Service, clients};
use uuid::Uuid;

/// The accounts of clients. They take any asset of the book, as those that a client opens do.
const CLIENT_ACCOUNTS: &[Plan] = &[
    Plan::of("Operations", &["USDC"], Money::Funded).taking_any(),
    Plan::of("Customers", &["USDC"], Money::Funded).taking_any(),
    Plan::of("Reserve", &["USDC"], Money::None).taking_any(),
];

/// Those of the enterprise itself.
const MASTER_ACCOUNTS: &[Plan] = &[Plan::of("Treasury", &["USDC"], Money::Funded)
    .taking_any()
    .tagged(MASTER_TAG)];

const CLIENT: Person = Person {
    name: "client",
    email: Some("client@example.com"),
};
const APPROVER: Person = Person {
    name: "approver",
    email: Some("approver@example.com"),
};

/// What a token can be good for that only looks.
const LOOKS: [Capability; 4] = [
    Capability::AccountsRead,
    Capability::TransfersRead,
    Capability::ApprovalsRead,
    Capability::WebhooksRead,
];

/// Sees to the book, its accounts, and the credentials: those of `former` if they are still good.
///
/// # Errors
/// If something cannot be made.
pub(super) async fn prepare(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(YouHodler, Access)> {
    let (caller, access) = super::dialect(seeder, "youhodler", former).await?;
    let mut sandbox = credentials(
        seeder,
        caller.book,
        former.and_then(|file| file.youhodler.as_ref()),
    )
    .await?;
    for account in seeder.accounts(&caller, CLIENT_ACCOUNTS).await? {
        sandbox
            .client_accounts
            .push(shown("client-accounts", account)?);
    }
    for account in seeder.accounts(&caller, MASTER_ACCOUNTS).await? {
        sandbox
            .master_accounts
            .push(shown("master-accounts", account)?);
    }
    Ok((sandbox, access))
}

/// The sandbox without its accounts.
async fn credentials(
    seeder: &Seeder<'_>,
    book: BookId,
    former: Option<&YouHodler>,
) -> anyhow::Result<YouHodler> {
    let service = seeder.service;
    let client = match former.and_then(|former| active(service, book, &former.client_id)) {
        Some(client) => client,
        None => add(seeder, book, &CLIENT).await?,
    };
    let approver = former.and_then(|former| bearer(service, book, &former.approver_access_token));
    let approver = match approver {
        Some(approver) => approver,
        None => add(seeder, book, &APPROVER).await?,
    };
    let all = CAPABILITIES.into_iter().collect();
    let looks = LOOKS.into_iter().collect();
    let token = |former: Option<&String>, whose, capabilities: Capabilities| {
        let is_good = |token: &&String| bearer(service, book, token) == Some(whose);
        let former = former.filter(is_good).cloned();
        former.unwrap_or_else(|| issue_token(service, whose, capabilities, YEAR))
    };
    let (client_id, client_secret) = id_and_secret(service, client)?;
    Ok(YouHodler {
        client_id,
        client_secret,
        access_token: token(former.map(|file| &file.access_token), client, all),
        read_only_access_token: token(
            former.map(|file| &file.read_only_access_token),
            client,
            looks,
        ),
        approver_access_token: token(
            former.map(|file| &file.approver_access_token),
            approver,
            all,
        ),
        client_accounts: Vec::new(),
        master_accounts: Vec::new(),
    })
}

fn shown(collection: &str, account: SeededAccount) -> anyhow::Result<YouHodlerAccount> {
    let (currency, available) = account.only_balance()?;
    Ok(YouHodlerAccount {
        reference: format!("{collection}/{}", account.id),
        currency,
        available,
    })
}

/// A new principal that may do everything that the interface has a call for.
async fn add(seeder: &Seeder<'_>, book: BookId, who: &Person) -> anyhow::Result<PrincipalId> {
    let credential = Credential::Client {
        nonce: clients::draw_nonce(),
        decryption_key: None,
    };
    let all = CAPABILITIES.into_iter().collect();
    seeder.principal(book, who, all, credential).await
}

/// Its id and secret.
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

/// The client of an id, if it can still act and may do all that there is to do by now.
fn active(service: &Service, book: BookId, client_id: &str) -> Option<PrincipalId> {
    let client = service.principal(book, Uuid::try_parse(client_id).ok()?)?;
    is_usable(service, client).then_some(client)
}

/// Whose token it is, if it is one of the book that will be good for a while.
fn bearer(service: &Service, book: BookId, token: &str) -> Option<PrincipalId> {
    let then = Timestamp(service.now().0.saturating_add(MONTH_MICROS));
    let bearer = bearer_of(service, token, then)?;
    let is_of_book = {
        let state = service.read();
        let principal = state.ledger.principal(bearer);
        principal.is_some_and(|principal| principal.book == Some(book))
    };
    (is_of_book && is_usable(service, bearer)).then_some(bearer)
}

fn is_usable(service: &Service, client: PrincipalId) -> bool {
    let state = service.read();
    state.ledger.principal(client).is_some_and(|principal| {
        let is_client = matches!(principal.credential, Credential::Client { .. });
        let all = CAPABILITIES.into_iter().collect();
        is_client && principal.revoked_at.is_none() && principal.capabilities.includes(all)
    })
}
