//! The sandbox book of the Cashfree dialect.

use super::dialect;
use super::file::{Access, Cashfree, DevFile, PaymentInstrument};
use super::plan::{Money, Person, Plan};
use super::seed::Seeder;
use anyhow::Context;
use giro_ledger::{BookId, Capability, Credential, PrincipalId};
use giro_service::clients::draw_nonce;
use uuid::Uuid;

/// Fund sources: the first one is what is debited where nothing else is named.
const CASHFREE: &[Plan] = &[
    Plan::of("Main", &["INR"], Money::Funded),
    Plan::of("Payroll", &["INR"], Money::Funded),
    Plan::of("Refunds", &["INR"], Money::None),
];

const CLIENT: Person = Person {
    name: "client",
    email: None,
};

/// What its client may do: everything that its interface has a call for.
const CAPABILITIES: [Capability; 4] = [
    Capability::AccountsRead,
    Capability::AccountsWrite,
    Capability::TransfersRead,
    Capability::TransfersWrite,
];

/// Fund sources in rupees, and a client.
///
/// # Errors
/// If the book cannot be filled.
pub(super) async fn prepare(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(Cashfree, Access)> {
    let (caller, access) = dialect(seeder, "cashfree", former).await?;
    let mut payment_instruments = Vec::new();
    for account in seeder.accounts(&caller, CASHFREE).await? {
        let (_, balance) = account.only_balance()?;
        let id = account.id;
        payment_instruments.push(PaymentInstrument { id, balance });
    }
    let former = former.and_then(|file| file.cashfree.as_ref());
    let client = client(seeder, caller.book, former).await?;
    let cashfree = Cashfree {
        payment_instruments,
        ..client
    };
    Ok((cashfree, access))
}

/// The client of `former` if it still is one of the book, else a new one; without its instruments.
async fn client(
    seeder: &Seeder<'_>,
    book: BookId,
    former: Option<&Cashfree>,
) -> anyhow::Result<Cashfree> {
    let former = former.and_then(|former| active_client(seeder, book, &former.client_id));
    let principal = match former {
        Some(principal) => principal,
        None => {
            let credential = Credential::Client {
                nonce: draw_nonce(),
                decryption_key: None,
            };
            let capabilities = CAPABILITIES.into_iter().collect();
            let added = seeder.principal(book, &CLIENT, capabilities, credential);
            added.await?
        }
    };
    let service = seeder.service;
    let state = service.read();
    let found = state.ledger.principal(principal);
    let found = found.context("a client has vanished")?;
    let secret = service.client_secret(&found.credential);
    let secret = secret.context("the client has no secret")?;
    Ok(Cashfree {
        client_id: service.principal_id(&state, principal).to_string(),
        client_secret: secret.text(),
        payment_instruments: Vec::new(),
    })
}

fn active_client(seeder: &Seeder<'_>, book: BookId, client_id: &str) -> Option<PrincipalId> {
    let id = Uuid::try_parse(client_id).ok()?;
    let principal = seeder.service.principal(book, id)?;
    let state = seeder.service.read();
    let found = state.ledger.principal(principal)?;
    let has_secret = matches!(found.credential, Credential::Client { .. });
    (has_secret && found.revoked_at.is_none()).then_some(principal)
}
