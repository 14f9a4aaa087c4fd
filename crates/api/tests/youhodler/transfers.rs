//! `/internal-transfers`: what moves, and what is said of it.

use crate::world::World;
use axum::http::Method;
use giro_ledger::action::{Capture, Execution};
use giro_ledger::exchange::Basis;
use giro_ledger::fee::{Bearing, Charge, FeeChange, FeeRule};
use giro_ledger::step::Rest;
use giro_ledger::terms::{HoldTerms, Later};
use giro_ledger::text::{Metadata, Name};
use giro_ledger::{
    Action, Event, NewQuote, NewRate, QuoteAmount, Rate, Rounding, Terms, Timestamp, TransferId,
    TransferKind,
};
use serde_json::{Value, json};

#[tokio::test]
async fn money_moves_between_accounts_of_both_kinds_and_is_read_back() {
    let world = World::new().await;
    let (main, master) = (world.client_ref(world.main), world.master_ref());
    for (source, target, left) in [(&main, &master, "9876.89"), (&master, &main, "10000.00")] {
        let body = world.order_of(source, target, "123.11");
        let made = world.transfer(source, &body).await;
        assert_eq!(made.status, 202, "{made:?}");
        assert_eq!(world.available(&main).await, left);
        let path = format!("/internal-transfers/{}", made.text_of("id"));
        let read = world.get(&path).await;
        assert_eq!((read.status, read.text), (200, made.text));
    }
}

#[tokio::test]
async fn a_fee_is_on_top_and_paid_by_the_source() {
    let world = World::new().await;
    let rule = FeeRule {
        name: Name::new("a coin").expect("a name"),
        rank: 1,
        kinds: Vec::new(),
        asset: world.asset("USDC"),
        target_asset: None,
        amount_min: None,
        amount_max: None,
        source_tag: None,
        target_tag: None,
        charge: Charge {
            flat: giro_ledger::Amount::new(1_000_000).expect("an amount"),
            tiers: Vec::new(),
            amount_min: None,
            amount_max: None,
            rounding: Rounding::HalfEven,
        },
        bearing: Bearing::OnTop,
    };
    let add = Action::ChangeFee(Box::new(FeeChange::Add(rule)));
    world.does(world.book, add).await;
    let made = world.transfer("k", &world.order("250.00")).await.json();
    let coin = json!({"currency": "USDC", "value": "1.00"});
    let fees = json!({"components": [{"amount": coin, "kind": "network_fee"}], "total": coin});
    assert_eq!(made["fee_summary"], fees);
    let principal = json!({"currency": "USDC", "value": "250.00"});
    assert_eq!(made["principal_amount"], principal);
    let (main, savings) = (
        world.client_ref(world.main),
        world.client_ref(world.savings),
    );
    assert_eq!(world.available(&main).await, "9749.00");
    assert_eq!(world.available(&savings).await, "250.00");
}

#[tokio::test]
async fn what_other_interfaces_hold_or_schedule_has_a_status_of_the_vendors() {
    let world = World::new().await;
    let kind = TransferKind::Transfer;
    let mut new = world.moving(kind, (world.main, world.savings), "USDC", "10");
    new.terms = Some(Box::new(Terms {
        hold: Some(HoldTerms::default()),
        ..Terms::default()
    }));
    let hold = world.does(world.book, Action::Transfer(new.clone())).await;
    let in_an_hour = Timestamp(world.service.now().0 + 3_600_000_000);
    new.terms = Some(Box::new(Terms {
        later: Some(Later {
            due_at: in_an_hour,
            funds: giro_ledger::policy::FundsCheck::AtExecution,
        }),
        ..Terms::default()
    }));
    let later = world.does(world.book, Action::Transfer(new)).await;
    let path = |record| format!("/internal-transfers/{}", world.service.transfer_id(record));
    let status = async |path: &str| world.get(path).await.text_of("status");
    assert_eq!(status(&path(&hold)).await, "executing");
    assert_eq!(status(&path(&later)).await, "admissible");
    let main = world.client_ref(world.main);
    let balance = world.get(&format!("/{main}/balances")).await.json();
    let balance = &balance["items"][0];
    let found = ["available", "held", "total"].map(|name| balance[name].clone());
    assert_eq!(found, ["9990.00", "10.00", "10000.00"]);
    let capture = Action::Capture(Capture {
        transfer: TransferId(hold.seq.0),
        amount: giro_ledger::Amount::new(4_000_000),
        release_rest: false,
    });
    let captured = world.does(world.book, capture).await;
    let Event::Step(step) = &captured.event else {
        panic!("{captured:?}")
    };
    assert!(matches!(
        &step.step,
        giro_ledger::Step::Captured {
            rest: Rest::Held,
            ..
        }
    ));
    assert_eq!(status(&path(&hold)).await, "partially_settled");
    let release = Action::Release(TransferId(hold.seq.0), None);
    world.does(world.book, release).await;
    let read = world.get(&path(&hold)).await.json();
    assert_eq!(read["status"], "executed");
    assert_eq!(read["principal_amount"]["value"], "4.00");
    assert!(read["settled_at"].is_string(), "{read}");
}

#[tokio::test]
async fn what_is_made_later_can_be_cancelled_by_its_maker() {
    let world = World::new().await;
    let kind = TransferKind::Transfer;
    let mut new = world.moving(kind, (world.main, world.savings), "USDC", "10");
    new.terms = Some(Box::new(Terms {
        later: Some(Later {
            due_at: Timestamp(world.service.now().0 + 3_600_000_000),
            funds: giro_ledger::policy::FundsCheck::AtSubmission,
        }),
        ..Terms::default()
    }));
    let later = world.does(world.book, Action::Transfer(new)).await;
    let path = format!("/internal-transfers/{}", world.service.transfer_id(&later));
    let cancel = format!("{path}/cancel");
    let denied = world
        .post_as(&world.checker_token, &cancel, "a", &json!({}))
        .await;
    denied.is_error(422, "not_admissible", "rbac");
    let done = world
        .ask(Method::POST, &cancel, Some(&world.token), &[], "")
        .await;
    assert_eq!(
        (done.status, done.text_of("status")),
        (200, "cancelled".into())
    );
    let again = world.post(&cancel, "b", &json!({})).await;
    again.is_error(409, "state_conflict", "cancelled");
}

#[tokio::test]
async fn a_conversion_has_a_fill_rate() {
    let world = World::new().await;
    let (usdc, eur) = (world.asset("USDC"), world.asset("EUR"));
    let rate = NewRate {
        source: usdc,
        target: eur,
        basis: Basis::Value(Rate::parse("0.9").expect("a rate")),
        spread: 0,
        rounding: Rounding::HalfEven,
        max_age_seconds: None,
        provider: Name::new("desk").expect("a name"),
        as_of: None,
    };
    world
        .does(world.book, Action::SetRate(Box::new(rate)))
        .await;
    let quote = NewQuote {
        source: world.main,
        target: world.savings,
        source_asset: usdc,
        target_asset: eur,
        amount: QuoteAmount::Source(giro_ledger::Amount::new(100_000_000).expect("an amount")),
        seconds: None,
    };
    let quoted = world.does(world.book, Action::Quote(Box::new(quote))).await;
    let execution = Execution {
        quote: giro_ledger::QuoteId(quoted.seq.0),
        reference: None,
        metadata: Metadata::default(),
        reviewers: Vec::new(),
    };
    let made = world
        .does(world.book, Action::Execute(Box::new(execution)))
        .await;
    let path = format!("/internal-transfers/{}", world.service.transfer_id(&made));
    let read = world.get(&path).await.json();
    assert_eq!(read["fill_rate"], "0.9", "{read}");
    assert_eq!(
        read["principal_amount"],
        json!({"currency": "USDC", "value": "100.00"})
    );
    assert_eq!(
        read["family_params"]["target_ref"],
        Value::from(world.client_ref(world.savings))
    );
}

#[tokio::test]
async fn a_deposit_is_no_internal_transfer() {
    let world = World::new().await;
    let deposit = world.deposit(world.book, world.main, "USDC", "5").await;
    let path = format!(
        "/internal-transfers/{}",
        world.service.transfer_id(&deposit)
    );
    let read = world.get(&path).await;
    read.is_error(404, "resource_not_found", "internal_transfer_not_found");
    let list = world.get("/internal-transfers").await.json();
    assert_eq!(list, json!({"items": [], "next_page_token": null}));
}
