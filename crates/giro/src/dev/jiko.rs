//! The sandbox of the Jiko dialect: pockets, a client, and a person who approves.

use super::credentials::{MONTH_MICROS, YEAR};
use super::file::{Access, DevFile, Jiko, JikoApprover, Pocket};
use super::plan::{Money, Person, Plan};
use super::seed::{Seeder, name};
use anyhow::Context;
use giro_api::dialects::jiko::auth::{Scope, bearer_of};
use giro_api::dialects::jiko::issue_token;
use giro_ledger::policy::{FundsCheck, PolicyChange};
use giro_ledger::text::Word;
use giro_ledger::{
    Action, BookId, Capabilities, Capability, Conditions, Credential, Policy, PrincipalId,
    RequestKey, SigningClient, Strategy, Timestamp, TransferKind,
};
use giro_service::ed25519::Ed25519Key;
use giro_service::rsa::RsaKey;
use giro_service::secret::Secret;
use giro_service::{Caller, Service};
use uuid::Uuid;

/// Pockets: their money is kept in T-bills.
const POCKETS: &[Plan] = &[
    Plan::of("Operating", &["USD"], Money::Funded).invested(Strategy::Weeks4),
    Plan::of("Reserves", &["USD"], Money::Funded).invested(Strategy::Weeks13),
    Plan::of("Payroll", &["USD"], Money::None).invested(Strategy::Weeks4),
];

const MAKER: Person = Person {
    name: "maker",
    email: Some("maker@example.com"),
};
const APPROVER: Person = Person {
    name: "approver",
    email: Some("approver@example.com"),
};

/// What the client names the key by that it signs its requests with.
const SIGNING_KEY: &str = "signing-key-1";
/// Where the page may send people back to: a client on this machine.
const REDIRECT_URI: &str = "http://127.0.0.1:8080/callback";
/// How long checkers have: a week.
const WEEK_SECONDS: u32 = 7 * 24 * 60 * 60;

/// Pockets whose money is in T-bills, of which there is one of each term; and credentials: those of
/// `former` if they are still good.
///
/// # Errors
/// If something cannot be made.
pub(super) async fn prepare(
    seeder: &Seeder<'_>,
    former: Option<&DevFile>,
) -> anyhow::Result<(Jiko, Access)> {
    let (caller, access) = super::dialect(seeder, "jiko", former).await?;
    for strategy in Strategy::ALL {
        seeder.bill(&caller, strategy).await?;
    }
    let mut pockets = Vec::new();
    for account in seeder.accounts(&caller, POCKETS).await? {
        let (_, available) = account.only_balance()?;
        let cents = available.replace('.', "");
        pockets.push(Pocket {
            id: account.id,
            name: account.name,
            available_cents: cents.parse().context("a pocket is overdrawn by far")?,
        });
    }
    let former = former.and_then(|file| file.jiko.as_ref());
    let client = credentials(seeder, caller.book, former).await?;
    // There is no such policy before there is somebody who could agree.
    one_checker(seeder, &caller).await?;
    Ok((Jiko { pockets, ..client }, access))
}

/// Every transfer needs one checker.
async fn one_checker(seeder: &Seeder<'_>, caller: &Caller) -> anyhow::Result<()> {
    let policy = Policy {
        name: name("one checker")?,
        rank: 1,
        conditions: Conditions {
            kinds: vec![TransferKind::Transfer],
            ..Conditions::default()
        },
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: WEEK_SECONDS,
        funds: FundsCheck::AtSubmission,
    };
    let add = Action::ChangePolicy(Box::new(PolicyChange::Add(policy)));
    seeder
        .once(caller, Capability::PoliciesWrite, "policy/one-checker", add)
        .await?;
    Ok(())
}

/// The sandbox without its pockets.
async fn credentials(
    seeder: &Seeder<'_>,
    book: BookId,
    former: Option<&Jiko>,
) -> anyhow::Result<Jiko> {
    let service = seeder.service;
    let still = former.and_then(|former| Some((former, active(service, book, &former.client_id)?)));
    let (client, mut jiko) = match still {
        Some((former, client)) => (client, former.clone()),
        None => new_client(seeder, book).await?,
    };
    let bearer = bearer(service, client, &jiko.approver_access_token);
    let approver = match bearer.filter(|bearer| *bearer != client) {
        Some(approver) => approver,
        None => new_approver(seeder, book).await?,
    };
    for (token, whose) in [
        (&mut jiko.access_token, client),
        (&mut jiko.approver_access_token, approver),
    ] {
        if self::bearer(service, client, token) != Some(whose) {
            *token = issue_token(service, client, whose, Scope::all_capabilities(), YEAR);
        }
    }
    let state = service.read();
    jiko.approver = JikoApprover {
        id: service.principal_id(&state, approver).to_string(),
        email: APPROVER.email.unwrap_or_default().to_owned(),
    };
    Ok(jiko)
}

/// A client that signs its assertions with RSA, and may sign its requests with Ed25519.
async fn new_client(seeder: &Seeder<'_>, book: BookId) -> anyhow::Result<(PrincipalId, Jiko)> {
    let (assertion_key, request_key) = (RsaKey::draw(), Ed25519Key::draw());
    let credential = Credential::SigningClient(Box::new(SigningClient {
        assertion_key_pem: assertion_key.public_pem().into(),
        request_keys: vec![RequestKey {
            id: Word::new(SIGNING_KEY).context("that is a word")?,
            public_key_pem: request_key.public_pem().into(),
        }],
        requires_signature: false,
        redirect_uris: vec![REDIRECT_URI.into()],
    }));
    let all = Scope::all_capabilities();
    let client = seeder.principal(book, &MAKER, all, credential).await?;
    let service = seeder.service;
    let client_id = service.principal_id(&service.read(), client).to_string();
    let jiko = Jiko {
        client_id,
        private_key_pem: assertion_key.private_pem(),
        signing_key_id: SIGNING_KEY.to_owned(),
        signing_private_key_pem: request_key.private_pem(),
        ..Jiko::default()
    };
    Ok((client, jiko))
}

/// A person: whoever wants to sign in as one adds another, whose API key is shown then.
async fn new_approver(seeder: &Seeder<'_>, book: BookId) -> anyhow::Result<PrincipalId> {
    let hash = Secret::draw().hash();
    let all = Scope::all_capabilities();
    let credential = Credential::Secret { hash };
    seeder.principal(book, &APPROVER, all, credential).await
}

/// The client of an id, if it can still act and may do all that there is to do by now.
fn active(service: &Service, book: BookId, client_id: &str) -> Option<PrincipalId> {
    let client = service.principal(book, Uuid::try_parse(client_id).ok()?)?;
    let state = service.read();
    let found = state.ledger.principal(client)?;
    let is_client = matches!(found.credential, Credential::SigningClient(_));
    let is_usable = is_client && found.revoked_at.is_none() && may_all(found.capabilities);
    is_usable.then_some(client)
}

/// Whose token it is, if it is one of the client that will be good for a while, for somebody who may
/// do all that there is to do by now.
fn bearer(service: &Service, client: PrincipalId, token: &str) -> Option<PrincipalId> {
    let then = Timestamp(service.now().0.saturating_add(MONTH_MICROS));
    let bearer = bearer_of(service, token, then)?;
    let is_good = bearer.client == client && may_all(bearer.caller.capabilities);
    is_good.then_some(bearer.caller.principal)
}

fn may_all(capabilities: Capabilities) -> bool {
    capabilities.includes(Scope::all_capabilities())
}
