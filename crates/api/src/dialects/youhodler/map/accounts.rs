//! Accounts, their balances, and whose they are.

use super::refs::{OWNER_KEY, OWNER_TAG, Ref, RefKind, Shown};
use super::{View, spelled, time};
use crate::dialects::youhodler::wire::{
    Account, AccountResource, Balance, MasterAccount, Owner, Tenant,
};
use giro_ledger::action::{Holding, NewAccount};
use giro_ledger::text::{Metadata, MetadataKey, MetadataValue, Name, Tag};
use giro_ledger::{
    AccountId, AccountStatus, Amount, AssetId, BookId, Line, SignedAmount, Tags, Timestamp,
};

/// The version of what was last changed then. No two changes have one time.
pub fn etag(updated_at: Timestamp) -> String {
    format!("W/\"{:x}\"", updated_at.0)
}

/// When what has this version was last changed; what is no version of ours is of no time at all.
pub fn version(etag: &str) -> Timestamp {
    let opaque = etag.strip_prefix("W/").unwrap_or(etag);
    let digits = opaque
        .strip_prefix('"')
        .and_then(|rest| rest.strip_suffix('"'));
    let at = digits.and_then(|digits| i64::from_str_radix(digits, 16).ok());
    Timestamp(at.unwrap_or(i64::MIN))
}

const fn status(status: AccountStatus) -> &'static str {
    match status {
        AccountStatus::Open => "active",
        AccountStatus::Frozen => "frozen",
        AccountStatus::Closed => "closed",
    }
}

/// A client account: `account` as it is now, or was.
pub fn account(view: View<'_>, id: AccountId, account: &giro_ledger::Account) -> Account {
    Account {
        created_at: time(account.opened_at),
        display_name: account.profile.name.to_string(),
        etag: etag(account.updated_at),
        id: view.service.account_id(view.state, id),
        resource: AccountResource::ClientAccount,
        scope_ref: view.scope_ref(account),
        status: status(account.status),
        updated_at: time(account.updated_at),
    }
}

/// A master account.
pub fn master_account(
    view: View<'_>,
    id: AccountId,
    account: &giro_ledger::Account,
) -> MasterAccount {
    MasterAccount {
        created_at: time(account.opened_at),
        display_name: account.profile.name.to_string(),
        etag: etag(account.updated_at),
        id: view.service.account_id(view.state, id),
        resource: AccountResource::MasterAccount,
        scope_ref: view.enterprise_ref(account.book),
        status: status(account.status),
        tenant_type: "enterprise",
        updated_at: time(account.updated_at),
    }
}

/// A client.
pub fn client(view: View<'_>, id: AccountId, account: &giro_ledger::Account) -> Owner {
    Owner {
        created_at: time(account.opened_at),
        display_name: account.profile.name.to_string(),
        etag: etag(account.updated_at),
        id: view.service.account_id(view.state, id),
        resource: "client",
        scope_ref: view.enterprise_ref(account.book),
        status: status(account.status),
        updated_at: time(account.updated_at),
    }
}

/// A book.
pub fn enterprise(view: View<'_>, book: BookId) -> Option<Tenant> {
    let found = view.ledger().book(book)?;
    Some(Tenant {
        created_at: time(found.opened_at),
        display_name: found.name.to_string(),
        id: view.service.book_id(view.state, book),
        resource: "enterprise",
        status: match found.stop {
            None => "active",
            Some(_) => "suspended",
        },
        tenant_type: "enterprise",
    })
}

/// The command that opens a client account. It takes any asset at once.
pub fn new_account(name: Name, owner: Ref) -> NewAccount {
    let is_clients = owner.kind == RefKind::Client;
    let metadata = is_clients.then(|| owned_by(&format!("clients/{}", owner.id)));
    NewAccount {
        name,
        alias: None,
        metadata: metadata.unwrap_or_default(),
        tags: Tags::default(),
        holdings: Vec::new(),
        holds_any_asset: true,
    }
}

fn owned_by(client: &str) -> Metadata {
    let key = MetadataKey::new(OWNER_KEY).expect("a short plain text");
    let client = MetadataValue::new(client).expect("a short plain text");
    Metadata::new(vec![(key, client)]).expect("one entry")
}

/// The command that registers a client. What it is kept as must hold something: the first asset
/// there is. Its tag keeps it out of every transfer of this interface.
pub fn new_client(name: Name) -> NewAccount {
    let tag = Tag::new(OWNER_TAG).expect("a short plain text");
    let holding = Holding {
        asset: AssetId(0),
        overdraft_limit: Amount::ZERO,
    };
    NewAccount {
        name,
        alias: None,
        metadata: Metadata::default(),
        tags: Tags::new(vec![tag]).expect("one tag"),
        holdings: vec![holding],
        holds_any_asset: false,
    }
}

/// What an account has of one asset, which may be nothing. What is invested counts as money: it
/// can be spent as such.
pub fn balance(
    view: View<'_>,
    id: AccountId,
    asset: AssetId,
    now: Timestamp,
    updated_at: Timestamp,
) -> Option<Balance> {
    let account = view.ledger().account(id)?;
    let line = account
        .line(asset)
        .and_then(|line| view.ledger().line(line));
    let worth = view.ledger().worth_shown(id, asset, now).signed();
    let parts = Parts::of(line, worth)?;
    let text = |amount| spelled(amount, view.decimals(asset));
    Some(Balance {
        asset: view.code(asset),
        available: text(parts.available),
        held: text(parts.held),
        overdraft_headroom: text(parts.limit.checked_sub(parts.used)?),
        overdraft_limit: text(parts.limit),
        overdraft_used: text(parts.used),
        owner_ref: view.account_ref(id),
        owner_subtype: match Shown::of(account)? {
            Shown::MasterAccount => AccountResource::MasterAccount,
            Shown::ClientAccount | Shown::Client => AccountResource::ClientAccount,
        },
        total: text(parts.available.checked_add(parts.held)?),
        updated_at: time(updated_at),
    })
}

/// A balance with its overdraft apart: what is there beyond what is held is available, and what
/// is missing for that is used of the overdraft. None of them is negative.
struct Parts {
    available: SignedAmount,
    held: SignedAmount,
    used: SignedAmount,
    limit: SignedAmount,
}

impl Parts {
    fn of(line: Option<&Line>, worth: SignedAmount) -> Option<Parts> {
        let posted = line.map_or(SignedAmount::ZERO, |line| line.posted);
        let held = line.map_or(Amount::ZERO, |line| line.held).signed();
        let limit = line.and_then(|line| line.overdraft_limit);
        let free = posted.checked_add(worth)?.checked_sub(held)?;
        Some(Parts {
            available: free.max(SignedAmount::ZERO),
            held,
            used: SignedAmount::ZERO
                .checked_sub(free)?
                .max(SignedAmount::ZERO),
            limit: limit.unwrap_or_default().signed(),
        })
    }
}
