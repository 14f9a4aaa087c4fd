//! Random actions on a few books, with few of everything, so that they meet one another.

use super::*;
use crate::Setting;
use crate::text::Alias;
use crate::{
    AssetKind, BookSettings, Capabilities, Capability, Credential, Legs, NewTransfer, TransferKind,
};
use proptest::collection::vec;
use proptest::option;

/// An action, and the book that it is asked for in.
#[derive(Clone, Debug)]
pub(super) struct Step {
    pub(super) book: BookId,
    pub(super) action: Action,
}

/// The number of assets and of accounts at the start; random numbers go one further.
const ASSETS: u16 = 3;
const ACCOUNTS: u32 = 13;

pub(super) fn asset(code: &str, decimals: u8) -> Asset {
    Asset {
        code: code.into(),
        name: code.into(),
        decimals,
        kind: AssetKind::Crypto,
    }
}

/// Three assets and two books; in the first one five accounts (8 to 12) with and without money.
pub(super) fn beginning() -> Vec<Step> {
    let in_first = |action| Step {
        book: BookId(0),
        action,
    };
    let assets = [("USD", 2), ("JPY", 0), ("ETH", 18)];
    let assets = assets.map(|(code, decimals)| Action::DefineAsset(asset(code, decimals)));
    let books = [(); 2].map(|()| Action::OpenBook(new_book()));
    let accounts = [
        account(&[(0, 0)], false),
        account(&[(0, 1000), (1, 1000)], false),
        account(&[(0, Amount::MAX.minor()), (2, 0)], false),
        account(&[], true),
        account(&[(1, 5)], true),
    ];
    let accounts = accounts.map(Action::OpenAccount);
    let money = [
        (8, 0, 1000),
        (9, 0, 500),
        (9, 1, 1),
        (10, 2, 1 << 64),
        (11, 1, 1_000_000),
    ];
    // One step short of the largest balance.
    let large = [(10, 0, Amount::MAX.minor()); 9];
    let money = money.into_iter().chain(large);
    let money = money.map(|(target, asset, minor)| {
        let amount = Amount::new(minor).expect("in range");
        let (source, target) = (AccountId(0), AccountId(target));
        let kind = TransferKind::Deposit;
        Action::Transfer(NewTransfer::simple(
            kind,
            source,
            target,
            AssetId(asset),
            amount,
        ))
    });
    let actions = assets.into_iter().chain(books).chain(accounts).chain(money);
    actions.map(in_first).collect()
}

fn new_book() -> NewBook {
    NewBook {
        name: Name::new("book").expect("a name"),
        sandbox: true,
        settings: BookSettings::default(),
    }
}

fn account(holdings: &[(u16, u128)], holds_any_asset: bool) -> NewAccount {
    let holdings = holdings.iter().map(|&(asset, minor)| Holding {
        asset: AssetId(asset),
        overdraft_limit: Amount::new(minor).expect("in range"),
    });
    NewAccount {
        name: Name::new("account").expect("a name"),
        alias: None,
        metadata: Metadata::default(),
        holdings: holdings.collect(),
        holds_any_asset,
    }
}

pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let book = prop_oneof![8 => Just(0), 2 => Just(1), 1 => Just(7)].prop_map(BookId);
    let step = (book, action()).prop_map(|(book, action)| Step { book, action });
    vec(step, 0..40)
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        20 => transfer().prop_map(Action::Transfer),
        2 => new_account().prop_map(Action::OpenAccount),
        2 => account_change().prop_map(Action::ChangeAccount),
        2 => freeze().prop_map(Action::FreezeAccount),
        1 => account_id().prop_map(Action::CloseAccount),
        1 => ("[A-B]", 0_u8..30).prop_map(|(code, decimals)| {
            Action::DefineAsset(asset(&code, decimals))
        }),
        1 => (0_u32..100_000).prop_map(|ttl| Action::ChangeBook(BookChange {
            name: None,
            settings: vec![Setting::QuoteTtlSeconds(ttl)],
        })),
        1 => Just(Action::OpenBook(new_book())),
        1 => new_principal().prop_map(Action::AddPrincipal),
        1 => (0_u32..4).prop_map(|id| Action::RevokePrincipal(PrincipalId(id))),
    ]
}

/// Leans to the edges: nothing, one, the maximum, and powers of two.
fn amount() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![
        1 => Just(0),
        3 => Just(1),
        6 => 2_u128..2000,
        2 => Just(Amount::MAX.minor()),
        1 => Just(Amount::MAX.minor() - 1),
        2 => (0_u32..120, 0_u128..3).prop_map(|(k, off)| (1_u128 << k) - 1 + off),
    ];
    minor.prop_map(|minor| Amount::new(minor).unwrap_or(Amount::MAX))
}

fn asset_id() -> impl Strategy<Value = AssetId> {
    prop_oneof![12 => Just(0), 4 => 0..ASSETS, 1 => Just(ASSETS)].prop_map(AssetId)
}

/// Mostly the funded accounts of the first book; sometimes a system account or a later one.
fn account_id() -> impl Strategy<Value = AccountId> {
    prop_oneof![12 => 8..ACCOUNTS, 1 => 0..8_u32, 2 => ACCOUNTS..ACCOUNTS + 3].prop_map(AccountId)
}

fn kind() -> impl Strategy<Value = TransferKind> {
    prop_oneof![
        3 => Just(TransferKind::Transfer),
        1 => Just(TransferKind::Deposit),
        1 => Just(TransferKind::Withdrawal),
    ]
}

pub(super) fn transfer() -> impl Strategy<Value = NewTransfer> {
    let external = prop_oneof![8 => Just(0), 1 => Just(4)].prop_map(AccountId);
    let parts = (account_id(), account_id(), external, asset_id(), amount());
    let pair = (kind(), parts).prop_map(|(kind, (a, b, external, asset, amount))| match kind {
        TransferKind::Transfer => NewTransfer::simple(kind, a, b, asset, amount),
        TransferKind::Deposit => NewTransfer::simple(kind, external, b, asset, amount),
        TransferKind::Withdrawal => NewTransfer::simple(kind, a, external, asset, amount),
    });
    let balanced = vec((account_id(), account_id(), asset_id(), amount()), 1..5);
    let balanced = balanced.prop_map(|moves| {
        let legs = moves
            .into_iter()
            .flat_map(|(source, target, asset, amount)| {
                NewTransfer::simple(TransferKind::Transfer, source, target, asset, amount).legs
            });
        of_legs(TransferKind::Transfer, legs.collect())
    });
    let from_one = (account_id(), vec((account_id(), 1_u128..200), 1..6));
    let from_one = from_one.prop_map(|(source, targets)| split(source, &targets));
    let odd = (kind(), vec(leg(), 0..4)).prop_map(|(kind, legs)| of_legs(kind, legs.into()));
    prop_oneof![10 => pair, 2 => balanced, 4 => from_one, 1 => odd]
}

/// One asset from one account to many, with a leg on either side for each of them.
fn split(source: AccountId, targets: &[(AccountId, u128)]) -> NewTransfer {
    let legs = targets.iter().flat_map(|&(target, minor)| {
        let amount = Amount::new(minor).expect("in range");
        NewTransfer::simple(TransferKind::Transfer, source, target, AssetId(0), amount).legs
    });
    of_legs(TransferKind::Transfer, legs.collect())
}

fn leg() -> impl Strategy<Value = Leg> {
    let side = prop_oneof![Just(Side::Debit), Just(Side::Credit)];
    (account_id(), asset_id(), side, amount()).prop_map(|(account, asset, side, amount)| Leg {
        account,
        asset,
        side,
        amount,
    })
}

fn of_legs(kind: TransferKind, legs: Legs) -> NewTransfer {
    NewTransfer {
        kind,
        legs,
        reference: None,
        metadata: Metadata::default(),
    }
}

fn alias() -> impl Strategy<Value = Alias> {
    "[a-c]".prop_map(|text| Alias::new(text).expect("an alias"))
}

fn holdings() -> impl Strategy<Value = Vec<Holding>> {
    let holding = (asset_id(), amount()).prop_map(|(asset, overdraft_limit)| Holding {
        asset,
        overdraft_limit,
    });
    vec(holding, 0..3)
}

fn new_account() -> impl Strategy<Value = NewAccount> {
    let parts = (option::of(alias()), holdings(), any::<bool>());
    parts.prop_map(|(alias, holdings, holds_any_asset)| NewAccount {
        alias,
        holdings,
        ..account(&[], holds_any_asset)
    })
}

fn account_change() -> impl Strategy<Value = AccountChange> {
    let parts = (account_id(), option::of(option::of(alias())), holdings());
    parts.prop_map(|(account, alias, holdings)| AccountChange {
        account,
        name: None,
        alias,
        metadata: None,
        holdings,
    })
}

fn freeze() -> impl Strategy<Value = AccountFreeze> {
    let direction = || prop::bool::weighted(0.3);
    let parts = (account_id(), direction(), direction());
    parts.prop_map(|(account, debits, credits)| AccountFreeze {
        account,
        debits,
        credits,
        reason: None,
    })
}

fn new_principal() -> impl Strategy<Value = NewPrincipal> {
    let book = option::of((0_u32..3).prop_map(BookId));
    let capabilities = vec(prop::sample::select(&Capability::ALL[..]), 0..4);
    (book, capabilities).prop_map(|(book, capabilities)| NewPrincipal {
        book,
        name: Name::new("principal").expect("a name"),
        capabilities: capabilities.into_iter().collect::<Capabilities>(),
        credential: Credential::Secret { hash: [1; 32] },
    })
}
