//! Random actions on a few books, with few of everything, so that they meet one another.

use super::run::START;
use super::*;
use crate::action::{
    AccountChange, AccountClose, AccountFreeze, BookChange, BookStop, Holding, LimitChange,
    NewAccount, NewBook, NewPrincipal,
};
use crate::policy::PolicyChange;
use crate::schedule::ScheduleTo;
use crate::terms::HoldTerms;
use crate::text::{Alias, Email, Name, Tags};
use crate::{
    AssetKind, BookSettings, Capabilities, Capability, Credential, Grant, Legs, Metadata,
    NewTransfer, Setting, Terms, TransferKind,
};
use proptest::collection::vec;
use proptest::option;

mod control;
pub(super) mod treasury;

pub(super) use control::limit;

/// What is asked, by whom, in which book, and how long after what was asked before.
#[derive(Clone)]
pub(super) struct Step {
    pub(super) book: BookId,
    pub(super) principal: PrincipalId,
    pub(super) pause_seconds: u32,
    pub(super) ask: Ask,
}

/// What is asked. What there is to act on is known only when it is asked.
#[derive(Clone)]
pub(super) enum Ask {
    /// This.
    Plain(Action),
    /// Something of one of the transfers that are under way: it is counted from the newest.
    OfOpen(usize, Act),
    /// Something of one of the changes that wait for approval.
    OfChange(usize, Act),
    /// To carry out one of the quotes that are kept: it is counted from the newest.
    Execute(usize),
    /// To change one of the schedules: it is counted from the newest.
    OfSchedule(usize, ScheduleTo),
    /// Nothing: the state is written and read back.
    Restart,
    /// To take back one of the transfers there were, or a part of it.
    Reverse(usize, Option<Amount>),
}

/// What can be asked of what is under way.
#[derive(Clone, Debug)]
pub(super) enum Act {
    Approve,
    Reject,
    Cancel,
    Expire,
    Release,
    Capture(Option<Amount>, bool),
}

/// One line for each step, so that a failing case can be read as a script.
impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (book, principal, pause) = (self.book.0, self.principal.0, self.pause_seconds);
        write!(f, "after {pause}s in {book} as {principal}: {:?}", self.ask)
    }
}

impl std::fmt::Debug for Ask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Ask::Plain(action) => write!(f, "{action:?}"),
            Ask::OfOpen(place, act) => write!(f, "{act:?} of transfer -{place}"),
            Ask::OfChange(place, act) => write!(f, "{act:?} of change -{place}"),
            Ask::Execute(place) => write!(f, "execute quote -{place}"),
            Ask::OfSchedule(place, to) => write!(f, "{to:?} of schedule -{place}"),
            Ask::Restart => write!(f, "restart"),
            Ask::Reverse(place, amount) => write!(f, "reverse {amount:?} of transfer -{place}"),
        }
    }
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

/// Three assets and two books; in the first one five accounts (8 to 12) with and without money,
/// and principals: makers, checkers, and one with a grant.
pub(super) fn beginning() -> Vec<Action> {
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
    let people = control::people().into_iter().map(Action::AddPrincipal);
    let actions = assets.into_iter().chain(books).chain(accounts);
    actions.chain(money).chain(people).collect()
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
        tags: Tags::default(),
        holdings: holdings.collect(),
        holds_any_asset,
    }
}

/// Steps of every kind.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    vec(step(plain()), 0..40)
}

/// The same, with much that is under way: holds, approvals, reversals, and time passing.
pub(super) fn controlled_steps() -> impl Strategy<Value = Vec<Step>> {
    let policies = vec(step(control::rule().prop_map(Ask::Plain).boxed()), 1..4);
    let rest = vec(step(control::ask(plain())), 0..60);
    (policies, rest).prop_map(|(policies, rest)| policies.into_iter().chain(rest).collect())
}

fn step(ask: BoxedStrategy<Ask>) -> BoxedStrategy<Step> {
    let book = prop_oneof![30 => Just(0), 2 => Just(1), 1 => Just(7)].prop_map(BookId);
    let principal = (0..control::PEOPLE + 1).prop_map(PrincipalId);
    let pause = prop_oneof![
        40 => Just(0),
        20 => 1_u32..100,
        6 => 100_u32..2_000,
        1 => Just(86_400),
        1 => Just(31 * 86_400)
    ];
    let parts = (book, principal, pause, ask);
    parts
        .prop_map(|(book, principal, pause_seconds, ask)| Step {
            book,
            principal,
            pause_seconds,
            ask,
        })
        .boxed()
}

fn plain() -> BoxedStrategy<Ask> {
    action().prop_map(Ask::Plain).boxed()
}

fn action() -> BoxedStrategy<Action> {
    prop_oneof![
        24 => transfer().prop_map(Action::Transfer),
        12 => configuration(),
        3 => control::action(),
    ]
    .boxed()
}

fn configuration() -> BoxedStrategy<Action> {
    prop_oneof![
        2 => new_account().prop_map(Action::OpenAccount),
        2 => account_change().prop_map(Action::ChangeAccount),
        2 => freeze().prop_map(Action::FreezeAccount),
        1 => close().prop_map(Action::CloseAccount),
        1 => ("[A-B]", 0_u8..30).prop_map(|(code, decimals)| {
            Action::DefineAsset(asset(&code, decimals))
        }),
        1 => prop_oneof![
            (0_u32..100_000).prop_map(Setting::QuoteTtlSeconds),
            (0_u32..100_000).prop_map(Setting::HoldTtlSeconds),
        ].prop_map(|setting| Action::ChangeBook(BookChange {
            name: None,
            settings: vec![setting],
        })),
        1 => Just(Action::OpenBook(new_book())),
        1 => control::new_principal().prop_map(Action::AddPrincipal),
        1 => (0_u32..12).prop_map(|id| Action::RevokePrincipal(PrincipalId(id))),
    ]
    .boxed()
}

fn close() -> impl Strategy<Value = AccountClose> {
    let parts = (account_id(), option::of(account_id()));
    parts.prop_map(|(account, sweep_to)| AccountClose { account, sweep_to })
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

pub(super) fn transfer() -> BoxedStrategy<NewTransfer> {
    let parts = (
        legs_only(),
        prop_oneof![1 => Just(None), 1 => terms().prop_map(Some)],
    );
    parts
        .prop_map(|(mut new, terms)| {
            new.terms = terms.map(Box::new);
            // Whoever asks for "at most so much" puts that into the legs.
            if let Some(at_most) = new.terms.as_ref().and_then(|terms| terms.at_most) {
                new.legs.iter_mut().for_each(|leg| leg.amount = at_most);
            }
            new
        })
        .boxed()
}

fn terms() -> BoxedStrategy<Terms> {
    let seconds = option::of(prop_oneof![20 => 1_u32..4_000, 1 => Just(0), 1 => Just(u32::MAX)]);
    let hold = option::weighted(0.7, seconds.prop_map(|seconds| HoldTerms { seconds }));
    let at_most = option::weighted(0.3, amount());
    let reviewers = prop_oneof![
        4 => Just(Vec::new()),
        1 => vec((0..control::PEOPLE + 1).prop_map(PrincipalId), 1..3),
    ];
    (hold, at_most, reviewers)
        .prop_map(|(hold, at_most, reviewers)| Terms {
            at_most,
            hold,
            reviewers,
            ..Terms::default()
        })
        .boxed()
}

fn legs_only() -> BoxedStrategy<NewTransfer> {
    let external = prop_oneof![8 => Just(0), 1 => Just(4)].prop_map(AccountId);
    let parts = (account_id(), account_id(), external, asset_id(), amount());
    let pair = (kind(), parts).prop_map(|(kind, (a, b, external, asset, amount))| match kind {
        TransferKind::Transfer | TransferKind::Conversion | TransferKind::Trade => {
            NewTransfer::simple(kind, a, b, asset, amount)
        }
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
    prop_oneof![10 => pair, 2 => balanced, 4 => from_one, 1 => odd].boxed()
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
        terms: None,
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
    let parts = (
        option::of(alias()),
        holdings(),
        any::<bool>(),
        control::tags(),
    );
    parts.prop_map(|(alias, holdings, holds_any_asset, tags)| NewAccount {
        alias,
        tags,
        holdings,
        ..account(&[], holds_any_asset)
    })
}

fn account_change() -> impl Strategy<Value = AccountChange> {
    let alias = option::of(option::of(alias()));
    let parts = (account_id(), alias, holdings(), option::of(control::tags()));
    parts.prop_map(|(account, alias, holdings, tags)| AccountChange {
        account,
        name: None,
        alias,
        metadata: None,
        tags,
        holdings,
        only_if_updated_at: None,
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
