//! Random rates, fees, quotes, schedules, investments and trades, among few accounts.

use super::*;
use crate::action::Execution;
use crate::calendar::{CalendarCode, Convention, Date, Weekday, Zone};
use crate::exchange::NewRate;
use crate::fee::{Bearing, Charge, FeeChange, FeeId, FeeRule, Tier};
use crate::policy::FundsCheck;
use crate::quote::{NewQuote, QuoteAmount};
use crate::recurrence::{Every, Recurrence, ShortMonths};
use crate::schedule::{Keep, NewSchedule, Order, ScheduleTo};
use crate::security::{Investment, InvestmentSet, NewInstrument, NewTrade, TradeAmount};
use crate::terms::Later;
use crate::{Basis, Conditions, Policy, QuoteId, Rate, Rounding, Settlement, Strategy as Term};

/// The day of the first step.
pub(in super::super) const FIRST_DAY: Date = Date(20_484);

const DOLLARS: AssetId = AssetId(0);
/// Instruments, of which one has no fractions.
const BILLS: [(&str, u8, Term, i32, &str); 3] = [
    ("WHOLE", 0, Term::Weeks4, 3, "99.5"),
    ("FINE", 4, Term::Weeks4, 20, "98.77"),
    ("LONG", 2, Term::Weeks13, 90, "97.123"),
];

/// The accounts that have dollars; the last one takes any asset.
const RICH: [u32; 4] = [8, 9, 11, 13];

/// What a run with rates, fees and securities begins with, after [`beginning`].
pub(in super::super) fn more(settlement: Settlement) -> Vec<Action> {
    let settings = vec![Setting::Settlement(settlement)];
    let change = BookChange {
        name: None,
        settings,
    };
    let mut actions = vec![
        Action::ChangeBook(change),
        Action::OpenAccount(account(&[], true)),
    ];
    actions.extend(RICH.map(|target| {
        let kind = TransferKind::Deposit;
        let (source, target) = (AccountId(0), AccountId(target));
        let amount = Amount::new(5_000_000).expect("in range");
        Action::Transfer(NewTransfer::simple(kind, source, target, DOLLARS, amount))
    }));
    for (asset, (code, decimals, strategy, days, price)) in (3..).zip(BILLS) {
        actions.push(Action::AddInstrument(Box::new(NewInstrument {
            code: code.into(),
            name: Name::new("bill").expect("a name"),
            decimals,
            strategy,
            matures_on: FIRST_DAY.plus_days(days),
            par: rate("100"),
            cash: DOLLARS,
            calendar: CalendarCode::new("US").expect("a code"),
        })));
        let price = Basis::Value(rate(price));
        actions.push(set_rate(asset, 0, price, 0, Rounding::HalfEven));
    }
    actions.push(set_rate(
        0,
        1,
        Basis::Value(rate("157.25")),
        25,
        Rounding::Down,
    ));
    actions.push(set_rate(1, 0, Basis::Inverse, 0, Rounding::HalfEven));
    actions.push(set_rate(
        0,
        2,
        Basis::Value(rate("0.000311")),
        0,
        Rounding::Up,
    ));
    actions.push(set_rate(
        1,
        2,
        Basis::Cross { via: DOLLARS },
        10,
        Rounding::HalfUp,
    ));
    let invest = |account: u32, strategy, reinvest| {
        Action::SetInvestment(InvestmentSet {
            account: AccountId(account),
            investment: Some(Investment {
                cash: DOLLARS,
                strategy,
                reinvest,
            }),
        })
    };
    actions.push(invest(8, Term::Weeks4, Some(Term::Weeks13)));
    actions.push(invest(11, Term::Weeks4, None));
    actions
}

pub(in super::super) fn settlement() -> impl Strategy<Value = Settlement> {
    prop_oneof![Just(Settlement::Instant), Just(Settlement::NextBusinessDay)]
}

fn rate(text: &str) -> Rate {
    Rate::parse(text).expect("a rate")
}

fn set_rate(source: u16, target: u16, basis: Basis, spread: u16, rounding: Rounding) -> Action {
    Action::SetRate(Box::new(NewRate {
        source: AssetId(source),
        target: AssetId(target),
        basis,
        spread,
        rounding,
        max_age_seconds: None,
        provider: Name::new("desk").expect("a name"),
        as_of: None,
    }))
}

/// Steps with much of all that, and time passing; prices move only if they may.
pub(in super::super) fn treasury_steps(prices_move: bool) -> impl Strategy<Value = Vec<Step>> {
    let pause = prop_oneof![
        10 => Just(0),
        10 => 1_u32..400,
        6 => 400_u32..90_000,
        2 => 90_000_u32..900_000,
    ];
    let parts = (1_u32..4, pause, ask(prices_move));
    let step = parts.prop_map(|(principal, pause_seconds, ask)| Step {
        book: BookId(0),
        principal: PrincipalId(principal),
        pause_seconds,
        ask,
    });
    vec(step, 1..50)
}

fn ask(prices_move: bool) -> BoxedStrategy<Ask> {
    let plain = |actions: BoxedStrategy<Action>| actions.prop_map(Ask::Plain);
    let newest = || prop_oneof![3 => Just(0_usize), 2 => 0_usize..4];
    let to = prop_oneof![
        3 => Just(ScheduleTo::Paused),
        3 => Just(ScheduleTo::Resumed),
        1 => Just(ScheduleTo::Cancelled),
    ];
    let act = prop_oneof![
        4 => Just(Act::Approve),
        1 => Just(Act::Reject),
        2 => Just(Act::Cancel),
        1 => Just(Act::Release),
        2 => Just(Act::Capture(None, false)),
    ];
    prop_oneof![
        8 => plain(quote()),
        10 => newest().prop_map(Ask::Execute),
        10 => plain(rich_transfer().prop_map(Action::Transfer).boxed()),
        6 => plain(schedule()),
        3 => (newest(), to).prop_map(|(place, to)| Ask::OfSchedule(place, to)),
        3 => plain(fee()),
        3 => plain(investment()),
        4 => plain(trade()),
        2 => plain(new_price(prices_move)),
        4 => (newest(), act).prop_map(|(place, act)| Ask::OfOpen(place, act)),
        2 => (0_usize..6, Just(None)).prop_map(|(place, part)| Ask::Reverse(place, part)),
        1 => plain(control::rule()),
        1 => plain(conversions_wait()),
        1 => plain(limit().prop_map(Action::AddLimit).boxed()),
        1 => plain(freeze().prop_map(Action::FreezeAccount).boxed()),
        3 => Just(Ask::Restart),
    ]
    .boxed()
}

/// From now on, somebody else must agree to conversions.
fn conversions_wait() -> BoxedStrategy<Action> {
    let funds = prop_oneof![
        Just(FundsCheck::AtSubmission),
        Just(FundsCheck::AtExecution)
    ];
    let policy = funds.prop_map(|funds| Policy {
        name: Name::new("policy").expect("a name"),
        rank: 0,
        conditions: Conditions {
            kinds: vec![TransferKind::Conversion],
            ..Conditions::default()
        },
        approvals: 1,
        checkers: Vec::new(),
        expires_after_seconds: 3_600,
        funds,
    });
    let add = policy.prop_map(PolicyChange::Add);
    add.prop_map(|change| Action::ChangePolicy(Box::new(change)))
        .boxed()
}

fn rich() -> impl Strategy<Value = AccountId> {
    prop::sample::select(RICH.to_vec()).prop_map(AccountId)
}

fn money() -> impl Strategy<Value = Amount> {
    let minor = prop_oneof![1 => Just(1), 6 => 1_u128..300_000, 1 => 1_u128..9_000_000];
    minor.prop_map(|minor| Amount::new(minor).expect("in range"))
}

fn quote() -> BoxedStrategy<Action> {
    let assets = || prop_oneof![3 => Just(0), 2 => Just(1), 2 => Just(2)].prop_map(AssetId);
    let seconds = option::weighted(0.2, 1_u32..500);
    let parts = (
        rich(),
        rich(),
        assets(),
        assets(),
        money(),
        any::<bool>(),
        seconds,
    );
    parts
        .prop_map(
            |(source, target, source_asset, target_asset, amount, is_source, seconds)| {
                // A tiny part of an ether is worth nothing in dollars.
                let scale = |asset| {
                    if asset == AssetId(2) {
                        10_u128.pow(13)
                    } else {
                        1
                    }
                };
                let scaled = |asset| amount.minor() * scale(asset);
                let amount = match is_source {
                    true => {
                        QuoteAmount::Source(Amount::new(scaled(source_asset)).expect("in range"))
                    }
                    false => {
                        QuoteAmount::Target(Amount::new(scaled(target_asset)).expect("in range"))
                    }
                };
                Action::Quote(Box::new(NewQuote {
                    source,
                    target,
                    source_asset,
                    target_asset,
                    amount,
                    seconds,
                }))
            },
        )
        .boxed()
}

pub(in super::super) fn execution(quote: QuoteId) -> Action {
    Action::Execute(Box::new(Execution {
        quote,
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
    }))
}

/// A transfer of dollars that is often possible: at once, at most, later, held or in kind.
pub(in super::super) fn rich_transfer() -> BoxedStrategy<NewTransfer> {
    let kind = prop_oneof![
        4 => Just(TransferKind::Transfer),
        2 => Just(TransferKind::Deposit),
        1 => Just(TransferKind::Withdrawal),
    ];
    let funds = prop_oneof![
        Just(FundsCheck::AtSubmission),
        Just(FundsCheck::AtExecution)
    ];
    let due = (1_u32..600_000, funds).prop_map(|(seconds, funds)| Later {
        due_at: START.after_seconds(seconds),
        funds,
    });
    let terms = prop_oneof![
        5 => Just(Terms::default()),
        1 => due.prop_map(|later| Terms { later: Some(later), ..Terms::default() }),
        2 => Just(Terms { in_kind: true, ..Terms::default() }),
        1 => Just(Terms { at_most: Some(Amount::MAX), ..Terms::default() }),
        1 => Just(Terms { dual_control: true, ..Terms::default() }),
        1 => Just(Terms { hold: Some(HoldTerms::default()), ..Terms::default() }),
    ];
    let parts = (kind, rich(), rich(), money(), terms);
    parts
        .prop_map(|(kind, source, target, amount, terms)| {
            let (source, target) = match kind {
                TransferKind::Deposit => (AccountId(0), target),
                TransferKind::Withdrawal => (source, AccountId(0)),
                _ => (source, target),
            };
            let is_inside = kind == TransferKind::Transfer;
            // From outside, "at most so much" is just so much.
            let at_most = terms.at_most.filter(|_| kind != TransferKind::Deposit);
            let amount = at_most.unwrap_or(amount);
            let terms = Terms {
                in_kind: terms.in_kind && is_inside,
                at_most,
                ..terms
            };
            let new = NewTransfer::simple(kind, source, target, DOLLARS, amount);
            NewTransfer {
                terms: (terms != Terms::default()).then(|| Box::new(terms)),
                ..new
            }
        })
        .boxed()
}

fn recurrence() -> BoxedStrategy<Recurrence> {
    let every = prop_oneof![
        4 => (1_u16..4).prop_map(|interval| Every::Day { interval }),
        2 => (1_u16..3, prop::sample::select(Weekday::ALL.to_vec()))
            .prop_map(|(interval, weekday)| Every::Week { interval, weekday }),
        2 => (1_u16..3, 1_u8..32).prop_map(|(interval, day)| Every::Month { interval, day }),
    ];
    let short = prop_oneof![Just(ShortMonths::LastDay), Just(ShortMonths::Skip)];
    let last = option::weighted(0.3, 1_i32..40);
    let parts = (every, 0_u32..86_400, 0_i32..10, last, short);
    parts
        .prop_map(|(every, second_of_day, days, last, short)| Recurrence {
            zone: Zone::new("UTC").expect("a zone"),
            second_of_day,
            every,
            first: FIRST_DAY.plus_days(days),
            last: last.map(|days| FIRST_DAY.plus_days(days)),
            calendar: None,
            convention: Convention::Unadjusted,
            short_months: Some(short),
            clock_change: None,
        })
        .boxed()
}

fn schedule() -> BoxedStrategy<Action> {
    let keep = prop_oneof![
        money().prop_map(Keep::Target),
        Just(Keep::Target(Amount::ZERO)),
        money().prop_map(Keep::Floor),
        money().prop_map(Keep::Ceiling),
    ];
    let pay = (rich(), rich(), money(), any::<bool>());
    let pay = pay.prop_map(|(source, target, amount, is_at_most)| Order::Payment {
        source,
        target,
        asset: DOLLARS,
        amount,
        is_at_most,
    });
    let sweep = (rich(), rich(), keep).prop_map(|(account, counterpart, keep)| Order::Sweep {
        account,
        counterpart,
        asset: DOLLARS,
        keep,
    });
    let order = prop_oneof![1 => pay, 1 => sweep];
    (order, recurrence())
        .prop_map(|(order, recurrence)| {
            Action::AddSchedule(Box::new(NewSchedule {
                name: Name::new("schedule").expect("a name"),
                order,
                recurrence,
                reference: None,
                metadata: Metadata::default(),
            }))
        })
        .boxed()
}

fn fee() -> BoxedStrategy<Action> {
    let share = prop::sample::select(vec!["0", "0.001", "0.015", "0.333333333333333"]);
    let bearing = prop_oneof![Just(Bearing::OnTop), Just(Bearing::Included)];
    let asset = prop_oneof![3 => Just(0), 1 => Just(1)].prop_map(AssetId);
    let rounding = prop::sample::select(Rounding::ALL.to_vec());
    let parts = (0_u128..50, share, bearing, asset, rounding, 0_u32..3);
    let rule = parts.prop_map(|(flat, share, bearing, asset, rounding, rank)| FeeRule {
        name: Name::new("fee").expect("a name"),
        rank,
        kinds: Vec::new(),
        asset,
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge: Charge {
            flat: Amount::new(flat + 1).expect("in range"),
            tiers: vec![Tier {
                from: Amount::ZERO,
                share: rate(share),
            }],
            amount_min: None,
            amount_max: None,
            rounding,
        },
        bearing,
    });
    let change = prop_oneof![
        3 => rule.prop_map(FeeChange::Add),
        2 => (0_u32..4).prop_map(|id| FeeChange::Remove(FeeId(id))),
    ];
    change
        .prop_map(|change| Action::ChangeFee(Box::new(change)))
        .boxed()
}

fn investment() -> BoxedStrategy<Action> {
    let strategy = || prop_oneof![3 => Just(Term::Weeks4), 1 => Just(Term::Weeks13)];
    let investment =
        (strategy(), option::of(strategy())).prop_map(|(strategy, reinvest)| Investment {
            cash: DOLLARS,
            strategy,
            reinvest,
        });
    let parts = (rich(), option::weighted(0.7, investment));
    parts
        .prop_map(|(account, investment)| {
            Action::SetInvestment(InvestmentSet {
                account,
                investment,
            })
        })
        .boxed()
}

fn trade() -> BoxedStrategy<Action> {
    let units = (1_u128..200_000).prop_map(|units| Amount::new(units).expect("in range"));
    let amount = prop_oneof![
        3 => money().prop_map(TradeAmount::Money),
        2 => units.prop_map(TradeAmount::Units),
        1 => Just(TradeAmount::All),
    ];
    let parts = (rich(), 3_u16..6, any::<bool>(), amount);
    parts
        .prop_map(|(account, instrument, is_buy, amount)| {
            Action::Trade(NewTrade {
                account,
                instrument: AssetId(instrument),
                is_buy,
                amount,
            })
        })
        .boxed()
}

/// A new rate of dollars; and of an instrument, if its price may move.
fn new_price(prices_move: bool) -> BoxedStrategy<Action> {
    let rounding = || prop::sample::select(Rounding::ALL.to_vec());
    let text = (1_u32..200_000).prop_map(|number| format!("{}.{number:06}", number % 300));
    let yen = (text, rounding(), 0_u16..300).prop_map(|(text, rounding, spread)| {
        set_rate(0, 1, Basis::Value(rate(&text)), spread, rounding)
    });
    let price = (3_u16..6, 90_000_u32..101_000, rounding());
    let price = price.prop_map(|(asset, thousandths, rounding)| {
        let text = format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000);
        set_rate(asset, 0, Basis::Value(rate(&text)), 0, rounding)
    });
    match prices_move {
        true => prop_oneof![yen, price].boxed(),
        false => yen.boxed(),
    }
}
