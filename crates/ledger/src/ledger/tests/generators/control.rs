//! Random approvals, policies, limits and grants, and what is asked of what is under way.

use super::*;
use crate::policy::FundsCheck;
use crate::terms::Later;
use crate::{Conditions, LimitId, LimitSubject, NewLimit, Period, Policy, PolicyId, Tag};

/// How many principals there are at the start.
pub(super) const PEOPLE: u32 = 7;

/// An operator; two makers, of whom the second is also a checker; the first one's second key; two
/// more checkers; and somebody who may move little.
pub(super) fn people() -> Vec<NewPrincipal> {
    let address = |text: &str| Some(Email::new(text).expect("an address"));
    let grant = Grant {
        accounts: vec![AccountId(8), AccountId(9)],
        tags: vec![tag(0)],
        amounts: vec![(AssetId(0), Amount::new(300).expect("in range"))],
    };
    let mut people = vec![
        person(None, None, None),
        person(Some(BookId(0)), address("maker@giro.eu"), None),
        person(Some(BookId(0)), address("second@giro.eu"), None),
        person(Some(BookId(0)), address("maker@giro.eu"), None),
        person(Some(BookId(0)), None, None),
        person(Some(BookId(0)), None, None),
        person(Some(BookId(0)), None, Some(grant)),
    ];
    people[1].capabilities = Capabilities::default();
    assert_eq!(people.len(), usize::try_from(PEOPLE).expect("few"));
    people
}

fn person(book: Option<BookId>, email: Option<Email>, grant: Option<Grant>) -> NewPrincipal {
    NewPrincipal {
        book,
        name: Name::new("person").expect("a name"),
        email,
        capabilities: [Capability::ApprovalsDecide].into_iter().collect(),
        grant: grant.map(Box::new),
        credential: Credential::Secret { hash: [1; 32] },
    }
}

/// Much of what is asked is of what is under way.
pub(super) fn ask(plain: BoxedStrategy<Ask>) -> BoxedStrategy<Ask> {
    let newest = || prop_oneof![3 => Just(0_usize), 2 => 0_usize..5];
    let part = || option::weighted(0.5, prop_oneof![3 => 1_u128..300, 1 => Just(0)]);
    let part = move || part().prop_map(|minor| Some(Amount::new(minor?).expect("in range")));
    prop_oneof![
        10 => plain,
        10 => usual().prop_map(|new| Ask::Plain(Action::Transfer(new))),
        20 => (newest(), act(part())).prop_map(|(place, act)| Ask::OfOpen(place, act)),
        3 => (newest(), act(part())).prop_map(|(place, act)| Ask::OfChange(place, act)),
        4 => (0_usize..8, part()).prop_map(|(place, amount)| Ask::Reverse(place, amount)),
    ]
    .boxed()
}

/// A transfer that is usually possible, and often a hold.
fn usual() -> BoxedStrategy<NewTransfer> {
    let account = || prop_oneof![Just(8), Just(9), Just(11)].prop_map(AccountId);
    let seconds = option::of(60_u32..4_000);
    let hold = option::weighted(0.5, seconds.prop_map(|seconds| HoldTerms { seconds }));
    let parts = (account(), account(), 1_u128..200, hold, later());
    let parts = parts.prop_filter("an account cannot pay itself", |(a, b, ..)| a != b);
    parts
        .prop_map(|(source, target, minor, hold, later)| {
            let (kind, amount) = (
                TransferKind::Transfer,
                Amount::new(minor).expect("in range"),
            );
            let mut new = NewTransfer::simple(kind, source, target, AssetId(0), amount);
            let later = later.filter(|_| hold.is_none());
            let terms = Terms {
                hold,
                later,
                ..Terms::default()
            };
            new.terms = (terms != Terms::default()).then(|| Box::new(terms));
            new
        })
        .boxed()
}

/// A time that is to come, unless the steps before have taken too long.
fn later() -> BoxedStrategy<Option<Later>> {
    let funds = prop_oneof![
        Just(FundsCheck::AtSubmission),
        Just(FundsCheck::AtExecution)
    ];
    let later = (1_u32..200_000, funds).prop_map(|(seconds, funds)| Later {
        due_at: START.after_seconds(seconds),
        funds,
    });
    option::weighted(0.3, later).boxed()
}

fn act(part: impl Strategy<Value = Option<Amount>> + 'static) -> BoxedStrategy<Act> {
    prop_oneof![
        8 => Just(Act::Approve),
        2 => Just(Act::Reject),
        1 => Just(Act::Cancel),
        1 => Just(Act::Expire),
        2 => Just(Act::Release),
        6 => (part, prop::bool::weighted(0.2)).prop_map(|(part, rest)| Act::Capture(part, rest)),
    ]
    .boxed()
}

/// A new policy.
pub(super) fn rule() -> BoxedStrategy<Action> {
    let add = policy().prop_map(PolicyChange::Add);
    add.prop_map(|change| Action::ChangePolicy(Box::new(change)))
        .boxed()
}

/// Policies, limits and stops.
pub(super) fn action() -> BoxedStrategy<Action> {
    let policy_id = || (0_u32..4).prop_map(PolicyId);
    let limit_id = || (0_u32..12).prop_map(LimitId);
    let change = (limit_id(), option::of(small()), option::of(0_u64..9));
    prop_oneof![
        3 => rule(),
        1 => (policy_id(), policy()).prop_map(|(id, policy)| {
            Action::ChangePolicy(Box::new(PolicyChange::Replace(id, policy)))
        }),
        1 => policy_id().prop_map(|id| Action::ChangePolicy(Box::new(PolicyChange::Remove(id)))),
        3 => limit().prop_map(Action::AddLimit),
        1 => change.prop_map(|(limit, amount_max, count_max)| Action::ChangeLimit(LimitChange {
            limit,
            name: None,
            amount_max,
            count_max,
        })),
        1 => limit_id().prop_map(Action::RemoveLimit),
        1 => prop::bool::weighted(0.2).prop_map(|stopped| {
            Action::StopBook(BookStop { stopped, reason: None })
        }),
    ]
    .boxed()
}

fn small() -> impl Strategy<Value = Amount> {
    (1_u128..3_000).prop_map(|minor| Amount::new(minor).expect("in range"))
}

fn policy() -> BoxedStrategy<Policy> {
    let conditions = conditions();
    let checkers = prop_oneof![
        3 => Just(Vec::new()),
        1 => vec((1..PEOPLE).prop_map(PrincipalId), 1..4),
    ];
    let expiry = prop_oneof![8 => 60_u32..4_000, 1 => Just(0)];
    let approvals = prop_oneof![1 => Just(0_u8), 6 => Just(1), 4 => Just(2), 1 => 3_u8..30];
    let is_late = prop::bool::weighted(0.3);
    let parts = (0_u32..3, conditions, approvals, checkers, expiry, is_late);
    parts
        .prop_map(
            |(rank, conditions, approvals, checkers, expiry, is_late)| Policy {
                name: Name::new("policy").expect("a name"),
                rank,
                conditions,
                approvals,
                checkers,
                expires_after_seconds: expiry,
                funds: match is_late {
                    true => FundsCheck::AtExecution,
                    false => FundsCheck::AtSubmission,
                },
            },
        )
        .boxed()
}

fn conditions() -> BoxedStrategy<Conditions> {
    let initiator = option::weighted(0.1, (0..PEOPLE).prop_map(PrincipalId));
    let account = || option::weighted(0.15, account_id());
    let tag = || option::weighted(0.1, (0..TAGS).prop_map(tag));
    let asset = option::weighted(0.9, asset_id());
    let kinds = prop_oneof![4 => Just(Vec::new()), 1 => vec(kind(), 1..3)];
    let bounds = (option::of(small()), option::of(small()));
    let parts = (
        kinds,
        asset,
        bounds,
        account(),
        account(),
        tag(),
        tag(),
        initiator,
    );
    parts
        .prop_map(
            |(kinds, asset, (min, max), source, target, source_tag, target_tag, initiator)| {
                Conditions {
                    kinds,
                    asset,
                    amount_min: min,
                    amount_max: max,
                    source,
                    target,
                    source_tag,
                    target_tag,
                    initiator,
                }
            },
        )
        .boxed()
}

/// Limits as they are asked for, most of which make sense.
pub(in super::super) fn limit() -> BoxedStrategy<NewLimit> {
    let subject = prop_oneof![
        2 => Just(LimitSubject::Book),
        3 => account_id().prop_map(LimitSubject::Account),
        2 => (0..TAGS).prop_map(|number| LimitSubject::Tag(tag(number))),
        2 => (0..PEOPLE).prop_map(|id| LimitSubject::Principal(PrincipalId(id))),
    ];
    let side = prop_oneof![Just(Side::Debit), Just(Side::Credit)];
    let period = prop_oneof![
        1 => Just(Period::Transfer),
        2 => Just(Period::Day),
        2 => Just(Period::Month),
        3 => (60_u32..7_200).prop_map(|seconds| Period::Rolling { seconds }),
    ];
    let amount_max = option::weighted(0.8, small());
    let count_max = option::weighted(0.3, 0_u64..9);
    let parts = (
        subject,
        side,
        option::weighted(0.9, Just(AssetId(0))),
        period,
        amount_max,
        count_max,
    );
    parts
        .prop_map(
            |(subject, side, asset, period, amount_max, count_max)| NewLimit {
                name: Name::new("limit").expect("a name"),
                subject,
                side,
                asset,
                period,
                amount_max,
                count_max: count_max.filter(|_| period != Period::Transfer),
            },
        )
        .boxed()
}

const TAGS: u8 = 3;

fn tag(number: u8) -> Tag {
    Tag::new(number.to_string()).expect("a tag")
}

pub(super) fn tags() -> impl Strategy<Value = Tags> {
    let set = prop::collection::btree_set(0..TAGS, 0..3);
    set.prop_map(|set| Tags::new(set.into_iter().map(tag).collect()).expect("few, and different"))
}

fn email() -> impl Strategy<Value = Email> {
    prop_oneof![Just("maker@giro.eu"), Just("third@giro.eu")]
        .prop_map(|text| Email::new(text).expect("an address"))
}

fn grant() -> impl Strategy<Value = Grant> {
    let accounts = vec(account_id(), 0..3);
    let tags = vec((0..TAGS).prop_map(tag), 0..2);
    let amounts = vec((asset_id(), small()), 0..2);
    (accounts, tags, amounts).prop_map(|(accounts, tags, amounts)| Grant {
        accounts,
        tags,
        amounts,
    })
}

pub(super) fn new_principal() -> impl Strategy<Value = NewPrincipal> {
    let book = option::of((0_u32..3).prop_map(BookId));
    let capabilities = vec(prop::sample::select(&Capability::ALL[..]), 0..4);
    let grant = option::weighted(0.2, grant());
    let parts = (book, capabilities, option::of(email()), grant);
    parts.prop_map(|(book, capabilities, email, grant)| NewPrincipal {
        book,
        name: Name::new("principal").expect("a name"),
        email,
        capabilities: capabilities.into_iter().collect::<Capabilities>(),
        grant: grant.map(Box::new),
        credential: Credential::Secret { hash: [1; 32] },
    })
}
