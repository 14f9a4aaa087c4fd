//! The bytes of events and actions. **Formats are append-only**: journals and fingerprints of
//! requests are kept for ever, so a test that fails here means that the bytes which are already
//! on disks could no longer be read, or would be read as something else. Undo the change; add a
//! variant or a new event instead, and a row for it here.

use super::*;
use crate::action::{AccountClose, Capture, Holding, NewReversal, Original};
use crate::policy::FundsCheck;
use crate::rejection::Excess;
use crate::rejection::tests::one_of_each;
use crate::step::{Outcome, Rest};
use crate::terms::{HoldTerms, Reverses};
use crate::text::{Alias, Email, Name, Reason, Reference, Word};
use crate::{
    Amount, AssetId, AssetKind, BookSettings, Capabilities, Capability, Conditions, Credential,
    Grant, LimitSubject, Metadata, NewTransfer, Period, Policy, PolicyId, RequestKey,
    ReversalReason, Setting, Settlement, Side, SignedAmount, SigningClient, Step, Tag, Tags, Terms,
    Timestamp, TransferId, TransferKind, TransferStatus,
};
use examples::treasury::*;
use examples::*;
use serde::de::DeserializeOwned;
use std::fmt::Debug;

mod actions;
mod examples;
mod treasury;
mod webhook;

/// Checks the encoding of a value, and that the bytes are read as that value.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, golden: &str) {
    let bytes = postcard::to_stdvec(value).expect("encodes");
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(hex, golden, "formats are append-only: {value:?}");
    let (decoded, rest) = postcard::take_from_bytes::<T>(&bytes).expect("decodes");
    assert_eq!((&decoded, rest.len()), (value, 0));
}

/// A variant that is missing here does not compile; give it a row in the tables below.
fn number(event: &Event) -> u8 {
    match event {
        Event::AssetDefined(_) => 0,
        Event::BookOpened(..) => 1,
        Event::BookChanged(_) => 2,
        Event::PrincipalAdded(..) => 3,
        Event::PrincipalRevoked(_) => 4,
        Event::AccountOpened(..) => 5,
        Event::AccountChanged(_) => 6,
        Event::AccountFrozen(_) => 7,
        Event::AccountClosed(_) => 8,
        Event::Transfer(_) => 9,
        Event::Step(_) => 10,
        Event::PolicySet(_) => 11,
        Event::ChangeRequested(_) => 12,
        Event::ChangeStep(_) => 13,
        Event::LimitAdded(..) => 14,
        Event::LimitChanged(_) => 15,
        Event::LimitRemoved(_) => 16,
        Event::BookStopped(_) => 17,
        Event::RateSet(_) => 18,
        Event::RateRemoved { .. } => 19,
        Event::FeeSet(_) => 20,
        Event::Quoted(_) => 21,
        Event::CalendarSet(..) => 22,
        Event::ScheduleAdded(..) => 23,
        Event::ScheduleChanged(_) => 24,
        Event::RunSkipped(_) => 25,
        Event::InstrumentAdded(_) => 26,
        Event::InstrumentMatured(_) => 27,
        Event::InvestmentSet(_) => 28,
        Event::InstrumentPassedOver { .. } => 29,
        Event::Webhook(_) => 30,
        Event::Refused(_) => 31,
    }
}

#[test]
fn every_event_keeps_its_bytes() {
    let (request, status) = (new_transfer(), TransferStatus::Completed);
    let completed = Transfer { request, status };
    let events = [
        (
            Event::AssetDefined(asset()),
            "0004555344430855534420436f696e0601",
        ),
        (
            Event::BookOpened(BookId(1), new_book()),
            "010108436127204769726f01ac02010100901c01000102000a010000100120010db800000000000000000000000020",
        ),
        (
            Event::BookChanged(book_change()),
            "0201065269616c746f0900d804010102010300043c0501060007010802000a010000100120010db8\
             00000000000000000000000020",
        ),
        (
            Event::PrincipalAdded(PrincipalId(200), new_principal(secret())),
            "03c801010105636c65726b01066340642e657582040101ac02010265750102f40300abababababab\
             abababababababababababababababababababababababababab",
        ),
        (Event::PrincipalRevoked(PrincipalId(200)), "04c801"),
        (
            Event::AccountOpened(AccountId(300), new_account()),
            "05ac02036f707301046d61696e0201610131016201320202657502757301c8018080808080e2e7a5b3ab9cc8bccff3cbc00101",
        ),
        (
            Event::AccountChanged(account_change()),
            "06ac020001000100010001010001d704",
        ),
        (
            Event::AccountFrozen(account_freeze()),
            "07ac020100010b636f757274206f72646572",
        ),
        (Event::AccountClosed(AccountId(300)), "08ac02"),
        (
            Event::Transfer(completed),
            "090002040200b960f0a2040201b960010472656e740201610131016201320000",
        ),
        (step(Step::Expired), "0aac02ad0205"),
        (
            Event::PolicySet(Box::new(PolicySet {
                id: PolicyId(3),
                policy: Some(policy()),
            })),
            "0b0301036269670a0200020102010101ac020104010501026575010275730106020102901c01",
        ),
        (
            Event::ChangeRequested(Box::new(ChangeRequest {
                change: PolicyChange::Replace(PolicyId(3), policy()),
                terms: approval_terms(),
            })),
            "0c0103036269670a0200020102010101ac020104010501026575010275730106020102901c010103020202c80101d00f",
        ),
        (change_step(ChangeOutcome::Expired), "0dac02ad0205"),
        (
            Event::LimitAdded(LimitId(3), new_limit()),
            "0e03056461696c7901ac0200010203ac0201f4030107",
        ),
        (
            Event::LimitChanged(limit_change()),
            "0f030106686f75726c7901d80400",
        ),
        (Event::LimitRemoved(LimitId(3)), "1003"),
        (Event::BookStopped(stop()), "110101057468656674"),
    ];
    check_events(0, &events);
}

/// Checks the rows of events whose first one has that number.
fn check_events(first: u8, events: &[(Event, &str)]) {
    for (place, (event, golden)) in (first..).zip(events) {
        assert_eq!(number(event), place, "each variant has its row, in order");
        check(event, golden);
    }
}

/// What is moved about for every transfer, and kept of it, has no room for what is rare.
#[test]
fn what_every_transfer_is_moved_about_in_stays_small() {
    use std::mem::size_of;
    let sizes = [
        ("NewTransfer", size_of::<NewTransfer>(), 128),
        ("Transfer", size_of::<Transfer>(), 176),
        ("TransferStatus", size_of::<TransferStatus>(), 48),
        ("Outcome", size_of::<Outcome>(), 96),
        ("Step", size_of::<Step>(), 112),
        ("Event", size_of::<Event>(), 176),
        ("Action", size_of::<crate::Action>(), 128),
        ("Rejection", size_of::<Rejection>(), 48),
    ];
    for (name, size, most) in sizes {
        assert!(size <= most, "{name} has {size} bytes, not {most}");
    }
}

#[test]
fn every_status_keeps_its_bytes() {
    let statuses = [
        (TransferStatus::Completed, "00"),
        (TransferStatus::Declined(Rejection::BookStopped), "0105"),
        (
            TransferStatus::AwaitingApproval(Box::new(approval_terms())),
            "020103020202c80101d00f",
        ),
        (
            TransferStatus::Held {
                expires_at: Timestamp(-300),
            },
            "03d704",
        ),
        (
            TransferStatus::Scheduled {
                due_at: Timestamp(300),
                holds_funds: true,
            },
            "04d80401",
        ),
    ];
    for (place, (status, golden)) in (0..).zip(&statuses) {
        let number = match status {
            TransferStatus::Completed => 0,
            TransferStatus::Declined(_) => 1,
            TransferStatus::AwaitingApproval(_) => 2,
            TransferStatus::Held { .. } => 3,
            TransferStatus::Scheduled { .. } => 4,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check(status, golden);
    }
}

#[test]
fn every_step_keeps_its_bytes() {
    let legs = || simple(TransferKind::Transfer, 9).legs;
    let declined = Outcome::Declined(Rejection::BookStopped);
    let expires_at = Timestamp(300);
    let reason = reason("no");
    let steps = [
        (Step::Approved(Outcome::Waiting), "0000"),
        (
            Step::Approved(Outcome::Completed {
                legs: legs(),
                booked: None,
            }),
            "000102040200090502010900",
        ),
        (Step::Approved(Outcome::Held { expires_at }), "0002d804"),
        (Step::Approved(declined), "000305"),
        (
            Step::Approved(Outcome::Scheduled { due_at: expires_at }),
            "0004d804",
        ),
        (
            Step::Rejected {
                reason: reason.clone(),
            },
            "0101026e6f",
        ),
        (
            Step::Cancelled {
                reason: reason.clone(),
            },
            "0201026e6f",
        ),
        (
            Step::Captured {
                legs: legs(),
                rest: Rest::Held,
            },
            "0302040200090502010900",
        ),
        (
            Step::Captured {
                legs: legs(),
                rest: Rest::Released,
            },
            "0302040200090502010901",
        ),
        (Step::Released { reason }, "0401026e6f"),
        (Step::Expired, "05"),
        (
            Step::Due(Outcome::Completed {
                legs: legs(),
                booked: Some(Box::new(booked())),
            }),
            "0601020402000905020109010204020001050201010204020002050201020101ac0202ac020302ac\
             02ff4c02d70401d804",
        ),
        (Step::Settled, "07"),
    ];
    for (place, (step, golden)) in (0..).zip(&steps) {
        assert_eq!(
            step_number(step),
            place,
            "each variant has its row, in order"
        );
        check(step, golden);
    }
}

/// A variant that is missing here does not compile; give it a row in the table above.
fn step_number(step: &Step) -> u8 {
    match step {
        Step::Approved(Outcome::Waiting) => 0,
        Step::Approved(Outcome::Completed { .. }) => 1,
        Step::Approved(Outcome::Held { .. }) => 2,
        Step::Approved(Outcome::Declined(_)) => 3,
        Step::Approved(Outcome::Scheduled { .. }) => 4,
        Step::Rejected { .. } => 5,
        Step::Cancelled { .. } => 6,
        Step::Captured {
            rest: Rest::Held, ..
        } => 7,
        Step::Captured {
            rest: Rest::Released,
            ..
        } => 8,
        Step::Released { .. } => 9,
        Step::Expired => 10,
        Step::Due(_) => 11,
        Step::Settled => 12,
    }
}

#[test]
fn every_outcome_of_a_change_keeps_its_bytes() {
    let id = PolicyId(3);
    let reason = reason("no");
    let outcomes = [
        (ChangeOutcome::Approved, "00"),
        (
            ChangeOutcome::Applied(PolicySet { id, policy: None }),
            "010300",
        ),
        (
            ChangeOutcome::Declined(Rejection::PolicyRemoved { policy: id }),
            "020b03",
        ),
        (
            ChangeOutcome::Rejected {
                reason: reason.clone(),
            },
            "0301026e6f",
        ),
        (ChangeOutcome::Cancelled { reason }, "0401026e6f"),
        (ChangeOutcome::Expired, "05"),
    ];
    for (place, (outcome, golden)) in (0..).zip(&outcomes) {
        let number = match outcome {
            ChangeOutcome::Approved => 0,
            ChangeOutcome::Applied(_) => 1,
            ChangeOutcome::Declined(_) => 2,
            ChangeOutcome::Rejected { .. } => 3,
            ChangeOutcome::Cancelled { .. } => 4,
            ChangeOutcome::Expired => 5,
        };
        assert_eq!(number, place, "each variant has its row, in order");
        check(outcome, golden);
    }
}

#[test]
fn every_decline_keeps_its_bytes() {
    let goldens = [
        ("book_stopped", "020204020009000201090000000105"),
        ("account_not_granted", "020204020009000201090000000106ac02"),
        ("account_closed", "020204020009000201090000000100ac02"),
        ("account_frozen", "020204020009000201090000000101ac0201"),
        (
            "amount_not_granted",
            "02020402000900020109000000010707008080808080e2e7a5b3ab9cc8bccff3cbc001",
        ),
        ("maker_revoked", "02020402000900020109000000010c09"),
        ("rate_missing", "02020402000900020109000000010d0708"),
        ("rate_stale", "02020402000900020109000000010e070812ac02"),
        ("comes_to_nothing", "02020402000900020109000000010f07"),
        (
            "fee_too_large",
            "02020402000900020109000000011009078080808080e2e7a5b3ab9cc8bccff3cbc00100",
        ),
        ("instrument_matured", "02020402000900020109000000011107"),
        ("no_instrument", "02020402000900020109000000011201"),
        ("too_many_instruments", "020204020009000201090000000113ac02"),
        (
            "insufficient_funds",
            "020204020009000201090000000102ac02078080808080e2e7a5b3ab9cc8bccff3cbc00109",
        ),
        ("balance_too_large", "020204020009000201090000000103ac0207"),
        ("limit_exceeded", "02020402000900020109000000010809010303"),
        (
            "account_not_empty",
            "020204020009000201090000000109ac020701",
        ),
        ("too_few_checkers", "02020402000900020109000000010a0201"),
        ("policy_removed", "02020402000900020109000000010b09"),
        ("batch_aborted", "02020402000900020109000000010403"),
    ];
    let declines = one_of_each().into_iter().filter(Rejection::is_recorded);
    let declines: Vec<Rejection> = declines.collect();
    let codes: Vec<&str> = declines.iter().map(Rejection::code).collect();
    assert_eq!(codes, goldens.map(|(code, _)| code), "each has its row");
    for (why, (_, golden)) in declines.into_iter().zip(goldens) {
        check(&declined(why), golden);
    }
    let (max, asked) = (amount(500), amount(300));
    let excess = Excess::Amount {
        max,
        used: 400,
        asked,
    };
    check(&excess, "00f4039003ac02");
}

#[test]
fn every_kind_of_value_in_an_event_keeps_its_bytes() {
    check(
        &three_legs(),
        "010300000001050001010600018080808080e2e7a5b3ab9cc8bccff3cbc001000000",
    );
    check(
        &[AssetKind::Currency, AssetKind::Crypto, AssetKind::Security],
        "000102",
    );
    check(&[Settlement::NextBusinessDay, Settlement::Instant], "0001");
    let key = Credential::PublicKey {
        issuer: name("example.com"),
        public_key_pem: "PEM".into(),
    };
    check(
        &new_principal(key),
        "010105636c65726b01066340642e657582040101ac02010265750102f403010b6578616d706c652e636f6d0350454d",
    );
    let client = Credential::SigningClient(Box::new(SigningClient {
        assertion_key_pem: "PEM".into(),
        request_keys: vec![RequestKey {
            id: Word::new("k1").expect("a word"),
            public_key_pem: "KEY".into(),
        }],
        requires_signature: true,
        redirect_uris: vec!["https://a.eu".into()],
    }));
    check(
        &new_principal(client),
        "010105636c65726b01066340642e657582040101ac02010265750102f403030350454d01026b3103\
         4b455901010c68747470733a2f2f612e6575",
    );
    check(&ReversalReason::ALL, "000102030405");
    check(&[FundsCheck::AtSubmission, FundsCheck::AtExecution], "0001");
    check(
        &[
            PolicyChange::Add(policy()),
            PolicyChange::Remove(PolicyId(3)),
        ],
        "00036269670a0200020102010101ac020104010501026575010275730106020102901c010203",
    );
    let subjects = [
        LimitSubject::Book,
        LimitSubject::Account(AccountId(300)),
        LimitSubject::Tag(tag("eu")),
        LimitSubject::Principal(PrincipalId(200)),
    ];
    check(&subjects, "0001ac020202657503c801");
    let rolling = Period::Rolling { seconds: 300 };
    check(
        &[Period::Transfer, Period::Day, Period::Month, rolling],
        "00010203ac02",
    );
    let extremes = [i128::MIN, -1, 0, i128::MAX].map(SignedAmount::new);
    check(
        &extremes,
        "ffffffffffffffffffffffffffffffffffff030100feffffffffffffffffffffffffffffffffff03",
    );
}
